/* Would the cases notice? Every number, comparison, all and any of every pack is changed in
 * turn; a change that no case notices survives. With names of packs: those alone. --folder DIR:
 * packs of that folder too, as those of an instance's. */
#include "policy/case.h"
#include "policy/mutate.h"
#include <stdio.h>
#include <string.h>

struct hunting {
    struct packs *packs;
    const struct pack *pack;
    const struct yvalue **cases;
    size_t count;
    size_t mutants, survivors;
};

static bool holds(const struct pack *pack, const struct yvalue *one)
{
    struct arena *a = arena_new();
    struct case_result r = {0};
    case_run_parsed(&r, pack, one, a);
    bool held = r.wrong.len == 0;
    arena_free(a);
    return held;
}

static void hunt(void *arg, const struct pack *mutant, struct str what)
{
    struct hunting *h = arg;
    h->mutants++;
    /* Who noticed the last ones stands in front: the next change lies beside them. */
    for (size_t i = 0; i < h->count; i++) {
        const struct yvalue *one = h->cases[i];
        if (holds(mutant, one))
            continue;
        memmove(h->cases + 1, h->cases, i * sizeof h->cases[0]);
        h->cases[0] = one;
        return;
    }
    h->survivors++;
    printf("# survives: %.*s: %.*s\n", STR_ARG(h->pack->id), STR_ARG(what));
}

static int hunt_pack(struct packs *packs, struct str id, size_t *mutants)
{
    struct hunting h = {.packs = packs};
    const struct pack_text *files;
    struct arena *a = arena_new();
    struct err e;
    if (packs_get(&h.pack, packs, id, &e) != OK) {
        printf("# %s\n", e.text);
        arena_free(a);
        return 1;
    }
    h.count = packs_files(&files, packs, id, "cases/", a);
    h.cases = arena_array(a, h.count + 1, sizeof(struct yvalue *));
    for (size_t i = 0; i < h.count; i++) {
        struct case_result r;
        h.cases[i] = case_parse(&r, h.pack, packs, files[i].name, files[i].text, a);
    }
    bool sound = true; /* a case that never holds would notice everything */
    for (size_t i = 0; i < h.count; i++)
        if (!holds(h.pack, h.cases[i])) {
            printf("# %.*s/%.*s: does not hold\n", STR_ARG(id), STR_ARG(files[i].name));
            sound = false;
        }
    if (h.count && sound)
        pack_mutate(h.pack, hunt, &h, a);
    printf("# %.*s: %zu cases, %zu mutants, %zu survive\n", STR_ARG(id), h.count, h.mutants,
           h.survivors);
    *mutants += h.mutants;
    arena_free(a);
    return h.survivors > 0 || !sound;
}

int main(int argc, char **argv)
{
    const struct str *ids;
    struct packs *packs;
    struct err e;
    size_t mutants = 0;
    int bad = 0;
    const char *folder = NULL;
    if (argc > 2 && strcmp(argv[1], "--folder") == 0) {
        folder = argv[2];
        argc -= 2;
        argv += 2;
    }
    printf("1..1\n");
    if (packs_open(&packs, folder, &e) != OK) {
        printf("not ok 1 %s\n", e.text);
        return 1;
    }
    size_t count = packs_ids(&ids, packs);
    for (size_t i = 0; i < count; i++) {
        bool named = argc == 1;
        for (int n = 1; n < argc; n++)
            named |= str_is(ids[i], argv[n]);
        if (named)
            bad |= hunt_pack(packs, ids[i], &mutants);
    }
    bad |= mutants == 0;
    printf("%s 1 every change of a pack is noticed by a case\n", bad ? "not ok" : "ok");
    packs_close(packs);
    return bad;
}

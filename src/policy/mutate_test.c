#include "policy/mutate.h"
#include "test.h"

struct kind {
    const char *of, *what;
    bool found;
};

struct looking {
    struct kind *kinds;
    size_t count, mutants;
};

/* Each mutant says where it is; which of the kinds is it? */
static void look(void *arg, const struct mutant *m)
{
    struct looking *l = arg;
    l->mutants++;
    assert_true(m->file.len > 0 && m->line > 0);
    for (size_t i = 0; i < l->count; i++) {
        struct kind *k = &l->kinds[i];
        k->found |= str_find(m->what, str_of(k->what), 0) < m->what.len &&
                    str_find(m->file, str_of(k->of), 0) < m->file.len;
    }
}

/* No case is run: the changes alone, each of which the pack then has no more. */
static void collect(struct packs *packs, const char *id, struct kind *kinds, size_t count)
{
    struct looking l = {kinds, count, 0}, again = {kinds, count, 0};
    struct arena *a = arena_new();
    const struct pack *p;
    struct err e;
    assert_ok(packs_get(&p, packs, str_of(id), &e), &e);
    assert_ok(pack_mutate((struct pack *)p, look, &l, a, &e), &e);
    for (size_t i = 0; i < count; i++)
        if (!kinds[i].found)
            fail_msg("%s: no mutant of %s says \"%s\"", id, kinds[i].of, kinds[i].what);
    assert_ok(pack_mutate((struct pack *)p, look, &again, a, &e), &e);
    assert_int_equal(again.mutants, l.mutants);
    arena_free(a);
}

#define COLLECT(packs, id, ...)                                                                    \
    do {                                                                                           \
        struct kind kinds[] = {__VA_ARGS__};                                                       \
        collect(packs, id, kinds, ARRAY_LEN(kinds));                                               \
    } while (0)


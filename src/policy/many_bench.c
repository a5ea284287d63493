/* Ten thousand applicants against every criterion of one question.
 * The facts are those of a pack's first passing case, each applicant with its own number of
 * staff and deals, so that verdicts differ. */
#include "base/clock.h"
#include "db/sandbox.h"
#include "policy/case.h"
#include "policy/pack_functions.h"
#include "policy/pack_priv.h"
#include <stdio.h>

#define APPLICANTS 10000

static double seconds(int64_t from_us)
{
    return (double)(clock_monotonic_us(&clock_system) - from_us) / 1e6;
}

/* The case's facts with `keep` rows of each list. */
static struct yvalue shortened(const struct yvalue *facts, size_t keep, struct arena *a)
{
    struct yvalue out = *facts;
    struct yvalue *items = arena_array(a, facts->count, sizeof(*items));
    for (size_t i = 0; i < facts->count; i++) {
        items[i] = facts->items[i];
        if (items[i].type == Y_LIST && items[i].count > keep)
            items[i].count = keep;
    }
    out.items = items;
    return out;
}

static err_t load(struct facts *facts, struct db *db, const struct yvalue *document,
                  struct arena *a, struct err *e)
{
    struct facts_loader *l = NULL;
    err_t rc = facts_create(db, true, e);
    if (rc == OK)
        rc = facts_loader_open(&l, db, e);
    for (int64_t s = 0; rc == OK && s < APPLICANTS; s++) {
        struct yvalue one = shortened(document, (size_t)(s % 7), a);
        rc = facts_loader_add(&facts[s], l, s, &one, a, e);
    }
    if (rc == OK)
        return facts_loader_commit(l, e);
    facts_loader_drop(l);
    return rc;
}

static err_t judge(size_t verdicts[3], const struct pack *p, struct db *db,
                   const struct facts *facts, struct err *e)
{
    struct pack_functions functions;
    struct sandbox rules = pack_sandbox(&functions, p);
    struct arena *a = arena_new();
    err_t rc = sandbox_confine(db, &rules, e);
    for (int64_t s = 0; rc == OK && s < APPLICANTS; s++) {
        struct pack_verdict v;
        rc = pack_verdict_of(&v, p, db, s, &facts[s], STR_NONE, a, e);
        if (rc == OK)
            verdicts[v.verdict]++;
        arena_reset(a);
    }
    arena_free(a);
    return rc;
}

static err_t run(struct packs *packs, struct str id, struct err *e)
{
    const struct pack_text *files;
    const struct pack *p;
    struct case_result r;
    struct arena *a = arena_new();
    struct facts *facts = arena_array(a, APPLICANTS, sizeof(*facts));
    struct db *db = NULL;
    size_t verdicts[3] = {0};
    err_t rc = packs_get(&p, packs, id, e);
    if (rc == OK)
        rc = sandbox_open(&db, e);
    if (rc == OK && packs_files(&files, packs, id, "cases/apply-at-the-line.yaml", a) == 0)
        rc = err_set(e, E_NOTFOUND, "%s", "no case to begin with");
    int64_t from = clock_monotonic_us(&clock_system);
    const struct yvalue *root =
        rc == OK ? case_parse(&r, p, packs, files[0].name, files[0].text, a) : NULL;
    if (root)
        rc = load(facts, db, pack_take(root, "facts"), a, e);
    double loading = seconds(from);
    from = clock_monotonic_us(&clock_system);
    if (rc == OK)
        rc = judge(verdicts, p, db, facts, e);
    if (rc == OK)
        printf("%.*s: %d applicants: facts %.2f s, verdicts %.2f s (%zu pass, %zu fail, %zu "
               "unknown)\n",
               STR_ARG(id), APPLICANTS, loading, seconds(from), verdicts[YES], verdicts[NO],
               verdicts[UNKNOWN]);
    db_close(db);
    arena_free(a);
    return rc;
}

int main(void)
{
    struct packs *packs = NULL;
    struct err e;
    err_t rc = packs_open(&packs, NULL, &e);
    if (rc == OK)
        rc = run(packs, STR("sc-yunying-2025"), &e);
    if (rc == OK)
        rc = run(packs, STR("sx-yunying-draft"), &e);
    if (rc != OK)
        fprintf(stderr, "%s\n", e.text);
    packs_close(packs);
    return rc != OK;
}

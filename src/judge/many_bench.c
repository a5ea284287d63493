/* Ten thousand stored applicants against every criterion of one question, from the store.
 * A party has some thirty records, staff and deals of different
 * numbers; the store is SQLite in a scratch folder. Loading it is not measured. */
#include "base/clock.h"
#include "base/disk.h"
#include "judge/facts_fill.h"
#include "judge/many.h"
#include "policy/case.h"
#include "policy/pack_priv.h"
#include "record/fixture.h"
#include <stdio.h>
#include <time.h>

#define APPLICANTS 10000
#define AT_ONCE 100 /* parties of one write */

struct filling {
    struct fixture *f;
    const struct yvalue *document;
    int64_t from;
    struct arena *arena;
};

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

static err_t fill_step(struct db *db, void *arg, struct err *e)
{
    struct filling *x = arg;
    err_t rc = OK;
    for (int64_t n = x->from; rc == OK && n < x->from + AT_ONCE; n++) {
        struct yvalue document = shortened(x->document, 3 + (size_t)(n % 5), x->arena);
        struct filled_party p;
        rc = facts_fill_party(&p, db, n, x->arena, e);
        if (rc == OK)
            rc = facts_fill(db, &x->f->k, &p, &document, x->arena, e);
        arena_reset(x->arena);
    }
    return rc;
}

static void count(void *arg, const struct judged *j)
{
    size_t *verdicts = arg;
    if (j->verdicts)
        verdicts[j->verdicts[0].verdict]++;
}

static double seconds(int64_t from_us)
{
    return (double)(clock_monotonic_us(&clock_system) - from_us) / 1e6;
}

static err_t run(struct fixture *f, const struct pack *p, struct str as_of, unsigned threads,
                 struct err *e)
{
    struct subject program;
    size_t verdicts[3] = {0}, judged = 0, outside;
    struct many m = {.kernel = &f->k,
                     .subject = &program,
                     .as_of = as_of,
                     .question = STR("apply"),
                     .packs = &p,
                     .pack_count = 1,
                     .threads = threads};
    subject_program(&program, STR("2026-11-20"));
    int64_t from = clock_monotonic_us(&clock_system);
    clock_t cpu = clock();
    err_t rc = judge_many(&judged, &outside, &m, count, verdicts, e);
    if (rc == OK)
        printf("%.*s: %zu stored applicants, %u threads: %.2f s, of processors %.2f s (%zu pass, "
               "%zu fail, %zu "
               "unknown)\n",
               STR_ARG(p->id), judged, threads, seconds(from),
               (double)(clock() - cpu) / CLOCKS_PER_SEC, verdicts[YES], verdicts[NO],
               verdicts[UNKNOWN]);
    return rc;
}

int main(void)
{
    struct fixture f;
    struct packs *packs = NULL;
    const struct pack_text *files;
    const struct pack *p = NULL;
    struct case_result r;
    struct err e = {0};
    fixture_open(&f, NULL, 0);
    disk_wait_for(true);
    struct filling x = {.f = &f, .arena = arena_new()};
    err_t rc = packs_open(&packs, NULL, &e);
    if (rc == OK)
        rc = packs_get(&p, packs, STR("sc-yunying-2025"), &e);
    if (rc == OK && packs_files(&files, packs, p->id, "cases/apply-at-the-line.yaml", f.a) == 0)
        rc = err_set(&e, E_NOTFOUND, "%s", "no case to begin with");
    const struct yvalue *root =
        rc == OK ? case_parse(&r, p, packs, files[0].name, files[0].text, f.a) : NULL;
    x.document = root ? pack_take(root, "facts") : NULL;
    int64_t from = clock_monotonic_us(&clock_system);
    for (x.from = 1; rc == OK && x.document && x.from < APPLICANTS; x.from += AT_ONCE)
        rc = store_write(f.store, fill_step, &x, &e);
    printf("store made in %.1f s\n", seconds(from));
    for (unsigned threads = 1; rc == OK && threads <= 2; threads++)
        rc = run(&f, p, yin_get(x.document, "as_of")->text, threads, &e);
    if (rc != OK)
        fprintf(stderr, "%s\n", e.text);
    packs_close(packs);
    arena_free(x.arena);
    fixture_close(&f);
    return rc != OK;
}

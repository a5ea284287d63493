/* Threads take batches of parties, each with a reader of the store and a private database. */
#include "judge/many.h"
#include "db/sandbox.h"
#include "policy/narrow.h"
#include "policy/pack_functions.h"
#include <pthread.h>
#include <unistd.h>

#define BATCH 256 /* parties: some MiB of rows, and a tenth of a second */
#define PARTIES_MAX 1000000

struct work {
    const struct many *many;
    judged_fn *fn;
    void *arg;
    const struct party_facts *parties;
    size_t count, next; /* the first that nobody has taken */
    pthread_mutex_t lock;
    err_t rc; /* of the first that failed, with its sentence */
    struct err why;
};

static size_t take(size_t *from, struct work *w)
{
    pthread_mutex_lock(&w->lock);
    size_t n = w->rc != OK || w->next >= w->count ? 0 : w->count - w->next;
    n = n > BATCH ? BATCH : n;
    *from = w->next;
    w->next += n;
    pthread_mutex_unlock(&w->lock);
    return n;
}

struct batch {
    struct work *work;
    struct party_facts parties[BATCH];
    struct facts facts[BATCH];
    struct err faults[BATCH]; /* kind OK: none */
    size_t count;
    struct arena *arena;
};

static err_t read_facts(struct batch *b, struct err *e)
{
    const struct many *m = b->work->many;
    struct facts_request r = {.as_of = m->as_of,
                              .programme = m->packs[0]->id,
                              .question = m->question,
                              .subject = m->subject};
    return STORE_READ(
        db, m->kernel->store, e,
        db_begin_read(db, e)
            ?: judge_facts(b->parties, b->count, m->packs[0], m->kernel, db, &r, b->arena, e));
}

/* Facts that a document cannot hold (an amount below zero) are that party's fault alone. */
static err_t load_facts(struct batch *b, struct db *db, struct err *e)
{
    struct facts_loader *l = NULL;
    err_t rc = facts_create(db, true, e);
    if (rc == OK)
        rc = facts_loader_open(&l, db, e);
    for (size_t i = 0; rc == OK && i < b->count; i++) {
        b->faults[i].kind = facts_loader_add(
            &b->facts[i], l, (int64_t)i,
            facts_narrowed(b->parties[i].document, b->work->many->packs[0], b->arena), b->arena,
            &b->faults[i]);
        if (b->faults[i].kind != OK && b->faults[i].kind != E_INVALID) {
            *e = b->faults[i];
            rc = e->kind;
        }
    }
    if (rc == OK)
        return facts_loader_commit(l, e);
    facts_loader_drop(l);
    return rc;
}

/* All parties by one pack: what SQLite has prepared is looked at anew when the rules change. */
static err_t judge_by(struct batch *b, size_t pack, struct db *db, struct pack_verdict *verdicts,
                      struct err *e)
{
    const struct many *m = b->work->many;
    struct pack_functions functions;
    struct sandbox rules = pack_sandbox(&functions, m->packs[pack]);
    err_t rc = sandbox_confine(db, &rules, e);
    for (size_t i = 0; rc == OK && i < b->count; i++) {
        struct err *fault = &b->faults[i];
        if (fault->kind == OK)
            fault->kind = pack_verdict_of(&verdicts[i * m->pack_count + pack], m->packs[pack], db,
                                          (int64_t)i, &b->facts[i], m->question, b->arena, fault);
        if (fault->kind != OK && fault->kind != E_INVALID) {
            *e = *fault;
            rc = e->kind;
        }
    }
    return rc;
}

static void tell(struct batch *b, const struct pack_verdict *verdicts)
{
    struct work *w = b->work;
    pthread_mutex_lock(&w->lock);
    for (size_t i = 0; i < b->count; i++) {
        bool refused = b->faults[i].kind != OK;
        struct judged j = {.party = &b->parties[i],
                           .verdicts = refused ? NULL : &verdicts[i * w->many->pack_count],
                           .why = refused ? b->faults[i].text : NULL,
                           .arena = b->arena};
        w->fn(w->arg, &j);
    }
    pthread_mutex_unlock(&w->lock);
}

static err_t judge_batch(struct batch *b, struct err *e)
{
    size_t packs = b->work->many->pack_count;
    struct pack_verdict *verdicts = arena_array(b->arena, b->count * packs, sizeof(*verdicts));
    struct db *db = NULL;
    err_t rc = read_facts(b, e);
    if (rc == OK)
        rc = sandbox_open(&db, e);
    if (rc == OK)
        rc = load_facts(b, db, e);
    for (size_t p = 0; rc == OK && p < packs; p++)
        rc = judge_by(b, p, db, verdicts, e);
    if (rc == OK)
        tell(b, verdicts);
    db_close(db);
    return rc;
}

static void *run(void *arg)
{
    struct work *w = arg;
    struct arena *a = arena_new();
    struct err e = {0};
    size_t from, n;
    while ((n = take(&from, w)) > 0) {
        struct batch *b = arena_alloc(a, sizeof(*b));
        *b = (struct batch){.work = w, .count = n, .arena = a};
        memcpy(b->parties, w->parties + from, n * sizeof(*b->parties));
        err_t rc = judge_batch(b, &e);
        pthread_mutex_lock(&w->lock);
        if (rc != OK && w->rc == OK) {
            w->rc = rc;
            w->why = e;
        }
        pthread_mutex_unlock(&w->lock);
        arena_reset(a);
    }
    arena_free(a);
    return NULL;
}

static unsigned thread_count(const struct many *m)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    unsigned n = m->threads ? m->threads : cores > 0 ? (unsigned)cores : 1;
    return n > MANY_THREADS_MAX ? MANY_THREADS_MAX : n;
}

static bool is_inside(const struct party_facts *p, struct str jurisdiction)
{
    struct str city = region_city_prefix(jurisdiction);
    struct str province = region_province_prefix(jurisdiction);
    return city.len
               ? str_eq(p->city, city)
               : province.len == 0 || str_is(province, "00") || str_starts(p->province, province);
}

static err_t find_parties(struct work *w, size_t *outside, struct arena *a, struct err *e)
{
    struct party_facts *parties = NULL;
    err_t rc = STORE_READ(db, w->many->kernel->store, e,
                          record_parties(&parties, &w->count, w->many->kernel, db, w->many->subject,
                                         PARTIES_MAX, a, e));
    w->parties = parties;
    size_t inside = 0;
    for (size_t i = 0; rc == OK && w->count < PARTIES_MAX && i < w->count; i++)
        if (is_inside(&parties[i], w->many->packs[0]->document.jurisdiction))
            parties[inside++] = parties[i];
    if (rc == OK && w->count == PARTIES_MAX)
        rc =
            err_set(e, E_LIMIT, "there are more than %d parties to judge at once", PARTIES_MAX - 1);
    *outside = w->count - inside;
    w->count = inside;
    return rc;
}

err_t judge_many(size_t *count, size_t *outside, const struct many *m, judged_fn *fn, void *arg,
                 struct err *e)
{
    struct work w = {.many = m, .fn = fn, .arg = arg, .lock = PTHREAD_MUTEX_INITIALIZER};
    pthread_t threads[MANY_THREADS_MAX];
    struct arena *a = arena_new();
    unsigned n = 0;
    err_t rc = find_parties(&w, outside, a, e);
    *count = w.count;
    /* This thread works too: where no other can be had, it does it all. */
    while (rc == OK && n + 1 < thread_count(m) && n * BATCH + BATCH < w.count &&
           pthread_create(&threads[n], NULL, run, &w) == 0)
        n++;
    if (rc == OK)
        (void)run(&w);
    while (n > 0)
        pthread_join(threads[--n], NULL);
    arena_free(a);
    if (rc == OK && w.rc != OK && e)
        *e = w.why;
    return rc != OK ? rc : w.rc;
}

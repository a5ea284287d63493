/* Jobs: the rows, the workers, and what a killed worker leaves behind. */
#include "test.h"

#include "base/rand.h"
#include "db/scratch.h"
#include "model/job_worker.h"
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOW ((int64_t)1000000)

static struct arena *arena;
static const char *url;
static struct store *store;

static err_t make_ledger(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    err_t rc = db_exec(db, "CREATE TABLE ledger (job INTEGER NOT NULL, n INTEGER NOT NULL)", e);
    if (rc == OK)
        rc = db_exec(db, "CREATE TABLE ended (job INTEGER NOT NULL)", e);
    return rc;
}

static int open_store(void **state)
{
    (void)state;
    struct err e;
    arena = arena_new();
    url = scratch_url(arena, scratch_dir(arena), "t.db");
    assert_ok(store_open(&store, url, true, &e), &e);
    assert_ok(store_write(store, make_ledger, NULL, &e), &e);
    return 0;
}

static int close_store(void **state)
{
    (void)state;
    store_close(store);
    arena_free(arena);
    return 0;
}

static int64_t number(const char *sql, int64_t arg)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool found = false;
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(db_query(&st, db, sql, VALUES(v_i64(arg)), &e), &e);
    assert_ok(stmt_next(&found, st, &e), &e);
    int64_t n = found ? stmt_i64(st, 0) : -1;
    stmt_free(st);
    store_reader_put(store, db);
    return n;
}

/* --- one call of job.h in a step of its own --------------------------------------- */

struct call {
    enum { ADD, CANCEL, RETRY, CLAIM, STEP, RENEW, FINISH, FAIL, GIVE_BACK } what;
    struct job_draft draft;
    int64_t id, now_ms, until_ms, retry_ms;
    const char *kind, *lease;
    struct job job;
    bool found, again, cancel;
};

static err_t call_step(struct db *db, void *arg, struct err *e)
{
    struct call *c = arg;
    const struct job_held held = {c->id, c->lease, c->now_ms};
    struct job_claim claim;
    err_t rc;
    switch (c->what) {
    case ADD:
        return job_add(&c->id, db, &c->draft, c->now_ms, e);
    case CANCEL:
        return job_cancel(db, c->id, c->now_ms, e);
    case RETRY:
        return job_retry(db, c->id, c->now_ms, e);
    case CLAIM:
        claim = (struct job_claim){c->kind, c->lease, c->until_ms, c->now_ms, false, false};
        rc = job_claim(&c->job, &claim, db, arena, e);
        c->found = claim.found;
        c->again = claim.again;
        return rc;
    case STEP:
        return job_step(db, c->id, c->lease, STR("{\"at\":1}"), e);
    case RENEW:
        return job_renew(&c->found, &c->cancel, db, c->id, c->lease, c->until_ms, e);
    case FINISH:
        return job_finish(db, &held, STR("{\"n\":1}"), e);
    case FAIL:
        return job_fail(db, &held, STR("why"), c->retry_ms, e);
    case GIVE_BACK:
        return job_give_back(db, &held, e);
    }
    return OK;
}

static int64_t add(const char *kind, const char *key, int64_t owner)
{
    struct err e;
    struct call c = {
        .what = ADD, .draft = {.kind = kind, .key = str_of(key), .owner = owner}, .now_ms = NOW};
    assert_ok(store_write(store, call_step, &c, &e), &e);
    return c.id;
}

static err_t act(int what, int64_t id, const char *lease)
{
    struct call c = {.what = what, .id = id, .lease = lease, .now_ms = NOW, .until_ms = NOW + 1000};
    return store_write(store, call_step, &c, NULL);
}

static bool claim(struct job *out, const char *kind, const char *lease, int64_t now_ms)
{
    struct err e;
    struct call c = {
        .what = CLAIM, .kind = kind, .lease = lease, .now_ms = now_ms, .until_ms = now_ms + 1000};
    assert_ok(store_write(store, call_step, &c, &e), &e);
    *out = c.job;
    return c.found;
}

static struct job get(int64_t id)
{
    struct db *db = NULL;
    struct job j;
    struct err e;
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(job_get(&j, db, id, arena, &e), &e);
    store_reader_put(store, db);
    return j;
}

/* --- rows -------------------------------------------------------------------------- */

static void jobs_are_claimed_in_order_each_once(void **state)
{
    (void)state;
    struct job j;
    int64_t a = add("x", NULL, 7), b = add("x", NULL, 7);
    add("y", NULL, 7);
    assert_true(claim(&j, "x", "one", NOW));
    assert_int_equal(j.id, a);
    assert_str(j.state, "running");
    assert_str(j.arguments, "{}");
    assert_int_equal(j.owner, 7);
    assert_int_equal(j.attempts, 1);
    assert_int_equal(j.due_ms, NOW + 1000);
    assert_true(claim(&j, "x", "two", NOW));
    assert_int_equal(j.id, b);
    assert_false(claim(&j, "x", "three", NOW));
}

static void a_job_waits_for_its_time(void **state)
{
    (void)state;
    struct job j;
    struct err e;
    struct call c = {.what = ADD, .draft = {.kind = "x", .not_before_ms = NOW + 50}, .now_ms = NOW};
    assert_ok(store_write(store, call_step, &c, &e), &e);
    assert_false(claim(&j, "x", "one", NOW + 49));
    assert_true(claim(&j, "x", "one", NOW + 50));
}

static void one_open_job_of_a_key(void **state)
{
    (void)state;
    struct job j;
    int64_t a = add("x", "k", 1);
    assert_int_equal(add("x", "k", 1), a);
    assert_true(claim(&j, "x", "one", NOW));
    assert_int_equal(add("x", "k", 1), a); /* running counts too */
    assert_int_equal(act(FINISH, a, "one"), OK);
    int64_t b = add("x", "k", 1);
    assert_true(b != a);
    assert_int_equal(act(CANCEL, b, NULL), OK);
    int64_t c = add("x", "k", 1);
    assert_int_equal(act(RETRY, b, NULL), E_CONFLICT); /* c does that work */
    assert_int_equal(act(CANCEL, c, NULL), OK);
    assert_int_equal(act(RETRY, b, NULL), OK);
}

static void people_cancel_and_retry_only_where_it_makes_sense(void **state)
{
    (void)state;
    struct job j;
    int64_t a = add("x", NULL, 1);
    assert_int_equal(act(RETRY, a, NULL), E_CONFLICT);
    assert_int_equal(act(CANCEL, a, NULL), OK);
    assert_str(get(a).state, "cancelled");
    assert_int_equal(get(a).due_ms, 0);
    assert_int_equal(get(a).ended_ms, NOW);
    assert_int_equal(act(CANCEL, a, NULL), E_CONFLICT);
    assert_false(claim(&j, "x", "one", NOW));
    assert_int_equal(act(RETRY, a, NULL), OK);
    assert_true(claim(&j, "x", "one", NOW));
    assert_int_equal(act(CANCEL, a, NULL), OK); /* running: asked only */
    assert_str(get(a).state, "running");
    assert_true(get(a).cancel);
    struct call renew = {.what = RENEW, .id = a, .lease = "one", .until_ms = NOW + 5};
    assert_int_equal(store_write(store, call_step, &renew, NULL), OK);
    assert_true(renew.found);
    assert_true(renew.cancel);
    assert_int_equal(act(FINISH, a, "one"), OK); /* it was done before it heard */
    assert_int_equal(act(CANCEL, a, NULL), E_CONFLICT);
    assert_int_equal(act(CANCEL, 999, NULL), E_NOTFOUND);
}

static void a_job_whose_lease_ended_is_taken_up_and_its_first_run_is_shut_out(void **state)
{
    (void)state;
    struct job j;
    int64_t a = add("x", NULL, 1);
    assert_true(claim(&j, "x", "one", NOW));
    assert_int_equal(act(STEP, a, "one"), OK);
    assert_false(claim(&j, "x", "two", NOW + 999));
    assert_true(claim(&j, "x", "two", NOW + 1000));
    assert_int_equal(j.id, a);
    assert_int_equal(j.attempts, 2);
    assert_str(j.saved, "{\"at\":1}");
    assert_int_equal(act(STEP, a, "one"), E_CONFLICT);
    assert_int_equal(act(FINISH, a, "one"), E_CONFLICT);
    assert_int_equal(act(FAIL, a, "one"), E_CONFLICT);
    assert_int_equal(act(GIVE_BACK, a, "one"), E_CONFLICT);
    struct call renew = {.what = RENEW, .id = a, .lease = "one", .until_ms = NOW + 5};
    assert_int_equal(store_write(store, call_step, &renew, NULL), OK);
    assert_false(renew.found);
    assert_int_equal(act(FINISH, a, "two"), OK);
    assert_str(get(a).state, "done");
    assert_str(get(a).result, "{\"n\":1}");
    assert_int_equal(act(FINISH, a, "two"), E_CONFLICT);
}

static void a_job_that_kills_its_workers_fails_in_the_end(void **state)
{
    (void)state;
    struct job j;
    int64_t a = add("x", NULL, 1), now = NOW;
    for (int i = 1; i <= JOB_ATTEMPTS_MAX; i++, now += 1000)
        assert_true(claim(&j, "x", "lease", now));
    assert_false(claim(&j, "x", "lease", now));
    assert_str(get(a).state, "failed");
    assert_true(get(a).error.len > 0);
}

static void a_failed_job_waits_longer_each_time(void **state)
{
    (void)state;
    struct job j;
    int64_t a = add("x", NULL, 1);
    assert_true(claim(&j, "x", "one", NOW));
    struct call fail = {
        .what = FAIL, .id = a, .lease = "one", .now_ms = NOW, .retry_ms = NOW + job_backoff_ms(1)};
    assert_int_equal(store_write(store, call_step, &fail, NULL), OK);
    assert_str(get(a).state, "queued");
    assert_str(get(a).error, "why");
    assert_false(claim(&j, "x", "two", NOW + 4999));
    assert_true(claim(&j, "x", "two", NOW + 5000));
    for (int n = 2; n < 100; n++) {
        assert_true(job_backoff_ms(n) >= job_backoff_ms(n - 1));
        assert_true(job_backoff_ms(n) <= 3600000);
    }
    assert_int_equal(job_backoff_ms(100), 3600000);
}

static void a_list_is_its_owners_newest_first(void **state)
{
    (void)state;
    struct db *db = NULL;
    struct err e;
    const struct job *jobs;
    size_t count;
    int64_t ids[5], total;
    for (int i = 0; i < 5; i++)
        ids[i] = add("x", NULL, 7);
    add("x", NULL, 8);
    assert_int_equal(act(CANCEL, ids[1], NULL), OK);
    assert_ok(store_reader_get(&db, store, &e), &e);
    assert_ok(job_list(&jobs, &count, db, 7, STR_NONE, ids[4], 3, arena, &e), &e);
    assert_int_equal(count, 3);
    for (int i = 0; i < 3; i++)
        assert_int_equal(jobs[i].id, ids[3 - i]);
    assert_ok(job_list(&jobs, &count, db, 7, STR("cancelled"), 0, 3, arena, &e), &e);
    assert_int_equal(count, 1);
    assert_int_equal(jobs[0].id, ids[1]);
    assert_ok(job_count(&total, db, 7, STR("queued"), &e), &e);
    assert_int_equal(total, 4);
    store_reader_put(store, db);
}

static err_t sweep(struct db *db, void *arg, struct err *e)
{
    return job_sweep(arg, db, NOW + 1, NOW - 1, 100, e);
}

static void old_jobs_are_swept_people_s_later(void **state)
{
    (void)state;
    struct err e;
    int64_t deleted, program = add("x", NULL, 0), person = add("x", NULL, 1);
    int64_t open = add("x", NULL, 0);
    assert_int_equal(act(CANCEL, program, NULL), OK);
    assert_int_equal(act(CANCEL, person, NULL), OK);
    assert_ok(store_write(store, sweep, &deleted, &e), &e);
    assert_int_equal(deleted, 1);
    assert_int_equal(number("SELECT count(*) FROM job WHERE id = ?1", program), 0);
    assert_int_equal(number("SELECT count(*) FROM job WHERE id >= ?1", person), 2);
    assert_str(get(open).state, "queued");
}

/* --- workers ----------------------------------------------------------------------- */

struct sum {
    int64_t job, n;
    bool last; /* its job has no further step */
};

static err_t note_sum(struct db *db, void *arg, struct err *e)
{
    const struct sum *s = arg;
    err_t rc = db_run(db, "INSERT INTO ledger (job, n) VALUES (?1, ?2)",
                      VALUES(v_i64(s->job), v_i64(s->n)), e);
    return rc == OK && s->last
               ? db_run(db, "INSERT INTO ended (job) VALUES (?1)", VALUES(v_i64(s->job)), e)
               : rc;
}

#define STEPS 120

/* Writes 1 … STEPS, one a step, each with where to go on. */
static err_t run_steps(struct job_run *r, struct err *e)
{
    static _Thread_local struct sum s;
    int64_t at = 0;
    s.job = job_run_job(r)->id;
    if (job_run_job(r)->saved.len > 0 && !str_to_i64(&at, job_run_job(r)->saved))
        return err_set(e, E_INTERNAL, "saved");
    for (s.n = at + 1; s.n <= STEPS; s.n++) {
        if (job_run_stops(r))
            return job_run_stopped(e);
        s.last = s.n == STEPS;
        err_t rc = job_run_step(r, note_sum, &s,
                                arena_printf(job_run_arena(r), "%lld", (long long)s.n), e);
        if (rc != OK)
            return rc;
        job_run_progress(r, s.n, STEPS, STR("步骤"));
        usleep(3000);
    }
    job_run_result(r, STR("{\"ok\":true}"));
    return OK;
}

static err_t run_short(struct job_run *r, struct err *e)
{
    static _Thread_local struct sum s;
    s = (struct sum){.job = job_run_job(r)->id, .n = 1};
    return job_run_job(r)->saved.len ? OK : job_run_step(r, note_sum, &s, STR("1"), e);
}

static err_t run_busy(struct job_run *r, struct err *e)
{
    (void)r;
    return err_set(e, E_BUSY, "busy");
}

static err_t run_bad(struct job_run *r, struct err *e)
{
    (void)r;
    return err_set(e, E_INVALID, "bad");
}

static err_t run_until_stopped(struct job_run *r, struct err *e)
{
    for (int64_t i = 0; !job_run_stops(r); i++) {
        job_run_progress(r, i, 0, STR_NONE);
        usleep(1000);
    }
    return job_run_stopped(e);
}

static atomic_int standing_wanted, standing_ran;

static err_t run_standing(struct job_run *r, struct err *e)
{
    (void)r;
    (void)e;
    standing_ran++;
    standing_wanted--;
    return OK;
}

static err_t due_standing(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)db;
    (void)now_ms;
    (void)parts;
    (void)e;
    *out = standing_wanted > 0;
    return OK;
}

/* --- a clock that jumps -------------------------------------------------------------- */

#define TEN_YEARS_MS INT64_C(315360000000)

static struct jumping {
    struct clock clock; /* elapsed time stands still */
    _Atomic int64_t wall_ms;
} jumping;
static struct clock_watch watch;
static atomic_int looked, made; /* times that standing work was asked, and came to its step */
static atomic_bool wants;       /* it is due */

static int64_t jumping_now(const struct clock *c)
{
    (void)c;
    return jumping.wall_ms;
}

static int64_t jumping_elapsed(const struct clock *c)
{
    (void)c;
    return 0;
}

static err_t due_by_day(bool *out, struct db *db, int64_t now_ms, void *parts, struct err *e)
{
    (void)db;
    (void)now_ms;
    (void)parts;
    (void)e;
    looked++;
    *out = wants;
    return OK;
}

static err_t make_in_step(struct db *db, void *arg, struct err *e)
{
    made++;
    return db_run(db, "INSERT INTO ledger (job, n) VALUES (?1, 77)", VALUES(v_i64(*(int64_t *)arg)),
                  e);
}

struct apart {
    struct job_run *run;
    int64_t id;
    err_t rc;
};

static void *step_apart(void *arg)
{
    struct apart *x = arg;
    struct err e;
    x->rc = job_run_step(x->run, make_in_step, &x->id, STR_NONE, &e);
    return NULL;
}

/* Reads the time while it is wrong, and comes to its steps when it is right again: one on a thread that it begins, one
 * that is no job_run_step. */
static err_t run_by_day(struct job_run *r, struct err *e)
{
    int64_t id = job_run_job(r)->id;
    struct apart apart = {.run = r, .id = id};
    pthread_t thread;
    jumping.wall_ms += TEN_YEARS_MS;
    assert_true(clock_now_ms(job_run_clock(r)) > NOW);
    jumping.wall_ms -= TEN_YEARS_MS;
    assert_int_equal(pthread_create(&thread, NULL, step_apart, &apart), 0);
    pthread_join(thread, NULL);
    err_t rc = store_write(store, make_in_step, &id, e);
    assert_true((rc == OK && apart.rc == OK) || job_run_stops(r));
    return rc;
}

static err_t run_timeless(struct job_run *r, struct err *e)
{
    int64_t id = job_run_job(r)->id;
    wants = false;
    return job_run_step(r, make_in_step, &id, STR_NONE, e);
}

static const struct job_kind steps = {"steps", "steps", run_steps, NULL},
                             shorts = {"short", "short", run_short, NULL},
                             busy = {"busy", "busy", run_busy, NULL},
                             bad = {"bad", "bad", run_bad, NULL},
                             endless = {"endless", "endless", run_until_stopped, NULL},
                             standing = {"standing", "standing", run_standing, due_standing},
                             by_day = {"by_day", "by_day", run_by_day, due_by_day},
                             timeless = {.name = "timeless",
                                         .title = "timeless",
                                         .run = run_timeless,
                                         .due = due_by_day,
                                         .timeless = true};
static const struct job_use kinds[] = {{&steps, NULL},
                                       {&shorts, NULL},
                                       {&busy, NULL},
                                       {&bad, NULL},
                                       {&endless, NULL},
                                       {&standing, NULL},
                                       {0}};

static struct job_workers *start(struct store *s, unsigned threads)
{
    struct job_workers *w = NULL;
    struct err e;
    assert_ok(job_workers_start(&w,
                                &(struct job_workers_options){.store = s,
                                                              .clock = &clock_system,
                                                              .kinds = kinds,
                                                              .threads = threads,
                                                              .lease_ms = 400,
                                                              .poll_ms = 20},
                                &e),
              &e);
    return w;
}

static bool within_s(int seconds, bool (*holds)(int64_t), int64_t arg)
{
    for (int i = 0; i < seconds * 100; i++) {
        if (holds(arg))
            return true;
        usleep(10000);
    }
    return false;
}

static bool is_done(int64_t id)
{
    return str_is(get(id).state, "done");
}

static bool is_running(int64_t id)
{
    return str_is(get(id).state, "running");
}

static bool is_cancelled(int64_t id)
{
    return str_is(get(id).state, "cancelled");
}

static bool has_failed_once(int64_t id)
{
    return get(id).error.len > 0;
}

static void workers_run_what_is_queued(void **state)
{
    (void)state;
    struct job_workers *w = start(store, 2);
    int64_t id = add("steps", NULL, 1), b = add("bad", NULL, 1), again = add("busy", NULL, 1);
    job_workers_wake(w);
    assert_true(within_s(600, is_done, id));
    assert_true(within_s(600, has_failed_once, b));
    assert_true(within_s(600, has_failed_once, again));
    job_workers_stop(w);
    assert_int_equal(number("SELECT count(*) FROM ledger WHERE job = ?1", id), STEPS);
    assert_int_equal(number("SELECT count(*) FROM ended WHERE job = ?1", id), 1);
    struct job j = get(id);
    assert_str(j.result, "{\"ok\":true}");
    assert_int_equal(j.done, STEPS);
    assert_int_equal(j.total, STEPS);
    assert_str(j.note, "步骤");
    assert_str(get(b).state, "failed");
    assert_str(get(b).error, "bad");
    j = get(again); /* tried again later */
    assert_str(j.state, "queued");
    assert_true(j.due_ms - j.changed_ms >= 5000);
}

static void progress_is_written_at_most_twice_a_second(void **state)
{
    (void)state;
    struct job_workers *w = NULL;
    struct err e;
    int64_t id = add("endless", NULL, 1);
    struct job_workers_options o = {
        .store = store, .clock = &clock_system, .kinds = kinds, .poll_ms = 20};
    assert_ok(job_workers_start(&w, &o, &e), &e);
    assert_true(within_s(600, is_running, id));
    int64_t begun_us = clock_monotonic_us(&clock_system);
    struct job j;
    do {
        usleep(2000000);
        j = get(id);
    } while (j.done <= 100 || j.version - 2 < 2); /* a busy machine takes its time */
    int64_t passed_us = clock_monotonic_us(&clock_system) - begun_us;
    assert_true(j.version - 2 <= passed_us / 500000 + 1); /* added, claimed, then two a second */
    job_workers_stop(w);
}

static void a_running_job_that_is_cancelled_ends(void **state)
{
    (void)state;
    struct job_workers *w = start(store, 1);
    int64_t id = add("endless", NULL, 1);
    assert_true(within_s(600, is_running, id));
    assert_int_equal(act(CANCEL, id, NULL), OK);
    assert_true(within_s(600, is_cancelled, id));
    job_workers_stop(w);
}

static void a_process_that_stops_gives_its_jobs_back(void **state)
{
    (void)state;
    struct job_workers *w = start(store, 1);
    int64_t id = add("endless", NULL, 1);
    assert_true(within_s(600, is_running, id));
    usleep(1500000); /* longer than the lease: it was renewed */
    assert_int_equal(get(id).attempts, 1);
    job_workers_stop(w);
    assert_str(get(id).state, "queued");
    assert_int_equal(get(id).attempts, 0);
}

static bool standing_is_done(int64_t n)
{
    return standing_ran == n && standing_wanted == 0;
}

static void standing_work_is_queued_when_it_is_due(void **state)
{
    (void)state;
    struct job_workers *w = start(store, 2);
    standing_wanted = 3;
    standing_ran = 0;
    assert_true(within_s(600, standing_is_done, 3));
    usleep(200000);
    job_workers_stop(w);
    assert_int_equal(standing_ran, 3); /* one at a time, and no more than were due */
    assert_int_equal(number("SELECT count(*) FROM job WHERE kind = 'standing' AND id > ?1", 0), 3);
}

static struct job_workers *start_watched(const struct job_use *uses)
{
    struct job_workers *w = NULL;
    struct err e;
    jumping.clock = clock_system;
    jumping.clock.now_ms = jumping_now;
    jumping.clock.elapsed_ms = jumping_elapsed;
    jumping.wall_ms = NOW;
    looked = made = 0;
    clock_watch_init(&watch, &jumping.clock);
    assert_ok(job_workers_start(&w,
                                &(struct job_workers_options){.store = store,
                                                              .clock = &watch.clock,
                                                              .watch = &watch,
                                                              .kinds = uses,
                                                              .threads = 1,
                                                              .poll_ms = 5},
                                &e),
              &e);
    return w;
}

static bool is_idle_of(int64_t id)
{
    return number("SELECT count(*) FROM job WHERE id = ?1 AND state = 'done'", id) == 1;
}

/* Two jobs of a person, one after the other: in between the queue was looked at whole. */
static void let_look(void)
{
    for (int i = 0; i < 2; i++) {
        int64_t id = add("short", NULL, 1);
        assert_true(within_s(600, is_idle_of, id));
    }
}

static bool has_doubts(int64_t unused)
{
    (void)unused;
    return clock_watch_doubted(&watch) && number("SELECT count(*) FROM job WHERE kind = 'by_day' "
                                                 "AND state = 'queued' AND due_ms <= ?1",
                                                 NOW) == 1;
}

/* The jump comes and goes within a run: what it would have made is undone, and it is taken up again
 * once somebody has said that the clock is right. */
static void standing_work_makes_nothing_in_a_wrong_time(void **state)
{
    static const struct job_use uses[] = {{&by_day, NULL}, {&shorts, NULL}, {0}};
    (void)state;
    wants = true;
    struct job_workers *w = start_watched(uses);
    assert_true(within_s(600, has_doubts, 0)); /* given back, due in a time that comes */
    int asked = looked, came = made;
    assert_true(came > 0);
    let_look();
    assert_int_equal(made, came);
    assert_int_equal(number("SELECT count(*) FROM ledger WHERE n = ?1", 77), 0);
    assert_int_equal(looked, asked); /* nor is it asked any more */
    assert_int_equal(number("SELECT attempts FROM job WHERE kind = 'by_day' AND id > ?1", 0), 0);
    job_workers_stop(w);
    clock_watch_clear(&watch);
}

static bool timeless_is_done(int64_t n)
{
    return made == n && !wants;
}

static void what_comes_to_the_same_at_any_time_goes_on(void **state)
{
    static const struct job_use uses[] = {{&timeless, NULL}, {&shorts, NULL}, {0}};
    (void)state;
    wants = false;
    struct job_workers *w = start_watched(uses);
    jumping.wall_ms += TEN_YEARS_MS;
    let_look();
    assert_true(clock_watch_doubted(&watch));
    wants = true;
    assert_true(within_s(600, timeless_is_done, 1));
    job_workers_stop(w);
    clock_watch_clear(&watch);
}

static int64_t lease_of_children_ms = 400;

static void work_in_a_child(unsigned threads)
{
    struct store *s = NULL;
    struct job_workers *w = NULL;
    struct job_workers_options o = {.clock = &clock_system,
                                    .kinds = kinds,
                                    .threads = threads,
                                    .lease_ms = lease_of_children_ms,
                                    .poll_ms = 20};
    if (store_open(&s, url, false, NULL) != OK)
        _exit(1);
    o.store = s;
    if (job_workers_start(&w, &o, NULL) != OK)
        _exit(1);
    for (;;)
        pause();
}

/* Three jobs of 120 steps, workers killed again and again: each number stands in
 * the ledger once, each job ended once. They are given longer as it goes on: a slow machine may
 * need all of the first lives for a start. */
static void a_job_of_killed_workers_is_done_exactly_once(void **state)
{
    (void)state;
    const char *seed = getenv("SEED");
    struct rand r = {seed ? strtoull(seed, NULL, 10) : 20261120};
    struct err e;
    int64_t ids[3];
    int kills = 0;
    print_message("# seed %llu\n", (unsigned long long)r.state);
    for (int i = 0; i < 3; i++) {
        struct call c = {.what = ADD,
                         .draft = {.kind = "steps", .owner = 1, .attempts_max = 1000},
                         .now_ms = NOW};
        assert_ok(store_write(store, call_step, &c, &e), &e);
        ids[i] = c.id;
    }
    store_close(store); /* no connection of ours lives through the fork */
    store = NULL;
    for (bool all = false; !all && kills < 60; kills++) {
        pid_t child = fork();
        if (child == 0)
            work_in_a_child(3);
        usleep((20000 + rand_below(&r, 60000)) * (1 + (unsigned)kills / 5));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        assert_ok(store_open(&store, url, false, &e), &e);
        all = is_done(ids[0]) && is_done(ids[1]) && is_done(ids[2]);
        if (!all) {
            store_close(store);
            store = NULL;
        }
    }
    assert_non_null(store); /* open: all were done */
    print_message("# %d kills, %d attempts of the first job\n", kills, (int)get(ids[0]).attempts);
    for (int i = 0; i < 3; i++) {
        assert_str(get(ids[i]).state, "done");
        assert_int_equal(number("SELECT count(*) FROM ledger WHERE job = ?1", ids[i]), STEPS);
        assert_int_equal(number("SELECT count(DISTINCT n) FROM ledger WHERE job = ?1", ids[i]),
                         STEPS);
        assert_int_equal(number("SELECT count(*) FROM ended WHERE job = ?1", ids[i]), 1);
    }
    assert_true(kills > 2);
}

static void a_lease_says_whether_its_process_is_over(void **state)
{
    (void)state;
    char ours[JOB_LEASE_LEN + 1], theirs[JOB_LEASE_LEN + 1] = "", other[JOB_LEASE_LEN + 1];
    int ends[2];
    job_lease_new(ours);
    assert_int_equal(strlen(ours), JOB_LEASE_LEN);
    assert_false(job_lease_is_dead(str_of(ours), true));
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        job_lease_new(theirs);
        (void)!write(ends[1], theirs, sizeof(theirs));
        pause();
        _exit(0);
    }
    assert_int_equal(read(ends[0], theirs, sizeof(theirs)), sizeof(theirs));
    assert_false(job_lease_is_dead(str_of(theirs), true));
    kill(child, SIGKILL);
    siginfo_t how;
    waitid(P_PID, (id_t)child, &how, WEXITED | WNOWAIT);
    assert_true(job_lease_is_dead(str_of(theirs), false)); /* nobody has asked for it yet */
    waitpid(child, NULL, 0);
    assert_true(job_lease_is_dead(str_of(theirs), false));
    close(ends[0]);
    close(ends[1]);
    memcpy(other, ours, sizeof(other));
    other[20] = other[20] == '0' ? '1' : '0'; /* the number is another process's by now */
    assert_true(job_lease_is_dead(str_of(other), false));
    memcpy(other, theirs, sizeof(other));
    other[8] = other[8] == '0' ? '1' : '0'; /* in another container */
    assert_false(job_lease_is_dead(str_of(other), true));
    other[0] = other[0] == '0' ? '1' : '0'; /* of another boot, or machine */
    assert_true(job_lease_is_dead(str_of(other), true));
    assert_false(job_lease_is_dead(str_of(other), false));
    assert_false(job_lease_is_dead(STR("one"), true));
}

/* However long its lease has still to run. */
static void a_job_of_a_killed_process_goes_on_at_once(void **state)
{
    (void)state;
    struct err e;
    struct call c = {.what = ADD, .draft = {.kind = "steps", .owner = 1}, .now_ms = NOW};
    assert_ok(store_write(store, call_step, &c, &e), &e);
    int64_t id = c.id;
    store_close(store);
    store = NULL;
    lease_of_children_ms = 3600000;
    pid_t child = fork();
    if (child == 0)
        work_in_a_child(1);
    lease_of_children_ms = 400;
    assert_ok(store_open(&store, url, false, &e), &e);
    assert_true(within_s(600, is_running, id));
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_true(get(id).due_ms > clock_now_ms(&clock_system) + 1000000);
    struct job_workers *w = start(store, 1);
    assert_true(within_s(600, is_done, id));
    job_workers_stop(w);
    assert_int_equal(number("SELECT count(DISTINCT n) FROM ledger WHERE job = ?1", id), STEPS);
}

static bool all_short_done(int64_t n)
{
    return number("SELECT count(*) FROM job WHERE kind = 'short' AND state = 'done' AND id > ?1",
                  0) == n;
}

static void many_workers_of_two_processes_do_each_job_once(void **state)
{
    (void)state;
    for (int i = 0; i < 200; i++)
        add("short", NULL, 1);
    pid_t child = fork();
    if (child == 0)
        work_in_a_child(4);
    struct job_workers *w = start(store, 4);
    assert_true(within_s(600, all_short_done, 200));
    job_workers_stop(w);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(number("SELECT count(*) FROM ledger WHERE n = ?1", 1), 200);
    assert_int_equal(number("SELECT count(DISTINCT job) FROM ledger WHERE n = ?1", 1), 200);
    assert_int_equal(number("SELECT max(attempts) FROM job WHERE id > ?1", 0), 1);
}

#define WITH_STORE(f) cmocka_unit_test_setup_teardown(f, open_store, close_store)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_STORE(jobs_are_claimed_in_order_each_once),
        WITH_STORE(a_job_waits_for_its_time),
        WITH_STORE(one_open_job_of_a_key),
        WITH_STORE(people_cancel_and_retry_only_where_it_makes_sense),
        WITH_STORE(a_job_whose_lease_ended_is_taken_up_and_its_first_run_is_shut_out),
        WITH_STORE(a_job_that_kills_its_workers_fails_in_the_end),
        WITH_STORE(a_failed_job_waits_longer_each_time),
        WITH_STORE(a_list_is_its_owners_newest_first),
        WITH_STORE(old_jobs_are_swept_people_s_later),
        WITH_STORE(workers_run_what_is_queued),
        WITH_STORE(progress_is_written_at_most_twice_a_second),
        WITH_STORE(a_running_job_that_is_cancelled_ends),
        WITH_STORE(a_process_that_stops_gives_its_jobs_back),
        WITH_STORE(standing_work_is_queued_when_it_is_due),
        WITH_STORE(standing_work_makes_nothing_in_a_wrong_time),
        WITH_STORE(what_comes_to_the_same_at_any_time_goes_on),
        WITH_STORE(a_job_of_killed_workers_is_done_exactly_once),
        cmocka_unit_test(a_lease_says_whether_its_process_is_over),
        WITH_STORE(a_job_of_a_killed_process_goes_on_at_once),
        WITH_STORE(many_workers_of_two_processes_do_each_job_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

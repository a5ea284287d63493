/* Offices, parties and accounts, which are there without anybody's request; standing jobs. */
#include "access/account.h"
#include "access/grant.h"
#include "access/unit.h"
#include "audit/sequencer.h"
#include "cmd/demo_act.h"
#include "integrity/check.h"
#include "programme/timer_job.h"
#include <time.h>

/* --- units and accounts ----------------------------------------------------------------------------- */

struct making {
    struct deed deed;
    struct new_unit unit;
    struct new_account account;
    struct str role;
    int64_t id;
};

static err_t make_step(struct db *db, void *arg, struct err *e)
{
    struct making *m = arg;
    int64_t grant;
    if (m->unit.kind.len)
        return unit_add(&m->id, db, &m->deed, &m->unit, e);
    err_t rc = account_add(&m->id, db, &m->deed, &m->account, e);
    if (rc == OK && (rc = account_activate(db, &m->deed, m->id, e)) == OK)
        rc = grant_role(&grant, db, &m->deed,
                        &(struct new_grant){.account = m->id, .role = m->role}, e);
    return rc;
}

static err_t make(struct demo_life *l, struct making *m)
{
    struct subject program;
    struct jout j;
    subject_program(&program, demo_today(l));
    m->deed = (struct deed){
        .suite = l->serving.api.kernel->suite, .clock = &l->clock, .by = &program, .arena = l->a};
    err_t rc =
        l->words.rc == OK ? store_write(l->serving.api.store, make_step, m, l->e) : l->words.rc;
    jout_init_values(&j, l->a);
    jout_pair_i64(&j, "id", m->id);
    demo_call(l, jout_made(&j));
    return rc;
}

err_t demo_unit(struct demo_life *l)
{
    struct making m = {.unit = {.kind = demo_say(l, "unit"),
                                .name = demo_say(l, "name"),
                                .region = demo_say(l, "region"),
                                .credit_code = demo_say(l, "credit_code")}};
    return make(l, &m);
}

err_t demo_account(struct demo_life *l)
{
    struct str display = demo_say(l, "display"), unit = demo_say(l, "unit");
    struct making m = {
        .account = {.name = demo_say(l, "account"),
                    .display_name = arena_printf(l->a, "%.*s（演示）", STR_ARG(display))},
        .role = demo_say(l, "role")};
    return str_to_i64(&m.account.unit, unit)
               ? make(l, &m)
               : err_set(l->e, E_INVALID, "%s: %.*s is no number", "unit", STR_ARG(unit));
}

/* --- jobs ------------------------------------------------------------------------------------------------ */

struct work {
    struct str kind;
    int64_t now_ms, id;
};

static err_t add_job(struct db *db, void *arg, struct err *e)
{
    struct work *w = arg;
    return job_add(&w->id, db, &(struct job_draft){.kind = w->kind.ptr}, w->now_ms, e);
}

static err_t wait_for(struct demo_life *l, int64_t id)
{
    struct job job = {0};
    err_t rc = OK;
    for (; rc == OK && job.ended_ms == 0; nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL)) {
        struct db *db = NULL;
        if ((rc = store_reader_get(&db, l->serving.api.store, l->e)) == OK)
            rc = job_get(&job, db, id, l->a, l->e);
        store_reader_put(l->serving.api.store, db);
    }
    return rc != OK || str_is(job.state, "done")
               ? rc
               : err_set(l->e, E_INTERNAL, "%.*s: %.*s", STR_ARG(job.kind), STR_ARG(job.error));
}

/* `work`: a job that would run by itself were the program running on that day; `log`: it is signed. */
err_t demo_work(struct demo_life *l)
{
    struct kernel *kernel = l->serving.api.kernel;
    struct programme_parts programme = {kernel, l->app->data};
    const struct job_use kinds[] = {
        {&job_timers, &programme}, {&job_year, &programme}, {&integrity_check_kind, kernel}};
    struct sequencer_options o = instance_sequencer(l->app, kernel->store, kernel->suite);
    struct job_use one[2] = {{0}};
    struct work w = {.kind = demo_say(l, "work"), .now_ms = clock_now_ms(&l->clock)};
    struct job_workers *workers = NULL;
    if (str_is(w.kind, "log"))
        return log_sequence_now(&o, l->e);
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_is(w.kind, kinds[i].kind->name))
            one[0] = kinds[i];
    if (!one[0].kind)
        return err_set(l->e, E_INVALID, "there is no job %.*s", STR_ARG(w.kind));
    err_t rc = store_write(kernel->store, add_job, &w, l->e);
    if (rc == OK)
        rc = job_workers_start(&workers,
                               &(struct job_workers_options){.store = kernel->store,
                                                             .clock = &l->clock,
                                                             .kinds = one,
                                                             .threads = 1,
                                                             .poll_ms = 5},
                               l->e);
    if (rc == OK)
        rc = wait_for(l, w.id);
    job_workers_stop(workers);
    return rc;
}

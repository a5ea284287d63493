/* Offices, parties, accounts and roles; policies that begin to count; standing jobs. */
#include "access/account.h"
#include "access/grant.h"
#include "access/unit.h"
#include "cmd/demo_act.h"
#include "decide/activation.h"
#include "integrity/check.h"
#include "programme/timer_job.h"
#include <time.h>

/* --- units and accounts ----------------------------------------------------------------------------- */

struct unit_making {
    struct deed deed;
    struct new_unit unit;
    int64_t id;
};

static err_t unit_step(struct db *db, void *arg, struct err *e)
{
    struct unit_making *m = arg;
    return unit_add(&m->id, db, &m->deed, &m->unit, e);
}

/* A party is registered. */
static err_t join(struct demo_life *l)
{
    struct subject program;
    struct demo_party *p = demo_party_of(l);
    struct str district;
    subject_program(&program, demo_today(l));
    err_t rc = demo_text(&district, &l->words, STR("$district"), l->a, l->e);
    struct unit_making m = {
        .deed = demo_deed(l, &program),
        .unit = {
            .kind = STR("party"), .name = p->name, .region = district, .credit_code = p->code}};
    if (rc == OK)
        rc = store_write(l->instance.store, unit_step, &m, l->e);
    p->unit = m.id;
    l->count.parties++;
    return rc;
}

/* The offices of the cast. */
static err_t found_offices(struct demo_life *l)
{
    const struct yvalue *list = yin_get(l->story.cast, "offices");
    struct subject program;
    err_t rc = OK;
    subject_program(&program, demo_today(l));
    for (size_t i = 0; rc == OK && list && i < list->count; i++) {
        const struct yvalue *o = &list->items[i];
        struct unit_making m = {
            .deed = demo_deed(l, &program),
            .unit = {.kind = yin_get(o, "kind")->text,
                     .name = arena_printf(l->a, "%s（演示）", yin_get(o, "name")->text.ptr),
                     .region = yin_get(o, "region")->text}};
        rc = store_write(l->instance.store, unit_step, &m, l->e);
    }
    return rc;
}

struct account_making {
    struct deed deed;
    struct new_account account;
    struct str unit, role;
    int64_t id;
};

static err_t account_step(struct db *db, void *arg, struct err *e)
{
    struct account_making *m = arg;
    int64_t grant;
    err_t rc = unit_find(&m->account.unit, db, m->unit, m->deed.arena, e);
    if (rc == OK && (rc = account_add(&m->id, db, &m->deed, &m->account, e)) == OK &&
        (rc = account_activate(db, &m->deed, m->id, e)) == OK)
        rc = grant_role(&grant, db, &m->deed,
                        &(struct new_grant){.account = m->id, .role = m->role}, e);
    return rc;
}

static err_t add_account(struct demo_life *l, struct str name, struct str display, struct str unit,
                         struct str role)
{
    struct subject program;
    subject_program(&program, demo_today(l));
    struct account_making m = {
        .deed = demo_deed(l, &program),
        .account = {.name = name,
                    .display_name = arena_printf(l->a, "%.*s（演示）", STR_ARG(display))},
        .unit = unit,
        .role = role};
    return store_write(l->instance.store, account_step, &m, l->e);
}

/* An account in the party's unit. */
static err_t account(struct demo_life *l)
{
    struct str name, display, role;
    err_t rc = demo_say(&name, l, "account");
    if (rc == OK && (rc = demo_say(&display, l, "display")) == OK &&
        (rc = demo_say(&role, l, "role")) == OK)
        rc = add_account(l, name, display, demo_party_of(l)->name, role);
    return rc;
}

/* The people of the cast, who belong to offices. */
static err_t hire_people(struct demo_life *l)
{
    const struct yvalue *list = yin_get(l->story.cast, "people");
    err_t rc = OK;
    for (size_t i = 0; rc == OK && list && i < list->count; i++) {
        const struct yvalue *p = &list->items[i];
        rc = add_account(l, yin_get(p, "name")->text, yin_get(p, "display")->text,
                         arena_printf(l->a, "%s（演示）", yin_get(p, "unit")->text.ptr),
                         yin_get(p, "role")->text);
    }
    return rc;
}

static err_t found(struct demo_life *l)
{
    err_t rc = found_offices(l);
    return rc == OK ? hire_people(l) : rc;
}

/* --- a policy counts ---------------------------------------------------------------------------------- */

struct activating_step {
    struct deed deed;
    struct activating what;
    struct activation made;
    int64_t waits;
};

static err_t activate_step(struct db *db, void *arg, struct err *e)
{
    struct activating_step *s = arg;
    return pack_activate(&s->made, &s->waits, db, &s->deed, &s->what, e);
}

static err_t activate(struct demo_life *l)
{
    static const char *const two[] = {"by", "second"};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(two); i++) {
        struct activating_step s = {0};
        struct subject by;
        struct str pack;
        if ((rc = demo_subject(&by, l, two[i])) != OK ||
            (rc = demo_say(&pack, l, "activate")) != OK ||
            (rc = packs_get(&s.what.pack, l->packs, pack, l->e)) != OK)
            return rc;
        s.deed = demo_deed(l, &by);
        s.deed.reason = STR("演示：启用");
        s.what.archive = packs_archive(l->packs, s.what.pack, l->a);
        rc = store_write(l->instance.store, activate_step, &s, l->e);
    }
    return rc;
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
    while (rc == OK && !str_is(job.state, "done")) {
        struct db *db = NULL;
        if ((rc = store_reader_get(&db, l->instance.store, l->e)) != OK)
            return rc;
        rc = job_get(&job, db, id, l->a, l->e);
        store_reader_put(l->instance.store, db);
        if (rc == OK && (str_is(job.state, "failed") || str_is(job.state, "cancelled")))
            return err_set(l->e, E_INTERNAL, "%.*s: %.*s", STR_ARG(job.kind), STR_ARG(job.error));
        if (!str_is(job.state, "done"))
            nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    return rc;
}

/* `work`: a job that would run by itself were the program running on that day. */
static err_t work(struct demo_life *l)
{
    struct programme_parts programme = {&l->instance.kernel, l->app->data};
    const struct job_use kinds[] = {{&job_timers, &programme},
                                    {&job_year, &programme},
                                    {&integrity_check_kind, &l->instance.kernel},
                                    {NULL, NULL}};
    struct job_use one[2] = {{0}};
    struct work w = {.now_ms = clock_now_ms(&l->clock)};
    struct job_workers *workers = NULL;
    err_t rc = demo_say(&w.kind, l, "work");
    for (size_t i = 0; kinds[i].kind; i++)
        if (str_is(w.kind, kinds[i].kind->name))
            one[0] = kinds[i];
    if (rc == OK && !one[0].kind)
        rc = err_set(l->e, E_INVALID, "there is no job %.*s", STR_ARG(w.kind));
    if (rc == OK)
        rc = store_write(l->instance.store, add_job, &w, l->e);
    if (rc == OK)
        rc = job_workers_start(&workers,
                               &(struct job_workers_options){.store = l->instance.store,
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

const struct demo_act demo_office_acts[] = {{"found", found},     {"join", join},
                                            {"account", account}, {"activate", activate},
                                            {"work", work},       {NULL, NULL}};

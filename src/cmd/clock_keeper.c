/* One thread. The watch is asked by everybody at once; only what it found goes through here. */
#include "cmd/clock_keeper.h"
#include "audit/clock_state.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include "notify/notification.h"
#include <pthread.h>
#include <time.h>

#define POLL_DEFAULT_MS 1000
#define SEEN_EVERY_MS 60000

struct clock_keeper {
    struct clock_keeper_options o;
    int64_t seen_ms; /* kept last */
    bool told;       /* the store has that the clock is in doubt */
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping; /* guarded by lock */
};

/* --- what is found out --------------------------------------------------------------------- */

struct doubting {
    struct clock_keeper *keeper;
    enum clock_doubt doubt;
    struct clock_jump jump;
    bool first;
};

/* Their roles are not asked for a day: nobody knows which it is. */
static err_t tell_administrators(struct db *db, const struct clock_jump *jump, struct arena *a,
                                 struct err *e)
{
    struct ids accounts = {0};
    char due[LOG_TIME_LEN + 1], shown[LOG_TIME_LEN + 1];
    log_time_format(due, jump->due_ms);
    log_time_format(shown, jump->shown_ms);
    struct notification_draft d = {
        .kind = "clock_doubted",
        .arguments = arena_printf(a, "{\"due\":\"%s\",\"shown\":\"%s\"}", due, shown)};
    err_t rc = db_ids(&accounts, db,
                      "SELECT DISTINCT g.account FROM role_grant g JOIN account c ON c.id ="
                      " g.account WHERE g.state = 'active' AND g.delegated_by IS NULL AND c.state ="
                      " 'active' AND g.role IN ('system_administrator', 'security_administrator',"
                      " 'audit_administrator') ORDER BY g.account",
                      NULL, 0, a, e);
    for (size_t i = 0; rc == OK && i < accounts.len; i++) {
        int64_t id;
        d.account = accounts.ptr[i];
        rc = notification_post(&id, db, &d, jump->due_ms, e);
    }
    return rc;
}

static err_t doubt_step(struct db *db, void *arg, struct err *e)
{
    struct doubting *x = arg;
    struct clock_keeper *k = x->keeper;
    struct arena *a = arena_new();
    err_t rc =
        clock_state_doubt(&x->first, db, k->o.suite, &k->o.watch->clock, x->doubt, &x->jump, a, e);
    if (rc == OK && x->first)
        rc = tell_administrators(db, &x->jump, a, e);
    arena_free(a);
    return rc;
}

static void raise_alarm(const struct clock_jump *jump)
{
    char due[LOG_TIME_LEN + 1], shown[LOG_TIME_LEN + 1];
    log_time_format(due, jump->due_ms);
    log_time_format(shown, jump->shown_ms);
    log_line(LOG_ERROR,
             "the clock is in doubt: it showed %s, after %s; standing work and signing stand still "
             "until people have said what time it is (PUT /api/v1/clock)",
             shown, due);
}

static err_t doubt(struct clock_keeper *k, enum clock_doubt how, struct clock_jump jump,
                   struct err *e)
{
    struct doubting x = {.keeper = k, .doubt = how, .jump = jump};
    clock_watch_doubt(k->o.watch, &jump);
    err_t rc = store_write(k->o.store, doubt_step, &x, e);
    if (rc == OK && (x.first || !k->told))
        raise_alarm(&jump);
    k->told |= rc == OK;
    return rc;
}

/* --- looking -------------------------------------------------------------------------------- */

static err_t read_state(struct clock_state *out, struct clock_keeper *k, struct err *e)
{
    return STORE_READ(db, k->o.store, e, clock_state_load(out, db, e));
}

static err_t seen_step(struct db *db, void *arg, struct err *e)
{
    return clock_state_seen(db, *(const int64_t *)arg, e);
}

static err_t keep_seen(struct clock_keeper *k, int64_t now_ms, struct err *e)
{
    if (now_ms - k->seen_ms < SEEN_EVERY_MS)
        return OK;
    err_t rc = store_write(k->o.store, seen_step, &now_ms, e);
    if (rc == OK)
        k->seen_ms = now_ms;
    return rc;
}

/* Where nobody could say what time it is, nobody is asked: the log alone sees to it that no head is signed before an
 * earlier one. */
static err_t is_anybody_asked(bool *out, struct clock_keeper *k, struct err *e)
{
    return STORE_READ(
        db, k->o.store, e,
        db_any(out, db,
               "SELECT 1 FROM role_grant g JOIN account c ON c.id = g.account WHERE g.state ="
               " 'active' AND c.state = 'active' AND g.role = 'security_administrator' LIMIT 1",
               NULL, 0, e));
}

static err_t look_at_start(struct clock_keeper *k, struct err *e)
{
    struct clock_state state;
    bool asked = true;
    int64_t now_ms = clock_now_ms(&k->o.watch->clock);
    err_t rc = read_state(&state, k, e);
    if (rc != OK)
        return rc;
    enum clock_doubt how = clock_state_at_start(&state, now_ms);
    if (how != state.doubt && (rc = is_anybody_asked(&asked, k, e)) != OK)
        return rc;
    if (how == CLOCK_TRUSTED || !asked)
        return keep_seen(k, now_ms, e);
    return doubt(k, how,
                 how == state.doubt ? state.jump : (struct clock_jump){state.seen_ms, now_ms}, e);
}

static err_t look(struct clock_keeper *k, struct err *e)
{
    struct clock_state state;
    struct clock_jump own;
    bool asked = false;
    int64_t now_ms = clock_now_ms(&k->o.watch->clock);
    bool jumped = clock_watch_jumped(&own, k->o.watch);
    err_t rc = read_state(&state, k, e);
    if (rc != OK)
        return rc;
    if (jumped && (state.doubt == CLOCK_AHEAD || (!state.doubt && !k->told))) {
        rc = is_anybody_asked(&asked, k, e);
        return rc == OK && asked ? doubt(k, CLOCK_JUMPED, own, e) : rc;
    }
    if (state.doubt && !k->told)
        return doubt(k, state.doubt, state.jump, e);
    if (!state.doubt && k->told) {
        clock_watch_settle(k->o.watch);
        k->told = false;
        log_line(LOG_INFO, "the clock is in doubt no more: standing work goes on");
        return OK;
    }
    return state.doubt ? OK : keep_seen(k, now_ms, e);
}

static void *keep(void *arg)
{
    struct clock_keeper *k = arg;
    bool said = false;
    pthread_mutex_lock(&k->lock);
    while (!k->stopping) {
        struct err e = {0};
        pthread_mutex_unlock(&k->lock);
        err_t rc = look(k, &e);
        if (rc != OK && !said)
            log_line(LOG_WARN, "what time it is could not be kept: %s", e.text);
        said = rc != OK;
        pthread_mutex_lock(&k->lock);
        struct timespec until = clock_moment_in(CLOCK_MONOTONIC, k->o.poll_ms);
        if (!k->stopping)
            pthread_cond_timedwait(&k->wake, &k->lock, &until);
    }
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

static void free_keeper(struct clock_keeper *k)
{
    pthread_cond_destroy(&k->wake);
    pthread_mutex_destroy(&k->lock);
    free(k);
}

err_t clock_keeper_start(struct clock_keeper **out, const struct clock_keeper_options *o,
                         struct err *e)
{
    struct clock_keeper *k = mem_zalloc(sizeof(*k));
    pthread_condattr_t monotonic;
    *out = NULL;
    k->o = *o;
    k->o.poll_ms = o->poll_ms ? o->poll_ms : POLL_DEFAULT_MS;
    pthread_mutex_init(&k->lock, NULL);
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&k->wake, &monotonic);
    pthread_condattr_destroy(&monotonic);
    err_t rc = look_at_start(k, e);
    if (rc == OK && pthread_create(&k->thread, NULL, keep, k) != 0)
        rc = err_set(e, E_IO, "cannot start a worker thread");
    if (rc != OK) {
        free_keeper(k);
        return rc;
    }
    pthread_setname_np(k->thread, "clock"); /* for who looks where time goes */
    *out = k;
    return OK;
}

err_t clock_keeper_look(const struct clock_keeper_options *o, struct err *e)
{
    struct clock_keeper k = {.o = *o};
    err_t rc = look_at_start(&k, e);
    return rc == OK ? look(&k, e) : rc;
}

void clock_keeper_stop(struct clock_keeper *k)
{
    if (!k)
        return;
    pthread_mutex_lock(&k->lock);
    k->stopping = true;
    pthread_cond_signal(&k->wake);
    pthread_mutex_unlock(&k->lock);
    pthread_join(k->thread, NULL);
    free_keeper(k);
}

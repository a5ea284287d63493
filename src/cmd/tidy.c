/* One thread. No jobs (model/job.h): there is nothing to show, to repeat or to lose, and
 * a row a minute would be more work than what it stands for. */
#include "cmd/tidy.h"
#include "access/login.h"
#include "access/throttle.h"
#include "api/disk_days.h"
#include "api/public_address.h"
#include "base/log.h"
#include "base/mem.h"
#include "record/record.h"
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_MS 1000 /* at the clock */
#define MINUTE_MS ((int64_t)60000)
#define FLUSH_MS ((int64_t)10000)
#define HOUR_MS (60 * MINUTE_MS)

struct tidy {
    struct api *api;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;               /* guarded by lock */
    int64_t flush, minute, hour; /* done last, since the epoch */
    uint64_t analyzed;           /* steps of the store when the planner was last told of them */
};

static err_t sweep_sessions(struct db *db, void *arg, struct err *e)
{
    const struct tidy *t = arg;
    struct access_settings settings;
    err_t rc = access_settings_load(&settings, db, e);
    return rc == OK ? session_sweep(db, &settings, clock_now_ms(t->api->clock), e) : rc;
}

/* Budgets as they are chosen now, also by another server; what was counted is kept. */
static err_t budgets(struct tidy *t, struct err *e)
{
    struct access_settings settings;
    err_t rc = STORE_READ(db, t->api->store, e, access_settings_load(&settings, db, e));
    if (rc != OK)
        return rc;
    throttle_limit(t->api->throttle, &settings.limits);
    return throttle_flush(t->api->throttle, e);
}

/* Where much was written one by one: an import tells it by itself. A step a type, so that
 * none keeps writers waiting. */
static err_t analyze(struct tidy *t, struct err *e)
{
    const struct record_types *types = t->api->kernel->types;
    uint64_t steps = store_counts(t->api->store).steps;
    const struct record_type *type;
    err_t rc = OK;
    if (steps - t->analyzed < ANALYZE_FROM)
        return OK;
    for (size_t i = 0; rc == OK && (type = record_type_at(types, i)) != NULL; i++)
        rc = record_type_analyze(type, t->api->store, e);
    t->analyzed = steps;
    return rc;
}

static void look(struct tidy *t)
{
    int64_t now_ms = clock_now_ms(t->api->clock);
    struct err e;
    err_t rc = OK;
    if (clock_watch_doubted(t->api->watch)) /* nothing is over by a wrong time */
        return;
    if (now_ms / FLUSH_MS != t->flush)
        rc = budgets(t, &e);
    if (rc == OK && now_ms / MINUTE_MS != t->minute)
        rc = store_write(t->api->store, sweep_sessions, t, &e);
    if (rc == OK && now_ms / MINUTE_MS != t->minute)
        rc = public_address_load(t->api, &e);
    if (rc == OK && now_ms / HOUR_MS != t->hour)
        rc = login_sweep(t->api->login, &e);
    if (rc == OK && now_ms / HOUR_MS != t->hour)
        rc = analyze(t, &e);
    if (rc == OK && now_ms / HOUR_MS != t->hour)
        rc = disk_days_note(t->api->data_dir, now_ms, &e);
    if (rc != OK) /* again in a minute */
        log_line(LOG_WARN, "what is over could not be removed: %s", e.text);
    t->flush = now_ms / FLUSH_MS;
    t->minute = now_ms / MINUTE_MS;
    t->hour = rc == OK ? now_ms / HOUR_MS : t->hour;
}

static void *run(void *arg)
{
    struct tidy *t = arg;
    pthread_mutex_lock(&t->lock);
    while (!t->stopping) {
        pthread_mutex_unlock(&t->lock);
        look(t);
        pthread_mutex_lock(&t->lock);
        struct timespec until = clock_moment_in(CLOCK_REALTIME, LOOK_MS);
        if (!t->stopping)
            pthread_cond_timedwait(&t->wake, &t->lock, &until);
    }
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

err_t tidy_start(struct tidy **out, struct api *api, struct err *e)
{
    struct tidy *t = mem_zalloc(sizeof(*t));
    t->api = api;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->wake, NULL);
    if (pthread_create(&t->thread, NULL, run, t) != 0) {
        free(t);
        return err_set(e, E_IO, "cannot start a worker thread");
    }
    pthread_setname_np(t->thread, "tidy"); /* for who looks where time goes */
    *out = t;
    return OK;
}

void tidy_stop(struct tidy *t)
{
    if (!t)
        return;
    pthread_mutex_lock(&t->lock);
    t->stopping = true;
    pthread_cond_signal(&t->wake);
    pthread_mutex_unlock(&t->lock);
    pthread_join(t->thread, NULL);
    pthread_cond_destroy(&t->wake);
    pthread_mutex_destroy(&t->lock);
    free(t);
}

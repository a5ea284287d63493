/* The parts of an instance that answers requests, and a thread that keeps the index up with the
 * store. */
#include "cmd/serving.h"
#include "access/login.h"
#include "access/throttle.h"
#include "api/public_address.h"
#include "base/log.h"
#include "cmd/background.h"
#include "cmd/clock_keeper.h"
#include "search/export.h"
#include <malloc.h>

#define FOLLOW_EVERY_MS 300
#define LOCK_RETRY_MS 2000 /* another process holds the index: ask again */

/* Sleep, unless asked to stop. Returns whether to go on. */
static bool pause_ms(struct follower *f, int ms)
{
    struct timespec until = clock_moment_in(CLOCK_REALTIME, ms);
    pthread_mutex_lock(&f->lock);
    while (!f->stopping && pthread_cond_timedwait(&f->wake, &f->lock, &until) == 0)
        continue;
    bool go_on = !f->stopping;
    pthread_mutex_unlock(&f->lock);
    return go_on;
}

static err_t follow_or_mend(struct follower *f, struct indexer *x, struct err *e)
{
    uint64_t done;
    if (!searcher_met_damage(f->searcher))
        return indexer_follow(x, &done, e);
    err_t rc = indexer_rebuild(x, &done, e);
    if (rc == OK)
        searcher_note_rebuild(f->searcher);
    (void)searcher_met_damage(f->searcher); /* of searches that did not wait for it */
    return rc;
}

static void *follow(void *arg)
{
    struct follower *f = arg;
    struct indexer *x = NULL;
    bool said = false;
    do {
        struct err e;
        err_t rc = x ? OK : indexer_open(&x, f->store, f->index_dir, INDEX_FULL, &e);
        if (rc == E_BUSY) { /* an import follows for us; take over when it is done */
            if (!pause_ms(f, LOCK_RETRY_MS))
                break;
            continue;
        }
        if (rc == OK)
            rc = follow_or_mend(f, x, &e);
        if (rc != OK) {
            if (!said)
                log_line(LOG_ERROR, "the index does not follow the store: %s", e.text);
            said = true;
            indexer_close(x);
            x = NULL;
            if (!pause_ms(f, LOCK_RETRY_MS))
                break;
            continue;
        }
        said = false;
    } while (pause_ms(f, FOLLOW_EVERY_MS));
    indexer_close(x);
    return NULL;
}

static void follower_stop(struct follower *f)
{
    pthread_mutex_lock(&f->lock);
    f->stopping = true;
    pthread_cond_signal(&f->wake);
    pthread_mutex_unlock(&f->lock);
    pthread_join(f->thread, NULL);
    pthread_cond_destroy(&f->wake);
    pthread_mutex_destroy(&f->lock);
}

/* What requests free is kept for the next ones: given back to the system with each of
 * them, and asked for again, it costs a fault a page. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

err_t serving_open(struct serving *s, struct app *app, const struct serving_options *o,
                   struct err *e)
{
    struct api *api = &s->api;
    err_t rc;
    keep_memory();
    *s = (struct serving){.api = {.data_dir = app->data,
                                  .file_scan = o->file_scan,
                                  .clock = app->clock,
                                  .watch = app->watch,
                                  .started_ms = clock_now_ms(app->clock)}};
    if ((rc = instance_kernel(&s->instance, app, e)) != OK)
        return rc;
    api->store = s->instance.store;
    api->kernel = &s->instance.kernel;
    s->instance.kernel.columns_from = (int64_t)o->columns_from;
    api->files = &s->instance.files;
    api->pdf_program = program_beside_us(app->arena, "zhiyun-pdf");
    api->press = (struct paper_press){.program = program_beside_us(app->arena, "zhiyun-paper"),
                                      .fonts = arena_printf(app->arena, "%s/fonts", app->data).ptr};
    api->login = login_new(&(struct login_parts){.store = s->instance.store,
                                                 .suite = &s->instance.suite,
                                                 .clock = app->clock,
                                                 .keys = s->instance.keys});
    const struct access_settings settings = access_settings_default();
    api->throttle = throttle_new(s->instance.store, app->clock, &settings.limits);
    if ((rc = record_types_analyze(app->types, api->store, e)) != OK ||
        (rc = searcher_open(&api->searcher, api->store, app->index_dir, app->clock, e)) != OK)
        serving_close(s);
    s->instance.kernel.searcher = api->searcher;
    s->instance.kernel.library = search_number;
    return rc;
}

void serving_close(struct serving *s)
{
    public_address_free(&s->api);
    searcher_close(s->api.searcher);
    login_free(s->api.login);
    throttle_free(s->api.throttle);
    instance_close(&s->instance);
}

err_t serving_start(struct serving *s, const struct app *app, struct err *e)
{
    struct sequencer_options o = instance_sequencer(app, s->api.store, s->api.kernel->suite);
    const struct clock_keeper_options clock = {
        .store = s->api.store, .suite = s->api.kernel->suite, .watch = app->watch};
    err_t rc = clock_keeper_start(&s->clock_keeper, &clock, e);
    if (rc == OK)
        rc = sequencer_start(&s->api.sequencer, &o, e);
    if (rc == OK && (rc = background_start(&s->background, &s->api, e)) != OK)
        serving_stop(s);
    return rc;
}

err_t serving_follow(struct serving *s, const struct app *app, struct err *e)
{
    struct follower *f = &s->follower;
    *f = (struct follower){
        .store = s->api.store, .searcher = s->api.searcher, .index_dir = app->index_dir};
    pthread_mutex_init(&f->lock, NULL);
    pthread_cond_init(&f->wake, NULL);
    f->runs = pthread_create(&f->thread, NULL, follow, f) == 0;
    return f->runs ? OK : err_set(e, E_IO, "cannot start a worker thread");
}

void serving_stop(struct serving *s)
{
    background_stop(s->background, &s->api);
    if (s->follower.runs)
        follower_stop(&s->follower);
    clock_keeper_stop(s->clock_keeper);
    sequencer_stop(s->api.sequencer, NULL); /* last: what was written is signed */
}

/* zhiyun serve: the API and the page, and a thread that keeps the index up with
 * the store. */
#include "access/link.h"
#include "access/login.h"
#include "access/throttle.h"
#include "api/http.h"
#include "api/public_address.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/msg.h"
#include "cmd/background.h"
#include "cmd/cmd.h"
#include "record/columns.h"
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define FOLLOW_EVERY_MS 300
#define LOCK_RETRY_MS 2000 /* another process holds the index: ask again */

struct follower {
    struct store *store;
    struct searcher *searcher;
    const char *index_dir;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

/* Sleep, unless asked to stop. Returns whether to go on. */
static bool pause_ms(struct follower *f, int ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
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
}

struct set_up {
    struct deed deed;
    char link[BEARER_LEN + 1];
};

static err_t set_up_step(struct db *db, void *arg, struct err *e)
{
    struct set_up *x = arg;
    return link_make_set_up(x->link, db, &x->deed, e);
}

/* Nobody can sign in yet: say how the first administrator is made. */
static err_t offer_set_up(struct app *app, struct api *api, const char *listen, struct err *e)
{
    struct db *db = NULL;
    struct subject program;
    bool any = true;
    err_t rc = store_reader_get(&db, api->store, e);
    if (rc == OK)
        rc = has_any_account(&any, db, e);
    store_reader_put(api->store, db);
    if (rc != OK || any)
        return rc;
    subject_program(&program, business_date(clock_now_ms(app->clock), app->arena));
    struct set_up x = {
        .deed = {
            .suite = api->kernel->suite, .clock = app->clock, .by = &program, .arena = app->arena}};
    rc = store_write(api->store, set_up_step, &x, e);
    if (rc == OK) /* with --quiet too: it is made once and told nowhere else */
        log_line(LOG_INFO,
                 "nobody can sign in yet; the first administrator is made with this link, once: "
                 "http://%s/#set-up=%s",
                 listen, x.link);
    return rc == E_CONFLICT ? OK : rc; /* another process was faster */
}

static int serve(struct app *app, struct api *api, const struct http_options *http,
                 const sigset_t *signals)
{
    struct follower follower = {
        .store = api->store, .searcher = api->searcher, .index_dir = app->index_dir};
    struct http_server *server = NULL;
    struct background *background = NULL;
    struct err e;
    int number;
    struct sequencer_options o = instance_sequencer(app, api->store, api->kernel->suite);
    if (sequencer_start(&api->sequencer, &o, &e) != OK)
        return fail(app, &e);
    if (background_start(&background, api, &e) != OK) {
        sequencer_stop(api->sequencer, NULL);
        return fail(app, &e);
    }
    if (http_start(&server, api, http, &e) != OK) {
        background_stop(background, api);
        sequencer_stop(api->sequencer, NULL);
        return fail(app, &e);
    }
    pthread_mutex_init(&follower.lock, NULL);
    pthread_cond_init(&follower.wake, NULL);
    if (pthread_create(&follower.thread, NULL, follow, &follower) != 0) {
        (void)err_set(&e, E_IO, "cannot start a worker thread");
        http_stop(server);
        background_stop(background, api);
        sequencer_stop(api->sequencer, NULL);
        return fail(app, &e);
    }
    if (!app->quiet)
        log_line(LOG_INFO, "serving http://%s/", http->address);
    if (offer_set_up(app, api, http->address, &e) != OK)
        log_line(LOG_ERROR, "no set-up link: %s", e.text);
    sigwait(signals, &number);
    if (!app->quiet)
        log_line(LOG_INFO, "stopping");
    http_stop(server);
    background_stop(background, api);
    follower_stop(&follower);
    sequencer_stop(api->sequencer, NULL); /* last: what was written is signed */
    pthread_cond_destroy(&follower.wake);
    pthread_mutex_destroy(&follower.lock);
    return EXIT_DONE;
}

/* What requests free is kept for the next ones: given back to the system with each of
 * them, and asked for again, it costs a fault a page. */
static void keep_memory(void)
{
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_MMAP_THRESHOLD, 4 << 20);
}

static int run_serve(struct app *app, int argc, char **argv)
{
    struct http_options http = {.address = "127.0.0.1:8420"};
    struct instance instance;
    struct api api = {.clock = app->clock, .data_dir = app->data};
    struct args args;
    struct err e;
    sigset_t signals;
    size_t columns_from = COLUMNS_FROM;
    int code;

    keep_memory();
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_is(&args, "--columns-from", NULL)) {
            if (!args_number(&columns_from, &args, "serve", 1, UINT32_MAX))
                return EXIT_USAGE;
            continue;
        }
        const char **to = args_is(&args, "--listen", NULL)       ? &http.address
                          : args_is(&args, "--gateway", NULL)    ? &http.gateway
                          : args_is(&args, "--scan-files", NULL) ? &api.file_scan
                                                                 : NULL;
        if (!to)
            return usage_unknown(&args, "serve");
        if (!(*to = args_value(&args, "serve")))
            return EXIT_USAGE;
    }
    if (api.file_scan && str_trim(str_of(api.file_scan)).len == 0)
        return usage_error("serve", "--scan-files needs a command");
    /* Blocked before any thread starts, those of the store too, so that only sigwait gets
     * them: what comes earlier than it waits for it. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (instance_kernel(&instance, app, &e) != OK)
        return fail(app, &e);
    api.store = instance.store;
    api.kernel = &instance.kernel;
    instance.kernel.columns_from = (int64_t)columns_from;
    api.files = &instance.files;
    api.pdf_program = program_beside_us(app->arena, "zhiyun-pdf");
    api.press = (struct paper_press){.program = program_beside_us(app->arena, "zhiyun-paper"),
                                     .fonts = arena_printf(app->arena, "%s/fonts", app->data).ptr};
    api.login = login_new(&(struct login_parts){.store = instance.store,
                                                .suite = &instance.suite,
                                                .clock = app->clock,
                                                .keys = instance.keys});
    api.throttle = throttle_new(instance.store, app->clock, &(struct throttle_limits){0});
    if (record_types_analyze(app->types, api.store, &e) != OK ||
        searcher_open(&api.searcher, api.store, app->index_dir, app->clock, &e) != OK)
        code = fail(app, &e);
    else
        code = serve(app, &api, &http, &signals);
    public_address_free(&api);
    searcher_close(api.searcher);
    login_free(api.login);
    throttle_free(api.throttle);
    instance_close(&instance);
    return code;
}

const struct command command_serve = {
    "serve",
    N_("[--listen ADDRESS:PORT] [--gateway PATH] [--scan-files COMMAND] [--columns-from N]"),
    N_("serves the page and the API on this machine"), run_serve,
    N_("  --listen A:P       default 127.0.0.1:8420; loopback only: others come by a front proxy\n"
       "  --gateway PATH     also listen on this Unix socket, where a gateway hands on the client\n"
       "                     certificates that it has checked; its folder is closed to others\n"
       "  --scan-files C     a command that gets each uploaded file on its standard input and "
       "refuses\n"
       "                     it by a status other than 0, e.g. \"clamdscan --no-summary -\"\n"
       "  --columns-from N   lists of a kind of N records or more are answered from memory\n"
       "                     (default 20000; a million records take some 150 MB)\n")};

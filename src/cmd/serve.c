/* zhiyun serve: the API and the page. */
#include "access/link.h"
#include "api/http.h"
#include "base/log.h"
#include "base/msg.h"
#include "cmd/serving.h"
#include "record/columns.h"
#include <signal.h>

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
    struct subject program;
    bool any = true;
    err_t rc = STORE_READ(db, api->store, e, has_any_account(&any, db, e));
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
                 "http://%s/w/set-up#link=%s",
                 listen, x.link);
    return rc == E_CONFLICT ? OK : rc; /* another process was faster */
}

static int serve(struct app *app, struct serving *s, const struct http_options *http,
                 const sigset_t *signals)
{
    struct http_server *server = NULL;
    struct err e;
    int number;
    if (serving_start(s, app, &e) != OK)
        return fail(app, &e);
    if (http_start(&server, &s->api, http, &e) != OK || serving_follow(s, app, &e) != OK) {
        http_stop(server);
        serving_stop(s);
        return fail(app, &e);
    }
    if (!app->quiet)
        log_line(LOG_INFO, "serving http://%s/", http->address);
    if (offer_set_up(app, &s->api, http->address, &e) != OK)
        log_line(LOG_ERROR, "no set-up link: %s", e.text);
    sigwait(signals, &number);
    if (!app->quiet)
        log_line(LOG_INFO, "stopping");
    http_stop(server);
    serving_stop(s);
    return EXIT_DONE;
}

#define LOG_DAYS 400

static int run_serve(struct app *app, int argc, char **argv)
{
    struct http_options http = {.address = "127.0.0.1:8420"};
    struct serving_options o = {.columns_from = COLUMNS_FROM};
    struct serving serving;
    struct args args;
    struct err e;
    sigset_t signals;
    const char *log_folder = NULL;
    size_t log_days = 0;

    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args_is(&args, "--columns-from", NULL)) {
            if (!args_number(&o.columns_from, &args, "serve", 1, UINT32_MAX))
                return EXIT_USAGE;
            continue;
        }
        if (args_is(&args, "--log-days", NULL)) {
            if (!args_number(&log_days, &args, "serve", 1, LOG_DAYS_MAX))
                return EXIT_USAGE;
            continue;
        }
        const char **to = args_is(&args, "--listen", NULL)       ? &http.address
                          : args_is(&args, "--gateway", NULL)    ? &http.gateway
                          : args_is(&args, "--scan-files", NULL) ? &o.file_scan
                          : args_is(&args, "--log-folder", NULL) ? &log_folder
                                                                 : NULL;
        if (!to)
            return usage_unknown(&args, "serve");
        if (!(*to = args_value(&args, "serve")))
            return EXIT_USAGE;
    }
    if (o.file_scan && str_trim(str_of(o.file_scan)).len == 0)
        return usage_error("serve", "--scan-files needs a command");
    if (log_days && !log_folder)
        return usage_error("serve", "--log-days needs --log-folder");
    if (log_folder &&
        log_keep(log_folder, log_days ? (unsigned)log_days : LOG_DAYS, &clock_system, &e) != OK)
        return fail(app, &e);
    /* Blocked before any thread starts, those of the store too, so that only sigwait gets
     * them: what comes earlier than it waits for it. */
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    if (serving_open(&serving, app, &o, &e) != OK)
        return fail(app, &e);
    int code = serve(app, &serving, &http, &signals);
    serving_close(&serving);
    return code;
}

const struct command command_serve = {
    "serve",
    N_("[--listen ADDRESS:PORT] [--gateway PATH] [--scan-files COMMAND] [--log-folder FOLDER] "
       "[--log-days N] [--columns-from N]"),
    N_("serves the page and the API on this machine"), run_serve,
    N_("  --listen A:P       default 127.0.0.1:8420; loopback only: others come by a front proxy\n"
       "  --gateway PATH     also listen on this Unix socket, where a gateway hands on the client\n"
       "                     certificates that it has checked; its folder is closed to others\n"
       "  --scan-files C     a command that gets each uploaded file on its standard input and "
       "refuses\n"
       "                     it by a status other than 0, e.g. \"clamdscan --no-summary -\"\n"
       "  --log-folder F     keep the program's own log in this folder as well, a file for each "
       "day\n"
       "  --log-days N       so many of these files are kept, at least 183 (default 400)\n"
       "  --columns-from N   lists of a kind of N records or more are answered from memory\n"
       "                     (default 5000; a million records take some 150 MB)\n")};

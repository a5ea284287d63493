/* libmicrohttpd 0.9.75: start, stop, and its call for each request.
 *
 * Life of a request: on_request is called with the head, with each piece of the
 * body, and at the end. What then needs nothing but memory is answered there
 * (http_work_begin); a write that needs nothing else is given to the store and its
 * connection suspended until the commit. All else is put on the workers' queue, its
 * connection suspended; a worker checks and handles it, then resumes; the library calls
 * on_request once more, which hands over the finished reply. */
#include "api/http_priv.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LIBRARY_THREADS 2
#define CONNECTION_MEMORY 18432 /* bytes: a header of 16 KB and its answer's; 19 KB resident each */
#define REQUEST_WORKERS 48
#define WORKER_STACK ((size_t)1 << 20) /* bytes; reserved, resident as far as used */
#define LIBRARY_LATER                                                                              \
    5 /* seconds: it ends the slow ones without a word, so the sweeper is to be first */
#define STOP_MS 5000 /* for answers in work when the server stops */

static enum MHD_Result answer(struct http_server *s, struct exchange *x)
{
    bool endless = x->answer.reply.stream.read && x->answer.reply.stream.len < 0;
    http_link_mark(s, x->connection, endless ? AT_WORK : AT_ANSWER);
    answer_count(&x->answer);
    return http_reply_send(x);
}

static const struct refusal too_large = {413, N_("the body is too large")};

static enum MHD_Result take_request(struct http_server *s, struct MHD_Connection *c,
                                    const char *url, const char *method, const char *version,
                                    const char *data, size_t *len, void **state)
{
    struct exchange *x = *state;
    if (x)
        msg_speak(x->answer.lang);
    else {
        bool refused;
        http_link_mark(s, c, AT_BODY);
        *state = x = http_exchange_new(&refused, s, c, url, method, version);
        if (!refused || x->answer.reply.status != too_large.status)
            return refused ? answer(s, x) : MHD_YES;
        /* The library would close at once, and the client that still sends would not see why. */
        answer_count(&x->answer);
        http_link_tell(http_link_of(c), too_large);
        return MHD_YES;
    }
    if (*len > 0) {
        bool listening =
            answer_take(&x->answer, (struct str){data, *len}) || http_link_is_told(http_link_of(c));
        *len = 0;
        if (!listening) /* he sends on and on what was refused */
            http_link_refuse(http_link_of(c), too_large);
        return listening ? MHD_YES : MHD_NO;
    }
    if (http_link_is_told(http_link_of(c)))
        return MHD_NO;
    if (!x->answer.since_us)
        x->answer.since_us = clock_monotonic_us(&clock_system);
    if (x->answer.begun && !x->answer.handled)
        answer_end(&x->answer);
    if (!x->answer.handled) {
        enum begun how = http_work_begin(s, x);
        if (how == BEGUN_STEP || (how == BEGUN_NOT && http_work_enqueue(s, x)))
            return MHD_YES; /* it is another thread's now */
    }
    if (!x->answer.handled)
        answer_problem(&x->answer, 503, N_("the server is stopping; try again later"), STR_NONE);
    return answer(s, x);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **state)
{
    enum MHD_Result rc = take_request(arg, c, url, method, version, data, len, state);
    msg_speak_default(); /* the next one of this thread asks for itself */
    return rc;
}

static void on_completed(void *arg, struct MHD_Connection *c, void **state,
                         enum MHD_RequestTerminationCode how)
{
    struct http_server *s = arg;
    struct exchange *x = *state;
    (void)how;
    http_link_mark(s, c, AT_HEAD);
    if (!x)
        return;
    pthread_mutex_lock(&s->lock);
    if (x->counted && --s->in_flight == 0)
        pthread_cond_signal(&s->idle);
    pthread_mutex_unlock(&s->lock);
    http_exchange_free(x);
    *state = NULL;
}

static void library_log(void *arg, const char *fmt, va_list args)
    __attribute__((format(printf, 2, 0)));
static void library_log(void *arg, const char *fmt, va_list args)
{
    char text[512];
    (void)arg;
    if (vsnprintf(text, sizeof(text), fmt, args) > 0)
        log_line(LOG_INFO, "http: %.400s", text);
}

/* One for each socket that is listened on; all share the server. NULL: it does not start. */
static struct MHD_Daemon *start_library(struct http_server *s, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, s, MHD_OPTION_EXTERNAL_LOGGER, library_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)LIBRARY_THREADS, MHD_OPTION_CONNECTION_LIMIT,
        s->link_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)(IDLE_SECONDS + LIBRARY_LATER),
        MHD_OPTION_STRICT_FOR_CLIENT, 0, MHD_OPTION_URI_LOG_CALLBACK, http_guard_target, s,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, s, MHD_OPTION_NOTIFY_CONNECTION,
        http_link_notify, s, MHD_OPTION_END);
}

static err_t listen_both(int *fd, int *gateway_fd, struct gateway **gateway,
                         const struct http_options *o, struct err *e)
{
    err_t rc = http_listen(fd, o->address, e);
    if (rc == OK && o->gateway && (rc = gateway_open(gateway, gateway_fd, o->gateway, e)) != OK)
        close(*fd);
    return rc;
}

/* Neither is listened on any more. */
static void shut_both(int fd, int gateway_fd, struct gateway *gateway)
{
    if (fd >= 0)
        close(fd);
    if (gateway_fd >= 0)
        close(gateway_fd);
    gateway_close(gateway);
}

/* Short requests mostly wait for a commit that they share: many workers make the group large. What imports write is written
 * by one thread anyway: two uploads have no use for two workers. Slow and long ones take the processor: `cores` each. */
static void open_queues(struct http_server *s, unsigned cores)
{
    const unsigned counts[LANES] = {[LANE_SHORT] = REQUEST_WORKERS,
                                    [LANE_UPLOADS] = 1,
                                    [LANE_SLOW] = cores,
                                    [LANE_LONG] = cores,
                                    [LANE_LOOKS] = cores};
    struct worker *w = s->workers = mem_array(REQUEST_WORKERS + 1 + 3 * cores, sizeof(*w));
    for (int i = 0; i < LANES; i++) {
        struct queue *q = &s->queues[i];
        *q = (struct queue){.tail = &q->head, .workers = w, .worker_count = counts[i]};
        pthread_cond_init(&q->wake, NULL);
        for (unsigned k = 0; k < counts[i]; k++)
            *w++ = (struct worker){.server = s, .queue = q};
    }
    s->worker_count = (unsigned)(w - s->workers);
}

err_t http_start(struct http_server **out, struct api *api, const struct http_options *o,
                 struct err *e)
{
    int fd = -1, gateway_fd = -1;
    struct gateway *gateway = NULL;
    err_t rc;
    if ((rc = listen_both(&fd, &gateway_fd, &gateway, o, e)) != OK)
        return rc;
    if ((rc = answer_open(api, e)) != OK) {
        shut_both(fd, gateway_fd, gateway);
        return rc;
    }
    struct http_server *s = mem_zalloc(sizeof(*s));
    s->link_max = http_link_max();
    s->waiting.last = &s->waiting.first;
    s->busy.last = &s->busy.first;
    s->api = api;
    open_queues(s, o->workers ? o->workers : 2);
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->wake_sweeper, NULL);
    pthread_cond_init(&s->idle, NULL);
    s->gateway = gateway;
    s->daemon = start_library(s, fd);
    s->gateway_daemon = s->daemon && gateway ? start_library(s, gateway_fd) : NULL;
    if (!s->daemon || (gateway && !s->gateway_daemon)) {
        if (s->daemon) /* closes its socket */
            MHD_stop_daemon(s->daemon);
        shut_both(s->daemon ? -1 : fd, gateway_fd, gateway);
        answer_close(api);
        free(s->workers);
        free(s);
        return err_set(e, E_IO, "the HTTP server does not start on %s", o->address);
    }
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, WORKER_STACK);
    for (unsigned i = 0; i < s->worker_count; i++) {
        struct worker *w = &s->workers[i];
        bool is_short = w->queue == &s->queues[LANE_SHORT];
        if (pthread_create(&w->thread, is_short ? &small : NULL, http_work, w) != 0) {
            s->worker_count = i;
            http_stop(s);
            return err_set(e, E_IO, "cannot start a worker thread");
        }
    }
    s->sweeper_runs = pthread_create(&s->sweeper, NULL, http_link_sweep, s) == 0;
    if (!s->sweeper_runs) {
        http_stop(s);
        return err_set(e, E_IO, "cannot start a worker thread");
    }
    pthread_setname_np(s->sweeper, "connections"); /* for who looks where time goes */
    *out = s;
    return OK;
}

/* New connections get an error that the server is stopping. (MHD_quiesce_daemon would refuse them
 * sooner, but removes the socket from a thread's epoll set while that thread may do the same; the
 * second removal aborts the process.) */
void http_stop(struct http_server *s)
{
    if (!s)
        return;
    gateway_close(s->gateway);
    struct timespec until = clock_moment_in(CLOCK_REALTIME, STOP_MS);
    pthread_mutex_lock(&s->lock);
    s->refusing = true;
    s->api->stopping = true;
    http_streams_wake(s);
    /* A client that does not read its answer is not waited for to the end. */
    while (s->in_flight > 0 && pthread_cond_timedwait(&s->idle, &s->lock, &until) != ETIMEDOUT)
        continue;
    s->stopping = true;
    for (int i = 0; i < LANES; i++)
        pthread_cond_broadcast(&s->queues[i].wake);
    pthread_cond_signal(&s->wake_sweeper);
    pthread_mutex_unlock(&s->lock);
    for (unsigned i = 0; i < s->worker_count; i++)
        pthread_join(s->workers[i].thread, NULL);
    if (s->sweeper_runs)
        pthread_join(s->sweeper, NULL);
    MHD_stop_daemon(s->daemon);
    if (s->gateway_daemon)
        MHD_stop_daemon(s->gateway_daemon);
    for (int i = 0; i < LANES; i++)
        pthread_cond_destroy(&s->queues[i].wake);
    pthread_cond_destroy(&s->wake_sweeper);
    pthread_cond_destroy(&s->idle);
    pthread_mutex_destroy(&s->lock);
    answer_close(s->api);
    free(s->workers);
    free(s);
}

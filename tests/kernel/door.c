/* door --data FOLDER [--store URL] [--lang en] [--columns-from N]: opens an instance as `zhiyun serve`
 * does and answers requests from its standard input on its standard output, one after the other.
 *
 * What a request meets is what it meets over HTTP from its head on (api/answer.h): only sockets, the
 * library that reads them, its queues and their threads are not here. Requests may be written long
 * before answers are read; they are answered in their order.
 *
 *   request  <bytes of head> <bytes of body>\n  METHOD target\n  Name: value\n …  body
 *   reply    <status> <bytes of head> <bytes of body>\n           Name: value\n …  body
 *
 * A target is as in HTTP. Status 0: there is no whole reply (a stream without an end, a file that
 * broke off), and the body says why. */
#include "api/answer.h"
#include "base/catalogue.h"
#include "base/log.h"
#include "base/vec.h"
#include "cmd/serving.h"
#include "record/columns.h"
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ_BYTES ((size_t)256 << 10)
#define KEPT_BYTES ((size_t)64 << 10) /* of replies, before they are written */

struct door {
    struct api *api;
    struct buf in, out;
    size_t at;       /* of `in`, what is not read yet */
    struct buf sent; /* of one reply: a stream's */
};

/* --- what comes and goes ------------------------------------------------------------- */

static bool write_all(struct door *d)
{
    size_t done = 0;
    while (done < d->out.len) {
        ssize_t n = write(STDOUT_FILENO, d->out.ptr + done, d->out.len - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        done += (size_t)n;
    }
    buf_reset(&d->out);
    return true;
}

/* More of what is asked; whoever asks may be waiting for what was answered. */
static bool read_more(struct door *d)
{
    if (!write_all(d))
        return false;
    if (d->at > 0) {
        memmove(d->in.ptr, d->in.ptr + d->at, d->in.len - d->at);
        d->in.len -= d->at;
        d->at = 0;
    }
    char *to = buf_reserve(&d->in, READ_BYTES);
    ssize_t n;
    do
        n = to ? read(STDIN_FILENO, to, READ_BYTES) : -1;
    while (n < 0 && to && errno == EINTR);
    d->in.len += n > 0 ? (size_t)n : 0;
    return n > 0;
}

static bool next_line(struct str *out, struct door *d)
{
    const char *end;
    while (!(end = d->in.len > d->at ? memchr(d->in.ptr + d->at, '\n', d->in.len - d->at) : NULL))
        if (!read_more(d))
            return false;
    *out = (struct str){d->in.ptr + d->at, (size_t)(end - d->in.ptr) - d->at};
    return true;
}

/* Borrowed until the next call. False: there is no further one. */
static bool next_request(struct str *head, struct str *body, struct door *d)
{
    struct str line;
    uint64_t head_bytes, body_bytes;
    if (!next_line(&line, d))
        return false;
    size_t line_bytes = line.len + 1;
    if (!str_to_u64(&head_bytes, str_split(&line, STR(" "))) || !str_to_u64(&body_bytes, line))
        return false;
    while (d->in.len - d->at < line_bytes + head_bytes + body_bytes)
        if (!read_more(d))
            return false;
    *head = (struct str){d->in.ptr + d->at + line_bytes, head_bytes};
    *body = (struct str){head->ptr + head_bytes, body_bytes};
    d->at += line_bytes + head_bytes + body_bytes;
    return true;
}

/* --- the head of a request ------------------------------------------------------------ */

static void take_target(struct request *r, struct str target)
{
    VEC(struct query_value) values = {0};
    r->path = arena_decoded(r->arena, str_split(&target, STR("?")), false);
    while (target.len) {
        struct str value = str_split(&target, STR("&")), name = str_split(&value, STR("="));
        VEC_PUSH(r->arena, &values,
                 ((struct query_value){arena_decoded(r->arena, name, true),
                                       arena_decoded(r->arena, value, true)}));
    }
    r->query = values.ptr;
    r->query_count = values.len;
}

static void take_headers(struct request *r, struct str lines)
{
    VEC(struct request_header) headers = {0};
    while (lines.len) {
        struct str value = str_split(&lines, STR("\n"));
        struct str name = str_split(&value, STR(": "));
        VEC_PUSH(r->arena, &headers,
                 ((struct request_header){arena_dup(r->arena, name), arena_dup(r->arena, value)}));
    }
    r->headers = headers.ptr;
    r->header_count = headers.len;
}

/* --- the reply -------------------------------------------------------------------------- */

struct waiting {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool done;
};

static void step_done(struct store_step *step)
{
    struct waiting *w = step->done_arg;
    pthread_mutex_lock(&w->lock);
    w->done = true;
    pthread_cond_signal(&w->wake);
    pthread_mutex_unlock(&w->lock);
}

/* As http_work.c does, but that nothing else is done meanwhile. */
static void submit(struct answer *x)
{
    struct waiting w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    x->begun = true;
    x->request.step->done = step_done;
    x->request.step->done_arg = &w;
    store_submit(x->request.api->store, x->request.step);
    pthread_mutex_lock(&w.lock);
    while (!w.done)
        pthread_cond_wait(&w.wake, &w.lock);
    pthread_mutex_unlock(&w.lock);
    if (x->request.step->rc == OK)
        answer_end(x);
    else
        answer_make(x);
}

static void work(struct answer *x)
{
    enum begun how = answer_begin(x);
    if (how == BEGUN_STEP)
        submit(x);
    else if (how == BEGUN_NOT)
        do
            answer_make(x);
        while (!x->handled); /* then it looks into a file */
}

/* All of it; NULL, or what is wrong with it. */
static const char *read_stream(struct buf *to, const struct stream_source *s)
{
    if (s->len < 0)
        return "a stream without an end";
    while (to->len < (size_t)s->len) {
        char *room = buf_reserve(to, KEPT_BYTES);
        ssize_t n = room ? s->read(s->arg, NULL, room, KEPT_BYTES) : STREAM_BROKEN;
        if (n <= 0)
            return "the stream broke off";
        to->len += (size_t)n;
    }
    return NULL;
}

static void add_header(void *arg, const char *name, const char *value)
{
    buf_addf(arg, "%s: %s\n", name, value);
}

static void put_reply(struct door *d, const struct answer *x, bool head_only)
{
    struct buf head;
    bool unchanged;
    unsigned status = answer_status(&unchanged, x);
    struct str body = x->reply.body;
    const char *fault = NULL;
    buf_init(&head, 0);
    buf_reset(&d->sent);
    answer_headers(x, false, add_header, &head);
    if (x->reply.stream.read && !unchanged) {
        fault = read_stream(&d->sent, &x->reply.stream);
        body = buf_str(&d->sent);
    }
    if (unchanged || head_only)
        body = STR_NONE;
    if (fault)
        body = str_of(fault);
    buf_addf(&d->out, "%u %zu %zu\n", fault ? 0 : status, head.len, body.len);
    buf_add(&d->out, buf_str(&head));
    buf_add(&d->out, body);
    buf_clear(&head);
}

static void answer_one(struct door *d, struct str head, struct str body)
{
    struct answer x;
    struct request *r = &x.request;
    struct str line = str_split(&head, STR("\n"));
    struct str method = str_split(&line, STR(" "));
    answer_init(&x, d->api, STR_NONE);
    take_target(r, line);
    take_headers(r, head);
    answer_head(&x, arena_cstr(r->arena, method), STR("127.0.0.1"));
    if (body.len > 0)
        (void)answer_take(&x, body); /* what is refused is refused in the reply */
    x.since_us = clock_monotonic_us(&clock_system);
    if (!x.handled)
        work(&x);
    msg_speak_default();
    answer_count(&x);
    put_reply(d, &x, str_is(method, "HEAD"));
    answer_clear(&x);
}

static bool answer_all(struct api *api)
{
    struct door d = {.api = api};
    struct str head, body;
    bool good = true;
    buf_init(&d.in, 0);
    buf_init(&d.out, 0);
    buf_init(&d.sent, 0);
    while (good && next_request(&head, &body, &d)) {
        answer_one(&d, head, body);
        good = buf_ok(&d.out) && (d.out.len < KEPT_BYTES || write_all(&d));
    }
    buf_clear(&d.in);
    buf_clear(&d.out);
    buf_clear(&d.sent);
    return good;
}

/* --- the instance ------------------------------------------------------------------------ */

static bool take_arguments(struct app *app, struct serving_options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i += 2) {
        const char *value = argv[i + 1]; /* NULL behind the last */
        uint64_t number = 0;
        if (!value)
            return false;
        if (strcmp(argv[i], "--data") == 0)
            app->data = value;
        else if (strcmp(argv[i], "--store") == 0)
            app->store_url = value;
        else if (strcmp(argv[i], "--lang") == 0)
            msg_set_lang(strcmp(value, "en") == 0 ? LANG_EN : LANG_ZH);
        else if (strcmp(argv[i], "--columns-from") == 0 && str_to_u64(&number, str_of(value)))
            o->columns_from = number;
        else
            return false;
    }
    return app->data != NULL;
}

static err_t serve(struct app *app, const struct serving_options *o, struct err *e)
{
    struct serving s;
    err_t rc = serving_open(&s, app, o, e);
    if (rc != OK)
        return rc;
    s.api.pdf_program = program_beside_us(app->arena, "../zhiyun-pdf"); /* we lie in tests/ */
    s.api.press.program = program_beside_us(app->arena, "../zhiyun-paper");
    if ((rc = serving_start(&s, app, e)) == OK) {
        if ((rc = answer_open(&s.api, e)) == OK) {
            if ((rc = serving_follow(&s, app, e)) == OK && !answer_all(&s.api))
                rc = err_set(e, E_IO, "nobody takes the replies");
            s.api.stopping = true;
            answer_close(&s.api);
        }
        serving_stop(&s);
    }
    serving_close(&s);
    return rc;
}

int main(int argc, char **argv)
{
    struct clock_watch watch;
    struct app app = {.clock = &watch.clock, .watch = &watch, .fs = &fs_system, .quiet = true};
    struct serving_options o = {.columns_from = COLUMNS_FROM};
    struct err e;
    clock_watch_init(&watch, &clock_system);
    msg_set_table(catalogue_zh, catalogue_zh_count);
    signal(SIGPIPE, SIG_IGN);
    if (!take_arguments(&app, &o, argc, argv)) {
        log_line(LOG_ERROR, "door --data FOLDER [--store URL] [--lang en] [--columns-from N]");
        return EXIT_USAGE;
    }
    app.arena = arena_new();
    if (!app.store_url)
        app.store_url = arena_printf(app.arena, "sqlite:%s/zhiyun.db", app.data).ptr;
    app.index_dir = arena_printf(app.arena, "%s/index", app.data).ptr;
    err_t rc = serve(&app, &o, &e);
    if (rc != OK)
        log_line(LOG_ERROR, "door: %s", e.text);
    arena_free(app.arena);
    return rc == OK ? EXIT_DONE : EXIT_STORE;
}

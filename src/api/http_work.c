/* A request is checked and handled on a worker, its connection suspended; what needs nothing
 * but memory is answered where it was read, and a write that needs nothing else is given to
 * the store. Waking a thread costs as much as most requests: without workers in between a
 * kept list took half the processor time (55 -> 28 us), a create a quarter less. */
#include "access/mutation.h"
#include "access/throttle.h"
#include "api/auth.h"
#include "api/http_priv.h"
#include "api/list_book.h"
#include "api/metrics.h"
#include "api/reply_label.h"
#include "base/log.h"
#include "base/msg.h"
#include "db/fence.h"
#include <string.h>

#define BEGIN_BODY_MAX ((size_t)64 << 10) /* longer ones are a worker's to read */
#define RETRY_SECONDS "3"

static bool is_json_type(const char *type)
{
    return type && strncasecmp(type, "application/json", 16) == 0 &&
           (type[16] == '\0' || type[16] == ';' || type[16] == ' ');
}

static err_t parse_body(struct exchange *x, struct err *e)
{
    const char *type = MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Content-Type");
    err_t rc;
    if (x->resource->body == BODY_BYTES)
        x->request.body_bytes = str_bytes(buf_str(&x->body));
    if (x->resource->body != BODY_JSON)
        return OK;
    struct str body = buf_str(&x->body);
    /* Nothing is said: by a token alone, which no page of another site sends. */
    if (body.len == 0 && !type &&
        MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "Authorization"))
        body = STR("{}");
    /* A form or a page of another site cannot send this type without asking. */
    else if (!is_json_type(type))
        return err_set(e, E_INVALID, "send the body as Content-Type: application/json");
    rc = jin_parse(&x->request.body, body, JIN_REFUSE_DUPLICATES, NULL, x->request.arena, e);
    if (rc == OK && x->request.body->type != J_OBJECT)
        rc = err_set(e, E_INVALID, "the body must be a JSON object");
    return rc;
}

/* Whether it is admitted; if not, the exchange has its problem. */
static bool take_auth(struct exchange *x, struct auth *auth, err_t rc, unsigned status,
                      const char *sentence, const struct err *e)
{
    if (rc != OK)
        http_problem(x, problem_status(rc), e->text, STR_NONE);
    else if (status)
        http_problem(x, status, sentence, STR_NONE);
    if (status == 401)
        reply_header(&x->reply, "WWW-Authenticate", "Bearer");
    x->request.subject = &auth->subject;
    x->request.auth = auth;
    return rc == OK && status == 0;
}

/* False: refused, and the exchange has its problem; nothing was counted. */
static bool afford(struct exchange *x, enum throttle_kind kind, int64_t amount)
{
    const struct subject *s = x->request.subject;
    struct throttle_subject who = {
        .account = s->account, .unit = s->unit, .address = x->request.address};
    struct throttle *t = x->server->api->throttle;
    struct throttle_answer a = {0};
    struct err e;
    if (amount == 0 || !throttle_is_on(t))
        return true;
    if (throttle_take(&a, t, kind, &who, amount, &e) != OK)
        log_line(LOG_WARN, "a budget could not be read: %s", e.text); /* no reason to refuse */
    if (a.retry_ms == 0)
        return true;
    if (a.first)
        log_line(LOG_WARN, "the budget of %s %lld is used up",
                 a.unit       ? "unit"
                 : s->account ? "account"
                              : "an address",
                 (long long)(a.unit ? s->unit : s->account));
    if (x->reply.stream.close)
        x->reply.stream.close(x->reply.stream.arg); /* what was made is not shown */
    http_problem(x, 429,
                 kind == THROTTLE_CALLS ? N_("too many requests; try again later")
                 : a.unit ? N_("your unit has read as many records as it may in a day")
                          : N_("you have read as many records as you may in a day"),
                 STR_NONE);
    reply_header(&x->reply, "Retry-After",
                 arena_printf(x->request.arena, "%lld", (long long)(a.retry_ms + 999) / 1000).ptr);
    return false;
}

static bool admit(struct exchange *x)
{
    struct auth *auth = arena_alloc(x->request.arena, sizeof(*auth));
    unsigned status = 0;
    const char *sentence = NULL;
    struct err e;
    err_t rc = auth_check(auth, &status, &sentence, x->resource, &x->request, &e);
    return take_auth(x, auth, rc, status, sentence, &e);
}

/* The reply of a handler, or the problem that its error becomes. */
static void take_outcome(struct exchange *x, err_t rc, struct str faults, const struct err *e)
{
    if (rc != OK) {
        /* E_BUSY is said under load; who makes the load must not fill the log as well. */
        if (problem_status(rc) >= 500 && rc != E_BUSY)
            log_line(LOG_ERROR, "%s %.*s: %s", x->resource->method, STR_ARG(x->request.path),
                     e->text);
        if (x->reply.errors.len)
            faults = x->reply.errors;
        else if (faults.len == 0 && rc == E_INVALID)
            faults = parameters_fault(x->resource, e->text, x->request.arena);
        http_problem(x, problem_status(rc), e->text, faults);
        if (rc == E_BUSY)
            reply_header(&x->reply, "Retry-After", RETRY_SECONDS);
    } else if (!afford(x, THROTTLE_READS, x->reply.records))
        return;
    x->handled = true;
}

static err_t read_request(struct exchange *x, struct str *faults, struct err *e)
{
    err_t rc = parse_body(x, e);
    return rc == OK ? parameters_check(faults, x->resource, &x->request, e) : rc;
}

void http_work_end(struct exchange *x)
{
    struct err e;
    err_t rc = x->resource->end(&x->reply, &x->request, &e);
    take_outcome(x, rc, STR_NONE, &e);
}

#define NOBODY "{}" /* to the second fence: no roles, no rows */

static void serve_request(struct exchange *x)
{
    struct err e;
    struct str faults = STR_NONE;
    if (x->begun) {
        http_work_end(x);
        return;
    }
    fence_enter(NOBODY);
    if (!admit(x) || !afford(x, THROTTLE_CALLS, 1))
        return;
    fence_enter(subject_context(x->request.subject, x->request.arena));
    err_t rc = read_request(x, &faults, &e);
    if (rc == OK)
        rc = x->resource->handle(&x->reply, &x->request, &e);
    if (rc == OK)
        rc = reply_label(&x->reply, &x->request, &e);
    if (rc == OK)
        rc = list_book(&x->reply, x->resource, &x->request, &e);
    take_outcome(x, rc, faults, &e);
}

#ifdef ZHIYUN_MUTATION
static void handle(struct exchange *x)
{
    struct buf asked;
    buf_init(&asked, 0);
    access_mutation_begin(request_header(&x->request, "x-mutation"));
    serve_request(x);
    access_mutation_end(&asked);
    if (buf_str(&asked).len > 0)
        reply_header(&x->reply, "X-Checks", arena_dup(x->request.arena, buf_str(&asked)).ptr);
    buf_clear(&asked);
}
#else
static void handle(struct exchange *x)
{
    serve_request(x);
}
#endif

void http_work_count(const struct exchange *x)
{
    unsigned status = x->reply.status ? x->reply.status : 200;
    metrics_count(x->server->api->metrics, x->resource, status,
                  x->since_us ? clock_monotonic_us(&clock_system) - x->since_us : 0);
}

void *http_work(void *arg)
{
    struct http_server *s = ((struct worker *)arg)->server;
    struct queue *q = ((struct worker *)arg)->queue;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!q->head && !s->stopping)
            pthread_cond_wait(&q->wake, &s->lock);
        struct exchange *x = q->head;
        if (!x)
            break;
        q->head = x->next;
        if (!q->head)
            q->tail = &q->head;
        pthread_mutex_unlock(&s->lock);
        msg_speak(x->lang);
        handle(x);
        msg_speak_default();
        fence_leave();
        MHD_resume_connection(x->connection);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void put_on_queue(struct http_server *s, struct exchange *x)
{
    struct queue *q = x->resource->body == BODY_UPLOAD ? &s->uploads
                      : x->resource->slow              ? &s->slow
                                                       : &s->requests;
    x->next = NULL;
    *q->tail = x;
    q->tail = &x->next;
    pthread_cond_signal(&q->wake);
}

/* False: the server stops, nobody would take it from the queue. */
static bool suspend_locked(struct http_server *s, struct exchange *x)
{
    if (s->refusing)
        return false;
    MHD_suspend_connection(x->connection);
    s->in_flight++;
    x->counted = true;
    http_link_to(s, http_link_of(x->connection), AT_WORK);
    return true;
}

bool http_work_enqueue(struct http_server *s, struct exchange *x)
{
    pthread_mutex_lock(&s->lock);
    bool taken = suspend_locked(s, x);
    if (taken) /* under the lock: a worker must not resume what is not yet suspended */
        put_on_queue(s, x);
    pthread_mutex_unlock(&s->lock);
    return taken;
}

/* On the store's thread: the reply is made on the library's, but for what failed, which
 * may have to be looked into. */
static void step_done(struct store_step *step)
{
    struct exchange *x = step->done_arg;
    if (step->rc == OK) {
        MHD_resume_connection(x->connection);
        return;
    }
    pthread_mutex_lock(&x->server->lock);
    put_on_queue(x->server, x);
    pthread_mutex_unlock(&x->server->lock);
}

static bool submit(struct http_server *s, struct exchange *x)
{
    pthread_mutex_lock(&s->lock);
    bool taken = suspend_locked(s, x);
    pthread_mutex_unlock(&s->lock);
    if (!taken)
        return false;
    x->begun = true;
    x->request.step->done = step_done;
    x->request.step->done_arg = x;
    store_submit(s->api->store, x->request.step);
    return true;
}

enum begun http_work_begin(struct http_server *s, struct exchange *x)
{
    struct auth *auth;
    unsigned status = 0;
    const char *sentence = NULL;
    struct str faults = STR_NONE;
    struct err e;
    bool known = false;
    /* What is said in English is gone through once more (reply_label.h). */
    if (ACCESS_MUTATION || reply_label_is_asked(&x->request) || !x->resource->begin ||
        throttle_is_on(s->api->throttle) || x->body.len > BEGIN_BODY_MAX ||
        !store_queues(s->api->store))
        return BEGUN_NOT;
    auth = arena_alloc(x->request.arena, sizeof(*auth));
    err_t rc = auth_check_known(&known, auth, &status, &sentence, x->resource, &x->request, &e);
    if (!known)
        return BEGUN_NOT;
    if (!take_auth(x, auth, rc, status, sentence, &e))
        return BEGUN_DONE;
    if ((rc = read_request(x, &faults, &e)) != OK) {
        take_outcome(x, rc, faults, &e);
        return BEGUN_DONE;
    }
    enum begun how = x->resource->begin(&x->reply, &x->request);
    if (how == BEGUN_STEP)
        return submit(s, x) ? BEGUN_STEP : BEGUN_NOT;
    x->handled = how == BEGUN_DONE;
    if (how == BEGUN_NOT)
        x->reply = (struct reply){0};
    return how;
}

/* Processes a request: authentication, permission, handler, reply. Requests that need memory only
 * are answered on the reading thread (answer_begin), others on a thread that may wait. */
#include "api/answer.h"
#include "access/known.h"
#include "access/mutation.h"
#include "access/throttle.h"
#include "api/auth.h"
#include "api/file_room.h"
#include "api/list_book.h"
#include "api/looks_kept.h"
#include "api/metrics.h"
#include "api/pack_shelf.h"
#include "api/public_address.h"
#include "api/reply_label.h"
#include "base/log.h"
#include "crypto/hash.h"
#include <string.h>
#include <zlib.h>

#define BEGIN_BODY_MAX ((size_t)64 << 10) /* longer ones are a worker's to read */
#define MANY_HITS 200  /* no page has so many; 5,000 with reasons take a second */
#define GZIP_FROM 1024 /* bytes of JSON: shorter ones save no packet */
#define GZIP_LEVEL 4
#define RETRY_SECONDS "3"

err_t answer_open(struct api *api, struct err *e)
{
    err_t rc = public_address_load(api, e);
    if (rc != OK)
        return rc;
    api->metrics = metrics_new();
    api->known = known_new(api->store);
    api->file_rooms = file_rooms_new();
    api->looks = looks_kept_new();
    api->packs = pack_shelf_new(api->store, api->clock, api->data_dir);
    api->kernel->choices = pack_shelf_choices(api->packs);
    return OK;
}

void answer_close(const struct api *api)
{
    metrics_free(api->metrics);
    known_free(api->known);
    file_rooms_free(api->file_rooms);
    looks_kept_free(api->looks);
    pack_shelf_free(api->packs);
}

void answer_problem(struct answer *x, unsigned status, const char *sentence, struct str errors)
{
    reply_problem(&x->reply, &x->request, status, str_of(msg(sentence)), errors);
    x->handled = true;
}

static bool is_json_type(const char *type)
{
    return type && strncasecmp(type, "application/json", 16) == 0 &&
           (type[16] == '\0' || type[16] == ';' || type[16] == ' ');
}

static err_t parse_body(struct answer *x, struct err *e)
{
    const char *type = answer_header(&x->request, "content-type");
    err_t rc;
    if (x->resource->body == BODY_BYTES)
        x->request.body_bytes = str_bytes(buf_str(&x->body));
    if (resource_body(x->resource) != BODY_JSON)
        return OK;
    struct str body = buf_str(&x->body);
    /* Nothing is said: by a token alone, which no page of another site sends. */
    if (body.len == 0 && !type && answer_header(&x->request, "authorization"))
        body = STR("{}");
    /* A form or a page of another site cannot send this type without asking. */
    else if (!is_json_type(type))
        return err_set(e, E_INVALID, "send the body as Content-Type: application/json");
    rc = jin_parse(&x->request.body, body, x->request.arena, e);
    if (rc == OK && x->request.body->type != J_OBJECT)
        rc = err_set(e, E_INVALID, "the body must be a JSON object");
    return rc;
}

/* Whether it is admitted; if not, the exchange has its problem. */
static bool take_auth(struct answer *x, struct auth *auth, err_t rc, unsigned status,
                      const char *sentence, const struct err *e)
{
    if (rc != OK)
        answer_error(x, STR_NONE, e);
    else if (status)
        answer_problem(x, status, sentence, STR_NONE);
    if (status == 401)
        reply_header(&x->reply, "WWW-Authenticate", "Bearer");
    x->request.subject = &auth->subject;
    x->request.auth = auth;
    return rc == OK && status == 0;
}

/* False: refused, and the exchange has its problem; nothing was counted. */
static bool afford(struct answer *x, enum throttle_kind kind, int64_t amount)
{
    const struct subject *s = x->request.subject;
    struct throttle_subject who = {
        .account = s->account, .unit = s->unit, .address = x->request.address};
    struct throttle *t = x->request.api->throttle;
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
    answer_problem(x, 429,
                   kind == THROTTLE_CALLS ? N_("too many requests; try again later")
                   : a.unit ? N_("your unit has read as many records as it may in a day")
                            : N_("you have read as many records as you may in a day"),
                   STR_NONE);
    reply_header(&x->reply, "Retry-After",
                 arena_printf(x->request.arena, "%lld", (long long)(a.retry_ms + 999) / 1000).ptr);
    return false;
}

static bool admit(struct answer *x)
{
    struct auth *auth = arena_alloc(x->request.arena, sizeof(*auth));
    unsigned status = 0;
    const char *sentence = NULL;
    struct err e;
    err_t rc = auth_check(auth, &status, &sentence, x->resource, &x->request, &e);
    return take_auth(x, auth, rc, status, sentence, &e);
}

void answer_error(struct answer *x, struct str faults, const struct err *e)
{
    unsigned status;
    const char *told = problem_message(&status, &x->request, e), *instead = x->reply.instead;
    answer_problem(x, status, told, faults);
    if (instead)
        reply_header(&x->reply, "Location", instead);
    if (status == 503)
        reply_header(&x->reply, "Retry-After", RETRY_SECONDS);
}

/* The reply of a handler, or the problem that its error becomes. */
static void take_outcome(struct answer *x, err_t rc, struct str faults, const struct err *e)
{
    if (rc != OK) {
        if (x->reply.errors)
            faults = problem_errors(&x->request, x->reply.errors, STR_NONE);
        else if (faults.len == 0 && rc == E_INVALID)
            faults = parameters_fault(x->resource, e->text, x->request.arena);
        answer_error(x, faults, e);
    } else if (!afford(x, THROTTLE_READS, reply_reads(x->resource, &x->reply)))
        return;
    x->handled = true;
}

static err_t read_request(struct answer *x, struct str *faults, struct err *e)
{
    err_t rc = parse_body(x, e);
    return rc == OK ? parameters_check(faults, x->resource, &x->request, e) : rc;
}

void answer_end(struct answer *x)
{
    struct err e;
    err_t rc = x->resource->end(&x->reply, &x->request, &e);
    take_outcome(x, rc, STR_NONE, &e);
}

/* A weak tag of the body as sent, including its language; the same for gzip. A record's tag begins with its version. */
static void tag_reply(struct answer *x)
{
    char hex[SHA256_HEX_LEN + 1];
    if (!x->resource->tagged || x->reply.content_type)
        return;
    struct digest d = sha256_of(str_bytes(x->reply.body));
    sha256_hex(hex, &d);
    const char *head = x->reply.etag ? x->reply.etag : "W/\"";
    x->reply.etag = arena_printf(x->request.arena, "%s%.16s\"", head, hex).ptr;
}

/* JSON is a tenth of its size in gzip. Without memory for it, it goes out as it is. */
static void gzip_reply(struct answer *x)
{
    struct reply *reply = &x->reply;
    bool unchanged;
    answer_status(&unchanged, x);
    z_stream z = {.next_in = (Bytef *)(uintptr_t)reply->body.ptr,
                  .avail_in = (uInt)reply->body.len};
    if (unchanged || reply->secret || reply->content_type || reply->stream.read ||
        reply->body.len < GZIP_FROM || reply->body.len > UINT32_MAX ||
        !request_takes_gzip(&x->request) ||
        deflateInit2(&z, GZIP_LEVEL, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return;
    uLong room = deflateBound(&z, (uLong)reply->body.len);
    char *packed = arena_alloc(x->request.arena, room);
    z.next_out = (Bytef *)packed;
    z.avail_out = (uInt)room;
    int rc = deflate(&z, Z_FINISH);
    deflateEnd(&z);
    if (rc != Z_STREAM_END)
        return;
    reply->body = (struct str){packed, z.total_out};
    reply_header(reply, "Content-Encoding", "gzip");
}

static enum lane lane_of(const struct answer *x)
{
    const struct request *r = &x->request;
    bool many = x->resource->lane == LANE_SLOW && request_integer(r, "k", 0) > MANY_HITS;
    return many || list_book_is_asked(x->resource, r) ? LANE_LONG : x->resource->lane;
}

static void serve_request(struct answer *x)
{
    struct err e;
    struct str faults = STR_NONE;
    if (x->begun) {
        answer_end(x);
        return;
    }
    if (!admit(x) || (!x->request.lane && !afford(x, THROTTLE_CALLS, 1)))
        return;
    err_t rc = read_request(x, &faults, &e);
    if (rc == OK && lane_of(x) > x->request.lane) {
        x->reply.lane = lane_of(x);
        return;
    }
    if (rc == OK)
        rc = x->resource->handle(&x->reply, &x->request, &e);
    if (rc == OK && x->reply.lane)
        return;
    if (rc == OK)
        rc = reply_label(&x->reply, &x->request, &e);
    if (rc == OK)
        rc = list_book(&x->reply, x->resource, &x->request, &e);
    if (rc == OK)
        tag_reply(x);
    take_outcome(x, rc, faults, &e);
    if (rc == OK)
        gzip_reply(x);
}

#ifdef ZHIYUN_MUTATION
static void handle(struct answer *x)
{
    struct buf asked = {0};
    access_mutation_begin(request_header(&x->request, "x-mutation"));
    serve_request(x);
    access_mutation_end(&asked);
    if (buf_str(&asked).len > 0)
        reply_header(&x->reply, "X-Checks", arena_dup(x->request.arena, buf_str(&asked)).ptr);
    buf_clear(&asked);
}
#else
static void handle(struct answer *x)
{
    serve_request(x);
}
#endif

void answer_make(struct answer *x)
{
    uint64_t before = db_statements();
    msg_speak(x->lang);
    x->request.lane = x->reply.lane;
    if (x->request.lane)
        x->reply = (struct reply){0};
    handle(x);
    x->statements += db_statements() - before;
    msg_speak_default();
}

void answer_count(const struct answer *x)
{
    struct api *api = x->request.api;
    const struct store_step *step = x->request.step;
    unsigned status = x->reply.status ? x->reply.status : 200;
    if (x->request.subject && x->request.subject->account)
        atomic_store(&api->asked_us, clock_monotonic_us(api->clock));
    metrics_count(api->metrics, x->resource, status,
                  x->since_us ? clock_monotonic_us(&clock_system) - x->since_us : 0,
                  x->statements + (step && x->begun ? step->statements : 0));
}

static enum begun begin_request(struct answer *x)
{
    struct auth *auth;
    unsigned status = 0;
    const char *sentence = NULL;
    struct str faults = STR_NONE;
    struct err e;
    bool known = false;
    /* What is said in English is gone through once more (reply_label.h), and gzip takes its time. */
    if (ACCESS_MUTATION || reply_label_is_asked(&x->request) || !x->resource->begin ||
        (!x->resource->end && request_takes_gzip(&x->request)) ||
        throttle_is_on(x->request.api->throttle) || x->body.len > BEGIN_BODY_MAX ||
        !store_is_near(x->request.api->store))
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
        return how;
    x->handled = how == BEGUN_DONE;
    if (how == BEGUN_NOT)
        x->reply = (struct reply){0};
    return how;
}

enum begun answer_begin(struct answer *x)
{
    uint64_t before = db_statements();
    enum begun how = begin_request(x);
    x->statements += db_statements() - before;
    return how;
}

/* Whether a list of tags has this one; weak ones are compared as strong ones (RFC 9110, 13.1.2). */
static bool has_tag(struct str list, struct str tag)
{
    const struct str weak = STR("W/");
    if (str_starts(tag, weak))
        tag = (struct str){tag.ptr + weak.len, tag.len - weak.len};
    while (list.len) {
        struct str one = str_trim(str_split(&list, STR(",")));
        if (str_starts(one, weak))
            one = (struct str){one.ptr + weak.len, one.len - weak.len};
        if (str_eq(one, tag))
            return true;
    }
    return false;
}

unsigned answer_status(bool *unchanged, const struct answer *x)
{
    *unchanged = x->reply.etag && x->resource && resource_gets(x->resource) &&
                 has_tag(request_header(&x->request, "if-none-match"), str_of(x->reply.etag));
    return *unchanged ? 304 : x->reply.status ? x->reply.status : 200;
}

void answer_headers(const struct answer *x, bool last,
                    void (*add)(void *arg, const char *name, const char *value), void *arg)
{
    const struct reply *reply = &x->reply;
    for (size_t i = 0; i < reply->header_count; i++)
        add(arg, reply->headers[i].name, reply->headers[i].value);
    add(arg, "Content-Type", reply->content_type ? reply->content_type : "application/json");
    add(arg, "Vary", "Accept-Encoding, Accept-Language");
    add(arg, "X-Content-Type-Options", "nosniff");
    add(arg, "Content-Security-Policy",
        reply->sandboxed ? "sandbox; default-src 'none'; frame-ancestors 'none'"
                         : "default-src 'none'; script-src 'self'; style-src 'self'; "
                           "style-src-attr 'unsafe-inline'; img-src 'self' data:; "
                           "font-src 'self'; connect-src 'self'; base-uri 'self'; "
                           "form-action 'self'; frame-ancestors 'none'");
    add(arg, "Referrer-Policy", "no-referrer");
    add(arg, "Cache-Control",
        reply->immutable ? "public, max-age=31536000, immutable"
        : reply->etag    ? "no-cache"
                         : "no-store");
    if (reply->etag)
        add(arg, "ETag", reply->etag);
    if (last)
        add(arg, "Connection", "close");
    if (reply->status == 405 && x->allowed.len)
        add(arg, "Allow", arena_cstr(x->request.arena, x->allowed));
}

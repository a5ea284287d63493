/* libmicrohttpd 0.9.75 with the settings, the guard and the sweeper of stack.md
 * §1. The library accepts several malformed requests; the guard refuses those
 * that can be seen from a handler (two Hosts, two lengths, length beside
 * chunked, NUL in the path …). Six odd forms cannot be seen from here; none of
 * them smuggles a second request (docs/security.md lists them).
 *
 * Life of a request: on_request is called with the head, with each piece of the
 * body, and at the end. What then needs nothing but memory is answered there
 * (begin); a write that needs nothing else is given to the store and its connection
 * suspended until the commit. All else is put on the workers' queue, its connection
 * suspended; a worker checks and handles it, then resumes; the library calls
 * on_request once more, which hands over the finished reply. Waking a
 * thread costs as much as most requests: without workers in between a kept list took
 * half the processor time (55 → 28 us), a create a quarter less. */
#include "api/http.h"
#include "access/mutation.h"
#include "access/throttle.h"
#include "api/auth.h"
#include "api/metrics.h"
#include "api/public_address.h"
#include "api/sealed_body.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/tcp.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define LIBRARY_THREADS 2
#define CONNECTIONS_MAX 10240 /* as many as files may be open, less those kept for the rest */
#define CONNECTIONS_MIN 16
#define CONNECTIONS_SPARE 32    /* from there on the longest idle one gives way to a new one */
#define FILES_KEPT 192          /* for store, index, uploads in work */
#define CONNECTION_MEMORY 18432 /* bytes: a header of 16 KB and its answer's; 19 KB resident each */
#define SECOND_US ((int64_t)1000000)
#define IDLE_SECONDS 30
/* Who sends a body or reads an answer more slowly than this in a window of that length
 * holds a place for nothing: 500 bytes a second, a tenth of a modem. */
#define WINDOW_SECONDS 30
#define SHORT_SECONDS 5 /* for so long after files ran out nobody only sits there */
#define WINDOW_BYTES_MIN 15000
#define CLOSE_WAIT 8 /* TCP_CLOSE_WAIT of netinet/tcp.h, which has an older struct tcp_info */
#define REQUEST_WORKERS 48
#define WORKER_STACK ((size_t)1 << 20) /* bytes; reserved, resident as far as used */
#define STOP_SECONDS 5                 /* for answers in work when the server stops */
#define JSON_BODY_MAX ((size_t)8 << 20)
#define BEGIN_BODY_MAX ((size_t)64 << 10) /* longer ones are a worker's to read */
#define UPLOAD_MAX ((uint64_t)4 << 30)
#define RETRY_SECONDS "3"
#define HEADERS_MAX 100
#define HEADERS_BYTES_MAX ((size_t)16 << 10)
#define TARGET_BYTES_MAX ((size_t)8 << 10) /* path and query as they were sent */
#define QUERY_VALUES_MAX 100

struct exchange {
    struct exchange *next; /* in the workers' queue */
    struct MHD_Connection *connection;
    struct http_server *server;
    struct request request;
    const struct resource *resource;
    struct buf body;
    int upload_fd;
    struct sealed_body *sealed;
    uint64_t body_len, body_max; /* bytes received; that the resource takes */
    struct reply reply;
    struct str allowed;
    bool handled, counted;
    bool begun;       /* its step is with the store, or done */
    bool last;        /* the connection ends with its answer */
    int64_t since_us; /* its last byte was read */
};

/* What a connection waits for. */
enum link_at {
    AT_HEAD, /* its next head, or the rest of it */
    AT_BODY, /* the client sends */
    AT_WORK, /* a worker has it; or a stream without an end, which sends when there is something */
    AT_ANSWER, /* the client reads */
};

/* One open connection: the library's own time-out starts anew with every byte, so a
 * client that sends or reads one byte now and then would live for ever. */
struct link {
    struct link *next, **at; /* in server->waiting or server->busy */
    int fd;
    enum link_at state;
    int64_t since_us;     /* in this state; AT_BODY, AT_ANSWER: of the window */
    int64_t window_bytes; /* that had gone over the socket when the window began; -1: not read */
    /* Of the request line that was read last. */
    const char *target, *target_end; /* the library's; the end is that of the C string */
    const char *target_fault;        /* a sentence; NULL: none */
    bool target_long;
};

/* In the order of since_us, the oldest first. */
struct links {
    struct link *first, **last;
};

struct http_server {
    struct MHD_Daemon *daemon;
    pthread_t sweeper;
    bool sweeper_runs;
    struct links waiting; /* AT_HEAD; guarded by lock, as is what follows */
    struct links busy;    /* all others */
    unsigned link_count, link_max;
    struct stream *streams; /* open ones; guarded by lock */
    struct api *api;
    struct worker {
        struct http_server *server;
        struct queue *queue;
        pthread_t thread;
    } * workers;
    unsigned worker_count;
    pthread_mutex_t lock; /* guards queues, stopping, in_flight */
    pthread_cond_t wake_sweeper, idle;
    /* Three pools. Short requests mostly wait for a commit that they share: many
     * workers make the group large. Searches and other long work take the
     * processor: as many as there are cores. Uploads have one worker of their own:
     * what they import is written by one thread anyway, and two of them must not
     * keep every search waiting. */
    struct queue {
        struct exchange *head, **tail;
        pthread_cond_t wake;
    } requests, slow, uploads;
    unsigned in_flight;
    bool refusing; /* no new requests: they are answered at once that we stop */
    bool stopping;
};

/* --- replies ------------------------------------------------------------------- */

/* `sentence` goes through the catalogue; one that did already is not found there again. */
static void set_problem(struct exchange *x, unsigned status, const char *sentence,
                        struct str errors)
{
    struct buf b;
    buf_init(&b, 0);
    problem_json(&b, status, str_of(msg(sentence)), errors);
    x->reply = (struct reply){.status = status,
                              .content_type = "application/problem+json",
                              .body = arena_dup(x->request.arena, buf_str(&b))};
    buf_clear(&b);
    x->handled = true;
}

static void add_header(struct MHD_Response *r, const char *name, const char *value)
{
    if (MHD_add_response_header(r, name, value) != MHD_YES)
        log_line(LOG_WARN, "cannot add the header %s", name);
}

/* --- bodies made while they are sent ------------------------------------------------ */

struct stream {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct stream_source source;
    struct stream *next, **at; /* among the server's open streams; guarded by its lock */
    bool waiting;              /* its connection is suspended; guarded by the server's lock */
};

void stream_wait(struct stream *stream)
{
    pthread_mutex_lock(&stream->server->lock);
    if (!stream->server->refusing) {
        stream->waiting = true;
        MHD_suspend_connection(stream->connection);
    }
    pthread_mutex_unlock(&stream->server->lock);
}

static void wake_locked(struct stream *stream)
{
    if (stream->waiting)
        MHD_resume_connection(stream->connection);
    stream->waiting = false;
}

void stream_wake(struct stream *stream)
{
    pthread_mutex_lock(&stream->server->lock);
    wake_locked(stream);
    pthread_mutex_unlock(&stream->server->lock);
}

static ssize_t read_stream(void *arg, uint64_t at, char *to, size_t max)
{
    struct stream *stream = arg;
    (void)at;
    pthread_mutex_lock(&stream->server->lock);
    bool ending = stream->server->refusing && stream->source.len < 0;
    pthread_mutex_unlock(&stream->server->lock);
    if (ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    ssize_t got = stream->source.read(stream->source.arg, stream, to, max);
    if (got == STREAM_END)
        return MHD_CONTENT_READER_END_OF_STREAM;
    return got == STREAM_BROKEN ? MHD_CONTENT_READER_END_WITH_ERROR : got;
}

static void close_stream(void *arg)
{
    struct stream *stream = arg;
    pthread_mutex_lock(&stream->server->lock);
    *stream->at = stream->next;
    if (stream->next)
        stream->next->at = stream->at;
    pthread_mutex_unlock(&stream->server->lock);
    if (stream->source.close)
        stream->source.close(stream->source.arg);
    free(stream);
}

static struct MHD_Response *stream_response(struct exchange *x)
{
    struct stream *stream = mem_zalloc(sizeof(*stream));
    *stream = (struct stream){
        .server = x->server, .connection = x->connection, .source = x->reply.stream};
    pthread_mutex_lock(&x->server->lock);
    stream->next = x->server->streams;
    stream->at = &x->server->streams;
    if (stream->next)
        stream->next->at = &stream->next;
    x->server->streams = stream;
    pthread_mutex_unlock(&x->server->lock);
    struct MHD_Response *r = MHD_create_response_from_callback(
        stream->source.len < 0 ? MHD_SIZE_UNKNOWN : (uint64_t)stream->source.len, 65536,
        read_stream, stream, close_stream);
    if (!r)
        close_stream(stream);
    x->reply.stream = (struct stream_source){0}; /* the response closes it from here on */
    return r;
}

static bool etag_matches(const struct exchange *x)
{
    const char *match =
        MHD_lookup_connection_value(x->connection, MHD_HEADER_KIND, "If-None-Match");
    return x->reply.etag && match && strcmp(match, x->reply.etag) == 0 && x->resource &&
           strcmp(x->resource->method, "GET") == 0;
}

static enum MHD_Result send_reply(struct exchange *x)
{
    const struct reply *reply = &x->reply;
    unsigned status = reply->status ? reply->status : 200;
    bool unchanged = etag_matches(x);
    struct MHD_Response *r = reply->stream.read && !unchanged
                                 ? stream_response(x)
                                 : MHD_create_response_from_buffer(
                                       unchanged ? 0 : reply->body.len,
                                       (void *)(uintptr_t)reply->body.ptr, MHD_RESPMEM_MUST_COPY);
    if (!r)
        return MHD_NO;
    for (size_t i = 0; i < reply->header_count; i++)
        add_header(r, reply->headers[i].name, reply->headers[i].value);
    add_header(r, "Content-Type", reply->content_type ? reply->content_type : "application/json");
    add_header(r, "X-Content-Type-Options", "nosniff");
    add_header(r, "Content-Security-Policy",
               reply->sandboxed ? "sandbox; default-src 'none'; frame-ancestors 'none'"
                                : "default-src 'none'; script-src 'self'; style-src 'self'; "
                                  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
                                  "form-action 'self'; frame-ancestors 'none'");
    add_header(r, "Referrer-Policy", "no-referrer");
    add_header(r, "Cache-Control", reply->etag ? "no-cache" : "no-store");
    if (reply->etag)
        add_header(r, "ETag", reply->etag);
    if (x->last)
        add_header(r, "Connection", "close");
    if (status == 405 && x->allowed.len)
        add_header(r, "Allow", arena_cstr(x->request.arena, x->allowed));
    enum MHD_Result rc = MHD_queue_response(x->connection, unchanged ? 304 : status, r);
    MHD_destroy_response(r);
    return rc;
}

/* --- the guard ------------------------------------------------------------------- */

/* The library leaves the text of a head where it was read and hands out its parts, so a
 * part begins two bytes (CRLF) behind the end of the one before, and the head ends two
 * more behind the last. Where it does not, there was a bare LF, a NUL, a folded line or
 * a line without a name, none of which can be seen in the parts themselves; the last
 * would even end the head, and what follows it would be read as another request. Two
 * bytes that the library makes zero like CRLF are not told from it: NUL and LF, and a
 * line of a colon and LF. Known of this version; later ones refuse all of these. */
#define LIBRARY_IN_PLACE "0.9.75"

static bool parts_in_place(void)
{
    return strcmp(MHD_get_version(), LIBRARY_IN_PLACE) == 0;
}

static bool follows(const char *part, const char *before, size_t gap)
{
    return (uintptr_t)part == (uintptr_t)before + strlen(before) + gap;
}

struct head_count {
    unsigned all, host, length, encoding;
    size_t bytes;
    bool bad, other_encoding;
    bool in_place;      /* parts follow each other */
    const char *before; /* the part before */
};

static bool is_token(const char *s)
{
    if (!*s)
        return false;
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c <= 0x20 || c >= 0x7F || strchr("\"(),/:;<=>?@[\\]{}", c))
            return false;
    }
    return true;
}

/* RFC 9110 5.5: no control character but a tab. */
static bool is_field_value(const char *s)
{
    for (; *s; s++)
        if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7F)
            return false;
    return true;
}

static enum MHD_Result count_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                    const char *value)
{
    struct head_count *n = arg;
    struct str key = str_of(name), text = str_of(value ? value : "");
    (void)kind;
    n->all++;
    n->bytes += key.len + text.len + sizeof(": \r\n") - 1;
    n->bad |= !is_token(name) || !is_field_value(text.ptr) ||
              (n->in_place && !follows(name, n->before, 2));
    n->before = text.ptr;
    if (str_eq_nocase(key, STR("host")))
        n->host++;
    if (str_eq_nocase(key, STR("content-length")))
        n->length++;
    if (str_eq_nocase(key, STR("transfer-encoding"))) {
        n->encoding++;
        n->other_encoding |= !str_eq_nocase(text, STR("chunked"));
    }
    return MHD_YES;
}

struct refusal {
    unsigned status;
    const char *sentence; /* NULL: none */
};

/* Where a head is wrong its end may be as well: what is refused here ends the
 * connection, so that nothing behind it is taken for another request. */
static struct refusal head_fault(struct MHD_Connection *c, const struct link *l, const char *method,
                                 const char *version)
{
    struct head_count n = {.in_place = parts_in_place(), .before = version};
    bool old = strcmp(version, "HTTP/1.0") == 0;
    MHD_get_connection_values(c, MHD_HEADER_KIND, count_header, &n);
    if (!old && strcmp(version, "HTTP/1.1") != 0)
        return (struct refusal){505, N_("only HTTP/1.1 and HTTP/1.0 are spoken here")};
    if (l && l->target_long)
        return (struct refusal){414, N_("the address is too long")};
    if (!is_token(method))
        return (struct refusal){400, N_("the method is malformed")};
    if (l && n.in_place && (!follows(l->target, method, 1) || version != l->target_end + 1))
        return (struct refusal){400, N_("the address has characters that none can have")};
    if (l && l->target_fault)
        return (struct refusal){400, l->target_fault};
    size_t head_bytes =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    n.bad |= n.in_place && !follows(method + head_bytes, n.before, sizeof("\r\n\r\n") - 1);
    if (n.all > HEADERS_MAX || n.bytes > HEADERS_BYTES_MAX)
        return (struct refusal){431, N_("there are too many headers, or they are too long")};
    if (n.bad)
        return (struct refusal){400, N_("a header is malformed")};
    if (n.host > 1 || (n.host == 0 && !old))
        return (struct refusal){400, N_("exactly one Host header is needed")};
    if (n.length > 1 || n.encoding > 1 || (n.length && n.encoding) || (old && n.encoding))
        return (struct refusal){400, N_("the length of the body is not clear")};
    if (n.other_encoding)
        return (struct refusal){501, N_("chunked is the only transfer coding known here")};
    return (struct refusal){0};
}

/* What is wrong with path and query as they were sent, or NULL. Here, since the library
 * decodes them: "%00" would end the text for every C function. */
static const char *target_fault(const char *target)
{
    for (const char *c = target; *c; c++) {
        if ((unsigned char)*c <= 0x20 || *c == 0x7F || *c == '#')
            return N_("the address has characters that none can have");
        if (*c != '%')
            continue;
        if (!isxdigit((unsigned char)c[1]) || !isxdigit((unsigned char)c[2]) ||
            (c[1] == '0' && c[2] == '0'))
            return N_("the address has a % that stands for no character");
    }
    return NULL;
}

static struct link *link_of(struct MHD_Connection *c)
{
    return MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* Called with the request line, before anything of it is decoded. */
static void *on_target(void *arg, const char *target, struct MHD_Connection *c)
{
    struct link *l = link_of(c);
    (void)arg;
    if (l && target) {
        l->target = target;
        l->target_end = target + strlen(target);
        l->target_long = l->target_end - target > (ptrdiff_t)TARGET_BYTES_MAX;
        l->target_fault = l->target_long ? NULL : target_fault(target);
    }
    return NULL;
}

/* Other sites' pages must not reach us through a browser (DNS rebinding): the Host must
 * be a loopback name, or the one that an administrator set. */
static bool host_is_ours(const struct api *api, const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; host && i < ARRAY_LEN(names); i++) {
        size_t len = strlen(names[i]);
        if (strncmp(host, names[i], len) == 0 && (host[len] == '\0' || host[len] == ':'))
            return true;
    }
    return host && *host && str_eq_nocase(str_of(host), str_of(public_host(api)));
}

/* Nor may they send to us (a form or script that posts to 127.0.0.1): a browser
 * then names the page's own site as Origin, which must be the one it asks. */
static bool origin_is_ours(const struct api *api, const char *origin, const char *host)
{
    struct str from = str_of(origin ? origin : "");
    if (!origin || (from.len > 0 && str_eq(from, str_of(public_origin(api)))))
        return true;
    if (!str_starts(from, STR("http://")))
        return false;
    return str_eq((struct str){from.ptr + 7, from.len - 7}, str_of(host));
}

/* --- beginning and body ------------------------------------------------------------ */

typedef VEC(struct query_value) query_vec;

struct query_context {
    struct arena *arena;
    query_vec values;
    bool bad;
};

static enum MHD_Result take_query(void *arg, enum MHD_ValueKind kind, const char *name,
                                  size_t name_len, const char *value, size_t value_len)
{
    struct query_context *q = arg;
    (void)kind;
    struct str n = {name, name_len}, v = {value, value ? value_len : 0};
    if (q->values.len >= QUERY_VALUES_MAX || memchr(name, '\0', name_len) ||
        (v.len && memchr(v.ptr, '\0', v.len))) {
        q->bad = true;
        return MHD_NO;
    }
    VEC_PUSH(q->arena, &q->values,
             ((struct query_value){arena_dup(q->arena, n), arena_dup(q->arena, v)}));
    return MHD_YES;
}

struct header_context {
    struct arena *arena;
    VEC(struct request_header) headers;
};

static enum MHD_Result take_header(void *arg, enum MHD_ValueKind kind, const char *name,
                                   const char *value)
{
    struct header_context *h = arg;
    (void)kind;
    VEC_PUSH(h->arena, &h->headers,
             ((struct request_header){arena_dup(h->arena, str_of(name)),
                                      arena_dup(h->arena, str_of(value ? value : ""))}));
    return MHD_YES;
}

static struct str client_address(struct MHD_Connection *c, struct arena *a)
{
    const struct sockaddr *from =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    char text[INET6_ADDRSTRLEN] = "";
    if (from->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)from)->sin_addr, text, sizeof(text));
    else if (from->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)from)->sin6_addr, text, sizeof(text));
    return arena_dup(a, str_of(text));
}

/* Who comes through our front proxy has the address that the proxy put last into
 * X-Forwarded-For: what stands before it anybody may have written. Only this machine's
 * own programs reach us, and only for the public address. */
static struct str address_of(struct MHD_Connection *c, const struct request *r)
{
    struct str peer = client_address(c, r->arena), told = request_header(r, "x-forwarded-for"),
               host = request_header(r, "host");
    uint8_t byte[16];
    size_t at = told.len;
    while (at > 0 && told.ptr[at - 1] != ',')
        at--;
    struct str last = str_trim((struct str){told.ptr + at, told.len - at});
    const char *z = arena_cstr(r->arena, last);
    bool through = host.len > 0 && str_eq_nocase(host, str_of(public_host(r->api)));
    bool good = inet_pton(AF_INET, z, byte) == 1 || inet_pton(AF_INET6, z, byte) == 1;
    return through && good ? last : peer;
}

/* The file loses its name at once, so that neither a client that goes away nor
 * a killed server leaves it behind; it is read by its descriptor's path. */
static err_t open_upload(struct exchange *x, struct err *e)
{
    struct str path = arena_printf(x->request.arena, "%s/upload-XXXXXX", x->server->api->data_dir);
    char *name = (char *)(uintptr_t)path.ptr; /* made one line above, ours to change */
    x->upload_fd = mkostemp(name, O_CLOEXEC);
    if (x->upload_fd < 0)
        return err_errno(e, errno, "cannot create %s", name);
    x->request.body_file = arena_printf(x->request.arena, "/proc/self/fd/%d", x->upload_fd).ptr;
    if (access(x->request.body_file, R_OK) != 0)
        return err_errno(e, errno, "cannot read %s; is /proc mounted?", x->request.body_file);
    if (unlink(name) != 0)
        return err_errno(e, errno, "cannot remove %s", name);
    return OK;
}

static uint64_t body_max(const struct resource *resource)
{
    switch (resource ? resource->body : BODY_NONE) {
    case BODY_UPLOAD:
    case BODY_SEALED:
        return UPLOAD_MAX;
    case BODY_JSON:
    case BODY_BYTES:
    case BODY_NONE: /* what it does not take is read and dropped, if it is no more than this */
        break;
    }
    return JSON_BODY_MAX;
}

/* The head in full: who is asked, and a place for the body. */
static void open_exchange(struct exchange *x, const char *method)
{
    struct arena *a = x->request.arena;
    struct MHD_Connection *c = x->connection;
    struct header_context h = {.arena = a};
    struct err e;

    MHD_get_connection_values(c, MHD_HEADER_KIND, take_header, &h);
    x->request.headers = h.headers.ptr;
    x->request.header_count = h.headers.len;
    x->request.address = address_of(c, &x->request);
    const char *host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");
    if (!host_is_ours(x->server->api, host)) {
        set_problem(x, 403, N_("this server answers to loopback names and its public address only"),
                    STR_NONE);
        return;
    }
    if (!origin_is_ours(x->server->api, MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin"),
                        host)) {
        set_problem(x, 403, N_("this server does not answer to pages of other sites"), STR_NONE);
        return;
    }
    struct str verb = str_is(str_of(method), "HEAD") ? STR("GET") : str_of(method);
    x->request.method = arena_dup(a, verb);
    x->resource = route_find(&x->request, &x->allowed, verb);
    if (!x->resource)
        set_problem(x, x->allowed.len ? 405 : 404,
                    x->allowed.len ? N_("this address does not know that method")
                                   : N_("there is nothing at this address"),
                    STR_NONE);
    else if (x->resource->body == BODY_UPLOAD && open_upload(x, &e) != OK)
        set_problem(x, 500, e.text, STR_NONE);
    else if (x->resource->body == BODY_SEALED &&
             !request_header(&x->request, "authorization").len &&
             !request_cookie(&x->request, SESSION_COOKIE).len)
        set_problem(x, 401, N_("sign in first"), STR_NONE); /* before a byte is kept */
    else if (x->resource->body == BODY_SEALED &&
             sealed_body_open(&x->sealed, x->server->api->data_dir, &e) != OK)
        set_problem(x, 500, e.text, STR_NONE);
    x->request.body_sealed = x->sealed;
}

/* *refused: it is answered before its body is read, and the connection then ends. */
static struct exchange *exchange_new(bool *refused, struct http_server *s, struct MHD_Connection *c,
                                     const char *url, const char *method, const char *version)
{
    struct exchange *x = mem_zalloc(sizeof(*x));
    struct arena *a = arena_new();
    struct query_context q = {.arena = a};
    uint64_t declared = 0;
    *x = (struct exchange){.connection = c, .server = s, .upload_fd = -1};
    buf_init(&x->body, JSON_BODY_MAX);
    x->request = (struct request){.api = s->api, .arena = a, .path = arena_dup(a, str_of(url))};

    struct refusal fault = head_fault(c, link_of(c), method, version);
    MHD_get_connection_values_n(c, MHD_GET_ARGUMENT_KIND, take_query, &q);
    x->request.query = q.values.ptr;
    x->request.query_count = q.values.len;
    if (!fault.sentence && q.bad)
        fault = (struct refusal){400, N_("the query of the address is malformed or too long")};
    if (!fault.sentence) {
        open_exchange(x, method);
        x->body_max = body_max(x->resource);
        /* Where chunks end is read leniently: nothing behind them is another request. */
        x->last = request_header(&x->request, "transfer-encoding").len > 0;
        const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
        if (length && str_to_u64(&declared, str_of(length)) && declared > x->body_max)
            fault = (struct refusal){413, N_("the body is too large")};
    }
    if (fault.sentence)
        set_problem(x, fault.status, fault.sentence, STR_NONE);
    *refused = fault.sentence != NULL;
    return x;
}

static void keep_upload(struct exchange *x, struct str part)
{
    struct err e;
    if (x->sealed && sealed_body_add(x->sealed, str_bytes(part), &e) != OK)
        set_problem(x, 500, e.text, STR_NONE);
    while (!x->sealed && part.len > 0) {
        ssize_t n = write(x->upload_fd, part.ptr, part.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            set_problem(x, 500, N_("the upload could not be written to the disk"), STR_NONE);
            return;
        }
        part = (struct str){part.ptr + n, part.len - (size_t)n};
    }
}

/* False: whoever goes on sending is not listened to any more. */
static bool take_body(struct exchange *x, struct str part)
{
    x->body_len += part.len;
    if (x->handled) /* refused already: the rest is read and dropped, so that the answer is seen */
        return x->body_len <= x->body_max + JSON_BODY_MAX;
    if (x->body_len > x->body_max)
        set_problem(x, 413, N_("the body is too large"), STR_NONE);
    else if (!x->resource || x->resource->body == BODY_NONE)
        set_problem(x, 400, N_("this resource takes no body"), STR_NONE);
    else if (x->resource->body == BODY_JSON || x->resource->body == BODY_BYTES)
        buf_add(&x->body, part);
    else
        keep_upload(x, part);
    return true;
}

/* --- workers ---------------------------------------------------------------------- */

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
    /* A form or a page of another site cannot send this type without asking. */
    if (!is_json_type(type))
        return err_set(e, E_INVALID, "send the body as Content-Type: application/json");
    rc = jin_parse(&x->request.body, buf_str(&x->body), JIN_REFUSE_DUPLICATES, NULL,
                   x->request.arena, e);
    if (rc == OK && x->request.body->type != J_OBJECT)
        rc = err_set(e, E_INVALID, "the body must be a JSON object");
    return rc;
}

/* Whether it is admitted; if not, the exchange has its problem. */
static bool take_auth(struct exchange *x, struct auth *auth, err_t rc, unsigned status,
                      const char *sentence, const struct err *e)
{
    if (rc != OK)
        set_problem(x, problem_status(rc), e->text, STR_NONE);
    else if (status)
        set_problem(x, status, sentence, STR_NONE);
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
    set_problem(x, 429,
                kind == THROTTLE_CALLS ? N_("too many requests; try again later")
                : a.unit               ? N_("your unit has read as many records as it may in a day")
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
        set_problem(x, problem_status(rc), e->text, x->reply.errors.len ? x->reply.errors : faults);
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

static void end(struct exchange *x)
{
    struct err e;
    err_t rc = x->resource->end(&x->reply, &x->request, &e);
    take_outcome(x, rc, STR_NONE, &e);
}

static void serve_request(struct exchange *x)
{
    struct err e;
    struct str faults = STR_NONE;
    if (x->begun) {
        end(x);
        return;
    }
    if (!admit(x) || !afford(x, THROTTLE_CALLS, 1))
        return;
    err_t rc = read_request(x, &faults, &e);
    if (rc == OK)
        rc = x->resource->handle(&x->reply, &x->request, &e);
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

static void count_reply(const struct exchange *x)
{
    unsigned status = x->reply.status ? x->reply.status : 200;
    metrics_count(x->server->api->metrics, x->resource, status,
                  x->since_us ? clock_monotonic_us(&clock_system) - x->since_us : 0);
}

static void *work(void *arg)
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
        handle(x);
        MHD_resume_connection(x->connection);
        pthread_mutex_lock(&s->lock);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static void link_to(struct http_server *s, struct link *l, enum link_at state);

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
    link_to(s, link_of(x->connection), AT_WORK);
    return true;
}

static bool enqueue(struct http_server *s, struct exchange *x)
{
    pthread_mutex_lock(&s->lock);
    bool taken = suspend_locked(s, x);
    if (taken) /* under the lock: a worker must not resume what is not yet suspended */
        put_on_queue(s, x);
    pthread_mutex_unlock(&s->lock);
    return taken;
}

/* --- without a worker ------------------------------------------------------------------ */

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

/* What needs nobody else is done here. BEGUN_STEP: the exchange belongs to the store's
 * thread or a worker now; BEGUN_NOT: a worker is to do it all. */
static enum begun begin(struct http_server *s, struct exchange *x)
{
    struct auth *auth;
    unsigned status = 0;
    const char *sentence = NULL;
    struct str faults = STR_NONE;
    struct err e;
    bool known = false;
    if (ACCESS_MUTATION || !x->resource->begin || throttle_is_on(s->api->throttle) ||
        x->body.len > BEGIN_BODY_MAX || !store_queues(s->api->store))
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

/* --- slow clients ------------------------------------------------------------------ */

static void link_out(struct http_server *s, struct link *l)
{
    struct links *of = l->state == AT_HEAD ? &s->waiting : &s->busy;
    *l->at = l->next;
    if (l->next)
        l->next->at = l->at;
    else
        of->last = l->at;
}

static void link_in(struct http_server *s, struct link *l, enum link_at state)
{
    struct links *of = state == AT_HEAD ? &s->waiting : &s->busy;
    l->state = state;
    l->since_us = clock_monotonic_us(&clock_system);
    l->window_bytes = -1;
    l->next = NULL;
    l->at = of->last;
    *of->last = l;
    of->last = &l->next;
}

/* Under the lock. */
static void link_to(struct http_server *s, struct link *l, enum link_at state)
{
    if (!l)
        return;
    link_out(s, l);
    link_in(s, l, state);
}

static void mark_link(struct http_server *s, struct MHD_Connection *c, enum link_at state)
{
    pthread_mutex_lock(&s->lock);
    link_to(s, link_of(c), state);
    pthread_mutex_unlock(&s->lock);
}

/* The library then sees the end of it, and frees it. */
static void shut(struct http_server *s, struct link *l)
{
    shutdown(l->fd, SHUT_RDWR);
    link_to(s, l, l->state); /* behind all others: it is not chosen again before they are */
}

static void on_connection(void *arg, struct MHD_Connection *c, void **context,
                          enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = arg;
    struct link *l = *context;
    pthread_mutex_lock(&s->lock);
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        /* A full house turns nobody away while somebody in it only sits there. */
        if (++s->link_count + CONNECTIONS_SPARE > s->link_max && s->waiting.first)
            shut(s, s->waiting.first);
        l = mem_zalloc(sizeof(*l));
        l->fd = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
        link_in(s, l, AT_HEAD);
        *context = l;
    } else if (l) {
        s->link_count--;
        link_out(s, l);
        free(l);
        *context = NULL;
    }
    pthread_mutex_unlock(&s->lock);
}

/* *moved: bytes that went over a socket either way and were seen to arrive. Returns
 * whether the client has said that it sends no more. */
static bool look_at(int64_t *moved, int fd)
{
    struct tcp_info info = {0};
    socklen_t len = sizeof(info);
    *moved = 0;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0)
        return false;
    *moved = (int64_t)(info.tcpi_bytes_acked + info.tcpi_bytes_received);
    return info.tcpi_state == CLOSE_WAIT;
}

/* The library does not see an end that came together with the last bytes. */
static void sweep_waiting(struct link *l, int64_t now)
{
    if (l->window_bytes >= 0 || now - l->since_us < SECOND_US)
        return;
    if (look_at(&l->window_bytes, l->fd))
        shutdown(l->fd, SHUT_RDWR);
}

/* One window of a connection whose client sends or reads. */
static void sweep_busy(struct link *l, int64_t now)
{
    int64_t moved, age = now - l->since_us;
    bool over = age > WINDOW_SECONDS * SECOND_US;
    if (l->state == AT_WORK || age < SECOND_US || (l->window_bytes >= 0 && !over))
        return;
    bool ended = look_at(&moved, l->fd) && l->state == AT_BODY;
    if (ended || (l->window_bytes >= 0 && moved - l->window_bytes < WINDOW_BYTES_MIN))
        shutdown(l->fd, SHUT_RDWR);
    l->window_bytes = moved;
    l->since_us = over ? now : l->since_us;
}

/* Then the library accepts nobody until one of its connections has ended. */
static bool no_file_left(void)
{
    int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);
    if (fd >= 0)
        close(fd);
    return fd < 0 && (errno == EMFILE || errno == ENFILE);
}

/* Once a second. */
static void *sweep(void *arg)
{
    struct http_server *s = arg;
    int64_t short_us = INT64_MIN / 2; /* files ran out then */
    pthread_mutex_lock(&s->lock);
    while (!s->stopping) {
        struct timespec until;
        int64_t now = clock_monotonic_us(&clock_system);
        struct link *l;
        short_us = no_file_left() ? now : short_us;
        int64_t oldest =
            now - (now - short_us < SHORT_SECONDS * SECOND_US ? 0 : IDLE_SECONDS * SECOND_US);
        while ((l = s->waiting.first) && l->since_us < oldest)
            shut(s, l);
        for (l = s->waiting.first; l; l = l->next)
            sweep_waiting(l, now);
        for (l = s->busy.first; l; l = l->next)
            sweep_busy(l, now);
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++;
        pthread_cond_timedwait(&s->wake_sweeper, &s->lock, &until);
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

static enum MHD_Result answer(struct http_server *s, struct exchange *x)
{
    bool endless = x->reply.stream.read && x->reply.stream.len < 0;
    mark_link(s, x->connection, endless ? AT_WORK : AT_ANSWER);
    count_reply(x);
    return send_reply(x);
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *len, void **state)
{
    struct http_server *s = arg;
    struct exchange *x = *state;
    if (!x) {
        bool refused;
        mark_link(s, c, AT_BODY);
        *state = x = exchange_new(&refused, s, c, url, method, version);
        return refused ? answer(s, x) : MHD_YES;
    }
    if (*len > 0) {
        bool listening = take_body(x, (struct str){data, *len});
        *len = 0;
        return listening ? MHD_YES : MHD_NO;
    }
    if (!x->since_us)
        x->since_us = clock_monotonic_us(&clock_system);
    if (x->begun && !x->handled)
        end(x);
    if (!x->handled) {
        enum begun how = begin(s, x);
        if (how == BEGUN_STEP || (how == BEGUN_NOT && enqueue(s, x)))
            return MHD_YES; /* it is another thread's now */
    }
    if (!x->handled)
        set_problem(x, 503, N_("the server is stopping; try again later"), STR_NONE);
    return answer(s, x);
}

static void on_completed(void *arg, struct MHD_Connection *c, void **state,
                         enum MHD_RequestTerminationCode how)
{
    struct http_server *s = arg;
    struct exchange *x = *state;
    (void)how;
    mark_link(s, c, AT_HEAD);
    if (!x)
        return;
    if (x->upload_fd >= 0)
        close(x->upload_fd);
    sealed_body_close(x->sealed);
    pthread_mutex_lock(&s->lock);
    if (x->counted && --s->in_flight == 0)
        pthread_cond_signal(&s->idle);
    pthread_mutex_unlock(&s->lock);
    if (x->reply.stream.close)
        x->reply.stream.close(x->reply.stream.arg); /* it was never begun */
    buf_clear(&x->body);
    arena_free(x->request.arena);
    free(x);
    *state = NULL;
}

/* --- start and stop --------------------------------------------------------------- */

static err_t parse_address(struct sockaddr_storage *out, socklen_t *len, const char *text,
                           struct err *e)
{
    char host[INET6_ADDRSTRLEN];
    uint64_t port;
    const char *colon = strrchr(text, ':');
    struct sockaddr_in *v4 = (struct sockaddr_in *)out;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;
    size_t host_len = colon ? (size_t)(colon - text) : 0;
    bool brackets = host_len > 2 && text[0] == '[' && text[host_len - 1] == ']';

    if (!colon || !str_to_u64(&port, str_of(colon + 1)) || port > 65535 ||
        host_len - (brackets ? 2 : 0) >= sizeof(host))
        return err_set(e, E_INVALID, "'%s' is not an address; write 127.0.0.1:8420", text);
    if (brackets)
        host_len -= 2;
    memcpy(host, text + brackets, host_len);
    host[host_len] = '\0';
    if (strcmp(host, "localhost") == 0)
        memcpy(host, "127.0.0.1", sizeof("127.0.0.1"));
    *out = (struct sockaddr_storage){0};
    bool loopback;
    if (!brackets && inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        *len = sizeof(*v4);
        loopback = ntohl(v4->sin_addr.s_addr) >> 24 == 127;
    } else if (brackets && inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        *len = sizeof(*v6);
        loopback = IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
    } else {
        return err_set(e, E_INVALID, "'%s' is not an address; write 127.0.0.1:8420", text);
    }
    if (!loopback)
        return err_set(e, E_DENIED,
                       "%s is open to others: without accounts only loopback is served", text);
    return OK;
}

static err_t open_socket(int *out, const struct sockaddr_storage *address, socklen_t len,
                         const char *text, struct err *e)
{
    int yes = 1, fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return err_errno(e, errno, "cannot open a socket");
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, (const struct sockaddr *)address, len) != 0 || listen(fd, 1024) != 0) {
        int errnum = errno;
        close(fd);
        if (errnum != EADDRINUSE)
            return err_errno(e, errnum, "cannot listen on %s", text);
        return err_set(e, E_BUSY, "%s is taken by another program; choose another --listen", text);
    }
    *out = fd;
    return OK;
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

/* The library cannot be told that there is no file left: it would try again at once, for
 * ever. So it gets fewer connections than there are files. */
static unsigned connections_max(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return CONNECTIONS_MIN;
    rlim_t wanted = CONNECTIONS_MAX + FILES_KEPT;
    if (files.rlim_cur < wanted && files.rlim_cur < files.rlim_max) {
        struct rlimit more = {files.rlim_max < wanted ? files.rlim_max : wanted, files.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &more) == 0)
            files = more;
    }
    if (files.rlim_cur < CONNECTIONS_MIN + FILES_KEPT)
        return CONNECTIONS_MIN;
    return files.rlim_cur < wanted ? (unsigned)(files.rlim_cur - FILES_KEPT) : CONNECTIONS_MAX;
}

err_t http_start(struct http_server **out, struct api *api, const struct http_options *o,
                 struct err *e)
{
    struct sockaddr_storage address;
    socklen_t address_len = 0;
    int fd = -1;
    err_t rc;
    if ((rc = parse_address(&address, &address_len, o->address, e)) != OK ||
        (rc = open_socket(&fd, &address, address_len, o->address, e)) != OK)
        return rc;

    if ((rc = public_address_load(api, e)) != OK) {
        close(fd);
        return rc;
    }
    struct http_server *s = mem_zalloc(sizeof(*s));
    s->link_max = connections_max();
    s->waiting.last = &s->waiting.first;
    s->busy.last = &s->busy.first;
    s->api = api;
    api->metrics = metrics_new();
    api->known = known_new(api->store);
    s->requests.tail = &s->requests.head;
    s->slow.tail = &s->slow.head;
    s->uploads.tail = &s->uploads.head;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->requests.wake, NULL);
    pthread_cond_init(&s->slow.wake, NULL);
    pthread_cond_init(&s->uploads.wake, NULL);
    pthread_cond_init(&s->wake_sweeper, NULL);
    pthread_cond_init(&s->idle, NULL);
    s->daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL,
        on_request, s, MHD_OPTION_EXTERNAL_LOGGER, library_log, NULL, MHD_OPTION_LISTEN_SOCKET, fd,
        MHD_OPTION_THREAD_POOL_SIZE, (unsigned)LIBRARY_THREADS, MHD_OPTION_CONNECTION_LIMIT,
        s->link_max, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, s, MHD_OPTION_NOTIFY_COMPLETED, on_completed, s,
        MHD_OPTION_NOTIFY_CONNECTION, on_connection, s, MHD_OPTION_END);
    if (!s->daemon) {
        close(fd);
        metrics_free(api->metrics);
        known_free(api->known);
        free(s);
        return err_set(e, E_IO, "the HTTP server does not start on %s", o->address);
    }
    unsigned slow = o->workers ? o->workers : 2;
    s->worker_count = 1 + slow + REQUEST_WORKERS;
    s->workers = mem_array(s->worker_count, sizeof(*s->workers));
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, WORKER_STACK);
    for (unsigned i = 0; i < s->worker_count; i++) {
        struct worker *w = &s->workers[i];
        *w = (struct worker){.server = s,
                             .queue = i == 0      ? &s->uploads
                                      : i <= slow ? &s->slow
                                                  : &s->requests};
        if (pthread_create(&w->thread, i > slow ? &small : NULL, work, w) != 0) {
            s->worker_count = i;
            http_stop(s);
            return err_set(e, E_IO, "cannot start a worker thread");
        }
    }
    s->sweeper_runs = pthread_create(&s->sweeper, NULL, sweep, s) == 0;
    if (!s->sweeper_runs) {
        http_stop(s);
        return err_set(e, E_IO, "cannot start a worker thread");
    }
    *out = s;
    return OK;
}

void http_stop(struct http_server *s)
{
    if (!s)
        return;
    MHD_socket listening = MHD_quiesce_daemon(s->daemon);
    if (listening != MHD_INVALID_SOCKET)
        close(listening);
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += STOP_SECONDS;
    pthread_mutex_lock(&s->lock);
    s->refusing = true;
    s->api->stopping = true;
    for (struct stream *open = s->streams; open; open = open->next)
        wake_locked(open); /* and is told that it ends */
    /* A client that does not read its answer is not waited for to the end. */
    while (s->in_flight > 0 && pthread_cond_timedwait(&s->idle, &s->lock, &until) != ETIMEDOUT)
        continue;
    s->stopping = true;
    pthread_cond_broadcast(&s->requests.wake);
    pthread_cond_broadcast(&s->slow.wake);
    pthread_cond_broadcast(&s->uploads.wake);
    pthread_cond_signal(&s->wake_sweeper);
    pthread_mutex_unlock(&s->lock);
    for (unsigned i = 0; i < s->worker_count; i++)
        pthread_join(s->workers[i].thread, NULL);
    if (s->sweeper_runs)
        pthread_join(s->sweeper, NULL);
    MHD_stop_daemon(s->daemon);
    pthread_cond_destroy(&s->requests.wake);
    pthread_cond_destroy(&s->slow.wake);
    pthread_cond_destroy(&s->uploads.wake);
    pthread_cond_destroy(&s->wake_sweeper);
    pthread_cond_destroy(&s->idle);
    pthread_mutex_destroy(&s->lock);
    metrics_free(s->api->metrics);
    known_free(s->api->known);
    free(s->workers);
    free(s);
}

/* One request from its head to the end of its body: who is asked, and a place for what is sent. */
#include "api/auth.h"
#include "api/http_priv.h"
#include "api/public_address.h"
#include "api/sealed_body.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UPLOAD_MAX ((uint64_t)4 << 30)
#define QUERY_VALUES_MAX 100

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
    bool through =
        r->by_gateway || (host.len > 0 && str_eq_nocase(host, str_of(public_host(r->api))));
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

/* Of "en-GB, zh;q=0.8" the one of our two languages that weighs more; of none, the process's. */
static enum lang accepted_language(struct str header)
{
    enum lang found = msg_lang();
    double best = 0;
    while (header.len) {
        struct str rest = str_split(&header, STR(",")),
                   range = str_trim(str_split(&rest, STR(";")));
        struct str weight = str_trim(rest);
        struct str language = {range.ptr, range.len < 2 ? range.len : 2};
        bool zh = str_eq_nocase(language, STR("zh")), en = str_eq_nocase(language, STR("en"));
        double q = 1;
        if (str_starts(weight, STR("q="))) {
            char written[8] = {0};
            memcpy(written, weight.ptr + 2, weight.len - 2 < 7 ? weight.len - 2 : 7);
            q = strtod(written, NULL);
        }
        if ((zh || en) && q > best) {
            best = q;
            found = zh ? LANG_ZH : LANG_EN;
        }
    }
    return found;
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
    x->lang = accepted_language(request_header(&x->request, "accept-language"));
    msg_speak(x->lang);
    x->request.by_gateway = http_link_of(c) && http_link_of(c)->gateway;
    x->request.address = address_of(c, &x->request);
    struct refusal about = gateway_guard(&x->request);
    if (about.sentence) {
        http_problem(x, about.status, about.sentence, STR_NONE);
        return;
    }
    const char *host = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Host");
    if (!http_guard_host(x->server->api, host)) {
        http_problem(x, 403,
                     N_("this server answers to loopback names and its public address only"),
                     STR_NONE);
        return;
    }
    if (!http_guard_origin(x->server->api,
                           MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Origin"), host)) {
        http_problem(x, 403, N_("this server does not answer to pages of other sites"), STR_NONE);
        return;
    }
    struct str verb = str_is(str_of(method), "HEAD") ? STR("GET") : str_of(method);
    x->request.method = arena_dup(a, verb);
    x->resource = route_find(&x->request, &x->allowed, verb);
    if (!x->resource)
        http_problem(x, x->allowed.len ? 405 : 404,
                     x->allowed.len ? N_("this address does not know that method")
                                    : N_("there is nothing at this address"),
                     STR_NONE);
    else if (x->resource->body == BODY_UPLOAD && open_upload(x, &e) != OK)
        http_problem(x, 500, e.text, STR_NONE);
    else if (x->resource->body == BODY_SEALED &&
             !request_header(&x->request, "authorization").len &&
             !request_cookie(&x->request, SESSION_COOKIE).len)
        http_problem(x, 401, N_("sign in first"), STR_NONE); /* before a byte is kept */
    else if (x->resource->body == BODY_SEALED &&
             sealed_body_open(&x->sealed, x->server->api->data_dir, &e) != OK)
        http_problem(x, 500, e.text, STR_NONE);
    x->request.body_sealed = x->sealed;
}

struct exchange *http_exchange_new(bool *refused, struct http_server *s, struct MHD_Connection *c,
                                   const char *url, const char *method, const char *version)
{
    struct exchange *x = mem_zalloc(sizeof(*x));
    struct arena *a = arena_new();
    struct query_context q = {.arena = a};
    uint64_t declared = 0;
    *x = (struct exchange){.connection = c, .server = s, .upload_fd = -1, .lang = msg_lang()};
    buf_init(&x->body, JSON_BODY_MAX);
    x->request = (struct request){.api = s->api, .arena = a, .path = arena_dup(a, str_of(url))};

    struct link *l = http_link_of(c);
    size_t head_bytes =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    struct refusal fault = http_guard_head(c, l, method, version);
    MHD_get_connection_values_n(c, MHD_GET_ARGUMENT_KIND, take_query, &q);
    x->request.query = q.values.ptr;
    x->request.query_count = q.values.len;
    if (!fault.sentence && q.bad)
        fault = (struct refusal){400, N_("the query of the address is malformed or too long")};
    if (!fault.sentence) {
        open_exchange(x, method);
        x->body_max = body_max(x->resource);
        /* Where chunks end is read leniently: nothing behind them is another request. */
        x->last = request_header(&x->request, "transfer-encoding").len > 0 || !http_guard_sees(l);
        const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
        if (length && str_to_u64(&declared, str_of(length)) && declared > x->body_max)
            fault = (struct refusal){413, N_("the body is too large")};
        if (l)
            http_reading_body(&l->reading, method + head_bytes, declared);
    }
    if (fault.sentence)
        http_problem(x, fault.status, fault.sentence, STR_NONE);
    *refused = fault.sentence != NULL;
    return x;
}

static void keep_upload(struct exchange *x, struct str part)
{
    struct err e;
    if (x->sealed && sealed_body_add(x->sealed, str_bytes(part), &e) != OK)
        http_problem(x, 500, e.text, STR_NONE);
    while (!x->sealed && part.len > 0) {
        ssize_t n = write(x->upload_fd, part.ptr, part.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            http_problem(x, 500, N_("the upload could not be written to the disk"), STR_NONE);
            return;
        }
        part = (struct str){part.ptr + n, part.len - (size_t)n};
    }
}

bool http_exchange_take(struct exchange *x, struct str part)
{
    x->body_len += part.len;
    if (x->handled) /* refused already: the rest is read and dropped, so that the answer is seen */
        return x->body_len <= x->body_max + JSON_BODY_MAX;
    if (x->body_len > x->body_max)
        http_problem(x, 413, N_("the body is too large"), STR_NONE);
    else if (!x->resource || x->resource->body == BODY_NONE)
        http_problem(x, 400, N_("this resource takes no body"), STR_NONE);
    else if (x->resource->body == BODY_JSON || x->resource->body == BODY_BYTES)
        buf_add(&x->body, part);
    else
        keep_upload(x, part);
    return true;
}

void http_exchange_free(struct exchange *x)
{
    if (x->upload_fd >= 0)
        close(x->upload_fd);
    sealed_body_close(x->sealed);
    if (x->reply.stream.close)
        x->reply.stream.close(x->reply.stream.arg); /* it was never begun */
    buf_clear(&x->body);
    arena_free(x->request.arena);
    free(x);
}

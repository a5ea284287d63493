/* One request's head, from the library's parts to what answer_head takes. */
#include "api/http_priv.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

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

/* The headers, where they came from, and what answer_head makes of them. */
static void open_exchange(struct exchange *x, const char *method)
{
    struct MHD_Connection *c = x->connection;
    struct request *r = &x->answer.request;
    struct header_context h = {.arena = r->arena};
    const struct link *l = http_link_of(c);
    MHD_get_connection_values(c, MHD_HEADER_KIND, take_header, &h);
    r->headers = h.headers.ptr;
    r->header_count = h.headers.len;
    r->by_gateway = l && l->gateway;
    answer_head(&x->answer, method, client_address(c, r->arena));
}

struct exchange *http_exchange_new(bool *refused, struct http_server *s, struct MHD_Connection *c,
                                   const char *url, const char *method, const char *version)
{
    struct exchange *x = mem_zalloc(sizeof(*x));
    struct request *r = &x->answer.request;
    uint64_t declared = 0;
    *x = (struct exchange){.connection = c, .server = s};
    answer_init(&x->answer, s->api, str_of(url));
    struct query_context q = {.arena = r->arena};

    struct link *l = http_link_of(c);
    size_t head_bytes =
        MHD_get_connection_info(c, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
    struct refusal fault = http_guard_head(c, l, method, version);
    MHD_get_connection_values_n(c, MHD_GET_ARGUMENT_KIND, take_query, &q);
    r->query = q.values.ptr;
    r->query_count = q.values.len;
    if (!fault.sentence && (q.bad || (l && l->target_many)))
        fault = (struct refusal){400, N_("the query of the address is malformed or too long")};
    if (!fault.sentence) {
        open_exchange(x, method);
        /* The end of chunked bodies is parsed leniently, so nothing after them is another request.
         */
        x->last = request_header(r, "transfer-encoding").len > 0 || !http_guard_sees(l);
        const char *length = answer_header(r, "content-length");
        if (length && str_to_u64(&declared, str_of(length)) && declared > x->answer.body_max)
            fault = (struct refusal){413, N_("the body is too large")};
        if (l)
            http_reading_body(&l->reading, (char *)method + head_bytes, declared);
    }
    if (fault.sentence)
        answer_problem(&x->answer, fault.status, fault.sentence, STR_NONE);
    *refused = fault.sentence != NULL;
    return x;
}

void http_exchange_free(struct exchange *x)
{
    answer_clear(&x->answer);
    free(x);
}

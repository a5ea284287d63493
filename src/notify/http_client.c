/* libcurl, held short. Two fences stand behind each other: CURLOPT_RESOLVE gives
 * it the addresses that were checked, and the function that opens its sockets
 * refuses every other one. */
#include "notify/http_client.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/msg.h"
#include <arpa/inet.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define TIMEOUT_DEFAULT_MS 10000
#define ANSWER_DEFAULT_MAX ((size_t)64 << 10)
#define HEAD_MAX ((size_t)64 << 10)

struct http_client {
    struct http_client_options o;
};

static void init_library(void)
{
    (void)curl_global_init(CURL_GLOBAL_DEFAULT); /* a failure shows at curl_easy_init */
}

struct http_client *http_client_new(const struct http_client_options *o)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct http_client *c = mem_zalloc(sizeof(*c));
    pthread_once(&once, init_library);
    c->o = *o;
    if (c->o.timeout_ms == 0)
        c->o.timeout_ms = TIMEOUT_DEFAULT_MS;
    return c;
}

void http_client_free(struct http_client *c)
{
    free(c);
}

/* --- whom we may call ------------------------------------------------------------- */

static err_t find_allowed(const struct allowed_host **out, const struct allowed_hosts *allowed,
                          const struct url *u, struct err *e)
{
    for (size_t i = 0; i < allowed->count; i++)
        if (allowed->items[i].port == u->port && str_eq(allowed->items[i].host, u->host)) {
            *out = &allowed->items[i];
            return OK;
        }
    return err_set(e, E_DENIED,
                   "%.*s, port %u, is not among the hosts that may be called; the security "
                   "administrator can add it",
                   STR_ARG(u->host), (unsigned)u->port);
}

/* Of an address literal, without asking anybody. */
static bool resolve_literal(struct net_address *out, const struct url *u, struct arena *a)
{
    struct sockaddr_in *v4 = (struct sockaddr_in *)&out->at;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&out->at;
    const char *host = arena_cstr(a, u->host);
    *out = (struct net_address){0};
    if (u->is_ipv6 && inet_pton(AF_INET6, host, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons(u->port);
        out->len = sizeof(*v6);
        return true;
    }
    if (!u->is_ipv6 && inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons(u->port);
        out->len = sizeof(*v4);
        return true;
    }
    return false;
}

static err_t resolve_name(struct net_address *out, size_t *count, const char *host, uint16_t port,
                          struct err *e)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV}, *list = NULL;
    char service[8];
    (void)snprintf(service, sizeof(service), "%u", (unsigned)port);
    int code = getaddrinfo(host, service, &hints, &list);
    *count = 0;
    if (code != 0)
        return err_set(e, E_IO, "the name %s cannot be resolved: %s", host, gai_strerror(code));
    for (struct addrinfo *i = list; i && *count < RESOLVED_MAX; i = i->ai_next) {
        if (i->ai_addrlen > sizeof(out->at))
            continue;
        memcpy(&out[*count].at, i->ai_addr, i->ai_addrlen);
        out[(*count)++].len = i->ai_addrlen;
    }
    freeaddrinfo(list);
    return OK;
}

static const char *address_text(const struct sockaddr *address, struct arena *a)
{
    char text[INET6_ADDRSTRLEN] = "?";
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof(text));
    if (address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)address)->sin6_addr, text, sizeof(text));
    return arena_cstr(a, str_of(text));
}

/* The addresses that this call may connect to: all that the name has, or none.
 * One bad address among good ones is a sign of an attack, not of a choice. */
struct route {
    struct http_client *client;
    struct net_address addresses[RESOLVED_MAX];
    size_t count;
    bool refused; /* a connection elsewhere was tried */
};

static err_t find_route(struct route *r, const struct url *u, const struct allowed_host *allowed,
                        struct arena *a, struct err *e)
{
    struct http_client *c = r->client;
    const char *host = arena_cstr(a, u->host);
    err_t rc = OK;
    r->count = 1;
    if (!resolve_literal(&r->addresses[0], u, a))
        rc = c->o.resolve
                 ? c->o.resolve(c->o.arg, r->addresses, &r->count, RESOLVED_MAX, host, u->port, e)
                 : resolve_name(r->addresses, &r->count, host, u->port, e);
    if (rc == OK && r->count == 0)
        rc = err_set(e, E_IO, "the name %s has no address", host);
    for (size_t i = 0; rc == OK && i < r->count; i++) {
        const struct sockaddr *at = (const struct sockaddr *)&r->addresses[i].at;
        enum reach reach = address_reach(at);
        if (reach == REACH_NEVER || (reach == REACH_INSIDE && !allowed->inside))
            rc = err_set(e, E_DENIED,
                         "%s means %s, which is not an address of the internet; it is not called",
                         host, address_text(at, a));
    }
    return rc;
}

/* "host:port:address,address". What is an IPv6 address itself is looked up nowhere, and the library
 * reads no such line for it. */
static struct curl_slist *route_list(const struct route *r, const struct url *u, struct arena *a)
{
    struct str line = arena_printf(a, "%.*s:%u:", STR_ARG(u->host), (unsigned)u->port);
    for (size_t i = 0; i < r->count; i++) {
        const struct sockaddr *at = (const struct sockaddr *)&r->addresses[i].at;
        line = arena_printf(a, at->sa_family == AF_INET6 ? "%.*s%s[%s]" : "%.*s%s%s", STR_ARG(line),
                            i ? "," : "", address_text(at, a));
    }
    return curl_slist_append(NULL, line.ptr);
}

static curl_socket_t open_checked(void *arg, curlsocktype purpose, struct curl_sockaddr *to)
{
    struct route *r = arg;
    (void)purpose;
    for (size_t i = 0; i < r->count; i++) {
        if (!address_same(&to->addr, (const struct sockaddr *)&r->addresses[i].at))
            continue;
        if (r->client->o.connecting && !r->client->o.connecting(r->client->o.arg, &to->addr))
            return CURL_SOCKET_BAD;
        return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
    }
    r->refused = true;
    return CURL_SOCKET_BAD;
}

/* --- one transfer ------------------------------------------------------------------- */

struct transfer {
    CURL *curl;
    struct curl_slist *route_lines, *headers, *recipients;
    struct route route;
    struct buf answer, head;
    bool too_long;
    struct str upload;
    char why[CURL_ERROR_SIZE];
};

static void transfer_clear(struct transfer *t)
{
    curl_easy_cleanup(t->curl);
    curl_slist_free_all(t->route_lines);
    curl_slist_free_all(t->headers);
    curl_slist_free_all(t->recipients);
    buf_clear(&t->answer);
    buf_clear(&t->head);
}

static size_t take_answer(char *data, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    buf_add(&t->answer, (struct str){data, size * count});
    t->too_long |= !buf_ok(&t->answer);
    return t->too_long ? 0 : size * count;
}

static size_t take_head(char *data, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    buf_add(&t->head, (struct str){data, size * count});
    t->too_long |= !buf_ok(&t->head);
    return t->too_long ? 0 : size * count;
}

static size_t give_upload(char *to, size_t size, size_t count, void *arg)
{
    struct transfer *t = arg;
    size_t n = size * count < t->upload.len ? size * count : t->upload.len;
    if (n > 0)
        memcpy(to, t->upload.ptr, n);
    t->upload = (struct str){t->upload.ptr ? t->upload.ptr + n : NULL, t->upload.len - n};
    return n;
}

/* Settings of every call. An option that this libcurl does not know must not be
 * passed over: most of them shut something. */
#define SET(option, value)                                                                         \
    do {                                                                                           \
        if (code == CURLE_OK)                                                                      \
            code = curl_easy_setopt(t->curl, option, value);                                       \
    } while (0)

static err_t transfer_open(struct transfer *t, const struct url *u, const char *protocols,
                           struct arena *a, struct err *e)
{
    const struct http_client *c = t->route.client;
    CURLcode code = CURLE_OK;
    buf_init(&t->head, HEAD_MAX);
    t->curl = curl_easy_init();
    t->route_lines = u->is_ipv6 ? NULL : route_list(&t->route, u, a);
    if (!t->curl || (!t->route_lines && !u->is_ipv6))
        return err_set(e, E_INTERNAL, "the library for outward calls does not start");
    SET(CURLOPT_URL, arena_cstr(a, u->text));
    SET(CURLOPT_PROTOCOLS_STR, protocols);
    SET(CURLOPT_REDIR_PROTOCOLS_STR, "https"); /* never used: none is followed */
    SET(CURLOPT_FOLLOWLOCATION, 0L);
    SET(CURLOPT_PROXY, ""); /* not even one of the environment */
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_RESOLVE, t->route_lines);
    SET(CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    SET(CURLOPT_OPENSOCKETFUNCTION, open_checked);
    SET(CURLOPT_OPENSOCKETDATA, &t->route);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_TIMEOUT_MS, (long)c->o.timeout_ms);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(c->o.timeout_ms / 2));
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    SET(CURLOPT_FRESH_CONNECT, 1L);
    SET(CURLOPT_FORBID_REUSE, 1L);
    SET(CURLOPT_ERRORBUFFER, t->why);
    SET(CURLOPT_WRITEFUNCTION, take_answer);
    SET(CURLOPT_WRITEDATA, t);
    SET(CURLOPT_HEADERFUNCTION, take_head);
    SET(CURLOPT_HEADERDATA, t);
    if (code != CURLE_OK)
        return err_set(e, E_INTERNAL, "the library for outward calls refuses a setting: %s",
                       curl_easy_strerror(code));
    return OK;
}

static err_t transfer_run(struct transfer *t, const struct url *u, struct err *e)
{
    CURLcode code = curl_easy_perform(t->curl);
    if (t->route.refused)
        return err_set(e, E_DENIED,
                       "%.*s would have been called at an address that was not checked",
                       STR_ARG(u->host));
    if (t->too_long)
        return err_set(e, E_LIMIT, "%.*s gives an answer that is too long", STR_ARG(u->host));
    if (code == CURLE_OK)
        return OK;
    return err_set(e, E_IO, "%.*s, port %u: %s", STR_ARG(u->host), (unsigned)u->port,
                   t->why[0] ? t->why : curl_easy_strerror(code));
}

/* --- HTTP -------------------------------------------------------------------------- */

static bool header_is_clean(const struct http_header *h)
{
    for (const char *c = h->name; *c; c++)
        if (*c <= ' ' || *c == ':' || *c > '~')
            return false;
    for (size_t i = 0; i < h->value.len; i++)
        if ((unsigned char)h->value.ptr[i] < ' ' || h->value.ptr[i] == 0x7F)
            return false;
    return h->name[0] != '\0';
}

static err_t add_header(struct transfer *t, const char *line, struct err *e)
{
    struct curl_slist *longer = curl_slist_append(t->headers, line);
    if (!longer)
        return err_set(e, E_INTERNAL, "the library for outward calls does not start");
    t->headers = longer;
    return OK;
}

static err_t add_headers(struct transfer *t, const struct http_call *call, struct arena *a,
                         struct err *e)
{
    err_t rc = add_header(t, "Expect:", e); /* none: the body follows at once */
    for (size_t i = 0; rc == OK && i < call->header_count; i++) {
        const struct http_header *h = &call->headers[i];
        if (!header_is_clean(h))
            return err_set(e, E_INVALID, "the header %s of an outward call is malformed", h->name);
        rc = add_header(t, arena_printf(a, "%s: %.*s", h->name, STR_ARG(h->value)).ptr, e);
    }
    return rc;
}

err_t http_call(struct http_answer *out, struct http_client *c, const struct http_call *call,
                struct arena *a, struct err *e)
{
    struct transfer transfer = {.route.client = c}, *t = &transfer;
    const struct allowed_host *host = NULL;
    CURLcode code = CURLE_OK;
    struct url u;
    long status = 0;
    err_t rc;

    *out = (struct http_answer){0};
    buf_init(&t->answer, call->answer_max ? call->answer_max : ANSWER_DEFAULT_MAX);
    if ((rc = url_parse(&u, call->url, "http", a, e)) != OK ||
        (rc = find_allowed(&host, call->allowed, &u, e)) != OK ||
        (rc = find_route(&t->route, &u, host, a, e)) != OK ||
        (rc = transfer_open(t, &u, "http,https", a, e)) != OK ||
        (rc = add_headers(t, call, a, e)) != OK)
        goto done;
    if (strcmp(call->method, "GET") != 0) {
        SET(CURLOPT_POST, 1L);
        SET(CURLOPT_POSTFIELDS, call->body.ptr ? call->body.ptr : "");
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)call->body.len);
        SET(CURLOPT_CUSTOMREQUEST, call->method);
    }
    SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    SET(CURLOPT_USERAGENT, "zhiyun/" ZHIYUN_VERSION);
    SET(CURLOPT_HTTPHEADER, t->headers);
    if (code != CURLE_OK)
        rc = err_set(e, E_INTERNAL, "the library for outward calls refuses a setting: %s",
                     curl_easy_strerror(code));
    if (rc == OK)
        rc = transfer_run(t, &u, e);
    if (rc == OK) {
        (void)curl_easy_getinfo(t->curl, CURLINFO_RESPONSE_CODE, &status);
        out->status = (int)status;
        out->head = arena_dup(a, buf_str(&t->head));
        out->body = arena_dup(a, buf_str(&t->answer));
    }
done:
    transfer_clear(t);
    return rc;
}

/* --- mail -------------------------------------------------------------------------- */

bool mail_address_is_clean(struct str address)
{
    struct arena *a = arena_new();
    size_t at = str_find(address, STR("@"), 0);
    bool clean = at > 0 && at < address.len && at <= 64 && address.len <= 254, is_ipv6 = false;
    struct str host;
    for (size_t i = 0; clean && i < at; i++) {
        char c = address.ptr[i];
        clean = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                (c && strchr(".!#$%&'*+/=?^_`{|}~-", c));
    }
    clean = clean &&
            url_host(&host, &is_ipv6, (struct str){address.ptr + at + 1, address.len - at - 1}, a,
                     NULL) == OK &&
            !is_ipv6;
    arena_free(a);
    return clean;
}

err_t mail_send(struct http_client *c, const struct mail *m, struct arena *a, struct err *e)
{
    struct transfer transfer = {.route.client = c}, *t = &transfer;
    const struct allowed_host *host = NULL;
    CURLcode code = CURLE_OK;
    struct url u;
    err_t rc;

    if (!mail_address_is_clean(m->from) || !mail_address_is_clean(m->to))
        return err_set(e, E_INVALID, "\"%.*s\" is not a mail address",
                       STR_ARG(mail_address_is_clean(m->from) ? m->to : m->from));
    buf_init(&t->answer, ANSWER_DEFAULT_MAX);
    if ((rc = url_parse(&u, m->url, "smtp", a, e)) != OK ||
        (rc = find_allowed(&host, m->allowed, &u, e)) != OK)
        goto done;
    if (m->plain && !host->inside) {
        rc = err_set(e, E_DENIED,
                     "mail leaves this network only encrypted; use smtps:// or STARTTLS");
        goto done;
    }
    if ((rc = find_route(&t->route, &u, host, a, e)) != OK ||
        (rc = transfer_open(t, &u, "smtp,smtps", a, e)) != OK)
        goto done;
    t->upload = m->message;
    t->recipients = curl_slist_append(NULL, arena_printf(a, "<%.*s>", STR_ARG(m->to)).ptr);
    SET(CURLOPT_USE_SSL, m->plain ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    if (m->user.len > 0) {
        SET(CURLOPT_USERNAME, arena_cstr(a, m->user));
        SET(CURLOPT_PASSWORD, arena_cstr(a, m->password));
    }
    SET(CURLOPT_MAIL_FROM, arena_printf(a, "<%.*s>", STR_ARG(m->from)).ptr);
    SET(CURLOPT_MAIL_RCPT, t->recipients);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, give_upload);
    SET(CURLOPT_READDATA, t);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)m->message.len);
    if (!t->recipients || code != CURLE_OK)
        rc = err_set(e, E_INTERNAL, "the library for outward calls refuses a setting: %s",
                     curl_easy_strerror(code));
    /* The library tells the server's answer in its message only. RFC 5321 §4.2: 5yz is for
     * good; other sentences of it, and other codes, are tried again. */
    if (rc == OK && (rc = transfer_run(t, &u, e)) == E_IO &&
        str_starts(str_of(t->why), STR("RCPT failed: 55")))
        rc = err_set(e, E_INVALID, "the mail server refuses %.*s for good", STR_ARG(m->to));
done:
    transfer_clear(t);
    return rc;
}

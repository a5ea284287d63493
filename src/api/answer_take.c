/* One request from its head to the end of its body: who is asked, and a place for what is sent. */
#include "api/answer.h"
#include "api/auth.h"
#include "api/public_address.h"
#include "api/sealed_body.h"
#include "base/log.h"
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UPLOAD_MAX ((uint64_t)4 << 30)
#define DROPPED_MAX ((uint64_t)32 << 20) /* of a body beyond its limit */
#define ABOUT_CERTIFICATES "client-cert" /* all headers that begin so (http_gateway.c) */

/* No two of an instance's log: the moment of the first, then one after another. */
static uint64_t next_request_id(void)
{
    static _Atomic uint64_t last;
    uint64_t none = 0;
    if (atomic_load(&last) == 0)
        (void)atomic_compare_exchange_strong(&last, &none,
                                             (uint64_t)clock_now_ms(&clock_system) << 20);
    return atomic_fetch_add(&last, 1);
}

void answer_init(struct answer *x, struct api *api, struct str path)
{
    struct arena *a = arena_new();
    *x = (struct answer){.upload_fd = -1, .lang = msg_lang()};
    buf_init(&x->body, JSON_BODY_MAX);
    x->request = (struct request){
        .api = api, .arena = a, .path = arena_dup(a, path), .id = next_request_id()};
}

const char *answer_header(const struct request *r, const char *name)
{
    for (size_t i = 0; i < r->header_count; i++)
        if (str_eq_nocase(r->headers[i].name, str_of(name)))
            return r->headers[i].value.ptr;
    return NULL;
}

/* The client's address behind our reverse proxy is the last one in X-Forwarded-For; anybody may
 * have written those before it. Only programs of this machine can connect, and only for the public
 * address. */
static struct str address_of(const struct request *r, struct str peer)
{
    struct str told = request_header(r, "x-forwarded-for"), host = request_header(r, "host");
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

/* Servers that hand headers on as variables (CGI) know no hyphen: Client_Cert is Client-Cert to them. */
static bool is_about_certificates(struct str name)
{
    const struct str about = STR(ABOUT_CERTIFICATES);
    bool is = name.len >= about.len;
    for (size_t i = 0; is && i < about.len; i++)
        is = name.ptr[i] == '_' ? about.ptr[i] == '-'
                                : tolower((unsigned char)name.ptr[i]) == about.ptr[i];
    return is;
}

/* Faults in headers with certificates: any on a connection other than the gateway's; on its own, a
 * duplicate name or another spelling. */
static struct refusal about_certificates(const struct request *r)
{
    const struct str about = STR(ABOUT_CERTIFICATES);
    for (size_t i = 0; i < r->header_count; i++) {
        struct str name = r->headers[i].name;
        if (!is_about_certificates(name))
            continue;
        if (!r->by_gateway) {
            log_line(LOG_WARN, "a request of %.*s brought a certificate's header past the gateway",
                     STR_ARG(r->address));
            return (struct refusal){
                400, N_("a client certificate is taken from the gateway's own socket alone")};
        }
        if (!str_eq_nocase((struct str){name.ptr, about.len}, about))
            return (struct refusal){
                400, N_("a header about a certificate is written with _ instead of -")};
        for (size_t k = 0; k < i; k++)
            if (str_eq_nocase(r->headers[k].name, name))
                return (struct refusal){400, N_("a header about a certificate is there twice")};
    }
    return (struct refusal){0};
}

/* True if the rest of a Host header is empty or a port. */
static bool is_port(const char *rest)
{
    return *rest == '\0' || (*rest == ':' && rest[1 + strspn(rest + 1, "0123456789")] == '\0');
}

/* Other sites' pages must not reach us through a browser (DNS rebinding): the Host must
 * be a loopback name, or the one that an administrator set. */
static bool is_our_name(const struct api *api, const char *host)
{
    static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};
    for (size_t i = 0; host && i < ARRAY_LEN(names); i++) {
        size_t len = strlen(names[i]);
        if (strncmp(host, names[i], len) == 0 && is_port(host + len))
            return true;
    }
    return host && *host && str_eq_nocase(str_of(host), str_of(public_host(api)));
}

/* Nor may they send to us (a form or script that posts to 127.0.0.1): a browser
 * then names the page's own site as Origin, which must be the one it asks. */
static bool is_our_page(const struct api *api, const char *origin, const char *host)
{
    struct str from = str_of(origin ? origin : "");
    if (!origin || (from.len > 0 && str_eq(from, str_of(public_origin(api)))))
        return true;
    if (!str_starts(from, STR("http://")))
        return false;
    return str_eq((struct str){from.ptr + 7, from.len - 7}, str_of(host));
}

/* The file loses its name at once, so that neither a client that goes away nor
 * a killed server leaves it behind; it is read by its descriptor's path. */
static err_t open_upload(struct answer *x, struct err *e)
{
    struct str path = arena_printf(x->request.arena, "%s/upload-XXXXXX", x->request.api->data_dir);
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

/* The language of "en-GB, zh;q=0.8" with the higher weight; without either, the process's. */
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

static err_t open_body(struct answer *x, struct err *e)
{
    if (x->resource->body == BODY_UPLOAD)
        return open_upload(x, e);
    if (x->resource->body == BODY_SEALED)
        return sealed_body_open(&x->sealed, x->request.api->data_dir, e);
    return OK;
}

/* The head in full: who is asked, and a place for the body. */
static void open_answer(struct answer *x, const char *method, struct str peer)
{
    struct arena *a = x->request.arena;
    struct err e;

    x->lang = accepted_language(request_header(&x->request, "accept-language"));
    msg_speak(x->lang);
    x->request.address = address_of(&x->request, peer);
    struct refusal about = about_certificates(&x->request);
    if (about.sentence) {
        answer_problem(x, about.status, about.sentence, STR_NONE);
        return;
    }
    const char *host = answer_header(&x->request, "host");
    struct str verb = str_is(str_of(method), "HEAD") ? STR("GET") : str_of(method);
    x->request.method = arena_dup(a, verb);
    const struct resource *resource = route_find(&x->request, &x->allowed, verb);
    if (!is_our_name(x->request.api, host) && !(resource && resource->any_host)) {
        answer_problem(x, 403,
                       N_("this server answers to loopback names and its public address only"),
                       STR_NONE);
        return;
    }
    if (!is_our_page(x->request.api, answer_header(&x->request, "origin"), host)) {
        answer_problem(x, 403, N_("this server does not answer to pages of other sites"), STR_NONE);
        return;
    }
    x->resource = x->request.resource = resource;
    if (!x->resource)
        answer_problem(x, x->allowed.len ? 405 : 404,
                       x->allowed.len ? N_("this address does not know that method")
                                      : N_("there is nothing at this address"),
                       STR_NONE);
    else if (x->resource->body == BODY_SEALED &&
             !request_header(&x->request, "authorization").len &&
             !request_cookie(&x->request, SESSION_COOKIE).len)
        answer_problem(x, 401, N_("sign in first"), STR_NONE); /* before a byte is kept */
    else if (open_body(x, &e) != OK)
        answer_error(x, STR_NONE, &e);
    x->request.body_sealed = x->sealed;
}

void answer_head(struct answer *x, const char *method, struct str peer)
{
    open_answer(x, method, peer);
    x->body_max = body_max(x->resource);
}

static void keep_upload(struct answer *x, struct str part)
{
    struct err e;
    if (x->sealed && sealed_body_add(x->sealed, str_bytes(part), &e) != OK)
        answer_error(x, STR_NONE, &e);
    while (!x->sealed && part.len > 0) {
        ssize_t n = write(x->upload_fd, part.ptr, part.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            (void)err_errno(&e, errno, "the upload could not be written to the disk");
            answer_error(x, STR_NONE, &e);
            return;
        }
        part = (struct str){part.ptr + n, part.len - (size_t)n};
    }
}

bool answer_take(struct answer *x, struct str part)
{
    x->body_len += part.len;
    if (x->body_len > x->body_max && x->reply.status != 413)
        answer_problem(x, 413, N_("the body is too large"), STR_NONE);
    if (x->handled) /* refused already: the rest is read and dropped, so that the answer is seen */
        return x->body_len <= x->body_max + DROPPED_MAX;
    if (!x->resource || resource_body(x->resource) == BODY_NONE)
        answer_problem(x, 400, N_("this resource takes no body"), STR_NONE);
    else if (resource_body(x->resource) == BODY_JSON || x->resource->body == BODY_BYTES)
        buf_add(&x->body, part);
    else
        keep_upload(x, part);
    return true;
}

void answer_clear(struct answer *x)
{
    if (x->upload_fd >= 0)
        close(x->upload_fd);
    sealed_body_close(x->sealed);
    if (x->reply.stream.close)
        x->reply.stream.close(x->reply.stream.arg); /* it was never begun */
    buf_clear(&x->body);
    arena_free(x->request.arena);
}

/* The server, the token, requests and refusals. */
#include "cmd/remote.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "crypto/encode.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define SERVER_DEFAULT "http://127.0.0.1:8420"
#define ROOT "/api/v1"
#define TIMEOUT_MS (600 * 1000)
#define CONNECT_MS (10 * 1000)
#define ANSWER_MAX ((size_t)256 << 20)
#define TOKEN_MAX 1024

const char remote_help[] = N_(
    "  --server URL      which server (default http://127.0.0.1:8420; or ZHIYUN_SERVER)\n"
    "  --token FILE      who asks: a file with a token of `zhiyun user token` (or ZHIYUN_TOKEN;\n"
    "                    without either: the public)\n"
    "  --ca FILE         who signed the certificate of an https server (PEM; or ZHIYUN_CA)\n"
    "  --allow-http      without encryption to another machine: whoever listens has the token\n");

int remote_option(struct remote_terms *t, struct args *a, const char *command)
{
    const char **to = args_is(a, "--server", NULL)  ? &t->server
                      : args_is(a, "--token", NULL) ? &t->token_file
                      : args_is(a, "--ca", NULL)    ? &t->ca_file
                                                    : NULL;
    if (args_flag(a, "--allow-http", NULL))
        return t->allow_http = true;
    if (!to)
        return 0;
    return (*to = args_value(a, command)) ? 1 : -1;
}

/* --- the server and the token ---------------------------------------------------------- */

static const char *from_environment(const char *said, const char *name)
{
    const char *value = said ? said : getenv(name);
    return value && *value ? value : NULL;
}

static bool is_this_machine(const struct url *u)
{
    return str_is(u->host, "localhost") || (u->is_ipv6 && str_is(u->host, "::1")) ||
           (str_starts(u->host, STR("127.")) &&
            strspn(u->host.ptr + 4, "0123456789.") >= u->host.len - 4);
}

static err_t find_server(struct remote *out, const struct remote_terms *t, struct err *e)
{
    struct arena *a = out->app->arena;
    const char *said = from_environment(t->server, "ZHIYUN_SERVER");
    struct url u;
    err_t rc = url_parse(&u, str_of(said ? said : SERVER_DEFAULT), "http", a, e);
    if (rc != OK)
        return rc;
    if (!str_is(u.target, "/"))
        return err_set(e, E_INVALID, "--server is a server alone, https://host:port, not \"%s\"",
                       said);
    if (!u.tls && !t->allow_http && !is_this_machine(&u))
        return err_set(
            e, E_DENIED,
            "%s is another machine, and http:// would show the token to whoever listens; "
            "use https://, or --allow-http if you mean it",
            said);
    out->host = (struct allowed_host){u.host, u.port, true};
    out->base = (struct str){u.text.ptr, u.text.len - 1}; /* without its "/" */
    return OK;
}

static err_t read_token(struct str *out, struct app *app, const struct remote_terms *t,
                        struct err *e)
{
    const char *value = getenv("ZHIYUN_TOKEN");
    struct bytes b = str_bytes(str_of(value ? value : ""));
    if (t->token_file && strncmp(t->token_file, "zhiyun_", 7) == 0 && strlen(t->token_file) > 60)
        return err_set(
            e, E_INVALID,
            "--token takes a file: everybody on this machine can read the arguments of a "
            "command. Put the token in a file, or in ZHIYUN_TOKEN, and make a new one");
    if (t->token_file) {
        err_t rc = fs_read(&b, app->fs, t->token_file, TOKEN_MAX, app->arena, e);
        if (rc != OK)
            return rc;
    }
    struct str token = str_trim(bytes_str(b));
    *out = STR_NONE;
    if (token.len == 0)
        return t->token_file
                   ? err_set(e, E_INVALID, "%s is empty: there is no token in it", t->token_file)
                   : OK;
    for (size_t i = 0; i < token.len; i++)
        if (token.ptr[i] <= ' ' || token.ptr[i] > '~')
            return err_set(e, E_INVALID,
                           "what %s holds is no token: one line as `zhiyun user token` prints it",
                           t->token_file ? t->token_file : "ZHIYUN_TOKEN");
    *out = arena_printf(app->arena, "Bearer %.*s", STR_ARG(token));
    return OK;
}

err_t remote_open(struct remote *out, struct app *app, const struct remote_terms *t, struct err *e)
{
    struct http_client_options o = {.timeout_ms = TIMEOUT_MS,
                                    .connect_ms = CONNECT_MS,
                                    .ca_file = from_environment(t->ca_file, "ZHIYUN_CA")};
    *out = (struct remote){.app = app};
    err_t rc = find_server(out, t, e);
    if (rc == OK && o.ca_file && access(o.ca_file, R_OK) != 0)
        rc = err_errno(e, errno, "cannot open %s", o.ca_file);
    if (rc == OK)
        rc = read_token(&out->authorization, app, t, e);
    if (rc == OK)
        out->client = http_client_new(&o);
    return rc;
}

void remote_close(struct remote *r)
{
    http_client_free(r->client);
    r->client = NULL;
}

/* --- addresses ------------------------------------------------------------------------- */

struct str remote_query(struct arena *a, struct str before, struct str name, struct str value)
{
    struct buf b;
    buf_init(&b, 0);
    buf_add(&b, before);
    if (before.len)
        buf_addc(&b, '&');
    percent_add(&b, name, "-._~");
    buf_addc(&b, '=');
    percent_add(&b, value, "-._~");
    return buf_take(&b, a);
}

static struct str make_address(const struct remote *r, const struct remote_request *q)
{
    struct buf b;
    buf_init(&b, 0);
    buf_add(&b, r->base);
    buf_addz(&b, ROOT);
    percent_add(&b, q->path, "-._~/%");
    if (q->query.len) {
        buf_addc(&b, '?');
        buf_add(&b, q->query);
    }
    return buf_take(&b, r->app->arena);
}

/* --- one request ----------------------------------------------------------------------- */

static err_t say_failure(const struct remote *r, const struct http_answer *answer,
                         const struct remote_request *q, struct err *e)
{
    struct err was = *e;
    if (answer->failure == HTTP_UNREACHED)
        return err_set(e, E_IO,
                       "no server answers at %.*s; start one with `zhiyun serve`, or name another "
                       "with --server",
                       STR_ARG(r->base));
    if (answer->failure == HTTP_NO_TLS)
        return err_set(e, E_IO, "what answers at %.*s does not speak https", STR_ARG(r->base));
    if (answer->failure == HTTP_UNTRUSTED)
        return err_set(
            e, E_IO,
            "the certificate of %.*s is not one that can be trusted (%s); if it is signed "
            "by your own office, give the signer's with --ca FILE",
            STR_ARG(r->base), was.text);
    if (strcmp(q->method, "GET") == 0)
        return err_set(e, E_IO, "%.*s stopped answering; try again", STR_ARG(r->base));
    return err_set(e, E_IO,
                   "%.*s stopped answering, and whether it was done is not known: look before you "
                   "repeat it",
                   STR_ARG(r->base));
}

err_t remote_ask(struct http_answer *out, struct remote *r, const struct remote_request *q,
                 struct err *e)
{
    struct arena *a = r->app->arena;
    struct err why;
    struct str spoken = r->app->json ? STR_NONE : str_of(msg_lang() == LANG_ZH ? "zh" : "en");
    const struct http_header headers[] = {{"Authorization", r->authorization},
                                          {"Cookie", r->cookie},
                                          {"X-CSRF-Token", r->csrf},
                                          {"Origin", r->cookie.len ? r->base : STR_NONE},
                                          {"Content-Type", str_of(q->content_type)},
                                          {"Accept-Language", spoken}};
    struct http_call call = {.method = q->method,
                             .url = make_address(r, q),
                             .headers = headers,
                             .header_count = ARRAY_LEN(headers),
                             .body = q->body,
                             .answer_max = ANSWER_MAX};
    const struct allowed_hosts allowed = {&r->host, 1};
    err_t rc = http_call(out, r->client, &allowed, &call, a, &why);
    if (rc == OK)
        return OK;
    *e = why;
    return rc == E_IO ? say_failure(r, out, q, e) : rc;
}

/* --- what came ------------------------------------------------------------------------- */

bool remote_agreed(const struct http_answer *answer)
{
    return answer->status >= 200 && answer->status < 300;
}

struct str remote_text(const struct jvalue *v, const char *name)
{
    const struct jvalue *found = jin_get(v, name);
    if (found && found->type == J_OBJECT)
        return jin_text(found, msg_lang() == LANG_ZH ? "zh" : "en");
    return jin_text(v, name);
}

static void print_faults(const struct jvalue *faults, struct str detail)
{
    for (size_t i = 0; faults && i < faults->count; i++) {
        const struct jvalue *f = &faults->items[i];
        struct str field = jin_text(f, "field"), clause = jin_text(f, "clause"),
                   quote = jin_text(f, "quote"), said = jin_text(f, "message");
        bool said_already = faults->count == 1 && str_contains(detail, said);
        if (said_already && !quote.len)
            continue;
        fputs("  - ", stderr);
        if (!said_already && field.len)
            say(stderr, "%.*s: ", STR_ARG(field));
        if (!said_already)
            say_line(stderr, said);
        if (clause.len && quote.len)
            say(stderr, said_already ? msg("%.*s: “%.*s”") : msg(" (%.*s: “%.*s”)"),
                STR_ARG(clause), STR_ARG(quote));
        fputc('\n', stderr);
    }
}

int remote_refusal(const struct app *app, const struct http_answer *answer)
{
    const struct jvalue *doc = NULL;
    struct err e;
    if (jin_parse_last(&doc, answer->body, &(size_t){0}, app->arena, &e) != OK)
        doc = NULL;
    struct str detail = jin_text(doc, "detail");
    fputs("zhiyun: ", stderr);
    if (detail.len)
        say_line(stderr, detail);
    else
        say(stderr, msg("the server answers with the status %d"), answer->status);
    fputc('\n', stderr);
    print_faults(jin_get(doc, "errors"), detail);
    if (app->json && doc) {
        fwrite(answer->body.ptr, 1, answer->body.len, stdout);
        fputc('\n', stdout);
        (void)finish_output();
    }
    return answer->status >= 400 && answer->status < 500 ? EXIT_REFUSED : EXIT_STORE;
}

err_t remote_json(const struct jvalue **out, const struct remote *r,
                  const struct http_answer *answer, struct err *e)
{
    if (jin_parse_last(out, answer->body, &(size_t){0}, r->app->arena, e) == OK)
        return OK;
    return err_set(e, E_IO, "what answers at %.*s is no Zhiyun server, or an old one",
                   STR_ARG(r->base));
}

/* --- tables ---------------------------------------------------------------------------- */

void table_row(struct table *t, const struct str *cells)
{
    for (size_t i = 0; i < t->columns; i++)
        VEC_PUSH(t->arena, &t->cells, cells[i]);
}

void table_print(const struct table *t)
{
    unsigned width[TABLE_COLUMNS_MAX] = {0};
    for (size_t i = 0; i < t->cells.len; i++) {
        unsigned w = utf8_width(t->cells.ptr[i]);
        width[i % t->columns] = w > width[i % t->columns] ? w : width[i % t->columns];
    }
    for (size_t i = 0; i < t->cells.len; i++) {
        bool last = i % t->columns == t->columns - 1;
        say_line(stdout, t->cells.ptr[i]);
        for (unsigned n = utf8_width(t->cells.ptr[i]); !last && n < width[i % t->columns] + 2; n++)
            fputc(' ', stdout);
        if (last)
            fputc('\n', stdout);
    }
}

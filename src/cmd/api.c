/* zhiyun api: any operation of the API, asked of a running server. Its manners are those of
 * `gh api`: the answer is printed as it came. A change is made of the version that is there now
 * unless --if-match says another, and a POST has a key of its own, which is told where the answer
 * does not come, so that it can be repeated and is done once. */
#include "base/msg.h"
#include "cmd/remote.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include <assert.h>
#include <unistd.h>

struct asked {
    struct remote_terms terms;
    struct remote_body body;
    struct remote_request request;
    const char *upload;
    bool include;
};

static const struct {
    const char *name;
    bool has_body;
} methods[] = {{"GET", false}, {"POST", true}, {"PUT", true}, {"PATCH", true}, {"DELETE", true}};

static bool is_text(struct str content_type)
{
    return str_starts(content_type, STR("text/")) || str_starts(content_type, STR("image/svg")) ||
           str_contains(content_type, STR("json"));
}

static int print_answer(const struct app *app, const struct asked *x,
                        const struct http_answer *answer)
{
    struct str body = answer->body;
    if (!remote_agreed(answer) && !x->include)
        return remote_refusal(app, answer);
    if (x->include)
        fwrite(answer->head.ptr, 1, answer->head.len, stdout);
    if (isatty(STDOUT_FILENO) && body.len && !is_text(http_answer_header(answer, "Content-Type")))
        return usage_error("api", "the answer is no text; say where to keep it with --output FILE");
    if (body.len) {
        fwrite(body.ptr, 1, body.len, stdout);
        if (is_text(http_answer_header(answer, "Content-Type")) && body.ptr[body.len - 1] != '\n')
            fputc('\n', stdout);
    }
    int code = finish_output();
    if (code != EXIT_DONE || remote_agreed(answer))
        return code;
    return answer->status >= 400 && answer->status < 500 ? EXIT_REFUSED : EXIT_STORE;
}

/* The version that is there now. Where there is none to be had the request goes without. */
static err_t find_version(struct asked *x, struct remote *r, struct err *e)
{
    struct remote_request look = {.method = "GET", .path = x->request.path};
    struct http_answer answer;
    size_t question = str_find(look.path, STR("?"), 0);
    look.path.len = question;
    err_t rc = remote_ask(&answer, r, &look, e);
    if (rc == OK && remote_agreed(&answer))
        x->request.if_match = http_answer_header(&answer, "ETag");
    return rc;
}

static err_t send_asked(struct http_answer *answer, struct asked *x, struct remote *r,
                        struct err *e)
{
    struct app *app = r->app;
    struct remote_request *q = &x->request;
    struct bytes file = {NULL, 0};
    assert(q->method); /* check() asked for it */
    err_t rc = remote_body_make(&q->body, &x->body, app, e);
    if (q->body.len)
        q->content_type = "application/json";
    if (rc == OK && x->upload) {
        rc = fs_map(&file, app->fs, x->upload, e);
        q->body = bytes_str(file);
        q->content_type = "application/octet-stream";
    }
    if (rc == OK && strcmp(q->method, "PATCH") == 0 && !q->if_match.len)
        rc = find_version(x, r, e);
    if (rc == OK && strcmp(q->method, "POST") == 0 && !q->idempotency.len) {
        uint8_t key[16];
        char hex[2 * sizeof(key)];
        random_bytes(key, sizeof(key));
        hex_write(hex, (struct bytes){key, sizeof(key)});
        q->idempotency = arena_dup(app->arena, (struct str){hex, sizeof(hex)});
    }
    if (rc == OK)
        rc = remote_ask(answer, r, q, e);
    fs_unmap(file);
    return rc;
}

/* --- options ------------------------------------------------------------------------------ */

static int take_query(struct asked *x, struct args *args, struct arena *a)
{
    const char *value = args_value(args, "api");
    if (!value)
        return -1;
    struct str said = str_of(value);
    size_t equals = str_find(said, STR("="), 0);
    if (equals == 0 || equals == said.len) {
        (void)usage_error("api", "--query %s: write NAME=VALUE", value);
        return -1;
    }
    x->request.query = remote_query(a, x->request.query, (struct str){said.ptr, equals},
                                    (struct str){said.ptr + equals + 1, said.len - equals - 1});
    return 1;
}

/* 1 taken, 0 none of them, -1 wrong. */
static int take_option(struct asked *x, struct args *args, struct arena *a)
{
    struct str *text = args_is(args, "--if-match", NULL)          ? &x->request.if_match
                       : args_is(args, "--idempotency-key", NULL) ? &x->request.idempotency
                                                                  : NULL;
    const char **path = args_is(args, "--upload", NULL)   ? &x->upload
                        : args_is(args, "--output", NULL) ? &x->request.output
                                                          : NULL;
    if (args_is(args, "--query", NULL))
        return take_query(x, args, a);
    if (args_flag(args, "--include", NULL))
        return x->include = true;
    if (!text && !path) {
        int taken = remote_body_option(&x->body, args, "api", a);
        return taken ? taken : remote_option(&x->terms, args, "api");
    }
    const char *value = args_value(args, "api");
    if (!value)
        return -1;
    if (text)
        *text = str_of(value);
    else
        *path = value;
    return 1;
}

/* 0, or the usage error's exit code. */
static int check(const struct asked *x)
{
    bool body = x->body.file || x->body.fields.len;
    if (!x->request.method || !x->request.path.len)
        return usage_error("api", "say a method and a path: GET /cases");
    for (size_t i = 0; i < ARRAY_LEN(methods); i++)
        if (strcmp(methods[i].name, x->request.method) == 0) {
            if (!methods[i].has_body && (body || x->upload))
                return usage_error("api",
                                   "GET sends nothing; what it asks for is said with --query");
            return body && x->upload
                       ? usage_error("api",
                                     "--upload sends a file as it is; there is no place for a body")
                       : 0;
        }
    return usage_error("api", "the method is GET, POST, PUT, PATCH or DELETE, not '%s'",
                       x->request.method);
}

static int run_api(struct app *app, int argc, char **argv)
{
    struct asked x = {0};
    struct remote r = {0};
    struct http_answer answer;
    struct args args;
    struct err e;
    int code;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        int taken = args.name ? take_option(&x, &args, app->arena) : 1;
        if (taken < 0)
            return EXIT_USAGE;
        if (taken == 0 || (!args.name && x.request.path.len))
            return usage_unknown(&args, "api");
        if (!args.name && !x.request.method)
            x.request.method = args.value;
        else if (!args.name)
            x.request.path = str_of(args.value);
    }
    if ((code = check(&x)) != 0)
        return code;
    err_t rc = remote_open(&r, app, &x.terms, &e);
    r.as_it_is = true;
    if (rc == OK)
        rc = send_asked(&answer, &x, &r, &e);
    code = rc == OK ? print_answer(app, &x, &answer) : fail(app, &e);
    remote_close(&r);
    return code;
}

static void help_more(FILE *to)
{
    fprintf(to, "%s%s", msg(remote_body_help), msg(remote_help));
}

const struct command command_api = {
    "api",
    N_("METHOD PATH [--body FILE|-] [--field K=V]… [--query K=V]… [--upload FILE] [--output FILE]"),
    N_("asks a running server for anything that its API has"),
    run_api,
    N_("  METHOD PATH       GET /cases; `zhiyun openapi` describes them all\n"
       "  --query K=VALUE   one parameter after the ?; may be repeated\n"
       "  --upload FILE     a file as it is: POST /files --query name=…\n"
       "  --output FILE     keeps the answer (a paper, a workbook), whole or not at all\n"
       "  --include         status and headers before it\n"
       "  --if-match TAG    the version that you saw; else a PATCH is of the one that is there\n"
       "  --idempotency-key KEY   the same key twice is done once; else a new one each time\n"),
    help_more};

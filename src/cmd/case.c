/* zhiyun case: cases of a running server; and `pack activate`. One table of what can be asked; each
 * line is one request of the API and the way its answer is printed. --json prints the API's own
 * document. A token proposes what two persons decide and never confirms it: the second person signs
 * in (`case confirm`, or a browser). */
#include "base/msg.h"
#include "cmd/case_print.h"
#include "cmd/policy.h"
#include <stdio.h>

#define OPERANDS_MAX 2

struct asked {
    struct app *app;
    struct remote remote;
    struct remote_terms terms;
    struct remote_person person; /* who confirms */
    struct remote_body body;
    struct str words[OPERANDS_MAX];
    size_t count;
    struct str query; /* of a list */
};

struct sub {
    const char *name, *operands;
    size_t count;              /* of operands */
    const char *method, *path; /* with {0} {1} for the operands; {0} of a case is its id */
    void (*print)(const struct jvalue *doc, struct arena *a);
    int (*run)(struct asked *x, const struct sub *s); /* NULL: the request, printed */
    bool lists, sends, signs_in; /* takes --filter …; takes --body …; is done by a person */
};

/* --- requests ----------------------------------------------------------------------------- */

/* "{0}" … replaced; a "/" inside an operand names no further part of the path. */
static struct str path_of(const struct asked *x, const char *path)
{
    struct arena *a = x->app->arena;
    struct str out = str_of(path);
    for (size_t i = 0; i < x->count; i++) {
        struct str mark = arena_printf(a, "{%zu}", i),
                   word = remote_query(a, STR_NONE, STR_NONE, x->words[i]);
        size_t at = str_find(out, mark, 0);
        word = (struct str){word.ptr + 1, word.len - 1}; /* without "=" */
        if (at < out.len)
            out = arena_printf(a, "%.*s%.*s%.*s", (int)at, out.ptr, STR_ARG(word),
                               (int)(out.len - at - mark.len), out.ptr + at + mark.len);
    }
    return out;
}

/* The parsed answer, or the exit code of what was printed instead. */
static int request(const struct jvalue **doc, struct http_answer *answer, struct asked *x,
                   const struct remote_request *q)
{
    struct err e;
    err_t rc = remote_ask(answer, &x->remote, q, &e);
    *doc = NULL;
    if (rc == OK && !remote_agreed(answer))
        return remote_refusal(x->app, answer);
    if (rc == OK)
        rc = remote_json(doc, &x->remote, answer, &e);
    return rc == OK ? EXIT_DONE : fail(x->app, &e);
}

static int show(const struct asked *x, const struct http_answer *answer, const struct jvalue *doc,
                void (*print)(const struct jvalue *doc, struct arena *a))
{
    if (!x->app->json) {
        print(doc, x->app->arena);
        return EXIT_DONE;
    }
    fwrite(answer->body.ptr, 1, answer->body.len, stdout);
    fputc('\n', stdout);
    return finish_output();
}

/* Said plainly, where a token tries to be the second of two persons. */
static void say_who_confirms(const struct http_answer *answer, struct arena *a)
{
    const struct jvalue *doc = NULL;
    struct err e;
    if (jin_parse_last(&doc, answer->body, &(size_t){0}, a, &e) != OK)
        return;
    const struct jvalue *faults = jin_get(doc, "errors");
    for (size_t i = 0; faults && i < faults->count; i++)
        if (str_is(jin_text(&faults->items[i], "code"), "second"))
            fprintf(stderr, "  %s\n",
                    msg("no token confirms: the second person signs in, in a browser or with "
                        "`zhiyun case confirm`"));
}

static int run_request(struct asked *x, const struct sub *s)
{
    struct remote_request q = {.method = s->method, .path = path_of(x, s->path), .query = x->query};
    struct http_answer answer;
    const struct jvalue *doc;
    struct err e;
    if (strcmp(s->method, "POST") == 0) {
        q.content_type = "application/json";
        if (remote_body_make(&q.body, &x->body, x->app, &e) != OK)
            return fail(x->app, &e);
    }
    int code = request(&doc, &answer, x, &q);
    if (code == EXIT_REFUSED && s->sends)
        say_who_confirms(&answer, x->app->arena);
    return code == EXIT_DONE ? show(x, &answer, doc, s->print) : code;
}

/* A case by its number, 2026-000012, is the one whose id the API takes. */
static int find_case(struct asked *x)
{
    uint64_t id;
    struct http_answer answer;
    const struct jvalue *doc;
    struct err e;
    struct str number = x->words[0];
    if (str_to_u64(&id, number))
        return EXIT_DONE;
    const struct remote_request q = {
        .method = "GET",
        .path = STR("/cases"),
        .query = remote_query(x->app->arena, STR_NONE, STR("filter"),
                              arena_printf(x->app->arena, "number=%.*s", STR_ARG(number)))};
    if (number.len != 11 || number.ptr[4] != '-') {
        (void)err_set(&e, E_INVALID,
                      "\"%.*s\" is no case: write its number, 2026-000012, or its id",
                      STR_ARG(number));
        return fail(x->app, &e);
    }
    int code = request(&doc, &answer, x, &q);
    if (code != EXIT_DONE)
        return code;
    const struct jvalue *items = jin_get(doc, "items");
    if (!items || items->count != 1) {
        (void)err_set(&e, E_NOTFOUND, "there is no case %.*s that you may read", STR_ARG(number));
        return fail(x->app, &e);
    }
    x->words[0] = jin_text(&items->items[0], "id");
    return EXIT_DONE;
}

/* What is made to count is what was looked at: its digest is asked for first. */
static int run_activate(struct asked *x, const struct sub *s)
{
    const struct remote_request q = {.method = "GET", .path = STR("/packs")};
    struct http_answer answer;
    const struct jvalue *doc;
    struct err e;
    int code = request(&doc, &answer, x, &q);
    if (code != EXIT_DONE)
        return code;
    const struct jvalue *packs = jin_get(doc, "packs");
    for (size_t i = 0; packs && i < packs->count; i++)
        if (str_eq(jin_text(&packs->items[i], "id"), x->words[0])) {
            remote_body_add(&x->body, STR("digest"), jin_text(&packs->items[i], "digest"),
                            x->app->arena);
            return run_request(x, s);
        }
    (void)err_set(&e, E_NOTFOUND, "there is no policy %.*s", STR_ARG(x->words[0]));
    return fail(x->app, &e);
}

static void print_activation(const struct jvalue *doc, struct arena *a)
{
    (void)a;
    struct str pack = jin_text(doc, "pack");
    say(stdout, "%.*s: %s\n", STR_ARG(pack),
        str_is(jin_text(doc, "state"), "proposed")
            ? msg("it is proposed, and waits for the second officer")
            : msg("this version counts here"));
}

/* --- the second of two persons ------------------------------------------------------------------ */

/* Only what was proposed: the same request would propose it where nothing was. */
static int run_confirm(struct asked *x, const struct sub *s)
{
    const struct remote_request q = {.method = "GET", .path = path_of(x, "/cases/{0}/actions")};
    struct http_answer answer;
    const struct jvalue *doc;
    struct err e;
    int code = request(&doc, &answer, x, &q);
    if (code != EXIT_DONE)
        return code;
    const struct jvalue *steps = jin_get(doc, "items");
    for (size_t i = 0; steps && i < steps->count; i++) {
        const struct jvalue *proposed = jin_get(&steps->items[i], "proposed");
        if (str_eq(jin_text(&steps->items[i], "action"), x->words[1]) && proposed &&
            proposed->type == J_OBJECT)
            return run_request(x, s);
    }
    (void)err_set(&e, E_NOTFOUND, "nobody has proposed \"%.*s\" in this case",
                  STR_ARG(x->words[1]));
    return fail(x->app, &e);
}

/* --- the table ------------------------------------------------------------------------------- */

static const struct sub case_subs[] = {
    {"list", N_("list [--filter F] [--words W] [--sort F] [--page N] [--limit N]"), 0, "GET",
     "/cases", print_cases, .lists = true},
    {"show", N_("show CASE"), 1, "GET", "/cases/{0}", print_case},
    {"do",
     N_("do CASE ACTION [--reason TEXT] [--basis TEXT] [--against CRITERION=WHY]… "
        "[--body FILE]"),
     2, "POST", "/cases/{0}/actions/{1}", print_taken, .sends = true},
    {"confirm", N_("confirm CASE ACTION --name NAME [--password-file FILE] [--code CODE]"), 2,
     "POST", "/cases/{0}/actions/{1}", print_taken, run_confirm, .signs_in = true},
    {"papers", N_("papers CASE"), 1, "GET", "/cases/{0}/papers", print_papers},
    {0}};

static const struct sub pack_subs[] = {{"activate", N_("activate PACK --reason TEXT"), 1, "POST",
                                        "/packs/{0}/actions/activate", print_activation,
                                        run_activate, .sends = true},
                                       {0}};

/* --- options ---------------------------------------------------------------------------------- */

static int take_list_option(struct asked *x, struct args *args, const char *command)
{
    static const struct {
        const char *option, *name;
    } known[] = {{"--filter", "filter"},
                 {"--sort", "sort"},
                 {"--words", "q"},
                 {"--page", "page"},
                 {"--limit", "limit"}};
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (!args_is(args, known[i].option, NULL))
            continue;
        const char *value = args_value(args, command);
        if (!value)
            return -1;
        x->query = remote_query(x->app->arena, x->query, str_of(known[i].name), str_of(value));
        return 1;
    }
    return 0;
}

static int take_option(struct asked *x, const struct sub *s, struct args *args, const char *command)
{
    int taken = remote_option(&x->terms, args, command);
    if (taken == 0 && s->lists)
        taken = take_list_option(x, args, command);
    if (taken == 0 && s->signs_in)
        taken = remote_person_option(&x->person, args, command);
    if (taken == 0 && s->sends)
        taken = remote_body_option(&x->body, args, command, x->app->arena);
    return taken;
}

static const struct sub *find_sub(const struct sub *subs, const char *name)
{
    for (const struct sub *s = subs; s->name; s++)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

/* 0, or the usage error's exit code. */
static int take_arguments(struct asked *x, const struct sub *s, struct args *args,
                          const char *command)
{
    while (args_next(args)) {
        int taken = args->name ? take_option(x, s, args, command) : 1;
        if (taken < 0)
            return EXIT_USAGE;
        if (taken == 0 || (!args->name && x->count == s->count))
            return usage_unknown(args, command);
        if (!args->name)
            x->words[x->count++] = str_of(args->value);
    }
    if (x->count < s->count || (s->signs_in && !x->person.name))
        return usage_error(command, "say it as: %s %s", command, msg(s->operands));
    return 0;
}

static int run(struct app *app, int argc, char **argv, const char *command, const struct sub *subs)
{
    struct asked x = {.app = app};
    const struct sub *s;
    struct args args;
    struct err e;
    args_init(&args, argc, argv);
    if (!args_next(&args) || args.name)
        return usage_error(command, "say what: the first word after %s", command);
    if (!(s = find_sub(subs, args.value)))
        return usage_error(command, "there is no \"%s\" here", args.value);
    int code = take_arguments(&x, s, &args, command);
    if (code != 0)
        return code;
    code = remote_open(&x.remote, app, &x.terms, &e) == OK ? EXIT_DONE : fail(app, &e);
    if (code == EXIT_DONE && s->signs_in)
        code = remote_sign_in(&x.remote, &x.person);
    if (code == EXIT_DONE && subs == case_subs && s->count > 0)
        code = find_case(&x);
    if (code == EXIT_DONE)
        code = s->run ? s->run(&x, s) : run_request(&x, s);
    remote_sign_out(&x.remote);
    remote_close(&x.remote);
    return code;
}

int pack_activate_here(struct app *app, int argc, char **argv)
{
    return run(app, argc, argv, "pack", pack_subs);
}

static int run_case(struct app *app, int argc, char **argv)
{
    return run(app, argc, argv, "case", case_subs);
}

static void help_case(FILE *to)
{
    for (const struct sub *s = case_subs; s->name; s++)
        fprintf(to, "  %s\n", msg(s->operands));
    fprintf(to, "%s%s", msg(remote_body_help), msg(remote_help));
}

const struct command command_case = {
    "case",
    N_("list | show | do | confirm | papers"),
    N_("cases of a running server: lists them, shows one, takes a step"),
    run_case,
    N_("  CASE is its number, 2026-000012, or its id. A step of two persons is proposed with "
       "`do`;\n"
       "  the second person signs in, with `confirm` or in a browser: a token confirms nothing.\n"),
    help_case};

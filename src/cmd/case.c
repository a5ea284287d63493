/* zhiyun call, zhiyun case, zhiyun todo: the workflow from the command line, against a running
 * server. One table of what can be asked; each line is one request of the API and the way its
 * answer is printed. --json prints the API's own document. A token proposes what two persons decide and
 * never confirms it: the second person signs in (`case confirm`, or a browser). */
#include "base/msg.h"
#include "cmd/case_print.h"
#include "cmd/policy.h"
#include <stdio.h>

#define OPERANDS_MAX 3
#define CASES_FILE_MAX ((size_t)1 << 20)

struct asked {
    struct app *app;
    struct remote remote;
    struct remote_terms terms;
    struct remote_person person; /* who confirms */
    struct remote_body body;
    struct str words[OPERANDS_MAX];
    size_t count;
    struct str query;           /* of a list */
    const char *output, *cases; /* files */
    bool together;
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
    if (rc == OK && !q->output)
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
    if (jin_parse(&doc, answer->body, JIN_KEEP_LAST, NULL, a, &e) != OK)
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
    if (remote_body_make(&q.body, &x->body, x->app, &e) != OK)
        return fail(x->app, &e);
    if (strcmp(s->method, "POST") == 0) {
        q.content_type = "application/json";
        q.body = q.body.len ? q.body : STR("{}");
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

/* Exit 1 where something is missing. */
static int run_materials(struct asked *x, const struct sub *s)
{
    const struct remote_request q = {.method = "GET", .path = path_of(x, s->path)};
    struct http_answer answer;
    const struct jvalue *doc;
    int code = request(&doc, &answer, x, &q);
    if (code == EXIT_DONE)
        code = show(x, &answer, doc, s->print);
    const struct jvalue *complete = jin_get(doc, "complete");
    return code == EXIT_DONE && complete && complete->type == J_FALSE ? EXIT_FAULT_FOUND : code;
}

/* --- several cases at once -------------------------------------------------------------------- */

struct numbers { /* of the cases of a call that who asks may read */
    struct numbered {
        struct str number, id;
    } * ptr;
    size_t len, cap;
};

static int read_numbers(struct numbers *out, struct asked *x)
{
    struct arena *a = x->app->arena;
    const struct jvalue *doc = NULL;
    int code = EXIT_DONE;
    for (int page = 1; code == EXIT_DONE; page++) {
        struct str query = remote_query(a, STR("fields=number&sort=id&limit=500"), STR("filter"),
                                        arena_printf(a, "call=%.*s", STR_ARG(x->words[0])));
        const struct remote_request q = {
            .method = "GET",
            .path = STR("/cases"),
            .query = remote_query(a, query, STR("page"), arena_printf(a, "%d", page))};
        struct http_answer answer;
        code = request(&doc, &answer, x, &q);
        const struct jvalue *items = jin_get(doc, "items");
        for (size_t i = 0; items && i < items->count; i++)
            VEC_PUSH(a, out,
                     ((struct numbered){jin_text(&items->items[i], "number"),
                                        jin_text(&items->items[i], "id")}));
        if (!items || items->count < 500)
            break;
    }
    return code;
}

/* A line of the file: the number of a case (or its id), and why, if not for the reason of all. */
static err_t take_line(struct jout *cases, struct jout *each, struct str line,
                       const struct numbers *known, const char *file, size_t at, struct err *e)
{
    size_t end = 0;
    uint64_t id;
    while (end < line.len && line.ptr[end] != ' ' && line.ptr[end] != '\t' && line.ptr[end] != ',')
        end++;
    struct str word = {line.ptr, end},
               reason = str_trim((struct str){line.ptr + end, line.len - end});
    if (reason.len && reason.ptr[0] == ',')
        reason = str_trim((struct str){reason.ptr + 1, reason.len - 1});
    for (size_t i = 0; i < known->len; i++)
        if (str_eq(known->ptr[i].number, word))
            word = known->ptr[i].id;
    if (!str_to_u64(&id, word))
        return err_set(e, E_NOTFOUND, "%s, line %zu: the call has no case %.*s that you may read",
                       file, at, STR_ARG(word));
    jout_i64(cases, (int64_t)id);
    if (reason.len) {
        jout_object(each);
        jout_pair_i64(each, "case", (int64_t)id);
        jout_pair(each, "reason", reason);
        jout_end_object(each);
    }
    return OK;
}

static err_t take_cases(struct buf *cases, struct buf *each, struct asked *x,
                        const struct numbers *known, struct err *e)
{
    struct jout c, o;
    struct bytes text;
    err_t rc = fs_read(&text, x->app->fs, x->cases, CASES_FILE_MAX, x->app->arena, e);
    struct str rest = rc == OK ? bytes_str(text) : STR_NONE;
    jout_init(&c, cases);
    jout_init(&o, each);
    jout_array(&c);
    jout_array(&o);
    for (size_t at = 1; rc == OK && rest.len; at++) {
        size_t end = str_find(rest, STR("\n"), 0);
        struct str line = str_trim((struct str){rest.ptr, end});
        rest = end < rest.len ? (struct str){rest.ptr + end + 1, rest.len - end - 1} : STR_NONE;
        if (line.len && line.ptr[0] != '#')
            rc = take_line(&c, &o, line, known, x->cases, at, e);
    }
    jout_end_array(&c);
    jout_end_array(&o);
    return rc;
}

/* Each by itself, unless they are one list. Exit 3 where one was refused. */
static int run_several(struct asked *x, const struct sub *s)
{
    struct arena *a = x->app->arena;
    struct numbers known = {0};
    struct remote_request q = {
        .method = "POST", .path = path_of(x, s->path), .content_type = "application/json"};
    struct http_answer answer;
    const struct jvalue *doc = NULL;
    struct buf cases, each;
    struct err e;
    if (!x->cases)
        return usage_error("call", "say which: --cases FILE, the number of a case a line");
    int code = read_numbers(&known, x);
    if (code != EXIT_DONE)
        return code;
    buf_init(&cases, 0);
    buf_init(&each, 0);
    err_t rc = take_cases(&cases, &each, x, &known, &e);
    if (rc == OK) {
        VEC_PUSH(a, &x->body.fields, arena_printf(a, "cases:=%.*s", STR_ARG(buf_str(&cases))));
        VEC_PUSH(a, &x->body.fields, arena_printf(a, "each:=%.*s", STR_ARG(buf_str(&each))));
        VEC_PUSH(a, &x->body.fields, arena_printf(a, "apart:=%s", x->together ? "false" : "true"));
        rc = remote_body_make(&q.body, &x->body, x->app, &e);
    }
    buf_clear(&cases);
    buf_clear(&each);
    if (rc != OK)
        return fail(x->app, &e);
    if ((code = request(&doc, &answer, x, &q)) == EXIT_DONE)
        code = show(x, &answer, doc, s->print);
    int64_t refused = 0;
    return code == EXIT_DONE && jin_i64(&refused, doc, "refused") && refused ? EXIT_REFUSED : code;
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
            VEC_PUSH(x->app->arena, &x->body.fields,
                     arena_printf(x->app->arena, "digest=%.*s",
                                  STR_ARG(jin_text(&packs->items[i], "digest"))));
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
    (void)err_set(
        &e, E_NOTFOUND,
        "nobody has proposed \"%.*s\" in this case; `zhiyun case actions` lists what waits",
        STR_ARG(x->words[1]));
    return fail(x->app, &e);
}

/* --- papers --------------------------------------------------------------------------------- */

/* The newest of that name; or the one with that number. */
static const struct jvalue *find_paper(const struct jvalue *items, struct str name)
{
    const struct jvalue *found = NULL;
    for (size_t i = 0; items && i < items->count; i++)
        if (str_eq(jin_text(&items->items[i], "paper"), name) ||
            str_eq(jin_text(&items->items[i], "id"), name))
            found = &items->items[i];
    return found;
}

/* EXIT_FAULT_FOUND where the bytes are not those that were issued; one that was never made as a
 * file before has nothing to differ from. */
static int compare(const struct jvalue *paper, const struct http_answer *answer)
{
    if (!jin_text(paper, "file_digest").len ||
        !str_is(http_answer_header(answer, "X-Same-As-Issued"), "no"))
        return EXIT_DONE;
    fprintf(stderr, "zhiyun: %s\n", msg("this is not the file that was issued: its bytes differ"));
    return EXIT_FAULT_FOUND;
}

static int run_paper(struct asked *x, const struct sub *s)
{
    struct remote_request q = {.method = "GET", .path = path_of(x, s->path)};
    struct http_answer answer;
    const struct jvalue *doc;
    struct err e;
    if (!x->output)
        return usage_error("case", "say where to keep it: --output FILE.pdf or FILE.docx");
    int code = request(&doc, &answer, x, &q);
    if (code != EXIT_DONE)
        return code;
    const struct jvalue *paper = find_paper(jin_get(doc, "items"), x->words[1]);
    if (!paper) {
        (void)err_set(
            &e, E_NOTFOUND,
            "the case has no issued paper \"%.*s\"; `zhiyun case papers` lists those it has",
            STR_ARG(x->words[1]));
        return fail(x->app, &e);
    }
    q.output = x->output;
    q.path =
        arena_printf(x->app->arena, "%.*s/%.*s/%s", STR_ARG(q.path), STR_ARG(jin_text(paper, "id")),
                     str_ends(str_of(x->output), STR(".docx")) ? "docx" : "pdf");
    if ((code = request(&doc, &answer, x, &q)) != EXIT_DONE)
        return code;
    if (x->app->json) {
        struct buf b;
        struct jout j;
        jout_begin(&j, &b);
        jout_pair(&j, "file", str_of(x->output));
        jout_pair(&j, "paper", jin_text(paper, "paper"));
        jout_pair(&j, "same_as_issued", http_answer_header(&answer, "X-Same-As-Issued"));
        jout_end_object(&j);
        (void)print_json(x->app, &b);
        buf_clear(&b);
    } else {
        say(stdout, "%s\n", x->output);
    }
    return compare(paper, &answer);
}

/* --- the table ------------------------------------------------------------------------------- */

static const struct sub call_subs[] = {
    {"list", N_("list [--filter F] [--words W] [--sort F] [--page N] [--limit N]"), 0, "GET",
     "/calls", print_calls, NULL, true, false},
    {"show", N_("show ID"), 1, "GET", "/records/call/{0}", print_call, NULL, false, false},
    {"open", N_("open ID"), 1, "POST", "/records/call/{0}/actions/open", print_call, NULL, false,
     false},
    {"do",
     N_("do ID ACTION --cases FILE [--together] [--reason TEXT] [--basis TEXT] "
        "[--against CRITERION=WHY]… [--body FILE]"),
     2, "POST", "/calls/{0}/actions/{1}", print_several, run_several, false, true},
    {0}};

static const struct sub case_subs[] = {
    {"list", N_("list [--filter F] [--words W] [--sort F] [--page N] [--limit N]"), 0, "GET",
     "/cases", print_cases, NULL, true, false},
    {"begin", N_("begin --body FILE"), 0, "POST", "/cases", print_taken, NULL, false, true},
    {"show", N_("show CASE"), 1, "GET", "/cases/{0}", print_case, NULL, false, false},
    {"history", N_("history CASE"), 1, "GET", "/cases/{0}/history", print_history, NULL, false,
     false},
    {"actions", N_("actions CASE"), 1, "GET", "/cases/{0}/actions", print_actions, NULL, false,
     false},
    {"materials", N_("materials CASE"), 1, "GET", "/cases/{0}/materials", print_materials,
     run_materials, false, false},
    {"do",
     N_("do CASE ACTION [--reason TEXT] [--basis TEXT] [--against CRITERION=WHY]… "
        "[--body FILE]"),
     2, "POST", "/cases/{0}/actions/{1}", print_taken, NULL, false, true},
    {"confirm", N_("confirm CASE ACTION --name NAME [--password-file FILE] [--code CODE]"), 2,
     "POST", "/cases/{0}/actions/{1}", print_taken, run_confirm, .signs_in = true},
    {"take-back", N_("take-back CASE ACTION"), 2, "DELETE", "/cases/{0}/proposals/{1}", print_taken,
     NULL, false, false},
    {"papers", N_("papers CASE"), 1, "GET", "/cases/{0}/papers", print_papers, NULL, false, false},
    {"paper", N_("paper CASE NAME --output FILE"), 2, "GET", "/cases/{0}/papers", NULL, run_paper,
     false, false},
    {0}};

static const struct sub pack_subs[] = {{"activate", N_("activate PACK --reason TEXT"), 1, "POST",
                                        "/packs/{0}/actions/activate", print_activation,
                                        run_activate, false, true},
                                       {0}};

static const struct sub todo_subs[] = {{"", "", 0, "GET", "/todo", print_todo, NULL, true, false},
                                       {0}};

/* --- options ---------------------------------------------------------------------------------- */

static int take_list_option(struct asked *x, struct args *args, const char *command)
{
    static const struct {
        const char *option, *name;
        bool list, todo; /* who takes it */
    } known[] = {{"--filter", "filter", true, false}, {"--sort", "sort", true, false},
                 {"--words", "q", true, false},       {"--page", "page", true, false},
                 {"--limit", "limit", true, true},    {"--cursor", "cursor", false, true},
                 {"--box", "box", false, true}};
    bool todo = strcmp(command, "todo") == 0;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (!args_is(args, known[i].option, NULL) || !(todo ? known[i].todo : known[i].list))
            continue;
        const char *value = args_value(args, command);
        if (!value)
            return -1;
        x->query = remote_query(x->app->arena, x->query, str_of(known[i].name), str_of(value));
        return 1;
    }
    return 0;
}

/* --against CRITERION=WHY, once for each condition. */
static int take_against(struct asked *x, struct args *args, const char *command)
{
    struct arena *a = x->app->arena;
    const char *value = args_value(args, command);
    if (!value)
        return -1;
    struct str why = str_of(value), criterion = str_split(&why, STR("="));
    VEC_PUSH(a, &x->body.fields,
             arena_printf(a, "against[%.*s]=%.*s", STR_ARG(criterion), STR_ARG(why)));
    return 1;
}

static int take_option(struct asked *x, const struct sub *s, struct args *args, const char *command)
{
    struct arena *a = x->app->arena;
    const char *name = args_is(args, "--reason", NULL)  ? "reason"
                       : args_is(args, "--basis", NULL) ? "basis"
                                                        : NULL;
    int taken = remote_option(&x->terms, args, command);
    if (taken == 0 && s->lists)
        taken = take_list_option(x, args, command);
    if (taken == 0 && s->signs_in)
        taken = remote_person_option(&x->person, args, command);
    if (taken == 0 && s->run == run_paper && args_is(args, "--output", NULL))
        return (x->output = args_value(args, command)) ? 1 : -1;
    if (taken == 0 && s->run == run_several && args_is(args, "--cases", NULL))
        return (x->cases = args_value(args, command)) ? 1 : -1;
    if (taken == 0 && s->run == run_several && args_is(args, "--together", NULL))
        return x->together = true;
    if (taken == 0 && s->sends && name) {
        const char *value = args_value(args, command);
        if (!value)
            return -1;
        VEC_PUSH(a, &x->body.fields, arena_printf(a, "%s=%s", name, value));
        return 1;
    }
    if (taken == 0 && s->sends && args_is(args, "--against", NULL))
        return take_against(x, args, command);
    return taken == 0 && s->sends ? remote_body_option(&x->body, args, command, a) : taken;
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
    const struct sub *s = &subs[0];
    struct args args;
    struct err e;
    args_init(&args, argc, argv);
    if (*s->name) {
        if (!args_next(&args) || args.name)
            return usage_error(command, "say what: the first word after %s", command);
        if (!(s = find_sub(subs, args.value)))
            return usage_error(command, "there is no \"%s\" here", args.value);
    }
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

static void help_subs(FILE *to, const struct sub *subs)
{
    for (const struct sub *s = subs; s->name; s++)
        if (*s->operands)
            fprintf(to, "  %s\n", msg(s->operands));
}

static int run_call(struct app *app, int argc, char **argv)
{
    return run(app, argc, argv, "call", call_subs);
}

int pack_activate_here(struct app *app, int argc, char **argv)
{
    return run(app, argc, argv, "pack", pack_subs);
}

static int run_case(struct app *app, int argc, char **argv)
{
    return run(app, argc, argv, "case", case_subs);
}

static int run_todo(struct app *app, int argc, char **argv)
{
    return run(app, argc, argv, "todo", todo_subs);
}

static void help_call(FILE *to)
{
    help_subs(to, call_subs);
    fprintf(to, "%s%s", msg(remote_body_help), msg(remote_help));
}

static void help_case(FILE *to)
{
    help_subs(to, case_subs);
    fprintf(to, "%s%s", msg(remote_body_help), msg(remote_help));
}

static void help_todo(FILE *to)
{
    fprintf(to, "%s", msg(remote_help));
}

const struct command command_call = {
    "call",
    N_("list | show ID | open ID | do ID ACTION --cases FILE"),
    N_("rounds in which applications are taken in, of a running server"),
    run_call,
    N_("A new one: zhiyun api POST /records/call --field …\n"
       "  `do` takes a step of many cases of a call: FILE has the number of a case a line, and "
       "behind\n"
       "  it the reason, where it is not the reason of all. Each takes it by itself; what is "
       "refused\n"
       "  is told with its number, and the exit code is 3. --together: all of them or none, as "
       "one\n"
       "  list that is made public or decided.\n"),
    help_call};

const struct command command_case = {
    "case",
    N_("list | begin | show | history | actions | materials | do | confirm | take-back | papers | "
       "paper"),
    N_("cases of a running server: what can be done, why not, by which clause; and does it"),
    run_case,
    N_("  CASE is its number, 2026-000012, or its id. `materials` exits 1 while something is\n"
       "  missing, `paper` when the bytes are not those that were issued. A step of two persons "
       "is\n"
       "  proposed with `do`; the second person signs in, with `confirm` or in a browser: a token\n"
       "  confirms nothing.\n"),
    help_case};

const struct command command_todo = {
    "todo",
    N_("[--box todo|read|done|mine|copied] [--limit N] [--cursor C]"),
    N_("what a running server has for you to do"),
    run_todo,
    N_("  --box BOX         todo (default), read, done, mine (begun by me), copied\n"
       "  --limit N         so many at once\n"
       "  --cursor C        those behind the ones before; it stands under them\n"),
    help_todo};

/* zhiyun search, zhiyun match: both are one search_run. */
#include "search/search.h"
#include "base/limits.h"
#include "base/msg.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "search/export.h"
#include "search/fields.h"
#include <stdio.h>
#include <unistd.h>

static void print_marked(struct str text, const struct highlight *h)
{
    bool color = isatty(STDOUT_FILENO);
    size_t at = 0;
    for (size_t i = 0; i < h->mark_count; i++) {
        say_line(stdout, (struct str){text.ptr + at, h->marks[i].from - at});
        fputs(color ? "\033[1m" : "【", stdout);
        say_line(stdout,
                 (struct str){text.ptr + h->marks[i].from, h->marks[i].to - h->marks[i].from});
        fputs(color ? "\033[0m" : "】", stdout);
        at = h->marks[i].to;
    }
    say_line(stdout, (struct str){text.ptr + at, text.len - at});
}

/* Those of one kind stand together. */
static void print_reason(const struct reason *one, const struct reason *before)
{
    static const struct {
        const char *kind, *label;
    } kinds[] = {{"term", N_("shared words")},
                 {"translation", N_("translated words")},
                 {"class", N_("shared classes")},
                 {"related", N_("related words")},
                 {"citer", N_("cited by")},
                 {"family", N_("same family as")},
                 {"applicant", N_("named in the text")},
                 {"region", N_("named in the text")}};
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (str_is(one->kind, kinds[i].kind) && !(before && str_eq(before->kind, one->kind)))
            say(stdout, "%s %s", before ? ";" : "", msg(kinds[i].label));
    say(stdout, " %.*s(%.2f)", STR_ARG(one->value), one->weight);
}

static void print_hit(size_t rank, const struct found *f)
{
    say(stdout, "%3zu. %.*s  %.*s\n", rank, STR_ARG(f->number), STR_ARG(f->title));
    say(stdout, "     %.3f", f->score);
    const struct str facts[] = {f->date, f->applicant, f->ipc};
    for (size_t i = 0; i < ARRAY_LEN(facts); i++)
        if (facts[i].len)
            say(stdout, " · %.*s", STR_ARG(facts[i]));
    putchar('\n');
    for (size_t i = 0; i < f->highlight_count; i++) {
        if (str_is(f->highlights[i].field, "title"))
            continue; /* shown above */
        fputs("     ", stdout);
        print_marked(f->highlights[i].text, &f->highlights[i]);
        putchar('\n');
    }
    if (f->others)
        say(stdout, msg("     and %llu others of its family\n"), (unsigned long long)f->others);
    if (f->reason_count) {
        say(stdout, "     %s", msg("because:"));
        for (size_t i = 0; i < f->reason_count; i++)
            print_reason(&f->reasons[i], i > 0 ? &f->reasons[i - 1] : NULL);
        putchar('\n');
    }
}

#define FACET_VALUES_SHOWN 10

static void print_facet(const struct facet *f)
{
    if (f->count == 0)
        return;
    say(stdout, "%.*s:", STR_ARG(search_label(f->name)));
    for (size_t i = 0; i < f->count && i < FACET_VALUES_SHOWN; i++) {
        struct str shown = f->values[i].label.len ? f->values[i].label : f->values[i].value;
        say(stdout, "  %.*s %llu", STR_ARG(shown), (unsigned long long)f->values[i].count);
    }
    if (f->distinct > FACET_VALUES_SHOWN)
        say(stdout, msg("  … %llu in all"), (unsigned long long)f->distinct);
    putchar('\n');
}

static void print_reply(const struct search_reply *r, size_t offset)
{
    for (size_t i = 0; i < r->facet_count; i++)
        print_facet(&r->facets[i]);
    for (size_t i = 0; i < r->hit_count; i++)
        print_hit(offset + i + 1, &r->hits[i]);
    if (r->by_families)
        say(stdout, msg("%zu of %llu families of %llu records, %.1f ms\n"), r->hit_count,
            (unsigned long long)r->families, (unsigned long long)r->total, r->ms);
    else
        say(stdout, msg("%zu of %llu records, %.1f ms\n"), r->hit_count,
            (unsigned long long)r->total, r->ms);
    if (r->nothing_near)
        say(stdout, "%s\n", msg("nothing near: these share no more words than unrelated texts do"));
    if (r->note.len)
        say(stdout, "%.*s\n", STR_ARG(r->note));
}

static int print_exported(struct app *app, const char *path, int64_t count)
{
    struct jout j;
    if (!app->json) {
        say(stdout, msg("%lld records written to %s\n"), (long long)count, path);
        return EXIT_DONE;
    }
    jout_open(&j);
    jout_pair(&j, "file", str_of(path));
    jout_pair_i64(&j, "records", count);
    jout_end_object(&j);
    return print_json(app, j.to);
}

/* With `file`, all hits go there. */
static int answer(struct app *app, struct search_request *q, const char *file)
{
    struct err e;
    struct instance instance;
    struct searcher *searcher = NULL;
    struct search_reply reply;
    int64_t exported = 0;
    int code = EXIT_DONE;

    if (instance_search(&instance, &q->records, app, q->query, q->filters, q->filter_count, &e) !=
        OK)
        return fail(app, &e);
    err_t rc = searcher_open(&searcher, instance.store, app->index_dir, app->clock, &e);
    if (rc == OK)
        rc = search_run(&reply, searcher, q, app->arena, &e);
    if (rc == E_CORRUPT && searcher && (rc = searcher_mend(searcher, &e)) == OK)
        rc = search_run(&reply, searcher, q, app->arena, &e);
    if (rc == OK && file)
        rc = search_export(&exported, file, searcher, q, app->data, app->arena, &e);
    if (rc != OK) {
        code = fail(app, &e);
    } else if (file) {
        code = print_exported(app, file, exported);
    } else if (app->json) {
        struct buf b = {0};
        struct jout j;
        jout_init(&j, &b);
        j.take_part = print_json_part;
        search_reply_json(&j, &reply, q->reasons);
        code = print_json(app, &b);
    } else {
        print_reply(&reply, q->offset);
    }
    searcher_close(searcher);
    instance_close(&instance);
    return code;
}

typedef VEC(struct str) str_vec;

/* Options that search and match share; false: not one of them. *code is set
 * when it was wrong. */
static bool common_option(struct args *args, struct search_request *q, str_vec *filters,
                          struct arena *a, const char *command, int *code)
{
    bool good = true;
    if (args_is(args, NULL, "-k") || args_is(args, "--count", NULL)) {
        good = args_number(&q->k, args, command, 1, RESULTS_MAX);
    } else if (args_is(args, "--offset", NULL)) {
        good = args_number(&q->offset, args, command, 0, SIZE_MAX);
    } else if (args_is(args, "--matcher", NULL)) {
        q->matcher = args_value(args, command);
        good = q->matcher != NULL;
    } else if (args_flag(args, "--facets", NULL)) {
        q->facets = true;
    } else if (args_flag(args, "--families", NULL)) {
        q->families = true;
    } else if (args_is(args, "--filter", "-f")) {
        const char *value = args_value(args, command);
        good = value != NULL;
        if (good)
            VEC_PUSH(a, filters, str_of(value));
    } else {
        return false;
    }
    if (!good)
        *code = EXIT_USAGE;
    return true;
}

static int run_search(struct app *app, int argc, char **argv)
{
    struct search_request q = {.k = 10};
    str_vec filters = {0};
    struct args args;
    const char *file = NULL;
    bool given = false;
    int code = EXIT_DONE;
    struct err e;

    args_init(&args, argc, argv);
    while (args_next(&args) && code == EXIT_DONE) {
        if (common_option(&args, &q, &filters, app->arena, "search", &code))
            continue;
        if (args_is(&args, "--export", NULL)) {
            file = args_value(&args, "search");
            if (!file)
                return EXIT_USAGE;
            continue;
        }
        if (args_is(&args, "--sort", NULL)) {
            const char *word = args_value(&args, "search");
            if (!word)
                return EXIT_USAGE;
            if (search_sort_parse(&q.sort, str_of(word), &e) != OK)
                return fail(app, &e);
            continue;
        }
        if (args.name || given)
            return usage_unknown(&args, "search");
        q.query = str_of(args.value);
        given = true;
    }
    if (code != EXIT_DONE)
        return code;
    if (!given)
        return usage_error("search", "what shall be searched? Give a query, '' for all records");
    if (file && !str_ends(str_of(file), STR(".xlsx")) && !search_export_is_csv(file))
        return usage_error("search", "--export writes FILE.xlsx or FILE.csv, not '%s'", file);
    q.filters = filters.ptr;
    q.filter_count = filters.len;
    return answer(app, &q, file);
}

static int run_match(struct app *app, int argc, char **argv)
{
    struct search_request q = {.k = 10, .reasons = true};
    str_vec filters = {0};
    const char *path = NULL;
    struct str before = STR_NONE;
    struct args args;
    struct err e;
    int code = EXIT_DONE;

    args_init(&args, argc, argv);
    while (args_next(&args) && code == EXIT_DONE) {
        if (common_option(&args, &q, &filters, app->arena, "match", &code))
            continue;
        bool is_before = args_is(&args, "--before", NULL);
        if (!is_before && !args_is(&args, "--text", NULL))
            return usage_unknown(&args, "match");
        const char *value = args_value(&args, "match");
        if (!value)
            return EXIT_USAGE;
        if (is_before)
            before = str_of(value);
        else
            path = value;
    }
    if (code != EXIT_DONE)
        return code;
    if (!path)
        return usage_error("match", "give the text to match: --text FILE, or --text - to read it "
                                    "from standard input");
    if (match_text(&q.text, path, app->arena, &e) != OK)
        return fail(app, &e);
    q.before = search_before(before, business_date(clock_now_ms(app->clock), app->arena));
    q.filters = filters.ptr;
    q.filter_count = filters.len;
    return answer(app, &q, NULL);
}

static const char search_help[] =
    N_("  --sort ORDER       relevance (default), -date: newest first, date: oldest first,\n"
       "                     -cited: most cited first\n"
       "  --export FILE      write all hits to FILE.xlsx or FILE.csv, by the end of its name\n");

static const char match_help[] =
    N_("  --before DATE      leave out what was published on that day or later (default: today);\n"
       "                     any: leave out nothing\n");

static const char common_help[] =
    N_("  -k N               number of answers (default 10)\n"
       "  --offset N         leave out the first N\n"
       "  --filter NAME=VALUE  only records for which it holds; given again, all must hold;\n"
       "                     NAME=A,B either; NAME!=VALUE not\n"
       "  --facets           counts by office, type, status, year, class, applicant …\n"
       "  --families         only the best hit of each patent family\n"
       "Query: words, \"phrase\", field:term, AND OR NOT, ( ), date:2019..2024, ipc:H01M, "
       "applicant:Siemens*\n");

/* Fields and filters have one table; a filter compares values, a field may also
 * search words. */
static void help_lists(FILE *to)
{
    fprintf(to, "\n%s\n", msg("Fields of a query, and filters (+ filter, too):"));
    for (size_t i = 0; i < attribute_count; i++) {
        bool filter = attribute_is_filter(&attributes[i]);
        fprintf(to, "  %c %-12s %s\n", filter ? '+' : ' ', attributes[i].name,
                msg(attributes[i].help));
    }
}

static void help_search(FILE *to)
{
    fputs(msg(common_help), to);
    help_lists(to);
}

const struct command command_search = {"search",
                                       N_("QUERY [-k N] [--filter F]…"),
                                       N_("finds patents by words, fields and classes"),
                                       run_search,
                                       search_help,
                                       help_search};
const struct command command_match = {
    "match",
    N_("--text FILE|- [-k N] [--filter F]…"),
    N_("finds the patents that answer a page of text (plain, .docx, .pdf), with reasons"),
    run_match,
    match_help,
    help_search};

/* Answers about cases as a person reads them: tables, and trees where one thing has several. */
#include "cmd/case_print.h"
#include "base/date.h"
#include "base/msg.h"
#include "model/due_day.h"

static const struct jvalue no_items = {.type = J_ARRAY};

static const struct jvalue *list_of(const struct jvalue *v, const char *name)
{
    const struct jvalue *found = jin_get(v, name);
    return found && found->type == J_ARRAY ? found : &no_items;
}

static bool is_true(const struct jvalue *v, const char *name)
{
    const struct jvalue *found = jin_get(v, name);
    return found && found->type == J_TRUE;
}

static bool is_there(const struct jvalue *v, const char *name)
{
    const struct jvalue *found = jin_get(v, name);
    return found && found->type != J_NULL;
}

/* "label  value", where there is a value. */
static void line(const char *label, struct str value)
{
    if (value.len)
        say(stdout, "  %s  %.*s\n", label, STR_ARG(value));
}

static void print_total(const struct jvalue *doc)
{
    int64_t total = 0;
    size_t shown = list_of(doc, "items")->count;
    if (jin_i64(&total, doc, "total") && total > (int64_t)shown)
        say(stdout, msg("%zu of %lld; more with --page and --limit\n"), shown, (long long)total);
    else
        say(stdout, msg("%zu in all\n"), shown);
}

/* --- lists ------------------------------------------------------------------------------- */

void print_cases(const struct jvalue *doc, struct arena *a)
{
    struct table t = {.arena = a, .columns = 6};
    const struct jvalue *items = list_of(doc, "items");
    for (size_t i = 0; i < items->count; i++) {
        const struct jvalue *c = &items->items[i];
        const struct due_day due = {jin_text(c, "due_date"), jin_text(c, "due_count_by")};
        table_row(&t, (struct str[]){remote_text(c, "number"), remote_text(c, "stage_label"),
                                     remote_text(c, "stage_on"), due_day_text(due, msg_lang(), a),
                                     remote_text(c, "programme"), remote_text(c, "title")});
    }
    table_print(&t);
    print_total(doc);
}

/* --- one case ---------------------------------------------------------------------------- */

static void print_deadlines(const struct jvalue *doc)
{
    const struct jvalue *all = list_of(doc, "deadlines");
    for (size_t i = 0; i < all->count; i++) {
        const struct jvalue *d = &all->items[i];
        say(stdout, "  %s  %.*s  %.*s%s%s\n", msg("due"), STR_ARG(jin_text(d, "due")),
            STR_ARG(remote_text(d, "label")), is_true(d, "opens") ? msg(" (not before)") : "",
            is_true(d, "provisional") ? msg(" (provisional)") : "");
    }
}

static void print_publicity(const struct jvalue *doc)
{
    const struct jvalue *all = list_of(doc, "publicity");
    for (size_t i = 0; i < all->count; i++) {
        const struct jvalue *p = &all->items[i], *sites = list_of(p, "sites");
        struct str open = jin_text(p, "objections_open"), down = jin_text(p, "unsettled");
        say(stdout, msg("  made public %.*s, last day %.*s%s, %zu places\n"),
            STR_ARG(jin_text(p, "published_on")), STR_ARG(jin_text(p, "last_day")),
            is_true(p, "provisional") ? msg(" (provisional)") : "", sites->count);
        if (open.len)
            say(stdout, msg("    objections not settled: %.*s, upheld: %.*s\n"), STR_ARG(open),
                STR_ARG(jin_text(p, "objections_upheld")));
        if (!str_is(down, "0"))
            say(stdout, msg("    places taken down early and not settled: %.*s\n"), STR_ARG(down));
        for (size_t s = 0; s < sites->count; s++)
            say(stdout, "    └ %.*s  %.*s\n", STR_ARG(jin_text(&sites->items[s], "published_at")),
                STR_ARG(jin_text(&sites->items[s], "url")));
    }
}

void print_case(const struct jvalue *doc, struct arena *a)
{
    const struct jvalue *holder = jin_get(doc, "holder");
    (void)a;
    say(stdout, "%.*s  %.*s%s\n", STR_ARG(jin_text(doc, "number")),
        STR_ARG(remote_text(doc, "title")),
        is_true(doc, "trial") ? msg("  (draft for comment, in trial)") : "");
    say(stdout, msg("  policy  %.*s (%.*s, version %.*s)\n"), STR_ARG(jin_text(doc, "document")),
        STR_ARG(jin_text(doc, "pack")), STR_ARG(jin_text(doc, "pack_version")));
    say(stdout, msg("  stage  %.*s (%.*s), since %.*s%s\n"),
        STR_ARG(remote_text(doc, "stage_label")), STR_ARG(jin_text(doc, "stage")),
        STR_ARG(jin_text(doc, "stage_on")), is_true(doc, "open") ? "" : msg(", closed"));
    line(msg("by way of"), remote_text(doc, "stream"));
    line(msg("held by"), jin_text(holder, "name"));
    line(msg("next step"), remote_text(holder, "step"));
    print_deadlines(doc);
    print_publicity(doc);
}

/* --- papers, steps ------------------------------------------------------------------------ */

void print_papers(const struct jvalue *doc, struct arena *a)
{
    const struct jvalue *items = list_of(doc, "items"), *due = list_of(doc, "due"),
                        *possible = list_of(doc, "possible");
    struct table t = {.arena = a, .columns = 5};
    for (size_t i = 0; i < items->count; i++) {
        const struct jvalue *p = &items->items[i];
        const struct str cells[] = {jin_text(p, "id"), jin_text(p, "paper"),
                                    remote_text(p, "title"), jin_text(p, "issued_on"),
                                    jin_text(p, "number")};
        table_row(&t, cells);
    }
    table_print(&t);
    for (size_t i = 0; i < due->count; i++)
        say(stdout, msg("to be issued: %.*s  %.*s (since %.*s)\n"),
            STR_ARG(jin_text(&due->items[i], "paper")),
            STR_ARG(remote_text(&due->items[i], "title")),
            STR_ARG(jin_text(&due->items[i], "since")));
    for (size_t i = 0; i < possible->count; i++) {
        const struct jvalue *p = &possible->items[i], *needs = list_of(p, "needs");
        say(stdout, msg("can be issued: %.*s  %.*s\n"), STR_ARG(jin_text(p, "paper")),
            STR_ARG(remote_text(p, "title")));
        for (size_t n = 0; n < needs->count; n++)
            say(stdout, "    └ %.*s  %.*s\n", STR_ARG(jin_text(&needs->items[n], "name")),
                STR_ARG(remote_text(&needs->items[n], "label")));
    }
}

void print_taken(const struct jvalue *doc, struct arena *a)
{
    (void)a;
    if (is_there(doc, "proposal")) {
        say(stdout,
            msg("proposed (%.*s): it takes effect when a second person confirms it, with `case "
                "confirm` or in a browser; no token confirms\n"),
            STR_ARG(jin_text(doc, "proposal")));
    } else {
        say(stdout, msg("done; now: %.*s (%.*s)\n"), STR_ARG(remote_text(doc, "stage_label")),
            STR_ARG(jin_text(doc, "stage")));
    }
    say(stdout, msg("  case %.*s, entry %.*s\n"), STR_ARG(jin_text(doc, "id")),
        STR_ARG(jin_text(doc, "entry")));
}

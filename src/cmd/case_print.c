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

/* "七(三)", with its words where they are held; of a step that the document does not say: why it is there. */
static void clause(const char *before, const struct jvalue *v)
{
    struct str number = jin_text(v, "clause"), quote = jin_text(v, "quote"),
               own = jin_text(v, "own");
    if (number.len && quote.len)
        say(stdout, msg("%s%.*s: “%.*s”\n"), before, STR_ARG(number), STR_ARG(quote));
    else if (number.len)
        say(stdout, "%s%.*s\n", before, STR_ARG(number));
    else if (own.len)
        say(stdout, msg("%snot in the document: %.*s\n"), before, STR_ARG(own));
}

static struct str day_of(const struct jvalue *v, const char *name, struct arena *a)
{
    int64_t ms;
    return jin_i64(&ms, v, name) ? business_date(ms, a) : STR_NONE;
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

static void print_columns(const struct jvalue *doc, struct arena *a, const char *const *columns,
                          size_t count)
{
    struct table t = {.arena = a, .columns = count};
    const struct jvalue *items = list_of(doc, "items");
    for (size_t i = 0; i < items->count; i++) {
        struct str cells[TABLE_COLUMNS_MAX];
        for (size_t c = 0; c < count; c++)
            cells[c] = remote_text(&items->items[i], columns[c]);
        table_row(&t, cells);
    }
    table_print(&t);
    print_total(doc);
}

void print_calls(const struct jvalue *doc, struct arena *a)
{
    static const char *const columns[] = {"id",       "state",     "programme",
                                          "opens_on", "closes_on", "title"};
    print_columns(doc, a, columns, ARRAY_LEN(columns));
}

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

void print_call(const struct jvalue *doc, struct arena *a)
{
    (void)a;
    say(stdout, "%.*s  %.*s\n", STR_ARG(jin_text(doc, "id")), STR_ARG(remote_text(doc, "title")));
    line(msg("policy"), jin_text(doc, "programme"));
    line(msg("state"), jin_text(doc, "state"));
    line(msg("opens"), jin_text(doc, "opens_on"));
    line(msg("closes"), jin_text(doc, "closes_on"));
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
    say(stdout, msg("  steps  zhiyun case history %.*s\n"), STR_ARG(jin_text(doc, "number")));
}

void print_history(const struct jvalue *doc, struct arena *a)
{
    const struct jvalue *all = list_of(doc, "items");
    (void)a;
    for (size_t i = 0; i < all->count; i++) {
        const struct jvalue *h = &all->items[i];
        const char *branch = i + 1 < all->count ? "│" : " ";
        say(stdout, "%s %.*s  %.*s  %.*s, %.*s%s\n", i + 1 < all->count ? "├" : "└",
            STR_ARG(jin_text(h, "date")), STR_ARG(remote_text(h, "label")),
            STR_ARG(jin_text(h, "name")), STR_ARG(jin_text(h, "unit")),
            is_true(h, "late") ? msg("  (late)") : "");
        if (jin_text(h, "reason").len)
            say(stdout, msg("%s    reason  %.*s\n"), branch, STR_ARG(jin_text(h, "reason")));
        if (jin_text(h, "basis").len)
            say(stdout, msg("%s    basis  %.*s\n"), branch, STR_ARG(jin_text(h, "basis")));
        if (jin_text(h, "clause").len)
            say(stdout, msg("%s    clause  %.*s\n"), branch, STR_ARG(jin_text(h, "clause")));
        say(stdout, msg("%s    entry  %.*s\n"), branch, STR_ARG(jin_text(h, "entry")));
    }
}

/* --- what can be done ---------------------------------------------------------------------- */

static void print_why(const struct jvalue *step)
{
    const struct jvalue *why = list_of(step, "why");
    for (size_t i = 0; i < why->count; i++) {
        const struct jvalue *w = &why->items[i];
        say(stdout, "    └ %.*s\n", STR_ARG(jin_text(w, "message")));
        clause("      ", w);
    }
}

static void print_proposed(const struct jvalue *step)
{
    const struct jvalue *p = jin_get(step, "proposed");
    if (!p || p->type != J_OBJECT)
        return;
    say(stdout,
        is_true(p, "mine") ? msg("    proposed by you (%.*s): somebody else confirms it with `case "
                                 "confirm` or in a browser\n")
                           : msg("    proposed (%.*s): a second person confirms it with `case "
                                 "confirm` or in a browser\n"),
        STR_ARG(jin_text(p, "reason")));
}

/* How the conditions stand of which who takes the step is told: what is not met, what is not known, and of how
 * many nothing is to be said. */
static void print_verdict(const struct jvalue *v)
{
    const struct jvalue *all = v && v->type == J_OBJECT ? list_of(v, "criteria") : &no_items;
    size_t met = 0;
    for (size_t i = 0; i < all->count; i++) {
        const struct jvalue *c = &all->items[i];
        bool known = is_there(c, "pass");
        struct str quote = jin_text(c, "quote"), value = jin_text(c, "value");
        if (!is_true(c, "applies"))
            continue;
        if (known && is_true(c, "pass")) {
            met++;
            continue;
        }
        say(stdout, "    %s %.*s  %.*s%s%.*s%s%.*s\n", known ? "✗" : "？",
            STR_ARG(jin_text(c, "clause")), STR_ARG(quote.len ? quote : jin_text(c, "criterion")),
            value.len ? "  " : "", STR_ARG(value), value.len ? " / " : "",
            STR_ARG(value.len ? jin_text(c, "needs") : STR_NONE));
    }
    if (all->count)
        say(stdout, msg("    ✓ %zu of %zu conditions are met\n"), met, all->count);
}

/* Of which conditions who takes the step says why he goes on, as he would say it. */
static void print_against(const struct jvalue *input)
{
    const struct jvalue *all = list_of(input, "against");
    for (size_t i = 0; i < all->count; i++) {
        const struct jvalue *c = &all->items[i];
        struct str quote = jin_text(c, "quote");
        say(stdout, msg("    say why you go on: --against %.*s=…  (%.*s %.*s)\n"),
            STR_ARG(jin_text(c, "criterion")), STR_ARG(jin_text(c, "clause")), STR_ARG(quote));
    }
}

static void print_step(const struct jvalue *step)
{
    const struct jvalue *input = is_there(step, "input") ? jin_get(step, "input") : &no_items;
    say(stdout, "  %.*s  %.*s%s%s%s\n", STR_ARG(jin_text(step, "action")),
        STR_ARG(remote_text(step, "label")),
        is_true(step, "two_persons") ? msg("  two persons") : "",
        is_true(input, "reason") ? msg("  with a reason") : "",
        is_there(input, "commitment") ? msg("  with the commitment") : "");
    if (is_true(step, "open"))
        clause("    ", step);
    print_verdict(jin_get(input, "verdict"));
    print_against(input);
    print_proposed(step);
    print_why(step);
}

void print_actions(const struct jvalue *doc, struct arena *a)
{
    (void)a;
    const struct jvalue *all = list_of(doc, "items");
    size_t open = 0;
    say(stdout, "%s\n", msg("can be done now:"));
    for (size_t i = 0; i < all->count; i++)
        if (is_true(&all->items[i], "open")) {
            print_step(&all->items[i]);
            open++;
        }
    if (!open)
        say(stdout, "  %s\n", msg("nothing, by you"));
    if (open == all->count)
        return;
    say(stdout, "%s\n", msg("closed, and why:"));
    for (size_t i = 0; i < all->count; i++)
        if (!is_true(&all->items[i], "open"))
            print_step(&all->items[i]);
}

/* --- what is handed in, and papers ----------------------------------------------------------- */

/* What a cell or material lacks: of the record that there is, or of a new one of the type. */
static void print_fields(const struct jvalue *cell, struct arena *a)
{
    const struct jvalue *fields = list_of(cell, "fields");
    for (size_t i = 0; i < fields->count; i++) {
        const struct jvalue *f = &fields->items[i];
        struct str type = jin_text(f, "record_type"), field = jin_text(f, "field");
        int64_t id = 0, before = 0;
        bool has = jin_i64(&id, f, "id");
        if (i && str_eq(field, jin_text(&fields->items[i - 1], "field")) &&
            str_eq(type, jin_text(&fields->items[i - 1], "record_type")) &&
            has == jin_i64(&before, &fields->items[i - 1], "id") && id == before)
            continue; /* columns of one table */
        if (is_there(f, "title"))
            say(stdout, "    %.*s · %.*s\n", STR_ARG(remote_text(f, "title")),
                STR_ARG(remote_text(f, "label")));
        struct str given =
            arena_printf(a, is_there(f, "inner") ? "'%.*s:=[{…}]'" : "%.*s=…", STR_ARG(field));
        if (has)
            say(stdout, "    zhiyun api PATCH /records/%.*s/%lld --field %.*s\n", STR_ARG(type),
                (long long)id, STR_ARG(given));
        else
            say(stdout, "    zhiyun api POST /records/%.*s --field %.*s\n", STR_ARG(type),
                STR_ARG(given));
    }
}

void print_materials(const struct jvalue *doc, struct arena *a)
{
    const struct jvalue *cells = list_of(doc, "cells"), *materials = list_of(doc, "materials"),
                        *commitment = jin_get(doc, "commitment");
    say(stdout, "%.*s  %s\n", STR_ARG(remote_text(doc, "label")),
        is_true(doc, "complete") ? msg("complete") : msg("NOT complete"));
    for (size_t i = 0; i < cells->count; i++) {
        say(stdout, msg("  to be filled in: %.*s\n"),
            STR_ARG(remote_text(&cells->items[i], "label")));
        clause("    ", &cells->items[i]);
        print_fields(&cells->items[i], a);
    }
    for (size_t i = 0; i < materials->count; i++) {
        const struct jvalue *m = &materials->items[i];
        bool there = is_true(m, "there");
        say(stdout, "  %s %.*s%s\n", there ? "✓" : "✗", STR_ARG(remote_text(m, "label")),
            !there && !is_true(m, "required") ? msg(" (not required)") : "");
        if (there)
            continue;
        clause("      ", m);
        if (is_true(m, "required"))
            print_fields(m, a);
    }
    if (!commitment || commitment->type != J_OBJECT)
        return;
    say(stdout, msg("  commitment: %.*s\n"), STR_ARG(jin_text(commitment, "text")));
    say(stdout, msg("  who accepts it sends its SHA-256: --field commitment=%.*s\n"),
        STR_ARG(jin_text(commitment, "digest")));
}

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

/* --- what was done, what is to be done ------------------------------------------------------- */

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

void print_several(const struct jvalue *doc, struct arena *a)
{
    const struct jvalue *items = jin_get(doc, "items");
    size_t taken = 0;
    (void)a;
    for (size_t i = 0; items && i < items->count; i++) {
        const struct jvalue *item = &items->items[i], *errors = jin_get(item, "errors");
        taken += !errors;
        if (!errors)
            continue;
        say(stdout, msg("refused: %.*s\n"), STR_ARG(jin_text(item, "number")));
        if (errors->count == 0)
            say(stdout, "  %.*s\n", STR_ARG(jin_text(item, "detail")));
        for (size_t k = 0; k < errors->count; k++)
            say(stdout, "  %.*s\n", STR_ARG(jin_text(&errors->items[k], "message")));
    }
    say(stdout, msg("done: %zu of %zu\n"), taken, items ? items->count : 0);
}

static struct str first_value(const struct jvalue *title)
{
    if (!title || title->type != J_OBJECT)
        return title ? title->text : STR_NONE;
    return title->count ? title->items[0].text : STR_NONE;
}

static struct str name_of(const struct jvalue *title)
{
    return title && title->type == J_OBJECT && title->count && title->items[0].type == J_OBJECT
               ? remote_text(title, "title")
               : first_value(title);
}

/* The day, and which day it is: the last one to do it, the one behind which a step opens, or the one
 * until which somebody else has time. */
static struct str day_cell(const struct jvalue *w, struct arena *a)
{
    int64_t overdue = 0;
    struct str due = jin_text(w, "due").len ? jin_text(w, "due") : day_of(w, "due_ms", a),
               day = jin_text(w, "day");
    const char *provisional = is_true(w, "provisional") ? msg(" (provisional)") : "";
    if (due.len == 0)
        return STR("—");
    if (str_is(day, "after"))
        return arena_printf(a, msg("opens after %.*s%s"), STR_ARG(due), provisional);
    if (str_is(day, "others"))
        return arena_printf(a, msg("others have until %.*s%s"), STR_ARG(due), provisional);
    if (str_is(day, "remind"))
        return arena_printf(a, msg("reminder %.*s%s"), STR_ARG(due), provisional);
    if (jin_i64(&overdue, w, "overdue_days") && overdue > 0)
        return arena_printf(a, msg("%.*s, %lld days overdue%s"), STR_ARG(due), (long long)overdue,
                            provisional);
    return arena_printf(a, "%.*s%s", STR_ARG(due), provisional);
}

/* What is to be done, and what who gave it said of it, where that is another thing. */
static struct str noted_cell(const struct jvalue *w, struct arena *a)
{
    const struct jvalue *label = jin_get(w, "what");
    struct str what = remote_text(w, "what"), note = jin_text(w, "note");
    if (what.len == 0)
        return note;
    if (note.len == 0 || str_eq(note, jin_text(label, "zh")) || str_eq(note, jin_text(label, "en")))
        return what;
    return arena_printf(a, "%.*s (%.*s)", STR_ARG(what), STR_ARG(note));
}

static struct str what_cell(const struct jvalue *w, struct arena *a)
{
    struct str what = noted_cell(w, a);
    int64_t count = 0;
    if (jin_i64(&count, w, "count"))
        what = arena_printf(a, msg("%.*s (%lld cases)"), STR_ARG(what), (long long)count);
    return is_true(w, "sign_in") ? arena_printf(a, msg("%.*s (sign in to confirm)"), STR_ARG(what))
                                 : what;
}

/* What was not shown lies behind the cursor of the answer. */
static void print_rest(const struct jvalue *doc)
{
    int64_t total = 0;
    size_t shown = list_of(doc, "items")->count;
    struct str next = jin_text(doc, "next");
    if (!jin_i64(&total, doc, "total"))
        total = (int64_t)shown;
    if (next.len)
        say(stdout, msg("%zu of %lld; more with --cursor %.*s\n"), shown, (long long)total,
            STR_ARG(next));
    else if (total > (int64_t)shown)
        say(stdout, msg("the last %zu of %lld\n"), shown, (long long)total);
    else
        say(stdout, msg("%zu in all\n"), shown);
}

void print_todo(const struct jvalue *doc, struct arena *a)
{
    const struct jvalue *all = list_of(doc, "items");
    struct table t = {.arena = a, .columns = 5};
    for (size_t i = 0; i < all->count; i++) {
        const struct jvalue *w = &all->items[i];
        const struct str cells[] = {
            day_cell(w, a),
            arena_printf(a, "%.*s %.*s", STR_ARG(jin_text(w, "type")), STR_ARG(jin_text(w, "id"))),
            what_cell(w, a), name_of(jin_get(w, "title")), jin_text(w, "by")};
        table_row(&t, cells);
    }
    table_print(&t);
    print_rest(doc);
}

/* zhiyun numbers: the registers of document numbers, and what lacks in them. */
#include "base/msg.h"
#include "cmd/cmd.h"
#include "programme/document_number.h"
#include <stdio.h>

static void gap_json(struct jout *j, const struct document_gap *g)
{
    jout_object(j);
    jout_pair_i64(j, "from", g->from);
    jout_pair_i64(j, "to", g->to);
    jout_pair(j, "state", str_of(g->state));
    jout_pair(j, "number", g->written);
    jout_pair(j, "on", g->on);
    jout_pair(j, "by", g->by);
    jout_pair(j, "reason", g->reason);
    jout_end_object(j);
}

static void say_gap(const struct document_gap *g)
{
    if (g->written.len == 0 && g->from == g->to)
        say(stdout, msg("  %lld: not given here\n"), (long long)g->from);
    else if (g->written.len == 0)
        say(stdout, msg("  %lld to %lld: not given here\n"), (long long)g->from, (long long)g->to);
    else if (strcmp(g->state, "voided") == 0)
        say(stdout, msg("  %.*s: made void on %.*s by %.*s: %.*s\n"), STR_ARG(g->written),
            STR_ARG(g->on), STR_ARG(g->by), STR_ARG(g->reason));
    else
        say(stdout, msg("  %.*s: drawn on %.*s, not used yet\n"), STR_ARG(g->written),
            STR_ARG(g->on));
}

static err_t show_year(struct jout *j, struct db *db, const struct app *app,
                       const struct document_year *y, struct err *e)
{
    const struct document_gap *gaps;
    size_t count;
    err_t rc = document_gaps(&gaps, &count, db, y->mark, y->year, app->arena, e);
    if (rc != OK)
        return rc;
    if (!app->json)
        say(stdout, msg("%.*s %lld: up to %lld\n"), STR_ARG(y->mark), (long long)y->year,
            (long long)y->last);
    jout_object(j);
    jout_pair(j, "mark", y->mark);
    jout_pair_i64(j, "year", y->year);
    jout_pair_i64(j, "last", y->last);
    jout_pair_array(j, "gaps");
    for (size_t i = 0; i < count; i++) {
        gap_json(j, &gaps[i]);
        if (!app->json)
            say_gap(&gaps[i]);
    }
    jout_end_array(j);
    jout_end_object(j);
    return OK;
}

/* Which registers there are, to who asked for one that is none. */
static err_t no_register(const struct document_year *years, size_t count, struct str mark,
                         struct err *e)
{
    struct buf names;
    buf_init(&names, 0);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || !str_eq(years[i].mark, years[i - 1].mark))
            buf_addf(&names, "%s%.*s", names.len ? ", " : "", STR_ARG(years[i].mark));
    err_t rc = names.len
                   ? err_set(e, E_NOTFOUND, "no numbers were given under \"%.*s\"; there are: %.*s",
                             STR_ARG(mark), STR_ARG(buf_str(&names)))
                   : err_set(e, E_NOTFOUND,
                             "no numbers were given under \"%.*s\", nor under any other mark yet",
                             STR_ARG(mark));
    buf_clear(&names);
    return rc;
}

static err_t show(struct jout *j, struct app *app, struct str mark, struct err *e)
{
    bool found = mark.len == 0;
    const struct document_year *years;
    struct store *store = NULL;
    struct db *db = NULL;
    size_t count = 0;
    err_t rc = instance_open(&store, app, false, e);
    if (rc == OK && (rc = store_reader_get(&db, store, e)) == OK)
        rc = document_years(&years, &count, db, 0, STR_NONE, app->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (mark.len == 0 || str_eq(mark, years[i].mark)) {
            rc = show_year(j, db, app, &years[i], e);
            found = true;
        }
    if (rc == OK && !found)
        rc = no_register(years, count, mark, e);
    else if (rc == OK && count == 0 && !app->json)
        say(stdout, msg("No document number was given yet.\n"));
    if (store)
        store_reader_put(store, db);
    store_close(store);
    return rc;
}

static int run_numbers(struct app *app, int argc, char **argv)
{
    struct str mark = STR_NONE;
    struct args args;
    struct buf b;
    struct jout j;
    struct err e;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args.name || mark.len)
            return usage_unknown(&args, "numbers");
        mark = str_of(args.value);
    }
    jout_begin(&j, &b);
    jout_pair_array(&j, "registers");
    err_t rc = show(&j, app, mark, &e);
    jout_end_array(&j);
    jout_end_object(&j);
    int code = rc != OK ? fail(app, &e) : app->json ? print_json(app, &b) : EXIT_DONE;
    buf_clear(&b);
    return code;
}

const struct command command_numbers = {
    "numbers",
    N_("[MARK]"),
    N_("registers of document numbers: up to where each goes, and which number no paper has"),
    run_numbers,
    N_("A number that was given is never given again: who made one void, and why, is listed.\n"),
    NULL};

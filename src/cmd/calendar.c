/* zhiyun calendar: the years whose working days are known, and a further one. */
#include "base/limits.h"
#include "base/msg.h"
#include "case/calendar_import.h"
#include "cmd/policy.h"
#include <stdio.h>

/* --- import --------------------------------------------------------------------------- */

static err_t import_into(struct calendar_import *i, struct app *app, struct err *e)
{
    struct store *store = NULL;
    struct log_suite suite;
    struct subject program;
    err_t rc = instance_open_untyped(&store, app, false, e);
    if (rc == OK)
        rc = instance_log(&suite, app, store, NULL, e);
    if (rc == OK) {
        subject_program(&program, business_date(clock_now_ms(app->clock), app->arena));
        i->deed = (struct deed){
            .suite = &suite, .clock = app->clock, .by = &program, .arena = app->arena};
        rc = calendar_import(i, store, e);
    }
    if (rc == OK)
        rc = instance_sign(app, store, &suite, e);
    store_close(store);
    return rc;
}

static int imported_json(const struct app *app, const struct calendar_import *i)
{
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "year", i->year.year);
    jout_pair(&j, "source", i->year.source);
    jout_pair_i64(&j, "days", (int64_t)i->year.count);
    jout_pair_bool(&j, "added", i->added);
    jout_pair_array(&j, "recounted");
    for (size_t k = 0; k < i->moves.len; k++) {
        const struct deadline_move *m = &i->moves.ptr[k];
        jout_object(&j);
        jout_pair_i64(&j, "id", m->id);
        jout_pair(&j, "title", m->title);
        jout_pair(&j, "before", m->before);
        due_day_json(&j, m->day);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_end_object(&j);
    return print_json(app, j.to);
}

static int show_imported(const struct app *app, const struct calendar_import *i)
{
    if (app->json)
        return imported_json(app, i);
    say(stdout,
        i->added ? msg("the working days of %d are known now: %zu days off or made working days\n")
                 : msg("the working days of %d were known already, %zu days; nothing changed\n"),
        i->year.year, i->year.count);
    for (size_t k = 0; k < i->moves.len; k++) {
        const struct deadline_move *m = &i->moves.ptr[k];
        say(stdout, "  %lld  %.*s  %.*s → %.*s\n", (long long)m->id, STR_ARG(m->title),
            STR_ARG(m->before), STR_ARG(due_day_text(m->day, msg_lang(), app->arena)));
    }
    return EXIT_DONE;
}

static int import_file(struct app *app, const char *path)
{
    struct calendar_import i = {0};
    struct bytes text;
    struct err e;
    err_t rc = fs_read(&text, app->fs, path, YAML_BYTES_MAX, app->arena, &e);
    if (rc == OK)
        rc = calendar_parse(&i.year, bytes_str(text), path, app->arena, &e);
    if (rc == OK)
        rc = import_into(&i, app, &e);
    return rc == OK ? show_imported(app, &i) : fail(app, &e);
}

/* --- list ------------------------------------------------------------------------------ */

static size_t days_of(const struct calendar *c, int year, bool works)
{
    size_t n = 0;
    int32_t first = date_to_days((struct date){year, 1, 1});
    int32_t last = date_to_days((struct date){year, 12, 31});
    for (int32_t day = first; day <= last; day++)
        n += calendar_is_workday(c, date_from_days(day)) == works;
    return n;
}

static const struct calendar_year *imported(const struct calendar *c, int year)
{
    for (size_t i = 0; c && i < c->count; i++)
        if (c->years[i].year == year)
            return &c->years[i];
    return NULL;
}

static int list(struct app *app)
{
    const struct calendar *c = NULL;
    struct str program = STR("reference/cn_days.csv");
    struct jout j;
    struct err e;
    int code = EXIT_DONE;
    if (policy_calendar(&c, app, &e) != OK)
        return fail(app, &e);
    jout_open(&j);
    jout_pair_array(&j, "years");
    for (int year = calendar_first_year(); year <= calendar_last_year(c); year++) {
        const struct calendar_year *y = imported(c, year);
        struct str source = y ? y->source : program;
        jout_object(&j);
        jout_pair_i64(&j, "year", year);
        jout_pair_i64(&j, "working_days", (int64_t)days_of(c, year, true));
        jout_pair_i64(&j, "days_off", (int64_t)days_of(c, year, false));
        jout_pair(&j, "source", source);
        jout_pair_bool(&j, "built_in", !y);
        jout_end_object(&j);
        if (!app->json)
            say(stdout, msg("%d  %zu working days  %.*s\n"), year, days_of(c, year, true),
                STR_ARG(source));
    }
    jout_end_array(&j);
    jout_end_object(&j);
    if (app->json)
        code = print_json(app, j.to);
    buf_clear(j.to);
    return code;
}

static int run_calendar(struct app *app, int argc, char **argv)
{
    struct args args;
    const char *what = NULL, *file = NULL;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        if (args.name || file)
            return usage_unknown(&args, "calendar");
        if (!what)
            what = args.value;
        else
            file = args.value;
    }
    if (what && strcmp(what, "list") == 0 && !file)
        return list(app);
    if (!what || strcmp(what, "import") != 0 || !file)
        return usage_error("calendar", "say what: list, or import FILE");
    return import_file(app, file);
}

const struct command command_calendar = {
    "calendar",
    N_("list | import FILE"),
    N_("the years whose working days are known, and a further one"),
    run_calendar,
    N_("  list          the years with a table, and where each comes from\n"
       "  import FILE   the table of a further year, as the State Council announced it: CSV with\n"
       "                date,kind,holiday; kind is rest (a day off) or work (a Saturday or Sunday\n"
       "                that is worked); lines with # before it name the announcement.\n"
       "                Deadlines that were issued provisionally are counted again; each that "
       "moves\n"
       "                is shown, entered in the evidence log and told to its holder\n"),
    NULL};

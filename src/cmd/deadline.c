/* zhiyun deadline, zhiyun name: a day and a name by the rules of a policy. */
#include "base/msg.h"
#include "cmd/policy.h"
#include "decide/activation.h"
#include "decide/calendar_store.h"
#include "policy/calendar.h"
#include "policy/due_json.h"
#include "policy/naming.h"
#include <stdio.h>
#include <unistd.h>

err_t policy_packs(struct packs **out, const struct app *app, struct err *e)
{
    err_t rc = packs_open(out, arena_printf(app->arena, "%s/packs", app->data).ptr, e);
    if (rc == OK)
        packs_close_with(*out, app->arena);
    return rc;
}

/* A store that was named is opened, or it is said why not; a folder that is none, or has nothing
 * in it yet, has no days of its own. */
static bool has_instance(const struct app *app)
{
    return !instance_holds_records(app) || access(app->store_url + strlen("sqlite:"), F_OK) == 0;
}

err_t policy_calendar(const struct calendar **out, struct app *app, struct err *e)
{
    struct store *store = NULL;
    *out = NULL;
    if (!has_instance(app))
        return OK;
    err_t rc = instance_open_untyped(&store, app, false, e);
    if (rc == OK)
        rc = STORE_READ(db, store, e, calendar_load(out, db, app->arena, e));
    store_close(store);
    return rc;
}

static void say_waiting(const struct app *app, const struct packs *packs)
{
    const struct str *ids;
    for (size_t i = 0, count = packs_ids(&ids, packs); i < count && !app->json; i++) {
        const struct pack *p = packs_waiting(packs, ids[i]);
        if (p)
            say(stderr,
                msg("%.*s: version %.*s waits for two officers; the one in force is read\n"),
                STR_ARG(p->id), STR_ARG(p->version));
    }
}

err_t policy_packs_counting(struct packs **out, struct app *app, struct err *e)
{
    const struct calendar *c;
    struct store *store = NULL;
    if (!has_instance(app))
        return policy_packs(out, app, e);
    err_t rc = instance_open_untyped(&store, app, false, e);
    if (rc == OK)
        rc = STORE_READ(db, store, e,
                        packs_in_force(out, &c, db,
                                       arena_printf(app->arena, "%s/packs", app->data).ptr,
                                       app->arena, e));
    store_close(store);
    if (rc == OK)
        say_waiting(app, *out);
    return rc;
}

static void say_citation(const struct citation *c)
{
    fputs("  ", stdout);
    say_line(stdout, c->clause);
    fputs("  ", stdout);
    say_line(stdout, c->quote.len ? c->quote : str_of(msg("not checked: the text is not held")));
    putchar('\n');
}

/* Options with values, by their names up to NULL; false: a usage error was printed. */
static bool take_options(const char **values, const char *const *names, const char *command,
                         int argc, char **argv)
{
    struct args args;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        int i = 0;
        while (names[i] && !args_is(&args, names[i], NULL))
            i++;
        if (!names[i]) {
            (void)usage_unknown(&args, command);
            return false;
        }
        if (!(values[i] = args_value(&args, command)))
            return false;
    }
    return true;
}

/* --- deadline ------------------------------------------------------------------------- */

/* What was asked for, and the answer. */
struct due_asked {
    const char *pack, *rule, *from, *entered, *reading;
    const struct pack *of;
    const struct deadline_rule *by;
    bool carries;          /* the reading that was taken */
    struct due due, other; /* other: by the other reading of last days that are days off */
};

static bool days_differ(const struct due_asked *k)
{
    return date_to_days(k->due.date) != date_to_days(k->other.date) ||
           date_to_days(k->due.last) != date_to_days(k->other.last);
}

/* A last day that is a day off: which reading was taken, and what the other one comes to. */
static void say_day_off(const struct due_asked *k)
{
    const struct ambiguity *m = pack_carrying(k->of);
    char day[DATE_TEXT_LEN + 1];
    if (!m || k->due.state != DUE_KNOWN || !days_differ(k))
        return;
    date_format(day, k->other.date);
    if (k->carries)
        say(stdout,
            msg("  The last day that was counted, %s, is a day off; by the reading %.*s of %.*s it "
                "moves behind the days off.\n"),
            day, STR_ARG(m->carries), STR_ARG(m->id));
    else
        say(stdout,
            msg("  It is a day off. Whether %.*s moves it is in doubt (%.*s); the reading taken: "
                "%.*s. By "
                "the other it would be %s (--reading %.*s=%.*s).\n"),
            STR_ARG(m->clause), STR_ARG(m->id), STR_ARG(m->reading), day, STR_ARG(m->id),
            STR_ARG(m->carries));
}

static void say_due(const struct due_asked *k, struct arena *a)
{
    char day[DATE_TEXT_LEN + 1], last[DATE_TEXT_LEN + 1], by[DATE_TEXT_LEN + 1];
    const struct clause **clauses;
    date_format(day, k->due.date);
    date_format(last, k->due.last);
    date_format(by, k->due.count_by);
    if (k->due.state == DUE_RANGED)
        say(stdout, msg("a day from %s to %s, which the officer chooses"), day, last);
    else
        say(stdout, "%s", k->due.state == DUE_UNSAID ? msg("the document does not say") : day);
    if (k->due.provisional)
        say(stdout,
            msg(" (provisional: a year has no table of days off yet; to be counted again "
                "by %s)"),
            by);
    say_citation(&k->by->citation);
    say_day_off(k);
    size_t count = deadline_counted_by(&clauses, k->of, k->by, a);
    for (size_t i = 0; i < count; i++)
        say_citation(&clauses[i]->citation);
}

static int show_due(const struct app *app, const struct due_asked *k)
{
    const struct due *due = &k->due;
    struct jout j;
    if (!app->json) {
        say_due(k, app->arena);
        return EXIT_DONE;
    }
    jout_own(&j);
    due_json(&j, k->of, k->by, due, app->arena);
    return print_json(app, j.to);
}

/* A reading that moves last days behind days off, as "A-40=next_day". */
static err_t take_reading(struct counting *how, const struct due_asked *k, struct err *e)
{
    const struct ambiguity *m = pack_carrying(k->of);
    struct str rest = str_of(k->reading), id = str_split(&rest, STR("="));
    if (!m || !str_eq(id, m->id) || !rest.ptr)
        return err_set(e, E_INVALID, "\"%s\" is no reading of how days are counted in %.*s",
                       k->reading, STR_ARG(k->of->id));
    how->carries = str_eq(rest, m->carries);
    if (!how->carries && !str_eq(rest, m->usual))
        return err_set(e, E_INVALID, "%.*s has no reading \"%.*s\"", STR_ARG(id), STR_ARG(rest));
    return OK;
}

static err_t take_day(struct date *out, const char *text, struct err *e)
{
    return date_parse(out, str_of(text))
               ? OK
               : err_set(e, E_INVALID, "'%s' is no date YYYY-MM-DD", text);
}

static err_t count_due(struct due *out, const struct due_asked *k, const struct counting *how,
                       struct date from, const struct date *entered, struct err *e)
{
    return entered ? due_entered(out, k->by, from, *entered, how, e)
                   : due_of(out, k->by, from, how, e);
}

static err_t find_due(struct due_asked *k, struct err *e)
{
    struct counting how = {.calendar = k->of->calendar};
    struct date from, entered;
    err_t rc = take_day(&from, k->from, e);
    if (rc == OK && k->reading)
        rc = take_reading(&how, k, e);
    if (rc != OK)
        return rc;
    if (k->entered)
        rc = take_day(&entered, k->entered, e);
    const struct date *chosen = k->entered ? &entered : NULL;
    k->carries = how.carries;
    if (rc == OK)
        rc = count_due(&k->due, k, &how, from, chosen, e);
    how.carries = !how.carries;
    if (rc != OK || count_due(&k->other, k, &how, from, chosen, NULL) != OK)
        k->other = k->due; /* a day that was entered may fit one reading alone */
    return rc;
}

/* A name that is none: which there are, and where a doubt was named, how its reading is said. */
static int no_rule(const struct due_asked *k, struct arena *a)
{
    const struct ambiguity *m = pack_carrying(k->of);
    struct buf names = {0};
    for (size_t i = 0; i < k->of->deadlines.len; i++)
        buf_addf(&names, "%s%.*s", i ? ", " : "", STR_ARG(k->of->deadlines.ptr[i].id));
    const char *all = arena_cstr(a, buf_str(&names));
    buf_clear(&names);
    if (m && str_is(m->id, k->rule))
        return usage_error("deadline",
                           "%s is no rule but a doubt about how days are counted: add --reading "
                           "%s=%.*s to one of the rules of %.*s: %s",
                           k->rule, k->rule, STR_ARG(m->carries), STR_ARG(k->of->id), all);
    return usage_error("deadline", "the policy %.*s has no rule '%s'; it has: %s",
                       STR_ARG(k->of->id), k->rule, all);
}

static int deadline_of(const struct app *app, struct due_asked *k)
{
    struct err e;
    if (!(k->by = pack_deadline(k->of, str_of(k->rule))))
        return no_rule(k, app->arena);
    return find_due(k, &e) == OK ? show_due(app, k) : fail(app, &e);
}

static int run_deadline(struct app *app, int argc, char **argv)
{
    static const char *const names[] = {"--pack",    "--rule",    "--from",
                                        "--entered", "--reading", NULL};
    const char *values[5] = {NULL};
    struct packs *packs = NULL;
    struct due_asked k = {0};
    struct err e;
    if (!take_options(values, names, "deadline", argc, argv))
        return EXIT_USAGE;
    k = (struct due_asked){values[0], values[1], values[2], values[3], values[4]};
    if (!k.pack || !k.rule || !k.from)
        return usage_error("deadline", "say --pack ID, --rule RULE and --from DATE");
    err_t rc = policy_packs_counting(&packs, app, &e);
    if (rc == OK)
        rc = packs_get(&k.of, packs, str_of(k.pack), &e);
    return rc == OK ? deadline_of(app, &k) : fail(app, &e);
}

const struct command command_deadline = {
    "deadline",
    N_("--pack ID --rule RULE --from DATE [--entered DATE] [--reading ID=READING]"),
    N_("says on which day something is due by the rule of a policy"),
    run_deadline,
    N_("Working days follow the State Council's table (zhiyun calendar); a year that has none yet "
       "is\n"
       "counted Monday to Friday and said to be provisional. zhiyun pack show ID lists the rules.\n"
       "  --entered DATE         the day that an officer chose, where the rule leaves it to him\n"
       "  --reading A-40=next_day  a last day that is a day off moves behind the days off\n"),
    NULL};

/* --- name ------------------------------------------------------------------------------ */

static int show_name(const struct app *app, const struct pack *p, struct str name)
{
    struct jout j;
    if (!app->json) {
        say_line(stdout, name);
        say_citation(&p->naming.citation);
        return EXIT_DONE;
    }
    jout_open(&j);
    jout_pair(&j, "name", name);
    citation_json(&j, &p->naming.citation);
    jout_end_object(&j);
    return print_json(app, j.to);
}

static int run_name(struct app *app, int argc, char **argv)
{
    static const char *const names[] = {"--pack", "--industry", "--level", NULL};
    const char *values[3] = {NULL};
    struct packs *packs = NULL;
    const struct pack *p;
    struct str name;
    struct err e;
    if (!take_options(values, names, "name", argc, argv))
        return EXIT_USAGE;
    if (!values[0] || !values[1])
        return usage_error("name", "say --pack ID and --industry TEXT");
    err_t rc = policy_packs_counting(&packs, app, &e);
    if (rc == OK)
        rc = packs_get(&p, packs, str_of(values[0]), &e);
    if (rc == OK)
        rc = pack_name(&name, p, str_of(values[2] ? values[2] : ""), str_of(values[1]), app->arena,
                       &e);
    return rc == OK ? show_name(app, p, name) : fail(app, &e);
}

const struct command command_name = {"name",
                                     N_("--pack ID --industry TEXT [--level LEVEL]"),
                                     N_("makes the name that a policy gives to what it recognises"),
                                     run_name,
                                     NULL,
                                     NULL};

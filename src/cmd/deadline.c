/* zhiyun deadline, zhiyun name: a day and a name by the rules of a policy. */
#include "base/msg.h"
#include "cmd/policy.h"
#include "policy/calendar.h"
#include "policy/naming.h"
#include <stdio.h>

err_t policy_packs(struct packs **out, const struct app *app, struct err *e)
{
    return packs_open(out, arena_printf(app->arena, "%s/packs", app->data).ptr, e);
}

static void say_citation(const struct citation *c)
{
    fputs("  ", stdout);
    say_line(stdout, c->clause);
    fputs("  ", stdout);
    say_line(stdout, c->quote);
    putchar('\n');
}

static void citation_json(struct jout *j, const struct citation *c)
{
    jout_pair(j, "clause", c->clause);
    jout_pair(j, "quote", c->quote);
}

/* Three options with values; false: a usage error was printed. */
static bool take_options(const char *values[3], const char *const names[3], const char *command,
                         int argc, char **argv)
{
    struct args args;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        int i = 0;
        while (i < 3 && !(names[i] && args_is(&args, names[i], NULL)))
            i++;
        if (i == 3) {
            (void)usage_unknown(&args, command);
            return false;
        }
        if (!(values[i] = args_value(&args, command)))
            return false;
    }
    return true;
}

/* --- deadline ------------------------------------------------------------------------- */

static int show_due(const struct app *app, const struct deadline_rule *rule, const struct due *due)
{
    char date[DATE_TEXT_LEN + 1];
    struct buf b;
    struct jout j;
    date_format(date, due->date);
    if (!app->json) {
        say(stdout, "%s%s", due->state == DUE_UNSAID ? msg("the document does not say") : date,
            due->provisional ? msg(" (provisional: a year has no table of days off yet)") : "");
        say_citation(&rule->citation);
        return EXIT_DONE;
    }
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "due");
    jout_z(&j, due->state == DUE_UNSAID ? NULL : date);
    jout_name(&j, "provisional");
    jout_bool(&j, due->provisional);
    citation_json(&j, &rule->citation);
    jout_end_object(&j);
    int code = print_json(app, &b);
    buf_clear(&b);
    return code;
}

static int deadline_of(const struct app *app, const struct pack *p, const char *rule_id,
                       const char *from_text)
{
    const struct deadline_rule *rule = pack_deadline(p, str_of(rule_id));
    struct date from;
    struct due due;
    struct err e;
    if (!rule)
        return usage_error("deadline", "the policy %.*s has no rule '%s'", STR_ARG(p->id), rule_id);
    if (!date_parse(&from, str_of(from_text))) {
        (void)err_set(&e, E_INVALID, "'%s' is no date YYYY-MM-DD", from_text);
        return fail(app, &e);
    }
    return due_of(&due, rule, from, &e) == OK ? show_due(app, rule, &due) : fail(app, &e);
}

static int run_deadline(struct app *app, int argc, char **argv)
{
    static const char *const names[3] = {"--pack", "--rule", "--from"};
    const char *values[3] = {NULL};
    struct packs *packs = NULL;
    const struct pack *p;
    struct err e;
    if (!take_options(values, names, "deadline", argc, argv))
        return EXIT_USAGE;
    if (!values[0] || !values[1] || !values[2])
        return usage_error("deadline", "say --pack ID, --rule RULE and --from DATE");
    err_t rc = policy_packs(&packs, app, &e);
    if (rc == OK)
        rc = packs_get(&p, packs, str_of(values[0]), &e);
    int code = rc == OK ? deadline_of(app, p, values[1], values[2]) : fail(app, &e);
    packs_close(packs);
    return code;
}

const struct command command_deadline = {
    "deadline",
    N_("--pack ID --rule RULE --from DATE"),
    N_("says on which day something is due by the rule of a policy"),
    run_deadline,
    N_("Working days follow the State Council's table; a year that has none yet is counted Monday\n"
       "to Friday and said to be provisional. zhiyun pack show ID lists the rules.\n"),
    NULL};

/* --- name ------------------------------------------------------------------------------ */

static int show_name(const struct app *app, const struct pack *p, struct str name)
{
    struct buf b;
    struct jout j;
    if (!app->json) {
        say_line(stdout, name);
        say_citation(&p->naming.citation);
        return EXIT_DONE;
    }
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair(&j, "name", name);
    citation_json(&j, &p->naming.citation);
    jout_end_object(&j);
    int code = print_json(app, &b);
    buf_clear(&b);
    return code;
}

static int run_name(struct app *app, int argc, char **argv)
{
    static const char *const names[3] = {"--pack", "--industry", NULL};
    const char *values[3] = {NULL};
    struct packs *packs = NULL;
    const struct pack *p;
    struct str name;
    struct err e;
    if (!take_options(values, names, "name", argc, argv))
        return EXIT_USAGE;
    if (!values[0] || !values[1])
        return usage_error("name", "say --pack ID and --industry TEXT");
    err_t rc = policy_packs(&packs, app, &e);
    if (rc == OK)
        rc = packs_get(&p, packs, str_of(values[0]), &e);
    if (rc == OK)
        rc = pack_name(&name, p, str_of(values[1]), app->arena, &e);
    int code = rc == OK ? show_name(app, p, name) : fail(app, &e);
    packs_close(packs);
    return code;
}

const struct command command_name = {"name",
                                     N_("--pack ID --industry TEXT"),
                                     N_("makes the name that a policy gives to what it recognises"),
                                     run_name,
                                     NULL,
                                     NULL};

/* zhiyun simulate: whose verdict would change, were a number of a policy another. */
#include "judge/simulate.h"
#include "base/date.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/policy.h"
#include "policy/pack_set.h"
#include <stdio.h>

#define SETS_MAX 32

struct wanted {
    const char *pack, *question, *as_of;
    const char *sets[SETS_MAX];
    size_t set_count;
};

static void say_truth(enum truth t)
{
    fputs(t == YES ? msg("passes") : t == NO ? msg("fails") : msg("cannot be said yet"), stdout);
}

static void say_changed(const struct changed_party *p)
{
    say_line(stdout, p->code);
    fputs("  ", stdout);
    say_line(stdout, p->name);
    fputs("  ", stdout);
    say_truth(p->before);
    fputs(" → ", stdout);
    say_truth(p->after);
    putchar('\n');
    for (size_t i = 0; i < p->because_count; i++) {
        const struct turned *t = &p->because[i];
        say(stdout, "    %.*s %.*s: ", STR_ARG(t->clause), STR_ARG(t->id));
        say_truth(t->before);
        fputs(" → ", stdout);
        say_truth(t->after);
        if (t->value.len)
            say(stdout, "  %.*s (%.*s)", STR_ARG(t->value), STR_ARG(t->needs));
        putchar('\n');
    }
}

static int show(const struct app *app, const struct simulation *s, const struct many *m)
{
    struct jout j;
    if (!app->json) {
        for (size_t i = 0; i < s->changed_count; i++)
            say_changed(&s->changed[i]);
        for (size_t i = 0; i < s->refused_count; i++)
            say(stdout, "! %.*s %.*s: %.*s\n", STR_ARG(s->refused[i].code),
                STR_ARG(s->refused[i].name), STR_ARG(s->refused[i].why));
        say(stdout, msg("%zu of %zu parties would change\n"), s->changed_count, s->judged);
        if (s->outside)
            say(stdout,
                msg("%zu parties are outside %.*s, where this policy counts, and were left out\n"),
                s->outside, STR_ARG(m->packs[0]->document.jurisdiction));
        return EXIT_DONE;
    }
    jout_own(&j);
    simulation_json(&j, s, m);
    return print_json(app, j.to);
}

/* The pack as it is, and a copy that is changed. */
static err_t two_packs(const struct pack *out[2], struct packs **packs, struct app *app,
                       const struct wanted *w, struct err *e)
{
    err_t rc = policy_packs_counting(packs, app, e);
    if (rc == OK)
        rc = packs_get(&out[0], *packs, str_of(w->pack), e);
    if (rc != OK)
        return rc;
    struct pack_copy *changed = pack_copy(out[0], app->arena);
    out[1] = &changed->pack;
    for (size_t i = 0; rc == OK && i < w->set_count; i++)
        rc = pack_set(changed, str_of(w->sets[i]), app->arena, e);
    return rc;
}

static err_t run_all(struct simulation *out, struct many *m, struct app *app,
                     const struct wanted *w, struct err *e)
{
    struct instance i;
    struct subject program;
    struct date day;
    struct str today = business_date(clock_now_ms(app->clock), app->arena);
    m->as_of = w->as_of ? str_of(w->as_of) : today;
    m->question = w->question ? str_of(w->question) : STR("apply");
    if (!date_parse(&day, m->as_of))
        return err_set(e, E_INVALID, "--as-of: \"%.*s\" is no date YYYY-MM-DD", STR_ARG(m->as_of));
    err_t rc = instance_kernel(&i, app, e);
    if (rc != OK)
        return rc;
    subject_program(&program, today);
    m->kernel = &i.kernel;
    m->subject = &program;
    rc = simulate(out, m, app->arena, e);
    m->kernel = NULL; /* both end here */
    m->subject = NULL;
    instance_close(&i);
    return rc;
}

/* False: usage has been said. */
static bool take_arguments(struct wanted *w, struct args *args)
{
    while (args_next(args)) {
        const char *value;
        const char **to = args_is(args, "--pack", NULL)       ? &w->pack
                          : args_is(args, "--question", NULL) ? &w->question
                          : args_is(args, "--as-of", NULL)    ? &w->as_of
                                                              : NULL;
        bool set = !to && args_is(args, "--set", NULL);
        if (!to && !set) {
            (void)usage_unknown(args, "simulate");
            return false;
        }
        if (!(value = args_value(args, "simulate")))
            return false;
        if (to)
            *to = value;
        else if (w->set_count == SETS_MAX) {
            (void)usage_error("simulate", "at most %d changes at once", SETS_MAX);
            return false;
        } else
            w->sets[w->set_count++] = value;
    }
    if (w->pack && w->set_count)
        return true;
    (void)usage_error("simulate", "say which policy and what is to be another: --pack ID --set "
                                  "CRITERION=VALUE");
    return false;
}

static int run_simulate(struct app *app, int argc, char **argv)
{
    struct wanted w = {0};
    const struct pack *two[2] = {NULL, NULL};
    struct packs *packs = NULL;
    struct simulation s = {0};
    struct many m = {.packs = two, .pack_count = 2};
    struct args args;
    struct err e;
    args_init(&args, argc, argv);
    if (!take_arguments(&w, &args))
        return EXIT_USAGE;
    err_t rc = two_packs(two, &packs, app, &w, &e);
    if (rc == OK)
        rc = run_all(&s, &m, app, &w, &e);
    return rc == OK ? show(app, &s, &m) : fail(app, &e);
}

const struct command command_simulate = {
    "simulate",
    N_("--pack ID --set CRITERION=VALUE… [--question Q] [--as-of DATE]"),
    N_("says whose verdict would change, of all stored parties, were a number of a policy another"),
    run_simulate,
    N_("  --pack ID               the policy (zhiyun pack list)\n"
       "  --set staff-count=8     the number of a criterion; also with a unit: amount='200 万元'.\n"
       "                          Several may be given\n"
       "  --question Q            what is asked: apply (else), recognise, operate …\n"
       "  --as-of DATE            on that day; else today\n"
       "Nothing is changed: the policy and the parties stay as they are.\n"),
    NULL};

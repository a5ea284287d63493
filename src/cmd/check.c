/* zhiyun check: what a policy says of the facts in a file. */
#include "base/limits.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/policy.h"
#include "policy/pack_verdict.h"
#include <stdio.h>

/* --- for people ---------------------------------------------------------------------- */

static const char *sign_of(const struct criterion_result *r)
{
    if (!r->applicable)
        return "－";
    return r->pass == YES ? "✓" : r->pass == NO ? "✗" : "？";
}

static void say_value(const struct criterion_result *r, struct arena *a)
{
    if (!r->has_value)
        return;
    say(stdout, "  %.*s", STR_ARG(value_low_text(r, a)));
    if (!value_is_exact(r) && r->value.open)
        say(stdout, "…");
    else if (!value_is_exact(r))
        say(stdout, "…%.*s", STR_ARG(value_high_text(r, a)));
    say(stdout, " %.*s (%.*s)", STR_ARG(r->unit), STR_ARG(r->needs));
}

static void say_criterion(const struct criterion_result *r, struct arena *a)
{
    const struct criterion *c = r->criterion;
    say(stdout, "%s %-22.*s ", sign_of(r), STR_ARG(c->id));
    say_line(stdout, c->citation.clause);
    fputs("  ", stdout);
    say_line(stdout, c->citation.quote.len
                         ? c->citation.quote
                         : str_of(msg("not checked: the text is not held")));
    say_value(r, a);
    if (c->part || c->advisory)
        say(stdout, "  %s", c->part ? msg("(part of another)") : msg("(for information)"));
    putchar('\n');
    if (r->advice.len)
        say(stdout, "    → %.*s\n", STR_ARG(r->advice));
    for (size_t i = 0; i < r->unknown_count; i++)
        say(stdout, msg("    not known: %.*s\n"), STR_ARG(r->unknown[i]));
}

static const char *verdict_text(enum truth t)
{
    return t == YES ? msg("passes") : t == NO ? msg("fails") : msg("cannot be said yet");
}

static const char *status_text(enum pack_status s)
{
    switch (s) {
    case STATUS_DRAFT:
        return msg("a draft, judged in trial: no decision may cite it");
    case STATUS_NOT_YET:
        return msg("not in force yet");
    case STATUS_IN_FORCE:
        return msg("in force");
    case STATUS_LAPSED:
        return msg("no longer in force");
    }
    return "";
}

static void say_status(const struct pack_verdict *v)
{
    const struct document *d = &v->pack->document;
    say(stdout, "%.*s %.*s  %s", STR_ARG(d->title), STR_ARG(d->number), status_text(v->status));
    if (d->effective.len)
        say(stdout, "  %.*s…%.*s", STR_ARG(d->effective), STR_ARG(d->expires));
    putchar('\n');
}

static void say_verdict(const struct pack_verdict *v, struct arena *a)
{
    say_status(v);
    for (size_t i = 0; i < v->result_count; i++)
        say_criterion(&v->results[i], a);
    for (size_t i = 0; i < v->flag_count; i++) {
        say(stdout, "! %.*s", STR_ARG(v->flags[i].text));
        for (size_t k = 0; k < v->flags[i].record_count; k++)
            say(stdout, "  %.*s", STR_ARG(v->flags[i].records[k]));
        putchar('\n');
    }
    for (size_t i = 0; i < v->ambiguity_count; i++) {
        const struct ambiguity *m = pack_ambiguity(v->pack, v->ambiguities[i]);
        if (m)
            say(stdout, "§ %.*s %.*s → %.*s\n", STR_ARG(m->id), STR_ARG(m->problem),
                STR_ARG(m->reading));
    }
    say(stdout, msg("%.*s: %s\n"), STR_ARG(v->question->label), verdict_text(v->verdict));
}

/* --- the command ------------------------------------------------------------------------ */

static err_t check(struct pack_verdict *out, struct packs **packs, struct app *app,
                   const char *pack, const char *file, struct str question, struct err *e)
{
    const struct yvalue *document;
    const struct pack *p;
    struct bytes text;
    err_t rc = policy_packs(packs, app, e);
    if (rc == OK)
        rc = packs_get(&p, *packs, str_of(pack), e);
    if (rc == OK)
        rc = fs_read(&text, app->fs, file, YAML_BYTES_MAX, app->arena, e);
    if (rc != OK)
        return rc;
    if ((rc = facts_parse(&document, bytes_str(text), app->arena, e)) == OK)
        rc = pack_verdict_check(out, p, document, question, app->arena, e);
    if (rc != OK)
        err_note(e, "%s", file);
    return rc;
}

static int show(const struct app *app, const struct pack_verdict *v)
{
    struct buf b;
    struct jout j;
    int code = EXIT_DONE;
    if (app->json) {
        buf_init(&b, 0);
        jout_init(&j, &b);
        pack_verdict_json(&j, v, app->arena);
        code = print_json(app, &b);
        buf_clear(&b);
    } else {
        say_verdict(v, app->arena);
    }
    return code == EXIT_DONE && v->verdict == NO ? EXIT_FAULT_FOUND : code;
}

static int run_check(struct app *app, int argc, char **argv)
{
    struct packs *packs = NULL;
    struct pack_verdict v;
    struct args args;
    struct err e;
    const char *pack = NULL, *file = NULL, *question = NULL;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        const char **to = args_is(&args, "--pack", NULL)       ? &pack
                          : args_is(&args, "--facts", NULL)    ? &file
                          : args_is(&args, "--question", NULL) ? &question
                                                               : NULL;
        if (!to)
            return usage_unknown(&args, "check");
        if (!(*to = args_value(&args, "check")))
            return EXIT_USAGE;
    }
    if (!pack || !file)
        return usage_error("check", "say which policy and which facts: --pack ID --facts FILE");
    err_t rc = check(&v, &packs, app, pack, file, str_of(question), &e);
    int code = rc == OK ? show(app, &v) : fail(app, &e);
    packs_close(packs);
    return code;
}

const struct command command_check = {
    "check",
    N_("--pack ID --facts FILE [--question Q]"),
    N_("says what a policy says of the facts in a file, clause by clause"),
    run_check,
    N_("  --pack ID      the policy (zhiyun pack list)\n"
       "  --facts FILE   a facts document, YAML or JSON\n"
       "  --question Q   what is asked: apply, recognise, operate …; else what the facts ask\n"
       "No instance is needed. Exit 1 when the verdict is that it fails.\n"),
    NULL};

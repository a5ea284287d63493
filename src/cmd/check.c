/* zhiyun check: what a policy says of the facts in a file, or of a stored party. */
#include "base/date.h"
#include "base/limits.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/policy.h"
#include "judge/stored.h"
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
    struct str value = criterion_value_text(r, a);
    if (value.len)
        say(stdout, "  %.*s", STR_ARG(value));
}

/* One line for each whose word some of its facts are: "省局: parameters.base_year, …". */
static void say_words(const struct criterion_result *r, struct arena *a)
{
    for (size_t i = 0; i < r->words.count; i++) {
        struct str line = words_text(&r->words, i, a);
        if (line.len)
            say(stdout, "    ← %.*s\n", STR_ARG(line));
    }
}

static void say_missing(const struct criterion_result *r)
{
    const struct str *paths;
    size_t count = missing_of(&paths, r);
    for (size_t i = 0; i < count; i++)
        say(stdout, msg("    not known: %.*s\n"), STR_ARG(paths[i]));
}

static void say_criterion(const struct criterion_result *r, struct arena *a)
{
    const struct criterion *c = r->criterion;
    say(stdout, "%s %-22.*s ", sign_of(r), STR_ARG(c->id));
    say_line(stdout, c->citation.clause);
    fputs("  ", stdout);
    say_line(stdout, c->citation.quote.len ? c->citation.quote
                                           : str_of(msg("not checked: the text is not held")));
    say_value(r, a);
    if (c->part || c->advisory)
        say(stdout, "  %s", c->part ? msg("(part of another)") : msg("(for information)"));
    putchar('\n');
    if (r->advice.len)
        say(stdout, "    → %.*s\n", STR_ARG(r->advice));
    struct str operands = operands_text(r, a);
    if (operands.len) {
        fputs("    ", stdout);
        say_line(stdout, operands);
        putchar('\n');
    }
    say_missing(r);
    say_words(r, a);
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

/* --- the tree: verdict, criteria, numbers, rows, files ------------------------------------- */

static const char *truth_sign(enum truth t)
{
    return t == YES ? "✓" : t == NO ? "✗" : "？";
}

static void say_source(const struct verdict_source *s)
{
    say(stdout, "  ← %.*s %lld v%lld\n", STR_ARG(s->type), (long long)s->id, (long long)s->version);
    for (size_t i = 0; i < s->file_count; i++) {
        fputs("            ", stdout);
        say_line(stdout, s->files[i].name);
        say(stdout, "  %.*s\n", STR_ARG(s->files[i].digest));
    }
}

static void say_row(const struct pack_verdict *v, const struct fact_row *r)
{
    const struct verdict_source *s = verdict_source(v, r->record);
    say(stdout, "        %s %.*s ", truth_sign(r->test), STR_ARG(r->record));
    say_line(stdout, r->label);
    if (s)
        say_source(s);
    else
        putchar('\n');
}

static void say_branch(const struct pack_verdict *v, const struct criterion_result *r,
                       struct arena *a)
{
    say(stdout, "  %s %.*s  %.*s ", sign_of(r), STR_ARG(r->criterion->id),
        STR_ARG(r->criterion->citation.clause));
    say_line(stdout, r->criterion->citation.quote);
    say_value(r, a);
    putchar('\n');
    for (size_t i = 0; i < r->evidence_count; i++) {
        const struct evidence *e = &r->evidence[i];
        say(stdout, "      %.*s  %.*s\n", STR_ARG(e->indicator->id), STR_ARG(e->indicator->label));
        for (size_t k = 0; k < e->row_count; k++)
            if (e->rows[k].record.len)
                say_row(v, &e->rows[k]);
    }
}

static void say_tree(const struct pack_verdict *v, struct arena *a)
{
    say_status(v);
    say(stdout, msg("%.*s: %s\n"), STR_ARG(v->question->label), verdict_text(v->verdict));
    for (size_t i = 0; i < v->result_count; i++)
        say_branch(v, &v->results[i], a);
}

/* --- the command ------------------------------------------------------------------------ */

struct asking {
    const char *pack, *file, *party, *question, *as_of;
    bool explain;
};

static err_t check_file(struct pack_verdict *out, const struct pack *p, struct app *app,
                        const struct asking *q, struct err *e)
{
    const struct yvalue *document;
    struct bytes text;
    err_t rc = fs_read(&text, app->fs, q->file, YAML_BYTES_MAX, app->arena, e);
    if (rc != OK)
        return rc;
    if ((rc = facts_parse(&document, bytes_str(text), app->arena, e)) == OK)
        rc = pack_verdict_check(out, p, document, str_of(q->question), app->arena, e);
    if (rc != OK)
        err_note(e, "%s", q->file);
    return rc;
}

static err_t check_party(struct pack_verdict *out, const struct pack *p, struct app *app,
                         const struct asking *q, struct err *e)
{
    struct instance i;
    struct subject program;
    struct party_facts party;
    struct date day;
    struct str today = business_date(clock_now_ms(app->clock), app->arena);
    struct stored_question asked = {.code = str_of(q->party),
                                    .question = str_of(q->question),
                                    .as_of = q->as_of ? str_of(q->as_of) : today,
                                    .subject = &program};
    if (!date_parse(&day, asked.as_of))
        return err_set(e, E_INVALID, "--as-of: \"%.*s\" is no date YYYY-MM-DD",
                       STR_ARG(asked.as_of));
    err_t rc = instance_kernel(&i, app, e);
    if (rc != OK)
        return rc;
    subject_program(&program, today);
    rc = stored_verdict(out, &party, p, &i.kernel, &asked, app->arena, e);
    instance_close(&i);
    return rc;
}

static err_t check(struct pack_verdict *out, struct packs **packs, struct app *app,
                   const struct asking *q, struct err *e)
{
    const struct pack *p;
    err_t rc = policy_packs_counting(packs, app, e);
    if (rc == OK)
        rc = packs_get(&p, *packs, str_of(q->pack), e);
    if (rc != OK)
        return rc;
    return q->party ? check_party(out, p, app, q, e) : check_file(out, p, app, q, e);
}

static int show(const struct app *app, const struct pack_verdict *v, bool explain)
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
    } else if (explain) {
        say_tree(v, app->arena);
    } else {
        say_verdict(v, app->arena);
    }
    return code == EXIT_DONE && v->verdict == NO ? EXIT_FAULT_FOUND : code;
}

static int run_check(struct app *app, int argc, char **argv)
{
    struct packs *packs = NULL;
    struct pack_verdict v;
    struct asking q = {0};
    struct args args;
    struct err e;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        const char **to = args_is(&args, "--pack", NULL)       ? &q.pack
                          : args_is(&args, "--facts", NULL)    ? &q.file
                          : args_is(&args, "--party", NULL)    ? &q.party
                          : args_is(&args, "--question", NULL) ? &q.question
                          : args_is(&args, "--as-of", NULL)    ? &q.as_of
                                                               : NULL;
        if (!to && args_flag(&args, "--explain", NULL)) {
            q.explain = true;
            continue;
        }
        if (!to)
            return usage_unknown(&args, "check");
        if (!(*to = args_value(&args, "check")))
            return EXIT_USAGE;
    }
    if (!q.pack || !q.file == !q.party)
        return usage_error("check", "say which policy, and the facts of a file or a stored party: "
                                    "--pack ID, and --facts FILE or --party CODE");
    if (q.file && q.as_of)
        return usage_error("check", "a facts file has its own day: --as-of goes with --party");
    err_t rc = check(&v, &packs, app, &q, &e);
    return rc == OK ? show(app, &v, q.explain) : fail(app, &e);
}

const struct command command_check = {
    "check",
    N_("--pack ID (--facts FILE | --party CODE [--as-of DATE]) [--question Q] [--explain]"),
    N_("says what a policy says of the facts in a file or of a stored party, clause by clause"),
    run_check,
    N_("  --pack ID      the policy (zhiyun pack list)\n"
       "  --facts FILE   a facts document, YAML or JSON; no instance is needed\n"
       "  --party CODE   a party of the store, by its unified social credit code\n"
       "  --as-of DATE   on that day; else today\n"
       "  --question Q   what is asked: apply, recognise, operate …; else what the facts ask\n"
       "  --explain      the tree: verdict, criteria, numbers, records, their files\n"
       "A list of a stored party is complete where a list statement covers the day; else it may "
       "hold\n"
       "more than is there. Exit 1 when the verdict is that it fails.\n"),
    NULL};

/* zhiyun facts: the facts document of a stored party, in its one spelling. */
#include "base/date.h"
#include "base/msg.h"
#include "cmd/cmd.h"
#include "cmd/policy.h"
#include "judge/stored.h"
#include <stdio.h>

struct facts_asked {
    const char *party, *pack, *question, *as_of;
};

static err_t write_facts(struct stored_facts *out, const struct pack *p, struct app *app,
                         const struct facts_asked *q, struct err *e)
{
    struct instance i;
    struct subject program;
    struct party_facts party;
    struct date day;
    struct str today = business_date(clock_now_ms(app->clock), app->arena);
    struct facts_request r = {.as_of = q->as_of ? str_of(q->as_of) : today,
                              .programme = str_of(q->pack),
                              .question = str_of(q->question),
                              .subject = &program};
    if (!date_parse(&day, r.as_of))
        return err_set(e, E_INVALID, "--as-of: \"%.*s\" is no date YYYY-MM-DD", STR_ARG(r.as_of));
    err_t rc = instance_kernel(&i, app, e);
    if (rc != OK)
        return rc;
    subject_program(&program, today);
    rc = STORE_READ(db, i.store, e,
                    record_party(&party, &i.kernel, db, &program, str_of(q->party), app->arena, e));
    if (rc == OK)
        rc = facts_from_store(out, &party, p, &i.kernel, &r, app->arena, e);
    instance_close(&i);
    return rc;
}

static err_t write_for(struct stored_facts *out, struct app *app, const struct facts_asked *q,
                       struct err *e)
{
    struct packs *packs = NULL;
    const struct pack *p = NULL;
    err_t rc = q->pack ? policy_packs_counting(&packs, app, e) : OK;
    if (rc == OK && q->pack)
        rc = packs_get(&p, packs, str_of(q->pack), e);
    if (rc == OK)
        rc = write_facts(out, p, app, q, e);
    return rc;
}

static int run_facts(struct app *app, int argc, char **argv)
{
    struct facts_asked q = {0};
    struct stored_facts facts;
    struct args args;
    struct err e;
    args_init(&args, argc, argv);
    while (args_next(&args)) {
        const char **to = args_is(&args, "--party", NULL)      ? &q.party
                          : args_is(&args, "--pack", NULL)     ? &q.pack
                          : args_is(&args, "--question", NULL) ? &q.question
                          : args_is(&args, "--as-of", NULL)    ? &q.as_of
                                                               : NULL;
        if (!to)
            return usage_unknown(&args, "facts");
        if (!(*to = args_value(&args, "facts")))
            return EXIT_USAGE;
    }
    if (!q.party)
        return usage_error("facts", "say which party: --party CODE");
    if (write_for(&facts, app, &q, &e) != OK)
        return fail(app, &e);
    printf("%.*s\n", STR_ARG(facts.canonical));
    return EXIT_DONE;
}

const struct command command_facts = {
    "facts",
    N_("--party CODE [--pack ID] [--question Q] [--as-of DATE]"),
    N_("writes the facts document of a stored party, on which policies judge it"),
    run_facts,
    N_("  --party CODE   a party of the store, by its unified social credit code\n"
       "  --pack ID      for that policy: records of other programmes are left out\n"
       "  --question Q   stands in the document\n"
       "  --as-of DATE   on that day; else today\n"
       "JSON in one spelling: the same facts give the same bytes. zhiyun check --facts judges it\n"
       "anywhere. It holds personal numbers in plain: keep it accordingly.\n"),
    NULL};

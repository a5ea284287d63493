/* /indicators: a number of a policy about a party, and the rows behind it. A row that who
 * asks may not read is in neither: the number is then a range, open to what is not seen. */
#include "api/policy.h"
#include "base/msg.h"
#include "judge/stored.h"

static const struct schema code = {
    SCHEMA_STRING,
    .description = N_("the party's unit, applicant/34 or its unified social credit code")};
static const struct parameter parameters[] = {
    {"pack", IN_PATH, &schema_string, true, false, NULL},
    {"indicator", IN_PATH, &schema_string, true, false, NULL},
    {"subject", IN_QUERY, &code, false, false, NULL},
    {"party", IN_QUERY, &code, false, false, N_("the same as `subject`")},
    {"as_of", IN_QUERY, &schema_day_or_today, false, false, NULL},
    {0}};

struct number_asked {
    const struct pack *pack;
    struct stored_question question;
    struct stored_indicator answer;
};

static err_t ask(struct number_asked *q, const struct request *r, struct err *e)
{
    struct str id = request_value(r, "indicator");
    size_t index;
    struct str party = request_query(r, "party");
    q->question = (struct stored_question){.code = party.len ? party : request_query(r, "subject"),
                                           .subject = r->subject};
    if (q->question.code.len == 0)
        return err_set(e, E_INVALID, "party: which party the number is about");
    err_t rc = policy_day(&q->question.as_of, r, e);
    if (rc == OK)
        rc = policy_pack(&q->pack, r, "pack", e);
    if (rc != OK)
        return rc;
    if (!pack_find_indicator(&index, q->pack, id))
        return err_set(e, E_NOTFOUND, "the policy %.*s has no indicator \"%.*s\"",
                       STR_ARG(q->pack->id), STR_ARG(id));
    return stored_indicator(&q->answer, q->pack, index, r->api->kernel, &q->question, r->arena, e);
}

OBJECT_SCHEMA(number_schema, "Indicator", REQUIRED("pack", schema_string), OUTCOME_MEMBERS,
              REQUIRED("subject", schema_string), REQUIRED("as_of", schema_string),
              REQUIRED("read", schema_facts_read));

static err_t get_number(struct reply *out, const struct request *r, struct err *e)
{
    struct number_asked q;
    struct jout j;
    err_t rc = ask(&q, r, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair(&j, "pack", q.pack->id);
    outcome_json(&j, q.answer.evidence.indicator, &q.answer.outcome, r->arena);
    jout_pair(&j, "subject", q.answer.party.code);
    jout_pair(&j, "as_of", q.question.as_of);
    facts_read_json(&j, &q.answer.party);
    return reply_object(out, r, &j, e);
}

const struct resource resource_indicator = {
    .reads = READS_ONE,
    .path = "/api/v1/indicators/{pack}/{indicator}",
    .summary = N_("a number of a policy about a party, from the records the subject may read"),
    .parameters = parameters,
    .reply = &number_schema,
    .handle = get_number,
    .need = NEED_LOCAL,
    .may = may_readable,
    .hides = true,
    .scope = "records:read",
};

static err_t get_rows(struct reply *out, const struct request *r, struct err *e)
{
    struct number_asked q;
    struct jout j;
    err_t rc = ask(&q, r, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    evidence_members(&j, &q.answer.of, &q.answer.evidence);
    facts_read_json(&j, &q.answer.party);
    return reply_object(out, r, &j, e);
}

const struct resource resource_indicator_rows = {
    .reads = READS_ROWS,
    .path = "/api/v1/indicators/{pack}/{indicator}/rows",
    .summary = N_("the records behind a number: counted, possible, not counted"),
    .parameters = parameters,
    .reply = &schema_evidence_reply,
    .handle = get_rows,
    .need = NEED_LOCAL,
    .may = may_readable,
    .hides = true,
    .scope = "records:read",
};

/* /integrity: the check across programmes, and the claim registry of the subject's province. */
#include "access/mutation.h"
#include "api/upload_job.h"
#include "base/date.h"
#include "base/msg.h"
#include "integrity/check.h"
#include "integrity/registry.h"

static const char *const officers[] = {"province_officer", "province_leader", "auditor", NULL};
static const char *const checkers[] = {"province_officer", "city_officer", NULL};

/* --- the check ------------------------------------------------------------------------- */

OBJECT_SCHEMA(job_schema, NULL, REQUIRED("job", schema_integer));

static err_t post_check(struct reply *out, const struct request *r, struct err *e)
{
    return check_job_reply(out, r, integrity_check_kind.name, e);
}

const struct resource resource_integrity_check = {
    .method = "POST",
    .path = "/api/v1/integrity/checks",
    .summary = N_("search the records of all provinces for double claims; findings become flags, "
                  "which people settle"),
    .reply = &job_schema,
    .statuses = {202},
    .handle = post_check,
    ROLE_AMONG(checkers),
    .scope = "records:write",
};

/* --- the registry ---------------------------------------------------------------------- */

static const struct schema what_schema = {
    SCHEMA_STRING, .description = N_("contract, project, patent, product or invoice")};
static const struct parameter claims_parameters[] = {
    {"what", IN_QUERY, &what_schema, true, false, NULL},
    {"number", IN_QUERY, &schema_string, true, false, N_("in any spelling")},
    {0}};
static const struct parameter totals_parameters[] = {
    {"what", IN_QUERY, &what_schema, true, false, NULL},
    {"from", IN_QUERY, &schema_day, false, false, N_("claims dated from this day on")},
    {"to", IN_QUERY, &schema_day, false, false, N_("claims dated up to this day")},
    {0}};

static err_t take_day(int32_t *out, const struct request *r, const char *name, struct err *e)
{
    struct str text = request_value(r, name);
    struct date d;
    *out = 0;
    if (text.len == 0)
        return OK;
    if (!date_parse(&d, text))
        return err_set(e, E_INVALID, "%s: \"%.*s\" is no day; write YYYY-MM-DD", name,
                       STR_ARG(text));
    *out = date_to_days(d);
    return OK;
}

/* The permitted officers read every record of their province below secret; secret ones are only
 * counted. */
static err_t ask(struct registry_answer *out, const struct request *r, struct err *e)
{
    static const char *const things[] = {"contract", "project", "patent", "product", "invoice"};
    struct registry_question q = {
        .province = access_off(STR("integrity"), "province") ? STR_NONE : r->subject->province,
        .what = request_value(r, "what"),
        .number = request_value(r, "number")};
    struct db *db = NULL;
    if (!STR_IN(q.what, things))
        return err_set(e, E_INVALID,
                       "what: \"%.*s\" is none of contract, project, patent, product, invoice",
                       STR_ARG(q.what));
    err_t rc = take_day(&q.from, r, "from", e);
    if (rc == OK)
        rc = take_day(&q.to, r, "to", e);
    if (rc == OK)
        rc = store_reader_get(&db, r->api->store, e);
    if (rc != OK)
        return rc;
    /* Counts cover the whole province; the answer shows only records the subject may read. */
    if ((rc = db_begin_read(db, e)) == OK)
        rc = registry_ask(out, &(struct claim_source){r->api->kernel, db, r->arena}, &q, e);
    db_rollback(db);
    store_reader_put(r->api->store, db);
    return rc;
}

OBJECT_SCHEMA(claim_schema, NULL, REQUIRED("type", schema_string), OPTIONAL("id", schema_integer),
              OPTIONAL("party", schema_string), OPTIONAL("number", schema_string),
              OPTIONAL("title", schema_string), OPTIONAL("amount", schema_string),
              OPTIONAL("currency", schema_string), OPTIONAL("date", schema_string),
              REQUIRED("joint", schema_boolean), REQUIRED("low", schema_string),
              REQUIRED("high", schema_string));
LIST_SCHEMA(claims_schema, claim_schema);

static struct str percent(int64_t n, struct arena *a)
{
    return arena_printf(a, "%lld.%02d", (long long)(n / 100), (int)(n % 100));
}

static void write_record(struct jout *j, const struct claim *c, struct arena *a)
{
    char date[DATE_TEXT_LEN + 1];
    jout_pair_i64(j, "id", c->id);
    jout_pair(j, "party", c->owner);
    jout_pair(j, "number", c->number);
    jout_pair(j, "title", c->title);
    if (c->fen)
        jout_pair(j, "amount", percent(c->fen, a));
    if (c->fen && c->currency.len)
        jout_pair(j, "currency", c->currency);
    if (c->day) {
        date_format(date, date_from_days(c->day));
        jout_pair(j, "date", str_of(date));
    }
}

static void write_claim(struct jout *j, const struct registered *r, struct arena *a)
{
    const struct claim *c = r->claim;
    jout_object(j);
    jout_pair(j, "type", c->type->name);
    if (!c->secret || access_off(STR("integrity"), "secret"))
        write_record(j, c, a);
    jout_pair_bool(j, "joint", r->joint);
    jout_pair(j, "low", percent(r->low, a));
    jout_pair(j, "high", percent(r->high, a));
    jout_end_object(j);
}

static err_t get_claims(struct reply *out, const struct request *r, struct err *e)
{
    struct registry_answer answer = {0};
    struct items list;
    items_begin(&list);
    err_t rc = ask(&answer, r, e);
    for (size_t i = 0; i < answer.thing_count; i++)
        for (size_t k = 0; k < answer.things[i].claim_count; k++)
            write_claim(&list.json, &answer.things[i].claims[k], r->arena);
    return items_end_if(rc, out, r, &list, (int64_t)answer.claim_count, 0, e);
}

const struct resource resource_integrity_claims = {
    .reads = READS_ROWS,
    .path = "/api/v1/integrity/claims",
    .summary = N_("who in the province claims one contract, project, patent, product filing or "
                  "invoice, and what part of it counts for each"),
    .parameters = claims_parameters,
    .reply = &claims_schema,
    .handle = get_claims,
    ROLE_AMONG(officers),
    .scope = "records:read",
};

OBJECT_SCHEMA(total_schema, NULL, REQUIRED("what", schema_string),
              REQUIRED("records", schema_integer), REQUIRED("counted", schema_integer),
              REQUIRED("amount", schema_string), REQUIRED("foreign", schema_integer),
              REQUIRED("several", schema_integer), REQUIRED("undated", schema_integer));

static err_t get_totals(struct reply *out, const struct request *r, struct err *e)
{
    struct registry_answer answer;
    struct jout j;
    int64_t fen = 0, several = 0, foreign = 0;
    err_t rc = ask(&answer, r, e);
    if (rc != OK)
        return rc;
    for (size_t i = 0; i < answer.thing_count; i++) {
        several += answer.things[i].claim_count > 1;
        foreign += answer.things[i].foreign;
        if (__builtin_add_overflow(fen, answer.things[i].yuan_fen, &fen))
            return err_set(e, E_LIMIT, "the amounts add up to more than can be counted");
    }
    jout_open(&j);
    jout_pair(&j, "what", request_value(r, "what"));
    jout_pair_i64(&j, "records", (int64_t)answer.claim_count);
    jout_pair_i64(&j, "counted", (int64_t)answer.thing_count);
    jout_pair(&j, "amount", percent(fen, r->arena));
    jout_pair_i64(&j, "foreign", foreign);
    jout_pair_i64(&j, "several", several);
    jout_pair_i64(&j, "undated", (int64_t)answer.undated);
    return reply_object(out, r, &j, e);
}

const struct resource resource_integrity_totals = {
    .reads = READS_NONE,
    .path = "/api/v1/integrity/totals",
    .summary = N_("how many contracts, projects, patents … the province has in a period, each "
                  "counted once however many records claim it, with the sum of their amounts in "
                  "yuan; foreign: how many have an amount in another currency alone, which the sum "
                  "leaves out"),
    .parameters = totals_parameters,
    .reply = &total_schema,
    .handle = get_totals,
    ROLE_AMONG(officers),
    .scope = "records:read",
};

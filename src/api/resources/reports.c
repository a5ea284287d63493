/* /reports: the forms of a policy that are numbers (self-evaluation, duties, evaluation heads …)
 * about parties and years; where none is named, about all in the register of the policy's centres
 * that who asks may see. There is nothing to write here: each number is counted from records
 * when it is asked for, as who asks may read them, and says where its rows are. */
#include "api/policy.h"
#include "api/records.h"
#include "base/date.h"
#include "base/msg.h"
#include "judge/report.h"

#define REPORTS_MAX 60 /* of one call: a city's centres, or a centre's years */

static const struct schema party = {
    SCHEMA_STRING, .description = N_("a unified social credit code visible to the subject; absent: "
                                     "every visible centre in the policy's register")};
static const struct schema year = {SCHEMA_INTEGER, .minimum = 2000, .maximum = 2100};
static const struct schema day = {
    SCHEMA_STRING,
    .description = N_("YYYY-MM-DD within the year; absent: its last day, or today in this year")};
static const struct parameter parameters[] = {
    {"pack", IN_PATH, &schema_string, true, false, NULL},
    {"form", IN_PATH, &schema_string, true, false, N_("a form of the policy, or an evaluation")},
    {"party", IN_QUERY, &party, false, true, NULL},
    {"year", IN_QUERY, &year, true, true, NULL},
    {"as_of", IN_QUERY, &day, false, false, NULL},
    {0}};

/* The last day of the year that has come. */
static err_t day_of_year(struct str *out, const struct request *r, struct str written,
                         struct err *e)
{
    struct str today = business_date(clock_now_ms(r->api->clock), r->arena);
    struct str asked = request_value(r, "as_of");
    struct date d;
    if (asked.len && (!date_parse(&d, asked) || !str_starts(asked, written)))
        return err_set(e, E_INVALID, "as_of: \"%.*s\" is no date of the year %.*s", STR_ARG(asked),
                       STR_ARG(written));
    if (str_cmp(written, (struct str){today.ptr, 4}) > 0)
        return err_set(e, E_INVALID, "year: %.*s has not begun", STR_ARG(written));
    *out = arena_printf(r->arena, "%.*s-12-31", STR_ARG(written));
    if (str_cmp(today, *out) < 0)
        *out = today;
    if (asked.len)
        *out = asked;
    return OK;
}

OBJECT_SCHEMA(counts, NULL, REQUIRED("in", schema_integer), REQUIRED("possible", schema_integer),
              REQUIRED("out", schema_integer));
/* A cell of a number has its members; one that is written by hand has `kind` and `fill`. */
OBJECT_SCHEMA(cell, "ReportCell", REQUIRED("title", schema_string),
              OPTIONAL("indicator", schema_string), OPTIONAL("label", schema_string),
              OPTIONAL("unit", schema_string), {"value", &schema_quantity, false, true},
              {"holds", &schema_boolean, false, true}, OPTIONAL("rows", counts), PROOFS_MEMBERS,
              OPTIONAL("empty", schema_boolean), OPTIONAL("opens", schema_string),
              OPTIONAL("kind", schema_string), OPTIONAL("fill", schema_strings));
ARRAY_SCHEMA(cells, cell);
OBJECT_SCHEMA(section, "ReportSection", REQUIRED("id", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("cells", cells));
ARRAY_SCHEMA(sections, section);
OBJECT_SCHEMA(report_schema, "Report", REQUIRED("pack", schema_string),
              REQUIRED("version", schema_string), REQUIRED("digest", schema_string),
              REQUIRED("status", schema_string), REQUIRED("form", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("quote", schema_string), OPTIONAL("note", schema_string),
              OPTIONAL("party", schema_string), OPTIONAL("name", schema_string),
              REQUIRED("as_of", schema_string), OPTIONAL("year", schema_integer),
              REQUIRED("sections", sections), REQUIRED("read", schema_facts_read));
ARRAY_SCHEMA(all_reports, report_schema);
OBJECT_SCHEMA(joined, NULL, REQUIRED("title", schema_string), OUTCOME_MEMBERS,
              REQUIRED("rows", counts), REQUIRED("empty", schema_boolean),
              REQUIRED("opens", schema_strings));
ARRAY_SCHEMA(all_joined, joined);
OBJECT_SCHEMA(together_schema, NULL, REQUIRED("as_of", schema_string),
              OPTIONAL("year", schema_integer), REQUIRED("parties", schema_integer),
              REQUIRED("numbers", all_joined));
ARRAY_SCHEMA(all_together, together_schema);
OBJECT_SCHEMA(reply_schema, NULL, REQUIRED("reports", all_reports),
              REQUIRED("together", all_together));

struct reports_asked {
    const struct request *request;
    const struct pack *pack;
    const struct str *parties; /* as named; none: the register's */
    size_t party_count;
    size_t left; /* of REPORTS_MAX */
    struct jout *reports, *together;
};

/* The centres that stood in the register in the year, up to the day. */
static err_t registered(const struct str **out, size_t *count, const struct reports_asked *x,
                        struct str as_of, struct err *e)
{
    const struct request *r = x->request;
    struct list_request q = {
        .filter = arena_printf(r->arena,
                               "programme=\"%.*s\" and entered<=%.*s and (left is empty or "
                               "left>=%.4s-01-01)",
                               STR_ARG(x->pack->id), STR_ARG(as_of), as_of.ptr),
        .fields = STR("credit_code"),
        .limit = (int64_t)x->left};
    err_t rc = record_texts(
        out, count, RECORD_CALL(r, record_type_find(r->api->kernel->types, STR("centre")), 0), &q,
        e);
    if (rc == E_INVALID) /* the question is the program's own: its fields are not his to read */
        return err_set(e, E_DENIED, "you may not read the register; name the parties (party)");
    if (rc == E_LIMIT)
        return err_set(e, E_INVALID, "party: the register has more than %d centres; name some",
                       REPORTS_MAX);
    return rc;
}

static err_t add_year(struct reports_asked *x, struct str written, struct err *e)
{
    const struct request *r = x->request;
    const struct str *parties = x->parties;
    size_t count = x->party_count;
    struct str as_of;
    err_t rc = day_of_year(&as_of, r, written, e);
    if (rc == OK && count == 0)
        rc = registered(&parties, &count, x, as_of, e);
    if (rc != OK)
        return rc;
    struct report *reports = arena_array(r->arena, count + 1, sizeof(*reports));
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct stored_question q = {.code = parties[i], .as_of = as_of, .subject = r->subject};
        rc = report_make(&reports[i], x->pack, request_value(r, "form"), r->api->kernel, &q,
                         r->arena, e);
        if (rc == OK)
            report_json(x->reports, &reports[i], r->arena);
    }
    if (rc == OK && count)
        report_together_json(x->together, reports, count, r->arena);
    x->left -= count < x->left ? count : x->left;
    return rc;
}

static err_t get_reports(struct reply *out, const struct request *r, struct err *e)
{
    const struct str *years;
    size_t year_count = request_values(&years, r, "year");
    struct reports_asked x = {.request = r, .left = REPORTS_MAX};
    struct buf b = {0}, sums = {0};
    struct jout j, together;
    x.party_count = request_values(&x.parties, r, "party");
    if (x.party_count * year_count > REPORTS_MAX)
        return err_set(e, E_INVALID, "at most %d reports at once: fewer parties or years",
                       REPORTS_MAX);
    err_t rc = policy_pack(&x.pack, r, "pack", e);
    if (rc != OK)
        return rc;
    jout_init(x.reports = &j, &b);
    jout_init(x.together = &together, &sums);
    jout_array(&together);
    jout_object(&j);
    jout_pair_array(&j, "reports");
    for (size_t i = 0; rc == OK && i < year_count; i++)
        rc = add_year(&x, years[i], e);
    jout_end_array(&together);
    jout_end_array(&j);
    jout_pair_raw(&j, "together", buf_str(&sums));
    jout_end_object(&j);
    buf_clear(&sums);
    return reply_json_if(rc, out, r, &b, e);
}

const struct resource resource_reports = {
    .reads = READS_ROWS,
    .path = "/api/v1/reports/{pack}/{form}",
    .summary = N_("a form of a policy with its numbers, of parties and years"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = get_reports,
    .need = NEED_LOCAL,
    .may = may_readable,
    .hides = true,
    .scope = "records:read",
    .lane = LANE_LONG,
};

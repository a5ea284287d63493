/* /reports: the forms of a policy that are numbers (self-evaluation, duties, evaluation heads …)
 * about parties and years. There is nothing to write here: each number is counted from records
 * when it is asked for, as who asks may read them, and says where its rows are. */
#include "api/policy.h"
#include "base/date.h"
#include "base/msg.h"
#include "judge/report.h"

#define REPORTS_MAX 60 /* of one call: a city's centres, or a centre's years */

static const struct schema party = {
    SCHEMA_STRING, .description = N_("a unified social credit code that who asks may see")};
static const struct schema year = {SCHEMA_INTEGER, .minimum = 2000, .maximum = 2100};
static const struct schema day = {
    SCHEMA_STRING,
    .description = N_("YYYY-MM-DD within the year; absent: its last day, or today in this year")};
static const struct parameter parameters[] = {
    {"pack", IN_PATH, &schema_string, true, false, NULL},
    {"form", IN_PATH, &schema_string, true, false, N_("a form of the policy, or an evaluation")},
    {"party", IN_QUERY, &party, true, true, NULL},
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

static const struct schema any_object = {SCHEMA_OBJECT};
static const struct schema any_objects = {SCHEMA_ARRAY, .items = &any_object};
static const struct property report_members[] = {{"pack", &schema_string, true},
                                                 {"version", &schema_string, true},
                                                 {"digest", &schema_string, true},
                                                 {"status", &schema_string, true},
                                                 {"form", &schema_string, true},
                                                 {"label", &schema_string, true},
                                                 {"clause", &schema_string, true},
                                                 {"quote", &schema_string, true},
                                                 {"note", &schema_string, true},
                                                 {"party", &schema_string, true},
                                                 {"name", &schema_string, true},
                                                 {"as_of", &schema_string, true},
                                                 {"year", &schema_integer, true},
                                                 {"sections", &any_objects, true},
                                                 {"read", &schema_facts_read, true},
                                                 {0}};
static const struct schema report_schema = {SCHEMA_OBJECT, .properties = report_members};
static const struct schema all_reports = {SCHEMA_ARRAY, .items = &report_schema};
static const struct property reply_members[] = {{"reports", &all_reports, true}, {0}};
static const struct schema reply_schema = {SCHEMA_OBJECT, .properties = reply_members};

static err_t add_report(struct jout *j, const struct request *r, const struct pack *p,
                        struct str code, struct str written, struct err *e)
{
    struct stored_question q = {.code = code, .subject = r->subject};
    struct report report;
    err_t rc = day_of_year(&q.as_of, r, written, e);
    if (rc == OK)
        rc = report_make(&report, p, request_value(r, "form"), r->api->kernel, &q, r->arena, e);
    if (rc == OK)
        report_json(j, &report, r->arena);
    return rc;
}

static err_t get_reports(struct reply *out, const struct request *r, struct err *e)
{
    const struct str *parties, *years;
    size_t party_count = request_values(&parties, r, "party");
    size_t year_count = request_values(&years, r, "year");
    const struct pack *p;
    struct buf b;
    struct jout j;
    if (party_count * year_count > REPORTS_MAX)
        return err_set(e, E_INVALID, "at most %d reports at once: fewer parties or years",
                       REPORTS_MAX);
    err_t rc = policy_pack(&p, r, "pack", e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_name(&j, "reports");
    jout_array(&j);
    for (size_t i = 0; i < party_count; i++)
        for (size_t k = 0; rc == OK && k < year_count; k++)
            rc = add_report(&j, r, p, parties[i], years[k], e);
    jout_end_array(&j);
    jout_end_object(&j);
    if (rc == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

static const struct may readers[] = {{NULL, "readable", NULL, NULL}, {0}};

const struct resource resource_reports = {
    .method = "GET",
    .path = "/api/v1/reports/{pack}/{form}",
    .summary = N_("a form of a policy with its numbers, of parties and years"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = get_reports,
    .need = NEED_LOCAL,
    .may = readers,
    .hides = true,
    .scope = "records:read",
    .slow = true,
};

/* /beginnings: what the reader's unit may begin, and why not. */
#include "api/cases.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "case/case.h"

static err_t get_beginnings(struct reply *out, const struct request *r, struct err *e)
{
    struct step g;
    struct buf b = {0};
    int64_t unit = 0;
    cases_step(&g, r, e);
    err_t rc = cases_find_party(&unit, r, e);
    if (rc == OK)
        rc = cases_open(g.p, r, e);
    if (rc == OK)
        rc = beginnings_json(&b, &g, unit);
    return reply_json_if(rc, out, r, &b, e);
}

OBJECT_SCHEMA(begun_schema, "CaseBegun", REQUIRED("case", schema_integer),
              REQUIRED("number", schema_string), REQUIRED("title", schema_string));
OBJECT_SCHEMA(call_schema, "BeginningCall", REQUIRED("id", schema_integer),
              REQUIRED("title", schema_string), REQUIRED("closes_on", schema_string));
OBJECT_SCHEMA(record_schema, "BeginningRecord", REQUIRED("type", schema_string),
              REQUIRED("label", schema_string), REQUIRED("fields", schema_input_fields));
OBJECT_SCHEMA(named_schema, "BeginningNamed", REQUIRED("id", schema_integer),
              REQUIRED("title", schema_string));
ARRAY_SCHEMA(named_list, named_schema);
OBJECT_SCHEMA(beginning_schema, "Beginning", REQUIRED("pack", schema_string),
              REQUIRED("document", schema_string), REQUIRED("process", schema_string),
              REQUIRED("label", schema_string), REQUIRED("open", schema_boolean),
              REQUIRED("why", schema_problem_errors), REQUIRED("ahead", schema_problem_errors),
              NULLABLE("call", call_schema), NULLABLE("draft", begun_schema),
              REQUIRED("record", record_schema), REQUIRED("records", named_list));
LIST_SCHEMA(beginnings_schema, beginning_schema);

static const struct parameter parameters[] = {
    {"party", IN_QUERY, &schema_string, false, false,
     N_("another's unit, applicant/34 or its unified social credit code: what your office begins "
        "about it")},
    {0}};
const struct resource resource_beginnings = {
    .reads = READS_ROWS,
    .path = "/api/v1/beginnings",
    .summary = N_("cases that your unit may begin, and why others not; one for each open call"),
    .parameters = parameters,
    .reply = &beginnings_schema,
    .handle = get_beginnings,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
    .lane = LANE_SLOW,
};

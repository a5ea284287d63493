/* /calls/{id}/publicity: what was made public of a call, and what became of it; /calls/{id}/overview: each
 * of its cases at one look. */
#include "api/cases.h"
#include "api/list_book.h"
#include "api/panel.h"
#include "api/records.h"
#include "base/msg.h"
#include "base/vec.h"
#include "case/overview.h"
#include "matter/publicity.h"

OBJECT_SCHEMA(public_schema, "CallPublicity", REQUIRED("case", schema_integer),
              OPTIONAL("number", schema_string), OPTIONAL("party", schema_string),
              OPTIONAL("code", schema_string), OPTIONAL("stage", schema_string),
              OPTIONAL("title", schema_string), OPTIONAL("list_digest", schema_string),
              OPTIONAL("published_on", schema_string), OPTIONAL("last_day", schema_string),
              OPTIONAL("document_no", schema_string), OPTIONAL("objections_open", schema_integer),
              OPTIONAL("removed_on", schema_string));
LIST_SCHEMA(publicity_schema, public_schema);
OBJECT_SCHEMA(number_schema, "CallOverviewNumber", REQUIRED("criterion", schema_string),
              NULLABLE("pass", schema_boolean), REQUIRED("value", schema_string),
              OPTIONAL("needs", schema_string));
ARRAY_SCHEMA(numbers_schema, number_schema);
OBJECT_SCHEMA(step_schema, "CallOverviewStep", REQUIRED("action", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("name", schema_string),
              REQUIRED("date", schema_string));
ARRAY_SCHEMA(steps_schema, step_schema);
OBJECT_SCHEMA(open_schema, "CallOverviewAction", REQUIRED("action", schema_string),
              OPTIONAL("label", schema_string));
ARRAY_SCHEMA(opens_schema, open_schema);
OBJECT_SCHEMA(day_schema, "CallOverviewDue", REQUIRED("due", schema_string),
              OPTIONAL("day", schema_string), OPTIONAL("provisional", schema_boolean),
              OPTIONAL("count_by", schema_string), OPTIONAL("reminder", schema_boolean),
              OPTIONAL("days_left", schema_integer), OPTIONAL("overdue_days", schema_integer));
OBJECT_SCHEMA(row_schema, "CallOverviewRow", REQUIRED("case", schema_integer),
              REQUIRED("number", schema_string), OPTIONAL("name", schema_string),
              OPTIONAL("credit_code", schema_string), REQUIRED("stage", schema_string),
              REQUIRED("stage_label", schema_string), OPTIONAL("stage_on", schema_string),
              NULLABLE("holder", schema_string), NULLABLE("next_step", schema_string),
              NULLABLE("conditions_met", schema_integer),
              REQUIRED("conditions_failed", schema_strings),
              REQUIRED("conditions_unknown", schema_strings), REQUIRED("missing", schema_strings),
              NULLABLE("score", schema_string), NULLABLE("rank", schema_integer),
              NULLABLE("result", schema_string), NULLABLE("flags", schema_integer),
              NULLABLE("pass", schema_boolean), REQUIRED("numbers", numbers_schema),
              REQUIRED("unit", schema_integer), OPTIONAL("stream", schema_string),
              REQUIRED("done", steps_schema), REQUIRED("actions", opens_schema),
              OPTIONAL("due", day_schema));
LIST_SCHEMA(overview_schema, row_schema);

/* The call, if the subject may read it. */
err_t call_check(const struct request *r, struct err *e)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("call"));
    const struct jvalue *call;
    return record_seen(&call, RECORD_CALL(r, t, request_integer(r, "id", 0)), e);
}

/* --- what is made public ---------------------------------------------------------------------- */

/* The cases of the call that the subject may read; *next: the next page's, null: none. */
static err_t add_readable(struct ids *to, int64_t *next, const struct request *r, struct err *e)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("case"));
    const struct list_request q = {
        .filter = arena_printf(r->arena, "call=%lld", (long long)request_integer(r, "id", 0)),
        .fields = STR("id"),
        .sort = STR("id"),
        .page = *next,
        .limit = 500};
    struct record_page page;
    int64_t id;
    err_t rc = record_page_read(&page, RECORD_CALL(r, t, 0), &q, e);
    for (size_t i = 0; i < page.count; i++)
        if (jin_i64(&id, &page.items[i], "id"))
            VEC_PUSH(r->arena, to, id);
    *next = page.total > *next * 500 ? *next + 1 : 0;
    return rc;
}

static err_t get_publicity(struct reply *out, const struct request *r, struct err *e)
{
    struct ids ids = {0};
    struct items list;
    struct db *db = NULL;
    int64_t count = 0, page = 1;
    items_begin(&list);
    err_t rc = call_check(r, e);
    while (rc == OK && page)
        rc = add_readable(&ids, &page, r, e);
    if (rc == OK && (rc = panel_reader_get(&db, r, e)) == OK)
        rc = publicity_of_call(&list.json, &count, db, request_integer(r, "id", 0), ids.ptr,
                               ids.len, panel_officer(r->subject), e);
    panel_reader_put(db, r);
    return items_end_if(rc, out, r, &list, count, 0, e);
}

static err_t get_overview(struct reply *out, const struct request *r, struct err *e)
{
    struct ids ids = {0};
    struct items list;
    struct programme p;
    int64_t count = 0, page = 1;
    err_t rc = call_check(r, e);
    while (rc == OK && page)
        rc = add_readable(&ids, &page, r, e);
    if (rc == OK)
        rc = cases_open(&p, r, e);
    if (rc != OK)
        return rc;
    const struct overview_asked q = {.kernel = r->api->kernel,
                                     .packs = p.packs,
                                     .calendar = p.calendar,
                                     .by = r->subject,
                                     .call = request_integer(r, "id", 0),
                                     .cases = ids.ptr,
                                     .case_count = ids.len,
                                     .scores = panel_officer(r->subject),
                                     .arena = r->arena};
    items_begin(&list);
    rc = overview_of_call(&list.json, &count, &q, e);
    return items_end_if(rc, out, r, &list, count, 0, e);
}

static const struct book_column publicity_columns[] = {
    {"case", N_("Case"), NULL},
    {"number", N_("No."), NULL},
    {"party", N_("Organisation"), NULL},
    {"code", N_("Code"), NULL},
    {"stage", N_("Stage"), NULL},
    {"title", N_("Title"), NULL},
    {"list_digest", N_("Digest of the list"), NULL},
    {"published_on", N_("Made public on"), NULL},
    {"last_day", N_("Last day"), NULL},
    {"document_no", N_("Number of the decision"), NULL},
    {"objections_open", N_("Open objections"), NULL},
    {"removed_on", N_("Off the list since"), NULL},
    {0}};

static struct str result_word(const struct book_words *w, struct str code)
{
    (void)w;
    return str_of(str_is(code, "pass")   ? msg(N_("Passed"))
                  : str_is(code, "fail") ? msg(N_("Failed"))
                                         : "");
}

static struct str day_word(const struct book_words *w, struct str code)
{
    static const char *const words[][2] = {{"by", N_("Last day")},
                                           {"after", N_("Opens when it is over")},
                                           {"remind", N_("A reminder alone")},
                                           {"others", N_("Somebody else's until then")}};
    (void)w;
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (str_is(code, words[i][0]))
            return str_of(msg(words[i][1]));
    return STR_NONE;
}

static const struct book_column overview_columns[] = {
    {"case", N_("Case"), NULL},
    {"number", N_("No."), NULL},
    {"name", N_("Name"), NULL},
    {"credit_code", N_("Unified social credit code"), NULL},
    {"stage_label", N_("Stage"), NULL},
    {"stage_on", N_("In this stage since"), NULL},
    {"holder", N_("Who holds it"), NULL},
    {"next_step", N_("Step to come"), NULL},
    {"conditions_met", N_("Conditions that are met"), NULL},
    {"conditions_failed", N_("Conditions that are not met"), NULL},
    {"conditions_unknown", N_("Conditions that are not known"), NULL},
    {"pass", N_("Whether it is met"), NULL},
    {"missing", N_("What is missing"), NULL},
    {"score", N_("Score"), NULL},
    {"rank", N_("Rank"), NULL},
    {"result", N_("Result"), result_word},
    {"flags", N_("Open integrity flags"), NULL},
    {"unit", N_("Number of the unit"), NULL},
    {"stream", N_("Stream"), NULL},
    {"done", N_("Steps taken"), NULL},
    {"actions", N_("Actions"), NULL},
    {"due.due", N_("Due"), NULL},
    {"due.day", N_("Day of the count, or its kind"), day_word},
    {"due.provisional", N_("Provisional"), NULL},
    {"due.count_by", N_("Counted again until"), NULL},
    {"due.reminder", N_("A reminder alone"), NULL},
    {"due.days_left", N_("Days left"), NULL},
    {"due.overdue_days", N_("Days overdue"), NULL},
    {0}};

const struct resource resource_call_publicity = {
    .reads = READS_ROWS,
    .path = "/api/v1/calls/{id}/publicity",
    .summary = N_("published cases of a call: the list, its last day, objections, the outcome"),
    .parameters = path_id,
    .reply = &publicity_schema,
    .book = publicity_columns,
    .handle = get_publicity,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};

const struct resource resource_call_overview = {
    .reads = READS_ROWS,
    .path = "/api/v1/calls/{id}/overview",
    .summary = N_("all cases of a call: party, stage, holder, state of the criteria, missing "
                  "items, score, rank, open flags"),
    .parameters = path_id,
    .reply = &overview_schema,
    .book = overview_columns,
    .handle = get_overview,
    .need = NEED_ACCOUNT,
    CASE_READ,
};

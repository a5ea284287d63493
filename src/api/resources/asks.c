/* Asks (record/ask.h): their pages by account and by link, and opening them on a record. */
#include "api/records.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "model/job_worker.h"
#include "record/ask.h"

static err_t get_ask(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b = {0};
    err_t rc = ask_page(&b, RECORD_CALL(r, NULL, request_integer(r, "id", 0)),
                        request_header(r, "x-ask-link"), e);
    return reply_json_if(rc, out, r, &b, e);
}

static err_t answer_ask(struct reply *out, const struct request *r, struct err *e)
{
    const struct ask_said said = {.fields = jin_get(r->body, "fields"),
                                  .refusal = str_trim(request_value(r, "refuse")),
                                  .who = str_trim(request_value(r, "who"))};
    struct str link = request_header(r, "x-ask-link");
    struct written w;
    if (link.len && said.who.len == 0)
        return err_set(e, E_INVALID, "who: by a link give your name and your phone");
    err_t rc = ask_answer(&w, RECORD_CALL(r, NULL, request_integer(r, "id", 0)), link, &said, e);
    out->errors = records_faults(r->arena, &w.faults);
    out->status = 204;
    return rc;
}

static err_t post_ask(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *by_link = jin_get(r->body, "link");
    bool wants_link = by_link && by_link->type == J_TRUE;
    char link[BEARER_LEN + 1] = "";
    struct record_call c;
    struct assignment a = {.ask = request_value(r, "ask")};
    struct jout j;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_ask(&a, wants_link ? link : NULL, &c, e);
    if (rc != OK)
        return rc;
    job_workers_wake(r->api->jobs);
    jout_open(&j);
    jout_pair_i64(&j, "id", a.id);
    jout_pair(&j, "link", str_of(link));
    rc = reply_object(out, r, &j, e);
    out->status = 201;
    out->secret = true;
    return rc;
}

/* --- the table ------------------------------------------------------------------------ */

ENUM_SCHEMA(answer_schema, NULL, "given", "refused");
OBJECT_SCHEMA(page_schema, "Ask", REQUIRED("label", schema_string),
              REQUIRED("type_label", schema_string), REQUIRED("unit", schema_string),
              OPTIONAL("due", schema_string), OPTIONAL("answer", answer_schema),
              OPTIONAL("done_ms", schema_integer), OPTIONAL("type", schema_string),
              OPTIONAL("record", schema_integer), REQUIRED("sees", schema_record_fields),
              REQUIRED("fills", schema_record_fields), REQUIRED("seen", schema_values),
              REQUIRED("filled", schema_values));
OBJECT_SCHEMA(opened_schema, NULL, REQUIRED("id", schema_integer), OPTIONAL("link", schema_string));
#define ASK_PARAMETERS                                                                             \
    ID_PARAMETER,                                                                                  \
    {                                                                                              \
        "X-Ask-Link", IN_HEADER, &schema_string, false, false,                                     \
            N_("the secret of the link; absent: I am asked by my account")                         \
    }
static const struct parameter page_parameters[] = {ASK_PARAMETERS, {0}};
static const struct parameter answer_parameters[] = {
    ASK_PARAMETERS,
    {"fields", IN_BODY, &schema_values, false, false, N_("those of `fills`")},
    {"refuse", IN_BODY, &schema_reason, false, false, N_("instead: why there is no answer")},
    {"who", IN_BODY, &schema_line, false, false, N_("by a link: name and phone, as you state")},
    {0}};
static const struct parameter open_parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"ask", IN_BODY, &schema_string, true, false, N_("the name of an ask of the type")},
    {"link", IN_BODY, &schema_boolean, false, false,
     N_("true: make a link to it; earlier ones stop working")},
    {0}};

const struct resource resource_ask = {
    .reads = READS_ONE,
    .path = "/api/v1/asks/{id}",
    .summary = N_("what a record asks of me, and nothing else of it"),
    .parameters = page_parameters,
    .reply = &page_schema,
    .handle = get_ask,
    .need = NEED_NOBODY,
    .by_reader = true,
    .scope = "records:read",
};
const struct resource resource_ask_answer = {
    .method = "POST",
    .path = "/api/v1/asks/{id}",
    .summary = N_("answer it, or refuse, once"),
    .parameters = answer_parameters,
    .statuses = {204},
    .handle = answer_ask,
    .need = NEED_NOBODY,
    .by_reader = true,
    .scope = "records:write",
    ENTRIES(EACH, N_("one for the answer and one for the record")),
};
const struct resource resource_ask_open = {
    .method = "POST",
    .path = "/api/v1/records/{type}/{id}/asks",
    .summary = N_("ask whom the record names; if it is open, they are told again"),
    .parameters = open_parameters,
    .reply = &opened_schema,
    .statuses = {201},
    .handle = post_ask,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    ENTRIES(EACH, N_("one for the question and one for its link")),
    .enters_refusals = true,
};

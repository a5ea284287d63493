/* GET /todo: the subject's boxes 待办 待阅 已办 我发起 抄送; and assigning records to others. */
#include "access/pair_shown.h"
#include "api/records.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "model/job_worker.h"
#include "record/record.h"

OBJECT_SCHEMA(action_schema, NULL, REQUIRED("name", schema_string),
              REQUIRED("label", schema_string), OPTIONAL("clause", schema_string),
              OPTIONAL("due", schema_string), OPTIONAL("provisional", schema_boolean),
              OPTIONAL("count_by", schema_string), OPTIONAL("opens_after", schema_boolean),
              OPTIONAL("reminder", schema_boolean));
ARRAY_SCHEMA(actions_schema, action_schema);
static const struct schema kind_schema = {
    SCHEMA_STRING,
    .description = N_(
        "approval: proposed, waits for a second person; record: assigned to me; ask: another unit "
        "asks me, `id` is of the page; due: a day of a record has come near")};
static const struct schema title_schema = {
    SCHEMA_OBJECT, .items = &schema_value,
    .description = N_("the field that names the record, with its value")};
static const struct schema given_schema = {
    SCHEMA_STRING,
    .description = N_("do: to do something; read: to read it; copy: for information")};
const struct schema schema_shown_day = {
    SCHEMA_STRING,
    .description = N_("what `due` is: by, the last day to do it; after, something of it opens when "
                      "that day is over; others, until then somebody else has time; remind, a day "
                      "that no text gives and by which nothing is late")};
static const struct schema provisional_schema = {
    SCHEMA_BOOLEAN,
    .description = N_("the day rests on working days that are not published yet; it is counted "
                      "again until `count_by`")};
static const struct schema sign_in_schema = {
    SCHEMA_BOOLEAN,
    .description = N_("true: the person must sign in to confirm; a token can only read it")};
OBJECT_SCHEMA(matter_schema, NULL, REQUIRED("number", schema_string),
              REQUIRED("programme", schema_string), REQUIRED("stage", schema_string),
              REQUIRED("stage_on", schema_string), REQUIRED("unit", schema_integer),
              REQUIRED("party", schema_string), REQUIRED("trial", schema_boolean),
              REQUIRED("urged", schema_integer));
OBJECT_SCHEMA(one_same_schema, NULL, REQUIRED("id", schema_integer),
              REQUIRED("number", schema_string), REQUIRED("party", schema_string),
              OPTIONAL("assignment", schema_integer));
static const struct schema same_schema = {
    SCHEMA_ARRAY, .items = &one_same_schema,
    .description = N_(
        "for a row that combines the same step or paper of `count` cases: the cases, at most 100")};
static const struct schema asked_schema = {
    SCHEMA_ARRAY, .items = &schema_string,
    .description = N_("the other person's proposal, if no page of its own shows it")};
static const struct schema change_schema = {
    SCHEMA_STRING, .description = N_("what was proposed within an office, with `arguments`: "
                                     "the second person sends the same request")};
static const struct schema behalf_schema = {
    SCHEMA_STRING, .description = N_("the person whose work it is, where his role is lent to me")};
OBJECT_SCHEMA(item_schema, "TodoItem", REQUIRED("kind", kind_schema),
              REQUIRED("type", schema_string), REQUIRED("type_label", schema_string),
              REQUIRED("id", schema_integer), REQUIRED("title", title_schema),
              OPTIONAL("pack", schema_string), OPTIONAL("proposal", schema_id),
              OPTIONAL("asked", asked_schema), REQUIRED("what", schema_string),
              OPTIONAL("due", schema_string), OPTIONAL("day", schema_shown_day),
              OPTIONAL("provisional", provisional_schema), OPTIONAL("count_by", schema_string),
              OPTIONAL("reminder", schema_boolean), OPTIONAL("sign_in", sign_in_schema),
              OPTIONAL("days_left", schema_integer), OPTIONAL("overdue_days", schema_integer),
              OPTIONAL("clause", schema_string), OPTIONAL("case", matter_schema),
              OPTIONAL("count", schema_integer), OPTIONAL("cases", same_schema),
              OPTIONAL("state", schema_string), REQUIRED("actions", actions_schema),
              OPTIONAL("by", schema_string), OPTIONAL("on_behalf_of", behalf_schema),
              OPTIONAL("reason", schema_string), REQUIRED("since_ms", schema_integer),
              OPTIONAL("due_ms", schema_integer), OPTIONAL("proposal_state", schema_string),
              OPTIONAL("change", change_schema), OPTIONAL("arguments", schema_values),
              OPTIONAL("assignment", schema_id), OPTIONAL("given", given_schema),
              OPTIONAL("note", schema_string), OPTIONAL("to", schema_string),
              OPTIONAL("done_ms", schema_integer), OPTIONAL("due_name", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("of_type", schema_string),
              OPTIONAL("of", schema_id), OPTIONAL("row", schema_integer),
              OPTIONAL("secret", schema_boolean), OPTIONAL("act", schema_due_act));
ARRAY_SCHEMA(items_schema, item_schema);
OBJECT_MEMBERS(list, REQUIRED("items", items_schema), REQUIRED("total", schema_integer),
               NULLABLE("next", schema_string));
const struct schema schema_todo_list = {SCHEMA_OBJECT, .properties = list_members};

static const struct {
    const char *name;
    enum todo_box box;
} boxes[] = {{"todo", TODO_DO},
             {"read", TODO_READ},
             {"done", TODO_DONE},
             {"mine", TODO_MINE},
             {"copied", TODO_COPIED}};

static err_t find_box(enum todo_box *out, struct str name, struct err *e)
{
    *out = TODO_DO;
    if (name.len == 0)
        return OK;
    for (size_t i = 0; i < ARRAY_LEN(boxes); i++)
        if (str_is(name, boxes[i].name)) {
            *out = boxes[i].box;
            return OK;
        }
    return err_set(e, E_INVALID, "box is todo, read, done, mine or copied, not \"%.*s\"",
                   STR_ARG(name));
}

static err_t get_todo(struct reply *out, const struct request *r, struct err *e)
{
    struct todo_request q = {.cursor = request_query(r, "cursor"),
                             .limit = request_integer(r, "limit", 0),
                             .each = str_is(request_query(r, "each"), "true")};
    struct buf b = {0};
    err_t rc = find_box(&q.box, request_value(r, "box"), e);
    if (rc != OK)
        return rc;
    if ((rc = record_todo(&b, RECORD_CALL(r, NULL, 0), &q, e)) == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

/* --- giving ------------------------------------------------------------------------- */

ENUM_SCHEMA(answer_schema, NULL, "given", "refused");
ENUM_SCHEMA(how_schema, NULL, "account", "link");
static const struct schema reached_schema = {
    SCHEMA_BOOLEAN, .description = N_("of an ask: the receiver has an active account")};
OBJECT_SCHEMA(assignment_schema, NULL, REQUIRED("id", schema_integer),
              REQUIRED("kind", given_schema), OPTIONAL("account", schema_id),
              OPTIONAL("unit", schema_id), OPTIONAL("to", schema_string),
              OPTIONAL("by", schema_string), OPTIONAL("note", schema_string),
              OPTIONAL("due", schema_string), OPTIONAL("provisional", schema_boolean),
              OPTIONAL("count_by", schema_string), OPTIONAL("reminder", schema_boolean),
              REQUIRED("from_ms", schema_integer), OPTIONAL("to_ms", schema_integer),
              OPTIONAL("done_ms", schema_integer), OPTIONAL("ask", schema_string),
              OPTIONAL("answer", answer_schema), OPTIONAL("how", how_schema),
              OPTIONAL("reason", schema_string), OPTIONAL("reached", reached_schema),
              OPTIONAL("link_until", schema_integer));
LIST_SCHEMA(given_list, assignment_schema);

static err_t get_given(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct buf b = {0};
    err_t rc = records_call(&c, r, e);
    if (rc != OK)
        return rc;
    rc = record_given(&b, &c, e);
    return reply_json_if(rc, out, r, &b, e);
}

static err_t give(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    struct str kind = request_value(r, "kind");
    struct assignment a = {.kind = kind.len ? kind : STR("do"),
                           .account = request_integer(r, "account", 0),
                           .unit = request_integer(r, "unit", 0),
                           .note = str_trim(request_value(r, "note")),
                           .due.date = request_value(r, "due")};
    struct jout j;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = record_give(&a, &c, e);
    if (rc != OK)
        return rc;
    job_workers_wake(r->api->jobs);
    jout_open(&j);
    jout_pair_i64(&j, "id", a.id);
    rc = reply_object(out, r, &j, e);
    out->status = 201;
    return rc;
}

static err_t take_back(struct reply *out, const struct request *r, struct err *e)
{
    struct record_call c;
    err_t rc = records_call(&c, r, e);
    out->status = 204;
    return rc == OK ? record_take_back(request_integer(r, "assignment", 0), &c, e) : rc;
}

static err_t done_step(struct db *db, const struct request *r, const struct deed *d, struct err *e)
{
    return assignment_done(db, d, request_integer(r, "assignment", 0), e);
}

static err_t post_done(struct reply *out, const struct request *r, struct err *e)
{
    out->status = 204;
    return request_write(r, done_step, e);
}

static err_t refuse_step(struct db *db, const struct request *r, const struct deed *d,
                         struct err *e)
{
    return pair_refuse(db, d, request_integer(r, "id", 0), e);
}

static err_t refuse_proposal(struct reply *out, const struct request *r, struct err *e)
{
    out->status = 204;
    return request_write(r, refuse_step, e);
}

/* --- the table ------------------------------------------------------------------------ */

static const struct parameter todo_parameters[] = {
    {"box", IN_QUERY, &schema_string, false, false,
     N_("todo (absent: this), read, done, mine, copied")},
    {"each", IN_QUERY, &schema_boolean, false, false,
     N_("true: a row for each case, also where the same is to be done for many")},
    {"cursor", IN_QUERY, &schema_string, false, false, N_("`next` of the page before")},
    {"limit", IN_QUERY, &schema_limit, false, false, N_("entries of a page; absent: 200")},
    {0}};
static const struct parameter give_parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"kind", IN_BODY, &given_schema, false, false, N_("absent: do")},
    {"account", IN_BODY, &schema_id, false, false, N_("the person, or")},
    {"unit", IN_BODY, &schema_id, false, false, N_("the unit that receives it")},
    {"note", IN_BODY, &schema_string, false, false, N_("the action to take")},
    {"due", IN_BODY, &schema_string, false, false,
     N_("the last day; reminders come three days before it and on it")},
    {0}};
static const struct parameter back_parameters[] = {
    TYPE_PARAMETER, ID_PARAMETER, {"assignment", IN_PATH, &schema_id, true, false, NULL}, {0}};
static const struct parameter done_parameters[] = {
    {"assignment", IN_PATH, &schema_id, true, false, NULL}, {0}};
static const struct parameter refuse_parameters[] = {
    ID_PARAMETER,
    {"reason", IN_QUERY, &schema_reason, true, false, N_("why; kept with the log")},
    {0}};
OBJECT_SCHEMA(made_schema, NULL, REQUIRED("id", schema_integer));

const struct resource resource_todo = {
    .reads = READS_NONE,
    .path = "/api/v1/todo",
    .summary = N_("my pending work, items to read, done, begun, and copies; pending work by due "
                  "date, the longest overdue first, then items without a date by age"),
    .parameters = todo_parameters,
    .reply = &schema_todo_list,
    .handle = get_todo,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
const struct resource resource_proposal_refuse = {
    .method = "DELETE",
    .path = "/api/v1/proposals/{id}",
    .summary = N_("withdraw your own proposal within your office, or reject another person's; "
                  "proposals on records and steps are rejected there"),
    .parameters = refuse_parameters,
    .handle = refuse_proposal,
    .statuses = {204},
    .need = NEED_ACCOUNT,
    .scope = "records:write",
};
const struct resource resource_assignments = {
    .reads = READS_ROWS,
    .path = "/api/v1/records/{type}/{id}/assignments",
    .summary = N_("the recipients of a record"),
    .parameters = path_record,
    .reply = &given_list,
    .handle = get_given,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};
const struct resource resource_assignment_create = {
    .method = "POST",
    .path = "/api/v1/records/{type}/{id}/assignments",
    .summary = N_("give a record to a person or a unit"),
    .parameters = give_parameters,
    .reply = &made_schema,
    .statuses = {201},
    .handle = give,
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .enters_refusals = true,
};
const struct resource resource_assignment_delete = {
    .method = "DELETE",
    .path = "/api/v1/records/{type}/{id}/assignments/{assignment}",
    .summary = N_("withdraw the assignment of a record"),
    .parameters = back_parameters,
    .handle = take_back,
    .statuses = {204},
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .enters_refusals = true,
};
static const struct may receivers[] = {
    {NULL, "own", NULL, NULL}, {NULL, "own_unit", NULL, NULL}, {0}};
const struct resource resource_todo_finish = {
    .method = "POST",
    .path = "/api/v1/todo/{assignment}/done",
    .summary = N_("I have done or read what was given to me or my unit"),
    .parameters = done_parameters,
    .handle = post_done,
    .statuses = {204},
    .need = NEED_ACCOUNT,
    .scope = "records:write",
    .may = receivers,
    .hides = true,
};

/* GET /todo: 待办, what waits for who asks. The other boxes come with the workflow. */
#include "api/resource.h"
#include "base/msg.h"
#include "record/record.h"

static const struct property label_members[] = {
    {"zh", &schema_string, true}, {"en", &schema_string, true}, {0}};
static const struct schema label_schema = {SCHEMA_OBJECT, .properties = label_members};
static const struct property action_members[] = {
    {"name", &schema_string, true}, {"label", &label_schema, true}, {0}};
static const struct schema action_schema = {SCHEMA_OBJECT, .properties = action_members};
static const struct schema actions_schema = {SCHEMA_ARRAY, .items = &action_schema};
static const struct schema kind_schema = {
    SCHEMA_STRING,
    .description = N_("approval: proposed, waits for a second person; record: assigned to me")};
static const struct schema title_schema = {
    SCHEMA_ANY, .description = N_("the field that names the record, with its value")};
static const struct property members[] = {
    {"kind", &kind_schema, true},        {"type", &schema_string, true},
    {"type_label", &label_schema, true}, {"id", &schema_integer, true},
    {"title", &title_schema, true},      {"state", &schema_string, true},
    {"actions", &actions_schema, true},  {"by", &schema_string, false},
    {"reason", &schema_string, false},   {"since_ms", &schema_integer, true},
    {"due_ms", &schema_integer, false},  {0}};
static const struct schema item_schema = {SCHEMA_OBJECT, .properties = members};
LIST_SCHEMA(list_schema, item_schema);

static err_t get_todo(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b;
    buf_init(&b, 0);
    err_t rc = record_todo(&b, r->api->kernel, r->subject, r->arena, e);
    if (rc == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

const struct resource resource_todo = {
    .method = "GET",
    .path = "/api/v1/todo",
    .summary = N_("what waits for me: proposals to confirm, records assigned to me or my unit"),
    .reply = &list_schema,
    .handle = get_todo,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

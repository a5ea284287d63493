/* POST /landscape: counts and trends, as the command. */
#include "api/resources/schemas.h"
#include "api/topics.h"
#include "base/msg.h"

OBJECT_SCHEMA(cell, "LandscapeCell", REQUIRED("key", schema_strings),
              REQUIRED("label", schema_strings), REQUIRED("count", schema_integer));
ARRAY_SCHEMA(cells, cell);
static const struct property reply_members[] = {
    REQUIRED("by", schema_strings),    REQUIRED("cells", cells),
    REQUIRED("total", schema_integer), REQUIRED("ms", schema_number),
    OPTIONAL("note", schema_string),   {0}};
const struct schema schema_landscape_reply = {SCHEMA_OBJECT, .name = "LandscapeReply",
                                              .properties = reply_members};

static const struct parameter parameters[] = {
    {"query", IN_BODY, &schema_string, false, false, N_("as in search; absent: all records")},
    {"filters", IN_BODY, &schema_strings, false, false, NULL},
    {"by", IN_BODY, &schema_strings, true, false,
     N_("1 to 3 of year office ipc1 ipc3 ipc4 ipc7 ipc applicant inventor region status type "
        "wipo35 "
        "sei")},
    {0}};

static err_t post_landscape(struct reply *out, const struct request *r, struct err *e)
{
    struct landscape_request q = {.query = request_value(r, "query")};
    struct landscape_reply found;
    struct buf b;
    struct jout j;
    q.filter_count = request_values(&q.filters, r, "filters");
    q.by_count = request_values(&q.by, r, "by");
    err_t rc = topics_read(&q.topics, &q.topic_count, r->api->kernel, r->subject, q.filters,
                           q.filter_count, r->arena, e);
    if (rc == OK)
        rc = landscape_run(&found, r->api->searcher, &q, r->arena, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    landscape_reply_json(&j, &found);
    return reply_json(out, r, &b, e);
}

const struct resource resource_landscape_draw = {
    .method = "POST",
    .path = "/api/v1/landscape",
    .summary = N_("counts and trends by one to three dimensions"),
    .parameters = parameters,
    .body = BODY_JSON,
    .reply = &schema_landscape_reply,
    .handle = post_landscape,
    .need = NEED_LOCAL,
    .scope = "search",
    .slow = true,
    .entries = ENTRIES_NONE,
    .entries_why = N_("it reads"),
};

/* POST /landscape: counts and trends, as the command; drawn, and as a workbook. */
#include "api/reply_book.h"
#include "api/resources/schemas.h"
#include "api/search_records.h"
#include "base/msg.h"
#include "search/export.h"
#include <unistd.h>

OBJECT_SCHEMA(cell, "LandscapeCell", REQUIRED("key", schema_strings),
              REQUIRED("label", schema_strings), REQUIRED("count", schema_integer));
ARRAY_SCHEMA(cells, cell);
OBJECT_MEMBERS(reply, REQUIRED("by", schema_strings), REQUIRED("cells", cells),
               REQUIRED("total", schema_integer), OPTIONAL("families", schema_families),
               REQUIRED("ms", schema_number), OPTIONAL("open_from", schema_integer),
               OPTIONAL("note", schema_string));
const struct schema schema_landscape_reply = {SCHEMA_OBJECT, .name = "LandscapeReply",
                                              .properties = reply_members};

static const struct parameter parameters[] = {
    {"query", IN_BODY, &schema_string, false, false, N_("as in search; absent: all records")},
    {"filters", IN_BODY, &schema_strings, false, false, NULL},
    {"by", IN_BODY, &schema_strings, true, false,
     N_("1 to 3 dimensions; the refusal of an unknown one names all")},
    {"group", IN_BODY, &schema_group, false, false,
     N_("family: a cell counts families, each once")},
    {0}};

static err_t run(struct landscape_reply *found, struct landscape_request *q,
                 const struct request *r, struct err *e)
{
    *q = (struct landscape_request){.query = request_value(r, "query"),
                                    .families = str_is(request_value(r, "group"), "family")};
    q->filter_count = request_values(&q->filters, r, "filters");
    q->by_count = request_values(&q->by, r, "by");
    err_t rc = search_records_read(&q->records, r->api->kernel, r->subject, q->query, q->filters,
                                   q->filter_count, r->arena, e);
    return rc == OK ? landscape_run(found, r->api->searcher, q, r->arena, e) : rc;
}

static err_t post_landscape(struct reply *out, const struct request *r, struct err *e)
{
    struct landscape_request q;
    struct landscape_reply found;
    struct long_json x;
    err_t rc = run(&found, &q, r, e);
    if (rc != OK)
        return rc;
    long_json_begin(&x, r, e);
    landscape_reply_json(&x.json, &found);
    return long_json_end(out, &x);
}

static err_t post_export(struct reply *out, const struct request *r, struct err *e)
{
    struct landscape_request q;
    struct landscape_reply found;
    const char *path = NULL;
    err_t rc = run(&found, &q, r, e);
    if (rc == OK)
        rc = reply_book_path(&path, r, e);
    if (rc == OK)
        rc = landscape_book(path, &q, &found, r->api->data_dir, r->arena, e);
    if (rc == OK)
        return reply_book(out, r, path, STR("landscape"), e);
    if (path)
        unlink(path);
    return rc;
}

/* Common members, except .need. */
#define DRAWING                                                                                    \
    .scope = "search", .lane = LANE_LONG, .entries = ENTRIES_NONE, .entries_why = N_("it reads")

const struct resource resource_landscape_draw = {
    .method = "POST",
    .path = "/api/v1/landscape",
    .summary = N_("counts and trends by one to three dimensions"),
    .parameters = parameters,
    .reply = &schema_landscape_reply,
    .handle = post_landscape,
    .need = NEED_LOCAL,
    DRAWING,
};

const struct resource resource_landscape_export = {
    .method = "POST",
    .path = "/api/v1/landscape/export.xlsx",
    .summary = N_("the same counts as a workbook"),
    .parameters = parameters,
    .handle = post_export,
    .need = NEED_LOCAL,
    DRAWING,
};

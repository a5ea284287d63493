/* GET /regions: the administrative divisions of GB/T 2260, level by level, for who picks one; with them, marked, the areas
 * that only statistics have, for the names of stored codes. */
#include "api/resource.h"
#include "base/msg.h"
#include "model/normal.h"

OBJECT_SCHEMA(item_schema, "Region", REQUIRED("code", schema_string),
              REQUIRED("name", schema_string), REQUIRED("full", schema_string),
              REQUIRED("leaf", schema_boolean), REQUIRED("statistical", schema_boolean));
LIST_SCHEMA(list_schema, item_schema);

static err_t get_regions(struct reply *out, const struct request *r, struct err *e)
{
    struct str under = request_value(r, "under");
    struct items list;
    struct region_place row;
    int64_t count = 0;
    if (!region_is(under))
        return err_set(e, E_INVALID, "under: \"%.*s\" is no code of GB/T 2260", STR_ARG(under));
    items_begin(&list);
    for (size_t at = 0; region_next(&row, &at, under); count++) {
        jout_object(&list.json);
        jout_pair(&list.json, "code", row.code);
        jout_pair(&list.json, "name", row.name);
        jout_pair(&list.json, "full", row.full);
        jout_pair_bool(&list.json, "leaf", row.leaf);
        jout_pair_bool(&list.json, "statistical", row.statistical);
        jout_end_object(&list.json);
    }
    return items_end(out, r, &list, count, 0, e);
}

static const struct parameter parameters[] = {
    {"under", IN_QUERY, &schema_string, false, false,
     N_("a code, or its first 2 or 4 digits; absent: the provinces")},
    {0}};

const struct resource resource_regions = {
    .reads = READS_NONE,
    .path = "/api/v1/regions",
    .summary = N_("the administrative divisions right below one (GB/T 2260)"),
    .parameters = parameters,
    .reply = &list_schema,
    .handle = get_regions,
    .tagged = true,
    .need = NEED_NOBODY,
};

/* GET /regions: the administrative divisions of GB/T 2260, level by level, for who picks one; with them, marked, the areas
 * that only statistics have, for the names of stored codes. */
#include "api/resource.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/normal.h"
#include "text/pinyin.h"
#include <stdlib.h>

OBJECT_SCHEMA(item_schema, "Region", REQUIRED("code", schema_string),
              REQUIRED("name", schema_string), REQUIRED("full", schema_string),
              REQUIRED("leaf", schema_boolean), REQUIRED("statistical", schema_boolean));
LIST_SCHEMA(list_schema, item_schema);

struct place {
    struct region_place row;
    struct str key;
};

static int by_key(const void *x, const void *y)
{
    return str_cmp(((const struct place *)x)->key, ((const struct place *)y)->key);
}

static err_t get_regions(struct reply *out, const struct request *r, struct err *e)
{
    struct str under = request_value(r, "under");
    VEC(struct place) all = {0};
    struct region_place row;
    struct items list;
    if (!region_is(under))
        return err_set(e, E_INVALID, "under: \"%.*s\" is no code of GB/T 2260", STR_ARG(under));
    for (size_t at = 0; region_next(&row, &at, under);)
        VEC_PUSH(r->arena, &all, ((struct place){row, pinyin_key(row.name, r->arena)}));
    qsort(all.ptr, all.len, sizeof(*all.ptr), by_key);
    items_begin(&list);
    for (const struct place *p = all.ptr; p < all.ptr + all.len; p++) {
        jout_object(&list.json);
        jout_pair(&list.json, "code", p->row.code);
        jout_pair(&list.json, "name", p->row.name);
        jout_pair(&list.json, "full", p->row.full);
        jout_pair_bool(&list.json, "leaf", p->row.leaf);
        jout_pair_bool(&list.json, "statistical", p->row.statistical);
        jout_end_object(&list.json);
    }
    return items_end(out, r, &list, (int64_t)all.len, 0, e);
}

static const struct parameter parameters[] = {
    {"under", IN_QUERY, &schema_string, false, false,
     N_("a code, or its first 2 or 4 digits; absent: the provinces")},
    {0}};

const struct resource resource_regions = {
    .reads = READS_NONE,
    .path = "/api/v1/regions",
    .summary = N_("the administrative divisions right below one (GB/T 2260), by pinyin"),
    .parameters = parameters,
    .reply = &list_schema,
    .handle = get_regions,
    .tagged = true,
    .need = NEED_NOBODY,
};

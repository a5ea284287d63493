/* GET /patents/{id}: one record with its sources. */
#include "api/resource.h"
#include "base/msg.h"
#include "model/patent_store.h"

static const struct property source_members[] = {
    {"source", &schema_string, true},    {"source_id", &schema_string, false},
    {"file", &schema_string, false},     {"row", &schema_integer, false},
    {"received", &schema_string, false}, {0}};
static const struct schema source = {SCHEMA_OBJECT, .properties = source_members};
static const struct schema sources = {SCHEMA_ARRAY, .items = &source};
static const struct property members[] = {
    {"id", &schema_integer, true}, {"record", &schema_any, true}, {"sources", &sources, true}, {0}};
static const struct schema reply_schema = {SCHEMA_OBJECT, .properties = members};

static const struct schema id_schema = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX};
static const struct parameter parameters[] = {
    {"id", IN_PATH, &id_schema, true, false, N_("as search gives it")}, {0}};

static void write_source(struct jout *j, const struct patent_source *s)
{
    char when[21];
    time_format(when, s->received_ms);
    jout_object(j);
    jout_name(j, "source");
    jout_str(j, s->source);
    jout_pair(j, "source_id", s->source_id);
    jout_pair(j, "file", s->file);
    if (s->row > 0)
        jout_pair_i64(j, "row", s->row);
    jout_pair(j, "received", str_of(when));
    jout_end_object(j);
}

static err_t read_patent(struct patent *p, const struct patent_source **list, size_t *count,
                         const struct request *r, int64_t id, struct err *e)
{
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc != OK)
        return rc;
    rc = patent_get(p, db, id, r->arena, e);
    if (rc == OK)
        rc = patent_sources(list, count, db, id, r->arena, e);
    store_reader_put(r->api->store, db);
    return rc;
}

static err_t get_patent(struct reply *out, const struct request *r, struct err *e)
{
    struct patent p;
    const struct patent_source *list;
    size_t count;
    struct buf record, b;
    struct jout j;
    int64_t id = request_integer(r, "id", 0);
    err_t rc = read_patent(&p, &list, &count, r, id, e);
    if (rc != OK)
        return rc;
    buf_init(&record, 0);
    buf_init(&b, 0);
    jout_init(&j, &b);
    patent_to_json(&record, &p);
    jout_object(&j);
    jout_name(&j, "id");
    jout_i64(&j, id);
    jout_name(&j, "record");
    jout_raw(&j, buf_str(&record));
    jout_name(&j, "sources");
    jout_array(&j);
    for (size_t i = 0; i < count; i++)
        write_source(&j, &list[i]);
    jout_end_array(&j);
    jout_end_object(&j);
    b.failed |= record.failed;
    buf_clear(&record);
    rc = reply_json(out, r, &b, e);
    out->records = 1;
    return rc;
}

const struct resource resource_patent = {
    .method = "GET",
    .path = "/api/v1/patents/{id}",
    .summary = N_("one patent record with its sources"),
    .parameters = parameters,
    .reply = &reply_schema,
    .handle = get_patent,
    .need = NEED_LOCAL,
    .scope = "search",
};

/* /records/{type}/{id}/papers/{paper}: a paper that the type names, filled from the record; nothing is stored. */
#include "api/page_picture.h"
#include "api/policy.h"
#include "api/records.h"
#include "api/reply_text.h"
#include "api/taken.h"
#include "document/paper_fill.h"

static err_t reply_whole(struct reply *out, const struct request *r, const struct paper *p,
                         struct str as, struct err *e)
{
    const struct paper_stamp stamp = {.entry = STR_NONE};
    bool word = str_is(as, "docx");
    struct paper_pdf said;
    struct buf b = {0};
    const char *name = arena_printf(r->arena, "%.*s.%.*s", STR_ARG(p->id), STR_ARG(as)).ptr;
    err_t rc = word ? paper_docx(&b, p, &stamp, r->arena, e)
                    : paper_pdf(&b, &said, p, &stamp, &r->api->press, r->arena, e);
    if (rc == OK)
        rc = taken_note(r, arena_printf(r->arena, "fetch %s", name).ptr,
                        arena_cstr(r->arena, request_value(r, "type")), request_integer(r, "id", 0),
                        e);
    if (rc == OK)
        reply_attachment(out, r, &b, word ? WORD_TYPE : PDF_TYPE, name);
    buf_clear(&b);
    return rc;
}

/* The patents of the first field of patents, with what the library says of them; nothing while it has no index. */
static struct paper_list list_patents(const struct record_type *t, const struct jvalue *record,
                                      const struct request *r)
{
    const struct jvalue *numbers = NULL;
    for (size_t i = 0; !numbers && i < t->field_count; i++)
        if (t->fields[i].type == FIELD_PATENTS)
            numbers = jin_get(record, arena_cstr(r->arena, t->fields[i].name));
    size_t count = numbers && numbers->type == J_ARRAY ? numbers->count : 0;
    struct paper_row_values *rows = arena_array(r->arena, count + 1, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        struct search_request q = {.query = numbers->items[i].text, .k = 1, .sort = SORT_NEWEST};
        struct paper_value *values = arena_array(r->arena, 3, sizeof(*values));
        struct search_reply found = {0};
        values[0] = (struct paper_value){"patents.number", q.query};
        rows[i] = (struct paper_row_values){values, 1, STR_NONE};
        if (search_run(&found, r->api->searcher, &q, r->arena, NULL) != OK || found.hit_count == 0)
            continue;
        values[1] = (struct paper_value){"patents.title", found.hits->title};
        values[2] = (struct paper_value){"patents.holder", found.hits->applicant};
        rows[i].count = 3;
        rows[i].source = arena_printf(r->arena, "%lld", (long long)found.hits->id);
    }
    return (struct paper_list){"patents", rows, count};
}

/* As the subject may see the record and those beside it; "places" go into the open object. */
static err_t fill(struct paper_filled *out, struct jout *places, const struct part *paper,
                  const struct request *r, struct err *e)
{
    struct paper_list patents;
    struct form_source source = {.types = r->api->kernel->types};
    const struct paper_facts facts = {
        .source = &source, .lists = &patents, .list_count = 1, .draft = true, .places = places};
    const struct jvalue *record = NULL;
    struct record_call c;
    err_t rc = records_call(&c, r, e);
    if (rc == OK && !(paper && FIND_BY(c.type->papers, c.type->paper_count, name, paper->id)))
        rc = err_set(e, E_NOTFOUND, "there is no such paper");
    if (rc == OK)
        rc = record_seen(&record, &c, e);
    if (rc != OK)
        return rc;
    struct form_subject of = {.type = c.type->name, .id = c.id};
    source.pack = paper->from;
    patents = list_patents(c.type, record, r);
    if (jin_i64(&of.party.unit, record, "owner_unit"))
        rc = form_rows_read(&source, &c, paper, &of, e);
    return rc == OK ? paper_fill(out, paper->id, &facts, r->arena, e) : rc;
}

static err_t get_paper(struct reply *out, const struct request *r, struct err *e)
{
    const struct paper_stamp stamp = {.entry = STR_NONE};
    const struct pack *pack = NULL;
    struct str as = request_query(r, "as");
    struct packs *packs = NULL;
    struct paper_filled filled;
    struct jout j;
    err_t rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(&pack, packs, STR("record-papers"), e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_array(&j, "places");
    rc = fill(&filled, &j, part_named(pack, PART_PAPERS, request_value(r, "paper")), r, e);
    jout_end_array(&j);
    if (rc == OK && as.len == 0)
        return reply_object(out, r, &j, e);
    buf_clear(j.to);
    if (rc != OK)
        return rc;
    return str_is(as, "png") ? page_reply_paper(out, r, &filled.paper, &stamp, STR_NONE, e)
                             : reply_whole(out, r, &filled.paper, as, e);
}

OBJECT_SCHEMA(place_schema, NULL, REQUIRED("name", schema_string), REQUIRED("label", schema_string),
              OPTIONAL("value", schema_string), OPTIONAL("row", schema_integer),
              OPTIONAL("type", schema_string), OPTIONAL("id", schema_string));
ARRAY_SCHEMA(places_schema, place_schema);
OBJECT_SCHEMA(paper_schema, NULL, REQUIRED("places", places_schema));
static const char *const looks[] = {"pdf", "docx", "png", NULL};
static const struct schema look_schema = {SCHEMA_STRING, .values = looks};
static const struct parameter parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"paper", IN_PATH, &schema_string, true, false, NULL},
    {"as", IN_QUERY, &look_schema, false, false, N_("absent: the values that fill it")},
    {"n", IN_QUERY, &page_number_schema, false, false, NULL},
    {"width", IN_QUERY, &page_width_schema, false, false, NULL},
    {"version", IN_QUERY, &schema_id, false, false, NULL},
    {0}};

const struct resource resource_record_paper = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/papers/{paper}",
    .summary = N_("a paper of a record, or its values"),
    .parameters = parameters,
    .reply = &paper_schema,
    .handle = get_paper,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

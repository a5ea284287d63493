/* /records/{type}/{id}/papers/{paper}: a paper that the type names, filled from the record; nothing is stored. */
#include "api/page_picture.h"
#include "api/policy.h"
#include "api/records.h"
#include "api/reply_text.h"
#include "api/taken.h"
#include "document/record_paper.h"

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

static err_t get_paper(struct reply *out, const struct request *r, struct err *e)
{
    const struct paper_stamp stamp = {.entry = STR_NONE};
    const struct pack *pack = NULL;
    struct str as = request_query(r, "as");
    struct packs *packs = NULL;
    struct paper_filled filled;
    struct record_call c;
    struct buf b;
    struct jout j;
    err_t rc = records_call(&c, r, e);
    if (rc == OK)
        rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(&pack, packs, RECORD_PAPERS, e);
    jout_begin(&j, &b);
    if (rc == OK)
        rc = record_paper_fill(&filled, &j, &c,
                               part_named(pack, PART_PAPERS, request_value(r, "paper")), e);
    if (rc == OK && as.len == 0)
        return reply_object(out, r, &j, e);
    buf_clear(&b);
    if (rc != OK)
        return rc;
    return str_is(as, "png") ? page_reply_paper(out, r, &filled.paper, &stamp, STR_NONE, e)
                             : reply_whole(out, r, &filled.paper, as, e);
}

OBJECT_SCHEMA(place_schema, NULL, REQUIRED("name", schema_string), REQUIRED("label", schema_string),
              OPTIONAL("value", schema_string), OPTIONAL("row", schema_integer),
              OPTIONAL("type", schema_string), OPTIONAL("id", schema_string));
ARRAY_SCHEMA(places_schema, place_schema);
OBJECT_SCHEMA(paper_schema, "RecordPaperPlaces", REQUIRED("places", places_schema));
static const char *const looks[] = {"pdf", "docx", "png", NULL};
static const struct schema look_schema = {SCHEMA_STRING, .values = looks};
static const struct parameter parameters[] = {
    TYPE_PARAMETER,
    ID_PARAMETER,
    {"paper", IN_PATH, &schema_string, true, false, N_("a paper that the type names")},
    {"as", IN_QUERY, &look_schema, false, false,
     N_("the paper itself, or a page of it as PNG; absent: the values that fill it")},
    {"n", IN_QUERY, &page_number_schema, false, false, N_("the page, from 1")},
    {"width", IN_QUERY, &page_width_schema, false, false, N_("pixels; absent: 900")},
    {0}};

const struct resource resource_record_paper = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/papers/{paper}",
    .summary = N_("a paper filled from a record: its values, each with the record that it is of"),
    .parameters = parameters,
    .reply = &paper_schema,
    .handle = get_paper,
    .need = NEED_ACCOUNT,
    .scope = "records:read",
};

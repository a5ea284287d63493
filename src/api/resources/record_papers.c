/* /records/{type}/{id}/papers/{paper}: a paper that the type names, filled from the record; nothing is stored. */
#include "api/page_picture.h"
#include "api/policy.h"
#include "api/records.h"
#include "api/reply_text.h"
#include "api/taken.h"
#include "document/record_paper.h"

static err_t fill(struct paper_filled *out, struct record_call *c, const struct request *r,
                  struct err *e)
{
    struct packs *packs = NULL;
    const struct pack *pack = NULL;
    err_t rc = records_call(c, r, e);
    if (rc == OK)
        rc = policy_open(&packs, r, e);
    if (rc == OK)
        rc = packs_get(&pack, packs, RECORD_PAPERS, e);
    return rc == OK ? record_paper_fill(out, pack, c, request_value(r, "paper"), e) : rc;
}

OBJECT_SCHEMA(place_schema, "RecordPaperPlace", REQUIRED("name", schema_string),
              REQUIRED("label", schema_string), OPTIONAL("value", schema_string),
              OPTIONAL("row", schema_integer), OPTIONAL("type", schema_string),
              OPTIONAL("id", schema_integer));
ARRAY_SCHEMA(places_schema, place_schema);
OBJECT_SCHEMA(paper_schema, "RecordPaperDraft", REQUIRED("places", places_schema));

static void place_json(struct jout *j, const struct paper_place *p, const struct request *r)
{
    struct label label = paper_value_label(p->name, r->api->kernel->types, r->arena);
    jout_object(j);
    jout_pair(j, "name", p->name);
    jout_pair(j, "label", label_shown(label));
    jout_pair(j, "value", p->value);
    jout_pair_id(j, "row", (int64_t)p->row);
    jout_pair(j, "type", p->type ? p->type->name : p->id ? STR("patent") : STR_NONE);
    jout_pair_id(j, "id", p->id);
    jout_end_object(j);
}

static err_t get_paper(struct reply *out, const struct request *r, struct err *e)
{
    struct paper_filled filled;
    struct record_call c;
    struct jout j;
    err_t rc = fill(&filled, &c, r, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_array(&j, "places");
    for (size_t i = 0; i < filled.place_count; i++)
        place_json(&j, &filled.places[i], r);
    jout_end_array(&j);
    return reply_object(out, r, &j, e);
}

static err_t get_page(struct reply *out, const struct request *r, struct err *e)
{
    const struct paper_stamp stamp = {.entry = STR_NONE};
    struct paper_filled filled;
    struct record_call c;
    err_t rc = fill(&filled, &c, r, e);
    return rc == OK ? page_reply_paper(out, r, &filled.paper, &stamp, STR_NONE, e) : rc;
}

static err_t get_file(struct reply *out, const struct request *r, struct err *e)
{
    const struct paper_stamp stamp = {.entry = STR_NONE};
    struct str as = request_value(r, "as");
    bool word = str_is(as, "docx");
    struct paper_filled filled;
    struct paper_pdf said;
    struct record_call c;
    struct buf b = {0};
    err_t rc = fill(&filled, &c, r, e);
    if (rc == OK)
        rc = word ? paper_docx(&b, &filled.paper, &stamp, r->arena, e)
                  : paper_pdf(&b, &said, &filled.paper, &stamp, &r->api->press, r->arena, e);
    struct str name = arena_printf(r->arena, "%.*s.%.*s", STR_ARG(request_value(r, "paper")), STR_ARG(as));
    if (rc == OK)
        rc = taken_note(r, arena_printf(r->arena, "fetch %.*s", STR_ARG(name)).ptr, c.type->name.ptr, c.id, e);
    if (rc == OK)
        reply_attachment(out, r, &b, word ? WORD_TYPE : PDF_TYPE, name.ptr);
    buf_clear(&b);
    return rc;
}

/* --- the table ------------------------------------------------------------------------ */

#define PAPER_OF_RECORD                                                                            \
    TYPE_PARAMETER, ID_PARAMETER,                                                                  \
    {                                                                                              \
        "paper", IN_PATH, &schema_string, true, false, N_("a paper that the type names")           \
    }
static const char *const whole_kinds[] = {"pdf", "docx", NULL};
static const struct schema as_schema = {SCHEMA_STRING, .values = whole_kinds};
static const struct parameter paper_parameters[] = {PAPER_OF_RECORD, {0}};
static const struct parameter page_parameters[] = {PAPER_OF_RECORD, PAGE_PARAMETERS, {0}};
static const struct parameter file_parameters[] = {
    PAPER_OF_RECORD, {"as", IN_PATH, &as_schema, true, false, NULL}, {0}};

const struct resource resource_record_paper = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/papers/{paper}",
    .summary = N_("the places of a paper filled from a record, with the records that fill them"),
    .parameters = paper_parameters,
    .reply = &paper_schema,
    .handle = get_paper,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};
const struct resource resource_record_paper_page = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/papers/{paper}/pages/{n}.png",
    .summary = N_("a page of it as PNG; X-Pages says how many there are"),
    .parameters = page_parameters,
    .handle = get_page,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};
const struct resource resource_record_paper_file = {
    .reads = READS_ONE,
    .path = "/api/v1/records/{type}/{id}/papers/{paper}/{as}",
    .summary = N_("the whole of it as PDF, or as Word to be edited"),
    .parameters = file_parameters,
    .handle = get_file,
    .need = NEED_ACCOUNT,
    .hides = true,
    .scope = "records:read",
};

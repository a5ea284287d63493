/* /panels/{id}/scores/{case_id}/file…: what is to be judged, for who may score it at this moment: the record, the
 * forms as they were handed in, the materials with their files, and how the conditions stood. */
#include "access/mutation.h"
#include "api/cases.h"
#include "api/files.h"
#include "api/page_picture.h"
#include "api/panel.h"
#include "api/reply_text.h"
#include "api/resources/schemas.h"
#include "base/msg.h"
#include "document/expert_file.h"
#include "model/file.h"
#include "model/file_text.h"
#include "panel/member.h"
#include "record/record.h"

/* The record is shown as to an officer of the panel's office, since an expert's own rights end with
 * an assignment, not with a conflict: member_sees is asked at every look instead. */
static void office_of(struct subject *out, struct grant *as, const struct panel *p, struct str kind,
                      const struct request *r)
{
    bool centre = str_is(kind, "province_ip_centre");
    *as = (struct grant){
        .role = role_find(centre ? STR("ip_centre_officer") : STR("province_officer"))};
    *out = (struct subject){.account = p->created_by,
                            .unit = p->owner_unit,
                            .unit_kind = kind,
                            .province = p->owner_province,
                            .grants = as,
                            .grant_count = 1,
                            .today = r->subject->today,
                            .now_ms = r->subject->now_ms};
}

struct case_file {
    struct panel panel;
    struct str type, kind; /* of the subject record; of the office's unit */
    int64_t record, of;    /* of the case */
};

static err_t find_file(struct case_file *out, struct db *db, const struct request *r, struct err *e)
{
    int64_t panel_case = request_integer(r, "case_id", 0);
    struct sheet x;
    struct member m;
    bool found = false;
    err_t rc = panel_read(&out->panel, db, request_integer(r, "id", 0), r->arena, e);
    if (rc == OK)
        rc = score_own(&x, &m, db, r->subject, &out->panel, panel_case, r->arena, e);
    if (rc == OK && !str_is(out->panel.mode, "open") && !access_off(STR("panels"), "blind"))
        return err_set(e, E_NOTFOUND, "a blind panel shows no file: it would say whose it is");
    if (rc == OK)
        rc = db_row(
            &found, db,
            "SELECT f.record_type, f.record_id, u.kind, f.id FROM panel_case c JOIN flow_case f"
            " ON f.id = c.case_id JOIN unit u ON u.id = ?2 WHERE c.id = ?1",
            VALUES(v_i64(panel_case), v_i64(out->panel.owner_unit)),
            INTO(into_str(&out->type), into_i64(&out->record), into_str(&out->kind),
                 into_i64(&out->of)),
            r->arena, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no such case for you") : rc;
}

/* Reads the file of a case as the program, on behalf of a person who may judge it; the program
 * leaves out everything else. */
static err_t read_file(struct expert_file *out, struct step *g, struct case_file *f,
                       const struct request *r, struct err *e)
{
    struct subject *program = arena_alloc(r->arena, sizeof(*program));
    struct db *db = NULL;
    err_t rc = panel_reader_get(&db, r, e);
    if (rc == OK)
        rc = find_file(f, db, r, e);
    cases_step(g, r, e);
    g->x->by = program;
    subject_program(program, r->subject->today);
    if (rc == OK)
        rc = flow_case_read(&g->x->c, db, f->of, r->arena, e);
    panel_reader_put(db, r);
    if (rc == OK)
        rc = cases_open(g->p, r, e);
    if (rc == OK)
        rc = programme_case(g);
    return rc == OK ? expert_file_read(out, g) : rc;
}

/* Its fields; what the office might do with it is left out. */
static void file_json(struct jout *j, const struct case_file *f, const struct jvalue *record)
{
    jout_pair(j, "type", f->type);
    jout_pair_object(j, "record");
    for (size_t i = 0; i < record->count; i++)
        if (!str_starts(record->names[i], STR("_"))) {
            jout_name_str(j, record->names[i]);
            jout_value(j, &record->items[i]);
        }
    jout_end_object(j);
}

static err_t read_record(const struct jvalue **out, const struct case_file *f,
                         const struct request *r, struct err *e)
{
    struct kernel *k = r->api->kernel;
    const struct record_type *t = record_type_find(k->types, f->type);
    struct subject office;
    struct grant as;
    if (!t)
        return err_set(e, E_NOTFOUND, "there is no kind of record %.*s", STR_ARG(f->type));
    office_of(&office, &as, &f->panel, f->kind, r);
    return record_seen(out, &(struct record_call){k, &office, t, f->record, r->arena}, e);
}

static err_t get_file(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *record;
    struct case_file f = {0};
    struct expert_file file;
    struct step g;
    struct db *db = NULL;
    struct jout j;
    err_t rc = panel_reader_get(&db, r, e);
    if (rc == OK)
        rc = find_file(&f, db, r, e);
    panel_reader_put(db, r);
    if (rc == OK)
        rc = read_record(&record, &f, r, e);
    if (rc == OK)
        rc = read_file(&file, &g, &f, r, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    file_json(&j, &f, record);
    rc = expert_file_json(&j, &file, &g);
    jout_end_object(&j);
    return reply_json_if(rc, out, r, j.to, e);
}

OBJECT_SCHEMA(form_schema, "JudgedForm", REQUIRED("id", schema_integer),
              REQUIRED("title", schema_string), REQUIRED("digest", schema_string));
ARRAY_SCHEMA(forms_schema, form_schema);
OBJECT_SCHEMA(given_schema, "GivenFile", REQUIRED("name", schema_string),
              REQUIRED("digest", schema_string));
ARRAY_SCHEMA(given_list, given_schema);
OBJECT_SCHEMA(material_schema, "JudgedMaterial", REQUIRED("material", schema_string),
              REQUIRED("label", schema_string), OPTIONAL("clause", schema_string),
              REQUIRED("lacking", schema_integer), REQUIRED("files", given_list),
              REQUIRED("counted", schema_integer));
ARRAY_SCHEMA(materials_schema, material_schema);
OBJECT_SCHEMA(file_schema, NULL, REQUIRED("type", schema_string), REQUIRED("record", schema_values),
              REQUIRED("forms", forms_schema), REQUIRED("materials", materials_schema),
              NULLABLE("verdict", schema_case_verdict));
static const struct parameter of_file[] = {
    ID_PARAMETER, {"case_id", IN_PATH, &schema_id, true, false, NULL}, {0}};

const struct resource resource_panel_file = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/scores/{case_id}/file",
    .summary = N_("the file of a case, with forms, materials and verdict, for its experts; a blind "
                  "panel shows none"),
    .parameters = of_file,
    .reply = &file_schema,
    .handle = get_file,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
    .lane = LANE_SLOW,
};

/* --- its files and forms ------------------------------------------------------------------------ */

/* The row of a file that the path names, of the materials of a case. */
static err_t find_material(struct file_row *out, const struct request *r, struct err *e)
{
    struct str digest = request_value(r, "digest");
    const struct file_row *rows = NULL;
    struct case_file f = {0};
    struct expert_file file;
    struct step g;
    size_t count = 0;
    bool gives = false;
    err_t rc = read_file(&file, &g, &f, r, e);
    if (rc == OK)
        rc = expert_file_gives(&gives, &file, digest, &g);
    if (rc == OK && !gives)
        rc = err_set(e, E_NOTFOUND, "no material of this case is such a file");
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e, file_rows(&rows, &count, db, digest, r->arena, e));
    if (rc == OK)
        *out = rows[0];
    return rc;
}

static err_t get_material(struct reply *out, const struct request *r, struct err *e)
{
    struct file_row row;
    err_t rc = find_material(&row, r, e);
    return rc == OK ? files_send(out, r, &row, e) : rc;
}

static err_t get_material_page(struct reply *out, const struct request *r, struct err *e)
{
    struct file_row row;
    if (!request_look(out, r))
        return OK;
    err_t rc = find_material(&row, r, e);
    if (rc == OK && !str_is(row.kind, "pdf") && !str_starts(row.media_type, STR("image/")))
        rc = err_set(e, E_INVALID, "only a PDF and a picture have pages to show");
    if (rc != OK)
        return rc;
    struct file_viewer *v = file_view_new(r->api->files, &row);
    rc = page_reply(out, r, file_view_of(v), files_watermark(r), STR_NONE, e);
    file_view_free(v);
    return rc;
}

/* The form that the path names, as PDF. */
static err_t press_form(struct buf *out, const struct request *r, struct err *e)
{
    struct case_file f = {0};
    struct expert_file file;
    struct case_paper c = {.id = request_integer(r, "form", 0)};
    struct step g;
    bool found = false;
    err_t rc = read_file(&file, &g, &f, r, e);
    for (size_t i = 0; rc == OK && i < file.form_count; i++)
        found |= file.forms[i].id == c.id;
    if (rc == OK && !found)
        rc = err_set(e, E_NOTFOUND, "no form of this case has this number");
    c.case_id = g.x->c.id;
    if (rc == OK)
        rc = STORE_READ(db, r->api->store, e, case_paper_read(&c, db, r->arena, e));
    return rc == OK ? cases_paper_asked(out, &c, &g, r) : rc;
}

static err_t get_form(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b = {0};
    err_t rc = press_form(&b, r, e);
    if (rc == OK)
        reply_attachment(out, r, &b, PDF_TYPE, "form.pdf");
    buf_clear(&b);
    return rc;
}

static err_t get_form_page(struct reply *out, const struct request *r, struct err *e)
{
    struct buf b = {0};
    if (!request_look(out, r))
        return OK;
    err_t rc = press_form(&b, r, e);
    const struct bytes pdf = str_bytes(buf_str(&b));
    const struct file_view view = file_view_bytes(&pdf);
    if (rc == OK)
        rc = page_reply(out, r, &view, files_watermark(r), STR_NONE, e);
    buf_clear(&b);
    return rc;
}

#define OF_MATERIAL                                                                                \
    ID_PARAMETER, {"case_id", IN_PATH, &schema_id, true, false, NULL},                             \
    {                                                                                              \
        "digest", IN_PATH, &schema_string, true, false,                                            \
            N_("a file referred to by the case's file")                                            \
    }
#define OF_FORM                                                                                    \
    ID_PARAMETER, {"case_id", IN_PATH, &schema_id, true, false, NULL},                             \
    {                                                                                              \
        "form", IN_PATH, &schema_id, true, false, N_("the id of a form that the file names")       \
    }
static const struct parameter of_material[] = {OF_MATERIAL, {0}};
static const struct parameter of_material_page[] = {OF_MATERIAL, PAGE_PARAMETERS, {0}};
static const struct parameter of_form[] = {OF_FORM, {0}};
static const struct parameter of_form_page[] = {OF_FORM, PAGE_PARAMETERS, {0}};

const struct resource resource_panel_material = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/scores/{case_id}/files/{digest}",
    .summary = N_("a file of the materials that are to be judged"),
    .parameters = of_material,
    .handle = get_material,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};
const struct resource resource_panel_printed = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/scores/{case_id}/forms/{form}",
    .summary = N_("a submitted form as PDF, for its experts"),
    .parameters = of_form,
    .handle = get_form,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
    .lane = LANE_SLOW,
};
const struct resource resource_panel_material_page = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/scores/{case_id}/files/{digest}/pages/{n}.png",
    .summary = N_("a page of a material as PNG, with its reader's name across; X-Pages says how "
                  "many there are"),
    .parameters = of_material_page,
    .handle = get_material_page,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};
const struct resource resource_panel_printed_page = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/scores/{case_id}/forms/{form}/pages/{n}.png",
    .summary = N_("a page of a submitted form as PNG, with its reader's name across; X-Pages says "
                  "how many there are"),
    .parameters = of_form_page,
    .handle = get_form_page,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};

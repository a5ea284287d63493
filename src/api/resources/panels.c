/* /panels: forming a panel, and what it is. src/panel holds the rules. */
#include "access/deed.h"
#include "api/panel.h"
#include "api/policy.h"
#include "base/msg.h"
#include "panel/member.h"
#include "record/record.h"

/* --- listing ----------------------------------------------------------------------------- */

static void panel_head_json(struct jout *j, const struct panel *p)
{
    jout_pair_i64(j, "id", p->id);
    jout_pair_i64(j, "version", p->version);
    jout_pair(j, "state", p->state);
    jout_pair(j, "title", p->title);
    jout_pair(j, "pack", p->pack);
    jout_pair(j, "pack_version", p->pack_version);
    jout_pair(j, "evaluation", p->evaluation);
    jout_pair(j, "mode", p->mode);
    jout_pair_i64(j, "year", p->year);
    jout_pair(j, "due_on", p->due_on);
    jout_pair_bool(j, "marks", p->marks);
}

static err_t write_panels(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                          struct err *e)
{
    const struct panel *all = NULL;
    size_t count = 0;
    err_t rc = panel_list(&all, &count, db, r->subject, r->arena, e);
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        panel_head_json(j, &all[i]);
        jout_end_object(j);
    }
    *total = (int64_t)count;
    return rc;
}

#define HEAD_MEMBERS                                                                               \
    {"id", &schema_integer, true}, {"version", &schema_integer, true},                             \
        {"state", &schema_string, true}, {"title", &schema_string, true},                          \
        {"pack", &schema_string, true}, {"pack_version", &schema_string, true},                    \
        {"evaluation", &schema_string, true}, {"mode", &schema_string, true},                      \
        {"year", &schema_integer, true}, {"due_on", &schema_string, false},                        \
    {                                                                                              \
        "marks", &schema_boolean, true                                                             \
    }

OBJECT_SCHEMA(item_schema, NULL, HEAD_MEMBERS);
LIST_SCHEMA(panels_schema, item_schema);

const struct resource resource_panels = {
    .reads = READS_ROWS,
    .path = "/api/v1/panels",
    .summary = N_("panels of my office, or that I audit or was drawn for, latest first"),
    .reply = &panels_schema,
    ITEMS(write_panels),
    .need = NEED_ACCOUNT,
    .scope = "panels",
};

/* --- forming ------------------------------------------------------------------------------- */

static const struct jvalue *list_in(const struct request *r, const char *name, size_t max,
                                    struct err *e)
{
    const struct jvalue *list = jin_get(r->body, name);
    if (list->count > 0 && list->count <= max)
        return list;
    (void)err_set(e, E_INVALID, "%s: a list of 1 to %zu", name, max);
    return NULL;
}

/* In what experts say that they are versed in. */
static bool is_expertise(const struct request *r, struct str code)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("expert"));
    const struct field *f = t ? record_field(t, STR("fields")) : NULL;
    return f && field_value(f, code);
}

static err_t read_fields(struct panel *p, const struct request *r, struct err *e)
{
    if (!jin_get(r->body, "fields"))
        return OK; /* its experts are chosen */
    const struct jvalue *list = list_in(r, "fields", PANEL_FIELDS_MAX, e);
    if (!list)
        return E_INVALID;
    struct panel_field *fields = arena_array(r->arena, list->count, sizeof(*fields));
    for (size_t i = 0; i < list->count; i++) {
        fields[i].field = jin_text(&list->items[i], "field");
        if (!is_expertise(r, fields[i].field))
            return err_set(e, E_INVALID, "fields[%zu].field: \"%.*s\" is no field of expertise", i,
                           STR_ARG(fields[i].field));
        if (!jin_i64(&fields[i].seats, &list->items[i], "seats"))
            return err_set(e, E_INVALID, "fields[%zu].seats: a whole number", i);
    }
    p->fields = fields;
    p->field_count = list->count;
    return OK;
}

err_t panel_heads_read(struct panel *p, const struct request *r, struct err *e)
{
    const struct jvalue *list = list_in(r, "heads", PANEL_HEADS_MAX, e);
    err_t rc = list ? OK : E_INVALID;
    struct panel_head *heads = arena_array(r->arena, PANEL_HEADS_MAX, sizeof(*heads));
    for (size_t i = 0; rc == OK && i < list->count; i++) {
        const struct jvalue *h = &list->items[i];
        heads[i] = (struct panel_head){.head = jin_text(h, "head"), .label = jin_text(h, "label")};
        if (jin_get(h, "weight")) /* absent: the document gives it */
            rc = panel_hundredths(&heads[i].weight, h, "weight",
                                  arena_printf(r->arena, "heads[%zu].weight", i).ptr, e);
    }
    p->heads = heads;
    p->head_count = rc == OK ? list->count : 0;
    return rc;
}

err_t panel_cases_read(struct panel *p, const struct request *r, struct err *e)
{
    const struct jvalue *list = list_in(r, "cases", PANEL_CASES_MAX, e);
    if (!list)
        return E_INVALID;
    struct panel_case *cases = arena_array(r->arena, list->count, sizeof(*cases));
    for (size_t i = 0; i < list->count; i++)
        if (!str_to_i64(&cases[i].case_id, list->items[i].text))
            return err_set(e, E_INVALID, "cases[%zu]: a number of a case", i);
    p->cases = cases;
    p->case_count = list->count;
    return OK;
}

struct forming {
    const struct request *request;
    const struct pack *pack;
    struct panel panel, asked;
};

static err_t form_step(struct db *db, void *arg, struct err *e)
{
    struct forming *x = arg;
    struct deed d = request_deed(x->request);
    d.as = panel_owner_grant(d.by);
    x->panel = x->asked;
    return panel_form(&(struct panel_deed){db, &d, &x->panel}, x->pack,
                      request_value(x->request, "evaluation"), e);
}

static err_t post_panels(struct reply *out, const struct request *r, struct err *e)
{
    const struct jvalue *marks = jin_get(r->body, "marks");
    struct forming x = {.request = r};
    x.asked.title = str_trim(request_value(r, "title"));
    x.asked.basis = str_trim(request_value(r, "basis"));
    x.asked.mode = request_value(r, "mode");
    x.asked.due_on = request_value(r, "due_on");
    x.asked.marks = marks && marks->type == J_TRUE;
    err_t rc = policy_pack(&x.pack, r, "pack", e);
    if (rc == OK)
        rc = read_fields(&x.asked, r, e);
    if (rc == OK)
        rc = panel_heads_read(&x.asked, r, e);
    if (rc == OK)
        rc = panel_cases_read(&x.asked, r, e);
    if (rc == OK)
        rc = panel_hundredths(&x.asked.outlier, r->body, "outlier", "outlier", e);
    if (rc == OK)
        rc = store_write(r->api->store, form_step, &x, e);
    return rc == OK ? panel_made(out, &x.panel, r, e) : rc;
}

OBJECT_SCHEMA(field_schema, NULL, REQUIRED("field", schema_line),
              REQUIRED("seats", schema_integer));
ARRAY_SCHEMA(field_list, field_schema);
/* "12.50", or the number 12.5. */
UNION_SCHEMA(hundredths, NULL, &schema_string, &schema_number);
OBJECT_SCHEMA(head_in_schema, NULL, REQUIRED("head", schema_line), OPTIONAL("label", schema_line),
              OPTIONAL("weight", hundredths));
const struct schema schema_panel_heads = {SCHEMA_ARRAY, .items = &head_in_schema};
const struct schema schema_panel_cases = {SCHEMA_ARRAY, .items = &schema_id};
static const struct parameter form_parameters[] = {
    {"title", IN_BODY, &schema_line, true, false, NULL},
    {"pack", IN_BODY, &schema_string, true, false, NULL},
    {"evaluation", IN_BODY, &schema_string, true, false, N_("the evaluation of the policy")},
    {"basis", IN_BODY, &schema_reason, true, false,
     N_("by which rule of the office the panel works: the documents do not say it")},
    {"mode", IN_BODY, &schema_string, true, false, N_("blind, open")},
    {"outlier", IN_BODY, &schema_string, true, false,
     N_("points from the mean of the others beyond which a total is marked")},
    {"fields", IN_BODY, &field_list, false, false,
     N_("[{field, seats}], field: of `expertise`, for experts who are drawn; absent: the office "
        "chooses them")},
    {"heads", IN_BODY, &schema_panel_heads, true, false,
     N_("[{head, label, weight}]; label where the document names none, weight where it gives "
        "none; no weight at all: each head counts alike")},
    {"cases", IN_BODY, &schema_panel_cases, true, false, N_("running cases of the policy")},
    {"due_on", IN_BODY, &schema_day, false, false, N_("the day by which sheets are handed in")},
    {"marks", IN_BODY, &schema_boolean, false, false,
     N_("true: points are given out of the weight of their head, as 26 of 30")},
    {0}};

const struct resource resource_panel_form = {
    .method = "POST",
    PANEL_STEP,
    .statuses = {201},
    .path = "/api/v1/panels",
    .summary = N_("form a panel of experts over some cases"),
    .parameters = form_parameters,
    .handle = post_panels,
    ROLE_AMONG(office_roles),
    .scope = "panels",
};

/* --- one panel ------------------------------------------------------------------------------- */

static void weights_json(struct jout *j, const struct panel *p)
{
    jout_pair_array(j, "heads");
    for (size_t i = 0; i < p->head_count; i++) {
        jout_object(j);
        jout_pair(j, "head", p->heads[i].head);
        jout_pair(j, "label", p->heads[i].label);
        jout_hundredths(j, "weight", p->heads[i].weight);
        jout_pair(j, "head_from", p->heads[i].from_pack ? STR("document") : STR("office"));
        jout_pair(j, "weight_from", p->heads[i].weight_from_pack ? STR("document") : STR("office"));
        jout_end_object(j);
    }
    jout_end_array(j);
}

static err_t cases_json(struct jout *j, struct db *db, const struct panel *p,
                        const struct request *r, struct err *e)
{
    err_t rc = OK;
    jout_pair_array(j, "cases");
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        const struct panel_case *c = &p->cases[i];
        struct str failed;
        rc = panel_failed(&failed, db, c->unit, p->pack, p->evaluation, r->arena, e);
        jout_object(j);
        jout_pair_i64(j, "case", c->id);
        jout_pair_i64(j, "of", c->case_id);
        jout_pair(j, "number", c->number);
        jout_pair_i64(j, "unit", c->unit);
        jout_pair(j, "party", c->name);
        jout_pair(j, "result", c->result);
        jout_pair(j, "result_reason", c->result_reason);
        jout_pair(j, "failed_before", rc == OK ? failed : STR_NONE);
        jout_end_object(j);
    }
    jout_end_array(j);
    return rc;
}

/* The cases that a member does not judge. */
static err_t apart_json(struct jout *j, struct db *db, int64_t member, struct arena *a,
                        struct err *e)
{
    struct ids all = {0};
    err_t rc = db_ids(&all, db,
                      "SELECT panel_case FROM panel_recusal WHERE member = ?1 ORDER BY panel_case",
                      VALUES(v_i64(member)), a, e);
    jout_pair_array(j, "apart");
    for (size_t i = 0; i < all.len; i++)
        jout_i64(j, all.ptr[i]);
    jout_end_array(j);
    return rc;
}

static err_t members_json(struct jout *j, struct db *db, const struct panel *p,
                          const struct request *r, struct err *e)
{
    struct members all;
    err_t rc = panel_members(&all, db, p->id, r->arena, e);
    jout_pair_array(j, "members");
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        const struct member *m = &all.ptr[i];
        jout_object(j);
        jout_pair_i64(j, "member", m->id);
        jout_pair(j, "field", m->field);
        jout_pair_i64(j, "place", m->place);
        jout_pair_i64(j, "expert", m->expert);
        jout_pair(j, "name", m->name);
        jout_pair(j, "state", m->state);
        jout_pair(j, "reason", m->reason);
        jout_pair_i64(j, "invited_ms", m->invited_ms);
        jout_pair(j, "file", m->file);
        jout_pair_id(j, "answered_ms", m->answered_ms);
        jout_pair_id(j, "stated_ms", m->stated_ms);
        rc = apart_json(j, db, m->id, r->arena, e);
        jout_end_object(j);
    }
    jout_end_array(j);
    return rc;
}

static err_t panel_json(struct jout *j, struct db *db, const struct panel *p,
                        const struct request *r, struct err *e)
{
    int64_t rounds = 0;
    err_t rc = panel_rounds(&rounds, db, p->owner_unit, p->pack, p->evaluation, p->year, e);
    jout_object(j);
    panel_head_json(j, p);
    jout_pair_bool(j, "trial", p->trial);
    jout_pair(j, "basis", p->basis);
    jout_pair(j, "held_on", p->held_on);
    jout_hundredths(j, "outlier", p->outlier);
    jout_pair_i64(j, "closed_this_year", rounds);
    jout_pair_array(j, "fields");
    for (size_t i = 0; i < p->field_count; i++) {
        jout_object(j);
        jout_pair(j, "field", p->fields[i].field);
        jout_pair_i64(j, "seats", p->fields[i].seats);
        jout_end_object(j);
    }
    jout_end_array(j);
    weights_json(j, p);
    if (rc == OK)
        rc = cases_json(j, db, p, r, e);
    if (rc == OK)
        rc = members_json(j, db, p, r, e);
    jout_pair(j, "report_digest", p->report_digest);
    jout_end_object(j);
    return rc;
}

/* A drawn expert's view: no party, no other member. */
static void seat_json(struct jout *j, const struct panel *p, const struct member *m)
{
    jout_object(j);
    panel_head_json(j, p);
    jout_pair_bool(j, "trial", p->trial);
    jout_pair(j, "basis", p->basis);
    weights_json(j, p);
    jout_pair_i64(j, "member", m->id);
    jout_pair(j, "field", m->field);
    jout_pair(j, "member_state", m->state);
    jout_pair_id(j, "stated_ms", m->stated_ms);
    jout_end_object(j);
}

static err_t get_panel(struct reply *out, const struct request *r, struct err *e)
{
    int64_t id = request_integer(r, "id", 0);
    struct panel p;
    struct member m;
    struct db *db = NULL;
    struct jout j;
    jout_own(&j);
    err_t rc = panel_reader_get(&db, r, e);
    if (rc == OK && (rc = panel_for_reader(&p, db, r->subject, id, r->arena, e)) == OK) {
        rc = panel_json(&j, db, &p, r, e);
    } else if (rc == E_NOTFOUND && (rc = member_of(&m, db, r->subject, id, r->arena, e)) == OK &&
               (rc = panel_read(&p, db, id, r->arena, e)) == OK) {
        seat_json(&j, &p, &m);
    }
    panel_reader_put(db, r);
    return reply_json_if(rc, out, r, j.to, e);
}

ENUM_SCHEMA(source, NULL, "document", "office");
OBJECT_SCHEMA(head_schema, "PanelHead", REQUIRED("head", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("weight", schema_string),
              REQUIRED("head_from", source), REQUIRED("weight_from", source));
ARRAY_SCHEMA(heads_schema, head_schema);
OBJECT_SCHEMA(case_schema, "PanelCase", REQUIRED("case", schema_integer),
              REQUIRED("of", schema_integer), REQUIRED("number", schema_string),
              REQUIRED("unit", schema_integer), OPTIONAL("party", schema_string),
              OPTIONAL("result", schema_string), OPTIONAL("result_reason", schema_string),
              OPTIONAL("failed_before", schema_string));
ARRAY_SCHEMA(cases_schema, case_schema);
ARRAY_SCHEMA(apart_list, schema_integer);
OBJECT_SCHEMA(member_schema, "PanelMember", REQUIRED("member", schema_integer),
              REQUIRED("field", schema_string), REQUIRED("place", schema_integer),
              REQUIRED("expert", schema_integer), REQUIRED("name", schema_string),
              REQUIRED("state", schema_string), OPTIONAL("reason", schema_string),
              REQUIRED("invited_ms", schema_integer), OPTIONAL("file", schema_string),
              OPTIONAL("answered_ms", schema_integer), OPTIONAL("stated_ms", schema_integer),
              REQUIRED("apart", apart_list));
ARRAY_SCHEMA(members_schema, member_schema);
OBJECT_SCHEMA(panel_schema, NULL, HEAD_MEMBERS, REQUIRED("trial", schema_boolean),
              REQUIRED("basis", schema_string), OPTIONAL("held_on", schema_string),
              OPTIONAL("outlier", schema_string), OPTIONAL("closed_this_year", schema_integer),
              OPTIONAL("fields", field_list), REQUIRED("heads", heads_schema),
              OPTIONAL("cases", cases_schema), OPTIONAL("members", members_schema),
              OPTIONAL("report_digest", schema_string), OPTIONAL("member", schema_integer),
              OPTIONAL("field", schema_string), OPTIONAL("member_state", schema_string),
              OPTIONAL("stated_ms", schema_integer));

const struct resource resource_panel = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}",
    .summary = N_("a panel: all of it for its office and auditors, for members their own seat"),
    .parameters = path_id,
    .reply = &panel_schema,
    .handle = get_panel,
    .need = NEED_ACCOUNT,
    .may = panel_involved,
    .hides = true,
    .scope = "panels",
};

/* /panels: forming a panel, its pool and conflicts, the draw. src/panel holds the rules. */
#include "access/deed.h"
#include "api/panel.h"
#include "api/policy.h"
#include "audit/witness.h"
#include "base/fs.h"
#include "base/msg.h"
#include "base/vec.h"
#include "panel/member.h"

static const char *const officers[] = {"province_officer", "province_leader", "ip_centre_officer",
                                       NULL};
static const struct may owners[] = {{"province_officer", "own_unit", NULL, NULL},
                                    {"province_leader", "own_unit", NULL, NULL},
                                    {"ip_centre_officer", "own_unit", NULL, NULL},
                                    {0}};
static const struct may involved[] = {{"province_officer", "own_unit", NULL, NULL},
                                      {"province_leader", "own_unit", NULL, NULL},
                                      {"ip_centre_officer", "own_unit", NULL, NULL},
                                      {"expert", "own", NULL, NULL},
                                      {0}};
static const struct schema number = {SCHEMA_INTEGER, .minimum = 1, .maximum = INT64_MAX};
static const struct schema hex = {SCHEMA_STRING, .description = N_("64 digits of hex")};

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
}

static err_t get_panels(struct reply *out, const struct request *r, struct err *e)
{
    const struct panel *all = NULL;
    struct db *db = NULL;
    size_t count = 0;
    struct items items;
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc == OK)
        rc = panel_list(&all, &count, db, r->subject, r->arena, e);
    store_reader_put(r->api->store, db);
    if (rc != OK)
        return rc;
    items_begin(&items);
    for (size_t i = 0; i < count; i++) {
        jout_object(&items.json);
        panel_head_json(&items.json, &all[i]);
        jout_end_object(&items.json);
    }
    return items_end(out, r, &items, (int64_t)count, 0, e);
}

#define HEAD_MEMBERS                                                                               \
    {"id", &schema_integer, true}, {"version", &schema_integer, true},                             \
        {"state", &schema_string, true}, {"title", &schema_string, true},                          \
        {"pack", &schema_string, true}, {"pack_version", &schema_string, true},                    \
        {"evaluation", &schema_string, true}, {"mode", &schema_string, true},                      \
    {                                                                                              \
        "year", &schema_integer, true                                                              \
    }

static const struct property item_members[] = {HEAD_MEMBERS, {0}};
static const struct schema item_schema = {SCHEMA_OBJECT, .properties = item_members};
LIST_SCHEMA(panels_schema, item_schema);

const struct resource resource_panels = {
    .method = "GET",
    .path = "/api/v1/panels",
    .summary = N_("panels of my office, or that I was drawn for, latest first"),
    .reply = &panels_schema,
    .handle = get_panels,
    .need = NEED_ACCOUNT,
    .scope = "panels",
};

/* --- forming ------------------------------------------------------------------------------- */

static const struct jvalue *list_in(const struct request *r, const char *name, size_t max,
                                    struct err *e)
{
    const struct jvalue *list = r->body ? jin_get(r->body, name) : NULL;
    if (list && list->type == J_ARRAY && list->count > 0 && list->count <= max)
        return list;
    (void)err_set(e, E_INVALID, "%s: a list of 1 to %zu", name, max);
    return NULL;
}

static err_t read_fields(struct panel *p, const struct request *r, struct err *e)
{
    const struct jvalue *list = list_in(r, "fields", PANEL_FIELDS_MAX, e);
    if (!list)
        return E_INVALID;
    struct panel_field *fields = arena_array(r->arena, list->count, sizeof(*fields));
    for (size_t i = 0; i < list->count; i++) {
        fields[i].field = jin_text(&list->items[i], "field");
        if (fields[i].field.len == 0 || !jin_i64(&fields[i].seats, &list->items[i], "seats"))
            return err_set(e, E_INVALID, "fields: each has a field and its seats");
    }
    p->fields = fields;
    p->field_count = list->count;
    return OK;
}

static err_t read_heads(struct panel *p, const struct request *r, struct err *e)
{
    const struct jvalue *list = list_in(r, "heads", PANEL_HEADS_MAX, e);
    err_t rc = list ? OK : E_INVALID;
    struct panel_head *heads = arena_array(r->arena, PANEL_HEADS_MAX, sizeof(*heads));
    for (size_t i = 0; rc == OK && i < list->count; i++) {
        const struct jvalue *h = &list->items[i];
        heads[i] = (struct panel_head){.head = jin_text(h, "head"), .label = jin_text(h, "label")};
        if (jin_get(h, "weight")) /* absent: the document gives it */
            rc = panel_hundredths(&heads[i].weight, h, "weight", e);
    }
    p->heads = heads;
    p->head_count = rc == OK ? list->count : 0;
    return rc;
}

static err_t read_cases(struct panel *p, const struct request *r, struct err *e)
{
    const struct jvalue *list = list_in(r, "cases", PANEL_CASES_MAX, e);
    if (!list)
        return E_INVALID;
    struct panel_case *cases = arena_array(r->arena, list->count, sizeof(*cases));
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].type != J_NUMBER || !str_to_i64(&cases[i].case_id, list->items[i].text))
            return err_set(e, E_INVALID, "cases: numbers of cases");
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
    x->panel = x->asked;
    return panel_form(&x->panel, db, &d, x->pack, request_value(x->request, "evaluation"), e);
}

static err_t post_panels(struct reply *out, const struct request *r, struct err *e)
{
    struct forming x = {.request = r};
    struct buf b;
    struct jout j;
    x.asked.title = request_value(r, "title");
    x.asked.basis = request_value(r, "basis");
    x.asked.mode = request_value(r, "mode");
    err_t rc = policy_pack(&x.pack, r, "pack", e);
    if (rc == OK)
        rc = read_fields(&x.asked, r, e);
    if (rc == OK)
        rc = read_heads(&x.asked, r, e);
    if (rc == OK)
        rc = read_cases(&x.asked, r, e);
    if (rc == OK)
        rc = panel_hundredths(&x.asked.outlier, r->body, "outlier", e);
    if (rc == OK)
        rc = store_write(r->api->store, form_step, &x, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair_i64(&j, "panel", x.panel.id);
    jout_pair(&j, "state", x.panel.state);
    jout_pair_i64(&j, "version", x.panel.version);
    jout_end_object(&j);
    rc = reply_json(out, r, &b, e);
    out->status = rc == OK ? 201 : 0;
    return rc;
}

static const struct schema objects = {SCHEMA_ARRAY, .items = &schema_any};
static const struct schema numbers = {SCHEMA_ARRAY, .items = &number};
static const struct parameter form_parameters[] = {
    {"title", IN_BODY, &schema_string, true, false, NULL},
    {"pack", IN_BODY, &schema_string, true, false, NULL},
    {"evaluation", IN_BODY, &schema_string, true, false, N_("of the policy: what is judged")},
    {"basis", IN_BODY, &schema_string, true, false,
     N_("by which rule of the office the panel works: the documents do not say it")},
    {"mode", IN_BODY, &schema_string, true, false, N_("blind, open")},
    {"outlier", IN_BODY, &schema_string, true, false,
     N_("points from the mean of the others beyond which a total is marked")},
    {"fields", IN_BODY, &objects, true, false, N_("[{field, seats}], field: of `expertise`")},
    {"heads", IN_BODY, &objects, true, false,
     N_("[{head, label, weight}]; label where the document names none, weight where it gives "
        "none")},
    {"cases", IN_BODY, &numbers, true, false, N_("running cases of the policy")},
    {0}};

const struct resource resource_panel_form = {
    .method = "POST",
    .path = "/api/v1/panels",
    .summary = N_("form a panel of experts over some cases"),
    .parameters = form_parameters,
    .body = BODY_JSON,
    .reply = &schema_panel_done,
    .handle = post_panels,
    .need = NEED_ROLE,
    .roles = officers,
    .scope = "panels",
};

/* --- one panel ------------------------------------------------------------------------------- */

static void weights_json(struct jout *j, const struct panel *p)
{
    jout_name(j, "heads");
    jout_array(j);
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
    jout_name(j, "cases");
    jout_array(j);
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

static err_t members_json(struct jout *j, struct db *db, const struct panel *p,
                          const struct request *r, struct err *e)
{
    const struct member *all = NULL;
    size_t count = 0;
    struct draw x;
    err_t rc = draw_latest(&x, db, p->id, r->arena, e);
    if (rc == OK)
        rc = draw_members(&all, &count, db, x.id, r->arena, e);
    jout_name(j, "members");
    jout_array(j);
    for (size_t i = 0; rc == OK && i < count; i++) {
        jout_object(j);
        jout_pair_i64(j, "member", all[i].id);
        jout_pair(j, "field", all[i].field);
        jout_pair_i64(j, "place", all[i].place);
        jout_pair_i64(j, "expert", all[i].expert);
        jout_pair(j, "name", all[i].name);
        jout_pair(j, "state", all[i].state);
        jout_pair(j, "reason", all[i].reason);
        jout_pair_i64(j, "invited_ms", all[i].invited_ms);
        if (all[i].answered_ms)
            jout_pair_i64(j, "answered_ms", all[i].answered_ms);
        if (all[i].stated_ms)
            jout_pair_i64(j, "stated_ms", all[i].stated_ms);
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
    jout_name(j, "trial");
    jout_bool(j, p->trial);
    jout_pair(j, "basis", p->basis);
    jout_hundredths(j, "outlier", p->outlier);
    jout_pair_i64(j, "closed_this_year", rounds);
    jout_name(j, "fields");
    jout_array(j);
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

/* Of who was drawn: no party, no other member. */
static void seat_json(struct jout *j, const struct panel *p, const struct member *m)
{
    jout_object(j);
    panel_head_json(j, p);
    jout_name(j, "trial");
    jout_bool(j, p->trial);
    jout_pair(j, "basis", p->basis);
    weights_json(j, p);
    jout_pair_i64(j, "member", m->id);
    jout_pair(j, "field", m->field);
    jout_pair(j, "member_state", m->state);
    if (m->stated_ms)
        jout_pair_i64(j, "stated_ms", m->stated_ms);
    jout_end_object(j);
}

static err_t get_panel(struct reply *out, const struct request *r, struct err *e)
{
    int64_t id = request_integer(r, "id", 0);
    struct panel p;
    struct member m;
    struct db *db = NULL;
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    err_t rc = panel_reader_get(&db, r, e);
    if (rc == OK && (rc = panel_of_office(&p, db, r->subject, id, r->arena, e)) == OK) {
        rc = panel_trial(&p.trial, &p, r, e);
        rc = rc == OK ? panel_json(&j, db, &p, r, e) : rc;
    } else if (rc == E_NOTFOUND && (rc = member_of(&m, db, r->subject, id, r->arena, e)) == OK &&
               (rc = panel_read(&p, db, id, r->arena, e)) == OK &&
               (rc = panel_trial(&p.trial, &p, r, e)) == OK) {
        seat_json(&j, &p, &m);
    }
    panel_reader_put(db, r);
    if (rc == OK)
        return reply_json(out, r, &b, e);
    buf_clear(&b);
    return rc;
}

static const struct parameter of_panel[] = {{"id", IN_PATH, &number, true, false, NULL}, {0}};
static const struct property panel_members[] = {HEAD_MEMBERS,
                                                {"trial", &schema_boolean, true},
                                                {"basis", &schema_string, true},
                                                {"outlier", &schema_string, false},
                                                {"closed_this_year", &schema_integer, false},
                                                {"fields", &objects, false},
                                                {"heads", &objects, true},
                                                {"cases", &objects, false},
                                                {"members", &objects, false},
                                                {"report_digest", &schema_string, false},
                                                {"member", &schema_integer, false},
                                                {"field", &schema_string, false},
                                                {"member_state", &schema_string, false},
                                                {"stated_ms", &schema_integer, false},
                                                {0}};
static const struct schema panel_schema = {SCHEMA_OBJECT, .properties = panel_members};

const struct resource resource_panel = {
    .method = "GET",
    .path = "/api/v1/panels/{id}",
    .summary = N_("a panel: for its office all of it, for who was drawn his own seat"),
    .parameters = of_panel,
    .reply = &panel_schema,
    .handle = get_panel,
    .need = NEED_ACCOUNT,
    .may = involved,
    .hides = true,
    .scope = "panels",
};

/* --- conflicts --------------------------------------------------------------------------------- */

static void conflict_json(struct jout *j, const struct conflict *c)
{
    static const char *const kinds[] = {"conflict", "not_drawn", "unknown"};
    jout_object(j);
    jout_pair(j, "kind", str_of(kinds[c->kind]));
    if (c->expert)
        jout_pair_i64(j, "expert", c->expert);
    if (c->panel_case)
        jout_pair_i64(j, "case", c->panel_case);
    jout_pair(j, "reason", c->reason);
    jout_pair(j, "label", str_of(msg(conflict_label(c->reason))));
    jout_pair(j, "rows", c->rows);
    jout_end_object(j);
}

static void pool_json(struct jout *j, const struct pool *pool)
{
    jout_name(j, "pool");
    jout_array(j);
    for (size_t i = 0; i < pool->expert_count; i++) {
        const struct pool_expert *x = &pool->experts[i];
        jout_object(j);
        jout_pair_i64(j, "expert", x->id);
        jout_pair(j, "name", x->name);
        jout_name(j, "fields");
        jout_array(j);
        for (size_t k = 0; k < x->field_count; k++)
            jout_str(j, x->fields[k]);
        jout_end_array(j);
        jout_pair(j, "left_out", x->left_out);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static err_t get_conflicts(struct reply *out, const struct request *r, struct err *e)
{
    struct panel p;
    struct pool pool;
    struct date today;
    const struct conflict *all = NULL;
    struct co_names *patents = NULL;
    struct db *db = NULL;
    size_t count = 0;
    struct buf b;
    struct jout j;
    err_t rc = panel_read_own(&p, r, e);
    if (rc == OK && !date_parse(&today, r->subject->today))
        rc = err_set(e, E_INTERNAL, "the day of this request is no day");
    if (rc == OK)
        rc = panel_look_through(&patents, &p, r, e);
    if (rc == OK)
        rc = panel_reader_get(&db, r, e);
    if (rc == OK)
        rc = pool_read(&pool, db, p.id, p.owner_province, 0, r->subject->today, r->arena, e);
    panel_reader_put(db, r);
    if (rc == OK)
        rc = conflicts_find(&all, &count, &pool, patents, today, r->arena, e);
    co_names_free(patents);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    jout_pair_i64(&j, "panel", p.id);
    pool_json(&j, &pool);
    jout_name(&j, "conflicts");
    jout_array(&j);
    for (size_t i = 0; i < count; i++)
        conflict_json(&j, &all[i]);
    jout_end_array(&j);
    jout_end_object(&j);
    return reply_json(out, r, &b, e);
}

static const struct property conflicts_members[] = {
    {"panel", &schema_integer, true}, {"pool", &objects, true}, {"conflicts", &objects, true}, {0}};
static const struct schema conflicts_schema = {SCHEMA_OBJECT, .properties = conflicts_members};

const struct resource resource_panel_conflicts = {
    .method = "GET",
    .path = "/api/v1/panels/{id}/conflicts",
    .summary = N_("the pool as it stands: who cannot be drawn and why, and what is not known"),
    .parameters = of_panel,
    .reply = &conflicts_schema,
    .handle = get_conflicts,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
    .slow = true,
};

/* --- the draw ------------------------------------------------------------------------------------ */

static err_t act_leave_out(struct panel_step *x, struct db *db, const struct deed *d, struct err *e)
{
    return draw_leave_out(db, d, &x->panel, request_integer(x->request, "expert", 0), e);
}

static err_t post_leave_out(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {.act = act_leave_out};
    return panel_act(out, &x, r, e);
}

static err_t act_freeze(struct panel_step *x, struct db *db, const struct deed *d, struct err *e)
{
    return draw_freeze(&x->draw, db, d, &x->panel, x->patents, e);
}

static err_t post_freeze(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {.act = act_freeze};
    struct co_names *patents = NULL;
    struct panel p;
    err_t rc = panel_read_own(&p, r, e);
    if (rc == OK)
        rc = panel_look_through(&patents, &p, r, e);
    x.patents = patents;
    if (rc == OK)
        rc = panel_act(out, &x, r, e);
    co_names_free(patents);
    return rc;
}

static err_t act_commit(struct panel_step *x, struct db *db, const struct deed *d, struct err *e)
{
    return draw_commit(&x->draw, db, d, &x->panel, request_value(x->request, "commitment"), e);
}

static err_t post_commit(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {.act = act_commit, .in_person = true};
    return panel_act(out, &x, r, e);
}

static err_t act_reveal_witnessed(struct panel_step *x, struct db *db, const struct deed *d,
                                  struct err *e)
{
    return draw_reveal(&x->draw, db, d, &x->panel, request_value(x->request, "value"), true, e);
}

static err_t act_reveal_alone(struct panel_step *x, struct db *db, const struct deed *d,
                              struct err *e)
{
    return draw_reveal(&x->draw, db, d, &x->panel, request_value(x->request, "value"), false, e);
}

static err_t post_reveal(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {.in_person = true};
    struct witness_list known;
    const char *keys = arena_printf(r->arena, "%s/keys", r->api->data_dir).ptr;
    err_t rc = witness_list_read(&known, &fs_system, keys, e);
    x.act = rc == OK && known.count ? act_reveal_witnessed : act_reveal_alone;
    return rc == OK ? panel_act(out, &x, r, e) : rc;
}

static err_t act_fail(struct panel_step *x, struct db *db, const struct deed *d, struct err *e)
{
    return draw_fail(&x->draw, db, d, &x->panel, request_integer(x->request, "account", 0), e);
}

static err_t post_fail(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {.act = act_fail};
    return panel_act(out, &x, r, e);
}

static err_t act_replace(struct panel_step *x, struct db *db, const struct deed *d, struct err *e)
{
    return draw_replace(&x->member, db, d, &x->panel, request_integer(x->request, "member", 0), e);
}

static err_t post_replace(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {.act = act_replace};
    return panel_act(out, &x, r, e);
}

#define TWO N_("two: of the panel and of the draw")

static const struct parameter leave_out_parameters[] = {
    {"id", IN_PATH, &number, true, false, NULL},
    {"expert", IN_BODY, &number, true, false, NULL},
    {"reason", IN_BODY, &schema_string, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter commit_parameters[] = {
    {"id", IN_PATH, &number, true, false, NULL},
    {"commitment", IN_BODY, &hex, true, false, N_("SHA-256 of 32 bytes that you keep")},
    {0}};
static const struct parameter reveal_parameters[] = {
    {"id", IN_PATH, &number, true, false, NULL},
    {"value", IN_BODY, &hex, true, false, N_("the 32 bytes that you committed to")},
    {0}};
static const struct parameter fail_parameters[] = {
    {"id", IN_PATH, &number, true, false, NULL},
    {"account", IN_BODY, &number, false, false, N_("who did not reveal; absent: nobody's fault")},
    {"reason", IN_BODY, &schema_string, true, false, N_("why; kept with the log")},
    {0}};
static const struct parameter replace_parameters[] = {
    {"id", IN_PATH, &number, true, false, NULL},
    {"member", IN_BODY, &number, true, false, NULL},
    {"reason", IN_BODY, &schema_string, true, false, N_("why; kept with the log")},
    {0}};

const struct resource resource_panel_leave_out = {
    .method = "POST",
    .path = "/api/v1/panels/{id}/actions/leave-out",
    .summary = N_("leave an expert out of the pool of this panel"),
    .parameters = leave_out_parameters,
    .handle = post_leave_out,
    .body = BODY_JSON,
    .reply = &schema_panel_done,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
    .entries = ENTRIES_EACH,
    .entries_why = N_("one, of the panel"),
};
const struct resource resource_panel_freeze = {
    .method = "POST",
    .path = "/api/v1/panels/{id}/actions/freeze",
    .summary = N_("freeze pool, fields and exclusions; their digest stands in the log"),
    .parameters = of_panel,
    .handle = post_freeze,
    .slow = true,
    .body = BODY_JSON,
    .reply = &schema_panel_done,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
    .entries = ENTRIES_EACH,
    .entries_why = TWO,
};
const struct resource resource_panel_commit = {
    .method = "POST",
    .path = "/api/v1/panels/{id}/actions/commit",
    .summary = N_("commit to a value of the draw; two officers do"),
    .parameters = commit_parameters,
    .in_person = true,
    .handle = post_commit,
    .body = BODY_JSON,
    .reply = &schema_panel_done,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
    .entries = ENTRIES_EACH,
    .entries_why = N_("one, of the draw, which says the commitment"),
};
const struct resource resource_panel_reveal = {
    .method = "POST",
    .path = "/api/v1/panels/{id}/actions/reveal",
    .summary = N_("reveal your value; with both the experts are drawn"),
    .parameters = reveal_parameters,
    .in_person = true,
    .handle = post_reveal,
    .body = BODY_JSON,
    .reply = &schema_panel_done,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
    .entries = ENTRIES_EACH,
    .entries_why =
        N_("one of the draw; with the second value another, one of the panel and two for "
           "each expert; two where the value is wrong"),
};
const struct resource resource_panel_fail = {
    .method = "POST",
    .path = "/api/v1/panels/{id}/actions/fail",
    .summary = N_("give a draw up, whose value was not revealed"),
    .parameters = fail_parameters,
    .handle = post_fail,
    .body = BODY_JSON,
    .reply = &schema_panel_done,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
    .entries = ENTRIES_EACH,
    .entries_why = TWO,
};
const struct resource resource_panel_replace = {
    .method = "POST",
    .path = "/api/v1/panels/{id}/actions/replace",
    .summary = N_("who does not come is replaced by the next of the same permutation"),
    .parameters = replace_parameters,
    .handle = post_replace,
    .body = BODY_JSON,
    .reply = &schema_panel_done,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
    .entries = ENTRIES_EACH,
    .entries_why = N_("two for who does not come, two for the next, if one is left"),
};

/* --- replaying it ----------------------------------------------------------------------------- */

static err_t draw_json(struct jout *j, struct db *db, const struct draw *x, const struct request *r,
                       struct err *e)
{
    struct commitment given[2];
    const struct member *members = NULL;
    size_t count = 0, member_count = 0;
    err_t rc = draw_commitments(given, &count, db, x->id, r->arena, e);
    if (rc == OK)
        rc = draw_members(&members, &member_count, db, x->id, r->arena, e);
    jout_object(j);
    jout_pair_i64(j, "round", x->round);
    jout_pair(j, "state", x->state);
    jout_pair(j, "frozen", x->frozen);
    jout_pair(j, "digest", x->digest);
    jout_pair(j, "entry", x->entry);
    jout_pair_i64(j, "frozen_ms", x->frozen_ms);
    jout_name(j, "commitments");
    jout_array(j);
    for (size_t i = 0; rc == OK && i < count; i++) {
        jout_object(j);
        jout_pair_i64(j, "part", given[i].part);
        jout_pair_i64(j, "account", given[i].account);
        jout_pair(j, "commitment", given[i].commitment);
        jout_pair(j, "entry", given[i].entry);
        jout_pair(j, "value", given[i].value);
        jout_end_object(j);
    }
    jout_end_array(j);
    if (x->head_size)
        jout_pair_i64(j, "head_size", x->head_size);
    jout_pair(j, "head_root", x->head_root);
    jout_pair(j, "seed", x->seed);
    jout_pair(j, "fault", x->fault);
    if (x->fault_of)
        jout_pair_i64(j, "fault_of", x->fault_of);
    jout_name(j, "members");
    jout_array(j);
    for (size_t i = 0; rc == OK && i < member_count; i++) {
        jout_object(j);
        jout_pair(j, "field", members[i].field);
        jout_pair_i64(j, "place", members[i].place);
        jout_pair_i64(j, "expert", members[i].expert);
        jout_pair(j, "state", members[i].state);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
    return rc;
}

static err_t get_draws(struct reply *out, const struct request *r, struct err *e)
{
    const struct draw *all = NULL;
    struct db *db = NULL;
    struct panel p;
    size_t count = 0;
    struct items items;
    items_begin(&items);
    err_t rc = store_reader_get(&db, r->api->store, e);
    if (rc == OK)
        rc = panel_of_office(&p, db, r->subject, request_integer(r, "id", 0), r->arena, e);
    if (rc == OK)
        rc = draw_list(&all, &count, db, p.id, r->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = draw_json(&items.json, db, &all[i], r, e);
    store_reader_put(r->api->store, db);
    if (rc == OK)
        return items_end(out, r, &items, (int64_t)count, 0, e);
    buf_clear(&items.text);
    return rc;
}

static const struct property draw_item_members[] = {
    {"round", &schema_integer, true},     {"state", &schema_string, true},
    {"frozen", &schema_string, true},     {"digest", &schema_string, true},
    {"entry", &schema_string, true},      {"frozen_ms", &schema_integer, true},
    {"commitments", &objects, true},      {"head_size", &schema_integer, false},
    {"head_root", &schema_string, false}, {"seed", &schema_string, false},
    {"fault", &schema_string, false},     {"fault_of", &schema_integer, false},
    {"members", &objects, true},          {0}};
static const struct schema draw_item = {SCHEMA_OBJECT, .properties = draw_item_members};
LIST_SCHEMA(draws_schema, draw_item);

const struct resource resource_panel_draws = {
    .method = "GET",
    .path = "/api/v1/panels/{id}/draws",
    .summary = N_("all that it takes to draw again, latest draw first"),
    .parameters = of_panel,
    .reply = &draws_schema,
    .handle = get_draws,
    .need = NEED_ROLE,
    .roles = officers,
    .may = owners,
    .hides = true,
    .scope = "panels",
};

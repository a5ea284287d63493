/* /panels/{id}/…: its pool and conflicts, and the draw, which anybody can replay. */
#include "access/deed.h"
#include "api/panel.h"
#include "audit/witness.h"
#include "base/fs.h"
#include "base/msg.h"
#include "panel/member.h"
#include "record/record.h"

static const struct schema hex = {SCHEMA_STRING, .description = N_("64 digits of hex")};

/* --- conflicts --------------------------------------------------------------------------------- */

static void conflict_json(struct jout *j, const struct conflict *c)
{
    static const char *const kinds[] = {"conflict", "not_drawn", "unknown"};
    jout_object(j);
    jout_pair(j, "kind", str_of(kinds[c->kind]));
    jout_pair_id(j, "expert", c->expert);
    jout_pair_id(j, "case", c->panel_case);
    jout_pair(j, "reason", c->reason);
    jout_pair(j, "label", str_of(msg(conflict_label(c->reason))));
    jout_pair(j, "rows", c->rows);
    jout_end_object(j);
}

static void pool_json(struct jout *j, const struct pool *pool)
{
    jout_pair_array(j, "pool");
    for (size_t i = 0; i < pool->expert_count; i++) {
        const struct pool_expert *x = &pool->experts[i];
        jout_object(j);
        jout_pair_i64(j, "expert", x->id);
        jout_pair(j, "name", x->name);
        jout_pair_strs(j, "fields", x->fields, x->field_count);
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
    struct co_names *patents = NULL;
    struct db *db = NULL;
    struct jout j;
    err_t rc = panel_read_own(&p, r, e);
    if (rc == OK && !date_parse(&today, r->subject->today))
        rc = err_set(e, E_INTERNAL, "the day of this request is no day");
    if (rc == OK)
        rc = panel_find_co_names(&patents, &p, r, e);
    if (rc == OK)
        rc = panel_reader_get(&db, r, e);
    if (rc == OK)
        rc = pool_read(&pool, db, p.id, p.owner_province, 0, r->subject->today, r->arena, e);
    panel_reader_put(db, r);
    if (rc == OK)
        rc = conflicts_find(&pool, patents, today, r->arena, e);
    co_names_free(patents);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "panel", p.id);
    pool_json(&j, &pool);
    jout_pair_array(&j, "conflicts");
    for (size_t i = 0; i < pool.conflict_count; i++)
        conflict_json(&j, &pool.conflicts[i]);
    jout_end_array(&j);
    return reply_object(out, r, &j, e);
}

OBJECT_SCHEMA(expert_schema, "PoolExpert", REQUIRED("expert", schema_integer),
              REQUIRED("name", schema_string), REQUIRED("fields", schema_strings),
              OPTIONAL("left_out", schema_string));
ARRAY_SCHEMA(pool_schema, expert_schema);
ENUM_SCHEMA(conflict_kind, NULL, "conflict", "not_drawn", "unknown");
OBJECT_SCHEMA(conflict_schema, "PanelConflict", REQUIRED("kind", conflict_kind),
              OPTIONAL("expert", schema_integer), OPTIONAL("case", schema_integer),
              REQUIRED("reason", schema_string), REQUIRED("label", schema_string),
              OPTIONAL("rows", schema_string));
ARRAY_SCHEMA(conflict_list, conflict_schema);
OBJECT_SCHEMA(conflicts_schema, NULL, REQUIRED("panel", schema_integer),
              REQUIRED("pool", pool_schema), REQUIRED("conflicts", conflict_list));

const struct resource resource_panel_conflicts = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/conflicts",
    .summary = N_("the current pool: experts who cannot be drawn and why, and unknown facts"),
    .parameters = path_id,
    .reply = &conflicts_schema,
    .handle = get_conflicts,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    .lane = LANE_SLOW,
};

/* --- the draw ------------------------------------------------------------------------------------ */

static err_t act_leave_out(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    return draw_leave_out(d->db, d->deed, d->panel, request_integer(x->request, "expert", 0), e);
}

static void label_fields(struct panel *p, const struct request *r)
{
    const struct record_type *t = record_type_find(r->api->kernel->types, STR("expert"));
    const struct field *f = t ? record_field(t, STR("fields")) : NULL;
    struct panel_field *fields = arena_array(r->arena, p->field_count + 1, sizeof(*fields));
    for (size_t i = 0; i < p->field_count; i++) {
        fields[i] = p->fields[i];
        const struct enum_value *value = f ? field_value(f, fields[i].field) : NULL;
        if (value)
            fields[i].label = label_shown(value->label);
    }
    p->fields = fields;
}

static err_t act_freeze(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    label_fields(&x->panel, x->request);
    return draw_freeze(&x->draw, d, x->patents, e);
}

static err_t act_commit(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    return draw_commit(&x->draw, d, request_value(x->request, "commitment"), e);
}

static err_t act_reveal(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    return draw_reveal(&x->draw, d, request_value(x->request, "value"), x->witnessed, e);
}

static err_t post_reveal(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {0};
    struct witness_list known;
    const char *keys = arena_printf(r->arena, "%s/keys", r->api->data_dir).ptr;
    err_t rc = witness_list_read(&known, &fs_system, keys, e);
    x.witnessed = rc == OK && known.count;
    return rc == OK ? panel_act(out, &x, r, e) : rc;
}

static err_t act_fail(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    return draw_fail(&x->draw, d, request_integer(x->request, "account", 0), e);
}

static err_t act_replace(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    return draw_replace(&x->member, d, request_integer(x->request, "member", 0), e);
}

#define TWO N_("two: of the panel and of the draw")

static const struct parameter leave_out_parameters[] = {
    ID_PARAMETER, {"expert", IN_BODY, &schema_id, true, false, NULL}, PANEL_REASON, {0}};
static const struct parameter commit_parameters[] = {
    ID_PARAMETER,
    {"commitment", IN_BODY, &hex, true, false, N_("SHA-256 of 32 bytes that you keep")},
    {0}};
static const struct parameter reveal_parameters[] = {
    ID_PARAMETER,
    {"value", IN_BODY, &hex, true, false, N_("the 32 bytes that you committed to")},
    {0}};
static const struct parameter fail_parameters[] = {
    ID_PARAMETER,
    {"account", IN_BODY, &schema_id, false, false,
     N_("the person who did not reveal; absent: nobody is to blame")},
    PANEL_REASON,
    {0}};
static const struct parameter replace_parameters[] = {
    ID_PARAMETER, {"member", IN_BODY, &schema_id, true, false, NULL}, PANEL_REASON, {0}};

const struct resource resource_panel_leave_out = {
    .method = "POST",
    PANEL_ACT(panel_post, act_leave_out),
    .path = "/api/v1/panels/{id}/actions/leave-out",
    .id = "leaveOutOfPanel",
    .summary = N_("leave an expert out of the pool of this panel"),
    .parameters = leave_out_parameters,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    ENTRIES(EACH, N_("one, of the panel")),
};
const struct resource resource_panel_freeze = {
    .method = "POST",
    PANEL_ACT(panel_post_with_co_names, act_freeze),
    .path = "/api/v1/panels/{id}/actions/freeze",
    .summary = N_("freeze pool, fields and exclusions; their digest stands in the log"),
    .parameters = path_id,
    .lane = LANE_SLOW,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    .entries = ENTRIES_EACH,
    .entries_why = TWO,
};
const struct resource resource_panel_commit = {
    .method = "POST",
    PANEL_ACT(panel_post, act_commit),
    .path = "/api/v1/panels/{id}/actions/commit",
    .summary = N_("commit to a value of the draw; two officers do"),
    .parameters = commit_parameters,
    .in_person = true,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    ENTRIES(EACH, N_("one, of the draw, which says the commitment")),
};
const struct resource resource_panel_reveal = {
    .method = "POST",
    PANEL_STEP,
    .panel_act = act_reveal,
    .path = "/api/v1/panels/{id}/actions/reveal",
    .summary = N_("reveal your value; with both the experts are drawn"),
    .parameters = reveal_parameters,
    .in_person = true,
    .handle = post_reveal,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    ENTRIES(EACH, N_("one of the draw; with the second value another, one of the panel and two for "
                     "each expert; two where the value is wrong")),
};
const struct resource resource_panel_fail = {
    .method = "POST",
    PANEL_ACT(panel_post, act_fail),
    .path = "/api/v1/panels/{id}/actions/fail",
    .summary = N_("give up a draw after a value was not revealed"),
    .parameters = fail_parameters,
    .in_person = true,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    .entries = ENTRIES_EACH,
    .entries_why = TWO,
};
const struct resource resource_panel_replace = {
    .method = "POST",
    PANEL_ACT(panel_post, act_replace),
    .path = "/api/v1/panels/{id}/actions/replace",
    .summary = N_("replace a member who declines by the next of the same permutation"),
    .parameters = replace_parameters,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    ENTRIES(EACH, N_("two for the member who declines, two for the next, if there is one")),
};

/* --- replaying it ----------------------------------------------------------------------------- */

static err_t draw_json(struct jout *j, struct db *db, const struct draw *x, const struct request *r,
                       struct err *e)
{
    struct commitment given[2];
    struct members members = {0};
    size_t count = 0;
    err_t rc = draw_commitments(given, &count, db, x->id, r->arena, e);
    if (rc == OK)
        rc = draw_members(&members, db, x->id, r->arena, e);
    jout_object(j);
    jout_pair_i64(j, "round", x->round);
    jout_pair(j, "state", x->state);
    jout_pair(j, "frozen", x->frozen);
    jout_pair(j, "digest", x->digest);
    jout_pair(j, "entry", x->entry);
    jout_pair_i64(j, "frozen_ms", x->frozen_ms);
    jout_pair_array(j, "commitments");
    for (size_t i = 0; rc == OK && i < count; i++) {
        jout_object(j);
        jout_pair_i64(j, "part", given[i].part);
        jout_pair_i64(j, "account", given[i].account);
        jout_pair(j, "commitment", given[i].commitment);
        jout_pair(j, "entry", given[i].entry);
        jout_pair_bool(j, "revealed", given[i].value.len > 0);
        jout_pair(j, "value", draw_values_shown(given, count) ? given[i].value : STR_NONE);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_id(j, "head_size", x->head_size);
    jout_pair(j, "head_root", x->head_root);
    jout_pair(j, "seed", x->seed);
    jout_pair(j, "fault", x->fault);
    jout_pair_id(j, "fault_of", x->fault_of);
    jout_pair_array(j, "members");
    for (size_t i = 0; rc == OK && i < members.len; i++) {
        jout_object(j);
        jout_pair(j, "field", members.ptr[i].field);
        jout_pair_i64(j, "place", members.ptr[i].place);
        jout_pair_i64(j, "expert", members.ptr[i].expert);
        jout_pair(j, "state", members.ptr[i].state);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
    return rc;
}

static err_t write_draws(struct jout *j, int64_t *total, struct db *db, const struct request *r,
                         struct err *e)
{
    struct draws all = {0};
    struct panel p;
    err_t rc = panel_for_reader(&p, db, r->subject, request_integer(r, "id", 0), r->arena, e);
    if (rc == OK)
        rc = draw_list(&all, db, p.id, r->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = draw_json(j, db, &all.ptr[i], r, e);
    *total = (int64_t)all.len;
    return rc;
}

OBJECT_SCHEMA(commitment_schema, "DrawCommitment", REQUIRED("part", schema_integer),
              REQUIRED("account", schema_integer), REQUIRED("commitment", schema_string),
              OPTIONAL("entry", schema_string), REQUIRED("revealed", schema_boolean),
              OPTIONAL("value", schema_string));
ARRAY_SCHEMA(commitments_schema, commitment_schema);
OBJECT_SCHEMA(drawn_schema, "DrawMember", REQUIRED("field", schema_string),
              REQUIRED("place", schema_integer), REQUIRED("expert", schema_integer),
              REQUIRED("state", schema_string));
ARRAY_SCHEMA(drawn_list, drawn_schema);
OBJECT_SCHEMA(draw_item, NULL, REQUIRED("round", schema_integer), REQUIRED("state", schema_string),
              REQUIRED("frozen", schema_string), REQUIRED("digest", schema_string),
              REQUIRED("entry", schema_string), REQUIRED("frozen_ms", schema_integer),
              REQUIRED("commitments", commitments_schema), OPTIONAL("head_size", schema_integer),
              OPTIONAL("head_root", schema_string), OPTIONAL("seed", schema_string),
              OPTIONAL("fault", schema_string), OPTIONAL("fault_of", schema_integer),
              REQUIRED("members", drawn_list));
LIST_SCHEMA(draws_schema, draw_item);

const struct resource resource_panel_draws = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/draws",
    .summary = N_("all that it takes to draw again, latest draw first"),
    .parameters = path_id,
    .reply = &draws_schema,
    ITEMS(write_draws),
    PANEL_ROLE_AMONG(panel_readers, panel_read_by),
};

/* Readers in a transaction, patents of parties, steps and their answers. */
#include "api/panel.h"
#include "access/deed.h"
#include "access/mutation.h"
#include "base/limits.h"
#include "base/msg.h"
#include "record/scaled.h"

const char *const panel_readers[] = {"province_officer",
                                     "province_leader",
                                     "ip_centre_officer",
                                     "city_officer",
                                     "city_leader",
                                     "auditor",
                                     NULL};
const char *const panel_experts[] = {"expert", NULL};
#define BY_ITS_OFFICE                                                                              \
    {"province_officer", "own_unit", NULL, NULL}, {"province_leader", "own_unit", NULL, NULL},     \
        {"ip_centre_officer", "own_unit", NULL, NULL}, {"city_officer", "own_unit", NULL, NULL},   \
    {                                                                                              \
        "city_leader", "own_unit", NULL, NULL                                                      \
    }
const struct may panel_owners[] = {BY_ITS_OFFICE, {0}};
const struct may panel_read_by[] = {BY_ITS_OFFICE, {"auditor", "own_province", NULL, NULL}, {0}};
const struct may panel_drawn[] = {{"expert", "own", NULL, NULL}, {0}};
const struct may panel_scored_by[] = {BY_ITS_OFFICE, {"expert", "own", NULL, NULL}, {0}};
const struct may panel_involved[] = {
    BY_ITS_OFFICE, {"auditor", "own_province", NULL, NULL}, {"expert", "own", NULL, NULL}, {0}};

err_t panel_reader_get(struct db **out, const struct request *r, struct err *e)
{
    err_t rc = store_reader_get(out, r->api->store, e);
    return rc == OK ? db_begin_read(*out, e) : rc;
}

void panel_reader_put(struct db *db, const struct request *r)
{
    store_reader_put(r->api->store, db); /* which ends the transaction, and with it the rest */
}

/* --- patents --------------------------------------------------------------------------- */

/* An index that lags may lack the very document. */
static err_t index_is_whole(bool *out, const struct request *r, struct err *e)
{
    const char *dir = arena_printf(r->arena, "%s/index", r->api->data_dir).ptr;
    int64_t last = 0;
    *out = true;
    err_t rc = indexer_last_change(&last, r->api->store, e);
    return rc == OK && last > 0 ? indexer_holds(out, dir, last, e) : rc;
}

static err_t look_through(struct co_names *c, struct db *db, struct str name,
                          const struct request *r, struct err *e)
{
    struct str filter = arena_printf(r->arena, "applicant=%.*s", STR_ARG(name));
    struct search_request q = {
        .filters = &filter, .filter_count = 1, .k = RESULTS_MAX, .ids_only = true};
    struct search_reply found = {0};
    if (str_contains(name, STR("*"))) /* a part of a name to the search */
        return OK;
    err_t rc = search_run(&found, r->api->searcher, &q, r->arena, e);
    if (rc != OK || found.total > found.hit_count)
        return rc;
    int64_t *ids = arena_array(r->arena, found.hit_count + 1, sizeof(*ids));
    for (size_t i = 0; i < found.hit_count; i++)
        ids[i] = found.hits[i].id;
    return co_names_add(c, db, name, ids, found.hit_count, e);
}

err_t panel_find_co_names(struct co_names **out, const struct panel *p, const struct request *r,
                          struct err *e)
{
    struct co_names *c = NULL;
    struct db *db = NULL;
    bool whole = false;
    err_t rc = index_is_whole(&whole, r, e);
    *out = NULL;
    if (rc != OK || !whole)
        return rc;
    c = co_names_new();
    rc = store_reader_get(&db, r->api->store, e);
    for (size_t i = 0; rc == OK && i < p->case_count; i++)
        rc = look_through(c, db, p->cases[i].name, r, e);
    store_reader_put(r->api->store, db);
    if (rc == OK)
        *out = c;
    else
        co_names_free(c);
    return rc;
}

err_t panel_read_own(struct panel *p, const struct request *r, struct err *e)
{
    return STORE_READ(db, r->api->store, e,
                      panel_of_office(p, db, r->subject, request_integer(r, "id", 0), r->arena, e));
}

/* --- steps ------------------------------------------------------------------------------- */

static err_t step(struct db *db, void *arg, struct err *e)
{
    struct panel_step *x = arg;
    const struct request *r = x->request;
    struct deed d = request_deed(r);
    int64_t id = request_integer(r, "id", 0);
    bool by_member = r->resource->roles == panel_experts; /* who was drawn, not an officer */
    d.as = by_member ? NULL : panel_owner_grant(r->subject);
    x->draw = (struct draw){0};
    x->member = (struct member){0};
    if (r->resource->in_person && r->subject->by_token && !access_off(STR("panels"), "person"))
        return err_set(e, E_DENIED, "only a signed-in person can commit to a value and reveal it");
    err_t rc = by_member ? member_of(&x->member, db, r->subject, id, r->arena, e)
                         : panel_of_office(&x->panel, db, r->subject, id, r->arena, e);
    if (rc == OK && by_member)
        rc = panel_read(&x->panel, db, id, r->arena, e);
    return rc == OK ? r->resource->panel_act(x, &(struct panel_deed){db, &d, &x->panel}, e) : rc;
}

err_t panel_act(struct reply *out, struct panel_step *x, const struct request *r, struct err *e)
{
    struct jout j;
    x->request = r;
    err_t rc = store_write(r->api->store, step, x, e);
    if (rc != OK)
        return rc;
    jout_open(&j);
    jout_pair_i64(&j, "panel", x->panel.id);
    jout_pair(&j, "state", x->panel.state);
    jout_pair_i64(&j, "version", x->panel.version);
    if (x->draw.id) {
        jout_pair_i64(&j, "round", x->draw.round);
        jout_pair(&j, "draw", x->draw.state);
        jout_pair(&j, "digest", x->draw.digest);
        jout_pair(&j, "fault", x->draw.fault);
    }
    if (x->member.id) {
        jout_pair_i64(&j, "member", x->member.id);
        jout_pair(&j, "member_state", x->member.state);
    }
    if (x->sheet.id) {
        jout_pair_i64(&j, "sheet", x->sheet.id);
        jout_pair_i64(&j, "sheet_version", x->sheet.version);
        jout_pair(&j, "sheet_state", x->sheet.state);
    }
    return reply_object(out, r, &j, e);
}

err_t panel_post(struct reply *out, const struct request *r, struct err *e)
{
    return panel_act(out, &(struct panel_step){0}, r, e);
}

err_t panel_post_with_co_names(struct reply *out, const struct request *r, struct err *e)
{
    struct co_names *patents = NULL;
    struct panel p;
    err_t rc = panel_read_own(&p, r, e);
    if (rc == OK)
        rc = panel_find_co_names(&patents, &p, r, e);
    if (rc == OK)
        rc = panel_act(out, &(struct panel_step){.patents = patents}, r, e);
    co_names_free(patents);
    return rc;
}

err_t panel_made(struct reply *out, const struct panel *p, const struct request *r, struct err *e)
{
    struct jout j;
    jout_open(&j);
    jout_pair_i64(&j, "panel", p->id);
    jout_pair(&j, "state", p->state);
    jout_pair_i64(&j, "version", p->version);
    err_t rc = reply_object(out, r, &j, e);
    out->status = rc == OK ? 201 : 0;
    return rc;
}

OBJECT_MEMBERS(done, REQUIRED("panel", schema_integer), REQUIRED("state", schema_string),
               REQUIRED("version", schema_integer), OPTIONAL("round", schema_integer),
               OPTIONAL("draw", schema_string), OPTIONAL("digest", schema_string),
               OPTIONAL("fault", schema_string), OPTIONAL("member", schema_integer),
               OPTIONAL("member_state", schema_string), OPTIONAL("sheet", schema_integer),
               OPTIONAL("sheet_version", schema_integer), OPTIONAL("sheet_state", schema_string));
const struct schema schema_panel_done = {SCHEMA_OBJECT, .name = "PanelDone",
                                         .properties = done_members};

/* --- numbers ------------------------------------------------------------------------------- */

err_t panel_hundredths(int64_t *out, const struct jvalue *of, const char *name, const char *path,
                       struct err *e)
{
    struct str text = jin_text(of, name);
    if (!str_starts(text, STR("-")) && scaled_read(out, text, 2))
        return OK;
    return err_set(e, E_INVALID, "%s: a number with at most two decimals, as \"85.50\"", path);
}

void jout_hundredths(struct jout *j, const char *name, int64_t n)
{
    char room[SCALED_TEXT_MAX];
    jout_pair(j, name, scaled_write(room, n, 2));
}

/* /panels/{id}/actions/choose and /panels/meetings: experts whom the office chooses, a review held as a meeting. */
#include "access/deed.h"
#include "api/panel.h"
#include "api/policy.h"
#include "base/msg.h"
#include "panel/chosen.h"

/* --- choosing ------------------------------------------------------------------------------ */

static err_t act_choose(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    const struct jvalue *list = jin_get(x->request->body, "experts");
    int64_t *experts = arena_array(d->deed->arena, list->count + 1, sizeof(*experts));
    for (size_t i = 0; i < list->count; i++)
        if (!str_to_i64(&experts[i], list->items[i].text))
            return err_set(e, E_INVALID, "experts[%zu]: the number of an expert", i);
    struct choosing c = {.db = d->db,
                         .deed = d->deed,
                         .panel = d->panel,
                         .experts = experts,
                         .count = list->count,
                         .patents = x->patents};
    return panel_choose(&x->draw, &c, e);
}

ARRAY_SCHEMA(numbers, schema_id);
static const struct parameter choose_parameters[] = {
    ID_PARAMETER,
    {"experts", IN_BODY, &numbers, true, false, N_("from the pool of your province")},
    {0}};

const struct resource resource_panel_choose = {
    .method = "POST",
    PANEL_ACT(panel_post_with_co_names, act_choose),
    .path = "/api/v1/panels/{id}/actions/choose",
    .summary =
        N_("choose experts, who are invited and score online; conflicts of interest are checked"),
    .parameters = choose_parameters,
    .lane = LANE_SLOW,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    ENTRIES(EACH, N_("one of the panel, one of the choice, two for each expert")),
};

/* --- the meeting --------------------------------------------------------------------------- */

struct meeting_step {
    const struct request *request;
    const struct pack *pack;
    const struct co_names *patents;
    struct meeting meeting;
    struct panel asked, panel;
};

static err_t read_experts(struct meeting *m, const struct request *r, struct err *e)
{
    const struct jvalue *list = jin_get(r->body, "experts");
    struct meeting_expert *all = arena_array(r->arena, list->count + 1, sizeof(*all));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < list->count; i++) {
        const struct jvalue *one = &list->items[i];
        struct recusal *recusals = NULL;
        const char *path = arena_printf(r->arena, "experts[%zu].recusals", i).ptr;
        all[i] = (struct meeting_expert){.file = jin_text(one, "file")};
        if (!jin_i64(&all[i].expert, one, "expert"))
            return err_set(e, E_INVALID, "experts[%zu].expert: the number of an expert", i);
        rc = panel_recusals_read(&recusals, &all[i].recusal_count, jin_get(one, "recusals"), path,
                                 r, e);
        all[i].recusals = recusals;
    }
    m->experts = all;
    m->expert_count = list->count;
    return rc;
}

static err_t read_scores(struct meeting_sheet *x, const struct jvalue *list, size_t at,
                         const struct request *r, struct err *e)
{
    struct str *heads = arena_array(r->arena, list->count + 1, sizeof(*heads));
    int64_t *points = arena_array(r->arena, list->count + 1, sizeof(*points));
    err_t rc = OK;
    for (size_t k = 0; rc == OK && k < list->count; k++) {
        heads[k] = jin_text(&list->items[k], "head");
        rc = panel_hundredths(&points[k], &list->items[k], "points",
                              arena_printf(r->arena, "sheets[%zu].scores[%zu].points", at, k).ptr,
                              e);
    }
    x->heads = heads;
    x->points = points;
    x->count = list->count;
    return rc;
}

static err_t read_sheets(struct meeting *m, const struct request *r, struct err *e)
{
    const struct jvalue *list = jin_get(r->body, "sheets");
    struct meeting_sheet *all = arena_array(r->arena, list->count + 1, sizeof(*all));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < list->count; i++) {
        const struct jvalue *one = &list->items[i];
        all[i] = (struct meeting_sheet){.opinion = str_trim(jin_text(one, "opinion")),
                                        .result = jin_text(one, "result")};
        if (!jin_i64(&all[i].case_id, one, "case"))
            return err_set(e, E_INVALID, "sheets[%zu].case: a number of a case", i);
        if (!jin_i64(&all[i].expert, one, "expert"))
            return err_set(e, E_INVALID, "sheets[%zu].expert: the number of an expert", i);
        rc = read_scores(&all[i], jin_get(one, "scores"), i, r, e);
    }
    m->sheets = all;
    m->sheet_count = list->count;
    return rc;
}

static err_t read_results(struct meeting *m, const struct request *r, struct err *e)
{
    const struct jvalue *list = jin_get(r->body, "results");
    struct meeting_result *all = arena_array(r->arena, list->count + 1, sizeof(*all));
    for (size_t i = 0; i < list->count; i++) {
        all[i] = (struct meeting_result){.result = jin_text(&list->items[i], "result"),
                                         .reason = str_trim(jin_text(&list->items[i], "reason"))};
        if (!jin_i64(&all[i].case_id, &list->items[i], "case"))
            return err_set(e, E_INVALID, "results[%zu].case: a number of a case", i);
    }
    m->results = all;
    m->result_count = list->count;
    return OK;
}

/* Those of the document, which gives their weights; else one, of which the points are the whole. */
static void take_default_heads(struct panel *p, const struct pack *pack, const struct request *r)
{
    const struct part *judged = part_named(pack, PART_EVALUATIONS, request_value(r, "evaluation"));
    const struct part_value *said = judged ? part_value(judged, "heads") : NULL;
    size_t count = said && said->given ? said->item_count : 0;
    struct panel_head *heads = arena_array(r->arena, count + 1, sizeof(*heads));
    heads[0] =
        (struct panel_head){.head = STR("total"), .label = STR("总分"), .weight = PANEL_WEIGHT_ALL};
    for (size_t i = 0; i < count; i++)
        heads[i] = (struct panel_head){.head = said->items[i].id};
    p->heads = heads;
    p->head_count = count ? count : 1;
}

/* Names of the parties, for the search of patents. A case that the officer may not see has none; panel_form refuses it. */
static err_t name_parties(struct panel *p, const struct request *r, struct err *e)
{
    struct panel_case *cases = arena_array(r->arena, p->case_count + 1, sizeof(*cases));
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, r->api->store, e);
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        cases[i] = p->cases[i];
        rc = db_row(NULL, db,
                    "SELECT u.name FROM flow_case f JOIN unit u ON u.id = f.owner_unit WHERE"
                    " f.id = ?1",
                    VALUES(v_i64(cases[i].case_id)), INTO(into_str(&cases[i].name)), r->arena, e);
    }
    store_reader_put(r->api->store, db);
    p->cases = cases;
    return rc;
}

static err_t meet_step(struct db *db, void *arg, struct err *e)
{
    struct meeting_step *x = arg;
    struct deed d = request_deed(x->request);
    d.as = panel_owner_grant(d.by);
    x->panel = x->asked;
    struct choosing c = {.db = db, .deed = &d, .panel = &x->panel, .patents = x->patents};
    return panel_meet(&c, x->pack, request_value(x->request, "evaluation"), &x->meeting, e);
}

static err_t post_meeting(struct reply *out, const struct request *r, struct err *e)
{
    struct meeting_step x = {.request = r};
    struct co_names *patents = NULL;
    x.asked = (struct panel){.title = str_trim(request_value(r, "title")),
                             .basis = str_trim(request_value(r, "basis")),
                             .held_on = request_value(r, "held_on"),
                             .mode = STR("open"),
                             .outlier = PANEL_POINTS_MAX};
    err_t rc = policy_pack(&x.pack, r, "pack", e);
    if (rc == OK && jin_get(r->body, "heads"))
        rc = panel_heads_read(&x.asked, r, e);
    else if (rc == OK)
        take_default_heads(&x.asked, x.pack, r);
    if (rc == OK)
        rc = panel_cases_read(&x.asked, r, e);
    if (rc == OK)
        rc = read_experts(&x.meeting, r, e);
    if (rc == OK)
        rc = read_sheets(&x.meeting, r, e);
    if (rc == OK)
        rc = read_results(&x.meeting, r, e);
    if (rc == OK)
        rc = name_parties(&x.asked, r, e);
    if (rc == OK)
        rc = panel_find_co_names(&patents, &x.asked, r, e);
    x.patents = patents;
    if (rc == OK)
        rc = store_write(r->api->store, meet_step, &x, e);
    co_names_free(patents);
    return rc == OK ? panel_made(out, &x.panel, r, e) : rc;
}

#define LIST_OF(name, ...)                                                                         \
    static const struct property name##_members[] = {__VA_ARGS__, {0}};                            \
    static const struct schema name##_schema = {SCHEMA_OBJECT, .properties = name##_members};      \
    static const struct schema name##_list = {SCHEMA_ARRAY, .items = &name##_schema}
LIST_OF(expert, {"expert", &schema_integer, true}, {"file", &schema_string, true},
        {"recusals", &schema_panel_recusals, false});
LIST_OF(sheet, {"case", &schema_integer, true}, {"expert", &schema_integer, true},
        {"scores", &schema_panel_scores, true}, {"opinion", &schema_prose, false},
        {"result", &schema_line, false});
LIST_OF(result, {"case", &schema_integer, true}, {"result", &schema_line, true},
        {"reason", &schema_reason, true});
static const struct parameter meeting_parameters[] = {
    {"title", IN_BODY, &schema_line, true, false, NULL},
    {"pack", IN_BODY, &schema_string, true, false, NULL},
    {"evaluation", IN_BODY, &schema_string, true, false, N_("the evaluation of the policy")},
    {"basis", IN_BODY, &schema_reason, true, false,
     N_("by which rule of the office the panel works: the documents do not say it")},
    {"held_on", IN_BODY, &schema_string, true, false, N_("day of the meeting, as 2026-03-09")},
    {"heads", IN_BODY, &schema_panel_heads, false, false,
     N_("[{head, label, weight}]; absent: the document's, or one, `total`")},
    {"cases", IN_BODY, &schema_panel_cases, true, false, N_("running cases of the policy")},
    {"experts", IN_BODY, &expert_list, true, false,
     N_("[{expert, file, recusals}]: the members present, the SHA-256 of the file of their signed "
        "sheets, the parties with whom they have a conflict")},
    {"sheets", IN_BODY, &sheet_list, true, false,
     N_("[{case, expert, scores, opinion, result}]: one for each expert and case without a "
        "conflict")},
    {"results", IN_BODY, &result_list, true, false,
     N_("[{case, result, reason}]: the results of the meeting; pass or fail")},
    {0}};

const struct resource resource_panel_meeting = {
    .method = "POST",
    PANEL_STEP,
    .statuses = {201},
    .path = "/api/v1/panels/meetings",
    .summary = N_("record a review that was held as a meeting: experts, sheets, results"),
    .parameters = meeting_parameters,
    .handle = post_meeting,
    .lane = LANE_SLOW,
    ROLE_AMONG(office_roles),
    .scope = "panels",
    ENTRIES(EACH,
            N_("three of the panel, one of the choice, two for each expert, one for each sheet")),
};

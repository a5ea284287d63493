/* /panels/{id}/…: what an expert answers, declares and scores, and what comes of it.
 * Who was drawn sees his own sheets; a case that he has a conflict with is not there for him. */
#include "access/deed.h"
#include "access/mutation.h"
#include "api/panel.h"
#include "api/policy.h"
#include "base/msg.h"
#include "base/vec.h"
#include "panel/member.h"
#include "policy/pack.h"

/* "85.50", or the number 85.5. */
UNION_SCHEMA(hundredths, NULL, &schema_string, &schema_number);

OBJECT_SCHEMA(recusal_schema, NULL, REQUIRED("unit", schema_integer),
              REQUIRED("reason", schema_reason));
OBJECT_SCHEMA(score_schema, NULL, REQUIRED("head", schema_line), OPTIONAL("points", hundredths),
              OPTIONAL("reason", schema_reason));
const struct schema schema_panel_recusals = {SCHEMA_ARRAY, .items = &recusal_schema};
const struct schema schema_panel_scores = {SCHEMA_ARRAY, .items = &score_schema};
OBJECT_SCHEMA(result_schema, NULL, REQUIRED("case", schema_integer),
              REQUIRED("result", schema_line), REQUIRED("reason", schema_reason));
ARRAY_SCHEMA(result_list, result_schema);

/* --- answering --------------------------------------------------------------------------- */

static err_t act_answer(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    struct str answer = request_value(x->request, "answer");
    if (!str_is(answer, "accept") && !str_is(answer, "refuse"))
        return err_set(e, E_INVALID, "answer: accept or refuse, not '%.*s'", STR_ARG(answer));
    return member_answer(&x->member, d, str_is(answer, "accept"), e);
}

err_t panel_recusals_read(struct recusal **out, size_t *count, const struct jvalue *list,
                          const char *path, const struct request *r, struct err *e)
{
    *count = 0;
    if (!list)
        return OK;
    if (list->count > PANEL_CASES_MAX)
        return err_set(e, E_INVALID, "%s: at most %d; empty: no conflict with any party", path,
                       PANEL_CASES_MAX);
    *out = arena_array(r->arena, list->count + 1, sizeof(**out));
    *count = list->count;
    for (size_t i = 0; i < list->count; i++) {
        (*out)[i].reason = str_trim(jin_text(&list->items[i], "reason"));
        if (!jin_i64(&(*out)[i].unit, &list->items[i], "unit"))
            return err_set(e, E_INVALID, "%s[%zu].unit: the number of a party's unit", path, i);
        for (size_t k = 0; k < i; k++)
            if ((*out)[k].unit == (*out)[i].unit)
                return err_set(e, E_INVALID, "%s[%zu].unit: %lld is listed twice", path, i,
                               (long long)(*out)[i].unit);
    }
    return OK;
}

static err_t act_declare(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    struct recusal *recusals = NULL;
    size_t count = 0;
    err_t rc = panel_recusals_read(&recusals, &count, jin_get(x->request->body, "recusals"),
                                   "recusals", x->request, e);
    return rc == OK ? member_declare(&x->member, d, recusals, count, e) : rc;
}

/* Every party of the panel by name, not by case: what a statement is made against. */
static err_t get_parties(struct reply *out, const struct request *r, struct err *e)
{
    VEC(struct panel_case) parties = {0};
    struct member m;
    struct panel p = {0};
    struct items items;
    int64_t id = request_integer(r, "id", 0);
    items_begin(&items);
    err_t rc = STORE_READ(db, r->api->store, e,
                          member_of(&m, db, r->subject, id, r->arena, e)
                              ?: panel_read(&p, db, id, r->arena, e));
    for (size_t i = 0; rc == OK && i < p.case_count; i++) {
        size_t at = 0;
        while (at < parties.len && parties.ptr[at].unit < p.cases[i].unit)
            at++;
        if (at < parties.len && parties.ptr[at].unit == p.cases[i].unit)
            continue;
        VEC_PUSH(r->arena, &parties, p.cases[i]); /* by unit: the order of cases tells nothing */
        for (size_t k = parties.len - 1; k > at; k--)
            parties.ptr[k] = parties.ptr[k - 1];
        parties.ptr[at] = p.cases[i];
    }
    for (size_t i = 0; i < parties.len; i++) {
        jout_object(&items.json);
        jout_pair_i64(&items.json, "unit", parties.ptr[i].unit);
        jout_pair(&items.json, "name", parties.ptr[i].name);
        jout_end_object(&items.json);
    }
    return items_end_if(rc, out, r, &items, (int64_t)parties.len, 0, e);
}

OBJECT_SCHEMA(party_schema, NULL, REQUIRED("unit", schema_integer),
              REQUIRED("name", schema_string));
LIST_SCHEMA(parties_schema, party_schema);

static const struct parameter answer_parameters[] = {
    ID_PARAMETER,
    {"answer", IN_BODY, &schema_string, true, false, N_("accept, refuse")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("the reason, when refusing")},
    {0}};
static const struct parameter declare_parameters[] = {
    ID_PARAMETER,
    {"recusals", IN_BODY, &schema_panel_recusals, true, false,
     N_("[{unit, reason}]: parties with whom there is a conflict; empty: with none")},
    {0}};

const struct resource resource_panel_answer = {
    .method = "POST",
    PANEL_ACT(panel_post, act_answer),
    .path = "/api/v1/panels/{id}/actions/answer",
    .summary = N_("say whether you come to the panel that you were drawn for"),
    .parameters = answer_parameters,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
    ENTRIES(EACH,
            N_("two, of the answer and the invitation; where you refuse, two more for the next")),
};
const struct resource resource_panel_declare = {
    .method = "POST",
    PANEL_ACT(panel_post, act_declare),
    .path = "/api/v1/panels/{id}/actions/declare",
    .summary = N_("say with which parties you have a conflict, before anything is shown"),
    .parameters = declare_parameters,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};
const struct resource resource_panel_parties = {
    .reads = READS_ROWS,
    .path = "/api/v1/panels/{id}/parties",
    .summary = N_("the parties of a panel by name, for the statement on conflicts"),
    .parameters = path_id,
    .reply = &parties_schema,
    .handle = get_parties,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};

/* --- sheets --------------------------------------------------------------------------------- */

static void sheet_json(struct jout *j, const struct panel *p, const struct sheet *x)
{
    jout_pair_i64(j, "case", x->panel_case);
    jout_pair_i64(j, "member", x->member);
    jout_pair_id(j, "sheet", x->id);
    jout_pair_i64(j, "version", x->version);
    jout_pair(j, "state", x->state);
    jout_pair_array(j, "scores");
    for (size_t i = 0; i < p->head_count; i++)
        if (x->points[i] != SCORE_NONE || x->reasons[i].len) {
            jout_object(j);
            jout_pair(j, "head", p->heads[i].head);
            jout_pair(j, "label", p->heads[i].label);
            if (x->points[i] != SCORE_NONE)
                jout_hundredths(j, "points", x->points[i]);
            jout_pair(j, "reason", x->reasons[i]);
            jout_end_object(j);
        }
    jout_end_array(j);
    jout_pair(j, "opinion", x->opinion);
    jout_pair(j, "result", x->result);
    jout_pair_id(j, "locked_ms", x->locked_ms);
}

/* A blind panel calls a case by its place and does not say whose it is. */
static void case_json(struct jout *j, const struct panel *p, size_t at)
{
    bool open = str_is(p->mode, "open") || access_off(STR("panels"), "blind");
    jout_pair_i64(j, "place", (int64_t)at + 1);
    if (!open)
        return;
    jout_pair(j, "number", p->cases[at].number);
    jout_pair(j, "party", p->cases[at].name);
}

static size_t case_at(const struct panel *p, int64_t panel_case)
{
    size_t at = 0;
    while (at < p->case_count && p->cases[at].id != panel_case)
        at++;
    return at;
}

static err_t own_sheets(struct items *to, int64_t *count, struct db *db, const struct panel *p,
                        const struct request *r, struct err *e)
{
    struct member m;
    err_t rc = member_of(&m, db, r->subject, p->id, r->arena, e);
    for (size_t i = 0; rc == OK && i < p->case_count; i++) {
        struct sheet x;
        bool sees = false;
        rc = member_sees(&sees, db, &(struct member_case){&m, p, p->cases[i].id, r->subject->today},
                         r->arena, e);
        if (rc == OK && sees)
            rc = score_own(&x, &m, db, r->subject, p, p->cases[i].id, r->arena, e);
        if (rc != OK || !sees)
            continue;
        jout_object(&to->json);
        case_json(&to->json, p, i);
        sheet_json(&to->json, p, &x);
        jout_end_object(&to->json);
        (*count)++;
    }
    return rc;
}

/* For the office: who has submitted which sheets; points only after they are locked. */
static err_t all_sheets(struct items *to, int64_t *count, struct db *db, const struct panel *p,
                        const struct request *r, struct err *e)
{
    struct sheets all;
    err_t rc = score_sheets(&all, db, p, r->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        struct sheet x = all.ptr[i];
        size_t at = case_at(p, x.panel_case);
        jout_object(&to->json);
        jout_pair_i64(&to->json, "place", (int64_t)at + 1);
        jout_pair(&to->json, "number", p->cases[at].number);
        jout_pair(&to->json, "party", p->cases[at].name);
        if (!str_is(x.state, "locked") && !access_off(STR("panels"), "locked")) {
            x.opinion = x.result = STR_NONE;
            for (size_t h = 0; h < p->head_count; h++) {
                x.points[h] = SCORE_NONE;
                x.reasons[h] = STR_NONE;
            }
        }
        sheet_json(&to->json, p, &x);
        jout_end_object(&to->json);
        (*count)++;
    }
    return rc;
}

static err_t get_scores(struct reply *out, const struct request *r, struct err *e)
{
    int64_t id = request_integer(r, "id", 0), count = 0;
    struct panel p;
    struct db *db = NULL;
    struct items items;
    items_begin(&items);
    err_t rc = panel_reader_get(&db, r, e);
    if (rc == OK) {
        rc = panel_of_office(&p, db, r->subject, id, r->arena, e);
        if (rc == OK)
            rc = all_sheets(&items, &count, db, &p, r, e);
        else if (rc == E_NOTFOUND && (rc = panel_read(&p, db, id, r->arena, e)) == OK)
            rc = own_sheets(&items, &count, db, &p, r, e);
    }
    panel_reader_put(db, r);
    return items_end_if(rc, out, r, &items, count, 0, e);
}

static err_t get_score(struct reply *out, const struct request *r, struct err *e)
{
    int64_t id = request_integer(r, "id", 0), panel_case = request_integer(r, "case_id", 0);
    struct panel p;
    struct sheet x;
    struct member m;
    struct db *db = NULL;
    struct jout j;
    err_t rc = panel_reader_get(&db, r, e);
    if (rc == OK)
        rc = panel_read(&p, db, id, r->arena, e);
    if (rc == OK)
        rc = score_own(&x, &m, db, r->subject, &p, panel_case, r->arena, e);
    panel_reader_put(db, r);
    if (rc != OK)
        return rc;
    jout_open(&j);
    case_json(&j, &p, case_at(&p, panel_case));
    sheet_json(&j, &p, &x);
    return reply_object(out, r, &j, e);
}

/* --- scoring ------------------------------------------------------------------------------------ */

static err_t read_points(struct sheet *x, const struct panel *p, const struct request *r,
                         struct err *e)
{
    const struct jvalue *list = jin_get(r->body, "scores");
    err_t rc = OK;
    x->points = arena_array(r->arena, p->head_count, sizeof(*x->points));
    x->reasons = arena_array(r->arena, p->head_count, sizeof(*x->reasons));
    for (size_t i = 0; i < p->head_count; i++)
        x->points[i] = SCORE_NONE;
    for (size_t k = 0; rc == OK && k < list->count; k++) {
        struct str head = jin_text(&list->items[k], "head");
        size_t i = 0;
        while (i < p->head_count && !str_eq(p->heads[i].head, head))
            i++;
        if (i == p->head_count)
            return err_set(e, E_INVALID, "scores[%zu].head: the panel has no head '%.*s'", k,
                           STR_ARG(head));
        if (x->points[i] != SCORE_NONE)
            return err_set(e, E_INVALID, "scores[%zu].head: '%.*s' is listed twice", k,
                           STR_ARG(p->heads[i].label));
        x->reasons[i] = str_trim(jin_text(&list->items[k], "reason"));
        if (jin_get(&list->items[k], "points"))
            rc = panel_hundredths(&x->points[i], &list->items[k], "points",
                                  arena_printf(r->arena, "scores[%zu].points", k).ptr, e);
        if (rc == OK && x->points[i] > panel_full(p, i))
            rc = err_set(e, E_INVALID, "scores[%zu].points: '%.*s' has 0 to %lld points", k,
                         STR_ARG(p->heads[i].label), (long long)(panel_full(p, i) / 100));
    }
    return rc;
}

static err_t act_save(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    const struct request *r = x->request;
    x->sheet = (struct sheet){.panel_case = request_integer(r, "case_id", 0),
                              .version = request_integer(r, "version", 0),
                              .opinion = request_value(r, "opinion"),
                              .result = request_value(r, "result")};
    err_t rc = read_points(&x->sheet, &x->panel, r, e);
    return rc == OK ? score_save(&x->sheet, d->db, d->deed, d->panel, e) : rc;
}

static err_t act_submit(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    x->sheet = (struct sheet){.panel_case = request_integer(x->request, "case_id", 0),
                              .version = request_integer(x->request, "version", 0)};
    return score_submit(&x->sheet, d->db, d->deed, d->panel, e);
}

static err_t reopen_step(struct db *db, const struct request *r, const struct deed *d,
                         struct err *e)
{
    struct panel p;
    struct sheet x;
    err_t rc = panel_of_office(&p, db, r->subject, request_integer(r, "id", 0), r->arena, e);
    return rc == OK ? score_reopen(&x, &(struct panel_deed){db, d, &p},
                                   request_integer(r, "sheet", 0), e)
                    : rc;
}

static err_t post_reopen(struct reply *out, const struct request *r, struct err *e)
{
    int64_t waits = 0;
    err_t rc = request_propose(&waits, r, reopen_step, e);
    return rc == OK ? reply_proposed(out, r, "reopened", waits, e) : rc;
}

OBJECT_SCHEMA(scored_schema, "ScoredHead", REQUIRED("head", schema_string),
              OPTIONAL("label", schema_string), OPTIONAL("points", schema_string),
              OPTIONAL("reason", schema_string));
ARRAY_SCHEMA(scored_list, scored_schema);
OBJECT_SCHEMA(sheet_schema, NULL, REQUIRED("place", schema_integer),
              OPTIONAL("number", schema_string), OPTIONAL("party", schema_string),
              REQUIRED("case", schema_integer), REQUIRED("member", schema_integer),
              OPTIONAL("sheet", schema_integer), REQUIRED("version", schema_integer),
              REQUIRED("state", schema_string), REQUIRED("scores", scored_list),
              OPTIONAL("opinion", schema_string), OPTIONAL("result", schema_string),
              OPTIONAL("locked_ms", schema_integer));
LIST_SCHEMA(sheets_schema, sheet_schema);
static const struct parameter of_case[] = {
    ID_PARAMETER, {"case_id", IN_PATH, &schema_id, true, false, NULL}, {0}};
static const struct parameter save_parameters[] = {
    ID_PARAMETER,
    {"case_id", IN_PATH, &schema_id, true, false, NULL},
    {"version", IN_BODY, &schema_offset, true, false,
     N_("that was looked at; 0: there is none yet")},
    {"scores", IN_BODY, &schema_panel_scores, true, false,
     N_("[{head, points, reason}], points \"0.00\" to \"100.00\", or to the weight of the head")},
    {"opinion", IN_BODY, &schema_prose, false, false, NULL},
    {"result", IN_BODY, &schema_string, false, false, N_("pass, fail")},
    {0}};
static const struct parameter submit_parameters[] = {
    ID_PARAMETER,
    {"case_id", IN_PATH, &schema_id, true, false, NULL},
    {"version", IN_BODY, &schema_offset, true, false, N_("that was looked at")},
    {0}};
static const struct parameter reopen_parameters[] = {
    ID_PARAMETER,
    {"sheet", IN_PATH, &schema_id, true, false, NULL},
    {"reason", IN_BODY, &schema_reason, false, false, N_("the reason, by the proposer")},
    {0}};

const struct resource resource_panel_scores = {
    .reads = READS_ROWS,
    .path = "/api/v1/panels/{id}/scores",
    .summary = N_("members get their own sheets, the office all locked ones"),
    .parameters = path_id,
    .reply = &sheets_schema,
    .handle = get_scores,
    .need = NEED_ACCOUNT,
    .may = panel_scored_by, /* supervisors read the report */
    .hides = true,
    .scope = "panels",
};
const struct resource resource_panel_score = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/scores/{case_id}",
    .summary = N_("my sheet for a case"),
    .parameters = of_case,
    .reply = &sheet_schema,
    .handle = get_score,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};
const struct resource resource_panel_score_save = {
    .method = "PUT",
    PANEL_ACT(panel_post, act_save),
    .path = "/api/v1/panels/{id}/scores/{case_id}",
    .summary = N_("save a version of my sheet"),
    .parameters = save_parameters,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};
const struct resource resource_panel_score_submit = {
    .method = "POST",
    PANEL_ACT(panel_post, act_submit),
    .path = "/api/v1/panels/{id}/scores/{case_id}/submit",
    .summary = N_("submit my sheet, which locks it"),
    .parameters = submit_parameters,
    PANEL_ROLE_AMONG(panel_experts, panel_drawn),
};
OBJECT_SCHEMA(reopened_schema, NULL, REQUIRED("reopened", schema_boolean),
              OPTIONAL("proposal", schema_integer));
const struct resource resource_panel_sheet_reopen = {
    .method = "POST",
    .statuses = {200, 202},
    .reply = &reopened_schema,
    .path = "/api/v1/panels/{id}/sheets/{sheet}/actions/reopen",
    .summary = N_("open a locked sheet again; two officers do"),
    .parameters = reopen_parameters,
    .handle = post_reopen,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
};

/* --- the report -------------------------------------------------------------------------------- */

static err_t get_report(struct reply *out, const struct request *r, struct err *e)
{
    struct panel p;
    err_t rc = panel_read_own(&p, r, e);
    if (rc == OK && p.report.len == 0)
        rc = STORE_READ(db, r->api->store, e, review_write(&p.report, db, &p, r->arena, e));
    if (rc == OK)
        out->body = p.report; /* as it was kept, so that its digest can be taken again */
    return rc;
}

static err_t read_results(struct case_result **out, size_t *count, const struct request *r,
                          struct err *e)
{
    const struct jvalue *list = jin_get(r->body, "results");
    *count = 0;
    if (!list)
        return OK;
    if (list->count > PANEL_CASES_MAX)
        return err_set(e, E_INVALID, "results: at most %d", PANEL_CASES_MAX);
    *out = arena_array(r->arena, list->count + 1, sizeof(**out));
    for (size_t i = 0; i < list->count; i++) {
        (*out)[i].result = jin_text(&list->items[i], "result");
        (*out)[i].reason = str_trim(jin_text(&list->items[i], "reason"));
        if (!jin_i64(&(*out)[i].panel_case, &list->items[i], "case"))
            return err_set(e, E_INVALID, "results[%zu].case: a number of a case", i);
        for (size_t k = 0; k < i; k++)
            if ((*out)[k].panel_case == (*out)[i].panel_case)
                return err_set(e, E_INVALID, "results[%zu].case: %lld is listed twice", i,
                               (long long)(*out)[i].panel_case);
    }
    *count = list->count;
    return OK;
}

/* A step of the policy rests on what such a panel came to of each case. */
static err_t is_rested_on(bool *out, struct packs *packs, const struct panel *p, struct err *e)
{
    const struct pack *pack = NULL;
    err_t rc = packs_get(&pack, packs, p->pack, e);
    *out = false;
    for (size_t i = 0; rc == OK && i < pack->process_count; i++)
        for (size_t k = 0; k < pack->processes[i].step_count; k++)
            *out |= str_eq(pack->processes[i].steps[k].panel.name, p->evaluation);
    return rc;
}

static err_t act_close(struct panel_step *x, const struct panel_deed *d, struct err *e)
{
    const struct panel *p = &x->panel;
    struct case_result *results = NULL;
    size_t count = 0, at = 0;
    bool rested_on = false;
    err_t rc = read_results(&results, &count, x->request, e);
    if (rc == OK && str_is(p->state, "drawn"))
        rc = is_rested_on(&rested_on, x->packs, p, e);
    for (size_t i = 0; rc == OK && rested_on && i < p->case_count; i++) {
        for (at = 0; at < count && results[at].panel_case != p->cases[i].id; at++)
            ;
        if (at == count)
            rc = err_set(e, E_INVALID, "results: %.*s has none: pass or fail, with its reason",
                         STR_ARG(p->cases[i].number));
    }
    return rc == OK ? review_close(d, results, count, e) : rc;
}

static err_t post_close(struct reply *out, const struct request *r, struct err *e)
{
    struct panel_step x = {0};
    struct packs *packs = NULL;
    err_t rc = policy_open(&packs, r, e);
    x.packs = packs;
    return rc == OK ? panel_act(out, &x, r, e) : rc;
}

static const struct parameter close_parameters[] = {
    ID_PARAMETER,
    {"results", IN_BODY, &result_list, false, false,
     N_("[{case, result, reason}]: pass or fail, where the panel is to say so")},
    {"reason", IN_BODY, &schema_reason, false, false, N_("why; kept with the log")},
    {0}};
OBJECT_SCHEMA(fraction_schema, "Fraction", REQUIRED("num", schema_string),
              REQUIRED("den", schema_string), REQUIRED("decimal", schema_string));
OBJECT_SCHEMA(spread_schema, "Spread", REQUIRED("count", schema_integer),
              REQUIRED("min", fraction_schema), REQUIRED("max", fraction_schema),
              REQUIRED("mean", fraction_schema), REQUIRED("variance", fraction_schema),
              REQUIRED("deviation", schema_string));
ENUM_SCHEMA(source, NULL, "document", "office");
OBJECT_SCHEMA(weight_schema, "ReportWeight", REQUIRED("head", schema_string),
              OPTIONAL("label", schema_string), REQUIRED("weight", schema_integer),
              REQUIRED("head_from", source), REQUIRED("weight_from", source),
              OPTIONAL("least", schema_integer), OPTIONAL("least_clause", schema_string));
ARRAY_SCHEMA(weights_schema, weight_schema);
OBJECT_SCHEMA(by_two_schema, "ClosedByTwo", REQUIRED("proposed", schema_string),
              OPTIONAL("confirmed", schema_string), OPTIONAL("reason", schema_string),
              REQUIRED("differs", schema_boolean));
OBJECT_SCHEMA(seat_schema, "PanelSeats", REQUIRED("field", schema_string),
              REQUIRED("seats", schema_integer), REQUIRED("filled", schema_integer));
ARRAY_SCHEMA(seats_schema, seat_schema);
OBJECT_SCHEMA(left_schema, "PanelLeft", OPTIONAL("member", schema_integer),
              OPTIONAL("name", schema_string), REQUIRED("state", schema_string),
              OPTIONAL("reason", schema_string));
ARRAY_SCHEMA(left_list, left_schema);
OBJECT_SCHEMA(left_out_schema, "PanelLeftOut", REQUIRED("expert", schema_integer),
              OPTIONAL("name", schema_string), REQUIRED("reason", schema_string));
ARRAY_SCHEMA(left_out_list, left_out_schema);
OBJECT_SCHEMA(judged_sheet_schema, "JudgedSheet", REQUIRED("sheet", schema_integer),
              OPTIONAL("member", schema_integer), OPTIONAL("name", schema_string),
              REQUIRED("total", fraction_schema), REQUIRED("outlier", schema_boolean),
              OPTIONAL("left_out", schema_boolean), OPTIONAL("opinion", schema_string),
              OPTIONAL("result", schema_string));
ARRAY_SCHEMA(judged_sheets_schema, judged_sheet_schema);
OBJECT_SCHEMA(judged_head_schema, "JudgedHead", REQUIRED("head", schema_string),
              NULLABLE("spread", spread_schema));
ARRAY_SCHEMA(judged_heads_schema, judged_head_schema);
OBJECT_SCHEMA(judged_schema, "JudgedCase", REQUIRED("case", schema_integer),
              REQUIRED("of", schema_integer), REQUIRED("number", schema_string),
              OPTIONAL("party", schema_string), NULLABLE("rank", schema_integer),
              NULLABLE("spread", spread_schema), OPTIONAL("mean", fraction_schema),
              REQUIRED("sheets", judged_sheets_schema), REQUIRED("pass", schema_integer),
              REQUIRED("fail", schema_integer), REQUIRED("heads", judged_heads_schema),
              OPTIONAL("result", schema_string), OPTIONAL("result_reason", schema_string));
ARRAY_SCHEMA(judged_list, judged_schema);
OBJECT_SCHEMA(report_schema, NULL, REQUIRED("panel", schema_integer),
              REQUIRED("trial", schema_boolean), REQUIRED("title", schema_string),
              REQUIRED("pack", schema_string), REQUIRED("pack_version", schema_string),
              REQUIRED("evaluation", schema_string), REQUIRED("basis", schema_string),
              REQUIRED("mode", schema_string), OPTIONAL("held_on", schema_string),
              REQUIRED("marks", schema_boolean), REQUIRED("outlier_bound", schema_integer),
              OPTIONAL("trimmed", schema_integer), OPTIONAL("least", schema_integer),
              OPTIONAL("least_clause", schema_string), REQUIRED("weights", weights_schema),
              OPTIONAL("by_two", by_two_schema), REQUIRED("seats", seats_schema),
              REQUIRED("left", left_list), REQUIRED("left_out", left_out_list),
              REQUIRED("cases", judged_list));

const struct resource resource_panel_report = {
    .reads = READS_ONE,
    .path = "/api/v1/panels/{id}/report",
    .summary = N_("scores, spread, rank and opinions; of a closed panel as it was kept"),
    .parameters = path_id,
    .reply = &report_schema,
    .handle = get_report,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
};
const struct resource resource_panel_close = {
    .method = "POST",
    PANEL_STEP,
    .panel_act = act_close,
    .path = "/api/v1/panels/{id}/actions/close",
    .summary = N_("close the panel; its report is kept, its digest stands in the log"),
    .parameters = close_parameters,
    .handle = post_close,
    PANEL_ROLE_AMONG(office_roles, panel_owners),
    ENTRIES(EACH, N_("one of the panel, one for each member, whose invitation ends")),
};

/* What is said of a ground is worked out here, in the words that the decision prints. */
#include "programme/rests_on.h"
#include "base/msg.h"
#include "panel/panel.h"
#include "programme/fact_name.h"
#include "programme/form_value.h"
#include "programme/review.h"
#include "programme/step_paper.h"

#define MEMBER "rests_on"

static void stand_against(struct flow_obstacles *to, struct str on, const char *sentence)
{
    flow_obstacle_add(to, "rests_on", on, NULL, sentence, FLOW_ARGS(on));
}

static bool is_against(const struct flow_call *x, const struct programme *p)
{
    const struct part *papers[STEP_PAPERS_MAX];
    size_t count = programme_papers_of(papers, STEP_PAPERS_MAX, x, p);
    bool remedy = false;
    for (size_t i = 0; i < count; i++)
        remedy |= part_true(papers[i], "remedy");
    return remedy && process_decides(x->process, x->step) && !subject_is_program(x->by);
}

/* --- each kind -------------------------------------------------------------------------------- */

static err_t on_criterion(struct str *text, struct flow_obstacles *to, struct flow_call *x,
                          struct programme *p, struct str id, struct str on, struct err *e)
{
    const struct criterion_result *r = NULL;
    size_t at;
    if (!pack_find_criterion(&at, p->pack, id)) {
        stand_against(to, on, N_("it rests on nothing: there is no \"%s\""));
        return OK;
    }
    err_t rc = programme_criterion(&r, to, x, p, id, e);
    if (rc != OK || !r)
        return rc;
    if (!r->applicable || r->pass != NO) {
        stand_against(
            to, on, N_("the decision does not rest on \"%s\": it is met, or not known not to be"));
        return OK;
    }
    struct str advice = r->advice.len ? r->advice : r->criterion->citation.quote;
    *text = arena_printf(x->arena, "不符合“%.*s”%.*s：%.*s", STR_ARG(r->criterion->citation.quote),
                         STR_ARG(clause_bracketed(r->criterion->citation.clause, x->arena)),
                         STR_ARG(advice));
    return OK;
}

/* One row with a text, of what the number names. */
static err_t on_row(struct str *text, struct flow_obstacles *to, const struct flow_call *x,
                    const struct programme *p, const char *sql, struct str id, struct str on,
                    struct err *e)
{
    struct stmt *st = NULL;
    struct db *db = NULL;
    bool has_row = false;
    int64_t number = 0;
    err_t rc = str_to_i64(&number, id) ? store_reader_get(&db, p->kernel->store, e) : OK;
    if (db)
        rc = db_query(&st, db, sql, VALUES(v_i64(x->c.id), v_i64(number), v_str(x->c.number)), e);
    if (rc == OK && st && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *text = arena_dup(x->arena, stmt_str(st, 0));
    stmt_free(st);
    store_reader_put(p->kernel->store, db);
    if (rc == OK && !has_row)
        stand_against(
            to, on,
            N_("it rests on nothing: there is no \"%s\" of this case that speaks against it"));
    return rc;
}

static err_t on_step(struct str *text, struct flow_obstacles *to, const struct flow_call *x,
                     const struct programme *p, struct str id, struct str on, struct err *e)
{
    const struct process_step *s = process_step_find(x->process, id);
    struct stmt *st = NULL;
    struct db *db = NULL;
    bool has_row = false;
    err_t rc = s ? store_reader_get(&db, p->kernel->store, e) : OK;
    if (db)
        rc = db_query(
            &st, db,
            "SELECT label, date, reason FROM flow_step WHERE case_id = ?1 AND kind = 'step'"
            " AND step = ?2 ORDER BY id DESC LIMIT 1",
            VALUES(v_i64(x->c.id), v_str(id)), e);
    if (rc == OK && st && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *text = arena_printf(x->arena, "%.*s（%.*s）%s%.*s", STR_ARG(stmt_str(st, 0)),
                             STR_ARG(form_date(stmt_str(st, 1), x->arena)),
                             stmt_str(st, 2).len ? "：" : "", STR_ARG(stmt_str(st, 2)));
    stmt_free(st);
    store_reader_put(p->kernel->store, db);
    if (rc == OK && !has_row)
        stand_against(to, on, N_("it rests on nothing: \"%s\" was not taken in this case"));
    return rc;
}

/* What the case is about, by its title; a record without one by the number of the case. */
static err_t on_record(struct str *text, const struct flow_call *x, const struct programme *p,
                       struct err *e)
{
    const struct record_type *t = record_type_find(p->kernel->types, x->c.type);
    const struct field *titled = t && t->title.len ? record_field(t, t->title) : NULL;
    const struct jvalue *v = NULL;
    struct str json = STR_NONE, called = STR_NONE;
    struct db *db = NULL;
    err_t rc = titled ? store_reader_get(&db, p->kernel->store, e) : OK;
    if (rc == OK && titled)
        rc = record_value(&json, db, p->kernel, t, x->c.record_id, t->title, x->arena, e);
    if (rc == OK && json.len)
        rc = jin_parse(&v, json, JIN_REFUSE_DUPLICATES, NULL, x->arena, e);
    store_reader_put(p->kernel->store, db);
    if (v && v->type == J_STRING)
        called = form_date(fact_value_label(&(struct fact_name){t, titled}, v->text).zh, x->arena);
    *text = arena_printf(
        x->arena, "%.*s（%s%.*s）", STR_ARG(t ? programme_type_label(p, t).zh : x->c.type),
        called.len ? "" : "案件编号：", STR_ARG(called.len ? called : x->c.number));
    return rc;
}

static err_t check_one(struct str *text, struct flow_obstacles *to, struct flow_call *x,
                       struct programme *p, struct str on, struct err *e)
{
    static const char panel[] =
        "SELECT '专家组“' || p.title || '”：不通过，' || coalesce(c.result_reason, '') FROM "
        "panel_case c"
        " JOIN panel p ON p.id = c.panel WHERE c.case_id = ?1 AND p.id = ?2 AND ?3 IS NOT NULL AND"
        " p.state = 'closed' AND c.result = 'fail' AND NOT " PANEL_HANDED_IN_SINCE;
    static const char objection[] =
        "SELECT '异议成立（' || coalesce(o.settled_on, '') || '办结）' FROM record_objection o "
        "WHERE"
        " ?1 > 0 AND o.id = ?2 AND o.case_number = ?3 AND o.state = 'closed' AND o.upheld = 1 AND"
        " o.ended_ms IS NULL";
    struct str rest = on, kind = str_split(&rest, STR(":"));
    if (str_is(kind, "criterion"))
        return on_criterion(text, to, x, p, rest, on, e);
    if (str_is(kind, "panel"))
        return on_row(text, to, x, p, panel, rest, on, e);
    if (str_is(kind, "objection"))
        return on_row(text, to, x, p, objection, rest, on, e);
    if (str_is(on, "record"))
        return on_record(text, x, p, e);
    if (str_is(kind, "step"))
        return on_step(text, to, x, p, rest, on, e);
    stand_against(to, on,
                  N_("\"%s\" names no ground: criterion:ID, panel:NUMBER, objection:NUMBER, "
                     "step:ID or record"));
    return OK;
}

/* --- all of them ------------------------------------------------------------------------------ */

err_t rests_on_check(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                     struct err *e)
{
    const struct jvalue *said = NULL;
    struct prepared *ready = x->prepared;
    if (x->looking || !is_against(x, p))
        return OK;
    ready->grounds.len = 0; /* a step may be looked at twice */
    err_t rc = review_said(&said, x, p, MEMBER, e);
    size_t count = said && said->type == J_ARRAY ? said->count : 0;
    if (rc == OK && count == 0)
        flow_obstacle_add(
            to, "rests_on", STR(MEMBER), NULL,
            N_("say on what the decision rests (rests_on): a criterion that is not met, a "
               "panel that did not pass it, an objection that was upheld, or a step of "
               "this case (the document does not say it; a reason that rests on nothing "
               "is none)"),
            NULL, 0);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct str text = STR_NONE, on = str_trim(said->items[i].text);
        rc = check_one(&text, to, x, p, on, e);
        if (rc == OK && text.len)
            VEC_PUSH(x->arena, &ready->grounds, ((struct ground){on, text}));
    }
    return rc;
}

void rests_on_note(struct flow_call *x)
{
    const struct prepared *ready = x->prepared;
    if (!ready || ready->grounds.len == 0)
        return;
    jout_name(x->result, MEMBER);
    jout_array(x->result);
    for (size_t i = 0; i < ready->grounds.len; i++) {
        jout_object(x->result);
        jout_pair(x->result, "on", ready->grounds.ptr[i].on);
        jout_pair(x->result, "text", ready->grounds.ptr[i].text);
        jout_end_object(x->result);
    }
    jout_end_array(x->result);
}

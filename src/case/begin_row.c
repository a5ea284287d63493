/* The first row of a case: its number, its first history line and its log entry. */
#include "base/buf.h"
#include "case/case.h"
#include "text/unicode.h"
#include <assert.h>

/* --- opening ------------------------------------------------------------------------------------- */

/* The search text of the case (types/case.yaml: number, title; neither changes). */
static err_t write_words(struct db *db, const struct flow_case *c, struct err *e)
{
    struct buf text = {0};
    unicode_fold(&text, c->number);
    buf_addc(&text, '\n');
    unicode_fold(&text, c->title);
    buf_addc(&text, '\n');
    err_t rc = db_run(db, "INSERT INTO record_text (type, record_id, text) VALUES ('case', ?1, ?2)",
                      VALUES(v_i64(c->id), v_str(buf_str(&text))), e);
    buf_clear(&text);
    return rc;
}

static err_t insert_case(struct step *g)
{
    int64_t now_ms = clock_now_ms(g->p->kernel->clock);
    struct flow_case *c = &g->x->c;
    err_t rc = db_run(
        g->db,
        "INSERT INTO flow_case (version, state, owner_unit, owner_city, owner_province, secrecy,"
        " published, created_ms, created_by, changed_ms, changed_by, number, title, programme,"
        " pack_version, pack_digest, process, stage, stage_label, stage_on, trial, call,"
        " record_type, record_id, parent) VALUES (0, 'running', ?1, ?2, ?3, 1, 0, ?4, ?5, ?4, ?5,"
        " NULL, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        VALUES(v_i64(c->unit), v_str(c->city), v_str(c->province), v_i64(now_ms),
               v_i64(g->x->by->account), v_str(c->title), v_str(c->pack), v_str(c->pack_version),
               v_str(c->pack_digest), v_str(c->process), v_str(c->stage), v_str(c->stage_label),
               v_str(c->stage_on), v_i64(c->trial), v_id(c->call), v_str(c->type),
               v_i64(c->record_id), v_id(c->parent)),
        g->e);
    if (rc != OK)
        return rc;
    c->id = db_last_id(g->db);
    c->number = arena_printf(g->x->arena, "%.4s-%06lld", arena_cstr(g->x->arena, g->x->today),
                             (long long)c->id);
    rc = db_run(g->db, "UPDATE flow_case SET number = ?2 WHERE id = ?1",
                VALUES(v_i64(c->id), v_str(c->number)), g->e);
    return rc == OK ? write_words(g->db, c, g->e) : rc;
}

err_t flow_begin(struct flow_taken *out, struct step *g)
{
    const struct process *of = g->x->process;
    const struct process_state *start = &of->states[of->start];
    struct flow_case *c = &g->x->c;
    g->x->step = NULL;
    c->version = 0;
    c->open = true;
    c->unseen = start->unseen;
    c->trial = g->p->pack->document.standing != PACK_IN_FORCE;
    c->pack = g->p->pack->id;
    c->pack_version = g->p->pack->version;
    c->pack_digest = g->p->pack->digest;
    c->process = of->id;
    c->stage = start->id;
    c->stage_label = start->label;
    c->stage_on = g->x->today;
    c->type = of->subject;
    c->opened_by = g->x->by->account;
    const struct flow_line line = {
        .kind = "open", .label = of->label, .to = start->id, .citation = &of->citation};
    err_t rc = insert_case(g);
    if (rc == OK)
        rc = flow_put(g, &line);
    if (rc == OK)
        rc = flow_set_holder(g);
    if (rc == OK)
        rc = flow_timers_set(g);
    *out = (struct flow_taken){0};
    flow_result(out, g->x, NULL);
    return rc;
}

/* Writes the rows of a case in a store step: its version, a line of the history, the log entry. */
#include "access/two_person.h"
#include "base/buf.h"
#include "matter/matter.h"
#include <assert.h>

struct deed flow_deed(struct step *g)
{
    return (struct deed){.suite = g->p->kernel->suite,
                         .clock = g->p->kernel->clock,
                         .by = g->x->by,
                         .as = g->x->as,
                         .reason = g->x->reason,
                         .arena = g->x->arena};
}

/* --- rows ------------------------------------------------------------------------------------ */

static err_t write_case(struct step *g, int64_t now_ms)
{
    const struct flow_case *c = &g->x->c;
    bool found = false;
    err_t rc = db_any(
        &found, g->db,
        "UPDATE flow_case SET version = ?2, state = ?3, stage = ?4, stage_label = ?5, stage_on ="
        " ?6, closed_on = ?7, changed_ms = ?8, changed_by = ?9, stream = ?10, secrecy = ?11 WHERE "
        "id = ?1 AND "
        "version = ?2 - 1"
        " RETURNING id",
        VALUES(v_i64(c->id), v_i64(c->version), v_str(c->open ? STR("running") : STR("over")),
               v_str(c->stage), v_str(c->stage_label), v_str(c->stage_on), v_str(c->closed_on),
               v_i64(now_ms), v_i64(g->x->by->account), v_str(c->stream),
               v_i64(flow_labels(c).secrecy)),
        g->e);
    return rc == OK && !found ? flow_conflict_error(g) : rc;
}

/* The version's entry; its name into x->entry. */
static err_t write_version(struct step *g, const struct flow_line *line)
{
    const struct flow_case *c = &g->x->c;
    const struct deed d = flow_deed(g);
    struct str action = line->step.len
                            ? arena_printf(g->x->arena, "%s %.*s", line->kind, STR_ARG(line->step))
                            : str_of(line->kind);
    const struct deed_field fields[] = {
        {"arguments", v_str(line->arguments)},  {"basis", v_str(g->x->basis)},
        {"number", v_str(c->number)},           {"pack", v_str(c->pack)},
        {"pack_digest", v_str(c->pack_digest)}, {"process", v_str(c->process)},
        {"record", v_i64(c->record_id)},        {"record_type", v_str(c->type)},
        {"result", v_str(line->result)},        {"stage", v_str(c->stage)},
        {"stream", v_str(c->stream)},           {"trial", v_i64(c->trial)}};
    struct str uid = STR_NONE;
    err_t rc = deed_version(&d, g->db, "case", c->id, c->version, arena_cstr(g->x->arena, action),
                            fields, sizeof(fields) / sizeof(*fields), g->e);
    if (rc == OK)
        rc = db_text(&uid, g->db,
                     "SELECT entry FROM record_version WHERE type = 'case' AND record_id = ?1 AND"
                     " version = ?2",
                     VALUES(v_i64(c->id), v_i64(c->version)), g->x->arena, g->e);
    memcpy(g->x->entry, uid.ptr, uid.len < LOG_UID_LEN ? uid.len : LOG_UID_LEN);
    return rc;
}

static err_t write_line(struct step *g, const struct flow_line *line)
{
    const struct grant *grant = g->x->as;
    err_t rc = db_run(
        g->db,
        "INSERT INTO flow_step (case_id, version, kind, step, label, from_stage, to_stage, at_ms,"
        " date, account, on_behalf_of, role, unit, reason, basis, arguments, result, clause, late,"
        " entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
        " ?17, ?18, ?19, ?20)",
        VALUES(v_i64(g->x->c.id), v_i64(g->x->c.version), v_str(str_of(line->kind)),
               v_str(line->step.len ? line->step : str_of(line->kind)), v_str(line->label),
               v_str(line->from), v_str(line->to), v_i64(clock_now_ms(g->p->kernel->clock)),
               v_str(g->x->today), v_i64(g->x->by->account), v_id(grant_lender(grant)),
               v_str(grant ? grant->role->name : STR_NONE), v_id(g->x->by->unit),
               v_str(g->x->reason), v_str(g->x->basis), v_str(line->arguments), v_str(line->result),
               v_str(line->citation ? line->citation->clause : STR_NONE), v_i64(g->x->late),
               v_str(str_of(g->x->entry))),
        g->e);
    g->x->step_id = db_last_id(g->db);
    return rc;
}

err_t flow_put(struct step *g, const struct flow_line *line)
{
    g->x->c.version++;
    memset(g->x->entry, 0, sizeof(g->x->entry));
    err_t rc = write_case(g, clock_now_ms(g->p->kernel->clock));
    /* Whatever was proposed was bound to the version before; urging leaves it as it is (flow_proposal_digest). */
    if (rc == OK && strcmp(line->kind, "urge") != 0)
        rc = proposals_outrun(g->db, g->x->c.id, clock_now_ms(g->p->kernel->clock), g->e);
    if (rc == OK)
        rc = write_version(g, line);
    return rc == OK ? write_line(g, line) : rc;
}

void flow_result(struct flow_taken *out, const struct flow_call *x, struct buf *b)
{
    out->case_id = x->c.id;
    out->version = x->c.version;
    out->stage = x->c.stage;
    out->stage_label = x->c.stage_label;
    memcpy(out->entry, x->entry, sizeof(out->entry));
    if (b)
        out->result = arena_dup(x->arena, buf_str(b));
}

bool flow_unseen_after(const struct flow_call *x)
{
    const struct process_step *s = x->step;
    return x->c.unseen && (s->stays || x->process->states[s->to].unseen);
}

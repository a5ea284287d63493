/* Writes the rows of a case in a store step: its version, a line of the history, the log entry. */
#include "access/two_person.h"
#include "base/buf.h"
#include "matter/matter.h"
#include <assert.h>

struct deed flow_deed(const struct flow_call *x, const struct programme *p)
{
    return (struct deed){.suite = p->kernel->suite,
                         .clock = p->kernel->clock,
                         .by = x->by,
                         .as = x->as,
                         .reason = x->reason,
                         .arena = x->arena};
}

/* --- rows ------------------------------------------------------------------------------------ */

static err_t write_case(struct db *db, const struct flow_call *x, int64_t now_ms, struct err *e)
{
    const struct flow_case *c = &x->c;
    bool found = false;
    err_t rc = db_any(
        &found, db,
        "UPDATE flow_case SET version = ?2, state = ?3, stage = ?4, stage_label = ?5, stage_on ="
        " ?6, closed_on = ?7, changed_ms = ?8, changed_by = ?9, stream = ?10, secrecy = ?11 WHERE "
        "id = ?1 AND "
        "version = ?2 - 1"
        " RETURNING id",
        VALUES(v_i64(c->id), v_i64(c->version), v_str(c->open ? STR("running") : STR("over")),
               v_str(c->stage), v_str(c->stage_label), v_str(c->stage_on), v_str(c->closed_on),
               v_i64(now_ms), v_i64(x->by->account), v_str(c->stream),
               v_i64(flow_labels(c).secrecy)),
        e);
    return rc == OK && !found ? flow_conflict_error(db, x, e) : rc;
}

/* The version's entry; its name into x->entry. */
static err_t write_version(struct db *db, struct flow_call *x, const struct programme *p,
                           const struct flow_line *line, struct err *e)
{
    const struct flow_case *c = &x->c;
    const struct deed d = flow_deed(x, p);
    struct str action = line->step.len
                            ? arena_printf(x->arena, "%s %.*s", line->kind, STR_ARG(line->step))
                            : str_of(line->kind);
    const struct deed_field fields[] = {
        {"arguments", v_str(line->arguments)},  {"basis", v_str(x->basis)},
        {"number", v_str(c->number)},           {"pack", v_str(c->pack)},
        {"pack_digest", v_str(c->pack_digest)}, {"process", v_str(c->process)},
        {"record", v_i64(c->record_id)},        {"record_type", v_str(c->type)},
        {"result", v_str(line->result)},        {"stage", v_str(c->stage)},
        {"stream", v_str(c->stream)},           {"trial", v_i64(c->trial)}};
    struct str uid = STR_NONE;
    err_t rc = deed_version(&d, db, "case", c->id, c->version, arena_cstr(x->arena, action), fields,
                            sizeof(fields) / sizeof(*fields), e);
    if (rc == OK)
        rc = db_text(&uid, db,
                     "SELECT entry FROM record_version WHERE type = 'case' AND record_id = ?1 AND"
                     " version = ?2",
                     VALUES(v_i64(c->id), v_i64(c->version)), x->arena, e);
    memcpy(x->entry, uid.ptr, uid.len < LOG_UID_LEN ? uid.len : LOG_UID_LEN);
    return rc;
}

static err_t write_line(struct db *db, struct flow_call *x, const struct programme *p,
                        const struct flow_line *line, struct err *e)
{
    const struct grant *g = x->as;
    err_t rc = db_run(
        db,
        "INSERT INTO flow_step (case_id, version, kind, step, label, from_stage, to_stage, at_ms,"
        " date, account, on_behalf_of, role, unit, reason, basis, arguments, result, clause, late,"
        " entry) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16,"
        " ?17, ?18, ?19, ?20)",
        VALUES(v_i64(x->c.id), v_i64(x->c.version), v_str(str_of(line->kind)),
               v_str(line->step.len ? line->step : str_of(line->kind)), v_str(line->label),
               v_str(line->from), v_str(line->to), v_i64(clock_now_ms(p->kernel->clock)),
               v_str(x->today), v_i64(x->by->account), v_id(grant_lender(g)),
               v_str(g ? g->role->name : STR_NONE), v_id(x->by->unit), v_str(x->reason),
               v_str(x->basis), v_str(line->arguments), v_str(line->result),
               v_str(line->citation ? line->citation->clause : STR_NONE), v_i64(x->late),
               v_str(str_of(x->entry))),
        e);
    x->step_id = db_last_id(db);
    return rc;
}

err_t flow_put(struct db *db, struct flow_call *x, const struct programme *p,
               const struct flow_line *line, struct err *e)
{
    x->c.version++;
    memset(x->entry, 0, sizeof(x->entry));
    err_t rc = write_case(db, x, clock_now_ms(p->kernel->clock), e);
    /* Whatever was proposed was bound to the version before. */
    if (rc == OK)
        rc = proposals_outrun(db, x->c.id, clock_now_ms(p->kernel->clock), e);
    if (rc == OK)
        rc = write_version(db, x, p, line, e);
    return rc == OK ? write_line(db, x, p, line, e) : rc;
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

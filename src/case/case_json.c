/* Cases, the obstacles to their steps, and the results of steps as JSON. */
#include "base/msg.h"
#include "case/call.h"
#include "document/correction.h"
#include "matter/publicity.h"

void flow_taken_json(struct jout *j, const struct flow_taken *t)
{
    jout_object(j);
    jout_pair_i64(j, "id", t->case_id);
    jout_pair_i64(j, "version", t->version);
    jout_pair(j, "stage", t->stage);
    jout_pair(j, "stage_label", t->stage_label);
    jout_pair_z(j, "entry", t->entry);
    jout_pair_id(j, "proposal", t->proposal);
    jout_name(j, "result");
    if (t->result.len)
        jout_raw(j, t->result);
    else
        jout_raw(j, STR("{}"));
    jout_end_object(j);
}

/* Nothing where nothing was worked out: what every case allows (to send back …) says it itself. */
static void missing_json(struct jout *j, const struct flow_missing *m)
{
    bool zh = msg_lang() == LANG_ZH;
    if (m->type.len == 0)
        return;
    jout_pair_object(j, "missing");
    jout_pair(j, "record_type", m->type);
    jout_pair(j, "label", zh ? m->type_zh : m->type_en);
    jout_pair_id(j, "record", m->id);
    jout_pair(j, "title", m->title);
    jout_pair_bool(j, "may", m->may);
    jout_pair(j, "field", m->field);
    jout_pair(j, "field_label", zh ? m->field_zh : m->field_en);
    jout_pair(j, "who", zh ? m->who_zh : m->who_en);
    jout_pair(j, "process", m->process);
    jout_pair(j, "action", m->step);
    jout_pair(j, "action_label", zh ? m->step_zh : m->step_en);
    jout_pair(j, "by", m->by);
    jout_end_object(j);
}

static void obstacle_json(struct jout *j, const struct flow_obstacle *o, struct arena *a)
{
    bool against = strcmp(o->code, "against") == 0; /* a member of the body, by its criterion */
    jout_object(j);
    jout_pair_z(j, "code", o->code);
    jout_pair(j, "field",
              against ? arena_printf(a, "/against/%.*s", STR_ARG(o->subject)) : o->subject);
    jout_pair(j, "case", o->case_number);
    jout_pair(j, "message", msg_lang() == LANG_ZH ? o->zh : o->en);
    jout_pair(j, "clause", o->clause);
    jout_pair(j, "quote", o->quote);
    missing_json(j, &o->missing);
    jout_end_object(j);
}

static void obstacles_json(struct jout *j, const struct flow_obstacle *o, size_t count,
                           struct arena *a)
{
    jout_array(j);
    for (size_t i = 0; i < count; i++)
        obstacle_json(j, &o[i], a);
    jout_end_array(j);
}

const struct jvalue *flow_obstacles_values(const struct flow_obstacle *o, size_t count,
                                           struct arena *a)
{
    struct jout j;
    if (count == 0)
        return NULL;
    jout_init_values(&j, a);
    obstacles_json(&j, o, count, a);
    return jout_made(&j);
}

/* --- the case ------------------------------------------------------------------------------------ */

/* A state that the process no longer has is shown by its id. */
static void state_json(struct jout *j, const char *name, const char *label, struct str id,
                       const struct process *p)
{
    jout_pair(j, name, id);
    for (size_t i = 0; i < p->state_count; i++)
        if (str_eq(p->states[i].id, id))
            jout_pair(j, label, p->states[i].label);
}

static void done_json(struct jout *j, const struct flow_done *d, const struct process *p,
                      struct arena *a)
{
    jout_object(j);
    jout_pair_i64(j, "version", d->version);
    jout_pair(j, "kind", d->kind);
    jout_pair(j, "action", d->step);
    /* Actions of every case have the program's labels; steps have the policy's. */
    jout_pair(j, "label",
              flow_is_general_action(d->kind) ? str_of(msg(arena_cstr(a, d->label))) : d->label);
    state_json(j, "from", "from_label", d->from, p);
    state_json(j, "to", "to_label", d->to, p);
    jout_pair_i64(j, "at_ms", d->at_ms);
    jout_pair(j, "date", d->date);
    jout_pair_i64(j, "who", d->account);
    jout_pair(j, "name", d->name);
    jout_pair(j, "unit", d->unit_name);
    jout_pair(j, "role", d->role);
    jout_pair(j, "reason", d->reason);
    jout_pair(j, "basis", d->basis);
    jout_pair(j, "clause", d->clause);
    jout_pair_bool(j, "late", d->late);
    jout_pair(j, "entry", d->entry);
    if (d->result.len)
        jout_pair_raw(j, "result", d->result);
    jout_end_object(j);
}

err_t programme_history_json(struct buf *out, struct step *g)
{
    const struct flow_done *all;
    struct jout j;
    size_t count = 0;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = flow_history_shown(&all, &count, g);
    step_reader_end(g);
    if (rc != OK)
        return rc;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; i < count; i++)
        done_json(&j, &all[i], g->x->process, g->x->arena);
    jout_end_array(&j);
    jout_pair_i64(&j, "total", (int64_t)count);
    jout_pair_null(&j, "next");
    jout_end_object(&j);
    return OK;
}

/* Its record as applicant, where the reader may read that; 0: there is none for him. */
static err_t party_record(int64_t *out, struct step *g)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, STR("applicant"));
    const struct jvalue *record;
    int64_t id = 0;
    *out = 0;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = db_i64(&id, g->db,
                    "SELECT max(id) FROM record_applicant WHERE owner_unit = ?1 AND ended_ms"
                    " IS NULL",
                    VALUES(v_i64(g->x->c.unit)), g->e);
    step_reader_end(g);
    if (rc != OK || id == 0)
        return rc;
    rc = record_seen(&record, &(struct record_call){g->p->kernel, g->x->by, t, id, g->x->arena},
                     g->e);
    *out = rc == OK ? id : 0;
    return rc == E_NOTFOUND || rc == E_DENIED ? OK : rc;
}

static err_t party_json(struct jout *j, struct step *g, int64_t record)
{
    struct str name, code;
    bool found;
    err_t rc = db_row(&found, g->db, "SELECT name, credit_code FROM unit WHERE id = ?1",
                      VALUES(v_i64(g->x->c.unit)), INTO(into_str(&name), into_str(&code)),
                      g->x->arena, g->e);
    jout_pair_object(j, "party");
    jout_pair_i64(j, "unit", g->x->c.unit);
    if (found) {
        jout_pair(j, "name", name);
        jout_pair(j, "credit_code", code);
    }
    jout_pair_id(j, "record", record);
    jout_end_object(j);
    return rc;
}

static err_t call_json(struct jout *j, struct db *db, const struct flow_case *c, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(
        &st, db,
        "SELECT c.id, c.title, coalesce((SELECT max(x.closes_on) FROM record_call_extensions x "
        "WHERE x.record_id = c.id), c.closes_on) FROM record_call c WHERE c.id = ?1",
        VALUES(v_i64(c->call)), e);
    jout_name(j, "call");
    if (stmt_row(&rc, st, e)) {
        jout_object(j);
        jout_pair_i64(j, "id", stmt_i64(st, 0));
        jout_pair(j, "title", stmt_str(st, 1));
        jout_pair(j, "closes_on", stmt_str(st, 2));
        jout_end_object(j);
    } else {
        jout_null(j);
    }
    stmt_free(st);
    return rc;
}

/* As the reader's list of what is to be done has it; where that has none, the day on which the case moves on. */
static err_t due_json(struct jout *j, struct step *g, const struct flow_timer *timers, size_t count)
{
    const struct labels labels = flow_labels(&g->x->c);
    struct moved_steps moved;
    struct shown_day day;
    err_t rc = g->p->kernel->moves->steps(&moved, g->p->kernel, g->db, g->x->by, &labels, NULL,
                                          g->x->arena, g->e);
    if (rc != OK)
        return rc;
    shown_day_of(&day, &moved);
    for (size_t i = 0; day.due.date.len == 0 && i < count; i++)
        if (timers[i].opens)
            shown_day_take(&day, "after", timers[i].due);
    if (day.due.date.len == 0)
        return OK;
    jout_pair_object(j, "due");
    shown_day_json(j, &day, g->x->today);
    jout_end_object(j);
    return OK;
}

static void timers_json(struct jout *j, const struct flow_timer *all, size_t count)
{
    jout_pair_array(j, "deadlines");
    for (size_t i = 0; i < count; i++) {
        jout_object(j);
        jout_pair(j, "action", all[i].step);
        jout_pair(j, "label", all[i].label);
        due_day_json(j, all[i].due);
        jout_name(j, "binding"); /* issued, not shown alone */
        jout_bool(j, all[i].deadline != 0);
        jout_pair_bool(j, "opens", all[i].opens);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* The lists by which it was made public, the latest first. */
static err_t lists_json(struct jout *j, struct step *g)
{
    jout_pair_array(j, "publicity");
    err_t rc =
        publicity_json(j, g, g->x->c.unit, g->x->c.number,
                       programme_is_office(g->x->by) ? PUBLICITY_FOR_OFFICE : PUBLICITY_FOR_PARTY);
    jout_end_array(j);
    return rc;
}

static err_t holder_json(struct jout *j, struct step *g)
{
    struct str name, step;
    int64_t unit;
    bool found;
    err_t rc = db_row(&found, g->db,
                      "SELECT u.id, u.name, g.note FROM flow_case c JOIN assignment g ON g.id ="
                      " c.holder_assignment JOIN unit u ON u.id = g.unit WHERE c.id = ?1",
                      VALUES(v_i64(g->x->c.id)),
                      INTO(into_i64(&unit), into_str(&name), into_str(&step)), g->x->arena, g->e);
    jout_name(j, "holder");
    if (found && g->x->c.open) {
        jout_object(j);
        jout_pair_i64(j, "unit", unit);
        jout_pair(j, "name", name);
        jout_pair(j, "step", step);
        jout_end_object(j);
    } else {
        jout_null(j);
    }
    return rc;
}

/* As the policy calls them; a type or field that it does not name has the type's own label. */
static void record_labels_json(struct jout *j, const struct flow_case *c, const struct programme *p)
{
    const struct record_type *t = record_type_find(p->kernel->types, c->type);
    bool english = msg_lang() == LANG_EN;
    if (!t)
        return;
    struct label type = programme_type_label(p, t);
    jout_pair(j, "record_label", english ? type.en : type.zh);
    jout_pair_object(j, "record_fields");
    for (size_t i = 0; i < t->field_count; i++) {
        struct label field = programme_field_label(p, t, &t->fields[i]);
        jout_name_str(j, t->fields[i].name);
        jout_str(j, english ? field.en : field.zh);
    }
    jout_end_object(j);
}

static void head_json(struct jout *j, struct step *g)
{
    const struct flow_case *c = &g->x->c;
    jout_pair_i64(j, "id", c->id);
    jout_pair_i64(j, "version", c->version);
    jout_pair(j, "number", c->number);
    jout_pair(j, "title", c->title);
    jout_pair(j, "pack", c->pack);
    jout_pair(j, "pack_version", c->pack_version);
    jout_pair(j, "pack_digest", c->pack_digest);
    jout_pair(j, "document", g->p->pack->document.title);
    jout_pair(j, "process", c->process);
    jout_pair(j, "process_label", g->x->process->label);
    jout_pair(j, "stage", c->stage);
    jout_pair(j, "stage_label", c->stage_label);
    jout_pair(j, "stage_on", c->stage_on);
    jout_pair(j, "stream", c->stream);
    jout_pair_bool(j, "open", c->open);
    jout_pair_bool(j, "trial", c->trial);
    jout_pair(j, "mark", c->trial ? str_of(msg(N_("Trial under a draft for comments"))) : STR_NONE);
    /* The rule stays attached to whom was recognised under it, and says so. */
    bool lapsed = programme_is_over(g->p, g->x->today);
    jout_pair_bool(j, "basis_lapsed", lapsed);
    jout_pair(j, "basis_mark",
              lapsed ? arena_printf(g->x->arena, msg(N_("The policy document expired on %.*s")),
                                    STR_ARG(programme_last_day(g->p)))
                     : STR_NONE);
    jout_pair(j, "record_type", c->type);
    record_labels_json(j, c, g->p);
    jout_pair_i64(j, "record_id", c->record_id);
    jout_pair_id(j, "parent", c->parent);
    jout_pair(j, "closed_on", c->closed_on);
}

/* "decided": what the decision says, where it can be corrected. */
static err_t decided_json(struct jout *j, struct step *g)
{
    const struct process *p = g->x->process;
    struct correction now;
    size_t i = 0;
    while (i < p->step_count &&
           !(process_opens_in(p, &p->steps[i], g->x->c.stage) &&
             process_step_effect(&p->steps[i], EFFECT_RECORD, STR(CORRECTION_TYPE))))
        i++;
    err_t rc = i < p->step_count ? correction_read(&now, g) : OK;
    if (rc != OK || i == p->step_count)
        return rc;
    jout_pair_object(j, "decided");
    for (size_t k = 0; k < CORRECTED_COUNT; k++)
        jout_pair(j, correction_fields[k], now.said[k]);
    jout_pair(j, "changes", now.changes);
    jout_end_object(j);
    return OK;
}

err_t programme_case_json(struct buf *out, struct step *g)
{
    const struct flow_timer *timers;
    struct jout j;
    int64_t record = 0;
    size_t count = 0;
    err_t rc = party_record(&record, g);
    if (rc != OK || (rc = step_reader(g)) != OK)
        return rc;
    jout_init(&j, out);
    jout_object(&j);
    head_json(&j, g);
    rc = party_json(&j, g, record);
    if (rc == OK)
        rc = flow_timers(&timers, &count, g->db, g->x->c.id, g->x->arena, g->e);
    if (rc == OK)
        rc = due_json(&j, g, timers, count);
    if (rc == OK)
        rc = call_json(&j, g->db, &g->x->c, g->e);
    if (rc == OK)
        rc = holder_json(&j, g);
    if (rc == OK) {
        timers_json(&j, timers, count);
        rc = lists_json(&j, g);
    }
    if (rc == OK)
        rc = decided_json(&j, g);
    if (rc == OK)
        rc = call_admissions_json(&j, g->db, &g->x->c, g->e);
    step_reader_end(g);
    jout_end_object(&j);
    return rc;
}

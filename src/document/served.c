/* Service of a paper on a party: records of type paper_service, and decisions that wait for them. */
#include "access/assignment.h"
#include "base/msg.h"
#include "document/service_priv.h"
#include "document/step_paper.h"

err_t service_read_party(struct serving *s)
{
    err_t rc =
        db_row(NULL, s->g.db, "SELECT name FROM unit WHERE id = ?1", VALUES(v_i64(s->g.x->c.unit)),
               INTO(into_str(&s->party)), s->g.x->arena, s->g.e);
    s->recipient = s->party;
    return rc;
}

struct str service_said(const struct serving *s, const char *name)
{
    return s->said ? str_trim(jin_text(s->said, name)) : STR_NONE;
}

/* --- writing ---------------------------------------------------------------------------- */

void service_put_said(struct jout *j, const struct serving *s)
{
    static const char *const fields[] = {"channel", "sent_on", "served_on", "tracking",
                                         "url",     "basis",   "proof"};
    for (size_t i = 0; s->said && i < ARRAY_LEN(fields); i++) {
        const struct jvalue *v = jin_get(s->said, fields[i]);
        if (v) {
            jout_name(j, fields[i]);
            jout_value(j, v);
        }
    }
    if (s->said && !jin_get(s->said, "sent_on") && !jin_get(s->said, "served_on"))
        jout_pair(j, "sent_on", s->g.x->today);
}

err_t service_put(struct serving *s, struct jout *body, struct str state)
{
    /* A service on somebody else belongs to the office, not to the party. */
    struct write_options o = {.owner_unit = s->others ? s->g.x->by->unit : s->g.x->c.unit,
                              .reason = s->g.x->reason,
                              .date = s->g.x->today,
                              .state = state,
                              .as = s->as};
    const struct record_type *t = record_type_find(s->g.p->kernel->types, STR(SERVICE_TYPE));
    return record_put(s->out, s->g.db,
                      &(struct record_call){s->g.p->kernel, s->g.x->by, t, s->id, s->g.x->arena},
                      jout_made(body), &o, s->g.e);
}

static err_t give_to(struct serving *s, int64_t unit, struct str note)
{
    struct deed d = programme_deed(&s->g);
    struct assignment g = {.type = STR(SERVICE_TYPE),
                           .record_id = s->out->id,
                           .kind = STR("do"),
                           .unit = unit,
                           .note = note};
    d.as = s->as;
    return unit ? assignment_give(&g, s->g.db, &d, s->g.e) : OK;
}

err_t service_give(struct serving *s)
{
    return give_to(s, s->g.x->by->unit, s->paper->title);
}

err_t service_give_party(struct serving *s)
{
    const struct flow_case *c = &s->g.x->c;
    return give_to(
        s, c->unit,
        arena_printf(s->g.x->arena, "%.*s　%.*s", STR_ARG(c->number), STR_ARG(s->paper->title)));
}

void service_put_names(struct jout *j, const struct serving *s)
{
    struct case_paper c = *s->paper;
    c.case_id = s->g.x->c.id;
    case_paper_names(j, &c, s->g.x->arena);
    jout_pair(j, "recipient", s->recipient);
}

/* A step waits for its service. */
static bool is_awaited(const struct process *p, struct str paper)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (str_among(paper, p->steps[i].served, p->steps[i].served_count))
            return true;
    return false;
}

bool service_is_owed(struct step *g, struct str paper)
{
    const struct part *part = part_named(g->p->pack, PART_PAPERS, paper);
    return part && (part_true(part, "remedy") || is_awaited(g->x->process, paper));
}

/* Ends owed and sent services of the versions that this one corrects. */
static err_t end_former(struct serving *of)
{
    const struct case_paper *c = of->paper;
    struct serving s = *of;
    struct ids open = {0};
    if (c->version == 1)
        return OK;
    err_t rc = db_ids(&open, s.g.db,
                      "SELECT s.id FROM record_paper_service s JOIN case_paper p ON p.id ="
                      " s.paper_id WHERE p.case_id = ?1 AND p.paper = ?2 AND p.step = ?3 AND"
                      " p.version < ?4 AND s.state IN ('owed', 'sent') AND s.ended_ms IS NULL"
                      " ORDER BY s.id",
                      VALUES(v_i64(c->case_id), v_str(c->paper), v_str(c->step), v_i64(c->version)),
                      s.g.x->arena, s.g.e);
    for (size_t i = 0; rc == OK && i < open.len; i++) {
        struct jout nothing;
        s.id = open.ptr[i];
        jout_init_values(&nothing, s.g.x->arena);
        rc = service_put(&s, &nothing, STR("superseded"));
    }
    return rc;
}

err_t service_owe(struct step *g, const struct grant *as, const struct case_paper *c)
{
    struct written w;
    struct serving s = {.out = &w, .g = *g, .paper = c, .as = as};
    struct jout j;
    err_t rc = end_former(&s);
    if (rc != OK || !service_is_owed(g, c->paper))
        return rc;
    if ((rc = service_read_party(&s)) != OK)
        return rc;
    jout_init_values(&j, g->x->arena);
    service_put_names(&j, &s);
    rc = service_put(&s, &j, STR("owed"));
    return rc == OK ? service_give(&s) : rc;
}

/* --- before a decision ------------------------------------------------------------------ */

/* A notice of x's case since its issuing step was last taken. */
struct service_notice {
    bool issued;
    struct str served_on; /* the first day on which it was served on the party; empty: it was not */
};

static err_t service_notice(struct service_notice *out, struct step *g, const struct part *paper)
{
    int64_t told_ms;
    err_t rc = step_paper_since(&told_ms, g, paper);
    *out = (struct service_notice){0};
    if (rc == OK)
        rc =
            db_row(NULL, g->db,
                   "SELECT count(c.id), min(s.served_on) FROM case_paper c LEFT JOIN"
                   " record_paper_service s ON s.paper_id = c.id AND s.case_id = ?1 AND s.state"
                   " = 'served' AND s.ended_ms IS NULL AND s.owner_unit = ?4 WHERE c.paper = ?2"
                   " AND c.issued_ms >= ?3 AND (c.case_id = ?1 OR c.id IN (SELECT j.paper FROM"
                   " case_paper_joint j WHERE j.case_id = ?1))",
                   VALUES(v_i64(g->x->c.id), v_str(paper->id), v_i64(told_ms), v_i64(g->x->c.unit)),
                   INTO(into_bool(&out->issued), into_str(&out->served_on)), g->x->arena, g->e);
    return rc;
}

err_t service_check(struct step *g)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && g->x->step && i < g->x->step->served_count; i++) {
        const struct part *paper = part_named(g->p->pack, PART_PAPERS, g->x->step->served[i]);
        struct service_notice n;
        if (!paper || (rc = service_notice(&n, g, paper)) != OK || n.served_on.len)
            continue;
        obstacle_add(g->to,
                     n.issued && process_is_partys(g->x->step) ? WHY_REPLY_BEFORE_SERVICE
                     : n.issued                                ? WHY_NOT_SERVED
                                                               : WHY_NOT_ISSUED,
                     paper->id, NULL, FLOW_ARGS(part_text(paper, "label")));
    }
    return rc;
}

/* Recipients of notifications about a step. */
#include "matter/matter.h"

/* Adds the account to `told` and posts, unless it is among those already. */
static err_t tell_once(struct told *t, int64_t account, const struct notification_draft *what)
{
    struct notification_draft d = *what;
    int64_t id;
    if (account == t->except)
        return OK;
    for (size_t i = 0; i < t->people.len; i++)
        if (t->people.ptr[i] == account)
            return OK;
    VEC_PUSH(t->arena, &t->people, account);
    d.account = account;
    return notification_post(&id, t->db, &d, t->now_ms, t->e);
}

/* The people who hold the role in the unit. A deputy is notified like the role's owner, as long as
 * the owner holds the role (access/subject.h). */
static err_t find_people(struct ids *all, struct told *t, int64_t unit, struct str role,
                         struct str programme)
{
    return db_ids(all, t->db,
                  "SELECT DISTINCT a.id FROM account a JOIN"
                  " role_grant g ON g.account = a.id"
                  " WHERE a.owner_unit = ?1 AND a.state = 'active' AND g.state = 'active' AND"
                  " g.owner_unit = ?1 AND g.role = ?2 AND g.from_date <= ?3 AND (g.to_date IS"
                  " NULL OR g.to_date >= ?3) AND (g.delegated_by IS NULL OR EXISTS (SELECT 1"
                  " FROM role_grant o JOIN account b ON b.id = o.account WHERE o.account ="
                  " g.delegated_by AND o.role = g.role AND o.delegated_by IS NULL AND"
                  " o.owner_unit = ?1 AND o.state = 'active' AND o.from_date <= ?3 AND"
                  " (o.to_date IS NULL OR o.to_date >= ?3) AND b.state = 'active' AND"
                  " b.owner_unit = ?1)) AND (g.programmes IS NULL OR ' ' || g.programmes || ' '"
                  " LIKE '% ' || ?4 || ' %') ORDER BY a.id",
                  VALUES(v_i64(unit), v_str(role), v_str(t->today), v_str(programme)), t->arena,
                  t->e);
}

static err_t tell_people(struct told *t, int64_t unit, struct str role, struct str programme,
                         const struct notification_draft *what)
{
    struct ids all = {0};
    err_t rc = find_people(&all, t, unit, role, programme);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = tell_once(t, all.ptr[i], what);
    return rc;
}

/* The contact whom the party names on its form (附件：联系人), whatever his roles. */
static err_t tell_contact(struct told *t, int64_t unit, const struct notification_draft *what)
{
    int64_t contact = 0;
    err_t rc = db_i64(&contact, t->db,
                      "SELECT k.id FROM record_applicant a JOIN account k ON k.id ="
                      " a.contact_account WHERE a.owner_unit = ?1 AND a.ended_ms IS NULL AND"
                      " k.owner_unit = ?1 AND k.state = 'active' ORDER BY a.id DESC LIMIT 1",
                      VALUES(v_i64(unit)), t->e);
    return rc == OK && contact ? tell_once(t, contact, what) : rc;
}

err_t programme_notify_roles(struct told *t, const struct flow_case *c, const struct str *roles,
                             size_t count, const struct notification_draft *what)
{
    struct notification_draft d = *what;
    err_t rc = OK;
    d.link = arena_printf(t->arena, "/case/%lld", (long long)c->id);
    for (size_t i = 0; rc == OK && i < count; i++) {
        int64_t unit = 0;
        rc = flow_unit_of(&unit, t->db, c, roles[i], t->today, t->e);
        if (rc == OK && unit)
            rc = tell_people(t, unit, roles[i], c->pack, &d);
        if (rc == OK && unit && unit == c->unit)
            rc = tell_contact(t, unit, &d);
    }
    return rc;
}

struct told told_by(struct step *g)
{
    return (struct told){.db = g->db,
                         .e = g->e,
                         .today = g->x->today,
                         .now_ms = clock_now_ms(g->p->kernel->clock),
                         .except = g->x->by->account,
                         .arena = g->x->arena};
}

struct str told_words(const struct flow_call *x, struct str step)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "title", x->c.title);
    jout_pair(&j, "step", step);
    jout_pair(&j, "by", x->by->unit_name);
    return jout_take(&j, x->arena);
}

err_t programme_notify_step(struct told *t, const struct flow_case *c, struct str step,
                            const char *kind, struct str arguments)
{
    const struct notification_draft d = {.kind = kind, .arguments = arguments};
    const struct flow_open_step *steps;
    size_t count = 0;
    err_t rc = flow_open_steps(&steps, &count, t->db, c->id, t->arena, t->e);
    bool own = rc == OK && FIND_BY(steps, count, step, step);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (own ? str_eq(steps[i].step, step) : steps[i].holds)
            rc = programme_notify_roles(t, c, steps[i].roles, steps[i].role_count, &d);
    return rc;
}

err_t programme_notify_offices(struct told *t, struct str province,
                               const struct notification_draft *what)
{
    static const char *const roles[] = {"province_officer", "province_leader", "ip_centre_officer"};
    struct ids units = {0};
    err_t rc = db_ids(&units, t->db,
                      "SELECT id FROM unit WHERE kind IN ('province_office',"
                      " 'province_ip_centre') AND owner_province = ?1 AND ended_ms IS NULL"
                      " ORDER BY id",
                      VALUES(v_str(province)), t->arena, t->e);
    for (size_t i = 0; rc == OK && i < units.len; i++)
        for (size_t k = 0; rc == OK && k < ARRAY_LEN(roles); k++)
            rc = tell_people(t, units.ptr[i], str_of(roles[k]), STR_NONE, what);
    return rc;
}

err_t programme_notify_actor(struct step *g, struct str actor)
{
    struct notification_draft d = {.kind = "case_step"};
    struct told t = told_by(g);
    if (process_is_party(actor) && flow_unseen_after(g->x))
        return OK;
    /* A call brings many cases through the same step. */
    if (g->x->c.call)
        d.gather = arena_printf(g->x->arena, "%.*s/%.*s/%.*s/%lld", STR_ARG(g->x->c.pack),
                                STR_ARG(g->x->c.process), STR_ARG(g->x->step->id),
                                (long long)g->x->c.call);
    const struct str *roles;
    size_t count = pack_actor_roles(&roles, g->p->pack, actor, g->p->arena);
    d.arguments = told_words(g->x, g->x->step->label);
    return programme_notify_roles(&t, &g->x->c, roles, count, &d);
}

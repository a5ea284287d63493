/* Who stays away from a case. */
#include "programme/apart.h"
#include "access/named.h"
#include "base/msg.h"
#include "programme/objection.h"
#include "programme/programme_priv.h"

/* Somebody of the office that takes the step. */
struct member {
    struct office_person who;
    bool named; /* an objection complains of him */
    bool took;  /* he took a step from which this one is kept apart */
};
struct office {
    struct member *members;
    size_t count;
};

typedef VEC(int64_t) ids_t;

static bool is_among(const ids_t *all, int64_t account)
{
    for (size_t i = 0; account && i < all->len; i++)
        if (all->ptr[i] == account)
            return true;
    return false;
}

/* --- what is known ----------------------------------------------------------------------------- */

/* Whom the objections of the case complain of, and of those that the paper is of too (0: none), one a line. */
static err_t read_complaints(struct str *out, struct db *db, int64_t case_id, int64_t paper,
                             struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    struct buf b;
    bool has_row = false;
    buf_init(&b, 0);
    err_t rc = db_query(&st, db,
                        "SELECT o.complains_of FROM record_objection o JOIN flow_case f ON"
                        " f.owner_unit = o.owner_unit AND f.number = o.case_number WHERE (f.id ="
                        " ?1 OR f.id IN (SELECT j.case_id FROM case_paper_joint j WHERE j.paper ="
                        " ?2)) AND o.ended_ms IS NULL AND o.complains_of IS NOT NULL AND"
                        " o." APART_LIFTED " IS NULL ORDER BY o.id",
                        VALUES(v_i64(case_id), v_i64(paper)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        buf_addf(&b, "%.*s\n", STR_ARG(stmt_str(st, 0)));
    stmt_free(st);
    *out = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return rc;
}

/* Does one of those objections name who is called so? */
static err_t is_complained_of(bool *out, struct db *db, int64_t case_id, int64_t paper,
                              struct str name, struct str login, struct arena *a, struct err *e)
{
    struct str complaints;
    *out = false;
    err_t rc = read_complaints(&complaints, db, case_id, paper, a, e);
    return rc == OK ? named_in(out, db, complaints, name, login, a, e) : rc;
}

/* Who took one of the steps in the case, and for whom. */
static err_t read_takers(ids_t *out, struct db *db, const struct flow_call *x,
                         const struct str *steps, size_t count, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct stmt *st = NULL;
        bool has_row = false;
        rc = db_query(&st, db,
                      "SELECT account, coalesce(on_behalf_of, 0) FROM flow_step WHERE case_id = ?1"
                      " AND kind = 'step' AND step = ?2 ORDER BY id",
                      VALUES(v_i64(x->c.id), v_str(steps[i])), e);
        while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
            VEC_PUSH(x->arena, out, stmt_i64(st, 0));
            VEC_PUSH(x->arena, out, stmt_i64(st, 1));
        }
        stmt_free(st);
    }
    return rc;
}

static bool is_his(const ids_t *all, const struct flow_call *x)
{
    return is_among(all, x->by->account) || (x->as && is_among(all, x->as->on_behalf_of));
}

static err_t read_office(struct office *out, struct db *db, const struct flow_call *x,
                         const ids_t *takers, struct err *e)
{
    const struct office_person *people;
    struct str complaints;
    err_t rc = read_complaints(&complaints, db, x->c.id, 0, x->arena, e);
    if (rc != OK)
        return rc;
    rc = programme_people(&people, &out->count, db, &x->c, x->step->roles, x->step->role_count,
                          x->today, x->arena, e);
    if (rc != OK)
        return rc;
    out->members = arena_array(x->arena, out->count + 1, sizeof(*out->members));
    for (size_t i = 0; rc == OK && i < out->count; i++) {
        struct member *m = &out->members[i];
        *m = (struct member){.who = people[i], .took = is_among(takers, people[i].account)};
        rc = named_in(&m->named, db, complaints, m->who.name, m->who.login, x->arena, e);
    }
    return rc;
}

/* How many of them nothing keeps away. */
static size_t free_of(const struct office *o, bool of_steps_too, int64_t without)
{
    size_t n = 0;
    for (size_t i = 0; i < o->count; i++) {
        const struct member *m = &o->members[i];
        n += !m->named && !(of_steps_too && m->took) && m->who.account != without;
    }
    return n;
}

static const struct member *member_of(const struct office *o, int64_t account)
{
    for (size_t i = 0; i < o->count; i++)
        if (o->members[i].who.account == account)
            return &o->members[i];
    return NULL;
}

/* --- whom an objection complains of ------------------------------------------------------------- */

bool apart_lifts(const struct process_step *s)
{
    for (size_t i = 0; s && i < s->effect_count; i++)
        if (s->effects[i].kind == EFFECT_CHANGE && str_is(s->effects[i].object, "objection") &&
            process_writes(&s->effects[i], STR(APART_LIFTED)).len)
            return true;
    return false;
}

/* p NULL: what he stays away from is no step of the case. */
static void say_named(struct flow_obstacles *to, const struct process *p, bool joint,
                      struct str name)
{
    const struct process_step *way = NULL;
    for (size_t i = 0; p && i < p->step_count; i++)
        if (apart_lifts(&p->steps[i]))
            way = &p->steps[i];
    if (joint)
        flow_obstacle_add(to, "apart", STR("complains_of"), NULL,
                          N_("an objection complains of %s, who stays away from this case: "
                             "leave it out and go on with the others; others decide on it"),
                          FLOW_ARGS(name));
    else if (way)
        flow_obstacle_add_in(
            to, "apart", STR("complains_of"), NULL,
            N_("an objection complains of %s, who stays away from this case: others of the office "
               "take its steps; where it complains of people without ground, two persons decide "
               "that first (\"%s\")"),
            (struct str[]){name, way->label}, (struct str[]){name, way->label_en}, 2);
    else
        flow_obstacle_add(to, "apart", STR("complains_of"), NULL,
                          N_("an objection complains of %s, who stays away from this case: "
                             "others of the office take its steps"),
                          FLOW_ARGS(name));
}

static err_t denied(const struct process *p, bool joint, struct str name, struct arena *a,
                    struct err *e)
{
    struct flow_obstacles told = {.arena = a};
    say_named(&told, p, joint, name);
    return err_set(e, E_DENIED, "%.*s",
                   STR_ARG(msg_lang() == LANG_ZH ? told.ptr->zh : told.ptr->en));
}

struct person {
    int64_t unit; /* 0: there is no such account */
    struct str name, login;
};

static err_t read_person(struct person *out, struct db *db, int64_t account, struct arena *a,
                         struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = (struct person){0};
    err_t rc = db_query(&st, db,
                        "SELECT coalesce(owner_unit, 0), display_name, name FROM account WHERE id"
                        " = ?1",
                        VALUES(v_i64(account)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = (struct person){stmt_i64(st, 0), arena_dup(a, stmt_str(st, 1)),
                               arena_dup(a, stmt_str(st, 2))};
    stmt_free(st);
    return rc;
}

struct acting {
    int64_t case_id, paper; /* paper 0: none */
    const struct subject *by;
    int64_t lent; /* the account in whose right he acts; 0: in his own */
};

/* Whom of the two an objection of the case, or of those that the paper is of, complains of; empty: neither. */
static err_t find_named(struct str *out, struct db *db, const struct acting *x, struct arena *a,
                        struct err *e)
{
    struct person lent = {0};
    bool named = false;
    *out = STR_NONE;
    err_t rc =
        is_complained_of(&named, db, x->case_id, x->paper, x->by->display_name, x->by->name, a, e);
    if (rc == OK && named)
        *out = x->by->display_name;
    if (rc != OK || named || x->lent == 0)
        return rc;
    if ((rc = read_person(&lent, db, x->lent, a, e)) == OK)
        rc = is_complained_of(&named, db, x->case_id, x->paper, lent.name, lent.login, a, e);
    if (rc == OK && named)
        *out = lent.name;
    return rc;
}

err_t apart_undecided(const int64_t **ids, size_t *count, struct db *db, const struct flow_call *x,
                      struct err *e)
{
    ids_t all = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db,
                 "SELECT id FROM record_objection WHERE owner_unit = ?1 AND case_number = ?2 AND "
                 "complains_of IS NOT"
                 " NULL AND recusal_lifted IS NULL AND ended_ms IS NULL ORDER BY id",
                 VALUES(v_i64(x->c.unit), v_str(x->c.number)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(x->arena, &all, stmt_i64(st, 0));
    stmt_free(st);
    *ids = all.ptr;
    *count = all.len;
    return rc;
}

err_t apart_account(struct flow_obstacles *to, struct db *db, struct flow_call *x, int64_t account,
                    void *arg, struct err *e)
{
    struct person who = {0};
    bool named = false;
    (void)arg;
    if (account == 0)
        return OK;
    err_t rc = read_person(&who, db, account, x->arena, e);
    if (rc != OK || who.unit == 0 || who.unit == x->c.unit)
        return rc;
    rc = is_complained_of(&named, db, x->c.id, 0, who.name, who.login, x->arena, e);
    if (rc == OK && named)
        say_named(to, x->process, x->joint_count > 0, who.name);
    return rc;
}

err_t apart_paper(struct db *db, const struct flow_call *x, const struct grant *as, int64_t paper,
                  struct err *e)
{
    struct str named;
    if (x->by->account == 0 || x->by->unit == x->c.unit)
        return OK;
    err_t rc = find_named(&named, db, &(struct acting){x->c.id, paper, x->by, grant_lender(as)},
                          x->arena, e);
    return named.len ? denied(x->process, x->joint_count > 0, named, x->arena, e) : rc;
}

static err_t unit_of_case(int64_t *out, struct db *db, int64_t case_id, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    *out = 0;
    err_t rc = db_query(&st, db, "SELECT owner_unit FROM flow_case WHERE id = ?1",
                        VALUES(v_i64(case_id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

err_t apart_of(struct db *db, const struct subject *by, int64_t lent, int64_t case_id,
               struct arena *a, struct err *e)
{
    struct str named;
    int64_t unit;
    if (by->account == 0)
        return OK;
    err_t rc = unit_of_case(&unit, db, case_id, e);
    if (rc != OK || unit == by->unit)
        return rc;
    rc = find_named(&named, db, &(struct acting){case_id, 0, by, lent}, a, e);
    return named.len ? denied(NULL, false, named, a, e) : rc;
}

static void say_lifting(struct flow_obstacles *to, const struct flow_call *x, const char *sentence,
                        struct str name)
{
    const struct process_step *s = x->step;
    flow_obstacle_add_in(
        to, "apart", STR("complains_of"), NULL, sentence,
        (struct str[]){name, flow_role_words(LANG_ZH, s->roles, s->role_count, x->arena)},
        (struct str[]){name, flow_role_words(LANG_EN, s->roles, s->role_count, x->arena)}, 2);
}

/* Whom it complains of neither proposes it nor confirms it. Where nobody is left for that somebody is appointed: it
 * is not proposed where nobody could confirm it. */
static err_t check_lifting(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                           const struct office *o, struct str named, struct err *e)
{
    struct proposal p = {0};
    if (free_of(o, false, 0) == o->count && !named.len) {
        flow_obstacle_add(to, "object", STR("complains_of"), NULL,
                          N_("no objection that counts complains of anybody who takes this step: "
                             "there is nothing to decide"),
                          NULL, 0);
        return OK;
    }
    err_t rc = proposal_find(&p, db, STR("case"), x->c.id, x->step->id, x->arena, e);
    const struct member *first = p.id ? member_of(o, p.proposed_by) : NULL;
    if (rc == OK && !named.len && first && first->named)
        named = first->who.name;
    if (rc == OK && named.len)
        say_lifting(to, x,
                    N_("an objection complains of %s: whether it does so without ground is "
                       "decided by two of whom none does; where the office has fewer, a security "
                       "administrator gives one of these roles to another person of it: %s"),
                    named);
    else if (rc == OK && !p.id && free_of(o, false, x->by->account) == 0)
        say_lifting(to, x,
                    N_("beside %s the office has nobody of whom no objection complains, to "
                       "confirm it: a security administrator gives one of these roles to another "
                       "person of the office first: %s"),
                    x->by->display_name);
    return rc;
}

/* --- who took another step ----------------------------------------------------------------------- */

/* Of the steps that keep him away, those which he took. */
static err_t say_took(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                      struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < x->step->apart_count; i++) {
        const struct process_step *s = process_step_find(x->process, x->step->apart[i]);
        ids_t takers = {0};
        rc = read_takers(&takers, db, x, &x->step->apart[i], 1, e);
        if (rc != OK || !is_his(&takers, x))
            continue;
        flow_obstacle_add_in(
            to, "apart", x->step->apart[i], NULL,
            x->joint_count
                ? N_("%s took the step \"%s\" of this case and does not take this one: leave it "
                     "out and go on with the others; others decide on it")
                : N_("%s took the step \"%s\" of this case and does not take this one: others of "
                     "the office do"),
            (struct str[]){x->by->display_name, s ? s->label : x->step->apart[i]},
            (struct str[]){x->by->display_name, s ? s->label_en : x->step->apart[i]}, 2);
    }
    return rc;
}

/* The decision from which x->step keeps its taker away; NULL: there is none. */
static const struct process_step *kept_from(const struct flow_call *x)
{
    for (size_t i = 0; i < x->process->step_count; i++)
        if (str_among(x->step->id, x->process->steps[i].apart, x->process->steps[i].apart_count))
            return &x->process->steps[i];
    return NULL;
}

static size_t persons(const struct process_step *s)
{
    return s->two_persons ? 2 : 1;
}

/* Several who settle would leave nobody: one of those who did already does the rest. */
static void check_left(struct flow_obstacles *to, const struct flow_call *x, const struct office *o,
                       const struct process_step *decision)
{
    const struct member *did = NULL;
    for (size_t i = 0; !did && i < o->count; i++)
        if (o->members[i].took && !o->members[i].named)
            did = &o->members[i];
    if (did && free_of(o, true, x->by->account) < persons(decision))
        flow_obstacle_add_in(
            to, "apart", x->step->id, NULL,
            N_("%s took this step of the case before and takes it again: otherwise too few of the "
               "office would be left for \"%s\""),
            (struct str[]){did->who.name, decision->label},
            (struct str[]){did->who.name, decision->label_en}, 2);
}

/* --- all of it ----------------------------------------------------------------------------------- */

err_t apart_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                  struct err *e)
{
    const struct process_step *s = x->step;
    ids_t takers = {0};
    struct office o = {0};
    struct str named;
    if (!programme_is_office(x->by))
        return OK;
    err_t rc = find_named(&named, db, &(struct acting){x->c.id, 0, x->by, grant_lender(x->as)},
                          x->arena, e);
    if (rc == OK && named.len && !apart_lifts(s))
        say_named(to, x->process, x->joint_count > 0, named);
    if (rc != OK || !s)
        return rc;
    const struct process_step *decision = kept_from(x);
    if (s->apart_count)
        rc = read_takers(&takers, db, x, s->apart, s->apart_count, e);
    if (rc == OK && decision)
        rc = read_takers(&takers, db, x, &s->id, 1, e);
    bool took = is_his(&takers, x),
         asks = apart_lifts(s) || (decision ? !took && takers.len : took);
    if (rc == OK && asks)
        rc = read_office(&o, db, x, &takers, e);
    if (rc != OK || !asks)
        return rc;
    if (apart_lifts(s))
        return check_lifting(to, db, x, &o, named, e);
    if (decision)
        check_left(to, x, &o, decision);
    else if (free_of(&o, true, 0) >= persons(s))
        return say_took(to, db, x, e);
    return OK;
}

/* Records of type paper_service, written in the steps that bring them about. */
#include "programme/service.h"
#include "access/assignment.h"
#include "base/msg.h"
#include "flow/timer.h"
#include "policy/calendar.h"
#include "programme/programme_priv.h"
#include "programme/seal.h"
#include "programme/step_paper.h"
#include "text/unicode.h"

struct serving {
    struct written *out;
    struct flow_call *x;
    struct programme *p;
    const struct case_paper *paper;
    const struct jvalue *said; /* NULL: nothing */
    const struct service_period *period;
    int64_t id;                  /* 0: a new one */
    struct str party, recipient; /* names */
    bool others;                 /* it goes to somebody else than the party of the case */
    const struct grant *as;
};

static const struct record_type *type_of(const struct serving *s)
{
    return record_type_find(s->p->kernel->types, STR(SERVICE_TYPE));
}

static err_t read_party(struct serving *s, struct db *db, struct err *e)
{
    err_t rc = db_row(NULL, db, "SELECT name FROM unit WHERE id = ?1", VALUES(v_i64(s->x->c.unit)),
                      INTO(into_str(&s->party)), s->x->arena, e);
    s->recipient = s->party;
    return rc;
}

static struct str said_text(const struct serving *s, const char *name)
{
    return s->said ? str_trim(jin_text(s->said, name)) : STR_NONE;
}

/* --- writing ---------------------------------------------------------------------------- */

static void put_said(struct jout *j, const struct serving *s)
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
        jout_pair(j, "sent_on", s->x->today);
}

static err_t put(struct serving *s, struct db *db, struct jout *body, struct str state,
                 struct err *e)
{
    /* A service on somebody else belongs to the office, not to the party. */
    struct write_options o = {.owner_unit = s->others ? s->x->by->unit : s->x->c.unit,
                              .reason = s->x->reason,
                              .date = s->x->today,
                              .state = state,
                              .as = s->as};
    return record_put(s->out, db,
                      &(struct record_call){s->p->kernel, s->x->by, type_of(s), s->id, s->x->arena},
                      jout_made(body), &o, e);
}

static err_t give_to(const struct serving *s, struct db *db, int64_t unit, struct str note,
                     struct err *e)
{
    struct deed d = programme_deed(s->x, s->p);
    struct assignment g = {.type = STR(SERVICE_TYPE),
                           .record_id = s->out->id,
                           .kind = STR("do"),
                           .unit = unit,
                           .note = note};
    d.as = s->as;
    return unit ? assignment_give(&g, db, &d, e) : OK;
}

/* It waits with the office of who issues or sends it. */
static err_t give(const struct serving *s, struct db *db, struct err *e)
{
    return give_to(s, db, s->x->by->unit, s->paper->title, e);
}

/* …and what was sent in the system with its party, until somebody of it opens it (moves.c). */
static err_t give_party(const struct serving *s, struct db *db, struct err *e)
{
    const struct flow_case *c = &s->x->c;
    return give_to(
        s, db, c->unit,
        arena_printf(s->x->arena, "%.*s　%.*s", STR_ARG(c->number), STR_ARG(s->paper->title)), e);
}

/* Names of the record; one paper may be of several cases, a service is in one. */
static void put_names(struct jout *j, const struct serving *s)
{
    struct case_paper c = *s->paper;
    c.case_id = s->x->c.id;
    case_paper_names(j, &c, s->x->arena);
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

bool service_is_owed(const struct flow_call *x, const struct programme *p, struct str paper)
{
    const struct part *part = part_named(p->pack, PART_PAPERS, paper);
    return part && (part_true(part, "remedy") || is_awaited(x->process, paper));
}

/* Ends owed and sent services of the versions that this one corrects. */
static err_t end_former(const struct serving *of, struct db *db, struct err *e)
{
    const struct case_paper *c = of->paper;
    struct serving s = *of;
    struct ids open = {0};
    if (c->version == 1)
        return OK;
    err_t rc = db_ids(&open, db,
                      "SELECT s.id FROM record_paper_service s JOIN case_paper p ON p.id ="
                      " s.paper_id WHERE p.case_id = ?1 AND p.paper = ?2 AND p.step = ?3 AND"
                      " p.version < ?4 AND s.state IN ('owed', 'sent') AND s.ended_ms IS NULL"
                      " ORDER BY s.id",
                      VALUES(v_i64(c->case_id), v_str(c->paper), v_str(c->step), v_i64(c->version)),
                      s.x->arena, e);
    for (size_t i = 0; rc == OK && i < open.len; i++) {
        struct jout nothing;
        s.id = open.ptr[i];
        jout_init_values(&nothing, s.x->arena);
        rc = put(&s, db, &nothing, STR("superseded"), e);
    }
    return rc;
}

err_t service_owe(struct db *db, struct flow_call *x, struct programme *p, const struct grant *as,
                  const struct case_paper *c, struct err *e)
{
    struct written w;
    struct serving s = {.out = &w, .x = x, .p = p, .paper = c, .as = as};
    struct jout j;
    err_t rc = end_former(&s, db, e);
    if (rc != OK || !service_is_owed(x, p, c->paper))
        return rc;
    if ((rc = read_party(&s, db, e)) != OK)
        return rc;
    jout_init_values(&j, x->arena);
    put_names(&j, &s);
    rc = put(&s, db, &j, STR("owed"), e);
    return rc == OK ? give(&s, db, e) : rc;
}

/* --- serving ---------------------------------------------------------------------------- */

/* Finds an owed or sent service of the paper to this recipient, to be completed. E_CONFLICT: it
 * has been served. The party is identified by its unit, because its name may have been corrected
 * since. */
static err_t find_open(struct serving *s, struct db *db, struct err *e)
{
    struct str state = STR_NONE, served_on;
    int64_t party = s->others || s->x->by->unit == s->x->c.unit ? 0 : s->x->c.unit;
    err_t rc =
        db_row(NULL, db,
               "SELECT id, state, served_on FROM record_paper_service WHERE paper_id = ?1"
               " AND case_id = ?2 AND (owner_unit = ?4 OR (?4 = 0 AND recipient = ?3))"
               " AND ended_ms IS NULL ORDER BY id LIMIT 1",
               VALUES(v_i64(s->paper->id), v_i64(s->x->c.id), v_str(s->recipient), v_i64(party)),
               INTO(into_i64(&s->id), into_str(&state), into_str(&served_on)), s->x->arena, e);
    if (str_is(state, "served"))
        rc = err_set(e, E_CONFLICT, "\"%.*s\" was served on \"%.*s\" on %.*s already",
                     STR_ARG(s->paper->title), STR_ARG(s->recipient), STR_ARG(served_on));
    return rc;
}

/* Does the party bear this name, or did it on the day on which the paper was issued? A name that it bore before that,
 * or after, is none of this paper. */
static err_t is_partys_name(bool *out, const struct serving *s, struct db *db, struct str name,
                            struct err *e)
{
    struct arena *a = s->x->arena;
    struct str day = business_date(s->paper->issued_ms, a);
    const struct jvalue *v = NULL;
    struct stmt *st = NULL;
    bool bore = false;
    *out = str_eq(name, s->party);
    if (*out)
        return OK;
    err_t rc = db_query(&st, db,
                        "SELECT at_ms, content FROM record_version WHERE type = 'party' AND"
                        " record_id = ?1 ORDER BY version",
                        VALUES(v_i64(s->x->c.unit)), e);
    while (stmt_row(&rc, st, e)) {
        int since = str_cmp(business_date(stmt_i64(st, 0), a), day);
        if (since > 0)
            break;
        rc = jin_parse(&v, arena_dup(a, stmt_str(st, 1)), a, e);
        bool is = rc == OK && str_eq(name, str_trim(jin_text(v, "name")));
        bore = is || (since == 0 && bore); /* of that day itself, each */
    }
    stmt_free(st);
    *out = bore;
    return rc;
}

/* To whom the paper says it goes; empty: it does not say. */
static err_t read_addressee(struct str *out, const struct serving *s, struct err *e)
{
    struct paper paper;
    *out = STR_NONE;
    err_t rc = case_paper_content(&paper, s->paper, s->x->arena, e);
    for (size_t i = 0; rc == OK && out->len == 0 && i < paper.block_count; i++)
        if (paper.blocks[i].role == PAPER_ADDRESSEE)
            *out = str_trim(paper.blocks[i].text);
    if (out->len && str_ends(*out, STR("：")))
        out->len -= STR("：").len;
    return rc;
}

/* An owed paper can only go to the party, and in the system only the party can be served.
 * E_INVALID. */
static err_t find_recipient(struct serving *s, struct db *db, struct err *e)
{
    struct str named = said_text(s, "recipient");
    struct str to = STR_NONE;
    bool its = true;
    err_t rc = OK;
    bool owed = service_is_owed(s->x, s->p, s->paper->paper);
    if (!owed && (rc = read_addressee(&to, s, e)) != OK)
        return rc;
    s->recipient = named.len ? named : to.len ? to : s->party;
    if ((rc = is_partys_name(&its, s, db, s->recipient, e)) != OK)
        return rc;
    s->others = !its;
    if (its) {
        s->recipient = s->party;
        return OK;
    }
    if (owed)
        return err_set(e, E_INVALID, "\"%.*s\" is served on the party of the case alone: %.*s",
                       STR_ARG(s->paper->title), STR_ARG(s->party));
    return str_is(said_text(s, "channel"), "system")
               ? err_set(e, E_INVALID, "in this system only the party of the case is served: %.*s",
                         STR_ARG(s->party))
               : OK;
}

/* Service in the system means that the party opens the sealed file. A trial's paper binds nobody
 * and has no seal. */
static err_t check_sealed(const struct serving *s, struct db *db, struct err *e)
{
    struct sealed sealed;
    if (s->x->c.trial || !str_is(said_text(s, "channel"), "system") ||
        !service_is_owed(s->x, s->p, s->paper->paper))
        return OK;
    err_t rc = seal_latest(&sealed, db, s->paper->id, s->x->arena, e);
    return rc == OK && !sealed.id
               ? err_set(e, E_CONFLICT,
                         "\"%.*s\" is not sealed yet: record the sealed file first, for it is "
                         "what the party reads",
                         STR_ARG(s->paper->title))
               : rc;
}

static err_t tell_party(const struct serving *s, struct db *db, struct err *e)
{
    const struct flow_call *x = s->x;
    static const char *const actors[] = {"applicant", "centre"};
    struct told t = told_by(x, s->p);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < ARRAY_LEN(actors); i++) {
        const struct str *roles;
        size_t count = pack_actor_roles(&roles, s->p->pack, str_of(actors[i]), s->p->arena);
        rc = programme_notify_roles(&t, db, &x->c, roles, count, "case_step",
                                    told_words(x, s->paper->title), e);
    }
    return rc;
}

err_t service_check_current(const struct case_paper *c, struct err *e)
{
    return err_set(e, E_CONFLICT,
                   "\"%.*s\" was replaced by its version %lld, which counts: take that one",
                   STR_ARG(c->title), (long long)c->superseded_by);
}

static err_t begin_step(struct db *db, void *arg, struct err *e)
{
    struct serving *s = arg;
    bool in_system = str_is(said_text(s, "channel"), "system");
    bool served = said_text(s, "served_on").len > 0;
    struct jout j;
    s->id = 0;
    err_t rc = case_paper_actor(&s->as, &(struct step_view){NULL, db, s->x, s->p, e}, s->paper);
    if (rc == OK && s->paper->superseded_by)
        rc = service_check_current(s->paper, e);
    if (rc == OK)
        rc = step_paper_counts(db, s->x, s->p, s->paper, e);
    if (rc == OK)
        rc = read_party(s, db, e);
    if (rc == OK)
        rc = find_recipient(s, db, e);
    if (rc == OK)
        rc = check_sealed(s, db, e);
    if (rc == OK)
        rc = find_open(s, db, e);
    if (rc != OK)
        return rc;
    bool is_new = s->id == 0;
    jout_init_values(&j, s->x->arena);
    if (is_new)
        put_names(&j, s);
    put_said(&j, s);
    rc = put(s, db, &j, served ? STR("served") : STR("sent"), e);
    if (rc == OK && is_new && !served)
        rc = give(s, db, e);
    if (rc == OK && in_system)
        rc = give_party(s, db, e);
    return rc == OK && in_system ? tell_party(s, db, e) : rc;
}

err_t service_begin(struct written *out, struct flow_call *x, struct programme *p,
                    const struct case_paper *c, const struct jvalue *said, struct err *e)
{
    struct serving s = {.out = out, .x = x, .p = p, .paper = c, .said = said};
    out->faults = (struct faults){0};
    return store_write(p->kernel->store, begin_step, &s, e);
}

/* --- reading ---------------------------------------------------------------------------- */

#define UNREAD                                                                                     \
    "SELECT id FROM record_paper_service WHERE paper_id = ?1 AND case_id = ?2 AND state = 'sent' " \
    "AND channel = 'system' AND ended_ms IS NULL ORDER BY id LIMIT 1"

static err_t find_unread(int64_t *id, struct db *db, int64_t paper, int64_t case_id, struct err *e)
{
    return db_i64(id, db, UNREAD, VALUES(v_i64(paper), v_i64(case_id)), e);
}

static err_t read_step(struct db *db, void *arg, struct err *e)
{
    struct serving *s = arg;
    struct str at = business_time(clock_now_ms(s->p->kernel->clock), s->x->arena);
    struct jout j;
    err_t rc = find_unread(&s->id, db, s->paper->id, s->x->c.id, e);
    if (rc != OK || s->id == 0)
        return rc;
    jout_init_values(&j, s->x->arena);
    jout_pair(&j, "served_on", s->x->today);
    jout_pair_i64(&j, "read_by", s->x->by->account);
    jout_pair(&j, "read_at", arena_printf(s->x->arena, "%.10sT%s+08:00", at.ptr, at.ptr + 11));
    rc = put(s, db, &j, STR("served"), e);
    return rc == OK ? flow_timers_set(db, s->x, &s->p->flow, e) : rc;
}

err_t service_read(struct flow_call *x, struct programme *p, const struct case_paper *c,
                   struct err *e)
{
    struct written w;
    struct serving s = {.out = &w, .x = x, .p = p, .paper = c};
    struct db *db = NULL;
    int64_t unread = 0;
    if (!x->by->account || x->by->unit != x->c.unit)
        return OK;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = find_unread(&unread, db, c->id, x->c.id, e);
    store_reader_put(p->kernel->store, db);
    return rc == OK && unread ? store_write(p->kernel->store, read_step, &s, e) : rc;
}

/* --- periods ---------------------------------------------------------------------------- */

/* The day on which this service of the paper was, and the step whose period it gives already; both may be empty. */
static err_t read_given(struct str *served, struct str *step, const struct serving *s,
                        struct db *db, struct err *e)
{
    bool has_row = false;
    *served = *step = STR_NONE;
    err_t rc = db_row(&has_row, db,
                      "SELECT coalesce(served_on, ''), coalesce(runs_step, '') FROM"
                      " record_paper_service WHERE id = ?1 AND paper_id = ?2 AND ended_ms IS NULL",
                      VALUES(v_i64(s->id), v_i64(s->paper->id)),
                      INTO(into_str(served), into_str(step)), s->x->arena, e);
    return rc == OK && !has_row ? err_set(e, E_NOTFOUND, "the paper has no such service") : rc;
}

static err_t check_later(const struct serving *s, struct str served, struct err *e)
{
    struct str due = s->period->due, today = s->x->today;
    struct str first = str_cmp(served, today) > 0 ? served : today;
    return str_cmp(due, first) > 0
               ? OK
               : err_set(e, E_INVALID,
                         "due: the period ends after %.*s (the day of service, or today), not on "
                         "%.*s",
                         STR_ARG(first), STR_ARG(due));
}

/* A period once given cannot be shortened: its last day is after the day of service and after
 * today, and no earlier than one given by another service of the case (own rule, 文件未规定). */
static err_t check_no_shorter(const struct serving *s, struct db *db, struct err *e)
{
    const struct process_step *other;
    struct str due = s->period->due, served, step;
    struct service_run run = {0};
    struct str day;
    err_t rc = read_given(&served, &step, s, db, e);
    if (rc == OK && step.len && !str_eq(step, s->period->step)) {
        other = process_step_find(s->x->process, step);
        return err_set(e, E_INVALID, "this service gives the period of \"%.*s\" already",
                       STR_ARG(other ? process_step_name(other) : step));
    }
    if (rc == OK && due.len)
        rc = check_later(s, served, e);
    if (rc == OK)
        rc = service_run_of(&run, db, s->x->c.id, s->period->step, e);
    if (rc != OK || !run.found || !run.has_due)
        return rc;
    day = date_text(run.due, s->x->arena);
    return due.len == 0 || str_cmp(due, day) < 0
               ? err_set(e, E_INVALID,
                         "due: the period ends on %.*s: it can be extended but not shortened",
                         STR_ARG(day))
               : OK;
}

static err_t period_step(struct db *db, void *arg, struct err *e)
{
    struct serving *s = arg;
    struct jout j;
    struct due day;
    bool known;
    err_t rc = case_paper_actor(&s->as, &(struct step_view){NULL, db, s->x, s->p, e}, s->paper);
    if (rc == OK)
        rc = check_no_shorter(s, db, e);
    if (rc != OK)
        return rc;
    jout_init_values(&j, s->x->arena);
    jout_pair(&j, "runs_step", s->period->step);
    jout_pair(&j, "runs_basis", s->period->basis);
    jout_pair(&j, "runs_due", s->period->due);
    rc = put(s, db, &j, STR_NONE, e);
    if (rc == OK)
        rc = programme_service_day(&day, &known, &(struct step_view){NULL, db, s->x, s->p, e},
                                   process_step_find(s->x->process, s->period->step));
    return rc == OK ? flow_timers_set(db, s->x, &s->p->flow, e) : rc;
}

/* Whether the period of the step may run from the service of the paper: where decisions wait for both, it
 * is the notice's and no other paper's. */
static bool gives_period(const struct process *p, const struct process_step *step, struct str paper)
{
    bool awaited = false, its = false;
    for (size_t i = 0; i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        bool waits = false;
        for (size_t k = 0; k < s->wait_count; k++)
            waits |= &p->steps[s->waits[k]] == step;
        awaited |= waits && s->served_count;
        its |= waits && str_among(paper, s->served, s->served_count);
    }
    return its || !awaited;
}

err_t service_set_period(struct written *out, struct flow_call *x, struct programme *p,
                         const struct case_paper *c, int64_t service,
                         const struct service_period *period, struct err *e)
{
    const struct process_step *step = process_step_find(x->process, period->step);
    struct serving s = {.out = out, .x = x, .p = p, .paper = c, .period = period, .id = service};
    out->faults = (struct faults){0};
    if (!step)
        return err_set(e, E_INVALID, "the process \"%.*s\" has no step \"%.*s\"",
                       STR_ARG(process_name(x->process)), STR_ARG(period->step));
    if (!str_is(step->actor, "applicant") && !str_is(step->actor, "centre"))
        return err_set(e, E_INVALID,
                       "step: \"%.*s\" is a step of an office, whose time does not run from a "
                       "service; name a step that the party itself takes (a reply, a waiver, what "
                       "it hands in)",
                       STR_ARG(process_step_name(step)));
    if (!gives_period(x->process, step, c->paper))
        return err_set(e, E_INVALID,
                       "the period of \"%.*s\" runs from the service of the notice of this case, "
                       "not of \"%.*s\"",
                       STR_ARG(process_step_name(step)), STR_ARG(c->title));
    if (step->due.len == 0 && period->due.len == 0)
        return err_set(e, E_INVALID,
                       "the document gives the step \"%.*s\" no period: enter its last day (due)",
                       STR_ARG(process_step_name(step)));
    if (!unicode_says(period->basis))
        return err_set(e, E_INVALID,
                       "the document does not say that this period runs from service: enter what "
                       "you base it on (basis)");
    return store_write(p->kernel->store, period_step, &s, e);
}

err_t service_run_of(struct service_run *out, struct db *db, int64_t case_id, struct str step,
                     struct err *e)
{
    struct stmt *st = NULL;
    *out = (struct service_run){0};
    err_t rc =
        db_query(&st, db,
                 "SELECT served_on, runs_due FROM record_paper_service WHERE case_id = ?1 AND "
                 "runs_step = ?2 AND ended_ms IS NULL ORDER BY changed_ms DESC NULLS LAST, "
                 "id DESC NULLS LAST LIMIT 1",
                 VALUES(v_i64(case_id), v_str(step)), e);
    if (stmt_row(&rc, st, e)) {
        out->found = true;
        out->known = date_parse(&out->from, stmt_str(st, 0));
        out->has_due = date_parse(&out->due, stmt_str(st, 1));
    }
    stmt_free(st);
    return rc;
}

/* --- before a decision ------------------------------------------------------------------ */

/* A notice of x's case since its issuing step was last taken. */
struct service_notice {
    bool issued;
    struct str served_on; /* the first day on which it was served on the party; empty: it was not */
};

static err_t service_notice(struct service_notice *out, struct db *db, const struct flow_call *x,
                            const struct part *paper, struct err *e)
{
    int64_t told_ms;
    err_t rc = step_paper_since(&told_ms, db, x, paper, e);
    *out = (struct service_notice){0};
    if (rc == OK)
        rc = db_row(NULL, db,
                    "SELECT count(c.id), min(s.served_on) FROM case_paper c LEFT JOIN"
                    " record_paper_service s ON s.paper_id = c.id AND s.case_id = ?1 AND s.state"
                    " = 'served' AND s.ended_ms IS NULL AND s.owner_unit = ?4 WHERE c.paper = ?2"
                    " AND c.issued_ms >= ?3 AND (c.case_id = ?1 OR c.id IN (SELECT j.paper FROM"
                    " case_paper_joint j WHERE j.case_id = ?1))",
                    VALUES(v_i64(x->c.id), v_str(paper->id), v_i64(told_ms), v_i64(x->c.unit)),
                    INTO(into_bool(&out->issued), into_str(&out->served_on)), x->arena, e);
    return rc;
}

err_t service_check(struct flow_obstacles *to, struct db *db, const struct flow_call *x,
                    const struct programme *p, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && x->step && i < x->step->served_count; i++) {
        const struct part *paper = part_named(p->pack, PART_PAPERS, x->step->served[i]);
        struct service_notice n;
        if (!paper || (rc = service_notice(&n, db, x, paper, e)) != OK || n.served_on.len)
            continue;
        flow_obstacle_add(
            to, "served", paper->id, NULL,
            n.issued && process_is_partys(x->step)
                ? N_("\"%s\" has not been served on the party yet: the party's reply is accepted "
                     "from its service on")
            : n.issued ? N_("\"%s\" is not served on the party yet (the document does not say "
                            "this; it protects whom it concerns): record its service first")
                       : N_("\"%s\" is not issued yet (the document does not say this; it "
                            "protects whom it concerns): issue it and serve it first"),
            FLOW_ARGS(part_text(paper, "label")));
    }
    return rc;
}

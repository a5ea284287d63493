/* The pending work of a subject, from proposals, assignments and dues. Each item is checked against the
 * policy table as its page would do, so nothing in the list leads to a refusal. The total counts
 * visible items, so a box is checked completely before a page is written. Notifications are not
 * included: they inform and do not wait. */
#include "access/mutation.h"
#include "access/pair_shown.h"
#include "access/unit.h"
#include "base/map.h"
#include "base/msg.h"
#include "base/vec.h"
#include "record/ask.h"
#include "record/dues.h"
#include "record/show.h"

#define TODO_ACTIONS_MAX 64 /* transitions of a type; steps of a stage */
#define TODO_CASES_MAX 100 /* named in one row, as many as a step takes at once (matter/matter.h) */

struct waiting {
    struct str type, action, reason, by, to, state; /* action empty: an assignment */
    struct str unit;                                /* of who gave it */
    bool lent; /* given to a person whose role is lent to the subject */
    int64_t record, since_ms, due_ms;
    struct proposal proposal;
    struct pair_waiting pair; /* .shown NULL: it is none */
    struct assignment assignment;
    const struct record_due *due; /* NULL: it is none */
    const struct type_plan *plan;
    struct standing *standing; /* what it is to the subject, once it was asked */
    struct str key;            /* its place in the box; orders as bytes, is the cursor behind it */
};
struct waitings {
    struct waiting *ptr;
    size_t len, cap;
};

/* A possible action on a record. */
struct todo_action {
    struct label label;
    struct moved_step step; /* of a record's own transition the name alone */
};
/* One row from the subject's view. */
struct standing {
    struct todo_action *actions;
    size_t count;
    bool listed, moved, held;
    struct label proposed; /* the step that waits for a second person */
    struct shown_day due;  /* its day */
    struct decision read;
    struct row row;
    struct moved_matter matter;       /* of what is moved … */
    int64_t of_case;                  /* … or of the case of the record; 0: none */
    VEC(const struct waiting *) same; /* others for which the same is to be done */
};

struct todo {
    struct kernel *kernel;
    const struct subject *subject;
    enum todo_box box;
    const struct todo_request *asked; /* of TODO_DUE */
    size_t rows_max;                  /* read no more rows than this and one */
    struct db *db;
    struct arena *a;
    struct jout *j;
};

/* --- the rows ----------------------------------------------------------------------- */

#define PROPOSALS                                                                                  \
    "SELECT p.id, p.type, p.record_id, p.action, p.reason, p.proposed_by, p.proposed_for, "        \
    "p.proposed_ms, p.expires_ms, a.display_name, p.state, p.unit, p.role, p.shown, "              \
    "u.owner_province, p.arguments FROM proposal p LEFT JOIN account a ON a.id = p.proposed_by "   \
    "LEFT JOIN unit u ON u.id = p.unit WHERE "
#define ASSIGNMENTS                                                                                \
    "SELECT g.id, g.version, g.type, g.record_id, g.kind, g.account, g.unit, g.given_by, g.note, " \
    "g.due_date, g.due_count_by, g.from_ms, g.to_ms, g.done_ms, g.done_by, g.ask, g.answer, "      \
    "g.seen, b.display_name, "                                                                     \
    "coalesce((SELECT c.display_name FROM account c WHERE c.id = g.account), "                     \
    "(SELECT u.name FROM unit u WHERE u.id = g.unit)), (SELECT s.name FROM unit s WHERE s.id = "   \
    "b.owner_unit) "                                                                               \
    "FROM assignment g LEFT JOIN account b ON b.id = g.given_by WHERE "
#define TO_ME "(g.account = ?1 OR g.unit = ?2) AND g.from_ms <= ?3 "
#define LENT_TO_ME                                                                                 \
    "(g.account IN (SELECT l.delegated_by FROM role_grant l WHERE l.account = ?1 AND l.state = "   \
    "'active') AND g.ask IS NULL AND g.from_ms <= ?3 OR " TO_ME ") "
#define LASTING "AND (g.to_ms IS NULL OR g.to_ms > ?3) "
#define OLDEST_FIRST "ORDER BY g.from_ms, g.id"
#define LATEST_FIRST "ORDER BY g.id DESC NULLS LAST"

/* ?1: this moment of what is to do, else the subject. NULL: none in this box. */
static const char *proposals_of(enum todo_box box)
{
    switch (box) {
    case TODO_DO:
        return PROPOSALS "p.state = 'open' AND p.expires_ms > ?1 ORDER BY p.expires_ms, p.id";
    case TODO_DONE:
        return PROPOSALS "p.decided_by = ?1 AND p.proposed_by <> ?1 "
                         "ORDER BY p.id DESC NULLS LAST";
    case TODO_MINE:
        return PROPOSALS "p.proposed_by = ?1 ORDER BY p.id DESC NULLS LAST";
    case TODO_READ:
    case TODO_COPIED:
    case TODO_DUE:
        break;
    }
    return NULL;
}

static const char *assignments_of(enum todo_box box)
{
    switch (box) {
    case TODO_DO:
        return ASSIGNMENTS LENT_TO_ME LASTING
            "AND g.kind = 'do' AND g.done_ms IS NULL " OLDEST_FIRST;
    case TODO_READ:
        return ASSIGNMENTS TO_ME LASTING "AND g.kind = 'read' AND g.done_ms IS NULL " OLDEST_FIRST;
    case TODO_COPIED:
        return ASSIGNMENTS TO_ME LASTING "AND g.kind = 'copy' " LATEST_FIRST;
    case TODO_DONE:
        return ASSIGNMENTS TO_ME "AND g.kind <> 'copy' " LATEST_FIRST;
    case TODO_DUE:
        return NULL;
    case TODO_MINE:
        break;
    }
    return ASSIGNMENTS "g.given_by = ?1 " LATEST_FIRST;
}

static err_t read_proposals(struct waitings *to, const struct todo *x, struct err *e)
{
    const char *sql = proposals_of(x->box);
    if (!sql)
        return OK;
    struct value asked = v_i64(x->box == TODO_DO ? x->subject->now_ms
                                                 : access_whose(STR("todo"), x->subject->account));
    err_t rc = OK;
    ROWS_WHILE(to->len <= x->rows_max, st, rc, e, x->db, sql, &asked, 1) {
        struct waiting w = {.type = arena_dup(x->a, stmt_str(st, 1)),
                            .record = stmt_i64(st, 2),
                            .action = arena_dup(x->a, stmt_str(st, 3)),
                            .reason = arena_dup(x->a, stmt_str(st, 4)),
                            .by = arena_dup(x->a, stmt_str(st, 9)),
                            .state = arena_dup(x->a, stmt_str(st, 10)),
                            .since_ms = stmt_i64(st, 7),
                            .due_ms = stmt_i64(st, 8),
                            .proposal = {.id = stmt_i64(st, 0),
                                         .proposed_by = stmt_i64(st, 5),
                                         .proposed_for = stmt_i64(st, 6),
                                         .unit = stmt_i64(st, 11),
                                         .role = arena_dup(x->a, stmt_str(st, 12)),
                                         .arguments = arena_dup(x->a, stmt_str(st, 15))}};
        struct str shown = arena_dup(x->a, stmt_str(st, 13));
        w.pair =
            (struct pair_waiting){.p = w.proposal, .province = arena_dup(x->a, stmt_str(st, 14))};
        if (shown.len == 0 || (rc = pair_waiting_take(&w.pair, shown, x->a, e)) == OK)
            VEC_PUSH(x->a, to, w);
    }
    return rc;
}

/* However often a record was given to somebody for the same, it waits once. */
static bool is_new(struct map *seen, const struct waiting *w, struct arena *a)
{
    bool added;
    (void)map_put(seen,
                  arena_printf(a, "%.*s/%lld/%.*s/%.*s", STR_ARG(w->type), (long long)w->record,
                               STR_ARG(w->assignment.ask), STR_ARG(w->assignment.note)),
                  &added);
    return added;
}

static err_t read_assignments(struct waitings *to, const struct todo *x, struct err *e)
{
    const struct value me[] = {v_i64(access_whose(STR("todo"), x->subject->account)),
                               v_i64(access_off(STR("todo"), "unit") ? 1 : x->subject->unit),
                               v_i64(x->subject->now_ms)};
    struct map *seen = map_new(0);
    err_t rc = OK;
    ROWS_WHILE(to->len <= x->rows_max, st, rc, e, x->db, assignments_of(x->box), me,
               x->box == TODO_MINE ? 1 : ARRAY_LEN(me)) {
        struct waiting w = {.by = arena_dup(x->a, stmt_str(st, ASSIGNMENT_COLUMN_COUNT)),
                            .to = arena_dup(x->a, stmt_str(st, ASSIGNMENT_COLUMN_COUNT + 1)),
                            .unit = arena_dup(x->a, stmt_str(st, ASSIGNMENT_COLUMN_COUNT + 2))};
        assignment_row(&w.assignment, st, x->a);
        w.type = w.assignment.type;
        w.record = w.assignment.record_id;
        w.since_ms = w.assignment.from_ms;
        w.lent = x->box == TODO_DO && w.assignment.account && w.assignment.account != me[0].i64;
        if (x->box == TODO_MINE || is_new(seen, &w, x->a))
            VEC_PUSH(x->a, to, w);
    }
    map_free(seen);
    return rc;
}

#define DUE_DAYS DUE_SELECT "d.due_date >= ?1 AND d.due_date <= ?2"
/* What waits, from its first warning on (whom it concerns is asked of each); of days, all that is the subject's
 * unit's or its own to do, of an office all that it reads. */
static err_t read_dues(struct waitings *to, const struct todo *x, struct err *e)
{
    const struct subject *s = x->subject;
    bool days = x->box == TODO_DUE;
    struct date last = date_from_days(date_to_days(date_from_ms(s->now_ms)) + DUE_WARN_MAX);
    bool all = days && (subject_is_program(s) || unit_kind_is_office(s->unit_kind));
    int64_t one = days ? x->asked->id : 0;
    const struct value values[] = {
        v_str(days ? x->asked->from : STR("0")), v_str(days ? x->asked->to : date_text(last, x->a)),
        one ? v_str(x->asked->type) : v_i64(s->unit), v_i64(one ? one : s->account)};
    struct dues found = {0};
    err_t rc =
        dues_read(&found, x->db, x->kernel->types,
                  one   ? DUE_DAYS " AND d.type = ?3 AND d.record_id = ?4"
                  : all ? DUE_DAYS
                        : DUE_DAYS " AND (d.owner_unit = ?3 OR d.unit = ?3 OR d.account = ?4)",
                  values, all && !one ? 2 : ARRAY_LEN(values), x->a, e);
    for (size_t i = 0; rc == OK && i < found.len; i++) {
        const struct record_due *d = &found.ptr[i];
        int64_t since = d->type ? due_warning_ms(d, 0) : INT64_MAX;
        if (days && x->asked->type.len && !str_eq(d->type_name, x->asked->type))
            continue;
        if (since <= s->now_ms || (days && d->type))
            VEC_PUSH(x->a, to,
                     ((struct waiting){
                         .type = d->type_name, .record = d->record, .since_ms = since, .due = d}));
    }
    return rc;
}

/* --- one of them ---------------------------------------------------------------------- */

/* The date given by the assigner, or the end of a proposal, comes first. */
static void find_given_day(struct standing *to, const struct todo *x, const struct waiting *w)
{
    struct due_day said = w->assignment.due;
    if (w->action.len)
        said = (struct due_day){.date = business_date(w->due_ms, x->a)};
    if (said.date.len == 0 || to->held)
        return;
    to->due = (struct shown_day){0};
    shown_day_take(&to->due, "by", said);
}

/* …of a record that is moved from above; of what follows there the day, where no step has one. */
static err_t find_moves(struct standing *to, bool *ever, const struct todo *x,
                        const struct waiting *w, struct err *e)
{
    struct moved_steps moved;
    err_t rc = x->kernel->moves->steps(&moved, x->kernel, x->db, x->subject, &to->row.labels,
                                       w->action.len ? NULL : &w->assignment, x->a, e);
    to->moved = true;
    for (size_t i = 0; rc == OK && i < moved.count && to->count < TODO_ACTIONS_MAX; i++) {
        const struct moved_step *s = &moved.ptr[i];
        if (w->action.len && !str_eq(w->action, s->name))
            continue;
        if (w->action.len)
            to->proposed = (struct label){s->label, s->label};
        *ever |= s->allowed;
        bool waits =
            w->action.len ? proposal_waits_for(&w->proposal, x->subject, NULL) : s->leads_on;
        if (s->allowed && waits)
            to->actions[to->count++] = (struct todo_action){{s->label, s->label}, *s};
    }
    to->held = moved.held;
    if (rc == OK && w->action.len == 0)
        shown_day_of(&to->due, &moved);
    return rc;
}

/* A record that its party is to open. */
static err_t find_opening(struct standing *to, bool *ever, const struct todo *x,
                          const struct waiting *w, struct err *e)
{
    struct moved_step s;
    if (!x->kernel->moves || to->count)
        return OK;
    err_t rc = x->kernel->moves->opens(&s, x->db, x->subject, w->type, w->record, e);
    *ever |= rc == OK && w->assignment.unit && w->assignment.unit == to->row.labels.owner_unit;
    if (rc == OK && s.allowed)
        to->actions[to->count++] = (struct todo_action){{s.label, s.label}, s};
    return rc;
}

/* The possible actions now; for a proposal, the proposed step. *ever: an action would be possible
 * in another state of the record. */
static err_t find_actions(struct standing *to, bool *ever, const struct todo *x,
                          const struct waiting *w, struct err *e)
{
    const struct type_plan *p = w->plan;
    const struct record_type *t = p->type;
    err_t rc = OK;
    to->actions = arena_array(x->a, TODO_ACTIONS_MAX, sizeof(*to->actions));
    if (x->kernel->moves && str_is(t->name, x->kernel->moves->type))
        return find_moves(to, ever, x, w, e);
    for (size_t i = 0; rc == OK && i < t->transition_count && to->count < TODO_ACTIONS_MAX; i++) {
        const struct transition *one = &t->transitions[i];
        struct decision d = {0};
        bool meant = w->action.len == 0 || str_eq(w->action, one->name);
        if (!meant)
            continue;
        if (w->action.len)
            to->proposed = one->label;
        rc = access_decide(&d, x->db, x->subject, &p->policy, ACCESS_ACT, one->name,
                           &to->row.labels, x->a, e);
        *ever |= rc == OK && d.allowed;
        if (rc == OK && d.allowed && transition_leaves(one, to->row.labels.state) &&
            (w->action.len == 0 || proposal_waits_for(&w->proposal, x->subject, d.grant)))
            to->actions[to->count++] = (struct todo_action){
                one->label, {.name = one->name, .lender = d.grant ? d.grant->lender : STR_NONE}};
    }
    return rc == OK && w->action.len == 0 ? find_opening(to, ever, x, w, e) : rc;
}

static void write_label(struct jout *j, const char *name, struct label l)
{
    jout_pair_str(j, name, msg_lang() == LANG_ZH ? l.zh : l.en);
}

static bool belongs(const struct todo *x, const struct waiting *w, size_t count, bool ever)
{
    const struct assignment *a = &w->assignment;
    switch (x->box) {
    case TODO_DO: /* what leads nowhere waits until its person says that it is done */
        return count > 0 || (a->account != 0 && !ever);
    case TODO_DONE:
        return w->action.len > 0 || a->done_ms != 0 ||
               (str_is(a->kind, "do") && count == 0 && ever);
    case TODO_READ:
    case TODO_MINE:
    case TODO_COPIED:
    case TODO_DUE:
        break;
    }
    return true;
}

static err_t reads_case(bool *out, const struct todo *x, int64_t id, struct err *e)
{
    const struct type_plan *p =
        plan_of(x->kernel, record_type_find(x->kernel->types, str_of(x->kernel->moves->type)));
    struct decision d = {0};
    struct row row;
    err_t rc = row_load(&row, x->db, p, id, x->a, e);
    if (rc == OK)
        rc = access_decide(&d, x->db, x->subject, &p->policy, ACCESS_READ, STR_NONE, &row.labels,
                           x->a, e);
    *out = rc == OK && d.allowed;
    return rc == E_NOTFOUND ? OK : rc;
}

/* A record about a case (the service of a paper): its row names the party, where its reader may read the case. */
static err_t find_case(struct standing *to, const struct todo *x, const struct waiting *w,
                       struct err *e)
{
    size_t field = plan_field(w->plan, STR("case_id"));
    bool reads = false;
    int64_t id = field == SIZE_MAX ? 0 : to->row.values[field].cols[0].i64;
    err_t rc = id && x->kernel->moves ? reads_case(&reads, x, id, e) : OK;
    to->of_case = reads ? id : 0;
    return rc;
}

static bool is_asked(const struct todo *x, const struct waiting *w)
{
    return w->assignment.ask.len && x->box != TODO_MINE;
}

/* Who is asked reads nothing of the record: it has the page of the ask. */
static void stand_ask(struct standing *out, const struct todo *x, const struct waiting *w)
{
    const struct assignment *a = &w->assignment;
    const struct ask_rule *rule = record_ask_rule(w->plan->type, a->ask);
    const struct grant *as;
    bool in_box = x->box == TODO_DONE ? a->done_ms != 0 : x->box == TODO_DO && a->done_ms == 0;
    *out = (struct standing){.listed = rule && in_box && a->to_ms == 0 &&
                                       ask_is_for(&as, a, rule, x->subject)};
    find_given_day(out, x, w);
}

static err_t stand_due(struct standing *out, const struct todo *x, const struct waiting *w,
                       struct err *e)
{
    const struct record_call c = {x->kernel, x->subject, NULL, 0, x->a};
    struct ids people = {0};
    err_t rc = due_seen(&out->listed, &out->row, &out->read, &c, x->db, w->due, e);
    shown_day_take(&out->due, "by", (struct due_day){.date = w->due->date});
    if (rc != OK || !out->listed || x->box == TODO_DUE)
        return rc;
    rc = due_people(&people, x->db, w->due, x->a, e);
    out->listed = false;
    for (size_t i = 0; i < people.len; i++)
        out->listed |= people.ptr[i] == x->subject->account;
    return rc;
}

static err_t stand(struct standing *out, const struct todo *x, const struct waiting *w,
                   struct err *e)
{
    const struct type_plan *p = w->plan;
    bool arriving = false, ever = false;
    struct err gone;
    *out = (struct standing){0};
    if (is_asked(x, w)) {
        stand_ask(out, x, w);
        return OK;
    }
    if (w->due)
        return stand_due(out, x, w, e);
    err_t rc = row_load(&out->row, x->db, p, w->record, x->a, &gone);
    if (rc == OK)
        rc = row_arriving(&arriving, x->db, &out->row, &gone);
    if (rc == E_NOTFOUND ||
        (rc == OK && (arriving || (out->row.ended_ms != 0 && x->box <= TODO_READ))))
        return OK;
    if (rc != OK) {
        if (e)
            *e = gone;
        return rc;
    }
    if (w->lent &&
        !subject_stands_for(x->subject, w->assignment.account, out->row.labels.programme))
        return OK;
    if (out->row.ended_ms == 0 && (rc = find_actions(out, &ever, x, w, e)) != OK)
        return rc;
    if (!belongs(x, w, out->count, ever))
        return OK;
    find_given_day(out, x, w);
    rc = access_decide(&out->read, x->db, x->subject, &p->policy, ACCESS_READ, STR_NONE,
                       &out->row.labels, x->a, e);
    out->listed = rc == OK && out->read.allowed;
    return rc == OK && out->listed && !out->moved ? find_case(out, x, w, e) : rc;
}

/* --- of a pair ---------------------------------------------------------------------------- */

static bool waits_for_him(const struct todo *x, const struct pair_waiting *w)
{
    return pair_is_among(w, x->subject) && proposal_waits_for(&w->p, x->subject, NULL);
}

/* A two-person change of an office is no record: the proposal describes itself and the group of
 * possible second persons (access/pair_shown.h). If the subject may read the case, its number and
 * party are added. */
static err_t stand_pair(struct standing *out, const struct todo *x, const struct waiting *w,
                        struct err *e)
{
    int64_t id = 0;
    err_t rc = OK;
    *out = (struct standing){.listed = x->box != TODO_DO || waits_for_him(x, &w->pair)};
    if (rc == OK && out->listed && jin_i64(&id, w->pair.shown, "case") && id && x->kernel->moves)
        rc = reads_case(&out->moved, x, id, e);
    if (rc == OK && out->moved)
        rc = x->kernel->moves->matter(&out->matter, x->db, id, x->a, e);
    find_given_day(out, x, w);
    return rc;
}

/* Its place. What waits: by its day, then what has none or whose day has let it open, by age, then
 * records of which nothing was heard for long. */
static struct str key_of(const struct todo *x, const struct waiting *w)
{
    const struct standing *s = w->standing;
    bool approval = w->action.len > 0;
    long long id = (long long)(approval ? w->proposal.id : w->assignment.id);
    if (w->due)
        return arena_printf(x->a, "%c.%.*s.%019lld.d%.*s/%019lld/%.*s/%019lld",
                            x->box == TODO_DO && w->due->rule->on_count > 1 ? '1' : '0',
                            STR_ARG(w->due->date), (long long)w->since_ms, STR_ARG(w->type),
                            (long long)w->record, STR_ARG(w->due->name), (long long)w->due->row);
    if (x->box > TODO_READ) /* the latest first: what counts down orders as bytes too */
        return arena_printf(x->a, "2.%019lld.%c%019lld", INT64_MAX - (long long)w->since_ms,
                            approval ? 'p' : 'r', INT64_MAX - id);
    return arena_printf(x->a, "%c.%.*s.%019lld.%c%019lld", s->due.due.date.len ? '0' : '1',
                        STR_ARG(s->due.due.date.len ? s->due.due.date : STR("-")),
                        (long long)w->since_ms, approval ? 'p' : 'r', id);
}

/* --- as JSON ---------------------------------------------------------------------------- */

static void add_words(struct buf *to, const struct moved_step *s, struct str label, enum lang lang,
                      struct arena *a)
{
    if (!s->later)
        buf_add(to, label);
    else if (s->due.date.len)
        buf_addf(to, msg_in(lang, N_("%.*s (after %.*s)")), STR_ARG(label),
                 STR_ARG(due_day_text(s->due, lang, a)));
    else
        buf_addf(to, msg_in(lang, N_("%.*s (once a period is over)")), STR_ARG(label));
}

/* The text of an item: the open steps, and those that a date will open; without a step, the text
 * of the assignment. */
static struct label words_of(const struct todo *x, const struct waiting *w)
{
    const struct standing *s = w->standing;
    struct buf zh = {0}, en = {0};
    if (w->due)
        return w->due->rule->label;
    if (is_asked(x, w))
        return record_ask_rule(w->plan->type, w->assignment.ask)->label;
    for (size_t i = 0; x->box == TODO_DO && i < s->count; i++) {
        const struct todo_action *one = &s->actions[i];
        buf_addf(&zh, "%s", i ? "、" : "");
        buf_addf(&en, "%s", i ? ", " : "");
        add_words(&zh, &one->step, one->label.zh, LANG_ZH, x->a);
        add_words(&en, &one->step, one->label.en, LANG_EN, x->a);
    }
    struct label out = {arena_dup(x->a, buf_str(&zh)), arena_dup(x->a, buf_str(&en))};
    buf_clear(&zh);
    buf_clear(&en);
    if (out.zh.len == 0 && w->action.len == 0)
        return (struct label){w->assignment.note, w->assignment.note};
    if (out.zh.len == 0)
        return s->proposed.zh.len ? s->proposed : (struct label){w->action, w->action};
    if (w->action.len)
        return (struct label){
            arena_printf(x->a, msg_in(LANG_ZH, N_("confirm: %.*s")), STR_ARG(out.zh)),
            arena_printf(x->a, msg_in(LANG_EN, N_("confirm: %.*s")), STR_ARG(out.en))};
    return out;
}

/* The clause of the step with the date, else of the first one. */
static struct str clause_of(const struct standing *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (s->due.due.date.len && str_eq(s->actions[i].step.due.date, s->due.due.date))
            return s->actions[i].step.clause;
    return s->count ? s->actions[0].step.clause : STR_NONE;
}

/* A token cannot confirm: the person must sign in. */
static void write_sign_in(const struct todo *x, const struct waiting *w)
{
    if (x->box != TODO_DO || w->action.len == 0 || (!x->subject->by_token && !x->subject->scopes))
        return;
    jout_pair_bool(x->j, "sign_in", true);
}

static void write_actions(const struct todo *x, const struct standing *s)
{
    jout_pair_array(x->j, "actions");
    for (size_t i = 0; i < s->count; i++) {
        const struct moved_step *one = &s->actions[i].step;
        jout_object(x->j);
        jout_pair(x->j, "name", one->name);
        write_label(x->j, "label", s->actions[i].label);
        jout_pair(x->j, "clause", one->clause);
        due_day_json(x->j, one->due);
        if (one->later)
            jout_pair_bool(x->j, "opens_after", true);
        jout_end_object(x->j);
    }
    jout_end_array(x->j);
}

static void write_matter(const struct todo *x, const struct moved_matter *m)
{
    jout_pair_object(x->j, "case");
    jout_pair(x->j, "number", m->number);
    jout_pair(x->j, "programme", m->programme);
    jout_pair(x->j, "stage", m->stage);
    jout_pair(x->j, "stage_on", m->stage_on);
    jout_pair_i64(x->j, "unit", m->unit);
    jout_pair(x->j, "party", m->party);
    jout_pair_bool(x->j, "trial", m->trial);
    jout_pair_i64(x->j, "urged", m->urged);
    jout_end_object(x->j);
}

/* One of several for which the same is to be done. */
static void write_same(struct jout *j, const struct waiting *w)
{
    jout_object(j);
    jout_pair_i64(j, "id", w->record);
    jout_pair(j, "number", w->standing->matter.number);
    jout_pair(j, "party", w->standing->matter.party);
    jout_pair_id(j, "assignment", w->assignment.id);
    jout_end_object(j);
}

static void write_all_same(struct jout *j, const struct waiting *w)
{
    const struct standing *s = w->standing;
    if (s->same.len == 0)
        return;
    jout_pair_i64(j, "count", (int64_t)s->same.len + 1);
    jout_pair_array(j, "cases");
    write_same(j, w);
    for (size_t i = 0; i < s->same.len && i + 1 < TODO_CASES_MAX; i++)
        write_same(j, s->same.ptr[i]);
    jout_end_array(j);
}

static void write_assignment(struct jout *j, const struct waiting *w, struct str what)
{
    const struct assignment *a = &w->assignment;
    jout_pair_i64(j, "assignment", a->id);
    jout_pair(j, "given", a->kind);
    /* The process gave it: what it noted then is less than what is known now. */
    jout_pair(j, "note", w->standing->held && what.len ? what : a->note);
    jout_pair(j, "to", w->to);
    jout_pair_id(j, "done_ms", a->done_ms);
}

static struct label said_label(struct str sentence, struct arena *a)
{
    const char *id = arena_cstr(a, sentence);
    return (struct label){str_of(msg_in(LANG_ZH, id)), str_of(msg_in(LANG_EN, id))};
}

/* The proposed change, line by line. */
static void write_asked(struct todo *x, const struct jvalue *lines)
{
    jout_pair_array(x->j, "asked");
    for (size_t i = 0; lines && i < lines->count; i++) {
        const struct jvalue *line = &lines->items[i];
        struct label of = said_label(line->items[0].text, x->a);
        struct str text = line->items[1].text, en = line->count > 2 ? line->items[2].text : text;
        jout_str(x->j, msg_lang() == LANG_ZH
                           ? arena_printf(x->a, "%.*s：%.*s", STR_ARG(of.zh), STR_ARG(text))
                           : arena_printf(x->a, "%.*s: %.*s", STR_ARG(of.en), STR_ARG(en)));
    }
    jout_end_array(x->j);
}

static void write_pair(struct todo *x, const struct waiting *w)
{
    const struct jvalue *shown = w->pair.shown;
    struct str of = w->action, action = str_split(&of, STR(" "));
    struct label words = said_label(jin_text(shown, "what"), x->a);
    jout_object(x->j);
    jout_pair(x->j, "kind", STR("approval"));
    jout_pair(x->j, "type", w->type);
    write_label(x->j, "type_label", said_label(jin_text(shown, "kind"), x->a));
    jout_pair_i64(x->j, "id", w->record);
    jout_pair_i64(x->j, "proposal", w->proposal.id);
    jout_pair_object(x->j, "title");
    jout_pair(x->j, "title", jin_text(shown, "title"));
    jout_end_object(x->j);
    if (str_is(w->type, "pack"))
        jout_pair(x->j, "pack", of);
    write_label(x->j, "what", words);
    write_asked(x, jin_get(shown, "lines"));
    shown_day_json(x->j, &w->standing->due, x->subject->today);
    if (w->standing->moved)
        write_matter(x, &w->standing->matter);
    jout_pair(x->j, "state", STR_NONE);
    jout_pair_array(x->j, "actions");
    jout_object(x->j);
    jout_pair(x->j, "name", action);
    write_label(x->j, "label", words);
    jout_end_object(x->j);
    jout_end_array(x->j);
    jout_pair(x->j, "by", w->by);
    jout_pair(x->j, "reason", w->reason);
    jout_pair_i64(x->j, "since_ms", w->since_ms);
    jout_pair_id(x->j, "due_ms", w->due_ms);
    jout_pair(x->j, "proposal_state", w->state);
    jout_pair(x->j, "change", w->action);
    jout_pair_raw(x->j, "arguments", w->proposal.arguments);
    write_sign_in(x, w);
    jout_end_object(x->j);
}

/* The person who lent the subject the role in which he does this task; empty: nobody did. */
static struct str lender_of(const struct todo *x, const struct waiting *w)
{
    const struct standing *s = w->standing;
    if (w->lent || x->box != TODO_DO)
        return w->lent ? w->to : STR_NONE;
    struct str lender = s->count ? s->actions[0].step.lender : STR_NONE;
    return lender.len || !s->read.grant ? lender : s->read.grant->lender;
}

static err_t write_one(struct todo *x, const struct waiting *w, struct err *e)
{
    if (w->pair.shown) {
        write_pair(x, w);
        return OK;
    }
    const struct standing *s = w->standing;
    const struct record_type *t = w->plan->type;
    struct label what = words_of(x, w);
    bool asked = is_asked(x, w);
    err_t rc = OK;
    jout_object(x->j);
    jout_pair(x->j, "kind",
              w->due          ? STR("due")
              : asked         ? STR("ask")
              : w->action.len ? STR("approval")
                              : STR("record"));
    jout_pair(x->j, "type", t->name);
    write_label(x->j, "type_label", t->label);
    jout_pair_i64(x->j, "id", asked ? w->assignment.id : w->record);
    if (asked)
        jout_pair_raw(x->j, "title", STR("{}")); /* nothing of the record */
    else if ((rc = show_title(x->j, x->kernel, w->plan, &s->row, &s->read, x->a, e)) != OK)
        return rc;
    write_label(x->j, "what", what);
    shown_day_json(x->j, &s->due, x->subject->today);
    struct str clause = clause_of(s);
    jout_pair(x->j, "clause", clause);
    if (s->moved || s->of_case)
        write_matter(x, &s->matter);
    write_all_same(x->j, w);
    jout_pair(x->j, "state", s->row.labels.state);
    write_actions(x, s);
    jout_pair(x->j, "by", asked ? w->unit : w->by);
    jout_pair(x->j, "on_behalf_of", lender_of(x, w));
    jout_pair(x->j, "reason", w->action.len ? w->reason : s->matter.returned);
    write_sign_in(x, w);
    jout_pair_i64(x->j, "since_ms", w->since_ms);
    jout_pair_id(x->j, "due_ms", w->due_ms);
    if (w->action.len) {
        jout_pair_i64(x->j, "proposal", w->proposal.id);
        jout_pair(x->j, "proposal_state", w->state);
    } else if (w->due) {
        const struct record_call c = {x->kernel, x->subject, t, w->record, x->a};
        rc = due_item_json(x->j, &c, x->db, w->due, &s->row, &s->read, e);
    } else {
        write_assignment(x->j, w, what.zh);
    }
    jout_end_object(x->j);
    return rc;
}

static err_t pair_waits(bool *waits, struct str *title, const struct todo *x, int64_t proposal,
                        struct err *e)
{
    struct arena *a = x->a;
    struct pair_waiting w;
    err_t rc = pair_waiting_read(&w, x->db, proposal, a, e);
    if (rc == OK && w.p.id)
        *waits = waits_for_him(x, &w);
    if (rc == OK && *waits)
        *title =
            arena_printf(a, "%s：%.*s", msg_in(LANG_ZH, arena_cstr(a, jin_text(w.shown, "what"))),
                         STR_ARG(jin_text(w.shown, "title")));
    return rc;
}

err_t record_waits(bool *waits, struct str *title, struct kernel *k, struct db *db,
                   const struct subject *s, struct str type, int64_t id,
                   const struct assignment *given, const struct proposal *proposal, struct arena *a,
                   struct err *e)
{
    const struct record_type *t = record_type_find(k->types, type);
    const struct type_plan *p = t ? plan_of(k, t) : NULL;
    struct todo x = {.kernel = k, .subject = s, .box = TODO_DO, .db = db, .a = a};
    struct waiting w = {.type = type, .record = id, .plan = p};
    struct standing standing;
    *waits = false;
    *title = STR_NONE;
    if (!p)
        return proposal ? pair_waits(waits, title, &x, proposal->id, e) : OK;
    if (proposal) {
        w.action = proposal->action;
        w.proposal = *proposal;
    } else if (given) {
        w.assignment = *given;
        x.box = str_is(given->kind, "do") ? TODO_DO : TODO_COPIED;
    }
    err_t rc = stand(&standing, &x, &w, e);
    if (rc != OK || !standing.listed)
        return rc;
    *waits = true;
    if (is_asked(&x, &w)) {
        *title = w.assignment.note;
        return OK;
    }
    *title = show_title_text(p, &standing.row, &standing.read, a);
    return OK;
}

static int by_key(const void *a, const void *b)
{
    const struct waiting *x = a, *y = b;
    return str_cmp(x->key, y->key);
}

/* The key by which rows with the same pending action can be handled together; empty: no case's, or
 * one by one only. */
static struct str kind_of_work(const struct todo *x, const struct waiting *w)
{
    const struct standing *s = w->standing;
    const struct moved_matter *m = &s->matter;
    struct buf b = {0};
    if (x->box != TODO_DO || !s->moved || w->assignment.account || w->pair.shown)
        return STR_NONE;
    buf_addf(&b, "%.*s/%lld/%.*s", STR_ARG(w->action), (long long)w->proposal.proposed_by,
             STR_ARG(w->reason));
    for (size_t i = 0; i < s->count; i++)
        buf_addf(&b, "/%.*s%s", STR_ARG(s->actions[i].step.name),
                 s->actions[i].step.later ? "+" : "");
    buf_addf(&b, "/%.*s/%.*s/%.*s/%.*s/%d/%lld/%.*s/%.*s", STR_ARG(m->programme), STR_ARG(m->stage),
             STR_ARG(m->group), STR_ARG(m->returned), m->trial, (long long)m->urged,
             STR_ARG(s->due.due.date), STR_ARG(s->held ? STR_NONE : w->assignment.note));
    return buf_take(&b, x->a);
}

/* One row for the same step, or the same paper, of many cases: at the place of the first. */
static void gather(struct waitings *all, const struct todo *x)
{
    struct map *seen = map_new(0);
    size_t kept = 0;
    for (size_t i = 0; i < all->len; i++) {
        bool added = true;
        struct str kind = kind_of_work(x, &all->ptr[i]);
        uint64_t *place = kind.len ? map_put(seen, kind, &added) : NULL;
        if (!added) {
            struct waiting *one = arena_alloc(x->a, sizeof(*one));
            *one = all->ptr[i];
            VEC_PUSH(x->a, &all->ptr[*place].standing->same, one);
            continue;
        }
        if (place)
            *place = kept;
        all->ptr[kept++] = all->ptr[i];
    }
    all->len = kept;
    map_free(seen);
}

/* Those that are listed, in the order of the box. */
static err_t find_listed(struct waitings *out, const struct todo *x, struct waitings *all,
                         struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < all->len; i++) {
        struct waiting *w = &all->ptr[i];
        const struct record_type *t = record_type_find(x->kernel->types, w->type);
        if (!w->pair.shown && (!t || !(w->plan = plan_of(x->kernel, t))))
            continue;
        w->standing = arena_alloc(x->a, sizeof(*w->standing));
        rc = w->pair.shown ? stand_pair(w->standing, x, w, e) : stand(w->standing, x, w, e);
        if (rc == OK && w->standing->listed && w->standing->moved && !w->pair.shown)
            rc = x->kernel->moves->matter(&w->standing->matter, x->db, w->record, x->a, e);
        else if (rc == OK && w->standing->listed && w->standing->of_case)
            rc = x->kernel->moves->matter(&w->standing->matter, x->db, w->standing->of_case, x->a,
                                          e);
        if (rc != OK || !w->standing->listed)
            continue;
        w->key = key_of(x, w);
        VEC_PUSH(x->a, out, *w);
    }
    if (rc == OK && out->len)
        qsort(out->ptr, out->len, sizeof(*out->ptr), by_key);
    return rc;
}

static err_t write_page(struct todo *x, const struct waitings *listed, const struct todo_request *r,
                        struct err *e)
{
    size_t from = 0, limit = r->limit > 0 ? (size_t)r->limit : TODO_PAGE;
    err_t rc = OK;
    while (r->cursor.len && from < listed->len && str_cmp(listed->ptr[from].key, r->cursor) <= 0)
        from++;
    size_t to = listed->len - from > limit ? from + limit : listed->len;
    jout_object(x->j);
    jout_pair_array(x->j, "items");
    for (size_t i = from; rc == OK && i < to; i++)
        rc = write_one(x, &listed->ptr[i], e);
    jout_end_array(x->j);
    jout_pair_i64(x->j, "total", (int64_t)listed->len);
    jout_name(x->j, "next");
    if (to < listed->len)
        jout_str(x->j, listed->ptr[to - 1].key);
    else
        jout_null(x->j);
    jout_end_object(x->j);
    return rc;
}

/* A key of key_of: its first character says of which boxes. */
static err_t check_cursor(const struct todo_request *r, struct err *e)
{
    bool waits = r->box <= TODO_READ || r->box == TODO_DUE;
    bool right =
        r->cursor.len == 0 ||
        (r->cursor.len <= 300 && r->cursor.len > 2 && r->cursor.ptr[1] == '.' &&
         (waits ? r->cursor.ptr[0] == '0' || r->cursor.ptr[0] == '1' : r->cursor.ptr[0] == '2'));
    return right ? OK
                 : err_set(e, E_INVALID,
                           "cursor: it does not belong to this list; begin at its first page");
}

/* The rows of a box that are listed, in its order; *whole false: there are more than x->rows_max to
 * ask of, none is listed. */
static err_t read_box(struct waitings *listed, bool *whole, const struct todo *x, struct err *e)
{
    struct waitings waiting = {0};
    err_t rc = read_proposals(&waiting, x, e);
    if (rc == OK && assignments_of(x->box))
        rc = read_assignments(&waiting, x, e);
    if (rc == OK && (x->box == TODO_DO || x->box == TODO_DUE))
        rc = read_dues(&waiting, x, e);
    *whole = waiting.len <= x->rows_max;
    return rc == OK && *whole ? find_listed(listed, x, &waiting, e) : rc;
}

err_t record_todo(struct buf *out, const struct record_call *c, const struct todo_request *r,
                  struct err *e)
{
    struct waitings listed = {0};
    struct jout j;
    struct todo x = {.kernel = c->kernel,
                     .subject = c->subject,
                     .box = r->box,
                     .asked = r,
                     .rows_max = SIZE_MAX - 1,
                     .a = c->arena,
                     .j = &j};
    bool whole = false;
    size_t before = out->len;
    err_t rc = check_cursor(r, e);
    if (rc != OK)
        return rc;
    rc = store_reader_get(&x.db, c->kernel->store, e);
    if (rc == OK)
        rc = db_begin_read(x.db, e); /* rows and rights of one moment */
    if (rc == OK)
        rc = read_box(&listed, &whole, &x, e);
    if (rc == OK && !r->each)
        gather(&listed, &x);
    jout_init(&j, out);
    if (rc == OK)
        rc = write_page(&x, &listed, r, e);
    if (rc != OK)
        out->len = before;
    store_reader_put(c->kernel->store, x.db);
    return rc;
}

err_t record_todo_totals(int64_t out[TODO_BOXES], const struct record_call *c, struct err *e)
{
    struct todo x = {.kernel = c->kernel, .subject = c->subject, .a = c->arena};
    err_t rc = store_reader_get(&x.db, c->kernel->store, e);
    if (rc == OK)
        rc = db_begin_read(x.db, e);
    for (int box = TODO_DO; rc == OK && box < TODO_BOXES; box++) {
        struct waitings listed = {0};
        bool whole = false;
        x.box = (enum todo_box)box;
        x.rows_max = box <= TODO_READ ? SIZE_MAX - 1 : TODO_COUNT_MAX;
        rc = read_box(&listed, &whole, &x, e);
        if (rc == OK)
            gather(&listed, &x);
        out[box] = whole ? (int64_t)listed.len : -1;
    }
    store_reader_put(c->kernel->store, x.db);
    return rc;
}

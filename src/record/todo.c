/* What waits for a subject, and what it has to do with otherwise, from the rows that say
 * so: proposals and assignments. Each is asked of the policy table as its page would ask, so
 * nothing is listed that leads to a refusal. Notifications are not here: they tell, they do
 * not wait. */
#include "access/mutation.h"
#include "access/two_person.h"
#include "base/msg.h"
#include "base/vec.h"
#include "record/show.h"

#define TODO_ACTIONS_MAX 64 /* transitions of a type; steps of a stage */

struct waiting {
    struct str type, action, reason, by, to, state; /* action empty: an assignment */
    int64_t record, since_ms, due_ms;
    struct proposal proposal;
    struct assignment assignment;
};
struct waitings {
    struct waiting *ptr;
    size_t len, cap;
};

struct todo {
    struct kernel *kernel;
    const struct subject *subject;
    enum todo_box box;
    struct db *db;
    struct arena *a;
    struct jout *j;
    int64_t total;
};

/* --- the rows ----------------------------------------------------------------------- */

#define PROPOSALS                                                                                  \
    "SELECT p.id, p.type, p.record_id, p.action, p.reason, p.proposed_by, p.proposed_for, "        \
    "p.proposed_ms, p.expires_ms, a.display_name, p.state FROM proposal p "                        \
    "LEFT JOIN account a ON a.id = p.proposed_by WHERE "
#define ASSIGNMENTS                                                                                \
    "SELECT g.id, g.version, g.type, g.record_id, g.kind, g.account, g.unit, g.given_by, g.note, " \
    "g.due_date, g.from_ms, g.to_ms, g.done_ms, g.done_by, b.display_name, "                       \
    "coalesce((SELECT c.display_name FROM account c WHERE c.id = g.account), "                     \
    "(SELECT u.name FROM unit u WHERE u.id = g.unit)) "                                            \
    "FROM assignment g LEFT JOIN account b ON b.id = g.given_by WHERE "
#define TO_ME "(g.account = ?1 OR g.unit = ?2) AND g.from_ms <= ?3 "
#define LASTING "AND (g.to_ms IS NULL OR g.to_ms > ?3) "
#define OLDEST_FIRST "ORDER BY g.from_ms, g.id"
#define LATEST_FIRST "ORDER BY g.id DESC NULLS LAST LIMIT 200"

/* ?1: this moment of what is to do, else the subject. NULL: none in this box. */
static const char *proposals_of(enum todo_box box)
{
    switch (box) {
    case TODO_DO:
        return PROPOSALS "p.state = 'open' AND p.expires_ms > ?1 ORDER BY p.expires_ms, p.id";
    case TODO_DONE:
        return PROPOSALS "p.decided_by = ?1 AND p.proposed_by <> ?1 "
                         "ORDER BY p.id DESC NULLS LAST LIMIT 200";
    case TODO_MINE:
        return PROPOSALS "p.proposed_by = ?1 ORDER BY p.id DESC NULLS LAST LIMIT 200";
    case TODO_READ:
    case TODO_COPIED:
        break;
    }
    return NULL;
}

static const char *assignments_of(enum todo_box box)
{
    switch (box) {
    case TODO_DO:
        return ASSIGNMENTS TO_ME LASTING "AND g.kind = 'do' AND g.done_ms IS NULL " OLDEST_FIRST;
    case TODO_READ:
        return ASSIGNMENTS TO_ME LASTING "AND g.kind = 'read' AND g.done_ms IS NULL " OLDEST_FIRST;
    case TODO_COPIED:
        return ASSIGNMENTS TO_ME LASTING "AND g.kind = 'copy' " LATEST_FIRST;
    case TODO_DONE:
        return ASSIGNMENTS TO_ME "AND g.kind <> 'copy' " LATEST_FIRST;
    case TODO_MINE:
        break;
    }
    return ASSIGNMENTS "g.given_by = ?1 " LATEST_FIRST;
}

static err_t read_proposals(struct waitings *to, const struct todo *x, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    const char *sql = proposals_of(x->box);
    if (!sql)
        return OK;
    struct value asked = v_i64(x->box == TODO_DO ? x->subject->now_ms
                                                 : access_whose(STR("todo"), x->subject->account));
    err_t rc = db_query(&st, x->db, sql, &asked, 1, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
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
                                         .proposed_for = stmt_i64(st, 6)}};
        VEC_PUSH(x->a, to, w);
    }
    stmt_free(st);
    return rc;
}

/* However often a record was given to somebody for the same, it waits once. */
static bool is_listed(const struct waitings *list, const struct waiting *w)
{
    for (size_t i = 0; i < list->len; i++)
        if (list->ptr[i].action.len == 0 && list->ptr[i].record == w->record &&
            str_eq(list->ptr[i].type, w->type) &&
            str_eq(list->ptr[i].assignment.note, w->assignment.note))
            return true;
    return false;
}

static err_t read_assignments(struct waitings *to, const struct todo *x, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    const struct value me[] = {v_i64(access_whose(STR("todo"), x->subject->account)),
                               v_i64(access_off(STR("todo"), "unit") ? 1 : x->subject->unit),
                               v_i64(x->subject->now_ms)};
    err_t rc = db_query(&st, x->db, assignments_of(x->box), me,
                        x->box == TODO_MINE ? 1 : ARRAY_LEN(me), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct waiting w = {.by = arena_dup(x->a, stmt_str(st, 14)),
                            .to = arena_dup(x->a, stmt_str(st, 15))};
        assignment_row(&w.assignment, st, x->a);
        w.type = w.assignment.type;
        w.record = w.assignment.record_id;
        w.since_ms = w.assignment.from_ms;
        if (x->box == TODO_MINE || !is_listed(to, &w))
            VEC_PUSH(x->a, to, w);
    }
    stmt_free(st);
    return rc;
}

/* --- one of them ---------------------------------------------------------------------- */

static bool leads_on(const struct transition *t, struct str state)
{
    for (size_t i = 0; i < t->from_count; i++)
        if (str_eq(t->from[i], state))
            return true;
    return t->from_count == 0;
}

/* …of a record that is moved from above. */
static err_t find_moves(const struct transition **out, size_t *count, bool *ever,
                        const struct todo *x, const struct waiting *w, const struct row *row,
                        struct err *e)
{
    const struct moved_step *steps;
    size_t n = 0;
    err_t rc = x->kernel->moves->steps(&steps, &n, x->db, x->subject, &row->labels,
                                       w->assignment.id, x->a, e);
    for (size_t i = 0; rc == OK && i < n && *count < TODO_ACTIONS_MAX; i++) {
        if (w->action.len && !str_eq(w->action, steps[i].name))
            continue;
        struct transition *t = arena_alloc(x->a, sizeof(*t));
        t->name = steps[i].name;
        t->label = (struct label){steps[i].label, steps[i].label};
        *ever |= steps[i].allowed;
        bool waits = w->action.len ? proposal_may_confirm(&w->proposal, x->subject, NULL)
                                   : steps[i].leads_on;
        if (steps[i].allowed && waits)
            out[(*count)++] = t;
    }
    return rc;
}

/* Which transitions the subject may do now: of a proposal the one proposed. *ever: it could
 * do one if only the record stood in its state. */
static err_t find_actions(const struct transition **out, size_t *count, bool *ever,
                          const struct todo *x, const struct waiting *w, const struct type_plan *p,
                          const struct row *row, struct err *e)
{
    const struct record_type *t = p->type;
    err_t rc = OK;
    *count = 0;
    *ever = false;
    if (x->kernel->moves && str_is(t->name, x->kernel->moves->type))
        return find_moves(out, count, ever, x, w, row, e);
    for (size_t i = 0; rc == OK && i < t->transition_count && *count < TODO_ACTIONS_MAX; i++) {
        const struct transition *one = &t->transitions[i];
        struct decision d = {0};
        bool meant = w->action.len == 0 || str_eq(w->action, one->name);
        if (!meant)
            continue;
        rc = access_decide(&d, x->db, x->subject, &p->policy, ACCESS_ACT, one->name, &row->labels,
                           x->a, e);
        *ever |= rc == OK && d.allowed;
        if (rc == OK && d.allowed && leads_on(one, row->labels.state) &&
            (w->action.len == 0 || proposal_may_confirm(&w->proposal, x->subject, d.grant)))
            out[(*count)++] = one;
    }
    return rc;
}

static void write_label(struct jout *j, const char *name, struct label l)
{
    jout_name(j, name);
    jout_object(j);
    jout_pair(j, "zh", l.zh);
    jout_pair(j, "en", l.en);
    jout_end_object(j);
}

/* The field that names a record, where it may be seen; *field SIZE_MAX: it may not. */
static void find_title(size_t *field, bool *unmasked, const struct type_plan *p,
                       const struct decision *read, struct arena *a)
{
    struct shown shown;
    shown_from(&shown, p, read, a);
    *field = plan_field(p, p->type->title);
    if (*field != SIZE_MAX &&
        (!shown.fields[*field] || p->fields[*field].field->type == FIELD_COMPUTED))
        *field = SIZE_MAX;
    *unmasked = *field != SIZE_MAX && shown.unmasked[*field];
}

static err_t write_title(const struct todo *x, const struct type_plan *p, const struct row *row,
                         const struct decision *read, struct err *e)
{
    struct value_writer writer = {.keys = x->kernel->keys, .e = e};
    size_t field;
    bool unmasked;
    find_title(&field, &unmasked, p, read, x->a);
    jout_name(x->j, "title");
    jout_object(x->j);
    if (field != SIZE_MAX)
        show_field(x->j, &writer, &p->fields[field], &row->values[field], unmasked);
    jout_end_object(x->j);
    return writer.rc;
}

/* What one row is to the subject. */
struct standing {
    const struct transition **actions;
    size_t count;
    bool listed;
    struct decision read;
    struct row row;
};

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
        break;
    }
    return true;
}

static err_t stand(struct standing *out, const struct todo *x, const struct waiting *w,
                   const struct type_plan *p, struct err *e)
{
    bool arriving = false, ever = false;
    struct err gone;
    *out = (struct standing){0};
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
    out->actions = arena_array(x->a, TODO_ACTIONS_MAX, sizeof(*out->actions));
    if (out->row.ended_ms == 0 &&
        (rc = find_actions(out->actions, &out->count, &ever, x, w, p, &out->row, e)) != OK)
        return rc;
    if (!belongs(x, w, out->count, ever))
        return OK;
    rc = access_decide(&out->read, x->db, x->subject, &p->policy, ACCESS_READ, STR_NONE,
                       &out->row.labels, x->a, e);
    out->listed = rc == OK && out->read.allowed;
    return rc;
}

static void write_assignment(struct jout *j, const struct waiting *w)
{
    const struct assignment *a = &w->assignment;
    jout_pair_i64(j, "assignment", a->id);
    jout_pair(j, "given", a->kind);
    jout_pair(j, "note", a->note);
    jout_pair(j, "due", a->due_date);
    jout_pair(j, "to", w->to);
    if (a->done_ms)
        jout_pair_i64(j, "done_ms", a->done_ms);
}

static err_t write_one(struct todo *x, const struct waiting *w, struct err *e)
{
    const struct record_type *t = record_type_find(x->kernel->types, w->type);
    const struct type_plan *p = t ? plan_of(x->kernel, t) : NULL;
    struct standing s;
    if (!p)
        return OK;
    err_t rc = stand(&s, x, w, p, e);
    if (rc != OK || !s.listed)
        return rc;
    x->total++;
    jout_object(x->j);
    jout_pair(x->j, "kind", w->action.len ? STR("approval") : STR("record"));
    jout_pair(x->j, "type", t->name);
    write_label(x->j, "type_label", t->label);
    jout_pair_i64(x->j, "id", w->record);
    if ((rc = write_title(x, p, &s.row, &s.read, e)) != OK)
        return rc;
    jout_pair(x->j, "state", s.row.labels.state);
    jout_name(x->j, "actions");
    jout_array(x->j);
    for (size_t i = 0; i < s.count; i++) {
        jout_object(x->j);
        jout_pair(x->j, "name", s.actions[i]->name);
        write_label(x->j, "label", s.actions[i]->label);
        jout_end_object(x->j);
    }
    jout_end_array(x->j);
    jout_pair(x->j, "by", w->by);
    jout_pair(x->j, "reason", w->reason);
    jout_pair_i64(x->j, "since_ms", w->since_ms);
    if (w->due_ms)
        jout_pair_i64(x->j, "due_ms", w->due_ms);
    if (w->action.len)
        jout_pair(x->j, "proposal_state", w->state);
    else
        write_assignment(x->j, w);
    jout_end_object(x->j);
    return OK;
}

err_t record_waits(bool *waits, struct str *title, struct kernel *k, struct db *db,
                   const struct subject *s, struct str type, int64_t id,
                   const struct assignment *given, const struct proposal *proposal, struct arena *a,
                   struct err *e)
{
    const struct record_type *t = record_type_find(k->types, type);
    const struct type_plan *p = t ? plan_of(k, t) : NULL;
    struct todo x = {.kernel = k, .subject = s, .box = TODO_DO, .db = db, .a = a};
    struct waiting w = {.type = type, .record = id};
    struct standing standing;
    size_t field;
    bool unmasked;
    *waits = false;
    *title = STR_NONE;
    if (!p)
        return OK;
    if (proposal) {
        w.action = proposal->action;
        w.proposal = *proposal;
    } else if (given) {
        w.assignment = *given;
        x.box = str_is(given->kind, "do") ? TODO_DO : TODO_COPIED;
    }
    err_t rc = stand(&standing, &x, &w, p, e);
    if (rc != OK || !standing.listed)
        return rc;
    *waits = true;
    struct str label = msg_lang() == LANG_ZH ? t->label.zh : t->label.en;
    find_title(&field, &unmasked, p, &standing.read, a);
    const struct field_value *v = field == SIZE_MAX ? NULL : &standing.row.values[field];
    bool plain = v && (p->fields[field].field->type == FIELD_TEXT) && !p->fields[field].child &&
                 v->cols[0].type == VALUE_STR;
    *title =
        plain ? arena_printf(a, "%.*s: %.*s", STR_ARG(label), STR_ARG(bytes_str(v->cols[0].bytes)))
              : arena_printf(a, "%.*s %lld", STR_ARG(label), (long long)id);
    return OK;
}

err_t record_todo(struct buf *out, struct kernel *k, const struct subject *s, enum todo_box box,
                  struct arena *a, struct err *e)
{
    struct waitings waiting = {0};
    struct jout j;
    struct todo x = {.kernel = k, .subject = s, .box = box, .a = a, .j = &j};
    size_t before = out->len;
    err_t rc = store_reader_get(&x.db, k->store, e);
    if (rc == OK)
        rc = db_begin_read(x.db, e); /* rows and rights of one moment */
    if (rc == OK && (rc = read_proposals(&waiting, &x, e)) == OK)
        rc = read_assignments(&waiting, &x, e);
    jout_init(&j, out);
    jout_object(&j);
    jout_name(&j, "items");
    jout_array(&j);
    for (size_t i = 0; rc == OK && i < waiting.len; i++)
        rc = write_one(&x, &waiting.ptr[i], e);
    jout_end_array(&j);
    jout_pair_i64(&j, "total", x.total);
    jout_name(&j, "next");
    jout_null(&j);
    jout_end_object(&j);
    if (rc != OK)
        out->len = before;
    store_reader_put(k->store, x.db);
    return rc;
}

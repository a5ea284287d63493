/* What waits for a subject, from the rows that say so: open proposals and assignments.
 * Each is asked of the policy table as its page would ask, so nothing is listed that
 * leads to a refusal. Notifications are not here: they tell, they do not wait. */
#include "access/two_person.h"
#include "base/vec.h"
#include "record/show.h"

struct waiting {
    struct str type, action, reason, by; /* action empty: an assignment */
    int64_t record, since_ms, due_ms;
    struct proposal proposal;
};
struct waitings {
    struct waiting *ptr;
    size_t len, cap;
};

struct todo {
    struct kernel *kernel;
    const struct subject *subject;
    struct db *db;
    struct arena *a;
    struct jout *j;
    int64_t total;
};

/* --- the rows ----------------------------------------------------------------------- */

static err_t read_proposals(struct waitings *to, const struct todo *x, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(
        &st, x->db,
        "SELECT p.id, p.type, p.record_id, p.action, p.reason, p.proposed_by, p.proposed_for, "
        "p.proposed_ms, p.expires_ms, a.display_name FROM proposal p "
        "LEFT JOIN account a ON a.id = p.proposed_by "
        "WHERE p.state = 'open' AND p.expires_ms > ?1 ORDER BY p.expires_ms, p.id",
        VALUES(v_i64(x->subject->now_ms)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct waiting w = {.type = arena_dup(x->a, stmt_str(st, 1)),
                            .record = stmt_i64(st, 2),
                            .action = arena_dup(x->a, stmt_str(st, 3)),
                            .reason = arena_dup(x->a, stmt_str(st, 4)),
                            .by = arena_dup(x->a, stmt_str(st, 9)),
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

/* To the person or to the unit, each record once. */
static err_t read_assignments(struct waitings *to, const struct todo *x, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(
        &st, x->db,
        "SELECT type, record_id, min(from_ms) FROM assignment "
        "WHERE (account = ?1 OR unit = ?2) AND from_ms <= ?3 "
        "AND (to_ms IS NULL OR to_ms > ?3) "
        "GROUP BY type, record_id ORDER BY min(from_ms), type, record_id",
        VALUES(v_i64(x->subject->account), v_i64(x->subject->unit), v_i64(x->subject->now_ms)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct waiting w = {.type = arena_dup(x->a, stmt_str(st, 0)),
                            .record = stmt_i64(st, 1),
                            .since_ms = stmt_i64(st, 2)};
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

/* Which transitions the subject may do now: of a proposal the one proposed. */
static err_t find_actions(const struct transition **out, size_t *count, const struct todo *x,
                          const struct waiting *w, const struct type_plan *p, const struct row *row,
                          struct err *e)
{
    const struct record_type *t = p->type;
    err_t rc = OK;
    *count = 0;
    for (size_t i = 0; rc == OK && i < t->transition_count; i++) {
        const struct transition *one = &t->transitions[i];
        struct decision d = {0};
        bool meant = w->action.len == 0 || str_eq(w->action, one->name);
        if (!meant || !leads_on(one, row->labels.state))
            continue;
        rc = access_decide(&d, x->db, x->subject, &p->policy, ACCESS_ACT, one->name, &row->labels,
                           x->a, e);
        if (rc == OK && d.allowed &&
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

/* The field that names a record, where it may be seen. */
static err_t write_title(const struct todo *x, const struct type_plan *p, const struct row *row,
                         const struct decision *read, struct err *e)
{
    struct value_writer writer = {.keys = x->kernel->keys, .e = e};
    struct shown shown;
    size_t field = plan_field(p, p->type->title);
    shown_from(&shown, p, read, x->a);
    jout_name(x->j, "title");
    jout_object(x->j);
    if (field != SIZE_MAX && shown.fields[field] && p->fields[field].field->type != FIELD_COMPUTED)
        show_field(x->j, &writer, &p->fields[field], &row->values[field], shown.unmasked[field]);
    jout_end_object(x->j);
    return writer.rc;
}

static err_t write_one(struct todo *x, const struct waiting *w, struct err *e)
{
    const struct record_type *t = record_type_find(x->kernel->types, w->type);
    const struct type_plan *p = t ? plan_of(x->kernel, t) : NULL;
    struct decision read = {0};
    struct row row;
    struct err gone;
    size_t count = 0;
    if (!p || t->transition_count == 0)
        return OK;
    err_t rc = row_load(&row, x->db, p, w->record, x->a, &gone);
    if (rc == E_NOTFOUND || (rc == OK && row.ended_ms != 0))
        return OK;
    if (rc != OK) {
        if (e)
            *e = gone;
        return rc;
    }
    const struct transition **actions = arena_array(x->a, t->transition_count, sizeof(*actions));
    if ((rc = find_actions(actions, &count, x, w, p, &row, e)) != OK || count == 0)
        return rc;
    rc = access_decide(&read, x->db, x->subject, &p->policy, ACCESS_READ, STR_NONE, &row.labels,
                       x->a, e);
    if (rc != OK || !read.allowed)
        return rc;
    x->total++;
    jout_object(x->j);
    jout_pair(x->j, "kind", w->action.len ? STR("approval") : STR("record"));
    jout_pair(x->j, "type", t->name);
    write_label(x->j, "type_label", t->label);
    jout_pair_i64(x->j, "id", w->record);
    if ((rc = write_title(x, p, &row, &read, e)) != OK)
        return rc;
    jout_pair(x->j, "state", row.labels.state);
    jout_name(x->j, "actions");
    jout_array(x->j);
    for (size_t i = 0; i < count; i++) {
        jout_object(x->j);
        jout_pair(x->j, "name", actions[i]->name);
        write_label(x->j, "label", actions[i]->label);
        jout_end_object(x->j);
    }
    jout_end_array(x->j);
    jout_pair(x->j, "by", w->by);
    jout_pair(x->j, "reason", w->reason);
    jout_pair_i64(x->j, "since_ms", w->since_ms);
    if (w->due_ms)
        jout_pair_i64(x->j, "due_ms", w->due_ms);
    jout_end_object(x->j);
    return OK;
}

err_t record_todo(struct buf *out, struct kernel *k, const struct subject *s, struct arena *a,
                  struct err *e)
{
    struct waitings waiting = {0};
    struct jout j;
    struct todo x = {.kernel = k, .subject = s, .a = a, .j = &j};
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

/* Erasure, and what is due for it.
 *
 * Values go out of the row, of the search text, of proposals that were decided, of
 * rows that an import refused, and of every version; each version keeps the commitment
 * of what it held. The store is then asked to leave nothing of them on its pages and in its log. */
#include "access/erase.h"
#include "audit/forget.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/vec.h"
#include "record/view.h"
#include "record/write.h"

struct erasure {
    struct write w;
    const struct str *names;
    size_t count;
};

/* --- versions ---------------------------------------------------------------------------- */

struct held { /* a version that holds some of it */
    int64_t version;
    struct str content, seal;
};

err_t record_erase_versions(struct db *db, const struct log_suite *suite, struct str type,
                            int64_t id, const struct str *fields, size_t field_count,
                            struct arena *a, struct err *e)
{
    VEC(struct held) all = {0};
    struct stmt *st = NULL;
    bool has_row = false, reasons = false;
    err_t rc = db_query(&st, db,
                        "SELECT version, content, seal FROM record_version WHERE type = ?1 AND "
                        "record_id = ?2 ORDER BY version",
                        VALUES(v_str(type), v_i64(id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(a, &all,
                 ((struct held){stmt_i64(st, 0), arena_dup(a, stmt_str(st, 1)),
                                arena_dup(a, stmt_str(st, 2))}));
    stmt_free(st);
    for (size_t i = 0; i < field_count; i++)
        reasons |= str_is(fields[i], "_reason");
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        struct held *v = &all.ptr[i];
        size_t forgotten = 0;
        rc = log_forget(&v->content, &v->seal, &forgotten, suite, fields, field_count, a, e);
        if (rc == OK && forgotten > 0)
            rc = db_run(db,
                        "UPDATE record_version SET content = ?4, seal = ?5, "
                        "reason = CASE WHEN ?6 = 1 THEN NULL ELSE reason END "
                        "WHERE type = ?1 AND record_id = ?2 AND version = ?3",
                        VALUES(v_str(type), v_i64(id), v_i64(v->version), v_str(v->content),
                               v_str(v->seal), v_i64(reasons)),
                        e);
    }
    return rc;
}

/* --- the record ------------------------------------------------------------------------------ */

static err_t clear_row(struct db *db, struct erasure *x, struct err *e)
{
    const struct type_plan *p = x->w.plan;
    struct buf sql;
    bool any = false;
    err_t rc = OK;
    buf_init(&sql, 0);
    buf_addf(&sql, "UPDATE %.*s SET ", STR_ARG(p->type->table));
    for (size_t i = 0; rc == OK && i < x->count; i++) {
        size_t at = plan_field(p, x->names[i]);
        if (at == SIZE_MAX)
            continue; /* _reason */
        const struct field_plan *f = &p->fields[at];
        if (f->child)
            rc = db_run_once(db, f->child_delete, VALUES(v_i64(x->w.id)), e);
        for (size_t k = 0; !f->child && k < f->column_count; k++) {
            buf_addf(&sql, any ? ", %.*s = NULL" : "%.*s = NULL", STR_ARG(f->columns[k].name));
            any = true;
        }
    }
    buf_addz(&sql, " WHERE id = ?1");
    buf_addc(&sql, '\0');
    if (rc == OK && any)
        rc = db_run_once(db, sql.ptr, VALUES(v_i64(x->w.id)), e);
    buf_clear(&sql);
    return rc;
}

/* The search text of what is left. */
static err_t clear_text(struct db *db, struct erasure *x, struct err *e)
{
    struct row row;
    err_t rc;
    if (x->w.plan->type->search_count == 0)
        return OK;
    if ((rc = row_load(&row, db, x->w.plan, x->w.id, x->w.arena, e)) != OK)
        return rc;
    x->w.body.values = row.values;
    return write_search_text(db, &x->w, e);
}

static err_t note_fields(struct db *db, struct str type, int64_t id, const struct str *names,
                         size_t count, int64_t now_ms, const char *entry, struct err *e)
{
    static const struct upsert once = {"record_erasure", "type, record_id, field", "at_ms, entry"};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct stmt *st = NULL;
        if ((rc = db_prepare_upsert(&st, db, &once, e)) == OK &&
            (rc = stmt_bind_str(st, 1, type, e)) == OK &&
            (rc = stmt_bind_i64(st, 2, id, e)) == OK &&
            (rc = stmt_bind_str(st, 3, names[i], e)) == OK &&
            (rc = stmt_bind_i64(st, 4, now_ms, e)) == OK &&
            (rc = stmt_bind_str(st, 5, str_of(entry), e)) == OK)
            rc = stmt_run(st, e);
        stmt_free(st);
    }
    return rc;
}

err_t record_erase_account(struct db *db, const struct deed *d, int64_t account, struct err *e)
{
    const struct str type = STR("account");
    char entry[LOG_UID_LEN + 1];
    VEC(struct str) fields = {0};
    for (size_t i = 0; erase_version_fields[i]; i++)
        VEC_PUSH(d->arena, &fields, str_of(erase_version_fields[i]));
    err_t rc = erase_account(entry, db, d, account, e);
    if (rc == OK)
        rc =
            record_erase_versions(db, d->suite, type, account, fields.ptr, fields.len, d->arena, e);
    return rc == OK
               ? note_fields(db, type, account, fields.ptr, fields.len, deed_now_ms(d), entry, e)
               : rc;
}

/* Arguments of proposals may repeat what is erased; an open one falls. */
static err_t clear_proposals(struct db *db, const struct erasure *x, struct err *e)
{
    return db_run(db,
                  "UPDATE proposal SET arguments = 'null', reason = NULL, decision_reason = NULL, "
                  "state = CASE WHEN state = 'open' THEN 'expired' ELSE state END "
                  "WHERE type = ?1 AND record_id = ?2",
                  VALUES(v_str(x->w.plan->type->name), v_i64(x->w.id)), e);
}

/* Rows of workbooks that were refused are kept to be mended, and belong to no record: any
 * of this type may be about the same person. Who brought them has the workbook. */
static err_t clear_refused_rows(struct db *db, const struct erasure *x, struct err *e)
{
    return db_run(db,
                  "UPDATE record_import_row SET cells = '[]', reason = ?2 WHERE record_id IS NULL "
                  "AND row > 0 AND import_id IN (SELECT id FROM record_import WHERE type = ?1)",
                  VALUES(v_str(x->w.plan->type->name), v_str(str_of(msg(N_("erased by law"))))), e);
}

/* What a person has said or is called; what is counted, dated or decided is nobody's privacy. */
static bool is_of_persons(const struct field *f)
{
    static const enum field_type said[] = {FIELD_TEXT,   FIELD_LONG_TEXT, FIELD_TEXTS, FIELD_PARTY,
                                           FIELD_PERSON, FIELD_PHONE,     FIELD_EMAIL, FIELD_URL,
                                           FIELD_FILE,   FIELD_FILES,     FIELD_TABLE};
    for (size_t i = 0; i < ARRAY_LEN(said); i++)
        if (f->type == said[i])
            return true;
    return false;
}

/* A case that runs on the record, or of which the record is, rests on it until it is over. */
static err_t check_no_case(struct db *db, const struct write *w, const struct row *now,
                           struct err *e)
{
    const struct field_plan *of = w->plan->case_number;
    struct stmt *st = NULL;
    bool has_row = false;
    struct str sql = arena_printf(
        w->arena,
        "SELECT c.number FROM flow_case c WHERE c.state = 'running' AND ((c.record_type = ?1 AND"
        " c.record_id = ?2)%s%.*s%s) LIMIT 1",
        of ? " OR (c.owner_unit = ?3 AND c.number = (SELECT r.case_number FROM " : "",
        of ? (int)w->plan->type->table.len : 0, w->plan->type->table.ptr,
        of ? " r WHERE r.id = ?2))" : "");
    const struct value values[] = {v_str(w->plan->type->name), v_i64(w->id),
                                   v_i64(now->labels.owner_unit)};
    err_t rc = db_query_once(&st, db, sql.ptr, values, of ? 3 : 2, e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        rc = err_set(e, E_CONFLICT,
                     "the case %.*s runs on it: what is to go by law goes once that is over",
                     STR_ARG(stmt_str(st, 0)));
    stmt_free(st);
    return rc;
}

static err_t erase_step(struct db *db, void *arg, struct err *e)
{
    struct erasure *x = arg;
    struct write *w = &x->w;
    struct row now;
    err_t rc;
    if ((rc = row_labels(&now, db, w->plan, w->id, w->arena, e)) != OK ||
        (rc = check_no_case(db, w, &now, e)) != OK)
        return rc;
    *w->out = (struct written){.id = w->id, .version = now.version, .state = now.labels.state};
    if ((rc = clear_row(db, x, e)) != OK || (rc = clear_text(db, x, e)) != OK ||
        (rc = clear_proposals(db, x, e)) != OK || (rc = clear_refused_rows(db, x, e)) != OK ||
        (rc = record_erase_versions(db, w->kernel->suite, w->plan->type->name, w->id, x->names,
                                    x->count, w->arena, e)) != OK ||
        (rc = write_plain_entry(db, w, e)) != OK)
        return rc;
    const struct kernel_moves *moves = w->kernel->moves;
    if (moves && moves->erased && (rc = moves->erased(db, now.labels.owner_unit, e)) != OK)
        return rc;
    return note_fields(db, w->plan->type->name, w->id, x->names, x->count, w->now_ms, w->out->entry,
                       e);
}

static err_t refused_step(struct db *db, void *arg, struct err *e)
{
    return write_refused(db, arg, e);
}

err_t record_erase(struct written *out, struct faults *faults, struct kernel *k,
                   const struct subject *s, const struct record_type *t, int64_t id,
                   const struct str *fields, size_t field_count, const struct write_options *o,
                   struct arena *a, struct err *e)
{
    struct erasure x = {.names = fields, .count = field_count};
    err_t rc;
    *faults = (struct faults){0};
    write_begin(&x.w, out, k, s, t, o, a);
    x.w.id = id;
    x.w.action = STR("erase");
    x.w.verb = ACCESS_ACT;
    for (size_t i = 0; i < s->grant_count; i++)
        if (str_is(s->grants[i].role->name, "security_administrator") &&
            s->grants[i].on_behalf_of == 0)
            x.w.decision.grant = &s->grants[i];
    if (!subject_is_program(s) && !x.w.decision.grant) {
        x.w.decision.visible = true;
        rc = store_write(k->store, refused_step, &x.w, e);
        return rc == OK ? err_set(e, E_DENIED, "only the security administrator erases by law")
                        : rc;
    }
    if (x.w.reason.len == 0)
        fault_add(&x.w.faults, STR("reason"), "required", N_("a reason is required"), NULL, 0);
    for (size_t i = 0; i < field_count; i++) {
        size_t at = plan_field(x.w.plan, fields[i]);
        bool there = at == SIZE_MAX ? str_is(fields[i], "_reason")
                                    : x.w.plan->fields[at].field->type != FIELD_COMPUTED;
        if (there && at != SIZE_MAX && !is_of_persons(x.w.plan->fields[at].field))
            fault_add(&x.w.faults, fields[i], "erase",
                      N_("is no text, name, contact or file: it says nothing of a person that a "
                         "law lets him have erased"),
                      NULL, 0);
        if (!there)
            fault_add(&x.w.faults, fields[i], "unknown", N_("is no field of this kind of record"),
                      NULL, 0);
    }
    *faults = faults_of(&x.w.faults);
    if (faults->count > 0 || field_count == 0)
        return err_set(e, E_INVALID, "nothing is erased: say which fields, and why");
    rc = store_write(k->store, erase_step, &x, e);
    return rc == OK ? store_scrub(k->store, e) : rc;
}

/* --- what is due -------------------------------------------------------------------------------- */

#define DUE_MAX 500
#define CHINA_OFFSET_MS INT64_C(28800000)

static struct date years_later(struct date d, int years)
{
    d.year += years;
    if (!date_valid(d)) /* 29 February of a year without one */
        d.day = 28;
    return d;
}

/* Ended on such a day, a record is kept until the same day years later, that day
 * included. */
static bool is_due(int64_t ended_ms, int years, struct str today, struct date *until)
{
    struct date now = {0};
    *until = years_later(date_from_ms(ended_ms + CHINA_OFFSET_MS), years);
    return date_parse(&now, today) && date_to_days(*until) < date_to_days(now);
}

static err_t write_due(struct jout *j, int64_t *total, const struct view *v, struct stmt *st,
                       struct err *e)
{
    const struct record_type *t = v->plan->type;
    bool has_row = false;
    err_t rc = OK;
    *total = 0;
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct date until;
        int64_t ended_ms = stmt_i64(st, 1);
        if (!is_due(ended_ms, t->retention_years, v->subject->today, &until))
            break; /* the longest ended come first */
        if (++*total > DUE_MAX)
            continue;
        jout_object(j);
        jout_pair_i64(j, "id", stmt_i64(st, 0));
        jout_pair(j, "title", stmt_str(st, 2));
        jout_pair(j, "ended_on", date_text(date_from_ms(ended_ms + CHINA_OFFSET_MS), v->a));
        jout_pair(j, "keep_until", date_text(until, v->a));
        jout_end_object(j);
    }
    return rc;
}

err_t record_retention(struct buf *out, struct kernel *k, const struct subject *s,
                       const struct record_type *t, struct arena *a, struct err *e)
{
    struct view v;
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct jout j;
    struct str shown = STR_NONE;
    size_t before = out->len;
    int64_t total = 0;
    err_t rc = store_reader_get(&db, k->store, e);
    view_init(&v, k, plan_of(k, t), s, a);
    size_t title = view_field(&v, t->title);
    if (rc == OK && title != SIZE_MAX)
        rc = view_shown(&shown, &v, title, false, e);
    view_add(&v, "SELECT r.id, r.ended_ms, ");
    if (shown.len > 0 && value_order(v.plan->fields[title].field) == ORDER_TEXT) {
        buf_addf(&v.sql, "CASE WHEN %.*s THEN ", STR_ARG(shown));
        view_add_column(&v, title);
        view_add(&v, " END");
    } else {
        view_add(&v, "NULL");
    }
    buf_addf(&v.sql, " FROM %.*s r WHERE r.ended_ms IS NOT NULL AND ", STR_ARG(t->table));
    if (rc == OK)
        rc = view_readable(&v, e);
    view_add(&v, " ORDER BY r.ended_ms, r.id");
    buf_addc(&v.sql, '\0');
    jout_init(&j, out);
    jout_object(&j);
    jout_name(&j, "items");
    jout_array(&j);
    if (rc == OK && t->retention_years > 0)
        rc = db_query_once(&st, db, v.sql.ptr, v.values, (size_t)v.next_param - 1, e);
    if (rc == OK && st)
        rc = write_due(&j, &total, &v, st, e);
    jout_end_array(&j);
    jout_pair_i64(&j, "total", total);
    jout_end_object(&j);
    if (rc != OK)
        out->len = before;
    stmt_free(st);
    view_clear(&v);
    store_reader_put(k->store, db);
    return rc;
}

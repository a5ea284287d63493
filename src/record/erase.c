/* Erasure, and what is due for it.
 *
 * Values go out of the row, of the search text, of what was proposed, of
 * rows that an import refused, of what was said with steps, and of every version; each version keeps the commitment
 * of what it held. The store is then asked to leave nothing of them on its pages and in its log. */
#include "access/erase.h"
#include "audit/forget.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/erasure_ground.h"
#include "record/erase_said.h"
#include "record/view.h"
#include "record/write_priv.h"
#include "text/unicode.h"

struct erasing {
    struct write w;
    const struct erase_request *request;
    VEC(struct str) members; /* what goes out of versions: of "team.name", team */
    struct erased_of of;     /* what stood there */
};

/* --- versions ---------------------------------------------------------------------------- */

struct held { /* a version that holds some of it */
    int64_t version;
    struct str content, seal;
};

err_t record_erase_versions(struct db *db, const struct log_suite *suite, struct str type,
                            int64_t id, int64_t version, const struct str *fields,
                            size_t field_count, struct arena *a, struct err *e)
{
    VEC(struct held) all = {0};
    struct held one;
    bool reasons = false;
    err_t rc =
        db_rows(ROWS(&all, one), db,
                "SELECT version, content, seal FROM record_version WHERE type = ?1 AND "
                "record_id = ?2 AND (?3 = 0 OR version = ?3) ORDER BY version",
                VALUES(v_str(type), v_i64(id), v_i64(version)),
                INTO(into_i64(&one.version), into_str(&one.content), into_str(&one.seal)), a, e);
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

struct target {                     /* what a name stands for */
    const struct field_plan *field; /* NULL: _reason */
    const struct field *column;     /* of a table; NULL: the field itself */
};

static bool target_of(struct target *out, const struct type_plan *p, struct str name)
{
    size_t dot = str_find(name, STR("."), 0);
    size_t at = plan_field(p, (struct str){name.ptr, dot});
    *out = (struct target){.field = at == SIZE_MAX ? NULL : &p->fields[at]};
    if (!out->field)
        return str_is(name, "_reason");
    if (dot < name.len)
        out->column = record_row_field(out->field->field,
                                       (struct str){name.ptr + dot + 1, name.len - dot - 1});
    return out->field->field->type != FIELD_COMPUTED && (dot == name.len || out->column);
}

/* Rows of a table keep their other columns: counted and paid amounts stay. */
static err_t clear_column(struct db *db, const struct erasing *x, const struct target *t,
                          struct err *e)
{
    struct column columns[VALUE_COLUMNS_MAX];
    size_t count = value_columns(columns, t->column, x->w.arena);
    struct buf sql = {0};
    buf_addf(&sql, "UPDATE %.*s SET ", STR_ARG(t->field->field->child));
    for (size_t i = 0; i < count; i++)
        buf_addf(&sql, i ? ", %.*s = NULL" : "%.*s = NULL", STR_ARG(columns[i].name));
    buf_addz(&sql, " WHERE record_id = ?1");
    buf_addc(&sql, '\0');
    err_t rc = db_run_once(db, sql.ptr, VALUES(v_i64(x->w.id)), e);
    buf_clear(&sql);
    return rc;
}

static err_t clear_row(struct db *db, struct erasing *x, struct err *e)
{
    const struct type_plan *p = x->w.plan;
    struct buf sql = {0};
    bool any = false;
    err_t rc = OK;
    buf_addf(&sql, "UPDATE %.*s SET ", STR_ARG(p->type->table));
    for (size_t i = 0; rc == OK && i < x->request->field_count; i++) {
        struct target t;
        if (!target_of(&t, p, x->request->fields[i]) || !t.field)
            continue; /* _reason */
        const struct field_plan *f = t.field;
        if (t.column)
            rc = clear_column(db, x, &t, e);
        else if (f->child)
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
static err_t clear_text(struct db *db, struct erasing *x, struct err *e)
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
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = db_upsert(
            db, &once,
            VALUES(v_str(type), v_i64(id), v_str(names[i]), v_i64(now_ms), v_str(str_of(entry))),
            e);
    return rc;
}

err_t record_erase_account(struct db *db, const struct deed *d, int64_t account,
                           const struct erase_request *r, struct err *e)
{
    const struct str type = STR("account");
    const struct erasure of = {
        .type = type,
        .id = account,
        .title =
            arena_printf(d->arena, "%s %lld", msg_in(LANG_ZH, N_("account")), (long long)account),
        .fields = STR("name, display_name, email, phone"),
        .ground = r->ground,
        .basis = r->basis,
        .in_person = r->in_person};
    const char *action = NULL;
    char entry[LOG_UID_LEN + 1];
    VEC(struct str) fields = {0};
    for (size_t i = 0; erase_version_fields[i]; i++)
        VEC_PUSH(d->arena, &fields, str_of(erase_version_fields[i]));
    err_t rc = erasure_may(db, d, &of, e);
    if (rc == OK)
        rc = erase_account_check(db, d, account, e);
    if (rc == OK)
        rc = erasure_by_two(&action, db, d, &of, e);
    if (rc != OK || !action)
        return rc;
    if ((rc = erase_account(entry, db, d, action, account, e)) == OK)
        rc = record_erase_versions(db, d->suite, type, account, 0, fields.ptr, fields.len, d->arena,
                                   e);
    return rc == OK
               ? note_fields(db, type, account, fields.ptr, fields.len, deed_now_ms(d), entry, e)
               : rc;
}

/* Rows of workbooks that were refused are kept to be mended, and belong to no record: any
 * of this type may be about the same person. Who brought them has the workbook. */
static err_t clear_refused_rows(struct db *db, const struct erasing *x, struct err *e)
{
    return db_run(db,
                  "UPDATE record_import_row SET cells = '[]', reason = ?2 WHERE record_id IS NULL "
                  "AND row > 0 AND import_id IN (SELECT id FROM record_import WHERE type = ?1)",
                  VALUES(v_str(x->w.plan->type->name), v_str(str_of(msg(N_("erased by law"))))), e);
}

/* --- what may be erased at all ------------------------------------------------------------ */

static bool has_personal(const struct record_type *t)
{
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        for (size_t k = 0; k < f->field_count; k++)
            if (f->fields[k].personal)
                return true;
        if (f->personal)
            return true;
    }
    return false;
}

static struct str personal_names(const struct record_type *t, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        if (f->personal)
            buf_addf(&b, "%s%.*s", b.len ? ", " : "", STR_ARG(f->name));
        for (size_t k = 0; k < f->field_count; k++)
            if (f->fields[k].personal)
                buf_addf(&b, "%s%.*s.%.*s", b.len ? ", " : "", STR_ARG(f->name),
                         STR_ARG(f->fields[k].name));
    }
    struct str names = buf_take(&b, a);
    return names.len ? names : STR("-");
}

static bool is_personal(const struct target *t, const struct record_type *of)
{
    if (!t->field)
        return has_personal(of) ||
               of->ask_count; /* a reason may speak of the person, or of who answered */
    return t->column ? t->column->personal : t->field->field->personal;
}

static void check_fields(struct erasing *x)
{
    const struct record_type *t = x->w.plan->type;
    bool program = subject_is_program(x->w.subject);
    for (size_t i = 0; i < x->request->field_count; i++) {
        struct str name = x->request->fields[i];
        struct target at;
        if (!target_of(&at, x->w.plan, name))
            fault_add(&x->w.faults, name, "unknown", N_("is no field of this kind of record"), NULL,
                      0);
        else if (!program && !is_personal(&at, t))
            fault_add(&x->w.faults, name, "erase",
                      N_("is no personal data: numbers, amounts, days, names of units and evidence "
                         "are not erased; of this kind of record these are: %s"),
                      FAULT_ARGS(both(personal_names(t, x->w.arena))));
        else
            VEC_PUSH(x->w.arena, &x->members, at.field ? at.field->field->name : name);
    }
}

static void check_ground(struct erasing *x)
{
    const char *field;
    const char *wrong = erasure_ground_wrong(&field, x->request->ground, x->request->basis);
    if (wrong)
        fault_add(&x->w.faults, str_of(field),
                  str_is(str_of(field), "basis") ? "required" : "ground", wrong, NULL, 0);
}

/* A court's judgment, an authority's decision: what else keeps it yields to these. */
static bool is_ordered(const struct erasing *x)
{
    struct erasure_ground g;
    return erasure_ground_find(&g, x->request->ground) && g.kept;
}

static bool is_due(int64_t ended_ms, int years, struct str today, struct date *until);

/* 第四十七条第二款: what a law has kept is stored until that time is over. */
static err_t check_kept(const struct erasing *x, const struct row *now, struct err *e)
{
    const struct record_type *t = x->w.plan->type;
    struct date until;
    if (t->retention_years == 0 || is_ordered(x))
        return OK;
    if (now->ended_ms == 0)
        return err_set(e, E_CONFLICT,
                       "it is kept %d years from its end, and has not ended: until then only a "
                       "court's judgment or an authority's decision has it erased",
                       t->retention_years);
    if (!is_due(now->ended_ms, t->retention_years, x->w.subject->today, &until))
        return err_set(e, E_CONFLICT,
                       "it is kept until %.*s: until then only a court's judgment or an "
                       "authority's decision has it erased",
                       STR_ARG(date_text(until, x->w.arena)));
    return OK;
}

static bool gives_fact(const struct target *at)
{
    return record_field_fact(at->field->field).len > 0 &&
           (!at->column || record_field_fact(at->column).len > 0);
}

/* Whether a running case may depend on it. */
static bool is_evidence(const struct erasing *x)
{
    const struct record_type *t = x->w.plan->type;
    bool is = false;
    for (size_t i = 0; i < x->request->field_count; i++) {
        struct target at;
        if (!target_of(&at, x->w.plan, x->request->fields[i]) || !at.field)
            continue;
        const struct field *f = at.field->field, *of = at.column ? at.column : f;
        is |= str_among(f->name, t->evidence, t->evidence_count) || of->type == FIELD_FILE ||
              of->type == FIELD_FILES || (t->facts.len > 0 && gives_fact(&at));
    }
    return is;
}

/* A case that runs on the record, of which the record is, or whose facts are taken from it, rests on it until it is
 * over. */
static err_t check_no_case(struct db *db, const struct erasing *x, const struct row *now,
                           struct err *e)
{
    const struct write *w = &x->w;
    const struct field_plan *of = w->plan->case_number;
    struct str number;
    bool found;
    if (is_ordered(x))
        return OK;
    struct str sql = arena_printf(
        w->arena,
        "SELECT c.number FROM flow_case c WHERE c.state = 'running' AND ((c.record_type = ?1 AND"
        " c.record_id = ?2) OR (c.owner_unit = ?3 AND (?4 = 1%s%.*s%s))) LIMIT 1",
        of ? " OR c.number = (SELECT r.case_number FROM " : "",
        of ? (int)w->plan->type->table.len : 0, w->plan->type->table.ptr,
        of ? " r WHERE r.id = ?2)" : "");
    err_t rc = db_row_once(&found, db, sql.ptr,
                           VALUES(v_str(w->plan->type->name), v_i64(w->id),
                                  v_i64(now->labels.owner_unit), v_i64(is_evidence(x))),
                           INTO(into_str(&number)), w->arena, e);
    return found ? err_set(e, E_CONFLICT,
                           "the case %.*s depends on it: erase it after the case is closed",
                           STR_ARG(number))
                 : rc;
}

/* A form that was handed in is what its case is decided on. */
static err_t check_forms(struct db *db, const struct erasing *x, struct err *e)
{
    struct str number = STR_NONE;
    err_t rc = is_ordered(x) ? OK : erased_in_form(&number, db, &x->of, e);
    return rc == OK && number.len ? err_set(e, E_CONFLICT,
                                            "a form submitted with the case %.*s contains it: "
                                            "erase it after the case is closed",
                                            STR_ARG(number))
                                  : rc;
}

/* --- by two persons ----------------------------------------------------------------------- */

static struct str names_of(const struct erase_request *r, struct arena *a)
{
    struct buf names = {0};
    for (size_t i = 0; i < r->field_count; i++)
        buf_addf(&names, "%s%.*s", i ? ", " : "", STR_ARG(r->fields[i]));
    return buf_take(&names, a);
}

/* Checks the permission first, then the existence of the record and the obstacles. */
static err_t by_two(bool *go, struct row *now, struct db *db, struct erasing *x, struct err *e)
{
    struct write *w = &x->w;
    const char *action = NULL;
    bool program = subject_is_program(w->subject);
    struct erasure of = {.type = w->plan->type->name,
                         .id = w->id,
                         .title = arena_printf(w->arena, "%.*s %lld",
                                               STR_ARG(w->plan->type->label.zh), (long long)w->id),
                         .fields = names_of(x->request, w->arena),
                         .ground = x->request->ground,
                         .basis = x->request->basis,
                         .in_person = x->request->in_person};
    const struct deed d = {.suite = w->kernel->suite,
                           .clock = w->kernel->clock,
                           .by = w->subject,
                           .as = w->decision.grant,
                           .reason = w->reason,
                           .arena = w->arena,
                           .waits = &w->out->proposal};
    err_t rc;
    if ((rc = erasure_may(db, &d, &of, e)) != OK ||
        (rc = row_labels(now, db, w->plan, w->id, w->arena, e)) != OK ||
        (!program && (rc = check_kept(x, now, e)) != OK) ||
        (!program && (rc = check_no_case(db, x, now, e)) != OK))
        return rc;
    x->of = (struct erased_of){.type = w->plan->type->name,
                               .id = w->id,
                               .owner_unit = now->labels.owner_unit,
                               .arena = w->arena};
    rc = erased_values(&x->of, db, x->request->fields, x->request->field_count, e);
    if (rc != OK || (!program && (rc = check_forms(db, x, e)) != OK))
        return rc;
    *w->out = (struct written){.id = w->id, .version = now->version, .state = now->labels.state};
    of.seen = arena_printf(w->arena, "version %lld", (long long)now->version);
    rc = erasure_by_two(&action, db, &d, &of, e);
    *go = action != NULL;
    if (rc == OK && *go)
        w->action = str_of(action);
    return rc;
}

static err_t erase_step(struct db *db, void *arg, struct err *e)
{
    struct erasing *x = arg;
    struct write *w = &x->w;
    struct row now;
    bool go = false;
    err_t rc;
    if ((rc = by_two(&go, &now, db, x, e)) != OK || !go)
        return rc;
    if ((rc = erase_forms(db, &x->of, e)) != OK ||
        (rc = erase_said(db, w->kernel->suite, &x->of, e)) != OK)
        return rc;
    if ((rc = clear_row(db, x, e)) != OK || (rc = clear_text(db, x, e)) != OK ||
        (rc = erase_proposals(db, &x->of, e)) != OK || (rc = clear_refused_rows(db, x, e)) != OK ||
        (rc = record_erase_versions(db, w->kernel->suite, w->plan->type->name, w->id, 0,
                                    x->members.ptr, x->members.len, w->arena, e)) != OK ||
        (rc = write_plain_entry(db, w, e)) != OK)
        return rc;
    const struct kernel_moves *moves = w->kernel->moves;
    if (moves && moves->erased && (rc = moves->erased(db, now.labels.owner_unit, e)) != OK)
        return rc;
    return note_fields(db, w->plan->type->name, w->id, x->request->fields, x->request->field_count,
                       w->now_ms, w->out->entry, e);
}

/* The refusal is written down, and answered as it was. */
static err_t refuse(struct erasing *x, const struct err *why, struct err *e)
{
    x->w.action = STR("erase");
    x->w.decision.visible = true;
    err_t rc = write_refuse(&x->w, e);
    return rc == OK ? err_set(e, E_DENIED, "%s", why->text) : rc;
}

static const struct grant *grant_of(const struct subject *s)
{
    const struct grant *guardian = subject_own_grant(s, STR("security_administrator"));
    return guardian ? guardian : subject_own_grant(s, STR("province_leader"));
}

err_t record_erase(struct written *out, const struct record_call *c, const struct erase_request *r,
                   const struct write_options *o, struct err *e)
{
    struct erasing x = {.request = r};
    struct err why = {0};
    err_t rc;
    write_begin(&x.w, out, c, o);
    x.w.action = STR("erase");
    x.w.verb = ACCESS_ACT;
    x.w.decision.grant = grant_of(c->subject);
    if (!erasure_asks(c->subject)) {
        (void)err_set(&why, E_DENIED, "only the security administrator erases by law");
        return refuse(&x, &why, e);
    }
    if (str_is(c->type->name, "account"))
        return err_set(e, E_INVALID,
                       "whom an account names is erased with that account, number %lld",
                       (long long)c->id);
    if (!unicode_says(x.w.reason))
        fault_add(&x.w.faults, STR("reason"), "required",
                  N_("a reason is required: at least one letter, digit or Chinese character"), NULL,
                  0);
    check_fields(&x);
    if (!subject_is_program(c->subject))
        check_ground(&x);
    out->faults = faults_of(&x.w.faults);
    if (out->faults.count > 0 || r->field_count == 0)
        return err_set(e, E_INVALID,
                       "nothing is erased: say which fields, on what ground, and why");
    if ((rc = store_write(c->kernel->store, erase_step, &x, &why)) == E_DENIED)
        return refuse(&x, &why, e);
    if (rc != OK && e)
        *e = why;
    return rc == OK && out->proposal == 0 ? store_scrub(c->kernel->store, e) : rc;
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
    err_t rc = OK;
    *total = 0;
    while (stmt_row(&rc, st, e)) {
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

err_t record_retention(struct buf *out, const struct record_call *c, struct err *e)
{
    struct view v;
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct jout j;
    struct str shown = STR_NONE;
    size_t before = out->len;
    int64_t total = 0;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    view_init(&v, c->kernel, plan_of(c->kernel, c->type), c->subject, c->arena);
    size_t title = view_field(&v, c->type->title);
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
    buf_addf(&v.sql, " FROM %.*s r WHERE r.ended_ms IS NOT NULL AND ", STR_ARG(c->type->table));
    if (rc == OK)
        rc = view_readable(&v, e);
    view_add(&v, " ORDER BY r.ended_ms, r.id");
    buf_addc(&v.sql, '\0');
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "items");
    if (rc == OK && c->type->retention_years > 0)
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
    store_reader_put(c->kernel->store, db);
    return rc;
}

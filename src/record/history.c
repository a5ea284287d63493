/* Versions of a record, latest first, and what differs between two of them.
 *
 * Each version is decided about by itself: with the rights of this moment, on the
 * state, publication and secrecy that the record had then. So a draft that was never
 * shown does not come to light when the record is published. */
#include "access/mutation.h"
#include "base/msg.h"
#include "base/vec.h"
#include "record/diff.h"
#include "record/show.h"

struct version {
    int64_t number, at_ms, account;
    struct str name, unit, role, action, reason, entry;
    const struct jvalue *content;
    const struct jvalue *seal;
};

struct history {
    const struct kernel *kernel;
    const struct type_plan *plan;
    const struct subject *subject;
    struct labels labels; /* of the record as it is */
    /* For the current version. */
    struct decision decision;
    struct shown shown;
    struct value_writer writer;
    struct arena *a;
};

/* --- reading ----------------------------------------------------------------------------- */

static err_t read_version(struct version *out, struct stmt *st, struct arena *a, struct err *e)
{
    struct str content = arena_dup(a, stmt_str(st, 8)), seal = arena_dup(a, stmt_str(st, 9));
    *out = (struct version){.number = stmt_i64(st, 0),
                            .at_ms = stmt_i64(st, 1),
                            .account = stmt_i64(st, 2),
                            .name = arena_dup(a, stmt_str(st, 3)),
                            .unit = arena_dup(a, stmt_str(st, 4)),
                            .role = arena_dup(a, stmt_str(st, 5)),
                            .action = arena_dup(a, stmt_str(st, 6)),
                            .reason = arena_dup(a, stmt_str(st, 7)),
                            .entry = arena_dup(a, stmt_str(st, 10))};
    err_t rc = jin_parse(&out->content, content, a, e);
    if (rc == OK)
        rc = jin_parse(&out->seal, seal, a, e);
    if (rc != OK)
        rc = err_set(e, E_CORRUPT, "version %lld cannot be parsed; restore it from a backup",
                     (long long)out->number);
    return rc;
}

static err_t decide(struct history *h, struct db *db, const struct labels *l, struct err *e)
{
    err_t rc = access_decide(&h->decision, db, h->subject, &h->plan->policy, ACCESS_READ, STR_NONE,
                             l, h->a, e);
    shown_from(&h->shown, h->plan, &h->decision, h->a);
    return rc;
}

/* Rights on the record as it was; versions of rows that other folders write say less,
 * and there it is as it is now. */
static err_t decide_version(struct history *h, struct db *db, const struct version *v,
                            struct err *e)
{
    struct labels then = h->labels;
    const struct jvalue *published = jin_get(v->content, "published");
    struct str state = jin_text(v->content, "state");
    int64_t secrecy = 0;
    if (state.len > 0)
        then.state = state;
    if (published)
        then.published = published->type == J_TRUE;
    if (jin_i64(&secrecy, v->content, "secrecy") && secrecy >= SECRECY_OPEN &&
        secrecy <= SECRECY_SECRET)
        then.secrecy = (enum secrecy)secrecy;
    return decide(h, db, &then, e);
}

/* E_NOTFOUND: the subject may not read the record as it is. */
static err_t begin_history(struct history *h, struct db *db, int64_t id, struct err *e)
{
    struct row row;
    err_t rc;
    h->writer = (struct value_writer){.keys = h->kernel->keys, .e = e};
    if ((rc = row_labels(&row, db, h->plan, id, h->a, e)) != OK)
        return rc;
    bool arriving = false;
    h->labels = row.labels;
    if ((rc = decide(h, db, &row.labels, e)) != OK ||
        (rc = row_arriving(&arriving, db, &row, e)) != OK)
        return rc;
    return h->decision.allowed && !arriving ? OK : row_not_found(h->plan->type, id, e);
}

/* Whether a member of a content may be seen. */
static bool is_shown(const struct history *h, struct str name)
{
    size_t field = plan_field(h->plan, name);
    if (field != SIZE_MAX)
        return h->shown.fields[field];
    enum system_column system = system_column_named(name);
    if (system < SYS_COUNT)
        return shown_column(&h->shown, system);
    return str_is(name, "_reason") &&
           (h->decision.fields.all || access_off(h->plan->type->name, "reason"));
}

/* --- writing --------------------------------------------------------------------------------- */

/* A content holds a personal number as sealed text. */
static void write_member(struct jout *j, struct history *h, struct str name, const struct jvalue *v)
{
    size_t field = plan_field(h->plan, name);
    const struct field *f = field == SIZE_MAX ? NULL : h->plan->fields[field].field;
    if (!f || f->type != FIELD_PERSON || v->type != J_STRING) {
        jout_value(j, v);
        return;
    }
    const struct value sealed[VALUE_COLUMNS_MAX] = {v_str(v->text)};
    h->writer.view = h->shown.unmasked[field] ? VIEW_PLAIN : VIEW_MASKED;
    value_write(j, &h->writer, f, sealed);
}

static void write_content(struct jout *j, struct history *h, const struct version *v)
{
    jout_pair_object(j, "content");
    for (size_t i = 0; i < v->content->count; i++) {
        struct str name = v->content->names[i];
        if (!is_shown(h, name) || str_is(name, "_reason"))
            continue;
        jout_name_str(j, name);
        write_member(j, h, name, &v->content->items[i]);
    }
    jout_end_object(j);
}

/* Members whose seal holds a commitment alone. */
static void write_erased(struct jout *j, const struct history *h, const struct version *v)
{
    bool any = false;
    for (size_t i = 0; i < v->seal->count; i++) {
        if (!jin_get(&v->seal->items[i], "c") || !is_shown(h, v->seal->names[i]))
            continue;
        if (!any)
            jout_pair_array(j, "erased");
        any = true;
        jout_str(j, v->seal->names[i]);
    }
    if (any)
        jout_end_array(j);
}

static void write_changed(struct jout *j, const struct history *h, const struct version *v,
                          const struct version *before)
{
    const struct str *names;
    size_t n = diff_names(&names, before ? before->content : NULL, v->content, h->a);
    jout_pair_array(j, "changed");
    for (size_t i = 0; i < n; i++)
        if (is_shown(h, names[i]))
            jout_str(j, names[i]);
    jout_end_array(j);
}

static void write_version(struct jout *j, struct history *h, const struct version *v,
                          const struct version *before)
{
    char at[LOG_TIME_LEN + 1];
    log_time_format(at, v->at_ms);
    jout_object(j);
    jout_pair_i64(j, "version", v->number);
    jout_pair(j, "at", str_of(at));
    if (h->shown.labels) {
        jout_pair_i64(j, "who", v->account);
        jout_pair(j, "name", v->name);
        jout_pair(j, "unit", v->unit);
        jout_pair(j, "role", v->role);
    }
    jout_pair(j, "action", v->action);
    if (h->shown.labels && h->decision.fields.all)
        jout_pair(j, "reason", v->reason);
    jout_pair(j, "entry", v->entry);
    write_content(j, h, v);
    write_changed(j, h, v, before);
    write_erased(j, h, v);
    jout_end_object(j);
}

#define SELECT_VERSIONS                                                                            \
    "SELECT v.version, v.at_ms, v.account, a.display_name, u.name, v.role, v.action, v.reason, "   \
    "v.content, v.seal, v.entry FROM record_version v "                                            \
    "LEFT JOIN account a ON a.id = v.account LEFT JOIN unit u ON u.id = a.owner_unit "             \
    "WHERE v.type = ?1 AND v.record_id = ?2 "

static bool is_told(const struct versions_told *told, int64_t version)
{
    bool is = !told;
    for (size_t i = 0; !is && i < told->count; i++)
        is = told->ptr[i] == version;
    return is;
}

err_t record_history(struct buf *out, const struct record_call *c, const struct versions_told *told,
                     struct err *e)
{
    struct history h = {.kernel = c->kernel,
                        .plan = plan_of(c->kernel, c->type),
                        .subject = c->subject,
                        .a = c->arena};
    struct db *db = NULL;
    struct stmt *st = NULL;
    VEC(struct version) all = {0};
    struct jout j;
    size_t before = out->len;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = db_begin_read(db, e);
    if (rc == OK)
        rc = begin_history(&h, db, c->id, e);
    if (rc == OK)
        rc = db_query(&st, db, SELECT_VERSIONS "ORDER BY v.version DESC",
                      VALUES(v_str(c->type->name), v_i64(c->id)), e);
    while (stmt_row(&rc, st, e)) {
        struct version v;
        rc = read_version(&v, st, c->arena, e);
        if (is_told(told, stmt_i64(st, 0)))
            VEC_PUSH(c->arena, &all, v);
    }
    if (rc != OK)
        goto done;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_array(&j, "items");
    for (size_t i = 0; rc == OK && i < all.len; i++) {
        rc = decide_version(&h, db, &all.ptr[i], e);
        if (rc == OK && h.decision.allowed)
            write_version(&j, &h, &all.ptr[i], i + 1 < all.len ? &all.ptr[i + 1] : NULL);
    }
    jout_end_array(&j);
    jout_end_object(&j);
    rc = rc == OK ? h.writer.rc : rc;
done:
    if (rc != OK)
        out->len = before;
    stmt_free(st);
    store_reader_put(c->kernel->store, db);
    return rc;
}

/* --- two versions ------------------------------------------------------------------------------ */

static err_t find_version(struct version *out, const struct history *h, struct db *db,
                          int64_t number, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, SELECT_VERSIONS "AND v.version = ?3",
                        VALUES(v_str(h->plan->type->name), v_i64(h->labels.id), v_i64(number)), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK)
        rc = has_row ? read_version(out, st, h->a, e)
                     : err_set(e, E_NOTFOUND, "there is no version %lld of this record",
                               (long long)number);
    stmt_free(st);
    return rc;
}

static void write_side(struct jout *j, struct history *h, const char *side, const struct version *v,
                       struct str name)
{
    const struct jvalue *x = jin_get(v->content, arena_cstr(h->a, name));
    const struct jvalue *seal = jin_get(v->seal, arena_cstr(h->a, name));
    jout_name(j, side);
    if (x)
        write_member(j, h, name, x);
    else
        jout_null(j);
    if (!x && jin_get(seal, "c"))
        jout_pair_bool(j, "erased", true);
}

err_t record_diff(struct buf *out, const struct record_call *c, int64_t from, int64_t to,
                  const struct versions_told *told, struct err *e)
{
    struct history h = {.kernel = c->kernel,
                        .plan = plan_of(c->kernel, c->type),
                        .subject = c->subject,
                        .a = c->arena};
    struct version x, y;
    struct db *db = NULL;
    const struct str *names;
    struct jout j;
    size_t before = out->len;
    err_t rc = store_reader_get(&db, c->kernel->store, e);
    if (rc == OK)
        rc = db_begin_read(db, e);
    if (rc != OK || (rc = begin_history(&h, db, c->id, e)) != OK ||
        (rc = find_version(&x, &h, db, from, e)) != OK ||
        (rc = find_version(&y, &h, db, to, e)) != OK)
        goto done;
    size_t n = diff_names(&names, x.content, y.content, c->arena);
    /* Limited to fields visible in both versions. */
    if ((rc = decide_version(&h, db, &x, e)) != OK)
        goto done;
    struct shown then = h.shown;
    bool allowed = h.decision.allowed && is_told(told, from);
    if ((rc = decide_version(&h, db, &y, e)) != OK)
        goto done;
    if (!allowed || !h.decision.allowed || !is_told(told, to)) {
        rc = err_set(e, E_NOTFOUND, "there is no version %lld of this record",
                     (long long)(allowed ? to : from));
        goto done;
    }
    for (size_t i = 0; i < h.plan->field_count; i++) {
        h.shown.fields[i] &= then.fields[i];
        h.shown.unmasked[i] &= then.unmasked[i];
    }
    jout_init(&j, out);
    jout_object(&j);
    jout_pair_i64(&j, "from", from);
    jout_pair_i64(&j, "to", to);
    jout_pair_array(&j, "fields");
    for (size_t i = 0; i < n; i++) {
        size_t field = plan_field(h.plan, names[i]);
        if (!is_shown(&h, names[i]))
            continue;
        jout_object(&j);
        jout_pair(&j, "name", names[i]);
        if (field != SIZE_MAX) {
            const struct label *label = &h.plan->fields[field].field->label;
            jout_pair(&j, "label", msg_lang() == LANG_ZH ? label->zh : label->en);
        }
        write_side(&j, &h, "before", &x, names[i]);
        write_side(&j, &h, "after", &y, names[i]);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    jout_end_object(&j);
    rc = h.writer.rc;
done:
    if (rc != OK)
        out->len = before;
    store_reader_put(c->kernel->store, db);
    return rc;
}

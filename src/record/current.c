/* Type by type, some rows at a time: the rows with their last versions, then each of their
 * child tables over the same ids. What a row says is written by the functions that write a
 * version's content, so both are compared as texts.
 *
 * Versions are written by write.c, with everything that a row has, or as deeds
 * (access/deed.h), which name what they are about: of these only that is compared, but of
 * people and their roles, whose deeds name everything that is given. */
#include "record/current.h"
#include "audit/canon.h"
#include "db/row_mac.h"
#include "model/patent_store.h"
#include "record/kept.h"
#include "record/row.h"
#include "record/type_priv.h"
#include <stdio.h>

#define BATCH_ROWS 500

struct pair { /* a row and its last version */
    struct row row;
    int64_t version; /* 0: there is none */
    struct str content, seal;
    int64_t at_ms, account, first_ms, first_account; /* of it, and of version 1 */
};

struct comparing {
    struct verify_found *found;
    struct db *db;
    const struct type_plan *plan;
    bool coded;      /* its rows have codes (db/row_mac.h) */
    struct arena *a; /* of one batch */
    struct pair *pairs;
    size_t count;
};

void verify_differs(struct verify_found *found, struct str type, int64_t id,
                    enum verify_difference what, struct str field)
{
    if (found->different++ > 0)
        return;
    found->what = what;
    found->id = id;
    snprintf(found->type, sizeof(found->type), "%.*s", STR_ARG(type));
    snprintf(found->field, sizeof(found->field), "%.*s", STR_ARG(field));
}

static void differs(struct comparing *c, int64_t id, enum verify_difference what, struct str field)
{
    verify_differs(c->found, c->plan->type->name, id, what, field);
}

/* --- members ------------------------------------------------------------------------- */

/* An object whose members are asked for in their order, which is by name. */
struct members {
    struct canon text;
    struct canon_walk walk;
    struct str name, value;
    bool there;
};

static void next_member(struct members *m)
{
    m->there = canon_member(&m->name, &m->walk, &m->text) && canon_value(&m->value, &m->text);
}

static struct members members_of(struct str object)
{
    struct members m = {.text = canon_of(object)};
    if (canon_object(&m.walk, &m.text))
        next_member(&m);
    return m;
}

/* ptr NULL: there is none of this name. */
static struct str member_named(struct members *m, struct str name)
{
    while (m->there && str_cmp(m->name, name) < 0)
        next_member(m);
    return m->there && str_eq(m->name, name) ? m->value : STR_NONE;
}

/* --- one row --------------------------------------------------------------------------- */

/* A version that write.c has written: a deed does not speak of what is published. */
static bool is_written_whole(const struct pair *p)
{
    return content_member(p->content, "published").ptr != NULL;
}

static bool names_all_that_is_given(const struct type_plan *p)
{
    return str_is(p->type->name, "account") || str_is(p->type->name, "role_grant");
}

/* The content's form of the row's value, in the arena; empty: none. */
static struct str row_member(const struct comparing *c, const struct row *r,
                             const struct content_item *item)
{
    struct buf text = {0};
    struct jout j;
    if (item->field)
        return r->values[item->field - c->plan->fields].json;
    jout_init(&j, &text);
    if (str_is(item->name, "ended_ms") && r->ended_ms)
        jout_i64(&j, r->ended_ms);
    else if (str_is(item->name, "owner_unit") && !c->plan->owns_itself)
        jout_i64(&j, r->labels.owner_unit);
    else if (str_is(item->name, "published"))
        jout_bool(&j, r->labels.published);
    else if (str_is(item->name, "secrecy"))
        jout_i64(&j, (int64_t)r->labels.secrecy);
    else if (str_is(item->name, "state"))
        jout_str(&j, r->labels.state);
    return buf_take(&text, c->a);
}

/* Deeds write yes and no as numbers. */
static bool is_said(const struct content_item *item, struct str said, struct str row)
{
    if (item->field && item->field->field->type == FIELD_BOOL && (str_is(said, "0") || !row.len))
        return str_is(said, "0") && (!row.len || str_is(row, "false"));
    if (item->field && item->field->field->type == FIELD_BOOL && str_is(said, "1"))
        return str_is(row, "true");
    return str_eq(said, row);
}

/* Records that were there before a field have its default without a version (ddl_migrate.c). */
static bool is_default(const struct content_item *item, struct str row)
{
    return item->field && item->field->field->fallback.len > 0 &&
           str_eq(row, item->field->field->fallback);
}

/* Likewise the values of the field that it was: texts as rows with that column alone. */
static bool is_what_was(const struct comparing *c, const struct pair *p,
                        const struct content_item *item, struct str row)
{
    const struct field *f = item->field ? item->field->field : NULL, *column = f;
    struct members content = members_of(p->content);
    for (size_t i = 0; f && !column->was.len && i < f->field_count; i++)
        column = &f->fields[i];
    struct str was = f && column->was.len ? member_named(&content, column->was) : STR_NONE;
    if (!was.ptr || column == f)
        return was.ptr && str_eq(row, was);
    struct canon texts = canon_of(was), rows = canon_of(row);
    struct str text, name = arena_printf(c->a, "{\"%.*s\":", STR_ARG(column->name));
    bool same = canon_skip(&texts, "[") && canon_skip(&rows, "[");
    while (same && canon_value(&text, &texts)) {
        struct str said = STR_NONE;
        same = canon_skip(&rows, name.ptr) && canon_value(&said, &rows) && str_eq(said, text) &&
               canon_skip(&rows, "}");
        if (!canon_skip(&texts, ","))
            break;
        same = same && canon_skip(&rows, ",");
    }
    return same && canon_skip(&rows, "]") && canon_done(&rows);
}

/* Values erased by law are in neither; for an account its number replaces the name, and the other
 * columns of a table stay. */
static bool is_erased_well(const struct comparing *c, const struct pair *p,
                           const struct content_item *item, struct str row)
{
    struct str number = arena_printf(c->a, "\"erased.%lld\"", (long long)p->row.labels.id);
    return item->field && (item->field->field->type == FIELD_TABLE ||
                           (names_all_that_is_given(c->plan) && str_eq(row, number)));
}

struct sides { /* of a version */
    struct members content, seal;
    bool whole;
};

static bool fits(const struct comparing *c, const struct pair *p, const struct content_item *item,
                 struct sides *version)
{
    struct str row = row_member(c, &p->row, item);
    struct str said = member_named(&version->content, item->name);
    if (said.ptr)
        return is_said(item, said, row);
    if (row.len == 0)
        return true;
    if (member_named(&version->seal, item->name).ptr)
        return is_erased_well(c, p, item, row);
    if (version->whole)
        return is_default(item, row) || is_what_was(c, p, item, row);
    return !item->field || !names_all_that_is_given(c->plan);
}

/* The first text whose key, by which it is looked up or sorted, is not made from it; NULL: none. Where rows have codes
 * these tell. */
static const struct field *wrong_key(const struct comparing *c, const struct row *r)
{
    for (size_t i = 0; !c->coded && i < c->plan->field_count; i++) {
        const struct field_plan *f = &c->plan->fields[i];
        const struct value *cols = r->values[i].cols;
        if (!f->child && f->column_count == 2 && value_key_rule(f->field).len &&
            cols[0].bytes.len &&
            !str_eq(bytes_str(cols[1].bytes),
                    value_text_key(f->field, bytes_str(cols[0].bytes), c->a)))
            return f->field;
    }
    return NULL;
}

static void compare(struct comparing *c, const struct pair *p)
{
    struct sides version = {members_of(p->content), members_of(p->seal), is_written_whole(p)};
    int64_t id = p->row.labels.id;
    c->found->rows++;
    if (p->version == 0) {
        differs(c, id, VERIFY_NO_VERSION, STR_NONE);
        return;
    }
    if (p->version != p->row.version) {
        differs(c, id, VERIFY_FIELD, STR("version"));
        return;
    }
    if (!c->coded &&
        (p->row.created_ms != p->first_ms || p->row.changed_ms != p->at_ms ||
         p->row.labels.created_by != p->first_account || p->row.changed_by != p->account)) {
        differs(c, id, VERIFY_FIELD, STR("created_ms changed_ms created_by changed_by"));
        return;
    }
    const struct field *keyed = wrong_key(c, &p->row);
    if (keyed) {
        differs(c, id, VERIFY_FIELD, keyed->name);
        return;
    }
    for (size_t i = 0; i < c->plan->content_count; i++) {
        const struct content_item *item = &c->plan->content[i];
        if (!str_is(item->name, "_reason") && !fits(c, p, item, &version)) {
            differs(c, id, VERIFY_FIELD, item->name);
            return;
        }
    }
}

/* --- reading ---------------------------------------------------------------------------- */

static err_t query_rows(struct stmt **st, struct comparing *c, int64_t after, struct err *e)
{
    const struct type_plan *p = c->plan;
    struct value values[3 + VALUE_FIELDS_MAX] = {v_str(p->type->name), v_i64(after),
                                                 v_i64(BATCH_ROWS)};
    struct buf sql = {0};
    int next = 4;
    buf_addz(&sql, "SELECT ");
    plan_add_columns(&sql, p);
    buf_addf(&sql,
             ", v.version, v.content, v.seal, v.at_ms, v.account, f.at_ms, f.account FROM %.*s r"
             " LEFT JOIN record_version f ON f.type = ?1 AND f.record_id = r.id AND f.version = 1"
             " LEFT JOIN record_version v ON v.type = ?1"
             " AND v.record_id = r.id AND v.version = (SELECT max(w.version) FROM record_version w"
             " WHERE w.type = ?1 AND w.record_id = r.id) WHERE r.id > ?2",
             STR_ARG(p->type->table));
    plan_add_where(&sql, p, &next);
    buf_addz(&sql, " ORDER BY r.id LIMIT ?3");
    buf_addc(&sql, '\0');
    memcpy(values + 3, p->where, p->where_count * sizeof(*values));
    err_t rc = db_query_once(st, c->db, buf_str(&sql).ptr, values, 3 + p->where_count, e);
    buf_clear(&sql);
    return rc;
}

static err_t read_rows(struct comparing *c, int64_t after, struct err *e)
{
    struct stmt *st = NULL;
    int at = (int)c->plan->column_count;
    err_t rc = query_rows(&st, c, after, e);
    c->pairs = arena_array(c->a, BATCH_ROWS, sizeof(*c->pairs));
    c->count = 0;
    while (stmt_row(&rc, st, e)) {
        struct pair *p = &c->pairs[c->count++];
        row_take(&p->row, st, c->plan, c->a);
        p->version = stmt_is_null(st, at) ? 0 : stmt_i64(st, at);
        p->content = arena_dup(c->a, stmt_str(st, at + 1));
        p->seal = arena_dup(c->a, stmt_str(st, at + 2));
        p->at_ms = stmt_i64(st, at + 3);
        p->account = stmt_i64(st, at + 4);
        p->first_ms = stmt_i64(st, at + 5);
        p->first_account = stmt_i64(st, at + 6);
    }
    stmt_free(st);
    return rc;
}

/* The rows of one child table for all records of the batch; both are sorted by id. */
static err_t read_children(struct comparing *c, size_t field, struct err *e)
{
    const struct field_plan *f = &c->plan->fields[field];
    struct stmt *st = NULL;
    struct buf sql = {0};
    struct row_values rows = {0};
    size_t at = 0;
    buf_addz(&sql, "SELECT record_id");
    for (size_t i = 0; i < f->column_count; i++)
        buf_addf(&sql, ", %.*s", STR_ARG(f->columns[i].name));
    buf_addf(&sql, " FROM %.*s WHERE record_id BETWEEN ?1 AND ?2 ORDER BY record_id, position",
             STR_ARG(f->field->child));
    buf_addc(&sql, '\0');
    err_t rc = db_query_once(
        &st, c->db, buf_str(&sql).ptr,
        VALUES(v_i64(c->pairs[0].row.labels.id), v_i64(c->pairs[c->count - 1].row.labels.id)), e);
    while (stmt_row(&rc, st, e)) {
        int64_t id = stmt_i64(st, 0);
        for (; c->pairs[at].row.labels.id < id; at++)
            rows = (struct row_values){0};
        if (c->pairs[at].row.labels.id > id)
            continue;
        struct field_value *v = &c->pairs[at].row.values[field];
        row_take_child(&rows, st, 1, f, c->a);
        v->row_width = f->column_count;
        v->rows = rows.ptr;
        v->row_count++;
    }
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

static void finish(struct comparing *c, size_t field)
{
    struct value_writer w = {.view = VIEW_CANONICAL};
    const struct field *f = c->plan->fields[field].field;
    for (size_t i = 0; f->type != FIELD_COMPUTED && i < c->count; i++)
        value_finish(&c->pairs[i].row.values[field], &w, f, c->a);
}

/* --- all of them ------------------------------------------------------------------------- */

static err_t compare_type(struct comparing *c, struct err *e)
{
    int64_t after = INT64_MIN;
    err_t rc = OK;
    do {
        arena_reset(c->a);
        rc = read_rows(c, after, e);
        for (size_t i = 0; rc == OK && c->count && i < c->plan->field_count; i++) {
            if (c->plan->fields[i].child)
                rc = read_children(c, i, e);
            finish(c, i);
        }
        for (size_t i = 0; rc == OK && i < c->count; i++)
            compare(c, &c->pairs[i]);
        after = c->count ? c->pairs[c->count - 1].row.labels.id : after;
    } while (rc == OK && c->count == BATCH_ROWS);
    return rc;
}

/* Versions whose row is gone. */
static err_t find_gone(struct comparing *c, struct err *e)
{
    const struct type_plan *p = c->plan;
    struct value values[1 + VALUE_FIELDS_MAX] = {v_str(p->type->name)};
    struct stmt *st = NULL;
    struct buf sql = {0};
    int next = 2;
    buf_addf(&sql,
             "SELECT DISTINCT v.record_id FROM record_version v WHERE v.type = ?1 AND NOT EXISTS"
             " (SELECT 1 FROM %.*s r WHERE r.id = v.record_id",
             STR_ARG(p->type->table));
    plan_add_where(&sql, p, &next);
    buf_addz(&sql, ") ORDER BY v.record_id");
    buf_addc(&sql, '\0');
    memcpy(values + 1, p->where, p->where_count * sizeof(*values));
    err_t rc = db_query_once(&st, c->db, buf_str(&sql).ptr, values, 1 + p->where_count, e);
    while (stmt_row(&rc, st, e))
        differs(c, stmt_i64(st, 0), VERIFY_NO_ROW, STR_NONE);
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

/* Two things that are no content. Its place says who of a city or province reads a record: it is its unit's, or one
 * that the unit had when the row was made or closed, and in a register of an office that of its region (create.c). Its
 * import: the rows of one that is not finished are not listed. */
static err_t find_displaced(struct comparing *c, struct err *e)
{
    const struct record_type *t = c->plan->type;
    bool of_register = t->by_actions_only && t->owner == OWNER_OFFICE &&
                       plan_field(c->plan, STR("region")) != SIZE_MAX;
    struct stmt *st = NULL;
    struct buf sql = {0};
    buf_addf(
        &sql,
        "SELECT r.id FROM (SELECT *, coalesce(owner_city, owner_province || '00') AS _place FROM"
        " %.*s) r JOIN unit u ON u.id = r.owner_unit WHERE r.owner_province <>"
        " substr(r._place, 1, 2) OR (r._place <> coalesce(u.owner_city, u.owner_province || '00')"
        " AND NOT EXISTS (SELECT 1 FROM record_version v WHERE v.type IN ('office', 'party')"
        " AND v.record_id = u.id AND v.content LIKE '%%\"region\":\"' || r._place || '%%')%s) OR"
        " r.import_id IS NOT NULL AND r.import_id NOT IN (SELECT id FROM record_import WHERE type "
        "= ?1)"
        " ORDER BY r.id",
        STR_ARG(t->table), of_register ? " AND r._place <> substr(r.region, 1, 4)" : "");
    buf_addc(&sql, '\0');
    err_t rc = db_query_once(&st, c->db, buf_str(&sql).ptr, VALUES(v_str(t->name)), e);
    while (stmt_row(&rc, st, e))
        differs(c, stmt_i64(st, 0), VERIFY_FIELD, STR("owner_city owner_province import_id"));
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

/* A store that is only read is not brought to the types. */
static err_t check_types(const struct record_types *types, struct db *db, struct err *e)
{
    bool current = false;
    err_t rc = record_types_current_in(&current, types->digest, db, e);
    if (rc == OK && !current)
        rc = err_set(e, E_CONFLICT,
                     "the tables of %s are of other record types than this program's; let it open "
                     "the store once (zhiyun verify)",
                     db_name(db));
    return rc;
}

static err_t check(struct verify_found *out, const void *arg, struct db *db, struct err *e)
{
    const struct record_types *types = arg;
    const struct record_type *t;
    struct comparing c = {.found = out, .db = db, .a = arena_new()};
    *out = (struct verify_found){0};
    err_t rc = check_types(types, db, e);
    for (size_t i = 0; rc == OK && (t = record_type_at(types, i)) != NULL; i++) {
        if (record_type_is_view(t))
            continue;
        struct type_plan *plan = plan_new(t);
        c.plan = plan;
        c.coded = row_is_coded(t->table);
        if ((rc = compare_type(&c, e)) == OK)
            rc = find_gone(&c, e);
        if (rc == OK && !c.coded)
            rc = find_displaced(&c, e);
        plan_free(plan);
    }
    arena_free(c.a);
    return rc == OK ? kept_compare(out, db, e) : rc;
}

struct verify_current record_current(const struct record_types *types)
{
    return (struct verify_current){check, types};
}

const struct verify_batches record_batches = {
    .rows = patent_batch_rows, .walk = patent_batches_walk, .total = patent_source_count};

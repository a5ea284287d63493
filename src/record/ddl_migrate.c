/* Bringing the tables of a store to what the types say.
 *
 * A type's layout is compared with the one stored when its tables were last
 * brought to it; where they are equal, which is nearly always, nothing is
 * touched. Otherwise one store step looks for what stands in the way
 * (ddl_check.c), adds tables, columns and indexes, and stores the new layout; or
 * changes nothing and says which records are concerned and what to do.
 *
 * Columns and tables are added where the database has none, whatever the stored
 * layout says, and never dropped: an older program beside this one still finds
 * its own. One exception: a column of another type in which no record has a
 * value gives way. */
#include "base/clock.h"
#include "base/date.h"
#include "base/msg.h"
#include "db/store.h"
#include "record/ddl.h"
#include "record/faults.h"
#include "text/json.h"

/* --- tables ---------------------------------------------------------------------- */

static enum value_type type_of(const struct column *column)
{
    return column->integer ? VALUE_I64 : VALUE_STR;
}

/* Add what `table` lacks of the columns. */
static err_t complete_table(struct ddl_change *c, struct buf *sql, struct str table,
                            const struct column *columns, size_t count, struct err *e)
{
    const struct table_column *have;
    size_t have_count;
    err_t rc = db_table_columns(&have, &have_count, c->db, table.ptr, c->arena, e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        size_t k = 0;
        while (k < have_count && !str_eq(have[k].name, columns[i].name))
            k++;
        if (k < have_count && have[k].type == type_of(&columns[i]))
            continue;
        if (k < have_count)
            buf_addf(sql, "ALTER TABLE %.*s DROP COLUMN %.*s;\n", STR_ARG(table),
                     STR_ARG(columns[i].name));
        ddl_add_column(sql, table, &columns[i]);
    }
    return rc;
}

static err_t complete_child(struct ddl_change *c, struct buf *sql, const struct field *f,
                            struct err *e)
{
    const struct column *columns;
    bool there = false;
    size_t count = value_child_columns(&columns, f, c->arena);
    err_t rc = db_has_table(&there, c->db, f->child.ptr, e);
    if (rc == OK && there)
        rc = complete_table(c, sql, f->child, columns, count, e);
    else if (rc == OK)
        ddl_child(sql, f, c->arena);
    return rc;
}

static err_t complete(struct ddl_change *c, struct buf *sql, struct err *e)
{
    const struct record_type *t = c->type;
    bool there = false;
    err_t rc = db_has_table(&there, c->db, t->table.ptr, e);
    if (rc == OK && !there)
        ddl_tables(sql, t, c->arena);
    for (size_t i = 0; rc == OK && there && i < t->field_count; i++) {
        struct column columns[VALUE_COLUMNS_MAX];
        const struct field *f = &t->fields[i];
        if (f->column.len)
            rc = complete_table(c, sql, t->table, columns, value_columns(columns, f, c->arena), e);
        else if (f->child.len)
            rc = complete_child(c, sql, f, e);
    }
    return rc;
}

static err_t change_tables(struct ddl_change *c, struct err *e)
{
    struct buf sql = {0};
    err_t rc = complete(c, &sql, e);
    if (rc == OK && sql.len) {
        buf_addc(&sql, '\0');
        rc = db_exec(c->db, sql.ptr, e);
    }
    buf_clear(&sql);
    return rc;
}

/* --- indexes --------------------------------------------------------------------- */

static struct str index_before(const struct ddl_change *c, struct str name)
{
    const struct jvalue *indexes = jin_get(c->before, "indexes");
    return jin_text(indexes, arena_cstr(c->arena, name));
}

/* A dropped column must stand in no index, so all go when a shape changes; they
 * are few and the tables that change so hold few values. */
static bool shape_changes(const struct ddl_change *c)
{
    for (size_t i = 0; i < c->type->field_count; i++) {
        const struct field *f = &c->type->fields[i];
        const struct jvalue *before = ddl_field_before(c->before, f->name);
        if (before && !ddl_shape_holds(jin_text(before, "shape"), f, c->arena))
            return true;
    }
    return false;
}

static err_t drop_indexes(struct ddl_change *c, const struct ddl_index *now, size_t count,
                          struct err *e)
{
    const struct jvalue *before = jin_get(c->before, "indexes");
    bool all = shape_changes(c);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && before && i < before->count; i++) {
        size_t k = 0;
        while (k < count && !str_eq(now[k].name, before->names[i]))
            k++;
        if (all || k == count || !str_eq(now[k].sql, before->items[i].text))
            rc = db_exec(
                c->db,
                arena_printf(c->arena, "DROP INDEX IF EXISTS %.*s", STR_ARG(before->names[i])).ptr,
                e);
    }
    return rc;
}

static err_t make_indexes(struct ddl_change *c, const struct ddl_index *now, size_t count,
                          struct err *e)
{
    bool all = shape_changes(c);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        if (!all && str_eq(index_before(c, now[i].name), now[i].sql))
            continue;
        size_t obstacles = c->obstacles.len;
        if (now[i].unique)
            rc = ddl_check_unique(c, &now[i], e);
        if (rc == OK && c->obstacles.len == obstacles)
            rc = db_exec(c->db, now[i].sql.ptr, e);
    }
    return rc;
}

/* --- defaults of new fields that are required --------------------------------------- */

static bool default_value(struct field_value *out, const struct ddl_change *c,
                          const struct field *f)
{
    const struct jvalue *json;
    struct fault_list faults = {.a = c->arena};
    struct value_reader r = {
        .a = c->arena, .today = c->today, .patterns = c->patterns, .faults = &faults};
    return jin_parse(&json, f->fallback, c->arena, NULL) == OK &&
           value_read(out, &r, f, f->name, json);
}

/* Records made before the field was there have its default. Their versions stay
 * as they were written; the next change of such a record puts it into one. */
static err_t fill(struct ddl_change *c, const struct field *f, struct err *e)
{
    struct field_value v;
    struct column columns[VALUE_COLUMNS_MAX];
    size_t count = value_columns(columns, f, c->arena);
    err_t rc = OK;
    if (!default_value(&v, c, f))
        return err_set(e, E_INTERNAL, "the default of the field \"%.*s\" cannot be parsed",
                       STR_ARG(f->name));
    for (size_t i = 0; rc == OK && f->column.len && i < count; i++)
        rc = db_run_once(c->db,
                         arena_printf(c->arena, "UPDATE %.*s SET %.*s = ?1",
                                      STR_ARG(c->type->table), STR_ARG(columns[i].name))
                             .ptr,
                         &v.cols[i], 1, e);
    for (size_t i = 0; rc == OK && f->child.len && i < v.row_count; i++) {
        const struct value row[] = {v_i64((int64_t)i), v.rows[i * v.row_width]};
        rc = db_run_once(c->db,
                         arena_printf(c->arena,
                                      "INSERT INTO %.*s (record_id, position, value) "
                                      "SELECT id, ?1, ?2 FROM %.*s",
                                      STR_ARG(f->child), STR_ARG(c->type->table))
                             .ptr,
                         row, 2, e);
    }
    return rc;
}

static err_t fill_defaults(struct ddl_change *c, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && c->before && i < c->type->field_count; i++) {
        const struct field *f = &c->type->fields[i];
        bool needed = f->required || f->required_from_count;
        if (needed && f->fallback.len && !ddl_field_before(c->before, f->name))
            rc = fill(c, f, e);
    }
    return rc;
}

/* --- values that a new field takes over --------------------------------------------- */

/* Records have the values of the field that `f` was, and keep them there too. Their versions stay
 * as they were written (current.c). */
static err_t take_over(struct ddl_change *c, const struct field *f, const struct field *table,
                       struct err *e)
{
    struct column to[VALUE_COLUMNS_MAX], from[VALUE_COLUMNS_MAX];
    const struct field *old = record_field(c->type, f->was);
    size_t count = value_columns(to, f, c->arena), had = value_columns(from, old, c->arena);
    struct arena *a = c->arena;
    err_t rc = OK;
    if (table)
        return db_exec(c->db,
                       arena_printf(a,
                                    "INSERT INTO %.*s (record_id, position, %.*s) SELECT record_id,"
                                    " position, value FROM %.*s o WHERE NOT EXISTS (SELECT 1 FROM"
                                    " %.*s n WHERE n.record_id = o.record_id)",
                                    STR_ARG(table->child), STR_ARG(to[0].name), STR_ARG(old->child),
                                    STR_ARG(table->child))
                           .ptr,
                       e);
    for (size_t i = count < had ? count : had; rc == OK && i-- > 0;) /* first the second one */
        rc = db_run_once(c->db,
                         arena_printf(a, "UPDATE %.*s SET %.*s = %.*s WHERE %.*s IS NULL",
                                      STR_ARG(c->type->table), STR_ARG(to[i].name),
                                      STR_ARG(from[i].name), STR_ARG(to[0].name))
                             .ptr,
                         NULL, 0, e);
    return rc;
}

static err_t fill_was(struct ddl_change *c, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && c->before && i < c->type->field_count; i++) {
        const struct field *f = &c->type->fields[i];
        const struct jvalue *before = ddl_field_before(c->before, f->name);
        if (f->was.len && !before && ddl_field_before(c->before, f->was))
            rc = take_over(c, f, NULL, e);
        for (size_t k = 0; rc == OK && k < f->field_count; k++)
            if (f->fields[k].was.len && !ddl_field_before(before, f->fields[k].name) &&
                ddl_field_before(c->before, f->fields[k].was))
                rc = take_over(c, &f->fields[k], f, e);
    }
    return rc;
}

/* --- keys of texts (value_text.c) --------------------------------------------------- */

struct keyed {
    int64_t id;
    struct str key;
};

/* For records written before the column existed, or under another rule. */
static err_t fill_keys_of(struct ddl_change *c, const struct field *f, struct err *e)
{
    struct column both[VALUE_COLUMNS_MAX];
    VEC(struct keyed) all = {0};
    (void)value_columns(both, f, c->arena);
    struct str table = c->type->table, written = both[0].name, key = both[1].name;
    err_t rc = OK;
    EACH_ROW_ONCE(st, rc, e, c->db,
                  arena_printf(c->arena, "SELECT id, %.*s FROM %.*s WHERE %.*s IS NOT NULL",
                               STR_ARG(written), STR_ARG(table), STR_ARG(written))
                      .ptr,
                  NULL, 0)
        VEC_PUSH(c->arena, &all,
                 ((struct keyed){stmt_i64(st, 0), value_text_key(f, stmt_str(st, 1), c->arena)}));
    const char *sql = arena_printf(c->arena, "UPDATE %.*s SET %.*s = ?2 WHERE id = ?1",
                                   STR_ARG(table), STR_ARG(key))
                          .ptr;
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = db_run_once(c->db, sql, VALUES(v_i64(all.ptr[i].id), v_str(all.ptr[i].key)), e);
    return rc;
}

static err_t fill_keys(struct ddl_change *c, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < c->type->field_count; i++) {
        const struct field *f = &c->type->fields[i];
        struct str rule = value_key_rule(f);
        struct str before = jin_text(ddl_field_before(c->before, f->name), "key_rule");
        if (rule.len && f->column.len && !str_eq(rule, before))
            rc = fill_keys_of(c, f, e);
    }
    return rc;
}

/* --- one type --------------------------------------------------------------------------- */

static err_t refuse(const struct ddl_change *c, struct err *e)
{
    struct str all = STR("");
    for (size_t i = 0; i < c->obstacles.len; i++)
        all = arena_printf(c->arena, "%.*s%s%.*s", STR_ARG(all), i ? "; " : "",
                           STR_ARG(c->obstacles.ptr[i]));
    return err_set(e, E_CONFLICT, "the record type %.*s does not fit what is stored: %.*s",
                   STR_ARG(c->type->name), STR_ARG(all));
}

static err_t store_as(struct db *db, struct str name, struct str digest, struct str layout,
                      struct err *e)
{
    static const struct upsert stored = {"type_stored", "name", "digest, description"};
    return db_upsert(db, &stored, VALUES(v_str(name), v_str(digest), v_str(layout)), e);
}

static err_t change_type(struct ddl_change *c, struct str layout, struct err *e)
{
    const struct ddl_index *indexes;
    size_t count = ddl_indexes(&indexes, c->type, c->arena);
    err_t rc = OK;
    if (c->type->core) { /* migrations made its table */
        rc = fill_keys(c, e);
        return rc == OK ? store_as(c->db, c->type->name, c->type->digest, layout, e) : rc;
    }
    if (c->before)
        rc = ddl_check(c, e);
    if (rc == OK && c->obstacles.len)
        return refuse(c, e);
    if (rc == OK && (rc = drop_indexes(c, indexes, count, e)) == OK &&
        (rc = change_tables(c, e)) == OK && (rc = fill_was(c, e)) == OK &&
        (rc = fill_defaults(c, e)) == OK && (rc = fill_keys(c, e)) == OK && c->before)
        rc = ddl_check_required(c, e);
    if (rc == OK)
        rc = make_indexes(c, indexes, count, e);
    if (rc == OK && c->obstacles.len)
        return refuse(c, e);
    return rc == OK ? store_as(c->db, c->type->name, c->type->digest, layout, e) : rc;
}

/* --- layouts in the store ------------------------------------------------------------------ */

/* Names go into SQL: whatever is stored, they are names. */
static bool names_are_names(const struct jvalue *layout)
{
    const struct jvalue *fields = jin_get(layout, "fields"), *states = jin_get(layout, "states");
    const struct jvalue *indexes = jin_get(layout, "indexes");
    for (size_t i = 0; fields && i < fields->count; i++)
        if (!is_name(jin_text(&fields->items[i], "name")) || !names_are_names(&fields->items[i]))
            return false;
    for (size_t i = 0; states && i < states->count; i++)
        if (!is_name(states->items[i].text))
            return false;
    for (size_t i = 0; indexes && i < indexes->count; i++)
        for (size_t k = 0; k < indexes->names[i].len; k++)
            if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789_", indexes->names[i].ptr[k]))
                return false;
    return true;
}

/* Empty: none is stored. */
static err_t load_layout(struct str *out, struct db *db, struct str name, struct arena *a,
                         struct err *e)
{
    return db_text(out, db, "SELECT description FROM type_stored WHERE name = ?1",
                   VALUES(v_str(name)), a, e);
}

static err_t parse_layout(const struct jvalue **out, struct str layout, struct arena *a,
                          struct err *e)
{
    *out = NULL;
    if (layout.len == 0)
        return OK;
    err_t rc = jin_parse(out, layout, a, e);
    if (rc != OK || !names_are_names(*out))
        return err_set(e, E_CORRUPT,
                       "the stored description of a record type is damaged; restore "
                       "the store from a backup");
    return OK;
}

/* --- all types -------------------------------------------------------------------------------- */

struct bringing {
    const struct record_type *type;
    struct str layout;
};

static err_t bring(struct db *db, const struct bringing *b, struct err *e)
{
    char today[DATE_TEXT_LEN + 1];
    struct str before;
    struct ddl_change c = {.db = db, .type = b->type, .arena = arena_new()};
    struct value_patterns *patterns = value_patterns_new(b->type);
    date_format(today, date_from_ms(clock_now_ms(&clock_system)));
    c.today = str_of(today);
    c.patterns = patterns;
    err_t rc = load_layout(&before, db, b->type->name, c.arena, e);
    if (rc == OK)
        rc = parse_layout(&c.before, before, c.arena, e);
    if (rc == OK && !str_eq(before, b->layout))
        rc = change_type(&c, b->layout, e);
    value_patterns_free(patterns);
    arena_free(c.arena);
    return rc;
}

#define ALL_TYPES STR("*") /* no type's name: the row that holds the digest of the set */

struct bringing_all {
    struct bringing *ptr;
    size_t len, cap;
    struct str digest; /* of the set */
};

/* All types in one step: a start that is refused has changed nothing. Another
 * process may have been faster. */
static err_t bring_step(struct db *db, void *arg, struct err *e)
{
    const struct bringing_all *all = arg;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < all->len; i++)
        rc = bring(db, &all->ptr[i], e);
    return rc == OK ? store_as(db, ALL_TYPES, all->digest, STR("{}"), e) : rc;
}

/* The types whose layout is not the one in the store. */
static err_t find_changed(struct bringing_all *out, const struct record_types *set, struct db *db,
                          struct arena *a, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < set->types.len; i++) {
        struct bringing b = {.type = set->types.ptr[i]};
        struct str before;
        b.layout = ddl_layout(b.type, a);
        rc = load_layout(&before, db, b.type->name, a, e);
        if (rc == OK && !str_eq(before, b.layout))
            VEC_PUSH(a, out, b);
    }
    return rc;
}

/* The first id of a record in the table, 0: it has none. */
static err_t first_record(int64_t *out, struct db *db, struct str table, struct arena *a,
                          struct err *e)
{
    bool there = false;
    err_t rc = db_has_table(&there, db, arena_cstr(a, table), e);
    *out = 0;
    if (rc != OK || !there)
        return rc;
    return db_row_once(NULL, db, arena_printf(a, "SELECT min(id) FROM %.*s", STR_ARG(table)).ptr,
                       NULL, 0, INTO(into_i64(out)), NULL, e);
}

/* A type whose file is gone, and that has records, is not forgotten silently. */
static err_t check_gone(const struct record_types *set, struct db *db, struct arena *a,
                        struct err *e)
{
    int64_t id = 0;
    err_t rc = OK;
    EACH_ROW(st, rc, e, db, "SELECT name FROM type_stored ORDER BY name NULLS LAST", NULL, 0) {
        struct str name = arena_dup(a, stmt_str(st, 0));
        if (!is_name(name) || record_type_find(set, name))
            continue;
        rc = first_record(&id, db, arena_printf(a, "record_%.*s", STR_ARG(name)), a, e);
        if (rc == OK && id)
            rc = err_set(e, E_CONFLICT,
                         "the record type %.*s is gone, but there are records of it (id %lld …): "
                         "put its file back into the folder types of the instance",
                         STR_ARG(name), (long long)id);
    }
    return rc;
}

err_t record_types_current_in(bool *out, struct str digest, struct db *db, struct err *e)
{
    return db_any(out, db, "SELECT 1 FROM type_stored WHERE name = ?1 AND digest = ?2",
                  VALUES(v_str(ALL_TYPES), v_str(digest)), e);
}

err_t record_types_current(bool *out, struct str digest, struct store *store, struct err *e)
{
    *out = false;
    return STORE_READ(db, store, e, record_types_current_in(out, digest, db, e));
}

err_t record_types_migrate(const struct record_types *set, struct store *store, struct err *e)
{
    struct arena *a = arena_new();
    struct bringing_all changed = {.digest = set->digest};
    bool current = false;
    err_t rc = STORE_READ(db, store, e, record_types_current_in(&current, set->digest, db, e));
    if (rc == OK)
        rc = STORE_READ(db, store, e,
                        check_gone(set, db, a, e) ?: find_changed(&changed, set, db, a, e));
    if (rc == OK && (changed.len || !current))
        rc = store_write(store, bring_step, &changed, e);
    arena_free(a);
    return rc;
}

struct table_names {
    struct str *ptr;
    size_t len, cap;
};

static err_t analyze_step(struct db *db, void *arg, struct err *e)
{
    const struct table_names *tables = arg;
    return db_analyze(db, tables->ptr, tables->len, e);
}

err_t record_types_analyze(const struct record_types *set, struct store *store, struct err *e)
{
    struct arena *a = arena_new();
    struct table_names tables = {0};
    for (size_t i = 0; i < set->types.len; i++)
        if (!set->types.ptr[i]->core)
            VEC_PUSH(a, &tables, set->types.ptr[i]->table);
    err_t rc = store_write(store, analyze_step, &tables, e);
    arena_free(a);
    return rc;
}

err_t record_type_analyze(const struct record_type *t, struct store *store, struct err *e)
{
    struct str table = t->table;
    struct table_names tables = {&table, 1, 1};
    return t->core ? OK : store_write(store, analyze_step, &tables, e);
}

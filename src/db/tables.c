/* What an engine says of its tables differs, and is asked by texts of its own (db_priv.h);
 * what is made of the answers is the same for both. */
#include "db/tables.h"
#include "base/vec.h"
#include "db/db_priv.h"

/* --- what there is ------------------------------------------------------------------ */

static const struct table_sql *texts(const struct db *db)
{
    return db->ops->tables;
}

/* "((c IS NULL) AND (s = 'x'::text))", as PostgreSQL says it, as it was written. */
static struct str plain_condition(struct str said, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < said.len; i++) {
        struct str rest = {said.ptr + i, said.len - i};
        if (str_starts(rest, STR("::text")))
            i += strlen("::text") - 1;
        else if (*rest.ptr != '(' && *rest.ptr != ')')
            buf_addc(&b, *rest.ptr);
    }
    return buf_take(&b, a);
}

/* Of "CREATE UNIQUE INDEX name ON table (a, b) WHERE (c IS NULL)", as either engine says it. */
static struct table_index index_of(struct str name, struct str sql, struct arena *a)
{
    struct table_index x = {.name = arena_dup(a, name), .where = STR("")};
    size_t open = str_find(sql, STR("("), 0), close = str_find(sql, STR(")"), open);
    size_t where = str_find(sql, STR(" WHERE "), close);
    x.unique = str_starts(sql, STR("CREATE UNIQUE "));
    if (close < sql.len)
        x.columns = arena_dup(a, str_trim((struct str){sql.ptr + open + 1, close - open - 1}));
    if (where < sql.len) {
        struct str rest = str_trim((struct str){sql.ptr + where + 7, sql.len - where - 7});
        x.where = plain_condition(rest, a);
    }
    return x;
}

static err_t load_key(struct table *t, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct str) key = {0};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, texts(db)->key, VALUES(v_str(t->name)), e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(a, &key, arena_dup(a, stmt_str(st, 0)));
    stmt_free(st);
    t->key = key.ptr;
    t->key_count = key.len;
    return rc;
}

static err_t load_references(struct table *t, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct table_reference) all = {0};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, texts(db)->references, VALUES(v_str(t->name)), e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(
            a, &all,
            ((struct table_reference){arena_dup(a, stmt_str(st, 0)), arena_dup(a, stmt_str(st, 1)),
                                      arena_dup(a, stmt_str(st, 2))}));
    stmt_free(st);
    t->references = all.ptr;
    t->reference_count = all.len;
    return rc;
}

static err_t load_indexes(struct table *t, struct db *db, struct arena *a, struct err *e)
{
    VEC(struct table_index) all = {0};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, texts(db)->indexes, VALUES(v_str(t->name)), e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(a, &all, index_of(stmt_str(st, 0), stmt_str(st, 1), a));
    stmt_free(st);
    t->indexes = all.ptr;
    t->index_count = all.len;
    return rc;
}

static err_t load_number(struct table *t, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db, texts(db)->numbered, VALUES(v_str(t->name)), e);
    if (rc == OK)
        rc = stmt_next(&t->numbered, st, e);
    stmt_free(st);
    st = NULL;
    if (rc != OK || !t->numbered)
        return rc;
    rc = db_query(&st, db, texts(db)->last_number, VALUES(v_str(t->name)), e);
    if (stmt_row(&rc, st, e))
        t->last_number = stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

static err_t load_table(struct table *t, struct db *db, struct arena *a, struct err *e)
{
    err_t rc = db_table_columns(&t->columns, &t->column_count, db, t->name.ptr, a, e);
    for (size_t i = 0; rc == OK && i < t->column_count; i++)
        if (t->columns[i].type == VALUE_NULL)
            rc = err_set(e, E_INTERNAL,
                         "the column %.*s of the table %.*s has a type that no store has",
                         STR_ARG(t->columns[i].name), STR_ARG(t->name));
    if (rc == OK)
        rc = load_key(t, db, a, e);
    if (rc == OK && t->key_count == 0)
        rc = err_set(e, E_INTERNAL, "the table %.*s has no primary key", STR_ARG(t->name));
    if (rc == OK)
        rc = load_references(t, db, a, e);
    if (rc == OK)
        rc = load_indexes(t, db, a, e);
    return rc == OK ? load_number(t, db, e) : rc;
}

err_t db_tables(const struct table **out, size_t *count, struct db *db, struct arena *a,
                struct err *e)
{
    VEC(struct table) all = {0};
    struct stmt *st = NULL;
    err_t rc = db_prepare(&st, db, texts(db)->names, e);
    while (stmt_row(&rc, st, e))
        VEC_PUSH(a, &all, ((struct table){.name = arena_dup(a, stmt_str(st, 0))}));
    stmt_free(st);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = load_table(&all.ptr[i], db, a, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t db_table(struct table *out, struct db *db, const char *name, struct arena *a, struct err *e)
{
    *out = (struct table){.name = str_of(name)};
    return load_table(out, db, a, e);
}

const struct table *table_find(const struct table *tables, size_t count, struct str name)
{
    return FIND_BY(tables, count, name, name);
}

/* --- as SQL -------------------------------------------------------------------------- */

static bool is_word(struct str s)
{
    bool good = s.len > 0 && s.len <= 63 && s.ptr[0] >= 'a' && s.ptr[0] <= 'z';
    for (size_t i = 0; good && i < s.len; i++)
        good = (s.ptr[i] >= 'a' && s.ptr[i] <= 'z') || (s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
               s.ptr[i] == '_';
    return good;
}

/* "a, b": words with a comma and a blank between. */
static bool are_words(struct str list)
{
    for (struct str rest = list; rest.ptr;)
        if (!is_word(str_split(&rest, STR(", "))))
            return false;
    return list.len > 0;
}

/* "a IS NULL", "a IS NOT NULL", each also with " AND b = 'c'", or nothing: what the indexes of records say. */
static bool is_condition(struct str s)
{
    struct str equal = s, first = str_split(&equal, STR(" AND ")), rest = first,
               column = str_split(&rest, STR(" "));
    struct str value = equal, other = str_split(&value, STR(" = "));
    bool is_equal = is_word(other) && value.len > 2 && str_starts(value, STR("'")) &&
                    str_ends(value, STR("'")) &&
                    is_word((struct str){value.ptr + 1, value.len - 2});
    return s.len == 0 ||
           (is_word(column) && rest.ptr &&
            (str_is(rest, "IS NULL") || str_is(rest, "IS NOT NULL")) && (!equal.ptr || is_equal));
}

static const char *type_word(enum value_type type)
{
    switch (type) {
    case VALUE_I64:
        return "INTEGER";
    case VALUE_STR:
        return "TEXT";
    case VALUE_BYTES:
        return "BLOB";
    case VALUE_NULL:
        break;
    }
    return NULL;
}

static bool column_sql(struct buf *out, const struct table *t, const struct table_column *c)
{
    const struct table_reference *r = FIND_BY(t->references, t->reference_count, column, c->name);
    const char *type = type_word(c->type);
    if (!is_word(c->name) || !type)
        return false;
    if (t->numbered && t->key_count == 1 && str_eq(c->name, t->key[0])) {
        buf_addf(out, " %.*s INTEGER PRIMARY KEY AUTOINCREMENT", STR_ARG(c->name));
        return c->type == VALUE_I64;
    }
    buf_addf(out, " %.*s %s%s", STR_ARG(c->name), type, c->not_null ? " NOT NULL" : "");
    if (r && is_word(r->table) && is_word(r->to))
        buf_addf(out, " REFERENCES %.*s (%.*s)", STR_ARG(r->table), STR_ARG(r->to));
    return !r || (is_word(r->table) && is_word(r->to));
}

bool table_sql(struct buf *out, const struct table *t)
{
    if (!is_word(t->name) || t->key_count == 0 || t->column_count == 0)
        return false;
    buf_addf(out, "CREATE TABLE %.*s (\n", STR_ARG(t->name));
    for (size_t i = 0; i < t->column_count; i++) {
        if (!column_sql(out, t, &t->columns[i]))
            return false;
        buf_addz(out, i + 1 < t->column_count || !t->numbered ? ",\n" : "\n");
    }
    for (size_t i = 0; i < t->key_count; i++) {
        if (!is_word(t->key[i]))
            return false;
        if (!t->numbered)
            buf_addf(out, "%s%.*s", i ? ", " : " PRIMARY KEY (", STR_ARG(t->key[i]));
    }
    buf_addz(out, t->numbered ? ") STRICT;\n" : ")\n) STRICT;\n");
    for (size_t i = 0; i < t->index_count; i++) {
        const struct table_index *x = &t->indexes[i];
        if (!is_word(x->name) || !are_words(x->columns) || !is_condition(x->where))
            return false;
        buf_addf(out, "CREATE %sINDEX %.*s ON %.*s (%.*s)%s%.*s;\n", x->unique ? "UNIQUE " : "",
                 STR_ARG(x->name), STR_ARG(t->name), STR_ARG(x->columns),
                 x->where.len ? " WHERE " : "", STR_ARG(x->where));
    }
    return buf_ok(out);
}

/* --- rows out ------------------------------------------------------------------------- */

struct range {
    const struct table *table;
    struct str first_sql, next_sql;
    size_t *key_column;                /* where each part of the key stands */
    struct value *last;                /* the key of the last row */
    struct arena *arena, *row, *spare; /* of the walk; of the last key, and of the one before */
    size_t limit;
};

static void add_columns(struct buf *sql, const struct table *t)
{
    for (size_t i = 0; i < t->column_count; i++)
        buf_addf(sql, "%s\"%.*s\"", i ? ", " : "", STR_ARG(t->columns[i].name));
}

/* No part of a key is NULL; with NULLS LAST SQLite would sort all that is left for each range. */
static void add_key(struct buf *sql, const struct table *t)
{
    for (size_t i = 0; i < t->key_count; i++)
        buf_addf(sql, "%s\"%.*s\"", i ? ", " : "", STR_ARG(t->key[i]));
}

/* From the start, or behind the key in ?1 …; the limit is the parameter after them. */
static struct str range_sql(const struct table *t, bool behind, struct arena *a)
{
    struct buf sql = {0};
    buf_addz(&sql, "SELECT ");
    add_columns(&sql, t);
    buf_addf(&sql, " FROM \"%.*s\"", STR_ARG(t->name));
    if (behind) {
        buf_addz(&sql, " WHERE (");
        add_key(&sql, t);
        buf_addz(&sql, ") > (");
        for (size_t i = 0; i < t->key_count; i++)
            buf_addf(&sql, "%s?%zu", i ? ", " : "", i + 1);
        buf_addz(&sql, ")");
    }
    buf_addz(&sql, " ORDER BY ");
    add_key(&sql, t);
    buf_addf(&sql, " LIMIT ?%zu", behind ? t->key_count + 1 : 1);
    return buf_take(&sql, a);
}

static struct value value_at(struct stmt *st, size_t column, enum value_type type)
{
    if (stmt_is_null(st, (int)column))
        return (struct value){.type = VALUE_NULL};
    return type == VALUE_I64   ? v_i64(stmt_i64(st, (int)column))
           : type == VALUE_STR ? v_str(stmt_str(st, (int)column))
                               : v_bytes(stmt_bytes(st, (int)column));
}

/* The row's key, kept for the next range. */
static void keep_key(struct range *r, struct stmt *st)
{
    struct arena *keep = r->spare;
    arena_reset(keep);
    for (size_t i = 0; i < r->table->key_count; i++) {
        size_t column = r->key_column[i];
        struct value v = value_at(st, column, r->table->columns[column].type);
        if (v.type == VALUE_STR || v.type == VALUE_BYTES)
            v.bytes = str_bytes(arena_dup(keep, bytes_str(v.bytes)));
        r->last[i] = v;
    }
    r->spare = r->row;
    r->row = keep;
}

static size_t row_bytes(const struct table *t, struct stmt *st)
{
    size_t bytes = 0;
    for (size_t i = 0; i < t->column_count; i++)
        bytes += t->columns[i].type == VALUE_I64 ? 8 : stmt_bytes(st, (int)i).len;
    return bytes;
}

/* The next limit: about TABLE_RANGE_BYTES of rows like these, at most four times as many. */
static size_t next_limit(size_t limit, size_t rows, size_t bytes)
{
    size_t fit = TABLE_RANGE_BYTES / (bytes / rows + 1) + 1;
    fit = fit > limit * 4 ? limit * 4 : fit;
    return fit > TABLE_RANGE_ROWS ? TABLE_RANGE_ROWS : fit;
}

static err_t walk_range(bool *more, struct range *r, struct db *db, bool behind, table_row_fn fn,
                        void *arg, struct err *e)
{
    const struct table *t = r->table;
    struct value *values = arena_array(r->arena, t->key_count + 1, sizeof(*values));
    struct stmt *st = NULL;
    size_t rows = 0, bytes = 0, parameters = behind ? t->key_count : 0;
    memcpy(values, r->last, parameters * sizeof(*values));
    values[parameters] = v_i64((int64_t)r->limit);
    err_t rc = db_query_once(&st, db, behind ? r->next_sql.ptr : r->first_sql.ptr, values,
                             parameters + 1, e);
    while (stmt_row(&rc, st, e)) {
        rows++;
        bytes += row_bytes(t, st);
        if (rows == r->limit)
            keep_key(r, st);
        rc = fn(arg, st, e);
    }
    stmt_free(st);
    *more = rc == OK && rows == r->limit;
    if (*more)
        r->limit = next_limit(r->limit, rows, bytes);
    return rc;
}

err_t table_rows(struct db *db, const struct table *t, table_row_fn fn, void *arg, struct err *e)
{
    struct range r = {
        .table = t, .arena = arena_new(), .row = arena_new(), .spare = arena_new(), .limit = 1};
    bool more = true;
    err_t rc = OK;
    r.first_sql = range_sql(t, false, r.arena);
    r.next_sql = range_sql(t, true, r.arena);
    r.key_column = arena_array(r.arena, t->key_count, sizeof(*r.key_column));
    r.last = arena_array(r.arena, t->key_count, sizeof(*r.last));
    for (size_t i = 0; i < t->key_count; i++)
        while (!str_eq(t->columns[r.key_column[i]].name, t->key[i]))
            r.key_column[i]++;
    for (bool behind = false; rc == OK && more; behind = true)
        rc = walk_range(&more, &r, db, behind, fn, arg, e);
    arena_free(r.arena);
    arena_free(r.row);
    arena_free(r.spare);
    return rc;
}

/* --- rows in --------------------------------------------------------------------------- */

err_t table_insert(struct stmt **out, struct db *db, struct str table, const struct str *names,
                   size_t count, struct err *e)
{
    struct buf sql = {0};
    bool good = is_word(table) && count > 0;
    buf_addf(&sql, "INSERT INTO \"%.*s\" (", STR_ARG(table));
    for (size_t i = 0; good && i < count; i++) {
        good = is_word(names[i]);
        buf_addf(&sql, "%s\"%.*s\"", i ? ", " : "", STR_ARG(names[i]));
    }
    buf_addz(&sql, ") VALUES (");
    for (size_t i = 0; i < count; i++)
        buf_addf(&sql, "%s?%zu", i ? ", " : "", i + 1);
    buf_addz(&sql, ")");
    err_t rc = good ? db_prepare_text(out, db, buf_str(&sql), e)
                    : err_set(e, E_INVALID, "no store has a table or a column of the name \"%.*s\"",
                              STR_ARG(table));
    buf_clear(&sql);
    return rc;
}

err_t table_set_last(struct db *db, const struct table *t, int64_t last, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = true;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < 2 && texts(db)->set_last[i]; i++) {
        rc = db_query(&st, db, texts(db)->set_last[i], VALUES(v_str(t->name), v_i64(last)), e);
        for (has_row = true; rc == OK && has_row;)
            rc = stmt_next(&has_row, st, e);
        stmt_free(st);
        st = NULL;
    }
    return rc;
}

struct db_load {
    struct db *db;
    struct str restore; /* SQL that puts back what was taken away */
};

err_t db_load_begin(struct db_load **out, struct db *db, struct arena *a, struct err *e)
{
    struct db_load *load = arena_alloc(a, sizeof(*load));
    *out = load;
    load->db = db;
    return db->ops->load_begin(&load->restore, db, a, e);
}

err_t db_load_end(struct db_load *load, struct err *e)
{
    return load->db->ops->load_end(load->db, load->restore, e);
}

err_t db_drop_tables(struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    const struct table *tables;
    struct buf sql = {0};
    size_t count = 0;
    err_t rc = db_tables(&tables, &count, db, a, e);
    for (size_t i = 0; i < count; i++)
        buf_addf(&sql, "DROP TABLE \"%.*s\"%s;\n", STR_ARG(tables[i].name), texts(db)->drop);
    buf_addc(&sql, '\0');
    if (rc == OK && count > 0)
        rc = db_exec(db, sql.ptr, e);
    buf_clear(&sql);
    arena_free(a);
    return rc;
}

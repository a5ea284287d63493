#include "test.h"

#include "base/vec.h"
#include "db/scratch.h"
#include "db/store.h"
#include "db/tables.h"
#include <stdio.h>

static const char schema[] =
    "CREATE TABLE parent (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, raw BLOB) "
    "STRICT;"
    "CREATE INDEX parent__name ON parent (name, id) WHERE raw IS NOT NULL AND name = 'x';"
    "CREATE UNIQUE INDEX parent__one ON parent (name);"
    "CREATE TABLE child (parent INTEGER NOT NULL REFERENCES parent (id), code TEXT NOT NULL,"
    " n INTEGER, PRIMARY KEY (code, parent)) STRICT;";

static struct db *open_with(struct arena *a, const char *name, const char *sql)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(db_open(&db, scratch_url(a, scratch_dir(a), name), &(struct db_options){0}, &e), &e);
    if (sql)
        assert_ok(db_exec(db, sql, &e), &e);
    return db;
}

static void fill(struct db *db, int parents)
{
    struct err e;
    assert_ok(db_begin_write(db, &e), &e);
    for (int i = 0; i < parents; i++) {
        char name[32];
        snprintf(name, sizeof(name), "名%d", (i * 7919) % parents);
        assert_ok(db_run(db, "INSERT INTO parent (name, raw) VALUES (?1, ?2)",
                         VALUES(v_str(str_of(name)),
                                i % 3 ? v_bytes(str_bytes(str_of(name))) : (struct value){0}),
                         &e),
                  &e);
        assert_ok(db_run(db, "INSERT INTO child (parent, code, n) VALUES (?1, ?2, ?3)",
                         VALUES(v_i64(i + 1), v_str(i % 2 ? STR("a") : STR("B")), v_i64(-i)), &e),
                  &e);
    }
    assert_ok(db_commit(db, &e), &e);
}

struct lines {
    struct arena *a;
    const struct table *t;
    VEC(struct str) all;
};

static err_t keep(void *arg, struct stmt *row, struct err *e)
{
    struct lines *l = arg;
    struct str line = STR("");
    (void)e;
    for (size_t i = 0; i < l->t->column_count; i++)
        line = arena_printf(l->a, "%.*s|%.*s", STR_ARG(line),
                            STR_ARG(stmt_is_null(row, (int)i) ? STR("-") : stmt_str(row, (int)i)));
    VEC_PUSH(l->a, &l->all, line);
    return OK;
}

static struct lines lines_of(struct arena *a, struct db *db, const struct table *t)
{
    struct lines l = {.a = a, .t = t};
    struct err e;
    assert_ok(table_rows(db, t, keep, &l, &e), &e);
    return l;
}

static void what_tables_there_are_is_told_as_they_were_made(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_with(a, "x", schema);
    const struct table *t;
    size_t count;
    struct err e;
    fill(db, 3);
    assert_ok(db_tables(&t, &count, db, a, &e), &e);
    assert_int_equal(count, 2);
    assert_str(t[0].name, "child");
    assert_int_equal(t[0].key_count, 2);
    assert_str(t[0].key[0], "code");
    assert_false(t[0].numbered);
    assert_int_equal(t[0].reference_count, 1);
    assert_str(t[0].references[0].table, "parent");
    assert_str(t[0].references[0].to, "id");
    assert_str(t[1].name, "parent");
    assert_true(t[1].numbered);
    assert_int_equal(t[1].last_number, 3);
    assert_int_equal(t[1].columns[2].type, VALUE_BYTES);
    assert_true(t[1].columns[1].not_null);
    assert_int_equal(t[1].index_count, 2);
    assert_str(t[1].indexes[0].columns, "name, id");
    assert_str(t[1].indexes[0].where, "raw IS NOT NULL AND name = 'x'");
    assert_true(t[1].indexes[1].unique);
    assert_int_equal(t[1].indexes[1].where.len, 0);
    db_close(db);
    arena_free(a);
}

/* More rows than a range fetches, keys of two columns, texts in the order of bytes. */
static void rows_come_once_and_in_the_order_of_the_key(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_with(a, "x", schema);
    const struct table *t;
    size_t count;
    struct err e;
    enum { MANY = 2500 };
    fill(db, MANY);
    assert_ok(db_tables(&t, &count, db, a, &e), &e);
    struct lines l = lines_of(a, db, &t[0]);
    assert_int_equal(l.all.len, MANY);
    assert_true(str_starts(l.all.ptr[0], STR("|1|B|")));
    assert_true(str_starts(l.all.ptr[1], STR("|3|B|")));
    assert_true(str_starts(l.all.ptr[MANY / 2], STR("|2|a|")));
    db_close(db);
    arena_free(a);
}

static void copy(struct arena *a, struct db *to, struct db *from, const struct table *t)
{
    struct lines l = lines_of(a, from, t);
    struct str *names = arena_array(a, t->column_count, sizeof(*names));
    struct stmt *st = NULL;
    struct err e;
    for (size_t i = 0; i < t->column_count; i++)
        names[i] = t->columns[i].name;
    assert_ok(db_begin_write(to, &e), &e);
    assert_ok(table_insert(&st, to, t->name, names, t->column_count, &e), &e);
    for (size_t i = 0; i < l.all.len; i++) {
        struct str rest = {l.all.ptr[i].ptr + 1, l.all.ptr[i].len - 1};
        for (size_t c = 0; c < t->column_count; c++) {
            struct str part = str_split(&rest, STR("|"));
            int64_t n = 0;
            if (str_is(part, "-"))
                assert_ok(stmt_bind_null(st, (int)c + 1, &e), &e);
            else if (t->columns[c].type == VALUE_I64 && str_to_i64(&n, part))
                assert_ok(stmt_bind_i64(st, (int)c + 1, n, &e), &e);
            else if (t->columns[c].type == VALUE_BYTES)
                assert_ok(stmt_bind_bytes(st, (int)c + 1, str_bytes(part), &e), &e);
            else
                assert_ok(stmt_bind_str(st, (int)c + 1, part, &e), &e);
        }
        assert_ok(stmt_run_later(st, &e), &e);
    }
    stmt_free(st);
    assert_ok(db_commit(to, &e), &e);
}

static void tables_and_rows_are_made_again_elsewhere_children_first(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *from = open_with(a, "x", schema), *to = open_with(a, "y", NULL);
    const struct table *t, *again;
    struct db_load *load = NULL;
    struct stmt *st = NULL;
    struct buf sql;
    size_t count, again_count;
    bool has_row = false;
    struct err e;
    fill(from, 700);
    assert_ok(db_exec(from,
                      "DELETE FROM child WHERE parent = 700; DELETE FROM parent WHERE id = 700;",
                      &e),
              &e);
    assert_ok(db_tables(&t, &count, from, a, &e), &e);
    buf_init(&sql, 0);
    assert_true(table_sql(&sql, &t[1])); /* what is named has to be there first */
    assert_true(table_sql(&sql, &t[0]));
    buf_addc(&sql, '\0');
    assert_ok(db_exec(to, sql.ptr, &e), &e);
    assert_ok(db_load_begin(&load, to, a, &e), &e);
    copy(a, to, from, &t[0]);
    copy(a, to, from, &t[1]);
    assert_ok(db_begin_write(to, &e), &e);
    assert_ok(table_set_last(to, &t[1], t[1].last_number, &e), &e);
    assert_ok(db_commit(to, &e), &e);
    assert_ok(db_load_end(load, &e), &e);
    assert_ok(db_tables(&again, &again_count, to, a, &e), &e);
    assert_int_equal(again_count, 2);
    for (size_t i = 0; i < 2; i++) {
        struct lines x = lines_of(a, from, &t[i]), y = lines_of(a, to, &again[i]);
        assert_int_equal(x.all.len, y.all.len);
        for (size_t k = 0; k < x.all.len; k++)
            assert_true(str_eq(x.all.ptr[k], y.all.ptr[k]));
        assert_int_equal(t[i].index_count, again[i].index_count);
        assert_int_equal(t[i].last_number, again[i].last_number);
    }
    assert_int_equal(again[1].last_number,
                     700); /* a number that was given out is not given again */
    assert_ok(db_begin_write(to, &e), &e);
    assert_ok(db_run(to, "INSERT INTO parent (name) VALUES ('x')", NULL, 0, &e), &e);
    assert_int_equal(db_last_id(to), 701);
    /* …and the rules hold again. */
    assert_int_equal(db_run(to, "INSERT INTO child (parent, code) VALUES (9999, 'x')", NULL, 0, &e),
                     E_CONFLICT);
    db_rollback(to);
    assert_ok(db_drop_tables(to, &e), &e);
    assert_ok(db_has_table(&has_row, to, "parent", &e), &e);
    assert_false(has_row);
    stmt_free(st);
    buf_clear(&sql);
    db_close(from);
    db_close(to);
    arena_free(a);
}

static void a_row_that_names_what_is_not_there_is_told_at_the_end(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct db *db = open_with(a, "x", schema);
    struct db_load *load = NULL;
    struct err e;
    assert_ok(db_load_begin(&load, db, a, &e), &e);
    assert_ok(db_begin_write(db, &e), &e);
    assert_ok(db_run(db, "INSERT INTO child (parent, code) VALUES (7, 'x')", NULL, 0, &e), &e);
    assert_ok(db_commit(db, &e), &e);
    assert_int_equal(db_load_end(load, &e), E_CORRUPT);
    db_close(db);
    arena_free(a);
}

static void names_that_no_store_has_become_no_sql(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct table_column column = {.name = STR("id"), .type = VALUE_I64, .not_null = true};
    struct str key = STR("id");
    struct table good = {
        .name = STR("t"), .columns = &column, .column_count = 1, .key = &key, .key_count = 1};
    struct table_index index = {.name = STR("t__x"), .columns = STR("id"), .where = STR("")};
    struct buf sql;
    buf_init(&sql, 0);
    assert_true(table_sql(&sql, &good));
    good.indexes = &index;
    good.index_count = 1;
    assert_true(table_sql(&sql, &good));
    static const char *const bad[] = {
        "id); DROP TABLE t; --", "id, ", "", "\"id\"", "Id", "lower(id)"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        index.columns = str_of(bad[i]);
        assert_false(table_sql(&sql, &good));
    }
    index.columns = STR("id");
    static const char *const conditions[] = {"id IS NULL OR 1", "1", "id = 1", "id IS NULL;"};
    for (size_t i = 0; i < ARRAY_LEN(conditions); i++) {
        index.where = str_of(conditions[i]);
        assert_false(table_sql(&sql, &good));
    }
    good.index_count = 0;
    static const char *const names[] = {"t; DROP TABLE x", "T", "t t", "1t", "t\""};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        good.name = str_of(names[i]);
        assert_false(table_sql(&sql, &good));
    }
    buf_clear(&sql);
    arena_free(a);
}

static void a_store_that_is_being_filled_is_nobodys(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = scratch_url(a, scratch_dir(a), "x");
    struct db *db = NULL;
    struct store *store = NULL;
    bool filling = false;
    struct err e;
    assert_ok(db_open(&db, url, &(struct db_options){0}, &e), &e);
    assert_ok(fill_is(&filling, db, &e), &e);
    assert_false(filling);
    assert_ok(fill_begin(db, 3, &e), &e);
    assert_ok(fill_is(&filling, db, &e), &e);
    assert_true(filling);
    assert_int_equal(store_open(&store, url, false, &e), E_CONFLICT);
    assert_int_equal(store_open(&store, url, true, &e), E_CONFLICT);
    assert_ok(store_open_with(&store, url, &(struct store_options){.filling = true}, &e), &e);
    store_close(store); /* …at the newest migration now, and still not one */
    store = NULL;
    assert_int_equal(store_open(&store, url, false, &e), E_CONFLICT);
    assert_ok(fill_end(db, &e), &e);
    assert_ok(store_open(&store, url, false, &e), &e);
    store_close(store);
    db_close(db);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_tables_there_are_is_told_as_they_were_made),
        cmocka_unit_test(rows_come_once_and_in_the_order_of_the_key),
        cmocka_unit_test(tables_and_rows_are_made_again_elsewhere_children_first),
        cmocka_unit_test(a_row_that_names_what_is_not_there_is_told_at_the_end),
        cmocka_unit_test(names_that_no_store_has_become_no_sql),
        cmocka_unit_test(a_store_that_is_being_filled_is_nobodys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* multiply STORE RECORDS: deals of a store, copied within it until there are so many, with
 * amounts, days, texts and owners spread as those of a province are. Rows alone: no
 * versions, no entries of the log. For the bench of lists (api_load.py), while no server runs. */
#include "base/buf.h"
#include "db/db.h"
#include <stdio.h>
#include <string.h>

#define AT_ONCE 20000 /* in one transaction */

static const struct {
    const char *column, *value; /* ?1: number before the first copy, ?2: last id, ?3: originals */
} spread[] = {
    {"id", "?2 + n.n"},
    {"amount", "(?1 + n.n) * 7919 % 100000000"},
    {"contract_no", "'HT-L-' || (?1 + n.n)"},
    {"title", "'专利许可合同 ' || ((?1 + n.n) * 31 % 300000)"},
    {"signed", "'20' || (10 + (?1 + n.n) * 13 % 16) || '-' || (10 + (?1 + n.n) % 3) || '-' || "
               "(10 + (?1 + n.n) * 7 % 19)"},
    {"owner_unit", "CASE WHEN n.n % 10 < 6 THEN r.owner_unit ELSE r.owner_unit + 1000 + n.n % 900 "
                   "END"},
};

static const char *value_of(struct str column)
{
    for (size_t i = 0; i < ARRAY_LEN(spread); i++)
        if (str_is(column, spread[i].column))
            return spread[i].value;
    return NULL;
}

static void copy_sql(struct buf *sql, const struct table_column *columns, size_t count)
{
    buf_addz(sql, "INSERT INTO record_deal (");
    for (size_t i = 0; i < count; i++)
        buf_addf(sql, "%s%.*s", i > 0 ? ", " : "", STR_ARG(columns[i].name));
    buf_addz(sql, ") WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?4)"
                  " SELECT ");
    for (size_t i = 0; i < count; i++) {
        const char *value = value_of(columns[i].name);
        buf_addz(sql, i > 0 ? ", " : "");
        if (value)
            buf_addz(sql, value);
        else
            buf_addf(sql, "r.%.*s", STR_ARG(columns[i].name));
    }
    buf_addz(sql, " FROM n JOIN record_deal r ON r.id = 1 + n.n % ?3");
    buf_addc(sql, '\0');
}

static err_t last_id(int64_t *out, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, "SELECT max(id) FROM record_deal", NULL, 0, e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    *out = rc == OK ? stmt_i64(st, 0) : 0;
    stmt_free(st);
    return rc;
}

static err_t multiply(struct db *db, int64_t wanted, struct arena *a, struct err *e)
{
    const struct table_column *columns;
    size_t count;
    int64_t last = 0, originals;
    struct buf sql;
    err_t rc = db_table_columns(&columns, &count, db, "record_deal", a, e);
    buf_init(&sql, 0);
    if (rc == OK)
        rc = last_id(&last, db, e);
    if (rc == OK && last < 1)
        rc = err_set(e, E_NOTFOUND, "the store has no deal");
    if (rc == OK)
        copy_sql(&sql, columns, count);
    originals = last < 1000 ? last : 1000;
    for (int64_t done = 0; rc == OK && last < wanted; done += AT_ONCE) {
        int64_t more = wanted - last < AT_ONCE ? wanted - last : AT_ONCE;
        if ((rc = db_begin_write(db, e)) != OK)
            break;
        rc = db_run_once(db, sql.ptr,
                         VALUES(v_i64(done), v_i64(last), v_i64(originals), v_i64(more)), e);
        if (rc == OK)
            rc = db_commit(db, e);
        else
            db_rollback(db);
        last += more;
    }
    buf_clear(&sql);
    return rc;
}

int main(int argc, char **argv)
{
    struct arena *a = arena_new();
    struct db *db = NULL;
    struct err e;
    int64_t wanted = 0;
    if (argc != 3 || !str_to_i64(&wanted, str_of(argv[2])))
        return 2;
    err_t rc = db_open(&db, argv[1], &(struct db_options){.must_exist = true}, &e);
    if (rc == OK)
        rc = multiply(db, wanted, a, &e);
    if (rc != OK)
        fprintf(stderr, "%s\n", e.text);
    db_close(db);
    arena_free(a);
    return rc == OK ? 0 : 4;
}

/* Walks go by ranges of the leaf: PostgreSQL holds a result in memory whole. */
#include "audit/rows.h"

err_t log_size(uint64_t *size, struct db *db, struct err *e)
{
    int64_t next;
    err_t rc =
        db_i64(&next, db, "SELECT coalesce(max(leaf) + 1, 0) FROM log_entry WHERE leaf IS NOT NULL",
               NULL, 0, e);
    *size = (uint64_t)next;
    return rc;
}

err_t log_written(uint64_t *entries, struct db *db, struct err *e)
{
    int64_t waiting = 0;
    err_t rc = log_size(entries, db, e);
    if (rc == OK)
        rc = db_i64(&waiting, db, "SELECT count(*) FROM log_entry WHERE leaf IS NULL", NULL, 0, e);
    *entries += (uint64_t)waiting;
    return rc;
}

err_t log_leaf_of(int64_t *leaf, struct db *db, struct str uid, struct err *e)
{
    bool found;
    err_t rc = db_row(&found, db, "SELECT coalesce(leaf, -1) FROM log_entry WHERE uid = ?1",
                      VALUES(v_str(uid)), INTO(into_i64(leaf)), NULL, e);
    return rc == OK && !found
               ? err_set(e, E_NOTFOUND, "the evidence log has no entry %.*s", STR_ARG(uid))
               : rc;
}

err_t log_follow(uint64_t *next, struct db *db, uint64_t from, size_t limit, log_row_fn fn,
                 void *arg, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT leaf, at_ms, uid, body, " LOG_LISTED
                        " FROM log_entry WHERE leaf >= ?1 ORDER BY leaf LIMIT ?2",
                        VALUES(v_i64((int64_t)from), v_i64((int64_t)limit)), e);
    *next = from;
    while (stmt_row(&rc, st, e)) {
        struct log_row row = {stmt_i64(st, 0), stmt_i64(st, 1), stmt_str(st, 2), stmt_str(st, 3),
                              stmt_str(st, 4)};
        if ((rc = fn(arg, &row, e)) == OK)
            *next = (uint64_t)row.leaf + 1;
    }
    stmt_free(st);
    return rc;
}

static err_t read_tile(struct bytes *out, void *arg, int level, uint64_t number, size_t width,
                       struct arena *a, struct err *e)
{
    (void)width; /* shorter ones are told by the caller */
    *out = (struct bytes){NULL, 0};
    return db_row(NULL, arg, "SELECT hashes FROM log_tile WHERE level = ?1 AND number = ?2",
                  VALUES(v_i64(level), v_i64((int64_t)number)), INTO(into_bytes(out)), a, e);
}

struct tile_source log_tiles(struct db *db)
{
    return (struct tile_source){read_tile, db};
}

/* --- heads ------------------------------------------------------------------------- */

static err_t read_head(struct log_head_row *out, struct db *db, const char *sql,
                       const struct value *values, size_t count, struct arena *a, struct err *e)
{
    int64_t size = 0;
    bool found;
    err_t rc = db_row(&found, db, sql, values, count,
                      INTO(into_i64(&size), into_i64(&out->at_ms), into_str(&out->note)), a, e);
    out->size = (uint64_t)size;
    return rc == OK && !found
               ? err_set(e, E_NOTFOUND, "no head of the evidence log covers this yet")
               : rc;
}

err_t log_head_latest(struct log_head_row *out, struct db *db, struct arena *a, struct err *e)
{
    return read_head(out, db, "SELECT size, at_ms, note FROM log_head ORDER BY size DESC LIMIT 1",
                     NULL, 0, a, e);
}

err_t log_head_within(struct log_head_row *out, struct db *db, int64_t size, bool witnessed,
                      struct arena *a, struct err *e)
{
    return read_head(out, db,
                     "SELECT size, at_ms, note FROM log_head WHERE size <= ?1 AND"
                     " (?2 = 0 OR size IN (SELECT size FROM log_cosignature))"
                     " ORDER BY size DESC LIMIT 1",
                     VALUES(v_i64(size), v_i64(witnessed)), a, e);
}

static err_t cosigned_size(uint64_t *size, struct db *db, uint64_t least, struct err *e)
{
    int64_t found;
    err_t rc =
        db_i64(&found, db, "SELECT coalesce(max(size), -1) FROM log_cosignature WHERE size >= ?1",
               VALUES(v_i64((int64_t)least)), e);
    *size = (uint64_t)found;
    return rc;
}

err_t log_head_for(struct log_head_row *out, struct db *db, uint64_t size, struct arena *a,
                   struct err *e)
{
    uint64_t cosigned;
    err_t rc = cosigned_size(&cosigned, db, size, e);
    if (rc != OK)
        return rc;
    if (cosigned == UINT64_MAX) {
        rc = log_head_latest(out, db, a, e);
        if (rc == OK && out->size < size)
            rc = err_set(e, E_NOTFOUND, "no head of the evidence log covers this yet");
        return rc;
    }
    return read_head(out, db, "SELECT size, at_ms, note FROM log_head WHERE size = ?1",
                     VALUES(v_i64((int64_t)cosigned)), a, e);
}

err_t log_head_first(struct log_head_row *out, struct db *db, uint64_t size, struct arena *a,
                     struct err *e)
{
    return read_head(
        out, db, "SELECT size, at_ms, note FROM log_head WHERE size >= ?1 ORDER BY size LIMIT 1",
        VALUES(v_i64((int64_t)size)), a, e);
}

err_t log_head_write(struct buf *to, struct db *db, const struct log_head_row *head, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc =
        db_query(&st, db, "SELECT line FROM log_cosignature WHERE size = ?1 ORDER BY name LIMIT 16",
                 VALUES(v_i64((int64_t)head->size)), e);
    buf_add(to, head->note);
    while (stmt_row(&rc, st, e)) {
        buf_add(to, stmt_str(st, 0));
        buf_addc(to, '\n');
    }
    stmt_free(st);
    return rc;
}

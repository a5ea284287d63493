/* Walks go by ranges of the leaf: PostgreSQL holds a result in memory whole. */
#include "audit/rows.h"

err_t log_size(uint64_t *size, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row;
    err_t rc = db_prepare(&st, db, "SELECT max(leaf) FROM log_entry WHERE leaf IS NOT NULL", e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        *size = stmt_is_null(st, 0) ? 0 : (uint64_t)stmt_i64(st, 0) + 1;
    stmt_free(st);
    return rc;
}

err_t log_written(uint64_t *entries, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row;
    err_t rc = log_size(entries, db, e);
    if (rc == OK &&
        (rc = db_prepare(&st, db, "SELECT count(*) FROM log_entry WHERE leaf IS NULL", e)) == OK &&
        (rc = stmt_next(&has_row, st, e)) == OK)
        *entries += (uint64_t)stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

err_t log_leaf_of(int64_t *leaf, struct db *db, struct str uid, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row;
    err_t rc =
        db_query(&st, db, "SELECT leaf FROM log_entry WHERE uid = ?1", VALUES(v_str(uid)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK) {
        if (has_row)
            *leaf = stmt_is_null(st, 0) ? -1 : stmt_i64(st, 0);
        else
            rc = err_set(e, E_NOTFOUND, "the evidence log has no entry %.*s", STR_ARG(uid));
    }
    stmt_free(st);
    return rc;
}

err_t log_follow(uint64_t *next, struct db *db, uint64_t from, size_t limit, log_row_fn fn,
                 void *arg, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(&st, db,
                        "SELECT leaf, at_ms, uid, body FROM log_entry WHERE leaf >= ?1 "
                        "ORDER BY leaf LIMIT ?2",
                        VALUES(v_i64((int64_t)from), v_i64((int64_t)limit)), e);
    *next = from;
    while (stmt_row(&rc, st, e)) {
        struct log_row row = {stmt_i64(st, 0), stmt_i64(st, 1), stmt_str(st, 2), stmt_str(st, 3)};
        if ((rc = fn(arg, &row, e)) == OK)
            *next = (uint64_t)row.leaf + 1;
    }
    stmt_free(st);
    return rc;
}

static err_t read_tile(struct bytes *out, void *arg, int level, uint64_t number, size_t width,
                       struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, arg, "SELECT hashes FROM log_tile WHERE level = ?1 AND number = ?2",
                        VALUES(v_i64(level), v_i64((int64_t)number)), e);
    (void)width; /* shorter ones are told by the caller */
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        *out = has_row ? str_bytes(arena_dup(a, bytes_str(stmt_bytes(st, 0))))
                       : (struct bytes){NULL, 0};
    stmt_free(st);
    return rc;
}

struct tile_source log_tiles(struct db *db)
{
    return (struct tile_source){read_tile, db};
}

/* --- heads ------------------------------------------------------------------------- */

static err_t take_head(struct log_head_row *out, struct stmt *st, struct arena *a, struct err *e)
{
    bool has_row = false;
    err_t rc = stmt_next(&has_row, st, e);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND, "no head of the evidence log covers this yet");
    if (rc == OK)
        *out = (struct log_head_row){(uint64_t)stmt_i64(st, 0), stmt_i64(st, 1),
                                     arena_dup(a, stmt_str(st, 2))};
    return rc;
}

err_t log_head_latest(struct log_head_row *out, struct db *db, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc =
        db_prepare(&st, db, "SELECT size, at_ms, note FROM log_head ORDER BY size DESC LIMIT 1", e);
    if (rc == OK)
        rc = take_head(out, st, a, e);
    stmt_free(st);
    return rc;
}

static err_t cosigned_size(uint64_t *size, struct db *db, uint64_t least, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row;
    err_t rc = db_query(&st, db, "SELECT max(size) FROM log_cosignature WHERE size >= ?1",
                        VALUES(v_i64((int64_t)least)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        *size = stmt_is_null(st, 0) ? UINT64_MAX : (uint64_t)stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

err_t log_head_for(struct log_head_row *out, struct db *db, uint64_t size, struct arena *a,
                   struct err *e)
{
    struct stmt *st = NULL;
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
    rc = db_query(&st, db, "SELECT size, at_ms, note FROM log_head WHERE size = ?1",
                  VALUES(v_i64((int64_t)cosigned)), e);
    if (rc == OK)
        rc = take_head(out, st, a, e);
    stmt_free(st);
    return rc;
}

err_t log_head_first(struct log_head_row *out, struct db *db, uint64_t size, struct arena *a,
                     struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(
        &st, db, "SELECT size, at_ms, note FROM log_head WHERE size >= ?1 ORDER BY size LIMIT 1",
        VALUES(v_i64((int64_t)size)), e);
    if (rc == OK)
        rc = take_head(out, st, a, e);
    stmt_free(st);
    return rc;
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

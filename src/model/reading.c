/* Rows of pack_reading, read. */
#include "model/reading.h"
#include "base/vec.h"

err_t readings_load(const struct reading **out, size_t *count, struct db *db, struct str pack,
                    struct arena *a, struct err *e)
{
    VEC(struct reading) all = {0};
    struct stmt *st = NULL;
    bool found = false;
    err_t rc = db_query(&st, db,
                        "SELECT ambiguity, reading, reason FROM pack_reading WHERE pack = ?1"
                        " ORDER BY ambiguity",
                        VALUES(v_str(pack)), e);
    while (rc == OK && (rc = stmt_next(&found, st, e)) == OK && found) {
        struct reading r = {arena_dup(a, stmt_str(st, 0)), arena_dup(a, stmt_str(st, 1)),
                            arena_dup(a, stmt_str(st, 2))};
        VEC_PUSH(a, &all, r);
    }
    stmt_free(st);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

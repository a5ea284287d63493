/* Rows of pack_reading, read. */
#include "model/reading.h"
#include "base/vec.h"

err_t readings_load(const struct reading **out, size_t *count, struct db *db, struct str pack,
                    struct arena *a, struct err *e)
{
    VEC(struct reading) all = {0};
    struct reading r;
    err_t rc =
        db_rows(ROWS(&all, r), db,
                "SELECT ambiguity, reading, reason FROM pack_reading WHERE pack = ?1"
                " ORDER BY ambiguity",
                VALUES(v_str(pack)),
                INTO(into_str(&r.ambiguity), into_str(&r.reading), into_str(&r.reason)), a, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

/* One row for each unit and publication, found by the publication's identity. */
#include "model/patent_correction.h"

static err_t identity_of(struct str *out, struct db *db, int64_t publication, struct arena *a,
                         struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT p.number_key FROM publication p JOIN publication_key k"
                        " ON k.number_key = p.number_key AND k.publication_id = p.id"
                        " WHERE p.id = ?1",
                        VALUES(v_i64(publication)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = arena_dup(a, stmt_str(st, 0));
    stmt_free(st);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND, "there is no patent with id %lld", (long long)publication);
    return rc;
}

err_t patent_correction_get(struct patent_correction *out, struct db *db, int64_t unit,
                            int64_t publication, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    struct str key = STR_NONE;
    bool has_row = false;
    *out = (struct patent_correction){0};
    err_t rc = identity_of(&key, db, publication, a, e);
    if (rc == OK)
        rc = db_query(&st, db,
                      "SELECT id, version, content, changed_ms, changed_by FROM patent_correction"
                      " WHERE unit = ?1 AND number_key = ?2",
                      VALUES(v_i64(unit), v_str(key)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = (struct patent_correction){.id = stmt_i64(st, 0),
                                          .version = stmt_i64(st, 1),
                                          .content = arena_dup(a, stmt_str(st, 2)),
                                          .changed_ms = stmt_i64(st, 3),
                                          .changed_by = stmt_i64(st, 4)};
    stmt_free(st);
    return rc;
}

err_t patent_correction_put(struct patent_correction *c, struct db *db, int64_t unit,
                            int64_t publication, struct arena *a, struct err *e)
{
    struct str key = STR_NONE;
    err_t rc;
    if (c->id)
        return db_run(db,
                      "UPDATE patent_correction SET version = ?2, content = ?3, changed_ms = ?4,"
                      " changed_by = ?5 WHERE id = ?1",
                      VALUES(v_i64(c->id), v_i64(c->version), v_str(c->content),
                             v_i64(c->changed_ms), v_i64(c->changed_by)),
                      e);
    if ((rc = identity_of(&key, db, publication, a, e)) != OK)
        return rc;
    rc = db_run(db,
                "INSERT INTO patent_correction (version, unit, number_key, content, changed_ms,"
                " changed_by) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                VALUES(v_i64(c->version), v_i64(unit), v_str(key), v_str(c->content),
                       v_i64(c->changed_ms), v_i64(c->changed_by)),
                e);
    c->id = db_last_id(db);
    return rc;
}

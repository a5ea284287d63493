/* Rows of file_upload. */
#include "model/file_upload.h"

err_t file_upload_add(struct db *db, const struct file_upload *u, struct err *e)
{
    return db_run(db,
                  "INSERT INTO file_upload (id, account, unit, name, secrecy, bytes, created_ms, "
                  "changed_ms) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?6)",
                  VALUES(v_str(u->id), v_i64(u->account), v_i64(u->unit), v_str(u->name),
                         v_i64(u->secrecy), v_i64(u->created_ms)),
                  e);
}

err_t file_upload_get(struct file_upload *out, struct db *db, struct str id, int64_t account,
                      struct arena *a, struct err *e)
{
    bool found = false;
    struct str digest = STR_NONE, blob = STR_NONE;
    *out = (struct file_upload){.id = id};
    err_t rc =
        db_row(&found, db,
               "SELECT unit, name, secrecy, bytes, upload, file_key, tail, created_ms, "
               "digest, blob, account "
               "FROM file_upload WHERE id = ?1 AND (account = ?2 OR ?2 = 0)",
               VALUES(v_str(id), v_i64(account)),
               INTO(into_i64(&out->unit), into_str(&out->name), into_int(&out->secrecy),
                    into_i64(&out->at.bytes), into_str(&out->at.upload), into_str(&out->at.key),
                    into_str(&out->at.tail), into_i64(&out->created_ms), into_str(&digest),
                    into_str(&blob), into_i64(&out->account)),
               a, e);
    if (digest.len == SHA256_HEX_LEN && blob.len == SHA256_HEX_LEN) {
        memcpy(out->whole.digest, digest.ptr, digest.len);
        memcpy(out->whole.blob, blob.ptr, blob.len);
        out->whole.bytes = out->at.bytes;
        out->whole.key = out->at.key;
    }
    if (rc == OK && !found)
        rc = err_set(e, E_NOTFOUND, "there is no upload to go on with under this id");
    return rc;
}

err_t file_upload_move(struct db *db, const struct file_upload *u, int64_t before, int64_t now_ms,
                       struct err *e)
{
    bool has_row = false;
    err_t rc = db_any(&has_row, db,
                      "UPDATE file_upload SET bytes = ?3, upload = ?4, file_key = ?5, tail = ?6, "
                      "changed_ms = ?7 WHERE id = ?1 AND bytes = ?2 RETURNING id",
                      VALUES(v_str(u->id), v_i64(before), v_i64(u->at.bytes), v_str(u->at.upload),
                             v_str(u->at.key), v_str(u->at.tail), v_i64(now_ms)),
                      e);
    if (rc == OK && !has_row)
        rc = err_set(e, E_CONFLICT, "another request goes on with this upload as well");
    return rc;
}

err_t file_upload_whole(struct db *db, const struct file_upload *u, int64_t now_ms, struct err *e)
{
    return db_run(db,
                  "UPDATE file_upload SET digest = ?2, blob = ?3, file_key = ?4, bytes = ?5, "
                  "upload = NULL, tail = NULL, changed_ms = ?6 WHERE id = ?1",
                  VALUES(v_str(u->id), v_str(str_of(u->whole.digest)), v_str(str_of(u->whole.blob)),
                         v_str(u->whole.key), v_i64(u->whole.bytes), v_i64(now_ms)),
                  e);
}

err_t file_upload_remove(struct db *db, struct str id, struct err *e)
{
    return db_run(db, "DELETE FROM file_upload WHERE id = ?1", VALUES(v_str(id)), e);
}

err_t file_upload_sweep(struct db *db, int64_t before_ms, struct err *e)
{
    return db_run(db, "DELETE FROM file_upload WHERE changed_ms < ?1", VALUES(v_i64(before_ms)), e);
}

err_t file_upload_count(int64_t *out, struct db *db, int64_t account, struct err *e)
{
    return db_i64(out, db, "SELECT count(*) FROM file_upload WHERE account = ?1",
                  VALUES(v_i64(account)), e);
}

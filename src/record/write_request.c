/* The key that a sender gives a request: the same request again changes nothing and is
 * answered alike, another one under its key is refused. */
#include "crypto/hash.h"
#include "record/write_priv.h"

#define REQUEST_KEPT_MS (INT64_C(7) * 24 * 3600 * 1000)

void write_request_digest(struct write *w)
{
    struct jout j;
    if (w->options->idempotency.len == 0)
        return;
    jout_own(&j);
    jout_array(&j);
    jout_str(&j, w->plan->type->name);
    jout_i64(&j, w->id);
    jout_str(&j, w->action);
    jout_i64(&j, w->options->if_version);
    jout_str(&j, w->options->reason);
    jout_str(&j, w->options->date);
    jout_i64(&j, w->options->owner_unit);
    if (w->arguments)
        jout_value_ordered(&j, w->arguments, w->arena);
    jout_end_array(&j);
    struct digest d = sha256_of(str_bytes(buf_str(j.to)));
    sha256_hex(w->digest, &d);
    buf_clear(j.to);
}

/* Whether a request with this key was done: then *w->out says how. */
err_t write_request_find(struct db *db, struct write *w, struct err *e)
{
    struct str digest, uid;
    struct written done = {.repeated = true};
    bool found;
    if (w->options->idempotency.len == 0)
        return OK;
    err_t rc = db_row(&found, db,
                      "SELECT digest, record_id, version, state, entry, proposal "
                      "FROM request_done WHERE account = ?1 AND key = ?2",
                      VALUES(v_i64(w->subject->account), v_str(w->options->idempotency)),
                      INTO(into_str(&digest), into_i64(&done.id), into_i64(&done.version),
                           into_str(&done.state), into_str(&uid), into_i64(&done.proposal)),
                      w->arena, e);
    if (found && !str_is(digest, w->digest))
        w->outcome = WRITE_KEY_USED;
    else if (found) {
        memcpy(done.entry, uid.ptr, uid.len < LOG_UID_LEN ? uid.len : LOG_UID_LEN);
        *w->out = done;
        w->outcome = WRITE_REPEATED;
    }
    return rc;
}

err_t write_request_done(struct db *db, const struct write *w, struct err *e)
{
    const struct written *out = w->out;
    if (w->options->idempotency.len == 0)
        return OK;
    err_t rc =
        db_run(db,
               "INSERT INTO request_done (account, key, digest, at_ms, record_id, version, "
               "state, entry, proposal) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
               VALUES(v_i64(w->subject->account), v_str(w->options->idempotency),
                      v_str(str_of(w->digest)), v_i64(w->now_ms), v_i64(out->id),
                      v_i64(out->version), v_str(out->state), v_str(str_of(out->entry)),
                      out->proposal ? v_i64(out->proposal) : (struct value){.type = VALUE_NULL}),
               e);
    /* Old ones go with one write in some hundred. */
    if (rc == OK && (w->now_ms & 0xFF) == 0)
        rc = db_run(db, "DELETE FROM request_done WHERE at_ms < ?1",
                    VALUES(v_i64(w->now_ms - REQUEST_KEPT_MS)), e);
    return rc;
}

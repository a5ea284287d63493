/* One party: its facts, read in one moment. */
#include "judge/stored.h"

err_t facts_from_store(struct stored_facts *out, const struct party_facts *party, struct kernel *k,
                       const struct facts_request *r, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    struct buf text;
    *out = (struct stored_facts){.party = *party};
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc == OK)
        rc = db_begin_read(db, e);
    if (rc == OK)
        rc = record_facts(&out->party, 1, k, db, r, a, e);
    if (db)
        db_rollback(db);
    store_reader_put(k->store, db);
    if (rc != OK)
        return rc;
    buf_init(&text, 0);
    rc = facts_canonical(&text, out->party.document, a, e);
    out->canonical = arena_dup(a, buf_str(&text));
    buf_clear(&text);
    return rc;
}

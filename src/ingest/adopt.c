/* Each step takes some records, gives them a batch of their own, and logs it: the same
 * entry as an import's, without a file and under another action. */
#include "ingest/adopt.h"
#include "audit/log.h"
#include "ingest/batch_log.h"
#include "model/patent_store.h"

#define STEP_RECORDS 500

struct adoption {
    const struct log_suite *suite;
    const struct clock *clock;
    struct arena *arena;
    bool more;
};

static err_t waiting(int64_t *out, struct db *db, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_prepare(&st, db, "SELECT waiting FROM publication_adoption WHERE id = 1", e);
    *out = 0;
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *out = stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

static err_t append(struct db *db, struct adoption *x, int64_t batch, struct err *e)
{
    char uid[LOG_UID_LEN + 1], file_hex[SHA256_HEX_LEN + 1];
    struct digest file = sha256_of((struct bytes){NULL, 0});
    struct log_draft draft = {.has_who = true, .action = STR("adopt"), .type = STR("patent")};
    sha256_hex(file_hex, &file);
    err_t rc =
        batch_log_stored(&draft.batch, db, x->suite, str_of(file_hex), batch, batch, x->arena, e);
    return rc == OK ? log_append(uid, db, x->suite, x->clock, &draft, x->arena, e) : rc;
}

static err_t adopt_step(struct db *db, void *arg, struct err *e)
{
    struct adoption *x = arg;
    int64_t left = 0, batch = 0;
    size_t taken = 0;
    err_t rc = patents_lock(db, e);
    arena_reset(x->arena);
    if (rc == OK)
        rc = waiting(&left, db, e);
    if (rc == OK && left > 0)
        rc = patent_batch_adopt(&batch, &taken, db,
                                left < STEP_RECORDS ? (size_t)left : STEP_RECORDS, x->arena, e);
    if (rc == OK && taken > 0)
        rc = append(db, x, batch, e);
    left = taken > 0 ? left - (int64_t)taken : 0; /* none is left: some were taken away since */
    x->more = left > 0;
    return rc == OK ? db_run(db, "UPDATE publication_adoption SET waiting = ?1 WHERE id = 1",
                             VALUES(v_i64(left)), e)
                    : rc;
}

err_t adopt_waits(bool *out, struct store *store, struct err *e)
{
    struct db *db = NULL;
    int64_t left = 0;
    err_t rc = store_reader_get(&db, store, e);
    if (rc == OK)
        rc = waiting(&left, db, e);
    store_reader_put(store, db);
    *out = left > 0;
    return rc;
}

err_t adopt_publications(struct store *store, const struct log_suite *suite,
                         const struct clock *clock, struct err *e)
{
    struct adoption x = {.suite = suite, .clock = clock, .arena = arena_new(), .more = true};
    err_t rc = OK;
    while (rc == OK && x.more)
        rc = store_write(store, adopt_step, &x, e);
    arena_free(x.arena);
    return rc;
}

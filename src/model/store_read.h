/* Reads that clean up behind themselves: a reader of a store is given back, a statement is freed. */
#ifndef MODEL_STORE_READ_H
#define MODEL_STORE_READ_H
#include "db/store.h"

/* What the call after `e` returns, with a reader of `store` in `db`, which is given back; without a
 * reader, the error of that. `a ?: b` is the first error of several calls, or OK:
 *
 *     err_t rc = STORE_READ(db, store, e, account_read(&a, db, id, e) ?: unit_read(&u, db, a.unit, e)); */
#define STORE_READ(db, store, e, ...)                                                              \
    ({                                                                                             \
        struct db *db = NULL;                                                                      \
        err_t read_ = store_reader_get(&db, (store), (e));                                         \
        if (read_ == OK)                                                                           \
            read_ = (__VA_ARGS__);                                                                 \
        store_reader_put((store), db);                                                             \
        read_;                                                                                     \
    })

static inline void store_read_end(struct stmt **st)
{
    stmt_free(*st);
}

/* Once for each row of db_query(&st, …, e), where rc is OK, which ends as stmt_row leaves it; `…`: db, sql, VALUES(…). A body
 * may leave by break or return. _ONCE: of db_query_once. _WHILE: as long as `going`. */
#define EACH_ROW(st, rc, e, ...) ROWS_WHILE(true, st, rc, e, __VA_ARGS__)
#define EACH_ROW_ONCE(st, rc, e, ...) ROWS_ONCE_WHILE(true, st, rc, e, __VA_ARGS__)
#define ROWS_WHILE(going, st, rc, e, ...) ROWS_OF(going, st, rc, e, db_query(&st, __VA_ARGS__, e))
#define ROWS_ONCE_WHILE(going, st, rc, e, ...)                                                     \
    ROWS_OF(going, st, rc, e, db_query_once(&st, __VA_ARGS__, e))
#define ROWS_OF(going, st, rc, e, query)                                                           \
    for (struct stmt * st __attribute__((cleanup(store_read_end))) = NULL;                         \
         (st || ((rc) == OK && ((rc) = (query)) == OK)) && (going) && stmt_row(&(rc), st, e);)
#endif

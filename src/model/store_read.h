/* Reads of a store that end with one statement: the reader is taken, used and given back here. */
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
#endif

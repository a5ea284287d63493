/* Who wrote what differs now from what was reviewed. */
#ifndef PROGRAMME_CHANGED_BY_H
#define PROGRAMME_CHANGED_BY_H
#include "programme/programme_priv.h"

/* "张三 2026-05-02 10:11:12": who, after since_ms, last gave this field (NULL: the record as a whole) of the party's
 * records of the type another value; row: a value that the record has, empty: of any. "—": the history does not say
 * (of a core record, or erased). */
MUST_CHECK err_t changed_by(struct str *out, struct db *db, const struct flow_call *x,
                            const struct record_type *t, const struct field *field, struct str row,
                            int64_t since_ms, struct err *e);
#endif

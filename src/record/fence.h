/* The policies of the second fence (db/fence.h), from the same `access:` of a type's file as
 * the SQL of src/access: nothing is written for a new type. */
#ifndef RECORD_FENCE_H
#define RECORD_FENCE_H
#include "record/type_priv.h"

/* Bring a store's policies to these types; PostgreSQL only. */
MUST_CHECK err_t record_fence_install(const struct record_types *set, struct store *store,
                                      struct err *e);

/* The name of the function that computes a field in PostgreSQL (db/fence.h, fence_value). Its
 * result belongs to the record, so it is the same for all readers. */
struct str record_fence_value(const struct record_type *t, const struct field *f, struct arena *a);
#endif

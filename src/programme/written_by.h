/* Who wrote what stands in a record that steps alone write. */
#ifndef PROGRAMME_WRITTEN_BY_H
#define PROGRAMME_WRITTEN_BY_H
#include "record/record.h"

struct written_field {
    struct str name, value; /* as JSON */
};

/* Fields of the record whose present value was written by an account of another unit: a centre that hands in the
 * result of a rectification does not write its grounds anew. In the arena. */
MUST_CHECK err_t written_by_others(const struct written_field **out, size_t *count, struct db *db,
                                   const struct record_type *t, int64_t id, int64_t unit,
                                   struct arena *a, struct err *e);
/* A value as JSON, in the arena; empty: none, null or []. */
struct str written_text(const struct jvalue *v, struct arena *a);
#endif

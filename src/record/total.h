/* The last row of a table: totals of the columns whose field has `adds_up`. A row without a value
 * leaves the column without a total, as does a table with one row. */
#ifndef RECORD_TOTAL_H
#define RECORD_TOTAL_H
#include "base/arena.h"
#include "record/type.h"

struct total {
    int64_t sum; /* as the field is stored */
    size_t rows;
    bool unknown;
};

/* value: of one row, in JSON; empty: none. */
void total_add(struct total *t, const struct field *f, struct str value);
/* In JSON; empty: there is no total. */
struct str total_value(const struct total *t, const struct field *f, struct arena *a);
#endif

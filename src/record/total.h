/* The last row of a table: of each column whose field adds up (`adds_up`) what its rows come to. A row that does not
 * say it leaves the column without a total, as one row alone does: nothing is guessed, nothing said twice. */
#ifndef RECORD_TOTAL_H
#define RECORD_TOTAL_H
#include "base/arena.h"
#include "record/type.h"

struct total {
    int64_t sum; /* as the field is stored */
    size_t rows;
    bool unknown;
};

/* value: of one row, as JSON writes it; empty: it says none. */
void total_add(struct total *t, const struct field *f, struct str value);
/* As JSON writes it; empty: there is none. */
struct str total_value(const struct total *t, const struct field *f, struct arena *a);
#endif

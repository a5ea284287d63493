/* Merged cells of a sheet: the value stands in the first of them; a person sees it in each row. */
#ifndef TEXT_MERGES_H
#define TEXT_MERGES_H
#include "base/limits.h"
#include "base/vec.h"
#include "text/rows.h"

struct merge {
    size_t column;       /* the first of them, from 1 */
    int64_t first, last; /* rows, from 1 */
    bool across;         /* of several columns */
    struct str value;
};
struct merges {
    struct arena *a;
    VEC(struct merge) list; /* of the sheet at hand, by first row */
    size_t next, open_count;
    struct merge *open[COLUMNS_MAX];
};

/* A new sheet begins: none is known. `m` is zero at first. */
void merges_begin(struct merges *m);
/* Of one cell alone, beyond COLUMNS_MAX or turned over: left out. */
void merges_add(struct merges *m, size_t column, size_t last_column, int64_t first, int64_t last);
/* All were added. */
void merges_sort(struct merges *m);
/* Fill the cells of the row that a cell above covers, and mark those that reach over others beside them; rows in order. A row without any value of
 * its own stays empty. */
void merges_apply(struct merges *m, struct row *row, struct arena *a);
void merges_clear(struct merges *m);
#endif

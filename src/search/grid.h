/* A landscape as pictures and tables show it: values of the first dimension down, of the second
 * across, counts summed over the third. */
#ifndef SEARCH_GRID_H
#define SEARCH_GRID_H
#include "search/search.h"

#define YEARS_MAX 60 /* columns of a time axis */

struct side {
    struct str key, label;
    uint64_t sum;
};

struct grid {
    struct arena *a;
    struct side *rows, *cols;
    size_t row_count, col_count; /* cols: 1 and no label for one dimension */
    uint64_t *counts;            /* row_count × col_count */
    uint64_t most;
    size_t rows_left_out, cols_left_out;
};

/* The largest `rows` values of the first dimension and `cols` of the second, of years the latest;
 * what is not known stands behind them, beyond the limit. */
void grid_make(struct grid *g, const struct landscape_reply *r, size_t rows, size_t cols,
               struct arena *a);

/* 未知 is no measure for the others. */
bool side_is_unknown(const struct side *s);
bool grid_by_time(const struct landscape_reply *r, size_t dimension);
#endif

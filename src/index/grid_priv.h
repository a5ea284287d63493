/* Columns of grid.h, for the files of this folder that store, ask and order them. */
#ifndef INDEX_GRID_PRIV_H
#define INDEX_GRID_PRIV_H
#include "index/grid.h"
#include <pthread.h>
#include <string.h>

/* Different texts of a column, numbered as they came; a number is never used twice. */
struct texts {
    char *bytes;
    size_t bytes_len, bytes_cap;
    uint64_t *ends; /* text n is bytes[ends[n-1] .. ends[n]) */
    size_t count, cap;
    uint32_t *slots; /* open addressing by hash: number + 1; 0: free */
    size_t slot_count;
    /* Made when they are asked for (texts_rank), of the first `ranked` texts. */
    pthread_mutex_t lock; /* held while they are made */
    uint32_t *order;      /* numbers in byte order */
    uint32_t *ranks;      /* place of each in `order` */
    size_t ranked;
};

/* A cell is 0 where there is nothing, else a number − least + 1, or a text's number + 1. */
struct column {
    enum grid_kind kind;
    unsigned width; /* bytes of a cell: 1, 2, 4, 8 */
    uint8_t *cells;
    int64_t least;
    bool any; /* a number has been put: least is one */
    struct texts texts;
};

struct grid {
    struct column *columns;
    size_t column_count;
    struct column id;
    size_t rows, cap;
};

static inline uint64_t cell_at(const struct column *c, size_t row)
{
    switch (c->width) {
    case 1:
        return c->cells[row];
    case 2:
        return ((const uint16_t *)(const void *)c->cells)[row];
    case 4:
        return ((const uint32_t *)(const void *)c->cells)[row];
    default:
        return ((const uint64_t *)(const void *)c->cells)[row];
    }
}

static inline int64_t number_of(const struct column *c, uint64_t cell)
{
    return (int64_t)((uint64_t)c->least + (cell - 1));
}

static inline const struct column *column_of(const struct grid *t, size_t column)
{
    return column == GRID_ID ? &t->id : &t->columns[column];
}

static inline struct str text_at(const struct texts *x, size_t n)
{
    uint64_t from = n > 0 ? x->ends[n - 1] : 0;
    return (struct str){x->bytes + from, (size_t)(x->ends[n] - from)};
}

/* The number of a text; SIZE_MAX: no cell ever held it. */
size_t texts_find(const struct texts *x, struct str text);
/* Put the order right; under the texts' own lock. */
void texts_rank(struct texts *x);
/* How many texts are less; texts_rank was called. */
size_t texts_less(const struct texts *x, struct str text);
/* The first row whose id is not less. */
size_t row_from(const struct grid *t, int64_t id);
#endif

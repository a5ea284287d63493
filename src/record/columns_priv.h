/* What the two halves of columns.h share: columns.c makes and follows, columns_ask.c
 * asks. */
#ifndef RECORD_COLUMNS_PRIV_H
#define RECORD_COLUMNS_PRIV_H
#include "index/grid.h"
#include "record/columns.h"

/* Which columns of a type's table are held: system columns but the id, then of each
 * field those that filters and orders look at. Long texts and what is computed are not. */
struct held_column {
    struct str name;
    bool integer;
};
struct held {
    struct held_column columns[GRID_COLUMNS_MAX];
    size_t count;
};
size_t held_find(const struct held *h, struct str name); /* SIZE_MAX: it is not held */

/* *answered false: something is asked that the columns do not hold. */
MUST_CHECK err_t columns_ask(bool *answered, struct columns_answer *out, const struct grid *t,
                             const struct held *h, struct db *db, const struct columns_question *q,
                             struct err *e);
/* The same without an answer: whether they hold what it takes. */
bool columns_can(const struct held *h, const struct columns_question *q);
#endif

/* What the two halves of columns.h share: columns.c makes and follows, columns_ask.c
 * asks. */
#ifndef RECORD_COLUMNS_PRIV_H
#define RECORD_COLUMNS_PRIV_H
#include "index/grid.h"
#include "record/columns.h"
#include "record/value.h"

/* Which columns of a type's tables are held: of its own the system columns but the id,
 * then of each field those that filters and orders look at; of its child tables the
 * same of each value, of each row. Long texts and what is computed are not. */
struct held_column {
    struct str name;
    bool integer;
};
struct held_columns {
    struct held_column *ptr;
    size_t len, cap;
};
struct held_part {
    struct str child; /* the table */
    struct held_columns columns;
};
struct held {
    struct held_columns columns;
    struct held_part *parts;
    size_t part_count;
};
/* SIZE_MAX: it is not held. */
size_t held_find(const struct held_columns *h, struct str name);
size_t held_find_part(const struct held *h, struct str child);

/* A row of a child table has the id of its record shifted up, and its position. */
#define PART_SHIFT 11
_Static_assert(VALUE_ITEMS_MAX <= 1 << PART_SHIFT, "a position must fit");

struct held_rows {
    const struct held *held;
    struct grid *records;
    struct grid **parts; /* as held.parts */
};

MUST_CHECK err_t columns_ask(struct columns_answer *out, const struct held_rows *rows,
                             struct db *db, const struct columns_question *q, struct err *e);
/* True if the held columns are enough to answer the question. */
bool columns_can(const struct held *h, const struct columns_question *q);
/* *out: leave it to SQL. Who may read the records of units asks for one by its key: that is a
 * step down the index by unit and key (ddl.c), where here a cell of every record is looked at. */
MUST_CHECK err_t columns_leave(bool *out, const struct columns_question *q, struct db *db,
                               struct err *e);
#endif

/* Lists of types with very many records, answered from columns in memory
 * (index/grid.h) instead of SQL: the same records in the same order with the same
 * total, some hundred times sooner.
 *
 * Of a type that has k->columns_from records the columns are made when one of its
 * lists is first asked for, on a thread of their own: until they are there, and for
 * whatever they do not hold, SQL answers. Nothing of them is in a file: a start waits
 * for nothing, and a crash leaves nothing to be mended.
 *
 * Freshness. Every write to a record leaves an entry in the log; records that moved with
 * their unit are found by the entry of the unit. Before an answer, the
 * records named by entries that the columns have not seen are read again, in the
 * snapshot in which the page is read afterwards; so an answer is of exactly that
 * moment, and whoever has been told that a write was done finds it. An overlay of
 * recent changes beside columns that stay as they are was rejected: the rows would be
 * read all the same, and every set, order and count would be made of two halves.
 *
 * Access. What the asking person may read is the policy of this request, compiled to
 * labels (access_index_predicate) and asked of the columns; nothing of it is kept, so
 * a revocation acts at once. Rows of a page are read from the store afterwards, and
 * each is decided upon again by itself (list.c). */
#ifndef RECORD_COLUMNS_H
#define RECORD_COLUMNS_H
#include "record/filter.h"

#define COLUMNS_FROM 5000 /* records of a type, where kernel.columns_from is 0 */

struct list_columns; /* of all types of a kernel; shared by threads */
struct list_columns *list_columns_new(const struct kernel *k, size_t plans);
void list_columns_free(struct list_columns *c); /* accepts NULL; waits for its thread */

struct columns_key {
    size_t field; /* SIZE_MAX: a system column */
    enum system_column system;
    bool down;
    struct value last; /* of the row before the page, with `behind` */
};

struct columns_question {
    struct view *view;           /* who asks for records of which type; its SQL is not used */
    const struct filter *filter; /* NULL: none */
    bool ended;                  /* ended records too */
    enum access_verb verb;       /* as list_request.verb */
    const struct columns_key *keys;
    size_t key_count;
    bool id_down, behind;
    int64_t last_id;
    size_t offset, limit;
};

struct columns_answer {
    bool answered;
    int64_t total;
    const int64_t *ids; /* of the page, in its order; in view->a */
    size_t count;
};

/* out->answered: `db` is then within a read transaction, whose moment the answer is of; the
 * caller ends it. Else there is none, and SQL is to be asked. */
MUST_CHECK err_t columns_list(struct columns_answer *out, struct db *db,
                              const struct columns_question *q, struct err *e);

/* The columns of this type have given what the store does not hold: forget them. */
void columns_distrust(struct list_columns *c, const struct type_plan *p);

struct columns_state {
    bool there;
    size_t rows, bytes;
    uint64_t answers, made, followed; /* lists answered, columns made, records read again */
};
struct columns_state columns_state(struct list_columns *c, const struct type_plan *p);
/* Of all types together, for metrics. */
struct columns_state columns_states(const struct kernel *k);
#endif

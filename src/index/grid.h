/* Rows in memory, column by column: what lists of very many records are answered from.
 *
 * Segments (segment.h) were considered for this and rejected: their numbers have 32
 * bits, their order is the score's, a change is a commit of five fsyncs, and one
 * process alone may write them, while a list has to show on the next request what its
 * reader has just written. So these columns live in memory and are made again from
 * the store; what the store has written since is put in row by row.
 *
 * A row has an id and a cell in each column: a whole number, a text, or nothing.
 * Numbers are kept as their distance from the column's least in 1, 2, 4 or 8 bytes,
 * texts as the number of the text in the column's dictionary, in as many. Rows stand
 * in the order of their ids; questions give sets of rows, a bit for each.
 *
 * No locks: any number of threads may ask while none puts or removes. */
#ifndef INDEX_GRID_H
#define INDEX_GRID_H
#include "base/arena.h"
#include "base/attr.h"
#include <stddef.h>
#include <stdint.h>

#define GRID_COLUMNS_MAX 256
#define GRID_ID SIZE_MAX /* the rows' ids, as a column of numbers */

enum grid_kind { GRID_NUMBERS, GRID_TEXTS };

struct cell {
    bool given;
    int64_t number;  /* GRID_NUMBERS */
    struct str text; /* GRID_TEXTS; copied */
};

struct grid;
struct grid *grid_new(const enum grid_kind *kinds, size_t column_count);
void grid_free(struct grid *t); /* accepts NULL */

/* Add the row, or put it in the place of the one with its id. False: a column's numbers
 * are too far apart (2^64 − 2), one is INT64_MAX, or there are 2^31 rows; then the table is to be freed.
 * Ids that rise cost least: another is put between by moving what is behind it. */
MUST_CHECK bool grid_put(struct grid *t, int64_t id, const struct cell *cells);
/* Remove the rows whose ids are from `low` to `high`; how many there were. */
size_t grid_remove(struct grid *t, int64_t low, int64_t high);
/* Put the texts of all columns in order now rather than when first sorted by. */
void grid_rank(struct grid *t);

size_t grid_rows(const struct grid *t);
size_t grid_bytes(const struct grid *t); /* of memory */

/* --- sets of rows ------------------------------------------------------------------ */

/* In an arena; sets of one table at one moment can be joined. */
struct grid_set {
    uint64_t *words; /* bit i: row i; bits past the last row are 0 */
    size_t word_count;
};

struct grid_set grid_none(const struct grid *t, struct arena *a);
struct grid_set grid_all(const struct grid *t, struct arena *a);
/* Rows that have anything in the column. */
struct grid_set grid_given(const struct grid *t, size_t column, struct arena *a);
/* Numbers from low to high, both included. */
struct grid_set grid_between(const struct grid *t, size_t column, int64_t low, int64_t high,
                             struct arena *a);
struct grid_set grid_text(const struct grid *t, size_t column, struct str text, struct arena *a);
/* Texts for which `holds` says so; it is asked once for each different text. */
struct grid_set grid_texts(const struct grid *t, size_t column,
                           bool (*holds)(struct str text, void *arg), void *arg, struct arena *a);
/* Rows with these ids, which rise. */
struct grid_set grid_ids(const struct grid *t, const int64_t *ids, size_t count, struct arena *a);
/* Rows of `t` that have a row in `of`, a set of `parts`: the ids of these are the id of
 * a row of `t` shifted up by `shift` bits, and something below. */
struct grid_set grid_owners(const struct grid *t, const struct grid *parts, struct grid_set of,
                            int shift, struct arena *a);

void set_and(struct grid_set *s, struct grid_set with);
void set_or(struct grid_set *s, struct grid_set with);
void set_and_not(struct grid_set *s, struct grid_set without);
uint64_t set_count(struct grid_set s);

/* --- order ------------------------------------------------------------------------- */

#define GRID_KEYS_MAX 8

struct grid_key {
    size_t column;
    bool down;
    const struct grid_set *shown; /* other rows count as empty; NULL: all are shown */
    struct cell last;             /* of the row before the page, with `behind` */
};
/* Empty cells come last, whichever way; rows that are equal in all keys by their ids. */
struct grid_order {
    const struct grid_key *keys;
    size_t key_count; /* at most GRID_KEYS_MAX */
    bool id_down;
    bool behind; /* only rows that come after `last` of the keys, `last_id` */
    int64_t last_id;
};

/* The ids of up to `limit` rows of the set in this order, after the first `offset`;
 * how many. */
size_t grid_page(int64_t *ids, const struct grid *t, struct grid_set of, const struct grid_order *o,
                 size_t offset, size_t limit, struct arena *a);
#endif

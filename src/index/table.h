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
#ifndef INDEX_TABLE_H
#define INDEX_TABLE_H
#include "base/arena.h"
#include "base/attr.h"
#include <stddef.h>
#include <stdint.h>

#define TABLE_COLUMNS_MAX 256
#define TABLE_ID SIZE_MAX /* the rows' ids, as a column of numbers */

enum table_kind { TABLE_NUMBERS, TABLE_TEXTS };

struct cell {
    bool given;
    int64_t number;  /* TABLE_NUMBERS */
    struct str text; /* TABLE_TEXTS; copied */
};

struct table;
struct table *table_new(const enum table_kind *kinds, size_t column_count);
void table_free(struct table *t); /* accepts NULL */

/* Add the row, or put it in the place of the one with its id. False: a column's numbers
 * are too far apart (2^64 − 2), one is INT64_MAX, or there are 2^31 rows; then the table is to be freed.
 * Ids that rise cost least: another is put between by moving what is behind it. */
MUST_CHECK bool table_put(struct table *t, int64_t id, const struct cell *cells);
/* Remove the rows whose ids are from `low` to `high`; how many there were. */
size_t table_remove(struct table *t, int64_t low, int64_t high);
/* Put the texts of all columns in order now rather than when first sorted by. */
void table_rank(struct table *t);

size_t table_rows(const struct table *t);
size_t table_bytes(const struct table *t); /* of memory */

/* --- sets of rows ------------------------------------------------------------------ */

/* In an arena; sets of one table at one moment can be joined. */
struct table_set {
    uint64_t *words; /* bit i: row i; bits past the last row are 0 */
    size_t word_count;
};

struct table_set table_none(const struct table *t, struct arena *a);
struct table_set table_all(const struct table *t, struct arena *a);
/* Rows that have anything in the column. */
struct table_set table_given(const struct table *t, size_t column, struct arena *a);
/* Numbers from low to high, both included. */
struct table_set table_between(const struct table *t, size_t column, int64_t low, int64_t high,
                               struct arena *a);
struct table_set table_text(const struct table *t, size_t column, struct str text, struct arena *a);
/* Texts for which `holds` says so; it is asked once for each different text. */
struct table_set table_texts(const struct table *t, size_t column,
                             bool (*holds)(struct str text, void *arg), void *arg, struct arena *a);
/* Rows with these ids, which rise. */
struct table_set table_ids(const struct table *t, const int64_t *ids, size_t count,
                           struct arena *a);
/* Rows of `t` that have a row in `of`, a set of `parts`: the ids of these are the id of
 * a row of `t` shifted up by `shift` bits, and something below. */
struct table_set table_owners(const struct table *t, const struct table *parts, struct table_set of,
                              int shift, struct arena *a);

void set_and(struct table_set *s, struct table_set with);
void set_or(struct table_set *s, struct table_set with);
void set_and_not(struct table_set *s, struct table_set without);
uint64_t set_count(struct table_set s);

/* --- order ------------------------------------------------------------------------- */

#define TABLE_KEYS_MAX 8

struct table_key {
    size_t column;
    bool down;
    const struct table_set *shown; /* other rows count as empty; NULL: all are shown */
    struct cell last;              /* of the row before the page, with `behind` */
};
/* Empty cells come last, whichever way; rows that are equal in all keys by their ids. */
struct table_order {
    const struct table_key *keys;
    size_t key_count; /* at most TABLE_KEYS_MAX */
    bool id_down;
    bool behind; /* only rows that come after `last` of the keys, `last_id` */
    int64_t last_id;
};

/* The ids of up to `limit` rows of the set in this order, after the first `offset`;
 * how many. */
size_t table_page(int64_t *ids, const struct table *t, struct table_set of,
                  const struct table_order *o, size_t offset, size_t limit, struct arena *a);
#endif

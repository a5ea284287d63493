/* Numbers for the keys of columns. A key has one number in all segments of a reader, given when a segment is first
 * asked and kept with it: then counts add up by number, and no string is compared. */
#ifndef INDEX_KEYS_H
#define INDEX_KEYS_H
#include "index/plan.h"

/* A reader's numbers by column. A number is never taken back: they grow until the reader is closed. */
struct key_numbers {
    struct arena *a; /* the reader's */
    struct map *of[INDEX_COLUMNS_MAX];
};

struct column_keys {
    const uint32_t
        *numbers;  /* by ordinal; of COLUMN_U32 by document; 0: `key` drops it, COLUMN_NONE */
    uint32_t last; /* no number is larger, nor of a segment that was asked before */
    /* For each value of a document whose key an earlier value of it has. */
    const struct key_repeat {
        uint32_t doc, number;
    } * repeats;
    size_t repeat_count;
    struct arena *a;
};

/* The keys of the request: those kept with the segment, or where it has `moved`, its own. */
MUST_CHECK err_t segment_keys(struct column_keys *out, const struct segment *s,
                              const struct facet_request *r, const struct plan *p, struct err *e);
#endif

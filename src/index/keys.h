/* Numbers for the keys of columns. A key has one number in all segments of a reader, given when a segment is first
 * asked and kept with it: then counts add up by number, and no string is compared. */
#ifndef INDEX_KEYS_H
#define INDEX_KEYS_H
#include "index/query.h"
#include "index/segment.h"

struct key_numbers; /* of a reader; grows with the keys that it meets */
struct key_numbers *key_numbers_new(void);
void key_numbers_free(struct key_numbers *n); /* accepts NULL */

/* All numbers of the column are at most this; 0 is what `key` drops, and COLUMN_NONE. */
uint32_t key_numbers_last(struct key_numbers *n, int column);

struct column_keys {
    const uint32_t *numbers; /* by ordinal; of COLUMN_U32 by document */
    /* For each value of a document whose key an earlier value of it has. */
    const struct key_repeat {
        uint32_t doc, number;
    } * repeats;
    size_t repeat_count;
    struct arena *a;
};

/* The keys of the request: those kept with the segment, or where it has `moved`, its own in `a`. */
MUST_CHECK err_t segment_keys(struct column_keys *out, const struct segment *s,
                              const struct facet_request *r, struct key_numbers *n, struct arena *a,
                              struct err *e);
#endif

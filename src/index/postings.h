/* One term's documents in one immutable segment, in four ways that matchers
 * need: step by step, a window at a time, as a bitmap (frequent terms), and by
 * look-up of one document. Document numbers are the segment's own (0 … doc
 * count−1, in the segment's order); frequencies are weighted (schema.h), ≥ 1,
 * and 0 for terms that occur in weight-0 fields only.
 *
 * A list borrows the segment's mapping: it owns nothing, needs no close, and
 * must not outlive its snapshot. The pages below it are checked against their
 * checksums before postings_open returns OK, so its bytes are the ones that
 * were written. Byte layout: FORMAT.md, "Postings". */
#ifndef INDEX_POSTINGS_H
#define INDEX_POSTINGS_H
#include "base/err.h"
#include "index/segment.h"

#define DOC_END UINT32_MAX /* sorts after every document number */

/* What the dictionary says of a term. */
struct term_info {
    uint32_t doc_count; /* documents with it in this segment, deleted ones included */
    uint32_t max_freq;  /* largest weighted frequency */
    uint64_t offset, length; /* of its postings bytes in the segment */
    uint64_t positions_offset, positions_length; /* 0 length: no positions kept */
};

/* False when the segment does not hold the term. */
MUST_CHECK err_t segment_term(struct term_info *out, bool *found, const struct segment *s,
                              struct str term, struct err *e);

/* Terms from `prefix` on in byte order, for prefix queries and tools: calls fn
 * until it returns false or the prefix ends. */
MUST_CHECK err_t segment_each_term(const struct segment *s, struct str prefix,
                                   bool (*fn)(void *arg, struct str term,
                                              const struct term_info *info),
                                   void *arg, struct err *e);

enum postings_shape {
    POSTINGS_PACKED, /* blocks of delta-packed numbers with a skip table */
    POSTINGS_BITMAP, /* frequent: one bit a document, frequencies by rank */
};

struct postings {
    enum postings_shape shape;
    struct term_info info;
    const struct segment *segment;
    const uint8_t *bytes; /* private to postings.c from here on */
    uint32_t doc, freq;   /* cursor: current posting */
    uint32_t at;
    uint32_t block_len, block_at, block_no;
    uint32_t docs[128], freqs[128];
};

MUST_CHECK err_t postings_open(struct postings *out, const struct segment *s,
                               const struct term_info *info, struct err *e);

/* Cursor. postings_first puts it on the first posting; next and seek return the
 * current document, DOC_END past the last. seek never goes back. */
uint32_t postings_first(struct postings *p);
uint32_t postings_next(struct postings *p);
uint32_t postings_seek(struct postings *p, uint32_t target);

/* Windows, independent of the cursor: all postings with from ≤ doc < to into
 * docs[] and freqs[] (room for to−from each); returns how many. Calls with
 * rising windows are cheap (*hint starts as 0 and is the function's own). */
size_t postings_window(const struct postings *p, uint32_t from, uint32_t to, uint32_t *docs,
                       uint32_t *freqs, uint32_t *hint);

/* Presence bits of documents from … from+64·words−1 (from a multiple of 64) for
 * shape BITMAP: borrowed, word i bit j is document from+64i+j. */
const uint64_t *postings_bits(const struct postings *p, uint32_t from);

/* Frequency of one document, 0 … and *present false when it is not in the list. */
uint32_t postings_freq_of(const struct postings *p, uint32_t doc, bool *present);

/* Largest value of f/(f + norm(doc)) in the documents of [from, to) is at most
 * this, from the block bounds; `norm_min` is the smallest norm of the window. */
float postings_bound(const struct postings *p, uint32_t from, uint32_t to, float norm_min);

/* Positions of the cursor's current posting, rising; borrowed until the next
 * call. E_CORRUPT. *count 0 where none are kept. */
MUST_CHECK err_t postings_positions(const uint32_t **out, size_t *count, struct postings *p,
                                    struct arena *a, struct err *e);
#endif

/* One term's documents in one immutable segment, in the ways that matchers
 * need: step by step, a window at a time, as presence bits, the few heavy ones
 * of a frequent term, and by look-up of one document. Document numbers are the
 * segment's own (0 … doc count−1, in the segment's order: by weighted length);
 * frequencies are weighted (schema.h), 1..FREQ_MAX, and 0 where the term occurs
 * in weight-0 fields only.
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
    uint32_t doc_count;      /* documents with it in this segment, deleted ones included */
    uint32_t max_freq;       /* largest weighted frequency */
    uint32_t single_doc;     /* doc_count 1: the document itself; no bytes are kept */
    uint64_t offset, length; /* of its postings bytes in the segment */
    uint64_t positions_offset, positions_length; /* 0 length: no positions kept */
};

/* False when the segment does not hold the term. */
MUST_CHECK err_t segment_term(struct term_info *out, bool *found, const struct segment *s,
                              struct str term, struct err *e);

/* The same for many terms, at a fraction of the time: what they need of the
 * dictionary and the first bytes of their lists are fetched together, not one
 * wait after the other. doc_count 0: the segment does not hold the term. */
MUST_CHECK err_t segment_terms(struct term_info *out, const struct segment *s,
                               const struct str *terms, size_t count, struct err *e);

/* Terms from `prefix` on in byte order, for prefix queries and tools: calls fn
 * until it returns false or the prefix ends. */
MUST_CHECK err_t segment_each_term(const struct segment *s, struct str prefix,
                                   bool (*fn)(void *arg, struct str term,
                                              const struct term_info *info),
                                   void *arg, struct err *e);

enum postings_shape {
    POSTINGS_SINGLE, /* one document, from the dictionary */
    POSTINGS_PACKED, /* Elias-Fano numbers, frequency codes by rank */
    POSTINGS_BITMAP, /* frequent: one bit a document, frequency codes by rank, and
                        apart a list of the heavy postings */
};

#define POSTINGS_WINDOW 16384u /* best window: what the directories and caches are cut to */
#define POSTINGS_SLACK 64u     /* extra room that docs[] and freqs[] of a window need */

struct postings {
    enum postings_shape shape;
    struct term_info info;
    uint32_t segment_docs; /* documents in the segment */
    uint32_t heavy_count;  /* BITMAP: postings with freq > heavy_above */
    uint32_t heavy_above;  /* BITMAP: ≥ 1; all other postings have freq ≤ this */
    /* Private to postings.c from here on. */
    const struct segment *segment;
    struct postings_list {
        uint32_t count, universe, escapes, bigs;
        uint8_t low_bits, code_bits, base, constant, stride_log2;
        const uint8_t *ranks, *escape_ranks; /* directory, or NULL */
        const uint8_t *low, *high, *codes, *nibbles, *big;
        const uint64_t *bits; /* BITMAP */
    } list, heavy;
    uint32_t rank; /* cursor: number of the current posting in the list */
    struct {
        uint32_t rank;           /* posting whose positions' record begins at `at` */
        const uint8_t *at, *end; /* end: of its group; NULL: none was read */
    } walk;
    uint32_t from, len, at;
    uint32_t docs[128 + POSTINGS_SLACK];
    uint8_t freqs[128 + POSTINGS_SLACK];
};

MUST_CHECK err_t postings_open(struct postings *out, const struct segment *s,
                               const struct term_info *info, struct err *e);

/* Cursor. postings_first puts it on the first posting; next and seek return the
 * current document, DOC_END past the last. seek never goes back. */
uint32_t postings_first(struct postings *p);
uint32_t postings_next(struct postings *p);
uint32_t postings_seek(struct postings *p, uint32_t target);
/* Document and frequency under the cursor. */
static inline uint32_t postings_doc(const struct postings *p)
{
    return p->at < p->len ? p->docs[p->at] : DOC_END;
}
static inline uint32_t postings_freq(const struct postings *p)
{
    return p->freqs[p->at];
}

/* Where a walk by rising windows stands; zeroed before the first call, one per
 * list and walk. NULL instead costs a look into the directory. */
struct postings_hint {
    uint32_t doc, rank, escape;
};

/* Windows, independent of the cursor: all postings with from ≤ doc < to into
 * docs[] and freqs[] (freqs NULL: not wanted); returns how many. Room: their
 * number (≤ to−from and ≤ doc_count) + POSTINGS_SLACK. A whole list is the
 * window 0 … segment_docs. With a hint, calls must have rising windows. */
size_t postings_window(const struct postings *p, uint32_t from, uint32_t to, uint32_t *docs,
                       uint8_t *freqs, struct postings_hint *hint);

/* The same, for the heavy postings of shape BITMAP only (freq > heavy_above). */
size_t postings_heavy(const struct postings *p, uint32_t from, uint32_t to, uint32_t *docs,
                      uint8_t *freqs, struct postings_hint *hint);

/* Presence bits of documents from … to−1, from a multiple of 64: word i bit j is
 * document from+64i+j; bits past `to` in the last word are unspecified. Any
 * shape; BITMAP borrows from the mapping (from a multiple of 512: 64-byte
 * aligned), others fill `scratch` (⌈(to−from)/64⌉ words) and return it. */
const uint64_t *postings_bits(const struct postings *p, uint32_t from, uint32_t to,
                              uint64_t *scratch);

/* Frequency of one document; *present false (and 0) when it is not in the list. */
uint32_t postings_freq_of(const struct postings *p, uint32_t doc, bool *present);

/* Positions of the cursor's current posting, rising; borrowed until the next
 * call. E_CORRUPT. *count 0 where none are kept. */
MUST_CHECK err_t postings_positions(const uint32_t **out, size_t *count, struct postings *p,
                                    struct arena *a, struct err *e);
#endif

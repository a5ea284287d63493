/* One immutable segment file, mapped. Every 16 KiB page has a checksum; a page
 * is checked once per process, at first touch, so opening a large index reads
 * almost nothing and damage is found before its bytes are used. */
#ifndef INDEX_SEGMENT_H
#define INDEX_SEGMENT_H
#include "base/err.h"
#include "index/schema.h"

struct segment;

uint32_t segment_doc_count(const struct segment *s); /* deleted ones included */

/* Live documents as a bitmap of ⌈doc_count/64⌉ words; NULL: all are live. */
const uint64_t *segment_live_bits(const struct segment *s);

/* The user's id of a document; and back: DOC_END when not here or deleted. */
MUST_CHECK err_t segment_id_of(uint64_t *out, const struct segment *s, uint32_t doc, struct err *e);
MUST_CHECK err_t segment_doc_of(uint32_t *out, const struct segment *s, uint64_t id, struct err *e);

/* Weighted lengths, one per document, checked and borrowed. They never fall:
 * documents are numbered in the order of their lengths, so a window has similar
 * norms, and its last document has the largest. match/pruned.c bounds scores by
 * that; builder_docs asserts it of what is written, and the Elias-Fano code of a
 * file can say nothing else. */
MUST_CHECK err_t segment_lengths(const uint32_t **out, const struct segment *s, struct err *e);

/* --- columns ---------------------------------------------------------------- */
/* Index of a column in the schema, or -1. */
int segment_column(const struct segment *s, const char *name);
/* COLUMN_U32: one value per document, borrowed. */
MUST_CHECK err_t segment_numbers(const uint32_t **out, const struct segment *s, int column,
                                 struct err *e);
/* The smallest value of such a column and one more than its largest; low ≥ end where no document has
 * a value. After segment_numbers of the column. */
struct column_range {
    uint32_t low, end;
    bool whole; /* every document has a value */
};
struct column_range segment_range(const struct segment *s, int column);
/* COLUMN_STRINGS: ordinals of document d are ords[starts[d]] … ords[starts[d+1]-1],
 * rising without repeats; the strings are sorted by bytes. */
struct column_strings {
    const uint32_t *starts; /* doc_count + 1 */
    const uint32_t *ords;
    const uint32_t *counts; /* by ordinal: documents, deleted ones included */
    uint32_t value_count;
};
MUST_CHECK err_t segment_strings(struct column_strings *out, const struct segment *s, int column,
                                 struct err *e);
/* The string of an ordinal, borrowed; and the first ordinal ≥ value. */
MUST_CHECK err_t segment_string(struct str *out, const struct segment *s, int column, uint32_t ord,
                                struct err *e);
MUST_CHECK err_t segment_ord_of(uint32_t *out, bool *found, const struct segment *s, int column,
                                struct str value, struct err *e);
#endif

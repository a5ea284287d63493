/* The documents of one segment that a query tree matches, as a bitmap; and the
 * postings of leaves that no stored list answers (terms in one field, phrases).
 *
 * Bitmaps have docset_words(segment) words; bits past the last document are 0.
 * Deleted documents are members like any other: the caller takes them away. */
#ifndef INDEX_DOCSET_H
#define INDEX_DOCSET_H
#include "base/arena.h"
#include "index/postings.h"
#include "index/scratch.h"

/* Where lists are decoded to, one after the other. */
struct docset_room {
    uint32_t *docs;
    size_t cap;
};

struct docset {
    const struct segment *segment;
    const struct index_schema *schema;
    struct docset_room *room;
    struct search_scratch *memory; /* for sets */
    struct arena *scratch; /* for the rest: the arena of `memory`, or one that its owner resets */
    /* Sets of phrases and field terms that were worked out as scoring leaves. */
    const struct docset_known *known;
};

struct docset_known {
    const struct docset_known *next;
    const struct query *node;
    const uint64_t *set;
};

size_t docset_words(const struct segment *s);

static inline bool docset_has(const uint64_t *set, uint32_t doc)
{
    return set[doc / 64] >> (doc % 64) & 1;
}

/* words = documents that match `q` and, where `within` is given, are in it. The
 * tree has passed the checks of plan_make. E_CORRUPT, E_IO. */
MUST_CHECK err_t docset_match(uint64_t *words, const struct docset *x, const struct query *q,
                              const uint64_t *within, struct err *e);

/* Takes the documents out of `words` in which the NEAR does not stand (near.c). */
MUST_CHECK err_t docset_keep_near(uint64_t *words, const struct docset *x, const struct query *q,
                                  struct err *e);

uint64_t docset_count(const uint64_t *words, size_t count);

/* A list kept in memory, documents rising, DOC_END behind the last. */
struct doc_list {
    uint32_t *docs;
    uint8_t *freqs;
    uint32_t count, max_freq;
};

/* Documents of `within` (NULL: all) with `term` in `field`, with that field's own
 * weighted frequency. */
MUST_CHECK err_t docset_field_list(struct doc_list *out, const struct docset *x, struct str term,
                                   uint32_t field, const uint64_t *within, struct err *e);

/* Puts the list's documents into the set. */
void docset_add_list(uint64_t *words, const struct doc_list *list);
#endif

/* A query worked out against one snapshot: what matchers see. They get a flat
 * list of scoring leaves, per segment each leaf's postings, and a bitmap of the
 * documents that may be answered; no tree and no file.
 *
 * All of it lives in the scratch memory of the search. */
#ifndef INDEX_PLAN_H
#define INDEX_PLAN_H
#include "index/docset.h"
#include "index/score.h"
#include "index/scratch.h"

struct plan_leaf {
    enum query_score kind;
    float factor; /* score_factor over all segments */
    uint32_t tag;
    struct str term;
    const struct query *node; /* the TERM or PHRASE it belongs to */
};

enum list_kind {
    LIST_NONE,   /* no document of the segment */
    LIST_STORED, /* postings of the segment */
    LIST_OWN     /* worked out for this query: phrase, term in one field */
};

struct plan_list {
    enum list_kind kind;
    uint32_t doc_count, max_freq;
    struct postings *stored;
    struct doc_list own;
};

struct plan_segment {
    const struct segment *segment;
    uint32_t number, docs;   /* in the snapshot; deleted documents included */
    const uint32_t *lengths; /* rising: documents are ordered by length (segment.h) */
    const uint32_t *ranks;   /* values of plan_request.then_by; NULL: none */
    bool ranks_rise;         /* the smallest first */
    struct plan_list *lists; /* one per leaf */
    /* Documents that may be answered (alive, filter, tree); NULL: all. */
    const uint64_t *allowed;
    uint64_t allowed_count; /* where allowed is exact (plan.exact); else not used */
};

struct plan {
    const struct snapshot *snapshot;
    struct search_scratch *scratch; /* all of the plan lives in there */
    struct score_norm norm;
    const struct plan_leaf *leaves;
    size_t leaf_count;
    struct plan_segment *segments;
    size_t segment_count;
    /* The allowed documents are the matches, also those that no leaf is in. Else
     * a match is an allowed document that is in the list of some leaf. */
    bool exact;
};

struct plan_request {
    const struct query *query, *filter; /* filter may be NULL */
    /* Work out the exact set of matches even where a matcher could do without
     * (totals, facets). */
    bool need_set;
    const char *then_by;              /* search_options.then_by */
    bool rising;                      /* ORDER_RISING */
    bool lists_only;                  /* no sets: for explanations */
    struct search_scratch *remembers; /* what terms are looked up with; NULL: the plan's */
};

/* Checks every rule of query.h about the form of both trees. E_INVALID, E_LIMIT;
 * E_CORRUPT, E_IO. */
MUST_CHECK err_t plan_make(struct plan *out, const struct snapshot *s, const struct plan_request *r,
                           struct search_scratch *scratch, struct err *e);

/* Matches of a plan that is exact. */
uint64_t plan_matches(const struct plan *p);

/* Postings with from ≤ doc < to of one leaf's list, as postings_window: same
 * room, same hint. */
size_t plan_list_window(const struct plan_list *list, uint32_t from, uint32_t to, uint32_t *docs,
                        uint8_t *freqs, struct postings_hint *hint);

/* Frequency of a document; *present false when the list does not hold it. */
uint32_t plan_list_freq(const struct plan_list *list, uint32_t doc, bool *present);
#endif

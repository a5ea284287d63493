/* Queries as trees, top-k, totals and facets over a snapshot. One entry serves
 * the command line, the API and the bench.
 *
 * A query says two things. Which documents match: its tree, read as a set. And
 * how well: every scoring leaf (TERM, and each term of a PHRASE) that is not
 * below a NOT adds its part to each matching document that holds it, whatever
 * other branch of the tree made the document match. So the score is a sum over
 * a flat list of leaves, and the set is a bitmap; a matcher sees only those.
 * A tree without scoring leaves gives every match the score 0.
 *
 * Bounds (base/limits.h): QUERY_DEPTH_MAX levels, QUERY_TERMS_MAX scoring
 * leaves; beyond them E_LIMIT. A tree that makes no sense
 * (weight not > 0, a column or field that the schema lacks, a field or phrase
 * asked of an index without positions) is E_INVALID. */
#ifndef INDEX_QUERY_H
#define INDEX_QUERY_H
#include "base/arena.h"
#include "base/err.h"
#include "index/snapshot.h"

enum query_op {
    QUERY_TERM,    /* scores; with a field: only documents with the term in that field, and
                     the frequency is the one of that field alone */
    QUERY_PHRASE,  /* terms at consecutive positions of one field; its terms score as TERMs in any
                     field, also where the phrase does not stand */
    QUERY_AND,     /* children; a document must match all; without children: every document */
    QUERY_OR,      /* without children: none */
    QUERY_NOT,     /* one child; matches what the child does not; adds no score */
    QUERY_ALL,     /* every document, score 0 */
    QUERY_NEAR,    /* two children; a document in which both stand in one field without overlap, the
                      second begins at most `apart` positions behind the end of the first, or unless
                      `ordered` the first so behind the second. Children: TERM, PHRASE, PREFIX,
                      NEAR (from the beginning to the end of a pair), OR of these */
    QUERY_PREFIX,  /* any term that starts with `term` (with a field: in that field) and whose rest
                      is as `rest` says (pattern_matches): filter only, score 0 */
    QUERY_TERMS,   /* any of `terms`, in any field: filter only, score 0 */
    QUERY_NUMBERS, /* column in [low, high]; score 0 */
    QUERY_STRINGS  /* column holds one of `values` exactly, or, with `part`, a value that
                      contains one of them, or, with `map`, a value that it maps to one of
                      them; score 0 */
};

enum query_score {
    SCORE_BM25,    /* weight · idf · f/(f + norm) · (k1+1 left out: order is the same) */
    SCORE_PRESENT, /* weight · ln(N/df) when the document has the term; at least 0 */
    SCORE_NONE     /* matches, adds 0 */
};

#define FIELD_ANY UINT32_MAX

/* Maps a value of a column into `out` (at most cap bytes, CELL_TEXT_MAX of them); returns length,
 * 0 to drop. Called once per distinct value, not per document. `value` for COLUMN_STRINGS, else
 * `number`. */
typedef size_t (*value_map)(char *out, size_t cap, struct str value, uint32_t number, void *arg);
#define CELL_TEXT_MAX 512

struct query {
    enum query_op op;
    struct str term;         /* TERM, PREFIX */
    struct str rest;         /* PREFIX; empty: anything */
    const struct str *terms; /* PHRASE: in order; empty str: any one token there. TERMS */
    size_t term_count;
    uint32_t width; /* TERM, PHRASE in a NEAR: positions that its last term takes beyond one */
    uint32_t apart; /* NEAR: at least 1 */
    bool ordered;
    uint32_t field; /* TERM, PHRASE, PREFIX: field number, or FIELD_ANY */
    enum query_score score;
    float weight; /* > 0; not looked at where score is NONE */
    const struct query *children;
    size_t child_count;
    int column;         /* NUMBERS, STRINGS */
    uint32_t low, high; /* NUMBERS, both included; COLUMN_NONE is never inside */
    const struct str *values;
    size_t value_count;
    bool part;
    value_map map; /* STRINGS */
    void *map_arg;
    uint32_t tag; /* the user's own; comes back in explanations */
};

/* Patterns of PREFIX.rest, over code points. */
#define PATTERN_ANY '*'      /* any number of them */
#define PATTERN_ONE '?'      /* one */
#define PATTERN_MAYBE '\x01' /* one or none */
bool pattern_matches(struct str pattern, struct str text);

struct hit {
    uint64_t id;
    float score;
    uint32_t segment, doc; /* in the snapshot that was searched */
    uint32_t rank;         /* among equal scores the larger first (then_by); 0 without */
};

struct facet_value {
    struct str value; /* COLUMN_STRINGS */
    uint32_t number;  /* COLUMN_U32; with `key` that of the key */
    uint64_t count;
};

struct facet_request {
    int column;
    size_t top; /* largest counts first, ties by value; 0: all */
    /* For COLUMN_STRINGS, NULL: the value. Values with one key count as one, a document once; the result has every value met
     * of the keys with the `top` largest counts, ties too, each with its key's count. Always the same one for a column. */
    value_map key;
    /* The asker's own key for the values that have a key of `moved`. */
    value_map own;
    void *own_arg;
    const struct str *moved;
    size_t moved_count;
};
struct facet_result {
    const struct facet_value *values;
    size_t count;
    uint64_t distinct; /* how many values, or keys, there are before `top` cut the list */
};

/* Working memory that a thread may keep from search to search; holds nothing of
 * a query, and saves a search from asking the system for fresh pages. For one
 * search at a time. */
struct search_scratch;
struct search_scratch *search_scratch_new(void);
void search_scratch_free(struct search_scratch *s); /* accepts NULL */
/* Until it forgets, terms are looked up once for all searches of a snapshot, which must live as long. */
void search_scratch_remember(struct search_scratch *s, const struct snapshot *of);
void search_scratch_forget(struct search_scratch *s);

enum search_order {
    ORDER_SCORE,   /* score falling, then `then_by` falling, then id rising */
    ORDER_FALLING, /* `then_by` falling, then id rising */
    ORDER_RISING   /* `then_by` rising, then id rising */
};

struct search_options {
    size_t k, offset; /* up to k hits from number `offset` of the ordered list on; memory grows
                         with offset + k, but not beyond the number of matches */
    enum search_order order;
    /* A COLUMN_U32; documents without a value come behind those with one. NULL: none. */
    const char *then_by;
    const char *matcher; /* NULL: the default; names of index/match/ ("exhaustive", "pruned") */
    bool total;          /* count all matches exactly */
    const struct query *filter;         /* may be NULL; its matches only; adds no score */
    const struct facet_request *facets; /* counted over all matches (query and filter) */
    size_t facet_count;
    struct search_scratch *scratch; /* NULL: made and freed by the search */
};

struct search_result {
    const struct hit *hits;
    size_t hit_count;
    uint64_t total;
    const struct facet_result *facets;
};

/* Score of a TERM with SCORE_BM25: idf = ln(1 + (N − n + 0.5)/(n + 0.5)) with N
 * live documents and n those of all segments with the term (deleted ones still
 * counted until a merge drops them, but never more than N); norm =
 * k1·(1 − b + b·length/average). A document's score is the float sum in the
 * order of the query's leaves, so all matchers give the same bits, however the
 * documents are spread over segments. Results live in `a`. Facets leave out
 * COLUMN_NONE. E_INVALID, E_LIMIT; E_CORRUPT, E_IO: then there is no result. */
MUST_CHECK err_t index_search(struct search_result *out, const struct snapshot *s,
                              const struct query *q, const struct search_options *o,
                              struct arena *a, struct err *e);

/* out[i]: documents that have terms[i], also deleted ones that no merge has taken out. E_CORRUPT, E_IO. */
MUST_CHECK err_t index_doc_counts(uint64_t *out, const struct snapshot *s, const struct str *terms,
                                  size_t count, struct search_scratch *scratch, struct err *e);

/* held[i]: a live document has terms[i]. E_CORRUPT, E_IO. */
MUST_CHECK err_t index_holds(bool *held, const struct snapshot *s, const struct str *terms,
                             size_t count, struct arena *a, struct err *e);

/* An explainer tells how the score of a hit is made up: a part for each scoring leaf
 * that adds to it, the largest first. Added in the order of `leaf`, the parts give the
 * hit's score, bit for bit. It looks the query's terms up once for all hits. Reasons
 * and tests use it. */
struct score_part {
    uint32_t leaf; /* number of the leaf in the query, from 0, in reading order */
    uint32_t tag;
    struct str term; /* the query's own */
    float score;
};
struct explainer;
/* `s` and `q` must live as long. remembers: see search_scratch_remember; may be NULL. The errors of
 * index_search, and NULL then. */
MUST_CHECK err_t explainer_new(struct explainer **out, const struct snapshot *s,
                               const struct query *q, struct search_scratch *remembers,
                               struct err *e);
/* `hit`: of the same snapshot, else E_INVALID. The parts live in `a`. */
MUST_CHECK err_t index_explain(const struct score_part **out, size_t *count,
                               const struct explainer *x, const struct hit *hit, struct arena *a,
                               struct err *e);
void explainer_free(struct explainer *x); /* accepts NULL */

/* Cells of up to three columns over the matches of `q`: every combination of a
 * document's values counts once per document. For COLUMN_STRINGS, values are
 * first cut or mapped by `map` (NULL: as they are): two values of one document
 * that map to the same cell count once. */
struct cell_axis {
    int column;
    value_map map; /* NULL: the value as it is, or the number in decimal */
    void *arg;
};
struct cell_count {
    struct str *key; /* one per axis, the user's to change; equal ones lie in one place */
    uint64_t count;
};
#define CELL_AXES_MAX 3

struct match_totals {
    uint64_t documents, groups;
};

/* Cells come in byte order of their keys, first axis first; the totals count
 * all matches, also those that fall into no cell. With `groups`, a cell counts
 * its groups (below) by this column; −1: its documents, and totals.groups is 0. */
MUST_CHECK err_t index_cells(const struct cell_count **out, size_t *count,
                             struct match_totals *totals, const struct snapshot *s,
                             const struct query *q, const struct query *filter,
                             const struct cell_axis *axes, size_t axis_count, int groups,
                             struct search_scratch *scratch, struct arena *a, struct err *e);

/* A group is the documents with one 64-bit key: its lower half stands in the
 * COLUMN_U32 `column`, its upper half in the next one. */
MUST_CHECK err_t index_group_of(uint64_t *key, const struct snapshot *s, const struct hit *hit,
                                int column, struct err *e);

struct group_size {
    uint64_t key, count; /* count: matches; filled by index_groups */
};

/* Counts the matches and their groups, and the matches in each of `sizes`. Takes 8
 * bytes a match of the scratch memory. */
MUST_CHECK err_t index_groups(struct match_totals *out, struct group_size *sizes, size_t count,
                              const struct snapshot *s, const struct query *q,
                              const struct query *filter, int column,
                              struct search_scratch *scratch, struct err *e);

/* Names of the matchers, NULL-terminated, the default first; property tests loop
 * over them. */
extern const char *const index_matchers[];
#endif

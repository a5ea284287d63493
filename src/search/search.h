/* Searching patents: joins the engine (index/) with the records (model/). One
 * function each serves command line, API and bench. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "db/store.h"
#include "text/json.h"

/* --- following the store (search/indexer.c) ------------------------------- */
struct indexer;

/* Takes index/LOCK. E_BUSY: another process follows already, and will pick up
 * what this one wrote. An index of another schema or a damaged one is rebuilt
 * from the store. */
MUST_CHECK err_t indexer_open(struct indexer **out, struct store *store, const char *index_dir,
                              struct err *e);
/* Replay the change table up to its end, in batches, committing; *done is how
 * many changes were taken in. */
MUST_CHECK err_t indexer_follow(struct indexer *x, uint64_t *done, struct err *e);
MUST_CHECK err_t indexer_optimise(struct indexer *x, struct err *e); /* merge to one segment */
void indexer_close(struct indexer *x);

/* --- searching ------------------------------------------------------------- */
struct searcher; /* one per process; its functions may be called from any thread */

/* index_dir without an index: searches find nothing, until one appears. */
MUST_CHECK err_t searcher_open(struct searcher **out, struct store *store, const char *index_dir,
                               const struct clock *clock, struct err *e);
void searcher_close(struct searcher *s);

struct search_request {
    struct str query;          /* query syntax (search/syntax.h); empty: all documents */
    struct str text;           /* match: long text; exactly one of query and text is used */
    const struct str *filters; /* "ipc=H01M", "date=2019..2024", "applicant=华为" … */
    size_t filter_count;
    size_t k, offset;          /* k 0: 10 */
    bool facets;
    bool reasons;              /* match: which terms weigh most, which classes are shared … */
    const char *matcher;       /* NULL: default */
};

struct highlight {
    struct str field;      /* "title", "abstract", "claims" … */
    struct str text;       /* excerpt as written */
    const struct {
        uint32_t from, to; /* byte ranges in `text` */
    } *marks;
    size_t mark_count;
};

struct reason {
    struct str kind; /* "term" "class" "applicant" "region" */
    struct str value;
    double weight;   /* part of the score */
};

struct found {
    int64_t id;
    struct str number, title, applicant, date, ipc, status, type, office; /* for tables; may be empty */
    double score;
    const struct highlight *highlights;
    size_t highlight_count;
    const struct reason *reasons;
    size_t reason_count;
};

struct facet {
    struct str name; /* office type status year ipc3 ipc4 applicant inventor region */
    const struct {
        struct str value, label;
        uint64_t count;
    } *values;
    size_t count;
    uint64_t distinct;
};

struct search_reply {
    const struct found *hits;
    size_t hit_count;
    uint64_t total;
    const struct facet *facets;
    size_t facet_count;
    double ms; /* from request to reply, records joined */
    struct str note; /* e.g. "n terms unknown", "index is k records behind the store"; may be empty */
};

/* E_INVALID: an error in the query or a filter; the text points at the
 * character ("… at character 7: 'AND' needs something after it"). */
MUST_CHECK err_t search_run(struct search_reply *out, struct searcher *s,
                            const struct search_request *q, struct arena *a, struct err *e);

struct landscape_request {
    struct str query;
    const struct str *filters;
    size_t filter_count;
    const struct str *by; /* 1..3 of: year office ipc1 ipc3 ipc4 ipc7 ipc applicant inventor
                             region status type wipo35 sei */
    size_t by_count;
};
struct landscape_reply {
    const struct {
        const struct str *key; /* by_count */
        uint64_t count;
    } *cells; /* largest count first, then by key; with `year` first: by key */
    size_t cell_count;
    uint64_t total; /* records that match */
    double ms;
};
MUST_CHECK err_t landscape_run(struct landscape_reply *out, struct searcher *s,
                               const struct landscape_request *q, struct arena *a, struct err *e);

/* One JSON document each, as design.md §5 names the keys. */
void search_reply_json(struct jout *j, const struct search_reply *r, bool with_reasons);
void landscape_reply_json(struct jout *j, const struct landscape_reply *r);

/* Field number → query field names, for help and the page: NULL-terminated. */
extern const char *const search_filter_names[];
extern const char *const landscape_dimension_names[];
#endif

/* Searching patents: joins the engine (index/) with the records (model/). One
 * function each serves command line, API and bench. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H
#include "base/arena.h"
#include "base/clock.h"
#include "base/err.h"
#include "model/store_read.h"
#include "text/json.h"

/* --- following the store (search/indexer.c) ------------------------------- */
struct indexer;

/* Two ways to index the same records. The plain one exists to compare with: it
 * has title and abstract at weight 1, words unstemmed, no single characters;
 * searching it is plain BM25, by the same code. */
enum index_kind { INDEX_FULL, INDEX_PLAIN };

/* Takes index/LOCK. E_BUSY: another process follows already, and will pick up
 * what this one wrote. An index of another schema, a damaged one, or one that is
 * ahead of the store (an older backup was restored) is rebuilt from the store. */
MUST_CHECK err_t indexer_open(struct indexer **out, struct store *store, const char *index_dir,
                              enum index_kind kind, struct err *e);
/* Replay the change table up to its end, in batches, committing; *done (may be
 * NULL) is how many changes were taken in. */
MUST_CHECK err_t indexer_follow(struct indexer *x, uint64_t *done, struct err *e);
/* The same while the store is being filled: what was taken in is committed only
 * now and then (every 50,000 changes or 5 s), so that the index does not come in
 * crumbs. Once the store is full, indexer_follow brings it to the end. */
MUST_CHECK err_t indexer_follow_filling(struct indexer *x, uint64_t *done, struct err *e);
/* Forget the index and take every record in again (`zhiyun reindex`). */
MUST_CHECK err_t indexer_rebuild(struct indexer *x, uint64_t *done, struct err *e);
MUST_CHECK err_t indexer_optimise(struct indexer *x, struct err *e); /* merge to one segment */
/* The number of the last change in the store. */
MUST_CHECK err_t indexer_last_change(int64_t *out, struct store *store, struct err *e);
/* The last change that a search finds; -1: there is no index, or one that is being made again. Takes no lock. */
MUST_CHECK err_t indexer_followed(int64_t *change, const char *index_dir, struct err *e);
/* Set *is to true if a search finds all changes of the store up to the number `change`. */
MUST_CHECK err_t indexer_holds(bool *is, const char *index_dir, int64_t change, struct err *e);
void indexer_close(struct indexer *x); /* accepts NULL */

/* --- searching ------------------------------------------------------------- */
struct searcher; /* one per process; its functions may be called from any thread */

/* index_dir without an index: searches of an empty store find nothing; of a filled
 * one they are E_CORRUPT, as those that meet a damaged index. */
MUST_CHECK err_t searcher_open(struct searcher **out, struct store *store, const char *index_dir,
                               const struct clock *clock, struct err *e);
void searcher_close(struct searcher *s); /* accepts NULL */
/* Whether a search met an index that is gone or damaged since this was last asked.
 * Who follows the store then makes it again (indexer_rebuild). */
bool searcher_met_damage(struct searcher *s);
/* Ask the thread that follows the store to rebuild the index; note that it did; how often it did. */
void searcher_ask_rebuild(struct searcher *s);
void searcher_note_rebuild(struct searcher *s);
uint64_t searcher_rebuilds(struct searcher *s);
/* As indexer_followed. */
MUST_CHECK err_t searcher_followed(int64_t *change, struct searcher *s, struct err *e);
/* As indexer_holds. */
MUST_CHECK err_t searcher_holds(bool *is, struct searcher *s, int64_t change, struct err *e);
/* For who follows nothing: make the index again, while no search runs. E_BUSY:
 * another process has it in hand. */
MUST_CHECK err_t searcher_mend(struct searcher *s, struct err *e);

/* Which evidence a match uses beside the words of the text. */
enum match_evidence {
    MATCH_CLASSES = 1,       /* classes named in the text, else those of the best first answers */
    MATCH_FEEDBACK = 2,      /* words of the best first answers */
    MATCH_WEIGHTS = 4,       /* 3tf/(tf+2), stop list, the 150 best words; else every word once */
    MATCH_CITERS = 8,        /* what the best hits cite (citers.h) */
    MATCH_TRANSLATIONS = 16, /* words of another language (translate.h) */
    MATCH_ALL = 31,
};

/* A topic database that a filter topic=… names, with the numbers of its patents. Whose
 * they are and who may see them is the records' to say: the asker hands in those that it
 * may read at this moment (api/search_records.h), and a name that is not among them is refused as
 * one that does not exist. So neither a hit, a total, a facet nor a cell tells of others.
 *
 * Publications themselves are open to whoever may search; nothing else is in the index. */
struct search_topic {
    struct str name; /* as the filter writes it */
    const struct str *numbers;
    size_t number_count;
};
#define TOPIC_NUMBERS_MAX 100000 /* of one search: 20 ms and 30 MB */

/* Names of applicants that count as one under `name`, each with all that differ from it in their
 * legal form alone; or, `apart`, that do not count as one although they differ in it alone. */
struct search_group {
    int64_t id; /* of its record; 0: it is another unit's */
    struct str name;
    const struct str *names;
    size_t name_count;
    bool apart;
};
#define GROUPS_MAX 10000 /* of one search */

/* Records that the asker may read at this moment and that its searches apply. */
struct search_records {
    const struct search_topic *topics;
    size_t topic_count;
    const struct search_group *groups; /* of two that list a name the first counts */
    size_t group_count;
};

/* The names that filters on topics say, those in braces in the query too, each once; how many. */
size_t search_topic_names(const struct str **out, struct str query, const struct str *filters,
                          size_t filter_count, struct arena *a);

/* By the date that a hit shows (its publication's, else grant's, else application's), or by how often
 * it is cited; hits without one come last, equal ones by rising id. */
enum search_sort { SORT_RELEVANCE, SORT_OLDEST, SORT_NEWEST, SORT_CITED };
/* "relevance" (or empty), "date" (the oldest first), "-date", "-cited" (the most cited first). E_INVALID: another word. */
MUST_CHECK err_t search_sort_parse(enum search_sort *out, struct str word, struct err *e);

struct search_request {
    struct str query;          /* query syntax (search/syntax.h); empty: all documents */
    struct str text;           /* match: long text; when not empty, `query` is not used */
    const struct str *filters; /* "ipc=H01M", "date=2019..2024", "office!=US" … (filters.h) */
    size_t filter_count;
    struct search_records records;
    const struct str *keys; /* the publications of these keys alone (patent_key); none: all */
    size_t key_count;
    size_t k, offset; /* k 0: 10; at most RESULTS_MAX records are read, any number of ids */
    enum search_sort sort;
    bool facets;
    bool families;     /* hits: the best of each family (families.h); k and offset count families */
    bool reasons;      /* match: which terms weigh most, which classes are shared … */
    unsigned evidence; /* match: enum match_evidence, or'ed; 0: MATCH_ALL */
    const struct patent
        *own;          /* match: the record whose text this is; NULL: none. Its classes count,
                                 and it and its family cite nothing */
    struct str before; /* match: leaves out what is known to be published on this day or later, as a
                          filter writes dates; empty: nothing */
    bool bare;         /* match: the words alone, no other evidence (`evidence` unused) */
    bool ids_only;     /* hits carry id and score alone; nothing is read from the store */
    const char *matcher; /* NULL: default */
    /* match: words that count as if the text did not have them, or as if it had; symbols of classes
     * among them, likewise with what lies below them */
    const struct str *dropped, *added;
    size_t dropped_count, added_count; /* at most MATCH_CHANGES_MAX */
};

struct mark {
    uint32_t from, to; /* byte range in the highlight's text */
};

struct highlight {
    struct str field; /* "title", "abstract", "claims", "description"; search_label names it */
    struct str text;  /* excerpt as written; "…" where it was cut */
    const struct mark *marks;
    size_t mark_count;
};

struct reason {
    struct str
        kind; /* "term" "translation" "class" "related" "citer" "family" "applicant" "region" */
    struct str value;
    double weight; /* part of the score, 0..1; 0 for what is stated without counting */
};

struct found {
    int64_t id;
    struct str number, title, applicant, date, ipc, status, type,
        office;             /* for tables; may be empty */
    struct str status_date; /* the day for which the data say so; empty: not known */
    struct str status_label, type_label, office_label;
    double score;
    double similarity; /* match: to the text, 0..1, alike for all texts (match.h) */
    const struct highlight *highlights;
    size_t highlight_count;
    const struct reason *reasons;
    size_t reason_count;
    int64_t times_cited; /* as the source counts; -1: not known */
    uint64_t others;     /* families: how many more documents of its family match */
#define SEARCH_COLUMNS 18
    struct str cells[SEARCH_COLUMNS]; /* of an export (search_cells) */
};

struct facet_row {
    struct str value; /* a filter of the facet with this value finds exactly `count` records */
    struct str label; /* for people */
    uint64_t count;
    /* Names that were united in this row, as written, at most NAMES_MAX, and the ids of the records
     * that unite them; none where the row is one name. */
    const struct str *names;
    size_t name_count;
    const int64_t *groups;
    size_t group_count;
};
#define NAMES_MAX 20

struct facet {
    struct str name;   /* office type kind status year ipc3 ipc4 applicant inventor region */
    struct str filter; /* name of the filter that takes the values */
    const struct facet_row *values; /* largest counts first; `year`: by year */
    size_t count;
    uint64_t distinct; /* how many there are before the list was cut */
};

/* Of a search without hits: a word or condition of the query, or a filter. */
struct search_hint {
    struct str text;
    uint64_t count; /* a word: records that it is in; a filter: total of the search without it */
};

struct search_reply {
    const struct found *hits;
    size_t hit_count;
    uint64_t total; /* documents */
    bool by_families;
    uint64_t families; /* of all matches */
    const struct facet *facets;
    size_t facet_count;
    const struct search_hint *words, *filters; /* only where total is 0, and not of a match */
    size_t word_count, filter_count;
    bool nothing_near; /* match, offset 0: the best hit is no closer than an unrelated text's */
    struct str before; /* the request's, or of search_similar the record's own */
    double ms;         /* from request to reply, records joined */
    /* "the index is k changes behind the store", which numbers of a list are not here; may be empty */
    struct str note;
};

/* E_INVALID: an error in the query or a filter; the text points at the
 * character ("… at character 7: 'AND' needs something after it"). */
MUST_CHECK err_t search_run(struct search_reply *out, struct searcher *s,
                            const struct search_request *q, struct arena *a, struct err *e);

/* A match's limit as people give it: empty for today, SEARCH_ANY_DATE for none. */
#define SEARCH_ANY_DATE "any"
struct str search_before(struct str given, struct str today);

/* The records that match the title, abstract and claims of a record best, itself left out, with
 * reasons. q: k; before: empty for the record's own priority, application or publication date,
 * SEARCH_ANY_DATE for no limit; the rest is set here. E_NOTFOUND: there is no such record. */
MUST_CHECK err_t search_similar(struct search_reply *out, struct searcher *s,
                                struct search_request *q, int64_t id, struct arena *a,
                                struct err *e);

struct landscape_request {
    struct str query;
    const struct str *filters;
    size_t filter_count;
    struct search_records records;
    const struct str *by; /* 1..3 of landscape_dimension_name */
    size_t by_count;
    bool families; /* a cell counts families, each once */
};

struct landscape_cell {
    const struct str *key;   /* by_count; 未知 where the record does not say */
    const struct str *label; /* by_count; for people, equal to the key where it is one already */
    uint64_t count;
};

struct landscape_reply {
    const struct str *by; /* names of the dimensions, canonical */
    size_t by_count;
    const struct landscape_cell *cells; /* largest count first, then by key; with years first:
                                           by key */
    size_t cell_count;
    uint64_t total; /* records that match */
    bool by_families;
    uint64_t families; /* of them */
    double ms;
    struct str note; /* as search_reply's; with `year`, also how many records stand by a grant's
                        or an application's year; may be empty */
    int open_from;   /* with `applied`: from this year on not all filings are published; 0: none */
};
MUST_CHECK err_t landscape_run(struct landscape_reply *out, struct searcher *s,
                               const struct landscape_request *q, struct arena *a, struct err *e);

/* What people call a facet, a text field or a column of an export, by its name. */
struct str search_label(struct str name);

/* One JSON document each, of the command and of the API. */
void search_reply_json(struct jout *j, const struct search_reply *r, bool with_reasons);
void landscape_reply_json(struct jout *j, const struct landscape_reply *r);

/* Names that --by accepts, for help; NULL behind the last. */
const char *landscape_dimension_name(size_t i);
#endif

/* Filters: name=value[,value…]; repeated filters must all hold, values inside one
 * are alternatives, name!=value excludes. Names and values: search/fields.h. */
#ifndef SEARCH_FILTERS_H
#define SEARCH_FILTERS_H
#include "search/asking.h"
#include "search/names.h"

/* *out NULL without filters. E_INVALID names the filter and what it expects. */
struct filters {
    const struct str *all;
    size_t count;
    struct search_records records; /* the topics that topic=… may name */
    struct applicants *applicants; /* of standard_applicant=…; NULL: no groups */
    struct asking *session;        /* where family=… and citedby=… look */
    const struct str *keys;        /* of publications (patent_key): these alone; none: all */
    size_t key_count;
};
MUST_CHECK err_t filters_query(const struct query **out, const struct filters *f, struct arena *a,
                               struct err *e);

/* The condition that an attribute has one of the values, as attribute_query_any, and also where that takes the
 * snapshot or the store. */
MUST_CHECK err_t filter_values_query(struct query *out, const struct filters *f,
                                     const struct attribute *at, struct str values, struct arena *a,
                                     struct err *e);

/* Of a query, where the brace that opens at `from` is closed, one in quotation marks left out; its length: nowhere. */
size_t filter_end(struct str query, size_t from);

/* Bytes of the star (full-width too) before a word, behind it; 0 without one. */
size_t star_before(struct str word);
size_t star_behind(struct str word);

/* That a date column says anything. */
struct query date_known(int column);

/* The key terms of a number that somebody typed, in any spelling; 0 when it is
 * none. `loosely`: also the document's other kinds (A beside B). */
size_t number_terms(struct str *terms, size_t cap, struct str written, bool loosely,
                    struct arena *a);
#endif

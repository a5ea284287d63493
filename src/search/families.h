/* Families: documents with one family id of their source, else with one application number, else a
 * document alone. The index holds a hash of that key in two columns, as a group of its engine (index/query.h). */
#ifndef SEARCH_FAMILIES_H
#define SEARCH_FAMILIES_H
#include "model/patent.h"
#include "search/filters.h"

/* Equal for the records of one family; its own number for a record alone. */
struct str family_key(const struct patent *p, struct arena *a);

/* Fills the two columns. */
void family_put(uint32_t *numbers, const struct patent *p, struct arena *a);

/* The families of the documents with these numbers, in the snapshot of `f`. E_INVALID: a value is no number. */
MUST_CHECK err_t family_query(struct query *out, const struct filters *f, struct str values,
                              struct arena *a, struct err *e);

/* Leaves of `found` the best hit of each family, at most `most`. */
MUST_CHECK err_t families_keep(struct search_result *found, const struct snapshot *s, size_t most,
                               struct arena *a, struct err *e);

/* For each hit, how many more matches its family has; the families of all matches. */
MUST_CHECK err_t families_count(struct match_totals *out, uint64_t *others,
                                const struct search_result *found, const struct snapshot *s,
                                const struct query *q, const struct query *filter,
                                struct search_scratch *scratch, struct arena *a, struct err *e);
#endif

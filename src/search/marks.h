/* Highlights: excerpts of a record's texts, as written, with the places where the
 * query's terms stand. */
#ifndef SEARCH_MARKS_H
#define SEARCH_MARKS_H
#include "model/patent.h"
#include "search/compile.h"

struct marker;

/* Takes a copy of the terms; lives in `a`. */
struct marker *marker_new(const struct compiled_term *terms, size_t count, enum index_kind kind,
                          struct arena *a);

/* Title (whole), then the best excerpt of abstract, claims and description, those
 * with marks; the abstract's beginning where nothing has any. */
void marker_run(const struct highlight **out, size_t *count, const struct marker *m,
                const struct patent *p, struct arena *a);
#endif

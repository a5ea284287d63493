/* All hits of a search as a workbook or as CSV; the counts of a landscape as a workbook. */
#ifndef SEARCH_EXPORT_H
#define SEARCH_EXPORT_H
#include "model/patent.h"
#include "search/search.h"

/* Each hit's record in the order of the search; k, offset and facets of the request are not used. A
 * record that was removed since is left out. */
typedef err_t (*search_visit)(void *arg, const struct patent *p, struct err *e);
/* The publications of a patent's number, the newest first. E_INVALID: it is none. */
MUST_CHECK err_t search_number(struct searcher *s, struct str number, search_visit visit, void *arg,
                               struct arena *a, struct err *e);
MUST_CHECK err_t search_each(struct searcher *s, const struct search_request *q, search_visit visit,
                             void *arg, struct arena *a, struct err *e);

/* What a hit shows of a record. */
void search_describe(struct found *out, const struct patent *p, struct arena *a);

/* The cells of an export, of a record that search_describe described; those that a hit has too. */
void search_cells(struct found *f, const struct patent *p, struct arena *a);
void search_cells_json(struct jout *j, const struct found *f);

/* The earliest day of its priorities; year 0: none is known. */
struct date search_priority(const struct patent *p);

/* A path that ends in .csv: CSV in UTF-8 with a byte order mark, every cell quoted; else a
 * workbook. Heads and labels are in the thread's language. Numbers of patents are text. *count:
 * rows below the head. */
MUST_CHECK err_t search_export(int64_t *count, const char *path, struct searcher *s,
                               const struct search_request *q, const char *tmpdir, struct arena *a,
                               struct err *e);
bool search_export_is_csv(const char *path);

/* The reply to `q`: of two dimensions a table of the largest (of years the latest) first; always a
 * sheet with every cell as a row, and one that says what was asked. */
MUST_CHECK err_t landscape_book(const char *path, const struct landscape_request *q,
                                const struct landscape_reply *r, const char *tmpdir,
                                struct arena *a, struct err *e);
#endif

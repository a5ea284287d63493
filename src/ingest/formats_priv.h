/* Functions that several formats share, besides those of doc.h: next and close of a format whose state is a struct table */
#ifndef INGEST_FORMATS_PRIV_H
#define INGEST_FORMATS_PRIV_H
#include "ingest/tagged.h"
#include "text/book.h"

/* open of formats whose rows are a workbook's. `ahead`: read on a thread of their own. */
MUST_CHECK err_t book_format_open(void **state, struct input *in, enum book_kind kind, bool ahead,
                                  struct err *e);
err_t table_format_next(struct item *out, void *state, struct arena *a, struct err *e);
void table_format_close(void *state);

/* A number in a reference, alone or behind "中国, ", "U.S. Patent" or a place; sets the publication or application number, and
 * the region. False: there is none. */
bool reference_number(struct patent *p, struct str s, struct arena *a);
bool reference_is_organisation(struct str name);

/* reference.c: a reference as its tags and values, in their order, by doc_* into f->p. False: refused, with f->item->reason. */
struct reference_list {
    struct tagged *ptr;
    size_t len, cap;
};
bool reference_read(struct doc *f, const struct reference_list *list);
#endif

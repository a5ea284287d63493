/* A patent record as the index takes it in: tokens of its texts and parties, key
 * terms, columns. */
#ifndef SEARCH_DOCUMENT_H
#define SEARCH_DOCUMENT_H
#include "model/patent.h"
#include "search/fields.h"

/* All of *out lives in `a` or borrows from p. `json`: the record as stored, of which the citations are
 * read; p need have its head alone. */
void document_make(struct index_doc *out, const struct patent *p, struct str json,
                   enum index_kind kind, struct arena *a);

/* Date that stands for the record: publication, else grant, else application. */
struct date document_date(const struct patent *p);

/* The text of a part as one string, languages joined by '\n': what match reads of
 * a record. */
struct str document_text(const struct patent *p, enum text_part part, struct arena *a);
#endif

/* A paper of a record: its type names it (`papers:`), its text is that of the pack of such papers, an instance's own
 * or the program's. Nothing is stored. */
#ifndef DOCUMENT_RECORD_PAPER_H
#define DOCUMENT_RECORD_PAPER_H
#include "document/paper_fill.h"

#define RECORD_PAPERS STR("record-papers") /* the pack */

/* As c->subject may see the record and those beside it. "places" go into the open object. E_NOTFOUND: paper is NULL, or
 * the type does not name it; errors of record_seen. */
MUST_CHECK err_t record_paper_fill(struct paper_filled *out, struct jout *j,
                                   const struct record_call *c, const struct part *paper,
                                   struct err *e);
#endif

/* The form of a case on a page: its sections, lines and cells, as the paper would print them. */
#ifndef DOCUMENT_FORM_JSON_H
#define DOCUMENT_FORM_JSON_H
#include "document/hand_in.h"

/* {"forms":[…],"commitment":…,"updated_ms"}: cells with their value, the records it comes from and what lacks. Read
 * as x->by may read the records; each names whether he may change it. */
MUST_CHECK err_t form_json(struct buf *out, struct step *g);
#endif

/* The labels of policy packs in a reply to who asks in English: steps, states, papers, materials and the rest
 * are kept and told in the document's Chinese, and what is Chinese in the packs has its English in
 * labels.en.yaml. It stands behind the handlers, so that none of them needs to think of it; what clauses
 * say stays as the document says it. */
#ifndef API_REPLY_LABEL_H
#define API_REPLY_LABEL_H
#include "api/resource.h"

/* Who asks in English by Accept-Language; a program that asks for no language reads the labels as the
 * documents have them, whatever the server speaks. */
bool reply_label_is_asked(const struct request *r);
/* Nothing is done for others, or where the reply is no JSON of this kind. Errors of pack_shelf_take. */
MUST_CHECK err_t reply_label(struct reply *out, const struct request *r, struct err *e);
#endif

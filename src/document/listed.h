/* Materials listed in the notice of a call (call.materials). In a case of that call they are
 * required by the notice, whatever the policy document says about them. */
#ifndef DOCUMENT_LISTED_H
#define DOCUMENT_LISTED_H
#include "document/document.h"
#include "record/faults.h"

struct listed {
    const struct str *names; /* ids or labels of materials */
    size_t count;
};

/* None for call 0. In p->arena. */
MUST_CHECK err_t listed_read(struct listed *out, struct step *g, int64_t call);

bool listed_has(const struct listed *l, const struct part *material);

/* A fault at `materials` for each name that is no material which a process of the pack hands in. */
MUST_CHECK err_t listed_check(struct fault_list *to, struct step *g, const struct pack *pack,
                              int64_t call);
#endif

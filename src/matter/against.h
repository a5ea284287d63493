/* Overriding a criterion. An office's step that asks a question is refused if the answer is no. If
 * it is unknown, the person taking the step gives a reason for each unknown criterion:
 * arguments.against, {"criterion": "reason", …}. Criteria judged by experts and advisory criteria
 * need none. The history and its log entry keep the reasons, papers print them, and the second
 * person confirms the same ones. Reasons given in an earlier step of the case are not asked again
 * until the case starts over. */
#ifndef MATTER_AGAINST_H
#define MATTER_AGAINST_H
#include "matter/matter.h"

/* Outside of the store step. Adds an obstacle "against" for each criterion without a reason, with
 * its unknown facts, and sets the input of against_note. If the step is only examined, it adds them
 * to *shown instead; against_show takes these once what they lack is named (case/source.c). */
MUST_CHECK err_t against_check(struct step *g, struct flow_obstacles *shown);
void against_show(struct flow_call *x, const struct flow_obstacles *shown);

/* The member "against" of what came of the step: [{"criterion","clause","quote","pass","why"}, …]. */
void against_note(struct flow_call *x);

/* Reasons given for advisory conditions by the steps of the case since it began (or restarted), the current step last. */
struct against {
    const struct jvalue **lists; /* as against_note wrote them, oldest first */
    size_t count;
};

MUST_CHECK err_t against_read(struct against *out, struct step *g);

/* The reason for going on although a criterion is unmet (NO) or unknown; empty: none was given.
 * Borrowed. */
struct str against_reason(const struct against *said, struct str criterion, enum truth pass);
#endif

/* What becomes of each clause of a text, found from the items of the pack that cite the clause's own
 * words, never from what the clause says of itself (`how`, `by`).
 *
 * An item answers a sentence of a clause when its quote stands in that sentence and half of the
 * shorter of the two is common to both. A quote that runs over several sentences answers those alone
 * whose number the item has; so one long quote answers nothing of itself. A clause is answered as well
 * as the sentence of it that is answered least; one that ends with a colon, as well as the must-clauses
 * that it leads to.
 *
 * What a sentence counts is judged, enforced or computed only where each of its numbers is one of an
 * expression, a deadline or a limit (a weight, an amount) of an item that answers it; else it is reminded
 * of. */
#ifndef POLICY_ANSWERS_H
#define POLICY_ANSWERS_H
#include "policy/pack.h"

enum answer {                /* the strongest first */
              ANSWER_JUDGED, /* a criterion of a question decides */
              ANSWER_STEP, /* a step that does not hold it is refused, or the case stands until it is done */
              ANSWER_COMPUTED,   /* a day, a name, an amount */
              ANSWER_ASKED,      /* a cell of a form, a material, an opinion */
              ANSWER_COUNTED,    /* a number or a list that is shown */
              ANSWER_REMINDED,   /* a hint, a reminder, a matter that somebody has before him */
              ANSWER_RECORDED,   /* nothing of this: records may be kept of it */
              ANSWER_INFORMATIVE /* it asks for nothing; or its reason says why nothing follows */
};
#define ANSWERS 8
/* As in JSON ("judged" …), and sentences of messages for people. */
extern const char *const answer_names[ANSWERS], *const answer_labels[ANSWERS];

struct clause_answer {
    const struct clause *clause;
    enum answer answer;
    const struct str *items; /* that cite it: "criteria staff-count" */
    size_t item_count;
};

/* Of the pack's own clauses, in their order. A text that is not held has no quotes: all are recorded
 * or informative. Returns their number. */
size_t pack_answers(const struct clause_answer **out, const struct pack *p, struct arena *a);
#endif

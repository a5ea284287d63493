/* A call at one look: each of its cases with its party, how the conditions stand, what it lacks, its score and
 * rank, open flags, and who holds it. Read in sets; a verdict is made only of a running case of which no
 * review kept one yet, and what is to be handed in is looked at only while it can be. */
#ifndef PROGRAMME_OVERVIEW_H
#define PROGRAMME_OVERVIEW_H
#include "programme/programme.h"

struct overview_asked {
    struct kernel *kernel;
    struct packs *packs;
    const struct calendar *calendar;
    const struct subject *by;
    int64_t call;
    const int64_t *cases; /* those that he may read */
    size_t case_count;
    bool scores; /* he may read what panels came to */
    struct arena *arena;
};
/* Items of an open array, in the order of the cases: {"case","number","name","credit_code","stage",
 * "stage_label","stage_on","holder","next_step","conditions_met","conditions_failed","conditions_unknown",
 * "pass","numbers":[{"criterion","pass","value","needs"}],"missing","score","rank","result","flags","unit","stream",
 * "done":[{"action","label","name","date"}],"actions":[{"action","label"}],"due":{…}}. `done`: steps taken that were not
 * taken back; `actions`: those open to the reader. Conditions, what is missing of the hands of others, and flags are
 * told to offices; what is not known or not there is null or an empty list. */
MUST_CHECK err_t overview_of_call(struct jout *j, int64_t *count, const struct overview_asked *q,
                                  struct err *e);
#endif

/* All cases of a call in one list, each with its party, the state of the criteria, what is
 * missing, its score and rank, open flags and holder. Data are read in sets. A verdict is computed
 * only for a running case without a stored review; the checklist is computed only while the case
 * can be submitted. */
#ifndef CASE_OVERVIEW_H
#define CASE_OVERVIEW_H
#include "case/case.h"

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

/* Items of an open array, in the order of the cases:
 * {"case","number","name","credit_code","stage",
 * "stage_label","stage_on","holder","next_step","conditions_met","conditions_failed","conditions_unknown",
 * "pass","numbers":[{"criterion","pass","value","needs"}],"missing","score","rank","result","flags","unit","stream",
 * "done":[{"action","label","name","date"}],"actions":[{"action","label"}],"due":{…}}. `done`:
 * steps taken that were not reverted; `actions`: those open to the reader. Only offices get
 * criteria, missing items of other actors, and flags. Unknown or absent values are null or an
 * empty list. */
MUST_CHECK err_t overview_of_call(struct jout *j, int64_t *count, const struct overview_asked *q,
                                  struct err *e);
#endif

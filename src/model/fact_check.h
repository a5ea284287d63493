/* What of parties' own words offices have checked, in a step of a case (programme/confirm.h). Verdicts on
 * stored parties say it as long as the party has changed nothing behind it (policy/facts.h). */
#ifndef MODEL_FACT_CHECK_H
#define MODEL_FACT_CHECK_H
#include "db/db.h"

struct fact_check {
    int64_t unit;                         /* of the party */
    struct str record, digest;            /* "staff", and what was said in it then */
    struct str by, role, on, case_number; /* name, role and business date of who checked */
};

/* Of the parties from unit `first` to `last`, in cases of the programme: of each record the latest by each
 * role, in the order of units; in the arena. */
MUST_CHECK err_t fact_checks_load(struct fact_check **out, size_t *count, struct db *db,
                                  int64_t first, int64_t last, struct str programme,
                                  struct arena *a, struct err *e);
#endif

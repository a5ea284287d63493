/* For tests and benches: the records of a facts document, as rows of the store, without
 * versions and log entries, and without what a form would refuse: a facts document may
 * leave out what a record must have. The way back of record/facts.h. */
#ifndef JUDGE_FACTS_FILL_H
#define JUDGE_FACTS_FILL_H
#include "record/record.h"
#include "text/yaml.h"

struct filled_party {
    int64_t unit, office; /* the party, and the office of its province */
    struct str code;      /* of the party */
};

/* A party, an office and a province of its own, `number` telling them apart. */
MUST_CHECK err_t facts_fill_party(struct filled_party *out, struct db *db, int64_t number,
                                  struct arena *a, struct err *e);
/* Within a write: its records, and a statement for each list that is not in `open`. */
MUST_CHECK err_t facts_fill(struct db *db, struct kernel *k, const struct filled_party *p,
                            const struct yvalue *document, struct arena *a, struct err *e);
/* A unified social credit code with the right check digit. */
struct str made_code(int64_t number, struct arena *a);
#endif

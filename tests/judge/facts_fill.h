/* For tests and benchmarks: stores the records of a facts document as rows, without versions, log
 * entries or form checks, because a facts document may omit what a record must have. The inverse
 * of record/facts.h. */
#ifndef JUDGE_FACTS_FILL_H
#define JUDGE_FACTS_FILL_H
#include "record/record.h"
#include "text/yaml.h"

struct filled_party {
    int64_t unit, office; /* the party, and the office of its province */
    struct str code;      /* of the party */
};

/* A new party, office and province, numbered `number`. */
MUST_CHECK err_t facts_fill_party(struct filled_party *out, struct db *db, int64_t number,
                                  struct arena *a, struct err *e);
/* Within a write: inserts its records, and a statement for each list that is not in `open`. */
MUST_CHECK err_t facts_fill(struct db *db, struct kernel *k, const struct filled_party *p,
                            const struct yvalue *document, struct arena *a, struct err *e);
/* A unified social credit code with a correct check digit. */
struct str made_code(int64_t number, struct arena *a);
#endif

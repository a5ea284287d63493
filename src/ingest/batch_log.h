/* The entry of the evidence log that a step of an import leaves: what it stored, from
 * which file, in the same transaction (docs/evidence-log.md, `batch`). A step that stored
 * and changed nothing leaves none. */
#ifndef INGEST_BATCH_LOG_H
#define INGEST_BATCH_LOG_H
#include "audit/log.h"
#include "model/patent.h"

/* Who imports. */
struct import_by {
    const struct log_suite *suite;
    const struct clock *clock;
    int64_t account; /* 0: the program itself */
    int64_t unit;    /* 0: none */
};

#define BATCH_RECORDS_MAX 1000

struct batch_log {
    int64_t first; /* struct patent.batch of what the step stores */
    const struct import_by *by;
    int64_t import_number; /* 0: none */
    size_t count;
    struct digest stored[BATCH_RECORDS_MAX];
};

/* Begins a step. `by` NULL: nothing is logged, first is 0. */
MUST_CHECK err_t batch_log_begin(struct batch_log *out, struct db *db, const struct import_by *by,
                                 struct err *e);
/* After each patent_put of the step, of which there are at most BATCH_RECORDS_MAX. */
void batch_log_add(struct batch_log *l, const struct patent *p);
/* The batch of an entry, made from what the store holds of it: of a step that brings no record new. */
MUST_CHECK err_t batch_log_stored(struct str *out, struct db *db, const struct log_suite *suite,
                                  struct str file, int64_t first, int64_t last, struct arena *a,
                                  struct err *e);
/* Ends it. file: SHA-256 of the file, hex; mapping: what else decides what is read from it. */
MUST_CHECK err_t batch_log_end(struct batch_log *l, struct db *db, struct str file,
                               struct str mapping, struct arena *a, struct err *e);
#endif

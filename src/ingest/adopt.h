/* Publications that were imported before the log knew of imports (migration 0012): entries
 * "adopt" take over what was there when the store came to migration 0015, once. They prove
 * that these records have not changed since; not who brought them, when, or from which
 * file (docs/evidence-log.md). A record that loses its batch later is never adopted: verify
 * names it. */
#ifndef INGEST_ADOPT_H
#define INGEST_ADOPT_H
#include "audit/suite.h"
#include "base/clock.h"
#include "db/store.h"

/* Whether anything waits for it. */
MUST_CHECK err_t adopt_waits(bool *out, struct store *store, struct err *e);
/* All that waits, some records a step, each with its entry. */
MUST_CHECK err_t adopt_publications(struct store *store, const struct log_suite *suite,
                                    const struct clock *clock, struct err *e);
#endif

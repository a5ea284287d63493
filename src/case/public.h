/* The public view of cases: publicity (公示). Objections: objection.h; papers and certificates:
 * document/certificate.h. No personal data are shown.
 * These functions alone restrict what is visible. */
#ifndef CASE_PUBLIC_H
#define CASE_PUBLIC_H
#include "case/case.h"

/* One case under publicity, or that was: an object, with its lists as they were frozen, the latest first,
 * and where each was shown. E_NOTFOUND: it never was. */
MUST_CHECK err_t public_case_json(struct jout *j, struct db *db, struct programme *p, int64_t id,
                                  struct str today, struct err *e);

/* The rows of its latest list, as it was frozen, as items of an open array. E_NOTFOUND likewise. */
MUST_CHECK err_t public_rows_json(struct jout *j, int64_t *count, struct db *db,
                                  struct programme *p, int64_t id, struct str today, struct err *e);

struct cases_asked {
    struct str
        state; /* "running", "interrupted" (a place was taken down early, which nobody settled),
                       * "removed" (an objection was upheld: the party is off the list),
                       * "over" (nothing is decided yet), "closed"; empty: any */
    struct str words;    /* in the name of the party or the title of the list; empty: any */
    int64_t page, limit; /* from 1 */
};

/* Items of an open array, the latest first. *total: of all pages. */
MUST_CHECK err_t public_cases_json(struct jout *j, int64_t *total, struct db *db,
                                   struct programme *p, const struct cases_asked *asked,
                                   struct str today, struct err *e);
#endif

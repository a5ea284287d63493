/* What anybody may see of cases: publicity (公示). Objections: objection.h; papers and certificates:
 * certificate.h. Nothing of persons is shown. `db` reads past the second fence (db/fence.h): what these functions
 * leave out is left out for everybody. */
#ifndef PROGRAMME_PUBLIC_H
#define PROGRAMME_PUBLIC_H
#include "programme/programme.h"

#define PUBLIC_CASES_MAX 200 /* the latest; older ones are found by their number */

/* One case under publicity, or that was: an object, with its lists as they were frozen, the latest first,
 * and where each was shown. E_NOTFOUND: it never was. */
MUST_CHECK err_t public_case_json(struct jout *j, struct db *db, struct programme *p, int64_t id,
                                  struct str today, struct err *e);
/* Of the latest ones those in a state ("running", "over", "closed"; empty: any), as items of an open
 * array. */
MUST_CHECK err_t public_cases_json(struct jout *j, int64_t *count, struct db *db,
                                   struct programme *p, struct str state, struct str today,
                                   struct err *e);
#endif

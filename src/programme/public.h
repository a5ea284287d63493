/* What anybody may see of cases, and say to them: publicity (公示), objections (异议); papers
 * and certificates: certificate.h. Nothing of persons is shown. `db` reads past the second fence (db/fence.h): what these functions
 * leave out is left out for everybody. */
#ifndef PROGRAMME_PUBLIC_H
#define PROGRAMME_PUBLIC_H
#include "programme/programme.h"

#define PUBLIC_CASES_MAX 200 /* the latest; older ones are found by their number */

/* One case under publicity, or that was: an object, with its lists as they were frozen, the latest first,
 * and where each was shown. E_NOTFOUND: it never was. */
MUST_CHECK err_t public_case_json(struct jout *j, struct db *db, struct programme *p, int64_t id,
                                  struct str today, struct err *e);
/* The latest ones, as items of an open array. */
MUST_CHECK err_t public_cases_json(struct jout *j, int64_t *count, struct db *db,
                                   struct programme *p, struct str today, struct err *e);

struct objection {
    bool named;
    struct str ground, content, objector, contact, complains_of;
};
struct objection_taken {
    struct str number; /* "2026-000012" */
    struct str code;   /* with it its state is told; only its digest is kept */
    struct flow_taken step;
};
/* Takes the step by which the public objects. x->c is the case, x->by nobody signed in.
 * E_INVALID: said too little, or an obstacle (out->step.obstacles). */
MUST_CHECK err_t public_object(struct objection_taken *out, struct flow_call *x,
                               struct programme *p, const struct objection *o, struct err *e);

/* Its state alone: an object. E_NOTFOUND: no such number, or another code. */
MUST_CHECK err_t public_objection_json(struct jout *j, struct db *db, struct programme *p,
                                       struct str number, struct str code, struct err *e);
#endif

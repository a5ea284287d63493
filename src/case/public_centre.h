/* The register of centres (中心名录) as anybody sees it: who is recognised, and who was. */
#ifndef CASE_PUBLIC_CENTRE_H
#define CASE_PUBLIC_CENTRE_H
#include "case/case.h"

/* An empty member is no filter. */
struct centres_asked {
    struct str words; /* in the name, or one that it had */
    struct str programme, industry;
    struct str region;   /* GB/T 2260: a province's code holds its cities */
    struct str state;    /* "valid", "revoked" or "exited" */
    int64_t page, limit; /* from 1 */
};

/* Items of an open array, the latest recognised first: {"name","former","number","party","programme","document","level",
 * "region","region_name","industry","entered","left","term","cycle_ends","basis_expires","basis_lapsed","trial",
 * "state","profile":{"sections":[{"heading","text"}],"as_of"}}. What is not known is null; `term` too where the document sets none. *total: of all pages. */
MUST_CHECK err_t public_centres_json(struct jout *j, int64_t *total, struct db *db,
                                     struct programme *p, const struct centres_asked *asked,
                                     struct str today, struct err *e);
#endif

/* The claim registry of a province: who claims a contract, project, patent, product filing or
 * invoice, and how often it counts. One thing counts once, however many records claim it; a
 * joint claim (joint_claim) of several, who has named all that claim the thing and whom each of
 * these has registered alike, says what part each has. Without one nobody knows whose of several claims counts: each counts between nothing and
 * one, and the province still counts one. Derived from the records at each question: there is nothing to rebuild. */
#ifndef INTEGRITY_REGISTRY_H
#define INTEGRITY_REGISTRY_H
#include "integrity/claim.h"

struct registered {
    const struct claim *claim;
    int64_t low, high; /* what of it counts, in hundredths of a percent; equal: it is certain */
    bool joint;        /* as the joint claim says that all have registered */
};

struct registered_thing {
    struct str number; /* of the first claim, as written */
    const struct registered *claims;
    size_t claim_count;
    int64_t yuan_fen; /* of the first claim of which that is known; 0: of none */
    bool foreign;     /* some claim has an amount, and none one in yuan */
};

struct registry_question {
    struct str province, what;
    struct str number; /* any spelling; empty: all */
    int32_t from, to;  /* days of the claims, since 1970; 0: open. With a bound, claims without
                           a date are left out and counted in `undated` */
};

struct registry_answer {
    const struct registered_thing *things; /* by the key of their number */
    size_t thing_count;
    size_t claim_count, undated;
};

MUST_CHECK err_t registry_ask(struct registry_answer *out, const struct claim_source *s,
                              const struct registry_question *q, struct err *e);
#endif

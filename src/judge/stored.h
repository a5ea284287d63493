/* What a policy says of a stored party. */
#ifndef JUDGE_STORED_H
#define JUDGE_STORED_H
#include "policy/pack_verdict.h"
#include "record/facts.h"

/* The facts document of one party (record_party) in its one spelling (facts_canonical),
 * and the tree that policies read. */
struct stored_facts {
    struct party_facts party;
    struct str canonical;
};
MUST_CHECK err_t facts_from_store(struct stored_facts *out, const struct party_facts *party,
                                  struct kernel *k, const struct facts_request *r, struct arena *a,
                                  struct err *e);
#endif

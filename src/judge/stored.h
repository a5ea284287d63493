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

/* What a pack says of a stored party, with the records behind each row. E_NOTFOUND: no party
 * of that code that the subject may read; else as pack_verdict_of. r->programme is the
 * pack's. */
struct stored_question {
    struct str code;
    struct str question; /* empty: apply */
    struct str as_of;
    const struct subject *subject;
};
MUST_CHECK err_t stored_verdict(struct pack_verdict *out, struct party_facts *party,
                                const struct pack *p, struct kernel *k,
                                const struct stored_question *q, struct arena *a, struct err *e);
/* One number of a pack about a stored party. q->question is not used. */
struct stored_indicator {
    struct party_facts party;
    struct outcome outcome;
    struct evidence evidence; /* the rows of the outcome */
    struct pack_verdict of;   /* for evidence_json: where rows come from; else empty */
};
MUST_CHECK err_t stored_indicator(struct stored_indicator *out, const struct pack *p,
                                  size_t indicator, struct kernel *k,
                                  const struct stored_question *q, struct arena *a, struct err *e);
#endif

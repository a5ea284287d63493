/* What a policy says of a stored party. */
#ifndef JUDGE_STORED_H
#define JUDGE_STORED_H
#include "policy/pack_verdict.h"
#include "record/facts.h"

/* record_facts, and in each document the readings that count here for the pack r->programme: those
 * chosen in this instance (model/reading.h) before those of records, and none of an ambiguity that
 * `p` does not have (NULL: whichever). Of one moment where `db` is within a read transaction. */
MUST_CHECK err_t judge_facts(struct party_facts *parties, size_t count, const struct pack *p,
                             struct kernel *k, struct db *db, const struct facts_request *r,
                             struct arena *a, struct err *e);

struct stored_facts {
    struct party_facts party;
    struct str canonical; /* its document in its one spelling (facts_canonical) */
};
/* The facts document of one party (record_party), all in the arena; p as in judge_facts.
 * E_INVALID: its records give facts that a document cannot hold. */
MUST_CHECK err_t facts_from_store(struct stored_facts *out, const struct party_facts *party,
                                  const struct pack *p, struct kernel *k,
                                  const struct facts_request *r, struct arena *a, struct err *e);

struct stored_question {
    struct str code;     /* unified social credit code */
    struct str question; /* empty: apply */
    struct str as_of;    /* business date, ISO */
    const struct subject *subject;
};
/* What a pack says of a stored party, with the records behind each row; *party is what it was
 * judged on. E_NOTFOUND: no party of that code that the subject may read; else as
 * facts_from_store and pack_verdict_of. */
MUST_CHECK err_t stored_verdict(struct pack_verdict *out, struct party_facts *party,
                                const struct pack *p, struct kernel *k,
                                const struct stored_question *q, struct arena *a, struct err *e);
struct stored_indicator {
    struct party_facts party;
    struct outcome outcome;
    struct evidence evidence; /* the rows of the outcome */
    struct pack_verdict of;   /* for evidence_json: where rows come from; else empty */
};
/* The facts of a party that reports count too, and from where; *of serves evidence_json alone. */
MUST_CHECK err_t stored_report_facts(struct party_facts *party, struct pack_verdict *of,
                                     const struct pack *p, struct kernel *k,
                                     const struct stored_question *q, struct arena *a,
                                     struct err *e);

/* One number of a pack about a stored party: p->indicators.ptr[indicator]. q->question is not
 * used. Errors as stored_verdict. */
MUST_CHECK err_t stored_indicator(struct stored_indicator *out, const struct pack *p,
                                  size_t indicator, struct kernel *k,
                                  const struct stored_question *q, struct arena *a, struct err *e);
#endif

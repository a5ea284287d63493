/* Verdicts of policies on stored parties. */
#ifndef JUDGE_STORED_H
#define JUDGE_STORED_H
#include "policy/pack_verdict.h"
#include "record/facts.h"

/* record_facts with the readings in force for the pack r->programme: those chosen in this instance
 * (model/reading.h), else those of records; only for ambiguities of `p` (NULL: any). Consistent if
 * `db` is within a read transaction. */
MUST_CHECK err_t judge_facts(struct party_facts *parties, size_t count, const struct pack *p,
                             struct kernel *k, struct db *db, const struct facts_request *r,
                             struct arena *a, struct err *e);

struct stored_facts {
    struct party_facts party;
    struct str canonical; /* canonical facts document (facts_canonical) */
};
/* The facts document of one party (record_party), in the arena; p as in judge_facts. E_INVALID: its
 * records yield facts that the schema does not allow. */
MUST_CHECK err_t facts_from_store(struct stored_facts *out, const struct party_facts *party,
                                  const struct pack *p, struct kernel *k,
                                  const struct facts_request *r, struct arena *a, struct err *e);
/* v->sources: those of the facts. */
void stored_sources(struct pack_verdict *v, const struct party_facts *p, struct arena *a);

struct stored_question {
    struct str code;     /* unified social credit code */
    struct str question; /* empty: apply */
    struct str as_of;    /* business date, ISO */
    const struct subject *subject;
};
/* The verdict of a pack on a stored party, with the records behind each row; *party: the facts used.
 * E_NOTFOUND: no such party that the subject may read; otherwise as facts_from_store and
 * pack_verdict_of. */
MUST_CHECK err_t stored_verdict(struct pack_verdict *out, struct party_facts *party,
                                const struct pack *p, struct kernel *k,
                                const struct stored_question *q, struct arena *a, struct err *e);
struct stored_indicator {
    struct party_facts party;
    struct outcome outcome;
    struct evidence evidence; /* the rows of the outcome */
    struct pack_verdict of;   /* for evidence_json only: sources of the rows */
};
/* The facts of a party with their sources; *of is for evidence_json only. */
MUST_CHECK err_t stored_report_facts(struct party_facts *party, struct pack_verdict *of,
                                     const struct pack *p, struct kernel *k,
                                     const struct stored_question *q, struct arena *a,
                                     struct err *e);

/* One indicator of a pack on a stored party: p->indicators.ptr[indicator]; q->question is ignored.
 * Errors as stored_verdict. */
MUST_CHECK err_t stored_indicator(struct stored_indicator *out, const struct pack *p,
                                  size_t indicator, struct kernel *k,
                                  const struct stored_question *q, struct arena *a, struct err *e);
#endif

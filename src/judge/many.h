/* Verdicts on many stored parties: facts are read in batches, loaded into in-memory databases of
 * some hundred parties each, and evaluated in parallel. */
#ifndef JUDGE_MANY_H
#define JUDGE_MANY_H
#include "judge/stored.h"

struct many {
    struct kernel *kernel;
    const struct subject *subject; /* the parties and facts it may read are evaluated */
    struct str as_of, question;
    const struct pack *const *packs; /* versions of one pack; each party is evaluated under each */
    size_t pack_count;
    unsigned threads; /* 0: one for each core, at most MANY_THREADS_MAX */
};
#define MANY_THREADS_MAX 4

struct judged {
    const struct party_facts *party;
    const struct pack_verdict
        *verdicts; /* by pack; NULL: its facts are invalid, `why` has the reason */
    const char *why;
    struct arena *arena; /* of this call */
};

/* Called for each party, in no order, one call at a time. */
typedef void judged_fn(void *arg, const struct judged *j);

/* Evaluates the parties in the jurisdiction of packs[0]. *count: their number; *outside: visible parties
 * of other regions. Stops at the first error; a party with invalid facts is no error, it has no
 * verdicts. */
MUST_CHECK err_t judge_many(size_t *count, size_t *outside, const struct many *m, judged_fn *fn,
                            void *arg, struct err *e);
#endif

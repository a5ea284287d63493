/* Many stored parties at once: facts are read set by set, loaded into databases in memory of
 * some hundred parties each, and judged by some threads at once. */
#ifndef JUDGE_MANY_H
#define JUDGE_MANY_H
#include "judge/stored.h"

struct many {
    struct kernel *kernel;
    const struct subject *subject; /* who asks; its parties are judged, as it sees them */
    struct str as_of, question;
    const struct pack *const *packs; /* each party is judged by each; of one id */
    size_t pack_count;
    unsigned threads; /* 0: one for each core, at most MANY_THREADS_MAX */
};
#define MANY_THREADS_MAX 4

struct judged {
    const struct party_facts *party;
    const struct pack_verdict *verdicts; /* by pack; NULL: its facts are refused, `why` says it */
    const char *why;
    struct arena *arena; /* of this call */
};

/* Called for each party, in no order, one call at a time. */
typedef void judged_fn(void *arg, const struct judged *j);

/* Parties of the place where packs[0] counts (its jurisdiction; of the whole country all are): *count,
 * how many there were; *outside, how many that the subject sees are of other places. The first error ends it; facts that a document cannot hold are no
 * error but that party's, with no verdicts. */
MUST_CHECK err_t judge_many(size_t *count, size_t *outside, const struct many *m, judged_fn *fn,
                            void *arg, struct err *e);
#endif

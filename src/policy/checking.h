/* Where a document is checked against one pack: a database in memory with the tables of facts, confined to the
 * pack, in which the document is subject 1 until the check ends. To make the tables and to prepare the pack's SQL
 * takes longer than to judge by it, so a pack keeps the databases that are idle. */
#ifndef POLICY_CHECKING_H
#define POLICY_CHECKING_H
#include "db/sandbox.h"
#include "policy/facts.h"
#include "policy/pack_functions.h"
#include "policy/words.h"

struct checking {
    struct db *db;
    struct facts facts;
    struct pack_functions functions;
    struct sandbox rules;
    struct facts_loader *loader;
    const struct pack *pack;
    struct checking *next;
};

/* Of a pack whose tree changes no more: the databases that it keeps, which go with the arena. Safe to use from
 * many threads. */
struct checkings *checkings_new(const struct pack *p, struct arena *a);

/* `document` as facts_load takes it. Errors of facts_load, and the store's; then there is none to be ended. */
MUST_CHECK err_t checking_begin(struct checking **out, const struct pack *p,
                                const struct yvalue *document, struct arena *a, struct err *e);
/* Nothing of the document is left. `rc`: of the check; a database in which something failed is not kept. */
void checking_end(struct checking *c, err_t rc);

/* As criterion_words and pack_fact_words, found once for a pack that keeps databases; borrowed from it. */
MUST_CHECK err_t checking_words(struct fact_words *out, struct checking *c,
                                const struct criterion *criterion, struct arena *a, struct err *e);
MUST_CHECK err_t checking_pack_words(struct fact_words *out, const struct pack *p, struct arena *a,
                                     struct err *e);
#endif

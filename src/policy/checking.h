/* Checks of documents against one pack: an in-memory database with the tables of facts, sandboxed
 * for the pack, in which the document is subject 1 during the check. Creating the tables and
 * preparing the pack's SQL takes longer than a verdict, so a pack keeps its idle databases. */
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

/* The databases of a pack whose tree no longer changes; freed with the arena. Thread-safe. */
struct checkings *checkings_new(const struct pack *p, struct arena *a);

/* `document` as facts_load takes it. Errors of facts_load, and the store's; then there is none to be ended. */
MUST_CHECK err_t checking_begin(struct checking **out, const struct pack *p,
                                const struct yvalue *document, struct arena *a, struct err *e);
/* Removes all data of the document. `rc`: result of the check; after an error the database is
 * discarded. */
void checking_end(struct checking *c, err_t rc);

/* As criterion_words and pack_fact_words, but computed once per pack that keeps databases;
 * borrowed from it. */
MUST_CHECK err_t checking_words(struct fact_words *out, struct checking *c,
                                const struct criterion *criterion, struct arena *a, struct err *e);
MUST_CHECK err_t checking_pack_words(struct fact_words *out, const struct pack *p, struct arena *a,
                                     struct err *e);
#endif

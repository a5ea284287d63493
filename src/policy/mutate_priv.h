/* Shared by the files that change packs. */
#ifndef POLICY_MUTATE_PRIV_H
#define POLICY_MUTATE_PRIV_H
#include "policy/mutate.h"

struct mutating {
    struct pack *pack;
    mutant_fn *fn;
    void *arg;
    struct arena *arena;
    struct str file, of; /* of: the item's id, before what is said of it */
    int line;
    struct db *db; /* facts without a row, confined to the pack: what SQL can be run */
};

/* The pack stands changed: `what` becomes of it. */
void mutant_tell(struct mutating *m, const char *what);
void mutate_sql(struct mutating *m, struct indicator *i);
void mutate_processes(struct mutating *m);
#endif

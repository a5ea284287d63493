/* Facts documents made up out of their table (facts_priv.h), by a seed: what they hold is near what a
 * pack asks about, so that two readings of it differ on some of them. */
#ifndef POLICY_RANDOM_FACTS_H
#define POLICY_RANDOM_FACTS_H
#include "base/rand.h"
#include "base/vec.h"
#include "db/db.h"
#include "policy/pack.h"
#include "text/yaml.h"

/* What a pack asks about: texts and numbers of its SQL and tests, its readings, its days. */
struct fact_hints {
    VEC(struct str) texts;
    VEC(int64_t) numbers; /* whole; also whole yuan */
    const struct pack *pack;
    struct arena *arena;
};
void fact_hints_of(struct fact_hints *out, const struct pack *p, struct arena *a);

/* One that facts_load takes, in the arena. `scratch`: a database with facts_create, into which it is
 * loaded on trial as `subject`. */
const struct yvalue *facts_random(struct rand *r, const struct fact_hints *h, struct db *scratch,
                                  int64_t subject, struct arena *a);
/* A day near those of the pack. */
struct date facts_random_day(struct rand *r, const struct fact_hints *h);
#endif

/* Random patents for property tests. */
#ifndef MODEL_PATENT_RANDOM_H
#define MODEL_PATENT_RANDOM_H
#include "base/rand.h"
#include "model/patent.h"

/* Every member may be filled, with texts of any script, quotes, controls and
 * partial dates. Numbers come from `pool` different serials (small: records
 * meet), with kinds A, B, U or none, some records with an application or no
 * number only. */
void patent_random(struct patent *out, struct rand *r, unsigned pool, struct arena *a);
#endif

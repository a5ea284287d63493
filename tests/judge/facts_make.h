/* For tests and benchmarks: random facts documents in which every list and key of docs/facts.md
 * occurs, known, unknown and false. The same random state gives the same document. */
#ifndef JUDGE_FACTS_MAKE_H
#define JUDGE_FACTS_MAKE_H
#include "base/rand.h"
#include "text/yaml.h"

/* JSON text for facts_parse; lists have at most `rows` items. */
struct str made_facts(struct rand *r, const char *as_of, unsigned rows, struct arena *a);
#endif

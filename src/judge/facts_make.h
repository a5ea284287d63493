/* For tests and benches: made-up facts documents in which every list and key of facts.md §2
 * comes up, known, unknown and false. The same random state gives the same document. */
#ifndef JUDGE_FACTS_MAKE_H
#define JUDGE_FACTS_MAKE_H
#include "base/rand.h"
#include "text/yaml.h"

/* JSON text that facts_parse reads; `rows` at most in a list. */
struct str made_facts(struct rand *r, const char *as_of, unsigned rows, struct arena *a);
#endif

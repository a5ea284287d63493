/* The reference of packs and facts documents as Markdown, in the language of messages. It is
 * generated from the tables that the parsers use, so it is always current (docs/pack-reference.md,
 * docs/facts.md; tests/cli/reference_test.py). */
#ifndef POLICY_REFERENCE_H
#define POLICY_REFERENCE_H
#include "base/buf.h"

/* Sections and their keys; rules, tests, SQL, actors, effects, names in papers. */
void reference_pack(struct buf *out);
/* Records and their keys: what each is, what it holds, what its absence means, whose word it is. */
void reference_facts(struct buf *out, bool english);
#endif

/* A first draft of a pack, made from the text of a policy. Everything drafted carries the whole sentence
 * from which it was read and says 待确认; a number, a step or who takes it is drafted only where that
 * sentence says it. What cannot be read is a question to who writes the pack (a comment 问 with its
 * sentence), never filled in. Nothing here is judged by until it is worked over. */
#ifndef POLICY_PACK_NEW_H
#define POLICY_PACK_NEW_H
#include "base/buf.h"
#include "policy/packs.h"

struct pack_draft {
    struct str yaml;       /* pack.yaml */
    struct str parts_yaml; /* parts.yaml: forms, steps, prohibitions … that its words show */
    size_t articles, numbers, deadlines, parts, questions;
};

void pack_new(struct pack_draft *out, struct str id, struct str source, struct arena *a);
#endif

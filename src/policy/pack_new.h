/* A first draft of a pack, made from the text of a policy: its articles, numbers and
 * deadlines are proposed with their own words, and every proposal says 待确认. What the
 * text means is for a person; nothing here is judged by until it is worked over. */
#ifndef POLICY_PACK_NEW_H
#define POLICY_PACK_NEW_H
#include "base/buf.h"
#include "policy/packs.h"

struct pack_draft {
    struct str yaml;       /* pack.yaml */
    struct str parts_yaml; /* parts.yaml: forms, steps, prohibitions … that its words show */
    size_t articles, numbers, deadlines, parts;
};

void pack_new(struct pack_draft *out, struct str id, struct str source, struct arena *a);
#endif

/* Differences between two packs: of two provinces, or two versions. */
#ifndef POLICY_PACK_DIFF_H
#define POLICY_PACK_DIFF_H
#include "policy/packs.h"

struct pack_difference {
    const char *part;    /* "criterion", "deadline", "document", "naming", "ambiguity", or the
                            section of a part ("processes") */
    struct str id;       /* "staff-count"; of a document: "effective"; "application/recognise" */
    struct str one, two; /* as written; empty: the pack has none */
};

/* Differences in the order of the first pack, then what only the second has. */
size_t pack_diff(const struct pack_difference **out, const struct pack *one, const struct pack *two,
                 struct arena *a);
#endif

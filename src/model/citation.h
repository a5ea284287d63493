/* Where a pack has something from: the clause and the document's own words. */
#ifndef MODEL_CITATION_H
#define MODEL_CITATION_H
#include "base/arena.h"
#include "base/str.h"

struct citation {
    struct str clause;  /* "五3" */
    struct str quote;   /* the document's own words; empty: not checked (未核对) */
    int line;           /* of the quote in the pack's file */
    struct str claimed; /* what the pack quotes of a text that is not held, or does not say it;
                           never shown */
};

/* The clause in brackets, as a text prints it behind what it cites: "（五、3）", "〔七（三）〕" since brackets of one
 * shape do not stand within each other (GB/T 15834). */
struct str clause_bracketed(struct str clause, struct arena *a);
#endif

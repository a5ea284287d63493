/* Where a pack has something from: the clause and the document's own words. */
#ifndef MODEL_CITATION_H
#define MODEL_CITATION_H
#include "base/str.h"

struct citation {
    struct str clause;  /* "五3" */
    struct str quote;   /* the document's own words; empty: not checked (未核对) */
    int line;           /* of the quote in the pack's file */
    struct str claimed; /* what the pack quotes of a text that is not held, or does not say it;
                           never shown */
};
#endif

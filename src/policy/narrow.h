/* A pack may ask for more than the party's own word on a fact (section fact_words): that its province checks
 * what an office of either level may check elsewhere, or that the word counts only once it is checked. Never
 * for less; `pack lint` refuses what widens, what narrows nothing, and a fact of which absence means none. */
#ifndef POLICY_NARROW_H
#define POLICY_NARROW_H
#include "model/fact_word.h"
#include "policy/pack.h"
#include "text/yaml.h"

/* The line of the table for what the pack asks: who checks it. */
void word_narrow(struct fact_word *w, const struct pack *p);
/* The document without records that the pack counts only when checked and that no authorised
 * office has checked; they are then unknown. Returns `document` itself if nothing is left out. */
const struct yvalue *facts_narrowed(const struct yvalue *document, const struct pack *p,
                                    struct arena *a);
/* An item of fact_words: why it narrows nothing, or widens; an English sentence of the catalogue. NULL: it
 * narrows. */
const char *narrow_fault(const struct part *item);
#endif

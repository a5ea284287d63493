/* Names that policies give to what a record says in words ("series.name"): the entries of their
 * dictionaries of that fact, each with the code that indicators compare. So nobody has to know a code. */
#ifndef POLICY_CHOICES_H
#define POLICY_CHOICES_H
#include "policy/packs.h"
#include "policy/parts.h"

/* The code of what was said: a code, or the word of one. Empty: it is neither. *all: what there is to
 * choose from, "word (code)" with the pack, for people; empty: no policy gives any name of that fact.
 * A pack with a fault gives none, nor does one of another province (two digits) than who writes. */
MUST_CHECK err_t policy_choice(struct str *code, struct str *all, struct packs *packs,
                               struct str province, struct str fact, struct str said,
                               struct arena *a, struct err *e);

/* What policies of the region (its city's 4 digits, else its province's 2; a city's are of the city alone)
 * that count on that day (their last is not over, no other has taken their
 * place) have in a section, in the arena; the packs stay as long as `packs` does. */
MUST_CHECK err_t policy_parts(const struct part ***out, size_t *count, struct packs *packs,
                              struct str region, struct str today, enum part_section section,
                              struct arena *a, struct err *e);

/* The place whose offices an issuing mark is of, by how it begins (`marks` of documents): 2 digits of a province, 4 of a
 * city, in the arena; empty: no document says. It is so before a document counts and after. */
MUST_CHECK err_t policy_mark_place(struct str *place, struct packs *packs, struct str mark,
                                   struct arena *a, struct err *e);
#endif

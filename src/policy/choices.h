/* Choices for a text field of a record ("series.name"): the entries of the policies' dictionaries
 * for that fact, each with the code that indicators compare. Users need not know the codes. */
#ifndef POLICY_CHOICES_H
#define POLICY_CHOICES_H
#include "policy/packs.h"
#include "policy/parts.h"

/* The writer's province (two digits), and the programmes (pack ids) in which the record's unit has cases. */
struct choice_asker {
    struct str province;
    const struct str *programmes;
    size_t count;
};

/* The code for an input, which is a code or its word. Empty: neither. *all: the choices as "word
 * (code)" with the pack, for messages; empty: any text is accepted. A dictionary binds the records of its own
 * programme: where programmes of the unit read the fact, theirs alone are asked, and none binds while one of
 * them has no dictionary for it; else all of the province. Packs with faults and packs of other provinces are
 * ignored. */
MUST_CHECK err_t policy_choice(struct str *code, struct str *all, struct packs *packs,
                               const struct choice_asker *by, struct str fact, struct str said,
                               struct arena *a, struct err *e);

/* The record types in all policies that apply in the region on that day (their last day is
 * not over, and they are not replaced). A region is a city's 4 digits, else its province's 2; a
 * city's policies apply in the city only. In the arena; the packs live as long as `packs`. */
MUST_CHECK err_t policy_record_parts(const struct part ***out, size_t *count, struct packs *packs,
                                     struct str region, struct str today, struct arena *a,
                                     struct err *e);

/* The region whose offices use an issuing mark, by its prefix (`marks` of documents): 2 digits of
 * a province or 4 of a city, in the arena; empty: no document defines it. Independent of whether
 * the document is in force. */
MUST_CHECK err_t policy_mark_place(struct str *place, struct packs *packs, struct str mark,
                                   struct arena *a, struct err *e);
#endif

/* Words for the codes of a field ("series.name"): the entries of the policies' dictionaries for it. Indicators
 * compare the codes; users see and enter the words. */
#ifndef POLICY_CHOICES_H
#define POLICY_CHOICES_H
#include "model/label.h"
#include "policy/packs.h"
#include "policy/parts.h"

/* Adds the pack's words for the field, in the arena. Whether it has a dictionary for it. */
bool dictionary_words(struct enum_values *to, const struct pack *p, struct str fact,
                      struct arena *a);
/* The pack's word for a code of the field; empty: none. */
struct str dictionary_word(const struct pack *p, struct str fact, struct str code, struct arena *a);

/* The writer's province (two digits), and the programmes (pack ids) in which the record's unit has cases. */
struct choice_asker {
    struct str province;
    const struct str *programmes;
    size_t count;
    bool of_record; /* the record itself names its programme: that one */
};

/* The words that a record's field may hold; none: any text is accepted. A dictionary binds the records of its own
 * programme: where programmes of the unit read the fact, theirs alone are asked, and none binds while one of
 * them has no dictionary for it; else all of the province. Packs with faults, interpretations and packs of other
 * provinces are ignored. */
MUST_CHECK err_t policy_words(const struct enum_value **out, size_t *count, struct packs *packs,
                              const struct choice_asker *by, struct str fact, struct arena *a,
                              struct err *e);

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

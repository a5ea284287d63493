/* What the policies of a place ask of records (section `records` of packs), as constraints of
 * their type: for kernel_choices.asks. */
#ifndef JUDGE_ASKED_H
#define JUDGE_ASKED_H
#include "policy/packs.h"
#include "record/type.h"

/* In the arena, with all that they hold. region: of who has the record, its city's 4 digits, else its
 * province's 2. today: a document counts until its last day, or until another
 * takes its place. */
MUST_CHECK err_t judge_asks(const struct constraint **out, size_t *count, struct packs *packs,
                            struct str region, struct str type, struct str today, struct arena *a,
                            struct err *e);
#endif

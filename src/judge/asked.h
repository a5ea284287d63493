/* Requirements of regional policies on records (section `records` of packs), as constraints of their
 * type; for kernel_choices.asks. */
#ifndef JUDGE_ASKED_H
#define JUDGE_ASKED_H
#include "policy/packs.h"
#include "record/type.h"

/* In the arena. region: of the record's owner, 4 digits of the city, else 2 of the province. today: a
 * document counts until it expires or is replaced. */
MUST_CHECK err_t judge_asks(const struct constraint **out, size_t *count, struct packs *packs,
                            struct str region, struct str type, struct str today, struct arena *a,
                            struct err *e);
#endif

/* The known record types and roles, for checks of packs. */
#ifndef JUDGE_NAMES_H
#define JUDGE_NAMES_H
#include "policy/lint.h"
#include "record/record.h"

/* Borrows the types. */
struct record_names judge_names(const struct record_types *types);
#endif

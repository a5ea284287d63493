/* What the conditions of a process can meet, by the record types there are: the values of enums and truth
 * values, and what says for good whose a step is (programme/look.c). For whoever walks through it
 * (policy/process_walk.h). */
#ifndef JUDGE_PROCESS_FIELDS_H
#define JUDGE_PROCESS_FIELDS_H
#include "policy/process_walk.h"
#include "record/type.h"

/* A field for each condition, in their order. All in the arena; borrows process and types. */
size_t process_fields(const struct process_field **out, const struct process *p,
                      const struct record_types *types, struct arena *a);
#endif

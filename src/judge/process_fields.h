/* Values that the conditions of a process can meet, by record type: enums and booleans, and the fields that
 * decide which party a step applies to (case/check.c). For process_walk (policy/process_walk.h). */
#ifndef JUDGE_PROCESS_FIELDS_H
#define JUDGE_PROCESS_FIELDS_H
#include "policy/process_walk.h"
#include "record/type.h"

/* One field per condition, in order. In the arena; borrows process and types. */
size_t process_fields(const struct process_field **out, const struct process *p,
                      const struct record_types *types, struct arena *a);
#endif

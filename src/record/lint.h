/* Checks of a type that need the whole of it, or the other types. The files
 * type*.c have told what is wrong with a value by itself. */
#ifndef RECORD_LINT_H
#define RECORD_LINT_H
#include "record/type_priv.h"

/* Everything that a type names is there and of the right kind. */
void lint_type(const struct record_type *t, const struct record_types *set,
               struct type_findings *to);

/* A file of the instance that replaces a shipped type keeps its fields.
 * `shipped` may be NULL. */
void lint_replacement(const struct record_type *t, const struct record_type *shipped,
                      struct type_findings *to);

/* SQL of computed fields and columns of core tables; of one type of the set, or
 * (NULL) of all. The set has no other findings: its tables are made, in memory. */
MUST_CHECK err_t lint_sql(const struct record_types *set, const struct record_type *only,
                          struct type_findings *to, struct err *e);
#endif

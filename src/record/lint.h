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

/* --- parts of lint_type ------------------------------------------------------------ */
struct lint {
    const struct record_type *t;
    const struct record_types *set;
    struct type_findings *to;
};

#define FAULT(l, line, ...) finding((l)->to, (l)->t->file, line, __VA_ARGS__)

/* The field that `what` names; NULL, with a finding, when there is none to use. */
const struct field *lint_used(const struct lint *l, int line, const char *what, struct str name);
/* What pages need (type_pages.c). */
void lint_pages(const struct lint *l);
/* `state`: "state" may be named too. */
void lint_conditions(const struct lint *l, const struct conditions *when, bool state);
void lint_ask(const struct lint *l, const struct ask_rule *ask); /* type_asks.c */

/* SQL of computed fields and columns of core tables; of one type of the set, or
 * (NULL) of all. The set has no other findings: its tables are made, in memory. */
MUST_CHECK err_t lint_sql(const struct record_types *set, const struct record_type *only,
                          struct type_findings *to, struct err *e);
#endif

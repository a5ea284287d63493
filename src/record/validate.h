/* Validates a whole body against its type: every fault, one per field. Does not use the database;
 * the step checks that references exist and are visible (write.c). */
#ifndef RECORD_VALIDATE_H
#define RECORD_VALIDATE_H
#include "record/faults.h"
#include "record/plan.h"

/* The content of a record after a write. */
struct body {
    struct field_value *values; /* as plan->fields */
    bool *named;                /* the request speaks of the field */
    bool *changed;              /* its value is another than before */
};

struct validation {
    const struct type_plan *plan;
    const struct seal_key *keys;
    const struct kernel_choices *choices; /* NULL: of none */
    const struct constraint *asked;       /* by policies, beside the type's */
    size_t asked_count;
    int64_t unit;         /* whose record it is; 0: not named */
    struct str province;  /* of who writes: two digits; empty: of none */
    struct str programme; /* of the record, set by validate_body; empty: of none */
    struct str region;    /* of who has the record: its city's 4 digits, else its province's 2 */
    struct str today;     /* business date of the write */
    const struct transition *transition; /* NULL: it is none */
    bool by_step; /* within a step that was allowed as a whole: sets what actions alone fill */
    const struct field_value *before; /* as plan->fields; NULL: a new record */
    struct fault_list *faults;
    struct arena *a;
};

/* `json` is the body of a new record, or a merge patch (RFC 7396) over `before`; NULL: no change.
 * Members that name no field, a system column or a computed field are faults. A new record gets
 * the defaults of omitted fields. */
void validate_body(struct body *out, const struct validation *of, const struct jvalue *json);

/* Whether all of them hold of the values in `state`. */
bool validate_when(const struct validation *v, const struct body *b, struct str state,
                   const struct conditions *when);

/* Checks the demands of the type on a record in `state`: required fields, constraints. */
void validate_state(const struct validation *v, const struct body *b, struct str state);

/* Sets and clears the fields with `set_by` and `cleared_by` for this action. */
void validate_set_by(struct body *b, const struct validation *v, struct str action,
                     int64_t account);

/* For a write that sets the state directly (record_put): signed values are kept while the
 * signature is valid, and reverted as by the transition to that state if it withdraws the
 * signatures. */
void validate_signed(struct body *b, const struct validation *v, struct str from, struct str to);

/* Whether a value is there, and is not "known not to have happened". */
bool validate_has_happened(const struct field_value *x);
/* Fields that are locked in `state` and would change, but for those in `open`. */
void validate_locked(const struct validation *v, const struct body *b, struct str state,
                     const struct str *open, size_t open_count);

/* Fields that a transition needs; false (known not to have happened) is none. */
void validate_need(const struct validation *v, const struct body *b, const struct str *need,
                   size_t need_count);
/* Checks that these dates are not past when the step is taken, whenever they were entered. */
void validate_ahead(const struct validation *v, const struct body *b, const struct str *days,
                    size_t count);
#endif

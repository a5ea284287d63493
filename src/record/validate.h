/* A whole body against its type: every fault, one per field, none hidden behind
 * another. Nothing here asks the database; that references exist and may be seen
 * is asked inside the step (write.c). */
#ifndef RECORD_VALIDATE_H
#define RECORD_VALIDATE_H
#include "record/faults.h"
#include "record/plan.h"

/* What a record holds after a write. */
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
    struct str province; /* of who writes: two digits; empty: of none */
    struct str region;   /* of who has the record: its city's 4 digits, else its province's 2 */
    struct str today;    /* business date of the write */
    const struct transition *transition; /* NULL: it is none */
    bool by_step; /* within a step that was allowed as a whole: sets what actions alone fill */
    const struct field_value *before; /* as plan->fields; NULL: a new record */
    struct fault_list *faults;
    struct arena *a;
};

/* `json` is the body of a new record, or a merge patch (RFC 7396) over `before`;
 * NULL: nothing is asked to change. Members that name no field, a system column or
 * a computed field are faults, so nothing is set that was not meant to be. A new
 * record takes the defaults of fields it does not name. */
void validate_body(struct body *out, const struct validation *v, const struct jvalue *json);

/* What the type demands of a record in `state`: fields it needs, constraints. */
void validate_state(const struct validation *v, const struct body *b, struct str state);

/* What this action fills and empties: fields with `set_by`, `cleared_by`. */
void validate_set_by(struct body *b, const struct validation *v, struct str action,
                     int64_t account);

/* Of a write that moves the state by itself (record_put): what was signed stays as it was signed while the
 * signature stands, and goes back as by the action that leads there, which takes the signatures back. */
void validate_signed(struct body *b, const struct validation *v, struct str from, struct str to);

/* Whether a value is there, and is not "known not to have happened". */
bool validate_is_had(const struct field_value *x);
/* Fields that are locked in `state` and would change, but for those in `open`. */
void validate_locked(const struct validation *v, const struct body *b, struct str state,
                     const struct str *open, size_t open_count);

/* Fields that a transition needs; false (known not to have happened) is none. */
void validate_need(const struct validation *v, const struct body *b, const struct str *need,
                   size_t need_count);
/* Days that are not past when it is taken, whenever they were entered. */
void validate_ahead(const struct validation *v, const struct body *b, const struct str *days,
                    size_t count);
#endif

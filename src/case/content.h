/* The body of a record that a step writes: what is said, and what follows from the step and the case. */
#ifndef CASE_CONTENT_H
#define CASE_CONTENT_H
#include "case/case.h"

/* The values from which the body of one record is made. */
struct content {
    const struct record_type *type;
    const struct process_value *values; /* of the effect */
    size_t value_count;
    const struct jvalue *said; /* of who takes the step; NULL: nothing */
    bool is_new;
    int64_t id; /* of the record that there is */
};

/* The entered values for records of a type: arguments.records.TYPE. */
const struct jvalue *content_said(const struct flow_call *x, struct str type);
/* The register that the name goes into: what an office keeps, written by the same step. */
const struct record_type *content_register(struct step *g);
/* Rejects fields of the case's own record that another step enters, and fields that the step
 * (NULL: the beginning of the case) does not enter, unless the input equals the stored value (id
 * 0: there is none). */
MUST_CHECK err_t content_check_entered(struct step *g, const struct record_type *t, int64_t id,
                                       const struct jvalue *said);
/* Writes the record; its faults become obstacles. */
MUST_CHECK err_t content_put(int64_t *out, struct step *g, const struct content *c, int64_t id,
                             struct str state);
/* Faults of that record as obstacles, each under its place in the request. */
void content_tell_faults(struct flow_obstacles *to, const struct programme *p,
                         const struct record_type *t, const struct faults *faults);
/* The first of its type that the step wrote. */
void content_note(struct flow_call *x, struct str type, int64_t id);
#endif

/* The values that can be entered in the body of a step: fields of the records it writes, and
 * whether it has the commitment. For lists of all steps; case/content.c and publicity.c decide for an
 * actual case. The public's body is separate. */
#ifndef MATTER_ENTERED_H
#define MATTER_ENTERED_H
#include "model/process.h"
#include "policy/pack.h"
#include "record/type.h"
#include "text/json.h"

/* A value that is offered beforehand, as the body takes it, and where it comes from. */
struct entered_value {
    struct str json;
    struct str label, date, type; /* of the source; label empty: it is not told */
    int64_t id;                   /* of that record; 0: none */
};

struct entered_choice {
    struct str code, label;
};

struct entered_field {
    struct str name;
    const struct field *field; /* what it is filled like, under a name of its own */
    bool
        required; /* the record is not without it afterwards; of the case's own it may stand already */
    const char *const *columns;           /* of a table: those that are said; NULL: all */
    const struct entered_value *value;    /* NULL: none is offered */
    const struct entered_choice *choices; /* beside those of the field */
    size_t choice_count;
};

/* One record: records.TYPE of the body. */
struct entered_record {
    const struct record_type *type;
    const struct process_effect *effect; /* that writes it; NULL: the case begins */
    bool named;                          /* one of several: its "id" is said */
    bool own;                            /* of the case or its party */
    VEC(struct entered_field) fields;
    const struct entered_choice *choices; /* of a named one: ids and titles */
    size_t choice_count;
};

struct entered {
    VEC(struct entered_record) records; /* those of which something can be said */
    bool commitment;                    /* its SHA-256 is said */
};

/* All in the arena. */
void programme_entered(struct entered *out, const struct pack *p, const struct process *process,
                       const struct process_step *s, const struct record_types *types,
                       struct arena *a);

struct programme;

/* Whether the person taking the step may enter the field of a record type that only steps write.
 * If the step moves a record to a state: only the fields required there and those named by the
 * policy's effect. Values that follow from the step or the case are refused by case/content.c with its
 * own message, which accepts a value equal to the stored one. Also true of a type that no effect
 * of the step writes, and of the public, whose body is separate. */
bool programme_enters(const struct process_step *s, const struct record_type *t, struct str field);

/* As programme_entered, for the record of a new case (its "fields"). *from: a step from the start
 * state, whose actor begins the case; NULL: only the program begins it. */
void programme_begin_fields(struct entered *out, const struct process_step **from,
                            const struct pack *p, const struct process *process,
                            const struct record_types *types, struct arena *a);

/* For a record that only steps write: the step of the pack that enters or sets the field, so that
 * no other step of the case and no new case can. `here`: the step being taken; NULL: the case
 * begins. Returns NULL if the field may be entered here. */
const struct process_step *programme_entered_in(const struct pack *p, const struct record_type *t,
                                                const struct field *field,
                                                const struct process_step *here);

/* Whether the process goes on from what a case of another process with the same subject came to (a
 * rectification that failed): it begins about that record, and about no new one. */
bool programme_continues_record(const struct pack *p, const struct process *process);
#endif

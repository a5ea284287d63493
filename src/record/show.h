/* Records as JSON for a subject: cut to the fields that it may see, personal numbers
 * masked unless it may see them in plain. */
#ifndef RECORD_SHOW_H
#define RECORD_SHOW_H
#include "record/row.h"

/* The visible part of one record. */
struct shown {
    bool *fields; /* by plan->fields */
    bool *unmasked;
    bool labels; /* the system columns beside id, version and state */
};

/* From a decision to read. */
void shown_from(struct shown *out, const struct type_plan *p, const struct decision *d,
                struct arena *a);

/* "id":…,"version":…,"state":… and, where they are shown, the other system columns, inside an open object. */
void show_system(struct jout *j, const struct shown *s, const struct row *r);
/* One system column by its name, with its name before it; nothing where it is not shown. */
void show_column(struct jout *j, const struct shown *s, const struct row *r, enum system_column c);
bool shown_column(const struct shown *s, enum system_column c);
/* name and value of a field from its columns or rows. */
void show_field(struct jout *j, struct value_writer *w, const struct field_plan *f,
                const struct field_value *v, bool unmasked);
#endif

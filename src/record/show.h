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

/* "title": {field: value} of the field that names the record, {} where it is not shown; and as a text, else the label of
 * the type. */
MUST_CHECK err_t show_title(struct jout *j, const struct kernel *k, const struct type_plan *p,
                            const struct row *row, const struct decision *read, struct arena *a,
                            struct err *e);
struct str show_title_text(const struct type_plan *p, const struct row *row,
                           const struct decision *read, struct arena *a);
#endif

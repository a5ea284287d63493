/* References of workbooks by the names of the records that they name: a title as its reader sees it, with the
 * record's id where that alone would not be read back as this record. */
#ifndef RECORD_REF_NAMES_H
#define RECORD_REF_NAMES_H
#include "base/msg.h"
#include "base/vec.h"
#include "record/record.h"

/* Names of the records that the subject reads, of each type that a cell refers to: they are read once. */
struct ref_names {
    struct kernel *kernel;
    const struct subject *subject;
    struct arena *a;
    enum lang lang;                 /* of problems */
    VEC(struct type_names *) types; /* ref_names.c */
};

static inline bool is_reference(const struct field *f)
{
    return f->type == FIELD_REF || f->type == FIELD_REFS;
}

/* The cell of an id, or of a list of them, one a line. */
MUST_CHECK err_t ref_names_write(struct buf *to, struct ref_names *n, const struct field *f,
                                 const struct jvalue *value, struct err *e);
/* The name becomes "#id": "#12", "12", a title, the key of the type where it is one field, or a title with its id.
 * *problem: why it cannot; else it stays. */
MUST_CHECK err_t ref_names_read(struct str *one, struct str *problem, struct ref_names *n,
                                const struct field *f, struct err *e);
#endif

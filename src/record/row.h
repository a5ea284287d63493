/* A record as its tables hold it: system columns, and each field's value with its
 * canonical JSON. */
#ifndef RECORD_ROW_H
#define RECORD_ROW_H
#include "record/plan.h"

/* SQL condition on records of alias r: not part of an import that is running or being undone. */
#define ROW_HAS_ARRIVED                                                                            \
    "(r.import_id IS NULL OR NOT EXISTS (SELECT 1 FROM record_import i WHERE i.id = r.import_id "  \
    "AND i.state IN ('running', 'removing')))"

struct row {
    struct labels labels;
    int64_t version, created_ms, changed_ms, changed_by, import_id;
    int64_t ended_ms;           /* 0: it has not */
    struct field_value *values; /* as plan->fields; NULL after row_labels */
};

/* E_NOTFOUND: no such record of this type. Texts lie in the arena. */
MUST_CHECK err_t row_load(struct row *out, struct db *db, const struct type_plan *p, int64_t id,
                          struct arena *a, struct err *e);
/* Loads the row without values in child tables: only values[i].cols, completed on demand. */
MUST_CHECK err_t row_load_columns(struct row *out, struct db *db, const struct type_plan *p,
                                  int64_t id, struct arena *a, struct err *e);
/* The system columns alone. */
MUST_CHECK err_t row_labels(struct row *out, struct db *db, const struct type_plan *p, int64_t id,
                            struct arena *a, struct err *e);

/* Whether the record is part of a running import. It becomes visible when the import is complete
 * (import.h). */
MUST_CHECK err_t row_arriving(bool *out, struct db *db, const struct row *row, struct err *e);

/* The values in the columns of a statement, borrowed until its next row. */
struct value row_column(struct stmt *st, size_t column, bool integer);
/* Reads the system columns from column 0 in the order of enum system_column; texts borrowed. */
void row_system(struct row *out, struct stmt *st);

/* The same of a statement that selects plan_add_columns first, on its row. */
void row_take(struct row *out, struct stmt *st, const struct type_plan *p, struct arena *a);
/* Reads one row of a child table, whose columns begin at `first`, after `rows`. */
struct row_values {
    struct value *ptr;
    size_t len, cap;
};
void row_take_child(struct row_values *rows, struct stmt *st, size_t first,
                    const struct field_plan *f, struct arena *a);

/* Rows of one field's child table, in the arena. */
MUST_CHECK err_t row_children(struct field_value *out, struct db *db, const struct field_plan *f,
                              int64_t id, struct arena *a, struct err *e);

/* The current value of a computed field: v->cols[0]. */
MUST_CHECK err_t row_computed(struct field_value *v, struct db *db, const struct field_plan *f,
                              int64_t id, struct arena *a, struct err *e);

/* The fields that have a value, as canonical values, inside an open object. */
void row_values(struct jout *j, const struct row *row, const struct type_plan *p, struct arena *a);

/* E_NOTFOUND, with the same message as for an invisible record. */
err_t row_not_found(const struct record_type *t, int64_t id, struct err *e);
#endif

/* A record as its tables hold it: system columns, and each field's value with its
 * canonical JSON. */
#ifndef RECORD_ROW_H
#define RECORD_ROW_H
#include "record/plan.h"

/* In SQL, of the records of alias r: not part of an import that is under way, or being
 * taken back. */
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
/* Without what stands in tables of its own: values[i].cols alone, to be finished by who wants one. */
MUST_CHECK err_t row_load_columns(struct row *out, struct db *db, const struct type_plan *p,
                                  int64_t id, struct arena *a, struct err *e);
/* The system columns alone. */
MUST_CHECK err_t row_labels(struct row *out, struct db *db, const struct type_plan *p, int64_t id,
                            struct arena *a, struct err *e);

/* Is it part of an import that is still under way? It is seen once all of that is there,
 * by nobody before (import.h). */
MUST_CHECK err_t row_arriving(bool *out, struct db *db, const struct row *row, struct err *e);

/* What stands in the columns of a statement, borrowed until its next row. */
struct value row_column(struct stmt *st, size_t column, bool integer);
/* System columns that stand from column 0 on in the order of enum system_column;
 * texts borrowed. */
void row_system(struct row *out, struct stmt *st);

/* The same of a statement that selects plan_add_columns first, on its row. */
void row_take(struct row *out, struct stmt *st, const struct type_plan *p, struct arena *a);
/* One row of a child table, whose columns stand from `first` on, behind `rows`. */
struct row_values {
    struct value *ptr;
    size_t len, cap;
};
void row_take_child(struct row_values *rows, struct stmt *st, size_t first,
                    const struct field_plan *f, struct arena *a);

/* Rows of one field's child table, in the arena. */
MUST_CHECK err_t row_children(struct field_value *out, struct db *db, const struct field_plan *f,
                              int64_t id, struct arena *a, struct err *e);

/* What a computed field comes to now: v->cols[0]. */
MUST_CHECK err_t row_computed(struct field_value *v, struct db *db, const struct field_plan *f,
                              int64_t id, struct arena *a, struct err *e);

/* E_NOTFOUND in the words that are also said when a record may not be seen. */
err_t row_not_found(const struct record_type *t, int64_t id, struct err *e);
#endif

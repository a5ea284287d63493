/* The tables of a type as SQL, in the one text for both databases (db/README),
 * and bringing those of a store to it (record_types_migrate in type.h). */
#ifndef RECORD_DDL_H
#define RECORD_DDL_H
#include "db/db.h"
#include "record/type_priv.h"
#include "record/value.h"

/* --- what a type's tables are --------------------------------------------------- */

/* CREATE TABLE of the type and of its child tables; nothing for a core type. */
void ddl_tables(struct buf *out, const struct record_type *t, struct arena *a);
/* CREATE TABLE with the system columns alone. */
void ddl_system_table(struct buf *out, struct str table);
/* CREATE TABLE of a child table alone. */
void ddl_child(struct buf *out, const struct field *f, struct arena *a);
void ddl_add_column(struct buf *out, struct str table, const struct column *column);

struct ddl_index {
    struct str name, table, columns, sql;
    struct str where; /* " WHERE …": the rows that it holds; empty: all */
    bool unique;      /* among these, where every column has a value */
};
/* Every index that the type has; their names say what they are for. */
size_t ddl_indexes(const struct ddl_index **out, const struct record_type *t, struct arena *a);

/* The text stored in type_stored.description: JSON, equal for types that need no change. */
struct str ddl_layout(const struct record_type *t, struct arena *a);
/* Whether values stored as that shape (of a layout) are values of the field. */
bool ddl_shape_holds(struct str before, const struct field *f, struct arena *a);

/* --- a change of a type, within one store step ---------------------------------- */

struct ddl_change {
    struct db *db;
    const struct record_type *type;
    const struct jvalue *before; /* its layout in the store; NULL: none */
    struct str today;            /* ISO; for bounds that say today */
    const struct value_patterns *patterns;
    struct arena *arena;
    VEC(struct str) obstacles; /* sentences: what is in the way, which records, what to do */
};

/* The field in a layout or in a table field of one; NULL: there was no such field. */
const struct jvalue *ddl_field_before(const struct jvalue *before, struct str name);

/* Before the tables change: values that would be lost, or break a stricter rule. */
MUST_CHECK err_t ddl_check(struct ddl_change *c, struct err *e);
/* After it: values that are missing or must differ now. */
MUST_CHECK err_t ddl_check_required(struct ddl_change *c, struct err *e);
MUST_CHECK err_t ddl_check_unique(struct ddl_change *c, const struct ddl_index *index,
                                  struct err *e);
#endif

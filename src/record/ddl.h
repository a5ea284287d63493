/* The tables of a type as SQL, in the one text for both databases (db/README). */
#ifndef RECORD_DDL_H
#define RECORD_DDL_H
#include "record/type_priv.h"

struct ddl_index {
    struct str name, sql;
};

/* CREATE TABLE of the type and of its child tables; nothing for a core type. */
void ddl_tables(struct buf *out, const struct record_type *t, struct arena *a);
/* CREATE TABLE with the system columns alone. */
void ddl_system_table(struct buf *out, struct str table);
/* CREATE TABLE of a child table alone. */
void ddl_child(struct buf *out, const struct record_type *t, const struct field *f,
               struct arena *a);
/* ALTER TABLE … ADD COLUMN for each column of a field that lives in `table`. */
void ddl_add_columns(struct buf *out, struct str table, const struct field *f, struct arena *a);

/* Every index that the type has, with names that tell what they are for. */
size_t ddl_indexes(const struct ddl_index **out, const struct record_type *t, struct arena *a);
#endif

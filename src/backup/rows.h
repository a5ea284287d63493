/* A row of a table as one line of JSON, and back: an array of its columns' values, null,
 * whole numbers, texts, {"b": base64} for bytes. A value has one spelling, so that lines
 * and their digests can be compared. */
#ifndef BACKUP_ROWS_H
#define BACKUP_ROWS_H
#include "base/buf.h"
#include "db/tables.h"

#define ROW_LINE_MAX ((size_t)256 << 20) /* what a record of RECORD_BYTES_MAX grows to, with room */

/* The row that the statement stands on, with its line feed. E_LIMIT. */
MUST_CHECK err_t row_write(struct buf *line, const struct table *t, struct stmt *row,
                           struct err *e);
/* Bind a line, without line feed, to the parameters 1 … of an insert of the columns.
 * Values borrow from the line and the arena. E_INVALID: it is none of this table. */
MUST_CHECK err_t row_bind(struct stmt *insert, const struct table *t, struct str line,
                          struct arena *a, struct err *e);

/* A table's description, as the part tables.json holds it, and back. */
struct jout;
struct jvalue;
void table_write(struct jout *j, const struct table *t);
/* E_INVALID. What it says is checked no further than its form (table_sql). */
MUST_CHECK err_t table_read(struct table *out, const struct jvalue *v, struct arena *a,
                            struct err *e);
#endif

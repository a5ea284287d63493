/* Rows of any tabular reader → items: finds the header (not always the first
 * row), goes over sheets, knows repeated headers and blank rows. What it leaves
 * out it says in the notes. */
#ifndef INGEST_TABLE_H
#define INGEST_TABLE_H
#include "ingest/format.h"
#include "text/rows.h"

/* A header stands within the first rows of a sheet, and within the first
 * HEADER_BYTES_MAX of it. */
#define HEADER_ROWS_MAX 30

struct table;

/* Takes `rows`. `in` must outlive the table. A row with the number 0 is a header
 * that the reader made itself. */
struct table *table_new(struct input *in, struct rows rows);

/* For readers whose damage can cut the rest off: when no row follows a damaged
 * one, the whole input ends with that error instead of one row refused. */
void table_damage_cuts(struct table *t);

/* As format.next. E_INVALID at the end of a file in which no sheet has patent
 * columns: the text says what was seen. */
MUST_CHECK err_t table_next(struct item *out, struct table *t, struct arena *a, struct err *e);
void table_free(struct table *t); /* accepts NULL */
#endif

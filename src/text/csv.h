/* Tables as text: RFC 4180 and what programs make of it.
 *
 * Delimiter (comma, semicolon, tab or bar) and encoding are told from the
 * content; lines end in LF, CRLF or CR; a quoted cell may hold line breaks and
 * doubled quotation marks; a quotation mark inside a bare cell, or one in a
 * quoted cell that no delimiter follows, is text. Blank lines are skipped; rows
 * may have different numbers of cells. A cell with a byte that is not in the
 * encoding, or with a NUL, is flagged CELL_BAD_BYTES and shows U+FFFD there.
 *
 * row.number counts the records (blank lines are none), row.line the lines. */
#ifndef TEXT_CSV_H
#define TEXT_CSV_H
#include "text/encoding.h"
#include "text/rows.h"
#include "text/stream.h"

/* `delimiter` 0: told from the content. The stream stays the caller's.
 *
 * rows_next: a quotation mark that is never closed is E_INVALID with the line
 * where it stands, a row longer than RECORD_BYTES_MAX or a cell longer than
 * FIELD_BYTES_MAX is E_LIMIT; row.number and row.line then tell which, and the
 * next call goes on behind that row's first line. An error of the stream below
 * is told once, the next call gives the end. Memory is bounded by
 * FIELD_BYTES_MAX, and in a table without such cells by its longest row. */
MUST_CHECK err_t csv_open(struct rows *out, struct stream *in, char delimiter, struct err *e);

/* How well the first bytes fit a table, for sniffing: the number of rows that
 * have the same number (≥ 2) of cells, up to 50; *delimiter is the best one. */
size_t csv_guess(char *delimiter, struct str head);
#endif

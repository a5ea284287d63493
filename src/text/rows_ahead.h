/* Rows read ahead on a thread of their own, for readers whose unpacking and
 * parsing cost about as much as what is done with the rows: a workbook. */
#ifndef TEXT_ROWS_AHEAD_H
#define TEXT_ROWS_AHEAD_H
#include "text/rows.h"

/* The rows of `inner`, in order, with its errors where they arise; cells are
 * copied into the arena of rows_next. Takes `inner`: it is used by the thread
 * alone and closed with the result. Where no thread can be had, `inner` itself. */
struct rows rows_ahead(struct rows inner);
#endif

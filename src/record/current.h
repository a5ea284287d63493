/* Whether the rows that people read say what the versions say that the evidence log holds:
 * each record's row, its lists and tables, its state and unit, against the content of its
 * last version. Columns that are made from others (keys for searching, the city of the
 * unit) stand in no content and are not compared, nor is a table of which the law has had a
 * column erased. */
#ifndef RECORD_CURRENT_H
#define RECORD_CURRENT_H
#include "audit/verify.h"
#include "record/type.h"

/* For verify_options.current; `types` are those whose tables the store has. */
struct verify_current record_current(const struct record_types *types);
#endif

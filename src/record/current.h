/* Compares the rows that people read with the versions that the evidence log commits to: each
 * record's row, lists and tables, state and unit with the content of its last version. Derived
 * columns (search keys, the city of the unit) are in no content and are not compared, nor is a
 * table with a column erased by law. */
#ifndef RECORD_CURRENT_H
#define RECORD_CURRENT_H
#include "audit/verify.h"
#include "record/type.h"

/* For verify_options.current; `types` are those whose tables the store has. */
struct verify_current record_current(const struct record_types *types);
extern const struct verify_batches record_batches; /* for verify_options.batches */
#endif

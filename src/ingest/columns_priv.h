/* The alias table as the build makes it from reference/columns.csv. */
#ifndef INGEST_COLUMNS_PRIV_H
#define INGEST_COLUMNS_PRIV_H
#include "base/buf.h"
#include "base/str.h"

struct column_alias {
    const char *vendor, *name, *field;
};
extern const struct column_alias column_aliases[];
extern const size_t column_alias_count;

/* Append the form in which names are compared: folded, letters and digits only
 * (all of it when it has none, so that "#" stays a name). */
void column_fold(struct buf *out, struct str name);
#endif

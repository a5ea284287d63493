/* The alias table as the build makes it from reference/columns.csv. */
#ifndef INGEST_COLUMNS_PRIV_H
#define INGEST_COLUMNS_PRIV_H
#include "base/str.h"

struct column_alias {
    const char *vendor, *name, *field;
};
extern const struct column_alias column_aliases[];
extern const size_t column_alias_count;

bool name_has_han(struct str name);
#endif

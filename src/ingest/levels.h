/* Column names in two rows: names and groups above, below the names of what a group holds:
 *     公开号 | 申请人 |      | 优先权 |
 *            | 名称   | 地址 | 号     | 日 */
#ifndef INGEST_LEVELS_H
#define INGEST_LEVELS_H
#include "ingest/columns.h"

/* Whether the rows are such a pair by what stands where; then *out is one row of whole names: of a group and what
 * stands below it where that is a known name ("优先权号"), else the name below where it is known and alone, else both.
 * `upper` must be the row just above `lower`. */
bool levels_join(struct row *out, const struct row *upper, const struct row *lower,
                 const struct column_map *m, struct arena *a);
#endif

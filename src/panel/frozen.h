/* The frozen text of a draw (README, "Frozen text"). */
#ifndef PANEL_FROZEN_H
#define PANEL_FROZEN_H
#include "panel/draw.h"

struct str frozen_write(const struct panel *p, int64_t round, const struct pool *pool,
                        struct arena *a);
/* Experts who may be drawn for a field, by id. E_CORRUPT. */
MUST_CHECK err_t frozen_eligible(const int64_t **out, size_t *count, struct str frozen,
                                 struct str field, struct arena *a, struct err *e);
#endif

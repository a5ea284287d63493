/* How much of the disk was used, one figure a day, so that it can be told when it will be full. Kept in a
 * file of the instance's folder: it is a matter of this machine. */
#ifndef API_DISK_DAYS_H
#define API_DISK_DAYS_H
#include "base/arena.h"
#include "base/err.h"

#define DISK_DAYS_MAX 90
/* The figure of today, unless it is there. */
MUST_CHECK err_t disk_days_note(const char *data, int64_t now_ms, struct err *e);
/* A JSON array of {"date", "used"} by day, of the last DISK_DAYS_MAX. */
MUST_CHECK err_t disk_days_json(struct str *out, const char *data, struct arena *a, struct err *e);
#endif

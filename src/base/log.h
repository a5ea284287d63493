/* Structured log lines on stderr: time, level, message, as one JSON object or,
 * on a terminal, as plain text; kept in files where it is wanted. Whoever handles an error logs it, once. */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include "base/attr.h"
#include "base/clock.h"
#include "base/err.h"

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

#define LOG_DAYS_LEAST 183 /* half a year */
#define LOG_DAYS_MAX 36500 /* that are asked for */

/* From now on each line stands in FOLDER/zhiyun-YYYY-MM-DD.log as well, on whose day it was written (UTC). Of these files
 * as many stay as `days`: the oldest go when a new one is begun, by their names and their number, whatever the clock
 * says. E_INVALID: fewer than LOG_DAYS_LEAST; E_IO. `clock`: of all lines from now on; it outlives them. Before threads start. */
MUST_CHECK err_t log_keep(const char *folder, unsigned days, const struct clock *clock,
                          struct err *e);

void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
#endif

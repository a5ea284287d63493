/* Structured log lines on stderr: time, level, message, as one JSON object or,
 * on a terminal, as plain text. Whoever handles an error logs it, once. */
#ifndef BASE_LOG_H
#define BASE_LOG_H
#include "base/attr.h"

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

void log_line(enum log_level level, const char *fmt, ...) PRINTF_LIKE(2, 3);
#endif

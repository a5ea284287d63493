/* Counters of the server for /metrics (Prometheus text format 0.0.4). Counting takes no lock; a
 * scrape may see a request counted without its duration. */
#ifndef API_METRICS_H
#define API_METRICS_H
#include "api/resource.h"

struct metrics;

struct metrics *metrics_new(void);
void metrics_free(struct metrics *m); /* accepts NULL */

/* Counts an answered request and the number of statements its store was asked. `resource` NULL:
 * none was found. */
void metrics_count(struct metrics *m, const struct resource *resource, unsigned status,
                   int64_t duration_us, uint64_t statements);

/* A line of /metrics with what Prometheus asks to stand before it; a name in _total is a counter's,
 * any other a gauge's. */
void metrics_number(struct buf *out, const char *name, const char *help, int64_t n);
/* The text of /metrics: requests, their durations and statements by resource
 * and class of status, resident memory, open files, steps and commits of the store. */
void metrics_write(struct buf *out, const struct metrics *m, struct store *store);
#endif

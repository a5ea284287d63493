/* What a server does besides answering: workers of jobs, messages to the outside,
 * streams of events. */
#ifndef CMD_BACKGROUND_H
#define CMD_BACKGROUND_H
#include "api/resource.h"

struct background;

/* Fills in api->jobs and events; needs api->store and kernel. */
MUST_CHECK err_t background_start(struct background **out, struct api *api, struct err *e);
/* After the server was stopped: no stream is open then. Accepts NULL. */
void background_stop(struct background *b, struct api *api);

/* The index of dues, made again from the records. */
MUST_CHECK err_t reindex_dues(const struct kernel *k, struct err *e);
#endif

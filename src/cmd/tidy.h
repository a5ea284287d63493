/* What a running server does now and then so that tables stay small: sessions that are
 * over go each minute (a clock set back wakes none), counts of failures each hour. */
#ifndef CMD_TIDY_H
#define CMD_TIDY_H
#include "api/resource.h"

struct tidy;
MUST_CHECK err_t tidy_start(struct tidy **out, struct api *api, struct err *e);
void tidy_stop(struct tidy *t); /* accepts NULL */
#endif

/* The demo lived through: two years of history, by the people and steps of the real workflow, each
 * on its own day of a clock that moves. Everything goes through the functions that requests go
 * through, never by SQL; everything is made up. */
#ifndef CMD_DEMO_LIFE_H
#define CMD_DEMO_LIFE_H
#include "cmd/cmd.h"

struct demo_count {
    size_t parties, cases, records, days;
};

/* In an empty instance. */
MUST_CHECK err_t demo_live(struct demo_count *out, struct app *app, uint64_t seed, struct err *e);
#endif

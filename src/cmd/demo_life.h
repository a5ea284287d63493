/* What the demo's parties and offices live through: applications in every stage, a revocation, an
 * objection that was upheld, by the people and steps of the real workflow. */
#ifndef CMD_DEMO_LIFE_H
#define CMD_DEMO_LIFE_H
#include "cmd/cmd.h"

/* Offices, accounts without passwords, and cases, each on its own day; in an instance that has the
 * demo's parties. Again: nothing that is there already. *cases: how many there are. */
MUST_CHECK err_t demo_life(size_t *cases, struct app *app, struct err *e);
#endif

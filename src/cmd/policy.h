/* What the commands on policies share. */
#ifndef CMD_POLICY_H
#define CMD_POLICY_H
#include "cmd/cmd.h"
#include "policy/packs.h"

/* The packs of the program and those in the folder packs of the instance, if any. */
MUST_CHECK err_t policy_packs(struct packs **out, const struct app *app, struct err *e);
#endif

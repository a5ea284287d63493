/* The demo's parties: centres to be of two provinces, with what they would apply on. */
#ifndef CMD_DEMO_PARTIES_H
#define CMD_DEMO_PARTIES_H
#include "cmd/cmd.h"

/* Parties and their records, through the kernel as anybody's; those that are there already
 * stay. *added: how many were not there. */
MUST_CHECK err_t demo_parties(size_t *added, struct app *app, struct err *e);
/* How many there are in all. */
size_t demo_party_count(void);
#endif

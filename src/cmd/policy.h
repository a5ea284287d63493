/* What the commands on policies share. */
#ifndef CMD_POLICY_H
#define CMD_POLICY_H
#include "cmd/cmd.h"
#include "policy/packs.h"

/* The packs of the program and those in the folder packs of the instance, if any. */
MUST_CHECK err_t policy_packs(struct packs **out, const struct app *app, struct err *e);
/* zhiyun pack source ID FILE: prints what came of it; an exit code. */
int pack_source(struct app *app, struct packs *packs, struct str id, const char *file);

/* zhiyun pack amend ID, pack sign ID. */
int pack_amend(struct app *app, struct packs *packs, struct str id);
int pack_sign_files(struct app *app, struct packs *packs, struct str id);

/* Working days that the instance was given beside those built in; NULL where there is no
 * instance. */
struct calendar;
MUST_CHECK err_t policy_calendar(const struct calendar **out, struct app *app, struct err *e);
/* As policy_packs, counting by those days; where there is an instance, the versions in force
 * (decide/activation.h). Says on stderr which of the folder's wait. */
MUST_CHECK err_t policy_packs_counting(struct packs **out, struct app *app, struct err *e);
#endif

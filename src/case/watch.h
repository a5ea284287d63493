/* Flags of the pack with `watch`: judged anew each day for who is in the register. They are no verdict, and nothing
 * follows from them by itself. */
#ifndef CASE_WATCH_H
#define CASE_WATCH_H
#include "case/case.h"

/* Gives the office that guides a flag for each party of the register that raises one, under a draft as well, each once
 * for the row that raises it. */
MUST_CHECK err_t watch_raise(struct programme *p, struct str today, struct err *e);
#endif

/* What one officer does not decide of a panel alone: he proposes it with a reason, and another officer of the same
 * office confirms it, signed in. No document says it (文件未规定). */
#ifndef PANEL_SECOND_H
#define PANEL_SECOND_H
#include "access/pair_shown.h"
#include "panel/panel.h"

struct panel_pair {
    struct str type, action; /* "panel_sheet", "reopen" */
    int64_t id, version;     /* the row as it stands: another version is proposed anew */
    const char *what;        /* a sentence of N_(): what is to be done */
    struct pair_line line;   /* with whom, with which */
    struct str
        arguments;   /* JSON of what is asked, which the second asks too; empty: there is none */
    struct str seen; /* what both see besides the version; empty: nothing */
};

/* Inside a store step. *go: d->by confirms now what the account *first (may be NULL) proposed; else *waits is the
 * proposal that he made, for d->reason. E_INVALID: no reason; E_CONFLICT, E_DENIED: he is not the second. */
MUST_CHECK err_t panel_second(bool *go, int64_t *waits, int64_t *first, struct db *db,
                              const struct deed *d, const struct panel *p,
                              const struct panel_pair *of, struct err *e);
#endif

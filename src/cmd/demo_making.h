/* What stands around the making of a demo: nobody opens it before it is whole, the disk is waited for
 * only at its end, and one that was cut off is begun again from what stood there before. */
#ifndef CMD_DEMO_MAKING_H
#define CMD_DEMO_MAKING_H
#include "cmd/cmd.h"

struct demo_making {
    struct app *app;
    int mark;     /* <data>/demo/begun, locked by who makes it; -1: not taken */
    bool is_kept; /* the mark says what stood there before: from then on it stays until the end */
};

/* Looks whether a demo may be made here, keeps aside what stands there, marks the folder, and from then on
 * waits for no disk. E_CONFLICT: there are records that are not the demo's, or one that cannot be begun
 * again; E_BUSY: a server, or another demo. On an error demo_making_end is called all the same. */
MUST_CHECK err_t demo_making_begin(struct demo_making *out, struct app *app, struct err *e);
/* With everything closed: all of it to the disk, which is waited for again. */
MUST_CHECK err_t demo_making_sync(struct demo_making *m, struct err *e);
/* Once the demo says that it is complete: mark, and what was kept aside, are removed. */
MUST_CHECK err_t demo_making_tidy(const struct app *app, struct err *e);
void demo_making_end(struct demo_making *m);
#endif

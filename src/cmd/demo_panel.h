/* A panel of experts of the demo, held from its forming to its report by the public functions. */
#ifndef CMD_DEMO_PANEL_H
#define CMD_DEMO_PANEL_H
#include "cmd/cmd.h"
#include "policy/packs.h"

struct demo_panel {
    struct app *app;
    struct instance *instance; /* the clock of its kernel is the day that is lived */
    const struct pack *pack;
    struct str evaluation, title;
    struct str field; /* of the dictionary `expertise`; as many seats of it */
    int64_t seats;
    struct str officers[2]; /* accounts of one office: both commit, the first does the rest */
    const int64_t *cases;   /* running cases of the pack */
    size_t case_count;
    const char *result;         /* "pass", "fail": of all of them … */
    struct str reason, opinion; /* … why; what each expert writes */
    bool drawn_only;            /* the experts are invited, and have not answered */
};

/* *panel: its number. E_CONFLICT: the pool has too few experts without a tie to the parties. */
MUST_CHECK err_t demo_panel_hold(int64_t *panel, const struct demo_panel *what, struct arena *a,
                                 struct err *e);
#endif

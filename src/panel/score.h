/* Score sheets: one of each member for each case. Every save is a version; a submitted sheet is
 * locked, and only two officers with a reason open it again. */
#ifndef PANEL_SCORE_H
#define PANEL_SCORE_H
#include "panel/member.h"

#define SCORE_NONE (-1)

struct sheet {
    int64_t id, version; /* 0: nothing was saved yet */
    struct str state;    /* draft, locked */
    int64_t panel_case, member;
    struct str opinion, result; /* result: "pass", "fail"; empty: not said */
    int64_t changed_ms, locked_ms;
    int64_t *points; /* of each head of the panel, hundredths; SCORE_NONE: not given */
};

/* All sheets of a panel's members who come, by case, then member. */
MUST_CHECK err_t score_sheets(const struct sheet **out, size_t *count, struct db *db,
                              const struct panel *p, struct arena *a, struct err *e);
/* Of who asks, for a case that he sees. E_NOTFOUND: a case that he does not see, or has recused
 * himself from, or all of them before his statement. Read as the program. */
MUST_CHECK err_t score_own(struct sheet *out, struct member *m, struct db *db,
                           const struct subject *s, const struct panel *p, int64_t panel_case,
                           struct arena *a, struct err *e);

/* Inside a store step. `x->version` is the version that was looked at (0: none); x->opinion, result,
 * points. E_NOTFOUND as score_own; E_CONFLICT: another version, or locked; E_INVALID: points. */
MUST_CHECK err_t score_save(struct sheet *x, struct db *db, const struct deed *d,
                            const struct panel *p, struct err *e);
/* A sheet that x->member signed at a meeting, locked at once: x->panel_case, points, opinion, result. E_INVALID. */
MUST_CHECK err_t score_record(struct sheet *x, struct db *db, const struct deed *d,
                              const struct panel *p, struct err *e);
/* Lock it. E_INVALID: a head has no points. */
MUST_CHECK err_t score_submit(struct sheet *x, struct db *db, const struct deed *d,
                              const struct panel *p, struct err *e);

/* Open a locked sheet again, by an officer of the panel's office, for d->reason. E_CONFLICT: not locked, or the panel is
 * closed. */
MUST_CHECK err_t score_reopen(struct sheet *out, struct db *db, const struct deed *d,
                              const struct panel *p, int64_t sheet, struct err *e);
#endif

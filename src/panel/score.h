/* Score sheets, one per member and case. Every save is a version. A submitted sheet is locked; two
 * officers can reopen it with a reason. */
#ifndef PANEL_SCORE_H
#define PANEL_SCORE_H
#include "panel/member.h"

#define SCORE_NONE (-1)

struct sheet {
    int64_t id, version; /* 0: not saved yet */
    struct str state;    /* draft, locked */
    int64_t panel_case, member;
    struct str opinion, result; /* result: "pass", "fail"; empty: none */
    int64_t changed_ms, locked_ms;
    int64_t *points;     /* per head of the panel, in hundredths; SCORE_NONE: none */
    struct str *reasons; /* per head; empty: none; NULL: of no head */
};

/* All sheets of attending members, by case, then member. */
struct sheets {
    struct sheet *ptr;
    size_t len, cap;
};
MUST_CHECK err_t score_sheets(struct sheets *out, struct db *db, const struct panel *p,
                              struct arena *a, struct err *e);
/* The subject's sheet of a case. E_NOTFOUND: the case is not visible, the member is recused, or has not
 * made the statement. Reads with the program's rights. */
MUST_CHECK err_t score_own(struct sheet *out, struct member *m, struct db *db,
                           const struct subject *s, const struct panel *p, int64_t panel_case,
                           struct arena *a, struct err *e);

/* Inside a store step. Saves x->opinion, result and points over `x->version` (0: none). E_NOTFOUND as
 * score_own; E_CONFLICT: another version, or locked; E_INVALID: wrong points. */
MUST_CHECK err_t score_save(struct sheet *x, struct db *db, const struct deed *d,
                            const struct panel *p, struct err *e);
/* Records a sheet that x->member signed at a meeting (panel_case, points, opinion, result) and locks it. E_INVALID. */
MUST_CHECK err_t score_record(struct sheet *x, struct db *db, const struct deed *d,
                              const struct panel *p, struct err *e);
/* Locks a sheet. E_INVALID: a head has no points. */
MUST_CHECK err_t score_submit(struct sheet *x, struct db *db, const struct deed *d,
                              const struct panel *p, struct err *e);

/* Reopens a locked sheet: an officer of the panel's office proposes it for d->reason, another confirms it (access/two_person.h
 * pair_take; d->waits is set). E_CONFLICT: not locked, or the panel is closed. */
MUST_CHECK err_t score_reopen(struct sheet *out, const struct panel_deed *act, int64_t sheet,
                              struct err *e);
#endif

/* Members: experts who were drawn or chosen; their answer, statement on conflicts and access. */
#ifndef PANEL_MEMBER_H
#define PANEL_MEMBER_H
#include "panel/panel.h"

struct member {
    int64_t id, version, panel, draw;
    struct str field;
    int64_t place; /* in the permutation of the field, from 0 */
    int64_t expert, account;
    struct str name, state, reason; /* invited, accepted, refused, absent */
    int64_t invited_ms, answered_ms, stated_ms;
    struct str file; /* SHA-256 (hex) of the file with the signed sheets; empty: scored online */
};

/* Members of a draw in order of invitation. */
struct members {
    struct member *ptr;
    size_t len, cap;
};
MUST_CHECK err_t draw_members(struct members *out, struct db *db, int64_t draw, struct arena *a,
                              struct err *e);
/* Those of the latest draw of a panel; none where there is no draw. */
MUST_CHECK err_t panel_members(struct members *out, struct db *db, int64_t panel, struct arena *a,
                               struct err *e);
/* E_NOTFOUND. */
MUST_CHECK err_t member_read(struct member *out, struct db *db, int64_t panel, int64_t id,
                             struct arena *a, struct err *e);
/* The subject's seat, invited or accepted. E_NOTFOUND: none. */
MUST_CHECK err_t member_of(struct member *out, struct db *db, const struct subject *s,
                           int64_t panel, struct arena *a, struct err *e);

/* Inside a store step, like the following functions. The member accepts, or declines with d->reason:
 * then the next expert of the field is invited. E_CONFLICT: already answered. */
MUST_CHECK err_t member_answer(struct member *out, const struct panel_deed *act, bool comes,
                               struct err *e);

/* A party with which the member declares a conflict, and the reason. */
struct recusal {
    int64_t unit;
    struct str reason;
};
/* The statement that opens the cases: no conflict except with these parties, whose cases are closed to
 * the member. Later statements add parties; none is removed. E_CONFLICT: not accepted; E_INVALID: not
 * a party of the panel, or no reason. */
MUST_CHECK err_t member_declare(struct member *m, const struct panel_deed *act,
                                const struct recusal *recusals, size_t count, struct err *e);

/* A case of the panel, and a member that would judge it on a day. */
struct member_case {
    const struct member *m;
    const struct panel *p;
    int64_t panel_case;
    struct str today;
};
/* Whether the member may see and score this case now, by the current records. Reads with the program's
 * rights (db/fence.h). */
MUST_CHECK err_t member_sees(bool *out, struct db *db, const struct member_case *of,
                             struct arena *a, struct err *e);

/* Whether the member has a tie with the party of this case or is recused from it. Also true for cases of other panels.
 * Members who left the pool without a tie have none; their sheets remain valid. */
MUST_CHECK err_t member_has_conflict(bool *out, struct db *db, const struct member_case *of,
                                     struct arena *a, struct err *e);

/* The invitation is an assignment (待办) of the expert's own record, naming the panel, so that employments
 * and ties are updated before answering. It ends with the answer, a replacement or the closing of the panel. */
MUST_CHECK err_t member_invite(const struct member *m, struct db *db, const struct deed *d,
                               struct err *e);
MUST_CHECK err_t member_release(const struct member *m, struct db *db, const struct deed *d,
                                struct err *e);

/* Writes m->state, reason and stated_ms with a version. */
MUST_CHECK err_t member_move(struct member *m, struct db *db, const struct deed *d,
                             const char *action, struct err *e);
MUST_CHECK err_t member_version(const struct member *m, struct db *db, const struct deed *d,
                                const char *action, struct err *e);
#endif

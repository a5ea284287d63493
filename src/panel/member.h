/* An expert who was drawn or chosen: his answer, what he says of conflicts, and what he may see since. */
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
    struct str file; /* SHA-256 of the file of his signed sheets, hex; empty: he scored online */
};

/* Of a draw, in the order in which they were invited. */
MUST_CHECK err_t draw_members(const struct member **out, size_t *count, struct db *db, int64_t draw,
                              struct arena *a, struct err *e);
/* E_NOTFOUND. */
MUST_CHECK err_t member_read(struct member *out, struct db *db, int64_t panel, int64_t id,
                             struct arena *a, struct err *e);
/* The seat of who asks, invited or accepted. E_NOTFOUND: he has none. */
MUST_CHECK err_t member_of(struct member *out, struct db *db, const struct subject *s,
                           int64_t panel, struct arena *a, struct err *e);

/* Inside a store step, as all that follow. He comes, or not (d->reason): then the next of his
 * field is invited. E_CONFLICT: he has answered. */
MUST_CHECK err_t member_answer(struct member *out, struct db *db, const struct deed *d,
                               const struct panel *p, bool comes, struct err *e);

/* A party with which he says to have a conflict, and which. */
struct recusal {
    int64_t unit;
    struct str reason;
};
/* The statement that opens the cases: no conflict with any party but these, whose cases he sees no
 * more of. Again, later: further ones are added, none is taken back. E_CONFLICT: he has not
 * accepted; E_INVALID: a party that is not of the panel, or no reason. */
MUST_CHECK err_t member_declare(struct member *m, struct db *db, const struct deed *d,
                                const struct panel *p, const struct recusal *recusals, size_t count,
                                struct err *e);

/* May he see and score this case of the panel, as the records stand at this moment? Read as the
 * program (db/fence.h). */
MUST_CHECK err_t member_sees(bool *out, struct db *db, const struct member *m,
                             const struct panel *p, int64_t panel_case, struct str today,
                             struct arena *a, struct err *e);

/* Has he a tie with the party of this case, or has he recused himself from it? True also of a case that is not the
 * panel's. Who left the pool without one has none: what he submitted stands. */
MUST_CHECK err_t member_tied(bool *out, struct db *db, const struct member *m,
                             const struct panel *p, int64_t panel_case, struct str today,
                             struct arena *a, struct err *e);

/* The invitation is a thing to do (待办): his own record in the pool, with the panel named, so that he
 * sees to his employments and ties before he answers. It is done with his answer, and ends when he
 * is replaced or the panel is closed. */
MUST_CHECK err_t member_told(const struct member *m, struct db *db, const struct deed *d,
                             struct err *e);
MUST_CHECK err_t member_let_go(const struct member *m, struct db *db, const struct deed *d,
                               struct err *e);

/* m->state, reason, stated_ms written, and its version. */
MUST_CHECK err_t member_move(struct member *m, struct db *db, const struct deed *d,
                             const char *action, struct err *e);
MUST_CHECK err_t member_version(const struct member *m, struct db *db, const struct deed *d,
                                const char *action, struct err *e);
#endif

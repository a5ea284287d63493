/* The draw of one panel: frozen, committed to by two officers, revealed, drawn.
 *
 *   1 freeze  pool, fields and exclusions as one canonical text; its SHA-256 stands in the log
 *   2 commit  two officers, two persons, each SHA-256 of 32 bytes that he keeps; both in the log
 *   3         a head is signed that covers both (cosigned, where a witness is known)
 *   4 reveal  each his value; with both, seed = SHA-256(s ‖ t ‖ root of that head), and the draw
 *
 * Whoever had seen the other's value could choose whether to reveal his own: so a value that is
 * wrong, or that is not revealed, is a recorded fault of that person, who commits to no further
 * draw of the panel; the draw is over, and the next is frozen and committed to anew. */
#ifndef PANEL_DRAW_H
#define PANEL_DRAW_H
#include "panel/conflict.h"
#include "panel/lot.h"
#include "panel/panel.h"

struct member;
struct draw {
    int64_t id, version, panel, round;
    struct str state; /* frozen, drawn, failed; chosen: by the office, without a lot (chosen.h) */
    struct str frozen, digest, entry;
    int64_t frozen_ms, frozen_by;
    int64_t head_size;          /* 0: nothing was revealed yet */
    struct str head_root, seed; /* hex; empty: not yet */
    struct str fault;
    int64_t fault_of;
};

struct commitment {
    int part; /* 1: s, 2: t */
    int64_t account;
    struct str commitment, entry, value; /* value empty: not revealed */
    int64_t at_ms, revealed_ms;
};

/* All inside a store step, by an officer of the panel's office (E_NOTFOUND: another's). */

/* He is not drawn for this panel; d->reason says why. E_CONFLICT: the pool is frozen, or he is left
 * out already; E_NOTFOUND: no such expert. */
MUST_CHECK err_t draw_leave_out(struct db *db, const struct deed *d, struct panel *p,
                                int64_t expert, struct err *e);
/* Fields with the fewest experts to spare are filled first. E_CONFLICT: a field could come out short
 * of experts, or the panel is drawn already. */
MUST_CHECK err_t draw_freeze(struct draw *out, struct db *db, const struct deed *d, struct panel *p,
                             const struct co_names *patents, struct err *e);
/* `commitment` 64 digits of hex. E_DENIED: by a program, or after a fault of his; E_CONFLICT: both
 * are there, or he has given one, or the other gave the same. */
MUST_CHECK err_t draw_commit(struct draw *out, struct db *db, const struct deed *d, struct panel *p,
                             struct str commitment, struct err *e);
/* `value` 64 digits of hex. `witnessed`: a witness is known, so the head must be cosigned.
 * E_CONFLICT: not both are committed, or no head covers them yet. A wrong value is no error:
 * out->state is "failed". */
MUST_CHECK err_t draw_reveal(struct draw *out, struct db *db, const struct deed *d, struct panel *p,
                             struct str value, bool witnessed, struct err *e);
/* Give it up; d->reason says why. `account`: who did not reveal; 0: nobody is at fault, which can
 * only be said before a value was revealed. */
MUST_CHECK err_t draw_fail(struct draw *out, struct db *db, const struct deed *d, struct panel *p,
                           int64_t account, struct err *e);
/* The member does not come, d->reason says why: the next of his field's permutation is invited.
 * next->id 0: nobody is left. E_CONFLICT: he refused, and was replaced then, or has submitted sheets. */
MUST_CHECK err_t draw_replace(struct member *next, struct db *db, const struct deed *d,
                              struct panel *p, int64_t member, struct err *e);

/* --- reading ----------------------------------------------------------------------------------- */

/* The latest; out->id 0: none was frozen yet. */
MUST_CHECK err_t draw_latest(struct draw *out, struct db *db, int64_t panel, struct arena *a,
                             struct err *e);
MUST_CHECK err_t draw_list(const struct draw **out, size_t *count, struct db *db, int64_t panel,
                           struct arena *a, struct err *e);
MUST_CHECK err_t draw_commitments(struct commitment out[2], size_t *count, struct db *db,
                                  int64_t draw, struct arena *a, struct err *e);
/* Both are revealed: nobody sees one value before. */
bool draw_values_shown(const struct commitment *given, size_t count);
/* Keep x->frozen, x->state and the ties found of panel x->panel, with a version whose action names the digest. */
MUST_CHECK err_t draw_keep(struct draw *x, struct db *db, const struct deed *d, const char *action,
                           const struct conflict *conflicts, size_t count, struct err *e);
/* The ties among these: such an expert neither sees nor scores the case. */
MUST_CHECK err_t draw_keep_conflicts(struct db *db, int64_t draw, const struct conflict *all,
                                     size_t count, struct err *e);
/* Seat m->expert for m->field: in the state "accepted" who came to a meeting, else invited, and told. */
MUST_CHECK err_t draw_invite(struct member *m, struct db *db, const struct deed *d,
                             const struct draw *x, struct err *e);
/* Invite the next of a field; next->id 0: nobody is left, or the experts were chosen. */
MUST_CHECK err_t draw_next(struct member *next, struct db *db, const struct deed *d, int64_t panel,
                           struct str field, struct err *e);

/* The experts whom a seed takes for each field of a frozen text, in the order of the permutation:
 * all of them, whether seated or not. E_CORRUPT: it is no such text. */
struct drawn_field {
    struct str field;
    int64_t seats;
    const int64_t *order; /* experts */
    size_t count;
};
MUST_CHECK err_t draw_orders(const struct drawn_field **out, size_t *count, struct str frozen,
                             const struct digest *seed, struct arena *a, struct err *e);
#endif

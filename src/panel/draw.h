/* The draw of one panel: frozen, committed to by two officers, revealed, drawn.
 *
 *   1 freeze  pool, fields and exclusions as one canonical text; its SHA-256 is logged
 *   2 commit  two officers each log the SHA-256 of 32 secret bytes
 *   3         a head is signed that covers both entries (cosigned, if a witness is known)
 *   4 reveal  both values; seed = SHA-256(s ‖ t ‖ root of that head), then the draw
 *
 * A person who knows the other's value could decide whether to reveal their own. A wrong or withheld
 * value is therefore recorded as that person's fault and bars them from further draws of the panel; the
 * draw fails, and the next one is frozen and committed to anew. */
#ifndef PANEL_DRAW_H
#define PANEL_DRAW_H
#include "panel/conflict.h"
#include "panel/lot.h"
#include "panel/panel.h"

struct member;
struct draw {
    int64_t id, version, panel, round;
    struct str state; /* frozen, drawn, failed; chosen: by the office (chosen.h) */
    struct str frozen, digest, entry;
    int64_t frozen_ms, frozen_by;
    int64_t head_size;          /* 0: nothing revealed yet */
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

/* Excludes an expert from this panel for d->reason. E_CONFLICT: the pool is frozen, or the expert is
 * excluded already; E_NOTFOUND: no such expert. */
MUST_CHECK err_t draw_leave_out(struct db *db, const struct deed *d, struct panel *p,
                                int64_t expert, struct err *e);
/* Freezes pool and fields, the scarcest field first. E_CONFLICT: a field could lack experts, or the
 * panel is drawn. */
MUST_CHECK err_t draw_freeze(struct draw *out, const struct panel_deed *act,
                             const struct co_names *patents, struct err *e);
/* `commitment`: 64 hex digits. E_DENIED: an API token, or after a fault; E_CONFLICT: both exist, the
 * officer has given one, or it equals the other's. */
MUST_CHECK err_t draw_commit(struct draw *out, const struct panel_deed *act, struct str commitment,
                             struct err *e);
/* `value`: 64 hex digits. `witnessed`: a witness is known, so the head must be cosigned. E_CONFLICT: a
 * commitment is missing, or no head covers both yet. A wrong value is no error: out->state is
 * "failed". */
MUST_CHECK err_t draw_reveal(struct draw *out, const struct panel_deed *act, struct str value,
                             bool witnessed, struct err *e);
/* Abandons the draw for d->reason. `account`: the officer who did not reveal; 0: no fault, allowed only
 * before a value is revealed. */
MUST_CHECK err_t draw_fail(struct draw *out, const struct panel_deed *act, int64_t account,
                           struct err *e);
/* Replaces a member for d->reason by the next of the field's permutation; next->id 0: nobody left.
 * E_CONFLICT: the member declined and was replaced, or has submitted sheets. */
MUST_CHECK err_t draw_replace(struct member *next, const struct panel_deed *act, int64_t member,
                              struct err *e);

/* --- reading ----------------------------------------------------------------------------------- */

/* The latest draw; out->id 0: none yet. */
MUST_CHECK err_t draw_latest(struct draw *out, struct db *db, int64_t panel, struct arena *a,
                             struct err *e);
struct draws {
    struct draw *ptr;
    size_t len, cap;
};
MUST_CHECK err_t draw_list(struct draws *out, struct db *db, int64_t panel, struct arena *a,
                           struct err *e);
MUST_CHECK err_t draw_commitments(struct commitment out[2], size_t *count, struct db *db,
                                  int64_t draw, struct arena *a, struct err *e);
/* Whether both values are revealed; until then, none is shown. */
bool draw_values_shown(const struct commitment *given, size_t count);
/* Stores x->frozen, x->state and the conflicts of panel x->panel, with a version whose action names the digest. */
MUST_CHECK err_t draw_keep(struct draw *x, struct db *db, const struct deed *d,
                           const struct pool *pool, struct err *e);
/* The ties among the conflicts of a pool: such an expert neither sees nor scores the case. */
MUST_CHECK err_t draw_keep_conflicts(struct db *db, int64_t draw, const struct pool *pool,
                                     struct err *e);
/* Seats m->expert for m->field: "accepted" after a meeting, else invited and notified. */
MUST_CHECK err_t draw_invite(struct member *m, struct db *db, const struct deed *d,
                             const struct draw *x, struct err *e);
/* Invites the next expert of a field; next->id 0: nobody left, or the experts were chosen. */
MUST_CHECK err_t draw_next(struct member *next, struct db *db, const struct deed *d, int64_t panel,
                           struct str field, struct err *e);

/* The permutation of experts that a seed gives for each field of a frozen text, seated or not.
 * E_CORRUPT: not a frozen text. */
struct drawn_field {
    struct str field;
    int64_t seats;
    const int64_t *order; /* experts */
    size_t count;
};
MUST_CHECK err_t draw_orders(const struct drawn_field **out, size_t *count, struct str frozen,
                             const struct digest *seed, struct arena *a, struct err *e);
#endif

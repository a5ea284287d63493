/* What one person asks for and another confirms: recognition, revocation,
 * overrides, whatever a type or an action marks so.
 *
 * A proposal is bound to a digest of all that both persons see (the thing, its
 * version, the arguments, the reason). When any of it changes, it no longer counts
 * and has to be made anew. It is confirmed by somebody whose person and whose right
 * are both another's: under a delegation neither of the two may confirm what the
 * other proposed. Programs with a token never confirm. */
#ifndef ACCESS_TWO_PERSON_H
#define ACCESS_TWO_PERSON_H
#include "access/deed.h"
#include "access/subject.h"

#define PROPOSAL_LIFE_MS (INT64_C(14) * 24 * 3600 * 1000) /* then it has to be made anew */

struct proposal {
    int64_t id;
    struct str action, type;
    int64_t record_id;
    struct str arguments; /* JSON; "null": none */
    struct str digest;    /* hex */
    struct str reason;    /* empty: none */
    int64_t proposed_by, proposed_for /* 0: his own right */, unit;
    struct str role;
    struct str
        shown; /* of a pair: what the second reads (pair_shown.h); empty: the thing itself shows it */
    int64_t proposed_ms, expires_ms;
};

/* Of all that both persons see, part by part: SHA-256 of a JSON list of texts, hex, in the arena. */
struct str proposal_digest(const struct str *parts, size_t count, struct arena *a);

/* The open proposal of this action on this record, also one whose time is over;
 * out->id 0: none. Texts in the arena. */
MUST_CHECK err_t proposal_find(struct proposal *out, struct db *db, struct str type,
                               int64_t record_id, struct str action, struct arena *a,
                               struct err *e);

/* What offices decide waits for the clock. A sentence of N_(). */
extern const char *const clock_in_doubt;

/* That its record changed. A sentence of N_(). */
extern const char *const proposal_outrun;
/* The refusal while another proposal is open; a sentence of N_(). */
extern const char *const proposal_other;
/* Why the latest proposal of this action on this record, which another than `by` made, counts no more: its time ran out,
 * or what it was of went on; where `by` means to confirm it: he says nothing (arguments and reason empty) or, where its
 * time ran out, the same. He makes no new one. A sentence of N_(); NULL: nothing of the kind. */
MUST_CHECK err_t proposal_lapsed(const char **why, struct db *db, const struct proposal *asked,
                                 const struct subject *by, int64_t now_ms, struct err *e);

/* Keep a new one; sets p->id. Inside a store step; the caller has closed what was
 * open before. */
MUST_CHECK err_t proposal_make(struct proposal *p, struct db *db, struct err *e);

/* Who proposed it, as he is at this moment; *there false: the account is gone or closed, and *out
 * is nobody. Texts in the arena. */
MUST_CHECK err_t proposal_first(struct subject *out, bool *there, const struct proposal *p,
                                struct db *db, struct str today, int64_t now_ms, struct arena *a,
                                struct err *e);

/* May `s`, acting under `as` (NULL: no role is named), be the second person? */
bool proposal_may_confirm(const struct proposal *p, const struct subject *s,
                          const struct grant *as);

/* The same of his person, were he signed in: it waits for him, also when a program asks in his name with a token. */
bool proposal_waits_for(const struct proposal *p, const struct subject *s, const struct grant *as);

/* Why not, for him: a sentence of N_(). Of who may, nothing of the kind is said. */
const char *proposal_not_by(const struct proposal *p, const struct subject *s);

enum proposal_end { PROPOSAL_CONFIRMED, PROPOSAL_REFUSED, PROPOSAL_WITHDRAWN, PROPOSAL_EXPIRED };

/* Close an open one. E_CONFLICT: somebody has closed it. Inside a store step; the
 * entry in the log is the caller's. */
MUST_CHECK err_t proposal_close(struct db *db, int64_t id, enum proposal_end how, int64_t by,
                                int64_t now_ms, struct str reason, struct err *e);

/* What stood in it is erased by law: no word of it is left but who proposed it, when, and how it ended; an open one ends.
 * Inside a store step; the entry is the caller's. */
MUST_CHECK err_t proposal_forget(struct db *db, int64_t id, struct err *e);

/* Among whom the second of a pair is found: who has the role of the first in his unit, in his province, anywhere; or
 * whoever in his province (of an office of the whole country: in any) has the role that the proposal names, and that one
 * alone. */
enum pair_among { PAIR_UNIT, PAIR_PROVINCE, PAIR_ROLE, PAIR_LEADERS };

/* What is open ends without being done: taken back by who proposed it, refused by another, for d->reason; with the entry
 * "withdraw ACTION" or "refuse ACTION". p: id, type, action, record_id, proposed_by, proposed_for. E_DENIED: another who
 * could not confirm it either, as a program with a token; whether it waits for d->by is the caller's to ask. Inside a store
 * step. */
MUST_CHECK err_t proposal_decline(struct db *db, const struct deed *d, const struct proposal *p,
                                  struct err *e);

/* What two of one office do: the one proposes it, another, signed in, confirms the same. */
struct pair {
    struct str type, action; /* "panel_sheet", "reopen" */
    int64_t record_id;
    struct str arguments; /* JSON, kept with it: another is something else; empty: there are none */
    struct str
        seen; /* what both see besides ("version 3"): where it has changed since, it is proposed anew */
    struct str role;    /* in which it is proposed */
    struct str shown;   /* pair_shown_json */
    bool confirms_only; /* d->by proposes nothing: where it has lapsed he is told so */
    bool
        setting; /* changed also while the clock is in doubt (that is set right so); whoever asks for what has
                           lapsed proposes it anew, and what has changed since is first refused */
    /* *out: who proposed it may still do it. */
    err_t (*may)(bool *out, struct db *db, const struct subject *first, const void *arg,
                 struct err *e);
    const void *arg;
};

/* Inside a store step. d->by confirms now what *first proposed: do it. *first 0: *d->waits is the proposal that he made,
 * with an entry, for d->reason. E_INVALID: no reason; E_CONFLICT: he proposed it himself, something else waits, who proposed
 * it may not any more, or, of who confirms only, it has lapsed; E_DENIED: a program, or nobody signed in. */
MUST_CHECK err_t pair_take(int64_t *first, struct db *db, const struct deed *d,
                           const struct pair *of, struct err *e);

/* The case has gone on: what is open of it, and of the other cases with which it is proposed together, has
 * expired, for nobody could confirm it any more. Inside a store step. */
MUST_CHECK err_t proposals_outrun(struct db *db, int64_t case_id, int64_t now_ms, struct err *e);
#endif

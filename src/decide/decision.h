/* Decisions: a verdict that something rests on, kept with all that it takes to say it again for
 * ever: the facts document, the files of the pack (by their digest), the last year whose working
 * days were known. A decision keeps the version it was made under; pack amend moves chosen ones
 * to the version that counts now, and both stay. */
#ifndef DECIDE_DECISION_H
#define DECIDE_DECISION_H
#include "decide/activation.h"
#include "policy/calendar.h"
#include "policy/pack_verdict.h"

struct decision_new {
    const struct packs *packs;
    const struct pack *pack; /* of these packs */
    struct str party;        /* unified social credit code, or how else the subject is known */
    struct str type;         /* of the record it is about; empty: none */
    int64_t record_id;
    int64_t began_ms;    /* of a case: when it began, under the version that counted then; else 0 */
    struct str question; /* empty: what the facts ask */
    struct str facts;    /* a facts document; kept in its one spelling (facts_canonical) */
};

struct kept_decision {
    int64_t id, version; /* id 0: not kept yet */
    bool stands;         /* false: amended by a later one */
    struct str party, type;
    int64_t record_id;
    int64_t began_ms; /* as decision_new; not kept */
    struct str question, pack, pack_version, pack_digest;
    struct str as_of;
    struct str facts, facts_digest; /* SHA-256, hex */
    struct str verdict;             /* "pass", "fail", "unknown" */
    struct str answer;              /* pack_verdict_json */
    int calendar_year;              /* the last one whose working days were known */
    int64_t amends;                 /* 0: it is the first */
    int64_t decided_ms, decided_by; /* by 0: the program */
    struct str archive;             /* files of the pack; empty once it is kept */
};

/* The verdict; outside of any step, for it takes some milliseconds. E_INVALID: as
 * pack_verdict_check. */
MUST_CHECK err_t decision_prepare(struct kept_decision *out, const struct decision_new *n,
                                  struct arena *a, struct err *e);
/* Keep it: inside a store step, with its entry, which holds the digests of facts and pack. E_INVALID:
 * the pack decides nothing here on that day (pack_decides_here), or a reading chosen here is not
 * that of the facts. */
MUST_CHECK err_t decision_put(struct kept_decision *x, struct db *db, const struct deed *d,
                              const struct pack *p, struct err *e);

/* E_NOTFOUND. */
MUST_CHECK err_t decision_read(struct kept_decision *out, struct db *db, int64_t id,
                               struct arena *a, struct err *e);
/* Newest first; pack empty: of all; those that stand, or all. */
MUST_CHECK err_t decision_list(const struct kept_decision **out, size_t *count, struct db *db,
                               struct str pack, bool standing, struct arena *a, struct err *e);

/* Say it again, from what was kept alone. *same: every word of it is as it was. E_CORRUPT: what
 * was kept does not fit its digests. */
MUST_CHECK err_t decision_repeat(bool *same, struct str *answer, struct db *db,
                                 const struct kept_decision *x, struct arena *a, struct err *e);

/* --- amending ------------------------------------------------------------------------------ */

struct amendment {
    struct kept_decision before, after; /* after: prepared under the other version */
    struct str changed;                 /* criteria that came out otherwise, with a blank between */
};

/* What each standing decision made under another version of the pack would be under this one.
 * E_INVALID: as pack_verdict_check, of the first that cannot be asked; E_CORRUPT: what was kept
 * of one cannot be read. */
MUST_CHECK err_t amend_preview(const struct amendment **out, size_t *count, struct db *db,
                               const struct packs *packs, const struct pack *p, struct arena *a,
                               struct err *e);

/* Move these, by two persons (pair_change: *go, *waits) inside a store step. The pack must decide
 * here on the day of the amendment. E_CONFLICT: one does not stand any more. */
MUST_CHECK err_t amend_apply(bool *go, int64_t *waits, struct db *db, const struct deed *d,
                             const struct pack *p, const struct amendment *chosen, size_t count,
                             struct err *e);
#endif

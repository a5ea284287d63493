/* Decisions: verdicts with effects, stored with everything needed to reproduce them: the facts
 * document, the files of the pack (by digest) and the last year with known working days. A decision
 * stays under its pack version; `pack amend` re-evaluates chosen ones under the version in force and
 * keeps both. */
#ifndef DECIDE_DECISION_H
#define DECIDE_DECISION_H
#include "decide/activation.h"
#include "policy/calendar.h"
#include "policy/pack_verdict.h"

struct decision_new {
    const struct packs *packs;
    const struct pack *pack; /* of these packs */
    struct str party;        /* unified social credit code, or another identifier of the party */
    struct str type;         /* of the record; empty: none */
    int64_t record_id;
    int64_t began_ms;    /* of a case: when it began; else 0 */
    struct str question; /* empty: the question of the facts */
    struct str facts;    /* a facts document; stored in canonical form (facts_canonical) */
};

struct kept_decision {
    int64_t id, version; /* id 0: not stored yet */
    bool stands;         /* false: amended by a later one */
    struct str party, type;
    int64_t record_id;
    int64_t began_ms; /* as in decision_new; not stored */
    struct str question, pack, pack_version, pack_digest;
    struct str as_of;
    struct str facts, facts_digest; /* SHA-256, hex */
    struct str verdict;             /* "pass", "fail", "unknown" */
    struct str answer;              /* pack_verdict_json */
    int calendar_year;              /* the last year with known working days */
    int64_t amends;                 /* 0: not an amendment */
    int64_t decided_ms, decided_by; /* by 0: the program */
    struct str archive;             /* files of the pack; empty once stored */
};

/* Evaluates the verdict, outside of store steps (it takes milliseconds). E_INVALID as
 * pack_verdict_check. */
MUST_CHECK err_t decision_prepare(struct kept_decision *out, const struct decision_new *n,
                                  struct arena *a, struct err *e);
/* Stores it inside a store step with a log entry that holds the digests of facts and pack. E_INVALID:
 * pack_decides_here rejects the pack on that day, or the facts use another reading than the chosen
 * one. */
MUST_CHECK err_t decision_put(struct kept_decision *x, struct db *db, const struct deed *d,
                              const struct pack *p, struct err *e);

/* E_NOTFOUND. */
MUST_CHECK err_t decision_read(struct kept_decision *out, struct db *db, int64_t id,
                               struct arena *a, struct err *e);
/* Newest first. Empty pack: of all packs. standing: only those not amended. */
MUST_CHECK err_t decision_list(const struct kept_decision **out, size_t *count, struct db *db,
                               struct str pack, bool standing, struct arena *a, struct err *e);

/* Reproduces a decision from stored data. *same: the result is equal byte for byte. E_CORRUPT: the
 * stored data do not match their digests. */
MUST_CHECK err_t decision_repeat(bool *same, struct str *answer, struct db *db,
                                 const struct kept_decision *x, struct arena *a, struct err *e);

/* --- amending ------------------------------------------------------------------------------ */

struct amendment {
    struct kept_decision before, after; /* after: prepared under the other version */
    struct str changed;                 /* criteria with another result, separated by blanks */
};
struct amendments {
    const struct amendment *items;
    size_t count;
};

/* Re-evaluates all standing decisions of other versions of the pack under this one. E_INVALID as
 * pack_verdict_check, for the first that cannot be evaluated; E_CORRUPT: a stored one cannot be
 * read. */
MUST_CHECK err_t amend_preview(const struct amendment **out, size_t *count, struct db *db,
                               const struct packs *packs, const struct pack *p, struct arena *a,
                               struct err *e);

/* Amends the chosen decisions by two persons (pair_change), inside a store step; *d->waits 0: they are amended. The pack
 * must be in force on the day of the amendment. E_CONFLICT: one has been amended meanwhile. */
MUST_CHECK err_t amend_apply(struct db *db, const struct deed *d, const struct pack *p,
                             struct amendments chosen, struct err *e);
#endif

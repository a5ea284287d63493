/* The pool of experts as it stands in a moment, and the parties of a panel: what conflicts are
 * looked for in. Read from the records of types/expert.yaml, staff.yaml and party.yaml. */
#ifndef PANEL_POOL_H
#define PANEL_POOL_H
#include "base/arena.h"
#include "db/db.h"

/* A tie of an expert to an organisation. Empty, 0: not known. */
struct tie {
    int64_t unit;        /* where the organisation is one of the unit tree */
    struct str name_key; /* model/normal.h */
    struct str code;     /* unified social credit code */
    struct str group;    /* of the group it belongs to; its own: it belongs to none */
    struct str to;       /* last day; "no": it lasts */
    struct str row;      /* where it stands: "expert:5/employments/2", "staff:7", "account:3" */
};

struct pool_expert {
    int64_t id;
    int64_t account; /* an active account of that sign-in name with the role expert; 0: none */
    struct str name, name_key;
    bool suspended, consents, employments_complete;
    struct str left_out; /* why an officer left him out; empty: none did */
    const struct str *fields;
    size_t field_count;
    const struct tie *employments; /* of his record, of parties' staff, of his account */
    size_t employment_count;
    const struct tie *declared;
    size_t declared_count;
};

struct pool_party {
    int64_t panel_case, unit;
    struct str name, name_key, code, group;
};

struct pool {
    const struct pool_expert *experts; /* by id */
    size_t expert_count;
    const struct pool_party *parties; /* by panel_case */
    size_t party_count;
};

/* Experts of the province, or one alone (`expert`; 0: all), and the parties of the panel. Whoever
 * calls it reads as the program (db/fence.h). `today` ISO: which role counts. */
MUST_CHECK err_t pool_read(struct pool *out, struct db *db, int64_t panel, struct str province,
                           int64_t expert, struct str today, struct arena *a, struct err *e);
/* The one expert who was read has the ties, too, that his record named since `since_ms`, when he was drawn, and
 * that he took out of it again himself: the panel remembers them. What somebody else took out, an officer who
 * keeps the pool, is no tie any more. */
MUST_CHECK err_t pool_remember(struct pool *p, struct db *db, int64_t since_ms, struct arena *a,
                               struct err *e);
#endif

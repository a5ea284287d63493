/* The pool of experts and the parties of a panel at one moment: the input of conflict checks. Read from
 * the records of types/expert.yaml, staff.yaml and party.yaml. */
#ifndef PANEL_POOL_H
#define PANEL_POOL_H
#include "base/arena.h"
#include "model/store_read.h"

/* A tie of an expert to an organisation. Empty or 0: unknown. */
struct tie {
    int64_t unit;        /* if the organisation is a registered unit */
    struct str name_key; /* model/normal.h */
    struct str code;     /* unified social credit code */
    struct str group;    /* code of its group; equal to `code`: no group */
    struct str to;       /* last day; "no": current */
    struct str row;      /* source: "expert:5/employments/2", "staff:7", "account:3" */
};

struct pool_expert {
    int64_t id;
    int64_t account; /* active account with that sign-in name and the role expert; 0: none */
    struct str name, name_key;
    bool suspended, consents, employments_complete;
    struct str left_out; /* reason of exclusion by an officer; empty: not excluded */
    const struct str *fields;
    size_t field_count;
    const struct tie *employments; /* from the expert's record, parties' staff and the account */
    size_t employment_count;
    const struct tie *declared;
    size_t declared_count;
};

struct pool_party {
    int64_t panel_case, unit;
    struct str name, name_key, code, group;
};

struct conflict; /* panel/conflict.h */

struct pool {
    const struct pool_expert *experts; /* by id */
    size_t expert_count;
    const struct pool_party *parties; /* by panel_case */
    size_t party_count;
    const struct conflict *conflicts; /* once conflicts_find has looked for them */
    size_t conflict_count;
};

/* Reads the experts of the province (or one, `expert`; 0: all) and the parties of the panel, with the
 * program's rights (db/fence.h). `today`, ISO: date for roles. */
MUST_CHECK err_t pool_read(struct pool *out, struct db *db, int64_t panel, struct str province,
                           int64_t expert, struct str today, struct arena *a, struct err *e);
/* Adds ties that the expert's record named since `since_ms` (the draw) and that the expert removed again. Ties removed by an
 * officer are not added. */
MUST_CHECK err_t pool_remember(struct pool *p, struct db *db, int64_t since_ms, struct arena *a,
                               struct err *e);
#endif

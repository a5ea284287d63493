/* Receipts and bundles as an attacker would leave them, with and without the log's
 * own key: for the tests of this folder, and written out (log_vectors DIR) for the
 * second verifier. The first ones are genuine and must be accepted. */
#ifndef AUDIT_ATTACK_H
#define AUDIT_ATTACK_H
#include "audit/scratch_log.h"
#include "audit/verdict.h"

struct attack {
    const char *name; /* "recomputed-suffix-signed-by-the-log" */
    bool receipt;     /* else a bundle */
    struct str text;
    struct str keys[4]; /* verifier keys that its reader trusts */
    size_t key_count;
    struct str held;         /* a head that its reader holds; empty: none */
    size_t witnesses;        /* so many good cosignatures are asked for */
    enum log_fault expected; /* LOG_FAULT_NONE: genuine */
    int64_t index;           /* of the first bad entry; −1: none is named */
};

struct attack_list {
    const struct attack *items;
    size_t count;
};

/* All of one suite; the texts live in the arena. */
struct attack_list attacks_make(const char *suite, struct arena *a);
#endif

/* Flags: records of the type integrity_flag, raised by the program and settled by a person of
 * the office that they are given to. A flag says what was found and decides nothing. The same
 * records are not flagged again for what a person has settled, nor while a flag waits. */
#ifndef INTEGRITY_FLAG_H
#define INTEGRITY_FLAG_H
#include "integrity/claim.h"

struct flagged_record {
    struct str type;
    int64_t id, version;      /* version 0: not said */
    struct str party, number; /* may be empty */
};

struct flag_reason {
    const char *feature;    /* a code of the field reasons.feature of integrity_flag */
    struct str left, right; /* as people read it */
};

struct flag_draft {
    const char *kind;          /* a code of integrity_flag.kind */
    struct str summary;        /* for people, Chinese */
    struct str city, province; /* whose office is told; city empty: the province's */
    int64_t office;            /* … or this one; 0: by its place */
    const struct flagged_record *records;
    size_t record_count;
    const struct flag_reason *reasons;
    size_t reason_count;
};

/* What is there already. */
struct flags;
MUST_CHECK err_t flags_load(struct flags **out, struct kernel *k, struct db *db, struct arena *a,
                            struct err *e);

/* *raised: a new one, given to the office to do; false: it is there. E_NOTFOUND: the province
 * has no office that could be told. Writes a step of its own. */
MUST_CHECK err_t flag_raise(bool *raised, struct flags *flags, const struct flag_draft *draft,
                            struct arena *a, struct err *e);
#endif

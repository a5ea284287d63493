/* Which claims may be one and the same thing: claimed twice, under another name or date, or in
 * parts. What is found is a suspicion with its reasons, for a person.
 *
 * Two claims are compared where they share something that few share: a number, a file, an
 * amount with a party, a patent, a title with a party. What lawfully looks alike is left alone:
 * orders under one framework contract, contracts renewed year by year, numbers that two parties
 * each gave. */
#ifndef INTEGRITY_TWIN_H
#define INTEGRITY_TWIN_H
#include "integrity/claim.h"

#define SUSPICION_CLAIMS_MAX 8

struct twin_reason {
    const char *feature;    /* a code of the field reasons.feature of integrity_flag */
    struct str left, right; /* as people read it */
};

struct suspicion {
    const char *kind;                    /* a code of the field kind of integrity_flag */
    size_t claims[SUSPICION_CLAIMS_MAX]; /* the first, and what it is a twin of */
    size_t claim_count;
    const struct twin_reason *reasons;
    size_t reason_count;
};

struct twin_search {
    const struct claim *claims; /* of one province */
    size_t claim_count;
    bool (*stops)(void *arg); /* asked now and then; NULL: never */
    void *arg;
};

/* In the order of their first claims. E_BUSY: it was stopped. */
MUST_CHECK err_t twins_find(const struct suspicion **out, size_t *count,
                            const struct twin_search *s, struct arena *a, struct err *e);
#endif

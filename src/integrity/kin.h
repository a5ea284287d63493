/* Organisations with what may show that two of them are of one hand: a group, a legal
 * representative, an address, a telephone. Which fields say so stands in the files of the types
 * (`kinship:`); several records may speak of one organisation. */
#ifndef INTEGRITY_KIN_H
#define INTEGRITY_KIN_H
#include "integrity/claim.h"

struct kin_value {
    const char *feature;  /* a code of integrity_flag.reasons.feature */
    struct str text, key; /* as written; as it is compared */
};

struct kin { /* one record */
    int64_t unit;
    struct str name, name_key, code; /* code empty: not known */
    struct str city, province;       /* of its unit */
    const struct kin_value *values;
    size_t value_count;
};

/* Of all provinces: who deals with whom knows no border. */
MUST_CHECK err_t kin_load(const struct kin **out, size_t *count, const struct claim_source *s,
                          struct err *e);
/* They speak of one organisation. */
bool kin_same(const struct kin *x, const struct kin *y);
/* What two organisations have in common; NULL: nothing. */
const struct kin_value *kin_common(const struct kin *x, const struct kin *y);
#endif

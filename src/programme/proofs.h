/* What proves a case and is no fact: files that its materials name, titles and numbers by which a claim is known.
 * Whoever reviewed it read those of that moment. */
#ifndef PROGRAMME_PROOFS_H
#define PROGRAMME_PROOFS_H
#include "programme/programme.h"

struct proof_change {
    const struct record_type *type;
    const struct field *field;
    struct str title; /* of the record, else its number */
    struct str before,
        after; /* as people read them: names of files with the begin of their digests */
};
/* Of records of the case's party that were there at `since_ms` and say something else now, in the order of types,
 * records and fields. Texts in x->arena. */
MUST_CHECK err_t proofs_changed(const struct proof_change **out, size_t *count, struct db *db,
                                const struct flow_call *x, const struct programme *p,
                                int64_t since_ms, struct err *e);
#endif

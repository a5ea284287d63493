/* The reading side of an entry, and of what a commitment opens: exactly what
 * log.c writes, and nothing else (docs/evidence-log.md, "Entry", "Content"). */
#ifndef AUDIT_ENTRY_H
#define AUDIT_ENTRY_H
#include "audit/log.h"
#include "crypto/hash.h"

/* Texts are raw (canon_text reads them) and borrow from the line; absent ones are
 * {NULL, 0}, absent numbers 0. */
struct entry {
    struct str log, uid, at, date, role, action, type;
    int64_t at_ms;
    bool has_who;
    int64_t who, on_behalf_of, unit, id, version, status;
    struct str content; /* 64 hex digits */
    struct str batch;   /* the object */
};

/* False for a line that log_append did not write. */
MUST_CHECK bool entry_parse(struct entry *out, struct str line);

/* What of an entry a person is told even when it does not parse: type and id, where
 * they can be found. */
void entry_guess(struct entry *out, struct str line);

/* Hashers of one thread, for opening commitments. */
struct opener {
    struct hasher *hasher;
    struct hmac *hmac;
    struct arena *arena; /* reset by each check */
};
void opener_init(struct opener *o, enum hash_kind hash);
void opener_clear(struct opener *o);

/* Whether content and seal (objects) are what `hex` commits to. `withheld`: there is
 * no content, and the seal holds `c` only. Malformed: not the one spelling, or they
 * do not name the same fields. */
enum content_state { CONTENT_FITS, CONTENT_MALFORMED, CONTENT_OTHER };
MUST_CHECK enum content_state content_check(struct opener *o, struct str content, struct str seal,
                                            bool withheld, struct str hex);
/* The value of a member of a canonical object, as JSON; {NULL, 0}: none. */
struct str content_member(struct str content, const char *name);
#endif

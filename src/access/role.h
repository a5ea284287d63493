/* The roles of types/roles.yaml: a table made at build. What a role may do stands
 * in the types' files (policy.h); here is where it can be held. */
#ifndef ACCESS_ROLE_H
#define ACCESS_ROLE_H
#include "base/str.h"

struct role {
    struct str name;
    struct str label_zh, label_en;
    struct str granted_by; /* beside security administrators, within its unit; empty: none */
    bool administrator;    /* one of the 三员: nobody holds two, nor another role beside it */
    bool delegable;        /* someone else of the unit can act in it for a time */
    bool publications;     /* who holds it may bring publications in, for everybody */
    const struct str *unit_kinds; /* where it can be held; none: not bound to a kind */
    size_t unit_kind_count;
};

const struct role *role_find(struct str name); /* NULL: there is none */
const struct role *role_at(size_t i);          /* by name; NULL past the end */

/* Its label in the language of messages. */
struct str role_label(const struct role *r);

/* May it be held by a person of a unit of this kind? ("public" is nobody's.) */
bool role_fits(const struct role *r, struct str unit_kind);
#endif

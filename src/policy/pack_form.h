/* Another text of the forms of a pack: the office's own template, as a version of the pack in the instance's folder. Only
 * the section `forms` and the version become others. It is tried in a folder of its own, by all that lint looks at, before it
 * takes the place of the files that are there; then it is signed and made to count as any pack of the instance's own, and
 * what began before goes on under the files that are kept (decide/activation.h). */
#ifndef POLICY_PACK_FORM_H
#define POLICY_PACK_FORM_H
#include "base/fs.h"
#include "policy/lint.h"
#include "policy/packs.h"

struct pack_form {
    const struct fs *fs;
    const char *folder; /* of the instance's packs, DATA/packs; made where it is not there */
    const struct pack *pack;
    struct packs *packs; /* from which it is */
    struct str
        version;     /* of the pack with these forms: letters, digits, . - _; another than it has */
    struct str text; /* the section, from "forms:" on */
    const struct record_names *names;
};

/* The digest that the pack has with these forms. E_INVALID: the version or the text cannot be that, with why, or lint finds
 * something: *findings are all, the first in *e; then nothing was changed. E_IO. */
MUST_CHECK err_t pack_form_put(struct str *digest, const struct pack_finding **findings,
                               size_t *count, const struct pack_form *f, struct arena *a,
                               struct err *e);
#endif

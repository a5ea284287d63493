/* Replaces the forms of a pack by the office's own template, as a version of the pack in the
 * instance's folder. Only the section `forms` and the version change. The result is checked by
 * lint in a temporary folder before it replaces the files. It is then signed and activated like
 * any pack of the instance, and running cases continue under the stored files
 * (decide/activation.h). */
#ifndef POLICY_PACK_FORM_H
#define POLICY_PACK_FORM_H
#include "base/fs.h"
#include "policy/lint.h"
#include "policy/packs.h"

/* The section as it is written; empty: the pack has none of its own. */
struct str pack_forms_text(struct packs *packs, const struct pack *p, struct arena *a);

/* All files of a pack into to/ID. */
MUST_CHECK err_t pack_files_copy(const struct fs *fs, struct packs *packs, const struct pack *pack,
                                 const char *to, struct arena *a, struct err *e);

/* Puts the folder ID of a trial into its place in `folder`; what stood there goes with the trial. */
MUST_CHECK err_t pack_folder_place(const struct fs *fs, const char *trial, const char *folder,
                                   struct str id, struct arena *a, struct err *e);

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

/* A pack as a ZIP archive, as its author sends it: unpacked into a folder whose name begins with a
 * dot, checked by lint, then put into the folder of the instance's packs. */
#ifndef POLICY_PACK_ZIP_H
#define POLICY_PACK_ZIP_H
#include "base/fs.h"
#include "policy/lint.h"

struct pack_zip {
    const struct fs *fs;
    const char *folder; /* of the instance's packs, DATA/packs; made where it is not there */
    struct bytes file;
    struct packs *packs; /* those there are: the pack may extend one of them */
    const struct record_names *names;
    const char *trial;       /* DATA/packs/.trial-…; NULL: not made yet */
    struct packs *tried;     /* with the pack among them */
    const struct pack *pack; /* NULL: it has findings */
    const struct pack_finding *findings;
    size_t count;
};

/* The files stand in the archive itself or in one folder of it; hidden ones are left out. E_INVALID:
 * no ZIP, an unsafe name, a link, a file too large, no pack.yaml with an id. Findings of lint are no
 * error. pack_zip_end in any case. */
MUST_CHECK err_t pack_zip_try(struct pack_zip *z, struct arena *a, struct err *e);
/* Removes the folder of the trial. pack_folder_place may have moved the pack out of it before. z->pack is freed. */
void pack_zip_end(struct pack_zip *z);
#endif

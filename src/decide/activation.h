/* Which version of a pack counts here. Two persons of its office make it count (office.h); the
 * entry of that holds the digest of its files, and the files are kept. Before that, and for any
 * other version, everything can be tried and nothing be decided. */
#ifndef DECIDE_ACTIVATION_H
#define DECIDE_ACTIVATION_H
#include "decide/office.h"

struct activation {
    int64_t id;
    struct str pack, pack_version, digest;
    struct str signer; /* of its files; empty: they came with the program */
    int64_t proposed_by, confirmed_by, from_ms, to_ms; /* to 0: it lasts */
};

/* The files of a pack, and who signed them (pack_signature.h; empty: shipped). */
struct activating {
    const struct pack *pack;
    struct str archive; /* packs_archive */
    struct str signer;
};

/* Inside a store step. out->id 0: it is proposed and *waits for a second person. E_INVALID: the
 * text of the pack is a draft, an interpretation, not held or not checked; E_CONFLICT: this very
 * version counts already; else as pair_change. */
MUST_CHECK err_t pack_activate(struct activation *out, int64_t *waits, struct db *db,
                               const struct deed *d, const struct activating *what, struct err *e);

/* The version that counts; out->id 0: none does. */
MUST_CHECK err_t pack_active(struct activation *out, struct db *db, struct str pack,
                             struct arena *a, struct err *e);
/* All there ever were, newest first. */
MUST_CHECK err_t pack_activations(const struct activation **out, size_t *count, struct db *db,
                                  struct arena *a, struct err *e);

/* The guard of everything that decides here: pack_decides, and this very version counts; of a case
 * that began at `began_ms` (0: no case) the one that counted then, though the document has lapsed
 * since. E_INVALID with the reason. */
MUST_CHECK err_t pack_decides_here(struct db *db, const struct pack *p, struct date on,
                                   int64_t began_ms, struct arena *a, struct err *e);

/* Keep the files of a pack, once; and the kept ones of a digest (E_NOTFOUND). */
MUST_CHECK err_t pack_files_keep(struct db *db, const struct pack *p, struct str archive,
                                 int64_t now_ms, struct err *e);
MUST_CHECK err_t pack_files_read(struct str *out, struct db *db, struct str digest, struct arena *a,
                                 struct err *e);
#endif

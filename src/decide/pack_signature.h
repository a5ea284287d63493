/* Signatures of packs of an instance: a C2SP signed note over the pack's id, version and digest,
 * stored as pack.sig in its folder. Keys are in <data>/keys: pack.key (0600) signs, pack.vkey is
 * its public half; pack.trusted has further public keys, one a line, of other authors of packs.
 * Shipped packs need no signature: the program itself is trusted. docs/policy-packs.md, "Who is
 * trusted". */
#ifndef DECIDE_PACK_SIGNATURE_H
#define DECIDE_PACK_SIGNATURE_H
#include "audit/note.h"
#include "base/fs.h"
#include "policy/pack.h"

/* The key of this instance; created with that kind if there is none. `dir` is <data>/keys. */
MUST_CHECK err_t pack_signer_open(struct note_signer *out, const struct fs *fs, const char *dir,
                                  enum sign_kind kind, struct err *e);

/* The note: a text, a blank line, a signature line. */
struct str pack_sign(const struct note_signer *signer, const struct pack *p, struct arena *a);

/* Signs the pack in its folder: pack.sig, *path. `data` is the instance's folder. note_signer_clear
 * in any case. */
MUST_CHECK err_t pack_sign_put(const char **path, struct note_signer *signer, const struct fs *fs,
                               const char *data, enum sign_kind kind, const struct pack *p,
                               struct arena *a, struct err *e);

/* Keys that may sign packs here: pack.vkey and pack.trusted; none is no error. E_INVALID: a line
 * is no key. */
MUST_CHECK err_t pack_trusted(const struct note_key **out, size_t *count, const struct fs *fs,
                              const char *dir, struct arena *a, struct err *e);

/* Verifies a note; *signer: the name of its key. E_INVALID: it covers other files, its key is not
 * trusted, or it is no note. */
MUST_CHECK err_t pack_signature_check(struct str *signer, struct str note, const struct pack *p,
                                      const struct note_key *keys, size_t count, struct arena *a,
                                      struct err *e);
#endif

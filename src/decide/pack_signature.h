/* Who answers for the files of an instance's own pack: a C2SP signed note over its id, version and
 * digest, kept as pack.sig in its folder. Keys lie in <data>/keys like the log's: pack.key (0600)
 * signs, pack.vkey is its public half; pack.trusted has further public keys, one a line, of those
 * who write packs elsewhere. A pack that came with the program needs none: the program is what is
 * trusted there. docs/policy-packs.md, "Who is trusted". */
#ifndef DECIDE_PACK_SIGNATURE_H
#define DECIDE_PACK_SIGNATURE_H
#include "audit/note.h"
#include "base/fs.h"
#include "policy/pack.h"

/* The key of this instance; made where there is none, of that kind. `dir` is <data>/keys. */
MUST_CHECK err_t pack_signer_open(struct note_signer *out, const struct fs *fs, const char *dir,
                                  enum sign_kind kind, struct err *e);

/* The note: a text, a blank line, a signature line. */
struct str pack_sign(const struct note_signer *signer, const struct pack *p, struct arena *a);

/* Keys that may sign packs here: pack.vkey and pack.trusted; none is no error. E_INVALID: a line
 * that is no key. */
MUST_CHECK err_t pack_trusted(const struct note_key **out, size_t *count, const struct fs *fs,
                              const char *dir, struct arena *a, struct err *e);

/* *signer: the name of the key that signed just these files. E_INVALID: the note is of other files,
 * of a key that is not trusted, or no note. */
MUST_CHECK err_t pack_signature_check(struct str *signer, struct str note, const struct pack *p,
                                      const struct note_key *keys, size_t count, struct arena *a,
                                      struct err *e);
#endif

/* Hash and signature suite of a log, its name and its key. Immutable; one for the
 * life of the process, shared by threads (docs/evidence-log.md, "Suites").
 *
 * The keys lie in <data>/keys, mode 0600: log.key signs (the sequencer alone
 * reads it), log.vkey is the public half, which is also what `zhiyun init`
 * prints and what receipts are checked with. */
#ifndef AUDIT_SUITE_H
#define AUDIT_SUITE_H
#include "audit/note.h"
#include "base/fs.h"
#include "crypto/hash.h"

struct log_suite {
    const char *name; /* "sha256-ed25519", "sm3-sm2" */
    enum hash_kind hash;
    enum sign_kind sign;
    char origin[NOTE_NAME_MAX + 1];
    struct note_key key; /* its name is the origin; all zero where only the name is known */
};

/* E_INVALID: no such suite, or `origin` is not 3–100 characters of a-z0-9.-/ */
MUST_CHECK err_t log_suite_init(struct log_suite *out, struct str name, struct str origin,
                                struct err *e);
/* The suite that a log's key says. E_INVALID: it is a witness's. */
MUST_CHECK err_t log_suite_of(struct log_suite *out, const struct note_key *key, struct err *e);

/* --- the key files; `dir` is <data>/keys --------------------------------------------- */
/* A new log, named zhiyun/ and 16 random hex digits. E_CONFLICT: there is one. */
MUST_CHECK err_t log_keys_make(const struct fs *fs, const char *dir, struct str suite,
                               struct err *e);
/* From log.vkey. E_NOTFOUND: this instance has no log yet. */
MUST_CHECK err_t log_suite_open(struct log_suite *out, const struct fs *fs, const char *dir,
                                struct err *e);
/* From log.key. E_INVALID: it is not the key of `suite`. */
MUST_CHECK err_t log_signer_open(struct note_signer *out, const struct log_suite *suite,
                                 const struct fs *fs, const char *dir, struct err *e);
#endif

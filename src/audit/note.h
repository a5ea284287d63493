/* Keys and signature lines of C2SP signed notes (docs/evidence-log.md, "Suites"
 * and "Checkpoint"): verifier keys as text, the log's signature, a witness's
 * cosignature. Every text has one spelling. */
#ifndef AUDIT_NOTE_H
#define AUDIT_NOTE_H
#include "base/arena.h"
#include "base/buf.h"
#include "crypto/sign.h"

#define NOTE_NAME_MIN 3
#define NOTE_NAME_MAX 100
#define NOTE_TIME_MAX ((uint64_t)1 << 53) /* exclusive: numbers that JavaScript holds exactly */
#define NOTE_ID_LEN 4
#define NOTE_TIME_LEN 8                                             /* of a cosignature */
#define NOTE_SIGNATURE_MAX (NOTE_ID_LEN + NOTE_TIME_LEN + SIGN_LEN) /* bytes of a line of ours */

enum note_use { NOTE_LOG, NOTE_COSIGNER };

struct note_key { /* a verifier key */
    char name[NOTE_NAME_MAX + 1];
    enum note_use use;
    struct sign_public public;
    uint8_t id[NOTE_ID_LEN]; /* what signature lines call it */
};

/* Of a log or witness: 3–100 characters of a-z 0-9 . - / */
MUST_CHECK bool note_name_valid(struct str name);

void note_key_make(struct note_key *out, struct str name, enum note_use use,
                   const struct sign_public *public);
/* NAME+HEX8+BASE64. E_INVALID: no such text, or an algorithm we do not know. */
MUST_CHECK err_t note_key_parse(struct note_key *out, struct str vkey, struct err *e);
struct str note_key_text(const struct note_key *k, struct arena *a);
bool note_key_eq(const struct note_key *x, const struct note_key *y);

struct note_signer { /* who signs */
    struct note_key key;
    struct sign_key *secret;
};
void note_signer_make(struct note_signer *out, struct str name, enum note_use use,
                      enum sign_kind kind);
/* PRIVATE+KEY+NAME+HEX8+BASE64, as Go's sumdb/note writes it. */
MUST_CHECK err_t note_signer_parse(struct note_signer *out, struct str text, struct err *e);
struct str note_signer_text(const struct note_signer *s, struct arena *a);
void note_signer_clear(struct note_signer *s);

/* "— NAME BASE64" with its LF. `text` ends in LF. */
void note_sign(struct buf *to, const struct note_signer *log, struct str text);
void note_cosign(struct buf *to, const struct note_signer *witness, struct str text,
                 int64_t seconds);

/* Whether `signature` (what follows the id) is this key's over `text`. A
 * cosigner's begins with its time, *seconds; may be NULL. */
MUST_CHECK bool note_check(const struct note_key *k, struct bytes signature, struct str text,
                           int64_t *seconds);
#endif

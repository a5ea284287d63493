/* Sealing: values and files that may be read with a key of this instance only,
 * and that nobody changes unseen (authenticated encryption); and the blind index,
 * by which equal values are found without being read.
 *
 * AES-256-GCM, or SM4-CTR with HMAC-SM3 (encrypt, then authenticate): OpenSSL 3.0
 * has no SM4-GCM. Each value gets a key of its own, HMAC(master, random salt), so
 * that no number of values wears a key out and no nonce can repeat.
 *
 *   sealed value: suite (1 byte) ‖ salt (24) ‖ ciphertext ‖ tag (16 or 32); as
 *     text: base64
 *   sealed chunk of a file: ciphertext ‖ tag; its number, and whether it is the
 *     last, are authenticated with it */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/fs.h"
#include "crypto/hash.h"

enum seal_suite { SEAL_AES_256_GCM, SEAL_SM4_CTR_HMAC_SM3 };

struct seal_key; /* master and blind-index key; immutable, shared by threads */

/* The key files, mode 0600, in `dir`, <data>/keys: seal.key and index.key.
 * E_CONFLICT: they are there. */
MUST_CHECK err_t seal_keys_make(const struct fs *fs, const char *dir, enum seal_suite suite,
                                struct err *e);
/* E_NOTFOUND: there are none. */
MUST_CHECK err_t seal_key_open(struct seal_key **out, const struct fs *fs, const char *dir,
                               struct err *e);
struct seal_key *seal_key_new(enum seal_suite suite); /* random, kept nowhere: for tests */
void seal_key_free(struct seal_key *k);               /* accepts NULL; wipes */
enum seal_suite seal_key_suite(const struct seal_key *k);

/* `about` says what the value is and where it belongs ("person"); it is not kept,
 * and a value opened as something else does not open. Afresh at each call: two
 * seals of one value differ. */
struct str seal_text(const struct seal_key *k, struct str plain, struct str about, struct arena *a);
/* E_CORRUPT: not sealed with this key and for this, or changed. */
MUST_CHECK err_t seal_open_text(struct str *plain, const struct seal_key *k, struct str sealed,
                                struct str about, struct arena *a, struct err *e);

/* The same hex for the same value of the same kind; says nothing without the key. */
void blind_index(char hex[HASH_HEX_LEN + 1], const struct seal_key *k, struct str kind,
                 struct str value);

/* A key for the codes of rows (db/row_mac.h), derived from the master key. */
struct mac_key {
    enum hash_kind kind;
    uint8_t byte[HASH_LEN];
};
void seal_mac_key(struct mac_key *out, const struct seal_key *k);

/* --- files ------------------------------------------------------------------------- */
/* A file has a key of its own. Kept sealed (seal_text, about: the file), it is
 * what erasing destroys. */
#define FILE_KEY_LEN 32
#define SEAL_CHUNK ((size_t)64 << 10) /* plain bytes of every chunk but the last */
#define SEAL_TAG_MAX 32

struct file_sealer;
struct file_sealer *file_sealer_new(enum seal_suite suite, const uint8_t key[FILE_KEY_LEN]);
void file_sealer_free(struct file_sealer *s); /* accepts NULL; wipes */
size_t seal_tag_len(enum seal_suite suite);   /* what a chunk grows by */

/* Chunk `number`, from 0, appended to `out`. An empty file is one empty last chunk. */
void seal_chunk(struct buf *out, struct file_sealer *s, uint64_t number, bool last,
                struct bytes plain);
/* Chunks may be opened in any order. E_CORRUPT: changed, moved, or cut off behind. */
MUST_CHECK err_t seal_open_chunk(struct buf *out, struct file_sealer *s, uint64_t number, bool last,
                                 struct bytes sealed, struct err *e);
#endif

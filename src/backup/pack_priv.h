/* What the writer and the reader of a backup file must agree on. */
#ifndef BACKUP_PACK_PRIV_H
#define BACKUP_PACK_PRIV_H
#include "backup/pack.h"
#include "crypto/password.h"

#define PACK_MAGIC "zhiyun-backup/1 "
#define PACK_LINE_MAX 256 /* of a sealed file's first line */
#define PACK_CHECK_LEN 16

/* A block of a tar archive, and where its fields stand (POSIX.1-1988). */
#define TAR_BLOCK 512
enum tar_field {
    TAR_NAME = 0,
    TAR_MODE = 100,
    TAR_UID = 108,
    TAR_GID = 116,
    TAR_SIZE = 124,
    TAR_TIME = 136,
    TAR_SUM = 148,
    TAR_TYPE = 156,
    TAR_MAGIC = 257,
};

/* Of the characters that names of parts have, and inside the archive: whatever is written
 * under another name could not be read back. */
bool pack_is_name(struct str name);

/* Sum of the bytes of a header, its own field as blanks. */
unsigned tar_sum(const uint8_t block[TAR_BLOCK]);

/* The file's key, and what stands as CHECK behind `head`, the line before it. */
struct pack_key {
    uint8_t key[PASSPHRASE_KEY_LEN];
    char check[2 * PACK_CHECK_LEN + 1];
};
MUST_CHECK err_t pack_key(struct pack_key *out, enum seal_suite suite, struct str passphrase,
                          const uint8_t salt[PASSPHRASE_SALT_LEN], struct str head, struct err *e);

extern const char *const pack_suites[2]; /* by enum seal_suite: "aes-256-gcm argon2id" … */
#endif

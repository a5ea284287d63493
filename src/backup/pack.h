/* The file that a backup is: a tar archive (POSIX ustar) compressed with Zstandard, which
 * `tar --zstd -xf` opens; or the same sealed with a passphrase. Written and read as a
 * stream, in some MB of memory whatever its size.
 *
 * Sealed: one line "zhiyun-backup/1 SUITE KDF SALT CHECK" with hex of 16 bytes each, then
 * chunks of 64 KiB, each encrypted and authenticated by its number and by whether it is the
 * last (crypto/seal.h), with a key made of the passphrase and the salt. CHECK says whether a
 * passphrase is the right one, and that nobody changed the line.
 *
 * What is read was a stranger's until its end was seen: every piece is checked as it comes,
 * but only pack_next without a further part says that the file is whole. */
#ifndef BACKUP_PACK_H
#define BACKUP_PACK_H
#include "base/fs.h"
#include "crypto/seal.h"

#define PACK_NAME_MAX 100                 /* bytes: the field of a tar header */
#define PACK_PART_MAX ((uint64_t)1 << 33) /* likewise, less one */

/* --- writing -------------------------------------------------------------------- */

struct pack_options {
    const struct fs *fs;
    int64_t made_ms;
    bool sealed;
    enum seal_suite suite; /* of a sealed one */
    struct str passphrase;
};

/* Writes beside `path`, which gets its name when all is written (pack_finish).
 * E_CONFLICT: there is such a file. */
struct pack_out;
MUST_CHECK err_t pack_create(struct pack_out **out, const char *path, const struct pack_options *o,
                             struct err *e);
/* A part of exactly `size` bytes, which pack_add gives piece by piece. E_INVALID: parts
 * have no such names. */
MUST_CHECK err_t pack_begin(struct pack_out *p, const char *name, uint64_t size, struct err *e);
MUST_CHECK err_t pack_add(struct pack_out *p, struct bytes piece, struct err *e);
MUST_CHECK err_t pack_end(struct pack_out *p, struct err *e);
MUST_CHECK err_t pack_part(struct pack_out *p, const char *name, struct bytes content,
                           struct err *e);
uint64_t pack_taken(const struct pack_out *p); /* bytes that were given */
uint64_t pack_size(const struct pack_out *p);  /* bytes of the file so far */
/* Takes p. OK: the file is there under its name and on the disk. */
MUST_CHECK err_t pack_finish(struct pack_out *p, struct err *e);
void pack_abort(struct pack_out *p); /* accepts NULL; leaves no file */

/* --- reading --------------------------------------------------------------------- */

struct pack_in;
/* E_NOTFOUND; E_INVALID: no backup; E_DENIED: it is sealed and the passphrase (empty:
 * none was given) does not open it. From here on E_INVALID: it is cut off or damaged. */
MUST_CHECK err_t pack_open(struct pack_in **out, const struct fs *fs, const char *path,
                           struct str passphrase, struct err *e);
/* The next part, its name borrowed until the next call; what was not read of the one
 * before is passed over. *more false: the file ended as it should. */
struct pack_part {
    struct str name;
    uint64_t size;
};
MUST_CHECK err_t pack_next(struct pack_part *out, bool *more, struct pack_in *p, struct err *e);
/* Of this part; *got is 0 only at its end. */
MUST_CHECK err_t pack_read(size_t *got, struct pack_in *p, void *to, size_t cap, struct err *e);
/* All of this part. E_INVALID: it is larger than `max`. */
MUST_CHECK err_t pack_read_all(struct str *out, struct pack_in *p, size_t max, struct arena *a,
                               struct err *e);
uint64_t pack_read_bytes(const struct pack_in *p); /* of the file */
void pack_close(struct pack_in *p);                /* accepts NULL */
#endif

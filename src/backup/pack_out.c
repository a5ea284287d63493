/* Three layers, each handing on what fills it: tar, Zstandard, sealed chunks. */
#include "backup/pack_priv.h"
#include "base/mem.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#define LEVEL 3   /* of Zstandard: 19 makes a tenth less of it in fifty times the time */
#define WORKERS 1 /* compresses while the next rows are read */

const char *const pack_suites[2] = {"aes-256-gcm argon2id", "sm4-ctr-hmac-sm3 pbkdf2-sm3"};

struct pack_out {
    const struct fs *fs;
    char *path, *temporary;
    int fd;
    int64_t made_ms;
    ZSTD_CCtx *zstd;
    struct file_sealer *sealer; /* NULL: not sealed */
    uint64_t chunk;             /* number of the next one */
    struct buf plain, sealed;   /* a chunk that is not full yet, and one as it is written */
    uint8_t *packed;            /* out of Zstandard */
    size_t packed_cap;
    uint64_t taken, size;
    uint64_t left; /* bytes that the open part still gets */
    uint64_t part; /* its size */
};

bool pack_is_name(struct str name)
{
    bool good = name.len > 0 && name.len <= PACK_NAME_MAX && name.ptr[0] != '/' &&
                !str_contains(name, STR(".."));
    for (size_t i = 0; good && i < name.len; i++)
        good = name.ptr[i] != '\0' &&
               strchr("abcdefghijklmnopqrstuvwxyz0123456789_-./", name.ptr[i]) != NULL;
    return good;
}

unsigned tar_sum(const uint8_t block[TAR_BLOCK])
{
    unsigned sum = 0;
    for (int i = 0; i < TAR_BLOCK; i++)
        sum += i >= TAR_SUM && i < TAR_SUM + 8 ? ' ' : block[i];
    return sum;
}

err_t pack_key(struct pack_key *out, enum seal_suite suite, struct str passphrase,
               const uint8_t salt[PASSPHRASE_SALT_LEN], struct str head, struct err *e)
{
    bool national = suite == SEAL_SM4_CTR_HMAC_SM3;
    if (!passphrase_key(out->key, national ? PASSWORD_PBKDF2_SM3 : PASSWORD_ARGON2ID, passphrase,
                        salt))
        return err_set(e, E_IO, "there is not enough memory to make a key of the passphrase");
    struct digest d = hmac_of(national ? HASH_SM3 : HASH_SHA256,
                              (struct bytes){out->key, sizeof(out->key)}, str_bytes(head));
    hex_write(out->check, (struct bytes){d.byte, PACK_CHECK_LEN});
    return OK;
}

/* --- the file ------------------------------------------------------------------------ */

static err_t write_out(struct pack_out *p, struct bytes b, struct err *e)
{
    for (size_t at = 0; at < b.len;) {
        ssize_t n = p->fs->write(p->fs, p->fd, b.ptr + at, b.len - at);
        if (n < 0 && errno != EINTR)
            return err_errno(e, errno, "cannot write %s", p->temporary);
        at += n > 0 ? (size_t)n : 0;
    }
    p->size += b.len;
    return OK;
}

static err_t seal_one(struct pack_out *p, bool last, struct bytes plain, struct err *e)
{
    buf_reset(&p->sealed);
    seal_chunk(&p->sealed, p->sealer, p->chunk++, last, plain);
    return write_out(p, str_bytes(buf_str(&p->sealed)), e);
}

/* A chunk is written once a byte behind it is there: the last one is another thing. */
static err_t seal_out(struct pack_out *p, struct bytes b, struct err *e)
{
    err_t rc = OK;
    while (rc == OK && b.len > 0) {
        if (p->plain.len == SEAL_CHUNK) {
            rc = seal_one(p, false, str_bytes(buf_str(&p->plain)), e);
            buf_reset(&p->plain);
        }
        size_t room = SEAL_CHUNK - p->plain.len, n = b.len < room ? b.len : room;
        buf_add(&p->plain, (struct str){(const char *)b.ptr, n});
        b = (struct bytes){b.ptr + n, b.len - n};
    }
    return rc;
}

/* --- Zstandard ------------------------------------------------------------------------- */

static err_t compress(struct pack_out *p, struct bytes b, ZSTD_EndDirective how, struct err *e)
{
    ZSTD_inBuffer in = {b.ptr, b.len, 0};
    err_t rc = OK;
    for (bool more = true; rc == OK && more;) {
        ZSTD_outBuffer out = {p->packed, p->packed_cap, 0};
        size_t left = ZSTD_compressStream2(p->zstd, &out, &in, how);
        if (ZSTD_isError(left))
            return err_set(e, E_INTERNAL, "cannot compress: %s", ZSTD_getErrorName(left));
        rc = p->sealer ? seal_out(p, (struct bytes){p->packed, out.pos}, e)
                       : write_out(p, (struct bytes){p->packed, out.pos}, e);
        more = how == ZSTD_e_end ? left > 0 : in.pos < in.size;
    }
    return rc;
}

/* --- tar --------------------------------------------------------------------------------- */

static void put_octal(uint8_t *field, int digits, uint64_t n)
{
    char text[24];
    int len = snprintf(text, sizeof(text), "%0*llo", digits, (unsigned long long)n);
    assert(len == digits);
    memcpy(field, text, (size_t)digits);
}

err_t pack_begin(struct pack_out *p, const char *name, uint64_t size, struct err *e)
{
    uint8_t block[TAR_BLOCK] = {0};
    assert(p->left == 0);
    if (!pack_is_name(str_of(name)))
        return err_set(e, E_INVALID,
                       "%s: a file in a backup has a name of small letters, digits, _, - and ., of "
                       "at most %d bytes; give it such a name",
                       name, PACK_NAME_MAX);
    if (size >= PACK_PART_MAX)
        return err_set(e, E_LIMIT, "%s: a part of a backup is smaller than 8 GiB", name);
    memcpy(block + TAR_NAME, name, strlen(name));
    put_octal(block + TAR_MODE, 7, 0600);
    put_octal(block + TAR_UID, 7, 0);
    put_octal(block + TAR_GID, 7, 0);
    put_octal(block + TAR_SIZE, 11, size);
    put_octal(block + TAR_TIME, 11, (uint64_t)p->made_ms / 1000);
    block[TAR_TYPE] = '0';
    memcpy(block + TAR_MAGIC,
           "ustar\0"
           "00",
           8);
    put_octal(block + TAR_SUM, 6, tar_sum(block));
    block[TAR_SUM + 7] = ' ';
    p->part = p->left = size;
    return compress(p, (struct bytes){block, sizeof(block)}, ZSTD_e_continue, e);
}

err_t pack_add(struct pack_out *p, struct bytes piece, struct err *e)
{
    assert(piece.len <= p->left);
    p->left -= piece.len;
    p->taken += piece.len;
    return compress(p, piece, ZSTD_e_continue, e);
}

static const uint8_t zeroes[2 * TAR_BLOCK];

err_t pack_end(struct pack_out *p, struct err *e)
{
    assert(p->left == 0);
    size_t rest = (size_t)(p->part % TAR_BLOCK);
    return compress(p, (struct bytes){zeroes, rest ? TAR_BLOCK - rest : 0}, ZSTD_e_continue, e);
}

err_t pack_part(struct pack_out *p, const char *name, struct bytes content, struct err *e)
{
    err_t rc = pack_begin(p, name, content.len, e);
    if (rc == OK)
        rc = pack_add(p, content, e);
    return rc == OK ? pack_end(p, e) : rc;
}

uint64_t pack_taken(const struct pack_out *p)
{
    return p->taken;
}

uint64_t pack_size(const struct pack_out *p)
{
    return p->size;
}

/* --- from the beginning to the end --------------------------------------------------------- */

static err_t begin_seal(struct pack_out *p, const struct pack_options *o, struct err *e)
{
    uint8_t salt[PASSPHRASE_SALT_LEN];
    char hex[2 * PASSPHRASE_SALT_LEN + 1], line[PACK_LINE_MAX];
    struct pack_key k;
    random_bytes(salt, sizeof(salt));
    hex_write(hex, (struct bytes){salt, sizeof(salt)});
    int n = snprintf(line, sizeof(line), PACK_MAGIC "%s %s ", pack_suites[o->suite], hex);
    assert(n > 0 && (size_t)n < sizeof(line));
    err_t rc = pack_key(&k, o->suite, o->passphrase, salt, str_of(line), e);
    if (rc != OK)
        return rc;
    p->sealer = file_sealer_new(o->suite, k.key);
    n = snprintf(line + n, sizeof(line) - (size_t)n, "%s\n", k.check) + n;
    secret_wipe(&k, sizeof(k));
    return write_out(p, (struct bytes){(const uint8_t *)line, (size_t)n}, e);
}

static void free_out(struct pack_out *p)
{
    if (p->fd >= 0)
        p->fs->close(p->fs, p->fd);
    ZSTD_freeCCtx(p->zstd);
    file_sealer_free(p->sealer);
    if (p->plain.ptr)
        secret_wipe(p->plain.ptr, p->plain.cap);
    buf_clear(&p->plain);
    buf_clear(&p->sealed);
    free(p->packed);
    free(p->temporary);
    free(p->path);
    free(p);
}

/* A backup of the same name may be under way: its part is not ours to write, nor to remove. One
 * that was left by a killed backup is nobody's. */
static err_t open_alone(struct pack_out *p, struct err *e)
{
    struct stat ours, there;
    int fd = p->fs->open(p->fs, p->temporary, O_WRONLY | O_CREAT, 0600);
    err_t rc = fd < 0 ? err_errno(e, errno, "cannot create %s", p->temporary) : OK;
    /* The other may have given it its name between our opening and locking. */
    if (rc == OK && (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &ours) != 0 ||
                     stat(p->temporary, &there) != 0 || ours.st_ino != there.st_ino))
        rc = err_set(e, E_BUSY, "another backup is writing %s", p->temporary);
    if (rc == OK && ftruncate(fd, 0) != 0)
        rc = err_errno(e, errno, "cannot write %s", p->temporary);
    if (rc == OK)
        p->fd = fd;
    else if (fd >= 0)
        p->fs->close(p->fs, fd);
    return rc;
}

err_t pack_create(struct pack_out **out, const char *path, const struct pack_options *o,
                  struct err *e)
{
    struct pack_out *p;
    err_t rc = OK;
    *out = NULL;
    if (access(path, F_OK) == 0)
        return err_set(e, E_CONFLICT, "%s is there already; a backup is a new file", path);
    p = mem_zalloc(sizeof(*p));
    p->fs = o->fs;
    p->made_ms = o->made_ms;
    p->fd = -1;
    p->path = strdup(path);
    if (!p->path || asprintf(&p->temporary, "%s.part", path) < 0)
        abort(); /* as mem_alloc */
    buf_init(&p->plain, SEAL_CHUNK);
    buf_init(&p->sealed, SEAL_CHUNK + SEAL_TAG_MAX);
    p->packed_cap = ZSTD_CStreamOutSize();
    p->packed = mem_alloc(p->packed_cap);
    p->zstd = ZSTD_createCCtx();
    if (!p->zstd)
        abort(); /* as mem_alloc */
    rc = open_alone(p, e);
    (void)ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, LEVEL);
    (void)ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1);
    (void)ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_nbWorkers, WORKERS); /* refused: one thread */
    if (rc == OK && o->sealed)
        rc = begin_seal(p, o, e);
    if (rc == OK)
        *out = p;
    else if (p->fd >= 0)
        pack_abort(p);
    else
        free_out(p);
    return rc;
}

err_t pack_finish(struct pack_out *p, struct err *e)
{
    err_t rc = compress(p, (struct bytes){zeroes, sizeof(zeroes)}, ZSTD_e_end, e);
    if (rc == OK && p->sealer)
        rc = seal_one(p, true, str_bytes(buf_str(&p->plain)), e);
    if (rc == OK && p->fs->fsync(p->fs, p->fd) != 0)
        rc = err_errno(e, errno, "cannot write %s to the disk", p->temporary);
    if (rc == OK) /* before it is closed, and with that open to another backup */
        rc = fs_publish(p->fs, p->temporary, p->path, e);
    p->fs->close(p->fs, p->fd); /* all of it is on the disk already */
    p->fd = -1;
    if (rc == OK)
        free_out(p);
    else
        pack_abort(p);
    return rc;
}

void pack_abort(struct pack_out *p)
{
    if (!p)
        return;
    (void)p->fs->unlink(p->fs, p->temporary);
    free_out(p);
}

/* The same layers from below: chunks opened, unpacked, taken apart. Nothing that a file
 * says of its own size is believed further than the bytes that are there. */
#include "backup/pack_priv.h"
#include "base/mem.h"
#include "base/msg.h"
#include "crypto/encode.h"
#include "crypto/secret.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zstd.h>

#define READ_BYTES ((size_t)256 << 10)

static const uint8_t zstd_magic[4] = {0x28, 0xB5, 0x2F, 0xFD};

struct pack_in {
    const struct fs *fs;
    char *path;
    int fd;
    off_t at; /* of the next byte that is read of the file */
    uint8_t raw[READ_BYTES];
    size_t raw_at, raw_len;
    struct file_sealer *sealer; /* NULL: not sealed */
    size_t tag_len;
    uint64_t chunk;
    bool last_chunk; /* it was opened */
    struct buf plain;
    ZSTD_DCtx *zstd;
    ZSTD_inBuffer packed;
    bool frame_ended;
    uint64_t part_left; /* of the part that is read */
    size_t padding;     /* behind it */
    char name[PACK_NAME_MAX + 1];
};

static err_t damaged(const struct pack_in *p, const char *why, struct err *e)
{
    return err_set(e, E_INVALID,
                   "the backup %s is cut off or damaged before byte %lld (%s); take another copy "
                   "of it",
                   p->path, (long long)p->at, msg(why));
}

/* --- the file ------------------------------------------------------------------------- */

/* More bytes behind those that are not taken yet; *any false: there are none. */
static err_t fill(bool *any, struct pack_in *p, struct err *e)
{
    memmove(p->raw, p->raw + p->raw_at, p->raw_len - p->raw_at);
    p->raw_len -= p->raw_at;
    p->raw_at = 0;
    *any = false;
    while (p->raw_len < READ_BYTES) {
        ssize_t n = p->fs->pread(p->fs, p->fd, p->raw + p->raw_len, READ_BYTES - p->raw_len, p->at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return err_errno(e, errno, "cannot read %s", p->path);
        if (n == 0)
            break;
        *any = true;
        p->raw_len += (size_t)n;
        p->at += n;
    }
    return OK;
}

static err_t next_chunk(struct pack_in *p, struct err *e)
{
    size_t whole = SEAL_CHUNK + p->tag_len;
    bool any = true;
    err_t rc = OK;
    if (p->raw_len - p->raw_at <= whole) /* one byte behind tells the last from the others */
        rc = fill(&any, p, e);
    size_t there = p->raw_len - p->raw_at;
    if (rc != OK)
        return rc;
    bool last = there <= whole;
    struct bytes sealed = {p->raw + p->raw_at, last ? there : whole};
    buf_reset(&p->plain);
    if (sealed.len < p->tag_len ||
        seal_open_chunk(&p->plain, p->sealer, p->chunk++, last, sealed, NULL) != OK)
        return damaged(p, N_("a sealed part does not open"), e);
    p->raw_at += sealed.len;
    p->last_chunk = last;
    return OK;
}

/* What Zstandard gets next; an empty buffer at the end. */
static err_t next_packed(struct pack_in *p, struct err *e)
{
    bool any;
    err_t rc;
    if (!p->sealer) {
        p->raw_at = p->raw_len;
        if ((rc = fill(&any, p, e)) == OK)
            p->packed = (ZSTD_inBuffer){p->raw, p->raw_len, 0};
        return rc;
    }
    p->packed = (ZSTD_inBuffer){NULL, 0, 0};
    if (p->last_chunk)
        return OK;
    if ((rc = next_chunk(p, e)) == OK)
        p->packed = (ZSTD_inBuffer){p->plain.ptr, p->plain.len, 0};
    return rc;
}

/* --- Zstandard --------------------------------------------------------------------------- */

/* Up to cap bytes; fewer only where the stream ends. */
static err_t unpack(size_t *got, struct pack_in *p, void *to, size_t cap, struct err *e)
{
    ZSTD_outBuffer out = {to, cap, 0};
    while (out.pos < cap && !p->frame_ended) {
        if (p->packed.pos == p->packed.size) {
            err_t rc = next_packed(p, e);
            if (rc != OK)
                return rc;
            if (p->packed.size == 0)
                return damaged(p, N_("it ends too early"), e);
        }
        size_t left = ZSTD_decompressStream(p->zstd, &out, &p->packed);
        if (ZSTD_isError(left))
            return damaged(p, ZSTD_getErrorName(left), e);
        p->frame_ended = left == 0;
    }
    *got = out.pos;
    return OK;
}

/* Behind the end of the frame stands nothing. */
static err_t check_end(struct pack_in *p, struct err *e)
{
    uint8_t byte;
    size_t got = 0;
    err_t rc = unpack(&got, p, &byte, 1, e); /* the frame's own end and checksum */
    if (rc != OK)
        return rc;
    if (got > 0 || p->packed.pos < p->packed.size)
        return damaged(p, N_("something follows its end"), e);
    if ((rc = next_packed(p, e)) != OK)
        return rc;
    return p->packed.size > 0 ? damaged(p, N_("something follows its end"), e) : OK;
}

/* --- tar ------------------------------------------------------------------------------------ */

static bool is_zero(const uint8_t *b, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (b[i] != 0)
            return false;
    return true;
}

static bool octal(uint64_t *out, const uint8_t *field, int digits)
{
    *out = 0;
    for (int i = 0; i < digits; i++) {
        if (field[i] < '0' || field[i] > '7')
            return false;
        *out = *out << 3 | (uint64_t)(field[i] - '0');
    }
    return field[digits] == '\0';
}

/* As pack_begin writes it, and nothing else: plain files with plain names. */
static bool read_header(struct pack_in *p, const uint8_t block[TAR_BLOCK])
{
    uint64_t sum, size;
    size_t len = strnlen((const char *)block + TAR_NAME, PACK_NAME_MAX);
    if (!octal(&sum, block + TAR_SUM, 6) || sum != tar_sum(block) ||
        !octal(&size, block + TAR_SIZE, 11) || block[TAR_TYPE] != '0' || len == 0 ||
        memcmp(block + TAR_MAGIC,
               "ustar\0"
               "00",
               8) != 0 ||
        !is_zero(block + TAR_MAGIC + 8, TAR_BLOCK - TAR_MAGIC - 8))
        return false;
    memcpy(p->name, block, len);
    p->name[len] = '\0';
    p->part_left = size;
    p->padding = (size_t)((TAR_BLOCK - size % TAR_BLOCK) % TAR_BLOCK);
    return pack_is_name(str_of(p->name));
}

static err_t pass_over(struct pack_in *p, struct err *e)
{
    uint8_t piece[TAR_BLOCK * 16];
    size_t got;
    err_t rc = OK;
    while (rc == OK && p->part_left > 0)
        rc = pack_read(&got, p, piece, sizeof(piece), e);
    if (rc == OK && p->padding > 0) {
        rc = unpack(&got, p, piece, p->padding, e);
        if (rc == OK && (got < p->padding || !is_zero(piece, got)))
            rc = damaged(p, N_("a part is not filled up"), e);
        p->padding = 0;
    }
    return rc;
}

err_t pack_next(struct pack_part *out, bool *more, struct pack_in *p, struct err *e)
{
    uint8_t block[TAR_BLOCK];
    size_t got = 0;
    *more = false;
    err_t rc = pass_over(p, e);
    if (rc == OK)
        rc = unpack(&got, p, block, sizeof(block), e);
    if (rc != OK)
        return rc;
    if (got < sizeof(block))
        return damaged(p, N_("it ends too early"), e);
    if (is_zero(block, sizeof(block))) {
        rc = unpack(&got, p, block, sizeof(block), e);
        if (rc == OK && (got < sizeof(block) || !is_zero(block, sizeof(block))))
            rc = damaged(p, N_("its end is not one"), e);
        return rc == OK ? check_end(p, e) : rc;
    }
    if (!read_header(p, block))
        return damaged(p, N_("the head of a part does not read back"), e);
    *more = true;
    *out = (struct pack_part){str_of(p->name), p->part_left};
    return OK;
}

err_t pack_read(size_t *got, struct pack_in *p, void *to, size_t cap, struct err *e)
{
    size_t want = cap < p->part_left ? cap : (size_t)p->part_left;
    *got = 0;
    if (want == 0)
        return OK;
    err_t rc = unpack(got, p, to, want, e);
    if (rc == OK && *got < want)
        rc = damaged(p, N_("it ends too early"), e);
    p->part_left -= *got;
    return rc;
}

err_t pack_read_all(struct str *out, struct pack_in *p, size_t max, struct arena *a, struct err *e)
{
    size_t got = 0;
    *out = STR("");
    if (p->part_left > max)
        return err_set(e, E_INVALID, "the backup %s: the part %s is larger than any that is made",
                       p->path, p->name);
    char *to = arena_alloc(a, (size_t)p->part_left + 1);
    err_t rc = pack_read(&got, p, to, (size_t)p->part_left, e);
    *out = (struct str){to, got};
    return rc;
}

uint64_t pack_read_bytes(const struct pack_in *p)
{
    return (uint64_t)p->at - (p->raw_len - p->raw_at);
}

/* --- opening ------------------------------------------------------------------------------------ */

/* The first line of a sealed file, whose magic was seen. */
static err_t open_seal(struct pack_in *p, struct str passphrase, struct err *e)
{
    uint8_t salt[PASSPHRASE_SALT_LEN];
    struct str start = {(const char *)p->raw,
                        p->raw_len < PACK_LINE_MAX ? p->raw_len : PACK_LINE_MAX};
    size_t end = str_find(start, STR("\n"), 0), check = 0;
    enum seal_suite suite = SEAL_AES_256_GCM;
    struct pack_key k;
    bool good = false;
    struct str line = {start.ptr, end};
    for (size_t i = 0; i < ARRAY_LEN(pack_suites) && end < start.len && !good; i++) {
        size_t salt_at = strlen(PACK_MAGIC) + strlen(pack_suites[i]) + 1;
        check = salt_at + 2 * PASSPHRASE_SALT_LEN + 1;
        good =
            line.len == check + 2 * PACK_CHECK_LEN &&
            str_starts((struct str){line.ptr + strlen(PACK_MAGIC), line.len},
                       str_of(pack_suites[i])) &&
            hex_read(salt, sizeof(salt), (struct str){line.ptr + salt_at, 2 * PASSPHRASE_SALT_LEN});
        suite = (enum seal_suite)i;
    }
    if (!good)
        return damaged(p, N_("its first line does not read back"), e);
    if (passphrase.len == 0)
        return err_set(e, E_DENIED, "the backup %s is sealed; give its passphrase", p->path);
    err_t rc = pack_key(&k, suite, passphrase, salt, (struct str){line.ptr, check}, e);
    if (rc != OK)
        return rc;
    if (secret_eq(k.check, line.ptr + check, 2 * PACK_CHECK_LEN)) {
        p->sealer = file_sealer_new(suite, k.key);
        p->tag_len = seal_tag_len(suite);
        p->raw_at = end + 1;
    } else {
        rc = err_set(e, E_DENIED,
                     "the passphrase does not open the backup %s (or its first line is damaged)",
                     p->path);
    }
    secret_wipe(&k, sizeof(k));
    return rc;
}

static err_t open_file(struct pack_in *p, struct str passphrase, struct err *e)
{
    struct stat st;
    bool any;
    p->fd = p->fs->open(p->fs, p->path, O_RDONLY, 0);
    if (p->fd < 0) {
        int errnum = errno;
        err_t rc = err_errno(e, errnum, "cannot open %s", p->path);
        if (errnum == ENOENT && e)
            e->kind = E_NOTFOUND;
        return errnum == ENOENT ? E_NOTFOUND : rc;
    }
    if (fstat(p->fd, &st) != 0 || !S_ISREG(st.st_mode))
        return err_set(e, E_INVALID, "%s is no regular file; give the path of one", p->path);
    err_t rc = fill(&any, p, e);
    if (rc != OK)
        return rc;
    if (p->raw_len >= sizeof(zstd_magic) && memcmp(p->raw, zstd_magic, sizeof(zstd_magic)) == 0) {
        p->packed = (ZSTD_inBuffer){p->raw, p->raw_len, 0};
        return OK;
    }
    if (p->raw_len > strlen(PACK_MAGIC) && memcmp(p->raw, PACK_MAGIC, strlen(PACK_MAGIC)) == 0)
        return open_seal(p, passphrase, e);
    return err_set(e, E_INVALID, "%s is no backup made by zhiyun backup", p->path);
}

err_t pack_open(struct pack_in **out, const struct fs *fs, const char *path, struct str passphrase,
                struct err *e)
{
    struct pack_in *p = mem_zalloc(sizeof(*p));
    p->fs = fs;
    p->fd = -1;
    p->path = strdup(path);
    p->zstd = ZSTD_createDCtx();
    if (!p->path || !p->zstd)
        abort(); /* as mem_alloc */
    buf_init(&p->plain, SEAL_CHUNK + SEAL_TAG_MAX);
    err_t rc = open_file(p, passphrase, e);
    *out = rc == OK ? p : NULL;
    if (rc != OK)
        pack_close(p);
    return rc;
}

void pack_close(struct pack_in *p)
{
    if (!p)
        return;
    if (p->fd >= 0)
        p->fs->close(p->fs, p->fd);
    ZSTD_freeDCtx(p->zstd);
    file_sealer_free(p->sealer);
    if (p->plain.ptr)
        secret_wipe(p->plain.ptr, p->plain.cap);
    buf_clear(&p->plain);
    free(p->path);
    free(p);
}

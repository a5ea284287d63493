/* ZIP archives in memory: the directory is read and checked here, the deflate
 * streams are zlib's.
 *
 * libarchive (3.6.2, zip_seekable, a warning counted as failure) was tried on the
 * archives of zip_test.c and left. It does not see: a local name or method other
 * than the central one, two entries over one local header (it gives one and is
 * silent), packed bytes that reach into the next member, the packed size itself,
 * without which a bomb is known only by unpacking it. Names go through the
 * process's locale: UTF-8 ones are lost in "C", GBK ones that claim to be UTF-8 in
 * any. Each of these checks needs the directory read here anyway, and then one
 * inflate loop is all that a library could still take over. 100,000 members
 * opened and read one after the other: 0.14 s here, 0.8 s there; opening the last
 * alone 0.8 s there, for it walks over all before it. A workbook's parts: alike.
 *
 * End record, central entry and local header: APPNOTE.TXT 6.3.10 sections
 * 4.3.16, 4.3.12 and 4.3.7; ZIP64: 4.3.14, 4.3.15 and 4.5.3. */
#include "text/zip.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/encoding.h"
#include <stdlib.h>
#include <zlib.h>

#define END_BYTES 22
#define CENTRAL_BYTES 46
#define LOCAL_BYTES 30
#define END_SIGN 0x06054b50u
#define END64_SIGN 0x06064b50u
#define END64_LOCATOR_SIGN 0x07064b50u
#define CENTRAL_SIGN 0x02014b50u
#define LOCAL_SIGN 0x04034b50u
#define FLAGS_ENCRYPTED 0x2041u   /* traditional, strong, hidden directory */
#define FLAG_SIZES_BEHIND 0x0008u /* they follow the content */
#define FLAG_UTF8 0x0800u
#define METHOD_STORED 0
#define METHOD_DEFLATE 8

#define LINK_MODE 0xA /* of Unix, in the upper half of the external attributes */

struct entry {
    struct zip_member member;
    uint64_t offset;       /* of the local header */
    uint64_t data, packed; /* offset and length of the packed bytes */
    uint32_t crc;
    unsigned method;
};

struct zip {
    struct bytes file;
    struct arena *a;
    VEC(struct entry) entries; /* by offset */
};

static unsigned u16(const uint8_t *p)
{
    return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static uint32_t u32(const uint8_t *p)
{
    return (uint32_t)u16(p) | (uint32_t)u16(p + 2) << 16;
}

static uint64_t u64(const uint8_t *p)
{
    return u32(p) | (uint64_t)u32(p + 4) << 32;
}

bool zip_is(struct bytes head)
{
    return head.len >= 4 && (u32(head.ptr) == LOCAL_SIGN || u32(head.ptr) == END_SIGN);
}

/* --- the directory ------------------------------------------------------- */

struct directory {
    uint64_t offset, len, count;
};

static err_t cut_off(struct err *e)
{
    return err_set(e, E_INVALID,
                   "the ZIP archive has no directory at its end: it is cut off or no ZIP archive; "
                   "copy it again");
}

static err_t find_directory(struct directory *d, struct bytes f, struct err *e)
{
    size_t at, least = f.len > END_BYTES + 0xFFFF ? f.len - END_BYTES - 0xFFFF : 0;
    if (f.len < END_BYTES)
        return cut_off(e);
    for (at = f.len - END_BYTES;; at--) {
        if (u32(f.ptr + at) == END_SIGN && at + END_BYTES + u16(f.ptr + at + 20) == f.len)
            break;
        if (at == least)
            return cut_off(e);
    }
    const uint8_t *end = f.ptr + at;
    if (u16(end + 4) != 0 || u16(end + 6) != 0)
        return err_set(e, E_INVALID, "the ZIP archive is one part of several; join them first");
    *d = (struct directory){u32(end + 16), u32(end + 12), u16(end + 10)};
    bool is64 = d->offset == UINT32_MAX || d->len == UINT32_MAX || d->count == 0xFFFF;
    if (is64 && at >= 20 && u32(end - 20) == END64_LOCATOR_SIGN) {
        uint64_t at64 = u64(end - 20 + 8);
        if (at64 > at || at - at64 < 56 || u32(f.ptr + at64) != END64_SIGN)
            return cut_off(e);
        *d = (struct directory){u64(f.ptr + at64 + 48), u64(f.ptr + at64 + 40),
                                u64(f.ptr + at64 + 32)};
    }
    if (d->offset > at || d->len > at - d->offset)
        return err_set(e, E_INVALID, "the ZIP archive's directory lies outside the file");
    if (d->count > ARCHIVE_MEMBERS_MAX)
        return err_set(e, E_LIMIT, "the ZIP archive has more than %d members", ARCHIVE_MEMBERS_MAX);
    return OK;
}

/* Sizes and offset that did not fit 32 bits, from the extra field. */
static bool read_extra64(struct entry *n, const uint8_t *extra, size_t len)
{
    uint64_t *wide[] = {&n->member.size, &n->packed, &n->offset};
    bool needed = false;
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        needed |= *wide[i] == UINT32_MAX;
    for (size_t at = 0; needed && at + 4 <= len;) {
        size_t id = u16(extra + at), size = u16(extra + at + 2), from = at + 4;
        at = from + size;
        if (at > len)
            return false;
        if (id != 1)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(wide); i++) {
            if (*wide[i] != UINT32_MAX)
                continue;
            if (from + 8 > at)
                return false;
            *wide[i] = u64(extra + from);
            from += 8;
        }
        return true;
    }
    return true;
}

/* The flag for UTF-8 is a claim like any other. */
static struct str member_name(struct str raw, bool is_utf8, struct arena *a)
{
    bool is = is_utf8 && utf8_check(raw) == raw.len;
    struct str name = is ? arena_dup(a, raw) : encoding_to_utf8(raw, a);
    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] == '\\')
            ((char *)(uintptr_t)name.ptr)[i] = '/'; /* just copied: ours to change */
    }
    return name;
}

/* A size that the local header gives; 0 where its writer left it out, all ones where it
 * stands in a ZIP64 field. */
static bool differs(uint32_t local, uint64_t central)
{
    return local != 0 && local != UINT32_MAX && local != central;
}

/* The local header must tell the same story as the central entry. */
static err_t check_local(struct entry *n, struct str raw, const struct zip *z,
                         const struct directory *d, struct err *e)
{
    struct bytes f = z->file;
    if (n->offset > d->offset || d->offset - n->offset < LOCAL_BYTES ||
        u32(f.ptr + n->offset) != LOCAL_SIGN)
        return err_set(e, E_INVALID, "the ZIP archive is damaged: no member at byte %llu",
                       (unsigned long long)n->offset);
    const uint8_t *local = f.ptr + n->offset;
    size_t name_len = u16(local + 26);
    n->data = n->offset + LOCAL_BYTES + name_len + u16(local + 28);
    if (n->data > d->offset || n->packed > d->offset - n->data)
        return err_set(e, E_INVALID, "the ZIP archive is damaged: %.*s lies outside the file",
                       STR_ARG(n->member.name));
    if (!str_eq(raw, (struct str){(const char *)local + LOCAL_BYTES, name_len}) ||
        u16(local + 8) != n->method)
        return err_set(e, E_INVALID,
                       "the ZIP archive gives %.*s another name or method in its directory than "
                       "where it is stored",
                       STR_ARG(n->member.name));
    if (!(u16(local + 6) & FLAG_SIZES_BEHIND) &&
        (differs(u32(local + 18), n->packed) || differs(u32(local + 22), n->member.size)))
        return err_set(e, E_INVALID,
                       "the ZIP archive gives %.*s another size in its directory than where it is "
                       "stored",
                       STR_ARG(n->member.name));
    return OK;
}

static err_t read_entry(size_t *at, struct zip *z, const struct directory *d, struct err *e)
{
    const uint8_t *p = z->file.ptr + d->offset + *at;
    size_t left = d->len - *at;
    struct entry n = {0};
    if (left < CENTRAL_BYTES || u32(p) != CENTRAL_SIGN)
        return err_set(e, E_INVALID, "the ZIP archive's directory is damaged at byte %llu",
                       (unsigned long long)(d->offset + *at));
    size_t name_len = u16(p + 28), extra_len = u16(p + 30), len;
    len = CENTRAL_BYTES + name_len + extra_len + u16(p + 32);
    if (len > left)
        return err_set(e, E_INVALID, "the ZIP archive's directory is damaged at byte %llu",
                       (unsigned long long)(d->offset + *at));
    struct str raw = {(const char *)p + CENTRAL_BYTES, name_len};
    n.member.name = member_name(raw, u16(p + 8) & FLAG_UTF8, z->a);
    n.member.encrypted = u16(p + 8) & FLAGS_ENCRYPTED;
    n.member.link = (u32(p + 38) >> 28) == LINK_MODE;
    n.member.size = u32(p + 24);
    n.packed = u32(p + 20);
    n.offset = u32(p + 42);
    n.crc = u32(p + 16);
    n.method = u16(p + 10);
    n.member.folder = str_ends(n.member.name, STR("/"));
    if (name_len == 0 || memchr(raw.ptr, '\0', raw.len))
        return err_set(e, E_INVALID, "the ZIP archive has a member with an odd name at byte %llu",
                       (unsigned long long)(d->offset + *at));
    if (!read_extra64(&n, p + CENTRAL_BYTES + name_len, extra_len))
        return err_set(e, E_INVALID, "the ZIP archive's directory is damaged at byte %llu",
                       (unsigned long long)(d->offset + *at));
    *at += len;
    err_t rc = check_local(&n, raw, z, d, e);
    if (rc == OK)
        VEC_PUSH(z->a, &z->entries, n);
    return rc;
}

static int by_offset(const void *x, const void *y)
{
    uint64_t a = ((const struct entry *)x)->offset, b = ((const struct entry *)y)->offset;
    return a < b ? -1 : a > b;
}

/* No two members share bytes (a small file could then unpack without end), and
 * no two have one name (readers would disagree about which one counts). */
static err_t check_together(const struct zip *z, struct err *e)
{
    err_t rc = OK;
    struct map *names = map_new(z->entries.len);
    for (size_t i = 0; i < z->entries.len && rc == OK; i++) {
        const struct entry *n = &z->entries.ptr[i];
        bool added;
        (void)map_put(names, n->member.name, &added);
        if (!added)
            rc = err_set(e, E_INVALID, "the ZIP archive holds two members named %.*s",
                         STR_ARG(n->member.name));
        else if (i > 0 && n[-1].data + n[-1].packed > n->offset)
            rc = err_set(e, E_INVALID, "the ZIP archive's members %.*s and %.*s overlap",
                         STR_ARG(n[-1].member.name), STR_ARG(n->member.name));
    }
    map_free(names);
    return rc;
}

err_t zip_open(struct zip **out, struct bytes file, struct err *e)
{
    struct directory d = {0};
    *out = NULL;
    err_t rc = find_directory(&d, file, e);
    if (rc != OK)
        return rc;
    struct zip *z = mem_zalloc(sizeof(*z));
    z->file = file;
    z->a = arena_new();
    size_t at = 0;
    for (uint64_t i = 0; i < d.count && rc == OK; i++)
        rc = read_entry(&at, z, &d, e);
    if (rc == OK && z->entries.len > 1)
        qsort(z->entries.ptr, z->entries.len, sizeof(*z->entries.ptr), by_offset);
    if (rc == OK)
        rc = check_together(z, e);
    if (rc != OK)
        zip_close(z);
    else
        *out = z;
    return rc;
}

void zip_close(struct zip *z)
{
    if (!z)
        return;
    arena_free(z->a);
    free(z);
}

size_t zip_count(const struct zip *z)
{
    return z->entries.len;
}

const struct zip_member *zip_get(const struct zip *z, size_t i)
{
    return &z->entries.ptr[i].member;
}

size_t zip_find(const struct zip *z, struct str name)
{
    size_t i = 0;
    while (i < z->entries.len && !str_eq_nocase(z->entries.ptr[i].member.name, name))
        i++;
    return i;
}

bool zip_stored(struct bytes *out, const struct zip *z, size_t i)
{
    const struct entry *n = &z->entries.ptr[i];
    *out = (struct bytes){z->file.ptr + n->data, (size_t)n->packed};
    return n->method == METHOD_STORED && !n->member.encrypted && n->packed == n->member.size;
}

/* --- one member ---------------------------------------------------------- */

struct unpack {
    const uint8_t *from;
    uint64_t left; /* packed bytes not yet given to zlib */
    uint64_t packed, size, out;
    uint32_t crc, crc_so_far;
    bool stored, done;
    z_stream z;
    size_t name_len;
    char name[]; /* for messages */
};

static err_t damaged(const struct unpack *u, const char *why, struct err *e)
{
    return err_set(e, E_INVALID, "the ZIP archive's member %.*s is damaged: %s", (int)u->name_len,
                   u->name, msg(why));
}

static err_t count_out(struct unpack *u, const void *made, size_t len, struct err *e)
{
    u->out += len;
    u->crc_so_far = (uint32_t)crc32_z(u->crc_so_far, made, len);
    if (u->out > u->size)
        return damaged(u, N_("it is longer than declared"), e);
    if (!u->done)
        return OK;
    if (u->out != u->size || u->left > 0)
        return damaged(u, N_("its length is not as declared"), e);
    if (u->crc_so_far != u->crc)
        return damaged(u, N_("its checksum is wrong"), e);
    return OK;
}

static size_t take_stored(struct unpack *u, void *to, size_t cap)
{
    size_t n = cap < u->left ? cap : (size_t)u->left;
    if (n)
        memcpy(to, u->from, n);
    u->from += n;
    u->left -= n;
    u->done = u->left == 0;
    return n;
}

static err_t take_deflated(size_t *got, struct unpack *u, void *to, size_t cap, struct err *e)
{
    uInt in = u->left < (1u << 30) ? (uInt)u->left : 1u << 30;
    uInt out = cap < (1u << 30) ? (uInt)cap : 1u << 30;
    u->z.next_in = (Bytef *)(uintptr_t)u->from;
    u->z.avail_in = in;
    u->z.next_out = to;
    u->z.avail_out = out;
    int rc = inflate(&u->z, Z_NO_FLUSH);
    u->from += in - u->z.avail_in;
    u->left -= in - u->z.avail_in;
    *got = out - u->z.avail_out;
    u->done = rc == Z_STREAM_END;
    if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
        return damaged(u, N_("it does not unpack"), e);
    if (*got == 0 && !u->done && u->left == 0)
        return damaged(u, N_("it ends too early"), e);
    return OK;
}

static err_t unpack_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct unpack *u = state;
    err_t rc = OK;
    *got = 0;
    while (rc == OK && *got == 0 && !u->done) {
        if (u->stored)
            *got = take_stored(u, to, cap);
        else
            rc = take_deflated(got, u, to, cap, e);
        if (rc == OK)
            rc = count_out(u, to, *got, e);
    }
    if (rc != OK)
        *got = 0;
    return rc;
}

static uint64_t unpack_raw_offset(const void *state)
{
    const struct unpack *u = state;
    return u->packed - u->left;
}

static void unpack_close(void *state)
{
    struct unpack *u = state;
    if (!u->stored)
        inflateEnd(&u->z);
    free(u);
}

static const struct stream_ops unpack_ops = {unpack_read, unpack_raw_offset, unpack_close};

err_t zip_open_member(struct stream **out, const struct zip *z, size_t i, struct err *e)
{
    const struct entry *n = &z->entries.ptr[i];
    struct str name = n->member.name;
    *out = NULL;
    if (n->member.encrypted)
        return err_set(e, E_INVALID, "%.*s in the ZIP archive is encrypted; unpack it yourself",
                       STR_ARG(name));
    if (n->method != METHOD_STORED && n->method != METHOD_DEFLATE)
        return err_set(e, E_INVALID,
                       "%.*s in the ZIP archive is packed by method %u; pack it by deflate",
                       STR_ARG(name), n->method);
    /* Refused by what it declares; count_out holds it to that. */
    if (n->member.size > UNPACKED_BYTES_MAX ||
        (n->member.size > UNPACK_RATIO_FROM && n->member.size / UNPACK_RATIO_MAX > n->packed))
        return err_set(e, E_LIMIT,
                       "%.*s in the ZIP archive unpacks to %llu bytes, more than %d times its size "
                       "or too large; unpack it yourself if you trust it",
                       STR_ARG(name), (unsigned long long)n->member.size, UNPACK_RATIO_MAX);
    struct unpack *u = mem_zalloc(sizeof(*u) + name.len);
    u->from = z->file.ptr + n->data;
    u->left = u->packed = n->packed;
    u->size = n->member.size;
    u->crc = n->crc;
    u->stored = n->method == METHOD_STORED;
    u->name_len = name.len;
    memcpy(u->name, name.ptr, name.len);
    if (!u->stored && inflateInit2(&u->z, -15) != Z_OK) {
        free(u);
        return err_set(e, E_INTERNAL, "zlib cannot start");
    }
    *out = stream_new(&unpack_ops, u);
    return OK;
}

/* Test helper: ZIP archives by bytes, so that a test can also make wrong ones. */
#ifndef TEXT_ZIP_BUILD_H
#define TEXT_ZIP_BUILD_H
#include "base/buf.h"
#include <zlib.h>

struct zip_build {
    struct buf out, central;
    unsigned count;
};

static inline void zb16(struct buf *b, unsigned v)
{
    buf_addc(b, (char)v);
    buf_addc(b, (char)(v >> 8));
}

static inline void zb32(struct buf *b, uint32_t v)
{
    zb16(b, v & 0xFFFF);
    zb16(b, v >> 16);
}

static inline void zip_begin(struct zip_build *z)
{
    *z = (struct zip_build){.count = 0};
    buf_init(&z->out, 0);
    buf_init(&z->central, 0);
}

static inline void zip_headers(struct buf *b, bool central, unsigned flags, unsigned method,
                               uint32_t crc, size_t packed, size_t size, struct str name)
{
    zb32(b, central ? 0x02014b50 : 0x04034b50);
    if (central)
        zb16(b, 20);
    zb16(b, 20);
    zb16(b, flags);
    zb16(b, method);
    zb32(b, 0); /* time, date */
    zb32(b, crc);
    zb32(b, (uint32_t)packed);
    zb32(b, (uint32_t)size);
    zb16(b, (unsigned)name.len);
    zb16(b, 0);
}

/* One member; `local` is its name in the local header when that shall differ. */
static inline void zip_put(struct zip_build *z, const char *name, const char *local,
                           struct str content, bool deflated, unsigned flags)
{
    struct buf packed;
    uint32_t crc = (uint32_t)crc32(0, (const Bytef *)content.ptr, (uInt)content.len);
    uint32_t offset = (uint32_t)z->out.len;
    buf_init(&packed, 0);
    if (deflated) {
        z_stream s = {0};
        size_t cap = content.len + content.len / 1000 + 100;
        (void)deflateInit2(&s, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
        s.next_in = (Bytef *)(uintptr_t)content.ptr;
        s.avail_in = (uInt)content.len;
        s.next_out = (Bytef *)buf_reserve(&packed, cap);
        s.avail_out = (uInt)cap;
        (void)deflate(&s, Z_FINISH);
        packed.len = s.total_out;
        deflateEnd(&s);
    } else {
        buf_add(&packed, content);
    }
    struct str n = str_of(name), l = str_of(local ? local : name);
    zip_headers(&z->out, false, flags, deflated ? 8 : 0, crc, packed.len, content.len, l);
    buf_add(&z->out, l);
    buf_add(&z->out, buf_str(&packed));
    zip_headers(&z->central, true, flags, deflated ? 8 : 0, crc, packed.len, content.len, n);
    zb16(&z->central, 0); /* comment */
    zb16(&z->central, 0); /* disk */
    zb16(&z->central, 0);
    zb32(&z->central, 0);
    zb32(&z->central, offset);
    buf_add(&z->central, n);
    z->count++;
    buf_clear(&packed);
}

/* The finished archive, borrowed until zip_drop. */
static inline struct bytes zip_end(struct zip_build *z)
{
    uint32_t at = (uint32_t)z->out.len;
    buf_add(&z->out, buf_str(&z->central));
    zb32(&z->out, 0x06054b50);
    zb32(&z->out, 0);
    zb16(&z->out, z->count);
    zb16(&z->out, z->count);
    zb32(&z->out, (uint32_t)z->central.len);
    zb32(&z->out, at);
    zb16(&z->out, 0);
    return str_bytes(buf_str(&z->out));
}

static inline void zip_drop(struct zip_build *z)
{
    buf_clear(&z->out);
    buf_clear(&z->central);
}
#endif

/* Compound files ([MS-CFB]): a small file system inside a file. A stream is a
 * chain of sectors in a table; streams below 4,096 bytes lie in 64-byte sectors
 * of the root's own stream, with a table of their own.
 *
 * Every chain is bounded by the number of sectors that the file can hold, so a
 * table that runs in a circle ends. A stream whose sectors follow each other,
 * as programs write them, is not copied. */
#include "base/mem.h"
#include "base/msg.h"
#include "text/xls_priv.h"
#include <stdlib.h>

#define HEADER_BYTES 512
#define HEADER_TABLE 109 /* sectors of the table that the header names */
#define ENTRY_BYTES 128
#define MINI_BYTES 64
#define SECTOR_LAST 0xFFFFFFFAu /* above: end of chain, free … */
#define TYPE_STREAM 2
#define TYPE_ROOT 5

struct cfb {
    struct bytes file;
    unsigned shift;   /* sector size is 1 << shift */
    uint32_t sectors; /* that the file holds, the last perhaps in part */
    uint32_t *table;  /* next sector of each */
    uint32_t *mini_table;
    uint32_t mini_count;
    struct cfb_stream mini; /* the root's stream */
    uint32_t cutoff;
};

static err_t damaged(const char *what, struct err *e)
{
    return err_set(e, E_INVALID,
                   "the Excel file is damaged or cut off: its %s does not fit together; save it "
                   "again as .xlsx",
                   msg(what));
}

static struct bytes sector(const struct cfb *c, uint32_t i)
{
    size_t from = ((size_t)i + 1) << c->shift, size = (size_t)1 << c->shift;
    size_t left = from < c->file.len ? c->file.len - from : 0;
    return (struct bytes){c->file.ptr + (left ? from : 0), left < size ? left : size};
}

/* The table of sectors: its own sectors stand in the header, then in a chain. */
static err_t read_table(struct cfb *c, struct err *e)
{
    const uint8_t *header = c->file.ptr;
    uint32_t per = 1u << (c->shift - 2), count = le32(header + 44), done = 0;
    uint32_t next = le32(header + 68), turns = 0;
    struct bytes list = {header + 76, (size_t)HEADER_TABLE * 4};
    size_t in_list = HEADER_TABLE;
    if (count > c->sectors / per + 1 + c->sectors / HEADER_TABLE)
        return damaged(N_("sector table"), e);
    c->table = mem_array((size_t)c->sectors + per, sizeof(*c->table));
    memset(c->table, 0xFF, ((size_t)c->sectors + per) * sizeof(*c->table));
    for (;;) {
        for (size_t i = 0; i < in_list && done < count; i++, done++) {
            uint32_t at = le32(list.ptr + i * 4);
            if (at >= c->sectors)
                return damaged(N_("sector table"), e);
            struct bytes s = sector(c, at);
            for (size_t k = 0; k + 4 <= s.len; k += 4) {
                size_t to = (size_t)done * per + k / 4;
                if (to < c->sectors)
                    c->table[to] = le32(s.ptr + k);
            }
        }
        if (done == count)
            return OK;
        if (next >= c->sectors || turns++ > c->sectors)
            return damaged(N_("sector table"), e);
        list = sector(c, next);
        if (list.len < (size_t)per * 4)
            return damaged(N_("sector table"), e);
        in_list = per - 1;
        next = le32(list.ptr + in_list * 4);
    }
}

/* `len` bytes of the chain from `start`; SIZE_MAX: to the chain's end. */
static err_t read_chain(struct cfb_stream *out, const struct cfb *c, uint32_t start, size_t len,
                        struct err *e)
{
    uint32_t at = start, count = 0, last = start;
    bool in_order = true;
    *out = (struct cfb_stream){0};
    size_t size = (size_t)1 << c->shift,
           wanted = len == SIZE_MAX ? SIZE_MAX : (len + size - 1) / size;
    for (; at <= SECTOR_LAST && count < wanted; at = c->table[at]) {
        if (at >= c->sectors || count++ == c->sectors)
            return damaged(N_("sector table"), e);
        in_order &= count == 1 || at == last + 1;
        last = at;
    }
    if (len == SIZE_MAX)
        len = count * size;
    else if (count < wanted)
        return damaged(N_("sector table"), e);
    size_t end = count ? ((size_t)last + 1) * size + sector(c, last).len : 0;
    if (count > 0 && in_order) {
        size_t from = ((size_t)start + 1) << c->shift;
        if (end - from < len)
            len = end - from;
        out->bytes = (struct bytes){c->file.ptr + from, len};
        return OK;
    }
    uint8_t *to = out->owned = mem_alloc(len + 1);
    size_t done = 0;
    at = start;
    for (uint32_t i = 0; i < count && done < len; i++, at = c->table[at]) {
        struct bytes s = sector(c, at);
        size_t n = s.len < len - done ? s.len : len - done;
        memcpy(to + done, s.ptr, n);
        done += n;
    }
    out->bytes = (struct bytes){to, done};
    return OK;
}

static err_t read_mini_chain(struct cfb_stream *out, const struct cfb *c, uint32_t start,
                             size_t len, struct err *e)
{
    uint8_t *to = out->owned = mem_alloc(len + 1);
    uint32_t at = start;
    size_t done = 0;
    out->bytes = (struct bytes){to, len};
    while (done < len) {
        size_t from = (size_t)at * MINI_BYTES,
               n = len - done < MINI_BYTES ? len - done : MINI_BYTES;
        if (at >= c->mini_count || from > c->mini.bytes.len || c->mini.bytes.len - from < n)
            return damaged(N_("table of small streams"), e);
        memcpy(to + done, c->mini.bytes.ptr + from, n);
        done += n;
        at = c->mini_table[at];
    }
    return OK;
}

/* The directory entry of that name and type, or NULL. Names are UTF-16. */
static const uint8_t *find_entry(struct bytes directory, const char *name, int type)
{
    size_t len = name ? strlen(name) : 0;
    for (size_t at = 0; at + ENTRY_BYTES <= directory.len; at += ENTRY_BYTES) {
        const uint8_t *p = directory.ptr + at;
        bool same = p[66] == type && (!name || le16(p + 64) == (len + 1) * 2);
        for (size_t i = 0; i < len && same; i++)
            same = le16(p + i * 2) < 0x80 && tolower(le16(p + i * 2)) == tolower(name[i]);
        if (same)
            return p;
    }
    return NULL;
}

static err_t read_small_streams(struct cfb *c, struct bytes directory, struct err *e)
{
    struct cfb_stream table;
    const uint8_t *root = find_entry(directory, NULL, TYPE_ROOT);
    uint32_t start = le32(c->file.ptr + 60);
    if (!root || start > SECTOR_LAST)
        return OK;
    err_t rc = read_chain(&table, c, start, SIZE_MAX, e);
    if (rc == OK) {
        c->mini_count = (uint32_t)(table.bytes.len / 4);
        c->mini_table = mem_array((size_t)c->mini_count + 1, sizeof(*c->mini_table));
        for (uint32_t i = 0; i < c->mini_count; i++)
            c->mini_table[i] = le32(table.bytes.ptr + (size_t)i * 4);
        rc = read_chain(&c->mini, c, le32(root + 116), SIZE_MAX, e);
    }
    free(table.owned);
    return rc;
}

static err_t read_named(struct cfb_stream *out, struct cfb *c, const char *const *names,
                        struct err *e)
{
    struct cfb_stream directory = {0};
    const uint8_t *entry = NULL;
    err_t rc = read_chain(&directory, c, le32(c->file.ptr + 48), SIZE_MAX, e);
    for (; rc == OK && !entry && *names; names++)
        entry = find_entry(directory.bytes, *names, TYPE_STREAM);
    if (rc == OK && !entry && find_entry(directory.bytes, "EncryptedPackage", TYPE_STREAM))
        rc = err_set(e, E_INVALID, "the Excel file is encrypted; save it without a password");
    if (rc == OK && !entry)
        rc = err_set(e, E_INVALID, "the file holds no Excel workbook");
    if (rc == OK) {
        uint64_t len = le32(entry + 120);
        if (len > c->file.len)
            rc = damaged(N_("directory"), e);
        else if (len >= c->cutoff)
            rc = read_chain(out, c, le32(entry + 116), len, e);
        else if ((rc = read_small_streams(c, directory.bytes, e)) == OK)
            rc = read_mini_chain(out, c, le32(entry + 116), len, e);
    }
    free(directory.owned);
    return rc;
}

err_t cfb_read(struct cfb_stream *out, struct bytes file, const char *const *names, struct err *e)
{
    struct cfb c = {.file = file};
    *out = (struct cfb_stream){0};
    if (file.len < HEADER_BYTES)
        return damaged(N_("header"), e);
    c.shift = le16(file.ptr + 30);
    c.cutoff = le32(file.ptr + 56);
    if ((c.shift != 9 && c.shift != 12) || le16(file.ptr + 32) != 6 ||
        file.len >> c.shift >= SECTOR_LAST)
        return damaged(N_("header"), e);
    size_t beyond = file.len > ((size_t)1 << c.shift) ? file.len - ((size_t)1 << c.shift) : 0;
    c.sectors = (uint32_t)((beyond + ((size_t)1 << c.shift) - 1) >> c.shift);
    err_t rc = read_table(&c, e);
    if (rc == OK)
        rc = read_named(out, &c, names, e);
    if (rc != OK) {
        free(out->owned);
        *out = (struct cfb_stream){0};
    }
    free(c.table);
    free(c.mini_table);
    free(c.mini.owned);
    return rc;
}

/* The stream of lists and dictionary blocks goes straight to the file, page by
 * page; a block of BLOCK_TERMS terms stands behind the lists it names, so that the
 * dictionary of any number of terms needs no memory while it is written. */
#include "index/build.h"
#include "base/mem.h"
#include "base/vec.h"
#include "index/encode.h"
#include "index/segment_priv.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <xxhash.h>

#define OUT_BYTES ((size_t)16 * PAGE_BYTES)

uint64_t bytes_checksum(const void *p, size_t len)
{
    return XXH3_64bits(p, len);
}

struct builder {
    const struct fs *fs;
    char *path;
    int fd;
    err_t rc;
    struct err why;
    bool positions;
    uint8_t *out; /* OUT_BYTES; flushed whole */
    size_t out_len;
    uint64_t written;
    VEC(uint64_t) checksums;
    VEC(uint64_t) keys;
    VEC(uint64_t) blocks;
    struct arena *a;
    struct segment_footer footer;
    struct section_at sections[SECTION_COLUMNS + INDEX_COLUMNS_MAX];
    uint32_t section_count;
    struct buf list, block, positions_bytes;
    uint64_t block_lists_at; /* where the lists of the current block begin */
    uint32_t block_terms;
    uint8_t last[TERM_BYTES_MAX];
    size_t last_len;
};

static void fail_errno(struct builder *b, const char *fmt)
{
    if (b->rc == OK)
        b->rc = err_errno(&b->why, errno, fmt, b->path);
}

static void write_out(struct builder *b, const uint8_t *p, size_t len)
{
    while (b->rc == OK && len) {
        ssize_t n = b->fs->write(b->fs, b->fd, p, len);
        if (n > 0) {
            p += n;
            len -= (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            fail_errno(b, "cannot write %s");
        }
    }
}

static void flush_pages(struct builder *b)
{
    for (size_t at = 0; at < b->out_len; at += PAGE_BYTES) {
        size_t len = b->out_len - at < PAGE_BYTES ? b->out_len - at : PAGE_BYTES;
        VEC_PUSH(b->a, &b->checksums, bytes_checksum(b->out + at, len));
    }
    write_out(b, b->out, b->out_len);
    b->written += b->out_len;
    b->out_len = 0;
}

static uint64_t position(const struct builder *b)
{
    return b->written + b->out_len;
}

static void put(struct builder *b, const void *p, size_t len)
{
    const uint8_t *from = p;
    while (len && b->rc == OK) {
        size_t n = OUT_BYTES - b->out_len < len ? OUT_BYTES - b->out_len : len;
        memcpy(b->out + b->out_len, from, n);
        b->out_len += n;
        from += n;
        len -= n;
        if (b->out_len == OUT_BYTES)
            flush_pages(b);
    }
}

static void put_zeros_to(struct builder *b, uint64_t alignment)
{
    static const uint8_t zeros[64];
    put(b, zeros, (size_t)(round_up(position(b), alignment) - position(b)));
}

struct builder *builder_new(const struct fs *fs, const char *path, uint64_t id, uint32_t doc_count,
                            const struct index_schema *schema)
{
    struct builder *b = mem_zalloc(sizeof(*b));
    b->fs = fs;
    b->a = arena_new();
    b->path = strdup(path);
    b->out = mem_alloc(OUT_BYTES);
    b->positions = schema->positions;
    b->footer = (struct segment_footer){.id = id,
                                        .doc_count = doc_count,
                                        .bitmap_ratio = BITMAP_RATIO,
                                        .positions = schema->positions};
    b->section_count = SECTION_COLUMNS;
    buf_init(&b->list, SIZE_MAX / 2);
    buf_init(&b->block, SIZE_MAX / 2);
    buf_init(&b->positions_bytes, SIZE_MAX / 2);
    b->fd = fs->open(fs, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (b->fd < 0)
        fail_errno(b, "cannot create %s");
    uint8_t head[SEGMENT_HEADER_BYTES] = {0};
    store_u64(head, SEGMENT_MAGIC);
    store_u64(head + 8, id);
    put(b, head, sizeof(head));
    return b;
}

static void end_block(struct builder *b)
{
    if (b->block_terms == 0)
        return;
    VEC_PUSH(b->a, &b->blocks, position(b));
    uint8_t head[2 * VARINT_MAX + 1];
    head[0] = (uint8_t)b->block_terms;
    uint8_t *end = varint_put(head + 1, b->block_lists_at);
    end = varint_put(end, b->block.len);
    put(b, head, (size_t)(end - head));
    put(b, b->block.ptr, b->block.len);
    buf_reset(&b->block);
    b->block_terms = 0;
}

static uint64_t key_of(const uint8_t *term, size_t len)
{
    uint8_t key[8] = {0};
    memcpy(key, term, len < 8 ? len : 8);
    return __builtin_bswap64(load_u64(key));
}

/* "shared|own" lengths in a nibble each, 15 continued by a varint. */
static uint8_t *put_lengths(uint8_t *p, size_t shared, size_t own)
{
    *p++ = (uint8_t)((shared < 15 ? shared : 15) << 4 | (own < 15 ? own : 15));
    if (shared >= 15)
        p = varint_put(p, shared - 15);
    return own >= 15 ? varint_put(p, own - 15) : p;
}

static void put_entry(struct builder *b, struct str term, const struct builder_list *list,
                      uint64_t postings_len, uint64_t positions_len)
{
    size_t shared = 0;
    uint8_t head[64], *p = head, most = 0;
    while (b->block_terms && shared < b->last_len && shared < term.len &&
           b->last[shared] == (uint8_t)term.ptr[shared])
        shared++;
    p = put_lengths(p, shared, term.len - shared);
    buf_add(&b->block, (struct str){(const char *)head, (size_t)(p - head)});
    buf_add(&b->block, (struct str){term.ptr + shared, term.len - shared});
    for (uint32_t i = 0; i < list->count; i++)
        most = list->freqs[i] > most ? list->freqs[i] : most;
    p = varint_put(head, (uint64_t)(list->count - 1) << 2 | (most < 3 ? most : 3));
    if (most >= 3)
        *p++ = most;
    if (list->count == 1) {
        store_u32(p, list->docs[0]);
        p += (bits_for(b->footer.doc_count - 1) + 7) / 8;
    } else {
        p = varint_put(p, postings_len);
    }
    if (b->positions)
        p = varint_put(p, positions_len);
    buf_add(&b->block, (struct str){(const char *)head, (size_t)(p - head)});
    memcpy(b->last, term.ptr, term.len);
    b->last_len = term.len;
    b->block_terms++;
    b->footer.term_count++;
}

/* u32 offset of every 64th record behind the first, then the records: varint
 * length, bytes. Returns the length in the file. */
static uint64_t put_positions(struct builder *b, const struct builder_list *list)
{
    if (!b->positions)
        return 0;
    uint64_t start = position(b);
    uint8_t word[VARINT_MAX];
    buf_reset(&b->positions_bytes);
    for (uint32_t i = 0; i < list->count; i++) {
        if (i && i % POSITIONS_GROUP == 0) {
            if (b->positions_bytes.len > UINT32_MAX && b->rc == OK)
                b->rc = err_set(&b->why, E_LIMIT,
                                "%s: the positions of one word take more than 4 GiB", b->path);
            store_u32(word, (uint32_t)b->positions_bytes.len);
            put(b, word, 4);
        }
        struct bytes r = list->positions[i];
        /* One call a posting: most records are two or three bytes. */
        uint8_t *to = (uint8_t *)buf_reserve(&b->positions_bytes, VARINT_MAX + r.len);
        if (!to)
            break; /* cannot be: the buffer's bound is half the address space */
        uint8_t *end = varint_put(to, r.len);
        memcpy(end, r.ptr, r.len);
        b->positions_bytes.len += (size_t)(end - to) + r.len;
    }
    put(b, b->positions_bytes.ptr, b->positions_bytes.len);
    return position(b) - start;
}

void builder_term(struct builder *b, struct str term, const struct builder_list *list)
{
    uint32_t docs = b->footer.doc_count;
    if (b->rc != OK)
        return;
    if (b->block_terms == 0) {
        b->block_lists_at = position(b);
        VEC_PUSH(b->a, &b->keys, key_of((const uint8_t *)term.ptr, term.len));
    }
    buf_reset(&b->list);
    if (list->count >= BITMAP_COUNT_MIN && (uint64_t)list->count * BITMAP_RATIO >= docs) {
        put_zeros_to(b, 64);
        encode_bitmap(&b->list, list->docs, list->freqs, list->count, docs);
    } else if (list->count > 1) {
        encode_packed(&b->list, list->docs, list->freqs, list->count, docs);
    }
    put(b, b->list.ptr, b->list.len);
    uint64_t positions_len = put_positions(b, list);
    put_entry(b, term, list, b->list.len, positions_len);
    if (b->block_terms == BLOCK_TERMS)
        end_block(b);
}

static void begin_section(struct builder *b, unsigned section)
{
    put_zeros_to(b, 64);
    b->sections[section].offset = position(b);
}

static void end_section(struct builder *b, unsigned section)
{
    b->sections[section].length = position(b) - b->sections[section].offset;
}

/* Level 0: all keys; every next one: the first of each 16. Each level is padded
 * to a multiple of 16 by the largest key. */
static void put_keys(struct builder *b)
{
    uint64_t step = 1, n;
    const uint64_t pad = UINT64_MAX;
    begin_section(b, SECTION_KEYS);
    do {
        n = 0;
        for (uint64_t i = 0; i < b->keys.len; i += step, n++)
            put(b, &b->keys.ptr[i], 8);
        for (uint64_t i = n; i % KEY_FAN; i++)
            put(b, &pad, 8);
        step *= KEY_FAN;
    } while (n > KEY_FAN);
    end_section(b, SECTION_KEYS);
    begin_section(b, SECTION_BLOCKS);
    put(b, b->blocks.ptr, b->blocks.len * 8);
    end_section(b, SECTION_BLOCKS);
}

struct id_doc {
    uint64_t id;
    uint32_t doc;
};

static int by_id(const void *x, const void *y)
{
    uint64_t a = ((const struct id_doc *)x)->id, b = ((const struct id_doc *)y)->id;
    return a < b ? -1 : a > b;
}

static void put_ids(struct builder *b, const uint64_t *ids)
{
    uint32_t n = b->footer.doc_count;
    struct id_doc *order = mem_array(n + 1, sizeof(*order));
    uint32_t *docs = mem_array(n + 1, sizeof(*docs));
    for (uint32_t i = 0; i < n; i++)
        order[i] = (struct id_doc){ids[i], i};
    qsort(order, n, sizeof(*order), by_id);
    for (uint32_t i = 0; i < n; i++)
        docs[i] = order[i].doc;
    uint64_t least = n ? order[0].id : 0, most = n ? order[n - 1].id : 0;
    unsigned width = bits_for(most - least);
    uint8_t head[16] = {0};
    store_u64(head, least);
    head[8] = (uint8_t)width;

    begin_section(b, SECTION_IDS);
    put(b, head, sizeof(head));
    buf_reset(&b->list);
    encode_packed_u64(&b->list, ids, n, width, least);
    put(b, b->list.ptr, b->list.len);
    end_section(b, SECTION_IDS);

    begin_section(b, SECTION_BY_ID);
    buf_reset(&b->list);
    encode_packed_u32(&b->list, docs, n, bits_for(n ? n - 1 : 0));
    put(b, b->list.ptr, b->list.len);
    end_section(b, SECTION_BY_ID);
    free(order);
    free(docs);
}

void builder_docs(struct builder *b, const uint64_t *ids, const uint32_t *lengths)
{
    uint32_t n = b->footer.doc_count;
    end_block(b);
    put_keys(b);
    put_ids(b, ids);
    begin_section(b, SECTION_LENGTHS);
    uint64_t universe = n ? (uint64_t)lengths[n - 1] + 1 : 1;
    for (uint32_t i = 0; i < n; i++) {
        assert(i == 0 || lengths[i - 1] <= lengths[i]); /* segment.h, segment_lengths */
        b->footer.length_sum += lengths[i];
    }
    uint8_t head[8];
    store_u64(head, universe);
    put(b, head, sizeof(head));
    buf_reset(&b->list);
    encode_ef(&b->list, lengths, n, universe);
    put(b, b->list.ptr, b->list.len);
    end_section(b, SECTION_LENGTHS);
}

void builder_numbers(struct builder *b, const uint32_t *values)
{
    uint32_t n = b->footer.doc_count, least = COLUMN_NONE, most = 0;
    for (uint32_t i = 0; i < n; i++) {
        if (values[i] == COLUMN_NONE)
            continue;
        least = values[i] < least ? values[i] : least;
        most = values[i] > most ? values[i] : most;
    }
    /* Code 0 is "missing", else value − least + 1. */
    unsigned width = least == COLUMN_NONE ? 0 : bits_for((uint64_t)most - least + 1);
    uint32_t *codes = mem_array(n + 1, sizeof(*codes));
    for (uint32_t i = 0; i < n; i++)
        codes[i] = values[i] == COLUMN_NONE ? 0 : values[i] - least + 1;
    uint8_t head[8] = {0};
    store_u32(head, least);
    head[4] = (uint8_t)width;
    unsigned section = b->section_count++;
    begin_section(b, section);
    put(b, head, sizeof(head));
    buf_reset(&b->list);
    encode_packed_u32(&b->list, codes, n, width);
    put(b, b->list.ptr, b->list.len);
    end_section(b, section);
    free(codes);
}

void builder_strings(struct builder *b, const struct str *values, uint32_t value_count,
                     const uint32_t *starts, const uint32_t *ords)
{
    uint32_t n = b->footer.doc_count, most = 0, total = n ? starts[n] : 0;
    uint32_t *counts = mem_array(n + 1, sizeof(*counts));
    uint64_t *offsets = mem_array((size_t)value_count + 1, sizeof(*offsets));
    for (uint32_t i = 0; i < n; i++) {
        counts[i] = starts[i + 1] - starts[i];
        most = counts[i] > most ? counts[i] : most;
    }
    for (uint32_t i = 0; i < value_count; i++)
        offsets[i + 1] = offsets[i] + values[i].len;
    uint8_t head[24] = {0};
    store_u32(head, value_count);
    store_u32(head + 4, total);
    store_u64(head + 8, offsets[value_count]);
    head[16] = (uint8_t)bits_for(most);
    head[17] = (uint8_t)bits_for(value_count ? value_count - 1 : 0);
    head[18] = (uint8_t)bits_for(offsets[value_count]);
    unsigned section = b->section_count++;
    begin_section(b, section);
    put(b, head, sizeof(head));
    buf_reset(&b->list);
    encode_packed_u32(&b->list, counts, n, head[16]);
    encode_packed_u32(&b->list, ords, total, head[17]);
    encode_packed_u64(&b->list, offsets, (size_t)value_count + 1, head[18], 0);
    put(b, b->list.ptr, b->list.len);
    for (uint32_t i = 0; i < value_count; i++)
        put(b, values[i].ptr, values[i].len);
    end_section(b, section);
    free(counts);
    free(offsets);
}

/* Checksums of the pages, footer, sections, length of the tail, magic; then the
 * checksum of all that, which is the seal. */
static uint64_t put_tail(struct builder *b)
{
    flush_pages(b);
    b->footer.body_bytes = b->written;
    b->footer.block_count = b->blocks.len;
    b->footer.section_count = b->section_count;
    size_t pages = b->checksums.len * 8, table = b->section_count * sizeof(b->sections[0]);
    size_t len = pages + sizeof(b->footer) + table + 16;
    uint8_t *tail = mem_alloc(len), *p = tail;
    memcpy(p, b->checksums.ptr, pages);
    p += pages;
    memcpy(p, &b->footer, sizeof(b->footer));
    p += sizeof(b->footer);
    memcpy(p, b->sections, table);
    p += table;
    store_u32(p, (uint32_t)len);
    store_u32(p + 4, TAIL_MAGIC);
    uint64_t seal = bytes_checksum(tail, len - 8);
    store_u64(p + 8, seal);
    write_out(b, tail, len);
    b->written += len;
    free(tail);
    return seal;
}

static void builder_free(struct builder *b)
{
    if (b->rc != OK)
        (void)b->fs->unlink(b->fs, b->path); /* may not be there; next open sweeps */
    buf_clear(&b->list);
    buf_clear(&b->block);
    buf_clear(&b->positions_bytes);
    arena_free(b->a);
    free(b->path);
    free(b->out);
    free(b);
}

err_t builder_finish(uint64_t *seal, uint64_t *file_bytes, struct builder *b, struct err *e)
{
    if (b->rc == OK)
        *seal = put_tail(b);
    *file_bytes = b->written;
    if (b->rc == OK && b->fs->fsync(b->fs, b->fd) != 0)
        fail_errno(b, "cannot write %s to the disk");
    if (b->fd >= 0 && b->fs->close(b->fs, b->fd) != 0)
        fail_errno(b, "cannot close %s");
    err_t rc = b->rc;
    if (rc != OK && e)
        *e = b->why;
    builder_free(b);
    return rc;
}

void builder_abandon(struct builder *b)
{
    if (b->fd >= 0)
        (void)b->fs->close(b->fs, b->fd);
    b->rc = E_INTERNAL; /* so that the file goes */
    builder_free(b);
}

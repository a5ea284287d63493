/* Opening, checking and the documents of a segment. Decoded arrays (lengths
 * here, columns in columns.c) are made at first use and kept with the file:
 * 4 bytes a document and column, at most once a process. */
#include "base/mem.h"
#include "index/encode.h"
#include "index/kernels/kernels.h"
#include "index/segment_priv.h"

err_t(segment_damaged)(const struct segment_file *f, uint64_t offset, struct err *e)
{
    return err_set(e, E_CORRUPT,
                   "%s is damaged at byte %llu; rebuild the index from the store (zhiyun reindex)",
                   f->path, (unsigned long long)offset);
}

static err_t read_tail(struct segment_file *f, uint64_t id, uint64_t seal,
                       const struct index_schema *schema, struct err *e)
{
    const uint8_t *p = f->map.ptr;
    uint64_t len = f->map.len;
    const size_t fixed = sizeof(struct segment_footer) + 16;
    if (len < SEGMENT_HEADER_BYTES + fixed)
        return segment_damaged(f, 0, e);
    uint64_t tail = load_u32(p + len - 16);
    if (load_u32(p + len - 12) != TAIL_MAGIC || tail < fixed || tail > len - SEGMENT_HEADER_BYTES)
        return segment_damaged(f, len - 16, e);
    f->seal = load_u64(p + len - 8);
    if (bytes_checksum(p + len - tail, tail - 8) != f->seal || (seal && seal != f->seal))
        return segment_damaged(f, len - tail, e);

    /* From here on the tail is what builder_finish wrote: what it says still has
     * to fit this very file. */
    uint64_t body = len - tail;
    f->page_count = (body + PAGE_BYTES - 1) / PAGE_BYTES;
    f->checksums = p + body;
    if (f->page_count * 8 + fixed > tail)
        return segment_damaged(f, body, e);
    memcpy(&f->footer, f->checksums + f->page_count * 8, sizeof(f->footer));
    f->sections = f->checksums + f->page_count * 8 + sizeof(f->footer);
    const struct segment_footer *t = &f->footer;
    if (t->body_bytes != body || t->id != id || t->doc_count > DOCS_MAX ||
        t->section_count != SECTION_COLUMNS + schema->column_count ||
        t->positions != schema->positions ||
        f->page_count * 8 + fixed + t->section_count * sizeof(struct section_at) != tail)
        return segment_damaged(f, body, e);
    for (uint32_t i = 0; i < t->section_count; i++) {
        uint64_t at = section_offset(f, i), n = section_bytes(f, i);
        if (at > body || n > body - at)
            return segment_damaged(f, body, e);
    }
    return OK;
}

/* Where each level of the key index begins. */
static err_t find_levels(struct segment_file *f, struct err *e)
{
    uint64_t at = 0, n = f->footer.block_count;
    f->key_levels = 0;
    do {
        f->key_level_at[f->key_levels++] = at;
        at += round_up(n, KEY_FAN);
        if (n <= KEY_FAN)
            break;
        n = (n + KEY_FAN - 1) / KEY_FAN;
    } while (f->key_levels < KEY_LEVELS_MAX);
    if (at * 8 != section_bytes(f, SECTION_KEYS) ||
        f->footer.block_count * 8 != section_bytes(f, SECTION_BLOCKS))
        return segment_damaged(f, f->footer.body_bytes, e);
    return OK;
}

err_t segment_file_open(struct segment_file **out, const struct fs *fs, const char *path,
                        uint64_t id, uint64_t seal, const struct index_schema *schema,
                        struct err *e)
{
    struct bytes map;
    err_t rc = fs_map(&map, fs, path, e);
    if (rc != OK)
        return rc;
    struct segment_file *f = mem_zalloc(sizeof(*f));
    f->refs = 1;
    f->map = map;
    f->path = strdup(path);
    (void)pthread_mutex_init(&f->decoding, NULL);
    rc = read_tail(f, id, seal, schema, e);
    if (rc == OK)
        rc = find_levels(f, e);
    if (rc == OK) {
        f->pages_ok = mem_array(f->page_count / 64 + 1, sizeof(*f->pages_ok));
        rc = segment_check(f, 0, SEGMENT_HEADER_BYTES, e);
    }
    if (rc != OK) {
        segment_file_put(f);
        return rc;
    }
    *out = f;
    return OK;
}

void segment_file_put(struct segment_file *f)
{
    if (!f || atomic_fetch_sub(&f->refs, 1) != 1)
        return;
    for (size_t i = 0; i < INDEX_COLUMNS_MAX; i++) {
        struct column_strings *s = f->columns[i].strings;
        struct column_keys *k = f->columns[i].keys;
        arena_free(k ? k->a : NULL);
        free(f->columns[i].numbers);
        if (s) {
            free((void *)(uintptr_t)s->starts);
            free((void *)(uintptr_t)s->ords);
            free((void *)(uintptr_t)s->counts);
            free(s);
        }
    }
    free(f->lengths);
    fs_unmap(f->map);
    (void)pthread_mutex_destroy(&f->decoding);
    free((void *)f->pages_ok);
    free(f->path);
    free(f);
}

struct segment *segment_new(struct segment_file *f, const struct index_schema *schema,
                            uint64_t *live, uint32_t live_count, uint32_t deletes)
{
    struct segment *s = mem_zalloc(sizeof(*s));
    *s = (struct segment){
        .file = f, .schema = schema, .live = live, .live_count = live_count, .deletes = deletes};
    s->refs = 1;
    atomic_fetch_add(&f->refs, 1);
    return s;
}

struct segment *segment_ref(struct segment *s)
{
    atomic_fetch_add(&s->refs, 1);
    return s;
}

void segment_put(struct segment *s)
{
    if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
        return;
    segment_file_put(s->file);
    free(s->live);
    free(s);
}

/* Two threads may check the same page at once: both find the same. */
static err_t check_page(const struct segment_file *f, uint64_t page, struct err *e)
{
    uint64_t at = page * PAGE_BYTES, len = f->footer.body_bytes - at;
    len = len < PAGE_BYTES ? len : PAGE_BYTES;
    if (bytes_checksum(f->map.ptr + at, len) != load_u64(f->checksums + page * 8))
        return segment_damaged(f, at, e);
    atomic_fetch_or_explicit(&f->pages_ok[page / 64], 1ull << (page & 63), memory_order_relaxed);
    return OK;
}

err_t segment_check(const struct segment_file *f, uint64_t offset, uint64_t length, struct err *e)
{
    if (length == 0)
        return OK;
    if (offset > f->footer.body_bytes || length > f->footer.body_bytes - offset)
        return segment_damaged(f, offset, e);
    uint64_t last = (offset + length - 1) / PAGE_BYTES;
    for (uint64_t page = offset / PAGE_BYTES; page <= last; page++) {
        uint64_t ok = atomic_load_explicit(&f->pages_ok[page / 64], memory_order_relaxed);
        if (ok >> (page & 63) & 1)
            continue;
        err_t rc = check_page(f, page, e);
        if (rc != OK)
            return rc;
    }
    return OK;
}

/* Piece by piece, so that a file of any size needs little memory. */
#define CHECK_BYTES ((uint64_t)16 << 20)

err_t segment_check_all(const struct segment_file *f, struct err *e)
{
    uint64_t body = f->footer.body_bytes;
    err_t rc = OK;
    for (uint64_t at = 0; rc == OK && at < body; at += CHECK_BYTES) {
        rc = segment_check(f, at, body - at < CHECK_BYTES ? body - at : CHECK_BYTES, e);
        fs_forget(f->map);
    }
    return rc;
}

err_t segment_section(struct bytes *out, struct segment_file *f, unsigned section, struct err *e)
{
    uint64_t at = section_offset(f, section);
    uint64_t len = section_bytes(f, section);
    *out = (struct bytes){f->map.ptr + at, len};
    if (atomic_load_explicit(&f->section_ok[section], memory_order_relaxed))
        return OK;
    err_t rc = segment_check(f, at, len, e);
    if (rc == OK)
        atomic_store_explicit(&f->section_ok[section], true, memory_order_relaxed);
    return rc;
}

uint32_t segment_doc_count(const struct segment *s)
{
    return s->file->footer.doc_count;
}

const uint64_t *segment_live_bits(const struct segment *s)
{
    return s->live;
}

/* --- ids -------------------------------------------------------------------- */
struct ids {
    const uint8_t *packed, *order;
    uint64_t least;
    unsigned width, doc_bits;
};

/* Sections of ids are checked whole at first use: 2 to 4 bytes a document. */
static err_t ids_open(struct ids *out, struct segment_file *f, struct err *e)
{
    struct bytes ids, order;
    uint32_t n = f->footer.doc_count;
    err_t rc = segment_section(&ids, f, SECTION_IDS, e);
    if (rc == OK)
        rc = segment_section(&order, f, SECTION_BY_ID, e);
    if (rc != OK)
        return rc;
    unsigned width = ids.len >= 16 ? ids.ptr[8] : 65, doc_bits = bits_for(n ? n - 1 : 0);
    if (width > 64 || ids.len != 16 + ((uint64_t)n * width + 7) / 8 ||
        order.len != ((uint64_t)n * doc_bits + 7) / 8)
        return segment_damaged(f, (uint64_t)(ids.ptr - f->map.ptr), e);
    *out = (struct ids){ids.ptr + 16, order.ptr, load_u64(ids.ptr), width, doc_bits};
    return OK;
}

static uint64_t ids_get(const struct ids *ids, uint32_t doc)
{
    uint64_t v = ids->width ? load_bits64(ids->packed, (uint64_t)doc * ids->width) : 0;
    return ids->least + (ids->width < 64 ? v & ((1ull << ids->width) - 1) : v);
}

static uint32_t ids_order(const struct ids *ids, uint32_t i)
{
    return (uint32_t)(load_bits(ids->order, (uint64_t)i * ids->doc_bits) &
                      ((1ull << ids->doc_bits) - 1));
}

err_t segment_id_of(uint64_t *out, const struct segment *s, uint32_t doc, struct err *e)
{
    struct ids ids = {0};
    err_t rc = ids_open(&ids, s->file, e);
    if (rc == OK)
        *out = ids_get(&ids, doc);
    return rc;
}

err_t segment_doc_of(uint32_t *out, const struct segment *s, uint64_t id, struct err *e)
{
    struct ids ids = {0};
    uint32_t low = 0, high = s->file->footer.doc_count;
    *out = DOC_END;
    err_t rc = ids_open(&ids, s->file, e);
    if (rc != OK || high == 0 || id < ids.least)
        return rc;
    if (ids.width < 64 && (id - ids.least) >> ids.width)
        return OK;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ids_get(&ids, ids_order(&ids, middle)) < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == s->file->footer.doc_count)
        return OK;
    uint32_t doc = ids_order(&ids, low);
    if (ids_get(&ids, doc) == id && (!s->live || s->live[doc / 64] >> (doc & 63) & 1))
        *out = doc;
    return OK;
}

/* --- lengths ---------------------------------------------------------------- */
static err_t decode_lengths(uint32_t **out, struct segment_file *f, struct err *e)
{
    struct bytes b;
    uint32_t n = f->footer.doc_count;
    err_t rc = segment_section(&b, f, SECTION_LENGTHS, e);
    if (rc != OK)
        return rc;
    uint64_t universe = b.len >= 8 ? load_u64(b.ptr) : 0;
    struct ef ef = {.count = n, .low_bits = ef_low_bits(universe, n)};
    ef.high_bits = ef_high_bits(universe, n, ef.low_bits);
    uint64_t low_len = ((uint64_t)n * ef.low_bits + 7) / 8;
    if (universe > 1ull << 32 || b.len != 8 + low_len + (ef.high_bits + 7) / 8)
        return segment_damaged(f, (uint64_t)(b.ptr - f->map.ptr), e);
    ef.low = b.ptr + 8;
    ef.high = ef.low + low_len;
    uint32_t *lengths = mem_large((size_t)n + KERNEL_SLACK, sizeof(*lengths));
    if (kernels_get()->ef_decode(lengths, &ef, 0, 0, n, UINT32_MAX) != n) {
        free(lengths);
        return segment_damaged(f, (uint64_t)(b.ptr - f->map.ptr), e);
    }
    *out = lengths;
    return OK;
}

err_t segment_lengths(const uint32_t **out, const struct segment *s, struct err *e)
{
    struct segment_file *f = s->file;
    err_t rc = OK;
    uint32_t *lengths = atomic_load(&f->lengths);
    if (!lengths) {
        (void)pthread_mutex_lock(&f->decoding);
        lengths = atomic_load(&f->lengths);
        if (!lengths && (rc = decode_lengths(&lengths, f, e)) == OK)
            atomic_store(&f->lengths, lengths);
        (void)pthread_mutex_unlock(&f->decoding);
    }
    *out = lengths;
    return rc;
}

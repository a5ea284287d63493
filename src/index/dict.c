/* Term → list. The key index is a static B-tree over 8-byte prefixes: 16 keys
 * are compared at once, so a look-up costs one cache line pair a level and the
 * scan of one block. Terms that share 8 bytes (class symbols) are told apart by
 * bisection over the blocks' first terms. */
#include "index/kernels/kernels.h"
#include "index/segment_priv.h"

static uint64_t key_of(struct str term)
{
    uint8_t key[8] = {0};
    memcpy(key, term.ptr, term.len < 8 ? term.len : 8);
    return __builtin_bswap64(load_u64(key));
}

static err_t check_keys(struct segment_file *f, struct err *e)
{
    struct bytes keys, blocks;
    err_t rc = segment_section(&keys, f, SECTION_KEYS, e);
    return rc == OK ? segment_section(&blocks, f, SECTION_BLOCKS, e) : rc;
}

static const uint8_t *keys_of(const struct segment_file *f)
{
    return f->map.ptr + section_offset(f, SECTION_KEYS);
}

/* How many keys are < key. */
static uint64_t count_keys(const struct segment_file *f, uint64_t key)
{
    const struct kernels *k = kernels_get();
    const uint8_t *keys = keys_of(f);
    uint64_t group = 0;
    for (uint32_t level = f->key_levels; level-- > 0;) {
        uint64_t first = group * KEY_FAN;
        uint64_t n = first + k->keys_below(keys + 8 * (f->key_level_at[level] + first), key);
        if (level == 0 || n == 0)
            return n;
        group = n - 1;
    }
    return 0;
}

/* How many are ≤ key, `low` of them below: most often one or none equals it. */
static uint64_t count_keys_equal(const struct segment_file *f, uint64_t key, uint64_t low)
{
    if (low == f->footer.block_count || load_u64(keys_of(f) + 8 * low) != key)
        return low;
    return key == UINT64_MAX ? f->footer.block_count : count_keys(f, key + 1);
}

/* A block being walked; every step is bounded by `end`. */
struct block_walk {
    const struct segment_file *file;
    const uint8_t *pos, *end;
    uint64_t at; /* where the next list begins */
    uint32_t left;
    uint32_t bitmap_from; /* lists of so many documents are bitmaps */
    unsigned doc_bytes;   /* of a document number */
    size_t shared;        /* of the current entry with the one before */
    struct str own;       /* its own bytes behind */
};

static uint64_t block_offset(const struct segment_file *f, uint64_t block)
{
    return load_u64(f->map.ptr + section_offset(f, SECTION_BLOCKS) + 8 * block);
}

/* Lists of so many documents or more are bitmaps. */
static uint32_t bitmap_from(const struct segment_footer *t)
{
    uint32_t ratio = t->bitmap_ratio ? t->bitmap_ratio : 1;
    uint32_t from = (t->doc_count + ratio - 1) / ratio;
    return from < BITMAP_COUNT_MIN ? BITMAP_COUNT_MIN : from;
}

static void walk_rules(struct block_walk *w)
{
    const struct segment_footer *t = &w->file->footer;
    w->bitmap_from = bitmap_from(t);
    w->doc_bytes = (bits_for(t->doc_count ? t->doc_count - 1 : 0) + 7) / 8;
}

static err_t block_open(struct block_walk *w, const struct segment_file *f, uint64_t block,
                        struct err *e)
{
    const struct segment_footer *t = &f->footer;
    uint64_t at = block_offset(f, block), lists_at = 0, len = 0;
    if (at >= t->body_bytes)
        return segment_damaged(f, at, e);
    uint64_t head = t->body_bytes - at;
    head = head < 1 + 2 * VARINT_MAX ? head : 1 + 2 * VARINT_MAX;
    err_t rc = segment_check(f, at, head, e);
    if (rc != OK)
        return rc;
    const uint8_t *p = f->map.ptr + at, *end = p + head;
    w->left = *p++;
    p = varint_get(p, end, &lists_at);
    p = p ? varint_get(p, end, &len) : NULL;
    if (!p || w->left > BLOCK_TERMS)
        return segment_damaged(f, at, e);
    at = (uint64_t)(p - f->map.ptr);
    if ((rc = segment_check(f, at, len, e)) != OK)
        return rc;
    w->file = f;
    w->pos = p;
    w->end = p + len;
    w->at = lists_at;
    walk_rules(w);
    return OK;
}

static inline const uint8_t *get_length(const uint8_t *p, const uint8_t *end, unsigned nibble,
                                        size_t *out)
{
    uint64_t more = 0;
    if (nibble < 15) {
        *out = nibble;
        return p;
    }
    if (!(p = varint_get(p, end, &more)))
        return NULL;
    *out = nibble + (more > TERM_BYTES_MAX ? TERM_BYTES_MAX + 1 : more);
    return *out > TERM_BYTES_MAX ? NULL : p;
}

/* The next entry's numbers; `pos` behind its own bytes. */
static inline __attribute__((always_inline)) const uint8_t *entry_info(struct block_walk *w,
                                                                       struct term_info *info)
{
    const struct segment_footer *t = &w->file->footer;
    const uint8_t *p = w->pos, *end = w->end;
    uint64_t head, postings = 0, positions = 0;
    if (!(p = varint_get(p, end, &head)))
        return NULL;
    *info = (struct term_info){.doc_count = (uint32_t)(head >> 2) + 1, .max_freq = head & 3};
    if (head >> 2 >= t->doc_count)
        return NULL;
    if (info->max_freq == 3) {
        if (p >= end)
            return NULL;
        info->max_freq = *p++;
    }
    if (info->doc_count == 1) {
        if ((size_t)(end - p) < w->doc_bytes)
            return NULL;
        info->single_doc = load_u32(p) & (uint32_t)((1ull << 8 * w->doc_bytes) - 1);
        if (info->single_doc >= t->doc_count)
            return NULL;
        p += w->doc_bytes;
    } else if (!(p = varint_get(p, end, &postings))) {
        return NULL;
    }
    if (t->positions && !(p = varint_get(p, end, &positions)))
        return NULL;
    if (postings > t->body_bytes || positions > t->body_bytes || w->at > t->body_bytes)
        return NULL;
    if (info->doc_count >= w->bitmap_from)
        w->at = round_up(w->at, 64);
    info->offset = w->at;
    info->length = postings;
    info->positions_offset = w->at + postings;
    info->positions_length = positions;
    w->at += postings + positions;
    return p;
}

/* Moves to the next entry; *info as in the file. */
static inline __attribute__((always_inline)) err_t block_next(struct block_walk *w,
                                                              struct term_info *info, struct err *e)
{
    const struct segment_file *f = w->file;
    uint64_t at = (uint64_t)(w->pos - f->map.ptr);
    size_t own;
    if (w->pos >= w->end)
        return segment_damaged(f, at, e);
    uint8_t lengths = *w->pos++;
    if (!(w->pos = get_length(w->pos, w->end, lengths >> 4, &w->shared)) ||
        !(w->pos = get_length(w->pos, w->end, lengths & 15, &own)) ||
        (size_t)(w->end - w->pos) < own)
        return segment_damaged(f, at, e);
    w->own = (struct str){(const char *)w->pos, own};
    w->pos += own;
    if (!(w->pos = entry_info(w, info)))
        return segment_damaged(f, at, e);
    w->left--;
    return OK;
}

/* Order of `term` against the first term of a block: <0, 0, >0. */
static err_t compare_first(int *order, const struct segment_file *f, uint64_t block,
                           struct str term, struct err *e)
{
    struct block_walk w;
    struct term_info info;
    err_t rc = block_open(&w, f, block, e);
    if (rc == OK)
        rc = block_next(&w, &info, e);
    if (rc == OK)
        *order = str_cmp(term, w.own);
    return rc;
}

/* The last block whose first term is ≤ `term`; *none when there is none. */
static err_t find_block(uint64_t *block, bool *none, const struct segment_file *f, struct str term,
                        struct err *e)
{
    uint64_t key = key_of(term), low = count_keys(f, key), high = count_keys_equal(f, key, low);
    /* Blocks before `low` begin below the term, from `high` on above it. */
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        int order;
        err_t rc = compare_first(&order, f, middle, term, e);
        if (rc != OK)
            return rc;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    *none = low == 0;
    *block = low ? low - 1 : 0;
    return OK;
}

/* The entry of `term` in the block, if it is there. */
static err_t find_entry(struct term_info *out, bool *found, const struct segment_file *f,
                        uint64_t block, struct str term, struct err *e)
{
    struct block_walk w;
    err_t rc = block_open(&w, f, block, e);
    if (rc != OK)
        return rc;
    /* `matched` bytes of the term equal the entry before. An entry that shares
     * more with it is below the term still, one that shares less is above. */
    size_t matched = 0;
    while (w.left) {
        struct term_info info;
        if ((rc = block_next(&w, &info, e)) != OK)
            return rc;
        if (w.shared > matched)
            continue;
        if (w.shared < matched)
            return OK;
        size_t i = 0;
        while (i < w.own.len && matched < term.len && w.own.ptr[i] == term.ptr[matched]) {
            i++;
            matched++;
        }
        if (i == w.own.len && matched == term.len) {
            *out = info;
            *found = true;
            return OK;
        }
        if (matched == term.len ||
            (i < w.own.len && (uint8_t)w.own.ptr[i] > (uint8_t)term.ptr[matched]))
            return OK;
    }
    return OK;
}

static bool can_hold(const struct segment_file *f, struct str term)
{
    return f->footer.block_count > 0 && term.len > 0 && term.len <= TERM_BYTES_MAX;
}

err_t segment_term(struct term_info *out, bool *found, const struct segment *s, struct str term,
                   struct err *e)
{
    struct segment_file *f = s->file;
    uint64_t block;
    bool none;
    *found = false;
    if (!can_hold(f, term))
        return OK;
    err_t rc = check_keys(f, e);
    if (rc != OK || (rc = find_block(&block, &none, f, term, e)) != OK || none)
        return rc;
    return find_entry(out, found, f, block, term, e);
}

#define TOGETHER 64 /* terms whose bytes are fetched together */

static void prefetch(const struct segment_file *f, uint64_t at, uint64_t len)
{
    /* Whatever the offsets say, nothing behind the mapping is asked for. */
    for (uint64_t i = 0; i < len && at + i < f->map.len; i += 64)
        __builtin_prefetch(f->map.ptr + at + i);
}

/* Finds the blocks of all terms first, so that the waits for them overlap. */
static err_t find_blocks(uint64_t *blocks, bool *none, const struct segment_file *f,
                         const struct str *terms, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        none[i] = true;
        if (!can_hold(f, terms[i]))
            continue;
        err_t rc = find_block(&blocks[i], &none[i], f, terms[i], e);
        if (rc != OK)
            return rc;
        if (!none[i])
            prefetch(f, section_offset(f, SECTION_BLOCKS) + 8 * blocks[i], 1);
    }
    for (size_t i = 0; i < count; i++)
        if (!none[i])
            prefetch(f, block_offset(f, blocks[i]), 192);
    return OK;
}

err_t segment_terms(struct term_info *out, const struct segment *s, const struct str *terms,
                    size_t count, struct err *e)
{
    struct segment_file *f = s->file;
    uint64_t blocks[TOGETHER];
    bool none[TOGETHER];
    err_t rc = f->footer.block_count ? check_keys(f, e) : OK;
    for (size_t from = 0; rc == OK && from < count; from += TOGETHER) {
        size_t n = count - from < TOGETHER ? count - from : TOGETHER;
        rc = find_blocks(blocks, none, f, terms + from, n, e);
        for (size_t i = 0; rc == OK && i < n; i++) {
            struct term_info *info = &out[from + i];
            bool found = false;
            if (!none[i])
                rc = find_entry(info, &found, f, blocks[i], terms[from + i], e);
            if (!found)
                *info = (struct term_info){0};
            else if (info->length && info->doc_count < bitmap_from(&f->footer))
                prefetch(f, info->offset, info->length < 512 ? info->length : 512);
            else if (info->length) /* behind the bits */
                prefetch(f, info->offset + round_up(f->footer.doc_count, 512) / 8, 512);
        }
    }
    return rc;
}

void term_walk_init(struct term_walk *w, const struct segment_file *f)
{
    *w = (struct term_walk){.file = f};
}

err_t term_walk_next(bool *has, struct term_walk *w, struct err *e)
{
    const struct segment_file *f = w->file;
    struct block_walk b = {
        .file = f, .pos = w->pos, .end = w->end, .at = w->lists_at, .left = w->left};
    walk_rules(&b);
    err_t rc = OK;
    *has = false;
    if (b.left == 0) {
        if (w->block == f->footer.block_count)
            return OK;
        if ((rc = block_open(&b, f, w->block++, e)) != OK)
            return rc;
    }
    if ((rc = block_next(&b, &w->info, e)) != OK)
        return rc;
    if (b.shared > w->term_len || b.shared + b.own.len > TERM_BYTES_MAX)
        return segment_damaged(f, (uint64_t)(b.pos - f->map.ptr), e);
    memcpy(w->term + b.shared, b.own.ptr, b.own.len);
    w->term_len = b.shared + b.own.len;
    w->pos = b.pos;
    w->end = b.end;
    w->lists_at = b.at;
    w->left = b.left;
    *has = true;
    return OK;
}

err_t segment_each_term(const struct segment *s, struct str prefix,
                        bool (*fn)(void *arg, struct str term, const struct term_info *info),
                        void *arg, struct err *e)
{
    struct term_walk w;
    bool none, has;
    err_t rc;
    term_walk_init(&w, s->file);
    if (s->file->footer.block_count == 0 || prefix.len > TERM_BYTES_MAX)
        return OK;
    if ((rc = check_keys(s->file, e)) != OK)
        return rc;
    if (prefix.len && (rc = find_block(&w.block, &none, s->file, prefix, e)) != OK)
        return rc;
    while ((rc = term_walk_next(&has, &w, e)) == OK && has) {
        struct str term = {(const char *)w.term, w.term_len};
        if (str_starts(term, prefix)) {
            if (!fn(arg, term, &w.info))
                return OK;
        } else if (str_cmp(term, prefix) > 0) {
            return OK;
        }
    }
    return rc;
}

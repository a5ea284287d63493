/* Reading lists in every way that matchers ask for; encode.c writes them. A list
 * is parsed once at open, with every count and length in it checked there, so that
 * the walks below test nothing per posting. */
#include "index/encode.h"
#include "index/kernels/kernels.h"
#include "index/segment_priv.h"

static const uint8_t code_widths[5] = {0, 1, 2, 4, 8};

static const uint8_t *take(const uint8_t **pos, const uint8_t *end, uint64_t len)
{
    const uint8_t *p = *pos;
    if (!p || len > (uint64_t)(end - p))
        return *pos = NULL;
    *pos = p + len;
    return p;
}

/* First byte, counts, directory. */
static const uint8_t *parse_head(struct postings_list *l, const uint8_t *p, const uint8_t *end,
                                 bool bitmap)
{
    uint64_t escapes = 0, bigs = 0;
    if (p >= end || (*p & LIST_CODE_BITS) > 4)
        return NULL;
    uint8_t head = *p++;
    l->code_bits = code_widths[head & LIST_CODE_BITS];
    l->base = (head & LIST_BASE_ONE) != 0;
    if (l->code_bits && l->code_bits < 8) {
        if (!(p = varint_get(p, end, &escapes)) || !(p = varint_get(p, end, &bigs)) ||
            escapes > l->count || bigs > escapes)
            return NULL;
    }
    l->escapes = (uint32_t)escapes;
    l->bigs = (uint32_t)bigs;
    if (!(head & LIST_DIRECTORY))
        return bitmap ? NULL : p;
    l->stride_log2 = BITMAP_STRIDE_LOG2;
    if (!bitmap) {
        if (p >= end || *p < 9 || *p > 27)
            return NULL;
        l->stride_log2 = *p++;
    }
    uint64_t entries = ((uint64_t)l->universe + (1ull << l->stride_log2) - 1) >> l->stride_log2;
    l->ranks = take(&p, end, entries * 4);
    if (l->escapes)
        l->escape_ranks = take(&p, end, entries * 4);
    if (l->code_bits)
        (void)take(&p, end, entries); /* the largest of each block, which no search reads */
    return p;
}

static const uint8_t *parse_codes(struct postings_list *l, const uint8_t *p, const uint8_t *end)
{
    l->codes = take(&p, end, ((uint64_t)l->count * l->code_bits + 7) / 8);
    l->nibbles = take(&p, end, ((uint64_t)l->escapes + 1) / 2);
    l->big = take(&p, end, 5ull * l->bigs);
    return p;
}

static const uint8_t *parse_packed(struct postings_list *l, const uint8_t *p, const uint8_t *end)
{
    if (!(p = parse_head(l, p, end, false)))
        return NULL;
    l->low_bits = (uint8_t)ef_low_bits(l->universe, l->count);
    l->low = take(&p, end, ((uint64_t)l->count * l->low_bits + 7) / 8);
    l->high = take(&p, end, (ef_high_bits(l->universe, l->count, l->low_bits) + 7) / 8);
    return p ? parse_codes(l, p, end) : NULL;
}

static const uint8_t *parse_bitmap(struct postings *p, const uint8_t *at, const uint8_t *end)
{
    struct postings_list *l = &p->list;
    uint64_t heavy;
    l->bits = (const uint64_t *)(const void *)take(&at, end, round_up(l->universe, 512) / 8);
    if (!at || !(at = parse_head(l, at, end, true)) || !(at = parse_codes(l, at, end)) || at >= end)
        return NULL;
    p->heavy_above = *at++;
    if (!(at = varint_get(at, end, &heavy)) || heavy > l->count)
        return NULL;
    p->heavy_count = (uint32_t)heavy;
    if (heavy == 0)
        return at;
    p->heavy = (struct postings_list){
        .count = (uint32_t)heavy, .universe = l->universe, .constant = l->constant};
    return parse_packed(&p->heavy, at, end);
}

err_t postings_open(struct postings *out, const struct segment *s, const struct term_info *info,
                    struct err *e)
{
    const struct segment_file *f = s->file;
    const struct segment_footer *t = &f->footer;
    const uint8_t *at = f->map.ptr + info->offset, *end = at + info->length;
    out->info = *info;
    out->segment = s;
    out->segment_docs = t->doc_count;
    out->heavy_count = out->heavy_above = 0;
    out->list = (struct postings_list){
        .count = info->doc_count, .universe = t->doc_count, .constant = (uint8_t)info->max_freq};
    out->len = out->at = out->rank = 0;
    out->walk.end = NULL;
    if (info->doc_count == 1) {
        out->shape = POSTINGS_SINGLE;
        return OK;
    }
    err_t rc = segment_check(f, info->offset, info->length, e);
    if (rc != OK)
        return rc;
    if (info->doc_count >= BITMAP_COUNT_MIN &&
        (uint64_t)info->doc_count * t->bitmap_ratio >= t->doc_count) {
        out->shape = POSTINGS_BITMAP;
        at = parse_bitmap(out, at, end);
    } else {
        out->shape = POSTINGS_PACKED;
        at = parse_packed(&out->list, at, end);
    }
    return at == end ? OK : segment_damaged(f, info->offset, e);
}

/* --- one list ---------------------------------------------------------------- */
static struct ef ef_of(const struct postings_list *l)
{
    return (struct ef){.low = l->low,
                       .high = l->high,
                       .high_bits = ef_high_bits(l->universe, l->count, l->low_bits),
                       .low_bits = l->low_bits,
                       .count = l->count};
}

/* Number of postings below `doc`. `start` (may be NULL) is a known point at or
 * before it. */
static uint32_t rank_of(const struct postings_list *l, uint32_t doc, uint32_t start,
                        uint32_t start_rank, int *present)
{
    const struct kernels *k = kernels_get();
    uint32_t entry = doc >> l->stride_log2;
    if (l->ranks && (entry << l->stride_log2) >= start) {
        start = entry << l->stride_log2;
        start_rank = load_u32(l->ranks + 4ull * entry);
    }
    if (l->bits) {
        *present = l->bits[doc >> 6] >> (doc & 63) & 1;
        return start_rank + k->bits_count(l->bits, start, doc);
    }
    struct ef ef = ef_of(l);
    return k->ef_rank(&ef, (uint64_t)(start >> l->low_bits) + start_rank, start_rank, doc, present);
}

/* Number of escapes before posting `rank`, which stands at or behind `doc`. */
static uint32_t escapes_before(const struct postings_list *l, uint32_t rank, uint32_t doc)
{
    uint32_t from = 0, escape = 0;
    if (l->escapes == 0)
        return 0;
    if (l->escape_ranks) {
        uint32_t entry = doc >> l->stride_log2;
        from = load_u32(l->ranks + 4ull * entry);
        escape = load_u32(l->escape_ranks + 4ull * entry);
    }
    return escape + kernels_get()->codes_escapes(l->codes, l->code_bits, from, rank - from);
}

/* The first entry of the big values with escape number ≥ `escape`. */
static uint32_t big_from(const struct postings_list *l, uint32_t escape)
{
    uint32_t low = 0, high = l->bigs;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (load_u32(l->big + 5ull * middle) < escape)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Frequencies of postings rank … rank+count−1; `escape` as escapes_before, and
 * behind them on return. */
static void decode_freqs(uint8_t *out, const struct postings_list *l, uint32_t rank, uint32_t count,
                         uint32_t *escape)
{
    if (l->code_bits == 0) {
        memset(out, l->constant, count);
        return;
    }
    if (l->code_bits == 8) {
        memcpy(out, l->codes + rank, count);
        return;
    }
    uint32_t first = *escape;
    *escape = kernels_get()->codes_decode(out, l->codes, l->code_bits, rank, count, l->base,
                                          l->nibbles, first);
    if (l->bigs == 0)
        return;
    /* Largest code and nibble: the value stands apart, in the same order. */
    uint8_t mark = (uint8_t)(l->base + (1 << l->code_bits) - 1 + 15);
    uint32_t big = big_from(l, first);
    for (uint32_t i = 0; i < count && big < l->bigs; i++) {
        if (out[i] != mark)
            continue;
        if (load_u32(l->big + 5ull * big) >= *escape)
            break;
        out[i] = l->big[5ull * big++ + 4];
    }
}

static size_t list_window(const struct postings_list *l, uint32_t from, uint32_t to, uint32_t *docs,
                          uint8_t *freqs, struct postings_hint *hint)
{
    const struct kernels *k = kernels_get();
    uint32_t rank = 0, escape = 0;
    int present;
    size_t n;
    if (to > l->universe)
        to = l->universe;
    if (from >= to)
        return 0;
    if (hint && hint->doc == from) {
        rank = hint->rank;
        escape = hint->escape;
    } else if (from > 0) {
        rank = hint && hint->doc < from ? rank_of(l, from, hint->doc, hint->rank, &present)
                                        : rank_of(l, from, 0, 0, &present);
        if (freqs)
            escape = escapes_before(l, rank, from);
    }
    if (l->bits) {
        uint32_t first = from & ~63u;
        uint64_t head = l->bits[first >> 6] & ~0ull << (from & 63);
        if (to - first <= 64) {
            head &= ~0ull >> (63 - ((to - 1) & 63));
            n = k->bits_list(docs, &head, 1, first);
        } else {
            uint32_t last = (to - 1) >> 6;
            uint64_t tail = l->bits[last] & ~0ull >> (63 - ((to - 1) & 63));
            n = k->bits_list(docs, &head, 1, first);
            n += k->bits_list(docs + n, l->bits + (first >> 6) + 1, last - (first >> 6) - 1,
                              first + 64);
            n += k->bits_list(docs + n, &tail, 1, last << 6);
        }
    } else {
        struct ef ef = ef_of(l);
        n = k->ef_decode(docs, &ef, (uint64_t)(from >> l->low_bits) + rank, rank, l->count - rank,
                         to);
    }
    if (freqs)
        decode_freqs(freqs, l, rank, (uint32_t)n, &escape);
    if (hint)
        *hint = (struct postings_hint){to, rank + (uint32_t)n, escape};
    return n;
}

size_t postings_window(const struct postings *p, uint32_t from, uint32_t to, uint32_t *docs,
                       uint8_t *freqs, struct postings_hint *hint)
{
    if (p->shape != POSTINGS_SINGLE)
        return list_window(&p->list, from, to, docs, freqs, hint);
    if (p->info.single_doc < from || p->info.single_doc >= to)
        return 0;
    docs[0] = p->info.single_doc;
    if (freqs)
        freqs[0] = (uint8_t)p->info.max_freq;
    return 1;
}

size_t postings_heavy(const struct postings *p, uint32_t from, uint32_t to, uint32_t *docs,
                      uint8_t *freqs, struct postings_hint *hint)
{
    return p->heavy_count ? list_window(&p->heavy, from, to, docs, freqs, hint) : 0;
}

const uint64_t *postings_bits(const struct postings *p, uint32_t from, uint32_t to,
                              uint64_t *scratch)
{
    if (p->list.bits)
        return p->list.bits + (from >> 6);
    memset(scratch, 0, (size_t)(to - from + 63) / 64 * 8);
    struct postings_hint hint = {0};
    for (uint32_t at = from; at < to;) {
        uint32_t docs[1024 + POSTINGS_SLACK];
        uint32_t end = to - at < 1024 ? to : at + 1024;
        size_t n = postings_window(p, at, end, docs, NULL, &hint);
        for (size_t i = 0; i < n; i++)
            scratch[(docs[i] - from) >> 6] |= 1ull << ((docs[i] - from) & 63);
        at = end;
    }
    return scratch;
}

uint32_t postings_freq_of(const struct postings *p, uint32_t doc, bool *present)
{
    const struct postings_list *l = &p->list;
    int is_here = 0;
    if (p->shape == POSTINGS_SINGLE) {
        *present = doc == p->info.single_doc;
        return *present ? p->info.max_freq : 0;
    }
    *present = false;
    if (doc >= l->universe)
        return 0;
    if (l->bits && !(l->bits[doc >> 6] >> (doc & 63) & 1))
        return 0;
    if (l->bits && l->code_bits == 0) {
        *present = true;
        return l->constant;
    }
    uint32_t rank = rank_of(l, doc, 0, 0, &is_here);
    *present = is_here;
    if (!is_here)
        return 0;
    if (l->code_bits == 0)
        return l->constant;
    if (l->code_bits == 8)
        return l->codes[rank];
    uint64_t at = (uint64_t)rank * l->code_bits;
    uint32_t top = (1u << l->code_bits) - 1;
    uint32_t code = l->codes[at >> 3] >> (at & 7) & top;
    if (code < top)
        return l->base + code;
    uint32_t escape = escapes_before(l, rank, doc);
    uint32_t nibble = l->nibbles[escape >> 1] >> ((escape & 1) * 4) & 15;
    if (nibble < 15)
        return l->base + top + nibble;
    uint32_t big = big_from(l, escape);
    return big < l->bigs ? l->big[5ull * big + 4] : FREQ_MAX;
}

/* --- cursor ------------------------------------------------------------------ */
/* Decodes up to 128 postings from number `rank` on, the first of which is ≥ from. */
static uint32_t cursor_fill(struct postings *p, uint32_t from, uint32_t rank)
{
    const struct postings_list *l = &p->list;
    uint32_t escape;
    p->rank = rank;
    p->at = p->len = 0;
    if (rank >= l->count || from >= l->universe)
        return DOC_END;
    if (l->bits) {
        /* 128 documents at a time hold at most 128 postings; skip empty stretches. */
        while (p->len == 0 && from < l->universe) {
            uint32_t to = l->universe - from < 128 ? l->universe : from + 128;
            struct postings_hint hint = {from, rank, 0};
            p->len = (uint32_t)list_window(l, from, to, p->docs, NULL, &hint);
            from = to;
        }
    } else {
        struct ef ef = ef_of(l);
        uint32_t left = l->count - rank;
        p->len =
            (uint32_t)kernels_get()->ef_decode(p->docs, &ef, (uint64_t)(from >> l->low_bits) + rank,
                                               rank, left < 128 ? left : 128, DOC_END);
    }
    if (p->len == 0)
        return DOC_END;
    escape = escapes_before(l, rank, p->docs[0]);
    decode_freqs(p->freqs, l, rank, p->len, &escape);
    return p->docs[0];
}

uint32_t postings_first(struct postings *p)
{
    if (p->shape != POSTINGS_SINGLE)
        return cursor_fill(p, 0, 0);
    p->rank = p->at = 0;
    p->len = 1;
    p->docs[0] = p->info.single_doc;
    p->freqs[0] = (uint8_t)p->info.max_freq;
    return p->docs[0];
}

uint32_t postings_next(struct postings *p)
{
    if (p->at >= p->len)
        return DOC_END;
    uint32_t last = p->docs[p->at++];
    p->rank++;
    if (p->at < p->len)
        return p->docs[p->at];
    return p->shape == POSTINGS_SINGLE ? DOC_END : cursor_fill(p, last + 1, p->rank);
}

uint32_t postings_seek(struct postings *p, uint32_t target)
{
    int present;
    if (p->at >= p->len || p->docs[p->at] >= target)
        return postings_doc(p);
    if (p->docs[p->len - 1] >= target) {
        while (p->docs[p->at] < target) {
            p->at++;
            p->rank++;
        }
        return p->docs[p->at];
    }
    if (p->shape == POSTINGS_SINGLE || target >= p->list.universe) {
        p->at = p->len;
        return DOC_END;
    }
    uint32_t last = p->docs[p->len - 1] + 1, last_rank = p->rank + p->len - p->at;
    return cursor_fill(p, target, rank_of(&p->list, target, last, last_rank, &present));
}

/* --- positions ---------------------------------------------------------------- */
/* Puts p->walk on the first record of a group. */
static err_t positions_group(struct postings *p, uint32_t group, struct err *e)
{
    const struct segment_file *f = p->segment->file;
    const struct term_info *info = &p->info;
    uint64_t at = info->positions_offset, from = 0, to;
    uint32_t groups = (info->doc_count - 1) / POSITIONS_GROUP;
    err_t rc;
    if (4ull * groups > info->positions_length)
        return segment_damaged(f, at, e);
    /* Only what is read is checked: a frequent word's positions have thousands of pages. */
    to = info->positions_length - 4ull * groups;
    if (group) {
        if ((rc = segment_check(f, at + 4ull * (group - 1), 4, e)) != OK)
            return rc;
        from = load_u32(f->map.ptr + at + 4ull * (group - 1));
    }
    if (group < groups) {
        if ((rc = segment_check(f, at + 4ull * group, 4, e)) != OK)
            return rc;
        uint32_t next = load_u32(f->map.ptr + at + 4ull * group);
        if (next > to)
            return segment_damaged(f, at, e);
        to = next;
    }
    at += 4ull * groups;
    if (from > to)
        return segment_damaged(f, at, e);
    if ((rc = segment_check(f, at + from, to - from, e)) != OK)
        return rc;
    p->walk.rank = group * POSITIONS_GROUP;
    p->walk.at = f->map.ptr + at + from;
    p->walk.end = f->map.ptr + at + to;
    for (size_t line = 0; line < to - from && line < 512; line += 64)
        __builtin_prefetch(p->walk.at + line);
    return OK;
}

/* The record (bytes behind its length) of the posting under the cursor. The records of a group are walked once. */
static err_t positions_record(struct bytes *out, struct postings *p, struct err *e)
{
    uint32_t group = p->rank / POSITIONS_GROUP;
    err_t rc = OK;
    *out = (struct bytes){NULL, 0};
    if (p->info.positions_length == 0)
        return OK;
    if (!p->walk.end || p->walk.rank / POSITIONS_GROUP != group || p->walk.rank > p->rank)
        rc = positions_group(p, group, e);
    while (rc == OK) {
        uint64_t len;
        const uint8_t *record = varint_get(p->walk.at, p->walk.end, &len);
        if (!record || len > (uint64_t)(p->walk.end - record))
            return segment_damaged(p->segment->file, p->info.positions_offset, e);
        if (p->walk.rank == p->rank) {
            *out = (struct bytes){record, len};
            return OK;
        }
        p->walk.at = record + len;
        p->walk.rank++;
    }
    return rc;
}

err_t postings_positions(const uint32_t **out, size_t *count, struct postings *p, struct arena *a,
                         struct err *e)
{
    struct bytes record;
    const struct segment_file *f = p->segment->file;
    *count = 0;
    *out = NULL;
    err_t rc = positions_record(&record, p, e);
    if (rc != OK || record.len == 0)
        return rc;
    uint32_t *positions = arena_array(a, record.len, sizeof(*positions)), last = 0;
    for (const uint8_t *at = record.ptr, *end = at + record.len; at < end;) {
        uint64_t delta;
        if (!(at = varint_get(at, end, &delta)))
            return segment_damaged(f, p->info.positions_offset, e);
        positions[(*count)++] = last += (uint32_t)delta;
    }
    *out = positions;
    return OK;
}

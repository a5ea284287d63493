/* Columns: bit-packed in the file, decoded whole at first use. */
#include "base/mem.h"
#include "index/kernels/kernels.h"
#include "index/segment_priv.h"

#define STRINGS_HEAD 24

int segment_column(const struct segment *s, const char *name)
{
    for (size_t i = 0; i < s->schema->column_count; i++) {
        if (strcmp(s->schema->columns[i].name, name) == 0)
            return (int)i;
    }
    return -1;
}

static err_t column_section(struct bytes *out, const struct segment *s, int column,
                            enum column_kind kind, struct err *e)
{
    if (column < 0 || (size_t)column >= s->schema->column_count ||
        s->schema->columns[column].kind != kind)
        return err_set(e, E_INTERNAL, "column %d is not of the kind asked for", column);
    return segment_section(out, s->file, SECTION_COLUMNS + (unsigned)column, e);
}

static err_t decode_numbers(uint32_t **out, const struct segment *s, int column, struct err *e)
{
    struct bytes b;
    uint32_t n = s->file->footer.doc_count;
    err_t rc = column_section(&b, s, column, COLUMN_U32, e);
    if (rc != OK)
        return rc;
    unsigned width = b.len >= 8 ? b.ptr[4] : 33;
    if (width > 32 || b.len != 8 + ((uint64_t)n * width + 7) / 8)
        return segment_damaged(s->file, (uint64_t)(b.ptr - s->file->map.ptr), e);
    uint32_t *v = mem_large((size_t)n + KERNEL_SLACK, sizeof(*v)), base = load_u32(b.ptr) - 1;
    struct column_range r = {.low = COLUMN_NONE, .whole = true};
    kernels_get()->unpack(v, b.ptr + 8, width, 0, n);
    for (uint32_t i = 0; i < n; i++) {
        v[i] = v[i] ? v[i] + base : COLUMN_NONE;
        r.low = v[i] < r.low ? v[i] : r.low;
        r.end = v[i] + 1 > r.end ? v[i] + 1 : r.end; /* COLUMN_NONE + 1 is 0 */
        r.whole &= v[i] != COLUMN_NONE;
    }
    s->file->columns[column].range = r;
    *out = v;
    return OK;
}

err_t segment_numbers(const uint32_t **out, const struct segment *s, int column, struct err *e)
{
    struct segment_file *f = s->file;
    err_t rc = OK;
    if (column < 0 || column >= INDEX_COLUMNS_MAX)
        return err_set(e, E_INTERNAL, "column %d is not of the kind asked for", column);
    uint32_t *v = atomic_load(&f->columns[column].numbers);
    if (!v) {
        (void)pthread_mutex_lock(&f->decoding);
        v = atomic_load(&f->columns[column].numbers);
        if (!v && (rc = decode_numbers(&v, s, column, e)) == OK)
            atomic_store(&f->columns[column].numbers, v);
        (void)pthread_mutex_unlock(&f->decoding);
    }
    *out = v;
    return rc;
}

struct column_range segment_range(const struct segment *s, int column)
{
    return s->file->columns[column].range;
}

/* Where the parts of a strings column lie. */
struct strings_layout {
    const uint8_t *counts, *ords, *offsets, *text;
    uint32_t value_count, total;
    uint64_t text_len;
    unsigned count_width, ord_width, offset_width;
};

static err_t strings_open(struct strings_layout *l, const struct segment *s, int column,
                          struct err *e)
{
    struct bytes b;
    uint64_t n = s->file->footer.doc_count;
    err_t rc = column_section(&b, s, column, COLUMN_STRINGS, e);
    if (rc != OK)
        return rc;
    uint64_t at = (uint64_t)(b.ptr - s->file->map.ptr);
    if (b.len < STRINGS_HEAD)
        return segment_damaged(s->file, at, e);
    *l = (struct strings_layout){.value_count = load_u32(b.ptr),
                                 .total = load_u32(b.ptr + 4),
                                 .text_len = load_u64(b.ptr + 8),
                                 .count_width = b.ptr[16],
                                 .ord_width = b.ptr[17],
                                 .offset_width = b.ptr[18]};
    uint64_t counts = (n * l->count_width + 7) / 8;
    uint64_t ords = ((uint64_t)l->total * l->ord_width + 7) / 8;
    uint64_t offsets = (((uint64_t)l->value_count + 1) * l->offset_width + 7) / 8;
    if (l->count_width > 32 || l->ord_width > 32 || l->offset_width > 57 || l->text_len > b.len ||
        b.len != STRINGS_HEAD + counts + ords + offsets + l->text_len)
        return segment_damaged(s->file, at, e);
    l->counts = b.ptr + STRINGS_HEAD;
    l->ords = l->counts + counts;
    l->offsets = l->ords + ords;
    l->text = l->offsets + offsets;
    return OK;
}

static err_t decode_strings(struct column_strings **out, const struct segment *s, int column,
                            struct err *e)
{
    struct strings_layout l = {0};
    const struct kernels *k = kernels_get();
    uint32_t n = s->file->footer.doc_count, at = 0;
    err_t rc = strings_open(&l, s, column, e);
    if (rc != OK)
        return rc;
    struct column_strings *c = mem_zalloc(sizeof(*c));
    uint32_t *starts = mem_large((size_t)n + 1 + KERNEL_SLACK, sizeof(*starts));
    uint32_t *ords = mem_large((size_t)l.total + KERNEL_SLACK, sizeof(*ords));
    k->unpack(starts, l.counts, l.count_width, 0, n);
    for (uint32_t i = 0; i <= n; i++) {
        uint32_t count = i < n ? starts[i] : 0;
        starts[i] = at;
        at += count;
    }
    k->unpack(ords, l.ords, l.ord_width, 0, l.total);
    uint32_t *counts = mem_array((size_t)l.value_count + 1, sizeof(*counts));
    for (uint32_t i = 0; i < l.total; i++)
        counts[ords[i]]++;
    *c = (struct column_strings){starts, ords, counts, l.value_count};
    *out = c;
    return OK;
}

err_t segment_strings(struct column_strings *out, const struct segment *s, int column,
                      struct err *e)
{
    struct segment_file *f = s->file;
    err_t rc = OK;
    if (column < 0 || column >= INDEX_COLUMNS_MAX)
        return err_set(e, E_INTERNAL, "column %d is not of the kind asked for", column);
    struct column_strings *c = atomic_load(&f->columns[column].strings);
    if (!c) {
        (void)pthread_mutex_lock(&f->decoding);
        c = atomic_load(&f->columns[column].strings);
        if (!c && (rc = decode_strings(&c, s, column, e)) == OK)
            atomic_store(&f->columns[column].strings, c);
        (void)pthread_mutex_unlock(&f->decoding);
    }
    if (rc == OK)
        *out = *c;
    return rc;
}

static struct str string_at(const struct strings_layout *l, uint32_t ord)
{
    uint64_t mask = (1ull << l->offset_width) - 1;
    uint64_t from = load_bits(l->offsets, (uint64_t)ord * l->offset_width) & mask;
    uint64_t end = load_bits(l->offsets, ((uint64_t)ord + 1) * l->offset_width) & mask;
    return (struct str){(const char *)l->text + from, end - from};
}

err_t segment_string(struct str *out, const struct segment *s, int column, uint32_t ord,
                     struct err *e)
{
    struct strings_layout l = {0};
    err_t rc = strings_open(&l, s, column, e);
    if (rc == OK && ord >= l.value_count)
        rc = err_set(e, E_INTERNAL, "column %d has no string number %u", column, ord);
    if (rc == OK)
        *out = string_at(&l, ord);
    return rc;
}

err_t segment_ord_of(uint32_t *out, bool *found, const struct segment *s, int column,
                     struct str value, struct err *e)
{
    struct strings_layout l = {0};
    err_t rc = strings_open(&l, s, column, e);
    if (rc != OK)
        return rc;
    uint32_t low = 0, high = l.value_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_cmp(string_at(&l, middle), value) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *out = low;
    *found = low < l.value_count && str_eq(string_at(&l, low), value);
    return OK;
}

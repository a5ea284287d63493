/* Documents in memory → one segment. Tokens are counted document by document and
 * turned round at the flush by counting sorts: the order of documents (by length)
 * is known only then, and lists that grow per term would each waste their room and
 * miss the cache at every token. */
#include "index/invert.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "index/build.h"
#include "index/wire.h"
#define XXH_INLINE_ALL /* terms are short: the call would cost as much as the hash */
#include <xxhash.h>

/* Growing heap array: realloc moves pages, an arena would keep the old ones. */
#define GROWN(T)                                                                                   \
    struct {                                                                                       \
        T *ptr;                                                                                    \
        size_t len, cap;                                                                           \
    }
#define GROW(v, extra)                                                                             \
    do {                                                                                           \
        if ((v)->len + (extra) > (v)->cap) {                                                       \
            (v)->cap = (v)->cap + (v)->cap / 2 + (extra) + 64;                                     \
            (v)->ptr = mem_grow((v)->ptr, (v)->cap * sizeof(*(v)->ptr));                           \
        }                                                                                          \
    } while (0)

#define NO_DOC UINT32_MAX
#define INLINE_BYTES 15

/* 32 bytes: short terms stand in the entry itself, so that a token costs one
 * cache line of the table and one of the entry. */
struct term {
    uint32_t last_doc; /* document that counted it last */
    uint32_t slot;     /* its place in that document's forward list */
    uint32_t docs;     /* used by the flush */
    uint32_t text;     /* offset in `text` of longer ones */
    uint8_t len;
    char head[INLINE_BYTES];
};
_Static_assert(sizeof(struct term) == 32, "half a cache line");

struct table_slot {
    uint32_t tag, term; /* term + 1; 0: free */
};

struct doc {
    uint64_t id;
    uint64_t forward; /* first entry of its forward list */
    uint32_t terms;   /* how many */
    uint32_t length;
    bool dead;
};

struct column {
    struct map *values;      /* string → number, from 0 in order of arrival */
    GROWN(struct str) texts; /* by number; bytes in the arena */
    GROWN(uint32_t) starts;  /* by document */
    GROWN(uint32_t) numbers; /* COLUMN_U32: values by document; else string numbers */
};

struct inverter {
    const struct index_schema *schema;
    struct table_slot *table;
    size_t table_mask;
    GROWN(struct term) terms;
    GROWN(char) text;
    GROWN(struct doc) docs;
    GROWN(uint64_t) ids;
    GROWN(uint32_t) forward;     /* term numbers */
    GROWN(uint8_t) freqs;        /* beside it */
    GROWN(uint32_t) places;      /* beside it: offset of the positions record */
    GROWN(uint8_t) records;      /* varint length, delta varints */
    GROWN(uint32_t) token_slots; /* of the document being added */
    GROWN(uint64_t) hashes;      /* of its tokens */
    GROWN(uint32_t) sorted;
    uint64_t *id_table; /* document number + 1 by hash of id */
    size_t id_mask;
    uint32_t live;
    size_t column_bytes;
    struct column columns[INDEX_COLUMNS_MAX];
    struct arena *a;
};

struct inverter *inverter_new(const struct index_schema *schema)
{
    struct inverter *v = mem_zalloc(sizeof(*v));
    v->schema = schema;
    inverter_reset(v);
    return v;
}

static void clear(struct inverter *v)
{
    for (size_t i = 0; i < INDEX_COLUMNS_MAX; i++) {
        struct column *c = &v->columns[i];
        map_free(c->values);
        free(c->texts.ptr);
        free(c->starts.ptr);
        free(c->numbers.ptr);
    }
    free(v->table);
    free(v->terms.ptr);
    free(v->text.ptr);
    free(v->docs.ptr);
    free(v->ids.ptr);
    free(v->forward.ptr);
    free(v->freqs.ptr);
    free(v->places.ptr);
    free(v->records.ptr);
    free(v->token_slots.ptr);
    free(v->hashes.ptr);
    free(v->sorted.ptr);
    free(v->id_table);
    arena_free(v->a);
}

void inverter_free(struct inverter *v)
{
    if (!v)
        return;
    clear(v);
    free(v);
}

void inverter_reset(struct inverter *v)
{
    const struct index_schema *schema = v->schema;
    clear(v);
    *v = (struct inverter){.schema = schema, .a = arena_new()};
    v->table_mask = 1023;
    v->table = mem_array(1024, sizeof(*v->table));
    v->id_mask = 255;
    v->id_table = mem_array(256, sizeof(*v->id_table));
    for (size_t i = 0; i < schema->column_count; i++)
        v->columns[i].values = map_new(i + 1);
}

uint32_t inverter_live(const struct inverter *v)
{
    return v->live;
}

const uint64_t *inverter_ids(const struct inverter *v, size_t *count)
{
    *count = v->ids.len;
    return v->ids.ptr;
}

size_t inverter_bytes(const struct inverter *v)
{
    /* The flush holds each posting a second time, and 24 bytes a term. */
    size_t posting = v->schema->positions ? 18 : 10;
    return v->forward.len * posting + v->records.len + v->text.len +
           v->terms.len * (sizeof(struct term) + 24) + (v->table_mask + 1) * 8 +
           v->docs.len * (sizeof(struct doc) + 40) + v->column_bytes;
}

/* --- terms -------------------------------------------------------------------- */
static const char *term_text(const struct inverter *v, const struct term *t)
{
    return t->len <= INLINE_BYTES ? t->head : v->text.ptr + t->text;
}

static void table_grow(struct inverter *v)
{
    size_t mask = v->table_mask * 2 + 1;
    struct table_slot *bigger = mem_array(mask + 1, sizeof(*bigger));
    for (size_t i = 0; i <= v->table_mask; i++) {
        if (!v->table[i].term)
            continue;
        const struct term *t = &v->terms.ptr[v->table[i].term - 1];
        size_t at = XXH3_64bits(term_text(v, t), t->len) & mask;
        while (bigger[at].term)
            at = (at + 1) & mask;
        bigger[at] = v->table[i];
    }
    free(v->table);
    v->table = bigger;
    v->table_mask = mask;
}

static uint32_t term_add(struct inverter *v, struct str s)
{
    GROW(&v->terms, 1);
    struct term *t = &v->terms.ptr[v->terms.len];
    *t = (struct term){.last_doc = NO_DOC, .len = (uint8_t)s.len};
    if (s.len <= INLINE_BYTES) {
        memcpy(t->head, s.ptr, s.len);
    } else {
        GROW(&v->text, s.len);
        t->text = (uint32_t)v->text.len;
        memcpy(v->text.ptr + v->text.len, s.ptr, s.len);
        v->text.len += s.len;
    }
    return (uint32_t)v->terms.len++;
}

/* A call of memcmp for each token would cost as much as its place in the cache. */
static bool same_bytes(const void *x, const void *y, size_t n)
{
    if (n < 4 || n > 8)
        return memcmp(x, y, n) == 0;
    const uint8_t *a = x, *b = y;
    return load_u32(a) == load_u32(b) && load_u32(a + n - 4) == load_u32(b + n - 4);
}

static uint32_t term_of(struct inverter *v, struct str s, uint64_t hash)
{
    uint32_t tag = (uint32_t)(hash >> 32);
    size_t at = hash & v->table_mask;
    for (; v->table[at].term; at = (at + 1) & v->table_mask) {
        if (v->table[at].tag != tag)
            continue;
        const struct term *t = &v->terms.ptr[v->table[at].term - 1];
        if (t->len == s.len && same_bytes(term_text(v, t), s.ptr, s.len))
            return v->table[at].term - 1;
    }
    uint32_t term = term_add(v, s);
    v->table[at] = (struct table_slot){tag, term + 1};
    if (v->terms.len * 3 > v->table_mask * 2)
        table_grow(v);
    return term;
}

/* --- ids ---------------------------------------------------------------------- */
static size_t id_hash(uint64_t id)
{
    id *= 0x9e3779b97f4a7c15u;
    return (size_t)(id ^ id >> 32);
}

static uint64_t *id_slot(const struct inverter *v, uint64_t id)
{
    size_t at = id_hash(id) & v->id_mask;
    while (v->id_table[at] && v->docs.ptr[v->id_table[at] - 1].id != id)
        at = (at + 1) & v->id_mask;
    return &v->id_table[at];
}

void inverter_remove(struct inverter *v, uint64_t id)
{
    uint64_t slot = *id_slot(v, id);
    if (slot && !v->docs.ptr[slot - 1].dead) {
        v->docs.ptr[slot - 1].dead = true;
        v->live--;
    }
}

static void id_put(struct inverter *v, uint64_t id, uint64_t doc)
{
    *id_slot(v, id) = doc + 1;
    if (v->docs.len * 2 < v->id_mask)
        return;
    uint64_t *old = v->id_table;
    size_t old_mask = v->id_mask;
    v->id_mask = old_mask * 2 + 1;
    v->id_table = mem_array(v->id_mask + 1, sizeof(*v->id_table));
    for (size_t i = 0; i <= old_mask; i++) {
        if (old[i])
            *id_slot(v, v->docs.ptr[old[i] - 1].id) = old[i];
    }
    free(old);
}

/* --- one document --------------------------------------------------------------- */
static err_t check_tokens(const struct inverter *v, const struct index_doc *doc, struct err *e)
{
    for (size_t i = 0; i < doc->token_count; i++) {
        const struct index_token *t = &doc->tokens[i];
        if (t->term.len == 0 || t->term.len > TERM_BYTES_MAX)
            return err_set(e, E_INVALID, "document %llu: token %zu has %zu bytes, not 1 to %d",
                           (unsigned long long)doc->id, i, t->term.len, TERM_BYTES_MAX);
        if (t->position >> POSITION_FIELD_SHIFT >= v->schema->field_count)
            return err_set(e, E_INVALID, "document %llu: token %zu names field %u of %zu",
                           (unsigned long long)doc->id, i, t->position >> POSITION_FIELD_SHIFT,
                           v->schema->field_count);
    }
    return OK;
}

/* Hashes of all tokens, with the cache lines that each will need on their way:
 * table and entries are far larger than the caches, and a document's tokens
 * are known ahead. */
static void hash_tokens(struct inverter *v, const struct index_doc *doc)
{
    v->hashes.len = 0;
    GROW(&v->hashes, doc->token_count);
    for (size_t i = 0; i < doc->token_count; i++) {
        uint64_t hash = XXH3_64bits(doc->tokens[i].term.ptr, doc->tokens[i].term.len);
        v->hashes.ptr[i] = hash;
        __builtin_prefetch(&v->table[hash & v->table_mask]);
    }
    for (size_t i = 0; i < doc->token_count; i++) {
        uint32_t term = v->table[v->hashes.ptr[i] & v->table_mask].term;
        if (term)
            __builtin_prefetch(&v->terms.ptr[term - 1], 1);
    }
}

/* Counts the tokens into the forward list; returns the weighted length. */
static uint32_t add_tokens(struct inverter *v, const struct index_doc *doc, uint32_t number)
{
    uint64_t first = v->forward.len, length = 0;
    GROW(&v->forward, doc->token_count);
    GROW(&v->freqs, doc->token_count);
    v->token_slots.len = 0;
    GROW(&v->token_slots, doc->token_count);
    hash_tokens(v, doc);
    for (size_t i = 0; i < doc->token_count; i++) {
        const struct index_token *token = &doc->tokens[i];
        uint32_t weight = v->schema->fields[token->position >> POSITION_FIELD_SHIFT].weight;
        uint32_t number_of = term_of(v, token->term, v->hashes.ptr[i]);
        struct term *t = &v->terms.ptr[number_of];
        if (t->last_doc != number) {
            t->last_doc = number;
            t->slot = (uint32_t)(v->forward.len - first);
            v->forward.ptr[v->forward.len++] = number_of;
            v->freqs.ptr[v->freqs.len++] = 0;
        }
        uint8_t *freq = &v->freqs.ptr[first + t->slot];
        *freq = (uint8_t)(*freq + weight < FREQ_MAX ? *freq + weight : FREQ_MAX);
        length += weight;
        v->token_slots.ptr[i] = t->slot;
    }
    return length < UINT32_MAX - 1 ? (uint32_t)length : UINT32_MAX - 1;
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

static void put_record(struct inverter *v, uint32_t *positions, uint32_t count)
{
    bool rising = true;
    for (uint32_t i = 1; i < count; i++)
        rising &= positions[i - 1] <= positions[i];
    if (!rising)
        qsort(positions, count, sizeof(*positions), by_number);
    GROW(&v->places, 1);
    v->places.ptr[v->places.len++] = (uint32_t)v->records.len;
    GROW(&v->records, ((size_t)count + 1) * VARINT_MAX);
    /* Nearly every length is one byte: a longer one moves what was written. */
    uint8_t *start = v->records.ptr + v->records.len, *p = start + 1;
    for (uint32_t i = 0, last = 0; i < count; last = positions[i++])
        p = varint_put(p, positions[i] - last);
    size_t len = (size_t)(p - start) - 1;
    if (len < 128) {
        *start = (uint8_t)len;
    } else {
        uint8_t head[VARINT_MAX];
        size_t head_len = (size_t)(varint_put(head, len) - head);
        memmove(start + head_len, start + 1, len);
        memcpy(start, head, head_len);
        p = start + head_len + len;
    }
    v->records.len = (size_t)(p - v->records.ptr);
}

/* Groups the document's positions by term (a counting sort) and keeps them. */
static void add_positions(struct inverter *v, const struct index_doc *doc, uint32_t terms)
{
    v->sorted.len = 0;
    GROW(&v->sorted, doc->token_count + terms + 1);
    uint32_t *ends = v->sorted.ptr, *positions = ends + terms + 1;
    memset(ends, 0, (terms + 1) * sizeof(*ends));
    for (size_t i = 0; i < doc->token_count; i++)
        ends[v->token_slots.ptr[i] + 1]++;
    for (uint32_t i = 0; i < terms; i++)
        ends[i + 1] += ends[i];
    for (size_t i = 0; i < doc->token_count; i++)
        positions[ends[v->token_slots.ptr[i]]++] = doc->tokens[i].position;
    for (uint32_t i = 0, from = 0; i < terms; from = ends[i++])
        put_record(v, positions + from, ends[i] - from);
}

static void add_strings(struct inverter *v, struct column *c, const struct index_values *values)
{
    GROW(&c->starts, 1);
    c->starts.ptr[c->starts.len++] = (uint32_t)c->numbers.len;
    for (size_t i = 0; i < values->count; i++) {
        bool added;
        uint64_t *number = map_put(c->values, values->values[i], &added);
        if (added) {
            GROW(&c->texts, 1);
            *number = c->texts.len;
            c->texts.ptr[c->texts.len++] = arena_dup(v->a, values->values[i]);
            v->column_bytes += values->values[i].len * 2 + 80;
        }
        GROW(&c->numbers, 1);
        c->numbers.ptr[c->numbers.len++] = (uint32_t)*number;
    }
    v->column_bytes += 8 + values->count * 8;
}

static void add_columns(struct inverter *v, const struct index_doc *doc)
{
    for (size_t i = 0; i < v->schema->column_count; i++) {
        struct column *c = &v->columns[i];
        if (v->schema->columns[i].kind == COLUMN_STRINGS) {
            add_strings(v, c, &doc->strings[i]);
            continue;
        }
        GROW(&c->numbers, 1);
        c->numbers.ptr[c->numbers.len++] = doc->numbers[i];
        v->column_bytes += 8;
    }
}

err_t inverter_add(struct inverter *v, const struct index_doc *doc, struct err *e)
{
    err_t rc = check_tokens(v, doc, e);
    if (rc != OK)
        return rc;
    inverter_remove(v, doc->id);
    uint32_t number = (uint32_t)v->docs.len;
    struct doc d = {.id = doc->id, .forward = v->forward.len};
    d.length = add_tokens(v, doc, number);
    d.terms = (uint32_t)(v->forward.len - d.forward);
    if (v->schema->positions)
        add_positions(v, doc, d.terms);
    add_columns(v, doc);
    GROW(&v->docs, 1);
    v->docs.ptr[v->docs.len++] = d;
    GROW(&v->ids, 1);
    v->ids.ptr[v->ids.len++] = doc->id;
    id_put(v, doc->id, number);
    v->live++;
    return OK;
}

/* --- flush ---------------------------------------------------------------------- */
struct keyed {
    uint64_t key;
    const char *text;
    uint32_t number, len;
};

static int by_key(const void *x, const void *y)
{
    const struct keyed *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return str_cmp((struct str){a->text, a->len}, (struct str){b->text, b->len});
}

static struct keyed keyed_of(const char *text, size_t len, uint32_t number)
{
    uint8_t head[8] = {0};
    memcpy(head, text, len < 8 ? len : 8);
    return (struct keyed){__builtin_bswap64(load_u64(head)), text, number, (uint32_t)len};
}

/* Sorts by key, a byte at a time from the lowest (bytes that are the same in
 * all are passed over); equal keys then by text. `spare` holds as many. */
static void sort_keyed(struct keyed *list, struct keyed *spare, size_t n)
{
    static const size_t few = 256;
    if (n < few) {
        qsort(list, n, sizeof(*list), by_key);
        return;
    }
    struct keyed *from = list, *to = spare;
    for (unsigned shift = 0; shift < 64; shift += 8) {
        size_t at[256] = {0}, sum = 0;
        for (size_t i = 0; i < n; i++)
            at[from[i].key >> shift & 255]++;
        if (at[from[0].key >> shift & 255] == n)
            continue;
        for (size_t i = 0; i < 256; i++) {
            size_t count = at[i];
            at[i] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            to[at[from[i].key >> shift & 255]++] = from[i];
        struct keyed *t = from;
        from = to;
        to = t;
    }
    if (from != list)
        memcpy(list, from, n * sizeof(*list));
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && list[end].key == list[i].key; end++)
            ;
        if (end - i > 1)
            qsort(list + i, end - i, sizeof(*list), by_key);
    }
}

static int by_u64(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;
    return a < b ? -1 : a > b;
}

struct flush {
    const struct inverter *v;
    struct builder *b;
    uint32_t live;
    uint32_t *order; /* new number → number of arrival */
    struct keyed *terms;
    size_t term_count;
    uint64_t total; /* postings */
    uint64_t *ends; /* by term number: where its postings end in the arrays below */
    uint32_t *docs;
    uint8_t *freqs;
    uint32_t *places;
};

static void order_docs(struct flush *f)
{
    uint64_t *keys = mem_array((size_t)f->live + 1, sizeof(*keys));
    size_t n = 0;
    for (size_t i = 0; i < f->v->docs.len; i++) {
        if (!f->v->docs.ptr[i].dead)
            keys[n++] = (uint64_t)f->v->docs.ptr[i].length << 32 | i;
    }
    qsort(keys, n, sizeof(*keys), by_u64);
    f->order = mem_array((size_t)f->live + 1, sizeof(*f->order));
    for (size_t i = 0; i < n; i++)
        f->order[i] = (uint32_t)keys[i];
    free(keys);
}

/* Terms of live documents in byte order, and room for each one's postings. */
static void order_terms(struct flush *f)
{
    const struct inverter *v = f->v;
    uint64_t *ends = mem_array(v->terms.len + 1, sizeof(*ends)), total = 0;
    for (uint32_t i = 0; i < f->live; i++) {
        const struct doc *d = &v->docs.ptr[f->order[i]];
        for (uint32_t j = 0; j < d->terms; j++)
            ends[v->forward.ptr[d->forward + j]]++;
    }
    f->terms = mem_array(v->terms.len + 1, sizeof(*f->terms));
    for (size_t i = 0; i < v->terms.len; i++) {
        const struct term *t = &v->terms.ptr[i];
        if (ends[i])
            f->terms[f->term_count++] = keyed_of(term_text(v, t), t->len, (uint32_t)i);
    }
    struct keyed *spare = mem_array(f->term_count + 1, sizeof(*spare));
    sort_keyed(f->terms, spare, f->term_count);
    free(spare);
    for (size_t i = 0; i < f->term_count; i++) {
        uint64_t n = ends[f->terms[i].number];
        ends[f->terms[i].number] = total;
        total += n;
    }
    f->ends = ends;
    f->total = total;
    f->docs = mem_array(total + 1, sizeof(*f->docs));
    f->freqs = mem_array(total + 1, 1);
    if (v->schema->positions)
        f->places = mem_array(total + 1, sizeof(*f->places));
}

/* Every posting goes to another place: ask for the lines of those to come. */
static inline void fetch_ahead(const struct flush *f, uint64_t j)
{
    const struct inverter *v = f->v;
    if (j + 24 >= v->forward.len)
        return;
    __builtin_prefetch(&f->ends[v->forward.ptr[j + 24]], 1);
    uint64_t at = f->ends[v->forward.ptr[j + 12]];
    __builtin_prefetch(&f->docs[at], 1);
    __builtin_prefetch(&f->freqs[at], 1);
}

static void turn_round(struct flush *f)
{
    const struct inverter *v = f->v;
    for (uint32_t i = 0; i < f->live; i++) {
        const struct doc *d = &v->docs.ptr[f->order[i]];
        for (uint64_t j = d->forward; j < d->forward + d->terms; j++) {
            fetch_ahead(f, j);
            uint64_t at = f->ends[v->forward.ptr[j]]++;
            f->docs[at] = i;
            f->freqs[at] = v->freqs.ptr[j];
            if (f->places)
                f->places[at] = v->places.ptr[j];
        }
    }
}

static void write_terms(struct flush *f)
{
    const struct inverter *v = f->v;
    GROWN(struct bytes) records = {0};
    uint64_t from = 0;
    for (size_t i = 0; i < f->term_count; i++) {
        if (i + 16 < f->term_count) {
            __builtin_prefetch(f->terms[i + 16].text);
            __builtin_prefetch(&f->ends[f->terms[i + 16].number]);
        }
        uint64_t end = f->ends[f->terms[i].number];
        uint32_t count = (uint32_t)(end - from);
        records.len = 0;
        for (uint64_t j = from; f->places && j < end; j++) {
            uint64_t len = 0;
            __builtin_prefetch(v->records.ptr + f->places[j + 12 < f->total ? j + 12 : j]);
            const uint8_t *p = v->records.ptr + f->places[j];
            p = varint_get(p, v->records.ptr + v->records.len, &len);
            GROW(&records, 1);
            records.ptr[records.len++] = (struct bytes){p, len};
        }
        struct builder_list list = {f->docs + from, f->freqs + from, count, records.ptr};
        builder_term(f->b, (struct str){f->terms[i].text, f->terms[i].len}, &list);
        from = end;
    }
    free(records.ptr);
}

static void write_docs(struct flush *f, uint64_t *length_sum)
{
    uint64_t *ids = mem_array((size_t)f->live + 1, sizeof(*ids));
    uint32_t *lengths = mem_array((size_t)f->live + 1, sizeof(*lengths));
    *length_sum = 0;
    for (uint32_t i = 0; i < f->live; i++) {
        ids[i] = f->v->docs.ptr[f->order[i]].id;
        lengths[i] = f->v->docs.ptr[f->order[i]].length;
        *length_sum += lengths[i];
    }
    builder_docs(f->b, ids, lengths);
    free(ids);
    free(lengths);
}

static void write_numbers(struct flush *f, const struct column *c)
{
    uint32_t *values = mem_array((size_t)f->live + 1, sizeof(*values));
    for (uint32_t i = 0; i < f->live; i++)
        values[i] = c->numbers.ptr[f->order[i]];
    builder_numbers(f->b, values);
    free(values);
}

static void write_strings(struct flush *f, const struct column *c)
{
    size_t docs = f->v->docs.len, n = c->texts.len, used = 0;
    uint32_t *ords = mem_array(c->numbers.len + 1, sizeof(*ords)), total = 0;
    uint32_t *starts = mem_array((size_t)f->live + 1, sizeof(*starts));
    uint32_t *ord_of = mem_array(n + 1, sizeof(*ord_of));
    struct keyed *values = mem_array(n + 1, sizeof(*values));
    struct str *texts = mem_array(n + 1, sizeof(*texts));
    for (uint32_t i = 0; i < f->live; i++) {
        size_t doc = f->order[i], end = doc + 1 < docs ? c->starts.ptr[doc + 1] : c->numbers.len;
        for (size_t j = c->starts.ptr[doc]; j < end; j++)
            ord_of[c->numbers.ptr[j]] = 1; /* a value of dead documents only is left out */
    }
    for (size_t i = 0; i < n; i++) {
        if (ord_of[i])
            values[used++] = keyed_of(c->texts.ptr[i].ptr, c->texts.ptr[i].len, (uint32_t)i);
    }
    qsort(values, used, sizeof(*values), by_key);
    for (size_t i = 0; i < used; i++) {
        ord_of[values[i].number] = (uint32_t)i;
        texts[i] = c->texts.ptr[values[i].number];
    }
    for (uint32_t i = 0; i < f->live; i++) {
        size_t doc = f->order[i], end = doc + 1 < docs ? c->starts.ptr[doc + 1] : c->numbers.len;
        uint32_t first = starts[i] = total;
        for (size_t j = c->starts.ptr[doc]; j < end; j++)
            ords[total++] = ord_of[c->numbers.ptr[j]];
        qsort(ords + first, total - first, sizeof(*ords), by_number);
        uint32_t kept = first;
        for (uint32_t j = first; j < total; j++) {
            if (j == first || ords[j] != ords[kept - 1])
                ords[kept++] = ords[j];
        }
        total = kept;
    }
    starts[f->live] = total;
    builder_strings(f->b, texts, (uint32_t)used, starts, ords);
    free(ords);
    free(starts);
    free(ord_of);
    free(values);
    free(texts);
}

err_t inverter_write(uint64_t *seal, uint64_t *file_bytes, uint64_t *length_sum,
                     const struct inverter *v, const struct fs *fs, const char *path, uint64_t id,
                     struct err *e)
{
    struct flush f = {.v = v, .live = v->live};
    f.b = builder_new(fs, path, id, v->live, v->schema);
    order_docs(&f);
    order_terms(&f);
    turn_round(&f);
    write_terms(&f);
    write_docs(&f, length_sum);
    for (size_t i = 0; i < v->schema->column_count; i++) {
        if (v->schema->columns[i].kind == COLUMN_U32)
            write_numbers(&f, &v->columns[i]);
        else
            write_strings(&f, &v->columns[i]);
    }
    free(f.order);
    free(f.terms);
    free(f.ends);
    free(f.docs);
    free(f.freqs);
    free(f.places);
    return builder_finish(seal, file_bytes, f.b, e);
}

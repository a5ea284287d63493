/* Several segments → one. All dictionaries are walked side by side in byte order
 * and each term's list is written before the next is read, so memory does not grow
 * with the index. Documents are numbered anew by length; the lists, sorted within
 * each source, are then merged as runs. */
#include "index/merge.h"
#include "base/mem.h"
#include "index/build.h"

#define TIER_FIRST 1024u /* documents; smaller segments are all of one tier */

static unsigned tier_of(uint32_t live)
{
    unsigned tier = 0;
    for (uint64_t top = TIER_FIRST; live > top; top *= MERGE_FAN)
        tier++;
    return tier;
}

size_t merge_choose(size_t pick[MERGE_FAN], const struct merge_candidate *c, size_t count)
{
    for (unsigned tier = 0; tier < 16; tier++) {
        size_t n = 0;
        uint64_t docs = 0;
        for (size_t i = 0; i < count && n < MERGE_FAN; i++) {
            if (tier_of(c[i].live_count) == tier) {
                pick[n++] = i;
                docs += c[i].live_count;
            }
        }
        if (n == MERGE_FAN && docs <= DOCS_MAX)
            return n;
    }
    for (size_t i = 0; i < count; i++) {
        if (c[i].live_count < c[i].doc_count / 2) {
            pick[0] = i;
            return 1;
        }
    }
    return 0;
}

struct merge {
    struct segment *const *sources;
    size_t count;
    uint32_t **maps;
    struct builder *b;
    const struct index_schema *schema;
    uint32_t docs;
    uint64_t *ids;
    uint32_t *lengths;
    uint64_t *keys, *spare; /* postings of one term: document<<36 | frequency<<28 | number */
    size_t keys_cap;
    uint32_t *list_docs;
    uint8_t *list_freqs;
    struct bytes *records, *list_records;
    struct postings *postings; /* one; large */
};

static bool is_live(const struct segment *s, uint32_t doc)
{
    return !s->live || s->live[doc / 64] >> (doc & 63) & 1;
}

/* Merges the documents by length; ties keep the order of the sources. */
static err_t order_docs(struct merge *m, uint64_t *length_sum, struct err *e)
{
    uint32_t *at = mem_array(m->count, sizeof(*at));
    const uint32_t **lengths = mem_array(m->count, sizeof(*lengths));
    err_t rc = OK;
    *length_sum = 0;
    for (size_t i = 0; i < m->count && rc == OK; i++)
        rc = segment_lengths(&lengths[i], m->sources[i], e);
    while (rc == OK) {
        size_t best = m->count;
        for (size_t i = 0; i < m->count; i++) {
            const struct segment *s = m->sources[i];
            while (at[i] < s->file->footer.doc_count && !is_live(s, at[i]))
                m->maps[i][at[i]++] = DOC_END;
            if (at[i] < s->file->footer.doc_count &&
                (best == m->count || lengths[i][at[i]] < lengths[best][at[best]]))
                best = i;
        }
        if (best == m->count)
            break;
        m->lengths[m->docs] = lengths[best][at[best]];
        *length_sum += lengths[best][at[best]];
        rc = segment_id_of(&m->ids[m->docs], m->sources[best], at[best], e);
        m->maps[best][at[best]++] = m->docs++;
    }
    free(at);
    free(lengths);
    return rc;
}

/* Two neighbouring sorted runs of `from` into `to`. */
static void merge_runs(uint64_t *to, const uint64_t *from, size_t middle, size_t end)
{
    size_t i = 0, j = middle, n = 0;
    while (i < middle && j < end)
        to[n++] = from[i] < from[j] ? from[i++] : from[j++];
    while (i < middle)
        to[n++] = from[i++];
    while (j < end)
        to[n++] = from[j++];
}

/* Sorts `runs` sorted runs that end at ends[]; returns where the result stands. */
static uint64_t *sort_runs(struct merge *m, size_t *ends, size_t runs)
{
    uint64_t *from = m->keys, *to = m->spare;
    while (runs > 1) {
        size_t kept = 0, start = 0;
        for (size_t i = 0; i < runs; i += 2) {
            size_t middle = ends[i], end = i + 1 < runs ? ends[i + 1] : middle;
            merge_runs(to + start, from + start, middle - start, end - start);
            ends[kept++] = start = end;
        }
        runs = kept;
        uint64_t *t = from;
        from = to;
        to = t;
    }
    return from;
}

static void keys_room(struct merge *m, size_t n)
{
    if (n <= m->keys_cap)
        return;
    m->keys_cap = n + n / 2 + 1024;
    size_t cap = m->keys_cap + POSTINGS_SLACK;
    m->keys = mem_grow(m->keys, cap * sizeof(*m->keys));
    m->spare = mem_grow(m->spare, cap * sizeof(*m->spare));
    m->list_docs = mem_grow(m->list_docs, cap * sizeof(*m->list_docs));
    m->list_freqs = mem_grow(m->list_freqs, cap);
    m->records = mem_grow(m->records, m->schema->positions ? cap * sizeof(*m->records) : 1);
    m->list_records =
        mem_grow(m->list_records, m->schema->positions ? cap * sizeof(*m->records) : 1);
}

/* Appends one source's live postings of a term as keys. */
static err_t read_list(struct merge *m, size_t source, const struct term_info *info, size_t *len,
                       struct err *e)
{
    const struct segment *s = m->sources[source];
    const uint32_t *map = m->maps[source];
    keys_room(m, *len + info->doc_count);
    err_t rc = postings_open(m->postings, s, info, e);
    if (rc != OK)
        return rc;
    size_t n = postings_window(m->postings, 0, m->postings->segment_docs, m->list_docs,
                               m->list_freqs, NULL);
    if (n != info->doc_count)
        return segment_damaged(s->file, info->offset, e);
    const uint8_t *record = s->file->map.ptr + info->positions_offset;
    const uint8_t *end = record + info->positions_length;
    if (m->schema->positions) {
        if ((rc = segment_check(s->file, info->positions_offset, info->positions_length, e)) != OK)
            return rc;
        record += 4ull * ((info->doc_count - 1) / POSITIONS_GROUP);
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t record_len = 0;
        if (m->schema->positions &&
            (record > end || !(record = varint_get(record, end, &record_len)) ||
             record_len > (uint64_t)(end - record)))
            return segment_damaged(s->file, info->positions_offset, e);
        uint32_t doc = map[m->list_docs[i]];
        if (doc != DOC_END) {
            if (m->schema->positions)
                m->records[*len] = (struct bytes){record, record_len};
            m->keys[*len] = (uint64_t)doc << 36 | (uint64_t)m->list_freqs[i] << 28 | *len;
            ++*len;
        }
        record += record_len;
    }
    return OK;
}

/* One term, held by the sources whose walk stands on it. */
static err_t merge_term(struct merge *m, const struct term_walk *walks, const bool *on_it,
                        struct err *e)
{
    size_t len = 0, runs = 0, first = m->count;
    size_t *ends = mem_array(m->count, sizeof(*ends));
    err_t rc = OK;
    for (size_t i = 0; i < m->count && rc == OK; i++) {
        if (!on_it[i])
            continue;
        first = i;
        rc = read_list(m, i, &walks[i].info, &len, e);
        ends[runs++] = len;
    }
    if (rc == OK && len) {
        const uint64_t *keys = sort_runs(m, ends, runs);
        for (size_t i = 0; i < len; i++) {
            m->list_docs[i] = (uint32_t)(keys[i] >> 36);
            m->list_freqs[i] = (uint8_t)(keys[i] >> 28);
            if (m->schema->positions)
                m->list_records[i] = m->records[keys[i] & (DOCS_MAX - 1)];
        }
        struct builder_list list = {m->list_docs, m->list_freqs, (uint32_t)len, m->list_records};
        builder_term(m->b, (struct str){(const char *)walks[first].term, walks[first].term_len},
                     &list);
    }
    free(ends);
    return rc;
}

/* First 8 bytes as a number that compares as they do: most walks stand on
 * different terms, and one comparison tells. */
static uint64_t key_of(const struct term_walk *w)
{
    uint8_t key[8] = {0};
    memcpy(key, w->term, w->term_len < 8 ? w->term_len : 8);
    return __builtin_bswap64(load_u64(key));
}

static int compare_walks(const struct term_walk *x, uint64_t x_key, const struct term_walk *y,
                         uint64_t y_key)
{
    if (x_key != y_key)
        return x_key < y_key ? -1 : 1;
    return str_cmp((struct str){(const char *)x->term, x->term_len},
                   (struct str){(const char *)y->term, y->term_len});
}

/* The walk leaves the sources' pages in our memory, where nothing needs them
 * again: so many terms between two clean-ups. */
#define FORGET_TERMS 16384

static void forget_sources(const struct merge *m)
{
    for (size_t i = 0; i < m->count; i++)
        fs_forget(m->sources[i]->file->map);
}

static err_t merge_terms(struct merge *m, struct err *e)
{
    struct term_walk *walks = mem_array(m->count, sizeof(*walks));
    bool *has = mem_array(m->count, sizeof(*has)), *on_it = mem_array(m->count, sizeof(*on_it));
    uint64_t *keys = mem_array(m->count, sizeof(*keys));
    err_t rc = OK;
    for (size_t i = 0; i < m->count && rc == OK; i++) {
        term_walk_init(&walks[i], m->sources[i]->file);
        rc = segment_check_all(m->sources[i]->file, e); /* nothing damaged is carried on */
        if (rc == OK)
            rc = term_walk_next(&has[i], &walks[i], e);
        keys[i] = key_of(&walks[i]);
    }
    for (size_t terms = 1; rc == OK; terms++) {
        size_t best = m->count;
        if (terms % FORGET_TERMS == 0)
            forget_sources(m);
        for (size_t i = 0; i < m->count; i++) {
            if (!has[i])
                continue;
            int order =
                best == m->count ? -1 : compare_walks(&walks[i], keys[i], &walks[best], keys[best]);
            if (order < 0) {
                memset(on_it, 0, m->count);
                best = i;
            }
            on_it[i] = order <= 0;
        }
        if (best == m->count)
            break;
        rc = merge_term(m, walks, on_it, e);
        for (size_t i = 0; i < m->count && rc == OK; i++) {
            if (!has[i] || !on_it[i])
                continue;
            rc = term_walk_next(&has[i], &walks[i], e);
            keys[i] = key_of(&walks[i]);
        }
    }
    free(walks);
    free(keys);
    free(has);
    free(on_it);
    return rc;
}

/* --- columns -------------------------------------------------------------------- */
static err_t merge_numbers(struct merge *m, int column, struct err *e)
{
    uint32_t *values = mem_array((size_t)m->docs + 1, sizeof(*values));
    err_t rc = OK;
    for (size_t i = 0; i < m->count && rc == OK; i++) {
        const uint32_t *old = NULL;
        rc = segment_numbers(&old, m->sources[i], column, e);
        for (uint32_t d = 0; rc == OK && d < segment_doc_count(m->sources[i]); d++) {
            if (m->maps[i][d] != DOC_END)
                values[m->maps[i][d]] = old[d];
        }
    }
    if (rc == OK)
        builder_numbers(m->b, values);
    free(values);
    return rc;
}

struct strings_source {
    struct column_strings strings;
    uint32_t *ord_of; /* old ordinal → new; DOC_END: only deleted documents had it */
};

/* New ordinals: the union of all used values, in byte order. */
static err_t merge_values(struct merge *m, int column, struct strings_source *from,
                          struct str *values, uint32_t *value_count, struct err *e)
{
    uint32_t *at = mem_array(m->count, sizeof(*at));
    struct str *heads = mem_array(m->count, sizeof(*heads));
    err_t rc = OK;
    *value_count = 0;
    for (;;) {
        size_t best = m->count;
        for (size_t i = 0; i < m->count && rc == OK; i++) {
            uint32_t count = from[i].strings.value_count;
            while (at[i] < count && from[i].ord_of[at[i]] == DOC_END)
                at[i]++;
            if (at[i] == count)
                continue;
            if (!heads[i].ptr)
                rc = segment_string(&heads[i], m->sources[i], column, at[i], e);
            if (best == m->count || str_cmp(heads[i], heads[best]) < 0)
                best = i;
        }
        if (rc != OK || best == m->count)
            break;
        values[*value_count] = heads[best];
        for (size_t i = 0; i < m->count; i++) {
            if (at[i] < from[i].strings.value_count && heads[i].ptr &&
                str_eq(heads[i], values[*value_count])) {
                from[i].ord_of[at[i]++] = *value_count;
                heads[i] = STR_NONE;
            }
        }
        ++*value_count;
    }
    free(at);
    free(heads);
    return rc;
}

/* Ordinals of every document in the new order. */
static void merge_ords(struct merge *m, const struct strings_source *from, uint32_t *starts,
                       uint32_t *ords)
{
    for (size_t i = 0; i < m->count; i++) {
        for (uint32_t d = 0; d < segment_doc_count(m->sources[i]); d++) {
            if (m->maps[i][d] != DOC_END)
                starts[m->maps[i][d] + 1] =
                    from[i].strings.starts[d + 1] - from[i].strings.starts[d];
        }
    }
    for (uint32_t d = 0; d < m->docs; d++)
        starts[d + 1] += starts[d];
    for (size_t i = 0; i < m->count; i++) {
        const struct column_strings *s = &from[i].strings;
        for (uint32_t d = 0; d < segment_doc_count(m->sources[i]); d++) {
            if (m->maps[i][d] == DOC_END)
                continue;
            uint32_t *to = ords + starts[m->maps[i][d]];
            for (uint32_t j = s->starts[d]; j < s->starts[d + 1]; j++)
                *to++ = from[i].ord_of[s->ords[j]];
        }
    }
}

static err_t merge_strings(struct merge *m, int column, struct err *e)
{
    struct strings_source *from = mem_array(m->count, sizeof(*from));
    uint64_t value_room = 0, ord_room = 0;
    uint32_t value_count = 0;
    err_t rc = OK;
    for (size_t i = 0; i < m->count && rc == OK; i++) {
        struct strings_source *f = &from[i];
        if ((rc = segment_strings(&f->strings, m->sources[i], column, e)) != OK)
            break;
        f->ord_of = mem_array((size_t)f->strings.value_count + 1, sizeof(*f->ord_of));
        memset(f->ord_of, 0xff, f->strings.value_count * sizeof(*f->ord_of));
        for (uint32_t d = 0; d < segment_doc_count(m->sources[i]); d++) {
            if (m->maps[i][d] == DOC_END)
                continue;
            for (uint32_t j = f->strings.starts[d]; j < f->strings.starts[d + 1]; j++)
                f->ord_of[f->strings.ords[j]] = 0;
        }
        value_room += f->strings.value_count;
        ord_room += f->strings.starts[segment_doc_count(m->sources[i])];
    }
    struct str *values = mem_array(value_room + 1, sizeof(*values));
    uint32_t *starts = mem_array((size_t)m->docs + 2, sizeof(*starts));
    uint32_t *ords = mem_array(ord_room + 1, sizeof(*ords));
    if (rc == OK)
        rc = merge_values(m, column, from, values, &value_count, e);
    if (rc == OK) {
        merge_ords(m, from, starts, ords);
        builder_strings(m->b, values, value_count, starts, ords);
    }
    for (size_t i = 0; i < m->count; i++)
        free(from[i].ord_of);
    free(from);
    free(values);
    free(starts);
    free(ords);
    return rc;
}

static err_t merge_all(struct merge *m, struct err *e)
{
    err_t rc = merge_terms(m, e);
    if (rc == OK)
        builder_docs(m->b, m->ids, m->lengths);
    for (size_t i = 0; i < m->schema->column_count && rc == OK; i++) {
        rc = m->schema->columns[i].kind == COLUMN_U32 ? merge_numbers(m, (int)i, e)
                                                      : merge_strings(m, (int)i, e);
    }
    return rc;
}

err_t merge_write(uint64_t *seal, uint64_t *file_bytes, uint32_t *doc_count, uint64_t *length_sum,
                  struct segment *const *sources, size_t count, uint32_t **maps,
                  const struct fs *fs, const char *path, uint64_t id,
                  const struct index_schema *schema, struct err *e)
{
    struct merge m = {.sources = sources, .count = count, .maps = maps, .schema = schema};
    uint64_t live = 0;
    for (size_t i = 0; i < count; i++)
        live += sources[i]->live_count;
    if (live > DOCS_MAX)
        return err_set(e, E_LIMIT, "%s: %llu documents are more than one segment holds (%u)", path,
                       (unsigned long long)live, DOCS_MAX);
    m.ids = mem_array(live + 1, sizeof(*m.ids));
    m.lengths = mem_array(live + 1, sizeof(*m.lengths));
    m.postings = mem_alloc(sizeof(*m.postings));
    keys_room(&m, 1024);
    err_t rc = order_docs(&m, length_sum, e);
    if (rc == OK && m.docs != live)
        rc = err_set(e, E_INTERNAL, "%s: %u documents are live, %llu were counted", path, m.docs,
                     (unsigned long long)live);
    if (rc == OK) {
        m.b = builder_new(fs, path, id, m.docs, schema);
        rc = merge_all(&m, e);
        if (rc == OK) {
            rc = builder_finish(seal, file_bytes, m.b, e);
        } else {
            builder_abandon(m.b);
        }
    }
    *doc_count = m.docs;
    free(m.ids);
    free(m.lengths);
    free(m.postings);
    free(m.keys);
    free(m.spare);
    free(m.list_docs);
    free(m.list_freqs);
    free(m.records);
    free(m.list_records);
    return rc;
}

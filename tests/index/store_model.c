/* See store_model.h. */
#include "index/store_model.h"
#include "base/fs.h"
#include "base/map.h"
#include "base/mem.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct index_field fields[] = {{"title", 5}, {"text", 1}, {"class", 0}};
static const struct index_column columns[] = {
    {"year", COLUMN_U32}, {"owner", COLUMN_STRINGS}, {"codes", COLUMN_STRINGS}};
const struct index_schema with_positions = {fields, 3, columns, 3, true, 1.2f, 0.75f};
const struct index_schema without_positions = {fields, 3, columns, 3, false, 1.2f, 0.75f};

/* --- a scratch folder -------------------------------------------------------- */
char folder[64];

static void remove_folder(void)
{
    DIR *d = opendir(folder);
    char path[512];
    for (struct dirent *entry; d && (entry = readdir(d));) {
        (void)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        (void)unlink(path);
    }
    if (d)
        (void)closedir(d);
    (void)rmdir(folder);
}

int make_folder(void **state)
{
    (void)state;
    /* In memory where that is possible: the tests call fsync thousands of times. */
    (void)snprintf(folder, sizeof(folder), "/dev/shm/zhiyun-index-XXXXXX");
    if (mkdtemp(folder))
        return 0;
    (void)snprintf(folder, sizeof(folder), "/tmp/zhiyun-index-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

int drop_folder(void **state)
{
    (void)state;
    remove_folder();
    return 0;
}

/* --- model -------------------------------------------------------------------- */
static struct str term_name(struct arena *a, uint32_t n)
{
    /* Long shared prefixes, lengths from 1 to 128, bytes above 127. */
    switch (n % 7) {
    case 0:
        return arena_printf(a, "t%u", n);
    case 1:
        return arena_printf(a, "class:H01M%07u/%02u", n / 90, n % 90);
    case 2:
        return arena_printf(a, "\xE7\x9F\xA5%c%u", (char)(128 + n % 100), n);
    case 3:
        return arena_printf(a, "%c%0*u", 'a' + (char)(n % 3), 8 + (int)(n % 119), n);
    default:
        return arena_printf(a, "electromagnetic-%u", n);
    }
}

struct index_doc build_doc(struct arena *a, const struct model *m, uint32_t id, uint32_t version)
{
    struct rand r = {id * 7919ull + version};
    (void)rand_u64(&r);
    uint32_t n = rand_below(&r, 10) == 0 ? rand_below(&r, 400) : rand_below(&r, 40);
    struct index_token *tokens = arena_array(a, n, sizeof(*tokens));
    uint32_t at[3] = {0};
    for (uint32_t i = 0; i < n; i++) {
        uint32_t field = rand_below(&r, 8) == 0 ? 0 : rand_below(&r, 10) == 0 ? 2 : 1;
        /* Skewed: small numbers in most documents, large ones once. */
        uint32_t span = 1u << rand_below(&r, 12);
        uint32_t term = rand_below(&r, span < m->vocabulary ? span : m->vocabulary);
        tokens[i] = (struct index_token){term_name(a, term), POSITION_OF(field, at[field])};
        at[field] += 1 + rand_below(&r, 3);
    }
    uint32_t *numbers = arena_array(a, 3, sizeof(*numbers));
    numbers[0] = rand_below(&r, 5) == 0 ? COLUMN_NONE : 1990 + rand_below(&r, 35);
    struct index_values *strings = arena_array(a, 3, sizeof(*strings));
    for (uint32_t c = 1; c < 3; c++) {
        uint32_t count = rand_below(&r, c == 1 ? 2 : 6);
        struct str *values = arena_array(a, count, sizeof(*values));
        for (uint32_t i = 0; i < count; i++)
            values[i] = arena_printf(a, "%s-%u", c == 1 ? "owner" : "", rand_below(&r, 200));
        strings[c] = (struct index_values){values, count};
    }
    return (struct index_doc){.id = (uint64_t)id * id * 1000003ull,
                              .tokens = tokens,
                              .token_count = n,
                              .numbers = numbers,
                              .strings = strings};
}

/* --- dump ------------------------------------------------------------------ */
static int by_text(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static void dump_sort(struct dump *d)
{
    if (d->lines.len > 0)
        qsort(d->lines.ptr, d->lines.len, sizeof(*d->lines.ptr), by_text);
}

static void dump_columns_of_doc(struct dump *d, const struct index_doc *doc)
{
    unsigned long long id = doc->id;
    VEC_PUSH(d->a, &d->lines, arena_printf(d->a, "%llu year %u", id, doc->numbers[0]));
    for (uint32_t c = 1; c < 3; c++) {
        for (size_t i = 0; i < doc->strings[c].count; i++) {
            bool repeated = false;
            for (size_t j = 0; j < i; j++)
                repeated |= str_eq(doc->strings[c].values[i], doc->strings[c].values[j]);
            if (!repeated)
                VEC_PUSH(d->a, &d->lines,
                         arena_printf(d->a, "%llu %s %.*s", id, columns[c].name,
                                      STR_ARG(doc->strings[c].values[i])));
        }
    }
}

static int by_token(const void *x, const void *y)
{
    const struct index_token *a = x, *b = y;
    int order = str_cmp(a->term, b->term);
    return order ? order : a->position < b->position ? -1 : a->position > b->position;
}

static void dump_doc(struct dump *d, const struct index_doc *doc, bool positions)
{
    struct index_token *t = arena_array(d->a, doc->token_count + 1, sizeof(*t));
    uint64_t length = 0;
    if (doc->token_count)
        memcpy(t, doc->tokens, doc->token_count * sizeof(*t));
    qsort(t, doc->token_count, sizeof(*t), by_token);
    for (size_t i = 0; i < doc->token_count;) {
        uint32_t freq = 0;
        struct str where = STR("");
        size_t j = i;
        for (; j < doc->token_count && str_eq(t[i].term, t[j].term); j++) {
            freq += fields[t[j].position >> POSITION_FIELD_SHIFT].weight;
            if (positions)
                where = arena_printf(d->a, "%.*s %u", STR_ARG(where), t[j].position);
        }
        length += freq;
        VEC_PUSH(d->a, &d->lines,
                 arena_printf(d->a, "%llu term %.*s %u%.*s", (unsigned long long)doc->id,
                              STR_ARG(t[i].term), freq < FREQ_MAX ? freq : FREQ_MAX,
                              STR_ARG(where)));
        i = j;
    }
    VEC_PUSH(d->a, &d->lines,
             arena_printf(d->a, "%llu length %llu", (unsigned long long)doc->id,
                          (unsigned long long)length));
    dump_columns_of_doc(d, doc);
}

void dump_model(struct dump *d, const struct model *m, bool positions)
{
    for (uint32_t id = 0; id < MODEL_IDS; id++) {
        if (!m->version[id])
            continue;
        struct index_doc doc = build_doc(d->a, m, id, m->version[id]);
        dump_doc(d, &doc, positions);
    }
    dump_sort(d);
}

struct dump_segment {
    struct dump *d;
    const struct segment *s;
    err_t rc;
    struct err *e;
    struct postings p;
};

static bool doc_is_live(const struct segment *s, uint32_t doc)
{
    const uint64_t *live = segment_live_bits(s);
    return !live || live[doc / 64] >> (doc & 63) & 1;
}

static bool dump_term(void *arg, struct str term, const struct term_info *info)
{
    struct dump_segment *x = arg;
    struct dump *d = x->d;
    struct term_info again;
    bool found;
    if ((x->rc = segment_term(&again, &found, x->s, term, x->e)) != OK)
        return false;
    assert_true(found);
    assert_int_equal(again.doc_count, info->doc_count);
    assert_true(again.offset == info->offset && again.length == info->length);
    if ((x->rc = postings_open(&x->p, x->s, info, x->e)) != OK)
        return false;
    uint32_t n = 0, last = 0;
    for (uint32_t doc = postings_first(&x->p); doc != DOC_END; doc = postings_next(&x->p), n++) {
        const uint32_t *positions;
        size_t count;
        uint64_t id;
        assert_true(n == 0 || doc > last);
        last = doc;
        if (!doc_is_live(x->s, doc))
            continue;
        struct str where = STR("");
        if ((x->rc = segment_id_of(&id, x->s, doc, x->e)) != OK ||
            (x->rc = postings_positions(&positions, &count, &x->p, d->a, x->e)) != OK)
            return false;
        for (size_t i = 0; i < count; i++)
            where = arena_printf(d->a, "%.*s %u", STR_ARG(where), positions[i]);
        VEC_PUSH(d->a, &d->lines,
                 arena_printf(d->a, "%llu term %.*s %u%.*s", (unsigned long long)id, STR_ARG(term),
                              postings_freq(&x->p), STR_ARG(where)));
    }
    assert_int_equal(n, info->doc_count);
    return true;
}

static err_t dump_docs(struct dump *d, const struct segment *s, struct err *e)
{
    const uint32_t *lengths, *years;
    struct column_strings strings[3];
    err_t rc = segment_lengths(&lengths, s, e);
    if (rc == OK)
        rc = segment_numbers(&years, s, segment_column(s, "year"), e);
    for (int c = 1; c < 3 && rc == OK; c++)
        rc = segment_strings(&strings[c], s, c, e);
    for (uint32_t doc = 0; rc == OK && doc < segment_doc_count(s); doc++) {
        uint64_t id;
        uint32_t back;
        assert_true(doc == 0 || lengths[doc] >= lengths[doc - 1]);
        if (!doc_is_live(s, doc))
            continue;
        if ((rc = segment_id_of(&id, s, doc, e)) != OK ||
            (rc = segment_doc_of(&back, s, id, e)) != OK)
            break;
        assert_int_equal(back, doc);
        VEC_PUSH(d->a, &d->lines,
                 arena_printf(d->a, "%llu length %u", (unsigned long long)id, lengths[doc]));
        VEC_PUSH(d->a, &d->lines,
                 arena_printf(d->a, "%llu year %u", (unsigned long long)id, years[doc]));
        for (int c = 1; c < 3 && rc == OK; c++) {
            for (uint32_t i = strings[c].starts[doc]; i < strings[c].starts[doc + 1]; i++) {
                struct str value;
                uint32_t ord;
                bool found;
                if ((rc = segment_string(&value, s, c, strings[c].ords[i], e)) != OK ||
                    (rc = segment_ord_of(&ord, &found, s, c, value, e)) != OK)
                    break;
                assert_true(found && ord == strings[c].ords[i]);
                VEC_PUSH(d->a, &d->lines,
                         arena_printf(d->a, "%llu %s %.*s", (unsigned long long)id, columns[c].name,
                                      STR_ARG(value)));
            }
        }
    }
    return rc;
}

err_t dump_snapshot(struct dump *d, const struct snapshot *s, struct err *e)
{
    err_t rc = OK;
    struct dump_segment *x = mem_zalloc(sizeof(*x));
    for (size_t i = 0; i < snapshot_segments(s) && rc == OK; i++) {
        x->d = d;
        x->s = snapshot_segment(s, i);
        x->e = e;
        x->rc = OK;
        rc = segment_each_term(x->s, STR(""), dump_term, x, e);
        if (rc == OK)
            rc = x->rc;
        if (rc == OK)
            rc = dump_docs(d, x->s, e);
    }
    free(x);
    dump_sort(d);
    return rc;
}

static void assert_same(const struct dump *got, const struct dump *want)
{
    for (size_t i = 0; i < got->lines.len && i < want->lines.len; i++) {
        if (!str_eq(got->lines.ptr[i], want->lines.ptr[i]))
            fail_msg("line %zu: got \"%.*s\", expected \"%.*s\"", i, STR_ARG(got->lines.ptr[i]),
                     STR_ARG(want->lines.ptr[i]));
    }
    assert_int_equal(got->lines.len, want->lines.len);
}

void assert_index_is(const struct model *m, struct index_reader *reader, bool positions)
{
    struct err e;
    struct dump got = {.a = arena_new()}, want = {.a = arena_new()};
    assert_ok(index_reader_refresh(reader, &e), &e);
    struct snapshot *s = snapshot_get(reader);
    assert_ok(dump_snapshot(&got, s, &e), &e);
    dump_model(&want, m, positions);
    assert_same(&got, &want);
    snapshot_put(s);
    arena_free(got.a);
    arena_free(want.a);
}

void change_some(struct index_writer *w, struct model *m, uint32_t changes, uint32_t ids,
                 uint32_t *version, struct rand *r)
{
    struct err e;
    struct arena *a = arena_new();
    for (uint32_t i = 0; i < changes; i++) {
        uint32_t id = rand_below(r, ids);
        struct index_doc doc = build_doc(a, m, id, ++*version);
        if (rand_below(r, 4) == 0) {
            assert_ok(index_remove(w, doc.id, &e), &e);
            m->version[id] = 0;
        } else {
            assert_ok(index_add(w, &doc, &e), &e);
            m->version[id] = *version;
        }
    }
    arena_free(a);
}

/* --- digest ------------------------------------------------------------------ */
struct digest {
    const struct segment *s;
    struct arena *a;
    uint64_t sum;
    err_t rc;
    struct err *e;
    struct postings p;
};

static uint64_t mix(uint64_t h, uint64_t v)
{
    struct rand r = {h ^ v * 0x9e3779b97f4a7c15u};
    return rand_u64(&r);
}

static bool digest_term(void *arg, struct str term, const struct term_info *info)
{
    struct digest *d = arg;
    struct term_info again;
    bool found;
    uint64_t name = hash_bytes(term, 1), id;
    if ((d->rc = segment_term(&again, &found, d->s, term, d->e)) != OK ||
        (d->rc = postings_open(&d->p, d->s, info, d->e)) != OK)
        return false;
    d->sum += found ? 0 : 1;
    for (uint32_t doc = postings_first(&d->p); doc != DOC_END; doc = postings_next(&d->p)) {
        const uint32_t *positions;
        size_t count;
        if (!doc_is_live(d->s, doc))
            continue;
        if ((d->rc = segment_id_of(&id, d->s, doc, d->e)) != OK ||
            (d->rc = postings_positions(&positions, &count, &d->p, d->a, d->e)) != OK)
            return false;
        uint64_t h = mix(mix(name, id), postings_freq(&d->p));
        for (size_t i = 0; i < count; i++)
            h = mix(h, positions[i]);
        d->sum += h;
    }
    return true;
}

static err_t digest_docs(struct digest *d, struct err *e)
{
    const uint32_t *lengths, *years;
    struct column_strings strings;
    uint64_t id;
    err_t rc = segment_lengths(&lengths, d->s, e);
    if (rc == OK)
        rc = segment_numbers(&years, d->s, 0, e);
    for (uint32_t doc = 0; rc == OK && doc < segment_doc_count(d->s); doc++) {
        if (doc_is_live(d->s, doc) && (rc = segment_id_of(&id, d->s, doc, e)) == OK)
            d->sum += mix(mix(id, lengths[doc]), years[doc]);
    }
    for (int c = 1; c < 3 && rc == OK; c++) {
        rc = segment_strings(&strings, d->s, c, e);
        for (uint32_t doc = 0; rc == OK && doc < segment_doc_count(d->s); doc++) {
            if (!doc_is_live(d->s, doc) || (rc = segment_id_of(&id, d->s, doc, e)) != OK)
                continue;
            for (uint32_t i = strings.starts[doc]; i < strings.starts[doc + 1] && rc == OK; i++) {
                struct str value;
                rc = segment_string(&value, d->s, c, strings.ords[i], e);
                if (rc == OK)
                    d->sum += mix(mix(id, (uint64_t)c), hash_bytes(value, 2));
            }
        }
    }
    return rc;
}

err_t digest_snapshot(uint64_t *out, const struct snapshot *s, struct err *e)
{
    err_t rc = OK;
    struct digest *d = mem_zalloc(sizeof(*d));
    d->a = arena_new();
    d->sum = mix(snapshot_docs(s), snapshot_followed(s));
    for (size_t i = 0; i < snapshot_segments(s) && rc == OK; i++) {
        d->s = snapshot_segment(s, i);
        d->e = e;
        d->rc = OK;
        rc = segment_each_term(d->s, STR(""), digest_term, d, e);
        if (rc == OK)
            rc = d->rc;
        if (rc == OK)
            rc = digest_docs(d, e);
    }
    *out = d->sum;
    arena_free(d->a);
    free(d);
    return rc;
}

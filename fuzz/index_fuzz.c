/* The index's files: index-damage (a small index whose files the input damages
 * or replaces), index-model (documents, removals, commits and merges against an
 * array of documents), index-lists (lists of any shape, read in every way). */
#include "base/map.h"
#include "fuzz.h"
#include "index/build.h"
#include "index/query.h"
#include "index/segment_priv.h"
#include "index/writer.h"
#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TITLE, BODY, KEYS, FIELDS };
enum { NUMBER, NAMES, COLUMNS };

static const struct index_field fields[FIELDS] = {{"title", 3}, {"body", 1}, {"keys", 0}};
static const struct index_column columns[COLUMNS] = {{"number", COLUMN_U32},
                                                     {"names", COLUMN_STRINGS}};
static const struct index_schema schema = {fields, FIELDS, columns, COLUMNS, true, 1.2f, 0.75f};

/* What is left of the input; zeros behind its end. */
struct reader {
    const uint8_t *pos, *end;
};

static uint32_t take(struct reader *in)
{
    return in->pos < in->end ? *in->pos++ : 0;
}

/* --- a folder of this process, gone with it -------------------------------- */
static char folder[64];

static void drop_folder(void)
{
    struct err e;
    if (index_destroy(&fs_system, folder, &e) == OK)
        (void)rmdir(folder);
}

static void make_folder(void)
{
    if (folder[0])
        return;
    (void)snprintf(folder, sizeof(folder), "/dev/shm/zhiyun-fuzz-XXXXXX");
    if (!mkdtemp(folder)) {
        (void)snprintf(folder, sizeof(folder), "/tmp/zhiyun-fuzz-XXXXXX");
        if (!mkdtemp(folder))
            abort();
    }
    (void)atexit(drop_folder);
}

/* --- documents --------------------------------------------------------------- */
#define IDS 256
#define TOKENS 24
#define TERMS 16

struct doc {
    bool live;
    uint32_t count, number, name;
    uint8_t term[TOKENS], field[TOKENS];
    uint32_t position[TOKENS];
};

static struct str term_of(uint32_t n)
{
    static const char *const words[TERMS] = {"a",  "aa", "ab", "b",   "电池", "电",   "池",   "c1",
                                             "c2", "d",  "da", "dab", "e",    "\xff", "\x01", "zz"};
    return str_of(words[n % TERMS]);
}

static void doc_make(struct doc *d, struct reader *in)
{
    uint32_t at[FIELDS] = {0};
    *d = (struct doc){.live = true, .count = take(in) % (TOKENS + 1)};
    for (uint32_t i = 0; i < d->count; i++) {
        uint32_t b = take(in);
        d->term[i] = (uint8_t)(b % TERMS);
        d->field[i] = (uint8_t)((b >> 4) % FIELDS);
        at[d->field[i]] += 1 + (b >> 7);
        d->position[i] = at[d->field[i]];
    }
    d->number = take(in);
    d->number = d->number == 255 ? COLUMN_NONE : d->number;
    d->name = take(in) % 4;
}

static void doc_add(struct index_writer *w, uint32_t id, const struct doc *d)
{
    struct index_token tokens[TOKENS];
    struct str names[2] = {STR("n\xEF\xBC\x81"), STR("m")};
    uint32_t numbers[COLUMNS] = {[NUMBER] = d->number};
    struct index_values strings[COLUMNS] = {
        [NAMES] = {d->name == 2 ? names + 1 : names, d->name == 3 ? 2 : d->name != 0}};
    struct err e = {0};
    for (uint32_t i = 0; i < d->count; i++)
        tokens[i] =
            (struct index_token){term_of(d->term[i]), POSITION_OF(d->field[i], d->position[i])};
    struct index_doc doc = {id * 77777777ull + 1, tokens, d->count, numbers, strings};
    FUZZ_ASSERT(index_add(w, &doc, &e) == OK);
}

static bool has_term(const struct doc *d, uint32_t term, uint32_t field)
{
    for (uint32_t i = 0; i < d->count; i++)
        if (d->term[i] == term && (field == FIELD_ANY || d->field[i] == field))
            return true;
    return false;
}

static bool has_phrase(const struct doc *d, uint32_t first, uint32_t second)
{
    for (uint32_t i = 0; i < d->count; i++)
        for (uint32_t k = 0; k < d->count; k++)
            if (d->term[i] == first && d->term[k] == second && d->field[i] == d->field[k] &&
                d->position[k] == d->position[i] + 1)
                return true;
    return false;
}

/* --- searches ------------------------------------------------------------------ */
static void check_same(const struct search_result *one, const struct search_result *other)
{
    FUZZ_ASSERT(one->hit_count == other->hit_count && one->total == other->total);
    FUZZ_ASSERT(one->hit_count == (one->total < 20 ? one->total : 20));
    for (size_t i = 0; i < one->hit_count; i++) {
        const struct hit *x = &one->hits[i], *y = &other->hits[i];
        FUZZ_ASSERT(x->id == y->id && memcmp(&x->score, &y->score, sizeof(x->score)) == 0);
        FUZZ_ASSERT(i == 0 || x[-1].score > x->score ||
                    (memcmp(&x[-1].score, &x->score, sizeof(x->score)) == 0 && x[-1].id < x->id));
    }
}

/* Both matchers give the same bits (but of a forged index); the hash of all that
 * comes back. */
static err_t search_both(uint64_t *h, struct search_result *out, const struct snapshot *s,
                         const struct query *q, bool forged, struct arena *a, struct err *e)
{
    struct facet_request facets[] = {{.column = NUMBER, .top = 5}, {.column = NAMES}};
    static struct search_scratch *scratch; /* as a server's thread keeps it */
    struct search_result r[2] = {0};
    if (!scratch)
        scratch = search_scratch_new();
    for (int i = 0; i < 2; i++) {
        FUZZ_ASSERT(index_matchers[i] != NULL);
        struct search_options o = {.k = 20,
                                   .matcher = index_matchers[i],
                                   .total = true,
                                   .facets = facets,
                                   .facet_count = ARRAY_LEN(facets),
                                   .scratch = scratch};
        err_t rc = index_search(&r[i], s, q, &o, a, e);
        if (rc != OK)
            return rc;
    }
    if (!forged)
        check_same(&r[0], &r[1]);
    *h = *h * 31 + r[0].total;
    for (size_t i = 0; i < r[0].hit_count; i++) {
        const struct hit *x = &r[0].hits[i];
        *h = hash_bytes((struct str){(const char *)&x->score, sizeof(x->score)}, *h + x->id);
    }
    for (size_t i = 0; i < ARRAY_LEN(facets); i++)
        for (size_t k = 0; k < r[0].facets[i].count; k++)
            *h =
                hash_bytes(r[0].facets[i].values[k].value, *h * 3 + r[0].facets[i].values[k].count +
                                                               r[0].facets[i].values[k].number);
    *out = r[0];
    return OK;
}

#define QUERIES 8

static struct query leaf(uint32_t term)
{
    return (struct query){.op = QUERY_TERM, .term = term_of(term), .field = FIELD_ANY, .weight = 1};
}

/* One query of each kind about the terms `x` and `y`. */
static void queries_about(struct query out[QUERIES], uint32_t x, uint32_t y, struct arena *a)
{
    static const struct str name[] = {{"m", 1}};
    struct query *pair = arena_array(a, 2, sizeof(*pair));
    struct query *not_x = arena_array(a, 1, sizeof(*not_x));
    struct query *without = arena_array(a, 2, sizeof(*without));
    struct str *words = arena_array(a, 2, sizeof(*words));
    pair[0] = leaf(x);
    pair[1] = leaf(y);
    not_x[0] = leaf(x);
    words[0] = term_of(x);
    words[1] = term_of(y);
    without[0] = (struct query){.op = QUERY_NUMBERS, .column = NUMBER, .low = x, .high = 16 * y};
    without[1] = (struct query){.op = QUERY_NOT, .children = not_x, .child_count = 1};
    out[0] = (struct query){.op = QUERY_OR, .children = pair, .child_count = 2};
    out[1] = (struct query){.op = QUERY_AND, .children = pair, .child_count = 2};
    out[2] = (struct query){
        .op = QUERY_PHRASE, .terms = words, .term_count = 2, .field = FIELD_ANY, .weight = 1};
    out[3] = leaf(x);
    out[3].field = y % FIELDS;
    out[4] = (struct query){.op = QUERY_AND, .children = without, .child_count = 2};
    out[5] = (struct query){.op = QUERY_STRINGS, .column = NAMES, .values = name, .value_count = 1};
    out[6] = (struct query){.op = QUERY_PREFIX, .term = {term_of(x).ptr, 1}, .field = FIELD_ANY};
    out[7] = out[6];
    out[7].field = y % FIELDS;
}

static bool doc_matches(const struct doc *d, int query, uint32_t x, uint32_t y)
{
    switch (query) {
    case 0:
        return has_term(d, x, FIELD_ANY) || has_term(d, y, FIELD_ANY);
    case 1:
        return has_term(d, x, FIELD_ANY) && has_term(d, y, FIELD_ANY);
    case 2:
        return has_phrase(d, x, y);
    case 3:
        return has_term(d, x, y % FIELDS);
    case 4:
        return d->number != COLUMN_NONE && d->number >= x && d->number <= 16 * y &&
               !has_term(d, x, FIELD_ANY);
    case 5:
        return d->name >= 2;
    default:
        for (uint32_t i = 0; i < d->count; i++)
            if (term_of(d->term[i]).ptr[0] == term_of(x).ptr[0] &&
                (query == 6 || d->field[i] == y % FIELDS))
                return true;
        return false;
    }
}

static struct snapshot *snapshot_open(struct index_reader **reader, const struct fs *fs, err_t *rc,
                                      struct err *e)
{
    *rc = index_reader_open(reader, fs, folder, e);
    return *rc == OK ? snapshot_get(*reader) : NULL;
}

/* --- index-model --------------------------------------------------------------- */
static void change(struct index_writer *w, struct doc *docs, struct reader *in)
{
    struct err e = {0};
    uint32_t op = take(in), id = take(in);
    switch (op & 7) {
    case 0: /* many alike: only such lists become bitmaps */
        doc_make(&docs[id], in);
        for (uint32_t i = 0; i <= op >> 3 && i < 32; i++)
            for (uint32_t k = 0; k < 5; k++) {
                uint32_t other = (id + i * 5 + k) % IDS;
                docs[other] = docs[id];
                doc_add(w, other, &docs[other]);
            }
        break;
    case 5:
        docs[id].live = false;
        FUZZ_ASSERT(index_remove(w, id * 77777777ull + 1, &e) == OK);
        break;
    case 6:
        FUZZ_ASSERT(index_commit(w, op, &e) == OK);
        break;
    case 7:
        FUZZ_ASSERT(index_merge_all(w, &e) == OK);
        break;
    default:
        doc_make(&docs[id], in);
        doc_add(w, id, &docs[id]);
    }
}

static void check_model(struct bytes input, struct arena *a)
{
    struct reader in = {input.ptr, input.ptr + input.len};
    struct doc *docs = arena_array(a, IDS, sizeof(*docs));
    struct index_writer *w = NULL;
    struct index_reader *reader = NULL;
    struct query q[QUERIES];
    struct err e = {0};
    uint64_t h = 0, live = 0;
    err_t rc;
    uint32_t x = take(&in), y = take(&in);
    make_folder();
    FUZZ_ASSERT(index_destroy(&fs_system, folder, &e) == OK);
    FUZZ_ASSERT(index_writer_open(&w, &fs_system, folder, &schema, NULL, &e) == OK);
    for (int i = 0; i < 60 && in.pos < in.end; i++)
        change(w, docs, &in);
    FUZZ_ASSERT(index_commit(w, 99, &e) == OK);
    struct snapshot *s = snapshot_open(&reader, &fs_system, &rc, &e);
    FUZZ_ASSERT(rc == OK && snapshot_followed(s) == 99);
    for (uint32_t i = 0; i < IDS; i++)
        live += docs[i].live;
    FUZZ_ASSERT(snapshot_docs(s) == live);
    for (uint32_t turn = 0; turn < 2; turn++, x = y, y = y * 7 + 3) {
        queries_about(q, x % TERMS, y % TERMS, a);
        for (int i = 0; i < QUERIES; i++) {
            struct search_result found;
            uint64_t total = 0;
            for (uint32_t k = 0; k < IDS; k++)
                total += docs[k].live && doc_matches(&docs[k], i, x % TERMS, y % TERMS);
            FUZZ_ASSERT(search_both(&h, &found, s, &q[i], false, a, &e) == OK);
            if (found.total != total)
                fprintf(stderr, "query %d of %u %u: %llu, not %llu\n", i, x % TERMS, y % TERMS,
                        (unsigned long long)found.total, (unsigned long long)total);
            FUZZ_ASSERT(found.total == total);
        }
    }
    snapshot_put(s);
    index_reader_close(reader);
    index_writer_close(w);
}

/* --- index-damage ---------------------------------------------------------------- */
struct file {
    char path[160];
    uint8_t *content;
    size_t len;
};

static struct file files[8];
static size_t file_count;
static uint64_t whole_answer;
static int damaged_fd = -1;
static const char *damaged_path;

static int open_damaged(const struct fs *fs, const char *path, int flags, mode_t mode)
{
    if (damaged_path && strcmp(path, damaged_path) == 0)
        return dup(damaged_fd);
    return fs_system.open(fs, path, flags, mode);
}

static bool fold_term(void *arg, struct str term, const struct term_info *info)
{
    uint64_t *h = arg;
    *h = hash_bytes(term, *h * 5 + info->doc_count + info->max_freq);
    return true;
}

/* A hash of what the index answers to a round of questions. */
static err_t answer(uint64_t *out, const struct fs *fs, bool forged, struct err *e)
{
    struct index_reader *reader = NULL;
    struct arena *a = arena_new();
    uint64_t h = 0;
    err_t rc;
    struct snapshot *s = snapshot_open(&reader, fs, &rc, e);
    for (uint32_t turn = 0; rc == OK && turn < 2; turn++) {
        struct query q[QUERIES];
        struct search_result found;
        queries_about(q, turn * 5, turn + 3, a);
        for (int i = 0; rc == OK && i < QUERIES; i++)
            rc = search_both(&h, &found, s, &q[i], forged, a, e);
    }
    for (size_t i = 0; rc == OK && i < snapshot_segments(s); i++) {
        uint32_t doc;
        rc = segment_each_term(snapshot_segment(s, i), STR(""), fold_term, &h, e);
        if (rc == OK)
            rc = segment_doc_of(&doc, snapshot_segment(s, i), 77777778, e);
        h = h * 3 + (rc == OK ? doc : 0);
    }
    snapshot_put(s);
    index_reader_close(reader);
    arena_free(a);
    *out = h;
    return rc;
}

static void keep_files(void)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    struct arena *a = arena_new();
    if (!dir)
        abort();
    while ((entry = readdir(dir)) != NULL) {
        struct file *f = &files[file_count];
        struct bytes b;
        if (entry->d_name[0] == '.' || str_is(str_of(entry->d_name), "LOCK"))
            continue;
        FUZZ_ASSERT(file_count < ARRAY_LEN(files));
        (void)snprintf(f->path, sizeof(f->path), "%s/%.60s", folder, entry->d_name);
        FUZZ_ASSERT(fs_read(&b, &fs_system, f->path, 1 << 20, a, NULL) == OK);
        f->content = mem_alloc(b.len);
        memcpy(f->content, b.ptr, b.len);
        f->len = b.len;
        /* The order of a folder is anybody's: the manifest first, then by size. */
        bool manifest = str_ends(str_of(f->path), STR("MANIFEST"));
        for (struct file *at = f; at > files && (manifest || at[-1].len < at->len); at--) {
            if (str_ends(str_of(at[-1].path), STR("MANIFEST")))
                break;
            struct file moved = at[-1];
            at[-1] = *at;
            *at = moved;
        }
        file_count++;
    }
    closedir(dir);
    arena_free(a);
}

/* Two segments, the older one with deletes, lists of every shape. */
static void build_once(void)
{
    struct index_writer *w = NULL;
    struct err e = {0};
    uint64_t state = 12345;
    uint8_t bytes[64];
    if (file_count)
        return;
    make_folder();
    FUZZ_ASSERT(index_writer_open(&w, &fs_system, folder, &schema, NULL, &e) == OK);
    for (uint32_t id = 0; id < 230; id++) {
        struct doc d;
        for (size_t i = 0; i < sizeof(bytes); i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bytes[i] = (uint8_t)(state >> 40);
        }
        struct reader in = {bytes, bytes + sizeof(bytes)};
        doc_make(&d, &in);
        if (d.count && id % 3)
            d.term[0] = 4;
        doc_add(w, id, &d);
        if (id == 190)
            FUZZ_ASSERT(index_commit(w, 1, &e) == OK);
    }
    FUZZ_ASSERT(index_remove(w, 5 * 77777777ull + 1, &e) == OK);
    FUZZ_ASSERT(index_commit(w, 2, &e) == OK);
    index_writer_close(w);
    keep_files();
    damaged_fd = memfd_create("damaged", MFD_CLOEXEC);
    FUZZ_ASSERT(damaged_fd >= 0 && file_count >= 4);
    FUZZ_ASSERT(answer(&whole_answer, &fs_system, false, &e) == OK);
}

/* The file as the input says: bytes changed, all of it replaced, a part
 * overwritten, or cut. */
static struct bytes damage(const struct file *f, uint32_t how, struct reader *in, struct arena *a)
{
    size_t left = (size_t)(in->end - in->pos);
    uint8_t *b = arena_alloc(a, f->len + left + 8);
    size_t len = f->len;
    memcpy(b, f->content, len);
    if ((how & 3) == 0) {
        while (in->pos < in->end) {
            size_t at = take(in);
            at |= take(in) << 8;
            at |= take(in) << 16;
            b[at % len] ^= (uint8_t)take(in);
        }
        return (struct bytes){b, len};
    }
    if ((how & 3) == 1) {
        if (left)
            memcpy(b, in->pos, left);
        return (struct bytes){b, left};
    }
    size_t at = take(in);
    at = (at | take(in) << 8) % (len + 1);
    left = (size_t)(in->end - in->pos);
    if ((how & 3) == 3)
        return (struct bytes){b, at};
    if (left)
        memcpy(b + at, in->pos, left);
    return (struct bytes){b, at + left > len ? at + left : len};
}

/* Damage is told or harmless. A manifest with a right checksum over wrong facts
 * is no damage of a disk; it must still not bring the reader down. */
static void check_damage(struct bytes input, struct arena *a)
{
    struct reader in = {input.ptr, input.ptr + input.len};
    struct fs fs = fs_system;
    struct err e = {0};
    uint64_t got = 0;
    build_once();
    uint32_t how = take(&in);
    const struct file *f = &files[take(&in) % file_count];
    struct bytes b = damage(f, how, &in, a);
    bool forged = how & 4 && f == files && b.len > 8;
    if (forged) {
        uint64_t sum = bytes_checksum(b.ptr, b.len - 8);
        memcpy((uint8_t *)(uintptr_t)b.ptr + b.len - 8, &sum, sizeof(sum));
    }
    FUZZ_ASSERT(ftruncate(damaged_fd, 0) == 0);
    FUZZ_ASSERT(pwrite(damaged_fd, b.ptr, b.len, 0) == (ssize_t)b.len);
    fs.open = open_damaged;
    damaged_path = f->path;
    err_t rc = answer(&got, &fs, forged, &e);
    damaged_path = NULL;
    FUZZ_ASSERT(rc == OK || e.text[0]);
    if (forged)
        return;
    FUZZ_ASSERT(rc == OK || (rc == E_CORRUPT && strstr(e.text, folder)));
    FUZZ_ASSERT(rc != OK || got == whole_answer);
}

/* --- index-lists --------------------------------------------------------------------- */
struct list {
    uint32_t *docs, count, max;
    uint8_t *freqs;
};

/* Runs of (gap, frequency, how often): a few bytes make a long list. */
static struct list list_make(struct reader *in, uint32_t docs, struct arena *a)
{
    struct list l = {.docs = arena_array(a, docs, sizeof(uint32_t)), .freqs = arena_alloc(a, docs)};
    uint32_t doc = take(in) % docs;
    for (uint32_t runs = 1 + take(in) % 16; runs > 0; runs--) {
        uint32_t gap = 1 + take(in), freq = take(in), times = 1 + take(in);
        for (uint32_t i = 0; i < times && doc < docs; i++, doc += gap) {
            l.docs[l.count] = doc;
            l.freqs[l.count++] = (uint8_t)freq;
            l.max = freq > l.max ? freq : l.max;
        }
    }
    return l;
}

static void check_cursor(struct postings *p, const struct list *l)
{
    uint32_t doc = postings_first(p), step = 1 + l->count / 7;
    for (uint32_t i = 0; i < l->count; i++, doc = postings_next(p))
        FUZZ_ASSERT(doc == l->docs[i] && postings_doc(p) == doc && postings_freq(p) == l->freqs[i]);
    FUZZ_ASSERT(doc == DOC_END && postings_next(p) == DOC_END);
    (void)postings_first(p);
    for (uint32_t i = 0; i < l->count; i += step) {
        uint32_t before = l->docs[i] ? l->docs[i] - 1 : 0;
        uint32_t want = i && l->docs[i - 1] == before ? before : l->docs[i];
        if (i % step == 0 && before >= postings_doc(p))
            FUZZ_ASSERT(postings_seek(p, before) == want);
        FUZZ_ASSERT(postings_seek(p, l->docs[i]) == l->docs[i]);
        FUZZ_ASSERT(postings_freq(p) == l->freqs[i]);
    }
}

static void check_windows(struct postings *p, const struct list *l, uint32_t docs, uint32_t width,
                          struct arena *a)
{
    uint32_t *got = arena_array(a, docs + POSTINGS_SLACK, sizeof(*got)), at = 0, heavy = 0;
    uint8_t *freqs = arena_alloc(a, docs + POSTINGS_SLACK);
    uint64_t *scratch = arena_array(a, docs / 64 + 16, sizeof(*scratch));
    struct postings_hint hint = {0};
    for (uint32_t from = 0; from < docs; from += width) {
        uint32_t to = from + width < docs ? from + width : docs, most = 0;
        size_t n = postings_window(p, from, to, got, freqs, &hint);
        for (size_t i = 0; i < n; i++, at++) {
            FUZZ_ASSERT(at < l->count && got[i] == l->docs[at] && freqs[i] == l->freqs[at]);
            FUZZ_ASSERT(got[i] >= from && got[i] < to);
            most = freqs[i] > most ? freqs[i] : most;
        }
        FUZZ_ASSERT(postings_max_freq(p, from, to) >= most);
        if (p->shape == POSTINGS_BITMAP)
            heavy += (uint32_t)postings_heavy(p, from, to, got, freqs, NULL);
    }
    FUZZ_ASSERT(at == l->count && heavy == (p->shape == POSTINGS_BITMAP ? p->heavy_count : 0));
    const uint64_t *bits = postings_bits(p, 0, docs, scratch);
    for (uint32_t doc = 0, i = 0; doc < docs; doc++) {
        bool in = i < l->count && l->docs[i] == doc, present = false;
        FUZZ_ASSERT((bits[doc / 64] >> (doc & 63) & 1) == in);
        uint32_t freq = doc % 5 ? 0 : postings_freq_of(p, doc, &present);
        FUZZ_ASSERT(doc % 5 || (present == in && freq == (in ? l->freqs[i] : 0)));
        i += in;
    }
}

static void check_lists(struct bytes input, struct arena *a)
{
    static const struct index_schema bare = {fields, FIELDS, columns, 0, false, 1.2f, 0.75f};
    struct reader in = {input.ptr, input.ptr + input.len};
    uint32_t docs = 1 + (take(&in) << 8 | take(&in)) % 6000, terms = 1 + take(&in) % 35;
    struct list *lists = arena_array(a, terms, sizeof(*lists));
    uint64_t *ids = arena_array(a, docs, sizeof(*ids)), seal, len;
    uint32_t *lengths = arena_array(a, docs, sizeof(*lengths));
    struct segment_file *file = NULL;
    struct err e = {0};
    make_folder();
    const char *path = arena_printf(a, "%s/list.seg", folder).ptr;
    struct builder *b = builder_new(&fs_system, path, 7, docs, &bare);
    for (uint32_t t = 0; t < terms; t++) {
        lists[t] = list_make(&in, docs, a);
        struct builder_list one = {lists[t].docs, lists[t].freqs, lists[t].count, NULL};
        builder_term(b, arena_printf(a, "term %03u", t), &one);
    }
    for (uint32_t i = 0; i < docs; i++) {
        ids[i] = (uint64_t)i * 2654435761u % 4294967291u;
        lengths[i] = i / 3;
    }
    builder_docs(b, ids, lengths);
    FUZZ_ASSERT(builder_finish(&seal, &len, b, &e) == OK);
    FUZZ_ASSERT(segment_file_open(&file, &fs_system, path, 7, seal, &bare, &e) == OK);
    struct segment *s = segment_new(file, &bare, NULL, docs, 0);
    struct postings *p = arena_alloc(a, sizeof(*p));
    for (uint32_t t = 0; t < terms; t++) {
        struct term_info info;
        bool found;
        FUZZ_ASSERT(segment_term(&info, &found, s, arena_printf(a, "term %03u", t), &e) == OK);
        FUZZ_ASSERT(found && info.doc_count == lists[t].count && info.max_freq == lists[t].max);
        FUZZ_ASSERT(postings_open(p, s, &info, &e) == OK);
        if (t > 3)
            continue;
        check_cursor(p, &lists[t]);
        check_windows(p, &lists[t], docs, t & 1 ? POSTINGS_WINDOW : 512, a);
    }
    segment_put(s);
    segment_file_put(file);
    (void)unlink(path);
}

static const struct fuzz_target targets[] = {
    {"index-damage", check_damage}, {"index-model", check_model}, {"index-lists", check_lists}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, ARRAY_LEN(targets), data, size);
}

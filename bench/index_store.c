/* What the stored half of src/index does a second: build and merge from ready
 * tokens, size by part, decoding, look-ups, opening.
 *
 *     index_store CORPUS.tsv INDEXDIR [BUFFER_MB] [reuse]
 *
 * CORPUS.tsv: one document a line, "id date applicant region lang ipc,ipc
 * tokens", separated by tabs, the tokens by spaces; all are read first. */
#include "base/arena.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/rand.h"
#include "index/postings.h"
#include "index/snapshot.h"
#include "index/writer.h"
#include <sys/resource.h>
#include <sys/stat.h>

static const struct index_field fields[] = {{"text", 1}};
static const struct index_column columns[] = {{"date", COLUMN_U32},
                                              {"applicant", COLUMN_STRINGS},
                                              {"region", COLUMN_STRINGS},
                                              {"lang", COLUMN_STRINGS},
                                              {"ipc", COLUMN_STRINGS}};
static const struct index_schema schema = {fields, 1, columns, 5, false, 1.2f, 0.75f};

/* Processor time: the machine is seldom ours alone. */
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double wall_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void die(const struct err *e)
{
    fprintf(stderr, "%s\n", e->text);
    exit(1);
}

static uint64_t number_of(struct str s)
{
    uint64_t v = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            v = v * 10 + (uint64_t)(s.ptr[i] - '0');
    }
    return v;
}

static size_t split(struct str *out, size_t max, struct str s, struct str sep)
{
    size_t n = 0;
    while (s.ptr && n < max)
        out[n++] = str_split(&s, sep);
    return n;
}

static void add_line(struct index_writer *w, struct str line, struct index_token *tokens)
{
    struct str part[7], value[5][16];
    struct err e;
    if (split(part, 7, line, STR("\t")) != 7)
        return;
    size_t n = 0;
    for (const char *p = part[6].ptr, *end = p + part[6].len; p < end;) {
        const char *space = memchr(p, ' ', (size_t)(end - p));
        space = space ? space : end;
        tokens[n] = (struct index_token){str_range(p, space), POSITION_OF(0, n)};
        n++;
        p = space + 1;
    }
    uint32_t numbers[5] = {(uint32_t)number_of(part[1])};
    struct index_values strings[5];
    for (size_t c = 1; c < 5; c++)
        strings[c] = (struct index_values){value[c],
                                           split(value[c], 16, part[c == 4 ? 5 : c + 1], STR(","))};
    struct index_doc doc = {number_of(part[0]), tokens, n, numbers, strings};
    if (index_add(w, &doc, &e) != OK)
        die(&e);
}

/* Commits of ten documents, each a replacement, into the full index. */
static void small_commits(struct index_writer *w, struct bytes map, struct index_token *tokens)
{
    struct err e;
    struct str rest = bytes_str(map);
    double start = seconds(), wall = wall_seconds();
    const int commits = 50;
    for (int i = 0; i < commits; i++) {
        for (int j = 0; j < 10 && rest.len; j++) {
            const char *end = memchr(rest.ptr, '\n', rest.len);
            size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
            add_line(w, (struct str){rest.ptr, len}, tokens);
            rest.ptr += len + (end != NULL);
            rest.len -= len + (end != NULL);
        }
        if (index_commit(w, 2 + (uint64_t)i, &e) != OK)
            die(&e);
    }
    printf("commit of 10 replaced documents: %.1f ms processor, %.1f ms wall\n",
           (seconds() - start) * 1e3 / commits, (wall_seconds() - wall) * 1e3 / commits);
    if (index_merge_all(w, &e) != OK)
        die(&e);
}

static void build(const char *corpus, const char *dir, size_t buffer_mb)
{
    struct bytes map;
    struct err e;
    struct index_writer *w;
    struct index_writer_options o = {.buffer_bytes = buffer_mb << 20};
    struct index_token *tokens = mem_array(100000, sizeof(*tokens));
    if (fs_map(&map, &fs_system, corpus, &e) != OK)
        die(&e);
    volatile uint8_t sink = 0;
    for (size_t i = 0; i < map.len; i += 4096)
        sink = (uint8_t)(sink + map.ptr[i]);
    if (index_destroy(&fs_system, dir, &e) != OK && e.kind != E_IO)
        die(&e);
    if (index_writer_open(&w, &fs_system, dir, &schema, &o, &e) != OK)
        die(&e);
    double start = seconds();
    size_t docs = 0;
    for (struct str rest = bytes_str(map); rest.len;) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        size_t len = end ? (size_t)(end - rest.ptr) : rest.len;
        add_line(w, (struct str){rest.ptr, len}, tokens);
        rest.ptr += len + (end != NULL);
        rest.len -= len + (end != NULL);
        docs++;
    }
    double added = seconds();
    if (index_commit(w, 1, &e) != OK)
        die(&e);
    double committed = seconds();
    if (index_merge_all(w, &e) != OK)
        die(&e);
    double merged = seconds();
    struct rusage usage;
    small_commits(w, map, tokens);
    getrusage(RUSAGE_SELF, &usage);
    printf("build: %zu docs; add %.2f s, commit %.2f s, merge all %.2f s; %.0f docs/s to commit, "
           "%.0f docs/s to one segment; peak %ld MB with the corpus mapped\n",
           docs, added - start, committed - added, merged - committed,
           (double)docs / (committed - start), (double)docs / (merged - start),
           usage.ru_maxrss / 1024);
    index_writer_close(w);
    fs_unmap(map);
    free(tokens);
}

struct sample {
    const struct segment *s;
    struct arena *a;
    struct str *terms;
    size_t len, cap, shape_terms[3];
    uint64_t postings, bytes, shape_postings[3], shape_bytes[3];
    struct rand r;
};

static bool sample_term(void *arg, struct str term, const struct term_info *info)
{
    struct sample *x = arg;
    struct postings p;
    struct err e;
    if (postings_open(&p, x->s, info, &e) != OK)
        die(&e);
    x->postings += info->doc_count;
    x->bytes += info->length;
    x->shape_terms[p.shape]++;
    x->shape_postings[p.shape] += info->doc_count;
    x->shape_bytes[p.shape] += info->length;
    /* Weighted by document frequency, as queries are. */
    for (uint32_t left = info->doc_count; left;) {
        uint32_t step = rand_below(&x->r, 20000) + 1;
        if (step > left)
            break;
        left -= step;
        if (x->len == x->cap) {
            x->cap = x->cap ? x->cap * 2 : 1024;
            x->terms = mem_grow(x->terms, x->cap * sizeof(*x->terms));
        }
        x->terms[x->len++] = arena_dup(x->a, term);
    }
    return true;
}

static void measure_lookups(struct sample *x)
{
    struct err e;
    struct term_info info;
    bool found;
    for (int pass = 0; pass < 3; pass++) {
        for (size_t i = x->len; i > 1; i--) {
            size_t j = rand_below(&x->r, (uint32_t)i);
            struct str t = x->terms[i - 1];
            x->terms[i - 1] = x->terms[j];
            x->terms[j] = t;
        }
        double start = seconds();
        for (size_t i = 0; i < x->len; i++) {
            if (segment_term(&info, &found, x->s, x->terms[i], &e) != OK || !found)
                die(&e);
        }
        printf("dictionary: %zu look-ups, %.0f ns each\n", x->len,
               (seconds() - start) * 1e9 / (double)x->len);
    }
}

static void measure_decode(struct sample *x)
{
    struct err e;
    struct term_info info;
    struct postings p;
    bool found;
    uint32_t *docs = mem_array(POSTINGS_WINDOW + POSTINGS_SLACK, sizeof(*docs));
    uint8_t *freqs = mem_array(POSTINGS_WINDOW + POSTINGS_SLACK, 1);
    double time[3] = {0}, whole[3] = {0};
    uint64_t count[3] = {0}, windows[3] = {0};
    for (size_t i = 0; i < x->len; i++) {
        if (segment_term(&info, &found, x->s, x->terms[i], &e) != OK ||
            postings_open(&p, x->s, &info, &e) != OK)
            die(&e);
        uint32_t n = segment_doc_count(x->s);
        double start = seconds();
        struct postings_hint hint = {0};
        for (uint32_t from = 0; from < n; from += POSTINGS_WINDOW, windows[p.shape]++)
            count[p.shape] += postings_window(&p, from, from + POSTINGS_WINDOW, docs, freqs, &hint);
        double middle = seconds();
        for (uint32_t from = 0; from < n; from += POSTINGS_WINDOW)
            (void)postings_window(&p, from, from + POSTINGS_WINDOW, docs, NULL, NULL);
        time[p.shape] += middle - start;
        whole[p.shape] += seconds() - middle;
    }
    for (int s = 1; s < 3; s++)
        printf("decode %s: %.2f ns a posting with frequencies (%.0f ns a window), %.2f without\n",
               s == 1 ? "packed" : "bitmap", time[s] * 1e9 / (double)count[s],
               time[s] * 1e9 / (double)windows[s], whole[s] * 1e9 / (double)count[s]);
    uint64_t sum = 0, calls = 0;
    double start = seconds();
    for (size_t i = 0; i < x->len; i += 10) {
        if (segment_term(&info, &found, x->s, x->terms[i], &e) != OK ||
            postings_open(&p, x->s, &info, &e) != OK)
            die(&e);
        for (int j = 0; j < 1000; j++, calls++) {
            bool present;
            sum += postings_freq_of(&p, rand_below(&x->r, segment_doc_count(x->s)), &present);
        }
    }
    printf("look-up of one document: %.0f ns (%llu)\n", (seconds() - start) * 1e9 / (double)calls,
           (unsigned long long)sum);
    free(docs);
    free(freqs);
}

int main(int argc, char **argv)
{
    struct err e;
    struct index_reader *r;
    uint64_t mb = 0;
    if (argc < 3)
        return 2;
    if (argc > 3 && !str_to_u64(&mb, str_of(argv[3])))
        return 2;
    if (argc < 5)
        build(argv[1], argv[2], mb);
    double start = seconds();
    if (index_reader_open(&r, &fs_system, argv[2], &e) != OK)
        die(&e);
    printf("open: %.0f us\n", (seconds() - start) * 1e6);
    struct snapshot *s = snapshot_get(r);
    struct sample x = {.s = snapshot_segment(s, 0), .a = arena_new(), .r = {7}};
    start = seconds();
    if (segment_each_term(x.s, STR(""), sample_term, &x, &e) != OK)
        die(&e);
    printf("all lists opened and checked: %.2f s\n", seconds() - start);
    printf("postings: %llu, %.2f bytes each in lists\n", (unsigned long long)x.postings,
           (double)x.bytes / (double)x.postings);
    static const char *const names[] = {"single", "packed", "bitmap"};
    for (int i = 0; i < 3; i++)
        printf("  %s: %zu terms, %llu postings, %llu bytes\n", names[i], x.shape_terms[i],
               (unsigned long long)x.shape_postings[i], (unsigned long long)x.shape_bytes[i]);
    measure_lookups(&x);
    measure_decode(&x);
    arena_free(x.a);
    free(x.terms);
    snapshot_put(s);
    index_reader_close(r);
    return 0;
}

/* The engine in the harness for retrieval engines (bench/README): maps its
 * corpus to a schema and its queries to query trees, and calls what `zhiyun
 * search` calls. There is no scoring and no index in here.
 *
 *     peer-adapter build|query CORPUSDIR INDEXDIR OUTPREFIX [--raw]
 *
 * Without --raw the tokens of corpus.tsv are indexed as they stand, so that all
 * engines of the harness hold the same terms; with it (or PEER_RAW=1) the raw
 * text of corpus.jsonl goes through the product's own analysis. */
#include "base/clock.h"
#include "base/vec.h"
#include "index/analyze.h"
#include "index/query.h"
#include "index/writer.h"
#include "text/json.h"
#include <pthread.h>
#include <stdatomic.h>

#define PASSES 5

enum { FIELD_TEXT, FIELD_CLASS };
enum { COLUMN_DATE, COLUMN_APPLICANT, COLUMN_CLASS, COLUMN_REGION, COLUMN_COUNT };

static const struct index_field fields[] = {{"text", 1}, {"class", 0}};
static const struct index_column columns[] = {{"date", COLUMN_U32},
                                              {"applicant", COLUMN_U32},
                                              {"class", COLUMN_STRINGS},
                                              {"region", COLUMN_STRINGS}};
static const struct index_schema schema = {.fields = fields,
                                           .field_count = ARRAY_LEN(fields),
                                           .columns = columns,
                                           .column_count = COLUMN_COUNT,
                                           .positions = false,
                                           .k1 = 1.2f,
                                           .b = 0.75f};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

_Noreturn static void stop(const struct err *e)
{
    fprintf(stderr, "peer-adapter: %s\n", e->text);
    exit(1);
}

#define CHECK(call)                                                                                \
    do {                                                                                           \
        if ((call) != OK)                                                                          \
            stop(&e);                                                                              \
    } while (0)

static FILE *open_file(const char *dir, const char *name, const char *mode)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s%s", dir, name);
    FILE *f = fopen(path, mode);
    if (!f) {
        perror(path);
        exit(1);
    }
    return f;
}

static struct str line_of(char *line, ssize_t len)
{
    if (len > 0 && line[len - 1] == '\n')
        len--;
    return (struct str){line, (size_t)len};
}

static uint32_t number_of(struct str s)
{
    uint64_t n = 0;
    return str_to_u64(&n, s) ? (uint32_t)n : COLUMN_NONE;
}

/* --- build ---------------------------------------------------------------------- */

struct record {
    uint64_t id;
    uint32_t date, applicant;
    struct str region;
    VEC(struct str) classes;
    VEC(struct index_token) tokens;
};

static void add_token(struct record *r, struct str term, uint32_t field, uint32_t n,
                      struct arena *a)
{
    VEC_PUSH(a, &r->tokens, ((struct index_token){term, POSITION_OF(field, n)}));
}

/* B14C as the terms ipc=B, ipc=B14, ipc=B14C. */
static struct str class_term(struct str symbol, size_t len, struct arena *a)
{
    return arena_printf(a, "ipc=%.*s", (int)(symbol.len < len ? symbol.len : len), symbol.ptr);
}

static void add_class(struct record *r, struct str symbol, struct arena *a)
{
    static const size_t levels[] = {1, 3, 4};
    for (size_t i = 0; i < ARRAY_LEN(levels); i++)
        add_token(r, class_term(symbol, levels[i], a), FIELD_CLASS,
                  (uint32_t)(r->classes.len * 3 + i), a);
    VEC_PUSH(a, &r->classes, arena_dup(a, symbol));
}

static void read_tsv(struct record *r, struct str line, struct arena *a)
{
    struct str cells[7], rest = line;
    for (size_t i = 0; i < 7; i++)
        cells[i] = str_split(&rest, STR("\t"));
    r->id = number_of(cells[0]);
    r->date = number_of(cells[1]);
    r->applicant = number_of(cells[2]);
    r->region = cells[3];
    for (struct str left = cells[5]; left.ptr;)
        add_class(r, str_split(&left, STR(",")), a);
    uint32_t n = 0;
    for (struct str left = cells[6]; left.ptr;) {
        struct str token = str_split(&left, STR(" "));
        if (token.len)
            add_token(r, token, FIELD_TEXT, n++, a);
    }
}

static void read_json(struct record *r, struct str line, struct arena *a)
{
    static const char *const texts[] = {"title", "abstract", "claim"};
    const struct jvalue *v;
    struct err e;
    size_t duplicates;
    CHECK(jin_parse_last(&v, line, &duplicates, a, &e));
    struct str id = jin_text(v, "id"), date = jin_text(v, "date"), who = jin_text(v, "applicant");
    r->id = number_of(str_range(id.ptr + 1, id.ptr + id.len));
    struct str digits = arena_printf(a, "%.4s%.2s%.2s", date.ptr, date.ptr + 5, date.ptr + 8);
    r->date = number_of(digits);
    size_t blank = str_find(who, STR(" "), 0);
    r->applicant = number_of(str_range(who.ptr + blank + (blank < who.len), who.ptr + who.len));
    r->region = jin_text(v, "region");
    const struct jvalue *classes = jin_get(v, "ipc");
    for (size_t i = 0; classes && i < classes->count; i++) {
        struct str symbol = classes->items[i].text;
        add_class(r, (struct str){symbol.ptr, symbol.len < 4 ? symbol.len : 4}, a);
    }
    uint32_t base = 0;
    for (size_t t = 0; t < ARRAY_LEN(texts); t++) {
        size_t count;
        const struct token *tokens = analyze_text(&count, jin_text(v, texts[t]), ANALYZE_INDEX, a);
        for (size_t i = 0; i < count; i++)
            add_token(r, tokens[i].term, FIELD_TEXT, base + tokens[i].number, a);
        base += count ? tokens[count - 1].number + 2 : 0;
    }
}

static err_t add_record(struct index_writer *w, const struct record *r, struct err *e)
{
    uint32_t numbers[COLUMN_COUNT] = {[COLUMN_DATE] = r->date, [COLUMN_APPLICANT] = r->applicant};
    struct index_values strings[COLUMN_COUNT] = {
        [COLUMN_CLASS] = {r->classes.ptr, r->classes.len}, [COLUMN_REGION] = {&r->region, 1}};
    struct index_doc doc = {r->id, r->tokens.ptr, r->tokens.len, numbers, strings};
    return index_add(w, &doc, e);
}

static void build(const char *corpus, const char *index, const char *out, bool raw)
{
    FILE *in = open_file(corpus, raw ? "/corpus.jsonl" : "/corpus.tsv", "r");
    struct index_writer *w;
    struct index_writer_options o = {0};
    struct arena *a = arena_new();
    struct err e;
    char *line = NULL;
    size_t cap = 0, docs = 0;
    double start = now_s();

    CHECK(index_writer_open(&w, &fs_system, index, &schema, &o, &e));
    for (ssize_t len; (len = getline(&line, &cap, in)) > 0; docs++) {
        struct record r = {0};
        arena_reset(a);
        (raw ? read_json : read_tsv)(&r, line_of(line, len), a);
        CHECK(add_record(w, &r, &e));
    }
    CHECK(index_commit(w, docs, &e));
    double before_merge = now_s() - start;
    CHECK(index_merge_all(w, &e));
    index_writer_close(w);
    free(line);
    arena_free(a);
    fclose(in);
    FILE *meta = open_file(out, ".meta", "w");
    fprintf(meta, "docs=%zu\nbuild_s=%.3f\nbefore_merge_s=%.3f\nsource=%s\n", docs, now_s() - start,
            before_merge, raw ? "corpus.jsonl, the product's analysis" : "corpus.tsv");
    fclose(meta);
}

/* --- queries --------------------------------------------------------------------- */

struct asked {
    char id[8], class[8], kind[24];
    uint32_t from, to;
    struct str text; /* blank-separated tokens, or raw text */
    double us[PASSES];
    struct str answer;
};

typedef VEC(struct asked) asked_list;

static void cell_copy(char *to, size_t cap, struct str cell)
{
    snprintf(to, cap, "%.*s", STR_ARG(cell));
}

/* id, type, class, from, to, tokens: the same columns in both files. */
static void read_queries(asked_list *list, const char *corpus, const char *name, struct arena *a)
{
    FILE *in = open_file(corpus, name, "r");
    char *line = NULL;
    size_t cap = 0;
    for (ssize_t len; (len = getline(&line, &cap, in)) > 0;) {
        struct asked q = {0};
        struct str rest = line_of(line, len);
        cell_copy(q.id, sizeof(q.id), str_split(&rest, STR("\t")));
        cell_copy(q.kind, sizeof(q.kind), str_split(&rest, STR("\t")));
        cell_copy(q.class, sizeof(q.class), str_split(&rest, STR("\t")));
        q.from = number_of(str_split(&rest, STR("\t")));
        q.to = number_of(str_split(&rest, STR("\t")));
        q.text = arena_dup(a, rest);
        VEC_PUSH(a, list, q);
    }
    free(line);
    fclose(in);
}

/* The raw text of the queries, for an index of raw text. */
static void read_raw_texts(asked_list *list, const char *corpus, struct arena *a)
{
    FILE *in = open_file(corpus, "/queries.jsonl", "r");
    char *line = NULL;
    size_t cap = 0, duplicates;
    struct err e;
    for (ssize_t len; (len = getline(&line, &cap, in)) > 0;) {
        const struct jvalue *v;
        CHECK(jin_parse_last(&v, line_of(line, len), &duplicates, a, &e));
        for (size_t i = 0; i < list->len; i++)
            if (str_is(jin_text(v, "qid"), list->ptr[i].id))
                list->ptr[i].text = jin_text(v, "text");
    }
    free(line);
    fclose(in);
}

static struct query term_query(struct str term, enum query_score score)
{
    return (struct query){
        .op = QUERY_TERM, .term = term, .field = FIELD_ANY, .score = score, .weight = 1};
}

static struct query all_of(const struct query *children, size_t count)
{
    return (struct query){.op = QUERY_AND, .children = children, .child_count = count};
}

/* Class prefix and range of dates. */
static const struct query *filter_of(const struct asked *q, struct arena *a)
{
    struct query *parts = arena_array(a, 3, sizeof(*parts));
    parts[0] = term_query(class_term(str_of(q->class), 4, a), SCORE_NONE);
    parts[1] =
        (struct query){.op = QUERY_NUMBERS, .column = COLUMN_DATE, .low = q->from, .high = q->to};
    parts[2] = all_of(parts, 2);
    return &parts[2];
}

typedef VEC(struct query) query_list;

static void tokens_of(query_list *list, const struct asked *q, bool raw, struct arena *a)
{
    if (raw) {
        size_t count;
        const struct token *tokens = analyze_text(&count, q->text, ANALYZE_QUERY, a);
        for (size_t i = 0; i < count; i++) {
            bool seen = false;
            for (size_t j = 0; j < list->len && !seen; j++)
                seen = str_eq(list->ptr[j].term, tokens[i].term);
            if (!seen)
                VEC_PUSH(a, list, term_query(tokens[i].term, SCORE_BM25));
        }
        return;
    }
    for (struct str left = q->text; left.ptr;) {
        struct str token = str_split(&left, STR(" "));
        if (token.len)
            VEC_PUSH(a, list, term_query(token, SCORE_BM25));
    }
}

static void ask(struct search_result *out, const struct snapshot *s, const struct asked *q,
                bool raw, struct search_scratch *scratch, struct arena *a)
{
    struct err e;
    query_list terms = {0};
    tokens_of(&terms, q, raw, a);
    struct query any = {.op = QUERY_OR, .children = terms.ptr, .child_count = terms.len};
    struct search_options o = {
        .k = 10, .scratch = scratch, .filter = q->class[0] == '-' ? NULL : filter_of(q, a)};
    CHECK(index_search(out, s, &any, &o, a, &e));
}

/* --- aggregations ------------------------------------------------------------------ */

struct table_size {
    uint64_t rows, sum;
};

static void count_cells(struct table_size *t, const struct snapshot *s, const struct query *q,
                        const struct query *filter, const struct cell_axis *axes, size_t axis_count,
                        struct search_scratch *scratch, struct arena *a)
{
    const struct cell_count *cells;
    size_t count;
    struct match_totals total;
    struct err e;
    CHECK(index_cells(&cells, &count, &total, s, q, filter, axes, axis_count, -1, scratch, a, &e));
    t->rows += count;
    for (size_t i = 0; i < count; i++)
        t->sum += cells[i].count;
}

static size_t year_of(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    uint32_t year = number / 10000;
    (void)value;
    (void)arg;
    for (size_t i = 4; i-- > 0 && i < cap; year /= 10)
        out[i] = (char)('0' + year % 10);
    return 4;
}

static size_t class_below(char *out, size_t cap, struct str value, uint32_t number, void *arg)
{
    (void)number;
    if (!str_starts(value, str_of(arg)) || value.len > cap)
        return 0;
    memcpy(out, value.ptr, value.len);
    return value.len;
}

static const struct query everything = {.op = QUERY_ALL};

static struct facet_result top_applicants(const struct snapshot *s, const struct query *filter,
                                          struct search_scratch *scratch, struct arena *a)
{
    struct facet_request top = {COLUMN_APPLICANT, 20};
    struct search_options o = {
        .filter = filter, .facets = &top, .facet_count = 1, .scratch = scratch};
    struct search_result result;
    struct err e;
    CHECK(index_search(&result, s, &everything, &o, a, &e));
    return result.facets[0];
}

static struct table_size applicant_rank(const struct snapshot *s, const struct asked *q,
                                        struct search_scratch *scratch, struct arena *a)
{
    struct facet_result top = top_applicants(s, filter_of(q, a), scratch, a);
    struct table_size size = {.rows = top.count};
    for (size_t i = 0; i < top.count; i++)
        size.sum += top.values[i].count;
    return size;
}

static struct table_size year_by_class(const struct snapshot *s, const struct asked *q,
                                       struct search_scratch *scratch, struct arena *a)
{
    const struct query *filter = filter_of(q, a);
    struct facet_result top = top_applicants(s, filter, scratch, a);
    query_list any = {0};
    for (size_t i = 0; i < top.count; i++)
        VEC_PUSH(a, &any,
                 ((struct query){.op = QUERY_NUMBERS,
                                 .column = COLUMN_APPLICANT,
                                 .low = top.values[i].number,
                                 .high = top.values[i].number}));
    struct query both[2] = {*filter, {.op = QUERY_OR, .children = any.ptr, .child_count = any.len}};
    struct query narrow = all_of(both, 2);
    struct cell_axis axes[2] = {{COLUMN_DATE, year_of, NULL}, {COLUMN_CLASS, NULL, NULL}};
    struct table_size size = {0};
    count_cells(&size, s, &everything, &narrow, axes, 2, scratch, a);
    return size;
}

static struct table_size white_space(const struct snapshot *s, struct asked *q,
                                     struct search_scratch *scratch, struct arena *a)
{
    struct query filter = term_query(class_term(str_of(q->class), 4, a), SCORE_NONE);
    struct cell_axis axis = {COLUMN_CLASS, class_below, q->class};
    struct table_size size = {0};
    for (struct str left = q->text; left.ptr;) {
        struct query word = term_query(str_split(&left, STR(" ")), SCORE_NONE);
        count_cells(&size, s, &word, &filter, &axis, 1, scratch, a);
    }
    return size;
}

static struct str aggregate(const struct snapshot *s, struct asked *q,
                            struct search_scratch *scratch, struct arena *a)
{
    struct table_size t = q->kind[0] == 'y'   ? year_by_class(s, q, scratch, a)
                          : q->kind[0] == 'a' ? applicant_rank(s, q, scratch, a)
                                              : white_space(s, q, scratch, a);
    return arena_printf(a, "rows=%llu;sum=%llu", (unsigned long long)t.rows,
                        (unsigned long long)t.sum);
}

/* --- running ------------------------------------------------------------------------ */

static struct str ids_of(const struct search_result *r, struct arena *a)
{
    struct str ids = STR_NONE;
    for (size_t i = 0; i < r->hit_count; i++)
        ids = arena_printf(a, "%.*s%s%llu", STR_ARG(ids), i ? "," : "",
                           (unsigned long long)r->hits[i].id);
    return ids;
}

/* All of them once, one after the other; pass < 0 warms up. */
static void run_pass(const struct snapshot *s, asked_list *list, int pass, bool raw,
                     struct arena *keep)
{
    struct arena *a = arena_new();
    struct search_scratch *scratch = search_scratch_new();
    for (size_t i = 0; i < list->len; i++) {
        struct asked *q = &list->ptr[i];
        struct search_result result = {0};
        struct str answer = STR_NONE;
        arena_reset(a);
        double start = now_s();
        if (q->id[0] == 'A')
            answer = aggregate(s, q, scratch, a);
        else
            ask(&result, s, q, raw, scratch, a);
        double us = (now_s() - start) * 1e6;
        if (pass >= 0)
            q->us[pass] = us;
        else
            q->answer = arena_dup(keep, q->id[0] == 'A' ? answer : ids_of(&result, a));
    }
    search_scratch_free(scratch);
    arena_free(a);
}

struct race {
    const struct snapshot *s;
    asked_list *list;
    atomic_size_t next;
    char kind;
    bool raw;
};

static void *racer(void *arg)
{
    struct race *r = arg;
    struct arena *a = arena_new();
    struct search_scratch *scratch = search_scratch_new();
    for (size_t i; (i = atomic_fetch_add(&r->next, 1)) < r->list->len;) {
        struct search_result result;
        if (r->list->ptr[i].id[0] != r->kind)
            continue;
        arena_reset(a);
        ask(&result, r->s, &r->list->ptr[i], r->raw, scratch, a);
    }
    search_scratch_free(scratch);
    arena_free(a);
    return NULL;
}

static double two_threads(const struct snapshot *s, asked_list *list, char kind, bool raw)
{
    struct race r = {.s = s, .list = list, .kind = kind, .raw = raw};
    pthread_t threads[2];
    size_t count = 0;
    for (size_t i = 0; i < list->len; i++)
        count += list->ptr[i].id[0] == kind;
    double start = now_s();
    for (size_t i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, racer, &r) != 0)
            exit(1);
    for (size_t i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    return (double)count / (now_s() - start);
}

static int rising(const void *x, const void *y)
{
    double a = *(const double *)x, b = *(const double *)y;
    return a < b ? -1 : a > b;
}

static void query(const char *corpus, const char *index, const char *out, bool raw)
{
    struct arena *a = arena_new();
    struct index_reader *reader;
    asked_list list = {0};
    struct err e;

    double start = now_s();
    CHECK(index_reader_open(&reader, &fs_system, index, &e));
    struct snapshot *s = snapshot_get(reader);
    double opened = now_s() - start;
    read_queries(&list, corpus, "/queries.tsv", a);
    if (raw)
        read_raw_texts(&list, corpus, a);
    read_queries(&list, corpus, "/agg.tsv", a);
    run_pass(s, &list, -1, raw, a);
    for (int pass = 0; pass < PASSES; pass++)
        run_pass(s, &list, pass, raw, a);

    FILE *tsv = open_file(out, ".tsv", "w");
    for (size_t i = 0; i < list.len; i++) {
        struct asked *q = &list.ptr[i];
        qsort(q->us, PASSES, sizeof(q->us[0]), rising);
        fprintf(tsv, "%s\t%.1f\t%.*s\n", q->id, q->us[PASSES / 2], STR_ARG(q->answer));
    }
    fclose(tsv);
    FILE *meta = open_file(out, ".qmeta", "w");
    for (const char *kind = "SLF"; *kind; kind++)
        fprintf(meta, "qps2_%c=%.1f\n", *kind, two_threads(s, &list, *kind, raw));
    fprintf(meta, "open_ms=%.3f\n", opened * 1e3);
    fclose(meta);
    snapshot_put(s);
    index_reader_close(reader);
    arena_free(a);
}

int main(int argc, char **argv)
{
    const char *env = getenv("PEER_RAW");
    bool raw = (env && *env == '1') || (argc == 6 && str_is(str_of(argv[5]), "--raw"));
    if (argc >= 5 && str_is(str_of(argv[1]), "build"))
        build(argv[2], argv[3], argv[4], raw);
    else if (argc >= 5 && str_is(str_of(argv[1]), "query"))
        query(argv[2], argv[3], argv[4], raw);
    else {
        fputs("usage: peer-adapter build|query CORPUSDIR INDEXDIR OUTPREFIX [--raw]\n", stderr);
        return 2;
    }
    return 0;
}

/* Quality of retrieval, measured on public sets; no index, query or scoring code
 * of its own: records go into a store in a temporary folder, the indexer follows
 * it, and search_run answers, as behind `zhiyun match`. What it prints under
 * "bm25" is the same code on an index with fields and weights off and the words
 * of the text alone (search/search.h, INDEX_PLAIN and `bare`).
 *
 * Prior art (default): CSV files with publication_number, title_text,
 * abstract_text, refs … A query is title + abstract of a record that cites at
 * least one other record of the set; relevant are the cited ones, joined by
 * number without kind code. The query's own record is hidden from everything,
 * and neither its references nor those of its family are used. "dated" repeats both with only the records
 * published before the query's.
 *
 * --evidence N: only this evidence (enum match_evidence, or'ed), to see what each is worth.
 * --classes: the classes of the query's own record count, as for similar records (search_similar).
 * --ingredients: a table of all evidence, one added to the other and one left out, for the queries of each
 * file; all files stand in one store.
 * --labels FILE: JSON Lines with id, title, abstract, label_id; how many of the
 * first ten share the query's label.
 * --pairs FILE: CSV with sentence_A, sentence_B, label (0: the same patent);
 * sentence_A looks for its sentence_B among all of them. --parallel: every other pair is stored as
 * one record with both texts, from which the store learns its terms, and only the others ask.
 * --back: sentence_B looks for its sentence_A. */
#include "base/map.h"
#include "base/vec.h"
#include "model/patent_store.h"
#include "search/search.h"
#include "text/csv.h"
#include "text/json.h"
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEPTH 100 /* hits asked for */
#define BATCH 200 /* records of one write */

struct record {
    struct patent *patent;
    struct str key;  /* number without kind, or what stands for it */
    struct str text; /* the query: title + abstract */
    struct str refs; /* cited numbers as written */
    struct str label;
    struct str partner; /* --pairs: key of the one relevant record */
    size_t file;        /* number of its file in the folder */
    bool asks;
};

struct bench {
    struct arena *a;
    VEC(struct record) records;
    VEC(char *) files;  /* of the folder */
    struct map *by_key; /* key → group of records + 1 */
    char dir[64];
    struct store *store;
    size_t file; /* that is being read */
    bool parallel, back, classes;
};

struct figures {
    size_t queries;
    double recall_10, recall_100, mrr_10, ndcg_10, first, precision_10;
};

static _Noreturn void stop(const char *what, const struct err *e)
{
    fprintf(stderr, "prior-art: %s%s%s\n", what, e ? ": " : "", e ? e->text : "");
    exit(4);
}

/* --- reading --------------------------------------------------------------- */

static bool ends_with(const char *name, const char *suffix)
{
    return str_ends(str_of(name), str_of(suffix));
}

static struct stream *open_stream(const char *path)
{
    struct stream *s = NULL;
    struct err e = {0};
    if (stream_open_file(&s, &fs_system, path, &e) != OK)
        stop(path, &e);
    if (ends_with(path, ".zst") && stream_open_zstd(&s, s, &e) != OK)
        stop(path, &e);
    if (ends_with(path, ".gz") && stream_open_gzip(&s, s, &e) != OK)
        stop(path, &e);
    return s;
}

static struct str column_of(const struct row *row, const struct row *head, const char *name)
{
    for (size_t i = 0; i < head->count && i < row->count; i++)
        if (str_is(str_trim(head->cells[i].text), name))
            return row->cells[i].text;
    return STR_NONE;
}

/* The next 'quoted' item of a list like "['US-1-A', 'US-2-B2']". */
static bool next_item(struct str *out, struct str *rest)
{
    size_t open = str_find(*rest, STR("'"), 0);
    if (open == rest->len)
        return false;
    size_t close = str_find(*rest, STR("'"), open + 1);
    if (close == rest->len)
        return false;
    *out = (struct str){rest->ptr + open + 1, close - open - 1};
    *rest = (struct str){rest->ptr + close + 1, rest->len - close - 1};
    return true;
}

/* Office and serial of a publication number, without kind. */
static struct str number_key(struct str written, struct arena *a)
{
    struct number n = {0};
    if (!number_parse(&n, written, NUMBER_PUBLICATION, STR_NONE, a))
        return STR_NONE;
    return arena_printf(a, "%.*s/%.*s", STR_ARG(n.office), STR_ARG(n.serial));
}

static struct patent *new_patent(struct arena *a)
{
    struct patent *p = arena_alloc(a, sizeof(*p));
    patent_init(p);
    p->source = STR("bench");
    p->file = STR("bench");
    return p;
}

static void add_text(struct patent *p, enum text_part part, struct str text, struct arena *a)
{
    struct patent_text t = {.part = part, .content = text};
    if (text.len > 0)
        VEC_PUSH(a, &p->texts, t);
}

static void add_classes(struct patent *p, struct str list, enum class_scheme scheme,
                        struct arena *a)
{
    struct str item;
    while (next_item(&item, &list)) {
        struct classification c = {.scheme = scheme};
        if (class_parse(&c.symbol, item, scheme, a))
            VEC_PUSH(a, &p->classes, c);
    }
}

/* The same number in two files or rows is one record; its first row counts. */
static void add_record(struct bench *b, struct record r, struct str identity)
{
    bool added;
    map_put(b->by_key, arena_printf(b->a, "row/%.*s", STR_ARG(identity)), &added);
    if (added)
        VEC_PUSH(b->a, &b->records, r);
}

static void read_landscape_row(struct bench *b, const struct row *row, const struct row *head)
{
    struct arena *a = b->a;
    struct patent *p = new_patent(a);
    struct str number = arena_dup(a, column_of(row, head, "publication_number"));
    struct str title = arena_dup(a, column_of(row, head, "title_text"));
    struct str abstract = arena_dup(a, column_of(row, head, "abstract_text"));

    if (!number_parse(&p->publication, number, NUMBER_PUBLICATION, STR_NONE, a))
        return;
    add_text(p, TEXT_TITLE, title, a);
    add_text(p, TEXT_ABSTRACT, abstract, a);
    add_classes(p, arena_dup(a, column_of(row, head, "cpc_code")), CLASS_CPC, a);
    add_classes(p, arena_dup(a, column_of(row, head, "ipc_code")), CLASS_IPC, a);
    (void)foreign_date_parse(&p->publication_date, column_of(row, head, "publication_date"));
    struct str refs = arena_dup(a, column_of(row, head, "refs")), rest = refs, item;
    while (next_item(&item, &rest)) {
        struct citation cited = {.text = item};
        if (number_parse(&cited.number, item, NUMBER_PUBLICATION, STR_NONE, a))
            VEC_PUSH(a, &p->citations, cited);
    }
    p->family = arena_dup(a, column_of(row, head, "family_id"));
    struct record r = {.patent = p,
                       .key = number_key(number, a),
                       .text = arena_printf(a, "%.*s\n%.*s", STR_ARG(title), STR_ARG(abstract)),
                       .refs = refs,
                       .file = b->file,
                       .asks = true};
    add_record(b, r, p->publication.key);
}

static void read_csv(struct bench *b, const char *path,
                     void (*row_fn)(struct bench *b, const struct row *row, const struct row *head))
{
    struct stream *s = open_stream(path);
    struct arena *keep = arena_new(), *scratch = arena_new();
    struct rows rows;
    struct row head, row;
    struct err e = {0};
    bool has_row = false;

    if (csv_open(&rows, s, ',', &e) != OK || rows_next(&has_row, &head, &rows, keep, &e) != OK)
        stop(path, &e);
    while (has_row) {
        arena_reset(scratch);
        if (rows_next(&has_row, &row, &rows, scratch, &e) != OK)
            stop(path, &e);
        if (has_row)
            row_fn(b, &row, &head);
    }
    rows_close(&rows);
    stream_close(s);
    arena_free(keep);
    arena_free(scratch);
}

static int by_name(const void *x, const void *y)
{
    return strcmp(*(char *const *)x, *(char *const *)y);
}

static void read_folder(struct bench *b, const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *entry;
    if (!d) {
        fprintf(stderr, "prior-art: %s: %s; name a folder with CSV files\n", dir, strerror(errno));
        exit(3);
    }
    while ((entry = readdir(d)))
        if (ends_with(entry->d_name, ".csv") || ends_with(entry->d_name, ".csv.zst") ||
            ends_with(entry->d_name, ".csv.gz"))
            VEC_PUSH(b->a, &b->files,
                     (char *)arena_cstr(b->a, arena_printf(b->a, "%s/%s", dir, entry->d_name)));
    closedir(d);
    if (b->files.len == 0) {
        fprintf(stderr, "prior-art: %s holds no .csv, .csv.zst or .csv.gz file\n", dir);
        exit(3);
    }
    qsort(b->files.ptr, b->files.len, sizeof(*b->files.ptr), by_name);
    for (b->file = 0; b->file < b->files.len; b->file++)
        read_csv(b, b->files.ptr[b->file], read_landscape_row);
}

static void read_pair_row(struct bench *b, const struct row *row, const struct row *head)
{
    struct arena *a = b->a;
    struct patent *p = new_patent(a);
    struct str question = arena_dup(a, column_of(row, head, "sentence_A"));
    struct str answer = arena_dup(a, column_of(row, head, "sentence_B"));
    struct str id = arena_printf(a, "%lld", (long long)row->number);

    struct str label = str_trim(column_of(row, head, "label"));
    if ((!str_is(label, "0") && !str_is(label, "0.0")) || answer.len == 0)
        return;
    bool teaches = b->parallel && b->records.len % 2 == 0;
    p->source_id = id;
    add_text(p, TEXT_ABSTRACT, b->back ? question : answer, a);
    if (teaches)
        add_text(p, TEXT_ABSTRACT, b->back ? answer : question, a);
    struct record r = {.patent = p,
                       .key = id,
                       .text = b->back ? answer : question,
                       .partner = id,
                       .asks = !teaches};
    add_record(b, r, id);
}

static void read_labels(struct bench *b, const char *path)
{
    struct stream *s = open_stream(path);
    struct bytes all;
    struct err e = {0};
    if (stream_map(&all, s, "/tmp", &e) != OK)
        stop(path, &e);
    struct str rest = bytes_str(all);
    while (rest.ptr) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        const struct jvalue *v;
        if (line.len == 0)
            continue;
        if (jin_parse_last(&v, line, &(size_t){0}, b->a, &e) != OK)
            stop(path, &e);
        struct patent *p = new_patent(b->a);
        p->source_id = arena_dup(b->a, jin_text(v, "id"));
        add_text(p, TEXT_TITLE, jin_text(v, "title"), b->a);
        add_text(p, TEXT_ABSTRACT, jin_text(v, "abstract"), b->a);
        struct record r = {.patent = p,
                           .key = p->source_id,
                           .text = arena_printf(b->a, "%.*s\n%.*s", STR_ARG(jin_text(v, "title")),
                                                STR_ARG(jin_text(v, "abstract"))),
                           .label = jin_text(v, "label_id"),
                           .asks = true};
        add_record(b, r, p->source_id);
    }
    stream_close(s);
}

/* --- store and indexes ------------------------------------------------------- */

struct put_batch {
    struct bench *b;
    size_t from, to;
};

static err_t put_batch(struct db *db, void *arg, struct err *e)
{
    struct put_batch *batch = arg;
    err_t rc = OK;
    for (size_t i = batch->from; i < batch->to && rc == OK; i++) {
        enum put_result result;
        struct arena *a = arena_new();
        rc = patent_put(&result, db, batch->b->records.ptr[i].patent, a, e);
        arena_free(a);
    }
    return rc;
}

static void fill_store(struct bench *b)
{
    struct err e = {0};
    char url[96];
    const char *tmp = getenv("TMPDIR");
    snprintf(b->dir, sizeof(b->dir), "%.40s/prior-art-XXXXXX", tmp ? tmp : "/tmp");
    if (!mkdtemp(b->dir))
        stop("no temporary folder", NULL);
    snprintf(url, sizeof(url), "sqlite:%s/store", b->dir);
    if (store_open(&b->store, url, true, &e) != OK)
        stop(url, &e);
    for (size_t i = 0; i < b->records.len; i++)
        patent_finish(b->records.ptr[i].patent, b->a);
    for (size_t from = 0; from < b->records.len; from += BATCH) {
        size_t to = from + BATCH < b->records.len ? from + BATCH : b->records.len;
        struct put_batch batch = {b, from, to};
        if (store_write(b->store, put_batch, &batch, &e) != OK)
            stop("store", &e);
    }
}

static struct searcher *make_index(struct bench *b, const char *name, enum index_kind kind)
{
    struct indexer *x = NULL;
    struct searcher *s = NULL;
    struct err e = {0};
    const char *dir = arena_cstr(b->a, arena_printf(b->a, "%s/%s", b->dir, name));
    if (indexer_open(&x, b->store, dir, kind, &e) != OK || indexer_follow(x, NULL, &e) != OK ||
        indexer_optimise(x, &e) != OK || searcher_open(&s, b->store, dir, &clock_system, &e) != OK)
        stop(dir, &e);
    indexer_close(x);
    return s;
}

static void remove_store(struct bench *b)
{
    struct arena *a = arena_new();
    store_close(b->store);
    const char *command = arena_cstr(a, arena_printf(a, "rm -rf '%s'", b->dir));
    if (system(command) != 0)
        fprintf(stderr, "prior-art: %s was left behind\n", b->dir);
    arena_free(a);
}

/* --- truth ----------------------------------------------------------------- */

typedef VEC(int64_t) id_vec;

static bool holds(const id_vec *ids, int64_t id)
{
    for (size_t i = 0; i < ids->len; i++)
        if (ids->ptr[i] == id)
            return true;
    return false;
}

/* Ids of the records with a key, its own left out. */
static void add_ids(id_vec *out, const struct bench *b, const struct map *keys, struct str key,
                    const struct record *own)
{
    /* Several kinds of one number: all of them. */
    if (!map_get(keys, key) || str_eq(key, own->key))
        return;
    for (size_t i = (size_t)*map_get(keys, key); i < b->records.len; i++) {
        const struct record *r = &b->records.ptr[i];
        if (str_eq(r->key, key) && !holds(out, r->patent->id))
            VEC_PUSH(b->a, out, r->patent->id);
    }
}

static struct map *first_of_key(const struct bench *b)
{
    struct map *keys = map_new(1);
    for (size_t i = 0; i < b->records.len; i++) {
        bool added;
        uint64_t *at = map_put(keys, b->records.ptr[i].key, &added);
        if (added)
            *at = i;
    }
    return keys;
}

static void relevant_to(id_vec *out, const struct bench *b, const struct map *keys,
                        const struct record *r)
{
    struct str rest = r->refs, item;
    while (next_item(&item, &rest))
        add_ids(out, b, keys, number_key(item, b->a), r);
    if (r->label.len > 0)
        for (size_t i = 0; i < b->records.len; i++)
            if (&b->records.ptr[i] != r && str_eq(b->records.ptr[i].label, r->label))
                VEC_PUSH(b->a, out, b->records.ptr[i].patent->id);
    if (r->partner.len > 0)
        VEC_PUSH(b->a, out, r->patent->id);
}

/* --- asking ---------------------------------------------------------------- */

static void score(struct figures *f, const struct search_reply *r, const id_vec *relevant)
{
    double found_10 = 0, found_100 = 0, gain = 0, ideal = 0;
    size_t first = 0;
    for (size_t i = 0; i < r->hit_count; i++) {
        if (!holds(relevant, r->hits[i].id))
            continue;
        if (first == 0)
            first = i + 1;
        found_100++;
        if (i < 10) {
            found_10++;
            gain += 1 / log2((double)i + 2);
        }
    }
    for (size_t i = 0; i < relevant->len && i < 10; i++)
        ideal += 1 / log2((double)i + 2);
    f->queries++;
    f->recall_10 += found_10 / (double)relevant->len;
    f->recall_100 += found_100 / (double)relevant->len;
    f->mrr_10 += first > 0 && first <= 10 ? 1 / (double)first : 0;
    f->ndcg_10 += gain / ideal;
    f->first += first == 1;
    f->precision_10 += found_10 / 10;
}

/* "date=<2014-01-21": before the record was published; empty without a date. */
static struct str before(const struct patent *p, struct arena *a)
{
    char date[DATE_TEXT_LEN + 1];
    if (!date_valid(p->publication_date))
        return STR_NONE;
    date_format(date, p->publication_date);
    return arena_printf(a, "date=<%s", date);
}

/* The figures of all queries. by_file: NULL, or those of each file's queries. */
static void ask(struct figures *f, struct figures *by_file, struct bench *b, const struct map *keys,
                struct searcher *s, unsigned evidence, bool dated)
{
    struct arena *a = arena_new();
    *f = (struct figures){0};
    for (size_t i = 0; i < b->records.len; i++) {
        const struct record *r = &b->records.ptr[i];
        id_vec relevant = {0};
        struct err e = {0};
        struct str number;
        struct patent own = *r->patent;
        relevant_to(&relevant, b, keys, r);
        if (!r->asks || relevant.len == 0)
            continue;
        arena_reset(a);
        if (patent_key(&number, r->patent, a, &e) != OK)
            stop("key", &e);
        if (r->patent->publication.display.len > 0)
            number = r->patent->publication.display;
        if (!b->classes)
            own.classes.len = 0;
        struct str filters[2] = {arena_printf(a, "number!=%.*s", STR_ARG(number))};
        if (dated)
            filters[1] = before(r->patent, a);
        struct search_request q = {.text = r->text,
                                   .filters = filters,
                                   .filter_count = r->partner.len > 0   ? 0
                                                   : filters[1].len > 0 ? 2
                                                                        : 1,
                                   .k = DEPTH,
                                   .bare = evidence == 0,
                                   .evidence = evidence,
                                   .own = &own,
                                   .ids_only = true};
        struct search_reply reply;
        if (search_run(&reply, s, &q, a, &e) != OK)
            stop("match", &e);
        score(f, &reply, &relevant);
        if (by_file)
            score(&by_file[r->file], &reply, &relevant);
    }
    arena_free(a);
}

/* --- printing -------------------------------------------------------------- */

static void rounded(struct jout *j, const char *name, double sum, size_t queries)
{
    double mean = queries ? sum / (double)queries : 0;
    jout_name(j, name);
    jout_double(j, round(mean * 10000) / 10000);
}

static void print_figures(struct jout *j, const char *name, const struct figures *f, char mode)
{
    jout_name(j, name);
    jout_object(j);
    jout_pair_i64(j, "queries", (int64_t)f->queries);
    if (mode == 'l') {
        rounded(j, "precision_10", f->precision_10, f->queries);
    } else {
        if (mode == 'p')
            rounded(j, "recall_1", f->first, f->queries);
        rounded(j, "recall_10", f->recall_10, f->queries);
        rounded(j, "recall_100", f->recall_100, f->queries);
        rounded(j, "mrr_10", f->mrr_10, f->queries);
    }
    if (mode == 'c')
        rounded(j, "ndcg_10", f->ndcg_10, f->queries);
    jout_end_object(j);
}

static size_t count_pairs(struct bench *b, const struct map *keys)
{
    size_t pairs = 0;
    for (size_t i = 0; i < b->records.len; i++) {
        id_vec relevant = {0};
        relevant_to(&relevant, b, keys, &b->records.ptr[i]);
        pairs += relevant.len;
    }
    return pairs;
}

static void print_cell(const struct figures *f)
{
    double n = f->queries > 0 ? (double)f->queries : 1;
    printf("  %.3f %.3f", f->recall_100 / n, f->mrr_10 / n);
}

/* A line for each step: recall@100 and MRR@10 of all queries and of each file's, first among all
 * records, then among earlier ones. */
static void print_ingredients(struct bench *b, const struct map *keys, struct searcher *full,
                              struct searcher *plain)
{
    const struct {
        const char *name;
        unsigned evidence; /* 0: the words alone */
        bool plain, classes;
    } steps[] = {
        {"plain BM25", .plain = true},
        {"fields, plurals"},
        {"+ weights", MATCH_WEIGHTS},
        {"+ classes", MATCH_WEIGHTS | MATCH_CLASSES},
        {"+ feedback", MATCH_WEIGHTS | MATCH_CLASSES | MATCH_FEEDBACK},
        {"+ citers", MATCH_ALL},
        {"+ its own classes", MATCH_ALL, .classes = true},
        {"without weights", MATCH_ALL & ~MATCH_WEIGHTS},
        {"without classes", MATCH_ALL & ~MATCH_CLASSES},
        {"without feedback", MATCH_ALL & ~MATCH_FEEDBACK},
        {"without citers", MATCH_ALL & ~MATCH_CITERS},
    };
    for (int dated = 0; dated < 2; dated++) {
        printf("%-17s  all        ", dated ? "earlier records" : "all records");
        for (size_t i = 0; i < b->files.len; i++)
            printf("  %-11.11s", strrchr(b->files.ptr[i], '/') + 1);
        printf("\n");
        for (size_t k = 0; k < sizeof(steps) / sizeof(*steps); k++) {
            struct figures all, *by_file = arena_array(b->a, b->files.len, sizeof(*by_file));
            b->classes = steps[k].classes;
            ask(&all, by_file, b, keys, steps[k].plain ? plain : full, steps[k].evidence, dated);
            printf("%-17s", steps[k].name);
            print_cell(&all);
            for (size_t i = 0; i < b->files.len; i++)
                print_cell(&by_file[i]);
            printf("\n");
        }
    }
}

static void print_all(struct bench *b, const struct map *keys, struct searcher *full,
                      struct searcher *plain, unsigned evidence, char mode)
{
    struct figures ours, bm25, ours_dated, bm25_dated;
    struct buf out;
    struct jout j;

    ask(&ours, NULL, b, keys, full, evidence, false);
    ask(&bm25, NULL, b, keys, plain, 0, false);

    buf_init(&out, 0);
    jout_init(&j, &out);
    jout_object(&j);
    jout_pair_i64(&j, "documents", (int64_t)b->records.len);
    jout_pair_i64(&j, "pairs", (int64_t)count_pairs(b, keys));
    print_figures(&j, "ours", &ours, mode);
    print_figures(&j, "bm25", &bm25, mode);
    if (mode == 'c') {
        ask(&ours_dated, NULL, b, keys, full, evidence, true);
        ask(&bm25_dated, NULL, b, keys, plain, 0, true);
        jout_name(&j, "dated");
        jout_object(&j);
        print_figures(&j, "ours", &ours_dated, mode);
        print_figures(&j, "bm25", &bm25_dated, mode);
        jout_end_object(&j);
    }
    jout_end_object(&j);
    printf("%.*s\n", STR_ARG(buf_str(&out)));
    buf_clear(&out);
}

static int usage(void)
{
    fprintf(stderr, "usage: prior-art [--json] [--classes] [--evidence N | --ingredients] DIR\n"
                    "       prior-art [--json] --labels FILE.json\n"
                    "       prior-art [--json] --pairs [--parallel] [--back] FILE.csv\n");
    return 2;
}

int main(int argc, char **argv)
{
    struct bench b = {.a = arena_new(), .by_key = map_new(1)};
    const char *path = NULL;
    char mode = 'c'; /* citations, labels, pairs */
    unsigned evidence = MATCH_ALL;
    bool ingredients = false;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--labels") == 0)
            mode = 'l';
        else if (strcmp(argv[i], "--pairs") == 0)
            mode = 'p';
        else if (strcmp(argv[i], "--parallel") == 0)
            b.parallel = true;
        else if (strcmp(argv[i], "--back") == 0)
            b.back = true;
        else if (strcmp(argv[i], "--classes") == 0)
            b.classes = true;
        else if (strcmp(argv[i], "--ingredients") == 0)
            ingredients = true;
        else if (strcmp(argv[i], "--evidence") == 0 && i + 1 < argc)
            evidence = (unsigned)strtoul(argv[++i], NULL, 10);
        else if (argv[i][0] == '-' && strcmp(argv[i], "--json") != 0)
            return usage();
        else if (argv[i][0] != '-' && path)
            return usage();
        else if (argv[i][0] != '-')
            path = argv[i];
    }
    if (!path)
        return usage();
    if (mode == 'l')
        read_labels(&b, path);
    else if (mode == 'p')
        read_csv(&b, path, read_pair_row);
    else
        read_folder(&b, path);
    fill_store(&b);

    struct map *keys = first_of_key(&b);
    struct searcher *full = make_index(&b, "full", INDEX_FULL);
    struct searcher *plain = make_index(&b, "plain", INDEX_PLAIN);
    if (ingredients)
        print_ingredients(&b, keys, full, plain);
    else
        print_all(&b, keys, full, plain, evidence, mode);

    searcher_close(full);
    searcher_close(plain);
    map_free(keys);
    map_free(b.by_key);
    remove_store(&b);
    arena_free(b.a);
    return 0;
}

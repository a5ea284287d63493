/* How fast records go into a store on disk, in batches of 500 as an import does:
 * put_bench [RECORDS [DIR]]. Prints records/s and bytes per record. */
#include "base/clock.h"
#include "base/rand.h"
#include "db/store.h"
#include "model/patent_store.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define BATCH 500

enum shape { TITLES, ABSTRACTS, SECOND_SOURCE };

struct batch {
    struct arena *a;
    int64_t from, count;
    enum shape shape;
    size_t results[3];
};

static void make(struct patent *p, int64_t n, enum shape shape, struct arena *a)
{
    static const char abstract[] =
        "本发明公开了一种锂离子电池用复合隔膜及其制备方法，包括基膜和涂覆于所述基膜表面的陶瓷涂层。"
        "该复合隔膜具有良好的热稳定性和机械强度，可有效提升电池的安全性能和循环寿命。";
    struct rand r = {(uint64_t)n};
    *p = (struct patent){0};
    patent_init(p);
    p->source = shape == SECOND_SOURCE ? STR("docdb") : STR("table:export.xlsx");
    p->file = STR("export.xlsx");
    p->row = n;
    p->received_ms = 1;
    struct str number = arena_printf(a, "CN%09lldA", (long long)(100000000 + n));
    (void)number_parse(&p->publication, number, NUMBER_PUBLICATION, STR("CN"), a);
    VEC_PUSH(a, &p->texts,
             (struct patent_text){.part = TEXT_TITLE,
                                  .lang = STR("zh"),
                                  .content = arena_printf(a, "一种锂离子电池用复合隔膜%u",
                                                          rand_below(&r, 1000000))});
    if (shape == TITLES)
        return;
    struct str app = arena_printf(a, "2014%08lld", (long long)n);
    (void)number_parse(&p->application, app, NUMBER_APPLICATION, STR("CN"), a);
    p->publication_date = (struct date){2014, 6, 1};
    p->application_date = (struct date){2013, 6, 1};
    for (int i = 0; i < 6; i++)
        VEC_PUSH(a, &p->texts,
                 (struct patent_text){.part = i ? TEXT_CLAIMS : TEXT_ABSTRACT,
                                      .lang = i ? STR_NONE : STR("zh"),
                                      .content = str_of(abstract)});
    for (int i = 0; i < 4; i++)
        VEC_PUSH(a, &p->parties,
                 (struct party){
                     .role = i ? PARTY_INVENTOR : PARTY_APPLICANT,
                     .name = arena_printf(a, "某某新能源科技有限公司%u", rand_below(&r, 5000))});
    for (int i = 0; i < 5; i++)
        VEC_PUSH(a, &p->classes,
                 (struct classification){.scheme = CLASS_IPC,
                                         .symbol = {.symbol = arena_printf(a, "H01M10/%02d", i)}});
}

static err_t put_batch(struct db *db, void *arg, struct err *e)
{
    struct batch *b = arg;
    err_t rc = OK;
    for (int64_t n = b->from; rc == OK && n < b->from + b->count; n++) {
        struct patent p;
        enum put_result result = PUT_UNCHANGED;
        make(&p, n, b->shape, b->a);
        rc = patent_put(&result, db, &p, b->a, e);
        b->results[result]++;
        arena_reset(b->a);
    }
    return rc;
}

static void run(struct store *s, const char *name, enum shape shape, int64_t records)
{
    struct batch b = {.a = arena_new(), .shape = shape};
    struct err e;
    int64_t began = clock_monotonic_us(&clock_system);
    for (b.from = 0; b.from < records; b.from += BATCH) {
        b.count = records - b.from < BATCH ? records - b.from : BATCH;
        if (store_write(s, put_batch, &b, &e) != OK) {
            fprintf(stderr, "%s\n", e.text);
            exit(4);
        }
    }
    double seconds = (double)(clock_monotonic_us(&clock_system) - began) / 1e6;
    struct stat st = {0};
    (void)stat(store_url(s) + strlen("sqlite:"), &st);
    struct rusage ru;
    getrusage(RUSAGE_SELF, &ru);
    printf("%-34s %8.0f records/s  inserted %zu updated %zu unchanged %zu; store %.0f bytes/record,"
           " peak %ld MB\n",
           name, (double)records / seconds, b.results[PUT_INSERTED], b.results[PUT_UPDATED],
           b.results[PUT_UNCHANGED], (double)st.st_size / (double)records, ru.ru_maxrss / 1024);
    arena_free(b.a);
}

int main(int argc, char **argv)
{
    int64_t records = 100000;
    struct arena *a = arena_new();
    if (argc > 1 && !str_to_i64(&records, str_of(argv[1])))
        return 2;
    const char *dir = argc > 2 ? argv[2] : "/tmp";
    const char *names[] = {"title only, new", "title only, again", "second source with abstract",
                           "second source, again"};
    const enum shape shapes[] = {TITLES, TITLES, SECOND_SOURCE, SECOND_SOURCE};
    for (int fresh = 0; fresh < 2; fresh++) {
        struct store *s = NULL;
        struct err e;
        struct str path = arena_printf(a, "%s/zhiyun-put-bench-%d.db", dir, (int)getpid());
        const char *url = arena_printf(a, "sqlite:%.*s", STR_ARG(path)).ptr;
        if (store_open(&s, url, true, &e) != OK) {
            fprintf(stderr, "%s\n", e.text);
            return 4;
        }
        if (fresh == 0)
            for (size_t i = 0; i < ARRAY_LEN(names); i++)
                run(s, names[i], shapes[i], i < 2 ? records : records / 5);
        else
            run(s, "abstract, claims, parties, new", ABSTRACTS, records);
        store_close(s);
        unlink(path.ptr);
        unlink(arena_printf(a, "%.*s-turn", STR_ARG(path)).ptr);
    }
    arena_free(a);
    return 0;
}

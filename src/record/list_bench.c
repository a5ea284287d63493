/* Pages of a list per second: list_bench [SECONDS [RECORDS [DIR]]]. Two threads ask for
 * twenty deals as a centre's staff: the same page again and again (kept answers), and
 * pages that were not asked before (a filter of its own each). */
#include "audit/suite.h"
#include "base/clock.h"
#include "record/record.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define THREADS 2

struct bench {
    struct arena *a;
    struct store *store;
    struct record_types *types;
    struct log_suite suite;
    struct kernel k;
    int64_t unit, records, until_us;
};

struct reader {
    struct bench *b;
    int64_t number, done, bytes;
    bool fresh;
};

static void must(err_t rc, const struct err *e)
{
    if (rc == OK)
        return;
    fprintf(stderr, "%s\n", e->text);
    exit(4);
}

static const struct jvalue *parsed(struct str json, struct arena *a)
{
    const struct jvalue *v;
    struct err e;
    must(jin_parse(&v, json, a, &e), &e);
    return v;
}

static int64_t create(struct bench *b, const char *type, struct str json, int64_t unit,
                      struct arena *a)
{
    struct subject s;
    struct written out;
    struct write_options o = {.owner_unit = unit};
    struct err e;
    subject_program(&s, STR("2026-11-20"));
    must(record_create(
             &out, &(struct record_call){&b->k, &s, record_type_find(b->types, str_of(type)), 0, a},
             parsed(json, a), &o, &e),
         &e);
    return out.id;
}

struct filler {
    struct bench *b;
    int64_t from, step;
};

static void *fill(void *arg)
{
    struct filler *x = arg;
    struct arena *a = arena_new();
    for (int64_t i = x->from; i < x->b->records; i += x->step) {
        arena_reset(a);
        create(x->b, "deal",
               arena_printf(a,
                            "{\"contract_no\":\"HT-%lld\",\"title\":\"专利许可合同 %lld\",\"type\":"
                            "\"licence\",\"signed\":\"20%02d-%02d-%02d\",\"amount\":\"%lld.00\"}",
                            (long long)i, (long long)i, (int)(10 + i % 15), (int)(1 + i % 12),
                            (int)(1 + i % 28), (long long)(i * 7919 % 1000000)),
               x->b->unit, a);
    }
    arena_free(a);
    return NULL;
}

static void fill_all(struct bench *b)
{
    pthread_t threads[64];
    struct filler x[64];
    for (int i = 0; i < 64; i++) {
        x[i] = (struct filler){b, i, 64};
        pthread_create(&threads[i], NULL, fill, &x[i]);
    }
    for (int i = 0; i < 64; i++)
        pthread_join(threads[i], NULL);
}

static struct subject staff_of(struct bench *b)
{
    static const struct grant none;
    struct grant *g = arena_array(b->a, 2, sizeof(*g));
    struct subject s = {.account = 1,
                        .unit = b->unit,
                        .unit_kind = STR("party"),
                        .city = STR("5101"),
                        .province = STR("51"),
                        .today = STR("2026-11-20")};
    g[0] = g[1] = none;
    g[0].role = role_find(STR("centre_staff"));
    g[1].role = role_find(STR("public"));
    s.grants = g;
    s.grant_count = 2;
    return s;
}

static void *read_pages(void *arg)
{
    struct reader *r = arg;
    struct arena *a = arena_new();
    struct buf out;
    struct subject s = staff_of(r->b);
    const struct record_type *t = record_type_find(r->b->types, STR("deal"));
    buf_init(&out, 0);
    while (clock_monotonic_us(&clock_system) < r->b->until_us) {
        struct list_request q = {.limit = 20};
        struct err e;
        arena_reset(a);
        buf_reset(&out);
        if (r->fresh)
            q.filter = arena_printf(a, "amount>=%lld",
                                    (long long)((r->done * 2 + r->number) * 31 % 1000000));
        must(record_list(&out, &(struct record_call){&r->b->k, &s, t, 0, a}, &q, &e), &e);
        r->bytes = (int64_t)out.len;
        r->done++;
    }
    buf_clear(&out);
    arena_free(a);
    return NULL;
}

static double processor_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static void run(struct bench *b, const char *what, bool fresh, int64_t seconds)
{
    pthread_t threads[THREADS];
    struct reader r[THREADS];
    double used = processor_seconds();
    int64_t began = clock_monotonic_us(&clock_system), done = 0;
    b->until_us = began + seconds * 1000000;
    for (int i = 0; i < THREADS; i++) {
        r[i] = (struct reader){.b = b, .number = i, .fresh = fresh};
        pthread_create(&threads[i], NULL, read_pages, &r[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        done += r[i].done;
    }
    double took = (double)(clock_monotonic_us(&clock_system) - began) / 1e6;
    printf("%-34s %8.0f pages/s, %lld bytes each, %.1f us of processor a page\n", what,
           (double)done / took, (long long)r[0].bytes,
           (processor_seconds() - used) / (double)done * 1e6);
}

int main(int argc, char **argv)
{
    const struct type_finding *findings;
    size_t finding_count;
    int64_t seconds = 3;
    struct bench b = {.a = arena_new(), .records = 20000};
    struct err e;
    if ((argc > 1 && !str_to_i64(&seconds, str_of(argv[1]))) ||
        (argc > 2 && !str_to_i64(&b.records, str_of(argv[2]))))
        return 2;
    struct str path =
        arena_printf(b.a, "%s/zhiyun-list-bench-%d.db", argc > 3 ? argv[3] : "/tmp", (int)getpid());
    must(record_types_load(&b.types, NULL, &findings, &finding_count, b.a, &e), &e);
    must(store_open(&b.store, arena_printf(b.a, "sqlite:%.*s", STR_ARG(path)).ptr, true, &e), &e);
    must(record_types_migrate(b.types, b.store, &e), &e);
    must(log_suite_init(&b.suite, STR("sha256-ed25519"), STR("zhiyun/bench"), &e), &e);
    b.k = (struct kernel){
        .store = b.store, .types = b.types, .suite = &b.suite, .clock = &clock_system};
    kernel_init(&b.k);
    b.unit = create(&b, "party",
                    STR("{\"name\":\"中心\",\"kind\":\"party\",\"region\":\"510104\"}"), 0, b.a);
    fill_all(&b);
    printf("%lld records of one unit\n", (long long)b.records);
    run(&b, "the same page, kept", false, seconds);
    run(&b, "pages not asked before, with total", true, seconds);
    kernel_clear(&b.k);
    store_close(b.store);
    record_types_free(b.types);
    for (const char *const *suffix = (const char *const[]){"", "-turn", "-wal", "-shm", NULL};
         *suffix; suffix++)
        unlink(arena_printf(b.a, "%.*s%s", STR_ARG(path), *suffix).ptr);
    arena_free(b.a);
    return 0;
}

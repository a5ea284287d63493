/* Acknowledged records per second with 64 writers, against what SQLite alone does
 * with the same statements, one thread, the same number of records to a commit:
 * write_bench [SECONDS [DIR]]. A record is a deal of twelve fields; its statements
 * are the row, its version, its log entry and its search text. */
#include "audit/suite.h"
#include "base/clock.h"
#include "base/fs.h"
#include "record/plan.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define WRITERS 64

struct bench {
    struct arena *a;
    struct store *store;
    struct record_types *types;
    struct log_suite suite;
    struct kernel k;
    int64_t unit, until_us, prefix;
};

struct writer {
    struct bench *b;
    int64_t number, done, slowest_us;
};

static void must(err_t rc, const struct err *e)
{
    if (rc == OK)
        return;
    fprintf(stderr, "%s\n", e->text);
    exit(4);
}

static struct str deal(int64_t run, int64_t writer, int64_t n, struct arena *a)
{
    return arena_printf(
        a,
        "{\"contract_no\":\"HT-%lld-%lld-%lld\",\"title\":\"一种石墨烯复合材料专利许可\","
        "\"type\":\"licence\",\"signed\":\"2026-03-15\",\"amount\":\"1280000.00\","
        "\"currency\":\"CNY\",\"parties\":[\"四川大学\",\"成都新材料有限公司\"],"
        "\"patents\":[\"CN108192973A\"],\"related_party\":false,\"filed_on\":\"2026-04-01\","
        "\"licence_term\":{\"from\":\"2026-04-01\",\"to\":\"2031-03-31\"},"
        "\"outcome\":\"已投产，年产值约三千万元\"}",
        (long long)run, (long long)writer, (long long)n);
}

static void *write_deals(void *arg)
{
    struct writer *w = arg;
    struct arena *a = arena_new();
    struct subject s;
    const struct record_type *t = record_type_find(w->b->types, STR("deal"));
    subject_program(&s, STR("2026-11-20"));
    for (int64_t now; (now = clock_monotonic_us(&clock_system)) < w->b->until_us;) {
        struct written out;
        struct err e;
        const struct jvalue *body;
        struct write_options o = {.owner_unit = w->b->unit};
        arena_reset(a);
        must(jin_parse(&body, deal(w->b->prefix, w->number, w->done, a), a, &e), &e);
        must(record_create(&out, &(struct record_call){&w->b->k, &s, t, 0, a}, body, &o, &e), &e);
        int64_t took = clock_monotonic_us(&clock_system) - now;
        if (took > w->slowest_us)
            w->slowest_us = took;
        w->done++;
    }
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

static double run_kernel(struct bench *b, size_t writers, int64_t seconds, double *per_commit)
{
    pthread_t threads[WRITERS];
    struct writer w[WRITERS];
    struct store_counts before = store_counts(b->store);
    double used = processor_seconds();
    int64_t began = clock_monotonic_us(&clock_system), slowest = 0;
    b->prefix++;
    b->until_us = began + seconds * 1000000;
    for (size_t i = 0; i < writers; i++) {
        w[i] = (struct writer){.b = b, .number = (int64_t)i};
        pthread_create(&threads[i], NULL, write_deals, &w[i]);
    }
    for (size_t i = 0; i < writers; i++) {
        pthread_join(threads[i], NULL);
        slowest = w[i].slowest_us > slowest ? w[i].slowest_us : slowest;
    }
    struct store_counts after = store_counts(b->store);
    double took = (double)(clock_monotonic_us(&clock_system) - began) / 1e6;
    double steps = (double)(after.steps - before.steps);
    *per_commit = steps / (double)(after.commits - before.commits);
    printf("%3zu writers   %8.0f records/s acknowledged, %5.1f a commit, slowest %lld ms, "
           "%.0f us of processor a record\n",
           writers, steps / took, *per_commit, (long long)slowest / 1000,
           (processor_seconds() - used) / steps * 1e6);
    return steps / took;
}

/* The statements of one record with values of the same size, as often as they go. */
static double run_alone(struct bench *b, int64_t seconds, size_t per_commit)
{
    const struct type_plan *p = plan_of(&b->k, record_type_find(b->types, STR("deal")));
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    struct value row[VALUE_FIELDS_MAX] = {0}, version[11], entry[3], text[3], child[2][8];
    size_t columns = p->column_count - 1;
    int64_t n = 0;

    must(db_open(&db, store_url(b->store), &(struct db_options){.must_exist = true}, &e), &e);
    must(db_query_once(&st, db, p->select_row, VALUES(v_i64(1)), &e), &e);
    must(stmt_next(&has_row, st, &e), &e);
    for (size_t i = 0; i < columns; i++)
        row[i] = stmt_is_null(st, (int)i + 1) ? (struct value){.type = VALUE_NULL}
                                              : v_str(arena_dup(b->a, stmt_str(st, (int)i + 1)));
    for (size_t i = 0; i < p->field_count; i++)
        for (size_t c = 0; p->fields[i].at != SIZE_MAX && c < p->fields[i].column_count; c++)
            if (p->fields[i].columns[c].integer && row[p->fields[i].at - 1 + c].type != VALUE_NULL)
                row[p->fields[i].at - 1 + c] = v_i64(stmt_i64(st, (int)(p->fields[i].at + c)));
    for (int i = 0; i < SYS_COUNT; i++)
        if (i != SYS_ID && i != SYS_STATE && i != SYS_OWNER_CITY && i != SYS_OWNER_PROVINCE &&
            row[i - 1].type != VALUE_NULL)
            row[i - 1] = v_i64(stmt_i64(st, i));
    stmt_free(st);
    must(db_query(&st, db, "SELECT * FROM record_version WHERE type = 'deal' AND record_id = 1",
                  NULL, 0, &e),
         &e);
    must(stmt_next(&has_row, st, &e), &e);
    for (int i = 0; i < 11; i++)
        version[i] =
            i >= 1 && i <= 4 ? v_i64(stmt_i64(st, i)) : v_str(arena_dup(b->a, stmt_str(st, i)));
    stmt_free(st);
    must(db_query(&st, db, "SELECT uid, at_ms, body FROM log_entry WHERE id = 1", NULL, 0, &e), &e);
    must(stmt_next(&has_row, st, &e), &e);
    for (int i = 0; i < 3; i++)
        entry[i] = i == 1 ? v_i64(stmt_i64(st, i)) : v_str(arena_dup(b->a, stmt_str(st, i)));
    stmt_free(st);
    must(db_query(&st, db, "SELECT * FROM record_text WHERE type = 'deal' AND record_id = 1", NULL,
                  0, &e),
         &e);
    must(stmt_next(&has_row, st, &e), &e);
    for (int i = 0; i < 3; i++)
        text[i] = i == 1 ? v_i64(stmt_i64(st, i)) : v_str(arena_dup(b->a, stmt_str(st, i)));
    stmt_free(st);
    const struct field_plan *parties = &p->fields[plan_field(p, STR("parties"))],
                            *patents = &p->fields[plan_field(p, STR("patents"))];
    for (int i = 0; i < 2; i++)
        child[0][i] = child[1][i] = v_i64(0);
    child[0][2] = v_str(STR("成都新材料有限公司"));
    child[1][2] = v_str(STR("CN108192973A"));
    child[1][3] = v_str(STR("CN/108192973/A"));

    size_t number = plan_field(p, STR("contract_no"));
    double used = processor_seconds();
    int64_t began = clock_monotonic_us(&clock_system);
    while (clock_monotonic_us(&clock_system) < began + seconds * 1000000) {
        must(db_begin_write(db, &e), &e);
        for (size_t i = 0; i < per_commit; i++, n++) {
            char key[32], uid[40];
            row[p->fields[number].at - 1] =
                v_str((struct str){key, (size_t)snprintf(key, sizeof(key), "alone-%lld-%lld",
                                                         (long long)b->prefix, (long long)n)});
            must(db_run_once(db, p->insert, row, columns, &e), &e);
            version[1] = text[1] = child[0][0] = child[1][0] = v_i64(db_last_id(db));
            must(db_run_once(db, parties->child_insert, child[0], 3, &e), &e);
            child[0][1] = v_i64(1);
            must(db_run_once(db, parties->child_insert, child[0], 3, &e), &e);
            child[0][1] = v_i64(0);
            must(db_run_once(db, patents->child_insert, child[1], 4, &e), &e);
            entry[0] =
                v_str((struct str){uid, (size_t)snprintf(uid, sizeof(uid), "%08llx%024llx",
                                                         (long long)b->prefix, (long long)n)});
            must(db_run(db, "INSERT INTO log_entry (uid, at_ms, body) VALUES (?1, ?2, ?3)", entry,
                        3, &e),
                 &e);
            must(db_run(db,
                        "INSERT INTO record_version VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
                        "?10, ?11)",
                        version, 11, &e),
                 &e);
            must(db_run(db, "INSERT INTO record_text VALUES (?1, ?2, ?3)", text, 3, &e), &e);
        }
        must(db_commit(db, &e), &e);
    }
    double rate = (double)n / ((double)(clock_monotonic_us(&clock_system) - began) / 1e6);
    printf(
        "SQLite alone  %8.0f records/s, %zu a commit, one thread, %.0f us of processor a record\n",
        rate, per_commit, (processor_seconds() - used) / (double)n * 1e6);
    db_close(db);
    return rate;
}

int main(int argc, char **argv)
{
    const struct type_finding *findings;
    size_t finding_count;
    int64_t seconds = 3;
    struct bench b = {.a = arena_new()};
    struct err e;
    if (argc > 1 && !str_to_i64(&seconds, str_of(argv[1])))
        return 2;
    struct str path = arena_printf(b.a, "%s/zhiyun-write-bench-%d.db", argc > 2 ? argv[2] : "/tmp",
                                   (int)getpid());
    must(record_types_load(&b.types, NULL, &findings, &finding_count, b.a, &e), &e);
    must(store_open(&b.store, arena_printf(b.a, "sqlite:%.*s", STR_ARG(path)).ptr, true, &e), &e);
    must(record_types_migrate(b.types, b.store, &e), &e);
    must(log_suite_init(&b.suite, STR("sha256-ed25519"), STR("zhiyun/bench"), &e), &e);
    b.k = (struct kernel){
        .store = b.store, .types = b.types, .suite = &b.suite, .clock = &clock_system};
    kernel_init(&b.k);

    struct subject s;
    struct written unit;
    const struct jvalue *body;
    subject_program(&s, STR("2026-11-20"));
    must(jin_parse(&body, STR("{\"name\":\"中心\",\"kind\":\"party\",\"region\":\"510104\"}"), b.a,
                   &e),
         &e);
    must(record_create(
             &unit,
             &(struct record_call){&b.k, &s, record_type_find(b.types, STR("party")), 0, b.a}, body,
             NULL, &e),
         &e);
    b.unit = unit.id;
    double per_commit, one;
    run_kernel(&b, 1, 1, &one);
    for (int round = 0; round < 2; round++) {
        double ours = run_kernel(&b, WRITERS, seconds, &per_commit);
        if (getenv("KERNEL_ONLY"))
            continue;
        double alone = run_alone(&b, seconds, (size_t)(per_commit + 0.5));
        printf("ratio %.2f\n", ours / alone);
    }
    kernel_clear(&b.k);
    store_close(b.store);
    record_types_free(b.types);
    for (const char *const *suffix = (const char *const[]){"", "-turn", "-wal", "-shm", NULL};
         *suffix; suffix++)
        unlink(arena_printf(b.a, "%.*s%s", STR_ARG(path), *suffix).ptr);
    arena_free(b.a);
    return 0;
}

/* What the evidence log costs: log_bench [ENTRIES], in $TMPDIR; on PostgreSQL with
 * tools/pg.py run --synced build/src/audit/log_bench. Rates are for one log on
 * this machine; ratios are what to compare. */
#include "audit/bundle.h"
#include "audit/rows.h"
#include "audit/scratch_log.h"
#include "audit/verify.h"
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#define CLIENTS 64
#define APPEND_SECONDS 5
#define PER_STEP 100

/* Processor time of this process: what other work on the machine takes is not
 * counted. Appending alone is measured by the wall clock. */
static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double seconds_since(int64_t from_us)
{
    return (double)(cpu_us() - from_us) / 1e6;
}

static void need(err_t rc, const struct err *e)
{
    if (rc == OK)
        return;
    fprintf(stderr, "log_bench: %s\n", e->text);
    exit(1);
}

struct filling {
    struct scratch_log *l;
    struct arena *a;
    int64_t next; /* id of a deal; 0: entries without content */
};

static err_t append_some(struct db *db, void *arg, struct err *e)
{
    struct filling *f = arg;
    char uid[LOG_UID_LEN + 1];
    struct log_draft d = {.has_who = true,
                          .who = 7,
                          .unit = 3,
                          .role = STR("centre_staff"),
                          .action = STR("login"),
                          .date = STR("2026-11-20")};
    err_t rc = OK;
    for (int i = 0; i < PER_STEP && rc == OK; i++)
        rc = log_append(uid, db, &f->l->suite, &clock_system, &d, f->a, e);
    return rc;
}

static void report(const char *what, double rate, const char *unit)
{
    printf("%-52s %10.0f %s\n", what, rate, unit);
    fflush(stdout);
}

static void number_and_verify(struct scratch_log *l, size_t entries, const char *label)
{
    struct sequencer_options o = scratch_log_options(l);
    struct log_trust trust = {.keys = &l->suite.key, .key_count = 1};
    struct log_verdict v;
    struct err e;
    char line[80];
    o.clock = &clock_system;
    int64_t from = cpu_us();
    need(log_sequence_now(&o, &e), &e);
    snprintf(line, sizeof(line), "numbered and signed, %s", label);
    report(line, (double)entries / seconds_since(from), "entries/s of one core");

    for (int contents = 0; contents < 2; contents++) {
        struct verify_options vo = {.suite = &l->suite,
                                    .trust = &trust,
                                    .clock = &clock_system,
                                    .skip_contents = contents == 0};
        struct arena *a = arena_new();
        from = cpu_us();
        need(log_verify_store(&v, l->store, &vo, a, &e), &e);
        double took = seconds_since(from);
        if (!verdict_good(&v)) {
            fprintf(stderr, "log_bench: %s\n", v.fault);
            exit(1);
        }
        snprintf(line, sizeof(line), "verified in the store, %s, %s", label,
                 contents ? "with contents" : "entries and tree");
        report(line, (double)v.entries / took, "entries/s of one core");
        arena_free(a);
    }
}

static err_t append_piece(void *arg, struct str piece, struct err *e)
{
    (void)e;
    buf_add(arg, piece);
    return OK;
}

static void bundles_and_receipts(struct scratch_log *l, const char *label)
{
    struct db *db = NULL;
    struct buf b;
    struct err e;
    struct log_verdict v;
    char line[80];
    struct log_trust trust = {.keys = &l->suite.key, .key_count = 1};
    struct bundle_options o = {.suite = &l->suite, .write = append_piece, .write_arg = &b};
    buf_init(&b, (size_t)4 << 30);
    need(store_reader_get(&db, l->store, &e), &e);
    int64_t from = cpu_us();
    need(bundle_export(db, &o, &e), &e);
    double took = seconds_since(from);
    from = cpu_us();
    bundle_check(&v, buf_str(&b), &trust);
    double checked = seconds_since(from);
    if (!verdict_good(&v)) {
        fprintf(stderr, "log_bench: %s\n", v.fault);
        exit(1);
    }
    snprintf(line, sizeof(line), "bundle written, %s", label);
    report(line, (double)v.entries / took, "entries/s of one core");
    snprintf(line, sizeof(line), "bundle checked, %s", label);
    report(line, (double)v.entries / checked, "entries/s of one core");

    struct hasher *h = hasher_new_of(l->suite.hash);
    struct tile_source tiles = log_tiles(db);
    struct arena *a = arena_new();
    from = cpu_us();
    for (uint64_t i = 0; i < 2000; i++) {
        struct tree_proof p;
        need(tree_inclusion(&p, &tiles, i * 7919 % v.entries, v.entries, h, a, &e), &e);
        arena_reset(a);
    }
    printf("%-52s %10.0f us\n", "inclusion proof made", seconds_since(from) / 2000 * 1e6);
    arena_free(a);
    hasher_free(h);
    store_reader_put(l->store, db);
    buf_clear(&b);
}

/* --- appending while it is numbered ---------------------------------------------------- */

struct client {
    struct scratch_log *l;
    int64_t until_us, done;
    pthread_t thread;
};

static err_t append_one(struct db *db, void *arg, struct err *e)
{
    struct filling *f = arg;
    char uid[LOG_UID_LEN + 1];
    struct log_draft d = {
        .has_who = true, .who = 7, .role = STR("centre_staff"), .action = STR("login")};
    return log_append(uid, db, &f->l->suite, &clock_system, &d, f->a, e);
}

static void *append(void *arg)
{
    struct client *c = arg;
    struct filling f = {c->l, arena_new(), 0};
    while (clock_monotonic_us(&clock_system) < c->until_us)
        c->done += store_write(c->l->store, append_one, &f, NULL) == OK;
    arena_free(f.a);
    return NULL;
}

static void append_rate(const char *suite)
{
    struct scratch_log l;
    struct client c[CLIENTS];
    struct sequencer_thread *t = NULL;
    struct sequencer_state state;
    struct err e;
    int64_t sum = 0;
    scratch_log_open(&l, suite);
    struct sequencer_options o = scratch_log_options(&l);
    o.clock = &clock_system;
    need(sequencer_start(&t, &o, &e), &e);
    int64_t from = clock_monotonic_us(&clock_system);
    for (size_t i = 0; i < CLIENTS; i++) {
        c[i] = (struct client){.l = &l, .until_us = from + APPEND_SECONDS * 1000000};
        pthread_create(&c[i].thread, NULL, append, &c[i]);
    }
    for (size_t i = 0; i < CLIENTS; i++) {
        pthread_join(c[i].thread, NULL);
        sum += c[i].done;
    }
    double took = (double)(clock_monotonic_us(&clock_system) - from) / 1e6;
    sequencer_state(&state, t);
    report("appended by 64 clients beside the sequencer", (double)sum / took, "entries/s");
    printf("%-52s %10.1f %%\n", "  of these numbered when the last was acknowledged",
           100.0 * (double)state.size / (double)sum);
    sequencer_stop(t, NULL);
    scratch_log_close(&l);
}

/* Nothing but the work on entries: parsing, leaf hashes, the tree. */
static void in_memory(const char *suite, size_t entries)
{
    struct log_suite s;
    struct entry entry;
    struct tree_edge edge = {0};
    const struct str line =
        STR("{\"v\":1,\"log\":\"zhiyun/63cba7c33a39dcc4\",\"uid\":"
            "\"01a1f91bf5fa682b79f11eb48d9f83b4\",\"at\":\"2026-11-20T13:18:41.658Z\",\"date\":"
            "\"2026-11-20\",\"who\":7,\"unit\":3,\"role\":\"centre_staff\",\"do\":\"login\"}");
    struct err e;
    need(log_suite_init(&s, str_of(suite), STR("zhiyun/63cba7c33a39dcc4"), &e), &e);
    struct hasher *h = hasher_new_of(s.hash);
    int64_t from = cpu_us();
    for (size_t i = 0; i < entries; i++) {
        struct digest leaf = tree_leaf(h, str_bytes(line));
        tree_edge_add(&edge, &leaf, h);
        if (!entry_parse(&entry, line))
            exit(1);
    }
    report("parsed, hashed, put into the tree, in memory", (double)entries / seconds_since(from),
           "entries/s of one core");
    hasher_free(h);
}

int main(int argc, char **argv)
{
    size_t entries = argc > 1 ? strtoul(argv[1], NULL, 10) : 200000;
    static const char *const suites[] = {"sha256-ed25519", "sm3-sm2"};
    for (size_t i = 0; i < 2; i++) {
        struct scratch_log l;
        struct err e;
        printf("%s\n", suites[i]);
        in_memory(suites[i], entries);
        scratch_log_open(&l, suites[i]);
        struct filling f = {&l, arena_new(), 0};
        for (size_t n = 0; n < entries; n += PER_STEP)
            need(store_write(l.store, append_some, &f, &e), &e);
        number_and_verify(&l, entries, "no contents");
        bundles_and_receipts(&l, "no contents");
        arena_free(f.a);
        scratch_log_close(&l);

        scratch_log_open(&l, suites[i]);
        size_t deals = entries / 20;
        for (size_t n = 0; n < deals; n++)
            scratch_log_deal(&l, (int64_t)n + 1, 1);
        number_and_verify(&l, deals, "three fields each");
        bundles_and_receipts(&l, "three fields each");
        scratch_log_close(&l);
        append_rate(suites[i]);
    }
    return 0;
}

/* Counters by resource: a small fixed table made once, so that counting is one
 * atomic addition and no lookup by text. Durations go to buckets, from which
 * Prometheus reads percentiles; a summary computed here would not add up over
 * several nodes. */
#include "api/metrics.h"
#include "base/mem.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const int64_t bucket_us[] = {1000,   2500,   5000,   10000,   25000,   50000,
                                    100000, 250000, 500000, 1000000, 2500000, 10000000};
#define BUCKETS (sizeof(bucket_us) / sizeof(bucket_us[0]))
#define CLASSES 6 /* status / 100 */

struct counter {
    atomic_uint_fast64_t answers[CLASSES], buckets[BUCKETS + 1], sum_us, statements;
};

struct metrics {
    size_t count; /* resources, and one for what was not found */
    struct counter counters[];
};

struct metrics *metrics_new(void)
{
    size_t count = 0;
    while (resources[count])
        count++;
    struct metrics *m = mem_zalloc(sizeof(*m) + (count + 1) * sizeof(m->counters[0]));
    m->count = count + 1;
    return m;
}

void metrics_free(struct metrics *m)
{
    free(m);
}

void metrics_count(struct metrics *m, const struct resource *resource, unsigned status,
                   int64_t duration_us, uint64_t statements)
{
    size_t i = 0, bucket = 0;
    while (resources[i] && resources[i] != resource)
        i++;
    while (bucket < BUCKETS && duration_us > bucket_us[bucket])
        bucket++;
    struct counter *c = &m->counters[i];
    atomic_fetch_add_explicit(&c->answers[status / 100 % CLASSES], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&c->buckets[bucket], 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&c->sum_us, (uint64_t)duration_us, memory_order_relaxed);
    atomic_fetch_add_explicit(&c->statements, statements, memory_order_relaxed);
}

static uint64_t get(const atomic_uint_fast64_t *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

static void write_labels(struct buf *out, const char *name, size_t i)
{
    buf_addf(out, "%s{method=\"%s\",path=\"%s\"", name,
             resources[i] ? resource_method(resources[i]) : "-",
             resources[i] ? resources[i]->path : "-");
}

static void write_requests(struct buf *out, const struct metrics *m)
{
    buf_add(out, STR("# HELP zhiyun_http_requests_total Answered requests.\n"
                     "# TYPE zhiyun_http_requests_total counter\n"));
    for (size_t i = 0; i < m->count; i++)
        for (size_t class = 0; class < CLASSES; class ++)
            if (get(&m->counters[i].answers[class])) {
                write_labels(out, "zhiyun_http_requests_total", i);
                buf_addf(out, ",status=\"%zuxx\"} %llu\n", class,
                         (unsigned long long)get(&m->counters[i].answers[class]));
            }
}

static void write_durations(struct buf *out, const struct metrics *m)
{
    buf_add(out, STR("# HELP zhiyun_http_request_seconds From the last byte of a request to its "
                     "answer.\n# TYPE zhiyun_http_request_seconds histogram\n"));
    for (size_t i = 0; i < m->count; i++) {
        const struct counter *c = &m->counters[i];
        uint64_t sum = 0;
        for (size_t b = 0; b <= BUCKETS; b++)
            sum += get(&c->buckets[b]);
        if (sum == 0)
            continue;
        sum = 0;
        for (size_t b = 0; b <= BUCKETS; b++) {
            sum += get(&c->buckets[b]);
            write_labels(out, "zhiyun_http_request_seconds_bucket", i);
            if (b < BUCKETS)
                buf_addf(out, ",le=\"%g\"} %llu\n", (double)bucket_us[b] / 1e6,
                         (unsigned long long)sum);
            else
                buf_addf(out, ",le=\"+Inf\"} %llu\n", (unsigned long long)sum);
        }
        write_labels(out, "zhiyun_http_request_seconds_sum", i);
        buf_addf(out, "} %.6f\n", (double)get(&c->sum_us) / 1e6);
        write_labels(out, "zhiyun_http_request_seconds_count", i);
        buf_addf(out, "} %llu\n", (unsigned long long)sum);
    }
}

static void write_statements(struct buf *out, const struct metrics *m)
{
    buf_add(out, STR("# HELP zhiyun_http_request_statements_total Statements that the store was "
                     "asked for them.\n"
                     "# TYPE zhiyun_http_request_statements_total counter\n"));
    for (size_t i = 0; i < m->count; i++)
        if (get(&m->counters[i].statements)) {
            write_labels(out, "zhiyun_http_request_statements_total", i);
            buf_addf(out, "} %llu\n", (unsigned long long)get(&m->counters[i].statements));
        }
}

static long resident_bytes(void)
{
    char line[100], *resident;
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "re");
    if (f && fgets(line, sizeof(line), f)) {
        (void)strtol(line, &resident, 10); /* the whole size stands first */
        pages = strtol(resident, NULL, 10);
    }
    if (f)
        fclose(f);
    return pages * sysconf(_SC_PAGESIZE);
}

static int open_files(void)
{
    int n = 0;
    DIR *d = opendir("/proc/self/fd");
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n > 3 ? n - 3 : 0; /* ".", ".." and the folder itself */
}

void metrics_number(struct buf *out, const char *name, const char *help, int64_t n)
{
    const char *type = str_ends(str_of(name), STR("_total")) ? "counter" : "gauge";
    buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n%s %lld\n", name, help, name, type, name,
             (long long)n);
}

void metrics_write(struct buf *out, const struct metrics *m, struct store *store)
{
    struct store_counts counts = store_counts(store);
    write_requests(out, m);
    write_durations(out, m);
    write_statements(out, m);
    metrics_number(out, "zhiyun_store_steps_total", "Acknowledged steps of the store.",
                   (int64_t)counts.steps);
    metrics_number(out, "zhiyun_store_commits_total", "Commits that they shared.",
                   (int64_t)counts.commits);
    metrics_number(out, "process_resident_memory_bytes", "Resident memory.", resident_bytes());
    metrics_number(out, "process_open_fds", "Open files.", open_files());
}

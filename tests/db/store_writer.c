/* For crash tests that stand outside: writes pairs of rows from some threads
 * until killed, and says of each what it was told: "ack N" once store_write gave
 * OK, "fail N SENTENCE" else. store_writer URL [THREADS]. */
#include "db/store.h"
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static const struct migration tables[] = {
    {1, "0001_pairs", "CREATE TABLE pair (n INTEGER PRIMARY KEY) STRICT;"}};

static err_t add_pair(struct db *db, void *arg, struct err *e)
{
    int64_t n = *(int64_t *)arg;
    err_t rc = db_run(db, "INSERT INTO pair (n) VALUES (?1)", VALUES(v_i64(n)), e);
    return rc == OK ? db_run(db, "INSERT INTO pair (n) VALUES (?1)", VALUES(v_i64(-n)), e) : rc;
}

struct writer {
    struct store *store;
    int64_t first;
};

static void *write_on(void *arg)
{
    struct writer *w = arg;
    for (int64_t n = w->first;; n++) {
        struct err e;
        if (store_write(w->store, add_pair, &n, &e) == OK) {
            printf("ack %lld\n", (long long)n);
        } else {
            printf("fail %lld %s\n", (long long)n, e.text);
            usleep(20000);
        }
    }
    return NULL;
}

int main(int argc, char **argv)
{
    enum { THREADS_MAX = 64 };
    struct writer w[THREADS_MAX];
    struct store *s = NULL;
    struct err e;
    int64_t threads = 4;
    if (argc < 2 || (argc > 2 && (!str_to_i64(&threads, str_of(argv[2])) || threads < 1 ||
                                  threads > THREADS_MAX)))
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0); /* a line is said before the next step begins */
    struct store_options o = {.create = true, .steps = tables, .step_count = ARRAY_LEN(tables)};
    if (store_open_with(&s, argv[1], &o, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 4;
    }
    int64_t base = (int64_t)getpid() * 1000000000; /* no two runs write the same */
    for (int64_t i = 0; i < threads; i++) {
        pthread_t t;
        w[i] = (struct writer){.store = s, .first = base + 1 + i * 10000000};
        if (pthread_create(&t, NULL, write_on, &w[i]) != 0)
            return 4;
    }
    for (;;)
        pause();
}

/* Acknowledged steps per second by number of clients, two inserts a step:
 * store_bench [SECONDS [DIR]]. */
#include "base/clock.h"
#include "db/store.h"
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static const struct migration tables[] = {
    {1, "0001_bench",
     "CREATE TABLE record (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;"
     "CREATE TABLE entry (id INTEGER PRIMARY KEY, record INTEGER NOT NULL) STRICT;"}};

struct client {
    struct store *store;
    int64_t until_us, done;
};

static err_t add(struct db *db, void *arg, struct err *e)
{
    (void)arg;
    err_t rc = db_run(db, "INSERT INTO record (text) VALUES (?1)",
                      VALUES(v_str(STR("two hundred bytes of something that a business does"))), e);
    if (rc != OK)
        return rc;
    return db_run(db, "INSERT INTO entry (record) VALUES (?1)", VALUES(v_i64(db_last_id(db))), e);
}

static void *write_steps(void *arg)
{
    struct client *c = arg;
    while (clock_monotonic_us(&clock_system) < c->until_us)
        c->done += store_write(c->store, add, NULL, NULL) == OK;
    return NULL;
}

static void run(struct store *s, size_t clients, int64_t seconds)
{
    pthread_t threads[256];
    struct client c[256];
    struct store_counts before = store_counts(s);
    int64_t until = clock_monotonic_us(&clock_system) + seconds * 1000000;
    for (size_t i = 0; i < clients; i++) {
        c[i] = (struct client){.store = s, .until_us = until};
        pthread_create(&threads[i], NULL, write_steps, &c[i]);
    }
    for (size_t i = 0; i < clients; i++)
        pthread_join(threads[i], NULL);
    struct store_counts after = store_counts(s);
    uint64_t steps = after.steps - before.steps, commits = after.commits - before.commits;
    printf("%3zu clients %8.0f steps/s, %5.1f steps per commit\n", clients,
           (double)steps / (double)seconds, (double)steps / (double)(commits ? commits : 1));
}

int main(int argc, char **argv)
{
    int64_t seconds = 2;
    struct arena *a = arena_new();
    struct store *s = NULL;
    struct err e;
    if (argc > 1 && !str_to_i64(&seconds, str_of(argv[1])))
        return 2;
    struct str path =
        arena_printf(a, "%s/zhiyun-store-bench-%d.db", argc > 2 ? argv[2] : "/tmp", (int)getpid());
    const char *url = arena_printf(a, "sqlite:%.*s", STR_ARG(path)).ptr;
    struct store_options o = {.create = true, .steps = tables, .step_count = ARRAY_LEN(tables)};
    if (store_open_with(&s, url, &o, &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 4;
    }
    const size_t clients[] = {1, 8, 64, 256};
    for (size_t i = 0; i < ARRAY_LEN(clients); i++)
        run(s, clients[i], seconds);
    store_close(s);
    unlink(path.ptr);
    unlink(arena_printf(a, "%.*s-turn", STR_ARG(path)).ptr);
    arena_free(a);
    return 0;
}

/* Acknowledged steps per second by number of clients, two inserts a step:
 * store_bench [SECONDS], in $TMPDIR; on PostgreSQL with
 * tools/pg.py run --synced build/src/db/store_bench [SECONDS]. */
#include "base/clock.h"
#include "db/blob.h"
#include "db/scratch.h"
#include "db/store.h"
#include <pthread.h>
#include <stdio.h>

static const struct migration tables[] = {
    {1, "0001_bench",
     "CREATE TABLE record (id INTEGER PRIMARY KEY AUTOINCREMENT, text TEXT NOT NULL) STRICT;"
     "CREATE TABLE entry (id INTEGER PRIMARY KEY AUTOINCREMENT, record INTEGER NOT NULL) STRICT;"}};

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

/* The same clients while a large file is put into the store of files beside. */
struct uploader {
    struct blobs *blobs;
    volatile bool stop;
    int64_t bytes;
};

static void *upload(void *arg)
{
    struct uploader *u = arg;
    static uint8_t piece[BLOB_CHUNK_BYTES];
    struct blob_put *p = NULL;
    struct digest d;
    blob_put_begin(&p, u->blobs, INT64_MAX);
    for (; !u->stop; u->bytes += (int64_t)sizeof(piece)) {
        memcpy(piece, &u->bytes, sizeof(u->bytes)); /* no two chunks alike */
        if (blob_put_add(p, (struct bytes){piece, sizeof(piece)}, NULL) != OK)
            break;
    }
    int64_t size;
    if (blob_put_end(&d, &size, p, NULL) != OK)
        printf("the upload failed\n");
    return NULL;
}

static void run_beside_upload(struct store *s, struct blobs *b, size_t clients, int64_t seconds)
{
    struct uploader u = {.blobs = b};
    pthread_t t;
    pthread_create(&t, NULL, upload, &u);
    run(s, clients, seconds);
    u.stop = true;
    pthread_join(t, NULL);
    printf("            beside an upload of %.0f MB/s\n", (double)u.bytes / 1e6 / (double)seconds);
}

int main(int argc, char **argv)
{
    int64_t seconds = 2;
    struct arena *a = arena_new();
    struct store *s = NULL;
    struct blobs *b = NULL;
    struct err e;
    if (argc > 1 && !str_to_i64(&seconds, str_of(argv[1])))
        return 2;
    const char *dir = scratch_dir(a);
    struct store_options o = {.create = true, .steps = tables, .step_count = ARRAY_LEN(tables)};
    if (store_open_with(&s, scratch_url(a, dir, "bench.db"), &o, &e) != OK ||
        blobs_open(&b, scratch_url(a, dir, "blobs.db"), &(struct blobs_options){.create = true},
                   &e) != OK) {
        fprintf(stderr, "%s\n", e.text);
        return 4;
    }
    const size_t clients[] = {1, 8, 64, 256};
    for (size_t i = 0; i < ARRAY_LEN(clients); i++)
        run(s, clients[i], seconds);
    run_beside_upload(s, b, 8, seconds);
    run_beside_upload(s, b, 64, seconds);
    blobs_close(b);
    store_close(s);
    arena_free(a);
    return 0;
}

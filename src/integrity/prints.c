/* Each thread takes the next file that nobody has; what it made is copied to where the job keeps it. */
#include "integrity/prints.h"
#include "base/msg.h"
#include "integrity/check.h"
#include <pthread.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 8

struct printing {
    struct job_run *run;
    const struct str *digests;
    size_t count;
    struct str doing;     /* in the job's language */
    pthread_mutex_t lock; /* guards what follows */
    size_t next, done;
    struct print *out;
    struct arena *arena; /* of `out` */
    err_t rc;            /* the first that failed: the others end */
    struct err why;
};

static err_t keep(struct db *db, void *arg, struct err *e)
{
    return print_keep(db, arg, e);
}

/* The print that is kept, else one of the files with this content that is not secret; *found
 * false: there is none. */
static err_t look_up(bool *kept, struct print *print, bool *found, struct file_row *row,
                     struct store *store, struct str digest, struct arena *a, struct err *e)
{
    const struct file_row *rows = NULL;
    size_t count = 0;
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, store, e);
    *found = false;
    if (rc != OK)
        return rc;
    rc = print_find(kept, print, db, digest, a, e);
    if (rc == OK && !*kept)
        rc = file_rows(&rows, &count, db, digest, a, e);
    store_reader_put(store, db);
    for (size_t i = 0; i < count && !*found; i++)
        if (rows[i].secrecy < SECRECY_SECRET && rows[i].key.len == 0) {
            *row = rows[i];
            *found = true;
        }
    return rc;
}

static err_t print_for(struct print *out, struct job_run *r, struct str digest, struct arena *a,
                       struct err *e)
{
    const struct integrity_parts *parts = job_run_parts(r);
    struct file_row row = {0};
    bool kept = false, found = false;
    err_t rc = look_up(&kept, out, &found, &row, job_run_store(r), digest, a, e);
    if (rc != OK || kept || !found)
        return rc;
    rc = print_make(out, parts->files, &row, parts->pdf_program, a, e);
    return rc == OK ? job_run_step(r, keep, out, STR_NONE, e) : rc;
}

static struct print copy_of(const struct print *p, struct str digest, struct arena *a)
{
    struct print out = *p;
    uint32_t *hashes = arena_array(a, p->sketch.count + 1, sizeof(*hashes));
    if (p->sketch.count)
        memcpy(hashes, p->sketch.hashes, p->sketch.count * sizeof(*hashes));
    out.digest = digest;
    out.sketch.hashes = hashes;
    out.pages = (const uint8_t *)arena_dup(
                    a, (struct str){(const char *)p->pages, p->page_count * PAGE_BYTES})
                    .ptr;
    return out;
}

/* The next that nobody has taken. false: there is none, or the job is at its end. */
static bool take(size_t *at, struct printing *p)
{
    bool stops = job_run_stops(p->run);
    pthread_mutex_lock(&p->lock);
    if (stops && p->rc == OK)
        p->rc = job_run_stopped(&p->why);
    bool taken = p->rc == OK && p->next < p->count;
    if (taken)
        *at = p->next++;
    pthread_mutex_unlock(&p->lock);
    return taken;
}

static void put(struct printing *p, size_t at, const struct print *made, err_t rc,
                const struct err *why)
{
    pthread_mutex_lock(&p->lock);
    if (rc == OK) {
        p->out[at] = copy_of(made, p->digests[at], p->arena);
        job_run_progress(p->run, (int64_t)++p->done, (int64_t)p->count, p->doing);
    } else if (p->rc == OK) {
        p->rc = rc;
        p->why = *why;
    }
    pthread_mutex_unlock(&p->lock);
}

static void *read_on(void *arg)
{
    struct printing *p = arg;
    struct arena *a = arena_new();
    for (size_t at; take(&at, p); arena_reset(a)) {
        struct print made = {.digest = p->digests[at]};
        struct err e = {0};
        err_t rc = print_for(&made, p->run, p->digests[at], a, &e);
        put(p, at, &made, rc, &e);
    }
    arena_free(a);
    return NULL;
}

static size_t processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : (size_t)n;
}

err_t prints_of(struct print **out, struct job_run *r, const struct str *digests, size_t count,
                struct arena *a, struct err *e)
{
    struct printing p = {.run = r,
                         .digests = digests,
                         .count = count,
                         .doing = str_of(msg("reading files")),
                         .lock = PTHREAD_MUTEX_INITIALIZER,
                         .out = arena_array(a, count + 1, sizeof(*p.out)),
                         .arena = a};
    pthread_t threads[THREADS_MAX];
    size_t started = 0;
    /* This thread reads too: where no other can be had, it reads all. */
    while (started + 1 < processors() && started + 1 < count &&
           pthread_create(&threads[started], NULL, read_on, &p) == 0)
        started++;
    (void)read_on(&p);
    while (started > 0)
        pthread_join(threads[--started], NULL);
    *out = p.out;
    if (p.rc != OK && e)
        *e = p.why;
    return p.rc;
}

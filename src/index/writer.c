/* The writer's own view of the live segments, and the commit. Deletes are kept
 * as bits in memory and written per segment at the commit; a failed commit
 * leaves all of it in place for the next one. */
#include "index/writer.h"
#include "base/mem.h"
#include "index/invert.h"
#include "index/manifest.h"
#include "index/merge.h"
#include "index/segment_priv.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#define BUFFER_BYTES_DEFAULT ((size_t)64 << 20)
#define SMALL_MERGE_DOCS 10000u            /* a tenth of a second: not worth a thread */
#define BUFFER_BYTES_MAX ((size_t)2 << 30) /* offsets within the buffer are 32 bits */

struct held {
    struct segment *segment; /* `live` is ours to change: nobody else has it */
    struct manifest_segment m;
    bool deletes_changed;
    bool merging; /* a source of `merge` below */
};

/* A merge, perhaps on its own thread. The thread reads frozen views of the
 * sources and writes one file; everything else is done by the writer's thread
 * before it starts and after it is joined. */
struct merge_job {
    struct index_writer *w;
    struct segment *sources[MERGE_FAN];
    uint32_t *maps[MERGE_FAN];
    size_t count;
    struct manifest_segment m;
    err_t rc;
    struct err why;
    pthread_t thread;
    bool on_thread;
    atomic_bool done;
};

struct index_writer {
    const struct fs *fs;
    char *dir;
    int lock;
    struct arena *a;
    const struct index_schema *schema;
    size_t buffer_bytes;
    struct inverter *buffer;
    struct {
        uint64_t *ptr;
        size_t len, cap;
    } removed; /* ids to be deleted from the segments at the next flush */
    struct held *held;
    size_t held_count, held_cap;
    uint64_t generation, followed, next_id;
    bool in_background;
    uint32_t small_merge_docs;
    struct merge_job *job; /* one at a time; NULL: none */
    bool changed;          /* since the last commit */
    bool empty;            /* no manifest yet */
};

/* --- folder --------------------------------------------------------------------- */
static bool ends_with(const char *name, const char *end)
{
    return str_ends(str_of(name), str_of(end));
}

static bool is_named(const struct index_writer *w, const char *name, struct arena *a)
{
    for (size_t i = 0; i < w->held_count; i++) {
        const struct manifest_segment *m = &w->held[i].m;
        if (strcmp(name, segment_path(a, ".", m->id) + 2) == 0 ||
            (m->deletes && strcmp(name, deletes_path(a, ".", m->id, m->deletes) + 2) == 0))
            return true;
    }
    return w->job && strcmp(name, segment_path(a, ".", w->job->m.id) + 2) == 0;
}

/* Removes our files that the held segments do not name (`all`: every one). What
 * cannot be removed now is removed by a later sweep. */
static void sweep(const struct index_writer *w, const struct fs *fs, const char *dir, bool all)
{
    DIR *d = opendir(dir);
    struct arena *a = arena_new();
    for (struct dirent *entry; d && (entry = readdir(d));) {
        const char *name = entry->d_name;
        bool ours = ends_with(name, ".seg") || ends_with(name, ".del") ||
                    strcmp(name, "MANIFEST.tmp") == 0 || (all && strcmp(name, "MANIFEST") == 0);
        if (ours && (all || !is_named(w, name, a)))
            (void)fs->unlink(fs, arena_printf(a, "%s/%s", dir, name).ptr);
    }
    if (d)
        (void)closedir(d);
    arena_free(a);
}

static err_t take_lock(int *out, const struct fs *fs, const char *dir, struct err *e)
{
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/LOCK", dir).ptr;
    err_t rc = OK;
    int fd = fs->open(fs, path, O_RDWR | O_CREAT, 0600);
    if (fd < 0) {
        rc = err_errno(e, errno, "cannot open %s", path);
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        rc =
            errno == EWOULDBLOCK
                ? err_set(e, E_BUSY, "%s: another process writes this index; try again later", path)
                : err_errno(e, errno, "cannot lock %s", path);
        fs->close(fs, fd);
    } else {
        *out = fd;
    }
    arena_free(a);
    return rc;
}

/* --- held segments ---------------------------------------------------------------- */
/* Takes `s`. */
static void hold(struct index_writer *w, struct segment *s, const struct manifest_segment *m)
{
    if (w->held_count == w->held_cap) {
        w->held_cap = w->held_cap ? w->held_cap * 2 : 16;
        w->held = mem_grow(w->held, w->held_cap * sizeof(*w->held));
    }
    w->held[w->held_count++] = (struct held){.segment = s, .m = *m};
}

static void let_go(struct index_writer *w, size_t i)
{
    segment_put(w->held[i].segment);
    memmove(w->held + i, w->held + i + 1, (--w->held_count - i) * sizeof(*w->held));
}

static err_t hold_file(struct index_writer *w, const struct manifest_segment *m, struct err *e)
{
    struct segment_file *file = NULL;
    uint64_t *live = NULL;
    struct arena *a = arena_new();
    const char *path = segment_path(a, w->dir, m->id);
    err_t rc = segment_file_open(&file, w->fs, path, m->id, m->seal, w->schema, e);
    if (rc == OK && (file->footer.doc_count != m->doc_count || file->map.len != m->file_bytes))
        rc = segment_damaged(file, file->map.len, e);
    if (rc == OK && m->deletes)
        rc = deletes_read(&live, w->fs, w->dir, m, e);
    if (rc == OK)
        hold(w, segment_new(file, w->schema, live, m->live_count, m->deletes), m);
    if (rc == E_NOTFOUND) {
        rc = E_CORRUPT;
        if (e)
            e->kind = rc;
        err_note(e, "a file that MANIFEST names is missing (byte 0); rebuild the index from the "
                    "store (zhiyun reindex)");
    }
    segment_file_put(file);
    arena_free(a);
    return rc;
}

static err_t load(struct index_writer *w, const struct index_schema *schema, struct err *e)
{
    struct manifest m;
    err_t rc = manifest_read(&m, w->fs, w->dir, w->a, e);
    w->schema = schema_dup(schema, w->a);
    w->next_id = 1;
    w->empty = rc == E_NOTFOUND;
    if (w->empty)
        return OK;
    if (rc != OK)
        return rc;
    if (!schema_equal(schema, m.schema))
        return err_set(e, E_CONFLICT,
                       "%s: the index was made for other fields or columns; rebuild it (zhiyun "
                       "reindex)",
                       w->dir);
    w->generation = m.generation;
    w->followed = m.followed;
    w->next_id = m.next_id;
    for (size_t i = 0; i < m.segment_count && rc == OK; i++)
        rc = hold_file(w, &m.segments[i], e);
    return rc;
}

err_t index_writer_open(struct index_writer **out, const struct fs *fs, const char *dir,
                        const struct index_schema *schema, const struct index_writer_options *o,
                        struct err *e)
{
    struct index_writer *w = mem_zalloc(sizeof(*w));
    w->fs = fs;
    w->dir = strdup(dir);
    w->lock = -1;
    w->a = arena_new();
    w->in_background = o && o->merge_in_background;
    w->small_merge_docs = o && o->small_merge_docs ? o->small_merge_docs : SMALL_MERGE_DOCS;
    w->buffer_bytes = o && o->buffer_bytes ? o->buffer_bytes : BUFFER_BYTES_DEFAULT;
    if (w->buffer_bytes > BUFFER_BYTES_MAX)
        w->buffer_bytes = BUFFER_BYTES_MAX;
    err_t rc = OK;
    if (schema->field_count > INDEX_FIELDS_MAX || schema->column_count > INDEX_COLUMNS_MAX)
        rc = err_set(e, E_INVALID, "the index can hold %d fields and %d columns, no more",
                     INDEX_FIELDS_MAX, INDEX_COLUMNS_MAX);
    if (rc == OK)
        rc = fs_make_dirs(fs, dir, e);
    if (rc == OK)
        rc = take_lock(&w->lock, fs, dir, e);
    if (rc == OK)
        rc = load(w, schema, e);
    if (rc != OK) {
        index_writer_close(w);
        return rc;
    }
    sweep(w, fs, dir, false);
    w->buffer = inverter_new(w->schema);
    *out = w;
    return OK;
}

static err_t job_finish(struct index_writer *w, bool install, struct err *e);

void index_writer_close(struct index_writer *w)
{
    if (!w)
        return;
    (void)job_finish(w, false, NULL); /* not committed: its file is swept */
    for (size_t i = 0; i < w->held_count; i++)
        segment_put(w->held[i].segment);
    free(w->held);
    free(w->removed.ptr);
    inverter_free(w->buffer);
    if (w->lock >= 0)
        w->fs->close(w->fs, w->lock); /* and with it the lock */
    arena_free(w->a);
    free(w->dir);
    free(w);
}

void index_clear(struct index_writer *w)
{
    (void)job_finish(w, false, NULL); /* its file is swept */
    while (w->held_count > 0)
        let_go(w, w->held_count - 1);
    inverter_reset(w->buffer);
    w->removed.len = 0;
    w->followed = 0;
    w->changed = true;
}

uint64_t index_followed(const struct index_writer *w)
{
    return w->followed;
}

/* --- deletes ---------------------------------------------------------------------- */
static err_t delete_doc(struct held *h, uint32_t doc, struct err *e)
{
    struct segment *s = h->segment;
    const uint32_t *lengths;
    err_t rc = segment_lengths(&lengths, s, e);
    if (rc != OK)
        return rc;
    size_t words = ((size_t)h->m.doc_count + 63) / 64;
    if (!s->live) {
        s->live = mem_alloc(words * 8);
        memset(s->live, 0xff, words * 8);
        if (h->m.doc_count % 64)
            s->live[words - 1] = (1ull << (h->m.doc_count % 64)) - 1;
    }
    s->live[doc / 64] &= ~(1ull << (doc & 63));
    s->live_count--;
    h->m.live_count--;
    h->m.length_sum -= lengths[doc];
    h->deletes_changed = true;
    return OK;
}

/* Takes the ids out of every segment held. A half-done run may be repeated. */
static err_t delete_ids(struct index_writer *w, const uint64_t *ids, size_t count, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; i < w->held_count; i++) {
        struct held *h = &w->held[i];
        for (size_t j = 0; j < count && rc == OK; j++) {
            uint32_t doc;
            rc = segment_doc_of(&doc, h->segment, ids[j], e);
            if (rc == OK && doc != DOC_END)
                rc = delete_doc(h, doc, e);
        }
    }
    return rc;
}

/* --- adding ------------------------------------------------------------------------ */
/* Writes the buffer as a segment and applies what it replaces. */
static err_t flush(struct index_writer *w, struct err *e)
{
    size_t count;
    const uint64_t *ids = inverter_ids(w->buffer, &count);
    err_t rc = delete_ids(w, w->removed.ptr, w->removed.len, e);
    if (rc == OK)
        rc = delete_ids(w, ids, count, e);
    if (rc == OK && inverter_live(w->buffer)) {
        struct manifest_segment m = {.id = w->next_id++};
        struct arena *a = arena_new();
        m.doc_count = m.live_count = inverter_live(w->buffer);
        rc = inverter_write(&m.seal, &m.file_bytes, &m.length_sum, w->buffer, w->fs,
                            segment_path(a, w->dir, m.id), m.id, e);
        if (rc == OK)
            rc = hold_file(w, &m, e);
        arena_free(a);
    }
    if (rc == OK) {
        inverter_reset(w->buffer);
        w->removed.len = 0;
    }
    return rc;
}

err_t index_add(struct index_writer *w, const struct index_doc *doc, struct err *e)
{
    err_t rc = OK;
    if (inverter_bytes(w->buffer) >= w->buffer_bytes)
        rc = flush(w, e);
    if (rc == OK)
        rc = inverter_add(w->buffer, doc, e);
    if (rc == OK)
        w->changed = true;
    return rc;
}

err_t index_remove(struct index_writer *w, uint64_t id, struct err *e)
{
    (void)e;
    inverter_remove(w->buffer, id);
    if (w->removed.len == w->removed.cap) {
        w->removed.cap = w->removed.cap ? w->removed.cap * 2 : 64;
        w->removed.ptr = mem_grow(w->removed.ptr, w->removed.cap * sizeof(*w->removed.ptr));
    }
    w->removed.ptr[w->removed.len++] = id;
    w->changed = true;
    return OK;
}

/* --- merging ------------------------------------------------------------------------- */
static void *job_run(void *arg)
{
    struct merge_job *j = arg;
    struct index_writer *w = j->w;
    struct arena *a = arena_new();
    j->rc = merge_write(&j->m.seal, &j->m.file_bytes, &j->m.doc_count, &j->m.length_sum, j->sources,
                        j->count, j->maps, w->fs, segment_path(a, w->dir, j->m.id), j->m.id,
                        w->schema, &j->why);
    j->m.live_count = j->m.doc_count;
    arena_free(a);
    atomic_store(&j->done, true);
    return NULL;
}

/* The picked segments as they are now: later deletes do not show in them. */
static void job_start(struct index_writer *w, const size_t *pick, size_t count, bool on_thread)
{
    struct merge_job *j = mem_zalloc(sizeof(*j));
    j->w = w;
    j->count = count;
    j->m.id = w->next_id++;
    for (size_t i = 0; i < count; i++) {
        struct held *h = &w->held[pick[i]];
        uint64_t *live = NULL;
        if (h->segment->live) {
            size_t bytes = ((size_t)h->m.doc_count + 63) / 64 * 8;
            live = mem_alloc(bytes);
            memcpy(live, h->segment->live, bytes);
        }
        j->sources[i] = segment_new(h->segment->file, w->schema, live, h->segment->live_count, 0);
        j->maps[i] = mem_array((size_t)h->m.doc_count + 1, sizeof(*j->maps[i]));
        h->merging = true;
    }
    w->job = j;
    if (on_thread && pthread_create(&j->thread, NULL, job_run, j) == 0)
        j->on_thread = true;
    else
        (void)job_run(j);
}

/* Deletes that came after the sources were frozen, in the merged segment too. */
static err_t job_catch_up(const struct merge_job *j, struct held *merged, size_t source,
                          const struct segment *now, struct err *e)
{
    const struct segment *then = j->sources[source];
    err_t rc = OK;
    if (!now->live || now->live_count == then->live_count)
        return OK;
    for (uint32_t doc = 0; doc < segment_doc_count(now) && rc == OK; doc++) {
        if (!(now->live[doc / 64] >> (doc & 63) & 1) && j->maps[source][doc] != DOC_END)
            rc = delete_doc(merged, j->maps[source][doc], e);
    }
    return rc;
}

static err_t job_install(struct index_writer *w, const struct merge_job *j, struct err *e)
{
    err_t rc = hold_file(w, &j->m, e);
    if (rc != OK)
        return rc;
    size_t merged = w->held_count - 1;
    for (size_t i = 0; i < j->count && rc == OK; i++) {
        for (size_t k = 0; k < merged && rc == OK; k++) {
            if (w->held[k].segment->file == j->sources[i]->file)
                rc = job_catch_up(j, &w->held[merged], i, w->held[k].segment, e);
        }
    }
    if (rc != OK) {
        let_go(w, merged);
        return rc;
    }
    for (size_t k = merged; k-- > 0;) {
        if (w->held[k].merging)
            let_go(w, k);
    }
    w->changed = true;
    return OK;
}

/* Waits for the job and puts its segment in place of its sources; with
 * `install` false drops it (its file is swept later). */
static err_t job_finish(struct index_writer *w, bool install, struct err *e)
{
    struct merge_job *j = w->job;
    if (!j)
        return OK;
    if (j->on_thread)
        (void)pthread_join(j->thread, NULL);
    w->job = NULL;
    err_t rc = j->rc;
    if (rc == OK && install)
        rc = job_install(w, j, e);
    else if (rc != OK && e)
        *e = j->why;
    for (size_t i = 0; i < w->held_count; i++)
        w->held[i].merging = false;
    for (size_t i = 0; i < j->count; i++) {
        segment_put(j->sources[i]);
        free(j->maps[i]);
    }
    free(j);
    return rc;
}

static void drop_empty(struct index_writer *w)
{
    for (size_t i = w->held_count; i-- > 0;) {
        if (w->held[i].m.live_count == 0 && !w->held[i].merging)
            let_go(w, i);
    }
}

/* Merges what the policy asks for: small ones now, a large one on its thread,
 * to be installed by the commit that finds it done. */
static err_t merge_by_policy(struct index_writer *w, struct err *e)
{
    err_t rc = OK;
    if (w->job && atomic_load(&w->job->done))
        rc = job_finish(w, true, e);
    while (rc == OK) {
        size_t pick[MERGE_FAN], of[MERGE_FAN];
        size_t *index = mem_array(w->held_count + 1, sizeof(*index)), free_count = 0;
        struct merge_candidate *c = mem_array(w->held_count + 1, sizeof(*c));
        for (size_t i = 0; i < w->held_count; i++) {
            const struct manifest_segment *m = &w->held[i].m;
            if (w->held[i].merging)
                continue;
            index[free_count] = i;
            c[free_count++] = (struct merge_candidate){m->doc_count, m->live_count};
        }
        size_t n = merge_choose(of, c, free_count), docs = 0;
        for (size_t i = 0; i < n; i++) {
            pick[i] = index[of[i]];
            docs += c[of[i]].live_count;
        }
        free(index);
        free(c);
        bool large = w->in_background && docs > w->small_merge_docs;
        if (n == 0 || w->job)
            return OK; /* what is to be merged waits for the job that runs */
        job_start(w, pick, n, large);
        if (!large)
            rc = job_finish(w, true, e);
    }
    return rc;
}

/* All into one, eight at a time, smallest first. */
static err_t merge_to_one(struct index_writer *w, struct err *e)
{
    err_t rc = OK;
    while (rc == OK && w->held_count &&
           (w->held_count > 1 || w->held[0].m.live_count < w->held[0].m.doc_count)) {
        size_t pick[MERGE_FAN], n = 0;
        /* Leave a number that later rounds can take eight by eight. */
        size_t want =
            w->held_count <= MERGE_FAN ? w->held_count : (w->held_count - 2) % (MERGE_FAN - 1) + 2;
        for (; n < want; n++) {
            size_t best = w->held_count;
            for (size_t i = 0; i < w->held_count; i++) {
                if (!w->held[i].merging &&
                    (best == w->held_count || w->held[i].m.live_count < w->held[best].m.live_count))
                    best = i;
            }
            pick[n] = best;
            w->held[best].merging = true;
        }
        job_start(w, pick, n, false);
        rc = job_finish(w, true, e);
    }
    return rc;
}

/* --- commit -------------------------------------------------------------------------- */
static err_t write_deletes(struct index_writer *w, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; i < w->held_count && rc == OK; i++) {
        struct held *h = &w->held[i];
        if (!h->deletes_changed)
            continue;
        /* The number rises with every attempt: a file that a manifest may name is
         * never written again. */
        h->m.deletes++;
        rc = deletes_write(&h->m.deletes_seal, h->segment->live, w->fs, w->dir, &h->m, e);
        if (rc == OK)
            h->deletes_changed = false;
    }
    return rc;
}

static err_t publish(struct index_writer *w, uint64_t followed, struct err *e)
{
    struct manifest_segment *list = mem_array(w->held_count + 1, sizeof(*list));
    for (size_t i = 0; i < w->held_count; i++)
        list[i] = w->held[i].m;
    /* Rises also when the write fails: its rename may have happened. */
    struct manifest m = {.generation = ++w->generation,
                         .followed = followed,
                         .next_id = w->next_id,
                         .schema = w->schema,
                         .segments = list,
                         .segment_count = w->held_count};
    err_t rc = manifest_write(&m, w->fs, w->dir, e);
    free(list);
    if (rc == OK) {
        w->followed = followed;
        w->changed = w->empty = false;
        sweep(w, w->fs, w->dir, false);
    }
    return rc;
}

static err_t commit(struct index_writer *w, uint64_t followed, bool all, struct err *e)
{
    err_t rc = flush(w, e);
    if (rc == OK) {
        drop_empty(w);
        rc = merge_by_policy(w, e);
        drop_empty(w); /* what a merge brought may have died meanwhile */
    }
    if (rc == OK && all)
        rc = job_finish(w, true, e);
    if (rc == OK && all)
        rc = merge_to_one(w, e);
    if (rc == OK)
        rc = write_deletes(w, e);
    if (rc == OK && (w->changed || w->empty || followed != w->followed))
        rc = publish(w, followed, e);
    return rc;
}

err_t index_commit(struct index_writer *w, uint64_t followed, struct err *e)
{
    return commit(w, followed, false, e);
}

err_t index_merge_all(struct index_writer *w, struct err *e)
{
    return commit(w, w->followed, true, e);
}

err_t index_destroy(const struct fs *fs, const char *dir, struct err *e)
{
    int lock;
    err_t rc = take_lock(&lock, fs, dir, e);
    if (rc != OK)
        return rc;
    sweep(NULL, fs, dir, true);
    rc = fs_sync_dir_of(fs, dir, e);
    fs->close(fs, lock);
    return rc;
}

/* The reader keeps the newest snapshot; a mutex guards the pointer only, never
 * a search. Files that two manifests share are opened once. */
#include "index/snapshot.h"
#include "base/mem.h"
#include "index/manifest.h"
#include "index/segment_priv.h"

struct snapshot {
    atomic_uint refs;
    struct index_reader *reader;
    struct arena *a;
    struct manifest manifest;
    struct segment **segments;
    uint64_t docs, length_sum;
};

struct index_reader {
    const struct fs *fs;
    char *dir;
    pthread_mutex_t lock;       /* guards `current` */
    pthread_mutex_t refreshing; /* held while a newer manifest is opened */
    struct snapshot *current;
    struct arena *a; /* the schema, which all segments borrow */
    const struct index_schema *schema;
    struct key_numbers keys;
};

static void snapshot_free(struct snapshot *s)
{
    for (size_t i = 0; s->segments && i < s->manifest.segment_count; i++)
        segment_put(s->segments[i]);
    arena_free(s->a);
    free(s);
}

/* The same file of the current snapshot, or a freshly opened one. */
static err_t open_segment(struct segment **out, struct index_reader *r,
                          const struct manifest_segment *m, struct arena *a, struct err *e)
{
    struct segment_file *file = NULL;
    uint64_t *live = NULL;
    err_t rc = OK;
    for (size_t i = 0; r->current && i < r->current->manifest.segment_count; i++) {
        struct segment *s = r->current->segments[i];
        if (s->file->footer.id != m->id || s->file->seal != m->seal)
            continue;
        if (s->deletes == m->deletes) {
            *out = segment_ref(s);
            return OK;
        }
        file = s->file;
        atomic_fetch_add(&file->refs, 1);
    }
    const char *path = segment_path(a, r->dir, m->id);
    if (!file)
        rc = segment_file_open(&file, r->fs, path, m->id, m->seal, r->schema, e);
    if (rc == OK && (file->footer.doc_count != m->doc_count || file->map.len != m->file_bytes))
        rc = segment_damaged(file, file->map.len, e);
    if (rc == OK && m->deletes)
        rc = deletes_read(&live, r->fs, r->dir, m, e);
    if (rc == OK)
        *out = segment_new(file, r->schema, live, m->live_count, m->deletes);
    segment_file_put(file);
    return rc;
}

static err_t snapshot_open(struct snapshot **out, struct index_reader *r, struct err *e)
{
    struct snapshot *s = mem_zalloc(sizeof(*s));
    s->refs = 1;
    s->reader = r;
    s->a = arena_new();
    err_t rc = manifest_read(&s->manifest, r->fs, r->dir, s->a, e);
    if (rc == OK && !r->schema)
        r->schema = schema_dup(s->manifest.schema, r->a);
    if (rc == OK && !schema_equal(r->schema, s->manifest.schema))
        rc = err_set(e, E_CONFLICT, "%s: the index was rebuilt for other columns; open it again",
                     r->dir);
    if (rc == OK)
        s->segments = arena_array(s->a, s->manifest.segment_count + 1, sizeof(*s->segments));
    for (size_t i = 0; rc == OK && i < s->manifest.segment_count; i++) {
        const struct manifest_segment *m = &s->manifest.segments[i];
        s->docs += m->live_count;
        s->length_sum += m->length_sum;
        rc = open_segment(&s->segments[i], r, m, s->a, e);
    }
    if (rc != OK) {
        snapshot_free(s);
        return rc;
    }
    *out = s;
    return OK;
}

static err_t missing_file(struct err *e)
{
    if (e)
        e->kind = E_CORRUPT;
    err_note(e, "a file that MANIFEST names is missing (byte 0); rebuild the index from the store "
                "(zhiyun reindex)");
    return E_CORRUPT;
}

/* A commit may replace the manifest, and remove the files of the old one, while
 * we open them: then the newer one is there to be read. */
static err_t snapshot_open_newest(struct snapshot **out, struct index_reader *r, struct err *e)
{
    for (int attempt = 0;; attempt++) {
        uint64_t before = 0, after = 0;
        err_t rc = manifest_peek(&before, r->fs, r->dir, e);
        if (rc == OK)
            rc = snapshot_open(out, r, e);
        if (rc != E_NOTFOUND)
            return rc;
        if (before == 0)
            return rc; /* no manifest at all */
        if (attempt == 16 || manifest_peek(&after, r->fs, r->dir, NULL) != OK || after == before)
            return missing_file(e);
    }
}

err_t index_reader_open(struct index_reader **out, const struct fs *fs, const char *dir,
                        struct err *e)
{
    struct index_reader *r = mem_zalloc(sizeof(*r));
    r->fs = fs;
    r->dir = strdup(dir);
    r->a = arena_new();
    r->keys.a = r->a;
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_mutex_init(&r->refreshing, NULL);
    err_t rc = snapshot_open_newest(&r->current, r, e);
    if (rc != OK) {
        index_reader_close(r);
        return rc;
    }
    *out = r;
    return OK;
}

void index_reader_close(struct index_reader *r)
{
    if (!r)
        return;
    snapshot_put(r->current);
    (void)pthread_mutex_destroy(&r->lock);
    (void)pthread_mutex_destroy(&r->refreshing);
    arena_free(r->a);
    free(r->dir);
    free(r);
}

err_t index_reader_refresh(struct index_reader *r, struct err *e)
{
    uint64_t generation;
    struct snapshot *newer = NULL;
    (void)pthread_mutex_lock(&r->refreshing);
    err_t rc = manifest_peek(&generation, r->fs, r->dir, e);
    if (rc == OK && generation != r->current->manifest.generation)
        rc = snapshot_open_newest(&newer, r, e);
    if (newer) {
        (void)pthread_mutex_lock(&r->lock);
        struct snapshot *old = r->current;
        r->current = newer;
        (void)pthread_mutex_unlock(&r->lock);
        snapshot_put(old);
    }
    (void)pthread_mutex_unlock(&r->refreshing);
    return rc;
}

struct snapshot *snapshot_get(struct index_reader *r)
{
    (void)pthread_mutex_lock(&r->lock);
    struct snapshot *s = r->current;
    atomic_fetch_add(&s->refs, 1);
    (void)pthread_mutex_unlock(&r->lock);
    return s;
}

void snapshot_put(struct snapshot *s)
{
    if (s && atomic_fetch_sub(&s->refs, 1) == 1)
        snapshot_free(s);
}

size_t snapshot_segments(const struct snapshot *s)
{
    return s->manifest.segment_count;
}

struct segment *snapshot_segment(const struct snapshot *s, size_t i)
{
    return s->segments[i];
}

const struct index_schema *snapshot_schema(const struct snapshot *s)
{
    return s->reader->schema;
}

struct key_numbers *snapshot_keys(const struct snapshot *s)
{
    return &s->reader->keys;
}

uint64_t snapshot_docs(const struct snapshot *s)
{
    return s->docs;
}

uint64_t snapshot_followed(const struct snapshot *s)
{
    return s->manifest.followed;
}

double snapshot_average_length(const struct snapshot *s)
{
    return s->docs ? (double)s->length_sum / (double)s->docs : 0.0;
}

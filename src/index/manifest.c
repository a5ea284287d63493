/* Manifest and deletes files: written whole, under a checksum, then renamed into
 * place. A log of changes to the manifest was rejected: the list is small, and a
 * log has a tail to repair. */
#include "index/manifest.h"
#include "base/buf.h"
#include "base/mem.h"
#include "index/segment_priv.h"
#include <errno.h>
#include <fcntl.h>

#define MANIFEST_MAGIC 0x00014e414d595a00u /* "\0ZYMAN\1\0" */
#define DELETES_MAGIC 0x00014c4544595a00u  /* "\0ZYDEL\1\0" */
#define MANIFEST_BYTES_MAX ((size_t)64 << 20)
#define DELETES_HEAD 32

const char *segment_path(struct arena *a, const char *dir, uint64_t id)
{
    return arena_printf(a, "%s/%012llx.seg", dir, (unsigned long long)id).ptr;
}

const char *deletes_path(struct arena *a, const char *dir, uint64_t id, uint32_t deletes)
{
    return arena_printf(a, "%s/%012llx.%08x.del", dir, (unsigned long long)id, deletes).ptr;
}

/* --- schema ------------------------------------------------------------------ */
struct index_schema *schema_dup(const struct index_schema *s, struct arena *a)
{
    struct index_schema *d = arena_alloc(a, sizeof(*d));
    struct index_field *fields = arena_array(a, s->field_count, sizeof(*fields));
    struct index_column *columns = arena_array(a, s->column_count, sizeof(*columns));
    for (size_t i = 0; i < s->field_count; i++)
        fields[i] =
            (struct index_field){arena_cstr(a, str_of(s->fields[i].name)), s->fields[i].weight};
    for (size_t i = 0; i < s->column_count; i++)
        columns[i] =
            (struct index_column){arena_cstr(a, str_of(s->columns[i].name)), s->columns[i].kind};
    *d = *s;
    d->fields = fields;
    d->columns = columns;
    return d;
}

bool schema_equal(const struct index_schema *x, const struct index_schema *y)
{
    if (x->field_count != y->field_count || x->column_count != y->column_count ||
        x->positions != y->positions || x->k1 != y->k1 || x->b != y->b)
        return false;
    for (size_t i = 0; i < x->field_count; i++) {
        if (strcmp(x->fields[i].name, y->fields[i].name) != 0 ||
            x->fields[i].weight != y->fields[i].weight)
            return false;
    }
    for (size_t i = 0; i < x->column_count; i++) {
        if (strcmp(x->columns[i].name, y->columns[i].name) != 0 ||
            x->columns[i].kind != y->columns[i].kind)
            return false;
    }
    return true;
}

/* --- writing ------------------------------------------------------------------ */
static void put_u64(struct buf *b, uint64_t v)
{
    buf_add(b, (struct str){(const char *)&v, sizeof(v)});
}

static void put_u32(struct buf *b, uint32_t v)
{
    buf_add(b, (struct str){(const char *)&v, sizeof(v)});
}

static void put_name(struct buf *b, const char *name, uint32_t more)
{
    put_u32(b, more);
    put_u32(b, (uint32_t)strlen(name));
    buf_addz(b, name);
}

static void put_schema(struct buf *b, const struct index_schema *s)
{
    uint32_t k1, bb;
    memcpy(&k1, &s->k1, sizeof(k1));
    memcpy(&bb, &s->b, sizeof(bb));
    put_u32(b, k1);
    put_u32(b, bb);
    put_u32(b, s->positions);
    put_u32(b, (uint32_t)s->field_count);
    put_u32(b, (uint32_t)s->column_count);
    for (size_t i = 0; i < s->field_count; i++)
        put_name(b, s->fields[i].name, s->fields[i].weight);
    for (size_t i = 0; i < s->column_count; i++)
        put_name(b, s->columns[i].name, s->columns[i].kind);
}

err_t manifest_write(const struct manifest *m, const struct fs *fs, const char *dir, struct err *e)
{
    struct buf b;
    struct arena *a = arena_new();
    buf_init(&b, MANIFEST_BYTES_MAX);
    put_u64(&b, MANIFEST_MAGIC);
    put_u64(&b, m->generation);
    put_u64(&b, m->followed);
    put_u64(&b, m->next_id);
    put_schema(&b, m->schema);
    put_u64(&b, m->segment_count);
    for (size_t i = 0; i < m->segment_count; i++) {
        const struct manifest_segment *s = &m->segments[i];
        put_u64(&b, s->id);
        put_u64(&b, s->file_bytes);
        put_u64(&b, s->seal);
        put_u64(&b, s->length_sum);
        put_u64(&b, s->deletes_seal);
        put_u32(&b, s->doc_count);
        put_u32(&b, s->live_count);
        put_u32(&b, s->deletes);
        put_u32(&b, 0);
    }
    put_u64(&b, bytes_checksum(b.ptr, b.len));
    const char *path = arena_printf(a, "%s/MANIFEST", dir).ptr;
    const char *temporary = arena_printf(a, "%s/MANIFEST.tmp", dir).ptr;
    err_t rc = buf_ok(&b) ? fs_write_synced(fs, temporary, str_bytes(buf_str(&b)), e)
                          : err_set(e, E_LIMIT, "%s: too many segments for one list", path);
    /* The names of the segment files must be on the disk before the manifest that
     * speaks of them can be. */
    if (rc == OK)
        rc = fs_sync_dir_of(fs, path, e);
    if (rc == OK)
        rc = fs_publish(fs, temporary, path, e);
    buf_clear(&b);
    arena_free(a);
    return rc;
}

/* --- reading ------------------------------------------------------------------ */
/* Takes what is left; fails stickily by pos = NULL. */
struct wire_in {
    const uint8_t *pos, *end;
};

static const uint8_t *get_bytes(struct wire_in *in, size_t len)
{
    const uint8_t *p = in->pos;
    if (!p || (size_t)(in->end - p) < len)
        return in->pos = NULL;
    in->pos += len;
    return p;
}

static uint64_t get_u64(struct wire_in *in)
{
    const uint8_t *p = get_bytes(in, 8);
    return p ? load_u64(p) : 0;
}

static uint32_t get_u32(struct wire_in *in)
{
    const uint8_t *p = get_bytes(in, 4);
    return p ? load_u32(p) : 0;
}

static const char *get_name(struct wire_in *in, struct arena *a)
{
    uint32_t len = get_u32(in);
    const uint8_t *p = get_bytes(in, len);
    return p ? arena_cstr(a, (struct str){(const char *)p, len}) : "";
}

static const struct index_schema *get_schema(struct wire_in *in, struct arena *a)
{
    struct index_schema *s = arena_alloc(a, sizeof(*s));
    uint32_t k1 = get_u32(in), b = get_u32(in);
    memcpy(&s->k1, &k1, sizeof(k1));
    memcpy(&s->b, &b, sizeof(b));
    s->positions = get_u32(in) != 0;
    s->field_count = get_u32(in);
    s->column_count = get_u32(in);
    if (!in->pos || s->field_count > INDEX_FIELDS_MAX || s->column_count > INDEX_COLUMNS_MAX) {
        in->pos = NULL;
        return NULL;
    }
    struct index_field *fields = arena_array(a, s->field_count, sizeof(*fields));
    struct index_column *columns = arena_array(a, s->column_count, sizeof(*columns));
    for (size_t i = 0; i < s->field_count; i++) {
        uint8_t weight = (uint8_t)get_u32(in);
        fields[i] = (struct index_field){get_name(in, a), weight};
    }
    for (size_t i = 0; i < s->column_count; i++) {
        enum column_kind kind = get_u32(in) == COLUMN_U32 ? COLUMN_U32 : COLUMN_STRINGS;
        columns[i] = (struct index_column){get_name(in, a), kind};
    }
    s->fields = fields;
    s->columns = columns;
    return s;
}

static void get_segments(struct manifest *m, struct wire_in *in, struct arena *a)
{
    uint64_t n = get_u64(in);
    if (!in->pos || n > (uint64_t)(in->end - in->pos) / 56) {
        in->pos = NULL;
        return;
    }
    m->segments = arena_array(a, n, sizeof(*m->segments));
    m->segment_count = n;
    for (size_t i = 0; i < n; i++) {
        struct manifest_segment *s = &m->segments[i];
        s->id = get_u64(in);
        s->file_bytes = get_u64(in);
        s->seal = get_u64(in);
        s->length_sum = get_u64(in);
        s->deletes_seal = get_u64(in);
        s->doc_count = get_u32(in);
        s->live_count = get_u32(in);
        s->deletes = get_u32(in);
        (void)get_u32(in);
    }
}

err_t manifest_read(struct manifest *out, const struct fs *fs, const char *dir, struct arena *a,
                    struct err *e)
{
    struct bytes b;
    const char *path = arena_printf(a, "%s/MANIFEST", dir).ptr;
    err_t rc = fs_read(&b, fs, path, MANIFEST_BYTES_MAX, a, e);
    if (rc != OK)
        return rc;
    *out = (struct manifest){0};
    if (b.len < 48 || load_u64(b.ptr + b.len - 8) != bytes_checksum(b.ptr, b.len - 8) ||
        load_u64(b.ptr) != MANIFEST_MAGIC)
        return err_set(e, E_CORRUPT,
                       "%s is damaged (its %zu bytes do not fit the checksum at byte %zu); rebuild "
                       "the index from the store (zhiyun reindex)",
                       path, b.len, b.len < 8 ? 0 : b.len - 8);
    struct wire_in in = {b.ptr + 8, b.ptr + b.len - 8};
    out->generation = get_u64(&in);
    out->followed = get_u64(&in);
    out->next_id = get_u64(&in);
    out->schema = get_schema(&in, a);
    get_segments(out, &in, a);
    if (in.pos != in.end)
        return err_set(e, E_CORRUPT,
                       "%s was written by another version of the program (byte 8 on); rebuild the "
                       "index from the store (zhiyun reindex)",
                       path);
    return OK;
}

err_t manifest_peek(uint64_t *generation, const struct fs *fs, const char *dir, struct err *e)
{
    char path[4096];
    uint8_t head[16];
    if ((size_t)snprintf(path, sizeof(path), "%s/MANIFEST", dir) >= sizeof(path))
        return err_set(e, E_LIMIT, "path too long: %s", dir);
    int fd = fs->open(fs, path, O_RDONLY, 0);
    if (fd < 0)
        return errno == ENOENT ? err_set(e, E_NOTFOUND, "%s: cannot be opened", path)
                               : err_errno(e, errno, "cannot open %s", path);
    ssize_t n = fs->pread(fs, fd, head, sizeof(head), 0);
    fs->close(fs, fd);
    if (n != (ssize_t)sizeof(head))
        return err_set(e, E_CORRUPT,
                       "%s is damaged (shorter than 16 bytes); rebuild the index from the store "
                       "(zhiyun reindex)",
                       path);
    *generation = load_u64(head + 8);
    return OK;
}

/* --- deletes ------------------------------------------------------------------ */
err_t deletes_read(uint64_t **live, const struct fs *fs, const char *dir,
                   const struct manifest_segment *s, struct err *e)
{
    struct bytes b;
    struct arena *a = arena_new();
    const char *path = deletes_path(a, dir, s->id, s->deletes);
    size_t words = ((size_t)s->doc_count + 63) / 64, len = DELETES_HEAD + words * 8;
    *live = NULL;
    err_t rc = fs_read(&b, fs, path, len + 1, a, e);
    if (rc == E_NOTFOUND || rc == E_LIMIT ||
        (rc == OK && (b.len != len || bytes_checksum(b.ptr, len) != s->deletes_seal ||
                      load_u64(b.ptr) != DELETES_MAGIC || load_u64(b.ptr + 8) != s->id)))
        rc = err_set(e, rc == E_NOTFOUND ? E_NOTFOUND : E_CORRUPT,
                     "%s is missing or damaged (byte 0 to %zu); rebuild the index from the store "
                     "(zhiyun reindex)",
                     path, len);
    if (rc == OK) {
        *live = mem_alloc(words * 8);
        memcpy(*live, b.ptr + DELETES_HEAD, words * 8);
    }
    arena_free(a);
    return rc;
}

err_t deletes_write(uint64_t *seal, const uint64_t *live, const struct fs *fs, const char *dir,
                    const struct manifest_segment *s, struct err *e)
{
    struct arena *a = arena_new();
    size_t words = ((size_t)s->doc_count + 63) / 64, len = DELETES_HEAD + words * 8;
    uint8_t *b = arena_alloc(a, len);
    store_u64(b, DELETES_MAGIC);
    store_u64(b + 8, s->id);
    store_u64(b + 16, s->deletes);
    memcpy(b + DELETES_HEAD, live, words * 8);
    *seal = bytes_checksum(b, len);
    err_t rc =
        fs_write_synced(fs, deletes_path(a, dir, s->id, s->deletes), (struct bytes){b, len}, e);
    arena_free(a);
    return rc;
}

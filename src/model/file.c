/* A sealed file is chunks of SEAL_CHUNK bytes, each grown by its tag, one after the other
 * in the blob store; so any part of it can be read alone. What does not fill a chunk yet
 * waits in memory, and between two pieces of an upload sealed in its row: a chunk is
 * sealed once, with its number, and never again with other bytes. */
#include "model/file.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/vec.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "crypto/secret.h"
#include "model/setting.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define VIEW_WINDOW ((int64_t)1 << 20)

/* --- rows ------------------------------------------------------------------------------ */

#define COLUMNS                                                                                    \
    "id, owner_unit, created_by, created_ms, bytes, kept_ms, secrecy, state, owner_city, "         \
    "owner_province, digest, blob, name, kind, media_type, file_key"

static err_t rows_by(const struct file_row **out, size_t *count, struct db *db, const char *sql,
                     struct str key, struct arena *a, struct err *e)
{
    VEC(struct file_row) rows = {0};
    struct file_row r = {0};
    err_t rc = db_rows(ROWS(&rows, r), db, sql, VALUES(v_str(key)),
                       INTO(into_i64(&r.id), into_i64(&r.owner_unit), into_i64(&r.created_by),
                            into_i64(&r.created_ms), into_i64(&r.bytes), into_i64(&r.kept_ms),
                            into_int(&r.secrecy), into_str(&r.state), into_str(&r.city),
                            into_str(&r.province), into_str(&r.digest), into_str(&r.blob),
                            into_str(&r.name), into_str(&r.kind), into_str(&r.media_type),
                            into_str(&r.key)),
                       a, e);
    *out = rows.ptr;
    *count = rows.len;
    return rc;
}

err_t file_rows(const struct file_row **out, size_t *count, struct db *db, struct str digest,
                struct arena *a, struct err *e)
{
    return rows_by(out, count, db,
                   "SELECT " COLUMNS " FROM file WHERE digest = ?1 AND ended_ms IS NULL "
                   "ORDER BY id NULLS LAST",
                   digest, a, e);
}

err_t file_rows_of_blob(const struct file_row **out, size_t *count, struct db *db, struct str blob,
                        struct arena *a, struct err *e)
{
    return rows_by(out, count, db,
                   "SELECT " COLUMNS " FROM file WHERE blob = ?1 AND ended_ms IS NULL "
                   "ORDER BY id NULLS LAST",
                   blob, a, e);
}

err_t file_add(int64_t *id, struct db *db, const struct file_row *row, struct err *e)
{
    err_t rc =
        db_run(db,
               "INSERT INTO file (version, state, owner_unit, owner_city, owner_province, secrecy, "
               "published, created_ms, created_by, changed_ms, changed_by, digest, blob, name, "
               "bytes, kind, media_type, file_key) VALUES (1, 'active', ?1, ?2, ?3, ?4, 0, ?5, ?6, "
               "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
               VALUES(v_i64(row->owner_unit), v_str(row->city), v_str(row->province),
                      v_i64(row->secrecy), v_i64(row->created_ms), v_i64(row->created_by),
                      v_str(row->digest), v_str(row->blob), v_str(row->name), v_i64(row->bytes),
                      v_str(row->kind), v_str(row->media_type), v_str(row->key)),
               e);
    *id = rc == OK ? db_last_id(db) : 0;
    return rc;
}

err_t file_keep(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    return db_run(db, "UPDATE file SET kept_ms = ?2 WHERE id = ?1 AND kept_ms IS NULL",
                  VALUES(v_i64(id), v_i64(now_ms)), e);
}

/* With its key: a sealed content that lies somewhere yet is nobody's from now on. */
err_t file_end(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    return db_run(
        db,
        "UPDATE file SET state = 'ended', ended_ms = ?2, changed_ms = ?2, changed_by = 0, "
        "version = version + 1, file_key = NULL WHERE id = ?1 AND ended_ms IS NULL",
        VALUES(v_i64(id), v_i64(now_ms)), e);
}

static err_t sum_bytes(int64_t *out, struct db *db, const char *sql, int64_t unit, struct err *e)
{
    return db_i64(out, db, sql, VALUES(v_i64(unit)), e);
}

err_t file_unit_bytes(int64_t *out, struct db *db, int64_t unit, struct err *e)
{
    return sum_bytes(out, db,
                     "SELECT CAST(sum(bytes) AS BIGINT) FROM (SELECT bytes FROM file WHERE "
                     "owner_unit = ?1 AND ended_ms IS NULL AND created_by <> 0 "
                     "UNION ALL SELECT bytes FROM file_upload WHERE unit = ?1) AS sizes",
                     unit, e);
}

/* --- limits ---------------------------------------------------------------------------- */

#define MB (INT64_C(1) << 20)

#define DISK_KEPT_PART 20 /* of all */
#define DISK_KEPT_MAX (INT64_C(4) << 30)

static err_t look_at_disk(int64_t *room, int64_t *all, const struct file_place *p, struct err *e)
{
    uint64_t left = 0, size = 0;
    err_t rc = fs_room(&left, &size, p->tmpdir, e);
    *all = (int64_t)size;
    int64_t kept = *all / DISK_KEPT_PART < DISK_KEPT_MAX ? *all / DISK_KEPT_PART : DISK_KEPT_MAX;
    *room = (int64_t)left > kept ? (int64_t)left - kept : 0;
    return rc;
}

err_t file_disk_room(int64_t *out, const struct file_place *p, struct err *e)
{
    int64_t all;
    return look_at_disk(out, &all, p, e);
}

/* So that no unit fills the disk alone, and none is shut out by having much. */
static err_t unit_of_disk(int64_t *out, struct db *db, const struct file_place *p, int64_t unit,
                          struct err *e)
{
    int64_t room = 0, all = 0, used = 0;
    *out = FILE_UNIT_MB_ELSEWHERE * MB;
    if (p->elsewhere)
        return OK;
    err_t rc = look_at_disk(&room, &all, p, e);
    if (rc == OK)
        rc = file_unit_bytes(&used, db, unit, e);
    *out = all / 2 > used + room / 2 ? all / 2 : used + room / 2;
    return rc;
}

err_t file_limits_load(struct file_limits *out, struct db *db, const struct file_place *p,
                       int64_t unit, struct err *e)
{
    err_t rc = OK;
    *out = (struct file_limits){0, FILE_MB_MAX * MB};
    EACH_ROW(st, rc, e, db,
             "SELECT name, value FROM setting WHERE name = 'files.unit_mb' OR "
             "name = 'files.file_mb'",
             NULL, 0) {
        int64_t mb = 0;
        bool of_unit = str_is(stmt_str(st, 0), "files.unit_mb");
        if (!str_to_i64(&mb, stmt_str(st, 1)) || mb < 1 ||
            mb > (of_unit ? FILE_UNIT_MB_MAX : FILE_MB_MAX))
            rc = err_set(e, E_CORRUPT, "the stored limits of files have no meaning");
        else
            *(of_unit ? &out->unit_bytes : &out->file_bytes) = mb * MB;
    }
    return rc == OK && out->unit_bytes == 0 ? unit_of_disk(&out->unit_bytes, db, p, unit, e) : rc;
}

#define SIZE_TEXT_MAX 32

/* As people say it; 1,024 of each are one of the next. */
static const char *size_text(char to[SIZE_TEXT_MAX], int64_t bytes)
{
    static const char *const units[] = {"KB", "MB", "GB", "TB"};
    double size = (double)bytes / 1024;
    size_t i = 0;
    for (; size >= 1023.95 && i + 1 < ARRAY_LEN(units); i++)
        size /= 1024;
    (void)snprintf(to, SIZE_TEXT_MAX, "%.1f %s", size, units[i]);
    return to;
}

err_t file_unit_fits(struct db *db, int64_t unit, int64_t unit_bytes, int64_t bytes, struct err *e)
{
    char has[SIZE_TEXT_MAX], may[SIZE_TEXT_MAX], more[SIZE_TEXT_MAX];
    int64_t used;
    err_t rc = file_unit_bytes(&used, db, unit, e);
    if (rc != OK || bytes <= unit_bytes - used)
        return rc;
    return err_set(e, E_LIMIT,
                   "your unit's files and unfinished uploads take %s of the %s that it has; with "
                   "what is being uploaded at this moment %s more do not fit: delete files that no "
                   "record names, or ask the system administrator for more",
                   size_text(has, used), size_text(may, unit_bytes), size_text(more, bytes));
}

err_t file_public_fits(struct db *db, int64_t unit, int64_t unit_bytes, int64_t bytes,
                       struct err *e)
{
    int64_t used;
    err_t rc = sum_bytes(&used, db,
                         "SELECT CAST(sum(bytes) AS BIGINT) FROM file WHERE owner_unit = ?1 AND "
                         "ended_ms IS NULL AND created_by = 0",
                         unit, e);
    if (rc != OK || bytes <= unit_bytes - used)
        return rc;
    return err_set(e, E_LIMIT,
                   "the room for files that come with objections is taken up; send yours to the "
                   "office on paper");
}

static err_t set_limit(struct db *db, const char *name, int64_t mb, int64_t by, int64_t now_ms,
                       struct err *e)
{
    char text[24];
    snprintf(text, sizeof(text), "%lld", (long long)mb);
    return setting_put(db, str_of(name), str_of(text), now_ms, by, e);
}

err_t file_limits_set(struct db *db, int64_t unit_mb, int64_t file_mb, int64_t by, int64_t now_ms,
                      struct err *e)
{
    if (unit_mb < 1 || unit_mb > FILE_UNIT_MB_MAX || file_mb < 1 || file_mb > FILE_MB_MAX)
        return err_set(e, E_INVALID, "a file may have 1 to %d MiB, the files of a unit 1 to %lld",
                       FILE_MB_MAX, (long long)FILE_UNIT_MB_MAX);
    err_t rc = set_limit(db, "files.unit_mb", unit_mb, by, now_ms, e);
    return rc == OK ? set_limit(db, "files.file_mb", file_mb, by, now_ms, e) : rc;
}

/* --- keys ------------------------------------------------------------------------------ */

static struct str seal_key_of(const struct file_place *p, const uint8_t key[FILE_KEY_LEN],
                              struct str about, struct arena *a)
{
    char hex[2 * FILE_KEY_LEN + 1];
    hex_write(hex, (struct bytes){key, FILE_KEY_LEN});
    struct str sealed = seal_text(p->keys, str_of(hex), about, a);
    secret_wipe(hex, sizeof(hex));
    return sealed;
}

static err_t open_key(uint8_t key[FILE_KEY_LEN], const struct file_place *p, struct str sealed,
                      struct str about, struct arena *a, struct err *e)
{
    struct str hex = STR_NONE;
    err_t rc = p->keys ? seal_open_text(&hex, p->keys, sealed, about, a, e)
                       : err_set(e, E_IO, "the keys of this instance are not there");
    if (rc == OK && !hex_read(key, FILE_KEY_LEN, hex))
        rc = err_set(e, E_CORRUPT, "the key of a secret file does not read back");
    if (hex.ptr)
        secret_wipe((void *)(uintptr_t)hex.ptr, hex.len);
    return rc;
}

static struct str about_file(int64_t unit, struct str digest, struct arena *a)
{
    return arena_printf(a, "file:%lld:%.*s", (long long)unit, STR_ARG(digest));
}

static struct str about_upload(int64_t unit, struct arena *a)
{
    return arena_printf(a, "upload:%lld", (long long)unit);
}

/* --- writing --------------------------------------------------------------------------- */

struct file_put {
    const struct file_place *place;
    int64_t unit;
    struct blob_put *blob;
    int64_t max_bytes;
    /* Secret: */
    struct file_sealer *sealer; /* NULL: not secret */
    uint8_t key[FILE_KEY_LEN];
    struct buf tail, sealed; /* what fills no chunk yet; the chunk that was made of it */
    int64_t chunks;          /* sealed so far */
    struct hasher *whole;    /* of all as uploaded; NULL: resumed */
};

/* A tag for each chunk comes on top. */
static int64_t sealed_max(int64_t max_bytes)
{
    return max_bytes + (max_bytes / (int64_t)SEAL_CHUNK + 2) * SEAL_TAG_MAX;
}

static struct file_put *put_new(const struct file_place *p, int64_t unit, int64_t max_bytes)
{
    struct file_put *f = mem_zalloc(sizeof(*f));
    f->place = p;
    f->unit = unit;
    f->max_bytes = max_bytes;
    buf_init(&f->tail, SEAL_CHUNK);
    buf_init(&f->sealed, SEAL_CHUNK + SEAL_TAG_MAX);
    return f;
}

static void put_free(struct file_put *f)
{
    if (f->tail.ptr)
        secret_wipe(f->tail.ptr, f->tail.cap);
    secret_wipe(f->key, sizeof(f->key));
    file_sealer_free(f->sealer);
    hasher_free(f->whole);
    buf_clear(&f->tail);
    buf_clear(&f->sealed);
    free(f);
}

void file_put_begin(struct file_put **out, const struct file_place *p, int64_t unit, bool secret,
                    int64_t max_bytes)
{
    struct file_put *f = put_new(p, unit, max_bytes);
    blob_put_begin(&f->blob, p->blobs, secret ? sealed_max(max_bytes) : max_bytes);
    if (secret) {
        random_bytes(f->key, sizeof(f->key));
        f->sealer = file_sealer_new(seal_key_suite(p->keys), f->key);
        f->whole = hasher_new();
    }
    *out = f;
}

int64_t file_put_size(const struct file_put *f)
{
    return f->sealer ? f->chunks * (int64_t)SEAL_CHUNK + (int64_t)f->tail.len
                     : blob_put_size(f->blob);
}

static err_t put_chunk(struct file_put *f, bool last, struct err *e)
{
    buf_reset(&f->sealed);
    seal_chunk(&f->sealed, f->sealer, (uint64_t)f->chunks, last, str_bytes(buf_str(&f->tail)));
    f->chunks++;
    buf_reset(&f->tail);
    return blob_put_add(f->blob, str_bytes(buf_str(&f->sealed)), e);
}

err_t file_put_add(struct file_put *f, struct bytes piece, struct err *e)
{
    err_t rc = OK;
    if ((uint64_t)file_put_size(f) + piece.len > (uint64_t)f->max_bytes)
        return err_set(e, E_LIMIT, "the file is larger than %lld bytes", (long long)f->max_bytes);
    if (!f->sealer)
        return blob_put_add(f->blob, piece, e);
    if (f->whole)
        hasher_add(f->whole, piece);
    while (rc == OK && piece.len > 0) {
        /* A full chunk waits until more comes: the last one is sealed as the last. */
        if (f->tail.len == SEAL_CHUNK && (rc = put_chunk(f, false, e)) != OK)
            break;
        size_t room = SEAL_CHUNK - f->tail.len, len = piece.len < room ? piece.len : room;
        buf_add(&f->tail, (struct str){(const char *)piece.ptr, len});
        piece.ptr += len;
        piece.len -= len;
    }
    return rc;
}

void file_put_abort(struct file_put *f)
{
    if (!f)
        return;
    blob_put_abort(f->blob);
    put_free(f);
}

static err_t damaged(const struct file_row *row, struct err *e)
{
    return err_set(e, E_CORRUPT,
                   "the file %.*s does not read back as it was stored; restore it from a backup",
                   STR_ARG(row->digest));
}

static err_t get_open_with(struct file_get **out, const struct file_place *p,
                           const struct file_row *row, const uint8_t *key, int64_t from,
                           int64_t len, struct err *e);

/* SHA-256 of what was uploaded, read back from the blob store. */
static err_t hash_sealed(struct digest *out, const struct file_put *f, const struct file_row *row,
                         struct err *e)
{
    struct hasher *h = hasher_new();
    struct file_get *g = NULL;
    struct bytes piece = {NULL, 0};
    err_t rc = get_open_with(&g, f->place, row, f->key, 0, -1, e);
    do {
        if (rc == OK && (rc = file_get_next(&piece, g, e)) == OK)
            hasher_add(h, piece);
    } while (rc == OK && piece.len > 0);
    file_get_close(g);
    *out = hasher_end(h);
    hasher_free(h);
    return rc;
}

err_t file_put_end(struct file_stored *out, struct file_put *f, struct arena *a, struct err *e)
{
    struct digest blob, whole;
    int64_t size = 0;
    err_t rc = OK;
    *out = (struct file_stored){.bytes = file_put_size(f)};
    if (f->sealer)
        rc = put_chunk(f, true, e);
    if (rc != OK)
        blob_put_abort(f->blob);
    else
        rc = blob_put_end(&blob, &size, f->blob, e);
    if (rc != OK)
        goto done;
    sha256_hex(out->blob, &blob);
    whole = blob;
    if (f->sealer) {
        struct file_row row = {.bytes = out->bytes, .blob = str_of(out->blob)};
        if (f->whole)
            whole = hasher_end(f->whole);
        else if ((rc = hash_sealed(&whole, f, &row, e)) != OK)
            goto done;
    }
    sha256_hex(out->digest, &whole);
    if (f->sealer)
        out->key = seal_key_of(f->place, f->key, about_file(f->unit, str_of(out->digest), a), a);
done:
    put_free(f);
    return rc;
}

void file_put_leave(struct file_put *f)
{
    struct err ignored; /* nothing was added that somebody was told of */
    err_t left = OK;
    if (!f)
        return;
    if (blob_put_size(f->blob) == 0)
        blob_put_abort(f->blob);
    else
        left = blob_put_pause(f->blob, &ignored);
    (void)left;
    put_free(f);
}

err_t file_put_pause(struct file_paused *out, struct file_put *f, struct arena *a, struct err *e)
{
    struct str about = about_upload(f->unit, a);
    bool empty = blob_put_size(f->blob) == 0;
    err_t rc = OK;
    *out = (struct file_paused){.bytes = file_put_size(f)};
    if (empty) { /* the blob store keeps no upload without a byte */
        blob_put_abort(f->blob);
    } else {
        out->upload = arena_dup(a, str_of(blob_put_id(f->blob)));
        rc = blob_put_pause(f->blob, e);
    }
    if (rc == OK && f->sealer) {
        out->key = seal_key_of(f->place, f->key, about, a);
        if (f->tail.len > 0)
            out->tail = seal_text(f->place->keys, buf_str(&f->tail), about, a);
    }
    put_free(f);
    return rc;
}

err_t file_put_resume(struct file_put **out, const struct file_place *p,
                      const struct file_paused *from, int64_t unit, bool secret, int64_t max_bytes,
                      struct arena *a, struct err *e)
{
    struct file_put *f = put_new(p, unit, max_bytes);
    struct str about = about_upload(unit, a), tail = STR_NONE;
    int64_t blob_max = secret ? sealed_max(max_bytes) : max_bytes;
    err_t rc = OK;

    *out = NULL;
    if (from->upload.len == 0)
        blob_put_begin(&f->blob, p->blobs, blob_max);
    else
        rc = blob_put_resume(&f->blob, p->blobs, from->upload, blob_max, e);
    if (rc == OK && secret && from->key.len == 0) { /* its first piece */
        random_bytes(f->key, sizeof(f->key));
        f->whole = hasher_new();
    } else if (rc == OK && secret) {
        if ((rc = open_key(f->key, p, from->key, about, a, e)) == OK && from->tail.len > 0 &&
            (rc = seal_open_text(&tail, p->keys, from->tail, about, a, e)) == OK)
            buf_add(&f->tail, tail);
        f->chunks = (from->bytes - (int64_t)tail.len) / (int64_t)SEAL_CHUNK;
    }
    if (rc == OK && secret) {
        f->sealer = file_sealer_new(seal_key_suite(p->keys), f->key);
        int64_t there = f->chunks * (int64_t)(SEAL_CHUNK + seal_tag_len(seal_key_suite(p->keys)));
        if (blob_put_size(f->blob) != there || file_put_size(f) != from->bytes)
            rc = err_set(e, E_CONFLICT,
                         "this upload was cut off while it was written; begin a new one");
    }
    if (tail.ptr)
        secret_wipe((void *)(uintptr_t)tail.ptr, tail.len);
    if (rc == OK) {
        *out = f;
        return OK;
    }
    if (f->blob)
        file_put_leave(f);
    else
        put_free(f);
    return rc;
}

/* --- reading --------------------------------------------------------------------------- */

struct file_get {
    struct blob_get *blob;
    struct file_sealer *sealer; /* NULL: not secret */
    struct buf sealed, plain;   /* bytes that came and were not opened yet; an opened chunk */
    size_t sealed_chunk;        /* bytes of a whole one */
    int64_t chunk, chunks;      /* the next; how many the file has */
    int64_t skip, left;         /* bytes of the first chunk that were not asked for; to give */
};

static err_t get_open_with(struct file_get **out, const struct file_place *p,
                           const struct file_row *row, const uint8_t *key, int64_t from,
                           int64_t len, struct err *e)
{
    struct digest blob;
    int64_t chunk = (int64_t)SEAL_CHUNK;
    *out = NULL;
    /* Content that is not sealed is named by its own digest. */
    if (!hex_read(blob.byte, sizeof(blob.byte), row->blob) ||
        (!key && !str_eq(row->blob, row->digest)))
        return damaged(row, e);
    if (from > row->bytes)
        from = row->bytes;
    if (len < 0 || len > row->bytes - from)
        len = row->bytes - from;
    struct file_get *g = mem_zalloc(sizeof(*g));
    buf_init(&g->sealed, 0);
    buf_init(&g->plain, SEAL_CHUNK + SEAL_TAG_MAX);
    g->left = len;
    int64_t blob_from = from, blob_len = from == 0 && len == row->bytes ? -1 : len;
    if (key) {
        g->sealer = file_sealer_new(seal_key_suite(p->keys), key);
        g->sealed_chunk = SEAL_CHUNK + seal_tag_len(seal_key_suite(p->keys));
        g->chunks = row->bytes == 0 ? 1 : (row->bytes + chunk - 1) / chunk;
        g->chunk = from / chunk;
        g->skip = from % chunk;
        blob_from = g->chunk * (int64_t)g->sealed_chunk;
        blob_len = ((from + len + chunk - 1) / chunk - g->chunk) * (int64_t)g->sealed_chunk;
        if (from == 0 && len == row->bytes)
            blob_len = -1;
    }
    err_t rc = blob_get_open(&g->blob, p->blobs, &blob, blob_from, blob_len, e);
    if (rc == OK)
        *out = g;
    else
        file_get_close(g);
    return rc;
}

err_t file_get_open(struct file_get **out, const struct file_place *p, const struct file_row *row,
                    int64_t from, int64_t len, struct err *e)
{
    uint8_t key[FILE_KEY_LEN];
    err_t rc = OK;
    *out = NULL;
    if (row->key.len == 0)
        return get_open_with(out, p, row, NULL, from, len, e);
    struct arena *a = arena_new();
    rc = open_key(key, p, row->key, about_file(row->owner_unit, row->digest, a), a, e);
    if (rc == OK)
        rc = get_open_with(out, p, row, key, from, len, e);
    secret_wipe(key, sizeof(key));
    arena_free(a);
    return rc;
}

/* The next chunk's sealed bytes lie in g->sealed, as far as the blob has them. */
static err_t gather_chunk(struct file_get *g, struct err *e)
{
    err_t rc = OK;
    struct bytes piece = {NULL, 1};
    while (g->sealed.len < g->sealed_chunk && piece.len > 0) {
        if ((rc = blob_get_next(&piece, g->blob, e)) != OK)
            return rc;
        buf_add(&g->sealed, bytes_str(piece));
    }
    return OK;
}

err_t file_get_next(struct bytes *out, struct file_get *g, struct err *e)
{
    err_t rc;
    *out = (struct bytes){NULL, 0};
    if (!g->sealer)
        return blob_get_next(out, g->blob, e);
    if (g->left == 0)
        return OK;
    if ((rc = gather_chunk(g, e)) != OK)
        return rc;
    size_t len = g->sealed.len < g->sealed_chunk ? g->sealed.len : g->sealed_chunk;
    bool last = g->chunk == g->chunks - 1;
    buf_reset(&g->plain);
    rc = len > g->sealed_chunk - SEAL_CHUNK || last
             ? seal_open_chunk(&g->plain, g->sealer, (uint64_t)g->chunk, last,
                               (struct bytes){(const uint8_t *)g->sealed.ptr, len}, e)
             : err_set(e, E_CORRUPT, "a sealed file ends too early");
    if (rc != OK)
        return rc;
    memmove(g->sealed.ptr, g->sealed.ptr + len, g->sealed.len - len);
    g->sealed.len -= len;
    g->chunk++;
    if ((int64_t)g->plain.len < g->skip)
        return err_set(e, E_CORRUPT, "a sealed file ends too early");
    *out = (struct bytes){(const uint8_t *)g->plain.ptr + g->skip, g->plain.len - (size_t)g->skip};
    g->skip = 0;
    if ((int64_t)out->len > g->left)
        out->len = (size_t)g->left;
    g->left -= (int64_t)out->len;
    return OK;
}

void file_get_close(struct file_get *g)
{
    if (!g)
        return;
    if (g->plain.ptr)
        secret_wipe(g->plain.ptr, g->plain.cap);
    blob_get_close(g->blob);
    file_sealer_free(g->sealer);
    buf_clear(&g->sealed);
    buf_clear(&g->plain);
    free(g);
}

err_t file_check_digest(const struct file_place *p, const struct file_row *row, struct err *e)
{
    struct file_get *g = NULL;
    struct hasher *h = hasher_new();
    struct bytes piece = {NULL, 1};
    char hex[SHA256_HEX_LEN + 1];
    int64_t bytes = 0;
    err_t rc = file_get_open(&g, p, row, 0, -1, e);
    while (rc == OK && piece.len > 0 && (rc = file_get_next(&piece, g, e)) == OK) {
        hasher_add(h, piece);
        bytes += (int64_t)piece.len;
    }
    struct digest got = hasher_end(h);
    sha256_hex(hex, &got);
    file_get_close(g);
    hasher_free(h);
    bool same = bytes == row->bytes && str_is(row->digest, hex);
    return rc == E_CORRUPT || rc == E_NOTFOUND || (rc == OK && !same) ? damaged(row, e) : rc;
}

/* --- here and there -------------------------------------------------------------------- */

struct file_viewer {
    struct file_view view;
    const struct file_place *place;
    const struct file_row *row;
    struct buf window; /* bytes from window_at on */
    int64_t window_at;
    void *map; /* NULL: not mapped */
};

static err_t fill_window(struct file_viewer *v, int64_t at, struct err *e)
{
    struct file_get *g = NULL;
    struct bytes piece = {NULL, 0};
    v->window_at = at / VIEW_WINDOW * VIEW_WINDOW;
    buf_reset(&v->window);
    err_t rc = file_get_open(&g, v->place, v->row, v->window_at, VIEW_WINDOW, e);
    do {
        if (rc == OK && (rc = file_get_next(&piece, g, e)) == OK)
            buf_add(&v->window, bytes_str(piece));
    } while (rc == OK && piece.len > 0);
    file_get_close(g);
    return rc;
}

static err_t view_read(void *arg, int64_t from, void *to, size_t len, struct err *e)
{
    struct file_viewer *v = arg;
    uint8_t *at = to;
    while (len > 0) {
        int64_t here = from - v->window_at;
        err_t rc;
        if (here < 0 || here >= (int64_t)v->window.len) {
            if ((rc = fill_window(v, from, e)) != OK)
                return rc;
            here = from - v->window_at;
            if (here >= (int64_t)v->window.len)
                return err_set(e, E_CORRUPT, "the file %.*s ends too early",
                               STR_ARG(v->row->digest));
        }
        size_t there = v->window.len - (size_t)here, n = len < there ? len : there;
        memcpy(at, v->window.ptr + here, n);
        at += n;
        from += (int64_t)n;
        len -= n;
    }
    return OK;
}

/* The unlinked file in which a large content is mapped; -1: none. *reading, where asked: the same, to be read alone. */
static err_t open_temporary(int *fd, int *reading, const struct file_viewer *v, struct err *e)
{
    char path[4096];
    int n = snprintf(path, sizeof(path), "%s/view-XXXXXX", v->place->tmpdir);
    *fd = n > 0 && (size_t)n < sizeof(path) ? mkostemp(path, O_CLOEXEC) : -1;
    if (*fd < 0)
        return err_errno(e, errno, "cannot create a file in %s", v->place->tmpdir);
    if (reading)
        *reading = open(path, O_RDONLY | O_CLOEXEC);
    if (unlink(path) != 0 || (reading && *reading < 0) || ftruncate(*fd, (off_t)v->row->bytes) != 0)
        return err_errno(e, errno, "cannot prepare %s", path);
    return OK;
}

static err_t copy_content(int to, const struct file_viewer *v, struct err *e)
{
    struct file_get *g = NULL;
    struct bytes piece = {NULL, 0};
    int64_t at = 0;
    err_t rc = file_get_open(&g, v->place, v->row, 0, -1, e);
    do {
        if (rc == OK)
            rc = file_get_next(&piece, g, e);
        for (size_t done = 0; rc == OK && done < piece.len;) {
            ssize_t n = pwrite(to, piece.ptr + done, piece.len - done, at);
            if (n < 0 && errno != EINTR)
                rc = err_errno(e, errno, "cannot write a file in %s", v->place->tmpdir);
            done += n > 0 ? (size_t)n : 0;
            at += n > 0 ? n : 0;
        }
    } while (rc == OK && piece.len > 0);
    file_get_close(g);
    return rc;
}

static err_t view_open(int *fd, void *arg, struct err *e)
{
    struct file_viewer *v = arg;
    int writing = -1, reading = -1;
    err_t rc = open_temporary(&writing, &reading, v, e);
    if (rc == OK)
        rc = copy_content(writing, v, e);
    if (writing >= 0)
        close(writing);
    if (rc == OK)
        *fd = reading;
    else if (reading >= 0)
        close(reading);
    return rc;
}

static err_t view_map(struct bytes *out, void *arg, struct err *e)
{
    struct file_viewer *v = arg;
    struct file_get *g = NULL;
    struct bytes piece = {NULL, 0};
    size_t len = (size_t)v->row->bytes, at = 0;
    int fd = -1;
    err_t rc = OK;

    if (!v->map && v->row->key.len > 0 && v->row->bytes > FILE_SECRET_MAP)
        return err_set(e, E_LIMIT, "a secret archive or Office file may have up to %lld bytes",
                       (long long)FILE_SECRET_MAP);
    if (!v->map && v->row->key.len == 0)
        rc = open_temporary(&fd, NULL, v, e);
    if (!v->map && rc == OK) {
        v->map = mmap(NULL, len ? len : 1, PROT_READ | PROT_WRITE,
                      fd < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED, fd, 0);
        if (v->map == MAP_FAILED) {
            v->map = NULL;
            rc = err_errno(e, errno, "cannot map a file of %zu bytes", len);
        }
        if (rc == OK)
            rc = file_get_open(&g, v->place, v->row, 0, -1, e);
        do {
            if (rc != OK || (rc = file_get_next(&piece, g, e)) != OK)
                break;
            if (piece.len > len - at) {
                rc = err_set(e, E_CORRUPT, "the file %.*s is longer than its row says",
                             STR_ARG(v->row->digest));
                break;
            }
            if (piece.len > 0)
                memcpy((char *)v->map + at, piece.ptr, piece.len);
            at += piece.len;
        } while (piece.len > 0);
        file_get_close(g);
    }
    if (fd >= 0)
        close(fd);
    *out = (struct bytes){v->map, len};
    return rc;
}

struct file_viewer *file_view_new(const struct file_place *p, const struct file_row *row)
{
    struct file_viewer *v = mem_zalloc(sizeof(*v));
    v->place = p;
    v->row = row;
    v->view =
        (struct file_view){.bytes = row->bytes,
                           .read = view_read,
                           .map = view_map,
                           .open = row->key.len ? NULL : view_open, /* no secret lies on a disk */
                           .arg = v};
    buf_init(&v->window, (size_t)VIEW_WINDOW);
    return v;
}

const struct file_view *file_view_of(const struct file_viewer *v)
{
    return &v->view;
}

void file_view_free(struct file_viewer *v)
{
    if (!v)
        return;
    if (v->window.ptr)
        secret_wipe(v->window.ptr, v->window.cap);
    if (v->map) {
        if (v->row->key.len > 0)
            secret_wipe(v->map, (size_t)v->row->bytes);
        munmap(v->map, v->row->bytes ? (size_t)v->row->bytes : 1);
    }
    buf_clear(&v->window);
    free(v);
}

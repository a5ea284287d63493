/* Pieces to chunks and back. A put gathers a chunk in memory, hashes it as it
 * grows and hands it to the rows; a get fetches chunk by chunk, so that a slow
 * reader holds no connection in between.
 *
 * A put that was resumed does not know the hash of what came before: the bytes
 * are read back at its end. (Keeping the state of a hash was weighed: OpenSSL has
 * no way to write it down, and reading back also checks what is really there.) */
#include "base/mem.h"
#include "crypto/encode.h"
#include "crypto/random.h"
#include "db/blob_priv.h"
#include <stdlib.h>

/* --- writing ----------------------------------------------------------------- */

struct blob_put {
    struct blobs *blobs;
    char upload[BLOB_UPLOAD_LEN + 1];
    int64_t max_bytes;
    int64_t held;         /* bytes that the rows have; BLOB_NONE: nothing */
    int64_t n;            /* chunk that is being gathered */
    struct buf chunk;     /* its bytes so far */
    struct hasher *whole; /* of all bytes; NULL: resumed, read back at the end */
    err_t rc;             /* of the first failure */
    struct err why;
};

static struct blob_put *put_new(struct blobs *b, int64_t max_bytes)
{
    struct blob_put *p = mem_zalloc(sizeof(*p));
    p->blobs = b;
    p->max_bytes = max_bytes;
    p->held = BLOB_NONE;
    buf_init(&p->chunk, BLOB_CHUNK_BYTES);
    return p;
}

static void put_free(struct blob_put *p)
{
    buf_clear(&p->chunk);
    hasher_free(p->whole);
    free(p);
}

void blob_put_begin(struct blob_put **out, struct blobs *b, int64_t max_bytes)
{
    uint8_t id[BLOB_UPLOAD_LEN / 2];
    struct blob_put *p = put_new(b, max_bytes);
    random_bytes(id, sizeof(id));
    hex_write(p->upload, (struct bytes){id, sizeof(id)});
    p->whole = hasher_new();
    *out = p;
}

err_t blob_put_resume(struct blob_put **out, struct blobs *b, struct str upload, int64_t max_bytes,
                      struct err *e)
{
    uint8_t id[BLOB_UPLOAD_LEN / 2];
    struct blob_put *p = put_new(b, max_bytes);
    err_t rc;

    *out = NULL;
    if (!hex_read(id, sizeof(id), upload)) {
        rc = err_set(e, E_NOTFOUND, "there is no upload to go on with under this id");
        goto done;
    }
    hex_write(p->upload, (struct bytes){id, sizeof(id)});
    if ((rc = blob_rows_upload_size(&p->held, b, p->upload, e)) != OK)
        goto done;
    p->n = p->held / (int64_t)BLOB_CHUNK_BYTES;
    if (p->held % (int64_t)BLOB_CHUNK_BYTES != 0 &&
        (rc = blob_rows_upload_read(&p->chunk, b, p->upload, p->n, e)) != OK)
        goto done;
    *out = p;
    p = NULL;
done:
    if (p)
        put_free(p);
    return rc;
}

const char *blob_put_id(const struct blob_put *p)
{
    return p->upload;
}

int64_t blob_put_size(const struct blob_put *p)
{
    return p->n * (int64_t)BLOB_CHUNK_BYTES + (int64_t)p->chunk.len;
}

static struct blob_part part_of(const struct blob_put *p)
{
    return (struct blob_part){
        .upload = p->upload, .held = p->held, .n = p->n, .chunk = str_bytes(buf_str(&p->chunk))};
}

static err_t write_chunk(struct blob_put *p)
{
    struct blob_part part = part_of(p);
    err_t rc = blob_rows_upload_write(p->blobs, &part, &p->why);
    if (rc == OK)
        p->held = blob_part_size(&part);
    return rc;
}

/* What failed once stays failed: bytes may be missing in between. */
static err_t put_failed(const struct blob_put *p, struct err *e)
{
    if (p->rc != OK && e)
        *e = p->why;
    return p->rc;
}

err_t blob_put_add(struct blob_put *p, struct bytes piece, struct err *e)
{
    if (p->rc == OK && piece.len > 0 &&
        (uint64_t)blob_put_size(p) + piece.len > (uint64_t)p->max_bytes)
        p->rc = err_set(&p->why, E_LIMIT, "the file is larger than %lld bytes",
                        (long long)p->max_bytes);
    if (p->rc == OK && p->whole)
        hasher_add(p->whole, piece);
    while (p->rc == OK && piece.len > 0) {
        size_t room = BLOB_CHUNK_BYTES - p->chunk.len;
        size_t len = piece.len < room ? piece.len : room;
        buf_add(&p->chunk, (struct str){(const char *)piece.ptr, len});
        piece.ptr += len;
        piece.len -= len;
        if (p->chunk.len == BLOB_CHUNK_BYTES && (p->rc = write_chunk(p)) == OK) {
            p->n++;
            buf_reset(&p->chunk);
        }
    }
    return put_failed(p, e);
}

err_t blob_put_pause(struct blob_put *p, struct err *e)
{
    if (p->rc == OK && p->held != blob_put_size(p))
        p->rc = write_chunk(p);
    err_t rc = put_failed(p, e);
    put_free(p);
    return rc;
}

/* Hashes the stored chunks, then the one that is still gathered. */
static err_t hash_all(struct digest *out, struct blob_put *p)
{
    struct buf chunk;
    err_t rc = OK;
    if (p->whole) {
        *out = hasher_end(p->whole);
        return OK;
    }
    struct hasher *h = hasher_new();
    buf_init(&chunk, BLOB_CHUNK_BYTES);
    for (int64_t n = 0; rc == OK && n < p->n; n++) {
        buf_reset(&chunk);
        rc = blob_rows_upload_read(&chunk, p->blobs, p->upload, n, &p->why);
        hasher_add(h, str_bytes(buf_str(&chunk)));
    }
    hasher_add(h, str_bytes(buf_str(&p->chunk)));
    *out = hasher_end(h);
    buf_clear(&chunk);
    hasher_free(h);
    return rc;
}

err_t blob_put_end(struct digest *digest, int64_t *size, struct blob_put *p, struct err *e)
{
    *size = blob_put_size(p);
    if (p->rc == OK && (p->rc = hash_all(digest, p)) == OK) {
        struct blob_part part = part_of(p);
        p->rc = blob_rows_upload_end(p->blobs, &part, digest, &p->why);
    }
    err_t rc = put_failed(p, e);
    put_free(p);
    return rc;
}

void blob_put_abort(struct blob_put *p)
{
    if (!p)
        return;
    if (p->held != BLOB_NONE) {
        struct err ignored; /* what stays behind is swept */
        (void)blob_rows_upload_drop(p->blobs, p->upload, &ignored);
    }
    put_free(p);
}

/* --- reading ------------------------------------------------------------------ */

static err_t find(bool *held, int64_t *size, struct blobs *b, const struct digest *digest,
                  bool hold, struct err *e)
{
    err_t rc = blob_rows_find(size, b, digest, hold, e);
    *held = rc == OK;
    return rc == E_NOTFOUND ? OK : rc;
}

err_t blob_find(bool *held, int64_t *size, struct blobs *b, const struct digest *digest,
                struct err *e)
{
    return find(held, size, b, digest, false, e);
}

err_t blob_hold(bool *held, int64_t *size, struct blobs *b, const struct digest *digest,
                struct err *e)
{
    return find(held, size, b, digest, true, e);
}

struct blob_get {
    struct blobs *blobs;
    struct digest digest;
    int64_t size, at, end;
    struct buf chunk;
    struct hasher *whole; /* NULL: only a part is read */
};

err_t blob_get_open(struct blob_get **out, struct blobs *b, const struct digest *digest,
                    int64_t from, int64_t len, struct err *e)
{
    int64_t size = 0;
    err_t rc = blob_rows_find(&size, b, digest, false, e);
    *out = NULL;
    if (rc != OK)
        return rc;
    struct blob_get *g = mem_zalloc(sizeof(*g));
    g->blobs = b;
    g->digest = *digest;
    g->size = size;
    g->at = from < 0 ? 0 : from < size ? from : size;
    g->end = len < 0 || len > size - g->at ? size : g->at + len;
    buf_init(&g->chunk, BLOB_CHUNK_BYTES);
    if (g->at == 0 && g->end == size)
        g->whole = hasher_new();
    *out = g;
    return OK;
}

static err_t damaged(const struct digest *digest, struct err *e)
{
    char name[SHA256_HEX_LEN + 1];
    sha256_hex(name, digest);
    return err_set(e, E_CORRUPT,
                   "the file %.*s does not read back as it was stored; restore it from a backup",
                   SHA256_HEX_LEN, name);
}

/* The chunk at g->at, whole and of the length that the file's size asks for. */
static err_t fetch_chunk(struct blob_get *g, struct err *e)
{
    int64_t n = g->at / (int64_t)BLOB_CHUNK_BYTES, begin = n * (int64_t)BLOB_CHUNK_BYTES;
    int64_t len = g->size - begin;
    err_t rc;
    buf_reset(&g->chunk);
    if ((rc = blob_rows_read(&g->chunk, g->blobs, &g->digest, n, e)) == E_CORRUPT)
        return damaged(&g->digest, e);
    if (rc == OK && (int64_t)g->chunk.len !=
                        (len < (int64_t)BLOB_CHUNK_BYTES ? len : (int64_t)BLOB_CHUNK_BYTES))
        return damaged(&g->digest, e);
    return rc;
}

err_t blob_get_next(struct bytes *out, struct blob_get *g, struct err *e)
{
    err_t rc;
    *out = (struct bytes){0};
    if (g->at >= g->end && (g->size > 0 || !g->whole))
        return OK;
    if (g->size > 0 && (rc = fetch_chunk(g, e)) != OK)
        return rc;
    int64_t from = g->at % (int64_t)BLOB_CHUNK_BYTES, len = (int64_t)g->chunk.len - from;
    len = len < g->end - g->at ? len : g->end - g->at;
    struct bytes piece = {(const uint8_t *)g->chunk.ptr + from, (size_t)len};
    g->at += len;
    if (g->whole) {
        hasher_add(g->whole, piece);
        if (g->at == g->end) {
            struct digest got = hasher_end(g->whole);
            hasher_free(g->whole);
            g->whole = NULL;
            if (!digest_eq(&got, &g->digest)) {
                g->end = g->at = g->size;
                return damaged(&g->digest, e);
            }
        }
    }
    *out = piece;
    return OK;
}

void blob_get_close(struct blob_get *g)
{
    if (!g)
        return;
    buf_clear(&g->chunk);
    hasher_free(g->whole);
    free(g);
}

/* --- sweeping ------------------------------------------------------------------ */

static err_t sweep_one(struct blob_swept *swept, struct blobs *b, const struct blob_old *old,
                       int64_t before_ms, blob_referenced_fn referenced, void *arg, struct err *e)
{
    bool used = false, removed = false;
    err_t rc = old->finished ? referenced(&used, &old->digest, arg, e) : OK;
    if (rc != OK || used)
        return rc;
    if ((rc = blob_rows_remove(&removed, b, old, before_ms, e)) != OK || !removed)
        return rc;
    swept->files += old->finished;
    swept->uploads += !old->finished;
    swept->bytes += old->size;
    return OK;
}

err_t blobs_sweep(struct blob_swept *out, struct blobs *b, blob_referenced_fn referenced, void *arg,
                  struct err *e)
{
    struct blob_old old[100];
    size_t count = ARRAY_LEN(old);
    int64_t after = 0, before_ms = clock_now_ms(b->clock) - BLOB_KEEP_MS;
    err_t rc = OK;

    *out = (struct blob_swept){0};
    while (rc == OK && count == ARRAY_LEN(old)) {
        rc = blob_rows_list_old(old, &count, ARRAY_LEN(old), b, after, before_ms, e);
        for (size_t i = 0; rc == OK && i < count; i++) {
            rc = sweep_one(out, b, &old[i], before_ms, referenced, arg, e);
            after = old[i].id;
        }
    }
    return rc;
}

/* Files as rows. A chunk's key is its file's id and its number in one integer,
 * so that the rows of a file lie together and need no second index. The database
 * has a writer of its own: on SQLite it is a file apart from the records', on
 * PostgreSQL further connections.
 *
 * A row without digest and without upload is being removed: its chunks go some at
 * a time, and whoever finds such a row goes on with it. */
#include "base/mem.h"
#include "crypto/encode.h"
#include "db/blob_priv.h"
#include "db/db_priv.h"
#include "db/store.h"
#include <stdlib.h>

#define CHUNKS_BITS 20                            /* 2^20 chunks of 1 MiB: files up to 1 TiB */
#define REMOVE_CHUNKS 8                           /* in one step: a few ms */
#define HOLD_AGAIN_MS ((int64_t)24 * 3600 * 1000) /* a file held within a day stays as it is */

static const struct migration steps[] = {
    {1, "0001_blobs",
     "CREATE TABLE blob ("
     "    id INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    digest TEXT,"              /* SHA-256, hex; NULL: not finished, or being removed */
     "    upload TEXT,"              /* NULL: finished, or being removed */
     "    size INTEGER NOT NULL,"    /* bytes held */
     "    held_ms INTEGER NOT NULL," /* when it was last put, added to, or held */
     "    content BLOB"              /* all of a small file; NULL: in chunks */
     ") STRICT;"
     "CREATE UNIQUE INDEX blob_digest ON blob (digest);"
     "CREATE UNIQUE INDEX blob_upload ON blob (upload);"
     "CREATE INDEX blob_held ON blob (held_ms);"
     "CREATE TABLE blob_chunk ("
     "    id INTEGER PRIMARY KEY," /* blob.id * 2^20 + number, from 0 */
     "    digest BLOB NOT NULL,"
     "    bytes BLOB NOT NULL"
     ") STRICT;",
     /* EXTERNAL: files are compressed already, if they can be. */
     "CREATE TABLE blob ("
     "    id INTEGER PRIMARY KEY AUTOINCREMENT,"
     "    digest TEXT, upload TEXT, size INTEGER NOT NULL, held_ms INTEGER NOT NULL, content BLOB);"
     "CREATE UNIQUE INDEX blob_digest ON blob (digest);"
     "CREATE UNIQUE INDEX blob_upload ON blob (upload);"
     "CREATE INDEX blob_held ON blob (held_ms);"
     "CREATE TABLE blob_chunk (id INTEGER PRIMARY KEY, digest BLOB NOT NULL, bytes BLOB NOT NULL);"
     "ALTER TABLE blob_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;"},
};

static int64_t chunk_id(int64_t blob, int64_t n)
{
    return blob << CHUNKS_BITS | n;
}

/* One number of the first row; *found false without a row. */
static err_t query_number(int64_t *out, bool *found, struct db *db, const char *sql,
                          const struct value *values, size_t count, struct err *e)
{
    *found = false;
    return db_row(found, db, sql, values, count, INTO(into_i64(out)), NULL, e);
}

/* --- uploads ------------------------------------------------------------------- */

static err_t no_upload(struct err *e)
{
    return err_set(e, E_NOTFOUND, "there is no upload to go on with under this id");
}

err_t blob_rows_upload_size(int64_t *size, struct blobs *b, const char *upload, struct err *e)
{
    struct db *db = NULL;
    bool found = false;
    err_t rc = store_reader_get(&db, b->store, e);
    if (rc == OK)
        rc = query_number(size, &found, db, "SELECT size FROM blob WHERE upload = ?1",
                          VALUES(v_str(str_of(upload))), e);
    store_reader_put(b->store, db);
    return rc == OK && !found ? no_upload(e) : rc;
}

/* The row `st` stands on: digest and bytes of a chunk. */
static err_t take_chunk(struct buf *to, struct stmt *st, struct err *e)
{
    struct bytes wanted = stmt_bytes(st, 0), bytes = stmt_bytes(st, 1);
    struct digest got = sha256_of(bytes);
    if (wanted.len != HASH_LEN || memcmp(wanted.ptr, got.byte, HASH_LEN) != 0)
        return err_set(e, E_CORRUPT, "a stored piece of a file does not match its digest");
    buf_add(to, bytes_str(bytes));
    return OK;
}

static err_t read_chunk(struct buf *to, struct db *db, int64_t blob, int64_t n, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db, "SELECT digest, bytes FROM blob_chunk WHERE id = ?1",
                        VALUES(v_i64(chunk_id(blob, n))), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && has_row)
        rc = take_chunk(to, st, e);
    else if (rc == OK)
        rc = err_set(e, E_NOTFOUND, "the file was removed while it was read");
    stmt_free(st);
    return rc;
}

err_t blob_rows_upload_read(struct buf *to, struct blobs *b, const char *upload, int64_t n,
                            struct err *e)
{
    struct db *db = NULL;
    bool found = false;
    int64_t id = 0;
    err_t rc = store_reader_get(&db, b->store, e);
    if (rc == OK)
        rc = query_number(&id, &found, db, "SELECT id FROM blob WHERE upload = ?1",
                          VALUES(v_str(str_of(upload))), e);
    if (rc == OK)
        rc = found ? read_chunk(to, db, id, n, e) : no_upload(e);
    store_reader_put(b->store, db);
    return rc;
}

struct write {
    struct blobs *blobs;
    const struct blob_part *part;
    const char *digest; /* hex, when it ends the upload; else NULL */
    struct digest chunk_digest;
    int64_t now_ms;
    int64_t spare; /* row that is not needed, as the content is there already; 0: none */
};

static err_t write_chunk(struct db *db, const struct write *w, int64_t blob, struct err *e)
{
    static const struct upsert chunk = {
        .table = "blob_chunk", .keys = "id", .columns = "digest, bytes"};
    return db_upsert(db, &chunk,
                     VALUES(v_i64(chunk_id(blob, w->part->n)),
                            v_bytes((struct bytes){w->chunk_digest.byte, HASH_LEN}),
                            v_bytes(w->part->chunk)),
                     e);
}

/* The row of an upload that held what the part says, brought to its new size. */
static err_t grow_row(int64_t *id, struct db *db, const struct write *w, struct err *e)
{
    bool found = false;
    err_t rc = query_number(id, &found, db,
                            "UPDATE blob SET size = ?1, held_ms = ?2"
                            " WHERE upload = ?3 AND size = ?4 RETURNING id",
                            VALUES(v_i64(blob_part_size(w->part)), v_i64(w->now_ms),
                                   v_str(str_of(w->part->upload)), v_i64(w->part->held)),
                            e);
    if (rc == OK && !found)
        rc = err_set(e, E_CONFLICT,
                     "another goes on with this upload too, or it was removed; ask for its size "
                     "and go on from there");
    return rc;
}

static err_t new_row(int64_t *id, struct db *db, const struct write *w, struct err *e)
{
    err_t rc = db_run(
        db, "INSERT INTO blob (upload, size, held_ms) VALUES (?1, ?2, ?3)",
        VALUES(v_str(str_of(w->part->upload)), v_i64(blob_part_size(w->part)), v_i64(w->now_ms)),
        e);
    *id = db_last_id(db);
    return rc;
}

static err_t write_step(struct db *db, void *arg, struct err *e)
{
    const struct write *w = arg;
    int64_t id = 0;
    err_t rc = w->part->held == BLOB_NONE ? new_row(&id, db, w, e) : grow_row(&id, db, w, e);
    return rc == OK ? write_chunk(db, w, id, e) : rc;
}

static struct write write_of(struct blobs *b, const struct blob_part *part)
{
    return (struct write){.blobs = b,
                          .part = part,
                          .chunk_digest = sha256_of(part->chunk),
                          .now_ms = clock_now_ms(b->clock)};
}

err_t blob_rows_upload_write(struct blobs *b, const struct blob_part *part, struct err *e)
{
    struct write w = write_of(b, part);
    return store_write(b->store, write_step, &w, e);
}

/* --- the end of an upload -------------------------------------------------------- */

static err_t hold_row(struct db *db, int64_t id, int64_t now_ms, struct err *e)
{
    return db_run(db, "UPDATE blob SET held_ms = ?2 WHERE id = ?1",
                  VALUES(v_i64(id), v_i64(now_ms)), e);
}

/* The same content is held already: this upload's rows are not needed. */
static err_t end_as_double(struct db *db, struct write *w, int64_t there, struct err *e)
{
    bool found = false;
    err_t rc = hold_row(db, there, w->now_ms, e);
    if (rc != OK || w->part->held == BLOB_NONE)
        return rc;
    return query_number(&w->spare, &found, db,
                        "UPDATE blob SET upload = NULL WHERE upload = ?1 RETURNING id",
                        VALUES(v_str(str_of(w->part->upload))), e);
}

static err_t end_small(struct db *db, const struct write *w, struct err *e)
{
    return db_run(db, "INSERT INTO blob (digest, size, held_ms, content) VALUES (?1, ?2, ?3, ?4)",
                  VALUES(v_str(str_of(w->digest)), v_i64((int64_t)w->part->chunk.len),
                         v_i64(w->now_ms), v_bytes(w->part->chunk)),
                  e);
}

static err_t end_step(struct db *db, void *arg, struct err *e)
{
    struct write *w = arg;
    int64_t id = 0;
    bool there = false;
    err_t rc;

    w->spare = 0;
    if ((rc = query_number(&id, &there, db, "SELECT id FROM blob WHERE digest = ?1",
                           VALUES(v_str(str_of(w->digest))), e)) != OK)
        return rc;
    if (there)
        return end_as_double(db, w, id, e);
    if (w->part->held == BLOB_NONE && w->part->chunk.len <= BLOB_SMALL_BYTES)
        return end_small(db, w, e);
    rc = w->part->held == BLOB_NONE ? new_row(&id, db, w, e) : grow_row(&id, db, w, e);
    if (rc == OK && w->part->chunk.len > 0)
        rc = write_chunk(db, w, id, e);
    if (rc == OK)
        rc = db_run(db, "UPDATE blob SET digest = ?2, upload = NULL WHERE id = ?1",
                    VALUES(v_i64(id), v_str(str_of(w->digest))), e);
    return rc;
}

/* --- removing ---------------------------------------------------------------------- */

struct removal {
    int64_t id;
    bool more;
};

static err_t remove_step(struct db *db, void *arg, struct err *e)
{
    struct removal *r = arg;
    struct stmt *st = NULL;
    int gone = 0;
    err_t rc = db_query(
        &st, db,
        "DELETE FROM blob_chunk WHERE id IN (SELECT id FROM blob_chunk"
        " WHERE id >= ?1 AND id < ?2 ORDER BY id NULLS LAST LIMIT ?3) RETURNING id",
        VALUES(v_i64(chunk_id(r->id, 0)), v_i64(chunk_id(r->id + 1, 0)), v_i64(REMOVE_CHUNKS)), e);
    r->more = false;
    while (rc == OK && (rc = stmt_next(&r->more, st, e)) == OK && r->more)
        gone++;
    stmt_free(st);
    r->more = gone == REMOVE_CHUNKS;
    if (rc == OK && !r->more)
        rc = db_run(db, "DELETE FROM blob WHERE id = ?1 AND digest IS NULL AND upload IS NULL",
                    VALUES(v_i64(r->id)), e);
    return rc;
}

/* All of a row that is marked for it. */
static err_t remove_rows(struct blobs *b, int64_t id, struct err *e)
{
    struct removal r = {.id = id, .more = true};
    err_t rc = OK;
    while (rc == OK && r.more)
        rc = store_write(b->store, remove_step, &r, e);
    return rc;
}

err_t blob_rows_upload_end(struct blobs *b, const struct blob_part *part,
                           const struct digest *digest, struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    struct write w = write_of(b, part);
    sha256_hex(hex, digest);
    w.digest = hex;
    err_t rc = store_write(b->store, end_step, &w, e);
    if (rc == OK && w.spare) {
        struct err ignored; /* the file is there; what is left of this copy is swept */
        (void)remove_rows(b, w.spare, &ignored);
    }
    return rc;
}

struct drop {
    const char *upload;
    int64_t id;
    bool found;
};

static err_t drop_step(struct db *db, void *arg, struct err *e)
{
    struct drop *d = arg;
    return query_number(&d->id, &d->found, db,
                        "UPDATE blob SET upload = NULL WHERE upload = ?1 RETURNING id",
                        VALUES(v_str(str_of(d->upload))), e);
}

err_t blob_rows_upload_drop(struct blobs *b, const char *upload, struct err *e)
{
    struct drop d = {.upload = upload};
    err_t rc = store_write(b->store, drop_step, &d, e);
    return rc == OK && d.found ? remove_rows(b, d.id, e) : rc;
}

/* --- finding and reading ------------------------------------------------------------ */

static err_t no_such(const struct digest *digest, struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, digest);
    return err_set(e, E_NOTFOUND, "there is no file %s", hex);
}

struct hold {
    const char *digest;
    int64_t now_ms;
    bool found;
};

static err_t hold_step(struct db *db, void *arg, struct err *e)
{
    struct hold *h = arg;
    int64_t id;
    return query_number(&id, &h->found, db,
                        "UPDATE blob SET held_ms = ?2 WHERE digest = ?1 RETURNING id",
                        VALUES(v_str(str_of(h->digest)), v_i64(h->now_ms)), e);
}

static err_t find_row(int64_t *size, int64_t *held_ms, bool *found, struct db *db, const char *hex,
                      struct err *e)
{
    *found = false;
    return db_row(found, db, "SELECT size, held_ms FROM blob WHERE digest = ?1",
                  VALUES(v_str(str_of(hex))), INTO(into_i64(size), into_i64(held_ms)), NULL, e);
}

err_t blob_rows_find(int64_t *size, struct blobs *b, const struct digest *digest, bool hold,
                     struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    struct db *db = NULL;
    bool found = false;
    int64_t held_ms = 0, now_ms = clock_now_ms(b->clock);
    err_t rc = store_reader_get(&db, b->store, e);

    sha256_hex(hex, digest);
    if (rc == OK)
        rc = find_row(size, &held_ms, &found, db, hex, e);
    store_reader_put(b->store, db);
    if (rc == OK && found && hold && held_ms < now_ms - HOLD_AGAIN_MS) {
        struct hold h = {.digest = hex, .now_ms = now_ms};
        rc = store_write(b->store, hold_step, &h, e);
        found = h.found;
    }
    return rc == OK && !found ? no_such(digest, e) : rc;
}

static err_t read_small(struct buf *to, struct stmt *st, const struct digest *digest, struct err *e)
{
    struct bytes content = stmt_bytes(st, 1);
    struct digest got = sha256_of(content);
    if (!digest_eq(&got, digest))
        return err_set(e, E_CORRUPT, "a stored piece of a file does not match its digest");
    buf_add(to, bytes_str(content));
    return OK;
}

err_t blob_rows_read(struct buf *to, struct blobs *b, const struct digest *digest, int64_t n,
                     struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    struct db *db = NULL;
    struct stmt *st = NULL;
    bool has_row = false, small = false;
    int64_t id = 0;
    err_t rc = store_reader_get(&db, b->store, e);

    sha256_hex(hex, digest);
    if (rc == OK)
        rc = db_query(&st, db, "SELECT id, content FROM blob WHERE digest = ?1",
                      VALUES(v_str(str_of(hex))), e);
    if (rc == OK)
        rc = stmt_next(&has_row, st, e);
    if (rc == OK && !has_row)
        rc = no_such(digest, e);
    if (rc == OK) {
        id = stmt_i64(st, 0);
        small = !stmt_is_null(st, 1);
        rc = small ? read_small(to, st, digest, e) : OK;
    }
    stmt_free(st);
    if (rc == OK && !small)
        rc = read_chunk(to, db, id, n, e);
    store_reader_put(b->store, db);
    return rc;
}

/* --- sweeping -------------------------------------------------------------------------- */

err_t blob_rows_list_old(struct blob_old *out, size_t *count, size_t cap, struct blobs *b,
                         int64_t after, int64_t before_ms, struct err *e)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    err_t rc = store_reader_get(&db, b->store, e);

    *count = 0;
    if (rc == OK)
        rc = db_query(&st, db,
                      "SELECT id, digest, size FROM blob WHERE id > ?1 AND"
                      " (held_ms < ?2 OR (digest IS NULL AND upload IS NULL))"
                      " ORDER BY id NULLS LAST LIMIT ?3",
                      VALUES(v_i64(after), v_i64(before_ms), v_i64((int64_t)cap)), e);
    while (stmt_row(&rc, st, e)) {
        struct blob_old *o = &out[(*count)++];
        *o = (struct blob_old){.id = stmt_i64(st, 0), .size = stmt_i64(st, 2)};
        o->finished = !stmt_is_null(st, 1);
        if (o->finished && !hex_read(o->digest.byte, HASH_LEN, stmt_str(st, 1)))
            rc = err_set(e, E_CORRUPT, "row %lld of the files has no digest as its name",
                         (long long)o->id);
    }
    stmt_free(st);
    store_reader_put(b->store, db);
    return rc;
}

struct marking {
    int64_t id, before_ms;
    bool marked;
};

static err_t mark_step(struct db *db, void *arg, struct err *e)
{
    struct marking *m = arg;
    int64_t id;
    return query_number(&id, &m->marked, db,
                        "UPDATE blob SET digest = NULL, upload = NULL WHERE id = ?1 AND"
                        " (held_ms < ?2 OR (digest IS NULL AND upload IS NULL)) RETURNING id",
                        VALUES(v_i64(m->id), v_i64(m->before_ms)), e);
}

err_t blob_rows_remove(bool *removed, struct blobs *b, const struct blob_old *old,
                       int64_t before_ms, struct err *e)
{
    struct marking m = {.id = old->id, .before_ms = before_ms};
    err_t rc = store_write(b->store, mark_step, &m, e);
    *removed = m.marked;
    return rc == OK && m.marked ? remove_rows(b, m.id, e) : rc;
}

/* --- opening and closing ------------------------------------------------------------------ */

void blobs_close(struct blobs *b)
{
    if (!b)
        return;
    store_close(b->store);
    free(b);
}

err_t blobs_open(struct blobs **out, const char *url, const struct blobs_options *o, struct err *e)
{
    struct store_options so = {.create = o->create,
                               .busy_timeout_ms = o->busy_timeout_ms,
                               .vfs = o->vfs,
                               .steps = steps,
                               .step_count = ARRAY_LEN(steps),
                               .ledger = "blob_migration"};
    struct blobs *b = mem_zalloc(sizeof(*b));
    err_t rc = store_open_with(&b->store, url, &so, e);
    *out = NULL;
    if (rc != OK) {
        free(b);
        return rc;
    }
    b->clock = o->clock ? o->clock : &clock_system;
    *out = b;
    return OK;
}

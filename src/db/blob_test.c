#include "test.h"

#include "base/rand.h"
#include "db/blob.h"
#include "db/scratch.h"
#include "db/sqlite_fault.h"
#include "db/store.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static struct fault_plan plan;
static struct clock test_clock; /* a test moves it by hand */

/* --- puts, gets and looks into the place ---------------------------------------------- */

#define DAY_MS ((int64_t)24 * 3600 * 1000)

/* vfs: the layer that fails; NULL: the system's. */
static err_t open_with(struct blobs **out, const char *url, const char *vfs, struct err *e)
{
    struct blobs_options o = {.create = true,
                              .vfs = vfs,
                              .busy_timeout_ms = vfs ? 200 : 0, /* some faults leave a lock */
                              .clock = &test_clock};
    return blobs_open(out, url, &o, e);
}

static struct blobs *open_by(const char *url, const char *vfs)
{
    struct blobs *b = NULL;
    struct err e;
    assert_ok(open_with(&b, url, vfs, &e), &e);
    return b;
}

static struct blobs *open_at(const char *url)
{
    return open_by(url, NULL);
}

static const char *fresh_url(struct arena *a)
{
    test_clock = clock_fixed(1000 * DAY_MS);
    return scratch_url(a, scratch_dir(a), "blobs.db");
}

/* `len` bytes that no two seeds share. */
static struct bytes content_of(uint64_t seed, size_t len, struct arena *a)
{
    struct rand r = {seed};
    uint8_t *p = arena_alloc(a, len + 8);
    for (size_t i = 0; i < len; i += 8) {
        uint64_t n = rand_u64(&r);
        memcpy(p + i, &n, 8);
    }
    return (struct bytes){p, len};
}

static struct bytes part(struct bytes b, size_t from, size_t len)
{
    return (struct bytes){b.ptr + from, len};
}

/* Begins, adds and ends; the kind of the first error. */
static err_t try_put(struct digest *d, struct blobs *b, struct bytes content, size_t piece,
                     struct err *e)
{
    struct blob_put *p = NULL;
    int64_t size = -1;
    err_t rc = OK;
    blob_put_begin(&p, b, INT64_MAX);
    for (size_t at = 0; rc == OK && at < content.len; at += piece)
        rc = blob_put_add(p, part(content, at, content.len - at < piece ? content.len - at : piece),
                          e);
    if (rc != OK) {
        blob_put_abort(p);
        return rc;
    }
    rc = blob_put_end(d, &size, p, e);
    assert_true(rc != OK || size == (int64_t)content.len);
    return rc;
}

static struct digest put(struct blobs *b, struct bytes content, size_t piece)
{
    struct digest d, expected = sha256_of(content);
    struct err e;
    assert_ok(try_put(&d, b, content, piece, &e), &e);
    assert_true(digest_eq(&d, &expected));
    return d;
}

static bool held(struct blobs *b, const struct digest *d)
{
    struct err e;
    bool is = false;
    int64_t size;
    assert_ok(blob_find(&is, &size, b, d, &e), &e);
    return is;
}

/* Reads a part and compares; the first error, OK at the end. */
static err_t read_part(struct blobs *b, const struct digest *d, struct bytes content, int64_t from,
                       int64_t len, struct err *e)
{
    struct blob_get *g = NULL;
    struct bytes piece = {0};
    size_t at = (size_t)from < content.len ? (size_t)from : content.len;
    size_t end = len < 0 || (size_t)len > content.len - at ? content.len : at + (size_t)len;
    err_t rc = blob_get_open(&g, b, d, from, len, e);
    while (rc == OK && (rc = blob_get_next(&piece, g, e)) == OK && piece.len > 0) {
        assert_true(piece.len <= BLOB_CHUNK_BYTES && at + piece.len <= end);
        assert_memory_equal(piece.ptr, content.ptr + at, piece.len);
        at += piece.len;
    }
    assert_true(rc != OK || at == end);
    blob_get_close(g);
    return rc;
}

static void assert_reads(struct blobs *b, const struct digest *d, struct bytes content,
                         int64_t from, int64_t len)
{
    struct err e;
    assert_ok(read_part(b, d, content, from, len, &e), &e);
}

static void run_sql(const char *url, const char *sql)
{
    struct db *db = NULL;
    struct err e;
    assert_ok(db_open(&db, url, &(struct db_options){0}, &e), &e);
    assert_ok(db_exec(db, sql, &e), &e);
    db_close(db);
}

static int64_t number_of(const char *url, const char *sql)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct err e;
    bool has_row;
    assert_ok(db_open(&db, url, &(struct db_options){.read_only = true}, &e), &e);
    assert_ok(db_prepare(&st, db, sql, &e), &e);
    assert_ok(stmt_next(&has_row, st, &e), &e);
    int64_t n = stmt_i64(st, 0);
    stmt_free(st);
    db_close(db);
    return n;
}

/* Files and uploads, or chunks, that the place holds in all. */
static int64_t files_in(const char *url)
{
    return number_of(url, "SELECT count(*) FROM blob");
}

static int64_t chunks_in(const char *url)
{
    return number_of(url, "SELECT count(*) FROM blob_chunk");
}

enum damage { OTHER_BYTES, OTHER_CHUNK, NO_CHUNK };

/* Chunk n gets the bytes of chunk n + 1, with or without their digest, or goes. */
static void damage_chunk(const char *url, const struct digest *d, int n, enum damage how)
{
    struct arena *a = arena_new();
    char hex[SHA256_HEX_LEN + 1];
    sha256_hex(hex, d);
    static const char *const verbs[] = {
        "UPDATE blob_chunk SET bytes = (SELECT c.bytes FROM blob_chunk c WHERE c.id ="
        " blob_chunk.id + 1)",
        "UPDATE blob_chunk SET bytes = (SELECT c.bytes FROM blob_chunk c WHERE c.id ="
        " blob_chunk.id + 1), digest = (SELECT c.digest FROM blob_chunk c WHERE c.id ="
        " blob_chunk.id + 1)",
        "DELETE FROM blob_chunk"};
    run_sql(url, arena_printf(a,
                              "%s WHERE id = %d + 1048576 * (SELECT id FROM blob"
                              " WHERE digest = '%s')",
                              verbs[how], n, hex)
                     .ptr);
    arena_free(a);
}

static void damage_small(const char *url)
{
    run_sql(url, "UPDATE blob SET content = (SELECT digest FROM blob_chunk ORDER BY id LIMIT 1)"
                 " WHERE content IS NOT NULL");
}

/* As a program leaves it that is killed while it removes a file. */
static void begin_removal(const char *url)
{
    run_sql(url, "UPDATE blob SET digest = NULL, upload = NULL;"
                 "DELETE FROM blob_chunk WHERE id IN (SELECT min(id) FROM blob_chunk)");
}

static const size_t sizes[] = {0,
                               1,
                               BLOB_SMALL_BYTES,
                               BLOB_SMALL_BYTES + 1,
                               BLOB_CHUNK_BYTES - 1,
                               BLOB_CHUNK_BYTES,
                               BLOB_CHUNK_BYTES + 1,
                               3 * BLOB_CHUNK_BYTES + 12345};

static void what_was_put_comes_back_whole_and_in_parts(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct blobs *b = open_at(fresh_url(a));
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct bytes content = content_of(i, sizes[i], a);
        struct digest d = put(b, content, 300000);
        int64_t n = (int64_t)sizes[i];
        assert_true(held(b, &d));
        assert_reads(b, &d, content, 0, -1);
        assert_reads(b, &d, content, 0, n);
        assert_reads(b, &d, content, n / 3, n / 2);
        assert_reads(b, &d, content, n, 5);
        assert_reads(b, &d, content, n + 5, -1);
        assert_reads(b, &d, content, n > 0 ? n - 1 : 0, 9);
        assert_reads(b, &d, content, BLOB_CHUNK_BYTES - 2, 4);
    }
    blobs_close(b);
    blobs_close(NULL);
    arena_free(a);
}

static void an_absent_file_is_not_found(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct blobs *b = open_at(fresh_url(a));
    struct blob_get *g = NULL;
    struct digest d = sha256_of((struct bytes){(const uint8_t *)"never put", 9});
    struct err e;
    assert_false(held(b, &d));
    assert_int_equal(blob_get_open(&g, b, &d, 0, -1, &e), E_NOTFOUND);
    assert_null(g);
    blob_get_close(NULL);
    blobs_close(b);
    arena_free(a);
}

static void the_same_content_is_one_file(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = open_at(url);
    int64_t chunks = 0;
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
            struct bytes content = content_of(7, sizes[i], a);
            struct digest d = put(b, content, round ? 100000 : 2000000);
            assert_reads(b, &d, content, 0, -1);
        }
        assert_int_equal(files_in(url), ARRAY_LEN(sizes));
        int64_t now = chunks_in(url);
        assert_true(round == 0 || now == chunks);
        chunks = now;
    }
    blobs_close(b);
    arena_free(a);
}

static void an_upload_goes_on_where_it_was_left(void **state)
{
    (void)state;
    static const size_t stops[] = {
        0, 1, 5000, BLOB_CHUNK_BYTES, BLOB_CHUNK_BYTES + 77, 2 * BLOB_CHUNK_BYTES + 500000};
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = open_at(url);
    struct err e;
    int64_t size;
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        struct bytes content = content_of(50 + i, 3 * BLOB_CHUNK_BYTES + 99, a);
        struct digest expected = sha256_of(content), got;
        struct blob_put *p = NULL;
        size_t at = stops[i];
        blob_put_begin(&p, b, INT64_MAX);
        struct str id = arena_dup(a, str_of(blob_put_id(p)));
        assert_ok(blob_put_add(p, part(content, 0, at), &e), &e);
        assert_ok(blob_put_pause(p, &e), &e);
        blobs_close(b); /* another process goes on */
        b = open_at(url);
        for (size_t step = 700000; at < content.len; at += step) {
            assert_ok(blob_put_resume(&p, b, id, INT64_MAX, &e), &e);
            assert_int_equal(blob_put_size(p), at);
            step = content.len - at < step ? content.len - at : step;
            assert_ok(blob_put_add(p, part(content, at, step), &e), &e);
            assert_ok(blob_put_pause(p, &e), &e);
        }
        assert_false(held(b, &expected));
        assert_ok(blob_put_resume(&p, b, id, INT64_MAX, &e), &e);
        assert_ok(blob_put_end(&got, &size, p, &e), &e);
        assert_true(digest_eq(&got, &expected));
        assert_int_equal(size, content.len);
        assert_reads(b, &got, content, 0, -1);
        assert_int_equal(blob_put_resume(&p, b, id, INT64_MAX, &e), E_NOTFOUND); /* it is over */
    }
    struct blob_put *p = NULL;
    assert_int_equal(blob_put_resume(&p, b, STR("../../etc/passwd"), INT64_MAX, &e), E_NOTFOUND);
    assert_int_equal(blob_put_resume(&p, b, STR("00000000000000000000000000000000"), INT64_MAX, &e),
                     E_NOTFOUND);
    assert_null(p);
    blobs_close(b);
    arena_free(a);
}

static void a_killed_upload_goes_on_from_what_is_held(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct blobs *b = open_at(fresh_url(a));
    struct bytes content = content_of(6, 2 * BLOB_CHUNK_BYTES + 1000, a);
    struct blob_put *killed = NULL, *p = NULL;
    struct digest d;
    struct err e;
    int64_t size;
    blob_put_begin(&killed, b, INT64_MAX);
    assert_ok(blob_put_add(killed, part(content, 0, BLOB_CHUNK_BYTES + 500000), &e), &e);
    /* Its program is gone: whoever goes on finds whole chunks. */
    assert_ok(blob_put_resume(&p, b, str_of(blob_put_id(killed)), INT64_MAX, &e), &e);
    assert_int_equal(blob_put_size(p), BLOB_CHUNK_BYTES);
    assert_ok(blob_put_add(p, part(content, BLOB_CHUNK_BYTES, content.len - BLOB_CHUNK_BYTES), &e),
              &e);
    /* And should it live after all, it is told so instead of mixing the two. */
    assert_int_equal(blob_put_add(killed, part(content, 0, BLOB_CHUNK_BYTES), &e), E_CONFLICT);
    assert_int_equal(blob_put_end(&d, &size, killed, &e), E_CONFLICT);
    assert_ok(blob_put_end(&d, &size, p, &e), &e);
    assert_reads(b, &d, content, 0, -1);
    blobs_close(b);
    arena_free(a);
}

static void a_file_beyond_its_limit_is_refused(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = open_at(url);
    struct bytes content = content_of(8, BLOB_CHUNK_BYTES + 11, a);
    struct digest d;
    struct blob_put *p = NULL;
    struct err e;
    int64_t size;
    blob_put_begin(&p, b, (int64_t)content.len);
    assert_ok(blob_put_add(p, content, &e), &e); /* just as large as it may be */
    assert_ok(blob_put_add(p, (struct bytes){0}, &e), &e);
    assert_ok(blob_put_end(&d, &size, p, &e), &e);
    blob_put_begin(&p, b, (int64_t)content.len - 1);
    assert_ok(blob_put_add(p, part(content, 0, BLOB_CHUNK_BYTES + 5), &e), &e);
    assert_int_equal(blob_put_add(p, part(content, 0, 6), &e), E_LIMIT);
    assert_int_equal(blob_put_add(p, part(content, 0, 1), &e), E_LIMIT); /* it stays so */
    assert_int_equal(blob_put_end(&d, &size, p, &e), E_LIMIT);
    blob_put_begin(&p, b, 10);
    assert_int_equal(blob_put_add(p, content, &e), E_LIMIT);
    blob_put_abort(p);
    blobs_close(b);
    arena_free(a);
}

static void an_aborted_upload_leaves_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = open_at(url);
    struct bytes content = content_of(9, 20 * BLOB_CHUNK_BYTES, a);
    struct blob_put *p = NULL;
    struct err e;
    blob_put_begin(&p, b, INT64_MAX);
    assert_ok(blob_put_add(p, content, &e), &e);
    assert_int_equal(chunks_in(url), 20);
    blob_put_abort(p);
    blob_put_abort(NULL);
    blob_put_begin(&p, b, INT64_MAX);
    blob_put_abort(p);
    assert_int_equal(files_in(url), 0);
    assert_int_equal(chunks_in(url), 0);
    blobs_close(b);
    arena_free(a);
}

/* --- sweeping -------------------------------------------------------------------- */

struct references {
    const struct digest *used;
    struct blobs *holds; /* the one asked for is held just after the answer */
    int asked;
    err_t rc;
};

static err_t is_referenced(bool *is, const struct digest *d, void *arg, struct err *e)
{
    struct references *r = arg;
    bool there;
    int64_t size;
    r->asked++;
    *is = r->used && digest_eq(r->used, d);
    if (r->rc != OK)
        return err_set(e, r->rc, "the records cannot be asked");
    return r->holds ? blob_hold(&there, &size, r->holds, d, e) : OK;
}

static void what_nothing_references_is_swept_after_seven_days(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = open_at(url);
    struct bytes content = content_of(1, 10 * BLOB_CHUNK_BYTES, a);
    struct digest used = put(b, part(content, 0, 3 * BLOB_CHUNK_BYTES), 1 << 20);
    struct digest unused = put(b, content, 1 << 20);
    struct digest small = put(b, part(content, 0, 100), 100), young, kept;
    struct references r = {.used = &used};
    struct blob_put *p = NULL;
    struct blob_swept swept;
    struct err e;
    bool there;
    int64_t size;
    blob_put_begin(&p, b, INT64_MAX);
    assert_ok(blob_put_add(p, part(content, 5, BLOB_CHUNK_BYTES), &e), &e);
    assert_ok(blob_put_pause(p, &e), &e);
    kept = put(b, part(content, 7, 5000), 5000);

    test_clock.fixed_ms += 7 * DAY_MS; /* not a moment longer than seven days */
    assert_ok(blobs_sweep(&swept, b, is_referenced, &r, &e), &e);
    assert_int_equal(swept.files + swept.uploads, 0);
    assert_int_equal(r.asked, 0);
    young = put(b, part(content, 9, 70000), 70000);
    assert_ok(blob_hold(&there, &size, b, &kept, &e), &e);
    assert_true(there);
    assert_int_equal(size, 5000);
    test_clock.fixed_ms += 1;
    assert_ok(blobs_sweep(&swept, b, is_referenced, &r, &e), &e);
    assert_int_equal(swept.files, 2);
    assert_int_equal(swept.uploads, 1);
    assert_int_equal(swept.bytes, 10 * BLOB_CHUNK_BYTES + 100 + BLOB_CHUNK_BYTES);
    assert_int_equal(r.asked, 3);
    assert_true(held(b, &used) && held(b, &young) && held(b, &kept));
    assert_false(held(b, &unused) || held(b, &small));
    assert_reads(b, &used, part(content, 0, 3 * BLOB_CHUNK_BYTES), 0, -1);
    assert_int_equal(files_in(url), 3);
    assert_int_equal(chunks_in(url), 3 + 1); /* the small one is in its row */
    blobs_close(b);
    arena_free(a);
}

static void a_file_held_while_it_is_asked_for_stays(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct blobs *b = open_at(fresh_url(a));
    struct bytes content = content_of(2, 100000, a);
    struct digest d = put(b, content, 100000);
    struct references r = {.holds = b};
    struct blob_swept swept;
    struct err e;
    test_clock.fixed_ms += 30 * DAY_MS;
    assert_ok(blobs_sweep(&swept, b, is_referenced, &r, &e), &e);
    assert_int_equal(r.asked, 1);
    assert_int_equal(swept.files, 0);
    assert_reads(b, &d, content, 0, -1);
    blobs_close(b);
    arena_free(a);
}

static void putting_again_keeps_a_file_from_being_swept(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct blobs *b = open_at(fresh_url(a));
    struct bytes content = content_of(3, 100000, a);
    struct references r = {0};
    struct blob_swept swept;
    struct err e;
    put(b, content, 100000);
    test_clock.fixed_ms += 30 * DAY_MS;
    struct digest d = put(b, content, 100000);
    assert_ok(blobs_sweep(&swept, b, is_referenced, &r, &e), &e);
    assert_int_equal(r.asked, 0);
    assert_true(held(b, &d));
    blobs_close(b);
    arena_free(a);
}

static void a_sweep_that_cannot_ask_removes_nothing(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct blobs *b = open_at(fresh_url(a));
    struct digest d = put(b, content_of(4, 50, a), 50);
    struct references r = {.rc = E_IO};
    struct blob_swept swept;
    struct err e;
    test_clock.fixed_ms += 30 * DAY_MS;
    assert_int_equal(blobs_sweep(&swept, b, is_referenced, &r, &e), E_IO);
    assert_true(held(b, &d));
    blobs_close(b);
    arena_free(a);
}

static void a_removal_that_was_cut_short_is_gone_on_with(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = open_at(url);
    struct bytes content = content_of(4, 30 * BLOB_CHUNK_BYTES, a);
    struct digest d = put(b, content, 1 << 20);
    struct references r = {.used = &d};
    struct blob_swept swept;
    struct err e;
    begin_removal(url);
    assert_ok(blobs_sweep(&swept, b, is_referenced, &r, &e), &e); /* however young it is */
    assert_int_equal(files_in(url), 0);
    assert_int_equal(chunks_in(url), 0);
    d = put(b, content, 1 << 20);
    assert_reads(b, &d, content, 0, -1);
    blobs_close(b);
    arena_free(a);
}

/* --- damage ------------------------------------------------------------------------ */

static void damage_is_told_and_never_read(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = open_at(url);
    struct bytes content = content_of(10, 3 * BLOB_CHUNK_BYTES, a);
    struct bytes small = content_of(11, 200, a);
    struct digest large_d = put(b, content, 1 << 20), small_d = put(b, small, 200);
    struct err e;
    damage_chunk(url, &large_d, 1, OTHER_BYTES);
    assert_int_equal(read_part(b, &large_d, content, 0, -1, &e), E_CORRUPT);
    assert_int_equal(read_part(b, &large_d, content, BLOB_CHUNK_BYTES + 5, 1, &e), E_CORRUPT);
    assert_reads(b, &large_d, content, 5, 1000);
    assert_reads(b, &large_d, content, 2 * BLOB_CHUNK_BYTES, -1);
    /* A piece with its own digest in the wrong place: only the whole shows it. */
    damage_chunk(url, &large_d, 1, OTHER_CHUNK);
    struct blob_get *g = NULL;
    struct bytes piece;
    size_t given = 0;
    err_t rc;
    assert_ok(blob_get_open(&g, b, &large_d, 0, -1, &e), &e);
    while ((rc = blob_get_next(&piece, g, &e)) == OK && piece.len > 0)
        given += piece.len;
    assert_int_equal(rc, E_CORRUPT);
    assert_int_equal(given, 2 * BLOB_CHUNK_BYTES); /* a receiver sees that the end is missing */
    blob_get_close(g);
    damage_chunk(url, &large_d, 0, NO_CHUNK);
    assert_int_equal(read_part(b, &large_d, content, 0, 1, &e), E_NOTFOUND);

    assert_reads(b, &small_d, small, 10, 20);
    damage_small(url);
    assert_int_equal(read_part(b, &small_d, small, 10, 20, &e), E_CORRUPT);
    blobs_close(b);
    arena_free(a);
}

/* --- many at once -------------------------------------------------------------------- */

struct putter {
    struct blobs *blobs;
    struct arena *a;
    uint64_t seed;
    bool failed;
};

static void *put_many(void *arg)
{
    struct putter *p = arg;
    for (uint64_t i = 0; i < 12; i++) {
        /* Half of what one puts another puts as well, at the same time. */
        uint64_t seed = i % 2 ? 100 + i : p->seed * 1000 + i;
        struct bytes content = content_of(seed, i % 3 ? 30000 * i : 1500000, p->a);
        struct digest d;
        struct err e;
        if (try_put(&d, p->blobs, content, 400000, &e) != OK ||
            read_part(p->blobs, &d, content, 0, -1, &e) != OK) {
            print_message("# %s\n", e.text);
            p->failed = true;
        }
    }
    return NULL;
}

static void many_put_and_read_at_once(void **state)
{
    (void)state;
    enum { PUTTERS = 6 };
    struct arena *a = arena_new();
    struct blobs *b = open_at(fresh_url(a));
    struct putter p[PUTTERS];
    pthread_t t[PUTTERS];
    for (int i = 0; i < PUTTERS; i++) {
        p[i] = (struct putter){.blobs = b, .a = arena_new(), .seed = (uint64_t)i};
        pthread_create(&t[i], NULL, put_many, &p[i]);
    }
    for (int i = 0; i < PUTTERS; i++) {
        pthread_join(t[i], NULL);
        assert_false(p[i].failed);
        arena_free(p[i].a);
    }
    blobs_close(b);
    arena_free(a);
}

static void put_until_killed(const char *url, int acks)
{
    struct blobs *b = NULL;
    struct arena *a = arena_new();
    struct digest d;
    if (open_with(&b, url, NULL, NULL) != OK)
        _exit(1);
    for (uint64_t n = 1;; n++) {
        struct bytes content = content_of(n, n % 4 ? 3000 * n : 1300000, a);
        if (try_put(&d, b, content, 1 << 20, NULL) != OK || write(acks, &n, sizeof(n)) < 0)
            _exit(2);
        arena_reset(a);
    }
}

static void a_killed_program_keeps_every_file_it_ended(void **state)
{
    (void)state;
    struct arena *a = arena_new(), *c = arena_new();
    const char *url = fresh_url(a);
    size_t acknowledged = 0;
    blobs_close(open_at(url));
    for (int cycle = 0; cycle < 6; cycle++) {
        int ends[2];
        assert_int_equal(pipe(ends), 0);
        pid_t child = fork();
        assert_true(child >= 0); /* kill(-1) would be everybody */
        if (child == 0)
            put_until_killed(url, ends[1]);
        close(ends[1]);
        struct pollfd first = {.fd = ends[0], .events = POLLIN};
        assert_int_equal(poll(&first, 1, 20000), 1); /* it writes */
        usleep(60000 + (useconds_t)cycle * 30000);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        struct blobs *b = open_at(url);
        for (uint64_t n; read(ends[0], &n, sizeof(n)) == sizeof(n); acknowledged++) {
            struct bytes content = content_of(n, n % 4 ? 3000 * n : 1300000, c);
            struct digest d = sha256_of(content);
            assert_reads(b, &d, content, 0, -1);
            arena_reset(c);
        }
        blobs_close(b);
        close(ends[0]);
    }
    print_message("# %zu files acknowledged\n", acknowledged);
    assert_true(acknowledged > 10);
    arena_free(c);
    arena_free(a);
}

/* --- failing files: SQLite ------------------------------------------------------------------------ */

/* Three files against a file layer that fails the nth call: each is readable
 * afterwards or was refused, and going on is possible. True once n lies beyond
 * the last call. */
static bool survive_fault(long n, bool sticky, struct bytes content)
{
    static const size_t lengths[] = {900, 2 * BLOB_CHUNK_BYTES + 5, 40000};
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = NULL;
    struct digest d;
    struct err e;
    bool acknowledged[ARRAY_LEN(lengths)] = {false};

    plan = (struct fault_plan){.kinds = FAULT_READ | FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE,
                               .fail_at = n,
                               .sticky = sticky};
    if (open_with(&b, url, "fault", NULL) == OK)
        for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
            acknowledged[i] =
                try_put(&d, b, part(content, i, lengths[i]), BLOB_CHUNK_BYTES, NULL) == OK;
    blobs_close(b);
    bool beyond = plan.failures == 0;
    plan = (struct fault_plan){0};

    b = open_by(url, "fault");
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        d = sha256_of(part(content, i, lengths[i]));
        if (acknowledged[i] || held(b, &d))
            assert_ok(read_part(b, &d, part(content, i, lengths[i]), 0, -1, &e), &e);
        put(b, part(content, i, lengths[i]), BLOB_CHUNK_BYTES);
        assert_reads(b, &d, part(content, i, lengths[i]), 0, -1);
    }
    blobs_close(b);
    arena_free(a);
    return beyond;
}

/* More than a thousand calls: the first forty and then each 173rd. */
static void any_failing_file_call_loses_no_file(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct bytes content = content_of(12, 2 * BLOB_CHUNK_BYTES + 100, a);
    long points = 0;
    for (int sticky = 0; sticky <= 1; sticky++)
        for (long n = 1; !survive_fault(n, sticky, content); n += n < 40 ? 1 : 173)
            points++;
    print_message("# %ld fault points\n", points);
    assert_true(points > 70);
    arena_free(a);
}

/* Files until the power is cut at the nth write or sync; what was acknowledged
 * and does not read back afterwards. */
static long lost_by_cut(long n, uint64_t seed, bool lies, struct bytes content)
{
    static const size_t lengths[] = {900, 50000, BLOB_CHUNK_BYTES + 5, 700};
    struct arena *a = arena_new();
    const char *url = fresh_url(a);
    struct blobs *b = NULL;
    struct digest d;
    struct err e;
    size_t acknowledged = 0;
    long lost = 0;

    plan = (struct fault_plan){.kinds = FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE,
                               .tracks = true,
                               .lies = lies,
                               .fail_at = n,
                               .sticky = true};
    if (open_with(&b, url, "fault", NULL) == OK)
        while (acknowledged < ARRAY_LEN(lengths) &&
               try_put(&d, b, part(content, acknowledged, lengths[acknowledged]), BLOB_CHUNK_BYTES,
                       NULL) == OK)
            acknowledged++;
    if (plan.failures == 0) { /* the power stays on until the last moment */
        plan.kinds = FAULT_WRITE | FAULT_SYNC | FAULT_TRUNCATE;
        plan.fail_at = 1;
        plan.failures = 1;
    }
    blobs_close(b);
    plan = (struct fault_plan){0};
    fault_power_cut("fault", seed);

    b = NULL;
    if (open_with(&b, url, "fault", &e) != OK) {
        assert_true(lies); /* only then can the file itself be in pieces */
        arena_free(a);
        return (long)acknowledged;
    }
    for (size_t i = 0; i < acknowledged; i++) {
        d = sha256_of(part(content, i, lengths[i]));
        lost += read_part(b, &d, part(content, i, lengths[i]), 0, -1, &e) != OK;
    }
    blobs_close(b);
    arena_free(a);
    return lost;
}

static void a_power_cut_loses_no_file_that_was_acknowledged(void **state)
{
    (void)state;
    enum { CYCLES = 40 };
    struct arena *a = arena_new();
    struct bytes content = content_of(13, BLOB_CHUNK_BYTES + 100, a);
    struct rand r = {20261120};
    long control = 0;
    for (int i = 0; i < CYCLES; i++) {
        long n = 1 + (long)rand_below(&r, 900);
        assert_int_equal(lost_by_cut(n, i % 3 ? rand_u64(&r) | 1 : 0, false, content), 0);
        control += lost_by_cut(n, 0, true, content) > 0;
    }
    print_message("# %d cuts; with syncs left out %ld of them lose files\n", CYCLES, control);
    assert_true(control > CYCLES / 10); /* else nothing was tested */
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest both[] = {
        cmocka_unit_test(what_was_put_comes_back_whole_and_in_parts),
        cmocka_unit_test(an_absent_file_is_not_found),
        cmocka_unit_test(the_same_content_is_one_file),
        cmocka_unit_test(an_upload_goes_on_where_it_was_left),
        cmocka_unit_test(a_killed_upload_goes_on_from_what_is_held),
        cmocka_unit_test(a_file_beyond_its_limit_is_refused),
        cmocka_unit_test(an_aborted_upload_leaves_nothing),
        cmocka_unit_test(what_nothing_references_is_swept_after_seven_days),
        cmocka_unit_test(a_file_held_while_it_is_asked_for_stays),
        cmocka_unit_test(putting_again_keeps_a_file_from_being_swept),
        cmocka_unit_test(a_sweep_that_cannot_ask_removes_nothing),
        cmocka_unit_test(a_removal_that_was_cut_short_is_gone_on_with),
        cmocka_unit_test(damage_is_told_and_never_read),
        cmocka_unit_test(many_put_and_read_at_once),
        cmocka_unit_test(a_killed_program_keeps_every_file_it_ended),
    };
    const struct CMUnitTest sqlite[] = {
        cmocka_unit_test(any_failing_file_call_loses_no_file),
        cmocka_unit_test(a_power_cut_loses_no_file_that_was_acknowledged),
    };
    fault_vfs_register("fault", &plan);
    return scratch_is_postgres() ? cmocka_run_group_tests(both, NULL, NULL)
                                 : RUN_BOTH(both, sqlite);
}

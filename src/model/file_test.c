/* Content of files, in clear and sealed, in one go and in pieces; and what is taken. */
#include "test.h"

#include "base/buf.h"
#include "base/fs.h"
#include "base/rand.h"
#include "db/scratch.h"
#include "model/file.h"
#include "model/file_text.h"
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct arena *arena;
static struct file_place place;

static int set_up(void **state)
{
    (void)state;
    struct err e;
    arena = arena_new();
    place.tmpdir = scratch_dir(arena);
    struct seal_key *keys = seal_key_new(SEAL_AES_256_GCM);
    place.keys = keys;
    struct blobs_options o = {.create = true};
    assert_ok(blobs_open(&place.blobs, scratch_url(arena, place.tmpdir, "blobs.db"), &o, &e), &e);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    blobs_close(place.blobs);
    seal_key_free((struct seal_key *)(uintptr_t)place.keys);
    arena_free(arena);
    return 0;
}

static struct bytes content_of(uint64_t seed, size_t len)
{
    struct rand r = {seed};
    uint8_t *p = arena_alloc(arena, len + 8);
    for (size_t i = 0; i < len; i += 8) {
        uint64_t n = rand_u64(&r);
        memcpy(p + i, &n, 8);
    }
    return (struct bytes){p, len};
}

static struct file_row row_of(const struct file_stored *s, int64_t unit)
{
    return (struct file_row){.owner_unit = unit,
                             .bytes = s->bytes,
                             .digest = arena_dup(arena, str_of(s->digest)),
                             .blob = arena_dup(arena, str_of(s->blob)),
                             .key = s->key};
}

static struct file_row store(struct bytes content, int64_t unit, bool secret)
{
    struct file_put *f;
    struct file_stored s;
    struct err e;
    file_put_begin(&f, &place, unit, secret, INT64_C(1) << 30);
    assert_ok(file_put_add(f, content, &e), &e);
    assert_ok(file_put_end(&s, f, arena, &e), &e);
    return row_of(&s, unit);
}

static err_t read_part(struct buf *out, const struct file_row *row, int64_t from, int64_t len,
                       struct err *e)
{
    struct file_get *g = NULL;
    struct bytes piece = {NULL, 1};
    err_t rc = file_get_open(&g, &place, row, from, len, e);
    buf_reset(out);
    while (rc == OK && piece.len > 0)
        if ((rc = file_get_next(&piece, g, e)) == OK)
            buf_add(out, bytes_str(piece));
    file_get_close(g);
    return rc;
}

static void any_part_reads_back_sealed_or_not(void **state)
{
    (void)state;
    static const size_t sizes[] = {0,      1,      15,      65535,   65536,  65537,
                                   131072, 200000, 1 << 20, 1 << 21, 3000000};
    struct rand r = {test_seed(7)};
    struct buf got;
    struct err e;
    buf_init(&got, 0);
    for (size_t i = 0; i < 2 * ARRAY_LEN(sizes); i++) {
        bool secret = i % 2;
        struct bytes content = content_of(i, sizes[i / 2]);
        struct file_row row = store(content, 5, secret);
        struct digest d = sha256_of(content);
        char hex[SHA256_HEX_LEN + 1];
        sha256_hex(hex, &d);
        assert_str(row.digest, hex);
        assert_int_equal(row.bytes, content.len);
        assert_int_equal(secret, !str_eq(row.digest, row.blob));
        assert_ok(read_part(&got, &row, 0, -1, &e), &e);
        assert_true(str_eq(buf_str(&got), bytes_str(content)));
        for (int k = 0; k < 20; k++) {
            size_t from = content.len ? rand_u64(&r) % content.len : 0;
            size_t len = rand_u64(&r) % (content.len - from + 1);
            assert_ok(read_part(&got, &row, (int64_t)from, (int64_t)len, &e), &e);
            assert_true(str_eq(buf_str(&got), (struct str){(const char *)content.ptr + from, len}));
        }
    }
    buf_clear(&got);
}

static void a_sealed_content_is_not_in_the_store_in_clear(void **state)
{
    (void)state;
    struct str canary = STR("CANARY-of-the-undisclosed-invention");
    struct buf all;
    struct err e;
    buf_init(&all, 0);
    for (int i = 0; i < 5000; i++)
        buf_add(&all, canary);
    struct file_row row = store(str_bytes(buf_str(&all)), 5, true);
    struct file_row raw = row;
    raw.key = STR_NONE;
    raw.bytes = row.bytes + 3 * 16;
    assert_int_equal(read_part(&all, &raw, 0, -1, &e), E_CORRUPT); /* the digest names others */
    raw.digest = row.blob;
    assert_ok(read_part(&all, &raw, 0, -1, &e), &e);
    assert_int_equal(all.len, row.bytes + 3 * 16);
    assert_false(str_contains(buf_str(&all), canary));
    buf_clear(&all);
}

static void a_key_opens_its_own_file_of_its_own_unit_alone(void **state)
{
    (void)state;
    struct file_row one = store(content_of(1, 100000), 5, true);
    struct file_row two = store(content_of(2, 100000), 5, true);
    struct buf got;
    struct err e;
    buf_init(&got, 0);
    struct file_row moved = one;
    moved.owner_unit = 6;
    assert_int_equal(read_part(&got, &moved, 0, -1, &e), E_CORRUPT);
    struct file_row mixed = one;
    mixed.key = two.key;
    assert_int_equal(read_part(&got, &mixed, 0, -1, &e), E_CORRUPT);
    mixed = one;
    mixed.blob = two.blob; /* its content under the other's key */
    assert_int_equal(read_part(&got, &mixed, 0, -1, &e), E_CORRUPT);
    struct file_row cut = one;
    cut.bytes = 65536; /* the first chunk was not the last */
    assert_int_equal(read_part(&got, &cut, 0, -1, &e), E_CORRUPT);
    buf_clear(&got);
}

static void pieces_of_any_size_make_the_same_file(void **state)
{
    (void)state;
    struct rand r = {test_seed(11)};
    struct buf got;
    struct err e;
    buf_init(&got, 0);
    for (int i = 0; i < 12; i++) {
        bool secret = i % 2;
        struct bytes content = content_of(100 + (uint64_t)i, 1 + rand_u64(&r) % 3000000);
        struct file_paused at = {0};
        struct file_put *f;
        struct file_stored s;
        for (size_t done = 0; done < content.len;) {
            size_t len = 1 + rand_u64(&r) % 400000;
            len = len < content.len - done ? len : content.len - done;
            assert_ok(file_put_resume(&f, &place, &at, 5, secret, 1 << 30, arena, &e), &e);
            assert_int_equal(file_put_size(f), done);
            assert_ok(file_put_add(f, (struct bytes){content.ptr + done, len}, &e), &e);
            assert_ok(file_put_pause(&at, f, arena, &e), &e);
            done += len;
            assert_int_equal(at.bytes, done);
        }
        assert_ok(file_put_resume(&f, &place, &at, 5, secret, 1 << 30, arena, &e), &e);
        assert_ok(file_put_end(&s, f, arena, &e), &e);
        struct digest d = sha256_of(content);
        char hex[SHA256_HEX_LEN + 1];
        sha256_hex(hex, &d);
        assert_str(str_of(s.digest), hex);
        struct file_row row = row_of(&s, 5);
        assert_ok(read_part(&got, &row, 0, -1, &e), &e);
        assert_true(str_eq(buf_str(&got), bytes_str(content)));
    }
    buf_clear(&got);
}

static void a_sealed_upload_that_was_cut_off_is_not_gone_on_with(void **state)
{
    (void)state;
    struct file_paused before = {0}, after;
    struct file_put *f;
    struct err e;
    assert_ok(file_put_resume(&f, &place, &before, 5, true, 1 << 30, arena, &e), &e);
    assert_ok(file_put_add(f, content_of(1, 100000), &e), &e);
    assert_ok(file_put_pause(&before, f, arena, &e), &e);
    assert_ok(file_put_resume(&f, &place, &before, 5, true, 1 << 30, arena, &e), &e);
    assert_ok(file_put_add(f, content_of(2, 100000), &e), &e);
    assert_ok(file_put_pause(&after, f, arena, &e), &e); /* …and its row was not written */
    assert_int_equal(file_put_resume(&f, &place, &before, 5, true, 1 << 30, arena, &e), E_CONFLICT);
    assert_ok(file_put_resume(&f, &place, &after, 5, true, 1 << 30, arena, &e), &e);
    file_put_abort(f);
}

static void a_file_beyond_its_limit_is_refused(void **state)
{
    (void)state;
    struct err e;
    for (int secret = 0; secret < 2; secret++) {
        struct file_put *f;
        file_put_begin(&f, &place, 5, secret, 100000);
        assert_ok(file_put_add(f, content_of(1, 100000), &e), &e);
        assert_int_equal(file_put_add(f, content_of(1, 1), &e), E_LIMIT);
        file_put_abort(f);
    }
}

static void opens_as(const struct file_view *view, struct bytes content)
{
    struct err e;
    int fd = -1;
    uint8_t *got = arena_alloc(arena, content.len);
    assert_ok(view->open(&fd, view->arg, &e), &e);
    assert_int_equal(pread(fd, got, content.len, 0), content.len);
    assert_memory_equal(got, content.ptr, content.len);
    assert_int_equal(pwrite(fd, "x", 1, 0), -1); /* to be read alone */
    close(fd);
}

static void a_view_reads_anywhere(void **state)
{
    (void)state;
    struct rand r = {test_seed(13)};
    uint8_t got[5000];
    struct bytes map;
    struct err e;
    for (int secret = 0; secret < 2; secret++) {
        struct bytes content = content_of(9, 2500000);
        struct file_row row = store(content, 5, secret);
        struct file_viewer *v = file_view_new(&place, &row);
        const struct file_view *view = file_view_of(v);
        for (int i = 0; i < 200; i++) {
            size_t len = rand_u64(&r) % sizeof(got), from = rand_u64(&r) % (content.len - len);
            assert_ok(view->read(view->arg, (int64_t)from, got, len, &e), &e);
            assert_memory_equal(got, content.ptr + from, len);
        }
        assert_ok(view->map(&map, view->arg, &e), &e);
        assert_int_equal(map.len, content.len);
        assert_memory_equal(map.ptr, content.ptr, content.len);
        assert_true((view->open == NULL) == secret); /* which never lies on a disk in clear */
        if (view->open)
            opens_as(view, content);
        file_view_free(v);
    }
}

/* --- kinds ----------------------------------------------------------------------------- */

struct memory {
    struct bytes content;
};

static err_t memory_read(void *arg, int64_t from, void *to, size_t len, struct err *e)
{
    struct memory *m = arg;
    (void)e;
    assert_true(from >= 0 && (size_t)from + len <= m->content.len);
    if (len > 0)
        memcpy(to, m->content.ptr + from, len);
    return OK;
}

static err_t memory_map(struct bytes *out, void *arg, struct err *e)
{
    (void)e;
    *out = ((struct memory *)arg)->content;
    return OK;
}

static err_t check(const char *name, struct bytes content, struct err *e)
{
    struct memory m = {content};
    struct file_view v = {
        .bytes = (int64_t)content.len, .read = memory_read, .map = memory_map, .arg = &m};
    const struct file_kind *kind;
    err_t rc = file_kind_check(&kind, &v, str_of(name), arena, e);
    assert_true((rc == OK) == (kind != NULL));
    return rc;
}

#define TAKEN(name, literal)                                                                       \
    do {                                                                                           \
        struct err e_;                                                                             \
        assert_ok(check(name, (struct bytes){(const uint8_t *)literal, sizeof(literal) - 1}, &e_), \
                  &e_);                                                                            \
    } while (0)
/* With a sentence that holds `why`. */
#define REFUSED(name, literal, why)                                                                \
    do {                                                                                           \
        struct err e_ = {0};                                                                       \
        err_t rc_ =                                                                                \
            check(name, (struct bytes){(const uint8_t *)literal, sizeof(literal) - 1}, &e_);       \
        if (rc_ != E_INVALID || !strstr(e_.text, why))                                             \
            fail_msg("%s: %d %s", name, rc_, e_.text);                                             \
    } while (0)

#define PDF "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<<>>\n%%EOF\n"
#define GIF "GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\0;"
#define PNG_HEAD "\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR"
#define PNG_END "\x08\6\0\0\0....\0\0\0\0IEND\xAE\x42\x60\x82"
#define PNG PNG_HEAD "\0\0\0\1\0\0\0\1" PNG_END
#define JPEG "\xFF\xD8\xFF\xE0\0\x04..\xFF\xC0\0\x0B\x08\0\x10\0\x10\1\1\1\0\xFF\xD9"
#define ZIP_END "PK\5\6\0\0\0\0\1\0\1\0\x04\0\0\0\0\0\0\0\0\0"

static void a_file_is_what_its_name_says(void **state)
{
    (void)state;
    TAKEN("a.pdf", PDF);
    TAKEN("A.PDF", PDF);
    TAKEN("专利.gif", GIF);
    TAKEN("a.png", PNG);
    TAKEN("a.jpg", JPEG);
    TAKEN("a.jpeg", JPEG);
    TAKEN("a.txt", "电池管理系统\r\n\t1.5 < 2 > 1\n");
    TAKEN("a.csv", "a,b\n1,2\n");
    TAKEN("a.txt", "\xFF\xFE"
                   "a\0b\0");
    TAKEN("gb.txt", "\xB5\xE7\xB3\xD8\n");
    REFUSED("a.pdf", GIF, "is not a PDF");
    REFUSED("a.pdf", "PK\3\4....................................", "content is ZIP");
    REFUSED("a.png", PDF, "content is PDF");
    REFUSED("a.jpg", "MZ\x90\0", "is a program");
    REFUSED("a.txt",
            "\x7F"
            "ELF\2\1\1\0\0\0",
            "program");
    REFUSED("a.txt", "a\0b", "not text");
    REFUSED("a.txt", PDF, "content is PDF");
    REFUSED("a.exe", "MZ", "not taken");
    REFUSED("a.html", "<html>", "not taken");
    REFUSED("a.svg", "<svg/>", "not taken");
    REFUSED("pdf", PDF, "not taken");
    REFUSED(".pdf", PDF, "not taken");
    REFUSED("a.pdf", "", "empty");
    REFUSED("a/b.pdf", PDF, "without folders");
    REFUSED("a\\b.pdf", PDF, "without folders");
    REFUSED("a\nb.pdf", PDF, "control characters");
    REFUSED("a\xE2\x80\xAE"
            "fdp.pdf",
            PDF, "direction");
    REFUSED("a\xC2\x85.pdf", PDF, "control characters");
    REFUSED("a\xE2\x80\x8E.pdf", PDF, "not plain text");
    REFUSED("a\xD8\x9C.pdf", PDF, "not plain text");
    REFUSED("\xFF.pdf", PDF, "not plain text");
}

static void what_is_two_kinds_at_once_is_refused(void **state)
{
    (void)state;
    REFUSED("a.pdf", PDF "PK\1\2" ZIP_END, "follows its end");
    REFUSED("a.pdf", "%PDF-1.7\nPK\1\2" ZIP_END "%%EOF", "ZIP archive at once");
    REFUSED("a.pdf", "%PDF-1.7\n<script>alert(1)</script>\n%%EOF", "web page at once");
    REFUSED("a.gif", "GIF89a\x01\0\x01\0<script>;", "web page at once");
    REFUSED("a.gif", GIF "<html>", "follows the end");
    REFUSED("a.gif", "GIF89a\x01\0\x01\0\0\0%PDF-1.7;", "PDF at once");
    REFUSED("a.png", PNG "PK\1\2" ZIP_END, "follows the end");
    REFUSED("a.jpg", JPEG "PK\1\2" ZIP_END, "ZIP archive at once");
    REFUSED("a.txt", " \n<!DOCTYPE html><p>", "web page");
    REFUSED("a.csv", "a,<SCRIPT>1</SCRIPT>", "web page");
    REFUSED("a.txt", "<svg onload=1>", "web page");
}

static void what_runs_is_refused(void **state)
{
    (void)state;
    REFUSED("a.pdf", "%PDF-1.7\n<< /S /JavaScript /JS (x) >>\n%%EOF", "JavaScript");
    REFUSED("a.pdf", "%PDF-1.7\n<< /S /J#61va#53cript /JS (x) >>\n%%EOF", "JavaScript");
    REFUSED("a.pdf", "%PDF-1.7\n<< /S/Launch/F(cmd) >>\n%%EOF", "Launch");
    TAKEN("a.pdf", "%PDF-1.7\n<< /JavaScripture /Launches >>\n%%EOF");
    TAKEN("a.pdf", "%PDF-1.7\n(JavaScript Launch)\n%%EOF");
    REFUSED("a.pdf", "%PDF-1.7\n<< >>\n", "cut off");
}

/* It notes how it is started, and cannot stay. */
static const char *reader_that(const char *does)
{
    struct err e;
    const char *path = arena_printf(arena, "%s/reader", scratch_dir(arena)).ptr;
    struct str text =
        arena_printf(arena,
                     "#!/bin/sh\necho $1 >> $0.starts\n[ $1 != forkserver ] || exit 0\n"
                     "cat >/dev/null\n%s\n",
                     does);
    assert_ok(fs_write_synced(&fs_system, path, str_bytes(text), &e), &e);
    assert_int_equal(chmod(path, 0700), 0);
    return path;
}

static err_t check_by(const char *reader, const char *name, struct err *e)
{
    struct memory m = {str_bytes(STR("%PDF-1.7"))};
    const struct file_view v = {
        .bytes = (int64_t)m.content.len, .read = memory_read, .map = memory_map, .arg = &m};
    const struct file_kind *kind;
    err_t rc = file_check(&kind, &v, str_of(name), reader, arena, e);
    assert_true((rc == OK) == (kind != NULL));
    return rc;
}

static err_t check_pdf(const char *reader, struct err *e)
{
    return check_by(reader, "a.pdf", e);
}

/* What is packed is never looked at here where there is a reader: what that says holds. */
static void what_is_packed_is_looked_at_by_the_reader(void **state)
{
    (void)state;
    static const char *const packed[] = {"a.docx", "a.xlsx", "a.pptx", "a.ofd", "a.zip", "a.pdf"};
    struct err e;
    for (size_t i = 0; i < ARRAY_LEN(packed); i++) {
        assert_ok(check_by(reader_that("exit 0"), packed[i], &e), &e);
        assert_int_equal(check_by(reader_that("echo -n '虚构的理由' >&2; exit 4"), packed[i], &e),
                         E_INVALID);
        assert_string_equal(e.text, "虚构的理由");
    }
    assert_int_equal(check_by(reader_that("exit 0"), "a.txt", &e), E_INVALID);
    assert_int_equal(check_by(reader_that("exit 0"), "a/b.docx", &e), E_INVALID);
}

/* What ends its reader may not stay, nor one that it cannot say anything of. */
static void a_pdf_that_its_reader_does_not_survive_is_refused(void **state)
{
    (void)state;
    struct err e;
    assert_ok(check_pdf(reader_that("exit 0"), &e), &e);
    assert_int_equal(check_pdf(reader_that("exit 1"), &e), E_INVALID);
    static const char *const ends[] = {"kill -SEGV $$", "kill -SYS $$"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        assert_int_equal(check_pdf(reader_that(ends[i]), &e), E_INVALID);
        assert_non_null(strstr(e.text, "more memory or rights"));
    }
    assert_int_equal(check_pdf(reader_that("exit 152 # as for SIGXCPU"), &e), E_INVALID);
    assert_non_null(strstr(e.text, "more than 15 seconds of processor time"));
}

/* As by a machine without memory: this says nothing of the file. */
static void a_reader_that_is_ended_from_outside_refuses_no_pdf(void **state)
{
    (void)state;
    struct err e;
    assert_int_equal(check_pdf(reader_that("kill -9 $$"), &e), E_BUSY);
    assert_non_null(strstr(e.text, "try again later"));
}

/* One start for all, where the reader can stay: this one says at the first that it cannot. */
static void a_pdf_is_checked_by_the_reader_that_stays(void **state)
{
    (void)state;
    struct err e;
    struct bytes starts;
    const char *reader = reader_that("exit 0");
    for (int i = 0; i < 2; i++)
        assert_ok(check_pdf(reader, &e), &e);
    assert_ok(
        fs_read(&starts, &fs_system, arena_printf(arena, "%s.starts", reader).ptr, 100, arena, &e),
        &e);
    assert_str(bytes_str(starts), "forkserver\ncheck\ncheck\n");
}

static void images_that_would_burst_are_refused(void **state)
{
    (void)state;
    REFUSED("a.png", PNG_HEAD "\0\1\0\0\0\1\0\0" PNG_END, "65536 × 65536");
    REFUSED("a.png", PNG_HEAD "\0\0\0\0\0\1\0\0" PNG_END, "0 × 65536");
    REFUSED("a.png", PNG_HEAD "\0\0\0\1\0\0\0\1\x08\6\0\0\0....\x7F\0\0\0IDAT....", "cut off");
    REFUSED("a.jpg", "\xFF\xD8\xFF\xC0\0\x0B\x08\xFF\xFF\xFF\xFF\1\1\1\0\xFF\xD9", "65535 × 65535");
}

/* A name that runs over the edge of two windows is found: the whole file is seen. */
static void a_script_is_found_wherever_it_stands(void **state)
{
    (void)state;
    struct str mark = STR("/JavaScript ");
    size_t len = (size_t)2500000;
    char *all = arena_alloc(arena, len);
    struct err e;
    for (size_t at = ((size_t)1 << 20) - 14; at < ((size_t)1 << 20) + 3; at++) {
        memset(all, ' ', len);
        memcpy(all, "%PDF-1.7\n", 9);
        memcpy(all + len - 5, "%%EOF", 5);
        assert_ok(check("a.pdf", (struct bytes){(const uint8_t *)all, len}, &e), &e);
        memcpy(all + at, mark.ptr, mark.len);
        assert_int_equal(check("a.pdf", (struct bytes){(const uint8_t *)all, len}, &e), E_INVALID);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        /* the first: there is room for a few readers that stay or say that they cannot */
        cmocka_unit_test_setup_teardown(a_pdf_is_checked_by_the_reader_that_stays, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(any_part_reads_back_sealed_or_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sealed_content_is_not_in_the_store_in_clear, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_key_opens_its_own_file_of_its_own_unit_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(pieces_of_any_size_make_the_same_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sealed_upload_that_was_cut_off_is_not_gone_on_with,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_beyond_its_limit_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_view_reads_anywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_is_what_its_name_says, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_two_kinds_at_once_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_runs_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(images_that_would_burst_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_packed_is_looked_at_by_the_reader, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_pdf_that_its_reader_does_not_survive_is_refused, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_reader_that_is_ended_from_outside_refuses_no_pdf, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_script_is_found_wherever_it_stands, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "test.h"

#include "base/mem.h"
#include "base/rand.h"
#include "text/shared_files.h"
#include "text/zip.h"
#include "text/zip_build.h"
#include <stdlib.h>

/* Content of member i in `to`; the first error kind met. */
static err_t read_member(struct buf *to, const struct zip *z, size_t i, size_t step, struct err *e)
{
    struct stream *s;
    size_t got = 1;
    err_t rc = zip_open_member(&s, z, i, e);
    while (rc == OK && got > 0) {
        rc = stream_read(&got, s, buf_reserve(to, step), step, e);
        to->len += got;
    }
    stream_close(s);
    return rc;
}

static void members_are_found_and_read(void **state)
{
    (void)state;
    struct zip_build b;
    struct zip *z;
    struct err e;
    struct buf got;
    struct rand r = {4};
    char *noise = mem_alloc(100000);
    for (size_t i = 0; i < 100000; i++)
        noise[i] = (char)rand_below(&r, 200);
    zip_begin(&b);
    zip_put(&b, "a.txt", NULL, STR("hello"), false, 0);
    zip_put(&b, "dir/", NULL, STR(""), false, 0);
    zip_put(&b, "dir\\标题.xml", NULL, (struct str){noise, 100000}, true, 0x800);
    zip_put(&b, "\xb1\xea\xcc\xe2", NULL, STR(""), true, 0);       /* a GBK name */
    zip_put(&b, "\xb1\xea\xcc\xe2.1", NULL, STR(""), true, 0x800); /* that claims to be UTF-8 */
    assert_ok(zip_open(&z, zip_end(&b), &e), &e);
    assert_int_equal(zip_count(z), 5);
    assert_str(zip_get(z, 4)->name, "标题.1");
    assert_true(zip_get(z, 1)->folder);
    assert_str(zip_get(z, 2)->name, "dir/标题.xml");
    assert_str(zip_get(z, 3)->name, "标题");
    assert_int_equal(zip_find(z, STR("A.TXT")), 0);
    assert_int_equal(zip_find(z, STR("b")), 5);
    buf_init(&got, 0);
    for (size_t step = 1; step < 300000; step = step * 9 + 2) {
        buf_reset(&got);
        assert_ok(read_member(&got, z, 0, step, &e), &e);
        assert_str(buf_str(&got), "hello");
        buf_reset(&got);
        assert_ok(read_member(&got, z, 3, step, &e), &e);
        assert_int_equal(got.len, 0);
        assert_ok(read_member(&got, z, 2, step, &e), &e);
        assert_int_equal(got.len, 100000);
        assert_memory_equal(got.ptr, noise, 100000);
    }
    buf_clear(&got);
    zip_close(z);
    zip_drop(&b);
    free(noise);
}

static void expect_refused(struct zip_build *b, const char *why)
{
    struct zip *z;
    struct err e = {0};
    struct buf got;
    buf_init(&got, 0);
    err_t rc = zip_open(&z, zip_end(b), &e);
    for (size_t i = 0; rc == OK && i < zip_count(z); i++)
        rc = read_member(&got, z, i, 1000, &e);
    if (rc == OK || !str_contains(str_of(e.text), str_of(why)))
        fail_msg("expected \"%s\", got \"%s\"", why, e.text);
    zip_close(z);
    buf_clear(&got);
    zip_drop(b);
}

static void what_does_not_fit_together_is_refused(void **state)
{
    (void)state;
    struct zip_build b;
    zip_begin(&b);
    zip_put(&b, "a", "b", STR("x"), false, 0);
    expect_refused(&b, "another name");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("x"), false, 0);
    zip_put(&b, "a", NULL, STR("y"), false, 0);
    expect_refused(&b, "two members named a");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("secret"), false, 1);
    expect_refused(&b, "encrypted");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("x"), false, 0);
    b.out.ptr[b.out.len - 1] = 'y';
    expect_refused(&b, "checksum");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("x"), false, 0);
    b.central.ptr[24] = 2;
    expect_refused(&b, "another size");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("x"), false, 0);
    b.central.ptr[24] = b.out.ptr[22] = 2; /* the same lie in both places */
    expect_refused(&b, "length");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("xyz"), false, 0);
    zip_put(&b, "b", NULL, STR("xyz"), false, 0);
    b.central.ptr[20] = b.out.ptr[18] = 30; /* a's packed size now reaches into b */
    expect_refused(&b, "overlap");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("xyz"), false, 0);
    b.out.ptr[8] = b.central.ptr[10] = 12;
    expect_refused(&b, "method 12");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("xyz"), false, 0);
    b.central.ptr[10] = 8; /* deflate there, stored here */
    expect_refused(&b, "another name or method");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("xyz"), false, 0);
    zip_put(&b, "a", NULL, STR("xyz"), false, 0);
    b.central.ptr[b.central.len - 5] = 0; /* both entries over the first's bytes */
    expect_refused(&b, "two members named a");
    zip_begin(&b);
    zip_put(&b, "a", NULL, STR("xyz"), false, 0);
    zip_put(&b, "b", NULL, STR("xyz"), false, 0);
    b.central.ptr[20] = b.central.ptr[24] = 30; /* as above, both headers of one mind */
    b.out.ptr[18] = b.out.ptr[22] = 30;
    expect_refused(&b, "overlap");
    zip_begin(&b);
    zip_put(&b, "", NULL, STR("xyz"), false, 0);
    expect_refused(&b, "odd name");
}

static void a_bomb_is_refused(void **state)
{
    (void)state;
    struct zip_build b;
    size_t len = (size_t)50 << 20;
    char *zeros = mem_zalloc(len);
    zip_begin(&b);
    zip_put(&b, "zeros", NULL, (struct str){zeros, len}, true, 0);
    expect_refused(&b, "unpacks to 52428800 bytes");
    zip_begin(&b);
    zip_put(&b, "zeros", NULL, (struct str){zeros, len}, true, 0);
    b.central.ptr[24] = b.central.ptr[25] = 1; /* a lie about its size */
    b.central.ptr[26] = b.central.ptr[27] = 0;
    b.out.ptr[22] = b.out.ptr[23] = 1;
    b.out.ptr[24] = b.out.ptr[25] = 0;
    expect_refused(&b, "longer than declared");
    free(zeros);
}

static void any_cut_or_changed_byte_is_refused_or_harmless(void **state)
{
    (void)state;
    struct zip_build b;
    zip_begin(&b);
    zip_put(&b, "one.txt", NULL, STR("the first member, stored"), false, 0);
    zip_put(&b, "two/a.xml", NULL, STR("<a>aaaaaaaaaaaaaaaaaaaaaaaaaaa</a>"), true, 0);
    struct bytes whole = zip_end(&b);
    for (int round = 0; round < 9; round++) {
        for (size_t at = 0; at < whole.len; at++) {
            struct zip *z;
            struct err e;
            struct buf got;
            uint8_t *copy = mem_alloc(whole.len);
            memcpy(copy, whole.ptr, whole.len);
            size_t len = round == 8 ? at : whole.len;
            copy[at] ^= (uint8_t)(round == 8 ? 0 : 1 << round);
            uint8_t *tight = mem_alloc(len + 1); /* so that an overrun shows */
            memcpy(tight, copy, len);
            buf_init(&got, 1 << 20);
            if (zip_open(&z, (struct bytes){tight, len}, &e) == OK) {
                for (size_t i = 0; i < zip_count(z); i++)
                    (void)read_member(&got, z, i, 10, &e);
                zip_close(z);
                assert_true(round < 8);
            }
            buf_clear(&got);
            free(tight);
            free(copy);
        }
    }
    zip_drop(&b);
}

static void a_real_bulk_file_is_read(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *path = shared_file(a, "uspto-samples/xml4ip/sample_XML4IP.ZIP");
    if (path) {
        struct stream *s;
        struct bytes map;
        struct zip *z;
        struct err e;
        struct buf got;
        assert_ok(stream_open_file(&s, &fs_system, path, &e), &e);
        assert_ok(stream_map(&map, s, "/tmp", &e), &e);
        assert_ok(zip_open(&z, map, &e), &e);
        assert_true(zip_count(z) > 0);
        buf_init(&got, 0);
        for (size_t i = 0; i < zip_count(z); i++) {
            buf_reset(&got);
            assert_ok(read_member(&got, z, i, 100000, &e), &e);
            assert_int_equal(got.len, zip_get(z, i)->size);
        }
        buf_clear(&got);
        zip_close(z);
        stream_close(s);
    } else {
        shared_absent();
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_are_found_and_read),
        cmocka_unit_test(what_does_not_fit_together_is_refused),
        cmocka_unit_test(a_bomb_is_refused),
        cmocka_unit_test(any_cut_or_changed_byte_is_refused_or_harmless),
        cmocka_unit_test(a_real_bulk_file_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

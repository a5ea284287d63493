#include "test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/rand.h"
#include "text/stream.h"
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

static struct bytes gzip_of(struct bytes content)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t cap = deflateBound(&z, content.len) + 64;
    uint8_t *to = mem_alloc(cap);
    z.next_in = (Bytef *)(uintptr_t)content.ptr;
    z.avail_in = (uInt)content.len;
    z.next_out = to;
    z.avail_out = (uInt)cap;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t len = cap - z.avail_out;
    deflateEnd(&z);
    return (struct bytes){to, len};
}

static struct bytes zstd_of(struct bytes content)
{
    size_t cap = ZSTD_compressBound(content.len);
    uint8_t *to = mem_alloc(cap + 1);
    size_t len = ZSTD_compress(to, cap, content.ptr, content.len, 3);
    assert_false(ZSTD_isError(len));
    return (struct bytes){to, len};
}

static struct bytes twice(struct bytes b)
{
    uint8_t *to = mem_alloc(b.len * 2 + 1);
    memcpy(to, b.ptr, b.len);
    memcpy(to + b.len, b.ptr, b.len);
    return (struct bytes){to, b.len * 2};
}

static void drop(struct bytes b)
{
    free((void *)(uintptr_t)b.ptr);
}

/* Text that compresses about as real text does. */
static struct bytes sample(size_t len, uint64_t seed)
{
    struct rand r = {seed};
    uint8_t *to = mem_alloc(len + 1);
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)("etaoin shrdlu\n0123456789,;"[rand_below(&r, 26)]);
    return (struct bytes){to, len};
}

static err_t read_all(struct bytes *out, struct stream *s, struct rand *r, size_t cap,
                      struct err *e)
{
    uint8_t *to = mem_alloc(cap);
    size_t len = 0, got = 1;
    err_t rc = OK;
    while (rc == OK && got > 0 && len < cap) {
        size_t want = r ? 1 + rand_below(r, 5000) : cap;
        struct bytes head = {NULL, 0};
        if (r && rand_below(r, 4) == 0) {
            rc = stream_peek(&head, s, rand_below(r, 70000), e);
            if (rc != OK)
                break;
        }
        if (want > cap - len)
            want = cap - len;
        rc = stream_read(&got, s, to + len, want, e);
        len += got;
        assert_int_equal(stream_offset(s), len);
    }
    *out = (struct bytes){to, len};
    return rc;
}

static void assert_same(struct bytes a, struct bytes b)
{
    assert_int_equal(a.len, b.len);
    if (a.len)
        assert_memory_equal(a.ptr, b.ptr, a.len);
}

static void peek_takes_nothing_and_reads_join(void **state)
{
    (void)state;
    struct err e;
    struct bytes content = sample(300000, 1), got;
    struct rand r = {2};
    for (int round = 0; round < 20; round++) {
        struct stream *s = stream_open_memory(content);
        assert_ok(read_all(&got, s, &r, content.len + 100, &e), &e);
        assert_same(got, content);
        drop(got);
        stream_close(s);
    }
    drop(content);
}

static void packed_streams_give_the_content_of_all_their_parts(void **state)
{
    (void)state;
    struct err e;
    struct rand r = {3};
    for (size_t len = 0; len < 400000; len = len * 3 + 1) {
        struct bytes content = sample(len, len), both = twice(content), got;
        struct bytes gz = gzip_of(content), gz2 = twice(gz);
        struct bytes zs = zstd_of(content), zs2 = twice(zs);
        struct stream *s;
        assert_ok(stream_open_gzip(&s, stream_open_memory(gz2), &e), &e);
        assert_ok(read_all(&got, s, &r, both.len + 100, &e), &e);
        assert_same(got, both);
        assert_int_equal(stream_raw_offset(s), gz2.len);
        drop(got);
        stream_close(s);
        assert_ok(stream_open_zstd(&s, stream_open_memory(zs2), &e), &e);
        assert_ok(read_all(&got, s, &r, both.len + 100, &e), &e);
        assert_same(got, both);
        assert_int_equal(stream_raw_offset(s), zs2.len);
        drop(got);
        stream_close(s);
        drop(content), drop(both), drop(gz), drop(gz2), drop(zs), drop(zs2);
    }
}

/* Other data follows; cut off or damaged, what came before is there, and its end. */
static void data_in_the_midst_ends_where_it_ends(void **state)
{
    (void)state;
    struct err e;
    struct rand r = {4};
    struct bytes content = sample(100000, 5), got;
    uLongf len = compressBound(content.len);
    struct buf packed;
    buf_init(&packed, 0);
    assert_int_equal(
        compress((Bytef *)buf_reserve(&packed, len + 9), &len, content.ptr, content.len), Z_OK);
    packed.len = len;
    buf_addz(&packed, "endstream");
    for (int how = 0; how < 3; how++) {
        struct stream *s;
        size_t cut = how == 1 ? len / 2 : packed.len;
        if (how == 2)
            memset(packed.ptr + len / 2, 0xFF, len / 2); /* no block begins so */
        assert_ok(stream_open_zlib(
                      &s, stream_open_memory((struct bytes){(const uint8_t *)packed.ptr, cut}), &e),
                  &e);
        assert_ok(read_all(&got, s, &r, content.len + 100, &e), &e);
        assert_true(how == 0 ? got.len == content.len : got.len > content.len / 4);
        if (how < 2)
            assert_memory_equal(got.ptr, content.ptr, got.len);
        drop(got);
        stream_close(s);
    }
    buf_clear(&packed);
    drop(content);
}

static void a_packed_stream_cut_anywhere_is_refused_with_its_place(void **state)
{
    (void)state;
    struct bytes content = sample(3000, 7);
    struct bytes packed[2] = {gzip_of(content), zstd_of(content)};
    for (int kind = 0; kind < 2; kind++) {
        for (size_t len = 0; len < packed[kind].len; len++) {
            struct err e;
            struct stream *s;
            struct bytes got, cut = {packed[kind].ptr, len};
            assert_ok((kind ? stream_open_zstd : stream_open_gzip)(&s, stream_open_memory(cut), &e),
                      &e);
            assert_int_equal(read_all(&got, s, NULL, content.len + 10, &e), E_INVALID);
            assert_true(str_contains(str_of(e.text), STR("ends too early, at byte")));
            assert_true(got.len <= content.len);
            if (got.len)
                assert_memory_equal(got.ptr, content.ptr, got.len);
            drop(got);
            stream_close(s);
        }
        drop(packed[kind]);
    }
    drop(content);
}

static void damage_in_a_packed_stream_is_refused_or_harmless(void **state)
{
    (void)state;
    struct bytes content = sample(2000, 9), got;
    struct bytes packed[2] = {gzip_of(content), zstd_of(content)};
    for (int kind = 0; kind < 2; kind++) {
        for (size_t at = 0; at < packed[kind].len; at++) {
            struct err e;
            struct stream *s;
            uint8_t *bytes = (uint8_t *)(uintptr_t)packed[kind].ptr;
            bytes[at] ^= 0x10;
            assert_ok((kind ? stream_open_zstd
                            : stream_open_gzip)(&s, stream_open_memory(packed[kind]), &e),
                      &e);
            err_t rc = read_all(&got, s, NULL, content.len * 4, &e);
            if (rc == OK && kind == 0) /* zstd's checksum is optional */
                assert_same(got, content);
            bytes[at] ^= 0x10;
            drop(got);
            stream_close(s);
        }
        drop(packed[kind]);
    }
    drop(content);
}

static void a_bomb_stops_at_the_ratio(void **state)
{
    (void)state;
    size_t len = (size_t)20 << 20;
    struct bytes zeros = {mem_zalloc(len), len}, got;
    struct bytes packed[2] = {gzip_of(zeros), zstd_of(zeros)};
    for (int kind = 0; kind < 2; kind++) {
        struct err e;
        struct stream *s;
        assert_ok(
            (kind ? stream_open_zstd : stream_open_gzip)(&s, stream_open_memory(packed[kind]), &e),
            &e);
        struct rand r = {1};
        assert_int_equal(read_all(&got, s, &r, len + 1, &e), E_LIMIT);
        assert_true(got.len <= packed[kind].len * UNPACK_RATIO_MAX + UNPACK_RATIO_FROM);
        drop(got);
        stream_close(s);
        drop(packed[kind]);
    }
    drop(zeros);
}

static void a_map_holds_what_follows_whatever_the_stream(void **state)
{
    (void)state;
    struct err e;
    char path[] = "/tmp/stream_test.XXXXXX";
    struct bytes content = sample(200000, 11), packed = gzip_of(content), map;
    int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, content.ptr, content.len) == (ssize_t)content.len);
    close(fd);
    for (int skip = 0; skip < 2; skip++) {
        for (int kind = 0; kind < 3; kind++) {
            struct stream *s;
            struct bytes head;
            uint8_t byte;
            size_t got;
            if (kind == 0)
                assert_ok(stream_open_file(&s, &fs_system, path, &e), &e);
            else if (kind == 1)
                s = stream_open_memory(content);
            else
                assert_ok(stream_open_gzip(&s, stream_open_memory(packed), &e), &e);
            assert_ok(stream_peek(&head, s, 100, &e), &e);
            if (skip)
                assert_ok(stream_read(&got, s, &byte, 1, &e), &e);
            assert_ok(stream_map(&map, s, "/tmp", &e), &e);
            assert_same(map, (struct bytes){content.ptr + skip, content.len - (size_t)skip});
            stream_close(s);
        }
    }
    unlink(path);
    drop(content);
    drop(packed);
}

static void a_missing_file_is_not_found(void **state)
{
    (void)state;
    struct err e;
    struct stream *s;
    assert_int_equal(stream_open_file(&s, &fs_system, "/nonexistent/x", &e), E_NOTFOUND);
    assert_null(s);
    stream_close(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(peek_takes_nothing_and_reads_join),
        cmocka_unit_test(packed_streams_give_the_content_of_all_their_parts),
        cmocka_unit_test(a_packed_stream_cut_anywhere_is_refused_with_its_place),
        cmocka_unit_test(damage_in_a_packed_stream_is_refused_or_harmless),
        cmocka_unit_test(data_in_the_midst_ends_where_it_ends),
        cmocka_unit_test(a_bomb_stops_at_the_ratio),
        cmocka_unit_test(a_map_holds_what_follows_whatever_the_stream),
        cmocka_unit_test(a_missing_file_is_not_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

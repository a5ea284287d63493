#include "test.h"

#include "backup/pack.h"
#include "crypto/hash.h"
#include "db/scratch.h"
#include <fcntl.h>
#include <unistd.h>

#define PHRASE STR("eine lange Passphrase")

static const struct pack_options kinds[] = {
    {.fs = &fs_system, .made_ms = 1},
    {.fs = &fs_system, .made_ms = 1, .sealed = true, .passphrase = {"eine lange Passphrase", 21}},
    {.fs = &fs_system,
     .made_ms = 1,
     .sealed = true,
     .suite = SEAL_SM4_CTR_HMAC_SM3,
     .passphrase = {"eine lange Passphrase", 21}},
};

/* A large part that does not compress, small ones, an empty one. */
static void write_pack(const char *path, const struct pack_options *o, size_t large)
{
    struct pack_out *p = NULL;
    struct err e;
    uint8_t piece[1000];
    uint64_t noise = 88172645463325252ULL;
    assert_ok(pack_create(&p, path, o, &e), &e);
    assert_ok(pack_part(p, "about.json", str_bytes(STR("{\"a\":1}")), &e), &e);
    assert_ok(pack_part(p, "empty", (struct bytes){NULL, 0}, &e), &e);
    assert_ok(pack_begin(p, "store/large", large, &e), &e);
    for (size_t left = large; left > 0;) {
        size_t n = left < sizeof(piece) ? left : sizeof(piece);
        for (size_t i = 0; i < n; i++) {
            noise ^= noise << 13, noise ^= noise >> 7, noise ^= noise << 17;
            piece[i] = (uint8_t)noise;
        }
        assert_ok(pack_add(p, (struct bytes){piece, n}, &e), &e);
        left -= n;
    }
    assert_ok(pack_end(p, &e), &e);
    assert_ok(pack_part(p, "manifest.json", str_bytes(STR("{}")), &e), &e);
    assert_ok(pack_finish(p, &e), &e);
}

/* Everything read: names, sizes and contents in one digest. */
static err_t read_pack(struct digest *out, const char *path, struct str passphrase, struct err *e)
{
    struct pack_in *p = NULL;
    struct pack_part part;
    struct hasher *h = hasher_new();
    uint8_t piece[4096];
    bool more = true;
    err_t rc = pack_open(&p, &fs_system, path, passphrase, e);
    while (rc == OK && (rc = pack_next(&part, &more, p, e)) == OK && more) {
        size_t got = 1;
        hasher_add(h, str_bytes(part.name));
        hasher_add(h, (struct bytes){(uint8_t *)&part.size, sizeof(part.size)});
        while (rc == OK && got > 0)
            if ((rc = pack_read(&got, p, piece, sizeof(piece), e)) == OK)
                hasher_add(h, (struct bytes){piece, got});
    }
    pack_close(p);
    *out = hasher_end(h);
    hasher_free(h);
    return rc;
}

static struct bytes content_of(struct arena *a, const char *path)
{
    struct bytes b;
    struct err e;
    assert_ok(fs_read(&b, &fs_system, path, (size_t)64 << 20, a, &e), &e);
    return b;
}

static void what_was_packed_is_read_back(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    static const size_t sizes[] = {0, 1, 65536, 3000000, 300000};
    struct digest first = {{0}}, d;
    struct err e;
    for (size_t s = 0; s < ARRAY_LEN(sizes); s++)
        for (size_t k = 0; k < (s == 4 ? ARRAY_LEN(kinds) : 1); k++) {
            const char *path = arena_printf(a, "%s/x", scratch_dir(a)).ptr;
            write_pack(path, &kinds[k], sizes[s]);
            assert_int_equal(access(arena_printf(a, "%s.part", path).ptr, F_OK), -1);
            assert_ok(read_pack(&d, path, kinds[k].passphrase, &e), &e);
            if (k == 0)
                first = d;
            assert_true(digest_eq(&first, &d));
        }
    arena_free(a);
}

static void a_sealed_one_opens_with_its_passphrase_alone(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/x", scratch_dir(a)).ptr;
    struct digest d;
    struct err e;
    write_pack(path, &kinds[1], 5000);
    assert_int_equal(read_pack(&d, path, STR("another passphrase"), &e), E_DENIED);
    assert_int_equal(read_pack(&d, path, STR_NONE, &e), E_DENIED);
    assert_ok(read_pack(&d, path, PHRASE, &e), &e);
    struct str all = bytes_str(content_of(a, path));
    assert_false(str_contains(all, STR("about.json")));
    assert_false(str_contains(all, STR("{\"a\":1}")));
    arena_free(a);
}

/* A file that is there is nobody's to overwrite; nor is a half one left. */
static void no_half_file_has_the_name(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/x", scratch_dir(a)).ptr;
    struct pack_out *p = NULL;
    struct err e;
    assert_ok(pack_create(&p, path, &kinds[0], &e), &e);
    assert_ok(pack_part(p, "about.json", str_bytes(STR("{}")), &e), &e);
    assert_int_equal(access(path, F_OK), -1);
    pack_abort(p);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(access(arena_printf(a, "%s.part", path).ptr, F_OK), -1);
    write_pack(path, &kinds[0], 10);
    assert_int_equal(pack_create(&p, path, &kinds[0], &e), E_CONFLICT);
    arena_free(a);
}

/* Two of one name at a time: the second is told; what a killed one has left is nobody's. */
static void two_backups_do_not_share_a_part(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/x", scratch_dir(a)).ptr;
    const char *part = arena_printf(a, "%s.part", path).ptr;
    struct pack_out *p = NULL, *other = NULL;
    struct digest d;
    struct err e;
    assert_ok(fs_write_synced(&fs_system, part, str_bytes(STR("what a killed one has left")), &e),
              &e);
    assert_ok(pack_create(&p, path, &kinds[0], &e), &e);
    assert_int_equal(pack_create(&other, path, &kinds[0], &e), E_BUSY);
    assert_ok(pack_part(p, "about.json", str_bytes(STR("{}")), &e), &e);
    assert_int_equal(pack_create(&other, path, &kinds[0], &e), E_BUSY);
    assert_ok(pack_finish(p, &e), &e);
    assert_int_equal(access(part, F_OK), -1);
    assert_ok(read_pack(&d, path, STR_NONE, &e), &e);
    assert_int_equal(pack_create(&other, path, &kinds[0], &e), E_CONFLICT);
    arena_free(a);
}

static void put(const char *path, struct bytes content, size_t len) /* nobody waits for the disk */
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, content.ptr, len), len);
    close(fd);
}

/* Every length, and every bit of every byte: refused, or it says the same. */
static void a_damaged_one_is_refused_or_says_the_same(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    struct digest whole, d;
    struct err e;
    size_t harmless = 0, tried = 0;
    for (size_t k = 0; k < 2; k++) {
        const char *path = arena_printf(a, "%s/x", scratch_dir(a)).ptr;
        const char *hurt = arena_printf(a, "%s.hurt", path).ptr;
        write_pack(path, &kinds[k], k ? 70000 : 300);
        struct bytes all = content_of(a, path);
        assert_ok(read_pack(&whole, path, kinds[k].passphrase, &e), &e);
        size_t step = k ? 3001 : 1; /* it is larger, to be of several pieces */
        for (size_t len = 0; len < all.len; len += step) {
            put(hurt, all, len);
            assert_int_equal(read_pack(&d, hurt, kinds[k].passphrase, &e), E_INVALID);
        }
        uint8_t *copy = arena_alloc(a, all.len + 1);
        memcpy(copy, all.ptr, all.len);
        put(hurt, (struct bytes){copy, all.len + 1}, all.len + 1); /* something behind it */
        assert_int_equal(read_pack(&d, hurt, kinds[k].passphrase, &e), E_INVALID);
        for (size_t at = k ? 130 : 0; at < all.len; at += k ? 2003 : 1)
            for (int bit = 0; bit < 8; bit += k ? 8 : 1) {
                copy[at] ^= (uint8_t)(1 << bit);
                put(hurt, (struct bytes){copy, all.len}, all.len);
                err_t rc = read_pack(&d, hurt, kinds[k].passphrase, &e);
                assert_true(rc == E_INVALID || (rc == OK && digest_eq(&d, &whole)));
                harmless += rc == OK;
                tried++;
                copy[at] ^= (uint8_t)(1 << bit);
            }
        assert_true(harmless < tried / 2);
    }
    arena_free(a);
}

static void another_file_is_none(void **state)
{
    (void)state;
    struct arena *a = arena_new();
    const char *path = arena_printf(a, "%s/x", scratch_dir(a)).ptr;
    struct digest d;
    struct err e;
    assert_int_equal(read_pack(&d, path, PHRASE, &e), E_NOTFOUND);
    static const char *const others[] = {"", "x", "zhiyun-backup/1 ", "zhiyun-backup/1 x y z\n",
                                         "SQLite format 3"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        put(path, str_bytes(str_of(others[i])), strlen(others[i]));
        assert_int_equal(read_pack(&d, path, PHRASE, &e), E_INVALID);
    }
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_packed_is_read_back),
        cmocka_unit_test(a_sealed_one_opens_with_its_passphrase_alone),
        cmocka_unit_test(no_half_file_has_the_name),
        cmocka_unit_test(two_backups_do_not_share_a_part),
        cmocka_unit_test(a_damaged_one_is_refused_or_says_the_same),
        cmocka_unit_test(another_file_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

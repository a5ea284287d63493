/* Damage at any byte of any file of an index is told (E_CORRUPT, with the file)
 * or harmless; never a wrong answer. */
#include "base/fs.h"
#include "base/mem.h"
#include "index/store_model.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define POSITIONS 12000

struct file {
    char path[128];
    size_t size;
};

struct files {
    struct file list[64];
    size_t count, total;
};

static void list_files(struct files *f)
{
    DIR *d = opendir(folder);
    assert_non_null(d);
    *f = (struct files){0};
    for (struct dirent *entry; (entry = readdir(d));) {
        struct stat st;
        struct file *file = &f->list[f->count];
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "LOCK") == 0)
            continue;
        int n = snprintf(file->path, sizeof(file->path), "%s/%.40s", folder, entry->d_name);
        assert_in_range(n, 1, sizeof(file->path) - 1);
        assert_int_equal(stat(file->path, &st), 0);
        file->size = (size_t)st.st_size;
        f->total += file->size;
        f->count++;
        assert_true(f->count < ARRAY_LEN(f->list));
    }
    (void)closedir(d);
}

/* An index of several segments with deletes in them. */
static void build_index(struct files *f, uint64_t *digest)
{
    struct rand r = {test_seed(20260101)};
    struct err e;
    struct index_writer *w;
    struct index_reader *reader;
    struct model *m = mem_zalloc(sizeof(*m));
    uint32_t version = 1;
    m->vocabulary = 2500;
    assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
    change_some(w, m, 700, 300, &version, &r);
    assert_ok(index_commit(w, 1, &e), &e);
    change_some(w, m, 40, 300, &version, &r);
    assert_ok(index_commit(w, 2, &e), &e);
    change_some(w, m, 20, 300, &version, &r);
    assert_ok(index_commit(w, 3, &e), &e);
    index_writer_close(w);
    assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
    assert_index_is(m, reader, true);
    struct snapshot *s = snapshot_get(reader);
    assert_true(snapshot_segments(s) >= 3);
    assert_ok(digest_snapshot(digest, s, &e), &e);
    snapshot_put(s);
    index_reader_close(reader);
    free(m);
    list_files(f);
}

static char told_text[ERR_TEXT_MAX]; /* of the last damage told */

/* Reads everything in a fresh reader: the same, or a told damage. */
static bool read_all(uint64_t digest, bool *told)
{
    struct err e = {0};
    struct index_reader *reader;
    uint64_t got = 0;
    err_t rc = index_reader_open(&reader, &fs_system, folder, &e);
    if (rc == OK) {
        struct snapshot *s = snapshot_get(reader);
        rc = digest_snapshot(&got, s, &e);
        snapshot_put(s);
        index_reader_close(reader);
    }
    memcpy(told_text, e.text, sizeof(told_text));
    *told = rc == E_CORRUPT && strstr(e.text, folder) && strstr(e.text, "byte");
    return *told || (rc == OK && got == digest);
}

static void flip(const struct file *f, size_t at, uint8_t by)
{
    uint8_t b;
    int fd = open(f->path, O_RDWR);
    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &b, 1, (off_t)at), 1);
    b ^= by;
    assert_int_equal(pwrite(fd, &b, 1, (off_t)at), 1);
    (void)close(fd);
}

static void a_changed_byte_anywhere_is_told_or_harmless(void **state)
{
    (void)state;
    struct files f;
    uint64_t digest;
    size_t told_count = 0;
    build_index(&f, &digest);
    struct rand r = {test_seed(20260101)};
    for (size_t i = 0; i < POSITIONS; i++) {
        /* Spread evenly over all bytes of all files; every tenth in a small file. */
        size_t at = i % 10 ? (size_t)(rand_u64(&r) % f.total) : 0, k = 0;
        if (i % 10 == 0) {
            k = rand_below(&r, (uint32_t)f.count);
            at = rand_below(&r, (uint32_t)f.list[k].size);
        }
        while (at >= f.list[k].size)
            at -= f.list[k++].size;
        uint8_t by = (uint8_t)(i & 1 ? 1u << rand_below(&r, 8) : 1 + rand_below(&r, 255));
        bool told;
        flip(&f.list[k], at, by);
        bool fine = read_all(digest, &told);
        flip(&f.list[k], at, by);
        told_count += told;
        if (told && !strstr(told_text, f.list[k].path))
            fail_msg("%s byte %zu: told without the file: %s", f.list[k].path, at, told_text);
        if (!fine)
            fail_msg("%s byte %zu ^ %02x: a wrong answer or no E_CORRUPT", f.list[k].path, at, by);
    }
    print_message("# %zu of %d damaged positions told, the others harmless, %zu bytes\n",
                  told_count, POSITIONS, f.total);
    assert_true(told_count > POSITIONS / 2);
    bool told;
    assert_true(read_all(digest, &told) && !told);
}

static void a_cut_or_grown_file_is_told(void **state)
{
    (void)state;
    struct files f;
    uint64_t digest;
    build_index(&f, &digest);
    struct rand r = {test_seed(20260101)};
    uint8_t *copy = mem_alloc(f.total);
    for (size_t k = 0; k < f.count; k++) {
        int fd = open(f.list[k].path, O_RDWR);
        assert_true(fd >= 0);
        assert_int_equal(pread(fd, copy, f.list[k].size, 0), (ssize_t)f.list[k].size);
        for (int i = 0; i < 60; i++) {
            size_t len =
                i < 20 ? f.list[k].size - (size_t)i - 1 : rand_below(&r, (uint32_t)f.list[k].size);
            bool told;
            if (i == 59)
                len = f.list[k].size + 8;
            assert_int_equal(ftruncate(fd, (off_t)len), 0);
            if (!read_all(digest, &told) || !told)
                fail_msg("%s cut to %zu bytes: not told", f.list[k].path, len);
            assert_int_equal(pwrite(fd, copy, f.list[k].size, 0), (ssize_t)f.list[k].size);
            assert_int_equal(ftruncate(fd, (off_t)f.list[k].size), 0);
        }
        (void)close(fd);
    }
    free(copy);
    bool told;
    assert_true(read_all(digest, &told) && !told);
}

static void swapped_and_missing_files_are_told(void **state)
{
    (void)state;
    struct files f;
    uint64_t digest;
    bool told;
    char aside[160];
    build_index(&f, &digest);
    (void)snprintf(aside, sizeof(aside), "%s/aside", folder);
    for (size_t i = 0; i < f.count; i++) {
        bool manifest = str_ends(str_of(f.list[i].path), STR("MANIFEST"));
        assert_int_equal(rename(f.list[i].path, aside), 0);
        if (manifest) {
            struct err e;
            struct index_reader *reader;
            assert_int_equal(index_reader_open(&reader, &fs_system, folder, &e), E_NOTFOUND);
        } else if (!read_all(digest, &told) || !told || !strstr(told_text, f.list[i].path)) {
            fail_msg("%s missing: not told by name: %s", f.list[i].path, told_text);
        }
        for (size_t j = 0; j < f.count; j++) {
            if (j == i)
                continue;
            assert_int_equal(rename(f.list[j].path, f.list[i].path), 0);
            assert_int_equal(rename(aside, f.list[j].path), 0);
            if (!read_all(digest, &told) || !told)
                fail_msg("%s and %s swapped: not told", f.list[i].path, f.list[j].path);
            assert_int_equal(rename(f.list[j].path, aside), 0);
            assert_int_equal(rename(f.list[i].path, f.list[j].path), 0);
        }
        assert_int_equal(rename(aside, f.list[i].path), 0);
    }
    assert_true(read_all(digest, &told) && !told);
}

/* A merge reads every page of its sources: damage ends it, and is not carried
 * into a fresh file with fresh checksums. */
static void a_merge_does_not_carry_damage_on(void **state)
{
    (void)state;
    struct files f;
    uint64_t digest;
    build_index(&f, &digest);
    struct rand r = {test_seed(20260101)};
    for (int i = 0; i < 200; i++) {
        struct err e = {0};
        struct index_writer *w;
        size_t k = rand_below(&r, (uint32_t)f.count), at = rand_below(&r, (uint32_t)f.list[k].size);
        uint8_t by = (uint8_t)(1 + rand_below(&r, 255));
        flip(&f.list[k], at, by);
        err_t rc = index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e);
        if (rc == OK) {
            rc = index_merge_all(w, &e);
            index_writer_close(w);
        }
        assert_int_equal(rc, E_CORRUPT);
        flip(&f.list[k], at, by);
    }
    bool told;
    assert_true(read_all(digest, &told) && !told);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_changed_byte_anywhere_is_told_or_harmless, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_cut_or_grown_file_is_told, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(swapped_and_missing_files_are_told, make_folder,
                                        drop_folder),
        cmocka_unit_test_setup_teardown(a_merge_does_not_carry_damage_on, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

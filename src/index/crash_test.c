/* A power cut or an error at any call to the file system leaves the index as it
 * was before the commit or after it. The test's file system keeps, beside the
 * real files, what a disk would have: the bytes of each file at its last fsync,
 * and the folder at its last fsync; at the cut every unsynced change of the
 * folder may have happened or not, and unsynced files hold any prefix. */
#include "base/fs.h"
#include "base/mem.h"
#include "index/store_model.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES_MAX 512
#define FDS_MAX 1024

struct inode {
    uint8_t *now, *synced;
    size_t now_len, synced_len;
};

struct name {
    char path[128];
    int inode; /* -1: removed */
};

struct disk {
    struct inode inodes[FILES_MAX];
    int inode_count;
    struct name names[FILES_MAX]; /* durable */
    int name_count;
    struct name pending[FILES_MAX]; /* changes since the last fsync of the folder */
    int pending_count;
    int fd_inode[FDS_MAX]; /* inode + 1; 0: not ours */
    bool fd_is_folder[FDS_MAX];
    long calls, fail_at; /* the call that fails; 0: none */
    bool dead;           /* and everything after it fails too */
};

static struct disk disk;

static bool fails(void)
{
    disk.calls++;
    if (disk.fail_at && (disk.dead ? disk.calls >= disk.fail_at : disk.calls == disk.fail_at)) {
        errno = EIO;
        return true;
    }
    return false;
}

static int lookup(const char *path)
{
    for (int i = disk.pending_count; i-- > 0;) {
        if (strcmp(disk.pending[i].path, path) == 0)
            return disk.pending[i].inode;
    }
    for (int i = 0; i < disk.name_count; i++) {
        if (strcmp(disk.names[i].path, path) == 0)
            return disk.names[i].inode;
    }
    return -1;
}

static void change(const char *path, int inode)
{
    assert_true(disk.pending_count < FILES_MAX);
    struct name *n = &disk.pending[disk.pending_count++];
    (void)snprintf(n->path, sizeof(n->path), "%s", path);
    n->inode = inode;
}

static void apply(const struct name *change_of)
{
    for (int i = 0; i < disk.name_count; i++) {
        if (strcmp(disk.names[i].path, change_of->path) == 0) {
            disk.names[i].inode = change_of->inode;
            return;
        }
    }
    assert_true(disk.name_count < FILES_MAX);
    disk.names[disk.name_count++] = *change_of;
}

static int fake_open(const struct fs *fs, const char *path, int flags, mode_t mode)
{
    (void)fs;
    if (fails())
        return -1;
    int fd = fs_system.open(&fs_system, path, flags, mode);
    if (fd < 0)
        return fd;
    assert_true(fd < FDS_MAX);
    disk.fd_is_folder[fd] = (flags & O_DIRECTORY) != 0;
    disk.fd_inode[fd] = 0;
    if (flags & O_DIRECTORY)
        return fd;
    int inode = lookup(path);
    if (inode < 0) {
        assert_true(disk.inode_count < FILES_MAX);
        inode = disk.inode_count++;
        change(path, inode);
    }
    if (flags & O_TRUNC)
        disk.inodes[inode].now_len = 0;
    disk.fd_inode[fd] = inode + 1;
    return fd;
}

static int fake_close(const struct fs *fs, int fd)
{
    (void)fs;
    bool failed = fails();
    int rc = fs_system.close(&fs_system, fd); /* closes in any case, as Linux does */
    return failed ? -1 : rc;
}

static ssize_t fake_pread(const struct fs *fs, int fd, void *to, size_t len, off_t at)
{
    (void)fs;
    return fails() ? -1 : fs_system.pread(&fs_system, fd, to, len, at);
}

static ssize_t fake_write(const struct fs *fs, int fd, const void *from, size_t len)
{
    (void)fs;
    bool failed = fails();
    if (failed)
        len /= 2; /* the first half got there */
    struct inode *n = &disk.inodes[disk.fd_inode[fd] - 1];
    n->now = mem_grow(n->now, n->now_len + len);
    memcpy(n->now + n->now_len, from, len);
    n->now_len += len;
    ssize_t written = len ? fs_system.write(&fs_system, fd, from, len) : 0;
    if (failed) {
        errno = EIO;
        return -1;
    }
    return written;
}

static int fake_fsync(const struct fs *fs, int fd)
{
    (void)fs;
    if (fails())
        return -1;
    if (disk.fd_is_folder[fd]) {
        for (int i = 0; i < disk.pending_count; i++)
            apply(&disk.pending[i]);
        disk.pending_count = 0;
        return 0;
    }
    struct inode *n = &disk.inodes[disk.fd_inode[fd] - 1];
    n->synced = mem_grow(n->synced, n->now_len);
    if (n->now_len)
        memcpy(n->synced, n->now, n->now_len);
    n->synced_len = n->now_len;
    return 0;
}

static int fake_rename(const struct fs *fs, const char *from, const char *to)
{
    (void)fs;
    if (fails())
        return -1;
    int inode = lookup(from);
    change(to, inode);
    change(from, -1);
    return fs_system.rename(&fs_system, from, to);
}

static int fake_unlink(const struct fs *fs, const char *path)
{
    (void)fs;
    if (fails())
        return -1;
    change(path, -1);
    return fs_system.unlink(&fs_system, path);
}

static int fake_mkdir(const struct fs *fs, const char *path, mode_t mode)
{
    (void)fs;
    return fails() ? -1 : fs_system.mkdir(&fs_system, path, mode);
}

static const struct fs fake_fs = {
    .open = fake_open,
    .close = fake_close,
    .pread = fake_pread,
    .write = fake_write,
    .fsync = fake_fsync,
    .rename = fake_rename,
    .unlink = fake_unlink,
    .mkdir = fake_mkdir,
};

static void disk_clear(void)
{
    for (int i = 0; i < disk.inode_count; i++) {
        free(disk.inodes[i].now);
        free(disk.inodes[i].synced);
    }
    disk = (struct disk){0};
}

static size_t each_file(void (*fn)(const char *path))
{
    DIR *d = opendir(folder);
    size_t n = 0;
    assert_non_null(d);
    for (struct dirent *entry; (entry = readdir(d));) {
        char path[128];
        if (entry->d_name[0] == '.')
            continue;
        (void)snprintf(path, sizeof(path), "%s/%.40s", folder, entry->d_name);
        if (fn)
            fn(path);
        n++;
    }
    (void)closedir(d);
    return n;
}

static void remember(const char *path)
{
    struct err e;
    struct bytes b;
    struct arena *a = arena_new();
    struct inode *n = &disk.inodes[disk.inode_count];
    assert_ok(fs_read(&b, &fs_system, path, 1 << 24, a, &e), &e);
    n->now = mem_alloc(b.len);
    n->synced = mem_alloc(b.len);
    n->now_len = n->synced_len = b.len;
    memcpy(n->now, b.ptr, b.len);
    memcpy(n->synced, b.ptr, b.len);
    struct name *name = &disk.names[disk.name_count++];
    (void)snprintf(name->path, sizeof(name->path), "%s", path);
    name->inode = disk.inode_count++;
    arena_free(a);
}

static void remove_file(const char *path)
{
    (void)unlink(path);
}

/* The disk as the next boot finds it. */
static void power_cut(struct rand *r)
{
    for (int i = 0; i < disk.pending_count; i++) {
        if (rand_below(r, 2))
            apply(&disk.pending[i]);
    }
    (void)each_file(remove_file);
    for (int i = 0; i < disk.name_count; i++) {
        const struct name *name = &disk.names[i];
        if (name->inode < 0)
            continue;
        const struct inode *n = &disk.inodes[name->inode];
        bool same = n->synced_len == n->now_len &&
                    (n->now_len == 0 || memcmp(n->now, n->synced, n->now_len) == 0);
        const uint8_t *from = same || rand_below(r, 2) ? n->synced : n->now;
        size_t len = from == n->synced ? n->synced_len : rand_below(r, (uint32_t)n->now_len + 1);
        int fd = open(name->path, O_CREAT | O_TRUNC | O_WRONLY, 0600);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, from ? from : (const uint8_t *)"", len), (ssize_t)len);
        (void)close(fd);
    }
}

static uint64_t digest_now(size_t *segments)
{
    struct err e;
    struct index_reader *reader;
    uint64_t digest;
    assert_ok(index_reader_open(&reader, &fs_system, folder, &e), &e);
    struct snapshot *s = snapshot_get(reader);
    assert_ok(digest_snapshot(&digest, s, &e), &e);
    *segments = snapshot_segments(s);
    snapshot_put(s);
    index_reader_close(reader);
    return digest;
}

/* The state before: three segments, one with deletes. */
static uint64_t state_before(struct model *m)
{
    struct err e;
    struct index_writer *w;
    struct rand r = {1};
    uint32_t version = 1;
    size_t segments;
    (void)each_file(remove_file);
    *m = (struct model){.vocabulary = 100};
    assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
    for (uint64_t i = 1; i <= 3; i++) {
        change_some(w, m, 20, 40, &version, &r);
        assert_ok(index_commit(w, i, &e), &e);
    }
    index_writer_close(w);
    return digest_now(&segments);
}

/* The commit under test; *done when it was acknowledged. */
static err_t one_commit(const struct fs *fs, struct model *m, bool merge, bool again, bool *done)
{
    struct err e;
    struct index_writer *w;
    struct rand r = {2};
    uint32_t version = 1000;
    *done = false;
    err_t rc = index_writer_open(&w, fs, folder, &with_positions, NULL, &e);
    if (rc != OK)
        return rc;
    change_some(w, m, 15, 40, &version, &r);
    for (int attempt = 0; attempt < (again ? 2 : 1); attempt++) {
        rc = index_commit(w, 4, &e);
        if (rc == OK && merge)
            rc = index_merge_all(w, &e);
        if (rc == OK)
            break;
    }
    *done = rc == OK;
    index_writer_close(w);
    return rc;
}

static void cut_everywhere(bool merge)
{
    struct rand r = {test_seed(20260101)};
    struct model *m = mem_zalloc(sizeof(*m));
    uint64_t before = state_before(m), after;
    bool done;
    size_t segments;
    assert_int_equal(one_commit(&fs_system, m, merge, false, &done), OK);
    after = digest_now(&segments);
    assert_true(before != after);
    long at = 1, cuts = 0;
    for (bool finished = false; !finished; at++) {
        for (int variant = 0; variant < 4; variant++) {
            struct err e;
            assert_true(state_before(m) == before);
            disk_clear();
            (void)each_file(remember);
            disk.fail_at = at;
            disk.dead = true;
            (void)one_commit(&fake_fs, m, merge, false, &done);
            finished = disk.calls < at;
            power_cut(&r);
            cuts++;
            uint64_t got = digest_now(&segments);
            if (got != before && got != after)
                fail_msg("cut at call %ld: neither the old nor the new state", at);
            if (done && got != after)
                fail_msg("cut after call %ld: an acknowledged commit is gone", at);
            /* The next writer sweeps, and works. */
            struct index_writer *w;
            assert_ok(index_writer_open(&w, &fs_system, folder, &with_positions, NULL, &e), &e);
            assert_ok(index_merge_all(w, &e), &e);
            index_writer_close(w);
            assert_true(digest_now(&segments) == got);
            size_t files = each_file(NULL);
            if (files != segments + 2)
                fail_msg("cut at call %ld: %zu files for %zu segments", at, files, segments);
        }
    }
    print_message("# %ld cuts at %ld calls\n", cuts, at);
    disk_clear();
    free(m);
}

static void a_power_cut_during_a_commit_leaves_the_old_or_the_new_state(void **state)
{
    (void)state;
    cut_everywhere(false);
}

static void a_power_cut_during_a_merge_too(void **state)
{
    (void)state;
    cut_everywhere(true);
}

static void a_failed_call_can_be_followed_by_a_good_commit(void **state)
{
    (void)state;
    struct model *m = mem_zalloc(sizeof(*m));
    uint64_t before = state_before(m), after;
    bool done;
    size_t segments;
    assert_int_equal(one_commit(&fs_system, m, true, false, &done), OK);
    after = digest_now(&segments);
    for (long at = 1;; at++) {
        assert_true(state_before(m) == before);
        disk_clear();
        (void)each_file(remember);
        disk.fail_at = at;
        err_t rc = one_commit(&fake_fs, m, true, true, &done);
        uint64_t got = digest_now(&segments);
        if (rc == OK && got != after)
            fail_msg("call %ld failed: the commit after it lost something", at);
        if (rc != OK && got != before && got != after)
            fail_msg("call %ld failed: neither the old nor the new state", at);
        if (disk.calls < at)
            break;
    }
    disk_clear();
    free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_power_cut_during_a_commit_leaves_the_old_or_the_new_state,
                                        make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(a_power_cut_during_a_merge_too, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(a_failed_call_can_be_followed_by_a_good_commit, make_folder,
                                        drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

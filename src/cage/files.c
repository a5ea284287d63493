/* Two layers over files. A root of its own holds what may be read and nothing else, so that of the rest not
 * even the names are seen; it needs a space of mounts. Rules (Landlock, Linux 5.13) need no right at all. */
#include "base/attr.h"
#include "cage/priv.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* --- a root of its own ------------------------------------------------------------------ */

#define NEW_ROOT                                                                                   \
    "/tmp" /* covered, in this space of mounts alone, by the new root while it is made */
#define READABLE_MAX 32

/* The folders above `path`, and itself as an empty folder or file to mount on. */
static int make_place(char *path, int is_folder)
{
    for (char *at = strchr(path + 1, '/'); at; at = strchr(at + 1, '/')) {
        *at = 0;
        int rc = mkdir(path, 0755);
        *at = '/';
        if (rc != 0 && errno != EEXIST)
            return -1;
    }
    if (is_folder)
        return mkdir(path, 0755) == 0 || errno == EEXIST ? 0 : -1;
    int fd = open(path, O_CREAT | O_CLOEXEC, 0644);
    return fd < 0 ? -1 : close(fd);
}

/* By its descriptor: the new root may have covered its name. */
static int bring(int fd, const char *path)
{
    char from[32], to[PATH_MAX];
    struct stat st;
    int len = snprintf(to, sizeof(to), NEW_ROOT "%s", path);
    (void)snprintf(from, sizeof(from), "/proc/self/fd/%d", fd);
    if (len < 0 || (size_t)len >= sizeof(to)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    if (fstat(fd, &st) != 0 || make_place(to, S_ISDIR(st.st_mode)) != 0)
        return -1;
    return mount(from, to, NULL, MS_BIND | MS_REC, NULL);
}

static int change_root(void)
{
    if (chdir(NEW_ROOT) != 0 || syscall(SYS_pivot_root, ".", ".") != 0)
        return -1;
    if (umount2(".", MNT_DETACH) != 0 || chdir("/") != 0)
        return -1;
    /* Runs may share it: none leaves anything for another. What is mounted on it is not concerned. */
    return mount(NULL, "/", NULL,
                 MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

int cage_root(const struct cage *c)
{
    int fds[READABLE_MAX], rc = 0;
    size_t n = 0;
    for (; c->readable[n] && n < READABLE_MAX; n++)
        fds[n] = open(c->readable[n], O_PATH | O_CLOEXEC);
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("tmpfs", NEW_ROOT, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0755") != 0)
        rc = -1;
    for (size_t i = 0; i < n; i++) {
        if (rc == 0 && fds[i] >= 0)
            rc = bring(fds[i], c->readable[i]);
        if (fds[i] >= 0)
            close(fds[i]);
    }
    return rc == 0 ? change_root() : -1;
}

/* --- rules ------------------------------------------------------------------------------ */

/* landlock(7), "ABI versions": what each added. Debian 12's header knows three of them. */
struct landlock_rights {
    uint64_t files, network, scope;
};
static const struct {
    struct landlock_rights adds;
    size_t bytes; /* of the structure, from this version on */
} versions[] = {
    {{0x1fff, 0, 0}, sizeof(uint64_t)},            /* 1: read, write, execute, make, remove */
    {{0x2000, 0, 0}, sizeof(uint64_t)},            /* 2: move between folders */
    {{0x4000, 0, 0}, sizeof(uint64_t)},            /* 3: cut short */
    {{0, 0x3, 0}, 2 * sizeof(uint64_t)},           /* 4: bind and connect, TCP */
    {{0x8000, 0, 0}, 2 * sizeof(uint64_t)},        /* 5: ioctl of devices */
    {{0, 0, 0x3}, sizeof(struct landlock_rights)}, /* 6: abstract sockets, signals */
};

static int allow(int rules, const char *path)
{
    struct stat st;
    struct landlock_path_beneath_attr beneath = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE};
    beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (beneath.parent_fd < 0) /* it is not there */
        return 0;
    if (fstat(beneath.parent_fd, &st) == 0 && S_ISDIR(st.st_mode))
        beneath.allowed_access |= LANDLOCK_ACCESS_FS_READ_DIR;
    long rc = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0);
    close(beneath.parent_fd);
    return (int)rc;
}

int cage_files(const struct cage *c)
{
    struct landlock_rights all = {0, 0, 0};
    long known = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    size_t count = known < 0                             ? 0
                   : (size_t)known > ARRAY_LEN(versions) ? ARRAY_LEN(versions)
                                                         : (size_t)known;
    if (count == 0)
        return -1;
    for (size_t i = 0; i < count; i++) {
        all.files |= versions[i].adds.files;
        all.network |= versions[i].adds.network;
        all.scope |= versions[i].adds.scope;
    }
    int rules = (int)syscall(SYS_landlock_create_ruleset, &all, versions[count - 1].bytes, 0);
    int rc = rules < 0 ? -1 : 0;
    for (size_t i = 0; rc == 0 && c->readable[i]; i++)
        rc = allow(rules, c->readable[i]);
    if (rc == 0)
        rc = (int)syscall(SYS_landlock_restrict_self, rules, 0);
    if (rules >= 0)
        close(rules);
    return rc;
}

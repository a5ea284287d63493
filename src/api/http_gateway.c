/* The gateway's own way in. A gateway in front (nginx with TLS of SM2, say) has checked a
 * client's certificate and hands it on as a header, which anybody could write who reaches us
 * over TCP. So it is believed on one Unix socket alone, and the kernel says who may connect
 * there: the folder is ours or root's, nobody else can put another socket into it, and none
 * but its group passes. Whoever sends such a header any other way is refused, and it is logged.
 *
 *   Client-Cert         the certificate (RFC 9440, or nginx's $ssl_client_escaped_cert)
 *   Client-Cert-Verify  nginx's $ssl_client_verify
 *
 * Rejected: a secret that the gateway adds to each request (it would stand in its
 * configuration, and be as good as every certificate). */
#include "api/http_priv.h"
#include "base/mem.h"
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define OURS_AND_GROUPS 0660

struct gateway {
    struct sockaddr_un address;
    dev_t device;
    ino_t inode;
};

/* Each folder above as well: who may write there can put another in its place. */
static err_t check_above(const char *folder, struct err *e)
{
    char path[PATH_BYTES_MAX];
    struct stat s;
    (void)snprintf(path, sizeof(path), "%s", folder);
    while (strcmp(path, "/") != 0) {
        char *last = strrchr(path, '/'); /* an absolute path without "." or ".." */
        last[last == path ? 1 : 0] = '\0';
        if (stat(path, &s) != 0)
            return err_errno(e, errno, "cannot look at %s", path);
        bool shared = (s.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (s.st_mode & S_ISVTX) == 0;
        if (shared || (s.st_uid != 0 && s.st_uid != geteuid()))
            return err_set(
                e, E_DENIED,
                "others can change %s, above the gateway's socket; put it below a folder "
                "of this account or of root",
                path);
    }
    return OK;
}

static err_t check_folder(gid_t *group, const char *path, struct err *e)
{
    char copy[PATH_BYTES_MAX], folder[PATH_BYTES_MAX];
    struct stat s;
    (void)snprintf(copy, sizeof(copy), "%s", path);
    if (!realpath(dirname(copy), folder) || stat(folder, &s) != 0)
        return err_errno(e, errno, "cannot look at the folder of %s", path);
    if ((s.st_uid != geteuid() && s.st_uid != 0) || (s.st_mode & (S_IWGRP | S_IRWXO)) != 0)
        return err_set(
            e, E_DENIED,
            "%s must belong to this account or root and be closed to others (mode 0750, the "
            "gateway's group): anybody who reaches the socket can sign in as anybody",
            folder);
    *group = s.st_gid;
    return check_above(folder, e);
}

/* Removes the socket of a killed server; one that answers stays. */
static err_t make_room(const struct sockaddr_un *address, struct err *e)
{
    struct stat s;
    if (lstat(address->sun_path, &s) != 0)
        return errno == ENOENT ? OK : err_errno(e, errno, "cannot look at %s", address->sun_path);
    if (!S_ISSOCK(s.st_mode))
        return err_set(e, E_DENIED, "%s is there and is no socket; choose another --gateway",
                       address->sun_path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answers = fd < 0 || connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0;
    if (fd >= 0)
        close(fd);
    if (answers)
        return err_set(e, E_BUSY, "%s is taken by another program; choose another --gateway",
                       address->sun_path);
    return unlink(address->sun_path) == 0
               ? OK
               : err_errno(e, errno, "cannot remove %s", address->sun_path);
}

/* The group gets access before the socket listens, so nobody connects earlier. Rejected: changing
 * the umask, which belongs to the whole process while other threads create files of the store. */
static err_t listen_at(struct gateway *g, int fd, gid_t group, struct err *e)
{
    const char *path = g->address.sun_path;
    struct stat s;
    if (bind(fd, (const struct sockaddr *)&g->address, sizeof(g->address)) != 0)
        return err_errno(e, errno, "cannot make %s", path);
    if (lstat(path, &s) != 0 || chown(path, (uid_t)-1, group) != 0 ||
        chmod(path, OURS_AND_GROUPS) != 0 || listen(fd, 1024) != 0) {
        err_t rc = err_errno(e, errno, "cannot give %s to the group of its folder", path);
        (void)unlink(path);
        return rc;
    }
    g->device = s.st_dev;
    g->inode = s.st_ino;
    return OK;
}

err_t gateway_open(struct gateway **out, int *fd, const char *path, struct err *e)
{
    struct gateway *g = mem_zalloc(sizeof(*g));
    gid_t group = 0;
    err_t rc = OK;
    g->address.sun_family = AF_UNIX;
    *fd = -1;
    if (strlen(path) >= sizeof(g->address.sun_path))
        rc = err_set(e, E_INVALID, "%s is too long for a socket (%zu bytes at most)", path,
                     sizeof(g->address.sun_path) - 1);
    if (rc == OK)
        memcpy(g->address.sun_path, path, strlen(path));
    if (rc == OK && (rc = check_folder(&group, path, e)) == OK &&
        (rc = make_room(&g->address, e)) == OK) {
        *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        rc = *fd < 0 ? err_errno(e, errno, "cannot open a socket") : listen_at(g, *fd, group, e);
    }
    if (rc == OK) {
        *out = g;
        return OK;
    }
    if (*fd >= 0)
        close(*fd);
    free(g);
    return rc;
}

void gateway_close(struct gateway *g)
{
    struct stat s;
    if (g && lstat(g->address.sun_path, &s) == 0 && s.st_dev == g->device && s.st_ino == g->inode)
        (void)unlink(g->address.sun_path);
    free(g);
}

bool gateway_has(int fd)
{
    int family = 0;
    socklen_t len = sizeof(family);
    return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &family, &len) == 0 && family == AF_UNIX;
}

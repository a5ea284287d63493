/* posix_spawn, because a fork of a process with threads may do next to nothing; one
 * poll loop, because either side may wait for the other. */
#include "base/child.h"
#include "base/clock.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENDING_NS 1000000000 /* to end, for one that has closed its output */

enum { IN, OUT, ERR_OUT, PIPES };

struct running {
    const struct child *c;
    int ours[PIPES], theirs[PIPES]; /* -1: closed */
    pid_t pid;
    struct bytes piece; /* not written yet */
    int64_t until_us;
};

static void close_one(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static err_t open_pipes(struct running *r, struct err *e)
{
    for (int i = 0; i < PIPES; i++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0)
            return err_errno(e, errno, "cannot make a pipe");
        r->ours[i] = ends[i == IN ? 1 : 0];
        r->theirs[i] = ends[i == IN ? 0 : 1];
        if (fcntl(r->ours[i], F_SETFL, O_NONBLOCK) != 0)
            return err_errno(e, errno, "cannot set up a pipe");
    }
    return OK;
}

static err_t start(struct running *r, struct err *e)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    static const char *const nothing[] = {NULL};
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    for (int i = 0; i < PIPES; i++)
        posix_spawn_file_actions_adddup2(&files, r->theirs[i], i);
    posix_spawn_file_actions_addclosefrom_np(&files, PIPES); /* those that a library left open */
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                       POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &all);
    int errnum =
        posix_spawnp(&r->pid, r->c->argv[0], &files, &how, (char *const *)(uintptr_t)r->c->argv,
                     (char *const *)(uintptr_t)(r->c->env ? r->c->env : nothing));
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    if (errnum != 0) {
        r->pid = -1;
        return err_errno(e, errnum, "cannot start %s", r->c->argv[0]);
    }
    for (int i = 0; i < PIPES; i++)
        close_one(&r->theirs[i]);
    return OK;
}

/* Write what it takes; a child that wants no more is no error. */
static err_t feed(struct running *r, struct err *e)
{
    err_t rc = OK;
    if (r->piece.len == 0) {
        if (!r->c->feed || (rc = r->c->feed(&r->piece, r->c->arg, e)) != OK || r->piece.len == 0) {
            close_one(&r->ours[IN]);
            return rc;
        }
    }
    ssize_t n = write(r->ours[IN], r->piece.ptr, r->piece.len);
    if (n > 0) {
        r->piece.ptr += n;
        r->piece.len -= (size_t)n;
    } else if (n < 0 && errno != EAGAIN && errno != EINTR) {
        close_one(&r->ours[IN]);
    }
    return OK;
}

static err_t hear(struct running *r, int which, struct buf *to, struct err *e)
{
    char bytes[16384];
    ssize_t n = read(r->ours[which], bytes, sizeof(bytes));
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return OK;
    if (n <= 0) {
        close_one(&r->ours[which]);
        return OK;
    }
    if (to)
        buf_add(to, (struct str){bytes, (size_t)n});
    if (to && !buf_ok(to) && which == OUT)
        return err_set(e, E_LIMIT, "%s says more than %zu bytes", r->c->argv[0], to->max);
    return OK;
}

static err_t talk(struct running *r, struct err *e)
{
    struct buf *to[PIPES] = {[OUT] = r->c->out, [ERR_OUT] = r->c->said};
    err_t rc = OK;
    while (rc == OK && (r->ours[OUT] >= 0 || r->ours[ERR_OUT] >= 0)) {
        struct pollfd fds[PIPES];
        int64_t left_ms = (r->until_us - clock_monotonic_us(&clock_system)) / 1000;
        if (left_ms <= 0)
            return err_set(e, E_LIMIT, "%s did not end within %lld seconds", r->c->argv[0],
                           (long long)(r->c->time_ms / 1000));
        for (int i = 0; i < PIPES; i++)
            fds[i] = (struct pollfd){.fd = r->ours[i], .events = i == IN ? POLLOUT : POLLIN};
        if (poll(fds, PIPES, left_ms < 1000 ? (int)left_ms : 1000) < 0 && errno != EINTR)
            return err_errno(e, errno, "cannot wait for %s", r->c->argv[0]);
        if (r->ours[IN] >= 0 && fds[IN].revents)
            rc = feed(r, e);
        for (int i = OUT; rc == OK && i < PIPES; i++)
            if (r->ours[i] >= 0 && fds[i].revents)
                rc = hear(r, i, to[i], e);
    }
    return rc;
}

err_t child_run(int *status, const struct child *c, struct err *e)
{
    struct running r = {.c = c,
                        .ours = {-1, -1, -1},
                        .theirs = {-1, -1, -1},
                        .pid = -1,
                        .until_us = clock_monotonic_us(&clock_system) + c->time_ms * 1000};
    int how = 0;
    *status = 127;
    err_t rc = open_pipes(&r, e);
    if (rc == OK)
        rc = start(&r, e);
    if (rc == OK)
        rc = talk(&r, e);
    for (int i = 0; i < PIPES; i++) {
        close_one(&r.ours[i]);
        close_one(&r.theirs[i]);
    }
    if (r.pid < 0)
        return rc;
    /* It closed its output, so it is ending; whatever it left running ends as well. Most are gone
     * in a millisecond, so the pauses begin short. One that goes on none the less has a second. */
    struct timespec pause = {.tv_nsec = 125000};
    for (long waited_ns = 0; rc == OK && waitpid(r.pid, &how, WNOHANG) == 0;) {
        if (waited_ns >= ENDING_NS)
            rc = err_set(e, E_LIMIT, "%s closed its output and does not end", c->argv[0]);
        else
            nanosleep(&pause, NULL);
        waited_ns += pause.tv_nsec;
        pause.tv_nsec = pause.tv_nsec < 10000000 ? pause.tv_nsec * 2 : pause.tv_nsec;
    }
    if (rc != OK) {
        kill(-r.pid, SIGKILL);
        while (waitpid(r.pid, &how, 0) < 0 && errno == EINTR)
            continue;
        return rc;
    }
    *status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    return OK;
}

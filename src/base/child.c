/* posix_spawn, because a fork of a process with threads may do next to nothing; one
 * poll loop, because either side may wait for the other. */
#include "base/child.h"
#include "base/clock.h"
#include "base/forkserver.h"
#include "base/mem.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define ENDING_NS 1000000000 /* to end, for one that has closed its output */
#define STARTING_MS 10000    /* to be ready, for one that stays */

enum { IN, OUT, ERR_OUT, PIPES };

struct running {
    const struct child *c;
    int ours[PIPES], theirs[PIPES]; /* -1: closed */
    pid_t pid;                      /* -1: none, or that of a server */
    pid_t server;                   /* that runs it; -1: none */
    int ended;                      /* where it tells how it ended; -1: none */
    struct bytes piece;             /* not written yet */
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
        if (i == IN && r->c->input > 0) {
            r->theirs[IN] = fcntl(r->c->input, F_DUPFD_CLOEXEC, PIPES);
            if (r->theirs[IN] < 0)
                return err_errno(e, errno, "cannot hand a file on");
            continue;
        }
        if (pipe2(ends, O_CLOEXEC) != 0)
            return err_errno(e, errno, "cannot make a pipe");
        r->ours[i] = ends[i == IN ? 1 : 0];
        r->theirs[i] = ends[i == IN ? 0 : 1];
        if (fcntl(r->ours[i], F_SETFL, O_NONBLOCK) != 0)
            return err_errno(e, errno, "cannot set up a pipe");
    }
    return OK;
}

/* *pid: argv[0], with `theirs` as its first descriptors. Returns an errno. */
static int spawn(pid_t *pid, const char *const *argv, const char *const *env,
                 const int theirs[PIPES])
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&how);
    for (int i = 0; i < PIPES; i++)
        posix_spawn_file_actions_adddup2(&files, theirs[i], i);
    posix_spawn_file_actions_addclosefrom_np(&files, PIPES); /* those that a library left open */
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                       POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setpgroup(&how, 0);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setsigdefault(&how, &all);
    int errnum = posix_spawnp(pid, argv[0], &files, &how, (char *const *)(uintptr_t)argv,
                              (char *const *)(uintptr_t)env);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    if (errnum != 0)
        *pid = -1;
    return errnum;
}

/* --- those that stay ---------------------------------------------------------------------- */

/* Started once in the life of this process, as many as there are programs of ours that can stay. */
static struct server {
    char *program;
    pid_t pid;
    int socket; /* -1: none runs */
    bool fails; /* it could not be started: not tried again */
} servers[4];
static pthread_mutex_t servers_lock = PTHREAD_MUTEX_INITIALIZER;

/* It has ended, or does not answer. After a fork it is a child of another process, which ends it. */
static void server_end(struct server *s)
{
    close_one(&s->socket);
    if (s->pid < 0 || waitpid(s->pid, NULL, WNOHANG) != 0)
        return;
    kill(-s->pid, SIGKILL);
    while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
}

static bool is_ready(int socket)
{
    struct pollfd fd = {.fd = socket, .events = POLLIN};
    int n;
    char said;
    while ((n = poll(&fd, 1, STARTING_MS)) < 0 && errno == EINTR)
        continue;
    return n > 0 && read(socket, &said, 1) == 1;
}

static bool server_start(struct server *s)
{
    const char *const argv[] = {s->program, FORKSERVER_WORD, NULL};
    const char *const env[] = {"LD_BIND_NOW=1", NULL}; /* looked up once, not in each copy */
    int ends[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);
    s->socket = -1;
    if (null < 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        close_one(&null);
        return false;
    }
    const int theirs[PIPES] = {ends[1], null, null};
    int errnum = spawn(&s->pid, argv, env, theirs);
    close(ends[1]);
    close(null);
    s->socket = ends[0];
    if (errnum == 0 && is_ready(s->socket))
        return true;
    server_end(s);
    s->fails = true;
    return false;
}

/* NULL: there is no room for another, or it cannot be started. */
static struct server *server_of(const char *program)
{
    for (size_t i = 0; i < ARRAY_LEN(servers); i++) {
        struct server *s = &servers[i];
        bool is_new = !s->program;
        if (is_new) {
            size_t size = strlen(program) + 1;
            *s = (struct server){.program = memcpy(mem_alloc(size), program, size), .socket = -1};
        }
        if (strcmp(s->program, program) == 0)
            return s->socket >= 0 || (!s->fails && server_start(s)) ? s : NULL;
    }
    return NULL;
}

/* The words of `argv` after the first; 0: they are too many or too long. */
static size_t put_words(char *to, const char *const *argv)
{
    size_t len = 0;
    for (int i = 1; argv[i]; i++) {
        size_t n = strlen(argv[i]) + 1;
        if (i > FORKSERVER_ARGUMENTS_MAX || len + n > FORKSERVER_MESSAGE_MAX)
            return 0;
        memcpy(to + len, argv[i], n);
        len += n;
    }
    return len;
}

static bool send_run(int socket, const struct running *r, struct iovec words, int ended)
{
    const int fds[FORKSERVER_FDS] = {r->theirs[IN], r->theirs[OUT], r->theirs[ERR_OUT], ended};
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(fds))];
    } with = {.bytes = {0}};
    struct msghdr m = {.msg_iov = &words,
                       .msg_iovlen = 1,
                       .msg_control = with.bytes,
                       .msg_controllen = sizeof(with.bytes)};
    struct cmsghdr *head = CMSG_FIRSTHDR(&m);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(fds));
    memcpy(CMSG_DATA(head), fds, sizeof(fds));
    return sendmsg(socket, &m, MSG_NOSIGNAL) == (ssize_t)words.iov_len;
}

/* One that has ended is started once more. */
static bool ask_server(struct running *r)
{
    char text[FORKSERVER_MESSAGE_MAX];
    struct iovec words = {text, put_words(text, r->c->argv)};
    int ends[2];
    bool asked = false;
    if (words.iov_len == 0 || pipe2(ends, O_CLOEXEC) != 0)
        return false;
    pthread_mutex_lock(&servers_lock);
    struct server *s;
    for (int tries = 0; !asked && tries < 2 && (s = server_of(r->c->argv[0])); tries++) {
        r->server = s->pid;
        if (!(asked = send_run(s->socket, r, words, ends[1])))
            server_end(s);
    }
    pthread_mutex_unlock(&servers_lock);
    close(ends[1]);
    if (asked)
        r->ended = ends[0];
    else
        close(ends[0]);
    return asked;
}

/* --- one run ------------------------------------------------------------------------------ */

static err_t start(struct running *r, struct err *e)
{
    static const char *const nothing[] = {NULL};
    if (!r->c->stays || !ask_server(r)) {
        int errnum = spawn(&r->pid, r->c->argv, r->c->env ? r->c->env : nothing, r->theirs);
        if (errnum != 0)
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

/* Until there is something to be heard; what it wants is fed meanwhile. */
static err_t wait_for(bool says[PIPES], struct running *r, struct err *e)
{
    struct pollfd fds[PIPES];
    int64_t left_ms = (r->until_us - clock_monotonic_us(&clock_system)) / 1000;
    if (left_ms <= 0)
        return err_set(e, E_LIMIT, "%s did not end within %lld seconds", r->c->argv[0],
                       (long long)(r->c->time_ms / 1000));
    for (int i = 0; i < PIPES; i++)
        fds[i] = (struct pollfd){.fd = r->ours[i], .events = i == IN ? POLLOUT : POLLIN};
    if (poll(fds, PIPES, left_ms < 1000 ? (int)left_ms : 1000) < 0) {
        if (errno != EINTR)
            return err_errno(e, errno, "cannot wait for %s", r->c->argv[0]);
        for (int i = 0; i < PIPES; i++)
            fds[i].revents = 0;
    }
    for (int i = 0; i < PIPES; i++)
        says[i] = r->ours[i] >= 0 && fds[i].revents;
    return says[IN] ? feed(r, e) : OK;
}

static err_t talk(struct running *r, struct err *e)
{
    struct buf *to[PIPES] = {[OUT] = r->c->out, [ERR_OUT] = r->c->said};
    err_t rc = OK;
    while (rc == OK && (r->ours[OUT] >= 0 || r->ours[ERR_OUT] >= 0)) {
        bool says[PIPES];
        rc = wait_for(says, r, e);
        for (int i = OUT; rc == OK && i < PIPES; i++)
            if (says[i])
                rc = hear(r, i, to[i], e);
    }
    return rc;
}

/* It closed its output, so it is ending; whatever it left running ends as well. Most are gone
 * in a millisecond, so the pauses begin short. One that goes on none the less has a second. */
static err_t await(struct running *r, int *how, struct err *e)
{
    struct timespec pause = {.tv_nsec = 125000};
    for (long waited_ns = 0; waitpid(r->pid, how, WNOHANG) == 0; waited_ns += pause.tv_nsec) {
        if (waited_ns >= ENDING_NS)
            return err_set(e, E_LIMIT, "%s closed its output and does not end", r->c->argv[0]);
        nanosleep(&pause, NULL);
        pause.tv_nsec = pause.tv_nsec < 10000000 ? pause.tv_nsec * 2 : pause.tv_nsec;
    }
    return OK;
}

/* It ended amid a run: the next begins a new one, unless another run has seen to it. */
static void server_lost(pid_t server)
{
    pthread_mutex_lock(&servers_lock);
    for (size_t i = 0; i < ARRAY_LEN(servers) && servers[i].program; i++)
        if (servers[i].socket >= 0 && servers[i].pid == server)
            server_end(&servers[i]);
    pthread_mutex_unlock(&servers_lock);
}

static err_t await_server(struct running *r, int *how, struct err *e)
{
    struct pollfd fd = {.fd = r->ended, .events = POLLIN};
    int64_t until_us = clock_monotonic_us(&clock_system) + ENDING_NS / 1000, left_us;
    int ready = 0;
    while (ready <= 0 && (left_us = until_us - clock_monotonic_us(&clock_system)) > 0)
        if ((ready = poll(&fd, 1, (int)(left_us / 1000) + 1)) < 0 && errno != EINTR)
            return err_errno(e, errno, "cannot wait for %s", r->c->argv[0]);
    if (ready <= 0)
        return err_set(e, E_LIMIT, "%s closed its output and does not end", r->c->argv[0]);
    if (read(r->ended, how, sizeof(*how)) == sizeof(*how))
        return OK;
    server_lost(r->server);
    return err_set(e, E_IO, "%s was ended from outside", r->c->argv[0]);
}

static void kill_it(struct running *r)
{
    int how;
    if (r->pid < 0) /* its server does, once nobody listens */
        return;
    kill(-r->pid, SIGKILL);
    while (waitpid(r->pid, &how, 0) < 0 && errno == EINTR)
        continue;
}

static int64_t time_over_us(const struct child *c)
{
    return clock_monotonic_us(&clock_system) + c->time_ms * 1000;
}

static err_t begin(struct running *r, const struct child *c, struct err *e)
{
    *r = (struct running){.c = c,
                          .ours = {-1, -1, -1},
                          .theirs = {-1, -1, -1},
                          .pid = -1,
                          .server = -1,
                          .ended = -1,
                          .until_us = time_over_us(c)};
    err_t rc = open_pipes(r, e);
    return rc == OK ? start(r, e) : rc;
}

/* `rc` is how it went so far: of one that failed nothing is awaited. */
static err_t end(int *status, struct running *r, err_t rc, struct err *e)
{
    int how = 0;
    *status = 127;
    for (int i = 0; i < PIPES; i++) {
        close_one(&r->ours[i]);
        close_one(&r->theirs[i]);
    }
    if (rc == OK)
        rc = r->pid < 0 ? await_server(r, &how, e) : await(r, &how, e);
    if (rc == OK)
        *status = WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how);
    else
        kill_it(r);
    close_one(&r->ended);
    return rc;
}

err_t child_run(int *status, const struct child *c, struct err *e)
{
    struct running r;
    err_t rc = begin(&r, c, e);
    if (rc == OK)
        rc = talk(&r, e);
    return end(status, &r, rc, e);
}

/* --- one that is heard piece by piece ------------------------------------------------------- */

struct child_heard {
    struct running r;
};

err_t child_start(struct child_heard **out, const struct child *c, struct err *e)
{
    struct child_heard *h = mem_zalloc(sizeof(*h));
    err_t rc = begin(&h->r, c, e);
    *out = rc == OK ? h : NULL;
    if (rc != OK)
        child_stop(h);
    return rc;
}

err_t child_hear(size_t *got, struct child_heard *h, void *to, size_t cap, struct err *e)
{
    struct running *r = &h->r;
    err_t rc = OK;
    r->until_us = time_over_us(r->c);
    *got = 0;
    while (rc == OK && *got == 0 && r->ours[OUT] >= 0) {
        bool says[PIPES];
        rc = wait_for(says, r, e);
        if (rc == OK && says[ERR_OUT])
            rc = hear(r, ERR_OUT, r->c->said, e);
        if (rc != OK || !says[OUT])
            continue;
        ssize_t n = read(r->ours[OUT], to, cap);
        if (n > 0)
            *got = (size_t)n;
        else if (n == 0 || (errno != EAGAIN && errno != EINTR))
            close_one(&r->ours[OUT]);
    }
    return rc;
}

err_t child_end(int *status, struct child_heard *h, struct err *e)
{
    err_t rc = end(status, &h->r, OK, e);
    free(h);
    return rc;
}

void child_stop(struct child_heard *h)
{
    int status;
    if (!h)
        return;
    (void)!end(&status, &h->r, E_BUSY, NULL);
    free(h);
}

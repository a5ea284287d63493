/* One loop: it hears who asks, who ends, and who listens no more. */
#include "base/forkserver.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define NOT_STARTED 127 /* what the shell ends with then */
#define RUNS_MAX 64     /* at once; further ones wait in the socket */

enum { SOCKET, ENDS, RUNS }; /* places in `fds` */

struct server {
    void (*ready)(void);
    int (*run)(int argc, char **argv);
    struct pollfd fds[RUNS + RUNS_MAX]; /* of a run: where its end is told; -1: nobody listens */
    pid_t pids[RUNS_MAX];
    int count;
    int closed; /* who started it asks no more */
};

struct asked {
    char words[FORKSERVER_MESSAGE_MAX];
    size_t len;
    int fds[FORKSERVER_FDS];
};

/* -1: the socket is closed; 0: nothing that could be understood. */
static int take(struct asked *a)
{
    union {
        struct cmsghdr head;
        char bytes[CMSG_SPACE(sizeof(a->fds))];
    } with;
    struct iovec words = {a->words, sizeof(a->words)};
    struct msghdr m = {.msg_iov = &words,
                       .msg_iovlen = 1,
                       .msg_control = with.bytes,
                       .msg_controllen = sizeof(with.bytes)};
    memset(a->words, 0, sizeof(a->words)); /* a run finds nothing of the one before it */
    ssize_t n = recvmsg(STDIN_FILENO, &m, MSG_CMSG_CLOEXEC);
    if (n < 0)
        return errno == EINTR ? 0 : -1;
    if (n == 0)
        return -1;
    const struct cmsghdr *head = CMSG_FIRSTHDR(&m);
    if (!head || head->cmsg_type != SCM_RIGHTS || head->cmsg_len != CMSG_LEN(sizeof(a->fds)))
        return 0;
    memcpy(a->fds, CMSG_DATA(head), sizeof(a->fds));
    a->len = (size_t)n;
    return 1;
}

static _Noreturn void begin(const struct server *s, struct asked *a)
{
    char *argv[FORKSERVER_ARGUMENTS_MAX + 2] = {(char *)""};
    int argc = 1;
    sigset_t none;
    for (size_t at = 0; at < a->len && argc <= FORKSERVER_ARGUMENTS_MAX;
         at += strlen(a->words + at) + 1)
        argv[argc++] = a->words + at;
    setpgid(0, 0);
    for (int i = FORKSERVER_IN; i <= FORKSERVER_ERR; i++)
        if (dup2(a->fds[i], i) < 0)
            _exit(NOT_STARTED);
    closefrom(STDERR_FILENO + 1);
    sigemptyset(&none);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    exit(s->run(argc, argv));
}

static void end(struct server *s, int at, int how)
{
    struct pollfd *told = &s->fds[RUNS + at];
    if (told->fd >= 0) {
        (void)!write(told->fd, &how, sizeof(how)); /* who asked may have gone */
        close(told->fd);
    }
    s->count--;
    *told = s->fds[RUNS + s->count];
    s->pids[at] = s->pids[s->count];
}

static void start(struct server *s)
{
    static struct asked a;
    int taken = take(&a);
    if (taken < 0)
        s->closed = 1;
    if (taken <= 0)
        return;
    a.words[a.len - 1] = 0;
    s->ready();
    pid_t pid = fork();
    if (pid == 0)
        begin(s, &a);
    for (int i = FORKSERVER_IN; i <= FORKSERVER_ERR; i++)
        close(a.fds[i]);
    s->pids[s->count] = pid;
    s->fds[RUNS + s->count++] = (struct pollfd){.fd = a.fds[FORKSERVER_ENDED]};
    if (pid < 0)
        end(s, s->count - 1, W_EXITCODE(NOT_STARTED, 0));
    else
        setpgid(pid, pid); /* as it does itself: whoever is first */
}

static void reap(struct server *s)
{
    struct signalfd_siginfo told;
    int how;
    (void)!read(s->fds[ENDS].fd, &told, sizeof(told)); /* one for many: all are asked for */
    for (pid_t pid; (pid = waitpid(-1, &how, WNOHANG)) > 0;)
        for (int i = 0; i < s->count; i++)
            if (s->pids[i] == pid) {
                end(s, i, how);
                break;
            }
}

static void kill_the_unheard(struct server *s)
{
    for (int i = 0; i < s->count; i++)
        if (s->fds[RUNS + i].fd >= 0 && s->fds[RUNS + i].revents) {
            kill(-s->pids[i], SIGKILL);
            close(s->fds[RUNS + i].fd);
            s->fds[RUNS + i].fd = -1;
        }
}

int forkserver(void (*ready)(void), int (*run)(int argc, char **argv))
{
    static struct server s;
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGCHLD);
    signal(SIGPIPE, SIG_IGN);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    s = (struct server){.ready = ready, .run = run};
    s.fds[SOCKET].events = POLLIN;
    s.fds[ENDS] =
        (struct pollfd){.fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK), .events = POLLIN};
    if (s.fds[ENDS].fd < 0)
        return 3;
    ready();
    if (send(STDIN_FILENO, "", 1, MSG_NOSIGNAL) != 1)
        return 3;
    while (!s.closed || s.count > 0) {
        s.fds[SOCKET].fd = s.closed || s.count == RUNS_MAX ? -1 : STDIN_FILENO;
        if (poll(s.fds, (nfds_t)(RUNS + s.count), -1) < 0) {
            if (errno == EINTR)
                continue;
            return 3;
        }
        kill_the_unheard(&s);
        if (s.fds[SOCKET].revents)
            start(&s);
        if (s.fds[ENDS].revents)
            reap(&s);
    }
    return 0;
}

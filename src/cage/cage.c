/* The order matters: what needs a right comes before the right is given up, and the list of calls last.
 * Namespaces cost more than all other layers together: a resident program enters them once, for all of its runs. */
#include "cage/cage.h"
#include "cage/priv.h"
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int limit(int what, rlim_t most)
{
    return setrlimit((__rlimit_resource_t)what, &(struct rlimit){most, most});
}

/* A sanitizer has taken terabytes of addresses before main, and takes more. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define ADDRESSES_MAX(bytes) RLIM_INFINITY
/* Its search for leaks at the end needs calls that are given up. */
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return 1;
}
#else
#define ADDRESSES_MAX(bytes) ((rlim_t)(bytes))
#endif

/* Told apart from one that is ended from outside; by a handler, for the first process of a space of processes is
 * not ended by a signal that it leaves alone. */
static void time_is_over(int number)
{
    _exit(128 + number);
}

static int limit_time(rlim_t seconds)
{
    return signal(SIGXCPU, time_is_over) == SIG_ERR
               ? -1
               : setrlimit(RLIMIT_CPU, &(struct rlimit){seconds, seconds + 1});
}

static int set_bounds(const struct cage *c)
{
    if (limit(RLIMIT_AS, ADDRESSES_MAX(c->memory_bytes)) != 0 ||
        limit_time((rlim_t)c->seconds) != 0 || limit(RLIMIT_FSIZE, 0) != 0 ||
        limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_NOFILE, 64) != 0)
        return -1;
    signal(SIGXFSZ, SIG_IGN); /* a library that wants to keep a cache gets an error */
    return 0;
}

/* What the one who started it had, also the words themselves. */
static void forget_surroundings(void)
{
    for (char **one = environ; one && *one; one++)
        memset(*one, 0, strlen(*one));
    clearenv();
    closefrom(STDERR_FILENO + 1);
    umask(022);
}

/* --- spaces of its own -------------------------------------------------------------------- */

static int write_line(const char *path, const char *line)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : write(fd, line, strlen(line));
    if (fd >= 0)
        close(fd);
    return n == (ssize_t)strlen(line) ? 0 : -1;
}

/* The user as he is outside: files that are made in a root of his own need an owner. */
static int map_user(uid_t user, gid_t group)
{
    char users[64], groups[64];
    (void)snprintf(users, sizeof(users), "%u %u 1", user, user);
    (void)snprintf(groups, sizeof(groups), "%u %u 1", group, group);
    return write_line("/proc/self/setgroups", "deny") == 0 &&
                   write_line("/proc/self/gid_map", groups) == 0 &&
                   write_line("/proc/self/uid_map", users) == 0
               ? 0
               : -1;
}

/* All at once; where users may have none, those who are root without one of users. The next process has them. */
static unsigned take_spaces(int *mounts)
{
    const int spaces = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS;
    uid_t user = geteuid();
    gid_t group = getegid();
    *mounts = 0;
    if (user == 0) {
        *mounts = unshare(spaces) == 0;
        return *mounts ? CAGE_PROCESSES | CAGE_NETWORK : 0;
    }
    if (unshare(CLONE_NEWUSER | spaces) != 0)
        return 0;
    *mounts = map_user(user, group) == 0;
    return CAGE_PROCESSES | CAGE_NETWORK | CAGE_USER;
}

/* The process that was started: it does nothing more, and ends as the other one ends. */
static void wait_and_end(pid_t other)
{
    int how = 0;
    for (int fd = 0; fd <= STDERR_FILENO; fd++)
        close(fd);
    while (waitpid(other, &how, 0) < 0)
        if (errno != EINTR)
            _exit(127);
    _exit(WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how));
}

static int go_on_inside(void)
{
    pid_t other = fork();
    if (other < 0)
        return -1;
    if (other > 0)
        wait_and_end(other);
    return prctl(PR_SET_PDEATHSIG, SIGKILL);
}

/* --- rights ------------------------------------------------------------------------------- */

static unsigned become_nobody(void)
{
    if (geteuid() != 0)
        return 0;
    if (setgroups(0, NULL) != 0 || setresgid(CAGE_USER_ID, CAGE_USER_ID, CAGE_USER_ID) != 0 ||
        setresuid(CAGE_USER_ID, CAGE_USER_ID, CAGE_USER_ID) != 0)
        return 0;
    return CAGE_USER;
}

/* All others are given up. */
static int keep_capabilities(uint32_t kept)
{
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3];
    memset(all, 0, sizeof(all));
    if (kept && syscall(SYS_capget, &head, all) != 0)
        return -1;
    for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++) {
        all[i].permitted &= i == 0 ? kept : 0;
        all[i].effective = all[i].permitted;
        all[i].inheritable = 0;
    }
    return (int)syscall(SYS_capset, &head, all);
}

static int give_up_rights(uint32_t kept)
{
    return keep_capabilities(kept) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
                   prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0
               ? 0
               : -1;
}

/* --- programs that stay ------------------------------------------------------------------- */

/* To make PID namespaces and to kill runs; and what its runs need to change their user. */
#define SERVER_CAPABILITIES                                                                        \
    (1U << CAP_SYS_ADMIN | 1U << CAP_KILL | 1U << CAP_SETUID | 1U << CAP_SETGID)

static struct {
    unsigned layers; /* 0: each run enters all of them itself */
    int mounts;      /* it has a mount namespace */
    int processes;   /* its PID namespace, an open file */
} shared;

/* A process has one such namespace for its children and cannot make a second before it has left the first. */
static int renew_processes(void)
{
    return setns(shared.processes, CLONE_NEWPID) == 0 ? unshare(CLONE_NEWPID) : -1;
}

int cage_share(const struct cage *c)
{
    cage_find_fonts(); /* where FONTCONFIG_FILE says, which is then forgotten */
    forget_surroundings();
    unsigned layers = take_spaces(&shared.mounts);
    if (!(layers & CAGE_PROCESSES))
        return 0;
    if (go_on_inside() != 0)
        return -1;
    shared.processes = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
    if (c && shared.mounts && cage_root(c) == 0)
        layers |= CAGE_ROOT;
    shared.layers = layers;
    return give_up_rights(SERVER_CAPABILITIES) == 0 ? renew_processes() : -1;
}

/* A run that was not given a namespace does not begin: enter_shared. */
void cage_prepare_run(void)
{
    cage_find_fonts();
    if (shared.layers)
        (void)!renew_processes();
}

/* A run whose root differs from that of others makes it in a mount namespace of its own. */
static int enter_shared(unsigned *layers, int *mounts)
{
    *layers = shared.layers;
    *mounts = shared.mounts && !(shared.layers & CAGE_ROOT) && unshare(CLONE_NEWNS) == 0;
    errno = EAGAIN;
    return getpid() == 1 ? 0 : -1;
}

static int enter_own(unsigned *layers, int *mounts)
{
    *layers = take_spaces(mounts);
    return *layers & CAGE_PROCESSES ? go_on_inside() : 0;
}

int cage_enter(const struct cage *c, unsigned *layers)
{
    int mounts;
    if (!shared.layers)
        cage_find_fonts();
    forget_surroundings();
    if ((shared.layers ? enter_shared : enter_own)(layers, &mounts) != 0)
        return -1;
    if (mounts && cage_root(c) == 0)
        *layers |= CAGE_ROOT;
    *layers |= become_nobody();
    if (give_up_rights(0) != 0)
        return -1;
    if (cage_files(c) == 0)
        *layers |= CAGE_FILES;
    return set_bounds(c) == 0 ? cage_calls() : -1;
}

void cage_say(unsigned layers)
{
    static const char *const names[] = {"files", "root", "processes", "network", "user"};
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (layers >> i & 1)
            printf("%s ", names[i]);
    printf("\n");
}

/* What libraries of pages, fonts and pictures ask of the kernel while they work, and nothing else. A call
 * that is not here fails with EPERM; one of another architecture ends the program. Names that an architecture
 * does not have (open on arm64) libseccomp leaves out there. */
#include "base/attr.h"
#include "cage/priv.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

/* An argument of a call, and what it may be. */
enum may_be { ANYTHING, AT_MOST, WITHOUT, EXACTLY, A_THREAD };

struct allowed {
    int call;
    unsigned argument;
    enum may_be may_be;
    scmp_datum_t value;
};

/* O_LARGEFILE is 0 in C and no harm in a call. A name that is not opened is no file to read. */
#define MORE_THAN_READS                                                                            \
    ((scmp_datum_t)(O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND | O_PATH | (O_TMPFILE & ~O_DIRECTORY)))

/* A process or a space of its own is made by the same call as a thread. */
#define SPACES                                                                                     \
    ((scmp_datum_t)(CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWNS | CLONE_NEWIPC |     \
                    CLONE_NEWUTS | CLONE_NEWCGROUP))

static const struct allowed list[] = {
    /* its three descriptors, and files that were opened to be read */
    {SCMP_SYS(read), 0, ANYTHING, 0},
    {SCMP_SYS(readv), 0, ANYTHING, 0},
    {SCMP_SYS(pread64), 0, ANYTHING, 0},
    {SCMP_SYS(lseek), 0, ANYTHING, 0},
    {SCMP_SYS(close), 0, ANYTHING, 0},
    {SCMP_SYS(write), 0, AT_MOST, STDERR_FILENO},
    {SCMP_SYS(writev), 0, AT_MOST, STDERR_FILENO},
    {SCMP_SYS(fcntl), 1, EXACTLY, F_GETFD},
    {SCMP_SYS(fcntl), 1, EXACTLY, F_SETFD},
    {SCMP_SYS(fcntl), 1, EXACTLY, F_GETFL},
    /* files: which of them, the other layers say */
    {SCMP_SYS(open), 1, WITHOUT, MORE_THAN_READS},
    {SCMP_SYS(openat), 2, WITHOUT, MORE_THAN_READS},
    {SCMP_SYS(stat), 0, ANYTHING, 0},
    {SCMP_SYS(lstat), 0, ANYTHING, 0},
    {SCMP_SYS(fstat), 0, ANYTHING, 0},
    {SCMP_SYS(newfstatat), 0, ANYTHING, 0},
    {SCMP_SYS(statx), 0, ANYTHING, 0},
    {SCMP_SYS(fstatfs), 0, ANYTHING, 0},
    {SCMP_SYS(statfs), 0, ANYTHING, 0},
    {SCMP_SYS(access), 0, ANYTHING, 0},
    {SCMP_SYS(faccessat), 0, ANYTHING, 0},
    {SCMP_SYS(faccessat2), 0, ANYTHING, 0},
    {SCMP_SYS(readlink), 0, ANYTHING, 0},
    {SCMP_SYS(readlinkat), 0, ANYTHING, 0},
    {SCMP_SYS(getdents64), 0, ANYTHING, 0},
    {SCMP_SYS(getcwd), 0, ANYTHING, 0},
    /* memory, none of which becomes code */
    {SCMP_SYS(brk), 0, ANYTHING, 0},
    {SCMP_SYS(mmap), 2, WITHOUT, PROT_EXEC},
    {SCMP_SYS(mprotect), 2, WITHOUT, PROT_EXEC},
    {SCMP_SYS(mremap), 0, ANYTHING, 0},
    {SCMP_SYS(munmap), 0, ANYTHING, 0},
    {SCMP_SYS(madvise), 0, ANYTHING, 0},
    {SCMP_SYS(futex), 0, ANYTHING, 0},
    /* threads (pango looks for fonts in one) */
    {SCMP_SYS(clone), 0, A_THREAD, CLONE_THREAD | CLONE_VM},
    {SCMP_SYS(set_robust_list), 0, ANYTHING, 0},
    {SCMP_SYS(rseq), 0, ANYTHING, 0},
    /* itself */
    {SCMP_SYS(exit), 0, ANYTHING, 0},
    {SCMP_SYS(exit_group), 0, ANYTHING, 0},
    {SCMP_SYS(rt_sigreturn), 0, ANYTHING, 0},
    {SCMP_SYS(rt_sigprocmask), 0, ANYTHING, 0},
    {SCMP_SYS(rt_sigaction), 0, ANYTHING, 0},
    {SCMP_SYS(sigaltstack), 0, ANYTHING, 0},
    {SCMP_SYS(restart_syscall), 0, ANYTHING, 0},
    {SCMP_SYS(getpid), 0, ANYTHING, 0},
    {SCMP_SYS(gettid), 0, ANYTHING, 0},
    {SCMP_SYS(getuid), 0, ANYTHING, 0},
    {SCMP_SYS(geteuid), 0, ANYTHING, 0},
    {SCMP_SYS(getgid), 0, ANYTHING, 0},
    {SCMP_SYS(getegid), 0, ANYTHING, 0},
    {SCMP_SYS(sched_yield), 0, ANYTHING, 0},
    /* time, chance, and what the machine is */
    {SCMP_SYS(clock_gettime), 0, ANYTHING, 0},
    {SCMP_SYS(clock_getres), 0, ANYTHING, 0},
    {SCMP_SYS(gettimeofday), 0, ANYTHING, 0},
    {SCMP_SYS(time), 0, ANYTHING, 0},
    {SCMP_SYS(getrandom), 0, ANYTHING, 0},
    {SCMP_SYS(uname), 0, ANYTHING, 0},
    {SCMP_SYS(sysinfo), 0, ANYTHING, 0},
};

static int add(scmp_filter_ctx to, const struct allowed *a)
{
    const struct scmp_arg_cmp of[] = {
        [AT_MOST] = {a->argument, SCMP_CMP_LE, a->value, 0},
        [WITHOUT] = {a->argument, SCMP_CMP_MASKED_EQ, a->value, 0},
        [EXACTLY] = {a->argument, SCMP_CMP_EQ, a->value, 0},
        [A_THREAD] = {a->argument, SCMP_CMP_MASKED_EQ, a->value | SPACES, a->value},
    };
    return seccomp_rule_add_array(to, SCMP_ACT_ALLOW, a->call, a->may_be == ANYTHING ? 0 : 1,
                                  &of[a->may_be]);
}

/* Its own, to be read: no other process is asked about, which its user may do outside. */
static int add_limits(scmp_filter_ctx to)
{
    const struct scmp_arg_cmp own[] = {{0, SCMP_CMP_EQ, 0, 0}, {2, SCMP_CMP_EQ, 0, 0}};
    return seccomp_rule_add_array(to, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), ARRAY_LEN(own), own);
}

int cage_calls(void)
{
    scmp_filter_ctx to = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int rc = to ? 0 : -ENOMEM;
    for (size_t i = 0; rc == 0 && i < ARRAY_LEN(list); i++)
        rc = add(to, &list[i]);
    if (rc == 0)
        rc = add_limits(to);
    if (rc == 0) /* its flags lie in memory, where no list sees them: libc then asks by clone */
        rc = seccomp_rule_add(to, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    if (rc == 0)
        rc = seccomp_load(to);
    if (to)
        seccomp_release(to);
    errno = -rc;
    return rc == 0 ? 0 : -1;
}

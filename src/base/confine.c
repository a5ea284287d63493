/* The calls that are refused are a list, not the ones that are let through: what libraries of
 * fonts and pages call differs with their versions. */
#include "base/confine.h"
#include "base/attr.h"
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#if defined(__x86_64__)
#define OUR_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCH AUDIT_ARCH_AARCH64
#else
#error "say which calls are to be refused on this machine"
#endif

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define REFUSE(call)                                                                               \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1),                                             \
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EACCES)

/* Calls that reach other processes or machines. Opening stays, for fonts: but nothing
 * can be written to a file, whose size is limited to 0. */
static int refuse_calls(void)
{
    struct sock_filter filter[] = {
        LOAD(arch),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCH, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        LOAD(nr),
        REFUSE(__NR_socket),
        REFUSE(__NR_socketpair),
        REFUSE(__NR_connect),
        REFUSE(__NR_bind),
        REFUSE(__NR_sendto),
        REFUSE(__NR_sendmsg),
        REFUSE(__NR_execve),
        REFUSE(__NR_execveat),
        REFUSE(__NR_ptrace),
        REFUSE(__NR_process_vm_readv),
        REFUSE(__NR_process_vm_writev),
        REFUSE(__NR_kill),
        REFUSE(__NR_tgkill),
        REFUSE(__NR_unlinkat),
        REFUSE(__NR_renameat2),
        REFUSE(__NR_linkat),
        REFUSE(__NR_symlinkat),
        REFUSE(__NR_mkdirat),
        REFUSE(__NR_fchmodat),
        REFUSE(__NR_fchownat),
        REFUSE(__NR_truncate),
        REFUSE(__NR_ftruncate),
        REFUSE(__NR_bpf),
        REFUSE(__NR_io_uring_setup),
        REFUSE(__NR_userfaultfd),
        REFUSE(__NR_mount),
        REFUSE(__NR_unshare),
        REFUSE(__NR_setns),
#ifdef __x86_64__
        REFUSE(__NR_fork),
        REFUSE(__NR_vfork),
        REFUSE(__NR_unlink),
        REFUSE(__NR_rename),
        REFUSE(__NR_link),
        REFUSE(__NR_symlink),
        REFUSE(__NR_mkdir),
        REFUSE(__NR_rmdir),
        REFUSE(__NR_chmod),
        REFUSE(__NR_chown),
        REFUSE(__NR_creat),
        REFUSE(__NR_renameat),
#endif
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = (unsigned short)ARRAY_LEN(filter), .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return -1;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

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

int confine_program(size_t memory_bytes, unsigned seconds)
{
    if (limit(RLIMIT_AS, ADDRESSES_MAX(memory_bytes)) != 0 ||
        limit(RLIMIT_CPU, (rlim_t)seconds) != 0 || limit(RLIMIT_FSIZE, 0) != 0 ||
        limit(RLIMIT_CORE, 0) != 0 || limit(RLIMIT_NOFILE, 64) != 0)
        return -1;
    signal(SIGXFSZ, SIG_IGN); /* a library that wants to keep a cache gets an error */
    return refuse_calls();
}

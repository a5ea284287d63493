/* A shared module that stands in for what a hostile file made of a program (LD_PRELOAD): the first read of
 * standard input, which is the first thing that a caged program does, comes here and never goes back. It
 * tries to get out in every way below and says "NAME yes" or "NAME no WHY" of each on standard output.
 *
 * Standard input: one line, NAME=VALUE separated by blanks, of what the test has laid out (cage_test.py):
 * folder, secret, pid, tcp, unix, abstract, key, shm, canary. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kcmp.h>
#include <linux/keyctl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/klog.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

extern char **environ;

static char line[8192];
static char **environ_of_start; /* as it was before main */
static size_t environ_bytes;

static const char *given(const char *name)
{
    static char value[16][512];
    static unsigned turn;
    char *to = value[turn++ % 16];
    size_t len = strlen(name);
    for (const char *at = line; at; at = strchr(at, ' ')) {
        at += *at == ' ';
        if (strncmp(at, name, len) == 0 && at[len] == '=') {
            size_t n = strcspn(at + len + 1, " \n");
            memcpy(to, at + len + 1, n);
            to[n] = 0;
            return to;
        }
    }
    return "";
}

static long number(const char *name)
{
    return strtol(given(name), NULL, 10);
}

/* A file of the test's folder; each user of it has another. */
static const char *in_folder(const char *name)
{
    static char path[8][1024];
    static unsigned turn;
    char *to = path[turn++ % 8];
    snprintf(to, sizeof(path[0]), "%s/%s", given("folder"), name);
    return to;
}

static const char *of_victim(const char *name)
{
    static char path[4][256];
    static unsigned turn;
    char *to = path[turn++ % 4];
    snprintf(to, sizeof(path[0]), "/proc/%ld/%s", number("pid"), name);
    return to;
}

/* Opens, and reads a byte where it is to be read. */
static int opens(const char *path, int how)
{
    char byte;
    int fd = open(path, how, 0600);
    int yes =
        fd >= 0 && ((how & O_ACCMODE) == O_WRONLY || (how & O_PATH) || read(fd, &byte, 1) >= 0);
    if (fd >= 0)
        close(fd);
    return yes;
}

static int done(long rc)
{
    return rc >= 0;
}

static int got(int fd)
{
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

/* --- files are read ------------------------------------------------------------------------ */

static int read_secret(void)
{
    return opens(given("secret"), O_RDONLY);
}
static int read_passwd(void)
{
    return opens("/etc/passwd", O_RDONLY);
}
static int read_shadow(void)
{
    return opens("/etc/shadow", O_RDONLY);
}
static int read_directly(void)
{
    return opens(given("secret"), O_RDONLY | O_NOATIME);
}
static int name_by_path(void)
{
    return opens(given("secret"), O_PATH);
}
static int list_folder(void)
{
    DIR *d = opendir(given("folder"));
    if (d)
        closedir(d);
    return d != NULL;
}
static int list_home(void)
{
    DIR *d = opendir("/home");
    if (d)
        closedir(d);
    return d != NULL;
}
static int walk_from_root(void)
{
    int root = open("/", O_PATH | O_DIRECTORY), yes = 0;
    if (root >= 0) {
        yes = got(openat(root, given("secret") + 1, O_RDONLY));
        close(root);
    }
    return yes;
}
static int open_second_way(void)
{
    struct {
        uint64_t flags, mode, resolve;
    } how = {O_RDONLY, 0, 0};
    return got((int)syscall(SYS_openat2, AT_FDCWD, given("secret"), &how, sizeof(how)));
}
static int open_by_handle(void)
{
    union {
        struct file_handle handle;
        char room[sizeof(struct file_handle) + 128];
    } h;
    int mount_id;
    h.handle.handle_bytes = 128;
    if (name_to_handle_at(AT_FDCWD, given("secret"), &h.handle, &mount_id, 0) != 0)
        return 0;
    return 1;
}
static int see_secret(void)
{
    struct stat st;
    return done(stat(given("secret"), &st));
}
static int see_secret_again(void)
{
    struct statx st;
    return done(statx(AT_FDCWD, given("secret"), 0, STATX_ALL, &st));
}
static int ask_access(void)
{
    return done(access(given("secret"), F_OK));
}
static int read_link(void)
{
    char to[256];
    return done(readlink(in_folder("link"), to, sizeof(to)));
}
static int list_attributes(void)
{
    char names[256];
    return done(listxattr(given("secret"), names, sizeof(names)));
}
static int go_to_folder(void)
{
    return done(chdir(given("folder")));
}
static int look_at_disk(void)
{
    struct statfs st;
    return done(statfs(given("folder"), &st));
}

/* --- files are written --------------------------------------------------------------------- */

static int create_file(void)
{
    return got(open(in_folder("new"), O_CREAT | O_WRONLY, 0600));
}
static int create_old_way(void)
{
    return got(creat(in_folder("new2"), 0600));
}
static int write_file(void)
{
    return opens(in_folder("file"), O_WRONLY);
}
static int write_and_read(void)
{
    return opens(in_folder("file"), O_RDWR);
}
static int append_file(void)
{
    return opens(in_folder("file"), O_WRONLY | O_APPEND);
}
static int empty_file(void)
{
    return opens(in_folder("file"), O_WRONLY | O_TRUNC);
}
static int empty_read_only(void)
{
    return opens(in_folder("file"), O_RDONLY | O_TRUNC);
}
static int cut_file(void)
{
    return done(truncate(in_folder("file"), 1));
}
static int file_without_name(void)
{
    return got(open(given("folder"), O_TMPFILE | O_RDWR, 0600));
}
static int make_folder(void)
{
    return done(mkdir(in_folder("made"), 0700));
}
static int remove_folder(void)
{
    return done(rmdir(in_folder("empty")));
}
static int remove_file(void)
{
    return done(unlink(in_folder("gone")));
}
static int move_file(void)
{
    return done(rename(in_folder("move"), in_folder("moved")));
}
static int link_file(void)
{
    return done(link(in_folder("file"), in_folder("hard")));
}
static int link_by_name(void)
{
    return done(symlink("/etc/passwd", in_folder("soft")));
}
static int make_fifo(void)
{
    return done(mknod(in_folder("fifo"), S_IFIFO | 0600, 0));
}
static int change_mode(void)
{
    return done(chmod(in_folder("file"), 0666));
}
static int change_owner(void)
{
    return done(chown(in_folder("file"), getuid(), getgid()));
}
static int change_times(void)
{
    return done(utimensat(AT_FDCWD, in_folder("file"), NULL, 0));
}
static int map_to_write(void)
{
    int fd = open(in_folder("file"), O_RDWR);
    void *at = fd < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    return at != MAP_FAILED;
}

/* --- descriptors that were left open ------------------------------------------------------- */

static int read_left_open(void)
{
    char byte;
    return pread(7, &byte, 1, 0) == 1;
}
static int write_left_open(void)
{
    return pwrite(7, "x", 1, 0) == 1;
}
static int copy_left_open(void)
{
    return got(dup(7));
}
static int connect_left_open(void)
{
    return send(8, "x", 1, MSG_NOSIGNAL) == 1;
}

/* --- memory -------------------------------------------------------------------------------- */

static int code_in_new_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}
static int memory_made_code(void)
{
    void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return at != MAP_FAILED && mprotect(at, 4096, PROT_READ | PROT_EXEC) == 0;
}
static int memory_as_file(void)
{
    return got(memfd_create("probe", 0));
}
static struct iovec here(void *at, size_t len)
{
    return (struct iovec){at, len};
}
static int read_memory(void)
{
    char to[8];
    struct iovec ours = here(to, sizeof(to)),
                 theirs = here((void *)(uintptr_t)number("address"), 8);
    return process_vm_readv((pid_t)number("pid"), &ours, 1, &theirs, 1, 0) == 8;
}
static int write_memory(void)
{
    char from[8] = "overrun";
    struct iovec ours = here(from, sizeof(from)),
                 theirs = here((void *)(uintptr_t)number("address"), 8);
    return process_vm_writev((pid_t)number("pid"), &ours, 1, &theirs, 1, 0) == 8;
}
static int open_memory(void)
{
    return got(open(of_victim("mem"), O_RDWR));
}

/* --- what is told of processes ------------------------------------------------------------- */

static int read_environment(void)
{
    return opens(of_victim("environ"), O_RDONLY);
}
static int read_maps(void)
{
    return opens(of_victim("maps"), O_RDONLY);
}
static int read_command(void)
{
    return opens(of_victim("cmdline"), O_RDONLY);
}
static int list_descriptors(void)
{
    DIR *d = opendir(of_victim("fd"));
    if (d)
        closedir(d);
    return d != NULL;
}
static int list_processes(void)
{
    DIR *d = opendir("/proc");
    if (d)
        closedir(d);
    return d != NULL;
}
static int read_kernel(void)
{
    return opens("/proc/sys/kernel/osrelease", O_RDONLY);
}
static int read_own_maps(void)
{
    return opens("/proc/self/maps", O_RDONLY);
}
static int find_environment(void)
{
    return getenv("CANARY") != NULL;
}
static int find_in_memory(void)
{
    const char *canary = given("canary");
    return environ_of_start &&
           memmem(environ_of_start[0], environ_bytes, canary, strlen(canary)) != NULL;
}
static int keep_dumpable(void)
{
    return done(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
}

/* --- other processes are reached ----------------------------------------------------------- */

static int attach(void)
{
    pid_t pid = (pid_t)number("pid");
    if (ptrace(PTRACE_ATTACH, pid, NULL, NULL) != 0)
        return 0;
    waitpid(pid, NULL, 0);
    ptrace(PTRACE_DETACH, pid, NULL, NULL);
    return 1;
}
static int seize(void)
{
    pid_t pid = (pid_t)number("pid");
    int yes = ptrace(PTRACE_SEIZE, pid, NULL, NULL) == 0;
    if (yes && ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0) {
        waitpid(pid, NULL, 0);
        ptrace(PTRACE_DETACH, pid, NULL, NULL);
    }
    return yes;
}
static int by_pidfd(void)
{
    return got((int)syscall(SYS_pidfd_open, number("pid"), 0));
}
static int take_descriptor(void)
{
    int fd = (int)syscall(SYS_pidfd_open, number("pid"), 0);
    int yes = fd >= 0 && got((int)syscall(SYS_pidfd_getfd, fd, 0, 0));
    if (fd >= 0)
        close(fd);
    return yes;
}
static int signal_by_pidfd(void)
{
    int fd = (int)syscall(SYS_pidfd_open, number("pid"), 0);
    int yes = fd >= 0 && syscall(SYS_pidfd_send_signal, fd, SIGUSR1, NULL, 0) == 0;
    if (fd >= 0)
        close(fd);
    return yes;
}
static int is_there(void)
{
    return done(kill((pid_t)number("pid"), 0));
}
static int signal_it(void)
{
    return done(kill((pid_t)number("pid"), SIGUSR1));
}
static int signal_thread(void)
{
    return done(syscall(SYS_tgkill, number("pid"), number("pid"), SIGUSR1));
}
static int queue_signal(void)
{
    return done(sigqueue((pid_t)number("pid"), SIGUSR1, (union sigval){0}));
}
static int signal_group(void)
{
    return done(kill(0, SIGURG));
}
static int change_priority(void)
{
    return done(setpriority(PRIO_PROCESS, (id_t)number("pid"), 5));
}
static int change_cores(void)
{
    cpu_set_t all;
    return sched_getaffinity((pid_t)number("pid"), sizeof(all), &all) == 0 &&
           sched_setaffinity((pid_t)number("pid"), sizeof(all), &all) == 0;
}
static int change_limits(void)
{
    struct rlimit old;
    return done(prlimit((pid_t)number("pid"), RLIMIT_NOFILE, NULL, &old));
}
static int compare(void)
{
    return done(syscall(SYS_kcmp, number("pid"), number("pid"), KCMP_FILES, 0, 0));
}
static int raise_limits(void)
{
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    return done(setrlimit(RLIMIT_FSIZE, &more)) && done(setrlimit(RLIMIT_CPU, &more));
}

/* --- programs ------------------------------------------------------------------------------ */

static int fork_one(void)
{
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    return pid > 0 && waitpid(pid, NULL, 0) == pid;
}
static int clone_one(void)
{
    long pid = syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
    if (pid == 0)
        _exit(0);
    return pid > 0 && waitpid((pid_t)pid, NULL, 0) == pid;
}
static int clone_third_way(void)
{
    uint64_t arguments[11] = {0};
    arguments[4] = SIGCHLD;
    long pid = syscall(SYS_clone3, arguments, sizeof(arguments));
    if (pid == 0)
        _exit(0);
    return pid > 0 && waitpid((pid_t)pid, NULL, 0) == pid;
}
/* In a child where there can be one. */
static int program(int by_descriptor)
{
    char *const argv[] = {(char *)(uintptr_t) "true", NULL};
    pid_t pid = fork();
    int how = 0;
    if (pid <= 0) {
        int fd = by_descriptor ? open("/bin/true", O_RDONLY) : -1;
        if (by_descriptor)
            syscall(SYS_execveat, fd, "", argv, argv + 1, AT_EMPTY_PATH);
        else
            execve("/bin/true", argv, argv + 1);
        if (pid == 0)
            _exit(1);
        return 0;
    }
    return waitpid(pid, &how, 0) == pid && WIFEXITED(how) && WEXITSTATUS(how) == 0;
}
static int run_program(void)
{
    return program(0);
}
static int run_by_descriptor(void)
{
    return program(1);
}

/* --- sockets ------------------------------------------------------------------------------- */

static int connects(int family, const void *to, socklen_t len, int type)
{
    int fd = socket(family, type | SOCK_CLOEXEC, 0);
    int yes = fd >= 0 && connect(fd, to, len) == 0;
    if (fd >= 0)
        close(fd);
    return yes;
}
static struct sockaddr_in loopback(long port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}
static int connect_tcp(void)
{
    struct sockaddr_in to = loopback(number("tcp"));
    return connects(AF_INET, &to, sizeof(to), SOCK_STREAM);
}
static int connect_udp(void)
{
    struct sockaddr_in to = loopback(number("tcp"));
    return connects(AF_INET, &to, sizeof(to), SOCK_DGRAM);
}
static int connect_unix(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    snprintf(to.sun_path, sizeof(to.sun_path), "%s", given("unix"));
    return connects(AF_UNIX, &to, sizeof(to), SOCK_STREAM);
}
static int connect_abstract(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int len = snprintf(to.sun_path + 1, sizeof(to.sun_path) - 1, "%s", given("abstract"));
    return connects(AF_UNIX, &to,
                    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)len),
                    SOCK_STREAM);
}
static int listen_tcp(void)
{
    struct sockaddr_in at = loopback(0);
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int yes = fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 && listen(fd, 1) == 0;
    if (fd >= 0)
        close(fd);
    return yes;
}
static int socket_pair(void)
{
    int pair[2];
    return done(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
}
static int ask_kernel(void)
{
    return got(socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
}
static int raw_packets(void)
{
    return got(socket(AF_PACKET, SOCK_RAW, 0));
}
static int sixth_version(void)
{
    return got(socket(AF_INET6, SOCK_DGRAM, 0));
}

/* --- the kernel's other doors -------------------------------------------------------------- */

static int ring(void)
{
    char parameters[256] = {0};
    return got((int)syscall(SYS_io_uring_setup, 2, parameters));
}
static int watch_file(void)
{
    int fd = inotify_init1(IN_CLOEXEC);
    int yes = fd >= 0 && inotify_add_watch(fd, given("secret"), IN_ACCESS) >= 0;
    if (fd >= 0)
        close(fd);
    return yes;
}
static int watch_all(void)
{
    return got(fanotify_init(FAN_CLASS_NOTIF, O_RDONLY));
}
static int load_filter(void)
{
    char attribute[128] = {0};
    *(uint32_t *)attribute = 2; /* BPF_MAP_TYPE_ARRAY */
    ((uint32_t *)attribute)[1] = 4;
    ((uint32_t *)attribute)[2] = 4;
    ((uint32_t *)attribute)[3] = 1;
    return got((int)syscall(SYS_bpf, 0, attribute, sizeof(attribute)));
}
static int count_events(void)
{
    struct perf_event_attr what = {.type = PERF_TYPE_SOFTWARE,
                                   .size = sizeof(what),
                                   .config = PERF_COUNT_SW_CPU_CLOCK,
                                   .exclude_kernel = 1};
    return got((int)syscall(SYS_perf_event_open, &what, 0, -1, -1, 0));
}
static int hold_faults(void)
{
    return got((int)syscall(SYS_userfaultfd, 1));
}
static int read_log(void)
{
    return done(klogctl(10, NULL, 0));
}
static int other_machine(void)
{
    return done(personality(ADDR_NO_RANDOMIZE));
}
static int be_root(void)
{
    return done(setresuid(0, 0, 0));
}
static int own_space(void)
{
    return done(unshare(CLONE_NEWUTS));
}
static int own_users(void)
{
    return done(unshare(CLONE_NEWUSER));
}
static int their_space(void)
{
    int fd = open(of_victim("ns/ipc"), O_RDONLY);
    int yes = fd >= 0 && setns(fd, 0) == 0;
    if (fd >= 0)
        close(fd);
    return yes;
}
static int mount_over(void)
{
    int yes = mount("tmpfs", in_folder("mount"), "tmpfs", 0, NULL) == 0;
    if (yes)
        umount2(in_folder("mount"), MNT_DETACH);
    return yes;
}
static int other_root(void)
{
    return done(chroot(given("folder")));
}

/* --- keys and shared things ---------------------------------------------------------------- */

static int add_a_key(void)
{
    return done(syscall(SYS_add_key, "user", "probe", "x", 1, KEY_SPEC_PROCESS_KEYRING));
}
static int read_key(void)
{
    char to[64];
    return done(syscall(SYS_keyctl, KEYCTL_READ, number("key"), to, sizeof(to), 0));
}
static int look_for_key(void)
{
    return done(syscall(SYS_request_key, "user", "zhiyun-probe", NULL, KEY_SPEC_PROCESS_KEYRING)) ||
           errno == ENOKEY; /* it may look */
}
static int share_memory(void)
{
    return shmat((int)number("shm"), NULL, SHM_RDONLY) != (void *)-1;
}
static int make_shared(void)
{
    return done(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600));
}
static int make_queue(void)
{
    int id = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
    if (id >= 0)
        msgctl(id, IPC_RMID, NULL);
    return id >= 0;
}
static int make_semaphore(void)
{
    int id = semget(IPC_PRIVATE, 1, IPC_CREAT | 0600);
    if (id >= 0)
        semctl(id, 0, IPC_RMID);
    return id >= 0;
}

static const struct {
    const char *name;
    int (*tries)(void);
} all[] = {
#define TRY(f)                                                                                     \
    {                                                                                              \
#f, f                                                                                      \
    }
    TRY(read_secret),
    TRY(read_passwd),
    TRY(read_shadow),
    TRY(read_directly),
    TRY(name_by_path),
    TRY(list_folder),
    TRY(list_home),
    TRY(walk_from_root),
    TRY(open_second_way),
    TRY(open_by_handle),
    TRY(see_secret),
    TRY(see_secret_again),
    TRY(ask_access),
    TRY(read_link),
    TRY(list_attributes),
    TRY(go_to_folder),
    TRY(look_at_disk),
    TRY(create_file),
    TRY(create_old_way),
    TRY(write_file),
    TRY(write_and_read),
    TRY(append_file),
    TRY(map_to_write),
    TRY(empty_file),
    TRY(empty_read_only),
    TRY(cut_file),
    TRY(file_without_name),
    TRY(make_folder),
    TRY(remove_folder),
    TRY(remove_file),
    TRY(move_file),
    TRY(link_file),
    TRY(link_by_name),
    TRY(make_fifo),
    TRY(change_mode),
    TRY(change_owner),
    TRY(change_times),
    TRY(read_left_open),
    TRY(write_left_open),
    TRY(copy_left_open),
    TRY(connect_left_open),
    TRY(code_in_new_memory),
    TRY(memory_made_code),
    TRY(memory_as_file),
    TRY(read_memory),
    TRY(write_memory),
    TRY(open_memory),
    TRY(read_environment),
    TRY(read_maps),
    TRY(read_command),
    TRY(list_descriptors),
    TRY(list_processes),
    TRY(read_kernel),
    TRY(read_own_maps),
    TRY(find_environment),
    TRY(find_in_memory),
    TRY(keep_dumpable),
    TRY(attach),
    TRY(seize),
    TRY(by_pidfd),
    TRY(take_descriptor),
    TRY(signal_by_pidfd),
    TRY(is_there),
    TRY(signal_it),
    TRY(signal_thread),
    TRY(queue_signal),
    TRY(signal_group),
    TRY(change_priority),
    TRY(change_cores),
    TRY(change_limits),
    TRY(compare),
    TRY(raise_limits),
    TRY(fork_one),
    TRY(clone_one),
    TRY(clone_third_way),
    TRY(run_program),
    TRY(run_by_descriptor),
    TRY(connect_tcp),
    TRY(connect_udp),
    TRY(connect_unix),
    TRY(connect_abstract),
    TRY(listen_tcp),
    TRY(socket_pair),
    TRY(ask_kernel),
    TRY(raw_packets),
    TRY(sixth_version),
    TRY(ring),
    TRY(watch_file),
    TRY(watch_all),
    TRY(load_filter),
    TRY(count_events),
    TRY(hold_faults),
    TRY(read_log),
    TRY(other_machine),
    TRY(add_a_key),
    TRY(read_key),
    TRY(look_for_key),
    TRY(share_memory),
    TRY(make_shared),
    TRY(make_queue),
    TRY(make_semaphore),
    TRY(be_root),
    TRY(mount_over),
    TRY(their_space),
    TRY(own_space),
    TRY(own_users),
    TRY(other_root),
};

static void try_all(void)
{
    char said[128];
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        errno = 0;
        int yes = all[i].tries();
        int n =
            yes ? snprintf(said, sizeof(said), "%s yes\n", all[i].name)
                : snprintf(said, sizeof(said), "%s no %s\n", all[i].name, strerrorname_np(errno));
        if (write(STDOUT_FILENO, said, (size_t)n) != n)
            break;
    }
    _exit(0);
}

__attribute__((constructor)) static void remember(void)
{
    environ_of_start = environ;
    for (char **one = environ; one && *one; one++)
        environ_bytes = (size_t)(*one + strlen(*one) - environ[0]);
}

/* In the place of libc's. */
ssize_t read(int fd, void *to, size_t len)
{
    static int began;
    ssize_t n = syscall(SYS_read, fd, to, len);
    if (fd != STDIN_FILENO || began)
        return n;
    began = 1;
    memcpy(line, to, n > 0 && (size_t)n < sizeof(line) ? (size_t)n : 0);
    try_all();
    return n;
}

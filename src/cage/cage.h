/* A program that gives up its rights before it reads its first byte: for those that a server starts
 * (base/child.h) to work on what a stranger sent. What takes such a program over can read what it was
 * given to read, and write to its standard output and error: nothing else.
 *
 * linux: seccomp(2), landlock(7), user_namespaces(7), pid_namespaces(7), pivot_root(2). */
#ifndef CAGE_CAGE_H
#define CAGE_CAGE_H
#include <stddef.h>

struct cage {
    size_t memory_bytes; /* of addresses */
    unsigned seconds;    /* of processor time */
    /* Absolute paths of folders and files beneath which it may read; ends with NULL. One that is not there is
     * left out. */
    const char *const *readable;
};

/* Layers that not every kernel offers, nor every user may have. */
enum cage_layer {
    CAGE_FILES = 1,     /* files by rules (Landlock) */
    CAGE_ROOT = 2,      /* a root folder that holds nothing but what it may read */
    CAGE_PROCESSES = 4, /* sees no other process */
    CAGE_NETWORK = 8,   /* has no network */
    CAGE_USER = 16,     /* a user, or a space of users, of its own */
};

/* The user that a program started as root becomes: one that nothing else runs as, below those that systemd
 * gives out (61184 to 65519), above those of people. */
#define CAGE_USER_ID 61181

/* For `readable`: fonts, and what the libraries of pages have beside them, where Linux has them. */
#define CAGE_FONTS                                                                                 \
    "/etc/fonts", "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig",           \
        "/var/cache/fontconfig", "/usr/share/poppler"

/* For a program that stays (base/forkserver.h). Once, before its first run, with nothing open that is still needed but
 * the first three descriptors: enters the namespaces of network, mounts, IPC and users that its runs share, and a root
 * that holds what `c` says (NULL: what may be read differs, so each run makes a root). Goes on in another process as
 * cage_enter does. Where there are no namespaces, each run tries for itself. Not 0: it cannot stay. */
int cage_share(const struct cage *c);
/* Before each run, in the server: finds fonts, anew where they changed, and makes the run's own PID namespace. */
void cage_prepare_run(void);

/* Once, before any thread, with nothing open that is still needed but the first three descriptors. Goes on in
 * a process of its own where processes are caged: the one that was started waits for it and ends as it ends.
 * *layers: those that hold. Not 0: errno says why, and the program is to leave. */
int cage_enter(const struct cage *c, unsigned *layers);

/* "files root …": names of layers, separated by blanks, in the order above; for `zhiyun doctor`. */
void cage_say(unsigned layers);
#endif

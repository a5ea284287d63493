/* Preloaded into a program: its disk takes SLOW_DISK_US for each sync, and the file SLOW_DISK_COUNT
 * says how often it was waited for: 8 bytes, uint64_t, which the test makes. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define SEEN __attribute__((visibility("default")))

static _Atomic uint64_t *count;
static useconds_t pause_us;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("SLOW_DISK_COUNT"), *us = getenv("SLOW_DISK_US");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED)
        count = map;
    pause_us = us ? (useconds_t)strtoul(us, NULL, 10) : 0;
}

static int slowly(int fd, const char *name)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    if (count)
        atomic_fetch_add(count, 1);
    usleep(pause_us);
    return real(fd);
}

SEEN int fsync(int fd)
{
    return slowly(fd, "fsync");
}

SEEN int fdatasync(int fd)
{
    return slowly(fd, "fdatasync");
}

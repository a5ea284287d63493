/* Preloaded into a server before tests/http/clock.c: its threads that look for work each second look when the recorder
 * says so, and it is told when all of them have looked and found no more. So what a job does stands between the same two
 * requests each time.
 *
 *   TEST_SETTLE    a file of four int64_t, which the recorder maps: the round that it asks for; the server that takes part
 *                  (its process); threads that take part; those that have come to the end of that round */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define LOOKS_NS (SECOND_NS * 11 / 10)       /* who waits no longer than this looks for work each second */
#define SLICE_NS (SECOND_NS / 200)           /* a thread that waits hears of a new round so soon */
#define ALONE_NS (SECOND_NS * 5)             /* if nobody asks, it looks by itself so seldom */
#define CALENDAR_SECONDS 1000000000          /* as in clock.c */

static struct {
    _Atomic int64_t wanted, server, threads, done;
} *shared; /* NULL: nothing is changed */
static _Thread_local int64_t begun, ended;
static _Thread_local char takes_part;

__attribute__((constructor)) static void begin(void)
{
    char words[4096] = {0};
    const char *path = getenv("TEST_SETTLE");
    int said = path ? open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC) : -1;
    ssize_t len = said < 0 ? 0 : read(said, words, sizeof(words) - 1);
    int fd = len > 0 && memmem(words, (size_t)len, "\0serve", 7) ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (said >= 0)
        close(said);
    if (fd >= 0)
        close(fd);
    if (map == MAP_FAILED)
        return;
    shared = map;
    atomic_store(&shared->threads, 0);
    atomic_store(&shared->done, 0);
    atomic_store(&shared->server, getpid());
}

static int64_t ns_of(struct timespec t)
{
    return t.tv_sec * SECOND_NS + t.tv_nsec;
}

static int wait_really(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    typedef int wait_fn(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    static wait_fn *_Atomic next;
    wait_fn *fn = atomic_load(&next);
    if (!fn) {
        fn = (wait_fn *)dlsym(RTLD_NEXT, "pthread_cond_timedwait");
        atomic_store(&next, fn);
    }
    return fn(cond, lock, until);
}

__attribute__((visibility("default"))) int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict lock,
                                                                  const struct timespec *restrict until)
{
    clockid_t clock = until->tv_sec > CALENDAR_SECONDS ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    struct timespec now;
    clock_gettime(clock, &now);
    int64_t left = ns_of(*until) - ns_of(now);
    if (!shared || left > LOOKS_NS)
        return wait_really(cond, lock, until);
    if (!takes_part) {
        takes_part = 1;
        begun = ended = atomic_load(&shared->wanted) - 1;
        atomic_fetch_add(&shared->threads, 1);
    }
    left = ALONE_NS;
    for (;;) {
        int64_t wanted = atomic_load(&shared->wanted);
        if (begun != wanted) {
            begun = wanted;
            return ETIMEDOUT; /* it looks now */
        }
        if (ended != wanted) {
            ended = wanted;
            atomic_fetch_add(&shared->done, 1);
        }
        int64_t slice = left < SLICE_NS ? left : SLICE_NS;
        clock_gettime(clock, &now);
        int64_t at = ns_of(now) + slice;
        int code = wait_really(cond, lock, &(struct timespec){at / SECOND_NS, at % SECOND_NS});
        left -= slice;
        if (code != ETIMEDOUT || left <= 0)
            return code;
    }
}

/* Preloaded into a server before tests/http/clock.c: its threads that look for work each second look when the recorder
 * says so, and it is told when all of them have looked and found no more. So what a job does stands between the same two
 * requests each time.
 *
 *   TEST_SETTLE    a file of four int64_t, which the recorder maps: the round that it asks for, at whose first four bytes a
 *                  futex is woken; the server that takes part (its process); threads that take part; those that have come
 *                  to the end of that round */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define LOOKS_NS (SECOND_NS * 11 / 10) /* who waits no longer than this looks for work each second */
#define ALONE_S 5                      /* if nobody asks, it looks by itself so seldom */
#define CALENDAR_SECONDS 1000000000    /* as in clock.c */
#define SLOTS 64

static struct {
    _Atomic int64_t wanted, server, threads, done;
} *shared; /* NULL: nothing is changed */

/* Where a thread waits; lock is NULL while it does not. */
static struct slot {
    pthread_cond_t *cond;
    pthread_mutex_t *_Atomic lock;
} slots[SLOTS];
static _Thread_local struct slot *own;
static _Thread_local int64_t begun, ended;

/* Wakes who waits at each new round. */
static void *wake(void *arg)
{
    int64_t seen = atomic_load(&shared->wanted);
    for (;;) {
        syscall(SYS_futex, shared, FUTEX_WAIT, (uint32_t)seen, NULL, NULL, 0);
        if (atomic_load(&shared->wanted) == seen)
            continue;
        seen = atomic_load(&shared->wanted);
        for (int i = 0; i < SLOTS; i++) {
            pthread_mutex_t *lock = atomic_load(&slots[i].lock);
            if (lock) {
                pthread_mutex_lock(lock); /* it waits, or looks at the round before it does */
                if (atomic_load(&slots[i].lock) == lock)
                    pthread_cond_broadcast(slots[i].cond);
                pthread_mutex_unlock(lock);
            }
        }
    }
    return arg;
}

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

static void take_part(void)
{
    pthread_t waker;
    int64_t number = atomic_fetch_add(&shared->threads, 1);
    if (number >= SLOTS || (number == 0 && pthread_create(&waker, NULL, wake, NULL) != 0))
        abort();
    own = &slots[number];
    begun = ended = atomic_load(&shared->wanted) - 1;
}

__attribute__((visibility("default"))) int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict lock,
                                                                  const struct timespec *restrict until)
{
    clockid_t clock = until->tv_sec > CALENDAR_SECONDS ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    struct timespec now;
    clock_gettime(clock, &now);
    if (!shared || ns_of(*until) - ns_of(now) > LOOKS_NS)
        return wait_really(cond, lock, until);
    if (!own)
        take_part();
    int64_t wanted = atomic_load(&shared->wanted);
    if (begun != wanted) {
        begun = wanted;
        return ETIMEDOUT; /* it looks now */
    }
    if (ended != wanted) {
        ended = wanted;
        atomic_fetch_add(&shared->done, 1);
    }
    own->cond = cond;
    atomic_store(&own->lock, lock);
    int code = 0;
    if (atomic_load(&shared->wanted) == wanted) /* else the waker may have passed by */
        code = wait_really(cond, lock, &(struct timespec){now.tv_sec + ALONE_S, now.tv_nsec});
    atomic_store(&own->lock, NULL);
    wanted = atomic_load(&shared->wanted);
    if (begun != wanted) {
        begun = wanted;
        return ETIMEDOUT;
    }
    return code;
}

/* Preloaded into a program: its clocks run ahead by as much as a test says, so that
 * what waits half a minute, half an hour or half a day can be tested in seconds.
 *
 * The program itself has no such switch: who could set its clock could wake ended
 * sessions. Both clocks move alike, and a deadline that was computed from one is
 * brought back before the kernel, which knows nothing of this, waits for it.
 *
 *   TEST_CLOCK        a file of 16 bytes, which the test maps: microseconds ahead, int64_t; and those
 *                     that the calendar's clock alone has jumped, which may be negative
 *   TEST_CLOCK_BASE   microseconds, which may be negative, that the calendar's clock is besides:
 *                     a test that lives on given days begins on the first of them
 *   FAKETIME          "+30d": what faketime, whose library ours takes the place of, adds for the test */
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SEEN __attribute__((visibility("default")))
#define SECOND_NS 1000000000
#define DAY_US INT64_C(86400000000)

#define CALENDAR_SECONDS 1000000000 /* no uptime is so long, and no date of today so early */

static const _Atomic int64_t *ahead; /* and jumped; NULL: not moved */
static int64_t base;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("TEST_CLOCK");
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, 2 * sizeof(*ahead), PROT_READ, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED)
        ahead = map;
    const char *begins = getenv("TEST_CLOCK_BASE");
    base = begins ? strtoll(begins, NULL, 10) : 0;
    const char *days = getenv("FAKETIME");
    base += days ? strtoll(days, NULL, 10) * DAY_US : 0;
}

static struct timespec moved(struct timespec t, int64_t us)
{
    int64_t ns = t.tv_nsec + us % 1000000 * 1000;
    t.tv_sec += us / 1000000 + (ns >= SECOND_NS) - (ns < 0);
    t.tv_nsec = ns + (ns < 0 ? SECOND_NS : ns >= SECOND_NS ? -SECOND_NS : 0);
    return t;
}

static int64_t by(void)
{
    return ahead ? atomic_load(ahead) : 0;
}

/* The calendar's clock besides. */
static int64_t calendar_by(void)
{
    return base + (ahead ? atomic_load(ahead + 1) : 0);
}

SEEN int clock_gettime(clockid_t id, struct timespec *out)
{
    long rc = syscall(SYS_clock_gettime, id, out);
    if (rc == 0 &&
        (id == CLOCK_REALTIME || id == CLOCK_MONOTONIC || id == CLOCK_MONOTONIC_COARSE ||
         id == CLOCK_REALTIME_COARSE || id == CLOCK_BOOTTIME || id == CLOCK_MONOTONIC_RAW))
        *out = moved(*out, by());
    if (rc == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
        *out = moved(*out, calendar_by());
    return (int)rc;
}

SEEN time_t time(time_t *out)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    if (out)
        *out = t.tv_sec;
    return t.tv_sec;
}

SEEN int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec t;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &t);
    *out = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
    return 0;
}

SEEN int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict lock,
                                const struct timespec *restrict until)
{
    typedef int wait_fn(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    static wait_fn *_Atomic real;
    wait_fn *fn = atomic_load(&real);
    if (!fn) { /* by its version: the plain name may be that of glibc before 2.3.2 */
        fn = (wait_fn *)dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
        if (!fn)
            fn = (wait_fn *)dlsym(RTLD_NEXT, "pthread_cond_timedwait");
        atomic_store(&real, fn);
    }
    struct timespec brought_back = moved(*until, -by());
    if (until->tv_sec > CALENDAR_SECONDS)
        brought_back = moved(brought_back, -calendar_by());
    return fn(cond, lock, &brought_back);
}

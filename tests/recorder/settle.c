/* Preloaded into a program before tests/http/clock.c: time stands still but for what the recorder moves it by, and a
 * server's threads that look for work each second look when the recorder says so; it is told when all of them have looked
 * and found no more. So what a job does stands between the same two requests each time, at the same millisecond.
 *
 *   TEST_SETTLE    a file of struct shared, which the recorder maps */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)
#define LOOKS_NS (SECOND_NS * 11 / 10) /* who waits no longer than this looks for work each second */
#define ALONE_S 3600                   /* if nobody asks, it looks by itself so seldom */
#define TURN_NS 500000                 /* so often it is asked whether another one has come to its end */
#define BESIDE 200                     /* so often until one that is awake for long is no hindrance */
#define TURNS 20000                    /* so often: the other one may wait for this one */
#define CALENDAR_SECONDS 1000000000    /* as in clock.c */
#define SLOTS 64
#define SLEEPERS 256
#define BLOCK_BYTES 512

static struct shared {
    _Atomic int64_t wanted;  /* the round that is asked for; at its first four bytes a futex is woken */
    _Atomic int64_t threads; /* that take part */
    _Atomic int64_t done;    /* of these, that have come to the end of that round */
    _Atomic int64_t wall_us; /* where the calendar's clock stands, before clock.c moves it; 0: it goes */
    _Atomic int64_t since_ns; /* the monotonic clock when time stood still */
    _Atomic int64_t drawn[3]; /* random bytes: so often, by who writes the store, who looks for work, and others */
    _Atomic int64_t turn;     /* a thread that looks for work is at it */
    _Atomic int64_t awake;    /* threads that were woken and do not wait again */
} *shared; /* NULL: nothing is changed */
static const _Atomic int64_t *moved_us; /* by clock.c: all clocks; the calendar's alone */
static int64_t base_us;                 /* likewise, from the beginning */
static bool serves;
static int64_t first_wanted; /* the round when the program began */

/* Where a thread waits; lock is NULL while it does not. */
static struct slot {
    pthread_cond_t *cond;
    pthread_mutex_t *_Atomic lock;
    pthread_cond_t *_Atomic turn; /* it waits for its turn there; NULL: it does not */
} slots[SLOTS];
static _Thread_local struct slot *own;
static _Thread_local int64_t begun, ended;
static _Thread_local int number; /* from 1: of those that wait for requests and the like */
static _Thread_local bool turn;  /* is its */
static pthread_key_t at_end;    /* of a thread: its turn is over */

/* Wakes who waits at each new round. */
static void *wake(void *arg)
{
    int64_t seen = first_wanted; /* a round may have been asked for before this thread ran */
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

/* A file that a variable names, shared with the recorder; NULL: there is none. */
static void *mapped(const char *variable, size_t len)
{
    const char *path = getenv(variable);
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    void *map = fd < 0 ? MAP_FAILED : mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (fd >= 0)
        close(fd);
    return map == MAP_FAILED ? NULL : map;
}

__attribute__((constructor)) static void begin(void)
{
    char words[4096] = {0};
    int said = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
    ssize_t len = said < 0 ? 0 : read(said, words, sizeof(words) - 1);
    const char *base = getenv("TEST_CLOCK_BASE");
    if (said >= 0)
        close(said);
    shared = mapped("TEST_SETTLE", sizeof(*shared));
    moved_us = mapped("TEST_CLOCK", 2 * sizeof(*moved_us));
    base_us = base ? strtoll(base, NULL, 10) : 0;
    serves = shared && len > 0 && memmem(words, (size_t)len, "\0serve", 7);
    if (!serves)
        return;
    first_wanted = atomic_load(&shared->wanted);
    atomic_store(&shared->threads, 0);
    atomic_store(&shared->done, 0);
    atomic_store(&shared->turn, 0);
    atomic_store(&shared->awake, 0);
}

static int64_t ns_of(struct timespec t)
{
    return t.tv_sec * SECOND_NS + t.tv_nsec;
}

static struct timespec time_of(int64_t ns)
{
    return (struct timespec){ns / SECOND_NS, ns % SECOND_NS};
}

/* How long time has stood still. */
static int64_t still_ns(void)
{
    struct timespec now;
    if (!shared || !atomic_load(&shared->wall_us))
        return 0;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    return ns_of(now) - atomic_load(&shared->since_ns);
}

static void *next_of(const char *name)
{
    return dlsym(RTLD_NEXT, name);
}

__attribute__((visibility("default"))) int clock_gettime(clockid_t id, struct timespec *out)
{
    int64_t wall = shared && moved_us ? atomic_load(&shared->wall_us) : 0;
    bool calendar = id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
    if (!wall || id == CLOCK_PROCESS_CPUTIME_ID || id == CLOCK_THREAD_CPUTIME_ID) {
        typedef int gettime_fn(clockid_t, struct timespec *);
        static gettime_fn *_Atomic next;
        gettime_fn *fn = atomic_load(&next);
        if (!fn) {
            fn = (gettime_fn *)next_of("clock_gettime");
            atomic_store(&next, fn);
        }
        return fn(id, out);
    }
    int64_t us = calendar ? wall + base_us + atomic_load(moved_us + 1) : atomic_load(&shared->since_ns) / 1000;
    *out = time_of((us + atomic_load(moved_us)) * 1000);
    return 0;
}

/* Gives the same random bytes in each run, and different ones at each call of a run. Threads that look for work get really
 * random bytes for the block that they keep (crypto/random.c), because chance decides which of them does a job. */
__attribute__((visibility("default"))) ssize_t getrandom(void *out, size_t len, unsigned flags)
{
    char name[16] = "";
    pthread_getname_np(pthread_self(), name, sizeof(name));
    bool writes = strcmp(name, "store writer") == 0;
    bool looks = serves && !writes && !number && strcmp(name, "MHD-worker") != 0;
    if (!shared || !atomic_load(&shared->wall_us) || (looks && len == BLOCK_BYTES))
        return syscall(SYS_getrandom, out, len, flags);
    int stream = writes ? 0 : looks ? 1 : 2;
    uint64_t x = (uint64_t)atomic_fetch_add(&shared->drawn[stream], 1) << 20 | (uint64_t)stream << 18;
    for (size_t at = 0; at < len; at += sizeof(x)) { /* SplitMix64 */
        uint64_t z = (x += UINT64_C(0x9e3779b97f4a7c15));
        z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
        z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
        z ^= z >> 31;
        memcpy((char *)out + at, &z, len - at < sizeof(z) ? len - at : sizeof(z));
    }
    return (ssize_t)len;
}

/* Lets the first thread of libmicrohttpd accept all connections; the other threads find none. Each thread keeps random
 * bytes of its own, so the thread that reads a request must not be left to chance. */
__attribute__((visibility("default"))) int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict len, int flags)
{
    static _Atomic pid_t first;
    pid_t nobody = 0, self = (pid_t)syscall(SYS_gettid);
    if (serves && !atomic_compare_exchange_strong(&first, &nobody, self) && nobody != self) {
        errno = EAGAIN;
        return -1;
    }
    return (int)syscall(SYS_accept4, fd, address, len, flags);
}

static int wait_really(pthread_cond_t *cond, pthread_mutex_t *lock, const struct timespec *until)
{
    typedef int wait_fn(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
    static wait_fn *_Atomic next;
    wait_fn *fn = atomic_load(&next);
    if (!fn) {
        fn = (wait_fn *)next_of("pthread_cond_timedwait");
        atomic_store(&next, fn);
    }
    struct timespec later = time_of(ns_of(*until) + still_ns());
    return fn(cond, lock, &later);
}

static int really(pthread_cond_t *cond, const char *what)
{
    typedef int wake_fn(pthread_cond_t *);
    wake_fn *fn = (wake_fn *)dlvsym(RTLD_NEXT, what, "GLIBC_2.3.2");
    return fn ? fn(cond) : ((wake_fn *)next_of(what))(cond);
}

/* As time really passes. */
static void wait_shortly(pthread_cond_t *cond, pthread_mutex_t *lock, int64_t ns)
{
    struct timespec now;
    syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
    now = time_of(ns_of(now) + ns);
    pthread_cond_clockwait(cond, lock, CLOCK_MONOTONIC, &now);
}

/* Threads that wait for requests and the like, in the order in which they first did: of those that wait for the same the
 * first is woken, so that it is not left to chance what each has drawn ahead. */
static struct sleeper {
    pthread_cond_t *cond; /* that it waits for; NULL: it works */
    pthread_cond_t own;
    bool woken; /* and counted */
} sleepers[SLEEPERS];
static int sleeper_count;
static pthread_mutex_t sleepers_lock = PTHREAD_MUTEX_INITIALIZER;

/* This thread has done what it was woken for. Under sleepers_lock. */
static void count_done(void)
{
    if (number && sleepers[number - 1].woken)
        atomic_fetch_sub(&shared->awake, 1);
    if (number)
        sleepers[number - 1].woken = false;
}

__attribute__((visibility("default"))) int pthread_cond_wait(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    struct sleeper *s = NULL;
    pthread_mutex_lock(&sleepers_lock);
    if (serves && !number && sleeper_count < SLEEPERS) {
        number = ++sleeper_count;
        pthread_cond_init(&sleepers[number - 1].own, NULL);
    }
    count_done();
    if (number) {
        s = &sleepers[number - 1];
        s->cond = cond;
    }
    pthread_mutex_unlock(&sleepers_lock);
    return pthread_cond_clockwait(s ? &s->own : cond, lock, CLOCK_MONOTONIC, &(struct timespec){.tv_sec = INT32_MAX});
}

/* Wakes the first that waits here, or all; false: none does. */
static bool wake_sleeper(pthread_cond_t *cond, bool all)
{
    bool found = false;
    pthread_mutex_lock(&sleepers_lock);
    for (int i = 0; i < sleeper_count && (all || !found); i++)
        if (sleepers[i].cond == cond) {
            sleepers[i].cond = NULL;
            sleepers[i].woken = true;
            atomic_fetch_add(&shared->awake, 1);
            really(&sleepers[i].own, "pthread_cond_signal");
            found = true;
        }
    pthread_mutex_unlock(&sleepers_lock);
    return found;
}

__attribute__((visibility("default"))) int pthread_cond_signal(pthread_cond_t *cond)
{
    return wake_sleeper(cond, false) ? 0 : really(cond, "pthread_cond_signal");
}

__attribute__((visibility("default"))) int pthread_cond_broadcast(pthread_cond_t *cond)
{
    wake_sleeper(cond, true);
    return really(cond, "pthread_cond_broadcast");
}

/* One of those that look is at work at a time, and none beside a request, so that what they write comes one after the other. */
static void take_turn(pthread_cond_t *cond, pthread_mutex_t *lock)
{
    own->turn = cond;
    for (int i = 0; i < TURNS && !turn; i++) {
        int64_t nobody = 0;
        turn = (i >= BESIDE || atomic_load(&shared->awake) <= 0) && atomic_compare_exchange_strong(&shared->turn, &nobody, 1);
        if (!turn)
            wait_shortly(cond, lock, TURN_NS);
    }
    own->turn = NULL;
}

static void give_turn(void *arg)
{
    (void)arg;
    if (!turn)
        return;
    turn = false;
    atomic_store(&shared->turn, 0);
    for (int i = 0; i < SLOTS; i++) {
        pthread_cond_t *cond = atomic_load(&slots[i].turn);
        if (cond)
            pthread_cond_broadcast(cond);
    }
}

static void make_key(void)
{
    if (pthread_key_create(&at_end, give_turn) != 0)
        abort();
}

static void take_part(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_t waker;
    pthread_once(&once, make_key);
    int64_t number = atomic_fetch_add(&shared->threads, 1);
    if (number >= SLOTS || (number == 0 && pthread_create(&waker, NULL, wake, NULL) != 0))
        abort();
    own = &slots[number];
    pthread_setspecific(at_end, own);
    begun = ended = atomic_load(&shared->wanted) - 1;
}

__attribute__((visibility("default"))) int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict lock,
                                                                  const struct timespec *restrict until)
{
    clockid_t clock = until->tv_sec > CALENDAR_SECONDS ? CLOCK_REALTIME : CLOCK_MONOTONIC;
    struct timespec now;
    clock_gettime(clock, &now);
    pthread_mutex_lock(&sleepers_lock);
    count_done();
    pthread_mutex_unlock(&sleepers_lock);
    if (!serves || ns_of(*until) - ns_of(now) > LOOKS_NS)
        return wait_really(cond, lock, until);
    if (!own)
        take_part();
    give_turn(NULL);
    int64_t wanted = atomic_load(&shared->wanted);
    if (begun == wanted && ended != wanted) {
        ended = wanted;
        atomic_fetch_add(&shared->done, 1);
    }
    own->cond = cond;
    atomic_store(&own->lock, lock);
    int code = 0;
    if (begun == wanted && atomic_load(&shared->wanted) == wanted) /* else the waker may have passed by */
        code = wait_really(cond, lock, &(struct timespec){now.tv_sec + ALONE_S, now.tv_nsec});
    atomic_store(&own->lock, NULL);
    take_turn(cond, lock);
    wanted = atomic_load(&shared->wanted);
    if (begun == wanted)
        return code;
    begun = wanted; /* it looks now */
    return ETIMEDOUT;
}

/* The name of a lease says whose it is, so that it ends with its process: of what boot, what space of process numbers,
 * what process, since when (8, 6, 6 and 6 hex digits), and six by chance. What of it cannot be known is nought. */
#include "base/str.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "model/job.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct holder {
    uint32_t boot, space, process, since;
};

static size_t read_start(char *to, size_t max, const char *path)
{
    FILE *in = fopen(path, "rbe");
    size_t n = in ? fread(to, 1, max - 1, in) : 0;
    if (in)
        fclose(in);
    to[n] = '\0';
    return n;
}

static uint32_t digest_of(const char *text, size_t len, uint32_t mask)
{
    struct digest d = sha256_of((struct bytes){(const uint8_t *)text, len});
    uint32_t n = (uint32_t)d.byte[0] << 24 | (uint32_t)d.byte[1] << 16 | (uint32_t)d.byte[2] << 8 |
                 d.byte[3];
    return (n & mask) ? n & mask : 1;
}

/* False: it is over. *since 0: not known. */
static bool process_since(uint32_t *since, uint32_t process)
{
    char path[32], text[1024], state = 'R';
    unsigned long long start = 0;
    *since = 0;
    if (kill((pid_t)process, 0) != 0 && errno == ESRCH)
        return false;
    (void)snprintf(path, sizeof(path), "/proc/%u/stat", process);
    (void)read_start(text, sizeof(text), path);
    const char *behind = strrchr(text, ')'); /* a name may hold blanks and brackets */
    if (behind && sscanf(behind,
                         ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d"
                         " %*d %*d %*d %llu",
                         &state, &start) == 2)
        *since = (uint32_t)(start & 0xFFFFFF);
    return state != 'Z' && state != 'X';
}

/* Anew each time: a child after fork is another. */
static struct holder ourselves(void)
{
    struct holder h = {.process = (uint32_t)getpid()};
    char text[128];
    size_t n = read_start(text, sizeof(text), "/proc/sys/kernel/random/boot_id");
    ssize_t space = readlink("/proc/self/ns/pid", text + n, sizeof(text) - n);
    h.boot = n ? digest_of(text, n, UINT32_MAX) : 0;
    h.space = space > 0 ? digest_of(text + n, (size_t)space, 0xFFFFFF) : 0;
    (void)process_since(&h.since, h.process);
    return h;
}

void job_lease_new(char lease[JOB_LEASE_LEN + 1])
{
    struct holder h = ourselves();
    uint8_t random[3];
    random_bytes(random, sizeof(random));
    (void)snprintf(lease, JOB_LEASE_LEN + 1, "%08x%06x%06x%06x%02x%02x%02x", h.boot, h.space,
                   h.process & 0xFFFFFF, h.since, random[0], random[1], random[2]);
}

static uint32_t part(struct str lease, size_t from, size_t len)
{
    char digits[9] = "";
    memcpy(digits, lease.ptr + from, len);
    return (uint32_t)strtoul(digits, NULL, 16);
}

bool job_lease_is_dead(struct str lease, bool one_machine)
{
    const struct holder us = ourselves();
    uint32_t since;
    if (lease.len != JOB_LEASE_LEN)
        return false;
    const struct holder h = {part(lease, 0, 8), part(lease, 8, 6), part(lease, 14, 6),
                             part(lease, 20, 6)};
    if (h.boot == 0 || us.boot == 0)
        return false;
    if (h.boot != us.boot)
        return one_machine;
    if (h.space == 0 || h.space != us.space || h.since == 0)
        return false;
    return !process_since(&since, h.process) || (since && since != h.since);
}

/* Chooses the instruction set, once. */
#include "index/kernels/kernels.h"
#include <pthread.h>
#include <string.h>

size_t kernels_all(const struct kernels *out[3])
{
    size_t n = 0;
    out[n++] = &kernels_scalar;
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2") &&
        __builtin_cpu_supports("popcnt"))
        out[n++] = &kernels_avx2;
    if (n == 2 && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vbmi") &&
        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vpopcntdq"))
        out[n++] = &kernels_avx512;
#endif
    return n;
}

/* Written once, under `once`, before anybody reads it. */
static const struct kernels *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
    const struct kernels *all[3];
    size_t n = kernels_all(all);
    const char *wanted = getenv("INDEX_ISA");
    chosen = all[n - 1];
    for (size_t i = 0; wanted && i < n; i++) {
        if (strcmp(all[i]->name, wanted) == 0)
            chosen = all[i];
    }
}

const struct kernels *kernels_get(void)
{
    (void)pthread_once(&once, choose);
    return chosen;
}

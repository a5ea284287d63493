/* Chooses the instruction set, once. */
#include "index/kernels/kernels.h"
#include <pthread.h>
#include <stdatomic.h>
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

/* Written once, under `once`. */
static const struct kernels *_Atomic chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
    const struct kernels *all[3];
    size_t n = kernels_all(all);
    const char *wanted = getenv("INDEX_ISA");
    const struct kernels *best = all[n - 1];
    for (size_t i = 0; wanted && i < n; i++) {
        if (strcmp(all[i]->name, wanted) == 0)
            best = all[i];
    }
    atomic_store_explicit(&chosen, best, memory_order_release);
}

const struct kernels *kernels_get(void)
{
    const struct kernels *k = atomic_load_explicit(&chosen, memory_order_acquire);
    if (k)
        return k;
    (void)pthread_once(&once, choose);
    return atomic_load_explicit(&chosen, memory_order_acquire);
}

/* Picks the scan kernels that the processor can run, best first. At run time, not
 * at build: one package serves every machine. */
#include "index/kernels/scan.h"
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
static const struct scan_kernels *const by_rank[] = {&scan_avx512, &scan_avx2, &scan_scalar, NULL};
#else
static const struct scan_kernels *const by_rank[] = {&scan_scalar, NULL};
#endif

const struct scan_kernels *const *scan_kernels_all(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
        return by_rank;
    return __builtin_cpu_supports("avx2") ? by_rank + 1 : by_rank + 2;
#else
    return by_rank;
#endif
}

const struct scan_kernels *scan_kernels(void)
{
    const struct scan_kernels *const *all = scan_kernels_all();
    const char *forced = getenv("INDEX_ISA");
    for (size_t i = 0; forced && all[i]; i++)
        if (strcmp(forced, all[i]->name) == 0)
            return all[i];
    return all[0];
}

void tile_planes_make(struct tile_planes *out, const uint8_t *weights, size_t count)
{
    uint8_t *at = out->lists;
    for (unsigned bit = 0; bit < 8; bit++) {
        uint8_t *first = at;
        for (size_t i = 0; i < count; i++) { /* a branch would be mispredicted half the time */
            *at = (uint8_t)i;
            at += weights[i] >> bit & 1;
        }
        out->counts[bit] = (uint8_t)(at - first);
    }
}

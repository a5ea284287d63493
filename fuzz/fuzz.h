/* What every fuzz target includes. fuzz/README says how targets are made. */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H
#include "base/arena.h"
#include "base/mem.h"
#include "base/utf8.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A property that does not hold is a finding like a crash. */
#define FUZZ_ASSERT(holds)                                                                         \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #holds);              \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* One source file may hold several targets: this is the name of the chosen one,
 * given at compile time for libFuzzer, by the environment for a replay. */
static inline const char *fuzz_target_name(void)
{
#ifdef FUZZ_TARGET
    return FUZZ_TARGET;
#else
    const char *name = getenv("FUZZ_TARGET");
    return name ? name : "";
#endif
}

struct fuzz_target {
    const char *name;
    void (*check)(struct bytes input, struct arena *a);
};

static inline int fuzz_one_of(const struct fuzz_target *targets, size_t count, const uint8_t *data,
                              size_t size)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(targets[i].name, fuzz_target_name()) != 0)
            continue;
        struct arena *a = arena_new();
        targets[i].check((struct bytes){data, size}, a);
        arena_free(a);
        return 0;
    }
    fprintf(stderr, "FUZZ_TARGET=%s: no such target\n", fuzz_target_name());
    abort();
}

/* Whether `s` is UTF-8 throughout: what every text that leaves a reader is. */
static inline bool fuzz_is_utf8(struct str s)
{
    return utf8_check(s) == s.len;
}
#endif

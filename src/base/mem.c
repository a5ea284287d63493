/* Allocation that aborts, zero bytes included (a NULL is never an answer). */
#include "base/mem.h"
#include "base/msg.h"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define HUGE_PAGE ((size_t)2 << 20)

static void out_of_memory(size_t len)
{
    fprintf(stderr, msg("zhiyun: out of memory (%zu bytes wanted)\n"), len);
    abort();
}

void *mem_alloc(size_t len)
{
    void *p = malloc(len ? len : 1);
    if (!p)
        out_of_memory(len);
    return p;
}

void *mem_zalloc(size_t len)
{
    void *p = calloc(1, len ? len : 1);
    if (!p)
        out_of_memory(len);
    return p;
}

void *mem_grow(void *old, size_t len)
{
    void *p = realloc(old, len ? len : 1);
    if (!p)
        out_of_memory(len);
    return p;
}

void *mem_array(size_t count, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(count, size, &len))
        out_of_memory((size_t)-1);
    return mem_zalloc(len);
}

void *mem_large(size_t count, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(count, size, &len) || len > SIZE_MAX - HUGE_PAGE)
        out_of_memory((size_t)-1);
    if (len < HUGE_PAGE)
        return mem_alloc(len);
    len = (len + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
    void *p = aligned_alloc(HUGE_PAGE, len);
    if (!p)
        out_of_memory(len);
    (void)madvise(p, len, MADV_HUGEPAGE);
    return p;
}

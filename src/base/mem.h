/* Heap allocation that aborts when memory is out: no caller can do better, and
 * what a stranger can make large is bounded at the door (base/limits.h). */
#ifndef BASE_MEM_H
#define BASE_MEM_H
#include <stddef.h>

void *mem_alloc(size_t len) __attribute__((malloc, returns_nonnull, alloc_size(1)));
void *mem_zalloc(size_t len) __attribute__((malloc, returns_nonnull, alloc_size(1)));
void *mem_grow(void *old, size_t len) __attribute__((returns_nonnull, alloc_size(2)));

/* count × size with overflow checked (aborts: a bound is missing upstream). */
void *mem_array(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* The same with any content; a large array lies on huge pages where the system has some, so that random reads of
 * it need fewer address translations. */
void *mem_large(size_t count, size_t size) __attribute__((malloc, returns_nonnull));
#endif

/* Growing arrays in an arena:
 *
 *     struct { struct party *ptr; size_t len, cap; } parties = {0};
 *     VEC_PUSH(a, &parties, ((struct party){.name = name}));
 *
 * Any struct with members ptr, len and cap will do; VEC(T) declares one.
 * Elements move when it grows: keep indexes, not pointers, while pushing.
 * VEC(const T): elements can be pushed, and through the list never be changed. */
#ifndef BASE_VEC_H
#define BASE_VEC_H
#include "base/arena.h"
#include <string.h>

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *ptr;                                                                                    \
        size_t len, cap;                                                                           \
    }

#define VEC_PUSH(arena, v, ...)                                                                    \
    do {                                                                                           \
        if ((v)->len == (v)->cap) {                                                                \
            (v)->cap = (v)->cap ? (v)->cap * 2 : 4;                                                \
            (v)->ptr = arena_regrow((arena), (v)->ptr, (v)->len, (v)->cap, sizeof(*(v)->ptr));     \
        }                                                                                          \
        __typeof__(*(v)->ptr) vec_one_ = __VA_ARGS__;                                              \
        memcpy((void *)((v)->ptr + (v)->len++), &vec_one_, sizeof(vec_one_));                      \
    } while (0)
#endif

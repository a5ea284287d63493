/* Growing arrays in an arena:
 *
 *     struct { struct party *ptr; size_t len, cap; } parties = {0};
 *     VEC_PUSH(a, &parties, ((struct party){.name = name}));
 *
 * Any struct with members ptr, len and cap will do; VEC(T) declares one.
 * Elements move when it grows: keep indexes, not pointers, while pushing. */
#ifndef BASE_VEC_H
#define BASE_VEC_H
#include "base/arena.h"

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
        (v)->ptr[(v)->len++] = __VA_ARGS__;                                                        \
    } while (0)
#endif

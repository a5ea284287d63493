/* How tables of keys are written: in head_schema.c and case_schema.c. */
#ifndef POLICY_KEY_SCHEMA_H
#define POLICY_KEY_SCHEMA_H
#include "policy/parts.h"

#define WORDS(of, ...) static const char *const of[] = {__VA_ARGS__, NULL}
#define KEYS(of, ...) static const struct part_key of[] = {__VA_ARGS__, {.name = NULL}}
#define KEY(n, t, a)                                                                               \
    {                                                                                              \
        .name = n, .type = t, .about = a                                                           \
    }
#define KEY_NEED(n, t, a)                                                                          \
    {                                                                                              \
        .name = n, .type = t, .about = a, .required = true                                         \
    }
#define KEY_WORD(n, w, a)                                                                          \
    {                                                                                              \
        .name = n, .type = PART_WORD, .words = w, .about = a                                       \
    }
#define KEY_OF(n, t, k, a)                                                                         \
    {                                                                                              \
        .name = n, .type = t, .inner = k, .about = a                                               \
    }
#define KEY_OF_NEED(n, t, k, a)                                                                    \
    {                                                                                              \
        .name = n, .type = t, .inner = k, .about = a, .required = true                             \
    }
#define KEY_WORD_NEED(n, w, a)                                                                     \
    {                                                                                              \
        .name = n, .type = PART_WORD, .words = w, .about = a, .required = true                     \
    }
#endif

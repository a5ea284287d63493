/* Compiler attributes and tiny helpers that every file of the product uses. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H
#include <stddef.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(fmt, args) __attribute__((format(printf, fmt, args)))
#define ALIGNED(n) __attribute__((aligned(n)))

/* Number of elements of a true array (not of a pointer). */
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#endif

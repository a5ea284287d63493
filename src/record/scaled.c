/* A sign, digits, at most one point: nothing of locale or exponent. */
#include "record/scaled.h"
#include <stdio.h>

static bool add_digit(int64_t *n, int digit, bool negative)
{
    /* Built with its sign, as INT64_MIN has no positive twin. */
    return !__builtin_mul_overflow(*n, 10, n) &&
           !__builtin_add_overflow(*n, negative ? -digit : digit, n);
}

bool scaled_read(int64_t *out, struct str s, int places)
{
    bool negative = s.len > 0 && s.ptr[0] == '-';
    size_t at = negative ? 1 : 0;
    int64_t n = 0;
    int decimals = -1; /* none before the point */
    for (size_t digits = 0; at < s.len; at++) {
        if (s.ptr[at] == '.' && decimals < 0 && digits > 0 && at + 1 < s.len) {
            decimals = 0;
            continue;
        }
        if (s.ptr[at] < '0' || s.ptr[at] > '9' || !add_digit(&n, s.ptr[at] - '0', negative))
            return false;
        digits++;
        if (decimals >= 0 && ++decimals > places)
            return false;
    }
    if (at == (negative ? 1u : 0u))
        return false;
    for (int i = decimals > 0 ? decimals : 0; i < places; i++)
        if (!add_digit(&n, 0, negative))
            return false;
    *out = n;
    return true;
}

struct str scaled_write(char room[SCALED_TEXT_MAX], int64_t n, int places)
{
    uint64_t scale = 1, size = n < 0 ? -(uint64_t)n : (uint64_t)n;
    for (int i = 0; i < places; i++)
        scale *= 10;
    int len = places ? snprintf(room, SCALED_TEXT_MAX, "%s%llu.%0*llu", n < 0 ? "-" : "",
                                (unsigned long long)(size / scale), places,
                                (unsigned long long)(size % scale))
                     : snprintf(room, SCALED_TEXT_MAX, "%lld", (long long)n);
    return (struct str){room, (size_t)len};
}

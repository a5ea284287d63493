/* Mean yearly growth without rounding: v(end) · 100ⁿ against v(base) · (100 + p)ⁿ, by
 * multiplication of numbers as long as they become. */
#include "base/mem.h"
#include "policy/evaluate.h"
#include <stdlib.h>

#define YEARS_MAX 1000

struct natural { /* limbs of 32 bits, lowest first */
    uint32_t *limbs;
    size_t len, cap;
};

static void times(struct natural *n, uint32_t factor)
{
    uint64_t carry = 0;
    for (size_t i = 0; i < n->len; i++) {
        carry += (uint64_t)n->limbs[i] * factor;
        n->limbs[i] = (uint32_t)carry;
        carry >>= 32;
    }
    if (carry && n->len < n->cap)
        n->limbs[n->len++] = (uint32_t)carry;
}

/* n · factorᵏ; one limb more for each factor of 32 bits. */
static struct natural power(wide n, uint32_t factor, int k)
{
    struct natural out = {.cap = (size_t)k + 6};
    out.limbs = mem_zalloc(out.cap * sizeof(*out.limbs));
    for (; n > 0; n >>= 32)
        out.limbs[out.len++] = (uint32_t)n;
    for (int i = 0; i < k; i++)
        times(&out, factor);
    return out;
}

static int compare(const struct natural *a, const struct natural *b)
{
    if (a->len != b->len)
        return a->len < b->len ? -1 : 1;
    for (size_t i = a->len; i-- > 0;)
        if (a->limbs[i] != b->limbs[i])
            return a->limbs[i] < b->limbs[i] ? -1 : 1;
    return 0;
}

/* end · underᵏ against base · overᵏ: <0, 0, >0 */
static int grown(wide base, wide end, uint32_t over, uint32_t under, int years)
{
    struct natural left = power(end, under, years), right = power(base, over, years);
    int order = compare(&left, &right);
    free(left.limbs);
    free(right.limbs);
    return order;
}

static bool holds(enum compare how, int order)
{
    switch (how) {
    case CMP_GE:
        return order >= 0;
    case CMP_GT:
        return order > 0;
    case CMP_LE:
        return order <= 0;
    case CMP_LT:
        return order < 0;
    case CMP_EQ:
        return order == 0;
    case CMP_NE:
        return order != 0;
    }
    return false;
}

static bool is_one_number(const struct range *r)
{
    return !r->none && !r->open && r->low == r->high;
}

enum truth growth_compare(const struct range *base, const struct range *end,
                          const struct range *years, enum compare how, wide percent)
{
    wide over = 100 * (wide)MILLION + percent, under = 100 * (wide)MILLION;
    if (!is_one_number(years) || years->low < MILLION || years->low % MILLION ||
        years->low > YEARS_MAX * (wide)MILLION || over > UINT32_MAX || base->none || end->none ||
        base->low == 0 || base->open || end->open)
        return UNKNOWN;
    uint32_t divisor = (uint32_t)common_divisor((uint32_t)over, (uint32_t)under);
    uint32_t up = (uint32_t)over / divisor, down = (uint32_t)under / divisor;
    int n = (int)(years->low / MILLION);
    wide from = base->low / base->low_over, to = end->low / end->low_over; /* to a millionth */
    wide from_high = base->high / base->high_over, to_high = end->high / end->high_over;
    bool least = holds(how, grown(from_high, to, up, down, n));
    bool most = holds(how, grown(from, to_high, up, down, n));
    bool spread = from != from_high || to != to_high;
    if (least != most || (spread && (how == CMP_EQ || how == CMP_NE)))
        return UNKNOWN;
    return least ? YES : NO;
}

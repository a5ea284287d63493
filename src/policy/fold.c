/* Folding rows to what may be: counts, sums, rates. A possible row widens the range; it never turns
 * into a no. */
#include "policy/indicator.h"
#include <stdlib.h>

struct range range_exact(wide n)
{
    return (struct range){.low = n, .high = n, .low_over = 1, .high_over = 1};
}

struct range range_unknown(void)
{
    return (struct range){.low_over = 1, .high_over = 1, .open = true};
}

/* --- comparing --------------------------------------------------------------------- */

/* x.low >= y.high, strictly: >. */
static bool surely_above(const struct range *x, const struct range *y, bool strictly)
{
    wide left = x->low * y->high_over, right = y->high * x->low_over;
    return !y->open && (strictly ? left > right : left >= right);
}

static enum truth at_least(const struct range *x, const struct range *y, bool strictly)
{
    if (surely_above(x, y, strictly))
        return YES;
    return surely_above(y, x, !strictly) ? NO : UNKNOWN;
}

static enum truth negate(enum truth t)
{
    return t == UNKNOWN ? UNKNOWN : t == YES ? NO : YES;
}

static enum truth equal(const struct range *x, const struct range *y)
{
    if (surely_above(x, y, true) || surely_above(y, x, true))
        return NO;
    return surely_above(x, y, false) && surely_above(y, x, false) ? YES : UNKNOWN;
}

enum truth range_compare(const struct range *x, enum compare how, const struct range *y)
{
    if (x->none || y->none)
        return UNKNOWN;
    switch (how) {
    case CMP_GE:
        return at_least(x, y, false);
    case CMP_GT:
        return at_least(x, y, true);
    case CMP_LE:
        return at_least(y, x, false);
    case CMP_LT:
        return at_least(y, x, true);
    case CMP_EQ:
        return equal(x, y);
    case CMP_NE:
        return negate(equal(x, y));
    }
    return UNKNOWN;
}

/* --- keys ---------------------------------------------------------------------------- */

static int by_key(const void *x, const void *y)
{
    const struct fact_row *a = x, *b = y;
    return str_cmp(a->key, b->key);
}

/* All rows of one key: a key counts once, in if any of its rows is in. */
struct key_state {
    enum truth test, base; /* base: as test, for rates */
    wide low, high;        /* amounts of its rows that are not out */
    wide least, most;      /* shares of them; what has none counts whole */
    bool unknown_amount;
    size_t count; /* of rows */
};

#define WHOLE (100 * (wide)MILLION)

static wide share_of(const struct fact_row *r)
{
    return r->has_share ? r->share : WHOLE;
}

static enum truth either(enum truth a, enum truth b)
{
    return a == YES || b == YES ? YES : a == UNKNOWN || b == UNKNOWN ? UNKNOWN : NO;
}

static struct key_state take_key(const struct fact_row *rows, size_t count)
{
    struct key_state k = {.test = NO, .base = NO, .least = WHOLE};
    bool any = false;
    while (k.count < count && str_eq(rows[k.count].key, rows[0].key) &&
           (k.count == 0 || rows[0].key.len)) {
        const struct fact_row *r = &rows[k.count++];
        k.test = either(k.test, r->test);
        k.base = either(k.base, r->base);
        if (r->test == NO)
            continue;
        k.least = share_of(r) < k.least ? share_of(r) : k.least;
        k.most = share_of(r) > k.most ? share_of(r) : k.most;
        k.unknown_amount |= !r->has_amount;
        if (r->has_amount) {
            k.low = !any || r->amount < k.low ? r->amount : k.low;
            k.high = !any || r->amount > k.high ? r->amount : k.high;
            any = true;
        }
    }
    if (k.unknown_amount)
        k.low = 0;
    return k;
}

struct owned_row {
    struct fact_row *row;
    size_t of;
};

static int by_key_and_owner(const void *x, const void *y)
{
    const struct owned_row *a = x, *b = y;
    int order = str_cmp(a->row->key, b->row->key);
    return order ? order : a->of < b->of ? -1 : a->of > b->of;
}

void rows_add_shares(struct fact_row *rows, const size_t *of, size_t count, struct arena *a)
{
    struct owned_row *list = arena_array(a, count + 1, sizeof(*list));
    for (size_t i = 0; i < count; i++)
        list[i] = (struct owned_row){&rows[i], of[i]};
    if (count)
        qsort(list, count, sizeof(*list), by_key_and_owner);
    for (size_t from = 0, to; from < count; from = to) {
        wide least = 0, most = 0, low = 0, high = 0; /* of all, of one subject */
        struct fact_row *greatest = NULL; /* holds the upper bound, the others the lower */
        for (to = from; to < count && str_eq(list[to].row->key, list[from].row->key); to++) {
            struct fact_row *r = list[to].row;
            if (to == from || list[to].of != list[to - 1].of) {
                least += low;
                most += high;
                low = high = 0;
            }
            if (r->test == NO)
                continue;
            low = high == 0 || share_of(r) < low ? share_of(r) : low;
            high = share_of(r) > high ? share_of(r) : high;
            greatest = r;
        }
        least = least + low > WHOLE ? WHOLE : least + low;
        most = most + high > WHOLE ? WHOLE : most + high;
        for (size_t i = from; i < to && list[from].row->key.len; i++) {
            list[i].row->share = list[i].row == greatest ? most : least;
            list[i].row->has_share = true;
        }
    }
}

static struct range fold_count(struct fact_row *rows, size_t count, bool open)
{
    struct range out = range_exact(0);
    out.open = open;
    if (count)
        qsort(rows, count, sizeof(*rows), by_key);
    for (size_t i = 0; i < count;) {
        struct key_state k = take_key(rows + i, count - i);
        bool keyed = rows[i].key.len > 0;
        out.low += k.test == YES && keyed ? k.least / 100 : 0;
        out.high += k.test != NO ? k.most / 100 : 0;
        i += k.count;
    }
    return out;
}

wide common_divisor(wide a, wide b)
{
    while (b) {
        wide rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Parts are added up exactly: the bounds are fractions of a hundred millionth, reduced. */
static struct range fold_sum(struct fact_row *rows, size_t count, bool open)
{
    struct range out = range_exact(0);
    out.open = open;
    if (count)
        qsort(rows, count, sizeof(*rows), by_key);
    for (size_t i = 0; i < count;) {
        struct key_state k = take_key(rows + i, count - i);
        if (k.test == YES && rows[i].key.len)
            out.low += k.low * k.least;
        if (k.test != NO) {
            out.high += k.high * k.most;
            out.open |= k.unknown_amount;
        }
        i += k.count;
    }
    wide divisor = common_divisor(common_divisor(WHOLE, out.low), out.high);
    out.low /= divisor;
    out.high /= divisor;
    out.low_over = out.high_over = WHOLE / divisor;
    return out;
}

/* For a base of uncertain rows: the least and the greatest possible share. */
static struct range fold_rate(struct fact_row *rows, size_t count, bool open)
{
    wide in = 0, in_maybe = 0, base = 0, out_maybe = 0, maybe_in = 0; /* keys */
    if (count)
        qsort(rows, count, sizeof(*rows), by_key);
    for (size_t i = 0; i < count;) {
        struct key_state k = take_key(rows + i, count - i);
        if (rows[i].key.len == 0 && k.base == YES)
            k.base = UNKNOWN; /* it may be one of the others again */
        if (k.base == YES) {
            base++;
            in += k.test == YES;
            in_maybe += k.test == UNKNOWN;
        } else if (k.base == UNKNOWN) {
            out_maybe += k.test != YES;
            maybe_in += k.test != NO;
        }
        i += k.count;
    }
    struct range r = {.low = in * 100 * MILLION,
                      .low_over = base + out_maybe,
                      .high = (in + in_maybe + maybe_in) * 100 * MILLION,
                      .high_over = base + maybe_in};
    r.none = base == 0; /* none, or none for certain */
    if (open) {
        r.low = 0;
        r.low_over = r.high_over = 1;
        r.high = 100 * (wide)MILLION;
    }
    if (r.low_over == 0)
        r.low_over = 1;
    if (r.high_over == 0)
        r.high_over = 1;
    return r;
}

static struct range fold_value(const struct fact_row *rows, size_t count)
{
    struct range out = {.low_over = 1, .high_over = 1, .none = true};
    for (size_t i = 0; i < count; i++) {
        if (rows[i].test == NO)
            continue;
        if (rows[i].test == UNKNOWN || !rows[i].has_amount)
            return range_unknown();
        out.low = out.none || rows[i].amount < out.low ? rows[i].amount : out.low;
        out.high = out.none || rows[i].amount > out.high ? rows[i].amount : out.high;
        out.none = false;
    }
    return out;
}

/* --- truths ---------------------------------------------------------------------------- */

static enum truth fold_exists(const struct fact_row *rows, size_t count, bool open)
{
    enum truth t = open ? UNKNOWN : NO;
    for (size_t i = 0; i < count; i++)
        t = either(t, rows[i].test);
    return t;
}

static int by_group(const void *x, const void *y)
{
    return str_cmp(((const struct fact_row *)x)->grp, ((const struct fact_row *)y)->grp);
}

static struct range bound_of(const struct fact_row *rows, size_t count)
{
    struct range b = {.low_over = 1, .high_over = 1};
    for (size_t i = 0; i < count; i++) {
        if (!rows[i].has_bound)
            return range_unknown();
        b.low = i == 0 || rows[i].bound < b.low ? rows[i].bound : b.low;
        b.high = i == 0 || rows[i].bound > b.high ? rows[i].bound : b.high;
    }
    return b;
}

/* The group rows[0..count), and `loose` rows of no known group, each of which may be of it. */
static enum truth fold_group(const struct indicator *i, const struct fact_row *rows, size_t count,
                             const struct fact_row *loose, size_t loose_count, bool open)
{
    struct range bound = bound_of(rows, count);
    struct fact_row *all = calloc(count + loose_count + 1, sizeof(*all));
    if (!all)
        abort(); /* as mem_alloc */
    for (size_t k = 0; k < count; k++)
        all[k] = rows[k];
    for (size_t k = 0; k < loose_count; k++) {
        all[count + k] = loose[k];
        if (loose[k].test == YES)
            all[count + k].test = UNKNOWN;
    }
    struct range r = i->each == FOLD_SUM ? fold_sum(all, count + loose_count, open)
                                         : fold_count(all, count + loose_count, open);
    free(all);
    return range_compare(&r, i->must, &bound);
}

static enum truth both(enum truth a, enum truth b)
{
    return a == NO || b == NO ? NO : a == UNKNOWN || b == UNKNOWN ? UNKNOWN : YES;
}

/* Rows of no group sort first. Without any row nothing is broken, unless there may be more. */
static enum truth fold_every(const struct indicator *i, struct fact_row *rows, size_t count,
                             bool open)
{
    size_t loose = 0, from;
    enum truth t = count == 0 && open ? UNKNOWN : YES;
    if (count)
        qsort(rows, count, sizeof(*rows), by_group);
    while (loose < count && rows[loose].grp.len == 0)
        loose++;
    if (loose) { /* together they may be one group, with a bound of their own */
        struct range bound = bound_of(rows, loose);
        struct range r =
            i->each == FOLD_SUM ? fold_sum(rows, loose, open) : fold_count(rows, loose, open);
        r.low = 0;
        t = both(t, range_compare(&r, i->must, &bound) == YES ? YES : UNKNOWN);
    }
    for (from = loose; from < count;) {
        size_t end = from;
        while (end < count && str_eq(rows[end].grp, rows[from].grp))
            end++;
        t = both(t, fold_group(i, rows + from, end - from, rows, loose, open));
        from = end;
    }
    return t;
}

static bool may_count(const struct indicator *i, const struct fact_row *r)
{
    return r->key.len && r->says.len && (i->fold != FOLD_RATE || r->base != NO);
}

/* Whether there are any. Their tests are set once all are found, so that no order shows. */
static bool mark_contradicted(const struct indicator *i, struct fact_row *rows, size_t count)
{
    bool any = false, said_any = false;
    for (size_t k = 0; k < count; k++)
        said_any |= rows[k].says.len > 0;
    if (!said_any)
        return false;
    qsort(rows, count, sizeof(*rows), by_key);
    for (size_t from = 0, end; from < count; from = end) {
        const struct fact_row *said = NULL;
        bool differ = false;
        for (end = from; end < count && str_eq(rows[end].key, rows[from].key); end++) {
            if (!may_count(i, &rows[end]))
                continue;
            differ |= said && !str_eq(said->says, rows[end].says);
            said = &rows[end];
        }
        for (size_t k = from; differ && k < end; k++)
            if (may_count(i, &rows[k])) {
                rows[k].test = UNKNOWN;
                rows[k].contradicted = true;
            }
        any |= differ;
    }
    return any;
}

struct outcome indicator_fold(const struct indicator *i, struct fact_row *rows, size_t count,
                              bool open)
{
    bool contradicted = mark_contradicted(i, rows, count);
    struct outcome out = {
        .truth = UNKNOWN, .range = range_unknown(), .open = open, .rows = rows, .row_count = count};
    switch (i->fold) {
    case FOLD_EXISTS:
        out.truth = fold_exists(rows, count, open);
        break;
    case FOLD_EVERY:
        out.truth = fold_every(i, rows, count, open);
        break;
    case FOLD_COUNT:
        out.range = fold_count(rows, count, open);
        break;
    case FOLD_SUM:
        out.range = fold_sum(rows, count, open);
        break;
    case FOLD_RATE:
        out.range = fold_rate(rows, count, open);
        out.range.none |= contradicted;
        break;
    case FOLD_VALUE:
        out.range = fold_value(rows, count);
        break;
    }
    return out;
}

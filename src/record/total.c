/* Sums in the stored unit, never in binary fractions. */
#include "record/total.h"
#include "record/scaled.h"

#define FEN_PLACES 2

static int places_of(const struct field *f)
{
    return f->type == FIELD_MONEY ? FEN_PLACES : 0;
}

void total_add(struct total *t, const struct field *f, struct str value)
{
    int64_t one = 0;
    t->rows++;
    t->unknown |= !f->adds_up || !scaled_read(&one, value, places_of(f)) ||
                  __builtin_add_overflow(t->sum, one, &t->sum);
}

struct str total_value(const struct total *t, const struct field *f, struct arena *a)
{
    char room[SCALED_TEXT_MAX];
    return t->unknown || t->rows < 2 ? STR_NONE
                                     : arena_dup(a, scaled_write(room, t->sum, places_of(f)));
}

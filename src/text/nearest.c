/* "Did you mean": the known word with the fewest letters different. */
#include "text/nearest.h"
#include "base/msg.h"

#define WORD_MAX 64

static size_t least(size_t x, size_t y)
{
    return x < y ? x : y;
}

/* Letters added, left out, changed, or two swapped (optimal string alignment).
 * Names are short and the lists they are looked up in too. */
static size_t distance(struct str x, struct str y)
{
    size_t rows[3][WORD_MAX + 1];
    size_t *before = rows[0], *last = rows[1], *row = rows[2];
    for (size_t k = 0; k <= y.len; k++)
        last[k] = k;
    for (size_t i = 1; i <= x.len; i++) {
        row[0] = i;
        for (size_t k = 1; k <= y.len; k++) {
            bool same = x.ptr[i - 1] == y.ptr[k - 1];
            row[k] = least(last[k - 1] + !same, least(row[k - 1], last[k]) + 1);
            if (i > 1 && k > 1 && x.ptr[i - 1] == y.ptr[k - 2] && x.ptr[i - 2] == y.ptr[k - 1])
                row[k] = least(row[k], before[k - 2] + 1);
        }
        size_t *spare = before;
        before = last;
        last = row;
        row = spare;
    }
    return last[y.len];
}

/* A third of the letters may be wrong. */
struct nearest nearest_of(struct str word)
{
    return (struct nearest){.word = word, .distance = word.len / 3 + 1};
}

void nearest_try(struct nearest *n, struct str known)
{
    if (n->word.len > WORD_MAX || known.len > WORD_MAX)
        return;
    size_t d = distance(n->word, known);
    if (d < n->distance) {
        n->distance = d;
        n->best = known;
    }
}

struct str nearest_text(const struct nearest *n, struct arena *a)
{
    if (n->best.len == 0)
        return STR_NONE;
    return arena_printf(a, msg(" (did you mean \"%.*s\"?)"), STR_ARG(n->best));
}

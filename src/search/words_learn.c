/* Words of a collection without a dictionary: strings of 2 to 8 characters that stand together much oftener than their
 * parts would by chance (cohesion), and beside changing neighbours (entropy). Frequent strings are numbered length by
 * length: one is made up of the two frequent ones that it is longer than by a character, so the places of the first,
 * divided by the second that begins a character later, are the places of all that are one longer. */
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "search/learnt.h"
#include "search/translate.h"
#include "search/words.h"
#include <math.h>
#include <stdlib.h>

#define CHARACTERS_MAX ((size_t)1 << 20)  /* read of the store: two seconds and 100 MB */
#define TEXT_BYTES_MAX ((size_t)64 << 10) /* of one text */
#define TIMES_LEAST 5
#define COHESION_LEAST 3.0
#define ENTROPY_LEAST 0.8
#define ALONE_LEAST 0.1 /* of its times outside longer words */
#define CODE_POINTS ((size_t)0x110000)
#define NONE UINT32_MAX

/* Flags of a character: a listed word begins with it; it belongs to a function word. */
#define BEGINS ((uint32_t)1 << 31)
#define FUNCTION ((uint32_t)1 << 30)
#define CODE_POINT (FUNCTION - 1)

struct gram {
    uint32_t times, from; /* how often, and its first of the learner's places */
    uint32_t head, tail;  /* the shorter grams: all but its last, all but its first character */
};

struct learnt_word {
    struct str text;
    uint32_t n, times, cost;
    const uint32_t *places;
};

struct tally {
    uint32_t times, gram; /* gram: its number + 1 */
};

struct learner {
    struct arena *a;
    const uint32_t *text;
    size_t count;
    VEC(struct gram)
    levels[WORD_CHARACTERS_MAX + 1]; /* the frequent ones; of no character: the one */
    uint32_t *at,
        *places; /* of the last level: the gram that begins at each character, NONE; each gram's places */
    struct tally *tallies; /* by gram or character; zero between two uses */
    uint8_t *longest;      /* characters of the longest word that begins there */
    VEC(struct learnt_word) words;
};

static uint32_t character(const struct learner *l, size_t at)
{
    return at < l->count ? l->text[at] & CODE_POINT : 0;
}

static bool is_between(const struct learner *l, size_t at, size_t n)
{
    bool end = at + n == l->count || l->text[at + n] == 0 || l->text[at + n] & BEGINS;
    for (size_t i = at; i < at + n; i++)
        end = end && !(l->text[i] & FUNCTION);
    return end && l->text[at] & BEGINS;
}

static uint32_t *places_new(const struct learner *l)
{
    return mem_array(l->count + 1, sizeof(*l->places));
}

/* Makes the only string of no characters: it occurs before each character of the texts. */
static void grams_begin(struct learner *l)
{
    struct gram all = {0};
    l->at = places_new(l);
    l->places = places_new(l);
    for (size_t i = 0; i < l->count; i++) {
        l->at[i + 1] = l->text[i] ? character(l, i) : NONE;
        if (l->text[i])
            l->places[all.times++] = (uint32_t)i;
    }
    VEC_PUSH(l->a, &l->levels[0], all);
}

/* Numbers the frequent strings of n characters. */
static void grams_lengthen(struct learner *l, size_t n)
{
    uint32_t *places = places_new(l), placed = 0;
    for (size_t head = 0; head < l->levels[n - 1].len; head++) {
        const struct gram *shorter = &l->levels[n - 1].ptr[head];
        const uint32_t *from = l->places + shorter->from, *to = from + shorter->times;
        for (const uint32_t *p = from; p < to; p++)
            if (l->at[*p + 1] != NONE)
                l->tallies[l->at[*p + 1]].times++;
        for (const uint32_t *p = from; p < to; p++) {
            uint32_t tail = l->at[*p + 1];
            struct tally *t = tail == NONE ? NULL : &l->tallies[tail];
            if (!t || t->times < TIMES_LEAST)
                continue;
            if (t->gram == 0) {
                VEC_PUSH(l->a, &l->levels[n], ((struct gram){0, placed, (uint32_t)head, tail}));
                t->gram = (uint32_t)l->levels[n].len;
                placed += t->times;
            }
            struct gram *g = &l->levels[n].ptr[t->gram - 1];
            places[g->from + g->times++] = *p;
        }
        for (const uint32_t *p = from; p < to; p++)
            if (l->at[*p + 1] != NONE)
                l->tallies[l->at[*p + 1]] = (struct tally){0};
    }
    free(l->places);
    l->places = places;
    memset(l->at, 0xff, (l->count + 1) * sizeof(*l->at));
    for (size_t i = 0; i < l->levels[n].len; i++)
        for (uint32_t k = 0; k < l->levels[n].ptr[i].times; k++)
            l->at[places[l->levels[n].ptr[i].from + k]] = (uint32_t)i;
}

/* ln of how much oftener the string stands there than its parts would by chance, where it is cut best. */
static double cohesion(const struct learner *l, const struct gram *g, size_t n)
{
    const struct gram *head = g, *tail = g;
    double heads[WORD_CHARACTERS_MAX], tails[WORD_CHARACTERS_MAX], least = HUGE_VAL;
    for (size_t k = n - 1; k > 0; k--) {
        head = &l->levels[k].ptr[head->head];
        tail = &l->levels[k].ptr[tail->tail];
        heads[k] = head->times;
        tails[k] = tail->times;
    }
    for (size_t k = 1; k < n; k++)
        least = fmin(least, log((double)g->times * (double)l->count / (heads[k] * tails[n - k])));
    return least;
}

/* Entropy of the characters before or behind the string. A border counts as a neighbour that comes once. */
static bool changes(struct learner *l, const struct gram *g, ptrdiff_t behind)
{
    float sum = 0; /* Σ n ln n */
    for (int clear = 0; clear < 2; clear++)
        for (uint32_t i = 0; i < g->times; i++) {
            struct tally *t = &l->tallies[character(l, l->places[g->from + i] + (size_t)behind)];
            double times = clear || t == l->tallies ? t->times = 0 : ++t->times;
            if (times > 1)
                sum += (float)(times * log(times) - (times - 1) * log(times - 1));
        }
    return log(g->times) - (double)sum / g->times >= ENTROPY_LEAST;
}

static struct str text_of(const uint32_t *characters, size_t n, struct arena *a)
{
    char *text = arena_alloc(a, 4 * n);
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += utf8_put(text + len, characters[i] & CODE_POINT);
    return (struct str){text, len};
}

static void find_words(struct learner *l, size_t n)
{
    /* In a small store a word is no likelier than a listed one. */
    double total = fmax((double)l->count, CHARACTERS_MAX);
    for (size_t i = 0; i < l->levels[n].len; i++) {
        const struct gram *g = &l->levels[n].ptr[i];
        const uint32_t *places = l->places + g->from;
        uint32_t between =
            0; /* how often between borders of listed words, none of them a function word */
        for (uint32_t k = 0; k < g->times; k++)
            between += is_between(l, places[k], n);
        if (between * 2 < g->times || cohesion(l, g, n) < COHESION_LEAST || !changes(l, g, -1) ||
            !changes(l, g, (ptrdiff_t)n))
            continue;
        VEC_PUSH(l->a, &l->words,
                 ((struct learnt_word){
                     text_of(l->text + places[0], n, l->a), (uint32_t)n, g->times,
                     (uint32_t)lround(-10 * log(g->times / total)),
                     arena_regrow(l->a, places, g->times, g->times, sizeof(*places))}));
        for (uint32_t k = 0; k < g->times; k++)
            l->longest[places[k]] = (uint8_t)n;
    }
}

/* Leaves in `longest` the words that no longer one covers. */
static void drop_covered(struct learner *l)
{
    size_t covered = 0; /* the end of what the words before this character cover */
    for (size_t i = 0; i < l->count; i++) {
        size_t end = i + l->longest[i];
        if (end <= covered)
            l->longest[i] = 0;
        else
            covered = end;
    }
}

static bool stands_alone(const struct learner *l, const struct learnt_word *w)
{
    uint32_t alone = 0;
    for (uint32_t i = 0; i < w->times; i++)
        alone += l->longest[w->places[i]] == w->n;
    return alone >= ALONE_LEAST * w->times;
}

void words_learn(struct buf *out, const struct words_text *t, struct arena *a)
{
    struct learner l = {.a = a, .text = t->characters.ptr, .count = t->characters.len};
    l.tallies = mem_array(l.count > CODE_POINTS ? l.count : CODE_POINTS, sizeof(*l.tallies));
    l.longest = arena_alloc(a, l.count);
    grams_begin(&l);
    for (size_t n = 1; n <= WORD_CHARACTERS_MAX; n++) {
        grams_lengthen(&l, n);
        if (n > 1)
            find_words(&l, n);
    }
    free(l.at);
    free(l.places);
    free(l.tallies);
    drop_covered(&l);
    if (l.words.len > 0)
        qsort(l.words.ptr, l.words.len, sizeof(*l.words.ptr), str_cmp_first);
    for (size_t i = 0; i < l.words.len; i++)
        if (stands_alone(&l, &l.words.ptr[i]))
            buf_addf(out, "%.*s\t%u\n", STR_ARG(l.words.ptr[i].text), l.words.ptr[i].cost);
}

void words_take(struct words_text *t, struct str text, struct arena *a)
{
    struct arena *scratch = arena_new();
    size_t count;
    const struct word *w = words_split(&count, text, NULL, scratch);
    const char *end = NULL; /* of the word before */
    for (size_t i = 0; i < count; i++) {
        if (w[i].inner)
            continue;
        if (w[i].folded.ptr != end)
            VEC_PUSH(a, &t->characters, 0);
        for (size_t at = 0; at < w[i].folded.len;) {
            uint32_t bits = (at == 0 ? BEGINS : 0) | (w[i].function ? FUNCTION : 0);
            VEC_PUSH(a, &t->characters, utf8_next(w[i].folded, &at) | bits);
        }
        end = w[i].folded.ptr + w[i].folded.len;
    }
    VEC_PUSH(a, &t->characters, 0);
    arena_free(scratch);
}

/* --- following the index ------------------------------------------------------------------ */

struct reading {
    struct arena *a;
    struct words_text text;
};

static bool take_texts(void *arg, const struct patent *p)
{
    struct reading *r = arg;
    if (!r->text.characters.ptr) { /* at once: what doubles leaves as much behind */
        r->text.characters.cap = CHARACTERS_MAX + TEXT_BYTES_MAX;
        r->text.characters.ptr =
            arena_array(r->a, r->text.characters.cap, sizeof(*r->text.characters.ptr));
    }
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        if (t->part == TEXT_TITLE || t->part == TEXT_ABSTRACT)
            words_take(&r->text, utf8_cut(t->content, TEXT_BYTES_MAX), r->a);
    }
    return r->text.characters.len < CHARACTERS_MAX;
}

err_t words_follow(struct store *store, const char *index_dir, struct err *e)
{
    struct arena *a = arena_new();
    struct reading r = {.a = a};
    const struct query chinese = language_query(LANGUAGE_CHINESE, a);
    const struct learnt_from from = {.index_dir = index_dir,
                                     .name = WORDS_FILE,
                                     .query = &chinese,
                                     .most = CHARACTERS_MAX / 8,
                                     .take = take_texts,
                                     .arg = &r};
    uint64_t records;
    err_t rc = learnt_read(&records, store, &from, a, e);
    if (rc == OK && records > 0) {
        struct buf lines;
        buf_init(&lines, 0);
        words_learn(&lines, &r.text, a);
        rc = learnt_write(&from, records, &lines, e);
        buf_clear(&lines);
    }
    arena_free(a);
    return rc;
}

/* Words of a collection without a dictionary: strings of 2 to 8 characters that stand together much oftener than their
 * parts would by chance (cohesion), and beside changing neighbours (entropy). Strings are numbered length by length: one
 * is looked at only where the two that it is longer than by a character are frequent, so each length is one pass. */
#include "base/map.h"
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
#define NONE UINT32_MAX

/* Flags of a character: a listed word begins with it; it belongs to a function word. */
#define BEGINS ((uint32_t)1 << 31)
#define FUNCTION ((uint32_t)1 << 30)
#define CODE_POINT (FUNCTION - 1)

struct gram {
    uint32_t times, first; /* how often, and where first */
    uint32_t between; /* how often between borders of listed words, none of them a function word */
    uint32_t alone;   /* outside longer words */
    bool word;
    float sums[2]; /* Σ n ln n of the neighbours on either side */
};

struct level {
    VEC(struct gram) grams;
    uint32_t *at; /* the gram that begins at each character; NONE */
};

struct learner {
    struct arena *a;
    const uint32_t *text;
    size_t count;
    struct level levels[WORD_CHARACTERS_MAX + 1];
};

static uint32_t character(const struct learner *l, size_t at)
{
    return at < l->count ? l->text[at] & CODE_POINT : 0;
}

static uint32_t frequent(const struct level *l, size_t at)
{
    uint32_t gram = l->at[at];
    return gram != NONE && l->grams.ptr[gram].times >= TIMES_LEAST ? gram : NONE;
}

static bool is_between(const struct learner *l, size_t at, size_t n)
{
    bool end = at + n == l->count || l->text[at + n] == 0 || l->text[at + n] & BEGINS;
    for (size_t i = at; i < at + n; i++)
        end = end && !(l->text[i] & FUNCTION);
    return end && l->text[at] & BEGINS;
}

static struct str key_of(const uint32_t key[3])
{
    return (struct str){(const char *)key, 3 * sizeof(*key)};
}

/* Numbers and counts the strings of n characters. */
static void count_grams(struct learner *l, size_t n)
{
    struct level *level = &l->levels[n], *shorter = &l->levels[n - 1];
    struct map *ids = map_new(n);
    level->at = arena_array(l->a, l->count + 1, sizeof(*level->at));
    for (size_t i = 0; i < l->count; i++) {
        level->at[i] = NONE;
        if (i + n > l->count || l->text[i] == 0 || l->text[i + n - 1] == 0 ||
            (n > 1 && (frequent(shorter, i) == NONE || frequent(shorter, i + 1) == NONE)))
            continue;
        uint32_t key[3] = {n > 1 ? shorter->at[i] : 0, character(l, i + n - 1), 0};
        bool added;
        uint64_t *id = map_put(ids, key_of(key), &added);
        if (added) {
            *id = level->grams.len;
            VEC_PUSH(l->a, &level->grams, ((struct gram){.first = (uint32_t)i}));
        }
        level->at[i] = (uint32_t)*id;
        level->grams.ptr[*id].times++;
        level->grams.ptr[*id].between += is_between(l, i, n);
    }
    map_free(ids);
}

/* ln of how much oftener the string stands there than its parts would by chance, where it is cut best. */
static double cohesion(const struct learner *l, const struct gram *g, size_t n)
{
    double least = HUGE_VAL;
    for (size_t k = 1; k < n; k++) {
        const struct level *left = &l->levels[k], *right = &l->levels[n - k];
        double parts = (double)left->grams.ptr[left->at[g->first]].times *
                       right->grams.ptr[right->at[g->first + k]].times;
        least = fmin(least, log((double)g->times * (double)l->count / parts));
    }
    return least;
}

/* One more of a neighbour: its n ln n in the sum. A border counts as a neighbour that comes once. */
static void add_neighbour(struct map *seen, struct gram *g, uint32_t gram, uint32_t side,
                          uint32_t neighbour)
{
    uint32_t key[3] = {gram, neighbour, side};
    bool added;
    if (neighbour == 0)
        return;
    double times = (double)++*map_put(seen, key_of(key), &added);
    if (times > 1)
        g->sums[side] += (float)(times * log(times) - (times - 1) * log(times - 1));
}

static bool changes(const struct gram *g, int side)
{
    return log(g->times) - (double)g->sums[side] / g->times >= ENTROPY_LEAST;
}

static void find_words(struct learner *l, size_t n)
{
    struct level *level = &l->levels[n];
    struct map *seen = map_new(n);
    for (size_t i = 0; i < level->grams.len; i++) {
        struct gram *g = &level->grams.ptr[i];
        g->word = g->times >= TIMES_LEAST && g->between * 2 >= g->times &&
                  cohesion(l, g, n) >= COHESION_LEAST;
    }
    for (size_t i = 0; i < l->count; i++) {
        uint32_t gram = level->at[i];
        if (gram == NONE || !level->grams.ptr[gram].word)
            continue;
        add_neighbour(seen, &level->grams.ptr[gram], gram, 0, i > 0 ? character(l, i - 1) : 0);
        add_neighbour(seen, &level->grams.ptr[gram], gram, 1, character(l, i + n));
    }
    for (size_t i = 0; i < level->grams.len; i++) {
        struct gram *g = &level->grams.ptr[i];
        g->word = g->word && changes(g, 0) && changes(g, 1);
    }
    map_free(seen);
}

/* Counts for each word where no longer one covers it. */
static void count_alone(struct learner *l)
{
    size_t covered = 0; /* the end of what the words before this character cover */
    for (size_t i = 0; i < l->count; i++) {
        size_t end = covered;
        for (size_t n = WORD_CHARACTERS_MAX; n >= 2; n--) {
            struct level *level = &l->levels[n];
            struct gram *g = level->at[i] == NONE ? NULL : &level->grams.ptr[level->at[i]];
            if (!g || !g->word)
                continue;
            g->alone += i + n > end;
            end = i + n > end ? i + n : end;
        }
        covered = end;
    }
}

struct learnt_word {
    struct str text;
    uint32_t cost;
};

static int by_text(const void *l, const void *r)
{
    return str_cmp(((const struct learnt_word *)l)->text, ((const struct learnt_word *)r)->text);
}

static struct str text_of(const uint32_t *characters, size_t n, struct arena *a)
{
    char *text = arena_alloc(a, 4 * n);
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += utf8_put(text + len, characters[i] & CODE_POINT);
    return (struct str){text, len};
}

void words_learn(struct buf *out, const struct words_text *t, struct arena *a)
{
    struct learner l = {.a = a, .text = t->characters.ptr, .count = t->characters.len};
    VEC(struct learnt_word) words = {0};
    /* In a small store a word is no likelier than a listed one. */
    double total = fmax((double)l.count, CHARACTERS_MAX);
    for (size_t n = 1; n <= WORD_CHARACTERS_MAX; n++)
        count_grams(&l, n);
    for (size_t n = 2; n <= WORD_CHARACTERS_MAX; n++)
        find_words(&l, n);
    count_alone(&l);
    for (size_t n = 2; n <= WORD_CHARACTERS_MAX; n++)
        for (size_t i = 0; i < l.levels[n].grams.len; i++) {
            const struct gram *g = &l.levels[n].grams.ptr[i];
            if (g->word && g->alone >= ALONE_LEAST * g->times)
                VEC_PUSH(a, &words,
                         ((struct learnt_word){text_of(l.text + g->first, n, a),
                                               (uint32_t)lround(-10 * log(g->times / total))}));
        }
    if (words.len > 0)
        qsort(words.ptr, words.len, sizeof(*words.ptr), by_text);
    for (size_t i = 0; i < words.len; i++)
        buf_addf(out, "%.*s\t%u\n", STR_ARG(words.ptr[i].text), words.ptr[i].cost);
}

void words_take(struct words_text *t, struct str text, struct arena *a)
{
    struct arena *scratch = arena_new();
    size_t count;
    const struct word *w = words_split(&count, text, (struct bytes){0}, scratch);
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

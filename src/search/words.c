/* The likeliest path through a run of Chinese characters: from its end, the best of the words that begin at each
 * character. */
#include "search/words.h"
#include "base/utf8.h"
#include "search/learnt.h"
#include "search/stopwords.h"
#include "text/unicode.h"
#include "words_tsv.h"
#include <pthread.h>

#define COST_UNKNOWN 200 /* of a character that no list has */
#define UNKNOWN_RUN 4    /* characters of a run that may be a word of no list */

struct edge {
    uint32_t from, cost;
    uint8_t characters;
    bool function;
};

struct splitting {
    struct arena *a;
    const struct words_list *lists[2]; /* the second: NULL or the store's */
    struct str text, folded;
    const uint32_t *offsets; /* of folded bytes in text */
    VEC(uint32_t) at;        /* where the run's characters begin in folded, and its end */
    VEC(struct edge) edges;  /* of the run, by `from` rising */
    VEC(struct word) words;
};

void words_list_make(struct words_list *out, struct bytes file)
{
    struct str lines = learnt_lines(bytes_str(file));
    size_t known = 0;
    out->lines = lines;
    while (lines.len > 0) {
        uint32_t at = (uint32_t)(lines.ptr - out->lines.ptr);
        size_t next = 0;
        uint32_t c = utf8_next(learnt_line(&lines), &next);
        while (known < ARRAY_LEN(out->begins) && WORDS_FIRST + known <= c)
            out->begins[known++] = at;
    }
    while (known < ARRAY_LEN(out->begins))
        out->begins[known++] = (uint32_t)out->lines.len;
}

static struct words_list carried;

static void make_carried(void)
{
    words_list_make(&carried, str_bytes((struct str){words_tsv, sizeof(words_tsv) - 1}));
}

/* The lines that may begin with the character. */
static struct str lines_of(const struct words_list *list, uint32_t c)
{
    size_t at = c - WORDS_FIRST;
    if (c < WORDS_FIRST || at + 1 >= ARRAY_LEN(list->begins))
        return list->lines;
    return str_range(list->lines.ptr + list->begins[at], list->lines.ptr + list->begins[at + 1]);
}

static void add_edges(struct splitting *s, const struct words_list *list, size_t i)
{
    size_t left = s->at.len - 1 - i, first = s->at.ptr[i];
    const uint32_t *at = s->at.ptr + i;
    struct str all = lines_of(list, utf8_next(s->folded, &first));
    for (size_t n = 1; n <= 2 && n <= left; n++) { /* the character; all that begin with two */
        struct str key = {s->folded.ptr + at[0], at[n] - at[0]};
        struct str lines = learnt_find(all, key);
        while (str_starts(lines, key)) {
            struct str rest = learnt_line(&lines), word = str_split(&rest, STR("\t"));
            uint64_t cost = 0;
            size_t k = n;
            while (k < left && k < WORD_CHARACTERS_MAX && at[k] - at[0] < word.len)
                k++;
            if (at[k] - at[0] == word.len && memcmp(word.ptr, key.ptr, word.len) == 0 &&
                str_to_u64(&cost, str_split(&rest, STR("\t"))))
                VEC_PUSH(s->a, &s->edges,
                         ((struct edge){(uint32_t)i, (uint32_t)cost, (uint8_t)k, rest.len > 0}));
            if (n == 1)
                break;
        }
    }
}

static uint32_t source_end(const struct splitting *s, size_t at)
{
    while (at > 0 && at < s->folded.len && s->offsets[at] == s->offsets[at - 1])
        at++;
    return at < s->folded.len ? s->offsets[at] : (uint32_t)s->text.len;
}

static struct str text_of(const struct splitting *s, const struct edge *e)
{
    return str_range(s->folded.ptr + s->at.ptr[e->from],
                     s->folded.ptr + s->at.ptr[e->from + e->characters]);
}

static void add_word(struct splitting *s, const struct edge *e, bool inner)
{
    uint32_t from = s->at.ptr[e->from], to = s->at.ptr[e->from + e->characters];
    VEC_PUSH(s->a, &s->words,
             ((struct word){.folded = text_of(s, e),
                            .from = s->offsets[from],
                            .to = source_end(s, to),
                            .characters = e->characters,
                            .function = e->function,
                            .inner = inner}));
}

static void split_run(struct splitting *s, struct arena *scratch)
{
    size_t count = s->at.len - 1;
    uint32_t *first = arena_array(scratch, count + 1, sizeof(*first)); /* edge of a character */
    uint64_t *cost = arena_array(scratch, count + 1, sizeof(*cost));   /* from there to the end */
    uint32_t *best = arena_array(scratch, count + 1, sizeof(*best));

    s->edges.len = 0;
    for (size_t i = 0; i < count; i++) {
        first[i] = (uint32_t)s->edges.len;
        VEC_PUSH(s->a, &s->edges, ((struct edge){(uint32_t)i, COST_UNKNOWN, 1, false}));
        for (size_t k = 0; k < ARRAY_LEN(s->lists) && s->lists[k]; k++)
            add_edges(s, s->lists[k], i);
    }
    first[count] = (uint32_t)s->edges.len;
    cost[count] = 0;
    for (size_t i = count; i-- > 0;) {
        cost[i] = UINT64_MAX;
        for (uint32_t k = first[i]; k < first[i + 1]; k++) {
            const struct edge *e = &s->edges.ptr[k];
            uint64_t sum = e->cost + cost[i + e->characters];
            if (sum < cost[i] ||
                (sum == cost[i] && e->characters > s->edges.ptr[best[i]].characters)) {
                cost[i] = sum;
                best[i] = k;
            }
        }
    }
    struct edge whole = {0, 0, (uint8_t)count, false};
    bool unknown = false, function = false;
    for (size_t i = 0; i < count; i += s->edges.ptr[best[i]].characters) {
        struct edge *word = &s->edges.ptr[best[i]];
        word->function |= is_stop_word(text_of(s, word));
        unknown |= word->characters == 1;
        function |= word->function;
    }
    unknown &= !function && count > 1 && count <= UNKNOWN_RUN;
    for (size_t i = 0; i < count;) {
        const struct edge *word = unknown ? &whole : &s->edges.ptr[best[i]];
        size_t end = i + word->characters;
        add_word(s, word, false);
        for (uint32_t k = first[i]; k < first[end]; k++) {
            const struct edge *e = &s->edges.ptr[k];
            if (e->characters > 1 && e->characters < word->characters && !e->function &&
                e->from + e->characters <= end && !is_stop_word(text_of(s, e)))
                add_word(s, e, true);
        }
        i = end;
    }
}

const struct word *words_split(size_t *count, struct str text, const struct words_list *own,
                               struct arena *a)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct arena *scratch = arena_new();
    struct splitting s = {.a = a, .text = text, .lists = {&carried, own}};
    struct buf folded;
    uint32_t *offsets = NULL;

    pthread_once(&once, make_carried);
    buf_init(&folded, 0);
    unicode_fold_mapped(&folded, &offsets, text, a);
    s.folded = arena_dup(a, buf_str(&folded));
    s.offsets = offsets;
    buf_clear(&folded);
    for (size_t at = 0, next = 0; at < s.folded.len; at = next) {
        bool inside = unicode_class(utf8_next(s.folded, &next)) == UNICODE_CJK;
        if (inside)
            VEC_PUSH(a, &s.at, (uint32_t)at);
        if (s.at.len > 0 && (!inside || next == s.folded.len)) {
            VEC_PUSH(a, &s.at, (uint32_t)(inside ? next : at));
            split_run(&s, scratch);
            arena_reset(scratch);
            s.at.len = 0;
        }
    }
    arena_free(scratch);
    *count = s.words.len;
    return s.words.ptr;
}

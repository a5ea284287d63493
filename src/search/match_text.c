/* A text as people changed it: words taken out of it, words put behind it. */
#include "index/analyze.h"
#include "search/match.h"

#define ADDED_TIMES 3 /* a word that somebody adds counts as one that the text says so often */

bool match_class(struct str *symbol, struct str written, struct arena *a)
{
    struct class_symbol c;
    struct str up[5];
    if (!class_parse(&c, written, CLASS_IPC, a) || class_ancestors(up, c.symbol) < 3)
        return false;
    *symbol = c.symbol;
    return true;
}

/* Blanks where the word stands, in whatever form: other places stay what they are. */
static void take_out(char *text, const struct token *t, size_t count, const struct token *word,
                     size_t n)
{
    for (size_t i = 0; n > 0 && i + n <= count; i++) {
        size_t k = 0;
        while (k < n && str_eq(t[i + k].term, word[k].term) &&
               t[i + k].number - t[i].number == word[k].number - word[0].number)
            k++;
        if (k == n)
            memset(text + t[i].from, ' ', t[i + n - 1].to - t[i].from);
    }
}

static void drop_words(char *text, struct map *dropped, const struct search_request *q,
                       unsigned how)
{
    struct arena *scratch = arena_new();
    size_t count;
    const struct token *t = analyze_text(&count, q->text, how, scratch);
    for (size_t i = 0; i < q->dropped_count; i++) {
        struct str symbol;
        size_t n;
        bool added;
        const struct token *word = analyze_text(&n, q->dropped[i], how, scratch);
        if (match_class(&symbol, q->dropped[i], scratch))
            continue;
        take_out(text, t, count, word, n);
        for (size_t k = 0; k < n; k++)
            map_put(dropped, word[k].term, &added);
    }
    arena_free(scratch);
}

struct str match_text_make(struct map *dropped, const struct search_request *q, unsigned flags,
                           struct arena *a)
{
    size_t len = q->text.len;
    if (q->dropped_count + q->added_count == 0)
        return q->text;
    for (size_t i = 0; i < q->added_count; i++)
        len += ADDED_TIMES * (q->added[i].len + 1);
    char *text = arena_alloc(a, len + 1), *to = text + q->text.len;
    memcpy(text, q->text.ptr, q->text.len);
    drop_words(text, dropped, q, ANALYZE_QUERY | flags);
    for (size_t i = 0; i < q->added_count; i++) {
        struct str symbol;
        for (int n = 0; n < ADDED_TIMES && !match_class(&symbol, q->added[i], a); n++) {
            *to++ = '\n';
            memcpy(to, q->added[i].ptr, q->added[i].len);
            to += q->added[i].len;
        }
    }
    return str_range(text, to);
}

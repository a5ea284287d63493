/* Text → tokens, the same for documents and queries: fold (text/unicode.h:
 * NFKC, case, traditional→simplified), Latin words with light stemming, CJK
 * runs as character bigrams (a run of one character as itself). The engine's
 * one dependency above base is text/unicode. */
#ifndef INDEX_ANALYZE_H
#define INDEX_ANALYZE_H
#include "base/arena.h"
#include "index/schema.h"

struct token {
    struct str term;     /* in the arena */
    uint32_t number;     /* position in the text, from 0 */
    uint32_t from, to;   /* byte range in the text as given (for highlights) */
    uint32_t word;       /* number of the blank-separated word it came from */
    bool cjk;
};

enum analyze_how {
    ANALYZE_INDEX, /* bigrams, and also the single characters of a run (as "\x01字"), so that
                      a query of one character finds its word */
    ANALYZE_QUERY  /* bigrams; a run of one character as "\x01字" */
};

/* Returns the tokens in order; *count may be 0. */
const struct token *analyze_text(size_t *count, struct str text, enum analyze_how how,
                                 struct arena *a);

/* Light English stemming of one folded word (plural s-stemmer after Harman
 * 1991): "batteries" → "battery", "glasses" → "glass"; in place, returns the
 * new length. Other languages' words are left as they are. */
size_t analyze_stem(char *word, size_t len);
#endif

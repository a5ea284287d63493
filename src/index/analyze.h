/* Text → tokens, the same for documents and queries: fold (text/unicode.h:
 * NFKC, case, traditional→simplified), Latin words with light stemming, CJK
 * runs as character bigrams and single characters. The engine's one dependency
 * above base is text/unicode.
 *
 * Numbers: a word takes one, a CJK run of n characters n (bigram i and character
 * i both have the run's first number + i). So a phrase matches where its tokens'
 * numbers differ as in the query, whichever scripts it mixes. */
#ifndef INDEX_ANALYZE_H
#define INDEX_ANALYZE_H
#include "base/arena.h"
#include "index/schema.h"

struct token {
    struct str term;   /* in the arena; 1..TERM_BYTES_MAX bytes */
    uint32_t number;   /* position in the text, from 0; rising, equal for a bigram and its
                          first character */
    uint32_t from, to; /* byte range in the text as given (for highlights); 0, 0 with
                          ANALYZE_INDEX */
    uint32_t word;     /* number of the blank-separated word it came from */
    bool cjk;
};

enum analyze_how {
    ANALYZE_INDEX, /* bigrams, and also the single characters of a run (as "\x01字"), so that
                      a query of one character finds its word; no byte ranges */
    ANALYZE_MARKS, /* the same with byte ranges */
    ANALYZE_QUERY, /* bigrams; a run of one character as "\x01字"; byte ranges */
    ANALYZE_UNSTEMMED = 4 /* or'ed to one of the above: words as they are folded, and no single
                             characters beside bigrams */
};

#define ANALYZE_SINGLE '\x01' /* first byte of a single character's term */

/* Numbers end below this (schema.h, POSITION_FIELD_SHIFT): a longer text is cut
 * there, and the last token's number says so. */
#define ANALYZE_NUMBERS_MAX ((uint32_t)1 << POSITION_FIELD_SHIFT)

/* Returns the tokens in order; *count may be 0. `how`: enum analyze_how. */
const struct token *analyze_text(size_t *count, struct str text, unsigned how, struct arena *a);

/* Adds the tokens of ANALYZE_INDEX as those of a field, numbered from `from` on, as far as numbers go; returns the
 * number behind the last, `from` where there are none. `flags`: ANALYZE_UNSTEMMED or 0. */
uint32_t analyze_field(struct index_tokens *out, unsigned field, uint32_t from, struct str text,
                       unsigned flags, struct arena *a);

/* Light English stemming of one folded word (plural s-stemmer after Harman
 * 1991, with the common -sses, -xes, -ches, -shes and -is words put right):
 * "batteries" → "battery", "glasses" → "glass"; in place, returns the new
 * length. Words with other letters or digits are left as they are. */
size_t analyze_stem(char *word, size_t len);
#endif

/* Chinese words. The program carries a list (reference/words.tsv, made by tools/words.py); others are learnt from the
 * titles and abstracts of the store's own records, into a file of the index's folder (learnt.h). Lines are
 * "word TAB cost", the cost being -10 ln of the word's probability; a function word's line ends with "TAB -".
 * The terms of the index stay bigrams; words decide only which strings reasons, translations and marks show. */
#ifndef SEARCH_WORDS_H
#define SEARCH_WORDS_H
#include "base/buf.h"
#include "base/vec.h"
#include "model/store_read.h"

#define WORDS_FILE "words"
#define WORD_CHARACTERS_MAX 8
#define WORDS_FIRST 0x4e00 /* of the characters by which words are found at once, to 9fff */

/* A list and where in its lines the words of each character begin, and end. */
struct words_list {
    struct str lines;
    uint32_t begins[0xa000 - WORDS_FIRST + 1];
};
void words_list_make(struct words_list *out, struct bytes file);

struct word {
    struct str folded; /* as the index has it */
    uint32_t from, to; /* bytes of the text as given */
    uint8_t characters;
    bool function; /* or a formula of patent prose (stopwords.h) */
    bool inner;    /* a listed word inside the one before it that is not inner */
};

/* The likeliest words that make up the text's Chinese runs, in order, each followed by the listed words inside it.
 * A run of at most four characters that holds an unknown one is one word. Linear in the text.
 * `own`: the store's list; NULL: none. The folded words live in the arena. */
const struct word *words_split(size_t *count, struct str text, const struct words_list *own,
                               struct arena *a);

/* Characters of texts, folded, to learn from. */
struct words_text {
    VEC(uint32_t)
    characters; /* code points of Chinese runs, with a bit where a listed word begins; 0: a border */
};
void words_take(struct words_text *t, struct str text, struct arena *a);

/* The words that show by standing together oftener than by chance, between changing neighbours, and at the borders of
 * listed words: lines sorted by bytes. Linear in the text. */
void words_learn(struct buf *out, const struct words_text *t, struct arena *a);

/* Learns the store's list anew where its records have grown by a fifth. The caller holds the index's lock. */
MUST_CHECK err_t words_follow(struct store *store, const char *index_dir, struct err *e);
#endif

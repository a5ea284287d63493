/* Terms in two languages. The program carries a table that was learnt from titles of the IPC
 * (reference/translations.tsv); another is learnt from the store's own records that have a title or an abstract in
 * Chinese and in a language written with letters: IBM model 1 (Brown et al. 1993), both ways. It is a file of the
 * index's folder (learnt.h). Both have lines of a term and its targets, the likeliest first, each with its probability
 * in thousandths; all are divided by tabs. Chinese terms are words (words.h), others terms of the index. */
#ifndef SEARCH_TRANSLATE_H
#define SEARCH_TRANSLATE_H
#include "db/store.h"
#include "model/patent.h"

#define TRANSLATIONS_FILE "word-translations"
#define TRANSLATIONS_MAX 5 /* targets of a term */

struct translation {
    struct str target;
    float probability;
};

enum language { LANGUAGE_CHINESE, LANGUAGE_LETTERS, LANGUAGES };

static inline enum language language_other(enum language l)
{
    return l == LANGUAGE_CHINESE ? LANGUAGE_LETTERS : LANGUAGE_CHINESE;
}

/* The one that more of the text's words are of, a Chinese character being a word; LANGUAGES: no words. */
enum language text_language(struct str text);

/* The languages of its titles and abstracts. */
void patent_languages(bool out[LANGUAGES], const struct patent *p);

/* In key terms of the index. */
struct str language_name(enum language l);

/* Finds the records with texts in it (index key terms of KEY_LANGUAGE); adds no score. */
struct query language_query(enum language l, struct arena *a);

/* Learns the table anew where the index holds enough bilingual records, and a fifth more than the table was learnt
 * from. The caller holds the index's lock. */
MUST_CHECK err_t translations_follow(struct store *store, const char *index_dir, struct err *e);

/* The targets of a term, the likeliest first, borrowed from the tables; how many. Where both tables have the term, a
 * probability is the mean of theirs. */
size_t translations_of(struct translation out[TRANSLATIONS_MAX], struct bytes own, struct str term);
#endif

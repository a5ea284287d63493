/* Terms in two languages. The program carries a table that was learnt from titles of the IPC
 * (reference/translations.tsv); terms that it lacks are learnt from the store's own records that have a title or an
 * abstract in Chinese and in a language written with letters: IBM model 1 (Brown et al. 1993), both ways. This table
 * is a file of the index's folder, derived like the index. Both are lines "term TAB target TAB probability in
 * thousandths", sorted by bytes, behind a first line: its source, or the number of records that it was learnt from. */
#ifndef SEARCH_TRANSLATE_H
#define SEARCH_TRANSLATE_H
#include "db/store.h"
#include "model/patent.h"
#include "search/fields.h"

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

/* The store's table as mapped; {NULL, 0} where there is none. fs_unmap gives it back. */
struct bytes translations_map(const char *index_dir);
/* The targets of a term, the likeliest first, of the program's table, else of the store's, from which they are
 * borrowed; how many. */
size_t translations_of(struct translation out[TRANSLATIONS_MAX], struct bytes own, struct str term);
#endif

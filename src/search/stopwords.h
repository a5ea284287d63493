/* Words that say nothing about a subject. Long texts only: a typed query keeps
 * every word. */
#ifndef SEARCH_STOPWORDS_H
#define SEARCH_STOPWORDS_H
#include "base/str.h"

/* `term` as the analyser gives it (folded, stemmed; single characters marked). */
bool is_stop_word(struct str term);
bool stop_words_are_sorted(void); /* for the test */
#endif

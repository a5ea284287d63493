/* The sentences of a source text, and its letters. Positions are bytes of the text without
 * blanks: a source has line breaks wherever a page ended. */
#ifndef POLICY_SENTENCES_H
#define POLICY_SENTENCES_H
#include "base/arena.h"
#include "base/str.h"

struct source_sentence {
    size_t from, end; /* its mark ("第五条", "（一）", "2.") left out */
    int line;         /* of the source, where it begins */
};

/* A sentence ends with a full stop or a semicolon; a heading, a cell of a table and an item
 * of a list are one each. What has no word is none. */
size_t source_sentences(const struct source_sentence **out, struct str source, struct arena *a);

/* Neither a mark of punctuation nor a blank. */
bool source_is_word(uint32_t c);
/* Where the numerals that begin there end. */
size_t source_numerals_end(struct str s, size_t at);

/* Length of "第二十条", "一、", "（一）" or "(一)" at the start; 0: none. */
size_t source_heading_len(struct str line);

/* Length of a word processor's mark at the start, "[bookmark: _Hlk1]"; 0: none. */
size_t source_bookmark_len(struct str s);

/* Length of all that is no word of the text at the start: signs of lists and headings, with
 * their numbers. */
size_t source_mark_len(struct str s);

/* The line of the source with byte `at` of the text without blanks. */
int source_line(struct str source, size_t at);

struct str without_blanks(struct str s, struct arena *a);
#endif

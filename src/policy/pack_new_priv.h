/* Shared by the files that draft a pack from a text. */
#ifndef POLICY_PACK_NEW_PRIV_H
#define POLICY_PACK_NEW_PRIV_H
#include "policy/clause_map.h"
#include "policy/lint.h"
#include "policy/pack_new.h"
#include "policy/sentences.h"

struct drafting {
    struct buf yaml;
    struct str source, text; /* as supplied; without blanks */
    const struct source_span *articles;
    size_t article_count;
    const struct source_sentence *sentences;
    size_t sentence_count;
    const struct clause_map *map;
    struct arena *arena;
    struct pack_draft *out;
};

/* As a quoted scalar of YAML. */
void pack_new_quoted(struct buf *b, struct str s);
struct str pack_new_words(const struct drafting *d, const struct source_sentence *s);
/* ", clause: …, quote: …": what is drafted carries the whole sentence from which it was read. */
void pack_new_cite(struct drafting *d, const struct source_sentence *s);
/* What the sentence leaves open, as a comment for who writes the pack; `about`: its words, or empty. */
void pack_new_ask(struct drafting *d, const struct source_sentence *s, const char *question,
                  struct str about);
/* "第二章申报条件": a heading, which says nothing by itself. */
bool pack_new_is_chapter(struct str words);

/* "deadlines" of pack.yaml. */
void pack_new_deadlines(struct drafting *d);
/* Who does it, in the words of the sentence before byte `at` of them; empty: they do not say. */
struct str pack_new_doer(struct str words, size_t at);
/* Steps and the offices that take them, of parts.yaml; how many offices. */
size_t pack_new_process(struct drafting *d, const struct source_sentence *all, size_t count);

/* parts.yaml: the sections that the words of the text show. */
void pack_new_parts(struct drafting *d);
#endif

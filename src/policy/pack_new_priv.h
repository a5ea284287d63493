/* Shared by the files that draft a pack from a text. */
#ifndef POLICY_PACK_NEW_PRIV_H
#define POLICY_PACK_NEW_PRIV_H
#include "policy/lint.h"
#include "policy/pack_new.h"
#include "policy/sentences.h"

struct drafting {
    struct buf yaml;
    struct str source, text; /* as supplied; without blanks */
    const struct source_span *articles;
    size_t article_count;
    struct arena *arena;
    struct pack_draft *out;
};

/* As a quoted scalar of YAML. */
void pack_new_quoted(struct buf *b, struct str s);
/* "第五条", "第五条（一）": the piece in which byte `at` of the text lies. */
struct str pack_new_article(const struct drafting *d, size_t at);
/* "第二章申报条件": a heading, which says nothing by itself. */
bool pack_new_is_chapter(struct str words);

/* parts.yaml: the sections that the words of the text show. */
void pack_new_parts(struct drafting *d);
#endif

/* Matching a page of text: which of its words weigh, and what else is evidence.
 * The result is one flat query that the engine answers exactly.
 *
 * Words: every distinct one that the index holds, stop words apart, weighted by
 * 3tf/(tf+2); of more than MATCH_WORDS the best by weight · idf.
 * Classes: symbols named in the text; without any, those of the best first
 * answers, by their share in them. A shared symbol gives ln(N/df) times its
 * weight, on three levels (subclass, main group, symbol).
 * Feedback: words of the best first answers, together a tenth of the text's weight.
 * (All three measured: retrieval notes, C.) The same text over the same index
 * gives the same query, to the bit. */
#ifndef SEARCH_MATCH_H
#define SEARCH_MATCH_H
#include "base/map.h"
#include "model/patent_store.h"
#include "search/asking.h"
#include "search/compile.h"
#include "search/translate.h"
#include "search/words.h"

#define MATCH_WORDS 150
#define MATCH_UNTRANSLATED_MAX 8
#define MATCH_CLASSES_MAX 40
#define MATCH_FEEDBACK_WORDS 60
#define MATCH_FIRST_ANSWERS 20
#define MATCH_NEAR 0.47
#define MATCH_NEAR_CHINESE 0.33 /* of the own words of a Chinese text, without translations */
#define MATCH_NEAR_HITS 10      /* the best of these decides whether anything is near */

enum leaf_kind { LEAF_WORD, LEAF_CLASS, LEAF_FEEDBACK, LEAF_TRANSLATION };

struct match_leaf {
    enum leaf_kind kind;
    struct str term;
    struct str shown;  /* as written in the text, of a translation the word that it translates; the
                         symbol of a class */
    struct str target; /* of a translation: the word, whose bigram `term` may be */
    float weight;
    float idf;
    float own; /* weight · idf of the word that it is or translates, part of `mass`; 0: no word */
    uint32_t tf;
    uint32_t first; /* number of its first token in the text */
};

/* A place of the text where a leaf's word stands. */
struct match_place {
    uint32_t leaf, number, from, to;
    uint32_t word; /* of `words`, not an inner one, that it stands in; MATCH_NO_WORD */
    bool cjk, single;
    bool crosses; /* a border of words that are not all single characters */
};
#define MATCH_NO_WORD UINT32_MAX

struct answer {
    struct patent patent;
    float share; /* of the scores of all first answers */
};
/* The one of this number; NULL: it was not read. */
const struct patent *answer_of(const struct answer *answers, size_t count, int64_t id);

struct match {
    enum language language;     /* of the text */
    struct str text;            /* as it is matched: without dropped words, added ones behind it */
    const struct patent *own;   /* the request's */
    const struct query *root;   /* OR of the leaves; tag i is leaves[i] */
    const struct query *direct; /* for records with texts in its language: without the translations;
                                   NULL: there are none */
    const struct match_leaf *leaves;
    size_t leaf_count;
    size_t distinct; /* words of the text that the index could have held */
    size_t unknown;  /* of these, not in the index */
    size_t counted;  /* of these, in `mass` */
    float mass; /* Σ weight · idf of the text's words, unknown ones too, stop words and single
                   characters apart */
    struct str name_text;             /* name_key of the text, to find names in it */
    const struct match_place *places; /* in the order of the text */
    size_t place_count;
    const struct word *words; /* Chinese ones, in the order of the text */
    size_t word_count;
    struct str untranslated
        [MATCH_UNTRANSLATED_MAX]; /* words without a translation, in the order of the text */
    size_t untranslated_count;
    const struct answer *answers; /* records that were read for it */
    size_t answer_count;
    bool cites; /* its best answers state citations: what hits cite counts, and feedback does not */
};

/* In a session with a snapshot and a database, which is read for the first
 * answers' records. E_INVALID: the text holds nothing that can be searched for,
 * or is too long. */
MUST_CHECK err_t match_make(struct match *out, const struct search_request *q,
                            const struct query *filter, struct asking *session, struct arena *a,
                            struct err *e);

/* The text without the request's dropped words, its added ones behind it; terms of the dropped ones
 * are put into `dropped`. `flags`: analyze_flags. */
struct str match_text_make(struct map *dropped, const struct search_request *q, unsigned flags,
                           struct arena *a);
/* Whether a dropped or added word is the symbol of a class, of a subclass at least. */
bool match_class(struct str *symbol, struct str written, struct arena *a);

/* How close a record is to the text, 0 to 1, alike for all texts: 1 − (1 − c)^(n^0.45), where c is
 * the share of `mass` that the record holds and n counts the words. Texts that have nothing to do
 * with the store's records stay below MATCH_NEAR (measured: README). */
double match_similarity(const struct match *m, const struct score_part *parts, size_t part_count);

/* Why a record was found, by kind: its best words, translations and classes with their share of the
 * score, its best citer (weight: its part of the score, 0: none), that it is of the family of the
 * record that the text is of, and the applicant and region where the text names them. */
void match_reasons(struct found *out, const struct match *m, const struct score_part *parts,
                   size_t part_count, const struct reason *citer, const struct patent *p,
                   struct arena *a);

/* For marking: the words of the text. */
const struct compiled_term *match_terms(size_t *count, const struct match *m, struct arena *a);
#endif

/* A parsed query as the engine wants it, with the terms to mark in the texts. */
#ifndef SEARCH_COMPILE_H
#define SEARCH_COMPILE_H
#include "base/limits.h"
#include "index/analyze.h"
#include "search/filters.h"
#include "search/syntax.h"

/* Scoring leaves of one query; the rest is room for what filters add. */
#define QUERY_LEAVES_MAX (QUERY_TERMS_MAX - 16)

struct compiled_term {
    struct str term; /* as the analyser gives it */
    int field;       /* text field it must stand in, or -1 */
    bool prefix;     /* every term that begins with it and goes on as `rest` says */
    struct str rest;
    const struct token *tokens; /* of a phrase, `term` the first: they stand together; NULL: none */
    size_t token_count;
};

/* A number of a list, and its `count` of compiled.keys from `first` on. */
struct compiled_number {
    struct str text;
    size_t first, count;
};

/* One word, phrase or value of the query that records must have; not those under a NOT. Of an AND
 * that is the whole query each part, groups as they are written. */
struct compiled_word {
    struct str text; /* as typed, with the name of its field: "ipc:H01M" */
    struct query query;
};

struct compiled {
    const struct query *root;
    const struct compiled_term *terms; /* those under a NOT left out */
    size_t term_count;
    const struct compiled_word *words;
    size_t word_count;
    const struct compiled_number *numbers; /* of lists */
    size_t number_count;
    const struct str *keys;
};

/* E_INVALID: "at character N: …". `kind` says how the index analysed its texts; its filters in
 * braces and its standard applicants read `f`, but not f->all. */
MUST_CHECK err_t compile_query(struct compiled *out, struct str query, enum index_kind kind,
                               const struct filters *f, struct arena *a, struct err *e);

/* How texts and queries are analysed in an index of this kind: a flag for
 * index/analyze.h, to be or'ed to the mode. */
unsigned analyze_flags(enum index_kind kind);
#endif

/* One search's view of index and store; for files of this folder only. */
#ifndef SEARCH_ASKING_H
#define SEARCH_ASKING_H
#include "search/fields.h"

struct searcher;

struct asking {
    struct searcher *searcher;
    struct snapshot *snapshot;      /* NULL: there is no index yet, nor a record */
    struct search_scratch *scratch; /* of this asking until its end */
    struct db *db;                  /* NULL until asking_db */
    struct bytes translations;      /* translate.h; {NULL, 0} until asking_translations */
    struct bytes words;             /* words.h; {NULL, 0} until asking_words */
    struct words_list *words_list;  /* of them */
    int64_t started_us;
};

/* End it in any case. */
MUST_CHECK err_t asking_begin(struct asking *out, struct searcher *s, struct err *e);
MUST_CHECK err_t asking_db(struct asking *x, struct err *e);
struct bytes asking_translations(struct asking *x);
const struct words_list *asking_words(struct asking *x);
void asking_db_put(struct asking *x); /* long work lends the connection back now and then */
/* Remembers what searcher_met_damage asks for; returns rc. */
err_t asking_outcome(struct asking *x, err_t rc);
double asking_ms(const struct asking *x);
/* "there is no index yet", "the index is n records behind the store", or empty. */
struct str asking_note(struct asking *x, struct arena *a);
void asking_end(struct asking *x);
#endif

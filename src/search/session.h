/* One search's view of index and store; for files of this folder only. */
#ifndef SEARCH_SESSION_H
#define SEARCH_SESSION_H
#include "search/fields.h"

struct searcher;

struct session {
    struct searcher *searcher;
    struct snapshot *snapshot;      /* NULL: there is no index yet, nor a record */
    struct search_scratch *scratch; /* of this session until its end */
    struct db *db;                  /* NULL until session_db */
    int64_t started_us;
};

/* End it in any case. */
MUST_CHECK err_t session_begin(struct session *out, struct searcher *s, struct err *e);
MUST_CHECK err_t session_db(struct session *x, struct err *e);
/* Remembers what searcher_met_damage asks for; returns rc. */
err_t session_outcome(struct session *x, err_t rc);
double session_ms(const struct session *x);
/* "there is no index yet", "the index is n records behind the store", or empty. */
struct str session_note(struct session *x, struct arena *a);
void session_end(struct session *x);
#endif

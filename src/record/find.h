/* Finding records of all types by words (docs: GET /find), out of record_text, which each write keeps. Who reads what is
 * asked of each type before anything is counted, as in its lists. */
#ifndef RECORD_FIND_H
#define RECORD_FIND_H
#include "record/record.h"
#include "record/view.h"

struct find_hit {
    const struct record_type *type;
    int64_t id;
    int rank; /* 0: one of its texts is the words; 1: its title holds them; 2: another text */
    struct str title, what; /* what: another text of it */
};
struct find_group {
    struct find_hit *hits;
    size_t count;
    int64_t total; /* of all that the subject may read */
};
struct find_request {
    struct str words;     /* the first eight must occur; or a number in another spelling */
    size_t limit, offset; /* of each group */
    size_t groups;
    size_t (*group)(const struct record_type *t, void *arg); /* groups: it is not looked for */
    void *arg;
};
/* out: an array of q->groups. Types within others are left out, and ended records. */
MUST_CHECK err_t record_find(struct find_group *out, const struct record_call *c,
                             const struct find_request *q, struct err *e);

/* " FROM table r WHERE …": the records of the view, none ended, that the subject may read and whose searched fields it sees. */
MUST_CHECK err_t find_add_readable(struct view *v, struct err *e);

/* Folds the stored texts again that an older version folded by another table (text/unicode.h). In a store step. */
MUST_CHECK err_t record_texts_fold(struct db *db, struct arena *a, struct err *e);
#endif

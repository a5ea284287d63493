/* Records of one type that answer a text (a need), the nearest first, out of record_text, which each write keeps. Their words
 * weigh as in a match of patents (search/match.h): 3tf/(tf+2) · ln(1 + (N − df + ½)/(df + ½)) over the records that the subject
 * may read, and so does their similarity. The nearest are read, and those whose fields agree with the need's record
 * (`answers` of their type) come before others of the same words. */
#ifndef RECORD_NEAR_H
#define RECORD_NEAR_H
#include "record/record.h"

#define NEAR_HITS_MAX 50

struct near_hit {
    int64_t id;
    const struct jvalue *row; /* as in a list */
    double similarity;        /* to the text, 0 to 1 */
    double score;             /* with what agrees besides */
    struct str_list words;    /* of the text, that stand in it, the weightiest first */
    struct str_list fields;   /* of its type, that agree with the need's record */
};

struct near_request {
    struct str text;              /* words that say nothing of a subject blanked out */
    struct str filter;            /* record/filter.h; empty: none */
    const struct record_type *of; /* of the need's record; NULL: there is none */
    int64_t need;
    size_t limit; /* 1 … NEAR_HITS_MAX */
    const struct jvalue
        *refused; /* ids of records that come last: they were refused for this need; NULL: none */
    /* True if the classes of a need cover one of these patents, as far as the library knows them. */
    bool (*covers)(const struct jvalue *classes, const struct jvalue *patents, void *arg);
    void *arg;
};

/* Hits in c->arena. E_INVALID: the text holds nothing that can be looked for, or the filter is wrong; errors of record_seen. */
MUST_CHECK err_t record_near(struct near_hit **out, size_t *count, const struct record_call *c,
                             const struct near_request *q, struct err *e);
#endif

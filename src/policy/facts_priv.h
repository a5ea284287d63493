/* The schema of facts documents: the table of fact_schema.c. */
#ifndef POLICY_FACTS_PRIV_H
#define POLICY_FACTS_PRIV_H
#include "base/str.h"

enum fact_type {
    FACT_BOOL,
    FACT_DATE,   /* or false */
    FACT_MOMENT, /* YYYY-MM-DDTHH:MM */
    FACT_INT,
    FACT_MONEY,
    FACT_NUMBER, /* up to six decimals */
    FACT_TEXT,
    FACT_TEXT_OR_FALSE, /* false: known to have none: 'none' */
    FACT_WORD,          /* one of `words` */
    FACT_WORDS,         /* list of texts, of `words` where there are some */
    FACT_ROWS           /* list of maps: `inner` */
};

enum fact_key { NO_KEY, TEXT_KEY, CREDIT_CODE };

struct fact_column {
    const char *name;
    enum fact_type type;
    const char *const *words; /* NULL-terminated */
    const char *absent;       /* what an absent key means; NULL: not known */
    bool none;                /* …but that there is none: NULL all the same, and never missing */
    enum fact_key key;        /* compared after NFKC, trimmed, in capitals */
    const struct fact_column *inner;
    bool report;       /* of reports alone: no verdict is given it */
    bool elsewhere;    /* another record says it: a percentage, at most all of it */
    const char *until; /* a column of the same record that this one's value is not after … */
    bool before;       /* … nor equal to; a document in which it is otherwise is refused */
    bool spare; /* needed beside certain values of others alone: what an absence of it means is
                          said where no other key is absent */
};

enum fact_shape { SHAPE_OBJECT, SHAPE_LIST, SHAPE_VALUE };

struct fact_record {
    const char *name;
    enum fact_shape shape;
    const struct fact_column *columns; /* ends with a name of NULL */
    bool report;
};

extern const struct fact_record fact_records[]; /* ends with a name of NULL */

#define NEVER "never"
#endif

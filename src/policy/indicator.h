/* An indicator on the facts of one subject: its rows, and what they fold to. */
#ifndef POLICY_INDICATOR_H
#define POLICY_INDICATOR_H
#include "db/db.h"
#include "policy/pack.h"

enum truth { NO, YES, UNKNOWN };

/* The bounds of a number, as fractions to avoid rounding: low/low_over … high/high_over, in
 * millionths (see expr.h); both denominators are above 0. */
struct range {
    wide low, high, low_over, high_over;
    bool open; /* it may be larger than anything */
    bool none; /* nothing can be said: no base, no value */
};

struct fact_row {
    enum truth test, base;
    struct str key, grp, label, record; /* empty: not given */
    struct str says; /* what rows of one key agree in; two that do not contradict each other … */
    bool contradicted;  /* … and neither is believed: its test is not known */
    wide amount, bound; /* millionths */
    wide share;         /* how much of it counts for the subject: millionths of a percent */
    bool has_amount, has_bound, has_share; /* without a share it counts whole */
};

struct outcome {
    enum truth truth;   /* of exists and every */
    struct range range; /* of the others */
    bool open;          /* a list behind it may have more */
    const struct str
        *missing; /* keys and lists by path that it would need; by pack_indicators_check */
    size_t missing_count;
    const struct fact_row *rows;
    size_t row_count;
};

struct proofs {             /* of a number, unless its rows have no files as evidence */
    size_t counted, proven; /* its rows; those whose record has a file */
};

/* The question, bound to the parameters of every indicator. */
struct asked {
    int64_t subject;
    struct str as_of, effective, expires;
    struct str
        applied; /* the day by which an application counts: when it was handed in, else as_of */
};

/* Prepares the SQL on a confined database and finds its columns in *columns; also the
 * check of lint. E_INVALID: what it may not say, *at is the byte of i->sql. */
MUST_CHECK err_t indicator_prepare(struct stmt **out, int columns[ROW_COLUMNS], size_t *at,
                                   const struct indicator *i, struct db *db, struct err *e);

/* E_INVALID: it cannot be prepared; E_LIMIT: too many steps or rows. */
MUST_CHECK err_t indicator_run(struct outcome *out, const struct indicator *i, struct db *db,
                               const struct asked *asked, struct arena *a, struct err *e);

/* Folds rows to an outcome; `open`: the list behind them may have more. Rows of one key that may
 * count and differ contradict each other: independent of their order, the test of
 * all of them is unknown, and a rate has no bounds. For tests too. */
struct outcome indicator_fold(const struct indicator *i, struct fact_row *rows, size_t count,
                              bool open);

/* One thing of several subjects: rows[i] of subject of[i], those of each subject side by side. Each key's
 * shares are added up, to the whole of it at most, so that folding all rows counts a thing once. */
void rows_add_shares(struct fact_row *rows, const size_t *of, size_t count, struct arena *a);

enum truth range_compare(const struct range *x, enum compare how, const struct range *y);
wide common_divisor(wide a, wide b); /* the greatest */
struct range range_exact(wide n);
struct range range_unknown(void); /* 0 … anything */
#endif

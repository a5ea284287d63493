/* What a panel came to: for each case the scores, their spread, what stands out, the rank. Every
 * figure is an exact fraction of whole numbers; a decimal beside it is rounded, for people. */
#ifndef PANEL_REVIEW_H
#define PANEL_REVIEW_H
#include "panel/score.h"

/* A total in whole numbers: points × weight, 1 000 000 a point. */
#define REVIEW_UNIT INT64_C(1000000)

struct fraction {
    __int128 num, den; /* in lowest terms; den > 0 */
};

struct spread {
    size_t count; /* 0: nothing was scored; the rest is then 0 */
    int64_t min, max;
    struct fraction mean, variance; /* of all `count` values: the sum of squares over count */
};
/* Of values in `unit`ths of a point; min and max stay in them, mean and variance are of points. */
struct spread spread_of(const int64_t *values, size_t count, int64_t unit);
/* √variance in ten-thousandths, rounded half up. */
int64_t spread_deviation(const struct spread *s);

/* Farther than `bound` (hundredths of a point) from the mean of the other totals. */
bool review_outlier(const int64_t *totals, size_t count, size_t at, int64_t bound);

/* The total of a sheet, all of whose heads have points. */
int64_t review_total(const struct sheet *x, const struct panel *p);

/* JSON: {"panel","closed","cases":[{"case","number","party","rank","sheets":[…],"spread",
 * "heads":[…],"pass","fail","result"}], …}. Locked sheets count; `names`: of experts, else they
 * are called by their number. */
MUST_CHECK err_t review_write(struct str *out, struct db *db, const struct panel *p, bool names,
                              struct arena *a, struct err *e);

/* What the panel came to of one case. */
struct case_result {
    int64_t panel_case;
    struct str result, reason;
};
/* Close the panel: the report is kept, its digest is in the entry. Inside a store step.
 * E_CONFLICT: an invitation or a sheet is open, or a case has no sheet. */
MUST_CHECK err_t review_close(struct panel *p, struct db *db, const struct deed *d,
                              const struct case_result *results, size_t count, struct err *e);
#endif

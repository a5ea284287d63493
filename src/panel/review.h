/* Results of a panel: per case the scores, their spread, outliers and rank. Figures are exact fractions;
 * decimals beside them are rounded for display. */
#ifndef PANEL_REVIEW_H
#define PANEL_REVIEW_H
#include "panel/score.h"

/* A total in whole numbers, points × weight: 1 000 000 a point. */
#define REVIEW_UNIT INT64_C(1000000)

struct fraction {
    __int128 num, den; /* in lowest terms; den > 0 */
};

struct spread {
    size_t count; /* 0: no scores; the rest is 0 */
    int64_t min, max;
    struct fraction mean, variance; /* of all `count` values: the sum of squares over count */
};
/* Spread of values in `unit`ths of a point: min and max in that unit, mean and variance in points. */
struct spread spread_of(const int64_t *values, size_t count, int64_t unit);
/* √variance in ten-thousandths, rounded half up. */
int64_t spread_deviation(const struct spread *s);

/* Farther than `bound` (hundredths of a point) from the mean of the other totals, which are in `unit`ths of a point. */
bool review_outlier(const int64_t *totals, size_t count, size_t at, int64_t bound, int64_t unit);

/* JSON: {"panel","closed","cases":[{"case","number","party","rank","sheets":[…],"spread",
 * "heads":[…],"pass","fail","result"}], …}. Only locked sheets count. */
MUST_CHECK err_t review_write(struct str *out, struct db *db, const struct panel *p,
                              struct arena *a, struct err *e);

/* The result of one case. */
struct case_result {
    int64_t panel_case;
    struct str result, reason;
};
/* Closes the panel: stores the report and logs its digest. Inside a store step. E_CONFLICT: an
 * invitation or sheet is open, or a case has no sheet. */
MUST_CHECK err_t review_close(const struct panel_deed *act, const struct case_result *results,
                              size_t count, struct err *e);
#endif

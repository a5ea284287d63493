/* Evaluates tests on the numbers of one subject. Indicators run on first use. */
#ifndef POLICY_EVALUATE_H
#define POLICY_EVALUATE_H
#include "policy/facts.h"
#include "policy/indicator.h"

struct evaluation {
    const struct pack *pack;
    struct db *db;
    struct asked asked;
    const struct facts *facts;
    struct arena *arena;
    struct err *e;
    err_t rc; /* sticky: the first failure; results then mean nothing */
    /* Operands for display (operands.h); NULL: not needed, which is faster. */
    struct pack_functions *functions;
    struct indicator_reads *reads; /* of each indicator */
    struct outcome *outcomes;      /* of each indicator, once … */
    bool *ran;
    enum truth *criteria; /* of each criterion, once … */
    bool *known, *asking;
    bool *applicable;
};

void evaluation_begin(struct evaluation *v, const struct pack *p, struct db *db,
                      const struct asked *asked, const struct facts *facts, struct arena *a,
                      struct err *e);
enum truth evaluate_test(struct evaluation *v, const struct expr *x);
struct range evaluate_range(struct evaluation *v, const struct expr *x);
/* Whether it passes; with v->applicable[i]. */
enum truth evaluate_criterion(struct evaluation *v, size_t i);
const struct outcome *evaluate_indicator(struct evaluation *v, size_t i);

/* The test that counts under the readings chosen; NULL: judged alone. */
const struct expr *criterion_test(const struct criterion *c, const struct facts *facts);

/* end >= base · (1 + percent)^years, exactly; percent in millionths. */
enum truth growth_compare(const struct range *base, const struct range *end,
                          const struct range *years, enum compare how, wide percent);
#endif

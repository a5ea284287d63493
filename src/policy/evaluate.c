/* Expressions on ranges: Kleene's logic, and comparisons that are true only when every
 * possible number makes them so. */
#include "policy/evaluate.h"
#include "base/msg.h"
#include "policy/operands.h"
#include "policy/pack_functions.h"

void evaluation_begin(struct evaluation *v, const struct pack *p, struct db *db,
                      const struct asked *asked, const struct facts *facts, struct arena *a,
                      struct err *e)
{
    size_t indicators = p->indicators.len + 1, criteria = p->criteria.len + 1;
    *v = (struct evaluation){
        .pack = p, .db = db, .asked = *asked, .facts = facts, .arena = a, .e = e};
    v->outcomes = arena_array(a, indicators, sizeof(*v->outcomes));
    v->reads = arena_array(a, indicators, sizeof(*v->reads));
    v->ran = arena_array(a, indicators, sizeof(*v->ran));
    v->criteria = arena_array(a, criteria, sizeof(*v->criteria));
    v->known = arena_array(a, criteria, sizeof(*v->known));
    v->asking = arena_array(a, criteria, sizeof(*v->asking));
    v->applicable = arena_array(a, criteria, sizeof(*v->applicable));
}

const struct outcome *evaluate_indicator(struct evaluation *v, size_t i)
{
    if (!v->ran[i]) {
        v->outcomes[i] = (struct outcome){.truth = UNKNOWN, .range = range_unknown()};
        if (v->functions)
            v->functions->called_count = 0;
        if (v->rc == OK)
            v->rc = indicator_run(&v->outcomes[i], &v->pack->indicators.ptr[i], v->db, &v->asked,
                                  v->arena, v->e);
        v->ran[i] = true;
        if (v->functions && v->rc == OK)
            v->rc = operands_read(v, i);
    }
    return &v->outcomes[i];
}

/* --- quantities ------------------------------------------------------------------------ */

static struct range ratio(const struct range *x, const struct range *y)
{
    struct range r = {
        .none = x->none || y->none || y->low == 0, .open = x->open, .low_over = 1, .high_over = 1};
    if (r.none)
        return r;
    r.low = y->open ? 0 : x->low * y->high_over * MILLION;
    r.low_over = y->open ? 1 : y->high * x->low_over;
    r.high = x->high * y->low_over * MILLION;
    r.high_over = y->low * x->high_over;
    return r;
}

struct range evaluate_range(struct evaluation *v, const struct expr *x)
{
    struct range r, other;
    switch (x->kind) {
    case EX_NUMBER:
        return range_exact(x->number);
    case EX_INDICATOR:
        return evaluate_indicator(v, x->index)->range;
    case EX_TIMES:
        r = evaluate_range(v, x->children);
        r.low *= x->number;
        r.high *= x->number;
        return r;
    case EX_RATIO:
        r = evaluate_range(v, &x->children[0]);
        other = evaluate_range(v, &x->children[1]);
        return ratio(&r, &other);
    case EX_ALL:
    case EX_ANY:
    case EX_AT_LEAST:
    case EX_NOT:
    case EX_COMPARE:
    case EX_CRITERION:
    case EX_GROWTH:
        break;
    }
    return range_unknown();
}

/* --- truths ------------------------------------------------------------------------------ */

static enum truth compare(struct evaluation *v, const struct expr *x)
{
    const struct expr *left = &x->children[0], *right = &x->children[1];
    if (left->kind == EX_GROWTH) {
        struct range base = evaluate_range(v, &left->children[0]);
        struct range end = evaluate_range(v, &left->children[1]);
        struct range years = evaluate_range(v, &left->children[2]);
        return growth_compare(&base, &end, &years, x->compare, right->number);
    }
    struct range l = evaluate_range(v, left), r = evaluate_range(v, right);
    return range_compare(&l, x->compare, &r);
}

/* How many of the children hold, and how many may. All of them are asked, so that the
 * order of evaluation can be seen nowhere. */
static enum truth at_least(struct evaluation *v, const struct expr *x, size_t needed)
{
    size_t yes = 0, maybe = 0;
    for (size_t i = 0; i < x->count; i++) {
        enum truth t = evaluate_test(v, &x->children[i]);
        yes += t == YES;
        maybe += t == UNKNOWN;
    }
    return yes >= needed ? YES : yes + maybe < needed ? NO : UNKNOWN;
}

enum truth evaluate_test(struct evaluation *v, const struct expr *x)
{
    enum truth t;
    switch (x->kind) {
    case EX_ALL:
        return at_least(v, x, x->count);
    case EX_ANY:
        return at_least(v, x, 1);
    case EX_AT_LEAST:
        return at_least(v, x, (size_t)x->at_least);
    case EX_NOT:
        t = evaluate_test(v, x->children);
        return t == UNKNOWN ? UNKNOWN : t == YES ? NO : YES;
    case EX_COMPARE:
        return compare(v, x);
    case EX_INDICATOR:
        return evaluate_indicator(v, x->index)->truth;
    case EX_CRITERION:
        return evaluate_criterion(v, x->index);
    case EX_NUMBER:
    case EX_TIMES:
    case EX_RATIO:
    case EX_GROWTH:
        break;
    }
    return UNKNOWN;
}

/* --- criteria ---------------------------------------------------------------------------- */

/* A person's finding; two that differ settle nothing. */
static enum truth judged(const struct evaluation *v, struct str id)
{
    enum truth t = UNKNOWN;
    bool any = false;
    for (size_t i = 0; i < v->facts->judgement_count; i++) {
        const struct judgement *j = &v->facts->judgements[i];
        enum truth says = j->result < 0 ? UNKNOWN : j->result ? YES : NO;
        if (!str_eq(j->id, id))
            continue;
        if (any && says != t)
            return UNKNOWN;
        t = says;
        any = true;
    }
    return t;
}

const struct expr *criterion_test(const struct criterion *c, const struct facts *facts)
{
    for (size_t i = 0; i < c->readings.len; i++)
        for (size_t k = 0; k < facts->reading_count; k++)
            if (str_eq(c->readings.ptr[i].ambiguity, facts->readings[k].id) &&
                str_eq(c->readings.ptr[i].reading, facts->readings[k].reading))
                return c->readings.ptr[i].test.tree;
    return c->test.tree;
}

/* 原则上: met is met; not met and no reason written is not; with a reason a person decides. */
static enum truth in_principle(struct evaluation *v, const struct criterion *c)
{
    enum truth reason = evaluate_test(v, c->reason.tree);
    return reason == YES ? judged(v, c->id) : reason;
}

static enum truth passes(struct evaluation *v, size_t i)
{
    const struct criterion *c = &v->pack->criteria.ptr[i];
    const struct expr *test = criterion_test(c, v->facts);
    enum truth applies = c->applies.tree ? evaluate_test(v, c->applies.tree) : YES;
    v->applicable[i] = applies != NO;
    if (applies == NO)
        return YES;
    enum truth t = c->judged ? judged(v, c->id) : evaluate_test(v, test);
    if (t == NO && c->reason.tree)
        t = in_principle(v, c);
    return t == NO && (applies == UNKNOWN || c->never_fails) ? UNKNOWN : t;
}

enum truth evaluate_criterion(struct evaluation *v, size_t i)
{
    if (v->asking[i]) { /* lint refuses a circle */
        if (v->rc == OK)
            v->rc = err_set(v->e, E_INVALID, "the criterion %.*s asks for itself",
                            STR_ARG(v->pack->criteria.ptr[i].id));
        return UNKNOWN;
    }
    if (!v->known[i]) {
        v->asking[i] = true;
        v->criteria[i] = passes(v, i);
        v->asking[i] = false;
        v->known[i] = true;
    }
    return v->criteria[i];
}

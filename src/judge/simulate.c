/* Each party by both packs; where the verdicts differ, so do some criteria. */
#include "judge/simulate.h"
#include "base/vec.h"
#include <stdlib.h>

struct collecting {
    struct arena *arena;
    VEC(struct changed_party) changed;
    VEC(struct refused_party) refused;
};

static struct str value_text(const struct criterion_result *r, struct arena *a)
{
    if (!r->has_value)
        return STR_NONE;
    if (value_is_exact(r))
        return arena_dup(a, value_low_text(r, a));
    struct str high = r->value.open ? STR("") : value_high_text(r, a);
    return arena_printf(a, "%.*s…%.*s", STR_ARG(value_low_text(r, a)), STR_ARG(high));
}

/* The packs are two versions of one text: their criteria are in the same order. */
static size_t find_turned(const struct turned **out, const struct pack_verdict *before,
                          const struct pack_verdict *after, struct arena *a)
{
    VEC(struct turned) list = {0};
    for (size_t i = 0; i < after->result_count; i++) {
        const struct criterion_result *was = &before->results[i], *is = &after->results[i];
        if (was->pass != is->pass)
            VEC_PUSH(a, &list,
                     ((struct turned){is->criterion->id, is->criterion->citation.clause, was->pass,
                                      is->pass, value_text(is, a), arena_dup(a, is->needs)}));
    }
    *out = list.ptr;
    return list.len;
}

static void collect(void *arg, const struct judged *j)
{
    struct collecting *c = arg;
    struct arena *a = c->arena;
    struct str code = arena_dup(a, j->party->code), name = arena_dup(a, j->party->name);
    if (!j->verdicts) {
        VEC_PUSH(a, &c->refused,
                 ((struct refused_party){code, name, arena_dup(a, str_of(j->why))}));
        return;
    }
    const struct pack_verdict *before = &j->verdicts[0], *after = &j->verdicts[1];
    if (before->verdict == after->verdict)
        return;
    struct changed_party p = {j->party->unit, code, name, before->verdict, after->verdict, NULL, 0};
    p.because_count = find_turned(&p.because, before, after, a);
    VEC_PUSH(a, &c->changed, p);
}

static int by_unit(const void *x, const void *y)
{
    int64_t a = ((const struct changed_party *)x)->unit,
            b = ((const struct changed_party *)y)->unit;
    return a < b ? -1 : a > b;
}

err_t simulate(struct simulation *out, const struct many *m, struct arena *a, struct err *e)
{
    struct collecting c = {.arena = a};
    struct str question = m->question.len ? m->question : STR("apply");
    *out = (struct simulation){0};
    if (!pack_question(m->packs[0], question))
        return err_set(e, E_INVALID, "the pack %.*s does not know the question \"%.*s\"",
                       STR_ARG(m->packs[0]->id), STR_ARG(question));
    err_t rc = judge_many(&out->judged, &out->outside, m, collect, &c, e);
    if (c.changed.len)
        qsort(c.changed.ptr, c.changed.len, sizeof(*c.changed.ptr), by_unit);
    out->changed = c.changed.ptr;
    out->changed_count = c.changed.len;
    out->refused = c.refused.ptr;
    out->refused_count = c.refused.len;
    return rc;
}

/* --- JSON ------------------------------------------------------------------------------- */

static void truth_json(struct jout *j, const char *name, enum truth t)
{
    jout_name(j, name);
    if (t == UNKNOWN)
        jout_null(j);
    else
        jout_bool(j, t == YES);
}

static void because_json(struct jout *j, const struct turned *t, const struct changed_party *of)
{
    jout_object(j);
    if (of) {
        jout_pair(j, "party", of->code);
        jout_pair(j, "name", of->name);
        jout_pair_z(j, "from", pack_verdict_name(of->before));
        jout_pair_z(j, "to", pack_verdict_name(of->after));
    }
    jout_pair(j, "criterion", t->id);
    jout_pair(j, "clause", t->clause);
    truth_json(j, "before", t->before);
    truth_json(j, "after", t->after);
    jout_pair(j, "value", t->value);
    jout_pair(j, "needs", t->needs);
    jout_end_object(j);
}

static void changed_json(struct jout *j, const struct changed_party *p)
{
    jout_object(j);
    jout_pair(j, "party", p->code);
    jout_pair(j, "name", p->name);
    jout_pair_z(j, "before", pack_verdict_name(p->before));
    jout_pair_z(j, "after", pack_verdict_name(p->after));
    jout_pair_array(j, "because");
    for (size_t i = 0; i < p->because_count; i++)
        because_json(j, &p->because[i], NULL);
    jout_end_array(j);
    jout_end_object(j);
}

void simulation_json(struct jout *j, const struct simulation *s, const struct many *m)
{
    jout_object(j);
    jout_pair(j, "pack", m->packs[0]->id);
    jout_pair(j, "question", m->question);
    jout_pair(j, "as_of", m->as_of);
    jout_pair_i64(j, "judged", (int64_t)s->judged);
    jout_pair_i64(j, "outside", (int64_t)s->outside);
    jout_pair_array(j, "changed");
    for (size_t i = 0; i < s->changed_count; i++)
        changed_json(j, &s->changed[i]);
    jout_end_array(j);
    jout_pair_array(j, "items"); /* the same, a row for each criterion */
    for (size_t i = 0; i < s->changed_count; i++)
        for (size_t k = 0; k < s->changed[i].because_count; k++)
            because_json(j, &s->changed[i].because[k], &s->changed[i]);
    jout_end_array(j);
    jout_pair_array(j, "refused");
    for (size_t i = 0; i < s->refused_count; i++) {
        jout_object(j);
        jout_pair(j, "party", s->refused[i].code);
        jout_pair(j, "name", s->refused[i].name);
        jout_pair(j, "why", s->refused[i].why);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

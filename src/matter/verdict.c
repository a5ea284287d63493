/* Verdicts of the questions of a policy on the facts of a case, and the obstacles that follow. */
#include "base/msg.h"
#include "matter/fact_name.h"
#include "matter/matter.h"

/* --- criteria and questions --------------------------------------------------------------------- */

static const struct criterion_result *result_of(const struct pack_verdict *v, struct str criterion)
{
    for (size_t i = 0; i < v->result_count; i++)
        if (str_eq(v->results[i].criterion->id, criterion))
            return &v->results[i];
    return NULL;
}

/* The question that asks a criterion; NULL: none does. */
static const struct question *asking(const struct pack *p, struct str criterion)
{
    for (size_t i = 0; i < p->questions.len; i++)
        if (str_among(criterion, p->questions.ptr[i].names, p->questions.ptr[i].count))
            return &p->questions.ptr[i];
    return NULL;
}

bool programme_any_is_enough(const struct criterion *c)
{
    return c->test.tree && c->test.tree->kind == EX_ANY;
}

void programme_note_unknown(struct flow_obstacles *to, const struct criterion_result *r)
{
    struct flow_missing *m = &to->ptr[to->len - 1].missing;
    if (r->pass == UNKNOWN)
        m->fact_count = missing_of(&m->facts, r);
    m->any = programme_any_is_enough(r->criterion);
}

static void say_criterion(struct flow_obstacles *to, const struct criterion_result *r)
{
    struct str advice = r->advice.len ? r->advice : r->criterion->citation.quote;
    obstacle_add(to, r->pass == NO ? WHY_CRITERION_FAILS : WHY_CRITERION_UNKNOWN, r->criterion->id,
                 &r->criterion->citation, FLOW_ARGS(advice.len ? advice : r->criterion->id));
    programme_note_unknown(to, r);
}

err_t programme_verdict(const struct pack_verdict **out, struct str *wrong, struct step *g,
                        struct str question)
{
    struct err why;
    struct judged *j = NULL;
    err_t rc = programme_load_facts(g);
    struct prepared *ready = g->x->prepared;
    *out = NULL;
    *wrong = STR_NONE;
    if (rc != OK)
        return rc;
    for (size_t i = 0; !j && i < ready->judged.len; i++)
        if (str_eq(ready->judged.ptr[i]->question, question))
            j = ready->judged.ptr[i];
    if (!j) {
        j = arena_alloc(g->x->arena, sizeof(*j));
        *j = (struct judged){.question = question};
        rc = pack_verdict_check(&j->verdict, g->p->pack, ready->document, question, g->x->arena,
                                &why);
        if (rc != OK && rc != E_INVALID) {
            if (g->e)
                *g->e = why;
            return rc;
        }
        if (rc == E_INVALID)
            j->wrong = arena_dup(g->x->arena, str_of(why.text));
        VEC_PUSH(g->x->arena, &ready->judged, j);
    }
    *wrong = j->wrong;
    *out = j->wrong.len ? NULL : &j->verdict;
    return OK;
}

/* Records that allow no verdict (an end before the beginning) are an obstacle that names them; *v
 * is then NULL. */
static err_t ask(const struct pack_verdict **v, struct step *g, struct str question)
{
    struct str wrong;
    err_t rc = programme_verdict(v, &wrong, g, question);
    if (rc == OK && !*v)
        obstacle_add(g->to, WHY_FACTS_WRONG, question, &g->x->step->citation, FLOW_ARGS(wrong));
    return rc;
}

/* The result of a criterion on the facts of the case; NULL: the records allow no verdict, and *to
 * has the obstacle. */
static err_t programme_criterion(const struct criterion_result **out, struct step *g,
                                 struct str criterion)
{
    const struct question *q = asking(g->p->pack, criterion);
    const struct pack_verdict *v = NULL;
    *out = NULL;
    if (!q)
        return err_set(g->e, E_INTERNAL, "no question of the policy asks %.*s", STR_ARG(criterion));
    err_t rc = ask(&v, g, q->id);
    if (rc == OK && v)
        *out = result_of(v, criterion);
    return rc;
}

err_t verdict_check_needs(struct step *g)
{
    const struct criterion_result *r;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < g->x->step->need_count; i++)
        if ((rc = programme_criterion(&r, &(struct step){g->to, NULL, g->x, g->p, g->e},
                                      g->x->step->needs[i])) == OK &&
            r && r->applicable && r->pass != YES)
            say_criterion(g->to, r);
    return rc;
}

err_t verdict_check_fails(struct step *g)
{
    const struct criterion_result *r;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < g->x->step->fail_count; i++) {
        rc = programme_criterion(&r, &(struct step){g->to, NULL, g->x, g->p, g->e},
                                 g->x->step->fails[i]);
        if (rc != OK || !r || (r->applicable && r->pass == NO))
            continue;
        struct str what = r->criterion->citation.quote;
        obstacle_add(g->to, r->pass == UNKNOWN ? WHY_MUST_FAIL_UNKNOWN : WHY_MUST_FAIL_MET,
                     r->criterion->id, &r->criterion->citation,
                     FLOW_ARGS(what.len ? what : r->criterion->id));
        programme_note_unknown(g->to, r);
    }
    return rc;
}

static void say_verdict(struct flow_obstacles *to, const struct pack_verdict *v, bool must_pass)
{
    for (size_t i = 0; i < v->result_count; i++) {
        const struct criterion_result *r = &v->results[i];
        if (!r->applicable || r->criterion->part || r->criterion->advisory || r->pass == YES ||
            (r->pass == UNKNOWN && !must_pass))
            continue;
        say_criterion(to, r);
    }
}

/* Stores a decision with the facts it rests on. */
static err_t keep_decision(struct step *g, struct str question)
{
    struct prepared *ready = g->x->prepared;
    struct kept_decision d;
    int64_t began_ms = 0;
    err_t rc = step_reader(g);
    if (rc == OK)
        rc = programme_begin_time(&began_ms, g, g->p->pack);
    step_reader_end(g);
    const struct decision_new n = {.packs = g->p->packs,
                                   .pack = g->p->pack,
                                   .party = ready->code,
                                   .type = STR("case"),
                                   .record_id = g->x->c.id,
                                   .began_ms = began_ms,
                                   .question = question,
                                   .facts = ready->facts};
    if (rc == OK && (rc = decision_prepare(&d, &n, g->x->arena, g->e)) == OK)
        VEC_PUSH(g->x->arena, &ready->decisions, d);
    return rc;
}

/* Whether a condition is open for want of a word of the party's own. */
static bool lacks_partys_word(const struct criterion_result *r)
{
    const struct str *missing;
    size_t count = missing_of(&missing, r);
    for (size_t i = 0; i < count; i++) {
        struct str key = missing[i], record = str_split(&key, STR("."));
        record = str_split(&record, STR("["));
        for (size_t k = 0; k < r->words.count; k++) {
            struct str of = r->words.items[k].fact, its = str_split(&of, STR("."));
            if (fact_word_is_partys(&r->words.items[k]) && str_eq(its, record) &&
                (key.len == 0 || str_eq(of, key)))
                return true;
        }
    }
    return false;
}

err_t verdict_check_known(struct step *g)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < g->x->step->ask_count; i++) {
        const struct pack_verdict *v = NULL;
        struct str wrong;
        rc = programme_verdict(&v, &wrong, &(struct step){NULL, NULL, g->x, g->p, g->e},
                               g->x->step->asks[i]);
        for (size_t k = 0; rc == OK && v && k < v->result_count; k++) {
            const struct criterion_result *r = &v->results[k];
            const struct criterion *c = r->criterion;
            if (r->applicable && !c->part && !c->advisory && !c->judged && r->pass == UNKNOWN &&
                lacks_partys_word(r))
                say_criterion(g->to, r);
        }
    }
    return rc;
}

err_t verdict_check_questions(struct step *g, const struct str *ids, size_t count, bool must_pass)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct pack_verdict *v = NULL;
        rc = ask(&v, g, ids[i]);
        if (rc != OK || !v)
            continue;
        if (v->verdict == NO || (must_pass && v->verdict != YES))
            say_verdict(g->to, v, must_pass);
        else if (!g->x->looking)
            rc = keep_decision(g, ids[i]);
    }
    return rc;
}

/* --- what can change under way --------------------------------------------------------------- */

err_t verdict_check_register(struct step *g)
{
    const struct pack_verdict *v;
    const struct prepared *ready = programme_prepared(g->x);
    struct str code = ready->code, wrong;
    if (g->p->pack->questions.len == 0)
        return OK;
    err_t rc = code.len ? OK : programme_party_code(&code, g);
    if (rc != OK || code.len == 0) /* no entry: nothing that it could be held to */
        return rc;
    rc = programme_verdict(&v, &wrong, &(struct step){NULL, NULL, g->x, g->p, g->e},
                           g->p->pack->questions.ptr[0].id);
    if (rc != OK || !v) /* no verdict at all: told where the step asks for one */
        return rc;
    for (size_t i = 0; i < v->flag_count; i++)
        for (size_t k = 0; str_is(v->flags[i].id, "register") && k < v->flags[i].record_count;
             k++) {
            struct str fact = v->flags[i].records[k], key = fact;
            const struct fact_name n = fact_name_of(g->p->kernel->types, fact);
            const struct label label = fact_label(&n, fact);
            (void)str_split(&key, STR("."));
            const struct yvalue *has =
                yin_get(yin_get(ready->document, "register"), arena_cstr(g->x->arena, key));
            struct str registered = has ? has->text : STR_NONE;
            obstacle_add_in(g->to, WHY_REGISTER_DIFFERS, fact, &g->x->step->citation,
                            (struct str[]){label.zh, registered},
                            (struct str[]){label.en, registered}, 2);
        }
    return OK;
}

/* Why somebody goes on against a condition. */
#include "matter/against.h"
#include "base/msg.h"
#include "matter/review.h"

#define MEMBER "against"

/* --- what was said before ------------------------------------------------------------------------ */

err_t against_read(struct against *out, struct step *g)
{
    const struct prepared *ready = g->x->prepared;
    VEC(const struct jvalue *) lists = {0};
    const struct jvalue *one = NULL;
    err_t rc = OK;
    EACH_ROW(st, rc, g->e, g->db,
             "SELECT result FROM flow_step WHERE case_id = ?1 AND kind = 'step'"
             " AND result LIKE '%\"against\"%' AND id > coalesce((SELECT max(s.id) FROM flow_step s"
             " WHERE s.case_id = ?1 AND s.to_stage = ?2 AND s.from_stage IS NOT NULL"
             " AND s.from_stage <> ?2), 0) ORDER BY id",
             VALUES(v_i64(g->x->c.id), v_str(g->x->process->states[g->x->process->start].id))) {
        rc = jin_parse(&one, arena_dup(g->x->arena, stmt_str(st, 0)), g->x->arena, g->e);
        if (rc == OK)
            VEC_PUSH(g->x->arena, &lists, jin_get(one, MEMBER));
    }
    if (rc == OK && ready && ready->against && !g->x->looking)
        VEC_PUSH(g->x->arena, &lists, ready->against);
    *out = (struct against){lists.ptr, lists.len};
    return rc;
}

struct str against_reason(const struct against *said, struct str criterion, enum truth pass)
{
    struct str why = STR_NONE;
    for (size_t i = 0; i < said->count; i++) {
        const struct jvalue *list = said->lists[i];
        for (size_t k = 0; list && list->type == J_ARRAY && k < list->count; k++) {
            const struct jvalue *is = jin_get(&list->items[k], "pass");
            bool is_no = is && is->type == J_FALSE;
            if (str_eq(jin_text(&list->items[k], "criterion"), criterion) && is_no == (pass == NO))
                why = jin_text(&list->items[k], "why");
        }
    }
    return why;
}

/* --- which criteria -------------------------------------------------------------------------------- */

static bool is_open(const struct criterion_result *r)
{
    bool open = r->pass == UNKNOWN;
    return r->applicable && !r->criterion->part && open;
}

/* Criteria judged by experts and advisory criteria never need a reason. Unmet criteria are refused
 * by the question itself. */
static bool wants_reason(const struct criterion_result *r)
{
    return !r->criterion->judged && !r->criterion->advisory;
}

struct answering {
    struct flow_obstacles *to;
    struct flow_call *x;
    struct programme *p;
    const struct jvalue *said; /* NULL: nothing */
    struct against before;
    struct flow_obstacles *shown; /* to who looks at the step */
    struct jout json;             /* what who takes it says, an open array */
    struct err *e;
};

static struct str said_of(const struct answering *g, const struct criterion_result *r)
{
    const char *id = arena_cstr(g->x->arena, r->criterion->id);
    return g->said ? str_trim(jin_text(g->said, id)) : STR_NONE;
}

static void say_open(struct flow_obstacles *to, const struct criterion_result *r)
{
    struct str what = r->criterion->citation.quote;
    what = what.len ? what : r->criterion->id;
    obstacle_add(to, WHY_AGAINST_UNKNOWN, r->criterion->id, &r->criterion->citation,
                 FLOW_ARGS(what, r->criterion->id));
    programme_note_unknown(to, r);
}

static void note_open(struct answering *g, const struct criterion_result *r, struct str why)
{
    struct jout *j = &g->json;
    jout_object(j);
    programme_criterion_json(j, r, g->x->arena);
    jout_pair(j, "why", why);
    jout_end_object(j);
}

static void answer_one(struct answering *g, const struct criterion_result *r)
{
    struct str why = said_of(g, r);
    if (!is_open(r))
        return;
    if (why.len)
        note_open(g, r, why);
    else if (wants_reason(r) && against_reason(&g->before, r->criterion->id, r->pass).len == 0)
        say_open(g->x->looking ? g->shown : g->to, r);
}

/* A word on what the questions of the step do not ask would be lost. */
static bool is_asked(const struct answering *g, struct str criterion)
{
    const struct process_step *s = g->x->step;
    const struct pack *pack = g->p->pack;
    for (size_t i = 0; i < pack->questions.len; i++)
        for (size_t k = 0; str_among(pack->questions.ptr[i].id, s->asks, s->ask_count) &&
                           k < pack->questions.ptr[i].count;
             k++)
            if (str_eq(pack->questions.ptr[i].names[k], criterion))
                return true;
    return false;
}

static void check_names(struct answering *g)
{
    for (size_t i = 0; g->said && i < g->said->count; i++)
        if (g->said->type != J_OBJECT || !is_asked(g, g->said->names[i])) {
            struct str id = g->said->type == J_OBJECT ? g->said->names[i] : STR(MEMBER);
            obstacle_add(g->to, WHY_AGAINST_NONE, STR(MEMBER), &g->x->step->citation,
                         FLOW_ARGS(id));
            return;
        }
}

static err_t answer_all(struct answering *g)
{
    const struct process_step *s = g->x->step;
    err_t rc = OK;
    check_names(g);
    for (size_t i = 0; rc == OK && i < s->ask_count; i++) {
        const struct pack_verdict *v = NULL;
        struct str wrong;
        rc =
            programme_verdict(&v, &wrong, &(struct step){NULL, NULL, g->x, g->p, g->e}, s->asks[i]);
        if (rc == OK && v && v->verdict == NO) /* refused, and told so */
            continue;
        for (size_t k = 0; rc == OK && v && k < v->result_count; k++)
            answer_one(g, &v->results[k]);
    }
    return rc;
}

/* The criteria for which the person taking the step must give a reason. */
static const struct jvalue *shown_values(const struct flow_obstacles *shown)
{
    bool zh = msg_lang() == LANG_ZH;
    struct jout j;
    jout_init_values(&j, shown->arena);
    jout_array(&j);
    for (size_t i = 0; i < shown->len; i++) {
        const struct flow_obstacle *o = &shown->ptr[i];
        jout_object(&j);
        jout_pair(&j, "criterion", o->subject);
        jout_pair(&j, "label", o->quote.len ? o->quote : o->subject);
        jout_pair(&j, "clause", o->clause);
        jout_pair(&j, "quote", o->quote);
        jout_pair(&j, "why", zh ? o->zh : o->en);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    return jout_made(&j);
}

err_t against_check(struct step *g, struct flow_obstacles *shown)
{
    struct prepared *ready = g->x->prepared;
    struct answering all = {.to = g->to, .x = g->x, .p = g->p, .shown = shown, .e = g->e};
    ready->against = NULL;
    if (!process_is_offices(g->x->step) || !programme_is_office(g->x->by) ||
        (g->x->looking && g->to->len))
        return OK;
    jout_init_values(&all.json, g->x->arena);
    jout_array(&all.json);
    err_t rc = review_argument(&all.said, g, MEMBER);
    if (rc == OK && g->x->step->ask_count && (rc = step_reader(g)) == OK) {
        rc = against_read(&all.before, g);
        step_reader_end(g);
    }
    if (rc == OK)
        rc = answer_all(&all);
    jout_end_array(&all.json);
    if (jout_made(&all.json)->count)
        ready->against = jout_made(&all.json);
    return rc;
}

void against_show(struct flow_call *x, const struct flow_obstacles *shown)
{
    struct prepared *ready = x->prepared;
    ready->against = shown_values(shown);
}

void against_note(struct flow_call *x)
{
    const struct prepared *ready = x->prepared;
    if (!ready->against)
        return;
    jout_name(x->result, MEMBER);
    jout_value(x->result, ready->against);
}

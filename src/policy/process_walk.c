/* A node of the walk is a state with what the fields say, which stays so until a step writes one of them;
 * all other guards are free at each step. There are few nodes (a dozen states, a handful of fields), so
 * they are tables, and what holds of them is worked out until nothing changes any more. */
#include "policy/process_walk.h"
#include "base/buf.h"
#include "base/vec.h"

#define BIT(n) (UINT32_C(1) << (n))
#define ALL_OF(count) ((count) >= GUARD_VALUES_MAX ? UINT32_MAX : BIT(count) - 1)

/* --- the model ------------------------------------------------------------------------------- */

struct making {
    const struct process *process;
    const struct process_field *fields;
    size_t field_count;
    VEC(struct process_guard) guards;
    struct arena *arena;
};

/* A period by its rule and the date from which it runs; one that an officer gives, by its step. */
static struct str period_name(const struct process_step *s)
{
    return s->due.len ? s->due : s->id;
}

/* It runs from a date that the step writes, and so in the state behind it. */
static bool begins_there(const struct process_step *s)
{
    return s->due.len && process_step_effect(s, EFFECT_DATE, s->counted);
}

static size_t guard_of(struct making *m, enum process_guard_kind kind, struct str name,
                       const struct process_step *s)
{
    struct process_guard g = {.kind = kind, .name = name, .says = GUARD_PASSES + 1};
    if (kind == GUARD_PERIOD) {
        g.counted = s->counted;
        g.begins = begins_there(s) ? s : NULL;
    }
    for (size_t i = 0; i < m->guards.len; i++) {
        const struct process_guard *had = &m->guards.ptr[i];
        if (had->kind == kind && str_eq(had->name, name) && str_eq(had->counted, g.counted) &&
            had->begins == g.begins)
            return i;
    }
    VEC_PUSH(m->arena, &m->guards, g);
    return m->guards.len - 1;
}

static size_t value_of(const struct process_guard *g, struct str value)
{
    for (size_t i = 0; i < g->value_count; i++)
        if (str_eq(g->values[i], value))
            return i + 1;
    return g->says - 1; /* anything else */
}

/* With which values of its field a condition holds. */
static uint32_t holding(const struct process_guard *g, const struct process_value *condition)
{
    uint32_t is = BIT(value_of(g, condition->value));
    return (condition->other ? ~is : is) & ~BIT(GUARD_UNKNOWN);
}

/* The values that conditions name, for fields without given values. */
static void name_values(struct process_guard *g, const struct making *m)
{
    VEC(struct str) values = {0};
    const struct process_value *v;
    for (size_t i = 0; i < m->process->step_count; i++)
        for (size_t k = 0; (v = process_condition_at(&m->process->steps[i], k)); k++)
            if (str_eq(v->name, g->name) && !str_among(v->value, values.ptr, values.len))
                VEC_PUSH(m->arena, &values, v->value);
    g->values = values.ptr;
    g->value_count = values.len;
}

static err_t fill_field(struct process_guard *g, const struct making *m, struct err *e)
{
    const struct process_field *known = FIND_BY(m->fields, m->field_count, name, g->name);
    bool all = known && known->count > 0 && known->count < GUARD_VALUES_MAX;
    g->settles = !known || known->settles;
    if (all) {
        g->values = known->values;
        g->value_count = known->count;
    } else {
        name_values(g, m);
    }
    g->says = 1 + g->value_count + (all ? 0 : 1);
    return g->says <= GUARD_VALUES_MAX
               ? OK
               : err_set(e, E_LIMIT,
                         "the conditions of the process \"%.*s\" name %zu values of %.*s; at most "
                         "%d can be walked through",
                         STR_ARG(m->process->id), g->value_count, STR_ARG(g->name),
                         GUARD_VALUES_MAX - 2);
}

static err_t find_guards(struct making *m, struct err *e)
{
    const struct process_value *v;
    err_t rc = OK;
    for (size_t i = 0; i < m->process->step_count; i++) {
        const struct process_step *s = &m->process->steps[i];
        for (size_t k = 0; (v = process_condition_at(s, k)); k++)
            (void)guard_of(m, GUARD_FIELD, v->name, s);
        for (size_t k = 0; k < s->need_count; k++)
            (void)guard_of(m, GUARD_CRITERION, s->needs[k], s);
        for (size_t k = 0; k < s->fail_count; k++)
            (void)guard_of(m, GUARD_CRITERION, s->fails[k], s);
        for (size_t k = 0; k < s->ask_count; k++)
            (void)guard_of(m, GUARD_QUESTION, s->asks[k], s);
        for (size_t k = 0; k < s->pass_count; k++)
            (void)guard_of(m, GUARD_QUESTION, s->passes[k], s);
        if (s->panel.name.len)
            (void)guard_of(m, GUARD_PANEL, s->panel.name, s);
        if (s->due.len)
            (void)guard_of(m, GUARD_PERIOD, s->due, s);
        for (size_t k = 0; k < s->wait_count; k++) {
            const struct process_step *t = &m->process->steps[s->waits[k]];
            (void)guard_of(m, GUARD_PERIOD, period_name(t), t);
        }
    }
    for (size_t i = 0; rc == OK && i < m->guards.len; i++)
        if (m->guards.ptr[i].kind == GUARD_FIELD)
            rc = fill_field(&m->guards.ptr[i], m, e);
    return rc;
}

/* The last day of a period of which a guard says so on some day. */
static const struct str some_day = {"2000-01-02", 10};
static const struct due_day period_says[] = {
    [GUARD_RUNS] = {.date = {"2000-01-03", 10}}, [GUARD_OVER] = {.date = {"2000-01-01", 10}}};

/* With which truth values a step is open, as the table of checks (case/check.c) asks for them. */
static void allow(uint32_t *row, struct making *m, const struct process_step *s)
{
    for (size_t g = 0; g < m->guards.len; g++)
        row[g] = ALL_OF(m->guards.ptr[g].says);
    const struct process_value *v;
    for (size_t k = 0; (v = process_condition_at(s, k)); k++) {
        size_t g = guard_of(m, GUARD_FIELD, v->name, s);
        row[g] &= ~BIT(GUARD_UNKNOWN);
        row[g] &= k < s->when_count ? holding(&m->guards.ptr[g], v) : UINT32_MAX;
    }
    for (size_t k = 0; k < s->need_count; k++)
        row[guard_of(m, GUARD_CRITERION, s->needs[k], s)] &= BIT(GUARD_PASSES);
    for (size_t k = 0; k < s->fail_count; k++)
        row[guard_of(m, GUARD_CRITERION, s->fails[k], s)] &= BIT(GUARD_FAILS);
    for (size_t k = 0; k < s->ask_count; k++)
        row[guard_of(m, GUARD_QUESTION, s->asks[k], s)] &= ~BIT(GUARD_FAILS);
    for (size_t k = 0; k < s->pass_count; k++)
        row[guard_of(m, GUARD_QUESTION, s->passes[k], s)] &= BIT(GUARD_PASSES);
    if (s->panel.name.len)
        row[guard_of(m, GUARD_PANEL, s->panel.name, s)] &=
            BIT(str_is(s->panel.value, "fail") ? GUARD_FAILS : GUARD_PASSES);
    for (size_t says = GUARD_UNKNOWN; s->due.len && says <= GUARD_OVER; says++) {
        enum process_time time = process_time(s, some_day, period_says[says]);
        if (time != PROCESS_IN_TIME && time != PROCESS_OVERDUE)
            row[guard_of(m, GUARD_PERIOD, s->due, s)] &= ~BIT(says);
    }
}

err_t process_model_make(struct process_model *out, const struct process *p,
                         const struct process_field *fields, size_t count, struct arena *a,
                         struct err *e)
{
    struct making m = {.process = p, .fields = fields, .field_count = count, .arena = a};
    err_t rc = find_guards(&m, e);
    if (rc != OK)
        return rc;
    uint32_t *allowed = arena_array(a, p->step_count * m.guards.len + 1, sizeof(*allowed));
    for (size_t i = 0; i < p->step_count; i++)
        allow(allowed + i * m.guards.len, &m, &p->steps[i]);
    *out = (struct process_model){
        .process = p, .guards = m.guards.ptr, .guard_count = m.guards.len, .allowed = allowed};
    return OK;
}

/* The possible values of a guard in a state: a period has no date before it begins. */
static uint32_t can_say(const struct process_model *m, size_t state, size_t guard)
{
    const struct process_guard *g = &m->guards[guard];
    return g->begins && !process_day_counts(m->process, g->begins, state) ? BIT(GUARD_UNKNOWN)
                                                                          : ALL_OF(g->says);
}

bool process_guard_is_of(const struct process_guard *g, const struct process_step *period)
{
    return g->kind == GUARD_PERIOD && str_eq(g->name, period_name(period)) &&
           str_eq(g->counted, period->counted) &&
           g->begins == (begins_there(period) ? period : NULL);
}

/* Whether the step is a decision that waits there for that period. */
static bool waits_for(const struct process_model *m, const struct process_step *s, size_t state,
                      size_t guard)
{
    for (size_t i = 0; i < s->wait_count; i++) {
        const struct process_step *t = &m->process->steps[s->waits[i]];
        if (process_guard_is_of(&m->guards[guard], t) && process_waits(m->process, s, t, state))
            return true;
    }
    return false;
}

/* With what of it the step is open. */
uint32_t process_allowed(const struct process_model *m, const struct process_step *s, size_t state,
                         size_t guard)
{
    uint32_t waits = waits_for(m, s, state, guard) ? BIT(GUARD_OVER) : UINT32_MAX;
    return m->allowed[(size_t)(s - m->process->steps) * m->guard_count + guard] & waits &
           can_say(m, state, guard);
}

/* Whether the guard can say something there with which the step is not open. */
static bool binds(const struct process_model *m, const struct process_step *s, size_t state,
                  size_t guard)
{
    return process_allowed(m, s, state, guard) != can_say(m, state, guard);
}

static bool is_anothers(const struct process_model *m, const struct process_step *s, size_t state,
                        const uint8_t *says)
{
    for (size_t g = 0; g < m->guard_count; g++)
        if (m->guards[g].kind == GUARD_FIELD && m->guards[g].settles && says[g] != GUARD_UNKNOWN &&
            !(process_allowed(m, s, state, g) & BIT(says[g])))
            return true;
    return false;
}

const struct process_step *process_main_step(const struct process_model *m, size_t state,
                                             const uint8_t *says)
{
    struct str holder = m->process->states[state].holder;
    if (m->process->states[state].end)
        return NULL;
    for (size_t i = 0; i < m->process->step_count; i++) {
        const struct process_step *s = &m->process->steps[i];
        if (process_leaves(s, state) && s->role_count && !s->stays &&
            !is_anothers(m, s, state, says) && (holder.len == 0 || str_eq(holder, s->actor)))
            return s;
    }
    return NULL;
}

/* --- the walk -------------------------------------------------------------------------------- */

struct node {
    bool seen, ends; /* a case comes here; from here it can come to an end */
    bool leads;      /* some step leads on */
    size_t before;   /* where it comes from; its own number: from the start */
    const struct process_step *by;
};

struct walking {
    const struct process_model *m;
    size_t combinations;
    struct node *nodes; /* [state][combination] */
    size_t node_count;
    VEC(size_t) queue;    /* nodes in the order in which they were come to */
    uint8_t *says, *then; /* one node unpacked, and what a step leaves of it */
    struct process_breaches *out;
    struct arena *arena;
};

static bool is_field(const struct walking *w, size_t guard)
{
    return w->m->guards[guard].kind == GUARD_FIELD;
}

static size_t state_at(const struct walking *w, size_t node)
{
    return node / w->combinations;
}

/* Truth values of the fields of a node; all else is unknown. */
static void unpack(uint8_t *says, const struct walking *w, size_t node)
{
    size_t rest = node % w->combinations;
    for (size_t g = 0; g < w->m->guard_count; g++) {
        size_t count = w->m->guards[g].says;
        says[g] = is_field(w, g) ? (uint8_t)(rest % count) : GUARD_UNKNOWN;
        rest = is_field(w, g) ? rest / count : rest;
    }
}

static size_t pack_node(const struct walking *w, size_t state, const uint8_t *says)
{
    size_t combination = 0;
    for (size_t g = w->m->guard_count; g > 0; g--)
        if (is_field(w, g - 1))
            combination = combination * w->m->guards[g - 1].says + says[g - 1];
    return state * w->combinations + combination;
}

/* Is there anything the free guards can say with which the step is open at the node of `says`? */
static bool can_open(const struct walking *w, const struct process_step *s, size_t state,
                     const uint8_t *says)
{
    if ((w->m->process->states[state].end && !s->stays) || !process_leaves(s, state) ||
        s->role_count == 0)
        return false;
    for (size_t g = 0; g < w->m->guard_count; g++) {
        uint32_t bits = process_allowed(w->m, s, state, g);
        if (is_field(w, g) ? !(bits & BIT(says[g])) : bits == 0)
            return false;
    }
    return true;
}

/* "application.to" is a field of "application". */
static bool is_of(struct str field, struct str type)
{
    return field.len > type.len && str_starts(field, type) && field.ptr[type.len] == '.';
}

static struct str behind_dot(struct str field)
{
    size_t dot = str_find(field, STR("."), 0);
    return dot < field.len ? (struct str){field.ptr + dot + 1, field.len - dot - 1} : field;
}

/* Whether an effect is one of the step, as all stood before it; what is not known keeps the step closed. */
static bool is_due(const struct walking *w, const struct process_effect *f)
{
    for (size_t i = 0; i < f->when_count; i++)
        for (size_t g = 0; g < w->m->guard_count; g++)
            if (is_field(w, g) && str_eq(w->m->guards[g].name, f->when[i].name) &&
                !(holding(&w->m->guards[g], &f->when[i]) & BIT(w->says[g])))
                return false;
    return true;
}

/* The possible values of the field after the step. A new record of its type can have any. */
static uint32_t left_of(const struct walking *w, size_t guard, const struct process_step *s)
{
    const struct process_guard *g = &w->m->guards[guard];
    uint32_t left = BIT(w->says[guard]);
    for (size_t i = 0; i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        if (!is_due(w, f))
            continue;
        if (f->kind == EFFECT_DATE && str_eq(f->object, g->name))
            left = BIT(g->says - 1);
        if ((f->kind != EFFECT_RECORD && f->kind != EFFECT_CHANGE) || !is_of(g->name, f->object))
            continue;
        const struct process_value *v =
            FIND_BY(f->values, f->value_count, name, behind_dot(g->name));
        if (v)
            left = BIT(value_of(g, v->value));
        else if (f->kind == EFFECT_RECORD)
            left = ALL_OF(g->says);
    }
    return left;
}

/* Calls `visit` for each node that the step can lead to from `node`, while it returns false. */
static bool each_next(struct walking *w, size_t node, const struct process_step *s, size_t guard,
                      bool (*visit)(struct walking *w, size_t from, const struct process_step *s,
                                    size_t to))
{
    const struct process_model *m = w->m;
    if (guard == m->guard_count)
        return visit(w, node, s, pack_node(w, s->stays ? state_at(w, node) : s->to, w->then));
    if (!is_field(w, guard)) {
        w->then[guard] = GUARD_UNKNOWN;
        return each_next(w, node, s, guard + 1, visit);
    }
    uint32_t left = left_of(w, guard, s);
    for (size_t v = 0; v < m->guards[guard].says; v++) {
        w->then[guard] = (uint8_t)v;
        if ((left & BIT(v)) && each_next(w, node, s, guard + 1, visit))
            return true;
    }
    return false;
}

static bool come(struct walking *w, size_t from, const struct process_step *s, size_t to)
{
    if (!w->nodes[to].seen) {
        w->nodes[to] = (struct node){.seen = true, .before = from, .by = s};
        VEC_PUSH(w->arena, &w->queue, to);
    }
    return false;
}

/* The records of a new case hold what the process begins with, and otherwise anything. */
static bool can_begin(const struct walking *w)
{
    const struct process *p = w->m->process;
    for (size_t g = 0; g < w->m->guard_count; g++) {
        const struct process_guard *guard = &w->m->guards[g];
        const struct process_value *v =
            is_field(w, g) && is_of(guard->name, p->subject)
                ? FIND_BY(p->begins, p->begin_count, name, behind_dot(guard->name))
                : NULL;
        if (v && w->says[g] != value_of(guard, v->value))
            return false;
    }
    return true;
}

/* Breadth first, so that the way to a node is a shortest one. */
static void reach(struct walking *w)
{
    const struct process *p = w->m->process;
    for (size_t c = 0; c < w->combinations; c++) {
        size_t n = p->start * w->combinations + c;
        unpack(w->says, w, n);
        if (can_begin(w))
            (void)come(w, n, NULL, n);
    }
    for (size_t at = 0; at < w->queue.len; at++) {
        size_t n = w->queue.ptr[at];
        unpack(w->says, w, n);
        for (size_t i = 0; i < p->step_count; i++)
            if (can_open(w, &p->steps[i], state_at(w, n), w->says))
                (void)each_next(w, n, &p->steps[i], 0, come);
    }
}

static bool ends_there(struct walking *w, size_t from, const struct process_step *s, size_t to)
{
    (void)from;
    (void)s;
    return w->nodes[to].ends;
}

/* One pass backwards; false: nothing was new. */
static bool look_back(struct walking *w)
{
    const struct process *p = w->m->process;
    bool found = false;
    for (size_t n = 0; n < w->node_count; n++) {
        struct node *node = &w->nodes[n];
        if (!node->seen || node->ends)
            continue;
        size_t state = state_at(w, n);
        unpack(w->says, w, n);
        bool ends = p->states[state].end;
        for (size_t i = 0; i < p->step_count; i++) {
            if (!can_open(w, &p->steps[i], state, w->says))
                continue;
            node->leads |= !p->steps[i].stays;
            ends = ends || each_next(w, n, &p->steps[i], 0, ends_there);
        }
        node->ends = ends;
        found |= ends;
    }
    return found;
}

/* --- what it shows --------------------------------------------------------------------------- */

static void add_way(struct buf *b, const struct walking *w, size_t node)
{
    const struct process *p = w->m->process;
    const struct node *n = &w->nodes[node];
    if (n->before != node)
        add_way(b, w, n->before);
    if (n->by)
        buf_addf(b, " -%.*s→ ", STR_ARG(n->by->id));
    buf_add(b, p->states[state_at(w, node)].id);
}

static struct str said(const struct process_guard *g, size_t value)
{
    static const char *const results[] = {"unknown", "fails", "passes"};
    static const char *const periods[] = {"unknown", "runs", "over"};
    return value == GUARD_UNKNOWN       ? STR("unknown")
           : g->kind == GUARD_PERIOD    ? str_of(periods[value])
           : g->kind != GUARD_FIELD     ? str_of(results[value])
           : value - 1 < g->value_count ? g->values[value - 1]
                                        : STR("another");
}

/* `cares`: bits of the guards that matter; NULL: the fields do. */
static struct str witness(const struct walking *w, size_t node, const uint8_t *says,
                          const bool *cares)
{
    struct buf b = {0};
    size_t told = 0;
    add_way(&b, w, node);
    for (size_t g = 0; g < w->m->guard_count; g++) {
        const struct process_guard *guard = &w->m->guards[g];
        if (cares ? !cares[g] : !is_field(w, g))
            continue;
        buf_addf(&b, "%s%.*s=%.*s", told++ ? ", " : " [", STR_ARG(guard->name),
                 STR_ARG(said(guard, says[g])));
    }
    if (told)
        buf_addc(&b, ']');
    return buf_take(&b, w->arena);
}

static void add(struct walking *w, enum process_breach_kind kind, size_t state,
                const struct process_step *step, const struct process_step *period, struct str way)
{
    const struct process_state *at =
        state < w->m->process->state_count ? &w->m->process->states[state] : NULL;
    for (size_t i = 0; i < w->out->len; i++) {
        const struct process_breach *b = &w->out->ptr[i];
        if (b->kind == kind && b->state == at && b->step == step && b->period == period)
            return;
    }
    VEC_PUSH(w->arena, w->out, ((struct process_breach){kind, at, step, period, way}));
}

static bool knows_all(const struct walking *w, const uint8_t *says)
{
    for (size_t g = 0; g < w->m->guard_count; g++)
        if (is_field(w, g) && says[g] == GUARD_UNKNOWN)
            return false;
    return true;
}

/* Whether the node is a case still with its party in the first state, where the party can correct
 * its own record before an end. */
static bool is_corrected(struct walking *w, size_t node)
{
    const struct process *p = w->m->process;
    bool with_party = false;
    for (size_t i = 0; i < p->step_count; i++)
        with_party |= process_is_partys(&p->steps[i]) && process_leaves(&p->steps[i], p->start);
    if (state_at(w, node) != p->start || !with_party)
        return false;
    unpack(w->then, w, node);
    for (size_t n = p->start * w->combinations; n < (p->start + 1) * w->combinations; n++) {
        bool same = w->nodes[n].seen && w->nodes[n].ends;
        unpack(w->says, w, n);
        for (size_t g = 0; same && g < w->m->guard_count; g++) {
            struct str name = w->m->guards[g].name;
            bool entered = is_field(w, g) && is_of(name, p->subject) &&
                           !FIND_BY(p->begins, p->begin_count, name, behind_dot(name));
            same = entered || w->says[g] == w->then[g];
        }
        if (same)
            return true;
    }
    return false;
}

/* Missing values can still be entered: once all are known, some step must lead on, and to an end.
 */
static void check_ways(struct walking *w, enum process_breach_kind kind)
{
    const struct process *p = w->m->process;
    for (size_t n = 0; n < w->node_count; n++) {
        const struct node *node = &w->nodes[n];
        if (!node->seen || node->ends || node->leads == (kind == BREACH_DEAD) || is_corrected(w, n))
            continue;
        unpack(w->says, w, n);
        if (!p->states[state_at(w, n)].end && knows_all(w, w->says))
            add(w, kind, state_at(w, n), NULL, NULL, witness(w, n, w->says, NULL));
    }
}

static void check_reached(struct walking *w)
{
    for (size_t s = 0; s < w->m->process->state_count; s++) {
        bool seen = false;
        for (size_t c = 0; !seen && c < w->combinations; c++)
            seen = w->nodes[s * w->combinations + c].seen;
        if (!seen)
            add(w, BREACH_UNREACHABLE, s, NULL, NULL, STR_NONE);
    }
}

static void check_taken(struct walking *w)
{
    const struct process *p = w->m->process;
    for (size_t i = 0; i < p->step_count; i++) {
        bool open = false;
        for (size_t n = 0; !open && n < w->node_count; n++) {
            if (!w->nodes[n].seen)
                continue;
            unpack(w->says, w, n);
            open = can_open(w, &p->steps[i], state_at(w, n), w->says);
        }
        if (!open)
            add(w, BREACH_NEVER, p->state_count, &p->steps[i], NULL, STR_NONE);
    }
}

/* --- decisions and periods ------------------------------------------------------------------- */

/* Does somebody have a period by this step that a decision waits for? Who of the public has no day runs
 * against one that can come at any moment. */
static bool gives_period(const struct process_step *s)
{
    return process_gives_period(s) || str_is(s->actor, "public");
}

/* Of two steps with the same period the first represents both. */
static const struct process_step *whose_period(const struct process_model *m,
                                               const struct process_step *s, size_t state)
{
    for (const struct process_step *t = m->process->steps; s->due.len && t < s; t++)
        if (gives_period(t) && str_eq(t->due, s->due) && str_eq(t->counted, s->counted) &&
            process_day_counts(m->process, t, state))
            return t;
    return s;
}

/* Can the step be open while that period runs? */
static bool opens_while(const struct walking *w, const struct process_step *s,
                        const struct process_step *period, size_t state)
{
    for (size_t g = 0; g < w->m->guard_count; g++)
        if (process_guard_is_of(&w->m->guards[g], period) &&
            !(process_allowed(w->m, s, state, g) & BIT(GUARD_RUNS)))
            return false;
    return true;
}

static void check_periods(struct walking *w)
{
    const struct process *p = w->m->process;
    for (size_t n = 0; n < w->node_count; n++) {
        size_t state = state_at(w, n);
        if (!w->nodes[n].seen)
            continue;
        for (size_t i = 0; i < p->step_count; i++) {
            const struct process_step *s = &p->steps[i];
            unpack(w->says, w, n);
            if (!process_decides(p, s) || !can_open(w, s, state, w->says))
                continue;
            for (size_t k = 0; k < p->step_count; k++)
                if (gives_period(&p->steps[k]) && process_day_counts(p, &p->steps[k], state) &&
                    opens_while(w, s, &p->steps[k], state))
                    add(w, BREACH_HASTY, state, s, whose_period(w->m, &p->steps[k], state),
                        witness(w, n, w->says, NULL));
        }
    }
}

/* --- who holds it ---------------------------------------------------------------------------- */

struct choice { /* steps of who holds the case, and those still open by the guards looked at */
    const struct process_step **steps;
    size_t count, state;
};

/* Whether the step is open whatever the guards from `guard` on are. */
static bool is_free(const struct walking *w, const struct choice *c, size_t step, size_t guard)
{
    for (size_t g = guard; g < w->m->guard_count; g++)
        if (!is_field(w, g) && binds(w->m, c->steps[step], c->state, g))
            return false;
    return true;
}

/* Whether one of the steps (`alive`) is open whatever the guards from `guard` on say; false: w->says
 * is what they say where none is. */
static bool always_one(struct walking *w, const struct choice *c, const bool *alive, size_t guard)
{
    bool *left = arena_array(w->arena, c->count + 1, sizeof(*left));
    bool any = false, matters = false;
    for (size_t i = 0; i < c->count; i++) {
        if (alive[i] && is_free(w, c, i, guard))
            return true;
        any |= alive[i];
        matters |= alive[i] && guard < w->m->guard_count && !is_field(w, guard) &&
                   binds(w->m, c->steps[i], c->state, guard);
    }
    if (!any)
        return false;
    if (!matters)
        return always_one(w, c, alive, guard + 1);
    for (size_t v = 0; v < w->m->guards[guard].says; v++) {
        if (!(can_say(w->m, c->state, guard) & BIT(v)))
            continue;
        w->says[guard] = (uint8_t)v;
        for (size_t i = 0; i < c->count; i++)
            left[i] =
                alive[i] && (process_allowed(w->m, c->steps[i], c->state, guard) & BIT(v)) != 0;
        if (!always_one(w, c, left, guard + 1))
            return false;
    }
    return true;
}

static void check_holder(struct walking *w, size_t node)
{
    const struct process_model *m = w->m;
    const struct process *p = m->process;
    struct choice c = {arena_array(w->arena, p->step_count + 1, sizeof(*c.steps)), 0,
                       state_at(w, node)};
    bool *alive = arena_array(w->arena, p->step_count + 1, sizeof(*alive));
    bool *cares = arena_array(w->arena, m->guard_count + 1, sizeof(*cares));
    unpack(w->says, w, node);
    const struct process_step *main = process_main_step(m, c.state, w->says);
    for (size_t i = 0; main && i < p->step_count; i++) {
        const struct process_step *s = &p->steps[i];
        if (!str_eq(s->actor, main->actor) || !process_leaves(s, c.state))
            continue;
        for (size_t g = 0; g < m->guard_count; g++)
            cares[g] |= binds(m, s, c.state, g);
        alive[c.count] = can_open(w, s, c.state, w->says);
        c.steps[c.count++] = s;
    }
    if (main && !always_one(w, &c, alive, 0))
        add(w, BREACH_IDLE, c.state, main, NULL, witness(w, node, w->says, cares));
}

/* --- all of it ------------------------------------------------------------------------------- */

err_t process_walk(struct process_breaches *out, const struct process_model *m, struct arena *a,
                   struct err *e)
{
    struct walking w = {.m = m, .combinations = 1, .out = out, .arena = a};
    *out = (struct process_breaches){0};
    for (size_t g = 0; g < m->guard_count; g++) {
        w.combinations *= is_field(&w, g) ? m->guards[g].says : 1;
        if (w.combinations > PROCESS_COMBINATIONS_MAX)
            return err_set(
                e, E_LIMIT,
                "the conditions of the process \"%.*s\" name more fields and values than "
                "can be walked through: %d combinations at most",
                STR_ARG(m->process->id), PROCESS_COMBINATIONS_MAX);
    }
    if (m->process->state_count == 0)
        return OK;
    w.node_count = m->process->state_count * w.combinations;
    w.nodes = arena_array(a, w.node_count, sizeof(*w.nodes));
    w.says = arena_array(a, m->guard_count + 1, sizeof(*w.says));
    w.then = arena_array(a, m->guard_count + 1, sizeof(*w.then));
    reach(&w);
    while (look_back(&w))
        continue;
    check_ways(&w, BREACH_DEAD);
    check_reached(&w);
    check_ways(&w, BREACH_ENDLESS);
    check_taken(&w);
    check_periods(&w);
    for (size_t n = 0; n < w.node_count; n++)
        if (w.nodes[n].seen)
            check_holder(&w, n);
    return OK;
}

/* Facts at reviews: kept, and held against what is so later. */
#include "matter/review.h"
#include "base/msg.h"
#include "crypto/hash.h"
#include "matter/fact_name.h"
#include "policy/checking.h"
#include "text/unicode.h"
#include <stdlib.h>

#define CHANGES_SHOWN 20

/* --- which steps review ------------------------------------------------------------------------ */

static bool is_partys(const struct process_step *s)
{
    return str_is(s->actor, "applicant") || str_is(s->actor, "centre");
}

/* By an office or experts: what leads on, or is judged. Sending back, or ending the case without
 * anything that must hold, rests on no review. */
static bool is_review(const struct flow_call *x)
{
    const struct process_step *s = x->step;
    bool judges = s && s->panel.name.len > 0;
    if (!s || is_partys(s) || str_is(s->actor, "public"))
        return false;
    judges |= process_step_effect(s, EFFECT_RECORD, STR("judgement")) != NULL;
    if (s->stays)
        return judges;
    bool rests = s->need_count || s->ask_count || s->pass_count || str_is(s->panel.value, "pass");
    return s->to != x->process->start && (rests || !x->process->states[s->to].end);
}

/* The party's step that leads on from the start: what is reviewed is what was so then. */
static bool hands_in(const struct process *p, struct str step)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (str_eq(p->steps[i].id, step) && process_leaves(&p->steps[i], p->start) &&
            !p->steps[i].stays && is_partys(&p->steps[i]))
            return true;
    return false;
}

/* Whether a review is begun anew by it: sent back, or handed in again. */
static bool begins_anew(const struct process *p, struct str kind, struct str step)
{
    return str_is(kind, "back") || (str_is(kind, "step") && hands_in(p, step));
}

struct kept_review {
    int64_t at_ms; /* 0: there is none that counts */
    struct str facts;
};

static err_t read_review(struct kept_review *out, struct step *g)
{
    err_t rc = OK;
    *out = (struct kept_review){0};
    ROWS_WHILE(out->at_ms == 0, st, rc, g->e, g->db,
               "SELECT s.kind, s.step, r.at_ms, r.facts FROM flow_step s LEFT JOIN case_review r"
               " ON r.step_id = s.id WHERE s.case_id = ?1 ORDER BY s.id DESC",
               VALUES(v_i64(g->x->c.id))) {
        if (!stmt_is_null(st, 2))
            *out = (struct kept_review){stmt_i64(st, 2), arena_dup(g->x->arena, stmt_str(st, 3))};
        else if (begins_anew(g->x->process, stmt_str(st, 0), stmt_str(st, 1)))
            break;
    }
    return rc;
}

/* --- what differs ------------------------------------------------------------------------------- */

#define THERE STR("有") /* of a row as a whole there is no value */

struct change {
    struct str fact, row;     /* "deals.amount"; of a list: which, else empty */
    struct str before, after; /* as people read them; empty: not there */
};

struct comparing {
    struct arena *arena;
    const struct programme *p;
    const struct fact_words *words;
    const struct jvalue *before, *after;
    VEC(struct change) list;
};

static struct str member(const struct jvalue *of, struct str name, struct arena *a)
{
    return of && of->type == J_OBJECT ? jvalue_text(jin_get(of, arena_cstr(a, name)), a) : STR_NONE;
}

static bool is_partys_word(const struct fact_word *w)
{
    return w->kind == WORD_PARTY || w->kind == WORD_REGISTER || w->kind == WORD_SIGNED;
}

static struct str record_of(const struct fact_word *w)
{
    struct str rest = w->fact;
    return str_split(&rest, STR("."));
}

static struct str key_of(const struct fact_word *w)
{
    struct str rest = w->fact;
    (void)str_split(&rest, STR("."));
    return rest;
}

/* By what people know a row. */
static struct str row_name(const struct jvalue *row, struct arena *a)
{
    static const char *const names[] = {"contract_no", "id",          "number", "filing_no",
                                        "voucher_no",  "credit_code", "name",   "title",
                                        "line",        "standard",    "year"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        struct str s = member(row, str_of(names[i]), a);
        if (s.len)
            return s;
    }
    return STR_NONE;
}

static void add(struct comparing *c, struct str fact, struct str row, struct str before,
                struct str after)
{
    if (str_eq(before, after))
        return;
    if (str_ends(fact, STR(".id_number"))) /* that it changed, and no number */
        before = after = STR("******");
    VEC_PUSH(c->arena, &c->list, ((struct change){fact, row, before, after}));
}

static bool same_row(const struct comparing *c, struct str record, const struct jvalue *x,
                     const struct jvalue *y)
{
    for (size_t i = 0; i < c->words->count; i++) {
        const struct fact_word *w = &c->words->items[i];
        if (is_partys_word(w) && str_eq(record_of(w), record) &&
            !str_eq(member(x, key_of(w), c->arena), member(y, key_of(w), c->arena)))
            return false;
    }
    return true;
}

static void compare_row(struct comparing *c, struct str record, const struct jvalue *x,
                        const struct jvalue *y)
{
    struct str name = row_name(x ? x : y, c->arena);
    if (!x || !y) {
        add(c, record, name, x ? THERE : STR_NONE, y ? THERE : STR_NONE);
        return;
    }
    for (size_t i = 0; i < c->words->count; i++) {
        const struct fact_word *w = &c->words->items[i];
        if (is_partys_word(w) && str_eq(record_of(w), record))
            add(c, w->fact, name, member(x, key_of(w), c->arena), member(y, key_of(w), c->arena));
    }
}

/* Rows that are alike on both sides are left out; of the others those of one name are one row that
 * has changed. Each row of `left` and `right` is used once. */
static void compare_lists(struct comparing *c, struct str record, const struct jvalue *left,
                          const struct jvalue *right)
{
    size_t n = left && left->type == J_ARRAY ? left->count : 0;
    size_t m = right && right->type == J_ARRAY ? right->count : 0;
    bool *had = arena_array(c->arena, n + 1, sizeof(*had));
    bool *has = arena_array(c->arena, m + 1, sizeof(*has));
    for (int by_name = 0; by_name < 2; by_name++)
        for (size_t i = 0; i < n; i++)
            for (size_t k = 0; !had[i] && k < m; k++) {
                const struct jvalue *x = &left->items[i], *y = &right->items[k];
                struct str name = row_name(x, c->arena);
                if (has[k] || (by_name ? name.len == 0 || !str_eq(name, row_name(y, c->arena))
                                       : !same_row(c, record, x, y)))
                    continue;
                had[i] = has[k] = true;
                if (by_name)
                    compare_row(c, record, x, y);
            }
    for (size_t i = 0; i < n; i++)
        if (!had[i])
            compare_row(c, record, &left->items[i], NULL);
    for (size_t k = 0; k < m; k++)
        if (!has[k])
            compare_row(c, record, NULL, &right->items[k]);
}

static void compare(struct comparing *c)
{
    struct str last = STR_NONE;
    for (size_t i = 0; i < c->words->count; i++) {
        const struct fact_word *w = &c->words->items[i];
        struct str record = record_of(w), key = key_of(w);
        if (!is_partys_word(w))
            continue;
        const struct jvalue *x = jin_get(c->before, arena_cstr(c->arena, record));
        const struct jvalue *y = jin_get(c->after, arena_cstr(c->arena, record));
        bool list = (x && x->type == J_ARRAY) || (y && y->type == J_ARRAY);
        if (list && !str_eq(record, last))
            compare_lists(c, record, x, y);
        else if (!list && key.len)
            add(c, w->fact, STR_NONE, member(x, key, c->arena), member(y, key, c->arena));
        else if (!list)
            add(c, w->fact, STR_NONE, jvalue_text(x, c->arena), jvalue_text(y, c->arena));
        last = record; /* words are in the order of their names: those of one record together */
    }
}

/* --- as people read it -------------------------------------------------------------------------- */

/* The content of a list, which is compared as JSON: "甲、乙". */
static struct str listed(struct str value, struct arena *a)
{
    const struct jvalue *v = NULL;
    struct str out = STR_NONE;
    if (!str_starts(value, STR("[")) || jin_parse(&v, value, a, NULL) != OK || v->type != J_ARRAY)
        return value;
    for (size_t i = 0; i < v->count; i++)
        out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), i ? "、" : "",
                           STR_ARG(jvalue_text(&v->items[i], a)));
    return out;
}

static struct label valued(const struct fact_name *n, struct str value, struct arena *a)
{
    const struct state *s = n->type && !n->field ? record_state(n->type, value) : NULL;
    if (s)
        return s->label;
    return !n->field && str_eq(value, THERE) ? (struct label){value, STR("there")}
                                             : fact_value_label(n, listed(value, a));
}

static void say_change(struct step *g, const struct change *c)
{
    struct fact_name n = fact_name_of(g->p->kernel->types, c->fact);
    n.field = field_in_pack(n.field, g->p->pack, g->x->arena);
    struct label label = fact_label(&n, c->fact);
    struct label before = valued(&n, c->before, g->x->arena),
                 after = valued(&n, c->after, g->x->arena);
    if (c->row.len) {
        label.zh = arena_printf(g->x->arena, "%.*s（%.*s）", STR_ARG(label.zh), STR_ARG(c->row));
        label.en = arena_printf(g->x->arena, "%.*s (%.*s)", STR_ARG(label.en), STR_ARG(c->row));
    }
    obstacle_add_in(g->to, WHY_CHANGED, c->fact, &g->x->step->citation,
                    (struct str[]){label.zh, before.zh, after.zh},
                    (struct str[]){label.en, before.en, after.en}, 3);
}

/* --- how the conditions stand ------------------------------------------------------------------ */

void programme_criterion_json(struct jout *j, const struct criterion_result *r, struct arena *a)
{
    jout_pair(j, "criterion", r->criterion->id);
    jout_pair(j, "clause", r->criterion->citation.clause);
    jout_pair(j, "quote", r->criterion->citation.quote);
    jout_name(j, "pass");
    if (!r->applicable || r->pass == UNKNOWN)
        jout_null(j);
    else
        jout_bool(j, r->pass == YES);
    if (r->has_value) {
        jout_pair(j, "value", value_low_text(r, a));
        jout_pair(j, "needs", r->needs);
    }
    jout_pair(j, "advice", r->advice);
}

struct str review_question(const struct process *p)
{
    for (size_t i = 0; i < p->step_count; i++)
        if (p->steps[i].ask_count)
            return p->steps[i].asks[0];
    for (size_t i = 0; i < p->step_count; i++)
        if (p->steps[i].pass_count)
            return p->steps[i].passes[0];
    return STR_NONE;
}

static const struct jvalue *verdict_values(const struct pack_verdict *v, struct arena *a)
{
    struct jout j;
    jout_init_values(&j, a);
    jout_pair(&j, "question", v->question->id);
    jout_name(&j, "pass");
    if (v->verdict == UNKNOWN)
        jout_null(&j);
    else
        jout_bool(&j, v->verdict == YES);
    jout_pair_array(&j, "criteria");
    for (size_t i = 0; i < v->result_count; i++) {
        jout_object(&j);
        programme_criterion_json(&j, &v->results[i], a);
        jout_pair_bool(&j, "applies", v->results[i].applicable);
        jout_end_object(&j);
    }
    jout_end_array(&j);
    return jout_made(&j);
}

err_t review_verdict(const struct jvalue **out, struct step *g)
{
    struct str question = review_question(g->x->process);
    const struct pack_verdict *v;
    struct str wrong;
    if (question.len == 0)
        return OK;
    err_t rc =
        programme_verdict(&v, &wrong, &(struct step){NULL, NULL, g->x, g->p, g->e}, question);
    if (rc == OK && v)
        *out = verdict_values(v, g->x->arena);
    return rc;
}

/* Records that allow no verdict have none to show. */
err_t review_judge(struct step *g)
{
    struct prepared *ready = g->x->prepared;
    return g->x->step->pass_count || !is_review(g->x) ? OK
                                                      : review_verdict(&ready->review_verdict, g);
}

err_t review_read_verdict(const struct jvalue **out, struct str result, struct arena *a,
                          struct err *e)
{
    const struct jvalue *v = NULL;
    err_t rc = jin_parse(&v, arena_dup(a, result), a, e);
    v = rc == OK ? jin_get(v, "verdict") : NULL;
    *out = programme_stands(v) ? v : NULL;
    return rc;
}

/* --- the three calls ---------------------------------------------------------------------------- */

static struct str changes_text(const struct comparing *c)
{
    struct buf b = {0};
    for (size_t i = 0; i < c->list.len; i++) {
        const struct change *x = &c->list.ptr[i];
        buf_addf(&b, "%.*s\n%.*s\n%.*s\n%.*s\n", STR_ARG(x->fact), STR_ARG(x->row),
                 STR_ARG(x->before), STR_ARG(x->after));
    }
    return buf_take(&b, c->arena);
}

err_t review_argument(const struct jvalue **out, struct step *g, const char *name)
{
    struct proposal proposed = {0};
    const struct jvalue *asked;
    *out = g->x->arguments ? jin_get(g->x->arguments, name) : NULL;
    if (*out || !g->x->step->two_persons)
        return OK;
    err_t rc = flow_proposed(&proposed, g);
    if (rc != OK || proposed.id == 0)
        return rc;
    rc = jin_parse(&asked, proposed.arguments, g->x->arena, g->e);
    const struct jvalue *arguments = rc == OK ? jin_get(asked, "arguments") : NULL;
    *out = arguments ? jin_get(arguments, name) : NULL;
    return rc;
}

/* Whether the arguments state that the review stands despite these changes. */
static bool says_stands(struct prepared *ready, const struct jvalue *said)
{
    struct str reason = said && said->type == J_STRING ? str_trim(said->text) : STR_NONE;
    if (!unicode_says(reason))
        return false;
    ready->review_stands = reason;
    return true;
}

/* Facts that count as changes: of lists, those that criteria and flags of the policy read; of the
 * party's own record (kind, industry, city …) all, because steps, names and papers depend on them
 * too. */
static err_t facts_that_count(struct fact_words *out, const struct programme *p, struct arena *a,
                              struct err *e)
{
    VEC(struct fact_word) list = {0};
    struct fact_words read;
    const struct record_type *t;
    err_t rc = checking_pack_words(&read, p->pack, a, e);
    for (size_t i = 0; rc == OK && i < read.count; i++)
        VEC_PUSH(a, &list, read.items[i]);
    for (size_t i = 0; rc == OK && (t = record_type_at(p->kernel->types, i)); i++)
        for (size_t k = 0; t->facts_object && k < t->field_count; k++) {
            const struct field *f = &t->fields[k];
            bool there = !f->has_word;
            for (size_t n = 0; !there && n < list.len; n++)
                there = str_eq(list.ptr[n].fact, f->word.fact);
            if (!there)
                VEC_PUSH(a, &list, f->word);
        }
    if (list.len)
        qsort(list.ptr, list.len, sizeof(*list.ptr), str_cmp_first);
    *out = (struct fact_words){.items = list.ptr, .count = list.len};
    return rc;
}

static err_t compare_with(struct comparing *c, struct step *g, const struct kept_review *review)
{
    const struct prepared *ready = g->x->prepared;
    struct fact_words *words = arena_alloc(g->x->arena, sizeof(*words));
    *c = (struct comparing){.arena = g->x->arena, .p = g->p, .words = words};
    err_t rc = facts_that_count(words, g->p, g->x->arena, g->e);
    if (rc == OK)
        rc = jin_parse(&c->before, review->facts, g->x->arena, g->e);
    if (rc == OK)
        rc = jin_parse(&c->after, ready->facts, g->x->arena, g->e);
    if (rc == OK)
        compare(c);
    return rc;
}

static void say_all(struct step *g, const struct comparing *c)
{
    for (size_t i = 0; i < c->list.len && i < CHANGES_SHOWN; i++)
        say_change(g, &c->list.ptr[i]);
    obstacle_add(g->to, WHY_CHANGED_STANDS, STR("review_stands"), &g->x->step->citation,
                 FLOW_ARGS(arena_printf(g->x->arena, "%zu", c->list.len)));
}

/* The changes despite which the review stands, for the history. */
static const struct jvalue *facts_changed(const struct comparing *c)
{
    struct jout j;
    jout_init_values(&j, c->arena);
    jout_array(&j);
    for (size_t i = 0; i < c->list.len; i++)
        if (i == 0 || !str_eq(c->list.ptr[i].fact, c->list.ptr[i - 1].fact))
            jout_str(&j, c->list.ptr[i].fact);
    jout_end_array(&j);
    return jout_made(&j);
}

err_t review_check(struct step *g)
{
    struct prepared *ready = g->x->prepared;
    const struct yvalue *document;
    struct kept_review review = {0};
    struct comparing c = {.arena = g->x->arena};
    ready->handed_in = g->x->step && hands_in(g->x->process, g->x->step->id);
    if (!is_review(g->x) && !ready->handed_in)
        return OK;
    err_t rc = programme_facts(&document, g);
    if (rc != OK || ready->handed_in)
        return rc;
    if ((rc = step_reader(g)) == OK)
        rc = read_review(&review, g);
    ready->reviews = true;
    step_reader_end(g);
    if (rc == OK && review.at_ms)
        rc = compare_with(&c, g, &review);
    if (rc == OK && c.list.len) {
        const struct jvalue *said;
        ready->review_seen = changes_text(&c);
        rc = review_argument(&said, g, "review_stands");
        if (rc == OK && says_stands(ready, said))
            ready->review_changes = facts_changed(&c);
        else if (rc == OK)
            say_all(g, &c);
    }
    return rc;
}

static void facts_hex(char hex[SHA256_HEX_LEN + 1], const struct prepared *ready)
{
    struct digest d = sha256_of(str_bytes(ready->facts));
    sha256_hex(hex, &d);
}

/* A submission states that the party's lists are complete, by the digest of the facts at that
 * time. */
static void note_lists(struct flow_call *x)
{
    char hex[SHA256_HEX_LEN + 1];
    facts_hex(hex, x->prepared);
    jout_pair_object(x->result, "lists");
    jout_pair(x->result, "complete_up_to", x->today);
    jout_pair(x->result, "facts_digest", str_of(hex));
    jout_pair(x->result, "stated_by", x->by->display_name);
    jout_end_object(x->result);
}

void review_note(struct flow_call *x)
{
    const struct prepared *ready = x->prepared;
    if (ready->handed_in && ready->facts.len && programme_is_submitted(x))
        note_lists(x);
    if (ready->review_verdict) {
        jout_name(x->result, "verdict");
        jout_value(x->result, ready->review_verdict);
    }
    if (ready->review_stands.len == 0)
        return;
    jout_pair(x->result, "review_stands", ready->review_stands);
    jout_name(x->result, "review_changes");
    jout_value(x->result, ready->review_changes);
}

err_t review_keep(struct step *g)
{
    const struct prepared *ready = g->x->prepared;
    char hex[SHA256_HEX_LEN + 1];
    if (!ready || !(ready->reviews || ready->handed_in) || g->x->step_id == 0)
        return OK;
    facts_hex(hex, ready);
    return db_run(
        g->db,
        "INSERT INTO case_review (case_id, step_id, at_ms, facts, facts_digest) SELECT ?1,"
        " id, at_ms, ?3, ?4 FROM flow_step WHERE id = ?2",
        VALUES(v_i64(g->x->c.id), v_i64(g->x->step_id), v_str(ready->facts), v_str(str_of(hex))),
        g->e);
}

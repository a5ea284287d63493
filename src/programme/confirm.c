/* What an office has checked of a party's own word. */
#include "programme/confirm.h"
#include "programme/review.h"

/* --- what there is to check -------------------------------------------------------------- */

static bool role_checks(const struct fact_word *w, const struct flow_call *x)
{
    if (x->as)
        return fact_word_checks(w, x->as->role->name);
    for (size_t i = 0; i < x->step->role_count; i++) /* looked at: by whom it can be taken */
        if (fact_word_checks(w, x->step->roles[i]))
            return true;
    return false;
}

/* Of a criterion the facts that are his to check, by name. */
static size_t facts_to_check(struct str *out, const struct criterion_result *r,
                             const struct flow_call *x)
{
    size_t n = 0;
    for (size_t i = 0; i < r->words.count; i++)
        if (role_checks(&r->words.items[i], x))
            out[n++] = r->words.items[i].fact;
    return n;
}

/* Questions that steps of the process ask or pass, each once. */
static size_t questions_of(const struct question **out, const struct flow_call *x,
                           const struct programme *p)
{
    size_t n = 0;
    for (size_t q = 0; q < p->pack->questions.len; q++) {
        const struct question *one = &p->pack->questions.ptr[q];
        bool asked = false;
        for (size_t i = 0; i < x->process->step_count; i++) {
            const struct process_step *s = &x->process->steps[i];
            asked |= str_among(one->id, s->asks, s->ask_count) ||
                     str_among(one->id, s->passes, s->pass_count);
        }
        if (asked)
            out[n++] = one;
    }
    return n;
}

struct answers {
    const struct pack_verdict **verdicts;
    size_t count;
};

/* Records of which no verdict can be given are told by the step itself. */
static err_t ask_all(struct answers *out, struct flow_call *x, struct programme *p, struct err *e)
{
    const struct question **questions =
        arena_array(x->arena, p->pack->questions.len + 1, sizeof(*questions));
    size_t count = questions_of(questions, x, p);
    err_t rc = OK;
    *out = (struct answers){arena_array(x->arena, count + 1, sizeof(*out->verdicts)), 0};
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct str wrong;
        rc = programme_verdict(&out->verdicts[out->count], &wrong, x, p, questions[i]->id, e);
        if (rc == OK && out->verdicts[out->count])
            out->count++;
    }
    return rc;
}

static const struct criterion_result *find_result(const struct answers *all, struct str criterion)
{
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->verdicts[i]->result_count; k++)
            if (str_eq(all->verdicts[i]->results[k].criterion->id, criterion))
                return &all->verdicts[i]->results[k];
    return NULL;
}

/* --- shown ----------------------------------------------------------------------------------- */

static void show_criterion(struct jout *j, const struct criterion_result *r,
                           const struct str *facts, size_t count, struct arena *a)
{
    jout_object(j);
    jout_pair(j, "criterion", r->criterion->id);
    jout_pair(j, "clause", r->criterion->citation.clause);
    jout_pair(j, "quote", r->criterion->citation.quote);
    jout_pair(j, "verdict", str_of(pack_verdict_name(r->pass)));
    jout_pair(j, "operands", operands_text(r, a));
    jout_name(j, "facts");
    jout_array(j);
    for (size_t i = 0; i < count; i++)
        jout_str(j, facts[i]);
    jout_end_array(j);
    jout_name(j, "words"); /* in the language of who asks */
    jout_array(j);
    for (size_t i = 0; i < r->words.count; i++) {
        struct str line = words_text(&r->words, i, a);
        if (line.len)
            jout_str(j, line);
    }
    jout_end_array(j);
    jout_end_object(j);
}

static err_t show(struct flow_call *x, const struct answers *all, struct err *e)
{
    struct prepared *ready = x->prepared;
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_array(&j);
    for (size_t i = 0; i < all->count; i++)
        for (size_t k = 0; k < all->verdicts[i]->result_count; k++) {
            const struct criterion_result *r = &all->verdicts[i]->results[k];
            struct str *facts = arena_array(x->arena, r->words.count + 1, sizeof(*facts));
            size_t count = facts_to_check(facts, r, x);
            if (count)
                show_criterion(&j, r, facts, count, x->arena);
        }
    jout_end_array(&j);
    err_t rc = jin_parse(&ready->confirmable, arena_dup(x->arena, buf_str(&b)),
                         JIN_REFUSE_DUPLICATES, NULL, x->arena, e);
    buf_clear(&b);
    return rc;
}

/* --- said ------------------------------------------------------------------------------------ */

static void take(struct flow_obstacles *to, struct flow_call *x, const struct answers *all,
                 const struct jvalue *said)
{
    struct prepared *ready = x->prepared;
    const struct criterion_result *r = said->type == J_STRING ? find_result(all, said->text) : NULL;
    struct str *facts = arena_array(x->arena, r ? r->words.count + 1 : 1, sizeof(*facts));
    size_t count = r ? facts_to_check(facts, r, x) : 0;
    struct str id = said->type == J_STRING ? said->text : STR_NONE;
    if (count == 0) {
        flow_obstacle_add(to, "confirms", id, &x->step->citation,
                          r ? N_("\"%s\" rests on no fact that is yours to check")
                            : N_("\"%s\" is no criterion of this process"),
                          FLOW_ARGS(id));
        return;
    }
    VEC_PUSH(x->arena, &ready->confirms, id);
    for (size_t i = 0; i < count; i++) {
        struct str rest = facts[i], record = str_split(&rest, STR("."));
        if (!str_among(record, ready->confirmed.ptr, ready->confirmed.len))
            VEC_PUSH(x->arena, &ready->confirmed, record);
    }
}

err_t confirm_look(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                   struct err *e)
{
    struct prepared *ready = x->prepared;
    const struct jvalue *said;
    struct answers all;
    err_t rc = review_said(&said, x, p, "confirms", e);
    ready->confirms.len = ready->confirmed.len = 0;
    if (rc != OK || (!said && (!x->looking || !ready->reviews || to->len)))
        return rc;
    if (said && (!ready->reviews || said->type != J_ARRAY)) {
        flow_obstacle_add(
            to, "confirms", STR("confirms"), &x->step->citation,
            N_("facts are checked by an office in a step by which it reviews the case: "
               "confirms is a list of criteria"),
            NULL, 0);
        return OK;
    }
    if ((rc = ask_all(&all, x, p, e)) != OK)
        return rc;
    for (size_t i = 0; said && i < said->count; i++)
        take(to, x, &all, &said->items[i]);
    return x->looking ? show(x, &all, e) : OK;
}

void confirm_note(struct flow_call *x)
{
    const struct prepared *ready = x->prepared;
    if (ready->confirms.len == 0)
        return;
    jout_name(x->result, "confirmed");
    jout_array(x->result);
    for (size_t i = 0; i < ready->confirms.len; i++)
        jout_str(x->result, ready->confirms.ptr[i]);
    jout_end_array(x->result);
}

err_t confirm_keep(struct db *db, struct flow_call *x, struct err *e)
{
    const struct prepared *ready = x->prepared;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && ready && x->step_id && i < ready->confirmed.len; i++) {
        struct str digest;
        rc = facts_said_digest(&digest, ready->document, ready->confirmed.ptr[i], x->arena, e);
        if (rc == OK)
            rc = db_run(db,
                        "INSERT INTO fact_check (case_id, step_id, record, digest) VALUES (?1, ?2,"
                        " ?3, ?4)",
                        VALUES(v_i64(x->c.id), v_i64(x->step_id), v_str(ready->confirmed.ptr[i]),
                               v_str(digest)),
                        e);
    }
    return rc;
}

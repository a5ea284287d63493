/* Papers of steps. What they will say is gathered before the store step (it takes long), and finished
 * within it, when the step's own entry and records are there. */
#include "document/step_paper.h"
#include "access/assignment.h"
#include "access/mutation.h"
#include "base/date.h"
#include "base/msg.h"
#include "document/case_paper_priv.h"
#include "document/form_paper.h"
#include "document/step_paper_priv.h"
#include "policy/paper_value.h"

/* --- values entered with the step ---------------------------------------------------------- */

static const struct jvalue *said_papers(const struct flow_call *x)
{
    const struct jvalue *papers = x->arguments ? jin_get(x->arguments, "papers") : NULL;
    return papers && papers->type == J_OBJECT ? papers : NULL;
}

static struct case_paper_new asked(const struct flow_call *x, const struct part *paper,
                                   const struct jvalue **said)
{
    const struct jvalue *all = said_papers(x);
    const struct jvalue *one = all ? jin_get(all, arena_cstr(x->arena, paper->id)) : NULL;
    struct case_paper_new n = {.paper = paper->id, .step = x->step->id, .by_step = true};
    *said = one && one->type == J_OBJECT ? one : NULL;
    if (*said) {
        n.number = str_trim(jin_text(one, "number"));
        n.mark = str_trim(jin_text(one, "mark"));
        n.values = jin_get(one, "values");
        n.lists = jin_get(one, "lists");
    }
    return n;
}

static void check_names(struct flow_obstacles *to, const struct flow_call *x,
                        const struct part *const *papers, size_t count)
{
    const struct jvalue *all = said_papers(x);
    for (size_t i = 0; all && i < all->count; i++) {
        bool its = false;
        for (size_t k = 0; k < count; k++)
            its |= str_eq(all->names[i], papers[k]->id);
        if (!its)
            flow_obstacle_add(to, "object", all->names[i], &x->step->citation,
                              N_("the step issues no paper \"%s\""), FLOW_ARGS(all->names[i]));
    }
}

/* For a paper filled in by the person taking the step: reports missing values now, to the first of
 * two persons too. */
static err_t check_said(struct step_view *g, const struct case_paper_known *k,
                        const struct case_paper_new *n)
{
    struct case_paper_new draft = *n;
    struct paper_filled filled;
    struct err why = {0};
    draft.draft = true;
    if (n->mark.len)
        draft.number = n->mark;
    err_t rc = case_paper_finish(&filled, g->db, k, &draft, &why);
    if (rc == E_INVALID)
        flow_obstacle_add(g->to, "object", k->paper->id, &g->x->step->citation,
                          N_("the paper cannot be issued: %s"), FLOW_ARGS(str_of(why.text)));
    else if (rc != OK && g->e)
        *g->e = why;
    if (rc == OK)
        paper_gaps(g->to, k->paper, &filled, g->p->kernel->types, true);
    return rc == E_INVALID ? OK : rc;
}

/* --- before the step ------------------------------------------------------------------------------ */

/* The papers of x->step, without those that an effect issues only under a condition that does not
 * hold now. */
static size_t programme_papers_of(const struct part **out, size_t max, const struct flow_call *x,
                                  const struct programme *p)
{
    const struct process_step *whole = process_step_find(x->process, x->step->id);
    size_t count = papers_of_step(out, max, p->pack, x->process->id, x->step->id), n = 0;
    for (size_t i = 0; i < count; i++)
        if (!process_step_effect(whole, EFFECT_PAPER, out[i]->id) ||
            process_step_effect(x->step, EFFECT_PAPER, out[i]->id))
            out[n++] = out[i];
    return n;
}

static size_t papers_at(const struct part **papers, const struct flow_call *x,
                        const struct programme *p)
{
    size_t count = programme_papers_of(papers, STEP_PAPERS_MAX, x, p), n = 0;
    for (size_t i = 0; i < count; i++)
        if (!part_true(papers[i], "on_demand"))
            papers[n++] = papers[i];
    return n;
}

/* --- with the step ------------------------------------------------------------------------------- */

/* The step is not taken without it. Whoever confirms what another proposed says nothing: it was asked then. */
static err_t is_asked(bool *out, struct flow_call *x, struct programme *p, const struct part *paper,
                      struct err *e)
{
    struct proposal proposed = {0};
    struct db *db = NULL;
    int64_t issued_ms = 0;
    err_t rc = OK;
    *out = paper_issued_with_step(paper) && !subject_is_program(x->by);
    if (*out && x->step->two_persons && !x->arguments)
        rc = flow_proposed(&proposed, x, p, e);
    *out = *out && proposed.id == 0;
    if (rc == OK && *out && step_paper_comes_before(paper) &&
        (rc = store_reader_get(&db, p->kernel->store, e)) == OK) {
        rc = step_paper_issued(&issued_ms, db, x, paper, e);
        store_reader_put(p->kernel->store, db);
    }
    *out = *out && issued_ms == 0;
    return rc;
}

/* In a joint step, a paper that lists its parties belongs to all cases and is issued with the
 * last. */
static bool is_with_another(const struct flow_call *x, const struct programme *p,
                            const struct part *paper)
{
    return x->joint_count && x->c.id != x->joint[x->joint_count - 1].c.id &&
           case_paper_lists_parties(p->pack, paper);
}

err_t programme_papers(struct flow_obstacles *to, struct flow_call *x, struct programme *p,
                       struct err *e)
{
    const struct part *papers[STEP_PAPERS_MAX];
    struct prepared_documents *ready = documents_prepared(x);
    size_t count;
    err_t rc = OK;
    if (x->looking)
        return OK;
    count = papers_at(papers, x, p);
    check_names(to, x, papers, count);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct jvalue *said;
        struct case_paper_new *n = arena_alloc(x->arena, sizeof(*n));
        struct case_paper_known *k;
        struct db *db = NULL;
        bool must = false;
        if (is_with_another(x, p, papers[i]))
            continue;
        *n = asked(x, papers[i], &said);
        rc = case_paper_prepare(&k, x, p, n, e);
        if (rc == OK)
            VEC_PUSH(x->arena, &ready->papers, k);
        if (rc == OK)
            rc = is_asked(&must, x, p, papers[i], e);
        if (rc == OK && (said || must) && (rc = store_reader_get(&db, p->kernel->store, e)) == OK) {
            rc = case_paper_check_issuer(to, db, x, papers[i], n->values, e);
            if (rc == OK)
                rc = check_said(&(struct step_view){to, db, x, p, e}, k, n);
            store_reader_put(p->kernel->store, db);
        }
    }
    return rc;
}

/* --- what it asks for ----------------------------------------------------------------------------------- */

/* Values that an office entered for one paper are proposed for the next. */
static bool is_lasting(struct str name)
{
    return str_is(name, "publicity.contact") || str_is(name, "paper.copies") ||
           str_starts(name, STR("remedy."));
}

/* As who takes the step, or somebody of his unit, said it last. */
static err_t said_last(struct paper_lack *l, struct db *db, const struct flow_call *x,
                       struct err *e)
{
    const struct jvalue *v = NULL;
    struct str entered = STR_NONE;
    int64_t issued_ms = 0;
    struct str like = arena_printf(x->arena, "%%\"%.*s\"%%", STR_ARG(l->name));
    err_t rc =
        db_row(NULL, db,
               "SELECT p.entered, p.title, p.issued_ms FROM case_paper p JOIN account a ON"
               " a.id = p.issued_by WHERE a.owner_unit = ?1 AND p.entered LIKE ?2 ORDER BY"
               " p.id DESC LIMIT 1",
               VALUES(v_i64(x->by->unit), v_str(like)),
               INTO(into_str(&entered), into_str(&l->source), into_i64(&issued_ms)), x->arena, e);
    if (rc == OK && entered.len) {
        l->date = business_date(issued_ms, x->arena);
        rc = jin_parse(&v, entered, x->arena, e);
    }
    const struct jvalue *said = v ? jin_get(v, arena_cstr(x->arena, l->name)) : NULL;
    if (said)
        l->json = jvalue_json(said, x->arena);
    return rc;
}

static err_t add_lack(struct paper_lack *out, struct str name, struct db *db,
                      const struct flow_call *x, struct err *e)
{
    const struct paper_value_name *n = paper_value_name(name);
    *out = (struct paper_lack){.name = name};
    if (!is_lasting(name) && !n->day)
        return OK;
    if (!n->day)
        return said_last(out, db, x, e);
    out->json = jvalue_json(&(struct jvalue){.type = J_STRING, .text = x->today}, x->arena);
    out->source = str_of(msg(N_("today")));
    return OK;
}

static err_t read_marks(struct paper_asked *out, struct db *db, const struct flow_call *x,
                        struct err *e)
{
    struct texts all = {0};
    err_t rc = db_texts(&all, db,
                        "SELECT mark FROM record_document_mark WHERE owner_unit = ?1 AND used_for ="
                        " 'documents' AND numbered = 'here' AND ended_ms IS NULL ORDER BY id",
                        VALUES(v_i64(x->by->unit)), x->arena, e);
    out->marks = all.ptr;
    out->mark_count = all.len;
    return rc;
}

/* Only what is entered: what the program knows, rows of lists and fields of records come from elsewhere. */
static err_t take_lacks(struct paper_asked *out, struct db *db, const struct flow_call *x,
                        const struct paper_filled *filled, struct err *e)
{
    struct paper_lack *lacks = arena_array(x->arena, filled->missing_count, sizeof(*lacks));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < filled->missing_count; i++) {
        struct str name = filled->missing[i];
        const struct paper_value_name *n = paper_value_name(name);
        if (str_is(name, "paper.number"))
            out->number = true;
        else if (n && !n->known && !n->list && !step_paper_comes_with(name))
            rc = add_lack(&lacks[out->lack_count++], name, db, x, e);
    }
    out->lacks = lacks;
    return rc == OK && out->number ? read_marks(out, db, x, e) : rc;
}

static err_t ask_paper(struct paper_asked *out, struct flow_call *x, struct programme *p,
                       const struct part *paper, struct err *e)
{
    const struct jvalue *said;
    struct case_paper_new *n = arena_alloc(x->arena, sizeof(*n));
    struct case_paper_known *k;
    struct paper_filled filled = {0};
    struct db *db = NULL;
    struct err why = {0};
    *out = (struct paper_asked){.paper = paper};
    err_t rc = is_asked(&out->required, x, p, paper, e);
    if (rc != OK || part_true(paper, "on_demand") ||
        (paper_issued_with_step(paper) && !out->required)) /* it was issued already */
        return rc;
    *n = asked(x, paper, &said);
    n->draft = true;
    rc = case_paper_prepare(&k, x, p, n, e);
    if (rc == OK)
        rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = case_paper_finish(&filled, db, k, n, &why);
    if (rc == OK)
        rc = take_lacks(out, db, x, &filled, e);
    else if (rc == E_INVALID)
        rc = OK; /* nothing that is said here would help: the step says so when it is taken */
    else if (why.text[0] && e)
        *e = why;
    store_reader_put(p->kernel->store, db);
    return rc;
}

err_t programme_papers_asked(struct paper_asked *out, size_t *count, struct flow_call *x,
                             struct programme *p, struct err *e)
{
    const struct part *papers[STEP_PAPERS_MAX];
    const struct process_step *step = x->step;
    err_t rc = OK;
    *count = programme_papers_of(papers, STEP_PAPERS_MAX, x, p);
    for (size_t i = 0; rc == OK && i < *count; i++) {
        rc = ask_paper(&out[i], x, p, papers[i], e);
        x->step = step; /* knowing a paper settles its own */
    }
    return rc;
}

/* --- within it --------------------------------------------------------------------------------------- */

static struct str due_note(struct str title, struct arena *a)
{
    return arena_printf(a, "出具“%.*s”", STR_ARG(title));
}

/* For offices only: a party issues its papers whenever it likes. */
static err_t leave_due(struct db *db, const struct flow_call *x, const struct programme *p,
                       const struct part *paper, struct err *e)
{
    struct deed d = programme_deed(x, p);
    struct assignment g = {.type = STR("case"),
                           .record_id = x->c.id,
                           .kind = STR("do"),
                           .unit = x->by->unit,
                           .note = due_note(part_text(paper, "label"), x->arena)};
    if (!programme_is_office(x->by))
        return OK;
    err_t rc = assignment_give(&g, db, &d, e);
    return rc == OK
               ? db_run(db,
                        "INSERT INTO case_paper_due (assignment, case_id, unit, paper) VALUES"
                        " (?1, ?2, ?3, ?4)",
                        VALUES(v_i64(g.id), v_i64(x->c.id), v_i64(g.unit), v_str(paper->id)), e)
               : rc;
}

/* True: no value is missing, so nobody needs to check it first. */
static err_t is_whole(bool *out, struct db *db, const struct case_paper_known *k,
                      const struct case_paper_new *n, struct err *e)
{
    struct case_paper_new draft = *n;
    struct paper_filled filled;
    draft.draft = true;
    err_t rc = case_paper_finish(&filled, db, k, &draft, e);
    *out = rc == OK && filled.missing_count == 0;
    return rc;
}

static err_t settle_one(struct db *db, struct flow_call *x, struct programme *p,
                        const struct case_paper_known *k, struct err *e)
{
    const struct jvalue *said;
    const struct case_paper_new n = asked(x, k->paper, &said);
    struct case_paper c;
    int64_t issued_ms = 0;
    bool whole = said != NULL || paper_issued_with_step(k->paper);
    if (!said && step_paper_comes_before(k->paper)) {
        err_t before = step_paper_issued(&issued_ms, db, x, k->paper, e);
        if (before != OK || issued_ms)
            return before;
    }
    err_t rc = whole ? OK : is_whole(&whole, db, k, &n, e);
    if (rc != OK)
        return rc;
    return whole ? case_paper_put(&c, db, k, &n, x->as, e) : leave_due(db, x, p, k->paper, e);
}

err_t programme_papers_settle(struct db *db, struct flow_call *x, struct programme *p,
                              struct err *e)
{
    const struct prepared_documents *ready = x->prepared ? documents_prepared(x) : NULL;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && x->step && x->by->account && ready && i < ready->papers.len; i++)
        rc = settle_one(db, x, p, ready->papers.ptr[i], e);
    if (rc == OK)
        rc = form_papers_amend(db, x, p, e);
    return rc == OK ? form_papers_put(db, x, p, e) : rc;
}

bool paper_shown_to(const struct subject *s, const struct pack *pack, struct str paper,
                    int64_t party)
{
    const struct part *p = part_named(pack, PART_PAPERS, paper);
    if (!p && part_named(pack, PART_FORMS, paper))
        return form_paper_shown_to(s, party);
    return !p || !part_true(p, "internal") || programme_is_office(s) || subject_is_program(s) ||
           access_off(STR("case_papers"), "internal");
}

/* --- what is to be issued still ------------------------------------------------------------------ */

struct taken_step {
    struct str step, label, date;
    int64_t at_ms;
};

/* The latest of each step that an office took. */
static err_t steps_taken(const struct taken_step **out, size_t *count, struct db *db,
                         const struct flow_call *x, struct err *e)
{
    VEC(struct taken_step) all = {0};
    struct taken_step one;
    err_t rc = db_rows(
        ROWS(&all, one), db,
        "SELECT s.step, s.label, s.date, s.at_ms FROM flow_step s JOIN unit u ON"
        " u.id = s.unit WHERE s.case_id = ?1 AND s.kind = 'step' AND u.kind IN"
        " ('province_office', 'city_office', 'province_ip_centre',"
        " 'finance_office') AND s.id = (SELECT max(l.id) FROM flow_step l WHERE"
        " l.case_id = s.case_id AND l.kind = 'step' AND l.step = s.step)"
        " ORDER BY s.id",
        VALUES(v_i64(x->c.id)),
        INTO(into_str(&one.step), into_str(&one.label), into_str(&one.date), into_i64(&one.at_ms)),
        x->arena, e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t papers_due(const struct paper_due **out, size_t *count, struct step_view *g)
{
    VEC(struct paper_due) all = {0};
    const struct taken_step *steps;
    size_t step_count = 0;
    err_t rc = steps_taken(&steps, &step_count, g->db, g->x, g->e);
    for (size_t i = 0; rc == OK && i < step_count; i++) {
        const struct part *papers[STEP_PAPERS_MAX];
        struct flow_call at = *g->x;
        struct flow_stands stands;
        rc = flow_step_stands(&stands, g->db, g->x->c.id, &steps[i].step, 1, g->x->arena, g->e);
        at.step = rc == OK && stands.id ? process_step_find(g->x->process, steps[i].step) : NULL;
        size_t n = at.step ? papers_at(papers, &at, g->p) : 0;
        for (size_t k = 0; rc == OK && k < n; k++) {
            struct issued_papers issued;
            rc = step_paper_issued_from(&issued, g->db, g->x->c.id, papers[k]->id, steps[i].at_ms,
                                        g->x->arena, g->e);
            if (rc == OK && issued.len == 0)
                VEC_PUSH(
                    g->x->arena, &all,
                    ((struct paper_due){papers[k], steps[i].step, steps[i].label, steps[i].date}));
        }
    }
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t paper_due_over(struct db *db, const struct flow_call *x, const struct programme *p,
                     const struct case_paper *c, struct err *e)
{
    struct ids all = {0};
    struct deed d = programme_deed(x, p);
    err_t rc =
        db_ids(&all, db,
               "SELECT g.id FROM case_paper_due p JOIN assignment g ON g.id = p.assignment WHERE"
               " p.case_id = ?1 AND p.unit = ?2 AND p.paper IN (?3, ?4) AND g.done_ms IS NULL AND"
               " g.to_ms IS NULL ORDER BY g.id",
               VALUES(v_i64(c->case_id), v_i64(x->by->unit), v_str(c->paper), v_str(c->title)),
               x->arena, e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = assignment_done(db, &d, all.ptr[i], e);
    return rc;
}

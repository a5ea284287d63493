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
            obstacle_add(to, WHY_NO_SUCH_PAPER, all->names[i], &x->step->citation,
                         FLOW_ARGS(all->names[i]));
    }
}

/* For a paper filled in by the person taking the step: reports missing values now, to the first of
 * two persons too. */
static err_t check_said(struct step *g, const struct case_paper_known *k,
                        const struct case_paper_new *n)
{
    struct case_paper_new draft = *n;
    struct paper_filled filled;
    struct err why = {0};
    draft.draft = true;
    if (n->mark.len)
        draft.number = n->mark;
    err_t rc = case_paper_finish(&filled, &(struct step){NULL, g->db, g->x, g->p, &why}, k, &draft);
    if (rc == E_INVALID)
        obstacle_add(g->to, WHY_PAPER_REFUSED, k->paper->id, &g->x->step->citation,
                     FLOW_ARGS(str_of(why.text)));
    else if (rc != OK && g->e)
        *g->e = why;
    if (rc == OK)
        paper_gaps(g->to, k->paper, &filled, g->p->kernel->types, true);
    return rc == E_INVALID ? OK : rc;
}

/* --- before the step ------------------------------------------------------------------------------ */

/* The papers of x->step, without those that an effect issues only under a condition that does not
 * hold now. */
static size_t programme_papers_of(const struct part **out, size_t max, struct step *g)
{
    const struct process_step *whole = process_step_find(g->x->process, g->x->step->id);
    size_t count = papers_of_step(out, max, g->p->pack, g->x->process->id, g->x->step->id), n = 0;
    for (size_t i = 0; i < count; i++)
        if (!process_step_effect(whole, EFFECT_PAPER, out[i]->id) ||
            process_step_effect(g->x->step, EFFECT_PAPER, out[i]->id))
            out[n++] = out[i];
    return n;
}

static size_t papers_at(const struct part **papers, struct step *g)
{
    size_t count = programme_papers_of(papers, STEP_PAPERS_MAX, g), n = 0;
    for (size_t i = 0; i < count; i++)
        if (!part_true(papers[i], "on_demand"))
            papers[n++] = papers[i];
    return n;
}

/* --- with the step ------------------------------------------------------------------------------- */

/* The step is not taken without it. Whoever confirms what another proposed says nothing: it was asked then. */
static err_t is_asked(bool *out, struct step *g, const struct part *paper)
{
    struct proposal proposed = {0};
    int64_t issued_ms = 0;
    err_t rc = OK;
    *out = paper_issued_with_step(paper) && !subject_is_program(g->x->by);
    if (*out && g->x->step->two_persons && !g->x->arguments)
        rc = flow_proposed(&proposed, g);
    *out = *out && proposed.id == 0;
    if (rc == OK && *out && step_paper_comes_before(paper) && (rc = step_reader(g)) == OK) {
        rc = step_paper_issued(&issued_ms, g, paper);
        step_reader_end(g);
    }
    *out = *out && issued_ms == 0;
    return rc;
}

/* In a joint step, a paper that lists its parties belongs to all cases and is issued with the
 * last. */
static bool is_with_another(struct step *g, const struct part *paper)
{
    return g->x->joint_count && g->x->c.id != g->x->joint[g->x->joint_count - 1].c.id &&
           case_paper_lists_parties(g->p->pack, paper);
}

err_t programme_papers(struct step *g)
{
    const struct part *papers[STEP_PAPERS_MAX];
    struct prepared_documents *ready = documents_prepared(g->x);
    size_t count;
    err_t rc = OK;
    if (g->x->looking)
        return OK;
    count = papers_at(papers, g);
    check_names(g->to, g->x, papers, count);
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct jvalue *said;
        struct case_paper_new *n = arena_alloc(g->x->arena, sizeof(*n));
        struct case_paper_known *k;
        bool must = false;
        if (is_with_another(g, papers[i]))
            continue;
        *n = asked(g->x, papers[i], &said);
        rc = case_paper_prepare(&k, g, n);
        if (rc == OK)
            VEC_PUSH(g->x->arena, &ready->papers, k);
        if (rc == OK)
            rc = is_asked(&must, g, papers[i]);
        if (rc == OK && (said || must) && (rc = step_reader(g)) == OK) {
            rc = case_paper_check_issuer(g, papers[i], n->values);
            if (rc == OK)
                rc = check_said(g, k, n);
            step_reader_end(g);
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
static err_t said_last(struct paper_lack *l, struct step *g)
{
    const struct jvalue *v = NULL;
    struct str entered = STR_NONE;
    int64_t issued_ms = 0;
    struct str like = arena_printf(g->x->arena, "%%\"%.*s\"%%", STR_ARG(l->name));
    err_t rc = db_row(NULL, g->db,
                      "SELECT p.entered, p.title, p.issued_ms FROM case_paper p JOIN account a ON"
                      " a.id = p.issued_by WHERE a.owner_unit = ?1 AND p.entered LIKE ?2 ORDER BY"
                      " p.id DESC LIMIT 1",
                      VALUES(v_i64(g->x->by->unit), v_str(like)),
                      INTO(into_str(&entered), into_str(&l->source), into_i64(&issued_ms)),
                      g->x->arena, g->e);
    if (rc == OK && entered.len) {
        l->date = business_date(issued_ms, g->x->arena);
        rc = jin_parse(&v, entered, g->x->arena, g->e);
    }
    const struct jvalue *said = v ? jin_get(v, arena_cstr(g->x->arena, l->name)) : NULL;
    if (said)
        l->json = jvalue_json(said, g->x->arena);
    return rc;
}

static err_t add_lack(struct paper_lack *out, struct str name, struct step *g)
{
    const struct paper_value_name *n = paper_value_name(name);
    *out = (struct paper_lack){.name = name};
    if (!is_lasting(name) && !n->day)
        return OK;
    if (!n->day)
        return said_last(out, g);
    out->json = jvalue_json(&(struct jvalue){.type = J_STRING, .text = g->x->today}, g->x->arena);
    out->source = str_of(msg(N_("today")));
    return OK;
}

static err_t read_marks(struct paper_asked *out, struct step *g)
{
    struct texts all = {0};
    err_t rc = db_texts(&all, g->db,
                        "SELECT mark FROM record_document_mark WHERE owner_unit = ?1 AND used_for ="
                        " 'documents' AND numbered = 'here' AND ended_ms IS NULL ORDER BY id",
                        VALUES(v_i64(g->x->by->unit)), g->x->arena, g->e);
    out->marks = all.ptr;
    out->mark_count = all.len;
    return rc;
}

/* Only what is entered: what the program knows, rows of lists and fields of records come from elsewhere. */
static err_t take_lacks(struct paper_asked *out, struct step *g, const struct paper_filled *filled)
{
    struct paper_lack *lacks = arena_array(g->x->arena, filled->missing_count, sizeof(*lacks));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < filled->missing_count; i++) {
        struct str name = filled->missing[i];
        const struct paper_value_name *n = paper_value_name(name);
        if (str_is(name, "paper.number"))
            out->number = true;
        else if (n && !n->known && !n->list && !step_paper_comes_with(name))
            rc = add_lack(&lacks[out->lack_count++], name, g);
    }
    out->lacks = lacks;
    return rc == OK && out->number ? read_marks(out, g) : rc;
}

static err_t ask_paper(struct paper_asked *out, struct step *g, const struct part *paper)
{
    const struct jvalue *said;
    struct case_paper_new *n = arena_alloc(g->x->arena, sizeof(*n));
    struct case_paper_known *k;
    struct paper_filled filled = {0};
    struct err why = {0};
    *out = (struct paper_asked){.paper = paper};
    err_t rc = is_asked(&out->required, g, paper);
    if (rc != OK || part_true(paper, "on_demand") ||
        (paper_issued_with_step(paper) && !out->required)) /* it was issued already */
        return rc;
    *n = asked(g->x, paper, &said);
    n->draft = true;
    rc = case_paper_prepare(&k, g, n);
    if (rc == OK && (rc = step_reader(g)) == OK) {
        rc = case_paper_finish(&filled, &(struct step){NULL, g->db, g->x, g->p, &why}, k, n);
        err_t lacks = rc == OK ? take_lacks(out, g, &filled) : OK;
        step_reader_end(g);
        if (rc == OK)
            return lacks;
    }
    if (rc == E_INVALID)
        return OK; /* nothing that is said here would help: the step says so when it is taken */
    if (why.text[0] && g->e)
        *g->e = why;
    return rc;
}

err_t programme_papers_asked(struct paper_asked *out, size_t *count, struct step *g)
{
    const struct part *papers[STEP_PAPERS_MAX];
    const struct process_step *step = g->x->step;
    err_t rc = OK;
    *count = programme_papers_of(papers, STEP_PAPERS_MAX, g);
    for (size_t i = 0; rc == OK && i < *count; i++) {
        rc = ask_paper(&out[i], g, papers[i]);
        g->x->step = step; /* knowing a paper settles its own */
    }
    return rc;
}

/* --- within it --------------------------------------------------------------------------------------- */

static struct str due_note(struct str title, struct arena *a)
{
    return arena_printf(a, "出具“%.*s”", STR_ARG(title));
}

/* For offices only: a party issues its papers whenever it likes. */
static err_t leave_due(struct step *g, const struct part *paper)
{
    struct deed d = programme_deed(g);
    struct assignment given = {.type = STR("case"),
                               .record_id = g->x->c.id,
                               .kind = STR("do"),
                               .unit = g->x->by->unit,
                               .note = due_note(part_text(paper, "label"), g->x->arena)};
    if (!programme_is_office(g->x->by))
        return OK;
    err_t rc = assignment_give(&given, g->db, &d, g->e);
    return rc == OK ? db_run(g->db,
                             "INSERT INTO case_paper_due (assignment, case_id, unit, paper) VALUES"
                             " (?1, ?2, ?3, ?4)",
                             VALUES(v_i64(given.id), v_i64(g->x->c.id), v_i64(given.unit),
                                    v_str(paper->id)),
                             g->e)
                    : rc;
}

/* True: no value is missing, so nobody needs to check it first. */
static err_t is_whole(bool *out, struct case_paper_known *k)
{
    struct case_paper_new draft = *k->n;
    struct paper_filled filled;
    draft.draft = true;
    err_t rc = case_paper_finish(&filled, &k->g, k, &draft);
    *out = rc == OK && filled.missing_count == 0;
    return rc;
}

static err_t settle_one(struct step *g, const struct case_paper_known *known)
{
    const struct jvalue *said;
    const struct part *paper = known->paper;
    const struct case_paper_new n = asked(g->x, paper, &said);
    struct case_paper_known k = case_paper_within(known, g, &n);
    struct case_paper c;
    int64_t issued_ms = 0;
    bool whole = said != NULL || paper_issued_with_step(paper);
    if (!said && step_paper_comes_before(paper)) {
        err_t before = step_paper_issued(&issued_ms, g, paper);
        if (before != OK || issued_ms)
            return before;
    }
    err_t rc = whole ? OK : is_whole(&whole, &k);
    if (rc != OK)
        return rc;
    return whole ? case_paper_put(&c, &k, g->x->as) : leave_due(g, paper);
}

err_t programme_papers_settle(struct step *g)
{
    const struct prepared_documents *ready = g->x->prepared ? documents_prepared(g->x) : NULL;
    err_t rc = OK;
    for (size_t i = 0;
         rc == OK && g->x->step && g->x->by->account && ready && i < ready->papers.len; i++)
        rc = settle_one(g, ready->papers.ptr[i]);
    if (rc == OK)
        rc = form_papers_amend(g);
    return rc == OK ? form_papers_put(g) : rc;
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
static err_t steps_taken(const struct taken_step **out, size_t *count, struct step *g)
{
    VEC(struct taken_step) all = {0};
    struct taken_step one;
    err_t rc = db_rows(
        ROWS(&all, one), g->db,
        "SELECT s.step, s.label, s.date, s.at_ms FROM flow_step s JOIN unit u ON"
        " u.id = s.unit WHERE s.case_id = ?1 AND s.kind = 'step' AND u.kind IN"
        " ('province_office', 'city_office', 'province_ip_centre',"
        " 'finance_office') AND s.id = (SELECT max(l.id) FROM flow_step l WHERE"
        " l.case_id = s.case_id AND l.kind = 'step' AND l.step = s.step)"
        " ORDER BY s.id",
        VALUES(v_i64(g->x->c.id)),
        INTO(into_str(&one.step), into_str(&one.label), into_str(&one.date), into_i64(&one.at_ms)),
        g->x->arena, g->e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t papers_due(const struct paper_due **out, size_t *count, struct step *g)
{
    VEC(struct paper_due) all = {0};
    const struct taken_step *steps;
    size_t step_count = 0;
    err_t rc = steps_taken(&steps, &step_count, g);
    for (size_t i = 0; rc == OK && i < step_count; i++) {
        const struct part *papers[STEP_PAPERS_MAX];
        struct flow_call at = *g->x;
        struct flow_stands stands;
        rc = flow_step_stands(&stands, g, g->x->c.id, &steps[i].step, 1);
        at.step = rc == OK && stands.id ? process_step_find(g->x->process, steps[i].step) : NULL;
        size_t n = at.step ? papers_at(papers, &(struct step){g->to, g->db, &at, g->p, g->e}) : 0;
        for (size_t k = 0; rc == OK && k < n; k++) {
            struct issued_papers issued;
            rc = step_paper_issued_from(&issued, g, papers[k]->id, steps[i].at_ms);
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

err_t paper_due_over(struct step *g, const struct case_paper *c)
{
    struct ids all = {0};
    struct deed d = programme_deed(g);
    err_t rc =
        db_ids(&all, g->db,
               "SELECT g.id FROM case_paper_due p JOIN assignment g ON g.id = p.assignment WHERE"
               " p.case_id = ?1 AND p.unit = ?2 AND p.paper IN (?3, ?4) AND g.done_ms IS NULL AND"
               " g.to_ms IS NULL ORDER BY g.id",
               VALUES(v_i64(c->case_id), v_i64(g->x->by->unit), v_str(c->paper), v_str(c->title)),
               g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = assignment_done(g->db, &d, all.ptr[i], g->e);
    return rc;
}

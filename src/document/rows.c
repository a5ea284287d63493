/* Papers of cases as rows of case_paper. */
#include "access/mutation.h"
#include "base/vec.h"
#include "document/case_paper.h"

#define COLUMNS                                                                                    \
    "c.id, c.case_id, c.paper, c.version, c.title, c.step, c.number, c.code, c.digest, c.entry, "  \
    "c.file_digest, c.issued_ms, c.issued_by, a.display_name, c.certificate, c.reason, "           \
    "(SELECT min(l.version) FROM case_paper l WHERE l.case_id = c.case_id AND l.paper = c.paper "  \
    "AND l.version > c.version), c.render_error, c.form"
#define INTO_PAPER(c)                                                                              \
    into_i64(&(c)->id), into_i64(&(c)->case_id), into_str(&(c)->paper), into_i64(&(c)->version),   \
        into_str(&(c)->title), into_str(&(c)->step), into_str(&(c)->number), into_str(&(c)->code), \
        into_str(&(c)->digest), into_str(&(c)->entry), into_str(&(c)->file_digest),                \
        into_i64(&(c)->issued_ms), into_i64(&(c)->issued_by), into_str(&(c)->name),                \
        into_str(&(c)->certificate), into_str(&(c)->reason), into_i64(&(c)->superseded_by),        \
        into_str(&(c)->render_error), into_bool(&(c)->form)

/* --- reading ------------------------------------------------------------------------- */

err_t case_papers(const struct case_paper **out, size_t *count, struct step *g)
{
    VEC(struct case_paper) all = {0};
    struct case_paper one = {0};
    err_t rc = db_rows(ROWS(&all, one), g->db,
                       "SELECT " COLUMNS " FROM case_paper c LEFT JOIN account a ON a.id = "
                       "c.issued_by WHERE c.case_id = ?1 OR c.id IN (SELECT j.paper FROM"
                       " case_paper_joint j WHERE j.case_id = ?1) ORDER BY c.id",
                       VALUES(v_i64(g->x->c.id)), INTO(INTO_PAPER(&one)), g->x->arena, g->e);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t case_paper_read(struct case_paper *c, struct db *db, struct arena *a, struct err *e)
{
    bool found = false;
    err_t rc = db_row(
        &found, db,
        "SELECT " COLUMNS ", c.content, c.entered FROM case_paper c LEFT JOIN account a ON "
        "a.id = c.issued_by WHERE c.id = ?1 AND (c.case_id = ?2 OR ?3 = 1 OR c.id IN (SELECT "
        "j.paper"
        " FROM case_paper_joint j WHERE j.case_id = ?2))",
        VALUES(v_i64(c->id), v_i64(c->case_id), v_i64(access_off(STR("case_papers"), "case"))),
        INTO(INTO_PAPER(c), into_str(&c->content), into_str(&c->entered)), a, e);
    return rc == OK && !found ? err_set(e, E_NOTFOUND, "there is no such paper") : rc;
}

err_t case_paper_content(struct paper *out, const struct case_paper *c, struct arena *a,
                         struct err *e)
{
    const struct jvalue *v = NULL;
    if (c->form && c->content.len == 0)
        return err_set(e, E_NOTFOUND,
                       "the content of \"%.*s\" was erased by law; its digest is in the log",
                       STR_ARG(c->title));
    if (!str_eq(c->digest, text_digest(c->content, a)))
        return err_set(e, E_CORRUPT, "the content of the paper %lld is not what its digest says",
                       (long long)c->id);
    err_t rc = jin_parse(&v, c->content, a, e);
    return rc == OK ? paper_read(out, v, a, e) : rc;
}

/* Checks that x->by may take a step at which the paper is drawn up. */
err_t case_paper_actor(const struct grant **as, struct step *g, const struct case_paper *c)
{
    const struct process *process = g->x->process;
    const struct part *paper = part_named(g->p->pack, PART_PAPERS, c->paper);
    const struct part_value *steps = paper ? part_value(paper, "steps") : NULL;
    err_t rc = OK;
    for (size_t k = 0; steps && rc == OK && k < process->step_count; k++) {
        const struct process_step *step = &process->steps[k];
        struct decision d = {.allowed = false};
        if (step->role_count == 0 || (c->step.len && !str_eq(step->id, c->step)) ||
            (steps->word_count && !str_among(step->id, steps->words, steps->word_count)))
            continue;
        rc = flow_allows(&d, g->db, g->x->by, &g->x->c, step->roles, step->role_count, step->id,
                         g->x->arena, g->e);
        if (rc == OK && d.allowed) {
            *as = d.grant;
            return OK;
        }
    }
    return rc != OK
               ? rc
               : err_set(g->e, E_DENIED, "\"%.*s\" can be issued only by the actor of its step",
                         STR_ARG(paper ? part_text(paper, "label") : c->title));
}

void case_paper_names(struct jout *j, const struct case_paper *c, struct arena *a)
{
    jout_pair_i64(j, "case_id", c->case_id);
    jout_pair_i64(j, "paper_id", c->id);
    jout_pair(j, "title", c->title);
    jout_pair(j, "number", c->number);
    jout_pair(j, "issued_on", business_date(c->issued_ms, a));
}

/* Papers of cases as rows of case_paper. */
#include "access/mutation.h"
#include "base/vec.h"
#include "document/case_paper.h"

#define COLUMNS                                                                                    \
    "c.id, c.case_id, c.paper, c.version, c.title, c.step, c.number, c.code, c.digest, c.entry, "  \
    "c.file_digest, c.issued_ms, c.issued_by, a.display_name, c.certificate, c.reason, "           \
    "(SELECT min(l.version) FROM case_paper l WHERE l.case_id = c.case_id AND l.paper = c.paper "  \
    "AND l.version > c.version), c.render_error, c.form"
#define COLUMN_COUNT 19

/* --- reading ------------------------------------------------------------------------- */

static struct case_paper row_of(struct stmt *st, struct arena *a)
{
    return (struct case_paper){.id = stmt_i64(st, 0),
                               .case_id = stmt_i64(st, 1),
                               .paper = arena_dup(a, stmt_str(st, 2)),
                               .version = stmt_i64(st, 3),
                               .title = arena_dup(a, stmt_str(st, 4)),
                               .step = arena_dup(a, stmt_str(st, 5)),
                               .number = arena_dup(a, stmt_str(st, 6)),
                               .code = arena_dup(a, stmt_str(st, 7)),
                               .digest = arena_dup(a, stmt_str(st, 8)),
                               .entry = arena_dup(a, stmt_str(st, 9)),
                               .file_digest = arena_dup(a, stmt_str(st, 10)),
                               .issued_ms = stmt_i64(st, 11),
                               .issued_by = stmt_i64(st, 12),
                               .name = arena_dup(a, stmt_str(st, 13)),
                               .certificate = arena_dup(a, stmt_str(st, 14)),
                               .reason = arena_dup(a, stmt_str(st, 15)),
                               .superseded_by = stmt_i64(st, 16),
                               .render_error = arena_dup(a, stmt_str(st, 17)),
                               .form = stmt_i64(st, 18) == 1};
}

err_t case_papers(const struct case_paper **out, size_t *count, struct step *g)
{
    VEC(struct case_paper) all = {0};
    struct stmt *st = NULL;
    err_t rc = db_query(&st, g->db,
                        "SELECT " COLUMNS " FROM case_paper c LEFT JOIN account a ON a.id = "
                        "c.issued_by WHERE c.case_id = ?1 OR c.id IN (SELECT j.paper FROM"
                        " case_paper_joint j WHERE j.case_id = ?1) ORDER BY c.id",
                        VALUES(v_i64(g->x->c.id)), g->e);
    while (stmt_row(&rc, st, g->e))
        VEC_PUSH(g->x->arena, &all, row_of(st, g->x->arena));
    stmt_free(st);
    *out = all.ptr;
    *count = all.len;
    return rc;
}

static err_t read_one(struct case_paper *out, struct stmt *st, struct arena *a, struct err *e)
{
    bool has_row = false;
    err_t rc = stmt_next(&has_row, st, e);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND, "there is no such paper");
    if (rc == OK) {
        *out = row_of(st, a);
        out->content = arena_dup(a, stmt_str(st, COLUMN_COUNT));
        out->entered = arena_dup(a, stmt_str(st, COLUMN_COUNT + 1));
    }
    return rc;
}

err_t case_paper_read(struct case_paper *c, struct db *db, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    err_t rc = db_query(
        &st, db,
        "SELECT " COLUMNS ", c.content, c.entered FROM case_paper c LEFT JOIN account a ON "
        "a.id = c.issued_by WHERE c.id = ?1 AND (c.case_id = ?2 OR ?3 = 1 OR c.id IN (SELECT "
        "j.paper"
        " FROM case_paper_joint j WHERE j.case_id = ?2))",
        VALUES(v_i64(c->id), v_i64(c->case_id), v_i64(access_off(STR("case_papers"), "case"))), e);
    if (rc == OK)
        rc = read_one(c, st, a, e);
    stmt_free(st);
    return rc;
}

err_t case_paper_content(struct paper *out, const struct case_paper *c, struct arena *a,
                         struct err *e)
{
    char hex[SHA256_HEX_LEN + 1];
    const struct jvalue *v = NULL;
    struct digest digest = sha256_of(str_bytes(c->content));
    sha256_hex(hex, &digest);
    if (c->form && c->content.len == 0)
        return err_set(e, E_NOTFOUND,
                       "the content of \"%.*s\" was erased by law; its digest is in the log",
                       STR_ARG(c->title));
    if (!str_is(c->digest, hex))
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

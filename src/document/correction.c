/* Papers of a corrected decision. They are not filled again, for facts and texts may have changed since: the content is that
 * of the version before, with the corrected values in the place of the wrong ones. */
#include "document/correction.h"
#include "document/case_paper.h"

const char *const correction_fields[] = {"name", "party", "party_code", "decided_on", NULL};

bool correction_written(const struct process_step *s)
{
    return process_step_effect(s, EFFECT_RECORD, STR(CORRECTION_TYPE)) != NULL;
}

err_t correction_recognition(int64_t *id, struct step *g)
{
    return db_i64(id, g->db,
                  "SELECT coalesce(max(id), 0) FROM record_recognition WHERE ended_ms IS NULL AND"
                  " (case_number = ?1 OR (?2 = 'recognition' AND id = ?3))",
                  VALUES(v_str(g->x->c.number), v_str(g->x->c.type), v_i64(g->x->c.record_id)),
                  g->e);
}

err_t correction_read(struct correction *out, struct step *g, int64_t before)
{
    struct str kind = STR_NONE;
    *out = (struct correction){0};
    err_t rc = db_row(
        NULL, g->db,
        "SELECT id, kind, name, party, party_code, decided_on, renamed_on, rename_no, changes"
        " FROM record_correction WHERE case_number = ?1 AND ended_ms IS NULL AND (?2 = 0 OR"
        " id < ?2) ORDER BY id DESC LIMIT 1",
        VALUES(v_str(g->x->c.number), v_i64(before)),
        INTO(into_i64(&out->id), into_str(&kind), into_str(&out->said[CORRECTED_NAME]),
             into_str(&out->said[CORRECTED_PARTY]), into_str(&out->said[CORRECTED_CODE]),
             into_str(&out->said[CORRECTED_DAY]), into_str(&out->renamed_on),
             into_str(&out->document_no), into_str(&out->changes)),
        g->x->arena, g->e);
    out->renames = str_is(kind, "renamed");
    if (rc != OK || out->id)
        return rc;
    int64_t recognition = 0;
    rc = correction_recognition(&recognition, g);
    return rc == OK
               ? db_row(NULL, g->db,
                        "SELECT coalesce(r.name, (SELECT m.name FROM record_centre m WHERE"
                        " m.credit_code = u.credit_code AND m.programme = c.programme AND"
                        " m.owner_province = c.owner_province AND m.ended_ms IS NULL ORDER BY"
                        " m.id DESC LIMIT 1)), u.name, u.credit_code, coalesce(r.date,"
                        " c.stage_on) FROM flow_case c JOIN unit u ON u.id = c.owner_unit LEFT JOIN"
                        " record_recognition r ON r.id = ?2 WHERE c.id = ?1",
                        VALUES(v_i64(g->x->c.id), v_i64(recognition)),
                        INTO(into_str(&out->said[CORRECTED_NAME]),
                             into_str(&out->said[CORRECTED_PARTY]),
                             into_str(&out->said[CORRECTED_CODE]),
                             into_str(&out->said[CORRECTED_DAY])),
                        g->x->arena, g->e)
               : rc;
}

/* --- other words ------------------------------------------------------------------------ */

struct correcting {
    struct correction was, is;
    struct arena *a;
    size_t changed, issued; /* texts of the paper; papers */
};

/* The longest of the wrong values with which the text begins: a party's name may begin its centre's. */
static size_t wrong_at(const struct correcting *x, struct str text)
{
    size_t found = CORRECTED_COUNT;
    for (size_t i = 0; i < CORRECTED_DAY; i++) {
        struct str was = x->was.said[i];
        if (was.len && !str_eq(was, x->is.said[i]) && str_starts(text, was) &&
            (found == CORRECTED_COUNT || was.len > x->was.said[found].len))
            found = i;
    }
    return found;
}

/* A cell is a value by itself: of two parties one may have a name that ends like the other's. */
static struct str corrected(struct correcting *x, struct str text, bool whole)
{
    struct buf b = {0};
    size_t count = 0;
    for (struct str rest = text; rest.len;) {
        size_t i = wrong_at(x, rest), n = i < CORRECTED_COUNT ? x->was.said[i].len : 0;
        bool right = n == 0 || (whole && n != text.len);
        buf_add(&b, right ? (struct str){rest.ptr, 1} : x->is.said[i]);
        count += !right;
        n = right ? 1 : n;
        rest = (struct str){rest.ptr + n, rest.len - n};
    }
    struct str out = count ? arena_dup(x->a, buf_str(&b)) : text;
    buf_clear(&b);
    x->changed += count;
    return out;
}

static struct paper_row correct_row(struct correcting *x, struct paper_row row)
{
    struct paper_cell *cells = arena_array(x->a, row.cell_count + 1, sizeof(*cells));
    for (size_t i = 0; i < row.cell_count; i++) {
        cells[i] = row.cells[i];
        cells[i].text = corrected(x, cells[i].text, true);
    }
    row.cells = cells;
    return row;
}

static struct paper_block correct_block(struct correcting *x, struct paper_block block)
{
    struct paper_row *rows = arena_array(x->a, block.row_count + 1, sizeof(*rows));
    struct str day = x->is.said[CORRECTED_DAY], text = block.text;
    block.text = corrected(x, text, false);
    if (block.role == PAPER_DATE && !str_eq(day, x->was.said[CORRECTED_DAY])) {
        block.text = form_date(day, x->a);
        x->changed++;
    }
    if (!str_eq(block.text, text))
        block.piece_count = 0;
    for (size_t i = 0; i < block.row_count; i++)
        rows[i] = correct_row(x, block.rows[i]);
    block.rows = rows;
    return block;
}

/* Which paper it replaces, and what is otherwise in it, before who signs. */
static void correct_paper(struct paper *out, struct correcting *x, const struct case_paper *before)
{
    struct paper_block *blocks = arena_array(x->a, out->block_count + 1, sizeof(*blocks));
    size_t end = paper_end(out);
    for (size_t i = 0; i < out->block_count; i++)
        blocks[i + (i >= end)] = correct_block(x, out->blocks[i]);
    blocks[end] = (struct paper_block){
        .role = PAPER_NOTE,
        .text = arena_printf(
            x->a, "%s：本件替代%.*s印发的第%lld版（内容摘要SHA-256：%.*s）。%.*s%s%.*s%s。",
            x->is.renames ? "更名换发" : "更正",
            STR_ARG(form_date(business_date(before->issued_ms, x->a), x->a)),
            (long long)before->version, STR_ARG(before->digest), STR_ARG(x->is.changes),
            x->is.renames ? "（" : "", STR_ARG(x->is.document_no), x->is.renames ? "）" : "")};
    out->blocks = blocks;
    out->block_count++;
}

/* --- which papers ------------------------------------------------------------------------- */

/* Papers with which the decision was made that put the case where it stands, and that this actor makes. */
static bool is_of_decision(const struct step *g, const struct case_paper *c)
{
    const struct process_step *s = process_step_find(g->x->process, c->step);
    const struct part *paper = part_named(g->p->pack, PART_PAPERS, c->paper);
    return s && paper && !s->stays && !c->superseded_by && !part_true(paper, "internal") &&
           str_eq(g->x->process->states[s->to].id, g->x->c.stage) &&
           str_eq(s->actor, g->x->step->actor);
}

static err_t issue_again(struct correcting *x, struct step *g, struct case_paper c)
{
    struct paper paper;
    err_t rc = case_paper_read(&c, g->db, x->a, g->e);
    if (rc == OK)
        rc = case_paper_content(&paper, &c, x->a, g->e);
    if (rc != OK || (x->is.renames && !str_is(paper.layout, "certificate")))
        return rc;
    x->changed = 0;
    correct_paper(&paper, x, &c);
    if (x->changed == 0)
        return OK;
    x->issued++;
    return case_paper_put_again(&c, g, &paper);
}

err_t correction_issue(struct step *g, const struct correction *was, const struct correction *is,
                       bool recognised)
{
    struct correcting x = {.was = *was, .is = *is, .a = g->x->arena};
    const struct case_paper *all = NULL;
    size_t count = 0, papers = 0;
    err_t rc = case_papers(&all, &count, g);
    for (size_t i = 0; rc == OK && i < count; i++)
        if (is_of_decision(g, &all[i])) {
            rc = issue_again(&x, g, all[i]);
            papers++;
        }
    if (rc == OK && !is->renames && x.issued == 0 && (papers || !recognised))
        obstacle_add(g->to, WHY_CORRECTED_NOWHERE, STR_NONE, &g->x->step->citation, NULL, 0);
    return rc;
}

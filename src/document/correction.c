/* Papers of a corrected decision. They are not filled again, for facts and texts may have changed since: the content is that
 * of the version before, with the corrected values in the place of the wrong ones. */
#include "document/correction.h"
#include "document/case_paper.h"

const char *const correction_fields[] = {"name", "party", "party_code", "decided_on"};

err_t correction_read(struct correction *out, struct step *g)
{
    struct str *said = out->said;
    *out = (struct correction){0};
    return db_row(
        NULL, g->db,
        "SELECT coalesce(k.name, r.name, m.name), coalesce(k.party, u.name), coalesce(k.party_code,"
        " u.credit_code), coalesce(k.decided_on, r.date, c.stage_on), r.id, m.id, m.former,"
        " m.left_, k.renamed_on, k.rename_no, k.changes FROM flow_case c JOIN unit u ON u.id ="
        " c.owner_unit LEFT JOIN record_correction k ON k.id = (SELECT max(l.id) FROM"
        " record_correction l WHERE l.case_number = c.number AND l.ended_ms IS NULL) LEFT JOIN"
        " record_recognition r ON r.ended_ms IS NULL AND (r.case_number = c.number OR"
        " (c.record_type = 'recognition' AND r.id = c.record_id)) LEFT JOIN record_centre m ON"
        " m.credit_code = coalesce(k.party_code, u.credit_code) AND m.programme = c.programme AND"
        " m.owner_province = c.owner_province AND m.ended_ms IS NULL WHERE c.id = ?1 ORDER BY CASE"
        " WHEN m.entered = coalesce(k.decided_on, r.date) THEN 0 ELSE 1 END, m.id DESC LIMIT 1",
        VALUES(v_i64(g->x->c.id)),
        INTO(into_str(&said[0]), into_str(&said[1]), into_str(&said[2]), into_str(&said[3]),
             into_i64(&out->recognition), into_i64(&out->centre), into_str(&out->former),
             into_str(&out->left), into_str(&out->renamed_on), into_str(&out->rename_no),
             into_str(&out->changes)),
        g->x->arena, g->e);
}

#define REPLACES STR("：本件替代")

struct correcting {
    const struct correction *was, *is;
    struct arena *a;
    size_t changed; /* texts of the paper */
};

/* At each place the longest of the wrong values gives way: a party's name may begin its centre's. A cell is a value by itself:
 * of two parties one may have a name that ends like the other's. */
static struct str corrected(struct correcting *x, struct str text, bool cell)
{
    struct buf b = {0};
    const size_t before = x->changed;
    for (struct str rest = text; rest.len;) {
        struct str from = {rest.ptr, 1}, to = from;
        for (size_t i = 0; i < CORRECTED_DAY; i++)
            if (x->was->said[i].len > from.len && str_starts(rest, x->was->said[i]) &&
                (!cell || x->was->said[i].len == text.len)) {
                from = x->was->said[i];
                to = x->is->said[i];
            }
        x->changed += !str_eq(from, to);
        buf_add(&b, to);
        rest = (struct str){rest.ptr + from.len, rest.len - from.len};
    }
    struct str out = x->changed > before ? arena_dup(x->a, buf_str(&b)) : text;
    buf_clear(&b);
    return out;
}

static struct paper_block correct_block(struct correcting *x, struct paper_block block)
{
    struct paper_row *rows = arena_array(x->a, block.row_count + 1, sizeof(*rows));
    struct str day = x->is->said[CORRECTED_DAY], text = corrected(x, block.text, false);
    bool dated = block.role == PAPER_DATE && !str_eq(day, x->was->said[CORRECTED_DAY]);
    for (size_t i = 0; i < block.row_count; i++) {
        struct paper_cell *cells = arena_array(x->a, block.rows[i].cell_count + 1, sizeof(*cells));
        rows[i] = block.rows[i];
        for (size_t k = 0; k < rows[i].cell_count; k++) {
            cells[k] = rows[i].cells[k];
            cells[k].text = corrected(x, cells[k].text, true);
        }
        rows[i].cells = cells;
    }
    x->changed += dated;
    block.piece_count = text.ptr == block.text.ptr ? block.piece_count : 0;
    block.text = dated ? form_date(day, x->a) : text;
    block.rows = rows;
    return block;
}

/* Which paper it replaces, and what is otherwise in it, before who signs; that paper says the same of the one before it. */
static void correct_paper(struct paper *out, struct correcting *x, const struct case_paper *before)
{
    struct paper_block *blocks = arena_array(x->a, out->block_count + 1, sizeof(*blocks));
    struct str day = form_date(business_date(before->issued_ms, x->a), x->a), by = x->is->rename_no;
    size_t end = paper_end(out);
    bool told = end && str_contains(out->blocks[end - 1].text, REPLACES);
    size_t at = end - told;
    for (size_t i = 0; i < out->block_count; i++)
        if (!told || i != at)
            blocks[i < at ? i : i + 1 - told] = correct_block(x, out->blocks[i]);
    blocks[at] = (struct paper_block){PAPER_NOTE};
    blocks[at].text = arena_printf(
        x->a, "%s%.*s%.*s印发的第%lld版（内容摘要SHA-256：%.*s）。%.*s%s%.*s。",
        by.len ? "更名换发" : "更正", STR_ARG(REPLACES), STR_ARG(day), (long long)before->version,
        STR_ARG(before->digest), STR_ARG(x->is->changes), by.len ? "，依据" : "", STR_ARG(by));
    out->blocks = blocks;
    out->block_count += 1 - told;
}

/* Papers with which the decision was made that put the case where it stands, and that this actor makes. */
static bool is_of_decision(const struct step *g, const struct case_paper *c)
{
    const struct process *p = g->x->process;
    const struct process_step *s = process_step_find(p, c->step);
    const struct part *paper = part_named(g->p->pack, PART_PAPERS, c->paper);
    return s && paper && !s->stays && !c->superseded_by && !part_true(paper, "internal") &&
           str_eq(p->states[s->to].id, g->x->c.stage) && str_eq(s->actor, g->x->step->actor);
}

err_t correction_issue(size_t *issued, struct step *g, const struct correction *was,
                       const struct correction *is)
{
    const struct case_paper *all = NULL;
    size_t count = 0;
    err_t rc = case_papers(&all, &count, g);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct correcting x = {was, is, g->x->arena, 0};
        struct case_paper c = all[i];
        struct paper paper = {0};
        if (!is_of_decision(g, &c))
            continue;
        rc = case_paper_read(&c, g->db, x.a, g->e);
        if (rc == OK)
            rc = case_paper_content(&paper, &c, x.a, g->e);
        if (rc == OK && (is->rename_no.len == 0 || str_is(paper.layout, "certificate")))
            correct_paper(&paper, &x, &c);
        if (rc == OK && x.changed)
            rc = case_paper_put_again(&c, g, &paper);
        *issued += x.changed > 0;
    }
    return rc;
}

/* Filling takes long and is done before the store step; the time of the commitment, which the form
 * prints, is known only within it. */
#include "document/form_paper.h"
#include "document/case_paper.h"
#include "document/criteria_fill.h"
#include "record/row.h"
#include "text/typography.h"

bool form_counts(const struct part *form)
{
    const struct part_value *sections = part_value(form, "sections");
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t k = 0; k < cells->item_count; k++)
            if (part_text(&cells->items[k], "indicator").len)
                return true;
    }
    return false;
}

static void accepted_at(struct kept_form *k, const struct flow_call *x, int64_t at_ms)
{
    const struct prepared *ready = x->prepared;
    const struct role *role = ready->commitment_role.len ? role_find(ready->commitment_role) : NULL;
    k->source.accepted = (struct form_acceptance){.name = x->by->display_name,
                                                  .role = role ? role->label_zh : STR_NONE,
                                                  .at = business_time(at_ms, x->arena),
                                                  .digest = ready->commitment_digest};
}

err_t form_source_complete(struct form_source *s, const struct part *form, struct step *g)
{
    bool facts = form_counts(form) || criteria_asked(g->p->pack, form);
    s->types = g->p->kernel->types;
    s->sources = &programme_prepared(g->x)->sources;
    return !s->document && (facts || !form_names_party(form)) ? programme_facts(&s->document, g)
                                                              : OK;
}

err_t form_papers_fill(struct step *g, const struct hand_in *h)
{
    struct prepared_documents *ready = documents_prepared(g->x);
    err_t rc = OK;
    ready->forms.len = 0;
    for (size_t i = 0; rc == OK && i < h->form_count; i++) {
        struct kept_form k = {.form = h->forms[i].form, .source = h->forms[i].source};
        rc = form_source_complete(&k.source, k.form, g);
        accepted_at(&k, g->x, clock_now_ms(g->p->kernel->clock));
        if (rc == OK)
            rc = form_fill(&k.filled, k.form, &k.source, g->x->arena, g->e);
        if (rc == OK)
            VEC_PUSH(g->x->arena, &ready->forms, k);
    }
    return rc;
}

static err_t step_moment(int64_t *at_ms, struct step *g)
{
    return db_row(NULL, g->db,
                  "SELECT max(at_ms) FROM flow_step WHERE case_id = ?1 AND kind = 'step' AND"
                  " step = ?2",
                  VALUES(v_i64(g->x->c.id), v_str(g->x->step->id)), INTO(into_i64(at_ms)), NULL,
                  g->e);
}

err_t form_papers_put(struct step *g)
{
    const struct prepared_documents *ready = g->x->prepared ? documents_prepared(g->x) : NULL;
    int64_t at_ms = 0;
    if (!ready || ready->forms.len == 0 || !g->x->step)
        return OK;
    err_t rc = step_moment(&at_ms, g);
    for (size_t i = 0; rc == OK && i < ready->forms.len; i++) {
        struct kept_form k = ready->forms.ptr[i];
        struct str was = k.source.accepted.at;
        accepted_at(&k, g->x, at_ms);
        if (!str_eq(was, k.source.accepted.at)) /* the minute changed meanwhile */
            rc = form_fill(&k.filled, k.form, &k.source, g->x->arena, g->e);
        if (rc == OK)
            rc = case_paper_keep_form(g, &k.filled.paper);
    }
    return rc;
}

/* --- what an office adds to it ---------------------------------------------------------------- */

static bool was_written(struct step *g, struct str type)
{
    const struct prepared *ready = g->x->prepared;
    const struct record_type *t = record_type_find(g->p->kernel->types, type);
    return t && t->by_actions_only && FIND_BY(ready->records.ptr, ready->records.len, type, type);
}

/* Whether the section is for offices to fill, and this step has: all of it comes from records that steps alone
 * write, and that this one wrote. */
static bool is_said(const struct part *section, struct step *g)
{
    const struct part_value *cells = part_value(section, "cells");
    size_t said = 0, others = 0;
    for (size_t i = 0; i < cells->item_count; i++) {
        const struct part_value *fill = part_value(&cells->items[i], "fill");
        for (size_t k = 0; k < fill->word_count; k++)
            *(was_written(g, form_path_of(fill->words[k]).type) ? &said : &others) += 1;
        others += part_text(&cells->items[i], "indicator").len > 0;
    }
    return said > 0 && others == 0;
}

/* The record as the step has left it, whole. */
static err_t written_row(struct form_rows *out, struct step *g, const struct made *m)
{
    const struct record_type *t = record_type_find(g->p->kernel->types, m->type);
    const struct type_plan *plan = plan_of(g->p->kernel, t);
    struct row row;
    struct jout j;
    *out = (struct form_rows){.type = t};
    err_t rc = row_load(&row, g->db, plan, m->id, g->x->arena, g->e);
    if (rc != OK)
        return rc;
    jout_init_values(&j, g->x->arena);
    row_values(&j, &row, plan, g->x->arena);
    *out = (struct form_rows){t, jout_made(&j), 1};
    return OK;
}

static const struct paper_row *row_of(const struct paper *p, struct str group, size_t n)
{
    for (size_t i = 0; i < p->block_count; i++)
        for (size_t k = 0; k < p->blocks[i].row_count; k++)
            if (str_eq(p->blocks[i].rows[k].group, group) && n-- == 0)
                return &p->blocks[i].rows[k];
    return NULL;
}

static bool same_cells(const struct paper_row *x, const struct paper_row *y)
{
    bool same = x->cell_count == y->cell_count;
    for (size_t i = 0; same && i < x->cell_count; i++)
        same = str_eq(x->cells[i].text, y->cells[i].text);
    return same;
}

/* The rows of one group become those of `from`; whether any of them is another. */
static bool take_group(struct paper *to, const struct paper *from, struct str group,
                       struct arena *a)
{
    struct paper_block *blocks = arena_array(a, to->block_count + 1, sizeof(*blocks));
    bool changed = false;
    size_t n = 0;
    for (size_t i = 0; i < to->block_count; i++) {
        struct paper_row *rows = arena_array(a, to->blocks[i].row_count + 1, sizeof(*rows));
        for (size_t k = 0; k < to->blocks[i].row_count; k++) {
            const struct paper_row *now = NULL;
            rows[k] = to->blocks[i].rows[k];
            if (str_eq(rows[k].group, group))
                now = row_of(from, group, n++);
            changed |= now && !same_cells(now, &rows[k]);
            if (now)
                rows[k] = *now;
        }
        blocks[i] = to->blocks[i];
        blocks[i].rows = rows;
    }
    to->blocks = blocks;
    return changed;
}

/* Stores a version of a submitted form with the step's input; the party's part is unchanged. */
static err_t add_said(struct step *g, const struct case_paper *kept, const struct part *form)
{
    const struct prepared *ready = g->x->prepared;
    const struct part_value *sections = part_value(form, "sections");
    struct form_rows *rows = arena_array(g->x->arena, ready->records.len + 1, sizeof(*rows));
    struct form_source source = {.pack = g->p->pack, .rows = rows};
    struct form_filled filled;
    struct case_paper whole = {.id = kept->id, .case_id = g->x->c.id};
    struct paper paper;
    struct err why = {0};
    bool changed = false;
    err_t rc = case_paper_read(&whole, g->db, g->x->arena, g->e);
    if (rc == OK && (rc = case_paper_content(&paper, &whole, g->x->arena, &why)) == E_NOTFOUND)
        return OK; /* erased by law */
    if (rc != OK && g->e && why.text[0])
        *g->e = why;
    for (size_t i = 0; rc == OK && i < ready->records.len; i++)
        rc = written_row(&rows[source.row_count++], g, &ready->records.ptr[i]);
    if (rc == OK)
        rc = form_fill(&filled, form, &source, g->x->arena, g->e);
    for (size_t i = 0; rc == OK && i < sections->item_count; i++) {
        const struct part *section = &sections->items[i];
        struct str words = part_text(section, "prints");
        struct str group =
            typography_mended(words.len ? words : part_text(section, "label"), g->x->arena);
        changed |= is_said(section, g) && take_group(&paper, &filled.paper, group, g->x->arena);
    }
    return rc == OK && changed ? case_paper_keep_form(g, &paper) : rc;
}

err_t form_papers_amend(struct step *g)
{
    const struct prepared *ready = g->x->prepared;
    const struct case_paper *all = NULL;
    size_t count = 0;
    bool says = false;
    /* A party's own steps hand the form in. */
    if (!ready || !g->x->step || process_is_partys(g->x->step) || ready->records.len == 0)
        return OK;
    for (size_t i = 0; i < g->p->pack->parts[PART_FORMS].list.len; i++) {
        const struct part_value *sections =
            part_value(&g->p->pack->parts[PART_FORMS].list.ptr[i], "sections");
        for (size_t k = 0; k < sections->item_count; k++)
            says |= is_said(&sections->items[k], g);
    }
    err_t rc = says ? case_papers(&all, &count, g) : OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct part *form = part_named(g->p->pack, PART_FORMS, all[i].paper);
        if (all[i].form && !all[i].superseded_by && form)
            rc = add_said(g, &all[i], form);
    }
    return rc;
}

bool form_paper_shown_to(const struct subject *s, int64_t party_unit)
{
    return s->unit == party_unit || programme_is_office(s) || subject_is_program(s);
}

err_t form_papers_erase(struct db *db, int64_t unit, struct err *e)
{
    return db_run(db,
                  "UPDATE case_paper SET content = '', render_ms = NULL WHERE form = 1 AND case_id"
                  " IN (SELECT id FROM flow_case WHERE owner_unit = ?1 AND state <> 'running')",
                  VALUES(v_i64(unit)), e);
}

/* What is filled takes long and is done before the store step; the moment at which the commitment was
 * accepted, which stands in the form, is known within it. */
#include "programme/form_paper.h"
#include "programme/case_paper.h"
#include "programme/criteria_fill.h"
#include "programme/programme_priv.h"

static bool counts_numbers(const struct part *form)
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

err_t form_papers_fill(struct flow_call *x, struct programme *p, const struct hand_in *h,
                       struct err *e)
{
    struct prepared *ready = x->prepared;
    err_t rc = OK;
    ready->forms.len = 0;
    for (size_t i = 0; rc == OK && i < h->form_count; i++) {
        struct kept_form k = {.form = h->forms[i].form, .source = h->forms[i].source};
        k.source.types = p->kernel->types;
        if (!k.source.document && (counts_numbers(k.form) || criteria_asked(p->pack, k.form)))
            rc = programme_facts(&k.source.document, x, p, e);
        accepted_at(&k, x, clock_now_ms(p->kernel->clock));
        if (rc == OK)
            rc = form_fill(&k.filled, k.form, &k.source, false, x->arena, e);
        if (rc == OK)
            VEC_PUSH(x->arena, &ready->forms, k);
    }
    return rc;
}

static err_t step_moment(int64_t *at_ms, struct db *db, const struct flow_call *x, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT max(at_ms) FROM flow_step WHERE case_id = ?1 AND kind = 'step' AND"
                        " step = ?2",
                        VALUES(v_i64(x->c.id), v_str(x->step->id)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        *at_ms = stmt_i64(st, 0);
    stmt_free(st);
    return rc;
}

err_t form_papers_put(struct db *db, struct flow_call *x, struct programme *p, struct err *e)
{
    const struct prepared *ready = x->prepared;
    int64_t at_ms = 0;
    if (!ready || ready->forms.len == 0 || !x->step)
        return OK;
    err_t rc = step_moment(&at_ms, db, x, e);
    for (size_t i = 0; rc == OK && i < ready->forms.len; i++) {
        struct kept_form k = ready->forms.ptr[i];
        struct str was = k.source.accepted.at;
        accepted_at(&k, x, at_ms);
        if (!str_eq(was, k.source.accepted.at)) /* the minute changed meanwhile */
            rc = form_fill(&k.filled, k.form, &k.source, false, x->arena, e);
        if (rc == OK)
            rc = case_paper_keep_form(db, x, p, &k.filled.paper, e);
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
                  " IN (SELECT id FROM flow_case WHERE owner_unit = ?1)",
                  VALUES(v_i64(unit)), e);
}

/* The step that a paper belongs to: whether it was taken, is in effect, and numbers the paper. */
#include "base/msg.h"
#include "document/case_paper_priv.h"
#include "document/step_paper_priv.h"

/* --- what lacks -------------------------------------------------------------------------------- */

bool step_paper_comes_with(struct str name)
{
    static const char *const names[] = {
        "centre.number",     "centre.recognised",     "receipt.time",       "receipt.digest",
        "receipt.entry",     "receipt.subject",       "publicity.from",     "publicity.until",
        "decision.reason",   "centre.name",           "evaluation.opinion", "decision.basis",
        "paper.version",     "evaluation.grade",      "report.year",        "rectification.grounds",
        "rectification.due", "rectification.evidence"};
    return STR_IN(name, names);
}

struct str paper_value_pointer(const struct part *paper, struct str name, struct arena *a)
{
    return str_is(name, "paper.number")
               ? arena_printf(a, "/papers/%.*s/number", STR_ARG(paper->id))
               : arena_printf(a, "/papers/%.*s/values/%.*s", STR_ARG(paper->id), STR_ARG(name));
}

void paper_gaps(struct flow_obstacles *to, const struct part *paper,
                const struct paper_filled *filled, const struct record_types *types,
                bool before_step)
{
    for (size_t i = 0; i < filled->missing_count; i++) {
        struct str name = filled->missing[i], title = part_text(paper, "label");
        if (str_is(name, "publicity.until") &&
            str_among(STR("publicity.from"), filled->missing, filled->missing_count))
            continue; /* it is counted from the first day, which is asked for */
        struct label label = paper_value_label(name, types, to->arena);
        if (!before_step || !step_paper_comes_with(name))
            obstacle_add_in(to, WHY_PAPER_LACKS, paper_value_pointer(paper, name, to->arena), NULL,
                            (struct str[]){title, label.zh}, (struct str[]){title, label.en}, 2);
    }
}

#define OWN_MS INT64_C(60000) /* what is issued so soon after a step was issued with it */

err_t step_paper_since(int64_t *at_ms, struct step *g, const struct part *paper)
{
    const struct part_value *steps = part_value(paper, "steps");
    err_t rc = OK;
    *at_ms = 0;
    for (size_t i = 0; rc == OK && i < steps->word_count; i++) {
        int64_t taken_ms;
        rc = db_i64(&taken_ms, g->db,
                    "SELECT max(at_ms) FROM flow_step WHERE case_id = ?1 AND kind = 'step' AND"
                    " step = ?2 AND id <> ?3",
                    VALUES(v_i64(g->x->c.id), v_str(steps->words[i]), v_i64(g->x->step_id)), g->e);
        if (taken_ms > *at_ms)
            *at_ms = taken_ms;
    }
    return rc;
}

err_t step_paper_issued_from(struct issued_papers *out, struct step *g, struct str paper,
                             int64_t from_ms)
{
    VEC(struct issued_paper) all = {0};
    struct issued_paper one;
    err_t rc = db_rows(ROWS(&all, one), g->db,
                       "SELECT issued_ms, number, coalesce(entered, '{}') FROM case_paper WHERE"
                       " paper = ?2 AND issued_ms >= ?3 AND (case_id = ?1 OR id IN (SELECT j.paper"
                       " FROM case_paper_joint j WHERE j.case_id = ?1)) ORDER BY issued_ms, id",
                       VALUES(v_i64(g->x->c.id), v_str(paper), v_i64(from_ms)),
                       INTO(into_i64(&one.at_ms), into_str(&one.number), into_str(&one.entered)),
                       g->x->arena, g->e);
    *out = (struct issued_papers){all.ptr, all.len};
    return rc;
}

/* Issued before its step, since that was last taken (a notice that was made public in the morning). */
static err_t issued_ahead(struct issued_papers *out, struct step *g, const struct part *paper)
{
    int64_t since;
    err_t rc = step_paper_since(&since, g, paper);
    *out = (struct issued_papers){0};
    return rc == OK ? step_paper_issued_from(out, g, paper->id, (since ? since + OWN_MS : 0) + 1)
                    : rc;
}

err_t step_paper_issued(int64_t *at_ms, struct step *g, const struct part *paper)
{
    struct issued_papers all;
    err_t rc = issued_ahead(&all, g, paper);
    *at_ms = all.len ? all.ptr[0].at_ms : 0;
    return rc;
}

/* --- by itself ----------------------------------------------------------------------------------- */

bool step_paper_comes_before(const struct part *paper)
{
    return (part_true(paper, "with_step") || part_true(paper, "on_demand")) &&
           !part_true(paper, "remedy");
}

/* "正式认定"（省市场监管局） for each of the paper's steps. */
static struct str steps_named(const struct case_paper_known *k)
{
    const struct part_value *steps = part_value(k->paper, "steps");
    bool english = msg_lang() == LANG_EN;
    struct str all = STR_NONE;
    for (size_t i = 0; i < steps->word_count; i++) {
        const struct process_step *s = process_step_find(k->g.x->process, steps->words[i]);
        if (s)
            all = arena_printf(k->a, english ? "%.*s%s\"%.*s\" (%.*s)" : "%.*s%s“%.*s”（%.*s）",
                               STR_ARG(all),
                               !all.len  ? ""
                               : english ? ", "
                                         : "、",
                               STR_ARG(english ? s->label_en : s->label),
                               STR_ARG(pack_actor_label(k->g.p->pack, s->actor, k->a)));
    }
    return all;
}

err_t step_paper_may(struct case_paper_known *k)
{
    struct flow_stands taken = {0};
    struct flow_case now;
    if (!k->step)
        return OK;
    err_t rc = flow_step_stands(&taken, &k->g, k->g.x->c.id, &k->step->id, 1);
    if (rc == OK)
        rc = flow_case_read(&now, k->g.db, k->g.x->c.id, k->a, k->g.e);
    if (rc != OK)
        return rc;
    if (taken.id || (step_paper_comes_before(k->paper) &&
                     process_opens_in(k->g.x->process, k->step, now.stage)))
        return OK;
    struct str steps = steps_named(k);
    return err_set(
        k->g.e, E_CONFLICT,
        "\"%.*s\" is issued with its step, or once that was taken: %.*s; in this case it "
        "was not, or the case was sent back since",
        STR_ARG(part_text(k->paper, "label")), STR_ARG(steps));
}

err_t step_paper_counts(struct step *g, const struct case_paper *c)
{
    const struct part *paper = part_named(g->p->pack, PART_PAPERS, c->paper);
    const struct process_step *s = process_step_find(g->x->process, c->step);
    struct flow_stands taken = {0};
    struct flow_case now;
    if (!paper || !s)
        return OK;
    err_t rc = flow_step_stands(&taken, g, c->case_id, &s->id, 1);
    if (rc == OK && taken.id &&
        (s->stays || step_paper_comes_before(paper) || c->issued_ms >= taken.at_ms))
        return OK;
    if (rc == OK && step_paper_comes_before(paper)) {
        rc = flow_case_read(&now, g->db, c->case_id, g->x->arena, g->e);
        if (rc == OK && process_opens_in(g->x->process, s, now.stage))
            return OK;
    }
    return rc == OK ? err_set(g->e, E_CONFLICT,
                              "\"%.*s\" was issued with \"%.*s\", which was undone since (the case "
                              "was sent back): it is neither sealed nor served any more",
                              STR_ARG(c->title), STR_ARG(process_step_name(s)))
                    : rc;
}

/* The number of the version issued since the step; empty: none, or it has no number. */
static err_t number_before(struct str *out, struct case_paper_known *k, int64_t since_ms)
{
    struct issued_papers all;
    err_t rc = step_paper_issued_from(&all, &k->g, k->paper->id, since_ms);
    *out = rc == OK && all.len ? all.ptr[all.len - 1].number : STR_NONE;
    return rc;
}

/* The number entered in the step's record (recognition.document_no); empty: none, or a paper of
 * the case has it. */
static err_t number_decided(struct str *out, struct case_paper_known *k)
{
    struct str number = STR_NONE;
    bool used = false;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && number.len == 0 && i < k->step->effect_count; i++) {
        const struct process_effect *f = &k->step->effects[i];
        const struct record_type *t =
            f->kind == EFFECT_RECORD ? record_type_find(k->g.p->kernel->types, f->object) : NULL;
        if (t && t->by_actions_only && record_field(t, STR("document_no")))
            rc = programme_field_text(&number, &k->g,
                                      arena_printf(k->a, "%.*s.document_no", STR_ARG(t->name)));
    }
    if (rc != OK || number.len == 0)
        return rc;
    rc = db_any(&used, k->g.db,
                "SELECT 1 FROM case_paper WHERE number = ?2 AND (case_id = ?1 OR id IN (SELECT"
                " j.paper FROM case_paper_joint j WHERE j.case_id = ?1)) LIMIT 1",
                VALUES(v_i64(k->g.x->c.id), v_str(number)), k->g.e);
    if (rc == OK && !used)
        *out = number;
    return rc;
}

static bool needs_number(const struct case_paper_known *k)
{
    const struct part_value *needs = part_value(k->from, "needs");
    return str_among(STR("paper.number"), needs->words, needs->word_count);
}

err_t step_paper_number(struct str *out, bool *again, struct case_paper_known *k)
{
    struct flow_stands taken = {0};
    *out = STR_NONE;
    *again = false;
    if (k->n->by_step || !k->step)
        return OK;
    err_t rc = flow_step_stands(&taken, &k->g, k->g.x->c.id, &k->step->id, 1);
    if (rc == OK && taken.id)
        rc = number_before(out, k, taken.at_ms);
    *again = out->len > 0;
    return rc == OK && taken.id && out->len == 0 && needs_number(k) ? number_decided(out, k) : rc;
}

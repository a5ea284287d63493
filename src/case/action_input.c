/* The input of an open step: the members that its request takes, as JSON. */
#include "base/msg.h"
#include "case/action.h"
#include "document/step_paper.h"
#include "policy/paper_value.h"

static void flag_json(struct jout *j, const char *name, bool is)
{
    jout_pair_bool(j, name, is);
}

static void empty_json(struct jout *j, const char *name)
{
    jout_pair_array(j, name);
    jout_end_array(j);
}

static void commitment_json(struct jout *j, const struct prepared *ready)
{
    jout_name(j, "commitment");
    if (ready->commitment.len == 0) {
        jout_null(j);
        return;
    }
    jout_object(j);
    jout_pair(j, "text", ready->commitment);
    jout_pair(j, "digest", ready->commitment_digest);
    jout_end_object(j);
}

/* --- papers ----------------------------------------------------------------------------------- */

static bool is_long(struct str name)
{
    static const char *const names[] = {
        "decision.facts",        "decision.reason",        "decision.basis", "decision.result",
        "rectification.grounds", "rectification.evidence", "report.text",    "report.plan",
        "evaluation.opinion",    "meeting.content",        "meeting.result"};
    return STR_IN(name, names);
}

/* A value that a paper lacks, as an input field. */
static void lack_json(struct jout *j, struct step *g, const struct paper_asked *of,
                      const struct paper_lack *lack)
{
    const struct paper_value_name *n = paper_value_name(lack->name);
    const struct field like = {.type = n->day                ? FIELD_DATE
                                       : is_long(lack->name) ? FIELD_LONG_TEXT
                                                             : FIELD_TEXT,
                               .hint.zh = n->length ? str_of(msg(N_("a length of time alone, as "
                                                                    "60日 or 六个月")))
                                                    : STR_NONE};
    const struct entered_value value = {
        .json = lack->json, .label = lack->source, .date = lack->date};
    const struct entered_field f = {.name = lack->name,
                                    .field = &like,
                                    .required = of->required,
                                    .value = lack->json.len ? &value : NULL};
    struct label label = paper_value_label(lack->name, g->p->kernel->types, g->x->arena);
    entered_field_json(j, &f, msg_lang() == LANG_EN ? label.en : label.zh, g->x->today);
}

static void paper_json(struct jout *j, struct step *g, const struct paper_asked *a)
{
    jout_object(j);
    jout_pair(j, "paper", a->paper->id);
    jout_pair(j, "title", part_text(a->paper, "label"));
    flag_json(j, "required", a->required);
    flag_json(j, "on_demand", part_true(a->paper, "on_demand"));
    flag_json(j, "number", a->number);
    jout_pair_strs(j, "marks", a->marks, a->mark_count);
    jout_pair_array(j, "lacks");
    for (size_t i = 0; i < a->lack_count; i++)
        lack_json(j, g, a, &a->lacks[i]);
    jout_end_array(j);
    jout_end_object(j);
}

static err_t papers_json(struct jout *j, struct step *g)
{
    struct paper_asked papers[STEP_PAPERS_MAX];
    size_t count = 0;
    err_t rc = programme_papers_asked(papers, &count, g);
    jout_pair_array(j, "papers");
    for (size_t i = 0; rc == OK && i < count; i++)
        paper_json(j, g, &papers[i]);
    jout_end_array(j);
    return rc;
}

/* --- a step of the public --------------------------------------------------------------------- */

/* An officer who takes it enters what came by letter: what the page of the public asks for. */
static void enter_letter(struct entered *what, struct step *g)
{
    static const char *const names[] = {"ground",  "content",      "named", "objector",
                                        "contact", "complains_of", "files"};
    for (size_t i = 0; i < g->x->step->effect_count; i++) {
        const struct process_effect *effect = &g->x->step->effects[i];
        const struct record_type *t = record_type_find(g->p->kernel->types, effect->object);
        struct entered_record r = {.type = t, .effect = effect};
        for (size_t k = 0; t && effect->kind == EFFECT_RECORD && k < ARRAY_LEN(names); k++) {
            const struct field *f = record_field(t, str_of(names[k]));
            if (f && process_writes(effect, f->name).len == 0)
                VEC_PUSH(g->x->arena, &r.fields,
                         ((struct entered_field){.name = f->name, .field = f, .required = k < 2}));
        }
        if (r.fields.len)
            VEC_PUSH(g->x->arena, &what->records, r);
    }
}

/* --- all of it -------------------------------------------------------------------------------- */

err_t action_entered(struct entered *what, struct step *g)
{
    programme_entered(what, g->p->pack, g->x->process, g->x->step, g->p->kernel->types,
                      g->x->arena);
    if (str_is(g->x->step->actor, "public"))
        enter_letter(what, g);
    err_t rc = action_offer(what, g);
    for (size_t i = 0; rc == OK && i < what->records.len; i++) {
        const struct entered_record *r = &what->records.ptr[i];
        const struct label type = programme_type_label(g->p, r->type);
        if (r->named && r->choice_count == 0 && process_writes(r->effect, STR("state")).len)
            obstacle_add_in(g->to, WHY_NOTHING_TO_CHANGE, r->type->name, &g->x->step->citation,
                            &type.zh, &type.en, 1);
    }
    return rc;
}

err_t action_input_json(struct jout *j, const struct entered *what, struct step *g)
{
    const struct prepared *ready = g->x->prepared;
    jout_object(j);
    flag_json(j, "reason", process_asks_reason(g->x->step, g->x->today, g->x->due));
    flag_json(j, "basis", process_needs_basis(g->x->step));
    commitment_json(j, ready);
    empty_json(j, "targets");
    jout_pair_null(j, "people");
    empty_json(j, "assignments");
    empty_json(j, "calls");
    entered_json(j, what, g->p, g->x->today);
    err_t rc = papers_json(j, g);
    if (ready->against) {
        jout_name(j, "against");
        jout_value(j, ready->against);
    } else
        empty_json(j, "against");
    jout_name(j, "verdict");
    if (programme_is_office(g->x->by) && ready->review_verdict)
        jout_value(j, ready->review_verdict);
    jout_end_object(j);
    return rc;
}

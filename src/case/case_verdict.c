/* The live check of a case. */
#include "base/msg.h"
#include "case/case.h"
#include "document/hand_in.h"
#include "matter/review.h"
#include "record/facts.h"
#include "text/typography.h"

#define MENDS_MAX 4

/* In the order in which they are shown. */
enum stand { STAND_NO, STAND_NEAR, STAND_UNKNOWN, STAND_JUDGED, STAND_OK, STAND_COUNT };

static const char *const stand_names[] = {"no", "near", "unknown", "judged", "ok"};

/* A number that falls short by so much, which the advice says. */
static bool is_near(const struct criterion_result *r)
{
    return r->pass == NO && r->has_value && r->advice.len &&
           str_contains(r->criterion->advice, STR("{missing}"));
}

/* Nothing that anybody could enter would settle it. */
static bool waits_for_judges(const struct criterion_result *r)
{
    return r->pass == UNKNOWN && r->unknown_count == 0 &&
           (r->criterion->judged || r->criterion->reason.tree);
}

static enum stand stand_of(const struct criterion_result *r)
{
    if (r->pass == YES)
        return STAND_OK;
    if (r->pass == NO)
        return is_near(r) ? STAND_NEAR : STAND_NO;
    return waits_for_judges(r) ? STAND_JUDGED : STAND_UNKNOWN;
}

static void counts_json(struct jout *j, const struct pack_verdict *v)
{
    int64_t counts[STAND_COUNT] = {0};
    for (size_t i = 0; i < v->result_count; i++)
        if (v->results[i].applicable)
            counts[stand_of(&v->results[i])]++;
    jout_pair_object(j, "counts");
    for (int i = 0; i < STAND_COUNT; i++)
        jout_pair_i64(j, stand_names[i], counts[i]);
    jout_end_object(j);
}

static void mend_json(struct jout *j, const struct flow_missing *m)
{
    bool english = msg_lang() == LANG_EN;
    jout_object(j);
    jout_pair(j, "type", m->type);
    jout_pair(j, "type_label", english ? m->type_en : m->type_zh);
    jout_pair_id(j, "id", m->id);
    jout_pair(j, "field", m->field);
    jout_pair(j, "field_label", english ? m->field_en : m->field_zh);
    jout_end_object(j);
}

/* Criteria that are met or judged by others have no remedy; nor is one told that the reader may not enter. */
static err_t mends_json(struct jout *j, struct step *g, const struct criterion_result *r)
{
    enum stand stand = stand_of(r);
    struct flow_missing all[MENDS_MAX];
    size_t count = 0;
    err_t rc = stand == STAND_OK || stand == STAND_JUDGED
                   ? OK
                   : programme_find_remedies(all, MENDS_MAX, &count, g, r);
    jout_pair_array(j, "mends");
    for (size_t i = 0; rc == OK && i < count; i++)
        if (all[i].may && (i == 0 || all[i].id || !str_eq(all[i].type, all[i - 1].type)))
            mend_json(j, &all[i]);
    jout_end_array(j);
    return rc;
}

/* The reading that was chosen for these facts; empty: the usual one. */
static struct str chosen_reading(const struct yvalue *document, struct str ambiguity)
{
    const struct yvalue *list = document ? yin_get(document, "readings") : NULL;
    for (size_t i = 0; list && i < list->count; i++) {
        const struct yvalue *id = yin_get(&list->items[i], "id");
        const struct yvalue *reading = yin_get(&list->items[i], "reading");
        if (id && reading && str_eq(id->text, ambiguity))
            return reading->text;
    }
    return STR_NONE;
}

/* How the words of the document are read where they can be read otherwise. */
static void reading_json(struct jout *j, const struct pack *p, const struct criterion *c,
                         const struct yvalue *document)
{
    const struct ambiguity *m = c->readings.len ? pack_ambiguity(p, c->readings.ptr[0].ambiguity)
                                : c->ambiguity_count ? pack_ambiguity(p, c->ambiguities[0])
                                                     : NULL;
    if (!m)
        return;
    struct str chosen = chosen_reading(document, m->id), text = m->reading;
    for (size_t i = 0; chosen.len && i < m->others.len; i++)
        if (str_eq(m->others.ptr[i].id, chosen))
            text = m->others.ptr[i].reading;
    jout_pair_object(j, "reading");
    jout_pair(j, "ambiguity", m->id);
    jout_pair(j, "text", text);
    jout_end_object(j);
}

static err_t criterion_json(struct jout *j, struct step *g, const struct criterion_result *r)
{
    const struct criterion *c = r->criterion;
    const struct prepared *ready = g->x->prepared;
    struct str label = c->citation.quote.len ? c->citation.quote : c->own;
    jout_object(j);
    jout_pair(j, "criterion", c->id);
    jout_pair(j, "label", label.len ? typography_mended(label, g->x->arena) : c->id);
    jout_pair_z(j, "state", stand_names[stand_of(r)]);
    if (r->has_value) {
        jout_pair(j, "value", value_low_text(r, g->x->arena));
        jout_pair(j, "needs", r->needs);
    }
    jout_pair(j, "advice", r->advice);
    jout_pair(j, "clause", c->citation.clause);
    jout_pair(j, "quote", c->citation.quote);
    reading_json(j, g->p->pack, c, ready->document);
    if (r->has_value && r->evidence_count)
        jout_pair(j, "indicator", r->evidence[0].indicator->id);
    jout_pair_bool(j, "required", !c->advisory);
    jout_pair_bool(j, "any", programme_any_is_enough(c));
    err_t rc = mends_json(j, g, r);
    jout_end_object(j);
    return rc;
}

static err_t criteria_json(struct jout *j, struct step *g, const struct pack_verdict *v)
{
    err_t rc = OK;
    jout_pair_array(j, "criteria");
    for (int stand = 0; stand < STAND_COUNT; stand++)
        for (size_t i = 0; rc == OK && i < v->result_count; i++)
            if (v->results[i].applicable && (int)stand_of(&v->results[i]) == stand)
                rc = criterion_json(j, g, &v->results[i]);
    jout_end_array(j);
    return rc;
}

/* Nothing can be judged: the process asks nothing, or the records contradict themselves (wrong). */
static void nothing_json(struct jout *j, struct str wrong)
{
    static const struct pack_verdict none;
    jout_pair_null(j, "pass");
    jout_pair(j, "wrong", wrong);
    counts_json(j, &none);
    jout_pair_array(j, "criteria");
    jout_end_array(j);
}

static err_t judged_json(struct jout *j, struct step *g, const struct pack_verdict *v)
{
    jout_name(j, "pass");
    if (v->verdict == UNKNOWN)
        jout_null(j);
    else
        jout_bool(j, v->verdict == YES);
    counts_json(j, v);
    return criteria_json(j, g, v);
}

/* --- the lists that the numbers rest on ------------------------------------------------------------ */

struct resting {
    VEC(struct str) lists;
    struct arena *a;
};

static void take_lists(struct resting *r, const struct indicator *of)
{
    for (size_t i = 0; i < of->list_count; i++) {
        if (!str_among(of->lists[i], r->lists.ptr, r->lists.len))
            VEC_PUSH(r->a, &r->lists, of->lists[i]);
    }
}

static void take_form(struct resting *r, const struct pack *p, const struct part *form)
{
    const struct part_value *sections = part_value(form, "sections");
    size_t index;
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t k = 0; k < cells->item_count; k++)
            if (pack_find_indicator(&index, p, part_text(&cells->items[k], "indicator")))
                take_lists(r, &p->indicators.ptr[index]);
    }
}

/* `declares`: the type of list statements. */
static void list_json(struct jout *j, struct programme *p, const struct record_type *declares,
                      struct str list, const struct yvalue *document)
{
    const struct yvalue *rows = yin_get(document, arena_cstr(p->arena, list));
    const struct field *f = record_field(declares, declares->completes);
    const struct record_type *t = NULL;
    jout_object(j);
    jout_pair(j, "list", list);
    const struct enum_value *value = field_value(f, list);
    if (value)
        jout_pair(j, "label", label_shown(value->label));
    for (size_t i = 0; (t = record_type_at(p->kernel->types, i)) && !str_eq(t->facts, list);)
        i++;
    jout_pair(j, "type", t ? t->name : list);
    jout_pair_i64(j, "count", rows ? (int64_t)rows->count : 0);
    jout_end_object(j);
}

/* Those that the party keeps, and so declares complete as it hands in. Nobody else is told how long they are. */
static err_t lists_json(struct jout *j, struct step *g, const struct resting *r)
{
    const struct labels own = {.owner_unit = g->x->c.unit};
    const struct record_type *declares = NULL;
    const struct yvalue *document = NULL;
    struct str code = STR_NONE, up_to = STR("9999-12-31"); /* a report: the end of its year */
    bool reports = false;
    err_t rc = programme_facts(&document, g);
    if (rc == OK)
        rc = programme_party_code(&code, g);
    if (rc != OK || (rc = step_reader(g)) != OK)
        return rc;
    rc = programme_report_day(&reports, &up_to, g->db, g->p->kernel, g->p->pack, &g->x->c,
                              g->x->arena, g->e);
    for (size_t i = 0;
         (declares = record_type_at(g->p->kernel->types, i)) && !declares->completes.len;)
        i++;
    jout_pair_array(j, "lists");
    for (size_t i = 0; rc == OK && declares && i < r->lists.len; i++) {
        const char *why = NULL;
        rc = facts_may_declare(&why, g->db, g->p->kernel, r->lists.ptr[i], code, &own, g->x->arena,
                               g->e);
        if (rc == OK && !why)
            list_json(j, g->p, declares, r->lists.ptr[i], document);
    }
    jout_end_array(j);
    jout_pair(j, "up_to", reports ? up_to : ((const struct prepared *)g->x->prepared)->as_of);
    step_reader_end(g);
    return rc;
}

/* The pack whose questions the case answers: its own; if that asks nothing about a recognition by another authority, the
 * interpretation of the policy's basis. */
static err_t find_asking(struct programme *out, const struct flow_call *x,
                         const struct programme *p, struct err *e)
{
    const struct document *d = &p->pack->document;
    *out = *p;
    if (review_question(x->process).len || !str_is(x->process->subject, "recognition") ||
        !d->explained_by_count)
        return OK;
    return packs_get(&out->pack, p->packs, d->explained_by[0], e);
}

/* The verdict of the case's question. An interpretation (PACK_INFORMATIVE) answers all its questions, with their criteria in
 * one list. NULL: the process asks no question, or it cannot be judged. */
static err_t judge_case(const struct pack_verdict **out, struct str *wrong, struct step *g)
{
    struct step run = {NULL, NULL, g->x, g->p, g->e};
    struct str own = review_question(g->x->process);
    struct pack_verdict *all = NULL;
    VEC(struct criterion_result) results = {0};
    err_t rc = own.len ? programme_verdict(out, wrong, &run, own) : OK;
    if (own.len || g->p->pack->document.standing != PACK_INFORMATIVE)
        return rc;
    for (size_t i = 0; rc == OK && i < g->p->pack->questions.len; i++) {
        const struct pack_verdict *v = NULL;
        rc = programme_verdict(&v, wrong, &run, g->p->pack->questions.ptr[i].id);
        for (size_t k = 0; v && k < v->result_count; k++)
            VEC_PUSH(g->x->arena, &results, v->results[k]);
        if (v && !all)
            *(all = arena_alloc(g->x->arena, sizeof(*all))) = *v;
    }
    if ((*out = all)) {
        all->results = results.ptr;
        all->result_count = results.len;
    }
    return rc;
}

err_t case_verdict_json(struct buf *out, struct step *g)
{
    struct str id = review_question(g->x->process), wrong = STR_NONE;
    const struct pack_verdict *v = NULL;
    struct programme asking;
    struct resting rests = {.a = g->x->arena};
    struct jout j;
    err_t rc = hand_in_find(&g->x->step, g); /* its own lists count as complete */
    if (rc == OK)
        rc = find_asking(&asking, g->x, g->p, g->e);
    if (rc == OK)
        rc = judge_case(&v, &wrong, &(struct step){g->to, g->db, g->x, g->p = &asking, g->e});
    if (rc != OK)
        return rc;
    const struct question *question = id.len ? pack_question(g->p->pack, id)
                                      : v    ? v->question
                                             : NULL;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair(&j, "pack", g->p->pack->id);
    jout_pair(&j, "pack_version", g->p->pack->version);
    jout_pair(&j, "as_of", g->x->today);
    if (question) {
        jout_pair(&j, "question", question->id);
        jout_pair(&j, "label", pack_label(g->p->pack, question->label, g->x->arena));
    }
    if (v)
        rc = judged_json(&j, g, v);
    else
        nothing_json(&j, wrong);
    for (size_t i = 0; v && i < v->result_count; i++)
        for (size_t k = 0; k < v->results[i].evidence_count; k++)
            take_lists(&rests, v->results[i].evidence[k].indicator);
    for (size_t i = 0; g->x->step && i < g->x->step->effect_count; i++)
        if (g->x->step->effects[i].kind == EFFECT_HAND_IN)
            take_form(&rests, g->p->pack,
                      part_named(g->p->pack, PART_FORMS, g->x->step->effects[i].object));
    if (rc == OK && g->x->step && g->x->by->unit == g->x->c.unit)
        rc = lists_json(&j, g, &rests);
    jout_end_object(&j);
    return rc;
}

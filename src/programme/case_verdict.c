/* The live check of a case. */
#include "programme/case_verdict.h"
#include "base/msg.h"
#include "programme/hand_in.h"
#include "programme/programme_priv.h"
#include "programme/review.h"
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

/* Criteria that are met or judged by others have no remedy. */
static err_t mends_json(struct jout *j, struct flow_call *x, const struct programme *p,
                        const struct criterion_result *r, struct err *e)
{
    enum stand stand = stand_of(r);
    struct flow_missing all[MENDS_MAX];
    size_t count = 0;
    err_t rc = stand == STAND_OK || stand == STAND_JUDGED
                   ? OK
                   : programme_find_remedies(all, MENDS_MAX, &count, x, p, r, e);
    jout_pair_array(j, "mends");
    for (size_t i = 0; rc == OK && i < count; i++)
        if (record_type_find(p->kernel->types, all[i].type))
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

static err_t criterion_json(struct jout *j, struct flow_call *x, const struct programme *p,
                            const struct criterion_result *r, struct err *e)
{
    const struct criterion *c = r->criterion;
    const struct prepared *ready = x->prepared;
    struct str label = c->citation.quote.len ? c->citation.quote : c->own;
    jout_object(j);
    jout_pair(j, "criterion", c->id);
    jout_pair(j, "label", label.len ? typography_mended(label, x->arena) : c->id);
    jout_pair_z(j, "state", stand_names[stand_of(r)]);
    if (r->has_value) {
        jout_pair(j, "value", value_low_text(r, x->arena));
        jout_pair(j, "needs", r->needs);
    }
    jout_pair(j, "advice", r->advice);
    jout_pair(j, "clause", c->citation.clause);
    jout_pair(j, "quote", c->citation.quote);
    reading_json(j, p->pack, c, ready->document);
    if (r->has_value && r->evidence_count)
        jout_pair(j, "indicator", r->evidence[0].indicator->id);
    jout_pair_bool(j, "required", !c->advisory);
    err_t rc = mends_json(j, x, p, r, e);
    jout_end_object(j);
    return rc;
}

static err_t criteria_json(struct jout *j, struct flow_call *x, const struct programme *p,
                           const struct pack_verdict *v, struct err *e)
{
    err_t rc = OK;
    jout_pair_array(j, "criteria");
    for (int stand = 0; stand < STAND_COUNT; stand++)
        for (size_t i = 0; rc == OK && i < v->result_count; i++)
            if (v->results[i].applicable && (int)stand_of(&v->results[i]) == stand)
                rc = criterion_json(j, x, p, &v->results[i], e);
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

static err_t judged_json(struct jout *j, struct flow_call *x, const struct programme *p,
                         const struct pack_verdict *v, struct err *e)
{
    jout_name(j, "pass");
    if (v->verdict == UNKNOWN)
        jout_null(j);
    else
        jout_bool(j, v->verdict == YES);
    counts_json(j, v);
    return criteria_json(j, x, p, v, e);
}

err_t case_verdict_json(struct buf *out, struct flow_call *x, struct programme *p, struct err *e)
{
    struct str id = review_question(x->process), wrong = STR_NONE;
    const struct question *question = id.len ? pack_question(p->pack, id) : NULL;
    const struct pack_verdict *v = NULL;
    struct jout j;
    err_t rc = hand_in_find(&x->step, x, p, e); /* its own lists count as complete */
    if (rc == OK && question)
        rc = programme_verdict(&v, &wrong, &(struct step_run){NULL, NULL, x, p, e}, id);
    if (rc != OK)
        return rc;
    jout_init(&j, out);
    jout_object(&j);
    jout_pair(&j, "pack", p->pack->id);
    jout_pair(&j, "pack_version", p->pack->version);
    jout_pair(&j, "as_of", x->today);
    if (question) {
        jout_pair(&j, "question", question->id);
        jout_pair(&j, "label", pack_label(p->pack, question->label, x->arena));
    }
    if (v)
        rc = judged_json(&j, x, p, v, e);
    else
        nothing_json(&j, wrong);
    jout_end_object(&j);
    return rc;
}

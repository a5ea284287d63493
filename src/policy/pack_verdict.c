/* A question's criteria to a verdict: Kleene's and of those that decide. */
#include "policy/pack_verdict.h"
#include "base/msg.h"
#include "policy/checking.h"
#include "policy/evaluate.h"
#include "policy/operands.h"
#include "policy/pack_priv.h"

const char *status_name(enum pack_status s)
{
    static const char *const names[] = {"draft", "not_yet", "in_force", "lapsed"};
    return names[s];
}

const char *pack_verdict_name(enum truth t)
{
    static const char *const names[] = {[NO] = "fail", [YES] = "pass", [UNKNOWN] = "unknown"};
    return names[t];
}

enum pack_status pack_status_on(const struct pack *p, struct str as_of)
{
    const struct document *d = &p->document;
    if (d->standing == PACK_DRAFT)
        return STATUS_DRAFT;
    if (d->effective.len && str_cmp(as_of, d->effective) < 0)
        return STATUS_NOT_YET;
    if (d->replaced_from.len && str_cmp(as_of, d->replaced_from) >= 0)
        return STATUS_LAPSED;
    return d->expires.len && str_cmp(as_of, d->expires) > 0 ? STATUS_LAPSED : STATUS_IN_FORCE;
}

const struct verdict_source *verdict_source(const struct pack_verdict *v, struct str row)
{
    return FIND_BY(v->sources, v->source_count, row, row);
}

struct proofs pack_proofs(const struct pack_verdict *sources, const struct outcome *o)
{
    struct proofs p = {0};
    bool takes = false;
    for (size_t i = 0; i < o->row_count; i++) {
        const struct fact_row *r = &o->rows[i];
        bool counts = r->test == YES && r->record.len;
        const struct verdict_source *s = counts ? verdict_source(sources, r->record) : NULL;
        p.counted += counts;
        p.proven += s && s->file_count;
        takes |= s && s->takes_files;
    }
    return takes ? p : (struct proofs){0};
}

/* --- texts of a result ------------------------------------------------------------------ */

static struct str amount_text(wide n, wide over, struct str unit, enum fold fold, struct arena *a)
{
    if (fold == FOLD_RATE) /* numerator · 100 over the denominator: told as it was counted */
        return arena_printf(a, "%.*s/%.*s", STR_ARG(wide_text(n / 100, a)),
                            STR_ARG(wide_text(over * MILLION, a)));
    return str_is(unit, "元") ? money_text(n / over, a) : wide_text(n / over, a);
}

struct str value_low_text(const struct criterion_result *r, struct arena *a)
{
    return amount_text(r->value.low, r->value.low_over, r->unit, r->fold, a);
}

struct str value_high_text(const struct criterion_result *r, struct arena *a)
{
    return amount_text(r->value.high, r->value.high_over, r->unit, r->fold, a);
}

bool value_is_exact(const struct criterion_result *r)
{
    return !r->value.open && r->value.low * r->value.high_over == r->value.high * r->value.low_over;
}

struct str criterion_value_text(const struct criterion_result *r, struct arena *a)
{
    bool exact = r->has_value && value_is_exact(r), open = r->value.open;
    if (!r->has_value)
        return STR_NONE;
    return arena_printf(a, "%.*s%s%.*s %.*s (%.*s)", STR_ARG(value_low_text(r, a)),
                        exact ? "" : "…", STR_ARG(exact || open ? STR_NONE : value_high_text(r, a)),
                        STR_ARG(r->unit), STR_ARG(r->needs));
}

size_t missing_of(const struct str **out, const struct criterion_result *r)
{
    const struct operands *o = &r->operands;
    *out = o->missing_count ? o->missing : r->unknown;
    return o->missing_count ? o->missing_count : r->unknown_count;
}

static struct str needs_text(const struct expr *x, struct arena *a)
{
    const struct expr *n = &x->children[1];
    if (n->kind != EX_NUMBER)
        return STR_NONE;
    struct str number = str_is(n->unit, "元") ? money_text(n->number, a) : wide_text(n->number, a);
    return arena_printf(a, "%s %.*s %.*s", compare_text(x->compare), STR_ARG(number),
                        STR_ARG(n->unit));
}

/* How much is missing for certain, from the lowest that it may be; empty where that says nothing. */
static struct str missing_text(const struct criterion_result *r, const struct expr *x,
                               struct arena *a)
{
    const struct expr *n = &x->children[1];
    wide step = str_is(n->unit, "元") ? MILLION / 100 : MILLION;
    if (n->kind != EX_NUMBER || !r->has_value || r->value.none || r->fold == FOLD_RATE)
        return STR_NONE;
    wide missing = n->number - r->value.low / r->value.low_over + (x->compare == CMP_GT ? step : 0);
    if (missing <= 0)
        return STR_NONE;
    return str_is(n->unit, "元") ? money_text(missing, a) : wide_text(missing, a);
}

static struct str fill(struct str text, const char *slot, struct str with, struct arena *a)
{
    size_t at = str_find(text, str_of(slot), 0);
    if (at == text.len)
        return text;
    struct str rest = {text.ptr + at + strlen(slot), text.len - at - strlen(slot)};
    return arena_printf(a, "%.*s%.*s%.*s", (int)at, text.ptr, STR_ARG(with), STR_ARG(rest));
}

/* --- one criterion ------------------------------------------------------------------------- */

struct name_list {
    VEC(struct str) list;
};

static void add_once(struct name_list *l, struct str name, struct arena *a)
{
    if (name.len && !str_among(name, l->list.ptr, l->list.len))
        VEC_PUSH(a, &l->list, name);
}

static void add_unknown_of(struct name_list *l, struct evaluation *v, size_t index)
{
    const struct indicator *i = &v->pack->indicators.ptr[index];
    const struct outcome *o = evaluate_indicator(v, index);
    size_t before = l->list.len;
    for (size_t k = 0; k < o->row_count; k++)
        if (o->rows[k].test == UNKNOWN)
            add_once(l, o->rows[k].record, v->arena);
    if (l->list.len == before)
        for (size_t k = 0; k < i->list_count; k++)
            add_once(l, i->lists[k], v->arena);
}

static void add_unknown(struct name_list *l, struct evaluation *v, const struct expr *x)
{
    if (x->kind == EX_INDICATOR)
        add_unknown_of(l, v, x->index);
    for (size_t i = 0; i < x->count; i++)
        add_unknown(l, v, &x->children[i]);
}

struct evidence_list {
    VEC(struct evidence) list;
};

static void add_evidence(struct evidence_list *l, struct evaluation *v, const struct expr *x)
{
    if (x->kind == EX_INDICATOR) {
        const struct outcome *o = evaluate_indicator(v, x->index);
        VEC_PUSH(v->arena, &l->list,
                 ((struct evidence){&v->pack->indicators.ptr[x->index], o->rows, o->row_count, o}));
    }
    for (size_t i = 0; i < x->count; i++)
        add_evidence(l, v, &x->children[i]);
}

static void take_value(struct criterion_result *r, struct evaluation *v, const struct expr *test)
{
    const struct expr *left = test->children;
    r->needs = needs_text(test, v->arena);
    r->unit = left->unit;
    if (left->kind == EX_INDICATOR)
        r->fold = v->pack->indicators.ptr[left->index].fold;
    if (left->kind == EX_INDICATOR || left->kind == EX_TIMES) {
        r->value = evaluate_range(v, left);
        r->has_value = !r->value.none;
    }
}

/* The remedy: {missing} is replaced by the number, {effective} and {expires} by the document's
 * dates. If only a judgement is missing, the remedy is to make it. */
static struct str advice_of(struct criterion_result *r, const struct evaluation *v,
                            const struct expr *test)
{
    struct str missing = STR_NONE, text = r->criterion->advice;
    const struct document *d = &v->pack->document;
    if (r->pass == YES)
        return STR_NONE;
    if (r->pass == UNKNOWN && r->unknown_count == 0 &&
        (r->criterion->judged || r->criterion->reason.tree))
        return str_of(msg("waits for the finding of those who judge it"));
    if (test && test->kind == EX_COMPARE)
        missing = missing_text(r, test, v->arena);
    if (str_contains(text, STR("{missing}")) && missing.len == 0)
        return STR_NONE;
    text = fill(text, "{effective}", d->effective, v->arena);
    text = fill(text, "{expires}", pack_last_day(v->pack), v->arena);
    return fill(text, "{missing}", missing, v->arena);
}

static struct criterion_result result_of(struct evaluation *v, size_t index)
{
    struct criterion_result r = {.criterion = &v->pack->criteria.ptr[index]};
    const struct expr *test = r.criterion->judged ? NULL : criterion_test(r.criterion, v->facts);
    struct name_list unknown = {0};
    struct evidence_list evidence = {0};
    r.pass = evaluate_criterion(v, index);
    r.applicable = v->applicable[index];
    if (r.applicable && test && test->kind == EX_COMPARE)
        take_value(&r, v, test);
    if (r.applicable && r.pass == UNKNOWN && test)
        add_unknown(&unknown, v, test);
    if (r.applicable && r.pass == UNKNOWN && r.criterion->applies.tree)
        add_unknown(&unknown, v, r.criterion->applies.tree);
    if (r.applicable && test)
        add_evidence(&evidence, v, test);
    r.evidence = evidence.list.ptr;
    r.evidence_count = evidence.list.len;
    if (r.applicable && v->functions)
        operands_of(&r.operands, v, test, r.criterion->id, r.pass);
    r.unknown = unknown.list.ptr;
    r.unknown_count = unknown.list.len;
    r.advice = advice_of(&r, v, test);
    return r;
}

/* --- the question ---------------------------------------------------------------------------- */

static void raise_flags(struct pack_verdict *out, struct evaluation *v)
{
    VEC(struct raised_flag) flags = {0};
    struct name_list unlike = {0};
    for (size_t i = 0; i < v->facts->held_count; i++)
        if (!v->facts->held[i].agrees)
            add_once(&unlike, v->facts->held[i].fact, v->arena);
    for (size_t i = 0; i < v->pack->flags.len; i++) {
        const struct flag *f = &v->pack->flags.ptr[i];
        struct name_list records = {0};
        struct str label = STR_NONE;
        if (f->question_count && !str_among(out->question->id, f->questions, f->question_count))
            continue;
        const struct outcome *o = evaluate_indicator(v, f->indicator);
        for (size_t k = 0; k < o->row_count; k++)
            if (o->rows[k].test == YES) {
                add_once(&records, o->rows[k].record, v->arena);
                label = label.len ? label : o->rows[k].label;
            }
        if (o->truth == YES)
            VEC_PUSH(v->arena, &flags,
                     ((struct raised_flag){f->id, f->text, label, f->watched, records.list.ptr,
                                           records.list.len}));
    }
    if (v->facts->ignored_code_count)
        VEC_PUSH(v->arena, &flags,
                 ((struct raised_flag){
                     .id = STR("credit-code"),
                     .text = str_of(msg("the check digit is wrong: counted as absent")),
                     .records = v->facts->ignored_codes,
                     .record_count = v->facts->ignored_code_count}));
    if (unlike.list.len)
        VEC_PUSH(v->arena, &flags,
                 ((struct raised_flag){.id = STR("register"),
                                       .text = str_of(msg("not as the register of organisations "
                                                          "has it: counted as absent")),
                                       .records = unlike.list.ptr,
                                       .record_count = unlike.list.len}));
    out->flags = flags.ptr;
    out->flag_count = flags.len;
}

static void conclude(struct pack_verdict *out, struct evaluation *v, const struct question *q)
{
    struct criterion_result *results = arena_array(v->arena, q->count + 1, sizeof(*results));
    struct name_list ambiguities = {0};
    bool fails = false, open = false;
    for (size_t i = 0; i < q->count; i++) {
        results[i] = result_of(v, q->criteria[i]);
        const struct criterion *c = results[i].criterion;
        for (size_t k = 0; k < c->ambiguity_count; k++)
            add_once(&ambiguities, c->ambiguities[k], v->arena);
        if (c->part || c->advisory)
            continue;
        fails |= results[i].pass == NO;
        open |= results[i].pass == UNKNOWN;
    }
    out->verdict = fails ? NO : open ? UNKNOWN : YES;
    if (v->pack->document.standing == PACK_INFORMATIVE)
        out->verdict = UNKNOWN; /* an interpretation decides nothing */
    out->results = results;
    out->result_count = q->count;
    out->ambiguities = ambiguities.list.ptr;
    out->ambiguity_count = ambiguities.list.len;
    raise_flags(out, v);
}

static err_t check_reading(const struct pack *p, const struct facts *f, size_t i, struct err *e)
{
    const struct chosen_reading *c = &f->readings[i];
    const struct ambiguity *m = pack_ambiguity(p, c->id);
    if (!m)
        return err_set(e, E_INVALID, "row %d: the pack %.*s has no ambiguity \"%.*s\"", c->line,
                       STR_ARG(p->id), STR_ARG(c->id));
    if (!str_eq(c->reading, m->usual) &&
        !str_among(c->reading, m->alternatives, m->alternative_count))
        return err_set(e, E_INVALID, "row %d: %.*s has no reading \"%.*s\"", c->line,
                       STR_ARG(c->id), STR_ARG(c->reading));
    if (FIND_BY(f->readings, i, id, c->id))
        return err_set(e, E_INVALID, "row %d: %.*s is read twice", c->line, STR_ARG(c->id));
    return OK;
}

static err_t check_facts(const struct pack *p, const struct facts *f, struct err *e)
{
    err_t rc = OK;
    if (f->programme.len && !str_eq(f->programme, p->id))
        return err_set(e, E_INVALID, "row %d: the facts are for the programme %.*s, not for %.*s",
                       f->programme_line, STR_ARG(f->programme), STR_ARG(p->id));
    for (size_t i = 0; rc == OK && i < f->reading_count; i++)
        rc = check_reading(p, f, i, e);
    return rc;
}

static err_t find_question(const struct question **out, const struct pack *p, const struct facts *f,
                           struct str asked, struct err *e)
{
    struct str id = asked.len ? asked : f->question.len ? f->question : STR("apply");
    *out = pack_question(p, id);
    if (*out)
        return OK;
    return err_set(e, E_INVALID, "the pack %.*s does not know the question \"%.*s\"",
                   STR_ARG(p->id), STR_ARG(id));
}

/* The document counts until it expires or yields to another. */
static struct asked asked_of(const struct pack *p, int64_t subject, const struct facts *facts)
{
    struct str last = pack_last_day(p);
    return (struct asked){subject, facts->as_of, p->document.effective,
                          last.len ? last : STR("never"),
                          facts->handed_in.len ? facts->handed_in : facts->as_of};
}

/* functions NULL: without operands. */
static err_t judge(struct pack_verdict *out, const struct pack *p, struct db *db, int64_t subject,
                   const struct facts *facts, struct str question, struct pack_functions *functions,
                   struct arena *a, struct err *e)
{
    struct evaluation v;
    const struct asked asked = asked_of(p, subject, facts);
    *out = (struct pack_verdict){.pack = p};
    err_t rc = check_facts(p, facts, e);
    if (rc == OK)
        rc = find_question(&out->question, p, facts, question, e);
    if (rc != OK)
        return rc;
    out->status = pack_status_on(p, facts->as_of);
    struct date applied; /* what was handed in by the last day is brought to its end, and binds */
    out->binding = date_parse(&applied, asked.applied) && pack_decides(p, applied, NULL) == OK;
    evaluation_begin(&v, p, db, &asked, facts, a, e);
    v.functions = functions;
    conclude(out, &v, out->question);
    return v.rc;
}

static err_t add_words(struct pack_verdict *out, struct checking *c, struct arena *a, struct err *e)
{
    struct criterion_result *results = (struct criterion_result *)out->results; /* made here */
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < out->result_count; i++) {
        rc = checking_words(&results[i].words, c, results[i].criterion, a, e);
        words_state(&results[i].words, &c->facts, a);
    }
    return rc;
}

err_t pack_verdict_of(struct pack_verdict *out, const struct pack *p, struct db *db,
                      int64_t subject, const struct facts *facts, struct str question,
                      struct arena *a, struct err *e)
{
    return judge(out, p, db, subject, facts, question, NULL, a, e);
}

err_t pack_verdict_check(struct pack_verdict *out, const struct pack *p,
                         const struct yvalue *document, struct str question, struct arena *a,
                         struct err *e)
{
    struct checking *c = NULL;
    err_t rc = checking_begin(&c, p, document, a, e);
    if (rc != OK)
        return rc;
    rc = judge(out, p, c->db, 1, &c->facts, question, &c->functions, a, e);
    if (rc == OK)
        rc = add_words(out, c, a, e);
    checking_end(c, rc);
    return rc;
}

err_t pack_indicators_check(struct outcome *out, const struct pack *p, const size_t *indicators,
                            size_t count, const struct yvalue *document, struct arena *a,
                            struct err *e)
{
    struct checking *c = NULL;
    struct evaluation v;
    err_t rc = checking_begin(&c, p, document, a, e);
    if (rc != OK)
        return rc;
    const struct asked asked = asked_of(p, 1, &c->facts);
    evaluation_begin(&v, p, c->db, &asked, &c->facts, a, e);
    v.functions = &c->functions;
    rc = v.rc;
    for (size_t i = 0; rc == OK && i < count; i++) {
        out[i] = *evaluate_indicator(&v, indicators[i]);
        out[i].missing = v.reads[indicators[i]].missing;
        out[i].missing_count = v.reads[indicators[i]].missing_count;
        rc = v.rc;
    }
    checking_end(c, rc);
    return rc;
}

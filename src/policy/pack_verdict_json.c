/* The verdict as JSON, for `zhiyun check --json` and POST /packs/{id}/check. */
#include "policy/pack_verdict.h"

static const char *kind_of(const struct criterion *c)
{
    if (c->part)
        return "part";
    if (c->advisory)
        return "advisory";
    return c->judged ? "judged" : "required";
}

static void truth_json(struct jout *j, enum truth t)
{
    if (t == UNKNOWN)
        jout_null(j);
    else
        jout_bool(j, t == YES);
}

/* Counts are numbers; sums and rates texts, so that no reader rounds them. */
static void number_json(struct jout *j, const struct criterion_result *r, struct str text)
{
    if (r->fold == FOLD_RATE || str_is(r->unit, "元"))
        jout_str(j, text);
    else
        jout_number(j, text);
}

static void value_json(struct jout *j, const struct criterion_result *r, struct arena *a)
{
    jout_name(j, "value");
    if (!r->has_value) {
        jout_null(j);
        return;
    }
    if (value_is_exact(r)) {
        number_json(j, r, value_low_text(r, a));
        return;
    }
    jout_object(j);
    jout_name(j, "at_least");
    number_json(j, r, value_low_text(r, a));
    jout_name(j, "at_most");
    if (r->value.open)
        jout_null(j);
    else
        number_json(j, r, value_high_text(r, a));
    jout_end_object(j);
}

static void names_json(struct jout *j, const char *name, const struct str *words, size_t count)
{
    jout_pair_strs(j, name, words, count);
}

void outcome_json(struct jout *j, const struct indicator *i, const struct outcome *o,
                  struct arena *a)
{
    bool is_truth = fold_is_truth(i->fold);
    struct criterion_result r = {.fold = i->fold,
                                 .unit = i->unit,
                                 .value = o->range,
                                 .has_value = !is_truth && !o->range.none};
    jout_pair(j, "indicator", i->id);
    jout_pair(j, "label", i->label);
    jout_pair(j, "unit", i->unit);
    value_json(j, &r, a);
    jout_name(j, "holds");
    truth_json(j, is_truth ? o->truth : UNKNOWN);
}

/* The rows that a number opens into: counted, possible, not counted. */
static void source_json(struct jout *j, const struct verdict_source *s)
{
    jout_pair_object(j, "source");
    jout_pair(j, "type", s->type);
    jout_pair_i64(j, "id", s->id);
    jout_pair_i64(j, "version", s->version);
    jout_pair_array(j, "files");
    for (size_t i = 0; i < s->file_count; i++) {
        jout_object(j);
        jout_pair(j, "field", s->files[i].field);
        jout_pair(j, "name", s->files[i].name);
        jout_pair(j, "digest", s->files[i].digest);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

/* Millionths with two decimals: "60.00". */
static void decimal_json(struct jout *j, const char *name, wide value)
{
    char text[48];
    long long hundredths = (long long)(value * 100 / MILLION);
    (void)snprintf(text, sizeof(text), "%lld.%02lld", hundredths / 100, hundredths % 100);
    jout_pair(j, name, str_of(text));
}

/* The percent that a joint claim says, and what the row adds to a sum. */
static void portion_json(struct jout *j, const struct fact_row *r, enum fold fold)
{
    if (r->has_share)
        decimal_json(j, "share", r->share);
    if (r->has_amount && fold == FOLD_SUM)
        decimal_json(j, "amount",
                     r->has_share ? r->amount * r->share / (100 * (wide)MILLION) : r->amount);
}

static void rows_json(struct jout *j, const char *name, const struct pack_verdict *v,
                      const struct evidence *e, enum truth which)
{
    const struct fact_row *first = NULL; /* of its key: a count has the rows of a key together */
    jout_pair_array(j, name);
    for (size_t i = 0; i < e->row_count; i++) {
        const struct fact_row *r = &e->rows[i];
        if (r->test != which || r->record.len == 0)
            continue;
        bool again = first && r->key.len && str_eq(first->key, r->key);
        first = again ? first : r;
        jout_object(j);
        jout_pair(j, "record", r->record);
        jout_pair(j, "label", r->label);
        if (again && e->indicator->fold == FOLD_COUNT)
            jout_pair(j, "same_as", first->record);
        portion_json(j, r, e->indicator->fold);
        const struct verdict_source *s = verdict_source(v, r->record);
        if (s)
            source_json(j, s);
        jout_end_object(j);
    }
    jout_end_array(j);
}

void proofs_json(struct jout *j, struct proofs p)
{
    if (p.proven == p.counted)
        return;
    jout_pair_i64(j, "counted", (int64_t)p.counted);
    jout_pair_i64(j, "proven", (int64_t)p.proven);
}

void evidence_members(struct jout *j, const struct pack_verdict *v, const struct evidence *e)
{
    jout_pair(j, "indicator", e->indicator->id);
    jout_pair(j, "label", e->indicator->label);
    rows_json(j, "in", v, e, YES);
    rows_json(j, "possible", v, e, UNKNOWN);
    rows_json(j, "out", v, e, NO);
}

static size_t rows_that(const struct evidence *e, enum truth which)
{
    size_t n = 0;
    for (size_t i = 0; i < e->row_count; i++)
        n += e->rows[i].test == which;
    return n;
}

static void number_operand_json(struct jout *j, const struct evidence *e, struct arena *a)
{
    jout_object(j);
    outcome_json(j, e->indicator, e->outcome, a);
    jout_pair_i64(j, "in", (int64_t)rows_that(e, YES));
    jout_pair_i64(j, "possible", (int64_t)rows_that(e, UNKNOWN));
    jout_pair_i64(j, "out", (int64_t)rows_that(e, NO));
    jout_end_object(j);
}

/* The operands of the verdict: "text" for people; "numbers" of its indicators with the numbers of
 * rows counted, possible and not counted; "days"; "facts" by path; "missing" paths. */
static void operands_json(struct jout *j, const struct criterion_result *r, struct arena *a)
{
    const struct operands *o = &r->operands;
    jout_pair_object(j, "operands");
    jout_pair_or_null(j, "text", operands_text(r, a));
    jout_pair_array(j, "numbers");
    for (size_t i = 0; i < r->evidence_count; i++)
        number_operand_json(j, &r->evidence[i], a);
    jout_end_array(j);
    jout_pair_array(j, "days");
    for (size_t i = 0; i < o->day_count; i++) {
        jout_object(j);
        jout_pair(j, "name", o->days[i].name);
        jout_pair(j, "from", o->days[i].from);
        jout_pair(j, "day", o->days[i].day);
        jout_pair_bool(j, "provisional", o->days[i].provisional);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_pair_array(j, "facts");
    for (size_t i = 0; i < o->fact_count; i++) {
        jout_object(j);
        jout_pair(j, "path", o->facts[i].path);
        jout_pair(j, "value", o->facts[i].value);
        jout_end_object(j);
    }
    jout_end_array(j);
    names_json(j, "missing", o->missing, o->missing_count);
    jout_end_object(j);
}

static void criterion_json(struct jout *j, const struct pack_verdict *v,
                           const struct criterion_result *r, struct arena *a)
{
    const struct criterion *c = r->criterion;
    jout_object(j);
    jout_pair(j, "id", c->id);
    jout_pair_z(j, "kind", kind_of(c));
    jout_pair(j, "clause", c->citation.clause);
    jout_pair_or_null(j, "quote", c->citation.quote);
    jout_name(j, "checked"); /* false: 未核对 */
    jout_bool(j, c->citation.quote.len > 0);
    value_json(j, r, a);
    jout_pair_or_null(j, "needs", r->needs);
    jout_name(j, "pass");
    truth_json(j, r->pass);
    jout_pair_or_null(j, "advice", r->advice);
    jout_pair_bool(j, "applicable", r->applicable);
    names_json(j, "unknown", r->unknown, r->unknown_count);
    operands_json(j, r, a);
    words_json(j, &r->words);
    jout_pair_array(j, "rows");
    for (size_t i = 0; i < r->evidence_count; i++) {
        jout_object(j);
        evidence_members(j, v, &r->evidence[i]);
        jout_end_object(j);
    }
    jout_end_array(j);
    jout_end_object(j);
}

void pack_verdict_members(struct jout *j, const struct pack_verdict *v, struct arena *a)
{
    jout_pair(j, "pack", v->pack->id);
    jout_pair(j, "version", v->pack->version);
    jout_pair(j, "digest", v->pack->digest);
    jout_pair(j, "question", v->question->id);
    jout_pair_z(j, "verdict", pack_verdict_name(v->verdict));
    jout_pair_z(j, "status", status_name(v->status));
    jout_pair_bool(j, "binding", v->binding);
    jout_pair_array(j, "criteria");
    for (size_t i = 0; i < v->result_count; i++)
        criterion_json(j, v, &v->results[i], a);
    jout_end_array(j);
    names_json(j, "ambiguities", v->ambiguities, v->ambiguity_count);
    jout_pair_array(j, "flags");
    for (size_t i = 0; i < v->flag_count; i++) {
        jout_object(j);
        jout_pair(j, "id", v->flags[i].id);
        jout_pair(j, "text", v->flags[i].text);
        names_json(j, "records", v->flags[i].records, v->flags[i].record_count);
        jout_end_object(j);
    }
    jout_end_array(j);
}

void pack_verdict_json(struct jout *j, const struct pack_verdict *v, struct arena *a)
{
    jout_object(j);
    pack_verdict_members(j, v, a);
    jout_end_object(j);
}

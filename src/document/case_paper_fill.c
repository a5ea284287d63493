/* Values for a paper of a case: what is known of it, and what was entered. */
#include "access/mutation.h"
#include "base/date.h"
#include "document/case_paper_priv.h"
#include "document/criteria_fill.h"
#include "judge/stored.h"
#include "matter/against.h"
#include "matter/publicity.h"
#include "model/normal.h"
#include "policy/choices.h"
#include "policy/naming.h"
#include "policy/pack_verdict.h"
#include "policy/paper_value.h"
#include "text/typography.h"
#include "text/unicode.h"

#define NUMBERS_MAX 200

static void know(struct case_paper_known *k, const char *name, struct str text)
{
    paper_value_add(&k->values, name, text, k->a);
}

/* --- the party, its records and facts -------------------------------------------------- */

static err_t read_party(struct case_paper_known *k)
{
    struct str region = STR_NONE;
    k->party.unit = k->g.x->c.unit;
    err_t rc = step_reader(&k->g);
    if (rc == OK)
        rc = db_row(NULL, k->g.db, "SELECT name, credit_code, region FROM unit WHERE id = ?1",
                    VALUES(v_i64(k->g.x->c.unit)),
                    INTO(into_str(&k->name), into_str(&k->party.code), into_str(&region)), k->a,
                    k->g.e);
    k->city = region_name(region);
    step_reader_end(&k->g);
    return rc;
}

#define SAME_STEP_MS 60000 /* what a step decides is kept within its store step */

/* The facts that the step decided on, as they are kept. NULL: it kept none. */
static err_t read_decided(const struct yvalue **out, struct case_paper_known *k, int64_t at_ms)
{
    struct str facts;
    *out = NULL;
    err_t rc = db_text(
        &facts, k->g.db,
        "SELECT facts FROM decision WHERE type = 'case' AND record_id = ?1 AND pack = ?2"
        " AND decided_ms BETWEEN ?3 - ?4 AND ?3 + ?4 ORDER BY id DESC LIMIT 1",
        VALUES(v_i64(k->g.x->c.id), v_str(k->g.p->pack->id), v_i64(at_ms), v_i64(SAME_STEP_MS)),
        k->a, k->g.e);
    return rc == OK && facts.len ? facts_parse(out, facts, k->a, k->g.e) : rc;
}

/* When the step of the paper was taken, where the paper is issued later: what its tables say is of that day. */
static err_t read_step_day(struct flow_stands *out, struct case_paper_known *k)
{
    *out = (struct flow_stands){0};
    return !k->step ? OK : flow_step_stands(out, &k->g, k->g.x->c.id, &k->step->id, 1);
}

/* The facts, where the paper has criteria or numbers and the party a code by which it has facts. Criteria are printed as
 * the step was decided; numbers count what reports alone count, too. */
static err_t read_facts(struct case_paper_known *k)
{
    struct facts_request r = {.as_of = k->g.x->today,
                              .programme = k->g.p->pack->id,
                              .subject = k->reader,
                              .handed_in_whole = programme_is_submitted(k->g.x)};
    const struct yvalue *decided = NULL;
    struct flow_stands taken = {0};
    struct party_facts party;
    struct stored_facts facts;
    bool criteria = case_paper_goes_through(k->from, "criteria");
    r.for_report = case_paper_goes_through(k->from, "indicators");
    err_t rc = OK;
    if ((!criteria && !r.for_report) || k->party.code.len == 0)
        return OK;
    if (k->n->by_step) { /* the facts by which the step is judged */
        if (criteria)
            rc = programme_facts(&k->source.document, &k->g);
        return rc == OK && r.for_report ? programme_report_facts(&k->numbers, &k->g) : rc;
    }
    rc = step_reader(&k->g);
    if (rc == OK)
        rc = record_party(&party, k->g.p->kernel, k->g.db, k->reader, k->party.code, k->a, k->g.e);
    if (rc == OK)
        rc = programme_cases(&r.cases, &r.case_count, &k->g);
    if (rc == OK)
        rc = read_step_day(&taken, k);
    if (rc == OK && taken.id)
        rc = read_decided(&decided, k, taken.at_ms);
    step_reader_end(&k->g);
    if (taken.id)
        r.as_of = taken.date;
    facts.party.document = NULL;
    if (rc == OK && (!decided || r.for_report))
        rc = facts_from_store(&facts, &party, k->g.p->pack, k->g.p->kernel, &r, k->a, k->g.e);
    k->source.document = decided ? decided : facts.party.document;
    k->numbers = facts.party.document;
    return rc;
}

/* --- lists that are known ---------------------------------------------------------------- */

static bool is_given(const struct case_paper_known *k, const char *list)
{
    for (size_t i = 0; i < k->lists.len; i++)
        if (strcmp(k->lists.ptr[i].name, list) == 0)
            return true;
    return false;
}

/* The employers of a member of the panel today, as his record says ("no": the employment has no last day). */
static err_t member_employers(struct str *out, struct case_paper_known *k, int64_t panel,
                              int64_t member)
{
    *out = STR_NONE;
    err_t rc = OK;
    EACH_ROW(st, rc, k->g.e, k->g.db,
             "SELECT e.name FROM panel_member m JOIN record_expert_employments e ON"
             " e.record_id = m.expert WHERE m.panel = ?1 AND m.id = ?2 AND e.to_ = 'no'"
             " ORDER BY e.position",
             VALUES(v_i64(panel), v_i64(member)))
        *out = arena_printf(k->a, out->len ? "%.*s、%.*s" : "%.*s%.*s", STR_ARG(*out),
                            STR_ARG(stmt_str(st, 0)));
    return rc;
}

/* The experts of the case and their comments: for the office only. */
static err_t add_experts(struct case_paper_known *k, int64_t panel, const struct jvalue *sheets)
{
    size_t count = sheets && sheets->type == J_ARRAY ? sheets->count : 0;
    struct paper_row_values *rows = arena_array(k->a, count + 1, sizeof(*rows));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct jvalue *sheet = &sheets->items[i];
        struct paper_value *v = arena_array(k->a, 3, sizeof(*v));
        int64_t id = 0;
        struct str unit = STR_NONE;
        if (jin_i64(&id, sheet, "member"))
            rc = member_employers(&unit, k, panel, id);
        v[0] = (struct paper_value){"experts.name", jin_text(sheet, "name")};
        v[1] = (struct paper_value){"experts.unit", unit};
        v[2] = (struct paper_value){"experts.opinion", jin_text(sheet, "opinion")};
        rows[i] = (struct paper_row_values){v, 3};
    }
    if (rc == OK && count)
        VEC_PUSH(k->a, &k->lists, ((struct paper_list){"experts", rows, count}));
    return rc;
}

/* As an office prints points: two places at most, rounded half up, no zeros behind them. */
static struct str points_text(const struct jvalue *fraction, struct arena *a)
{
    int64_t num, den;
    if (!fraction || !str_to_i64(&num, jin_text(fraction, "num")) ||
        !str_to_i64(&den, jin_text(fraction, "den")) || den <= 0)
        return STR_NONE;
    int64_t n = (int64_t)(((__int128)num * 200 / den + 1) / 2);
    struct str text = arena_printf(a, "%lld.%02lld", (long long)(n / 100), (long long)(n % 100));
    while (text.ptr[text.len - 1] == '0')
        text.len--;
    text.len -= text.ptr[text.len - 1] == '.';
    return text;
}

struct panel_report {
    struct str digest;
    const struct jvalue *cases;
    const struct panel_report *next;
};

/* The reports on all its cases. */
static err_t read_report(const struct jvalue **cases, struct case_paper_known *k,
                         const struct panel_review *review)
{
    struct panel_reports *known = k->g.p->reports;
    struct arena *a = known->arena;
    const struct jvalue *report = NULL;
    struct str text;
    for (const struct panel_report *r = known->first; r; r = r->next)
        if (str_eq(r->digest, review->report_digest)) {
            *cases = r->cases;
            return OK;
        }
    err_t rc = panel_report_text(&text, k->g.db, review->panel, a, k->g.e);
    if (rc == OK)
        rc = jin_parse(&report, text, a, k->g.e);
    if (rc != OK)
        return rc;
    struct panel_report *one = arena_alloc(a, sizeof(*one));
    *one = (struct panel_report){arena_dup(a, review->report_digest), jin_get(report, "cases"),
                                 known->first};
    known->first = one;
    *cases = one->cases;
    return OK;
}

/* The result of a closed panel for this case: experts, rank, mean score, result. Results of other
 * cases are hidden from readers of this one. */
static err_t add_review(struct case_paper_known *k, const struct panel_review *review)
{
    const struct jvalue *cases = NULL;
    int64_t of = 0, rank = 0;
    err_t rc = read_report(&cases, k, review);
    for (size_t i = 0; rc == OK && cases && i < cases->count; i++) {
        const struct jvalue *one = &cases->items[i];
        if (!jin_i64(&of, one, "of") || of != k->g.x->c.id)
            continue;
        if (jin_i64(&rank, one, "rank"))
            k->reviewed[0] =
                (struct paper_value){"parties.rank", arena_printf(k->a, "%lld", (long long)rank)};
        const struct jvalue *mean = jin_get(one, "mean"); /* that counts, where some are left out */
        k->reviewed[1] = (struct paper_value){
            "parties.score",
            points_text(mean ? mean : jin_get(jin_get(one, "spread"), "mean"), k->a)};
        k->reviewed[2] = (struct paper_value){"parties.opinion", jin_text(one, "result_reason")};
        if (case_paper_goes_through(k->from, "experts") &&
            (panel_officer(k->g.x->by) || access_off(STR("panels"), "experts")))
            rc = add_experts(k, review->panel, jin_get(one, "sheets"));
    }
    return rc;
}

static err_t read_review(struct case_paper_known *k)
{
    const struct process_step *step = k->g.x->step;
    struct panel_review review;
    err_t rc = step_reader(&k->g);
    if (rc == OK)
        rc = panel_review_of(&review, k->g.db, k->g.x->c.id, step ? step->panel.name : STR_NONE,
                             k->a, k->g.e);
    if (rc == OK && review.closed)
        rc = add_review(k, &review);
    step_reader_end(&k->g);
    if (rc == OK && review.closed && review.result.len && step && step->panel.name.len)
        paper_value_add(&k->defaults, "decision.result",
                        arena_printf(k->a, "%s：%.*s",
                                     str_is(review.result, "pass") ? "通过" : "不通过",
                                     STR_ARG(review.result_reason)),
                        k->a);
    return rc;
}

/* A paper that has to be served before a decision of an office tells which, and what it rests on: the step, where there
 * is one alone. */
static void add_intended(struct case_paper_known *k)
{
    const struct process_step *decision = NULL;
    size_t count = 0;
    for (size_t i = 0; i < k->g.x->process->step_count; i++) {
        const struct process_step *s = &k->g.x->process->steps[i];
        if (!process_is_partys(s) && str_among(k->paper->id, s->served, s->served_count)) {
            decision = s;
            count++;
        }
    }
    if (count != 1)
        return;
    paper_value_add(&k->defaults, "decision.result", decision->label, k->a);
    const struct citation *c = &decision->citation;
    if (c->clause.len)
        know(k, "intended.clause", clause_bracketed(typography_mended(c->clause, k->a), k->a));
    know(k, "intended.quote", typography_mended(c->quote, k->a));
}

/* The party of the case, if nobody named others. */
static void add_party(struct case_paper_known *k)
{
    struct paper_value *values = arena_array(k->a, 8, sizeof(*values));
    struct paper_row_values *row = arena_alloc(k->a, sizeof(*row));
    if (is_given(k, "parties"))
        return;
    values[0] = (struct paper_value){"parties.name", k->name};
    values[1] = (struct paper_value){"parties.code", k->party.code};
    values[2] = (struct paper_value){"parties.city", k->city};
    values[3] = (struct paper_value){"parties.industry", k->industry};
    values[4] = (struct paper_value){"parties.centre", k->centre};
    for (size_t i = 0; i < 3; i++)
        values[5 + i] = k->reviewed[i];
    *row = (struct paper_row_values){values, 8};
    VEC_PUSH(k->a, &k->lists, ((struct paper_list){"parties", row, 1}));
}

/* For several cases: their rows of the published list. */
static err_t add_parties(struct case_paper_known *k)
{
    static const char *const from[] = {"party", "code", "city", "industry", "name"};
    static const char *const to[] = {"parties.name", "parties.code", "parties.city",
                                     "parties.industry", "parties.centre"};
    const struct jvalue *rows = NULL;
    VEC(struct paper_row_values) all = {0};
    err_t rc = publicity_rows_of(&rows, &k->g, k->g.x->c.unit, k->g.x->c.number);
    for (size_t i = 0; rc == OK && rows && i < rows->count; i++) {
        struct paper_value *values = arena_array(k->a, ARRAY_LEN(to), sizeof(*values));
        if (!FIND_BY(k->cases->items, k->cases->count, text, jin_text(&rows->items[i], "case")))
            continue;
        for (size_t n = 0; n < ARRAY_LEN(to); n++)
            values[n] = (struct paper_value){to[n], jin_text(&rows->items[i], from[n])};
        VEC_PUSH(k->a, &all, ((struct paper_row_values){values, ARRAY_LEN(to)}));
    }
    if (rc == OK && all.len)
        VEC_PUSH(k->a, &k->lists, ((struct paper_list){"parties", all.ptr, all.len}));
    return rc;
}

static void add_number(size_t *numbers, size_t *count, const struct pack *p, struct str id)
{
    size_t at;
    if (*count == NUMBERS_MAX || !pack_find_indicator(&at, p, id))
        return;
    for (size_t i = 0; i < *count; i++)
        if (numbers[i] == at)
            return;
    numbers[(*count)++] = at;
}

/* Numbers of the forms of the paper's process; of an evaluation, those of its heads. */
static size_t find_numbers(size_t *numbers, const struct case_paper_known *k)
{
    const struct pack *p = k->g.p->pack;
    size_t count = 0;
    for (size_t f = 0; f < p->parts[PART_FORMS].list.len; f++) {
        const struct part *form = &p->parts[PART_FORMS].list.ptr[f];
        const struct part_value *sections = part_value(form, "sections");
        for (size_t s = 0; s < sections->item_count; s++) {
            const struct part_value *cells = part_value(&sections->items[s], "cells");
            for (size_t c = 0; c < cells->item_count; c++)
                if (str_eq(part_text(form, "process"), k->g.x->process->id))
                    add_number(numbers, &count, p, part_text(&cells->items[c], "indicator"));
        }
    }
    for (size_t v = 0; count == 0 && v < p->parts[PART_EVALUATIONS].list.len; v++) {
        const struct part_value *heads =
            part_value(&p->parts[PART_EVALUATIONS].list.ptr[v], "heads");
        for (size_t h = 0; h < heads->item_count; h++) {
            const struct part_value *ids = part_value(&heads->items[h], "indicators");
            for (size_t n = 0; n < ids->word_count; n++)
                add_number(numbers, &count, p, ids->words[n]);
        }
    }
    return count;
}

static struct str rows_text(const struct outcome *o, struct arena *a)
{
    size_t counted = 0;
    for (size_t i = 0; i < o->row_count; i++)
        counted += o->rows[i].test == YES;
    return arena_printf(a, "%zu条", counted);
}

static err_t add_indicators(struct case_paper_known *k)
{
    const struct pack *p = k->g.p->pack;
    struct form_source source = k->source;
    size_t numbers[NUMBERS_MAX], count = find_numbers(numbers, k);
    struct outcome *outcomes = arena_array(k->a, count + 1, sizeof(*outcomes));
    struct str *ids = arena_array(k->a, count + 1, sizeof(*ids));
    struct str *words = arena_array(k->a, count + 1, sizeof(*words));
    struct paper_row_values *rows = arena_array(k->a, count + 1, sizeof(*rows));
    if (!case_paper_goes_through(k->from, "indicators"))
        return OK;
    for (size_t i = 0; i < count; i++)
        ids[i] = p->indicators.ptr[numbers[i]].id;
    source.document = k->numbers;
    err_t rc = form_indicators(words, NULL, &source, ids, count, k->a, k->g.e);
    if (rc == OK && k->numbers && count)
        rc = pack_indicators_check(outcomes, p, numbers, count, k->numbers, k->a, k->g.e);
    for (size_t i = 0; rc == OK && i < count; i++) {
        struct paper_value *v = arena_array(k->a, 3, sizeof(*v));
        v[0] = (struct paper_value){"indicators.label", p->indicators.ptr[numbers[i]].label};
        v[1] = (struct paper_value){"indicators.value", words[i]};
        v[2] = (struct paper_value){"indicators.rows", rows_text(&outcomes[i], k->a)};
        rows[i] = (struct paper_row_values){v, 3};
    }
    VEC_PUSH(k->a, &k->lists, ((struct paper_list){"indicators", rows, count}));
    return rc;
}

static void add_notes(struct case_paper_known *k, const struct criteria_said *said)
{
    const struct str *notes;
    size_t count = notes_fill(&notes, k->g.p->pack, k->paper, k->step, said, k->a);
    struct paper_row_values *rows = arena_array(k->a, count + 1, sizeof(*rows));
    for (size_t i = 0; i < count; i++) {
        struct paper_value *one = arena_alloc(k->a, sizeof(*one));
        *one = (struct paper_value){"notes.text", notes[i]};
        rows[i] = (struct paper_row_values){one, 1};
    }
    VEC_PUSH(k->a, &k->lists, ((struct paper_list){"notes", rows, count}));
}

/* Why the case went on against the condition, beneath what the condition was judged by. */
static struct str with_why(const struct case_paper_known *k, const struct against *said,
                           const struct criterion_said *c)
{
    struct str why = c->pass == YES ? STR_NONE : against_reason(said, c->of->id, c->pass);
    return why.len ? arena_printf(k->a, "%.*s\n继续办理的理由：%.*s", STR_ARG(c->operands),
                                  STR_ARG(why))
                   : c->operands;
}

/* Joins the lines of a criterion's operands with semicolons, for use in a sentence. */
static struct str in_sentence(struct str text, struct arena *a)
{
    struct str rest = text, out = str_split(&rest, STR("\n"));
    while (rest.ptr) {
        struct str line = str_split(&rest, STR("\n"));
        out = arena_printf(a, "%.*s；%.*s", STR_ARG(out), STR_ARG(line));
    }
    return out;
}

static err_t add_criteria(struct case_paper_known *k)
{
    struct criteria_said said = {0};
    struct against against = {0};
    if (!case_paper_goes_through(k->from, "criteria")) {
        add_notes(k, NULL);
        return OK;
    }
    err_t rc = criteria_fill(&said, &k->source, k->paper, k->step, k->a, k->g.e);
    if (rc == OK && said.count && (rc = step_reader(&k->g)) == OK) {
        rc = against_read(&against, &k->g);
        step_reader_end(&k->g);
    }
    struct paper_row_values *rows = arena_array(k->a, said.count + 1, sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; rc == OK && i < said.count; i++) {
        const struct criterion_said *c = &said.items[i];
        struct paper_value *v = arena_array(k->a, 5, sizeof(*v));
        bool refused = part_true(k->from, "remedy");
        if (refused && c->pass != NO) /* a refusal rests on no other */
            continue;
        v[0] = (struct paper_value){"criteria.quote", c->quote};
        v[1] = (struct paper_value){"criteria.clause", clause_bracketed(c->clause, k->a)};
        v[2] = (struct paper_value){"criteria.verdict", c->verdict};
        v[3] = (struct paper_value){"criteria.operands", refused ? in_sentence(c->operands, k->a)
                                                                 : with_why(k, &against, c)};
        v[4] = (struct paper_value){"criteria.words", c->words};
        rows[count++] = (struct paper_row_values){v, 5};
    }
    VEC_PUSH(k->a, &k->lists, ((struct paper_list){"criteria", rows, count}));
    know(k, "verdict.result", said.result);
    add_notes(k, &said);
    return rc;
}

/* --- what was entered ---------------------------------------------------------------------- */

static err_t enter(const struct paper_value_name **out, struct case_paper_known *k, struct str name,
                   bool list)
{
    const struct paper_value_name *n = paper_value_name(name);
    if (!n || n->list != list)
        return err_set(k->g.e, E_INVALID, "%.*s is no value that a paper has", STR_ARG(name));
    if (n->known)
        return err_set(
            k->g.e, E_INVALID,
            "%.*s is not entered: the program knows or counts it, or has it from a panel",
            STR_ARG(name));
    *out = n;
    return OK;
}

/* A list is made public with its notice, or after it. Of one that is public already, which a corrected notice
 * says again, the day is that of its record. */
static bool is_too_early(const struct case_paper_known *k, const struct paper_values *brought,
                         struct str day)
{
    struct str said = form_date(day, k->a);
    bool recorded = false;
    for (size_t i = 0; i < brought->len; i++)
        recorded |= str_is(str_of(brought->ptr[i].name), "publicity.from") &&
                    str_eq(brought->ptr[i].text, said);
    return !recorded && str_cmp(day, k->g.x->today) < 0;
}

/* A typed value is stored for reuse where it is printed. */
static err_t check_typed(struct case_paper_known *k, const char *name, struct str text)
{
    const char *torn = unicode_torn(text, true);
    return torn ? err_set(k->g.e, E_INVALID, "%s: %s", name, msg(torn)) : OK;
}

/* A date is entered as a date and printed in an office's form, so that later dates are counted
 * from a value and not from text. */
static err_t entered_text(struct str *out, struct case_paper_known *k,
                          const struct paper_values *brought, const struct paper_value_name *n,
                          struct str text)
{
    struct date day;
    *out = str_trim(text);
    err_t rc = check_typed(k, n->name, *out);
    if (rc == OK && n->length && out->len && !paper_length(*out))
        return err_set(k->g.e, E_INVALID,
                       "%s is a length of time, a number of days or months alone, not \"%.*s\": "
                       "the paper itself says "
                       "from which day it runs",
                       n->name, STR_ARG(*out));
    if (rc != OK || !n->day || out->len == 0)
        return rc;
    if (k->n->by_step && str_is(str_of(n->name), "publicity.from"))
        return err_set(k->g.e, E_INVALID,
                       "%s is not entered with the step: it is the day of the step's record",
                       n->name);
    if (!date_parse(&day, *out))
        return err_set(k->g.e, E_INVALID, "%s is a day: YYYY-MM-DD, not \"%.*s\"", n->name,
                       STR_ARG(*out));
    if (str_is(str_of(n->name), "publicity.from") && is_too_early(k, brought, *out))
        return err_set(k->g.e, E_INVALID,
                       "%s: the list is made public with its notice or after it, so its first day "
                       "is %.*s, on which the notice is issued, or a later one, not %.*s",
                       n->name, STR_ARG(k->g.x->today), STR_ARG(*out));
    *out = form_date(*out, k->a);
    return OK;
}

static err_t enter_values(struct case_paper_known *k, const struct paper_values *brought)
{
    const struct jvalue *v = k->n->values;
    const struct paper_value_name *name;
    struct str text = STR_NONE;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && v && v->type == J_OBJECT && i < v->count; i++) {
        rc = enter(&name, k, v->names[i], false);
        if (rc == OK && v->items[i].type != J_STRING)
            rc = err_set(k->g.e, E_INVALID, "%.*s is to be a text", STR_ARG(v->names[i]));
        if (rc == OK)
            rc = entered_text(&text, k, brought, name, v->items[i].text);
        if (rc == OK)
            know(k, name->name, text);
    }
    return rc;
}

static err_t enter_row(struct paper_row_values *out, struct case_paper_known *k, struct str list,
                       const struct jvalue *row)
{
    const struct paper_value_name *name;
    VEC(struct paper_value) values = {0};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && row->type == J_OBJECT && i < row->count; i++) {
        rc = enter(&name, k, arena_printf(k->a, "%.*s.%.*s", STR_ARG(list), STR_ARG(row->names[i])),
                   true);
        if (rc == OK)
            rc = check_typed(k, name->name, row->items[i].text);
        if (rc != OK)
            continue;
        struct str text = str_trim(row->items[i].text); /* a code (findings.ground) by its word */
        struct str word = dictionary_word(k->g.p->pack, str_of(name->name), text, k->a);
        VEC_PUSH(k->a, &values, ((struct paper_value){name->name, word.len ? word : text}));
    }
    *out = (struct paper_row_values){values.ptr, values.len};
    return rc;
}

static err_t enter_lists(struct case_paper_known *k)
{
    const struct jvalue *v = k->n->lists;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && v && v->type == J_OBJECT && i < v->count; i++) {
        const struct jvalue *rows = &v->items[i];
        struct paper_row_values *to = arena_array(k->a, rows->count + 1, sizeof(*to));
        if (!paper_value_list(v->names[i]) || rows->type != J_ARRAY)
            return err_set(k->g.e, E_INVALID, "\"%.*s\" is no list of a paper",
                           STR_ARG(v->names[i]));
        for (size_t n = 0; rc == OK && n < rows->count; n++)
            rc = enter_row(&to[n], k, v->names[i], &rows->items[n]);
        VEC_PUSH(k->a, &k->lists,
                 ((struct paper_list){arena_cstr(k->a, v->names[i]), to, rows->count}));
    }
    return rc;
}

/* --- all together ----------------------------------------------------------------------------- */

/* The last of the paper's steps that was taken and is in effect; it gives the clause. Otherwise
 * the first that can be taken in the current stage, else the first. */
static err_t step_taken(struct str *out, struct case_paper_known *k)
{
    const struct part_value *steps = part_value(k->paper, "steps");
    struct flow_stands taken;
    *out = steps->word_count ? steps->words[0] : STR_NONE;
    for (size_t i = steps->word_count; i > 0; i--) {
        const struct process_step *s = process_step_find(k->g.x->process, steps->words[i - 1]);
        if (s && process_opens_in(k->g.x->process, s, k->g.x->c.stage))
            *out = s->id;
    }
    err_t rc = step_reader(&k->g);
    if (rc == OK)
        rc = flow_step_stands(&taken, &k->g, k->g.x->c.id, steps->words, steps->word_count);
    step_reader_end(&k->g);
    if (rc == OK && taken.id)
        *out = taken.step;
    return rc;
}

static const struct process_step *step_of(const struct case_paper_known *k, struct str id)
{
    const struct part_value *steps = part_value(k->paper, "steps");
    bool its = k->n->step.len == 0 || str_among(id, steps->words, steps->word_count);
    return its ? FIND_BY(k->g.x->process->steps, k->g.x->process->step_count, id, id) : NULL;
}

static err_t find_paper(struct case_paper_known *k)
{
    const struct pack *pack = k->g.p->pack;
    k->paper = part_named(pack, PART_PAPERS, k->n->paper);
    struct str process = k->paper ? part_text(k->paper, "process") : STR_NONE;
    if (!k->paper || (process.len && !str_eq(process, k->g.x->process->id)))
        return err_set(k->g.e, E_NOTFOUND, "the process \"%.*s\" has no paper \"%.*s\"",
                       STR_ARG(process_name(k->g.x->process)), STR_ARG(k->n->paper));
    k->from = case_paper_blocks_from(pack, k->paper);
    struct str step = k->n->step;
    err_t rc = step.len ? OK : step_taken(&step, k);
    if (rc != OK)
        return rc;
    k->step = k->g.x->step = step_of(k, step);
    if (k->n->step.len && !k->g.x->step)
        return err_set(k->g.e, E_INVALID, "\"%.*s\" is not drawn up at the step \"%.*s\"",
                       STR_ARG(part_text(k->paper, "label")), STR_ARG(k->n->step));
    return OK;
}

static err_t of_record(struct str *out, struct case_paper_known *k, const char *type, int64_t id,
                       const char *field)
{
    const struct record_type *t = record_type_find(k->g.p->kernel->types, str_of(type));
    const struct jvalue *v = NULL;
    err_t rc = OK;
    *out = STR_NONE;
    if (t && id && record_field(t, str_of(field)))
        rc = record_value(&v, k->g.db, k->g.p->kernel, t, id, str_of(field), k->a, k->g.e);
    if (rc == OK && v)
        *out = v->text;
    return rc;
}

/* The year that the case's record is of, else that of its call, else that in which it began. */
static err_t read_year(struct str *year, struct case_paper_known *k)
{
    const struct flow_case *c = &k->g.x->c;
    err_t rc = of_record(year, k, arena_cstr(k->a, c->type), c->record_id, "year");
    if (rc == OK && year->len == 0)
        rc = of_record(year, k, "call", c->call, "opens_on");
    if (rc == OK && year->len == 0)
        *year = business_date(c->opened_ms, k->a);
    year->len = year->len > 4 ? 4 : year->len;
    return rc;
}

/* The subject of the paper: year, matter and call. */
static err_t read_matter(struct case_paper_known *k)
{
    struct str year = STR_NONE, call = STR_NONE, label = k->g.x->process->label;
    err_t rc = step_reader(&k->g);
    if (rc == OK)
        rc = read_year(&year, k);
    if (rc == OK)
        rc = of_record(&call, k, "call", k->g.x->c.call, "title");
    step_reader_end(&k->g);
    know(k, "case.call", call);
    know(k, "case.year", year);
    know(k, "case.matter",
         arena_printf(k->a, "%.*s%s%.*s%s%.*s%s", STR_ARG(year),
                      str_starts(label, STR("年度")) ? "" : "年度", STR_ARG(label),
                      call.len ? "（" : "", STR_ARG(call), call.len ? "）" : ""));
    return rc;
}

/* Reads the values known before the step is taken. */
static err_t gather(struct case_paper_known *k)
{
    const struct flow_case *c = &k->g.x->c;
    struct form_path industry = form_path_of(STR("industry.name"));
    err_t rc = read_party(k);
    const struct form_subject subject = {c->type, c->record_id, c->number, k->party};
    k->source.known = k->g.x->prepared ? &documents_prepared(k->g.x)->rows : NULL;
    if (rc == OK)
        rc = form_rows_read(&k->source,
                            &(struct record_call){k->g.p->kernel, k->reader, NULL, 0, k->a},
                            k->paper, &subject, k->g.e);
    if (rc == OK)
        rc = read_facts(k);
    if (rc != OK)
        return rc;
    const struct form_rows *rows = form_rows_of(&k->source, industry.type);
    if (rows && rows->count)
        k->industry =
            form_value((struct form_at){rows, &rows->items[0], NULL}, &industry, NULL, k->a);
    k->source.level = pack_naming_level(k->g.p->pack, k->g.x->process);
    k->centre = form_centre_name(&k->source, k->a);
    know(k, "case.number", c->number);
    know(k, "case.opened", form_date(business_date(c->opened_ms, k->a), k->a));
    know(k, "party.name", k->name);
    know(k, "party.code", k->party.code);
    know(k, "party.city", k->city);
    know(k, "centre.industry", k->industry);
    add_intended(k);
    if ((rc = read_matter(k)) == OK)
        rc = read_review(k);
    if (rc == OK)
        rc = add_criteria(k);
    return rc == OK ? add_indicators(k) : rc;
}

/* The person taking a step of the paper signs what it prints, whatever else that person may read.
 * Nobody else sees a draft: the party gets the decision when it is served. */
static err_t check_actor(struct case_paper_known *k)
{
    const struct case_paper c = {.paper = k->n->paper, .step = k->n->step};
    const struct grant *as = NULL;
    if (k->n->by_step)
        return OK;
    err_t rc = step_reader(&k->g);
    if (rc == OK)
        rc = case_paper_actor(&as, &k->g, &c);
    step_reader_end(&k->g);
    return rc;
}

err_t case_paper_prepare(struct case_paper_known **out, struct step *g,
                         const struct case_paper_new *n)
{
    struct case_paper_known *k = arena_alloc(g->x->arena, sizeof(*k));
    struct subject *program = arena_alloc(g->x->arena, sizeof(*program));
    subject_program(program, g->x->today);
    *k = (struct case_paper_known){.g = {NULL, g->db, g->x, g->p, g->e},
                                   .reader = program,
                                   .n = n,
                                   .source = {.pack = g->p->pack, .types = g->p->kernel->types},
                                   .a = g->x->arena};
    for (size_t i = 0; i < ARRAY_LEN(k->reviewed); i++)
        k->reviewed[i] = (struct paper_value){"", STR_NONE};
    *out = k;
    err_t rc = find_paper(k);
    if (rc == OK)
        rc = check_actor(k);
    if (rc == OK && !n->draft && !n->by_step && (rc = step_reader(&k->g)) == OK) {
        rc = step_paper_may(k);
        step_reader_end(&k->g);
    }
    return rc == OK ? gather(k) : rc;
}

static void add_all(struct case_paper_known *to, const struct case_paper_known *from)
{
    for (size_t i = 0; i < from->values.len; i++)
        VEC_PUSH(to->a, &to->values, from->values.ptr[i]);
    for (size_t i = 0; i < from->lists.len; i++)
        VEC_PUSH(to->a, &to->lists, from->lists.ptr[i]);
}

/* The name in the register, once it is there: the records by which the rule made it may have changed. */
static err_t read_registered(struct case_paper_known *k)
{
    err_t rc =
        db_row(NULL, k->g.db,
               "SELECT name FROM record_centre WHERE credit_code = ?1 AND programme = ?2"
               " AND owner_province = ?3 AND ended_ms IS NULL"
               " ORDER BY CASE WHEN state = 'active' THEN 0 ELSE 1 END, id DESC LIMIT 1",
               VALUES(v_str(k->party.code), v_str(k->g.p->pack->id), v_str(k->g.x->c.province)),
               INTO(into_str(&k->centre)), k->a, k->g.e);
    know(k, "centre.name", k->centre);
    return rc;
}

/* A paper that is issued later bears its own day: no period in it ends before that. A draft tells it as what lacks. */
static err_t check_periods(struct paper_filled *out, const struct case_paper_known *k)
{
    struct str ends, day;
    const char *name = case_paper_expired_value(&ends, &day, k);
    if (!name || k->n->version > 1) /* what is corrected was said in time */
        return OK;
    if (!k->n->draft)
        return err_set(
            k->g.e, E_INVALID,
            "%s: \"%.*s\" of %.*s says a period that ends before it (%.*s): say another, or "
            "take its step back and again with a later day",
            name, STR_ARG(part_text(k->paper, "label")), STR_ARG(day), STR_ARG(ends));
    struct str *missing = arena_array(k->a, out->missing_count + 1, sizeof(*missing));
    for (size_t i = 0; i < out->missing_count; i++)
        missing[i] = out->missing[i];
    missing[out->missing_count++] = str_of(name);
    out->missing = missing;
    return OK;
}

/* The first of several values of one name counts: entered, known, from the step, default. */
err_t case_paper_finish(struct paper_filled *out, struct step *g,
                        const struct case_paper_known *known, const struct case_paper_new *n)
{
    struct case_paper_known k = case_paper_within(known, g, n);
    k.values = (struct paper_values){0};
    k.lists = (struct paper_lists){0};
    k.defaults = (struct paper_values){0};
    err_t rc = enter_values(&k, &known->defaults);
    if (rc == OK)
        rc = enter_lists(&k);
    if (rc == OK)
        rc = read_registered(&k);
    if (rc == OK)
        rc = case_paper_cases(&k.cases, &k);
    if (rc == OK && k.cases && !is_given(&k, "parties"))
        rc = add_parties(&k);
    if (rc != OK)
        return rc;
    struct str number = n->number;
    bool again;
    if (number.len == 0 && n->mark.len == 0 && (rc = step_paper_number(&number, &again, &k)) != OK)
        return rc;
    add_party(&k);
    add_all(&k, known);
    /* Nothing is decided under a draft, and no number of the office is used up by it. */
    know(&k, "paper.number",
         k.g.x->c.trial && number.len == 0 ? STR("（试运行，无文号）") : number);
    if ((rc = case_paper_read_step(&k)) != OK)
        return rc;
    for (size_t i = 0; i < known->defaults.len; i++)
        VEC_PUSH(k.a, &k.values, known->defaults.ptr[i]);
    for (size_t i = 0; i < k.defaults.len; i++)
        VEC_PUSH(k.a, &k.values, k.defaults.ptr[i]);
    const struct paper_facts facts = {
        .source = &k.source,
        .step = k.step,
        .values = k.values.ptr,
        .value_count = k.values.len,
        .lists = k.lists.ptr,
        .list_count = k.lists.len,
        .number = number,
        .version = n->version ? arena_printf(k.a, "%lld", (long long)n->version) : STR_NONE,
        .draft = n->draft};
    rc = paper_fill(out, k.paper->id, &facts, k.a, g->e);
    return rc == OK ? check_periods(out, &k) : rc;
}

err_t case_paper_fill(struct paper_filled *out, struct step *g, const struct case_paper_new *n)
{
    struct case_paper_known *k;
    err_t rc = case_paper_prepare(&k, g, n);
    if (rc == OK && (rc = step_reader(g)) == OK) {
        rc = case_paper_finish(out, g, k, n);
        step_reader_end(g);
    }
    return rc;
}

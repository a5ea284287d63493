/* Every number, comparison and name of a pack stands in words: those of its quote, of a reading taken of a
 * doubt that it names, or of its own note on what the document does not say. */
#include "base/buf.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "policy/calendar.h"
#include "policy/lint_priv.h"
#include "policy/quantity.h"
#include "policy/sentences.h"

/* --- the words ---------------------------------------------------------------------------- */

static void add_words(struct buf *b, struct str words, struct arena *a)
{
    if (words.len)
        buf_addf(b, "%.*s。", STR_ARG(without_blanks(words, a)));
}

static struct str taken(struct buf *b, struct arena *a)
{
    struct str out = arena_dup(a, buf_str(b));
    buf_clear(b);
    return out;
}

static struct str words_of(const struct linting *l, const struct citation *c,
                           const struct str *ambiguities, size_t count, struct str own)
{
    struct buf b;
    buf_init(&b, 0);
    add_words(&b, c->quote, l->arena);
    for (size_t i = 0; i < count; i++) {
        const struct ambiguity *m = pack_ambiguity(l->pack, ambiguities[i]);
        if (m)
            add_words(&b, m->reading, l->arena);
    }
    add_words(&b, own, l->arena);
    return taken(&b, l->arena);
}

struct str lint_part_words(const struct linting *l, const struct part *p)
{
    struct citation c = part_citation(p);
    const struct part_value *doubts = part_value(p, "ambiguities");
    struct str own = arena_printf(l->arena, "%.*s。%.*s", STR_ARG(part_text(p, "own")),
                                  STR_ARG(part_text(p, "note")));
    return words_of(l, &c, doubts->words, doubts->word_count, own);
}

/* A deadline names no doubt: one that quotes words of the deadline's speaks of it. */
struct str lint_deadline_words(const struct linting *l, const struct deadline_rule *d)
{
    struct buf b;
    struct str quote = without_blanks(d->citation.quote, l->arena);
    buf_init(&b, 0);
    add_words(&b, quote, l->arena);
    for (size_t i = 0; i < l->pack->ambiguities.len; i++) {
        const struct ambiguity *m = &l->pack->ambiguities.ptr[i];
        struct str doubt = without_blanks(m->quote, l->arena);
        if (doubt.len && (str_contains(quote, doubt) || str_contains(doubt, quote)))
            add_words(&b, m->reading, l->arena);
    }
    add_words(&b, d->note, l->arena);
    return taken(&b, l->arena);
}

/* --- numbers in expressions ------------------------------------------------------------------ */

struct tracing {
    struct linting *l;
    const struct criterion *criterion;
    struct str words;
    const struct quantity *said;
    size_t count;
    bool reading; /* another reading: whether it includes its number is what it is about */
    int line;
};

static bool is_number(const struct quantity *q, struct str words, wide number, struct str unit)
{
    if (unit.len == 0 && q->percent)
        return q->number == number * 100;
    return q->number == number && quantity_in(q, words, unit);
}

static bool bound_fits(const struct quantity *q, enum compare c, bool reading)
{
    bool up = c == CMP_GE || c == CMP_GT, down = c == CMP_LE || c == CMP_LT;
    if (!q->bounded)
        return c == CMP_EQ || c == CMP_NE || reading;
    if (reading)
        return up ? q->bound == CMP_GE || q->bound == CMP_GT
                  : down && (q->bound == CMP_LE || q->bound == CMP_LT);
    return q->bound == c;
}

/* The words say of the number what the test does not: they name what is not to be. */
static bool is_other_side(enum compare said, enum compare asked)
{
    return (said == CMP_LT && asked == CMP_GE) || (said == CMP_LE && asked == CMP_GT) ||
           (said == CMP_GT && asked == CMP_LE) || (said == CMP_GE && asked == CMP_LT);
}

static struct str number_text(const struct expr *x, struct arena *a)
{
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(wide_text(x->number, a)), x->unit.len ? " " : "",
                        STR_ARG(x->unit));
}

static void check_number(const struct tracing *t, const struct expr *x, enum compare c)
{
    const struct quantity *found = NULL;
    bool fits = false;
    for (size_t i = 0; i < t->count && !fits; i++)
        if (is_number(&t->said[i], t->words, x->number, x->unit)) {
            found = &t->said[i];
            fits = bound_fits(found, c, t->reading);
        }
    if (!found)
        LINT(t->l, "criteria", t->line,
             "the words of \"%.*s\" do not have the number %.*s: quote the words that do, name the "
             "ambiguity by whose reading it counts, or say in \"own\" that the document does not "
             "give it",
             STR_ARG(t->criterion->id), STR_ARG(number_text(x, t->l->arena)));
    else if (!fits)
        LINT(t->l, "criteria", t->line,
             found->bounded && is_other_side(found->bound, c)
                 ? N_("the words of \"%.*s\" give the number %.*s as \"%s\", and the test has "
                      "\"%s\": "
                      "where they name what is not to be (低于60分的，整改), say in \"own\" what "
                      "then "
                      "is (不低于60分的不须整改)")
                 : N_("the words of \"%.*s\" give the number %.*s as \"%s\", and the test has "
                      "\"%s\": "
                      "以上, 不少于 include it, 超过, 不满 do not"),
             STR_ARG(t->criterion->id), STR_ARG(number_text(x, t->l->arena)),
             found->bounded ? compare_text(found->bound) : compare_text(CMP_EQ), compare_text(c));
}

/* Of two quantities, or of one and a multiple of another. */
static void check_relation(const struct tracing *t, const struct expr *x, enum compare c)
{
    const struct expr *times = NULL;
    for (size_t i = 0; i < x->count; i++)
        if (x->children[i].kind == EX_TIMES)
            times = &x->children[i];
    bool said = !times && words_compare(t->words, c);
    for (size_t i = 0; times && i < t->count; i++)
        said |= t->said[i].number == times->number * MILLION && t->said[i].times &&
                bound_fits(&t->said[i], c, t->reading);
    if (!said && times)
        LINT(t->l, "criteria", t->line,
             "the words of \"%.*s\" do not say \"%s\" %.*s times as much (翻一番, 2倍): quote the "
             "words that do, name the ambiguity by whose reading it counts, or say so in \"own\"",
             STR_ARG(t->criterion->id), compare_text(c),
             STR_ARG(wide_text(times->number * MILLION, t->l->arena)));
    else if (!said)
        LINT(t->l, "criteria", t->line,
             "the words of \"%.*s\" do not say this comparison, \"%s\": quote the words that do, "
             "name the ambiguity by whose reading it counts, or say so in \"own\"",
             STR_ARG(t->criterion->id), compare_text(c));
}

static void check_comparison(const struct tracing *t, const struct expr *x, bool negated)
{
    enum compare c = negated ? compare_negated(x->compare) : x->compare;
    if (x->children[1].kind == EX_NUMBER)
        check_number(t, &x->children[1], c);
    else if (x->children[0].kind == EX_NUMBER)
        check_number(t, &x->children[0], compare_turned(c));
    else
        check_relation(t, x, c);
}

/* 或 asks for one of several, 和 for all. */
static void check_joint(const struct tracing *t, const struct expr *x)
{
    bool either = str_contains(t->words, STR("或")) || str_contains(t->words, STR("之一")) ||
                  str_contains(t->words, STR("任一")) || str_contains(t->words, STR("任何"));
    bool both = str_contains(t->words, STR("和")) || str_contains(t->words, STR("、")) ||
                str_contains(t->words, STR("且")) || str_contains(t->words, STR("及")) ||
                str_contains(t->words, STR("与")) || str_contains(t->words, STR("，")) ||
                str_contains(t->words, STR("并")) || str_contains(t->words, STR(","));
    if (x->count < 2)
        return;
    if (x->kind == EX_ANY && !either)
        LINT(t->l, "criteria", t->line,
             "\"any\" is content with one, and the words of \"%.*s\" do not say \"or\" (或、之一): "
             "all(…), or quote the words that do",
             STR_ARG(t->criterion->id));
    if (x->kind == EX_ALL && either && !both)
        LINT(t->l, "criteria", t->line,
             "\"all\" asks for each, and the words of \"%.*s\" say \"or\" (或): any(…), or quote "
             "the "
             "words that ask for all",
             STR_ARG(t->criterion->id));
}

/* A verdict asks for it, and no step waits for it (one that revokes may need a breach). */
static bool is_condition(const struct pack *p, struct str criterion)
{
    bool asked = false;
    for (size_t i = 0; i < p->questions.len; i++)
        asked |= str_among(criterion, p->questions.ptr[i].names, p->questions.ptr[i].count);
    for (size_t i = 0; i < p->process_count; i++)
        for (size_t k = 0; k < p->processes[i].step_count; k++)
            asked &= !str_among(criterion, p->processes[i].steps[k].needs,
                                p->processes[i].steps[k].need_count);
    return asked;
}

/* What is held against a party is no condition that it meets. */
static void check_side(const struct tracing *t, const struct expr *x, bool negated)
{
    static const char *const against[] = {"findings", "objections"};
    const struct indicator *n = &t->l->pack->indicators.ptr[x->index];
    bool held = false;
    for (size_t i = 0; i < ARRAY_LEN(against); i++)
        held |= str_among(str_of(against[i]), n->lists, n->list_count);
    if (held && !negated && fold_is_truth(n->fold) && is_condition(t->l->pack, t->criterion->id))
        LINT(t->l, "criteria", t->line,
             "\"%.*s\" is met where %.*s (%.*s) holds, which is held against a party: not(%.*s)",
             STR_ARG(t->criterion->id), STR_ARG(x->name), STR_ARG(n->label), STR_ARG(x->name));
}

static bool reads_year(const struct tracing *t, const struct expr *x, const char *year)
{
    return x->kind == EX_INDICATOR &&
           str_contains(str_of(t->l->pack->indicators.ptr[x->index].sql), str_of(year));
}

/* growth(base, end, years): from the year base_year of the parameters to end_year. */
static void check_growth(const struct tracing *t, const struct expr *x)
{
    if (x->count >= 2 &&
        (reads_year(t, &x->children[0], "end_year") || reads_year(t, &x->children[1], "base_year")))
        LINT(t->l, "criteria", t->line,
             "the growth of \"%.*s\" runs backwards: growth(base, end, years), where the first is "
             "of base_year and the second of end_year",
             STR_ARG(t->criterion->id));
}

static void check_tree(const struct tracing *t, const struct expr *x, bool negated)
{
    if (x->kind == EX_GROWTH)
        check_growth(t, x);
    if (x->kind == EX_INDICATOR)
        check_side(t, x, negated);
    if (x->kind == EX_COMPARE)
        check_comparison(t, x, negated);
    if (x->kind == EX_ANY || x->kind == EX_ALL)
        check_joint(t, x);
    if (x->kind == EX_AT_LEAST) {
        bool said = false;
        for (size_t i = 0; i < t->count; i++)
            said |= t->said[i].number == (wide)x->at_least * MILLION;
        if (!said)
            LINT(t->l, "criteria", t->line, "the words of \"%.*s\" do not ask for %d of several",
                 STR_ARG(t->criterion->id), x->at_least);
    }
    for (size_t i = 0; i < x->count; i++)
        check_tree(t, &x->children[i], negated != (x->kind == EX_NOT));
}

/* --- what is counted ------------------------------------------------------------------------- */

/* Words of grammar, of which a label and a quote may have the same and speak of other things. */
static bool is_particle(struct str letter)
{
    return str_contains(STR("的地得和与或及等在为之已未该本其从到由所应不将于者"), letter);
}

/* Two letters in a row, of which none is a particle; before: where the letter before `at` begins. */
struct pairs {
    struct str label;
    size_t at, before;
};

static struct pairs pairs_of(struct str label)
{
    return (struct pairs){label, 0, label.len};
}

static bool next_pair(struct str *two, struct pairs *p)
{
    while (p->at < p->label.len) {
        size_t from = p->at, before = p->before;
        bool word = source_is_word(utf8_next(p->label, &p->at));
        struct str letter = {p->label.ptr + from, p->at - from};
        p->before = word && !is_particle(letter) ? from : p->label.len;
        *two = (struct str){p->label.ptr + before, before < p->label.len ? p->at - before : 0};
        if (two->len && p->before == from)
            return true;
    }
    return false;
}

/* Whether the two have such a pair in common. */
bool lint_shares_words(struct str label, struct str words)
{
    struct str two;
    for (struct pairs p = pairs_of(label); next_pair(&two, &p);)
        if (str_contains(words, two))
            return true;
    return false;
}

bool lint_says_more(struct str other, struct str one, struct str words)
{
    struct str two;
    size_t said = 0, more = 0;
    bool whole = true;
    for (struct pairs p = pairs_of(one); next_pair(&two, &p);) {
        bool here = str_contains(words, two);
        if (here && !str_contains(other, two))
            return false;
        whole &= here;
        said += here;
    }
    for (struct pairs p = pairs_of(other); next_pair(&two, &p);)
        more += str_contains(words, two) && !str_contains((struct str){other.ptr, p.before}, two);
    return !whole && more > said;
}

bool lint_says_whole(struct str label, struct str words)
{
    struct str two;
    bool whole = true, any = false;
    for (struct pairs p = pairs_of(label); next_pair(&two, &p); any = true)
        whole &= str_contains(words, two);
    return whole && any;
}

/* One of this pack of which the words speak, and which nothing asks for, is what was meant. */
static void check_meant(const struct tracing *t, const struct expr *x)
{
    const struct pack *p = t->l->pack;
    const struct indicator *asked = &p->indicators.ptr[x->index];
    for (size_t i = 0; i < p->indicators.len; i++) {
        const struct indicator *other = &p->indicators.ptr[i];
        if (other->from == p && i != x->index && str_eq(other->unit, asked->unit) &&
            lint_shares_words(without_blanks(other->label, t->l->arena), t->words) &&
            !lint_is_used(p, i))
            LINT(t->l, "criteria", t->line,
                 "the test of \"%.*s\" asks for %.*s, and nothing asks for %.*s (%.*s), of which "
                 "its "
                 "words speak too: take that one, or leave it out",
                 STR_ARG(t->criterion->id), STR_ARG(asked->id), STR_ARG(other->id),
                 STR_ARG(other->label));
    }
}

static bool names_indicator(const struct expr *x, size_t indicator)
{
    bool found = x->kind == EX_INDICATOR && x->index == indicator;
    for (size_t i = 0; i < x->count; i++)
        found |= names_indicator(&x->children[i], indicator);
    return found;
}

/* All that the words say of what is asked for they say of another, and that whole: 专职工作人员 are not all
 * who have a contract. */
static void check_nearest(const struct tracing *t, const struct expr *tree, const struct expr *x)
{
    const struct pack *p = t->l->pack;
    const struct indicator *asked = &p->indicators.ptr[x->index];
    struct str label = without_blanks(asked->label, t->l->arena);
    for (size_t i = 0; i < p->indicators.len && !t->reading; i++) {
        const struct indicator *other = &p->indicators.ptr[i];
        struct str meant = without_blanks(other->label, t->l->arena);
        if (other->fold != asked->fold || !str_eq(other->unit, asked->unit) ||
            names_indicator(tree, i) || !lint_says_whole(meant, t->words) ||
            !lint_says_more(meant, label, t->words))
            continue;
        LINT(t->l, "criteria", t->line,
             "the test of \"%.*s\" asks for %.*s (%.*s), and its words speak of %.*s (%.*s): "
             "take that one, or quote the words that speak of this one",
             STR_ARG(t->criterion->id), STR_ARG(x->name), STR_ARG(asked->label), STR_ARG(other->id),
             STR_ARG(other->label));
        return;
    }
}

static void check_subjects(const struct tracing *t, const struct expr *tree, const struct expr *x)
{
    for (size_t i = 0; i < x->count; i++)
        check_subjects(t, tree, &x->children[i]);
    if (x->kind != EX_INDICATOR)
        return;
    check_meant(t, x);
    check_nearest(t, tree, x);
    struct str label = t->l->pack->indicators.ptr[x->index].label;
    if (label.len && !lint_shares_words(without_blanks(label, t->l->arena), t->words))
        LINT(t->l, "criteria", t->line,
             "the test of \"%.*s\" asks for %.*s (%.*s), of which its words say nothing: take the "
             "indicator of what they say, quote the words that do, or say so in \"own\"",
             STR_ARG(t->criterion->id), STR_ARG(x->name), STR_ARG(label));
}

static void trace_test(struct linting *l, const struct criterion *c, const struct test *test,
                       struct str words, bool reading)
{
    struct tracing t = {.l = l, .criterion = c, .words = words, .reading = reading};
    t.line = test->line;
    t.count = quantities(&t.said, words, l->arena);
    if (!test->tree)
        return;
    check_tree(&t, test->tree, false);
    if (test != &c->applies)
        check_subjects(&t, test->tree, test->tree);
}

/* What the other reading says stands among the alternatives of its doubt. */
static struct str reading_words(const struct linting *l, const struct reading_test *r,
                                struct str words)
{
    struct buf b;
    const struct ambiguity *m = pack_ambiguity(l->pack, r->ambiguity);
    buf_init(&b, 0);
    add_words(&b, words, l->arena);
    for (size_t i = 0; m && i < m->others.len; i++)
        if (str_eq(m->others.ptr[i].id, r->reading)) {
            add_words(&b, m->others.ptr[i].reading, l->arena);
            add_words(&b, m->others.ptr[i].effect, l->arena);
        }
    return taken(&b, l->arena);
}

static void trace_criterion(struct linting *l, const struct criterion *c)
{
    struct str words = words_of(l, &c->citation, c->ambiguities, c->ambiguity_count, c->own);
    trace_test(l, c, &c->test, words, false);
    trace_test(l, c, &c->applies, words, false);
    for (size_t i = 0; i < c->readings.len; i++)
        trace_test(l, c, &c->readings.ptr[i].test, reading_words(l, &c->readings.ptr[i], words),
                   true);
}

/* --- deadlines ---------------------------------------------------------------------------------- */

struct period {
    struct str words;
    const struct quantity *said;
    size_t count;
};

static bool says_one(const struct period *p, int n, const char *const *units)
{
    for (size_t i = 0; i < p->count; i++)
        for (size_t u = 0; units[u]; u++)
            if (p->said[i].number == (wide)n * MILLION &&
                quantity_in(&p->said[i], p->words, str_of(units[u])) &&
                !str_ends((struct str){p->words.ptr, p->said[i].from}, STR("月")))
                return true;
    return false;
}

static const char *const workdays[] = {"个工作日", "工作日", NULL};
static const char *const days[] = {"日", "天", "个自然日", "自然日", "个日历日", "日历日", NULL};
static const char *const months[] = {"个月", NULL};
static const char *const years[] = {"年", "个年度", "个自然年", "个周年", "周年", NULL};

static bool says_months(const struct period *p, int n)
{
    bool half = n == 6 && str_contains(p->words, STR("半年"));
    return half || says_one(p, n, months) || (n % 12 == 0 && says_one(p, n / 12, years));
}

/* 12月15日; 年底 is the last day of the year. */
static bool says_day(const struct period *p, const struct deadline_rule *d)
{
    static const char *const ends[] = {"年底", "年末", "年终", "12月底", "十二月底"};
    for (size_t i = 0; i + 1 < p->count; i++)
        if (p->said[i].number == (wide)d->month * MILLION &&
            p->said[i + 1].number == (wide)d->day * MILLION &&
            str_is(
                (struct str){p->words.ptr + p->said[i].end, p->said[i + 1].from - p->said[i].end},
                "月") &&
            quantity_in(&p->said[i + 1], p->words, STR("日")))
            return true;
    bool last = d->month == 12 && d->day == 31;
    for (size_t i = 0; last && i < ARRAY_LEN(ends); i++)
        if (str_contains(p->words, str_of(ends[i])))
            return true;
    return last && d->n > 0 && says_one(p, d->n + 1, years);
}

static bool says_year(const struct period *p, int n)
{
    return n == 0 || says_one(p, n, years) || says_one(p, n + 1, years) ||
           (n == 1 &&
            (str_contains(p->words, STR("次年")) || str_contains(p->words, STR("下一年")) ||
             str_contains(p->words, STR("上一年")) || str_contains(p->words, STR("上年度"))));
}

/* A number of days, months or years (2025年 is a year of the calendar). */
static bool says_any(const struct period *p)
{
    static const char *const *const all[] = {workdays, months, years};
    for (size_t i = 0; i < p->count; i++)
        for (size_t k = 0; k < ARRAY_LEN(all); k++)
            for (size_t u = 0; all[k][u]; u++)
                if (p->said[i].number < (wide)100 * MILLION &&
                    quantity_in(&p->said[i], p->words, str_of(all[k][u])))
                    return true;
    return false;
}

static bool deadline_said(const struct period *p, const struct deadline_rule *d)
{
    switch (d->kind) {
    case DUE_NONE:
    case DUE_FROM:
        return !says_any(p);
    case DUE_WORKDAYS:
        return says_one(p, d->n, workdays);
    case DUE_DAYS:
        return says_one(p, d->n, days);
    case DUE_MONTHS:
        return says_months(p, d->n);
    case DUE_RANGE:
        return says_months(p, d->n) && says_months(p, d->high);
    case DUE_TERM:
        return says_one(p, d->n, years);
    case DUE_YEARLY:
        return says_day(p, d) && says_year(p, d->n);
    }
    return false;
}

/* "3-6个月" leaves the day to an officer: no step takes one end of it. */
static bool is_one_end(const struct linting *l, const struct period *p,
                       const struct deadline_rule *d)
{
    bool ranged = false, taken_by_step = false;
    for (size_t i = 0; i < p->count; i++)
        ranged |= p->said[i].ranged;
    for (size_t i = 0; i < l->pack->process_count; i++)
        for (size_t k = 0; k < l->pack->processes[i].step_count; k++)
            taken_by_step |= str_eq(l->pack->processes[i].steps[k].due, d->id);
    return ranged && taken_by_step && d->kind != DUE_RANGE;
}

static void trace_deadline(struct linting *l, const struct deadline_rule *d)
{
    struct period p = {.words = lint_deadline_words(l, d)};
    p.count = quantities(&p.said, p.words, l->arena);
    if (!deadline_said(&p, d))
        LINT(l, "deadlines", d->line,
             "the words of the deadline \"%.*s\" do not say %.*s: quote the words that do, or say "
             "in "
             "\"note\" what the document does not say and which day is taken",
             STR_ARG(d->id), STR_ARG(deadline_rule_text(d, l->arena)));
    else if (is_one_end(l, &p, d))
        LINT(l, "deadlines", d->line,
             "the words of the deadline \"%.*s\" leave a range, and a step takes %.*s: a rule like "
             "M3..M6",
             STR_ARG(d->id), STR_ARG(deadline_rule_text(d, l->arena)));
}

/* A step, or an evaluation, whose own words say a day has the deadline of that day. */
static void trace_due(struct linting *l, const char *section, const struct part *p, const char *key)
{
    const struct deadline_rule *due = pack_deadline(l->pack, part_text(p, key));
    struct period all = {.words = lint_part_words(l, p)};
    struct period quoted = {.words = without_blanks(part_text(p, "quote"), l->arena)};
    const struct deadline_rule *meant = NULL;
    if (!due)
        return;
    all.count = quantities(&all.said, all.words, l->arena);
    quoted.count = quantities(&quoted.said, quoted.words, l->arena);
    if (deadline_said(&all, due))
        return;
    for (size_t i = 0; i < l->pack->deadlines.len && !meant; i++) {
        const struct deadline_rule *d = &l->pack->deadlines.ptr[i];
        if (d->kind != DUE_NONE && d->kind != DUE_FROM && deadline_said(&quoted, d))
            meant = d;
    }
    if (meant)
        LINT(l, section, part_value(p, key)->line,
             "the words of \"%.*s\" say the day of the deadline \"%.*s\", not of \"%.*s\" (%.*s): "
             "take that one, or quote the words that say this one",
             STR_ARG(p->id), STR_ARG(meant->id), STR_ARG(due->id),
             STR_ARG(deadline_rule_text(due, l->arena)));
    else if (says_any(&quoted))
        LINT(l, section, part_value(p, key)->line,
             "the words of \"%.*s\" do not say the day of its deadline \"%.*s\" (%.*s): name the "
             "deadline that they say, or quote the words that say this one",
             STR_ARG(p->id), STR_ARG(due->id), STR_ARG(deadline_rule_text(due, l->arena)));
}

/* --- funds, evaluations, materials, names ---------------------------------------------------------- */

static bool has_number(struct linting *l, struct str words, wide number, struct str unit)
{
    const struct quantity *said;
    size_t count = quantities(&said, words, l->arena);
    for (size_t i = 0; i < count; i++)
        if (is_number(&said[i], words, number, unit))
            return true;
    return false;
}

static bool read_decimal(wide *out, struct str s)
{
    size_t dot = str_find(s, STR("."), 0);
    uint64_t whole, part = 0;
    if (!str_to_u64(&whole, (struct str){s.ptr, dot}) || whole > UINT64_C(1000000000000000))
        return false;
    *out = (wide)whole * MILLION;
    if (dot == s.len)
        return true;
    struct str places = {s.ptr + dot + 1, s.len - dot - 1};
    if (places.len > 6 || !str_to_u64(&part, places))
        return false;
    for (size_t i = places.len; i < 6; i++)
        part *= 10;
    *out += (wide)part;
    return true;
}

static void trace_fund(struct linting *l, const struct part *p)
{
    struct str words = lint_part_words(l, p), amount = part_text(p, "amount");
    wide yuan;
    if (read_decimal(&yuan, amount) && !has_number(l, words, yuan, STR("元")))
        LINT(l, "funds", part_value(p, "amount")->line,
             "the words of the fund \"%.*s\" do not have the amount %.*s: quote the words that do, "
             "or "
             "name \"amount\" in \"not_said\"",
             STR_ARG(p->id), STR_ARG(amount));
    bool once = str_contains(words, STR("一次性")) || str_contains(words, STR("一次"));
    if (part_true(p, "once") != once)
        LINT(l, "funds", p->line,
             once ? N_("the words of the fund \"%.*s\" say that it is given once (一次性): once: "
                       "true")
                  : N_("the words of the fund \"%.*s\" do not say that it is given once (一次性): "
                       "leave once: out, or quote the words that do"),
             STR_ARG(p->id));
}

static void trace_score(struct linting *l, const struct part *grade, const char *key,
                        struct str text)
{
    const struct part_value *v = part_value(grade, key);
    int n = part_int(grade, key);
    if (v->given && n != 0 && n != 100 && !has_number(l, text, (wide)n * MILLION, STR("分")))
        LINT(l, "evaluations", v->line,
             "the text does not have %d 分 (grade \"%.*s\"): take the number of the text, or name "
             "\"scores\" in \"not_said\"",
             n, STR_ARG(grade->id));
}

static void trace_evaluation(struct linting *l, const struct part *p)
{
    const struct part_value *heads = part_value(p, "heads"), *grades = part_value(p, "grades");
    struct str text = lint_clause_words(l, part_text(p, "clause"), false);
    trace_due(l, "evaluations", p, "cycle");
    lint_heads(l, heads, text);
    for (size_t i = 0; i < grades->item_count; i++) {
        trace_score(l, &grades->items[i], "from", text);
        trace_score(l, &grades->items[i], "to", text);
    }
}

static void trace_material(struct linting *l, const struct part *p)
{
    const struct part_value *months_of = part_value(p, "months");
    wide n = (wide)part_int(p, "months") * MILLION;
    struct str words = lint_part_words(l, p);
    if (months_of->given && !has_number(l, words, n, STR("个月")) &&
        !(n % (12 * MILLION) == 0 && has_number(l, words, n / 12, STR("年"))))
        LINT(
            l, "materials", months_of->line,
            "the words of the material \"%.*s\" do not have %d months: quote the words that do, or "
            "say in \"note\" that the document does not",
            STR_ARG(p->id), part_int(p, "months"));
}

struct str lint_letters(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t at = 0, from = 0; at < s.len; from = at)
        if (source_is_word(utf8_next(s, &at))) {
            memcpy(out + len, s.ptr + from, at - from);
            len += at - from;
        }
    return (struct str){out, len};
}

/* Where the first `len` bytes of the letters of the words end in the words, and where the next begins. */
static struct source_span raw_place(struct str words, size_t len)
{
    struct source_span out = {0, words.len};
    size_t letters = 0, next = 0;
    for (size_t from = 0; next < words.len; from = next) {
        if (!source_is_word(utf8_next(words, &next)))
            continue;
        if (letters == len)
            return (struct source_span){out.from, from};
        letters += next - from;
        out.from = next;
    }
    return out;
}

static bool is_apart(struct str words, size_t len)
{
    struct source_span place = raw_place(words, len);
    return place.from != place.end;
}

static bool stands_for_any(struct str gap)
{
    static const char *const signs[] = {"X", "x", "Ｘ", "某", "〇", "○"};
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (str_starts(gap, str_of(signs[i])))
            return true;
    return false;
}

/* {industry} stands for a sign (XX, 某) and no more, or for the whole of what the text sets apart
 * (“所属产业”+…, （产业链名称）…). */
static bool gap_is_whole(struct str quote, struct str letters, size_t from, size_t end)
{
    struct str gap = {letters.ptr + from, end - from};
    bool sign = stands_for_any(gap);
    while (stands_for_any(gap)) {
        size_t at = 0;
        (void)utf8_next(gap, &at);
        gap = (struct str){gap.ptr + at, gap.len - at};
    }
    return sign ? gap.len == 0 : !is_apart(quote, from) || is_apart(quote, end);
}

static void trace_naming(struct linting *l)
{
    const struct naming *n = &l->pack->naming;
    struct str words = lint_letters(n->citation.quote, l->arena);
    if (!n->given || (l->pack->parent && l->pack->parent->naming.given) || words.len == 0)
        return;
    struct str before = lint_letters(n->before, l->arena), after = lint_letters(n->after, l->arena);
    size_t at = str_find(words, before, 0);
    size_t end = at == words.len ? at : str_find(words, after, at + before.len);
    if (end < words.len &&
        !gap_is_whole(without_blanks(n->citation.quote, l->arena), words, at + before.len, end))
        LINT(l, "naming", n->line,
             "in the quote {industry} stands for other words than in \"%.*s{industry}%.*s\": what "
             "it writes beside the sign (XX), or between its marks, is of the name",
             STR_ARG(n->before), STR_ARG(n->after));
    if (end == words.len)
        LINT(l, "naming", n->line,
             "the quote does not have the name \"%.*s{industry}%.*s\": take the words of the text",
             STR_ARG(n->before), STR_ARG(n->after));
    if (n->drop_suffix.len && !str_contains(words, n->drop_suffix))
        LINT(l, "naming", n->citation.line, "the quote does not have \"%.*s\", which is left out",
             STR_ARG(n->drop_suffix));
}

/* --- what steps write ------------------------------------------------------------------------------- */

static void trace_values(struct linting *l, int line, struct str words,
                         const struct process_value *values, size_t count)
{
    wide n;
    for (size_t i = 0; i < count; i++)
        if (read_decimal(&n, values[i].value) && n > MILLION &&
            !has_number(l, words, n, STR_NONE) && !has_number(l, words, n, STR("元")))
            LINT(l, "processes", line,
                 "the words do not have the number %.*s that is written to \"%.*s\": quote the "
                 "words "
                 "that do, or say so in \"own\"",
                 STR_ARG(values[i].value), STR_ARG(values[i].name));
}

static void trace_process(struct linting *l, const struct process *p, const struct part *item)
{
    const struct part_value *steps = part_value(item, "transitions");
    trace_values(l, part_value(item, "begins")->line, lint_part_words(l, item), p->begins,
                 p->begin_count);
    for (size_t i = 0; i < steps->item_count; i++)
        trace_due(l, "processes", &steps->items[i], "deadline");
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].effect_count; k++)
            trace_values(l, p->steps[i].line, lint_part_words(l, &steps->items[i]),
                         p->steps[i].effects[k].values, p->steps[i].effects[k].value_count);
}

static void trace_flag(struct linting *l, const struct flag *f)
{
    struct str label = l->pack->indicators.ptr[f->indicator].label;
    if (label.len && !lint_shares_words(without_blanks(label, l->arena), f->text))
        LINT(l, "flags", f->line,
             "the flag \"%.*s\" is raised by %.*s (%.*s), of which its text says nothing",
             STR_ARG(f->id), STR_ARG(f->indicator_name), STR_ARG(label));
}

/* --- all together ------------------------------------------------------------------------------------- */

static void each_part(struct linting *l, enum part_section section,
                      void (*check)(struct linting *, const struct part *))
{
    const struct part_list *all = &l->pack->parts[section];
    for (size_t i = 0; i < all->list.len; i++)
        if (all->list.ptr[i].from == l->pack)
            check(l, &all->list.ptr[i]);
}

void lint_traces(struct linting *l)
{
    const struct pack *p = l->pack;
    if (p->source.len == 0)
        return;
    for (size_t i = 0; i < p->criteria.len; i++)
        if (p->criteria.ptr[i].from == p)
            trace_criterion(l, &p->criteria.ptr[i]);
    for (size_t i = 0; i < p->deadlines.len; i++)
        if (p->deadlines.ptr[i].from == p)
            trace_deadline(l, &p->deadlines.ptr[i]);
    for (size_t i = 0; i < p->flags.len; i++)
        if (p->flags.ptr[i].from == p)
            trace_flag(l, &p->flags.ptr[i]);
    each_part(l, PART_FUNDS, trace_fund);
    each_part(l, PART_EVALUATIONS, trace_evaluation);
    each_part(l, PART_MATERIALS, trace_material);
    trace_naming(l);
    for (size_t i = 0; i < p->process_count; i++)
        if (p->parts[PART_PROCESSES].list.ptr[i].from == p)
            trace_process(l, &p->processes[i], &p->parts[PART_PROCESSES].list.ptr[i]);
}

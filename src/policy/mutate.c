/* The mutants of a pack, one after the other: tests, deadlines, flags, names, funds, records, bans. */
#include "policy/mutate.h"
#include "base/attr.h"
#include "base/date.h"
#include "base/msg.h"
#include "db/sandbox.h"
#include "policy/facts.h"
#include "policy/mutate_priv.h"
#include "policy/pack_functions.h"

void mutant_tell(struct mutating *m, const char *what)
{
    struct mutant one = {m->file, m->line,
                         arena_printf(m->arena, "%.*s: %s", STR_ARG(m->of), what)};
    m->fn(m->arg, &one);
}

/* --- tests ------------------------------------------------------------------------------ */

static enum compare other_side(enum compare c)
{
    static const enum compare others[] = {CMP_GT, CMP_GE, CMP_LT, CMP_LE, CMP_NE, CMP_EQ};
    return others[c];
}

static void mutate_compare(struct mutating *m, enum compare *c)
{
    enum compare was = *c;
    *c = other_side(was);
    mutant_tell(
        m, arena_printf(m->arena, msg("%s becomes %s"), compare_text(was), compare_text(*c)).ptr);
    *c = was;
}

static void mutate_number(struct mutating *m, struct expr *x)
{
    wide was = x->number;
    wide step = x->kind == EX_TIMES ? 1 : str_is(x->unit, "元") ? MILLION / 100 : MILLION;
    x->number = was + step;
    mutant_tell(m, msg("number one up"));
    x->number = was - step;
    mutant_tell(m, msg("number one down"));
    x->number = was;
}

static void mutate_kind(struct mutating *m, struct expr *x, enum expr_kind kind, const char *what)
{
    enum expr_kind was = x->kind;
    x->kind = kind;
    mutant_tell(m, what);
    x->kind = was;
}

static void mutate_at_least(struct mutating *m, struct expr *x)
{
    for (int by = -1; by <= 1; by += 2) {
        x->at_least += by;
        mutant_tell(m, by < 0 ? msg("at_least one down") : msg("at_least one up"));
        x->at_least -= by;
    }
}

static void mutate_not(struct mutating *m, struct expr *x)
{
    struct expr was = *x;
    *x = was.children[0];
    mutant_tell(m, msg("not is dropped"));
    *x = was;
}

/* Trees are const to all who share a pack; nobody shares this one (mutate.h). */
static void mutate_expr(struct mutating *m, const struct expr *tree)
{
    struct expr *x = (struct expr *)tree;
    if (!x)
        return;
    m->line = x->line ? x->line : m->line;
    switch (x->kind) {
    case EX_ALL:
    case EX_ANY:
        if (x->count > 1)
            mutate_kind(m, x, x->kind == EX_ALL ? EX_ANY : EX_ALL,
                        x->kind == EX_ALL ? msg("all becomes any") : msg("any becomes all"));
        break;
    case EX_AT_LEAST:
        mutate_at_least(m, x);
        break;
    case EX_NOT:
        mutate_not(m, x);
        break;
    case EX_COMPARE:
        mutate_compare(m, &x->compare);
        break;
    case EX_NUMBER:
    case EX_TIMES:
        mutate_number(m, x);
        break;
    case EX_INDICATOR:
    case EX_CRITERION:
    case EX_RATIO:
    case EX_GROWTH:
        break;
    }
    for (size_t i = 0; i < x->count; i++)
        mutate_expr(m, &x->children[i]);
}

static void mutate_applies(struct mutating *m, struct test *applies)
{
    struct test was = *applies;
    if (!was.tree)
        return;
    mutate_expr(m, applies->tree);
    *applies = (struct test){.tree = NULL};
    mutant_tell(m, msg("applies is dropped"));
    *applies = was;
}

static void mutate_criteria(struct mutating *m)
{
    for (size_t i = 0; i < m->pack->criteria.len; i++) {
        struct criterion *c = (struct criterion *)&m->pack->criteria.ptr[i];
        m->file = pack_section_file(c->from, "criteria");
        m->line = c->line;
        m->of = c->id;
        mutate_expr(m, c->test.tree);
        mutate_applies(m, &c->applies);
        mutate_expr(m, c->reason.tree);
        for (size_t k = 0; k < c->readings.len; k++)
            mutate_expr(m, c->readings.ptr[k].test.tree);
    }
}

/* --- indicators ----------------------------------------------------------------------------- */

static bool mentions(const struct expr *x, size_t indicator)
{
    if (!x)
        return false;
    if (x->kind == EX_INDICATOR && x->index == indicator)
        return true;
    for (size_t i = 0; i < x->count; i++)
        if (mentions(&x->children[i], indicator))
            return true;
    return false;
}

/* Whether a criterion or a flag of this pack asks it: a library's others do nothing here. */
static bool is_used(const struct pack *p, size_t indicator)
{
    for (size_t i = 0; i < p->criteria.len; i++) {
        const struct criterion *c = &p->criteria.ptr[i];
        if (mentions(c->test.tree, indicator) || mentions(c->applies.tree, indicator) ||
            mentions(c->reason.tree, indicator))
            return true;
        for (size_t k = 0; k < c->readings.len; k++)
            if (mentions(c->readings.ptr[k].test.tree, indicator))
                return true;
    }
    for (size_t i = 0; i < p->flags.len; i++)
        if (p->flags.ptr[i].indicator == indicator)
            return true;
    return false;
}

static void mutate_indicators(struct mutating *m)
{
    for (size_t i = 0; i < m->pack->indicators.len; i++) {
        struct indicator *one = (struct indicator *)&m->pack->indicators.ptr[i];
        if (!is_used(m->pack, i))
            continue;
        m->of = one->id;
        m->file = pack_section_file(one->from, "indicators");
        m->line = one->line;
        if (one->fold == FOLD_EVERY)
            mutate_compare(m, &one->must);
        mutate_sql(m, one);
    }
}

/* --- deadlines ------------------------------------------------------------------------------ */

static void mutate_kind_of_day(struct mutating *m, struct deadline_rule *d)
{
    struct deadline_rule was = *d;
    if (was.kind == DUE_WORKDAYS || was.kind == DUE_DAYS) {
        d->kind = was.kind == DUE_WORKDAYS ? DUE_DAYS : DUE_WORKDAYS;
        mutant_tell(m, msg("working days and days change places"));
    } else if (was.kind == DUE_TERM) {
        *d = (struct deadline_rule){.id = was.id,
                                    .from = was.from,
                                    .kind = DUE_MONTHS,
                                    .n = 12 * was.n,
                                    .citation = was.citation,
                                    .line = was.line};
        mutant_tell(m, msg("a term becomes so many months"));
    } else if (was.kind == DUE_RANGE) {
        for (int by = -1; by <= 1; by += 2) {
            d->high += by;
            mutant_tell(m, by < 0 ? msg("its end one less") : msg("its end one more"));
            d->high -= by;
        }
    } else if (was.kind == DUE_YEARLY) {
        d->n = was.n + 1;
        mutant_tell(m, msg("a year later"));
    }
    *d = was;
}

static void mutate_deadline(struct mutating *m, struct deadline_rule *d)
{
    struct deadline_rule was = *d;
    if (d->kind == DUE_NONE)
        return;
    if (d->kind == DUE_FROM) {
        d->kind = DUE_DAYS;
        d->n = 1;
        mutant_tell(m, msg("a day later"));
        *d = was;
        return;
    }
    for (int by = -1; by <= 1; by += 2) {
        if (d->kind == DUE_YEARLY)
            d->day += by;
        else
            d->n += by;
        if (d->kind != DUE_YEARLY || date_valid((struct date){2001, d->month, d->day}))
            mutant_tell(m, by < 0 ? msg("one day or unit less") : msg("one day or unit more"));
        *d = was;
    }
    mutate_kind_of_day(m, d);
}

/* Of the pack itself: a library's days are its own. */
static void mutate_deadlines(struct mutating *m)
{
    for (size_t i = 0; i < m->pack->deadlines.len; i++) {
        struct deadline_rule *d = (struct deadline_rule *)&m->pack->deadlines.ptr[i];
        if (d->from != m->pack)
            continue;
        m->file = pack_section_file(d->from, "deadlines");
        m->line = d->line;
        m->of = d->id;
        mutate_deadline(m, d);
    }
}

/* --- flags, names, funds -------------------------------------------------------------------- */

static void mutate_flags(struct mutating *m)
{
    for (size_t i = 0; i < m->pack->flags.len; i++) {
        struct flag *f = (struct flag *)&m->pack->flags.ptr[i], was = *f;
        static const struct str nowhere = {"", 0};
        m->file = pack_section_file(f->from, "flags");
        m->line = f->line;
        m->of = f->id;
        f->questions = &nowhere;
        f->question_count = 1;
        mutant_tell(m, msg("the flag is never raised"));
        *f = was;
        if (was.question_count && was.question_count < m->pack->questions.len) {
            f->question_count = 0;
            mutant_tell(m, msg("the flag is raised in every question"));
            *f = was;
        }
        for (size_t k = 0; was.question_count > 1 && k < was.question_count; k++) {
            struct str *left = arena_array(m->arena, was.question_count, sizeof(*left));
            for (size_t n = 0, to = 0; n < was.question_count; n++)
                if (n != k)
                    left[to++] = was.questions[n];
            f->questions = left;
            f->question_count = was.question_count - 1;
            mutant_tell(m,
                        arena_printf(m->arena, msg("not in %.*s"), STR_ARG(was.questions[k])).ptr);
            *f = was;
        }
    }
}

static void drop_words(struct mutating *m, const struct str **list, size_t *count, const char *of)
{
    const struct str *was = *list;
    size_t all = *count;
    for (size_t k = 0; k < all; k++) {
        struct str *left = arena_array(m->arena, all, sizeof(*left));
        for (size_t n = 0, to = 0; n < all; n++)
            if (n != k)
                left[to++] = was[n];
        *list = left;
        *count = all - 1;
        mutant_tell(m, arena_printf(m->arena, msg("%s without %.*s"), of, STR_ARG(was[k])).ptr);
    }
    *list = was;
    *count = all;
}

static void mutate_naming(struct mutating *m)
{
    struct naming *n = &m->pack->naming, was = *n;
    if (!n->given)
        return;
    m->file = pack_section_file(m->pack, "naming");
    m->line = n->line;
    m->of = STR("naming");
    n->before = arena_printf(m->arena, "%.*s某", STR_ARG(was.before));
    mutant_tell(m, msg("another beginning"));
    *n = was;
    n->after = arena_printf(m->arena, "某%.*s", STR_ARG(was.after));
    mutant_tell(m, msg("another end"));
    *n = was;
    if (was.drop_suffix.len) {
        n->drop_suffix = STR_NONE;
        mutant_tell(m, msg("drop_suffix is dropped"));
        *n = was;
    }
    drop_words(m, &n->refuse, &n->refuse_count, "refuse");
    drop_words(m, &n->refuse_within, &n->refuse_within_count, "refuse_within");
}

static void mutate_value(struct mutating *m, struct part_value *v, struct str to, const char *key)
{
    struct part_value was = *v;
    m->line = v->given ? v->line : m->line;
    v->text = to;
    v->given = to.len > 0;
    mutant_tell(m, arena_printf(m->arena, msg("%s %.*s becomes %.*s"), key, STR_ARG(was.text),
                                STR_ARG(to.len ? to : str_of(msg("nothing"))))
                       .ptr);
    *v = was;
}

/* One fen more: "600000.00" → "600000.01". */
static struct str dearer(struct str amount, struct arena *a)
{
    struct str copy = arena_dup(a, amount);
    char *last = (char *)copy.ptr + copy.len - 1;
    *last = *last == '9' ? '8' : (char)(*last + 1);
    return copy;
}

static void mutate_fund_key(struct mutating *m, struct part_value *v, const struct part_key *key)
{
    if (key->type == PART_BOOL) {
        mutate_value(m, v, str_is(v->text, "true") ? STR("false") : STR("true"), key->name);
        return;
    }
    if (!v->given)
        return;
    if (key->type == PART_MONEY)
        mutate_value(m, v, dearer(v->text, m->arena), key->name);
    else if (key->type == PART_WORD)
        mutate_value(m, v, str_of(key->words[str_is(v->text, key->words[0])]), key->name);
    else if (str_is(str_of(key->name), "payer") || str_is(str_of(key->name), "criterion") ||
             str_is(str_of(key->name), "policy"))
        mutate_value(m, v, STR_NONE, key->name);
}

static void mutate_funds(struct mutating *m)
{
    struct part_list *funds = &m->pack->parts[PART_FUNDS];
    for (size_t i = 0; i < funds->list.len; i++) {
        const struct part *f = &funds->list.ptr[i];
        m->file = pack_section_file(f->from, "funds");
        m->of = f->id;
        for (size_t k = 0; f->keys[k].name; k++) {
            m->line = f->line;
            /* The tree is this pack's own: nobody else reads it meanwhile. */
            mutate_fund_key(m, (struct part_value *)&f->values[k], &f->keys[k]);
        }
    }
}

/* --- what records hold ----------------------------------------------------------------------- */

static void mutate_demand(struct mutating *m, const struct part *item)
{
    static const char *const lists[] = {"when", "need", "row", "filled"};
    static const char *const texts[] = {"from", "unless"};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct part_value *v = (struct part_value *)part_value(item, lists[i]);
        m->line = v->given ? v->line : item->line;
        drop_words(m, &v->words, &v->word_count, lists[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct part_value *v = (struct part_value *)part_value(item, texts[i]);
        if (v->given)
            mutate_value(m, v, STR_NONE, texts[i]);
    }
    if (part_value(item, "term")->given)
        mutate_value(m, (struct part_value *)part_value(item, "at_most"),
                     part_true(item, "at_most") ? STR("false") : STR("true"), "at_most");
}

static void mutate_records(struct mutating *m)
{
    struct part_list *records = &m->pack->parts[PART_RECORDS];
    for (size_t i = 0; i < records->list.len; i++) {
        m->file = pack_section_file(records->list.ptr[i].from, "records");
        m->of = records->list.ptr[i].id;
        m->line = records->list.ptr[i].line;
        mutate_demand(m, &records->list.ptr[i]);
    }
}

/* --- bans ------------------------------------------------------------------------------------ */

/* Another deadline of the pack that has a last day; empty: there is none. */
static struct str other_deadline(const struct pack *p, struct str id)
{
    for (size_t i = 0; i < p->deadlines.len; i++)
        if (p->deadlines.ptr[i].kind != DUE_NONE && !str_eq(p->deadlines.ptr[i].id, id))
            return p->deadlines.ptr[i].id;
    return STR_NONE;
}

static void mutate_ban(struct mutating *m, const struct part *consequence)
{
    struct part_value *bars = (struct part_value *)part_value(consequence, "bars"),
                      *until = (struct part_value *)part_value(consequence, "deadline"),
                      *from = (struct part_value *)part_value(consequence, "counted");
    struct str rest = from->text;
    const struct process *p = pack_process(m->pack, str_split(&rest, STR(".")));
    mutate_value(m, bars, STR_NONE, "bars");
    mutate_value(m, until, other_deadline(m->pack, until->text), "deadline");
    for (size_t i = 0; p && i < p->step_count; i++)
        if (!str_eq(p->steps[i].id, rest))
            mutate_value(
                m, from,
                arena_printf(m->arena, "%.*s.%.*s", STR_ARG(p->id), STR_ARG(p->steps[i].id)),
                "counted");
}

static void mutate_prohibitions(struct mutating *m)
{
    struct part_list *all = &m->pack->parts[PART_PROHIBITIONS];
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part *one = &all->list.ptr[i];
        const struct part_value *to = part_value(one, "consequences");
        struct part_value *grounds = (struct part_value *)part_value(one, "grounds");
        struct part_value was = *grounds;
        bool bars = false;
        m->file = pack_section_file(one->from, "prohibitions");
        m->of = one->id;
        m->line = one->line;
        for (size_t k = 0; k < to->item_count; k++)
            if (part_value(&to->items[k], "bars")->given) {
                mutate_ban(m, &to->items[k]);
                bars = true;
            }
        if (!bars || !was.given)
            continue;
        m->line = was.line;
        if (was.word_count > 1) /* without its last one it would be about any */
            drop_words(m, &grounds->words, &grounds->word_count, "grounds");
        grounds->word_count = 0;
        mutant_tell(m, msg("for any ground"));
        *grounds = was;
    }
}

/* --- all of it ------------------------------------------------------------------------------ */

err_t pack_mutate(struct pack *p, mutant_fn *fn, void *arg, struct arena *a, struct err *e)
{
    struct mutating m = {.pack = p, .fn = fn, .arg = arg, .arena = a};
    struct pack_functions functions;
    struct sandbox rules = pack_sandbox(&functions, p);
    err_t rc = sandbox_open(&m.db, e);
    if (rc == OK)
        rc = facts_create(m.db, false, e);
    if (rc == OK)
        rc = sandbox_confine(m.db, &rules, e);
    if (rc == OK) {
        mutate_criteria(&m);
        mutate_indicators(&m);
        mutate_deadlines(&m);
        mutate_flags(&m);
        mutate_naming(&m);
        mutate_funds(&m);
        mutate_records(&m);
        mutate_prohibitions(&m);
        mutate_processes(&m);
    }
    db_close(m.db);
    return rc;
}

/* Verdicts for papers: which criteria, and how the operands of each read. */
#include "document/criteria_fill.h"
#include "base/msg.h"
#include "matter/fact_name.h"
#include "text/typography.h"

#define NONE STR("—")

/* --- which criteria ---------------------------------------------------------------------- */

struct wanted {
    const struct pack *pack;
    bool *questions; /* as a whole; by question */
    bool *criteria;  /* by criterion */
    size_t count;    /* of both */
};

static void want_question(struct wanted *w, struct str id)
{
    for (size_t i = 0; i < w->pack->questions.len; i++)
        if (str_eq(w->pack->questions.ptr[i].id, id)) {
            w->questions[i] = true;
            w->count++;
        }
}

static void want_criterion(struct wanted *w, struct str id)
{
    size_t at;
    if (pack_find_criterion(&at, w->pack, id)) {
        w->criteria[at] = true;
        w->count++;
    }
}

static void want_questions_of(struct wanted *w, const struct process_step *s)
{
    for (size_t i = 0; i < s->ask_count; i++)
        want_question(w, s->asks[i]);
    for (size_t i = 0; i < s->pass_count; i++)
        want_question(w, s->passes[i]);
}

static void want_step(struct wanted *w, const struct process_step *s)
{
    want_questions_of(w, s);
    for (size_t i = 0; i < s->need_count; i++)
        want_criterion(w, s->needs[i]);
    for (size_t i = 0; i < s->fail_count; i++)
        want_criterion(w, s->fails[i]);
}

static void want_paper(struct wanted *w, const struct part *paper, const struct process_step *step)
{
    const struct part_value *named = part_value(paper, "questions");
    const struct process *p = pack_process(w->pack, part_text(paper, "process"));
    for (size_t i = 0; i < named->word_count; i++)
        want_question(w, named->words[i]);
    if (w->count == 0 && step)
        want_step(w, step);
    for (size_t i = 0; w->count == 0 && p && i < p->step_count; i++)
        want_questions_of(w, &p->steps[i]);
}

static void want_form(struct wanted *w, const struct part *form)
{
    const struct part_value *sections = part_value(form, "sections");
    const struct process *p = pack_process(w->pack, part_text(form, "process"));
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t k = 0; k < cells->item_count; k++) {
            const struct part_value *named = part_value(&cells->items[k], "criteria");
            for (size_t n = 0; n < named->word_count; n++)
                want_criterion(w, named->words[n]);
        }
    }
    for (size_t i = 0; p && i < p->step_count; i++)
        if (process_step_effect(&p->steps[i], EFFECT_HAND_IN, form->id))
            want_step(w, &p->steps[i]);
}

static struct wanted wanted_of(const struct pack *p, const struct part *of,
                               const struct process_step *step, struct arena *a)
{
    struct wanted w = {.pack = p,
                       .questions = arena_array(a, p->questions.len + 1, sizeof(bool)),
                       .criteria = arena_array(a, p->criteria.len + 1, sizeof(bool))};
    memset(w.questions, 0, p->questions.len + 1);
    memset(w.criteria, 0, p->criteria.len + 1);
    if (part_value(of, "sections")->item_count)
        want_form(&w, of);
    else
        want_paper(&w, of, step);
    return w;
}

bool criteria_asked(const struct pack *p, const struct part *form)
{
    struct arena *a = arena_new();
    bool any = !part_true(form, "signed") && wanted_of(p, form, NULL, a).count > 0;
    arena_free(a);
    return any;
}

/* --- display names of facts ---------------------------------------------------------------- */

struct naming_facts {
    const struct pack *pack;
    const struct record_types *types;
    const struct criterion_result *of;
    struct arena *a;
};

/* The display name of a row: the number of a contract, a name. */
static struct str row_label(const struct naming_facts *x, struct str row)
{
    for (size_t i = 0; i < x->of->evidence_count; i++)
        for (size_t k = 0; k < x->of->evidence[i].row_count; k++)
            if (str_eq(x->of->evidence[i].rows[k].record, row))
                return x->of->evidence[i].rows[k].label;
    return STR_NONE;
}

/* As its list writes it: a code of one of its fields by its label. */
static struct str as_titled(const struct naming_facts *x, const struct record_type *t,
                            struct str called)
{
    for (size_t i = 0; t && i < t->field_count; i++) {
        const struct field *f = field_in_pack(&t->fields[i], x->pack, x->a);
        if (field_value(f, called))
            return field_value(f, called)->label.zh;
    }
    return called;
}

/* Whether the operands have no other row of its list. */
static bool is_only_row(const struct naming_facts *x, struct str row)
{
    const struct operands *o = &x->of->operands;
    struct str list = {row.ptr, str_find(row, STR("["), 0) + 1};
    for (size_t i = 0; i < o->fact_count; i++)
        if (str_starts(o->facts[i].path, list) && !str_starts(o->facts[i].path, row))
            return false;
    return true;
}

/* "staff[2].from" → 工作人员第2项（张三）到岗日期; "project.start" → its field's label; "staff" → the
 * type's. *fact: without its row. */
static struct str path_label(struct fact_name *n, const struct naming_facts *x, struct str path)
{
    size_t open = str_find(path, STR("["), 0), close = str_find(path, STR("]"), 0);
    struct str record = {path.ptr, open}, key = STR_NONE;
    if (open == path.len) {
        *n = fact_name_of(x->types, path);
        return fact_label(n, path).zh;
    }
    struct str row = {path.ptr + open + 1, close - open - 1};
    if (close + 2 < path.len)
        key = (struct str){path.ptr + close + 2, path.len - close - 2};
    struct str called = row_label(x, (struct str){path.ptr, close + 1});
    struct str fact =
        key.len ? arena_printf(x->a, "%.*s.%.*s", STR_ARG(record), STR_ARG(key)) : record;
    *n = fact_name_of(x->types, fact);
    struct str type = n->type ? n->type->label.zh : record;
    struct str field = key.len ? fact_label(n, fact).zh : STR_NONE;
    if (called.len == 0 && is_only_row(x, (struct str){path.ptr, close + 1}))
        return arena_printf(x->a, "%.*s%.*s", STR_ARG(type), STR_ARG(field));
    if (called.len)
        called = arena_printf(x->a, "（%.*s）", STR_ARG(as_titled(x, n->type, called)));
    return arena_printf(x->a, "%.*s第%.*s项%.*s%.*s", STR_ARG(type), STR_ARG(row), STR_ARG(called),
                        STR_ARG(field));
}

static const struct str *labels_of(const struct naming_facts *x, const struct str *paths,
                                   size_t count)
{
    struct str *out = arena_array(x->a, count + 1, sizeof(*out));
    struct fact_name n;
    for (size_t i = 0; i < count; i++)
        out[i] = path_label(&n, x, paths[i]);
    return out;
}

/* A deadline has an id and no label; its clause says which it is. */
static const struct operand_day *days_of(const struct naming_facts *x)
{
    const struct operands *o = &x->of->operands;
    struct operand_day *out = arena_array(x->a, o->day_count + 1, sizeof(*out));
    for (size_t i = 0; i < o->day_count; i++) {
        const struct deadline_rule *rule = pack_deadline(x->pack, o->days[i].name);
        out[i] = o->days[i];
        if (rule && o->days[i].from.len)
            out[i].name = rule->citation.clause.len
                              ? arena_printf(x->a, "期限%.*s",
                                             STR_ARG(clause_bracketed(rule->citation.clause, x->a)))
                              : STR("期限");
    }
    return out;
}

/* Sums get thousands separators, as elsewhere on the paper. */
static struct str value_words(struct fact_name *n, const struct naming_facts *x, struct str value)
{
    if (n->field && n->field->type == FIELD_MONEY && form_number(value, true, x->a).len)
        return arena_printf(x->a, "%.*s元", STR_ARG(form_number(value, true, x->a)));
    n->field = field_in_pack(n->field, x->pack, x->a);
    return fact_value_label(n, value).zh;
}

/* "staff[2].from" without its row: "staff.from"; empty: it is of no row. */
static struct str row_field(struct str path, struct arena *a)
{
    size_t open = str_find(path, STR("["), 0), close = str_find(path, STR("]."), 0);
    return close == path.len ? STR_NONE
                             : arena_printf(a, "%.*s.%.*s", (int)open, path.ptr,
                                            (int)(path.len - close - 2), path.ptr + close + 2);
}

/* The facts of one field of a list's rows, by the first of them. */
struct rows_fact {
    struct str field;       /* staff.from */
    struct str type, label; /* 人员, 任职开始 */
    struct str rows;        /* 孙戊、李己 */
    struct str each;        /* 孙戊（2024年10月27日）、李己（2024年11月2日） */
    struct str value;       /* of the first */
    size_t count;
    bool same; /* of all */
};

static struct str joined(struct str all, struct str item, struct arena *a)
{
    return all.len ? arena_printf(a, "%.*s、%.*s", STR_ARG(all), STR_ARG(item)) : item;
}

static void add_row_fact(struct rows_fact *r, const struct naming_facts *x,
                         const struct operand_fact *fact)
{
    struct fact_name n = fact_name_of(x->types, r->field);
    size_t open = str_find(fact->path, STR("["), 0), close = str_find(fact->path, STR("]"), 0);
    struct str called = row_label(x, (struct str){fact->path.ptr, close + 1});
    struct str value = form_date(value_words(&n, x, fact->value), x->a);
    called = called.len ? as_titled(x, n.type, called)
                        : arena_printf(x->a, "第%.*s项", (int)(close - open - 1),
                                       fact->path.ptr + open + 1);
    r->type = n.type ? n.type->label.zh : STR_NONE;
    r->label = fact_label(&n, r->field).zh;
    r->same = r->count == 0 || (r->same && str_eq(r->value, value));
    r->value = r->count == 0 ? value : r->value;
    r->rows = joined(r->rows, called, x->a);
    r->each =
        joined(r->each, arena_printf(x->a, "%.*s（%.*s）", STR_ARG(called), STR_ARG(value)), x->a);
    r->count++;
}

static struct rows_fact rows_fact_of(const struct naming_facts *x, size_t at)
{
    const struct operands *o = &x->of->operands;
    struct rows_fact out = {.field = row_field(o->facts[at].path, x->a)};
    for (size_t i = at; out.field.len && i < o->fact_count; i++)
        if (str_eq(row_field(o->facts[i].path, x->a), out.field))
            add_row_fact(&out, x, &o->facts[i]);
    return out;
}

static bool told_before(const struct naming_facts *x, size_t at)
{
    const struct operand_fact *facts = x->of->operands.facts;
    struct str field = row_field(facts[at].path, x->a);
    for (size_t i = 0; field.len && i < at; i++)
        if (str_eq(row_field(facts[i].path, x->a), field))
            return true;
    return false;
}

/* Combines a field of several rows of one list: 人员任职开始：孙戊、李己，均为2024年10月27日. */
static struct operand_fact fact_of(const struct naming_facts *x, size_t at)
{
    const struct operand_fact *fact = &x->of->operands.facts[at];
    struct rows_fact rows = rows_fact_of(x, at);
    struct fact_name n;
    if (rows.count < 2) {
        struct str path = path_label(&n, x, fact->path);
        return (struct operand_fact){path, value_words(&n, x, fact->value)};
    }
    return (struct operand_fact){
        arena_printf(x->a, "%.*s%.*s", STR_ARG(rows.type), STR_ARG(rows.label)),
        rows.same ? arena_printf(x->a, "%.*s，均为%.*s", STR_ARG(rows.rows), STR_ARG(rows.value))
                  : rows.each};
}

static const struct operand_fact *facts_of(size_t *count, const struct naming_facts *x)
{
    const struct operands *o = &x->of->operands;
    struct operand_fact *out = arena_array(x->a, o->fact_count + 1, sizeof(*out));
    *count = 0;
    for (size_t i = 0; i < o->fact_count; i++)
        if (!told_before(x, i))
            out[(*count)++] = fact_of(x, i);
    return out;
}

/* Facts of one type behind one another say it once. */
static struct fact_words words_of(const struct naming_facts *x)
{
    const struct fact_words *w = &x->of->words;
    struct fact_word *items = arena_array(x->a, w->count + 1, sizeof(*items));
    for (size_t i = 0; i < w->count; i++) {
        struct fact_name n = fact_name_of(x->types, w->items[i].fact), before = {NULL, NULL};
        for (size_t k = 0; k < i; k++)
            if (str_eq(w->items[k].name, w->items[i].name) &&
                str_eq(w->items[k].checked, w->items[i].checked))
                before = fact_name_of(x->types, w->items[k].fact);
        items[i] = w->items[i];
        items[i].fact = fact_label(&n, w->items[i].fact).zh;
        if (n.type && n.type != before.type && n.field)
            items[i].fact =
                arena_printf(x->a, "%.*s：%.*s", STR_ARG(n.type->label.zh), STR_ARG(items[i].fact));
    }
    return (struct fact_words){items, w->states, w->count};
}

static struct str list_of(struct str path)
{
    return (struct str){path.ptr, str_find(path, STR("["), 0)};
}

/* A row that counts for several is one. */
static size_t rows_in(const struct evidence *e, struct str list)
{
    size_t count = 0;
    for (size_t i = 0; i < e->row_count; i++) {
        bool again = !str_eq(list_of(e->rows[i].record), list);
        for (size_t k = 0; !again && k < i; k++)
            again = str_eq(e->rows[k].record, e->rows[i].record);
        count += !again;
    }
    return count;
}

/* The suffix of the last list if it has more rows than are shown: 等11项. */
static struct str more_rows(const struct criterion_result *r, struct arena *a)
{
    const struct operands *o = &r->operands;
    struct str list = STR_NONE, last = STR_NONE;
    size_t shown = 0, all = 0;
    for (size_t i = 0; i < o->fact_count; i++) {
        struct str path = o->facts[i].path;
        size_t close = str_find(path, STR("]"), 0);
        if (close == path.len || str_eq((struct str){path.ptr, close}, last))
            continue;
        shown = str_eq(list_of(path), list) ? shown + 1 : 1;
        list = list_of(path);
        last = (struct str){path.ptr, close};
    }
    for (size_t i = 0; shown && i < r->evidence_count; i++) {
        size_t count = rows_in(&r->evidence[i], list);
        all = count > all ? count : all;
    }
    return all > shown ? arena_printf(a, "；等%zu项", all) : STR_NONE;
}

/* The same result with display names instead of paths and codes. */
static struct criterion_result called(const struct criterion_result *r,
                                      const struct record_types *types, const struct pack *p,
                                      struct arena *a)
{
    const struct naming_facts x = {p, types, r, a};
    struct criterion_result out = *r;
    out.operands.days = days_of(&x);
    out.operands.facts = facts_of(&out.operands.fact_count, &x);
    out.operands.missing = labels_of(&x, r->operands.missing, r->operands.missing_count);
    out.unknown = labels_of(&x, r->unknown, r->unknown_count);
    out.words = words_of(&x);
    return out;
}

static bool is_han(unsigned char lead)
{
    return lead >= 0xE4 && lead <= 0xE9;
}

/* "固定工作场所 是" as it is printed: 固定工作场所：是. */
static struct str as_printed(struct str text, struct arena *a)
{
    struct str out = STR_NONE;
    size_t from = 0;
    for (size_t i = 3; i + 1 < text.len; i++)
        if (text.ptr[i] == ' ' && is_han((unsigned char)text.ptr[i - 3]) &&
            is_han((unsigned char)text.ptr[i + 1])) {
            out = arena_printf(a, "%.*s%.*s：", STR_ARG(out), (int)(i - from), text.ptr + from);
            from = i + 1;
        }
    out = arena_printf(a, "%.*s%.*s", STR_ARG(out), (int)(text.len - from), text.ptr + from);
    return typography_mended(out, a);
}

/* --- lines ------------------------------------------------------------------------------------ */

static void add_line(struct str *all, struct str line, struct arena *a)
{
    if (line.len)
        *all = all->len ? arena_printf(a, "%.*s\n%.*s", STR_ARG(*all), STR_ARG(line)) : line;
}

/* ">= 5 人" as an office writes it: 不少于5人. */
static struct str needs_words(struct str needs, struct arena *a)
{
    static const struct {
        const char *sign, *words;
    } signs[] = {{">=", "不少于"}, {">", "超过"}, {"<=", "不超过"},
                 {"<", "少于"},    {"=", "为"},   {"!=", "不为"}};
    struct str unit = needs, sign = str_split(&unit, STR(" ")), number = str_split(&unit, STR(" "));
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (str_is(sign, signs[i].sign))
            return arena_printf(a, "%s%.*s%.*s", signs[i].words,
                                STR_ARG(form_number(number, str_is(unit, "元"), a)), STR_ARG(unit));
    return STR_NONE;
}

static struct str number_words(const struct evidence *e, struct arena *a)
{
    struct str said = STR_NONE;
    if (!fold_is_truth(e->indicator->fold))
        said = form_quantity(e->indicator, e->outcome, STR_NONE, a);
    else if (e->outcome->truth != UNKNOWN)
        said = e->outcome->truth == YES ? STR("是") : STR("否");
    return said.len ? said : STR("不清楚");
}

static void add_item(struct str *all, struct str item, struct arena *a)
{
    if (item.len)
        *all = all->len ? arena_printf(a, "%.*s；%.*s", STR_ARG(*all), STR_ARG(item)) : item;
}

/* "40 → 52 件, +30 %": 由40件增至52件，增长30%; nothing where one of them is not known. */
static struct str growth_words(struct str growth, struct arena *a)
{
    struct str all = STR_NONE;
    if (str_contains(growth, STR("?")) || str_contains(growth, STR("…")))
        return all;
    while (growth.len) {
        struct str rest = str_split(&growth, STR("; ")), from = str_split(&rest, STR(" → "));
        struct str unit = str_split(&rest, STR(", ")), to = str_split(&unit, STR(" "));
        struct str by = str_split(&rest, STR(" %"));
        bool less = str_starts(by, STR("-")), more = str_starts(by, STR("+"));
        struct str said = arena_printf(a, "由%.*s%.*s%s%.*s%.*s", STR_ARG(from), STR_ARG(unit),
                                       more   ? "增至"
                                       : less ? "减至"
                                              : "到",
                                       STR_ARG(to), STR_ARG(unit));
        if (more || less)
            said = arena_printf(a, "%.*s，%s%.*s%%", STR_ARG(said), more ? "增长" : "下降",
                                (int)by.len - 1, by.ptr + 1);
        add_item(&all, said, a);
    }
    return all;
}

/* The counted number and the demand. */
static struct str number_lines(const struct criterion_result *r, struct arena *a)
{
    struct str all = STR_NONE, needs = r->has_value ? needs_words(r->needs, a) : STR_NONE;
    for (size_t i = 0; i < r->evidence_count; i++) {
        const struct indicator *n = r->evidence[i].indicator;
        add_item(&all,
                 arena_printf(a, "%.*s：%.*s", STR_ARG(n->label.len ? n->label : n->id),
                              STR_ARG(number_words(&r->evidence[i], a))),
                 a);
    }
    add_line(&all, growth_words(r->operands.growth, a), a);
    return needs.len ? arena_printf(a, "%.*s；要求：%.*s", STR_ARG(all), STR_ARG(needs)) : all;
}

static struct str day_words(const struct operand_day *d, struct arena *a)
{
    struct str day = form_date(d->day, a), name = operand_day_name(d);
    if (d->from.len &&
        str_cmp(d->from, d->day) <= 0) /* else it was over before: its last day alone */
        day = arena_printf(a, "%.*s起，至%.*s", STR_ARG(form_date(d->from, a)), STR_ARG(day));
    return arena_printf(a, "%.*s：%.*s%s", STR_ARG(name), STR_ARG(day),
                        d->provisional ? "（预计）" : "");
}

/* Days and values of records. */
static struct str fact_lines(const struct operands *o, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < o->day_count; i++)
        add_item(&all, day_words(&o->days[i], a), a);
    for (size_t i = 0; i < o->fact_count; i++)
        add_item(&all,
                 arena_printf(a, "%.*s：%.*s", STR_ARG(o->facts[i].path),
                              STR_ARG(form_date(o->facts[i].value, a))),
                 a);
    return all;
}

static struct str operand_lines(const struct criterion_result *r, struct str more, struct arena *a)
{
    const struct str *missing;
    size_t count = missing_of(&missing, r);
    struct str all = STR_NONE, lacks = STR_NONE;
    add_line(&all, number_lines(r, a), a);
    add_line(&all, fact_lines(&r->operands, a), a);
    all = arena_printf(a, "%.*s%.*s", STR_ARG(all), STR_ARG(more));
    for (size_t i = 0; i < count; i++)
        lacks =
            arena_printf(a, "%.*s%s%.*s", STR_ARG(lacks), i ? "、" : "尚缺：", STR_ARG(missing[i]));
    add_line(&all, lacks, a);
    return all.len ? all : NONE;
}

static struct str word_lines(const struct criterion_result *r, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < r->words.count; i++)
        add_line(&all, words_text(&r->words, i, a), a);
    return all.len ? all : NONE;
}

static struct str truth_word(const struct criterion_result *r)
{
    if (!r->applicable)
        return STR("不适用");
    return r->pass == YES ? STR("符合") : r->pass == NO ? STR("不符合") : STR("尚不能判断");
}

static struct criterion_said said_of(const struct criterion_result *r,
                                     const struct record_types *types, const struct pack *p,
                                     struct arena *a)
{
    const struct criterion *c = r->criterion;
    struct criterion_result in_words = called(r, types, p, a);
    struct str verdict = truth_word(r);
    if (c->part || c->advisory)
        verdict = arena_printf(a, "%.*s（%s）", STR_ARG(verdict),
                               c->part ? "另一条件的一部分" : "供参考");
    struct str quote = typography_mended(c->citation.quote, a);
    struct str clause = typography_mended(c->citation.clause, a);
    return (struct criterion_said){c,
                                   r->pass,
                                   quote.len ? quote : STR("未核对"),
                                   clause.len ? clause : NONE,
                                   verdict,
                                   as_printed(operand_lines(&in_words, more_rows(r, a), a), a),
                                   as_printed(word_lines(&in_words, a), a)};
}

/* --- all together -------------------------------------------------------------------------------- */

struct filling {
    const struct form_source *s;
    struct wanted wanted;
    VEC(struct criterion_said) items;
    struct str result;
    struct arena *a;
};

static void say_result(struct filling *f, const struct question *q, struct str word)
{
    f->result = arena_printf(f->a, "%.*s%s%.*s：%.*s", STR_ARG(f->result),
                             f->result.len ? "；" : "", STR_ARG(q->label), STR_ARG(word));
}

static void take_results(struct filling *f, const struct pack_verdict *v, bool whole)
{
    for (size_t i = 0; i < v->result_count; i++) {
        size_t at = v->question->criteria[i];
        if (!whole && !f->wanted.criteria[at])
            continue;
        VEC_PUSH(f->a, &f->items, said_of(&v->results[i], f->s->types, f->s->pack, f->a));
        f->wanted.criteria[at] = false;
    }
}

static bool has_wanted(const struct filling *f, const struct question *q)
{
    for (size_t i = 0; i < q->count; i++)
        if (f->wanted.criteria[q->criteria[i]])
            return true;
    return false;
}

static err_t ask(struct filling *f, size_t at, struct err *e)
{
    const struct question *q = &f->s->pack->questions.ptr[at];
    struct pack_verdict v;
    struct err why;
    bool whole = f->wanted.questions[at];
    if (!whole && !has_wanted(f, q))
        return OK;
    err_t rc = pack_verdict_check(&v, f->s->pack, f->s->document, q->id, f->a, &why);
    if (rc ==
        E_INVALID) { /* records that cannot be so; a step would be refused by the same words */
        say_result(f, q, arena_printf(f->a, "记录有误，不能判断（%s）", why.text));
        return OK;
    }
    if (rc != OK)
        return err_pass(e, rc, &why);
    if (whole)
        say_result(f, q,
                   v.verdict == YES  ? STR("符合")
                   : v.verdict == NO ? STR("不符合")
                                     : STR("尚不能判断"));
    else
        say_result(f, q, STR("只列所涉条件"));
    take_results(f, &v, whole);
    return OK;
}

/* Questions that are asked as a whole come first: what they have is not said again. */
err_t criteria_fill(struct criteria_said *out, const struct form_source *s, const struct part *of,
                    const struct process_step *step, struct arena *a, struct err *e)
{
    struct filling f = {.s = s, .a = a};
    const struct yvalue *day = s->document ? yin_get(s->document, "as_of") : NULL;
    enum lang spoken = msg_lang();
    err_t rc = OK;
    *out = (struct criteria_said){.count = 0};
    if (!day || !s->types)
        return OK;
    f.wanted = wanted_of(s->pack, of, step, a);
    msg_speak(LANG_ZH); /* papers are Chinese, whatever who asks speaks */
    for (int whole = 1; whole >= 0; whole--)
        for (size_t i = 0; rc == OK && i < s->pack->questions.len; i++)
            if (f.wanted.questions[i] == (whole == 1))
                rc = ask(&f, i, e);
    msg_speak(spoken);
    if (rc != OK || f.result.len == 0)
        return rc;
    *out = (struct criteria_said){arena_printf(a, "%.*s（按%.*s的记录）", STR_ARG(f.result),
                                               STR_ARG(form_date(day->text, a))),
                                  f.items.ptr, f.items.len};
    return OK;
}

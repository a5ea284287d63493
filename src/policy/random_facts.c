/* Records and keys are drawn from the table; most are there, some are not known. */
#include "policy/random_facts.h"
#include "policy/facts.h"
#include "policy/facts_priv.h"
#include "policy/pack_functions.h"

#define TRIES_MAX 64 /* documents that are refused before a smaller one is made */
#define ROWS_MOST 7

/* --- what the pack asks about --------------------------------------------------------------- */

static void hint_text(struct fact_hints *h, struct str text)
{
    if (text.len && text.len < 60 && !str_among(text, h->texts.ptr, h->texts.len))
        VEC_PUSH(h->arena, &h->texts, text);
}

static void hint_sql(struct fact_hints *h, struct str sql)
{
    for (size_t at = 0; at < sql.len; at++) {
        uint64_t n;
        size_t end = at;
        if (sql.ptr[at] == '\'') {
            end = str_find(sql, STR("'"), at + 1);
            hint_text(h, (struct str){sql.ptr + at + 1, end - at - 1});
        } else {
            while (end < sql.len && sql.ptr[end] >= '0' && sql.ptr[end] <= '9')
                end++;
            if (end > at && str_to_u64(&n, (struct str){sql.ptr + at, end - at}) &&
                n < 1000000000000)
                VEC_PUSH(h->arena, &h->numbers, (int64_t)n);
        }
        at = end > at ? end - (sql.ptr[at] != '\'') : at;
    }
}

static void hint_expr(struct fact_hints *h, const struct expr *x)
{
    if (!x)
        return;
    if (x->kind == EX_NUMBER && x->number / MILLION < INT64_MAX / 2)
        VEC_PUSH(h->arena, &h->numbers, (int64_t)(x->number / MILLION));
    for (size_t i = 0; i < x->count; i++)
        hint_expr(h, &x->children[i]);
}

void fact_hints_of(struct fact_hints *out, const struct pack *p, struct arena *a)
{
    *out = (struct fact_hints){.pack = p, .arena = a};
    for (size_t i = 0; i < p->indicators.len; i++) {
        hint_sql(out, str_of(p->indicators.ptr[i].sql));
        hint_text(out, p->indicators.ptr[i].word);
    }
    for (size_t i = 0; i < p->criteria.len; i++) {
        hint_expr(out, p->criteria.ptr[i].test.tree);
        for (size_t k = 0; k < p->criteria.ptr[i].readings.len; k++)
            hint_expr(out, p->criteria.ptr[i].readings.ptr[k].test.tree);
    }
    hint_text(out, STR("甲"));
    VEC_PUSH(a, &out->numbers, 1);
}

/* --- values --------------------------------------------------------------------------------- */

struct making {
    struct rand *r;
    const struct fact_hints *hints;
    struct date as_of;
    struct arena *a;
};

static bool chance(struct rand *r, uint32_t of_hundred)
{
    return rand_below(r, 100) < of_hundred;
}

static struct yvalue text_value(struct str text)
{
    return (struct yvalue){.type = Y_TEXT, .line = 1, .column = 1, .text = text};
}

static struct date off(struct date from, int days)
{
    int32_t at = date_to_days(from) + days;
    struct date d = date_from_days(at);
    return date_valid(d) ? d : from;
}

static struct date near(struct making *m)
{
    static const int steps[] = {0, 0, -1, 1, -2, -30, -7, 7, -92, -182, -365, -366, -731, 365};
    if (chance(m->r, 45))
        return off(m->as_of, steps[rand_below(m->r, ARRAY_LEN(steps))]);
    if (chance(m->r, 30)) /* an end or a beginning of a year */
        return off((struct date){m->as_of.year - (int)rand_below(m->r, 4), 1, 1},
                   (int)rand_below(m->r, 40) - 25);
    return off(m->as_of, (int)rand_below(m->r, 1400) - 1200);
}

static int64_t number_near(struct making *m)
{
    int64_t hint = m->hints->numbers.ptr[rand_below(m->r, (uint32_t)m->hints->numbers.len)];
    return chance(m->r, 60) ? hint + (int64_t)rand_below(m->r, 3) - 1
                            : (int64_t)rand_below(m->r, (uint32_t)(hint % 1000000 * 2 + 4));
}

static struct str amount(struct making *m)
{
    int64_t fen = number_near(m);
    fen = chance(m->r, 50) ? fen * 100 : fen; /* what SQL compares is in fen */
    fen = fen / (chance(m->r, 40) ? 1 + rand_below(m->r, 5) : 1) + rand_below(m->r, 3) - 1;
    fen = fen < 0 ? 0 : fen;
    return arena_printf(m->a, "%lld.%02lld", (long long)(fen / 100), (long long)(fen % 100));
}

static size_t count_words(const char *const *words)
{
    size_t n = 0;
    while (words[n])
        n++;
    return n;
}

static struct str some_text(struct making *m, const struct fact_column *c)
{
    static const char *const codes[] = {"91510100MA61TEST1X", "91510100201827364M",
                                        "12510000450717263A"};
    if (c->words)
        return str_of(c->words[rand_below(m->r, (uint32_t)count_words(c->words))]);
    if (c->key == CREDIT_CODE)
        return str_of(codes[rand_below(m->r, ARRAY_LEN(codes))]);
    if (c->key == TEXT_KEY || chance(m->r, 30))
        return arena_printf(m->a, "K%u", rand_below(m->r, 9));
    return m->hints->texts.ptr[rand_below(m->r, (uint32_t)m->hints->texts.len)];
}

static struct str year_or_number(struct making *m, const struct fact_column *c)
{
    struct str name = str_of(c->name);
    int64_t n =
        str_contains(name, STR("year")) ? m->as_of.year - 4 + rand_below(m->r, 6) : number_near(m);
    return arena_printf(m->a, "%lld", (long long)(n < 0 ? 0 : n));
}

static struct yvalue map_of(struct making *m, const struct fact_column *columns);

static struct yvalue list_of(struct making *m, const struct fact_column *inner)
{
    size_t count = rand_below(m->r, chance(m->r, 25) ? 2 * ROWS_MOST : ROWS_MOST);
    struct yvalue *rows = arena_array(m->a, count + 1, sizeof(*rows));
    for (size_t i = 0; i < count; i++)
        rows[i] =
            i > 0 && chance(m->r, 12) ? rows[rand_below(m->r, (uint32_t)i)] : map_of(m, inner);
    return (struct yvalue){.type = Y_LIST, .line = 1, .column = 1, .count = count, .items = rows};
}

static struct yvalue words_of(struct making *m, const struct fact_column *c)
{
    size_t count = rand_below(m->r, 4);
    struct yvalue *items = arena_array(m->a, count + 1, sizeof(*items));
    for (size_t i = 0; i < count; i++)
        items[i] = text_value(some_text(m, c));
    return (struct yvalue){.type = Y_LIST, .line = 1, .column = 1, .count = count, .items = items};
}

static struct yvalue value_of(struct making *m, const struct fact_column *c)
{
    switch (c->type) {
    case FACT_BOOL:
        return text_value(chance(m->r, 72) ? STR("true") : STR("false"));
    case FACT_DATE:
        return text_value(chance(m->r, 5) ? STR("false") : date_text(near(m), m->a));
    case FACT_MOMENT:
        return text_value(arena_printf(m->a, "%.*sT%02u:%02u", STR_ARG(date_text(near(m), m->a)),
                                       rand_below(m->r, 24), rand_below(m->r, 60)));
    case FACT_INT:
        return text_value(year_or_number(m, c));
    case FACT_MONEY:
        return text_value(amount(m));
    case FACT_NUMBER:
        return text_value(c->elsewhere ? arena_printf(m->a, "%u", rand_below(m->r, 101))
                                       : year_or_number(m, c));
    case FACT_TEXT:
    case FACT_WORD:
        return text_value(some_text(m, c));
    case FACT_TEXT_OR_FALSE:
        return text_value(chance(m->r, 30) ? STR("false") : some_text(m, c));
    case FACT_WORDS:
        return words_of(m, c);
    case FACT_ROWS:
        break;
    }
    return list_of(m, c->inner);
}

/* What begins does so before it ends (facts.md §3, "Order"): else the document is refused. */
static void put_in_order(struct yvalue *items, const struct yvalue *names, size_t count)
{
    static const char *const pairs[][2] = {{"from", "to"},       {"issued", "expires"},
                                           {"filed", "granted"}, {"start", "end"},
                                           {"issued", "due"},    {"base_year", "end_year"}};
    for (size_t p = 0; p < ARRAY_LEN(pairs); p++) {
        size_t first = count, last = count;
        for (size_t i = 0; i < count; i++) {
            first = str_is(names[i].text, pairs[p][0]) ? i : first;
            last = str_is(names[i].text, pairs[p][1]) ? i : last;
        }
        if (first == count || last == count || items[first].text.ptr[0] > '9' ||
            items[last].text.ptr[0] > '9' || str_cmp(items[first].text, items[last].text) < 0)
            continue;
        struct yvalue earlier = items[last];
        items[last] = items[first];
        items[first] = earlier;
        if (str_eq(items[first].text, items[last].text) && items[first].text.len == 4)
            items[first].text = STR("1999");
    }
}

static struct yvalue map_of(struct making *m, const struct fact_column *columns)
{
    size_t most = 0, count = 0;
    while (columns[most].name)
        most++;
    struct yvalue *items = arena_array(m->a, most + 1, sizeof(*items));
    struct yvalue *names = arena_array(m->a, most + 1, sizeof(*names));
    for (size_t i = 0; i < most; i++) {
        if (columns[i].report || chance(m->r, columns[i].absent ? 60 : 9))
            continue;
        names[count] = text_value(str_of(columns[i].name));
        items[count++] = value_of(m, &columns[i]);
    }
    put_in_order(items, names, count);
    return (struct yvalue){
        .type = Y_MAP, .line = 1, .column = 1, .count = count, .items = items, .names = names};
}

/* --- documents ------------------------------------------------------------------------------ */

struct date facts_random_day(struct rand *r, const struct fact_hints *h)
{
    struct date effective, expires, day = {2026, 1 + (int)rand_below(r, 12), 15};
    if (chance(r, 12) && date_parse(&effective, h->pack->document.effective))
        return off(effective, (int)rand_below(r, 4) - 2);
    if (chance(r, 8) && date_parse(&expires, h->pack->document.expires))
        return off(expires, (int)rand_below(r, 4) - 1);
    return off(day, (int)rand_below(r, 500) - 60);
}

/* What people found of the criteria that they judge, and the readings that were chosen. */
static struct yvalue judgements(struct making *m)
{
    const struct pack *p = m->hints->pack;
    struct yvalue *rows = arena_array(m->a, p->criteria.len + 1, sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; i < p->criteria.len; i++) {
        if ((!p->criteria.ptr[i].judged && !p->criteria.ptr[i].reason.tree) || chance(m->r, 12))
            continue;
        struct yvalue *items = arena_array(m->a, 2, sizeof(*items));
        struct yvalue *names = arena_array(m->a, 2, sizeof(*names));
        names[0] = text_value(STR("id"));
        items[0] = text_value(p->criteria.ptr[i].id);
        names[1] = text_value(STR("result"));
        items[1] = text_value(chance(m->r, 85) ? STR("pass") : STR("fail"));
        rows[count++] = (struct yvalue){
            .type = Y_MAP, .line = 1, .column = 1, .count = 2, .items = items, .names = names};
    }
    return (struct yvalue){.type = Y_LIST, .line = 1, .column = 1, .count = count, .items = rows};
}

static struct yvalue readings(struct making *m)
{
    const struct pack *p = m->hints->pack;
    struct yvalue *rows = arena_array(m->a, p->ambiguities.len + 1, sizeof(*rows));
    size_t count = 0;
    for (size_t i = 0; i < p->ambiguities.len; i++) {
        const struct ambiguity *x = &p->ambiguities.ptr[i];
        if (x->alternative_count == 0 || chance(m->r, 70))
            continue;
        struct yvalue *items = arena_array(m->a, 3, sizeof(*items));
        struct yvalue *names = arena_array(m->a, 3, sizeof(*names));
        names[0] = text_value(STR("id"));
        items[0] = text_value(x->id);
        names[1] = text_value(STR("reading"));
        items[1] = text_value(x->alternatives[rand_below(m->r, (uint32_t)x->alternative_count)]);
        names[2] = text_value(STR("reason"));
        items[2] = text_value(STR("虚构"));
        rows[count++] = (struct yvalue){
            .type = Y_MAP, .line = 1, .column = 1, .count = 3, .items = items, .names = names};
    }
    return (struct yvalue){.type = Y_LIST, .line = 1, .column = 1, .count = count, .items = rows};
}

static struct yvalue record(struct making *m, const struct fact_record *f)
{
    if (str_is(str_of(f->name), "judgements"))
        return judgements(m);
    if (str_is(str_of(f->name), "readings"))
        return readings(m);
    return f->shape == SHAPE_LIST     ? list_of(m, f->columns)
           : f->shape == SHAPE_OBJECT ? map_of(m, f->columns)
                                      : value_of(m, f->columns);
}

static const struct yvalue *document(struct making *m, uint32_t missing)
{
    size_t most = 1, count = 1;
    while (fact_records[most - 1].name)
        most++;
    struct yvalue *items = arena_array(m->a, most + 1, sizeof(*items));
    struct yvalue *names = arena_array(m->a, most + 1, sizeof(*names));
    struct yvalue *all = arena_alloc(m->a, sizeof(*all));
    names[0] = text_value(STR("as_of"));
    items[0] = text_value(date_text(m->as_of, m->a));
    for (size_t i = 0; fact_records[i].name; i++) {
        if (fact_records[i].report || chance(m->r, missing))
            continue;
        names[count] = text_value(str_of(fact_records[i].name));
        items[count++] = record(m, &fact_records[i]);
    }
    *all = (struct yvalue){
        .type = Y_MAP, .line = 1, .column = 1, .count = count, .items = items, .names = names};
    return all;
}

/* Whether it would be taken; what it brings to the scratch database is nobody's. */
static bool is_taken(const struct yvalue *d, struct db *scratch, int64_t subject, struct arena *a)
{
    struct facts facts;
    return facts_load(&facts, scratch, subject, d, a, NULL) == OK;
}

const struct yvalue *facts_random(struct rand *r, const struct fact_hints *h, struct db *scratch,
                                  int64_t subject, struct arena *a)
{
    struct making m = {r, h, facts_random_day(r, h), a};
    const struct yvalue *d = NULL;
    bool taken = false;
    for (uint32_t i = 0; !taken && i < TRIES_MAX; i++) {
        d = document(&m, 8 + i); /* the more it lacks, the less is refused */
        taken = is_taken(d, scratch, subject, a);
    }
    return taken ? d : document(&m, 100);
}

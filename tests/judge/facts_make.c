/* Documents by the table of fact_schema.c: a key that is added there comes up here. */
#include "judge/facts_make.h"
#include "base/vec.h"
#include "judge/facts_fill.h"
#include "policy/facts_priv.h"
#include "text/json.h"

static const char *const cities[] = {"成都市", "绵阳市", "太原市", "大同市", "北京市"};
static const char *const provinces[] = {"四川省", "山西省", "重庆市"};

struct making {
    struct jout j;
    struct rand *rand;
    struct arena *arena;
    const char *list; /* name of the record */
    unsigned row;
    unsigned first, years; /* of the dates that are made */
};

#define FIRST 22 /* 2022 */
#define YEARS 6

static bool chance(struct making *m, unsigned of_ten)
{
    return rand_below(m->rand, 10) < of_ten;
}

static struct str day(struct making *m)
{
    return arena_printf(m->arena, "20%02u-%02u-%02u", m->first + rand_below(m->rand, m->years),
                        1 + rand_below(m->rand, 12), 1 + rand_below(m->rand, 28));
}

static const char *a_word(struct making *m, const char *const *words)
{
    unsigned n = 0;
    while (words[n])
        n++;
    return words[rand_below(m->rand, n)];
}

/* Places by their names; codes that differ from row to row, as a natural key wants them. */
static struct str a_text(struct making *m, const struct fact_column *c)
{
    if (c->key == CREDIT_CODE)
        return made_code(rand_below(m->rand, 40) + (m->row % 1000) * 100, m->arena);
    if (strcmp(c->name, "city") == 0 || strcmp(c->name, "office_city") == 0)
        return str_of(cities[rand_below(m->rand, ARRAY_LEN(cities))]);
    if (strcmp(c->name, "registered_province") == 0)
        return str_of(provinces[rand_below(m->rand, ARRAY_LEN(provinces))]);
    if (strcmp(c->name, "currency") == 0)
        return chance(m, 5) ? STR("CNY") : STR("USD");
    return arena_printf(m->arena, "%s·%s-%u", c->name, c->key == TEXT_KEY ? "Ａb" : "甲乙", m->row);
}

static void put_row(struct making *m, const struct fact_column *columns);

static void put_list(struct making *m, const struct fact_column *c)
{
    unsigned count = 1 + rand_below(m->rand, 3); /* a record cannot say that it has none */
    jout_array(&m->j);
    for (unsigned i = 0; i < count; i++) {
        if (c->type == FACT_ROWS)
            put_row(m, c->inner);
        else if (c->words)
            jout_z(&m->j, c->words[i]);
        else
            jout_str(&m->j, arena_printf(m->arena, "%s %u", c->name, i));
    }
    jout_end_array(&m->j);
}

static void put_value(struct making *m, const struct fact_column *c)
{
    unsigned n = rand_below(m->rand, 3000000);
    switch (c->type) {
    case FACT_BOOL:
        jout_bool(&m->j, chance(m, 7));
        return;
    case FACT_DATE:
        if (chance(m, 2))
            jout_bool(&m->j, false);
        else
            jout_str(&m->j, day(m));
        return;
    case FACT_MOMENT:
        jout_str(&m->j, arena_printf(m->arena, "%.*sT%02u:%02u", STR_ARG(day(m)), n % 24, n % 60));
        return;
    case FACT_INT:
        jout_i64(&m->j, 2000 + m->first + m->row);
        return;
    case FACT_MONEY:
        jout_str(&m->j, arena_printf(m->arena, "%u.%02u", n, n % 100));
        return;
    case FACT_NUMBER:
        jout_str(&m->j, arena_printf(m->arena, "%u.%06u", n % 100, n % 1000000));
        return;
    case FACT_TEXT_OR_FALSE:
        if (chance(m, 3)) {
            jout_bool(&m->j, false);
            return;
        }
        jout_str(&m->j, a_text(m, c));
        return;
    case FACT_TEXT:
        jout_str(&m->j, a_text(m, c));
        return;
    case FACT_WORD:
        jout_z(&m->j, a_word(m, c->words));
        return;
    case FACT_WORDS:
    case FACT_ROWS:
        put_list(m, c);
        return;
    }
}

/* Values that must not be after another value of their record get the first half of the years, the
 * others the second. */
static void choose_years(struct making *m, const struct fact_column *columns,
                         const struct fact_column *c)
{
    bool last = false;
    for (const struct fact_column *o = columns; o->name; o++)
        last |= o->until && strcmp(o->until, c->name) == 0;
    m->first = last ? FIRST + YEARS / 2 : FIRST;
    m->years = last || c->until ? YEARS / 2 : YEARS;
}

static void put_row(struct making *m, const struct fact_column *columns)
{
    jout_object(&m->j);
    for (const struct fact_column *c = columns; c->name; c++) {
        if (c->report || c->elsewhere || (strcmp(c->name, "state") != 0 && chance(m, 2)))
            continue; /* a record always has a state, and says nothing that another one says */
        jout_name(&m->j, c->name);
        choose_years(m, columns, c);
        put_value(m, c);
    }
    jout_end_object(&m->j);
}

/* Readings change verdicts only by names that a pack has; a verdict's document has nothing of
 * reports. */
static bool is_made(const struct fact_record *r)
{
    return strcmp(r->name, "readings") != 0 && !r->report;
}

static void put_readings(struct making *m)
{
    if (!chance(m, 3))
        return;
    jout_pair_array(&m->j, "readings");
    jout_object(&m->j);
    jout_pair_z(&m->j, "id", "A-01");
    jout_pair_z(&m->j, "reading", "at_least");
    jout_pair_z(&m->j, "reason", "依上级口径");
    jout_end_object(&m->j);
    jout_end_array(&m->j);
}

struct str made_facts(struct rand *r, const char *as_of, unsigned rows, struct arena *a)
{
    struct making m = {.rand = r, .arena = a, .first = FIRST, .years = YEARS};
    VEC(const char *) open = {0};
    struct buf text;
    buf_init(&text, 0);
    jout_init(&m.j, &text);
    jout_object(&m.j);
    jout_pair_z(&m.j, "as_of", as_of);
    for (const struct fact_record *record = fact_records; record->name; record++) {
        if (chance(&m, 2) || !is_made(record))
            continue;
        m.list = record->name;
        m.row = 0;
        jout_name(&m.j, record->name);
        if (record->shape == SHAPE_VALUE)
            put_value(&m, record->columns);
        else if (record->shape == SHAPE_OBJECT)
            put_row(&m, record->columns);
        else {
            unsigned count = rand_below(r, rows + 1);
            jout_array(&m.j);
            for (; m.row < count; m.row++)
                put_row(&m, record->columns);
            jout_end_array(&m.j);
            if (count && chance(&m, 3))
                VEC_PUSH(a, &open, record->name);
        }
    }
    put_readings(&m);
    if (open.len) {
        jout_pair_array(&m.j, "open");
        for (size_t i = 0; i < open.len; i++)
            jout_z(&m.j, open.ptr[i]);
        jout_end_array(&m.j);
    }
    jout_end_object(&m.j);
    return buf_take(&text, a);
}

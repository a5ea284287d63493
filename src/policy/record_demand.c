/* Items of the section `records` on values of a case. */
#include "policy/record_demand.h"
#include "policy/calendar.h"

static const struct yvalue *value_of(const struct yvalue *map, struct str name, struct arena *a)
{
    const struct yvalue *v = map ? yin_get(map, arena_cstr(a, name)) : NULL;
    return v && !yin_is_null(v) ? v : NULL;
}

/* A "no" is none, nor is a list without a row. */
static bool is_had(const struct yvalue *v)
{
    if (!v)
        return false;
    return v->type == Y_TEXT ? v->text.len && !str_is(v->text, "false") : v->count > 0;
}

static bool is_value(const struct yvalue *v, struct str wanted)
{
    return v && v->type == Y_TEXT && str_eq(v->text, wanted);
}

/* FIELD=VALUE: any of them */
static bool is_when(const struct part_value *when, const struct yvalue *values, struct arena *a)
{
    bool found = when->word_count == 0;
    for (size_t i = 0; i < when->word_count; i++) {
        struct str wanted = when->words[i], field = str_split(&wanted, STR("="));
        found |= is_value(value_of(values, field, a), wanted);
    }
    return found;
}

/* "20.00" in millionths; false: it is no such number. */
static bool number_of(int64_t *out, struct str s)
{
    int64_t n = 0, places = -1;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.' && places < 0 && i > 0) {
            places = 0;
            continue;
        }
        if (s.ptr[i] < '0' || s.ptr[i] > '9' || places == 6 || n > INT64_MAX / 100000000)
            return false;
        n = n * 10 + (s.ptr[i] - '0');
        places += places >= 0;
    }
    for (int64_t i = places < 0 ? 0 : places; i < 6; i++)
        n *= 10;
    *out = n;
    return s.len > 0;
}

/* COLUMN=VALUE; of COLUMN>=NUMBER that or more, of COLUMN<=NUMBER that or less. */
static bool cell_is(const struct yvalue *row, struct str pair, struct arena *a)
{
    struct str wanted = pair, column = str_split(&wanted, STR("="));
    int64_t there, number;
    char sign = column.len ? column.ptr[column.len - 1] : 0;
    if (sign != '>' && sign != '<')
        return is_value(value_of(row, column, a), wanted);
    column.len--;
    const struct yvalue *v = value_of(row, column, a);
    return v && v->type == Y_TEXT && number_of(&there, v->text) && number_of(&number, wanted) &&
           (sign == '>' ? there >= number : there <= number);
}

static bool row_is(const struct yvalue *row, const struct part *item, struct arena *a)
{
    const struct part_value *pairs = part_value(item, "row"), *filled = part_value(item, "filled");
    bool ok = row->type == Y_MAP;
    for (size_t i = 0; ok && i < pairs->word_count; i++)
        ok = cell_is(row, pairs->words[i], a);
    for (size_t i = 0; ok && i < filled->word_count; i++)
        ok = value_of(row, filled->words[i], a) != NULL;
    return ok;
}

static bool lacks_row(const struct part *item, const struct yvalue *values, struct arena *a)
{
    const struct yvalue *table = value_of(values, part_text(item, "table"), a);
    bool found = false;
    for (size_t i = 0; table && table->type == Y_LIST && i < table->count; i++)
        found |= row_is(&table->items[i], item, a);
    return !found;
}

static bool day_of(struct date *out, const struct yvalue *values, struct str field, struct arena *a)
{
    const struct yvalue *v = value_of(values, field, a);
    return v && v->type == Y_TEXT && date_parse(out, v->text);
}

/* A term of which either day is not known lacks nothing. */
static bool lacks_term(const struct part *item, const struct yvalue *values, struct arena *a)
{
    const struct part_value *term = part_value(item, "term");
    const struct deadline_rule *rule = pack_deadline(item->from, part_text(item, "deadline"));
    struct str unless = part_text(item, "unless");
    struct years length;
    struct date from, to, last;
    if (!deadline_years(&length, rule) || term->word_count != 2 ||
        (unless.len && is_had(value_of(values, unless, a))) ||
        !day_of(&from, values, term->words[0], a) || !day_of(&to, values, term->words[1], a))
        return false;
    if (!date_term_end(&last, from, length))
        return false;
    int32_t over = date_to_days(to) - date_to_days(last);
    return over > 0 || (over < 0 && !part_true(item, "at_most"));
}

bool record_demand_lacks(const struct part *item, const struct yvalue *values, struct arena *a)
{
    const struct part_value *need = part_value(item, "need");
    struct str from = part_text(item, "from");
    if (!is_when(part_value(item, "when"), values, a) ||
        (from.len && !is_had(value_of(values, from, a))))
        return false;
    if (part_value(item, "term")->given)
        return lacks_term(item, values, a);
    struct str unless = part_text(item, "unless");
    if (part_value(item, "table")->given)
        return !(unless.len && is_had(value_of(values, unless, a))) && lacks_row(item, values, a);
    for (size_t i = 0; i < need->word_count; i++)
        if (!is_had(value_of(values, need->words[i], a)))
            return true;
    return false;
}

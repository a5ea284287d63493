/* Functions of pack SQL. A date that cannot be read, or a rule without a number, gives
 * NULL: not known. */
#include "policy/pack_functions.h"
#include "base/msg.h"
#include "policy/calendar.h"
#include "policy/facts.h"
#include "policy/facts_priv.h"
#include "policy/head_schema.h"

/* Rows of an indicator are some thousands; a SELECT that joins lists without end is stopped. */
#define STEPS_MAX 50000000

static struct str text_of(const struct value *v)
{
    return v->type == VALUE_STR ? bytes_str(v->bytes) : STR_NONE;
}

static const struct deadline_rule *rule_of(const struct pack_functions *f, const struct value *v)
{
    return pack_deadline(f->pack, text_of(v));
}

static void give_date(struct value *out, struct pack_functions *f, struct date d)
{
    date_format(f->text, d);
    *out = v_str(str_of(f->text));
}

static void note_day(struct pack_functions *f, const struct deadline_rule *rule, struct date from,
                     const struct due *due)
{
    struct counted_day one = {.rule = rule, .provisional = due->provisional};
    date_format(one.day, due->date);
    date_format(one.from, from);
    for (size_t i = 0; i < f->called_count; i++)
        if (f->called[i].rule == rule && strcmp(f->called[i].from, one.from) == 0)
            return;
    if (f->called_count < ARRAY_LEN(f->called))
        f->called[f->called_count++] = one;
}

static bool find_due(struct due *due, const struct value *arguments, struct pack_functions *f)
{
    const struct deadline_rule *rule = rule_of(f, &arguments[0]);
    const struct counting how = {f->pack->calendar, f->carries};
    struct date from;
    if (!rule || !date_parse(&from, text_of(&arguments[1])) ||
        due_of(due, rule, from, &how, NULL) != OK || due->state != DUE_KNOWN)
        return false;
    note_day(f, rule, from, due);
    return true;
}

static void call_deadline(struct value *out, const struct value *arguments, void *state)
{
    struct due due;
    if (str_is(text_of(&arguments[1]), NEVER))
        *out = v_str(STR(NEVER));
    else if (find_due(&due, arguments, state))
        give_date(out, state, due.date);
}

static void call_provisional(struct value *out, const struct value *arguments, void *state)
{
    struct due due;
    if (str_is(text_of(&arguments[1]), NEVER))
        *out = v_i64(0);
    else if (find_due(&due, arguments, state))
        *out = v_i64(due.provisional);
}

/* The latest year whose day of a yearly rule (or of a quarter's, in one of its quarters) lies before a day
 * (Y in the criteria of packs): the day may lie in a later year than the one that it is of (Y+1-01-31), and behind days
 * off. */
static bool find_last(int *year, struct due *due, const struct value *arguments,
                      struct pack_functions *f)
{
    const struct deadline_rule *rule = rule_of(f, &arguments[0]);
    const struct counting how = {f->pack->calendar, f->carries};
    struct date as_of;
    if (!rule || (rule->kind != DUE_YEARLY && rule->kind != DUE_QUARTERLY) ||
        !date_parse(&as_of, text_of(&arguments[1])))
        return false;
    int step = rule->kind == DUE_YEARLY ? 12 : 3;
    for (int at = as_of.year * 12 + (as_of.month - 1) / step * step; at >= 12; at -= step)
        if (due_of(due, rule, (struct date){at / 12, at % 12 + 1, 1}, &how, NULL) == OK &&
            date_to_days(due->date) < date_to_days(as_of)) {
            *year = at / 12;
            note_day(f, rule, as_of, due);
            return true;
        }
    return false;
}

static void call_last_due(struct value *out, const struct value *arguments, void *state)
{
    struct due due;
    int year;
    if (find_last(&year, &due, arguments, state))
        give_date(out, state, due.date);
}

static void call_last_year(struct value *out, const struct value *arguments, void *state)
{
    struct due due;
    int year;
    if (find_last(&year, &due, arguments, state))
        *out = v_i64(year);
}

static void call_days(struct value *out, const struct value *arguments, void *state)
{
    struct date from, to;
    (void)state;
    if (date_parse(&from, text_of(&arguments[0])) && date_parse(&to, text_of(&arguments[1])))
        *out = v_i64(date_to_days(to) - date_to_days(from));
}

const struct said_word pack_function_words[] = {
    {"deadline", N_("deadline(rule, from): the day as text; 'never' from 'never'")},
    {"provisional", N_("provisional(rule, from): 1 where a year without its table was counted")},
    {"last_due",
     N_("last_due(rule, as_of): latest day of a yearly or quarterly rule before as_of")},
    {"last_year", N_("last_year(rule, as_of): the year whose day that is")},
    {"days", N_("days(from, to): number of days between two days")},
    {NULL, NULL}};

struct sandbox pack_sandbox(struct pack_functions *state, const struct pack *p)
{
    static const struct sandbox_function functions[] = {
        {"deadline", 2, call_deadline}, {"provisional", 2, call_provisional},
        {"last_due", 2, call_last_due}, {"last_year", 2, call_last_year},
        {"days", 2, call_days},
    };
    _Static_assert(ARRAY_LEN(pack_function_words) == ARRAY_LEN(functions) + 1,
                   "each has its words");
    *state = (struct pack_functions){.pack = p};
    return (struct sandbox){"fact_", functions, ARRAY_LEN(functions), state, STEPS_MAX};
}

void pack_functions_read(struct pack_functions *state, const struct facts *facts)
{
    const struct ambiguity *m = pack_carrying(state->pack);
    state->carries = false;
    for (size_t i = 0; m && i < facts->reading_count; i++)
        state->carries |=
            str_eq(facts->readings[i].id, m->id) && str_eq(facts->readings[i].reading, m->carries);
}

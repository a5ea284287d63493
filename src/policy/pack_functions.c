/* Functions of pack SQL. A date that cannot be read, or a rule without a number, gives
 * NULL: not known. */
#include "policy/pack_functions.h"
#include "policy/calendar.h"
#include "policy/facts.h"
#include "policy/facts_priv.h"

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

static bool find_due(struct due *due, const struct value *arguments, struct pack_functions *f)
{
    const struct deadline_rule *rule = rule_of(f, &arguments[0]);
    const struct counting how = {f->pack->calendar, f->carries};
    struct date from;
    return rule && date_parse(&from, text_of(&arguments[1])) &&
           due_of(due, rule, from, &how, NULL) == OK && due->state == DUE_KNOWN;
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

static void call_last_due(struct value *out, const struct value *arguments, void *state)
{
    const struct deadline_rule *rule = rule_of(state, &arguments[0]);
    struct date as_of;
    struct due due;
    if (!rule || rule->kind != DUE_YEARLY || !date_parse(&as_of, text_of(&arguments[1])) ||
        as_of.year < 2 || due_of(&due, rule, as_of, NULL, NULL) != OK)
        return;
    if (date_to_days(due.date) >= date_to_days(as_of))
        due.date.year--;
    give_date(out, state, due.date);
}

static void call_days(struct value *out, const struct value *arguments, void *state)
{
    struct date from, to;
    (void)state;
    if (date_parse(&from, text_of(&arguments[0])) && date_parse(&to, text_of(&arguments[1])))
        *out = v_i64(date_to_days(to) - date_to_days(from));
}

struct sandbox pack_sandbox(struct pack_functions *state, const struct pack *p)
{
    static const struct sandbox_function functions[] = {{"deadline", 2, call_deadline},
                                                        {"provisional", 2, call_provisional},
                                                        {"last_due", 2, call_last_due},
                                                        {"days", 2, call_days}};
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

/* What a type asks of others (`asks:`): read from its file and checked. */
#include "record/lint.h"

#define DAYS_MAX 366

static struct ask_rule read_ask(struct type_reader *r, const struct yvalue *map)
{
    static const char *const known[] = {"name", "label", "who",  "when", "sees", "fills",
                                        "sets", "roles", "days", "link", NULL};
    struct ask_rule ask = {.name = take_name(r, map, "name"), .line = map->line};
    ytake_keys(&r->take, map, known);
    ask.label = take_label(r, map, "label", true);
    ask.who = ytake_required(&r->take, map, "who");
    ask.when = take_conditions(r, map, "when");
    ask.sees.count = take_words(&ask.sees.items, r, map, "sees");
    ask.fills.count = take_words(&ask.fills.items, r, map, "fills");
    ask.sets.count = take_words(&ask.sets.items, r, map, "sets");
    ask.roles.count = take_words(&ask.roles.items, r, map, "roles");
    if (!take_i64(&ask.days, r, map, "days", 1, DAYS_MAX))
        type_fault(r, map->line, "an ask says in how many days: days: 14");
    ask.link = ytake_bool(&r->take, map, "link", false);
    return ask;
}

/* The answer fills what the ask sets, and withdrawing it empties that again, as actions do (set_by). */
static void mark_set(const struct record_type *t, const struct ask_rule *ask, struct arena *a)
{
    struct str *names = arena_array(a, 2, sizeof(*names));
    names[0] = arena_printf(a, ASK_ANSWER "%.*s", STR_ARG(ask->name));
    names[1] = arena_printf(a, ASK_WITHDRAW "%.*s", STR_ARG(ask->name));
    for (size_t i = 0; i < ask->sets.count; i++) {
        struct field *f = (struct field *)record_field(t, ask->sets.items[i]);
        if (!f)
            continue; /* lint_ask tells */
        f->set_by = names;
        f->cleared_by = names + 1;
        f->set_by_count = f->cleared_by_count = 1;
    }
}

void asks_parse(struct type_reader *r, struct record_type *t, const struct yvalue *root)
{
    const struct yvalue *items;
    size_t count = ytake_maps(&items, &r->take, root, "asks");
    struct ask_rule *all = arena_array(r->take.arena, count + 1, sizeof(*all));
    for (size_t i = 0; i < count; i++) {
        all[i] = read_ask(r, &items[i]);
        if (FIND_BY(all, i, name, all[i].name))
            type_fault(r, all[i].line, "the ask \"%.*s\" is defined twice", STR_ARG(all[i].name));
        mark_set(t, &all[i], r->take.arena);
    }
    t->asks = all;
    t->ask_count = count;
}

const struct ask_rule *record_ask_rule(const struct record_type *t, struct str name)
{
    return FIND_BY(t->asks, t->ask_count, name, name);
}

/* --- checks ------------------------------------------------------------------------------- */

/* The asked cannot open other records and files; erasing by law does not reach what it was shown of a person. */
static bool is_for_asked(const struct field *f, bool writes)
{
    bool ok = f->type != FIELD_REF && f->type != FIELD_REFS && f->type != FIELD_FILE &&
              f->type != FIELD_FILES && (writes || !f->personal);
    for (size_t i = 0; i < f->field_count; i++)
        ok &= !f->fields[i].personal;
    return ok && !(writes && (!field_is_given(f) || f->type == FIELD_TABLE));
}

static void check_shown(const struct lint *l, const struct ask_rule *ask, const char *key,
                        const struct str_list *names)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct field *f = lint_used(l, ask->line, key, names->items[i]);
        if (f && !is_for_asked(f, names == &ask->fills))
            FAULT(l, ask->line, "%s names \"%.*s\", which is not for the asked to see or write",
                  key, STR_ARG(f->name));
        if (f && ask->link && (f->secrecy == SECRECY_SECRET || l->t->secrecy == SECRECY_SECRET))
            FAULT(l, ask->line, "%s names \"%.*s\", which is secret, and link is true", key,
                  STR_ARG(f->name));
    }
}

void lint_ask(const struct lint *l, const struct ask_rule *ask)
{
    const struct field *who = lint_used(l, ask->line, "who", ask->who);
    bool day = false;
    if (who && who->type != FIELD_PARTY && (who->type != FIELD_REF || !str_is(who->to, "account")))
        FAULT(l, ask->line, "who names \"%.*s\", neither party nor account", STR_ARG(who->name));
    lint_conditions(l, &ask->when, true);
    if (ask->when.count && !FIND_BY(ask->when.items, ask->when.count, field, STR("state")))
        FAULT(l, ask->line, "when of an ask has no state, so nothing opens it: leave it out");
    for (size_t i = 0; i < ask->roles.count; i++)
        if (!str_among(ask->roles.items[i], l->set->references.roles.ptr,
                       l->set->references.roles.len))
            FAULT(l, ask->line, "\"roles\" names \"%.*s\", which is no role",
                  STR_ARG(ask->roles.items[i]));
    if (ask->sees.count == 0)
        FAULT(l, ask->line, "sees must name something");
    check_shown(l, ask, "sees", &ask->sees);
    check_shown(l, ask, "fills", &ask->fills);
    for (size_t i = 0; i < ask->sets.count; i++) {
        const struct field *f = lint_used(l, ask->line, "sets", ask->sets.items[i]);
        if (f && f->type == FIELD_DATE)
            day = true;
        else if (f && !(field_value(f, STR("account")) && field_value(f, STR("link"))))
            FAULT(l, ask->line, "sets names \"%.*s\", neither date nor enum of account and link",
                  STR_ARG(f->name));
    }
    if (!day)
        FAULT(l, ask->line, "sets names no date");
}

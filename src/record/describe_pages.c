/* The JSON of what pages need of a type (type_pages.c), as the API describes it. */
#include "record/type_priv.h"
#include "text/json.h"

void conditions_json(struct jout *j, const struct conditions *when)
{
    if (when->count == 0)
        return;
    jout_pair_object(j, "when");
    for (size_t i = 0; i < when->count; i++) {
        const struct condition *k = &when->items[i];
        jout_name_str(j, k->field);
        if (k->negated) {
            jout_object(j);
            jout_name(j, "not");
        }
        jout_strs(j, k->values, k->value_count);
        if (k->negated)
            jout_end_object(j);
    }
    jout_end_object(j);
}

void record_duty_json(struct jout *j, const struct duty_rule *d)
{
    if (d->code.len || d->by.len) {
        jout_pair_object(j, "duty");
        jout_pair(j, "is", d->code);
        jout_pair(j, "by", d->by);
        if (d->of_count) {
            jout_pair_object(j, "of");
            for (size_t i = 0; i < d->of_count; i++) {
                jout_name_str(j, d->of[i].value);
                jout_str(j, d->of[i].duty);
            }
            jout_end_object(j);
        }
        jout_pair(j, "else", d->otherwise);
        jout_end_object(j);
    }
}

static void sections_json(struct jout *j, const char *name, const struct section *all, size_t count)
{
    if (count == 0)
        return;
    jout_pair_array(j, name);
    for (size_t i = 0; i < count; i++) {
        const struct section *s = &all[i];
        jout_object(j);
        jout_pair(j, "name", s->name);
        describe_label(j, "label", &s->label);
        conditions_json(j, &s->when);
        describe_words(j, "fields", s->fields, s->field_count);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void stages_json(struct jout *j, const struct record_type *t)
{
    if (t->stage_count == 0)
        return;
    jout_pair_array(j, "stages");
    for (size_t i = 0; i < t->stage_count; i++) {
        const struct stage_rule *g = &t->stages[i];
        jout_object(j);
        jout_pair(j, "name", g->name);
        describe_label(j, "label", &g->label);
        conditions_json(j, &g->when);
        describe_words(j, "given", g->given, g->given_count);
        if (g->has.type.len) {
            jout_pair_object(j, "has");
            jout_pair(j, "type", g->has.type);
            jout_pair(j, "field", g->has.field);
            conditions_json(j, &g->has.when);
            jout_end_object(j);
        }
        jout_pair(j, "each", g->each);
        jout_pair(j, "on", g->on);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void dues_json(struct jout *j, const struct record_type *t)
{
    if (t->due_count == 0)
        return;
    jout_pair_array(j, "dues");
    for (size_t i = 0; i < t->due_count; i++) {
        const struct due_rule *d = &t->dues[i];
        jout_object(j);
        jout_pair(j, "name", d->name);
        describe_label(j, "label", &d->label);
        describe_words(j, "on", d->on, d->on_count);
        jout_pair(j, "after", d->after);
        conditions_json(j, &d->when);
        jout_pair(j, "until", d->until);
        describe_words(j, "newer", d->newer, d->newer_count);
        describe_words(j, "computed", d->computed, d->computed_count);
        jout_pair_array(j, "warn");
        for (size_t k = 0; k < d->warn_count; k++)
            jout_i64(j, d->warn[k]);
        jout_end_array(j);
        jout_pair(j, "whom", d->whom);
        jout_pair(j, "act", d->act);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void asks_json(struct jout *j, const struct record_type *t)
{
    if (t->ask_count == 0)
        return;
    jout_pair_array(j, "asks");
    for (size_t i = 0; i < t->ask_count; i++) {
        const struct ask_rule *ask = &t->asks[i];
        jout_object(j);
        jout_pair(j, "name", ask->name);
        describe_label(j, "label", &ask->label);
        jout_pair(j, "who", ask->who);
        conditions_json(j, &ask->when);
        describe_words(j, "sees", ask->sees.items, ask->sees.count);
        describe_words(j, "fills", ask->fills.items, ask->fills.count);
        describe_words(j, "sets", ask->sets.items, ask->sets.count);
        describe_words(j, "roles", ask->roles.items, ask->roles.count);
        jout_pair_i64(j, "days", ask->days);
        jout_pair_bool(j, "link", ask->link);
        jout_end_object(j);
    }
    jout_end_array(j);
}

void pages_json(struct jout *j, const struct record_type *t)
{
    record_duty_json(j, &t->duty);
    describe_words(j, "dated", t->duty.dated, t->duty.dated_count);
    describe_words(j, "within", t->within.items, t->within.count);
    sections_json(j, "sections", t->sections, t->section_count);
    sections_json(j, "papers", t->papers, t->paper_count);
    stages_json(j, t);
    dues_json(j, t);
    asks_json(j, t);
    if (t->carry_count == 0)
        return;
    jout_pair_array(j, "carry");
    for (size_t i = 0; i < t->carry_count; i++)
        jout_str(j, t->carries[i].from);
    jout_end_array(j);
}

/* Computed from the data that case/content.c uses: the fields of a type except those that the process
 * fixes, those that follow from the case, and those that nobody may state. */
#include "matter/entered.h"
#include "matter/fact_name.h"
#include "matter/publicity.h"

static bool leads(const struct transition *by, struct str state)
{
    return str_eq(by->to, state) && !str_among(state, by->from, by->from_count);
}

/* The fields needed by the record's transitions to the state. If there are several, the two-person
 * one is not considered. */
static bool needed_in(const struct record_type *t, const struct field *f, struct str state)
{
    bool needed = str_among(state, f->required_from, f->required_from_count), usual = false;
    for (size_t i = 0; state.len && i < t->transition_count; i++)
        usual |= leads(&t->transitions[i], state) && !t->transitions[i].two_persons;
    for (size_t i = 0; !needed && state.len && i < t->transition_count; i++)
        needed = leads(&t->transitions[i], state) && !(usual && t->transitions[i].two_persons) &&
                 str_among(f->name, t->transitions[i].need, t->transitions[i].need_count);
    return needed;
}

/* True if all conditions hold for the values that the step writes. */
static bool condition_written(const struct conditions *when, const struct process_effect *by)
{
    bool holds = true;
    for (size_t i = 0; holds && i < when->count; i++) {
        const struct condition *k = &when->items[i];
        struct str value = process_writes(by, k->field);
        holds = value.len && str_among(value, k->values, k->value_count) != k->negated;
    }
    return holds;
}

/* Whether a value that the step writes makes a constraint require the field. */
static bool is_constrained(const struct record_type *t, const struct field *f,
                           const struct process_effect *by)
{
    bool needed = false;
    for (size_t i = 0; !needed && i < t->constraint_count; i++) {
        const struct constraint *c = &t->constraints[i];
        needed = c->kind == CONSTRAINT_WHEN_NEED && str_among(f->name, c->fields, c->field_count) &&
                 (c->since.len == 0 || process_writes(by, c->since).len) &&
                 condition_written(&c->when, by);
    }
    return needed;
}

static bool needed_after(const struct record_type *t, const struct field *f,
                         const struct process_effect *by)
{
    return needed_in(t, f, process_writes(by, STR("state"))) || is_constrained(t, f, by);
}

static bool fills(const struct part *cell, struct str path)
{
    const struct part_value *fill = part_value(cell, "fill");
    return part_true(cell, "required") && str_among(path, fill->words, fill->word_count);
}

/* Whether a form that the step hands in asks for the field. */
static bool form_asks(const struct pack *p, const struct process_step *s, struct str path)
{
    for (size_t i = 0; i < s->effect_count; i++) {
        const struct part *f = s->effects[i].kind == EFFECT_HAND_IN
                                   ? part_named(p, PART_FORMS, s->effects[i].object)
                                   : NULL;
        const struct part_value *sections = f ? part_value(f, "sections") : NULL;
        for (size_t k = 0; sections && k < sections->item_count; k++) {
            const struct part_value *cells = part_value(&sections->items[k], "cells");
            for (size_t c = 0; c < cells->item_count; c++)
                if (fills(&cells->items[c], path))
                    return true;
        }
    }
    return false;
}

/* Fields needed by the transition to the state are required in a party's step only if the
 * submitted forms ask for them: not every document has them. */
static bool is_required(const struct pack *p, const struct process_step *s,
                        const struct entered_record *r, const struct field *f, struct arena *a)
{
    const struct record_type *t = r->type;
    const struct process_effect *by = r->effect;
    struct str state = process_writes(by, STR("state"));
    if (is_constrained(t, f, by))
        return true;
    if (!needed_in(t, f, state))
        return false;
    return !process_is_partys(s) || str_among(state, f->required_from, f->required_from_count) ||
           form_asks(p, s, arena_printf(a, "%.*s.%.*s", STR_ARG(t->name), STR_ARG(f->name)));
}

static void add_list(struct entered_record *r, struct str how, struct arena *a)
{
    const char *const *members = publicity_members(how);
    const struct field *sites = record_field(r->type, STR("sites"));
    for (size_t i = 0; members[i]; i++) {
        struct str name = str_of(members[i]);
        const struct field *own = record_field(r->type, name);
        bool is_site = str_is(name, "site"); /* one of the places, by its address */
        bool optional = str_is(name, "title") || str_is(name, "note");
        VEC_PUSH(a, &r->fields,
                 ((struct entered_field){
                     .name = name,
                     .field = own ? own : record_row_field(sites, is_site ? STR("url") : name),
                     .required = !optional,
                     .columns = own == sites ? publicity_site_members() : NULL}));
    }
}

/* As case/content.c decides it (says_himself), of anybody who may take the step. */
static bool may_say(const struct process_step *s, const struct field *f)
{
    enum word_kind kind = f->word.kind == WORD_STEP ? WORD_OFFICE : f->word.kind;
    bool may = !f->has_word || (f->word.kind == WORD_STEP && process_is_offices(s));
    for (size_t i = 0; !may && i < s->role_count; i++)
        may = fact_word_may(kind, s->roles[i]);
    return may;
}

/* Whether only named fields can be entered: the type is written by steps only, this step moves the
 * record to a state, or the policy names the content of a new one. */
static bool is_narrow(const struct record_type *t, const struct process_effect *f)
{
    return t->by_actions_only || process_writes(f, STR("state")).len ||
           (f->kind == EFFECT_RECORD && f->enter_count);
}

static bool sets(const struct process_effect *f, const struct record_type *t,
                 const struct field *field)
{
    size_t dot = str_find(f->object, STR("."), 0);
    if (f->kind == EFFECT_CHANGE)
        return str_eq(f->object, t->name) && process_writes(f, field->name).len > 0;
    return f->kind == EFFECT_DATE && dot < f->object.len &&
           str_eq((struct str){f->object.ptr, dot}, t->name) &&
           str_eq((struct str){f->object.ptr + dot + 1, f->object.len - dot - 1}, field->name);
}

const struct process_step *programme_entered_in(const struct pack *p, const struct record_type *t,
                                                const struct field *field,
                                                const struct process_step *here)
{
    const struct process_step *found = NULL, *later = NULL;
    for (size_t i = 0; t->by_actions_only && i < p->process_count; i++)
        for (size_t k = 0; k < p->processes[i].step_count; k++) {
            const struct process_step *s = &p->processes[i].steps[k];
            for (size_t n = 0; n < s->effect_count; n++) {
                const struct process_effect *f = &s->effects[n];
                if (sets(f, t, field)) {
                    if (here && str_eq(s->id, here->id) && s->line == here->line)
                        return NULL; /* what is taken may be the step without an effect of it */
                    found = found ? found : s;
                } else if (!here && !later && !field->required && f->kind == EFFECT_CHANGE &&
                           str_eq(f->object, t->name)) {
                    later = s;
                }
            }
        }
    return found ? found : later;
}

bool programme_continues_record(const struct pack *p, const struct process *process)
{
    for (size_t i = 0; i < p->process_count; i++)
        for (size_t k = 0; k < p->processes[i].step_count; k++)
            for (size_t n = 0; n < p->processes[i].steps[k].effect_count; n++) {
                const struct process_effect *f = &p->processes[i].steps[k].effects[n];
                if (f->kind == EFFECT_START && str_eq(f->object, process->id) &&
                    str_eq(p->processes[i].subject, process->subject))
                    return true;
            }
    return false;
}

/* For a record other than the case's own, a step fills in the fields it needs; existing values are
 * kept. */
static void add_fields(struct entered_record *r, const struct pack *p, const struct process_step *s,
                       bool of_year, struct arena *a)
{
    const struct record_type *t = r->type;
    const struct process_effect *f = r->effect;
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *field = &t->fields[i];
        bool is_new = f->kind == EFFECT_RECORD;
        bool needed = needed_after(t, field, f) || (is_new && field->required);
        bool named = str_among(field->name, f->enters, f->enter_count);
        enum follows follows = programme_derivation_of(t, field);
        /* The year follows from the matter of the case, where that is of a year. */
        if (!field_is_given(field) || process_writes(f, field->name).len ||
            (follows && (follows != FOLLOWS_YEAR || of_year)) || !may_say(s, field))
            continue;
        if (!needed && !named && (is_narrow(t, f) || (!is_new && !r->own)))
            continue;
        if (!is_new && r->own && programme_entered_in(p, t, field, s))
            continue;
        bool required = (is_new && field->required) || is_required(p, s, r, field, a);
        VEC_PUSH(a, &r->fields,
                 ((struct entered_field){.name = field->name,
                                         .field = field_in_pack(field, p, a),
                                         .required = required}));
    }
}

static bool commits(const struct pack *p, struct str form)
{
    const struct part *f = part_named(p, PART_FORMS, form);
    const struct part_value *sections = f ? part_value(f, "sections") : NULL;
    for (size_t i = 0; sections && i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t c = 0; c < cells->item_count; c++)
            if (str_is(part_text(&cells->items[c], "kind"), "commitment"))
                return true;
    }
    return false;
}

void programme_entered(struct entered *out, const struct pack *p, const struct process *process,
                       const struct process_step *s, const struct record_types *types,
                       struct arena *a)
{
    const struct record_type *matter = record_type_find(types, process->subject);
    bool of_year = matter && programme_year_field(matter);
    *out = (struct entered){0};
    for (size_t i = 0; i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        const struct record_type *t = record_type_find(types, f->object);
        if (f->kind == EFFECT_HAND_IN)
            out->commitment |= commits(p, f->object);
        if (!t || str_is(s->actor, "public") ||
            (f->kind != EFFECT_RECORD && f->kind != EFFECT_CHANGE))
            continue;
        bool own = str_eq(t->name, process->subject) &&
                   (!programme_is_partys(t) || str_is(s->actor, "applicant") ||
                    str_is(s->actor, "centre"));
        struct entered_record r = {.type = t, .effect = f, .own = own};
        if (publicity_how(s, f).len) {
            add_list(&r, publicity_how(s, f), a);
        } else {
            r.named = f->kind == EFFECT_CHANGE && t != matter && !own &&
                      process_writes(f, STR("state")).len;
            add_fields(&r, p, s, of_year, a);
        }
        if (r.fields.len)
            VEC_PUSH(a, &out->records, r);
    }
}

static bool is_named(const struct process_effect *f, const struct record_type *t, struct str field)
{
    const struct field *of = record_field(t, field);
    bool is_new = f->kind == EFFECT_RECORD;
    return str_among(field, f->enters, f->enter_count) || process_writes(f, field).len ||
           (of && is_new && (!field_is_given(of) || programme_derivation_of(t, of))) ||
           (of && (needed_after(t, of, f) || (is_new && of->required)));
}

bool programme_enters(const struct process_step *s, const struct record_type *t, struct str field)
{
    bool narrow = false;
    if (str_is(s->actor, "public"))
        return true;
    for (size_t i = 0; i < s->effect_count; i++) {
        const struct process_effect *f = &s->effects[i];
        if ((f->kind != EFFECT_RECORD && f->kind != EFFECT_CHANGE) || !str_eq(f->object, t->name))
            continue;
        if (publicity_how(s, f).len || !is_narrow(t, f) || is_named(f, t, field))
            return true;
        narrow = true;
    }
    return !narrow;
}

/* The first that leads on from the start and that people take. */
static const struct process_step *first_step(const struct process *p)
{
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; k < p->steps[i].from_count; k++)
            if (p->steps[i].from[k] == p->start && p->steps[i].role_count)
                return &p->steps[i];
    return NULL;
}

void programme_begin_fields(struct entered *out, const struct process_step **from,
                            const struct pack *p, const struct process *process,
                            const struct record_types *types, struct arena *a)
{
    const struct record_type *t = record_type_find(types, process->subject);
    struct entered_record r = {.type = t};
    *out = (struct entered){0};
    *from = t ? first_step(process) : NULL;
    for (size_t i = 0; *from && !programme_continues_record(p, process) && i < t->field_count;
         i++) {
        const struct field *f = &t->fields[i];
        enum follows follows = programme_derivation_of(t, f);
        if (!field_is_given(f) || FIND_BY(process->begins, process->begin_count, name, f->name) ||
            !may_say(*from, f) || programme_entered_in(p, t, f, NULL) ||
            (follows &&
             follows != FOLLOWS_YEAR)) /* the year is said here, and follows afterwards */
            continue;
        VEC_PUSH(a, &r.fields,
                 ((struct entered_field){.name = f->name,
                                         .field = field_in_pack(f, p, a),
                                         .required = f->required || needed_in(t, f, t->initial)}));
    }
    if (r.fields.len)
        VEC_PUSH(a, &out->records, r);
}

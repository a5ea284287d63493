/* The set of types and looking things up in one. */
#include "record/type.h"
#include "base/msg.h"
#include "record/plan.h"
#include "record/type_priv.h"
#include <stdlib.h>

bool record_is_system_column(struct str name)
{
    return system_column_named(name) != SYS_COUNT;
}

/* The first index whose type is not before `name`. */
static size_t place_of(const struct record_types *set, struct str name)
{
    size_t low = 0, high = set->types.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(set->types.ptr[middle]->name, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct record_type *record_type_find(const struct record_types *set, struct str name)
{
    size_t at = place_of(set, name);
    return at < set->types.len && str_eq(set->types.ptr[at]->name, name) ? set->types.ptr[at]
                                                                         : NULL;
}

bool record_type_is_view(const struct record_type *t)
{
    return t->core && t->by_actions_only && str_is(t->table, "unit");
}

const struct record_type *record_type_at(const struct record_types *set, size_t i)
{
    return i < set->types.len ? set->types.ptr[i] : NULL;
}

struct str label_shown(struct label l)
{
    return msg_lang() == LANG_EN && l.en.len ? l.en : l.zh;
}

struct str record_type_label(const struct record_type *t)
{
    return label_shown(t->label);
}

const struct field *record_field(const struct record_type *t, struct str name)
{
    return FIND_BY(t->fields, t->field_count, name, name);
}

bool record_type_names(const struct record_type *t, const struct record_type *of)
{
    const struct field *f = of->key_count == 1 ? record_field(t, of->key[0]) : NULL;
    return f && t != of && t->owner == OWNER_UNIT && of->owner == OWNER_UNIT &&
           f->type == record_field(of, of->key[0])->type;
}

const struct field *record_row_field(const struct field *table, struct str name)
{
    return FIND_BY(table->fields, table->field_count, name, name);
}

struct str field_choices_of(const struct field *f)
{
    return f->choices_of.len ? f->choices_of : f->word.fact;
}

const struct enum_value *field_value(const struct field *f, struct str code)
{
    return FIND_BY(f->values, f->value_count, code, code);
}

struct label field_word(const struct field *f, struct str code, struct str programme)
{
    const struct enum_value *found = field_value(f, code);
    for (size_t i = 0; i < f->value_count; i++)
        if (str_eq(f->values[i].code, code) && str_eq(f->values[i].pack, programme))
            found = &f->values[i];
    return found ? found->label : (struct label){code, code};
}

struct str field_code(const struct field *f, struct str text)
{
    for (size_t i = 0; !field_value(f, text) && i < f->value_count; i++)
        if (str_eq(f->values[i].label.zh, text) || str_eq_nocase(f->values[i].label.en, text))
            return f->values[i].code;
    return text;
}

struct str record_field_fact(const struct field *f)
{
    return str_is(f->fact, "none") || (f->type == FIELD_COMPUTED && f->fact.len == 0) ? STR_NONE
           : f->fact.len                                                              ? f->fact
                                                                                      : f->name;
}

const struct field *record_fact_column(const struct field *f)
{
    for (size_t i = 0; str_is(f->fact, "none") && i < f->field_count; i++)
        if (f->fields[i].fact.len && record_field_fact(&f->fields[i]).len)
            return &f->fields[i];
    return NULL;
}

bool field_is_given(const struct field *f)
{
    return f->type != FIELD_COMPUTED && f->set_by_count == 0 && !f->by_cases;
}

const struct state *record_state(const struct record_type *t, struct str name)
{
    return FIND_BY(t->states, t->state_count, name, name);
}

const struct transition *record_transition(const struct record_type *t, struct str action)
{
    return FIND_BY(t->transitions, t->transition_count, name, action);
}

bool record_is_ever_published(const struct record_type *t)
{
    for (size_t i = 0; i < t->state_count; i++)
        if (t->states[i].is_public)
            return true;
    return t->is_public;
}

bool transition_leaves(const struct transition *t, struct str state)
{
    return str_among(state, t->from, t->from_count) || t->from_count == 0;
}

void type_set_add(struct record_types *set, const struct record_type *t)
{
    size_t at = place_of(set, t->name);
    if (at < set->types.len && str_eq(set->types.ptr[at]->name, t->name)) {
        set->types.ptr[at] = t; /* a file of the instance takes the place of a shipped one */
        return;
    }
    VEC_PUSH(set->arena, &set->types, t);
    memmove(&set->types.ptr[at + 1], &set->types.ptr[at],
            (set->types.len - 1 - at) * sizeof(*set->types.ptr));
    set->types.ptr[at] = t;
}

void record_types_free(struct record_types *set)
{
    if (!set)
        return;
    arena_free(set->arena);
    free(set);
}

/* Below, policies know no record types; here both are known. */
#include "judge/names.h"
#include "access/role.h"
#include "base/date.h"
#include "judge/process_fields.h"

static bool type_has(const void *arg, struct str type, struct str field)
{
    const struct record_type *t = record_type_find(arg, type);
    struct str rest = field; /* "expected.target": of a row of a table */
    const struct field *f = t ? record_field(t, str_split(&rest, STR("."))) : NULL;
    return t && (field.len == 0 || (f && (!rest.ptr || record_row_field(f, rest))));
}

static bool is_role(const void *arg, struct str role)
{
    (void)arg;
    return role_find(role) != NULL;
}

static const struct field *field_of(const struct record_types *types, struct str type,
                                    struct str field)
{
    const struct record_type *t = record_type_find(types, type);
    struct str rest = field;
    const struct field *f = t ? record_field(t, str_split(&rest, STR("."))) : NULL;
    return f && rest.ptr ? record_row_field(f, rest) : f;
}

static bool is_digits(struct str s)
{
    size_t i = 0;
    while (i < s.len && ((s.ptr[i] >= '0' && s.ptr[i] <= '9') || s.ptr[i] == '.'))
        i++;
    return s.len > 0 && i == s.len;
}

static bool is_day(struct str s)
{
    struct date d;
    return str_is(s, "today") || str_is(s, "now") || str_starts(s, STR("due:")) ||
           date_parse(&d, s);
}

/* Whether a word for the time, the day, the actor or the reason fits the field. */
static bool holds(const struct field *f, struct str value)
{
    bool stands_for = str_is(value, "today") || str_is(value, "now");
    switch (f->type) {
    case FIELD_ENUM:
        return field_value(f, value) != NULL;
    case FIELD_BOOL:
        return str_is(value, "true") || str_is(value, "false");
    case FIELD_KNOWN_DATE: /* false: it is known that there is none */
        return str_is(value, "false") || is_day(value);
    case FIELD_DATE:
    case FIELD_DATETIME:
        return is_day(value);
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_PERCENT:
        return is_digits(value);
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
        return !stands_for;
    case FIELD_REF:
    case FIELD_REFS:
    case FIELD_PARTY:
    case FIELD_PERSON:
        return !stands_for && !str_is(value, "reason");
    case FIELD_COMPUTED: /* asked for, never written */
    case FIELD_PERIOD:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_REGION:
    case FIELD_IPC:
    case FIELD_PATENT:
    case FIELD_PATENTS:
    case FIELD_TEXTS:
    case FIELD_FILE:
    case FIELD_FILES:
    case FIELD_TABLE:
        return true;
    }
    return true;
}

/* Whether every value of one field fits into the other: same kind, codes of the same list. */
static bool fits(const struct field *f, const struct field *from)
{
    bool kind = f->type == from->type ||
                (f->type == FIELD_DATE && from->type == FIELD_KNOWN_DATE); /* one that is known */
    bool fits = kind && !f->many && !from->many && f->type != FIELD_TABLE;
    for (size_t i = 0; i < from->value_count; i++)
        fits &= field_value(f, from->values[i].code) != NULL;
    return fits;
}

static bool takes(const void *arg, struct str type, struct str field, struct str value)
{
    const struct record_type *t = record_type_find(arg, type);
    const struct field *f = field_of(arg, type, field);
    const struct process_value v = {.value = value};
    struct str rest = process_value_of(&v), other = str_split(&rest, STR("."));
    const struct field *from = rest.len ? field_of(arg, other, rest) : NULL;
    if (from)
        return f && fits(f, from);
    if (t && !f && str_is(field, "state"))
        return record_state(t, value) != NULL;
    return !f || holds(f, value);
}

/* Results of an authority's step are its own statements (case/effect.c). */
static bool says(const struct field *f, struct str role, bool authority)
{
    return !f->has_word || (f->word.kind == WORD_STEP && authority) ||
           fact_word_may(f->word.kind == WORD_STEP ? WORD_OFFICE : f->word.kind, role);
}

static bool needed(const struct field *f, const struct process_effect *effect)
{
    struct str state = process_writes(effect, STR("state"));
    bool out = f->required || str_among(state, f->required_from, f->required_from_count);
    return out && f->type != FIELD_PARTY; /* that is the case's */
}

static struct str unsaid(const void *arg, const struct process_effect *effect,
                         const struct str *roles, size_t role_count, bool authority)
{
    const struct record_type *t = record_type_find(arg, effect->object);
    for (size_t i = 0; t && i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        bool said =
            !needed(f, effect) || FIND_BY(effect->values, effect->value_count, name, f->name);
        for (size_t k = 0; k < role_count; k++)
            said |= says(f, roles[k], authority);
        if (!said && role_count)
            return f->name;
    }
    return STR_NONE;
}

/* Whether the field is required of a new record or of its new state, or named by the effect. */
static struct str sum(const void *arg, const struct process_effect *effect)
{
    const struct record_type *t = record_type_find(arg, effect->object);
    for (size_t i = 0; t && i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        bool entered = str_among(f->name, effect->enters, effect->enter_count) ||
                       (effect->kind == EFFECT_RECORD && needed(f, effect));
        for (size_t k = 0; k < effect->value_count; k++)
            entered &= !str_eq(effect->values[k].name, f->name);
        if (entered && f->type == FIELD_MONEY)
            return f->name;
    }
    return STR_NONE;
}

static struct str sum_of(const void *arg, struct str type, struct str fact)
{
    const struct record_type *t = record_type_find(arg, type);
    struct str key = fact, list = str_split(&key, STR("."));
    for (size_t i = 0; t && str_eq(t->facts, list) && i < t->field_count; i++)
        if (t->fields[i].type == FIELD_MONEY && str_eq(record_field_fact(&t->fields[i]), key))
            return t->fields[i].name;
    return STR_NONE;
}

/* Its key names a party or a person. */
static bool moves(const void *arg, struct str type)
{
    const struct record_type *t = record_type_find(arg, type);
    bool out = true;
    for (size_t i = 0; t && i < t->key_count; i++) {
        const struct field *f = record_field(t, t->key[i]);
        out &= !f || (f->type != FIELD_PARTY && f->type != FIELD_PERSON &&
                      !str_is(f->name, "credit_code"));
    }
    return out;
}

static enum names_day day_of(const void *arg, struct str type, struct str field)
{
    const struct field *f = field_of(arg, type, field);
    if (!f)
        return NAMES_NO_FIELD;
    bool day = f->type == FIELD_DATE || f->type == FIELD_KNOWN_DATE || f->type == FIELD_DATETIME;
    bool year =
        f->type == FIELD_INT && (str_is(f->name, "year") || str_ends(f->name, STR("_year")));
    return day ? NAMES_DAY : !year ? NAMES_NO_DAY : NAMES_YEAR;
}

static size_t fields_of(const void *arg, const struct process_field **out, const struct process *p,
                        struct arena *a)
{
    return process_fields(out, p, arg, a);
}

static bool asks(const void *arg, struct str type)
{
    const struct record_type *t = record_type_find(arg, type);
    return t && t->policies_ask;
}

/* An objection that is not closed holds up every decision (case/publicity_check.c). */
static bool waits(const void *arg, struct str type)
{
    const struct record_type *t = record_type_find(arg, type);
    return t && t->state_count && str_is(type, "objection");
}

struct record_names judge_names(const struct record_types *types)
{
    return (struct record_names){type_has, is_role, types, takes, day_of, fields_of,
                                 unsaid,   moves,   asks,  waits, sum,    sum_of};
}

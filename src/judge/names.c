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

static bool is_code(const struct field *f, struct str value)
{
    for (size_t i = 0; i < f->value_count; i++)
        if (str_eq(f->values[i].code, value))
            return true;
    return false;
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

/* What stands for the moment, the day, who acts or what he writes fits where that can be written. */
static bool holds(const struct field *f, struct str value)
{
    bool stands_for = str_is(value, "today") || str_is(value, "now");
    switch (f->type) {
    case FIELD_ENUM:
        return is_code(f, value);
    case FIELD_BOOL:
        return str_is(value, "true") || str_is(value, "false");
    case FIELD_DATE:
    case FIELD_KNOWN_DATE:
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

static bool takes(const void *arg, struct str type, struct str field, struct str value)
{
    const struct record_type *t = record_type_find(arg, type);
    const struct field *f = field_of(arg, type, field);
    if (t && !f && str_is(field, "state"))
        return record_state(t, value) != NULL;
    return !f || holds(f, value);
}

static enum names_day day_of(const void *arg, struct str type, struct str field)
{
    const struct field *f = field_of(arg, type, field);
    if (!f)
        return NAMES_NO_FIELD;
    bool day = f->type == FIELD_DATE || f->type == FIELD_KNOWN_DATE || f->type == FIELD_DATETIME;
    bool year =
        f->type == FIELD_INT && (str_is(f->name, "year") || str_ends(f->name, STR("_year")));
    return day ? NAMES_DAY : year ? NAMES_YEAR : NAMES_NO_DAY;
}

static struct str word_of(const void *arg, struct str record, struct str column, struct str code)
{
    for (size_t i = 0; record_type_at(arg, i); i++) {
        const struct record_type *t = record_type_at(arg, i);
        for (size_t f = 0; str_eq(t->facts, record) && f < t->field_count; f++)
            for (size_t v = 0; v < t->fields[f].value_count; v++)
                if (str_eq(record_field_fact(&t->fields[f]), column) &&
                    str_eq(t->fields[f].values[v].code, code))
                    return t->fields[f].values[v].label.zh;
    }
    return STR_NONE;
}

static size_t fields_of(const void *arg, const struct process_field **out, const struct process *p,
                        struct arena *a)
{
    return process_fields(out, p, arg, a);
}

struct record_names judge_names(const struct record_types *types)
{
    return (struct record_names){type_has, is_role, types, takes, day_of, word_of, fields_of};
}

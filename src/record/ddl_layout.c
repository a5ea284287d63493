/* The description of a type that is kept in the store: its tables and the rules
 * that stored values and their keys keep to. Two types with the same description need nothing
 * done. Labels, hints, access and computed fields are not in it. */
#include "record/ddl.h"
#include "record/value.h"
#include "text/json.h"

/* The storage form of a value; fields of equal shape can hold each other's values. */
static struct str shape_of(const struct field *f, struct arena *a)
{
    const char *type = field_type_name(f->type);
    if (f->type == FIELD_ENUM && f->many)
        return STR("enum of many");
    if (f->type == FIELD_DECIMAL)
        return arena_printf(a, "decimal of %d places", f->places);
    if (f->type == FIELD_REF || f->type == FIELD_REFS)
        return arena_printf(a, "%s to %.*s", type, STR_ARG(f->to));
    return str_of(type);
}

static void write_bounds(struct jout *j, const struct field *f)
{
    if (f->has_min)
        jout_pair_i64(j, "min", f->min);
    if (f->has_max)
        jout_pair_i64(j, "max", f->max);
    jout_pair(j, "min_date", f->min_date);
    jout_pair(j, "max_date", f->max_date);
    jout_pair(j, "pattern", f->pattern);
    jout_pair(j, "level", f->level);
    if (f->value_count) {
        jout_pair_array(j, "values");
        for (size_t i = 0; i < f->value_count; i++)
            jout_str(j, f->values[i].code);
        jout_end_array(j);
    }
}

static void write_fields(struct jout *j, const struct field *fields, size_t count, struct arena *a);

static void write_field(struct jout *j, const struct field *f, struct arena *a)
{
    jout_object(j);
    jout_pair(j, "name", f->name);
    jout_pair(j, "shape", shape_of(f, a));
    write_bounds(j, f);
    jout_pair(j, "key_rule", value_key_rule(f));
    if (f->required)
        jout_pair(j, "required", STR("always"));
    describe_words(j, "required_from", f->required_from, f->required_from_count);
    if (f->type == FIELD_TABLE)
        write_fields(j, f->fields, f->field_count, a);
    jout_end_object(j);
}

static void write_fields(struct jout *j, const struct field *fields, size_t count, struct arena *a)
{
    jout_pair_array(j, "fields");
    for (size_t i = 0; i < count; i++)
        if (fields[i].type != FIELD_COMPUTED)
            write_field(j, &fields[i], a);
    jout_end_array(j);
}

static void write_indexes(struct jout *j, const struct record_type *t, struct arena *a)
{
    const struct ddl_index *indexes;
    size_t count = ddl_indexes(&indexes, t, a);
    jout_pair_object(j, "indexes");
    for (size_t i = 0; i < count; i++) {
        jout_name_str(j, indexes[i].name);
        jout_str(j, indexes[i].sql);
    }
    jout_end_object(j);
}

struct str ddl_layout(const struct record_type *t, struct arena *a)
{
    struct jout j;
    jout_open(&j);
    jout_pair(&j, "table", t->table);
    jout_pair_array(&j, "states");
    for (size_t i = 0; i < t->state_count; i++)
        jout_str(&j, t->states[i].name);
    jout_end_array(&j);
    write_fields(&j, t->fields, t->field_count, a);
    write_indexes(&j, t, a);
    return jout_take(&j, a);
}

bool ddl_shape_holds(struct str before, const struct field *f, struct arena *a)
{
    struct str now = shape_of(f, a);
    return str_eq(before, now) || (str_is(before, "text") && str_is(now, "long_text")) ||
           (str_is(before, "date") && str_is(now, "known_date")) ||
           (str_is(before, "enum") && str_is(now, "text")) ||
           (str_is(before, "enum of many") && str_is(now, "texts"));
}

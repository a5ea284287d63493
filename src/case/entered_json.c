/* The records and fields that a step enters, as JSON, for `zhiyun pack steps` and the actions of a case. */
#include "base/msg.h"
#include "case/case.h"
#include "record/scaled.h"

static void choice_json(struct jout *j, const char *key, struct str code, const char *name,
                        struct str label)
{
    jout_object(j);
    jout_pair(j, key, code);
    jout_pair(j, name, label);
    jout_end_object(j);
}

static bool is_offered(const struct enum_value *v, struct str today)
{
    return today.len == 0 || ((v->from.len == 0 || str_cmp(today, v->from) >= 0) &&
                              (v->to.len == 0 || str_cmp(today, v->to) <= 0));
}

static void choices_json(struct jout *j, const struct entered_field *f, struct str today)
{
    const struct field *of = f->field;
    if (of->value_count == 0 && f->choice_count == 0)
        return;
    jout_pair_array(j, "choices");
    for (size_t i = 0; i < of->value_count; i++)
        if (is_offered(&of->values[i], today))
            choice_json(j, "code", of->values[i].code, "label", label_shown(of->values[i].label));
    for (size_t i = 0; i < f->choice_count; i++)
        choice_json(j, "code", f->choices[i].code, "label", f->choices[i].label);
    jout_end_array(j);
}

/* --- bounds --------------------------------------------------------------------------------- */

static void bound_json(struct jout *j, const char *name, const struct field *f, bool has, int64_t n)
{
    char room[SCALED_TEXT_MAX];
    if (has && field_places(f))
        jout_pair(j, name, scaled_write(room, n, field_places(f)));
    else if (has)
        jout_pair_i64(j, name, n);
}

/* A day, or of a number a year; `bound` is one, or a word for one. */
static void day_json(struct jout *j, const char *name, const struct field *f, struct str bound,
                     struct str today)
{
    int64_t year = 0;
    if (bound.len == 0 || today.len < 10 || !str_to_i64(&year, (struct str){today.ptr, 4}))
        return;
    jout_name(j, name);
    if (f->type == FIELD_INT)
        jout_i64(j, year + str_is(bound, "next_year"));
    else if (str_is(bound, "today"))
        jout_str(j, today);
    else if (str_is(bound, "year_end")) {
        char room[16];
        (void)snprintf(room, sizeof(room), "%04d-12-31", (int)year);
        jout_z(j, room);
    } else
        jout_str(j, bound);
}

static void bounds_json(struct jout *j, const struct field *f, struct str today)
{
    bound_json(j, "min", f, f->has_min, f->min);
    bound_json(j, "max", f, f->has_max, f->max);
    if (!f->has_min)
        day_json(j, "min", f, f->min_date, today);
    if (!f->has_max)
        day_json(j, "max", f, f->max_date, today);
    if (field_places(f))
        jout_pair_i64(j, "places", field_places(f));
}

/* --- fields ----------------------------------------------------------------------------------- */

static bool is_column(const char *const *columns, const struct field *f)
{
    bool among = columns == NULL;
    for (size_t i = 0; columns && columns[i]; i++)
        among |= str_is(f->name, columns[i]);
    return among && field_is_given(f) && !f->retired;
}

static void columns_json(struct jout *j, const struct entered_field *table, struct str today)
{
    if (table->field->type != FIELD_TABLE)
        return;
    jout_pair_array(j, "fields");
    for (size_t i = 0; i < table->field->field_count; i++) {
        const struct field *f = &table->field->fields[i];
        const struct entered_field column = {.name = f->name, .field = f, .required = f->required};
        if (is_column(table->columns, f))
            entered_field_json(j, &column, label_shown(f->label), today);
    }
    jout_end_array(j);
}

static void value_json(struct jout *j, const struct entered_value *v)
{
    jout_pair_raw(j, "value", v->json);
    if (v->label.len == 0)
        return;
    jout_pair_object(j, "source");
    jout_pair(j, "label", v->label);
    jout_pair(j, "date", v->date);
    jout_pair(j, "type", v->type);
    jout_pair_id(j, "id", v->id);
    jout_end_object(j);
}

void entered_field_json(struct jout *j, const struct entered_field *f, struct str label,
                        struct str today)
{
    const struct field *of = f->field;
    jout_object(j);
    jout_pair(j, "name", f->name);
    jout_pair(j, "label", label);
    jout_pair(j, "type", str_of(field_type_name(of->type)));
    jout_pair_bool(j, "required", f->required);
    jout_pair(j, "hint", label_shown(of->hint));
    bounds_json(j, of, today);
    if (of->type == FIELD_ENUM)
        jout_pair_bool(j, "many", of->many);
    choices_json(j, f, today);
    jout_pair(j, "to", of->to);
    jout_pair(j, "level", of->level);
    if (of->accept_count)
        jout_pair_strs(j, "accept", of->accept, of->accept_count);
    columns_json(j, f, today);
    if (f->value)
        value_json(j, f->value);
    jout_end_object(j);
}

static struct str field_label(const struct entered_field *f, const struct record_type *t,
                              const struct programme *p)
{
    return label_shown(p ? programme_field_label(p, t, f->field) : f->field->label);
}

void entered_json(struct jout *j, const struct entered *what, const struct programme *p,
                  struct str today)
{
    jout_pair_array(j, "records");
    for (size_t i = 0; i < what->records.len; i++) {
        const struct entered_record *r = &what->records.ptr[i];
        jout_object(j);
        jout_pair(j, "record", r->type->name);
        jout_pair(j, "label", label_shown(p ? programme_type_label(p, r->type) : r->type->label));
        jout_pair_bool(j, "named", r->named);
        jout_pair_array(j, "choices");
        for (size_t k = 0; k < r->choice_count; k++) {
            jout_object(j);
            jout_pair_raw(j, "id", r->choices[k].code);
            jout_pair(j, "title", r->choices[k].label);
            jout_end_object(j);
        }
        jout_end_array(j);
        jout_pair_array(j, "fields");
        for (size_t k = 0; k < r->fields.len; k++)
            entered_field_json(j, &r->fields.ptr[k], field_label(&r->fields.ptr[k], r->type, p),
                               today);
        jout_end_array(j);
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* The records and fields that a step enters, as JSON, for `zhiyun pack steps` and the actions of a case. */
#include "programme/entered.h"

static void label_json(struct jout *j, struct label l)
{
    jout_name(j, "label");
    jout_object(j);
    jout_pair(j, "zh", l.zh);
    jout_pair(j, "en", l.en);
    jout_end_object(j);
}

/* The values of an enum that are offered today. */
static void choices_json(struct jout *j, const struct field *f, struct str today)
{
    jout_name(j, "choices");
    jout_array(j);
    for (size_t i = 0; i < f->value_count; i++) {
        const struct enum_value *v = &f->values[i];
        if (today.len && ((v->from.len && str_cmp(today, v->from) < 0) ||
                          (v->to.len && str_cmp(today, v->to) > 0)))
            continue;
        jout_object(j);
        jout_pair(j, "code", v->code);
        label_json(j, v->label);
        jout_end_object(j);
    }
    jout_end_array(j);
}

static void field_json(struct jout *j, const struct entered_field *f, struct str today)
{
    jout_object(j);
    jout_pair(j, "name", f->name);
    if (f->field) {
        jout_pair(j, "type", str_of(field_type_name(f->field->type)));
        label_json(j, f->field->label);
    }
    jout_name(j, "required");
    jout_bool(j, f->required);
    if (f->field && f->field->type == FIELD_ENUM) {
        jout_name(j, "many");
        jout_bool(j, f->field->many);
        choices_json(j, f->field, today);
    }
    jout_end_object(j);
}

void entered_json(struct jout *j, const struct entered *what, struct str today)
{
    jout_name(j, "records");
    jout_array(j);
    for (size_t i = 0; i < what->records.len; i++) {
        const struct entered_record *r = &what->records.ptr[i];
        jout_object(j);
        jout_pair(j, "record", r->type->name);
        label_json(j, r->type->label);
        jout_name(j, "named");
        jout_bool(j, r->named);
        jout_name(j, "fields");
        jout_array(j);
        for (size_t k = 0; k < r->fields.len; k++)
            field_json(j, &r->fields.ptr[k], today);
        jout_end_array(j);
        jout_end_object(j);
    }
    jout_end_array(j);
}

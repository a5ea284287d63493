/* Fields of conditions as struct process_field. */
#include "judge/process_fields.h"
#include "base/vec.h"

static void take_values(struct process_field *out, const struct field *f, struct arena *a)
{
    static const struct str truth[] = {{"true", 4}, {"false", 5}};
    struct str *codes = arena_array(a, f->value_count + 1, sizeof(*codes));
    if (f->type == FIELD_BOOL) {
        out->values = truth;
        out->count = ARRAY_LEN(truth);
    } else if (f->type == FIELD_ENUM) {
        for (size_t i = 0; i < f->value_count; i++)
            codes[i] = f->values[i].code;
        out->values = codes;
        out->count = f->value_count;
    }
}

size_t process_fields(const struct process_field **out, const struct process *p,
                      const struct record_types *types, struct arena *a)
{
    VEC(struct process_field) all = {0};
    const struct process_value *v;
    for (size_t i = 0; i < p->step_count; i++)
        for (size_t k = 0; (v = process_condition_at(&p->steps[i], k)); k++) {
            struct process_field one = {.name = v->name};
            struct str name = one.name, type = str_split(&name, STR("."));
            const struct record_type *t = record_type_find(types, type);
            const struct field *f = t ? record_field(t, name) : NULL;
            if (f)
                take_values(&one, f, a);
            one.settles = !str_eq(type, p->subject) || (f && (f->type == FIELD_ENUM || f->choices));
            VEC_PUSH(a, &all, one);
        }
    *out = all.ptr;
    return all.len;
}

/* Facts by the labels of the types that give them. */
#include "matter/fact_name.h"
#include "model/fact_word.h"
#include "policy/choices.h"

static const struct field *field_of(const struct record_type *t, struct str key)
{
    for (size_t i = 0; i < t->field_count; i++)
        if (str_eq(record_field_fact(&t->fields[i]), key))
            return &t->fields[i];
    return NULL;
}

/* The field with the fact "/ip_body" holds a value of the document itself. */
static bool of_document(struct fact_name *out, const struct record_type *t, struct str record)
{
    for (size_t i = 0; i < t->field_count; i++) {
        struct str key = record_field_fact(&t->fields[i]);
        if (key.len == record.len + 1 && key.ptr[0] == '/' && str_ends(key, record)) {
            *out = (struct fact_name){t, &t->fields[i]};
            return true;
        }
    }
    return false;
}

struct fact_name fact_name_of(const struct record_types *types, struct str fact)
{
    struct fact_name best = {NULL, NULL}, top;
    struct str key = fact, record = str_split(&key, STR("."));
    const struct record_type *t;
    for (size_t i = 0; (t = record_type_at(types, i)); i++) {
        if (key.len == 0 && of_document(&top, t, record))
            return top;
        if (!str_eq(t->facts, record))
            continue;
        struct fact_name here = {t, key.len ? field_of(t, key) : NULL};
        bool better = !best.type || (here.field && !best.field) ||
                      (!here.field == !best.field && t->facts_of == FACTS_OF_OWNER &&
                       best.type->facts_of != FACTS_OF_OWNER);
        if (better)
            best = here;
    }
    return best;
}

struct label fact_label(const struct fact_name *n, struct str fact)
{
    struct fact_word w;
    struct str key = fact, record = str_split(&key, STR("."));
    if (n->field)
        return n->field->label;
    if (key.len && fact_word_find(&w, record, key)) { /* a state, or what the program works out */
        size_t zh = str_find(w.means, STR("；"), 0), en = str_find(w.means_en, STR(";"), 0);
        return (struct label){{w.means.ptr, zh}, {w.means_en.ptr, en}};
    }
    return n->type ? n->type->label : (struct label){fact, fact};
}

const struct field *field_in_pack(const struct field *f, const struct pack *p, struct arena *a)
{
    struct enum_values all = {0};
    if (!f || !f->choices || !dictionary_words(&all, p, field_choices_of(f), a))
        return f;
    struct field *out = arena_alloc(a, sizeof(*out));
    *out = *f;
    out->values = all.list.ptr;
    out->value_count = all.list.len;
    return out;
}

struct label fact_value_label(const struct fact_name *n, struct str value)
{
    static const struct label yes = {STR("是"), STR("yes")}, no = {STR("否"), STR("no")},
                              none = {STR("无"), STR("none")};
    const struct field *f = n->field;
    if (f && field_value(f, value))
        return field_value(f, value)->label;
    if (str_is(value, "true"))
        return yes;
    if (str_is(value, "false"))
        return f && f->type == FIELD_BOOL ? no : none;
    return value.len ? (struct label){value, value} : none;
}

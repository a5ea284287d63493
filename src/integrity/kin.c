/* One SELECT for each type that says something of kinship. */
#include "integrity/kin.h"
#include "base/vec.h"
#include "model/normal.h"
#include "record/plan.h"
#include "record/row.h"

#define VALUE_MIN 6 /* bytes of a value that says anything: two Chinese characters */

/* "legal_phone" and "contact_phone" are both a phone. */
static const char *feature_of(struct str field)
{
    static const char *const features[] = {"group", "legal_representative", "address", "phone"};
    for (size_t i = 0; i < ARRAY_LEN(features); i++)
        if (str_ends(field, str_of(features[i])))
            return features[i];
    return NULL;
}

static void take_row(const struct record_type *t, struct stmt *st, struct kin *k, struct arena *a)
{
    struct kin_value *values = arena_array(a, t->kinship.by.count + 1, sizeof(*values));
    *k = (struct kin){.unit = stmt_i64(st, 0),
                      .city = arena_dup(a, stmt_str(st, 1)),
                      .province = arena_dup(a, stmt_str(st, 2)),
                      .name = arena_dup(a, stmt_str(st, 3)),
                      .code = arena_dup(a, stmt_str(st, 4)),
                      .values = values};
    k->name_key = name_key(k->name, a);
    for (size_t i = 0; i < t->kinship.by.count; i++) {
        struct str text = arena_dup(a, stmt_str(st, (int)i + 5)), key = written_key(text, a);
        const char *feature = feature_of(t->kinship.by.items[i]);
        if (feature && key.len >= VALUE_MIN)
            values[k->value_count++] = (struct kin_value){feature, text, key};
    }
}

static struct str column_of(const struct type_plan *p, struct str field)
{
    size_t i = plan_field(p, field);
    return i == SIZE_MAX || p->fields[i].child ? STR("NULL") : p->fields[i].columns[0].name;
}

err_t kin_load(const struct kin **out, size_t *count, const struct claim_source *s, struct err *e)
{
    struct arena *a = s->arena;
    VEC(struct kin) list = {0};
    const struct record_type *t;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && (t = record_type_at(s->kernel->types, i)); i++) {
        const struct type_plan *p = plan_of(s->kernel, t);
        struct stmt *st = NULL;
        struct buf sql = {0};
        if (t->kinship.by.count == 0)
            continue;
        buf_addf(&sql, "SELECT r.owner_unit, r.owner_city, r.owner_province, r.%.*s, r.%.*s",
                 STR_ARG(column_of(p, t->kinship.name)), STR_ARG(column_of(p, t->kinship.code)));
        for (size_t n = 0; n < t->kinship.by.count; n++)
            buf_addf(&sql, ", r.%.*s", STR_ARG(column_of(p, t->kinship.by.items[n])));
        buf_addf(&sql,
                 " FROM %.*s r WHERE r.ended_ms IS NULL AND r.secrecy < %d AND %s ORDER BY r.id",
                 STR_ARG(t->table), (int)SECRECY_SECRET, ROW_HAS_ARRIVED);
        rc = db_query_once(&st, s->db, arena_cstr(a, buf_str(&sql)), NULL, 0, e);
        buf_clear(&sql);
        while (stmt_row(&rc, st, e)) {
            struct kin one;
            take_row(t, st, &one, a);
            VEC_PUSH(a, &list, one);
        }
        stmt_free(st);
    }
    *out = list.ptr;
    *count = list.len;
    return rc;
}

bool kin_same(const struct kin *x, const struct kin *y)
{
    return x->unit == y->unit || str_eq(x->name_key, y->name_key) ||
           (x->code.len && str_eq(x->code, y->code));
}

const struct kin_value *kin_common(const struct kin *x, const struct kin *y)
{
    for (size_t i = 0; i < x->value_count; i++)
        for (size_t n = 0; n < y->value_count; n++)
            if (x->values[i].feature == y->values[n].feature &&
                str_eq(x->values[i].key, y->values[n].key))
                return &x->values[i];
    return NULL;
}

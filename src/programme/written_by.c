/* Every version keeps all that the record then said: of two that follow each other the later wrote what differs. */
#include "programme/written_by.h"
#include "text/json.h"

struct writer_of {
    struct str value;
    int64_t unit; /* 0: a program */
};

struct str written_text(const struct jvalue *v, struct arena *a)
{
    bool said = v && v->type != J_NULL && !(v->type == J_ARRAY && v->count == 0);
    return said ? jvalue_json_ordered(v, a) : STR_NONE;
}

err_t written_by_others(const struct written_field **out, size_t *count, struct db *db,
                        const struct record_type *t, int64_t id, int64_t unit, struct arena *a,
                        struct err *e)
{
    struct writer_of *all = arena_array(a, t->field_count + 1, sizeof(*all));
    struct written_field *others = arena_array(a, t->field_count + 1, sizeof(*others));
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc =
        db_query(&st, db,
                 "SELECT v.content, a.owner_unit FROM record_version v LEFT JOIN account a ON"
                 " a.id = v.account WHERE v.type = ?1 AND v.record_id = ?2 ORDER BY"
                 " v.version",
                 VALUES(v_str(t->name), v_i64(id)), e);
    *out = others;
    *count = 0;
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        const struct jvalue *content;
        rc = jin_parse(&content, arena_dup(a, stmt_str(st, 0)), JIN_REFUSE_DUPLICATES, NULL, a, e);
        for (size_t i = 0; rc == OK && i < t->field_count; i++) {
            struct str now = written_text(jin_get(content, arena_cstr(a, t->fields[i].name)), a);
            if (!str_eq(now, all[i].value))
                all[i] = (struct writer_of){now, stmt_i64(st, 1)};
        }
    }
    stmt_free(st);
    for (size_t i = 0; rc == OK && i < t->field_count; i++)
        if (all[i].value.len && all[i].unit != unit)
            others[(*count)++] = (struct written_field){t->fields[i].name, all[i].value};
    return rc;
}

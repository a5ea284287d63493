/* Numbers of a unit's own pattern. The next one follows the highest that the unit has with these words around it, ended
 * records too. record_last_number keeps it, so that no step reads all numbers of a unit. Its row is counted from the
 * records, and deleted when somebody enters or corrects a number. */
#include "record/type_priv.h"
#include "record/write_priv.h"

struct numbering {
    const char *column;
    struct str before, after; /* the serial number */
    size_t digits;            /* that it has at least */
};

/* "YS-{yy}-{nn}" on that day; false: it is no pattern. */
static bool read_pattern(struct numbering *out, struct str pattern, struct str day, struct arena *a)
{
    *out = (struct numbering){0};
    for (struct str rest = pattern; rest.ptr;) {
        struct str plain = str_split(&rest, STR("{"));
        bool ends = !rest.ptr;
        struct str word = ends ? STR_NONE : str_split(&rest, STR("}"));
        size_t digits = strspn(arena_cstr(a, word), "n");
        out->after = arena_join(a, out->after, plain);
        if (str_is(word, "yyyy") || str_is(word, "yy")) {
            word = (struct str){day.ptr + 4 - word.len, word.len};
        } else if (str_is(word, "mm")) {
            word = (struct str){day.ptr + 5, 2};
        } else if (!ends) {
            if (!rest.ptr || digits == 0 || digits < word.len || digits > 9 || out->digits)
                return false;
            *out = (struct numbering){.before = out->after, .digits = digits};
            word = STR_NONE;
        }
        out->after = arena_join(a, out->after, word);
    }
    return out->digits > 0;
}

bool numbered_holds(struct str pattern, struct arena *a)
{
    struct numbering n;
    return read_pattern(&n, pattern, STR("2026-01-01"), a);
}

/* The unit's own pattern (types/numbering.yaml), else the type's. */
static err_t find_pattern(struct numbering *out, struct db *db, const struct write *w,
                          const struct field *f, struct err *e)
{
    struct str own = STR_NONE;
    err_t rc = OK;
    if (record_type_find(w->kernel->types, STR("numbering")))
        rc = db_text(&own, db,
                     "SELECT pattern FROM record_numbering WHERE owner_unit = ?1 AND type = ?2 AND"
                     " ended_ms IS NULL",
                     VALUES(v_i64(w->labels.owner_unit), v_str(w->plan->type->name)), w->arena, e);
    if (rc == OK && !read_pattern(out, own.len ? own : f->numbered, w->today, w->arena))
        rc = err_set(e, E_INVALID, "the pattern \"%.*s\" of the numbers of %.*s is none",
                     STR_ARG(own), STR_ARG(record_type_label(w->plan->type)));
    return rc;
}

/* The records that have ended stand in another index than the others. */
static err_t find_last(int64_t *out, struct db *db, const struct write *w,
                       const struct numbering *n, struct err *e)
{
    struct str table = w->plan->type->table;
    const char *column = n->column;
    const char *sql =
        arena_printf(w->arena,
                     "SELECT %s FROM %.*s WHERE owner_unit = ?1 AND ended_ms IS NULL AND %s >= ?2"
                     " AND %s < ?3 UNION ALL SELECT %s FROM %.*s WHERE owner_unit = ?1 AND ended_ms"
                     " IS NOT NULL AND %s >= ?2 AND %s < ?3",
                     column, STR_ARG(table), column, column, column, STR_ARG(table), column, column)
            .ptr;
    *out = 0;
    err_t rc = OK;
    EACH_ROW_ONCE(st, rc, e, db, sql,
                  VALUES(v_i64(w->labels.owner_unit), v_str(n->before),
                         v_str(arena_join(w->arena, n->before, STR(":"))))) {
        struct str s = stmt_str(st, 0);
        int64_t serial;
        if (s.len <= n->before.len + n->after.len || !str_ends(s, n->after))
            continue;
        s = str_range(s.ptr + n->before.len, s.ptr + s.len - n->after.len);
        if (s.ptr[0] >= '0' && str_to_i64(&serial, s) && serial > *out && serial < INT64_MAX)
            *out = serial;
    }
    return rc;
}

/* The upsert reads its own row alone, whatever plan the server chooses. A step that is repeated because another took
 * the number counts the records again. */
static err_t take_next(int64_t *out, struct db *db, const struct write *w,
                       const struct numbering *n, struct err *e)
{
    static const struct upsert u = {"record_last_number", "owner_unit, type, pattern", "last"};
    struct str pattern =
        arena_printf(w->arena, "%.*s{n}%.*s", STR_ARG(n->before), STR_ARG(n->after));
    struct value row[] = {v_i64(w->labels.owner_unit), v_str(w->plan->type->name), v_str(pattern),
                          v_i64(0)};
    err_t rc = db_i64(out, db,
                      "INSERT INTO record_last_number AS l (owner_unit, type, pattern, last) VALUES"
                      " (?1, ?2, ?3, ?4) ON CONFLICT (owner_unit, type, pattern) DO UPDATE SET last"
                      " = l.last + 1 RETURNING last",
                      row, 4, e);
    if (rc != OK || (*out && !w->row_refused) || (rc = find_last(out, db, w, n, e)) != OK)
        return rc;
    row[3] = v_i64(++*out);
    return db_upsert(db, &u, row, 4, e);
}

err_t numbered_fill(struct str *last, struct db *db, struct write *w, struct err *e)
{
    const struct type_plan *p = w->plan;
    struct value_writer writer = {.view = VIEW_CANONICAL};
    for (size_t i = 0; i < p->field_count; i++) {
        const struct field *f = p->fields[i].field;
        struct field_value *v = &w->body.values[i];
        struct numbering n;
        int64_t serial = 0;
        if (!f->numbered.len || (v->given && !str_eq(bytes_str(v->cols[0].bytes), *last)))
            continue;
        err_t rc = find_pattern(&n, db, w, f, e);
        n.column = arena_cstr(w->arena, p->fields[i].columns[0].name);
        if (rc == OK)
            rc = take_next(&serial, db, w, &n, e);
        if (rc != OK)
            return rc;
        *last = arena_printf(w->arena, "%.*s%0*lld%.*s", STR_ARG(n.before), (int)n.digits,
                             (long long)serial, STR_ARG(n.after));
        *v = (struct field_value){.cols = {v_str(*last), {.type = VALUE_NULL}}};
        if (value_key_rule(f).len)
            v->cols[1] = v_str(value_text_key(f, *last, w->arena));
        value_finish(v, &writer, f, w->arena);
        w->body.changed[i] = true;
        write_prepare(w);
    }
    return OK;
}

err_t numbered_forget(struct db *db, const struct write *w, struct err *e)
{
    static const char sql[] = "DELETE FROM record_last_number WHERE owner_unit = ?1 AND type = ?2";
    for (size_t i = 0; i < w->plan->field_count; i++)
        if (w->plan->fields[i].field->numbered.len && w->body.changed[i] &&
            !str_eq(bytes_str(w->body.values[i].cols[0].bytes), w->number))
            return db_run_later(db, sql,
                                VALUES(v_i64(w->labels.owner_unit), v_str(w->plan->type->name)), e);
    return OK;
}

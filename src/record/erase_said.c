/* Erasure by law in the cases of the unit. */
#include "record/erase_said.h"
#include "access/two_person.h"
#include "base/utf8.h"
#include "base/vec.h"

#define LEAST_CHARACTERS 2 /* a shorter value is in every text */

typedef VEC(struct erased_value) values_t;

/* --- the values ------------------------------------------------------------------------------ */

/* Print mends blanks, so they tell nothing apart. */
static struct str unspaced(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != ' ')
            out[n++] = s.ptr[i];
    return (struct str){out, n};
}

static void collect(values_t *out, struct str member, const struct jvalue *v, struct arena *a)
{
    for (size_t i = 0; v && v->type == J_ARRAY && i < v->count; i++)
        collect(out, member, &v->items[i], a);
    struct str text = v && v->type == J_STRING ? unspaced(v->text, a) : STR_NONE;
    if (utf8_length(text) >= LEAST_CHARACTERS)
        VEC_PUSH(a, out, ((struct erased_value){member, text}));
}

/* "phone", or of each row of "team" its "name". */
static void collect_field(values_t *out, const struct jvalue *content, struct str field,
                          struct arena *a)
{
    struct str rest = field, member = str_split(&rest, STR("."));
    const struct jvalue *v = jin_get(content, arena_cstr(a, member));
    if (!rest.ptr) {
        collect(out, member, v, a);
        return;
    }
    for (size_t i = 0; v && v->type == J_ARRAY && i < v->count; i++)
        if (v->items[i].type == J_OBJECT)
            collect(out, member, jin_get(&v->items[i], arena_cstr(a, rest)), a);
}

err_t erased_values(struct erased_of *of, struct db *db, const struct str *fields, size_t count,
                    struct err *e)
{
    values_t all = {0};
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT content FROM record_version WHERE type = ?1 AND record_id = ?2"
             " ORDER BY version",
             VALUES(v_str(of->type), v_i64(of->id))) {
        const struct jvalue *content = NULL;
        rc = jin_parse(&content, arena_dup(of->arena, stmt_str(st, 0)), of->arena, e);
        for (size_t i = 0; rc == OK && content->type == J_OBJECT && i < count; i++)
            collect_field(&all, content, fields[i], of->arena);
    }
    of->values = all.ptr;
    of->count = all.len;
    return rc;
}

/* --- forms ------------------------------------------------------------------------------------ */

struct held_form {
    int64_t id;
    struct str case_number;
};

static bool holds(const struct erased_of *of, const struct jvalue *v, struct arena *a)
{
    for (size_t i = 0; (v->type == J_ARRAY || v->type == J_OBJECT) && i < v->count; i++)
        if (holds(of, &v->items[i], a))
            return true;
    struct str text = v->type == J_STRING ? unspaced(v->text, a) : STR_NONE;
    for (size_t i = 0; text.len && i < of->count; i++)
        if (str_contains(text, of->values[i].text))
            return true;
    return false;
}

/* Compares decoded values, because JSON may escape characters. */
static err_t holds_json(bool *out, const struct erased_of *of, struct str json, struct err *e)
{
    const struct jvalue *v = NULL;
    *out = false;
    if (json.len == 0)
        return OK;
    struct arena *a = arena_new(); /* contents are long, and there are many */
    err_t rc = jin_parse(&v, json, a, e);
    *out = rc == OK && holds(of, v, a);
    arena_free(a);
    return rc;
}

static err_t find_forms(const struct held_form **out, size_t *count, struct db *db,
                        const struct erased_of *of, struct err *e)
{
    VEC(struct held_form) all = {0};
    bool held = false;
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT p.id, c.number, p.content FROM case_paper p JOIN flow_case c ON"
             " c.id = p.case_id WHERE p.form = 1 AND p.content <> '' AND c.owner_unit ="
             " ?1 AND c.state = 'running' ORDER BY p.id",
             VALUES(v_i64(of->owner_unit)))
        if ((rc = holds_json(&held, of, stmt_str(st, 2), e)) == OK && held)
            VEC_PUSH(of->arena, &all,
                     ((struct held_form){stmt_i64(st, 0), arena_dup(of->arena, stmt_str(st, 1))}));
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t erased_in_form(struct str *case_number, struct db *db, const struct erased_of *of,
                     struct err *e)
{
    const struct held_form *all = NULL;
    size_t count = 0;
    err_t rc = find_forms(&all, &count, db, of, e);
    *case_number = rc == OK && count ? all[0].case_number : STR_NONE;
    return rc;
}

err_t erase_forms(struct db *db, const struct erased_of *of, struct err *e)
{
    const struct held_form *all = NULL;
    size_t count = 0;
    err_t rc = find_forms(&all, &count, db, of, e);
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = db_run(db, "UPDATE case_paper SET content = '', render_ms = NULL WHERE id = ?1",
                    VALUES(v_i64(all[i].id)), e);
    return rc;
}

/* --- steps ------------------------------------------------------------------------------------- */

static bool is_in(const struct erased_of *of, struct str member, const struct jvalue *v)
{
    bool found = false;
    for (size_t i = 0; (v->type == J_ARRAY || v->type == J_OBJECT) && i < v->count; i++)
        found |= is_in(of, member, &v->items[i]);
    struct str text = v->type == J_STRING ? unspaced(v->text, of->arena) : STR_NONE;
    for (size_t i = 0; text.len && i < of->count; i++)
        found |= str_eq(of->values[i].member, member) && str_eq(of->values[i].text, text);
    return found;
}

/* The object without those members that hold one of the values; the whole where `level` objects stand around it. */
static bool write_left(struct jout *j, const struct erased_of *of, const struct jvalue *v,
                       size_t level)
{
    static const char *const path[] = {"records", NULL}; /* …, then the type */
    bool out = false;
    jout_object(j);
    for (size_t i = 0; i < v->count; i++) {
        struct str name = v->names[i];
        const struct jvalue *item = &v->items[i];
        bool on_way = level < 2 && item->type == J_OBJECT &&
                      (path[level] ? str_is(name, path[level]) : str_eq(name, of->type));
        if (level == 2 && is_in(of, name, item)) {
            out = true;
            continue;
        }
        jout_name_str(j, name);
        if (on_way)
            out |= write_left(j, of, item, level + 1);
        else
            jout_value(j, item);
    }
    jout_end_object(j);
    return out;
}

/* The remaining arguments of a step; empty: they contain none of the values. */
static err_t left_of(struct str *out, const struct erased_of *of, struct str arguments,
                     struct err *e)
{
    const struct jvalue *v = NULL;
    struct jout j;
    *out = STR_NONE;
    err_t rc = jin_parse(&v, arguments, of->arena, e);
    if (rc != OK || v->type != J_OBJECT)
        return rc;
    jout_own(&j);
    if (write_left(&j, of, v, 0))
        *out = arena_dup(of->arena, buf_str(j.to));
    buf_clear(j.to);
    return OK;
}

struct line {
    int64_t id, case_id, version;
    struct str left;
};

/* Cases c of its unit, and those whose steps wrote the record (an office's own). */
#define ITS_CASES                                                                                  \
    "(c.owner_unit = ?1 OR c.id IN (SELECT r.case_id FROM flow_step r WHERE r.result LIKE ?2 OR"   \
    " r.result LIKE ?3))"

struct its_cases { /* values of ITS_CASES */
    struct value unit, member, last_member;
};

static struct its_cases its_cases(const struct erased_of *of)
{
    struct arena *a = of->arena;
    struct str type = of->type;
    long long id = of->id;
    return (struct its_cases){v_i64(of->owner_unit),
                              v_str(arena_printf(a, "%%\"%.*s_id\":%lld,%%", STR_ARG(type), id)),
                              v_str(arena_printf(a, "%%\"%.*s_id\":%lld}%%", STR_ARG(type), id))};
}

static err_t find_lines(const struct line **out, size_t *count, struct db *db,
                        const struct erased_of *of, struct err *e)
{
    VEC(struct line) all = {0};
    struct arena *a = of->arena;
    struct its_cases its = its_cases(of);
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT s.id, s.case_id, s.version, s.arguments FROM flow_step s JOIN flow_case c"
             " ON c.id = s.case_id WHERE s.arguments LIKE ?4 AND " ITS_CASES " ORDER BY s.id",
             VALUES(its.unit, its.member, its.last_member,
                    v_str(arena_printf(a, "%%\"%.*s\"%%", STR_ARG(of->type))))) {
        struct str left;
        rc = left_of(&left, of, arena_dup(a, stmt_str(st, 3)), e);
        if (rc == OK && left.len)
            VEC_PUSH(a, &all,
                     ((struct line){stmt_i64(st, 0), stmt_i64(st, 1), stmt_i64(st, 2), left}));
    }
    *out = all.ptr;
    *count = all.len;
    return rc;
}

err_t erase_said(struct db *db, const struct log_suite *suite, const struct erased_of *of,
                 struct err *e)
{
    static const struct str arguments[] = {{"arguments", 9}};
    const struct line *all = NULL;
    size_t count = 0;
    err_t rc = of->count ? find_lines(&all, &count, db, of, e) : OK;
    for (size_t i = 0; rc == OK && i < count; i++) {
        rc = db_run(db, "UPDATE flow_step SET arguments = ?2 WHERE id = ?1",
                    VALUES(v_i64(all[i].id), v_str(all[i].left)), e);
        if (rc == OK)
            rc = record_erase_versions(db, suite, STR("case"), all[i].case_id, all[i].version,
                                       arguments, ARRAY_LEN(arguments), of->arena, e);
    }
    return rc;
}

/* --- proposals --------------------------------------------------------------------------------- */

err_t erase_proposals(struct db *db, const struct erased_of *of, struct err *e)
{
    VEC(int64_t) all = {0};
    bool held = false;
    struct its_cases its = its_cases(of);
    err_t rc = OK;
    EACH_ROW(st, rc, e, db,
             "SELECT p.id, p.type, p.arguments FROM proposal p WHERE (p.type = ?4 AND"
             " p.record_id = ?5) OR (p.type = 'case' AND p.record_id IN (SELECT c.id"
             " FROM flow_case c WHERE " ITS_CASES ")) ORDER BY p.id",
             VALUES(its.unit, its.member, its.last_member, v_str(of->type), v_i64(of->id))) {
        held = str_eq(stmt_str(st, 1), of->type);
        if (held || ((rc = holds_json(&held, of, stmt_str(st, 2), e)) == OK && held))
            VEC_PUSH(of->arena, &all, stmt_i64(st, 0));
    }
    for (size_t i = 0; rc == OK && i < all.len; i++)
        rc = proposal_forget(db, all.ptr[i], e);
    return rc;
}

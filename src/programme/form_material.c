/* Which materials there are. */
#include "programme/form_material.h"
#include "base/date.h"
#include "base/vec.h"
#include "policy/calendar.h"

struct collecting {
    const struct form_source *s;
    const struct part *material;
    struct arena *a;
    VEC(struct form_file) files;
    VEC(struct str) lacks;
    size_t proven; /* records that have one */
};

static void add_file(struct collecting *c, const struct jvalue *v)
{
    struct form_file f = {jin_text(v, "name"), jin_text(v, "digest")};
    if (f.digest.len)
        VEC_PUSH(c->a, &c->files, f);
}

/* Files of the record in the fields of its type that prove the material, or words written there;
 * whether there is one. */
static bool has_proof(struct collecting *c, const struct form_rows *rows,
                      const struct jvalue *record)
{
    const struct part_value *proof = part_value(c->material, "proof");
    size_t before = c->files.len;
    bool written = false;
    for (size_t i = 0; i < proof->word_count; i++) {
        struct form_path path = form_path_of(proof->words[i]);
        const struct jvalue *v = str_eq(path.type, rows->type->name)
                                     ? jin_get(record, arena_cstr(c->a, path.field))
                                     : NULL;
        for (size_t k = 0; v && v->type == J_ARRAY && k < v->count; k++)
            add_file(c, &v->items[k]);
        if (v && v->type == J_OBJECT)
            add_file(c, v);
        written |= v && v->type == J_STRING && str_trim(v->text).len;
    }
    return written || c->files.len > before;
}

static struct str title_of(struct collecting *c, const struct form_rows *rows,
                           const struct jvalue *record, size_t n)
{
    struct form_path path = {rows->type->name, rows->type->title, STR_NONE};
    struct str title =
        path.field.len ? form_value(rows, record, NULL, &path, NULL, c->a) : STR_NONE;
    return title.len ? title : arena_printf(c->a, "%zu", n + 1);
}

static bool is_first_of_its_type(const struct part_value *proof, size_t i)
{
    struct str type = form_path_of(proof->words[i]).type;
    for (size_t k = 0; k < i; k++)
        if (str_eq(form_path_of(proof->words[k]).type, type))
            return false;
    return true;
}

/* A date, or the last day of a period. */
static struct str last_day_of(const struct collecting *c, const struct form_path *path,
                              const struct jvalue *record)
{
    const struct jvalue *v = jin_get(record, arena_cstr(c->a, path->field));
    if (v && v->type == J_OBJECT)
        v = jin_get(v, "to");
    return v && v->type == J_STRING ? v->text : STR_NONE;
}

/* One that no day is known of is not warned of: nothing is known. */
static struct str ends_soon(struct collecting *c)
{
    const struct part_value *lasts = part_value(c->material, "lasts");
    struct date day;
    struct str soonest = STR_NONE;
    if (lasts->word_count == 0 || !date_parse(&day, c->s->today) ||
        !months_on(&day, day, part_int(c->material, "months")))
        return STR_NONE;
    struct str until = date_text(day, c->a);
    for (size_t i = 0; i < lasts->word_count; i++) {
        struct form_path path = form_path_of(lasts->words[i]);
        const struct form_rows *rows = form_rows_of(c->s, path.type);
        for (size_t k = 0; rows && k < rows->count; k++) {
            struct str end = last_day_of(c, &path, &rows->items[k]);
            if (end.len && str_cmp(end, until) < 0 &&
                (soonest.len == 0 || str_cmp(end, soonest) < 0))
                soonest = end;
        }
    }
    return soonest;
}

static struct form_material count_files(struct collecting *c)
{
    const struct part_value *proof = part_value(c->material, "proof");
    struct str per = part_text(c->material, "per");
    bool each = str_is(per, "person") || str_is(per, "case");
    struct form_material out = {.material = c->material};
    for (size_t i = 0; i < proof->word_count; i++) {
        const struct form_rows *rows = form_rows_of(c->s, form_path_of(proof->words[i]).type);
        if (!rows || !is_first_of_its_type(proof, i))
            continue;
        for (size_t k = 0; k < rows->count; k++) {
            bool has = has_proof(c, rows, &rows->items[k]);
            c->proven += has;
            if (each && !has)
                VEC_PUSH(c->a, &c->lacks, title_of(c, rows, &rows->items[k], k));
            out.wanted += each;
        }
    }
    if (out.wanted == 0) { /* once; or there is not even a record: one at least is wanted */
        out.wanted = 1;
        if (c->proven == 0)
            VEC_PUSH(c->a, &c->lacks, part_text(c->material, "label"));
    }
    out.files = c->files.ptr;
    out.file_count = c->files.len;
    out.lacks = c->lacks.ptr;
    out.lacking = c->lacks.len;
    return out;
}

err_t form_materials(const struct form_material **out, size_t *count, const struct form_source *s,
                     struct str process, struct arena *a, struct err *e)
{
    const struct part_list *all = &s->pack->parts[PART_MATERIALS];
    VEC(struct form_material) found = {0};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < all->list.len; i++) {
        struct collecting c = {.s = s, .material = &all->list.ptr[i], .a = a};
        struct str when = part_text(c.material, "when"), holds = STR_NONE;
        if (!str_eq(part_text(c.material, "process"), process))
            continue;
        if (when.len)
            rc = form_indicators(&holds, s, &when, 1, a, e);
        struct form_material one = count_files(&c);
        one.ends = ends_soon(&c);
        one.asked = !str_is(holds, "否");
        one.required = one.asked && str_is(part_text(c.material, "need"), "required");
        VEC_PUSH(a, &found, one);
    }
    *out = found.ptr;
    *count = found.len;
    return rc;
}

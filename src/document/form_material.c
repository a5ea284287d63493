/* Which materials there are. */
#include "document/form_material.h"
#include "base/date.h"
#include "base/vec.h"
#include "policy/calendar.h"
#include "policy/sentences.h"

struct form_gap form_gap_of(const struct part *of, const struct form_rows *rows,
                            const struct jvalue *record, const struct form_path *path,
                            struct arena *a)
{
    struct form_gap g = {.of = of, .type = path->type, .field = path->field, .inner = path->inner};
    struct form_path title = {path->type, rows ? rows->type->title : STR_NONE, STR_NONE};
    g.label = rows ? form_label(rows, path) : path->field;
    if (record && title.field.len)
        g.title = form_value((struct form_at){rows, record, NULL}, &title, NULL, a);
    if (!record || !jin_i64(&g.id, record, "id"))
        g.id = 0;
    return g;
}

struct collecting {
    const struct form_source *s;
    const struct part *material;
    struct arena *a;
    VEC(struct form_file) files;
    VEC(struct str) lacks;
    VEC(struct form_gap) gaps;
    size_t proven;  /* records that have one */
    size_t unnamed; /* files that could be it, and do not say so */
};

/* "document.matter=budget_rules" among those that the pack names: one of them holds of the record. */
static bool is_of(struct collecting *c, const struct form_rows *rows, const struct jvalue *record)
{
    const struct part_value *of = part_value(c->material, "of");
    for (size_t i = 0; i < of->word_count; i++) {
        struct str value = of->words[i], name = str_split(&value, STR("="));
        struct form_path path = form_path_of(name);
        if (str_eq(path.type, rows->type->name) &&
            str_eq(jin_text(record, arena_cstr(c->a, path.field)), value))
            return true;
    }
    return false;
}

/* Whether the field could also hold another material: another required material of the process has
 * the same field, or the type holds papers of any kind, each under its title. */
static bool is_shared(const struct collecting *c, const struct record_type *t, struct str proof)
{
    const struct part_list *all = &c->s->pack->parts[PART_MATERIALS];
    bool shared = str_is(t->name, "document");
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part *other = &all->list.ptr[i];
        const struct part_value *its = part_value(other, "proof");
        shared |= other != c->material && str_is(part_text(other, "need"), "required") &&
                  str_eq(part_text(other, "process"), part_text(c->material, "process")) &&
                  str_among(proof, its->words, its->word_count);
    }
    return shared;
}

static bool names_material(const struct collecting *c, struct str name)
{
    return str_contains(without_blanks(name, c->a),
                        without_blanks(part_text(c->material, "label"), c->a));
}

/* A file proves one material, not each that might lie in the same field: it says which by its name, or its
 * record by its title, unless the pack says of which records (`of`). */
static bool is_meant(const struct collecting *c, const struct form_rows *rows,
                     const struct jvalue *record, struct str proof, struct str file)
{
    bool titled = rows->type->title.len &&
                  names_material(c, jin_text(record, arena_cstr(c->a, rows->type->title)));
    return part_value(c->material, "of")->word_count || titled || names_material(c, file) ||
           !is_shared(c, rows->type, proof);
}

static void add_file(struct collecting *c, const struct form_rows *rows,
                     const struct jvalue *record, struct str proof, const struct jvalue *v)
{
    struct form_file f = {jin_text(v, "name"), jin_text(v, "digest")};
    bool meant = is_meant(c, rows, record, proof, f.name);
    if (f.digest.len && meant)
        VEC_PUSH(c->a, &c->files, f);
    c->unnamed += f.digest.len && !meant;
}

/* Files of the record in the fields of its type that prove the material, or words written there;
 * whether there is one. */
static bool has_proof(struct collecting *c, const struct form_rows *rows,
                      const struct jvalue *record)
{
    const struct part_value *proof = part_value(c->material, "proof");
    size_t before = c->files.len;
    bool written = false;
    if (part_value(c->material, "of")->word_count && !is_of(c, rows, record))
        return false;
    for (size_t i = 0; i < proof->word_count; i++) {
        struct form_path path = form_path_of(proof->words[i]);
        const struct jvalue *v = str_eq(path.type, rows->type->name)
                                     ? jin_get(record, arena_cstr(c->a, path.field))
                                     : NULL;
        for (size_t k = 0; v && v->type == J_ARRAY && k < v->count; k++)
            add_file(c, rows, record, proof->words[i], &v->items[k]);
        if (v && v->type == J_OBJECT)
            add_file(c, rows, record, proof->words[i], v);
        written |= v && v->type == J_STRING && str_trim(v->text).len;
    }
    return written || c->files.len > before;
}

static struct str title_of(struct collecting *c, const struct form_rows *rows,
                           const struct jvalue *record, size_t n)
{
    struct form_path path = {rows->type->name, rows->type->title, STR_NONE};
    struct str title = path.field.len
                           ? form_value((struct form_at){rows, record, NULL}, &path, NULL, c->a)
                           : STR_NONE;
    return title.len ? title : arena_printf(c->a, "%zu", n + 1);
}

static void lack(struct collecting *c, struct str said, const struct form_rows *rows,
                 const struct jvalue *record, struct str proof)
{
    struct form_path path = form_path_of(proof);
    VEC_PUSH(c->a, &c->lacks, said);
    VEC_PUSH(c->a, &c->gaps, form_gap_of(c->material, rows, record, &path, c->a));
}

/* The gap of a material needed once: in the first record that could hold it, else in a new one. */
static void lack_once(struct collecting *c)
{
    const struct part_value *proof = part_value(c->material, "proof");
    struct str first = proof->word_count ? proof->words[0] : STR_NONE;
    const struct form_rows *of = form_rows_of(c->s, form_path_of(first).type);
    const struct jvalue *record = NULL;
    for (size_t i = 0; !record && i < proof->word_count; i++) {
        const struct form_rows *rows = form_rows_of(c->s, form_path_of(proof->words[i]).type);
        for (size_t k = 0; rows && !record && k < rows->count; k++)
            if (part_value(c->material, "of")->word_count == 0 || is_of(c, rows, &rows->items[k])) {
                record = &rows->items[k];
                of = rows;
                first = proof->words[i];
            }
    }
    lack(c, part_text(c->material, "label"), of, record, first);
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
                lack(c, title_of(c, rows, &rows->items[k], k), rows, &rows->items[k],
                     proof->words[i]);
            out.wanted += each;
        }
    }
    if (out.wanted == 0) { /* once; or there is not even a record: one at least is wanted */
        out.wanted = 1;
        if (c->proven == 0)
            lack_once(c);
    }
    out.files = c->files.ptr;
    out.file_count = c->files.len;
    out.lacks = c->lacks.ptr;
    out.gaps = c->gaps.ptr;
    out.lacking = c->lacks.len;
    out.unnamed = c->unnamed;
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
            rc = form_indicators(&holds, NULL, s, &when, 1, a, e);
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

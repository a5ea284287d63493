/* Versions of records at two moments, by the fields that materials and claims name. */
#include "programme/proofs.h"
#include "base/vec.h"
#include "programme/form_value.h"

#define DIGEST_SHOWN 8

struct looking {
    const struct flow_call *x;
    const struct programme *p;
    struct db *db;
    int64_t since_ms;
    struct arena *a;
    VEC(struct proof_change) found;
};

/* --- which fields ----------------------------------------------------------------------- */

/* A proof of a material of the process ("deal.contract_file"). */
static bool is_proof(const struct looking *l, const struct record_type *t, struct str field)
{
    const struct part_list *all = &l->p->pack->parts[PART_MATERIALS];
    for (size_t i = 0; i < all->list.len; i++) {
        const struct part_value *proof = part_value(&all->list.ptr[i], "proof");
        if (!str_eq(part_text(&all->list.ptr[i], "process"), l->x->process->id))
            continue;
        for (size_t k = 0; k < proof->word_count; k++) {
            struct form_path path = form_path_of(proof->words[k]);
            if (str_eq(path.type, t->name) && (field.len == 0 || str_eq(path.field, field)))
                return true;
        }
    }
    return false;
}

/* What facts say is compared as facts (review.c). */
static bool counts(const struct looking *l, const struct record_type *t, const struct field *f)
{
    const struct claim_rule *r = &t->claim;
    const struct str names[] = {t->title, r->number, r->title, r->files};
    return !f->has_word && (is_proof(l, t, f->name) || str_among(f->name, names, ARRAY_LEN(names)));
}

/* --- as people read it -------------------------------------------------------------------- */

static struct str file_text(const struct jvalue *file, struct arena *a)
{
    struct str digest = jin_text(file, "digest"), name = jin_text(file, "name");
    size_t n = digest.len < DIGEST_SHOWN ? digest.len : DIGEST_SHOWN;
    return arena_printf(a, "%.*s%s%.*s", STR_ARG(name), name.len ? " " : "", (int)n, digest.ptr);
}

static struct str text_of(const struct jvalue *v, struct arena *a)
{
    struct str all = STR_NONE;
    if (v && v->type == J_OBJECT && jin_get(v, "digest"))
        return file_text(v, a);
    if (!v || v->type != J_ARRAY)
        return jvalue_text(v, a);
    for (size_t i = 0; i < v->count; i++)
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? "；" : "",
                           STR_ARG(text_of(&v->items[i], a)));
    return all;
}

/* --- each type ------------------------------------------------------------------------------ */

static err_t compare(struct looking *l, const struct record_type *t, int64_t id, struct str then,
                     struct str now, struct err *e)
{
    const struct jvalue *before = NULL, *after = NULL;
    err_t rc = jin_parse(&before, then, JIN_REFUSE_DUPLICATES, NULL, l->a, e);
    if (rc == OK)
        rc = jin_parse(&after, now, JIN_REFUSE_DUPLICATES, NULL, l->a, e);
    for (size_t i = 0; rc == OK && i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        const char *name = arena_cstr(l->a, f->name);
        if (!counts(l, t, f))
            continue;
        struct proof_change c = {t, f, STR_NONE, text_of(jin_get(before, name), l->a),
                                 text_of(jin_get(after, name), l->a)};
        if (str_eq(c.before, c.after))
            continue;
        if (t->title.len)
            c.title = jin_text(before, arena_cstr(l->a, t->title));
        if (c.title.len == 0)
            c.title = arena_printf(l->a, "%lld", (long long)id);
        VEC_PUSH(l->a, &l->found, c);
    }
    return rc;
}

static err_t look_at(struct looking *l, const struct record_type *t, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    struct str sql = arena_printf(
        l->a,
        "SELECT r.id, b.content, n.content FROM %.*s r JOIN record_version n ON n.type = ?1 AND"
        " n.record_id = r.id AND n.version = r.version JOIN record_version b ON b.type = ?1 AND"
        " b.record_id = r.id AND b.version = (SELECT max(w.version) FROM record_version w WHERE"
        " w.type = ?1 AND w.record_id = r.id AND w.at_ms <= ?3) WHERE r.owner_unit = ?2 AND"
        " n.at_ms > ?3 ORDER BY r.id",
        STR_ARG(t->table));
    err_t rc = db_query_once(&st, l->db, sql.ptr,
                             VALUES(v_str(t->name), v_i64(l->x->c.unit), v_i64(l->since_ms)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        rc = compare(l, t, stmt_i64(st, 0), arena_dup(l->a, stmt_str(st, 1)),
                     arena_dup(l->a, stmt_str(st, 2)), e);
    stmt_free(st);
    return rc;
}

err_t proofs_changed(const struct proof_change **out, size_t *count, struct db *db,
                     const struct flow_call *x, const struct programme *p, int64_t since_ms,
                     struct err *e)
{
    struct looking l = {.x = x, .p = p, .db = db, .since_ms = since_ms, .a = x->arena};
    const struct record_type *t;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && (t = record_type_at(p->kernel->types, i)); i++)
        if (!t->core && is_proof(&l, t, STR_NONE))
            rc = look_at(&l, t, e);
    *out = l.found.ptr;
    *count = l.found.len;
    return rc;
}

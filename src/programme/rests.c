/* The records that a step writes or rests on: what two persons decide is decided of them as they stood. */
#include "base/msg.h"
#include "programme/form_value.h"
#include "programme/programme_priv.h"

struct rest {
    const struct record_type *type;
    int64_t id;
};
struct rests {
    VEC(struct rest) all;
    struct arena *arena;
};

/* The case has its own version, and it moves with everything. */
static void add(struct rests *r, const struct record_type *t, int64_t id)
{
    if (!t || id == 0 || str_is(t->name, "case"))
        return;
    for (size_t i = 0; i < r->all.len; i++)
        if (r->all.ptr[i].type == t && r->all.ptr[i].id == id)
            return;
    VEC_PUSH(r->arena, &r->all, ((struct rest){t, id}));
}

static void add_named(struct rests *r, const struct programme *p, const struct jvalue *arguments)
{
    const struct jvalue *records =
        arguments && arguments->type == J_OBJECT ? jin_get(arguments, "records") : NULL;
    for (size_t i = 0; records && records->type == J_OBJECT && i < records->count; i++) {
        int64_t id = 0;
        if (jin_i64(&id, &records->items[i], "id"))
            add(r, record_type_find(p->kernel->types, records->names[i]), id);
    }
}

static bool is_named(const struct rests *r, const struct record_type *t)
{
    for (size_t i = 0; i < r->all.len; i++)
        if (r->all.ptr[i].type == t)
            return true;
    return false;
}

/* Of what the step's paper prints, the records of which the party has one each: who signs it signs them as they stood. */
static err_t add_printed(struct rests *r, struct db *db, const struct flow_call *x,
                         const struct programme *p, const struct part *item, struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && item->keys[i].name; i++) {
        const struct part_value *v = &item->values[i];
        bool fills = strcmp(item->keys[i].name, "fill") == 0;
        for (size_t k = 0; rc == OK && fills && k < v->word_count; k++) {
            const struct record_type *t =
                record_type_find(p->kernel->types, form_path_of(v->words[k]).type);
            int64_t id = 0;
            if (!t || !t->facts_object || is_named(r, t))
                continue;
            rc = programme_record(&id, db, x, p, t, e);
            add(r, t, id);
        }
        for (size_t k = 0; rc == OK && k < v->item_count; k++)
            rc = add_printed(r, db, x, p, &v->items[k], e);
    }
    return rc;
}

static err_t gather(struct rests *r, struct db *db, const struct flow_call *x,
                    const struct programme *p, const struct jvalue *arguments, struct err *e)
{
    err_t rc = OK;
    add_named(r, p, arguments);
    add(r, record_type_find(p->kernel->types, x->c.type), x->c.record_id);
    for (size_t i = 0; rc == OK && i < x->step->effect_count; i++) {
        const struct process_effect *f = &x->step->effects[i];
        const struct record_type *t = NULL;
        struct str field;
        int64_t id = 0;
        const struct part *form =
            f->kind == EFFECT_PAPER ? part_named(p->pack, PART_FORMS, f->object) : NULL;
        if (form)
            rc = add_printed(r, db, x, p, form, e);
        if (f->kind == EFFECT_CHANGE)
            t = record_type_find(p->kernel->types, f->object);
        else if (f->kind == EFFECT_DATE)
            rc = programme_field(&t, &field, p, f->object, e);
        if (rc != OK || !t || is_named(r, t))
            continue;
        rc = programme_record(&id, db, x, p, t, e);
        add(r, t, id);
    }
    return rc;
}

err_t programme_rests(struct str *out, struct db *db, const struct flow_call *x,
                      const struct jvalue *arguments, void *arg, struct err *e)
{
    const struct programme *p = arg;
    const struct prepared *ready = x->prepared;
    struct rests r = {.arena = x->arena};
    *out = ready ? ready->review_seen : STR_NONE;
    err_t rc = gather(&r, db, x, p, arguments, e);
    struct str sql = STR_NONE;
    for (size_t i = 0; rc == OK && i < r.all.len; i++)
        sql = arena_printf(x->arena, "%.*s%sSELECT %zu AS place, version FROM %.*s WHERE id = %lld",
                           STR_ARG(sql), i ? " UNION ALL " : "", i,
                           STR_ARG(r.all.ptr[i].type->table), (long long)r.all.ptr[i].id);
    if (rc != OK || sql.len == 0)
        return rc;
    sql = arena_printf(x->arena, "%.*s ORDER BY place", STR_ARG(sql));
    struct stmt *st = NULL;
    bool has_row = false;
    rc = db_query_once(&st, db, sql.ptr, NULL, 0, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        const struct rest *one = &r.all.ptr[stmt_i64(st, 0)];
        *out =
            arena_printf(x->arena, "%.*s %.*s:%lld:%lld", STR_ARG(*out), STR_ARG(one->type->name),
                         (long long)one->id, (long long)stmt_i64(st, 1));
    }
    stmt_free(st);
    return rc;
}

err_t programme_rests_json(struct jout *j, const struct flow_call *x, const struct programme *p,
                           const struct jvalue *arguments, struct err *e)
{
    struct rests r = {.arena = x->arena};
    struct db *db = NULL;
    err_t rc = store_reader_get(&db, p->kernel->store, e);
    if (rc == OK)
        rc = gather(&r, db, x, p, arguments, e);
    store_reader_put(p->kernel->store, db);
    jout_array(j);
    for (size_t i = 0; rc == OK && i < r.all.len; i++) {
        const struct rest *one = &r.all.ptr[i];
        const struct label label = programme_type_label(p, one->type);
        struct buf b;
        int64_t version;
        buf_init(&b, 0);
        err_t may = record_get(&b, &version, p->kernel, x->by, one->type, one->id, x->arena, e);
        jout_object(j);
        jout_pair(j, "type", one->type->name);
        jout_pair(j, "label", msg_lang() == LANG_EN ? label.en : label.zh);
        jout_name(j, "record");
        if (may == OK)
            jout_raw(j, arena_dup(x->arena, buf_str(&b)));
        else
            jout_null(j);
        jout_end_object(j);
        buf_clear(&b);
        if (may != OK && may != E_DENIED && may != E_NOTFOUND)
            rc = may;
    }
    jout_end_array(j);
    return rc;
}

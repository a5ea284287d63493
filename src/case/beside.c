/* Rejects a record's own action if a step of a case makes the same change. */
#include "case/case.h"

struct looking_beside {
    struct case_beside *out;
    struct programme p;
    struct db *db;
    const struct record_type *type;
    int64_t id;
    struct str state;
    struct arena *a;
};

/* Whether the effect makes such a record, or brings it to that state. */
static bool brings(const struct process_effect *f, const struct looking_beside *l)
{
    if (!str_eq(f->object, l->type->name))
        return false;
    if (l->state.len == 0)
        return f->kind == EFFECT_RECORD;
    return f->kind == EFFECT_CHANGE && str_eq(process_writes(f, STR("state")), l->state);
}

/* The steps of the process that do so; *open: one of them is, where the case stands. */
static const struct process_step *bringing(bool *open, const struct looking_beside *l,
                                           const struct flow_call *x)
{
    const struct process_step *found = NULL;
    *open = false;
    for (size_t i = 0; i < x->process->step_count; i++)
        for (size_t k = 0; k < x->process->steps[i].effect_count; k++) {
            const struct process_step *s = &x->process->steps[i];
            if (!brings(&s->effects[k], l))
                continue;
            found = found ? found : s;
            *open |= x->c.open && process_opens_in(x->process, s, x->c.stage);
        }
    return found;
}

/* Asks for the latest case of the party whose subject has the key that the record names. */
static err_t ask_case(struct stmt **out, const struct looking_beside *l,
                      const struct record_type *of, struct err *e)
{
    struct str sql = arena_printf(l->a,
                                  "SELECT c.id FROM %.*s r JOIN %.*s s ON s.owner_unit = "
                                  "r.owner_unit AND s.%.*s = r.%.*s JOIN"
                                  " flow_case c ON c.record_type = ?2 AND c.record_id = s.id WHERE "
                                  "r.id = ?1 AND s.ended_ms IS"
                                  " NULL ORDER BY c.id DESC LIMIT 1",
                                  STR_ARG(l->type->table), STR_ARG(of->table), STR_ARG(of->key[0]),
                                  STR_ARG(of->key[0]));
    return db_ask_once(out, l->db, sql.ptr, VALUES(v_i64(l->id), v_str(of->name)), e);
}

static err_t look_at(struct looking_beside *l, int64_t id, struct err *e)
{
    struct flow_call x = {.arena = l->a};
    bool open = false;
    err_t rc = flow_case_read(&x.c, l->db, id, l->a, e);
    if (rc == OK)
        rc = programme_case(&(struct step){NULL, l->db, &x, &l->p, e});
    const struct process_step *s = rc == OK ? bringing(&open, l, &x) : NULL;
    if (!s || open || (l->state.len == 0 && !x.c.open)) /* of what is over, types say themselves */
        return rc;
    struct str stage_en = flow_stage_label_en(x.process, x.c.stage);
    *l->out =
        (struct case_beside){.number = x.c.number,
                             .stage = {x.c.stage_label, arena_dup(l->a, stage_en)},
                             .step = {arena_dup(l->a, s->label), arena_dup(l->a, s->label_en)}};
    return OK;
}

err_t programme_types_beside(struct texts *out, struct kernel *k, struct db *db,
                             const struct record_type *t, struct arena *a, struct err *e)
{
    const struct record_type *of;
    VEC(struct value) names = {0};
    struct buf sql = {0};
    struct stmt *st = NULL;
    err_t rc = OK;
    for (size_t i = 0; (of = record_type_at(k->types, i)); i++)
        if (record_type_names(t, of)) {
            VEC_PUSH(a, &names, v_str(of->name));
            buf_addf(&sql, "%s(?%zu)", names.len > 1 ? ", " : "SELECT column1 FROM (VALUES ",
                     names.len);
        }
    buf_addz(&sql, ") AS t WHERE EXISTS (SELECT 1 FROM flow_case c WHERE c.record_type ="
                   " t.column1)");
    buf_addc(&sql, '\0');
    if (names.len)
        rc = db_query_once(&st, db, sql.ptr, names.ptr, names.len, e);
    while (st && stmt_row(&rc, st, e))
        VEC_PUSH(a, out, arena_dup(a, stmt_str(st, 0)));
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

err_t programme_find_blocking_case(struct case_beside *out, struct kernel *k, struct packs *packs,
                                   struct db *db, const struct record_type *t,
                                   const struct texts *of, int64_t id, struct str state,
                                   struct arena *a, struct err *e)
{
    struct looking_beside l = {.out = out, .db = db, .type = t, .id = id, .state = state, .a = a};
    struct stmt **asked = arena_array(a, of->len + 1, sizeof(*asked));
    const struct record_type *one;
    size_t count = 0;
    err_t rc = OK;
    *out = (struct case_beside){0};
    programme_init(&l.p, k, packs, NULL, a);
    for (size_t i = 0; rc == OK && (one = record_type_at(k->types, i)); i++)
        if (str_among(one->name, of->ptr, of->len))
            rc = ask_case(&asked[count++], &l, one, e);
    for (size_t i = 0; i < count; i++) {
        if (out->number.len == 0 && asked[i] && stmt_row(&rc, asked[i], e))
            rc = look_at(&l, stmt_i64(asked[i], 0), e);
        stmt_free(asked[i]);
    }
    return rc;
}

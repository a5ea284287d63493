/* Complete lists: list statements, and the part of a list the subject may read. */
#include "access/mutation.h"
#include "model/codes.h"
#include "record/facts_priv.h"
#include "record/view.h"
#include <stdlib.h>

/* --- reading -------------------------------------------------------------------------- */

err_t facts_may_read(bool *out, struct shown *shown, struct gathering *x, const struct type_plan *p,
                     const struct labels *l)
{
    struct decision d;
    *out = true;
    if (x->program)
        return OK;
    const char *part = access_part("facts ");
    err_t rc = access_decide(&d, x->db, x->request->subject, &p->policy, ACCESS_READ, STR_NONE, l,
                             x->arena, x->e);
    if (rc == OK)
        shown_from(shown, p, &d, x->arena);
    (void)access_part(part);
    *out = rc == OK && d.allowed;
    return rc;
}

/* Would every record of this type that may be there be read? Asked of labels alone: what
 * comes out says nothing of the records that are there. */
static err_t reads_all(bool *out, struct gathering *x, const struct type_plan *p,
                       const struct party_facts *party)
{
    const struct record_type *t = p->type;
    bool own = t->facts_of == FACTS_OF_OWNER;
    const char *part = access_part("facts all ");
    err_t rc = OK;
    *out = true;
    for (size_t i = 0; rc == OK && *out && !x->program && i < t->state_count; i++) {
        struct decision d;
        struct labels l = {.owner_unit = own ? party->unit : 0,
                           .owner_city = own ? party->city : STR_NONE,
                           .owner_province = party->province,
                           .state = t->states[i].name,
                           .programme = x->request->programme,
                           .published = t->is_public || t->states[i].is_public,
                           .secrecy = t->secrecy};
        rc = access_decide(&d, x->db, x->request->subject, &p->policy, ACCESS_READ, STR_NONE, &l,
                           x->arena, x->e);
        *out = rc == OK && d.allowed;
    }
    (void)access_part(part);
    return rc;
}

/* --- statements ------------------------------------------------------------------------- */

/* The keeper of a list, who may state that it is complete. */
enum keeper {
    KEEPER_PARTY,  /* it owns and writes the records */
    KEEPER_OFFICE, /* of the party's place */
    KEEPER_PROGRAM /* nothing else makes them: nobody has to say it */
};

static enum keeper keeper_of(const struct kernel *k, struct str list)
{
    const struct record_type *t;
    bool parties = true, here = true, any = false;
    for (size_t i = 0; (t = record_type_at(k->types, i)) != NULL; i++)
        if (str_eq(t->facts, list)) {
            any = true;
            here &= t->kept_here;
            parties &=
                t->facts_of == FACTS_OF_OWNER && t->owner == OWNER_UNIT && !t->by_actions_only;
        }
    return any && here ? KEEPER_PROGRAM : parties ? KEEPER_PARTY : KEEPER_OFFICE;
}

/* Kinds of units that are offices: those of core types of units whose owner is an office. */
static bool is_office(const struct kernel *kernel, struct str kind)
{
    const struct record_type *t;
    for (size_t i = 0; (t = record_type_at(kernel->types, i)) != NULL; i++)
        for (size_t k = 0; plan_of(kernel, t)->owns_itself && t->owner == OWNER_OFFICE &&
                           k < t->where_value_count;
             k++)
            if (str_eq(t->where_values[k], kind))
                return true;
    return false;
}

/* `l`, `kind`: of whom the statement is. */
static bool may_state(const struct kernel *k, struct str list, const struct party_facts *party,
                      const struct labels *l, struct str kind)
{
    switch (keeper_of(k, list)) {
    case KEEPER_PARTY:
        return l->owner_unit == party->unit;
    case KEEPER_OFFICE:
        return is_office(k, kind) && str_eq(l->owner_province, party->province) &&
               (l->owner_city.len == 0 || str_eq(l->owner_city, party->city));
    case KEEPER_PROGRAM:
        break;
    }
    return false;
}

err_t facts_may_declare(const char **why, struct db *db, const struct kernel *k, struct str list,
                        struct str code, const struct labels *l, struct arena *a, struct err *e)
{
    struct party_facts party = {0};
    struct str kind = STR_NONE;
    *why = NULL;
    err_t rc = db_row(NULL, db,
                      "SELECT o.kind, p.id, p.owner_city, p.owner_province FROM unit o LEFT JOIN"
                      " unit p ON p.credit_code = ?2 WHERE o.id = ?1",
                      VALUES(v_i64(l->owner_unit), v_str(code)),
                      INTO(into_str(&kind), into_i64(&party.unit), into_str(&party.city),
                           into_str(&party.province)),
                      a, e);
    if (rc != OK || may_state(k, list, &party, l, kind))
        return rc;
    switch (keeper_of(k, list)) {
    case KEEPER_PARTY:
        *why = is_office(k, kind) ? N_("the party keeps the list \"%s\" itself and says that it is "
                                       "complete")
                                  : N_("a party says of its own list \"%s\" alone that it is "
                                       "complete: enter its own credit code");
        break;
    case KEEPER_OFFICE:
        *why = is_office(k, kind)
                   ? N_("the list \"%s\" is kept by the offices of the party's place: there is no "
                        "party of this code there")
                   : N_("the list \"%s\" is kept by the office: it says that it is complete");
        break;
    case KEEPER_PROGRAM:
        *why =
            N_("the program keeps the list \"%s\" itself: nobody has to say that it is complete");
        break;
    }
    return OK;
}

static void state_list(struct gathering *x, size_t party, struct str list)
{
    for (size_t i = 0; i < x->references->facts.len; i++)
        if (str_eq(x->references->facts.ptr[i].name, list))
            x->piles[party * x->references->facts.len + i].stated = true;
}

enum { STATED_UNIT = SYS_COUNT, STATED_KIND, STATED_LIST, STATED_UP_TO };

static err_t query(struct stmt **st, struct gathering *x, const struct type_plan *p)
{
    const struct record_type *t = p->type;
    struct buf sql = {0};
    buf_addz(&sql, "SELECT ");
    for (int c = 0; c < SYS_COUNT; c++)
        buf_addf(&sql, "r.%s, ", system_column_name((enum system_column)c));
    buf_addf(&sql, "%s, (SELECT o.kind FROM unit o WHERE o.id = r.owner_unit), r.%.*s, r.%.*s",
             facts_unit_column(t), STR_ARG(record_field(t, t->completes)->column),
             STR_ARG(record_field(t, t->covers)->column));
    facts_add_from(&sql, p);
    err_t rc = db_query_once(
        st, x->db, arena_cstr(x->arena, buf_str(&sql)),
        VALUES(v_i64(x->parties[0].unit), v_i64(x->parties[x->count - 1].unit)), x->e);
    buf_clear(&sql);
    return rc;
}

static size_t party_of(const struct gathering *x, int64_t unit)
{
    size_t i = 0;
    while (i < x->count && x->parties[i].unit != unit)
        i++;
    return i;
}

static err_t take_statements(struct gathering *x, const struct type_plan *p)
{
    struct stmt *st = NULL;
    err_t rc = query(&st, x, p);
    while (stmt_row(&rc, st, x->e)) {
        struct row row;
        struct shown shown;
        bool reads = false;
        size_t party = party_of(x, stmt_i64(st, STATED_UNIT));
        struct str list = stmt_str(st, STATED_LIST);
        row_system(&row, st);
        if (party == x->count || str_cmp(stmt_str(st, STATED_UP_TO), x->request->as_of) < 0 ||
            !may_state(x->kernel, list, &x->parties[party], &row.labels, stmt_str(st, STATED_KIND)))
            continue;
        rc = facts_may_read(&reads, &shown, x, p, &row.labels);
        if (rc == OK && reads)
            state_list(x, party, list);
    }
    stmt_free(st);
    return rc;
}

static err_t mark_partly_read(struct gathering *x, size_t type, const struct type_plan *p)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < x->count; i++) {
        bool all = true;
        rc = reads_all(&all, x, p, &x->parties[i]);
        x->reads[i * x->type_count + type].partly = !all;
        for (size_t l = 0; rc == OK && !all && l < x->references->facts.len; l++)
            if (str_eq(x->references->facts.ptr[l].name, p->type->facts))
                x->piles[i * x->references->facts.len + l].partly_read = true;
    }
    return rc;
}

/* Lists kept by the program or submitted by the party need no statement, except for subjects who
 * may not read all of them. */
static bool needs_no_statement(const struct gathering *x, struct str list)
{
    enum keeper k = keeper_of(x->kernel, list);
    return k == KEEPER_PROGRAM || (k == KEEPER_PARTY && x->request->handed_in_whole);
}

static void state_kept(struct gathering *x, struct str list)
{
    for (size_t i = 0; i < x->references->facts.len; i++)
        for (size_t p = 0; str_eq(x->references->facts.ptr[i].name, list) && p < x->count; p++) {
            struct pile *pile = &x->piles[p * x->references->facts.len + i];
            pile->stated |= !pile->partly_read;
        }
}

err_t facts_take_statements(struct gathering *x)
{
    const struct record_type *t;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && (t = record_type_at(x->kernel->types, i)) != NULL; i++) {
        if (t->facts.len && !x->program)
            rc = mark_partly_read(x, i, plan_of(x->kernel, t));
        if (rc == OK && t->completes.len)
            rc = take_statements(x, plan_of(x->kernel, t));
    }
    for (size_t i = 0; rc == OK && (t = record_type_at(x->kernel->types, i)) != NULL; i++)
        if (t->facts.len && needs_no_statement(x, t->facts))
            state_kept(x, t->facts);
    return rc;
}

/* --- parties ------------------------------------------------------------------------------ */

static const char party_columns[] = ", r.name, r.credit_code";

struct party_list {
    VEC(struct party_facts) list;
};

/* Units of one core type that the subject may read and that `where` names, ?1 and ?2. */
static err_t add_units(struct party_list *out, struct kernel *k, struct db *db,
                       const struct subject *s, const struct type_plan *p, const char *where,
                       const struct value values[2], size_t max, struct arena *a, struct err *e)
{
    struct view v;
    view_init(&v, k, p, s, a);
    (void)view_value(&v, values[0]);
    (void)view_value(&v, values[1]);
    for (size_t i = 0; i < p->where_count; i++)
        (void)view_value(&v, p->where[i]);
    view_add(&v, "SELECT ");
    for (int c = 0; c < SYS_COUNT; c++)
        buf_addf(&v.sql, c ? ", r.%s" : "r.%s", system_column_name((enum system_column)c));
    buf_addf(&v.sql, "%s FROM %.*s r WHERE r.ended_ms IS NULL AND %s AND ", party_columns,
             STR_ARG(p->type->table), where);
    err_t rc = view_readable(&v, e);
    int next = 3;
    plan_add_where(&v.sql, p, &next);
    buf_addf(&v.sql, " ORDER BY r.id LIMIT %zu", max);
    buf_addc(&v.sql, '\0');
    EACH_ROW_ONCE(st, rc, e, db, v.sql.ptr, v.values, (size_t)v.next_param - 1) {
        struct row row;
        row_system(&row, st);
        VEC_PUSH(a, &out->list,
                 ((struct party_facts){.unit = row.labels.id,
                                       .name = arena_dup(a, stmt_str(st, SYS_COUNT)),
                                       .code = arena_dup(a, stmt_str(st, SYS_COUNT + 1)),
                                       .city = arena_dup(a, row.labels.owner_city),
                                       .province = arena_dup(a, row.labels.owner_province)}));
    }
    view_clear(&v);
    return rc;
}

static int by_unit(const void *x, const void *y)
{
    int64_t a = ((const struct party_facts *)x)->unit, b = ((const struct party_facts *)y)->unit;
    return a < b ? -1 : a > b;
}

err_t record_parties(struct party_facts **out, size_t *count, struct kernel *k, struct db *db,
                     const struct subject *s, size_t max, struct arena *a, struct err *e)
{
    const struct record_type *t;
    struct party_list found = {0};
    err_t rc = OK;
    for (size_t i = 0; rc == OK && (t = record_type_at(k->types, i)) != NULL; i++)
        if (plan_of(k, t)->owns_itself && t->owner == OWNER_UNIT && !record_type_is_view(t))
            rc = add_units(&found, k, db, s, plan_of(k, t), "r.id > ?1 AND r.id <= ?2",
                           (struct value[2]){v_i64(0), v_i64(INT64_MAX)}, max, a, e);
    if (found.list.len)
        qsort(found.list.ptr, found.list.len, sizeof(*found.list.ptr), by_unit);
    *out = found.list.ptr;
    *count = found.list.len < max ? found.list.len : max;
    return rc;
}

struct party_named {
    struct str type; /* of its record; empty: any */
    int64_t id;      /* of its record, and its unit; 0: by its code */
    struct str code;
};

#define CREDIT_CODE_LEN 18

/* "34", "applicant/34", or a unified social credit code. */
static struct party_named party_named_by(struct str party, struct arena *a)
{
    struct party_named n = {.code = party};
    struct str rest = party, type = str_split(&rest, STR("/"));
    if (rest.ptr && str_to_i64(&n.id, rest))
        n.type = type;
    else if (party.len >= CREDIT_CODE_LEN || !str_to_i64(&n.id, party))
        n.id = 0;
    (void)credit_code_parse(&n.code, party, a);
    return n;
}

err_t record_party(struct party_facts *out, struct kernel *k, struct db *db,
                   const struct subject *s, struct str party, struct arena *a, struct err *e)
{
    const struct record_type *t;
    struct party_list found = {0};
    struct party_named n = party_named_by(party, a);
    struct value by = n.id ? v_i64(n.id) : v_str(n.code);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && (t = record_type_at(k->types, i)) != NULL; i++)
        if (plan_of(k, t)->owns_itself && !record_type_is_view(t) &&
            (n.type.len == 0 || str_eq(n.type, t->name)))
            rc = add_units(&found, k, db, s, plan_of(k, t),
                           n.id ? "r.id IN (?1, ?2)" : "r.credit_code IN (?1, ?2)",
                           (struct value[2]){by, by}, 1, a, e);
    if (rc == OK && found.list.len == 0)
        return err_set(e, E_NOTFOUND, "there is no party %.*s that you can see", STR_ARG(party));
    if (rc == OK)
        *out = found.list.ptr[0];
    return rc;
}

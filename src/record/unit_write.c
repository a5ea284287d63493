/* Rules for rows of the unit tree, and data that move with a unit.
 *
 * A unit that moves to another city takes along its people, its running cases and its records.
 * Decisions of the old city stay there: closed cases with their records, and records moved to
 * their state by an action of a city (money that it paid). Lists in memory follow by the entry of
 * the unit (columns.c). */
#include "access/unit.h"
#include "base/msg.h"
#include "record/write_priv.h"

static bool is_written(const struct write *w, const char *field)
{
    size_t at = plan_field(w->plan, str_of(field));
    return at != SIZE_MAX && (!w->before || w->body.changed[at]);
}

/* A conflict with existing data is no mistake of the input. */
static void is_held(struct write *w)
{
    if (w->outcome == WRITE_DONE)
        w->outcome = WRITE_CONFLICT;
}

static struct str code_of(const struct write *w)
{
    return bytes_str(w->body.values[plan_field(w->plan, STR("credit_code"))].cols[0].bytes);
}

/* Two units with one name are distinguished by their codes: when one is entered with a code, or
 * two persons correct it. */
static bool is_namesake(const struct write *w, struct str code)
{
    struct str own = code_of(w);
    bool by_two = w->transition && w->transition->amend_count > 0;
    return (!w->before || by_two) && own.len && code.len && !str_eq(own, code);
}

/* Two active units of a province cannot have the same name, in any spelling, unless both have
 * codes. */
static err_t check_name(struct db *db, struct write *w, struct err *e)
{
    struct stmt *st = NULL;
    const struct field_value *v = &w->body.values[plan_field(w->plan, STR("name"))];
    struct str key = value_name_key(bytes_str(v->cols[0].bytes), w->arena);
    err_t rc = db_query(&st, db,
                        "SELECT id, name, credit_code FROM unit WHERE id <> ?1 AND owner_province"
                        " = ?2 AND ended_ms IS NULL AND name LIKE ?3 ORDER BY id",
                        VALUES(v_i64(w->id), v_str(w->labels.owner_province),
                               v_str(value_word_like(key, w->arena))),
                        e);
    while (rc == OK && key.len && stmt_row(&rc, st, e)) {
        if (!str_eq(value_name_key(stmt_str(st, 1), w->arena), key) ||
            is_namesake(w, stmt_str(st, 2)))
            continue;
        fault_add(&w->faults, STR("name"), "taken",
                  N_("another unit (%s) is registered under this name: look at the full name on "
                     "its licence; where it is the same unit, use that entry; where it is another "
                     "of the same name, both have their unified social credit code"),
                  FAULT_ARGS(both(arena_printf(w->arena, "%lld", (long long)stmt_i64(st, 0)))));
        is_held(w);
        break;
    }
    stmt_free(st);
    return rc;
}

/* A unit with records keeps its identity; accounts, cases and the list are rules of the types. */
static err_t check_who(struct db *db, struct write *w, struct err *e)
{
    const struct record_types *types = w->kernel->types;
    const struct record_type *t;
    bool by_two = w->transition && w->transition->amend_count > 0;
    const char *field = is_written(w, "kind")                     ? "kind"
                        : !by_two && is_written(w, "name")        ? "name"
                        : !by_two && is_written(w, "credit_code") ? "credit_code"
                                                                  : NULL;
    err_t rc = OK;
    bool found = false;
    for (size_t i = 0;
         field && w->faults.len == 0 && rc == OK && !found && (t = record_type_at(types, i)); i++) {
        if (t->core || t->owner != OWNER_UNIT)
            continue;
        struct str sql = arena_printf(w->arena, "SELECT id FROM %.*s WHERE owner_unit = ?1 LIMIT 1",
                                      STR_ARG(t->table));
        rc = db_row_once(&found, db, sql.ptr, VALUES(v_i64(w->id)), NULL, 0, NULL, e);
        if (found)
            fault_add(&w->faults, str_of(field), "locked",
                      N_("this unit has records (%s): its kind is not changed any more, its name "
                         "and code two persons "
                         "correct"),
                      FAULT_ARGS(t->label));
    }
    return rc;
}

/* The field by which records that offices keep name the unit: of their key, or whose facts they are. NULL: there is none. */
static const struct field *naming(const struct record_type *t)
{
    for (size_t i = 0; !t->core && t->owner == OWNER_OFFICE && i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        if (f->type != FIELD_PARTY)
            continue;
        if (t->facts_of == FACTS_OF_PARTY && str_is(f->name, "party"))
            return f;
        if (str_among(f->name, t->key, t->key_count))
            return f;
    }
    return NULL;
}

/* Registers and findings know a unit by its code alone: they would stay with the old one, and the unit be in none. */
static err_t check_code(struct db *db, struct write *w, struct err *e)
{
    const struct record_types *types = w->kernel->types;
    const struct record_type *t;
    size_t at = plan_field(w->plan, STR("credit_code"));
    struct str code = bytes_str(w->before->values[at].cols[0].bytes);
    bool found = false;
    err_t rc = OK;
    for (size_t i = 0; code.len && rc == OK && !found && (t = record_type_at(types, i)); i++) {
        const struct field *f = naming(t);
        if (!f)
            continue;
        struct str sql = arena_printf(
            w->arena, "SELECT id FROM %.*s WHERE %.*s = ?1 AND ended_ms IS NULL LIMIT 1",
            STR_ARG(t->table), STR_ARG(f->name));
        rc = db_row_once(&found, db, sql.ptr, VALUES(v_str(code)), NULL, 0, NULL, e);
        if (found)
            fault_add(
                &w->faults, STR("credit_code"), "locked",
                N_("the code %s names this unit in \"%s\": the code of a unit in the register "
                   "is not changed here; its name two persons correct"),
                FAULT_ARGS(both(code), t->label));
    }
    return rc;
}

/* A province keeps its records of a unit: the unit can only leave without open cases and records.
 */
static err_t check_province(struct db *db, struct write *w, struct err *e)
{
    const struct record_types *types = w->kernel->types;
    const struct record_type *t;
    struct str number;
    bool found;
    err_t rc = db_row(&found, db,
                      "SELECT c.number FROM flow_case c WHERE c.owner_unit = ?1 AND c.state ="
                      " 'running' ORDER BY c.id LIMIT 1",
                      VALUES(v_i64(w->id)), INTO(into_str(&number)), w->arena, e);
    if (found) {
        fault_add(&w->faults, STR("region"), "case",
                  N_("the case %s of this unit runs: to another province it moves once that is "
                     "closed or withdrawn"),
                  FAULT_ARGS(both(number)));
        is_held(w);
    }
    for (size_t i = 0; rc == OK && !found && (t = record_type_at(types, i)); i++) {
        if (t->core || t->owner != OWNER_UNIT)
            continue;
        struct str sql = arena_printf(
            w->arena, "SELECT id FROM %.*s WHERE owner_unit = ?1 AND ended_ms IS NULL LIMIT 1",
            STR_ARG(t->table));
        rc = db_row_once(&found, db, sql.ptr, VALUES(v_i64(w->id)), NULL, 0, NULL, e);
        if (found)
            fault_add(&w->faults, STR("region"), "locked",
                      N_("this unit has records (%s): to another province it moves once they are "
                         "ended"),
                      FAULT_ARGS(t->label));
    }
    return rc;
}

/* It is not taken out of the hands of the city that works on one of its cases. */
static err_t check_place(struct db *db, struct write *w, struct err *e)
{
    struct str number, office;
    bool found;
    err_t rc =
        db_row(&found, db,
               "SELECT c.number, h.name FROM flow_case c JOIN assignment g ON g.id ="
               " c.holder_assignment JOIN unit h ON h.id = g.unit WHERE c.owner_unit = ?1"
               " AND c.state = 'running' AND h.kind = 'city_office' AND coalesce(h.owner_city, '')"
               " <> coalesce(?2, '')"
               " ORDER BY c.id LIMIT 1",
               VALUES(v_i64(w->id), v_str(w->labels.owner_city)),
               INTO(into_str(&number), into_str(&office)), w->arena, e);
    if (found) {
        fault_add(&w->faults, STR("region"), "case",
                  N_("the case %s of this unit is with %s: its place is changed once that office "
                     "has done its step or sent it back, or the unit has withdrawn it"),
                  FAULT_ARGS(both(number), both(office)));
        is_held(w);
    }
    return rc;
}

static struct str text_of(const struct write *w, const char *field)
{
    return bytes_str(w->body.values[plan_field(w->plan, str_of(field))].cols[0].bytes);
}

/* An office plays the parts that the policy of the programme gives to units of its kind and place. */
static err_t check_part(struct db *db, struct write *w, struct err *e)
{
    const struct kernel_choices *c = w->kernel->choices;
    struct unit_place unit;
    bool found;
    struct str whose = STR_NONE;
    bool plays = true;
    if (!c || !c->plays)
        return OK;
    err_t rc = db_row(&found, db, "SELECT kind, owner_city, owner_province FROM unit WHERE id = ?1",
                      VALUES(v_i64(w->labels.owner_unit)),
                      INTO(into_str(&unit.kind), into_str(&unit.city), into_str(&unit.province)),
                      w->arena, e);
    if (found)
        rc = c->plays(&plays, &whose, c, text_of(w, "programme"), text_of(w, "function"), &unit,
                      w->arena, e);
    if (rc != OK || plays)
        return rc;
    fault_add(&w->faults, STR("function"), "office",
              N_("is not this unit's: the policy gives it to %s. Enter it for that office"),
              FAULT_ARGS(both(whose)));
    w->outcome = WRITE_FAULTY;
    return OK;
}

err_t write_unit_rules(struct db *db, struct write *w, struct err *e)
{
    err_t rc = OK;
    if (str_is(w->plan->type->name, "authority") && w->outcome == WRITE_DONE)
        return check_part(db, w, e);
    if (!w->plan->owns_itself)
        return OK;
    if (is_written(w, "name"))
        rc = check_name(db, w, e);
    if (rc == OK && w->before && w->plan->type->owner == OWNER_UNIT)
        rc = check_who(db, w, e);
    if (rc == OK && w->before && is_written(w, "credit_code"))
        rc = check_code(db, w, e);
    if (rc == OK && w->before && is_written(w, "region"))
        rc = check_place(db, w, e);
    if (rc == OK && w->before && w->faults.len == 0 &&
        !str_eq(w->labels.owner_province, w->before->labels.owner_province))
        rc = check_province(db, w, e);
    if (w->faults.len > 0 && w->outcome == WRITE_DONE)
        w->outcome = WRITE_FAULTY;
    return rc;
}

/* Whether cities act on records of the type. */
static bool is_decided_by_city(const struct record_type *t)
{
    for (size_t i = 0; i < t->access.rule_count; i++) {
        const struct access_rule *r = &t->access.rules[i];
        if (r->relation == RELATION_OWN_CITY && (r->actions.all || r->actions.count > 0))
            return true;
    }
    return false;
}

static err_t move_records(struct db *db, const struct write *w, const struct record_type *t,
                          struct err *e)
{
    struct buf sql = {0};
    buf_addf(&sql,
             "UPDATE %.*s SET owner_city = ?2 WHERE owner_unit = ?1 AND ended_ms IS NULL AND"
             " coalesce((SELECT max(CASE c.state WHEN 'running' THEN 1 ELSE 0 END) FROM flow_case"
             " c WHERE c.record_type = ?3 AND c.record_id = %.*s.id), 1) = 1",
             STR_ARG(t->table), STR_ARG(t->table));
    struct value values[4] = {v_i64(w->id), v_str(w->labels.owner_city), v_str(t->name)};
    size_t n = 3;
    if (is_decided_by_city(t)) {
        buf_addz(&sql, " AND state = ?4");
        values[n++] = v_str(t->initial);
    }
    buf_addc(&sql, '\0');
    err_t rc = db_run_once(db, sql.ptr, values, n, e);
    buf_clear(&sql);
    return rc;
}

err_t write_moved(struct db *db, const struct write *w, struct err *e)
{
    const struct record_types *types = w->kernel->types;
    const struct record_type *t;
    if (!w->plan->owns_itself ||
        (str_eq(w->labels.owner_city, w->before->labels.owner_city) &&
         str_eq(w->labels.owner_province, w->before->labels.owner_province)))
        return OK;
    err_t rc = unit_follow(db, w->id, e);
    if (rc == OK)
        rc = db_run(db,
                    "UPDATE flow_case SET owner_city = ?2 WHERE owner_unit = ?1 AND state ="
                    " 'running'",
                    VALUES(v_i64(w->id), v_str(w->labels.owner_city)), e);
    for (size_t i = 0; rc == OK && (t = record_type_at(types, i)); i++)
        if (!t->core && t->owner == OWNER_UNIT)
            rc = move_records(db, w, t, e);
    return rc;
}

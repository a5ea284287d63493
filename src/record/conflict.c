/* The reply to the loser of a race, reduced to the fields that the subject may see; an invisible
 * record is only reported as existing. */
#include "record/conflict.h"
#include "base/msg.h"
#include "record/diff.h"

/* --- who wrote the version that stands ------------------------------------------------ */

struct writer {
    struct str who; /* display name and unit; empty: the program, or unknown */
    int64_t at_ms;
    struct str action;
};

static err_t find_writer(struct writer *out, struct db *db, const struct write *w, struct err *e)
{
    struct str name = STR_NONE, unit;
    *out = (struct writer){.at_ms = w->before->changed_ms};
    err_t rc = db_row(
        NULL, db,
        "SELECT v.at_ms, v.action, a.display_name, u.name FROM record_version v "
        "LEFT JOIN account a ON a.id = v.account "
        "LEFT JOIN unit u ON u.id = a.owner_unit "
        "WHERE v.type = ?1 AND v.record_id = ?2 AND v.version = ?3",
        VALUES(v_str(w->plan->type->name), v_i64(w->id), v_i64(w->before->version)),
        INTO(into_i64(&out->at_ms), into_str(&out->action), into_str(&name), into_str(&unit)),
        w->arena, e);
    if (name.len > 0)
        out->who = arena_printf(w->arena, "%.*s (%.*s)", STR_ARG(name), STR_ARG(unit));
    return rc;
}

/* "sign" → what the type calls it; what every type has, as people say it, "erase (GROUND, proposed by 5)" as "erase". */
struct label conflict_action(const struct write *w, struct str action)
{
    static const struct {
        const char *name, *label;
    } kernel[] = {{"create", N_("entered")},
                  {"change", N_("changed")},
                  {"end", N_("ended")},
                  {"import", N_("brought in by a workbook")},
                  {"erase", N_("erased by law")}};
    const struct transition *t = record_transition(w->plan->type, action);
    for (size_t i = 0; !t && i < ARRAY_LEN(kernel); i++)
        if (str_is(action, kernel[i].name) ||
            str_starts(action, arena_printf(w->arena, "%s (", kernel[i].name)))
            return (struct label){str_of(msg_in(LANG_ZH, kernel[i].label)),
                                  str_of(msg_in(LANG_EN, kernel[i].label))};
    return t ? t->label : both(action);
}

static err_t say_writer(struct write *w, struct db *db, const char *code, struct err *e)
{
    struct writer by;
    err_t rc = find_writer(&by, db, w, e);
    struct label who = by.who.len > 0 ? both(by.who)
                                      : (struct label){str_of(msg_in(LANG_ZH, N_("the program"))),
                                                       str_of(msg_in(LANG_EN, "the program"))};
    struct label args[] = {who, both(business_time(by.at_ms, w->arena)),
                           conflict_action(w, by.action),
                           both(arena_printf(w->arena, "%lld", (long long)w->before->version))};
    if (rc == OK)
        fault_add(&w->faults, STR_NONE, code, N_("%s was first, at %s: %s, now version %s"), args,
                  ARRAY_LEN(args));
    return rc;
}

/* --- another version -------------------------------------------------------------------- */

static err_t read_content(const struct jvalue **out, struct db *db, const struct write *w,
                          int64_t version, struct err *e)
{
    struct str content;
    err_t rc =
        db_text(&content, db,
                "SELECT content FROM record_version "
                "WHERE type = ?1 AND record_id = ?2 AND version = ?3",
                VALUES(v_str(w->plan->type->name), v_i64(w->id), v_i64(version)), w->arena, e);
    *out = NULL;
    return content.len ? jin_parse(out, content, w->arena, e) : rc;
}

/* The fields that are another than in the version the request was made on. */
static err_t say_differences(struct write *w, struct db *db, struct err *e)
{
    const struct jvalue *old, *now;
    const struct str *names;
    struct decision seen = {0};
    err_t rc;
    if ((rc = read_content(&old, db, w, w->options->if_version, e)) != OK ||
        (rc = read_content(&now, db, w, w->before->version, e)) != OK)
        return rc;
    if ((rc = access_decide(&seen, db, w->subject, &w->plan->policy, ACCESS_READ, STR_NONE,
                            &w->before->labels, w->arena, e)) != OK)
        return rc;
    size_t n = old && now ? diff_names(&names, old, now, w->arena) : 0;
    for (size_t i = 0; i < n; i++)
        if (record_is_system_column(names[i]) ||
            (seen.allowed && str_list_has(&seen.fields, names[i])))
            fault_add(&w->faults, names[i], "version", N_("was changed meanwhile"), NULL, 0);
    return OK;
}

err_t conflict_of_version(struct write *w, struct db *db, struct err *e)
{
    bool ended = w->before->ended_ms != 0;
    err_t rc;
    w->faults.len = 0;
    w->outcome = WRITE_CONFLICT;
    if ((rc = say_writer(w, db, ended ? "ended" : "version", e)) != OK)
        return rc;
    return w->options->if_version != 0 ? say_differences(w, db, e) : OK;
}

/* The transitions of the type from a state, for anybody; empty: none. */
static struct label possible_in(const struct write *w, struct str state)
{
    const struct record_type *t = w->plan->type;
    struct label all = {0};
    for (size_t i = 0; i < t->transition_count; i++) {
        const struct transition *x = &t->transitions[i];
        for (size_t k = 0; k < x->from_count; k++) {
            if (!str_eq(x->from[k], state))
                continue;
            all.zh = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(all.zh), all.zh.len ? "、" : "",
                                  STR_ARG(x->label.zh));
            all.en = arena_printf(w->arena, "%.*s%s%.*s", STR_ARG(all.en), all.en.len ? ", " : "",
                                  STR_ARG(x->label.en));
        }
    }
    return all;
}

/* Reports the winner only if the change happened during this request. */
err_t conflict_of_state(struct write *w, struct db *db, struct err *e)
{
    const struct state *s = &w->plan->type->states[plan_state(w->plan, w->before->labels.state)];
    struct label possible = possible_in(w, w->before->labels.state);
    w->faults.len = 0;
    w->outcome = WRITE_CONFLICT;
    if (possible.zh.len)
        fault_add(&w->faults, STR("state"), "state",
                  N_("%s is not possible in the state %s; there it is: %s"),
                  FAULT_ARGS(conflict_action(w, w->action), s->label, possible));
    else
        fault_add(&w->faults, STR("state"), "state", N_("%s is not possible in the state %s"),
                  FAULT_ARGS(conflict_action(w, w->action), s->label));
    return w->moved ? say_writer(w, db, "state", e) : OK;
}

/* --- a key that is taken -------------------------------------------------------------------- */

/* Among records that have not ended, within the key's scope. */
static void add_scope(struct buf *sql, struct value *values, size_t *n, const struct write *w)
{
    const struct record_type *t = w->plan->type;
    switch (t->key_scope) {
    case KEY_OWNER:
        values[*n] = v_i64(t->owner == OWNER_ACCOUNT ? w->labels.created_by : w->labels.owner_unit);
        buf_addf(sql, " AND %s = ?%zu", t->owner == OWNER_ACCOUNT ? "created_by" : "owner_unit",
                 ++*n);
        break;
    case KEY_PROVINCE:
        values[*n] = v_str(w->labels.owner_province);
        buf_addf(sql, " AND owner_province = ?%zu", ++*n);
        break;
    case KEY_INSTANCE:
        break;
    }
}

/* Another record with the same values of `names`; 0: none, or a value is open. `ended`: of those that have
 * ended, anywhere: a unit's code stays its own. */
static err_t find_holder(int64_t *out, struct db *db, const struct write *w,
                         const struct str *names, size_t count, bool ended, struct err *e)
{
    struct value values[VALUE_FIELDS_MAX + 2];
    struct buf sql = {0};
    bool open = false;
    size_t n = 0;
    values[n++] = v_i64(w->before ? w->id : 0);
    buf_addf(&sql, "SELECT id FROM %.*s WHERE ended_ms IS %s AND id <> ?1",
             STR_ARG(w->plan->type->table), ended ? "NOT NULL" : "NULL");
    for (size_t i = 0; i < count; i++) {
        size_t at = plan_field(w->plan, names[i]);
        const struct field_plan *f = &w->plan->fields[at];
        size_t column = value_order_column(f->field);
        values[n++] = w->body.values[at].cols[column];
        open |= values[n - 1].type == VALUE_NULL;
        buf_addf(&sql, " AND %.*s = ?%zu", STR_ARG(f->columns[column].name), n);
    }
    if (names == w->plan->type->key && w->plan->type->key_state.len)
        buf_addf(&sql, " AND state = '%.*s'", STR_ARG(w->plan->type->key_state));
    if (!ended)
        add_scope(&sql, values, &n, w);
    buf_addz(&sql, " ORDER BY id LIMIT 1");
    *out = 0;
    buf_addc(&sql, '\0');
    err_t rc = open ? OK : db_row_once(NULL, db, sql.ptr, values, n, INTO(into_i64(out)), NULL, e);
    buf_clear(&sql);
    return rc;
}

/* Whether who writes may be told of that record of the type: he may read it, and it is not only coming. */
static err_t conflict_is_visible(bool *out, struct write *w, struct db *db, int64_t id,
                                 struct err *e)
{
    struct decision seen = {0};
    struct row row;
    bool arriving = false;
    err_t rc = row_labels(&row, db, w->plan, id, w->arena, e);
    if (rc == OK && (rc = row_arriving(&arriving, db, &row, e)) == OK && !arriving)
        rc = access_decide(&seen, db, w->subject, &w->plan->policy, ACCESS_READ, STR_NONE,
                           &row.labels, w->arena, e);
    *out = rc == OK && seen.allowed;
    return rc == E_NOTFOUND ? OK : rc; /* a row of the table that is of another type: an office */
}

static err_t say_holder(struct write *w, struct db *db, struct str field, int64_t id, bool ended,
                        struct err *e)
{
    bool seen;
    err_t rc = conflict_is_visible(&seen, w, db, id, e);
    if (rc != OK)
        return rc;
    w->outcome = WRITE_CONFLICT;
    if (seen && !ended)
        w->out->holder = id;
    if (ended)
        fault_add(&w->faults, field, "taken",
                  N_("record %s, which has ended, has this and keeps it: it is not entered again; "
                     "look at that record and its history, and if this value is wrong, write the "
                     "right one"),
                  FAULT_ARGS(both(arena_printf(w->arena, "%lld", (long long)id))));
    else if (seen)
        fault_add(&w->faults, field, "taken", N_("record %s has this already"),
                  FAULT_ARGS(both(arena_printf(w->arena, "%lld", (long long)id))));
    else
        fault_add(&w->faults, field, "taken", N_("a record of another unit has this already"), NULL,
                  0);
    return OK;
}

err_t conflict_of_key(struct write *w, struct err *e)
{
    const struct record_type *t = w->plan->type;
    struct err refused = e ? *e : (struct err){0};
    struct db *db = NULL;
    int64_t id = 0;
    err_t rc = store_reader_get(&db, w->kernel->store, e);
    w->faults.len = 0;
    for (int ended = 0; rc == OK && ended < 2 && w->outcome != WRITE_CONFLICT; ended++) {
        id = 0;
        if (t->key_count > 0)
            rc = find_holder(&id, db, w, t->key, t->key_count, ended, e);
        if (rc == OK && id != 0)
            rc = say_holder(w, db, t->key[0], id, ended, e);
        for (size_t i = 0; rc == OK && i < t->field_count; i++) {
            if (!t->fields[i].unique)
                continue;
            rc = find_holder(&id, db, w, &t->fields[i].name, 1, ended, e);
            if (rc == OK && id != 0)
                rc = say_holder(w, db, t->fields[i].name, id, ended, e);
        }
    }
    store_reader_put(w->kernel->store, db);
    if (rc != OK || w->outcome == WRITE_CONFLICT)
        return rc;
    /* Whoever held it has gone meanwhile, or it was no key: the store's own words. */
    if (e)
        *e = refused;
    return E_CONFLICT;
}

/* --- a case that runs on it --------------------------------------------------------------------- */

/* A case whose subject the record is. */
struct case_on {
    struct str number, stage;
    bool running;
    bool left_start; /* it stands where it did not begin */
    bool by_party;   /* its party led it on by a step */
};

static bool is_partys(const struct write *w)
{
    return w->plan->type->owner == OWNER_UNIT && w->before->labels.owner_unit == w->subject->unit;
}

static bool moves(const struct write *w)
{
    return w->ends || w->verb == ACCESS_END ||
           (w->transition && w->transition->to.len && !w->transition->beside_case);
}

/* While the case runs, its record can only be changed by its steps, and after submission not by
 * its party; once it is closed, the party cannot end the record or change what the office
 * accepted. */
static bool is_cases(const struct write *w, const struct case_on *c)
{
    if (!c->running)
        return is_partys(w) && (moves(w) || (!w->transition && c->by_party));
    return moves(w) ||
           (!w->transition && ((c->left_start && is_partys(w)) || w->plan->type->kept_by_case));
}

/* A state to which two persons alone lead: one does not end what they decided. */
static bool was_decided_by_two(const struct record_type *t, struct str state)
{
    bool by_two = false;
    for (size_t i = 0; i < t->transition_count; i++) {
        const struct transition *by = &t->transitions[i];
        if (!str_eq(by->to, state))
            continue;
        if (!by->two_persons)
            return false;
        by_two = true;
    }
    return by_two && !str_eq(state, t->initial);
}

static void say_case(struct write *w, const struct case_on *c)
{
    w->faults.len = 0;
    w->outcome = WRITE_CONFLICT;
    fault_add(&w->faults, STR_NONE, "case",
              c->running
                  ? N_("the case %s runs on it (%s): go on, withdraw or have it sent back "
                       "by the steps of the case")
                  : N_("it belongs to the case %s, which is over (%s): its record stays as it "
                       "was; ask the office for a correction"),
              FAULT_ARGS(both(c->number), both(c->stage)));
}

err_t conflict_of_case(struct write *w, struct db *db, struct err *e)
{
    if (w->options->allowed || subject_is_program(w->subject))
        return OK;
    if (w->verb == ACCESS_END && was_decided_by_two(w->plan->type, w->before->labels.state)) {
        w->faults.len = 0;
        w->outcome = WRITE_CONFLICT;
        fault_add(&w->faults, STR_NONE, "second",
                  N_("two persons decided that it is \"%s\": one alone does not end it"),
                  FAULT_ARGS(record_state(w->plan->type, w->before->labels.state)->label));
        return OK;
    }
    err_t rc = OK;
    bool runs = false; /* that one says alone what of the record is open */
    ROWS_WHILE(w->outcome == WRITE_DONE && !runs, st, rc, e, db,
               "SELECT c.number, c.stage_label, c.state, (SELECT count(*) FROM flow_step s"
               " WHERE s.case_id = c.id AND s.kind = 'open' AND s.to_stage <> c.stage),"
               " (SELECT count(*) FROM flow_step s WHERE s.case_id = c.id AND s.kind ="
               " 'step' AND s.unit = c.owner_unit AND s.from_stage <> s.to_stage) FROM"
               " flow_case c WHERE c.record_type = ?1 AND c.record_id = ?2"
               " ORDER BY CASE c.state WHEN 'running' THEN 0 ELSE 1 END, c.id",
               VALUES(v_str(w->plan->type->name), v_i64(w->id))) {
        const struct case_on c = {.number = arena_dup(w->arena, stmt_str(st, 0)),
                                  .stage = arena_dup(w->arena, stmt_str(st, 1)),
                                  .running = str_is(stmt_str(st, 2), "running"),
                                  .left_start = stmt_i64(st, 3) > 0,
                                  .by_party = stmt_i64(st, 4) > 0};
        if (is_cases(w, &c))
            say_case(w, &c);
        runs = c.running;
    }
    return rc;
}

/* to: a state; empty: it is made. */
static err_t stands_elsewhere(struct write *w, struct db *db, struct str to, struct err *e)
{
    const struct kernel_choices *c = w->kernel->choices;
    struct case_beside held = {0};
    if (!c || !c->beside || subject_is_program(w->subject))
        return OK;
    err_t rc = c->beside(&held, c, w->kernel, db, w->plan->type, w->id, to, w->arena, e);
    if (rc != OK || held.number.len == 0)
        return rc;
    w->faults.len = 0;
    w->outcome = WRITE_CONFLICT;
    fault_add(&w->faults, STR_NONE, "case",
              N_("it belongs to the case %s, which is at \"%s\"; \"%s\" is not possible there"),
              FAULT_ARGS(both(held.number), held.stage, held.step));
    return OK;
}

err_t conflict_of_step(struct write *w, struct db *db, struct err *e)
{
    struct str to = w->transition->to;
    return to.len == 0 || str_eq(to, w->before->labels.state) ? OK : stands_elsewhere(w, db, to, e);
}

err_t conflict_would_refuse(bool *out, const struct held_ask *ask, struct db *db, struct err *e)
{
    static const struct write_options none = {0};
    struct written spare = {0};
    struct write w = {.kernel = ask->kernel,
                      .subject = ask->subject,
                      .plan = ask->plan,
                      .id = ask->row->labels.id,
                      .before = ask->row,
                      .verb = ask->verb,
                      .transition = ask->transition,
                      .ends = ask->transition && ask->transition->ends,
                      .options = &none,
                      .out = &spare,
                      .faults = {.a = ask->arena},
                      .arena = ask->arena};
    err_t rc = conflict_of_case(&w, db, e);
    if (rc == OK && w.outcome == WRITE_DONE && w.transition)
        rc = conflict_of_step(&w, db, e);
    *out = w.outcome != WRITE_DONE || w.faults.len > 0;
    return rc;
}

err_t conflict_of_making(struct write *w, struct db *db, struct err *e)
{
    const struct record_types *types = w->kernel->types;
    const struct record_type *of;
    bool names = false;
    for (size_t i = 0; !names && (of = record_type_at(types, i)); i++)
        names = record_type_names(w->plan->type, of);
    return names && !w->options->allowed ? stands_elsewhere(w, db, STR_NONE, e) : OK;
}

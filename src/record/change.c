/* Changing a record, and whatever else makes a new version of one (act.c): read it, check,
 * prepare, write; again when it has moved meanwhile. */
#include "access/two_person.h"
#include "audit/entry.h"
#include "record/ask.h"
#include "record/conflict.h"
#include "record/write_priv.h"
#include "text/unicode.h"

#define ATTEMPTS_MAX 16 /* a record that moves so often under one request is being fought over */

/* --- the step ----------------------------------------------------------------------------- */

/* Writes the columns that change; ?1 is the id, ?2 the version at which the row was read. */
static err_t update_row(struct db *db, struct write *w, struct err *e)
{
    const struct type_plan *p = w->plan;
    struct value *values = arena_array(w->arena, p->column_count + 4, sizeof(*values));
    struct buf sql = {0};
    size_t n = 2;
    bool found;
    values[0] = v_i64(w->id);
    values[1] = v_i64(w->before->version);
    buf_addf(&sql, "UPDATE %.*s SET version = ?2 + 1", STR_ARG(p->type->table));
#define SET(column, v)                                                                             \
    do {                                                                                           \
        values[n++] = (v);                                                                         \
        buf_addf(&sql, ", %.*s = ?%zu", STR_ARG(column), n);                                       \
    } while (0)
    SET(STR("changed_ms"), v_i64(w->now_ms));
    SET(STR("changed_by"), v_i64(w->subject->account));
    if (!str_eq(w->labels.state, w->before->labels.state))
        SET(STR("state"), v_str(w->labels.state));
    if (w->labels.published != w->before->labels.published)
        SET(STR("published"), v_i64(w->labels.published));
    if (w->ends)
        SET(STR("ended_ms"), v_i64(w->now_ms));
    if (p->owns_itself) {
        SET(STR("owner_city"), v_str(w->labels.owner_city));
        SET(STR("owner_province"), v_str(w->labels.owner_province));
    }
    for (size_t i = 0; i < p->field_count; i++)
        for (size_t k = 0;
             w->body.changed[i] && !p->fields[i].child && k < p->fields[i].column_count; k++)
            SET(p->fields[i].columns[k].name, w->body.values[i].cols[k]);
#undef SET
    buf_addz(&sql, " WHERE id = ?1 AND version = ?2 RETURNING id");
    err_t rc = db_row_once(&found, db, buf_take(&sql, w->arena).ptr, values, n, NULL, 0, NULL, e);
    w->row_refused = rc == E_CONFLICT;
    if (rc == OK && !found)
        w->outcome = WRITE_MOVED;
    return rc;
}

/* The record is still what the first half read, and the subject may still. */
static err_t check_unmoved(struct db *db, struct write *w, struct err *e)
{
    struct row now;
    struct err why = {0};
    bool hidden = false;
    err_t rc = row_labels(&now, db, w->plan, w->id, w->arena, &why);
    if (rc == OK)
        rc = write_is_hidden(&hidden, db, w, &now, &why);
    if (rc == E_NOTFOUND || (rc == OK && hidden)) {
        w->outcome = WRITE_DENIED;
        return OK;
    }
    if (rc != OK) {
        if (e)
            *e = why;
        return rc;
    }
    rc = write_decide(db, w, &now.labels, e);
    if (rc == OK && w->outcome == WRITE_DONE && now.version != w->before->version)
        w->outcome = WRITE_MOVED;
    return rc;
}

/* Reads who signed last by the field at `at`, and in whose right; 0: in his own. */
static err_t read_signer(struct proposal *out, struct db *db, const struct write *w, size_t at,
                         struct err *e)
{
    const struct field *f = w->plan->fields[at].field;
    bool found = false;
    *out = (struct proposal){.proposed_by = w->body.values[at].cols[0].i64};
    err_t rc = OK;
    ROWS_WHILE(!found, st, rc, e, db,
               "SELECT v.action, l.body, l.uid FROM record_version v JOIN log_entry l ON l.uid ="
               " v.entry WHERE v.type = ?1 AND v.record_id = ?2 AND v.account = ?3"
               " ORDER BY v.version DESC",
               VALUES(v_str(w->plan->type->name), v_i64(w->id), v_i64(out->proposed_by))) {
        struct entry x;
        found = str_among(stmt_str(st, 0), f->set_by, f->set_by_count);
        if (found && entry_parse(&x, stmt_str(st, 1)))
            out->proposed_for = x.on_behalf_of;
        else if (found)
            rc = err_set(e, E_CORRUPT, "the entry %.*s is not as the log writes it",
                         STR_ARG(stmt_str(st, 2)));
    }
    return rc;
}

static bool signs_now(const struct write *w, size_t at)
{
    const struct field *f = w->plan->fields[at].field;
    return f->type == FIELD_REF && f->set_by_count && w->body.changed[at] &&
           w->body.values[at].given;
}

/* Does this field sign second, after the other? */
static bool signs_after(const struct write *w, size_t at, size_t other)
{
    return at != other && signs_now(w, at) && !w->body.changed[other] &&
           w->body.values[other].given;
}

/* Two signatures by two persons (unequal: [checked_by, cleared_by]): the second signer cannot be a
 * deputy of the first, or act under the same delegation (access/two_person.h). */
static err_t check_rights(struct db *db, struct write *w, const struct constraint *c, size_t at,
                          struct err *e)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < c->field_count; i++) {
        size_t other = plan_field(w->plan, c->fields[i]);
        struct proposal first;
        if (!signs_after(w, at, other))
            continue;
        rc = read_signer(&first, db, w, other, e);
        if (rc != OK || proposal_may_confirm(&first, w->subject, w->decision.grant))
            continue;
        fault_add(&w->faults, w->plan->fields[at].field->name, "two_persons",
                  N_("is signed by another person than %s, and neither acts in the right of the "
                     "other"),
                  FAULT_ARGS(w->plan->fields[other].field->label));
        w->outcome = WRITE_FAULTY;
    }
    return rc;
}

static err_t check_signatures(struct db *db, struct write *w, struct err *e)
{
    const struct record_type *t = w->plan->type;
    err_t rc = OK;
    for (size_t i = 0; w->subject->account && i < t->constraint_count; i++)
        for (size_t k = 0; rc == OK && t->constraints[i].kind == CONSTRAINT_UNEQUAL &&
                           k < t->constraints[i].field_count;
             k++)
            rc = check_rights(db, w, &t->constraints[i],
                              plan_field(w->plan, t->constraints[i].fields[k]), e);
    return rc;
}

err_t write_change_step(struct db *db, void *arg, struct err *e)
{
    struct write *w = arg;
    err_t rc;
    w->outcome = WRITE_DONE;
    w->row_refused = w->taken_back = false;
    w->faults.len = 0;
    if ((rc = write_request_find(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = check_unmoved(db, w, e)) != OK)
        return rc;
    if (w->outcome == WRITE_DENIED)
        return write_refused(db, w, e);
    if (w->outcome != WRITE_DONE)
        return OK;
    if ((rc = conflict_of_case(w, db, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if (w->ends && w->kernel->choices && w->kernel->choices->stays &&
        (rc = w->kernel->choices->stays(db, w->plan->type, w->id, e)) != OK)
        return rc;
    if (w->transition && ((rc = conflict_of_step(w, db, e)) != OK || w->outcome != WRITE_DONE))
        return rc;
    write_check_writable(w);
    if ((rc = check_signatures(db, w, e)) != OK || w->outcome != WRITE_DONE ||
        (rc = write_refs_check(db, w, e)) != OK || w->outcome != WRITE_DONE ||
        (rc = ask_hold(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if (!w->trying && ((rc = act_step(db, w, e)) != OK || w->outcome != WRITE_DONE))
        return rc;
    *w->out =
        (struct written){.id = w->id, .version = w->before->version + 1, .state = w->labels.state};
    if ((rc = update_row(db, w, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((rc = write_children(db, w, e)) != OK || (rc = write_rules(db, w, e)) != OK)
        return rc;
    if ((rc = write_unit_rules(db, w, e)) != OK ||
        (w->outcome == WRITE_DONE && (rc = write_moved(db, w, e)) != OK))
        return rc;
    return write_end_step(w, w->outcome == WRITE_DONE ? write_version(db, w, e) : OK, e);
}

/* --- before it ---------------------------------------------------------------------------- */

/* The record as it is, and whether the subject may do this to it. */
static err_t read_before(struct write *w, struct db *db, struct err *e)
{
    struct row *row = arena_alloc(w->arena, sizeof(*row));
    struct err why = {0};
    w->outcome = WRITE_DONE;
    w->faults.len = 0;
    w->decision = (struct decision){0};
    bool hidden = false;
    err_t rc = row_load(row, db, w->plan, w->id, w->arena, &why);
    if (rc == OK)
        rc = write_is_hidden(&hidden, db, w, row, &why);
    if (rc == E_NOTFOUND || (rc == OK && hidden)) {
        w->outcome = WRITE_DENIED; /* alike for what is not there and what may not be seen */
        return OK;
    }
    if (rc != OK) {
        if (e)
            *e = why;
        return rc;
    }
    w->before = row;
    w->labels = row->labels;
    return write_decide(db, w, &row->labels, e);
}

static bool is_changed(const struct write *w)
{
    for (size_t i = 0; i < w->plan->field_count; i++)
        if (w->body.changed[i])
            return true;
    return !w->before || w->ends || !str_eq(w->labels.state, w->before->labels.state);
}

/* Nothing to write: the version that is there is the answer. */
static err_t answer_unchanged(struct write *w, struct db *db, struct err *e)
{
    struct str uid;
    err_t rc = db_text(&uid, db,
                       "SELECT entry FROM record_version WHERE type = ?1 AND record_id = ?2 AND "
                       "version = ?3",
                       VALUES(v_str(w->plan->type->name), v_i64(w->id), v_i64(w->before->version)),
                       w->arena, e);
    *w->out = (struct written){
        .id = w->id, .version = w->before->version, .state = w->before->labels.state};
    if (uid.len)
        memcpy(w->out->entry, uid.ptr, uid.len < LOG_UID_LEN ? uid.len : LOG_UID_LEN);
    return rc;
}

/* The unit tree's rows lie where their region says; so do those of an office's register, within its
 * province, as they do when they are made (create.c). */
static void label_changed(struct write *w)
{
    const struct record_type *t = w->plan->type;
    size_t region = plan_field(w->plan, STR("region"));
    bool of_register = t->by_actions_only && t->owner == OWNER_OFFICE;
    if (region == SIZE_MAX || !(w->plan->owns_itself || (of_register && w->body.changed[region])))
        return;
    struct str code = bytes_str(w->body.values[region].cols[0].bytes);
    if (code.len != 6)
        return;
    if (w->plan->owns_itself)
        w->labels.owner_province = region_province_prefix(code);
    if (str_eq(region_province_prefix(code), w->labels.owner_province))
        w->labels.owner_city = region_city_prefix(code);
}

/* Two signatures of two persons (unequal: [checked_by, cleared_by]): the second is given in person, as a confirmation
 * is (access/two_person.h), also where a step of a case writes it. */
static void check_second(struct write *w)
{
    const struct record_type *t = w->plan->type;
    for (size_t i = 0; w->subject->by_token && i < t->constraint_count; i++) {
        const struct constraint *c = &t->constraints[i];
        for (size_t k = 0; c->kind == CONSTRAINT_UNEQUAL && k < c->field_count; k++)
            for (size_t n = 0; n < c->field_count; n++) {
                size_t at = plan_field(w->plan, c->fields[k]);
                size_t other = plan_field(w->plan, c->fields[n]);
                if (!signs_after(w, at, other))
                    continue;
                fault_add(&w->faults, c->fields[k], "two_persons",
                          N_("is the second of two signatures: it needs a signed-in person, not a "
                             "token; sign in and repeat it"),
                          NULL, 0);
            }
    }
}

/* Columns of a table that are not compared, or only where they had a value. */
struct open_columns {
    const struct str *names;
    size_t count;
    bool once_given; /* a value that is there is compared */
};

static bool rows_alike(const struct field *f, const struct value *x, const struct value *y,
                       const struct open_columns *open)
{
    for (size_t i = 0; i < f->field_count; i++) {
        const struct field *part = &f->fields[i];
        size_t at = value_part_column(f, part->name);
        bool compared = !str_among(part->name, open->names, open->count) ||
                        (open->once_given && x[at].type != VALUE_NULL);
        if (compared && !value_same(&x[at], &y[at]))
            return false;
    }
    return true;
}

/* Whether what a signature fixes is another: of a table all but its open columns, row by row. */
static bool is_amended(const struct field *f, const struct field_value *before,
                       const struct field_value *now, const struct open_columns *open)
{
    if (f->type != FIELD_TABLE || open->count == 0 || before->row_count != now->row_count)
        return true;
    for (size_t i = 0; i < now->row_count; i++)
        if (!rows_alike(f, &before->rows[i * before->row_width], &now->rows[i * now->row_width],
                        open))
            return true;
    return false;
}

/* Locked fields of which the state lets empty values be given `late`, where nothing else is changed. */
static size_t late_fields(struct str **out, struct write *w)
{
    const struct str_list *late = &record_state(w->plan->type, w->before->labels.state)->late;
    struct str *columns = arena_array(w->arena, late->count + 1, sizeof(*columns));
    size_t found = 0;
    *out = arena_array(w->arena, w->plan->field_count + 1, sizeof(**out));
    for (size_t i = 0; i < w->plan->field_count; i++) {
        const struct field *f = w->plan->fields[i].field;
        struct open_columns open = {columns, 0, true};
        bool named = false;
        for (size_t k = 0; w->body.changed[i] && k < late->count; k++) {
            struct str column = late->items[k];
            bool own = str_eq(str_split(&column, STR(".")), f->name);
            named |= own;
            if (own && column.len)
                columns[open.count++] = column;
        }
        const struct field_value *before = &w->before->values[i];
        if (!named || (f->type == FIELD_TABLE ? is_amended(f, before, &w->body.values[i], &open)
                                              : validate_has_happened(before)))
            continue;
        (*out)[found++] = f->name;
        if (!unicode_says(w->reason))
            fault_add(&w->faults, f->name, "reason",
                      N_("was not given before and is given late: say why"), NULL, 0);
    }
    return found;
}

/* The field of the record by which this one is fixed; SIZE_MAX: it is not. */
static size_t fixing(const struct write *w, const struct field *f)
{
    for (size_t i = 0; i < f->fixed_by_count; i++) {
        size_t by = plan_field(w->plan, f->fixed_by[i]);
        if (by != SIZE_MAX && validate_has_happened(&w->before->values[by]))
            return by;
    }
    return SIZE_MAX;
}

/* The transition that corrects it; NULL: there is none. */
static const struct transition *amending(const struct write *w, const struct field *f)
{
    const struct record_type *t = w->plan->type;
    for (size_t i = 0; i < t->transition_count; i++)
        if (str_among(f->name, t->transitions[i].amends, t->transitions[i].amend_count))
            return &t->transitions[i];
    return NULL;
}

/* Only the signing side can change it, with a reason that is stored with the version and its
 * entry; if the type has a transition for that, only by the transition. */
void write_check_fixed(struct write *w)
{
    const struct grant *g = w->decision.grant;
    bool office = g && fact_word_may(WORD_OFFICE, g->role->name);
    for (size_t i = 0; i < w->plan->field_count; i++) {
        const struct field *f = w->plan->fields[i].field;
        size_t by = w->body.changed[i] ? fixing(w, f) : SIZE_MAX;
        const struct open_columns open = {f->fixed_but, f->fixed_but_count, false};
        if (by == SIZE_MAX || !is_amended(f, &w->before->values[i], &w->body.values[i], &open))
            continue;
        const struct transition *way = amending(w, f);
        if (!office)
            fault_add(
                &w->faults, f->name, "locked",
                N_("was fixed by a signature (%s); only the office amends it, with its reason"),
                FAULT_ARGS(w->plan->fields[by].field->label));
        else if (way && way != w->transition)
            fault_add(
                &w->faults, f->name, "locked",
                N_("was fixed by a signature (%s); two persons of the office correct it (%s)"),
                FAULT_ARGS(w->plan->fields[by].field->label, way->label));
        else if (!unicode_says(w->reason))
            fault_add(&w->faults, f->name, "reason",
                      N_("was established before: an amendment needs its reason"), NULL, 0);
    }
}

/* So does who established it. */
static void check_amended(struct write *w)
{
    write_check_fixed(w);
    for (size_t i = 0; i < w->plan->field_count && !unicode_says(w->reason); i++) {
        const struct field *f = w->plan->fields[i].field;
        bool set = f->has_word && fact_word_is_office(f->word.kind) && w->before->values[i].given;
        if (w->body.changed[i] && set && fixing(w, f) == SIZE_MAX)
            fault_add(&w->faults, f->name, "reason",
                      N_("was established before: an amendment needs its reason"), NULL, 0);
    }
}

/* The rules of its kind, once the fields are read. */
static err_t check_kind(struct write *w, struct validation *v, struct db *db, struct err *e)
{
    if (w->transition)
        return act_check(w, v, db, e);
    if (w->options->action.len) { /* an answer to an ask: locks of the state do not bind it */
        validate_set_by(&w->body, v, w->action, w->subject->account);
    } else if (w->options->allowed) { /* a step may set the state, but cannot bypass signatures */
        if (w->options->state.len > 0)
            w->labels.state = w->options->state;
        validate_signed(&w->body, v, w->before->labels.state, w->labels.state);
    } else if (w->verb == ACCESS_CHANGE) {
        struct str *late;
        size_t count = late_fields(&late, w);
        validate_locked(v, &w->body, w->before->labels.state, late, count);
        check_amended(w);
    }
    return OK;
}

err_t write_attempt(bool *ready, struct write *w, struct db *db, struct err *e)
{
    err_t rc = write_request_find(db, w, e);
    *ready = false;
    if (rc != OK || w->outcome == WRITE_REPEATED || w->outcome == WRITE_KEY_USED)
        return rc;
    if ((rc = read_before(w, db, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    if ((w->options->if_version != 0 && w->options->if_version != w->before->version) ||
        w->before->ended_ms != 0)
        return conflict_of_version(w, db, e);
    if ((rc = conflict_of_case(w, db, e)) != OK || w->outcome != WRITE_DONE)
        return rc;
    w->patch = w->arguments;
    if (act_by_two(w) && ((rc = act_find_proposal(w, db, e)) != OK || w->outcome != WRITE_DONE))
        return rc;
    struct validation v = write_validation(w);
    validate_body(&w->body, &v, act_runs_function(w) ? NULL : w->patch);
    write_check_writable(w);
    write_check_options(w);
    rc = check_kind(w, &v, db, e);
    if (rc != OK || w->outcome == WRITE_CONFLICT)
        return rc;
    validate_state(&v, &w->body, w->labels.state);
    check_second(w);
    label_changed(w);
    if (w->faults.len > 0) {
        w->outcome = WRITE_FAULTY;
    } else if (!is_changed(w) && !w->transition && !w->options->action.len) {
        rc = answer_unchanged(w, db, e);
    } else {
        write_prepare(w);
        *ready = true;
    }
    return rc;
}

static err_t attempt(bool *ready, struct write *w, struct err *e)
{
    *ready = false;
    err_t rc = STORE_READ(db, w->kernel->store, e, write_attempt(ready, w, db, e));
    if (*ready)
        write_fill_holder(w);
    return rc;
}

static err_t step_once(struct write *w, struct err *e)
{
    err_t rc = write_step(w, write_change_step, e);
    return rc == E_CONFLICT && w->row_refused ? conflict_of_key(w, e) : rc;
}

err_t write_change(struct write *w, struct err *e)
{
    bool ready = true;
    err_t rc = OK;
    write_request_digest(w);
    w->outcome = WRITE_MOVED;
    for (int i = 0; i < ATTEMPTS_MAX && rc == OK && w->outcome == WRITE_MOVED; i++) {
        w->outcome = WRITE_DONE;
        w->moved = i > 0;
        rc = attempt(&ready, w, e);
        if (rc != OK || !ready)
            break;
        w->trying = w->proposes;
        if (w->trying)
            rc = step_once(w, e);
        w->trying = false;
        if (rc == OK && w->outcome == WRITE_DONE)
            rc = step_once(w, e);
    }
    if (rc == OK && w->outcome == WRITE_DENIED && !ready)
        rc = write_refuse(w, e);
    return rc == OK ? write_answer(w, e) : rc;
}

err_t record_change(struct written *out, const struct record_call *c, const struct jvalue *patch,
                    const struct write_options *o, struct err *e)
{
    struct write w;
    write_begin(&w, out, c, o);
    w.verb = ACCESS_CHANGE; /* by a workbook as well: it changes what its person may change */
    w.action = STR("change");
    w.arguments = patch;
    return write_change(&w, e);
}

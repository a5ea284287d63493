/* Shared by creating (create.c), changing (change.c), actions and ending (act.c).
 *
 * A write has two halves. Before the step: the record as it is (on a reader), validation of the
 * body, the canonical content and its commitment. In the step, on the writer's thread: access with
 * the current labels, the version, the references, and then the row, its version and its log
 * entry. If the record has changed between the halves, a request that named a version gets a
 * conflict, and any other is computed again from the current record.
 *
 * A refused write is an outcome, not an error of the step, so that the refusal can be logged in
 * the same transaction. */
#include "access/known.h"
#include "access/mutation.h"
#include "base/date.h"
#include "base/limits.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "model/file.h"
#include "record/ask.h"
#include "record/conflict.h"
#include "record/dues.h"
#include "record/write_priv.h"

/* --- before the step ---------------------------------------------------------------------- */

void write_begin(struct write *w, struct written *out, const struct record_call *c,
                 const struct write_options *o)
{
    static const struct write_options none;
    *w = (struct write){.kernel = c->kernel,
                        .subject = c->subject,
                        .plan = plan_of(c->kernel, c->type),
                        .options = o ? o : &none,
                        .id = c->id,
                        .arena = c->arena,
                        .faults = {.a = c->arena},
                        .out = out,
                        .now_ms = clock_now_ms(c->kernel->clock)};
    w->reason = value_clean(w->options->reason, c->arena);
    w->today = w->options->date.len > 0 ? w->options->date : c->subject->today;
    *out = (struct written){0};
}

/* The region of the record's owner: its city, else its province. */
static struct str region_of(const struct write *w)
{
    const struct labels *l = w->before ? &w->before->labels : NULL;
    struct str city = l ? l->owner_city : w->subject->city;
    return city.len ? city : l ? l->owner_province : w->subject->province;
}

static int64_t owner_of(const struct write *w)
{
    return w->before                ? w->before->labels.owner_unit
           : w->options->owner_unit ? w->options->owner_unit
                                    : w->subject->unit;
}

struct validation write_validation(struct write *w)
{
    const struct kernel_choices *choices = w->kernel->choices;
    const struct constraint *asked = NULL;
    size_t count = 0;
    if (w->plan->type->policies_ask && choices && choices->asks &&
        choices->asks(&asked, &count, choices, region_of(w), w->plan->type->name, w->today,
                      w->arena, NULL) != OK) {
        count = 0;
        fault_add(&w->faults, STR_NONE, "policies",
                  N_("the requirements of policies cannot be read now; try again"), NULL, 0);
    }
    return (struct validation){.plan = w->plan,
                               .keys = w->kernel->keys,
                               .choices = choices,
                               .asked = asked,
                               .asked_count = count,
                               .unit = owner_of(w),
                               .province = w->subject->province,
                               .region = region_of(w),
                               .today = w->today,
                               .before = w->before ? w->before->values : NULL,
                               .transition = w->transition,
                               .by_step = w->options->allowed,
                               .faults = &w->faults,
                               .a = w->arena};
}

void write_check_options(struct write *w)
{
    struct date day;
    if (w->options->date.len > 0 && !date_parse(&day, w->options->date))
        fault_add(&w->faults, STR_NONE, "date",
                  N_("the business date must be a day of the calendar, like 2026-11-20"), NULL, 0);
    if (w->options->idempotency.len > REQUEST_KEY_BYTES_MAX)
        fault_add(&w->faults, STR_NONE, "idempotency",
                  N_("the key of the request is longer than 200 bytes"), NULL, 0);
    if (utf8_length(w->reason) > REASON_CHARACTERS_MAX)
        fault_add(&w->faults, STR_NONE, "reason", N_("the reason is too long"), NULL, 0);
}

/* --- entries ------------------------------------------------------------------------------ */

static err_t append_entry(struct db *db, struct write *w, const struct log_draft *what,
                          struct err *e)
{
    const struct subject *s = w->subject;
    const struct grant *g = w->decision.grant;
    struct log_draft d = *what;
    d.at_ms = w->now_ms;
    d.has_who = s->account != 0 || subject_is_program(s);
    d.who = s->account;
    d.on_behalf_of = grant_lender(g);
    d.unit = s->unit;
    d.role = g ? g->role->name : STR_NONE;
    d.type = w->plan->type->name;
    d.id = w->id;
    d.date = w->today;
    return log_append(w->out->entry, db, w->kernel->suite, w->kernel->clock, &d, w->arena, e);
}

err_t write_note(struct db *db, struct write *w, const char *what, struct err *e)
{
    struct log_draft d = {.action = arena_printf(w->arena, "%s:%.*s", what, STR_ARG(w->action)),
                          .version = w->out->version};
    return append_entry(db, w, &d, e);
}

err_t write_plain_entry(struct db *db, struct write *w, struct err *e)
{
    return append_entry(db, w, &(struct log_draft){.action = w->action}, e);
}

err_t write_refused(struct db *db, struct write *w, struct err *e)
{
    struct log_draft d = {.action = arena_printf(w->arena, "refused:%.*s", STR_ARG(w->action)),
                          .status = w->decision.visible || w->id == 0 ? 403 : 404};
    return append_entry(db, w, &d, e);
}

static err_t refused_step(struct db *db, void *arg, struct err *e)
{
    return write_refused(db, arg, e);
}

/* A refusal is written down before it is answered. */
err_t write_refuse(struct write *w, struct err *e)
{
    err_t rc = store_write(w->kernel->store, refused_step, w, e);
    w->outcome = WRITE_DENIED;
    return rc;
}

/* --- in the step -------------------------------------------------------------------------- */

/* Access on the labels that the record has now. */
err_t write_decide(struct db *db, struct write *w, const struct labels *l, struct err *e)
{
    struct str action = w->verb == ACCESS_ACT ? w->action : STR_NONE;
    if (w->options->allowed) {
        w->decision = (struct decision){.allowed = true,
                                        .visible = true,
                                        .fields = {.all = true},
                                        .unmasked = {.all = true},
                                        .grant = w->options->as};
        return OK;
    }
    err_t rc = w->id == 0 ? access_allow(&w->decision, db, w->subject, &w->plan->policy, w->verb,
                                         action, l, w->arena, e)
                          : access_decide(&w->decision, db, w->subject, &w->plan->policy, w->verb,
                                          action, l, w->arena, e);
    if (rc == OK && !w->decision.allowed)
        w->outcome = WRITE_DENIED;
    return rc;
}

static bool is_anothers(const struct field *f)
{
    return f->has_word && !fact_word_may(f->word.kind, STR_NONE);
}

/* A value stated by another body may come back unchanged in an exported workbook; repeating it is
 * no statement. */
static bool repeats_another(const struct write *w, size_t i, const struct field *f)
{
    return is_anothers(f) && field_is_given(f) && w->body.named[i] && !w->body.changed[i];
}

/* It says whose word it is, where it is a fact that somebody establishes. */
static void not_his(struct write *w, const struct field *f)
{
    const struct label who = {fact_word_label(f->word.name, false),
                              fact_word_label(f->word.name, true)};
    if (is_anothers(f))
        fault_add(&w->faults, f->name, "not_writable",
                  N_("is not yours to write: it is established by %s"), FAULT_ARGS(who));
    else
        fault_add(&w->faults, f->name, "not_writable", N_("is not yours to write"), NULL, 0);
}

/* Fields that the request speaks of and that are not the subject's to write. */
void write_check_writable(struct write *w)
{
    for (size_t i = 0; i < w->plan->field_count; i++) {
        const struct field *f = w->plan->fields[i].field;
        struct str name = f->name;
        /* A workbook row has all columns: unchanged values are not checked. */
        if (repeats_another(w, i, f) || (w->options->import_id && w->before && !w->body.changed[i]))
            continue;
        if (w->body.named[i] && !str_list_has(&w->decision.fields, name) &&
            !access_off(w->plan->type->name, "writable"))
            not_his(w, f);
    }
    if (w->faults.len > 0 && w->outcome == WRITE_DONE)
        w->outcome = WRITE_FAULTY;
}

/* Records of a running import are visible to that import only. */
err_t write_is_hidden(bool *out, struct db *db, const struct write *w, const struct row *row,
                      struct err *e)
{
    err_t rc = row_arriving(out, db, row, e);
    *out = *out && row->import_id != w->options->import_id;
    return rc;
}

err_t write_children(struct db *db, const struct write *w, struct err *e)
{
    struct value values[2 + VALUE_FIELDS_MAX * VALUE_COLUMNS_MAX];
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < w->plan->field_count; i++) {
        const struct field_plan *f = &w->plan->fields[i];
        const struct field_value *v = &w->body.values[i];
        if (!f->child || !w->body.changed[i])
            continue;
        if (w->before)
            rc = db_run_once_later(db, f->child_delete, VALUES(v_i64(w->id)), e);
        for (size_t k = 0; rc == OK && k < v->row_count; k++) {
            values[0] = v_i64(w->id);
            values[1] = v_i64((int64_t)k);
            memcpy(values + 2, v->rows + k * v->row_width, v->row_width * sizeof(*values));
            rc = db_run_once_later(db, f->child_insert, values, 2 + v->row_width, e);
        }
    }
    return rc;
}

/* The version and its entry, once the row is written. */
err_t write_version(struct db *db, struct write *w, struct err *e)
{
    const struct grant *g = w->decision.grant;
    struct log_draft d = {
        .action = w->action, .version = w->out->version, .content = w->commitment.hex};
    err_t rc = append_entry(db, w, &d, e);
    if (rc == OK)
        rc = db_run_later(
            db,
            "INSERT INTO record_version (type, record_id, version, at_ms, account, role, "
            "action, reason, content, seal, entry) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            VALUES(v_str(w->plan->type->name), v_i64(w->id), v_i64(w->out->version),
                   v_i64(w->now_ms), v_i64(w->subject->account),
                   v_str(g ? g->role->name : STR_NONE), v_str(w->action), v_str(w->reason),
                   v_str(w->content), v_str(w->commitment.seal), v_str(str_of(w->out->entry))),
            e);
    if (rc == OK)
        rc = numbered_forget(db, w, e);
    for (size_t i = 0; rc == OK && i < w->files.len; i++)
        rc = file_keep(db, w->files.ptr[i], w->now_ms, e);
    if (rc == OK)
        rc = write_text(db, w, e);
    if (rc == OK)
        rc = write_request_done(db, w, e);
    if (rc == OK && w->options->with && !w->options->check_only)
        rc = w->options->with(db, w->options->with_arg, w->out, e);
    if (rc == OK)
        rc = ask_follow(db, w, e);
    if (rc == OK)
        rc = dues_follow(db, w, e);
    return rc;
}

/* The author's message, with values of the row: {1} is its second column. */
static struct str with_row(struct str message, struct stmt *st, struct arena *a)
{
    struct buf out = {0};
    for (size_t i = 0; i < message.len; i++) {
        const char *at = message.ptr + i;
        if (i + 2 < message.len && at[0] == '{' && at[1] >= '1' && at[1] <= '9' && at[2] == '}') {
            buf_add(&out, stmt_str(st, at[1] - '0'));
            i += 2;
        } else {
            buf_add(&out, (struct str){at, 1});
        }
    }
    return buf_take(&out, a);
}

/* Whether the write concerns a rule: a new record concerns all. */
static bool is_upon(const struct write *w, const struct constraint *c)
{
    if (w->transition && str_among(w->transition->name, c->not_by, c->not_by_count))
        return false;
    for (size_t i = 0; i < c->upon_count; i++) {
        size_t field = plan_field(w->plan, c->upon[i]);
        if (field != SIZE_MAX && w->body.changed[field])
            return true;
    }
    return c->upon_count == 0 || !w->before;
}

/* Rules that look at other records, and at this one as it is now written. */
err_t write_rules(struct db *db, struct write *w, struct err *e)
{
    const struct record_type *t = w->plan->type;
    struct stmt **rules = arena_array(w->arena, t->constraint_count + 1, sizeof(*rules));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < t->constraint_count; i++) {
        const struct constraint *c = &t->constraints[i];
        if (c->kind == CONSTRAINT_NEVER && is_upon(w, c))
            rc = db_ask_once(&rules[i], db, c->sql.ptr, VALUES(v_i64(w->id)), e);
    }
    for (size_t i = 0; i < t->constraint_count; i++) {
        const struct constraint *c = &t->constraints[i];
        if (rules[i] && stmt_row(&rc, rules[i], e)) {
            struct label said = {with_row(c->message.zh, rules[i], w->arena),
                                 with_row(c->message.en, rules[i], w->arena)};
            fault_say(&w->faults, c->field_count ? c->fields[0] : STR_NONE, "constraint", &said);
            w->outcome = WRITE_FAULTY;
        }
        stmt_free(rules[i]);
    }
    return rc;
}

/* A step is rolled back by failing; write_rollback_result recognises it. */
err_t write_end_step(struct write *w, err_t rc, struct err *e)
{
    if (rc != OK || (!w->options->check_only && !w->trying && w->outcome == WRITE_DONE))
        return rc;
    w->taken_back = true;
    return err_set(e, E_INTERNAL, "taken back");
}

err_t write_rollback_result(const struct write *w, err_t rc)
{
    return w->taken_back ? OK : rc;
}

err_t write_step(struct write *w, store_fn step, struct err *e)
{
    w->taken_back = false; /* where the step is not even begun, its error is one */
    return write_rollback_result(w, store_write(w->kernel->store, step, w, e));
}

/* --- the answer --------------------------------------------------------------------------- */

/* Reports a conflict; says that somebody changed the record only if it moved. */
static err_t say_conflict(const struct write *w, struct str label, struct err *e)
{
    const struct fault *first = w->faults.len ? &w->faults.ptr[0] : NULL;
    if (w->id == 0 && first)
        return err_set(e, E_CONFLICT, "%.*s: the record is not written, there is one like it: %.*s",
                       STR_ARG(label),
                       STR_ARG(msg_lang() == LANG_ZH ? first->message_zh : first->message_en));
    if (w->id == 0)
        return err_set(e, E_CONFLICT, "%.*s: the record is not written, there is one like it",
                       STR_ARG(label));
    if (first && strcmp(first->code, "version") != 0 && strcmp(first->code, "ended") != 0)
        return err_set(e, E_CONFLICT, "%.*s %lld: the record is not written: %.*s", STR_ARG(label),
                       (long long)w->id,
                       STR_ARG(msg_lang() == LANG_ZH ? first->message_zh : first->message_en));
    return err_set(e, E_CONFLICT,
                   "%.*s %lld: the record is not written, it was changed or "
                   "decided meanwhile",
                   STR_ARG(label), (long long)w->id);
}

static err_t say_denied(const struct write *w, struct str label, struct err *e)
{
    const struct label action = conflict_action(w, w->action);
    return err_set(e, E_DENIED, "%.*s: you may not do this (%.*s)", STR_ARG(label),
                   STR_ARG(msg_lang() == LANG_ZH ? action.zh : action.en));
}

/* The error that goes with an outcome; faults go to the caller. */
err_t write_answer(struct write *w, struct err *e)
{
    struct str label = record_type_label(w->plan->type);
    w->out->faults = faults_of(&w->faults);
    switch (w->outcome) {
    case WRITE_DONE:
    case WRITE_PROPOSED:
    case WRITE_REPEATED:
        return OK;
    case WRITE_FAULTY:
        return err_set(e, E_INVALID, "%.*s: the record is not written, %zu of its fields are wrong",
                       STR_ARG(label), w->faults.len);
    case WRITE_DENIED:
        *w->out = (struct written){0};
        if (w->id != 0 && !w->decision.visible)
            return row_not_found(w->plan->type, w->id, e);
        return say_denied(w, label, e);
    case WRITE_KEY_USED:
        return err_set(e, E_CONFLICT,
                       "another request was done under this key; a new request needs a new key");
    case WRITE_CONFLICT:
        return say_conflict(w, label, e);
    case WRITE_MOVED:
        break;
    }
    return err_set(e, E_BUSY, "%.*s %lld: others are changing this record; try again",
                   STR_ARG(label), (long long)w->id);
}

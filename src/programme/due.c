/* Days of steps: from the deadlines of the pack, counted from a field of a record. */
#include "base/date.h"
#include "decide/deadline.h"
#include "programme/programme_priv.h"

/* A date, or a year (its first day). */
static bool read_day(struct date *out, struct str json, struct arena *a)
{
    const struct jvalue *v = NULL;
    int64_t year;
    if (json.len == 0 || jin_parse(&v, json, JIN_REFUSE_DUPLICATES, NULL, a, NULL) != OK)
        return false;
    if (v->type == J_NUMBER && str_to_i64(&year, v->text) && year >= 1 && year <= 9999) {
        *out = (struct date){(int)year, 1, 1};
        return true;
    }
    return v->type == J_STRING && date_parse(out, v->text);
}

static err_t field_day(struct date *out, bool *known, struct db *db, const struct flow_call *x,
                       const struct programme *p, struct str path, struct err *e)
{
    const struct record_type *t;
    struct str field, json = STR_NONE;
    int64_t id = 0;
    err_t rc = programme_field(&t, &field, p, path, e);
    *known = false;
    if (rc == OK)
        rc = programme_record(&id, db, x, p, t, e);
    if (rc == OK && id)
        rc = record_value(&json, db, p->kernel, t, id, field, x->arena, e);
    if (rc == OK)
        *known = read_day(out, json, x->arena);
    return rc;
}

/* Of a rule that leaves the day to an officer, it stands in the field `due` of the same record. */
static struct str entered_path(struct str counted, struct arena *a)
{
    size_t dot = str_find(counted, STR("."), 0);
    return arena_printf(a, "%.*s.due", (int)dot, counted.ptr);
}

static bool is_entered(const struct deadline_rule *r)
{
    return r->kind == DUE_RANGE || r->kind == DUE_NONE;
}

/* The latest publication counts where a record holds several (publish-again). */
static err_t count_day(struct due *out, bool *known, struct date *from, struct db *db,
                       const struct flow_call *x, const struct programme *p,
                       const struct process_step *step, struct err *e)
{
    const struct deadline_rule *rule = pack_deadline(p->pack, step->due);
    const struct counting how = {.calendar = p->calendar};
    struct date entered = {0};
    bool has_entered = false;
    if (!rule)
        return err_set(e, E_INTERNAL, "the policy has no deadline %.*s", STR_ARG(step->due));
    err_t rc = field_day(from, known, db, x, p, step->counted, e);
    if (rc != OK || !*known)
        return rc;
    if (!is_entered(rule)) {
        rc = due_of(out, rule, *from, &how, e);
        *known = out->state == DUE_KNOWN;
        return rc;
    }
    rc = field_day(&entered, &has_entered, db, x, p, entered_path(step->counted, x->arena), e);
    *known = has_entered;
    return rc == OK && has_entered ? due_entered(out, rule, *from, entered, &how, e) : rc;
}

static struct str day_text(struct date d, struct arena *a)
{
    char text[DATE_TEXT_LEN + 1];
    date_format(text, d);
    return arena_dup(a, str_of(text));
}

err_t programme_due(struct flow_due *out, struct db *db, struct flow_call *x,
                    const struct process_step *step, void *arg, struct err *e)
{
    const struct programme *p = arg;
    struct due due = {0};
    struct date from = {0};
    *out = (struct flow_due){0};
    err_t rc = count_day(&due, &out->known, &from, db, x, p, step, e);
    if (rc != OK || !out->known)
        return rc;
    out->date = day_text(due.date, x->arena);
    if (due.provisional)
        out->count_by = day_text(due.count_by, x->arena);
    return OK;
}

err_t programme_issue(int64_t *deadline, struct db *db, struct flow_call *x,
                      const struct process_step *step, const struct flow_due *due, void *arg,
                      struct err *e)
{
    const struct programme *p = arg;
    struct deed d = programme_deed(x, p);
    struct deadline issued;
    struct due counted = {0};
    bool known = false;
    struct deadline_new n = {.type = STR("case"),
                             .record_id = x->c.id,
                             .title = step->label,
                             .pack = p->pack,
                             .rule = pack_deadline(p->pack, step->due)};
    *deadline = 0;
    if (x->c.trial) /* a draft binds nobody: the day is shown and not issued */
        return OK;
    err_t rc = count_day(&counted, &known, &n.from, db, x, p, step, e);
    if (rc == OK && is_entered(n.rule) && !date_parse(&n.entered, due->date))
        rc = err_set(e, E_INTERNAL, "no date");
    if (rc == OK && step->role_count)
        rc = flow_unit_of(&n.holder_unit, db, &x->c, step->roles[0], x->today, e);
    if (rc == OK)
        rc = deadline_issue(&issued, db, &d, p->calendar, &n, e);
    if (rc == OK)
        *deadline = issued.id;
    return rc;
}

err_t programme_due_over(struct db *db, struct flow_call *x, int64_t deadline, void *arg,
                         struct err *e)
{
    struct deed d = programme_deed(x, arg);
    return deadline_end(db, &d, deadline, e);
}

/* How many records of a type a year has, for the index of all types: one statement a type, of the filters that
 * open the same records in its list. A record counts in the year of the first known of its type's days (`dated`);
 * a day that the reader does not see is not known. A party counts its own records, an office all that it reads. */
#include "access/unit.h"
#include "record/filter.h"
#include "record/record.h"

#define KNOWN "1000" /* every day that is known comes after it */

/* signed=2026 or ((signed is empty or signed=no) and created_ms=2026) */
static struct str year_filter(struct buf *known, const struct record_type *t, int year,
                              struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i < t->duty.dated_count; i++) {
        const struct field *f = record_field(t, t->duty.dated[i]);
        struct str name = f ? f->name : STR("created_ms");
        buf_addf(&b, f && f->type == FIELD_PERIOD ? "(%.*s>=%d and not %.*s>=%d)" : "%.*s=%d",
                 STR_ARG(name), year, STR_ARG(name), year + 1);
        buf_addf(known, i ? " or %.*s>=" KNOWN : "%.*s>=" KNOWN, STR_ARG(name));
        if (i + 1 < t->duty.dated_count)
            buf_addf(&b,
                     f && f->type == FIELD_KNOWN_DATE ? " or ((%.*s is empty or %.*s=no) and ("
                                                      : " or (%.*s is empty and (",
                     STR_ARG(name), STR_ARG(name));
    }
    for (size_t i = 1; i < t->duty.dated_count; i++)
        buf_addz(&b, "))");
    return buf_take(&b, a);
}

/* A transition leaves the state for another one, and the record does not end. */
static bool goes_on(const struct record_type *t, struct str state)
{
    for (size_t i = 0; i < t->transition_count; i++) {
        const struct transition *x = &t->transitions[i];
        if (!x->ends && x->to.len > 0 && !str_eq(x->to, state) && transition_leaves(x, state))
            return true;
    }
    return false;
}

/* stage=intent,talk: all but the last; state=draft,open: all that are left. Empty: neither. */
static struct str open_filter(const struct record_type *t, struct arena *a)
{
    struct buf b = {0};
    for (size_t i = 0; i + 1 < t->stage_count; i++)
        buf_addf(&b, i ? ",%.*s" : "stage=%.*s", STR_ARG(t->stages[i].name));
    for (size_t i = 0; i < t->state_count && t->stage_count == 0; i++)
        if (goes_on(t, t->states[i].name))
            buf_addf(&b, b.len ? ",%.*s" : "state=%.*s", STR_ARG(t->states[i].name));
    return buf_take(&b, a);
}

/* "CASE WHEN it is shown THEN r.column END" */
static err_t add_shown(struct view *v, size_t field, struct str column, struct err *e)
{
    struct str shown = STR_NONE;
    err_t rc = view_shown(&shown, v, field, false, e);
    buf_addf(&v->sql, "CASE WHEN %.*s THEN r.%.*s END", STR_ARG(shown.len ? shown : STR("1 = 0")),
             STR_ARG(column));
    return rc;
}

enum { IN_YEAR, OPEN, DATED, ALL, LAST, NUMBERS };

static err_t add_statement(struct view *v, const struct str filters[3], struct str own,
                           struct err *e)
{
    size_t by = plan_field(v->plan, v->plan->type->duty.by);
    err_t rc = OK;
    view_add(v, by == SIZE_MAX ? "SELECT NULL" : "SELECT ");
    if (by != SIZE_MAX)
        rc = add_shown(v, by, v->plan->fields[by].columns[0].name, e);
    for (size_t i = IN_YEAR; rc == OK && i <= DATED; i++) {
        view_add(v, ", count(CASE WHEN ");
        rc = filters[i].len ? filter_add(v, filters[i], e) : OK;
        view_add(v, filters[i].len ? " THEN 1 END)" : "1 = 0 THEN 1 END)");
    }
    view_add(v, ", count(*), max(");
    if (rc == OK)
        rc = add_shown(v, view_labels(v, SYS_CREATED_MS), STR("created_ms"), e);
    view_add(v, ")");
    if (rc == OK)
        rc = view_add_records(v, e);
    view_add(v, own.len ? " AND r.ended_ms IS NULL AND " : " AND r.ended_ms IS NULL");
    if (rc == OK && own.len)
        rc = filter_add(v, own, e);
    view_add(v, " GROUP BY 1");
    buf_addc(&v->sql, '\0');
    return rc;
}

struct counted {
    struct str value;
    int64_t n[NUMBERS];
};

static void counts_json(struct jout *j, const struct counted *all, size_t count, bool by, bool open,
                        struct arena *a)
{
    int64_t sum[NUMBERS] = {0};
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; k < LAST; k++)
            sum[k] += all[i].n[k];
        sum[LAST] = all[i].n[LAST] > sum[LAST] ? all[i].n[LAST] : sum[LAST];
    }
    jout_pair_i64(j, "year", sum[IN_YEAR]);
    jout_pair_i64(j, "undated", sum[ALL] - sum[DATED]);
    if (sum[LAST] > 0)
        jout_pair(j, "last", business_date(sum[LAST], a));
    jout_name(j, "open");
    if (open)
        jout_i64(j, sum[OPEN]);
    else
        jout_null(j);
    for (int k = IN_YEAR; by && k <= OPEN; k++) {
        jout_pair_object(j, k == OPEN ? "open_by" : "by");
        for (size_t i = 0; i < count; i++)
            if (all[i].value.len > 0) {
                jout_name_str(j, all[i].value);
                jout_i64(j, all[i].n[k]);
            }
        jout_end_object(j);
    }
}

err_t record_counts(struct jout *j, const struct record_call *c, struct db *db, int year,
                    struct err *e)
{
    const struct record_type *t = c->type;
    const struct subject *s = c->subject;
    const struct field *by = record_field(t, t->duty.by);
    struct str own = STR_NONE;
    VEC(struct counted) all = {0};
    struct stmt *st = NULL;
    struct buf known = {0};
    struct view v;
    bool has_row = false;
    if (!subject_is_program(s) && !unit_kind_is_office(s->unit_kind))
        own = arena_printf(c->arena, "owner_unit=%lld", (long long)s->unit);
    struct str filters[] = {year_filter(&known, t, year, c->arena), open_filter(t, c->arena),
                            buf_take(&known, c->arena)};
    view_init(&v, c->kernel, plan_of(c->kernel, t), s, c->arena);
    bool counts = v.reads && t->duty.dated_count > 0;
    err_t rc = counts ? add_statement(&v, filters, own, e) : E_INVALID;
    if (rc == OK)
        rc = db_query_once(&st, db, v.sql.ptr, v.values, (size_t)v.next_param - 1, e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        struct counted one = {.value = arena_dup(c->arena, stmt_str(st, 0))};
        if (by && by->type == FIELD_BOOL && one.value.len > 0)
            one.value = stmt_i64(st, 0) ? STR("true") : STR("false");
        for (int i = 0; i < NUMBERS; i++)
            one.n[i] = stmt_i64(st, 1 + i);
        VEC_PUSH(c->arena, &all, one);
    }
    stmt_free(st);
    view_clear(&v);
    if (rc != OK)
        return rc == E_INVALID ? OK : rc; /* it never sees the days */
    counts_json(j, all.ptr, all.len, by != NULL, filters[OPEN].len > 0, c->arena);
    for (int k = IN_YEAR; k <= OPEN; k++)
        if (filters[k].len > 0)
            jout_pair(j, k == OPEN ? "open_filter" : "year_filter",
                      own.len ? arena_printf(c->arena, "%.*s and (%.*s)", STR_ARG(own),
                                             STR_ARG(filters[k]))
                              : filters[k]);
    return OK;
}

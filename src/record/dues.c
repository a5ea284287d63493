/* The index of dues: what is due of a record follows from its values, of other records from their latest day. */
#include "record/dues.h"
#include "record/scaled.h"
#include "record/show.h"
#include "record/type_priv.h"

#define DAY_MS ((int64_t)24 * 3600 * 1000)
#define CHINA_MS ((int64_t)8 * 3600 * 1000)
#define REMADE_A_STEP 200
#define ALL_DUES STR("*dues") /* in type_stored: no type's name */

bool due_source(struct due_source *out, const struct record_type *t, const struct record_types *set,
                struct str path)
{
    struct str rest = path, first = str_split(&rest, STR("."));
    const struct field *f = record_field(t, first);
    *out = (struct due_source){.field = f};
    if (f && f->type == FIELD_TABLE && rest.ptr) {
        out->table = f;
        out->field = record_row_field(f, rest);
    } else if (!f && rest.ptr && (out->child = record_type_find(set, first))) {
        out->reference = reference_to(out->child, t->name, STR_NONE);
        out->field = out->reference ? record_field(out->child, rest) : NULL;
    }
    return out->field || str_is(path, "created");
}

err_t dues_read(struct dues *out, struct db *db, const struct record_types *set, const char *sql,
                const struct value *values, size_t count, struct arena *a, struct err *e)
{
    struct record_due d = {0};
    err_t rc = db_rows(ROWS(out, d), db, sql, values, count,
                       INTO(into_str(&d.type_name), into_i64(&d.record), into_str(&d.name),
                            into_i64(&d.row), into_str(&d.date), into_i64(&d.owner_unit),
                            into_i64(&d.unit), into_i64(&d.account), into_i64(&d.next_ms),
                            into_i64(&d.import_id), into_i64(&d.imported), into_i64(&d.amount)),
                       a, e);
    for (size_t i = 0; i < out->len; i++) {
        struct record_due *one = &out->ptr[i];
        const struct record_type *t = record_type_find(set, one->type_name);
        for (size_t k = 0; t && k < t->due_count; k++)
            if (str_eq(t->dues[k].name, one->name))
                one->rule = &t->dues[k];
        one->type = one->rule ? t : NULL;
    }
    return rc;
}

/* --- days ----------------------------------------------------------------------------------- */

int64_t due_warning_ms(const struct record_due *d, int64_t after_ms)
{
    struct date day;
    int64_t next = 0;
    for (size_t i = 0; date_parse(&day, d->date) && i < d->rule->warn_count; i++) {
        int64_t at = (date_to_days(day) - d->rule->warn[i]) * DAY_MS; /* midnight UTC */
        if (at > after_ms && (next == 0 || at < next))
            next = at;
    }
    return next;
}

/* 90d, 6m, 1y on; the same day of the month, else its last (民法典 202). */
static struct date add_interval(struct date day, struct str after)
{
    int64_t n = 0;
    char unit = after.len ? after.ptr[--after.len] : 'd';
    if (after.len && !str_to_i64(&n, after))
        return (struct date){0};
    if (unit == 'd')
        return date_from_days((int32_t)(date_to_days(day) + n));
    return months_on(&day, day, unit == 'y' ? 12 * n : n) ? day : (struct date){0};
}

/* The column of a day in its table, or of its moment: the last one of a period. */
static size_t day_column(const struct field *f)
{
    return value_order_column(f) + (f->type == FIELD_PERIOD);
}

/* "no" is none. */
static struct date day_of(const struct value *v)
{
    struct date day;
    if (v->type == VALUE_I64)
        return date_from_ms(v->i64 + CHINA_MS);
    return date_parse(&day, bytes_str(v->bytes)) ? day : (struct date){0};
}

/* --- the dues of one record ------------------------------------------------------------------ */

struct making {
    struct db *db;
    const struct kernel *kernel;
    const struct type_plan *plan;
    int64_t record, import_id, now_ms;
    const struct row *made; /* it is new, and as here; NULL: it is read */
    bool again;             /* the types are others: a due of the same day goes by their warnings */
    struct arena *a;
};

static bool is_date(const struct field *f)
{
    return f && (f->type == FIELD_DATE || f->type == FIELD_KNOWN_DATE);
}

/* The latest of the records that refer to it. */
static err_t find_latest(struct date *out, const struct making *m, const struct due_source *from,
                         int64_t owner, struct err *e)
{
    struct column columns[VALUE_COLUMNS_MAX];
    (void)value_columns(columns, from->field, m->a);
    const struct column *day = &columns[day_column(from->field)];
    int64_t ms = 0;
    struct str text = STR_NONE;
    const char *sql =
        arena_printf(m->a,
                     "SELECT max(%s%.*s%s) FROM %.*s WHERE %.*s = ?1 AND ended_ms IS NULL AND"
                     " owner_unit = ?2",
                     day->integer ? "" : "NULLIF(", STR_ARG(day->name),
                     day->integer ? "" : ", 'no')", STR_ARG(from->child->table),
                     STR_ARG(from->reference->column))
            .ptr;
    err_t rc = db_row_once(NULL, m->db, sql, VALUES(v_i64(m->record), v_i64(owner)),
                           INTO(day->integer ? into_i64(&ms) : into_str(&text)), m->a, e);
    const struct value v = ms ? v_i64(ms) : v_str(text);
    *out = day_of(&v);
    return rc;
}

/* Finds the newest record of the same owner that equals the row in the fields of `newer`; record `but` is left out. The
 * record of the latest day is the newest; of several with that day, the one that was made last. The day is the title, if
 * that is a date, else the first date of `dated`. *out is 0 if there is no such record. */
static err_t find_newest(int64_t *out, const struct making *m, const struct due_rule *d,
                         const struct row *row, int64_t but, struct err *e)
{
    const struct record_type *t = m->plan->type;
    struct value values[VALUE_FIELDS_MAX] = {v_i64(but), v_i64(row->labels.owner_unit)};
    const struct field *day = record_field(t, t->title);
    struct buf b = {0};
    size_t n = 2;
    for (size_t i = 0; i < t->duty.dated_count && !is_date(day); i++)
        day = record_field(t, t->duty.dated[i]);
    buf_addf(&b, "SELECT id FROM %.*s WHERE id <> ?1 AND owner_unit = ?2 AND ended_ms IS NULL",
             STR_ARG(t->table));
    for (size_t i = 0; i < d->newer_count; i++) {
        size_t at = plan_field(m->plan, d->newer[i]);
        if (row->values[at].given)
            values[n++] = row->values[at].cols[0];
        buf_addf(&b, row->values[at].given ? " AND %.*s = ?%zu" : " AND %.*s IS NULL",
                 STR_ARG(m->plan->fields[at].field->column), n);
    }
    buf_addf(&b,
             is_date(day) ? " ORDER BY NULLIF(%.*s, 'no') DESC NULLS LAST, id DESC LIMIT 1"
                          : " ORDER BY id DESC LIMIT 1",
             STR_ARG(day ? day->column : STR_NONE));
    err_t rc = db_row_once(NULL, m->db, arena_cstr(m->a, buf_str(&b)), values, n,
                           INTO(into_i64(out)), m->a, e);
    buf_clear(&b);
    return rc;
}

/* The first of `whom` that is known; else who handles the record. */
static err_t find_whom(struct record_due *d, const struct making *m, const struct row *row,
                       struct err *e)
{
    struct str rest = d->rule->whom;
    size_t at = plan_field(m->plan, str_split(&rest, STR(".")));
    bool known = at != SIZE_MAX && row->values[at].given;
    const struct field *f = known ? m->plan->fields[at].field : NULL;
    const struct record_type *of = f && rest.ptr ? record_type_find(m->kernel->types, f->to) : NULL;
    const struct field *account = of ? record_field(of, rest) : NULL;
    const struct value *value = f ? row->values[at].cols : NULL;
    if (str_is(d->rule->whom, "creator"))
        d->account = row->labels.created_by;
    else if (str_is(d->rule->whom, "unit"))
        d->unit = d->owner_unit;
    else if (f && f->type == FIELD_PARTY)
        return db_i64(&d->unit, m->db, "SELECT id FROM unit WHERE credit_code = ?1", value, 1, e);
    else if (account)
        return db_row_once(NULL, m->db,
                           arena_printf(m->a, "SELECT %.*s FROM %.*s WHERE id = ?1",
                                        STR_ARG(account->column), STR_ARG(of->table))
                               .ptr,
                           value, 1, INTO(into_i64(&d->account)), NULL, e);
    else if (f)
        d->account = value->i64;
    return OK;
}

static void add_due(struct dues *to, const struct making *m, struct record_due d, struct date base,
                    const struct row *row)
{
    size_t by = plan_field(m->plan, d.rule->after);
    struct str after = d.rule->after;
    if (by != SIZE_MAX) {
        const struct enum_value *v =
            row->values[by].given
                ? field_value(m->plan->fields[by].field, bytes_str(row->values[by].cols[0].bytes))
                : NULL;
        if (!v)
            return;
        after = v->after;
    }
    if (base.year)
        base = add_interval(base, after);
    d.date = date_valid(base) ? date_text(base, m->a) : STR_NONE;
    if (d.date.len)
        VEC_PUSH(m->a, to, d);
}

/* A due for every row of the table that has a day, and no value yet where `until` asks for one. */
static void add_rows(struct dues *to, const struct making *m, struct record_due d,
                     const struct due_source *from, const struct row *row)
{
    const struct field_value *v = &row->values[plan_field(m->plan, from->table->name)];
    struct str until = d.rule->until;
    (void)str_split(&until, STR("."));
    size_t day = value_part_column(from->table, from->field->name);
    size_t over = until.ptr ? value_part_column(from->table, until) : SIZE_MAX;
    day += from->field->type == FIELD_PERIOD;
    for (size_t i = 0; i < v->row_count; i++) {
        const struct value *cols = &v->rows[i * v->row_width];
        d.row = (int64_t)i;
        if (over == SIZE_MAX || cols[over].type == VALUE_NULL ||
            str_is(bytes_str(cols[over].bytes), "no"))
            add_due(to, m, d, day_of(&cols[day]), row);
    }
}

err_t fees_of(const struct jvalue **rows, struct db *db, const struct kernel *k,
              const struct type_plan *p, const struct row *row, int64_t now_ms, struct arena *a,
              struct err *e)
{
    struct jout j;
    *rows = NULL;
    if (!k->fees)
        return OK;
    jout_init_values(&j, a);
    jout_object(&j);
    row_values(&j, row, p, a);
    jout_end_object(&j);
    return k->fees(rows, db, jout_made(&j), date_from_ms(now_ms + CHINA_MS), a, e);
}

/* A due for every computed fee that is waited for; its row is the year. */
static err_t add_fees(struct dues *to, const struct making *m, struct record_due d,
                      const struct row *row, struct err *e)
{
    const struct jvalue *fees = NULL;
    err_t rc = fees_of(&fees, m->db, m->kernel, m->plan, row, m->now_ms, m->a, e);
    for (size_t i = 0; fees && i < fees->count; i++) {
        const struct jvalue *one = &fees->items[i];
        if (jin_get(one, "open")->type != J_TRUE || !jin_i64(&d.row, one, "year"))
            continue;
        d.date = jin_text(one, "last_day");
        if (!scaled_read(&d.amount, jin_text(one, "amount"), 2))
            d.amount = 0;
        VEC_PUSH(m->a, to, d);
    }
    return rc;
}

static err_t make_rule(struct dues *to, const struct making *m, const struct row *row,
                       const struct due_rule *rule, struct err *e)
{
    const struct validation v = {.plan = m->plan};
    struct record_due d = {.type_name = m->plan->type->name,
                           .name = rule->name,
                           .type = m->plan->type,
                           .rule = rule,
                           .record = m->record,
                           .owner_unit = row->labels.owner_unit,
                           .import_id = m->import_id};
    size_t until = plan_field(m->plan, rule->until);
    struct due_source from;
    struct date day = {0};
    int64_t newest = m->record;
    if (row->ended_ms ||
        !validate_when(&v, &(struct body){.values = row->values}, row->labels.state, &rule->when) ||
        (until != SIZE_MAX && validate_has_happened(&row->values[until])))
        return OK;
    err_t rc = find_whom(&d, m, row, e);
    if (rc == OK && rule->newer_count)
        rc = find_newest(&newest, m, rule, row, 0, e);
    for (size_t i = 0; rc == OK && newest == m->record && i < rule->on_count; i++) {
        struct date one = {0};
        if (!due_source(&from, m->plan->type, m->kernel->types, rule->on[i]))
            continue;
        if (from.child)
            rc = m->made ? OK : find_latest(&one, m, &from, d.owner_unit, e);
        else if (from.table)
            add_rows(to, m, d, &from, row);
        else if (from.field)
            one = day_of(
                &row->values[plan_field(m->plan, from.field->name)].cols[day_column(from.field)]);
        else
            one = date_from_ms(row->created_ms + CHINA_MS);
        if (date_cmp(one, day) > 0)
            day = one;
    }
    if (rc == OK && day.year)
        add_due(to, m, d, day, row);
    return rc == OK && rule->computed_count ? add_fees(to, m, d, row, e) : rc;
}

/* Matches a due with an earlier row of the index: one of the same rule and date, if possible of the same table row,
 * else one of the same date whose rule no longer exists (it may have been renamed). A match keeps its next warning.
 * Returns false if the index has to be written. */
static bool settle(struct record_due *d, struct dues *before, const struct making *m)
{
    struct record_due *was = NULL;
    for (size_t i = 0; i < before->len; i++) {
        struct record_due *b = &before->ptr[i];
        bool same = str_eq(b->name, d->name);
        if (!b->taken && str_eq(b->date, d->date) && (same || !b->rule) &&
            (!was || (same && b->row == d->row)))
            was = b;
    }
    int64_t next = due_warning_ms(d, m->now_ms);
    if (!was) { /* at once where the day is past, or no warning is left */
        bool past = str_cmp(d->date, business_date(m->now_ms, m->a)) < 0;
        d->next_ms = next && !past ? next : m->now_ms;
        return false;
    }
    was->taken = true;
    bool untold = was->next_ms && was->next_ms <= m->now_ms;
    d->next_ms = m->again && !untold ? next : was->next_ms;
    d->import_id = was->import_id;
    return str_eq(was->name, d->name) && was->row == d->row && was->unit == d->unit &&
           was->account == d->account && was->owner_unit == d->owner_unit &&
           was->next_ms == d->next_ms && was->amount == d->amount;
}

static err_t make(const struct making *m, struct err *e)
{
    const struct record_type *t = m->plan->type;
    struct dues before = {0}, now = {0};
    struct row row;
    err_t rc = m->made ? OK : row_load(&row, m->db, m->plan, m->record, m->a, e);
    for (size_t i = 0; rc == OK && i < t->due_count; i++)
        rc = make_rule(&now, m, m->made ? m->made : &row, &t->dues[i], e);
    if (rc == OK && !m->made)
        rc = dues_read(&before, m->db, m->kernel->types,
                       DUE_SELECT "d.type = ?1 AND d.record_id = ?2 ORDER BY d.due, d.row",
                       VALUES(v_str(t->name), v_i64(m->record)), m->a, e);
    bool same = before.len == now.len;
    for (size_t i = 0; i < now.len; i++)
        same &= settle(&now.ptr[i], &before, m);
    if (rc == OK && !same && before.len)
        rc = db_run_later(m->db, "DELETE FROM record_due WHERE type = ?1 AND record_id = ?2",
                          VALUES(v_str(t->name), v_i64(m->record)), e);
    for (size_t i = 0; rc == OK && !same && i < now.len; i++) {
        const struct record_due *d = &now.ptr[i];
        rc = db_run_later(m->db,
                          "INSERT INTO record_due (type, record_id, due, row, due_date, owner_unit,"
                          " unit, account, next_ms, import_id, amount) VALUES (?1, ?2, ?3, ?4, ?5,"
                          " ?6, ?7, ?8, ?9, ?10, ?11)",
                          VALUES(v_str(t->name), v_i64(m->record), v_str(d->name), v_i64(d->row),
                                 v_str(d->date), v_i64(d->owner_unit), v_id(d->unit),
                                 v_id(d->account), v_id(d->next_ms), v_id(d->import_id),
                                 v_id(d->amount)),
                          e);
    }
    return rc;
}

/* --- after a write ---------------------------------------------------------------------------- */

/* Makes the dues of two other records again, which this write's import did not write; an id of 0 is skipped. */
static err_t make_others(const struct making *m, const struct type_plan *p, int64_t first,
                         int64_t second, struct err *e)
{
    struct making other = *m;
    err_t rc = OK;
    other.plan = p;
    other.made = NULL;
    other.import_id = 0;
    if ((other.record = first))
        rc = make(&other, e);
    if (rc == OK && second != first && (other.record = second))
        rc = make(&other, e);
    return rc;
}

/* Those that the record refers to, or did before, with a day of records of this type. */
static err_t make_parents(const struct making *m, const struct write *w,
                          const struct record_type *t, struct err *e)
{
    struct due_source from;
    err_t rc = OK;
    for (size_t i = 0; i < t->due_count; i++)
        for (size_t k = 0; rc == OK && k < t->dues[i].on_count; k++) {
            if (!due_source(&from, t, m->kernel->types, t->dues[i].on[k]) ||
                from.child != w->plan->type)
                continue;
            size_t at = plan_field(w->plan, from.reference->name);
            rc = make_others(m, plan_of(m->kernel, t), w->body.values[at].cols[0].i64,
                             w->before ? w->before->values[at].cols[0].i64 : 0, e);
        }
    return rc;
}

err_t dues_follow(struct db *db, const struct write *w, struct err *e)
{
    const struct record_type *own = w->plan->type, *t;
    struct row now = {.labels = w->labels, .created_ms = w->now_ms, .values = w->body.values};
    const struct making m = {.db = db,
                             .kernel = w->kernel,
                             .plan = w->plan,
                             .record = w->id,
                             .import_id = w->options->import_id,
                             .now_ms = w->now_ms,
                             .made = w->before ? NULL : &now,
                             .a = w->arena};
    err_t rc = own->due_count ? make(&m, e) : OK;
    for (size_t i = 0; rc == OK && i < own->due_count; i++) {
        int64_t newest = 0, before = 0;
        if (own->dues[i].newer_count == 0)
            continue;
        rc = find_newest(&newest, &m, &own->dues[i], &now, w->id, e);
        if (rc == OK && w->before)
            rc = find_newest(&before, &m, &own->dues[i], w->before, w->id, e);
        if (rc == OK)
            rc = make_others(&m, w->plan, newest, before, e);
    }
    for (size_t i = 0; rc == OK && (t = record_type_at(w->kernel->types, i)); i++)
        rc = make_parents(&m, w, t, e);
    return rc;
}

/* --- again ------------------------------------------------------------------------------------ */

err_t dues_current(bool *out, struct db *db, const struct record_types *set, struct err *e)
{
    return db_any(out, db, "SELECT 1 FROM type_stored WHERE name = ?1 AND digest = ?2",
                  VALUES(v_str(ALL_DUES), v_str(set->digest)), e);
}

static err_t remake_some(struct dues_remaking *x, const struct record_type *t, struct db *db,
                         struct arena *a, struct err *e)
{
    const struct making m = {
        .db = db, .kernel = x->kernel, .now_ms = x->now_ms, .again = true, .a = a};
    struct ids ids = {0};
    err_t rc = OK;
    EACH_ROW_ONCE(st, rc, e, db,
                  arena_printf(a,
                               "SELECT id FROM %.*s WHERE id > ?1 ORDER BY id NULLS LAST LIMIT ?2",
                               STR_ARG(t->table))
                      .ptr,
                  VALUES(v_i64(x->at.record), v_i64(REMADE_A_STEP)))
        VEC_PUSH(a, &ids, stmt_i64(st, 0));
    for (size_t i = 0; rc == OK && i < ids.len; i++)
        rc = make_others(&m, plan_of(x->kernel, t), ids.ptr[i], 0, e);
    if (ids.len == REMADE_A_STEP)
        x->next = (struct dues_place){x->at.type, ids.ptr[ids.len - 1]};
    return rc;
}

err_t dues_remake_step(struct db *db, void *remaking, struct err *e)
{
    static const struct upsert stored = {"type_stored", "name", "digest, description"};
    struct dues_remaking *x = remaking;
    const struct record_types *set = x->kernel->types;
    const struct record_type *t = record_type_at(set, x->at.type);
    struct arena *a = arena_new();
    bool current = false;
    err_t rc = x->at.type || x->at.record || x->all ? OK : dues_current(&current, db, set, e);
    x->next = (struct dues_place){x->at.type + 1, 0};
    x->more = rc == OK && t && !current;
    if (x->more)
        rc = t->due_count
                 ? remake_some(x, t, db, a, e)
                 : db_run(db, "DELETE FROM record_due WHERE type = ?1", VALUES(v_str(t->name)), e);
    else if (rc == OK && !t)
        rc = db_upsert(db, &stored, VALUES(v_str(ALL_DUES), v_str(set->digest), v_str(STR("{}"))),
                       e);
    arena_free(a);
    return rc;
}

/* --- whom, and what they see ------------------------------------------------------------------- */

err_t due_people(struct ids *out, struct db *db, const struct record_due *d, struct arena *a,
                 struct err *e)
{
    return db_ids(
        out, db,
        "WITH told AS (SELECT a.id, CASE WHEN a.id = ?1 THEN 0 WHEN ?5 = 0 THEN 3 WHEN EXISTS "
        "(SELECT"
        " 1 FROM assignment g WHERE g.account = a.id AND g.type = ?3 AND g.record_id = ?4 AND "
        "g.kind"
        " = 'do' AND g.ask IS NULL AND g.to_ms IS NULL AND g.done_ms IS NULL) THEN 1 WHEN a.id ="
        " (SELECT v.account FROM record_version v WHERE v.type = ?3 AND v.record_id = ?4 AND"
        " v.version = 1) THEN 2 ELSE 3 END AS turn FROM account a WHERE a.state = 'active' AND"
        " (a.owner_unit = ?2 OR a.id = ?1)) SELECT id FROM told WHERE turn = (SELECT min(turn) FROM"
        " told) ORDER BY id",
        VALUES(v_i64(d->account), v_i64(d->unit ? d->unit : d->owner_unit), v_str(d->type_name),
               v_i64(d->record), v_i64(d->account == 0 && d->unit == 0)),
        a, e);
}

/* A day of other records is seen by who may read such records of this owner. */
static err_t sees_source(bool *sees, const struct due_source *from, const struct shown *own,
                         const struct row *row, const struct record_call *c, struct db *db,
                         struct err *e)
{
    struct decision d = {0};
    const struct field *f = from->table ? from->table : from->field;
    struct labels l = row->labels;
    if (!from->child) {
        *sees = !f || own->fields[plan_field(plan_of(c->kernel, c->type), f->name)];
        return OK;
    }
    l.id = l.created_by = 0;
    l.state = from->child->initial;
    l.secrecy = from->child->secrecy;
    l.published = false;
    err_t rc = access_decide(&d, db, c->subject, &plan_of(c->kernel, from->child)->policy,
                             ACCESS_READ, STR_NONE, &l, c->arena, e);
    *sees = rc == OK && d.allowed && str_list_has(&d.fields, f->name);
    return rc;
}

err_t due_seen(bool *seen, struct row *row, struct decision *read, const struct record_call *c,
               struct db *db, const struct record_due *d, struct err *e)
{
    const struct record_call of = {c->kernel, c->subject, d->type, d->record, c->arena};
    const struct type_plan *p = plan_of(c->kernel, d->type);
    struct due_source from;
    struct shown shown;
    struct err why = {0};
    bool arriving = false;
    *read = (struct decision){0};
    err_t rc = row_load(row, db, p, d->record, c->arena, &why);
    if (rc == OK)
        rc = row_arriving(&arriving, db, row, &why);
    if (rc == OK && !arriving && row->ended_ms == 0)
        rc = access_decide(read, db, c->subject, &p->policy, ACCESS_READ, STR_NONE, &row->labels,
                           c->arena, &why);
    *seen = rc == OK && read->allowed;
    if (!*seen)
        return rc == E_NOTFOUND ? OK : err_pass(e, rc, &why);
    shown_from(&shown, p, read, c->arena);
    for (size_t i = 0; rc == OK && *seen && i < d->rule->on_count; i++)
        if (due_source(&from, d->type, c->kernel->types, d->rule->on[i]))
            rc = sees_source(seen, &from, &shown, row, &of, db, e);
    return rc;
}

bool due_is_secret(const struct record_due *d)
{
    const struct field *title = record_field(d->type, d->type->title);
    bool secret = d->type->secrecy == SECRECY_SECRET || (title && title->secrecy == SECRECY_SECRET);
    for (size_t i = 0; i < d->rule->on_count; i++) {
        struct str rest = d->rule->on[i];
        const struct field *f = record_field(d->type, str_split(&rest, STR(".")));
        secret |= f && f->secrecy == SECRECY_SECRET;
    }
    return secret;
}

/* --- what answers it ---------------------------------------------------------------------------- */

/* Writes the act that answers the due, if the subject may take it. */
static err_t act_json(struct jout *j, const struct record_call *c, struct db *db,
                      const struct record_due *d, const struct row *row, struct err *e)
{
    struct str rest = d->rule->until, action = d->rule->act;
    const struct field *until = record_field(d->type, str_split(&rest, STR(".")));
    const struct record_type *made = d->rule->newer_count ? d->type : NULL;
    struct due_source from;
    struct decision may = {0};
    struct writable w = {0};
    if (action.len == 0 && until && until->set_by_count)
        action = until->set_by[0];
    const struct transition *move = record_transition(d->type, action);
    for (size_t i = d->rule->on_count; i-- > 0;)
        if (due_source(&from, d->type, c->kernel->types, d->rule->on[i]) && from.child) {
            made = from.child;
            until = NULL;
        }
    err_t rc = move    ? access_decide(&may, db, c->subject, &plan_of(c->kernel, d->type)->policy,
                                       ACCESS_ACT, action, &row->labels, c->arena, e)
               : until ? record_writable(&w, db, c, e)
                       : OK;
    bool allowed =
        move    ? may.allowed && transition_leaves(move, row->labels.state)
        : until ? writable_has(&w, until->name)
                : made && row->labels.owner_unit == c->subject->unit &&
                      (access_verbs(c->subject, &plan_of(c->kernel, made)->policy) & ACCESS_CREATE);
    if (rc != OK || !allowed)
        return rc;
    const struct field *ref = move || until ? NULL : reference_to(made, d->type->name, STR_NONE);
    jout_pair_object(j, "act");
    jout_pair(j, "action", move ? action : STR_NONE);
    jout_pair(j, "field", move || !until ? STR_NONE : d->rule->until);
    jout_pair(j, "type", move || until ? STR_NONE : made->name);
    jout_pair(j, "from", ref ? ref->name : STR_NONE);
    jout_end_object(j);
    return rc;
}

err_t due_item_json(struct jout *j, const struct record_call *c, struct db *db,
                    const struct record_due *d, const struct row *row, const struct decision *read,
                    struct err *e)
{
    const struct str_list *within = &d->type->within;
    jout_pair(j, "due_name", d->name);
    jout_pair(j, "label", label_shown(d->rule->label));
    jout_pair_i64(j, "row", d->row);
    for (size_t i = 0; i < within->count; i++) {
        size_t at = plan_field(plan_of(c->kernel, d->type), within->items[i]);
        if (row->values[at].given && str_list_has(&read->fields, within->items[i])) {
            jout_pair(j, "of_type", record_field(d->type, within->items[i])->to);
            jout_pair_i64(j, "of", row->values[at].cols[0].i64);
        }
    }
    jout_pair_bool(j, "secret", due_is_secret(d));
    return act_json(j, c, db, d, row, e);
}

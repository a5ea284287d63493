/* A list as questions to columns: what filter.c, view.c and list.c say in SQL, said with
 * sets of rows. columns_test.c holds the two against each other. */
#include "access/mutation.h"
#include "record/columns_priv.h"

struct asking {
    const struct grid *t;            /* records, or rows of a child table */
    const struct held_columns *held; /* its columns */
    const struct held *all;
    const struct held_rows *rows;
    const struct columns_question *q;
    struct arena *a;
    struct db *db;
};

static size_t system_held(const struct held_columns *h, enum system_column c)
{
    return c == SYS_ID ? GRID_ID : held_find(h, str_of(system_column_name(c)));
}

static size_t column_at(const struct asking *x, enum system_column c)
{
    return system_held(x->held, c);
}

/* --- whether it can be asked ------------------------------------------------------------- */

static size_t target_held(const struct held_columns *h, const struct filter_target *t,
                          size_t column)
{
    if (t->name[column].len == 0)
        return SIZE_MAX;
    if (str_is(t->name[column], "id") && t->at == SIZE_MAX)
        return GRID_ID;
    return held_find(h, t->name[column]);
}

static bool is_id(const struct filter_target *t)
{
    return t->at == SIZE_MAX && str_is(t->name[0], "id");
}

static bool fits_column(const struct held_columns *h, size_t column, const struct value *v)
{
    bool integer = column == GRID_ID || h->ptr[column].integer;
    return v->type == VALUE_NULL || v->type == (integer ? VALUE_I64 : VALUE_STR);
}

/* Columns of the table in which the target's values lie; NULL: it is not held. */
static const struct held_columns *target_columns(const struct held *h,
                                                 const struct filter_target *t)
{
    if (t->child.len == 0)
        return &h->columns;
    size_t part = held_find_part(h, t->child);
    return part == SIZE_MAX ? NULL : &h->parts[part].columns;
}

static bool can_test(const struct held_columns *h, const struct filter *f)
{
    bool period = value_order(f->target.field) == ORDER_PERIOD;
    for (size_t i = 0; i < VALUE_COLUMNS_MAX; i++)
        if ((period || i == value_order_column(f->target.field)) &&
            target_held(h, &f->target, i) == SIZE_MAX && !is_id(&f->target))
            return false;
    for (size_t i = 0; i < f->test_count; i++) {
        const struct filter_test *x = &f->tests[i];
        size_t column = target_held(h, &f->target, x->column);
        if ((column == SIZE_MAX && !is_id(&f->target)) || !fits_column(h, column, &x->low) ||
            !fits_column(h, column, &x->high))
            return false;
    }
    return true;
}

static bool can_filter(const struct held *h, const struct filter *f)
{
    for (size_t i = 0; f->op != FILTER_IS && i < f->part_count; i++)
        if (!can_filter(h, &f->parts[i]))
            return false;
    if (f->op != FILTER_IS)
        return true;
    const struct held_columns *columns = target_columns(h, &f->target);
    return columns && ((f->empty && f->target.child.len > 0) || can_test(columns, f));
}

static size_t key_held(const struct held_columns *h, const struct type_plan *p,
                       const struct columns_key *k)
{
    if (k->field == SIZE_MAX)
        return system_held(h, k->system);
    const struct field_plan *f = &p->fields[k->field];
    if (f->child || f->field->type == FIELD_COMPUTED)
        return SIZE_MAX;
    return held_find(h, f->columns[value_sort_column(f->field)].name);
}

bool columns_can(const struct held *h, const struct columns_question *q)
{
    const struct type_plan *p = q->view->plan;
    if (p->policy.recuses.len) /* by a text, which no label tells */
        return false;
    for (size_t i = 0; i < q->key_count; i++)
        if (key_held(&h->columns, p, &q->keys[i]) == SIZE_MAX &&
            !(q->keys[i].field == SIZE_MAX && q->keys[i].system == SYS_ID))
            return false;
    return q->key_count <= GRID_KEYS_MAX && (!q->filter || can_filter(h, q->filter));
}

/* Whether the filter asks for one value of that field, among other things. */
static bool asks_for(const struct filter *f, size_t field)
{
    for (size_t i = 0; f->op == FILTER_AND && i < f->part_count; i++)
        if (asks_for(&f->parts[i], field))
            return true;
    return f->op == FILTER_IS && f->target.at == field && !f->negate && !f->empty &&
           f->test_count == 1 && f->tests[0].op == TEST_EQUAL;
}

err_t columns_leave(bool *out, const struct columns_question *q, struct db *db, struct err *e)
{
    const struct type_plan *p = q->view->plan;
    const struct record_type *t = p->type;
    struct access_predicate labels;
    *out = false;
    if (!q->filter || q->ended || t->key_count != 1 || t->key_scope != KEY_OWNER ||
        t->owner == OWNER_ACCOUNT || !asks_for(q->filter, plan_field(p, t->key[0])))
        return OK;
    err_t rc = access_index_predicate(&labels, db, q->view->subject, &p->policy, ACCESS_READ,
                                      q->view->a, e);
    *out = rc == OK;
    for (size_t i = 0; rc == OK && i < labels.count; i++)
        *out &= labels.clauses[i].owner_unit != 0;
    return rc;
}

/* --- access ------------------------------------------------------------------------------ */

static void and_text(struct grid_set *s, const struct asking *x, enum system_column c,
                     struct str text)
{
    if (text.len > 0)
        set_and(s, grid_text(x->t, column_at(x, c), text, x->a));
}

static void and_number(struct grid_set *s, const struct asking *x, enum system_column c,
                       int64_t low, int64_t high)
{
    set_and(s, grid_between(x->t, column_at(x, c), low, high, x->a));
}

static struct grid_set in_states(const struct asking *x, const struct str_list *states)
{
    struct grid_set s = grid_none(x->t, x->a);
    for (size_t i = 0; i < states->count; i++)
        set_or(&s, grid_text(x->t, column_at(x, SYS_STATE), states->items[i], x->a));
    return s;
}

static struct grid_set clause_set(const struct asking *x, const struct access_clause *c)
{
    const struct field_plan *programme = x->q->view->plan->programme;
    struct grid_set s = c->ids ? grid_ids(x->t, c->ids, c->id_count, x->a) : grid_all(x->t, x->a);
    if (c->owner_unit != 0)
        and_number(&s, x, SYS_OWNER_UNIT, c->owner_unit, c->owner_unit);
    if (c->created_by != 0)
        and_number(&s, x, SYS_CREATED_BY, c->created_by, c->created_by);
    and_text(&s, x, SYS_OWNER_CITY, c->city);
    and_text(&s, x, SYS_OWNER_PROVINCE, c->province);
    if (c->programme.len > 0)
        set_and(&s, programme ? grid_text(x->t, held_find(x->held, programme->columns[0].name),
                                          c->programme, x->a)
                              : grid_none(x->t, x->a));
    if (c->published)
        and_number(&s, x, SYS_PUBLISHED, 1, 1);
    if (c->secrecy < SECRECY_SECRET)
        and_number(&s, x, SYS_SECRECY, INT64_MIN, c->secrecy);
    if (!c->states.all)
        set_and(&s, in_states(x, &c->states));
    return s;
}

/* Records for which the policy gives the subject the verb. */
static err_t allowed(struct grid_set *out, const struct asking *x, const struct access_policy *p,
                     enum access_verb verb, struct err *e)
{
    struct access_predicate labels;
    *out = grid_none(x->t, x->a);
    err_t rc = access_index_predicate(&labels, x->db, x->q->view->subject, p, verb, x->a, e);
    for (size_t i = 0; rc == OK && i < labels.count; i++)
        set_or(out, clause_set(x, &labels.clauses[i]));
    return rc;
}

/* Records in which the subject sees the field; *everywhere: all that it may read. */
static err_t shown(struct grid_set *out, bool *everywhere, const struct asking *x, size_t field,
                   bool unmasked, struct err *e)
{
    struct access_policy rules;
    enum shown_where where = view_rules(&rules, x->q->view, field, unmasked);
    *everywhere = where == SHOWN_EVERYWHERE;
    *out = where == SHOWN_EVERYWHERE ? grid_all(x->t, x->a) : grid_none(x->t, x->a);
    if (where != SHOWN_SOMEWHERE)
        return OK;
    const char *part = access_part("shown ");
    err_t rc = allowed(out, x, &rules, ACCESS_READ, e);
    (void)access_part(part);
    return rc;
}

/* What a workbook brings in is seen once all of it is there (import.h). */
static err_t without_arriving(struct grid_set *s, const struct asking *x, struct err *e)
{
    err_t rc = OK;
    EACH_ROW(st, rc, e, x->db,
             "SELECT id FROM record_import WHERE state IN ('running', 'removing')", NULL, 0) {
        int64_t id = stmt_i64(st, 0);
        set_and_not(s, grid_between(x->t, column_at(x, SYS_IMPORT_ID), id, id, x->a));
    }
    return rc;
}

/* --- conditions ---------------------------------------------------------------------------- */

struct span { /* of texts */
    struct str low, high;
    bool has_low, has_high, low_out, high_out; /* _out: it is not part of it itself */
    bool known;                                /* without "no" */
};

static bool in_span(struct str text, void *arg)
{
    const struct span *s = arg;
    int low = s->has_low ? str_cmp(text, s->low) : 1,
        high = s->has_high ? str_cmp(text, s->high) : -1;
    return (low > 0 || (low == 0 && !s->low_out)) && (high < 0 || (high == 0 && !s->high_out)) &&
           !(s->known && str_is(text, "no"));
}

static bool begins_with(struct str text, void *arg)
{
    return str_starts(text, *(const struct str *)arg);
}

static unsigned char small(char c)
{
    return (unsigned char)((unsigned)(c - 'A') < 26u ? c + 32 : c);
}

/* `arg`: the text looked for, its letters small already. */
static bool contains(struct str text, void *arg)
{
    const struct str *part = arg;
    for (size_t from = 0; from + part->len <= text.len; from++) {
        size_t i = 0;
        while (i < part->len && small(text.ptr[from + i]) == (unsigned char)part->ptr[i])
            i++;
        if (i == part->len)
            return true;
    }
    return false;
}

static struct str in_small(struct str text, struct arena *a)
{
    char *to = arena_alloc(a, text.len + 1);
    for (size_t i = 0; i < text.len; i++)
        to[i] = (char)small(text.ptr[i]);
    return (struct str){to, text.len};
}

struct range { /* from low to high; VALUE_NULL: open */
    struct value low, high;
    bool more, less; /* without low, without high */
};

static struct grid_set numbers(const struct asking *x, size_t column, const struct range *r)
{
    int64_t from = r->low.type == VALUE_NULL ? INT64_MIN : r->low.i64,
            to = r->high.type == VALUE_NULL ? INT64_MAX : r->high.i64;
    if ((r->more && from == INT64_MAX) || (r->less && to == INT64_MIN))
        return grid_none(x->t, x->a);
    return grid_between(x->t, column, from + r->more, to - r->less, x->a);
}

static struct grid_set range_set(const struct asking *x, size_t column, bool known, struct range r)
{
    if (column == GRID_ID || x->held->ptr[column].integer)
        return numbers(x, column, &r);
    struct span s = {.low = bytes_str(r.low.bytes),
                     .high = bytes_str(r.high.bytes),
                     .has_low = r.low.type != VALUE_NULL,
                     .has_high = r.high.type != VALUE_NULL,
                     .low_out = r.more,
                     .high_out = r.less,
                     .known = known};
    return grid_texts(x->t, column, in_span, &s, x->a);
}

static struct grid_set empty_in(const struct asking *x, size_t column)
{
    struct grid_set s = grid_all(x->t, x->a);
    set_and_not(&s, grid_given(x->t, column, x->a));
    return s;
}

/* A period that overlaps with low … high. */
static struct grid_set overlap(const struct asking *x, const struct filter_target *t,
                               const struct filter_test *test)
{
    size_t begin = target_held(x->held, t, 0), end = target_held(x->held, t, 1);
    struct grid_set s = grid_given(x->t, begin, x->a), part;
    set_or(&s, grid_given(x->t, end, x->a));
    if (test->low.type != VALUE_NULL) {
        part = empty_in(x, end);
        set_or(&part, range_set(x, end, false, (struct range){.low = test->low}));
        set_and(&s, part);
    }
    if (test->high.type != VALUE_NULL) {
        part = empty_in(x, begin);
        set_or(&part, range_set(x, begin, false, (struct range){.high = test->high}));
        set_and(&s, part);
    }
    return s;
}

static struct grid_set test_set(const struct asking *x, const struct filter_target *t,
                                const struct filter_test *test)
{
    const struct value low = test->low;
    size_t column = target_held(x->held, t, test->column);
    bool known = t->field->type == FIELD_KNOWN_DATE;
    struct str text = bytes_str(test->low.bytes);
    switch (test->op) {
    case TEST_EQUAL:
        return test->low.type == VALUE_I64
                   ? numbers(x, column, &(struct range){.low = low, .high = low})
                   : grid_text(x->t, column, text, x->a);
    case TEST_BETWEEN:
        return value_order(t->field) == ORDER_PERIOD
                   ? overlap(x, t, test)
                   : range_set(x, column, known, (struct range){.low = low, .high = test->high});
    case TEST_LESS:
        return range_set(x, column, known, (struct range){.high = low, .less = true});
    case TEST_AT_MOST:
        return range_set(x, column, known, (struct range){.high = low});
    case TEST_MORE:
        return range_set(x, column, known, (struct range){.low = low, .more = true});
    case TEST_AT_LEAST:
        return range_set(x, column, known, (struct range){.low = low});
    case TEST_BEGINS:
        return grid_texts(x->t, column, begins_with, &text, x->a);
    case TEST_CONTAINS:
        break;
    }
    text = in_small(text, x->a);
    return grid_texts(x->t, column, contains, &text, x->a);
}

static struct grid_set any_test(const struct asking *x, const struct filter *f)
{
    struct grid_set s = grid_none(x->t, x->a);
    for (size_t i = 0; i < f->test_count; i++)
        set_or(&s, test_set(x, &f->target, &f->tests[i]));
    return s;
}

static struct grid_set others_than(struct grid_set s, const struct asking *x)
{
    struct grid_set others = grid_all(x->t, x->a);
    set_and_not(&others, s);
    return others;
}

/* As SQL's three values have it: neither a condition nor its opposite holds of what is
 * empty; but a period's overlap is true or false of everything. */
static struct grid_set tests_set(const struct asking *x, const struct filter *f)
{
    const struct filter_target *t = &f->target;
    struct grid_set s = any_test(x, f);
    if (!f->negate)
        return s;
    if (value_order(t->field) == ORDER_PERIOD && f->tests[0].op == TEST_BETWEEN)
        return others_than(s, x);
    struct grid_set others = grid_given(x->t, target_held(x->held, t, f->tests[0].column), x->a);
    set_and_not(&others, s);
    return others;
}

/* Of a list or table: records with such a value, or any; negated, all others. */
static struct grid_set parts_set(const struct asking *x, const struct filter *f)
{
    struct asking y = *x;
    size_t part = held_find_part(x->all, f->target.child);
    y.t = x->rows->parts[part];
    y.held = &x->all->parts[part].columns;
    struct grid_set s =
        grid_owners(x->t, y.t, f->empty ? grid_all(y.t, x->a) : any_test(&y, f), PART_SHIFT, x->a);
    return f->negate == f->empty ? s : others_than(s, x);
}

static struct grid_set empty_set(const struct asking *x, const struct filter *f)
{
    const struct filter_target *t = &f->target;
    bool period = value_order(t->field) == ORDER_PERIOD;
    struct grid_set s = empty_in(x, target_held(x->held, t, value_order_column(t->field)));
    for (size_t i = 0; period && i < VALUE_COLUMNS_MAX; i++)
        set_and(&s, empty_in(x, target_held(x->held, t, i)));
    return f->negate ? others_than(s, x) : s;
}

static err_t filter_set(struct grid_set *out, const struct asking *x, const struct filter *f,
                        struct err *e)
{
    struct grid_set part;
    bool everywhere = true;
    err_t rc = OK;
    if (f->op == FILTER_IS) {
        *out = f->target.child.len > 0 ? parts_set(x, f)
               : f->empty              ? empty_set(x, f)
                                       : tests_set(x, f);
        if (f->target.shown_by != SIZE_MAX)
            rc = shown(&part, &everywhere, x, f->target.shown_by, f->target.sealed, e);
        if (rc == OK && !everywhere)
            set_and(out, part);
        return rc;
    }
    *out = f->op == FILTER_AND ? grid_all(x->t, x->a) : grid_none(x->t, x->a);
    for (size_t i = 0; rc == OK && i < f->part_count; i++) {
        if ((rc = filter_set(&part, x, &f->parts[i], e)) != OK)
            break;
        if (f->op == FILTER_AND)
            set_and(out, part);
        else
            set_or(out, part);
    }
    return rc;
}

/* --- the list -------------------------------------------------------------------------------- */

static err_t listed(struct grid_set *out, const struct asking *x, struct err *e)
{
    const struct columns_question *q = x->q;
    const struct access_policy *p = &q->view->plan->policy;
    struct grid_set part;
    err_t rc = allowed(out, x, p, ACCESS_READ, e);
    if (rc == OK && q->verb && (rc = allowed(&part, x, p, q->verb, e)) == OK)
        set_and(out, part);
    if (rc == OK)
        rc = without_arriving(out, x, e);
    if (rc == OK && !q->ended)
        set_and_not(out, grid_given(x->t, column_at(x, SYS_ENDED_MS), x->a));
    if (rc == OK && q->filter && (rc = filter_set(&part, x, q->filter, e)) == OK)
        set_and(out, part);
    return rc;
}

/* Adds one to those that there are. */
static err_t add_key(struct grid_key *keys, size_t *count, const struct asking *x,
                     const struct columns_key *k, struct err *e)
{
    struct grid_set *sees = arena_alloc(x->a, sizeof(*sees));
    struct grid_key *key = &keys[*count];
    bool everywhere = true;
    err_t rc = OK;
    *key = (struct grid_key){.column = key_held(x->held, x->q->view->plan, k), .down = k->down};
    size_t shown_by = k->field != SIZE_MAX ? k->field : view_labels(x->q->view, k->system);
    if (shown_by != SIZE_MAX)
        rc = shown(sees, &everywhere, x, shown_by, false, e);
    key->shown = everywhere ? NULL : sees;
    key->last = (struct cell){.given = k->last.type != VALUE_NULL,
                              .number = k->last.i64,
                              .text = bytes_str(k->last.bytes)};
    *count += 1;
    return rc;
}

err_t columns_ask(struct columns_answer *out, const struct held_rows *rows, struct db *db,
                  const struct columns_question *q, struct err *e)
{
    struct asking x = {.t = rows->records,
                       .held = &rows->held->columns,
                       .all = rows->held,
                       .rows = rows,
                       .q = q,
                       .a = q->view->a,
                       .db = db};
    struct grid_key keys[GRID_KEYS_MAX];
    struct grid_order order = {
        .keys = keys, .id_down = q->id_down, .behind = q->behind, .last_id = q->last_id};
    struct grid_set found;
    err_t rc = listed(&found, &x, e);
    for (size_t i = 0; rc == OK && i < q->key_count; i++)
        rc = add_key(keys, &order.key_count, &x, &q->keys[i], e);
    out->answered = rc == OK;
    if (rc != OK)
        return rc;
    int64_t *ids = arena_array(x.a, q->limit + 1, sizeof(*ids));
    out->total = (int64_t)set_count(found);
    out->count = grid_page(ids, x.t, found, &order, q->offset, q->limit, x.a);
    out->ids = ids;
    return OK;
}

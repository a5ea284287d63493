/* Records to facts documents. For each type of a facts list: which key each field gives,
 * one SELECT over the records of these parties, one more for each field that lies in a
 * table of its own. */
#include "record/facts.h"
#include "record/facts_priv.h"
#include <assert.h>

/* --- what a type gives ------------------------------------------------------------- */

struct part { /* a field that gives a fact */
    const struct field_plan *field;
    const struct field *column; /* of a table: whose texts alone are the fact; NULL: all its rows */
    size_t slot;                /* among the keys of the row; SIZE_MAX: a key of the document */
    struct str key;
    size_t at; /* its first column in the statement */
    bool denies;
};

struct giving {
    const struct type_plan *plan;
    size_t type, list;    /* among the types; among the references */
    struct yvalue *names; /* keys of a row */
    size_t slot_count;
    size_t state_slot; /* SIZE_MAX: the state is no fact */
    VEC(struct part) parts;
    bool *gives;               /* by field: whether it is a part */
    VEC(struct held_row) held; /* rows taken, by id */
};

static struct yvalue text_of(struct str s)
{
    return (struct yvalue){.type = Y_TEXT, .text = s, .quoted = true};
}

static struct yvalue word_of(const char *s)
{
    return (struct yvalue){.type = Y_TEXT, .text = str_of(s)};
}

static const struct yvalue nothing = {.type = Y_TEXT};

static size_t slot_of(struct giving *g, struct str key)
{
    for (size_t i = 0; i < g->slot_count; i++)
        if (str_eq(g->names[i].text, key))
            return i;
    g->names[g->slot_count] = text_of(key);
    return g->slot_count++;
}

static bool has_key(const struct fact_list *l, const char *key)
{
    return str_among(str_of(key), l->keys, l->key_count);
}

static void find_parts(struct giving *g, const struct fact_list *list, bool for_report,
                       struct arena *a)
{
    const struct record_type *t = g->plan->type;
    bool state_given = false;
    g->names = arena_array(a, t->field_count + 1, sizeof(*g->names));
    g->gives = arena_array(a, t->field_count + 1, sizeof(*g->gives));
    g->state_slot = SIZE_MAX;
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        const struct field *column = record_fact_column(f);
        struct str key = record_field_fact(column ? column : f);
        struct part p = {.field = &g->plan->fields[i], .column = column, .slot = SIZE_MAX};
        bool of_reports = str_among(key, list->report_keys, list->report_key_count);
        if (key.len == 0 || f->retired || (of_reports && !for_report))
            continue;
        bool top = key.ptr[0] == '/';
        p.key = top ? (struct str){key.ptr + 1, key.len - 1} : key;
        if (!top)
            p.slot = slot_of(g, key);
        for (size_t k = 0; k < t->field_count; k++)
            p.denies |= f->type == FIELD_BOOL && t->fields[k].type != FIELD_BOOL &&
                        str_eq(record_field_fact(&t->fields[k]), key);
        state_given |= str_is(key, "state");
        g->gives[i] = true;
        VEC_PUSH(a, &g->parts, p);
    }
    if (!state_given && has_key(list, "state"))
        g->state_slot = slot_of(g, STR("state"));
}

/* --- statements ---------------------------------------------------------------------- */

/* Records opened by the program for its own case (the plan of a year that has begun) state nothing
 * until somebody edits them. */
#define SOMEBODYS                                                                                  \
    "NOT (r.version = 1 AND r.created_by = 0 AND EXISTS (SELECT 1 FROM flow_case o WHERE"          \
    " o.record_type = '%.*s' AND o.record_id = r.id AND o.created_by = 0))"

static const char *facts_join(const struct record_type *t)
{
    static const char *const joins[] = {
        [FACTS_OF_OWNER] = "",
        [FACTS_OF_PARTY] = " JOIN unit u ON u.credit_code = r.party",
        [FACTS_OF_PROVINCE] = " JOIN unit u ON u.owner_province = r.owner_province"};
    return joins[t->facts_of];
}

/* " FROM … WHERE …": records whose facts are those of units ?1 to ?2. */
void facts_add_from(struct buf *sql, const struct type_plan *p)
{
    const struct record_type *t = p->type;
    int next = 3;
    buf_addf(
        sql,
        " FROM %.*s r%s WHERE %s BETWEEN ?1 AND ?2 AND r.ended_ms IS NULL AND %s AND " SOMEBODYS,
        STR_ARG(t->table), facts_join(t), facts_unit_column(t), ROW_HAS_ARRIVED, STR_ARG(t->name));
    plan_add_where(sql, p, &next);
}

const char *facts_unit_column(const struct record_type *t)
{
    return t->facts_of == FACTS_OF_OWNER ? "r.owner_unit" : "u.id";
}

static err_t query(struct stmt **st, struct gathering *x, const struct type_plan *p,
                   const struct buf *sql)
{
    struct value values[2 + VALUE_FIELDS_MAX] = {v_i64(x->parties[0].unit),
                                                 v_i64(x->parties[x->count - 1].unit)};
    memcpy(values + 2, p->where, p->where_count * sizeof(*values));
    return db_query_once(st, x->db, arena_cstr(x->arena, buf_str(sql)), values, 2 + p->where_count,
                         x->e);
}

/* System columns, whose facts they are, the columns of the parts and of `files`. */
static err_t query_rows(struct stmt **st, struct gathering *x, struct giving *g)
{
    const struct type_plan *p = g->plan;
    struct buf sql = {0};
    size_t at = SYS_COUNT + 1;
    buf_addz(&sql, "SELECT ");
    for (int c = 0; c < SYS_COUNT; c++)
        buf_addf(&sql, "r.%s, ", system_column_name((enum system_column)c));
    buf_addz(&sql, facts_unit_column(p->type));
    for (size_t i = 0; i < g->parts.len; i++) {
        struct part *part = &g->parts.ptr[i];
        part->at = at;
        if (part->field->field->type == FIELD_COMPUTED) {
            buf_addf(&sql, ", %.*s", STR_ARG(part->field->shown));
            at++;
        }
        for (size_t k = 0; !part->field->child && k < part->field->column_count; k++, at++)
            buf_addf(&sql, ", r.%.*s", STR_ARG(part->field->columns[k].name));
    }
    if (p->programme)
        buf_addf(&sql, ", r.%.*s", STR_ARG(p->programme->columns[0].name));
    x->programme_at = at;
    x->case_at = at + (p->programme != NULL);
    if (p->case_number)
        buf_addf(&sql, ", r.%.*s", STR_ARG(p->case_number->columns[0].name));
    facts_add_from(&sql, p);
    buf_addz(&sql, " ORDER BY r.id");
    err_t rc = query(st, x, p, &sql);
    buf_clear(&sql);
    return rc;
}

static err_t query_children(struct stmt **st, struct gathering *x, const struct giving *g,
                            const struct field_plan *f)
{
    struct buf sql = {0};
    buf_addz(&sql, "SELECT c.record_id");
    for (size_t i = 0; i < f->column_count; i++)
        buf_addf(&sql, ", c.%.*s", STR_ARG(f->columns[i].name));
    buf_addf(&sql, " FROM %.*s c WHERE c.record_id IN (SELECT r.id", STR_ARG(f->field->child));
    facts_add_from(&sql, g->plan);
    buf_addz(&sql, ") ORDER BY c.record_id, c.position");
    err_t rc = query(st, x, g->plan, &sql);
    buf_clear(&sql);
    return rc;
}

/* --- values ---------------------------------------------------------------------------- */

/* The place itself: 成都市 of 四川省成都市. */
static struct str region_of_code(struct str code, struct arena *a)
{
    struct str name = region_name(code), province = STR_NONE;
    if (code.len == 6 && memcmp(code.ptr + 2, "0000", 4) != 0)
        province = region_name(arena_printf(a, "%.2s0000", code.ptr));
    if (province.len && str_starts(name, province))
        return (struct str){name.ptr + province.len, name.len - province.len};
    return name.len ? name : code;
}

/* In plain, or for who may not see that: the how many-th person of the document. */
static err_t person_of(struct yvalue *out, struct gathering *x, bool plain,
                       const struct value *cols)
{
    struct str text = STR_NONE, index = bytes_str(cols[1].bytes);
    struct person_list *persons = &x->persons[x->party];
    size_t n = 0;
    if (plain) {
        err_t rc = person_text(&text, x->kernel->keys, bytes_str(cols[0].bytes), x->arena, x->e);
        *out = text_of(text);
        return rc;
    }
    while (n < persons->list.len && !str_eq(persons->list.ptr[n], index))
        n++;
    if (n == persons->list.len)
        VEC_PUSH(x->arena, &persons->list, arena_dup(x->arena, index));
    *out = text_of(arena_printf(x->arena, "person-%zu", n + 1));
    return OK;
}

/* Minutes of the day in China, as facts have them. */
static struct str minute_of(int64_t ms, struct arena *a)
{
    struct str s = business_time(ms, a);
    return arena_printf(a, "%.10sT%.5s", s.ptr, s.ptr + 11);
}

static err_t value_of(struct yvalue *out, struct gathering *x, bool plain, const struct field *f,
                      const struct value *cols)
{
    enum field_type type = f->type == FIELD_COMPUTED ? f->result : f->type;
    *out = nothing;
    if (cols[0].type == VALUE_NULL)
        return OK;
    struct str text = cols[0].type == VALUE_STR ? bytes_str(cols[0].bytes) : STR_NONE;
    switch (type) {
    case FIELD_BOOL:
        *out = word_of(cols[0].i64 ? "true" : "false");
        return OK;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_PERCENT:
        *out = text_of(value_number_text(f, cols[0].i64, x->arena));
        out->quoted = false;
        return OK;
    case FIELD_KNOWN_DATE:
        *out = str_is(text, "no") ? word_of("false") : text_of(arena_dup(x->arena, text));
        return OK;
    case FIELD_DATETIME:
        *out = text_of(minute_of(cols[1].i64, x->arena));
        return OK;
    case FIELD_REGION:
        *out = text_of(region_of_code(text, x->arena));
        return OK;
    case FIELD_PERSON:
        return person_of(out, x, plain, cols);
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_DATE:
    case FIELD_ENUM:
    case FIELD_PARTY:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_IPC:
    case FIELD_PATENT:
    case FIELD_PATENTS:
    case FIELD_TEXTS:
        *out = text_of(arena_dup(x->arena, text));
        return OK;
    case FIELD_PERIOD:
    case FIELD_REF:
    case FIELD_REFS:
    case FIELD_FILE:
    case FIELD_FILES:
    case FIELD_TABLE:
    case FIELD_COMPUTED:
        break;
    }
    return err_set(x->e, E_INTERNAL, "a %s field gives no fact", field_type_name(type));
}

/* --- rows ------------------------------------------------------------------------------- */

static size_t find_party(const struct gathering *x, int64_t unit)
{
    size_t low = 0, high = x->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (x->parties[middle].unit < unit)
            low = middle + 1;
        else
            high = middle;
    }
    return low < x->count && x->parties[low].unit == unit ? low : SIZE_MAX;
}

static struct pile *pile_of(const struct gathering *x, size_t party, size_t list)
{
    return &x->piles[party * x->references->facts.len + list];
}

static err_t take_part(struct held_row *to, struct gathering *x, const struct giving *g,
                       const struct part *p, struct stmt *st)
{
    struct value cols[VALUE_COLUMNS_MAX] = {{.type = VALUE_NULL}, {.type = VALUE_NULL}};
    const struct field *f = p->field->field;
    size_t index = (size_t)(p->field - g->plan->fields);
    struct yvalue value;
    if (to->shown.fields && !to->shown.fields[index])
        return OK;
    if (f->type == FIELD_COMPUTED)
        cols[0] = row_column(st, p->at, value_is_integer(f));
    for (size_t k = 0; f->type != FIELD_COMPUTED && k < p->field->column_count; k++)
        cols[k] = row_column(st, p->at + k, p->field->columns[k].integer);
    bool plain = !to->shown.unmasked || to->shown.unmasked[index];
    err_t rc = value_of(&value, x, plain, f, cols);
    if (rc != OK || yin_is_null(&value) || (p->denies && cols[0].i64 != 0))
        return rc;
    if (p->slot != SIZE_MAX && (!p->denies || yin_is_null(&to->items[p->slot])))
        to->items[p->slot] = value;
    else if (p->slot == SIZE_MAX)
        VEC_PUSH(x->arena, &x->tops[to->party].list, ((struct top_fact){p->key, value}));
    return OK;
}

/* A record as a row of its party's list, without what lies in tables of its own. */
static err_t take_row(struct gathering *x, struct giving *g, const struct row *row,
                      const struct shown *shown, struct stmt *st)
{
    struct held_row held = {.id = row->labels.id, .party = x->party};
    struct pile *pile = pile_of(x, x->party, g->list);
    err_t rc = OK;
    if (shown)
        held.shown = *shown;
    held.items = arena_array(x->arena, g->slot_count + 1, sizeof(*held.items));
    for (size_t i = 0; i < g->slot_count; i++)
        held.items[i] = nothing;
    if (g->state_slot != SIZE_MAX)
        held.items[g->state_slot] = text_of(arena_dup(x->arena, row->labels.state));
    for (size_t i = 0; rc == OK && i < g->parts.len; i++)
        if (!g->parts.ptr[i].field->child)
            rc = take_part(&held, x, g, &g->parts.ptr[i], st);
    if (x->references->facts.ptr[g->list].object)
        pile->rows.len = pile->sources.len = 0; /* the latest one counts */
    VEC_PUSH(x->arena, &pile->rows,
             ((struct yvalue){
                 .type = Y_MAP, .count = g->slot_count, .items = held.items, .names = g->names}));
    if (x->request->with_sources)
        VEC_PUSH(x->arena, &pile->sources,
                 ((struct row_source){.plan = g->plan,
                                      .id = row->labels.id,
                                      .version = row->version,
                                      .shown = held.shown}));
    VEC_PUSH(x->arena, &g->held, held);
    return rc;
}

/* It is of another case than the facts asked for. */
static bool of_another_case(const struct gathering *x, const struct giving *g, int64_t id,
                            struct stmt *st)
{
    const struct facts_request *r = x->request;
    struct str number = g->plan->case_number ? stmt_str(st, (int)x->case_at) : STR_NONE;
    bool another = r->case_count > 0 && number.len > 0;
    for (size_t i = 0; i < r->case_count; i++)
        another &= !str_eq(r->cases[i].number, number);
    if (x->references->facts.ptr[g->list].object)
        for (size_t i = 0; i < r->case_count; i++)
            if (str_eq(r->cases[i].type, g->plan->type->name))
                return r->cases[i].record_id != id;
    return another;
}

static err_t take_rows(struct gathering *x, struct giving *g)
{
    struct stmt *st = NULL;
    err_t rc = query_rows(&st, x, g);
    while (stmt_row(&rc, st, x->e)) {
        struct row row;
        struct shown shown;
        bool reads = false;
        x->party = find_party(x, stmt_i64(st, SYS_COUNT));
        row_system(&row, st);
        if (g->plan->programme)
            row.labels.programme = stmt_str(st, (int)x->programme_at);
        bool other = x->request->programme.len && row.labels.programme.len &&
                     !str_eq(row.labels.programme, x->request->programme);
        if (x->party == SIZE_MAX || other || of_another_case(x, g, row.labels.id, st))
            continue;
        rc = facts_may_read(&reads, &shown, x, g->plan, &row.labels);
        if (rc != OK || !reads)
            continue;
        facts_note_read(x, g->type, x->program ? NULL : &shown, g->gives);
        rc = take_row(x, g, &row, x->program ? NULL : &shown, st);
    }
    stmt_free(st);
    return rc;
}

/* One row of a table field, or one value of a set. */
static err_t child_of(struct yvalue *out, struct gathering *x, const struct part *p,
                      struct stmt *st)
{
    const struct field_plan *f = p->field;
    struct value cols[VALUE_FIELDS_MAX * VALUE_COLUMNS_MAX];
    for (size_t i = 0; i < f->column_count; i++)
        cols[i] = row_column(st, i + 1, f->columns[i].integer);
    assert(f->column_count > 0 || f->field->type == FIELD_TABLE);
    if (f->field->type != FIELD_TABLE)
        return value_of(out, x, x->program, f->field, cols);
    if (p->column)
        return value_of(out, x, x->program, p->column,
                        cols + value_part_column(f->field, p->column->name));
    struct yvalue *items = arena_array(x->arena, f->field->field_count, sizeof(*items));
    struct yvalue *names = arena_array(x->arena, f->field->field_count, sizeof(*names));
    size_t n = 0;
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < f->field->field_count; i++) {
        const struct field *inner = &f->field->fields[i];
        struct str key = record_field_fact(inner);
        size_t at = value_part_column(f->field, inner->name);
        if (key.len == 0 || at == SIZE_MAX)
            continue;
        names[n] = text_of(key);
        rc = value_of(&items[n++], x, x->program, inner, cols + at - value_order_column(inner));
    }
    *out = (struct yvalue){.type = Y_MAP, .count = n, .items = items, .names = names};
    return rc;
}

struct item_list {
    VEC(struct yvalue) list;
};

/* Values of one record's field: a list in each row that this record is. */
static void put_list(struct giving *g, const struct part *p, size_t at, int64_t id,
                     const struct item_list *items)
{
    size_t field = (size_t)(p->field - g->plan->fields);
    for (; at < g->held.len && g->held.ptr[at].id == id; at++) {
        struct held_row *row = &g->held.ptr[at];
        if (items->list.len && (!row->shown.fields || row->shown.fields[field]))
            row->items[p->slot] =
                (struct yvalue){.type = Y_LIST, .count = items->list.len, .items = items->list.ptr};
    }
}

static err_t take_children(struct gathering *x, struct giving *g, const struct part *p)
{
    struct item_list items = {0};
    struct stmt *st = NULL;
    int64_t id = 0;
    size_t at = 0;
    err_t rc = query_children(&st, x, g, p->field);
    while (stmt_row(&rc, st, x->e)) {
        struct yvalue value;
        if (stmt_i64(st, 0) != id) {
            put_list(g, p, at, id, &items);
            items = (struct item_list){0};
            id = stmt_i64(st, 0);
            while (at < g->held.len && g->held.ptr[at].id < id)
                at++;
        }
        if (at == g->held.len || g->held.ptr[at].id != id)
            continue;
        x->party = g->held.ptr[at].party;
        rc = child_of(&value, x, p, st);
        if (!yin_is_null(&value))
            VEC_PUSH(x->arena, &items.list, value);
    }
    put_list(g, p, at, id, &items);
    stmt_free(st);
    return rc;
}

static err_t take_type(struct gathering *x, size_t type, size_t list)
{
    const struct type_plan *plan = plan_of(x->kernel, record_type_at(x->kernel->types, type));
    struct giving g = {.plan = plan, .type = type, .list = list};
    find_parts(&g, &x->references->facts.ptr[list], x->request->for_report, x->arena);
    err_t rc = take_rows(x, &g);
    for (size_t i = 0; rc == OK && i < g.parts.len && g.held.len; i++)
        if (g.parts.ptr[i].field->child && g.parts.ptr[i].slot != SIZE_MAX)
            rc = take_children(x, &g, &g.parts.ptr[i]);
    return rc;
}

bool facts_is_wanted(const struct gathering *x, size_t list)
{
    return x->request->for_report || !x->references->facts.ptr[list].report_only;
}

/* The fact list that records of the type give; SIZE_MAX: they give none that is asked for. */
static size_t list_of(const struct gathering *x, const struct record_type *t)
{
    for (size_t l = 0; t->facts.len && l < x->references->facts.len; l++)
        if (str_eq(x->references->facts.ptr[l].name, t->facts) && facts_is_wanted(x, l))
            return l;
    return SIZE_MAX;
}

/* Which types the parties have any records of, in one statement: most have few. By the number of the type. */
static err_t find_filled(bool *filled, struct gathering *x)
{
    struct stmt *st = NULL;
    struct buf sql = {0};
    for (size_t i = 0; i < x->type_count; i++) {
        const struct record_type *t = record_type_at(x->kernel->types, i);
        filled[i] = false;
        if (list_of(x, t) == SIZE_MAX)
            continue;
        buf_addf(&sql,
                 "%sSELECT %zu WHERE EXISTS (SELECT 1 FROM %.*s r%s WHERE %s BETWEEN ?1 AND ?2)",
                 buf_str(&sql).len ? " UNION ALL " : "", i, STR_ARG(t->table), facts_join(t),
                 facts_unit_column(t));
    }
    err_t rc =
        buf_str(&sql).len
            ? db_query_once(&st, x->db, arena_cstr(x->arena, buf_str(&sql)),
                            VALUES(v_i64(x->parties[0].unit), v_i64(x->parties[x->count - 1].unit)),
                            x->e)
            : OK;
    while (rc == OK && st && stmt_row(&rc, st, x->e))
        filled[stmt_i64(st, 0)] = true;
    stmt_free(st);
    buf_clear(&sql);
    return rc;
}

static err_t take_types(struct gathering *x)
{
    bool *filled = arena_array(x->arena, x->type_count + 1, sizeof(*filled));
    err_t rc = find_filled(filled, x);
    for (size_t i = 0; rc == OK && i < x->type_count; i++)
        if (filled[i])
            rc = take_type(x, i, list_of(x, record_type_at(x->kernel->types, i)));
    return rc;
}

/* --- the document ------------------------------------------------------------------------ */

struct members {
    VEC(struct yvalue) names, items;
};

static void add_member(struct members *m, struct str name, struct yvalue value, struct arena *a)
{
    VEC_PUSH(a, &m->names, text_of(name));
    VEC_PUSH(a, &m->items, value);
}

static void add_pile(struct members *m, struct item_list *open, const struct gathering *x,
                     const struct fact_list *list, const struct pile *pile)
{
    struct arena *a = x->arena;
    bool complete = pile->stated && !pile->partly_read;
    if (list->object && pile->rows.len)
        add_member(m, list->name, pile->rows.ptr[0], a);
    if (list->object || (pile->rows.len == 0 && !complete))
        return;
    add_member(m, list->name,
               (struct yvalue){.type = Y_LIST, .count = pile->rows.len, .items = pile->rows.ptr},
               a);
    if (!complete)
        VEC_PUSH(a, &open->list, text_of(list->name));
}

/* The party's data in the register of organisations: its row of the unit tree. */
static struct yvalue register_of(const struct gathering *x, size_t party)
{
    const struct party_facts *p = &x->parties[party];
    struct members m = {0};
    struct arena *a = x->arena;
    if (p->name.len)
        add_member(&m, STR("name"), text_of(p->name), a);
    if (p->code.len)
        add_member(&m, STR("credit_code"), text_of(p->code), a);
    if (p->city.len == 4)
        add_member(&m, STR("city"),
                   text_of(region_of_code(arena_printf(a, "%.*s00", STR_ARG(p->city)), a)), a);
    return (struct yvalue){
        .type = Y_MAP, .count = m.items.len, .items = m.items.ptr, .names = m.names.ptr};
}

static void make_document(struct gathering *x, size_t party)
{
    struct members m = {0};
    struct item_list open = {0};
    struct arena *a = x->arena;
    struct yvalue *document = arena_alloc(a, sizeof(*document));
    add_member(&m, STR("as_of"), text_of(x->request->as_of), a);
    if (x->request->handed_in.len)
        add_member(&m, STR("handed_in"), text_of(x->request->handed_in), a);
    if (x->request->programme.len)
        add_member(&m, STR("programme"), text_of(x->request->programme), a);
    if (x->request->question.len)
        add_member(&m, STR("question"), text_of(x->request->question), a);
    for (size_t l = 0; l < x->references->facts.len; l++)
        if (facts_is_wanted(x, l))
            add_pile(&m, &open, x, &x->references->facts.ptr[l], pile_of(x, party, l));
    for (size_t i = 0; i < x->tops[party].list.len; i++) {
        const struct top_fact *top = &x->tops[party].list.ptr[i];
        bool latest = true;
        for (size_t k = i + 1; k < x->tops[party].list.len; k++)
            latest &= !str_eq(x->tops[party].list.ptr[k].name, top->name);
        if (latest)
            add_member(&m, top->name, top->value, a);
    }
    if (open.list.len)
        add_member(&m, STR("open"),
                   (struct yvalue){.type = Y_LIST, .count = open.list.len, .items = open.list.ptr},
                   a);
    add_member(&m, STR("register"), register_of(x, party), a);
    *document = (struct yvalue){
        .type = Y_MAP, .count = m.items.len, .items = m.items.ptr, .names = m.names.ptr};
    x->parties[party].document = document;
}

/* --- where rows come from ----------------------------------------------------------------- */

struct file_list {
    VEC(struct fact_file) list;
    bool takes; /* a field for files as evidence is shown */
};

static void add_files(struct file_list *out, const struct gathering *x, const struct row_source *s,
                      const struct row *row)
{
    const struct record_type *t = s->plan->type;
    for (size_t i = 0; i < s->plan->field_count; i++) {
        const struct field_plan *f = &s->plan->fields[i];
        const struct field_value *v = &row->values[i];
        if (s->shown.fields && !s->shown.fields[i])
            continue;
        out->takes |= (f->field->type == FIELD_FILE || f->field->type == FIELD_FILES) &&
                      str_among(f->field->name, t->evidence, t->evidence_count);
        if (f->field->type == FIELD_FILE && v->cols[0].type == VALUE_STR)
            VEC_PUSH(x->arena, &out->list,
                     ((struct fact_file){f->field->name, bytes_str(v->cols[0].bytes),
                                         bytes_str(v->cols[1].bytes)}));
        for (size_t k = 0; f->field->type == FIELD_FILES && k < v->row_count; k++)
            VEC_PUSH(x->arena, &out->list,
                     ((struct fact_file){f->field->name, bytes_str(v->rows[k * v->row_width].bytes),
                                         bytes_str(v->rows[k * v->row_width + 1].bytes)}));
    }
}

static err_t make_sources(struct gathering *x, size_t party)
{
    VEC(struct fact_source) sources = {0};
    err_t rc = OK;
    for (size_t l = 0; l < x->references->facts.len; l++) {
        const struct fact_list *list = &x->references->facts.ptr[l];
        const struct pile *pile = pile_of(x, party, l);
        for (size_t i = 0; rc == OK && i < pile->sources.len; i++) {
            const struct row_source *s = &pile->sources.ptr[i];
            struct file_list files = {0};
            struct row row;
            rc = row_load(&row, x->db, s->plan, s->id, x->arena, x->e);
            if (rc == OK)
                add_files(&files, x, s, &row);
            struct str name = list->object
                                  ? list->name
                                  : arena_printf(x->arena, "%.*s[%zu]", STR_ARG(list->name), i + 1);
            VEC_PUSH(x->arena, &sources,
                     ((struct fact_source){name, s->plan->type->name, s->id, s->version,
                                           files.list.ptr, files.list.len, files.takes}));
        }
    }
    x->parties[party].sources = sources.ptr;
    x->parties[party].source_count = sources.len;
    return rc;
}

err_t record_facts(struct party_facts *parties, size_t count, struct kernel *k, struct db *db,
                   const struct facts_request *r, struct arena *a, struct err *e)
{
    const struct type_references *references = &k->types->references;
    struct gathering x = {.kernel = k,
                          .db = db,
                          .request = r,
                          .references = references,
                          .parties = parties,
                          .count = count,
                          .program = subject_is_program(r->subject),
                          .arena = a,
                          .e = e};
    if (count == 0)
        return OK;
    x.piles = arena_array(a, count * references->facts.len + 1, sizeof(*x.piles));
    while (record_type_at(k->types, x.type_count))
        x.type_count++;
    x.reads = arena_array(a, count * x.type_count + 1, sizeof(*x.reads));
    x.tops = arena_array(a, count, sizeof(*x.tops));
    x.persons = arena_array(a, count, sizeof(*x.persons));
    err_t rc = take_types(&x);
    if (rc == OK)
        rc = facts_take_statements(&x);
    for (size_t i = 0; rc == OK && i < count; i++) {
        make_document(&x, i);
        if (r->with_sources)
            rc = make_sources(&x, i);
        if (rc == OK && r->with_sources)
            facts_make_read(&x, i);
    }
    return rc;
}

/* Facts to rows, by the plans of the types. */
#include "judge/facts_fill.h"
#include "base/date.h"
#include "model/normal.h"
#include "record/plan.h"
#include "record/scaled.h"
#include "record/value.h"
#include "record/value_person.h"
#include <stdio.h>

struct filling {
    struct db *db;
    struct kernel *kernel;
    const struct filled_party *party;
    const struct yvalue *document;
    struct arena *arena;
    struct err *e;
};

/* GB 32100-2015, as policy and model check it. */
struct str made_code(int64_t number, struct arena *a)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char code[19];
    unsigned sum = 0, weight = 1;
    (void)snprintf(code, sizeof(code), "91510000MA%07lld", (long long)(number % 10000000));
    for (int i = 0; i < 17; i++, weight = weight * 3 % 31)
        sum += (unsigned)(strchr(alphabet, code[i]) - alphabet) * weight;
    code[17] = alphabet[(31 - sum % 31) % 31];
    return arena_dup(a, (struct str){code, 18});
}

static err_t add_unit(int64_t *id, struct db *db, const char *kind, struct str name,
                      struct str code, struct str province, struct err *e)
{
    err_t rc =
        db_run(db,
               "INSERT INTO unit (version, state, owner_unit, owner_province, secrecy, published, "
               "created_ms, created_by, changed_ms, changed_by, kind, name, region, credit_code) "
               "VALUES (1, 'active', 0, ?1, 1, 0, 0, 0, 0, 0, ?2, ?3, '510000', ?4)",
               VALUES(v_str(province), v_str(str_of(kind)), v_str(name), v_str(code)), e);
    *id = db_last_id(db);
    return rc == OK
               ? db_run(db, "UPDATE unit SET owner_unit = id WHERE id = ?1", VALUES(v_i64(*id)), e)
               : rc;
}

err_t facts_fill_party(struct filled_party *out, struct db *db, int64_t number, struct arena *a,
                       struct err *e)
{
    /* Within Sichuan, and to no other party's office. */
    struct str province = arena_printf(a, "51T%lld", (long long)number);
    out->code = made_code(9000000 - number, a);
    err_t rc = add_unit(&out->unit, db, "party", arena_printf(a, "单位 %lld", (long long)number),
                        out->code, province, e);
    return rc == OK
               ? add_unit(&out->office, db, "province_office",
                          arena_printf(a, "省局 %lld", (long long)number), STR_NONE, province, e)
               : rc;
}

/* --- values --------------------------------------------------------------------------- */

static struct value code_of_region(struct str name)
{
    struct region r;
    region_of(&r, name, STR_NONE, STR_NONE);
    if (r.code.len == 0)
        region_of(&r, STR_NONE, name, STR_NONE);
    return v_str(r.code);
}

static err_t read_scaled(struct value *out, const struct filling *x, const struct field *f,
                         struct str s)
{
    *out = v_i64(0);
    return scaled_read(&out->i64, s, field_places(f))
               ? OK
               : err_set(x->e, E_INVALID, "%s", "a fact is no number");
}

static err_t read_value(struct value *cols, const struct filling *x, const struct field *f,
                        const struct yvalue *v)
{
    struct arena *a = x->arena;
    struct str s = str_trim(v->text);
    bool no = !v->quoted && str_is(s, "false");
    switch (f->type) {
    case FIELD_BOOL:
        cols[0] = v_i64(str_is(s, "true"));
        return OK;
    case FIELD_INT:
    case FIELD_DECIMAL:
    case FIELD_MONEY:
    case FIELD_PERCENT:
        return read_scaled(&cols[0], x, f, s);
    case FIELD_KNOWN_DATE:
        cols[0] = v_str(no ? STR("no") : s);
        return OK;
    case FIELD_DATETIME:
        cols[0] = v_str(arena_printf(a, "%.*s:00+08:00", STR_ARG(s)));
        cols[1] = v_i64(0);
        struct date day;
        if (!date_parse(&day, (struct str){s.ptr, 10}))
            return err_set(x->e, E_INVALID, "%s", "a fact is no moment");
        int hour = (s.ptr[11] - '0') * 10 + s.ptr[12] - '0',
            minute = (s.ptr[14] - '0') * 10 + s.ptr[15] - '0';
        cols[1].i64 = (((int64_t)date_to_days(day) * 24 + hour - 8) * 60 + minute) * 60000;
        return OK;
    case FIELD_REGION:
        cols[0] = code_of_region(s);
        return OK;
    case FIELD_PERSON:
        cols[0] = v_str(person_seal(x->kernel->keys, s, a));
        cols[1] = v_str(person_index(x->kernel->keys, s, a));
        return OK;
    case FIELD_PATENT:
    case FIELD_PATENTS:
        cols[0] = cols[1] = v_str(s);
        return OK;
    case FIELD_TEXT:
        cols[0] = no ? (struct value){.type = VALUE_NULL} : v_str(s);
        if (f->number && !no)
            cols[1] = v_str(value_number_key(s, a));
        return OK;
    case FIELD_LONG_TEXT:
    case FIELD_DATE:
    case FIELD_ENUM:
    case FIELD_PARTY:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_IPC:
    case FIELD_TEXTS:
        cols[0] = v_str(s);
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
    return err_set(x->e, E_INTERNAL, "%s", "a field of its type gives no fact");
}

/* A field that is no fact itself, but of whose name a computed one is: what counts of it. */
static bool is_counted(const struct record_type *t, const struct field *f)
{
    bool counted = false;
    for (size_t i = 0; i < t->field_count && f->type != FIELD_COMPUTED; i++)
        counted |= t->fields[i].type == FIELD_COMPUTED &&
                   str_eq(record_field_fact(&t->fields[i]), f->name);
    return counted && record_field_fact(f).len == 0;
}

static struct str fact_of(const struct record_type *t, const struct field *f)
{
    const struct field *column = record_fact_column(f);
    return is_counted(t, f) ? f->name : record_field_fact(column ? column : f);
}

/* The key's value in the row, or of the document itself for "/ip_body". A bool beside a text
 * takes that key's `false`. */
static const struct yvalue *given(const struct filling *x, const struct record_type *t,
                                  const struct field *f, const struct yvalue *row)
{
    struct str key = fact_of(t, f);
    if (key.len == 0)
        return NULL;
    const struct yvalue *v = key.ptr[0] == '/' ? yin_get(x->document, arena_cstr(x->arena, key) + 1)
                                               : yin_get(row, arena_cstr(x->arena, key));
    if (!v || yin_is_null(v))
        return NULL;
    for (size_t i = 0; i < t->field_count; i++)
        if (f->type == FIELD_BOOL && t->fields[i].type != FIELD_BOOL &&
            str_eq(record_field_fact(&t->fields[i]), key) &&
            (v->quoted || !str_is(v->text, "false")))
            return NULL;
    return v;
}

/* --- records ---------------------------------------------------------------------------- */

static err_t put_children(const struct filling *x, const struct field_plan *f, int64_t id,
                          const struct yvalue *list)
{
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < list->count; i++) {
        struct value values[2 + VALUE_FIELDS_MAX] = {v_i64(id), v_i64((int64_t)i + 1)};
        size_t n = 2;
        for (size_t k = 0; rc == OK && f->field->type == FIELD_TABLE && k < f->field->field_count;
             k++) {
            const struct field *inner = &f->field->fields[k];
            const struct yvalue *v =
                inner == record_fact_column(f->field)
                    ? &list->items[i]
                    : yin_get(&list->items[i], arena_cstr(x->arena, record_field_fact(inner)));
            values[n] = (struct value){.type = VALUE_NULL};
            if (v && !yin_is_null(v))
                rc = read_value(&values[n], x, inner, v);
            n++; /* one column each in the tables of facts */
        }
        if (f->field->type != FIELD_TABLE) {
            rc = read_value(&values[n], x, f->field, &list->items[i]);
            n += f->column_count;
        }
        if (rc == OK)
            rc = db_run_once(x->db, f->child_insert, values, n, x->e);
    }
    return rc;
}

static int64_t owner_of(const struct filling *x, const struct record_type *t)
{
    return t->facts_of == FACTS_OF_OWNER ? x->party->unit : x->party->office;
}

/* System columns but the id, in the order of the plan's insert. */
static size_t put_system(struct value *values, const struct filling *x, const struct record_type *t,
                         struct str state, struct str province)
{
    int64_t zero[] = {(int64_t)t->secrecy, 0, 0, 0, 0, 0};
    size_t n = 0;
    values[n++] = v_i64(1);
    values[n++] = v_str(state);
    values[n++] = v_i64(owner_of(x, t));
    values[n++] = (struct value){.type = VALUE_NULL};
    values[n++] = v_str(province);
    for (size_t i = 0; i < ARRAY_LEN(zero); i++)
        values[n++] = v_i64(zero[i]);
    values[n++] = (struct value){.type = VALUE_NULL};
    values[n++] = (struct value){.type = VALUE_NULL};
    return n;
}

/* Sets the fields that count only once somebody else has confirmed them. */
static err_t put_agreed(const struct filling *x, const struct record_type *t, int64_t id)
{
    err_t rc = OK;
    for (size_t i = 0; i < t->field_count; i++)
        for (size_t k = 0;
             rc == OK && is_counted(t, &t->fields[i]) && k < t->fields[i].fixed_by_count; k++)
            rc = db_run_once(x->db,
                             arena_printf(x->arena,
                                          "UPDATE %.*s SET %.*s = '2000-01-01' WHERE id = ?1",
                                          STR_ARG(t->table), STR_ARG(t->fields[i].fixed_by[k]))
                                 .ptr,
                             VALUES(v_i64(id)), x->e);
    return rc;
}

/* A consortium that counts is of several: this one has no account and signed a file. */
static err_t put_member(const struct filling *x, const struct record_type *t, int64_t id)
{
    return str_is(t->name, "consortium")
               ? db_run_once(x->db,
                             "INSERT INTO record_consortium_members (record_id, position, name,"
                             " signed_file) VALUES (?1, 1, '成员', 'file')",
                             VALUES(v_i64(id)), x->e)
               : OK;
}

/* A computed fact comes from the record that it is computed from. */
static err_t put_computed(const struct filling *x, const struct record_type *t, int64_t id,
                          const struct yvalue *row)
{
    const struct field *f = record_field(t, STR("first_payment"));
    const struct yvalue *v = f && f->type == FIELD_COMPUTED ? given(x, t, f, row) : NULL;
    if (!v)
        return OK;
    bool paid = v->quoted || !str_is(v->text, "false");
    err_t rc = db_run(x->db,
                      "UPDATE record_cultivation_project SET project_no = 'P-1',"
                      " project_no_key = 'p-1' WHERE id = ?1",
                      VALUES(v_i64(id)), x->e);
    return rc == OK ? db_run(x->db,
                             "INSERT INTO record_fund_payment (version, state, owner_unit,"
                             " owner_province, secrecy, published, created_ms, created_by,"
                             " changed_ms, changed_by, project_no, project_no_key, amount, source,"
                             " date) SELECT 1,"
                             " ?3, owner_unit, owner_province, 1, 0, 0, 0, 0, 0, project_no, "
                             "project_no_key, 0,"
                             " 'province', ?2 FROM record_cultivation_project WHERE id = ?1",
                             VALUES(v_i64(id), v_str(paid ? v->text : STR_NONE),
                                    v_str(paid ? STR("paid") : STR("requested"))),
                             x->e)
                    : rc;
}

static err_t put_row(const struct filling *x, const struct type_plan *p, const struct yvalue *row,
                     struct str province)
{
    const struct record_type *t = p->type;
    const struct yvalue *state = yin_get(row, "state");
    struct value values[SYS_COUNT + 2 * VALUE_FIELDS_MAX];
    bool by_state = state && !record_field(t, STR("state")) && record_state(t, state->text);
    size_t n = put_system(values, x, t, by_state ? state->text : t->initial, province);
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < p->field_count; i++) {
        const struct field_plan *f = &p->fields[i];
        if (f->child || f->field->type == FIELD_COMPUTED)
            continue;
        const struct yvalue *v = given(x, t, f->field, row);
        for (size_t k = 0; k < f->column_count; k++)
            values[n + k] = (struct value){.type = VALUE_NULL};
        if (v)
            rc = read_value(&values[n], x, f->field, v);
        else if (str_is(f->field->name, "party") && t->facts_of == FACTS_OF_PARTY)
            values[n] = v_str(x->party->code);
        n += f->column_count;
    }
    if (rc == OK)
        rc = db_run_once(x->db, p->insert, values, n, x->e);
    int64_t id = rc == OK ? db_last_id(x->db) : 0;
    for (size_t i = 0; rc == OK && i < p->field_count; i++) {
        const struct yvalue *list =
            p->fields[i].child ? given(x, t, p->fields[i].field, row) : NULL;
        if (list)
            rc = put_children(x, &p->fields[i], id, list);
    }
    if (rc == OK)
        rc = put_agreed(x, t, id);
    if (rc == OK)
        rc = put_member(x, t, id);
    return rc == OK ? put_computed(x, t, id, row) : rc;
}

/* The party's share of a contract or project claimed jointly with an unregistered organisation. */
static err_t put_share(const struct filling *x, const struct record_type *t,
                       const struct yvalue *row, struct str province)
{
    const struct yvalue *share = yin_get(row, "share"), *number = NULL;
    int64_t percent = 0;
    if (t->claim.what.len == 0 || !share || yin_is_null(share))
        return OK;
    for (size_t i = 0; i < t->field_count; i++)
        if (str_eq(t->fields[i].name, t->claim.number))
            number = given(x, t, &t->fields[i], row);
    if (!number)
        return OK;
    if (!scaled_read(&percent, share->text, 2))
        return err_set(x->e, E_INVALID, "%s", "a fact is no number");
    err_t rc =
        db_run(x->db,
               "INSERT INTO record_joint_claim (version, state, owner_unit, owner_province,"
               " secrecy, published, created_ms, created_by, changed_ms, changed_by, what,"
               " number, number_key) VALUES (1, 'active', ?1, ?2, 1, 0, 0, 0, 0, 0, ?3, ?4, ?5)",
               VALUES(v_i64(x->party->unit), v_str(province), v_str(t->claim.what),
                      v_str(number->text), v_str(value_number_key(number->text, x->arena))),
               x->e);
    return rc == OK ? db_run(x->db,
                             "INSERT INTO record_joint_claim_shares (record_id, position, party,"
                             " percent) VALUES (?1, 1, ?2, ?3), (?1, 2, ?4, 0)",
                             VALUES(v_i64(db_last_id(x->db)), v_str(x->party->code), v_i64(percent),
                                    v_str(made_code(1, x->arena))),
                             x->e)
                    : rc;
}

static err_t put_type(const struct filling *x, const struct type_plan *p, struct str province)
{
    static const struct yvalue empty = {.type = Y_MAP};
    const struct record_type *t = p->type;
    const struct yvalue *v = yin_get(x->document, arena_cstr(x->arena, t->facts));
    bool top = false;
    err_t rc = OK;
    for (size_t i = 0; i < t->field_count; i++)
        top |= str_starts(record_field_fact(&t->fields[i]), STR("/")) &&
               given(x, t, &t->fields[i], &empty);
    if (t->facts_object)
        return (v && !yin_is_null(v)) || top
                   ? put_row(x, p, v && !yin_is_null(v) ? v : &empty, province)
                   : OK;
    for (size_t i = 0; rc == OK && v && i < v->count; i++) {
        rc = put_row(x, p, &v->items[i], province);
        if (rc == OK)
            rc = put_share(x, t, &v->items[i], province);
    }
    return rc;
}

/* By the party and by the office: one of them keeps the list. */
static err_t put_statement(struct filling *x, const struct type_plan *p, struct str list,
                           struct str province)
{
    struct filled_party by = *x->party;
    const struct yvalue *as_of = yin_get(x->document, "as_of");
    struct yvalue items[2] = {{.type = Y_TEXT, .text = list}, *as_of};
    err_t rc = OK;
    for (int turn = 0; rc == OK && turn < 2; turn++) {
        struct value values[SYS_COUNT + 2 * VALUE_FIELDS_MAX];
        size_t n = put_system(values, x, p->type, p->type->initial, province);
        values[2] = v_i64(turn ? by.office : by.unit);
        for (size_t i = 0; i < p->field_count; i++) {
            struct str name = p->fields[i].field->name;
            values[n++] = str_eq(name, p->type->completes) ? v_str(items[0].text)
                          : str_eq(name, p->type->covers)  ? v_str(items[1].text)
                          : str_is(name, "party")          ? v_str(by.code)
                                                           : v_str(STR("某人"));
        }
        rc = db_run_once(x->db, p->insert, values, n, x->e);
    }
    return rc;
}

static bool names(const struct yvalue *list, struct str name)
{
    for (size_t i = 0; list && i < list->count; i++)
        if (str_eq(list->items[i].text, name))
            return true;
    return false;
}

err_t facts_fill(struct db *db, struct kernel *k, const struct filled_party *p,
                 const struct yvalue *document, struct arena *a, struct err *e)
{
    struct filling x = {db, k, p, document, a, e};
    const struct yvalue *open = yin_get(document, "open");
    const struct record_type *t;
    struct stmt *st = NULL;
    struct str province = STR_NONE;
    bool has_row = false;
    err_t rc = db_query(&st, db, "SELECT owner_province FROM unit WHERE id = ?1",
                        VALUES(v_i64(p->unit)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        province = arena_dup(a, stmt_str(st, 0));
    stmt_free(st);
    for (size_t i = 0; rc == OK && (t = record_type_at(k->types, i)) != NULL; i++) {
        if (t->facts.len)
            rc = put_type(&x, plan_of(k, t), province);
        for (size_t n = 0; rc == OK && t->completes.len && n < document->count; n++)
            if (document->items[n].type == Y_LIST && !str_is(document->names[n].text, "open") &&
                !names(open, document->names[n].text))
                rc = put_statement(&x, plan_of(k, t), document->names[n].text, province);
    }
    return rc;
}

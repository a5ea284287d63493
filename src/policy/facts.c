/* A facts document to rows of fact_* tables. */
#include "policy/facts.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/vec.h"
#include "model/fact_word.h"
#include "policy/facts_value.h"
#include "text/json.h"
#include "text/nearest.h"

#define COLUMNS_MAX_OF_A_FACT 32

static const struct fact_record *find_record(struct str name)
{
    for (const struct fact_record *r = fact_records; r->name; r++)
        if (str_is(name, r->name))
            return r;
    return NULL;
}

bool facts_has_list(struct str name)
{
    const struct fact_record *r = find_record(name);
    return r && r->shape == SHAPE_LIST;
}

static const struct fact_column *find_column(const struct fact_column *c, struct str name)
{
    while (c->name && !str_is(name, c->name))
        c++;
    return c->name ? c : NULL;
}

/* --- tables ------------------------------------------------------------------------- */

static bool is_nested(const struct fact_column *c)
{
    return c->type == FACT_WORDS || c->type == FACT_ROWS;
}

static bool is_integer(const struct fact_column *c)
{
    switch (c->type) {
    case FACT_BOOL:
    case FACT_INT:
    case FACT_MONEY:
    case FACT_NUMBER:
    case FACT_WORDS: /* 1 where the list is known */
    case FACT_ROWS:
        return true;
    case FACT_DATE:
    case FACT_MOMENT:
    case FACT_TEXT:
    case FACT_TEXT_OR_FALSE:
    case FACT_WORD:
        return false;
    }
    return false;
}

static void add_table(struct buf *b, struct str name, const struct fact_column *columns, bool many)
{
    static const struct fact_column word[] = {{.name = "value", .type = FACT_TEXT}, {.name = NULL}};
    buf_addf(b, "CREATE TABLE fact_%.*s (subject INTEGER NOT NULL, record_id TEXT NOT NULL",
             STR_ARG(name));
    for (const struct fact_column *c = columns ? columns : word; c->name; c++)
        buf_addf(b, ", \"%s\" %s", c->name, is_integer(c) ? "INTEGER" : "TEXT");
    buf_addz(b, ") STRICT;\n");
    if (many)
        buf_addf(b, "CREATE INDEX fact_%.*s_of ON fact_%.*s (subject, record_id);\n", STR_ARG(name),
                 STR_ARG(name));
}

/* Rows inside a record are always asked for by their record. */
err_t facts_create(struct db *db, bool many, struct err *e)
{
    struct arena *a = arena_new();
    struct buf b = {0};
    buf_addz(&b, "CREATE TABLE fact_list (subject INTEGER NOT NULL, name TEXT NOT NULL, complete "
                 "INTEGER NOT NULL, PRIMARY KEY (subject, name)) STRICT, WITHOUT ROWID;\n");
    for (const struct fact_record *r = fact_records; r->name; r++) {
        add_table(&b, str_of(r->name), r->columns, many);
        for (const struct fact_column *c = r->columns; c->name; c++)
            if (is_nested(c))
                add_table(&b, arena_printf(a, "%s_%s", r->name, c->name), c->inner, true);
    }
    buf_addc(&b, '\0');
    err_t rc = db_exec(db, b.ptr, e);
    buf_clear(&b);
    arena_free(a);
    return rc;
}

/* --- one document --------------------------------------------------------------------- */

struct insert {          /* kept for all documents: making its text took longer than running it */
    const void *columns; /* of the record, or the nested list's */
    struct stmt *st;
};

struct facts_loader {
    struct db *db;
    struct arena *arena; /* of the loader */
    VEC(struct insert) inserts;
};

struct loading {
    struct facts *facts;
    struct facts_loader *loader;
    int64_t subject;
    struct arena *arena;
    struct err *e;
    VEC(struct judgement) judgements;
    VEC(struct chosen_reading) readings;
    VEC(struct str) ignored_codes;
    VEC(struct held_fact) held;
    VEC(struct checked_record) checked;
    const struct yvalue *registered; /* `register` of the document; NULL: it says none */
};

/* A row of a record's table, or of the table of a list within it. */
struct row {
    const struct fact_record *record;
    const struct fact_column *nested; /* NULL: of the record itself */
    const struct yvalue *v;
    struct str record_id, path;
    struct value values[COLUMNS_MAX_OF_A_FACT];
    size_t count;
};

/* The statement that inserts such rows. */
static err_t find_insert(struct stmt **out, struct loading *l, const struct row *row)
{
    struct facts_loader *x = l->loader;
    const void *columns = row->nested ? (const void *)row->nested : row->record;
    struct buf sql = {0};
    for (size_t i = 0; i < x->inserts.len; i++)
        if (x->inserts.ptr[i].columns == columns) {
            *out = x->inserts.ptr[i].st;
            return OK;
        }
    buf_addf(&sql, "INSERT INTO fact_%s%s%s VALUES (?1, ?2", row->record->name,
             row->nested ? "_" : "", row->nested ? row->nested->name : "");
    for (size_t i = 0; i < row->count; i++)
        buf_addf(&sql, ", ?%zu", i + 3);
    buf_addz(&sql, ")");
    err_t rc = db_prepare_text(out, x->db, buf_str(&sql), l->e);
    buf_clear(&sql);
    if (rc == OK)
        VEC_PUSH(x->arena, &x->inserts, ((struct insert){columns, *out}));
    return rc;
}

static err_t bind(struct stmt *st, int param, const struct value *v, struct err *e)
{
    switch (v->type) {
    case VALUE_NULL:
        return stmt_bind_null(st, param, e);
    case VALUE_I64:
        return stmt_bind_i64(st, param, v->i64, e);
    case VALUE_STR:
    case VALUE_BYTES:
        return stmt_bind_str(st, param, bytes_str(v->bytes), e);
    }
    return OK;
}

static err_t insert(struct loading *l, const struct row *row)
{
    struct stmt *st = NULL;
    err_t rc = find_insert(&st, l, row);
    if (rc == OK)
        rc = stmt_bind_i64(st, 1, l->subject, l->e);
    if (rc == OK)
        rc = stmt_bind_str(st, 2, row->record_id, l->e);
    for (size_t i = 0; rc == OK && i < row->count; i++)
        rc = bind(st, (int)i + 3, &row->values[i], l->e);
    return rc == OK ? stmt_run(st, l->e) : rc;
}

static err_t unknown_key(struct loading *l, const struct yvalue *name, struct str path,
                         const struct nearest *best)
{
    return facts_fault(l->e, name, path, "unknown key \"%.*s\"%.*s", STR_ARG(name->text),
                       STR_ARG(nearest_text(best, l->arena)));
}

static err_t check_columns(struct loading *l, const struct yvalue *v, struct str path,
                           const struct fact_column *columns)
{
    for (size_t i = 0; i < v->count; i++) {
        struct nearest best = nearest_of(v->names[i].text);
        if (find_column(columns, v->names[i].text))
            continue;
        for (const struct fact_column *c = columns; c->name; c++)
            nearest_try(&best, str_of(c->name));
        return unknown_key(l, &v->names[i], path, &best);
    }
    return OK;
}

static struct str under(struct loading *l, struct str path, const char *name)
{
    return arena_printf(l->arena, "%.*s.%s", STR_ARG(path), name);
}

static struct str numbered(struct loading *l, struct str path, size_t i)
{
    return arena_printf(l->arena, "%.*s[%zu]", STR_ARG(path), i + 1);
}

/* Not known, or a date that never was: nothing can be before or after it. */
static bool has_place(const struct value *v, const struct fact_column *c)
{
    struct value absent = facts_absent(c);
    struct str s = v->type == VALUE_STR ? bytes_str(v->bytes) : STR_NONE;
    bool stands_in = absent.type == VALUE_STR && str_eq(s, bytes_str(absent.bytes));
    return v->type == VALUE_I64 || (s.len && !str_is(s, NEVER) && !stands_in);
}

static struct str place_text(struct loading *l, const struct value *v)
{
    return v->type == VALUE_STR ? bytes_str(v->bytes)
                                : arena_printf(l->arena, "%lld", (long long)v->i64);
}

/* Rejects values in an impossible order. */
static err_t check_order(struct loading *l, const struct yvalue *v, struct str path,
                         const struct fact_column *columns, const struct value *values)
{
    for (const struct fact_column *c = columns; c->name; c++) {
        const struct fact_column *other = c->until ? find_column(columns, str_of(c->until)) : NULL;
        const struct value *first = &values[c - columns];
        const struct value *last = other ? &values[other - columns] : NULL;
        if (!other || !has_place(first, c) || !has_place(last, other))
            continue;
        int order = first->type == VALUE_STR
                        ? str_cmp(bytes_str(first->bytes), bytes_str(last->bytes))
                        : (first->i64 > last->i64) - (first->i64 < last->i64);
        if (order > 0 || (c->before && order == 0))
            return facts_fault(l->e, yin_get(v, c->name), under(l, path, c->name),
                               c->before ? N_("%.*s must be before %.*s.%s, %.*s")
                                         : N_("%.*s must not be after %.*s.%s, %.*s"),
                               STR_ARG(place_text(l, first)), STR_ARG(path), c->until,
                               STR_ARG(place_text(l, last)));
    }
    return OK;
}

/* The columns of its map into values; nested lists become 1, their rows come later. */
static err_t take_columns(struct row *row, struct loading *l)
{
    const struct fact_column *columns = row->nested ? row->nested->inner : row->record->columns;
    if (row->v->type != Y_MAP)
        return facts_fault(l->e, row->v, row->path, "must be a map: {key: value}");
    err_t rc = check_columns(l, row->v, row->path, columns);
    for (const struct fact_column *c = columns; rc == OK && c->name; c++) {
        const struct yvalue *item = yin_get(row->v, c->name);
        struct value *value = &row->values[row->count++];
        bool bad_code = false;
        if (!item || yin_is_null(item))
            *value = facts_absent(c);
        else if (!is_nested(c))
            rc = facts_value(value, &bad_code, c, item, row->path, l->arena, l->e);
        else if (item->type == Y_LIST)
            *value = v_i64(1);
        else
            rc = facts_fault(l->e, item, under(l, row->path, c->name), "must be a list");
        if (bad_code)
            VEC_PUSH(l->arena, &l->ignored_codes, item->text);
    }
    return rc == OK ? check_order(l, row->v, row->path, columns, row->values) : rc;
}

static bool is_registered(const struct fact_record *r, const struct fact_column *c)
{
    struct fact_word w;
    return fact_word_find(&w, str_of(r->name), str_of(c->name)) && w.kind == WORD_REGISTER;
}

/* A party's value that differs from the register counts as absent, because either may be wrong. */
static err_t hold_to_register(struct value *values, struct loading *l, const struct fact_record *r)
{
    err_t rc = OK;
    for (const struct fact_column *c = r->columns; rc == OK && c->name; c++) {
        struct value *v = &values[c - r->columns], registered;
        const struct yvalue *said = yin_get(l->registered, c->name);
        bool bad_code = false;
        if (!said || yin_is_null(said) || v->type != VALUE_STR || !is_registered(r, c))
            continue;
        rc = facts_value(&registered, &bad_code, c, said, STR("register"), l->arena, l->e);
        if (rc != OK || registered.type != VALUE_STR)
            continue;
        bool agrees = str_eq(bytes_str(v->bytes), bytes_str(registered.bytes));
        VEC_PUSH(l->arena, &l->held,
                 ((struct held_fact){under(l, str_of(r->name), c->name), agrees}));
        if (!agrees)
            *v = (struct value){.type = VALUE_NULL};
    }
    return rc;
}

/* A word of a list, or a value of the document itself. */
static err_t load_word(struct row *row, struct loading *l, const struct fact_column *c)
{
    bool bad_code = false;
    row->count = 1;
    return facts_value(&row->values[0], &bad_code, c, row->v, row->path, l->arena, l->e);
}

static err_t load_nested_row(struct row *row, struct loading *l)
{
    const char *const *words = row->nested->words;
    const struct fact_column one = {.words = words, .type = words ? FACT_WORD : FACT_TEXT};
    bool is_word = row->nested->type == FACT_WORDS;
    err_t rc = is_word ? load_word(row, l, &one) : take_columns(row, l);
    if (rc == OK && is_word && row->values[0].type == VALUE_NULL)
        rc = facts_fault(l->e, row->v, row->path, "a list holds no empty value");
    return rc == OK ? insert(l, row) : rc;
}

static err_t load_nested(struct loading *l, const struct row *of)
{
    err_t rc = OK;
    for (const struct fact_column *c = of->record->columns; rc == OK && c->name; c++) {
        const struct yvalue *list = is_nested(c) ? yin_get(of->v, c->name) : NULL;
        for (size_t i = 0; rc == OK && list && list->type == Y_LIST && i < list->count; i++) {
            struct row row = {.record = of->record,
                              .nested = c,
                              .v = &list->items[i],
                              .record_id = of->record_id,
                              .path = numbered(l, under(l, of->record_id, c->name), i)};
            rc = load_nested_row(&row, l);
        }
    }
    return rc;
}

static err_t load_row(struct loading *l, const struct fact_record *r, struct str record_id,
                      const struct yvalue *v)
{
    struct row row = {.record = r, .v = v, .record_id = record_id, .path = record_id};
    err_t rc = take_columns(&row, l);
    if (rc == OK && l->registered && r->shape == SHAPE_OBJECT)
        rc = hold_to_register(row.values, l, r);
    if (rc == OK)
        rc = insert(l, &row);
    return rc == OK ? load_nested(l, &row) : rc;
}

static err_t load_list(struct loading *l, const struct fact_record *r, const struct yvalue *v,
                       const struct yvalue *open)
{
    err_t rc = OK;
    bool complete = true;
    if (v->type != Y_LIST)
        return facts_fault(l->e, v, str_of(r->name), "must be a list");
    for (size_t i = 0; rc == OK && i < v->count; i++)
        rc = load_row(l, r, numbered(l, str_of(r->name), i), &v->items[i]);
    for (size_t i = 0; open && i < open->count; i++)
        complete &= !str_is(open->items[i].text, r->name);
    if (rc == OK)
        rc = db_run(l->loader->db, "INSERT INTO fact_list VALUES (?1, ?2, ?3)",
                    VALUES(v_i64(l->subject), v_str(str_of(r->name)), v_i64(complete)), l->e);
    return rc;
}

static err_t load_value(struct loading *l, const struct fact_record *r, const struct yvalue *v)
{
    struct fact_column one = r->columns[0];
    struct str name = str_of(r->name);
    struct row row = {.record = r, .v = v, .record_id = name, .path = name};
    one.name = NULL;
    err_t rc = load_word(&row, l, &one);
    return rc == OK ? insert(l, &row) : rc;
}

/* `v` NULL: absent. */
static err_t load_record(struct loading *l, const struct fact_record *r, const struct yvalue *v,
                         const struct yvalue *open)
{
    static const struct yvalue nothing = {.type = Y_MAP}, null = {.type = Y_TEXT};
    bool absent = !v || yin_is_null(v);
    switch (r->shape) {
    case SHAPE_LIST:
        return absent ? OK : load_list(l, r, v, open);
    case SHAPE_OBJECT:
        return load_row(l, r, str_of(r->name), absent ? &nothing : v);
    case SHAPE_VALUE:
        return load_value(l, r, absent ? &null : v);
    }
    return OK;
}

/* --- what the engine reads itself ------------------------------------------------------- */

static struct str text_of(const struct yvalue *map, const char *key)
{
    const struct yvalue *v = yin_get(map, key);
    return v && v->type == Y_TEXT && !yin_is_null(v) ? str_trim(v->text) : STR_NONE;
}

static void take_judgements(struct loading *l, const struct yvalue *list)
{
    for (size_t i = 0; list && list->type == Y_LIST && i < list->count; i++) {
        const struct yvalue *v = &list->items[i];
        struct str result = text_of(v, "result");
        VEC_PUSH(l->arena, &l->judgements,
                 ((struct judgement){text_of(v, "id"), text_of(v, "by"), text_of(v, "reason"),
                                     str_is(result, "pass")   ? 1
                                     : str_is(result, "fail") ? 0
                                                              : -1}));
    }
}

static err_t take_readings(struct loading *l, const struct yvalue *list)
{
    for (size_t i = 0; list && list->type == Y_LIST && i < list->count; i++) {
        const struct yvalue *v = &list->items[i];
        struct chosen_reading c = {text_of(v, "id"), text_of(v, "reading"), text_of(v, "reason"),
                                   v->line, v->column};
        if (c.id.len == 0 || c.reading.len == 0 || c.reason.len == 0)
            return facts_fault(l->e, v, numbered(l, STR("readings"), i),
                               "a reading needs its id, the reading and a reason");
        VEC_PUSH(l->arena, &l->readings, c);
    }
    return OK;
}

/* The checks of the party's records by offices. */
static err_t take_checked(struct loading *l, const struct yvalue *list)
{
    if (!list || yin_is_null(list))
        return OK;
    if (list->type != Y_LIST)
        return facts_fault(l->e, list, STR("checked"), "must be a list");
    for (size_t i = 0; i < list->count; i++) {
        const struct yvalue *v = &list->items[i];
        struct checked_record c = {text_of(v, "record"), text_of(v, "by"), text_of(v, "role"),
                                   text_of(v, "on"), text_of(v, "case")};
        if (v->type != Y_MAP || !find_record(c.record) || c.role.len == 0)
            return facts_fault(
                l->e, v, STR("checked"),
                "must name a record of a facts document, and who checked it: "
                "{record: staff, by: …, role: city_officer, on: 2026-03-02, case: …}");
        VEC_PUSH(l->arena, &l->checked, c);
    }
    return OK;
}

static err_t take_head(struct loading *l, const struct yvalue *root)
{
    const struct yvalue *as_of = yin_get(root, "as_of"), *v;
    struct date d;
    if (!as_of || yin_is_null(as_of))
        return facts_fault(l->e, root, STR("as_of"), "the business date is missing");
    if (as_of->type != Y_TEXT || !date_parse(&d, as_of->text))
        return facts_fault(l->e, as_of, STR("as_of"), "must be a date YYYY-MM-DD");
    l->facts->as_of = as_of->text;
    if ((v = yin_get(root, "handed_in")) && !yin_is_null(v)) {
        if (!date_parse(&d, v->text))
            return facts_fault(l->e, v, STR("handed_in"), "must be a date YYYY-MM-DD");
        if (str_cmp(v->text, as_of->text) > 0)
            return facts_fault(l->e, v, STR("handed_in"), "must not be after as_of, %.*s",
                               STR_ARG(as_of->text));
        l->facts->handed_in = v->text;
    }
    l->facts->programme = text_of(root, "programme");
    l->facts->question = text_of(root, "question");
    if ((v = yin_get(root, "programme")))
        l->facts->programme_line = v->line;
    return OK;
}

static err_t check_top(struct loading *l, const struct yvalue *root)
{
    static const char *const heads[] = {"as_of", "handed_in", "programme", "question"};
    for (size_t i = 0; i < root->count; i++) {
        struct nearest best = nearest_of(root->names[i].text);
        bool known =
            find_record(root->names[i].text) != NULL || str_is(root->names[i].text, "open") ||
            str_is(root->names[i].text, "register") || str_is(root->names[i].text, "checked");
        for (size_t k = 0; k < ARRAY_LEN(heads); k++)
            if (str_is(root->names[i].text, heads[k])) {
                known = true;
                if (root->items[i].type != Y_TEXT)
                    return facts_fault(l->e, &root->items[i], root->names[i].text,
                                       "one value is expected here, no list and no map");
            }
        for (size_t k = 0; !known && k < ARRAY_LEN(heads); k++)
            nearest_try(&best, str_of(heads[k]));
        for (const struct fact_record *r = fact_records; !known && r->name; r++)
            nearest_try(&best, str_of(r->name));
        if (!known)
            return unknown_key(l, &root->names[i], STR("facts"), &best);
    }
    return OK;
}

/* Lists that may hold more than is given: names, each of a list. */
static err_t check_open(struct loading *l, const struct yvalue *open)
{
    if (!open || yin_is_null(open))
        return OK;
    if (open->type != Y_LIST)
        return facts_fault(l->e, open, STR("open"), "must be a list");
    for (size_t i = 0; i < open->count; i++)
        if (open->items[i].type != Y_TEXT || !facts_has_list(open->items[i].text))
            return facts_fault(l->e, &open->items[i], STR("open"),
                               "must name lists of a facts document");
    return OK;
}

/* The party's data in the register of organisations: facts whose source is the register. */
static err_t check_register(struct loading *l, const struct yvalue *v)
{
    if (!v || yin_is_null(v))
        return OK;
    if (v->type != Y_MAP)
        return facts_fault(l->e, v, STR("register"), "must be a map: {key: value}");
    for (size_t i = 0; i < v->count; i++) {
        struct nearest best = nearest_of(v->names[i].text);
        bool known = false;
        for (const struct fact_record *r = fact_records; r->name && !known; r++) {
            for (const struct fact_column *c = r->columns; c->name && !known; c++) {
                if (!is_registered(r, c))
                    continue;
                known = str_is(v->names[i].text, c->name);
                nearest_try(&best, str_of(c->name));
            }
        }
        if (!known)
            return unknown_key(l, &v->names[i], STR("register"), &best);
    }
    l->registered = v;
    return OK;
}

static err_t load(struct loading *l, const struct yvalue *root)
{
    const struct yvalue *open = yin_get(root, "open");
    err_t rc;
    if (root->type != Y_MAP)
        return facts_fault(l->e, root, STR("facts"), "must be a map: {key: value}");
    if ((rc = check_top(l, root)) != OK || (rc = take_head(l, root)) != OK ||
        (rc = check_open(l, open)) != OK ||
        (rc = check_register(l, yin_get(root, "register"))) != OK)
        return rc;
    for (const struct fact_record *r = fact_records; rc == OK && r->name; r++)
        rc = load_record(l, r, yin_get(root, r->name), open);
    if (rc != OK)
        return rc;
    take_judgements(l, yin_get(root, "judgements"));
    rc = take_checked(l, yin_get(root, "checked"));
    return rc == OK ? take_readings(l, yin_get(root, "readings")) : rc;
}

err_t facts_loader_open(struct facts_loader **out, struct db *db, struct err *e)
{
    struct arena *a = arena_new();
    struct facts_loader *l = arena_alloc(a, sizeof(*l));
    *l = (struct facts_loader){.db = db, .arena = a};
    err_t rc = db_begin_write(db, e);
    *out = rc == OK ? l : NULL;
    if (rc != OK)
        arena_free(a);
    return rc;
}

err_t facts_loader_add(struct facts *out, struct facts_loader *x, int64_t subject,
                       const struct yvalue *document, struct arena *a, struct err *e)
{
    struct loading l = {.facts = out, .loader = x, .subject = subject, .arena = a, .e = e};
    *out = (struct facts){0};
    err_t rc = load(&l, document);
    out->judgements = l.judgements.ptr;
    out->judgement_count = l.judgements.len;
    out->readings = l.readings.ptr;
    out->reading_count = l.readings.len;
    out->ignored_codes = l.ignored_codes.ptr;
    out->ignored_code_count = l.ignored_codes.len;
    out->held = l.held.ptr;
    out->held_count = l.held.len;
    out->checked = l.checked.ptr;
    out->checked_count = l.checked.len;
    return rc;
}

static void close_loader(struct facts_loader *l)
{
    for (size_t i = 0; i < l->inserts.len; i++)
        stmt_free(l->inserts.ptr[i].st);
    arena_free(l->arena);
}

err_t facts_loader_commit(struct facts_loader *l, struct err *e)
{
    struct db *db = l->db;
    close_loader(l);
    return db_commit(db, e);
}

void facts_loader_drop(struct facts_loader *l)
{
    if (!l)
        return;
    struct db *db = l->db;
    close_loader(l);
    db_rollback(db);
}

err_t facts_load(struct facts *out, struct db *db, const struct yvalue *document, struct arena *a,
                 struct err *e)
{
    struct facts_loader *l = NULL;
    err_t rc = facts_loader_open(&l, db, e);
    if (rc == OK)
        rc = facts_loader_add(out, l, 1, document, a, e);
    if (rc == OK)
        return facts_loader_commit(l, e);
    facts_loader_drop(l);
    return rc;
}

/* --- text to tree ----------------------------------------------------------------------- */

/* JSON that libyaml cannot read (an emoji as two escapes) loses its places, not its facts. */
static void from_json(struct yvalue *to, const struct jvalue *v, struct arena *a)
{
    *to = (struct yvalue){.type = Y_TEXT, .text = v->text};
    if (v->type == J_TRUE || v->type == J_FALSE)
        to->text = v->type == J_TRUE ? STR("true") : STR("false");
    to->quoted = v->type == J_STRING;
    if (v->type != J_ARRAY && v->type != J_OBJECT)
        return;
    struct yvalue *items = arena_array(a, v->count + 1, sizeof(*items));
    struct yvalue *names = arena_array(a, v->count + 1, sizeof(*names));
    for (size_t i = 0; i < v->count; i++) {
        from_json(&items[i], &v->items[i], a);
        if (v->type == J_OBJECT)
            names[i] = (struct yvalue){.type = Y_TEXT, .text = v->names[i], .quoted = true};
    }
    to->type = v->type == J_ARRAY ? Y_LIST : Y_MAP;
    to->count = v->count;
    to->items = items;
    to->names = names;
}

err_t facts_parse(const struct yvalue **out, struct str text, struct arena *a, struct err *e)
{
    const struct yfault *faults;
    const struct jvalue *json;
    size_t count;
    err_t rc = yin_parse(out, &faults, &count, text, a, e);
    struct str start = str_trim(text);
    if (rc == OK || start.len == 0 || start.ptr[0] != '{' || jin_parse(&json, text, a, NULL) != OK)
        return rc;
    struct yvalue *root = arena_alloc(a, sizeof(*root));
    from_json(root, json, a);
    *out = root;
    return OK;
}

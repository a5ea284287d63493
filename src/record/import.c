/* A workbook becomes bodies; bodies become records.
 *
 * The rows of all sheets are read first, because the rows of a table field stand on
 * a later sheet than the record they belong to. Then some threads create and change
 * records side by side: each write waits for a commit, and commits are shared, so
 * one thread alone would be an fsync per row. */
#include "record/import.h"
#include "audit/suite.h"
#include "base/map.h"
#include "base/vec.h"
#include "crypto/hash.h"
#include "record/sheet.h"
#include "record/value_person.h"
#include "record/workbook.h"
#include "text/stream.h"
#include "text/xlsx.h"
#include "text/xlsx_out.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#define ROWS_MAX 100000     /* of one workbook: they are in memory; a centre has some thousand */
#define HEADER_ROWS 20      /* among which the header is looked for */
#define THREADS 16          /* rows under way at once */
#define OUTCOMES_A_STEP 100 /* rows written down in one step of the store */

enum outcome { ROW_OPEN, ROW_CREATED, ROW_CHANGED, ROW_UNCHANGED, ROW_REJECTED };

/* One row of the main sheet, with the rows of its tables. */
struct item {
    struct str sheet;
    int64_t row;
    struct str *cells; /* as read */
    size_t cell_count;
    int64_t id, version;      /* from the system columns; 0: not given */
    struct str key;           /* natural key of one field, as written; empty: none */
    struct str body;          /* JSON object without its brackets */
    VEC(struct str) * tables; /* by sheet: JSON objects */
    enum outcome outcome;
    struct str reason;
    int64_t record_id, before, after;
};

struct orphan { /* a row of a table's sheet that belongs to no row of the main sheet */
    struct sheet_reject reject;
    struct str *cells;
    size_t cell_count;
};

struct header { /* as the file has it, for giving refused rows back under it */
    struct str sheet;
    struct str *cells;
    size_t count;
};

struct reading {
    const struct record_type *type;
    const struct sheet *sheets;
    size_t sheet_count;
    bool *seen; /* by sheet */
    VEC(struct item) items;
    VEC(struct orphan) orphans;
    VEC(struct header) headers;
    struct map *names; /* of records, for the rows of their tables: index in items */
    struct arena *a;
    enum lang lang;
    /* The sheet at hand. */
    size_t at;
    struct str name;
    const struct sheet_column **columns; /* by column of the file; NULL: empty header */
    size_t column_count;
};

/* --- reading ------------------------------------------------------------------------ */

static struct str cell_at(const struct row *row, size_t i)
{
    return i < row->count ? row->cells[i].text : STR_NONE;
}

/* How many cells of a row are headers of `sheet`; *unknown: the first that is none. */
static size_t header_cells(const struct sheet *sheet, const struct row *row, struct str *unknown)
{
    size_t known = 0;
    *unknown = STR_NONE;
    for (size_t i = 0; i < row->count; i++) {
        struct str text = str_trim(row->cells[i].text);
        if (!text.len)
            continue;
        if (sheet_find(sheet, text))
            known++;
        else if (!unknown->len && !str_eq(text, str_of(msg_in(LANG_ZH, N_("Problem")))) &&
                 !str_eq(text, str_of(msg_in(LANG_EN, N_("Problem")))))
            *unknown = text;
    }
    return known;
}

static struct str *keep_cells(const struct reading *r, const struct row *row)
{
    struct str *cells = arena_array(r->a, row->count + 1, sizeof(*cells));
    for (size_t i = 0; i < row->count; i++)
        cells[i] = arena_dup(r->a, row->cells[i].text);
    return cells;
}

static err_t take_header(struct reading *r, const struct row *row, struct err *e)
{
    const struct sheet *sheet = &r->sheets[r->at];
    r->columns = arena_array(r->a, row->count + 1, sizeof(*r->columns));
    r->column_count = row->count;
    for (size_t i = 0; i < row->count; i++) {
        struct str text = str_trim(row->cells[i].text);
        r->columns[i] = text.len ? sheet_find(sheet, text) : NULL;
        for (size_t k = 0; k < i; k++)
            if (r->columns[i] && r->columns[k] == r->columns[i])
                return err_set(e, E_INVALID, "sheet %.*s: two columns are named '%.*s'",
                               STR_ARG(r->name), STR_ARG(text));
    }
    r->seen[r->at] = true;
    VEC_PUSH(r->a, &r->headers, ((struct header){r->name, keep_cells(r, row), row->count}));
    return OK;
}

static void add_member(struct jout *j, const struct reading *r, const struct row *row, size_t i)
{
    const struct sheet_column *c = r->columns[i];
    struct str cell = cell_at(row, i), other = STR_NONE;
    struct buf value;
    struct jout one;
    if (c->part == SHEET_TO) { /* written with its beginning, unless that column is absent */
        for (size_t k = 0; k < r->column_count; k++)
            if (r->columns[k] && r->columns[k]->field == c->field &&
                r->columns[k]->part == SHEET_FROM)
                return;
        jout_name_str(j, c->field->name);
        sheet_period(j, STR_NONE, cell);
        return;
    }
    if (c->part == SHEET_FROM) {
        for (size_t k = 0; k < r->column_count; k++)
            if (r->columns[k] && r->columns[k]->field == c->field &&
                r->columns[k]->part == SHEET_TO)
                other = cell_at(row, k);
        jout_name_str(j, c->field->name);
        sheet_period(j, cell, other);
        return;
    }
    buf_init(&value, 0);
    jout_init(&one, &value);
    if (sheet_value(&one, c, cell, r->a)) {
        jout_name_str(j, c->field->name);
        jout_raw(j, buf_str(&value));
    }
    buf_clear(&value);
}

/* The members of a row's own fields, as "{…}". */
static struct str row_object(const struct reading *r, const struct row *row)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    for (size_t i = 0; i < r->column_count; i++)
        if (r->columns[i] && r->columns[i]->field)
            add_member(&j, r, row, i);
    jout_end_object(&j);
    struct str json = arena_dup(r->a, buf_str(&b));
    buf_clear(&b);
    return json;
}

static bool whole_number(int64_t *out, struct str cell)
{
    if (cell.len && cell.ptr[0] == '#')
        cell = (struct str){cell.ptr + 1, cell.len - 1};
    return str_to_i64(out, cell) && *out > 0;
}

/* Under its id, its row and its key; the first of a name stays. */
static void name_record(struct reading *r, const struct item *item, size_t index)
{
    struct str names[] = {item->id ? arena_printf(r->a, "#%lld", (long long)item->id) : STR_NONE,
                          arena_printf(r->a, "row %lld", (long long)item->row),
                          item->key.len ? arena_printf(r->a, "=%.*s", STR_ARG(item->key))
                                        : STR_NONE};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        bool added = false;
        if (!names[i].len)
            continue;
        uint64_t *at = map_put(r->names, names[i], &added);
        if (added)
            *at = index;
    }
}

static void take_record(struct reading *r, const struct row *row)
{
    struct item item = {.sheet = r->name,
                        .row = row->number,
                        .cells = keep_cells(r, row),
                        .cell_count = row->count,
                        .body = row_object(r, row)};
    item.tables = arena_array(r->a, r->sheet_count, sizeof(*item.tables));
    memset(item.tables, 0, r->sheet_count * sizeof(*item.tables));
    for (size_t i = 0; i < r->column_count; i++) {
        const struct sheet_column *c = r->columns[i];
        struct str cell = cell_at(row, i);
        if (!c || !cell.len)
            continue;
        if ((c->part == SHEET_ID && !whole_number(&item.id, cell)) ||
            (c->part == SHEET_VERSION && !whole_number(&item.version, cell))) {
            item.outcome = ROW_REJECTED;
            item.reason = arena_printf(r->a, msg_in(r->lang, N_("%.*s: '%.*s' is no number")),
                                       STR_ARG(c->header), STR_ARG(cell));
        }
        if (c->field && r->type->key_count == 1 && str_eq(c->field->name, r->type->key[0]))
            item.key = arena_dup(r->a, cell);
    }
    name_record(r, &item, r->items.len);
    VEC_PUSH(r->a, &r->items, item);
}

/* "#12", "row 3" or "第3行", else the key of the record. */
static struct item *find_record(struct reading *r, struct str belongs)
{
    int64_t n = 0;
    struct str rest = belongs, name = belongs;
    bool chinese = str_starts(belongs, STR("第")) || str_starts(belongs, STR("行"));
    if (chinese)
        rest = (struct str){belongs.ptr + 3, belongs.len - 3}; /* 3 bytes of UTF-8 */
    else if (str_starts(belongs, STR("row ")) || str_starts(belongs, STR("Row ")))
        rest = (struct str){belongs.ptr + 4, belongs.len - 4};
    if (chinese && rest.len > 3 && str_eq((struct str){rest.ptr + rest.len - 3, 3}, STR("行")))
        rest.len -= 3;
    if (rest.len < belongs.len && str_to_i64(&n, str_trim(rest)))
        name = arena_printf(r->a, "row %lld", (long long)n);
    else if (belongs.ptr[0] != '#')
        name = arena_printf(r->a, "=%.*s", STR_ARG(belongs));
    const uint64_t *at = map_get(r->names, name);
    return at ? &r->items.ptr[*at] : NULL;
}

static void take_table_row(struct reading *r, const struct row *row)
{
    struct str belongs = STR_NONE;
    for (size_t i = 0; i < r->column_count; i++)
        if (r->columns[i] && r->columns[i]->part == SHEET_RECORD)
            belongs = str_trim(cell_at(row, i));
    struct item *item = belongs.len ? find_record(r, belongs) : NULL;
    if (item) {
        VEC_PUSH(r->a, &item->tables[r->at], row_object(r, row));
        return;
    }
    struct orphan o = {
        .reject = {r->name, row->number,
                   belongs.len
                       ? arena_printf(r->a,
                                      msg_in(r->lang, N_("no row of the main sheet is '%.*s'")),
                                      STR_ARG(belongs))
                       : str_of(msg_in(r->lang, N_("it does not say to which record it belongs")))},
        .cells = keep_cells(r, row),
        .cell_count = row->count};
    VEC_PUSH(r->a, &r->orphans, o);
}

static bool is_empty(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (str_trim(row->cells[i].text).len)
            return false;
    return true;
}

/* Which sheet of the type this is: by its name, else the main one by its header. */
static bool name_sheet(struct reading *r, struct str name)
{
    const struct sheet *other;
    for (size_t i = 0; i < r->sheet_count; i++)
        if (str_eq(r->sheets[i].name, name)) {
            r->at = i;
            return true;
        }
    size_t count = sheets_of(&other, r->type, r->lang == LANG_ZH ? LANG_EN : LANG_ZH, true, r->a);
    for (size_t i = 0; i < count; i++)
        if (str_eq(other[i].name, name)) {
            r->at = i;
            return true;
        }
    r->at = 0;
    return !r->seen[0];
}

/* What people call the type. */
static struct str label_of(const struct record_type *t)
{
    return msg_lang() == LANG_ZH ? t->label.zh : t->label.en;
}

static err_t take_row(struct reading *r, const struct row *row, bool *has_header, bool *skip,
                      struct err *e)
{
    struct str unknown;
    if (is_empty(row) || *skip)
        return OK;
    if (!*has_header) {
        size_t known = header_cells(&r->sheets[r->at], row, &unknown);
        if (known == 0 && row->number <= HEADER_ROWS)
            return OK;
        if (known == 0) {
            *skip = true;
            return OK;
        }
        if (unknown.len)
            return err_set(
                e, E_INVALID,
                "sheet %.*s, row %lld: '%.*s' is no column of %.*s; the template has the "
                "right ones",
                STR_ARG(r->name), (long long)row->number, STR_ARG(unknown),
                STR_ARG(label_of(r->type)));
        *has_header = true;
        return take_header(r, row, e);
    }
    if (r->items.len + r->orphans.len >= ROWS_MAX)
        return err_set(e, E_LIMIT, "more than %d rows; divide the workbook", ROWS_MAX);
    if (r->sheets[r->at].table)
        take_table_row(r, row);
    else
        take_record(r, row);
    return OK;
}

/* What people send instead of a workbook is told for what it is not, rather than for
 * what an archive lacks. */
static bool is_archive(struct bytes file)
{
    return file.len >= 4 && memcmp(file.ptr, "PK\3\4", 4) == 0;
}

static err_t read_book(struct reading *r, struct bytes file, struct err *e)
{
    struct rows rows = {0};
    struct row row;
    bool has_row = true, has_header = false, skip = true;
    if (!is_archive(file))
        return err_set(e, E_INVALID,
                       "this is no Excel workbook (.xlsx); save the table as one and import that");
    struct arena *a = arena_new();
    err_t rc = xlsx_open(&rows, file, e);
    while (rc == OK && (rc = rows_next(&has_row, &row, &rows, a, e)) == OK && has_row) {
        if (!r->name.ptr || !str_eq(row.sheet, r->name)) {
            r->name = arena_dup(r->a, row.sheet);
            has_header = false;
            skip = !name_sheet(r, r->name); /* explanations, lists of choices */
        }
        rc = take_row(r, &row, &has_header, &skip, e);
        arena_reset(a);
    }
    rows_close(&rows);
    arena_free(a);
    if (rc == OK && !r->seen[0])
        rc = err_set(e, E_INVALID, "the workbook has no sheet with the columns of %.*s",
                     STR_ARG(label_of(r->type)));
    return rc;
}

/* --- writing ------------------------------------------------------------------------ */

struct running {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    const struct sheet_import_options *options;
    struct reading *reading;
    int64_t import_id;
    bool check_only;
    atomic_size_t next;
    atomic_bool stopped;
    /* Held while the caller's function is asked, and what outlives a row is kept in the
     * arena of all. */
    pthread_mutex_t lock;
};

/* The body with its tables, as JSON text. */
static struct str whole_body(const struct running *x, const struct item *item, struct arena *a)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    buf_add(&b, (struct str){item->body.ptr, item->body.len - 1}); /* without "}" */
    bool first = item->body.len <= 2;
    for (size_t n = 1; n < x->reading->sheet_count; n++) {
        if (!x->reading->seen[n])
            continue;
        buf_addz(&b, first ? "" : ",");
        first = false;
        jout_init(&j, &b);
        jout_str(&j, x->reading->sheets[n].table->name);
        buf_addz(&b, ":[");
        for (size_t i = 0; i < item->tables[n].len; i++) {
            buf_addz(&b, i ? "," : "");
            buf_add(&b, item->tables[n].ptr[i]);
        }
        buf_addc(&b, ']');
    }
    buf_addc(&b, '}');
    struct str json = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return json;
}

static void reject(struct running *x, struct item *item, const struct faults *faults,
                   const struct err *why)
{
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < faults->count; i++) {
        const struct fault *f = &faults->items[i];
        const struct field *field = record_field(x->type, f->field);
        struct label label = field ? field->label : (struct label){f->field, f->field};
        struct str name = x->options->lang == LANG_EN ? label.en : label.zh;
        buf_addz(&b, i ? "; " : "");
        if (name.len)
            buf_addf(&b, "%.*s: ", STR_ARG(name));
        buf_add(&b, x->options->lang == LANG_EN ? f->message_en : f->message_zh);
    }
    if (!faults->count)
        buf_addz(&b, why->text);
    item->outcome = ROW_REJECTED;
    pthread_mutex_lock(&x->lock);
    item->reason = arena_dup(x->reading->a, buf_str(&b));
    pthread_mutex_unlock(&x->lock);
    buf_clear(&b);
}

static struct str json_member(const struct jvalue *body, struct str name)
{
    for (size_t i = 0; i < body->count; i++)
        if (str_eq(body->names[i], name))
            return body->items[i].text;
    return STR_NONE;
}

/* The record that has the body's natural key; *id 0: none that the subject sees. */
static err_t find_by_key(int64_t *id, const struct running *x, const struct jvalue *body,
                         struct arena *a, struct err *e)
{
    struct buf filter, json;
    const struct jvalue *reply;
    struct list_request q = {.fields = STR("id"), .limit = 2, .without_total = true};
    err_t rc;
    *id = 0;
    if (x->type->key_count == 0)
        return OK;
    buf_init(&filter, 0);
    buf_init(&json, 0);
    for (size_t i = 0; i < x->type->key_count; i++) {
        struct str value = json_member(body, x->type->key[i]);
        buf_addz(&filter, i ? " and " : "");
        buf_add(&filter, x->type->key[i]);
        if (value.len == 0) {
            buf_addz(&filter, "=null");
            continue;
        }
        buf_addc(&filter, '=');
        struct jout j;
        jout_init(&j, &filter);
        jout_str(&j, value);
    }
    q.filter = buf_str(&filter);
    if ((rc = record_list(&json, x->kernel, x->subject, x->type, &q, a, e)) == OK &&
        (rc = jin_parse(&reply, buf_str(&json), JIN_REFUSE_DUPLICATES, NULL, a, e)) == OK) {
        const struct jvalue *items = jin_get(reply, "items");
        if (items->count == 1 && !jin_i64(id, &items->items[0], "id"))
            *id = 0;
    }
    buf_clear(&filter);
    buf_clear(&json);
    return rc == E_INVALID ? OK : rc; /* a key that cannot be asked for: the write says why */
}

static int64_t version_of(const struct running *x, int64_t id, struct arena *a, err_t *rc,
                          struct err *e)
{
    struct buf b;
    int64_t version = 0;
    buf_init(&b, 0);
    *rc = record_get(&b, &version, x->kernel, x->subject, x->type, id, a, e);
    buf_clear(&b);
    return version;
}

static void write_item(struct running *x, struct item *item)
{
    struct arena *a = arena_new();
    struct err e = {0};
    struct faults faults = {0};
    struct written w = {0};
    const struct jvalue *body;
    struct write_options o = {
        .reason = x->options->reason, .import_id = x->import_id, .check_only = x->check_only};
    int64_t id = item->id;
    err_t rc = jin_parse(&body, whole_body(x, item, a), JIN_REFUSE_DUPLICATES, NULL, a, &e);
    if (rc == OK && id == 0)
        rc = find_by_key(&id, x, body, a, &e);
    if (rc == OK && id) {
        int64_t before = version_of(x, id, a, &rc, &e);
        o.if_version = item->version ? item->version : before;
        if (rc == OK)
            rc = record_change(&w, &faults, x->kernel, x->subject, x->type, id, body, &o, a, &e);
        item->before = before;
        item->outcome = w.version == before ? ROW_UNCHANGED : ROW_CHANGED;
    } else if (rc == OK) {
        rc = record_create(&w, &faults, x->kernel, x->subject, x->type, body, &o, a, &e);
        item->before = 0;
        item->outcome = ROW_CREATED;
    }
    item->record_id = w.id;
    item->after = w.version;
    if (rc != OK)
        reject(x, item, &faults, &e);
    arena_free(a);
}

static void *write_items(void *arg)
{
    struct running *x = arg;
    for (;;) {
        size_t i = atomic_fetch_add(&x->next, 1);
        if (i >= x->reading->items.len)
            return NULL;
        struct item *item = &x->reading->items.ptr[i];
        if (item->outcome != ROW_REJECTED)
            write_item(x, item);
        pthread_mutex_lock(&x->lock);
        if (x->options->stop && x->options->stop(x->options->arg)) {
            x->stopped = true;
            x->next = x->reading->items.len;
        }
        pthread_mutex_unlock(&x->lock);
    }
}

static void run(struct running *x)
{
    pthread_t threads[THREADS];
    size_t started = 0;
    x->next = 0;
    while (started < THREADS && started < x->reading->items.len &&
           pthread_create(&threads[started], NULL, write_items, x) == 0)
        started++;
    if (started == 0)
        write_items(x); /* no thread to be had: then by this one */
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

/* --- what is written down of an import ---------------------------------------------- */

struct note {
    struct running *run;
    const char *state;
    struct str digest;
    struct sheet_import_outcome *out;
    size_t from, until; /* items, then orphans */
    int64_t now_ms;
};

static err_t note_begin(struct db *db, void *arg, struct err *e)
{
    struct note *n = arg;
    const struct running *x = n->run;
    err_t rc = db_run(
        db,
        "INSERT INTO record_import (type, state, account, unit, file_name, file_digest, whole, "
        "started_ms, created, changed, unchanged, rejected, kept) VALUES (?1, 'running', ?2, ?3, "
        "?4, ?5, ?6, ?7, 0, 0, 0, 0, 0)",
        VALUES(v_str(x->type->name), v_i64(x->subject->account), v_i64(x->subject->unit),
               v_str(x->options->file_name), v_str(n->digest), v_i64(x->options->whole),
               v_i64(n->now_ms)),
        e);
    if (rc == OK)
        n->run->import_id = db_last_id(db);
    return rc;
}

static struct str cells_json(const struct str *cells, size_t count, struct arena *a)
{
    struct buf b;
    struct jout j;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_array(&j);
    for (size_t i = 0; i < count; i++)
        jout_str(&j, cells[i]);
    jout_end_array(&j);
    struct str json = arena_dup(a, buf_str(&b));
    buf_clear(&b);
    return json;
}

static err_t note_row(struct db *db, const struct note *n, size_t i, struct arena *a, struct err *e)
{
    const struct reading *r = n->run->reading;
    const struct item *item = i < r->items.len ? &r->items.ptr[i] : NULL;
    const struct orphan *orphan = item ? NULL : &r->orphans.ptr[i - r->items.len];
    bool refused = orphan || item->outcome == ROW_REJECTED;
    struct value record = refused ? (struct value){0} : v_i64(item->record_id);
    struct str cells = STR_NONE;
    if (refused)
        cells = item ? cells_json(item->cells, item->cell_count, a)
                     : cells_json(orphan->cells, orphan->cell_count, a);
    return db_run(db,
                  "INSERT INTO record_import_row (import_id, number, sheet, row, record_id, "
                  "version_before, version_after, reason, cells) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                  "?7, ?8, ?9)",
                  VALUES(v_i64(n->run->import_id), v_i64((int64_t)i + 1),
                         v_str(item ? item->sheet : orphan->reject.sheet),
                         v_i64(item ? item->row : orphan->reject.row), record,
                         refused ? (struct value){0} : v_i64(item->before),
                         refused ? (struct value){0} : v_i64(item->after),
                         v_str(refused ? (item ? item->reason : orphan->reject.reason) : STR_NONE),
                         v_str(cells)),
                  e);
}

static err_t note_rows(struct db *db, void *arg, struct err *e)
{
    struct note *n = arg;
    struct arena *a = arena_new();
    err_t rc = OK;
    for (size_t i = n->from; i < n->until && rc == OK; i++)
        rc = note_row(db, n, i, a, e);
    arena_free(a);
    return rc;
}

/* What the entry says of the file (docs/evidence-log.md, `batch`): the columns as it
 * names them, and the rows as they were understood, in its order. */
static struct str batch_json(const struct note *n, struct arena *a)
{
    const struct running *x = n->run;
    const struct reading *r = x->reading;
    struct hasher *h = hasher_new_of(x->kernel->suite->hash);
    char mapping[HASH_HEX_LEN + 1], rows[HASH_HEX_LEN + 1];
    struct digest digest;
    for (size_t i = 0; i < r->headers.len; i++) {
        hasher_add(h, str_bytes(cells_json(r->headers.ptr[i].cells, r->headers.ptr[i].count, a)));
        hasher_add(h, str_bytes(STR("\n")));
    }
    digest = hasher_end(h);
    digest_hex(mapping, &digest);
    for (size_t i = 0; i < r->items.len; i++) {
        hasher_add(h, str_bytes(whole_body(x, &r->items.ptr[i], a)));
        hasher_add(h, str_bytes(STR("\n")));
    }
    digest = hasher_end(h);
    digest_hex(rows, &digest);
    hasher_free(h);
    return arena_printf(a,
                        "{\"file\":\"%.*s\",\"mapping\":\"%s\",\"count\":%lld,\"rows\":\"%s\","
                        "\"first\":1,\"last\":%lld}",
                        STR_ARG(n->digest), mapping, (long long)(n->out->created + n->out->changed),
                        rows, (long long)(r->items.len + r->orphans.len));
}

static err_t note_end(struct db *db, void *arg, struct err *e)
{
    struct note *n = arg;
    struct running *x = n->run;
    struct arena *a = arena_new();
    char uid[LOG_UID_LEN + 1];
    struct str batch = batch_json(n, a);
    struct log_draft draft = {.has_who = true,
                              .who = x->subject->account,
                              .unit = x->subject->unit,
                              .action = STR("import"),
                              .type = x->type->name,
                              .id = x->import_id,
                              .batch = batch};
    err_t rc = OK;
    for (size_t i = 0; i < x->reading->headers.len && rc == OK; i++) {
        const struct header *h = &x->reading->headers.ptr[i];
        rc = db_run(db,
                    "INSERT INTO record_import_row (import_id, number, sheet, row, cells) VALUES "
                    "(?1, ?2, ?3, 0, ?4)",
                    VALUES(v_i64(x->import_id), v_i64(-(int64_t)i - 1), v_str(h->sheet),
                           v_str(cells_json(h->cells, h->count, a))),
                    e);
    }
    if (rc == OK)
        rc = db_run(db,
                    "UPDATE record_import SET state = ?2, finished_ms = ?3, created = ?4, "
                    "changed = ?5, unchanged = ?6, rejected = ?7 WHERE id = ?1",
                    VALUES(v_i64(x->import_id), v_str(str_of(n->state)), v_i64(n->now_ms),
                           v_i64(n->out->created), v_i64(n->out->changed), v_i64(n->out->unchanged),
                           v_i64(n->out->rejected)),
                    e);
    if (rc == OK)
        rc = log_append(uid, db, x->kernel->suite, x->kernel->clock, &draft, a, e);
    arena_free(a);
    return rc;
}

static void count_outcomes(struct sheet_import_outcome *out, const struct reading *r)
{
    VEC(struct sheet_reject) rejects = {0};
    *out = (struct sheet_import_outcome){.id = out->id, .state = out->state};
    for (size_t i = 0; i < r->items.len; i++) {
        const struct item *item = &r->items.ptr[i];
        switch (item->outcome) {
        case ROW_OPEN:
            break;
        case ROW_CREATED:
            out->created++;
            break;
        case ROW_CHANGED:
            out->changed++;
            break;
        case ROW_UNCHANGED:
            out->unchanged++;
            break;
        case ROW_REJECTED:
            VEC_PUSH(r->a, &rejects, ((struct sheet_reject){item->sheet, item->row, item->reason}));
            break;
        }
    }
    for (size_t i = 0; i < r->orphans.len; i++)
        VEC_PUSH(r->a, &rejects, r->orphans.ptr[i].reject);
    out->rejects = rejects.ptr;
    out->reject_count = rejects.len;
    out->rejected = (int64_t)rejects.len;
}

static err_t write_down(struct note *n, struct err *e)
{
    const struct reading *r = n->run->reading;
    size_t all = r->items.len + r->orphans.len;
    err_t rc = OK;
    for (n->from = 0; n->from < all && rc == OK; n->from = n->until) {
        n->until = n->from + OUTCOMES_A_STEP < all ? n->from + OUTCOMES_A_STEP : all;
        rc = store_write(n->run->kernel->store, note_rows, n, e);
    }
    n->now_ms = clock_now_ms(n->run->kernel->clock);
    return rc == OK ? store_write(n->run->kernel->store, note_end, n, e) : rc;
}

static bool any_rejected(const struct reading *r)
{
    bool found = r->orphans.len > 0;
    for (size_t i = 0; i < r->items.len; i++)
        found |= r->items.ptr[i].outcome == ROW_REJECTED;
    return found;
}

/* Every row as it would be written, without writing. */
static bool check_rows(struct running *x)
{
    x->check_only = true;
    run(x);
    x->check_only = false;
    return !any_rejected(x->reading);
}

static err_t import_rows(struct sheet_import_outcome *out, struct running *x, struct str digest,
                         struct err *e)
{
    struct note n = {
        .run = x, .digest = digest, .out = out, .now_ms = clock_now_ms(x->kernel->clock)};
    struct sheet_undo_outcome undo;
    err_t rc = store_write(x->kernel->store, note_begin, &n, e);
    if (rc != OK)
        return rc;
    bool whole = !x->options->whole || check_rows(x);
    if (whole && !x->stopped)
        run(x);
    n.state = whole ? "finished" : "refused";
    out->id = x->import_id;
    count_outcomes(out, x->reading);
    if (!whole)
        out->created = out->changed = out->unchanged = 0; /* they were only looked at */
    /* A row that was good when looked at and bad when written: somebody else was
     * faster. All or nothing then means to take the others back. */
    bool take_back = x->stopped || (whole && x->options->whole && any_rejected(x->reading));
    rc = write_down(&n, e);
    out->state = str_of(n.state);
    if (rc == OK && take_back) {
        rc = sheet_import_undo(&undo, x->kernel, x->subject, x->type, out->id, x->reading->a, e);
        out->state = STR("undone");
        out->created = out->changed = 0;
    }
    if (rc == OK && out->created >= ANALYZE_FROM)
        rc = record_type_analyze(x->type, x->kernel->store, e);
    return rc;
}

err_t sheet_import(struct sheet_import_outcome *out, struct kernel *k, const struct subject *s,
                   const struct record_type *t, const char *path,
                   const struct sheet_import_options *o, struct arena *a, struct err *e)
{
    struct reading r = {.type = t, .a = a, .lang = o->lang, .names = map_new(0)};
    struct running x = {.kernel = k, .subject = s, .type = t, .options = o, .reading = &r};
    struct stream *file = NULL;
    struct bytes bytes;
    char hex[65];
    err_t rc;
    *out = (struct sheet_import_outcome){0};
    pthread_mutex_init(&x.lock, NULL);
    r.sheet_count = sheets_of(&r.sheets, t, o->lang, true, a);
    r.seen = arena_array(a, r.sheet_count, sizeof(*r.seen));
    memset(r.seen, 0, r.sheet_count * sizeof(*r.seen));
    if (!workbook_may_import(t, s))
        rc = err_set(e, E_DENIED, "you may not import records of type %.*s", STR_ARG(t->name));
    else if ((rc = stream_open_file(&file, &fs_system, path, e)) == OK &&
             (rc = stream_map(&bytes, file, o->tmpdir, e)) == OK) {
        struct digest digest = sha256_of(bytes);
        sha256_hex(hex, &digest);
        if ((rc = read_book(&r, bytes, e)) == OK)
            rc = import_rows(out, &x, str_of(hex), e);
    }
    stream_close(file);
    map_free(r.names);
    pthread_mutex_destroy(&x.lock);
    return rc;
}

/* --- back again ---------------------------------------------------------------------- */

static err_t find_import(struct str *state, struct db *db, const struct subject *s,
                         const struct record_type *t, int64_t id, struct arena *a, struct err *e)
{
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(&st, db,
                        "SELECT state FROM record_import WHERE id = ?1 AND type = ?2 AND account = "
                        "?3",
                        VALUES(v_i64(id), v_str(t->name), v_i64(s->account)), e);
    if (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK)
        *state = has_row ? arena_dup(a, stmt_str(st, 0)) : STR_NONE;
    stmt_free(st);
    if (rc == OK && !has_row)
        rc = err_set(e, E_NOTFOUND, "you have no import %lld of %.*s", (long long)id,
                     STR_ARG(label_of(t)));
    return rc;
}

struct undo_row {
    int64_t record, before, after;
    struct str content; /* of the version before */
};

struct undo {
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    int64_t import_id;
    const struct undo_row *rows;
    bool *left; /* by row; each is one thread's */
    size_t count;
    atomic_size_t next;
    atomic_llong undone, kept;
    const char *state;
};

static err_t read_undo(const struct undo_row **out, size_t *count, struct db *db,
                       const struct record_type *t, int64_t id, struct arena *a, struct err *e)
{
    VEC(struct undo_row) rows = {0};
    struct stmt *st = NULL;
    bool has_row = false;
    err_t rc = db_query(
        &st, db,
        "SELECT r.record_id, r.version_before, r.version_after, v.content FROM record_import_row r "
        "LEFT JOIN record_version v ON v.type = ?2 AND v.record_id = r.record_id AND v.version = "
        "r.version_before WHERE r.import_id = ?1 AND r.record_id IS NOT NULL AND r.version_before "
        "<> r.version_after ORDER BY r.number",
        VALUES(v_i64(id), v_str(t->name)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row)
        VEC_PUSH(a, &rows,
                 ((struct undo_row){stmt_i64(st, 0), stmt_i64(st, 1), stmt_i64(st, 2),
                                    arena_dup(a, stmt_str(st, 3))}));
    stmt_free(st);
    *out = rows.ptr;
    *count = rows.len;
    return rc;
}

/* The content of a version as a patch that brings it back: every field named, those
 * without value null, sealed numbers opened. */
static err_t restoring_patch(const struct jvalue **out, const struct undo *u, struct str content,
                             struct arena *a, struct err *e)
{
    const struct jvalue *old;
    struct buf b;
    struct jout j;
    err_t rc = jin_parse(&old, content, JIN_REFUSE_DUPLICATES, NULL, a, e);
    if (rc != OK)
        return rc;
    buf_init(&b, 0);
    jout_init(&j, &b);
    jout_object(&j);
    for (size_t i = 0; i < u->type->field_count && rc == OK; i++) {
        const struct field *f = &u->type->fields[i];
        const struct jvalue *v = NULL;
        char number[PERSON_LEN + 1];
        if (f->type == FIELD_COMPUTED)
            continue;
        for (size_t k = 0; k < old->count; k++)
            if (str_eq(old->names[k], f->name))
                v = &old->items[k];
        jout_name_str(&j, f->name);
        if (!v) {
            jout_null(&j);
        } else if (f->type == FIELD_PERSON) {
            if ((rc = person_open(number, u->kernel->keys, v->text, e)) == OK)
                jout_z(&j, number);
        } else {
            jout_value(&j, v);
        }
    }
    jout_end_object(&j);
    if (rc == OK)
        rc = jin_parse(out, arena_dup(a, buf_str(&b)), JIN_REFUSE_DUPLICATES, NULL, a, e);
    buf_clear(&b);
    return rc;
}

static err_t undo_row(struct undo *u, const struct undo_row *row, struct arena *a, struct err *e)
{
    struct written w;
    struct faults faults = {0};
    const struct jvalue *patch;
    struct write_options o = {
        .reason = arena_printf(a, msg(N_("undo of import %lld")), (long long)u->import_id),
        .if_version = row->after,
        .import_id = u->import_id};
    err_t rc;
    if (row->before == 0)
        return record_act(&w, &faults, u->kernel, u->subject, u->type, row->record, STR("end"),
                          NULL, &o, a, e);
    if ((rc = restoring_patch(&patch, u, row->content, a, e)) != OK)
        return rc;
    return record_change(&w, &faults, u->kernel, u->subject, u->type, row->record, patch, &o, a, e);
}

static void *undo_rows(void *arg)
{
    struct undo *u = arg;
    for (size_t i; (i = atomic_fetch_add(&u->next, 1)) < u->count;) {
        struct arena *a = arena_new();
        struct err e;
        u->left[i] = undo_row(u, &u->rows[i], a, &e) != OK;
        if (!u->left[i])
            atomic_fetch_add(&u->undone, 1);
        else
            atomic_fetch_add(&u->kept, 1);
        arena_free(a);
    }
    return NULL;
}

static err_t note_undone(struct db *db, void *arg, struct err *e)
{
    const struct undo *u = arg;
    return db_run(db, "UPDATE record_import SET state = 'undone', kept = ?2 WHERE id = ?1",
                  VALUES(v_i64(u->import_id), v_i64(u->kept)), e);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static const int64_t *left_alone(const struct undo *u, struct arena *a)
{
    int64_t *ids = arena_array(a, u->count + 1, sizeof(*ids));
    size_t n = 0;
    for (size_t i = 0; i < u->count; i++)
        if (u->left[i])
            ids[n++] = u->rows[i].record;
    qsort(ids, n, sizeof(*ids), by_number);
    return ids;
}

err_t sheet_import_undo(struct sheet_undo_outcome *out, struct kernel *k, const struct subject *s,
                        const struct record_type *t, int64_t import_id, struct arena *a,
                        struct err *e)
{
    struct undo u = {.kernel = k, .subject = s, .type = t, .import_id = import_id};
    struct str state;
    struct db *db = NULL;
    pthread_t threads[THREADS];
    size_t started = 0;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc != OK)
        return rc;
    rc = find_import(&state, db, s, t, import_id, a, e);
    if (rc == OK && str_is(state, "undone"))
        rc = err_set(e, E_CONFLICT, "import %lld was undone already", (long long)import_id);
    if (rc == OK && !str_is(state, "finished"))
        rc = err_set(e, E_CONFLICT, "import %lld is not finished, or brought nothing in",
                     (long long)import_id);
    if (rc == OK)
        rc = read_undo(&u.rows, &u.count, db, t, import_id, a, e);
    store_reader_put(k->store, db);
    if (rc != OK)
        return rc;
    u.left = arena_array(a, u.count + 1, sizeof(*u.left));
    while (started < THREADS && started < u.count &&
           pthread_create(&threads[started], NULL, undo_rows, &u) == 0)
        started++;
    if (started == 0)
        undo_rows(&u);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    *out = (struct sheet_undo_outcome){u.undone, u.kept, left_alone(&u, a)};
    return store_write(k->store, note_undone, &u, e);
}

/* --- refused rows ---------------------------------------------------------------------- */

err_t sheet_import_rejects(const char *path, struct kernel *k, const struct subject *s,
                           const struct record_type *t, int64_t import_id, enum lang lang,
                           const char *tmpdir, struct arena *a, struct err *e)
{
    struct db *db = NULL;
    struct stmt *st = NULL;
    struct xlsx_out *x = NULL;
    struct str state, sheet = STR_NONE;
    bool has_row = false, refused = false;
    err_t rc = store_reader_get(&db, k->store, e);
    if (rc != OK)
        return rc;
    if ((rc = find_import(&state, db, s, t, import_id, a, e)) != OK)
        goto done;
    rc =
        db_query(&st, db,
                 "SELECT sheet, row, reason, cells FROM record_import_row WHERE import_id = ?1 AND "
                 "record_id IS NULL ORDER BY sheet, number",
                 VALUES(v_i64(import_id)), e);
    while (rc == OK && (rc = stmt_next(&has_row, st, e)) == OK && has_row) {
        const struct jvalue *cells;
        if (!x || !str_eq(sheet, stmt_str(st, 0))) {
            sheet = arena_dup(a, stmt_str(st, 0));
            if (!x)
                rc = xlsx_out_open(&x, path, arena_cstr(a, sheet), tmpdir, e);
            else
                xlsx_out_sheet(x, arena_cstr(a, sheet));
        }
        if (rc == OK &&
            (rc = jin_parse(&cells, stmt_str(st, 3), JIN_REFUSE_DUPLICATES, NULL, a, e)) == OK) {
            bool header = stmt_i64(st, 1) == 0;
            refused |= !header;
            struct str *row = arena_array(a, cells->count + 1, sizeof(*row));
            for (size_t i = 0; i < cells->count; i++)
                row[i] = cells->items[i].text;
            row[cells->count] =
                header ? str_of(msg_in(lang, N_("Problem"))) : arena_dup(a, stmt_str(st, 2));
            xlsx_out_row(x, row, cells->count + 1, header);
        }
    }
    if (rc == OK && !refused)
        rc = err_set(e, E_NOTFOUND, "import %lld refused no row", (long long)import_id);
done:
    stmt_free(st);
    store_reader_put(k->store, db);
    if (rc != OK) {
        xlsx_out_drop(x);
        return rc;
    }
    return xlsx_out_finish(x, NULL, e);
}

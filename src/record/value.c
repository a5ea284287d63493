/* The table of field types; lists and tables of them; operands of filters. Types of single values
 * are in value_*.c. */
#include "record/value.h"
#include "base/date.h"
#include "base/msg.h"
#include "record/faults.h"
#include "record/scaled.h"
#include "record/value_kind.h"
#include <assert.h>
#include <string.h>

static const struct value_kind *const kinds[FIELD_COMPUTED + 1] = {
    [FIELD_TEXT] = &value_text,         [FIELD_LONG_TEXT] = &value_text,
    [FIELD_INT] = &value_int,           [FIELD_DECIMAL] = &value_number,
    [FIELD_MONEY] = &value_number,      [FIELD_PERCENT] = &value_number,
    [FIELD_DATE] = &value_date,         [FIELD_KNOWN_DATE] = &value_known_date,
    [FIELD_DATETIME] = &value_datetime, [FIELD_PERIOD] = &value_period,
    [FIELD_ENUM] = &value_enum,         [FIELD_BOOL] = &value_bool,
    [FIELD_REF] = &value_ref,           [FIELD_PARTY] = &value_party,
    [FIELD_PERSON] = &value_person,     [FIELD_PHONE] = &value_phone,
    [FIELD_EMAIL] = &value_email,       [FIELD_URL] = &value_url,
    [FIELD_REGION] = &value_region,     [FIELD_IPC] = &value_ipc,
    [FIELD_PATENT] = &value_patent,     [FIELD_FILE] = &value_file,
};

/* The type of a list's items. */
static enum field_type item_type(const struct field *f)
{
    static const struct {
        enum field_type list, item;
    } items[] = {{FIELD_REFS, FIELD_REF},
                 {FIELD_PATENTS, FIELD_PATENT},
                 {FIELD_TEXTS, FIELD_TEXT},
                 {FIELD_FILES, FIELD_FILE}};
    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        if (f->type == items[i].list)
            return items[i].item;
    return f->type == FIELD_COMPUTED ? f->result : f->type;
}

static const struct value_kind *kind_of(const struct field *f)
{
    const struct value_kind *kind = f->type == FIELD_TEXT && f->number ? &value_written
                                    : f->sorts                         ? &value_sorted
                                                                       : kinds[item_type(f)];
    assert(kind); /* a table has none */
    return kind;
}

bool value_is_list(const struct field *f)
{
    return item_type(f) != f->type ? f->type != FIELD_COMPUTED : f->type == FIELD_ENUM && f->many;
}

enum value_order value_order(const struct field *f)
{
    return kind_of(f)->order;
}

size_t value_order_column(const struct field *f)
{
    return kind_of(f)->order_column;
}

size_t value_sort_column(const struct field *f)
{
    return f->sorts ? 1 : value_order_column(f);
}

bool value_is_integer(const struct field *f)
{
    return kind_of(f)->columns[0].integer;
}

bool value_merges(const struct field *f)
{
    return !value_is_list(f) && f->type != FIELD_TABLE && f->type != FIELD_COMPUTED &&
           kind_of(f)->merges;
}

static size_t width_of(const struct field *f)
{
    size_t n = 0;
    if (f->type == FIELD_COMPUTED || f->type == FIELD_TABLE)
        return 0;
    while (n < VALUE_COLUMNS_MAX && kind_of(f)->columns[n].suffix)
        n++;
    return n;
}

size_t value_columns(struct column out[VALUE_COLUMNS_MAX], const struct field *f, struct arena *a)
{
    struct str base = value_is_list(f) ? STR("value") : f->column.len > 0 ? f->column : f->name;
    size_t n = width_of(f);
    for (size_t i = 0; i < n; i++) {
        const char *suffix = kind_of(f)->columns[i].suffix;
        out[i].integer = kind_of(f)->columns[i].integer;
        out[i].name = *suffix ? arena_printf(a, "%.*s_%s", STR_ARG(base), suffix) : base;
    }
    return n;
}

static size_t row_width(const struct field *f)
{
    size_t n = 0;
    if (f->type != FIELD_TABLE)
        return value_is_list(f) ? width_of(f) : 0;
    for (size_t i = 0; i < f->field_count; i++)
        n += width_of(&f->fields[i]);
    return n;
}

size_t value_child_columns(const struct column **out, const struct field *f, struct arena *a)
{
    size_t n = 0, width = row_width(f);
    struct column *columns = arena_array(a, width + VALUE_COLUMNS_MAX, sizeof(*columns));
    *out = columns;
    if (f->type != FIELD_TABLE)
        return value_is_list(f) ? value_columns(columns, f, a) : 0;
    for (size_t i = 0; i < f->field_count; i++)
        n += value_columns(columns + n, &f->fields[i], a);
    return n;
}

/* --- writing ---------------------------------------------------------------------------- */

void value_write(struct jout *j, struct value_writer *w, const struct field *f,
                 const struct value *cols)
{
    const struct value_kind *k = kind_of(f);
    if (cols[0].type == VALUE_NULL && !k->open)
        jout_null(j);
    else
        k->write(j, w, f, cols);
}

static bool is_none(const struct field *f, const struct value *cols)
{
    if (f->type == FIELD_COMPUTED)
        return cols[0].type == VALUE_NULL;
    for (size_t i = 0; i < width_of(f); i++)
        if (cols[i].type != VALUE_NULL && (cols[i].type == VALUE_I64 || cols[i].bytes.len > 0))
            return false;
    return true;
}

/* Fields of a row in the order of their names, as canonical JSON has them. */
static size_t by_name(size_t order[VALUE_FIELDS_MAX], const struct field *f)
{
    size_t n = f->field_count < VALUE_FIELDS_MAX ? f->field_count : VALUE_FIELDS_MAX;
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at > 0 && str_cmp(f->fields[i].name, f->fields[order[at - 1]].name) < 0; at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
    return n;
}

void value_write_rows(struct jout *j, struct value_writer *w, const struct field *f,
                      const struct field_value *v)
{
    size_t order[VALUE_FIELDS_MAX], offset[VALUE_FIELDS_MAX], n = 0;
    if (f->type == FIELD_TABLE) {
        n = by_name(order, f);
        for (size_t i = 0, at = 0; i < n; i++) {
            offset[i] = at;
            at += width_of(&f->fields[i]);
        }
    }
    jout_array(j);
    for (size_t i = 0; i < v->row_count; i++) {
        const struct value *row = v->rows + i * v->row_width;
        if (f->type != FIELD_TABLE) {
            value_write(j, w, f, row);
            continue;
        }
        jout_object(j);
        for (size_t k = 0; k < n; k++) {
            const struct field *part = &f->fields[order[k]];
            if (is_none(part, row + offset[order[k]]))
                continue;
            jout_name_str(j, part->name);
            value_write(j, w, part, row + offset[order[k]]);
        }
        jout_end_object(j);
    }
    jout_end_array(j);
}

/* False: there is none. */
static bool write_given(struct jout *j, const struct field_value *v, struct value_writer *w,
                        const struct field *f)
{
    bool rows = f->type == FIELD_TABLE || value_is_list(f);
    bool given = rows ? v->row_count > 0 : !is_none(f, v->cols);
    if (given && rows)
        value_write_rows(j, w, f, v);
    else if (given)
        value_write(j, w, f, v->cols);
    return given;
}

void value_finish(struct field_value *v, struct value_writer *w, const struct field *f,
                  struct arena *a)
{
    struct jout j;
    jout_own(&j);
    v->given = write_given(&j, v, w, f);
    v->json = buf_take(j.to, a);
}

const struct jvalue *value_made(const struct field_value *v, const struct field *f, struct arena *a)
{
    struct value_writer w = {.view = VIEW_CANONICAL};
    struct jout j;
    jout_init_values(&j, a);
    return write_given(&j, v, &w, f) ? jout_made(&j) : NULL;
}

/* --- reading ---------------------------------------------------------------------------- */

static bool read_one(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    for (size_t i = 0; i < VALUE_COLUMNS_MAX; i++)
        cols[i] = (struct value){.type = VALUE_NULL};
    if (!kind_of(in->f)->read(cols, in, v))
        return false;
    if (cols[0].type == VALUE_STR && cols[0].bytes.len == 0)
        cols[0] = (struct value){.type = VALUE_NULL};
    return true;
}

static bool is_array(const struct reading *in, const struct jvalue *v)
{
    char digits[SCALED_TEXT_MAX];
    const struct field *f = in->f;
    int64_t most =
        f->type == FIELD_TABLE && f->has_max && f->max < VALUE_ITEMS_MAX ? f->max : VALUE_ITEMS_MAX;
    if (v->type != J_ARRAY)
        return value_refuse(in, "type", N_("must be a list"));
    if ((int64_t)v->count > most)
        return value_refuse_with(in, "length", N_("has more than %s rows"),
                                 scaled_write(digits, most, 0));
    if (f->type == FIELD_TABLE && f->has_min && (int64_t)v->count < f->min)
        return value_refuse_with(in, "length", N_("has less than %s rows"),
                                 scaled_write(digits, f->min, 0));
    return true;
}

bool value_same(const struct value *x, const struct value *y)
{
    if (x->type != y->type)
        return false;
    return x->type == VALUE_I64 ? x->i64 == y->i64
                                : str_eq(bytes_str(x->bytes), bytes_str(y->bytes));
}

static bool is_repeated(const struct value *rows, size_t count, size_t width, size_t column,
                        const struct value *cols)
{
    for (size_t i = 0; i < count; i++)
        if (value_same(&rows[i * width + column], &cols[column]))
            return true;
    return false;
}

/* Sets of codes are stored in the order of the type's values, so equal sets have equal columns. */
static void order_codes(struct value *rows, size_t count, const struct field *f)
{
    size_t n = 0;
    for (size_t i = 0; i < f->value_count; i++)
        for (size_t k = n; k < count; k++)
            if (str_eq(f->values[i].code, bytes_str(rows[k].bytes))) {
                struct value swap = rows[n];
                rows[n++] = rows[k];
                rows[k] = swap;
                break;
            }
}

static bool holds(const struct field_value *before, const struct value *cols)
{
    return before && is_repeated(before->rows, before->row_count, before->row_width, 0, cols);
}

/* A code that the set holds already may stay when it is no longer offered. */
static void keep_code(struct reading *item, const struct field_value *before,
                      const struct jvalue *v, struct value *held)
{
    item->before = NULL;
    if (item->f->type != FIELD_ENUM || v->type != J_STRING)
        return;
    held[0] = v_str(str_trim(v->text));
    if (holds(before, held))
        item->before = held;
}

static bool read_list(struct field_value *out, struct reading *in, const struct jvalue *v)
{
    size_t width = row_width(in->f), unique = kind_of(in->f)->order_column;
    bool right = true;
    if (v->type == J_NULL)
        return true;
    if (!is_array(in, v))
        return false;
    struct value *rows = arena_array(in->r->a, v->count * width + VALUE_COLUMNS_MAX, sizeof(*rows));
    for (size_t i = 0; i < v->count; i++) {
        struct value cols[VALUE_COLUMNS_MAX], held[VALUE_COLUMNS_MAX];
        struct reading item = *in;
        item.path = arena_printf(in->r->a, "%.*s[%zu]", STR_ARG(in->path), i);
        keep_code(&item, in->r->before, &v->items[i], held);
        if (!read_one(cols, &item, &v->items[i])) {
            right = false;
            continue;
        }
        if (cols[0].type == VALUE_NULL)
            continue;
        if ((item_type(in->f) != FIELD_TEXT || in->f->choices) &&
            is_repeated(rows, out->row_count, width, unique, cols)) {
            right = value_refuse(&item, "duplicate", N_("it is in the list twice"));
            continue;
        }
        memcpy(rows + out->row_count * width, cols, width * sizeof(*cols));
        out->row_count++;
    }
    if (in->f->type == FIELD_ENUM)
        order_codes(rows, out->row_count, in->f);
    out->rows = rows;
    out->row_width = width;
    return right;
}

static const struct field *part_named(const struct field *f, struct str name)
{
    for (size_t i = 0; i < f->field_count; i++)
        if (str_eq(f->fields[i].name, name) && !f->fields[i].retired)
            return &f->fields[i];
    return NULL;
}

static bool read_part(struct value *cols, const struct reading *row, const struct field *part,
                      const struct jvalue *v)
{
    struct reading in = {.r = row->r, .f = part};
    in.path = arena_printf(row->r->a, "%.*s.%.*s", STR_ARG(row->path), STR_ARG(part->name));
    static const struct jvalue none = {.type = J_NULL};
    if (!read_one(cols, &in, v ? v : &none))
        return false;
    if (part->required && is_none(part, cols))
        return value_refuse(&in, "required", N_("is required"));
    return true;
}

static bool read_row(struct value *row, const struct reading *in, const struct jvalue *v)
{
    bool right = true;
    if (v->type != J_OBJECT)
        return value_refuse(in, "type", N_("must be a row: an object of fields"));
    for (size_t i = 0; i < v->count; i++)
        if (!part_named(in->f, v->names[i])) {
            struct reading part = *in;
            part.path =
                arena_printf(in->r->a, "%.*s.%.*s", STR_ARG(in->path), STR_ARG(v->names[i]));
            right = value_refuse(&part, "unknown", N_("is no field of this kind of record"));
        }
    for (size_t i = 0, at = 0; i < in->f->field_count; i++) {
        const struct field *part = &in->f->fields[i];
        struct value cols[VALUE_COLUMNS_MAX];
        const struct jvalue *given = NULL;
        for (size_t k = 0; k < v->count; k++)
            if (str_eq(v->names[k], part->name) && !part->retired)
                given = &v->items[k];
        right &= read_part(cols, in, part, given);
        memcpy(row + at, cols, width_of(part) * sizeof(*cols));
        at += width_of(part);
    }
    return right;
}

/* The position of a field's first column in a row. */
static size_t part_offset(const struct field *f, struct str name, size_t *column)
{
    size_t at = 0;
    for (size_t i = 0; i < f->field_count; i++) {
        if (str_eq(f->fields[i].name, name)) {
            *column = at + kind_of(&f->fields[i])->order_column;
            return i;
        }
        at += width_of(&f->fields[i]);
    }
    return SIZE_MAX;
}

size_t value_part_column(const struct field *f, struct str name)
{
    size_t column = SIZE_MAX;
    return part_offset(f, name, &column) == SIZE_MAX ? SIZE_MAX : column;
}

/* No two rows with the same row key; a row with a part of its key open is none's
 * double. */
static bool rows_differ(const struct reading *in, const struct field_value *v)
{
    const struct field *f = in->f;
    bool right = true;
    if (f->row_key_count == 0)
        return true;
    for (size_t i = 1; i < v->row_count; i++)
        for (size_t k = 0; k < i; k++) {
            bool equal = true;
            for (size_t n = 0; equal && n < f->row_key_count; n++) {
                size_t column = value_part_column(f, f->row_key[n]);
                const struct value *x = &v->rows[i * v->row_width + column];
                equal = column != SIZE_MAX && x->type != VALUE_NULL &&
                        value_same(x, &v->rows[k * v->row_width + column]);
            }
            if (!equal)
                continue;
            struct reading row = *in;
            char digits[SCALED_TEXT_MAX];
            row.path = arena_printf(in->r->a, "%.*s[%zu]", STR_ARG(in->path), i);
            right = value_refuse_with(&row, "duplicate", N_("repeats row %s"),
                                      scaled_write(digits, (int64_t)k + 1, 0));
            break;
        }
    return right;
}

static bool is_row(const struct field *f, const struct value *x, const struct value *y)
{
    size_t count = f->row_key_count ? f->row_key_count : 1;
    for (size_t n = 0; n < count; n++) {
        size_t column = value_part_column(f, f->row_key_count ? f->row_key[n] : f->fields[0].name);
        if (column == SIZE_MAX || !value_same(&x[column], &y[column]))
            return false;
    }
    return true;
}

size_t value_removed_row(const struct field *f, const struct field_value *before,
                         const struct field_value *now)
{
    for (size_t i = 0; i < before->row_count; i++) {
        bool there = false;
        for (size_t k = 0; !there && k < now->row_count; k++)
            there = is_row(f, &before->rows[i * before->row_width], &now->rows[k * now->row_width]);
        if (!there)
            return i;
    }
    return SIZE_MAX;
}

static bool read_table(struct field_value *out, struct reading *in, const struct jvalue *v)
{
    size_t width = row_width(in->f);
    bool right = true;
    if (v->type == J_NULL)
        return true;
    if (!is_array(in, v))
        return false;
    struct value *rows = arena_array(in->r->a, v->count * width + 1, sizeof(*rows));
    for (size_t i = 0; i < v->count; i++) {
        struct reading row = *in;
        row.path = arena_printf(in->r->a, "%.*s[%zu]", STR_ARG(in->path), i);
        right &= read_row(rows + i * width, &row, &v->items[i]);
    }
    *out = (struct field_value){.rows = rows, .row_count = v->count, .row_width = width};
    return right && rows_differ(in, out);
}

bool value_read(struct field_value *out, struct value_reader *r, const struct field *f,
                struct str path, const struct jvalue *v)
{
    struct value_writer w = {.view = VIEW_CANONICAL};
    struct reading in = {.r = r, .f = f, .path = path};
    bool right;
    *out = (struct field_value){0};
    if (f->type == FIELD_TABLE) {
        right = read_table(out, &in, v);
    } else if (value_is_list(f)) {
        right = read_list(out, &in, v);
    } else {
        in.before = r->before && r->before->given ? r->before->cols : NULL;
        right = read_one(out->cols, &in, v);
    }
    if (right)
        value_finish(out, &w, f, r->a);
    return right;
}

/* --- operands of filters ------------------------------------------------------------------ */

/* "2024", "2024-05", "2024-05-03", "today" → first and last day. */
static bool days_of(struct str *first, struct str *last, const struct reading *in, struct str s)
{
    static const char *const longest[] = {"-01-01", "-01"};
    char text[DATE_TEXT_LEN + 1];
    struct date day;
    if (str_is(s, "today"))
        s = in->r->today;
    if (date_parse(&day, s)) {
        *first = *last = s;
        return true;
    }
    bool year = s.len == 4;
    struct str from = arena_printf(in->r->a, "%.*s%s", STR_ARG(s), longest[!year]);
    if ((!year && s.len != 7) || !date_parse(&day, from))
        return value_refuse(in, "format",
                            N_("must be a day, month or year, like 2026-11-20 or 2026"));
    if (year || day.month == 12)
        day = (struct date){day.year + 1, 1, 1};
    else
        day.month++;
    day = date_from_days(date_to_days(day) - 1);
    date_format(text, day);
    *first = from;
    *last = arena_dup(in->r->a, str_of(text));
    return true;
}

#define CHINA_OFFSET_MS INT64_C(28800000) /* days begin at 00:00 +08:00 */
#define DAY_MS INT64_C(86400000)

static int64_t begin_of(struct str day)
{
    struct date d = {0};
    return date_parse(&d, day) ? date_to_days(d) * DAY_MS - CHINA_OFFSET_MS : 0;
}

bool value_operand(struct value *low, struct value *high, struct value_reader *r,
                   const struct field *f, struct str text)
{
    struct value cols[VALUE_COLUMNS_MAX], held[VALUE_COLUMNS_MAX] = {v_str(text)};
    struct field loose = *f; /* a filter may ask beyond what the field may hold */
    struct reading in = {.r = r, .f = &loose, .path = f->name};
    enum field_type t = item_type(f);
    struct str first = STR_NONE, last = STR_NONE;

    loose.has_min = loose.has_max = false;
    loose.min_date = loose.max_date = loose.pattern = loose.level = STR_NONE;
    if (value_order(f) == ORDER_CODE)
        in.before = held; /* values that are no longer offered are found too */
    bool is_no = t == FIELD_KNOWN_DATE && str_is(text, "no");
    if ((value_order(f) == ORDER_DATE || value_order(f) == ORDER_PERIOD) && !is_no) {
        if (!days_of(&first, &last, &in, text))
            return false;
        *low = v_str(first);
        *high = v_str(last);
        return true;
    }
    if (t == FIELD_DATETIME && text.len <= DATE_TEXT_LEN) {
        if (!days_of(&first, &last, &in, text))
            return false;
        *low = v_i64(begin_of(first));
        *high = v_i64(begin_of(last) + DAY_MS - 1);
        return true;
    }
    struct jvalue v = {.type = t == FIELD_INT || t == FIELD_REF ? J_NUMBER : J_STRING,
                       .text = text};
    if (t == FIELD_BOOL)
        v.type = str_is(text, "true") ? J_TRUE : str_is(text, "false") ? J_FALSE : J_STRING;
    if (is_no)
        v.type = J_FALSE;
    if (t == FIELD_FILE) { /* found by its name */
        *low = *high = v_str(value_clean(text, r->a));
        return true;
    }
    if (!read_one(cols, &in, &v))
        return false;
    *low = *high = cols[kind_of(f)->order_column];
    return true;
}

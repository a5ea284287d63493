/* Columns and cells of a type's workbook. What differs between types of fields is
 * in two switches, one for each direction, and nowhere else; checking is left to
 * the kernel, which knows one way to judge a value whatever it came from. */
#include "record/sheet.h"
#include "base/date.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "model/normal.h"
#include "record/value.h"
#include "text/cell_text.h"
#include "text/unicode.h"
#include <ctype.h>
#include <stdio.h>

#define TAB_CHARACTERS 31
#define DIGEST_MARK " sha256:"

typedef VEC(struct sheet_column) column_vec;

static struct str tab_name(struct str label, struct arena *a)
{
    char *name = arena_alloc(a, label.len + 1);
    size_t at = 0, len = 0, characters = 0;
    while (at < label.len && characters < TAB_CHARACTERS) {
        size_t from = at;
        utf8_next(label, &at);
        characters++;
        if (at - from == 1 && strchr("[]:*?/\\'", label.ptr[from]))
            continue;
        memcpy(name + len, label.ptr + from, at - from);
        len += at - from;
    }
    return (struct str){name, len};
}

static bool label_repeats(const struct field *fields, size_t count, size_t i, enum lang lang)
{
    for (size_t k = 0; k < count; k++)
        if (k != i &&
            str_eq(sheet_label(fields[k].label, lang), sheet_label(fields[i].label, lang)))
            return true;
    return false;
}

static void add_field(column_vec *to, const struct field *fields, size_t count, size_t i,
                      enum lang lang, struct arena *a)
{
    const struct field *f = &fields[i];
    struct str header = sheet_label(f->label, lang);
    if (label_repeats(fields, count, i, lang))
        header = arena_printf(a, "%.*s (%.*s)", STR_ARG(header), STR_ARG(f->name));
    if (f->type != FIELD_PERIOD) {
        VEC_PUSH(a, to, ((struct sheet_column){SHEET_VALUE, f, header}));
        return;
    }
    VEC_PUSH(
        a, to,
        ((struct sheet_column){
            SHEET_FROM, f, arena_printf(a, "%.*s %s", STR_ARG(header), msg_in(lang, N_("from")))}));
    VEC_PUSH(
        a, to,
        ((struct sheet_column){
            SHEET_TO, f, arena_printf(a, "%.*s %s", STR_ARG(header), msg_in(lang, N_("until")))}));
}

static void add_system(column_vec *to, enum sheet_part part, const char *sentence, enum lang lang,
                       struct arena *a)
{
    VEC_PUSH(a, to, ((struct sheet_column){part, NULL, str_of(msg_in(lang, sentence))}));
}

size_t sheets_of(const struct sheet **out, const struct record_type *t, enum lang lang, bool system,
                 struct arena *a)
{
    VEC(struct sheet) sheets = {0};
    column_vec main = {0};
    if (system) {
        add_system(&main, SHEET_ID, N_("Record id"), lang, a);
        add_system(&main, SHEET_VERSION, N_("Version"), lang, a);
        if (t->state_count > 1)
            add_system(&main, SHEET_STATE, N_("State"), lang, a);
    }
    for (size_t i = 0; i < t->field_count; i++)
        if (field_is_given(&t->fields[i]) && t->fields[i].type != FIELD_TABLE &&
            !t->fields[i].retired)
            add_field(&main, t->fields, t->field_count, i, lang, a);
    VEC_PUSH(a, &sheets,
             ((struct sheet){NULL, tab_name(sheet_label(t->label, lang), a), main.ptr, main.len}));
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        column_vec columns = {0};
        if (f->type != FIELD_TABLE || f->retired)
            continue;
        add_system(&columns, SHEET_RECORD, N_("Belongs to"), lang, a);
        for (size_t k = 0; k < f->field_count; k++)
            add_field(&columns, f->fields, f->field_count, k, lang, a);
        VEC_PUSH(a, &sheets,
                 ((struct sheet){f, tab_name(sheet_label(f->label, lang), a), columns.ptr,
                                 columns.len}));
    }
    *out = sheets.ptr;
    return sheets.len;
}

#define ROWS_OF_A_TABLE 3 /* that have columns of their own, where no enum tells them apart */

const struct field *sheet_role(const struct field *table)
{
    for (size_t i = 0; i < table->field_count; i++)
        if (table->fields[i].type == FIELD_ENUM && !table->fields[i].many)
            return &table->fields[i];
    return NULL;
}

static struct str row_header(const struct field *table, size_t n, const struct field *f,
                             enum lang lang, struct arena *a)
{
    const struct field *role = sheet_role(table);
    struct str word =
        role ? sheet_label(role->values[n].label, lang)
             : arena_printf(a, "%.*s %zu", STR_ARG(sheet_label(table->label, lang)), n + 1);
    return arena_printf(a, "%.*s %.*s", STR_ARG(word), STR_ARG(sheet_label(f->label, lang)));
}

static void add_rows(column_vec *to, const struct field *table, enum lang lang, struct arena *a)
{
    const struct field *role = sheet_role(table);
    enum lang other = lang == LANG_ZH ? LANG_EN : LANG_ZH;
    for (size_t n = 0; n < (role ? role->value_count : ROWS_OF_A_TABLE); n++) {
        struct str row = role ? role->values[n].code : arena_printf(a, "%zu", n + 1);
        for (size_t i = 0; i < table->field_count; i++) {
            const struct field *f = &table->fields[i];
            if (f == role || f->type == FIELD_PERIOD)
                continue;
            VEC_PUSH(a, to,
                     ((struct sheet_column){.part = SHEET_VALUE,
                                            .field = f,
                                            .header = row_header(table, n, f, lang, a),
                                            .other = row_header(table, n, f, other, a),
                                            .path = arena_printf(a, "%.*s[%.*s].%.*s",
                                                                 STR_ARG(table->name), STR_ARG(row),
                                                                 STR_ARG(f->name)),
                                            .table = table,
                                            .row = row}));
        }
    }
}

struct sheet sheet_of_registers(const struct record_type *t, enum lang lang, struct arena *a)
{
    column_vec columns = {0};
    for (size_t i = 0; i < t->field_count; i++) {
        const struct field *f = &t->fields[i];
        if (f->retired || !field_is_given(f))
            continue;
        if (f->type == FIELD_PERIOD)
            VEC_PUSH(a, &columns,
                     ((struct sheet_column){
                         .part = SHEET_TERM,
                         .field = f,
                         .header = sheet_label(f->label, lang),
                         .other = sheet_label(f->label, lang == LANG_ZH ? LANG_EN : LANG_ZH),
                         .path = f->name}));
        if (f->type == FIELD_TABLE)
            add_rows(&columns, f, lang, a);
    }
    return (struct sheet){.columns = columns.ptr, .column_count = columns.len};
}

const struct sheet_column *sheet_find(const struct sheet *sheet, struct str header)
{
    struct str text = str_trim(header);
    for (size_t i = 0; i < sheet->column_count; i++)
        if (str_eq(sheet->columns[i].header, text))
            return &sheet->columns[i];
    for (size_t i = 0; i < sheet->column_count; i++) {
        const struct sheet_column *c = &sheet->columns[i];
        if (c->path.len && (str_eq(c->path, text) || str_eq(c->other, text)))
            return c;
        if (c->part == SHEET_VALUE && !c->path.len &&
            (str_eq(c->field->name, text) || str_eq(c->field->label.zh, text) ||
             str_eq_nocase(c->field->label.en, text)))
            return c;
    }
    return NULL;
}

/* "1" and the text are an amount: of text folded. */
static bool is_unit(struct str text, struct arena *a)
{
    struct amount m;
    return text.len && !is_digit(text.ptr[0]) && text.ptr[0] != '.' && text.ptr[0] != ',' &&
           value_amount(&m, arena_join(a, STR("1"), text), a);
}

struct str sheet_unit(struct str text, bool ends, struct arena *a)
{
    static const char *const marks[] = {" ", "(", "[", "/", ",", ":", "_", "-", "单位", NULL};
    struct buf b = {0};
    unicode_fold(&b, text);
    struct str s = str_trim(buf_take(&b, a));
    for (const char *const *m = marks; *m;) {
        struct str mark = str_of(*m);
        bool is = str_starts(s, mark);
        s = is ? (struct str){s.ptr + mark.len, s.len - mark.len} : s;
        m = is ? marks : m + 1;
    }
    if (ends && (str_ends(s, STR(")")) || str_ends(s, STR("]"))))
        s.len--;
    for (size_t end = s.len; end > 0; end--)
        if ((end == s.len || strchr(ends ? "," : " ,;)]", s.ptr[end]) ||
             str_starts((struct str){s.ptr + end, s.len - end}, STR("、"))) &&
            is_unit((struct str){s.ptr, end}, a))
            return str_trim((struct str){s.ptr, end});
    return STR_NONE;
}

const struct sheet_column *sheet_find_amount(struct str *unit, const struct sheet *sheet,
                                             struct str header, struct arena *a)
{
    for (size_t at = 0; at < header.len;) {
        (void)utf8_next(header, &at);
        const struct sheet_column *c = sheet_find(sheet, (struct str){header.ptr, at});
        if (c && c->field && c->field->type == FIELD_MONEY &&
            (*unit = sheet_unit(str_range(header.ptr + at, header.ptr + header.len), true, a)).len)
            return c;
    }
    return NULL;
}

/* --- value → cell ---------------------------------------------------------------- */

static void one_cell(struct buf *to, const struct field *f, const struct jvalue *v, enum lang lang,
                     struct str programme)
{
    if (v->type == J_TRUE || v->type == J_FALSE) {
        buf_addz(to, msg_in(lang, v->type == J_TRUE ? N_("yes") : N_("no")));
    } else if (v->type == J_OBJECT) { /* a file */
        buf_add(to, jin_text(v, "name"));
        buf_addz(to, DIGEST_MARK);
        buf_add(to, jin_text(v, "digest"));
    } else if (f->value_count) {
        buf_add(to, sheet_label(field_word(f, v->text, programme), lang));
    } else if (f->type == FIELD_REGION) { /* read back by its code */
        buf_addf(to, "%.*s %.*s", STR_ARG(v->text), STR_ARG(region_name(v->text)));
    } else {
        buf_add(to, v->text);
    }
}

static bool has_lines(const struct jvalue *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].type == J_STRING &&
            memchr(list->items[i].text.ptr, '\n', list->items[i].text.len))
            return true;
    return false;
}

static void list_cell(struct buf *to, const struct field *f, const struct jvalue *v, enum lang lang,
                      struct str programme)
{
    struct jout j;
    if (!has_lines(v)) {
        for (size_t i = 0; i < v->count; i++) {
            if (i)
                buf_addc(to, '\n');
            one_cell(to, f, &v->items[i], lang, programme);
        }
        return;
    }
    jout_init(&j, to);
    jout_array(&j);
    for (size_t i = 0; i < v->count; i++)
        jout_str(&j, v->items[i].text);
    jout_end_array(&j);
}

void sheet_cell(struct buf *to, const struct sheet_column *c, const struct jvalue *value,
                enum lang lang, struct str programme)
{
    if (!value || value->type == J_NULL)
        return;
    if (c->part == SHEET_FROM || c->part == SHEET_TO) {
        buf_add(to, jin_text(value, c->part == SHEET_FROM ? "from" : "to"));
    } else if (!c->field) {
        buf_add(to, value->text);
    } else if (value->type == J_ARRAY) {
        list_cell(to, c->field, value, lang, programme);
    } else {
        one_cell(to, c->field, value, lang, programme);
    }
}

/* --- cell → value ---------------------------------------------------------------- */

/* "√" and "无" as registers write them. */
static bool is_among(struct str cell, const char *const *words)
{
    for (; *words; words++)
        if (str_is(cell, *words))
            return true;
    return false;
}

static const char *const yes[] = {"true", "1", "√", "✓", "有", NULL};
static const char *const no[] = {"false", "0", "×", "✗", "无", NULL};

static bool is_word(struct str cell, const char *sentence)
{
    return str_eq(cell, str_of(msg_in(LANG_ZH, sentence))) ||
           str_eq_nocase(cell, str_of(msg_in(LANG_EN, sentence)));
}

static bool is_whole(struct str s)
{
    size_t at = s.len && s.ptr[0] == '-';
    if (at == s.len || s.len > 19 || (s.ptr[at] == '0' && s.len > at + 1))
        return false; /* JSON has no leading zeros */
    for (; at < s.len; at++)
        if (!isdigit((unsigned char)s.ptr[at]))
            return false;
    return true;
}

/* The days that a bare number may be: 1954-10-03 to 2119-01-24. */
#define SERIAL_FROM 20000
#define SERIAL_END 80000

/* "2026/1/5", "2026.01.05", "2026年1月5日" and "2026-01-05 00:00:00" as Excel and
 * people write them, and the number that Excel keeps of a day; anything else as it is. */
static struct str iso_date(struct str s, struct arena *a)
{
    int year, month, day, used = 0;
    const char *text = arena_cstr(a, s);
    char of_serial[CELL_DATE_MAX];
    int64_t serial;
    if (str_to_i64(&serial, s) && serial >= SERIAL_FROM && serial < SERIAL_END)
        return arena_dup(a, (struct str){of_serial, cell_date(of_serial, (double)serial, false)});
    static const char *const forms[] = {"%4d-%2d-%2d%n", "%4d/%2d/%2d%n", "%4d.%2d.%2d%n",
                                        "%4d年%2d月%2d日%n"};
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        used = 0;
        if (sscanf(text, forms[i], &year, &month, &day, &used) == 3 && used > 0 && year > 0 &&
            month > 0 && day > 0 && (!text[used] || strcmp(text + used, " 00:00:00") == 0))
            return arena_printf(a, "%04d-%02d-%02d", year, month, day);
    }
    return s;
}

/* "1,234.50", "￥1234.5", "12.5%": without what only dresses the number. */
static struct str bare_number(struct str s, struct arena *a)
{
    static const char *const dress[] = {",", "，", "¥", "￥", "%", "％", "元", " "};
    char *to = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        size_t skip = 0;
        for (size_t i = 0; i < sizeof(dress) / sizeof(dress[0]) && !skip; i++)
            if (str_starts((struct str){s.ptr + at, s.len - at}, str_of(dress[i])))
                skip = strlen(dress[i]);
        if (skip) {
            at += skip;
            continue;
        }
        to[len++] = s.ptr[at++];
    }
    return (struct str){to, len};
}

static void file_value(struct jout *to, struct str cell)
{
    size_t mark = strlen(DIGEST_MARK);
    for (size_t at = cell.len; at-- > 0;)
        if (str_starts((struct str){cell.ptr + at, cell.len - at}, str_of(DIGEST_MARK))) {
            jout_object(to);
            jout_pair_str(to, "digest", (struct str){cell.ptr + at + mark, cell.len - at - mark});
            jout_pair_str(to, "name", (struct str){cell.ptr, at});
            jout_end_object(to);
            return;
        }
    jout_str(to, cell);
}

/* A list's word for a cell that says more or less than it: "技术转让" is "转让", "质押" "质押融资".
 * The longest shared word counts, and none where two are as long or the cell denies it ("不太满意"). */
struct str sheet_word(const struct field *f, struct str cell)
{
    struct str code = field_code(f, cell);
    static const char *const denials[] = {"不", "非", "未", "无", NULL};
    size_t best = 0, found = 0;
    if (field_value(f, code) || utf8_length(cell) < 2)
        return code;
    for (size_t i = 0; i < f->value_count; i++) {
        struct str word = f->values[i].label.zh;
        size_t same = str_contains(cell, word) ? word.len : str_contains(word, cell) ? cell.len : 0;
        for (const char *const *d = denials; *d; d++)
            same = str_contains(cell, str_of(*d)) == str_contains(word, str_of(*d)) ? same : 0;
        found = same > best ? 1 : found + (same && same == best);
        if (same > best)
            code = f->values[i].code;
        best = same > best ? same : best;
    }
    return found == 1 ? code : cell;
}

static void one_value(struct jout *to, const struct field *f, struct str cell, struct arena *a)
{
    struct str id =
        cell.len && cell.ptr[0] == '#' ? (struct str){cell.ptr + 1, cell.len - 1} : cell;
    switch (f->type) {
    case FIELD_INT:
        if (is_whole(cell))
            jout_raw(to, cell);
        else
            jout_str(to, cell);
        break;
    case FIELD_REF:
    case FIELD_REFS:
        if (is_whole(id))
            jout_raw(to, id);
        else
            jout_str(to, cell);
        break;
    case FIELD_BOOL:
        if (is_word(cell, N_("yes")) || is_among(cell, yes))
            jout_bool(to, true);
        else if (is_word(cell, N_("no")) || is_among(cell, no))
            jout_bool(to, false);
        else
            jout_str(to, cell);
        break;
    case FIELD_KNOWN_DATE:
        if (is_word(cell, N_("no")) || str_is(cell, "false"))
            jout_bool(to, false);
        else
            jout_str(to, iso_date(cell, a));
        break;
    case FIELD_DATE:
        jout_str(to, iso_date(cell, a));
        break;
    case FIELD_DECIMAL:
    case FIELD_PERCENT:
        jout_str(to, bare_number(cell, a));
        break;
    case FIELD_ENUM:
        jout_str(to, sheet_word(f, cell));
        break;
    case FIELD_REGION:
        jout_str(to, (struct str){cell.ptr, str_find(cell, STR(" "), 0)});
        break;
    case FIELD_FILE:
    case FIELD_FILES:
        file_value(to, cell);
        break;
    case FIELD_MONEY:
    case FIELD_TEXT:
    case FIELD_LONG_TEXT:
    case FIELD_DATETIME:
    case FIELD_PERIOD:
    case FIELD_PARTY:
    case FIELD_PERSON:
    case FIELD_PHONE:
    case FIELD_EMAIL:
    case FIELD_URL:
    case FIELD_IPC:
    case FIELD_PATENT:
    case FIELD_PATENTS:
    case FIELD_TEXTS:
    case FIELD_TABLE:
    case FIELD_COMPUTED:
        jout_str(to, cell);
        break;
    }
}

static bool is_list(const struct field *f)
{
    return f->many || f->type == FIELD_REFS || f->type == FIELD_PATENTS || f->type == FIELD_TEXTS ||
           f->type == FIELD_FILES;
}

/* A list that list_cell wrote as JSON, because an item has lines. */
static bool json_list(struct jout *to, struct str cell, struct arena *a)
{
    const struct jvalue *v;
    if (cell.len == 0 || cell.ptr[0] != '[' || jin_parse(&v, cell, a, NULL) != OK ||
        v->type != J_ARRAY || !has_lines(v))
        return false;
    jout_raw(to, cell);
    return true;
}

static void list_value(struct jout *to, const struct field *f, struct str cell, struct arena *a)
{
    if (json_list(to, cell, a))
        return;
    jout_array(to);
    for (size_t at = 0; at <= cell.len;) {
        const char *end = memchr(cell.ptr + at, '\n', cell.len - at);
        size_t len = end ? (size_t)(end - cell.ptr) - at : cell.len - at;
        struct str item = str_trim((struct str){cell.ptr + at, len});
        if (item.len)
            one_value(to, f, item, a);
        at += len + 1;
    }
    jout_end_array(to);
}

bool sheet_value(struct jout *to, const struct sheet_column *c, struct str cell, struct arena *a)
{
    if (cell.len == 0) {
        jout_null(to);
        return true;
    }
    if (c->field->type == FIELD_PERSON && memchr(cell.ptr, '*', cell.len))
        return false;
    if (is_list(c->field))
        list_value(to, c->field, cell, a);
    else
        one_value(to, c->field, cell, a);
    return true;
}

void sheet_term(struct jout *to, struct str cell, struct arena *a)
{
    static const char *const marks[] = {"至", "到", "—", "–", "~", "～", "-"};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        for (size_t at = 0, len = strlen(marks[i]);
             (at = str_find(cell, str_of(marks[i]), at)) < cell.len; at += len) {
            struct str from = iso_date(str_trim((struct str){cell.ptr, at}), a);
            struct str until = str_trim(str_range(cell.ptr + at, cell.ptr + cell.len));
            while (str_starts(until, str_of(marks[i])))
                until = str_trim(str_range(until.ptr + len, until.ptr + until.len));
            struct date d;
            until = iso_date(until, a);
            if (date_parse(&d, from) && date_parse(&d, until)) {
                sheet_period(to, from, until);
                return;
            }
        }
    jout_str(to, cell);
}

void sheet_period(struct jout *to, struct str from, struct str until)
{
    if (!from.len && !until.len) {
        jout_null(to);
        return;
    }
    jout_object(to);
    jout_pair(to, "from", from);
    jout_pair(to, "to", until);
    jout_end_object(to);
}

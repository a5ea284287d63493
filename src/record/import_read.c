/* A workbook becomes bodies. The rows of all sheets are read first, because the rows of a
 * table field stand on a later sheet than the record they belong to. */
#include "base/utf8.h"
#include "record/import_priv.h"
#include "record/value.h"
#include "text/book.h"
#include "text/markup.h"
#include "text/xls.h"

#define ROWS_MAX 100000 /* of one workbook: they are in memory; a centre has some thousand */
#define SAMPLES 50      /* rows that tell what a column is */
#define HEADER_ROWS 20  /* among which the header is looked for */

void import_reading_init(struct reading *r, const struct record_type *t, enum lang lang,
                         struct arena *a)
{
    *r = (struct reading){.type = t, .a = a, .lang = lang, .names = map_new(0)};
    r->sheet_count = sheets_of(&r->sheets, t, lang, true, a);
    r->registers = sheet_of_registers(t, lang, a);
    r->seen = arena_array(a, r->sheet_count, sizeof(*r->seen));
    memset(r->seen, 0, r->sheet_count * sizeof(*r->seen));
}

void import_reading_clear(struct reading *r)
{
    map_free(r->names);
}

static struct str cell_at(const struct row *row, size_t i)
{
    return i < row->count ? row->cells[i].text : STR_NONE;
}

static void note(struct reading *r, int64_t row, struct str text)
{
    VEC_PUSH(r->a, &r->notes, ((struct sheet_reject){r->name, row, text}));
}

/* "单位：万元" above the header. Of another currency's money it is kept too: no amount is read in it. */
static void take_unit(struct reading *r, const struct row *row)
{
    const struct str word = STR("单位");
    for (size_t i = 0; i < row->count; i++) {
        struct str rest = row->cells[i].text, said = STR_NONE;
        for (size_t at; (at = str_find(rest, word, 0)) < rest.len;) /* the last of the cell */
            rest = said = str_range(rest.ptr + at + word.len, rest.ptr + rest.len);
        struct str unit = sheet_unit(said, false, r->a);
        if (unit.len || str_ends(str_trim(said), STR("元")))
            r->unit = unit.len ? unit : arena_dup(r->a, said);
    }
}

/* A header that the request maps says its unit in any words; one that cannot be read is that of no amount. */
static struct str mapped_unit(struct str header, struct arena *a)
{
    static const char *const large[] = {"万", "亿", "千"};
    struct str unit = STR_NONE;
    for (size_t at = 0; at < header.len && !unit.len; (void)utf8_next(header, &at))
        unit = sheet_unit(str_range(header.ptr + at, header.ptr + header.len), true, a);
    for (size_t i = 0; i < ARRAY_LEN(large); i++)
        if (!str_contains(unit, str_of(large[i])) && str_contains(header, str_of(large[i])))
            return header;
    return unit;
}

const struct sheet_column *import_column(const struct reading *r, struct str header)
{
    const struct sheet_column *c = sheet_find(&r->sheets[r->at], header);
    return c || r->at ? c : sheet_find(&r->registers, header);
}

/* How many cells of a row are headers of the sheet at hand, which are r->columns then; those that the request maps
 * to columns are replaced. The others into *unknown. */
static size_t header_cells(header_list *unknown, struct row *row, struct reading *r)
{
    struct cell *cells = arena_array(r->a, row->count + 1, sizeof(*cells));
    size_t known = 0;
    r->columns = arena_array(r->a, row->count + 1, sizeof(*r->columns));
    r->units = arena_array(r->a, row->count + 1, sizeof(*r->units));
    r->told = arena_array(r->a, row->count + 1, sizeof(*r->told));
    for (size_t i = 0; i < row->count; i++) {
        struct str text = str_trim(row->cells[i].text), header = text, unit = STR_NONE;
        const struct sheet_column *c = import_column(r, text);
        if (!c)
            c = sheet_find_amount(&unit, &r->sheets[r->at], text, r->a);
        for (size_t k = 0; k < r->options->map_count; k++) {
            struct str to = r->options->maps[k];
            if (!str_eq(str_split(&to, STR("=")), text))
                continue;
            c = import_column(r, to);
            text = c ? c->header : to;
            unit = mapped_unit(header, r->a);
            break;
        }
        bool money = c && c->field && c->field->type == FIELD_MONEY;
        r->columns[i] = c;
        r->told[i] = false;
        r->units[i] = !money ? STR_NONE : unit.len ? unit : r->unit;
        if (r->units[i].len) { /* refused rows keep it in their header */
            text = arena_printf(r->a, "%.*s（%.*s）", STR_ARG(c->header), STR_ARG(r->units[i]));
            note(r, row->number,
                 arena_printf(r->a, msg_in(r->lang, N_("'%.*s' is read in %.*s")), STR_ARG(header),
                              STR_ARG(r->units[i])));
        }
        cells[i] = (struct cell){.text = text};
        known += c != NULL;
        if (!c && text.len && !str_eq(text, str_of(msg_in(LANG_ZH, N_("Problem")))) &&
            !str_eq(text, str_of(msg_in(LANG_EN, N_("Problem")))))
            VEC_PUSH(r->a, unknown,
                     ((struct sheet_reject){r->name, row->number, arena_dup(r->a, text)}));
    }
    row->cells = cells;
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
    r->column_count = row->count;
    for (size_t i = 0; i < row->count; i++)
        for (size_t k = 0; k < i; k++)
            if (r->columns[i] && r->columns[k] == r->columns[i])
                return err_set(e, E_INVALID, "sheet %.*s: two columns are named '%.*s'",
                               STR_ARG(r->name), STR_ARG(r->columns[i]->header));
    r->seen[r->at] = true;
    for (size_t n = 1; n < r->sheet_count; n++)
        for (size_t i = 0; i < row->count; i++)
            r->seen[n] |= r->columns[i] && r->columns[i]->table == r->sheets[n].table;
    VEC_PUSH(r->a, &r->headers, ((struct header){r->name, keep_cells(r, row), row->count}));
    return OK;
}

static void add_member(struct jout *j, const struct reading *r, const struct row *row, size_t i)
{
    const struct sheet_column *c = r->columns[i];
    struct str cell = cell_at(row, i), other = STR_NONE;
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
    if (c->part == SHEET_TERM) {
        jout_name_str(j, c->field->name);
        sheet_term(j, str_trim(cell), r->a);
        return;
    }
    if (c->field->numbered.len && !str_trim(cell).len)
        return; /* the record keeps its number, or is given one */
    jout_own(&one);
    if (sheet_value(&one, c, cell, r->a)) {
        jout_name_str(j, c->field->name);
        jout_raw(j, buf_str(one.to));
    }
    buf_clear(one.to);
}

/* The members of a row's own fields, as "{…}". */
static struct str row_object(const struct reading *r, const struct row *row)
{
    struct jout j;
    jout_open(&j);
    for (size_t i = 0; i < r->column_count; i++)
        if (r->columns[i] && r->columns[i]->field && !r->columns[i]->table)
            add_member(&j, r, row, i);
    return jout_take(&j, r->a);
}

static bool is_of(const struct sheet_column *c, const struct sheet_column *row)
{
    return c && c->table && c->table == row->table && str_eq(c->row, row->row);
}

/* The rows of tables that stand on the main sheet, each from its first column on; those without a cell are none. */
static void take_register_rows(struct reading *r, struct item *item, const struct row *row)
{
    for (size_t i = 0; i < r->column_count; i++) {
        const struct sheet_column *c = r->columns[i];
        bool first = c && c->table, any = false;
        for (size_t k = 0; k < i; k++)
            first &= !first || !is_of(r->columns[k], c);
        if (!first)
            continue;
        struct jout j;
        jout_open(&j);
        if (sheet_role(c->table)) {
            jout_name_str(&j, sheet_role(c->table)->name);
            jout_str(&j, c->row);
        }
        for (size_t k = i; k < r->column_count; k++)
            if (is_of(r->columns[k], c)) {
                any |= str_trim(cell_at(row, k)).len > 0;
                add_member(&j, r, row, k);
            }
        struct str object = jout_take(&j, r->a);
        for (size_t n = 1; any && n < r->sheet_count; n++)
            if (r->sheets[n].table == c->table)
                VEC_PUSH(r->a, &item->tables[n], object);
    }
}

static bool whole_number(int64_t *out, struct str cell)
{
    if (cell.len && cell.ptr[0] == '#')
        cell = (struct str){cell.ptr + 1, cell.len - 1};
    return str_to_i64(out, cell) && *out > 0;
}

/* Behind the rows that speak of the same record: they are written one after the other, in
 * the order of the file. */
static void follow(struct reading *r, size_t index, size_t earlier)
{
    struct item *item = &r->items.ptr[index];
    if (item->follows)
        return;
    struct item *first = &r->items.ptr[r->items.ptr[earlier].first];
    r->items.ptr[first->last].next = index;
    first->last = index;
    item->first = r->items.ptr[earlier].first;
    item->follows = true;
}

/* An earlier row has the same value of a unique field. The later row would overwrite its record, so it is refused. */
static void refuse_again(struct reading *r, size_t index, size_t earlier)
{
    struct item *item = &r->items.ptr[index];
    struct label label = item->unique->label;
    item->outcome = ROW_REJECTED;
    item->reason = arena_printf(r->a, msg_in(r->lang, N_("%.*s: row %lld has '%.*s' too")),
                                STR_ARG(sheet_label(label, r->lang)),
                                (long long)r->items.ptr[earlier].row, STR_ARG(item->key));
}

/* Under its row, its id and its key; the first of a name stays. */
static void name_record(struct reading *r, size_t index)
{
    const struct item *item = &r->items.ptr[index];
    struct str names[] = {arena_printf(r->a, "row %lld", (long long)item->row),
                          item->id ? arena_printf(r->a, "#%lld", (long long)item->id) : STR_NONE,
                          item->key.len ? arena_printf(r->a, "=%.*s", STR_ARG(item->key))
                                        : STR_NONE};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        bool added = false;
        if (!names[i].len)
            continue;
        uint64_t *at = map_put(r->names, names[i], &added);
        if (added)
            *at = index;
        else if (i == 2 && item->unique)
            refuse_again(r, index, *at);
        else if (i > 0)
            follow(r, index, *at);
    }
}

static struct item *take_record(struct reading *r, const struct row *row)
{
    struct item item = {.sheet = r->name,
                        .row = row->number,
                        .cells = keep_cells(r, row),
                        .cell_count = row->count,
                        .body = row_object(r, row),
                        .first = r->items.len,
                        .last = r->items.len,
                        .next = SIZE_MAX};
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
        if (c->part == SHEET_STATE)
            item.state = arena_dup(r->a, cell);
        item.numbered |= c->field && c->field->numbered.len && str_trim(cell).len;
        if (c->field && !c->table && r->type->key_count == 1 &&
            str_eq(c->field->name, r->type->key[0])) {
            item.key = arena_dup(r->a, cell);
            item.unique = NULL;
        } else if (c->field && !c->table && c->field->unique && !item.key.len) {
            item.key = arena_dup(r->a, cell);
            item.unique = c->field;
        }
    }
    take_register_rows(r, &item, row);
    VEC_PUSH(r->a, &r->items, item);
    name_record(r, r->items.len - 1);
    return &r->items.ptr[r->items.len - 1];
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

/* The record that it belongs to; NULL: there is none. */
static struct item *take_table_row(struct reading *r, const struct row *row)
{
    struct str belongs = STR_NONE;
    for (size_t i = 0; i < r->column_count; i++)
        if (r->columns[i] && r->columns[i]->part == SHEET_RECORD)
            belongs = str_trim(cell_at(row, i));
    struct item *item = belongs.len ? find_record(r, belongs) : NULL;
    if (item) {
        VEC_PUSH(r->a, &item->tables[r->at], row_object(r, row));
        return item;
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
    return NULL;
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

/* Names of records in a cell, one a line, become ids, names of files digests. *problem: what is wrong with the
 * first that is wrong. */
static err_t take_names(struct str *cell, struct str *problem, struct reading *r,
                        const struct field *f, struct err *e)
{
    struct str rest = *cell, all = STR_NONE;
    while (rest.ptr) {
        struct str one = str_trim(str_split(&rest, STR("\n"))), why = STR_NONE;
        if (!one.len)
            continue;
        err_t rc = is_reference(f) ? ref_names_read(&one, &why, &r->refs, f, e)
                                   : import_bundle_name(&one, &why, r->bundle, r->lang, r->a, e);
        if (rc != OK)
            return rc;
        if (problem->len == 0)
            *problem = why;
        all = arena_printf(r->a, "%.*s%s%.*s", STR_ARG(all), all.len ? "\n" : "", STR_ARG(one));
    }
    *cell = all;
    return OK;
}

/* An amount that names no unit is in the column's. */
static struct str take_amount(struct reading *r, size_t i, struct str cell, int64_t row)
{
    struct amount m;
    bool whole = value_amount(&m, cell, r->a);
    if (m.is_amount && !m.has_unit)
        return arena_join(r->a, cell, r->units[i]);
    if (whole && !r->told[i])
        note(r, row,
             arena_printf(r->a, msg_in(r->lang, N_("%.*s: '%.*s' is read as %.*s yuan")),
                          STR_ARG(r->columns[i]->header), STR_ARG(cell),
                          STR_ARG(value_number_text(r->columns[i]->field, m.fen, r->a))));
    r->told[i] |= whole;
    return cell;
}

/* The code of a currency by its name in GB/T 12406, in the field that says that of an amount. */
static struct str take_currency(const struct reading *r, const struct field *f, struct str cell)
{
    static const char *const names[][2] = {
        {"人民币", "CNY"}, {"人民币元", "CNY"}, {"元", "CNY"},   {"RMB", "CNY"},  {"美元", "USD"},
        {"欧元", "EUR"},   {"港元", "HKD"},     {"港币", "HKD"}, {"日元", "JPY"}, {"英镑", "GBP"}};
    for (size_t k = 0; k < ARRAY_LEN(names); k++)
        for (size_t i = 0; str_is(cell, names[k][0]) && i < r->type->field_count; i++)
            if (str_eq(r->type->fields[i].currency, f->name))
                return str_of(names[k][1]);
    return cell;
}

/* *problem: what is wrong in the row, by its column. */
static err_t take_cells(struct row *row, struct str *problem, struct reading *r, struct err *e)
{
    struct cell *cells = arena_array(r->a, row->count + 1, sizeof(*cells));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < row->count; i++) {
        const struct sheet_column *c = i < r->column_count ? r->columns[i] : NULL;
        const struct field *f = c ? c->field : NULL;
        struct str why = STR_NONE;
        cells[i] = row->cells[i];
        if (f &&
            (is_reference(f) || (r->bundle && (f->type == FIELD_FILE || f->type == FIELD_FILES))))
            rc = take_names(&cells[i].text, &why, r, f, e);
        if (f && f->type == FIELD_MONEY)
            cells[i].text = take_amount(r, i, str_trim(cells[i].text), row->number);
        if (f && f->type == FIELD_TEXT)
            cells[i].text = take_currency(r, f, cells[i].text);
        if (why.len)
            *problem = arena_printf(r->a, "%.*s%s%.*s: %.*s", STR_ARG(*problem),
                                    problem->len ? "; " : "", STR_ARG(c->header), STR_ARG(why));
    }
    row->cells = cells;
    return rc;
}

static err_t take_record_row(struct reading *r, const struct row *row, struct err *e)
{
    struct row filled = *row;
    struct str problem = STR_NONE;
    bool table = r->sheets[r->at].table;
    err_t rc = take_cells(&filled, &problem, r, e);
    if (rc != OK)
        return rc;
    struct item *item = table ? take_table_row(r, &filled) : take_record(r, &filled);
    if (!item)
        return OK;
    if (!table)
        item->cells = keep_cells(r, row);
    if (problem.len) {
        item->outcome = ROW_REJECTED;
        item->reason =
            !table ? problem
                   : arena_printf(r->a, msg_in(r->lang, N_("sheet %.*s, row %lld: %.*s")),
                                  STR_ARG(r->name), (long long)row->number, STR_ARG(problem));
    }
    return OK;
}

/* The last row of an export (workbook.c) or of a register, which is of no record. */
static bool is_total(const struct row *row)
{
    static const char *const words[] = {"合计", "总计", "小计", "共计", "Total", NULL};
    for (size_t i = 0; i < row->count; i++) {
        struct str cell = str_trim(row->cells[i].text);
        for (const char *const *w = words; cell.len && *w; w++)
            if (str_eq(cell, str_of(*w)))
                return true;
        if (cell.len)
            return false;
    }
    return false;
}

static void note_total(struct reading *r, const struct row *row)
{
    note(r, row->number,
         str_of(msg_in(r->lang, N_("a row of totals: it is of no record and was left out"))));
}

/* The column is none; of former workbooks it may be one that is a sheet now. */
static err_t refuse_header(const struct reading *r, const struct row *row, struct str header,
                           struct err *e)
{
    long long at = (long long)row->number;
    for (size_t i = 1; i < r->sheet_count; i++)
        for (size_t k = 0; k < r->sheets[i].table->field_count; k++) {
            const struct field *old = record_field(r->type, r->sheets[i].table->fields[k].was);
            if (old && (str_eq(old->label.zh, header) || str_eq_nocase(old->label.en, header)))
                return err_set(e, E_INVALID,
                               "sheet %.*s, row %lld: '%.*s' is a sheet of its own now, '%.*s', "
                               "with a row for each; the template has it",
                               STR_ARG(r->name), at, STR_ARG(header), STR_ARG(r->sheets[i].name));
        }
    return err_set(
        e, E_INVALID,
        "sheet %.*s, row %lld: '%.*s' is no column of %.*s; the template has the right ones",
        STR_ARG(r->name), at, STR_ARG(header), STR_ARG(record_type_label(r->type)));
}

static void keep_heads(struct reading *r, const struct row *row, header_list unknown)
{
    r->unknown = unknown;
    r->heads = keep_cells(r, row);
    r->head_columns = r->columns;
    r->head_count = row->count;
    r->samples.len = 0;
}

static void keep_sample(struct reading *r, const struct row *row)
{
    VEC_PUSH(r->a, &r->samples, ((struct header){r->name, keep_cells(r, row), row->count}));
}

static err_t take_row(struct reading *r, const struct row *row, bool *has_header, bool *skip,
                      struct err *e)
{
    header_list unknown = {0};
    struct row header = *row;
    if (is_empty(row) || *skip)
        return OK;
    if (!*has_header) {
        *has_header = header_cells(&unknown, &header, r) > 0;
        *skip = !*has_header && row->number > HEADER_ROWS;
        /* Where no column is known, the widest row is taken for the header. */
        if (*has_header || (!r->seen[0] && unknown.len > r->unknown.len))
            keep_heads(r, row, unknown);
        else
            keep_sample(r, row);
        if (!*has_header)
            take_unit(r, row);
        return !*has_header  ? OK
               : unknown.len ? refuse_header(r, row, unknown.ptr[0].reason, e)
                             : take_header(r, &header, e);
    }
    if (is_total(row)) {
        note_total(r, row);
        return OK;
    }
    if (r->items.len + r->orphans.len >= ROWS_MAX)
        return err_set(e, E_LIMIT, "more than %d rows; divide the workbook", ROWS_MAX);
    return take_record_row(r, row, e);
}

/* Detects common files that are no workbooks, for a better message than a broken archive. */
static bool is_archive(struct bytes file)
{
    return file.len >= 4 && memcmp(file.ptr, "PK\3\4", 4) == 0;
}

err_t import_reading_take(struct reading *r, struct bytes file, const char *reader, struct err *e)
{
    struct rows rows = {0};
    struct row row;
    bool has_row = true, has_header = false, skip = true;
    bool markup = markup_is(file) > 0, old = xls_is(file);
    if (!markup && !old && !is_archive(file))
        return err_set(e, E_INVALID,
                       "this is no Excel workbook (.xlsx); save the table as one and import that");
    struct arena *a = arena_new();
    err_t rc = book_open(&rows,
                         markup ? BOOK_MARKUP
                         : old  ? BOOK_XLS_MERGED
                                : BOOK_XLSX,
                         file, reader, e);
    while (rc == OK && (rc = rows_next(&has_row, &row, &rows, a, e)) == OK && has_row) {
        if (!r->name.ptr || !str_eq(row.sheet, r->name)) {
            r->name = arena_dup(r->a, row.sheet);
            r->unit = STR_NONE;
            has_header = false;
            skip = !name_sheet(r, r->name); /* explanations, lists of choices */
        }
        rc = take_row(r, &row, &has_header, &skip, e);
        arena_reset(a);
    }
    while (rc == E_INVALID && r->head_count && r->options->check && r->samples.len < SAMPLES &&
           rows_next(&has_row, &row, &rows, a, NULL) == OK && has_row && str_eq(row.sheet, r->name))
        keep_sample(r, &row);
    rows_close(&rows);
    arena_free(a);
    if (rc == OK && !r->seen[0])
        rc = err_set(e, E_INVALID, "the workbook has no sheet with the columns of %.*s",
                     STR_ARG(record_type_label(r->type)));
    return rc;
}

struct str import_reading_body(const struct reading *r, const struct item *item, struct arena *a)
{
    struct buf b = {0};
    struct jout j;
    buf_add(&b, (struct str){item->body.ptr, item->body.len - 1}); /* without "}" */
    bool first = item->body.len <= 2;
    for (size_t n = 1; n < r->sheet_count; n++) {
        if (!r->seen[n])
            continue;
        buf_addz(&b, first ? "" : ",");
        first = false;
        jout_init(&j, &b);
        jout_str(&j, r->sheets[n].table->name);
        buf_addz(&b, ":[");
        for (size_t i = 0; i < item->tables[n].len; i++) {
            buf_addz(&b, i ? "," : "");
            buf_add(&b, item->tables[n].ptr[i]);
        }
        buf_addc(&b, ']');
    }
    buf_addc(&b, '}');
    return buf_take(&b, a);
}

/* Rows of a workbook's sheets: expat runs until a row has ended, then is held
 * (XML_StopParser) until the next row is asked for. The texts of a row gather
 * in one buffer and move to the caller's arena at once.
 *
 * Element and attribute names: ECMA-376 part 1, 18.3.1. */
#include "text/xlsx.h"
#include "base/mem.h"
#include "text/cell_text.h"
#include "text/xlsx_priv.h"
#include <stdlib.h>

#define COLUMN_LETTERS_MAX 3
#define EXACT_DIGITS 15 /* decimal digits a double keeps */

/* A cell of the row being read; texts are ranges of struct xlsx.text. */
struct raw_cell {
    size_t column; /* from 0 */
    size_t from, len;
    enum cell_flag flag;
};

struct xlsx {
    struct xlsx_book book;
    size_t sheet; /* index of the next sheet to open */
    bool open;    /* part is open */
    struct xlsx_part part;
    struct str sheet_name;

    bool wants_merges;
    struct merges merges;
    uint64_t sheets_size, sheets_done; /* unpacked bytes of all sheets, of those before this one */

    int64_t row; /* number of the row being read or last read */
    bool row_hidden;
    bool hidden_column[COLUMNS_MAX]; /* of the sheet */
    bool row_ended;                  /* it has ended and waits to be taken */
    bool too_wide;                   /* it has a cell beyond COLUMNS_MAX */
    size_t count;                    /* cells so far */
    struct raw_cell *cells;          /* COLUMNS_MAX */
    struct buf text;

    /* the cell being read */
    size_t column; /* of the last cell + 1 */
    bool in_cell, has_formula, has_value, is_date;
    enum { COLLECT_NOTHING, COLLECT_VALUE, COLLECT_INLINE } collect;
    int phonetic;
    enum { TYPE_NUMBER, TYPE_SHARED, TYPE_TEXT, TYPE_BOOL, TYPE_ERROR, TYPE_DATE } type;
    struct buf value;
};

/* --- values -------------------------------------------------------------- */

/* A number that every reader would write alike: the usual case. */
static bool is_plain_integer(struct str s)
{
    size_t at = s.len > 0 && s.ptr[0] == '-';
    if (s.len == at || s.len - at > EXACT_DIGITS || (s.ptr[at] == '0' && s.len > 1))
        return false;
    for (; at < s.len; at++) {
        if (s.ptr[at] < '0' || s.ptr[at] > '9')
            return false;
    }
    return true;
}

static void put_number(struct xlsx *x, struct raw_cell *cell)
{
    char number[CELL_NUMBER_MAX], *end;
    struct str value = str_trim(buf_str(&x->value));
    bool lossy = false;
    size_t len = 0;
    if (!x->is_date && is_plain_integer(value)) {
        buf_add(&x->text, value);
        return;
    }
    size_t from = value.len ? (size_t)(value.ptr - x->value.ptr) : 0;
    buf_addc(&x->value, '\0'); /* may move the buffer */
    value.ptr = x->value.ptr + from;
    double d = strtod(value.ptr, &end);
    bool whole = buf_ok(&x->value) && value.len > 0 && end == value.ptr + value.len;
    if (whole && x->is_date)
        len = cell_date(number, d, x->book.from_1904);
    if (whole && len == 0)
        len = cell_number(number, d, &lossy);
    if (len > 0)
        buf_add(&x->text, (struct str){number, len});
    else
        buf_add(&x->text, value); /* not a number after all: as it stands */
    if (lossy)
        cell->flag = CELL_LOSSY_NUMBER;
}

/* "2024-03-09T00:00:00" → "2024-03-09", else a blank for the T. */
static void put_iso_date(struct xlsx *x, struct str s)
{
    size_t t = str_find(s, STR("T"), 0);
    buf_add(&x->text, (struct str){s.ptr, t});
    struct str time = {s.ptr + t + 1, t < s.len ? s.len - t - 1 : 0};
    if (time.len >= 8 && !str_starts(time, STR("00:00:00"))) {
        buf_addc(&x->text, ' ');
        buf_add(&x->text, (struct str){time.ptr, 8});
    }
}

static void put_value(struct xlsx *x, struct raw_cell *cell)
{
    struct str value = buf_str(&x->value), shared;
    uint64_t index;
    switch (x->type) {
    case TYPE_NUMBER:
        put_number(x, cell);
        break;
    case TYPE_SHARED:
        if (str_to_u64(&index, value) && xlsx_shared(&shared, &x->book, index)) {
            buf_add(&x->text, shared);
        } else {
            cell->flag = CELL_ERROR;
            buf_add(&x->text, STR("#REF!"));
        }
        break;
    case TYPE_TEXT:
        xlsx_unescape(&x->text, value);
        break;
    case TYPE_BOOL:
        buf_add(&x->text, str_is(str_trim(value), "1") ? STR("TRUE") : STR("FALSE"));
        break;
    case TYPE_ERROR:
        cell->flag = CELL_ERROR;
        buf_add(&x->text, value);
        break;
    case TYPE_DATE:
        put_iso_date(x, value);
        break;
    }
}

static void end_cell(struct xlsx *x)
{
    struct raw_cell cell = {.column = x->column - 1, .flag = CELL_PLAIN, .from = x->text.len};
    x->in_cell = false;
    x->text.failed |= x->value.failed; /* it begins anew */
    if (x->has_value || x->value.len > 0)
        put_value(x, &cell);
    cell.len = x->text.len - cell.from;
    if (x->has_formula && cell.flag == CELL_PLAIN)
        cell.flag = x->has_value ? CELL_FORMULA : CELL_FORMULA_EMPTY;
    if (cell.len == 0 && cell.flag == CELL_PLAIN)
        return;
    if (cell.column >= COLUMNS_MAX || x->count == COLUMNS_MAX)
        x->too_wide = true;
    else
        x->cells[x->count++] = cell;
}

/* --- elements ------------------------------------------------------------ */

/* Column of "AB12", from 1; 0 when there is none. */
size_t xlsx_ref_column(const char *ref)
{
    size_t column = 0;
    for (int i = 0; ref && i < COLUMN_LETTERS_MAX && isalpha((unsigned char)ref[i]); i++)
        column = column * 26 + (size_t)(toupper((unsigned char)ref[i]) - 'A' + 1);
    return column;
}

static void start_row(struct xlsx *x, const char **attrs)
{
    const char *r = xlsx_attr(attrs, "r");
    int64_t number;
    x->row++;
    if (r && str_to_i64(&number, str_of(r)) && number > 0)
        x->row = number;
    x->row_hidden = xlsx_true(xlsx_attr(attrs, "hidden"));
    x->count = 0;
    x->column = 0;
    x->too_wide = false;
    buf_reset(&x->text);
}

static void start_cell(struct xlsx *x, const char **attrs)
{
    static const struct {
        const char *name;
        int type;
    } types[] = {{"s", TYPE_SHARED}, {"str", TYPE_TEXT}, {"inlineStr", TYPE_TEXT}, {"b", TYPE_BOOL},
                 {"e", TYPE_ERROR},  {"d", TYPE_DATE},   {"n", TYPE_NUMBER}};
    const char *ref = NULL, *type = NULL, *style = NULL;
    uint64_t s;
    for (; *attrs; attrs += 2) {
        if (strcmp(attrs[0], "r") == 0)
            ref = attrs[1];
        else if (strcmp(attrs[0], "t") == 0)
            type = attrs[1];
        else if (strcmp(attrs[0], "s") == 0)
            style = attrs[1];
    }
    size_t column = xlsx_ref_column(ref);
    x->column = column ? column : x->column + 1;
    x->type = TYPE_NUMBER;
    for (size_t i = 0; type && i < ARRAY_LEN(types); i++) {
        if (strcmp(type, types[i].name) == 0) {
            x->type = types[i].type;
            break;
        }
    }
    x->is_date = style && x->type == TYPE_NUMBER && str_to_u64(&s, str_of(style)) &&
                 s < x->book.date_styles.len && x->book.date_styles.ptr[s];
    x->in_cell = true;
    x->has_formula = x->has_value = false;
    x->phonetic = 0;
    x->collect = COLLECT_NOTHING;
    buf_reset(&x->value);
}

/* Columns from one to another share their looks (ECMA-376 part 1, 18.3.1.13). */
static void see_columns(struct xlsx *x, const char **attrs)
{
    const char *min = xlsx_attr(attrs, "min"), *max = xlsx_attr(attrs, "max");
    uint64_t first, last;
    if (!xlsx_true(xlsx_attr(attrs, "hidden")) || !min || !max ||
        !str_to_u64(&first, str_of(min)) || !str_to_u64(&last, str_of(max)))
        return;
    for (uint64_t i = first; i > 0 && i <= last && i <= COLUMNS_MAX; i++)
        x->hidden_column[i - 1] = true;
}

static void sheet_start(void *data, const char *name, const char **attrs)
{
    struct xlsx *x = xlsx_arg(data);
    name = name[1] ? xlsx_local(name) : name;
    if (!x->in_cell) {
        if (strcmp(name, "c") == 0)
            start_cell(x, attrs);
        else if (strcmp(name, "row") == 0)
            start_row(x, attrs);
        else if (strcmp(name, "col") == 0)
            see_columns(x, attrs);
        return;
    }
    if (strcmp(name, "v") == 0) {
        x->collect = COLLECT_VALUE;
    } else if (strcmp(name, "f") == 0) {
        x->collect = COLLECT_NOTHING;
        x->has_formula = true;
    } else if (strcmp(name, "rPh") == 0) {
        x->phonetic++;
    } else if (strcmp(name, "t") == 0 && x->phonetic == 0) {
        x->collect = COLLECT_INLINE;
    }
}

static void sheet_end(void *data, const char *name)
{
    struct xlsx_part *p = data;
    struct xlsx *x = p->arg;
    name = name[1] ? xlsx_local(name) : name;
    x->collect = COLLECT_NOTHING;
    if (x->in_cell) {
        if (strcmp(name, "c") == 0)
            end_cell(x);
        else if (strcmp(name, "rPh") == 0 && x->phonetic > 0)
            x->phonetic--;
        return;
    }
    if (strcmp(name, "row") == 0 && (x->count > 0 || x->too_wide)) {
        x->row_ended = true;
        XML_StopParser(p->parser, XML_TRUE);
    }
}

static void sheet_text(void *data, const char *text, int len)
{
    struct xlsx *x = xlsx_arg(data);
    struct str s = {text, (size_t)len};
    switch (x->collect) {
    case COLLECT_NOTHING:
        break;
    case COLLECT_VALUE:
        x->has_value = true;
        buf_add(&x->value, s);
        break;
    case COLLECT_INLINE:
        buf_add(&x->value, s);
        break;
    }
}

/* Where the element <word> (<x:word>) begins in the bytes; len when
 * it does not. No cell text can look like it: '<' is escaped there. */
static size_t find_element(const char *p, size_t len, const char *word)
{
    size_t size = strlen(word);
    size_t at = 0;
    for (;;) {
        const char *hit = memmem(p + at, len - at, word, size);
        if (!hit)
            return len;
        size_t from = (size_t)(hit - p);
        at = from + 1;
        if (from > 0 && p[from - 1] == ':') {
            for (from--; from > 0 && isalnum((unsigned char)p[from - 1]); from--)
                ;
        }
        if (from > 0 && p[from - 1] == '<')
            return from - 1;
    }
}

err_t xlsx_part_run_from(struct xlsx_part *p, const char *word)
{
    char win[(32 << 10) + 256];
    size_t held = 0, got = 1, at;
    err_t rc;
    for (;;) {
        rc = stream_read(&got, p->in, win + held, sizeof(win) - held, NULL);
        if (rc != OK || got == 0)
            return rc;
        held += got;
        if ((at = find_element(win, held, word)) < held)
            break;
        size_t keep = held < 64 ? held : 64; /* the word may lie on the border */
        memmove(win, win + held - keep, keep);
        held = keep;
    }
    if (XML_Parse(p->parser, "<x>", 3, 0) != XML_STATUS_OK ||
        XML_Parse(p->parser, win + at, (int)(held - at), 0) != XML_STATUS_OK)
        return OK;
    return xlsx_part_run(p, NULL);
}

/* --- rows ---------------------------------------------------------------- */

static uint64_t sheet_size(const struct xlsx *x, size_t i)
{
    size_t at = zip_find(x->book.zip, x->book.sheets.ptr[i].part);
    return at < zip_count(x->book.zip) ? zip_get(x->book.zip, at)->size : 0;
}

static err_t next_sheet(struct xlsx *x, struct err *e)
{
    const struct xlsx_sheet *s = &x->book.sheets.ptr[x->sheet++];
    x->sheet_name = s->name;
    x->row = 0;
    x->in_cell = x->row_ended = false;
    memset(x->hidden_column, 0, sizeof(x->hidden_column));
    if (x->wants_merges)
        xlsx_merges_find(&x->merges, x->book.zip, s->part);
    err_t rc =
        xlsx_part_open(&x->part, x->book.zip, s->part, sheet_start, sheet_end, sheet_text, x, e);
    x->open = rc == OK;
    if (rc != OK)
        xlsx_part_close(&x->part);
    return rc;
}

static void make_row(struct row *out, const struct xlsx *x, struct arena *a)
{
    struct str text = arena_dup(a, buf_str(&x->text));
    size_t width = 0;
    for (size_t i = 0; i < x->count; i++) {
        if (x->cells[i].column >= width)
            width = x->cells[i].column + 1;
    }
    struct cell *cells = arena_array(a, width, sizeof(*cells));
    for (size_t i = 0; i < x->count; i++) {
        const struct raw_cell *from = &x->cells[i];
        struct cell *to = &cells[from->column];
        to->text = (struct str){text.ptr + from->from, from->len};
        to->flag = from->flag;
        to->hidden = x->hidden_column[from->column];
    }
    out->cells = cells;
    out->count = width;
}

/* One row or the end of the sheet. */
static err_t row_of_sheet(bool *has_row, struct row *out, struct xlsx *x, struct arena *a,
                          struct err *e)
{
    err_t rc = xlsx_part_run(&x->part, e);
    out->number = x->row;
    if (rc == OK && !buf_ok(&x->text))
        rc = err_set(e, E_LIMIT, "a cell or row of more than %zu bytes", FIELD_BYTES_MAX);
    bool ended = x->row_ended;
    x->row_ended = false;
    if (rc == OK && ended && x->too_wide)
        return err_set(e, E_LIMIT, "sheet %.*s, row %lld: a value beyond column %d",
                       STR_ARG(x->sheet_name), (long long)x->row, COLUMNS_MAX);
    if (rc == OK && ended) {
        make_row(out, x, a);
        out->hidden = x->row_hidden;
        if (x->wants_merges)
            merges_apply(&x->merges, out, a);
        out->done = (double)(x->sheets_done + stream_offset(x->part.in)) / (double)x->sheets_size;
        *has_row = true;
        return OK;
    }
    x->sheets_done += sheet_size(x, x->sheet - 1);
    xlsx_part_close(&x->part);
    x->open = false;
    if (rc != OK)
        err_note(e, "sheet %.*s, after row %lld", STR_ARG(x->sheet_name), (long long)x->row);
    return rc;
}

static err_t xlsx_next(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct xlsx *x = state;
    err_t rc = OK;
    *has_row = false;
    *out = (struct row){0};
    while (rc == OK && !*has_row && (x->open || x->sheet < x->book.sheets.len)) {
        if (!x->open)
            rc = next_sheet(x, e);
        out->sheet = arena_dup(a, x->sheet_name);
        out->sheet_hidden = x->book.sheets.ptr[x->sheet - 1].hidden;
        if (rc == OK)
            rc = row_of_sheet(has_row, out, x, a, e);
    }
    return rc;
}

static void xlsx_close(void *state)
{
    struct xlsx *x = state;
    xlsx_part_close(&x->part);
    xlsx_book_close(&x->book);
    merges_clear(&x->merges);
    buf_clear(&x->text);
    buf_clear(&x->value);
    free(x->cells);
    free(x);
}

static const struct rows_ops xlsx_ops = {xlsx_next, xlsx_close};

static err_t open_rows(struct rows *out, struct bytes file, bool wants_merges, struct err *e)
{
    *out = (struct rows){0};
    struct xlsx *x = mem_zalloc(sizeof(*x));
    err_t rc = xlsx_book_open(&x->book, file, e);
    if (rc != OK) {
        free(x);
        return rc;
    }
    x->wants_merges = wants_merges;
    for (size_t i = 0; i < x->book.sheets.len; i++)
        x->sheets_size += sheet_size(x, i);
    x->sheets_size += x->sheets_size == 0;
    x->cells = mem_array(COLUMNS_MAX, sizeof(*x->cells));
    buf_init(&x->text, RECORD_BYTES_MAX);
    buf_init(&x->value, FIELD_BYTES_MAX);
    *out = (struct rows){&xlsx_ops, x};
    return OK;
}

err_t xlsx_open(struct rows *out, struct bytes file, struct err *e)
{
    return open_rows(out, file, false, e);
}

err_t xlsx_open_merged(struct rows *out, struct bytes file, struct err *e)
{
    return open_rows(out, file, true, e);
}

/* Writing a table by libxlsxwriter in its constant-memory mode, where rows go
 * to a temporary file as they come and texts stand in their cells. */
#include "text/xlsx_out.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xlsxwriter.h>

#define CELL_UNITS_MAX 32767 /* UTF-16 units of one cell: Excel's limit */
#define ROWS_MAX LXW_ROW_MAX
#define COLUMN_WIDTH 20                   /* characters */
#define PARTS_BYTES ((uint64_t)128 << 10) /* of a workbook without rows, amply */
#define PAPER_A4 9                        /* ECMA-376 part 1, 18.3.1.63: paperSize */
/* 2000-01-01: any fixed moment, so that equal tables give equal bytes. */
#define CREATED 946684800

struct xlsx_out {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *bold, *date, *time, *yuan;
    char *path, *temporary, *sheet_name, *tmpdir;
    unsigned parts; /* sheets that the rows of this one have filled so far */
    uint32_t row;   /* next, from 0 */
    struct arena *a;
    struct str *header; /* the first row, where it was one */
    size_t header_count;
    size_t cut;
    struct buf cell;
    lxw_error failed;   /* the first failure */
    int errnum;         /* at that moment */
    uint64_t row_bytes; /* in temporary files, of the sheets that have ended */
};

static char *copy(const char *z)
{
    size_t len = strlen(z) + 1;
    return memcpy(mem_alloc(len), z, len);
}

static void note(struct xlsx_out *x, lxw_error rc)
{
    if (x->failed != LXW_NO_ERROR)
        return;
    x->failed = rc;
    x->errnum = errno;
}

/* Each sheet once more, and all of it packed. */
static bool disk_holds(const struct xlsx_out *x, uint64_t times)
{
    uint64_t left = 0, all;
    return fs_room(&left, &all, x->tmpdir, NULL) == OK &&
           left >= times * (2 * x->row_bytes + PARTS_BYTES);
}

/* The library does not look whether its rows have reached their temporary file, nor whether the parts that it makes of
 * them have: these must fit beforehand. What it did since a write failed may have set errno. */
static void look_at_rows(struct xlsx_out *x, bool last)
{
    FILE *rows = x->sheet ? x->sheet->optimize_tmpfile : NULL;
    if (!rows)
        return;
    if (ferror(rows) || (last && fflush(rows) != 0)) {
        errno = disk_holds(x, 1) ? errno : ENOSPC;
        note(x, LXW_ERROR_CREATING_TMPFILE);
    }
    if (last)
        x->row_bytes += (uint64_t)ftell(rows);
}

/* As a list leaves the printer: across the sheet, all columns on one page's width, as many pages
 * as it needs, each with the head, the first column and its number. */
static void set_print(lxw_worksheet *sheet)
{
    worksheet_set_paper(sheet, PAPER_A4);
    worksheet_set_landscape(sheet);
    worksheet_fit_to_pages(sheet, 1, 0);
    worksheet_repeat_rows(sheet, 0, 0);
    worksheet_repeat_columns(sheet, 0, 0);
    worksheet_set_footer(sheet, "&C&P/&N");
}

static void add_sheet(struct xlsx_out *x)
{
    char name[LXW_SHEETNAME_MAX + 1];
    if (x->parts++ == 0)
        snprintf(name, sizeof(name), "%s", x->sheet_name);
    else
        snprintf(name, sizeof(name), "%.20s (%u)", x->sheet_name, x->parts);
    look_at_rows(x, true);
    x->sheet = workbook_add_worksheet(x->book, name);
    x->row = 0;
    if (!x->sheet) {
        note(x, LXW_ERROR_PARAMETER_VALIDATION);
        return;
    }
    worksheet_set_column(x->sheet, 0, LXW_COL_MAX - 1, COLUMN_WIDTH, NULL);
    set_print(x->sheet);
}

static lxw_format *number_format(lxw_workbook *book, const char *pattern)
{
    lxw_format *format = workbook_add_format(book);
    format_set_num_format(format, pattern);
    return format;
}

err_t xlsx_out_open(struct xlsx_out **out, const char *path, const char *sheet, const char *tmpdir,
                    struct err *e)
{
    *out = NULL;
    if (strlen(path) + 8 > PATH_BYTES_MAX)
        return err_set(e, E_LIMIT, "path too long: %s", path);
    struct xlsx_out *x = mem_zalloc(sizeof(*x));
    x->a = arena_new();
    x->path = copy(path);
    x->temporary = copy(arena_printf(x->a, "%s.part", path).ptr);
    x->sheet_name = copy(sheet);
    x->tmpdir = copy(tmpdir);
    buf_init(&x->cell, 0);
    lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = x->tmpdir};
    x->book = workbook_new_opt(x->temporary, &options);
    if (!x->book) {
        xlsx_out_drop(x);
        return err_set(e, E_IO, "cannot begin the workbook %s", path);
    }
    lxw_doc_properties properties = {.created = CREATED};
    workbook_set_properties(x->book, &properties);
    x->bold = workbook_add_format(x->book);
    format_set_bold(x->bold);
    x->date = number_format(x->book, "yyyy-mm-dd");
    x->time = number_format(x->book, "yyyy-mm-dd hh:mm:ss");
    x->yuan = number_format(x->book, "#,##0.00");
    add_sheet(x);
    *out = x;
    return OK;
}

/* "_x000D_" in a text would be read as a carriage return. */
static bool looks_escaped(struct str s, size_t at)
{
    if (s.len - at < 7 || s.ptr[at + 1] != 'x' || s.ptr[at + 6] != '_')
        return false;
    for (size_t i = 2; i < 6; i++) {
        if (!isxdigit((unsigned char)s.ptr[at + i]))
            return false;
    }
    return true;
}

/* The text as Excel takes it: valid UTF-8, no control characters, no longer
 * than a cell may be. True when something was cut. */
static bool fit(struct buf *to, struct str s)
{
    size_t units = 0, keep = 0;
    buf_reset(to);
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        bool control = c < 0x20 && c != '\t' && c != '\n' && c != '\r';
        units += c > 0xFFFF && c != UTF8_BAD ? 2 : 1;
        if (units > CELL_UNITS_MAX) {
            to->len = keep;
            buf_addz(to, "…");
            return true;
        }
        if (c == UTF8_BAD || control || c == 0xFFFE || c == 0xFFFF)
            buf_addz(to, "\xEF\xBF\xBD");
        else if (c == '\r')
            buf_addz(to, "_x000D_");
        else if (c == '_' && looks_escaped(s, from))
            buf_addz(to, "_x005F_");
        else
            buf_add(to, (struct str){s.ptr + from, at - from});
        if (units < CELL_UNITS_MAX)
            keep = to->len; /* room for the ellipsis */
    }
    return false;
}

static void write_text(struct xlsx_out *x, size_t column, struct str text, bool header)
{
    x->cut += fit(&x->cell, text);
    buf_addc(&x->cell, '\0');
    lxw_error rc = worksheet_write_string(x->sheet, x->row, (lxw_col_t)column, x->cell.ptr,
                                          header ? x->bold : NULL);
    if (rc != LXW_NO_ERROR)
        note(x, rc);
}

static void write_row(struct xlsx_out *x, const struct str *cells, size_t count, bool header)
{
    for (size_t i = 0; i < count && i < LXW_COL_MAX; i++)
        if (cells[i].len)
            write_text(x, i, cells[i], header);
    x->row++;
}

/* "2026-11-20" and, of a time, " 09:30:00" behind it. */
static bool read_moment(lxw_datetime *out, struct str text, bool with_time)
{
    static const char pattern[] = "0000-00-00 00:00:00";
    if (text.len != (with_time ? 19 : 10))
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (pattern[i] == '0' ? !isdigit((unsigned char)text.ptr[i]) : text.ptr[i] != pattern[i])
            return false;
    int part[6] = {0};
    for (size_t i = 0, k = 0; i < text.len; i++)
        if (pattern[i] == '0')
            part[k] = part[k] * 10 + (text.ptr[i] - '0');
        else
            k++;
    *out = (lxw_datetime){part[0], part[1], part[2], part[3], part[4], part[5]};
    return part[0] >= 1900; /* Excel's first year */
}

/* Digits, and of an amount at most one point: few enough that Excel keeps each. */
static bool read_number(double *out, struct str text, bool amount)
{
    char written[16];
    size_t points = 0, digits = 0;
    if (text.len == 0 || text.len >= sizeof(written))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        points += amount && text.ptr[i] == '.';
        digits += isdigit((unsigned char)text.ptr[i]) != 0;
    }
    bool minus = text.ptr[0] == '-';
    if (digits == 0 || points > 1 || digits + points + minus != text.len)
        return false;
    memcpy(written, text.ptr, text.len);
    written[text.len] = '\0';
    *out = strtod(written, NULL);
    return true;
}

static void write_cell(struct xlsx_out *x, size_t column, const struct xlsx_cell *c)
{
    lxw_datetime moment;
    double number;
    lxw_error rc = LXW_NO_ERROR;
    lxw_col_t at = (lxw_col_t)column;
    bool timed = c->kind == XLSX_TIME, money = c->kind == XLSX_YUAN;
    if ((timed || c->kind == XLSX_DATE) && read_moment(&moment, c->text, timed))
        rc = worksheet_write_datetime(x->sheet, x->row, at, &moment, timed ? x->time : x->date);
    else if ((money || c->kind == XLSX_NUMBER) && read_number(&number, c->text, money))
        rc = worksheet_write_number(x->sheet, x->row, at, number, money ? x->yuan : NULL);
    else
        write_text(x, column, c->text, false);
    if (rc != LXW_NO_ERROR)
        note(x, rc);
}

static void keep_header(struct xlsx_out *x, const struct str *cells, size_t count)
{
    x->header = arena_array(x->a, count, sizeof(*x->header));
    x->header_count = count;
    for (size_t i = 0; i < count; i++)
        x->header[i] = arena_dup(x->a, cells[i]);
}

/* Room for another row, on a further sheet where this one is full. False: it failed before. */
static bool has_room(struct xlsx_out *x)
{
    look_at_rows(x, false);
    if (x->failed == LXW_NO_ERROR && x->row == ROWS_MAX) {
        add_sheet(x);
        if (x->failed == LXW_NO_ERROR && x->header)
            write_row(x, x->header, x->header_count, true);
    }
    return x->failed == LXW_NO_ERROR;
}

void xlsx_out_row(struct xlsx_out *x, const struct str *cells, size_t count, bool header)
{
    if (x->failed != LXW_NO_ERROR)
        return;
    if (header && !x->header) {
        keep_header(x, cells, count);
        worksheet_freeze_panes(x->sheet, 1, 1);
    }
    if (has_room(x))
        write_row(x, cells, count, header);
}

void xlsx_out_cells(struct xlsx_out *x, const struct xlsx_cell *cells, size_t count)
{
    if (!has_room(x))
        return;
    for (size_t i = 0; i < count && i < LXW_COL_MAX; i++)
        if (cells[i].text.len)
            write_cell(x, i, &cells[i]);
    x->row++;
}

void xlsx_out_sheet(struct xlsx_out *x, const char *name)
{
    if (x->failed != LXW_NO_ERROR)
        return;
    free(x->sheet_name);
    x->sheet_name = copy(name);
    x->parts = 0;
    x->header = NULL;
    x->header_count = 0;
    add_sheet(x);
}

void xlsx_out_hide(struct xlsx_out *x)
{
    if (x->failed == LXW_NO_ERROR)
        worksheet_hide(x->sheet);
}

void xlsx_out_width(struct xlsx_out *x, unsigned first, unsigned count, unsigned characters)
{
    if (x->failed == LXW_NO_ERROR && count > 0)
        worksheet_set_column(x->sheet, (lxw_col_t)first, (lxw_col_t)(first + count - 1),
                             (double)characters, NULL);
}

/* The first `units` UTF-16 units: what Excel shows of a hint. */
static const char *shown(struct xlsx_out *x, struct str s, size_t units)
{
    size_t at = 0, used = 0, keep = 0;
    while (at < s.len) {
        used += utf8_next(s, &at) > 0xFFFF ? 2 : 1;
        if (used > units)
            break;
        keep = at;
    }
    return arena_cstr(x->a, (struct str){s.ptr, keep});
}

void xlsx_out_check(struct xlsx_out *x, const struct xlsx_check *c)
{
    lxw_data_validation v = {.validate = c->list ? LXW_VALIDATION_TYPE_LIST_FORMULA
                                                 : LXW_VALIDATION_TYPE_ANY,
                             .ignore_blank = LXW_VALIDATION_ON,
                             .show_input = LXW_VALIDATION_ON,
                             .show_error = LXW_VALIDATION_ON,
                             .error_type = c->strict ? LXW_VALIDATION_ERROR_TYPE_STOP
                                                     : LXW_VALIDATION_ERROR_TYPE_WARNING,
                             .input_title = (char *)(uintptr_t)shown(x, c->title, 32),
                             .input_message = (char *)(uintptr_t)shown(x, c->hint, 255)};
    if (x->failed != LXW_NO_ERROR)
        return;
    if (c->list)
        v.value_formula = (char *)(uintptr_t)arena_printf(x->a, "=%s", c->list).ptr;
    if (!c->hint.len) {
        v.show_input = LXW_VALIDATION_OFF;
        v.input_title = v.input_message = NULL;
        if (!c->list)
            return;
    }
    lxw_error rc = worksheet_data_validation_range(x->sheet, 1, (lxw_col_t)c->column, c->rows - 1,
                                                   (lxw_col_t)c->column, &v);
    if (rc != LXW_NO_ERROR)
        note(x, rc);
}

err_t xlsx_out_finish(struct xlsx_out *x, size_t *cut, struct err *e)
{
    err_t result = OK;
    look_at_rows(x, true);
    if (x->failed == LXW_NO_ERROR && !disk_holds(x, 1)) {
        errno = ENOSPC;
        note(x, LXW_ERROR_CREATING_TMPFILE);
    }
    if (x->failed == LXW_NO_ERROR) {
        lxw_error rc = workbook_close(x->book);
        if (rc != LXW_NO_ERROR && !disk_holds(x, 2)) /* others have filled it meanwhile */
            errno = ENOSPC;
        note(x, rc);
        x->book = NULL;
    }
    if (cut)
        *cut = x->cut;
    if (x->failed != LXW_NO_ERROR && (x->errnum == ENOSPC || x->errnum == EDQUOT))
        result = err_errno(e, x->errnum, "cannot write the workbook %s", x->path);
    else if (x->failed != LXW_NO_ERROR)
        result =
            err_set(e, E_IO, "cannot write the workbook %s: %s", x->path, lxw_strerror(x->failed));
    else
        result = fs_publish(&fs_system, x->temporary, x->path, e);
    xlsx_out_drop(x);
    return result;
}

void xlsx_out_drop(struct xlsx_out *x)
{
    if (!x)
        return;
    if (x->book)
        lxw_workbook_free(x->book);
    if (x->temporary)
        fs_system.unlink(&fs_system, x->temporary); /* gone already after success */
    arena_free(x->a);
    buf_clear(&x->cell);
    free(x->path);
    free(x->temporary);
    free(x->sheet_name);
    free(x->tmpdir);
    free(x);
}

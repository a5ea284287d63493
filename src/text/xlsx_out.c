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
#include <stdio.h>
#include <stdlib.h>
#include <xlsxwriter.h>

#define CELL_UNITS_MAX 32767 /* UTF-16 units of one cell: Excel's limit */
#define ROWS_MAX LXW_ROW_MAX
#define COLUMN_WIDTH 20 /* characters */
/* 2000-01-01: any fixed moment, so that equal tables give equal bytes. */
#define CREATED 946684800

struct xlsx_out {
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *bold;
    char *path, *temporary, *sheet_name, *tmpdir;
    unsigned parts; /* sheets that the rows of this one have filled so far */
    uint32_t row;   /* next, from 0 */
    struct arena *a;
    struct str *header; /* the first row, where it was one */
    size_t header_count;
    size_t cut;
    struct buf cell;
    lxw_error failed; /* the first failure */
};

static char *copy(const char *z)
{
    size_t len = strlen(z) + 1;
    return memcpy(mem_alloc(len), z, len);
}

static void note(struct xlsx_out *x, lxw_error rc)
{
    if (x->failed == LXW_NO_ERROR)
        x->failed = rc;
}

static void add_sheet(struct xlsx_out *x)
{
    char name[LXW_SHEETNAME_MAX + 1];
    if (x->parts++ == 0)
        snprintf(name, sizeof(name), "%s", x->sheet_name);
    else
        snprintf(name, sizeof(name), "%.20s (%u)", x->sheet_name, x->parts);
    x->sheet = workbook_add_worksheet(x->book, name);
    x->row = 0;
    if (!x->sheet) {
        note(x, LXW_ERROR_PARAMETER_VALIDATION);
        return;
    }
    worksheet_set_column(x->sheet, 0, LXW_COL_MAX - 1, COLUMN_WIDTH, NULL);
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

static void write_row(struct xlsx_out *x, const struct str *cells, size_t count, bool header)
{
    for (size_t i = 0; i < count && i < LXW_COL_MAX; i++) {
        if (cells[i].len == 0)
            continue;
        x->cut += fit(&x->cell, cells[i]);
        buf_addc(&x->cell, '\0');
        lxw_error rc = worksheet_write_string(x->sheet, x->row, (lxw_col_t)i, x->cell.ptr,
                                              header ? x->bold : NULL);
        if (rc != LXW_NO_ERROR)
            note(x, rc);
    }
    x->row++;
}

static void keep_header(struct xlsx_out *x, const struct str *cells, size_t count)
{
    x->header = arena_array(x->a, count, sizeof(*x->header));
    x->header_count = count;
    for (size_t i = 0; i < count; i++)
        x->header[i] = arena_dup(x->a, cells[i]);
}

void xlsx_out_row(struct xlsx_out *x, const struct str *cells, size_t count, bool header)
{
    if (x->failed != LXW_NO_ERROR)
        return;
    if (header && !x->header) {
        keep_header(x, cells, count);
        worksheet_freeze_panes(x->sheet, 1, 0);
    }
    if (x->row == ROWS_MAX) {
        add_sheet(x);
        if (x->failed != LXW_NO_ERROR)
            return;
        if (x->header)
            write_row(x, x->header, x->header_count, true);
    }
    write_row(x, cells, count, header);
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
    lxw_error rc = x->failed, closed = workbook_close(x->book);
    err_t result = OK;
    x->book = NULL;
    if (rc == LXW_NO_ERROR)
        rc = closed;
    if (cut)
        *cut = x->cut;
    if (rc != LXW_NO_ERROR)
        result = err_set(e, E_IO, "cannot write the workbook %s: %s", x->path, lxw_strerror(rc));
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

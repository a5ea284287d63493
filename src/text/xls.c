/* Legacy Excel workbooks: BIFF8, and BIFF5/7 with its code page.
 *
 * The workbook stream is a list of records (type, length, data); those longer
 * than 8,224 bytes go on in CONTINUE records, and a string that goes on there
 * starts with a fresh flag byte that says how wide its characters are from
 * there. Numbers in brackets are sections of [MS-XLS]. freexl was tried: it
 * opens real files and then gives nothing. */
#include "text/xls.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/cell_text.h"
#include "text/encoding.h"
#include "text/merges.h"
#include "text/xls_priv.h"
#include <iconv.h>
#include <stdlib.h>

#define COLUMNS 256 /* of a sheet in this format */
#define ROWS_MAX 65536
#define SHEETS_MAX 10000

enum record {
    R_FORMULA = 0x0006,
    R_EOF = 0x000A,
    R_DATEMODE = 0x0022,
    R_FILEPASS = 0x002F,
    R_CONTINUE = 0x003C,
    R_CODEPAGE = 0x0042,
    R_BOUNDSHEET = 0x0085,
    R_COLINFO = 0x007D,
    R_MERGECELLS = 0x00E5,
    R_MULRK = 0x00BD,
    R_RSTRING = 0x00D6,
    R_XF = 0x00E0,
    R_SST = 0x00FC,
    R_LABELSST = 0x00FD,
    R_NUMBER = 0x0203,
    R_LABEL = 0x0204,
    R_BOOLERR = 0x0205,
    R_STRING = 0x0207,
    R_ROW = 0x0208,
    R_RK = 0x027E,
    R_FORMAT = 0x041E,
    R_BOF = 0x0809,
};

struct xls_cell {
    size_t from, len; /* range of xls.text */
    enum cell_flag flag;
    bool set;
};

struct xls {
    struct cfb_stream book;
    struct arena *a;
    bool biff8, from_1904;
    unsigned code_page;
    VEC(struct xls_sheet {
        struct str name;
        uint32_t offset;
        bool hidden;
    })
    sheets;
    VEC(uint16_t) formats; /* ids of custom formats that show dates */
    VEC(uint16_t) xfs;     /* format id by cell style */
    struct buf shared;
    VEC(uint64_t) shared_end;

    size_t sheet; /* next to open */
    bool open;
    struct str sheet_name;
    bool wants_merges;
    struct merges merges;              /* of the open sheet */
    uint8_t hidden_rows[ROWS_MAX / 8]; /* bitmap, likewise */
    bool hidden_column[COLUMNS];
    size_t at; /* in the stream, of the next record */

    int row; /* being gathered; -1 none */
    size_t count;
    struct xls_cell cells[COLUMNS]; /* count: last set + 1 */
    struct xls_cell *wants_string;  /* a formula whose text comes in a later record */
    struct buf text;
};

bool xls_is(struct bytes head)
{
    return head.len >= 8 && memcmp(head.ptr, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) == 0;
}

/* --- records ------------------------------------------------------------- */

/* A record and a place in it that can go on in CONTINUE records. */
struct record_at {
    struct bytes book;
    size_t next; /* offset of the record behind this part */
    unsigned type;
    const uint8_t *p, *end; /* what is left of this part */
};

/* The record at offset `at`; false when it is cut off. */
static bool record_read(struct record_at *r, struct bytes book, size_t at)
{
    if (at > book.len || book.len - at < 4)
        return false;
    size_t len = le16(book.ptr + at + 2);
    if (book.len - at - 4 < len)
        return false;
    *r = (struct record_at){book, at + 4 + len, le16(book.ptr + at), book.ptr + at + 4,
                            book.ptr + at + 4 + len};
    return true;
}

static size_t left(const struct record_at *r)
{
    return (size_t)(r->end - r->p);
}

static bool continued(struct record_at *r)
{
    struct record_at next;
    if (!record_read(&next, r->book, r->next) || next.type != R_CONTINUE)
        return false;
    *r = next;
    return true;
}

/* Step over `len` bytes, into CONTINUE records where needed. */
static bool skip(struct record_at *r, size_t len)
{
    while (len > left(r)) {
        len -= left(r);
        if (!continued(r))
            return false;
    }
    r->p += len;
    return true;
}

static bool take(uint32_t *out, struct record_at *r, size_t bytes)
{
    if (left(r) == 0 && !continued(r))
        return false;
    if (left(r) < bytes)
        return false;
    *out = bytes == 1 ? r->p[0] : bytes == 2 ? le16(r->p) : le32(r->p);
    r->p += bytes;
    return true;
}

/* --- texts --------------------------------------------------------------- */

static void put_code_point(struct buf *to, uint32_t c)
{
    char utf8[4];
    buf_add(to, (struct str){utf8, utf8_put(utf8, c)});
}

/* UTF-16 units one at a time; a pair may be split over two records. */
static void put_unit(struct buf *to, uint32_t *high, uint32_t unit)
{
    if (*high && unit >= 0xDC00 && unit <= 0xDFFF) {
        put_code_point(to, 0x10000 + ((*high - 0xD800) << 10) + (unit - 0xDC00));
        *high = 0;
        return;
    }
    if (*high)
        put_code_point(to, UTF8_REPLACEMENT);
    *high = unit >= 0xD800 && unit <= 0xDBFF ? unit : 0;
    if (*high == 0)
        put_code_point(to, unit);
}

/* `count` characters of a BIFF8 string [2.5.293], flag byte first. `rich`: the
 * flags may announce runs and phonetic data behind it. */
static bool put_unicode(struct buf *to, struct record_at *r, size_t count, bool may_be_rich)
{
    uint32_t flags, runs = 0, extra = 0, high = 0;
    if (!take(&flags, r, 1))
        return false;
    if (may_be_rich && (flags & 8) && !take(&runs, r, 2))
        return false;
    if (may_be_rich && (flags & 4) && !take(&extra, r, 4))
        return false;
    while (count > 0) {
        if (left(r) == 0) {
            uint32_t fresh;
            if (!continued(r) || !take(&fresh, r, 1))
                return false;
            flags = (flags & ~1u) | (fresh & 1);
            continue;
        }
        size_t width = flags & 1 ? 2 : 1, n = left(r) / width;
        if (n == 0)
            return false;
        n = n < count ? n : count;
        for (size_t i = 0; i < n; i++)
            put_unit(to, &high, width == 2 ? le16(r->p + i * 2) : r->p[i]);
        r->p += n * width;
        count -= n;
    }
    if (high)
        put_code_point(to, UTF8_REPLACEMENT);
    return skip(r, (size_t)runs * 4 + extra);
}

/* Bytes in the workbook's code page, BIFF5/7. */
static void put_bytes(struct xls *x, struct buf *to, struct str s)
{
    char name[16];
    unsigned page = x->code_page == 0x8001 || x->code_page == 0 ? 1252 : x->code_page;
    snprintf(name, sizeof(name), "CP%u", page);
    iconv_t cd = iconv_open("UTF-8", page == 936 ? "GB18030" : page == 0x8000 ? "MACINTOSH" : name);
    char *room = buf_reserve(to, s.len * 4 + 4), *from = (char *)(uintptr_t)s.ptr;
    size_t from_left = s.len, room_left = s.len * 4 + 4;
    bool done =
        room && cd != (iconv_t)-1 && iconv(cd, &from, &from_left, &room, &room_left) != (size_t)-1;
    if (cd != (iconv_t)-1)
        iconv_close(cd);
    if (done) {
        to->len = (size_t)(room - to->ptr);
        return;
    }
    struct arena *a = arena_new(); /* a wrong or unknown code page: by its look */
    buf_add(to, encoding_to_utf8(s, a));
    arena_free(a);
}

/* A string whose count has `count_bytes` bytes, in either version. */
static bool put_string(struct xls *x, struct buf *to, struct record_at *r, size_t count_bytes)
{
    uint32_t count;
    if (!take(&count, r, count_bytes))
        return false;
    if (x->biff8)
        return put_unicode(to, r, count, false);
    if (left(r) < count)
        return false;
    put_bytes(x, to, (struct str){(const char *)r->p, count});
    r->p += count;
    return true;
}

/* --- the workbook's globals ---------------------------------------------- */

static bool read_shared(struct xls *x, struct record_at *r)
{
    uint32_t total, count, chars;
    if (!take(&total, r, 4) || !take(&count, r, 4))
        return false;
    for (uint32_t i = 0; i < count; i++) {
        /* Some programs count more strings than they write. */
        if (left(r) == 0 && !continued(r))
            break;
        if (!take(&chars, r, 2) || !put_unicode(&x->shared, r, chars, true))
            return false;
        VEC_PUSH(x->a, &x->shared_end, x->shared.len);
    }
    return buf_ok(&x->shared);
}

static bool read_sheet_name(struct xls *x, struct record_at *r)
{
    uint32_t offset, kind;
    struct buf name = {0};
    if (!take(&offset, r, 4) || !take(&kind, r, 2))
        return false;
    if (kind >> 8 != 0 || x->sheets.len >= SHEETS_MAX)
        return true; /* a chart or macro sheet */
    bool good = put_string(x, &name, r, 1);
    struct xls_sheet s = {arena_dup(x->a, buf_str(&name)), offset, (kind & 3) != 0};
    buf_clear(&name);
    if (good)
        VEC_PUSH(x->a, &x->sheets, s);
    return good;
}

static bool read_format(struct xls *x, struct record_at *r)
{
    uint32_t id;
    struct buf code = {0};
    if (!take(&id, r, 2))
        return false;
    bool good = put_string(x, &code, r, x->biff8 ? 2 : 1);
    if (good && cell_format_is_date(buf_str(&code)))
        VEC_PUSH(x->a, &x->formats, (uint16_t)id);
    buf_clear(&code);
    return good;
}

static bool read_global(struct xls *x, struct record_at *r)
{
    switch (r->type) {
    case R_CODEPAGE:
        if (left(r) >= 2)
            x->code_page = le16(r->p);
        return true;
    case R_DATEMODE:
        x->from_1904 = left(r) >= 2 && le16(r->p) == 1;
        return true;
    case R_BOUNDSHEET:
        return read_sheet_name(x, r);
    case R_FORMAT:
        return read_format(x, r);
    case R_XF:
        if (left(r) >= 4)
            VEC_PUSH(x->a, &x->xfs, le16(r->p + 2));
        return true;
    case R_SST:
        return read_shared(x, r);
    default:
        return true;
    }
}

static err_t cut_off(size_t at, struct err *e)
{
    return err_set(e, E_INVALID,
                   "the Excel file is damaged or cut off at byte %zu of its workbook; save it "
                   "again as .xlsx",
                   at);
}

static err_t read_globals(struct xls *x, struct err *e)
{
    struct record_at r;
    size_t at = 0;
    if (!record_read(&r, x->book.bytes, 0) || r.type != R_BOF || left(&r) < 4)
        return err_set(e, E_INVALID, "the Excel file is older than Excel 5; save it as .xlsx");
    x->biff8 = le16(r.p) == 0x0600;
    if (!x->biff8 && le16(r.p) != 0x0500)
        return err_set(e, E_INVALID, "the Excel file has an unknown version; save it as .xlsx");
    for (at = r.next; record_read(&r, x->book.bytes, at); at = r.next) {
        size_t after = r.next;
        if (r.type == R_EOF)
            return x->sheets.len ? OK : err_set(e, E_INVALID, "the Excel file has no sheet");
        if (r.type == R_FILEPASS)
            return err_set(e, E_INVALID, "the Excel file is encrypted; save it without a password");
        if (!read_global(x, &r))
            break;
        r.next = after;
    }
    return cut_off(at, e);
}

/* --- cells --------------------------------------------------------------- */

static bool is_date_xf(const struct xls *x, unsigned xf)
{
    unsigned format = xf < x->xfs.len ? x->xfs.ptr[xf] : 0;
    for (size_t i = 0; i < x->formats.len; i++) {
        if (x->formats.ptr[i] == format)
            return true;
    }
    return format < 164 && cell_format_id_is_date(format);
}

static void put_number(struct xls *x, struct xls_cell *cell, unsigned xf, double d)
{
    char text[CELL_NUMBER_MAX];
    bool lossy = false;
    size_t len = is_date_xf(x, xf) ? cell_date(text, d, x->from_1904) : 0;
    if (len == 0)
        len = cell_number(text, d, &lossy);
    buf_add(&x->text, (struct str){text, len});
    if (lossy)
        cell->flag = CELL_LOSSY_NUMBER;
}

static double double_of(uint32_t low, uint32_t high)
{
    uint64_t bits = low | (uint64_t)high << 32;
    double d;
    memcpy(&d, &bits, sizeof(d));
    return d;
}

/* RK [2.5.218]: 30 bits of an integer or of a double's upper half, perhaps ×100. */
static double rk_number(uint32_t rk)
{
    double d = rk & 2 ? (double)((int32_t)rk >> 2) : double_of(0, rk & ~3u);
    return rk & 1 ? d / 100 : d;
}

static void put_error(struct xls *x, struct xls_cell *cell, unsigned code)
{
    static const struct {
        unsigned code;
        const char *text;
    } errors[] = {{0x00, "#NULL!"}, {0x07, "#DIV/0!"}, {0x0F, "#VALUE!"}, {0x17, "#REF!"},
                  {0x1D, "#NAME?"}, {0x24, "#NUM!"},   {0x2A, "#N/A"}};
    cell->flag = CELL_ERROR;
    for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
        if (errors[i].code == code) {
            buf_addz(&x->text, errors[i].text);
            return;
        }
    }
    buf_addz(&x->text, "#ERROR!");
}

static struct xls_cell *begin_cell(struct xls *x, unsigned column)
{
    if (column >= COLUMNS)
        return NULL;
    while (x->count <= column)
        x->cells[x->count++] = (struct xls_cell){0};
    x->cells[column] = (struct xls_cell){.from = x->text.len, .set = true};
    return &x->cells[column];
}

static void end_cell(struct xls *x, struct xls_cell *cell)
{
    cell->len = x->text.len - cell->from;
}

static void put_shared(struct xls *x, struct xls_cell *cell, uint32_t i)
{
    if (i >= x->shared_end.len) {
        put_error(x, cell, 0x17);
        return;
    }
    uint64_t from = i ? x->shared_end.ptr[i - 1] : 0;
    buf_add(&x->text, (struct str){x->shared.ptr + from, (size_t)(x->shared_end.ptr[i] - from)});
}

/* The cached result of a formula [2.5.133]. */
static void put_formula(struct xls *x, struct xls_cell *cell, unsigned xf, const uint8_t *result)
{
    cell->flag = CELL_FORMULA;
    x->wants_string = NULL;
    if (le16(result + 6) != 0xFFFF) {
        put_number(x, cell, xf, double_of(le32(result), le32(result + 4)));
        return;
    }
    switch (result[0]) {
    case 0:
        cell->flag = CELL_FORMULA_EMPTY; /* until its STRING record comes */
        x->wants_string = cell;
        break;
    case 1:
        buf_addz(&x->text, result[2] ? "TRUE" : "FALSE");
        break;
    case 2:
        put_error(x, cell, result[2]);
        break;
    default:
        break; /* 3: an empty text */
    }
}

static bool put_multiple(struct xls *x, const struct record_at *r)
{
    unsigned column = le16(r->p + 2);
    for (const uint8_t *p = r->p + 4; r->end - p >= 8; p += 6, column++) {
        struct xls_cell *cell = begin_cell(x, column);
        if (!cell)
            return false;
        put_number(x, cell, le16(p), rk_number(le32(p + 2)));
        end_cell(x, cell);
    }
    return true;
}

/* Least length of a cell record; 0 for records that are no cell with a value. */
static size_t cell_record_least(unsigned type)
{
    switch (type) {
    case R_NUMBER:
    case R_FORMULA:
        return 14;
    case R_RK:
    case R_LABELSST:
    case R_MULRK:
        return 10;
    case R_LABEL:
    case R_RSTRING:
    case R_BOOLERR:
        return 8;
    default:
        return 0;
    }
}

static bool read_cell(struct xls *x, struct record_at *r)
{
    unsigned xf = le16(r->p + 4);
    bool good = true;
    if (r->type == R_MULRK)
        return put_multiple(x, r);
    struct xls_cell *cell = begin_cell(x, le16(r->p + 2));
    if (!cell)
        return false;
    const uint8_t *value = r->p + 6;
    r->p += 6;
    if (r->type == R_NUMBER)
        put_number(x, cell, xf, double_of(le32(value), le32(value + 4)));
    else if (r->type == R_RK)
        put_number(x, cell, xf, rk_number(le32(value)));
    else if (r->type == R_LABELSST)
        put_shared(x, cell, le32(value));
    else if (r->type == R_FORMULA)
        put_formula(x, cell, xf, value);
    else if (r->type == R_BOOLERR && value[1])
        put_error(x, cell, value[0]);
    else if (r->type == R_BOOLERR)
        buf_addz(&x->text, value[0] ? "TRUE" : "FALSE");
    else
        good = put_string(x, &x->text, r, 2);
    end_cell(x, cell);
    return good;
}

/* The STRING record behind a formula. */
static bool read_formula_text(struct xls *x, struct record_at *r)
{
    struct xls_cell *cell = x->wants_string;
    x->wants_string = NULL;
    if (!cell)
        return true;
    cell->from = x->text.len;
    cell->flag = CELL_FORMULA;
    bool good = put_string(x, &x->text, r, 2);
    end_cell(x, cell);
    return good;
}

/* --- what stands behind or before the cells --------------------------------- */

/* MergeCells [2.4.168]: ranges of rows and columns. */
static void read_merges(struct xls *x, const struct record_at *r)
{
    size_t count = left(r) < 2 ? 0 : le16(r->p);
    const uint8_t *p = r->p + 2;
    for (size_t i = 0; i < count && r->end - p >= 8; i++, p += 8)
        merges_add(&x->merges, (size_t)le16(p + 4) + 1, (size_t)le16(p + 6) + 1, le16(p) + 1,
                   le16(p + 2) + 1);
}

/* Row [2.4.221]: fDyZero. */
static void read_row_mark(struct xls *x, const struct record_at *r)
{
    if (left(r) >= 16 && (r->p[12] & 0x20))
        x->hidden_rows[le16(r->p) / 8] |= (uint8_t)(1u << (le16(r->p) % 8));
}

/* ColInfo [2.4.53]: fHidden. */
static void read_columns(struct xls *x, const struct record_at *r)
{
    for (size_t i = left(r) < 10 || !(r->p[8] & 1) ? SIZE_MAX : le16(r->p);
         i <= le16(r->p + 2) && i < ARRAY_LEN(x->hidden_column); i++)
        x->hidden_column[i] = true;
}

/* Merged cells stand behind the cells: collected before the rows are given. */
static void look_ahead(struct xls *x, size_t at)
{
    struct record_at r;
    int depth = 0;
    merges_begin(&x->merges);
    memset(x->hidden_rows, 0, sizeof(x->hidden_rows));
    memset(x->hidden_column, 0, sizeof(x->hidden_column));
    for (; record_read(&r, x->book.bytes, at); at = r.next) {
        depth += r.type == R_BOF;
        if (r.type == R_EOF && --depth <= 0)
            break;
        if (r.type == R_MERGECELLS && depth == 1 && x->wants_merges)
            read_merges(x, &r);
        else if (r.type == R_ROW && depth == 1)
            read_row_mark(x, &r);
        else if (r.type == R_COLINFO && depth == 1)
            read_columns(x, &r);
    }
    merges_sort(&x->merges);
}

/* --- rows ---------------------------------------------------------------- */

static void make_row(struct row *out, struct xls *x, struct arena *a)
{
    struct str text = arena_dup(a, buf_str(&x->text));
    struct cell *cells = arena_array(a, x->count, sizeof(*cells));
    for (size_t i = 0; i < x->count; i++) {
        const struct xls_cell *from = &x->cells[i];
        if (!from->set)
            continue;
        cells[i].text = (struct str){text.ptr + from->from, from->len};
        cells[i].flag = from->flag;
        cells[i].hidden = x->hidden_column[i];
    }
    out->number = x->row + 1;
    out->hidden = x->hidden_rows[x->row / 8] >> (x->row % 8) & 1;
    out->cells = cells;
    out->count = x->count;
    merges_apply(&x->merges, out, a);
    x->count = 0;
    x->row = -1;
    x->wants_string = NULL;
    buf_reset(&x->text);
}

static bool row_has_text(const struct xls *x)
{
    for (size_t i = 0; i < x->count; i++) {
        if (x->cells[i].set && (x->cells[i].len > 0 || x->cells[i].flag != CELL_PLAIN))
            return true;
    }
    return false;
}

/* Over a chart inside the sheet, whose records are none of ours. */
static bool skip_inner(size_t *at, struct bytes book)
{
    struct record_at r;
    int depth = 0;
    for (; record_read(&r, book, *at); *at = r.next) {
        depth += r.type == R_BOF;
        if (r.type == R_EOF && --depth == 0) {
            *at = r.next;
            return true;
        }
    }
    return false;
}

/* Records up to the end of a row that has something in it, or of the sheet. */
static err_t gather_row(struct xls *x, bool *ended, struct err *e)
{
    struct record_at r;
    *ended = false;
    for (;;) {
        size_t here = x->at;
        bool good = record_read(&r, x->book.bytes, here);
        if (!good)
            return cut_off(here, e);
        x->at = r.next;
        if (r.type == R_EOF) {
            *ended = true;
            return OK;
        }
        if (r.type == R_BOF) {
            x->at = here;
            good = skip_inner(&x->at, x->book.bytes);
        } else if (r.type == R_STRING) {
            good = read_formula_text(x, &r);
        } else if (cell_record_least(r.type) > 0) {
            if (left(&r) < cell_record_least(r.type))
                return cut_off(here, e);
            int row = le16(r.p);
            if (row != x->row && row_has_text(x)) {
                x->at = here;
                return OK;
            }
            if (row != x->row) {
                x->count = 0;
                x->row = row;
                buf_reset(&x->text);
            }
            good = read_cell(x, &r);
        }
        if (!good)
            return cut_off(here, e);
    }
}

static err_t open_sheet(struct xls *x, struct err *e)
{
    struct record_at r;
    const struct xls_sheet *s = &x->sheets.ptr[x->sheet++];
    x->sheet_name = s->name;
    x->row = -1;
    x->count = 0;
    buf_reset(&x->text);
    if (!record_read(&r, x->book.bytes, s->offset) || r.type != R_BOF)
        return cut_off(s->offset, e);
    look_ahead(x, s->offset);
    x->at = r.next;
    x->open = true;
    return OK;
}

static err_t xls_next(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct xls *x = state;
    *has_row = false;
    *out = (struct row){0};
    while (x->open || x->sheet < x->sheets.len) {
        bool ended = false;
        err_t rc = x->open ? OK : open_sheet(x, e);
        out->sheet = arena_dup(a, x->sheet_name);
        out->sheet_hidden = x->sheets.ptr[x->sheet - 1].hidden;
        if (rc == OK)
            rc = gather_row(x, &ended, e);
        if (rc == OK && !buf_ok(&x->text))
            rc = err_set(e, E_LIMIT, "a row of more than %zu bytes", RECORD_BYTES_MAX);
        if (rc != OK) {
            x->open = false;
            out->number = x->row + 1;
            err_note(e, "sheet %.*s, row %d", STR_ARG(x->sheet_name), x->row + 1);
            return rc;
        }
        x->open = !ended;
        if (row_has_text(x)) {
            make_row(out, x, a);
            *has_row = true;
            return OK;
        }
    }
    return OK;
}

static void xls_close(void *state)
{
    struct xls *x = state;
    free(x->book.owned);
    arena_free(x->a);
    merges_clear(&x->merges);
    buf_clear(&x->shared);
    buf_clear(&x->text);
    free(x);
}

static const struct rows_ops xls_ops = {xls_next, xls_close};

static err_t open_rows(struct rows *out, struct bytes file, bool wants_merges, struct err *e)
{
    static const char *const names[] = {"Workbook", "Book", NULL};
    *out = (struct rows){0};
    if (!xls_is(file))
        return err_set(e, E_INVALID, "this is no Excel file of the .xls kind");
    struct xls *x = mem_zalloc(sizeof(*x));
    x->a = arena_new();
    x->wants_merges = wants_merges;
    buf_init(&x->shared, (size_t)1 << 30);
    buf_init(&x->text, RECORD_BYTES_MAX);
    err_t rc = cfb_read(&x->book, file, names, e);
    if (rc == OK)
        rc = read_globals(x, e);
    if (rc != OK)
        xls_close(x);
    else
        *out = (struct rows){&xls_ops, x};
    return rc;
}

err_t xls_open(struct rows *out, struct bytes file, struct err *e)
{
    return open_rows(out, file, false, e);
}

err_t xls_open_merged(struct rows *out, struct bytes file, struct err *e)
{
    return open_rows(out, file, true, e);
}

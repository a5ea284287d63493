/* Frames on a pipe between two programs of one build: a head of fixed size, then the bytes it counts. */
#include "text/book.h"
#include "base/child.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/markup.h"
#include "text/xls.h"
#include "text/xlsx.h"
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE_BYTES ((size_t)256 << 10)
#define SAID_BYTES ((size_t)64 << 10) /* rows are said as many at once as a pipe holds */
#define SILENT_MS 300000              /* by the wall: one that does nothing any more */

static const struct {
    const char *word;
    err_t (*open)(struct rows *out, struct bytes file, struct err *e);
} kinds[] = {
    [BOOK_XLSX] = {"xlsx", xlsx_open},
    [BOOK_XLSX_MERGED] = {"xlsx-merged", xlsx_open_merged},
    [BOOK_XLS_MERGED] = {"xls-merged", xls_open_merged},
    [BOOK_MARKUP] = {"markup", markup_open},
};

enum frame_kind { FRAME_OPENED = 1, FRAME_ROW, FRAME_ERROR, FRAME_END };

/* Then: name of the sheet; of a row its cells' heads and then their texts, of an error its sentence. */
struct frame {
    uint32_t kind, rc;
    uint64_t bytes; /* that follow */
    int64_t number, line;
    double done;
    uint32_t hidden, sheet_hidden;
    uint32_t sheet_len, count;
};

struct frame_cell {
    uint32_t flag, text_len;
    uint32_t hidden, across;
};

#define FRAME_BYTES_MAX (RECORD_BYTES_MAX + PIECE_BYTES) /* a row and the name of its sheet */

/* --- who says ------------------------------------------------------------------------------- */

static bool write_all(struct str s)
{
    while (s.len > 0) {
        ssize_t n = write(STDOUT_FILENO, s.ptr, s.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        s = (struct str){s.ptr + n, s.len - (size_t)n};
    }
    return true;
}

static void add_head(struct buf *b, const void *head, size_t len)
{
    buf_add(b, (struct str){head, len});
}

static bool say(struct buf *b, struct frame f, const struct row *row, struct str content)
{
    f.number = row->number;
    f.line = row->line;
    f.done = row->done;
    f.hidden = row->hidden;
    f.sheet_hidden = row->sheet_hidden;
    f.sheet_len = (uint32_t)row->sheet.len;
    f.bytes = row->sheet.len + content.len;
    add_head(b, &f, sizeof(f));
    buf_add(b, row->sheet);
    buf_add(b, content);
    if (f.kind == FRAME_ROW && b->len < SAID_BYTES)
        return true;
    bool heard = write_all(buf_str(b));
    buf_reset(b);
    return heard;
}

static bool say_error(struct buf *b, err_t rc, const struct err *e, const struct row *row)
{
    return say(b, (struct frame){.kind = FRAME_ERROR, .rc = (uint32_t)rc}, row, str_of(e->text));
}

static size_t row_bytes(const struct row *row)
{
    size_t all = row->count * sizeof(struct frame_cell);
    for (size_t i = 0; i < row->count; i++)
        all += row->cells[i].text.len;
    return all;
}

static bool say_row(struct buf *b, struct buf *cells, const struct row *row)
{
    struct err e;
    if (row_bytes(row) > RECORD_BYTES_MAX)
        return say_error(b, err_set(&e, E_LIMIT, "a row of more than %zu bytes", RECORD_BYTES_MAX),
                         &e, row);
    buf_reset(cells);
    for (size_t i = 0; i < row->count; i++) {
        const struct cell *c = &row->cells[i];
        const struct frame_cell head = {(uint32_t)c->flag, (uint32_t)c->text.len, c->hidden,
                                        c->across};
        add_head(cells, &head, sizeof(head));
    }
    for (size_t i = 0; i < row->count; i++)
        buf_add(cells, row->cells[i].text);
    return say(b, (struct frame){.kind = FRAME_ROW, .count = (uint32_t)row->count}, row,
               buf_str(cells));
}

static bool say_rows(struct rows *rows, struct buf *b)
{
    static const struct row none;
    struct arena *a = arena_new();
    struct buf cells;
    struct row row;
    struct err e = {0};
    bool has_row = true, heard = say(b, (struct frame){.kind = FRAME_OPENED}, &none, STR_NONE);
    buf_init(&cells, 2 * RECORD_BYTES_MAX);
    while (heard && has_row) {
        row = none;
        err_t rc = rows_next(&has_row, &row, rows, a, &e);
        if (rc != OK)
            heard = has_row = say_error(b, rc, &e, &row);
        else if (has_row)
            heard = say_row(b, &cells, &row);
        arena_reset(a);
    }
    buf_clear(&cells);
    arena_free(a);
    return heard && say(b, (struct frame){.kind = FRAME_END}, &none, STR_NONE);
}

bool book_say(const char *word, struct bytes file)
{
    static const struct row none;
    struct rows rows = {0};
    struct buf b = {0};
    struct err e = {0};
    size_t at = 0;
    while (at < ARRAY_LEN(kinds) && strcmp(kinds[at].word, word) != 0)
        at++;
    if (at == ARRAY_LEN(kinds))
        return false;
    err_t rc = kinds[at].open(&rows, file, &e);
    bool heard = rc == OK ? say_rows(&rows, &b) : say_error(&b, rc, &e, &none);
    rows_close(&rows);
    buf_clear(&b);
    return heard;
}

/* --- who hears ------------------------------------------------------------------------------ */

struct book {
    struct child child;
    struct child_heard *heard; /* NULL: it has ended */
    struct bytes rest;         /* of the file, not fed yet */
    char size[24];
    const char *argv[6];
    struct buf in; /* heard, and not taken yet, from `at` on */
    size_t at;
    bool ended;
};

static err_t feed(struct bytes *piece, void *arg, struct err *e)
{
    struct book *b = arg;
    size_t len = b->rest.len < PIECE_BYTES ? b->rest.len : PIECE_BYTES;
    (void)e;
    *piece = (struct bytes){b->rest.ptr, len};
    b->rest = (struct bytes){b->rest.ptr + len, b->rest.len - len};
    return OK;
}

static err_t broken(struct book *b, struct err *e)
{
    b->ended = true;
    return err_set(e, E_INVALID,
                   "the workbook is refused: to read it takes more time, memory or rights than any "
                   "table needs; save it as CSV and take that");
}

/* It said no more, before it said that this was all. */
static err_t ended_early(struct book *b, struct err *e)
{
    int status = 0;
    struct child_heard *heard = b->heard;
    b->heard = NULL;
    b->ended = true;
    err_t rc = child_end(&status, heard, e);
    if (rc != OK)
        return rc;
    return status == 128 + SIGKILL
               ? err_set(e, E_BUSY,
                         "the workbook could not be read to its end just now: this machine has too "
                         "much to do; try again later")
               : broken(b, e);
}

/* The next `len` bytes, until the call after this one. */
static err_t take(const char **out, struct book *b, size_t len, struct err *e)
{
    if (b->at > 0) {
        memmove(b->in.ptr, b->in.ptr + b->at, b->in.len - b->at);
        b->in.len -= b->at;
        b->at = 0;
    }
    while (b->in.len < len) {
        size_t got = 0, room = len - b->in.len;
        room = room < PIECE_BYTES ? PIECE_BYTES : room;
        char *to = buf_reserve(&b->in, room);
        err_t rc = to ? child_hear(&got, b->heard, to, room, e) : broken(b, e);
        if (rc != OK) {
            b->ended = true;
            return rc;
        }
        if (got == 0)
            return ended_early(b, e);
        b->in.len += got;
    }
    *out = b->in.ptr;
    b->at = len;
    return OK;
}

/* As it is where it is text; else with U+FFFD for what is none. */
static struct str as_text(struct str s, struct arena *a)
{
    if (utf8_check(s) == s.len)
        return s;
    char *to = arena_alloc(a, s.len * 3 + 1);
    size_t len = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        len += utf8_put(to + len, c == UTF8_BAD ? UTF8_REPLACEMENT : c);
    }
    return (struct str){to, len};
}

/* Lengths are checked against what came, flags against those there are, texts against UTF-8. */
static bool take_cells(struct row *out, const struct frame *f, struct str s, struct arena *a)
{
    if (f->count > COLUMNS_MAX || f->count * sizeof(struct frame_cell) > s.len)
        return false;
    struct cell *cells = arena_array(a, f->count, sizeof(*cells));
    const char *text = arena_dup(a, s).ptr;
    size_t at = f->count * sizeof(struct frame_cell);
    for (size_t i = 0; i < f->count; i++) {
        struct frame_cell head;
        memcpy(&head, s.ptr + i * sizeof(head), sizeof(head));
        if (head.flag > CELL_BAD_BYTES || head.text_len > s.len - at)
            return false;
        cells[i] = (struct cell){.text = as_text((struct str){text + at, head.text_len}, a),
                                 .flag = (enum cell_flag)head.flag,
                                 .hidden = head.hidden,
                                 .across = head.across};
        at += head.text_len;
    }
    out->cells = cells;
    out->count = f->count;
    return at == s.len;
}

static bool is_sound(const struct frame *f)
{
    return f->kind >= FRAME_OPENED && f->kind <= FRAME_END && f->sheet_len <= f->bytes &&
           f->bytes <= FRAME_BYTES_MAX &&
           (f->kind != FRAME_ERROR || (f->rc > OK && f->rc <= E_INTERNAL));
}

static err_t take_frame(struct frame *f, struct row *out, struct book *b, struct arena *a,
                        struct err *e)
{
    const char *from;
    err_t rc = take(&from, b, sizeof(*f), e);
    if (rc != OK)
        return rc;
    memcpy(f, from, sizeof(*f));
    if (!is_sound(f))
        return broken(b, e);
    if ((rc = take(&from, b, (size_t)f->bytes, e)) != OK)
        return rc;
    const struct str content = {from + f->sheet_len, (size_t)f->bytes - f->sheet_len};
    *out = (struct row){.number = f->number,
                        .line = f->line,
                        .hidden = f->hidden,
                        .sheet_hidden = f->sheet_hidden,
                        .done = f->done,
                        .sheet = as_text(arena_dup(a, (struct str){from, f->sheet_len}), a)};
    if (f->kind == FRAME_ERROR)
        return err_set(e, (err_t)f->rc, "%.*s", STR_ARG(as_text(content, a)));
    return f->kind != FRAME_ROW || take_cells(out, f, content, a) ? OK : broken(b, e);
}

static err_t book_next(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct book *b = state;
    struct frame f;
    *has_row = false;
    if (b->ended)
        return OK;
    err_t rc = take_frame(&f, out, b, a, e);
    b->ended = b->ended || (rc == OK && f.kind != FRAME_ROW);
    *has_row = rc == OK && f.kind == FRAME_ROW;
    return rc;
}

static void book_close(void *state)
{
    struct book *b = state;
    child_stop(b->heard);
    buf_clear(&b->in);
    free(b);
}

static const struct rows_ops book_ops = {book_next, book_close};

static err_t hear_opening(struct book *b, struct err *e)
{
    struct arena *a = arena_new();
    struct frame f = {0};
    struct row none;
    err_t rc = take_frame(&f, &none, b, a, e);
    if (rc == OK && f.kind != FRAME_OPENED)
        rc = broken(b, e);
    arena_free(a);
    return rc;
}

err_t book_open(struct rows *out, enum book_kind kind, struct bytes file, const char *reader,
                struct err *e)
{
    if (!reader)
        return kinds[kind].open(out, file, e);
    struct book *b = mem_zalloc(sizeof(*b));
    b->rest = file;
    (void)snprintf(b->size, sizeof(b->size), "%zu", file.len);
    b->argv[0] = reader;
    b->argv[1] = "rows";
    b->argv[2] = msg_lang() == LANG_EN ? "en" : "zh";
    b->argv[3] = b->size;
    b->argv[4] = kinds[kind].word;
    b->child = (struct child){.argv = b->argv, .feed = feed, .arg = b, .time_ms = SILENT_MS};
    buf_init(&b->in, FRAME_BYTES_MAX + PIECE_BYTES);
    err_t rc = child_start(&b->heard, &b->child, e);
    if (rc != OK)
        rc = err_set(e, E_IO, "the reader of workbooks (zhiyun-pdf) cannot be started");
    else
        rc = hear_opening(b, e);
    if (rc == OK)
        *out = (struct rows){&book_ops, b};
    else
        book_close(b);
    return rc;
}

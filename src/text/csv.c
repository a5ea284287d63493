/* Tables as text, streamed through one window.
 *
 * A record is first found (where it ends, where its cells begin), then copied
 * once into the caller's arena, so that a record that turns out never to end
 * can be left behind after its first line. A quotation mark closes a cell only
 * where a delimiter, a line break or the end follows: exports that do not
 * double their inner marks are then read as they were meant. */
#include "text/csv.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/utf8.h"
#include <stdlib.h>

#define WINDOW_FIRST ((size_t)256 << 10)
#define GUESS_ROWS 50
#define GUESS_BYTES ((size_t)64 << 10)
/* After a mark that never closed, the next is given half as far to close, down
 * to here: a file with one on every line is then read in linear time. */
#define QUOTE_SPAN_LEAST ((size_t)1 << 20)

struct csv {
    struct stream *in;
    char delimiter;
    bool special[256]; /* ends a bare cell */
    char *win;
    size_t at, len, cap;
    bool eof, skipping; /* skipping: the rest of a line too long */
    bool failed;        /* the stream did: told once, then it is the end */
    int64_t line;       /* of win[at] */
    int64_t number;     /* records so far */
    size_t quote_span;  /* bytes a quoted cell may have */
    struct mark {
        size_t from, to; /* offsets from the record's start */
        bool inner;      /* a quoted cell with doubled marks */
    } * marks;           /* COLUMNS_MAX */
    size_t count;
    bool wide; /* a quoted cell holds a line break */
};

/* --- the window ---------------------------------------------------------- */

/* More bytes behind win[len]; win[at] may move. False at the end of the file. */
static err_t more(bool *grew, struct csv *c, struct err *e)
{
    size_t got = 0;
    *grew = false;
    if (c->eof)
        return OK;
    if (c->at > 0) {
        memmove(c->win, c->win + c->at, c->len - c->at);
        c->len -= c->at;
        c->at = 0;
    }
    if (c->len == c->cap) {
        c->cap *= 2;
        c->win = mem_grow(c->win, c->cap);
    }
    err_t rc = stream_read(&got, c->in, c->win + c->len, c->cap - c->len, e);
    c->len += got;
    *grew = got > 0;
    c->eof = rc == OK && got == 0;
    c->failed = rc != OK;
    return rc;
}

/* Is there a byte at win[at + i]? Reads on where needed. */
static err_t have(bool *there, struct csv *c, size_t i, struct err *e)
{
    err_t rc = OK;
    *there = true;
    while (rc == OK && *there && c->at + i >= c->len)
        rc = more(there, c, e);
    return rc;
}

/* Step over the line break at win[at + i]; *width 1 or 2. */
static err_t break_width(size_t *width, struct csv *c, size_t i, struct err *e)
{
    bool there;
    *width = 1;
    if (c->win[c->at + i] != '\r')
        return OK;
    err_t rc = have(&there, c, i + 1, e);
    if (rc == OK && there && c->win[c->at + i + 1] == '\n')
        *width = 2;
    return rc;
}

static bool is_break(char b)
{
    return b == '\n' || b == '\r';
}

/* --- one record ---------------------------------------------------------- */

/* How the search for a record's end came out. */
enum outcome { FOUND, TOO_LONG, TOO_MANY, UNCLOSED };

/* A closing mark stands at win[at + i] when only blanks lie between it and a
 * delimiter, a line break or the end. *end is where the cell's rest ends. */
static err_t quote_closes(bool *closes, size_t *end, struct csv *c, size_t i, struct err *e)
{
    bool there;
    err_t rc;
    size_t k = i + 1;
    *closes = false;
    while ((rc = have(&there, c, k, e)) == OK && there) {
        char b = c->win[c->at + k];
        if (b == c->delimiter || is_break(b))
            break;
        if (b != ' ' && b != '\t')
            return OK;
        k++;
    }
    *closes = rc == OK;
    *end = k;
    return rc;
}

/* The quoted cell that opens at *i; *i becomes the byte behind it. */
static err_t quoted_cell(enum outcome *how, struct csv *c, size_t *i, struct err *e)
{
    struct mark *m = &c->marks[c->count];
    size_t at = *i + 1, end;
    bool there, closes;
    err_t rc;
    *m = (struct mark){at, at, false};
    for (;;) {
        if ((rc = have(&there, c, at, e)) != OK)
            return rc;
        const char *from = c->win + c->at + at;
        size_t left = c->len - c->at - at;
        const char *quote = there ? memchr(from, '"', left) : NULL;
        if (!there || at - *i > c->quote_span) {
            *how = UNCLOSED;
            return OK;
        }
        size_t step = quote ? (size_t)(quote - from) : left;
        if (!c->wide)
            c->wide = memchr(from, '\n', step) || memchr(from, '\r', step);
        at += step;
        if (!quote)
            continue;
        if ((rc = have(&there, c, at + 1, e)) != OK)
            return rc;
        if (there && c->win[c->at + at + 1] == '"') {
            m->inner = true;
            at += 2;
            continue;
        }
        if ((rc = quote_closes(&closes, &end, c, at, e)) != OK)
            return rc;
        if (closes)
            break;
        at++; /* a mark in the middle: text */
    }
    m->to = at;
    *i = end;
    *how = m->to - m->from > FIELD_BYTES_MAX ? TOO_LONG : FOUND;
    return OK;
}

/* The bare cell that begins at *i; *i becomes the byte behind it. */
static err_t bare_cell(enum outcome *how, struct csv *c, size_t *i, struct err *e)
{
    size_t at = *i;
    bool there;
    err_t rc;
    while ((rc = have(&there, c, at, e)) == OK && there) {
        const char *p = c->win + c->at + at, *end = c->win + c->len;
        while (p < end && !c->special[(unsigned char)*p])
            p++;
        at = (size_t)(p - c->win) - c->at;
        if (p < end || at - *i > FIELD_BYTES_MAX)
            break;
    }
    *how = at - *i > FIELD_BYTES_MAX ? TOO_LONG : FOUND;
    c->marks[c->count] = (struct mark){*i, at, false};
    *i = at;
    return rc;
}

/* Find the cells of the record at win[at]; *len is up to its line break. */
static err_t find_record(enum outcome *how, size_t *len, struct csv *c, struct err *e)
{
    size_t i = 0;
    bool there;
    err_t rc;
    c->count = 0;
    c->wide = false;
    for (;;) {
        if ((rc = have(&there, c, i, e)) != OK)
            return rc;
        bool quoted = there && c->win[c->at + i] == '"';
        if (c->count == COLUMNS_MAX) {
            *how = TOO_MANY;
            return OK;
        }
        rc = quoted ? quoted_cell(how, c, &i, e) : bare_cell(how, c, &i, e);
        if (rc != OK || *how != FOUND)
            return rc;
        c->count++;
        if (i > RECORD_BYTES_MAX) {
            *how = TOO_LONG;
            return OK;
        }
        *len = i;
        if (c->at + i >= c->len || c->win[c->at + i] != c->delimiter)
            return OK;
        i++;
    }
}

/* --- cells --------------------------------------------------------------- */

/* Doubled marks made single, in place. */
static size_t undouble(char *p, size_t len)
{
    size_t to = 0;
    for (size_t from = 0; from < len; from++) {
        p[to++] = p[from];
        if (p[from] == '"' && from + 1 < len && p[from + 1] == '"')
            from++;
    }
    return to;
}

/* Broken bytes and NULs as U+FFFD. */
static void mend(struct cell *cell, struct arena *a)
{
    size_t at = 0, bad = 0;
    struct str s = cell->text;
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        bad += utf8_next(s, &i) == UTF8_BAD || s.ptr[from] == '\0';
    }
    if (bad == 0)
        return;
    char *to = arena_alloc(a, s.len + bad * 2 + 1);
    for (size_t i = 0; i < s.len;) {
        size_t from = i;
        if (utf8_next(s, &i) == UTF8_BAD || s.ptr[from] == '\0') {
            memcpy(to + at, "\xEF\xBF\xBD", 3);
            at += 3;
        } else {
            memcpy(to + at, s.ptr + from, i - from);
            at += i - from;
        }
    }
    cell->text = (struct str){to, at};
    cell->flag = CELL_BAD_BYTES;
}

static void make_row(struct row *out, const struct csv *c, size_t len, struct arena *a)
{
    struct str text = arena_dup(a, (struct str){c->win + c->at, len});
    struct cell *cells = arena_array(a, c->count, sizeof(*cells));
    bool clean = utf8_check(text) == len && (len == 0 || !memchr(text.ptr, '\0', len));
    for (size_t i = 0; i < c->count; i++) {
        const struct mark *m = &c->marks[i];
        char *from = (char *)(uintptr_t)text.ptr + m->from; /* arena_dup made it: ours to change */
        cells[i].text = (struct str){from, m->to - m->from};
        if (m->inner)
            cells[i].text.len = undouble(from, m->to - m->from);
        if (!clean)
            mend(&cells[i], a);
    }
    out->cells = cells;
    out->count = c->count;
}

/* --- going on ------------------------------------------------------------ */

static int64_t count_breaks(const char *p, size_t len)
{
    int64_t n = 0;
    for (size_t i = 0; i < len; i++)
        n += p[i] == '\n' ? i == 0 || p[i - 1] != '\r' : p[i] == '\r';
    return n;
}

/* Go behind the line break that ends the line of win[at], dropping the rest. */
static err_t leave_line(struct csv *c, struct err *e)
{
    err_t rc;
    bool there;
    size_t width;
    c->skipping = true;
    while ((rc = have(&there, c, 0, e)) == OK && there) {
        const char *from = c->win + c->at;
        const char *lf = memchr(from, '\n', c->len - c->at);
        const char *cr = memchr(from, '\r', lf ? (size_t)(lf - from) : c->len - c->at);
        const char *end = cr ? cr : lf ? lf : c->win + c->len;
        c->at = (size_t)(end - c->win);
        if (c->at == c->len)
            continue;
        if ((rc = break_width(&width, c, 0, e)) != OK)
            return rc;
        c->at += width;
        c->line++;
        c->skipping = false;
        return OK;
    }
    if (rc == OK)
        c->skipping = false;
    return rc;
}

/* To the next line that is not empty; *there false at the end. */
static err_t skip_blank_lines(bool *there, struct csv *c, struct err *e)
{
    err_t rc;
    size_t width;
    while ((rc = have(there, c, 0, e)) == OK && *there && is_break(c->win[c->at])) {
        if ((rc = break_width(&width, c, 0, e)) != OK)
            return rc;
        c->at += width;
        c->line++;
    }
    return rc;
}

static err_t refuse(struct csv *c, enum outcome how, struct err *e)
{
    long long line = c->line;
    c->skipping = true; /* the next call goes on behind this line */
    if (how == UNCLOSED) {
        line += count_breaks(c->win + c->at, c->marks[c->count].from);
        c->quote_span = c->quote_span / 2 > QUOTE_SPAN_LEAST ? c->quote_span / 2 : QUOTE_SPAN_LEAST;
        return err_set(e, E_INVALID,
                       "line %lld: column %zu begins with a quotation mark that is never closed; "
                       "close it or double it",
                       line, c->count + 1);
    }
    if (how == TOO_MANY)
        return err_set(
            e, E_LIMIT,
            "line %lld: more than %d columns; is the file a table, and its line breaks whole?",
            line, COLUMNS_MAX);
    return err_set(e, E_LIMIT,
                   "line %lld: column %zu is longer than %zu bytes; is the file a table, and its "
                   "line breaks whole?",
                   line, c->count + 1, FIELD_BYTES_MAX);
}

static err_t csv_next(bool *has_row, struct row *out, void *state, struct arena *a, struct err *e)
{
    struct csv *c = state;
    enum outcome how = FOUND;
    size_t len, width = 0;
    bool there;
    err_t rc;
    *has_row = false;
    *out = (struct row){.line = c->line};
    if (c->failed)
        return OK;
    if (c->skipping && (rc = leave_line(c, e)) != OK)
        return rc;
    if ((rc = skip_blank_lines(&there, c, e)) != OK || !there)
        return rc;
    out->number = ++c->number;
    out->line = c->line;
    if ((rc = find_record(&how, &len, c, e)) != OK)
        return rc;
    if (how != FOUND)
        return refuse(c, how, e);
    make_row(out, c, len, a);
    if (c->wide)
        c->line += count_breaks(c->win + c->at, len);
    if (c->at + len < c->len) {
        if ((rc = break_width(&width, c, len, e)) != OK)
            return rc;
        c->line++;
    }
    c->at += len + width;
    *has_row = true;
    return OK;
}

/* --- the delimiter ------------------------------------------------------- */

/* Number of cells of the record at *at, which steps behind it. */
static size_t count_cells(struct str s, size_t *at, char delimiter)
{
    size_t n = 1, i = *at;
    bool start = true, quoted = false;
    for (; i < s.len; i++) {
        char b = s.ptr[i];
        if (quoted) {
            if (b == '"' && i + 1 < s.len && s.ptr[i + 1] == '"')
                i++;
            else if (b == '"')
                quoted = false;
        } else if (b == '"' && start) {
            quoted = true;
        } else if (b == delimiter) {
            n++;
            start = true;
            continue;
        } else if (is_break(b)) {
            break;
        }
        start = false;
    }
    while (i < s.len && is_break(s.ptr[i]))
        i++;
    *at = i;
    return n;
}

size_t csv_guess(char *delimiter, struct str head)
{
    static const char candidates[] = {',', '\t', ';', '|'};
    size_t best = 0, best_cells = 0, best_rows = 1;
    *delimiter = ',';
    for (size_t d = 0; d < ARRAY_LEN(candidates); d++) {
        size_t counts[GUESS_ROWS], rows = 0, at = 0;
        while (at < head.len && is_break(head.ptr[at]))
            at++;
        while (at < head.len && rows < GUESS_ROWS) {
            size_t n = count_cells(head, &at, candidates[d]);
            /* The last record of a longer text may be cut off. */
            if (at < head.len || rows == 0 || is_break(head.ptr[head.len - 1]))
                counts[rows++] = n;
        }
        for (size_t i = 0; i < rows; i++) {
            size_t same = 0;
            for (size_t k = 0; k < rows; k++)
                same += counts[k] == counts[i];
            if (counts[i] < 2)
                continue;
            /* More of its rows alike; then more cells. */
            if (same * best_rows > best * rows ||
                (same * best_rows == best * rows && counts[i] > best_cells)) {
                best = same;
                best_rows = rows;
                best_cells = counts[i];
                *delimiter = candidates[d];
            }
        }
    }
    return best;
}

/* Excel's own hint: a first line "sep=;". */
static bool take_hint(struct csv *c, struct bytes head)
{
    if (head.len < 6 || memcmp(head.ptr, "sep=", 4) != 0 || !is_break((char)head.ptr[5]))
        return false;
    c->delimiter = (char)head.ptr[4];
    c->skipping = true;
    return true;
}

/* --- the reader ---------------------------------------------------------- */

static void csv_close(void *state)
{
    struct csv *c = state;
    if (!c)
        return;
    stream_close(c->in);
    free(c->win);
    free(c->marks);
    free(c);
}

static const struct rows_ops csv_ops = {csv_next, csv_close};

err_t csv_open(struct rows *out, struct stream *in, char delimiter, struct err *e)
{
    struct csv *c = mem_zalloc(sizeof(*c));
    struct bytes head;
    err_t rc;
    *out = (struct rows){0};
    c->line = 1;
    c->delimiter = delimiter;
    c->quote_span = FIELD_BYTES_MAX;
    c->cap = WINDOW_FIRST;
    c->win = mem_alloc(c->cap);
    c->marks = mem_array(COLUMNS_MAX, sizeof(*c->marks));
    if ((rc = encoding_open(&c->in, stream_borrow(in), ENCODING_MARK, NULL, e)) != OK)
        goto done;
    if ((rc = stream_peek(&head, c->in, GUESS_BYTES, e)) != OK)
        goto done;
    if (!delimiter && !take_hint(c, head))
        (void)csv_guess(&c->delimiter, bytes_str(head));
    c->special['\n'] = c->special['\r'] = c->special[(unsigned char)c->delimiter] = true;
    *out = (struct rows){&csv_ops, c};
    c = NULL;
done:
    csv_close(c);
    return rc;
}

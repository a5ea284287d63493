/* libxml2's parser of HTML reads all three: it takes what is not well-formed, gives names in small letters, and knows no entities of the
 * file's own. It pushes events, so rows that end within a piece of the file wait until they are asked for. */
#include "text/markup.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/vec.h"
#include "text/cell_text.h"
#include "text/encoding.h"
#include "text/merges.h"
#include "text/zip.h"
#include <libxml/HTMLparser.h>
#include <math.h>
#include <stdlib.h>

#define PIECE_BYTES 65536
#define REPEATED_CELLS_MAX 16000000 /* of rows that OpenDocument says once for many */

enum dialect { HTML, EXCEL, OPENDOCUMENT };

struct waiting {
    struct row row;
    int64_t times; /* it is still given */
};

struct markup {
    struct zip *zip;
    struct stream *text; /* UTF-8 */
    size_t size;         /* of what `text` reads */
    htmlParserCtxtPtr parser;
    char piece[PIECE_BYTES];
    bool ended, any;

    struct arena *a; /* of the rows that wait */
    VEC(struct waiting) waiting;
    size_t taken;

    /* The table, the row and the cell at hand. */
    enum dialect dialect;
    struct str sheet; /* in `names` */
    size_t tables;
    struct arena *names, *cells_of;
    struct merges merges;
    int64_t covered
        [COLUMNS_MAX]; /* of each column: last row that a cell above reaches into; HTML does not write those */
    int64_t number, times; /* of the row; for how many rows it stands */
    bool in_row, hidden;
    VEC(struct cell) cells;
    bool in_cell;
    int aside; /* depth in a comment on a cell */
    size_t column, last_column, repeat;
    int64_t last_row;
    struct buf words;
    struct str stated; /* value, where the markup has one */
    bool is_number;
    uint64_t repeated;
};

static const char *attribute(const xmlChar **list, const char *name)
{
    for (; list && list[0]; list += 2) {
        const char *colon = strchr((const char *)list[0], ':');
        if (list[1] && strcmp(colon ? colon + 1 : (const char *)list[0], name) == 0)
            return (const char *)list[1];
    }
    return NULL;
}

/* A count from 1 to `max`; `absent` where it is not given or is none. */
static int64_t count_of(const xmlChar **list, const char *name, int64_t absent, int64_t max)
{
    const char *s = attribute(list, name);
    long long n = s ? strtoll(s, NULL, 10) : 0;
    return n < 1 ? absent : n > max ? max : n;
}

static void begin_table(struct markup *m, enum dialect dialect, const char *name)
{
    m->dialect = dialect;
    m->tables++;
    m->number = 0;
    m->in_row = m->in_cell = false; /* a table within a cell: the outer one is layout */
    memset(m->covered, 0, sizeof(m->covered));
    merges_begin(&m->merges);
    arena_reset(m->names);
    m->sheet = name ? arena_dup(m->names, str_of(name)) : arena_printf(m->names, "%zu", m->tables);
}

static void begin_row(struct markup *m, const xmlChar **list)
{
    m->number = count_of(list, "index", m->number + 1, INT32_MAX);
    m->times = count_of(list, "number-rows-repeated", 1, INT32_MAX);
    const char *shown = attribute(list, "visibility"), *hidden = attribute(list, "hidden");
    m->hidden = (shown && strcmp(shown, "visible") != 0) || (hidden && strcmp(hidden, "1") == 0);
    m->column = 0;
    m->in_row = true;
    m->in_cell = false;
    arena_reset(m->cells_of);
    m->cells.ptr = NULL;
    m->cells.len = m->cells.cap = 0;
}

static void begin_cell(struct markup *m, const xmlChar **list)
{
    static const char *const values[] = {"date-value", "value", "boolean-value"};
    m->column = (size_t)count_of(list, "index", (int64_t)m->column + 1, COLUMNS_MAX + 1) - 1;
    while (m->dialect == HTML && m->column < COLUMNS_MAX && m->covered[m->column] >= m->number)
        m->column++;
    int64_t across = m->dialect == EXCEL ? count_of(list, "mergeacross", 0, COLUMNS_MAX) + 1
                     : m->dialect == HTML
                         ? count_of(list, "colspan", 1, COLUMNS_MAX)
                         : count_of(list, "number-columns-spanned", 1, COLUMNS_MAX);
    int64_t down = m->dialect == EXCEL  ? count_of(list, "mergedown", 0, INT32_MAX) + 1
                   : m->dialect == HTML ? count_of(list, "rowspan", 1, 65534)
                                        : count_of(list, "number-rows-spanned", 1, INT32_MAX);
    m->repeat = (size_t)count_of(list, "number-columns-repeated", 1, COLUMNS_MAX);
    m->last_column = m->column + (size_t)across - 1;
    m->last_row = m->number + down - 1;
    m->stated = STR_NONE;
    m->is_number = false;
    for (size_t i = 0; m->dialect == OPENDOCUMENT && i < ARRAY_LEN(values); i++)
        if (attribute(list, values[i])) {
            m->stated = arena_dup(m->cells_of, str_of(attribute(list, values[i])));
            m->is_number = i == 1;
        }
    buf_reset(&m->words);
    m->in_cell = m->column < COLUMNS_MAX;
}

/* Returns the cell as other workbook readers do: a number has no exponent, a day at midnight has no time. */
static struct cell cell_of(struct markup *m)
{
    struct str s = str_trim(m->stated.len ? m->stated : buf_str(&m->words));
    struct cell c = {.text = arena_dup(m->cells_of, s)};
    if (m->is_number && s.len < 64) {
        char number[CELL_NUMBER_MAX], *end;
        bool lossy = false;
        double x = strtod(arena_cstr(m->cells_of, s), &end);
        size_t len = *end == '\0' && isfinite(x) ? cell_number(number, x, &lossy) : 0;
        if (len && memchr(s.ptr, 'E', s.len))
            c.text = arena_dup(m->cells_of, (struct str){number, len});
        c.flag = len && lossy ? CELL_LOSSY_NUMBER : CELL_PLAIN;
    } else if (s.len >= 16 && s.ptr[10] == 'T' && s.ptr[4] == '-' && s.ptr[7] == '-') {
        bool empty = str_starts((struct str){s.ptr + 11, s.len - 11}, STR("00:00"));
        c.text = arena_printf(m->cells_of, empty ? "%.10s" : "%.10s %.8s", s.ptr, s.ptr + 11);
    }
    return c;
}

static void end_cell(struct markup *m)
{
    if (!m->in_cell)
        return;
    m->in_cell = false;
    struct cell c = cell_of(m);
    merges_add(&m->merges, m->column + 1,
               (m->last_column < COLUMNS_MAX ? m->last_column : COLUMNS_MAX - 1) + 1, m->number,
               m->last_row);
    for (size_t i = m->column; i <= m->last_column && i < COLUMNS_MAX; i++)
        m->covered[i] = m->last_row;
    while (m->cells.len < m->column)
        VEC_PUSH(m->cells_of, &m->cells, (struct cell){0});
    for (size_t i = 0; c.text.len && i < m->repeat && m->cells.len < COLUMNS_MAX; i++)
        VEC_PUSH(m->cells_of, &m->cells, c);
    m->column = m->dialect == OPENDOCUMENT ? m->column + m->repeat : m->last_column + 1;
}

/* Copies a row and its texts into the arena. */
static struct row row_copy(const struct row *row, struct arena *a)
{
    struct row out = *row;
    struct cell *cells = arena_array(a, row->count, sizeof(*cells));
    for (size_t i = 0; i < row->count; i++) {
        cells[i] = row->cells[i];
        cells[i].text = arena_dup(a, cells[i].text);
    }
    out.cells = cells;
    out.sheet = arena_dup(a, row->sheet);
    return out;
}

static void end_row(struct markup *m)
{
    if (!m->in_row)
        return;
    end_cell(m);
    m->in_row = false;
    m->any = true;
    struct row row = {.number = m->number,
                      .sheet = m->sheet,
                      .hidden = m->hidden,
                      .cells = m->cells.ptr,
                      .count = m->cells.len};
    if (m->cells.len > 0) {
        merges_apply(&m->merges, &row, m->cells_of);
        m->repeated += (uint64_t)(m->times - 1) * row.count;
        VEC_PUSH(m->a, &m->waiting, ((struct waiting){row_copy(&row, m->a), m->times}));
    }
    m->number += m->times - 1;
}

static bool is_one_of(const char *name, const char *const *list)
{
    while (*list && strcmp(*list, name) != 0)
        list++;
    return *list;
}

static const char *const row_names[] = {"tr", "row", "table:table-row", NULL};
static const char *const cell_names[] = {
    "td", "th", "cell", "table:table-cell", "table:covered-table-cell", NULL};
static const char *const aside_names[] = {"office:annotation", "comment", NULL};
static const char *const line_names[] = {"br", "p", "div", "li", "text:p", "text:line-break", NULL};

/* Excel's elements may carry their namespace's prefix, "ss:Row". */
static const char *plain_name(const xmlChar *name)
{
    const char *s = (const char *)name;
    return strncmp(s, "ss:", 3) == 0 ? s + 3 : s;
}

static void on_start(void *arg, const xmlChar *element, const xmlChar **list)
{
    struct markup *m = arg;
    const char *name = plain_name(element);
    if (is_one_of(name, aside_names)) {
        m->aside++;
    } else if (strcmp(name, "worksheet") == 0) {
        begin_table(m, EXCEL, attribute(list, "name"));
    } else if (strcmp(name, "table:table") == 0) {
        begin_table(m, OPENDOCUMENT, attribute(list, "name"));
    } else if (strcmp(name, "table") == 0 && m->dialect == HTML) {
        begin_table(m, HTML, NULL);
    } else if (is_one_of(name, row_names) && m->tables) {
        end_row(m);
        begin_row(m, list);
    } else if (is_one_of(name, cell_names) && m->in_row) {
        end_cell(m);
        begin_cell(m, list);
    } else if (m->in_cell && strcmp(name, "data") == 0) {
        const char *type = attribute(list, "type");
        m->is_number = type && strcasecmp(type, "Number") == 0;
    } else if (m->in_cell && (strcmp(name, "text:s") == 0 || strcmp(name, "text:tab") == 0)) {
        for (int64_t i = count_of(list, "c", 1, 100); i > 0; i--)
            buf_add(&m->words, STR(" "));
    }
}

static void on_end(void *arg, const xmlChar *element)
{
    struct markup *m = arg;
    const char *name = plain_name(element);
    if (is_one_of(name, aside_names))
        m->aside -= m->aside > 0;
    else if (is_one_of(name, row_names))
        end_row(m);
    else if (is_one_of(name, cell_names))
        end_cell(m);
    else if (m->in_cell && is_one_of(name, line_names) && m->words.len)
        buf_add(&m->words, STR("\n"));
}

/* Adds text to the cell. Runs of blanks become one blank, except in Excel's XML, which keeps them. */
static void on_text(void *arg, const xmlChar *text, int len)
{
    struct markup *m = arg;
    if (!m->in_cell || m->aside > 0)
        return;
    struct str s = {(const char *)text, (size_t)len};
    for (size_t i = 0; i < s.len; i++) {
        bool wide = str_starts((struct str){s.ptr + i, s.len - i}, STR("\xC2\xA0"));
        bool blank = wide || strchr(" \t\r\n", s.ptr[i]);
        i += wide;
        if (!blank || m->dialect == EXCEL)
            buf_add(&m->words, (struct str){s.ptr + i - wide, 1 + wide});
        else if (m->words.len && !strchr(" \n", m->words.ptr[m->words.len - 1]))
            buf_add(&m->words, STR(" "));
    }
}

static void on_script(void *arg, const xmlChar *text, int len)
{
    (void)arg, (void)text, (void)len;
}

static err_t read_piece(struct markup *m, struct err *e)
{
    size_t got = 0;
    arena_reset(m->a);
    m->waiting.ptr = NULL;
    m->waiting.len = m->waiting.cap = m->taken = 0;
    err_t rc = stream_read(&got, m->text, m->piece, sizeof(m->piece), e);
    if (rc != OK)
        return rc;
    m->ended = got == 0;
    (void)htmlParseChunk(m->parser, m->piece, (int)got, m->ended);
    if (m->ended)
        end_row(m);
    if (m->repeated > REPEATED_CELLS_MAX ||
        arena_used(m->cells_of) + m->words.len > RECORD_BYTES_MAX)
        return err_set(e, E_LIMIT, "%.*s, row %lld: larger than any table needs", STR_ARG(m->sheet),
                       (long long)m->number);
    return m->ended && !m->any ? err_set(e, E_INVALID, "no table is in this file") : OK;
}

static err_t markup_next(bool *has_row, struct row *out, void *state, struct arena *a,
                         struct err *e)
{
    struct markup *m = state;
    err_t rc = OK;
    while (rc == OK && m->taken == m->waiting.len && !m->ended)
        rc = read_piece(m, e);
    m->ended = m->ended || rc != OK;
    *has_row = rc == OK && m->taken < m->waiting.len;
    if (!*has_row)
        return rc;
    struct waiting *w = &m->waiting.ptr[m->taken];
    *out = row_copy(&w->row, a);
    out->done = m->size ? (double)stream_offset(m->text) / (double)m->size : 0;
    w->row.number++;
    m->taken += --w->times == 0;
    return OK;
}

static void markup_close(void *state)
{
    struct markup *m = state;
    if (m->parser)
        htmlFreeParserCtxt(m->parser);
    stream_close(m->text);
    zip_close(m->zip);
    merges_clear(&m->merges);
    buf_clear(&m->words);
    arena_free(m->a);
    arena_free(m->names);
    arena_free(m->cells_of);
    free(m);
}

static const struct rows_ops markup_ops = {markup_next, markup_close};

static err_t open_text(struct markup *m, struct bytes file, struct err *e)
{
    struct stream *content = NULL;
    m->size = file.len;
    if (!zip_is(file)) {
        content = stream_open_memory(file);
    } else {
        err_t rc = zip_open(&m->zip, file, e);
        size_t at = rc == OK ? zip_find(m->zip, STR("content.xml")) : 0;
        if (rc == OK && at == zip_count(m->zip))
            rc = err_set(e, E_INVALID, "no table is in this file");
        if (rc != OK || (rc = zip_open_member(&content, m->zip, at, e)) != OK)
            return rc;
        m->size = (size_t)zip_get(m->zip, at)->size;
    }
    return encoding_open(&m->text, content, ENCODING_REPLACE, NULL, e);
}

err_t markup_open(struct rows *out, struct bytes file, struct err *e)
{
    static htmlSAXHandler events = {.startElement = on_start,
                                    .endElement = on_end,
                                    .characters = on_text,
                                    .ignorableWhitespace = on_text,
                                    .cdataBlock = on_script};
    struct markup *m = mem_zalloc(sizeof(*m));
    m->a = arena_new();
    m->names = arena_new();
    m->cells_of = arena_new();
    buf_init(&m->words, 2 * RECORD_BYTES_MAX);
    err_t rc = open_text(m, file, e);
    if (rc == OK) {
        m->parser = htmlCreatePushParserCtxt(&events, m, NULL, 0, NULL, XML_CHAR_ENCODING_UTF8);
        if (!m->parser)
            abort(); /* out of memory, as of base/mem.h */
        (void)htmlCtxtUseOptions(m->parser, HTML_PARSE_IGNORE_ENC | HTML_PARSE_NONET |
                                                HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
        *out = (struct rows){&markup_ops, m};
        return OK;
    }
    markup_close(m);
    return rc;
}

static bool begins(struct str s, const char *with)
{
    size_t len = strlen(with);
    return s.len >= len && str_eq_nocase((struct str){s.ptr, len}, (struct str){with, len});
}

int markup_is(struct bytes head)
{
    static const char sheet[] = "mimetypeapplication/vnd.oasis.opendocument.spreadsheet";
    static const char *const starts[] = {"<html", "<!doctype html", "<table", "<meta",
                                         "<head", "<style",         "<div",   "<body"};
    static const char *const marks[] = {"urn:schemas-microsoft-com:office:spreadsheet",
                                        "progid=\"Excel.Sheet\"",
                                        "urn:oasis:names:tc:opendocument:xmlns:office"};
    struct str s = bytes_str(head);
    if (zip_is(head) && s.len > 30 && begins((struct str){s.ptr + 30, s.len - 30}, "mimetype"))
        return begins((struct str){s.ptr + 30, s.len - 30}, sheet) ? 95 : 0;
    if (zip_is(head)) /* SheetJS 0.18.5 puts the type third, against ODF 1.3 part 2, 3.3 */
        return str_contains(s, STR("META-INF/manifest.xml")) && str_contains(s, STR("content.xml"))
                   ? 90
                   : 0;
    struct arena *a = arena_new();
    s = encoding_to_utf8(s, a);
    s = str_trim(str_starts(s, STR("\xEF\xBB\xBF")) ? (struct str){s.ptr + 3, s.len - 3} : s);
    int sure = 0;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++)
        sure = begins(s, starts[i]) ? 90 : sure;
    s.len = s.len < 4000 ? s.len : 4000;
    for (size_t i = 0; i < ARRAY_LEN(marks) && begins(s, "<?xml"); i++)
        sure = str_contains(s, str_of(marks[i])) ? 90 : sure;
    if (begins(s, "<?xml") && str_contains(s, STR("<html")))
        sure = 90; /* XHTML */
    arena_free(a);
    return sure;
}

/* The JSON of a list as rows and columns. */
#include "api/list_book.h"
#include "access/subject.h"
#include "api/pack_shelf.h"
#include "api/reply_book.h"
#include "api/reply_label.h"
#include "base/date.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/typography.h"
#include "text/xlsx_out.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const struct parameter list_book_parameter = {
    "format", IN_QUERY, &schema_string,
    false,    false,    N_("xlsx: the whole list as an Excel workbook; absent or json: JSON")};

/* --- which, and whether ---------------------------------------------------------------------- */

bool list_has_items(const struct resource *resource)
{
    const struct schema *s = resource->reply;
    for (const struct property *p = s ? s->properties : NULL; p && p->name; p++)
        if (strcmp(p->name, "items") == 0)
            return true;
    return false;
}

bool list_book_is_asked(const struct resource *resource, const struct request *r)
{
    struct str format = request_query(r, "format");
    return resource->book &&
           (str_is(format, "xlsx") ||
            (format.len == 0 && str_contains(request_header(r, "accept"), STR(XLSX_TYPE))));
}

/* --- pages ------------------------------------------------------------------------------------- */

static const struct parameter *find_parameter(const struct resource *resource, const char *name)
{
    for (const struct parameter *p = resource->parameters; p && p->name; p++)
        if (p->in == IN_QUERY && strcmp(p->name, name) == 0)
            return p;
    return NULL;
}

/* By which a list is asked for its next page; NULL: it is whole. */
static const char *page_parameter(const struct resource *resource)
{
    static const char *const names[] = {"cursor", "page", "before"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (find_parameter(resource, names[i]))
            return names[i];
    return NULL;
}

/* The request for the page after, in an arena of its own: as it was, but for what says the page. */
static struct request next_request(const struct request *r, const char *by, struct str next)
{
    struct request out = *r;
    out.arena = arena_new();
    struct query_value *query = arena_array(out.arena, r->query_count + 1, sizeof(*query));
    size_t n = 0;
    for (size_t i = 0; i < r->query_count; i++)
        if (!str_is(r->query[i].name, by) && !str_is(r->query[i].name, "page"))
            query[n++] = r->query[i];
    query[n++] = (struct query_value){str_of(by), arena_dup(out.arena, next)};
    out.query = query;
    out.query_count = n;
    return out;
}

/* --- rows ---------------------------------------------------------------------------------------- */

/* Which columns there are, and how wide, is known after the last row: pages wait in a file and are
 * gone through twice, so that memory holds one at a time. */
struct book {
    struct arena *a; /* of the page at hand */
    FILE *pages;     /* a line of JSON each */
    const struct book_column *columns;
    size_t count, rows;
    bool *filled;         /* of each column: some row has it */
    unsigned *widths;     /* of each column's texts */
    struct xlsx_out *out; /* NULL: rows are not yet written */
    struct shelved *packs;
    const struct record_types *types;
};

/* Writes a list: plain values in one line, each object in a line of its own, its members in order. */
static void add_nested(struct buf *to, const struct jvalue *v, const char *between)
{
    for (size_t i = 0; i < v->count; i++) {
        const struct jvalue *x = &v->items[i];
        if (v->type == J_OBJECT && str_is(v->names[i], "action"))
            continue; /* its label says it */
        if (x->type == J_OBJECT) {
            buf_addz(to, to->len ? "\n" : "");
            add_nested(to, x, msg(N_("; ")));
        } else if (x->text.len) {
            buf_addz(to, i > 0 && to->len && to->ptr[to->len - 1] != '\n' ? between : "");
            buf_add(to, x->text);
        }
    }
}

static struct str nested_text(const struct jvalue *v, struct arena *a)
{
    struct buf b = {0};
    add_nested(&b, v, msg(N_(", ")));
    return buf_take(&b, a);
}

static bool is_date(struct str s)
{
    struct date date;
    return s.len == 10 && date_parse(&date, s);
}

static struct xlsx_cell text_cell(struct str text, struct arena *a)
{
    /* A title that begins with a document's is written as papers print it. */
    return (struct xlsx_cell){XLSX_TEXT,
                              str_starts(text, STR("《")) ? typography_mended(text, a) : text};
}

static struct xlsx_cell cell_of(const struct book *b, const struct book_column *c,
                                const struct jvalue *item, const struct jvalue *v)
{
    switch (v->type) {
    case J_TRUE:
        return (struct xlsx_cell){XLSX_TEXT, str_of(msg(N_("yes")))};
    case J_FALSE:
        return (struct xlsx_cell){XLSX_TEXT, str_of(msg(N_("no")))};
    case J_NUMBER:
        return (struct xlsx_cell){XLSX_NUMBER, v->text};
    case J_STRING:
        if (c->word) {
            const struct book_words w = {shelved_packs(b->packs), b->types, item, b->a};
            struct str word = c->word(&w, v->text);
            return (struct xlsx_cell){XLSX_TEXT, word.len ? word : v->text};
        }
        return is_date(v->text) ? (struct xlsx_cell){XLSX_DATE, v->text} : text_cell(v->text, b->a);
    case J_OBJECT:
    case J_ARRAY:
        return (struct xlsx_cell){XLSX_TEXT, nested_text(v, b->a)};
    case J_NULL:
        break;
    }
    return (struct xlsx_cell){XLSX_TEXT, STR_NONE};
}

/* The value at "due.days_left"; NULL: there is none. */
static const struct jvalue *value_at(const struct jvalue *item, const char *path)
{
    struct str rest = str_of(path);
    char name[64];
    while (item && rest.len) {
        struct str part = str_split(&rest, STR("."));
        snprintf(name, sizeof(name), "%.*s", STR_ARG(part));
        item = jin_get(item, name);
    }
    return item;
}

/* The width of the longest line of a text, in Excel's half-width units. */
static unsigned width_of(struct str text)
{
    unsigned width = 0, most = 0;
    for (size_t at = 0; at < text.len;) {
        uint32_t c = utf8_next(text, &at);
        width = c == '\n' ? 0 : width + (c < 0x2E80 ? 1 : 2);
        most = width > most ? width : most;
    }
    return most + 2;
}

static void add_row(struct book *b, const struct jvalue *item)
{
    struct xlsx_cell *row = arena_array(b->a, b->count + 1, sizeof(*row));
    size_t used = 0;
    for (size_t i = 0; i < b->count; i++) {
        const struct jvalue *v = value_at(item, b->columns[i].path);
        struct xlsx_cell cell = {XLSX_TEXT, STR_NONE};
        if (v)
            cell = cell_of(b, &b->columns[i], item, v);
        if (!b->out) {
            unsigned width = width_of(cell.text);
            b->filled[i] |= v != NULL;
            b->widths[i] = width > b->widths[i] ? width : b->widths[i];
        } else if (b->filled[i])
            row[used++] = cell;
    }
    if (b->out)
        xlsx_out_cells(b->out, row, used);
    else
        b->rows++;
}

/* The rows of a page; *next: of the page after, empty: there is none. */
static err_t add_page(struct str *next, struct book *b, struct str json, struct err *e)
{
    const struct jvalue *page, *items;
    err_t rc = jin_parse(&page, json, b->a, e);
    if (rc != OK)
        return rc;
    items = jin_get(page, "items");
    for (size_t i = 0; items && i < items->count; i++)
        add_row(b, &items->items[i]);
    *next = jin_text(page, "next");
    return b->rows > LIST_BOOK_ROWS_MAX
               ? err_set(e, E_LIMIT, "the list has more than %d rows: narrow it",
                         LIST_BOOK_ROWS_MAX)
               : OK;
}

static err_t keep_page(struct str *next, struct book *b, struct str json, struct err *e)
{
    err_t rc = add_page(next, b, json, e);
    if (rc == OK && fprintf(b->pages, "%.*s\n", STR_ARG(json)) < 0)
        rc = err_errno(e, errno, "cannot write the pages of a list");
    return rc;
}

static err_t read_pages(struct book *b, int64_t *records, struct reply *first,
                        const struct resource *resource, const struct request *r, struct err *e)
{
    const char *by = page_parameter(resource);
    struct str next = STR_NONE;
    *records = reply_reads(resource, first);
    err_t rc = keep_page(&next, b, first->body, e);
    while (rc == OK && by && next.len) {
        struct reply page = {0};
        struct request again = next_request(r, by, next);
        arena_free(b->a);
        b->a = again.arena;
        rc = resource->handle(&page, &again, e);
        if (rc == OK)
            *records += reply_reads(resource, &page);
        if (rc == OK)
            rc = reply_label(&page, &again, e);
        if (rc == OK)
            rc = keep_page(&next, b, page.body, e);
    }
    return rc;
}

/* --- the workbook ------------------------------------------------------------------------------- */

#define WIDTH_MIN 8
#define WIDTH_MAX 48

/* Columns that no row fills are left out; the others are as wide as their text, up to a bound. */
static void write_heads(const struct book *b)
{
    struct str *heads = arena_array(b->a, b->count + 1, sizeof(*heads));
    unsigned used = 0;
    for (size_t i = 0; i < b->count; i++) {
        if (!b->filled[i])
            continue;
        heads[used] = str_of(msg(b->columns[i].head));
        unsigned width = width_of(heads[used]);
        width = width > b->widths[i] ? width : b->widths[i];
        width = width > WIDTH_MIN ? width : WIDTH_MIN;
        xlsx_out_width(b->out, used++, 1, width < WIDTH_MAX ? width : WIDTH_MAX);
    }
    xlsx_out_row(b->out, heads, used, true);
}

static err_t write_rows(struct book *b, struct err *e)
{
    struct str next;
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    err_t rc = fseek(b->pages, 0, SEEK_SET) == 0
                   ? OK
                   : err_errno(e, errno, "cannot write the pages of a list");
    write_heads(b);
    while (rc == OK && (len = getline(&line, &cap, b->pages)) > 0) {
        arena_reset(b->a);
        rc = add_page(&next, b, (struct str){line, (size_t)len}, e);
    }
    free(line);
    return rc;
}

/* The last word of its path that is no parameter: "centres". */
static struct str name_of(const struct resource *resource)
{
    struct str rest = str_of(resource->path), name = STR("list");
    while (rest.len) {
        struct str part = str_split(&rest, STR("/"));
        if (part.len && part.ptr[0] != '{')
            name = part;
    }
    return name;
}

static err_t write_book(const char *path, struct book *b, const struct request *r, struct err *e)
{
    err_t rc = xlsx_out_open(&b->out, path, msg(N_("list")), r->api->data_dir, e);
    if (rc != OK)
        return rc;
    if ((rc = write_rows(b, e)) == OK)
        return xlsx_out_finish(b->out, NULL, e);
    xlsx_out_drop(b->out);
    return rc;
}

static err_t open_pages(struct book *b, const struct request *r, struct err *e)
{
    const char *path;
    err_t rc = reply_file_path(&path, r, ".pages", e);
    if (rc != OK)
        return rc;
    b->pages = fopen(path, "w+e");
    rc = b->pages ? OK : err_errno(e, errno, "cannot write %s", path);
    unlink(path);
    return rc;
}

static err_t become(struct reply *out, const struct resource *resource, const struct request *r,
                    struct err *e)
{
    struct book b = {.columns = resource->book, .types = r->api->kernel->types};
    const char *path = NULL;
    int64_t records = 0;
    while (b.columns[b.count].path)
        b.count++;
    b.filled = arena_array(r->arena, b.count, sizeof(*b.filled));
    b.widths = arena_array(r->arena, b.count, sizeof(*b.widths));
    b.a = arena_new();
    err_t rc = open_pages(&b, r, e);
    if (rc == OK)
        rc = pack_shelf_take(&b.packs, r->api->packs, e);
    if (rc == OK)
        rc = read_pages(&b, &records, out, resource, r, e);
    if (rc == OK)
        rc = reply_book_path(&path, r, e);
    if (rc == OK && (rc = write_book(path, &b, r, e)) != OK)
        unlink(path);
    pack_shelf_give(b.packs);
    arena_free(b.a);
    if (b.pages)
        fclose(b.pages);
    if (rc != OK)
        return rc;
    *out = (struct reply){.records = records};
    return reply_export(out, r, path, name_of(resource), records, e);
}

err_t list_book(struct reply *out, const struct resource *resource, const struct request *r,
                struct err *e)
{
    struct str format = request_query(r, "format");
    if (list_book_is_asked(resource, r))
        return become(out, resource, r, e);
    return !resource->book || format.len == 0 || str_is(format, "json")
               ? OK
               : err_set(e, E_INVALID, "format: xlsx or json");
}

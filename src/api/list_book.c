/* The JSON of a list as rows and columns. */
#include "api/list_book.h"
#include "access/subject.h"
#include "api/list_label.h"
#include "api/list_row.h"
#include "api/reply_book.h"
#include "api/reply_label.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "db/fence.h"
#include <string.h>
#include <unistd.h>

const struct parameter list_book_parameter = {
    "format", IN_QUERY, &schema_string,
    false,    false,    N_("xlsx: the whole list as an Excel workbook; absent or json: JSON")};

/* --- which, and whether ---------------------------------------------------------------------- */

static bool has_member(const struct resource *resource, const char *name)
{
    const struct schema *s = resource->reply;
    for (const struct property *p = s ? s->properties : NULL; p && p->name; p++)
        if (strcmp(p->name, name) == 0)
            return true;
    return false;
}

bool list_is(const struct resource *resource)
{
    return has_member(resource, "items");
}

bool list_book_is(const struct resource *resource)
{
    return list_is(resource) && has_member(resource, "next") && resource->shape == SHAPE_OTHER &&
           !resource->hidden && strcmp(resource->method, "GET") == 0;
}

static err_t asked_for(bool *out, const struct request *r, struct err *e)
{
    struct str format = request_query(r, "format");
    *out = str_is(format, "xlsx") ||
           (format.len == 0 && str_contains(request_header(r, "accept"), STR(XLSX_TYPE)));
    return format.len == 0 || *out || str_is(format, "json")
               ? OK
               : err_set(e, E_INVALID, "format: xlsx or json");
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

/* The request for the page after: as it was, but for what says the page. */
static struct request next_request(const struct request *r, const char *by, struct str next)
{
    struct query_value *query = arena_array(r->arena, r->query_count + 1, sizeof(*query));
    struct request out = *r;
    size_t n = 0;
    for (size_t i = 0; i < r->query_count; i++)
        if (!str_is(r->query[i].name, by) && !str_is(r->query[i].name, "page"))
            query[n++] = r->query[i];
    query[n++] = (struct query_value){str_of(by), next};
    out.query = query;
    out.query_count = n;
    return out;
}

/* --- rows ---------------------------------------------------------------------------------------- */

struct book {
    struct arena *a;
    VEC(struct str) columns; /* paths of members */
    VEC(struct list_row) rows;
    struct list_words words;
};

static size_t column_of(struct book *b, struct str path)
{
    for (size_t i = 0; i < b->columns.len; i++)
        if (str_eq(b->columns.ptr[i], path))
            return i;
    VEC_PUSH(b->a, &b->columns, path);
    return b->columns.len - 1;
}

/* The rows of a page; *next: of the page after, empty: there is none. */
static err_t add_page(struct str *next, struct book *b, struct str json, struct err *e)
{
    const struct jvalue *page, *items;
    err_t rc = jin_parse(&page, json, JIN_REFUSE_DUPLICATES, NULL, b->a, e);
    if (rc != OK)
        return rc;
    items = jin_get(page, "items");
    for (size_t i = 0; items && i < items->count; i++) {
        struct list_row row;
        list_row(&row, &b->words, &items->items[i]);
        if (b->words.rc != OK)
            return b->words.rc;
        VEC_PUSH(b->a, &b->rows, row);
        for (size_t k = 0; k < row.cells.len; k++)
            column_of(b, row.cells.ptr[k].column);
    }
    *next = jin_text(page, "next");
    return b->rows.len > LIST_BOOK_ROWS_MAX
               ? err_set(e, E_LIMIT, "the list has more than %d rows: narrow it",
                         LIST_BOOK_ROWS_MAX)
               : OK;
}

static err_t read_pages(struct book *b, int64_t *records, struct reply *first,
                        const struct resource *resource, const struct request *r, struct err *e)
{
    const char *by = page_parameter(resource);
    struct str next = STR_NONE;
    *records = reply_reads(resource, first);
    err_t rc = add_page(&next, b, first->body, e);
    while (rc == OK && by && next.len) {
        struct reply page = {0};
        struct request again = next_request(r, by, next);
        fence_enter(subject_context(r->subject, r->arena)); /* as the first time */
        rc = resource->handle(&page, &again, e);
        if (rc == OK)
            *records += reply_reads(resource, &page);
        if (rc == OK)
            rc = reply_label(&page, &again, e);
        if (rc == OK)
            rc = add_page(&next, b, page.body, e);
    }
    return rc;
}

/* --- the workbook ------------------------------------------------------------------------------- */

#define WIDTH_MIN 8
#define WIDTH_MAX 48

/* Of the longest line of a text, in the half widths that Excel counts. */
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

/* Each column as wide as its text, up to a bound. */
static void set_widths(struct xlsx_out *x, struct book *b, const struct str *heads)
{
    unsigned *widths = arena_array(b->a, b->columns.len + 1, sizeof(*widths));
    for (size_t i = 0; i < b->columns.len; i++)
        widths[i] = width_of(heads[i]) > WIDTH_MIN ? width_of(heads[i]) : WIDTH_MIN;
    for (size_t i = 0; i < b->rows.len; i++)
        for (size_t k = 0; k < b->rows.ptr[i].cells.len; k++) {
            const struct list_cell *c = &b->rows.ptr[i].cells.ptr[k];
            size_t at = column_of(b, c->column);
            unsigned width = width_of(c->cell.text);
            widths[at] = width > widths[at] ? width : widths[at];
        }
    for (size_t i = 0; i < b->columns.len; i++)
        xlsx_out_width(x, (unsigned)i, 1, widths[i] < WIDTH_MAX ? widths[i] : WIDTH_MAX);
}

static void write_rows(struct xlsx_out *x, struct book *b)
{
    struct str *heads = arena_array(b->a, b->columns.len + 1, sizeof(*heads));
    struct xlsx_cell *cells = arena_array(b->a, b->columns.len + 1, sizeof(*cells));
    for (size_t i = 0; i < b->columns.len; i++)
        heads[i] = list_label(b->columns.ptr[i]);
    set_widths(x, b, heads);
    xlsx_out_row(x, heads, b->columns.len, true);
    for (size_t i = 0; i < b->rows.len; i++) {
        const struct list_row *row = &b->rows.ptr[i];
        for (size_t k = 0; k < b->columns.len; k++)
            cells[k] = (struct xlsx_cell){XLSX_TEXT, STR_NONE};
        for (size_t k = 0; k < row->cells.len; k++)
            cells[column_of(b, row->cells.ptr[k].column)] = row->cells.ptr[k].cell;
        xlsx_out_cells(x, cells, b->columns.len);
    }
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
    struct xlsx_out *x = NULL;
    err_t rc = xlsx_out_open(&x, path, msg(N_("list")), r->api->data_dir, e);
    if (rc != OK)
        return rc;
    write_rows(x, b);
    return xlsx_out_finish(x, NULL, e);
}

static err_t become(struct reply *out, const struct resource *resource, const struct request *r,
                    struct err *e)
{
    struct book b = {.a = r->arena, .words = {.request = r, .of = name_of(resource), .e = e}};
    const char *path = NULL;
    int64_t records = 0;
    err_t rc = read_pages(&b, &records, out, resource, r, e);
    list_words_end(&b.words);
    if (rc == OK)
        rc = reply_book_path(&path, r, e);
    if (rc == OK && (rc = write_book(path, &b, r, e)) != OK)
        unlink(path);
    if (rc != OK)
        return rc;
    *out = (struct reply){.records = records};
    return reply_export(out, r, path, name_of(resource), records, e);
}

err_t list_book(struct reply *out, const struct resource *resource, const struct request *r,
                struct err *e)
{
    bool asked = false;
    err_t rc = list_book_is(resource) ? asked_for(&asked, r, e) : OK;
    return rc == OK && asked ? become(out, resource, r, e) : rc;
}

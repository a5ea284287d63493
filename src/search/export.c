/* Everything that a search finds, as a table: one row a record, read from the store one by one,
 * so that memory grows with the number of hits alone (64 bytes each). */
#include "search/export.h"
#include "search/fields.h"
#include "text/xlsx_out.h"
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
    const char *name; /* search_label names it */
    unsigned width;
    enum xlsx_kind kind;
    bool in_hit; /* a hit has it under this name; without: as a code or in part */
} columns[] = {
    {"number", 18, XLSX_TEXT, false},
    {"application_number", 20, XLSX_TEXT, true},
    {"title", 48, XLSX_TEXT, false},
    {"applicants", 32, XLSX_TEXT, true},
    {"assignee", 32, XLSX_TEXT, true},
    {"inventors", 24, XLSX_TEXT, true},
    {"application_date", 12, XLSX_DATE, true},
    {"publication_date", 14, XLSX_DATE, true},
    {"grant_date", 14, XLSX_DATE, true},
    {"priority_date", 14, XLSX_DATE, true},
    {"ipc", 28, XLSX_TEXT, false},
    {"cpc", 28, XLSX_TEXT, true},
    {"status", 10, XLSX_TEXT, false},
    {"status_date", 14, XLSX_DATE, false},
    {"type", 10, XLSX_TEXT, false},
    {"office", 10, XLSX_TEXT, false},
    {"family", 24, XLSX_TEXT, true},
    {"abstract", 60, XLSX_TEXT, true},
};
#define COLUMN_COUNT ARRAY_LEN(columns)
_Static_assert(COLUMN_COUNT == SEARCH_COLUMNS, "search.h");

/* --- one record ------------------------------------------------------------- */

static struct str joined(struct str list, struct str one, struct arena *a)
{
    return list.len ? arena_join_all(a, (struct str[]){list, STR("; "), one}, 3) : one;
}

static struct str names_of(const struct patent *p, enum party_role role, struct arena *a)
{
    struct str list = STR_NONE;
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role == role && p->parties.ptr[i].name.len)
            list = joined(list, p->parties.ptr[i].name, a);
    return list;
}

/* The main class first. */
static struct str classes_of(const struct patent *p, enum class_scheme scheme, struct arena *a)
{
    struct str list = STR_NONE;
    for (int main = 1; main >= 0; main--)
        for (size_t i = 0; i < p->classes.len; i++) {
            const struct classification *c = &p->classes.ptr[i];
            if (c->scheme == scheme && (c->symbol.position == 'F') == main)
                list = joined(list, c->symbol.symbol, a);
        }
    return list;
}

/* As the source names the family, else its members. */
static struct str family_of(const struct patent *p, struct arena *a)
{
    struct str list = p->family;
    for (size_t i = 0; i < p->family_members.len && p->family.len == 0; i++)
        list = joined(list, p->family_members.ptr[i].display, a);
    return list;
}

void search_cells(struct found *f, const struct patent *p, struct arena *a)
{
    struct str applicants = names_of(p, PARTY_APPLICANT, a),
               owners = names_of(p, PARTY_ASSIGNEE, a);
    const struct str cells[COLUMN_COUNT] = {
        f->number,
        p->application.display,
        f->title,
        applicants.len ? applicants : owners,
        owners,
        names_of(p, PARTY_INVENTOR, a),
        date_text(p->application_date, a),
        date_text(p->publication_date, a),
        date_text(p->grant_date, a),
        date_text(search_priority(p), a),
        classes_of(p, CLASS_IPC, a),
        classes_of(p, CLASS_CPC, a),
        f->status_label,
        f->status_date,
        f->type_label,
        f->office_label,
        family_of(p, a),
        str_trim(patent_text(p, TEXT_ABSTRACT, "zh")),
    };
    memcpy(f->cells, cells, sizeof(cells));
}

void search_cells_json(struct jout *j, const struct found *f)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        if (columns[i].in_hit)
            jout_pair(j, columns[i].name, f->cells[i]);
}

/* --- the two formats --------------------------------------------------------- */

struct table {
    struct xlsx_out *book; /* or */
    FILE *csv;
    const char *path;
    struct arena *row; /* of one record */
    int64_t count;
};

/* A spreadsheet would calculate what begins like a formula, and round long numbers or drop their
 * zeros; an apostrophe before it keeps it text. */
static bool needs_apostrophe(struct str cell)
{
    static const char *const wide[] = {"＝", "＋", "－", "＠"}; /* some spreadsheets fold them */
    if (cell.len == 0)
        return false;
    if (strchr("=+-@\t\r", cell.ptr[0]))
        return true;
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (str_starts(cell, str_of(wide[i])))
            return true;
    for (size_t i = 0; i < cell.len; i++)
        if (!strchr("0123456789.", cell.ptr[i]))
            return false;
    return true;
}

static void write_csv(FILE *f, const struct str *cells, bool header)
{
    for (size_t i = 0; i < COLUMN_COUNT; i++) {
        fputs(i ? ",\"" : "\"", f);
        if (!header && needs_apostrophe(cells[i]))
            fputc('\'', f);
        for (size_t k = 0; k < cells[i].len; k++) {
            if (cells[i].ptr[k] == '"')
                fputc('"', f);
            fputc(cells[i].ptr[k], f);
        }
        fputc('"', f);
    }
    fputs("\r\n", f);
}

static void write_book(struct xlsx_out *book, const struct str *cells)
{
    struct xlsx_cell typed[COLUMN_COUNT];
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        typed[i] = (struct xlsx_cell){columns[i].kind, cells[i]};
    xlsx_out_cells(book, typed, COLUMN_COUNT);
}

static err_t add_row(void *arg, const struct patent *p, struct err *e)
{
    struct table *t = arg;
    struct found f;
    arena_reset(t->row);
    search_describe(&f, p, t->row);
    search_cells(&f, p, t->row);
    t->count++;
    if (t->book)
        write_book(t->book, f.cells);
    else
        write_csv(t->csv, f.cells, false);
    return t->csv && ferror(t->csv) ? err_errno(e, errno, "cannot write %s", t->path) : OK;
}

static err_t open_table(struct table *t, const char *path, const char *tmpdir, struct err *e)
{
    struct str heads[COLUMN_COUNT];
    err_t rc;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        heads[i] = search_label(str_of(columns[i].name));
    if (search_export_is_csv(path)) {
        t->csv = fopen(path, "we");
        if (!t->csv)
            return err_errno(e, errno, "cannot write %s", path);
        fputs("\xEF\xBB\xBF", t->csv);
        write_csv(t->csv, heads, true);
        return OK;
    }
    if ((rc = xlsx_out_open(&t->book, path, search_label(STR("patents")).ptr, tmpdir, e)) != OK)
        return rc;
    for (size_t i = 0; i < COLUMN_COUNT; i++)
        xlsx_out_width(t->book, (unsigned)i, 1, columns[i].width);
    xlsx_out_row(t->book, heads, COLUMN_COUNT, true);
    return OK;
}

static err_t close_table(struct table *t, err_t rc, struct err *e)
{
    if (t->book && rc == OK)
        return xlsx_out_finish(t->book, NULL, e);
    if (t->book)
        xlsx_out_drop(t->book);
    if (t->csv && fclose(t->csv) != 0 && rc == OK)
        rc = err_errno(e, errno, "cannot write %s", t->path);
    if (t->csv && rc != OK)
        unlink(t->path);
    return rc;
}

/* --- both --------------------------------------------------------------------- */

bool search_export_is_csv(const char *path)
{
    return str_ends(str_of(path), STR(".csv"));
}

err_t search_export(int64_t *count, const char *path, struct searcher *s,
                    const struct search_request *q, const char *tmpdir, struct arena *a,
                    struct err *e)
{
    struct table t = {.path = path, .row = arena_new()};
    err_t rc = open_table(&t, path, tmpdir, e);
    if (rc == OK)
        rc = search_each(s, q, add_row, &t, a, e);
    rc = close_table(&t, rc, e);
    arena_free(t.row);
    *count = t.count;
    return rc;
}

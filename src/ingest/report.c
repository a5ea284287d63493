/* Bounded in memory whatever the input: the first refused rows, warnings by
 * kind with one example each; the rest is in the spool. */
#include "ingest/report.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ingest/spool.h"
#include "text/xlsx_out.h"

#define WARNING_KINDS_MAX 64
#define SHOWN_BYTES 200 /* of a value that is shown as an example */

void report_warnings(struct report_writer *w, const struct item *item)
{
    for (size_t i = 0; i < item->warnings.len; i++) {
        const struct warning *warning = &item->warnings.ptr[i];
        size_t k = 0;
        while (k < w->warnings.len && strcmp(w->warnings.ptr[k].kind, warning->kind) != 0)
            k++;
        if (k == w->warnings.len && k < WARNING_KINDS_MAX)
            VEC_PUSH(w->a, &w->warnings,
                     ((struct import_warning){
                         .kind = warning->kind,
                         .first_row = item->row,
                         .column = arena_dup(w->a, warning->column),
                         .value = arena_dup(w->a, utf8_cut(warning->value, SHOWN_BYTES))}));
        if (k < w->warnings.len)
            w->warnings.ptr[k].count++;
    }
}

static const struct str *texts_of(const struct row *row, struct arena *a)
{
    struct str *s = arena_array(a, row->count + 1, sizeof(*s));
    for (size_t i = 0; i < row->count; i++)
        s[i] = row->cells[i].text;
    return s;
}

err_t report_reject(struct report_writer *w, const struct item *item, struct err *e)
{
    struct arena *a = arena_new();
    struct spooled s = {.reject = {.sheet = item->raw ? item->raw->sheet : STR_NONE,
                                   .row = item->row,
                                   .column = item->column,
                                   .value = item->value,
                                   .reason = item->reason}};
    if (item->raw) {
        s.cells = texts_of(item->raw, a);
        s.cell_count = item->raw->count;
    }
    if (item->raw_header) {
        s.header = texts_of(item->raw_header, a);
        s.header_count = item->raw_header->count;
    }
    err_t rc = spool_add(&w->r->spool, w->refused, &s, w->fs, w->tmpdir, w->a, e);
    arena_free(a);
    w->r->rejected++;
    if (w->rejects.len < IMPORT_REJECTS_KEPT) {
        struct import_reject r = s.reject;
        r.sheet = arena_dup(w->a, r.sheet);
        r.column = arena_dup(w->a, r.column);
        r.value = arena_dup(w->a, utf8_cut(r.value, SHOWN_BYTES));
        r.reason = arena_dup(w->a, r.reason);
        VEC_PUSH(w->a, &w->rejects, r);
    }
    return rc;
}

static const struct str *dup_strs(const struct str *s, size_t count, struct arena *a)
{
    struct str *copy = arena_array(a, count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = arena_dup(a, s[i]);
    return copy;
}

static const struct import_guess *dup_guesses(const struct import_guess *g, size_t count,
                                              struct arena *a)
{
    struct import_guess *copy = arena_array(a, count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = (struct import_guess){arena_dup(a, g[i].column), arena_dup(a, g[i].field),
                                        arena_dup(a, g[i].values)};
    return copy;
}

void report_close(struct report_writer *w, const struct source *s)
{
    struct import_file_report *r = w->r;

    r->records = r->inserted + r->updated + r->unchanged + r->read + r->rejected;
    r->rejects = w->rejects.ptr;
    r->reject_count = w->rejects.len;
    r->warnings = w->warnings.ptr;
    r->warning_count = w->warnings.len;
    r->unknown_columns = dup_strs(s->notes.unknown_columns.ptr, s->notes.unknown_columns.len, w->a);
    r->unknown_count = s->notes.unknown_columns.len;
    r->remarks = dup_strs(s->notes.remarks.ptr, s->notes.remarks.len, w->a);
    r->remark_count = s->notes.remarks.len;
    struct import_column *columns = arena_array(w->a, s->notes.columns.len + 1, sizeof(*columns));
    for (size_t i = 0; i < s->notes.columns.len; i++)
        columns[i] = import_column_dup(&s->notes.columns.ptr[i], w->a);
    r->columns = columns;
    r->column_count = s->notes.columns.len;
    r->guesses = dup_guesses(s->notes.guesses.ptr, s->notes.guesses.len, w->a);
    r->guess_count = s->notes.guesses.len;
    r->table = arena_dup(w->a, s->table);
    r->refused = s->ended.kind;
    if (r->refused != OK)
        r->refusal = arena_dup(w->a, str_of(s->ended.text));
}

struct each {
    bool (*fn)(void *arg, const struct import_reject *r);
    void *arg;
};

static bool each_reject(void *arg, const struct spooled *s)
{
    struct each *each = arg;
    return each->fn(each->arg, &s->reject);
}

err_t import_rejects_each(const struct import_file_report *f,
                          bool (*fn)(void *arg, const struct import_reject *r), void *arg,
                          struct err *e)
{
    struct each each = {fn, arg};
    struct arena *scratch = arena_new();
    err_t rc = spool_each(f->spool, each_reject, &each, scratch, e);
    arena_free(scratch);
    return rc;
}

/* --- the workbook ---------------------------------------------------------- */
#define OWN_COLUMNS 4

struct workbook {
    struct xlsx_out *x;
    struct str file;
    struct arena *a; /* of the header written last */
    const struct str *header;
    size_t header_count;
    bool has_header;
};

static bool same_header(const struct workbook *b, const struct spooled *s)
{
    if (!b->has_header || b->header_count != s->header_count)
        return false;
    for (size_t i = 0; i < s->header_count; i++)
        if (!str_eq(b->header[i], s->header[i]))
            return false;
    return true;
}

static void write_header(struct workbook *b, const struct spooled *s)
{
    arena_reset(b->a);
    struct str *cells = arena_array(b->a, OWN_COLUMNS + s->header_count, sizeof(*cells));
    b->header = dup_strs(s->header, s->header_count, b->a);
    b->header_count = s->header_count;
    b->has_header = true;
    /* The row's own columns first: the sheet can be imported as it is, and the
     * four columns of ours are known names, in both languages, that are left out
     * then (reference/columns.csv). */
    for (size_t i = 0; i < s->header_count; i++)
        cells[i] = s->header[i];
    cells[s->header_count + 0] = str_of(msg("zhiyun file"));
    cells[s->header_count + 1] = str_of(msg("zhiyun row"));
    cells[s->header_count + 2] = str_of(msg("zhiyun column"));
    cells[s->header_count + 3] = str_of(msg("zhiyun reason"));
    xlsx_out_row(b->x, cells, OWN_COLUMNS + s->header_count, true);
}

static bool write_reject(void *arg, const struct spooled *s)
{
    struct workbook *b = arg;
    struct arena *a = arena_new();

    if (!same_header(b, s))
        write_header(b, s);
    size_t wide = s->header_count > s->cell_count ? s->header_count : s->cell_count;
    struct str *cells = arena_array(a, wide + OWN_COLUMNS, sizeof(*cells));
    /* Cells right of the last name stand right of ours, again without a name. */
    for (size_t i = 0; i < s->cell_count; i++)
        cells[i < s->header_count ? i : i + OWN_COLUMNS] = s->cells[i];
    struct str *own = cells + s->header_count;
    own[0] = b->file;
    own[1] = arena_printf(a, "%lld", (long long)s->reject.row);
    own[2] = s->reject.column;
    own[3] = s->reject.reason;
    xlsx_out_row(b->x, cells, wide + OWN_COLUMNS, false);
    arena_free(a);
    return true;
}

err_t report_rejects_xlsx(const struct import_report *r, const char *path, const char *tmpdir,
                          struct err *e)
{
    struct workbook b = {0};
    struct arena *scratch;
    err_t rc = OK;
    size_t spools = 0;

    for (size_t i = 0; i < r->file_count; i++)
        spools += r->files[i].spool != NULL;
    if (spools == 0)
        return OK;
    if ((rc = xlsx_out_open(&b.x, path, "rejected", tmpdir, e)) != OK)
        return rc;
    b.a = arena_new();
    scratch = arena_new();
    for (size_t i = 0; i < r->file_count && rc == OK; i++) {
        b.file = r->files[i].file;
        rc = spool_each(r->files[i].spool, write_reject, &b, scratch, e);
    }
    arena_free(scratch);
    arena_free(b.a);
    if (rc != OK) {
        xlsx_out_drop(b.x);
        return rc;
    }
    return xlsx_out_finish(b.x, NULL, e);
}

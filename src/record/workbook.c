/* Writing workbooks of a type. Rows of the main sheet stream in constant memory;
 * rows of table fields, which stand on later sheets, are read again sheet by sheet,
 * so that memory does not grow with the export. */
#include "record/workbook.h"
#include "access/mutation.h"
#include "record/ref_names.h"
#include "record/sheet.h"
#include "record/total.h"
#include "record/value.h"
#include "text/xlsx_out.h"

#define PAGE 500           /* records read at once */
#define TEMPLATE_ROWS 2001 /* rows with drop-downs, header included */
#define CHOICES "choices"  /* the hidden sheet */

/* --- the template ----------------------------------------------------------------- */

static bool has_choices(const struct field *f)
{
    return (f->value_count && !value_is_list(f)) || f->type == FIELD_BOOL;
}

static const char *type_sentence(const struct field *f)
{
    static const char *const said[] = {
        [FIELD_TEXT] = N_("text"),
        [FIELD_LONG_TEXT] = N_("text"),
        [FIELD_INT] = N_("a whole number"),
        [FIELD_DECIMAL] = N_("a number"),
        [FIELD_MONEY] = N_("an amount in yuan, as 1234.50"),
        [FIELD_PERCENT] = N_("a percentage, as 12.50"),
        [FIELD_DATE] = N_("a date, as 2026-01-31"),
        [FIELD_KNOWN_DATE] = N_("a date, as 2026-01-31; \"no\": known not to have happened"),
        [FIELD_DATETIME] = N_("a date and time, as 2026-01-31T09:30:00+08:00"),
        [FIELD_PERIOD] = N_("from and until, each a date"),
        [FIELD_ENUM] = N_("a value of the list"),
        [FIELD_BOOL] = N_("yes or no; empty: not known"),
        [FIELD_REF] = N_("the name or number of a record; where several have it, the id, as #12"),
        [FIELD_REFS] =
            N_("names or numbers of records, a line each; where several have one, the id, as #12"),
        [FIELD_PARTY] = N_("a unified social credit code of 18 characters"),
        [FIELD_PERSON] = N_("a resident identity number of 18 characters"),
        [FIELD_PHONE] = N_("a telephone number"),
        [FIELD_EMAIL] = N_("an e-mail address"),
        [FIELD_URL] = N_("an address that begins with http:// or https://"),
        [FIELD_REGION] = N_("a code of GB/T 2260 with six digits"),
        [FIELD_IPC] = N_("an IPC symbol, as H01M10/052"),
        [FIELD_PATENT] = N_("a patent number"),
        [FIELD_PATENTS] = N_("patent numbers, a line each"),
        [FIELD_TEXTS] = N_("texts, a line each"),
        [FIELD_FILE] = N_("a file uploaded before: its name and sha256:digest"),
        [FIELD_FILES] = N_("a file uploaded before: its name and sha256:digest"),
        [FIELD_TABLE] = N_("filled in on a sheet of its own"),
        [FIELD_COMPUTED] = N_("filled in on a sheet of its own"),
    };
    return f->type == FIELD_ENUM && f->many ? N_("values of the list, a line each") : said[f->type];
}

static struct str hint_of(const struct field *f, enum lang lang, struct arena *a)
{
    struct str own = sheet_label(f->hint, lang), what = str_of(msg_in(lang, type_sentence(f)));
    const char *must = f->required ? msg_in(lang, N_("required")) : "";
    const char *gap = f->required ? msg_in(lang, N_("; ")) : "";
    return own.len ? arena_printf(a, "%s%s%.*s%s%.*s", must, gap, STR_ARG(what),
                                  msg_in(lang, N_("; ")), STR_ARG(own))
                   : arena_printf(a, "%s%s%.*s", must, gap, STR_ARG(what));
}

/* "A" … "ZZ" */
static void column_name(char out[4], unsigned n)
{
    char *p = out;
    if (n >= 26)
        *p++ = (char)('A' + n / 26 - 1);
    *p++ = (char)('A' + n % 26);
    *p = '\0';
}

static void add_check(struct xlsx_out *x, unsigned column, unsigned choice, const struct field *f,
                      enum lang lang, struct arena *a)
{
    char name[4];
    size_t count = f->type == FIELD_BOOL ? 2 : f->value_count;
    struct xlsx_check check = {.column = column,
                               .rows = TEMPLATE_ROWS,
                               .title = sheet_label(f->label, lang),
                               .hint = hint_of(f, lang, a),
                               .strict = true};
    if (has_choices(f)) {
        column_name(name, choice);
        check.list = arena_printf(a, CHOICES "!$%s$1:$%s$%zu", name, name, count).ptr;
    }
    xlsx_out_check(x, &check);
}

static void header_row(struct xlsx_out *x, const struct sheet *sheet, struct arena *a)
{
    struct str *cells = arena_array(a, sheet->column_count, sizeof(*cells));
    for (size_t i = 0; i < sheet->column_count; i++)
        cells[i] = sheet->columns[i].header;
    xlsx_out_row(x, cells, sheet->column_count, true);
}

/* Column n of the hidden sheet holds the choices of the nth field that has any. */
static void write_choices(struct xlsx_out *x, const struct sheet *sheets, size_t count,
                          enum lang lang, struct arena *a)
{
    const struct field *fields[256];
    size_t columns = 0, most = 0;
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sheets[s].column_count && columns < 256; i++) {
            const struct field *f = sheets[s].columns[i].field;
            if (!f || !has_choices(f))
                continue;
            size_t n = f->type == FIELD_BOOL ? 2 : f->value_count;
            most = n > most ? n : most;
            fields[columns++] = f;
        }
    xlsx_out_sheet(x, CHOICES);
    struct str *cells = arena_array(a, columns, sizeof(*cells));
    for (size_t row = 0; row < most; row++) {
        for (size_t i = 0; i < columns; i++) {
            const struct field *f = fields[i];
            cells[i] = STR_NONE;
            if (f->type == FIELD_BOOL && row < 2)
                cells[i] = str_of(msg_in(lang, row == 0 ? N_("yes") : N_("no")));
            else if (row < f->value_count && /* a word of several codes stands once */
                     str_eq(field_code(f, f->values[row].label.zh), f->values[row].code))
                cells[i] = sheet_label(f->values[row].label, lang);
        }
        xlsx_out_row(x, cells, columns, false);
    }
    xlsx_out_hide(x);
}

static void write_explanation(struct xlsx_out *x, const struct sheet *sheets, size_t count,
                              enum lang lang, struct arena *a)
{
    struct str head[] = {str_of(msg_in(lang, N_("Sheet"))), str_of(msg_in(lang, N_("Column"))),
                         str_of(msg_in(lang, N_("How to fill it in")))};
    xlsx_out_sheet(x, msg_in(lang, N_("Explanation")));
    xlsx_out_width(x, 0, 2, 24);
    xlsx_out_width(x, 2, 1, 80);
    xlsx_out_row(x, head, 3, true);
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < sheets[s].column_count; i++) {
            const struct sheet_column *c = &sheets[s].columns[i];
            struct str how =
                c->field ? hint_of(c->field, lang, a)
                         : str_of(msg_in(lang, N_("the key of the record on the main sheet, or its "
                                                  "row there, as row 3")));
            struct str cells[] = {sheets[s].name, c->header, how};
            xlsx_out_row(x, cells, 3, false);
        }
}

/* By role alone; which records is decided for each of them. */
static bool may(const struct subject *s, const struct record_type *t, unsigned verbs)
{
    return subject_is_program(s) || (access_verbs(s, &t->access) & verbs) ||
           access_off(t->name, "book");
}

bool workbook_may_import(const struct record_type *t, const struct subject *s)
{
    return may(s, t, ACCESS_IMPORT);
}

err_t workbook_template(const char *path, const struct record_call *c, const char *tmpdir,
                        struct err *e)
{
    enum lang lang = msg_lang();
    const struct sheet *sheets;
    struct xlsx_out *x;
    unsigned choice = 0;
    if (!may(c->subject, c->type, ACCESS_CREATE | ACCESS_IMPORT))
        return err_set(e, E_DENIED, "you may not create: %.*s",
                       STR_ARG(record_type_label(c->type)));
    size_t count = sheets_of(&sheets, type_offered(c), lang, false, c->arena);
    err_t rc = xlsx_out_open(&x, path, arena_cstr(c->arena, sheets[0].name), tmpdir, e);
    if (rc != OK)
        return rc;
    for (size_t n = 0; n < count; n++) {
        if (n)
            xlsx_out_sheet(x, arena_cstr(c->arena, sheets[n].name));
        header_row(x, &sheets[n], c->arena);
        for (size_t i = 0; i < sheets[n].column_count; i++) {
            const struct field *f = sheets[n].columns[i].field;
            if (!f)
                continue;
            add_check(x, (unsigned)i, choice, f, lang, c->arena);
            choice += has_choices(f);
        }
    }
    write_explanation(x, sheets, count, lang, c->arena);
    write_choices(x, sheets, count, lang, c->arena);
    return xlsx_out_finish(x, NULL, e);
}

/* --- the export -------------------------------------------------------------------- */

struct export
{
    struct kernel *kernel;
    const struct subject *subject;
    const struct record_type *type;
    struct xlsx_out *out;
    const struct sheet *sheet;
    struct total *totals; /* of the sheet, by column */
    enum lang lang;
    struct ref_names names;
    struct str programme; /* of the record at hand */
    int64_t records;
};

static const struct jvalue *member_of(const struct sheet_column *c, const struct jvalue *record)
{
    static const char *const names[] = {
        [SHEET_ID] = "id", [SHEET_VERSION] = "version", [SHEET_STATE] = "state"};
    for (size_t i = 0; i < record->count; i++)
        if (c->field ? str_eq(record->names[i], c->field->name)
                     : str_is(record->names[i], names[c->part]))
            return &record->items[i];
    return NULL;
}

/* States are shown by label, like choices; imports ignore them. */
static err_t write_cell(struct buf *to, struct export *x, const struct sheet_column *c,
                        const struct jvalue *value, struct err *e)
{
    const struct state *s =
        value && c->part == SHEET_STATE && !c->field ? record_state(x->type, value->text) : NULL;
    if (value && value->type != J_NULL && c->field && is_reference(c->field))
        return ref_names_write(to, &x->names, c->field, value, e);
    if (s)
        buf_add(to, x->lang == LANG_EN ? s->label.en : s->label.zh);
    else
        sheet_cell(to, c, value, x->lang, x->programme);
    return OK;
}

/* Values with another form (a list of dates, or that a date exists) are written as text. */
static enum xlsx_kind cell_kind(const struct sheet_column *c)
{
    if (c->part == SHEET_FROM || c->part == SHEET_TO ||
        (c->field && (c->field->type == FIELD_DATE || c->field->type == FIELD_KNOWN_DATE)))
        return XLSX_DATE;
    return c->field && (c->field->type == FIELD_MONEY || c->field->type == FIELD_PERCENT)
               ? XLSX_YUAN
               : XLSX_TEXT;
}

static err_t write_row(struct export *x, const struct jvalue *record, struct str belongs,
                       struct arena *a, struct err *e)
{
    err_t rc = OK;
    size_t count = x->sheet->column_count;
    struct xlsx_cell *cells = arena_array(a, count, sizeof(*cells));
    struct buf b = {0};
    x->programme = jin_text(record, "programme");
    for (size_t i = 0; rc == OK && i < count; i++) {
        const struct sheet_column *c = &x->sheet->columns[i];
        if (c->part == SHEET_RECORD) {
            cells[i] = (struct xlsx_cell){XLSX_TEXT, belongs};
            continue;
        }
        buf_reset(&b);
        const struct jvalue *value = member_of(c, record);
        rc = write_cell(&b, x, c, value, e);
        if (c->field)
            total_add(&x->totals[i], c->field, value ? value->text : STR_NONE);
        cells[i] = (struct xlsx_cell){cell_kind(c), arena_dup(a, buf_str(&b))};
    }
    buf_clear(&b);
    if (rc == OK)
        xlsx_out_cells(x->out, cells, count);
    return rc;
}

static err_t write_record(struct export *x, const struct jvalue *record, struct arena *a,
                          struct err *e)
{
    err_t rc = OK;
    if (!x->sheet->table) {
        x->records++;
        return write_row(x, record, STR_NONE, a, e);
    }
    struct str belongs = arena_printf(a, "#%.*s", STR_ARG(jin_text(record, "id")));
    const struct jvalue *rows = jin_get(record, arena_cstr(a, x->sheet->table->name));
    for (size_t i = 0; rows && rc == OK && i < rows->count; i++)
        rc = write_row(x, &rows->items[i], belongs, a, e);
    return rc;
}

/* Below the rows of the sheet; its first column is the record's, which no total is of. An import leaves it out. */
static void write_totals(struct export *x, struct arena *a)
{
    size_t count = x->sheet->column_count;
    struct xlsx_cell *cells = arena_array(a, count, sizeof(*cells));
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        const struct sheet_column *c = &x->sheet->columns[i];
        cells[i] = (struct xlsx_cell){XLSX_TEXT, STR_NONE};
        if (!c->field)
            continue;
        cells[i].text = total_value(&x->totals[i], c->field, a);
        cells[i].kind = c->field->type == FIELD_MONEY ? XLSX_YUAN : XLSX_NUMBER;
        any |= cells[i].text.len > 0;
    }
    cells[0].text = str_of(msg_in(x->lang, N_("Total")));
    if (any)
        xlsx_out_cells(x->out, cells, count);
}

/* All pages of the list into the sheet at hand. */
static err_t write_pages(struct export *x, const struct list_request *list, struct err *e)
{
    struct list_request page = *list;
    struct str next = STR_NONE;
    struct arena *kept = arena_new();
    err_t rc = OK;
    page.fields = STR("*");
    page.limit = PAGE;
    page.page = 0;
    page.verb = ACCESS_EXPORT;
    page.without_total = true;
    do {
        struct arena *a = arena_new();
        struct record_page found;
        page.cursor = next;
        rc = record_page_read(&found, &(struct record_call){x->kernel, x->subject, x->type, 0, a},
                              &page, e);
        for (size_t i = 0; rc == OK && i < found.count; i++)
            rc = write_record(x, &found.items[i], a, e);
        next = arena_dup(kept, found.next);
        arena_free(a);
    } while (rc == OK && next.len);
    arena_free(kept);
    return rc;
}

err_t workbook_export(const char *path, int64_t *count, const struct record_call *c,
                      const struct list_request *list, const char *tmpdir, struct err *e)
{
    enum lang lang = msg_lang();
    const struct sheet *sheets;
    struct export x = {.kernel = c->kernel,
                       .subject = c->subject,
                       .type = c->type,
                       .lang = lang,
                       .names = {c->kernel, c->subject, c->arena}};
    if (!may(c->subject, c->type, ACCESS_EXPORT))
        return err_set(e, E_DENIED, "you may not export: %.*s",
                       STR_ARG(record_type_label(c->type)));
    size_t sheet_count = sheets_of(&sheets, type_offered(c), lang, true, c->arena);
    err_t rc = xlsx_out_open(&x.out, path, arena_cstr(c->arena, sheets[0].name), tmpdir, e);
    for (size_t i = 0; i < sheet_count && rc == OK; i++) {
        x.sheet = &sheets[i];
        if (i)
            xlsx_out_sheet(x.out, arena_cstr(c->arena, sheets[i].name));
        header_row(x.out, x.sheet, c->arena);
        x.totals = arena_array(c->arena, sheets[i].column_count, sizeof(*x.totals));
        memset(x.totals, 0, sheets[i].column_count * sizeof(*x.totals));
        rc = write_pages(&x, list, e);
        if (rc == OK)
            write_totals(&x, c->arena);
    }
    if (rc != OK) {
        xlsx_out_drop(x.out);
        return rc;
    }
    *count = x.records;
    return xlsx_out_finish(x.out, NULL, e);
}

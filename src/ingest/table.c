/* From rows to records. The header of a sheet is the row, among its first
 * HEADER_ROWS_MAX that are not blank, with the most known column names; exports
 * put titles, queries and logos above it. The rows read while looking for it
 * are held and given afterwards. */
#include "ingest/table.h"
#include "base/limits.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ingest/levels.h"

#define SAMPLE_BYTES 200 /* of a cell that is shown */

/* The row of column names among those held: `first` to `last`, two where they stand on two levels. */
struct found {
    size_t score, first, last;
    const struct row *row;
};

struct held {
    struct row row;
    struct str damage; /* the row could not be read: why; empty: it could */
};

struct table {
    struct input *in;
    struct rows rows;
    struct arena *keep;  /* of the sheet at hand: header and held rows */
    struct arena *spare; /* the next sheet's first row; swapped with keep */
    struct arena *scratch;
    struct {
        struct held *ptr;
        size_t len, cap;
    } held;
    size_t held_at;
    struct held pending; /* first row of the next sheet */
    bool has_pending, ended;
    bool damage_cuts; /* see table_damage_cuts */

    bool in_sheet;
    struct str sheet;
    struct header *header; /* NULL: this sheet has no patent columns */
    struct row header_row;
    int64_t rows_left_out; /* of a sheet without patent columns */
    bool sheet_hidden;
    int64_t hidden_rows, first_hidden; /* of those that were read */
    int64_t across_rows,
        first_across; /* with a value that reaches over several columns; likewise */
    size_t sheets, sheets_read;
    size_t samples;    /* rows that the notes show */
    struct str damage; /* of the first row of a sheet without patent columns, in the notes' arena */
    bool lists_columns; /* a sheet's rows are column names themselves */
    bool prose;         /* its rows are sentences */
    bool narrow;        /* its rows have one cell each, of a text */
    bool
        unnamed; /* the caller calls columns by the values of the first row, which is one of data */
    bool gave;   /* at least one row of data */
    struct str seen; /* first cells of the first sheet, for the error */
};

struct table *table_new(struct input *in, struct rows rows)
{
    struct table *t = mem_zalloc(sizeof(*t));
    t->in = in;
    t->rows = rows;
    t->keep = arena_new();
    t->spare = arena_new();
    t->scratch = arena_new();
    return t;
}

void table_damage_cuts(struct table *t)
{
    t->damage_cuts = true;
}

void table_free(struct table *t)
{
    if (!t)
        return;
    rows_close(&t->rows);
    arena_free(t->keep);
    arena_free(t->spare);
    arena_free(t->scratch);
    free(t);
}

static struct row *row_dup(const struct row *row, struct arena *a)
{
    struct row *copy = arena_alloc(a, sizeof(*copy));
    struct cell *cells = arena_array(a, row->count + 1, sizeof(*cells));

    *copy = *row;
    copy->sheet = arena_dup(a, row->sheet);
    for (size_t i = 0; i < row->count; i++) {
        cells[i] = row->cells[i];
        cells[i].text = arena_dup(a, row->cells[i].text);
    }
    copy->cells = cells;
    return copy;
}

static bool row_is_blank(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (str_trim(row->cells[i].text).len || row->cells[i].flag == CELL_ERROR)
            return false;
    return true;
}

/* One row from the reader; damage of one row is not an error here. */
static err_t read_row(bool *has, struct held *out, struct table *t, struct arena *a, struct err *e)
{
    struct err local = {0};

    *out = (struct held){0};
    err_t rc = rows_next(has, &out->row, &t->rows, a, &local);
    if (rc == OK && *has)
        t->in->done = out->row.done;
    if (rc == E_INVALID || rc == E_LIMIT) {
        out->row.cells = NULL;
        out->row.count = 0;
        out->damage = arena_dup(a, str_of(local.text));
        *has = true;
        return OK;
    }
    return err_pass(e, rc, &local);
}

static void note_unknown(struct table *t)
{
    const struct str *names;
    if (!t->header)
        return;
    size_t count = header_unknown(t->header, &names, t->scratch);
    for (size_t i = 0; i < count; i++)
        notes_unknown_column(t->in->notes, names[i]);
}

/* Names of the hidden columns that have one. */
static struct str hidden_columns(const struct table *t)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < t->header_row.count; i++) {
        const struct cell *c = &t->header_row.cells[i];
        struct str name = str_trim(c->text);
        if (c->hidden && name.len)
            all = arena_printf(t->scratch, "%.*s%s%.*s", STR_ARG(all), all.len ? ", " : "",
                               STR_ARG(name));
    }
    return all;
}

static bool reaches_across(const struct row *row)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->cells[i].across)
            return true;
    return false;
}

/* What a person who looks at the workbook does not see, and what became of it. */
static void note_hidden(struct table *t)
{
    if (!t->header)
        return;
    if (t->sheet_hidden)
        notes_remark(
            t->in->notes,
            N_("sheet \"%.*s\" is hidden in the workbook; its rows were read like those of "
               "the others"),
            STR_ARG(t->sheet));
    if (t->hidden_rows)
        notes_remark(
            t->in->notes,
            N_("sheet \"%.*s\": %lld rows are hidden in the workbook, the first of them row "
               "%lld; they were read like the others"),
            STR_ARG(t->sheet), (long long)t->hidden_rows, (long long)t->first_hidden);
    struct str columns = hidden_columns(t);
    if (columns.len)
        notes_remark(t->in->notes,
                     N_("sheet \"%.*s\": columns are hidden in the workbook: %.*s; they were read "
                        "like the others"),
                     STR_ARG(t->sheet), STR_ARG(columns));
}

/* A value that stands over several columns is of the first: of which others it is, nothing says. */
static void note_across(struct table *t)
{
    if (t->header && t->across_rows)
        notes_remark(t->in->notes,
                     N_("sheet \"%.*s\": %lld rows have a value merged over several columns, the "
                        "first of them row %lld; it was read in the first of these columns, the "
                        "others are empty"),
                     STR_ARG(t->sheet), (long long)t->across_rows, (long long)t->first_across);
}

static void end_sheet(struct table *t)
{
    if (!t->in_sheet)
        return;
    note_unknown(t);
    note_hidden(t);
    note_across(t);
    if (!t->header && t->sheet.len && t->rows_left_out)
        notes_remark(t->in->notes,
                     "sheet \"%.*s\" has no patent columns; its %lld rows were left "
                     "out",
                     STR_ARG(t->sheet), (long long)t->rows_left_out);
    t->in_sheet = false;
    t->header = NULL;
}

/* Up to eight cells of a row, for people. */
static struct str describe_row(const struct row *row, struct arena *a)
{
    struct str text = STR_NONE;
    size_t shown = 0;
    for (size_t i = 0; i < row->count && shown < 8; i++) {
        struct str s = utf8_cut(str_trim(row->cells[i].text), 30);
        if (s.len)
            text = arena_printf(a, "%.*s%s%.*s", STR_ARG(text), shown++ ? " | " : "", STR_ARG(s));
    }
    return text;
}

/* Rows above the header are titles and queries: said, never silent. */
static void note_rows_above(struct table *t, size_t header_at)
{
    struct str text = STR_NONE;
    if (header_at == 0)
        return;
    for (size_t i = 0; i < header_at; i++)
        text = arena_printf(t->scratch, "%.*s%s%.*s", STR_ARG(text), i ? " / " : "",
                            STR_ARG(describe_row(&t->held.ptr[i].row, t->scratch)));
    notes_remark(t->in->notes, "the column names stand in row %lld; above them: %.*s",
                 (long long)t->held.ptr[header_at].row.number, STR_ARG(utf8_cut(text, 300)));
}

/* Vendors hand out lists of their columns, one name a row: under the first as
 * header, each of the others would become a patent with that title. */
static bool rows_are_names(const struct table *t, size_t from)
{
    size_t rows = 0, names = 0;

    for (size_t i = from; i < t->held.len; i++) {
        const struct row *row = &t->held.ptr[i].row;
        size_t texts = 0, known = 0;
        for (size_t k = 0; k < row->count; k++) {
            struct str s = str_trim(row->cells[k].text);
            if (s.len == 0 || (s.ptr[0] >= '0' && s.ptr[0] <= '9'))
                continue;
            texts++;
            known += column_map_knows(t->in->columns, s);
        }
        rows += texts > 0;
        names += texts > 0 && known * 2 > texts;
    }
    return names >= 3 && names * 2 > rows;
}

/* A number of a patent or a date: mostly digits. */
static bool is_code(struct str s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.len; i++)
        digits += ascii_is_digit(s.ptr[i]);
    return digits >= 6 && digits * 3 >= s.len && s.len <= 40 && !str_contains(s, STR(":"));
}

/* Commas of a sentence, taken for delimiters, have a blank behind them. */
static bool has_blank_commas(const struct row *row)
{
    bool has = false;
    for (size_t k = 1; k < row->count; k++)
        has |= str_starts(row->cells[k].text, STR(" "));
    return has;
}

/* A mark at the end, or a Chinese one anywhere. */
static bool has_sentence_mark(struct str s)
{
    static const struct str marks[] = {{"，", 3}, {"。", 3}, {"；", 3}, {"：", 3}, {"？", 3}};
    bool has = s.len > 1 && strchr(".,;:?!", s.ptr[s.len - 1]);
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        has |= str_contains(s, marks[i]);
    return has;
}

/* True if more than twice as many rows hold a sentence as fit a table of `width` columns. Counts rows
 * of a text file from row `from` on. */
static bool is_prose(const struct table *t, size_t from, size_t width)
{
    size_t sentences = 0, rows = 0;
    for (size_t i = from; t->sheet.len == 0 && i < t->held.len; i++) {
        const struct row *row = &t->held.ptr[i].row;
        bool commas = has_blank_commas(row),
             fits = row->count > 1 && row->count == width && !commas, marks = false;
        for (size_t k = 0; k < row->count; k++) {
            struct str s = str_trim(row->cells[k].text);
            fits |= is_code(s);
            marks |= has_sentence_mark(s);
        }
        rows += fits;
        sentences += !fits && (commas || marks);
    }
    return sentences > 2 * rows;
}

static struct found best_row(const struct table *t)
{
    struct found best = {0};
    for (size_t i = 0; i < t->held.len; i++) {
        size_t score = column_map_score(t->in->columns, &t->held.ptr[i].row);
        if (score > best.score)
            best = (struct found){score, i, i, &t->held.ptr[i].row};
    }
    return best;
}

/* Rows `at` and the next as one, where they name more than the best row so far. */
static void take_levels(struct found *best, const struct table *t, size_t at)
{
    struct row *both = arena_alloc(t->keep, sizeof(*both));
    if (at + 1 >= t->held.len ||
        !levels_join(both, &t->held.ptr[at].row, &t->held.ptr[at + 1].row, t->in->columns, t->keep))
        return;
    size_t score = column_map_score(t->in->columns, both);
    if (score > best->score)
        *best = (struct found){score, at, at + 1, both};
}

static void note_levels(struct table *t, const struct found *f)
{
    if (f->first != f->last)
        notes_remark(
            t->in->notes,
            N_("the column names stand in two rows, %lld and %lld, and were read as: %.*s"),
            (long long)t->held.ptr[f->first].row.number, (long long)t->held.ptr[f->last].row.number,
            STR_ARG(describe_row(f->row, t->scratch)));
}

/* What is said by nobody is not weighed: the names alone make no list a vendor's data. */
static void note_source(struct table *t, const struct header *h)
{
    const char *source = header_source(h);
    if (source && !t->in->source_named)
        notes_remark(t->in->notes,
                     N_("the column names are those of exports from %s: if the data come from "
                        "there, import them with --source %s, so that they are weighed as its"),
                     source, source);
}

/* Reports the columns of the first sheet with known ones, else of the first. A second reading replaces them. */
static void note_columns(struct table *t)
{
    struct notes *notes = t->in->notes;
    struct header_column c;
    if (t->sheets_read > 1)
        return;
    notes->columns.len = 0;
    for (size_t i = 0; i < t->header_row.count; i++)
        if (header_column(&c, t->header, i))
            VEC_PUSH(notes->a, &notes->columns,
                     ((struct import_column){
                         .name = c.name, .field = c.field, .title = c.title, .known = c.known}));
}

static void note_sample(struct table *t, const struct row *row)
{
    struct notes *notes = t->in->notes;
    struct header_column c;
    size_t at = 0;
    if (t->sheets_read > 1 || t->samples == IMPORT_SAMPLES)
        return;
    for (size_t i = 0; i < t->header_row.count && at < notes->columns.len; i++) {
        if (!header_column(&c, t->header, i))
            continue;
        if (i < row->count)
            notes->columns.ptr[at].sample[t->samples] =
                arena_dup(notes->a, utf8_cut(str_trim(row->cells[i].text), SAMPLE_BYTES));
        at++;
    }
    t->samples++;
}

static size_t count_filled(const struct row *row)
{
    size_t filled = 0;
    for (size_t i = 0; i < row->count; i++)
        filled += str_trim(row->cells[i].text).len > 0;
    return filled;
}

/* Reports the columns of a sheet without known ones, so that a person can say what they are. Their names are the first
 * row that no later one is more than twice as wide as. */
static err_t offer_columns(struct table *t, struct err *e)
{
    const struct held *rows = t->held.ptr;
    size_t at = 0;
    for (size_t i = 1; i < t->held.len; i++)
        if (count_filled(&rows[i].row) > 2 * count_filled(&rows[at].row))
            at = i;
    if (t->in->notes->columns.len || t->damage.len)
        return OK;
    if (count_filled(&rows[at].row) < 2 && /* a list of numbers alone */
        (at + 1 == t->held.len || !is_code(describe_row(&rows[at + 1].row, t->scratch))))
        return OK;
    t->header_row = rows[at].row;
    err_t rc = header_bind(&t->header, t->in->columns, NULL, &t->header_row, t->in->notes->a, e);
    if (rc == OK)
        note_columns(t);
    while (rc == OK && ++at < t->held.len)
        note_sample(t, &rows[at].row);
    t->header = NULL;
    t->samples = 0;
    return rc;
}

static err_t find_header(struct table *t, struct err *e)
{
    const struct found alone = best_row(t);
    struct found best = alone;

    if (alone.score)
        take_levels(&best, t, alone.first);
    if (alone.first > 0)
        take_levels(&best, t, alone.first - 1);
    if (t->sheets_read == 0 && t->seen.len == 0 && t->held.len)
        t->seen = describe_row(&t->held.ptr[0].row, t->in->notes->a);
    t->header = NULL;
    if (t->held.len && is_prose(t, best.score ? best.last + 1 : 0,
                                best.score ? best.row->count : t->held.ptr[0].row.count)) {
        t->prose = true;
        return OK;
    }
    if (best.score == 0) {
        t->narrow = t->held.len && t->sheet.len == 0;
        for (size_t i = 0; i < t->held.len; i++)
            t->narrow = t->narrow && count_filled(&t->held.ptr[i].row) < 2;
        for (size_t i = 0; i < t->held.len && t->damage.len == 0; i++)
            t->damage = arena_dup(t->in->notes->a, t->held.ptr[i].damage);
        return offer_columns(t, e);
    }
    struct header *h = NULL;
    struct row *row = row_dup(best.row, t->keep);
    err_t rc = header_bind(&h, t->in->columns, t->in->survey, row, t->in->notes->a, e);
    if (rc != OK)
        return rc;
    if (!header_is_patents(h))
        return offer_columns(t, e);
    if (rows_are_names(t, best.last + 1)) {
        t->lists_columns = true;
        return OK;
    }
    note_rows_above(t, best.first);
    note_levels(t, &best);
    note_source(t, h);
    t->header = h;
    t->header_row = *row;
    for (size_t i = 0; i < row->count; i++) {
        struct str name = str_trim(row->cells[i].text);
        t->unnamed |= is_code(name) && column_map_knows(t->in->columns, name);
        for (size_t k = 0; k < i && name.len; k++)
            if (str_eq(name, str_trim(row->cells[k].text))) {
                notes_remark(t->in->notes, N_("two columns are called %.*s; both were read"),
                             STR_ARG(name));
                break;
            }
    }
    t->held_at = best.last + !t->unnamed;
    t->sheets_read++;
    note_columns(t);
    return OK;
}

/* `first` lives in the spare arena. Reads on until the header must have come. */
static err_t begin_sheet(struct table *t, const struct held *first, struct err *e)
{
    struct arena *old = t->keep;
    err_t rc;

    end_sheet(t);
    arena_reset(t->scratch);
    t->keep = t->spare;
    t->spare = old;
    arena_reset(t->spare);
    t->in_sheet = true;
    t->sheets++;
    t->sheet = arena_dup(t->keep, first->row.sheet);
    t->held.ptr = NULL;
    t->held.len = t->held.cap = t->held_at = 0;
    t->rows_left_out = t->unnamed = 0;
    t->sheet_hidden = first->row.sheet_hidden;
    t->hidden_rows = t->first_hidden = t->across_rows = t->first_across = 0;
    VEC_PUSH(t->keep, &t->held, *first);
    while (t->held.len < HEADER_ROWS_MAX && arena_used(t->keep) < HEADER_BYTES_MAX) {
        struct held next;
        bool has;
        if ((rc = read_row(&has, &next, t, t->keep, e)) != OK)
            return rc;
        if (!has) {
            t->ended = true;
            break;
        }
        if (!next.damage.len && row_is_blank(&next.row))
            continue;
        if (!str_eq(next.row.sheet, t->sheet)) {
            t->pending = next;
            t->pending.row = *row_dup(&next.row, t->spare);
            t->pending.damage = arena_dup(t->spare, next.damage);
            t->has_pending = true;
            break;
        }
        VEC_PUSH(t->keep, &t->held, next);
    }
    rc = find_header(t, e);
    for (size_t i = 0; rc == OK && !t->header && i < t->held.len; i++)
        t->rows_left_out += t->held.ptr[i].row.number > 0 || t->held.ptr[i].damage.len;
    return rc;
}

static err_t no_patents(struct table *t, struct err *e)
{
    if (t->sheets == 0)
        return err_set(e, E_INVALID, "the table is empty: it has no row with content");
    if (t->damage.len)
        return err_set(e, E_INVALID, "no patent columns found; %.*s", STR_ARG(t->damage));
    if (t->prose)
        return err_set(
            e, E_INVALID,
            "no patent columns found: these are sentences, not a table of patents; import "
            "the file that your search tool exports (XLSX, CSV …)");
    if (t->lists_columns)
        return err_set(e, E_INVALID,
                       "the rows are column names, not patents: this is a list of columns; import "
                       "the export itself");
    if (t->narrow)
        return err_set(
            e, E_INVALID,
            "this is no table of patents: its lines have one cell each, the first reads: "
            "%.*s; import the file that your search tool exports (XLSX, CSV …); a list of "
            "numbers is one with the line 公开号 above it",
            STR_ARG(t->seen));
    return err_set(e, E_INVALID,
                   "no patent columns found in the first %d rows; the first row reads: %.*s; put a "
                   "row of column names above the data (for example 公开号, 标题, 申请人), or say "
                   "what a column is with --map COLUMN=FIELD",
                   HEADER_ROWS_MAX, STR_ARG(t->seen));
}

/* The same names again, as files glued together have them. */
static bool repeats_header(const struct table *t, const struct row *row)
{
    size_t equal = 0;
    for (size_t i = 0; i < row->count; i++) {
        struct str s = str_trim(row->cells[i].text);
        if (s.len == 0)
            continue;
        if (i >= t->header_row.count || !str_eq(s, str_trim(t->header_row.cells[i].text)))
            return false;
        equal++;
    }
    return equal > 0;
}

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] >= '0' && s.ptr[i] <= '9')
            return true;
    return false;
}

/* Other names: the columns change from here on. Rows whose first cell holds a
 * digit or no known name are data, which spares nearly every row the look-ups. */
static err_t maybe_new_header(bool *is, struct table *t, const struct row *row, struct err *e)
{
    size_t first = 0;

    *is = false;
    while (first < row->count && str_trim(row->cells[first].text).len == 0)
        first++;
    if (first == row->count || row->cells[first].text.len > 60 ||
        (row->number && has_digit(row->cells[first].text)) ||
        !column_map_knows(t->in->columns, row->cells[first].text))
        return OK;
    size_t score = column_map_score(t->in->columns, row);
    if (row->number && (score < 3 || score * 2 < count_filled(row)))
        return OK;
    struct header *h = NULL;
    struct row *copy = row_dup(row, t->keep);
    err_t rc = header_bind(&h, t->in->columns, t->in->survey, copy, t->in->notes->a, e);
    if (rc != OK || !header_is_patents(h))
        return rc;
    note_unknown(t);
    if (row->number)
        notes_remark(t->in->notes, "row %lld names columns anew", (long long)row->number);
    t->header = h;
    t->header_row = *copy;
    *is = true;
    return OK;
}

static err_t damaged_row(struct item *out, struct table *t, const struct held *h, struct err *e)
{
    out->kind = ITEM_REJECT;
    out->row = h->row.number;
    out->reason = h->damage;
    if (!t->damage_cuts || t->has_pending || t->held_at < t->held.len)
        return OK;
    if (!t->ended) {
        struct held next;
        err_t rc = read_row(&t->has_pending, &next, t, t->spare, e);
        if (rc != OK)
            return rc;
        if (t->has_pending) {
            t->pending = next;
            return OK;
        }
    }
    end_sheet(t);
    return err_set(e, E_INVALID, "%.*s", STR_ARG(h->damage));
}

#define COUNT_DIGITS_MAX 7 /* more are a number of something */

/* The rest of a cell that counts: "：30 件", " 1,200", "12.5%". */
static bool only_counts(struct str s)
{
    static const struct str words[] = {{"件", 3}, {"项", 3}, {"条", 3}, {"篇", 3},
                                       {"个", 3}, {"：", 3}, {"，", 3}};
    size_t digits = 0;
    for (size_t at = 0; at < s.len;) {
        size_t step = strchr("0123456789 .,%:()", s.ptr[at]) && s.ptr[at] ? 1 : 0;
        for (size_t i = 0; step == 0 && i < ARRAY_LEN(words); i++)
            if (str_starts(str_range(s.ptr + at, s.ptr + s.len), words[i]))
                step = words[i].len;
        digits += step == 1 && s.ptr[at] >= '0' && s.ptr[at] <= '9';
        if (step == 0 || digits > COUNT_DIGITS_MAX)
            return false;
        at += step;
    }
    return true;
}

static bool is_total_cell(struct str s)
{
    static const char *const words[] = {
        "合计",  "总计",        "小计",  "共计",   "总数", "合計",     "總計", "共",    "合  计",
        "合 计", "grand total", "total", "totals", "sum",  "subtotal", "합계", "Summe", "計"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        struct str word = str_of(words[i]);
        if (s.len >= word.len && str_eq_nocase((struct str){s.ptr, word.len}, word) &&
            only_counts(str_range(s.ptr + word.len, s.ptr + s.len)))
            return true;
    }
    return false;
}

/* What a table adds up at its end: the word for it, and besides nothing but counts. */
static bool is_total(const struct row *row)
{
    bool total = false;
    for (size_t i = 0; i < row->count; i++) {
        struct str s = str_trim(row->cells[i].text);
        if (s.len && is_total_cell(s))
            total = true;
        else if (!only_counts(s))
            return false;
    }
    return total;
}

static err_t row_to_item(struct item *out, struct table *t, const struct row *row, struct arena *a,
                         struct err *e)
{
    struct reading how;
    bool new_header = false;
    err_t rc;

    out->kind = ITEM_SKIP;
    out->row = row->number;
    if (!t->unnamed && repeats_header(t, row))
        return OK;
    t->first_hidden = row->hidden && t->hidden_rows == 0 ? row->number : t->first_hidden;
    t->hidden_rows += row->hidden;
    if ((rc = maybe_new_header(&new_header, t, row, e)) != OK || new_header)
        return rc;
    if (is_total(row)) {
        notes_remark(t->in->notes, "row %lld is a total and was left out: %.*s",
                     (long long)row->number, STR_ARG(describe_row(row, a)));
        return OK;
    }
    bool across = reaches_across(row);
    t->first_across = across && t->across_rows == 0 ? row->number : t->first_across;
    t->across_rows += across;
    note_sample(t, row);
    struct patent *p = arena_alloc(a, sizeof(*p));
    if (header_read(p, &how, t->header, row, a)) {
        out->kind = ITEM_RECORD;
        out->patent = p;
        out->warnings = how.warnings;
    } else if (!how.blank) {
        out->kind = ITEM_REJECT;
        out->column = how.column;
        out->value = how.value;
        out->reason = how.reason;
        out->raw = row_dup(row, a);
        out->raw_header = row_dup(&t->header_row, a);
    }
    return OK;
}

/* The next row of the file, wherever it waits. */
static err_t take_row(bool *has, struct held *out, struct table *t, struct arena *a, struct err *e)
{
    *has = true;
    if (t->in_sheet && t->header && t->held_at < t->held.len) {
        *out = t->held.ptr[t->held_at++];
        out->row = *row_dup(&out->row, a); /* items outlive the sheet's arena */
        out->damage = arena_dup(a, out->damage);
        return OK;
    }
    if (t->has_pending) {
        *out = t->pending; /* in the spare arena, where a sheet's first row must be */
        t->has_pending = false;
        return OK;
    }
    if (t->ended) {
        *has = false;
        return OK;
    }
    return read_row(has, out, t, a, e);
}

err_t table_next(struct item *out, struct table *t, struct arena *a, struct err *e)
{
    *out = (struct item){.kind = ITEM_END};
    for (;;) {
        struct held h;
        bool has;
        bool leaving_out = t->in_sheet && !t->header;
        err_t rc;

        if (leaving_out)
            arena_reset(t->scratch);
        bool pending = t->has_pending && !(t->in_sheet && t->header && t->held_at < t->held.len);
        if ((rc = take_row(&has, &h, t, leaving_out ? t->scratch : a, e)) != OK)
            return rc;
        if (!has) {
            end_sheet(t);
            if (t->sheets_read && !t->gave)
                notes_remark(t->in->notes, "there is no row below the column names: nothing to "
                                           "import; export again with its rows");
            return t->sheets_read ? OK : no_patents(t, e);
        }
        if (!t->in_sheet || !str_eq(h.row.sheet, t->sheet)) {
            if (h.damage.len == 0 && row_is_blank(&h.row))
                continue;
            if (!pending) {
                h.row = *row_dup(&h.row, t->spare);
                h.damage = arena_dup(t->spare, h.damage);
            }
            if ((rc = begin_sheet(t, &h, e)) != OK)
                return rc;
            continue;
        }
        if (!t->header) {
            t->rows_left_out++;
            continue;
        }
        t->gave = true;
        if (pending) { /* items outlive the spare arena */
            h.row = *row_dup(&h.row, a);
            h.damage = arena_dup(a, h.damage);
        }
        if (h.damage.len)
            return damaged_row(out, t, &h, e);
        return row_to_item(out, t, &h.row, a, e);
    }
}

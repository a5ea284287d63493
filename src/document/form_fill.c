/* Cells of a form become rows of one table. */
#include "document/criteria_fill.h"
#include "document/form_fill_priv.h"
#include "policy/paper_value.h"
#include "record/total.h"
#include "text/typography.h"

#define TOTAL "合计"

void form_marks(struct paper_build *b, const struct pack *p, bool draft)
{
    if (p->document.standing == PACK_DRAFT)
        paper_add_mark(b, STR("征求意见稿·试运行"));
    if (draft)
        paper_add_mark(b, STR("草稿"));
}

/* --- tables ------------------------------------------------------------------------------ */

/* A label that only joins those of the columns would be said twice. */
static bool joins_columns(const struct part *cell, struct arena *a)
{
    const struct part_value *columns = part_value(cell, "columns");
    struct str all = STR_NONE;
    for (size_t i = 0; i < columns->item_count; i++)
        cell_add_piece(&all, part_text(&columns->items[i], "label"), "、", a);
    return str_eq(all, part_text(cell, "label"));
}

/* The totals of a table, by column. */
struct totals {
    struct total of[FORM_CELLS_MAX];
    const struct field *fields[FORM_CELLS_MAX]; /* NULL: the column does not add up */
};

static enum paper_look look_of(const struct totals *t, size_t c)
{
    return t->fields[c] ? PAPER_FIGURE : PAPER_VALUE;
}

static void add_up(struct totals *t, size_t c, struct form_at at, struct str fill, struct arena *a)
{
    struct form_path path = form_path_of(fill);
    const struct field *field = at.rows ? form_field(at.rows, &path) : NULL;
    if (!at.record || !field || !field->adds_up)
        return;
    t->fields[c] = field;
    total_add(&t->of[c], field, form_json_text(at.record, at.row, &path, a));
}

/* The source of a row: a record, or a row of a table in a record, if a column names one. */
struct table_source {
    const struct form_rows *rows;
    struct form_path path; /* of the first column that names a table, else of the first */
    struct totals *totals;
};

static struct table_source source_of_table(const struct filling *f,
                                           const struct part_value *columns)
{
    struct table_source out = {.totals = arena_alloc(f->a, sizeof(*out.totals))};
    *out.totals = (struct totals){0};
    for (size_t c = 0; c < columns->item_count; c++) {
        const struct part_value *fill = part_value(&columns->items[c], "fill");
        for (size_t i = 0; i < fill->word_count; i++) {
            struct form_path path = form_path_of(fill->words[i]);
            if (out.path.type.len == 0 || (path.inner.len && out.path.inner.len == 0))
                out.path = path;
        }
    }
    out.rows = form_rows_of(f->s, out.path.type);
    return out;
}

static struct str below_unit(struct str text, struct str head)
{
    struct str unit = STR("元");
    if (str_ends(head, STR("（元）")) && str_ends(text, unit))
        text.len -= unit.len;
    return text;
}

/* The head of a column says what is not said again in each row: the unit of an amount, what is true or false. */
static struct str below_head(struct str text, struct str head, const struct form_rows *rows,
                             const struct form_path *path, struct arena *a)
{
    struct str said = arena_printf(a, "%.*s：", STR_ARG(form_label(rows, path)));
    text = below_unit(text, head);
    return str_starts(text, said) ? (struct str){text.ptr + said.len, text.len - said.len} : text;
}

/* heads: the cells of the head row; the first column has no total. */
static void add_totals(struct filling *f, const struct totals *t, const struct paper_cell *heads,
                       size_t n)
{
    struct paper_cell cells[FORM_CELLS_MAX];
    bool any = false;
    for (size_t c = 0; c < n; c++) {
        struct str sum = t->fields[c] ? total_value(&t->of[c], t->fields[c], f->a) : STR_NONE;
        any |= sum.len > 0;
        cells[c] = (struct paper_cell){look_of(t, c), heads[c].width, STR_NONE};
        if (sum.len)
            cells[c].text = below_unit(form_number_text(t->fields[c], sum, f->a), heads[c].text);
    }
    cells[0] = (struct paper_cell){PAPER_LABEL, heads[0].width, STR(TOTAL)};
    if (any && !t->fields[0])
        paper_add_row(f->build, PAPER_DATA, f->group, cells, n);
}

/* record: NULL where the table has none; row: of its table, or NULL. */
static struct str column_text(struct filling *f, const struct part *cell, size_t c,
                              struct form_at at)
{
    const struct part *column = &part_value(cell, "columns")->items[c];
    const struct part_value *fill = part_value(column, "fill");
    struct str all = STR_NONE;
    for (size_t i = 0; at.record && i < fill->word_count; i++) {
        struct form_path path = form_path_of(fill->words[i]);
        struct str one = form_value(at, &path, cell_dictionary(f, cell), f->a);
        cell_add_piece(&all, below_head(one, part_text(column, "label"), at.rows, &path, f->a),
                       "；", f->a);
    }
    if (all.len || at.row ||
        !part_true(cell, "required")) /* of a row its type says what it needs */
        return all;
    if (fill->word_count)
        cell_gap(f, cell, at.rows, at.record, fill->words[0]);
    return FORM_MISSING;
}

/* Its columns go to `cells`. */
static size_t add_heads(struct paper_cell *cells, struct filling *f, const struct part *cell)
{
    const struct part_value *columns = part_value(cell, "columns");
    size_t n = columns->item_count < FORM_CELLS_MAX ? columns->item_count : FORM_CELLS_MAX;
    if (!joins_columns(cell, f->a)) {
        struct paper_cell label = {PAPER_COLUMN, 1000, cell_printed(f, cell)};
        paper_add_row(f->build, PAPER_HEAD, f->group, &label, 1);
    }
    for (size_t c = 0; c < n; c++) {
        int width = part_int(&columns->items[c], "width");
        cells[c] =
            (struct paper_cell){PAPER_COLUMN, width * 10, cell_printed(f, &columns->items[c])};
        cell_note_column(f, cells[c].text, width);
    }
    paper_add_row(f->build, PAPER_HEAD, f->group, cells, n);
    return n;
}

static void add_data(struct filling *f, const struct part *cell, const struct table_source *t,
                     const struct jvalue *record, const struct jvalue *row)
{
    const struct part_value *columns = part_value(cell, "columns");
    struct paper_cell cells[FORM_CELLS_MAX];
    size_t n = columns->item_count < FORM_CELLS_MAX ? columns->item_count : FORM_CELLS_MAX;
    struct str *said = arena_array(f->a, n, sizeof(*said));
    const struct form_at at = {t->rows, record, row};
    for (size_t c = 0; c < n; c++) {
        const struct part_value *fill = part_value(&columns->items[c], "fill");
        cells[c] = (struct paper_cell){PAPER_VALUE, part_int(&columns->items[c], "width") * 10,
                                       column_text(f, cell, c, at)};
        if (fill->word_count == 1)
            add_up(t->totals, c, at, fill->words[0], f->a);
        cells[c].look = look_of(t->totals, c);
        said[c] = cells[c].text;
    }
    paper_add_row(f->build, PAPER_DATA, f->group, cells, n);
    if (!record)
        return;
    cell_note_row(f, t->rows, record, said);
    cell_note_from(f, t->rows, record, t->path.inner.len ? t->path.field : STR_NONE);
}

/* The rows of the record's table; one where it was erased, which says so. */
static size_t add_rows(struct filling *f, const struct part *cell, const struct table_source *t,
                       const struct jvalue *record)
{
    const struct jvalue *table;
    size_t count = form_table(&table, record, &t->path), added = 0;
    for (size_t k = 0; k < count; k++)
        if (cell_admits(f, cell, &t->path, record, &table[k])) {
            add_data(f, cell, t, record, &table[k]);
            added++;
        }
    if (count || form_value((struct form_at){t->rows, record}, &t->path, NULL, f->a).len == 0)
        return added;
    add_data(f, cell, t, record, NULL);
    return 1;
}

static void add_table(struct filling *f, const struct part *cell)
{
    const struct table_source t = source_of_table(f, part_value(cell, "columns"));
    struct paper_cell heads[FORM_CELLS_MAX];
    cell_begin(f, cell);
    size_t gaps = f->gaps.len, added = 0, n = add_heads(heads, f, cell);
    for (size_t i = 0; t.rows && i < t.rows->count; i++) {
        if (!cell_admits(f, cell, &t.path, &t.rows->items[i], NULL))
            continue;
        if (!t.path.inner.len)
            add_data(f, cell, &t, &t.rows->items[i], NULL);
        added += t.path.inner.len ? add_rows(f, cell, &t, &t.rows->items[i]) : 1;
    }
    if (added == 0)
        add_data(f, cell, &t, NULL, NULL);
    add_totals(f, t.totals, heads, n);
    if (f->gaps.len > gaps)
        cell_miss(f, part_text(cell, "label"), cell);
    else if (added == 0)
        VEC_PUSH(f->a, &f->gaps,
                 form_gap_of(cell, t.rows,
                             t.path.inner.len && t.rows && t.rows->count ? t.rows->items : NULL,
                             &t.path, f->a));
}

/* --- lists as tables ---------------------------------------------------------------------- */

/* A list that is a line of its own in a form of the pack's, of several fields of one record or of one row. */
static bool is_list_table(const struct filling *f, const struct part *cell)
{
    const struct part_value *fill = part_value(cell, "fill");
    return str_is(part_text(f->form, "layout"), "own") && f->s->types &&
           str_is(part_text(cell, "kind"), "list") && part_int(cell, "width") == 100 &&
           part_text(cell, "where").len == 0 && fill->word_count > 1 &&
           fill->word_count <= FORM_CELLS_MAX && cell_same_list(fill, 0) == fill->word_count;
}

static void add_list_row(struct totals *totals, struct filling *f, const struct part *cell,
                         struct form_at at)
{
    const struct part_value *fill = part_value(cell, "fill");
    struct paper_cell cells[FORM_CELLS_MAX];
    int n = (int)fill->word_count;
    struct str *said = arena_array(f->a, fill->word_count, sizeof(*said));
    for (int i = 0; i < n; i++) {
        struct form_path path = form_path_of(fill->words[i]);
        said[i] = at.record ? cell_take_value(f, at, &path, cell_dictionary(f, cell)) : STR_NONE;
        cells[i] = (struct paper_cell){PAPER_VALUE, 1000 / n + (i ? 0 : 1000 % n), said[i]};
        add_up(totals, (size_t)i, at, fill->words[i], f->a);
        cells[i].look = look_of(totals, (size_t)i);
    }
    if (at.record)
        cell_note_row(f, at.rows, at.record, said);
    else /* that nothing is there is said, and missed where it has to be */
        cells[0].text = cell_list_text(f, cell);
    paper_add_row(f->build, PAPER_DATA, f->group, cells, fill->word_count);
}

/* The head is printed even without rows, and repeated on each page. */
static void add_list_table(struct filling *f, const struct part *cell)
{
    const struct part_value *fill = part_value(cell, "fill");
    struct form_path first = form_path_of(fill->words[0]);
    const struct form_rows none = {.type = record_type_find(f->s->types, first.type)};
    const struct form_rows *rows = form_rows_of(f->s, first.type);
    struct paper_cell cells[FORM_CELLS_MAX], label = {PAPER_COLUMN, 1000, cell_label_text(f, cell)};
    int n = (int)fill->word_count;
    struct totals totals = {0};
    size_t added = 0;
    cell_begin(f, cell);
    rows = rows ? rows : &none;
    paper_add_row(f->build, PAPER_HEAD, f->group, &label, 1);
    for (int i = 0; i < n; i++) {
        struct form_path path = form_path_of(fill->words[i]);
        cells[i] = (struct paper_cell){PAPER_COLUMN, 1000 / n + (i ? 0 : 1000 % n),
                                       form_label(rows, &path)};
        cell_note_column(f, cells[i].text, cells[i].width / 10);
    }
    paper_add_row(f->build, PAPER_HEAD, f->group, cells, fill->word_count);
    for (size_t i = 0; i < rows->count; i++) {
        const struct jvalue *table;
        size_t count = first.inner.len ? form_table(&table, &rows->items[i], &first) : 0;
        for (size_t k = 0; k < count; k++)
            add_list_row(&totals, f, cell, (struct form_at){rows, &rows->items[i], &table[k]});
        if (count == 0 && !first.inner.len)
            add_list_row(&totals, f, cell, (struct form_at){rows, &rows->items[i], NULL});
        added += first.inner.len ? count : 1;
    }
    if (added == 0)
        add_list_row(&totals, f, cell, (struct form_at){.rows = rows});
    add_totals(f, &totals, cells, fill->word_count);
}

/* --- the form ------------------------------------------------------------------------------- */

/* A line that is none of the document's own table, in which there is nothing to read, is left out. */
static void add_line(struct filling *f, const struct part_value *cells, size_t from, size_t end)
{
    bool spare = str_is(part_text(f->form, "layout"), "said");
    struct paper_cell row[FORM_CELLS_MAX];
    size_t count = 0;
    for (size_t i = from; i < end; i++)
        spare &= part_true(&cells->items[i], "own");
    for (size_t i = from; i < end && count + 2 <= FORM_CELLS_MAX; i++)
        cell_add(row, &count, f, &cells->items[i], part_int(&cells->items[i], "width") * 10);
    for (size_t i = 0; i < count; i++)
        spare &= row[i].look == PAPER_LABEL || row[i].text.len == 0;
    if (!spare)
        paper_add_row(f->build, PAPER_LINE, f->group, row, count);
}

static void add_note(struct filling *f, const struct part *cell)
{
    cell_begin(f, cell);
    cell_now(f)->value = typography_mended(part_text(cell, "text"), f->a);
    paper_add(f->build, PAPER_NOTE, cell_now(f)->value);
}

static void add_section(struct filling *f, const struct part *section)
{
    const struct part_value *cells = part_value(section, "cells");
    f->group = cell_printed(f, section);
    f->section = section;
    for (size_t from = 0, end; from < cells->item_count; from = end) {
        for (end = from + 1; end < cells->item_count && part_int(&cells->items[end], "line") ==
                                                            part_int(&cells->items[from], "line");)
            end++;
        const struct part *first = &cells->items[from];
        if (str_is(part_text(first, "kind"), "table"))
            add_table(f, first);
        else if (is_list_table(f, first))
            add_list_table(f, first);
        else if (str_is(part_text(first, "kind"), "note")) /* ends the table */
            add_note(f, first);
        else
            add_line(f, cells, from, end);
    }
}

/* --- materials --------------------------------------------------------------------------- */

static void material_row(struct filling *f, struct str label, struct str name, struct str digest,
                         enum paper_row_kind kind)
{
    enum paper_look look = kind == PAPER_HEAD ? PAPER_COLUMN : PAPER_VALUE;
    struct paper_cell cells[] = {{look, 200, label}, {look, 240, name}, {look, 560, digest}};
    paper_add_row(f->build, kind, STR_NONE, cells, ARRAY_LEN(cells));
}

/* One file that proves several rows is listed once. */
static bool is_listed(const struct form_material *m, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (str_eq(m->files[i].digest, m->files[at].digest) &&
            str_eq(m->files[i].name, m->files[at].name))
            return true;
    return false;
}

static void add_material(struct filling *f, const struct form_material *m)
{
    struct str label = part_text(m->material, "label");
    for (size_t i = 0; i < m->file_count; i++)
        if (!is_listed(m, i))
            material_row(f, i ? STR_NONE : label, m->files[i].name, m->files[i].digest, PAPER_DATA);
    if (m->lacking == 0 || !m->required)
        return;
    cell_miss(f, label, NULL);
    for (size_t i = 0; i < m->lacking; i++)
        material_row(f, i || m->file_count ? STR_NONE : label, FORM_MISSING, m->lacks[i],
                     PAPER_DATA);
}

/* Advised materials are listed only if there is a file. */
static err_t add_materials(struct form_filled *out, struct filling *f)
{
    struct str process = part_text(f->form, "process");
    bool any = false;
    err_t rc = process.len ? form_materials(&out->materials, &out->material_count, f->s, process,
                                            f->a, f->e)
                           : OK;
    for (size_t i = 0; rc == OK && i < out->material_count; i++)
        any |= out->materials[i].required || out->materials[i].file_count;
    if (rc != OK || !any)
        return rc;
    paper_add(f->build, PAPER_ATTACHMENT, STR("附件"));
    material_row(f, STR("材料"), STR("文件"), STR("摘要（SHA-256）"), PAPER_HEAD);
    for (size_t i = 0; i < out->material_count; i++)
        add_material(f, &out->materials[i]);
    return OK;
}

/* --- the verdict ------------------------------------------------------------------------- */

/* The criterion, its verdict, the operands and whose word they are. */
static void criterion_row(struct filling *f, enum paper_row_kind kind, const struct str said[4])
{
    static const int widths[] = {270, 140, 340, 250};
    enum paper_look look = kind == PAPER_HEAD ? PAPER_COLUMN : PAPER_VALUE;
    struct paper_cell cells[ARRAY_LEN(widths)];
    for (size_t i = 0; i < ARRAY_LEN(widths); i++)
        cells[i] = (struct paper_cell){look, widths[i], said[i]};
    paper_add_row(f->build, kind, STR_NONE, cells, ARRAY_LEN(cells));
}

/* The criteria that the form is about: no part of the document's own table, so it stands behind it. */
static err_t add_criteria(struct criteria_said *out, struct filling *f)
{
    if (part_true(f->form, "signed")) /* an agreement, not an office's judgement */
        return OK;
    err_t rc = criteria_fill(out, f->s, f->form, NULL, f->a, f->e);
    const struct criteria_said said = *out;
    if (rc != OK || said.result.len == 0)
        return rc;
    paper_add(f->build, PAPER_ATTACHMENT, STR("对照条件（由记录计算）"));
    paper_add(f->build, PAPER_TEXT, said.result);
    if (said.count)
        criterion_row(
            f, PAPER_HEAD,
            (const struct str[]){STR("条件"), STR("结论"), STR("依据的数据"), STR("数据出自")});
    for (size_t i = 0; i < said.count; i++) {
        const struct criterion_said *c = &said.items[i];
        struct str criterion = arena_printf(f->a, "%.*s%.*s", STR_ARG(c->quote),
                                            STR_ARG(clause_bracketed(c->clause, f->a)));
        criterion_row(f, PAPER_DATA,
                      (const struct str[]){criterion, c->verdict, c->operands, c->words});
    }
    return OK;
}

static void add_lacks(struct filling *f)
{
    struct form_lacks all = {0};
    for (size_t i = 0; i < f->ids.len; i++)
        form_lacks_add(&all, f->numbers[i], f->a);
    struct str said = form_lacks_text(&all, f->a);
    if (said.len)
        paper_add(f->build, PAPER_NOTE, said);
}

static void add_notes(struct filling *f, const struct criteria_said *said)
{
    const struct str *notes;
    size_t count = notes_fill(&notes, f->s->pack, f->form, NULL, said, f->a);
    for (size_t i = 0; i < count; i++)
        paper_add(f->build, PAPER_NOTE, arena_printf(f->a, "注：%.*s", STR_ARG(notes[i])));
}

bool form_names_party(const struct part *form)
{
    const struct part_value *sections = part_value(form, "sections");
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t k = 0; k < cells->item_count; k++) {
            const struct part_value *fill = part_value(&cells->items[k], "fill");
            if (str_among(STR("applicant.name"), fill->words, fill->word_count))
                return true;
        }
    }
    return !str_is(part_text(form, "layout"), "own");
}

static void add_party(struct filling *f)
{
    const struct yvalue *facts = f->s->document;
    const struct yvalue *party = facts ? yin_get(facts, "applicant") : NULL;
    const struct yvalue *name = party ? yin_get(party, "name") : NULL;
    const struct yvalue *day = facts ? yin_get(facts, "as_of") : NULL;
    if (!name || name->type != Y_TEXT || form_names_party(f->form) ||
        part_text(f->form, "title").len) /* of an office, which its title names */
        return;
    paper_add_item(f->build, PAPER_ITEM, STR("单位"), name->text);
    if (day && day->type == Y_TEXT)
        paper_add_item(f->build, PAPER_ITEM, STR("数据截至"), form_date(day->text, f->a));
}

/* {city_ranking.city}: of all its records, each value once: 成都市、绵阳市. Empty: not all of it is known. */
static struct str said_title(struct filling *f)
{
    struct str rest = part_text(f->form, "title"), text, name, all = STR_NONE;
    while (rest.ptr && paper_text_next(&rest, &text, &name)) {
        struct form_path path = form_path_of(name.ptr ? name : STR(""));
        const struct form_rows *rows = name.ptr ? form_rows_of(f->s, path.type) : NULL;
        struct str values = STR_NONE;
        for (size_t i = 0; rows && i < rows->count; i++) {
            struct str one =
                form_value((struct form_at){rows, &rows->items[i], NULL}, &path, NULL, f->a);
            if (!str_contains(values, one))
                cell_add_piece(&values, one, "、", f->a);
        }
        if (name.ptr && values.len == 0)
            return STR_NONE;
        all = arena_printf(f->a, "%.*s%.*s%.*s", STR_ARG(all), STR_ARG(text), STR_ARG(values));
    }
    return all;
}

err_t form_fill(struct form_filled *out, const struct part *form, const struct form_source *s,
                struct arena *a, struct err *e)
{
    const struct part_value *sections = part_value(form, "sections");
    struct filling f = {.s = s, .form = form, .build = paper_build_new(a), .a = a, .e = e};
    struct criteria_said said = {0};
    err_t rc = OK;
    *out = (struct form_filled){.paper = {.layout = STR("form"),
                                          .id = form->id,
                                          .pack = s->pack->id,
                                          .pack_version = s->pack->version,
                                          .title = part_text(form, "label")}};
    if (sections->item_count == 0)
        return err_set(e, E_INVALID,
                       "the policy %.*s does not lay out \"%.*s\": its sections are to be loaded "
                       "with the pack",
                       STR_ARG(s->pack->id), STR_ARG(part_text(form, "label")));
    form_marks(f.build, s->pack, s->draft);
    struct str title = said_title(&f);
    out->paper.title = title.len ? title : out->paper.title;
    paper_add(f.build, PAPER_TITLE, out->paper.title);
    add_party(&f);
    rc = cell_count_numbers(&f);
    for (size_t i = 0; rc == OK && i < sections->item_count; i++)
        add_section(&f, &sections->items[i]);
    if (rc == OK)
        add_lacks(&f);
    out->missing_cells = f.missing.len;
    out->commitment = f.commitment;
    if (rc == OK)
        rc = add_materials(out, &f);
    if (rc == OK)
        rc = add_criteria(&said, &f);
    if (rc == OK)
        add_notes(&f, &said);
    paper_build_end(&out->paper, f.build);
    out->missing = f.missing.ptr;
    out->missing_in = f.missing_in.ptr;
    out->missing_count = f.missing.len;
    out->cells = f.cells.ptr;
    out->cell_count = f.cells.len;
    out->gaps = f.gaps.ptr;
    out->gap_count = f.gaps.len;
    return rc;
}

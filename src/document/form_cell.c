/* The text of a cell of a form, and what it lacks. */
#include "document/form_fill_priv.h"
#include "matter/matter.h"
#include "text/typography.h"

#define LABEL_MAX 160 /* thousandths of a line that a label takes; half of a narrow cell */
#define BLANK "×××"   /* where the forms leave room for the industry */

/* --- text of a cell ---------------------------------------------------------------------- */

void cell_miss(struct filling *f, struct str label, const struct part *cell)
{
    if (cell)
        cell_now(f)->missing = true;
    VEC_PUSH(f->a, &f->missing, label);
    VEC_PUSH(f->a, &f->missing_in, cell);
}

void cell_gap(struct filling *f, const struct part *cell, const struct form_rows *rows,
              const struct jvalue *record, struct str path)
{
    struct form_path of = form_path_of(path);
    VEC_PUSH(f->a, &f->gaps, form_gap_of(cell, rows, record, &of, f->a));
}

/* A gap in the first record of the field's type. */
static void gap_first(struct filling *f, const struct part *cell, struct str path)
{
    const struct form_rows *rows = form_rows_of(f->s, form_path_of(path).type);
    cell_gap(f, cell, rows, rows && rows->count ? &rows->items[0] : NULL, path);
}

void cell_note_from(struct filling *f, const struct form_rows *rows, const struct jvalue *record,
                    struct str field)
{
    struct form_cell *c = cell_now(f);
    for (size_t i = c->from.len; i > 0; i--)
        if (c->from.ptr[i - 1].record == record && str_eq(c->from.ptr[i - 1].field, field))
            return;
    VEC_PUSH(f->a, &c->from, ((struct form_from){rows, record, field}));
}

struct str cell_take_value(struct filling *f, struct form_at at, const struct form_path *path,
                           const struct part *dictionary)
{
    cell_note_from(f, at.rows, at.record, path->field);
    return form_value(at, path, dictionary, f->a);
}

void cell_add_piece(struct str *all, struct str piece, const char *between, struct arena *a)
{
    if (piece.len)
        *all =
            arena_printf(a, "%.*s%s%.*s", STR_ARG(*all), all->len ? between : "", STR_ARG(piece));
}

const struct part *cell_dictionary(const struct filling *f, const struct part *cell)
{
    return part_named(f->s->pack, PART_DICTIONARIES, part_text(cell, "dictionary"));
}

/* 职务 stands three times in a form: what the field is called says whose. */
static struct str own_label(const struct filling *f, const struct part *cell)
{
    const struct part_value *fill = part_value(cell, "fill");
    struct str label = part_text(cell, "label"), own = STR_NONE;
    if (fill->word_count == 1) {
        struct form_path path = form_path_of(fill->words[0]);
        const struct form_rows *rows = form_rows_of(f->s, path.type);
        own = rows ? form_label(rows, &path) : STR_NONE;
    }
    return own.len > label.len && str_ends(own, label) ? own : label;
}

/* The fields of a single-value cell, from the first record of their types. Each one without a value
 * is a gap; in a required cell it is reported as well. */
static struct str fields_text(struct filling *f, const struct part *cell)
{
    const struct part_value *fill = part_value(cell, "fill");
    bool required = part_true(cell, "required");
    struct str all = STR_NONE;
    size_t lack = 0;
    for (size_t i = 0; i < fill->word_count; i++) {
        struct form_path path = form_path_of(fill->words[i]);
        const struct form_rows *rows = form_rows_of(f->s, path.type);
        struct str one = rows && rows->count
                             ? cell_take_value(f, (struct form_at){rows, &rows->items[0], NULL},
                                               &path, cell_dictionary(f, cell))
                             : STR_NONE;
        cell_add_piece(&all, one, "；", f->a);
        if (one.len == 0)
            gap_first(f, cell, fill->words[i]);
        if (one.len == 0 && required) {
            lack++;
            if (rows && fill->word_count > 1)
                cell_add_piece(&all,
                               arena_printf(f->a, "%.*s（%.*s）", STR_ARG(FORM_MISSING),
                                            STR_ARG(form_label(rows, &path))),
                               "；", f->a);
        }
    }
    if (lack)
        cell_miss(f, own_label(f, cell), cell);
    return lack == fill->word_count && lack ? FORM_MISSING : all;
}

size_t cell_same_list(const struct part_value *fill, size_t from)
{
    struct form_path first = form_path_of(fill->words[from]);
    size_t end = from + 1;
    for (; end < fill->word_count; end++) {
        struct form_path next = form_path_of(fill->words[end]);
        bool table = first.inner.len || next.inner.len;
        if (!str_eq(next.type, first.type) ||
            (table && (!str_eq(next.field, first.field) || next.inner.len == 0)))
            break;
    }
    return end;
}

/* True if every line of the list has the same fields: it lists rows of a table, or several records. */
static bool is_of_columns(const struct part_value *fill, const struct form_rows *rows)
{
    bool rows_of = fill->word_count > 1 && cell_same_list(fill, 0) == fill->word_count;
    return rows_of && rows && (form_path_of(fill->words[0]).inner.len || !rows->type->facts_object);
}

static struct str line_text(struct filling *f, const struct part *cell, size_t from, size_t end,
                            struct form_at at)
{
    const struct part_value *fill = part_value(cell, "fill");
    struct str *all = arena_array(f->a, end - from, sizeof(*all)), line = STR_NONE;
    for (size_t i = from; i < end; i++) {
        struct form_path path = form_path_of(fill->words[i]);
        all[i - from] = cell_take_value(f, at, &path, cell_dictionary(f, cell));
        cell_add_piece(&line, all[i - from], "，", f->a);
    }
    if (line.len && is_of_columns(fill, at.rows))
        cell_note_row(f, at.rows, at.record, all);
    return line;
}

static struct str member_text(const struct jvalue *of, struct str name, struct arena *a)
{
    const struct jvalue *v = jin_get(of, arena_cstr(a, name));
    return v ? v->text : STR_NONE;
}

/* The value of a filter: a word, or that of TYPE.FIELD in the first record of the type; with +1 the number after it. */
static struct str filter_value(const struct filling *f, struct str value)
{
    struct str name = value;
    struct form_path of = form_path_of(str_split(&name, STR("+")));
    const struct form_rows *rows = form_rows_of(f->s, of.type);
    struct str found =
        rows && rows->count ? member_text(&rows->items[0], of.field, f->a) : STR_NONE;
    int64_t n = 0;
    if (found.len == 0 || !str_ends(value, STR("+1")))
        return found.len ? found : value;
    return str_to_i64(&n, found) ? arena_printf(f->a, "%lld", (long long)n + 1) : value;
}

bool cell_admits(const struct filling *f, const struct part *cell, const struct form_path *path,
                 const struct jvalue *record, const struct jvalue *row)
{
    struct str value = part_text(cell, "where"), name = str_split(&value, STR("="));
    struct form_path of = form_path_of(name);
    if (name.len == 0 || !str_eq(of.type, path->type))
        return true;
    if (of.inner.len == 0)
        return str_eq(member_text(record, of.field, f->a), filter_value(f, value));
    return !row || !str_eq(of.field, path->field) ||
           str_eq(member_text(row, of.inner, f->a), value);
}

static void note_list_columns(struct filling *f, const struct part_value *fill)
{
    const struct form_rows *rows =
        fill->word_count ? form_rows_of(f->s, form_path_of(fill->words[0]).type) : NULL;
    bool has = is_of_columns(fill, rows) && cell_now(f)->columns.len == 0;
    int n = (int)fill->word_count;
    for (int i = 0; has && i < n; i++) {
        struct form_path path = form_path_of(fill->words[i]);
        cell_note_column(f, form_label(rows, &path), 100 / n + (i ? 0 : 100 % n));
    }
}

struct str cell_list_text(struct filling *f, const struct part *cell)
{
    const struct part_value *fill = part_value(cell, "fill");
    struct str all = STR_NONE;
    note_list_columns(f, fill);
    for (size_t from = 0, end; from < fill->word_count; from = end) {
        struct form_path path = form_path_of(fill->words[from]);
        const struct form_rows *rows = form_rows_of(f->s, path.type);
        end = cell_same_list(fill, from);
        for (size_t i = 0; rows && i < rows->count; i++) {
            const struct jvalue *table;
            size_t count = path.inner.len ? form_table(&table, &rows->items[i], &path) : 0;
            for (size_t k = 0; k < count; k++)
                if (cell_admits(f, cell, &path, &rows->items[i], &table[k]))
                    cell_add_piece(&all,
                                   line_text(f, cell, from, end,
                                             (struct form_at){rows, &rows->items[i], &table[k]}),
                                   "\n", f->a);
            if (count == 0) /* also a table that was erased: it says so once */
                cell_add_piece(
                    &all,
                    line_text(f, cell, from, end, (struct form_at){rows, &rows->items[i], NULL}),
                    "\n", f->a);
        }
    }
    if (all.len == 0 && fill->word_count)
        gap_first(f, cell, fill->words[0]);
    if (all.len == 0 && part_true(cell, "required")) {
        cell_miss(f, part_text(cell, "label"), cell);
        return FORM_MISSING;
    }
    return all;
}

struct str cell_printed(const struct filling *f, const struct part *of)
{
    struct str words = part_text(of, "prints");
    return typography_mended(words.len ? words : part_text(of, "label"), f->a);
}

/* The words of the document with the name in their room. */
static struct str fixed_text(struct filling *f, const struct part *cell)
{
    const struct naming *n = &f->s->pack->naming;
    struct str text = part_text(cell, "text"), name = form_centre_name(f->s, f->a);
    struct str room =
        arena_printf(f->a, "%.*s" BLANK "%.*s", STR_ARG(n->before), STR_ARG(n->after));
    size_t at = n->given ? str_find(text, room, 0) : text.len;
    if (at == text.len)
        return text;
    if (name.len == 0) {
        cell_miss(
            f, arena_printf(f->a, "%.*s（%.*s）", STR_ARG(part_text(cell, "label")), STR_ARG(room)),
            cell);
        gap_first(f, cell, STR("industry.name"));
        return text;
    }
    return arena_printf(f->a, "%.*s%.*s%.*s", (int)at, text.ptr, STR_ARG(name),
                        (int)(text.len - at - room.len), text.ptr + at + room.len);
}

/* Under its words, who accepted them and when. Other words than these were not accepted. */
static struct str commitment_text(struct filling *f, const struct part *cell)
{
    const struct form_acceptance *by = &f->s->accepted;
    f->commitment = fixed_text(f, cell);
    struct str digest = text_digest(f->commitment, f->a);
    struct str shown =
        typography_mended(f->commitment, f->a); /* the digest is of the words as they are */
    if (by->digest.len == 0)
        return shown;
    return arena_printf(f->a, "%.*s\n%s：%.*s（%.*s）　%.*s\n文本摘要（SHA-256）：%.*s",
                        STR_ARG(shown),
                        str_eq(by->digest, digest) ? "已承诺" : "文本已变更，须重新承诺；此前承诺",
                        STR_ARG(by->name), STR_ARG(by->role), STR_ARG(form_date(by->at, f->a)),
                        STR_ARG(by->digest));
}

/* --- cells ------------------------------------------------------------------------------- */

struct str cell_label_text(struct filling *f, const struct part *cell)
{
    struct str label = cell_printed(f, cell),
               guide = typography_mended(part_text(cell, "guide"), f->a);
    bool beside = str_starts(guide, STR("（"));
    return beside ? arena_printf(f->a, "%.*s\n%.*s", STR_ARG(label), STR_ARG(guide)) : label;
}

err_t cell_count_numbers(struct filling *f)
{
    const struct part_value *sections = part_value(f->form, "sections");
    for (size_t i = 0; i < sections->item_count; i++) {
        const struct part_value *cells = part_value(&sections->items[i], "cells");
        for (size_t k = 0; k < cells->item_count; k++)
            if (part_text(&cells->items[k], "indicator").len)
                VEC_PUSH(f->a, &f->ids, part_text(&cells->items[k], "indicator"));
    }
    f->numbers = arena_array(f->a, f->ids.len + 1, sizeof(*f->numbers));
    f->proofs = arena_array(f->a, f->ids.len + 1, sizeof(*f->proofs));
    return form_indicators(f->numbers, f->proofs, f->s, f->ids.ptr, f->ids.len, f->a, f->e);
}

static struct str cell_text(struct filling *f, const struct part *cell)
{
    struct str indicator = part_text(cell, "indicator");
    for (size_t i = 0; indicator.len && i < f->ids.len; i++)
        if (str_eq(f->ids.ptr[i], indicator)) {
            cell_now(f)->proofs = f->proofs[i];
            return f->numbers[i];
        }
    return str_is(part_text(cell, "kind"), "list") ? cell_list_text(f, cell) : fields_text(f, cell);
}

/* The record's value beside the signature field; a file is a picture of the signature or seal. */
static struct str signing_value(struct filling *f, struct str word)
{
    struct form_path path = form_path_of(word);
    const struct form_rows *rows = form_rows_of(f->s, path.type);
    const struct field *field = rows ? record_field(rows->type, path.field) : NULL;
    struct str said =
        rows && rows->count
            ? cell_take_value(f, (struct form_at){rows, &rows->items[0], NULL}, &path, NULL)
            : STR_NONE;
    bool is_file = field && (field->type == FIELD_FILE || field->type == FIELD_FILES);
    return said.len && is_file ? arena_printf(f->a, "（扫描件：%.*s）", STR_ARG(said)) : said;
}

/* Room to sign by hand, and beside it what the records say. */
static struct str signing_text(struct filling *f, const struct part *cell)
{
    const struct part_value *fill = part_value(cell, "fill");
    struct str text = STR_NONE;
    size_t lack = 0;
    for (size_t i = 0; i < fill->word_count; i++) {
        struct str one = signing_value(f, fill->words[i]);
        cell_add_piece(&text, one, "　", f->a);
        lack += one.len == 0;
        if (one.len == 0 && part_true(cell, "required"))
            gap_first(f, cell, fill->words[i]);
    }
    if (lack && part_true(cell, "required"))
        cell_miss(f, part_text(cell, "label"), cell);
    cell_now(f)->value = text;
    return arena_printf(f->a, "%.*s：%.*s", STR_ARG(cell_printed(f, cell)), STR_ARG(text));
}

void cell_begin(struct filling *f, const struct part *cell)
{
    VEC_PUSH(f->a, &f->cells,
             ((struct form_cell){f->section, cell, .label = cell_printed(f, cell)}));
}

void cell_add(struct paper_cell *cells, size_t *count, struct filling *f, const struct part *cell,
              int width)
{
    struct str kind = part_text(cell, "kind"), text;
    int label = width / 2 < LABEL_MAX ? width / 2 : LABEL_MAX;
    cell_begin(f, cell);
    if (str_is(kind, "fixed") || str_is(kind, "commitment")) {
        text = str_is(kind, "fixed") ? typography_mended(fixed_text(f, cell), f->a)
                                     : commitment_text(f, cell);
        cell_now(f)->value = text;
        cells[(*count)++] = (struct paper_cell){PAPER_VALUE, width, text};
        return;
    }
    if (str_is(kind, "sign")) {
        cells[(*count)++] = (struct paper_cell){PAPER_SIGNING, width, signing_text(f, cell)};
        return;
    }
    text = cell_text(f, cell);
    cell_now(f)->value = str_eq(text, FORM_MISSING) ? STR_NONE : text;
    cell_now(f)->unknown = form_is_lacking(text);
    cells[(*count)++] = (struct paper_cell){PAPER_LABEL, label, cell_label_text(f, cell)};
    cells[(*count)++] = (struct paper_cell){PAPER_VALUE, width - label, text};
}

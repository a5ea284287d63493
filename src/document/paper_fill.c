/* Templates of papers, filled. */
#include "document/paper_fill.h"
#include "base/msg.h"
#include "policy/paper_value.h"
#include "text/typography.h"

#define CELLS_MAX 24
#define NONE STR("—") /* of a column that may be empty */

struct filling {
    const struct paper_facts *f;
    const struct part *paper;
    struct paper_build *build;
    bool titled;                        /* what is annexed has a title of its own */
    struct str list;                    /* through which the block goes; empty: none */
    const struct paper_row_values *row; /* of a given list */
    const struct form_rows *rows;       /* of a list of records, with its record */
    const struct jvalue *record, *line; /* line: of its table */
    size_t row_number;                  /* of either, from 1 */
    struct str centre;                  /* name by the rule */
    struct arena *a;
    VEC(const struct jvalue *) lines; /* of a table through which the block goes */
    VEC(struct str) missing;
};

/* --- values ---------------------------------------------------------------------------- */

static struct str given(const struct paper_value *values, size_t count, struct str name)
{
    const struct paper_value *v = FIND_BY(values, count, name, name);
    return v ? v->text : STR_NONE;
}

/* Values that pack, step and paper define; the caller cannot override them. */
static bool own_value(struct str *out, const struct filling *x, struct str name)
{
    const struct document *d = &x->f->source->pack->document;
    const struct process_step *step = x->f->step;
    bool cited = step && step->citation.clause.len;
    *out = STR_NONE;
    if (str_is(name, "policy.title"))
        *out = typography_mended(d->title, x->a);
    else if (str_is(name, "policy.cited"))
        *out = arena_printf(x->a, d->number.len ? "《%.*s》（%.*s）" : "《%.*s》%.*s",
                            STR_ARG(typography_mended(d->title, x->a)), STR_ARG(d->number));
    else if (str_is(name, "policy.number"))
        *out = d->number;
    else if (str_is(name, "policy.issuer"))
        *out = d->issuer;
    else if (str_is(name, "step.label"))
        *out = step ? step->label : STR_NONE;
    else if (str_is(name, "step.clause"))
        *out = cited ? clause_bracketed(typography_mended(step->citation.clause, x->a), x->a)
                     : STR_NONE;
    else if (str_is(name, "step.quote"))
        *out = cited ? typography_mended(step->citation.quote, x->a) : STR_NONE;
    else if (str_is(name, "paper.decides"))
        *out = part_text(x->paper, "decides").len ? part_text(x->paper, "decides")
               : step                             ? step->label
                                                  : STR_NONE;
    else if (str_is(name, "paper.label"))
        *out = part_text(x->paper, "label");
    else
        return false;
    return true;
}

static struct str parties_count(const struct filling *x)
{
    const struct paper_list *parties = FIND_BY(x->f->lists, x->f->list_count, name, STR("parties"));
    return parties ? arena_printf(x->a, "%zu", parties->count) : STR_NONE;
}

/* record NULL: there is none of the type. */
static struct form_at record_at(const struct filling *x, struct str name)
{
    struct form_at at = {form_rows_of(x->f->source, form_path_of(name).type), NULL, NULL};
    if (at.rows && at.rows == x->rows) {
        at.record = x->record;
        at.row = str_starts(name, x->list) ? x->line : NULL;
    }
    if (!at.record && at.rows && at.rows->count)
        at.record = at.rows->items;
    return at;
}

static struct str of_records(const struct filling *x, struct str name)
{
    struct form_path path = form_path_of(name);
    struct form_at at = record_at(x, name);
    return at.record ? form_value(at, &path, NULL, x->a) : STR_NONE;
}

static struct str value_of(const struct filling *x, struct str name)
{
    struct str out;
    if (own_value(&out, x, name))
        return out;
    if (str_ends(name, STR(PAPER_CAPITALS)))
        return form_capitals(value_of(x, (struct str){name.ptr, name.len - strlen(PAPER_CAPITALS)}),
                             x->a);
    if (str_is(name, "paper.count"))
        return parties_count(x);
    if (str_is(name, PAPER_ROW_NUMBER))
        return x->row_number ? arena_printf(x->a, "%zu", x->row_number) : STR_NONE;
    if (x->row && (out = given(x->row->values, x->row->count, name)).len)
        return out;
    out = given(x->f->values, x->f->value_count, name);
    if (out.len == 0 && str_is(name, "centre.name"))
        return x->centre;
    if (out.len == 0 && !paper_value_name(name))
        return of_records(x, name);
    return out;
}

static void miss(struct filling *x, struct str name)
{
    if (!str_among(name, x->missing.ptr, x->missing.len))
        VEC_PUSH(x->a, &x->missing, name);
}

/* Returns the words that the paper prints in this place: the value, or 【待补】; notes the place and
 * where its value is from. */
static struct str put_value(struct filling *x, struct str name)
{
    struct str value = value_of(x, name);
    struct form_at at = record_at(x, name);
    const struct form_path path = form_path_of(name);
    const struct jvalue *lines = NULL;
    struct jout *j = x->f->places;
    size_t row = x->row_number;
    if (value.len == 0)
        miss(x, name);
    if (!j)
        return value.len ? value : FORM_MISSING;
    if (value.len && !at.record && (!x->row || str_is(name, PAPER_ROW_NUMBER)))
        return value;
    if (at.row && form_table(&lines, at.record, &path)) /* some of them may be left out */
        row = (size_t)(at.row - lines) + 1;
    jout_object(j);
    jout_pair(j, "name", name);
    jout_pair(j, "label", label_shown(paper_value_label(name, x->f->source->types, x->a)));
    jout_pair(j, "value", value);
    jout_pair_id(j, "row", (int64_t)row);
    jout_pair(j, "type", at.record ? at.rows->type->name : STR_NONE);
    jout_pair(j, "id", at.record ? jin_text(at.record, "id") : x->row ? x->row->source : STR_NONE);
    jout_end_object(j);
    return value.len ? value : STR("【待补】");
}

struct pieces {
    struct str *ptr;
    size_t len, cap;
};

/* Words of a title; of a year before them they part nothing: 2026年度 is one piece. */
static void add_words(struct filling *x, struct pieces *pieces, struct str text)
{
    const struct str year = STR("年度");
    struct str *last = pieces->len ? &pieces->ptr[pieces->len - 1] : NULL;
    if (last && str_starts(text, year)) {
        *last = arena_printf(x->a, "%.*s%.*s", STR_ARG(*last), STR_ARG(year));
        text = (struct str){text.ptr + year.len, text.len - year.len};
    }
    if (text.len)
        VEC_PUSH(x->a, pieces, text);
}

/* pieces: the parts of the result for the caller; NULL: not wanted. */
static struct str filled_with(struct filling *x, struct str template, struct pieces *pieces)
{
    struct str rest = template, text, name, all = STR_NONE;
    while (rest.ptr && paper_text_next(&rest, &text, &name)) {
        struct str value = name.ptr ? put_value(x, name) : STR_NONE;
        if (pieces)
            add_words(x, pieces, text);
        if (value.len && pieces)
            VEC_PUSH(x->a, pieces, value);
        all = arena_printf(x->a, "%.*s%.*s%.*s", STR_ARG(all), STR_ARG(text), STR_ARG(value));
    }
    return all;
}

static struct str filled(struct filling *x, struct str template)
{
    return filled_with(x, template, NULL);
}

/* --- blocks ------------------------------------------------------------------------------- */

static enum paper_role role_of(const struct part *block)
{
    int role = 0;
    while (paper_role_names[role] && !str_is(part_text(block, "role"), paper_role_names[role]))
        role++;
    return (enum paper_role)role;
}

/* Lines of a table of the record; where: COLUMN=VALUE, or empty. */
static size_t lines_of(struct filling *x, const struct form_path *path, struct str where)
{
    struct str value = where, column = str_split(&value, STR("="));
    const struct jvalue *lines = NULL;
    size_t count = x->rows->count ? form_table(&lines, x->rows->items, path) : 0;
    for (size_t i = 0; i < count; i++)
        if (where.len == 0 || str_eq(jin_text(&lines[i], arena_cstr(x->a, column)), value))
            VEC_PUSH(x->a, &x->lines, &lines[i]);
    return x->lines.len;
}

/* Rows of the list that the block goes through: given ones, records, or lines of a table of one. */
static size_t rows_of(struct filling *x, const struct paper_list **list, const struct part *block)
{
    const struct form_path path = form_path_of(x->list);
    *list = FIND_BY(x->f->lists, x->f->list_count, name, x->list);
    x->rows = *list ? NULL : form_rows_of(x->f->source, path.type);
    if (x->rows && path.field.len)
        return lines_of(x, &path, part_text(block, "where"));
    return *list ? (*list)->count : x->rows ? x->rows->count : 0;
}

static void at_row(struct filling *x, const struct paper_list *list, size_t i)
{
    x->row = list ? &list->rows[i] : NULL;
    x->line = x->lines.len ? x->lines.ptr[i] : NULL;
    x->record = list ? NULL : &x->rows->items[x->line ? 0 : i];
    x->row_number = i + 1;
}

static void leave_rows(struct filling *x)
{
    x->list = STR_NONE;
    x->row = NULL;
    x->rows = NULL;
    x->record = x->line = NULL;
    x->lines.len = 0;
    x->row_number = 0;
}

static void put_title(struct filling *x, struct str template)
{
    struct pieces pieces = {0};
    struct str text = filled_with(x, template, &pieces);
    paper_add_title(x->build, text, pieces.ptr, pieces.len);
    x->titled = true;
}

/* 抄送 ends with a full stop, whether or not who entered the names wrote one. */
static struct str ended(struct str text, struct arena *a)
{
    return str_ends(text, STR("。")) ? text : arena_printf(a, "%.*s。", STR_ARG(text));
}

/* A paragraph is a sentence, whether or not who entered its last value wrote it as one. */
static struct str sentence(struct str text, struct arena *a)
{
    static const char *const ends[] = {"。", "！", "？", "；", "：", "…", "”"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends(text, str_of(ends[i])))
            return text;
    return ended(text, a);
}

static void put_line(struct filling *x, const struct part *block)
{
    enum paper_role role = role_of(block);
    if (role == PAPER_ITEM || role == PAPER_IMPRINT)
        paper_add_item(x->build, role, filled(x, part_text(block, "label")),
                       filled(x, part_text(block, "text")));
    else if (role == PAPER_COPY)
        paper_add(x->build, role, ended(filled(x, part_text(block, "text")), x->a));
    else if (role == PAPER_TITLE)
        put_title(x, part_text(x->paper, "title").len && !x->titled ? part_text(x->paper, "title")
                                                                    : part_text(block, "text"));
    else if (role == PAPER_TEXT || role == PAPER_REMEDY)
        paper_add(x->build, role, sentence(filled(x, part_text(block, "text")), x->a));
    else
        paper_add(x->build, role, filled(x, part_text(block, "text")));
}

static void put_table(struct filling *x, const struct part *block, const struct paper_list *list,
                      size_t count)
{
    const struct part_value *columns = part_value(block, "columns");
    struct form_lacks lacks = {0};
    size_t n = columns->item_count < CELLS_MAX ? columns->item_count : CELLS_MAX;
    struct paper_cell cells[CELLS_MAX];
    for (size_t c = 0; c < n; c++)
        cells[c] = (struct paper_cell){PAPER_COLUMN, part_int(&columns->items[c], "width") * 10,
                                       part_text(&columns->items[c], "label")};
    paper_add_row(x->build, PAPER_HEAD, STR_NONE, cells, n);
    if (count == 0)
        paper_add_row(x->build, PAPER_DATA, STR_NONE,
                      &(struct paper_cell){PAPER_LABEL, 1000,
                                           x->f->places ? put_value(x, x->list) : STR("无")},
                      1);
    for (size_t i = 0; i < count; i++) {
        at_row(x, list, i);
        for (size_t c = 0; c < n; c++) {
            struct str when = part_text(&columns->items[c], "when");
            bool empty = when.len && value_of(x, when).len == 0;
            cells[c].look = PAPER_VALUE;
            cells[c].text = empty ? NONE : filled(x, part_text(&columns->items[c], "text"));
            form_lacks_add(&lacks, cells[c].text, x->a);
        }
        paper_add_row(x->build, PAPER_DATA, STR_NONE, cells, n);
    }
    if (lacks.items.len && str_is(x->list, "indicators"))
        paper_add(x->build, PAPER_NOTE, form_lacks_text(&lacks, x->a));
}

static void put_block(struct filling *x, const struct part *block)
{
    struct str when = part_text(block, "when");
    const struct paper_list *list = NULL;
    leave_rows(x);
    x->list = part_text(block, "each");
    size_t count = x->list.len ? rows_of(x, &list, block) : 0;
    if (x->lines.len)
        at_row(x, list, 0);
    if (when.len && value_of(x, when).len == 0)
        return;
    if (role_of(block) == PAPER_TABLE)
        put_table(x, block, list, count);
    else if (x->list.len == 0 || (x->f->places && count == 0))
        put_line(x, block);
    for (size_t i = 0; role_of(block) != PAPER_TABLE && i < count; i++) {
        at_row(x, list, i);
        put_line(x, block);
    }
    leave_rows(x);
}

/* --- what it needs ---------------------------------------------------------------------------- */

static void miss_needs(struct filling *x, const struct part *p)
{
    const struct part_value *needs = part_value(p, "needs");
    for (size_t i = 0; i < needs->word_count; i++)
        if (value_of(x, needs->words[i]).len == 0)
            miss(x, needs->words[i]);
}

struct label paper_value_label(struct str name, const struct record_types *types, struct arena *a)
{
    const struct paper_value_name *n = paper_value_name(name);
    if (str_ends(name, STR(PAPER_CAPITALS)))
        name.len -= strlen(PAPER_CAPITALS);
    struct form_path path = form_path_of(name);
    const struct record_type *t = types && !n ? record_type_find(types, path.type) : NULL;
    const struct field *f = t ? record_field(t, path.field) : NULL;
    const struct field *column = f && path.inner.len ? record_row_field(f, path.inner) : NULL;
    if (n)
        return (struct label){str_of(msg_in(LANG_ZH, n->label)), str_of(msg_in(LANG_EN, n->label))};
    if (!f)
        return (struct label){name, name};
    const struct label of = column ? f->label : t->label, is = column ? column->label : f->label;
    return (struct label){arena_printf(a, "%.*s：%.*s", STR_ARG(of.zh), STR_ARG(is.zh)),
                          arena_printf(a, "%.*s: %.*s", STR_ARG(of.en), STR_ARG(is.en))};
}

/* Reports all missing values at once, by display name. */
static err_t check_missing(const struct filling *x, struct err *e)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < x->missing.len; i++) {
        struct label label = paper_value_label(x->missing.ptr[i], x->f->source->types, x->a);
        struct str said = msg_lang() == LANG_EN ? label.en : label.zh;
        all = arena_printf(x->a, "%.*s%s%.*s (%.*s)", STR_ARG(all), i ? "; " : "", STR_ARG(said),
                           STR_ARG(x->missing.ptr[i])); /* by this name it is entered */
    }
    return all.len == 0 ? OK
                        : err_set(e, E_INVALID, "\"%.*s\" is not issued without: %.*s",
                                  STR_ARG(part_text(x->paper, "label")), STR_ARG(all));
}

/* --- all together ------------------------------------------------------------------------------- */

err_t paper_fill(struct paper_filled *out, struct str id, const struct paper_facts *f,
                 struct arena *a, struct err *e)
{
    const struct pack *pack = f->source->pack;
    const struct part *p = part_named(pack, PART_PAPERS, id), *from = p;
    struct filling x = {.f = f, .paper = p, .build = paper_build_new(a), .a = a};
    if (!p)
        return err_set(e, E_NOTFOUND, "the policy %.*s has no paper \"%.*s\"", STR_ARG(pack->id),
                       STR_ARG(id));
    if (part_text(p, "like").len)
        from = part_named(pack, PART_PAPERS, part_text(p, "like"));
    x.centre = form_centre_name(f->source, a);
    *out = (struct paper_filled){.paper = {.layout = part_text(from, "layout"),
                                           .id = p->id,
                                           .pack = pack->id,
                                           .pack_version = pack->version,
                                           .title = part_text(p, "label"),
                                           .number = f->number,
                                           .version = f->version}};
    const struct part_value *blocks = part_value(from, "blocks");
    for (size_t i = 0; i < blocks->item_count; i++)
        put_block(&x, &blocks->items[i]);
    miss_needs(&x, p);
    miss_needs(&x, from);
    form_marks(x.build, pack, f->draft && (!f->places || x.missing.len));
    paper_build_end(&out->paper, x.build);
    if (str_among(STR("centre.number"), part_value(from, "needs")->words,
                  part_value(from, "needs")->word_count))
        out->certificate = value_of(&x, STR("centre.number"));
    out->missing = x.missing.ptr;
    out->missing_count = x.missing.len;
    return f->draft ? OK : check_missing(&x, e);
}

bool paper_issued_with_step(const struct part *paper)
{
    return part_true(paper, "with_step") || part_true(paper, "remedy");
}

size_t papers_of_step(const struct part **out, size_t max, const struct pack *p, struct str process,
                      struct str step)
{
    const struct part_list *papers = &p->parts[PART_PAPERS];
    size_t n = 0;
    for (size_t i = 0; i < papers->list.len && n < max; i++) {
        const struct part_value *steps = part_value(&papers->list.ptr[i], "steps");
        if (str_eq(part_text(&papers->list.ptr[i], "process"), process) &&
            str_among(step, steps->words, steps->word_count))
            out[n++] = &papers->list.ptr[i];
    }
    return n;
}

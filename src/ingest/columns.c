/* Columns of a table bound to fields, and rows read through them.
 *
 * A header is bound once and sorted by pass (fields_priv.h), so that a row is
 * read in one walk: office and kind before numbers, numbers before facts, weak
 * columns last. */
#include "ingest/columns.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ingest/columns_priv.h"
#include "ingest/fields_priv.h"
#include "ingest/survey.h"
#include "text/unicode.h"
#include "vendor_marks_table.h"
#include <assert.h>

static const char by_caller[] = "--map";      /* "vendor" of a name that the caller gave */
static const struct str no_column = {"-", 1}; /* "-=FIELD": the file has no such column */

#define NAME_BYTES_MAX 200 /* longer cells are content, not names */

struct known_name {
    const struct field *field;
    const char *vendor;
    struct str written;
    const char *marks;    /* source whose exports alone have it; NULL: none */
    enum day_order order; /* as the caller said */
    bool used_here, used; /* a header bound had it: of this input, of any */
};

struct column_map {
    struct map *names; /* folded name → index into `known` */
    struct known_name *known;
    size_t count;
    const struct str *maps; /* the caller's entries */
    size_t map_count;
    bool none[FACTS];  /* the caller says that no column is of that kind */
    struct str office; /* the caller says that numbers without an office are of this one */
};

struct column {
    const struct field *field;
    struct str name;
    size_t cell; /* index in the row */
    bool named, unknown, seen;
    bool nameless_first;          /* tables printed by programs count their rows there */
    struct survey_column *survey; /* NULL: none */
    enum day_order order;
    unsigned skip;
};

struct header {
    struct column *columns; /* sorted by pass */
    size_t count, cells;
    struct str office_hint, digits_hint;
    struct str office;  /* as the caller said */
    const char *source; /* that the names mark */
    size_t marks;
    bool mixed; /* they mark several */
    bool patents;
};

/* Append the form in which names are compared: folded, letters and digits only
 * (all of it when it has none, so that "#" stays a name). */
static void column_fold(struct buf *out, struct str name)
{
    struct buf folded = {0};
    size_t start = out->len;

    unicode_fold(&folded, str_trim(name));
    struct str s = buf_str(&folded);
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        if (c != UTF8_BAD && unicode_class(c) != UNICODE_OTHER)
            buf_add(out, str_range(s.ptr + from, s.ptr + at));
    }
    if (out->len == start)
        buf_add(out, s);
    buf_clear(&folded);
}

static void map_add(struct column_map *m, struct str name, const struct field *field,
                    const char *vendor, enum day_order order)
{
    struct buf folded = {0};
    bool added;

    column_fold(&folded, name);
    uint64_t *slot = map_put(m->names, buf_str(&folded), &added);
    if (added) {
        *slot = m->count;
        m->known = mem_grow(m->known, (m->count + 1) * sizeof(*m->known));
        m->count++;
    }
    m->known[*slot] =
        (struct known_name){.field = field, .vendor = vendor, .written = name, .order = order};
    buf_clear(&folded);
}

static struct known_name *map_find(const struct column_map *m, struct str name)
{
    struct buf folded = {0};
    struct known_name *found = NULL;

    name = str_trim(name);
    if (name.len == 0 || name.len > NAME_BYTES_MAX)
        return NULL;
    column_fold(&folded, name);
    const uint64_t *slot = map_get(m->names, buf_str(&folded));
    if (slot)
        found = &m->known[*slot];
    buf_clear(&folded);
    return found;
}

/* Names of columns.csv that one source alone uses. */
static void add_marks(struct column_map *m)
{
    for (size_t i = 0; i < ARRAY_LEN(vendor_marks_table); i++) {
        struct known_name *k = map_find(m, str_of(vendor_marks_table[i][0]));
        assert(k);
        k->marks = vendor_marks_table[i][1];
    }
}

/* Levenshtein distance of two short names, cut off at 99. */
static size_t distance(struct str a, struct str b)
{
    size_t row[65];
    if (a.len > 64 || b.len > 64)
        return 99;
    for (size_t j = 0; j <= b.len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = diagonal + (a.ptr[i - 1] != b.ptr[j - 1]);
            diagonal = row[j];
            row[j] = row[j] + 1 < row[j - 1] + 1 ? row[j] + 1 : row[j - 1] + 1;
            if (change < row[j])
                row[j] = change;
        }
    }
    return row[b.len];
}

static err_t no_such_field(struct str entry, struct str name, struct err *e)
{
    struct buf near = {0};
    size_t best[3] = {0}, found = 0;

    for (size_t i = 0; i < field_count; i++) {
        size_t d = distance(name, str_of(fields[i].name));
        size_t at = found < 3 ? found++ : 3;
        while (at > 0 && d < distance(name, str_of(fields[best[at - 1]].name))) {
            if (at < 3)
                best[at] = best[at - 1];
            at--;
        }
        if (at < 3)
            best[at] = i;
    }
    for (size_t i = 0; i < found; i++)
        buf_addf(&near, "%s%s", i ? ", " : "", fields[best[i]].name);
    err_t rc = err_set(e, E_INVALID,
                       "--map %.*s: there is no field \"%.*s\"; the nearest names are %.*s (all: "
                       "zhiyun import --help)",
                       STR_ARG(entry), STR_ARG(name), STR_ARG(buf_str(&near)));
    buf_clear(&near);
    return rc;
}

static struct str entry_column(struct str entry)
{
    return str_trim((struct str){entry.ptr, str_find(entry, STR("="), 0)});
}

/* "office=US": the office of all numbers that name none. "US" is no field, so no column can be meant. */
static bool take_office(struct str *out, struct str entry)
{
    size_t eq = str_find(entry, STR("="), 0);
    if (eq == entry.len || !str_is(entry_column(entry), "office"))
        return false;
    struct str to = str_trim(str_range(entry.ptr + eq + 1, entry.ptr + entry.len));
    *out = field_by_name(to) ? STR_NONE : office_code(to);
    return out->len > 0;
}

/* "application_date:day-first" → "application_date". */
static enum day_order take_day_order(struct str *field)
{
    static const struct {
        struct str end;
        enum day_order order;
    } ends[] = {{{":day-first", 10}, DAY_FIRST},
                {{":month-first", 12}, MONTH_FIRST},
                {{":year-first", 11}, YEAR_FIRST}};

    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends(*field, ends[i].end)) {
            field->len -= ends[i].end.len;
            return ends[i].order;
        }
    return DAY_ORDER_UNKNOWN;
}

/* An import asks for a number, for names, for classes, and of dates what stands first in them. */
static err_t check_answer(struct str entry, bool none, enum field_fact fact, enum day_order order,
                          struct err *e)
{
    if (none && fact != FACT_NUMBER && fact != FACT_NAME && fact != FACT_CLASS)
        return err_set(
            e, E_INVALID,
            "--map %.*s: this changes nothing; \"-=\" answers where an import asks for a "
            "number, for names or for classes: -=publication_number, -=applicant, -=ipc",
            STR_ARG(entry));
    if (order != DAY_ORDER_UNKNOWN && (none || fact != FACT_DATE))
        return err_set(e, E_INVALID,
                       "--map %.*s: \":day-first\", \":month-first\" and \":year-first\" are said "
                       "of a column of dates, as in 申请日=application_date:day-first",
                       STR_ARG(entry));
    return OK;
}

/* One entry of the caller. */
static err_t map_take(struct column_map *m, struct str entry, struct err *e)
{
    size_t eq = str_find(entry, STR("="), 0);
    struct str name = entry_column(entry);
    if (take_office(&m->office, entry))
        return OK;
    if (eq == entry.len || name.len == 0)
        return err_set(e, E_INVALID, "--map %.*s: write it as COLUMN=FIELD, for example 标题=title",
                       STR_ARG(entry));
    struct str to = str_trim(str_range(entry.ptr + eq + 1, entry.ptr + entry.len));
    enum day_order order = take_day_order(&to);
    const struct field *field = field_by_name(to);
    if (!field)
        return no_such_field(entry, to, e);
    bool none = str_eq(name, no_column);
    err_t rc = check_answer(entry, none, field_fact(field), order, e);
    if (rc == OK && none)
        m->none[field_fact(field)] = true;
    else if (rc == OK)
        map_add(m, name, field, by_caller, order);
    return rc;
}

err_t column_map_new(struct column_map **out, const struct str *maps, size_t count, struct err *e)
{
    struct column_map *m = mem_zalloc(sizeof(*m));
    err_t rc = OK;

    m->names = map_new(0x636f6c756d6e73);
    for (size_t i = 0; i < column_alias_count; i++) {
        const struct field *field = field_by_name(str_of(column_aliases[i].field));
        map_add(m, str_of(column_aliases[i].name), field ? field : field_vendor(),
                column_aliases[i].vendor, DAY_ORDER_UNKNOWN);
    }
    add_marks(m);
    m->maps = maps;
    m->map_count = count;
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = map_take(m, maps[i], e);
    if (rc != OK) {
        column_map_free(m);
        m = NULL;
    }
    *out = m;
    return rc;
}

void column_map_free(struct column_map *m)
{
    if (!m)
        return;
    map_free(m->names);
    free(m->known);
    free(m);
}

void column_map_begin(const struct column_map *m)
{
    for (size_t i = 0; i < m->count; i++)
        m->known[i].used_here = false;
}

struct str column_map_used(const struct column_map *m, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < m->map_count; i++) {
        const struct known_name *k = map_find(m, entry_column(m->maps[i]));
        if ((k && k->used_here) || take_office(&(struct str){0}, m->maps[i]))
            all = arena_printf(a, "%.*s map=%.*s", STR_ARG(all), STR_ARG(m->maps[i]));
    }
    return m->none[FACT_NUMBER] ? arena_join(a, all, STR(" map=-=publication_number")) : all;
}

bool column_map_unused(struct str *entry, size_t *at, const struct column_map *m)
{
    for (; *at < m->map_count; (*at)++) {
        struct str name = entry_column(m->maps[*at]);
        const struct known_name *k = map_find(m, name);
        if (str_eq(name, no_column) || (k && k->used) ||
            take_office(&(struct str){0}, m->maps[*at]))
            continue;
        *entry = m->maps[(*at)++];
        return true;
    }
    return false;
}

bool column_map_has_none(const struct column_map *m, enum field_fact fact)
{
    return m->none[fact];
}

enum day_order column_map_day_order(const struct column_map *m, struct str name)
{
    const struct known_name *k = map_find(m, name);
    return k ? k->order : DAY_ORDER_UNKNOWN;
}

size_t column_map_score(const struct column_map *m, const struct row *row)
{
    size_t score = 0;
    for (size_t i = 0; i < row->count; i++)
        score += map_find(m, row->cells[i].text) != NULL;
    return score;
}

bool column_map_knows(const struct column_map *m, struct str name)
{
    return map_find(m, name) != NULL;
}

bool column_map_is_list(const struct column_map *m, struct str name)
{
    const struct known_name *k = map_find(m, name);
    return k && field_is_list(k->field);
}

bool name_has_han(struct str s)
{
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c >= 0x4E00 && c <= 0x9FFF)
            return true;
    }
    return false;
}

/* Offices that write their own numbers without their code: names of number columns that only they use say
 * so. Other columns, such as the country of an applicant, tell no office. */
static const struct {
    const char *vendor;
    struct str office;
} vendor_offices[] = {
    {"USPTO", {"US", 2}}, {"J-PlatPat", {"JP", 2}}, {"KIPRIS", {"KR", 2}}, {"DPMA", {"DE", 2}}};

/* Names that one office alone uses say whose numbers these are ("applicationNumberText"; "Application Number Text" may be
 * anyone's); else column names in Chinese, that a number of bare digits is a Chinese one. */
static void note_hints(struct header *h, const struct column *c, const struct known_name *k)
{
    bool number = c->field->role == 'n';

    for (size_t i = 0; k && i < ARRAY_LEN(vendor_offices); i++)
        if (strcmp(k->vendor, vendor_offices[i].vendor) == 0) {
            if (number && str_eq(c->name, k->written) && !str_contains(c->name, STR(" ")))
                h->office_hint = vendor_offices[i].office;
            return;
        }
    if (number && name_has_han(c->name) && h->digits_hint.len == 0)
        h->digits_hint = STR("CN");
}

static void note_marks(struct header *h, const struct column_map *m, const struct row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        const struct known_name *k = map_find(m, row->cells[i].text);
        if (!k || !k->marks)
            continue;
        h->mixed |= h->source && strcmp(h->source, k->marks) != 0;
        h->source = k->marks;
        h->marks++;
    }
}

const char *header_source(const struct header *h)
{
    return h->marks >= 2 && !h->mixed ? h->source : NULL;
}

static struct str position_name(size_t cell, struct arena *a)
{
    return arena_printf(a, "column %zu", cell + 1);
}

/* The caller's word that no column is a number is one about those, too, that seem to be. */
static const struct field *bound_field(const struct column_map *m, const struct known_name *k,
                                       const struct field *own, const struct survey_column *seen)
{
    if (!k ||
        (k->vendor != by_caller && m->none[FACT_NUMBER] && field_fact(k->field) == FACT_NUMBER))
        return field_vendor();
    return seen ? survey_field(seen) : own;
}

err_t header_bind(struct header **out, const struct column_map *m, struct survey *survey,
                  const struct row *row, struct arena *a, struct err *e)
{
    struct header *h = arena_alloc(a, sizeof(*h));
    size_t facts = 0, identities = 0, named = 0, known = 0;

    if (row->count > COLUMNS_MAX)
        return err_set(e, E_LIMIT, "the header in row %lld has %zu columns; at most %d are read",
                       (long long)row->number, row->count, COLUMNS_MAX);
    h->columns = arena_array(a, row->count + 1, sizeof(*h->columns));
    h->cells = row->count;
    note_marks(h, m, row);
    const char *source = header_source(h);
    bool commas = source && strcmp(source, "google") == 0; /* separate names there */
    for (int pass = 0; pass < PASSES; pass++)
        for (size_t i = 0; i < row->count; i++) {
            struct str name = str_trim(row->cells[i].text);
            struct known_name *k = map_find(m, name);
            const struct field *own = k ? k->field : NULL;
            if (own && commas && k->vendor != by_caller)
                own = field_with_commas(own);
            struct survey_column *seen =
                survey && name.len
                    ? survey_column(survey, row->sheet, name, own, k && k->vendor == by_caller)
                    : NULL;
            const struct field *field = bound_field(m, k, own, seen);
            if ((int)field->pass != pass)
                continue;
            struct column *c = &h->columns[h->count++];
            *c = (struct column){.field = field,
                                 .name = name.len ? arena_dup(a, name) : position_name(i, a),
                                 .cell = i,
                                 .named = name.len > 0,
                                 .unknown = !k,
                                 .survey = seen,
                                 .order = seen ? survey_day_order(seen) : DAY_ORDER_UNKNOWN,
                                 .skip = seen ? survey_skip(seen) : 0,
                                 .nameless_first = i == 0 && name.len == 0};
            named += name.len > 0;
            known += k != NULL;
            facts += k && (field->role != ' ' || k->vendor == by_caller);
            identities += field->role == 'n' || field->role == 't';
            note_hints(h, c, k);
            if (k)
                k->used = k->used_here = true;
        }
    if (m->office.len)
        h->office_hint = h->office = m->office;
    h->patents = identities > 0 && (facts >= 2 || known == named);
    *out = h;
    return OK;
}

bool header_is_patents(const struct header *h)
{
    return h->patents;
}

size_t header_unknown(const struct header *h, const struct str **names, struct arena *a)
{
    struct {
        struct str *ptr;
        size_t len, cap;
    } list = {0};
    for (size_t i = 0; i < h->count; i++)
        if (h->columns[i].unknown && h->columns[i].seen)
            VEC_PUSH(a, &list, h->columns[i].name);
    *names = list.ptr;
    return list.len;
}

bool header_column(struct header_column *out, const struct header *h, size_t cell)
{
    for (size_t i = 0; i < h->count; i++) {
        const struct column *c = &h->columns[i];
        if (c->cell != cell || !c->named)
            continue;
        *out = (struct header_column){c->name, c->field->name, c->field->title, !c->unknown};
        return true;
    }
    return false;
}

static void warn(struct reading *how, struct arena *a, const char *kind, const struct column *c,
                 struct str value)
{
    VEC_PUSH(a, &how->warnings,
             ((struct warning){.kind = kind, .column = c->name, .value = value}));
}

/* A character of the private-use area means what one office's font shows for it. */
static void warn_private(struct reading *how, struct str s, const struct column *c, struct arena *a)
{
    uint32_t first = 0;
    size_t count = 0;
    for (size_t at = 0; at < s.len; at++) {
        size_t from = at;
        uint32_t p = (unsigned char)s.ptr[at] < 0xEE ? 0 : utf8_next(s, &from);
        bool is_private = (p >= 0xE000 && p <= 0xF8FF) || (p >= 0xF0000 && p <= 0x10FFFF);
        if (is_private && count++ == 0)
            first = p;
    }
    if (count)
        warn(how, a,
             N_("characters of the private-use area (made with a font of the sender, shown as "
                "blanks or boxes elsewhere), kept as they are; compare with the original"),
             c, arena_printf(a, "U+%04X × %zu: %.*s", first, count, STR_ARG(s)));
}

/* Returns false when the cell holds no value that can be used. */
static bool check_cell(struct reading *how, const struct cell *cell, const struct column *c,
                       struct arena *a)
{
    switch (cell->flag) {
    case CELL_PLAIN:
        break;
    case CELL_FORMULA:
        warn(how, a, N_("a formula: the result stored with it was taken"), c, cell->text);
        break;
    case CELL_FORMULA_EMPTY:
        warn(how, a, N_("a formula without a stored result: the cell counts as empty"), c,
             cell->text);
        return false;
    case CELL_LOSSY_NUMBER:
        warn(how, a,
             N_("a number of more than 15 digits in a number cell: the program that saved it lost "
                "the "
                "last ones; format the column as text and export again"),
             c, cell->text);
        break;
    case CELL_ERROR:
        warn(how, a, N_("an error value of the spreadsheet: the cell counts as empty"), c,
             cell->text);
        return false;
    case CELL_MERGED:
        warn(how, a, N_("a merged cell: its value stands for each of its rows"), c, cell->text);
        break;
    case CELL_BAD_BYTES:
        warn(how, a,
             N_("bytes that are not in the file's encoding, shown as U+FFFD; compare with the "
                "original, "
                "or save the file as UTF-8 and import it again"),
             c, cell->text);
        break;
    }
    return !value_is_empty(cell->text);
}

static bool all_digits(struct str v)
{
    for (size_t i = 0; i < v.len; i++)
        if ((v.ptr[i] < '0' || v.ptr[i] > '9') && v.ptr[i] != '.' && v.ptr[i] != 'X')
            return false;
    return v.len > 0;
}

/* A row of nothing but an id and its serial facts is no patent either. */
static bool identifies(const struct patent *p)
{
    return p->publication.key.len || p->application.key.len || patent_has_text(p, TEXT_TITLE) ||
           patent_has_text(p, TEXT_ABSTRACT) || (p->source_id.len && p->texts.len);
}

/* What the row begins with, to find it by. */
static struct str first_cells(const struct row *row, struct arena *a)
{
    struct str s = STR_NONE;
    for (size_t i = 0; i < row->count && s.len < 80; i++) {
        struct str cell = utf8_cut(str_trim(row->cells[i].text), 60);
        if (cell.len)
            s = s.len ? arena_printf(a, "%.*s | %.*s", STR_ARG(s), STR_ARG(cell)) : cell;
    }
    return s;
}

bool header_read(struct patent *out, struct reading *how, const struct header *h,
                 const struct row *row, struct arena *a)
{
    struct fill f = {.p = out, .how = how, .a = a, .said_office = h->office};
    bool any = false;

    *out = (struct patent){0};
    patent_init(out);
    *how = (struct reading){0};
    for (size_t i = 0; i < h->count && !f.refused; i++) {
        struct column *c = &h->columns[i];
        if (c->cell >= row->count)
            continue;
        const struct cell *cell = &row->cells[c->cell];
        if (cell->text.len == 0 && cell->flag == CELL_PLAIN)
            continue;
        any = true;
        warn_private(how, cell->text, c, a);
        if (!check_cell(how, cell, c, a))
            continue;
        struct str v = str_trim(cell->text);
        if (c->field->read && c->field->read != read_text_html)
            v = text_unescape(v, a);
        if (c->field->misread || c->field->pass == PASS_FIRST) /* numbers, dates, symbols */
            v = value_narrow(v, NULL, a);
        if (c->nameless_first && all_digits(v))
            continue;
        c->seen = true;
        f.column = c->name;
        struct str office = c->survey ? survey_office(c->survey, v) : STR_NONE;
        f.office_hint = h->office_hint.len ? h->office_hint
                        : office.len       ? office
                        : all_digits(v)    ? h->digits_hint
                                           : STR_NONE;
        f.order = c->order;
        f.skip = c->skip;
        if (c->survey)
            survey_value(c->survey, v, f.office.len ? f.office : f.office_hint);
        fill_value(&f, c->field, v);
    }
    for (size_t i = h->cells; i < row->count && !f.refused; i++)
        if (row->cells[i].text.len) {
            struct column extra = {.name = position_name(i, a)};
            any = true;
            warn(how, a, N_("a cell right of the last column name; it is kept as written"), &extra,
                 row->cells[i].text);
            fill_vendor(&f, extra.name, str_trim(row->cells[i].text));
        }
    how->blank = !any;
    if (!any || f.refused)
        return false;
    fill_finish(&f);
    if (!identifies(out)) {
        how->value = first_cells(row, a);
        how->reason = str_of(msg("the row has no publication or application number and no title or "
                                 "abstract, so nothing says which patent it is"));
        return false;
    }
    return true;
}

/* Values tell what a column is where its name does not: numbers, dates and classes have shapes. */
#include "ingest/survey.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ingest/columns_priv.h"
#include "ingest/fields_priv.h"

#define TRIED_MAX 2000      /* values of a column whose shape is looked at */
#define EXAMPLES 2          /* values of a column that a person is shown */
#define EXAMPLE_BYTES 40    /* of each */
#define NUMBER_BYTES_MAX 60 /* longer values are texts */
#define PROPOSAL_BYTES 300  /* of proposals in one sentence; all of it fits ERR_TEXT_MAX */
#define UNKNOWN_BYTES 120   /* of names of columns */
#define IDS_MAX 1000000     /* ids compared; of more nobody says that each is another */

/* Against an order of day, month and year: it gives no day; not the year that the row says; dates that do not follow
 * each other. */
enum { WRONG_DAY, WRONG_YEAR, WRONG_TURN, WRONGS };

struct survey_column {
    struct survey *of;
    struct str sheet, name;
    const struct field *field; /* NULL: the name is not known */
    bool by_caller;
    int64_t filled;
    /* of the first TRIED_MAX values: what they look like */
    int64_t tried, publications, applications, dates, classes, codes;
    int64_t bare;         /* numbers that name no office */
    struct str bare_as;   /* the first */
    struct map *distinct; /* of the codes, of the ids */
    uint64_t last;        /* of a column of counted rows */
    /* dates of three numbers that can be read in this order alone, 0: in several; with an example */
    int64_t ordered[DAY_ORDERS], short_years;
    struct str ordered_as[DAY_ORDERS];
    int64_t wrong[WRONGS][DAY_ORDERS]; /* of them: what speaks against an order */
    bool open[DAY_ORDERS];             /* what may stand first, as far as they tell */
    struct str example[EXAMPLES];
    size_t examples;
    bool repeats, uncounted; /* of ids: one stood twice; they do not merely count the rows */
    const struct field *read_as;
    enum day_order order;
    struct str office;                 /* of the first number that has one */
    int64_t named, elsewhere, unnamed; /* numbers of it, of another, of none */
    /* cells with several names, by what separates them, and by what stands inside each of the names */
    int64_t cut[SEPS], inside[SEPS];
    unsigned skip;
};

struct row_date {
    struct survey_column *of;
    struct str written; /* the row's */
    struct date as[DAY_ORDERS];
    bool short_year;
};

struct survey {
    struct arena *a, *scratch; /* scratch: of one value */
    const struct column_map *map;
    VEC(struct survey_column *) columns;
    VEC(struct row_date) dates; /* of the row at hand */
    struct map *index;
    bool ended;
    int64_t records, rejected, numbered, titled, named, classed;
};

struct survey *survey_new(const struct column_map *m)
{
    struct survey *s = mem_zalloc(sizeof(*s));
    s->a = arena_new();
    s->scratch = arena_new();
    s->map = m;
    s->index = map_new(0x737572766579);
    return s;
}

void survey_free(struct survey *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->columns.len; i++)
        map_free(s->columns.ptr[i]->distinct);
    map_free(s->index);
    arena_free(s->scratch);
    arena_free(s->a);
    free(s);
}

struct survey_column *survey_column(struct survey *s, struct str sheet, struct str name,
                                    const struct field *field, bool by_caller)
{
    struct arena *a = arena_new();
    bool added;
    uint64_t *at =
        map_put(s->index, arena_printf(a, "%.*s\x1f%.*s", STR_ARG(sheet), STR_ARG(name)), &added);
    arena_free(a);
    if (added) {
        struct survey_column *c = arena_alloc(s->a, sizeof(*c));
        *c = (struct survey_column){.of = s,
                                    .sheet = arena_dup(s->a, sheet),
                                    .name = arena_dup(s->a, name),
                                    .field = field,
                                    .read_as = field,
                                    .by_caller = by_caller};
        *at = s->columns.len;
        VEC_PUSH(s->a, &s->columns, c);
    }
    return s->columns.ptr[*at];
}

const struct field *survey_field(const struct survey_column *c)
{
    return c->read_as;
}

unsigned survey_skip(const struct survey_column *c)
{
    return c->skip;
}

enum day_order survey_day_order(const struct survey_column *c)
{
    return c->order;
}

/* --- what a value looks like -------------------------------------------------------- */

static size_t count_digits(struct str v)
{
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++)
        n += v.ptr[i] >= '0' && v.ptr[i] <= '9';
    return n;
}

static size_t count_letters(struct str v)
{
    size_t n = 0;
    for (size_t i = 0; i < v.len; i++)
        n += (v.ptr[i] >= 'A' && v.ptr[i] <= 'Z') || (v.ptr[i] >= 'a' && v.ptr[i] <= 'z');
    return n;
}

struct str survey_office(const struct survey_column *c, struct str v)
{
    return c->of->ended && count_digits(v) >= 4 ? c->office : STR_NONE; /* not of "see annex 2" */
}

/* "201410001234.8": a Chinese application number says by its check digit what it is. */
static bool checks(const struct number *n)
{
    return n->use == NUMBER_APPLICATION && n->check == CHECK_RIGHT;
}

/* A number of a known office, of a plausible length: "CN108192973A", "US 9,026,000 B2",
 * "PCT/CN2014/012345", "201410001234.8". `office` of its row: for columns that are named as numbers. */
static bool value_is_number(struct number *n, struct str v, struct str office, struct arena *a)
{
    size_t digits = count_digits(v);

    if (v.len > NUMBER_BYTES_MAX || digits < 4 || digits > 20 || count_letters(v) > 8)
        return false;
    if (number_parse(n, v, NUMBER_ANY, office, a) && n->office.len)
        return office.len || digits >= 5;
    return number_parse(n, v, NUMBER_ANY, STR("CN"), a) && checks(n);
}

static bool value_is_date(struct str v)
{
    struct date d;
    struct date as[DAY_ORDERS];
    return (foreign_date_parse(&d, v) && d.month) || foreign_date_readings(as, v);
}

static bool value_is_class(struct str v, struct arena *a)
{
    struct class_symbol symbol;
    struct str first;
    return class_split(&first, 1, v, CLASS_IPC) > 0 && first.len >= 4 && count_digits(first) >= 2 &&
           class_parse(&symbol, first, CLASS_IPC, a);
}

/* A mark that names a thing, whoever gave it: "A-2021-0001"; not a row's number. */
static bool value_is_code(struct survey_column *c, struct str v)
{
    uint64_t n, before = c->last;
    bool counted = str_to_u64(&n, v);
    c->last = counted ? n : 0;
    return v.len <= 40 && count_digits(v) >= 3 && !memchr(v.ptr, ' ', v.len) &&
           !(counted && n == before + 1);
}

static bool is_new(struct survey_column *c, struct str v)
{
    bool added;
    if (!c->distinct)
        c->distinct = map_new(0x636f6465);
    (void)map_put(c->distinct, v, &added);
    return added;
}

/* Whether an id is one: the rows' own numbers are none, nor what stands in several rows. */
static void note_id(struct survey_column *c, struct str v)
{
    uint64_t n = 0;
    bool counted = str_to_u64(&n, v) && n <= (uint64_t)c->filled && n + 1 >= (uint64_t)c->filled;
    c->uncounted |= !counted;
    if (!c->repeats)
        c->repeats = c->filled > IDS_MAX || !is_new(c, v);
}

static void note_office(struct survey_column *c, struct str v, struct str office, struct arena *a)
{
    struct number n;
    bool known = number_parse(&n, v, NUMBER_ANY, office, a) && n.office.len;
    if (known && c->office.len == 0)
        c->office = arena_dup(c->of->a, n.office);
    *(!known ? &c->unnamed : str_eq(c->office, n.office) ? &c->named : &c->elsewhere) += 1;
}

static bool is_number_column(const struct survey_column *c)
{
    return c->field && field_fact(c->field) == FACT_NUMBER && c->filled > 0;
}

static struct str keep_example(struct survey_column *c, struct str have, struct str v)
{
    return have.len ? have : arena_dup(c->of->a, utf8_cut(v, EXAMPLE_BYTES));
}

static void try_shape(struct survey_column *c, struct str v, struct str office)
{
    struct arena *a = c->of->scratch;
    struct number n;
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_SYMBOLS, a);
    struct str first = count ? piece[0] : v;

    c->tried++;
    note_office(c, first, office, a);
    if (value_is_date(v))
        c->dates++;
    else if (value_is_class(v, a))
        c->classes++;
    else if (value_is_number(&n, first, office, a)) {
        c->publications += n.use != NUMBER_APPLICATION;
        c->applications += n.use == NUMBER_APPLICATION;
    } else if (is_number_column(c) && count_digits(v) >= 5 && count_letters(v) <= 3) {
        c->bare++;
        c->bare_as = keep_example(c, c->bare_as, first);
    } else if (!c->field && value_is_code(c, v)) {
        c->codes++;
        (void)is_new(c, v);
    }
    arena_reset(a);
}

/* A date of three numbers is looked at when its row is known (survey_item). */
static void hold_date(struct survey_column *c, struct str v)
{
    struct row_date d = {.of = c, .written = v, .short_year = foreign_date_short_year(v)};
    if (foreign_date_readings(d.as, v) && !foreign_date_is_zero(v))
        VEC_PUSH(c->of->a, &c->of->dates, d);
}

/* The year that a Chinese application number holds; 0: it is no such number. */
static int number_year(const struct number *n)
{
    uint64_t year = 0;
    size_t digits = n->serial.len == 12 ? 4 : n->serial.len == 8 ? 2 : 0;
    if (!str_is(n->office, "CN") || !str_to_u64(&year, (struct str){n->serial.ptr, digits}))
        return 0;
    return (int)(digits == 4 ? year : year + (year < 85 ? 2000 : 1900));
}

/* Filing, publication and grant do not follow each other, where all dates of the row are read in this order. */
static bool is_disordered(const struct survey *s, const struct patent *p, enum day_order order)
{
    struct date day[DATE_TARGETS] = {{0}, p->application_date, p->publication_date, p->grant_date};
    for (size_t i = 0; i < s->dates.len; i++)
        if (s->dates.ptr[i].as[order].year)
            day[field_date(s->dates.ptr[i].of->field)] = s->dates.ptr[i].as[order];
    for (size_t i = 0; i < DATE_TARGETS; i++)
        for (size_t k = i + 1; k < DATE_TARGETS; k++)
            if (day[i].month && day[k].month && date_cmp(day[i], day[k]) > 0)
                return true;
    return false;
}

static void note_date(struct survey *s, const struct row_date *d, struct patent *p)
{
    struct survey_column *c = d->of;
    enum date_target target = field_date(c->field);
    struct date own = target == DATE_PRIORITY ? (struct date){0} : *patent_date(p, target);
    int year = own.year && !own.month       ? own.year
               : target == DATE_APPLICATION ? number_year(&p->application)
                                            : 0;
    enum day_order only = DAY_ORDER_UNKNOWN;
    bool can[DAY_ORDERS] = {false};
    size_t several = 0;

    for (enum day_order i = DAY_FIRST; i < DAY_ORDERS; i++) {
        can[i] = d->as[i].year && (!d->short_year || target == DATE_PRIORITY ||
                                   office_is_older(patent_office(p), d->as[i]));
        several += can[i];
        only = can[i] ? i : only;
    }
    if (several == 0)
        return;
    only = several > 1 ? DAY_ORDER_UNKNOWN : only;
    c->ordered[only]++;
    c->ordered_as[only] = keep_example(c, c->ordered_as[only], d->written);
    c->short_years += d->short_year;
    for (enum day_order i = DAY_FIRST; i < DAY_ORDERS; i++) {
        c->wrong[WRONG_DAY][i] += !can[i];
        c->wrong[WRONG_YEAR][i] += can[i] && year && d->as[i].year != year;
        c->wrong[WRONG_TURN][i] += can[i] && is_disordered(s, p, i);
    }
}

/* Columns whose name says already what they are need no look at their shape. */
static bool shape_matters(const struct survey_column *c)
{
    return !c->field || field_fact(c->field) == FACT_NUMBER || field_fact(c->field) == FACT_ID;
}

void survey_value(struct survey_column *c, struct str value, struct str office)
{
    if (c->of->ended)
        return;
    c->filled++;
    if (c->examples < EXAMPLES)
        c->example[c->examples++] = keep_example(c, STR_NONE, value);
    if (shape_matters(c) && c->tried < TRIED_MAX)
        try_shape(c, value, is_number_column(c) ? office : STR_NONE);
    if (c->field && field_fact(c->field) == FACT_ID)
        note_id(c, value);
    enum field_fact fact = c->field ? field_fact(c->field) : FACT_OTHER;
    if (fact != FACT_DATE && fact != FACT_NAME)
        return;
    struct str *piece = &value;
    enum separator by = SEP_NONE;
    size_t count = 1;
    enum split how = fact == FACT_NAME ? party_split(c->field) : SPLIT_NAMES;
    if (value_may_split(value))
        count = split_list(&piece, &by, value, how, 0, c->of->scratch);
    for (size_t i = 0; fact == FACT_DATE && i < count; i++)
        hold_date(c, piece[i]);
    c->cut[by] += count > 1;
    for (enum separator s = by + 1; by && count > 1 && s < SEP_COMMA; s++) {
        size_t with = 0;
        while (with < count && str_contains(piece[with], str_of(separator_text[s])))
            with++;
        c->inside[s] += with == count;
    }
    arena_reset(c->of->scratch);
}

void survey_item(struct survey *s, const struct item *item)
{
    struct patent none = {0};
    struct patent *p = item->kind == ITEM_RECORD ? item->patent : &none;

    for (size_t i = 0; i < s->dates.len; i++)
        note_date(s, &s->dates.ptr[i], p);
    s->dates.len = 0;
    if (item->kind == ITEM_REJECT)
        s->rejected++;
    if (item->kind != ITEM_RECORD)
        return;
    s->records++;
    s->numbered += p->publication.key.len || p->application.key.len;
    s->classed += p->classes.len > 0;
    s->titled += patent_has_text(p, TEXT_TITLE);
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role <= PARTY_INVENTOR) {
            s->named++;
            break;
        }
}

/* --- what follows ---------------------------------------------------------------------- */

static int64_t numbers_of(const struct survey_column *c)
{
    return c->publications + c->applications;
}

/* Nearly all of the values: a few of other shapes are what the rows' own errors are for. */
static bool nearly_all(int64_t some, int64_t all)
{
    return all > 0 && some * 10 >= all * 9;
}

/* What the values of a column without a known name are: the name of a field, or NULL. */
static const char *proposal(const struct survey_column *c)
{
    if (nearly_all(numbers_of(c), c->tried))
        return c->applications > c->publications ? "application_number" : "publication_number";
    if (nearly_all(c->classes, c->tried))
        return "ipc";
    if (nearly_all(c->dates, c->tried))
        return "publication_date, application_date, grant_date";
    return NULL;
}

static bool may_be_number(const struct survey_column *c)
{
    if (c->by_caller || (c->field && (field_fact(c->field) != FACT_ID || c->field->arg)))
        return false;
    return nearly_all(numbers_of(c), c->tried);
}

/* Marks of its own in each row: numbers in a writing that is not known here, or ids. */
static bool may_be_code(const struct survey_column *c)
{
    return !c->field && nearly_all(c->codes, c->tried) &&
           nearly_all((int64_t)map_count(c->distinct), c->codes);
}

/* Less than half of what stands in a column of numbers are any. */
static bool holds_no_numbers(const struct survey_column *c)
{
    return is_number_column(c) && !c->by_caller && numbers_of(c) * 2 < c->tried;
}

/* A column of numbers that most rows fill. */
static bool numbers_most_rows(const struct survey *s)
{
    for (size_t i = 0; i < s->columns.len; i++)
        if (is_number_column(s->columns.ptr[i]) && !holds_no_numbers(s->columns.ptr[i]) &&
            s->columns.ptr[i]->filled * 2 >= s->records + s->rejected)
            return true;
    return false;
}

static struct survey_column *find_column(const struct survey *s,
                                         bool (*is)(const struct survey_column *c))
{
    for (size_t i = 0; i < s->columns.len; i++)
        if (is(s->columns.ptr[i]))
            return s->columns.ptr[i];
    return NULL;
}

static bool caller_mapped(const struct survey *s, enum field_fact fact)
{
    for (size_t i = 0; i < s->columns.len; i++)
        if (s->columns.ptr[i]->by_caller && s->columns.ptr[i]->field &&
            field_fact(s->columns.ptr[i]->field) == fact)
            return true;
    return column_map_has_none(s->map, fact);
}

static struct str examples_of(const struct survey_column *c, struct arena *a)
{
    struct str s = STR_NONE;
    for (size_t i = 0; i < c->examples; i++)
        s = arena_printf(a, "%.*s%s%.*s", STR_ARG(s), i ? ", " : "", STR_ARG(c->example[i]));
    return s;
}

/* A sentence names some; of the others it says how many they are. */
static struct str with_more(struct str some, size_t left_out, struct arena *a)
{
    return left_out ? arena_printf(a, msg("%.*s, and %zu more (--json lists all of them)"),
                                   STR_ARG(some), left_out)
                    : some;
}

/* What the values say of the columns whose names are not known. */
static struct str proposals(struct survey *s, struct notes *notes)
{
    struct str text = STR_NONE;
    size_t left_out = 0;

    for (size_t i = 0; i < s->columns.len; i++) {
        const struct survey_column *c = s->columns.ptr[i];
        const char *field = proposal(c);
        if (c->filled == 0 || (c->field && !may_be_number(c)))
            continue;
        struct import_guess guess = {.column = arena_dup(notes->a, c->name),
                                     .field = field ? str_of(field) : STR_NONE,
                                     .values = arena_dup(notes->a, examples_of(c, s->a))};
        VEC_PUSH(notes->a, &notes->guesses, guess);
        if (field && text.len < PROPOSAL_BYTES)
            text = arena_printf(s->a, "%.*s%s%.*s=%s (%.*s)", STR_ARG(text), text.len ? "; " : "",
                                STR_ARG(c->name), field, STR_ARG(guess.values));
        else
            left_out += field != NULL;
    }
    text = with_more(text, left_out, s->a);
    return text.len ? arena_printf(s->a, msg("; by the values: %.*s"), STR_ARG(text)) : STR_NONE;
}

static struct str columns_unknown(const struct survey *s)
{
    struct str text = STR_NONE;
    size_t left_out = 0;
    for (size_t i = 0; i < s->columns.len; i++) {
        const struct survey_column *c = s->columns.ptr[i];
        if (c->field || c->filled == 0)
            continue;
        if (text.len < UNKNOWN_BYTES)
            text = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(text), text.len ? ", " : "",
                                STR_ARG(c->name));
        else
            left_out++;
    }
    text = with_more(text, left_out, s->a);
    return text.len ? arena_printf(s->a, msg("; columns not known: %.*s"), STR_ARG(text))
                    : STR_NONE;
}

static bool ask_number(struct survey *s, struct str *question, struct notes *notes)
{
    const struct survey_column *column = find_column(s, holds_no_numbers);

    if (caller_mapped(s, FACT_NUMBER) || s->records + s->rejected == 0 || numbers_most_rows(s))
        return false;
    if (column) {
        struct str examples = examples_of(column, s->a), others = proposals(s, notes);
        if (nearly_all(column->bare, column->tried)) {
            *question = arena_printf(
                notes->a,
                msg("the numbers in the column %.*s do not say of which office they are (%.*s); "
                    "nothing was imported; say the office of all numbers without one with "
                    "--map office=US (or CN, EP, …), or that the column is no number with "
                    "--map -=publication_number%.*s"),
                STR_ARG(column->name), STR_ARG(examples), STR_ARG(others));
            return true;
        }
        *question = arena_printf(
            notes->a,
            msg("the column %.*s is taken for the patents' number, but its values are no numbers "
                "(%.*s); nothing was imported; say which column is the number with --map "
                "COLUMN=publication_number (or application_number), or that none is with --map "
                "-=publication_number%.*s"),
            STR_ARG(column->name), STR_ARG(examples), STR_ARG(others));
        return true;
    }
    if (!(column = find_column(s, may_be_number)) && !(column = find_column(s, may_be_code)))
        return false;
    struct str examples = examples_of(column, s->a), others = proposals(s, notes);
    *question =
        arena_printf(notes->a,
                     msg("no column is known to be the patents' number; %.*s may be (%.*s); "
                         "nothing was imported; say which column is with --map "
                         "COLUMN=publication_number (or application_number), or that none is with "
                         "--map -=publication_number%.*s"),
                     STR_ARG(column->name), STR_ARG(examples), STR_ARG(others));
    return true;
}

static bool ask_names(struct survey *s, struct str *question, struct notes *notes)
{
    if (s->titled == 0 || s->named || s->classed || caller_mapped(s, FACT_NAME) ||
        caller_mapped(s, FACT_CLASS))
        return false;
    struct str unknown = columns_unknown(s), others = proposals(s, notes);
    *question = arena_printf(
        notes->a,
        msg("titles were read, but no applicant, inventor or class in any row; nothing was "
            "imported; say which columns hold them with --map COLUMN=applicant, COLUMN=inventor, "
            "COLUMN=ipc, or that none does with --map -=applicant%.*s%.*s"),
        STR_ARG(unknown), STR_ARG(others));
    return true;
}

/* Rows without a number are told apart by their ids only where ids tell them apart. */
static void decide_identity(struct survey_column *c, struct notes *notes)
{
    const struct survey *s = c->of;
    if (!c->field || field_fact(c->field) != FACT_ID || c->filled == 0 ||
        s->numbered == s->records || (!c->repeats && c->uncounted))
        return;
    c->read_as = field_vendor();
    notes_remark(notes,
                 c->repeats ? N_("the column %.*s holds the same value in several rows; rows "
                                 "without a number are told apart by all their values")
                            : N_("the column %.*s only counts the rows; rows without a number are "
                                 "told apart by all their values"),
                 STR_ARG(c->name));
}

/* "id": the publication number in exports of Google Patents, a mark of the source elsewhere. */
static void decide_ids(struct survey *s, struct notes *notes)
{
    if (find_column(s, is_number_column))
        return;
    struct survey_column *found = NULL;
    size_t several = 0;
    for (size_t i = 0; i < s->columns.len; i++)
        if (may_be_number(s->columns.ptr[i])) {
            found = s->columns.ptr[i];
            several++;
        }
    if (several != 1 || !found->field || found->by_caller)
        return;
    found->read_as = field_by_name(str_of(proposal(found)));
    found->field = found->read_as;
    notes_remark(notes, N_("the column %.*s holds numbers (%.*s) and was read as %s"),
                 STR_ARG(found->name), STR_ARG(found->example[0]), found->read_as->name);
}

static void keep_least(bool open[DAY_ORDERS], const int64_t wrong[DAY_ORDERS], int64_t slack)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < DAY_ORDERS; i++)
        least = open[i] && wrong[i] < least ? wrong[i] : least;
    for (size_t i = 0; i < DAY_ORDERS; i++)
        open[i] = open[i] && wrong[i] <= least + slack;
}

/* Years of two digits are decided by the years of the numbers and by the row's other dates too; one in ten may be
 * a mistake. */
static void decide_order(struct survey_column *c)
{
    int64_t cells = c->ordered[DAY_ORDER_UNKNOWN] + c->ordered[DAY_FIRST] +
                    c->ordered[MONTH_FIRST] + c->ordered[YEAR_FIRST];
    int64_t slack = c->short_years ? cells / 10 : 0;
    size_t several = 0;

    for (enum day_order i = DAY_FIRST; i < DAY_ORDERS; i++)
        c->open[i] = c->wrong[WRONG_DAY][i] <= slack;
    keep_least(c->open, c->wrong[WRONG_DAY], 0);
    if (c->short_years)
        keep_least(c->open, c->wrong[WRONG_YEAR], slack);
    if (c->short_years)
        keep_least(c->open, c->wrong[WRONG_TURN], slack);
    for (enum day_order i = DAY_FIRST; i < DAY_ORDERS; i++) {
        several += c->open[i];
        c->order = c->open[i] ? i : c->order;
    }
    enum day_order said = column_map_day_order(c->of->map, c->name);
    if (said != DAY_ORDER_UNKNOWN || several > 1 || cells == 0)
        c->order = said;
}

/* A column that is open yet has the order of the file's others with years of two digits, where they have one; else
 * the year stands first if its name is Chinese. */
static void decide_orders(struct survey *s)
{
    enum day_order all = DAY_ORDER_UNKNOWN;
    bool differ = false;
    for (size_t i = 0; i < s->columns.len; i++) {
        struct survey_column *c = s->columns.ptr[i];
        decide_order(c);
        if (!c->short_years || c->order == DAY_ORDER_UNKNOWN)
            continue;
        differ |= all != DAY_ORDER_UNKNOWN && all != c->order;
        all = c->order;
    }
    for (size_t i = 0; i < s->columns.len; i++) {
        struct survey_column *c = s->columns.ptr[i];
        if (!c->short_years || c->order != DAY_ORDER_UNKNOWN)
            continue;
        if (!differ && c->open[all])
            c->order = all;
        else if (c->open[YEAR_FIRST] && name_has_han(c->name))
            c->order = YEAR_FIRST;
    }
}

static bool ask_dates(const struct survey *s, struct str *question, struct notes *notes)
{
    struct str names = STR_NONE, example = STR_NONE;
    for (size_t i = 0; i < s->columns.len; i++) {
        const struct survey_column *c = s->columns.ptr[i];
        if (!c->short_years || c->order != DAY_ORDER_UNKNOWN)
            continue;
        names = arena_printf(s->a, "%.*s%s%.*s", STR_ARG(names), names.len ? ", " : "",
                             STR_ARG(c->name));
        example = c->example[0];
    }
    if (names.len)
        *question = arena_printf(
            notes->a,
            msg("nothing says what stands first in the dates of the column %.*s, whose years have "
                "two digits (%.*s); nothing was imported; say which with --map "
                "COLUMN=FIELD:day-first, :month-first or :year-first"),
            STR_ARG(names), STR_ARG(example));
    return names.len > 0;
}

static void tell_dates(const struct survey_column *c, struct notes *notes)
{
    const struct str *as = c->ordered_as;
    if (column_map_day_order(c->of->map, c->name) != DAY_ORDER_UNKNOWN)
        return;
    if (c->order != DAY_ORDER_UNKNOWN) {
        struct str example = as[c->order].len ? as[c->order] : as[DAY_ORDER_UNKNOWN];
        notes_remark(notes,
                     c->order == DAY_FIRST
                         ? N_("column %.*s: the day stands first in its dates, as in %.*s")
                     : c->order == MONTH_FIRST
                         ? N_("column %.*s: the month stands first in its dates, as in %.*s")
                         : N_("column %.*s: the year stands first in its dates, as in %.*s"),
                     STR_ARG(c->name), STR_ARG(example));
    } else if (c->ordered[DAY_FIRST] && c->ordered[MONTH_FIRST]) {
        notes_remark(notes,
                     N_("column %.*s: some dates have the day first (%.*s), others the month "
                        "(%.*s); %lld that could be either are kept as written; say which with "
                        "--map COLUMN=FIELD:day-first or :month-first"),
                     STR_ARG(c->name), STR_ARG(as[DAY_FIRST]), STR_ARG(as[MONTH_FIRST]),
                     (long long)c->ordered[DAY_ORDER_UNKNOWN]);
    } else if (c->ordered[DAY_ORDER_UNKNOWN]) {
        notes_remark(notes,
                     N_("column %.*s: nothing says whether day or month stands first in its %lld "
                        "dates like %.*s; they are kept as written; say which with "
                        "--map COLUMN=FIELD:day-first or :month-first"),
                     STR_ARG(c->name), (long long)c->ordered[DAY_ORDER_UNKNOWN],
                     STR_ARG(as[DAY_ORDER_UNKNOWN]));
    }
}

/* Half of the numbers or more have an office, and all of those the same. */
static void decide_office(struct survey_column *c, struct notes *notes)
{
    if (!is_number_column(c) || c->elsewhere || c->unnamed > c->named) {
        c->office = STR_NONE;
        if (c->bare)
            notes_remark(notes,
                         N_("column %.*s: numbers that name no office, such as %.*s, were read "
                            "without one; say the office of all of them with --map office=US (or "
                            "CN, EP, …)"),
                         STR_ARG(c->name), STR_ARG(c->bare_as));
    } else if (c->unnamed)
        notes_remark(notes, N_("column %.*s: numbers without an office were read as those of %.*s"),
                     STR_ARG(c->name), STR_ARG(c->office));
}

/* "DOE; JANE | ROE; JOHN": what stands inside each name of such cells separates no names in others. One cell, or one in
 * ten that separate anything, does not say what separates the names of a column. */
static void decide_separators(struct survey_column *c, struct notes *notes)
{
    enum separator most = SEP_TWO;
    int64_t others = 0;
    for (enum separator s = SEP_TWO; s < SEPS; s++)
        if (c->inside[s] && c->inside[s] * 10 >= c->cut[s])
            c->skip |= 1u << s;
        else if (c->cut[s] > c->cut[most])
            most = s;
    for (enum separator s = SEP_TWO; s < SEPS; s++) {
        if (c->cut[most] >= 2 && (c->cut[s] == 1 || c->cut[s] * 10 <= c->cut[most]))
            c->skip |= 1u << s;
        others += c->skip & 1u << s ? c->cut[s] : 0;
    }
    if (others)
        notes_remark(notes,
                     N_("column %.*s: names are separated by \"%s\"; %lld cells with another "
                        "separator were read as one name each"),
                     STR_ARG(c->name), separator_text[most], (long long)others);
}

bool survey_end(struct survey *s, struct str *question, struct notes *notes)
{
    s->ended = true;
    decide_ids(s, notes);
    decide_orders(s);
    if (ask_number(s, question, notes) || ask_names(s, question, notes) ||
        ask_dates(s, question, notes))
        return false;
    for (size_t i = 0; i < s->columns.len; i++) {
        decide_identity(s->columns.ptr[i], notes);
        tell_dates(s->columns.ptr[i], notes);
        decide_office(s->columns.ptr[i], notes);
        if (s->columns.ptr[i]->field && field_fact(s->columns.ptr[i]->field) == FACT_NAME)
            decide_separators(s->columns.ptr[i], notes);
    }
    return true;
}

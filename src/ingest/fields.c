/* The table of fields. A field is one line: what it is called, when it is read,
 * what reads it. A reader either understands a value wholly, or leaves it to be
 * kept as written; it never guesses and never drops. */
#include "base/msg.h"
#include "base/vec.h"
#include "ingest/fields_priv.h"

enum family_kind { FAMILY_SIMPLE, FAMILY_EXTENDED, FAMILY_DOCDB };
enum region_part { REGION_PROVINCE, REGION_CITY, REGION_COUNTY };
enum cite_kind { CITE_PATENT, CITE_CITING, CITE_US, CITE_TEXT, CITE_MIXED };

static void refuse(struct fill *f, struct str value, const char *reason)
{
    if (f->refused)
        return;
    f->refused = true;
    f->how->column = f->column;
    f->how->value = value;
    f->how->reason = str_of(msg(reason));
}

static void fill_warn(struct fill *f, const char *kind, struct str column, struct str value)
{
    VEC_PUSH(f->a, &f->how->warnings, ((struct warning){kind, column, value}));
}

static bool read_office(struct fill *f, const struct field *d, struct str v)
{
    (void)d;
    struct str code = office_code(v);
    if (code.len == 0)
        return false;
    if (f->office.len == 0)
        f->office = code;
    return true;
}

static bool read_kind(struct fill *f, const struct field *d, struct str v)
{
    (void)d;
    if (v.len > 3 || f->kind.len)
        return false;
    f->kind = v;
    return true;
}

/* "2.01E+11": a spreadsheet's display of a number, saved as text. Many numbers
 * share it, so it would make one record of them all. */
static bool is_shortened(struct str v)
{
    size_t at = 0;
    while (at < v.len && ((v.ptr[at] >= '0' && v.ptr[at] <= '9') || v.ptr[at] == '.'))
        at++;
    if (at == 0 || v.len - at < 3 || (v.ptr[at] != 'E' && v.ptr[at] != 'e') || v.ptr[at + 1] != '+')
        return false;
    for (at += 2; at < v.len; at++)
        if (v.ptr[at] < '0' || v.ptr[at] > '9')
            return false;
    return true;
}

/* "WOWO 95/09999A1", "CN CN108192973A" */
static struct str office_once(struct fill *f, struct str v)
{
    size_t at = v.len > 3 && v.ptr[2] == ' ' ? 3 : 2;
    if (v.len < at + 3 || !is_country((struct str){v.ptr, 2}) ||
        memcmp(v.ptr, v.ptr + at, 2) != 0 || ascii_is_letter(v.ptr[at + 2]))
        return v;
    fill_warn(f, N_("the office stands twice before this number; it was read once"), f->column, v);
    return str_range(v.ptr + at, v.ptr + v.len);
}

/* A number is believed when its office is known or it has at least four
 * digits; "see annex 2" has neither. */
static bool number_read(struct number *out, struct fill *f, struct str v, enum number_use use)
{
    size_t digits = 0;
    struct str hint = f->office.len ? f->office : f->office_hint;

    if (is_shortened(v))
        return false;
    v = office_once(f, v);
    if (!number_parse(out, v, use, hint, f->a))
        return false;
    for (size_t i = 0; i < v.len; i++)
        digits += v.ptr[i] >= '0' && v.ptr[i] <= '9';
    return digits >= 4 || (digits > 0 && out->office.len);
}

static void refuse_number(struct fill *f, struct str v, const char *reason)
{
    refuse(f, v,
           is_shortened(v)
               ? N_("a spreadsheet shortened this number and its digits are lost; format "
                    "the column as text and export again, or leave it empty")
               : reason);
}

/* "AU2007202956" beside a kind column "B2": the kind belongs to the number, and may say which one it
 * is: GB 1204390 D0 is of 2012, GB 1204390 A of 1970. */
static void add_kind(struct fill *f, struct number *n)
{
    struct number with;
    if (n->kind.len || f->kind.len == 0)
        return;
    struct str joined = arena_join(f->a, n->written, f->kind);
    struct str hint = f->office.len ? f->office : f->office_hint;
    if (number_parse(&with, joined, NUMBER_PUBLICATION, hint, f->a) && str_eq(with.kind, f->kind))
        *n = with;
}

static bool read_publication(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_SYMBOLS, f->a);
    struct number *have = &f->p->publication;

    (void)d;
    for (size_t i = 0; i < count; i++) {
        struct number n;
        if (!number_read(&n, f, piece[i], NUMBER_PUBLICATION)) {
            refuse_number(
                f, piece[i],
                N_("this is no publication number; write it like CN108192973A, or leave it empty"));
            return true;
        }
        add_kind(f, &n);
        if (have->key.len == 0)
            *have = n;
        else if (!str_eq(have->key, n.key))
            VEC_PUSH(f->a, &f->p->family_members, n);
    }
    return true;
}

/* The document is the grant where a row names both; the first publication is
 * then its `earliest`. */
static bool read_grant_number(struct fill *f, const struct field *d, struct str v)
{
    struct number n;
    struct number *have = &f->p->publication;

    (void)d;
    if (!number_read(&n, f, v, NUMBER_PUBLICATION))
        return false;
    if (have->key.len && !str_eq(have->key, n.key) && f->p->earliest.key.len == 0)
        f->p->earliest = *have;
    *have = n;
    return true;
}

static bool read_application(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_SYMBOLS, f->a);

    (void)d;
    for (size_t i = 0; i < count; i++) {
        struct number n;
        if (!number_read(&n, f, piece[i], NUMBER_APPLICATION)) {
            refuse_number(
                f, piece[i],
                N_("this is no application number; write it like CN201410001234.8, or leave it "
                   "empty"));
            return true;
        }
        if (f->p->application.key.len == 0)
            f->p->application = n;
        else if (!str_eq(f->p->application.key, n.key))
            fill_vendor(f, f->column, piece[i]);
    }
    return true;
}

/* 专利号 is in China the application number with ZL before it; elsewhere a
 * grant's publication number. */
static bool read_patent_number(struct fill *f, const struct field *d, struct str v)
{
    struct number n;

    (void)d;
    if (!number_read(&n, f, v, NUMBER_ANY))
        return false;
    struct number *to = n.use == NUMBER_APPLICATION ? &f->p->application : &f->p->publication;
    if (to->key.len == 0)
        *to = n;
    else if (!str_eq(to->key, n.key))
        fill_vendor(f, f->column, v);
    return true;
}

static bool read_publication_other(struct fill *f, const struct field *d, struct str v)
{
    if (f->p->publication.key.len)
        fill_vendor(f, f->column, v);
    else
        return read_publication(f, d, v);
    return true;
}

/* arg 1: Patentscope's, the publication number of an international application; to others it gave numbers of its own. */
static bool read_source_id(struct fill *f, const struct field *d, struct str v)
{
    struct number n;
    if (f->p->source_id.len)
        return false;
    f->p->source_id = v;
    if (d->arg == 1 && f->p->publication.key.len == 0 && str_starts(v, STR("WO")) &&
        number_read(&n, f, v, NUMBER_PUBLICATION) && n.serial.len == 10)
        f->p->publication = n;
    return true;
}

struct date *patent_date(struct patent *p, enum date_target target)
{
    return target == DATE_APPLICATION ? &p->application_date
           : target == DATE_GRANT     ? &p->grant_date
                                      : &p->publication_date;
}

bool fill_date(struct fill *f, struct date *out, struct str v)
{
    bool is = foreign_date_parse_as(out, v, f->order);
    if (out->day == 0 && (str_is(v, "0") || foreign_date_is_zero(v))) { /* a column without NULL */
        *out = (struct date){0};
        return true;
    }
    if (!is)
        return false;
    if (v.len > 10 && foreign_date_utc(out, v))
        fill_warn(f,
                  N_("a time in UTC: a full hour from 13:00 on was read as midnight of the next "
                     "day, as it is in China from 16:00; other times as the day written"),
                  f->column, v);
    return true;
}

bool find_numbered_day(struct date *out, const struct number *own, struct str v, struct arena *a)
{
    struct str *line;
    size_t count = split_value(&line, v, SPLIT_LABELS, a);
    for (size_t i = 0; own->key.len && i < count; i++) {
        struct number n;
        struct str rest = line[i], number = str_split(&rest, STR(" "));
        if (!number_parse(&n, number, NUMBER_PUBLICATION, STR_NONE, a) ||
            !str_eq(n.office, own->office) || !str_eq(n.serial, own->serial) ||
            (n.kind.len && own->kind.len && !str_eq(n.kind, own->kind)))
            continue;
        for (; rest.ptr; (void)str_split(&rest, STR(" "))) {
            struct str cells = str_trim(rest);
            if (foreign_date_parse(out, str_split(&cells, STR("  "))) && out->day)
                return true;
        }
    }
    *out = (struct date){0};
    return false;
}

static bool read_date(struct fill *f, const struct field *d, struct str v)
{
    struct date date;
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_TEXTS, f->a);

    if (count == 0 ||
        !(fill_date(f, &date, piece[0]) || find_numbered_day(&date, &f->p->publication, v, f->a)))
        return false;
    if (date.year == 0)
        return true;
    struct date *to = patent_date(f->p, field_date(d));
    bool held = d->arg == DATE_FIRST_PUBLICATION && to->year != 0; /* a later publication's */
    if (held || (to->month && date.month == 0)) {
        fill_vendor(f, f->column, v);
        return true;
    }
    *to = date;
    if (foreign_date_short_year(piece[0]))
        f->short_year[field_date(d)] = (struct vendor_field){f->column, v};
    return true;
}

/* A year column fills a missing date and gives the century of a two-digit year. */
static bool read_year(struct fill *f, const struct field *d, struct str v)
{
    uint64_t year;
    struct date *to = patent_date(f->p, (enum date_target)d->arg);

    if (!str_to_u64(&year, v) || year < 1700 || year > 2200)
        return false;
    if (to->year == 0 || (f->short_year[d->arg].value.len && to->year % 100 == (int)year % 100))
        to->year = (int)year;
    return true;
}

/* Writings that class_parse leaves alone: Derwent's main group of three digits
 * without a stroke ("A61K031426", "C07D41700"), and a subclass with a stroke that
 * nothing follows ("G09G/"). */
static bool class_read(struct class_symbol *out, struct str v, enum class_scheme scheme,
                       struct arena *a)
{
    if (class_parse(out, v, scheme, a))
        return true;
    if (scheme != CLASS_IPC && scheme != CLASS_CPC)
        return false;
    if (v.len == 5 && v.ptr[4] == '/')
        return class_parse(out, (struct str){v.ptr, 4}, scheme, a);
    if (v.len < 9 || v.len > 13)
        return false;
    for (size_t i = 4; i < v.len; i++)
        if (v.ptr[i] < '0' || v.ptr[i] > '9')
            return false;
    size_t group = 4;
    while (group < 6 && v.ptr[group] == '0')
        group++;
    struct str with = arena_printf(a, "%.4s%.*s/%.*s", v.ptr, (int)(7 - group), v.ptr + group,
                                   (int)(v.len - 7), v.ptr + 7);
    return class_parse(out, with, scheme, a);
}

/* A piece of a class column; vendors put the Locarno class of a design ("26-05")
 * where the IPC of the others stands. */
static bool classify(struct classification *out, struct str v, enum class_scheme scheme,
                     struct arena *a)
{
    *out = (struct classification){.scheme = scheme};
    if (class_read(&out->symbol, v, scheme, a))
        return true;
    if (scheme != CLASS_IPC || v.len < 4 || v.len > 8 || v.ptr[2] != '-')
        return false;
    out->scheme = CLASS_LOCARNO;
    return class_parse(&out->symbol, v, CLASS_LOCARNO, a);
}

/* The symbols of a class column. A comma does not always cut: class_split knows
 * those inside an FI symbol and before a flag of ST.8. */
static size_t class_list(struct str **out, struct str v, enum class_scheme scheme, struct arena *a)
{
    VEC(struct str) all = {0};
    struct str *cell;
    size_t cells = split_value(&cell, v, SPLIT_TEXTS, a);

    for (size_t i = 0; i < cells; i++) {
        size_t count = class_split(NULL, 0, cell[i], scheme);
        struct str *piece = arena_array(a, count, sizeof(*piece));
        (void)class_split(piece, count, cell[i], scheme);
        for (size_t k = 0; k < count; k++)
            VEC_PUSH(a, &all, piece[k]);
    }
    *out = all.ptr;
    return all.len;
}

static bool read_class(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = class_list(&piece, v, (enum class_scheme)d->arg, f->a);
    bool all = true;

    for (size_t i = 0; i < count; i++) {
        struct classification c;
        bool known = false;
        if (!classify(&c, piece[i], (enum class_scheme)d->arg, f->a)) {
            fill_vendor(f, f->column, piece[i]);
            all = false;
            continue;
        }
        for (size_t k = 0; k < f->p->classes.len && k < REPEATS_MAX && !known; k++)
            known = f->p->classes.ptr[k].scheme == c.scheme &&
                    str_eq(f->p->classes.ptr[k].symbol.symbol, c.symbol.symbol);
        if (!known)
            VEC_PUSH(f->a, &f->p->classes, c);
    }
    if (!all)
        fill_warn(f, d->misread, f->column, v);
    return true;
}

/* The main class: marks the listed symbol as first, or is one by itself. A
 * subclass above a listed symbol ("G02B" beside G02B27/01) says nothing new. */
static bool read_class_main(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = class_list(&piece, v, (enum class_scheme)d->arg, f->a);

    for (size_t i = 0; i < count; i++) {
        struct classification c;
        bool above = false;
        if (!classify(&c, piece[i], (enum class_scheme)d->arg, f->a))
            return false;
        struct classification *same = NULL;
        for (size_t k = 0; k < f->p->classes.len && k < REPEATS_MAX; k++) {
            struct classification *have = &f->p->classes.ptr[k];
            if (have->scheme != c.scheme)
                continue;
            if (str_eq(have->symbol.symbol, c.symbol.symbol))
                same = have;
            else if (str_starts(have->symbol.symbol, c.symbol.symbol))
                above = true;
        }
        if (same) {
            same->symbol.position = 'F';
        } else if (above) {
            fill_vendor(f, f->column, piece[i]);
        } else {
            c.symbol.position = 'F';
            VEC_PUSH(f->a, &f->p->classes, c);
        }
    }
    return true;
}

static bool read_citations(struct fill *f, const struct field *d, struct str v)
{
    enum cite_kind kind = (enum cite_kind)d->arg;
    bool as_text = kind == CITE_TEXT || kind == CITE_MIXED;
    struct str *piece;
    size_t count = split_value(&piece, v, as_text ? SPLIT_TEXTS : SPLIT_SYMBOLS, f->a);

    for (size_t i = 0; i < count; i++) {
        struct citation c = {.citing_us = kind == CITE_CITING};
        struct str hint = kind == CITE_US      ? STR("US")
                          : kind == CITE_MIXED ? STR_NONE
                                               : f->said_office;
        if (kind == CITE_TEXT ||
            !number_parse(&c.number, piece[i], NUMBER_PUBLICATION, hint, f->a) ||
            (kind == CITE_MIXED && (c.number.office.len == 0 || piece[i].len > 40)))
            c = (struct citation){.text = piece[i], .citing_us = c.citing_us};
        VEC_PUSH(f->a, &f->p->citations, c);
    }
    return true;
}

static bool read_times_cited(struct fill *f, const struct field *d, struct str v)
{
    int64_t n = 0;
    size_t digits = 0;

    (void)d;
    for (size_t i = 0; i < v.len; i++) {
        if (v.ptr[i] == ',')
            continue;
        if (v.ptr[i] == '.' && digits) /* "12.0" of a float column */
            break;
        if (v.ptr[i] < '0' || v.ptr[i] > '9' || ++digits > 9)
            return false;
        n = n * 10 + (v.ptr[i] - '0');
    }
    if (digits == 0 || f->p->times_cited >= 0)
        return false;
    f->p->times_cited = n;
    return true;
}

static bool read_family(struct fill *f, const struct field *d, struct str v)
{
    static const char *const prefix[] = {"simple:", "extended:", "docdb:"};
    if (f->p->family.len)
        fill_vendor(f, f->column, v);
    else
        f->p->family = arena_join(f->a, str_of(prefix[d->arg]), v);
    return true;
}

static bool read_family_members(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_SYMBOLS, f->a);
    bool all = true;

    (void)d;
    for (size_t i = 0; i < count; i++) {
        struct number n;
        if (number_parse(&n, piece[i], NUMBER_PUBLICATION, f->said_office, f->a) && n.office.len)
            VEC_PUSH(f->a, &f->p->family_members, n);
        else
            all = false;
    }
    return all;
}

/* A status whose words are known replaces one whose words are not: "ALIVE" beside "PENDING" is pending. */
static bool read_status(struct fill *f, const struct field *d, struct str v)
{
    struct str *have = &f->p->status_written;
    (void)d;
    if (have->len &&
        (patent_status_of(*have) != STATUS_UNKNOWN || patent_status_of(v) == STATUS_UNKNOWN))
        return false;
    if (have->len)
        fill_vendor(f, STR("status"), *have);
    *have = v;
    return true;
}

/* "授权 | 质押": what happened, without dates; the first stands for the status
 * where no plainer column gives one. */
static bool read_status_detail(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_NAMES, f->a);

    (void)d;
    if (f->p->status_written.len == 0)
        f->p->status_written = v;
    for (size_t i = 0; i < count; i++) {
        bool known = false;
        for (size_t k = 0; k < f->p->events.len && !known; k++)
            known = str_eq(f->p->events.ptr[k].text, piece[i]);
        if (!known)
            VEC_PUSH(f->a, &f->p->events, ((struct legal_event){.text = piece[i]}));
    }
    return true;
}

static bool read_type(struct fill *f, const struct field *d, struct str v)
{
    (void)d;
    struct number *n = &f->p->publication;
    f->p->type = patent_type_of(v, f->office.len ? f->office : n->office, n->kind);
    fill_vendor(f, f->column, v); /* "发明申请" and "授权发明" are one type, but not one fact */
    return true;
}

static bool read_region(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    struct str *to = d->arg == REGION_PROVINCE ? &f->province
                     : d->arg == REGION_CITY   ? &f->city
                                               : &f->county;
    if (to->len)
        return false;
    /* "四川;51" is one value; "四川 | 重庆" are those of two applicants. */
    size_t count = split_value(&piece, v, SPLIT_TEXTS, f->a);
    if (count)
        *to = piece[0];
    fill_vendor(f, f->column, v);
    return true;
}

/* 国省: a province of China, or a foreign country of the first applicant. */
static bool read_country_or_province(struct fill *f, const struct field *d, struct str v)
{
    struct str code = office_code(v);
    (void)d;
    if (code.len && !str_is(code, "CN")) {
        fill_vendor(f, f->column, v);
        struct party *first = patent_party(f->p, PARTY_APPLICANT, 0);
        if (first && first->country.len == 0)
            first->country = code;
        return true;
    }
    return read_region(f, d, v);
}

static bool read_sei(struct fill *f, const struct field *d, struct str v)
{
    struct str *piece;
    size_t count = split_value(&piece, v, SPLIT_LABELS, f->a);
    (void)d;
    for (size_t i = 0; i < count; i++)
        VEC_PUSH(f->a, &f->p->sei, piece[i]);
    return true;
}

#define NO_DATE N_("this is no date; it is kept as written")
#define NO_CLASS N_("this is no class symbol; it is kept as written")
#define NO_NUMBER N_("this is no patent number; it is kept as written")
#define NO_COUNT N_("this is no count; it is kept as written")
#define NO_PLACE N_("this office or country is not known; it is kept as written")

#define TEXT(name, title, role, part, lang, translated, read)                                      \
    {                                                                                              \
        name, title, PASS_FACTS, role, read, part, (lang) | ((translated) << 8), NULL              \
    }
enum { L_ANY, L_ZH, L_EN };

const struct field fields[] = {
    {"office", N_("publishing office or country"), PASS_FIRST, 'f', read_office, 0, 0, NO_PLACE},
    {"kind", N_("kind of document (ST.16)"), PASS_FIRST, 'f', read_kind, 0, 0, NULL},
    {"publication_number", N_("publication number"), PASS_NUMBERS, 'n', read_publication, 0, 0,
     NO_NUMBER},
    {"grant_number", N_("publication number of the grant"), PASS_NUMBERS, 'n', read_grant_number, 0,
     0, NO_NUMBER},
    {"application_number", N_("application number"), PASS_NUMBERS, 'n', read_application, 0, 0,
     NO_NUMBER},
    {"patent_number", N_("patent number (ZL…)"), PASS_NUMBERS, 'n', read_patent_number, 0, 0,
     NO_NUMBER},
    {"publication_number_other", N_("publication number in another writing"), PASS_FALLBACK, 'n',
     read_publication_other, 0, 0, NO_NUMBER},
    {"source_id", N_("the source's own id of the record"), PASS_NUMBERS, ' ', read_source_id, 0, 0,
     NULL},
    {"patentscope_id", N_("Patentscope's id: a WO number, or an id of the record"), PASS_FALLBACK,
     ' ', read_source_id, 1, 0, NULL},
    {"publication_date", N_("publication date"), PASS_FACTS, 'f', read_date, DATE_PUBLICATION, 0,
     NO_DATE},
    {"publication_year", N_("publication year"), PASS_FALLBACK, 'f', read_year, DATE_PUBLICATION, 0,
     NO_DATE},
    {"application_date", N_("filing date"), PASS_FACTS, 'f', read_date, DATE_APPLICATION, 0,
     NO_DATE},
    {"application_year", N_("filing year"), PASS_FALLBACK, 'f', read_year, DATE_APPLICATION, 0,
     NO_DATE},
    {"grant_date", N_("grant date"), PASS_FACTS, 'f', read_date, DATE_GRANT, 0, NO_DATE},
    {"grant_year", N_("grant year"), PASS_FALLBACK, 'f', read_year, DATE_GRANT, 0, NO_DATE},
    {"first_publication_date", N_("first publication date"), PASS_FALLBACK, 'f', read_date,
     DATE_FIRST_PUBLICATION, 0, NO_DATE},
    {"priority", N_("priorities: number, date, country"), PASS_FACTS, 'f', read_priority, 0, 0,
     NULL},
    {"priority_number", N_("priority numbers"), PASS_FACTS, 'f', read_priority_number, 0, 0, NULL},
    {"priority_date", N_("priority dates"), PASS_FALLBACK, 'f', read_priority_date, 0, 0, NO_DATE},
    {"priority_country", N_("priority countries"), PASS_FALLBACK, 'f', read_priority_country, 0, 0,
     NO_PLACE},
    {"earliest_priority_date", N_("earliest priority date"), PASS_FALLBACK, 'f', read_priority_date,
     1, 0, NO_DATE},
    TEXT("title", N_("title"), 't', TEXT_TITLE, L_ANY, 0, read_text),
    TEXT("title_zh", N_("title in Chinese"), 't', TEXT_TITLE, L_ZH, 0, read_text),
    TEXT("title_en", N_("title in English"), 't', TEXT_TITLE, L_EN, 0, read_text),
    TEXT("title_translated", N_("translated title"), 't', TEXT_TITLE, L_ANY, 1, read_text),
    TEXT("title_translated_zh", N_("title translated into Chinese"), 't', TEXT_TITLE, L_ZH, 1,
         read_text),
    TEXT("title_translated_en", N_("title translated into English"), 't', TEXT_TITLE, L_EN, 1,
         read_text),
    {"title_alternative", N_("another title, when there is no other"), PASS_FALLBACK, 't',
     read_text, TEXT_TITLE, 1 << 16, NULL},
    TEXT("abstract", N_("abstract"), 't', TEXT_ABSTRACT, L_ANY, 0, read_text),
    TEXT("abstract_zh", N_("abstract in Chinese"), 't', TEXT_ABSTRACT, L_ZH, 0, read_text),
    TEXT("abstract_en", N_("abstract in English"), 't', TEXT_ABSTRACT, L_EN, 0, read_text),
    TEXT("abstract_translated", N_("translated abstract"), 't', TEXT_ABSTRACT, L_ANY, 1, read_text),
    TEXT("abstract_translated_zh", N_("abstract translated into Chinese"), 't', TEXT_ABSTRACT, L_ZH,
         1, read_text),
    TEXT("abstract_translated_en", N_("abstract translated into English"), 't', TEXT_ABSTRACT, L_EN,
         1, read_text),
    TEXT("abstract_html", N_("abstract with HTML tags"), 't', TEXT_ABSTRACT, L_ANY, 0,
         read_text_html),
    TEXT("claims", N_("claims"), 'f', TEXT_CLAIMS, L_ANY, 0, read_text),
    TEXT("claims_html", N_("claims with HTML tags"), 'f', TEXT_CLAIMS, L_ANY, 0, read_text_html),
    TEXT("first_claim", N_("first claim"), 'f', TEXT_FIRST_CLAIM, L_ANY, 0, read_text),
    TEXT("description", N_("description"), 'f', TEXT_DESCRIPTION, L_ANY, 0, read_text),
    TEXT("description_html", N_("description with HTML tags"), 'f', TEXT_DESCRIPTION, L_ANY, 0,
         read_text_html),
    {"text_tagged", N_("one text: \"Title: …\", \"Abstract: …\" a line each, else an abstract"),
     PASS_FALLBACK, ' ', read_text_tagged, 0, 0, NULL},
    {"applicant", N_("applicants"), PASS_FACTS, 'f', read_party, PARTY_APPLICANT, 0, NULL},
    {"applicant_commas", N_("applicants separated by commas"), PASS_FACTS, 'f', read_party,
     PARTY_APPLICANT, PARTY_COMMAS, NULL},
    {"applicant_standard", N_("applicants, standardised, when there are no others"), PASS_FALLBACK,
     'f', read_party, PARTY_APPLICANT, 1, NULL},
    {"applicant_first", N_("first applicant, when there are no others"), PASS_FALLBACK, 'f',
     read_party, PARTY_APPLICANT, 1, NULL},
    {"applicant_country", N_("countries of the applicants"), PASS_FALLBACK, 'f', read_party_country,
     PARTY_APPLICANT, 0, NO_PLACE},
    {"applicant_address", N_("address of the first applicant"), PASS_FALLBACK, 'f',
     read_party_address, PARTY_APPLICANT, 0, NULL},
    {"applicant_identifier", N_("unified social credit codes of the applicants"), PASS_FALLBACK,
     'f', read_party_identifier, PARTY_APPLICANT, 0, NULL},
    {"assignee", N_("current holders"), PASS_FACTS, 'f', read_party, PARTY_ASSIGNEE, 0, NULL},
    {"assignee_commas", N_("current holders separated by commas"), PASS_FACTS, 'f', read_party,
     PARTY_ASSIGNEE, PARTY_COMMAS, NULL},
    {"assignee_standard", N_("current holders, standardised, when there are no others"),
     PASS_FALLBACK, 'f', read_party, PARTY_ASSIGNEE, 1, NULL},
    {"assignee_country", N_("countries of the current holders"), PASS_FALLBACK, 'f',
     read_party_country, PARTY_ASSIGNEE, 0, NO_PLACE},
    {"inventor", N_("inventors, designers"), PASS_FACTS, 'f', read_party, PARTY_INVENTOR, 0, NULL},
    {"inventor_commas", N_("inventors parted by commas (\"Jane Doe, John Smith\")"), PASS_FACTS,
     'f', read_party, PARTY_INVENTOR, PARTY_COMMAS, NULL},
    {"inventor_first", N_("first inventor, when there are no others"), PASS_FALLBACK, 'f',
     read_party, PARTY_INVENTOR, 1, NULL},
    {"inventor_country", N_("countries of the inventors"), PASS_FALLBACK, 'f', read_party_country,
     PARTY_INVENTOR, 0, NO_PLACE},
    {"inventor_address", N_("address of the first inventor"), PASS_FALLBACK, 'f',
     read_party_address, PARTY_INVENTOR, 0, NULL},
    {"agent", N_("agents"), PASS_FACTS, 'f', read_party, PARTY_AGENT, 0, NULL},
    {"agency", N_("patent agencies"), PASS_FACTS, 'f', read_party, PARTY_AGENT, 2, NULL},
    {"examiner", N_("examiners"), PASS_FACTS, 'f', read_party, PARTY_EXAMINER, 0, NULL},
    {"examiner_name", N_("one examiner, family name first (\"Doe; Jane\")"), PASS_FACTS, 'f',
     read_party, PARTY_EXAMINER, 3, NULL},
    {"ipc", N_("IPC symbols"), PASS_FACTS, 'f', read_class, CLASS_IPC, 0, NO_CLASS},
    {"ipc_main", N_("main IPC symbol"), PASS_FALLBACK, 'f', read_class_main, CLASS_IPC, 0,
     NO_CLASS},
    {"cpc", N_("CPC symbols"), PASS_FACTS, 'f', read_class, CLASS_CPC, 0, NO_CLASS},
    {"cpc_main", N_("main CPC symbol"), PASS_FALLBACK, 'f', read_class_main, CLASS_CPC, 0,
     NO_CLASS},
    {"locarno", N_("Locarno classes"), PASS_FACTS, 'f', read_class, CLASS_LOCARNO, 0, NO_CLASS},
    {"uspc", N_("US classes"), PASS_FACTS, 'f', read_class, CLASS_USPC, 0, NO_CLASS},
    {"fi", N_("FI classes"), PASS_FACTS, 'f', read_class, CLASS_FI, 0, NO_CLASS},
    {"fi_main", N_("main FI class"), PASS_FALLBACK, 'f', read_class_main, CLASS_FI, 0, NO_CLASS},
    {"ecla", N_("ECLA classes"), PASS_FACTS, 'f', read_class, CLASS_ECLA, 0, NO_CLASS},
    {"cites", N_("patents cited"), PASS_FACTS, 'f', read_citations, CITE_PATENT, 0, NULL},
    {"cites_us", N_("US patents cited, numbers alone"), PASS_FACTS, 'f', read_citations, CITE_US, 0,
     NULL},
    {"cites_npl", N_("other literature cited"), PASS_FACTS, 'f', read_citations, CITE_TEXT, 0,
     NULL},
    {"cites_mixed", N_("patents and other literature cited"), PASS_FACTS, 'f', read_citations,
     CITE_MIXED, 0, NULL},
    {"cited_by", N_("patents that cite it"), PASS_FACTS, 'f', read_citations, CITE_CITING, 0, NULL},
    {"times_cited", N_("number of patents that cite it"), PASS_FACTS, 'f', read_times_cited, 0, 0,
     NO_COUNT},
    {"family_simple", N_("id of the simple family"), PASS_FACTS, 'f', read_family, FAMILY_SIMPLE, 0,
     NULL},
    {"family_docdb", N_("id of the DOCDB family"), PASS_FACTS, 'f', read_family, FAMILY_DOCDB, 0,
     NULL},
    {"family_extended", N_("id of the extended family"), PASS_FALLBACK, 'f', read_family,
     FAMILY_EXTENDED, 0, NULL},
    {"family_members", N_("members of the simple family"), PASS_FACTS, 'f', read_family_members, 0,
     0, NO_NUMBER},
    {"status", N_("legal status"), PASS_NUMBERS, 'f', read_status, 0, 0, NULL},
    {"status_detail", N_("legal events or status in detail"), PASS_FACTS, 'f', read_status_detail,
     0, 0, NULL},
    {"type", N_("patent type"), PASS_FACTS, 'f', read_type, 0, 0, NULL},
    {"province", N_("province of the first applicant"), PASS_FACTS, 'f', read_region,
     REGION_PROVINCE, 0, NULL},
    {"province_original", N_("province of the original applicant"), PASS_FALLBACK, 'f', read_region,
     REGION_PROVINCE, 0, NULL},
    {"city", N_("city of the first applicant"), PASS_FACTS, 'f', read_region, REGION_CITY, 0, NULL},
    {"county", N_("county of the first applicant"), PASS_FACTS, 'f', read_region, REGION_COUNTY, 0,
     NULL},
    {"region_code", N_("province and its code (国省代码)"), PASS_FALLBACK, 'f', read_region,
     REGION_PROVINCE, 0, NULL},
    {"country_or_province", N_("province, or foreign country, of the first applicant"),
     PASS_FALLBACK, 'f', read_country_or_province, REGION_PROVINCE, 0, NULL},
    {"sei", N_("strategic emerging industries (战略性新兴产业)"), PASS_FACTS, 'f', read_sei, 0, 0,
     NULL},
    {"vendor", N_("kept as written under the column's name"), PASS_FACTS, ' ', NULL, 0, 0, NULL},
    {"ignore", N_("a number of the row, not of the patent: left out"), PASS_FACTS, ' ', NULL, 1, 0,
     NULL},
};
const size_t field_count = ARRAY_LEN(fields);

const struct field *field_by_name(struct str name)
{
    return FIND_BY(fields, field_count, name, name);
}

const struct field *field_vendor(void)
{
    return &fields[field_count - 2];
}

const struct field *field_with_commas(const struct field *d)
{
    for (size_t i = 0; d->read == read_party && d->arg2 == 0 && i < field_count; i++)
        if (fields[i].read == read_party && fields[i].arg == d->arg &&
            fields[i].arg2 == PARTY_COMMAS)
            return &fields[i];
    return d;
}

bool field_is_list(const struct field *d)
{
    return d->read == read_party || d->read == read_class || d->read == read_citations ||
           d->read == read_priority || d->read == read_family_members || d->read == read_sei;
}

enum field_fact field_fact(const struct field *d)
{
    if (d->role == 'n')
        return FACT_NUMBER;
    if (d->read == read_source_id)
        return FACT_ID;
    if (d->read == read_date || d->read == read_priority_date)
        return FACT_DATE;
    if (d->read == read_party && d->arg <= PARTY_INVENTOR)
        return FACT_NAME;
    return d->read == read_class || d->read == read_class_main ? FACT_CLASS : FACT_OTHER;
}

enum date_target field_date(const struct field *d)
{
    return d->read != read_date               ? DATE_PRIORITY
           : d->arg == DATE_FIRST_PUBLICATION ? DATE_PUBLICATION
                                              : (enum date_target)d->arg;
}

const char *field_doc(size_t i, const char **title)
{
    if (i >= field_count)
        return NULL;
    *title = fields[i].title;
    return fields[i].name;
}

void fill_vendor(struct fill *f, struct str name, struct str value)
{
    VEC_PUSH(f->a, &f->p->vendor, ((struct vendor_field){.name = name, .value = value}));
}

void fill_value(struct fill *f, const struct field *d, struct str value)
{
    if (!d->read) {
        if (d->arg != 1) /* 1: the column is left out */
            fill_vendor(f, f->column, value);
        return;
    }
    if (d->read(f, d, value))
        return;
    fill_vendor(f, f->column, value);
    if (d->misread)
        fill_warn(f, d->misread, f->column, value);
}

struct str patent_office(const struct patent *p)
{
    return p->publication.office.len ? p->publication.office : p->application.office;
}

/* The century of a year of two digits is the one in which a filing is nearer to its publication. */
static void check_short_years(struct fill *f)
{
    struct patent *p = f->p;
    for (enum date_target t = DATE_APPLICATION; t < DATE_TARGETS; t++) {
        const struct vendor_field *written = &f->short_year[t];
        struct date *day = patent_date(p, t);
        int ahead = day->year - p->publication_date.year;
        bool published = t == DATE_APPLICATION && p->publication_date.year;
        if (!written->value.len)
            continue;
        if (published && ahead > 50)
            day->year -= 100;
        bool late = published && date_cmp(*day, p->publication_date) > 0;
        if (!late && office_is_older(patent_office(p), *day))
            continue;
        *day = (struct date){0};
        fill_vendor(f, written->name, written->value);
        fill_warn(f,
                  late ? N_("a filing after the publication; it is kept as written")
                       : N_("a date before its office had any patent; it is kept as written"),
                  written->name, written->value);
    }
}

/* Patentscope lists a national phase under the number that its application has at the receiving office. */
static void check_application_office(struct fill *f)
{
    struct number *n = &f->p->application;
    if (f->p->publication.key.len || n->key.len == 0 || f->office.len == 0 ||
        str_eq(n->office, f->office) || str_is(n->office, "WO") || str_is(f->office, "WO"))
        return;
    f->column = STR("application_number");
    fill_vendor(f, f->column, n->written);
    fill_warn(f,
              N_("an application number of another office than the row's; it is kept as written"),
              f->column, n->written);
    *n = (struct number){0};
}

void fill_finish(struct fill *f)
{
    struct patent *p = f->p;

    check_application_office(f);
    if (p->publication.key.len)
        add_kind(f, &p->publication);
    check_short_years(f);
    if (f->province.len || f->city.len || f->county.len) {
        struct region region;
        region_of(&region, f->province, f->city, f->county);
        p->region = region.code;
    }
    if (p->publication.key.len == 0 && p->application.key.len == 0) {
        if (f->kind.len)
            fill_vendor(f, STR("kind"), f->kind);
        p->publication.office = f->office;
    }
}

/* References to patents as programs for literature exchange them: RIS, EndNote's tags (.enw) and XML, BibTeX and biblatex. EndNote
 * gives a patent's facts to the fields of books (SN and %@: the number, PB and %I: the holder, C1 and %1: the filing date), and RIS and its readers
 * follow it. References to other than patents are refused one by one. */
#include "base/msg.h"
#include "ingest/formats_priv.h"
#include "ingest/sniff.h"
#include "text/unicode.h"

enum fact {
    EXTRA,
    TYPE,
    OF_OFFICE, /* "patentus", "patreqde" of biblatex */
    KEY,
    TITLE,
    PERSON,
    HOLDER,
    NUMBER,
    APPLICATION,
    ABSTRACT,
    OFFICE,
    DAY, /* and by parts; of the publication, then of the filing */
    YEAR,
    MONTH,
    DAY_OF_MONTH,
    FILED,
    FILED_YEAR,
    FILED_MONTH,
    FILED_DAY_OF_MONTH,
    FACT_COUNT
};

/* The tags of each fact, between blanks. */
static const char *const tags[FACT_COUNT] = {
    [TYPE] = " TY %0 @ ref-type ",
    [OF_OFFICE] = " type ",
    [KEY] = " ID %F rec-number ",
    [TITLE] = " TI T1 %T title ",
    [PERSON] = " AU A1 %A author ",
    [HOLDER] = " PB %I publisher holder assignee ",
    [NUMBER] = " SN %@ number isbn ",
    [APPLICATION] = " M1 misc1 filing_num ",
    [ABSTRACT] = " AB N2 %X abstract ",
    [OFFICE] = " C3 CY A2 %C %E custom3 pub-location location nationality ",
    [DAY] = " DA %8 date ",
    [YEAR] = " PY Y1 %D year ",
    [MONTH] = " month ",
    [DAY_OF_MONTH] = " day ",
    [FILED] = " C1 %1 custom1 ",
    [FILED_YEAR] = " yearfiled ",
    [FILED_MONTH] = " monthfiled ",
    [FILED_DAY_OF_MONTH] = " dayfiled ",
};

struct reference {
    struct doc *f;
    struct str first[FACT_COUNT]; /* the first value of each fact */
    struct reference_list rest;   /* without a field, and further values */
};

static void take(struct reference *r, struct tagged pair)
{
    struct str tag = arena_printf(r->f->a, " %.*s ", STR_ARG(pair.tag)),
               value = str_trim(pair.value);
    size_t fact = FACT_COUNT - 1;
    while (fact > EXTRA && !(tags[fact] && str_contains(str_of(tags[fact]), tag)))
        fact--;
    if (value.len == 0)
        return;
    size_t comma = str_find(value, STR(", "), 0);
    if (fact == PERSON && (value.ptr[0] & 0x80) && comma < value.len &&
        str_is(unicode_script_lang(value), "zh")) /* "张, 三" */
        value = arena_join(r->f->a, (struct str){value.ptr, comma},
                           str_range(value.ptr + comma + 2, value.ptr + value.len));
    if (fact == PERSON)
        doc_party(r->f, reference_is_organisation(value) ? PARTY_APPLICANT : PARTY_INVENTOR, value,
                  STR_NONE, STR_NONE, STR_NONE);
    else if (fact != EXTRA && r->first[fact].len == 0)
        r->first[fact] = value;
    else
        VEC_PUSH(r->f->a, &r->rest, ((struct tagged){pair.tag, value}));
}

/* "2009/8/14/", "2009-08-14"; "Aug 14", "8", "{aug 14}" beside a year. *left becomes the text if it names no whole day. */
static void read_day(struct reference *r, struct date *out, enum fact day, struct str *left)
{
    struct arena *a = r->f->a;
    struct str whole = r->first[day], year = r->first[day + 1], month = r->first[day + 2],
               number = r->first[day + 3], word = month.len ? month : whole;
    struct str *const ends[] = {&whole, &year};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        while (ends[i]->len && ends[i]->ptr[ends[i]->len - 1] == '/')
            ends[i]->len--;
    size_t digits = 0, letters = 0;
    while (digits < word.len && !ascii_is_digit(word.ptr[digits]))
        digits++;
    while (letters < word.len && ascii_is_letter(word.ptr[letters]))
        letters++;
    if (number.len == 0 && letters)
        number = str_trim(str_range(word.ptr + digits, word.ptr + word.len));
    const struct str ways[] = {whole, year,
                               letters ? arena_printf(a, "%.*s %.*s %.*s", STR_ARG(number),
                                                      (int)letters, word.ptr, STR_ARG(year))
                                       : arena_printf(a, "%.*s-%.*s-%.*s", STR_ARG(year),
                                                      STR_ARG(month), STR_ARG(number))};
    for (size_t i = 0; i < ARRAY_LEN(ways) && !date_valid(*out); i++)
        if (!foreign_date_parse(out, ways[i]))
            *out = (struct date){0};
    if (!date_valid(*out)) {
        *out = (struct date){0};
        *left = whole.len ? whole : year;
    }
}

/* "US 7,654,321" or, where an office stands beside it, "7,654,321". */
static bool read_number(struct reference *r, struct str value)
{
    struct patent *p = r->f->p;
    struct str office = r->first[OFFICE];
    if (str_find(office, STR(","), 0) < office.len || str_find(office, STR(";"), 0) < office.len)
        office = STR_NONE; /* designated states */
    return value.len > 0 && value.len < 200 &&
           (reference_number(p, value, r->f->a) ||
            (office.len &&
             reference_number(p,
                              arena_printf(r->f->a, "%.*s, %.*s", STR_ARG(office), STR_ARG(value)),
                              r->f->a)));
}

static bool refuse(struct doc *f, struct str type)
{
    f->item->value = type;
    f->item->reason = arena_printf(
        f->a, msg("the reference is of type %.*s; only patents are read"), STR_ARG(type));
    return false;
}

/* True for the types of patents, and for general types (misc, GEN) that may hold one. */
static bool may_be_patent(struct str type)
{
    static const char *const types[] = {"PAT",     "patent", "Patent", "GEN",
                                        "Generic", "misc",   "Misc"};
    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (str_starts(type, str_of(types[i])))
            return true;
    return type.len == 0;
}

bool reference_read(struct doc *f, const struct reference_list *list)
{
    struct reference one = {.f = f}, *r = &one;
    struct patent *p = f->p;
    struct str left[2] = {{0}};
    for (size_t i = 0; i < list->len; i++)
        take(r, list->ptr[i]);
    struct str type = r->first[TYPE];
    if (!may_be_patent(type))
        return refuse(f, type);
    struct str office = r->first[OF_OFFICE];
    if (str_starts(office, STR("pat")) && office.len == strlen("patentus") &&
        !r->first[OFFICE].len) {
        office = (struct str){office.ptr + office.len - 2, 2};
        r->first[OFFICE] = str_is(office, "uk")   ? STR("GB")
                           : str_is(office, "eu") ? STR("EP")
                                                  : office;
    }
    bool found = read_number(r, r->first[NUMBER]);
    if (r->first[APPLICATION].len && p->application.key.len == 0 &&
        !doc_number(&p->application, f, STR_NONE, r->first[APPLICATION], STR_NONE,
                    NUMBER_APPLICATION))
        VEC_PUSH(f->a, &r->rest,
                 ((struct tagged){STR("application number"), r->first[APPLICATION]}));
    for (size_t i = 0; i < r->rest.len && !found; i++)
        found = read_number(r, r->rest.ptr[i].value);
    if (!found && p->application.key.len == 0) {
        f->item->reason = str_of(msg("the reference has no patent number"));
        return false;
    }
    doc_text(f, TEXT_TITLE, STR_NONE, r->first[TITLE], false);
    doc_text(f, TEXT_ABSTRACT, STR_NONE, r->first[ABSTRACT], false);
    if (!str_is(r->first[HOLDER], "Google Patents")) /* it calls itself the publisher */
        doc_party(f, PARTY_APPLICANT, r->first[HOLDER], STR_NONE, STR_NONE, STR_NONE);
    read_day(r, &p->publication_date, DAY, &left[0]);
    read_day(r, &p->application_date, FILED, &left[1]);
    doc_extra(f, "ID", r->first[KEY]);
    doc_extra(f, "date", left[0]);
    doc_extra(f, "filing date", left[1]);
    for (size_t i = 0; i < r->rest.len; i++)
        doc_extra_str(f, r->rest.ptr[i].tag, r->rest.ptr[i].value);
    return true;
}

static void add(struct reference_list *to, struct str tag, struct str value, struct arena *a)
{
    VEC_PUSH(a, to, ((struct tagged){tag, value}));
}

/* --- BibTeX --------------------------------------------------------------------- */

/* Offset behind the brace or quote that closes the one at `at`. */
static size_t group_end(struct str s, size_t at)
{
    size_t depth = 0;
    bool quoted = s.ptr[at] == '"';
    for (size_t i = at; i < s.len; i++) {
        if (s.ptr[i] == '\\') {
            i++;
            continue;
        }
        depth += s.ptr[i] == '{';
        depth -= s.ptr[i] == '}' && depth > 0;
        if (i > at && depth == 0 && s.ptr[i] == (quoted ? '"' : '}'))
            return i + 1;
    }
    return s.len;
}

/* Commands and their text; one that begins with \xCC combines with the letter before it, which LaTeX writes behind the command. */
static const char commands[] =
    " \"\1\xCC\x88 '\1\xCC\x81 `\1\xCC\x80 ^\1\xCC\x82 ~\1\xCC\x83 =\1\xCC\x84 .\1\xCC\x87 "
    "c\1\xCC\xA7 v\1\xCC\x8C u\1\xCC\x86 H\1\xCC\x8B k\1\xCC\xA8 r\1\xCC\x8A "
    "ss\1ß o\1ø O\1Ø l\1ł L\1Ł ae\1æ AE\1Æ aa\1å AA\1Å i\1ı textbraceleft\1{ "
    "textbraceright\1} textbackslash\1\\ textendash\1– textemdash\1— ";

/* One command of LaTeX at s.ptr[at] as text; the offset behind it. */
static size_t add_command(struct buf *out, struct str s, size_t at, struct arena *a)
{
    size_t from = at + 1, to = from;
    while (to < s.len && ascii_is_letter(s.ptr[to]))
        to++;
    to += to == from && to < s.len;
    struct str name = str_range(s.ptr + from, s.ptr + to), all = str_of(commands);
    struct str mark = arena_printf(a, " %.*s\1", STR_ARG(name));
    size_t found = str_find(all, mark, 0) + mark.len;
    if (found > all.len) { /* \& and the like; an unknown word is left out */
        buf_add(out, ascii_is_letter(name.ptr[0]) ? STR_NONE : name);
        return to;
    }
    while (to < s.len && strchr("{} ", s.ptr[to]))
        to++;
    if (commands[found] == '\xCC' && to < s.len) {
        to += s.ptr[to] == '\\' && to + 1 < s.len; /* \'{\i} */
        buf_add(out, (struct str){s.ptr + to++, 1});
    }
    buf_add(out, str_range(all.ptr + found, all.ptr + str_find(all, STR(" "), found)));
    return to;
}

/* Removes braces, reads LaTeX's commands, makes runs of blanks one blank, and composes letters. */
static struct str plain(struct str s, struct arena *a)
{
    struct buf b, composed;
    buf_init(&b, s.len * 3 + 16);
    buf_init(&composed, s.len * 3 + 16);
    for (size_t i = 0; i < s.len;) {
        char c = s.ptr[i];
        if (c == '\\' && i + 1 < s.len) {
            i = add_command(&b, s, i, a);
            continue;
        }
        bool blank = strchr(" \t\r\n~", c);
        if (!blank && c != '{' && c != '}')
            buf_add(&b, (struct str){s.ptr + i, 1});
        else if (blank && b.len && b.ptr[b.len - 1] != ' ')
            buf_add(&b, STR(" "));
        i++;
    }
    unicode_nfc(&composed, buf_str(&b));
    struct str out = arena_dup(a, str_trim(buf_str(&composed)));
    buf_clear(&b);
    buf_clear(&composed);
    return out;
}

/* "Doe, Jane and {Example and Sons}": at the words "and" outside of braces. */
static void add_people(struct reference_list *to, struct str people, struct arena *a)
{
    size_t from = 0, depth = 0;
    for (size_t i = 0; i <= people.len; i++) {
        bool end = i == people.len;
        depth += !end && people.ptr[i] == '{';
        depth -= !end && people.ptr[i] == '}' && depth > 0;
        if (!end &&
            (depth || !str_starts((struct str){people.ptr + i, people.len - i}, STR(" and "))))
            continue;
        add(to, STR("author"), plain(str_range(people.ptr + from, people.ptr + i), a), a);
        from = i + strlen(" and ");
    }
}

static void read_bibtex(struct reference_list *to, struct str s, struct arena *a)
{
    size_t open = str_find(s, STR("{"), 0), at = str_find(s, STR(","), open);
    add(to, STR("@"), str_range(s.ptr + 1, s.ptr + open), a);
    add(to, STR("ID"), str_range(s.ptr + open + 1, s.ptr + at), a);
    while (at < s.len) {
        size_t equals = str_find(s, STR("="), at);
        struct str name = arena_dup(a, str_trim(str_range(s.ptr + at + 1, s.ptr + equals)));
        for (size_t i = 0; i < name.len; i++)
            ((char *)name.ptr)[i] =
                (char)(ascii_is_letter(name.ptr[i]) ? name.ptr[i] | 0x20 : name.ptr[i]);
        size_t from = equals + 1;
        while (from < s.len && strchr(" \t\r\n", s.ptr[from]))
            from++;
        if (from >= s.len)
            return;
        bool group = s.ptr[from] == '{' || s.ptr[from] == '"';
        size_t end = group ? group_end(s, from) : from;
        while (end < s.len && s.ptr[end] != ',')
            end++;
        struct str value = arena_dup(a, str_trim(str_range(s.ptr + from, s.ptr + end)));
        for (size_t i = 0; i < value.len && !group; i++) /* jul # "~30" */
            if (strchr("#\"", value.ptr[i]))
                ((char *)value.ptr)[i] = ' ';
        if (!group && value.len && value.ptr[value.len - 1] == '}')
            value.len--;
        if (group && value.len > 1)
            value = (struct str){value.ptr + 1, value.len - 2};
        if (str_is(name, "author"))
            add_people(to, value, a);
        else
            add(to, name, plain(value, a), a);
        at = end;
    }
}

/* --- lines with tags ------------------------------------------------------------ */

/* "TY  - PAT", "%0 Patent": the tag's length; 0: the line has none. */
static size_t tag_of(struct str line, struct str *value)
{
    size_t dash = 2;
    while (dash < line.len && dash < 5 && line.ptr[dash] == ' ')
        dash++;
    bool ris = line.len > dash && dash > 2 && line.ptr[dash] == '-' && line.ptr[0] >= 'A' &&
               line.ptr[0] <= 'Z' &&
               ((line.ptr[1] >= 'A' && line.ptr[1] <= 'Z') || ascii_is_digit(line.ptr[1]));
    bool endnote = line.len > 2 && line.ptr[0] == '%' && line.ptr[2] == ' ';
    size_t skip = ris ? dash + 1 : endnote ? 2 : 0;
    *value = str_range(line.ptr + skip, line.ptr + line.len);
    return skip ? 2 : 0;
}

static void read_lines(struct reference_list *to, struct str s, struct arena *a)
{
    struct str tag = STR_NONE, value;
    struct buf all;
    buf_init(&all, s.len + 1);
    for (struct str rest = s; rest.ptr;) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        size_t len = tag_of(line, &value);
        if (len) {
            add(to, tag, arena_dup(a, buf_str(&all)), a);
            buf_reset(&all);
            tag = (struct str){line.ptr, len};
        } else if (line.len) {
            buf_add(&all, STR(" "));
        }
        buf_add(&all, value);
    }
    add(to, tag, arena_dup(a, buf_str(&all)), a);
    buf_clear(&all);
}

static bool read_record(struct doc *f, struct str text)
{
    struct reference_list list = {0};
    (text.ptr[0] == '@' ? read_bibtex : read_lines)(&list, text, f->a);
    return reference_read(f, &list);
}

/* --- the file ------------------------------------------------------------------- */

/* A record begins with the line "TY  -", "%0 " or "@word{". */
static bool begins_record(struct str s)
{
    size_t word = 1;
    while (word < s.len && ascii_is_letter(s.ptr[word]))
        word++;
    struct str value;
    return (s.len > 2 && tag_of((struct str){s.ptr, s.len < 6 ? s.len : 6}, &value) &&
            (str_starts(s, STR("TY")) || str_starts(s, STR("%0")))) ||
           (s.len > word && s.ptr[0] == '@' && word > 1 && s.ptr[word] == '{');
}

static size_t next_record(struct str all, size_t at)
{
    while (at < all.len && !begins_record((struct str){all.ptr + at, all.len - at})) {
        at = str_find(all, STR("\n"), at) + 1;
        while (at < all.len && strchr(" \t\r\n", all.ptr[at]))
            at++;
    }
    return at < all.len ? at : all.len;
}

static size_t first_record(struct str all)
{
    size_t at = 0;
    while (at < all.len && strchr(" \t\r\n", all.ptr[at]))
        at++;
    return next_record(all, at);
}

static struct str cut_record(struct str all, size_t *at)
{
    size_t from = *at, line = str_find(all, STR("\n"), from);
    *at = next_record(all, line < all.len ? line : all.len);
    return str_range(all.ptr + from, all.ptr + *at);
}

static const struct tagged_format tagged = {
    .source = "",
    .office = "",
    .none = N_("no reference in this file"),
    .any_encoding = true,
    .first = first_record,
    .cut = cut_record,
    .read = read_record,
};

static int sniff(struct bytes head)
{
    struct arena *a = arena_new();
    struct str text = sniff_skip_blank(sniff_text(head, a));
    size_t at = first_record(text);
    bool bibtex = at < text.len && text.ptr[at] == '@';
    int sure = at == text.len ? 0 : at == 0 ? 95 : bibtex ? 60 : 0;
    arena_free(a);
    return sure;
}

const struct format format_reference = {.name = "reference",
                                        .title = N_("references: RIS, EndNote (.enw), BibTeX"),
                                        .sniff = sniff,
                                        TAGGED_FORMAT(tagged)};

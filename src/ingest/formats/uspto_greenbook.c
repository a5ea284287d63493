/* USPTO grants of 1976–2001 in the Green Book's tagged text (APS): one patent
 * begins with the line PATN; logical groups (INVT, ASSG, UREF …) are tags
 * without a value, their fields follow. Source: "Patent Full-Text/APS" manual
 * of the USPTO. Numbers carry a check digit behind them (WKU 9 characters, APN
 * 7); countries are ST.3 with an X behind ("JPX"). */
#include "base/msg.h"
#include "ingest/tagged.h"
#include "ingest/us_common.h"

/* Fields of one group, collected until the next group begins. */
struct group {
    struct str name;
    const struct tagged *fields;
    size_t count;
};

static struct str field(const struct group *g, const char *tag)
{
    const struct tagged *f = FIND_BY(g->fields, g->count, tag, str_of(tag));
    return f ? str_trim(f->value) : STR_NONE;
}

static struct str country_of(struct str written)
{
    if (written.len == 3 && written.ptr[2] == 'X')
        written.len = 2;
    return written;
}

/* APT: 1 utility, 2 reissue, 4 design, 5 defensive publication, 6 plant, 7 SIR;
 * the kinds of ST.16 that the USPTO later gave the same documents. */
static const char *kind_of(struct str apt)
{
    static const char *const kinds[] = {"", "A", "E", "", "S", "I4", "P", "H"};
    return apt.len == 1 && apt.ptr[0] >= '1' && apt.ptr[0] <= '7' ? kinds[apt.ptr[0] - '0'] : "";
}

static struct str without_check_digit(struct str s, size_t len)
{
    if (s.len == len)
        s.len--;
    return s;
}

static void read_patn(struct doc *f, const struct group *g)
{
    static const char *const kept[] = {"ART", "NCL", "ECL", "NDR", "NFG",
                                       "DCD", "NPS", "TRM", "PBL", "SRC"};
    struct patent *p = f->p;
    struct str kind = str_of(kind_of(field(g, "APT")));
    struct str series = field(g, "SRC"), apn = without_check_digit(field(g, "APN"), 7);

    (void)doc_number(&p->publication, f, STR("US"), without_check_digit(field(g, "WKU"), 9), kind,
                     NUMBER_PUBLICATION);
    doc_date(f, &p->publication_date, field(g, "ISD"));
    p->grant_date = p->publication_date;
    if (apn.len > 0)
        (void)doc_number(&p->application, f, STR("US"),
                         series.len > 0 && series.len <= 2
                             ? arena_printf(f->a, "%.*s/%.*s", STR_ARG(series), STR_ARG(apn))
                             : apn,
                         STR_NONE, NUMBER_APPLICATION);
    doc_date(f, &p->application_date, field(g, "APD"));
    doc_text(f, TEXT_TITLE, STR("en"), field(g, "TTL"), false);
    doc_party(f, PARTY_EXAMINER, us_person(f, field(g, "EXP")), STR_NONE, STR_NONE, STR_NONE);
    doc_party(f, PARTY_EXAMINER, us_person(f, field(g, "EXA")), STR_NONE, STR_NONE, STR_NONE);
    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        doc_extra(f, kept[i], field(g, kept[i]));
    if (str_is(kind, "S"))
        p->type = TYPE_DESIGN;
    else if (str_is(kind, "P"))
        p->type = TYPE_PLANT;
    else if (str_is(kind, "A") || str_is(kind, "E"))
        p->type = TYPE_INVENTION;
    else if (kind.len > 0)
        p->type = TYPE_OTHER;
}

static void read_party(struct doc *f, const struct group *g, enum party_role role)
{
    struct str parts[] = {field(g, "STR"), field(g, "CTY"), field(g, "STA"), field(g, "ZIP")};
    struct str country = country_of(field(g, "CNT"));

    if (country.len == 0 && (parts[2].len > 0 || parts[1].len > 0))
        country = STR("US"); /* the manual: no CNT for the United States */
    doc_party(f, role, us_person(f, field(g, "NAM")), country, doc_join(f, parts, ARRAY_LEN(parts)),
              STR_NONE);
    if (role == PARTY_ASSIGNEE)
        doc_extra(f, "COD", field(g, "COD"));
}

static void read_agents(struct doc *f, const struct group *g)
{
    for (size_t i = 0; i < g->count; i++)
        if (str_starts(g->fields[i].tag, STR("FR")) || str_is(g->fields[i].tag, "AAT") ||
            str_is(g->fields[i].tag, "AGT") || str_is(g->fields[i].tag, "ATT"))
            doc_party(f, PARTY_AGENT, us_person(f, g->fields[i].value), STR_NONE, STR_NONE,
                      STR_NONE);
}

/* Design patents of 1997 on have their Locarno class in ICL. */
static void read_classes(struct doc *f, const struct group *g)
{
    for (size_t i = 0; i < g->count; i++) {
        struct str tag = g->fields[i].tag, value = g->fields[i].value;
        if (str_is(tag, "OCL") || str_is(tag, "XCL"))
            doc_uspc_packed(f, value);
        else if (str_is(tag, "ICL") && f->p->type == TYPE_DESIGN)
            us_locarno(f, value);
        else if (str_is(tag, "ICL"))
            us_ipc_packed(f, value);
        else if (str_is(tag, "EDF"))
            doc_extra(f, "ipc-edition", value);
        else
            doc_extra_str(f, arena_dup(f->a, tag), value);
    }
}

static void read_cited(struct doc *f, const struct group *g)
{
    struct str country = country_of(field(g, "CNT")), number = field(g, "PNO");
    struct str parts[] = {country, number, STR_NONE, field(g, "NAM"), field(g, "ISD")};

    if (country.len == 0)
        country = STR("US");
    doc_cited(f, &(struct cited){
                     .country = country, .number = number, .text = us_citation_text(f, parts)});
}

static void read_pct(struct doc *f, const struct group *g)
{
    struct str published = field(g, "PCP");

    if (published.len > 0)
        doc_family_member(f, STR("WO"), published, STR_NONE);
    for (size_t i = 0; i < g->count; i++)
        doc_extra_str(f, arena_dup(f->a, g->fields[i].tag), g->fields[i].value);
}

/* Paragraphs of a text group: PAR PAC PAL PA0–PA9 TBL EQU …, one a line. FNT is a
 * footnote; STM "what is claimed". */
static struct str paragraphs(struct doc *f, const struct group *g)
{
    size_t bytes = 0, len = 0;

    for (size_t i = 0; i < g->count; i++)
        bytes += g->fields[i].value.len + 1;
    char *to = arena_alloc(f->a, bytes + 1);
    for (size_t i = 0; i < g->count; i++) {
        struct str value = str_trim(g->fields[i].value);
        if (value.len == 0)
            continue;
        memcpy(to + len, value.ptr, value.len);
        len += value.len;
        to[len++] = '\n';
    }
    return (struct str){to, len};
}

/* NUM begins a claim; the number stands again in its text as "1. ". */
static void read_claims(struct doc *f, const struct group *g)
{
    struct claims c;
    size_t from = 0;
    struct str number = STR_NONE;

    claims_begin(&c);
    for (size_t i = 0; i <= g->count; i++) {
        bool begins = i == g->count || str_is(g->fields[i].tag, "NUM");
        if (!begins && !str_is(g->fields[i].tag, "STM"))
            continue;
        struct group one = {g->name, g->fields + from, i - from};
        if (i > from)
            claims_add(&c, f, number, paragraphs(f, &one));
        number = i < g->count && begins ? str_trim(g->fields[i].value) : STR_NONE;
        if (number.len > 0 && number.ptr[number.len - 1] == '.')
            number.len--;
        from = i + 1;
    }
    claims_end(&c, f, STR("en"), false);
}

static void read_group(struct doc *f, const struct group *g)
{
    static const char *const prose[] = {"PARN", "BSUM", "DRWD", "DETD", "GOVT", "DESC"};

    if (str_is(g->name, "PATN"))
        read_patn(f, g);
    else if (str_is(g->name, "INVT"))
        read_party(f, g, PARTY_INVENTOR);
    else if (str_is(g->name, "ASSG"))
        read_party(f, g, PARTY_ASSIGNEE);
    else if (str_is(g->name, "LREP"))
        read_agents(f, g);
    else if (str_is(g->name, "CLAS"))
        read_classes(f, g);
    else if (str_is(g->name, "UREF") || str_is(g->name, "FREF"))
        read_cited(f, g);
    else if (str_is(g->name, "OREF"))
        for (size_t i = 0; i < g->count; i++)
            doc_npl(f, str_trim(g->fields[i].value), STR_NONE, STR_NONE);
    else if (str_is(g->name, "PRIR"))
        doc_priority(f, country_of(field(g, "CNT")), field(g, "APN"), field(g, "APD"));
    else if (str_is(g->name, "PCTA"))
        read_pct(f, g);
    else if (str_is(g->name, "ABST"))
        doc_text(f, TEXT_ABSTRACT, STR("en"), paragraphs(f, g), false);
    else if (str_is(g->name, "CLMS") || str_is(g->name, "DCLM"))
        read_claims(f, g);
    else {
        for (size_t i = 0; i < ARRAY_LEN(prose); i++)
            if (str_is(g->name, prose[i])) {
                doc_text(f, TEXT_DESCRIPTION, STR("en"), paragraphs(f, g), false);
                return;
            }
        for (size_t i = 0; i < g->count; i++) /* RLAP, REIS … */
            doc_extra_str(
                f, arena_printf(f->a, "%.*s/%.*s", STR_ARG(g->name), STR_ARG(g->fields[i].tag)),
                g->fields[i].value);
    }
}

/* Groups are the tags that the manual lists as such; a four-letter tag is one. */
static bool read_record(struct doc *f, struct str text)
{
    struct tagged_list list = tagged_read(text, 4, ' ', f->a);
    size_t i = 0;

    while (i < list.len) {
        size_t from = i + 1, end = from;
        while (end < list.len && list.ptr[end].tag.len < 4)
            end++;
        struct group g = {list.ptr[i].tag, list.ptr + from, end - from};
        read_group(f, &g);
        i = end;
    }
    doc_us_applicants(f);
    if (f->p->publication.key.len == 0)
        f->item->reason = str_of(msg("the patent has no number (WKU)"));
    return f->p->publication.key.len > 0;
}

/* --- the file ------------------------------------------------------------------- */

static bool line_is_patn(struct str s, size_t at)
{
    struct str rest = {s.ptr + at, s.len - at};
    return str_starts(rest, STR("PATN")) &&
           (rest.len == 4 || rest.ptr[4] == '\n' || rest.ptr[4] == '\r' || rest.ptr[4] == ' ');
}

/* Offset of the next line PATN at or after `at`, which is a start of line. */
static size_t next_patn(struct str s, size_t at)
{
    while (at < s.len && !line_is_patn(s, at)) {
        at = str_find(s, STR("\nPATN"), at);
        if (at < s.len)
            at++;
    }
    return at;
}

static size_t first_patent(struct str all)
{
    return next_patn(all, 0);
}

static struct str cut_patent(struct str all, size_t *at)
{
    size_t end = next_patn(all, *at + 1 < all.len ? *at + 4 : all.len);
    struct str text = {all.ptr + *at, end - *at};

    *at = end;
    return text;
}

static const struct tagged_format tagged = {
    .source = "uspto",
    .office = "US",
    .none = N_("no line PATN in this file, with which a Green Book patent begins; name "
               "its format with --format"),
    .first = first_patent,
    .cut = cut_patent,
    .read = read_record,
};

static int sniff(struct bytes head)
{
    struct str s = bytes_str(head);
    size_t at = next_patn(s, 0);
    struct str rest = {s.ptr + at, s.len - at};

    /* a weekly file may begin with a line of its own (HHHHHT …) */
    return at < s.len && at < 4096 && str_find(rest, STR("\nWKU "), 0) < 200 ? 95 : 0;
}

const struct format format_uspto_greenbook = {.name = "uspto-greenbook",
                                              .title =
                                                  N_("USPTO grants of 1976–2001 (Green Book text)"),
                                              .sniff = sniff,
                                              TAGGED_FORMAT(tagged)};

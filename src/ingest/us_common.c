/* Writings that only the USPTO uses, met again in its formats of fifty years: padded
 * classes, grouped citations, HTML inside records. What other offices write too is
 * in doc.c. */
#include "ingest/us_common.h"
#include "base/utf8.h"
#include "text/xml_entities.h"

struct str us_citation_text(struct doc *f, const struct str parts[5])
{
    struct str s = STR_NONE;

    for (size_t i = 0; i < 5; i++) {
        struct str part = str_trim(parts[i]);
        if (part.len > 0)
            s = s.len ? arena_printf(f->a, "%.*s %.*s", STR_ARG(s), STR_ARG(part)) : part;
    }
    return s;
}

size_t us_claim_number(struct str line)
{
    size_t digits = 0;

    while (digits < line.len && line.ptr[digits] >= '0' && line.ptr[digits] <= '9')
        digits++;
    size_t at = digits;
    while (at < line.len && line.ptr[at] == ' ')
        at++;
    return digits > 0 && digits < 5 && at < line.len && line.ptr[at] == '.' ? digits : 0;
}

void us_ipc_packed(struct doc *f, struct str written)
{
    while (written.len > 0 && (unsigned char)written.ptr[0] <= ' ')
        written = (struct str){written.ptr + 1, written.len - 1};
    while (written.len > 0 && (unsigned char)written.ptr[written.len - 1] <= ' ')
        written.len--;
    if (written.len < 5) {
        doc_class(f, CLASS_IPC, written);
        return;
    }
    struct str rest = {written.ptr + 4, written.len - 4};
    size_t slash = str_find(rest, STR("/"), 0);
    struct class_parts parts = {.section = {written.ptr, 1},
                                .klass = {written.ptr + 1, 2},
                                .subclass = {written.ptr + 3, 1}};
    if (slash < rest.len) {
        parts.group = doc_unpadded((struct str){rest.ptr, slash});
        parts.subgroup = (struct str){rest.ptr + slash + 1, rest.len - slash - 1};
    } else if (rest.len >= 4) {
        parts.group = doc_unpadded((struct str){rest.ptr, 3});
        parts.subgroup = (struct str){rest.ptr + 3, rest.len - 3};
    } else {
        parts.group = doc_unpadded(rest);
    }
    doc_class_parts(f, CLASS_IPC, &parts);
}

void us_locarno(struct doc *f, struct str written)
{
    uint64_t n;

    written = str_trim(written);
    if (written.len == 4 && str_to_u64(&n, written))
        written = arena_printf(f->a, "%.2s-%.2s", written.ptr, written.ptr + 2);
    doc_class(f, CLASS_LOCARNO, written);
}

/* --- groups of the search system ---------------------------------------------- */

static struct str word(struct str *rest)
{
    struct str w = STR_NONE;

    while (rest->ptr && w.len == 0)
        w = str_trim(str_split(rest, STR(" ")));
    return w;
}

static bool is_number(struct str s, size_t len)
{
    uint64_t n;
    return s.len == len && str_to_u64(&n, s);
}

/* Cuts "… cited by examiner" off the text; gives "examiner". */
static struct str cut_origin(struct str *text)
{
    size_t at = str_find(*text, STR("cited by "), 0);

    if (at == text->len)
        return STR_NONE;
    struct str rest = str_trim((struct str){text->ptr + at + 9, text->len - at - 9});
    *text = str_trim((struct str){text->ptr, at});
    return str_split(&rest, STR(" ")); /* classes may follow */
}

void us_cited_group(struct doc *f, struct str group)
{
    struct str text = str_trim(group), origin = cut_origin(&text), rest = text;
    struct cited c = {.text = text, .origin = origin};

    c.country = word(&rest);
    if (c.country.len == 2 && c.country.ptr[0] >= 'A') {
        c.number = word(&rest);
    } else { /* old documents: "4006340 19770200 Gorinas" */
        c.number = c.country;
        c.country = STR("US");
    }
    struct str third = word(&rest);
    if (third.len > 0 && third.len <= 2 && third.ptr[0] >= 'A' && third.ptr[0] <= 'Z')
        c.kind = third;
    doc_cited(f, &c);
}

void us_npl(struct doc *f, struct str text)
{
    struct str origin = cut_origin(&text);
    doc_npl(f, text, STR_NONE, origin);
}

void us_class_group(struct doc *f, enum class_scheme scheme, struct str group)
{
    struct class_parts parts = {0};
    struct str symbol = STR_NONE, rest = str_trim(group);

    while (rest.ptr) {
        struct str w = word(&rest);
        size_t slash = str_find(w, STR("/"), 0);
        if (is_number(w, 8) && parts.version.len == 0)
            parts.version = w;
        else if (symbol.len == 0 && slash < w.len && slash > 4)
            symbol = w;
        else if (symbol.len > 0 && parts.position.len == 0 && (str_is(w, "F") || str_is(w, "L")))
            parts.position = w;
        else if (parts.position.len > 0 && parts.value.len == 0 &&
                 (str_is(w, "I") || str_is(w, "A") || str_is(w, "N")))
            parts.value = w;
    }
    size_t slash = str_find(symbol, STR("/"), 0);
    if (symbol.len == 0) {
        doc_class(f, scheme, group);
        return;
    }
    parts.section = (struct str){symbol.ptr, 1};
    parts.klass = (struct str){symbol.ptr + 1, 2};
    parts.subclass = (struct str){symbol.ptr + 3, 1};
    parts.group = doc_unpadded((struct str){symbol.ptr + 4, slash - 4});
    parts.subgroup = (struct str){symbol.ptr + slash + 1, symbol.len - slash - 1};
    doc_class_parts(f, scheme, &parts);
}

void us_uspc(struct doc *f, struct str written)
{
    struct str rest = written, klass = str_split(&rest, STR("/"));

    doc_uspc(f, klass, rest);
}

struct str us_person(struct doc *f, struct str written)
{
    struct str rest = written, last = str_trim(str_split(&rest, STR(";")));

    if (!rest.ptr || str_contains(rest, STR(";")))
        return written;
    return doc_person(f, last, rest);
}

void us_party(struct doc *f, enum party_role role, const struct us_party *p)
{
    struct str parts[] = {p->city, p->state, p->zip};
    struct str country = p->country;

    /* the search system leaves the country out where a state is given */
    if ((country.len == 0 || str_is(country, "N/A")) && p->state.len == 2)
        country = STR("US");
    doc_party(f, role, us_person(f, p->name), country, doc_join(f, parts, ARRAY_LEN(parts)),
              STR_NONE);
}

bool us_moves_ownership(struct str conveyance)
{
    static const char *const moves[] = {"ASSIGNMENT", "CHANGE OF NAME", "MERGER", "NUNC PRO TUNC"};
    static const char *const not_these[] = {"SECURITY", "RELEASE", "LICENSE", "LIEN", "COLLATERAL"};

    for (size_t i = 0; i < ARRAY_LEN(not_these); i++)
        if (str_contains(conveyance, str_of(not_these[i])))
            return false;
    for (size_t i = 0; i < ARRAY_LEN(moves); i++)
        if (str_contains(conveyance, str_of(moves[i])))
            return true;
    return false;
}

/* --- HTML ------------------------------------------------------------------- */

struct html_out {
    char *ptr;
    size_t len;
    char gap; /* owed: 0, ' ' or '\n' */
};

static void put(struct html_out *o, struct str s)
{
    if (s.len == 0)
        return;
    if (o->gap && o->len > 0)
        o->ptr[o->len++] = o->gap;
    o->gap = 0;
    memcpy(o->ptr + o->len, s.ptr, s.len);
    o->len += s.len;
}

static void owe(struct html_out *o, char gap)
{
    if (o->gap != '\n')
        o->gap = gap;
}

static bool ends_line(struct str tag)
{
    static const char *const blocks[] = {"br", "p",  "div", "li", "tr",    "h1", "h2", "h3",
                                         "h4", "h5", "ul",  "ol", "table", "dd", "dt"};
    for (size_t i = 0; i < ARRAY_LEN(blocks); i++)
        if (str_eq_nocase(tag, str_of(blocks[i])))
            return true;
    return false;
}

/* The tag at s[at] ('<'); returns the offset behind it, or `at` when it is none. */
static size_t tag(struct html_out *o, struct str s, size_t at)
{
    size_t from = at + 1, end;

    if (from < s.len && s.ptr[from] == '/')
        from++;
    for (end = from;
         end < s.len && ((s.ptr[end] | 0x20) >= 'a' ? (s.ptr[end] | 0x20) <= 'z'
                                                    : s.ptr[end] >= '0' && s.ptr[end] <= '9');)
        end++;
    if (end == from || s.ptr[from] < 'A')
        return at;
    size_t close = str_find(s, STR(">"), end);
    if (close == s.len)
        return at;
    struct str name = str_range(s.ptr + from, s.ptr + end);
    if (ends_line(name))
        owe(o, '\n');
    else if (str_eq_nocase(name, STR("td")) || str_eq_nocase(name, STR("th")))
        owe(o, ' ');
    return close + 1;
}

/* The '&' at s[at]; a reference is never shorter than what it stands for. */
static size_t reference(struct html_out *o, struct str s, size_t at)
{
    static const struct xml_entity five[] = {{"amp", "&"}, {"apos", "'"},  {"gt", ">"},
                                             {"lt", "<"},  {"quot", "\""}, {"nbsp", " "}};
    size_t semicolon = at + 1;
    char bytes[4];

    while (semicolon < s.len && semicolon - at < 34 && s.ptr[semicolon] != ';')
        semicolon++;
    if (semicolon < s.len && s.ptr[semicolon] == ';') {
        struct str name = str_range(s.ptr + at + 1, s.ptr + semicolon);
        for (size_t i = 0; i < ARRAY_LEN(five); i++)
            if (str_is(name, five[i].name)) {
                put(o, str_of(five[i].text));
                return semicolon + 1;
            }
        uint64_t code = 0;
        if (name.len > 1 && name.ptr[0] == '#' &&
            str_to_u64(&code, (struct str){name.ptr + 1, name.len - 1}) && code >= 32 &&
            code <= 0x10FFFF) {
            put(o, (struct str){bytes, utf8_put(bytes, (uint32_t)code)});
            return semicolon + 1;
        }
        if (name.len > 2 && name.ptr[0] == '#' && (name.ptr[1] | 0x20) == 'x' && name.len < 9) {
            for (size_t i = 2; i < name.len; i++) {
                char c = (char)(name.ptr[i] | 0x20);
                code = code * 16 + (uint64_t)(c >= 'a' && c <= 'f' ? c - 'a' + 10 : (c - '0') & 15);
            }
            put(o, (struct str){bytes, utf8_put(bytes, (uint32_t)code)});
            return semicolon + 1;
        }
        struct str text = xml_entity_text(name);
        if (text.len > 0 && text.len <= name.len + 2) {
            put(o, text);
            return semicolon + 1;
        }
    }
    put(o, STR("&"));
    return at + 1;
}

struct str us_html_text(struct str html, struct arena *a)
{
    struct html_out o = {.ptr = arena_alloc(a, html.len * 2 + 1)};
    size_t at = 0;

    while (at < html.len) {
        char c = html.ptr[at];
        if (c == '<') {
            size_t behind = tag(&o, html, at);
            if (behind > at) {
                at = behind;
                continue;
            }
        }
        if (c == '&') {
            at = reference(&o, html, at);
        } else if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            owe(&o, ' ');
            at++;
        } else {
            put(&o, (struct str){html.ptr + at, 1});
            at++;
        }
    }
    return (struct str){o.ptr, o.len};
}

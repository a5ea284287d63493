#include "ingest/us_common.h"
#include "base/utf8.h"
#include "text/xml_entities.h"

int us_sniff_xml(struct bytes head, const char *const *roots, int score)
{
    struct xml_head h;

    if (!xml_head(&h, head))
        return 0;
    for (size_t i = 0; roots[i]; i++)
        if (str_eq(str_of(h.root), str_of(roots[i])) || str_eq(str_of(h.doctype), str_of(roots[i])))
            return score;
    return 0;
}

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

static struct str without_zeros(struct str s)
{
    s = str_trim(s);
    while (s.len > 1 && s.ptr[0] == '0')
        s = (struct str){s.ptr + 1, s.len - 1};
    return s;
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
        parts.group = without_zeros((struct str){rest.ptr, slash});
        parts.subgroup = (struct str){rest.ptr + slash + 1, rest.len - slash - 1};
    } else if (rest.len >= 4) {
        parts.group = without_zeros((struct str){rest.ptr, 3});
        parts.subgroup = (struct str){rest.ptr + 3, rest.len - 3};
    } else {
        parts.group = without_zeros(rest);
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

/* Tokens first by hand, tree by a stack of open elements. */
#include "text/sgml.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "text/xml_entities.h"
#include "text/xml_priv.h"

struct sgml {
    struct str s;
    size_t at;
    int64_t line;
    size_t line_at;
    struct arena *a;
    struct map *closed; /* names that have an end tag */
    struct sgml_counts *counts;
    struct xml_node *root, *here;
    int depth;
    struct buf text;
};

static bool is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_name_char(char c)
{
    return is_name_start(c) || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct str take_name(struct sgml *g)
{
    size_t from = g->at;

    while (g->at < g->s.len && is_name_char(g->s.ptr[g->at]))
        g->at++;
    return (struct str){g->s.ptr + from, g->at - from};
}

static struct str upper(struct str name, struct arena *a)
{
    char *to = arena_alloc(a, name.len + 1);

    for (size_t i = 0; i < name.len; i++)
        to[i] = (char)(name.ptr[i] >= 'a' && name.ptr[i] <= 'z' ? name.ptr[i] - 32 : name.ptr[i]);
    return (struct str){to, name.len};
}

static int64_t line_here(struct sgml *g)
{
    for (; g->line_at < g->at; g->line_at++)
        g->line += g->s.ptr[g->line_at] == '\n';
    return g->line;
}

/* All names with an end tag in the document. */
static struct map *names_closed(struct str s, struct arena *a)
{
    struct map *m = map_new(0);
    size_t at = 0;

    while ((at = str_find(s, STR("</"), at)) < s.len) {
        size_t from = at += 2;
        bool added;
        while (at < s.len && is_name_char(s.ptr[at]))
            at++;
        if (at > from && at - from < 64)
            (void)map_put(m, upper(str_range(s.ptr + from, s.ptr + at), a), &added);
    }
    return m;
}

/* --- references ------------------------------------------------------------- */

static bool put_number(struct buf *out, struct str digits)
{
    uint64_t code = 0;
    char bytes[4];
    bool hex = digits.len > 1 && (digits.ptr[0] | 0x20) == 'x';

    for (size_t i = hex; i < digits.len; i++) {
        char c = (char)(digits.ptr[i] | 0x20);
        unsigned d = c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'a' + 10);
        if (d >= (hex ? 16u : 10u) || code > 0x10FFFF)
            return false;
        code = code * (hex ? 16 : 10) + d;
    }
    if (digits.len <= (size_t)hex)
        return false;
    buf_add(out, (struct str){bytes, utf8_put(bytes, (uint32_t)code)});
    return true;
}

/* The five of XML stand in SGML's sets too. */
static struct str named(struct str name)
{
    static const struct xml_entity five[] = {
        {"amp", "&"}, {"apos", "'"}, {"gt", ">"}, {"lt", "<"}, {"quot", "\""}};
    const struct xml_entity *own = FIND_BY(five, ARRAY_LEN(five), name, name);
    return own ? str_of(own->text) : xml_entity_text(name);
}

/* The '&' at s[at]; returns the offset behind the reference. */
static size_t put_reference(struct sgml *g, struct str s, size_t at, struct buf *out)
{
    size_t from = at + 1, end;
    bool number = from < s.len && s.ptr[from] == '#';

    for (end = from + number; end < s.len && end - from < 40 && is_name_char(s.ptr[end]);)
        end++;
    size_t behind = end < s.len && s.ptr[end] == ';' ? end + 1 : end;
    struct str name = str_range(s.ptr + from + number, s.ptr + end);
    if (number) {
        if (put_number(out, name))
            return behind;
    } else if (name.len > 0) {
        struct str text = named(name);
        if (text.len > 0) {
            buf_add(out, text);
            return behind;
        }
        if (behind > end) { /* with its ';' it was meant as one */
            g->counts->unknown_entities++;
            buf_add(out, name);
            return behind;
        }
    }
    buf_addc(out, '&');
    return at + 1;
}

static void put_text(struct sgml *g, struct str s, struct buf *out)
{
    size_t at = 0;

    while (at < s.len) {
        const char *amp = memchr(s.ptr + at, '&', s.len - at);
        size_t stop = amp ? (size_t)(amp - s.ptr) : s.len;
        struct str run = {s.ptr + at, stop - at};
        size_t good = utf8_check(run);
        if (good < run.len) { /* a Latin-1 byte: the files were 7-bit, so it is damage */
            run.len = good;
            buf_add(out, run);
            buf_addz(out, "\xEF\xBF\xBD");
            at += good + 1;
            continue;
        }
        buf_add(out, run);
        at = amp ? put_reference(g, s, stop, out) : s.len;
    }
}

/* --- tags ------------------------------------------------------------------- */

static struct str attr_value(struct sgml *g)
{
    char quote = g->at < g->s.len ? g->s.ptr[g->at] : 0;
    size_t from;

    if (quote == '"' || quote == '\'') {
        from = ++g->at;
        while (g->at < g->s.len && g->s.ptr[g->at] != quote)
            g->at++;
        struct str v = {g->s.ptr + from, g->at - from};
        if (g->at < g->s.len)
            g->at++;
        return v;
    }
    from = g->at;
    while (g->at < g->s.len && !is_space(g->s.ptr[g->at]) && g->s.ptr[g->at] != '>')
        g->at++;
    return (struct str){g->s.ptr + from, g->at - from};
}

static void skip_space(struct sgml *g)
{
    while (g->at < g->s.len && is_space(g->s.ptr[g->at]))
        g->at++;
}

/* Attributes up to the '>'; true when the tag ends in "/>". */
static bool take_attrs(struct sgml *g, struct xml_node *n)
{
    VEC(struct xml_attr) list = {0};
    bool empty = false;
    struct buf value;

    buf_init(&value, FIELD_BYTES_MAX);
    for (skip_space(g); g->at < g->s.len && g->s.ptr[g->at] != '>'; skip_space(g)) {
        empty = g->s.ptr[g->at] == '/';
        struct str name = take_name(g);
        if (name.len == 0) {
            g->at++;
            continue;
        }
        skip_space(g);
        if (g->at >= g->s.len || g->s.ptr[g->at] != '=')
            continue; /* a minimised attribute has no use here */
        g->at++;
        skip_space(g);
        buf_reset(&value);
        put_text(g, attr_value(g), &value);
        VEC_PUSH(g->a, &list,
                 (struct xml_attr){upper(name, g->a), arena_dup(g->a, buf_str(&value))});
    }
    if (g->at < g->s.len)
        g->at++;
    buf_clear(&value);
    n->attrs = list.ptr;
    n->attr_count = list.len;
    return empty;
}

static void flush(struct sgml *g)
{
    struct str s = buf_str(&g->text);

    if (s.len > 0 && g->here) {
        struct xml_node *n = arena_alloc(g->a, sizeof(*n));
        n->text = str_trim(s).len == 0 ? STR(" ") : arena_dup(g->a, s);
        xml_append(g->here, n);
    }
    buf_reset(&g->text);
}

/* A start tag; g->at behind the '<'. False: too deep. */
static bool start_tag(struct sgml *g)
{
    struct xml_node *n = arena_alloc(g->a, sizeof(*n));

    n->line = line_here(g);
    n->name = upper(take_name(g), g->a);
    n->flow = xml_flow_of(n->name);
    bool empty = take_attrs(g, n) || !map_get(g->closed, n->name);
    flush(g);
    if (g->here)
        xml_append(g->here, n);
    else
        g->root = n;
    if (empty && g->here)
        return true;
    g->here = n;
    return ++g->depth <= XML_DEPTH_MAX;
}

static void end_tag(struct sgml *g)
{
    struct str name = upper(take_name(g), g->a);
    struct xml_node *n = g->here;
    size_t inner = 0;

    while (g->at < g->s.len && g->s.ptr[g->at] != '>')
        g->at++;
    if (g->at < g->s.len)
        g->at++;
    for (; n && !str_eq(n->name, name); n = n->parent)
        inner++;
    if (!n) {
        g->counts->stray_end_tags++;
        return;
    }
    flush(g);
    g->counts->unclosed += inner;
    g->depth -= (int)inner + 1;
    g->here = n->parent;
}

/* "<!…" and "<?…": comments, declarations with a subset, instructions. */
static void skip_declaration(struct sgml *g)
{
    struct str s = g->s;
    struct str rest = {s.ptr + g->at, s.len - g->at};
    bool subset = false;

    if (str_starts(rest, STR("<!--"))) {
        g->at = str_find(s, STR("-->"), g->at + 4);
        g->at = g->at < s.len ? g->at + 3 : s.len;
        return;
    }
    for (; g->at < s.len; g->at++) {
        char c = s.ptr[g->at];
        if (c == '[')
            subset = true;
        else if (c == ']')
            subset = false;
        else if (c == '>' && !subset)
            break;
    }
    if (g->at < s.len)
        g->at++;
}

static err_t step(struct sgml *g, struct err *e)
{
    struct str s = g->s;
    const char *lt = memchr(s.ptr + g->at, '<', s.len - g->at);
    size_t stop = lt ? (size_t)(lt - s.ptr) : s.len;

    if (g->here)
        put_text(g, (struct str){s.ptr + g->at, stop - g->at}, &g->text);
    g->at = stop;
    if (!lt)
        return OK;
    char next = stop + 1 < s.len ? s.ptr[stop + 1] : 0;
    if (next == '!' || next == '?') {
        skip_declaration(g);
    } else if (next == '/') {
        g->at += 2;
        end_tag(g);
    } else if (is_name_start(next)) {
        g->at++;
        if (!start_tag(g))
            return err_set(e, E_LIMIT,
                           "line %lld: elements are nested deeper than %d; this "
                           "document is left out",
                           (long long)line_here(g), XML_DEPTH_MAX);
    } else {
        if (g->here)
            buf_addc(&g->text, '<'); /* a bare "less than" */
        g->at++;
    }
    if (!buf_ok(&g->text) || arena_used(g->a) > RECORD_BYTES_MAX * 2)
        return err_set(e, E_LIMIT, "line %lld: one record is larger than %zu MB; it is left out",
                       (long long)line_here(g), RECORD_BYTES_MAX >> 20);
    return OK;
}

err_t sgml_parse(struct xml_node **out, struct sgml_counts *counts, struct str text,
                 int64_t first_line, struct arena *a, struct err *e)
{
    struct sgml g = {.s = text, .line = first_line, .a = a, .counts = counts};
    err_t rc = OK;

    *out = NULL;
    *counts = (struct sgml_counts){0};
    g.closed = names_closed(text, a);
    buf_init(&g.text, FIELD_BYTES_MAX);
    while (rc == OK && g.at < text.len && (!g.root || g.here))
        rc = step(&g, e);
    if (rc == OK && !g.root)
        rc = err_set(e, E_INVALID, "line %lld: no SGML element begins here", (long long)first_line);
    if (rc == OK && g.here)
        rc = err_set(e, E_INVALID, "line %lld: the document ends inside <%.*s>; it was cut off",
                     (long long)line_here(&g), STR_ARG(g.here->name));
    if (rc == OK)
        *out = g.root;
    map_free(g.closed);
    buf_clear(&g.text);
    return rc;
}

size_t sgml_next_root(struct str s, size_t at, struct str name)
{
    for (; at < s.len; at++) {
        const char *lt = memchr(s.ptr + at, '<', s.len - at);
        if (!lt)
            return s.len;
        at = (size_t)(lt - s.ptr);
        if (s.len - at > name.len + 1 && /* in any case, and a whole name */
            str_eq_nocase((struct str){lt + 1, name.len}, name) && !is_name_char(lt[name.len + 1]))
            return at;
    }
    return s.len;
}

size_t sgml_next_document(struct str s, size_t at, struct str name)
{
    size_t start = sgml_next_root(s, at, name);
    size_t doctype = sgml_next_root(s, at, STR("!DOCTYPE"));

    return doctype < start ? doctype : start;
}

/* Walking the trees of xml.c, their plain text, and the look at a file's head. */
#include "text/xml_priv.h"

/* Without strlen: names are looked for far more often than found. */
bool xml_is(const struct xml_node *n, const char *name)
{
    return n && n->name.len > 0 && n->name.ptr[0] == name[0] &&
           strncmp(n->name.ptr, name, n->name.len) == 0 && name[n->name.len] == '\0';
}

static const struct xml_node *this_or_after(const struct xml_node *n, const char *name)
{
    while (n && !xml_is(n, name))
        n = n->next;
    return n;
}

const struct xml_node *xml_child(const struct xml_node *n, const char *name)
{
    return n ? this_or_after(n->first, name) : NULL;
}

const struct xml_node *xml_same(const struct xml_node *n)
{
    if (!n)
        return NULL;
    const struct xml_node *s = n->next;
    while (s && (s->name.len == 0 || !str_eq(s->name, n->name)))
        s = s->next;
    return s;
}

static const struct xml_node *element(const struct xml_node *n)
{
    while (n && n->name.len == 0)
        n = n->next;
    return n;
}

const struct xml_node *xml_first(const struct xml_node *n)
{
    return n ? element(n->first) : NULL;
}

const struct xml_node *xml_after(const struct xml_node *n)
{
    return n ? element(n->next) : NULL;
}

const struct xml_node *xml_at(const struct xml_node *n, const char *path)
{
    struct str rest = str_of(path);

    while (n && rest.ptr) {
        struct str step = str_split(&rest, STR("/"));
        n = n->first;
        while (n && (n->name.len == 0 || !str_eq(n->name, step)))
            n = n->next;
    }
    return n;
}

/* The node after n in document order, not leaving `top`. */
static const struct xml_node *following(const struct xml_node *top, const struct xml_node *n)
{
    if (n->first)
        return n->first;
    while (n != top && !n->next)
        n = n->parent;
    return n == top ? NULL : n->next;
}

const struct xml_node *xml_find_next(const struct xml_node *top, const struct xml_node *at,
                                     const char *name)
{
    if (!top || !at)
        return NULL;
    while ((at = following(top, at)) != NULL)
        if (xml_is(at, name))
            return at;
    return NULL;
}

const struct xml_node *xml_find(const struct xml_node *n, const char *name)
{
    return xml_find_next(n, n, name);
}

struct str xml_attr(const struct xml_node *n, const char *name)
{
    const struct xml_attr *x = n ? FIND_BY(n->attrs, n->attr_count, name, str_of(name)) : NULL;
    return x ? x->value : STR_NONE;
}

static struct xml_node *copy_one(const struct xml_node *n, struct arena *a)
{
    struct xml_node *to = arena_alloc(a, sizeof(*to));

    *to = (struct xml_node){.name = n->name.len ? arena_dup(a, n->name) : STR_NONE,
                            .text = n->text.len ? arena_dup(a, n->text) : STR_NONE,
                            .line = n->line,
                            .attr_count = n->attr_count,
                            .flow = n->flow};
    struct xml_attr *list = n->attr_count ? arena_array(a, n->attr_count, sizeof(*list)) : NULL;
    for (size_t i = 0; i < n->attr_count; i++) {
        list[i].name = arena_dup(a, n->attrs[i].name);
        list[i].value = arena_dup(a, n->attrs[i].value);
    }
    to->attrs = list;
    return to;
}

struct xml_node *xml_copy(const struct xml_node *n, struct arena *a)
{
    struct xml_node *to = copy_one(n, a);

    for (const struct xml_node *c = n->first; c; c = c->next)
        xml_append(to, xml_copy(c, a)); /* as deep as XML_DEPTH_MAX */
    return to;
}

/* --- text ------------------------------------------------------------------- */

/* Elements that stand on lines of their own, in the vocabularies of ST.36, Red
 * Book, ST.32, PAP and HTML; and cells, which are kept apart by a blank. */
static const char *const blocks[] = {"p",
                                     "P",
                                     "PARA",
                                     "claim",
                                     "claim-text",
                                     "ClaimText",
                                     "Paragraphs",
                                     "Heading",
                                     "CLM",
                                     "CL",
                                     "heading",
                                     "H",
                                     "HEADING",
                                     "h1",
                                     "h2",
                                     "h3",
                                     "h4",
                                     "h5",
                                     "h6",
                                     "li",
                                     "LI",
                                     "LISTITEM",
                                     "br",
                                     "BR",
                                     "row",
                                     "ROW",
                                     "tr",
                                     "TR",
                                     "dd",
                                     "DD",
                                     "dt",
                                     "DT",
                                     "div",
                                     "section",
                                     "table",
                                     "TABLE",
                                     "tables",
                                     "ul",
                                     "ol",
                                     "dl",
                                     "title",
                                     "maths",
                                     "paragraph",
                                     "paragraph-federal-research-statement",
                                     "us-claim-statement",
                                     "table-cwu",
                                     "pre",
                                     "CLMSTEP",
                                     "claim-statement"};
static const char *const cells[] = {"entry", "ENTRY", "td", "TD", "th", "TH"};

enum xml_flow xml_flow_of(struct str name)
{
    if (STR_IN(name, blocks))
        return XML_FLOW_LINE;
    return STR_IN(name, cells) ? XML_FLOW_BLANK : XML_FLOW_INLINE;
}

void xml_append(struct xml_node *parent, struct xml_node *n)
{
    n->parent = parent;
    if (parent->last)
        parent->last->next = n;
    else
        parent->first = n;
    parent->last = n;
}

struct text_out {
    char *ptr;
    size_t len;
    unsigned gap; /* enum xml_flow, owed before the next character */
};

static void owe(struct text_out *o, unsigned gap)
{
    if (gap > o->gap)
        o->gap = gap;
}

static void put_text(struct text_out *o, struct str s)
{
    size_t i = 0;

    while (i < s.len) {
        if ((unsigned char)s.ptr[i] <= ' ') { /* XML allows no other controls */
            owe(o, XML_FLOW_BLANK);
            i++;
            continue;
        }
        if (o->gap != XML_FLOW_INLINE && o->len > 0)
            o->ptr[o->len++] = o->gap == XML_FLOW_LINE ? '\n' : ' ';
        o->gap = XML_FLOW_INLINE;
        while (i < s.len && (unsigned char)s.ptr[i] > ' ')
            o->ptr[o->len++] = s.ptr[i++];
    }
}

/* Bytes of all text below n, with one for the gap each node may cause before and behind. */
static size_t text_bound(const struct xml_node *n)
{
    size_t bytes = 2;

    for (const struct xml_node *at = n; at; at = following(n, at))
        bytes += at->text.len + 2;
    return bytes;
}

static bool left_out(const struct xml_node *n, const char *const *without)
{
    for (; n->name.len > 0 && *without; without++)
        if (str_is(n->name, *without))
            return true;
    return false;
}

struct str xml_text_without(const struct xml_node *n, const char *const *without, struct arena *a)
{
    if (!n)
        return STR_NONE;
    struct text_out o = {.ptr = arena_alloc(a, text_bound(n))};
    const struct xml_node *at = n;
    while (at) {
        owe(&o, at->flow);
        if (at->text.len > 0)
            put_text(&o, at->text);
        if (at->first && !left_out(at, without)) {
            at = at->first;
            continue;
        }
        owe(&o, at->flow);
        while (at != n && !at->next) {
            at = at->parent;
            owe(&o, at->flow);
        }
        at = at == n ? NULL : at->next;
    }
    return str_trim((struct str){o.ptr, o.len});
}

struct str xml_text(const struct xml_node *n, struct arena *a)
{
    static const char *const nothing[] = {NULL};

    if (n && n->first && !n->first->next && n->first->name.len == 0 && n->first->text.len < 64) {
        struct str s = str_trim(n->first->text); /* the usual short fact, without a copy */
        bool plain = true;
        for (size_t i = 0; i < s.len && plain; i++)
            plain = (unsigned char)s.ptr[i] > ' ' || (s.ptr[i] == ' ' && s.ptr[i + 1] != ' ');
        if (plain)
            return s;
    }
    return xml_text_without(n, nothing, a);
}

struct str xml_text_at(const struct xml_node *n, const char *path, struct arena *a)
{
    return xml_text(xml_at(n, path), a);
}

/* --- head ------------------------------------------------------------------- */

/* UTF-16 without its zero bytes is ASCII where it matters here. */
static size_t narrow(char *to, size_t cap, struct bytes head)
{
    size_t len = 0;
    bool wide = head.len > 3 && (head.ptr[0] == 0 || head.ptr[1] == 0 ||
                                 (head.ptr[0] ^ head.ptr[1]) == (0xFE ^ 0xFF));

    for (size_t i = 0; i < head.len && len + 1 < cap; i++)
        if (!wide || (head.ptr[i] > 0 && head.ptr[i] < 0x80))
            to[len++] = head.ptr[i] ? (char)head.ptr[i] : ' ';
    to[len] = '\0';
    return len;
}

static void copy_name(char out[64], struct str s)
{
    size_t end = 0;

    while (end < s.len && !strchr(" \t\r\n/>[", s.ptr[end]))
        end++;
    s.len = end;
    const char *colon = s.len ? memchr(s.ptr, ':', s.len) : NULL;
    if (colon)
        s = str_range(colon + 1, s.ptr + s.len);
    if (s.len >= 64)
        s.len = 63;
    memcpy(out, s.ptr ? s.ptr : "", s.len);
    out[s.len] = '\0';
}

/* Offset behind <!DOCTYPE …>, with its internal subset; s.len when cut. */
static size_t skip_doctype(struct str s, size_t at)
{
    bool subset = false;

    for (; at < s.len; at++) {
        if (s.ptr[at] == '[')
            subset = true;
        else if (s.ptr[at] == ']')
            subset = false;
        else if (s.ptr[at] == '>' && !subset)
            return at + 1;
    }
    return s.len;
}

bool xml_head(struct xml_head *out, struct bytes head)
{
    char *text = out->text;

    out->doctype[0] = out->root[0] = '\0';
    struct str s = {text, narrow(text, sizeof(out->text), head)};
    s = str_trim(s);
    out->declared = str_starts(s, STR("<?xml"));
    size_t at = 0;
    while (at < s.len) {
        struct str rest = {s.ptr + at, s.len - at};
        if (str_starts(rest, STR("<?"))) {
            at = str_find(s, STR("?>"), at) + 2;
        } else if (str_starts(rest, STR("<!--"))) {
            at = str_find(s, STR("-->"), at) + 3;
        } else if (str_starts(rest, STR("<!DOCTYPE"))) {
            copy_name(out->doctype, str_trim((struct str){rest.ptr + 9, rest.len - 9}));
            at = skip_doctype(s, at);
        } else if ((unsigned char)rest.ptr[0] <= ' ') {
            at++;
        } else {
            if (rest.ptr[0] != '<' || rest.len < 2 ||
                !((rest.ptr[1] | 0x20) >= 'a' && (rest.ptr[1] | 0x20) <= 'z'))
                return false;
            copy_name(out->root, (struct str){rest.ptr + 1, rest.len - 1});
            memmove(text, rest.ptr, rest.len);
            text[rest.len] = '\0';
            return true;
        }
    }
    return out->doctype[0] != '\0'; /* a long internal subset hides the root */
}

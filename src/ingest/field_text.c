/* Fields that hold text: titles, abstracts, claims, descriptions. */
#include "base/buf.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "ingest/fields_priv.h"
#include "text/xml_entities.h"
#include <stdio.h>
#include <stdlib.h>

static bool needs_cleaning(struct str v, bool one_line)
{
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (c == '\r' || c == '\t' || (c == '_' && i + 6 < v.len && v.ptr[i + 1] == 'x'))
            return true;
        if (one_line && (c == '\n' || (c == ' ' && i + 1 < v.len && v.ptr[i + 1] == ' ')))
            return true;
    }
    return false;
}

/* Line ends become LF (also Excel's escaped "_x000D_"); in one line every run
 * of white space becomes a blank. */
static struct str clean(struct str v, bool one_line, struct arena *a)
{
    v = str_trim(v);
    if (!needs_cleaning(v, one_line))
        return v;
    char *out = arena_alloc(a, v.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < v.len; i++) {
        char c = v.ptr[i];
        if (c == '_' && i + 6 < v.len && memcmp(v.ptr + i, "_x000D_", 7) == 0) {
            i += 6;
            c = '\r';
        }
        if (c == '\r') {
            if (i + 1 < v.len && v.ptr[i + 1] == '\n')
                i++;
            c = '\n';
        }
        if (c == '\t' || (one_line && c == '\n'))
            c = ' ';
        if (one_line && c == ' ' && len && out[len - 1] == ' ')
            continue;
        out[len++] = c;
    }
    return str_trim((struct str){out, len});
}

static void add_text(struct fill *f, enum text_part part, int how, struct str content)
{
    static const char *const lang[] = {"", "zh", "en"};
    struct patent_text t = {.part = part,
                            .lang = str_of(lang[how & 0xff]),
                            .content = content,
                            .translated = (how >> 8) & 1};

    if (content.len == 0)
        return;
    for (size_t i = 0; i < f->p->texts.len; i++)
        if (f->p->texts.ptr[i].part == part && str_eq(f->p->texts.ptr[i].content, content))
            return;
    VEC_PUSH(f->a, &f->p->texts, t);
}

bool read_text(struct fill *f, const struct field *d, struct str v)
{
    enum text_part part = (enum text_part)d->arg;
    bool only_fallback = (d->arg2 >> 16) & 1;

    if (only_fallback && patent_has_text(f->p, part))
        return false;
    /* Values that stood apart (a JSON array of paragraphs) are lines. */
    if (v.len && memchr(v.ptr, SPLIT_RS[0], v.len)) {
        char *copy = arena_alloc(f->a, v.len + 1);
        for (size_t i = 0; i < v.len; i++)
            copy[i] = v.ptr[i] == SPLIT_RS[0] ? '\n' : v.ptr[i];
        v.ptr = copy;
    }
    add_text(f, part, d->arg2, clean(v, part == TEXT_TITLE, f->a));
    return true;
}

#define ENTITY_BYTES_MAX 12

/* Put the text of the reference that s begins with; 0: it begins with none. Never longer than the reference. */
static size_t put_entity(char *out, size_t *taken, struct str s)
{
    static const struct {
        const char *name, *text;
    } own[] = {{"amp", "&"},   {"lt", "<"},   {"gt", ">"},
               {"quot", "\""}, {"apos", "'"}, {"nbsp", " "}};
    char digits[ENTITY_BYTES_MAX], *end;
    s.len = s.len < ENTITY_BYTES_MAX ? s.len : ENTITY_BYTES_MAX;
    size_t semi = s.len > 2 && s.ptr[0] == '&' ? str_find(s, STR(";"), 2) : s.len;
    if (semi == s.len)
        return 0;
    *taken = semi + 1;
    struct str name = {s.ptr + 1, semi - 1};
    if (name.ptr[0] == '#') {
        bool hex = name.ptr[1] == 'x' || name.ptr[1] == 'X';
        snprintf(digits, sizeof(digits), "%.*s", (int)name.len - 1 - hex, name.ptr + 1 + hex);
        unsigned long c = strtoul(digits, &end, hex ? 16 : 10);
        bool character = *end == '\0' && c >= 32 && c < 0x110000 && (c < 0xD800 || c > 0xDFFF);
        return character ? utf8_put(out, (uint32_t)c) : 0;
    }
    struct str text = xml_entity_text(name);
    for (size_t i = 0; i < ARRAY_LEN(own); i++)
        if (str_is(name, own[i].name))
            text = str_of(own[i].text);
    if (text.len > *taken)
        return 0;
    for (size_t i = 0; i < text.len; i++)
        out[i] = text.ptr[i];
    return text.len;
}

struct str text_unescape(struct str v, struct arena *a)
{
    if (v.len == 0 || !memchr(v.ptr, '&', v.len))
        return v;
    char *out = arena_alloc(a, v.len + 1);
    size_t len = 0;
    for (size_t i = 0, taken = 1; i < v.len; i += taken) {
        size_t put = put_entity(out + len, &taken, (struct str){v.ptr + i, v.len - i});
        if (put == 0) {
            out[len] = v.ptr[i];
            put = taken = 1;
        }
        len += put;
    }
    return (struct str){out, len};
}

static bool breaks_line(struct str tag)
{
    static const char *const names[] = {"br", "p", "/p", "li", "div", "/div", "tr", "h1", "h2"};
    size_t len = 0;
    while (len < tag.len && tag.ptr[len] != ' ' && (len == 0 || tag.ptr[len] != '/'))
        len++;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (str_eq_nocase((struct str){tag.ptr, len}, str_of(names[i])))
            return true;
    return false;
}

/* Tags out, references in. A '<' that opens no tag ("x < 5") stays. */
bool read_text_html(struct fill *f, const struct field *d, struct str v)
{
    char *out = arena_alloc(f->a, v.len + 1);
    size_t len = 0;

    for (size_t i = 0; i < v.len; i++) {
        struct str rest = {v.ptr + i, v.len - i};
        char next = rest.len > 1 ? rest.ptr[1] : ' ';
        if (rest.ptr[0] == '<' && (next == '/' || (next | 32) >= 'a') && (next | 32) <= 'z') {
            size_t end = str_find(rest, STR(">"), 0);
            if (end < rest.len) {
                if (breaks_line((struct str){rest.ptr + 1, end - 1}))
                    out[len++] = '\n';
                i += end;
                continue;
            }
        }
        size_t taken = 1, put = put_entity(out + len, &taken, rest);
        if (put) {
            len += put;
            i += taken - 1;
        } else {
            out[len++] = rest.ptr[0];
        }
    }
    add_text(f, (enum text_part)d->arg, d->arg2,
             clean((struct str){out, len}, d->arg == TEXT_TITLE, f->a));
    return true;
}

/* "Title: …⏎Keywords: …⏎Abstract: …": one column that holds several. */
bool read_text_tagged(struct fill *f, const struct field *d, struct str v)
{
    static const struct {
        struct str tag;
        int part; /* −1: vendor field */
    } tags[] = {{{"Title:", 6}, TEXT_TITLE}, {{"Abstract:", 9}, TEXT_ABSTRACT},
                {{"Keywords:", 9}, -1},      {{"Claims:", 7}, TEXT_CLAIMS},
                {{"标题：", 9}, TEXT_TITLE}, {{"摘要：", 9}, TEXT_ABSTRACT},
                {{"关键词：", 12}, -1},      {{"权利要求：", 15}, TEXT_CLAIMS}};
    size_t open = ARRAY_LEN(tags), from = 0;

    (void)d;
    for (size_t at = 0; at <= v.len; at++) {
        size_t k = ARRAY_LEN(tags);
        if (at < v.len && (at == 0 || v.ptr[at - 1] == '\n'))
            for (k = 0; k < ARRAY_LEN(tags); k++)
                if (str_starts((struct str){v.ptr + at, v.len - at}, tags[k].tag))
                    break;
        if (k == ARRAY_LEN(tags) && at < v.len)
            continue;
        struct str content = str_trim(str_range(v.ptr + from, v.ptr + at));
        if (open < ARRAY_LEN(tags) && tags[open].part >= 0)
            add_text(f, (enum text_part)tags[open].part, 0,
                     clean(content, tags[open].part == TEXT_TITLE, f->a));
        else if (open < ARRAY_LEN(tags))
            fill_vendor(f, STR("Keywords"), content);
        else if (at == v.len)
            add_text(f, TEXT_ABSTRACT, 0, clean(v, false, f->a));
        if (k < ARRAY_LEN(tags)) {
            open = k;
            from = at + tags[k].tag.len;
        }
    }
    return true;
}

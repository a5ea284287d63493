/* The scan runs over everything that is imported, so it looks at ordinary bytes
 * only through memchr and one loop that the compiler turns into SIMD. */
#include "text/xml_filter.h"
#include "base/utf8.h"
#include "text/xml_entities.h"

#define NAME_MAX_BYTES 32
#define BLOCK 64

struct str xml_entity_text(struct str name)
{
    size_t low = 0, high = xml_entity_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = str_cmp(name, str_of(xml_entities[mid].name));
        if (order == 0)
            return str_of(xml_entities[mid].text);
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return STR_NONE;
}

static void note(struct xml_filter *f, size_t *count, size_t at)
{
    if (f->mend_count < ARRAY_LEN(f->mends))
        f->mends[f->mend_count++] = (struct xml_mend){at, count};
    else
        (*count)++;
}

void xml_filter_settle(struct xml_filter *f, size_t at)
{
    size_t left = 0;

    for (size_t i = 0; i < f->mend_count; i++) {
        if (f->mends[i].at < at)
            (*f->mends[i].count)++;
        else
            f->mends[left++] = f->mends[i];
    }
    f->mend_count = left;
}

/* --- bad characters -------------------------------------------------------- */

static bool char_allowed(uint32_t c)
{
    return (c >= 0x20 && c <= 0xD7FF) || c == '\t' || c == '\n' || c == '\r' ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

static bool block_is_plain(const char *p)
{
    unsigned odd = 0;

    for (size_t i = 0; i < BLOCK; i++) {
        unsigned char c = (unsigned char)p[i];
        odd |= (unsigned)(c >= 0x80) | ((unsigned)(c < 0x20) & (unsigned)(c != '\n') &
                                        (unsigned)(c != '\r') & (unsigned)(c != '\t'));
    }
    return odd == 0;
}

static size_t first_bad(struct str s, size_t at)
{
    while (at < s.len) {
        if (s.len - at >= BLOCK && block_is_plain(s.ptr + at)) {
            at += BLOCK;
            continue;
        }
        size_t end = at + BLOCK < s.len ? at + BLOCK : s.len;
        while (at < end) {
            size_t here = at;
            if (!char_allowed(utf8_next(s, &at)))
                return here;
        }
    }
    return s.len;
}

/* `s` itself when all is well, else a copy with U+FFFD in the scratch buffer. */
static struct str mend_characters(struct xml_filter *f, struct str s)
{
    size_t bad = first_bad(s, 0), from = 0;

    if (bad == s.len)
        return s;
    buf_reset(&f->mended);
    while (bad < s.len) {
        note(f, &f->bad, bad);
        buf_add(&f->mended, (struct str){s.ptr + from, bad - from});
        buf_addz(&f->mended, "\xEF\xBF\xBD");
        from = bad;
        (void)utf8_next(s, &from);
        bad = first_bad(s, from);
    }
    buf_add(&f->mended, (struct str){s.ptr + from, s.len - from});
    return buf_str(&f->mended);
}

/* --- references ------------------------------------------------------------ */

/* Length of the name at s[at…] when a ';' follows it, else 0. */
static size_t name_length(struct str s, size_t at)
{
    size_t n = 0;

    while (at + n < s.len && n < NAME_MAX_BYTES) {
        char c = s.ptr[at + n];
        if (c == ';')
            return n;
        if (!ascii_is_letter(c) &&
            (n == 0 || (!ascii_is_digit(c) && c != '.' && c != '-' && c != '_')))
            return 0;
        n++;
    }
    return 0;
}

/* Windows-1252 characters that old files write as &#128; … &#159; (HTML reads
 * them so too); the code points themselves are controls without meaning. */
static const uint16_t windows_1252[32] = {
    0x20AC, 0x81,   0x201A, 0x192,  0x201E, 0x2026, 0x2020, 0x2021, 0x2C6,  0x2030, 0x160,
    0x2039, 0x152,  0x8D,   0x17D,  0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x2DC,  0x2122, 0x161,  0x203A, 0x153,  0x9D,   0x17E,  0x178};

/* A numeric reference at s[at] (behind "&#"): its length with the ';' and its
 * code point; length 0 when it is none. */
static size_t numeric_reference(uint32_t *code, struct str s, size_t at)
{
    bool hex = at < s.len && (s.ptr[at] == 'x' || s.ptr[at] == 'X');
    size_t i = at + hex;
    uint32_t value = 0;

    for (; i < s.len && i - at < NAME_MAX_BYTES && s.ptr[i] != ';'; i++) {
        char c = s.ptr[i];
        uint32_t digit;
        if (ascii_is_digit(c))
            digit = (uint32_t)(c - '0');
        else if (hex && ascii_is_letter(c) && (c | 0x20) <= 'f')
            digit = (uint32_t)((c | 0x20) - 'a' + 10);
        else
            return 0;
        if (value <= 0x10FFFF)
            value = value * (hex ? 16 : 10) + digit;
    }
    if (i >= s.len || s.ptr[i] != ';' || i == at + hex)
        return 0;
    *code = value >= 128 && value < 160 ? windows_1252[value - 128] : value;
    return i + 1 - at;
}

static void add_entity_text(struct buf *out, struct str text)
{
    if (text.len == 1) /* '<', '&', quotes …: must not turn into markup */
        buf_addf(out, "&#%d;", text.ptr[0]);
    else
        buf_add(out, text);
}

/* The '&' at s[at]: appends what it stands for; returns the offset behind it. */
static size_t reference(struct xml_filter *f, struct str s, size_t at, struct buf *out)
{
    if (at + 1 < s.len && s.ptr[at + 1] == '#') {
        uint32_t code = 0;
        size_t n = numeric_reference(&code, s, at + 2);
        if (n > 0 && char_allowed(code)) {
            buf_addf(out, "&#%u;", (unsigned)code);
            return at + 2 + n;
        }
        if (n > 0) {
            note(f, &f->bad, out->len);
            buf_addz(out, "&#65533;");
            return at + 2 + n;
        }
    }
    size_t n = name_length(s, at + 1);
    struct str name = {s.ptr + at + 1, n};
    if (n == 0) {
        note(f, &f->bare, out->len);
        buf_addz(out, "&amp;");
        return at + 1;
    }
    size_t behind = at + n + 2;
    if (str_is(name, "amp") || str_is(name, "lt") || str_is(name, "gt") || str_is(name, "quot") ||
        str_is(name, "apos") || (f->declared && map_get(f->declared, name))) {
        buf_add(out, (struct str){s.ptr + at, n + 2});
        return behind;
    }
    struct str text = xml_entity_text(name);
    if (text.len > 0) {
        add_entity_text(out, text);
    } else {
        note(f, &f->unknown, out->len);
        buf_add(out, name);
    }
    return behind;
}

/* --- markup ---------------------------------------------------------------- */

static bool at_text(struct str s, size_t at, struct str what)
{
    return s.len - at >= what.len && memcmp(s.ptr + at, what.ptr, what.len) == 0;
}

static void forget_declared(struct xml_filter *f)
{
    map_free(f->declared);
    f->declared = NULL;
}

/* Copy up to and with `end`, or all; true when `end` was met. */
static bool copy_through(struct str s, size_t *at, struct str end, struct buf *out)
{
    size_t found = str_find(s, end, *at);
    size_t stop = found < s.len ? found + end.len : s.len;

    buf_add(out, (struct str){s.ptr + *at, stop - *at});
    *at = stop;
    return found < s.len;
}

/* "<!ENTITY name" at s[at]: remember the name; "%" ones are of no concern. */
static void note_declaration(struct xml_filter *f, struct str s, size_t at)
{
    size_t from = at + sizeof("<!ENTITY") - 1, end;
    bool added;

    while (from < s.len && (s.ptr[from] == ' ' || s.ptr[from] == '\n' || s.ptr[from] == '\r' ||
                            s.ptr[from] == '\t'))
        from++;
    for (end = from; end < s.len && s.ptr[end] > ' ' && s.ptr[end] != '>'; end++)
        ;
    if (end == from || s.ptr[from] == '%' || end - from > NAME_MAX_BYTES)
        return;
    if (!f->declared)
        f->declared = map_new(0);
    (void)map_put(f->declared, str_range(s.ptr + from, s.ptr + end), &added);
}

static void enter(struct xml_filter *f, enum xml_filter_state inner)
{
    f->outer = f->state;
    f->state = inner;
}

/* One step inside <!DOCTYPE …>; short, so byte by byte. */
static void doctype_step(struct xml_filter *f, struct str s, size_t *at, struct buf *out)
{
    char c = s.ptr[*at];

    if (c == '&') {
        *at = reference(f, s, *at, out);
        return;
    }
    if (f->quote) {
        if (c == f->quote)
            f->quote = 0;
    } else if (at_text(s, *at, STR("<!--"))) {
        enter(f, XML_IN_COMMENT);
        return;
    } else if (at_text(s, *at, STR("<?"))) {
        enter(f, XML_IN_PI);
        return;
    } else if (at_text(s, *at, STR("<!ENTITY"))) {
        note_declaration(f, s, *at);
    } else if (c == '"' || c == '\'') {
        f->quote = c;
    } else if (c == '[') {
        f->subset = true;
    } else if (c == ']') {
        f->subset = false;
    } else if (c == '>' && !f->subset) {
        f->state = XML_IN_TEXT;
    }
    buf_addc(out, c);
    (*at)++;
}

/* Offsets of the next '&', "<!" and "<?", kept so that each byte is searched
 * once for each: '<' is dense in markup, '!' and '?' are rare. */
struct scan {
    size_t amp, bang, query;
};

static size_t next_amp(struct str s, size_t at)
{
    const char *p = memchr(s.ptr + at, '&', s.len - at);
    return p ? (size_t)(p - s.ptr) : s.len;
}

/* Offset of the next '<' that `c` follows. */
static size_t next_markup(struct str s, size_t at, char c)
{
    for (at++; at < s.len; at++) {
        const char *p = memchr(s.ptr + at, c, s.len - at);
        if (!p)
            return s.len;
        at = (size_t)(p - s.ptr);
        if (p[-1] == '<')
            return at - 1;
    }
    return s.len;
}

static void text_step(struct xml_filter *f, struct str s, size_t *at, struct scan *next,
                      struct buf *out)
{
    if (next->amp < *at || next->amp == SIZE_MAX)
        next->amp = next_amp(s, *at);
    if (next->bang < *at || next->bang == SIZE_MAX)
        next->bang = next_markup(s, *at, '!');
    if (next->query < *at || next->query == SIZE_MAX)
        next->query = next_markup(s, *at, '?');
    size_t stop = next->amp < next->bang ? next->amp : next->bang;
    if (next->query < stop)
        stop = next->query;
    buf_add(out, (struct str){s.ptr + *at, stop - *at});
    *at = stop;
    if (stop == s.len)
        return;
    if (stop == next->amp) {
        *at = reference(f, s, stop, out);
    } else if (at_text(s, stop, STR("<![CDATA["))) {
        enter(f, XML_IN_CDATA);
    } else if (at_text(s, stop, STR("<!--"))) {
        enter(f, XML_IN_COMMENT);
    } else if (at_text(s, stop, STR("<!DOCTYPE"))) {
        forget_declared(f);
        f->state = XML_IN_DOCTYPE;
        f->subset = false;
        f->quote = 0;
        buf_addc(out, '<');
        (*at)++;
    } else if (s.ptr[stop + 1] == '?') {
        if (at_text(s, stop, STR("<?xml ")))
            forget_declared(f);
        enter(f, XML_IN_PI);
    } else {
        buf_addc(out, '<');
        (*at)++;
    }
}

void xml_filter_run(struct xml_filter *f, struct str in, struct buf *out)
{
    struct str s = mend_characters(f, in);
    struct scan next = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
    size_t at = 0;

    while (at < s.len) {
        switch (f->state) {
        case XML_IN_TEXT:
            text_step(f, s, &at, &next, out);
            break;
        case XML_IN_DOCTYPE:
            doctype_step(f, s, &at, out);
            break;
        case XML_IN_CDATA:
            if (copy_through(s, &at, STR("]]>"), out))
                f->state = f->outer;
            break;
        case XML_IN_COMMENT:
            if (copy_through(s, &at, STR("-->"), out))
                f->state = f->outer;
            break;
        case XML_IN_PI:
            if (copy_through(s, &at, STR("?>"), out))
                f->state = f->outer;
            break;
        }
    }
}

void xml_filter_clear(struct xml_filter *f)
{
    forget_declared(f);
    buf_clear(&f->mended);
}

/* Names and strings are looked for everywhere, also where a reader would see neither: what is refused is rare enough in
 * the bytes of a picture. */
#include "model/file_pdf.h"
#include <stdlib.h>
#include <string.h>

static bool is_regular(uint8_t c)
{
    return c > 0x20 && c < 0x7F && !strchr("()<>[]{}/%", c);
}

static bool is_blank(uint8_t c)
{
    return c <= ' ';
}

/* --- strings --------------------------------------------------------------------------- */

/* One byte of a string's value. A mark of its encoding and the zeros of UTF-16 stand for nothing. */
static void value(struct pdf_search *x, uint8_t c)
{
    if (c == 0 || c >= 0xFE || c == 0xEF || c == 0xBB || c == 0xBF)
        return;
    if (c != '/' && c != '\\')
        x->string_end = '\0';
    else if (++x->slashes == 2) {
        x->host = true;
        x->string_end = '\0';
    }
}

static void begin_string(struct pdf_search *x, char end)
{
    x->string_end = end;
    x->escape = 0;
    x->half = false;
    x->slashes = 0;
}

static void in_hex(struct pdf_search *x, uint8_t c)
{
    const char two[] = {(char)c, '\0'};
    char *rest;
    unsigned digit = (unsigned)strtoul(two, &rest, 16);
    if (is_blank(c))
        return;
    if (*rest) {
        x->string_end = '\0';
        return;
    }
    x->code = x->half ? x->code << 4 | digit : digit;
    x->half = !x->half;
    if (!x->half)
        value(x, (uint8_t)x->code);
}

static void in_literal(struct pdf_search *x, uint8_t c)
{
    bool octal = c >= '0' && c <= '7';
    if (x->escape != 0 && octal) {
        x->code = (x->escape < 0 ? 0 : x->code << 3) | (unsigned)(c - '0');
        x->escape = x->escape < 0 ? 1 : x->escape + 1;
        if (x->escape < 3)
            return;
        x->escape = 0;
        value(x, (uint8_t)x->code);
        return;
    }
    if (x->escape < 0) {
        x->escape = 0;
        if (c != '\r' && c != '\n')
            value(x, c);
        return;
    }
    if (x->escape > 0)
        value(x, (uint8_t)x->code);
    x->escape = c == '\\' ? -1 : 0;
    if (c == ')')
        x->string_end = '\0';
    else if (c != '\\' && x->string_end)
        value(x, c);
}

/* --- names ----------------------------------------------------------------------------- */

static bool is_one(struct str name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

static void end_name(struct pdf_search *x)
{
    static const char *const refused[] = {"JavaScript", "Launch",     "RichMedia",
                                          "Rendition",  "SubmitForm", "ImportData"};
    static const char *const files[] = {"F", "UF", "DOS", "Mac", "Unix"};
    static const char *const leaving[] = {"GoToR", "GoToE"};
    struct str name = {x->name, x->len};
    if (!x->in_name)
        return;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (str_is(name, refused[i]))
            x->found = refused[i];
    x->file_next = is_one(name, files, ARRAY_LEN(files));
    x->elsewhere = x->elsewhere || is_one(name, leaving, ARRAY_LEN(leaving));
    x->in_name = false;
}

static void add_to_name(struct pdf_search *x, uint8_t c)
{
    if (x->hex > 0) {
        x->digits[2 - x->hex] = (char)c;
        if (--x->hex > 0)
            return;
        c = (uint8_t)strtoul(x->digits, NULL, 16);
    } else if (c == '#') {
        x->hex = 2;
        x->digits[2] = '\0';
        return;
    }
    if (x->len < sizeof(x->name))
        x->name[x->len++] = (char)c;
    else
        x->in_name = false; /* longer than any that is refused */
}

static void begin_name(struct pdf_search *x)
{
    x->in_name = true;
    x->len = 0;
    x->hex = 0;
}

/* --- bytes ----------------------------------------------------------------------------- */

/* Neither of a name: what begins here. */
static void between(struct pdf_search *x, uint8_t c)
{
    static const char object[] = "obj";
    if (c == '/')
        begin_name(x);
    else if (x->file_next && !x->string_end && (c == '(' || c == '<'))
        begin_string(x, c == '(' ? ')' : '>');
    x->object = c == (uint8_t)object[x->object] ? x->object + 1 : c == 'o';
    bool is_object = x->object == sizeof(object) - 1;
    if (is_object)
        x->object = 0;
    x->file_next = is_object || (x->file_next && is_blank(c));
}

static void add(struct pdf_search *x, uint8_t c)
{
    if (x->string_end == ')')
        in_literal(x, c);
    else if (x->string_end == '>')
        in_hex(x, c);
    if (x->in_name && is_regular(c)) {
        add_to_name(x, c);
        return;
    }
    end_name(x);
    between(x, c);
}

void pdf_search_add(struct pdf_search *x, struct bytes piece)
{
    for (size_t i = 0; i < piece.len && !x->found; i++)
        add(x, piece.ptr[i]);
}

const char *pdf_search_end(struct pdf_search *x)
{
    end_name(x);
    return x->found ? x->found : x->elsewhere && x->host ? "GoToR" : NULL;
}

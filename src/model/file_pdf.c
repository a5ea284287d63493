/* Names and strings are looked for everywhere, also where a reader would see neither: what is refused is rare enough in
 * the bytes of a picture. */
#include "model/file_pdf.h"
#include "text/stream.h"
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
    x->file_next = STR_IN(name, files);
    x->elsewhere = x->elsewhere || STR_IN(name, leaving);
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

err_t pdf_refuse(const char *found, struct err *e)
{
    return err_set(e, E_INVALID,
                   "the PDF holds what runs or starts something (/%s); print it to a new "
                   "PDF and upload that",
                   found);
}

/* --- objects in streams (ISO 32000-1, 7.5.7) ----------------------------------------------- */

/* The dictionary of a stream, as far as it counts. */
struct dictionary {
    const uint8_t *at, *end;
    char name[32]; /* the last one read */
    size_t name_len;
    bool count, first; /* has /N and /First: such a stream alone holds objects */
    int deflated;      /* filters that inflate */
    bool otherwise;    /* another filter, or what no filter is */
};

static bool is_space(uint8_t c)
{
    return c == '\0' || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' ';
}

static void skip_blanks(struct dictionary *d)
{
    for (; d->at < d->end && (is_space(*d->at) || *d->at == '%'); d->at++)
        if (*d->at == '%')
            while (d->at + 1 < d->end && d->at[1] != '\n' && d->at[1] != '\r')
                d->at++;
}

static bool take(struct dictionary *d, const char *what)
{
    size_t len = strlen(what);
    if ((size_t)(d->end - d->at) < len || memcmp(d->at, what, len) != 0)
        return false;
    d->at += len;
    return true;
}

static void skip_string(struct dictionary *d)
{
    int open = 1;
    for (; d->at < d->end && open > 0; d->at++) {
        if (*d->at == '\\' && d->at + 1 < d->end)
            d->at++;
        else
            open += *d->at == '(' ? 1 : *d->at == ')' ? -1 : 0;
    }
}

static int hex_digit(uint8_t c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c | 0x20) : NULL;
    return at && (c <= '9' || (c | 0x20) >= 'a') ? (int)(at - digits) : -1;
}

static void take_name(struct dictionary *d)
{
    d->name_len = 0;
    for (; d->at < d->end && !is_space(*d->at) && !strchr("()<>[]{}/%", *d->at); d->at++) {
        uint8_t c = *d->at;
        if (c == '#' && d->end - d->at > 2 && hex_digit(d->at[1]) >= 0 &&
            hex_digit(d->at[2]) >= 0) {
            c = (uint8_t)(hex_digit(d->at[1]) << 4 | hex_digit(d->at[2]));
            d->at += 2;
        }
        if (d->name_len < sizeof(d->name))
            d->name[d->name_len++] = (char)c;
    }
}

/* One token behind blanks: '/' a name, '(' a string, '<' '>' a dictionary's, '[' ']', 'x' another; 0: the end. */
static char take_token(struct dictionary *d)
{
    skip_blanks(d);
    if (d->at >= d->end)
        return '\0';
    if (take(d, "<<"))
        return '<';
    if (take(d, ">>"))
        return '>';
    char c = (char)*d->at++;
    if (c == '/')
        take_name(d);
    else if (c == '(')
        skip_string(d);
    else if (c == '<')
        while (d->at < d->end && *d->at++ != '>')
            ;
    else if (c != '[' && c != ']')
        while (d->at < d->end && !is_space(*d->at) && !strchr("()<>[]{}/%", *d->at))
            d->at++;
    return c == '/' || c == '(' || c == '[' || c == ']' ? c : 'x';
}

static bool is_named(const struct dictionary *d, const char *name)
{
    return str_is((struct str){d->name, d->name_len}, name);
}

static void take_filter(struct dictionary *d, char token)
{
    if (token == '/' && (is_named(d, "FlateDecode") || is_named(d, "Fl")))
        d->deflated++;
    else if (token != '[' && token != ']')
        d->otherwise = true;
}

/* Behind "<<", up to what follows its ">>". False: it has no end. */
static bool take_dictionary(struct dictionary *d)
{
    int depth = 1, lists = 0;
    bool key = true, filter = false; /* what comes is a key; it is the value of /Filter */
    while (depth > 0) {
        char token = take_token(d);
        if (token == '\0')
            return false;
        bool top = depth == 1 && lists == 0;
        if (top && key && token == '/') {
            d->count = d->count || is_named(d, "N");
            d->first = d->first || is_named(d, "First");
            d->otherwise =
                d->otherwise || is_named(d, "F") || is_named(d, "DecodeParms") || is_named(d, "DP");
            filter = is_named(d, "Filter");
            key = false;
            continue;
        }
        if (filter && depth == 1)
            take_filter(d, token);
        depth += token == '<' ? 1 : token == '>' ? -1 : 0;
        lists += token == '[' ? 1 : token == ']' ? -1 : 0;
        key = key || (depth == 1 && lists <= 0);
        filter = filter && !key;
    }
    return true;
}

static err_t add_unpacked(struct pdf_search *x, struct stream *in, struct err *e)
{
    uint8_t piece[4096];
    size_t got = 1;
    err_t rc = OK;
    while (rc == OK && got > 0 && !x->found)
        if ((rc = stream_read(&got, in, piece, sizeof(piece), e)) == OK)
            pdf_search_add(x, (struct bytes){piece, got});
    stream_close(in);
    return rc;
}

/* What begins at `d`, behind "obj". */
static err_t add_object(struct pdf_search *x, struct dictionary d, struct err *e)
{
    struct stream *in = NULL;
    if (take_token(&d) != '<' || !take_dictionary(&d) || !d.count || !d.first)
        return OK;
    skip_blanks(&d);
    if (!take(&d, "stream"))
        return OK;
    if (d.otherwise || d.deflated > 1)
        return err_set(e, E_INVALID,
                       "the PDF holds objects that are packed so that nobody can look at them; "
                       "print it to a new PDF and upload that");
    if (d.deflated == 0) /* its bytes were seen as they are */
        return OK;
    if (d.at < d.end && *d.at == '\r')
        d.at++;
    if (d.at < d.end && *d.at == '\n')
        d.at++;
    err_t rc =
        stream_open_zlib(&in, stream_open_memory((struct bytes){d.at, (size_t)(d.end - d.at)}), e);
    return rc == OK ? add_unpacked(x, in, e) : rc;
}

err_t pdf_search_packed(struct pdf_search *x, struct bytes all, struct err *e)
{
    const uint8_t *end = all.ptr + all.len, *at = all.ptr;
    err_t rc = OK;
    while (rc == OK && !x->found && at && (at = memmem(at, (size_t)(end - at), "obj", 3))) {
        at += 3;
        rc = add_object(x, (struct dictionary){.at = at, .end = end}, e);
    }
    return rc;
}

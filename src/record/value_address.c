/* Field types of ways to reach someone: telephone, mail, web. */
#include "base/msg.h"
#include "base/utf8.h"
#include "record/value_kind.h"
#include <string.h>

/* Half-width ASCII without blanks; empty when something else is left. */
static struct str ascii_of(struct str s, struct arena *a)
{
    char *to = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        uint32_t c = utf8_next(s, &at);
        if (c >= 0xFF01 && c <= 0xFF5E)
            c -= 0xFEE0;
        if (c == 0x2013 || c == 0x2014 || c == 0x2010)
            c = '-';
        if (c == ' ' || c == 0x3000)
            continue;
        if (c <= ' ' || c > '~')
            return STR_NONE;
        to[n++] = (char)c;
    }
    return (struct str){to, n};
}

/* [+]digits with - ( ) between them, and an extension after # or 转. */
static bool read_phone(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    size_t turn = str_find(s, STR("转"), 0);
    if (turn < s.len)
        s = arena_printf(in->r->a, "%.*s#%.*s", (int)turn, s.ptr,
                         (int)(s.len - turn - strlen("转")), s.ptr + turn + strlen("转"));
    s = ascii_of(s, in->r->a);
    size_t digits = 0, extension = 0, marks = 0;
    bool shaped = s.len > 0 && is_digit(s.ptr[s.len - 1]);
    for (size_t i = 0; shaped && i < s.len; i++) {
        char c = s.ptr[i];
        marks += c == '#';
        digits += is_digit(c) && marks == 0;
        extension += is_digit(c) && marks > 0;
        shaped =
            is_digit(c) || c == '-' || c == '(' || c == ')' || c == '#' || (c == '+' && i == 0);
    }
    if (!shaped || marks > 1 || digits < 5 || digits > 15 || extension > 6)
        return value_refuse(in, "format",
                            N_("must be a telephone number, like 028-86123456 or 13812345678"));
    cols[0] = v_str(s);
    return true;
}

static bool is_host(struct str s)
{
    bool dot = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool edge = i == 0 || i + 1 == s.len || s.ptr[i - 1] == '.' || s.ptr[i + 1] == '.';
        if (c == '.' ? i == 0 || i + 1 == s.len || s.ptr[i - 1] == '.'
                     : !(is_digit(c) || (unsigned)((c | 32) - 'a') < 26u || (c == '-' && !edge)))
            return false;
        dot |= c == '.';
    }
    return s.len > 0 && s.len <= 253 && dot;
}

static bool read_email(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    s = ascii_of(s, in->r->a);
    struct str host = s;
    struct str local = str_split(&host, STR("@"));
    bool shaped = host.ptr && is_host(host) && local.len > 0 && local.len <= 64;
    for (size_t i = 0; shaped && i < local.len; i++)
        shaped = strchr("\"(),:;<>[]\\", local.ptr[i]) == NULL;
    if (!shaped)
        return value_refuse(in, "format", N_("must be a mail address, like name@example.cn"));
    char *lower = (char *)arena_dup(in->r->a, s).ptr; /* our own copy */
    for (size_t i = local.len; i < s.len; i++)
        lower[i] = (char)((unsigned)(lower[i] - 'A') < 26u ? lower[i] + 32 : lower[i]);
    cols[0] = v_str((struct str){lower, s.len});
    return true;
}

/* http and https alone: a page shows it as a link, and javascript: is one too. */
static bool read_url(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    if (s.len == 0)
        return true;
    size_t scheme = str_starts(s, STR("https://"))  ? strlen("https://")
                    : str_starts(s, STR("http://")) ? strlen("http://")
                                                    : 0;
    bool shaped = scheme > 0 && s.len > scheme && s.ptr[scheme] != '/' && s.len <= URL_BYTES_MAX;
    for (size_t i = 0; shaped && i < s.len; i++)
        shaped = (unsigned char)s.ptr[i] > ' ' && strchr("\"<>\\^`{|}\x7F", s.ptr[i]) == NULL;
    if (!shaped)
        return value_refuse(in, "format",
                            N_("must be an address that begins with https:// or http://"));
    cols[0] = v_str(s);
    return true;
}

const struct value_kind value_phone = {read_phone, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_email = {read_email, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_url = {read_url, value_write_text, {{""}}, ORDER_TEXT};

/* Ways to reach a person: telephone and mail. */
#include "model/contact.h"
#include "base/msg.h"
#include "base/utf8.h"
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

const char *contact_phone(struct str *out, struct str written, struct arena *a)
{
    struct str s = written;
    size_t turn = str_find(s, STR("转"), 0);
    *out = STR_NONE;
    if (s.len == 0)
        return NULL;
    if (turn < s.len)
        s = arena_printf(a, "%.*s#%.*s", (int)turn, s.ptr, (int)(s.len - turn - strlen("转")),
                         s.ptr + turn + strlen("转"));
    s = ascii_of(s, a);
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
        return N_("must be a telephone number, like 028-86123456 or 13812345678");
    *out = s;
    return NULL;
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

const char *contact_mail(struct str *out, struct str written, struct arena *a)
{
    struct str s = ascii_of(written, a), host = s;
    struct str local = str_split(&host, STR("@"));
    *out = STR_NONE;
    if (written.len == 0)
        return NULL;
    bool shaped = host.ptr && is_host(host) && local.len > 0 && local.len <= 64;
    for (size_t i = 0; shaped && i < local.len; i++)
        shaped = strchr("\"(),:;<>[]\\", local.ptr[i]) == NULL;
    if (!shaped)
        return N_("must be a mail address, like name@example.cn");
    char *lower = (char *)arena_dup(a, s).ptr; /* our own copy */
    for (size_t i = local.len; i < s.len; i++)
        lower[i] = (char)((unsigned)(lower[i] - 'A') < 26u ? lower[i] + 32 : lower[i]);
    *out = (struct str){lower, s.len};
    return NULL;
}

/* See xml_out.h. */
#include "text/xml_out.h"
#include "base/utf8.h"

void xml_escape(struct buf *out, struct str s)
{
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        if (c == '&')
            buf_addz(out, "&amp;");
        else if (c == '<')
            buf_addz(out, "&lt;");
        else if (c == '>')
            buf_addz(out, "&gt;");
        else if (c == '"')
            buf_addz(out, "&quot;");
        else if (c == UTF8_BAD || (c < 0x20 && c != '\t' && c != '\n') || c == 0xFFFE ||
                 c == 0xFFFF)
            buf_addz(out, "\xEF\xBF\xBD");
        else
            buf_add(out, (struct str){s.ptr + from, at - from});
    }
}

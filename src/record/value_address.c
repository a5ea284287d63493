/* Field types of ways to reach someone: telephone, mail, web. */
#include "base/msg.h"
#include "model/contact.h"
#include "record/value_kind.h"
#include <string.h>

static bool read_contact(struct value *cols, const struct reading *in, const struct jvalue *v)
{
    struct str s;
    if (!value_read_string(&s, in, v))
        return false;
    const char *fault =
        (in->f->type == FIELD_EMAIL ? contact_mail : contact_phone)(&s, s, in->r->a);
    if (s.len)
        cols[0] = v_str(s);
    return !fault || value_refuse(in, "format", fault);
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

const struct value_kind value_phone = {read_contact, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_email = {read_contact, value_write_text, {{""}}, ORDER_TEXT};
const struct value_kind value_url = {read_url, value_write_text, {{""}}, ORDER_TEXT};

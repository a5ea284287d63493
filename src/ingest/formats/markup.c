/* Tables in markup: what many systems call .xls, and OpenDocument. */
#include "text/markup.h"
#include "base/msg.h"
#include "ingest/formats_priv.h"

static err_t markup_format_open(void **state, struct input *in, struct err *e)
{
    return book_format_open(state, in, BOOK_MARKUP, false, e);
}

const struct format format_markup = {
    .name = "markup",
    .title = N_("table of a web page, OpenDocument (.ods) or Excel 2003's XML"),
    .surveyed = true,
    .sniff = markup_is,
    .open = markup_format_open,
    .next = table_format_next,
    .close = table_format_close,
};

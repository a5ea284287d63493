/* Legacy Excel files (BIFF). */
#include "text/xls.h"
#include "base/msg.h"
#include "ingest/formats_priv.h"

static int xls_sniff(struct bytes head)
{
    return xls_is(head) ? 90 : 0;
}

static err_t xls_format_open(void **state, struct input *in, struct err *e)
{
    return book_format_open(state, in, BOOK_XLS_MERGED, false, e);
}

const struct format format_xls = {
    .name = "xls",
    .title = N_("legacy Excel file (.xls)"),
    .surveyed = true,
    .sniff = xls_sniff,
    .open = xls_format_open,
    .next = table_format_next,
    .close = table_format_close,
};

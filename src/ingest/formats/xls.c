/* Legacy Excel files (BIFF). */
#include "text/xls.h"
#include "base/msg.h"
#include "ingest/formats_priv.h"
#include "ingest/table.h"
#include "text/book.h"

static int xls_sniff(struct bytes head)
{
    return xls_is(head) ? 90 : 0;
}

static err_t xls_format_open(void **state, struct input *in, struct err *e)
{
    struct bytes file;
    struct rows rows = {0};
    err_t rc = stream_map(&file, in->stream, in->tmpdir, e);

    if (rc == OK)
        rc = book_open(&rows, BOOK_XLS_MERGED, file, in->reader, e);
    if (rc != OK)
        return rc;
    struct table *t = table_new(in, rows);
    table_damage_cuts(t);
    *state = t;
    return OK;
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

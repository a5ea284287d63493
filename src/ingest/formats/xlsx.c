/* Excel workbooks (Office Open XML). */
#include "base/msg.h"
#include "ingest/formats_priv.h"
#include "ingest/table.h"
#include "text/book.h"
#include "text/rows_ahead.h"
#include "text/zip.h"

/* Any ZIP archive may be one: its first member tells in practice, since every
 * writer begins with a part of the package. */
static int xlsx_sniff(struct bytes head)
{
    static const char *const parts[] = {"[Content_Types].xml", "xl/", "_rels/", "docProps/",
                                        "customXml/"};
    if (!zip_is(head) || head.len < 60)
        return 0;
    struct str name = {(const char *)head.ptr + 30, head.len - 30};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (str_starts(name, str_of(parts[i])))
            return 90;
    return 0;
}

static err_t xlsx_format_open(void **state, struct input *in, struct err *e)
{
    struct bytes file;
    struct rows rows = {0};
    err_t rc = stream_map(&file, in->stream, in->tmpdir, e);

    if (rc == OK)
        rc = book_open(&rows, BOOK_XLSX_MERGED, file, in->reader, e);
    if (rc != OK)
        return rc;
    struct table *t = table_new(in, rows_ahead(rows));
    table_damage_cuts(t);
    *state = t;
    return OK;
}

const struct format format_xlsx = {
    .name = "xlsx",
    .title = N_("Excel workbook (.xlsx)"),
    .surveyed = true,
    .sniff = xlsx_sniff,
    .open = xlsx_format_open,
    .next = table_format_next,
    .close = table_format_close,
};

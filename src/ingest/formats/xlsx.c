/* Excel workbooks (Office Open XML). */
#include "base/msg.h"
#include "ingest/formats_priv.h"
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
    return book_format_open(state, in, BOOK_XLSX_MERGED, true, e);
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

/* Counts the records and cases that a reply shows. */
#include "api/resource.h"

/* The objects within the first array: what a list shows. Counted in the text, since an
 * answer may come from the kernel's cache. */
static int64_t list_rows(struct str json)
{
    int64_t rows = 0;
    int depth = 0;
    for (size_t i = 0; i < json.len; i++) {
        char c = json.ptr[i];
        if (c == '"') {
            while (++i < json.len && json.ptr[i] != '"')
                i += json.ptr[i] == '\\';
        } else if (c == '{' || c == '[') {
            rows += c == '{' && depth == 2;
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 1) {
            break;
        }
    }
    return rows;
}

int64_t reply_reads(const struct resource *resource, const struct reply *reply)
{
    switch (resource->reads) {
    case READS_ONE:
        return 1;
    case READS_ROWS: /* a workbook made of the list counts what its pages did */
        return reply->content_type ? reply->records : list_rows(reply->body);
    case READS_SAID:
        return reply->records;
    case READS_UNSAID:
    case READS_NONE:
        break;
    }
    return 0;
}

/* Where cells are merged stands behind the rows, so it is read before them (ECMA-376 part 1, 18.3.1.55). */
#include "text/xlsx_priv.h"
#include <stdlib.h>

static void merge_start(void *data, const char *name, const char **attrs)
{
    if (strcmp(xlsx_local(name), "mergeCell") != 0)
        return;
    const char *ref = xlsx_attr(attrs, "ref"), *colon = ref ? strchr(ref, ':') : NULL;
    if (colon)
        merges_add(xlsx_arg(data), xlsx_ref_column(ref), xlsx_ref_column(colon + 1),
                   strtoll(ref + strcspn(ref, "0123456789"), NULL, 10),
                   strtoll(colon + strcspn(colon, "0123456789"), NULL, 10));
}

static void merge_end(void *data, const char *name)
{
    const struct xlsx_part *p = data;
    if (strcmp(xlsx_local(name), "mergeCells") == 0)
        XML_StopParser(p->parser, XML_FALSE);
}

void xlsx_merges_find(struct merges *m, const struct zip *zip, struct str part)
{
    struct xlsx_part p = {0};
    merges_begin(m);
    if (xlsx_part_open(&p, zip, part, merge_start, merge_end, NULL, m, NULL) == OK)
        (void)!xlsx_part_run_from(&p, "mergeCells");
    xlsx_part_close(&p);
    merges_sort(m);
}

/* Pages of contracts: a PDF of one page with some lines on it. */
#include "cmd/demo_act.h"

/* `page`: the file's name; `lines`: what stands on it, in ASCII without brackets. */
static err_t page(struct demo_life *l)
{
    const struct yvalue *list = yin_get(l->words.event->step, "lines");
    size_t count = list && list->type == Y_LIST ? list->count : 0;
    struct str name, line, text = STR("BT /F 20 Tf 40 TL 60 760 Td\n");
    err_t rc = demo_say(&name, l, "page");
    for (size_t i = 0; rc == OK && i < count; i++)
        if ((rc = demo_text(&line, &l->words, list->items[i].text, l->a, l->e)) == OK)
            text = arena_printf(l->a, "%.*s(%.*s) Tj T*\n", STR_ARG(text), STR_ARG(line));
    if (rc != OK)
        return rc;
    return demo_store_file(
        l, arena_printf(l->a, "%.*s（演示）.pdf", STR_ARG(name)),
        arena_printf(l->a,
                     "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                     "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                     "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
                     "/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
                     "4 0 obj<</Length %zu>>stream\n%.*sET\nendstream endobj\n"
                     "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
                     "trailer<</Root 1 0 R>>\n%%%%EOF\n",
                     text.len + strlen("ET\n"), STR_ARG(text)));
}

const struct demo_act demo_page_acts[] = {{"page", page}, {NULL, NULL}};

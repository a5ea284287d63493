/* Papers of the demo: a PDF of one page. Its font is not in the file: readers have faces for STSong-Light and the
 * encoding UniGB-UTF16-H, or take others (ISO 32000-1, 9.7.5.2), so a paper has 2 KB. */
#include "api/files.h"
#include "base/utf8.h"
#include "cmd/demo_act.h"
#include "text/stream.h"

#define OBJECTS 6
#define LINE 38 /* characters, full width */

/* As text of the page: hexadecimal UTF-16, lines broken where they are full. */
static void add_line(struct buf *b, struct str text)
{
    unsigned width = 0;
    buf_addz(b, "<");
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t c = utf8_next(text, &at);
        width += utf8_width((struct str){text.ptr + from, at - from});
        if (width > 2 * LINE) {
            buf_addz(b, ">Tj T*<");
            width = 2;
        }
        buf_addf(b, "%04X", c > 0xffff ? UTF8_REPLACEMENT : c);
    }
    buf_addz(b, ">Tj T*\n");
}

#define FRAME                                                                                      \
    "%%PDF-1.4\n"                                                                                  \
    "1 0 obj<</Type/Catalog/Pages 2 0 R>>\nendobj\n"                                               \
    "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n"                                         \
    "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F "  \
    "5 0 R>>>>>>\nendobj\n"                                                                        \
    "4 0 obj<</Length %zu>>stream\n%.*s\nendstream\nendobj\n"                                      \
    "5 0 obj<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H"               \
    "/DescendantFonts[6 0 R]>>\nendobj\n"                                                          \
    "6 0 obj<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry"      \
    "(Adobe)/Ordering(GB1)/Supplement 2>>/W[1 95 500 814 907 500]/FontDescriptor<</Type"           \
    "/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle"        \
    " 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>\nendobj\n"

static struct str make_pdf(struct str page, struct arena *a)
{
    struct buf b;
    buf_init(&b, 0);
    buf_addf(&b, FRAME, page.len, STR_ARG(page));
    size_t table = b.len;
    buf_addf(&b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (int i = 1; i <= OBJECTS; i++)
        buf_addf(&b, "%010zu 00000 n \n",
                 str_find(buf_str(&b), arena_printf(a, "\n%d 0 obj", i), 0) + 1);
    buf_addf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1, table);
    return buf_take(&b, a);
}

/* `file`: its heading and name; `lines`: what stands on it. */
err_t demo_file(struct demo_life *l)
{
    const struct yvalue *list = yin_get(l->words.said, "lines");
    struct subject by;
    const struct request r = {.api = &l->serving.api, .arena = l->a, .subject = &by};
    struct str heading = demo_say(l, "file"), today = demo_today(l), digest = STR_NONE;
    struct str name = arena_printf(l->a, "%.*s（演示）.pdf", STR_ARG(heading));
    struct buf page;
    struct jout j;
    buf_init(&page, 0);
    buf_addz(&page, "BT /F 20 Tf 40 TL 50 760 Td\n");
    add_line(&page, heading);
    buf_addz(&page, "/F 13 Tf 26 TL\n");
    for (size_t i = 0; i < list->count; i++)
        add_line(&page, demo_text(&l->words, list->items[i].text, l->a));
    add_line(&page, arena_printf(l->a, "（演示文件：%.*s，%.*s）", STR_ARG(demo_party_of(l)->name),
                                 STR_ARG(today)));
    buf_addz(&page, "ET");
    struct stream *content = stream_open_memory(str_bytes(make_pdf(buf_take(&page, l->a), l->a)));
    err_t rc = demo_subject(&by, l);
    if (rc == OK)
        rc = files_store(&digest, &r, name, content, l->e);
    stream_close(content);
    jout_init_values(&j, l->a);
    jout_pair(&j, "digest", digest);
    jout_pair(&j, "name", name);
    demo_call(l, jout_made(&j));
    return rc;
}

/* Papers of the demo: a PDF of one page. Its font is not in the file: readers have faces for STSong-Light and the
 * encoding UniGB-UTF16-H, or take others (ISO 32000-1, 9.7.5.2), so a paper has 2 KB. */
#include "base/utf8.h"
#include "cmd/demo_act.h"
#include "model/file_kind.h"
#include "record/attachment.h"

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

static struct str make_pdf(struct str heading, const struct str *lines, size_t count,
                           struct arena *a)
{
    struct buf text, b;
    size_t at[OBJECTS];
    buf_init(&text, 0);
    buf_addz(&text, "BT /F 20 Tf 40 TL 50 760 Td\n");
    add_line(&text, heading);
    buf_addz(&text, "/F 13 Tf 26 TL\n");
    for (size_t i = 0; i < count; i++)
        add_line(&text, lines[i]);
    buf_addz(&text, "ET");
    struct str page = buf_take(&text, a);
    const struct str objects[OBJECTS] = {
        STR("<</Type/Catalog/Pages 2 0 R>>"),
        STR("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        STR("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F "
            "5 0 R>>>>>>"),
        arena_printf(a, "<</Length %zu>>stream\n%.*s\nendstream", page.len, STR_ARG(page)),
        STR("<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UTF16-H"
            "/DescendantFonts[6 0 R]>>"),
        STR("<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry"
            "(Adobe)/Ordering(GB1)/Supplement 2>>/W[1 95 500 814 907 500]/FontDescriptor<</Type"
            "/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[-25 -254 1000 880]/ItalicAngle"
            " 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>>>")};
    buf_init(&b, 0);
    buf_addz(&b, "%PDF-1.4\n");
    for (size_t i = 0; i < OBJECTS; i++) {
        at[i] = b.len;
        buf_addf(&b, "%zu 0 obj%.*s\nendobj\n", i + 1, STR_ARG(objects[i]));
    }
    size_t table = b.len;
    buf_addf(&b, "xref\n0 %d\n0000000000 65535 f \n", OBJECTS + 1);
    for (size_t i = 0; i < OBJECTS; i++)
        buf_addf(&b, "%010zu 00000 n \n", at[i]);
    buf_addf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", OBJECTS + 1, table);
    return buf_take(&b, a);
}

/* `file`: its heading and name; `lines`: what stands on it. */
err_t demo_file(struct demo_life *l)
{
    struct api *api = &l->serving.api;
    const struct yvalue *list = yin_get(l->words.said, "lines");
    size_t count = list ? list->count : 0;
    struct str heading, *lines = arena_array(l->a, count + 1, sizeof(*lines));
    struct attachment_made made;
    struct file_stored stored;
    struct file_put *f = NULL;
    struct subject by;
    struct jout j;
    err_t rc = demo_say(&heading, l, "file");
    for (size_t i = 0; rc == OK && i < count; i++)
        rc = demo_text(&lines[i], &l->words, list->items[i].text, l->a, l->e);
    if (rc != OK || (rc = demo_subject(&by, l)) != OK)
        return rc;
    struct str today = demo_today(l),
               name = arena_printf(l->a, "%.*s（演示）.pdf", STR_ARG(heading));
    lines[count] = arena_printf(l->a, "（演示文件：%.*s，%.*s）", STR_ARG(demo_party_of(l)->name),
                                STR_ARG(today));
    struct str content = make_pdf(heading, lines, count + 1, l->a);
    file_put_begin(&f, api->files, by.unit, false, (int64_t)content.len);
    if ((rc = file_put_add(f, str_bytes(content), l->e)) != OK) {
        file_put_abort(f);
        return rc;
    }
    if ((rc = file_put_end(&stored, f, l->a, l->e)) == OK)
        rc = attachment_add(&made, &(struct record_call){api->kernel, &by, NULL, 0, l->a},
                            &(struct attachment_new){.stored = &stored,
                                                     .kind = file_kind_of_name(name),
                                                     .name = name,
                                                     .secrecy = SECRECY_INTERNAL,
                                                     .quota_bytes = INT64_C(1) << 30},
                            l->e);
    jout_init_values(&j, l->a);
    jout_pair(&j, "digest", str_of(stored.digest));
    jout_pair(&j, "name", name);
    return rc == OK ? demo_call(l, jout_made(&j)) : rc;
}

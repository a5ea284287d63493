/* Scanned pages: a sheet of paper with some lines on it, as a scanner gives it: grey, not quite
 * straight, with specks. `rescan` scans the page of an earlier step once more. */
#include "base/rand.h"
#include "cmd/demo_act.h"
#include <math.h>
#include <stdlib.h>
#include <zlib.h>

#define WIDE 1000
#define HIGH 1414 /* A4 */
#define DOT 5     /* pixels of a dot of a letter */
#define MARGIN 90
#define LETTERS "0123456789.-ABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* Five columns a letter, the top dot in the lowest bit; in the order of LETTERS. */
static const uint8_t dots[][5] = {
    {0x3e, 0x51, 0x49, 0x45, 0x3e}, {0x00, 0x42, 0x7f, 0x40, 0x00}, {0x42, 0x61, 0x51, 0x49, 0x46},
    {0x21, 0x41, 0x45, 0x4b, 0x31}, {0x18, 0x14, 0x12, 0x7f, 0x10}, {0x27, 0x45, 0x45, 0x45, 0x39},
    {0x3c, 0x4a, 0x49, 0x49, 0x30}, {0x01, 0x71, 0x09, 0x05, 0x03}, {0x36, 0x49, 0x49, 0x49, 0x36},
    {0x06, 0x49, 0x49, 0x29, 0x1e}, {0x00, 0x60, 0x60, 0x00, 0x00}, {0x08, 0x08, 0x08, 0x08, 0x08},
    {0x7e, 0x11, 0x11, 0x11, 0x7e}, {0x7f, 0x49, 0x49, 0x49, 0x36}, {0x3e, 0x41, 0x41, 0x41, 0x22},
    {0x7f, 0x41, 0x41, 0x22, 0x1c}, {0x7f, 0x49, 0x49, 0x49, 0x41}, {0x7f, 0x09, 0x09, 0x09, 0x01},
    {0x3e, 0x41, 0x49, 0x49, 0x7a}, {0x7f, 0x08, 0x08, 0x08, 0x7f}, {0x00, 0x41, 0x7f, 0x41, 0x00},
    {0x20, 0x40, 0x41, 0x3f, 0x01}, {0x7f, 0x08, 0x14, 0x22, 0x41}, {0x7f, 0x40, 0x40, 0x40, 0x40},
    {0x7f, 0x02, 0x0c, 0x02, 0x7f}, {0x7f, 0x04, 0x08, 0x10, 0x7f}, {0x3e, 0x41, 0x41, 0x41, 0x3e},
    {0x7f, 0x09, 0x09, 0x09, 0x06}, {0x3e, 0x41, 0x51, 0x21, 0x5e}, {0x7f, 0x09, 0x19, 0x29, 0x46},
    {0x46, 0x49, 0x49, 0x49, 0x31}, {0x01, 0x01, 0x7f, 0x01, 0x01}, {0x3f, 0x40, 0x40, 0x40, 0x3f},
    {0x1f, 0x20, 0x40, 0x20, 0x1f}, {0x3f, 0x40, 0x38, 0x40, 0x3f}, {0x63, 0x14, 0x08, 0x14, 0x63},
    {0x07, 0x08, 0x70, 0x08, 0x07}, {0x61, 0x51, 0x49, 0x45, 0x43},
};

struct sheet_of_paper {
    uint8_t *ink; /* WIDE × HIGH; 1: dark */
};

static void fill_box(struct sheet_of_paper *s, int x, int y, int breadth, int height)
{
    for (int j = y; j < y + height && j < HIGH; j++)
        for (int i = x; i < x + breadth && i < WIDE; i++)
            s->ink[j * WIDE + i] = 1;
}

static void draw_letter(struct sheet_of_paper *s, int x, int y, char letter, int dot)
{
    const char *at = strchr(LETTERS, letter);
    for (int column = 0; at && letter && column < 5; column++)
        for (int row = 0; row < 7; row++)
            if (dots[at - LETTERS][column] >> row & 1)
                fill_box(s, x + column * dot, y + row * dot, dot, dot);
}

static void draw_line(struct sheet_of_paper *s, int y, struct str text, int dot)
{
    for (size_t i = 0; i < text.len; i++)
        draw_letter(s, MARGIN + (int)i * 6 * dot, y, text.ptr[i], dot);
}

/* The lines large at the top; below them clauses in small print, which nobody has to read but
 * which differ from paper to paper; two seals. */
static void draw_page(struct sheet_of_paper *s, const struct str *lines, size_t count,
                      struct rand *r)
{
    int y = MARGIN;
    for (size_t i = 0; i < count; i++, y += 12 * DOT)
        draw_line(s, y, lines[i], DOT);
    for (y += 60; y < HIGH - 330; y += 34) {
        char text[60];
        int len = 30 + (int)rand_below(r, 28);
        for (int i = 0; i < len; i++)
            text[i] = rand_below(r, 6) ? (char)('A' + rand_below(r, 26)) : ' ';
        draw_line(s, y, (struct str){text, (size_t)len}, 2);
    }
    for (int seal = 0; seal < 2; seal++) {
        int x = 160 + 430 * seal + (int)rand_below(r, 60);
        fill_box(s, x, HIGH - 280, 200, 8);
        fill_box(s, x, HIGH - 88, 200, 8);
        fill_box(s, x, HIGH - 280, 8, 200);
        fill_box(s, x + 192, HIGH - 280, 8, 200);
        draw_line(s, HIGH - 200, STR_NONE, 3);
    }
}

/* The sheet on the glass: turned by some tenths of a degree, somewhat smaller, grey, with specks. */
static void scan_page(uint8_t *rows, const struct sheet_of_paper *s, double degrees, double scale,
                      struct rand *r)
{
    const int mid_x = WIDE / 2, mid_y = HIGH / 2;
    double c = cos(degrees * M_PI / 180) / scale, d = sin(degrees * M_PI / 180) / scale;
    for (int y = 0; y < HIGH; y++) {
        uint8_t *row = rows + (size_t)y * (WIDE + 1);
        row[0] = 0; /* filter: none */
        for (int x = 0; x < WIDE; x++) {
            int u = (int)lround(c * (x - mid_x) + d * (y - mid_y)) + mid_x;
            int v = (int)lround(c * (y - mid_y) - d * (x - mid_x)) + mid_y;
            bool dark = u >= 0 && u < WIDE && v >= 0 && v < HIGH && s->ink[v * WIDE + u];
            row[1 + x] = (uint8_t)((dark ? 40 : 236) + (int)rand_below(r, 4) * 4);
        }
    }
}

static void put_u32(struct buf *out, uint32_t n)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_addc(out, (char)(n >> shift & 0xff));
}

static void put_chunk(struct buf *out, const char *name, struct str data)
{
    put_u32(out, (uint32_t)data.len);
    size_t from = out->len;
    buf_addz(out, name);
    buf_add(out, data);
    if (buf_ok(out))
        put_u32(out, (uint32_t)crc32(0, (const Bytef *)out->ptr + from, (uInt)(data.len + 4)));
}

/* PNG, eight bits of grey. */
static struct str png_of(const uint8_t *rows, struct arena *a)
{
    uLong len = (uLong)(WIDE + 1) * HIGH;
    uLongf packed_len = compressBound(len);
    Bytef *packed = arena_alloc(a, packed_len);
    struct buf b, head;
    buf_init(&b, 0);
    buf_init(&head, 0);
    put_u32(&head, WIDE);
    put_u32(&head, HIGH);
    buf_add(&head, (struct str){"\x08\0\0\0", 5});
    if (compress2(packed, &packed_len, rows, len, 3) != Z_OK)
        abort(); /* the bound was asked of zlib itself */
    buf_add(&b, STR("\x89PNG\r\n\x1a\n"));
    put_chunk(&b, "IHDR", buf_str(&head));
    put_chunk(&b, "IDAT", (struct str){(const char *)packed, packed_len});
    put_chunk(&b, "IEND", STR_NONE);
    struct str png = buf_take(&b, a);
    buf_clear(&head);
    return png;
}

/* --- the acts ------------------------------------------------------------------------------------- */

static struct rand dice(const struct demo_life *l, struct str of)
{
    struct rand r = {l->story.seed};
    for (size_t i = 0; i < of.len; i++)
        r.state = r.state * 31 + (uint8_t)of.ptr[i];
    return r;
}

static err_t read_lines(const struct str **out, size_t *count, struct demo_life *l)
{
    const struct yvalue *list = yin_get(l->words.event->step, "lines");
    size_t len = list && list->type == Y_LIST ? list->count : 0;
    struct str *lines = arena_array(l->a, len + 1, sizeof(*lines));
    err_t rc = OK;
    for (size_t i = 0; rc == OK && i < len; i++)
        rc = demo_text(&lines[i], &l->words, list->items[i].text, l->a, l->e);
    *out = lines;
    *count = len;
    return rc;
}

/* `page`: the file's name; `lines`: what stands on it, in capitals and digits; `scan`: which scan of
 * that paper (1 where the step says nothing): another one is turned and sized otherwise. */
static err_t page(struct demo_life *l)
{
    const struct str *lines;
    size_t count;
    struct str name, scan;
    err_t rc = demo_say(&name, l, "page");
    if (rc == OK && (rc = demo_say(&scan, l, "scan")) == OK)
        rc = read_lines(&lines, &count, l);
    if (rc != OK)
        return rc;
    struct sheet_of_paper s = {arena_alloc(l->a, (size_t)WIDE * HIGH)};
    memset(s.ink, 0, (size_t)WIDE * HIGH);
    uint8_t *rows = arena_alloc(l->a, (size_t)(WIDE + 1) * HIGH);
    struct rand print = dice(l, count ? lines[0] : name), glass = dice(l, scan);
    draw_page(&s, lines, count, &print);
    double turned = scan.len ? 1.2 : 0.3, scale = scan.len ? 0.97 : 1.0;
    scan_page(rows, &s, turned, scale, &glass);
    return demo_store_file(l, arena_printf(l->a, "%.*s（演示）.png", STR_ARG(name)),
                           png_of(rows, l->a));
}

const struct demo_act demo_page_acts[] = {{"page", page}, {NULL, NULL}};

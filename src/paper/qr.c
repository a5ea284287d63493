/* libqrencode makes the symbol; zlib packs the pixels of the PNG, one bit each. */
#include "paper/qr.h"
#include "base/mem.h"
#include <qrencode.h>
#include <stdlib.h>
#include <zlib.h>

err_t qr_of(struct qr *out, struct str text, struct arena *a, struct err *e)
{
    QRcode *code = QRcode_encodeString(arena_cstr(a, text), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    if (!code)
        return err_set(e, E_LIMIT, "the address is too long for a QR symbol: %zu bytes", text.len);
    size_t count = (size_t)code->width * (size_t)code->width;
    uint8_t *dark = arena_alloc(a, count);
    for (size_t i = 0; i < count; i++)
        dark[i] = code->data[i] & 1;
    *out = (struct qr){code->width, dark};
    QRcode_free(code);
    return OK;
}

static void put_u32(struct buf *out, uint32_t n)
{
    char four[] = {(char)(n >> 24), (char)(n >> 16), (char)(n >> 8), (char)n};
    buf_add(out, (struct str){four, 4});
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

void qr_png(struct buf *out, const struct qr *q, int scale)
{
    int modules = q->side + 2 * QR_QUIET, side = modules * scale;
    size_t row = 1 + ((size_t)side + 7) / 8, len = row * (size_t)side;
    uint8_t *pixels = mem_alloc(len);
    uLongf packed_len = compressBound(len);
    Bytef *packed = mem_alloc(packed_len);
    memset(pixels, 0xff, len);
    for (int y = 0; y < side; y++) {
        uint8_t *line = pixels + row * (size_t)y;
        int my = y / scale - QR_QUIET;
        line[0] = 0; /* filter: none */
        for (int x = 0; x < side; x++) {
            int mx = x / scale - QR_QUIET;
            if (my >= 0 && my < q->side && mx >= 0 && mx < q->side && q->dark[my * q->side + mx])
                line[1 + x / 8] &= (uint8_t) ~(0x80 >> (x % 8));
        }
    }
    char head[] = {(char)(side >> 24),
                   (char)(side >> 16),
                   (char)(side >> 8),
                   (char)side,
                   (char)(side >> 24),
                   (char)(side >> 16),
                   (char)(side >> 8),
                   (char)side,
                   1,
                   0,
                   0,
                   0,
                   0}; /* one bit, grey */
    if (compress2(packed, &packed_len, pixels, len, 9) != Z_OK)
        abort(); /* the bound was asked of zlib itself */
    buf_add(out, STR("\x89PNG\r\n\x1a\n"));
    put_chunk(out, "IHDR", (struct str){head, sizeof(head)});
    put_chunk(out, "IDAT", (struct str){(const char *)packed, packed_len});
    put_chunk(out, "IEND", STR_NONE);
    free(pixels);
    free(packed);
}

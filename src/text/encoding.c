/* Which encoding a text is in, and its way to UTF-8 through iconv.
 *
 * The judgement uses only what real files differ by: NUL bytes (UTF-16), three
 * and four byte sequences (UTF-8), and pairs of the GB 2312 core (GB18030). In
 * Chinese GBK text nearly all pairs lie in that core; in Western text a high
 * byte is followed by ASCII, which as a pair lies outside. */
#include "text/encoding.h"
#include "base/buf.h"
#include "base/mem.h"
#include "base/utf8.h"
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

#define IN_BYTES ((size_t)64 << 10)
#define OUT_BYTES ((size_t)128 << 10)
#define LOOK_BYTES 4096 /* refill when fewer are left: longer than any sequence */

const char *encoding_name(enum encoding encoding)
{
    static const char *const names[] = {
        [ENCODING_UTF8] = "UTF-8",
        [ENCODING_UTF16LE] = "UTF-16LE",
        [ENCODING_UTF16BE] = "UTF-16BE",
        [ENCODING_UTF32LE] = "UTF-32LE",
        [ENCODING_UTF32BE] = "UTF-32BE",
        [ENCODING_GB18030] = "GB18030",
        [ENCODING_WINDOWS_1252] = "WINDOWS-1252",
        [ENCODING_CP949] = "CP949",
        [ENCODING_BIG5] = "BIG5-HKSCS",
        [ENCODING_CP932] = "CP932",
        [ENCODING_EUC_JP] = "EUC-JP",
    };
    return names[encoding];
}

/* --- the judgement ------------------------------------------------------- */

static bool has_mark(struct bytes head, const char *mark, size_t len)
{
    return head.len >= len && memcmp(head.ptr, mark, len) == 0;
}

static bool guess_mark(enum encoding *to, struct bytes head, size_t *bom)
{
    static const struct {
        const char *mark;
        size_t len;
        enum encoding encoding;
    } marks[] = {
        {"\xEF\xBB\xBF", 3, ENCODING_UTF8},    {"\xFF\xFE\0\0", 4, ENCODING_UTF32LE},
        {"\0\0\xFE\xFF", 4, ENCODING_UTF32BE}, {"\xFF\xFE", 2, ENCODING_UTF16LE},
        {"\xFE\xFF", 2, ENCODING_UTF16BE},     {"\x84\x31\x95\x33", 4, ENCODING_GB18030},
    };
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        if (!has_mark(head, marks[i].mark, marks[i].len))
            continue;
        *bom = marks[i].len;
        *to = marks[i].encoding;
        return true;
    }
    return false;
}

struct utf8_count {
    size_t bad, two, more; /* broken bytes; sequences of two; of three or four */
};

static struct utf8_count count_utf8(struct bytes head)
{
    struct utf8_count n = {0};
    struct str s = bytes_str(head);
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        if (utf8_next(s, &at) == UTF8_BAD)
            n.bad += s.len - from > 3; /* at the very end it is only cut off */
        else if (at - from == 2)
            n.two++;
        else if (at - from > 2)
            n.more++;
    }
    return n;
}

/* UTF-16 without a mark: its ASCII characters, at least the line breaks, have a
 * NUL at every other byte, always on the same side. */
static bool guess_utf16(enum encoding *to, struct bytes head, bool is_utf8)
{
    size_t nul[2] = {0, 0}, units = head.len / 2, bad = 0;
    for (size_t i = 0; i < units * 2; i++)
        nul[i & 1] += head.ptr[i] == 0;
    bool little = nul[1] > nul[0];
    size_t many = nul[little], few = nul[!little];
    if (units == 0 || many == 0 || few * 2 > many)
        return false;
    /* ASCII text is two bytes in five NUL then; a stray NUL is none of that. */
    if (is_utf8 && many * 5 < units * 2)
        return false;
    for (size_t i = 0; i + 3 < units * 2; i += 2) {
        uint8_t high = head.ptr[i + little], next = head.ptr[i + 2 + little];
        bad += (high >= 0xD8 && high <= 0xDB) != (next >= 0xDC && next <= 0xDF);
    }
    *to = little ? ENCODING_UTF16LE : ENCODING_UTF16BE;
    return many * 200 >= units && bad * 50 <= units;
}

/* Pairs as they are in GB 2312 (rows 1–9 and 16–87) against all else above ASCII. */
static bool is_gb18030(struct bytes head)
{
    size_t core = 0, other = 0;
    for (size_t i = 0; i < head.len; i++) {
        uint8_t c = head.ptr[i];
        if (c < 0x80)
            continue;
        if (i + 1 == head.len)
            break;
        uint8_t next = head.ptr[i + 1];
        bool lead = (c >= 0xA1 && c <= 0xA9) || (c >= 0xB0 && c <= 0xF7);
        if (lead && next >= 0xA1 && next <= 0xFE) {
            core++;
            i++;
        } else {
            other++;
            /* A pair of the GBK extension; its second byte is no lead byte. */
            i += c >= 0x81 && c <= 0xFE && next >= 0x80 && next <= 0xFE;
        }
    }
    return core >= other && core > 0;
}

static size_t ascii_prefix(struct bytes b)
{
    size_t n = 0;
    uint64_t word;
    for (; b.len - n >= sizeof(word); n += sizeof(word)) {
        memcpy(&word, b.ptr + n, sizeof(word));
        if (word & 0x8080808080808080u)
            break;
    }
    while (n < b.len && b.ptr[n] < 0x80)
        n++;
    return n;
}

/* Characters of patents' titles, names and column names in each language. */
static const struct {
    enum encoding encoding;
    const char *common;
} languages[] = {
    {ENCODING_GB18030,
     "的一种与及其用在和有中上公开告号标题名称摘要申请人日期发明专利权类型分地址状态机电车动"
     "装置方法系统设备制工结构材料技术有限司大学所研究院科高新能化数据控制器"},
    {ENCODING_CP949,
     "이의는다에를을하고가은지로및기전사시스한자장치방법인주식회대리용제조어학교구성정보체"
     "소수도그부상신연일진물트출원명청발명"},
    {ENCODING_BIG5,
     "的一種與及其用在和有中上公開告號標題名稱摘要申請人日期發明專利權類型分地址狀態機電車動"
     "裝置方法系統設備製工結構材料技術有限司大學所研究院科高新能化數據控制器"},
    {ENCODING_CP932, "のをにはがとでるたすしいれらかんもよりこーンスルトイアクラシリドジプレム"},
    {ENCODING_EUC_JP, "のをにはがとでるたすしいれらかんもよりこーンスルトイアクラシリドジプレム"},
};

struct reading {
    size_t letters, hangul, common, bad; /* of the characters above ASCII */
};

/* How `head` reads in an encoding. */
static struct reading read_as(struct bytes head, enum encoding encoding, const char *common)
{
    struct reading n = {0};
    char *from = (char *)(uintptr_t)head.ptr, text[1024];
    iconv_t cd = iconv_open("UTF-8", encoding_name(encoding));

    for (size_t left = head.len; cd != (iconv_t)-1 && left > 0;) {
        char *to = text;
        size_t room = sizeof(text);
        size_t rc = iconv(cd, &from, &left, &to, &room);
        bool bad = rc == (size_t)-1 && errno == EILSEQ, cut = rc == (size_t)-1 && errno == EINVAL;
        struct str s = str_range(text, to);
        for (size_t at = 0; at < s.len;) {
            size_t start = at;
            uint32_t c = utf8_next(s, &at);
            n.letters += c >= 0x80;
            n.hangul += c >= 0xAC00 && c <= 0xD7A3;
            n.common +=
                c >= 0x80 && str_contains(str_of(common), str_range(s.ptr + start, s.ptr + at));
        }
        n.bad += bad;
        from += bad;
        left = cut ? 0 : left - bad;
    }
    if (cd != (iconv_t)-1)
        iconv_close(cd);
    return n;
}

/* A Korean, traditional Chinese or Japanese encoding whose common characters the text has; pairs
 * of each are valid in the others. False: none is more likely than GB18030. */
static bool guess_east_asian(enum encoding *to, struct bytes head)
{
    struct bytes part = {head.ptr, head.len < LOOK_BYTES ? head.len : LOOK_BYTES};
    const struct reading gb = read_as(part, ENCODING_GB18030, languages[0].common);
    size_t best = 2 * gb.common + 1;
    bool found = false;

    for (size_t i = 1; i < ARRAY_LEN(languages); i++) {
        struct reading n = read_as(part, languages[i].encoding, languages[i].common);
        bool all_hangul = languages[i].encoding == ENCODING_CP949 && gb.common == 0 &&
                          n.hangul >= 6 && n.hangul == n.letters;
        if (n.bad * 20 > n.letters || (n.common <= best && !all_hangul))
            continue;
        *to = languages[i].encoding;
        best = n.common;
        found = true;
    }
    return found;
}

enum encoding encoding_guess(struct bytes head, size_t *bom)
{
    enum encoding found;
    *bom = 0;
    if (guess_mark(&found, head, bom))
        return found;
    struct utf8_count n = count_utf8(head);
    if (guess_utf16(&found, head, n.bad == 0))
        return found;
    if (n.bad == 0 || (n.more >= n.bad * 4 && n.more > 0))
        return ENCODING_UTF8;
    size_t ascii = ascii_prefix(head);
    if (guess_east_asian(&found, (struct bytes){head.ptr + ascii, head.len - ascii}))
        return found;
    /* One broken byte in a text of few non-ASCII characters. */
    if (is_gb18030(head))
        return ENCODING_GB18030;
    return n.more + n.two > n.bad ? ENCODING_UTF8 : ENCODING_WINDOWS_1252;
}

/* --- the stream ---------------------------------------------------------- */

struct decoder {
    struct stream *inner;
    enum encoding_bad how;
    struct encoding_report *report, own;
    bool begun, decided; /* undecided: all ASCII so far */
    iconv_t iconv;       /* (iconv_t)-1 where none is needed */
    uint8_t *in;
    size_t in_at, in_len;
    uint64_t in_offset; /* in the file, of in[in_at] */
    bool in_end;
    char *out;
    size_t out_at, out_len;
};

static void skip_in(struct decoder *d, size_t n)
{
    d->in_at += n;
    d->in_offset += n;
}

static err_t fill(struct decoder *d, struct err *e)
{
    if (d->in_end || d->in_len - d->in_at >= LOOK_BYTES)
        return OK;
    memmove(d->in, d->in + d->in_at, d->in_len - d->in_at);
    d->in_len -= d->in_at;
    d->in_at = 0;
    while (d->in_len < IN_BYTES) {
        size_t got = 0;
        err_t rc = stream_read(&got, d->inner, d->in + d->in_len, IN_BYTES - d->in_len, e);
        if (rc != OK)
            return rc;
        if (got == 0) {
            d->in_end = true;
            break;
        }
        d->in_len += got;
    }
    return OK;
}

static void put_bad(struct decoder *d, size_t width)
{
    size_t left = d->in_len - d->in_at;
    if (d->report->bad++ == 0)
        d->report->first_bad = d->in_offset;
    if (d->how == ENCODING_MARK) {
        d->out[d->out_len++] = (char)0xFF;
    } else {
        memcpy(d->out + d->out_len, "\xEF\xBF\xBD", 3);
        d->out_len += 3;
    }
    skip_in(d, width < left ? width : left);
}

static void copy_in(struct decoder *d, size_t n)
{
    memcpy(d->out + d->out_len, d->in + d->in_at, n);
    d->out_len += n;
    skip_in(d, n);
}

static void decode_utf8(struct decoder *d)
{
    while (d->in_at < d->in_len && d->out_len + IN_BYTES < OUT_BYTES) {
        struct str s = {(const char *)d->in + d->in_at, d->in_len - d->in_at};
        size_t good = utf8_check(s);
        copy_in(d, good);
        if (good == s.len || (s.len - good < 4 && !d->in_end))
            return; /* the rest may be a sequence that goes on */
        put_bad(d, 1);
    }
}

static size_t unit_width(enum encoding encoding)
{
    if (encoding == ENCODING_UTF32LE || encoding == ENCODING_UTF32BE)
        return 4;
    return encoding == ENCODING_UTF16LE || encoding == ENCODING_UTF16BE ? 2 : 1;
}

/* --- GB18030, where a broken byte can put every pair after it out of step ---- */

#define STEP_LOOK_BYTES 128 /* of a run, to tell which of two beginnings reads better */

/* Bytes of the character at p: 1, 2 or 4; 0: none begins here (`left`: it may, with
 * more bytes than there are). */
static size_t gb_width(const uint8_t *p, size_t left)
{
    if (p[0] <= 0x80) /* 0x80: the euro sign of code page 936 */
        return 1;
    if (p[0] == 0xFF)
        return 0;
    if (left < 2)
        return left;
    if (p[1] >= '0' && p[1] <= '9' && left < 4)
        return left;
    if (p[1] >= '0' && p[1] <= '9')
        return p[2] > 0x80 && p[2] < 0xFF && p[3] >= '0' && p[3] <= '9' ? 4 : 0;
    return p[1] >= 0x40 && p[1] != 0x7F && p[1] != 0xFF ? 2 : 0;
}

/* The character of a code of four bytes that iconv refuses or takes for a private-use one, as it goes by a later
 * edition of GB 18030 than the writer (Python's codec, iconv-lite); else 0. */
static uint32_t gb_moved(const uint8_t *p)
{
    static const struct {
        uint32_t first, count, character;
    } moved[] = {{7457, 1, 0x1E3F}, {19057, 8, 0x9FB4}, {39076, 10, 0xFE10}}; /* from 81308130 on */
    uint32_t n = ((p[0] - 0x81u) * 10 + p[1] - '0') * 1260 + (p[2] - 0x81u) * 10 + p[3] - '0';
    for (size_t i = 0; i < ARRAY_LEN(moved); i++)
        if (n - moved[i].first < moved[i].count)
            return moved[i].character + n - moved[i].first;
    return 0;
}

/* How well the run of characters above ASCII at p reads: characters of the first level
 * of GB 2312 (3,755 that make up nearly all of a text) and its marks, less breaks. Read
 * one byte out of step, fewer than half are. */
static int gb_reads(const uint8_t *p, size_t left)
{
    int score = 0;
    if (left > STEP_LOOK_BYTES)
        left = STEP_LOOK_BYTES;
    for (size_t width; left > 0 && p[0] >= 0x80; p += width, left -= width) {
        width = gb_width(p, left);
        if (width == 0)
            return score - 1;
        if (width == 2 && ((p[0] >= 0xB0 && p[0] <= 0xD7) || p[0] == 0xA1 || p[0] == 0xA3))
            score += p[1] >= 0xA1;
    }
    return score;
}

/* Bytes from in[in_at] that iconv may have. 0: the byte there is broken, and *lost is
 * how many are to be left out so that what follows is in step; or *lost is 0, and the
 * code there is one of gb_moved. A byte that broke into ASCII leaves its second half at
 * the head of a run, which shows where the run ends. */
static size_t gb_good(size_t *lost, const struct decoder *d)
{
    const uint8_t *p = d->in + d->in_at;
    size_t len = d->in_len - d->in_at, at = 0, run = 0, width = 0;
    bool inside = false;

    for (; at < len && (width = gb_width(p + at, len - at)) > 0; at += width) {
        if (width == 4 && gb_moved(p + at))
            return at;
        if (p[at] >= 0x80 && !inside)
            run = at;
        inside = p[at] >= 0x80;
    }
    if (at == len)
        return len;
    size_t begin = inside ? run : at;
    if (begin > 0)
        return begin;
    if (at > 0 && gb_reads(p + 1, len - 1) - 1 > gb_reads(p, len)) {
        *lost = 1;
        return 0;
    }
    if (at > 0)
        return at;
    bool pair = len > 1 && p[1] >= 0x80;
    *lost = pair && gb_reads(p + 2, len - 2) >= gb_reads(p + 1, len - 1) ? 2 : 1;
    return 0;
}

/* Of a character that the encoding has no meaning for. */
static size_t bad_width(const struct decoder *d)
{
    size_t width = unit_width(d->report->encoding);
    if (d->report->encoding == ENCODING_GB18030)
        width = gb_width(d->in + d->in_at, d->in_len - d->in_at);
    return width ? width : 1;
}

static void decode_iconv(struct decoder *d)
{
    while (d->in_at < d->in_len && OUT_BYTES - d->out_len > 16) {
        char *from = (char *)d->in + d->in_at, *to = d->out + d->out_len;
        size_t lost = 0, from_left = d->in_len - d->in_at;
        if (d->report->encoding == ENCODING_GB18030 && (from_left = gb_good(&lost, d)) == 0) {
            if (lost)
                put_bad(d, lost);
            else
                d->out_len += utf8_put(to, gb_moved(d->in + d->in_at));
            skip_in(d, lost ? 0 : 4);
            continue;
        }
        size_t given = from_left, to_left = OUT_BYTES - d->out_len - 8;
        size_t rc = iconv(d->iconv, &from, &from_left, &to, &to_left);
        int errnum = errno;
        d->out_len = (size_t)(to - d->out);
        skip_in(d, given - from_left);
        if (rc != (size_t)-1 || errnum == E2BIG)
            continue;
        if (errnum == EINVAL && !d->in_end)
            return; /* a sequence that goes on in the next block */
        /* Code page 936 has the euro sign where GB18030 has nothing. */
        if (d->report->encoding == ENCODING_GB18030 && d->in[d->in_at] == 0x80) {
            memcpy(d->out + d->out_len, "€", 3);
            d->out_len += 3;
            skip_in(d, 1);
        } else {
            put_bad(d, bad_width(d));
        }
    }
}

static err_t decide(struct decoder *d, struct err *e)
{
    size_t bom;
    struct bytes head = {d->in + d->in_at, d->in_len - d->in_at};
    size_t ascii = ascii_prefix(head);
    if (d->begun && ascii == head.len) { /* nothing to judge by yet */
        copy_in(d, ascii);
        return OK;
    }
    enum encoding found = encoding_guess(head, &bom);
    if (!d->begun && found != ENCODING_UTF8)
        ascii = 0; /* UTF-16 may begin with what looks like ASCII */
    if (d->begun)
        bom = 0;
    d->begun = true;
    if (ascii == head.len) {
        copy_in(d, ascii);
        return OK;
    }
    if (ascii > 0 && found != ENCODING_UTF16LE && found != ENCODING_UTF16BE) {
        copy_in(d, ascii);
        return fill(d, e); /* a full look at what follows; decided in the next round */
    }
    skip_in(d, bom);
    d->decided = true;
    d->report->encoding = found;
    if (found == ENCODING_UTF8)
        return OK;
    d->iconv = iconv_open("UTF-8", encoding_name(found));
    if (d->iconv == (iconv_t)-1)
        return err_set(e, E_INTERNAL, "iconv cannot convert from %s", encoding_name(found));
    return OK;
}

static err_t decoder_read(size_t *got, void *state, void *to, size_t cap, struct err *e)
{
    struct decoder *d = state;
    err_t rc;
    *got = 0;
    while (d->out_at == d->out_len) {
        bool through =
            d->decided && d->report->encoding == ENCODING_UTF8 && d->how == ENCODING_MARK;
        if (through && d->in_at == d->in_len)
            return stream_read(got, d->inner, to, cap, e);
        d->out_at = d->out_len = 0;
        if (!through && (rc = fill(d, e)) != OK)
            return rc;
        if (d->in_at == d->in_len)
            return OK;
        if (!d->decided && (rc = decide(d, e)) != OK)
            return rc;
        if (!d->decided || d->out_len > 0)
            continue;
        if (through)
            copy_in(d, d->in_len - d->in_at);
        else if (d->report->encoding == ENCODING_UTF8)
            decode_utf8(d);
        else
            decode_iconv(d);
    }
    *got = d->out_len - d->out_at < cap ? d->out_len - d->out_at : cap;
    memcpy(to, d->out + d->out_at, *got);
    d->out_at += *got;
    return OK;
}

static uint64_t decoder_raw_offset(const void *state)
{
    return stream_raw_offset(((const struct decoder *)state)->inner);
}

static void decoder_close(void *state)
{
    struct decoder *d = state;
    if (d->iconv != (iconv_t)-1)
        iconv_close(d->iconv);
    stream_close(d->inner);
    free(d->in);
    free(d->out);
    free(d);
}

static const struct stream_ops decoder_ops = {decoder_read, decoder_raw_offset, decoder_close};

err_t encoding_open(struct stream **out, struct stream *inner, enum encoding_bad how,
                    struct encoding_report *report, struct err *e)
{
    struct decoder *d = mem_zalloc(sizeof(*d));
    (void)e;
    d->inner = inner;
    d->how = how;
    d->report = report ? report : &d->own;
    *d->report = (struct encoding_report){.encoding = ENCODING_UTF8};
    d->iconv = (iconv_t)-1;
    d->in = mem_alloc(IN_BYTES);
    d->out = mem_alloc(OUT_BYTES);
    *out = stream_new(&decoder_ops, d);
    return OK;
}

struct str encoding_to_utf8(struct str s, struct arena *a)
{
    struct stream *in = NULL;
    struct buf to = {0};
    size_t got = 1;
    if (utf8_check(s) == s.len)
        return arena_dup(a, s);
    err_t rc = encoding_open(&in, stream_open_memory(str_bytes(s)), ENCODING_REPLACE, NULL, NULL);
    while (rc == OK && got > 0) {
        char *room = buf_reserve(&to, 4096);
        if (!room)
            break;
        rc = stream_read(&got, in, room, 4096, NULL);
        to.len += got;
    }
    struct str out = buf_take(&to, a);
    stream_close(in);
    return out;
}

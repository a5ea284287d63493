/* Citation text after GB/T 7714, as CNKI exports it:
 *
 *   [16]陶永光,毛超. 标题[P]. 湖南：CN109000001A,2019-04-05.
 *
 * (with or without blanks, half- or full-width marks, an entry over several
 * lines), as the standard writes it (GB/T 7714-2025 §8.10, 2015 §4.4.2.2, and 2005), and as Google Scholar does:
 *
 *   邓一刚. 全智能节电器: CN200610171314.3[P]. 2008-01-16: 8-9.
 *   姜锡洲. 一种温热外敷药制备方案: 中国, 88105607.3[P]. 1989-07-26.
 *   Doe J. Sample method: U.S. Patent 9,915,003[P]. 2006-8-4.
 *
 * A number is one with its office, by itself or by the place before it, or has the form of a Chinese
 * application: days, pages and addresses are none. References of other document types are refused one by
 * one, with their type. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include "ingest/formats_priv.h"
#include "ingest/sniff.h"
#include "ingest/split.h"
#include "text/encoding.h"

#define ENTRY_BYTES_MAX ((size_t)64 << 10) /* a reference is a few hundred bytes */

struct gbt {
    struct stream *text; /* UTF-8; does not own the file's */
    struct str rest;     /* of all of it */
    int64_t line;        /* of the line that comes next */
    bool numbered;       /* entries begin with [n] */
};

static size_t digits_at(struct str s, size_t at)
{
    size_t n = 0;
    while (at + n < s.len && ascii_is_digit(s.ptr[at + n]))
        n++;
    return n;
}

static struct str tail_of(struct str s, size_t at)
{
    return str_range(s.ptr + at, s.ptr + s.len);
}

/* "[12]", "（12）", "12." or "12、" at the start: its length, else 0. */
static size_t entry_mark(struct str s)
{
    static const char *const ends[] = {"]", "］", ")", "）", ".", "．", "、"};
    bool wide = str_starts(s, STR("［")) || str_starts(s, STR("（"));
    size_t open = wide ? 3 : str_starts(s, STR("[")) || str_starts(s, STR("("));
    size_t digits = digits_at(s, open);
    if (digits == 0 || digits > (open ? 7 : 3)) /* four are a year */
        return 0;
    for (size_t i = open ? 0 : 4; i < (open ? 4 : ARRAY_LEN(ends)); i++)
        if (str_starts(tail_of(s, open + digits), str_of(ends[i]))) {
            size_t len = open + digits + strlen(ends[i]);
            return open || !digits_at(s, len) ? len : 0;
        }
    return 0;
}

static bool is_patent_mark(struct str s)
{
    return str_starts(s, STR("[P]")) || str_starts(s, STR("[P/"));
}

/* Offset and length of a document type mark, [P] or [P/OL] and the like; false
 * when there is none. The last one counts: titles hold brackets too, and applicants their country. */
static bool type_mark(struct str s, size_t *at, size_t *len)
{
    bool found = false;
    for (size_t i = 0; i + 2 < s.len; i++) {
        size_t k = i + 1, letters = 0;
        if (s.ptr[i] != '[')
            continue;
        while (k < s.len && ((s.ptr[k] >= 'A' && s.ptr[k] <= 'Z') || s.ptr[k] == '/')) {
            letters += s.ptr[k] != '/';
            k++;
        }
        if (letters == 0 || letters > 4 || k >= s.len || s.ptr[k] != ']' ||
            office_code(str_range(s.ptr + i + 1, s.ptr + k)).len)
            continue;
        *at = i;
        *len = k + 1 - i;
        found = true;
        if (is_patent_mark(tail_of(s, i))) /* is not followed by another */
            return true;
    }
    return found;
}

static int gbt_sniff(struct bytes head)
{
    struct arena *a = arena_new();
    struct str text = value_narrow(sniff_skip_blank(sniff_text(head, a)), "[]", a);
    size_t marks = 0, lines = 0, at, len;
    bool numbered = entry_mark(text) > 0;
    bool bracketed = numbered && text.ptr[0] == '[';

    for (struct str rest = text; rest.ptr && lines < 50;) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        lines += numbered ? entry_mark(line) > 0 : line.len > 0;
        marks += type_mark(line, &at, &len);
    }
    arena_free(a);
    if (marks == 0)
        return 0;
    return bracketed ? 95 : marks * 2 > lines ? 60 : 0;
}

static void gbt_close(void *state)
{
    struct gbt *g = state;
    if (g)
        stream_close(g->text);
    free(g);
}

static err_t gbt_open(void **state, struct input *in, struct err *e)
{
    struct gbt *g = mem_zalloc(sizeof(*g));
    struct bytes all = {0};
    err_t rc = encoding_open(&g->text, stream_borrow(in->stream), ENCODING_REPLACE, NULL, e);

    if (rc == OK)
        rc = stream_map(&all, g->text, in->tmpdir, e);
    if (rc != OK) {
        gbt_close(g);
        return rc;
    }
    g->rest = bytes_str(all);
    g->line = 1;
    *state = g;
    return OK;
}

static struct str take_line(struct gbt *g)
{
    struct str s = g->rest;
    size_t end = str_find(s, STR("\n"), 0);
    end = str_find((struct str){s.ptr, end}, STR("\r"), 0);
    size_t mark = end == s.len ? 0 : str_starts(tail_of(s, end), STR("\r\n")) ? 2 : 1;
    g->rest = tail_of(s, end + mark);
    g->line++;
    return str_trim((struct str){s.ptr, end});
}

/* Latin words that a line end parted get their blank back. */
static void join_line(struct buf *entry, struct str line)
{
    if (entry->len && line.len) {
        unsigned char before = (unsigned char)entry->ptr[entry->len - 1];
        unsigned char after = (unsigned char)line.ptr[0];
        if (before < 0x80 && after < 0x80 && before != ',' && before != '-')
            buf_addc(entry, ' ');
    }
    buf_add(entry, line);
}

/* Whether the reference so far has all it needs: type mark, then a number, and
 * ends like a sentence. What follows then is no continuation but a line of its
 * own, which must not vanish in this one. */
static bool is_whole(struct str entry)
{
    size_t at = 0, len = 0, digits = 0;

    entry = str_trim(entry);
    if (!(str_ends(entry, STR(".")) || str_ends(entry, STR("。")) || str_ends(entry, STR("．"))) ||
        !type_mark(entry, &at, &len))
        return false;
    for (size_t i = at + len; i < entry.len; i++)
        digits += ascii_is_digit(entry.ptr[i]);
    return digits >= 12; /* a patent's number and date */
}

/* The next reference with its continuation lines, up to ENTRY_BYTES_MAX, in the arena; empty at the end. */
static struct str read_entry(int64_t *line, bool *too_long, struct gbt *g, struct arena *a)
{
    struct str s = STR_NONE;
    struct buf entry;

    while (s.len == 0 && g->rest.len) {
        *line = g->line;
        s = take_line(g);
    }
    buf_init(&entry, ENTRY_BYTES_MAX);
    g->numbered |= entry_mark(s) > 0;
    for (struct gbt next = *g;; *g = next) {
        join_line(&entry, s);
        s = take_line(&next);
        if (!g->numbered || g->rest.len == 0 || entry_mark(s) > 0 || is_whole(buf_str(&entry)))
            break;
    }
    *too_long = !buf_ok(&entry);
    s = arena_dup(a, str_trim(buf_str(&entry)));
    buf_clear(&entry);
    return s;
}

/* Last colon, ASCII or full-width; s.len when there is none. */
static size_t last_colon(struct str s, size_t *width)
{
    for (size_t at = s.len; at-- > 0;) {
        *width = s.ptr[at] == ':' ? 1 : str_starts(tail_of(s, at), STR("：")) ? 3 : 0;
        if (*width)
            return at;
    }
    return s.len;
}

/* Where the authors end: the first stop that blank follows, else the first that
 * stands in no number; not one of "CO., LTD" or "Co. Ltd". */
static size_t authors_end(struct str s, size_t *width)
{
    static const char *const stops[] = {". ", "．", "。", "."};
    for (size_t k = 0; k < ARRAY_LEN(stops); k++) {
        *width = strlen(stops[k]);
        for (size_t at = str_find(s, str_of(stops[k]), 1); at < s.len;
             at = str_find(s, str_of(stops[k]), at + 1)) {
            struct str next = tail_of(s, at + *width);
            if ((*width != 1 || !ascii_is_digit(s.ptr[at - 1])) && !str_starts(next, STR(",")) &&
                !(next.len > 3 && str_eq_nocase((struct str){next.ptr, 3}, STR("Ltd"))))
                return at;
        }
    }
    return s.len;
}

bool reference_is_organisation(struct str name)
{
    static const char *const ends[] = {"公司", "大学", "学院", "研究所", "研究院", "厂",
                                       "医院", "中心", "集团", "局",     "所"};
    static const char *const words[] = {" Co",  " Ltd",  " Inc",         " LLC",      " Corp",
                                        " PLC", " GmbH", " Corporation", " Company",  " Limited",
                                        " Pty", " SpA",  " University",  " Institute"};
    bool chinese = name.len && (name.ptr[name.len - 1] & 0x80);
    for (size_t i = 0; chinese && name.len > 9 && i < ARRAY_LEN(ends); i++)
        if (str_ends(name, str_of(ends[i])))
            return true;
    while (name.len && name.ptr[name.len - 1] == '.')
        name.len--;
    for (size_t i = 0; !chinese && i < ARRAY_LEN(words); i++) {
        size_t len = strlen(words[i]);
        if (name.len > len && str_eq_nocase(tail_of(name, name.len - len), str_of(words[i])))
            return true;
    }
    return false;
}

/* "2018", "2018a", of the form with authors and year: its length, else 0. */
static size_t year_at(struct str s)
{
    bool year = digits_at(s, 0) == 4 && (s.ptr[0] == '1' || s.ptr[0] == '2');
    return year ? 4 + (s.len > 4 && s.ptr[4] >= 'a' && s.ptr[4] <= 'z') : 0;
}

static void add_authors(struct patent *p, struct str authors, struct arena *a)
{
    struct str *piece;
    authors = value_narrow(authors, ",;", a);
    size_t count = split_value(&piece, authors,
                               str_contains(authors, STR("、")) ? SPLIT_SYMBOLS : SPLIT_COMMAS, a);
    for (size_t i = 0; i < count; i++) {
        if (str_ends(piece[i], STR("等")) && piece[i].len != strlen("王等")) /* a name */
            piece[i].len -= strlen("等");
        if (str_starts(piece[i], STR("et al")) || year_at(piece[i]) == piece[i].len)
            continue;
        struct party party = {.role = reference_is_organisation(piece[i]) ? PARTY_APPLICANT
                                                                          : PARTY_INVENTOR,
                              .name = piece[i]};
        VEC_PUSH(a, &p->parties, party);
    }
}

/* "湖南", "台湾", "美国", "JP", "中国专利" before a number: region and office, where they say one. False: no words. */
static bool read_place(struct region *region, struct str *office, struct str place)
{
    *region = (struct region){0};
    for (size_t i = 0; i < place.len; i++)
        if (ascii_is_digit(place.ptr[i]) || i == 60)
            return false;
    if (str_ends(place, STR("专利")))
        place.len -= strlen("专利");
    struct str code = office_code(place);
    region_of(region, place, STR_NONE, STR_NONE);
    if (code.len || region->code.len)
        *office = code.len ? code : STR("CN");
    return place.len > 0;
}

#define NUMBER_BYTES_MAX 40

static bool is_number(struct number *n, struct str s, struct str office, struct arena *a)
{
    size_t letters = 0, digits = 0;
    for (size_t i = 0; i < s.len; i++)
        digits += ascii_is_digit(s.ptr[i]);
    if (digits < 5 || s.len > NUMBER_BYTES_MAX || (s.ptr[0] >= 'a' && s.ptr[0] <= 'z') ||
        (ascii_is_digit(s.ptr[0]) && memchr(s.ptr, ' ', s.len)))
        return false;
    if (!number_parse(n, s, NUMBER_ANY, STR_NONE, a) || n->office.len == 0) {
        if (office.len == 0 || !number_parse(n, s, NUMBER_ANY, office, a))
            return false;
        if (str_is(office, "CN") && (n->serial.len < 7 || n->serial.len > 9) && n->serial.len != 12)
            return false; /* of no length that a Chinese number has */
    }
    digits = 0;
    for (size_t i = 0; i < n->serial.len; i++) {
        digits += ascii_is_digit(n->serial.ptr[i]);
        letters += n->serial.ptr[i] & 0x80 ? s.len : ascii_is_letter(n->serial.ptr[i]);
    }
    return digits >= 5 && letters <= 5; /* of Indian branch offices */
}

/* The stop between a number and what follows it; s.len when there is none. */
static size_t number_end(struct str s)
{
    size_t wide = str_find(s, STR("。"), 0);
    for (size_t i = 2; i < wide; i++)
        if (s.ptr[i] == '.' && (i + 1 == s.len || s.ptr[i + 1] == ' ') &&
            (ascii_is_digit(s.ptr[i - 1]) || ascii_is_digit(s.ptr[i - 2])))
            return i;
    return wide;
}

/* "CN108192973A", "湖南：CN108192973A", "U.S. Patent 9,915,003": from the first word on that makes one. */
static bool find_number(struct number *n, struct str s, struct str office, struct arena *a)
{
    for (size_t at = 0; at < s.len; at++) {
        struct str rest = {s.ptr + at,
                           at + NUMBER_BYTES_MAX < s.len ? NUMBER_BYTES_MAX + 1 : s.len - at};
        bool word = s.ptr[at] != ':' && (at == 0 || s.ptr[at - 1] == ' ' || s.ptr[at - 1] == ':');
        if (word && is_number(n, str_trim((struct str){rest.ptr, number_end(rest)}), office, a))
            return true;
    }
    return false;
}

bool reference_number(struct patent *p, struct str s, struct arena *a)
{
    struct str *piece, office = STR_NONE;
    size_t count = split_value(&piece, value_narrow(s, NULL, a), SPLIT_SYMBOLS, a);

    for (size_t i = 0; i < count; i++) {
        struct region region;
        struct number n;
        struct str place = {piece[i].ptr, str_find(piece[i], STR(":"), 0)};
        bool named = read_place(&region, &office, str_trim(place));
        if (!find_number(&n, tail_of(piece[i], place.len), office, a) &&
            !find_number(&n, piece[i], office, a))
            continue;
        *(n.use == NUMBER_APPLICATION ? &p->application : &p->publication) = n;
        p->region = str_is(n.office, "CN") ? region.code : STR_NONE;
        if (named)
            VEC_PUSH(a, &p->vendor, ((struct vendor_field){STR("国别省市"), str_trim(place)}));
        return true;
    }
    return false;
}

/* How long the date at `at` is: 2019-04-05, 2019.4.5, 20190405, 2019年4月5日; 0: there is none. */
static size_t date_at(struct date *out, struct str s, size_t at)
{
    bool begins = at == 0 || !(ascii_is_digit(s.ptr[at - 1]) || ascii_is_letter(s.ptr[at - 1]));
    size_t digits = begins ? digits_at(s, at) : 0, k = at + digits;
    if (digits != 4 && digits != 8)
        return 0;
    while (digits == 4 && k < s.len && k - at < 30 &&
           (strchr("0123456789-/. ", s.ptr[k]) || (s.ptr[k] & 0x80)))
        k++;
    while (k > at && !ascii_is_digit(s.ptr[k - 1]) && !str_ends((struct str){s.ptr, k}, STR("日")))
        k--;
    for (; k >= at + 8; k--) {
        char next = k < s.len ? s.ptr[k] : ' ';
        if (!ascii_is_digit(next) && !ascii_is_letter(next) &&
            !(digits == 8 && next == '.' && digits_at(s, k + 1)) &&
            foreign_date_parse(out, str_range(s.ptr + at, s.ptr + k)) && date_valid(*out) &&
            out->year >= 1800)
            return k - at;
    }
    return 0;
}

/* The first day in `text`. All days in it give way to separators: they are no numbers. */
static struct date take_days(char *text, size_t len)
{
    struct date first = {0}, day;
    for (size_t i = 0; i < len; i++) {
        size_t width = date_at(&day, (struct str){text, len}, i);
        first = width && first.year == 0 ? day : first;
        memset(text + i, ';', width);
    }
    return first;
}

/* Without the day of retrieval and the address behind it. */
static struct str without_address(struct str s)
{
    static const char *const begins[] = {"[", "http", "HTTP", "www.", "DOI", "doi", "ISBN", "ISSN"};
    for (size_t at = 0; at < s.len; at++)
        for (size_t i = 0; strchr("[hHwDdI", s.ptr[at]) && i < ARRAY_LEN(begins); i++)
            if (str_starts(tail_of(s, at), str_of(begins[i])))
                return (struct str){s.ptr, at};
    return s;
}

static bool fill_patent(struct patent *p, struct str before, struct str after, struct arena *a)
{
    size_t width = 0, colon = last_colon(before, &width);
    after = arena_dup(a, value_narrow(without_address(after), NULL, a));
    p->publication_date = take_days((char *)after.ptr, after.len); /* our own copy */
    while (after.len && (str_starts(after, STR("。")) || strchr(".,: ", after.ptr[0])))
        after = tail_of(after, after.ptr[0] & 0x80 ? strlen("。") : 1);
    if (colon < before.len && reference_number(p, tail_of(before, colon + width), a))
        before = str_trim((struct str){before.ptr, colon});
    else if (!reference_number(p, after, a))
        return false;
    size_t end = authors_end(before, &width);
    if (end < before.len) {
        add_authors(p, (struct str){before.ptr, end}, a);
        before = str_trim(tail_of(before, end + width));
        size_t year = year_at(before);
        if (year && str_starts(tail_of(before, year), STR(".")))
            before = str_trim(tail_of(before, year + 1));
    }
    if (before.len)
        VEC_PUSH(a, &p->texts, ((struct patent_text){.part = TEXT_TITLE, .content = before}));
    return true;
}

static void refuse(struct item *out, struct str entry, struct str reason)
{
    out->kind = ITEM_REJECT;
    out->value = entry;
    out->reason = reason;
}

static err_t gbt_next(struct item *out, void *state, struct arena *a, struct err *e)
{
    bool too_long;
    size_t at = 0, len = 0;
    struct str entry = read_entry(&out->row, &too_long, state, a);

    (void)e;

    out->kind = ITEM_END;
    if (entry.len == 0 && !too_long)
        return OK;
    struct str body = value_narrow(str_trim(tail_of(entry, entry_mark(entry))), "[]", a);
    if (too_long) {
        refuse(out, STR_NONE,
               str_of(msg("the reference is longer than 64 KiB; is this a list of "
                          "references, one a line?")));
    } else if (!type_mark(body, &at, &len)) {
        refuse(out, entry,
               str_of(msg("the reference has no document type mark; a patent's is [P]")));
    } else if (!is_patent_mark(tail_of(body, at))) {
        struct str mark = {body.ptr + at, len};
        refuse(out, entry,
               arena_printf(a, msg("the reference is of type %.*s; only patents, [P], are read"),
                            STR_ARG(mark)));
    } else {
        struct patent *p = arena_alloc(a, sizeof(*p));
        patent_init(p);
        if (fill_patent(p, str_trim((struct str){body.ptr, at}),
                        str_range(body.ptr + at + len, body.ptr + body.len), a)) {
            out->kind = ITEM_RECORD;
            out->patent = p;
        } else {
            refuse(out, entry, str_of(msg("the reference has no patent number")));
        }
    }
    return OK;
}

const struct format format_gbt7714 = {
    .name = "gbt7714",
    .title = N_("citation text after GB/T 7714 (CNKI export)"),
    .sniff = gbt_sniff,
    .open = gbt_open,
    .next = gbt_next,
    .close = gbt_close,
};

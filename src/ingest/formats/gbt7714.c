/* Citation text after GB/T 7714, as CNKI exports it:
 *
 *   [16]陶永光,毛超. 标题[P]. 湖南：CN108192973A,2018-06-22.
 *
 * (with or without blanks, half- or full-width marks, an entry over several
 * lines), and as the standard writes it (GB/T 7714-2015 §4.4.2.2, and 2005):
 *
 *   邓一刚. 全智能节电器: 200610171314.3[P]. 2006-12-13[2012-03-01].
 *   姜锡洲. 一种温热外敷药制备方案: 中国, 88105607.3[P]. 1989-07-26.
 *
 * References of other document types are refused one by one, with their type. */
#include "base/mem.h"
#include "base/msg.h"
#include "base/vec.h"
#include "ingest/format.h"
#include "ingest/sniff.h"
#include "ingest/split.h"
#include "text/encoding.h"

#define ENTRY_BYTES_MAX ((size_t)64 << 10) /* a reference is a few hundred bytes */
#define WINDOW ((size_t)64 << 10)

struct gbt {
    struct stream *text; /* UTF-8; does not own the file's */
    struct input *in;
    char *win;
    size_t at, len;
    bool eof;
    int64_t line;    /* of the line that comes next */
    struct buf next; /* a line read ahead */
    bool has_next;
    int64_t next_line;
    bool numbered; /* entries begin with [n] */
};

/* "[12]" at the start: its length, else 0. */
static size_t entry_mark(struct str s)
{
    size_t i = 1;
    if (s.len < 3 || s.ptr[0] != '[')
        return 0;
    while (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        i++;
    return i > 1 && i < 9 && i < s.len && s.ptr[i] == ']' ? i + 1 : 0;
}

/* Offset and length of a document type mark, [P] or [P/OL] and the like; false
 * when there is none. The last one counts: titles hold brackets too. */
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
        if (letters == 0 || letters > 4 || k >= s.len || s.ptr[k] != ']')
            continue;
        *at = i;
        *len = k + 1 - i;
        found = true;
        if (s.ptr[i + 1] == 'P') /* a patent's mark is not followed by another */
            return true;
    }
    return found;
}

static int gbt_sniff(struct bytes head)
{
    struct arena *a = arena_new();
    struct str text = sniff_skip_blank(sniff_text(head, a));
    size_t marks = 0, lines = 0, at, len;
    bool numbered = entry_mark(text) > 0;

    for (struct str rest = text; rest.ptr && lines < 50;) {
        struct str line = str_trim(str_split(&rest, STR("\n")));
        lines += line.len > 0;
        marks += type_mark(line, &at, &len);
    }
    arena_free(a);
    if (marks == 0)
        return 0;
    return numbered ? 95 : marks * 2 > lines ? 60 : 0;
}

static err_t gbt_open(void **state, struct input *in, struct err *e)
{
    struct gbt *g = mem_zalloc(sizeof(*g));
    err_t rc = encoding_open(&g->text, stream_borrow(in->stream), ENCODING_REPLACE, NULL, e);

    if (rc != OK) {
        free(g);
        return rc;
    }
    g->in = in;
    g->win = mem_alloc(WINDOW);
    g->line = 1;
    buf_init(&g->next, ENTRY_BYTES_MAX);
    *state = g;
    return OK;
}

static void gbt_close(void *state)
{
    struct gbt *g = state;
    if (!g)
        return;
    stream_close(g->text);
    buf_clear(&g->next);
    free(g->win);
    free(g);
}

static err_t next_byte(int *c, struct gbt *g, struct err *e)
{
    if (g->at == g->len && !g->eof) {
        err_t rc = stream_read(&g->len, g->text, g->win, WINDOW, e);
        if (rc != OK)
            return rc;
        g->at = 0;
        g->eof = g->len == 0;
    }
    *c = g->eof ? -1 : (unsigned char)g->win[g->at++];
    return OK;
}

/* One line into g->next, without its end; has_next false at the end. What a
 * line has beyond ENTRY_BYTES_MAX is lost and the buffer failed. */
static err_t read_line(struct gbt *g, struct err *e)
{
    int c = 0;
    err_t rc;

    buf_reset(&g->next);
    g->has_next = false;
    g->next_line = g->line;
    for (;;) {
        if ((rc = next_byte(&c, g, e)) != OK)
            return rc;
        if (c < 0)
            return OK;
        g->has_next = true;
        if (c == '\r') {
            if ((rc = next_byte(&c, g, e)) != OK)
                return rc;
            if (c >= 0 && c != '\n')
                g->at--;
            c = '\n';
        }
        if (c == '\n') {
            g->line++;
            return OK;
        }
        buf_addc(&g->next, (char)c);
    }
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
        digits += entry.ptr[i] >= '0' && entry.ptr[i] <= '9';
    return digits >= 12; /* a patent's number and date */
}

/* The next reference with its continuation lines; empty at the end. */
static err_t read_entry(struct str *out, int64_t *line, bool *too_long, struct gbt *g,
                        struct arena *a, struct err *e)
{
    struct buf entry;
    err_t rc = OK;

    *out = STR_NONE;
    *too_long = false;
    while (!g->has_next || str_trim(buf_str(&g->next)).len == 0) {
        if ((rc = read_line(g, e)) != OK || !g->has_next)
            return rc;
        *too_long |= !buf_ok(&g->next);
        if (*too_long)
            break;
    }
    buf_init(&entry, ENTRY_BYTES_MAX);
    *line = g->next_line;
    g->numbered |= entry_mark(str_trim(buf_str(&g->next))) > 0;
    do {
        *too_long |= !buf_ok(&g->next);
        join_line(&entry, str_trim(buf_str(&g->next)));
        rc = read_line(g, e);
    } while (rc == OK && g->numbered && g->has_next &&
             entry_mark(str_trim(buf_str(&g->next))) == 0 && !is_whole(buf_str(&entry)));
    *too_long |= !buf_ok(&entry);
    *out = arena_dup(a, str_trim(buf_str(&entry)));
    buf_clear(&entry);
    return rc;
}

static struct str skip_marks(struct str s)
{
    static const char *const marks[] = {".", "．", "。", ",", "，", " ", ":", "："};
    for (size_t i = 0; i < ARRAY_LEN(marks); i++)
        if (str_starts(s, str_of(marks[i]))) {
            size_t n = strlen(marks[i]);
            s = (struct str){s.ptr + n, s.len - n};
            i = (size_t)-1;
        }
    return s;
}

/* First colon, ASCII or full-width; s.len when there is none. */
static size_t find_colon(struct str s, size_t *width, bool last)
{
    size_t at = s.len;
    for (size_t i = 0; i < s.len; i++) {
        size_t w = s.ptr[i] == ':'                                             ? 1
                   : str_starts((struct str){s.ptr + i, s.len - i}, STR("：")) ? 3
                                                                               : 0;
        if (w == 0)
            continue;
        at = i;
        *width = w;
        if (!last)
            break;
    }
    return at;
}

/* Where the authors end: the first stop that blank follows, else the first that
 * stands in no number. */
static size_t authors_end(struct str s, size_t *width)
{
    static const struct {
        const char *mark;
        size_t width;
    } stops[] = {{". ", 2}, {"．", 3}, {"。", 3}, {".", 1}};
    for (size_t k = 0; k < ARRAY_LEN(stops); k++) {
        size_t at = str_find(s, str_of(stops[k].mark), 0);
        if (at == 0 || at >= s.len)
            continue;
        char before = s.ptr[at - 1];
        if (stops[k].width == 1 && before >= '0' && before <= '9')
            continue;
        *width = stops[k].width;
        return at;
    }
    return s.len;
}

static bool is_organisation(struct str name)
{
    static const char *const ends[] = {"公司", "大学", "学院", "研究所", "研究院", "厂",
                                       "医院", "中心", "集团", "局",     "所",     "Ltd",
                                       "Ltd.", "Inc",  "Inc.", "Corp",   "GmbH",   "University"};
    for (size_t i = 0; i < ARRAY_LEN(ends); i++)
        if (str_ends(name, str_of(ends[i])) && name.len > 9)
            return true;
    return false;
}

static void add_authors(struct patent *p, struct str authors, struct arena *a)
{
    struct str *piece;
    size_t count = split_value(&piece, authors, SPLIT_SYMBOLS, a);
    for (size_t i = 0; i < count; i++) {
        if (str_is(piece[i], "等") || str_starts(piece[i], STR("et al")))
            continue;
        struct party party = {.role = is_organisation(piece[i]) ? PARTY_APPLICANT : PARTY_INVENTOR,
                              .name = piece[i]};
        VEC_PUSH(a, &p->parties, party);
    }
}

static bool begins_with_date(struct str s)
{
    for (size_t i = 0; i < 4; i++)
        if (i >= s.len || s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 4 &&
           (s.ptr[4] == '-' || str_starts((struct str){s.ptr + 4, s.len - 4}, STR("年")));
}

/* A number in `s`, alone or behind "中国, ". */
static bool take_number(struct patent *p, struct str s, struct arena *a)
{
    struct number n;
    struct str rest = s, hint = STR_NONE;

    while (rest.ptr) {
        struct str piece = str_trim(str_split(&rest, STR(",")));
        struct str office = office_code(piece);
        if (office.len) {
            hint = office;
            continue;
        }
        size_t digits = 0;
        for (size_t i = 0; i < piece.len; i++)
            digits += piece.ptr[i] >= '0' && piece.ptr[i] <= '9';
        if (digits < 5 || piece.len > 40 || begins_with_date(piece) ||
            !number_parse(&n, piece, NUMBER_ANY, hint, a))
            continue;
        if (n.office.len == 0 && !number_parse(&n, piece, NUMBER_ANY, STR("CN"), a))
            continue;
        if (n.use == NUMBER_APPLICATION)
            p->application = n;
        else
            p->publication = n;
        return true;
    }
    return false;
}

/* The first thing in `s` that is a whole date: 2018-06-22, 2018.06.22, 2018年6月22日. */
static bool take_date(struct date *out, struct str s)
{
    for (size_t i = 0; i + 8 <= s.len; i++) {
        size_t k = i + 4;
        bool digits = true;
        if (i > 0 && s.ptr[i - 1] >= '0' && s.ptr[i - 1] <= '9')
            continue;
        for (size_t j = i; j < k; j++)
            digits &= s.ptr[j] >= '0' && s.ptr[j] <= '9';
        if (!digits || !(s.ptr[k] == '-' || s.ptr[k] == '.' || s.ptr[k] == '/' ||
                         str_starts((struct str){s.ptr + k, s.len - k}, STR("年"))))
            continue;
        while (k < s.len &&
               ((s.ptr[k] >= '0' && s.ptr[k] <= '9') || s.ptr[k] == '-' || s.ptr[k] == '/' ||
                s.ptr[k] == '.' || (s.ptr[k] & 0x80)) &&
               k - i < 20)
            k++;
        while (k > i && !(s.ptr[k - 1] >= '0' && s.ptr[k - 1] <= '9') &&
               !str_ends(str_range(s.ptr + i, s.ptr + k), STR("日")))
            k--;
        if (foreign_date_parse(out, str_range(s.ptr + i, s.ptr + k)) && date_valid(*out))
            return true;
    }
    return false;
}

static void set_place(struct patent *p, struct str place, struct arena *a)
{
    struct region region;
    if (place.len == 0 || place.len > 60)
        return;
    region_of(&region, place, STR_NONE, STR_NONE);
    p->region = region.code;
    VEC_PUSH(a, &p->vendor, ((struct vendor_field){.name = STR("国别省市"), .value = place}));
}

static bool fill_patent(struct patent *p, struct str before, struct str after, struct arena *a)
{
    size_t width = 0, colon_width = 0;
    struct str title = before;
    size_t end = authors_end(before, &width);

    if (end < before.len) {
        add_authors(p, (struct str){before.ptr, end}, a);
        title = str_trim(str_range(before.ptr + end + width, before.ptr + before.len));
    }
    after = str_trim(skip_marks(after));
    size_t colon = find_colon(after, &colon_width, false);
    struct date date;
    if (colon < after.len && colon < 60 &&
        take_number(p, str_range(after.ptr + colon + colon_width, after.ptr + after.len), a))
        set_place(p, str_trim((struct str){after.ptr, colon}), a);
    else if (!take_number(p, after, a)) {
        /* the standard's own form: the number stands behind the title */
        colon = find_colon(title, &colon_width, true);
        if (colon < title.len &&
            take_number(p, str_range(title.ptr + colon + colon_width, title.ptr + title.len), a))
            title = str_trim((struct str){title.ptr, colon});
    }
    if (take_date(&date, after))
        p->publication_date = date;
    if (title.len)
        VEC_PUSH(a, &p->texts, ((struct patent_text){.part = TEXT_TITLE, .content = title}));
    return p->publication.key.len || p->application.key.len;
}

static void refuse(struct item *out, struct str entry, struct str reason)
{
    out->kind = ITEM_REJECT;
    out->value = entry;
    out->reason = reason;
}

static err_t gbt_next(struct item *out, void *state, struct arena *a, struct err *e)
{
    struct gbt *g = state;
    struct str entry;
    bool too_long = false;
    size_t at = 0, len = 0;
    err_t rc = read_entry(&entry, &out->row, &too_long, g, a, e);

    out->kind = ITEM_END;
    if (rc != OK || (entry.len == 0 && !too_long))
        return rc;
    struct str body = {entry.ptr + entry_mark(entry), entry.len - entry_mark(entry)};
    body = str_trim(body);
    if (too_long) {
        refuse(out, STR_NONE,
               str_of(msg("the reference is longer than 64 KiB; is this a list of "
                          "references, one a line?")));
    } else if (!type_mark(body, &at, &len)) {
        refuse(out, entry,
               str_of(msg("the reference has no document type mark; a patent's is [P]")));
    } else if (body.ptr[at + 1] != 'P') {
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

/* A source text cut into sentences and items of its lists and tables. The texts come with a
 * line break wherever a page or a column ended, so a line alone ends nothing: a full stop, a
 * semicolon or a cell of a table does, and a line that begins with a mark of its own. */
#include "policy/sentences.h"
#include "base/utf8.h"
#include "base/vec.h"

/* --- letters ------------------------------------------------------------------------- */

static bool is_blank(uint32_t c)
{
    return c <= ' ' || c == 0xA0 || c == 0x3000 || c == 0xFEFF || c == 0x200B;
}

struct str without_blanks(struct str s, struct arena *a)
{
    char *out = arena_alloc(a, s.len + 1);
    size_t len = 0;
    for (size_t at = 0, from = 0; at < s.len; from = at) {
        if (is_blank(utf8_next(s, &at)))
            continue;
        memcpy(out + len, s.ptr + from, at - from);
        len += at - from;
    }
    return (struct str){out, len};
}

bool source_is_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '%';
    bool latin_marks = c < 0xC0 || c == 0xD7 || c == 0xF7;
    bool marks = (c >= 0x2000 && c <= 0x206F) || (c >= 0x3000 && c <= 0x303F);
    bool wide_marks = (c >= 0xFF01 && c <= 0xFF0F && c != 0xFF05) || (c >= 0xFF1A && c <= 0xFF20) ||
                      (c >= 0xFF3B && c <= 0xFF40) || (c >= 0xFF5B && c <= 0xFF65);
    return !latin_marks && !marks && !wide_marks;
}

static bool is_numeral(uint32_t c)
{
    struct str all = STR("〇零一二三四五六七八九十百千万亿两半");
    for (size_t at = 0; at < all.len;)
        if (utf8_next(all, &at) == c)
            return true;
    return false;
}

static bool among(struct str s, size_t at, const char *const *marks, size_t *end)
{
    struct str rest = {s.ptr + at, s.len - at};
    for (; *marks; marks++)
        if (str_starts(rest, str_of(*marks))) {
            *end = at + strlen(*marks);
            return true;
        }
    return false;
}

/* --- marks at the start of a line ------------------------------------------------------- */

size_t source_numerals_end(struct str s, size_t at)
{
    for (size_t next = at; next < s.len; at = next)
        if (!is_numeral(utf8_next(s, &next)))
            break;
    return at;
}

size_t source_heading_len(struct str line)
{
    static const char *const before[] = {"第", "", "（", "("};
    static const char *const after[] = {"条", "、", "）", ")"};
    for (size_t i = 0; i < ARRAY_LEN(before); i++) {
        size_t from = strlen(before[i]), end;
        if (!str_starts(line, str_of(before[i])))
            continue;
        end = source_numerals_end(line, from);
        struct str rest = {line.ptr + end, line.len - end};
        if (end > from && str_starts(rest, str_of(after[i])))
            return end + strlen(after[i]);
    }
    return 0;
}

/* "1." and "12、" before words. */
static size_t item_mark_len(struct str line)
{
    static const char *const dots[] = {".", "．", "、", NULL};
    size_t end = 0;
    while (end < line.len && line.ptr[end] >= '0' && line.ptr[end] <= '9')
        end++;
    return end > 0 && end <= 2 && among(line, end, dots, &end) ? end : 0;
}

size_t source_bookmark_len(struct str s)
{
    size_t end = str_find(s, STR("]"), 0);
    return str_starts(s, STR("[bookmark")) && end < s.len ? end + 1 : 0;
}

size_t source_mark_len(struct str s)
{
    size_t at = 0, len = 0;
    do {
        at += len;
        while (at < s.len && strchr("-#*", s.ptr[at]))
            at++;
        struct str rest = {s.ptr + at, s.len - at};
        len = source_bookmark_len(rest);
        if (!len)
            len = source_heading_len(rest);
        if (!len)
            len = item_mark_len(rest);
    } while (len);
    return at;
}

/* --- cutting ------------------------------------------------------------------------------ */

struct cutter {
    struct str text; /* of the whole, without blanks */
    size_t at, from; /* how far it is read; where the running sentence begins */
    int line, from_line;
    struct arena *arena;
    VEC(struct source_sentence) list;
};

static void cut(struct cutter *c)
{
    struct str s = {c->text.ptr + c->from, c->at - c->from};
    struct source_sentence one = {c->from + source_mark_len(s), c->at, c->from_line};
    bool has_words = false;
    for (size_t at = one.from; at < one.end && !has_words;)
        has_words = source_is_word(utf8_next(c->text, &at));
    if (has_words)
        VEC_PUSH(c->arena, &c->list, one);
    c->from = c->at;
    c->from_line = c->line;
}

/* The line is read to its end, and cut after each full stop and semicolon, with the brackets
 * and quotation marks that close behind it, and between the cells of a table. */
static void cut_line(struct cutter *c, struct str line)
{
    static const char *const stops[] = {"。", "；", ";", "！", "？", NULL};
    static const char *const closers[] = {"”", "’", "）", ")", "》", "」", NULL};
    for (size_t at = 0, from = 0; at < line.len; from = at) {
        size_t end;
        uint32_t letter = utf8_next(line, &at);
        if (letter == '\t')
            cut(c);
        if (is_blank(letter))
            continue;
        if (c->from == c->at)
            c->from_line = c->line;
        bool stops_here = among(line, from, stops, &end);
        while (stops_here && among(line, at, closers, &end))
            at = end;
        c->at += at - from;
        if (stops_here)
            cut(c);
    }
}

/* 第一章 总则, 第二节 … */
static bool is_chapter(struct str line)
{
    size_t from = strlen("第"), end = source_numerals_end(line, from);
    struct str rest = {line.ptr + end, line.len - end};
    return str_starts(line, STR("第")) && end > from &&
           (str_starts(rest, STR("章")) || str_starts(rest, STR("节")));
}

/* A heading's line has the heading alone: marked with #, or 一、 and words without a comma. */
static bool is_heading(struct str line)
{
    static const char *const commas[] = {"，", ",", "。", "；", ";", "：", ":", NULL};
    bool found = false;
    for (size_t at = 0, end; at < line.len && !found; (void)utf8_next(line, &at))
        found = among(line, at, commas, &end);
    size_t first = 0;
    bool is_section = line.len && is_numeral(utf8_next(line, &first));
    return str_starts(line, STR("#")) ||
           (!found && (is_chapter(line) || (is_section && source_heading_len(line))));
}

size_t source_sentences(const struct source_sentence **out, struct str source, struct arena *a)
{
    struct cutter c = {.text = without_blanks(source, a), .arena = a};
    bool alone_before = false;
    for (struct str rest = source; rest.ptr;) {
        struct str line = str_split(&rest, STR("\n"));
        struct str body = without_blanks(line, a);
        bool alone = is_heading(body) || str_contains(line, STR("\t"));
        c.line++;
        if (body.len == 0)
            continue;
        if (alone || alone_before || source_mark_len(body))
            cut(&c);
        cut_line(&c, line);
        alone_before = alone;
    }
    cut(&c);
    *out = c.list.ptr;
    return c.list.len;
}

int source_line(struct str source, size_t at)
{
    int line = 1;
    size_t read = 0;
    for (size_t next = 0, from = 0; next < source.len; from = next) {
        uint32_t c = utf8_next(source, &next);
        if (c == '\n')
            line++;
        if (is_blank(c))
            continue;
        if (read >= at)
            return line;
        read += next - from;
    }
    return line;
}

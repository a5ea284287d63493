/* The search form by table look-up: one pass, most text copied or replaced code
 * point by code point. Only a code point that may change what stands before it
 * (combining marks, jamo, ignorable ones: UNICODE_JOINS) sends the segment
 * around it, from the last boundary to the next, through libutf8proc. */
#include "text/unicode.h"
#include "base/arena.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "text/unicode_table.h"
#include <utf8proc.h>

#define ACCENTS_MAX 4

static uint32_t fold_entry(uint32_t c)
{
    uint32_t block = unicode_fold_stage[c / UNICODE_BLOCK];
    return unicode_fold_block[block * UNICODE_BLOCK + c % UNICODE_BLOCK];
}

static uint8_t props_of(uint32_t c)
{
    uint32_t block = unicode_props_stage[c / UNICODE_BLOCK];
    return unicode_props_block[block * UNICODE_BLOCK + c % UNICODE_BLOCK];
}

enum unicode_class unicode_class(uint32_t code_point)
{
    if (code_point > 0x10FFFF)
        return UNICODE_OTHER;
    return (enum unicode_class)(props_of(code_point) & 3);
}

struct code_points {
    uint32_t first, last;
};

static bool is_among(uint32_t c, const struct code_points *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (c >= list[i].first && c <= list[i].last)
            return true;
    return false;
}

bool unicode_is_dash(uint32_t c)
{
    static const struct code_points dashes[] = {
        {0x2D, 0x2D},     {0x2D7, 0x2D7},   {0x58A, 0x58A},   {0x5BE, 0x5BE},    {0x1400, 0x1400},
        {0x1806, 0x1806}, {0x2010, 0x2015}, {0x2043, 0x2043}, {0x207B, 0x207B},  {0x208B, 0x208B},
        {0x2212, 0x2212}, {0x2500, 0x2501}, {0x2796, 0x2796}, {0x2E17, 0x2E17},  {0x2E1A, 0x2E1A},
        {0x2E3A, 0x2E3B}, {0x2E40, 0x2E40}, {0x2E5D, 0x2E5D}, {0x30A0, 0x30A0},  {0xFE31, 0xFE32},
        {0xFE58, 0xFE58}, {0xFE63, 0xFE63}, {0xFF0D, 0xFF0D}, {0x10EAD, 0x10EAD}};
    return is_among(c, dashes, ARRAY_LEN(dashes));
}

bool unicode_is_unseen(uint32_t c)
{
    static const struct code_points unseen[] = {
        {0x09, 0x0D},      {0x20, 0x20},     {0x85, 0x85},     {0xA0, 0xA0},     {0xAD, 0xAD},
        {0x34F, 0x34F},    {0x61C, 0x61C},   {0x115F, 0x1160}, {0x1680, 0x1680}, {0x17B4, 0x17B5},
        {0x180B, 0x180F},  {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F}, {0x2800, 0x2800},
        {0x3000, 0x3000},  {0x3164, 0x3164}, {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFA0, 0xFFA0},
        {0xE0000, 0xE0FFF}};
    return is_among(c, unseen, ARRAY_LEN(unseen));
}

bool unicode_says(struct str s)
{
    for (size_t pos = 0; pos < s.len;) {
        uint32_t c = utf8_next(s, &pos);
        if (c != UTF8_BAD && unicode_class(c) != UNICODE_OTHER)
            return true;
    }
    return false;
}

static bool is_control(uint32_t c, bool lines)
{
    bool breaks = c == '\n' || c == '\r' || c == '\t' || c == 0x2028 || c == 0x2029;
    return breaks ? !lines : c < 0x20 || (c >= 0x7F && c < 0xA0);
}

static bool is_no_character(uint32_t c)
{
    return (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
}

static bool turns_direction(uint32_t c)
{
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_accent(uint32_t c)
{
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}

const char *unicode_torn(struct str s, bool lines)
{
    size_t accents = 0;
    for (size_t pos = 0; pos < s.len;) {
        uint32_t c = utf8_next(s, &pos);
        if (c == UTF8_BAD)
            continue; /* its own fault */
        if (is_control(c, lines) || is_no_character(c))
            return lines ? N_("holds control characters")
                         : N_("must be one line without control characters");
        if (turns_direction(c))
            return N_("holds a mark that turns the direction of writing (U+202A to U+202E, U+2066 "
                      "to U+2069): take it out");
        accents = c >= 0x300 && is_accent(c) ? accents + 1 : 0;
        if (accents > ACCENTS_MAX)
            return N_("holds more than four accents on one letter");
    }
    return NULL;
}

static void add_replaced(struct buf *out, uint32_t entry)
{
    uint32_t map = unicode_maps[entry];
    buf_add(out, (struct str){(const char *)unicode_pool + (map >> 8), map & 0xFF});
}

static uint32_t name_entry(uint32_t c)
{
    unsigned i = 0;
    while (i + 1 < unicode_name_count && unicode_names[2 * i] < c)
        i++;
    return unicode_names[2 * i + 1];
}

/* One code point, whose bytes in the source are `raw`. */
static void add_folded(struct buf *out, uint32_t c, struct str raw, bool name)
{
    if (c == UTF8_BAD) {
        buf_add(out, STR("\xEF\xBF\xBD"));
        return;
    }
    uint32_t entry = name && (props_of(c) & UNICODE_NAME) ? name_entry(c) : fold_entry(c);
    if (entry == 0)
        buf_add(out, raw);
    else
        add_replaced(out, entry);
}

static bool joins(uint32_t c)
{
    return c != UTF8_BAD && (props_of(c) & UNICODE_JOINS);
}

/* A segment that the table cannot do, through libutf8proc. On its failure
 * (memory) the segment goes through the table code point by code point. */
static void add_slowly(struct buf *out, struct str segment, bool name)
{
    utf8proc_uint8_t *folded = NULL;
    struct buf clean = {0};
    for (size_t at = 0; at < segment.len;) {
        size_t from = at;
        if (utf8_next(segment, &at) == UTF8_BAD)
            buf_add(&clean, STR("\xEF\xBF\xBD"));
        else
            buf_add(&clean, (struct str){segment.ptr + from, at - from});
    }
    struct str text = buf_str(&clean);
    utf8proc_ssize_t n = utf8proc_map(
        (const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.len, &folded,
        UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    if (n >= 0)
        text = (struct str){(const char *)folded, (size_t)n};
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        uint32_t c = utf8_next(text, &at);
        struct str raw = {text.ptr + from, at - from};
        /* Folded already: what is left for the table is traditional → simplified. */
        if (n < 0 || (props_of(c) & UNICODE_TRADITIONAL))
            add_folded(out, c, raw, name);
        else
            buf_add(out, raw);
    }
    free(folded);
    buf_clear(&clean);
}

/* Longest segment that is normalised as one; longer runs of marks, which no
 * script writes, are cut there. Bounds the slow way's memory and time. */
#define SEGMENT_BYTES_MAX 1024

/* Where the segment that holds a joining code point ends: before the next
 * boundary. */
static size_t segment_end(struct str s, size_t from, size_t at)
{
    while (at < s.len && at - from < SEGMENT_BYTES_MAX) {
        size_t next = at;
        if (!joins(utf8_next(s, &next)))
            break;
        at = next;
    }
    return at;
}

struct offsets {
    uint32_t *ptr;
    size_t len, cap;
    struct arena *arena; /* NULL: nobody asked */
};

static void offsets_to(struct offsets *o, size_t len, size_t value)
{
    if (!o->arena)
        return;
    if (len > o->cap) {
        size_t cap = o->cap ? o->cap * 2 : 256;
        while (cap < len)
            cap *= 2;
        o->ptr = arena_regrow(o->arena, o->ptr, o->len, cap, sizeof(*o->ptr));
        o->cap = cap;
    }
    while (o->len < len)
        o->ptr[o->len++] = (uint32_t)value;
}

/* Appends the ASCII bytes from `at` on, as small letters; returns how many. */
static size_t ascii_run(struct buf *out, struct str s, size_t at)
{
    size_t end = at;
    while (end < s.len && (unsigned char)s.ptr[end] < 0x80)
        end++;
    char *to = end > at ? buf_reserve(out, end - at) : NULL;
    if (!to)
        return 0;
    for (size_t i = at; i < end; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        to[i - at] = (char)(c + ((unsigned)(c - 'A') < 26u ? 32 : 0));
    }
    out->len += end - at;
    return end - at;
}

static void fold(struct buf *out, struct str s, struct offsets *o, bool name)
{
    size_t start = out->len;
    size_t from = 0, from_out = out->len; /* the last boundary, on both sides */

    for (size_t at = 0; at < s.len && buf_ok(out);) {
        size_t run = ascii_run(out, s, at);
        if (run > 0) { /* never joins */
            for (size_t i = 1; o->arena && i <= run; i++)
                offsets_to(o, out->len - start - run + i, at + i - 1);
            at += run;
            from = at - 1, from_out = out->len - 1;
            continue;
        }
        size_t next = at;
        uint32_t c = utf8_next(s, &next);
        if (!joins(c)) {
            from = at, from_out = out->len;
            add_folded(out, c, (struct str){s.ptr + at, next - at}, name);
            offsets_to(o, out->len - start, from);
            at = next;
            continue;
        }
        at = segment_end(s, from, next);
        out->len = from_out;
        if (o->arena)
            o->len = from_out - start;
        add_slowly(out, (struct str){s.ptr + from, at - from}, name);
        offsets_to(o, out->len - start, from);
        from = at, from_out = out->len;
    }
}

void unicode_fold(struct buf *out, struct str s)
{
    fold(out, s, &(struct offsets){0}, false);
}

void unicode_fold_name(struct buf *out, struct str s)
{
    fold(out, s, &(struct offsets){0}, true);
}

void unicode_fold_mapped(struct buf *out, uint32_t **offsets, struct str s, struct arena *a)
{
    struct offsets o = {.arena = a};
    fold(out, s, &o, false);
    *offsets = o.ptr;
}

/* Code points that NFC keeps and that no other joins: ASCII, Latin-1 and extended
 * Latin, kana but their marks, unified ideographs, full-width forms. Nearly all
 * text ends here. */
static bool plain_in_nfc(uint32_t c)
{
    return c < 0x300 || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3000 && c <= 0x3029) ||
           (c >= 0x3030 && c <= 0x3098) || (c >= 0x309B && c <= 0x30FF) ||
           (c >= 0xFF00 && c <= 0xFFEF) || (c >= 0x2010 && c <= 0x2027);
}

bool unicode_is_nfc(struct str s)
{
    size_t at = 0;
    bool plain = true;
    while (plain && at < s.len)
        plain = plain_in_nfc(utf8_next(s, &at));
    return plain;
}

void unicode_nfc(struct buf *out, struct str s)
{
    size_t at = 0;
    if (unicode_is_nfc(s)) {
        buf_add(out, s);
        return;
    }
    struct buf clean = {0};
    utf8proc_uint8_t *composed = NULL;
    for (at = 0; at < s.len;) {
        size_t from = at;
        if (utf8_next(s, &at) == UTF8_BAD)
            buf_add(&clean, STR("\xEF\xBF\xBD"));
        else
            buf_add(&clean, (struct str){s.ptr + from, at - from});
    }
    struct str text = buf_str(&clean);
    utf8proc_ssize_t n =
        utf8proc_map((const utf8proc_uint8_t *)text.ptr, (utf8proc_ssize_t)text.len, &composed,
                     UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    buf_add(out, n >= 0 ? (struct str){(const char *)composed, (size_t)n} : text);
    free(composed);
    buf_clear(&clean);
}

/* --- language from script -------------------------------------------------- */

enum script {
    HAN,
    KANA,
    HANGUL,
    CYRILLIC,
    GREEK,
    ARABIC,
    HEBREW,
    THAI,
    DEVANAGARI,
    LATIN,
    SCRIPTS
};

static const struct {
    uint32_t from, to;
    enum script script;
} ranges[] = {
    {0x0041, 0x024F, LATIN},  {0x0370, 0x03FF, GREEK},  {0x0400, 0x052F, CYRILLIC},
    {0x0590, 0x05FF, HEBREW}, {0x0600, 0x06FF, ARABIC}, {0x0900, 0x097F, DEVANAGARI},
    {0x0E00, 0x0E7F, THAI},   {0x1100, 0x11FF, HANGUL}, {0x1E00, 0x1EFF, LATIN},
    {0x3040, 0x30FF, KANA},   {0x3400, 0x4DBF, HAN},    {0x4E00, 0x9FFF, HAN},
    {0xAC00, 0xD7A3, HANGUL}, {0xF900, 0xFAFF, HAN},    {0xFF66, 0xFF9F, KANA},
    {0x20000, 0x323AF, HAN},
};

/* The fullwidth punctuation, middle dot and long-vowel mark of U+30FB..30FC
 * stand in Chinese names too, so they do not count as kana. */
static bool counts(uint32_t c)
{
    return c != UTF8_BAD && c != 0x30FB && c != 0x30FC &&
           (unicode_class(c) == UNICODE_LETTER || unicode_class(c) == UNICODE_CJK);
}

struct str unicode_script_lang(struct str s)
{
    static const char *const langs[SCRIPTS] = {"zh", "ja", "ko", "ru", "el",
                                               "ar", "he", "th", "hi", ""};
    size_t seen[SCRIPTS] = {0};
    enum script best = LATIN;

    /* The first letters tell; a description of a hundred pages says no more. */
    for (size_t at = 0, letters = 0; at < s.len && letters < 400;) {
        uint32_t c = utf8_next(s, &at);
        if (c >= 0x4E00 && c <= 0x9FFF) { /* most of what is asked */
            seen[HAN]++;
            letters++;
            continue;
        }
        if (!counts(c))
            continue;
        letters++;
        for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
            if (c >= ranges[i].from && c <= ranges[i].to)
                seen[ranges[i].script]++;
    }
    /* Japanese mixes Han with kana; Chinese does not, but for a quoted word. */
    if (seen[KANA] * 10 > seen[HAN])
        seen[KANA] += seen[HAN], seen[HAN] = 0;
    /* A Han character says as much as four letters: terms and units of a Chinese
     * text are often Latin. */
    seen[LATIN] /= 4;
    for (enum script i = 0; i < LATIN; i++)
        if (seen[i] > 0 && seen[i] >= seen[LATIN] && (best == LATIN || seen[i] > seen[best]))
            best = i;
    return str_of(langs[best]);
}

/* The key under which spellings of a name meet. Only spelling is unified, not
 * meaning: width, case, script variant, dashes, punctuation, blanks between Chinese
 * characters, and the usual short forms of the same legal-form word (Company
 * and Co., Limited and Ltd). 有限责任公司 and 有限公司 stay two words. */
#include "base/buf.h"
#include "base/utf8.h"
#include "model/patent.h"
#include "text/unicode.h"

/* Words of one meaning and their common short form; the folded text is
 * compared word by word, never inside a word. */
static const struct {
    const char *word, *form;
} forms[] = {
    {"company", "co"},
    {"limited", "ltd"},
    {"incorporated", "inc"},
    {"corporation", "corp"},
    {"aktiengesellschaft", "ag"},
    {"and", "and"},
    {"&", "and"},
    {"kabushikikaisha", "kk"},
};

/* Short forms of legal forms, which ㈱ and ㈜ are once they are folded. */
static const struct {
    struct str sign, form;
} signs[] = {{STR("(株)"), STR("株式会社")},
             {STR("(有)"), STR("有限会社")},
             {STR("(주)"), STR("주식회사")},
             {STR("(유)"), STR("유한회사")}};

static bool is_word(uint32_t c)
{
    enum unicode_class k = unicode_class(c);
    return k == UNICODE_LETTER || k == UNICODE_DIGIT;
}

/* One comma in a name without a company's words marks the order of a person's
 * name: "Smith, John". */
static bool marks_order(struct str folded)
{
    static const char *const company[] = {
        "co", "ltd", "inc",     "corp",    "llc",          "gmbh",        "ag",  "sa",
        "bv", "nv",  "company", "limited", "incorporated", "corporation", "plc", "kk"};
    size_t comma = str_find(folded, STR(","), 0);
    if (comma == folded.len || comma == 0 || str_find(folded, STR(","), comma + 1) < folded.len)
        return false;
    for (size_t at = 0, from = 0; at <= folded.len; at++) {
        if (at < folded.len && folded.ptr[at] >= 'a' && folded.ptr[at] <= 'z')
            continue;
        if (word_index((struct str){folded.ptr + from, at - from}, company, ARRAY_LEN(company)) <
            ARRAY_LEN(company))
            return false;
        from = at + 1;
    }
    return true;
}

/* Append the word out[from..] ends with in its short form. */
static void shorten(struct buf *out, size_t from)
{
    struct str word = {out->ptr + from, out->len - from};
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (from > 0 && str_is(word, forms[i].word)) {
            out->len = from;
            buf_addz(out, forms[i].form);
            return;
        }
}

/* The folded text as words with single blanks; nothing between Chinese words. */
static void unify(struct buf *out, struct str folded)
{
    bool order = marks_order(folded), gap = false, last_word = false;
    size_t word_at = 0, word_len = 0; /* of the word being written */
    for (size_t at = 0; at < folded.len;) {
        size_t from = at;
        uint32_t c = utf8_next(folded, &at);
        struct str character = {folded.ptr + from, at - from};
        for (size_t i = 0; c == '(' && i < ARRAY_LEN(signs); i++)
            if (str_starts((struct str){folded.ptr + from, folded.len - from}, signs[i].sign)) {
                character = signs[i].form;
                at = from + signs[i].sign.len;
                c = 0x682A; /* 株, for a character of a word without blanks */
            }
        if (c == ',' && order) {
            if (last_word)
                shorten(out, word_at);
            buf_addc(out, ',');
            gap = true;
            last_word = false;
            continue;
        }
        if (c == '\'' || c == 0x2019 || c == 0xB4)
            continue;
        /* "S.A." is one word, "Co.,Ltd" two: a dot after a single letter joins. */
        if (c == '.' && word_len == 1 && !gap)
            continue;
        if (c != UTF8_BAD && unicode_is_dash(c)) {
            if (last_word)
                shorten(out, word_at);
            if (out->len == 0 || out->ptr[out->len - 1] != '-')
                buf_addc(out, '-');
            gap = last_word = false;
            continue;
        }
        if (c != '&' && unicode_class(c) == UNICODE_OTHER && c != UTF8_BAD) {
            gap = true;
            continue;
        }
        bool word = is_word(c) || c == '&';
        bool fresh = !word || !last_word || gap || c == '&';
        if (fresh && last_word)
            shorten(out, word_at);
        if (word && fresh) {
            if (out->len > 0 && (last_word || (out->ptr[out->len - 1] == ',')))
                buf_addc(out, ' ');
            word_at = out->len;
            word_len = 0;
        }
        buf_add(out, character);
        word_len = word ? word_len + 1 : 0;
        last_word = word;
        gap = c == '&';
    }
    if (last_word)
        shorten(out, word_at);
}

struct str name_key(struct str written, struct arena *a)
{
    struct buf folded = {0}, out = {0};
    unicode_fold_name(&folded, str_trim(written));
    unify(&out, buf_str(&folded));
    struct str key = unicode_says(buf_str(&out)) ? arena_dup(a, buf_str(&out)) : STR_NONE;
    buf_clear(&folded);
    buf_clear(&out);
    return key;
}

/* True if `word` stood at that end of *s, with something else, and was cut off. */
static bool cut_word(struct str *s, struct str word, bool first)
{
    struct str rest = *s;
    if (word.len >= s->len || !(first ? str_starts(*s, word) : str_ends(*s, word)))
        return false;
    rest.ptr += first ? word.len : 0;
    rest.len -= word.len;
    *s = str_trim(rest);
    return true;
}

#define LATIN_MAX 4 /* bytes of the longest word */

static bool cut_latin(struct str *s)
{
    static const char *const words[] = {
        "ltd", "co", "inc", "corp", "gmbh", "llc", "ag",  "sa",  "bv",   "kg",   "kk",
        "ab",  "nv", "spa", "srl",  "sas",  "se",  "plc", "pty", "oy",   "pte",  "pvt",
        "as",  "lp", "oyj", "asa",  "aps",  "llp", "mbh", "sro", "sarl", "kgaa", "ltda"};
    size_t at = s->len;
    while (at > 0 && s->len - at <= LATIN_MAX && s->ptr[at - 1] != ' ')
        at--;
    struct str word = {s->ptr + at, s->len - at}, rest = str_trim((struct str){s->ptr, at});
    bool form = false;
    for (size_t i = 0; rest.len > 0 && word.len <= LATIN_MAX && i < ARRAY_LEN(words) && !form; i++)
        form = str_is(word, words[i]);
    /* "gmbh and co kg" is a form; "merck and co" is a name. */
    if (!form || (cut_word(&rest, STR(" and"), false) && !cut_latin(&rest)))
        return false;
    *s = rest;
    return true;
}

struct str name_stem(struct str key)
{
    static const struct str last[] = {STR("股份有限公司"), STR("有限责任公司"), STR("有限公司"),
                                      STR("股份公司"), STR(" kabushiki kaisha")};
    static const struct str either[] = {STR("株式会社"), STR("주식회사"), STR("有限会社"),
                                        STR("유한회사")};
    struct str stem = key;
    bool cut = !str_contains(key, STR(","));
    while (cut) {
        cut = cut_latin(&stem) || cut_word(&stem, STR("kabushiki kaisha "), true);
        for (size_t i = 0; i < ARRAY_LEN(last) && !cut; i++)
            cut = cut_word(&stem, last[i], false);
        for (size_t i = 0; i < ARRAY_LEN(either) && !cut; i++)
            cut = cut_word(&stem, either[i], false) || cut_word(&stem, either[i], true);
    }
    return utf8_length(utf8_cut(stem, 8)) < 2 ? key : stem;
}

/* Chinese, Japanese and Korean words stand anywhere in a key, others alone. */
static bool firm_word(struct str word)
{
    static const char *const words[] = {"llp",
                                        "llc",
                                        "lpa",
                                        "ltd",
                                        "inc",
                                        "co",
                                        "corp",
                                        "plc",
                                        "pc",
                                        "pllc",
                                        "gmbh",
                                        "mbb",
                                        "partg",
                                        "kg",
                                        "sa",
                                        "sas",
                                        "bv",
                                        "law",
                                        "lawyers",
                                        "legal",
                                        "attorneys",
                                        "firm",
                                        "group",
                                        "office",
                                        "offices",
                                        "partners",
                                        "partner",
                                        "associates",
                                        "cabinet",
                                        "kanzlei",
                                        "patentanwalte",
                                        "patentanwälte",
                                        "rechtsanwälte",
                                        "partnerschaft",
                                        "intellectual",
                                        "patent",
                                        "patents",
                                        "ip"};
    return STR_IN(word, words);
}

bool party_is_firm(const struct party *p)
{
    static const char *const parts[] = {"事务所", "公司", "代理", "中心", "专利", "知识产权",
                                        "商标",   "律师", "法人", "特许", "특허", "법률"};
    struct str rest = p->name_key;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (str_contains(p->name_key, str_of(parts[i])))
            return true;
    while (rest.ptr)
        if (firm_word(str_split(&rest, STR(" "))))
            return true;
    return false;
}

/* The longest word of the table at each place, else the surname or the character by itself. */
#include "text/pinyin.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "text/unicode.h"
#include <stdlib.h>

#include "text/pinyin_table.h"

#define NAME_CHARACTERS_MAX 3
#define WORD_BYTES_MAX ((size_t)6 * 3)

static int by_word(const void *text, const void *row)
{
    return str_cmp(*(const struct str *)text, str_of(*(const char *const *)row));
}

/* The row of the longest word with which `s` begins; NULL: there is none. */
static const char *const *word_at(struct str s, const char *const (*words)[2], size_t count)
{
    const char *const *row = NULL;
    for (s = utf8_cut(s, WORD_BYTES_MAX); !row && s.len > 0; s = utf8_cut(s, s.len - 1))
        row = bsearch(&s, words, count, sizeof(*words), by_word);
    return row;
}

struct str pinyin_key(struct str s, struct arena *a)
{
    struct buf folded = {0}, key = {0};
    unicode_fold(&folded, s);
    struct str text = buf_str(&folded);
    size_t name = 0; /* a remark may stand behind it: 曾甲（演示） */
    for (size_t i = 0; i < text.len && unicode_class(utf8_next(text, &i)) == UNICODE_CJK;)
        name++;
    for (size_t at = 0; at < text.len;) {
        struct str rest = {text.ptr + at, text.len - at};
        const char *const *row = word_at(rest, pinyin_words, ARRAY_LEN(pinyin_words));
        if (!row && at == 0 && name <= NAME_CHARACTERS_MAX)
            row = word_at(rest, pinyin_surnames, ARRAY_LEN(pinyin_surnames));
        if (row) {
            buf_addz(&key, row[1]);
            at += strlen(row[0]);
            continue;
        }
        char sign[4];
        uint32_t c = utf8_next(text, &at);
        if (c >= PINYIN_FIRST && c - PINYIN_FIRST < ARRAY_LEN(pinyin_signs))
            c = pinyin_signs[c - PINYIN_FIRST];
        buf_add(&key, (struct str){sign, utf8_put(sign, c)});
    }
    buf_clear(&folded);
    return buf_take(&key, a);
}

/* Legal status in the words of offices and vendors.
 *
 * A word counts where it stands in the text; of several the most final one
 * decides (inactive before active before pending), because lists give the
 * present state beside events that led to it. Words that contain another one
 * with another meaning ("无效程序", "inactive") stand first (status_words.csv) and
 * are taken out of the text before the next word is looked for. */
#include "base/mem.h"
#include "model/normal.h"
#include "status_words_table.h"
#include <stdlib.h>

static const char *const names[] = {"unknown", "pending", "active", "inactive"};

const char *patent_status_name(enum patent_status s)
{
    return names[s];
}

/* A status is a word or a list of events; longer is none, and its end is not read. */
#define STATUS_BYTES_MAX ((size_t)64 << 10)
#define USUAL_BYTES 512
static enum patent_status final_of(enum patent_status best, const char *name)
{
    for (size_t i = best; i < ARRAY_LEN(names); i++)
        if (strcmp(names[i], name) == 0)
            best = (enum patent_status)i;
    return best;
}

/* `text` holds what is looked through, in lower case; words found are blanked. */
static enum patent_status most_final(char *text, size_t len)
{
    struct str s = {text, len};
    enum patent_status best = STATUS_UNKNOWN;
    bool wide = false, latin = false;
    for (size_t i = 0; i < s.len; i++) {
        wide = wide || (unsigned char)s.ptr[i] >= 0x80;
        latin = latin || (s.ptr[i] >= 'a' && s.ptr[i] <= 'z');
    }
    for (size_t i = 0; i < ARRAY_LEN(status_words_table); i++) {
        struct str word = str_of(status_words_table[i][1]);
        bool found = false, word_is_wide = (unsigned char)word.ptr[0] >= 0x80;
        if (word_is_wide ? !wide : !latin)
            continue;
        bool whole = str_eq(word, s);
        for (size_t at; !whole && (at = str_find(s, word, 0)) < s.len; found = true)
            memset(text + at, '\n', word.len);
        if (whole || found)
            best = final_of(best, status_words_table[i][2]);
        if (whole)
            return best;
    }
    return best;
}

enum patent_status patent_status_of(struct str written)
{
    char usual[USUAL_BYTES];
    struct str s = str_trim(written);
    size_t len = s.len < STATUS_BYTES_MAX ? s.len : STATUS_BYTES_MAX;
    char *text = len <= sizeof(usual) ? usual : mem_alloc(len);
    for (size_t i = 0; i < len; i++)
        text[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] + 32 : s.ptr[i]);
    enum patent_status status = most_final(text, len);
    if (text != usual)
        free(text);
    return status;
}

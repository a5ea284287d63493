/* Chinese regions by GB/T 2260. What the arguments say is collected as
 * mentions, from the widest to the narrowest; each narrows the place as far as
 * it is unambiguous and agrees with what stood before it. */
#include "base/utf8.h"
#include "fictional_regions_table.h"
#include "model/normal.h"
#include "model/table_priv.h"
#include "region_names_table.h"
#include "regions_table.h"

enum { NAME = 1, SHORT = 2, FULL = 3 };
enum level { PROVINCE, CITY, COUNTY };
#define CODE_LEN 6
#define NOWHERE "000000"

static enum level level_of(const char *code)
{
    return memcmp(code + 2, "0000", 4) == 0 ? PROVINCE
           : memcmp(code + 4, "00", 2) == 0 ? CITY
                                            : COUNTY;
}

static size_t digits_that_count(const char *code)
{
    return 2 + 2 * (size_t)level_of(code);
}

static bool is_nowhere(const char *code)
{
    return strcmp(code, NOWHERE) == 0;
}

/* Whether one lies in the other; everything lies in NOWHERE, which is no place yet. */
static bool agree(const char *x, const char *y)
{
    if (is_nowhere(x) || is_nowhere(y))
        return true;
    size_t nx = digits_that_count(x), ny = digits_that_count(y);
    return memcmp(x, y, nx < ny ? nx : ny) == 0;
}

/* --- one mention ------------------------------------------------------------- */

struct place {
    const char *code; /* of the table, or NOWHERE */
    bool foreign;     /* a name stood there that is none of ours */
};

/* All rows that carry this name. */
static size_t rows_named(size_t *first, struct str name)
{
    size_t at = table_lower(&region_names_table[0][0], ARRAY_LEN(region_names_table), 2, name),
           n = 0;
    *first = at;
    while (at + n < ARRAY_LEN(region_names_table) && str_is(name, region_names_table[at + n][0]))
        n++;
    return n;
}

/* Whether any name starts like this; else nothing longer can be one. */
static bool begins_a_name(struct str start)
{
    size_t at = table_lower(&region_names_table[0][0], ARRAY_LEN(region_names_table), 2, start);
    return at < ARRAY_LEN(region_names_table) &&
           str_starts(str_of(region_names_table[at][0]), start);
}

/* The place that `name` means inside `within`, preferring the level of the
 * column it stands in; where several remain, what they have in common. NULL:
 * no such name there. */
static const char *place_named(struct str name, const char *within, enum level wanted, size_t *rows)
{
    size_t first, n = rows_named(&first, name);
    const char *found = NULL;
    bool several = false;
    *rows = n;
    for (int pass = 0; pass < 2 && !found; pass++)
        for (size_t i = first; i < first + n; i++) {
            const char *code = region_names_table[i][1];
            bool fits = agree(code, within);
            if (!fits || (pass == 0 && level_of(code) != wanted))
                continue;
            if (found && strcmp(found, code) != 0)
                several = true;
            if (several && memcmp(found, code, 2) != 0)
                return NOWHERE;
            found = code;
        }
    if (!several || !found)
        return found;
    char province[CODE_LEN + 1];
    (void)snprintf(province, sizeof(province), "%.2s0000", found);
    const char *const *row = TABLE_FIND(regions_table, ((struct str){province, CODE_LEN}));
    return is_nowhere(within) && row ? row[0] : within;
}

static void narrow(struct place *p, const char *code)
{
    if (code && !is_nowhere(code) && agree(code, p->code) &&
        (is_nowhere(p->code) || digits_that_count(code) > digits_that_count(p->code)))
        p->code = code;
}

/* "四川省成都市武侯区…": names one behind the other, the longest first, each
 * inside the one before. A short name counts only for a province, or where it
 * ends the text: 成都路 is no Chengdu. */
static bool chain(struct place *p, struct str s, enum level wanted)
{
    bool any = false;
    while (s.len > 0) {
        const char *best = NULL;
        size_t best_len = 0, rows;
        for (size_t at = 0, chars = 0; at < s.len && chars < 16; chars++) {
            (void)utf8_next(s, &at);
            struct str name = {s.ptr, at};
            if (!begins_a_name(name))
                break;
            const char *code = chars > 0 ? place_named(name, p->code, wanted, &rows) : NULL;
            if (!code || is_nowhere(code))
                continue;
            const char *const *row = TABLE_FIND(regions_table, str_of(code));
            bool whole = row && str_is(name, row[NAME]);
            if (whole || at == s.len || level_of(code) == PROVINCE) {
                best = code;
                best_len = at;
            }
        }
        if (!best)
            return any;
        narrow(p, best);
        any = true;
        s = (struct str){s.ptr + best_len, s.len - best_len};
        if (wanted < COUNTY)
            wanted++;
    }
    return any;
}

static void mention_code(struct place *p, struct str digits)
{
    char code[CODE_LEN + 1] = NOWHERE;
    if (digits.len != 2 && digits.len != 4 && digits.len != CODE_LEN)
        return;
    memcpy(code, digits.ptr, digits.len);
    const char *const *row = TABLE_FIND(regions_table, ((struct str){code, CODE_LEN}));
    if (row)
        narrow(p, row[0]);
}

static bool is_separator(uint32_t c)
{
    return c == ';' || c == ',' || c == '|' || c == '/' || c == '(' || c == ')' || c == '-' ||
           c <= ' ' || c == 0x3000 || c == 0xA0 || c == 0xFF1B || c == 0xFF0C || c == 0xFF08 ||
           c == 0xFF09 || c == 0x3001;
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

static void mention_word(struct place *p, struct str word, enum level wanted)
{
    static const struct {
        const char *word, *code;
    } abroad[] = {{"TW", "710000"}, {"HK", "810000"}, {"MO", "820000"}};
    size_t rows;
    for (size_t i = 0; i < ARRAY_LEN(abroad); i++)
        if (str_is(word, abroad[i].word)) {
            mention_code(p, str_of(abroad[i].code));
            return;
        }
    if (str_is(word, "CN") || str_is(word, "中国") || str_is(word, "中国大陆"))
        return;
    if (str_starts(word, STR("中国")))
        word = (struct str){word.ptr + strlen("中国"), word.len - strlen("中国")};
    const char *code = place_named(word, p->code, wanted, &rows);
    if (code)
        narrow(p, code);
    else if (!chain(p, word, wanted) && rows == 0)
        p->foreign = true;
}

/* Numbers count after all names: where they disagree the name is right (older
 * lists of the office gave 重庆 85, 海南 66). */
static void mention(struct place *p, struct str text, enum level wanted)
{
    for (int numbers = 0; text.len && numbers < 2; numbers++)
        for (size_t at = 0, from = 0; at <= text.len;) {
            size_t before = at;
            bool end = at == text.len || is_separator(utf8_next(text, &at));
            if (before == text.len)
                at = text.len + 1;
            if (!end)
                continue;
            struct str word = {text.ptr + from, before - from};
            from = at;
            if (word.len == 0)
                continue;
            if (all_digits(word) && numbers)
                mention_code(p, word);
            else if (!all_digits(word) && !numbers)
                mention_word(p, word, wanted);
        }
}

static struct str name_of_prefix(const char *code, size_t len)
{
    char prefix[CODE_LEN + 1] = NOWHERE;
    memcpy(prefix, code, len);
    const char *const *row = TABLE_FIND(regions_table, ((struct str){prefix, CODE_LEN}));
    return row ? str_of(row[NAME]) : STR_NONE;
}

void region_of(struct region *out, struct str province, struct str city, struct str county)
{
    struct place p = {NOWHERE, false};
    const struct str text[] = {str_trim(province), str_trim(city), str_trim(county)};
    *out = (struct region){0};
    for (int i = 0; i < 3; i++) {
        mention(&p, text[i], (enum level)i);
        /* A province that is none of ours is abroad: its towns are not looked for here. */
        if (p.foreign && is_nowhere(p.code))
            return;
    }
    if (is_nowhere(p.code))
        return;
    out->code = str_of(p.code);
    out->province = name_of_prefix(p.code, 2);
    if (level_of(p.code) >= CITY)
        out->city = name_of_prefix(p.code, 4);
    if (level_of(p.code) == COUNTY)
        out->county = name_of_prefix(p.code, CODE_LEN);
}

struct str region_name(struct str code)
{
    const char *const *row = TABLE_FIND(regions_table, code);
    if (row)
        return str_of(row[FULL]);
    row = TABLE_FIND(fictional_regions_table, code);
    return row ? str_of(row[1]) : STR_NONE;
}

static const char *const *row_of(struct str prefix)
{
    char code[CODE_LEN + 1] = NOWHERE;
    if (prefix.len != 2 && prefix.len != 4 && prefix.len != CODE_LEN)
        return NULL;
    memcpy(code, prefix.ptr, prefix.len);
    return TABLE_FIND(regions_table, ((struct str){code, CODE_LEN}));
}

bool region_is(struct str code)
{
    return code.len == 0 || row_of(code);
}

/* The nearest place of the table that holds it; NULL: it is a province. */
static const char *const *holder_of(const char *code)
{
    enum level level = level_of(code);
    const char *const *row = level == COUNTY ? row_of((struct str){code, 4}) : NULL;
    return row || level == PROVINCE ? row : row_of((struct str){code, 2});
}

static bool is_leaf(size_t at)
{
    return at + 1 == ARRAY_LEN(regions_table) ||
           holder_of(regions_table[at + 1][0]) != regions_table[at];
}

bool region_next(struct region_place *out, size_t *at, struct str under)
{
    const char *const *holder = under.len ? row_of(under) : NULL;
    if (under.len && !holder)
        return false;
    for (; *at < ARRAY_LEN(regions_table); ++*at) {
        const char *const *row = regions_table[*at];
        if (holder_of(row[0]) != holder)
            continue;
        *out = (struct region_place){str_of(row[0]), str_of(row[NAME]), str_of(row[FULL]),
                                     is_leaf((*at)++)};
        return true;
    }
    return false;
}

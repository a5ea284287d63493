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

static const char *const *row_of(struct str prefix)
{
    char code[CODE_LEN + 1] = NOWHERE;
    if (prefix.len != 2 && prefix.len != 4 && prefix.len != CODE_LEN)
        return NULL;
    memcpy(code, prefix.ptr, prefix.len);
    return TABLE_FIND(regions_table, ((struct str){code, CODE_LEN}));
}

/* The nearest place of the table that holds it; NULL: it is a province. */
static const char *const *holder_of(const char *code)
{
    enum level level = level_of(code);
    const char *const *row = level == COUNTY ? row_of((struct str){code, 4}) : NULL;
    return row || level == PROVINCE ? row : row_of((struct str){code, 2});
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
 * column it stands in, then a city; where several remain, what they have in
 * common. NULL: no such name there. */
static const char *place_named(struct str name, const char *within, enum level wanted, size_t *rows)
{
    size_t first, n = rows_named(&first, name);
    const char *found = NULL;
    bool several = false;
    *rows = n;
    for (int pass = 0; pass < 3 && !found; pass++)
        for (size_t i = first; i < first + n; i++) {
            const char *code = region_names_table[i][1];
            bool fits = agree(code, within);
            if (!fits || (pass < 2 && level_of(code) != (pass == 0 ? wanted : CITY)))
                continue;
            if (found && strcmp(found, code) != 0)
                several = true;
            if (several && memcmp(found, code, 2) != 0)
                return NOWHERE;
            found = code;
        }
    if (!several || !found)
        return found;
    const char *const *row = row_of((struct str){found, 2});
    return is_nowhere(within) && row ? row[0] : within;
}

static void narrow(struct place *p, const char *code)
{
    if (code && !is_nowhere(code) && agree(code, p->code) &&
        (is_nowhere(p->code) || digits_that_count(code) > digits_that_count(p->code)))
        p->code = code;
}

/* True if the text begins with a kind of zone (reference/regions_zones.csv). */
static bool zone_begins(struct str s)
{
    size_t first;
    for (size_t at = 0; at < s.len;) {
        (void)utf8_next(s, &at);
        struct str name = {s.ptr, at};
        if (!begins_a_name(name))
            return false;
        if (rows_named(&first, name) > 0 && is_nowhere(region_names_table[first][1]))
            return true;
    }
    return false;
}

/* True if the text begins with a kind of zone, or with a zone's own name of two to six characters and then its kind. The
 * own name is no road's and no school's. 攀枝花钒钛高新区; 中山大学科技园 is no Zhongshan. */
static bool zone_follows(struct str s)
{
    static const char *const others[] = {"路", "街", "道", "巷", "学", "院"};
    for (size_t at = 0, chars = 0; at < s.len && chars < 7; chars++) {
        struct str rest = {s.ptr + at, s.len - at};
        if (chars != 1 && zone_begins(rest))
            return true;
        for (size_t i = 0; i < ARRAY_LEN(others); i++)
            if (str_starts(rest, str_of(others[i])))
                return false;
        (void)utf8_next(s, &at);
    }
    return false;
}

static bool chain(struct place *p, struct str s, enum level wanted, bool ahead);

/* A short name counts for a province, where it ends the text, and before a zone for a city, also one that is a county
 * (昆山), or in a province that is known; for a city also before a place in it: 成都路 is no Chengdu. `ahead`: one looks
 * what follows. */
static bool short_counts(const struct place *p, const char *code, struct str rest, bool ahead)
{
    enum level level = level_of(code);
    bool known = !is_nowhere(p->code) || str_ends(str_of(row_of(str_of(code))[NAME]), STR("市"));
    struct place in = {code, false};
    return rest.len == 0 || (level == PROVINCE && !ahead) ||
           ((level == CITY || known) && zone_follows(rest)) ||
           (level == CITY && !ahead && chain(&in, rest, COUNTY, true));
}

/* "四川省成都市武侯区…": names one behind the other, the longest first, each
 * inside the one before. */
static bool chain(struct place *p, struct str s, enum level wanted, bool ahead)
{
    bool any = false;
    while (s.len > 0) {
        const char *best = NULL;
        size_t best_len = 0, rows;
        for (size_t at = 0, chars = 0; at < s.len && chars < 16; chars++) {
            (void)utf8_next(s, &at);
            struct str name = {s.ptr, at}, rest = {s.ptr + at, s.len - at};
            if (!begins_a_name(name))
                break;
            enum level level = rest.len > 0 && wanted == COUNTY ? CITY : wanted;
            const char *code = chars > 0 ? place_named(name, p->code, level, &rows) : NULL;
            if (!code || (is_nowhere(code) && rows > 1))
                continue;
            const char *const *row = TABLE_FIND(regions_table, str_of(code));
            bool brief = row && str_is(name, row[SHORT]) && !str_is(name, row[NAME]);
            if (!brief || short_counts(p, code, rest, ahead)) {
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
    const char *const *row = row_of(digits);
    if (row)
        narrow(p, row[SHORT][0] ? row[0] : holder_of(row[0])[0]);
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
    else if (!chain(p, word, wanted, false) && rows == 0)
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
    const char *const *row = row_of((struct str){code, len});
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

bool region_is(struct str code)
{
    return code.len == 0 || row_of(code);
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
                                     is_leaf((*at)++), row[SHORT][0] == '\0'};
        return true;
    }
    return false;
}

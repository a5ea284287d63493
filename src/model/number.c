/* Reading patent numbers: cleaning, office, kind, then the office's rule.
 *
 * One pass over the text unifies widths, dashes and case; words of the offices
 * ("特開", "申请号", "Pat. No.") are understood at the front only. An office's
 * rule sees the bare body and either recognises a shape that its office has
 * used, or leaves it to the general rule, which keeps letters and digits as
 * they are. Nothing is completed by guessing: where two readings are possible
 * the number stays NUMBER_ANY, and number_lookup_keys gives both.
 * The table of shapes with their sources: NUMBERS.md. */
#include "base/utf8.h"
#include "model/number_priv.h"

#define NUMBER_BYTES_MAX ((size_t)160) /* longer text is no number; its first bytes are kept */

/* --- small tools ------------------------------------------------------------ */

static bool is_separator(char c)
{
    return c == '.' || c == '/' || c == '-';
}

bool num_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.ptr[i]))
            return false;
    return s.len > 0;
}

unsigned num_value(struct str s, size_t at, size_t len)
{
    unsigned v = 0;
    for (size_t i = at; i < at + len && i < s.len; i++)
        v = v * 10 + (unsigned)(s.ptr[i] - '0');
    return v;
}

struct str num_part(struct str s, size_t at, size_t len)
{
    return (struct str){s.ptr + at, len};
}

struct str num_tail(struct str s, size_t at)
{
    return (struct str){s.ptr + at, s.len - at};
}

struct str num_strip(struct str s)
{
    while (s.len > 1 && s.ptr[0] == '0')
        s = num_tail(s, 1);
    return s;
}

struct str num_pad(struct arena *a, struct str s, size_t width)
{
    static const char zeros[] = "0000000000000000";
    if (s.len >= width || width > sizeof(zeros) - 1)
        return s;
    return NUM_JOIN(a, (struct str){zeros, width - s.len}, s);
}

size_t num_split(struct str *out, size_t cap, struct str body)
{
    size_t n = 0, from = 0;
    for (size_t i = 0; i <= body.len; i++) {
        if (i < body.len && !is_separator(body.ptr[i]))
            continue;
        if (n == cap)
            return cap + 1;
        out[n++] = num_part(body, from, i - from);
        from = i + 1;
    }
    return n;
}

unsigned num_year2(unsigned yy)
{
    return yy < 48 ? 2000 + yy : 1900 + yy;
}

bool num_year(struct str s, unsigned from, unsigned to)
{
    if (s.len < 4 || !num_digits(num_part(s, 0, 4)))
        return false;
    unsigned year = num_value(s, 0, 4);
    return year >= from && year <= to;
}

/* --- results ----------------------------------------------------------------- */

void number_set_publication(struct reading *r, struct str serial, struct str shown)
{
    struct number *n = r->out;
    n->use = NUMBER_PUBLICATION;
    n->serial = serial;
    n->key = NUM_JOIN(r->a, n->office, STR("/"), serial, STR("/"),
                      n->kind.len ? num_part(n->kind, 0, 1) : STR_NONE);
    n->display = NUM_JOIN(r->a, n->office, shown, n->kind);
}

void number_set_unclear(struct reading *r, struct str serial, struct str shown)
{
    number_set_publication(r, serial, shown);
    r->out->use = NUMBER_ANY;
}

void number_set_application(struct reading *r, struct str serial, struct str display)
{
    struct number *n = r->out;
    bool wrong = n->check == CHECK_WRONG;
    n->use = NUMBER_APPLICATION;
    n->serial = serial;
    n->key = NUM_JOIN(r->a, n->office, STR("/app/"), serial, wrong ? STR("!") : STR_NONE,
                      wrong ? n->check_digit : STR_NONE);
    n->display = display;
}

void number_set_check(struct reading *r, char written, char right)
{
    struct number *n = r->out;
    char *p = arena_alloc(r->a, 2);
    p[0] = written;
    n->check_digit = (struct str){p, 1};
    n->check = !right ? CHECK_NONE : written == right ? CHECK_RIGHT : CHECK_WRONG;
}

/* --- cleaning ----------------------------------------------------------------- */

/* Words inside a number that carry nothing: 第…号 and their kin. */
static bool is_filler(uint32_t c)
{
    static const uint32_t fillers[] = {0x7B2C /* 第 */, 0x53F7 /* 号 */, 0x865F /* 號 */,
                                       0x756A /* 番 */, 0xC81C /* 제 */, 0xD638 /* 호 */};
    for (size_t i = 0; i < ARRAY_LEN(fillers); i++)
        if (c == fillers[i])
            return true;
    return false;
}

/* What a code point becomes: an ASCII character, 0 to drop it, or itself. */
static uint32_t unify(uint32_t c)
{
    if (c >= 0xFF01 && c <= 0xFF5E) /* full-width ASCII */
        c -= 0xFEE0;
    if (c >= 'a' && c <= 'z')
        return c - 32;
    if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0x30FC || c == 0xFE63)
        return '-';
    if (c == 0x5E74) /* 年 in 平成5年123456号 */
        return '-';
    if (c == 0x3002 || c == 0x00B7 || c == 0x30FB || c == 0x2022 || c == 0x2024)
        return '.';
    if (c == 0x2215 || c == 0x2044)
        return '/';
    if (c == 0x0410 || c == 0x0412 || c == 0x0421) /* Cyrillic А В С in kinds of RU, SU */
        return c == 0x0410 ? 'A' : c == 0x0412 ? 'B' : 'C';
    if (c == 0x200B || c == 0x200C || c == 0x200D || c == 0xFEFF || is_filler(c) || c == '\'')
        return 0;
    if (c <= 0x20 || c == 0xA0 || c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F ||
        c == '(' || c == ')' || c == '[' || c == ']' || c == ':' || c == '_' || c == '"' ||
        c == '#' || c == 0x3010 || c == 0x3011)
        return ' ';
    return c;
}

bool number_groups_thousands(struct str s, size_t at, size_t len)
{
    size_t before = 0, end = at + len;
    while (before < at && is_digit(s.ptr[at - before - 1]))
        before++;
    while (end < s.len && is_digit(s.ptr[end]))
        end++;
    return before >= 1 && before <= 3 && end == at + len + 3;
}

/* Upper case, half width, single blanks; a comma stays only where it does not
 * group thousands. */
static struct str clean(struct str s, struct arena *a)
{
    char *p = arena_alloc(a, s.len * 3 + 8);
    size_t n = 0;
    for (size_t at = 0; at < s.len;) {
        size_t from = at;
        uint32_t c = utf8_next(s, &at);
        if (c == UTF8_BAD) {
            p[n++] = s.ptr[from];
            continue;
        }
        c = unify(c);
        if (c == 0 || (c == ' ' && (n == 0 || p[n - 1] == ' ')))
            continue;
        n += utf8_put(p + n, c);
    }
    while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '.' || p[n - 1] == ',' || p[n - 1] == ';'))
        n--;
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        bool groups = p[i] == ',' && m > 0 && is_digit(p[m - 1]) && i + 3 < n &&
                      is_digit(p[i + 1]) && is_digit(p[i + 2]) && is_digit(p[i + 3]) &&
                      (i + 4 >= n || !is_digit(p[i + 4]));
        if (!groups)
            p[m++] = p[i];
    }
    return (struct str){p, m};
}

/* --- words before a number ---------------------------------------------------- */

struct word {
    const char *text;
    const char *office; /* "" none */
    const char *kind;   /* the kind that the word means */
    char use;           /* 'a' application, 'p' publication, 0 not said */
    char right;         /* KR and JP: '1' patent, '2' utility model, '3' design */
};

/* Japan: JPO's gazette names. Korea: KIPO's. Longer words first where one
 * begins with another. */
static const struct word words[] = {
    {"PCT国际申请", "", "", 'a', 0},  {"授权公告", "", "", 'p', 0},
    {"申请公布", "", "", 'p', 0},     {"公开公告", "", "", 'p', 0},
    {"公开", "", "", 'p', 0},         {"公告", "", "", 'p', 0},
    {"公布", "", "", 'p', 0},         {"国际公布", "WO", "", 'p', 0},
    {"国际申请", "WO", "", 'a', 0},   {"专利申请", "", "", 'a', 0},
    {"申请", "", "", 'a', 0},         {"专利", "", "", 0, 0},
    {"中国", "CN", "", 0, 0},         {"特開", "JP", "A", 'p', '1'},
    {"特开", "JP", "A", 'p', '1'},    {"特表", "JP", "A", 'p', '1'},
    {"特公", "JP", "B", 'p', '1'},    {"特許", "JP", "B", 'p', '1'},
    {"特許出願", "JP", "", 'a', '1'}, {"特願", "JP", "", 'a', '1'},
    {"特愿", "JP", "", 'a', '1'},     {"実開", "JP", "U", 'p', '2'},
    {"实开", "JP", "U", 'p', '2'},    {"実公", "JP", "Y", 'p', '2'},
    {"实公", "JP", "Y", 'p', '2'},    {"実願", "JP", "U", 'a', '2'},
    {"实愿", "JP", "U", 'a', '2'},    {"実用新案登録", "JP", "U", 'p', '2'},
    {"登実", "JP", "U", 'p', '2'},    {"意匠登録", "JP", "S", 'p', '3'},
    {"意願", "JP", "S", 'a', '3'},    {"日本", "JP", "", 0, 0},
    {"특허", "KR", "", 0, '1'},       {"실용신안", "KR", "", 0, '2'},
    {"실용", "KR", "", 0, '2'},       {"디자인", "KR", "", 0, '3'},
    {"출원", "KR", "", 'a', 0},       {"등록", "KR", "", 'p', 0},
    {"공개", "KR", "", 'p', 0},       {"번", "KR", "", 0, 0},
    {"韩国", "KR", "", 0, 0},         {"美国", "US", "", 0, 0},
    {"欧洲", "EP", "", 0, 0},         {"德国", "DE", "", 0, 0},
    {"U.S.", "US", "", 0, 0},         {"PATENTS", "", "", 0, 0},
    {"PATENT", "", "", 0, 0},         {"PAT", "", "", 0, 0},
    {"PUBLICATION", "", "", 'p', 0},  {"PUBL", "", "", 'p', 0},
    {"PUB", "", "", 'p', 0},          {"APPLICATION", "", "", 'a', 0},
    {"APPLN", "", "", 'a', 0},        {"APPL", "", "", 'a', 0},
    {"SERIAL", "", "", 'a', 0},       {"SER", "", "", 'a', 0},
    {"NUMBER", "", "", 0, 0},         {"NO", "", "", 0, 0},
};

static bool is_ascii_word(const char *text)
{
    return num_is_upper(text[0]) && text[1] != '.';
}

/* The longest word at the start of s that ends there as a word. */
static const struct word *word_at(struct str s)
{
    const struct word *best = NULL;
    size_t best_len = 0;
    for (size_t i = 0; i < ARRAY_LEN(words) && s.len > 0; i++) {
        if (words[i].text[0] != s.ptr[0])
            continue;
        struct str text = str_of(words[i].text);
        if (text.len <= best_len || !str_starts(s, text))
            continue;
        /* NO12345 is a Norwegian number, "NO. 12345" a word. */
        if (is_ascii_word(words[i].text) &&
            (s.len == text.len || (s.ptr[text.len] != ' ' && s.ptr[text.len] != '.')))
            continue;
        best = &words[i];
        best_len = text.len;
    }
    return best;
}

static struct str after(struct str s, size_t len)
{
    s = num_tail(s, len);
    while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '.' || s.ptr[0] == '-'))
        s = num_tail(s, 1);
    return s;
}

static bool has_digit(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (is_digit(s.ptr[i]))
            return true;
    return false;
}

static struct str drop_words(struct reading *r, struct str s)
{
    const struct word *w;
    bool any = r->out->office.len > 0;
    for (; (w = word_at(s)) != NULL; any = true) {
        struct str rest = after(s, strlen(w->text));
        /* "NO 20082385" is Norway's; the word "No." has a dot or follows others. */
        if (strcmp(w->text, "NO") == 0 && s.ptr[2] == ' ' && !any)
            break;
        if (w->office[0] != '\0')
            r->out->office = str_of(w->office);
        if (w->kind[0] != '\0')
            r->out->kind = str_of(w->kind);
        if (w->use != 0)
            r->wish = w->use == 'a' ? NUMBER_APPLICATION : NUMBER_PUBLICATION;
        if (w->right != 0)
            r->right = w->right;
        s = rest;
    }
    return s;
}

/* Era names directly before a number: 平5, 平成5, 昭60 … become H5, S60. */
static struct str eras(struct str s, struct arena *a)
{
    static const struct {
        const char *name;
        char letter;
    } era[] = {{"平成", 'H'}, {"昭和", 'S'}, {"令和", 'R'}, {"大正", 'T'}, {"明治", 'M'},
               {"平", 'H'},   {"昭", 'S'},   {"令", 'R'},   {"大", 'T'},   {"明", 'M'}};
    bool ascii = true;
    for (size_t i = 0; i < s.len; i++)
        ascii = ascii && (unsigned char)s.ptr[i] < 0x80;
    for (size_t i = 0; i < ARRAY_LEN(era) && !ascii; i++) {
        size_t at = str_find(s, str_of(era[i].name), 0), len = strlen(era[i].name);
        if (at + len < s.len && is_digit(s.ptr[at + len]))
            return NUM_JOIN(a, num_part(s, 0, at), (struct str){&era[i].letter, 1},
                            num_tail(s, at + len));
    }
    return s;
}

/* --- office and kind ----------------------------------------------------------- */

static size_t letters_at_start(struct str s)
{
    size_t n = 0;
    while (n < s.len && num_is_upper(s.ptr[n]))
        n++;
    return n;
}

/* Letters that begin a number of this office and are also an ST.3 code:
 * additional improvements (AI) of US, utility models (MU) of BR, PA/a/2000/001177 of MX. */
static bool is_series_of(struct str hint, struct str letters)
{
    return (str_is(hint, "US") && str_is(letters, "AI")) ||
           (str_is(hint, "BR") && str_is(letters, "MU")) ||
           (str_is(hint, "MX") && str_is(letters, "PA"));
}

static struct str take_office(struct reading *r, struct str s, struct str hint)
{
    size_t n = letters_at_start(s);
    if (str_starts(s, STR("PCT")) && (n == 3 || n == 5)) {
        r->out->office = STR("WO");
        return s;
    }
    if (n == 2 && str_starts(s, STR("ZL"))) {
        r->out->office = STR("CN");
        r->granted = true;
        return after(s, 2);
    }
    bool india = n == 5 && str_starts(s, STR("INPCT")); /* IN/PCT/2001/00123/CHE */
    if (n >= 2 && (n <= 4 || india) && !is_series_of(hint, num_part(s, 0, n))) {
        struct str code = office_code(num_part(s, 0, 2));
        if (code.len == 2 && str_eq(code, num_part(s, 0, 2))) {
            r->out->office = code;
            s = after(s, 2);
            if (str_is(code, "CN") && str_starts(s, STR("ZL"))) {
                r->granted = true;
                s = after(s, 2);
            }
            return s;
        }
    }
    if (r->out->office.len == 0)
        r->out->office = hint;
    return s;
}

static bool may_be_kind(char c)
{
    return num_is_upper(c) && c != 'X' && c != 'J' && c != 'O' && c != 'V';
}

/* "EP-A1-0123456", "DE-OS 2064859", "GB A 2501060": the kind before the number. */
static struct str take_leading_kind(struct reading *r, struct str s)
{
    size_t n = letters_at_start(s);
    size_t end = n == 1 && s.len > 1 && is_digit(s.ptr[1]) ? 2 : n;
    bool gap = end > 0 && end + 1 < s.len && (s.ptr[end] == '-' || s.ptr[end] == ' ') &&
               is_digit(s.ptr[end + 1]);
    if (!gap || r->out->kind.len > 0)
        return s;
    if (n == 2 && str_is(r->out->office, "DE") &&
        (str_starts(s, STR("OS")) || str_starts(s, STR("PS"))))
        r->out->kind = s.ptr[0] == 'O' ? STR("A") : STR("C"); /* Offenlegungs-, Patentschrift */
    else if (n == 1 && (s.ptr[0] == 'A' || s.ptr[0] == 'B' || s.ptr[0] == 'C' || s.ptr[0] == 'U'))
        r->out->kind = num_part(s, 0, end);
    else
        return s;
    return after(s, end);
}

/* Length without a date that Lens and DOCDB put behind the kind: "EP 0259054 B9
 * 20031217". */
static size_t without_date(struct str s)
{
    if (s.len < 12 || s.ptr[s.len - 9] != ' ' || !num_digits(num_tail(s, s.len - 8)))
        return s.len;
    struct str date = num_tail(s, s.len - 8);
    size_t kind = s.len - 10; /* last character before the blank */
    if (is_digit(s.ptr[kind]))
        kind--;
    bool is = may_be_kind(s.ptr[kind]) && (s.ptr[kind - 1] == ' ' || is_digit(s.ptr[kind - 1])) &&
              num_year(date, 1700, 2199) && num_value(date, 4, 2) <= 12 &&
              num_value(date, 6, 2) <= 31;
    return is ? s.len - 9 : s.len;
}

/* A letter and at most one digit at the end, after a digit or a separator, with
 * a number before it (ST.16). X ends Chinese numbers as a check digit. */
static struct str take_trailing_kind(struct reading *r, struct str s)
{
    s = num_part(s, 0, without_date(s));
    size_t len = s.len;
    if (len >= 2 && is_digit(s.ptr[len - 1]) && may_be_kind(s.ptr[len - 2]))
        len -= 2;
    else if (len >= 1 && may_be_kind(s.ptr[len - 1]))
        len -= 1;
    else
        return s;
    size_t end = len;
    while (end > 0 && (s.ptr[end - 1] == ' ' || s.ptr[end - 1] == '-' || s.ptr[end - 1] == '.' ||
                       s.ptr[end - 1] == '/'))
        end--;
    if (end == 0 || (end == len && !is_digit(s.ptr[len - 1])) || !has_digit(num_part(s, 0, end)))
        return s;
    /* Singapore's numbers since 2014 end in a check letter: 10201406164Y. */
    if (str_is(r->out->office, "SG") && end == len && len == 11)
        return s;
    r->out->kind = num_tail(s, len);
    return num_part(s, 0, end);
}

static struct str without(struct str s, const char *drop, struct arena *a)
{
    char *p = arena_alloc(a, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        if (!strchr(drop, s.ptr[i]))
            p[n++] = s.ptr[i];
    return (struct str){p, n};
}

/* --- the general rule ------------------------------------------------------------ */

void number_take_check(struct reading *r, char separator)
{
    struct str b = r->body;
    if (b.len < 3 || b.ptr[b.len - 2] != separator || !is_digit(b.ptr[b.len - 3]) ||
        !(is_digit(b.ptr[b.len - 1]) || b.ptr[b.len - 1] == 'X'))
        return;
    number_set_check(r, b.ptr[b.len - 1], '\0');
    r->shown = b;
    r->body = num_part(b, 0, b.len - 2);
    r->flat = num_part(r->flat, 0, r->flat.len - 1);
}

/* Letters and digits as they are. Zeros that only fill up are dropped from
 * publication numbers, not from applications, where they may be a year. */
static void general(struct reading *r)
{
    if (r->out->office.len > 0)
        number_take_check(r, '.');
    struct str serial = r->flat;
    if (r->wish != NUMBER_APPLICATION && num_digits(serial))
        serial = num_unfilled(r->out->office, serial);
    number_set_written(r, serial);
}

static const struct {
    const char *office;
    number_rule *rule;
} rules[] = {
    {"CN", number_rule_cn},      {"US", number_rule_us},      {"EP", number_rule_ep},
    {"WO", number_rule_wo},      {"JP", number_rule_jp},      {"KR", number_rule_kr},
    {"TW", number_rule_tw},      {"DE", number_rule_de},      {"GB", number_rule_gb},
    {"AU", number_rule_au},      {"BR", number_rule_br},      {"IN", number_rule_in},
    {"CS", number_rule_century}, {"CZ", number_rule_century}, {"ES", number_rule_century},
    {"HU", number_rule_century}, {"NL", number_rule_century}, {"SE", number_rule_century},
    {"ZA", number_rule_century}, {"FI", number_rule_century}, {"NO", number_rule_century},
    {"AT", number_rule_at},      {"IT", number_rule_it},      {"MX", number_rule_mx},
    {"RU", number_rule_ru},
};

static bool by_office(struct reading *r)
{
    struct str office = r->out->office;
    if (office.len == 0)
        return number_rule_cn(r) || number_rule_in(r); /* by their shape; they set the office */
    /* DOCDB writes an international application under the office that received
     * it, with kind W: "EP 2015057126 W". */
    if (str_is(r->out->kind, "W") && num_digits(r->flat) && !str_is(office, "WO"))
        return number_pct(r, office, r->flat);
    for (size_t i = 0; i < ARRAY_LEN(rules) && office.len == 2; i++)
        if (memcmp(office.ptr, rules[i].office, 2) == 0)
            return rules[i].rule(r);
    return false;
}

bool number_parse(struct number *out, struct str written, enum number_use use,
                  struct str office_hint, struct arena *a)
{
    *out = (struct number){.use = NUMBER_ANY, .written = str_trim(written)};
    struct str cut = utf8_cut(out->written, NUMBER_BYTES_MAX);
    struct reading r = {.out = out, .a = a, .wish = use};
    struct str s = clean(cut, a);
    if (!has_digit(s))
        return false;
    struct str hint = office_hint.len ? office_code(office_hint) : STR_NONE;
    s = drop_words(&r, s);
    struct str word_kind = out->kind;
    s = take_office(&r, s, hint);
    s = drop_words(&r, s);
    s = take_leading_kind(&r, s);
    if (out->kind.len == 0 || word_kind.len > 0) {
        struct str before = out->kind;
        s = take_trailing_kind(&r, s);
        if (out->kind.len == 0)
            out->kind = before;
    }
    r.body = without(eras(s, a), " ", a);
    r.flat = without(r.body, "./-", a);
    /* DEPATISnet fills all publications up to twelve digits: GB000000901975A. */
    if (r.flat.len == 12 && r.wish != NUMBER_APPLICATION && num_digits(r.flat) &&
        str_starts(r.flat, STR("00")))
        r.body = r.flat = num_strip(r.flat);
    r.shown = r.flat;
    if (!by_office(&r))
        general(&r);
    return true;
}

struct str number_document_key(const struct number *n, struct arena *a)
{
    return n->use != NUMBER_APPLICATION && n->kind.len > 1
               ? NUM_JOIN(a, n->key, num_tail(n->kind, 1))
               : n->key;
}

size_t number_lookup_keys(struct str *keys, size_t cap, const struct number *n, struct arena *a)
{
    struct str found[5];
    size_t count = 0;
    if (n->key.len == 0)
        return 0;
    found[count++] = n->key;
    bool cn_1985 = str_is(n->office, "CN") && n->serial.len == 8; /* one number for both uses */
    if (n->use != NUMBER_APPLICATION || (cn_1985 && n->check != CHECK_WRONG)) {
        struct str bare = NUM_JOIN(a, n->office, STR("/"), n->serial, STR("/"));
        if (!str_eq(bare, n->key))
            found[count++] = bare;
        if (n->office.len > 0)
            found[count++] = NUM_JOIN(a, STR("/"), n->serial, STR("/"));
    }
    struct str filing = number_filing(n, a);
    if (n->use == NUMBER_ANY || (n->use == NUMBER_PUBLICATION && (cn_1985 || filing.len)))
        found[count++] = NUM_JOIN(a, n->office, STR("/app/"), filing.len ? filing : n->serial);
    if (count > cap)
        count = cap;
    for (size_t i = 0; i < count; i++)
        keys[i] = found[i];
    return count;
}

/* "attribute is value" as a condition of the index. Each kind of value has one
 * function in the table at the end; all say what they expected when they refuse. */
#include "search/filters.h"
#include "base/limits.h"
#include "base/msg.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "model/number.h"
#include "model/patent_store.h"
#include "search/families.h"
#include "text/unicode.h"

static struct query strings_query(int column, struct str value, bool part, struct arena *a)
{
    struct str *values = arena_alloc(a, sizeof(*values));
    *values = value;
    return (struct query){
        .op = QUERY_STRINGS, .column = column, .values = values, .value_count = 1, .part = part};
}

static struct query term_query(struct str term)
{
    return (struct query){
        .op = QUERY_TERM, .term = term, .field = FIELD_ANY, .score = SCORE_NONE, .weight = 1};
}

static bool means_unknown(struct str value)
{
    return str_is(value, NOT_KNOWN) || str_eq_nocase(value, STR("unknown"));
}

static bool is_value(struct str value, const char *const *list)
{
    while (*list && !str_is(value, *list))
        list++;
    return *list != NULL;
}

static struct str unquoted(struct str s)
{
    s = str_trim(s);
    if (s.len >= 2 && s.ptr[0] == '"' && s.ptr[s.len - 1] == '"')
        return (struct str){s.ptr + 1, s.len - 2};
    return s;
}

/* NFKC, lower case, simplified: full-width digits and letters as the others. */
static struct str folded(struct str s, struct arena *a)
{
    struct buf b;
    buf_init(&b, 4096);
    unicode_fold(&b, s);
    return buf_take(&b, a);
}

static struct query not_query(struct query q, struct arena *a)
{
    struct query *child = arena_alloc(a, sizeof(*child));
    *child = q;
    return (struct query){.op = QUERY_NOT, .children = child, .child_count = 1};
}

static struct query pair_query(enum query_op op, struct query x, struct query y, struct arena *a)
{
    struct query *both = arena_array(a, 2, sizeof(*both));
    both[0] = x;
    both[1] = y;
    return (struct query){.op = op, .children = both, .child_count = 2};
}

/* --- dates ----------------------------------------------------------------- */

/* A year, month or day as its first and last day; month/day/year too. */
static bool period_parse(struct date *from, struct date *to, struct str s)
{
    static const char *const zh[] = {"年", "月", "日", NULL};
    unsigned part[4] = {0}, parts = 0, digits = 0;

    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c >= '0' && c <= '9') {
            if (parts > 2 || part[parts] > 9999)
                return false;
            part[parts] = part[parts] * 10 + (unsigned)(c - '0');
            digits++;
            /* 20240309 without marks */
            if ((parts == 0 && digits == 4) || (parts == 1 && digits == 2))
                if (i + 1 < s.len && s.ptr[i + 1] >= '0' && s.ptr[i + 1] <= '9')
                    parts++, digits = 0;
        } else if ((c == '-' || c == '.' || c == '/') && digits > 0 && i + 1 < s.len && parts < 2) {
            parts++, digits = 0;
        } else if (digits > 0 && is_value(utf8_cut(str_range(s.ptr + i, s.ptr + s.len), 3), zh)) {
            i += 2;
            if (i + 1 < s.len)
                parts++, digits = 0;
        } else {
            return false;
        }
    }
    if (parts == 2 && part[2] > 31 && str_contains(s, STR("/")))
        part[3] = part[2], part[2] = part[1], part[1] = part[0], part[0] = part[3];
    if (part[0] == 0 || (parts > 0 && part[1] == 0) || (parts > 1 && part[2] == 0))
        return false;
    *from = (struct date){(int)part[0], parts > 0 ? (int)part[1] : 1, parts > 1 ? (int)part[2] : 1};
    *to = *from;
    if (!date_valid(*from))
        return false;
    if (parts == 0)
        to->month = 12;
    if (parts < 2)
        for (to->day = 31; !date_valid(*to);)
            to->day--;
    return true;
}

/* The two ends of "a..b", "a~b", "a至b", "[a TO b]", "a:b", "a->b", "a..", "..b", "[a TO *]"; a
 * single period is both.
 * A plain hyphen parts two years only: 2019-2024. */
static void range_split(struct str *low, struct str *high, struct str s)
{
    static const char *const marks[] = {"...", "..", "~", "至", "—", "–", "to", "->", ":"};
    if (str_starts(s, STR("[")) && str_ends(s, STR("]")))
        s = str_trim((struct str){s.ptr + 1, s.len - 2});
    for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
        struct str mark = str_of(marks[i]);
        size_t at = str_find(s, mark, 0);
        if (at == s.len)
            continue;
        *low = str_trim((struct str){s.ptr, at});
        *high = str_trim((struct str){s.ptr + at + mark.len, s.len - at - mark.len});
        while (str_starts(*high, mark))
            *high = (struct str){high->ptr + mark.len, high->len - mark.len};
        low->len -= str_is(*low, "*");
        high->len -= str_is(*high, "*");
        return;
    }
    *low = *high = s;
    if (s.len == 9 && s.ptr[4] == '-') {
        *low = (struct str){s.ptr, 4};
        *high = (struct str){s.ptr + 5, 4};
    }
}

/* "2019..", ">=2019", "2024-03": first and last day; 0 and UINT32_MAX − 1 where
 * an end is open. */
static bool days_parse(uint32_t *low, uint32_t *high, struct str value)
{
    struct str from, to;
    struct date first, last, ignored;
    bool above = str_starts(value, STR(">")), below = str_starts(value, STR("<"));

    *low = 0;
    *high = COLUMN_NONE - 1;
    size_t second = above || below ? str_find(value, above ? STR("<") : STR(">"), 1) : value.len;
    if (second < value.len) { /* >=2013<=2015 */
        uint32_t start, until;
        struct str lower = {value.ptr, second}, upper = {value.ptr + second, value.len - second};
        if (!days_parse(low, high, str_trim(lower)) || !days_parse(&start, &until, upper))
            return false;
        *low = start > *low ? start : *low;
        *high = until < *high ? until : *high;
        return true;
    }
    if (above || below) {
        bool with = value.len > 1 && value.ptr[1] == '=';
        struct str end = unquoted((struct str){value.ptr + 1 + with, value.len - 1 - with});
        if (!period_parse(&first, &last, end))
            return false;
        if (above)
            *low = with ? date_number(first) : date_number(last) + 1;
        else
            *high = with ? date_number(last) : date_number(first) - 1;
        if (*high == COLUMN_NONE) /* before the first day */
            *low = 1, *high = 0;
        return true;
    }
    range_split(&from, &to, value);
    if (from.len == 0 && to.len == 0)
        return false;
    if (from.len > 0) {
        if (!period_parse(&first, &ignored, from))
            return false;
        *low = date_number(first);
    }
    if (to.len > 0) {
        if (!period_parse(&ignored, &last, to))
            return false;
        *high = date_number(last);
    }
    return true;
}

static struct query number_between(int column, uint32_t low, uint32_t high)
{
    return (struct query){.op = QUERY_NUMBERS, .column = column, .low = low, .high = high};
}

struct query date_known(int column)
{
    return number_between(column, 0, COLUMN_NONE - 1);
}

/* Certain alone: every day that the date may be is inside. */
static struct query date_between(int column, uint32_t low, uint32_t high, struct arena *a)
{
    return pair_query(QUERY_AND, number_between(column, low, high),
                      number_between(DATE_LAST(column), low, high), a);
}

/* The first day whose date `years` later is the day or behind it. */
static uint32_t years_before(uint32_t day, int years)
{
    if (day == 0 || day >= COLUMN_NONE - 1)
        return day;
    int32_t epoch = (int32_t)date_number((struct date){1970, 1, 1});
    struct date d = date_from_days((int32_t)day - epoch);
    d.year -= years;
    if (d.year < 1)
        return 0;
    return date_valid(d) ? date_number(d) : date_number((struct date){d.year, 3, 1});
}

/* The terms of the Patent Law since 1993 (Article 42); the law of 2021 made that of designs longer. */
static struct query expiry_between(uint32_t low, uint32_t high, struct arena *a)
{
    static const struct {
        enum patent_type type;
        int years;
        struct date from, until;
    } terms[] = {{TYPE_INVENTION, 20, {1993, 1, 1}, {9999, 1, 1}},
                 {TYPE_UTILITY_MODEL, 10, {1993, 1, 1}, {9999, 1, 1}},
                 {TYPE_DESIGN, 10, {1993, 1, 1}, {2021, 5, 31}},
                 {TYPE_DESIGN, 15, {2021, 6, 1}, {9999, 1, 1}}};
    struct query *any = arena_array(a, ARRAY_LEN(terms), sizeof(*any));
    for (size_t i = 0; i < ARRAY_LEN(terms); i++) {
        uint32_t first = years_before(low, terms[i].years), from = date_number(terms[i].from);
        uint32_t last = years_before(high + 1, terms[i].years) - 1;
        uint32_t until = date_number(terms[i].until);
        struct str type = str_of(patent_type_name(terms[i].type));
        any[i] = pair_query(QUERY_AND, strings_query(COLUMN_TYPE, type, false, a),
                            date_between(COLUMN_APPLIED, first > from ? first : from,
                                         last < until ? last : until, a),
                            a);
    }
    return pair_query(
        QUERY_AND, strings_query(COLUMN_OFFICE, STR("CN"), false, a),
        (struct query){.op = QUERY_OR, .children = any, .child_count = ARRAY_LEN(terms)}, a);
}

static err_t date_query(struct query *out, const struct attribute *at, struct str value,
                        struct arena *a, struct err *e)
{
    bool expiry = at->kind == ATTRIBUTE_EXPIRY;
    uint32_t low = 0, high = COLUMN_NONE - 2;

    if (means_unknown(value)) {
        *out = not_query(expiry ? expiry_between(low, high, a) : date_known(at->column), a);
        return OK;
    }
    if (!days_parse(&low, &high, folded(value, a)))
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no date or range; write 2019..2024, 2024-03 or 2024-03-09",
                       STR_ARG(value));
    if (low > high)
        return err_set(e, E_INVALID, "the range %.*s holds no day; exchange its ends",
                       STR_ARG(value));
    *out = expiry ? expiry_between(low, high, a) : date_between(at->column, low, high, a);
    return OK;
}

/* --- classes and numbers --------------------------------------------------- */

static enum class_scheme scheme_of(const struct attribute *at)
{
    return at->key == 'c' || at->key == 'u' ? CLASS_CPC
           : at->key == 'l'                 ? CLASS_LOCARNO
                                            : CLASS_IPC;
}

/* H01M1* : the groups whose number begins with 1; the text is a prefix of symbols. */
static bool class_prefix(struct str *out, struct str value, struct arena *a)
{
    char *to = arena_alloc(a, value.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.ptr[i];
        if (c == ' ')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        if (!((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '-'))
            return false;
        to[len++] = c;
    }
    *out = (struct str){to, len};
    return len > 0;
}

static err_t class_query(struct query *out, const struct attribute *at, struct str value,
                         struct arena *a, struct err *e)
{
    if (str_ends(value, STR("/low"))) {
        value.len -= str_ends(value, STR("/00/low")) ? 7 : 4;
        if (str_contains(value, STR("/")))
            return err_set(e, E_INVALID,
                           "/low is not known here below a subgroup; write \"%.*s\" for itself, or "
                           "its main group \"%.*s\"",
                           STR_ARG(value), (int)str_find(value, STR("/"), 0), value.ptr);
    }
    bool star = str_ends(value, STR("*")) || str_ends(value, STR("$")) || str_ends(value, STR("+"));
    struct str written = star ? str_trim((struct str){value.ptr, value.len - 1}) : value;
    struct class_symbol symbol = {0};
    struct str prefix;

    if (means_unknown(value) && at->column >= 0) {
        *out = strings_query(at->column, STR(NOT_KNOWN), false, a);
        return OK;
    }
    bool whole = written.len > 0 && class_parse(&symbol, written, scheme_of(at), a);
    if (star && (!whole || symbol.symbol.len > 4) && class_prefix(&prefix, written, a)) {
        *out = (struct query){
            .op = QUERY_PREFIX, .term = key_term(at->key, prefix, a), .field = FIELD_ANY};
        return OK;
    }
    if (!whole)
        return err_set(e, E_INVALID, "\"%.*s\" is no %s symbol; write for example %s",
                       STR_ARG(value), at->name,
                       at->key == 'l' ? "14-02" : msg("H01M, H01M10 or H01M10/052"));
    *out = term_query(key_term(at->key, symbol.symbol, a));
    return OK;
}

size_t number_terms(struct str *terms, size_t cap, struct str written, bool loosely,
                    struct arena *a)
{
    struct number n = {0};
    struct str keys[8];
    size_t found, count = 0;

    /* The key of a record without any number, as it is shown. */
    if (patent_key_is_numberless(written) && cap > 0) {
        terms[0] = key_term('n', written, a);
        return 1;
    }
    if (!number_parse(&n, written, NUMBER_ANY, STR_NONE, a) || n.key.len == 0)
        return 0;
    found = number_lookup_keys(keys, ARRAY_LEN(keys), &n, a);
    for (size_t i = 0; i < found && count < cap; i++) {
        /* "/serial/" finds every office's document of that number: only when no
         * office was typed. Other kinds of the same document: only loosely. */
        bool any_office = keys[i].ptr[0] == '/';
        bool any_kind = !any_office && str_ends(keys[i], STR("/"));
        if ((any_office && n.office.len > 0) || (any_kind && i > 0 && !loosely))
            continue;
        terms[count++] = key_term('n', keys[i], a);
    }
    return count;
}

static err_t number_query(struct query *out, const struct attribute *at, struct str value,
                          struct arena *a, struct err *e)
{
    struct str terms[8];
    bool cites = at->kind == ATTRIBUTE_CITES; /* terms of these have no kind code */
    size_t count = number_terms(terms, ARRAY_LEN(terms), value, cites, a);
    struct query *any = arena_array(a, count ? count : 1, sizeof(*any));
    if (count == 0 || str_contains(value, STR("*")))
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no patent number; write for example CN108192973A or "
                       "201410001234.8",
                       STR_ARG(value));
    for (size_t i = 0; i < count; i++)
        any[i] = term_query(
            cites ? key_term(at->key, (struct str){terms[i].ptr + 2, terms[i].len - 2}, a)
                  : terms[i]);
    *out = (struct query){.op = QUERY_OR, .children = any, .child_count = count};
    return OK;
}

/* "5", "5..9", "..9", ">=5", "<5" */
static bool count_parse(uint32_t *low, uint32_t *high, struct str value)
{
    struct str from, to;
    uint64_t number = 0;
    bool above = str_starts(value, STR(">")), below = str_starts(value, STR("<"));
    *low = 0;
    *high = COLUMN_NONE - 1;
    if (above || below) {
        bool with = value.len > 1 && value.ptr[1] == '=';
        struct str end = str_trim((struct str){value.ptr + 1 + with, value.len - 1 - with});
        if (!str_to_u64(&number, end) || number >= COLUMN_NONE - 1 ||
            (below && !with && number == 0))
            return false;
        if (above)
            *low = (uint32_t)number + !with;
        else
            *high = (uint32_t)number - !with;
        return true;
    }
    range_split(&from, &to, value);
    if (from.len > 0 && (!str_to_u64(&number, from) || number >= COLUMN_NONE))
        return false;
    *low = from.len > 0 ? (uint32_t)number : 0;
    if (to.len > 0 && (!str_to_u64(&number, to) || number >= COLUMN_NONE))
        return false;
    if (to.len > 0)
        *high = (uint32_t)number;
    return from.len + to.len > 0 && *low <= *high;
}

static err_t count_query(struct query *out, const struct attribute *at, struct str value,
                         struct arena *a, struct err *e)
{
    uint32_t low, high;
    if (means_unknown(value)) {
        *out = not_query(date_known(at->column), a);
        return OK;
    }
    if (!count_parse(&low, &high, folded(value, a)))
        return err_set(e, E_INVALID, "\"%.*s\" is no count; write 10, 5..20 or >=50",
                       STR_ARG(value));
    *out = number_between(at->column, low, high);
    return OK;
}

/* --- names ----------------------------------------------------------------- */

size_t star_before(struct str word)
{
    return str_starts(word, STR("*")) ? 1 : str_starts(word, STR("＊")) ? 3 : 0;
}

size_t star_behind(struct str word)
{
    return str_ends(word, STR("*")) ? 1 : str_ends(word, STR("＊")) ? 3 : 0;
}

static err_t party_query(struct query *out, const struct attribute *at, struct str value,
                         struct arena *a, struct err *e)
{
    size_t open_start = star_before(value);
    struct str name = {value.ptr + open_start, value.len - open_start};
    size_t open_end = star_behind(name);
    name.len -= open_end;

    if (means_unknown(value)) {
        *out = strings_query(at->column, STR(NOT_KNOWN), false, a);
        return OK;
    }
    struct str key = name_key(name, a);
    if (key.len == 0)
        return err_set(e, E_INVALID, "\"%.*s\" is no name; write the whole name, or a part with *",
                       STR_ARG(value));
    struct str pattern = arena_printf(a, "%s%.*s%s", open_start ? "" : NAME_OPEN, STR_ARG(key),
                                      open_end ? "" : NAME_CLOSE);
    *out = strings_query(at->column, pattern, true, a);
    return OK;
}

/* --- fixed lists ----------------------------------------------------------- */

static err_t office_query(struct query *out, const struct attribute *at, struct str value,
                          struct arena *a, struct err *e)
{
    struct str code = means_unknown(value) ? STR(NOT_KNOWN) : office_code(value);
    if (code.len == 0)
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no office or country; write its ST.3 code or name: CN, 中国",
                       STR_ARG(value));
    *out = strings_query(at->column, code, false, a);
    return OK;
}

static struct query kind_prefix(struct str code, struct arena *a)
{
    return (struct query){.op = QUERY_PREFIX, .term = key_term('k', code, a), .field = FIELD_ANY};
}

/* The code as it stands, without those that begin with it. */
static struct query kind_alone(struct str value, struct arena *a)
{
    struct str code = folded(value, a);
    char *upper = arena_alloc(a, code.len + 1);
    memcpy(upper, code.ptr, code.len);
    upper[0] = (char)(upper[0] - 32);
    return strings_query(COLUMN_KIND, (struct str){upper, code.len}, false, a);
}

/* Inventions by what was published. The kind must be known to say that a document is
 * no grant; the rule stands in the attribute's help. */
static bool stage_query(struct query *out, struct str value, struct arena *a)
{
    static const char *const granted_words[] = {"授权发明", "发明授权", "授权发明专利",
                                                "发明授权专利", NULL};
    static const char *const applied_words[] = {"发明申请", "发明公开", "发明专利申请",
                                                "发明申请公开", NULL};
    struct str word = folded(value, a);
    bool granted = is_value(word, granted_words);
    if (!granted && !is_value(word, applied_words))
        return false;
    struct query kind_b = kind_prefix(STR("B"), a), kind_c = kind_prefix(STR("C"), a);
    struct query is_granted = pair_query(QUERY_OR, pair_query(QUERY_OR, kind_b, kind_c, a),
                                         date_known(COLUMN_GRANTED), a);
    struct query unknown = strings_query(COLUMN_KIND, STR(NOT_KNOWN), false, a);
    struct query stage =
        granted ? is_granted : not_query(pair_query(QUERY_OR, is_granted, unknown, a), a);
    struct str invention = str_of(patent_type_name(TYPE_INVENTION));
    *out = pair_query(QUERY_AND, strings_query(COLUMN_TYPE, invention, false, a), stage, a);
    return true;
}

static err_t type_query(struct query *out, const struct attribute *at, struct str value,
                        struct arena *a, struct err *e)
{
    enum patent_type type = TYPE_UNKNOWN;

    if (stage_query(out, value, a))
        return OK;
    for (enum patent_type t = TYPE_UNKNOWN; t <= TYPE_OTHER; t++)
        if (str_eq_nocase(value, str_of(patent_type_name(t))))
            type = t;
    if (type == TYPE_UNKNOWN)
        type = patent_type_of(value, STR_NONE, STR_NONE);
    if (type == TYPE_UNKNOWN && !means_unknown(value))
        return err_set(e, E_INVALID, "\"%.*s\" is no patent type; the types are %s", STR_ARG(value),
                       msg(at->help));
    *out = strings_query(at->column, str_of(patent_type_name(type)), false, a);
    return OK;
}

static err_t kind_query(struct query *out, const struct attribute *at, struct str value,
                        struct arena *a, struct err *e)
{
    struct str low = folded(value, a);
    char code[2];
    bool letter = low.len > 0 && (unsigned)(low.ptr[0] - 'a') < 26u;
    bool digit = low.len == 2 && (unsigned)(low.ptr[1] - '0') < 10u;

    if (means_unknown(value)) {
        *out = strings_query(at->column, STR(NOT_KNOWN), false, a);
        return OK;
    }
    if (!letter || (low.len > 1 && !digit))
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no kind code of ST.16; write a letter, or a letter and a "
                       "digit: A, B, B1, U",
                       STR_ARG(value));
    code[0] = (char)(low.ptr[0] - 32);
    code[1] = low.len > 1 ? low.ptr[1] : 0;
    *out = kind_prefix((struct str){code, low.len}, a);
    return OK;
}

static err_t status_query(struct query *out, const struct attribute *at, struct str value,
                          struct arena *a, struct err *e)
{
    enum patent_status status = STATUS_UNKNOWN;

    for (enum patent_status t = STATUS_UNKNOWN; t <= STATUS_INACTIVE; t++)
        if (str_eq_nocase(value, str_of(patent_status_name(t))))
            status = t;
    if (status == STATUS_UNKNOWN)
        status = patent_status_of(value);
    if (status == STATUS_UNKNOWN && !means_unknown(value))
        return err_set(e, E_INVALID, "\"%.*s\" is no legal status; the states are %s",
                       STR_ARG(value), msg(at->help));
    *out = strings_query(at->column, str_of(patent_status_name(status)), false, a);
    return OK;
}

static bool is_region_code(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len == 6 || s.len == 4 || s.len == 2;
}

static err_t region_query(struct query *out, const struct attribute *at, struct str value,
                          struct arena *a, struct err *e)
{
    struct region r = {0};
    struct str code;

    if (means_unknown(value)) {
        code = STR(NOT_KNOWN);
    } else if (is_region_code(value)) {
        code = arena_printf(a, "%.*s%.*s", STR_ARG(value), (int)(6 - value.len), "0000");
        code = region_name(code).len > 0 ? code : STR_NONE;
    } else {
        struct buf folded; /* 臺北, 廣東省; as written first: 乾 of 乾县 is no 干 */
        buf_init(&folded, 4096);
        unicode_fold(&folded, value);
        for (int i = 0; i < 6 && r.code.len == 0; i++) {
            struct str name = i < 3 ? value : buf_str(&folded);
            region_of(&r, i % 3 == 0 ? name : STR_NONE, i % 3 == 1 ? name : STR_NONE,
                      i % 3 == 2 ? name : STR_NONE);
        }
        buf_clear(&folded);
        code = r.code;
    }
    if (code.len == 0)
        return err_set(e, E_INVALID,
                       "\"%.*s\" is no region of GB/T 2260; write its name or code: 四川, 510100",
                       STR_ARG(value));
    *out = strings_query(at->column, code, false, a);
    return OK;
}

static err_t label_query(struct query *out, const struct attribute *at, struct str value,
                         struct arena *a, struct err *e)
{
    (void)e;
    *out = strings_query(at->column, means_unknown(value) ? STR(NOT_KNOWN) : value, false, a);
    return OK;
}

/* --- the table --------------------------------------------------------------- */

typedef err_t (*value_fn)(struct query *out, const struct attribute *at, struct str value,
                          struct arena *a, struct err *e);

/* By the kind of attribute; NULL: it is no filter, or has a reader of its own. */
static const value_fn functions[ATTRIBUTE_TOPIC + 1] = {
    [ATTRIBUTE_DATE] = date_query,     [ATTRIBUTE_EXPIRY] = date_query,
    [ATTRIBUTE_CLASS] = class_query,   [ATTRIBUTE_NUMBER] = number_query,
    [ATTRIBUTE_CITES] = number_query,  [ATTRIBUTE_COUNT] = count_query,
    [ATTRIBUTE_PARTY] = party_query,   [ATTRIBUTE_STANDARD] = party_query,
    [ATTRIBUTE_OFFICE] = office_query, [ATTRIBUTE_TYPE] = type_query,
    [ATTRIBUTE_KIND] = kind_query,     [ATTRIBUTE_STATUS] = status_query,
    [ATTRIBUTE_REGION] = region_query, [ATTRIBUTE_LABEL] = label_query,
};

static err_t attribute_query(struct query *out, const struct attribute *at, struct str value,
                             struct arena *a, struct err *e)
{
    value_fn fn = functions[at->kind];
    struct str trimmed = str_trim(value);

    if (at->kind == ATTRIBUTE_TOPIC)
        return err_set(e, E_INVALID, "%s is a filter alone: %s=…", at->name, at->name);
    if (!fn)
        return err_set(e, E_INVALID, "%s holds words and cannot be a filter; search for %s:…",
                       at->name, at->name);
    if (trimmed.len == 0)
        return err_set(e, E_INVALID, "%s needs a value: %s", at->name, msg(at->help));
    return fn(out, at, trimmed, a, e);
}

/* The part before the next comma outside quotation marks. */
static struct str next_value(struct str *rest)
{
    bool quoted = false;
    for (size_t i = 0; i < rest->len; i++) {
        struct str here = {rest->ptr + i, rest->len - i};
        size_t comma = here.ptr[0] == ',' ? 1 : str_starts(here, STR("，")) ? 3 : 0;
        quoted ^= here.ptr[0] == '"';
        if (comma == 0 || quoted)
            continue;
        struct str value = {rest->ptr, i};
        *rest = (struct str){here.ptr + comma, here.len - comma};
        return value;
    }
    struct str value = *rest;
    *rest = STR_NONE;
    return value;
}

err_t attribute_query_any(struct query *out, const struct attribute *at, struct str values,
                          struct arena *a, struct err *e)
{
    VEC(struct query) any = {0};
    struct str rest = values;
    err_t rc;

    do {
        struct query one;
        struct str written = str_trim(next_value(&rest)), value = unquoted(written);
        if ((rc = attribute_query(&one, at, value, a, e)) != OK)
            return rc;
        if (at->kind == ATTRIBUTE_KIND && value.len < written.len && !means_unknown(value))
            one = kind_alone(value, a);
        VEC_PUSH(a, &any, one);
    } while (rest.ptr);
    if (any.len == 1)
        *out = any.ptr[0];
    else
        *out = (struct query){.op = QUERY_OR, .children = any.ptr, .child_count = any.len};
    return OK;
}

/* --- topics ------------------------------------------------------------------ */

/* What stands behind "topic=", "topic!="; false: it is another filter. */
static bool topic_values(struct str *out, struct str filter)
{
    size_t equals = str_find(filter, STR("="), 0);
    if (equals == filter.len)
        return false;
    bool negated = equals > 0 && filter.ptr[equals - 1] == '!';
    const struct attribute *at = attribute_find((struct str){filter.ptr, equals - negated});
    *out = (struct str){filter.ptr + equals + 1, filter.len - equals - 1};
    return at && at->kind == ATTRIBUTE_TOPIC;
}

static struct str next_topic(struct str *rest)
{
    return str_trim(unquoted(next_value(rest)));
}

struct str_list {
    struct str *ptr;
    size_t len, cap;
};

static void add_topic_names(struct str_list *names, struct str filter, struct arena *a)
{
    struct str rest;
    if (!topic_values(&rest, filter))
        return;
    do {
        struct str name = next_topic(&rest);
        if (!str_among(name, names->ptr, names->len))
            VEC_PUSH(a, names, name);
    } while (rest.ptr);
}

size_t filter_end(struct str query, size_t from)
{
    bool quoted = false;
    for (size_t i = from; i < query.len; i++) {
        if (query.ptr[i] == '"')
            quoted = !quoted;
        if (query.ptr[i] == '}' && !quoted)
            return i;
    }
    return query.len;
}

size_t search_topic_names(const struct str **out, struct str query, const struct str *filters,
                          size_t filter_count, struct arena *a)
{
    struct str_list names = {0};
    for (size_t i = 0; i < filter_count; i++)
        add_topic_names(&names, filters[i], a);
    for (size_t at = 0; (at = str_find(query, STR("{"), at)) < query.len; at++) {
        size_t end = filter_end(query, at);
        add_topic_names(&names, (struct str){query.ptr + at + 1, end - at - 1}, a);
    }
    *out = names.ptr;
    return names.len;
}

static err_t add_topic(struct str_list *any, const struct filters *f, struct str name,
                       struct arena *a, struct err *e)
{
    struct str terms[8];
    for (size_t i = 0; i < f->records.topic_count; i++) {
        const struct search_topic *topic = &f->records.topics[i];
        if (!str_eq(topic->name, name))
            continue;
        for (size_t n = 0; n < topic->number_count; n++) {
            size_t count = number_terms(terms, ARRAY_LEN(terms), topic->numbers[n], false, a);
            for (size_t k = 0; k < count; k++)
                VEC_PUSH(a, any, terms[k]);
        }
        return OK;
    }
    return err_set(e, E_INVALID, "there is no topic database \"%.*s\" that you may read",
                   STR_ARG(name));
}

static err_t topic_query(struct query *out, const struct filters *f, struct str values,
                         struct arena *a, struct err *e)
{
    struct str_list any = {0};
    err_t rc;
    do {
        if ((rc = add_topic(&any, f, next_topic(&values), a, e)) != OK)
            return rc;
    } while (values.ptr);
    *out = (struct query){.op = QUERY_TERMS, .terms = any.ptr, .term_count = any.len};
    return OK;
}

/* --- filters ----------------------------------------------------------------- */

static struct str all_filters(struct arena *a)
{
    struct str list = STR_NONE;
    for (size_t i = 0; i < attribute_count; i++)
        if (attribute_is_filter(&attributes[i]))
            list = arena_printf(a, "%.*s%s%s", STR_ARG(list), list.len ? ", " : "",
                                attributes[i].name);
    return list;
}

struct cited_list {
    struct arena *a;
    VEC(struct query) any;
};

static void cited_list_add(void *arg, const struct number *cited)
{
    struct cited_list *list = arg;
    VEC_PUSH(list->a, &list->any, term_query(cited_term('n', cited, list->a)));
}

/* The documents that the documents with these numbers cite; reads the citations from the records. */
static err_t cited_by_query(struct query *out, const struct filters *f, struct str values,
                            struct arena *a, struct err *e)
{
    struct cited_list list = {.a = a};
    struct query numbers;
    struct search_result found = {0};
    const struct search_options o = {.k = RESULTS_MAX};
    err_t rc = attribute_query_any(&numbers, attribute_find(STR("number")), values, a, e);

    if (rc == OK && f->session->snapshot) {
        rc = index_search(&found, f->session->snapshot, &numbers, &o, a, e);
        if (rc == OK)
            rc = asking_db(f->session, e);
    }
    for (size_t i = 0; rc == OK && i < found.hit_count; i++) {
        struct str json;
        struct err why = {0};
        rc = patent_get_json(&json, f->session->db, (int64_t)found.hits[i].id, a, &why);
        if (rc == OK)
            patent_cited_each(json, cited_list_add, &list);
        rc = err_pass(e, rc == E_NOTFOUND ? OK : rc, &why);
    }
    *out = (struct query){.op = QUERY_OR, .children = list.any.ptr, .child_count = list.any.len};
    return rc;
}

/* Parts of names, and names that nobody has, as of `applicant`. */
static err_t standard_query(struct query *out, const struct filters *f, const struct attribute *at,
                            struct str values, struct arena *a, struct err *e)
{
    VEC(struct query) parts = {0};
    struct str_list keys = {0};
    do {
        struct str value = str_trim(unquoted(next_value(&values))), key = name_key(value, a);
        if (key.len > 0 && !means_unknown(value) && !star_before(value) && !star_behind(value)) {
            VEC_PUSH(a, &keys, applicants_key(f->applicants, key, a));
            continue;
        }
        struct query part;
        err_t rc = attribute_query(&part, at, value, a, e);
        if (rc != OK)
            return rc;
        VEC_PUSH(a, &parts, part);
    } while (values.ptr);
    struct query whole = {.op = QUERY_STRINGS,
                          .column = at->column,
                          .values = keys.ptr,
                          .value_count = keys.len,
                          .map = applicants_map,
                          .map_arg = f->applicants};
    if (keys.len > 0)
        VEC_PUSH(a, &parts, whole);
    *out = (struct query){.op = QUERY_OR, .children = parts.ptr, .child_count = parts.len};
    return OK;
}

err_t filter_values_query(struct query *out, const struct filters *f, const struct attribute *at,
                          struct str values, struct arena *a, struct err *e)
{
    return at->kind == ATTRIBUTE_FAMILY     ? family_query(out, f, values, a, e)
           : at->kind == ATTRIBUTE_CITED_BY ? cited_by_query(out, f, values, a, e)
           : at->kind == ATTRIBUTE_STANDARD ? standard_query(out, f, at, values, a, e)
                                            : attribute_query_any(out, at, values, a, e);
}

static err_t filter_query(struct query *out, const struct filters *f, struct str filter,
                          struct arena *a, struct err *e)
{
    size_t equals = str_find(filter, STR("="), 0);
    bool negated = equals > 0 && equals < filter.len && filter.ptr[equals - 1] == '!';
    struct str name = {filter.ptr, equals < filter.len ? equals - negated : 0};
    const struct attribute *at = attribute_find(name);
    err_t rc;

    if (equals == filter.len)
        return err_set(e, E_INVALID, "filter \"%.*s\": write name=value, for example ipc=H01M",
                       STR_ARG(filter));
    if (!at)
        return err_set(e, E_INVALID,
                       "filter \"%.*s\": there is no filter \"%.*s\"; the filters are %.*s",
                       STR_ARG(filter), STR_ARG(name), STR_ARG(all_filters(a)));
    struct str value = {filter.ptr + equals + 1, filter.len - equals - 1};
    rc = at->kind == ATTRIBUTE_TOPIC ? topic_query(out, f, value, a, e)
                                     : filter_values_query(out, f, at, value, a, e);
    if (rc != OK) {
        err_note(e, "filter \"%.*s\"", STR_ARG(filter));
        return rc;
    }
    if (negated)
        *out = not_query(*out, a);
    return OK;
}

static struct query keys_query(const struct filters *f, struct arena *a)
{
    struct str *terms = arena_array(a, f->key_count, sizeof(*terms));
    for (size_t i = 0; i < f->key_count; i++)
        terms[i] = key_term('n', f->keys[i], a);
    return (struct query){.op = QUERY_TERMS, .terms = terms, .term_count = f->key_count};
}

err_t filters_query(const struct query **out, const struct filters *f, struct arena *a,
                    struct err *e)
{
    struct query *all = arena_array(a, f->count + 1, sizeof(*all));
    struct query *root = arena_alloc(a, sizeof(*root));
    size_t count = f->count;
    err_t rc;

    *out = NULL;
    for (size_t i = 0; i < f->count; i++)
        if ((rc = filter_query(&all[i], f, f->all[i], a, e)) != OK)
            return rc;
    if (f->key_count > 0)
        all[count++] = keys_query(f, a);
    if (count == 0)
        return OK;
    *root = (struct query){.op = QUERY_AND, .children = all, .child_count = count};
    *out = count == 1 ? all : root;
    return OK;
}

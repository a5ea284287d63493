/* Small readers of text, no state; what a tool writes is told apart by tables. */
#include "search/habits.h"
#include "base/utf8.h"
#include "model/number.h"
#include "query_distances.h"

static struct str from(struct str s, size_t at)
{
    return (struct str){s.ptr + at, s.len - at};
}

/* --- fields ------------------------------------------------------------------ */

static const struct attribute any_class = {
    .name = "class", .kind = ATTRIBUTE_CLASS, .field = -1, .column = -1, .key = 'u'};

/* The field of that name; of several names between commas one that holds the words of any. */
static const struct attribute *fields_of(struct str names, struct arena *a)
{
    const struct attribute *one = NULL;
    struct str rest = names;
    int fields = 0;
    while (rest.ptr) {
        one = habit_field(str_split(&rest, STR(",")), a);
        if (!one)
            return NULL;
        fields |= one->kind == ATTRIBUTE_TEXTS ? one->field : one->field >= 0 ? 1 << one->field : 0;
    }
    if (!str_contains(names, STR(",")))
        return one;
    struct attribute *several = arena_alloc(a, sizeof(*several));
    *several = (struct attribute){
        .name = arena_cstr(a, names), .kind = ATTRIBUTE_TEXTS, .field = fields, .column = -1};
    return fields ? several : NULL;
}

const struct attribute *habit_field(struct str name, struct arena *a)
{
    const struct attribute *at = attribute_find(name);
    const char *const *line = query_name_find(name, STR_NONE);
    if (!at && str_starts(name, STR("@")))
        at = attribute_find(from(name, 1));
    if (!at && name.len > 3 && name.ptr[2] == '_') /* of one language */
        at = attribute_find(from(name, 3));
    if (!at && line && line[QUERY_MEANS][0]) {
        struct str means = str_of(line[QUERY_MEANS]);
        at = fields_of(str_split(&means, STR(" ")), a);
    }
    return str_is(name, any_class.name) ? &any_class : at;
}

static bool is_office(struct str s)
{
    return s.len == 2 && ascii_is_letter(s.ptr[0]) && office_code(s).len > 0;
}

/* H04B7/185, H04; a class that the IPC or CPC has. */
static bool is_class(struct str s)
{
    char symbol[4];
    size_t len = s.len < sizeof(symbol) ? s.len : sizeof(symbol);
    for (size_t i = 0; i < len; i++)
        symbol[i] = (char)(ascii_is_letter(s.ptr[i]) ? s.ptr[i] & ~32 : s.ptr[i]);
    return len > 2 && ipc_title_zh((struct str){symbol, len}).len > 0;
}

bool habit_among(struct str word, const char *const *words)
{
    while (*words && !str_eq_nocase(word, str_of(*words)))
        words++;
    return *words;
}

static bool every_word(struct str value, bool (*is)(struct str word))
{
    static const char *const joins[] = {"and", "or", "not", NULL};
    bool any = false;
    for (size_t i = 0; i < value.len; i++) {
        size_t start = i;
        while (i < value.len && !strchr(" ,()\"", value.ptr[i]))
            i++;
        struct str word = {value.ptr + start, i - start};
        bool told = word.len > 0 && !habit_among(word, joins);
        if (told && !is(word))
            return false;
        any |= told;
    }
    return any;
}

static const char *const party_or_number[] = {"AN", "AP", NULL};

const struct attribute *habit_party(const struct attribute *at, struct str name, struct str value)
{
    size_t digits = 0;
    for (size_t i = 0; i < value.len; i++)
        digits += ascii_is_digit(value.ptr[i]);
    if (str_eq_nocase(name, STR("CL")) && every_word(value, is_class))
        return &any_class;
    if (str_eq_nocase(name, STR("PN")) && every_word(value, is_office))
        return attribute_find(STR("office"));
    bool party = habit_among(name, party_or_number) && value.len > 0 && digits < 4;
    return party ? attribute_find(STR("applicant")) : at;
}

const char *habit_instead(struct str name, struct str value)
{
    const char *const *line = query_name_find(name, STR_NONE);
    if (habit_among(name, party_or_number) && every_word(value, is_office))
        return "applicant:… office:…";
    if (!line || line[QUERY_MEANS][0])
        return NULL;
    while (value.len > 0 && strchr(" (\"", value.ptr[0]))
        value = from(value, 1);
    bool ours = attribute_find(name) && (value.len == 0 || (unsigned char)value.ptr[0] >= 0x80);
    return ours ? NULL : line[QUERY_INSTEAD];
}

const char *habit_value(struct str *value, struct str name, struct arena *a)
{
    const char *const *code = query_name_find(name, *value);
    const char *const *line = query_name_find(name, STR_NONE);
    struct str means = str_of(code ? code[QUERY_MEANS] : line ? line[QUERY_MEANS] : "");
    if (code && means.len == 0)
        return code[QUERY_INSTEAD];
    if (!code)
        (void)str_split(&means, STR(" "));
    if (means.len > 0)
        *value = code ? means : arena_join_all(a, (struct str[]){means, *value}, 2);
    return NULL;
}

const struct attribute *habit_suffix(size_t *end, struct str query, size_t at, struct arena *a)
{
    char close = at >= query.len ? 0 : query.ptr[at] == '.' ? '.' : query.ptr[at] == '[' ? ']' : 0;
    size_t stop = at + 1;

    while (close && stop < query.len &&
           (ascii_is_letter(query.ptr[stop]) || query.ptr[stop] == ','))
        stop++;
    if (!close || stop < at + 3 || stop >= query.len || query.ptr[stop] != close)
        return NULL;
    *end = stop + 1;
    if (close == '.' && *end < query.len && !strchr(" \t\r\n);", query.ptr[*end]))
        return NULL;
    return fields_of((struct str){query.ptr + at + 1, stop - at - 1}, a);
}

const struct attribute *habit_slash(struct str name, struct str behind)
{
    static const char *const names[] = {"TTL", "ABST", "ACLM", "ISD", "APD",
                                        "APN", "ICL",  "AANM", NULL};
    /* Those that texts have too ("IN/OUT") must be followed by more than capitals. */
    static const char *const strict[] = {"SPEC", "CPC", "IPC", "IN", "AN", "PN"};
    char first = behind.len > 0 ? behind.ptr[0] : 0;
    bool sure = first == '"' || first == '(';
    for (size_t i = 0; i < behind.len && !strchr(" )", behind.ptr[i]); i++)
        sure |= ascii_is_digit(behind.ptr[i]) || (unsigned)(behind.ptr[i] - 'a') < 26u;
    bool named = habit_among(name, names) || (sure && STR_IN(name, strict));
    return named ? attribute_find(name) : NULL;
}

/* --- distances --------------------------------------------------------------- */

/* "3W": at most three words between; 3N the same in either order. */
static bool numbered(struct nearness *out, uint64_t n, struct str letter)
{
    if (!str_eq_nocase(letter, STR("W")) && !str_eq_nocase(letter, STR("N")))
        return false;
    *out = (struct nearness){
        .apart = (uint32_t)n + 1, .ordered = str_eq_nocase(letter, STR("W")), .bare = true};
    return true;
}

bool habit_near(struct nearness *out, struct str word)
{
    uint64_t n = 0;
    size_t letters = 0, digits = 0;

    *out = (struct nearness){0};
    if (str_starts(word, STR("prox/")))
        return true;
    while (digits < word.len && ascii_is_digit(word.ptr[digits]))
        digits++;
    if (digits > 0)
        return digits < 4 && str_to_u64(&n, (struct str){word.ptr, digits}) &&
               numbered(out, n, from(word, digits));
    while (letters < word.len && (ascii_is_letter(word.ptr[letters]) || word.ptr[letters] == '$'))
        letters++;
    struct str name = {word.ptr, letters}, rest = from(word, letters);
    bool slash = str_starts(rest, STR("/"));
    char form = slash ? '/' : rest.len > 0 ? '3' : '.';
    if (rest.len > 0 && !str_to_u64(&n, from(rest, slash)))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(query_distances); i++) {
        const char *const *line = query_distances[i]; /* name, forms, ordered */
        if (!(form == '.' ? str_is(name, line[0]) : str_eq_nocase(name, str_of(line[0]))) ||
            !strchr(line[1], form))
            continue;
        out->ordered = line[2][0];
        out->bare = form == '.' && name.ptr[0] != '$';
        out->apart = n > NEAR_MAX ? NEAR_MAX + 2 : (uint32_t)n;
        if (form == '.' && out->ordered) /* ADJ */
            out->apart = 1;
        return true;
    }
    return false;
}

/* --- lists of numbers -------------------------------------------------------- */

bool may_be_number(struct str s)
{
    size_t digits = 0, letters = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= '0' && c <= '9')
            digits++;
        else if ((unsigned)((c | 32) - 'a') < 26u)
            letters++;
        else if (c < 0x80 && !strchr(" .-/,()", c))
            return false;
    }
    bool office =
        s.len > 2 && office_code((struct str){s.ptr, 2}).len && !ascii_is_letter(s.ptr[2]);
    return s.len <= 64 && digits >= (office ? 5 : 6) &&
           letters <= 8; /* EA38604, IN1604DELNP2013A */
}

/* A class symbol has as many digits. */
static bool reads_as_number(struct str s)
{
    bool class = s.len > 4 && ascii_is_letter(s.ptr[0]) && ascii_is_digit(s.ptr[1]) &&
                 ascii_is_digit(s.ptr[2]) && ascii_is_letter(s.ptr[3]);
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return !class && may_be_number(s);
}

/* By lines and semicolons; by commas too; by blanks too. */
static bool is_parting(uint32_t c, int parted)
{
    return c == '\n' || c == '\r' || c == ';' || c == 0xFF1B || c == 0x3001 ||
           (parted > 0 && (c == ',' || c == 0xFF0C)) ||
           (parted > 1 && (c == ' ' || c == '\t' || c == 0x3000));
}

bool habit_next_number(struct str *out, struct number_list *list)
{
    while (list->rest.len > 0) {
        size_t at = 0, next = 0;
        while (at < list->rest.len) {
            next = at;
            uint32_t c = utf8_next(list->rest, &next);
            bool thousands =
                (c == ',' || c == 0xFF0C) && number_groups_thousands(list->rest, at, next - at);
            if (is_parting(c, list->parted) && !thousands)
                break;
            at = next;
        }
        *out = str_trim((struct str){list->rest.ptr, at});
        list->rest = from(list->rest, next);
        if (out->len > 0 && !str_eq_nocase(*out, STR("or")))
            return true;
    }
    return false;
}

bool habit_numbers(struct number_list *out, struct str text)
{
    /* By blanks first: a number may have commas and blanks in it, but not where none is needed. */
    for (int parted = 2; parted >= 0; parted--) {
        size_t numbers = 0, others = 0;
        /* One part in ten may be a heading or a misprint, but no word or sign of a query. */
        bool strict = parted == 2 || str_contains(text, STR("=")) || str_contains(text, STR(":"));
        struct number_list list = {text, parted};
        struct str one;
        *out = list;
        while (others <= (strict ? 0 : numbers / 10 + 1) && habit_next_number(&one, &list)) {
            bool is = reads_as_number(one);
            numbers += is;
            others += !is;
        }
        if (numbers > 1 && others <= (strict ? 0 : numbers / 10))
            return true;
    }
    return false;
}

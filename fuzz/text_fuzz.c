/* Small parsers of foreign words: number, class, date, split, name, query,
 * filter, fold, analyze. Each gives the same answer twice and keeps what its
 * header promises of it. */
#include "base/date.h"
#include "base/limits.h"
#include "fuzz.h"
#include "index/analyze.h"
#include "ingest/split.h"
#include "model/normal.h"
#include "model/number.h"
#include "search/asking.h"
#include "search/compile.h"
#include "search/filters.h"
#include "search/words.h"
#include "text/unicode.h"

static void check_number(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input);
    struct number n, again;
    struct str keys[8];
    if (!number_parse(&n, s, NUMBER_ANY, STR_NONE, a))
        return;
    FUZZ_ASSERT(n.key.len > 0 && n.display.len > 0);
    FUZZ_ASSERT(number_parse(&again, s, NUMBER_ANY, STR_NONE, a));
    FUZZ_ASSERT(str_eq(n.key, again.key) && str_eq(n.display, again.display));
    FUZZ_ASSERT(str_eq(n.written, str_trim(s)));
    size_t count = number_lookup_keys(keys, ARRAY_LEN(keys), &n, a);
    FUZZ_ASSERT(count > 0 && count <= ARRAY_LEN(keys));
    for (size_t i = 0; i < count; i++)
        FUZZ_ASSERT(keys[i].len > 0);
    (void)!number_parse(&again, s, NUMBER_PUBLICATION, STR("CN"), a);
    (void)!number_parse(&again, s, NUMBER_APPLICATION, STR("US"), a);
}

static void check_class(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input), part[16], up[5];
    struct class_symbol c, again;
    for (int i = 0; i < CLASS_SCHEMES; i++) {
        enum class_scheme scheme = (enum class_scheme)i;
        size_t parts = class_split(part, ARRAY_LEN(part), s, scheme);
        for (size_t k = 0; k < parts && k < ARRAY_LEN(part); k++)
            FUZZ_ASSERT(part[k].len > 0 && part[k].ptr >= s.ptr &&
                        part[k].ptr + part[k].len <= s.ptr + s.len);
        if (!class_parse(&c, s, scheme, a))
            continue;
        FUZZ_ASSERT(c.symbol.len > 0);
        size_t count = class_ancestors(up, c.symbol);
        FUZZ_ASSERT(count >= 1 && count <= 5 && str_eq(up[count - 1], c.symbol));
        for (size_t k = 0; k < count; k++)
            FUZZ_ASSERT(str_starts(c.symbol, up[k]));
        /* What is canonical stays as it is. */
        if (scheme == CLASS_IPC || scheme == CLASS_CPC) {
            FUZZ_ASSERT(class_parse(&again, c.symbol, scheme, a));
            FUZZ_ASSERT(str_eq(again.symbol, c.symbol));
        }
    }
}

static void check_date(struct bytes input, struct arena *a)
{
    struct date d, again;
    char text[DATE_TEXT_LEN + 1];
    (void)a;
    if (!foreign_date_parse(&d, bytes_str(input)))
        return;
    FUZZ_ASSERT(d.month >= 0 && d.month <= 12 && d.day >= 0 && d.day <= 31);
    if (!date_valid(d))
        return;
    date_format(text, d);
    FUZZ_ASSERT(foreign_date_parse(&again, str_of(text)));
    FUZZ_ASSERT(again.year == d.year && again.month == d.month && again.day == d.day);
    again = date_from_days(date_to_days(d));
    FUZZ_ASSERT(again.year == d.year && again.month == d.month && again.day == d.day);
}

static void check_split(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input), *piece;
    for (int how = SPLIT_NONE; how <= SPLIT_TEXTS; how++) {
        size_t count = split_value(&piece, s, (enum split)how, a), total = 0;
        for (size_t i = 0; i < count; i++) {
            FUZZ_ASSERT(!value_is_empty(piece[i]));
            total += piece[i].len;
        }
        FUZZ_ASSERT(total <= s.len);
    }
}

/* Words that become one of a few values, and names that become a key. */
static void check_name(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input);
    struct region region;
    struct str key = name_key(s, a);
    FUZZ_ASSERT(str_eq(key, name_key(s, a)));
    FUZZ_ASSERT(fuzz_is_utf8(key));
    if (s.len < 1024) { /* width and case are none of its business */
        struct buf folded;
        buf_init(&folded, 0);
        unicode_fold(&folded, str_trim(s));
        FUZZ_ASSERT(str_eq(key, name_key(buf_str(&folded), a)));
        buf_clear(&folded);
    }
    struct str code = office_code(s);
    FUZZ_ASSERT(code.len == 0 || str_eq(office_code(code), code));
    region_of(&region, s, STR_NONE, STR_NONE);
    FUZZ_ASSERT(region.code.len == 0 || (region.code.len == 6 && region_name(region.code).len));
    region_of(&region, s, s, s);
    FUZZ_ASSERT(region.code.len == 0 || region.code.len == 6);
    FUZZ_ASSERT(patent_status_name(patent_status_of(s)) != NULL);
    FUZZ_ASSERT(patent_type_name(patent_type_of(s, STR("CN"), STR_NONE)) != NULL);
    FUZZ_ASSERT(wipo35_field(s) <= 35);
    (void)ipc_title_zh(s);
}

static size_t term_count(const struct query *q, size_t depth)
{
    size_t sum = q->op == QUERY_TERM ? 1 : q->op == QUERY_PHRASE ? q->term_count : 0;
    FUZZ_ASSERT(depth < (size_t)2 * QUERY_DEPTH_MAX);
    for (size_t i = 0; i < q->child_count; i++)
        sum += term_count(&q->children[i], depth + 1);
    return sum;
}

static struct asking no_index;
static const struct filters no_store = {.session = &no_index};

/* Down to the engine's tree, within the bounds of the engine. */
static void check_query(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input);
    struct compiled c = {0};
    struct err e = {0}, again = {0};
    err_t rc = compile_query(&c, s, INDEX_FULL, &no_store, a, &e);
    FUZZ_ASSERT(rc == OK || ((rc == E_INVALID || rc == E_LIMIT) && e.text[0] != 0));
    FUZZ_ASSERT(compile_query(&c, s, INDEX_FULL, &no_store, a, &again) == rc);
    FUZZ_ASSERT(strcmp(e.text, again.text) == 0);
    FUZZ_ASSERT(!fuzz_is_utf8(s) || fuzz_is_utf8(str_of(e.text)));
    if (rc != OK)
        return;
    FUZZ_ASSERT(c.root != NULL);
    (void)term_count(c.root, 0);
    for (size_t i = 0; i < c.term_count; i++)
        FUZZ_ASSERT(c.terms[i].term.len > 0 && c.terms[i].term.len <= TERM_BYTES_MAX &&
                    c.terms[i].field < FIELDS);
    (void)!compile_query(&c, s, INDEX_PLAIN, &no_store, a, &e);
}

/* One filter a line. */
static void check_filter(struct bytes input, struct arena *a)
{
    struct str line[8], rest = bytes_str(input);
    size_t count = 0;
    const struct query *q = NULL;
    struct err e = {0};
    while (rest.ptr && count < ARRAY_LEN(line))
        line[count++] = str_split(&rest, STR("\n"));
    err_t rc = filters_query(
        &q, &(struct filters){.all = line, .count = count, .session = &no_index}, a, &e);
    FUZZ_ASSERT(rc == OK || (rc == E_INVALID && e.text[0] != 0));
    FUZZ_ASSERT(!fuzz_is_utf8(bytes_str(input)) || fuzz_is_utf8(str_of(e.text)));
    FUZZ_ASSERT(rc != OK || count == 0 || (q != NULL && q->op != QUERY_PHRASE));
}

static void check_fold(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input);
    struct buf once, twice, mapped;
    uint32_t *offsets = NULL;
    buf_init(&once, 0);
    buf_init(&twice, 0);
    buf_init(&mapped, 0);
    unicode_fold(&once, s);
    unicode_fold(&twice, buf_str(&once));
    unicode_fold_mapped(&mapped, &offsets, s, a);
    FUZZ_ASSERT(fuzz_is_utf8(buf_str(&once)));
    if (s.len < 1024)
        FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&twice)));
    FUZZ_ASSERT(str_eq(buf_str(&once), buf_str(&mapped)));
    for (size_t i = 0; i < mapped.len; i++)
        FUZZ_ASSERT(offsets[i] < s.len);
    (void)unicode_script_lang(s);
    buf_clear(&once);
    buf_clear(&twice);
    buf_clear(&mapped);
}

static bool holds_term(const struct token *tokens, size_t count, struct str term)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(tokens[i].term, term))
            return true;
    return false;
}

/* What a document says of itself is found by the same words as a query. */
static void check_analyze(struct bytes input, struct arena *a)
{
    struct str s = bytes_str(input);
    size_t indexed, marked, asked;
    const struct token *index = analyze_text(&indexed, s, ANALYZE_INDEX, a);
    const struct token *marks = analyze_text(&marked, s, ANALYZE_MARKS, a);
    const struct token *query = analyze_text(&asked, s, ANALYZE_QUERY, a);
    FUZZ_ASSERT(indexed == marked);
    for (size_t i = 0; i < indexed; i++) {
        FUZZ_ASSERT(index[i].term.len >= 1 && index[i].term.len <= TERM_BYTES_MAX);
        FUZZ_ASSERT(str_eq(index[i].term, marks[i].term) && index[i].number == marks[i].number);
        FUZZ_ASSERT(i == 0 || index[i].number >= index[i - 1].number);
        FUZZ_ASSERT(marks[i].from < marks[i].to && marks[i].to <= s.len);
    }
    for (size_t i = 0; i < asked && i < 200; i++) {
        FUZZ_ASSERT(query[i].from < query[i].to && query[i].to <= s.len);
        FUZZ_ASSERT(holds_term(index, indexed, query[i].term));
    }
}

/* A list of words, a NUL, a text. The words cover each run, and those inside a word are shorter; what is learnt of the
 * text is a list. */
static void check_words(struct bytes input, struct arena *a)
{
    struct str text = bytes_str(input), own = str_split(&text, (struct str){"", 1});
    size_t count, again, characters = 0;
    const struct word *w = words_split(&count, text, str_bytes(own), a), *outer = NULL;
    const struct word *twice = words_split(&again, text, str_bytes(own), a);
    FUZZ_ASSERT(count == again);
    for (size_t i = 0; i < count; i++) {
        FUZZ_ASSERT(w[i].from < w[i].to && w[i].to <= text.len);
        FUZZ_ASSERT(w[i].from == twice[i].from && w[i].inner == twice[i].inner);
        FUZZ_ASSERT(w[i].folded.len > 0 && w[i].characters > 0);
        FUZZ_ASSERT(!w[i].inner || (outer && w[i].characters < outer->characters &&
                                    str_contains(outer->folded, w[i].folded)));
        characters += w[i].inner ? 0 : w[i].characters;
        outer = w[i].inner ? outer : &w[i];
    }
    struct words_text taken = {0};
    struct buf lines[2];
    size_t taken_count = 0;
    words_take(&taken, text, a);
    for (size_t i = 0; i < taken.characters.len; i++)
        taken_count += taken.characters.ptr[i] != 0;
    FUZZ_ASSERT(own.len > 0 || taken_count == characters);
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        buf_init(&lines[i], 0);
        words_learn(&lines[i], &taken, a);
    }
    FUZZ_ASSERT(str_eq(buf_str(&lines[0]), buf_str(&lines[1])));
    for (struct str rest = buf_str(&lines[0]), line, last = STR_NONE; rest.len > 0; last = line) {
        line = str_split(&rest, STR("\n"));
        FUZZ_ASSERT(str_cmp(last, line) < 0 && str_contains(line, STR("\t")));
    }
    buf_clear(&lines[0]);
    buf_clear(&lines[1]);
}

static const struct fuzz_target targets[] = {
    {"number", check_number}, {"class", check_class}, {"date", check_date},
    {"split", check_split},   {"name", check_name},   {"query", check_query},
    {"filter", check_filter}, {"fold", check_fold},   {"analyze", check_analyze},
    {"words", check_words},
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    return fuzz_one_of(targets, ARRAY_LEN(targets), data, size);
}

/* One pass over the record. Texts of one field in several languages follow each
 * other with a gap of numbers between them, so that no phrase spans two texts. */
#include "search/document.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "index/analyze.h"
#include "model/number.h"
#include "search/compile.h"
#include "search/families.h"
#include "search/translate.h"
#include <stdlib.h>

/* Numbers left free between two texts of a field: more than NEAR_MAX. */
#define TEXT_GAP 128

typedef VEC(struct str) str_vec;

struct builder {
    struct arena *a;
    enum index_kind kind;
    struct index_tokens tokens;
    uint32_t next[FIELDS]; /* first free number of each field */
    str_vec keys;
    str_vec columns[COLUMNS];
};

static void add_text(struct builder *b, enum text_field field, struct str text)
{
    struct str cut = utf8_cut(text, INDEXED_TEXT_BYTES_MAX);
    uint32_t from = b->next[field];
    uint32_t next = analyze_field(&b->tokens, field, from, cut, analyze_flags(b->kind), b->a);
    if (next > from)
        b->next[field] = next - 1 + TEXT_GAP;
}

static bool has_claims(const struct patent *p, struct str lang)
{
    for (size_t i = 0; i < p->texts.len; i++)
        if (p->texts.ptr[i].part == TEXT_CLAIMS && str_eq(p->texts.ptr[i].lang, lang))
            return true;
    return false;
}

static void add_texts(struct builder *b, const struct patent *p)
{
    static const enum text_field field_of[TEXT_PARTS] = {
        [TEXT_TITLE] = FIELD_TITLE,
        [TEXT_ABSTRACT] = FIELD_ABSTRACT,
        [TEXT_CLAIMS] = FIELD_CLAIMS,
        [TEXT_FIRST_CLAIM] = FIELD_CLAIMS,
        [TEXT_DESCRIPTION] = FIELD_DESCRIPTION,
    };
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        enum text_field field = field_of[t->part];
        if (t->part == TEXT_FIRST_CLAIM && has_claims(p, t->lang))
            continue; /* it stands in the claims */
        if (b->kind == INDEX_PLAIN && field != FIELD_TITLE && field != FIELD_ABSTRACT)
            continue;
        add_text(b, field, t->content);
    }
}

/* --- columns and key terms ------------------------------------------------- */

static void add_value(struct builder *b, enum column column, struct str value)
{
    if (value.len > 0)
        VEC_PUSH(b->a, &b->columns[column], value);
}

static void add_key(struct builder *b, char letter, struct str key)
{
    struct str term = key_term(letter, key, b->a);
    if (key.len > 0 && term.len <= TERM_BYTES_MAX)
        VEC_PUSH(b->a, &b->keys, term);
}

static void add_classes(struct builder *b, const struct patent *p)
{
    static const char letters[CLASS_SCHEMES] = {
        [CLASS_IPC] = 'i', [CLASS_CPC] = 'c', [CLASS_LOCARNO] = 'l'};

    for (size_t i = 0; i < p->classes.len; i++) {
        const struct classification *c = &p->classes.ptr[i];
        char letter = letters[c->scheme];
        struct str up[5];
        if (letter == 0 || c->symbol.symbol.len == 0)
            continue;
        if (letter == 'l') {
            add_key(b, letter, c->symbol.symbol);
            add_key(b, letter,
                    (struct str){c->symbol.symbol.ptr, c->symbol.symbol.len > 2 ? 2 : 0});
            continue;
        }
        size_t levels = class_ancestors(up, c->symbol.symbol);
        for (size_t k = 0; k < levels; k++) {
            add_key(b, letter, up[k]);
            add_key(b, 'u', up[k]);
        }
        if (letter != 'i') {
            if (levels > 0)
                add_value(b, COLUMN_CPC, up[levels > 3 ? 3 : levels - 1]);
            continue;
        }
        add_value(b, COLUMN_IPC, c->symbol.symbol);
        if (levels > 1)
            add_value(b, COLUMN_IPC3, up[1]);
        if (levels > 2)
            add_value(b, COLUMN_IPC4, up[2]);
        unsigned field = wipo35_field(c->symbol.symbol);
        if (field > 0)
            add_value(b, COLUMN_WIPO35, arena_printf(b->a, "%u", field));
    }
}

static void add_number(struct builder *b, const struct number *n)
{
    struct str keys[8];
    if (n->key.len == 0)
        return;
    size_t count = number_lookup_keys(keys, ARRAY_LEN(keys), n, b->a);
    for (size_t i = 0; i < count; i++)
        add_key(b, 'n', keys[i]);
}

static bool has_role(const struct patent *p, enum party_role role)
{
    for (size_t i = 0; i < p->parties.len; i++)
        if (p->parties.ptr[i].role == role)
            return true;
    return false;
}

static void add_name(struct builder *b, enum column column, const struct party *party)
{
    struct str key = party->name_key, name = party->name;
    char *value = arena_alloc(b->a, key.len + name.len + 2);
    if (key.len == 0)
        return;
    value[0] = NAME_OPEN[0];
    memcpy(value + 1, key.ptr, key.len);
    value[key.len + 1] = NAME_CLOSE[0];
    memcpy(value + key.len + 2, name.ptr, name.len);
    add_value(b, column, (struct str){value, key.len + name.len + 2});
}

/* The first applicant of a record with a region is there; of others the country is what the source
 * says. */
static void add_country(struct builder *b, const struct party *party, struct str region)
{
    static const char *const codes[][2] = {{"71", "TW"}, {"81", "HK"}, {"82", "MO"}};
    struct str code = office_code(party->country);
    for (size_t i = 0; i < ARRAY_LEN(codes) && code.len == 0; i++)
        if (str_starts(region, str_of(codes[i][0])))
            code = str_of(codes[i][1]);
    if (code.len == 0 && region.len > 0)
        code = STR("CN");
    add_value(b, COLUMN_COUNTRY, code);
}

/* Holders count as applicants where no applicant is named. */
static void add_parties(struct builder *b, const struct patent *p)
{
    enum party_role applicant = has_role(p, PARTY_APPLICANT) ? PARTY_APPLICANT : PARTY_ASSIGNEE;
    struct str region = p->region;

    for (size_t i = 0; i < p->parties.len; i++) {
        const struct party *party = &p->parties.ptr[i];
        if (party->role == applicant) {
            add_name(b, COLUMN_APPLICANT, party);
            add_country(b, party, region);
            region = STR_NONE;
        }
        if (party->role == PARTY_ASSIGNEE)
            add_name(b, COLUMN_ASSIGNEE, party);
        if (party->role == PARTY_AGENT && party_is_firm(party))
            add_name(b, COLUMN_AGENCY, party);
        if (party->role == PARTY_INVENTOR)
            add_name(b, COLUMN_INVENTOR, party);
        if (b->kind == INDEX_PLAIN)
            continue;
        if (party->role == PARTY_APPLICANT || party->role == PARTY_ASSIGNEE)
            add_text(b, FIELD_APPLICANT, party->name);
        else if (party->role == PARTY_INVENTOR)
            add_text(b, FIELD_INVENTOR, party->name);
        else if (party->role == PARTY_AGENT)
            add_text(b, FIELD_AGENT, party->name);
    }
    if (region.len > 0)
        add_country(b, &(struct party){0}, region);
}

/* The city of a region: a prefecture; what is one itself, as a municipality or a county that its province governs.
 * Empty: the province alone is known. */
static struct str city_of(struct str code, struct arena *a)
{
    static const char *const cities[] = {"11", "12", "31", "50", "81", "82"};
    for (size_t i = 0; i < ARRAY_LEN(cities); i++)
        if (str_starts(code, str_of(cities[i])))
            return arena_printf(a, "%.2s0000", code.ptr);
    bool itself = code.ptr[2] == '9' && code.ptr[3] == '0';
    struct str city = itself ? code : arena_printf(a, "%.4s00", code.ptr);
    return str_ends(city, itself ? STR("00") : STR("0000")) ? STR_NONE : city;
}

static void add_region(struct builder *b, struct str code)
{
    if (code.len != 6)
        return;
    struct str province = arena_printf(b->a, "%.2s0000", code.ptr);
    add_value(b, COLUMN_REGION, province);
    add_value(b, COLUMN_REGION, arena_printf(b->a, "%.4s00", code.ptr));
    add_value(b, COLUMN_REGION, code);
    add_value(b, COLUMN_PROVINCE, province);
    add_value(b, COLUMN_CITY, city_of(code, b->a));
}

struct date document_date(const struct patent *p)
{
    if (p->publication_date.year > 0)
        return p->publication_date;
    return p->grant_date.year > 0 ? p->grant_date : p->application_date;
}

static void put_date(uint32_t *numbers, enum column column, struct date d)
{
    numbers[column] = date_number(d);
    numbers[DATE_LAST(column)] = date_number_last(d);
    numbers[DATE_YEAR(column)] = d.year > 0 ? (uint32_t)d.year : 0;
}

static void add_facts(struct builder *b, const struct patent *p, uint32_t *numbers)
{
    put_date(numbers, COLUMN_DATE, document_date(p));
    put_date(numbers, COLUMN_PUBLISHED, p->publication_date);
    put_date(numbers, COLUMN_APPLIED, p->application_date);
    put_date(numbers, COLUMN_GRANTED, p->grant_date);
    add_value(b, COLUMN_OFFICE,
              p->publication.office.len > 0 ? p->publication.office : p->application.office);
    add_value(b, COLUMN_TYPE, str_of(patent_type_name(p->type)));
    add_value(b, COLUMN_KIND, p->publication.kind);
    add_key(b, 'k', p->publication.kind);
    bool languages[LANGUAGES];
    patent_languages(languages, p);
    for (int l = 0; l < LANGUAGES; l++)
        if (languages[l])
            add_key(b, KEY_LANGUAGE, language_name((enum language)l));
    add_value(b, COLUMN_STATUS, str_of(patent_status_name(p->status)));
    add_region(b, p->region);
    if (p->times_cited >= 0)
        numbers[COLUMN_CITED] =
            p->times_cited < COLUMN_NONE - 1 ? (uint32_t)p->times_cited : COLUMN_NONE - 1;
    for (size_t i = 0; i < p->sei.len; i++)
        add_value(b, COLUMN_SEI, p->sei.ptr[i]);
    add_number(b, &p->publication);
    add_number(b, &p->application);
    add_number(b, &p->earliest);
    struct str key;
    if (patent_key(&key, p, b->a, NULL) == OK && !str_eq(key, p->publication.key) &&
        !str_eq(key, p->application.key))
        add_key(b, 'n', key);
}

static void add_keys(struct builder *b)
{
    if (b->keys.len > 1)
        qsort(b->keys.ptr, b->keys.len, sizeof(*b->keys.ptr), str_cmp_first);
    for (size_t i = 0; i < b->keys.len; i++) {
        if (i > 0 && str_eq(b->keys.ptr[i], b->keys.ptr[i - 1]))
            continue;
        struct index_token token = {b->keys.ptr[i], POSITION_OF(FIELD_KEYS, b->next[FIELD_KEYS]++)};
        VEC_PUSH(b->a, &b->tokens, token);
    }
}

static void cited_add(void *arg, const struct number *cited)
{
    struct builder *b = arg;
    struct str term = cited_term(KEY_CITED, cited, b->a);
    if (term.len <= TERM_BYTES_MAX)
        VEC_PUSH(b->a, &b->keys, term);
}

void document_make(struct index_doc *out, const struct patent *p, struct str json,
                   enum index_kind kind, struct arena *a)
{
    struct builder b = {.a = a, .kind = kind};
    uint32_t *numbers = arena_array(a, COLUMNS, sizeof(*numbers));
    struct index_values *strings = arena_array(a, COLUMNS, sizeof(*strings));

    for (size_t i = 0; i < COLUMNS; i++)
        numbers[i] = COLUMN_NONE;
    add_parties(&b, p);
    add_facts(&b, p, numbers);
    family_put(numbers, p, a);
    add_classes(&b, p);
    size_t keys = b.keys.len;
    patent_cited_each(json, cited_add, &b);
    if (b.keys.len > keys)
        add_key(&b, KEY_CITES, STR("1"));
    add_keys(&b);
    add_texts(&b, p); /* last: whatever grows the tokens after a long text leaves its room behind */
    bool classified = b.columns[COLUMN_IPC].len > 0;
    for (size_t i = 0; i < COLUMNS; i++) {
        /* A symbol above the subclass has no IPC4, but its IPC is known. */
        bool above = classified && (i == COLUMN_IPC3 || i == COLUMN_IPC4);
        if (b.columns[i].len == 0 && !above && patent_schema.columns[i].kind == COLUMN_STRINGS)
            add_value(&b, (enum column)i, STR(NOT_KNOWN));
        strings[i] = (struct index_values){b.columns[i].ptr, b.columns[i].len};
    }
    *out = (struct index_doc){.id = (uint64_t)p->id,
                              .tokens = b.tokens.ptr,
                              .token_count = b.tokens.len,
                              .numbers = numbers,
                              .strings = strings};
}

struct str document_text(const struct patent *p, enum text_part part, struct arena *a)
{
    struct str all = STR_NONE;
    for (size_t i = 0; i < p->texts.len; i++) {
        const struct patent_text *t = &p->texts.ptr[i];
        if (t->part == part && t->content.len > 0)
            all = all.len ? arena_printf(a, "%.*s\n%.*s", STR_ARG(all), STR_ARG(t->content))
                          : t->content;
    }
    return all;
}

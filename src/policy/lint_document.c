/* What pack.yaml says of the document itself stands in the document's text. */
#include "base/msg.h"
#include "fictional_region_codes.h"
#include "model/normal.h"
#include "policy/clause_map.h"
#include "policy/lint_priv.h"
#include "policy/quantity.h"
#include "policy/sentences.h"
#include "region_codes.h"

struct reading {
    struct linting *l;
    const struct document *d;
    struct str letters; /* of the source */
    struct str text;    /* without blanks */
};

/* The pack says itself, in its note why, that the text does not have this. */
static bool is_own(const struct document *d, const char *key)
{
    return str_among(str_of(key), d->own, d->own_count);
}

static void absent(const struct reading *r, const char *key, int line, struct str value)
{
    LINT(r->l, "document", line,
         "the text does not have this \"%s\": %.*s; take that of the text, or name it in \"own\", "
         "with a "
         "note why it stands here",
         key, STR_ARG(value));
}

static bool has(const struct reading *r, struct str words)
{
    struct str q = lint_letters(words, r->l->arena);
    return q.len && str_contains(r->letters, q);
}

static void check_words(const struct reading *r, const char *key, int line, struct str words)
{
    if (words.len && !is_own(r->d, key) && !has(r, words))
        absent(r, key, line, words);
}

/* --- days -------------------------------------------------------------------------------- */

/* 2025年9月12日, 二〇二五年九月十二日 */
static bool has_day(const struct reading *r, struct str day)
{
    static const char *const units[] = {"年", "月", "日"};
    const struct quantity *q;
    struct date d;
    size_t count = quantities(&q, r->text, r->l->arena);
    if (!date_parse(&d, day))
        return true; /* told when it was read */
    const int parts[] = {d.year, d.month, d.day};
    for (size_t i = 0; i + 2 < count; i++) {
        size_t fit = 0;
        while (fit < 3 && q[i + fit].number == (wide)parts[fit] * MILLION &&
               quantity_in(&q[i + fit], r->text, str_of(units[fit])))
            fit++;
        if (fit == 3)
            return true;
    }
    return false;
}

static bool is_counted(const struct pack *p, const char *rule)
{
    const struct deadline_rule *d = pack_deadline(p, str_of(rule));
    return d && d->kind != DUE_NONE;
}

/* A day that a rule of the pack counts (check_window), or one of the text. */
static void check_days(const struct reading *r)
{
    const struct document *d = r->d;
    if (d->issued.len && !is_own(d, "issued") && !has_day(r, d->issued))
        absent(r, "issued", d->lines.issued, d->issued);
    if (d->effective.len && !is_own(d, "effective") && !is_counted(r->l->pack, "effective") &&
        !has_day(r, d->effective))
        absent(r, "effective", d->lines.effective, d->effective);
    if (d->expires.len && !is_own(d, "expires") && !is_counted(r->l->pack, "pack-expiry") &&
        !has_day(r, d->expires))
        absent(r, "expires", d->lines.expires, d->expires);
}

/* --- whose ---------------------------------------------------------------------------------- */

struct region_row {
    const char *code, *name;
};

#define REGIONS (ARRAY_LEN(region_codes) + ARRAY_LEN(fictional_region_codes))

/* The real ones, then those of examples. */
static struct region_row region_at(size_t i)
{
    const char *const *row = i < ARRAY_LEN(region_codes)
                                 ? region_codes[i]
                                 : fictional_region_codes[i - ARRAY_LEN(region_codes)];
    return (struct region_row){row[0], row[1]};
}

/* Provinces, and cities: 510000, 510100. */
static bool is_area(const char *code)
{
    return strcmp(code + 4, "00") == 0;
}

/* The place at the start of the words, the longest name that fits; code NULL: none. */
static struct region_row place_of(struct str words)
{
    struct region_row best = {0};
    size_t longest = 0;
    for (size_t i = 0; i < REGIONS; i++) {
        struct region_row one = region_at(i);
        if (is_area(one.code) && strlen(one.name) > longest &&
            str_starts(words, str_of(one.name))) {
            best = one;
            longest = strlen(one.name);
        }
    }
    return best;
}

static struct region_row region_of_code(struct str code)
{
    for (size_t i = 0; i < REGIONS; i++)
        if (str_is(code, region_at(i).code))
            return region_at(i);
    return (struct region_row){0};
}

/* 四川省知识产权中心 is 省知识产权中心 in a text that says once which province it is of. */
static void check_issuer(const struct reading *r)
{
    struct str issuer = r->d->issuer;
    struct region_row place = place_of(issuer);
    if (issuer.len == 0 || is_own(r->d, "issuer") || has(r, issuer))
        return;
    size_t len = place.name ? strlen(place.name) : 0;
    bool short_form =
        len > 3 && has(r, str_of(place.name)) &&
        has(r, (struct str){issuer.ptr + len - 3, issuer.len - len + 3}); /* from 省 or 市 on */
    if (!short_form)
        absent(r, "issuer", r->d->lines.issuer, issuer);
}

/* 某省知识产权局, 某市…, and not 国家市场监督管理总局. */
static bool is_of_a_place(struct str issuer)
{
    static const char *const national[] = {"国家", "全国", "中国", "国务院", "中华"};
    static const char *const places[] = {"省", "自治区", "市", "州", "县", "盟"};
    size_t first = issuer.len;
    for (size_t i = 0; i < ARRAY_LEN(national); i++)
        if (str_starts(issuer, str_of(national[i])))
            return false;
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        size_t at = str_find(issuer, str_of(places[i]), 0);
        first = at < first ? at : first;
    }
    return first > 0 && first < issuer.len &&
           !str_starts((struct str){issuer.ptr + first, issuer.len - first}, STR("市场"));
}

static void check_jurisdiction(const struct reading *r)
{
    struct str code = r->d->jurisdiction;
    struct region_row said = place_of(r->d->issuer), coded = region_of_code(code);
    if (!said.code)
        said = place_of(r->d->title);
    if (code.len == 0) {
        if (r->l->pack->process_count && r->d->issuer.len)
            LINT(r->l, "document", r->d->lines.title,
                 "the pack has processes and no \"jurisdiction\": no office opens a call of it or "
                 "takes "
                 "its steps; the code of the issuer's province or city (GB/T 2260), or 000000");
        return;
    }
    if (said.code && !str_is(code, said.code))
        LINT(r->l, "document", r->d->lines.jurisdiction,
             "\"jurisdiction\" is %.*s%s%s, and the document is of %s: \"%s\" (GB/T 2260)",
             STR_ARG(code), coded.name ? " " : "", coded.name ? coded.name : "", said.name,
             said.code);
    else if (!said.code && coded.code && !is_own(r->d, "jurisdiction") &&
             !has(r, str_of(coded.name)))
        LINT(r->l, "document", r->d->lines.jurisdiction,
             "\"jurisdiction\" is %.*s, %s, which the text does not name: take the code of the "
             "issuer's "
             "province (GB/T 2260), 000000 for the whole country, or name \"jurisdiction\" in "
             "\"own\" with a note",
             STR_ARG(code), coded.name);
    else if (!said.code && !coded.code && !str_is(code, "000000"))
        LINT(
            r->l, "document", r->d->lines.jurisdiction,
            "\"jurisdiction\": neither GB/T 2260 nor the places of examples have the code %.*s: an "
            "invented province takes 990000, with its cities 990100 …",
            STR_ARG(code));
    else if (!said.code && str_is(code, "000000") && is_of_a_place(r->d->issuer))
        LINT(
            r->l, "document", r->d->lines.jurisdiction,
            "\"jurisdiction\" is 000000, the whole country, and %.*s is an office of a province or "
            "city: take its code (GB/T 2260; 990000 for an invented one)",
            STR_ARG(r->d->issuer));
}

/* --- what it is -------------------------------------------------------------------------------- */

static void check_standing(const struct reading *r)
{
    const struct document *d = r->d;
    bool draft = has(r, STR("征求意见稿"));
    if (is_own(d, "status"))
        return;
    if (d->standing == PACK_IN_FORCE && draft)
        LINT(r->l, "document", d->lines.status,
             "the text calls itself a draft (征求意见稿): status: draft");
    if (d->standing == PACK_DRAFT && !draft && d->number.len && d->issued.len)
        LINT(r->l, "document", d->lines.status,
             "the text has its number and the day it was issued, and does not call itself a draft "
             "(征求意见稿): status: in_force");
}

static void check_basis(const struct reading *r)
{
    const struct document *d = r->d;
    for (size_t i = 0; i < d->basis_count && !is_own(d, "basis"); i++)
        if (!has(r, d->basis[i]))
            absent(r, "basis", d->lines.basis, d->basis[i]);
    for (size_t i = 0; i < d->basis_end_count; i++) {
        struct str year = {d->basis_ends[i].until.ptr, 4};
        if (d->basis_ends[i].until.len > 4 && !str_contains(d->basis_ends[i].title, year))
            LINT(r->l, "document", d->lines.basis_ends,
                 "\"basis_ends\": the title %.*s does not say that it ends in %.*s",
                 STR_ARG(d->basis_ends[i].title), STR_ARG(year));
    }
}

void lint_document(struct linting *l)
{
    const struct document *d = &l->pack->document;
    struct reading r = {.l = l, .d = d};
    if (l->pack->source.len == 0 || d->standing == PACK_LIBRARY)
        return;
    r.letters = lint_letters(l->pack->source, l->arena);
    r.text = clause_map_text(l->map);
    check_words(&r, "title", d->lines.title, d->title);
    check_words(&r, "number", d->lines.number, d->number);
    for (size_t i = 0; i < d->alias_count; i++)
        check_words(&r, "aliases", d->lines.aliases, d->aliases[i]);
    check_issuer(&r);
    check_days(&r);
    check_jurisdiction(&r);
    check_standing(&r);
    check_basis(&r);
    if (d->own_count && d->note.len == 0)
        LINT(l, "document", d->own_line,
             "\"own\" names what the text does not have: a note says why it stands here");
}

/* What follows from what a reader has filled in. Only facts that the record
 * itself decides: a Latin text of a Chinese document stays without language, an
 * address abroad without region. */
#include "model/patent.h"
#include "text/unicode.h"

static const struct number *best_number(const struct patent *p)
{
    return p->application.key.len && !p->publication.key.len ? &p->application : &p->publication;
}

/* Offices whose documents are written in English alone. */
static bool writes_english(struct str office)
{
    static const char *const offices[] = {"US", "GB", "AU", "NZ", "IN", "SG", "IE"};
    return STR_IN(office, offices);
}

static void finish_texts(struct patent *p)
{
    struct str office = best_number(p)->office;
    for (size_t i = 0; i < p->texts.len; i++) {
        struct patent_text *t = &p->texts.ptr[i];
        if (t->lang.len == 0)
            t->lang = unicode_script_lang(t->content);
        if (t->lang.len == 0 && writes_english(office))
            t->lang = STR("en");
    }
}

static void finish_parties(struct patent *p, struct arena *a)
{
    for (size_t i = 0; i < p->parties.len; i++) {
        struct party *x = &p->parties.ptr[i];
        if (x->name_key.len == 0)
            x->name_key = name_key(x->name, a);
    }
}

/* The first of a list is the main class unless the source marks another. */
static void finish_classes(struct patent *p)
{
    bool seen[CLASS_SCHEMES] = {false};
    struct classification *first[CLASS_SCHEMES] = {NULL};
    for (size_t i = 0; i < p->classes.len; i++) {
        struct classification *c = &p->classes.ptr[i];
        seen[c->scheme] |= c->symbol.position != '\0';
        if (!first[c->scheme])
            first[c->scheme] = c;
    }
    for (size_t s = 0; s < CLASS_SCHEMES; s++)
        if (first[s] && !seen[s])
            first[s]->symbol.position = 'F';
}

/* The names at the front of an address: without the postal code before them
 * (510000 is Guangzhou's, and the region code of Sichuan) and the house number
 * behind. */
static struct str address_names(struct str address)
{
    size_t from = 0, to;
    while (from < address.len && (is_digit(address.ptr[from]) || address.ptr[from] == ' '))
        from++;
    for (to = from; to < address.len && !is_digit(address.ptr[to]);)
        to++;
    return (struct str){address.ptr + from, to - from};
}

void patent_region_read(struct patent *p)
{
    const struct party *first = patent_party(p, PARTY_APPLICANT, 0);
    bool stated = p->region.len > 0;
    if (!first || first->address.len == 0 || (stated && !region_is(p->region)))
        return;
    struct str country = first->country.len ? first->country : best_number(p)->office;
    if (!str_is(country, "CN"))
        return;
    struct region region;
    struct str address = address_names(str_trim(first->address));
    region_of(&region, stated ? p->region : address, stated ? address : STR_NONE, STR_NONE);
    if (region.code.len > 0)
        p->region = region.code;
}

#define GRANT_LETTERS_SINCE 1993 /* before, CN B, U and S were publications for opposition */

static bool is_cn_grant(const struct patent *p)
{
    const struct number *n = &p->publication;
    if (n->key.len == 0 || !str_is(n->office, "CN") || n->kind.len == 0)
        return false;
    char letter = n->kind.ptr[0];
    return letter == 'C' || letter == 'Y' || letter == 'D' ||
           ((letter == 'B' || letter == 'U' || letter == 'S') &&
            p->grant_date.year >= GRANT_LETTERS_SINCE);
}

static bool is_before(struct date a, struct date b)
{
    if (a.year != b.year || a.month != b.month)
        return a.year < b.year || (a.year == b.year && a.month < b.month);
    return a.day < b.day;
}

/* A Chinese grant is published by its announcement. Tables with one row a patent
 * give the day of the application's publication beside the grant's number: that
 * is another document's, and kept as a vendor field. A later date stays, as that
 * of a corrected edition (B8). */
static void finish_grant(struct patent *p, struct arena *a)
{
    struct date d = p->publication_date, grant = p->grant_date;

    if (grant.year == 0 || !is_cn_grant(p) || !is_before(d, grant))
        return;
    p->publication_date = grant;
    bool part = d.year == grant.year && (!d.month || (d.month == grant.month && !d.day));
    if (d.year == 0 || part)
        return; /* none, or the same less exactly */
    VEC_PUSH(
        a, &p->vendor,
        ((struct vendor_field){.name = STR("first_publication_date"), .value = date_text(d, a)}));
}

void patent_finish(struct patent *p, struct arena *a)
{
    if (p->publication.key.len == 0 && p->earliest.key.len) {
        p->publication = p->earliest; /* a document known by its first publication only */
        p->earliest = (struct number){0};
    }
    const struct number *n = best_number(p);
    if (p->type == TYPE_UNKNOWN)
        p->type = patent_type_of(STR_NONE, n->office, n->kind);
    if (p->status == STATUS_UNKNOWN)
        p->status = patent_status_of(p->status_written);
    for (size_t i = 0; i < p->priorities.len; i++)
        if (p->priorities.ptr[i].country.len == 0)
            p->priorities.ptr[i].country = p->priorities.ptr[i].number.office;
    finish_grant(p, a);
    finish_texts(p);
    finish_parties(p, a);
    finish_classes(p);
    patent_region_read(p);
}

/* Answers of the EPO's Open Patent Services (ops:world-patent-data):
 *   published-data  exchange-documents, also inside biblio-search and inquiries
 *   fulltext        claims or description of one publication
 *   family, legal   patent-family: one document for each member, each with the
 *                   others as its family and with its legal events
 *   search          publication-references only
 * All under the source "ops", so that biblio, claims, description and legal
 * events of one publication meet in one record. */
#include "base/msg.h"
#include "ingest/exchange.h"
#include "ingest/us_common.h"

/* A list is a record, since its members need each other. */
static const char *const records[] = {"exchange-document", "fulltext-document", "patent-family",
                                      "search-result", NULL};

static const struct xml_node *part(const struct xml_node *record, const struct xml_node *latest)
{
    static const char *const members[] = {"exchange-document", "family-member",
                                          "publication-reference"};

    if (xml_is(record, "patent-family"))
        return latest ? xml_same(latest) : xml_child(record, "family-member");
    if (!xml_is(record, "search-result"))
        return latest ? NULL : record;
    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const struct xml_node *first = xml_find(record, members[i]);
        if (!first)
            continue;
        return xml_find_next(record, latest ? latest : record, members[i]);
    }
    return NULL;
}

static bool has_number(struct doc *f)
{
    if (f->p->publication.key.len > 0 || f->p->application.key.len > 0)
        return true;
    f->item->reason = str_of(msg("this part of the answer names no publication"));
    return false;
}

static void read_reference(struct doc *f, const struct xml_node *ref)
{
    const struct xml_node *id = exchange_id(ref);

    (void)exchange_number(&f->p->publication, f, id, NUMBER_PUBLICATION);
    doc_date(f, &f->p->publication_date, doc_at(f, id, "date"));
}

static void set_family(struct doc *f, struct str family)
{
    if (family.len > 0)
        f->p->family = arena_printf(f->a, "docdb:%.*s", STR_ARG(family));
}

/* --- full text ------------------------------------------------------------------- */

/* OPS puts all claims of a language into one <claim>, each a <claim-text> that
 * begins with its number; what does not goes on with the claim before. */
static void read_claims(struct doc *f, const struct xml_node *claims)
{
    struct claims c;
    struct str open = STR_NONE;

    claims_begin(&c);
    for (const struct xml_node *claim = xml_child(claims, "claim"); claim;
         claim = xml_same(claim)) {
        const struct xml_node *t = xml_child(claim, "claim-text");
        if (!t)
            claims_add(&c, f, STR_NONE, xml_text(claim, f->a));
        for (; t; t = xml_same(t)) {
            struct str text = xml_text(t, f->a);
            if (us_claim_number(text) > 0 || open.len == 0) {
                claims_add(&c, f, STR_NONE, open);
                open = text;
            } else {
                open = arena_printf(f->a, "%.*s\n%.*s", STR_ARG(open), STR_ARG(text));
            }
        }
        claims_add(&c, f, STR_NONE, open);
        open = STR_NONE;
    }
    claims_end(&c, f, xml_attr(claims, "lang"), false);
}

static bool read_fulltext(struct doc *f, const struct xml_node *n)
{
    read_reference(f, xml_at(n, "bibliographic-data/publication-reference"));
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        if (xml_is(c, "claims"))
            read_claims(f, c);
        else if (xml_is(c, "description"))
            doc_text(f, TEXT_DESCRIPTION, xml_attr(c, "lang"), xml_text(c, f->a), false);
    }
    return has_number(f);
}

/* --- family and legal ------------------------------------------------------------- */

/* L007 is the day of the gazette; L5xx hold the details with their names. */
static void read_event(struct doc *f, const struct xml_node *n)
{
    struct buf text;
    struct str office = STR_NONE, date = STR_NONE;

    buf_init(&text, (size_t)1 << 20);
    buf_add(&text, str_trim(xml_attr(n, "desc")));
    for (const struct xml_node *c = xml_find(n, "L500EP"), *d = xml_first(c); d; d = xml_after(d))
        buf_addf(&text, "%s%.*s: %.*s", text.len ? "; " : "", STR_ARG(xml_attr(d, "desc")),
                 STR_ARG(xml_text(d, f->a)));
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        if (str_starts(c->name, STR("L001")))
            office = xml_text(c, f->a);
        else if (str_starts(c->name, STR("L007")))
            date = xml_text(c, f->a);
    }
    doc_event(f, date, office, xml_attr(n, "code"), arena_dup(f->a, buf_str(&text)));
    buf_clear(&text);
}

/* Each member lists all others, so the time grows with the square of a family. The
 * largest have some hundreds of members. */
#define RELATIVES_MAX 1000

static bool family_is_huge(const struct doc *f)
{
    size_t count = 0;
    for (const struct xml_node *m = xml_child(f->whole, "family-member"); m; m = xml_same(m))
        if (++count > RELATIVES_MAX)
            return true;
    return false;
}

/* Every other member of the family. */
static void read_relatives(struct doc *f)
{
    if (family_is_huge(f)) {
        item_warn(f->item, f->a,
                  N_("this record's family has more members than are listed here; the family's id "
                     "names them"),
                  f->p->family);
        return;
    }
    for (const struct xml_node *m = xml_child(f->whole, "family-member"); m; m = xml_same(m)) {
        struct number n;
        const struct xml_node *id = exchange_id(xml_child(m, "publication-reference"));
        if (!id || !exchange_number(&n, f, id, NUMBER_PUBLICATION) ||
            str_eq(n.key, f->p->publication.key))
            continue;
        struct str parts[] = {arena_dup(f->a, doc_at(f, id, "country")),
                              arena_dup(f->a, doc_at(f, id, "doc-number")),
                              arena_dup(f->a, doc_at(f, id, "kind"))};
        doc_family_member(f, parts[0], parts[1], parts[2]);
    }
}

static bool read_member(struct doc *f, const struct xml_node *n)
{
    const struct xml_node *doc = xml_child(n, "exchange-document");

    if (doc && !exchange_read(f, doc))
        return false;
    if (!doc) {
        read_reference(f, xml_child(n, "publication-reference"));
        exchange_application(f, xml_child(n, "application-reference"));
        for (const struct xml_node *c = xml_child(n, "priority-claim"); c; c = xml_same(c))
            exchange_priority(f, c);
    }
    set_family(f, xml_attr(n, "family-id"));
    for (const struct xml_node *c = xml_child(n, "legal"); c; c = xml_same(c))
        read_event(f, c);
    read_relatives(f);
    return has_number(f);
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    (void)root;
    if (xml_is(n, "exchange-document"))
        return exchange_read(f, n);
    if (xml_is(n, "fulltext-document"))
        return read_fulltext(f, n);
    if (xml_is(n, "family-member"))
        return read_member(f, n);
    read_reference(f, n);
    set_family(f, xml_attr(n, "family-id"));
    return has_number(f);
}

static const struct xml_format frame = {"ops", "", records, read_record, part};

const struct format format_ops = {.name = "ops",
                                  .title = N_("EPO Open Patent Services answers (XML)"),
                                  .roots = (const char *const[]){"world-patent-data", NULL},
                                  XML_FORMAT(frame)};

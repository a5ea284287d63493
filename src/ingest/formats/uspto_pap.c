/* USPTO applications of 2001–2004: patent-application-publication, DTDs
 * pap-v15 and pap-v16. */
#include "base/msg.h"
#include "ingest/us_common.h"

static const char *const records[] = {"patent-application-publication", NULL};

static void read_document_id(struct doc *f, const struct xml_node *n)
{
    (void)doc_number(&f->p->publication, f, STR("US"), doc_at(f, n, "doc-number"),
                     doc_at(f, n, "kind-code"), NUMBER_PUBLICATION);
    doc_date(f, &f->p->publication_date, doc_at(f, n, "document-date"));
}

static void read_filing(struct doc *f, const struct xml_node *n)
{
    (void)doc_number(&f->p->application, f, STR("US"),
                     doc_at(f, n, "application-number/doc-number"), STR_NONE, NUMBER_APPLICATION);
    doc_date(f, &f->p->application_date, doc_at(f, n, "filing-date"));
    doc_extra(f, "application-number-series-code", doc_at(f, n, "application-number-series-code"));
}

static void read_priority(struct doc *f, const struct xml_node *n)
{
    doc_priority(f, doc_at(f, n, "country-code"),
                 doc_at(f, n, "priority-application-number/doc-number"),
                 doc_at(f, n, "filing-date"));
}

static void read_technical(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_find(n, "ipc"); c; c = xml_find_next(n, c, "ipc"))
        us_ipc_packed(f, xml_text(c, f->a));
    for (const struct xml_node *c = xml_find(n, "uspc"); c; c = xml_find_next(n, c, "uspc")) {
        struct str sub = doc_at(f, c, "subclass");
        /* six digits are three and three decimals; letters stand as they are */
        doc_uspc_packed(
            f, arena_printf(f->a, "%3.*s%.*s", STR_ARG(doc_at(f, c, "class")), STR_ARG(sub)));
    }
    doc_extra(f, "ipc-edition", doc_at(f, n, "classification-ipc/classification-ipc-edition"));
    doc_text(f, TEXT_TITLE, STR("en"), doc_at(f, n, "title-of-invention"), false);
    doc_extra(f, "latin-name", doc_at(f, n, "latin-name-of-plant"));
}

/* Division, continuation, provisional …: each under its relation. A provisional
 * is also a priority, as everywhere else. */
static void read_continuity(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        const struct xml_node *id = xml_child(c, "document-id");
        if (xml_is(c, "non-provisional-of-provisional"))
            doc_priority(f, STR("US"), doc_at(f, id, "doc-number"), doc_at(f, id, "document-date"));
        doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
    }
}

static void read_person(struct doc *f, const struct xml_node *n, enum party_role role)
{
    const struct xml_node *name = xml_child(n, "name");
    const struct xml_node *home = xml_first(xml_child(n, "residence"));
    const struct xml_node *adr = xml_child(n, "address");
    struct str given = doc_at(f, name, "given-name"), middle = doc_at(f, name, "middle-name");
    struct str suffix = doc_at(f, name, "name-suffix");

    if (middle.len > 0)
        given = arena_printf(f->a, "%.*s %.*s", STR_ARG(given), STR_ARG(middle));
    struct str who = doc_person(f, doc_at(f, name, "family-name"), given);
    if (suffix.len > 0)
        who = arena_printf(f->a, "%.*s, %.*s", STR_ARG(who), STR_ARG(suffix));
    if (who.len == 0)
        who = doc_at(f, n, "organization-name");
    struct str country = doc_at(f, home, "country-code");
    if (country.len == 0)
        country = doc_at(f, adr, "country/country-code");
    /* residence-us lacks a country in v1.5 */
    if (country.len == 0 && xml_is(home, "residence-us"))
        country = STR("US");
    const struct xml_node *place = home ? home : adr;
    struct str parts[] = {doc_at(f, adr, "address-1"), doc_at(f, adr, "address-2"),
                          doc_at(f, place, "city"), doc_at(f, place, "state"),
                          doc_at(f, adr, "postalcode")};
    doc_party(f, role, who, country, doc_join(f, parts, ARRAY_LEN(parts)), STR_NONE);
}

static void read_inventors(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c))
        read_person(f, c, PARTY_INVENTOR);
}

static void read_assignee(struct doc *f, const struct xml_node *n)
{
    read_person(f, n, PARTY_ASSIGNEE);
    doc_extra(f, "assignee-type", doc_at(f, n, "assignee-type"));
}

static void read_correspondence(struct doc *f, const struct xml_node *n)
{
    doc_party(f, PARTY_AGENT, doc_at(f, n, "name-1"), doc_at(f, n, "address/country/country-code"),
              STR_NONE, STR_NONE);
    doc_extra(f, "correspondence-address", doc_flat(n, f->a));
}

static void read_international(struct doc *f, const struct xml_node *n)
{
    doc_extra_str(f, arena_dup(f->a, n->name), doc_flat(n, f->a));
}

static const struct doc_rule rules[] = {{"document-id", read_document_id},
                                        {"domestic-filing-data", read_filing},
                                        {"foreign-priority-data", read_priority},
                                        {"technical-information", read_technical},
                                        {"continuity-data", read_continuity},
                                        {"inventors", read_inventors},
                                        {"assignee", read_assignee},
                                        {"correspondence-address", read_correspondence},
                                        {"international-conventions", read_international},
                                        {0}};

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    const struct xml_node *biblio = xml_child(n, "subdoc-bibliographic-information");

    (void)root;
    if (!biblio) {
        f->item->reason =
            str_of(msg("the document has no <subdoc-bibliographic-information>; it was cut or "
                       "is of another kind"));
        return false;
    }
    doc_children(f, biblio, rules);
    doc_us_applicants(f);
    struct str filing = doc_at(f, biblio, "publication-filing-type");
    if (str_contains(filing, STR("plant")))
        f->p->type = TYPE_PLANT;
    else if (str_contains(filing, STR("utility")))
        f->p->type = TYPE_INVENTION;
    doc_text(f, TEXT_ABSTRACT, STR("en"), doc_at(f, n, "subdoc-abstract"), false);
    doc_text(f, TEXT_DESCRIPTION, STR("en"), doc_at(f, n, "subdoc-description"), false);
    doc_claims(f, xml_child(n, "subdoc-claims"), "claim", STR("en"), false);
    return true;
}

static const struct xml_format frame = {"uspto", "US", records, read_record, NULL};

const struct format format_uspto_pap = {.name = "uspto-pap",
                                        .title = N_("USPTO applications of 2001–2004 (PAP XML)"),
                                        .roots = records,
                                        XML_FORMAT(frame)};

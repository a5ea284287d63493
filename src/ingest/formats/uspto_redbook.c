/* USPTO Red Book: grants and applications in XML, DTDs v4.0–v4.7
 * (us-patent-grant, us-patent-application; ICE, after WIPO ST.36). v2.5 is the
 * ST.32 of uspto_st32.c. Both vocabularies of the years are read: parties inside
 * <parties> (to 2012) and <us-parties>, <references-cited> and
 * <us-references-cited>. Sequence listings (<sequence-cwu>) are no prose and
 * stay out of the description. */
#include "base/msg.h"
#include "ingest/doc.h"
#include "ingest/us_common.h"

static const char *const records[] = {"us-patent-grant", "us-patent-application", NULL};

static void read_publication(struct doc *f, const struct xml_node *n)
{
    const struct xml_node *id = xml_child(n, "document-id");
    struct str kind = doc_at(f, id, "kind");

    (void)doc_number(&f->p->publication, f, doc_at(f, id, "country"), doc_at(f, id, "doc-number"),
                     kind, NUMBER_PUBLICATION);
    doc_date(f, &f->p->publication_date, doc_at(f, id, "date"));
}

/* appl-type of the DTD: utility, design, plant, reissue, sir. */
static enum patent_type type_of(struct str appl_type)
{
    if (str_is(appl_type, "design"))
        return TYPE_DESIGN;
    if (str_is(appl_type, "plant"))
        return TYPE_PLANT;
    if (str_is(appl_type, "sir") || str_is(appl_type, "SIR") ||
        str_is(appl_type, "statutory invention registration"))
        return TYPE_OTHER;
    if (str_is(appl_type, "utility") || str_is(appl_type, "reissue"))
        return TYPE_INVENTION;
    return TYPE_UNKNOWN;
}

static void read_application(struct doc *f, const struct xml_node *n)
{
    const struct xml_node *id = xml_child(n, "document-id");
    struct str type = xml_attr(n, "appl-type");

    (void)doc_number(&f->p->application, f, doc_at(f, id, "country"), doc_at(f, id, "doc-number"),
                     STR_NONE, NUMBER_APPLICATION);
    doc_date(f, &f->p->application_date, doc_at(f, id, "date"));
    f->p->type = type_of(type);
    doc_extra(f, "appl-type", type);
}

static void read_priorities(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_child(n, "priority-claim"); c; c = xml_same(c))
        doc_priority(f, doc_at(f, c, "country"), doc_at(f, c, "doc-number"), doc_at(f, c, "date"));
}

static void read_one_class(struct doc *f, const struct xml_node *c, enum class_scheme scheme)
{
    struct str version = doc_at(f, c, "ipc-version-indicator/date");

    if (version.len == 0)
        version = doc_at(f, c, "cpc-version-indicator/date");
    doc_class_parts(f, scheme,
                    &(struct class_parts){.section = doc_at(f, c, "section"),
                                          .klass = doc_at(f, c, "class"),
                                          .subclass = doc_at(f, c, "subclass"),
                                          .group = doc_at(f, c, "main-group"),
                                          .subgroup = doc_at(f, c, "subgroup"),
                                          .version = version,
                                          .position = doc_at(f, c, "symbol-position"),
                                          .value = doc_at(f, c, "classification-value")});
}

static void read_ipcr(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_child(n, "classification-ipcr"); c; c = xml_same(c))
        read_one_class(f, c, CLASS_IPC);
}

/* Combination sets too: their symbols describe the document. */
static void read_cpc(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_find(n, "classification-cpc"); c;
         c = xml_find_next(n, c, "classification-cpc"))
        read_one_class(f, c, CLASS_CPC);
}

/* IPC 1–7 with its edition. Designs put the Locarno class under its own element. */
static void read_ipc(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c))
        if (xml_is(c, "main-classification") || xml_is(c, "further-classification"))
            doc_class(f, CLASS_IPC, xml_text(c, f->a));
        else if (xml_is(c, "edition"))
            doc_extra(f, "ipc-edition", xml_text(c, f->a));
}

static void read_locarno(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_child(n, "main-classification"); c; c = xml_same(c))
        doc_class(f, CLASS_LOCARNO, xml_text(c, f->a));
    doc_extra(f, "locarno-edition", doc_at(f, n, "edition"));
}

static void read_national(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c))
        if (xml_is(c, "main-classification") || xml_is(c, "further-classification"))
            doc_uspc_packed(f, doc_raw(c));
}

static void read_title(struct doc *f, const struct xml_node *n)
{
    doc_text(f, TEXT_TITLE, STR("en"), xml_text(n, f->a), false);
}

static void read_botanic(struct doc *f, const struct xml_node *n)
{
    doc_extra(f, "latin-name", doc_at(f, n, "latin-name"));
    doc_extra(f, "variety", doc_at(f, n, "variety"));
}

/* "cited by examiner" → examiner */
static struct str origin_of(struct str category)
{
    struct str by = STR("cited by ");
    return str_starts(category, by) ? (struct str){category.ptr + by.len, category.len - by.len}
                                    : category;
}

static void read_citations(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        struct str origin = origin_of(doc_at(f, c, "category"));
        const struct xml_node *id = xml_at(c, "patcit/document-id");
        if (id) {
            struct str parts[] = {doc_at(f, id, "country"), doc_at(f, id, "doc-number"),
                                  doc_at(f, id, "kind"), doc_at(f, id, "name"),
                                  doc_at(f, id, "date")};
            doc_cited(f, &(struct cited){.country = parts[0],
                                         .number = parts[1],
                                         .kind = parts[2],
                                         .text = us_citation_text(f, parts),
                                         .origin = origin});
        } else {
            doc_npl(f, doc_at(f, c, "nplcit/othercit"), STR_NONE, origin);
        }
    }
}

/* Related documents: provisionals and foreign parents are priorities in effect
 * but not by the DTD's word, so each is kept under its relation; the
 * pre-grant publication is the document's earliest number. */
static void read_related(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        const struct xml_node *id = xml_child(c, "document-id");
        if (xml_is(c, "related-publication") && f->p->earliest.key.len == 0)
            (void)doc_number(&f->p->earliest, f, doc_at(f, id, "country"),
                             doc_at(f, id, "doc-number"), doc_at(f, id, "kind"),
                             NUMBER_PUBLICATION);
        else if (xml_is(c, "us-provisional-application"))
            doc_priority(f, doc_at(f, id, "country"), doc_at(f, id, "doc-number"),
                         doc_at(f, id, "date"));
        doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
    }
}

static void add_book(struct doc *f, const struct xml_node *n, enum party_role role)
{
    const struct xml_node *book = xml_child(n, "addressbook");
    const struct xml_node *adr = xml_child(book, "address");
    struct str name = doc_at(f, book, "orgname");

    if (!book) { /* examiners and old assignees stand without one */
        book = n;
        name = doc_at(f, n, "orgname");
    }
    struct str person = doc_person(f, doc_at(f, book, "last-name"), doc_at(f, book, "first-name"));
    if (name.len == 0)
        name = person.len ? person : doc_at(f, book, "name");
    struct str parts[] = {doc_at(f, adr, "address-1"), doc_at(f, adr, "address-2"),
                          doc_at(f, adr, "street"),    doc_at(f, adr, "city"),
                          doc_at(f, adr, "state"),     doc_at(f, adr, "postcode")};
    struct str country = doc_at(f, adr, "country");
    if (country.len == 0)
        country = doc_at(f, n, "residence/country");
    doc_party(f, role, name, country, doc_join(f, parts, ARRAY_LEN(parts)),
              doc_at(f, book, "registered-number"));
}

static void read_people(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        if (xml_is(c, "applicant") || xml_is(c, "us-applicant")) {
            struct str type = xml_attr(c, "app-type");
            /* to 2012 the inventors were the applicants ("applicant-inventor") */
            bool inventor = str_contains(type, STR("inventor"));
            add_book(f, c, inventor ? PARTY_INVENTOR : PARTY_APPLICANT);
        } else if (xml_is(c, "inventor") || xml_is(c, "deceased-inventor")) {
            add_book(f, c, PARTY_INVENTOR);
        } else if (xml_is(c, "agent")) {
            add_book(f, c, PARTY_AGENT);
        } else if (xml_is(c, "assignee")) {
            add_book(f, c, PARTY_ASSIGNEE);
        } else if (xml_is(c, "primary-examiner") || xml_is(c, "assistant-examiner")) {
            add_book(f, c, PARTY_EXAMINER);
            doc_extra(f, "examiner-department", doc_at(f, c, "department"));
        }
    }
}

static void read_parties(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        if (xml_is(c, "correspondence-address")) {
            const struct xml_node *book = xml_child(c, "addressbook");
            struct str name = doc_at(f, book, "name");
            if (name.len == 0)
                name = doc_at(f, book, "orgname");
            doc_extra(f, "correspondence-address", doc_flat(c, f->a));
            doc_party(f, PARTY_AGENT, name, doc_at(f, book, "address/country"), STR_NONE, STR_NONE);
        } else {
            read_people(f, c);
        }
    }
}

/* PCT filing and publication of a national phase entry. */
static void read_pct(struct doc *f, const struct xml_node *n)
{
    const struct xml_node *id = xml_child(n, "document-id");

    if (xml_is(n, "pct-or-regional-publishing-data"))
        doc_family_member(f, doc_at(f, id, "country"), doc_at(f, id, "doc-number"),
                          doc_at(f, id, "kind"));
    doc_extra_str(f, arena_dup(f->a, n->name), doc_flat(n, f->a));
}

static const struct doc_rule rules[] = {{"publication-reference", read_publication},
                                        {"application-reference", read_application},
                                        {"priority-claims", read_priorities},
                                        {"classifications-ipcr", read_ipcr},
                                        {"classification-ipc", read_ipc},
                                        {"classifications-cpc", read_cpc},
                                        {"classification-locarno", read_locarno},
                                        {"classification-national", read_national},
                                        {"invention-title", read_title},
                                        {"us-botanic", read_botanic},
                                        {"references-cited", read_citations},
                                        {"us-references-cited", read_citations},
                                        {"us-related-documents", read_related},
                                        {"parties", read_parties},
                                        {"us-parties", read_parties},
                                        {"assignees", read_people},
                                        {"examiners", read_people},
                                        {"pct-or-regional-filing-data", read_pct},
                                        {"pct-or-regional-publishing-data", read_pct},
                                        {0}};

static const char *const no_prose[] = {"sequence-cwu", "sequence-list", NULL};

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    const struct xml_node *biblio = xml_child(n, "us-bibliographic-data-grant");
    bool grant = biblio != NULL;

    doc_as_of(f, xml_attr(root, "date-produced"));
    if (!biblio)
        biblio = xml_child(n, "us-bibliographic-data-application");
    if (!biblio) {
        f->item->reason =
            str_of(msg("the document has no <us-bibliographic-data-…>; it was cut or is of "
                       "another kind"));
        return false;
    }
    doc_children(f, biblio, rules);
    doc_us_applicants(f);
    if (grant)
        f->p->grant_date = f->p->publication_date;
    doc_text(f, TEXT_ABSTRACT, STR("en"), doc_at(f, n, "abstract"), false);
    doc_text(f, TEXT_DESCRIPTION, STR("en"),
             xml_text_without(xml_child(n, "description"), no_prose, f->a), false);
    doc_claims(f, xml_child(n, "claims"), "claim", STR("en"), false);
    return true;
}

static const struct xml_format frame = {"uspto", "US", records, read_record, NULL};

const struct format format_uspto_redbook = {
    .name = "uspto-redbook",
    .title = N_("USPTO Red Book grants and applications (XML)"),
    .roots = (const char *const[]){"us-patent-grant", "us-patent-application", NULL},
    XML_FORMAT(frame)};

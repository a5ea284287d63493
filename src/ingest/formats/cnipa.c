/* CNIPA's XML: bulk data (business:PatentDocumentAndRelated, with or without prefixes; before
 * them cn-patent-document of SIPO's DTD) and the parts of an application that the filing client
 * writes (cn-application-body). The generations name the same elements PublicationReference,
 * cn-publication-reference and publication-reference: names are compared without case, dashes and
 * the prefix cn-. Numbers come as the office writes them and in a standard form; the office's are
 * read. */
#include "base/msg.h"
#include "ingest/doc.h"
#include "ingest/fields_priv.h"

static const char *const records[] = {"PatentDocumentAndRelated", "cn-patent-document",
                                      "cn-application-body", NULL};

static bool is(const struct xml_node *n, const char *name)
{
    struct str s = n->name;

    if (str_starts(s, STR("cn-")))
        s = (struct str){s.ptr + 3, s.len - 3};
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '-')
            continue;
        if ((s.ptr[i] | 0x20) != (*name | 0x20))
            return false;
        name++;
    }
    return s.len > 0 && *name == '\0';
}

static const struct xml_node *child(const struct xml_node *n, const char *name)
{
    const struct xml_node *c = xml_first(n);

    while (c && !is(c, name))
        c = xml_after(c);
    return c;
}

/* The first element of that name below n. */
static const struct xml_node *find(const struct xml_node *n, const char *name)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        const struct xml_node *found = is(c, name) ? c : find(c, name); /* XML_DEPTH_MAX deep */
        if (found)
            return found;
    }
    return NULL;
}

static struct str text_of(struct doc *f, const struct xml_node *n, const char *name)
{
    return xml_text(find(n, name), f->a);
}

static struct str attr(const struct xml_node *n, const char *name, const char *older)
{
    struct str s = xml_attr(n, name);
    return s.len ? s : xml_attr(n, older);
}

/* --- numbers and classes ------------------------------------------------------------- */

static struct str office_of(struct doc *f, const struct xml_node *n)
{
    struct str office = text_of(f, n, "WIPOST3Code");
    return office.len ? office : text_of(f, n, "Country");
}

/* The standard form of a number beside the office's own. */
static bool is_standard_twin(const struct xml_node *n)
{
    if (!str_is(xml_attr(n, "dataFormat"), "standard"))
        return false;
    size_t seen = 0;
    for (const struct xml_node *c = xml_first(n->parent); c && seen++ < DOC_REPEATS_MAX;
         c = xml_after(c))
        if (str_eq(c->name, n->name) && str_is(xml_attr(c, "dataFormat"), "original"))
            return true;
    return false;
}

static void read_number(struct number *out, struct doc *f, const struct xml_node *n, int use)
{
    if (out->key.len == 0 && !is_standard_twin(n))
        (void)doc_number(out, f, office_of(f, n), text_of(f, n, "DocNumber"), text_of(f, n, "Kind"),
                         (enum number_use)use);
}

static void read_own_number(struct doc *f, const struct xml_node *n, int use)
{
    bool published = use == NUMBER_PUBLICATION;

    read_number(published ? &f->p->publication : &f->p->application, f, n, use);
    doc_date(f, published ? &f->p->publication_date : &f->p->application_date,
             text_of(f, n, "Date"));
    doc_extra(f, "GazetteNumber", text_of(f, n, "GazetteNum"));
}

static void read_earliest(struct doc *f, const struct xml_node *n, int use)
{
    read_number(&f->p->earliest, f, n, use);
}

static void read_claimed(struct doc *f, const struct xml_node *n, int arg)
{
    (void)arg;
    if (!is_standard_twin(n))
        doc_priority(f, office_of(f, n), text_of(f, n, "DocNumber"), text_of(f, n, "Date"));
}

/* A parent or child application. */
static void read_relation(struct doc *f, const struct xml_node *n, int arg)
{
    const struct xml_node *parent = find(n, "ParentDoc");

    (void)arg;
    doc_extra_str(f, arena_dup(f->a, n->name), doc_flat(parent ? parent : n, f->a));
}

static void read_pct(struct doc *f, const struct xml_node *n, int arg)
{
    read_relation(f, n, arg);
    doc_family_member(f, STR("WO"), text_of(f, n, "DocNumber"), text_of(f, n, "Kind"));
}

static void read_class(struct doc *f, const struct xml_node *n, int scheme)
{
    struct class_parts parts = {.section = text_of(f, n, "Section"),
                                .klass = text_of(f, n, "MainClass"),
                                .subclass = text_of(f, n, "Subclass"),
                                .group = text_of(f, n, "MainGroup"),
                                .subgroup = text_of(f, n, "Subgroup"),
                                .version = text_of(f, n, "IPCVersionDate"),
                                .position = text_of(f, n, "SymbolPosition"),
                                .value = text_of(f, n, "ClassificationValue")};

    if (parts.section.len && parts.group.len)
        doc_class_parts(f, (enum class_scheme)scheme, &parts);
    else
        doc_class(f, (enum class_scheme)scheme, text_of(f, n, "Text"));
}

/* In a list of one edition of IPC or of Locarno. */
static void read_symbol(struct doc *f, const struct xml_node *n, int arg)
{
    (void)arg;
    doc_class(f, is(n->parent, "ClassificationLocarno") ? CLASS_LOCARNO : CLASS_IPC,
              xml_text(n, f->a));
}

/* --- parties, citations, texts --------------------------------------------------------- */

/* "0", "0000000000": not known. */
static struct str known(struct str s)
{
    return str_is(doc_unpadded(s), "0") ? STR_NONE : s;
}

static struct str address_of(struct doc *f, const struct xml_node *address)
{
    static const char *const parts[] = {"Province", "City", "County", "Street", "AddressLine"};
    struct str whole = xml_text(child(address, "Text"), f->a), joined = STR_NONE;

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        joined = arena_join(f->a, joined, known(xml_text(child(address, parts[i]), f->a)));
    return whole.len ? whole : joined;
}

static void read_person(struct doc *f, const struct xml_node *n, int role)
{
    const struct xml_node *book = child(n, "AddressBook"), *address = child(book, "Address"),
                          *name = child(book ? book : n, "Name"), *agency = child(n, "Agency");
    struct str code = known(xml_text(child(n, "OrganizationCode"), f->a));

    if (!name)
        name = child(book, "OrganizationName");
    struct party party = {.name = xml_text(name, f->a), .identifier = code};
    if (is(n, "Agency"))
        party_take_agency_code(&party);
    doc_party(f, (enum party_role)role, party.name, office_of(f, address), address_of(f, address),
              party.identifier);
    if (agency)
        read_person(f, agency, role);
}

static void read_citation(struct doc *f, const struct xml_node *n, int arg)
{
    const struct xml_node *text = find(n, "Text");
    struct cited cited = {.country = office_of(f, n),
                          .number = text_of(f, n, "DocNumber"),
                          .kind = text_of(f, n, "Kind"),
                          .category = text_of(f, n, "Category")};

    (void)arg;
    if (cited.number.len == 0 && find(n, "patcit")) { /* "CN1234567C 2006.01.11" */
        struct str rest = cited.text = xml_text(text, f->a);
        cited.number = str_split(&rest, STR(" "));
    }
    if (cited.number.len && !find(n, "nplcit"))
        doc_cited(f, &cited);
    else
        doc_npl(f, doc_flat(text ? text : n, f->a), cited.category, STR_NONE);
}

static void read_prose(struct doc *f, const struct xml_node *n, int part)
{
    static const char *const title[] = {"invention-title", "InventionTitle", NULL};
    struct str lang = xml_attr(n, "lang");
    bool other = lang.len > 0 && !str_eq_nocase(lang, STR("zh"));

    doc_text(f, (enum text_part)part, other ? lang : STR("zh"),
             part == TEXT_DESCRIPTION ? xml_text_without(n, title, f->a) : xml_text(n, f->a),
             other);
    if (part == TEXT_DESCRIPTION)
        doc_text(f, TEXT_TITLE, STR("zh"), xml_text(child(n, "InventionTitle"), f->a), false);
}

static void read_claims(struct doc *f, const struct xml_node *n, int arg)
{
    (void)arg;
    doc_claims(f, n, xml_child(n, "Claim") ? "Claim" : "claim", STR("zh"), false);
}

/* --- the document ---------------------------------------------------------------------- */

static const struct rule {
    const char *name;
    void (*read)(struct doc *f, const struct xml_node *n, int arg); /* NULL: pictures */
    int arg;
} rules[] = {{"PublicationReference", read_own_number, NUMBER_PUBLICATION},
             {"ApplicationReference", read_own_number, NUMBER_APPLICATION},
             {"RelatedPublicationDoc", read_earliest, NUMBER_PUBLICATION},
             {"RelatedPublication", read_earliest, NUMBER_PUBLICATION},
             {"Priority", read_claimed, 0},
             {"PriorityClaim", read_claimed, 0},
             {"DomesticPriorityClaim", read_claimed, 0},
             {"Division", read_relation, 0},
             {"PCTOrRegionalPublishingData", read_pct, 0},
             {"InternationalPublishingData", read_pct, 0},
             {"ClassificationIPCR", read_class, CLASS_IPC},
             {"ClassificationCPC", read_class, CLASS_CPC},
             {"MainClassification", read_symbol, 0},
             {"FurtherClassification", read_symbol, 0},
             {"Applicant", read_person, PARTY_APPLICANT},
             {"Inventor", read_person, PARTY_INVENTOR},
             {"Designer", read_person, PARTY_INVENTOR},
             {"Agent", read_person, PARTY_AGENT},
             {"Assignee", read_person, PARTY_ASSIGNEE},
             {"Examiner", read_person, PARTY_EXAMINER},
             {"PrimaryExaminer", read_person, PARTY_EXAMINER},
             {"AssistantExaminer", read_person, PARTY_EXAMINER},
             {"Citation", read_citation, 0},
             {"InventionTitle", read_prose, TEXT_TITLE},
             {"DesignTitle", read_prose, TEXT_TITLE},
             {"Abstract", read_prose, TEXT_ABSTRACT},
             {"DesignBriefExplanation", read_prose, TEXT_ABSTRACT},
             {"BriefExplanation", read_prose, TEXT_ABSTRACT},
             {"Description", read_prose, TEXT_DESCRIPTION},
             {"Claims", read_claims, 0},
             {"Drawings", NULL, 0},
             {"DesignDrawings", NULL, 0},
             {"AbstractDrawing", NULL, 0},
             {"AbstFigure", NULL, 0}};

static const struct rule *rule_of(const struct xml_node *n)
{
    for (size_t i = 0; i < ARRAY_LEN(rules); i++)
        if (is(n, rules[i].name))
            return &rules[i];
    return NULL;
}

/* Each element below n by its rule; what holds none that has one is a vendor field of its name.
 * False: nothing below n has a rule, and nothing was read. */
static bool read_below(struct doc *f, const struct xml_node *n)
{
    bool any = false;

    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c))
        any = any || rule_of(c) || read_below(NULL, c);
    for (const struct xml_node *c = xml_first(n); f && any && c; c = xml_after(c)) {
        const struct rule *r = rule_of(c);
        if (r && r->read)
            r->read(f, c, r->arg);
        else if (!r && !read_below(f, c))
            doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
    }
    return any;
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    struct patent *p = f->p;

    (void)root;
    (void)read_below(f, n);
    if (p->publication.key.len == 0)
        (void)doc_number(&p->publication, f, xml_attr(n, "country"),
                         attr(n, "docNumber", "doc-number"), xml_attr(n, "kind"),
                         NUMBER_PUBLICATION);
    doc_date(f, &p->publication_date, attr(n, "datePublication", "date-publ"));
    doc_as_of(f, attr(n, "dateProduced", "date-produced"));
    p->source_id = arena_dup(f->a, xml_attr(n, "file"));
    doc_extra(f, "status", arena_dup(f->a, xml_attr(n, "status")));
    /* CN kinds but A announce a grant; from 1985 to 1992 B, U and S were published before it */
    if (p->publication.kind.len && p->publication.kind.ptr[0] != 'A' &&
        p->publication_date.year >= 1993)
        p->grant_date = p->publication_date;
    doc_holder_applicants(f);
    if (p->publication.key.len || p->application.key.len)
        return true;
    p->source = STR_NONE; /* what an applicant wrote is no statement of the office */
    if (patent_has_text(p, TEXT_TITLE))
        return true;
    f->item->reason = str_of(msg("the document has neither a number nor a title: it is a part of "
                                 "an application; import its description"));
    return false;
}

static const struct xml_format frame = {"cnipa", "CN", records, read_record, NULL};

const struct format format_cnipa = {.name = "cnipa",
                                    .title = N_("CNIPA bulk data and filing documents (XML)"),
                                    .roots = records,
                                    XML_FORMAT(frame)};

/* Answers of the USPTO's Patent Public Search: a query's result ({"patents":
 * […]}, bibliographic) or full documents ([…] with texts as HTML). Every field
 * is an array, a string or null; parallel arrays (inventorsName, inventorCity …)
 * belong together by position; "N/A" stands for nothing. */
#include "base/msg.h"
#include "ingest/json_format.h"
#include "ingest/us_common.h"

static const char *const paths[] = {"patents", "docs", NULL};

static struct str at(const struct jvalue *v, const char *name)
{
    return jdoc_text(v, name);
}

/* Search terms are marked by <span> even in numbers and titles. */
static struct str plain(struct doc *f, const struct jvalue *v, const char *name)
{
    return us_html_text(at(v, name), f->a);
}

static void read_ids(struct doc *f, const struct jvalue *v)
{
    struct patent *p = f->p;
    struct str guid = at(v, "guid");

    if (guid.len == 0)
        guid = plain(f, v, "documentId");
    (void)doc_number(&p->publication, f, STR_NONE, guid, STR_NONE, NUMBER_PUBLICATION);
    doc_date(f, &p->publication_date, at(v, "datePublished"));
    if (!str_is(at(v, "type"), "US-PGPUB"))
        p->grant_date = p->publication_date;
    (void)doc_number(&p->application, f, STR("US"), at(v, "applicationNumber"), STR_NONE,
                     NUMBER_APPLICATION);
    doc_date(f, &p->application_date, at(v, "applicationFilingDate"));
    (void)doc_number(&p->earliest, f, STR("US"), at(v, "priorPublishedDocIdentifier"), STR_NONE,
                     NUMBER_PUBLICATION);
    p->source_id = arena_dup(f->a, guid);
}

static void read_people(struct doc *f, const struct jvalue *v)
{
    static const struct {
        enum party_role role;
        const char *name, *city, *state, *zip, *country;
    } lists[] = {{PARTY_APPLICANT, "applicantName", "applicantCity", "applicantState",
                  "applicantZipCode", "applicantCountry"},
                 {PARTY_INVENTOR, "inventorsName", "inventorCity", "inventorState",
                  "inventorPostalCode", "inventorCountry"},
                 {PARTY_ASSIGNEE, "assigneeName", "assigneeCity", "assigneeState",
                  "assigneePostalCode", "assigneeCountry"},
                 {PARTY_AGENT, "legalFirmName", "", "", "", ""},
                 {PARTY_AGENT, "attorneyName", "", "", "", ""},
                 {PARTY_EXAMINER, "primaryExaminer", "", "", "", ""},
                 {PARTY_EXAMINER, "assistantExaminer", "", "", "", ""}};

    for (size_t k = 0; k < ARRAY_LEN(lists); k++)
        for (size_t i = 0, n = jdoc_count(v, lists[k].name); i < n; i++)
            us_party(f, lists[k].role,
                     &(struct us_party){.name = us_html_text(jdoc_item(v, lists[k].name, i), f->a),
                                        .city = jdoc_item(v, lists[k].city, i),
                                        .state = jdoc_item(v, lists[k].state, i),
                                        .zip = jdoc_item(v, lists[k].zip, i),
                                        .country = jdoc_item(v, lists[k].country, i)});
    struct str short_name = plain(f, v, "inventorsShort");
    if (jdoc_count(v, "inventorsName") == 0) {
        if (str_ends(short_name, STR(" et al.")))
            short_name.len -= 7; /* the first of several: the others are not told */
        us_party(f, PARTY_INVENTOR, &(struct us_party){.name = short_name});
    }
    doc_us_applicants(f);
}

/* "A;B;C" of the flattened fields. */
static void read_flat(struct doc *f, const struct jvalue *v, const char *name,
                      enum class_scheme scheme)
{
    struct str rest = at(v, name);

    while (rest.ptr) {
        struct str one = str_trim(str_split(&rest, STR(";")));
        if (scheme == CLASS_USPC)
            us_uspc(f, one);
        else if (one.len > 0)
            us_class_group(f, scheme, one);
    }
}

static void read_groups(struct doc *f, const struct jvalue *v, const char *name,
                        enum class_scheme scheme)
{
    for (size_t i = 0, n = jdoc_count(v, name); i < n; i++)
        us_class_group(f, scheme, jdoc_item(v, name, i));
}

/* The groups tell version and position; the flat lists what they may lack. */
static void read_classes(struct doc *f, const struct jvalue *v)
{
    read_groups(f, v, "intlPubClassificationGroup", CLASS_IPC);
    read_flat(f, v, "ipcCodeFlattened", CLASS_IPC);
    read_groups(f, v, "cpcCurClassificationGroup", CLASS_CPC);
    read_groups(f, v, "cpcOrigClassificationGroup", CLASS_CPC);
    read_flat(f, v, "cpcInventiveFlattened", CLASS_CPC);
    read_flat(f, v, "cpcAdditionalFlattened", CLASS_CPC);
    read_flat(f, v, "uspcFullClassificationFlattened", CLASS_USPC);
    for (size_t i = 0, n = jdoc_count(v, "issuedUsClassificationFull"); i < n; i++)
        us_uspc(f, jdoc_item(v, "issuedUsClassificationFull", i));
}

static void read_citations(struct doc *f, const struct jvalue *v)
{
    size_t groups = jdoc_count(v, "usRefGroup");

    for (size_t i = 0; i < groups; i++)
        us_cited_group(f, us_html_text(jdoc_item(v, "usRefGroup", i), f->a));
    for (size_t i = 0, n = jdoc_count(v, "foreignRefGroup"); i < n; i++)
        us_cited_group(f, us_html_text(jdoc_item(v, "foreignRefGroup", i), f->a));
    for (size_t i = 0, n = jdoc_count(v, "otherRefPub"); i < n; i++)
        us_npl(f, us_html_text(jdoc_item(v, "otherRefPub", i), f->a));
    for (size_t i = 0, n = jdoc_count(v, "urpn"); i < n && groups == 0; i++)
        doc_cited(f, &(struct cited){.country = STR("US"), .number = jdoc_item(v, "urpn", i)});
}

static void read_priorities(struct doc *f, const struct jvalue *v)
{
    for (size_t i = 0, n = jdoc_count(v, "priorityClaimsDocNumber"); i < n; i++)
        doc_priority(f, jdoc_item(v, "priorityClaimsCountry", i),
                     jdoc_item(v, "priorityClaimsDocNumber", i),
                     jdoc_item(v, "priorityClaimsDate", i));
    for (size_t i = 0, n = jdoc_count(v, "relatedApplNumber"); i < n; i++) {
        struct str number = jdoc_item(v, "relatedApplNumber", i);
        /* series 60–63: a provisional, which is a priority; others are parents */
        if (number.len == 8 && number.ptr[0] == '6' && number.ptr[1] <= '3')
            doc_priority(f, STR("US"), number, jdoc_item(v, "relatedApplFilingDate", i));
        else
            doc_extra(f, "relatedApplNumber", number);
    }
}

/* Claims are lines; one that begins with "12. " begins a claim. */
static void read_claims(struct doc *f, struct str text)
{
    struct claims c;
    struct str rest = text;
    const char *from = text.ptr;

    claims_begin(&c);
    while (rest.ptr) {
        struct str line = str_split(&rest, STR("\n"));
        const char *end = line.ptr + line.len;
        struct str next = rest;
        bool last = !next.ptr;
        if (last || us_claim_number(str_split(&next, STR("\n"))) > 0) {
            claims_add(&c, f, STR_NONE, str_range(from, end));
            from = last ? end : rest.ptr;
        }
    }
    claims_end(&c, f, STR("en"), false);
}

static void read_texts(struct doc *f, const struct jvalue *v)
{
    static const char *const prose[] = {"backgroundTextHtml", "briefHtml", "descriptionHtml"};

    doc_text(f, TEXT_TITLE, STR("en"), plain(f, v, "inventionTitle"), false);
    doc_text(f, TEXT_ABSTRACT, STR("en"), plain(f, v, "abstractHtml"), false);
    for (size_t i = 0; i < ARRAY_LEN(prose); i++)
        doc_text(f, TEXT_DESCRIPTION, STR("en"), plain(f, v, prose[i]), false);
    struct str claims = plain(f, v, "claimsHtml");
    if (claims.len > 0)
        read_claims(f, claims);
}

static void read_rest(struct doc *f, const struct jvalue *v)
{
    static const char *const kept[] = {"type",
                                       "applicationRefFilingType",
                                       "numberOfClaims",
                                       "numberOfDrawingSheets",
                                       "numberOfFigures",
                                       "exemplaryClaimNumber",
                                       "examinerGroup",
                                       "governmentInterest",
                                       "continuityData",
                                       "familyIdentifierCurStr",
                                       "assigneeTypeCode",
                                       "pctFilingNumber",
                                       "pctFilingDate",
                                       "pct371c124Date",
                                       "patentFamilyMembers",
                                       "pageCount"};

    for (size_t k = 0; k < ARRAY_LEN(kept); k++)
        for (size_t i = 0, n = jdoc_count(v, kept[k]); i < n; i++)
            doc_extra(f, kept[k], us_html_text(jdoc_item(v, kept[k], i), f->a));
}

static bool read_record(struct doc *f, const struct jvalue *v)
{
    read_ids(f, v);
    if (f->p->publication.key.len == 0) {
        f->item->reason = str_of(msg("the element has no number (\"guid\" or \"documentId\")"));
        return false;
    }
    read_people(f, v);
    read_classes(f, v);
    read_priorities(f, v);
    read_citations(f, v);
    read_texts(f, v);
    read_rest(f, v);
    return true;
}

static const struct json_format frame = {"uspto-search", "US", paths, read_record};

static int sniff(struct bytes head)
{
    return json_format_sniff(head, "\"guid\"", "\"publicationReferenceDocumentNumber\"", 95);
}

const struct format format_uspto_search = {.name = "uspto-search",
                                           .title = N_("USPTO Patent Public Search answers (JSON)"),
                                           .sniff = sniff,
                                           JSON_FORMAT(frame)};

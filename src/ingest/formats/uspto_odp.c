/* Application files of the USPTO's Open Data Portal (formerly PEDS): objects of
 * "patentFileWrapperDataBag", or of "patentBag" in the portal's first version,
 * where what is now under "applicationMetaData" stood at the top. */
#include "base/msg.h"
#include "ingest/json_format.h"
#include "ingest/us_common.h"

static const char *const paths[] = {"patentFileWrapperDataBag", "patentBag", "patentdata", NULL};

/* A field of the record itself or of its applicationMetaData. */
static const struct jvalue *home(const struct jvalue *v, const char *name)
{
    return jin_get(v, name) ? v : jin_get(v, "applicationMetaData");
}

static struct str at(const struct jvalue *v, const char *name)
{
    return jdoc_text(home(v, name), name);
}

static void read_ids(struct doc *f, const struct jvalue *v)
{
    struct patent *p = f->p;
    struct str granted = at(v, "patentNumber"), published = at(v, "earliestPublicationNumber");
    struct number pgpub = {0};

    (void)doc_number(&p->application, f, STR("US"), at(v, "applicationNumberText"), STR_NONE,
                     NUMBER_APPLICATION);
    doc_date(f, &p->application_date, at(v, "filingDate"));
    (void)doc_number(&pgpub, f, STR("US"), published, STR_NONE, NUMBER_PUBLICATION);
    if (granted.len > 0) {
        (void)doc_number(&p->publication, f, STR("US"), granted, STR_NONE, NUMBER_PUBLICATION);
        doc_date(f, &p->grant_date, at(v, "grantDate"));
        p->publication_date = p->grant_date;
        p->earliest = pgpub;
    } else {
        p->publication = pgpub;
        doc_date(f, &p->publication_date, at(v, "earliestPublicationDate"));
    }
}

static struct str address_of(struct doc *f, const struct jvalue *adr)
{
    struct str parts[] = {jdoc_text(adr, "addressLineOneText"),
                          jdoc_text(adr, "addressLineTwoText"), jdoc_text(adr, "cityName"),
                          jdoc_text(adr, "geographicRegionCode"), jdoc_text(adr, "postalCode")};
    return doc_join(f, parts, ARRAY_LEN(parts));
}

static void read_person(struct doc *f, const struct jvalue *one, enum party_role role)
{
    static const char *const names[] = {"applicantNameText", "applicant", "inventorNameText"};
    const struct jvalue *adr = jdoc_object(one, "correspondenceAddressBag", 0);
    struct str name = doc_person(f, jdoc_text(one, "lastName"), jdoc_text(one, "firstName"));

    for (size_t i = 0; i < ARRAY_LEN(names) && name.len == 0; i++)
        name = jdoc_text(one, names[i]);
    struct str country = jdoc_text(adr, "countryCode");
    doc_party(f, role, name, country.len ? country : jdoc_text(one, "countryCode"),
              address_of(f, adr), STR_NONE);
}

/* The firm of the power of attorney stands for its practitioners, of whom the
 * office lists up to some hundred; where no firm is given, they stand themselves. */
static void read_agents(struct doc *f, const struct jvalue *v)
{
    const struct jvalue *record = jin_get(v, "recordAttorney"), *one, *firm;

    firm = jdoc_object(record, "customerNumber", 0);
    if (!firm)
        firm = jdoc_object(record, "customerNumberCorrespondenceData", 0);
    firm = jdoc_object(firm, "powerOfAttorneyAddressBag", 0);
    struct str name = jdoc_text(firm, "nameLineOneText");
    if (name.len > 0) {
        doc_party(f, PARTY_AGENT, name, jdoc_text(firm, "countryCode"), address_of(f, firm),
                  STR_NONE);
        return;
    }
    for (size_t i = 0; (one = jdoc_object(record, "attorneyBag", i)) != NULL; i++)
        doc_party(f, PARTY_AGENT,
                  doc_person(f, jdoc_text(one, "lastName"), jdoc_text(one, "firstName")), STR_NONE,
                  STR_NONE, jdoc_text(one, "registrationNumber"));
}

static void read_assignments(struct doc *f, const struct jvalue *v)
{
    const struct jvalue *as, *to;
    struct str latest = STR_NONE;
    const struct jvalue *holder = NULL;

    for (size_t i = 0; (as = jdoc_object(v, "assignmentBag", i)) != NULL; i++) {
        struct str recorded = jdoc_text(as, "assignmentRecordedDate");
        struct str text = jdoc_text(as, "conveyanceText");
        for (size_t k = 0; (to = jdoc_object(as, "assigneeBag", k)) != NULL; k++)
            text = arena_printf(f->a, "%.*s%s%.*s", STR_ARG(text), k == 0 ? " To: " : "; ",
                                STR_ARG(jdoc_text(to, "assigneeNameText")));
        doc_event(f, recorded, STR("US"), STR("ASSIGNMENT"), text);
        if (us_moves_ownership(jdoc_text(as, "conveyanceText")) && str_cmp(recorded, latest) >= 0) {
            latest = recorded;
            holder = as;
        }
    }
    for (size_t k = 0; (to = jdoc_object(holder, "assigneeBag", k)) != NULL; k++)
        doc_party(f, PARTY_ASSIGNEE, jdoc_text(to, "assigneeNameText"), STR_NONE,
                  address_of(f, jdoc_object(to, "assigneeAddress", 0)), STR_NONE);
}

static void read_events(struct doc *f, const struct jvalue *v)
{
    const struct jvalue *one;

    for (size_t i = 0; (one = jdoc_object(v, "transactionContentBag", i)) != NULL; i++)
        doc_event(f, jdoc_text(one, "recordedDate"), STR("US"), jdoc_text(one, "caseActionCode"),
                  jdoc_text(one, "caseActionDescriptionText"));
    for (size_t i = 0; (one = jdoc_object(v, "eventDataBag", i)) != NULL; i++)
        doc_event(f, jdoc_text(one, "eventDate"), STR("US"), jdoc_text(one, "eventCode"),
                  jdoc_text(one, "eventDescriptionText"));
}

/* Provisionals (PRO) are priorities, all relations are kept as they are told. */
static void read_parents(struct doc *f, const struct jvalue *bag)
{
    const struct jvalue *one;

    for (size_t i = 0; (one = jdoc_object(bag, "parentContinuityBag", i)) != NULL; i++) {
        struct str parent = jdoc_text(one, "parentApplicationNumberText");
        struct str date = jdoc_text(one, "parentApplicationFilingDate");
        if (date.len == 0)
            date = jdoc_text(one, "filingDate");
        if (str_is(jdoc_text(one, "claimParentageTypeCode"), "PRO"))
            doc_priority(f, STR("US"), parent, date);
        struct str parts[] = {jdoc_text(one, "claimParentageTypeCodeDescription"),
                              jdoc_text(one, "claimParentageTypeCodeDescriptionText"), parent,
                              date};
        doc_extra(f, "parent", doc_join(f, parts, ARRAY_LEN(parts)));
    }
    for (size_t i = 0; (one = jdoc_object(bag, "childContinuityBag", i)) != NULL; i++)
        doc_extra(f, "child", jdoc_text(one, "childApplicationNumberText"));
}

static void read_priorities(struct doc *f, const struct jvalue *v)
{
    const struct jvalue *one;

    for (size_t i = 0; (one = jdoc_object(v, "foreignPriorityBag", i)) != NULL; i++)
        doc_priority(f, office_code(jdoc_text(one, "ipOfficeName")),
                     jdoc_text(one, "applicationNumberText"), jdoc_text(one, "filingDate"));
    read_parents(f, v);
    read_parents(f, jin_get(v, "continuityBag"));
}

static void read_rest(struct doc *f, const struct jvalue *v)
{
    static const char *const kept[] = {"applicationTypeCode",
                                       "applicationTypeLabelName",
                                       "applicationTypeCategory",
                                       "applicationStatusCode",
                                       "applicationStatusDate",
                                       "businessEntityStatusCategory",
                                       "effectiveFilingDate",
                                       "groupArtUnitNumber",
                                       "docketNumber",
                                       "customerNumber",
                                       "applicationConfirmationNumber",
                                       "publicationCategoryBag",
                                       "nationalStageIndicator",
                                       "firstInventorToFileIndicator",
                                       "pctPublicationNumber",
                                       "entityStatusData",
                                       "examinerNameText"};

    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        doc_extra(f, kept[i], at(v, kept[i]));
    doc_party(f, PARTY_EXAMINER, at(v, "examinerNameText"), STR_NONE, STR_NONE, STR_NONE);
    f->p->status_written = at(v, "applicationStatusDescriptionText");
}

static bool read_record(struct doc *f, const struct jvalue *v)
{
    const struct jvalue *one;

    read_ids(f, v);
    if (f->p->application.key.len == 0 && f->p->publication.key.len == 0) {
        f->item->reason = str_of(msg("the element has no number (\"applicationNumberText\")"));
        return false;
    }
    doc_text(f, TEXT_TITLE, STR("en"), at(v, "inventionTitle"), false);
    for (size_t i = 0; (one = jdoc_object(home(v, "applicantBag"), "applicantBag", i)); i++)
        read_person(f, one, PARTY_APPLICANT);
    for (size_t i = 0; (one = jdoc_object(home(v, "inventorBag"), "inventorBag", i)); i++)
        read_person(f, one, PARTY_INVENTOR);
    const struct jvalue *classes = home(v, "cpcClassificationBag");
    for (size_t i = 0, n = jdoc_count(classes, "cpcClassificationBag"); i < n; i++)
        us_class_group(f, CLASS_CPC, jdoc_item(classes, "cpcClassificationBag", i));
    struct str subclass = at(v, "subclass"); /* "240" or, with decimals, "240000" */
    if (subclass.len == 6)
        doc_uspc_packed(
            f, arena_printf(f->a, "%3.*s%.*s", STR_ARG(at(v, "class")), STR_ARG(subclass)));
    else
        doc_uspc(f, at(v, "class"), subclass);
    read_assignments(f, v);
    doc_us_applicants(f);
    read_agents(f, v);
    read_priorities(f, v);
    read_events(f, v);
    read_rest(f, v);
    return true;
}

static const struct json_format frame = {"uspto", "US", paths, read_record};

static int sniff(struct bytes head)
{
    int sure = json_format_sniff(head, "\"patentFileWrapperDataBag\"", "{", 95);
    return sure ? sure : json_format_sniff(head, "\"patentBag\"", "{", 95);
}

const struct format format_uspto_odp = {.name = "uspto-odp",
                                        .title = N_("USPTO Open Data Portal applications (JSON)"),
                                        .sniff = sniff,
                                        JSON_FORMAT(frame)};

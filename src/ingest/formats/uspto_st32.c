/* USPTO grants of 2002–2004 in XML after WIPO ST.32 (PATDOC; DTD v2.5). Element
 * names are INID codes: B110 number, B210 application, B310–B330 priority, B511
 * IPC, B521 US class, B541 title, B561 citations … */
#include "base/msg.h"
#include "ingest/us_common.h"

static const char *const records[] = {"PATDOC", NULL};

/* A number, date or word stands in <PDAT> below <DNUM>, <DATE>, <STEXT> … */
static struct str at(struct doc *f, const struct xml_node *n, const char *path)
{
    return doc_flat(xml_at(n, path), f->a);
}

/* The characters of the only text below n with their blanks ("B32B  302"). */
static struct str columns(const struct xml_node *n)
{
    while (n && n->first && n->name.len > 0 && !n->first->next)
        n = n->first;
    return n ? n->text : STR_NONE;
}

static void read_ids(struct doc *f, const struct xml_node *b)
{
    struct patent *p = f->p;
    struct str kind = at(f, b, "B100/B130");

    (void)doc_number(&p->publication, f, at(f, b, "B100/B190"), at(f, b, "B100/B110/DNUM"), kind,
                     NUMBER_PUBLICATION);
    doc_date(f, &p->publication_date, at(f, b, "B100/B140/DATE"));
    p->grant_date = p->publication_date;
    (void)doc_number(&p->application, f, STR("US"), at(f, b, "B200/B210/DNUM"), STR_NONE,
                     NUMBER_APPLICATION);
    doc_date(f, &p->application_date, at(f, b, "B200/B220/DATE"));
    for (const struct xml_node *c = xml_child(b, "B300"); c; c = xml_same(c))
        doc_priority(f, at(f, c, "B330/CTRY"), at(f, c, "B310/DNUM"), at(f, c, "B320/DATE"));
    char first = kind.len ? kind.ptr[0] : 0;
    if (first == 'S')
        p->type = TYPE_DESIGN;
    else if (first == 'P')
        p->type = TYPE_PLANT;
    else if (first == 'A' || first == 'B' || first == 'E')
        p->type = TYPE_INVENTION;
}

static void read_classes(struct doc *f, const struct xml_node *b)
{
    bool design = f->p->type == TYPE_DESIGN;

    for (const struct xml_node *c = xml_first(xml_child(b, "B510")); c; c = xml_after(c)) {
        if (xml_is(c, "B516"))
            doc_extra(f, design ? "locarno-edition" : "ipc-edition", doc_flat(c, f->a));
        else if (design)
            us_locarno(f, columns(c));
        else
            us_ipc_packed(f, columns(c));
    }
    for (const struct xml_node *c = xml_first(xml_child(b, "B520")); c; c = xml_after(c))
        if (xml_is(c, "B521") || xml_is(c, "B522"))
            doc_uspc_packed(f, columns(c));
}

static struct str name_of(struct doc *f, const struct xml_node *party)
{
    const struct xml_node *nam = xml_child(party, "NAM");
    struct str organisation = doc_flat(xml_child(nam, "ONM"), f->a);

    return organisation.len ? organisation : doc_person(f, at(f, nam, "SNM"), at(f, nam, "FNM"));
}

/* Elements of one name below `list`, each with a PARTY-US inside. */
static void read_parties(struct doc *f, const struct xml_node *list, const char *name,
                         enum party_role role)
{
    for (const struct xml_node *c = xml_child(list, name); c; c = xml_same(c)) {
        const struct xml_node *party = xml_child(c, "PARTY-US");
        const struct xml_node *adr = xml_child(party, "ADR");
        struct str parts[] = {at(f, adr, "OMC"), at(f, adr, "STR"), at(f, adr, "CITY"),
                              at(f, adr, "STATE"), at(f, adr, "PCODE")};
        struct str country = at(f, adr, "CTRY");
        if (country.len == 0 && parts[3].len > 0)
            country = STR("US");
        doc_party(f, role, name_of(f, party), country, doc_join(f, parts, ARRAY_LEN(parts)),
                  STR_NONE);
    }
}

static struct str origin_of(const struct xml_node *citation)
{
    if (xml_find(citation, "CITED-BY-EXAMINER"))
        return STR("examiner");
    return xml_find(citation, "CITED-BY-OTHER") ? STR("other") : STR_NONE;
}

static void read_citations(struct doc *f, const struct xml_node *b560)
{
    for (const struct xml_node *c = xml_first(b560); c; c = xml_after(c)) {
        const struct xml_node *doc = xml_at(c, "PCIT/DOC");
        if (doc) {
            struct str parts[] = {at(f, doc, "CTRY"), at(f, doc, "DNUM"), at(f, doc, "KIND"),
                                  name_of(f, xml_at(c, "PCIT/PARTY-US")), at(f, doc, "DATE")};
            /* "00" stands for a kind that is not known */
            if (str_is(parts[2], "00"))
                parts[2] = STR_NONE;
            doc_cited(f, &(struct cited){.country = parts[0],
                                         .number = parts[1],
                                         .kind = parts[2],
                                         .text = us_citation_text(f, parts),
                                         .origin = origin_of(c)});
        } else {
            doc_npl(f, doc_at(f, c, "NCIT"), STR_NONE, origin_of(c));
        }
    }
}

static void read_pct(struct doc *f, const struct xml_node *b800)
{
    const struct xml_node *publication = xml_at(b800, "B870/B871");
    struct str number = at(f, publication, "DNUM");

    if (number.len == 0)
        number = at(f, publication, "DOC/DNUM");
    if (number.len > 0)
        doc_family_member(f, STR("WO"), number, STR_NONE);
    for (const struct xml_node *c = xml_first(b800); c; c = xml_after(c))
        doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
}

/* What has no field: term (B470), claims and figures (B570, B590), field of
 * search (B580), related documents (B600), assignee type, art unit. */
static void read_rest(struct doc *f, const struct xml_node *b)
{
    static const char *const kept[] = {"B400", "B500/B570", "B500/B580", "B500/B590", "B600"};

    for (size_t i = 0; i < ARRAY_LEN(kept); i++)
        for (const struct xml_node *c = xml_first(xml_at(b, kept[i])); c; c = xml_after(c))
            doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
    for (const struct xml_node *c = xml_find(xml_child(b, "B600"), "B680US"); c; c = xml_same(c))
        doc_priority(f, STR("US"), at(f, c, "DOC/DNUM"), at(f, c, "DOC/DATE"));
    doc_extra(f, "B732US", at(f, b, "B700/B730/B732US"));
    doc_extra(f, "B748US", at(f, b, "B700/B745/B748US"));
    doc_extra(f, "B211US", at(f, b, "B200/B211US"));
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    const struct xml_node *b = xml_child(n, "SDOBI"), *people = xml_child(b, "B700");

    (void)root;
    if (!b) {
        f->item->reason =
            str_of(msg("the document has no <SDOBI>, the block of bibliographic data; it was "
                       "cut or is of another kind"));
        return false;
    }
    read_ids(f, b);
    read_classes(f, xml_child(b, "B500"));
    doc_text(f, TEXT_TITLE, STR("en"), xml_text(xml_at(b, "B500/B540"), f->a), false);
    read_citations(f, xml_at(b, "B500/B560"));
    read_parties(f, xml_child(people, "B710"), "B711", PARTY_APPLICANT);
    read_parties(f, xml_child(people, "B720"), "B721", PARTY_INVENTOR);
    read_parties(f, xml_child(people, "B730"), "B731", PARTY_ASSIGNEE);
    read_parties(f, xml_child(people, "B740"), "B741", PARTY_AGENT);
    read_parties(f, xml_child(people, "B745"), "B746", PARTY_EXAMINER);
    read_parties(f, xml_child(people, "B745"), "B747", PARTY_EXAMINER);
    doc_us_applicants(f);
    read_pct(f, xml_child(b, "B800"));
    read_rest(f, b);
    doc_text(f, TEXT_ABSTRACT, STR("en"), doc_at(f, n, "SDOAB"), false);
    doc_text(f, TEXT_DESCRIPTION, STR("en"), doc_at(f, n, "SDODE"), false);
    doc_claims(f, xml_child(n, "SDOCL"), "CLM", STR("en"), false);
    return true;
}

static const struct xml_format frame = {"uspto", "US", records, read_record, NULL};

const struct format format_uspto_st32 = {.name = "uspto-st32",
                                         .title = N_("USPTO grants of 2002–2004 (ST.32 XML)"),
                                         .roots = records,
                                         XML_FORMAT(frame)};

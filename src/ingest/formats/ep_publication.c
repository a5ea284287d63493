/* EP publications of the European Publication Server: ep-patent-document v1.0 to
 * v1.7. Bibliographic data are INID tags (SDOBI/B110 …, suffix EP for the EPO's
 * own), texts follow ST.36. Claims and titles come in the three official
 * languages; those not in the language of the publication are translations. */
#include "base/msg.h"
#include "ingest/doc.h"

static const char *const records[] = {"ep-patent-document", NULL};

static void read_ids(struct doc *f, const struct xml_node *b, const struct xml_node *doc)
{
    struct patent *p = f->p;
    struct str number = doc_at(f, b, "B100/B110"), kind = doc_at(f, b, "B100/B130");

    if (number.len == 0)
        number = xml_attr(doc, "doc-number");
    if (kind.len == 0)
        kind = xml_attr(doc, "kind");
    (void)doc_number(&p->publication, f, doc_at(f, b, "B100/B190"), number, kind,
                     NUMBER_PUBLICATION);
    doc_date(f, &p->publication_date, doc_at(f, b, "B100/B140/date"));
    doc_date(f, &p->publication_date, xml_attr(doc, "date-publ"));
    (void)doc_number(&p->application, f, STR("EP"), doc_at(f, b, "B200/B210"), STR_NONE,
                     NUMBER_APPLICATION);
    doc_date(f, &p->application_date, doc_at(f, b, "B200/B220/date"));
    doc_date(f, &p->grant_date, doc_at(f, b, "B400/B450/date"));
    p->source_id = arena_dup(f->a, xml_attr(doc, "id"));
    p->type = TYPE_INVENTION; /* the EPO grants nothing else */
}

/* The EPO writes US applications without their series ("693971", "326958 P") or
 * with it and a kind ("61500001 P"); the year tells the series, as in DOCDB. */
static struct str us_application(struct doc *f, struct str written, struct str date)
{
    struct str s = str_trim(written);
    bool provisional = str_ends(s, STR("P"));
    uint64_t n;

    if (provisional)
        s = str_trim((struct str){s.ptr, s.len - 1});
    if (!str_to_u64(&n, s))
        return written;
    if (s.len == 8)
        return arena_printf(f->a, "%.2s/%.*s", s.ptr, 6, s.ptr + 2);
    if (s.len > 6 || date.len != 8)
        return written;
    return arena_printf(f->a, "%.*s%.2s%s", STR_ARG(s), date.ptr + 2, provisional ? "P" : "A");
}

/* B310 number, B320 date, B330 country follow each other, claim by claim. */
static void read_priorities(struct doc *f, const struct xml_node *b300)
{
    for (; b300; b300 = xml_same(b300)) {
        for (const struct xml_node *c = xml_child(b300, "B310"); c; c = xml_same(c)) {
            struct str date = STR_NONE, country = STR_NONE;
            for (const struct xml_node *d = xml_after(c); d && !xml_is(d, "B310");
                 d = xml_after(d)) {
                if (xml_is(d, "B320"))
                    date = doc_at(f, d, "date");
                else if (xml_is(d, "B330"))
                    country = doc_at(f, d, "ctry");
            }
            struct str number = xml_text(c, f->a);
            if (str_is(country, "US"))
                number = us_application(f, number, date);
            doc_priority(f, country, number, date);
        }
    }
}

static void read_classes(struct doc *f, const struct xml_node *b500)
{
    for (const struct xml_node *c = xml_first(xml_child(b500, "B510")); c; c = xml_after(c)) {
        if (xml_is(c, "B516"))
            doc_extra(f, "ipc-edition", xml_text(c, f->a));
        else if (xml_is(c, "B517EP"))
            doc_extra(f, "B517EP", xml_text(c, f->a));
        else
            doc_ipc_old(f, xml_text(c, f->a));
    }
    const struct xml_node *ipcr = xml_child(b500, "B510EP"), *cpc = xml_child(b500, "B520EP");
    for (const struct xml_node *c = xml_find(ipcr, "text"); c; c = xml_find_next(ipcr, c, "text"))
        doc_ipcr(f, CLASS_IPC, doc_raw(c));
    for (const struct xml_node *c = xml_find(cpc, "text"); c; c = xml_find_next(cpc, c, "text"))
        doc_ipcr(f, CLASS_CPC, doc_raw(c));
}

/* B541 language, B542 title, in turns. */
static void read_titles(struct doc *f, const struct xml_node *b540, struct str own)
{
    struct str lang = STR_NONE;

    for (const struct xml_node *c = xml_first(b540); c; c = xml_after(c)) {
        if (xml_is(c, "B541"))
            lang = xml_text(c, f->a);
        else if (xml_is(c, "B542"))
            doc_text(f, TEXT_TITLE, lang, xml_text(c, f->a), !str_eq_nocase(lang, own));
    }
}

/* "EP-A1- 3 109 871", "WO-A-03/008444": office, kind and number between dashes. */
static void read_cited(struct doc *f, struct str text, struct str origin)
{
    size_t first = str_find(text, STR("-"), 0), second = str_find(text, STR("-"), first + 1);
    struct cited c = {.text = text, .origin = origin};

    if (first == 2 && second < text.len && second - first <= 3) {
        c.country = (struct str){text.ptr, 2};
        c.kind = (struct str){text.ptr + 3, second - 3};
        c.number = (struct str){text.ptr + second + 1, text.len - second - 1};
    } else {
        c.number = text;
    }
    doc_cited(f, &c);
}

static void read_citations(struct doc *f, const struct xml_node *n, const struct xml_node *doc)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        if (xml_is(c, "B561"))
            read_cited(f, doc_flat(c, f->a), STR_NONE);
        else if (xml_is(c, "B562"))
            doc_npl(f, doc_flat(c, f->a), STR_NONE, STR_NONE);
        else
            doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
    }
    const struct xml_node *list = xml_child(doc, "ep-reference-list");
    for (const struct xml_node *c = xml_find(list, "patcit"); c;
         c = xml_find_next(list, c, "patcit")) {
        const struct xml_node *id = xml_child(c, "document-id");
        if (id)
            doc_cited(f, &(struct cited){.country = doc_at(f, id, "country"),
                                         .number = doc_at(f, id, "doc-number"),
                                         .kind = doc_at(f, id, "kind"),
                                         .origin = STR("applicant")});
        else
            doc_cited(f,
                      &(struct cited){.number = xml_attr(c, "dnum"), .origin = STR("applicant")});
    }
    for (const struct xml_node *c = xml_find(list, "nplcit"); c;
         c = xml_find_next(list, c, "nplcit"))
        doc_npl(f, doc_flat(c, f->a), STR_NONE, STR("applicant"));
}

/* Persons of one tag: name snm with suffix sfx, iid the EPO's own number, adr. */
static void read_people(struct doc *f, const struct xml_node *list, const char *tag,
                        enum party_role role)
{
    for (const struct xml_node *c = xml_child(list, tag); c; c = xml_same(c)) {
        const struct xml_node *adr = xml_child(c, "adr");
        struct str name = doc_at(f, c, "snm"), sfx = doc_at(f, c, "sfx");
        struct str parts[] = {doc_at(f, adr, "str"), doc_at(f, adr, "city"),
                              doc_at(f, adr, "state")};
        if (sfx.len > 0)
            name = arena_printf(f->a, "%.*s %.*s", STR_ARG(name), STR_ARG(sfx));
        doc_party(f, role, name, doc_at(f, adr, "ctry"), doc_join(f, parts, ARRAY_LEN(parts)),
                  doc_at(f, c, "iid"));
        doc_extra(f, "irf", doc_at(f, c, "irf"));
    }
}

static void read_opponents(struct doc *f, const struct xml_node *b780)
{
    for (const struct xml_node *c = xml_first(b780); c; c = xml_after(c)) {
        struct str name = doc_at(f, c, "snm");
        if (name.len > 0)
            doc_extra(f, "opponent", doc_flat(c, f->a));
        if (xml_is(c, "B781"))
            doc_event(f, doc_at(f, c, "date"), STR("EP"), STR("B781"),
                      arena_join(f->a, STR("opposition filed: "), name));
    }
}

/* Dates of the procedure, with the sentence of the EPO's tag list where the tag
 * is one of the well-known ones. */
static void read_dates(struct doc *f, const struct xml_node *block)
{
    static const char *const texts[][2] = {{"B241", "request for examination filed"},
                                           {"B242", "first examination report despatched"},
                                           {"B243", "patent maintained as amended"},
                                           {"B430", "application published"},
                                           {"B450", "grant published"},
                                           {"B452EP", "intention to grant announced"},
                                           {"B475", "lapsed"},
                                           {"B880", "supplementary search report despatched"}};

    for (const struct xml_node *d = xml_find(block, "date"); d;
         d = xml_find_next(block, d, "date")) {
        const struct xml_node *tag = d->parent;
        struct str text = STR_NONE;
        for (size_t i = 0; i < ARRAY_LEN(texts); i++)
            if (xml_is(tag, texts[i][0]))
                text = str_of(texts[i][1]);
        if (xml_is(tag, "B475") && xml_is(xml_after(d), "ctry")) {
            struct str country = xml_text(xml_after(d), f->a);
            text = arena_printf(f->a, "%.*s in %.*s", STR_ARG(text), STR_ARG(country));
        }
        if (!xml_is(tag, "B405")) /* the bulletin of this very publication */
            doc_event(f, xml_text(d, f->a), STR("EP"), arena_dup(f->a, tag->name), text);
    }
}

static void read_pct(struct doc *f, const struct xml_node *b800)
{
    struct str published = doc_at(f, b800, "B870/B871/dnum/pnum");

    if (published.len > 0)
        doc_family_member(f, STR("WO"), published, STR_NONE);
    for (const struct xml_node *c = xml_first(b800); c; c = xml_after(c))
        if (!xml_is(c, "B880"))
            doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
}

static void read_rest(struct doc *f, const struct xml_node *b)
{
    for (const struct xml_node *c = xml_first(xml_child(b, "B600")); c; c = xml_after(c))
        doc_extra_str(f, arena_dup(f->a, c->name), doc_flat(c, f->a));
    doc_extra(f, "B121", doc_at(f, b, "B100/B120/B121"));
    doc_extra(f, "B121EP", doc_at(f, b, "B100/B120/B121EP"));
    doc_extra(f, "B250", doc_at(f, b, "B200/B250"));
    doc_extra(f, "B260", doc_at(f, b, "B200/B260"));
    doc_extra(f, "B052EP", doc_at(f, b, "B000/eptags/B050EP/B052EP"));
    doc_extra(f, "B053EP", doc_at(f, b, "B000/eptags/B053EP"));
}

static void read_texts(struct doc *f, const struct xml_node *doc, struct str own)
{
    for (const struct xml_node *c = xml_first(doc); c; c = xml_after(c)) {
        struct str lang = xml_attr(c, "lang");
        bool translated = !str_eq_nocase(lang, own);
        if (xml_is(c, "abstract"))
            doc_text(f, TEXT_ABSTRACT, lang, xml_text(c, f->a), translated);
        else if (xml_is(c, "description"))
            doc_text(f, TEXT_DESCRIPTION, lang, xml_text(c, f->a), translated);
        else if (xml_is(c, "claims"))
            doc_claims(f, c, "claim", lang, translated);
    }
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    const struct xml_node *b = xml_child(n, "SDOBI"), *people = xml_child(b, "B700");
    struct str own = xml_attr(n, "lang");

    (void)root;
    read_ids(f, b, n);
    if (f->p->publication.key.len == 0) {
        f->item->reason = str_of(msg("the document has no publication number (B110)"));
        return false;
    }
    read_priorities(f, xml_child(b, "B300"));
    read_classes(f, xml_child(b, "B500"));
    read_titles(f, xml_at(b, "B500/B540"), own);
    read_citations(f, xml_at(b, "B500/B560"), n);
    read_people(f, xml_child(people, "B710"), "B711", PARTY_APPLICANT);
    read_people(f, xml_child(people, "B720"), "B721", PARTY_INVENTOR);
    read_people(f, xml_child(people, "B730"), "B731", PARTY_ASSIGNEE);
    read_people(f, xml_child(people, "B740"), "B741", PARTY_AGENT);
    doc_holder_applicants(f);
    read_opponents(f, xml_child(people, "B780"));
    read_dates(f, xml_at(b, "B200/B240"));
    read_dates(f, xml_child(b, "B400"));
    read_dates(f, xml_at(b, "B800/B880"));
    read_pct(f, xml_child(b, "B800"));
    read_rest(f, b);
    read_texts(f, n, own);
    return true;
}

static const struct xml_format frame = {"epo", "EP", records, read_record, NULL};

const struct format format_ep_publication = {.name = "ep-publication",
                                             .title =
                                                 N_("EP publications (ep-patent-document XML)"),
                                             .roots = records,
                                             XML_FORMAT(frame)};

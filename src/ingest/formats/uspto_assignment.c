/* The USPTO's assignment register, in two forms: answers of its search service
 * (Solr: <doc> with parallel <arr>s) and the daily bulk files
 * (us-patent-assignments). One registered paper concerns many patents; each of
 * them becomes a record with the paper as its legal event, and, where the paper
 * moves the right itself, the assignees as its current holders. */
#include "base/msg.h"
#include "ingest/us_common.h"

static const char *const records[] = {"doc", "patent-assignment", NULL};

/* --- the search service ------------------------------------------------------- */

static const struct xml_node *array(const struct xml_node *doc, const char *name)
{
    for (const struct xml_node *c = xml_first(doc); c; c = xml_after(c))
        if (str_is(xml_attr(c, "name"), name))
            return c;
    return NULL;
}

/* The i-th value of a list, copied: the whole outlives this part only. "NULL" and
 * years 0001 stand for nothing. */
static struct str item(struct doc *f, const char *name, size_t i)
{
    const struct xml_node *list = array(f->whole, name), *c = xml_first(list);

    if (!c) /* a single <str> */
        c = list && i == 0 ? list : NULL;
    for (; c && i > 0; i--)
        c = xml_after(c);
    struct str s = c ? arena_dup(f->a, xml_text(c, f->a)) : STR_NONE;
    return str_is(s, "NULL") || str_starts(s, STR("0001-")) ? STR_NONE : s;
}

/* "Joel N. Broussard, Jeff McPherson, Robert Kurtz, Jr." */
static void read_inventors(struct doc *f, struct str names)
{
    static const char *const suffixes[] = {"Jr.", "Jr", "Sr.", "Sr", "II", "III", "IV"};
    struct str rest = names, open = STR_NONE;

    while (rest.ptr) {
        struct str one = str_trim(str_split(&rest, STR(",")));
        bool suffix = false;
        for (size_t i = 0; i < ARRAY_LEN(suffixes); i++)
            suffix = suffix || str_eq_nocase(one, str_of(suffixes[i]));
        if (suffix && open.len > 0) {
            open = str_range(open.ptr, one.ptr + one.len);
            continue;
        }
        doc_party(f, PARTY_INVENTOR, open, STR_NONE, STR_NONE, STR_NONE);
        open = one;
    }
    doc_party(f, PARTY_INVENTOR, open, STR_NONE, STR_NONE, STR_NONE);
}

static void read_paper(struct doc *f)
{
    struct str conveyance = item(f, "conveyanceText", 0), names = STR_NONE;
    bool moves = us_moves_ownership(conveyance);
    struct str id = item(f, "displayId", 0);

    for (size_t i = 0;; i++) {
        struct str name = item(f, "patAssigneeName", i);
        if (name.len == 0)
            break;
        struct str parts[] = {item(f, "patAssigneeAddress1", i), item(f, "patAssigneeAddress2", i),
                              item(f, "patAssigneeCity", i), item(f, "patAssigneeState", i),
                              item(f, "patAssigneePostcode", i)};
        if (moves)
            doc_party(f, PARTY_ASSIGNEE, name, item(f, "patAssigneeCountryName", i),
                      doc_join(f, parts, ARRAY_LEN(parts)), STR_NONE);
        struct str both[] = {names, name};
        names = doc_join(f, both, 2);
    }
    doc_event(f, item(f, "recordedDate", 0), STR("US"), STR("ASSIGNMENT"),
              arena_printf(f->a, "%.*s From: %.*s To: %.*s (reel/frame %.*s)", STR_ARG(conveyance),
                           STR_ARG(item(f, "patAssignorName", 0)), STR_ARG(names), STR_ARG(id)));
    f->p->source_id = id;
}

static bool read_answer(struct doc *f)
{
    size_t i = f->part;
    struct patent *p = f->p;
    struct str granted = item(f, "patNum", i), published = item(f, "publNum", i);

    (void)doc_number(&p->application, f, STR("US"), item(f, "applNum", i), STR_NONE,
                     NUMBER_APPLICATION);
    doc_date(f, &p->application_date, item(f, "filingDate", i));
    if (granted.len > 0) {
        (void)doc_number(&p->publication, f, STR("US"), granted, STR_NONE, NUMBER_PUBLICATION);
        doc_date(f, &p->grant_date, item(f, "issueDate", i));
        p->publication_date = p->grant_date;
        (void)doc_number(&p->earliest, f, STR("US"), published, STR_NONE, NUMBER_PUBLICATION);
    } else if (published.len > 0) {
        (void)doc_number(&p->publication, f, STR("US"), published, STR_NONE, NUMBER_PUBLICATION);
        doc_date(f, &p->publication_date, item(f, "publDate", i));
    }
    doc_text(f, TEXT_TITLE, item(f, "inventionTitleLang", i), item(f, "inventionTitle", i), false);
    read_inventors(f, item(f, "inventors", i));
    read_paper(f);
    return p->publication.key.len > 0 || p->application.key.len > 0;
}

/* --- the bulk files -------------------------------------------------------------- */

static struct str whole_at(struct doc *f, const char *path)
{
    return arena_dup(f->a, xml_text_at(f->whole, path, f->a));
}

static void read_bulk_paper(struct doc *f)
{
    struct str conveyance = whole_at(f, "assignment-record/conveyance-text"), names = STR_NONE;
    struct str id =
        arena_printf(f->a, "%.*s/%.*s", STR_ARG(whole_at(f, "assignment-record/reel-no")),
                     STR_ARG(whole_at(f, "assignment-record/frame-no")));

    for (const struct xml_node *c = xml_at(f->whole, "patent-assignees/patent-assignee"); c;
         c = xml_same(c)) {
        struct str part[6];
        static const char *const fields[] = {"address-1", "address-2", "city",
                                             "state",     "postcode",  "country-name"};
        for (size_t i = 0; i < ARRAY_LEN(fields); i++)
            part[i] = arena_dup(f->a, doc_at(f, c, fields[i]));
        struct str both[] = {names, arena_dup(f->a, doc_at(f, c, "name"))};
        if (us_moves_ownership(conveyance))
            doc_party(f, PARTY_ASSIGNEE, both[1], part[5], doc_join(f, part, 5), STR_NONE);
        names = doc_join(f, both, 2);
    }
    doc_event(f, whole_at(f, "assignment-record/recorded-date/date"), STR("US"), STR("ASSIGNMENT"),
              arena_printf(f->a, "%.*s From: %.*s To: %.*s (reel/frame %.*s)", STR_ARG(conveyance),
                           STR_ARG(whole_at(f, "patent-assignors/patent-assignor/name")),
                           STR_ARG(names), STR_ARG(id)));
    f->p->source_id = id;
}

/* Kinds in these files: X0 an application, A… a pre-grant publication, others a grant. */
static bool read_property(struct doc *f, const struct xml_node *n)
{
    struct patent *p = f->p;

    for (const struct xml_node *id = xml_child(n, "document-id"); id; id = xml_same(id)) {
        struct str kind = doc_at(f, id, "kind"), country = doc_at(f, id, "country");
        struct str number = doc_at(f, id, "doc-number"), date = doc_at(f, id, "date");
        if (str_starts(kind, STR("X"))) {
            (void)doc_number(&p->application, f, country, number, STR_NONE, NUMBER_APPLICATION);
            doc_date(f, &p->application_date, date);
        } else if (str_starts(kind, STR("A"))) {
            (void)doc_number(&p->earliest, f, country, number, kind, NUMBER_PUBLICATION);
            doc_date(f, &p->publication_date, date);
        } else {
            (void)doc_number(&p->publication, f, country, number, kind, NUMBER_PUBLICATION);
            doc_date(f, &p->grant_date, date);
        }
    }
    if (p->publication.key.len > 0)
        p->publication_date = p->grant_date;
    else
        p->publication = p->earliest;
    if (p->grant_date.year == 0)
        p->earliest = (struct number){0};
    doc_text(f, TEXT_TITLE, STR("en"), doc_at(f, n, "invention-title"), false);
    read_bulk_paper(f);
    return p->publication.key.len > 0 || p->application.key.len > 0;
}

/* --- both --------------------------------------------------------------------------- */

static const struct xml_node *part(const struct xml_node *record, const struct xml_node *latest)
{
    if (xml_is(record, "patent-assignment"))
        return latest ? xml_same(latest) : xml_at(record, "patent-properties/patent-property");
    return latest ? xml_after(latest) : xml_first(array(record, "applNum"));
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    doc_as_of(f, xml_attr(root, "date-produced"));
    if (xml_is(n, "patent-property") ? read_property(f, n) : read_answer(f))
        return true;
    f->item->reason = str_of(msg("the property has no number"));
    return false;
}

static const struct xml_format frame = {"uspto", "US", records, read_record, part};

static int sniff(struct bytes head)
{
    struct xml_head h;

    if (!xml_head(&h, head))
        return 0;
    if (str_is(str_of(h.root), "us-patent-assignments") ||
        str_is(str_of(h.doctype), "us-patent-assignments"))
        return 100;
    return str_is(str_of(h.root), "response") && strstr(h.text, "\"patAssignorName\"") ? 95 : 0;
}

const struct format format_uspto_assignment = {.name = "uspto-assignment",
                                               .title = N_("USPTO assignment register (XML)"),
                                               .sniff = sniff,
                                               XML_FORMAT(frame)};

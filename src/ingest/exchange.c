/* The EPO's exchange-document. DOCDB files and OPS answers differ in little (where a
 * number's format stands), so one code reads both: two readers that drift apart would
 * make two records of one document. */
#include "ingest/exchange.h"
#include "base/msg.h"

static struct str format_of(const struct xml_node *n)
{
    struct str s = xml_attr(n, "data-format");
    return s.len ? s : xml_attr(n, "document-id-type");
}

/* 3 docdb, 2 epodoc, 1 other */
static int id_rank(struct str format)
{
    return str_is(format, "docdb") ? 3 : str_is(format, "epodoc") ? 2 : 1;
}

const struct xml_node *exchange_id(const struct xml_node *n)
{
    const struct xml_node *best = NULL;
    int best_rank = 0;

    for (; n; n = xml_same(n)) {
        for (const struct xml_node *id = xml_child(n, "document-id"); id; id = xml_same(id)) {
            struct str format = format_of(id);
            int rank = id_rank(format.len ? format : format_of(n));
            if (rank > best_rank) {
                best = id;
                best_rank = rank;
            }
        }
    }
    return best;
}

bool exchange_number(struct number *out, struct doc *f, const struct xml_node *id,
                     enum number_use use)
{
    return doc_number(out, f, doc_at(f, id, "country"), doc_at(f, id, "doc-number"),
                      doc_at(f, id, "kind"), use);
}

void exchange_application(struct doc *f, const struct xml_node *n)
{
    const struct xml_node *id = exchange_id(n);

    if (f->p->application.key.len > 0)
        return;
    (void)exchange_number(&f->p->application, f, id, NUMBER_APPLICATION);
    doc_date(f, &f->p->application_date, doc_at(f, id, "date"));
}

/* One claim in one format; its kind in DOCDB decides the series of a US number. */
void exchange_priority(struct doc *f, const struct xml_node *claim)
{
    const struct xml_node *id = NULL;
    struct priority pr = {0};
    int best = 0;

    for (const struct xml_node *c = xml_child(claim, "document-id"); c; c = xml_same(c)) {
        struct str format = format_of(c);
        int rank = id_rank(format.len ? format : format_of(claim));
        if (rank > best) {
            id = c;
            best = rank;
        }
    }
    if (!id || !exchange_number(&pr.number, f, id, NUMBER_APPLICATION))
        return;
    doc_date(f, &pr.date, doc_at(f, id, "date"));
    pr.country = doc_at(f, id, "country");
    if (pr.country.len == 0)
        pr.country = pr.number.office;
    doc_priority_add(f, &pr);
}

/* DOCDB gives each claim in up to three elements of one sequence: the docdb one
 * is taken, the others only where a file has no docdb at all. */
static void read_priorities(struct doc *f, const struct xml_node *n)
{
    bool docdb = false;

    for (const struct xml_node *c = xml_child(n, "priority-claim"); c; c = xml_same(c))
        docdb = docdb || str_is(format_of(c), "docdb");
    for (const struct xml_node *c = xml_child(n, "priority-claim"); c; c = xml_same(c))
        if (!docdb || str_is(format_of(c), "docdb"))
            exchange_priority(f, c);
}

/* --- classes ------------------------------------------------------------------- */

static void read_ipc(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        if (xml_is(c, "edition"))
            doc_extra(f, "ipc-edition", xml_text(c, f->a));
        else if (xml_is(c, "text") || xml_is(c, "main-classification") ||
                 xml_is(c, "further-classification"))
            doc_ipc_old(f, xml_text(c, f->a));
    }
}

static void read_ipcr(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_child(n, "classification-ipcr"); c; c = xml_same(c))
        doc_ipcr(f, CLASS_IPC, doc_raw(xml_child(c, "text")));
}

static void read_class(struct doc *f, const struct xml_node *c, struct str scheme)
{
    struct str symbol = doc_at(f, c, "classification-symbol");
    bool cpc = str_starts(scheme, STR("CPC"));

    if (str_is(scheme, "UC") || str_is(scheme, "USPC")) {
        struct str rest = symbol, klass = str_split(&rest, STR("/"));
        doc_uspc(f, klass, rest);
        return;
    }
    enum class_scheme to = cpc                              ? CLASS_CPC
                           : str_starts(scheme, STR("FI"))  ? CLASS_FI
                           : str_starts(scheme, STR("EC"))  ? CLASS_ECLA
                           : str_starts(scheme, STR("IPC")) ? CLASS_IPC
                           : str_starts(scheme, STR("LOC")) ? CLASS_LOCARNO
                                                            : CLASS_SCHEMES;
    if (to == CLASS_SCHEMES) { /* ICO, F-terms, DEKLA … */
        doc_extra_str(f, arena_printf(f->a, "class:%.*s", STR_ARG(scheme)), symbol);
        return;
    }
    struct class_parts parts = {.section = doc_at(f, c, "section"),
                                .klass = doc_at(f, c, "class"),
                                .subclass = doc_at(f, c, "subclass"),
                                .group = doc_at(f, c, "main-group"),
                                .subgroup = doc_at(f, c, "subgroup"),
                                .version = doc_at(f, c, "classification-scheme/date"),
                                .position = doc_at(f, c, "symbol-position"),
                                .value = doc_at(f, c, "classification-value")};
    size_t slash = str_find(symbol, STR("/"), 0);
    if (parts.section.len == 0 && cpc && slash < symbol.len && slash > 4) {
        parts.section = (struct str){symbol.ptr, 1};
        parts.klass = (struct str){symbol.ptr + 1, 2};
        parts.subclass = (struct str){symbol.ptr + 3, 1};
        parts.group = (struct str){symbol.ptr + 4, slash - 4};
        parts.subgroup = (struct str){symbol.ptr + slash + 1, symbol.len - slash - 1};
    }
    if (parts.section.len > 0)
        doc_class_parts(f, to, &parts);
    else
        doc_class(f, to, symbol);
}

static void read_patent_classes(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_find(n, "patent-classification"); c;
         c = xml_find_next(n, c, "patent-classification")) {
        const struct xml_node *scheme = xml_child(c, "classification-scheme");
        read_class(f, c, scheme ? xml_attr(scheme, "scheme") : STR("CPC"));
    }
}

/* --- parties -------------------------------------------------------------------- */

/* "KNAPP HEINRICH [DE]" → the country in brackets, cut off the name. */
static struct str cut_country(struct str *name)
{
    struct str s = str_trim(*name);

    if (s.len < 5 || s.ptr[s.len - 1] != ']' || s.ptr[s.len - 4] != '[')
        return STR_NONE;
    *name = str_trim((struct str){s.ptr, s.len - 4});
    return (struct str){s.ptr + s.len - 3, 2};
}

/* The form of one list that is taken as the name: as the document has it
 * ("original" in OPS, "docdba" in DOCDB), else standardised. */
static int party_rank(struct str format)
{
    if (str_is(format, "original") || str_is(format, "docdba"))
        return 3;
    return str_is(format, "docdb") ? 2 : str_is(format, "epodoc") ? 1 : 0;
}

static struct str party_name(struct doc *f, const struct xml_node *n)
{
    const struct xml_node *name = xml_find(n, "name");

    if (!name)
        name = xml_find(n, "last-name");
    return xml_text(name, f->a);
}

/* The country that a standardised twin of the same sequence tells. */
static struct str twin_country(struct doc *f, const struct xml_node *n)
{
    const struct xml_node *first = n->parent->first;

    while (first && !str_eq(first->name, n->name))
        first = first->next;
    size_t looked_at = 0;
    for (const struct xml_node *c = first; c && looked_at < DOC_REPEATS_MAX;
         c = xml_same(c), looked_at++) {
        if (!str_eq(xml_attr(c, "sequence"), xml_attr(n, "sequence")))
            continue;
        struct str country = doc_at(f, c, "residence/country"), name = party_name(f, c);
        if (country.len == 0)
            country = cut_country(&name);
        if (country.len > 0)
            return country;
    }
    return STR_NONE;
}

static void read_people(struct doc *f, const struct xml_node *list, const char *element,
                        enum party_role role)
{
    int best = 0;

    for (const struct xml_node *c = xml_child(list, element); c; c = xml_same(c)) {
        int rank = party_rank(format_of(c));
        best = rank > best ? rank : best;
    }
    for (const struct xml_node *c = xml_child(list, element); c; c = xml_same(c)) {
        struct str name = party_name(f, c);
        (void)cut_country(&name);
        /* names as published end in a comma where OPS cut a list */
        if (name.len > 0 && name.ptr[name.len - 1] == ',')
            name.len--;
        if (party_rank(format_of(c)) == best) {
            struct str address = doc_flat(xml_find(c, "address"), f->a);
            doc_party(f, role, name, twin_country(f, c), address, STR_NONE);
        } else {
            doc_extra_str(f, arena_printf(f->a, "%s (%.*s)", element, STR_ARG(format_of(c))), name);
        }
    }
}

static void read_parties(struct doc *f, const struct xml_node *n)
{
    read_people(f, xml_child(n, "applicants"), "applicant", PARTY_APPLICANT);
    read_people(f, xml_child(n, "inventors"), "inventor", PARTY_INVENTOR);
    read_people(f, xml_child(n, "agents"), "agent", PARTY_AGENT);
}

/* --- citations ------------------------------------------------------------------- */

/* Categories stand beside the citation or with each passage. */
static struct str categories(struct doc *f, const struct xml_node *citation)
{
    struct str s = STR_NONE;

    for (const struct xml_node *c = xml_find(citation, "category"); c;
         c = xml_find_next(citation, c, "category")) {
        struct str one = xml_text(c, f->a);
        if (one.len > 0 && !str_contains(s, one))
            s = arena_join(f->a, s, one);
    }
    return s;
}

static void read_citation(struct doc *f, const struct xml_node *c)
{
    const struct xml_node *patcit = xml_child(c, "patcit"), *npl = xml_child(c, "nplcit");
    struct str origin = xml_attr(c, "cited-by");

    if (origin.len == 0 || str_is(origin, "unknown"))
        origin = xml_attr(c, "cited-phase");
    if (patcit) {
        const struct xml_node *id = exchange_id(patcit);
        if (id)
            doc_cited(f, &(struct cited){.country = doc_at(f, id, "country"),
                                         .number = doc_at(f, id, "doc-number"),
                                         .kind = doc_at(f, id, "kind"),
                                         .category = categories(f, c),
                                         .origin = origin});
        else
            doc_cited(f, &(struct cited){.number = xml_attr(patcit, "dnum"),
                                         .text = doc_at(f, patcit, "text"),
                                         .category = categories(f, c),
                                         .origin = origin});
    } else if (npl) {
        struct str text = doc_at(f, npl, "text");
        doc_npl(f, text.len ? text : doc_flat(npl, f->a), categories(f, c), origin);
    }
}

static void read_citations(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_child(n, "citation"); c; c = xml_same(c))
        read_citation(f, c);
}

/* --- the rest --------------------------------------------------------------------- */

static void read_title(struct doc *f, const struct xml_node *n)
{
    doc_text(f, TEXT_TITLE, xml_attr(n, "lang"), xml_text(n, f->a), false);
}

/* Dates under names such as "printed-with-grant"; the granted ones tell the grant. */
static void read_dates(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_first(n); c; c = xml_after(c)) {
        struct str date = doc_flat(xml_find(c, "date"), f->a);
        if (str_ends(c->name, STR("with-grant")) || xml_is(c, "publication-of-grant-date"))
            doc_date(f, &f->p->grant_date, date);
        doc_extra_str(f, arena_dup(f->a, c->name), date);
    }
}

static void read_application(struct doc *f, const struct xml_node *n)
{
    exchange_application(f, n); /* the first of the formats; the others repeat it */
}

static const struct doc_rule rules[] = {{"publication-reference", NULL}, /* the attributes tell */
                                        {"classification-ipc", read_ipc},
                                        {"classifications-ipcr", read_ipcr},
                                        {"patent-classifications", read_patent_classes},
                                        {"application-reference", read_application},
                                        {"priority-claims", read_priorities},
                                        {"parties", read_parties},
                                        {"invention-title", read_title},
                                        {"references-cited", read_citations},
                                        {"dates-of-public-availability", read_dates},
                                        {0}};

static void read_head(struct doc *f, const struct xml_node *doc)
{
    struct patent *p = f->p;
    struct str family = xml_attr(doc, "family-id");
    const struct xml_node *ref = xml_at(doc, "bibliographic-data/publication-reference");

    (void)doc_number(&p->publication, f, xml_attr(doc, "country"), xml_attr(doc, "doc-number"),
                     xml_attr(doc, "kind"), NUMBER_PUBLICATION);
    if (p->publication.key.len == 0)
        (void)exchange_number(&p->publication, f, exchange_id(ref), NUMBER_PUBLICATION);
    doc_date(f, &p->publication_date, xml_attr(doc, "date-publ"));
    for (; ref; ref = xml_same(ref))
        for (const struct xml_node *id = xml_child(ref, "document-id"); id; id = xml_same(id))
            doc_date(f, &p->publication_date, doc_at(f, id, "date"));
    if (family.len > 0)
        p->family = arena_printf(f->a, "docdb:%.*s", STR_ARG(family));
    p->source_id = arena_dup(f->a, xml_attr(doc, "doc-id"));
}

/* status: C created, A amended, D or DV deleted (DOCDB front and amend files). A
 * deletion is no record: taken in, it would be a patent without any content. */
static bool is_deletion(struct doc *f, struct str status)
{
    if (!str_starts(status, STR("D")))
        return false;
    f->item->column = STR("status");
    f->item->value =
        arena_printf(f->a, "%.*s: %.*s", STR_ARG(status), STR_ARG(f->p->publication.display));
    f->item->reason =
        str_of(msg("the EPO has deleted this publication: there is nothing to take in; a "
                   "record of it that came with an earlier file stays"));
    return true;
}

bool exchange_read(struct doc *f, const struct xml_node *doc)
{
    const struct xml_node *biblio = xml_child(doc, "bibliographic-data");

    read_head(f, doc);
    if (f->p->publication.key.len == 0) {
        f->item->reason = str_is(xml_attr(doc, "status"), "not found")
                              ? str_of(msg("the office's answer holds no such document"))
                              : str_of(msg("the exchange-document has no publication number"));
        return false;
    }
    if (is_deletion(f, xml_attr(doc, "status")))
        return false;
    doc_extra(f, "docdb-status", xml_attr(doc, "status"));
    doc_children(f, biblio, rules);
    for (const struct xml_node *c = xml_child(doc, "abstract"); c; c = xml_same(c))
        doc_text(f, TEXT_ABSTRACT, xml_attr(c, "lang"), xml_text(c, f->a),
                 str_contains(xml_attr(c, "abstract-source"), STR("translation")));
    for (const struct xml_node *c = xml_child(doc, "claims"); c; c = xml_same(c))
        doc_claims(f, c, "claim", xml_attr(c, "lang"), false);
    for (const struct xml_node *c = xml_child(doc, "description"); c; c = xml_same(c))
        doc_text(f, TEXT_DESCRIPTION, xml_attr(c, "lang"), xml_text(c, f->a), false);
    return true;
}

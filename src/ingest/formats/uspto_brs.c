/* Documents of the USPTO's search system (BRS, later CSS) as tagged text: each
 * begins behind the line "*** BRS DOCUMENT BOUNDARY ***"; two lines before it
 * (number, kind, date …; title) repeat what the document says. Tags are the
 * search system's index names (DID, TTL, INNM, URGP …). */
#include "base/limits.h"
#include "base/msg.h"
#include "ingest/tagged.h"
#include "ingest/us_common.h"

#define BOUNDARY STR("*** BRS DOCUMENT BOUNDARY ***")

/* What is collected over several tags of one person, priority or text. */
struct open {
    struct us_party party;
    enum party_role role;
    struct str priority_country, priority_number;
    struct str pgpub[2]; /* PPCC, PPNR: country and number of the pre-grant publication */
    struct claims claims;
    bool ipc_group, cpc_group; /* the full groups are there: the short lists are not needed */
};

static void flush_party(struct doc *f, struct open *o)
{
    if (o->party.name.len > 0)
        us_party(f, o->role, &o->party);
    o->party = (struct us_party){0};
}

static bool party_tag(struct doc *f, struct open *o, struct str tag, struct str value)
{
    static const struct {
        const char *prefix;
        enum party_role role;
    } roles[] = {{"AA", PARTY_APPLICANT}, {"IN", PARTY_INVENTOR}, {"AS", PARTY_ASSIGNEE}};

    if (tag.len != 4)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        if (memcmp(tag.ptr, roles[i].prefix, 2) != 0)
            continue;
        struct str part = {tag.ptr + 2, 2};
        if (str_is(part, "NM")) {
            flush_party(f, o);
            o->party.name = value;
            o->role = roles[i].role;
        } else if (str_is(part, "CI")) {
            o->party.city = value;
        } else if (str_is(part, "ST")) {
            o->party.state = value;
        } else if (str_is(part, "ZP")) {
            o->party.zip = value;
        } else if (str_is(part, "CO")) {
            o->party.country = value;
        } else {
            return str_is(part, "GP") || str_is(part, "TX") || str_is(part, "SA");
        }
        return true;
    }
    return false;
}

static bool number_tag(struct doc *f, struct open *o, struct str tag, struct str value)
{
    struct patent *p = f->p;

    if (str_is(tag, "DID")) {
        (void)doc_number(&p->publication, f, STR_NONE, value, STR_NONE, NUMBER_PUBLICATION);
    } else if (str_is(tag, "GISD") || str_is(tag, "ISD") || str_is(tag, "PD") ||
               str_is(tag, "DP")) {
        doc_date(f, &p->publication_date, value);
        if (tag.len == 4)
            p->grant_date = p->publication_date;
    } else if (str_is(tag, "APP") || str_is(tag, "APNR")) {
        if (p->application.key.len == 0)
            (void)doc_number(&p->application, f, STR("US"), value, STR_NONE, NUMBER_APPLICATION);
    } else if (str_is(tag, "AFD") || str_is(tag, "APD")) {
        doc_date(f, &p->application_date, value);
    } else if (str_is(tag, "PRCO")) {
        o->priority_country = value;
    } else if (str_is(tag, "PRAN")) {
        o->priority_number = value;
    } else if (str_is(tag, "PRAD")) {
        doc_priority(f, o->priority_country, o->priority_number, value);
    } else if (str_is(tag, "PPCC")) {
        o->pgpub[0] = value;
    } else if (str_is(tag, "PPNR")) {
        o->pgpub[1] = value;
    } else if (str_is(tag, "PPKC")) {
        if (p->earliest.key.len == 0)
            (void)doc_number(&p->earliest, f, o->pgpub[0], o->pgpub[1], value, NUMBER_PUBLICATION);
    } else {
        return false;
    }
    return true;
}

/* "us-provisional-application US 61559247 20111114": a priority too. */
static void read_relation(struct doc *f, struct str value)
{
    struct str rest = value;

    if (str_is(str_split(&rest, STR(" ")), "us-provisional-application")) {
        struct str country = str_split(&rest, STR(" ")), number = str_split(&rest, STR(" "));
        doc_priority(f, country, number, str_split(&rest, STR(" ")));
    }
    doc_extra(f, "COND", value);
}

/* IPCG and CPOG say all of a class; the short lists repeat it with less. */
static bool class_tag(struct doc *f, const struct open *o, struct str tag, struct str value)
{
    static const struct {
        const char *tag;
        enum class_scheme scheme;
        bool group;
    } tags[] = {{"IPCG", CLASS_IPC, true},  {"IPCP", CLASS_IPC, false}, {"IPCS", CLASS_IPC, false},
                {"IPC", CLASS_IPC, false},  {"CPOG", CLASS_CPC, true},  {"CPCG", CLASS_CPC, true},
                {"CPOI", CLASS_CPC, false}, {"CPOA", CLASS_CPC, false}, {"CPCI", CLASS_CPC, false},
                {"CPCA", CLASS_CPC, false}};

    for (size_t i = 0; i < ARRAY_LEN(tags); i++) {
        if (!str_is(tag, tags[i].tag))
            continue;
        bool have_group = tags[i].scheme == CLASS_IPC ? o->ipc_group : o->cpc_group;
        if (tags[i].group || !have_group)
            us_class_group(f, tags[i].scheme, value);
        return true;
    }
    return false;
}

static bool fact_tag(struct doc *f, struct open *o, struct str tag, struct str value)
{
    if (str_is(tag, "TTL"))
        doc_text(f, TEXT_TITLE, STR("en"), value, false);
    else if (class_tag(f, o, tag, value))
        return true;
    else if (str_is(tag, "CCOR") || str_is(tag, "CCXR") || str_is(tag, "CCLS"))
        us_uspc(f, value);
    else if (str_is(tag, "URGP") || str_is(tag, "FRGP"))
        us_cited_group(f, value);
    else if (str_is(tag, "ORPL"))
        us_npl(f, value);
    else if (str_is(tag, "COND"))
        read_relation(f, value);
    else if (str_is(tag, "LRFM") || str_is(tag, "LRFW") || str_is(tag, "LRNM"))
        doc_party(f, PARTY_AGENT, us_person(f, value), STR_NONE, STR_NONE, STR_NONE);
    else if (str_is(tag, "EXP") || str_is(tag, "EXA"))
        doc_party(f, PARTY_EXAMINER, us_person(f, value), STR_NONE, STR_NONE, STR_NONE);
    else
        return false;
    return true;
}

/* Text tags repeat, one for each paragraph. */
static bool text_tag(struct doc *f, struct open *o, struct str tag, struct str value,
                     struct buf *description)
{
    static const char *const prose[] = {"CRTX", "GOTX", "BSTX", "DRTX", "DETX", "BSPR",
                                        "DEPR", "DRPR", "PARN", "BSTL", "DETL", "DRTL"};

    if (str_starts(tag, STR("AB")) && tag.len == 4) {
        doc_text(f, TEXT_ABSTRACT, STR("en"), value, false);
        return true;
    }
    if (str_is(tag, "CLPR") || str_is(tag, "CLTX")) {
        struct str claim = str_trim(value);
        if (us_claim_number(claim) > 0 || o->claims.count == 0)
            claims_add(&o->claims, f, STR_NONE, claim);
        else
            buf_addf(&o->claims.text, "%.*s\n", STR_ARG(claim));
        return true;
    }
    for (size_t i = 0; i < ARRAY_LEN(prose); i++)
        if (str_is(tag, prose[i])) {
            buf_addf(description, "%.*s\n", STR_ARG(str_trim(value)));
            return true;
        }
    return false;
}

/* Parts of groups that are read whole, and what the program that wrote the file counted. */
static bool is_repeat(struct str tag)
{
    static const char *const repeats[] = {
        "URPN", "URNM", "URPD", "URCL", "FRCO", "FRPN", "FRPD", "FRCL", "PRAY", "PRAI", "RLPY",
        "RLAN", "RLFD", "RLPN", "RLPD", "RLCY", "RLCN", "RLPC", "PDID", "PPPD", "CLST", "SIZE",
        "WKU",  "DWKU", "ARD",  "APY",  "IPCC", "CLOI", "CLOA", "ICUS", "DSRC", "TRX",  "APT"};

    return STR_IN(tag, repeats);
}

static bool read_record(struct doc *f, struct str text)
{
    struct tagged_list list = tagged_read(text, 4, ' ', f->a);
    struct open o = {0};
    struct buf description;

    buf_init(&description, RECORD_BYTES_MAX);
    claims_begin(&o.claims);
    for (size_t i = 0; i < list.len; i++)
        if (str_is(list.ptr[i].tag, "IPCG"))
            o.ipc_group = true;
        else if (str_is(list.ptr[i].tag, "CPOG") || str_is(list.ptr[i].tag, "CPCG"))
            o.cpc_group = true;
    for (size_t i = 0; i < list.len; i++) {
        struct str tag = list.ptr[i].tag, value = str_trim(list.ptr[i].value);
        if (!party_tag(f, &o, tag, value) && !number_tag(f, &o, tag, value) &&
            !fact_tag(f, &o, tag, value) && !text_tag(f, &o, tag, value, &description) &&
            !is_repeat(tag))
            doc_extra_str(f, arena_dup(f->a, tag), value);
    }
    flush_party(f, &o);
    doc_us_applicants(f);
    doc_text(f, TEXT_DESCRIPTION, STR("en"), arena_dup(f->a, buf_str(&description)), false);
    claims_end(&o.claims, f, STR("en"), false);
    buf_clear(&description);
    if (f->p->publication.key.len == 0)
        f->item->reason = str_of(msg("the document has no number (DID)"));
    return f->p->publication.key.len > 0;
}

/* --- the file ------------------------------------------------------------------- */

static size_t behind_boundary(struct str s, size_t at)
{
    at = str_find(s, BOUNDARY, at);
    return at < s.len ? at + BOUNDARY.len : at;
}

/* Without the two lines that announce the next document. */
static struct str without_announcement(struct str s)
{
    struct str rest = s;

    for (int i = 0; i < 2; i++) {
        while (rest.len > 0 && (unsigned char)rest.ptr[rest.len - 1] <= ' ')
            rest.len--;
        const char *nl = rest.len ? memrchr(rest.ptr, '\n', rest.len) : NULL;
        if (!nl)
            return s;
        struct str line = str_range(nl + 1, rest.ptr + rest.len);
        rest.len = (size_t)(nl - rest.ptr);
        if (i == 1 && str_contains(line, STR("\t")))
            return rest;
    }
    return s;
}

static size_t first_document(struct str all)
{
    return behind_boundary(all, 0);
}

static struct str cut_document(struct str all, size_t *at)
{
    size_t end = str_find(all, BOUNDARY, *at);
    struct str text = {all.ptr + *at, end - *at};

    *at = behind_boundary(all, *at);
    return end < all.len ? without_announcement(text) : text;
}

static const struct tagged_format tagged = {
    .source = "uspto",
    .office = "US",
    .none = N_("no line \"*** BRS DOCUMENT BOUNDARY ***\" in this file; name its format "
               "with --format"),
    .first = first_document,
    .cut = cut_document,
    .read = read_record,
};

static int sniff(struct bytes head)
{
    return str_contains(bytes_str(head), BOUNDARY) ? 95 : 0;
}

const struct format format_uspto_brs = {.name = "uspto-brs",
                                        .title =
                                            N_("documents of the USPTO's search system (BRS text)"),
                                        .sniff = sniff,
                                        TAGGED_FORMAT(tagged)};

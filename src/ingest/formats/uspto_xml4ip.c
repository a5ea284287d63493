/* XML4IP: documents of an application file (claims, specification, abstract) as
 * the USPTO read them from the paper, in ST.96-like XML, one document a file. The
 * application number is all that identifies them; amended versions of one part
 * come as files of their own with another mail room date. */
#include "base/msg.h"
#include "ingest/us_common.h"

static const char *const records[] = {"ClaimsDocument", "SpecificationDocument", "AbstractDocument",
                                      NULL};

/* Running heads, page numbers and labels of the paper that are no text. */
static const char *const no_claim[] = {"BoundaryData",      "ClaimLabelText",      "ClaimNumber",
                                       "ClaimTypeCategory", "ClaimStatusCategory", NULL};

static void read_claims(struct doc *f, const struct xml_node *n)
{
    struct claims c;

    claims_begin(&c);
    for (const struct xml_node *claim = xml_find(n, "Claim"); claim;
         claim = xml_find_next(n, claim, "Claim"))
        if (!str_starts(xml_attr(claim, "id"), STR("UNKNOWN"))) /* headings read as claims */
            claims_add(&c, f, doc_at(f, claim, "ClaimNumber"),
                       xml_text_without(claim, no_claim, f->a));
    claims_end(&c, f, STR("en"), false);
}

/* PartName and PartNumber hold words that the reader took for reference signs, so
 * they are prose; only the heads and feet of pages are left out. */
static void read_prose(struct doc *f, const struct xml_node *n, enum text_part part)
{
    static const char *const heads[] = {"BoundaryData", NULL};
    const struct xml_node *text = xml_child(n, "Specification");

    if (!text)
        text = xml_child(n, "Abstract");
    doc_text(f, part, STR("en"), xml_text_without(text, heads, f->a), false);
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    struct str number = doc_flat(xml_find(n, "ApplicationNumberText"), f->a);
    struct str code = doc_at(f, n, "DocumentCode");

    (void)root;
    if (number.len == 0)
        number = doc_flat(xml_find(n, "ApplicationNumber"), f->a);
    if (!doc_number(&f->p->application, f, STR("US"), number, STR_NONE, NUMBER_APPLICATION)) {
        f->item->reason = str_of(msg("the document names no application (ApplicationNumber)"));
        return false;
    }
    f->p->source_id = arena_dup(f->a, xml_attr(n, "instanceFileName"));
    doc_extra(f, "DocumentCode", code);
    doc_extra(f, "MailRoomDate", doc_at(f, n, "MailRoomDate"));
    doc_extra(f, "ClaimTotalQuantity", doc_at(f, n, "ClaimTotalQuantity"));
    if (xml_is(n, "ClaimsDocument"))
        read_claims(f, n);
    else if (str_is(code, "ABST") || xml_is(n, "AbstractDocument"))
        read_prose(f, n, TEXT_ABSTRACT);
    else
        read_prose(f, n, TEXT_DESCRIPTION);
    return true;
}

static const struct xml_format frame = {"uspto", "US", records, read_record, NULL};

const struct format format_uspto_xml4ip = {.name = "uspto-xml4ip",
                                           .title = N_("USPTO application texts (XML4IP)"),
                                           .roots = records,
                                           XML_FORMAT(frame)};

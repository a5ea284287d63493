/* CPC Master Classification File of the USPTO (ST.96): the current CPC symbols of
 * grants and pre-grant publications, nothing else. Its records add classes to
 * the documents that other files describe. */
#include "base/msg.h"
#include "ingest/us_common.h"

static const char *const records[] = {"CPCMasterClassificationRecord", NULL};

static struct str at(struct doc *f, const struct xml_node *n, const char *path)
{
    return doc_at(f, n, path);
}

static void read_classes(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_find(n, "CPCClassification"); c;
         c = xml_find_next(n, c, "CPCClassification"))
        doc_class_parts(f, CLASS_CPC,
                        &(struct class_parts){.section = at(f, c, "CPCSection"),
                                              .klass = at(f, c, "Class"),
                                              .subclass = at(f, c, "Subclass"),
                                              .group = at(f, c, "MainGroup"),
                                              .subgroup = at(f, c, "Subgroup"),
                                              .version = at(f, c, "ClassificationVersionDate"),
                                              .position = at(f, c, "SymbolPositionCode"),
                                              .value = at(f, c, "CPCClassificationValueCode")});
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    const struct xml_node *app = xml_child(n, "ApplicationIdentification");
    const struct xml_node *grant = xml_child(n, "PatentGrantIdentification");
    const struct xml_node *pub = xml_child(n, "PatentPublicationIdentification");
    const struct xml_node *id = grant ? grant : pub;
    struct str number = at(f, id, "PatentNumber");

    (void)root;
    if (number.len == 0)
        number = at(f, id, "PublicationNumber");
    (void)doc_number(&f->p->publication, f, at(f, id, "IPOfficeCode"), number,
                     at(f, id, "PatentDocumentKindCode"), NUMBER_PUBLICATION);
    (void)doc_number(&f->p->application, f, at(f, app, "IPOfficeCode"),
                     doc_flat(xml_child(app, "ApplicationNumber"), f->a), STR_NONE,
                     NUMBER_APPLICATION);
    doc_date(f, &f->p->application_date, at(f, app, "FilingDate"));
    doc_date(f, &f->p->publication_date, at(f, id, "PublicationDate"));
    doc_date(f, &f->p->publication_date, at(f, id, "GrantDate"));
    doc_date(f, &f->p->grant_date, at(f, id, "GrantDate"));
    if (f->p->publication.key.len == 0 && f->p->application.key.len == 0) {
        f->item->reason = str_of(msg("the record names neither a publication nor an application"));
        return false;
    }
    read_classes(f, n);
    return true;
}

static const struct xml_format frame = {"uspto", "US", records, read_record, NULL};

static int sniff(struct bytes head)
{
    static const char *const roots[] = {"CPCMasterClassificationFile",
                                        "CPCMasterClassificationRecord", NULL};
    return xml_format_sniff(head, roots, 100);
}

static err_t open_file(void **state, struct input *in, struct err *e)
{
    return xml_format_open(state, in, &frame, e);
}

const struct format format_cpc_master = {.name = "cpc-master",
                                         .title = N_("CPC Master Classification File (XML)"),
                                         .sniff = sniff,
                                         .open = open_file,
                                         .next = xml_format_next,
                                         .close = xml_format_close};

/* CPC Master Classification File of the USPTO (ST.96): the current CPC symbols of
 * grants and pre-grant publications, nothing else. Its records add classes to
 * the documents that other files describe. */
#include "base/msg.h"
#include "ingest/us_common.h"

static const char *const records[] = {"CPCMasterClassificationRecord", NULL};

static void read_classes(struct doc *f, const struct xml_node *n)
{
    for (const struct xml_node *c = xml_find(n, "CPCClassification"); c;
         c = xml_find_next(n, c, "CPCClassification"))
        doc_class_parts(f, CLASS_CPC,
                        &(struct class_parts){.section = doc_at(f, c, "CPCSection"),
                                              .klass = doc_at(f, c, "Class"),
                                              .subclass = doc_at(f, c, "Subclass"),
                                              .group = doc_at(f, c, "MainGroup"),
                                              .subgroup = doc_at(f, c, "Subgroup"),
                                              .version = doc_at(f, c, "ClassificationVersionDate"),
                                              .position = doc_at(f, c, "SymbolPositionCode"),
                                              .value = doc_at(f, c, "CPCClassificationValueCode")});
}

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    const struct xml_node *app = xml_child(n, "ApplicationIdentification");
    const struct xml_node *grant = xml_child(n, "PatentGrantIdentification");
    const struct xml_node *pub = xml_child(n, "PatentPublicationIdentification");
    const struct xml_node *id = grant ? grant : pub;
    struct str number = doc_at(f, id, "PatentNumber");

    (void)root;
    if (number.len == 0)
        number = doc_at(f, id, "PublicationNumber");
    (void)doc_number(&f->p->publication, f, doc_at(f, id, "IPOfficeCode"), number,
                     doc_at(f, id, "PatentDocumentKindCode"), NUMBER_PUBLICATION);
    (void)doc_number(&f->p->application, f, doc_at(f, app, "IPOfficeCode"),
                     doc_flat(xml_child(app, "ApplicationNumber"), f->a), STR_NONE,
                     NUMBER_APPLICATION);
    doc_date(f, &f->p->application_date, doc_at(f, app, "FilingDate"));
    doc_date(f, &f->p->publication_date, doc_at(f, id, "PublicationDate"));
    doc_date(f, &f->p->publication_date, doc_at(f, id, "GrantDate"));
    doc_date(f, &f->p->grant_date, doc_at(f, id, "GrantDate"));
    if (f->p->publication.key.len == 0 && f->p->application.key.len == 0) {
        f->item->reason = str_of(msg("the record names neither a publication nor an application"));
        return false;
    }
    read_classes(f, n);
    return true;
}

static const struct xml_format frame = {"uspto", "US", records, read_record, NULL};

const struct format format_cpc_master = {
    .name = "cpc-master",
    .title = N_("CPC Master Classification File (XML)"),
    .roots =
        (const char *const[]){"CPCMasterClassificationFile", "CPCMasterClassificationRecord", NULL},
    XML_FORMAT(frame)};

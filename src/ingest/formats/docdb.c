/* DOCDB bibliographic exchange of the EPO (exchange-documents of many
 * exchange-document elements; or one of them alone, as split files have it). */
#include "base/msg.h"
#include "ingest/exchange.h"

static const char *const records[] = {"exchange-document", NULL};

static bool read_record(struct doc *f, const struct xml_node *n, const struct xml_node *root)
{
    doc_as_of(f, xml_attr(root, "date-of-exchange"));
    doc_as_of(f, xml_attr(n, "date-of-last-exchange"));
    return exchange_read(f, n);
}

static const struct xml_format frame = {"docdb", "", records, read_record, NULL};

const struct format format_docdb = {
    .name = "docdb",
    .title = N_("EPO DOCDB bibliographic exchange (XML)"),
    .roots = (const char *const[]){"exchange-documents", "exchange-document", NULL},
    XML_FORMAT(frame)};

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

static int sniff(struct bytes head)
{
    static const char *const roots[] = {"exchange-documents", "exchange-document", NULL};
    return xml_format_sniff(head, roots, 100);
}

static err_t open_file(void **state, struct input *in, struct err *e)
{
    return xml_format_open(state, in, &frame, e);
}

const struct format format_docdb = {.name = "docdb",
                                    .title = N_("EPO DOCDB bibliographic exchange (XML)"),
                                    .sniff = sniff,
                                    .open = open_file,
                                    .next = xml_format_next,
                                    .close = xml_format_close};

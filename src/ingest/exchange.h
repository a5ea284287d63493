/* <exchange-document> of the EPO: DOCDB files (XSD 2.x) and OPS answers use the
 * same element, with small differences that are met here. */
#ifndef INGEST_EXCHANGE_H
#define INGEST_EXCHANGE_H
#include "ingest/doc.h"

/* Fill from one exchange-document. False: reason set. */
bool exchange_read(struct doc *f, const struct xml_node *doc);

/* The best <document-id> of a list: children of n in the format "docdb", else
 * "epodoc", else the first. The format stands on the id (document-id-type) or
 * on n itself (data-format), whose siblings of the same name are looked at. */
const struct xml_node *exchange_id(const struct xml_node *n);

/* country, number and kind of a document-id; epodoc has all in one. */
bool exchange_number(struct number *out, struct doc *f, const struct xml_node *id,
                     enum number_use use);

/* <application-reference>, <priority-claim> of the same element family. */
void exchange_application(struct doc *f, const struct xml_node *n);
void exchange_priority(struct doc *f, const struct xml_node *claim);
#endif

/* The layout of the package of an archived case (document/case_archive.h), and how it is judged without an instance: its
 * catalogue is the logged one, every member is the catalogue's, every receipt is good, and nothing else is there. */
#ifndef DOCUMENT_CASE_ARCHIVE_CHECK_H
#define DOCUMENT_CASE_ARCHIVE_CHECK_H
#include "audit/verdict.h"

/* The member "format" of the catalogue; another one is judged by another program. */
#define ARCHIVE_FORMAT "zhiyun-archive@v1"

/* Names every other member, with its digest. */
#define ARCHIVE_CATALOGUE "catalogue.json"

/* The receipt of the entry that has the catalogue's digest. */
#define ARCHIVE_PROOF "proofs/archive"

/* Sets v->entries to the number of receipts, v->contents_checked to the members,
 * v->contents_withheld to the members the archive declares as missing. */
void case_archive_check(struct log_verdict *v, struct bytes file, const struct log_trust *t,
                        struct arena *a);
#endif

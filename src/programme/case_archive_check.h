/* The package of an archived case (programme/case_archive.h), judged without an instance: its catalogue is the
 * logged one, every member is the catalogue's, every receipt is good, and nothing else is there. */
#ifndef PROGRAMME_CASE_ARCHIVE_CHECK_H
#define PROGRAMME_CASE_ARCHIVE_CHECK_H
#include "audit/verdict.h"

/* Sets v->entries to the number of receipts, v->contents_checked to the members,
 * v->contents_withheld to the members the archive declares as missing. */
void case_archive_check(struct log_verdict *v, struct bytes file, const struct log_trust *t,
                        struct arena *a);
#endif

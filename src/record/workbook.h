/* Records as Excel workbooks: an empty one to fill in, one of what is stored, and
 * back again. The layout is sheet.h's; the file is text/xlsx_out.h's. */
#ifndef RECORD_WORKBOOK_H
#define RECORD_WORKBOOK_H
#include "record/record.h"

/* A workbook to fill in: headers, drop-downs for dictionaries and yes/no, a hint on
 * each column, a sheet that explains every column. E_DENIED: the subject may not
 * create or import such records. */
MUST_CHECK err_t workbook_template(const char *path, const struct record_call *c,
                                   const char *tmpdir, struct err *e);

/* Every record of the list, with all its fields that the subject may export; rows of
 * table fields on sheets of their own. *count: records written. */
MUST_CHECK err_t workbook_export(const char *path, int64_t *count, const struct record_call *c,
                                 const struct list_request *list, const char *tmpdir,
                                 struct err *e);

/* Whether a role of the subject allows importing such records at all. */
bool workbook_may_import(const struct record_type *t, const struct subject *s);
#endif

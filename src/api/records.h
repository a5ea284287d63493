/* Shared by the resources under /records/{type}. */
#ifndef API_RECORDS_H
#define API_RECORDS_H
#include "api/resource.h"
#include "record/record.h"

/* The type that the path names. E_NOTFOUND. */
MUST_CHECK err_t records_type(const struct record_type **out, const struct request *r,
                              struct err *e);
/* RFC 9457 `errors` of a refused body; empty when there are none. */
const struct jvalue *records_faults(struct arena *a, const struct faults *faults);
#endif

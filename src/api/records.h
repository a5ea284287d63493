/* Shared by the resources under /records/{type}. */
#ifndef API_RECORDS_H
#define API_RECORDS_H
#include "api/resource.h"
#include "record/record.h"

#define RECORD_CALL(r, type, id)                                                                   \
    (&(struct record_call){(r)->api->kernel, (r)->subject, (type), (id), (r)->arena})

/* The type and the id (or 0) that the path names. E_NOTFOUND. */
MUST_CHECK err_t records_call(struct record_call *out, const struct request *r, struct err *e);
/* RFC 9457 `errors` of a refused body; empty when there are none. */
const struct jvalue *records_faults(struct arena *a, const struct faults *faults);
#endif

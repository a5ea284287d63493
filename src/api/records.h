/* Shared by the resources under /records/{type}. */
#ifndef API_RECORDS_H
#define API_RECORDS_H
#include "api/resource.h"
#include "base/msg.h"
#include "record/record.h"

/* {type} of the path. */
#define TYPE_PARAMETER                                                                             \
    {                                                                                              \
        "type", IN_PATH, &schema_string, true, false, N_("a record type")                          \
    }
/* {type} alone; with the {id} of a record. */
extern const struct parameter path_type[], path_record[];

#define RECORD_CALL(r, type, id)                                                                   \
    (&(struct record_call){(r)->api->kernel, (r)->subject, (type), (id), (r)->arena})

/* The type and the id (or 0) that the path names. E_NOTFOUND. */
MUST_CHECK err_t records_call(struct record_call *out, const struct request *r, struct err *e);
/* The parameters of a list, as far as the resource has them. */
struct list_request records_list_request(const struct request *r);
/* RFC 9457 `errors` of a refused body; empty when there are none. */
const struct jvalue *records_faults(struct arena *a, const struct faults *faults);
#endif

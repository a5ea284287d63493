/* The right to import, as it stands at this moment. */
#include "ingest/right.h"
#include "access/subject.h"

err_t import_right(struct db *db, const struct import_by *by, struct arena *a, struct err *e)
{
    struct subject s;
    if (!by || by->account == 0)
        return OK;
    int64_t now_ms = clock_now_ms(by->clock);
    err_t rc = subject_load(&s, db, by->account, business_date(now_ms, a), now_ms, a, e);
    if (rc == OK && !subject_brings_publications(&s))
        rc = err_set(e, E_DENIED,
                     "none of the roles of who imports brings publications in any more; what was "
                     "read so far is in the store");
    return rc;
}

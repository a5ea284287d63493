/* The right to import, as it stands at this moment. */
#include "ingest/right.h"

err_t import_subject(struct subject *out, struct db *db, const struct import_by *by,
                     struct arena *a, struct err *e)
{
    int64_t now_ms = clock_now_ms(by->clock);
    if (by->account)
        return subject_load(out, db, by->account, business_date(now_ms, a), now_ms, a, e);
    subject_program(out, business_date(now_ms, a));
    return OK;
}

bool import_states_offices(const struct subject *s)
{
    return subject_is_program(s) || str_is(s->unit_kind, "province_office") ||
           str_is(s->unit_kind, "province_ip_centre");
}

err_t import_right(struct db *db, const struct import_by *by, struct arena *a, struct err *e)
{
    struct subject s;
    if (!by || by->account == 0)
        return OK;
    err_t rc = import_subject(&s, db, by, a, e);
    if (rc == OK && !subject_brings_publications(&s))
        rc = err_set(e, E_DENIED,
                     "none of the roles of who imports brings publications in any more; what was "
                     "read so far is in the store");
    return rc;
}

/* Alerts (预警): what saved searches and topic databases find more, find no longer, or find with another legal status
 * since they were last looked at. A job looks when publications have changed and the index has them; it keeps
 * what each found (search_alert), lists the changes (search_alert_change) and tells who made the record.
 *
 * Of a topic database: new is what its query finds and it does not hold; of its members, removed is one that the
 * query, which found it, finds no more, or that is gone; a status counts where it changes for a member. */
#ifndef API_ALERTS_H
#define API_ALERTS_H
#include "api/resource.h"
#include "model/job_worker.h"

extern const struct job_kind job_alerts; /* parts: struct api */

/* The latest ALERT_CHANGES_MAX changes of a record, newest first, as JSON. */
#define ALERT_CHANGES_MAX 500
MUST_CHECK err_t alerts_json(struct jout *j, struct db *db, struct str type, int64_t record,
                             struct err *e);
#endif

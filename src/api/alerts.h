/* Alerts (预警): publications that a saved search or topic database finds newly, no longer, or with another legal
 * status than before. When publications have changed and the index has them, a job reruns each record with its
 * creator's rights, stores the results (search_alert_part) and the changes (search_alert_change), and notifies the
 * creator. The record that waits longest comes first. What arrived between the saving of a record and its first run is
 * new to it.
 *
 * Changes of a topic database: new, what its query finds and is no member; removed, a member that its query found
 * and no longer finds, or that is gone from the store; status, a member whose legal status changed. */
#ifndef API_ALERTS_H
#define API_ALERTS_H
#include "api/resource.h"
#include "model/job_worker.h"

extern const struct job_kind job_alerts; /* parts: struct api */

/* The last ALERT_CHANGES_MAX changes of a record as JSON, newest first. */
#define ALERT_CHANGES_MAX 500
MUST_CHECK err_t alerts_json(struct jout *j, struct db *db, struct str type, int64_t record,
                             struct err *e);
#endif

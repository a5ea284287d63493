-- The measures state no number of days: a note to whoever guides the base, no criterion.
SELECT days(l.vacant_since, :as_of) > 30 AS test, l.vacant_since AS label, l.record_id
FROM fact_liaison l WHERE l.subject = :subject

SELECT e.kind = 'roadshow' AND s.lead AND substr(e.starts, 1, 4) = substr(:as_of, 1, 4) AND substr(e.starts, 1, 10) <= :as_of AS test,
       s.record_id || s.project AS key, s.project AS label, e.record_id
FROM fact_events_shown s JOIN fact_events e ON e.subject = s.subject AND e.record_id = s.record_id
WHERE s.subject = :subject

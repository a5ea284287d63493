SELECT substr(starts, 1, 4) = substr(:as_of, 1, 4) AND substr(starts, 1, 10) <= :as_of AS test, record_id AS key, attended AS amount, title AS label, record_id
FROM fact_events WHERE subject = :subject

SELECT stage = :word AND substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS test, record_id AS key, title AS label, record_id
FROM fact_activities WHERE subject = :subject

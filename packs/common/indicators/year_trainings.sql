SELECT substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS test, record_id AS key, attendees AS amount, title AS label, record_id
FROM fact_trainings WHERE subject = :subject

SELECT fee = 0 AS test, substr(date, 1, 4) = substr(:as_of, 1, 4) AND date <= :as_of AS base, record_id AS key, title AS label, record_id
FROM fact_services WHERE subject = :subject

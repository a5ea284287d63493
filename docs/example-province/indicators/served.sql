SELECT served <= :as_of AS test, credit_code AS key, name AS label, record_id
FROM fact_served_parties WHERE subject = :subject

SELECT state = 'active' AS test, credit_code AS key, credit_code AS label, record_id
FROM fact_centres WHERE subject = :subject

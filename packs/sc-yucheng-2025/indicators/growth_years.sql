SELECT 1 AS test, (end_year - base_year) * 1000000 AS amount, record_id
FROM fact_parameters WHERE subject = :subject

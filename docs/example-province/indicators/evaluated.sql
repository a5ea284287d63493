SELECT 1 AS test, record_id FROM fact_evaluations WHERE subject = :subject

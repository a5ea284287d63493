SELECT 1 AS test, amount, record_id FROM fact_award WHERE subject = :subject

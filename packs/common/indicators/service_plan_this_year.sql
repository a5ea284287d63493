SELECT year = CAST(substr(:as_of, 1, 4) AS INTEGER) AS test, record_id
FROM fact_service_plans WHERE subject = :subject

SELECT reason IS NOT NULL AS test, reason AS label, record_id
FROM fact_project WHERE subject = :subject

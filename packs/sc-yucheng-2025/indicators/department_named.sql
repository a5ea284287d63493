SELECT CASE WHEN department IS NOT NULL THEN 1 END AS test, department AS label, record_id
FROM fact_project WHERE subject = :subject

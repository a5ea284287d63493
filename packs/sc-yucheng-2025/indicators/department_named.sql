SELECT department <> 'none' AS test, department AS label, record_id
FROM fact_project WHERE subject = :subject

SELECT department <> 'none' AND person AS test, department AS label, record_id
FROM fact_liaison WHERE subject = :subject

SELECT "to" = 'province' AS test, record_id FROM fact_application WHERE subject = :subject

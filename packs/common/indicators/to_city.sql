SELECT "to" = 'city' AS test, record_id FROM fact_application WHERE subject = :subject

SELECT on_list AS test, name AS label, record_id
FROM fact_industry WHERE subject = :subject

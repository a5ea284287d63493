SELECT off_list_reason IS NOT NULL AS test, off_list_reason AS label, record_id
FROM fact_industry WHERE subject = :subject

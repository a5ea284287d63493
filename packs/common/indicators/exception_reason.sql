SELECT exception_reason IS NOT NULL AS test, exception_reason AS label, record_id
FROM fact_applicant WHERE subject = :subject

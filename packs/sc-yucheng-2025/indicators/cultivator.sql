SELECT kind IN ('enterprise', 'university', 'institute') AS test, name AS label, record_id
FROM fact_applicant WHERE subject = :subject

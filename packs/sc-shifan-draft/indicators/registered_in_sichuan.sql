SELECT registered_province = '四川省' AS test, registered_province AS label, record_id
FROM fact_applicant WHERE subject = :subject

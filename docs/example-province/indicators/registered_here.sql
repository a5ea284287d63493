SELECT registered_province = '云岭省' AS test, record_id FROM fact_applicant WHERE subject = :subject

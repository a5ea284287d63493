SELECT ip_department AS test, record_id FROM fact_applicant WHERE subject = :subject

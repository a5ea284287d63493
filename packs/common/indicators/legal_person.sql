SELECT legal_person AS test, record_id FROM fact_applicant WHERE subject = :subject

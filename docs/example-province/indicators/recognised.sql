SELECT recognised_on <= :as_of AS test, record_id FROM fact_applicant WHERE subject = :subject
